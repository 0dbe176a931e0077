/* Texts of what the core lets others see; nothing here decides. */
#include "tests/support/world_look.h"

#include "base/decimal.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const char *text_finish(struct world *world, struct text *text)
{
    assert_false(text->overflow);
    snprintf(world->text, sizeof world->text, "%s", text->length == 0 ? "" : text->bytes);
    text_free(text);
    return world->text;
}

static void comma_append(struct text *to)
{
    text_append_string(to, to->length > 0 ? ", " : "");
}

static void quantity_append(struct text *to, int64_t thousandths)
{
    char written[32];
    decimal_write(written, thousandths, 3, true);
    text_append_format(to, "%s", written);
}

static void day_append(struct text *to, const char *word, int32_t day)
{
    char written[16];
    day_write(written, day);
    text_append_format(to, "%s%s", word, written);
}

static void instant_append(const struct world *world, struct text *to, const char *word, int64_t at)
{
    char written[32];
    instant_write(&world->shop->zone, written, at);
    text_append_format(to, "%s%.16s", word, written);
}

static struct order_view order_of(const struct world *world, uint32_t key)
{
    struct order_view view = {.status = ORDER_NONE};
    assert_true(promise_order(world->state, world_key(key), &view));
    return view;
}

const char *world_entries(struct world *world)
{
    struct text text;
    text_init(&text, sizeof world->text - 1);
    for (uint32_t number = 1; number <= promise_entry_count(world->state); number++) {
        const struct supply_entry *entry = promise_entry(world->state, number);
        if (entry->status == SUPPLY_CLOSED) {
            continue;
        }
        comma_append(&text);
        text_append_format(&text, "%u %s ", number, world->shop->items[entry->item].name);
        quantity_append(&text, entry->quantity_thousandths);
        if (entry->status != SUPPLY_EXPECTED) {
            day_append(&text, " of ", entry->order_day);
        }
        day_append(&text, " due ", entry->due_day);
        text_append_format(&text, " %s", supply_status_text((enum supply_status)entry->status));
    }
    return text_finish(world, &text);
}

const char *world_pegs(struct world *world, uint32_t key)
{
    struct text text;
    struct order_peg pegs[16];
    text_init(&text, sizeof world->text - 1);
    uint32_t count = promise_order_pegs(world->state, order_of(world, key).number, pegs, 16);
    for (uint32_t i = 0; i < count; i++) {
        text_append_format(&text, i == 0 ? "%u=" : " %u=", pegs[i].entry);
        quantity_append(&text, pegs[i].quantity_thousandths);
    }
    return text_finish(world, &text);
}

const char *world_lines(struct world *world, uint32_t key)
{
    struct text text;
    struct order_view view = order_of(world, key);
    text_init(&text, sizeof world->text - 1);
    for (uint32_t i = 0; i < view.line_count; i++) {
        struct order_line_view line;
        promise_order_line(world->state, view.number, i, &line);
        bool site = line.carrier.index == NO_INDEX;
        comma_append(&text);
        text_append_format(&text, "%s %s %s %u", world->shop->offers[line.offer.index].name,
                           order_status_text(line.status), site ? "site" : "parcel", line.group);
        if (site) {
            instant_append(world, &text, " from ", line.start);
            instant_append(world, &text, " to ", line.end);
        } else {
            instant_append(world, &text, " ship ", line.dates.ship_by);
        }
        day_append(&text, " deliver ", line.dates.deliver_by_day);
    }
    return text_finish(world, &text);
}

static bool run_before(const struct slot_run *a, const struct slot_run *b)
{
    return a->slot < b->slot || (a->slot == b->slot && a->work_center < b->work_center);
}

static void runs_sort(struct slot_run *runs, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct slot_run run = runs[i];
        uint32_t at = i;
        for (; at > 0 && run_before(&run, &runs[at - 1]); at--) {
            runs[at] = runs[at - 1];
        }
        runs[at] = run;
    }
}

const char *world_runs(struct world *world, uint32_t key)
{
    struct text text;
    struct slot_run runs[32];
    text_init(&text, sizeof world->text - 1);
    uint32_t count = promise_order_runs(world->state, order_of(world, key).number, runs, 32);
    runs_sort(runs, count);
    for (uint32_t i = 0; i < count; i++) {
        comma_append(&text);
        text_append_format(&text, "%s", world->shop->work_centers[runs[i].work_center].name);
        instant_append(world, &text, " ", (int64_t)runs[i].slot * SLOT_SECONDS);
        text_append_format(&text, " %u", runs[i].count);
    }
    return text_finish(world, &text);
}

const char *world_promise(struct world *world, uint32_t key)
{
    struct text text;
    struct order_view view = order_of(world, key);
    text_init(&text, sizeof world->text - 1);
    day_append(&text, "first ", view.first.dates.deliver_by_day);
    day_append(&text, " now ", view.current.dates.deliver_by_day);
    text_append_format(&text, " revisions %u%s", view.revisions, view.broken ? " broken" : "");
    return text_finish(world, &text);
}

const char *world_cash(struct world *world, const char *from, const char *to)
{
    static const char *const parts[CASH_PARTS] = {[CASH_SALES] = "sales",
                                                  [CASH_EXPECTED] = "expected",
                                                  [CASH_COSTS] = "costs",
                                                  [CASH_BILLS] = "bills",
                                                  [CASH_VAT] = "vat"};
    static struct cash_day days[LIMIT_HORIZON_DAYS];
    struct text text;
    struct cash_day lowest;
    uint32_t count = 0;
    int32_t first = 0;
    int32_t last = 0;
    assert_true(day_read(slice_of(from), &first) && day_read(slice_of(to), &last));
    assert_true(promise_cash(world->state, days, &count, &lowest));
    text_init(&text, sizeof world->text - 1);
    for (uint32_t i = 0; i < count; i++) {
        size_t began = text.length;
        for (int part = 0; part < CASH_PARTS && days[i].day >= first && days[i].day <= last;
             part++) {
            if (days[i].parts[part] != 0 && text.length == began) {
                comma_append(&text);
                day_append(&text, "", days[i].day);
            }
            if (days[i].parts[part] != 0) {
                text_append_format(&text, " %s %lld", parts[part], (long long)days[i].parts[part]);
            }
        }
        if (text.length > began) {
            text_append_format(&text, " is %lld", (long long)days[i].balance);
        }
    }
    return text_finish(world, &text);
}

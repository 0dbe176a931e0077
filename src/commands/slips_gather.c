/* The core knows what each order still owes; the tables know the people. Lines come from the core
 * and not from SQL, because only it knows which parcel a line is in after a re-promise and when
 * what is on site begins. */
#include "commands/slips.h"

#include "base/assert.h"
#include "base/decimal.h"

#include <stdio.h>
#include <stdlib.h>

enum { ARENA_BYTES_MAX = 512 * 1024 * 1024, SLIPS_FIRST = 64 };

/* An order's lines as they stand, while its slips are made. */
struct open_order {
    struct order_view view;
    struct order_line_view lines[LIMIT_ORDER_LINES];
};

/* A parcel that should have left still has to; an appointment that is over is over. */
static bool is_due(const struct slips *slips, const struct slip *slip)
{
    int32_t day = zone_day(&slips->shop->zone, slip->due);
    bool waits = slips->today && slip->carrier.index != NO_INDEX;
    return day == slips->day || (waits && day < slips->day);
}

static struct slip *slip_add(struct slips *slips)
{
    if (slips->count == slips->capacity) {
        uint32_t capacity = slips->capacity > 0 ? 2 * slips->capacity : SLIPS_FIRST;
        struct slip *all = realloc(slips->all, capacity * sizeof *all);
        if (all == NULL) {
            slips->full = true;
            return NULL;
        }
        slips->all = all;
        slips->capacity = capacity;
    }
    return &slips->all[slips->count++];
}

/* How many of the order's groups are parcels, and which of them this one is. */
static void places_count(const struct open_order *order, struct slip *slip)
{
    bool seen[LIMIT_ORDER_LINES] = {false};
    for (uint32_t i = 0; i < order->view.line_count; i++) {
        const struct order_line_view *line = &order->lines[i];
        if (line->carrier.index != NO_INDEX && !seen[line->group]) {
            seen[line->group] = true;
            slip->places++;
            slip->place = line->group == slip->group ? slip->places : slip->place;
        }
    }
}

static void lines_copy(struct slips *slips, const struct open_order *order, struct slip *slip)
{
    slip->lines = ARENA_ARRAY(&slips->arena, struct slip_line, order->view.line_count);
    if (slip->lines == NULL) {
        slips->full = true;
        return;
    }
    for (uint32_t i = 0; i < order->view.line_count; i++) {
        const struct order_line_view *line = &order->lines[i];
        if (line->group == slip->group) {
            slip->lines[slip->line_count++] =
                (struct slip_line){i + 1, line->offer, line->quantity_thousandths, line->status};
        }
    }
}

/* Slips of an order are made one after another: the first brings the person for all. */
static void person_place(struct slips *slips, struct slip *slip)
{
    const struct slip *before = slips->count > 0 ? &slips->all[slips->count - 1] : NULL;
    slip->asks = before == NULL || before->number != slip->number;
    slip->person = slip->asks ? ARENA_NEW(&slips->arena, struct customer_person) : before->person;
    if (slip->person == NULL) {
        slips->full = true;
    }
}

/* The slip of the group that a line is the first of, if it is of the day and has not left. */
static void slip_make(struct slips *slips, const struct open_order *order, uint32_t index)
{
    const struct order_line_view *line = &order->lines[index];
    bool on_site = line->carrier.index == NO_INDEX;
    struct slip slip = {.number = order->view.number,
                        .group = line->group,
                        .carrier = line->carrier,
                        .dates = line->dates,
                        .start = line->start,
                        .end = line->end,
                        .due = on_site ? line->start : line->dates.ship_by};
    if (line->status >= ORDER_SHIPPED || !is_due(slips, &slip)) {
        return;
    }
    slip.late = zone_day(&slips->shop->zone, slip.due) < slips->day;
    order_id_write(slip.order, order->view.made_at, order->view.key);
    if (!on_site) {
        places_count(order, &slip);
    }
    lines_copy(slips, order, &slip);
    person_place(slips, &slip);
    struct slip *added = slip_add(slips);
    if (added != NULL) {
        *added = slip;
    }
}

static void order_slips(struct slips *slips, const struct open_order *order)
{
    for (uint32_t i = 0; i < order->view.line_count; i++) {
        bool first = true;
        for (uint32_t k = 0; k < i && first; k++) {
            first = order->lines[k].group != order->lines[i].group;
        }
        if (first) {
            slip_make(slips, order, i);
        }
    }
}

/* Parcels first, in the order in which they leave; then what is on site, as it begins. */
static int slip_compare(const void *a, const void *b)
{
    const struct slip *one = a;
    const struct slip *other = b;
    bool one_on_site = one->carrier.index == NO_INDEX;
    bool other_on_site = other->carrier.index == NO_INDEX;
    if (one_on_site != other_on_site) {
        return one_on_site ? 1 : -1;
    }
    const int64_t keys[][2] = {{one->due, other->due},
                               {one->carrier.index, other->carrier.index},
                               {one->number, other->number},
                               {one->group, other->group}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (keys[i][0] != keys[i][1]) {
            return keys[i][0] < keys[i][1] ? -1 : 1;
        }
    }
    return 0;
}

void slips_gather(struct promise_state *state, int64_t now, struct slips *slips)
{
    (void)now;
    struct open_order order;
    uint32_t count = promise_order_count(state);
    arena_init(&slips->arena, ARENA_BYTES_MAX);
    slips->shop = promise_state_shop(state);
    slips->today = slips->day == promise_today(state);
    for (uint32_t number = 1; number <= count && !slips->full; number++) {
        if (!promise_order_by_number(state, number, &order.view) ||
            order.view.status < ORDER_CONFIRMED || order.view.status > ORDER_DONE) {
            continue;
        }
        for (uint32_t i = 0; i < order.view.line_count; i++) {
            promise_order_line(state, number, i, &order.lines[i]);
        }
        order_slips(slips, &order);
    }
    if (slips->count > 0) {
        qsort(slips->all, slips->count, sizeof *slips->all, slip_compare);
    }
}

void slips_free(struct slips *slips)
{
    arena_free(&slips->arena);
    free(slips->all);
    slips->all = NULL;
}

/* ---- people ---- */

static enum status origins_fill(const char *path, struct env *env, struct slips *slips,
                                struct fault *fault)
{
    struct origins *origins;
    enum status status = origins_open(path, env, &origins, fault);
    for (uint32_t i = 0; i < slips->count && status == STATUS_OK; i++) {
        (void)snprintf(slips->all[i].origin, sizeof slips->all[i].origin, "%s",
                       origins_name(origins, slips->all[i].number));
    }
    origins_close(origins);
    return status;
}

enum status slips_persons(const char *path, struct env *env, struct slips *slips,
                          struct fault *fault)
{
    struct customers *customers;
    enum status status = customers_open(path, env, &customers, fault);
    if (status != STATUS_OK) {
        return status;
    }
    for (uint32_t i = 0; i < slips->count && status == STATUS_OK; i++) {
        const struct slip *slip = &slips->all[i];
        if (slip->asks) {
            status = customers_person(customers, slip->number, &slips->arena, slip->person, fault);
        }
    }
    customers_close(customers);
    return status == STATUS_OK ? origins_fill(path, env, slips, fault) : status;
}

/* ---- picks ---- */

uint32_t slips_pick_end(const struct slips *slips, uint32_t first)
{
    const struct slip *one = &slips->all[first];
    uint32_t end = first + 1;
    while (end < slips->count && slips->all[end].carrier.index == one->carrier.index &&
           (one->carrier.index == NO_INDEX || slips->all[end].due == one->due)) {
        end++;
    }
    return end;
}

void slips_pick_items(const struct slips *slips, uint32_t first, uint32_t end,
                      int64_t items[LIMIT_ITEMS])
{
    memset(items, 0, LIMIT_ITEMS * sizeof *items);
    for (uint32_t i = first; i < end; i++) {
        const struct slip *slip = &slips->all[i];
        for (uint32_t k = 0; k < slip->line_count; k++) {
            const struct slip_line *line = &slip->lines[k];
            const struct offer *offer = &slips->shop->offers[line->offer.index];
            for (uint32_t c = 0; c < offer->component_count; c++) {
                items[offer->components[c].item.index] +=
                    decimal_scale_up(line->quantity_thousandths,
                                     offer->components[c].quantity_thousandths, THOUSAND);
            }
        }
    }
}

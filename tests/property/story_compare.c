/* The core's looks beside the oracle's. The first difference ends the story. */
#include "tests/property/story.h"

#include "base/assert.h"
#include "tests/property/tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static bool dates_equal(const struct promise_dates *a, const struct promise_dates *b)
{
    return a->has_ship_by == b->has_ship_by && (!a->has_ship_by || a->ship_by == b->ship_by) &&
           a->deliver_by_day == b->deliver_by_day;
}

static bool limits_equal(const struct promise_limit *a, const struct promise_limit *b)
{
    return a->cause == b->cause && a->index == b->index && a->until == b->until;
}

/* ---- answers ---- */

void compare_answers(struct story *story, const struct promise_answer *core,
                     const struct promise_answer *oracle)
{
    if (shrink_says(story->shrink)) {
        tell_answer(story->shop, "core", core);
        tell_answer(story->shop, "oracle", oracle);
    }
    if (core->result != oracle->result) {
        fprintf(stderr, "core %d, oracle %d\n", (int)core->result, (int)oracle->result);
        story_fail(story, "the results differ");
        return;
    }
    if (core->result == PROMISE_NEVER &&
        !limits_equal(&core->summary.limit, &oracle->summary.limit)) {
        story_fail(story, "the blocking limits differ");
    }
    bool refused_line = core->result == PROMISE_OVER_CUSTOMER_LIMIT ||
                        core->result == PROMISE_OFFER_RETIRED ||
                        core->result == PROMISE_BAD_QUANTITY;
    if (refused_line && (core->offer.index != oracle->offer.index ||
                         core->left_thousandths != oracle->left_thousandths)) {
        story_fail(story, "the refused lines differ");
    }
}

void compare_summaries(struct story *story, const struct promise_answer *core,
                       const struct promise_answer *oracle)
{
    const struct promise_summary *a = &core->summary;
    const struct promise_summary *b = &oracle->summary;
    if (core->has_possible != oracle->has_possible || core->possible_day != oracle->possible_day) {
        story_fail(story, "the possible dates differ");
    }
    if (!dates_equal(&a->dates, &b->dates)) {
        story_fail(story, "the dates differ");
    }
    if (a->material_day != b->material_day) {
        story_fail(story, "the material days differ");
    }
    if (a->ready_at != b->ready_at) {
        story_fail(story, "the ready times differ");
    }
    if (!limits_equal(&a->limit, &b->limit)) {
        fprintf(stderr, "core %d %u %" PRId64 ", oracle %d %u %" PRId64 "\n", (int)a->limit.cause,
                a->limit.index, a->limit.until, (int)b->limit.cause, b->limit.index,
                b->limit.until);
        story_fail(story, "the limits differ");
    }
    if (a->total_minor != b->total_minor || a->shipping_minor != b->shipping_minor) {
        story_fail(story, "the totals differ");
    }
}

/* ---- orders ---- */

static int take_compare(const void *a, const void *b)
{
    const struct oracle_take *one = a;
    const struct oracle_take *other = b;
    if (one->work_center != other->work_center) {
        return one->work_center < other->work_center ? -1 : 1;
    }
    if (one->slot != other->slot) {
        return one->slot < other->slot ? -1 : 1;
    }
    return one->crew - other->crew;
}

static uint32_t takes_add(struct oracle_take *to, uint32_t count, const struct oracle_takes *takes)
{
    ASSERT(count + takes->count <= LIMIT_PLAN_RUNS * 16);
    if (takes->count > 0) {
        memcpy(to + count, takes->list, takes->count * sizeof *to);
    }
    return count + takes->count;
}

static bool takes_same(const struct oracle_take *one, const struct oracle_take *other,
                       uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (take_compare(&one[i], &other[i]) != 0) {
            return false;
        }
    }
    return true;
}

/* Its own slots and those of its sessions, whatever their order. */
static bool slots_equal(const struct story *story, uint32_t number,
                        const struct oracle_order *expected)
{
    static struct slot_run runs[LIMIT_PLAN_RUNS];
    static struct oracle_take core[LIMIT_PLAN_RUNS * 16];
    static struct oracle_take oracle[LIMIT_PLAN_RUNS * 16];
    uint32_t run_count = promise_order_runs(story->core, number, runs, LIMIT_PLAN_RUNS);
    uint32_t count = 0;
    for (uint32_t i = 0; i < run_count; i++) {
        for (uint32_t k = 0; k < runs[i].count && count < LIMIT_PLAN_RUNS * 16; k++) {
            core[count++] =
                (struct oracle_take){runs[i].work_center, runs[i].crew, (int64_t)runs[i].slot + k};
        }
    }
    if (expected->status >= ORDER_DELIVERED) {
        return count == 0;
    }
    uint32_t expected_count = takes_add(oracle, 0, &expected->reserved.takes);
    for (uint32_t i = 0; i < expected->reserved.booking_count; i++) {
        uint32_t session = expected->reserved.bookings[i].session;
        expected_count = takes_add(oracle, expected_count, &story->oracle.sessions[session].takes);
    }
    if (count != expected_count) {
        return false;
    }
    if (takes_same(core, oracle, count)) {
        return true;
    }
    qsort(core, count, sizeof *core, take_compare);
    qsort(oracle, count, sizeof *oracle, take_compare);
    return takes_same(core, oracle, count);
}

/* What an order of one line on site says of its hours is what it has reserved. */
static bool times_equal(const struct story *story, uint32_t number,
                        const struct order_line_view *line)
{
    static struct slot_run runs[LIMIT_PLAN_RUNS];
    uint32_t count = promise_order_runs(story->core, number, runs, LIMIT_PLAN_RUNS);
    int64_t start = INT64_MAX;
    int64_t end = 0;
    for (uint32_t i = 0; i < count; i++) {
        int64_t from = (int64_t)runs[i].slot * SLOT_SECONDS;
        int64_t until = from + (int64_t)runs[i].count * SLOT_SECONDS;
        start = from < start ? from : start;
        end = until > end ? until : end;
    }
    return count == 0 || (line->start == start && line->end == end);
}

static const char *line_differs(const struct story *story, uint32_t number, uint32_t index,
                                const struct oracle_order *expected)
{
    struct order_line_view line;
    promise_order_line(story->core, number, index, &line);
    uint32_t group = expected->reserved.line_groups[index];
    enum order_status status =
        expected->status > ORDER_DELIVERED ? expected->status : expected->line_status[index];
    if (line.offer.index != expected->lines[index].offer.index ||
        line.amount_minor != expected->line_amounts[index] ||
        line.quantity_thousandths != expected->lines[index].quantity_thousandths) {
        return "an order's line differs";
    }
    if (line.group != group || line.carrier.index != expected->reserved.groups[group].carrier) {
        return "a line's group differs";
    }
    if (expected->status != ORDER_HELD && line.status != status) {
        return "a line's status differs";
    }
    const struct promise_dates *dates = &expected->reserved.groups[group].dates;
    if (!dates_equal(&line.dates, dates)) {
        fprintf(stderr, "line %u, group %u: core %d %" PRId64 ", oracle %d %" PRId64 "\n",
                index + 1, group, line.dates.deliver_by_day, line.dates.ship_by,
                dates->deliver_by_day, dates->ship_by);
        return "a line's dates differ";
    }
    if (expected->line_count == 1 && line.carrier.index == NO_INDEX &&
        !times_equal(story, number, &line)) {
        return "a line's hours on site are not those that it has reserved";
    }
    return NULL;
}

static const char *view_differs(const struct order_view *view, const struct oracle_order *expected)
{
    if (view->status != expected->status) {
        return "an order's status differs";
    }
    if (view->wished != expected->wished) {
        return "a wish became an order for one of them";
    }
    if (view->line_count != expected->line_count ||
        view->group_count != expected->reserved.group_count) {
        return "an order's groups differ";
    }
    if (!dates_equal(&view->first.dates, &expected->first.dates) ||
        !dates_equal(&view->current.dates, &expected->current.dates)) {
        fprintf(stderr, "core %d %" PRId64 ", oracle %d %" PRId64 "\n",
                view->current.dates.deliver_by_day, view->current.dates.ship_by,
                expected->current.dates.deliver_by_day, expected->current.dates.ship_by);
        return "an order's dates differ";
    }
    if (view->broken != expected->broken || view->revisions != expected->revisions) {
        fprintf(stderr, "core %u broken %d, oracle %u broken %d\n", view->revisions, view->broken,
                expected->revisions, expected->broken);
        return "an order's revisions differ";
    }
    if (view->status == ORDER_HELD && view->held_until != expected->held_until) {
        return "a hold's time differs";
    }
    if (view->vat_minor != expected->vat || view->made_at != expected->made_at) {
        return "an order's VAT differs";
    }
    return view->priority == expected->ask.priority && view->split == expected->ask.split &&
                   view->want.kind == expected->ask.want.kind &&
                   (view->want.kind == WANT_SOONEST || view->want.value == expected->ask.want.value)
               ? NULL
               : "an order's policy differs";
}

static int64_t pegs_sum(const struct order_peg *pegs, uint32_t count, uint32_t entry)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += pegs[i].entry == entry ? pegs[i].quantity_thousandths : 0;
    }
    return sum;
}

static bool pegs_equal(const struct story *story, uint32_t number,
                       const struct oracle_order *expected)
{
    struct order_peg pegs[PLAN_PURCHASES_MAX];
    uint32_t count = promise_order_pegs(story->core, number, pegs, PLAN_PURCHASES_MAX);
    bool equal = true;
    for (uint32_t entry = 1; entry <= story->oracle.entry_count; entry++) {
        equal = equal && pegs_sum(pegs, count, entry) ==
                             pegs_sum(expected->reserved.pegs, expected->reserved.peg_count, entry);
    }
    return equal;
}

void compare_order(struct story *story, const struct oracle_order *expected)
{
    struct order_view view;
    if (!promise_order(story->core, expected->key, &view)) {
        story_fail(story, "an order is missing");
        return;
    }
    const char *differs = view_differs(&view, expected);
    for (uint32_t i = 0; i < expected->line_count && differs == NULL; i++) {
        differs = line_differs(story, view.number, i, expected);
    }
    if (differs == NULL && !slots_equal(story, view.number, expected)) {
        differs = "an order's slots differ";
    }
    if (differs == NULL && view.status < ORDER_DELIVERED &&
        !pegs_equal(story, view.number, expected)) {
        differs = "what was bought for an order differs";
    }
    if (differs != NULL) {
        fprintf(stderr, "order %u\n", view.number);
        story_fail(story, differs);
    }
}

void compare_orders(struct story *story)
{
    for (uint32_t i = 0; i < story->oracle.order_count && story->failure == NULL; i++) {
        if (story->oracle.orders[i].status < ORDER_DELIVERED) {
            compare_order(story, &story->oracle.orders[i]);
        }
    }
}

/* ---- supply ---- */

static bool entry_equal(const struct supply_entry *core, const struct supply_entry *oracle)
{
    bool same = core->item == oracle->item && core->status == oracle->status &&
                core->quantity_thousandths == oracle->quantity_thousandths &&
                core->received_thousandths == oracle->received_thousandths &&
                core->due_day == oracle->due_day;
    return same && (oracle->order_day == 0 ||
                    (core->supplier == oracle->supplier && core->order_day == oracle->order_day &&
                     core->arrives_day == oracle->arrives_day));
}

static void say_entry(const char *who, uint32_t number, const struct supply_entry *entry)
{
    fprintf(stderr,
            "%s: entry %u: item %u, supplier %u, status %u, %" PRId64 " expected, %" PRId64
            " received, order day %d, arrives %d, due %d\n",
            who, number, entry->item, entry->supplier, entry->status, entry->quantity_thousandths,
            entry->received_thousandths, entry->order_day, entry->arrives_day, entry->due_day);
}

void compare_supply(struct story *story)
{
    const struct oracle *oracle = &story->oracle;
    uint32_t count = promise_entry_count(story->core);
    for (uint32_t i = 0; i < count && i < oracle->entry_count && story->failure == NULL; i++) {
        const struct supply_entry *entry = promise_entry(story->core, i + 1);
        if (!entry_equal(entry, &oracle->entries[i])) {
            say_entry("core", i + 1, entry);
            say_entry("oracle", i + 1, &oracle->entries[i]);
            story_fail(story, "an entry differs");
        } else if (promise_entry_counts(story->core, i + 1) !=
                   oracle_entry_counts(oracle, &oracle->entries[i])) {
            story_fail(story, "an entry counts for one of them");
        }
    }
    if (count != oracle->entry_count) {
        story_fail(story, "the numbers of entries differ");
    }
    for (uint32_t i = 0; i < oracle->bill_count && i < promise_bill_count(story->core); i++) {
        const struct supply_bill *bill = promise_bill(story->core, i + 1);
        const struct supply_bill *expected = &oracle->bills[i];
        if (bill->amount_minor != expected->amount_minor ||
            bill->vat_minor != expected->vat_minor || bill->due_day != expected->due_day ||
            bill->received_day != expected->received_day || bill->entry != expected->entry) {
            fprintf(stderr,
                    "bill %u: core %" PRId64 " with VAT %" PRId64
                    " due %d of entry %u, oracle %" PRId64 " with %" PRId64 " due %d of %u\n",
                    i + 1, bill->amount_minor, bill->vat_minor, bill->due_day, bill->entry,
                    expected->amount_minor, expected->vat_minor, expected->due_day,
                    expected->entry);
            story_fail(story, "a bill differs");
        }
    }
    if (promise_bill_count(story->core) != oracle->bill_count) {
        story_fail(story, "the numbers of bills differ");
    }
}

static bool cash_days_equal(const struct cash_day *a, const struct cash_day *b)
{
    bool equal = a->day == b->day && a->balance == b->balance;
    for (int part = 0; part < CASH_PARTS; part++) {
        equal = equal && a->parts[part] == b->parts[part];
    }
    return equal;
}

static void compare_cash(struct story *story)
{
    struct cash_day core[STORY_HORIZON_MOST];
    struct cash_day oracle[STORY_HORIZON_MOST];
    struct cash_day core_lowest;
    struct cash_day oracle_lowest;
    uint32_t horizon = (uint32_t)story->shop->promise.horizon_days;
    uint32_t count = STORY_HORIZON_MOST;
    if (promise_cash(story->core, core, &count, &core_lowest) != story->shop->cash.present) {
        story_fail(story, "there is cash for one of them");
    }
    if (!story->shop->cash.present || story->failure != NULL) {
        return;
    }
    oracle_cash(&story->oracle, oracle, &oracle_lowest);
    bool equal = count == horizon && cash_days_equal(&core_lowest, &oracle_lowest);
    for (uint32_t i = 0; i < count && i < horizon; i++) {
        if (!cash_days_equal(&core[i], &oracle[i])) {
            for (int part = 0; part < CASH_PARTS; part++) {
                fprintf(stderr, "day %d, part %d: core %" PRId64 ", oracle %" PRId64 "\n",
                        core[i].day, part, core[i].parts[part], oracle[i].parts[part]);
            }
            fprintf(stderr, "balance: core %" PRId64 ", oracle %" PRId64 "\n", core[i].balance,
                    oracle[i].balance);
            equal = false;
            break;
        }
    }
    if (!equal) {
        story_fail(story, "the cash forecasts differ");
    }
    if (promise_cash_undelivered(story->core) != oracle_cash_undelivered(&story->oracle)) {
        story_fail(story, "the undelivered cash differs");
    }
}

/* ---- wishes ---- */

static bool wishes_equal(const struct wish_view *a, const struct wish_view *b)
{
    return memcmp(&a->key, &b->key, sizeof a->key) == 0 && a->made_at == b->made_at &&
           a->number == b->number && a->status == b->status && a->offer.index == b->offer.index &&
           a->quantity_thousandths == b->quantity_thousandths && a->latest_day == b->latest_day &&
           a->since == b->since && a->customer.value == b->customer.value && a->order == b->order;
}

void compare_wish(struct story *story, uint32_t number)
{
    const struct wish_view *expected = &story->oracle.wishes[number - 1];
    struct wish_view by_number;
    struct wish_view by_key;
    if (!promise_wish_by_number(story->core, number, &by_number) ||
        !promise_wish(story->core, expected->key, &by_key)) {
        story_fail(story, "a wish is missing");
        return;
    }
    if (!wishes_equal(&by_number, expected) || !wishes_equal(&by_key, expected)) {
        fprintf(stderr, "wish %u: core %s, oracle %s\n", number, wish_status_text(by_number.status),
                wish_status_text(expected->status));
        story_fail(story, "a wish differs");
    }
}

void compare_wishes(struct story *story)
{
    const struct oracle *oracle = &story->oracle;
    uint32_t waiting = 0;
    if (promise_wish_count(story->core) != oracle->wish_count) {
        story_fail(story, "the numbers of wishes differ");
        return;
    }
    for (uint32_t number = 1; number <= oracle->wish_count && story->failure == NULL; number++) {
        compare_wish(story, number);
        bool waits = oracle->wishes[number - 1].status == WISH_WAITING;
        waiting += waits;
        if (waits && promise_wish_before(story->core, number, UINT32_MAX) !=
                         oracle_wish_before(oracle, number)) {
            story_fail(story, "the places in the queue differ");
        }
    }
    for (uint16_t i = 0; i < story->shop->offer_count; i++) {
        struct wish_demand core = promise_wish_demand(story->core, (struct offer_id){i});
        struct wish_demand expected = oracle_demand(oracle, i);
        if (core.waiting != expected.waiting ||
            core.quantity_thousandths != expected.quantity_thousandths) {
            story_fail(story, "the demands differ");
        }
    }
    if (promise_wishes_waiting(story->core) != waiting) {
        story_fail(story, "so many wait for one of them");
    }
}

/* ---- stock and load ---- */

static void compare_atp(struct story *story, struct item_id item)
{
    struct atp_day core_days[STORY_HORIZON_MOST];
    struct atp_day oracle_days[STORY_HORIZON_MOST];
    uint32_t horizon = (uint32_t)story->shop->promise.horizon_days;
    oracle_atp(&story->oracle, item.index, oracle_days);
    if (promise_atp(story->core, item, core_days, STORY_HORIZON_MOST) != horizon) {
        story_fail(story, "atp answers too few days");
    }
    for (uint32_t i = 0; i < horizon; i++) {
        if (core_days[i].day != oracle_days[i].day ||
            core_days[i].projected != oracle_days[i].projected ||
            core_days[i].atp != oracle_days[i].atp) {
            fprintf(stderr, "item %u, day %d: core %" PRId64 ", oracle %" PRId64 "\n", item.index,
                    core_days[i].day, core_days[i].projected, oracle_days[i].projected);
            story_fail(story, "atp differs");
            return;
        }
    }
}

void compare_looks(struct story *story)
{
    struct item_id item = {(uint16_t)random_below(&story->random, story->shop->item_count)};
    uint32_t horizon = (uint32_t)story->shop->promise.horizon_days;
    if (story_says(story)) {
        printf("a look at %s and a load\n", story->shop->items[item.index].name);
    }
    compare_atp(story, item);
    struct load_day load[STORY_HORIZON_MOST];
    struct work_center_id center = {
        (uint16_t)random_below(&story->random, story->shop->work_center_count)};
    int32_t day = (int32_t)random_below(&story->random, horizon);
    promise_load(story->core, center, load, STORY_HORIZON_MOST);
    struct load_day expected = oracle_load(&story->oracle, center.index, day);
    if (load[day].day != expected.day || load[day].capacity != expected.capacity ||
        load[day].promisable != expected.promisable || load[day].taken != expected.taken) {
        story_fail(story, "load differs");
    }
    compare_supply(story);
    compare_cash(story);
    compare_wishes(story);
    const char *wrong = story->failure == NULL ? executable_slots(story) : NULL;
    if (wrong != NULL) {
        story_fail(story, wrong);
    }
}

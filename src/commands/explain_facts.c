/* What stands behind a plan's material: each group sees the stock that the groups before it left,
 * and what was bought for them.
 *
 * The plan says what was bought; why so much is reckoned here once more from the same figures
 * (projected stock, the supplier's purchase of the day, packs), so that a person finds the steps
 * between. */
#include "commands/explain.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "promise/change.h"
#include "promise/supply.h"
#include "supply/reorder.h"

/* ---- needs ---- */

static struct explain_item *item_of(struct explain_facts *facts, uint32_t group,
                                    struct item_id item)
{
    uint32_t first = facts->first[group];
    for (uint32_t i = first; i < first + facts->count[group]; i++) {
        if (facts->items[i].item.index == item.index) {
            return &facts->items[i];
        }
    }
    ASSERT(first + facts->count[group] < EXPLAIN_ITEMS_MAX);
    struct explain_item *made = &facts->items[first + facts->count[group]++];
    *made = (struct explain_item){.item = item, .purchase = NO_PURCHASE};
    return made;
}

static int64_t line_need(const struct planned_line *line, const struct component *component)
{
    return decimal_scale_up(line->quantity_thousandths, component->quantity_thousandths, THOUSAND);
}

static void group_needs(const struct shop *shop, const struct promise_plan *plan, uint32_t group,
                        struct explain_facts *facts)
{
    for (uint32_t i = 0; i < plan->line_count; i++) {
        const struct planned_line *line = &plan->lines[i];
        const struct offer *offer = &shop->offers[line->offer.index];
        for (uint32_t k = 0; line->group == group && k < offer->component_count; k++) {
            struct explain_item *item = item_of(facts, group, offer->components[k].item);
            item->needed_thousandths += line_need(line, &offer->components[k]);
        }
    }
}

/* ---- stock ---- */

/* An item's stock by day as a group finds it: less what is kept back. */
struct stock_days {
    uint32_t count;
    struct atp_day days[LIMIT_HORIZON_DAYS];
};

static void days_add(struct stock_days *stock, int32_t from_day, int64_t quantity)
{
    for (uint32_t i = 0; i < stock->count; i++) {
        stock->days[i].projected += stock->days[i].day >= from_day ? quantity : 0;
    }
}

/* What the lines of earlier groups take and what was bought for them. */
static void days_of_groups(const struct shop *shop, const struct promise_plan *plan,
                           struct item_id item, uint32_t group, uint32_t bought,
                           struct stock_days *stock)
{
    for (uint32_t i = 0; i < plan->line_count; i++) {
        const struct planned_line *line = &plan->lines[i];
        const struct offer *offer = &shop->offers[line->offer.index];
        for (uint32_t k = 0; line->group < group && k < offer->component_count; k++) {
            if (offer->components[k].item.index == item.index) {
                days_add(stock, line->commit_day, -line_need(line, &offer->components[k]));
            }
        }
    }
    for (uint32_t i = 0; i < bought; i++) {
        if (plan->purchases[i].item.index == item.index) {
            days_add(stock, plan->purchases[i].due_day, plan->purchases[i].quantity_thousandths);
        }
    }
}

/* From the horizon's end back to today: the least that there is from each day on, in `atp`. */
static void days_settle(const struct shop *shop, struct item_id item, struct stock_days *stock)
{
    int64_t least = INT64_MAX;
    for (uint32_t i = stock->count; i-- > 0;) {
        int64_t there = stock->days[i].projected - shop->items[item.index].keep_back_thousandths;
        least = there < least ? there : least;
        stock->days[i].atp = least;
    }
}

static void item_stock(const struct stock_days *stock, struct explain_item *item)
{
    for (uint32_t i = 0; i < stock->count; i++) {
        const struct atp_day *day = &stock->days[i];
        item->day = day->day;
        item->atp_thousandths = day->atp > 0 ? day->atp : 0;
        if (day->atp >= item->needed_thousandths) {
            item->has_day = true;
            item->receipt_thousandths = i > 0 ? day->receipts : 0;
            return;
        }
    }
}

/* ---- purchases ---- */

/* What the first `count` purchases of the plan add to an entry. */
static int64_t entry_added(const struct promise_plan *plan, uint32_t count, uint32_t entry)
{
    int64_t added = 0;
    for (uint32_t i = 0; i < count; i++) {
        added += plan->purchases[i].entry == entry ? plan->purchases[i].quantity_thousandths : 0;
    }
    return added;
}

/* The supplier's purchase of that day without this one: each entry's value by itself. */
static int64_t value_before(const struct promise_state *state, const struct promise_plan *plan,
                            uint32_t index)
{
    const struct shop *shop = promise_state_shop(state);
    const struct planned_purchase *purchase = &plan->purchases[index];
    int64_t value = 0;
    for (uint32_t number = 1; number <= promise_entry_count(state); number++) {
        const struct supply_entry *entry = promise_entry(state, number);
        if (entry->supplier == purchase->supplier.index &&
            entry->order_day == purchase->order_day && entry->status != SUPPLY_EXPECTED &&
            entry->status != SUPPLY_CLOSED) {
            value += supply_value(&shop->items[entry->item], entry->quantity_thousandths +
                                                                 entry->received_thousandths +
                                                                 entry_added(plan, index, number));
        }
    }
    for (uint32_t i = 0; i < index; i++) {
        const struct planned_purchase *other = &plan->purchases[i];
        if (other->is_new && other->supplier.index == purchase->supplier.index &&
            other->order_day == purchase->order_day) {
            value += supply_value(&shop->items[other->item.index],
                                  entry_added(plan, index, other->entry));
        }
    }
    return value;
}

static void item_bought(const struct promise_state *state, const struct promise_plan *plan,
                        const struct planned_group *group, const struct stock_days *stock,
                        uint32_t index, struct explain_item *item)
{
    const struct shop *shop = promise_state_shop(state);
    const struct planned_purchase *purchase = &plan->purchases[index];
    const struct supplier *supplier = &shop->suppliers[purchase->supplier.index];
    int64_t pack = shop->items[item->item.index].pack_size_thousandths;
    item->first_order_day = reorder_order_day(supplier, promise_today(state));
    item->purchase = index;
    item->has_day = true;
    item->day = purchase->due_day;
    item->receipt_thousandths = 0;
    item->atp_thousandths = stock->days[group->material_day - promise_today(state)].atp;
    int64_t missing = item->needed_thousandths - item->atp_thousandths;
    item->packed_thousandths = (missing + pack - 1) / pack * pack;
    item->before_minor = value_before(state, plan, index);
}

/* Purchases stand in the plan in the order of the groups and of their items: *bought is the next
 * one. */
static void group_items(const struct promise_state *state, const struct promise_plan *plan,
                        uint32_t g, uint32_t *bought, struct explain_facts *facts)
{
    const struct shop *shop = promise_state_shop(state);
    const struct planned_group *group = &plan->groups[g];
    uint32_t bought_before = *bought;
    for (uint32_t i = facts->first[g]; i < facts->first[g] + facts->count[g]; i++) {
        struct stock_days stock;
        struct explain_item *item = &facts->items[i];
        stock.count = promise_atp(state, item->item, stock.days, LIMIT_HORIZON_DAYS);
        days_of_groups(shop, plan, item->item, g, bought_before, &stock);
        days_settle(shop, item->item, &stock);
        item_stock(&stock, item);
        bool late = !item->has_day || item->day > group->material_day;
        if (late && *bought < plan->purchase_count &&
            plan->purchases[*bought].item.index == item->item.index) {
            item_bought(state, plan, group, &stock, (*bought)++, item);
        }
    }
}

/* ---- sessions ---- */

/* The seats of a session that exists: what is offered from its begin on for one. */
static uint32_t session_free(struct promise_state *state, const struct planned_session *session,
                             int64_t now)
{
    struct promise_line line = {session->offer, THOUSAND};
    struct promise_command command = {
        .kind = PROMISE_PLACE,
        .now = now,
        .ask = {.line_count = 1, .lines = &line, .want = {WANT_AT, session->start}},
    };
    struct offered_time time;
    uint32_t found = promise_times(state, &command, &time, 1);
    return found == 1 && time.start == session->start ? time.seats : 0;
}

void explain_facts_fill(struct promise_state *state, const struct promise_plan *plan, int64_t now,
                        struct explain_facts *facts)
{
    const struct shop *shop = promise_state_shop(state);
    uint32_t first = 0;
    uint32_t bought = 0;
    for (uint32_t group = 0; group < plan->group_count; group++) {
        facts->first[group] = first;
        facts->count[group] = 0;
        group_needs(shop, plan, group, facts);
        group_items(state, plan, group, &bought, facts);
        first += facts->count[group];
    }
    for (uint32_t i = 0; i < plan->session_count; i++) {
        const struct planned_session *session = &plan->sessions[i];
        facts->seats_free[i] = session->number != 0
                                   ? session_free(state, session, now)
                                   : (uint32_t)shop->offers[session->offer.index].seats;
    }
}

/* ---- shared by text and JSON ---- */

const struct operation *explain_operation(const struct routing *routing, uint32_t k)
{
    ASSERT(k < routing->count);
    return &routing->operations[k];
}

int64_t explain_quantity(const struct offer *offer, const struct planned_line *line)
{
    return offer->seats > 0 ? THOUSAND : line->quantity_thousandths;
}

int64_t explain_minutes(const struct operation *operation, int64_t quantity_thousandths)
{
    return operation->setup_minutes_thousandths +
           decimal_scale_half_up(operation->minutes_thousandths, quantity_thousandths, THOUSAND);
}

void explain_run(const struct promise_plan *plan, const struct planned_operation *planned,
                 uint32_t *at, int64_t *from, int64_t *to)
{
    const struct slot_run *run = &plan->runs[planned->run_first + *at];
    *from = (int64_t)run->slot * SLOT_SECONDS;
    *to = *from;
    while (*at < planned->run_count) {
        run = &plan->runs[planned->run_first + *at];
        if ((int64_t)run->slot * SLOT_SECONDS != *to) {
            return;
        }
        *to += (int64_t)run->count * SLOT_SECONDS;
        (*at)++;
    }
}

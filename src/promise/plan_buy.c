/* Supply: what stock cannot cover, and only that, is bought, on the first day on which the supplier
 * takes orders, the item's week has room and cash bears it (docs/promise.md, "Supply").
 *
 * A purchase that is tried stands in the real tables (an entry that grows or a new one at their
 * end, the stock that it brings, the bill that it makes), so that the next one sees the supplier's
 * total of the day, and is taken back before anybody else looks. That is dearer than sums beside
 * the tables, and seldom: orders that stock covers never come here. */
#include "promise/plan_inside.h"

#include "base/assert.h"
#include "base/decimal.h"

/* The smallest quantity of which `value` is reached: quantity x cost / 1000, half up, is at least
 * it. */
static __int128 quantity_of_value(int64_t value, int64_t cost)
{
    return ((__int128)value * THOUSAND - THOUSAND / 2 + cost - 1) / cost;
}

/* The largest quantity whose value is at most `value`; 0 where there is none. */
static __int128 quantity_under(int64_t value, int64_t cost)
{
    const __int128 any = (__int128)LIMIT_QUANTITY_THOUSANDTHS * THOUSAND;
    if (value < 0 || cost == 0) {
        return value < 0 ? 0 : any;
    }
    return (((__int128)value + 1) * THOUSAND - THOUSAND / 2 - 1) / cost;
}

/* Whole packs; 0: more than any purchase may be. */
static int64_t pack_up(__int128 quantity, int64_t pack)
{
    __int128 packs = (quantity + pack - 1) / pack;
    return packs * pack > LIMIT_QUANTITY_THOUSANDTHS ? 0 : (int64_t)(packs * pack);
}

/* What would be bought of an item on an order day: the entry, without its quantity. */
static struct supply_entry entry_of(const struct promise_state *state, uint16_t item,
                                    int32_t order_day)
{
    struct supplier_id supplier = state->shop->items[item].supplier;
    const struct supplier *from = &state->shop->suppliers[supplier.index];
    return (struct supply_entry){.order_day = order_day,
                                 .arrives_day = order_day + from->lead_days,
                                 .due_day = order_day + from->lead_days + from->receiving_days,
                                 .item = item,
                                 .supplier = supplier.index,
                                 .status = SUPPLY_PROPOSED};
}

static int64_t minimum_of(const struct promise_state *state, const struct plan_need *need)
{
    uint32_t supplier = state->shop->items[need->item].supplier.index;
    return state->shop->suppliers[supplier].minimum_order_value_minor;
}

static int64_t entry_quantity(const struct supply *supply, uint32_t number)
{
    return number == 0 ? 0 : supply_entry_of(supply, number)->quantity_thousandths;
}

/* How much is bought for a shortage on the need's order day: whole packs, filled up until the
 * supplier takes the order. 0: more than any purchase may be. `day_value`: what the supplier's
 * purchase of that day is worth so far; asked for only where the supplier has a minimum. */
static int64_t buy_quantity(const struct promise_state *state, const struct plan_need *need,
                            int64_t shortage, int64_t day_value)
{
    ASSERT(shortage > 0);
    const struct item *item = &state->shop->items[need->item];
    int64_t least = minimum_of(state, need);
    int64_t quantity = pack_up(shortage, item->pack_size_thousandths);
    struct supply_entry like = entry_of(state, need->item, need->order_day);
    uint32_t number = supply_proposed_find(&state->supply, &like);
    int64_t before = number == 0
                         ? 0
                         : entry_quantity(&state->supply, number) +
                               supply_entry_of(&state->supply, number)->received_thousandths;
    int64_t others = day_value - supply_value(item, before);
    if (quantity != 0 && item->unit_cost_minor > 0 &&
        others + supply_value(item, before + quantity) < least) {
        quantity = pack_up(quantity_of_value(least - others, item->unit_cost_minor) - before,
                           item->pack_size_thousandths);
    }
    bool fits = before + quantity <= LIMIT_QUANTITY_THOUSANDTHS &&
                supply_value(item, before + quantity) <= LIMIT_MONEY_MINOR;
    return fits ? quantity : 0;
}

static bool week_has_room(const struct promise_state *state, uint16_t item, int32_t order_day,
                          int64_t quantity)
{
    int64_t most = state->shop->items[item].max_units_per_week_thousandths;
    return most < 0 || supply_week_quantity(&state->supply, item, order_day) + quantity <= most;
}

/* ---- taking and giving back ---- */

static void entry_grow(struct promise_state *state, uint32_t number, int64_t quantity)
{
    state_expect(state, number, -1);
    supply_entry_of(&state->supply, number)->quantity_thousandths += quantity;
    state_expect(state, number, 1);
}

static struct planned_purchase purchase_make(const struct promise_state *state,
                                             const struct plan_need *need, int64_t quantity)
{
    struct supply_entry like = entry_of(state, need->item, need->order_day);
    uint32_t number = supply_proposed_find(&state->supply, &like);
    return (struct planned_purchase){.item = {need->item},
                                     .supplier = {like.supplier},
                                     .entry = number != 0 ? number : state->supply.count + 1,
                                     .is_new = number == 0,
                                     .order_day = like.order_day,
                                     .arrives_day = like.arrives_day,
                                     .due_day = like.due_day,
                                     .quantity_thousandths = quantity,
                                     .cash_days = need->cash_days};
}

static void purchase_put(struct promise_state *state, const struct planned_purchase *purchase)
{
    if (purchase->is_new) {
        const struct supply_entry entry = {.order_day = purchase->order_day,
                                           .arrives_day = purchase->arrives_day,
                                           .due_day = purchase->due_day,
                                           .item = purchase->item.index,
                                           .supplier = purchase->supplier.index,
                                           .status = SUPPLY_PROPOSED};
        supply_add_entry(&state->supply, &entry);
    }
    entry_grow(state, purchase->entry, purchase->quantity_thousandths);
}

static void purchase_drop(struct promise_state *state, const struct planned_purchase *purchase)
{
    entry_grow(state, purchase->entry, -purchase->quantity_thousandths);
    if (purchase->is_new) {
        ASSERT(purchase->entry == state->supply.count);
        supply_drop_entry(&state->supply);
    }
}

void buy_undo(struct promise_state *state, const struct promise_plan *plan, uint32_t from)
{
    while (state->scratch.purchases_taken > from) {
        purchase_drop(state, &plan->purchases[--state->scratch.purchases_taken]);
    }
}

static void purchase_take(struct planning *p, const struct plan_need *need, int64_t quantity)
{
    struct plan_scratch *scratch = &p->state->scratch;
    ASSERT(scratch->purchases_taken == p->plan->purchase_count);
    struct planned_purchase *purchase = &p->plan->purchases[p->plan->purchase_count++];
    *purchase = purchase_make(p->state, need, quantity);
    purchase_put(p->state, purchase);
    scratch->purchases_taken++;
}

/* What is short from the day on which a purchase is usable, or from `floor` on, if that is later:
 * min over those days of P less what is kept back, against what is needed. */
static int64_t shortage_of(const struct planning *p, const struct plan_need *need, uint32_t floor)
{
    uint32_t day = need->due_day > floor ? need->due_day : floor;
    int64_t there =
        stock_low(&p->state->stock, need->item, (int32_t)day) - need_kept_back(p, need->item);
    return need->quantity - there;
}

void buy_take(struct planning *p, const struct plan_need *need, uint32_t floor)
{
    uint32_t supplier = p->state->shop->items[need->item].supplier.index;
    int64_t day_value =
        supply_day_value(&p->state->supply, p->state->shop, supplier, need->order_day);
    int64_t quantity = buy_quantity(p->state, need, shortage_of(p, need, floor), day_value);
    ASSERT(quantity > 0);
    purchase_take(p, need, quantity);
}

/* ---- finding ---- */

/* The forecast before anything of this order, and the order's sale in it from now on. */
static void sale_take(struct planning *p)
{
    struct promise_state *state = p->state;
    struct plan_scratch *scratch = &state->scratch;
    if (scratch->sale_taken || !state->cash.present) {
        return;
    }
    scratch->sale_taken = true;
    scratch->cash_low = cash_low(&state->cash);
    scratch->sale_count = 0;
    if (!p->asked->sold) {
        int64_t vat = 0;
        int64_t total = plan_sale(p, &vat);
        scratch->sale_count =
            cash_sale_flows(state->shop, state->window.today, total, vat, scratch->sale);
        cash_add(&state->cash, scratch->sale, scratch->sale_count, 1, false);
    }
}

static bool cash_bears(struct planning *p, const struct plan_need *need, int64_t quantity)
{
    struct promise_state *state = p->state;
    if (!state->cash.present) {
        return true;
    }
    sale_take(p);
    purchase_take(p, need, quantity);
    int64_t low = cash_low(&state->cash);
    buy_undo(state, p->plan, --p->plan->purchase_count);
    return low >= state->shop->cash.minimum_balance_minor || low >= state->scratch.cash_low;
}

enum buy_result buy_find(struct planning *p, struct plan_need *need, uint32_t floor)
{
    struct promise_state *state = p->state;
    struct supplier_id supplier = state->shop->items[need->item].supplier;
    if (supplier.index == NO_INDEX || state->shop->suppliers[supplier.index].retired ||
        state->supply.count >= LIMIT_SUPPLY_ENTRIES) {
        return BUY_NONE;
    }
    const struct supplier *from = &state->shop->suppliers[supplier.index];
    int32_t wait = from->lead_days + from->receiving_days;
    int64_t day_values[WINDOW_DAYS_MAX] = {0};
    if (from->minimum_order_value_minor > 0) {
        supply_day_values(&state->supply, state->shop, supplier.index, state->window.today,
                          state->stock.horizon_days, day_values);
    }
    int32_t without_cash = -1;
    bool any = false;
    for (int32_t day = need->first_day; day + wait < (int32_t)state->stock.horizon_days; day++) {
        int32_t order_day = state->window.today + day;
        if ((uint32_t)(day + wait) >= need->stock_day) {
            break;
        }
        if ((from->orders_on.bits >> weekday_of_day(order_day) & 1) == 0) {
            continue;
        }
        any = true;
        need->due_day = (uint32_t)(day + wait);
        need->order_day = order_day;
        int64_t quantity = buy_quantity(state, need, shortage_of(p, need, floor), day_values[day]);
        if (quantity == 0 || !week_has_room(state, need->item, order_day, quantity)) {
            continue;
        }
        without_cash = without_cash < 0 ? day : without_cash;
        if (cash_bears(p, need, quantity)) {
            need->cash_days += day - without_cash;
            need->first_day = day;
            return BUY_FOUND;
        }
    }
    return without_cash >= 0 ? BUY_NO_CASH : any ? BUY_NO_DAY : BUY_NONE;
}

/* ---- reductions ---- */

/* What may go of an entry: whole packs that nobody needs, as long as what is left of the supplier's
 * purchase is nothing, or still taken as an order. */
static int64_t reduction_of(struct promise_state *state, uint32_t number)
{
    const struct supply_entry *entry = supply_entry_of(&state->supply, number);
    const struct item *item = &state->shop->items[entry->item];
    int64_t due = (int64_t)entry->due_day - state->window.today;
    if (!supply_counts(entry, state->window.today) || due >= state->stock.horizon_days) {
        return 0;
    }
    int64_t low = stock_low(&state->stock, entry->item, (int32_t)due);
    int64_t most = low < entry->quantity_thousandths ? low : entry->quantity_thousandths;
    int64_t pack = item->pack_size_thousandths;
    int64_t reduced = most <= 0 ? 0 : most / pack * pack;
    int64_t total =
        supply_day_value(&state->supply, state->shop, entry->supplier, entry->order_day);
    int64_t least = state->shop->suppliers[entry->supplier].minimum_order_value_minor;
    bool all = reduced == entry->quantity_thousandths && entry->received_thousandths == 0 &&
               supply_is_alone(&state->supply, number);
    if (all || reduced == 0) {
        return reduced;
    }
    __int128 may = quantity_under(total - least, item->unit_cost_minor);
    return may < reduced ? (int64_t)(may / pack * pack) : reduced;
}

/* The item's proposed entries, the latest order day first; of equal ones the higher number. */
static uint32_t proposed_before(const struct promise_state *state, uint32_t item, uint32_t after)
{
    const struct supply *supply = &state->supply;
    uint32_t found = 0;
    for (uint32_t number = supply->latest[item]; number != 0;
         number = supply_entry_of(supply, number)->previous) {
        const struct supply_entry *entry = supply_entry_of(supply, number);
        int32_t day = entry->order_day;
        bool below = after == 0 || day < supply_entry_of(supply, after)->order_day ||
                     (day == supply_entry_of(supply, after)->order_day && number < after);
        if (entry->status == SUPPLY_PROPOSED && day >= state->window.today && below &&
            (found == 0 || day > supply_entry_of(supply, found)->order_day)) {
            found = number;
        }
    }
    return found;
}

/* The least item of the order's commitments above `item` (-1: the least of all); -1 if there is
 * none. */
static int32_t item_next(const struct order_parts *parts, uint32_t count, int32_t item)
{
    int32_t next = -1;
    for (uint32_t i = 0; i < count; i++) {
        int32_t own = parts->commitments[i].item;
        if (!parts->commitments[i].left && own > item && (next < 0 || own < next)) {
            next = own;
        }
    }
    return next;
}

void buy_reduce(struct promise_state *state, const struct order_record *record)
{
    struct plan_scratch *scratch = &state->scratch;
    struct order_parts parts = orders_parts(&state->orders, record);
    scratch->reduction_count = 0;
    if (state->supply.count == state->supply.opening_count) {
        return;
    }
    for (int32_t item = item_next(&parts, record->commitment_count, -1); item >= 0;
         item = item_next(&parts, record->commitment_count, item)) {
        uint32_t number = proposed_before(state, (uint32_t)item, 0);
        for (; number != 0 && scratch->reduction_count < EVENT_REDUCTIONS_MAX;
             number = proposed_before(state, (uint32_t)item, number)) {
            int64_t quantity = reduction_of(state, number);
            if (quantity > 0) {
                scratch->reductions[scratch->reduction_count++] =
                    (struct event_reduction){number, quantity};
                entry_grow(state, number, -quantity);
            }
        }
    }
    for (uint32_t i = scratch->reduction_count; i-- > 0;) {
        entry_grow(state, scratch->reductions[i].entry,
                   scratch->reductions[i].quantity_thousandths);
    }
}

/* ---- events ---- */

/* How much of an entry the first `count` reductions take together. */
static int64_t reductions_sum(const unsigned char *reductions, uint32_t count, uint32_t entry)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct event_reduction reduction = event_reduction_at(reductions, i);
        sum += reduction.entry == entry ? reduction.quantity_thousandths : 0;
    }
    return sum;
}

bool buy_reductions_fit(const struct promise_state *state, const unsigned char *reductions,
                        uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct event_reduction reduction = event_reduction_at(reductions, i);
        if (reduction.entry == 0 || reduction.entry > state->supply.count ||
            reduction.quantity_thousandths < 1 ||
            reduction.quantity_thousandths > entry_quantity(&state->supply, reduction.entry) -
                                                 reductions_sum(reductions, i, reduction.entry)) {
            return false;
        }
    }
    return true;
}

void buy_reductions_apply(struct promise_state *state, const unsigned char *reductions,
                          uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct event_reduction reduction = event_reduction_at(reductions, i);
        entry_grow(state, reduction.entry, -reduction.quantity_thousandths);
        supply_entry_settle(supply_entry_of(&state->supply, reduction.entry));
    }
}

static struct planned_purchase purchase_of(const struct event_purchase *event)
{
    return (struct planned_purchase){.item = event->item,
                                     .supplier = event->supplier,
                                     .entry = event->entry,
                                     .is_new = event->is_new,
                                     .order_day = event->order_day,
                                     .arrives_day = event->arrives_day,
                                     .due_day = event->due_day,
                                     .quantity_thousandths = event->quantity_thousandths};
}

static bool purchase_fits(const struct promise_state *state, const struct event_purchase *purchase)
{
    const struct supply *supply = &state->supply;
    if (purchase->item.index >= state->shop->item_count ||
        purchase->supplier.index >= state->shop->supplier_count ||
        purchase->quantity_thousandths < 1 ||
        purchase->quantity_thousandths > LIMIT_QUANTITY_THOUSANDTHS ||
        !day_is_near(state, purchase->order_day) || !day_is_near(state, purchase->arrives_day) ||
        !day_is_near(state, purchase->due_day)) {
        return false;
    }
    if (purchase->is_new) {
        return purchase->entry == supply->count + 1 && supply->count < LIMIT_SUPPLY_ENTRIES;
    }
    return purchase->entry > 0 && purchase->entry <= supply->count &&
           supply_entry_of(supply, purchase->entry)->status == SUPPLY_PROPOSED &&
           supply_entry_of(supply, purchase->entry)->item == purchase->item.index &&
           supply_entry_of(supply, purchase->entry)->due_day == purchase->due_day;
}

uint32_t buy_event_take(struct promise_state *state, const struct event_placed *placed)
{
    uint32_t taken = 0;
    for (; taken < placed->purchase_count; taken++) {
        struct event_purchase event = event_placed_purchase(placed, taken);
        if (!purchase_fits(state, &event)) {
            break;
        }
        struct planned_purchase purchase = purchase_of(&event);
        purchase_put(state, &purchase);
    }
    return taken;
}

void buy_event_give(struct promise_state *state, const struct event_placed *placed, uint32_t taken)
{
    while (taken > 0) {
        struct event_purchase event = event_placed_purchase(placed, --taken);
        struct planned_purchase purchase = purchase_of(&event);
        purchase_drop(state, &purchase);
    }
}

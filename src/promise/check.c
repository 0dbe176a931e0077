/* Every invariant of the core, by walking everything: for `verify` and for tests.
 *
 * What is derived must equal the sum over the orders, slot by slot and day by day. It is recomputed
 * by taking each order's reservations off the tables and putting them back: what remains between
 * must be nothing but the opening figures. */
#include "promise/state.h"

#include "base/assert.h"

static const char *orders_parts_check(const struct promise_state *state)
{
    for (uint32_t number = 1; number <= state->orders.count; number++) {
        const struct order_record *record = orders_record(&state->orders, number);
        enum order_status status = (enum order_status)record->status;
        if (status == ORDER_NONE || status >= ORDER_STATUSES) {
            return "an order has no status";
        }
        if (!status_reserves(status) && (record->run_count != 0 || record->commitment_count != 0 ||
                                         record->booking_count != 0)) {
            return "an order that has ended still reserves something";
        }
        struct order_parts parts = orders_parts(&state->orders, record);
        if (status >= ORDER_CONFIRMED && status <= ORDER_DELIVERED &&
            status != order_status_of_lines(&parts, record->line_count)) {
            return "an order's status is not that of its lines";
        }
        for (uint32_t i = 0; i < record->line_count; i++) {
            if (parts.lines[i].group >= record->group_count ||
                parts.lines[i].quantity_thousandths == 0) {
                return "an order's line has no group or no quantity";
            }
        }
        for (uint32_t i = 0; i < record->commitment_count; i++) {
            if (parts.commitments[i].quantity_thousandths <= 0 ||
                parts.commitments[i].item >= state->stock.item_count) {
                return "an order's commitment is of nothing";
            }
        }
    }
    return NULL;
}

static int64_t committed_sum(const struct stock *stock, uint32_t item)
{
    int64_t sum = 0;
    for (uint32_t day = 0; stock->heads[item].touched && day < stock->day_count; day++) {
        int64_t committed = stock_day_of(stock, item, day)->committed;
        if (committed < 0) {
            return -1; /* given back on another day than it was committed */
        }
        sum += committed;
    }
    return sum;
}

/* With all orders released: P before today is what is on hand less the opening commitments that are
 * past. */
static const char *stock_empty_check(const struct promise_state *state)
{
    const struct shop *shop = state->shop;
    for (uint32_t item = 0; item < state->stock.item_count; item++) {
        int64_t committed = committed_sum(&state->stock, item);
        int64_t left = state->stock.heads[item].base - committed;
        int64_t expected = state->stock.on_hand[item];
        for (uint32_t i = 0; i < shop->commitment_count; i++) {
            bool within =
                (int64_t)shop->commitments[i].due_day - state->window.today < state->window.days;
            if (shop->commitments[i].item.index == item && within) {
                expected -= shop->commitments[i].quantity_thousandths;
            }
        }
        if (committed < 0 || left != expected) {
            return "an item's commitments differ from those of the orders";
        }
    }
    return NULL;
}

/* Each session has as many seats taken as are booked of it, and not fewer slots than it owns. */
static const char *sessions_check(const struct promise_state *state)
{
    for (uint32_t number = 1; number <= state->sessions.count; number++) {
        const struct session *session = session_of(&state->sessions, number);
        if (session->seats_taken == 0) {
            continue;
        }
        for (uint32_t i = 0; i < session->run_count; i++) {
            if (!hours_has(&state->hours, orders_runs(&state->orders, session->block)[i])) {
                return "a session's slots are not taken";
            }
        }
    }
    return NULL;
}

static const char *sessions_empty_check(const struct promise_state *state)
{
    for (uint32_t number = 1; number <= state->sessions.count; number++) {
        if (session_of(&state->sessions, number)->seats_taken != 0) {
            return "a session's seats differ from what is booked";
        }
    }
    return NULL;
}

/* The forecast that the trees give is the one that plain sums give. */
static const char *cash_check(struct promise_state *state)
{
    static struct cash_day days[LIMIT_HORIZON_DAYS];
    struct cash_day lowest = {0};
    uint32_t count = 0;
    if (!promise_cash(state, days, &count, &lowest)) {
        return NULL;
    }
    return cash_low(&state->cash) == lowest.balance ? NULL
                                                    : "the cash forecast differs from its flows";
}

/* What each day adds to P is what is expected on it less what is committed. */
static const char *expected_check(const struct promise_state *state)
{
    const struct stock *stock = &state->stock;
    for (uint32_t item = 0; item < stock->item_count; item++) {
        int64_t sum = 0;
        for (uint32_t day = 0; day < stock->horizon_days; day++) {
            const struct stock_day *own = stock_day_of(stock, item, day);
            sum += own->change + own->committed;
        }
        for (uint32_t number = state->supply.latest[item]; number != 0;
             number = supply_entry_of(&state->supply, number)->previous) {
            const struct supply_entry *entry = supply_entry_of(&state->supply, number);
            bool within = entry->due_day - state->window.today < state->window.horizon_days;
            if (supply_counts(entry, state->window.today) && within) {
                sum -= entry->quantity_thousandths;
            }
        }
        if (sum != 0) {
            return "an item's stock differs from what is expected of it";
        }
    }
    return NULL;
}

/* The broken promises are as many as are counted. */
static const char *broken_check(const struct promise_state *state)
{
    uint32_t broken = 0;
    for (uint32_t number = 1; number <= state->orders.count; number++) {
        const struct order_record *record = orders_record(&state->orders, number);
        broken += record_broken(record);
    }
    return broken == state->broken ? NULL : "the count of broken promises is wrong";
}

static const char *hours_empty_check(const struct promise_state *state)
{
    if (!hours_untaken(&state->hours)) {
        return "a slot is taken by no order";
    }
    for (uint32_t i = 0; i < state->parcels.carrier_count; i++) {
        for (int32_t day = 0; day < state->window.days; day++) {
            if (state->parcels.carriers[i].count[day] != 0) {
                return "a carrier's place is taken by no order";
            }
        }
    }
    return NULL;
}

/* Are an order's slots and its places with carriers taken at all? Asked before they are given back,
 * because giving back what was never taken is a bug that stops the program, and here it is to be
 * told. */
static bool order_is_reserved(const struct promise_state *state, const struct order_record *record)
{
    struct order_parts parts = orders_parts(&state->orders, record);
    for (uint32_t i = 0; i < record->run_count; i++) {
        if (!hours_has(&state->hours, parts.runs[i])) {
            return false;
        }
    }
    bool broken = (record->flags & ORDER_BROKEN) != 0;
    for (uint32_t i = 0; i < record->group_count; i++) {
        const struct order_group *group = &parts.groups[i];
        int32_t day = group->collection_day - state->window.today;
        bool counted =
            !broken && group->carrier != NO_INDEX && day >= 0 && day < state->window.days;
        if (counted && state->parcels.carriers[group->carrier].count[day] < 1) {
            return false;
        }
    }
    return true;
}

/* The state is the same before and after, so a const state may be handed in: it was never a const
 * object. */
static const char *reservations_check(struct promise_state *state)
{
    const char *wrong = NULL;
    uint32_t number = 1;
    for (; number <= state->orders.count && wrong == NULL; number++) {
        const struct order_record *record = orders_record(&state->orders, number);
        if (record_reserves(record) && !order_is_reserved(state, record)) {
            wrong = "an order's slots or its place with a carrier are not taken";
            break;
        }
        if (record_reserves(record)) {
            state_release(state, record);
        }
    }
    if (wrong == NULL) {
        wrong = stock_empty_check(state);
    }
    if (wrong == NULL) {
        wrong = sessions_empty_check(state);
    }
    if (wrong == NULL) {
        wrong = hours_empty_check(state);
    }
    while (--number > 0) {
        const struct order_record *record = orders_record(&state->orders, number);
        if (record_reserves(record)) {
            state_reserve(state, record);
        }
    }
    return wrong;
}

const char *promise_check(const struct promise_state *state)
{
    plan_settle_look(state);
    const char *wrong = orders_parts_check(state);
    if (wrong == NULL) {
        wrong = orders_check(&state->orders);
    }
    if (wrong == NULL) {
        wrong = stock_check(&state->stock);
    }
    if (wrong == NULL) {
        wrong = hours_check(&state->hours);
    }
    if (wrong == NULL) {
        wrong = supply_check(&state->supply, state->shop);
    }
    if (wrong == NULL) {
        wrong = expected_check(state);
    }
    if (wrong == NULL) {
        wrong = sessions_check(state);
    }
    if (wrong == NULL) {
        wrong = wishes_check(&state->wishes);
    }
    if (wrong == NULL) {
        wrong = broken_check(state);
    }
    if (wrong == NULL) {
        wrong = cash_check((struct promise_state *)(uintptr_t)state);
    }
    if (wrong == NULL) {
        wrong = reservations_check((struct promise_state *)(uintptr_t)state);
    }
    return wrong;
}

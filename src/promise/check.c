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
        if (!status_reserves(status) && (record->run_count != 0 || record->commitment_count != 0)) {
            return "an order that has ended still reserves something";
        }
        struct order_parts parts = orders_parts(&state->orders, record);
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
    for (uint32_t day = 0; stock->touched[item] && day < stock->day_count; day++) {
        sum += stock->committed[(size_t)item * stock->day_count + day];
    }
    return sum;
}

/* With all orders released: P before today is what is on hand less the opening commitments that are
 * past. */
static const char *stock_empty_check(const struct promise_state *state)
{
    const struct shop *shop = state->shop;
    for (uint32_t item = 0; item < state->stock.item_count; item++) {
        int64_t left = state->stock.base[item] - committed_sum(&state->stock, item);
        int64_t expected = state->stock.on_hand[item];
        for (uint32_t i = 0; i < shop->commitment_count; i++) {
            bool within =
                (int64_t)shop->commitments[i].due_day - state->window.today < state->window.days;
            if (shop->commitments[i].item.index == item && within) {
                expected -= shop->commitments[i].quantity_thousandths;
            }
        }
        if (left != expected) {
            return "an item's commitments differ from those of the orders";
        }
    }
    return NULL;
}

static const char *hours_empty_check(const struct promise_state *state)
{
    for (uint32_t i = 0; i < state->hours.center_count; i++) {
        const struct hours_center *center = &state->hours.centers[i];
        for (uint32_t quarter = 0; quarter < state->hours.quarter_count; quarter++) {
            const uint64_t *words = center->quarters + (size_t)quarter * (1 + center->planes);
            for (uint32_t b = 0; b < center->planes; b++) {
                if (words[1 + b] != 0) {
                    return "a slot is taken by no order";
                }
            }
        }
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

static void orders_all(struct promise_state *state,
                       void (*change)(struct promise_state *, const struct order_record *))
{
    for (uint32_t number = 1; number <= state->orders.count; number++) {
        const struct order_record *record = orders_record(&state->orders, number);
        if (status_reserves((enum order_status)record->status)) {
            change(state, record);
        }
    }
}

/* The state is the same before and after, so a const state may be handed in: it was never a const
 * object. */
static const char *reservations_check(struct promise_state *state)
{
    orders_all(state, state_release);
    const char *wrong = stock_empty_check(state);
    if (wrong == NULL) {
        wrong = hours_empty_check(state);
    }
    orders_all(state, state_reserve);
    return wrong;
}

const char *promise_check(const struct promise_state *state)
{
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
        wrong = reservations_check((struct promise_state *)(uintptr_t)state);
    }
    return wrong;
}

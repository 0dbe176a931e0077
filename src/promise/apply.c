/* Events in, the state after them out. The same code runs live, in replay and in simulation.
 *
 * An event that this state cannot have decided is refused and changes nothing: everything is
 * checked first, and what has to be taken to be checked (slots that overlap, stock of one item on
 * several days) is given back when a later part does not fit. */
#include "promise/state.h"

#include "base/assert.h"

/* ---- PLACED ---- */

static bool placed_lines_fit(const struct promise_state *state, const struct event_placed *placed)
{
    for (uint32_t i = 0; i < placed->line_count; i++) {
        struct event_line line = event_placed_line(placed, i);
        if (line.offer.index >= state->shop->offer_count || line.group >= placed->group_count ||
            line.quantity_thousandths < 1 ||
            line.quantity_thousandths > LIMIT_LINE_QUANTITY_THOUSANDTHS || line.amount_minor < 0) {
            return false;
        }
    }
    for (uint32_t i = 0; i < placed->group_count; i++) {
        struct event_group group = event_placed_group(placed, i);
        int64_t day = (int64_t)group.collection_day - state->window.today;
        bool on_site = group.carrier.index == NO_INDEX;
        bool carried = group.carrier.index < state->shop->carrier_count && day >= 0 &&
                       day < state->window.days;
        if (on_site ? group.dates.has_ship_by : !carried || !group.dates.has_ship_by) {
            return false;
        }
    }
    return true;
}

static bool placed_head_fits(const struct promise_state *state, const struct event_placed *placed)
{
    int64_t delivery = (int64_t)placed->first.dates.deliver_by_day - state->window.today;
    if (placed->number != state->orders.count + 1 || placed->made_at < 0 || delivery < 0 ||
        delivery >= state->window.horizon_days || orders_find(&state->orders, &placed->key) != 0) {
        return false;
    }
    if (placed->hold ? placed->held_until < placed->made_at : placed->held_until != 0) {
        return false;
    }
    return placed->replaced_number == 0 ||
           (placed->replaced_number <= state->orders.count &&
            orders_record(&state->orders, placed->replaced_number)->status == ORDER_HELD);
}

/* Takes the runs one by one, each only if it is free; returns how many it took. */
static uint32_t placed_runs_take(struct promise_state *state, const struct event_placed *placed)
{
    uint32_t taken = 0;
    for (; taken < placed->run_count; taken++) {
        struct slot_run run = event_placed_run(placed, taken);
        if (!hours_free(&state->hours, run) || !hours_take(&state->hours, run)) {
            break;
        }
    }
    return taken;
}

static bool commitment_fits(struct promise_state *state, struct event_commitment commitment)
{
    int64_t day = (int64_t)commitment.day - state->window.today;
    if (commitment.item.index >= state->shop->item_count || day < 0 ||
        day >= state->window.horizon_days || commitment.quantity_thousandths < 1 ||
        commitment.quantity_thousandths > INT64_MAX / 8) {
        return false;
    }
    return stock_earliest(&state->stock, commitment.item.index, commitment.quantity_thousandths) <=
           day;
}

static uint32_t placed_commitments_take(struct promise_state *state,
                                        const struct event_placed *placed)
{
    uint32_t taken = 0;
    for (; taken < placed->commitment_count; taken++) {
        struct event_commitment commitment = event_placed_commitment(placed, taken);
        if (!commitment_fits(state, commitment)) {
            break;
        }
        stock_commit(&state->stock, commitment.item.index, commitment.day - state->window.today,
                     commitment.quantity_thousandths);
    }
    return taken;
}

static void placed_give(struct promise_state *state, const struct event_placed *placed,
                        uint32_t runs, uint32_t commitments)
{
    while (runs > 0) {
        hours_give(&state->hours, event_placed_run(placed, --runs));
    }
    while (commitments > 0) {
        struct event_commitment commitment = event_placed_commitment(placed, --commitments);
        stock_commit(&state->stock, commitment.item.index, commitment.day - state->window.today,
                     -commitment.quantity_thousandths);
    }
}

static void placed_parcels_take(struct promise_state *state, const struct event_placed *placed)
{
    for (uint32_t i = 0; i < placed->group_count; i++) {
        struct event_group group = event_placed_group(placed, i);
        if (group.carrier.index != NO_INDEX) {
            parcels_add(&state->parcels, state->shop, &state->window, group.carrier.index,
                        group.collection_day - state->window.today, 1);
        }
    }
}

static bool placed_counts(const struct promise_state *state, const struct event_placed *placed)
{
    for (uint32_t i = 0; i < placed->line_count; i++) {
        uint16_t offer = event_placed_line(placed, i).offer.index;
        if (state->shop->offers[offer].max_per_customer_thousandths >= 0) {
            return true;
        }
    }
    return false;
}

static void order_end(struct promise_state *state, struct order_record *record,
                      enum order_status status)
{
    record->status = (uint8_t)status;
    orders_shrink(&state->orders, record);
    orders_holds_trim(&state->orders);
}

/* The same bytes as were decided last, on this very state: nothing happened since. */
static bool placed_is_pending(const struct promise_state *state, const struct event *event)
{
    const struct plan_pending *pending = &state->pending;
    return pending->taken && event->version == EVENT_VERSION && event->length == pending->length &&
           memcmp(event->payload, pending->payload, pending->length) == 0;
}

static void placed_add(struct promise_state *state, const struct event_placed *placed)
{
    placed_parcels_take(state, placed);
    orders_add(&state->orders, placed, placed_counts(state, placed));
    if (placed->replaced_number != 0) {
        order_end(state, orders_record(&state->orders, placed->replaced_number), ORDER_REPLACED);
    }
}

static enum status placed_apply(struct promise_state *state, const struct event *event)
{
    struct event_placed placed;
    bool decided = placed_is_pending(state, event);
    enum status status = event_placed_read(event, &placed);
    if (status == STATUS_OK && decided) {
        state->pending.taken = false;
        plan_keep(state, &state->plan);
        placed_add(state, &placed);
        return STATUS_OK;
    }
    plan_settle(state);
    if (status != STATUS_OK) {
        return status;
    }
    if (!placed_head_fits(state, &placed) || !placed_lines_fit(state, &placed)) {
        return STATUS_CORRUPT;
    }
    if (!orders_room(&state->orders, placed.line_count, placed.group_count, placed.run_count,
                     placed.commitment_count)) {
        return STATUS_LIMIT;
    }
    struct order_record *replaced =
        placed.replaced_number == 0 ? NULL : orders_record(&state->orders, placed.replaced_number);
    if (replaced != NULL) {
        state_release(state, replaced);
    }
    uint32_t runs = placed_runs_take(state, &placed);
    uint32_t commitments = placed_commitments_take(state, &placed);
    if (runs < placed.run_count || commitments < placed.commitment_count) {
        placed_give(state, &placed, runs, commitments);
        if (replaced != NULL) {
            state_reserve(state, replaced);
        }
        return STATUS_CORRUPT;
    }
    placed_add(state, &placed);
    return STATUS_OK;
}

/* ---- steps ---- */

/* The goods leave: what was committed is now gone from the shelf. */
static void stock_leaves(struct promise_state *state, const struct order_record *record)
{
    struct order_parts parts = orders_parts(&state->orders, record);
    for (uint32_t i = 0; i < record->commitment_count; i++) {
        const struct order_commitment *commitment = &parts.commitments[i];
        stock_commit(&state->stock, commitment->item, commitment->day - state->window.today,
                     -commitment->quantity_thousandths);
        stock_leave(&state->stock, commitment->item, commitment->quantity_thousandths);
    }
}

static void step_effect(struct promise_state *state, struct order_record *record,
                        enum event_type type)
{
    enum order_status before = (enum order_status)record->status;
    enum order_status after = order_status_after(type);
    if (type == EVENT_SHIPPED || (type == EVENT_DELIVERED && status_commits(before))) {
        stock_leaves(state, record);
        record->status = ORDER_SHIPPED;
    }
    if (status_reserves(after)) {
        record->status = (uint8_t)after;
        orders_holds_trim(&state->orders);
        return;
    }
    state_release(state, record);
    order_end(state, record, after);
}

static enum status step_apply(struct promise_state *state, const struct event *event)
{
    struct event_step step;
    enum status status = event_step_read(event, &step);
    if (status != STATUS_OK) {
        return status;
    }
    if (step.number == 0 || step.number > state->orders.count) {
        return STATUS_CORRUPT;
    }
    struct order_record *record = orders_record(&state->orders, step.number);
    enum event_type type = (enum event_type)event->type;
    if (memcmp(&record->key, &step.key, sizeof step.key) != 0 ||
        !order_allows(state, record, type)) {
        return STATUS_CORRUPT;
    }
    step_effect(state, record, type);
    return STATUS_OK;
}

/* ---- DAY ---- */

static enum status day_apply(struct promise_state *state, const struct event *event, int64_t stamp)
{
    int32_t day = 0;
    enum status status = event_day_read(event, &day);
    if (status != STATUS_OK) {
        return status;
    }
    if (day <= state->window.today || zone_instant(&state->shop->zone, day, 0) > stamp) {
        return STATUS_CORRUPT;
    }
    uint32_t elapsed = (uint32_t)(day - state->window.today);
    window_set(&state->window, &state->shop->zone, day, state->window.horizon_days,
               state->window.days);
    stock_roll(&state->stock, state->shop, &state->window, elapsed);
    hours_roll(&state->hours, state->shop, &state->window);
    parcels_roll(&state->parcels, state->shop, &state->window, elapsed);
    return STATUS_OK;
}

enum status promise_apply(struct promise_state *state, const struct event *event, int64_t stamp)
{
    enum status status = STATUS_OK;
    if (event->type != EVENT_PLACED) {
        plan_settle(state);
    }
    switch (event->type) {
    case EVENT_SHOP:
    case EVENT_HISTORY:
    case EVENT_ZONE:
        break; /* the engine hands the shop that they make to promise_shop */
    case EVENT_DAY:
        status = day_apply(state, event, stamp);
        break;
    case EVENT_PLACED:
        status = placed_apply(state, event);
        break;
    case EVENT_CONFIRMED:
    case EVENT_CANCELLED:
    case EVENT_EXPIRED:
    case EVENT_STARTED:
    case EVENT_DONE:
    case EVENT_SHIPPED:
    case EVENT_DELIVERED:
        status = step_apply(state, event);
        break;
    default:
        return event->type >= EVENT_TYPES ? STATUS_VERSION : STATUS_CORRUPT;
    }
    if (status == STATUS_OK && stamp > state->now) {
        state->now = stamp;
    }
    return status;
}

/* Events in, the state after them out. The same code runs live, in replay and in simulation.
 *
 * An event that this state cannot have decided is refused and changes nothing: everything is
 * checked first, and what has to be taken to be checked (slots that overlap, stock of one item on
 * several days) is given back when a later part does not fit. */
#include "promise/state.h"

#include "base/assert.h"

/* ---- PLACED and REVISED: does it fit? ---- */

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
        bool known = on_site || group.carrier.index < state->shop->carrier_count;
        bool carried =
            day < state->window.days && (day >= 0 || (placed->reason != CHANGE_NONE &&
                                                      day_is_near(state, group.collection_day)));
        bool fits = on_site ? group.collection_day == 0 && !group.dates.has_ship_by
                            : carried && group.dates.has_ship_by;
        if (!known || !fits || !day_is_near(state, group.dates.deliver_by_day)) {
            return false;
        }
    }
    return true;
}

/* Only what was sold elsewhere is broken from the beginning, and has goods and nothing else. */
static bool placed_elsewhere_fits(const struct event_placed *placed)
{
    bool bare = placed->elsewhere && placed->run_count == 0 && placed->session_count == 0 &&
                placed->purchase_count == 0;
    return !placed->elsewhere ? !placed->broken
                              : !placed->hold && placed->wish == 0 && (!placed->broken || bare);
}

static bool placed_head_fits(const struct promise_state *state, const struct event_placed *placed)
{
    int64_t delivery = (int64_t)placed->first.dates.deliver_by_day - state->window.today;
    bool overdue = placed->broken && day_is_near(state, placed->first.dates.deliver_by_day);
    if (placed->number != state->orders.count + 1 || placed->made_at < 0 ||
        (delivery < 0 && !overdue) || delivery >= state->window.horizon_days ||
        !placed_elsewhere_fits(placed) || orders_find(&state->orders, &placed->key) != 0 ||
        placed->vat_minor < 0 || (placed->wish != 0 && !wish_meets(state, placed))) {
        return false;
    }
    if (placed->hold ? placed->held_until < placed->made_at : placed->held_until != 0) {
        return false;
    }
    return placed->replaced_number == 0 ||
           (placed->replaced_number <= state->orders.count &&
            order_gives_way(state, placed->replaced_number, placed->elsewhere));
}

static bool session_fits(const struct promise_state *state, const struct event_session *session,
                         uint32_t *next)
{
    if (session->offer.index >= state->shop->offer_count || session->seats == 0 ||
        session->seats > LIMIT_SEATS || session->end < session->start) {
        return false;
    }
    if (session->is_new) {
        return session->number == ++*next;
    }
    return session->number > 0 && session->number <= state->sessions.count &&
           session_of(&state->sessions, session->number)->block != 0 &&
           session_of(&state->sessions, session->number)->offer == session->offer.index;
}

static bool placed_sessions_fit(const struct promise_state *state,
                                const struct event_placed *placed)
{
    uint32_t next = state->sessions.count;
    for (uint32_t i = 0; i < placed->session_count; i++) {
        struct event_session session = event_placed_session(placed, i);
        if (!session_fits(state, &session, &next)) {
            return false;
        }
    }
    return true;
}

/* ---- taking what it reserves ---- */

/* Takes the runs one by one, each only if it is free; returns how many it took. Whole work may lie
 * beyond the load limit, so only people are asked for. */
static uint32_t placed_runs_take(struct promise_state *state, const struct event_placed *placed,
                                 uint32_t from_slot)
{
    uint32_t taken = 0;
    for (; taken < placed->run_count + placed->session_run_count; taken++) {
        struct slot_run run = event_placed_run(placed, taken);
        if (run.work_center >= state->hours.center_count || run.crew == 0 || run.count == 0 ||
            !hours_free_people(&state->hours, run, from_slot) || !hours_take(&state->hours, run)) {
            break;
        }
    }
    return taken;
}

static void placed_runs_give(struct promise_state *state, const struct event_placed *placed,
                             uint32_t runs)
{
    while (runs > 0) {
        hours_give(&state->hours, event_placed_run(placed, --runs));
    }
}

static bool commitment_fits(struct promise_state *state, const struct event_placed *placed,
                            struct event_commitment commitment)
{
    int64_t day = (int64_t)commitment.day - state->window.today;
    if (commitment.item.index >= state->shop->item_count ||
        commitment.group >= placed->group_count || day >= state->window.days ||
        commitment.quantity_thousandths < 1 || commitment.quantity_thousandths > INT64_MAX / 8) {
        return false;
    }
    if (placed->reason != CHANGE_NONE) {
        return true; /* a revision keeps what is committed, whatever P has become */
    }
    int64_t spared = placed->elsewhere ? state->stock.heads[commitment.item.index].keep_back : 0;
    return day >= 0 && day < state->window.horizon_days &&
           (placed->broken || stock_earliest(&state->stock, commitment.item.index,
                                             commitment.quantity_thousandths - spared) <= day);
}

static uint32_t placed_commitments_take(struct promise_state *state,
                                        const struct event_placed *placed)
{
    uint32_t taken = 0;
    for (; taken < placed->commitment_count; taken++) {
        struct event_commitment commitment = event_placed_commitment(placed, taken);
        if (!commitment_fits(state, placed, commitment)) {
            break;
        }
        stock_commit(&state->stock, commitment.item.index, commitment.day - state->window.today,
                     commitment.quantity_thousandths);
    }
    return taken;
}

static void placed_commitments_give(struct promise_state *state, const struct event_placed *placed,
                                    uint32_t commitments)
{
    while (commitments > 0) {
        struct event_commitment commitment = event_placed_commitment(placed, --commitments);
        stock_commit(&state->stock, commitment.item.index, commitment.day - state->window.today,
                     -commitment.quantity_thousandths);
    }
}

/* Gives back so many of its purchases, runs and commitments as were taken. */
static void placed_give(struct promise_state *state, const struct event_placed *placed,
                        uint32_t purchases, uint32_t runs, uint32_t commitments)
{
    placed_commitments_give(state, placed, commitments);
    placed_runs_give(state, placed, runs);
    buy_event_give(state, placed, purchases);
}

/* Purchases, slots and stock; all of it or nothing. */
static bool placed_take(struct promise_state *state, const struct event_placed *placed,
                        uint32_t from_slot)
{
    uint32_t purchases = buy_event_take(state, placed);
    uint32_t runs = placed_runs_take(state, placed, from_slot);
    uint32_t commitments = placed_commitments_take(state, placed);
    if (purchases == placed->purchase_count &&
        runs == placed->run_count + placed->session_run_count &&
        commitments == placed->commitment_count) {
        return true;
    }
    placed_give(state, placed, purchases, runs, commitments);
    return false;
}

/* The same, and what it reduces is there with its purchases: only then is all of it taken. */
static bool placed_take_reducing(struct promise_state *state, const struct event_placed *placed)
{
    if (!placed_take(state, placed, 0)) {
        return false;
    }
    if (buy_reductions_fit(state, placed->reductions, placed->reduction_count)) {
        return true;
    }
    placed_give(state, placed, placed->purchase_count,
                placed->run_count + placed->session_run_count, placed->commitment_count);
    return false;
}

static void placed_parcels_take(struct promise_state *state, const struct event_placed *placed)
{
    for (uint32_t i = 0; i < placed->group_count; i++) {
        struct event_group group = event_placed_group(placed, i);
        if (group.carrier.index != NO_INDEX) {
            parcels_add(&state->parcels, &state->window, group.carrier.index,
                        group.collection_day - state->window.today, 1);
        }
    }
}

/* The slots of new sessions are taken already. */
static void placed_sessions_take(struct promise_state *state, const struct event_placed *placed)
{
    uint32_t run = placed->run_count;
    for (uint32_t i = 0; i < placed->session_count; i++) {
        struct event_session booking = event_placed_session(placed, i);
        if (!booking.is_new) {
            sessions_seats(&state->sessions, &state->orders, &state->hours, booking.number,
                           (int32_t)booking.seats);
            continue;
        }
        const struct session session = {.start = booking.start,
                                        .end = booking.end,
                                        .offer = booking.offer.index,
                                        .run_count = booking.run_count};
        struct session *added = sessions_add(&state->sessions, &state->orders, &session);
        struct slot_run *runs = orders_runs(&state->orders, added->block);
        for (uint32_t k = 0; k < booking.run_count; k++) {
            runs[k] = event_placed_run(placed, run++);
        }
        added->seats_taken = booking.seats;
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

/* ---- orders that end ---- */

/* The sessions that an order had seats in: those that nobody has any more will end. */
struct booked {
    uint32_t sessions[LIMIT_ORDER_LINES];
    uint32_t count;
};

static void booked_note(const struct promise_state *state, const struct order_record *record,
                        struct booked *booked)
{
    struct order_parts parts = orders_parts(&state->orders, record);
    booked->count = record->booking_count;
    for (uint32_t i = 0; i < booked->count; i++) {
        booked->sessions[i] = parts.bookings[i].session;
    }
}

static void booked_close(struct promise_state *state, const struct booked *booked)
{
    for (uint32_t i = 0; i < booked->count; i++) {
        sessions_close(&state->sessions, &state->orders, booked->sessions[i]);
    }
}

/* It has given back what it had; what was delivered may have its new status already. */
static void order_end(struct promise_state *state, struct order_record *record,
                      enum order_status status)
{
    struct booked booked;
    booked_note(state, record, &booked);
    booked_close(state, &booked);
    state->broken -= (record->flags & ORDER_BROKEN) != 0;
    record->status = (uint8_t)status;
    orders_shrink(&state->orders, record);
    orders_holds_trim(&state->orders);
}

/* ---- PLACED ---- */

/* The same bytes as were decided last, on this very state: nothing happened since. */
static bool placed_is_pending(const struct promise_state *state, const struct event *event)
{
    const struct plan_pending *pending = &state->pending;
    return pending->taken && event->type == EVENT_PLACED && event->version == EVENT_VERSION &&
           event->length == pending->length &&
           memcmp(event->payload, pending->payload, pending->length) == 0;
}

static void placed_add(struct promise_state *state, const struct event_placed *placed)
{
    if (!placed->broken) {
        placed_parcels_take(state, placed);
    }
    state->broken += placed->broken;
    orders_add(&state->orders, placed, placed_counts(state, placed));
    if (placed->wish != 0) {
        wishes_end(&state->wishes, placed->wish, WISH_OFFERED, placed->number);
    }
    placed_sessions_take(state, placed);
    state_sale(state, orders_record(&state->orders, state->orders.count), 1);
    if (placed->replaced_number != 0) {
        order_end(state, orders_record(&state->orders, placed->replaced_number), ORDER_REPLACED);
        buy_reductions_apply(state, placed->reductions, placed->reduction_count);
    }
    /* What is bought for it comes in whole packs, and something may be left over; with its seats a
     * session may be full, and no longer stand before a new one. */
    if (placed->replaced_number != 0 || placed->purchase_count > 0 || placed->session_count > 0) {
        wishes_wake(&state->wishes);
    }
}

static void placed_keep_pending(struct promise_state *state, const struct event_placed *placed)
{
    state->pending.taken = false;
    plan_keep(state, &state->plan);
    uint32_t purchases = buy_event_take(state, placed);
    ASSERT(purchases == placed->purchase_count);
    placed_add(state, placed);
}

static enum status placed_apply(struct promise_state *state, const struct event *event)
{
    struct event_placed placed;
    bool decided = placed_is_pending(state, event);
    enum status status = event_placed_read(event, &placed);
    if (status == STATUS_OK && decided) {
        placed_keep_pending(state, &placed);
        return STATUS_OK;
    }
    plan_settle(state);
    if (status != STATUS_OK) {
        return status;
    }
    if (!placed_head_fits(state, &placed) || !placed_lines_fit(state, &placed) ||
        !placed_sessions_fit(state, &placed)) {
        return STATUS_CORRUPT;
    }
    const struct order_shape shape = order_shape_of(&placed, 0);
    if (!state_has_room(state, &shape, placed.session_run_count, 0)) {
        return STATUS_LIMIT;
    }
    struct order_record *replaced =
        placed.replaced_number == 0 ? NULL : orders_record(&state->orders, placed.replaced_number);
    if (replaced != NULL) {
        state_release(state, replaced);
        state_sale(state, replaced, -1);
    }
    if (!placed_take_reducing(state, &placed)) {
        if (replaced != NULL) {
            state_reserve(state, replaced);
            state_sale(state, replaced, 1);
        }
        return STATUS_CORRUPT;
    }
    placed_add(state, &placed);
    return STATUS_OK;
}

/* ---- REVISED ---- */

static bool revised_head_fits(const struct promise_state *state, const struct event_placed *placed)
{
    if (placed->number == 0 || placed->number > state->orders.count) {
        return false;
    }
    const struct order_record *record = orders_record(&state->orders, placed->number);
    bool open = record->status >= ORDER_HELD && record->status <= ORDER_DONE;
    bool late = record->status == ORDER_EXPIRED && placed->reason == CHANGE_NONE;
    bool begun = order_begun(record);
    return (late || (open && placed->reason != CHANGE_NONE)) && !placed->elsewhere &&
           placed->line_count == record->line_count &&
           (!begun || placed->commitment_count == record->commitment_count) &&
           memcmp(&record->key, &placed->key, sizeof record->key) == 0;
}

/* A begun order keeps its commitments one by one, and what has left stays gone. */
static void left_keep(struct promise_state *state, struct order_record *record,
                      const uint8_t left[PLAN_COMMITMENTS_MAX])
{
    struct order_parts parts = orders_parts(&state->orders, record);
    for (uint32_t i = 0; i < record->commitment_count; i++) {
        struct order_commitment *commitment = &parts.commitments[i];
        if (left[i] != 0) {
            commitment->left = 1;
            stock_commit(&state->stock, commitment->item, commitment->day - state->window.today,
                         -commitment->quantity_thousandths);
        }
    }
}

/* Puts the event's reservations in the place of the order's; they are taken, but for seats and
 * parcels. */
static void revised_put(struct promise_state *state, struct order_record *record,
                        const struct event_placed *placed)
{
    uint8_t left[PLAN_COMMITMENTS_MAX];
    struct booked booked;
    struct order_parts parts = orders_parts(&state->orders, record);
    bool begun = order_begun(record);
    uint32_t commitment_count = record->commitment_count;
    for (uint32_t i = 0; i < commitment_count; i++) {
        left[i] = parts.commitments[i].left;
    }
    booked_note(state, record, &booked);
    state->broken -= record_broken(record);
    orders_revise(&state->orders, record, placed);
    state->broken += (record->flags & ORDER_BROKEN) != 0;
    if (begun) {
        ASSERT(record->commitment_count == commitment_count); /* revised_head_fits has seen to it */
        left_keep(state, record, left);
    }
    placed_sessions_take(state, placed);
    booked_close(state, &booked);
    if (!placed->broken) {
        placed_parcels_take(state, placed);
    }
}

/* A hold that was paid for late is a hold again, until its confirmation, which comes next. */
static void late_revive(struct promise_state *state, struct order_record *record)
{
    record->status = ORDER_HELD;
    state_sale(state, record, 1);
}

static enum status revised_apply(struct promise_state *state, const struct event *event,
                                 int64_t stamp)
{
    struct event_placed placed;
    enum status status = event_placed_read(event, &placed);
    if (status != STATUS_OK) {
        return status;
    }
    if (!revised_head_fits(state, &placed) || !placed_lines_fit(state, &placed) ||
        !placed_sessions_fit(state, &placed)) {
        return STATUS_CORRUPT;
    }
    const struct order_shape shape = order_shape_of(&placed, 1);
    if (!state_has_room(state, &shape, placed.session_run_count, placed.number)) {
        return STATUS_LIMIT;
    }
    struct order_record *record = orders_record(&state->orders, placed.number);
    bool late = record->status == ORDER_EXPIRED;
    bool reserved = !late && (record->flags & ORDER_LOOSE) == 0;
    if (reserved) {
        state_release(state, record);
    }
    uint32_t from_slot = placed.reason == CHANGE_NONE ? 0 : (uint32_t)slot_up(stamp);
    bool begun = order_begun(record);
    if (!placed_take(state, &placed, begun ? UINT32_MAX : from_slot)) {
        if (reserved) {
            state_reserve(state, record);
        }
        return STATUS_CORRUPT;
    }
    revised_put(state, record, &placed);
    if (late) {
        late_revive(state, record);
    }
    return STATUS_OK;
}

/* ---- LOOSENED ---- */

static bool loosened_fits(const struct promise_state *state, uint32_t number)
{
    if (number == 0 || number > state->orders.count) {
        return false;
    }
    const struct order_record *record = orders_record(&state->orders, number);
    return (record->status == ORDER_HELD || record->status == ORDER_CONFIRMED) &&
           (record->flags & ORDER_LOOSE) == 0;
}

static enum status loosened_apply(struct promise_state *state, const struct event *event)
{
    const unsigned char *numbers = NULL;
    uint32_t count = 0;
    enum status status = event_loosened_read(event, &numbers, &count);
    if (status != STATUS_OK) {
        return status;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!loosened_fits(state, event_loosened_number(numbers, i))) {
            return STATUS_CORRUPT;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        struct order_record *record =
            orders_record(&state->orders, event_loosened_number(numbers, i));
        if ((record->flags & ORDER_LOOSE) == 0) {
            state_release(state, record);
            record->flags |= ORDER_LOOSE;
        }
    }
    return STATUS_OK;
}

/* ---- steps ---- */

/* The goods of a group leave: what was committed is now gone from the shelf. */
static void group_leaves(struct promise_state *state, const struct order_record *record,
                         uint32_t group)
{
    struct order_parts parts = orders_parts(&state->orders, record);
    for (uint32_t i = 0; i < record->commitment_count; i++) {
        struct order_commitment *commitment = &parts.commitments[i];
        if (commitment->group == group && !commitment->left) {
            stock_commit(&state->stock, commitment->item, commitment->day - state->window.today,
                         -commitment->quantity_thousandths);
            stock_leave(&state->stock, commitment->item, commitment->quantity_thousandths);
            commitment->left = 1;
        }
    }
}

static void lines_step(struct promise_state *state, struct order_record *record,
                       enum event_type type, uint16_t line)
{
    struct order_parts parts = orders_parts(&state->orders, record);
    for (uint32_t i = 0; i < record->line_count; i++) {
        if (!line_touched(&parts, i, type, line)) {
            continue;
        }
        if (type == EVENT_SHIPPED || type == EVENT_DELIVERED) {
            group_leaves(state, record, parts.lines[i].group);
        }
        parts.lines[i].status = (uint8_t)order_status_after(type);
    }
    record->status = (uint8_t)order_status_of_lines(&parts, record->line_count);
    if (record->status == ORDER_DELIVERED) {
        state_release(state, record);
        order_end(state, record, ORDER_DELIVERED);
        wishes_wake(&state->wishes); /* delivered early, it leaves its slots */
    }
}

static void step_effect(struct promise_state *state, struct order_record *record,
                        const struct event_step *step, enum event_type type)
{
    switch (type) {
    case EVENT_CONFIRMED:
        record->status = ORDER_CONFIRMED;
        orders_holds_trim(&state->orders);
        break;
    case EVENT_CANCELLED:
    case EVENT_EXPIRED:
        state_release(state, record);
        state_sale(state, record, -1);
        order_end(state, record, order_status_after(type));
        buy_reductions_apply(state, step->reductions, step->reduction_count);
        wishes_wake(&state->wishes);
        break;
    default:
        lines_step(state, record, type, step->line);
        break;
    }
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
        !order_allows(state, record, type, step.line) ||
        !buy_reductions_fit(state, step.reductions, step.reduction_count)) {
        return STATUS_CORRUPT;
    }
    step_effect(state, record, &step, type);
    return STATUS_OK;
}

static enum status extended_apply(struct promise_state *state, const struct event *event)
{
    struct event_extended extended;
    enum status status = event_extended_read(event, &extended);
    if (status != STATUS_OK) {
        return status;
    }
    if (extended.number == 0 || extended.number > state->orders.count) {
        return STATUS_CORRUPT;
    }
    struct order_record *record = orders_record(&state->orders, extended.number);
    if (memcmp(&record->key, &extended.key, sizeof extended.key) != 0 ||
        record->status != ORDER_HELD || extended.held_until < record->held_until) {
        return STATUS_CORRUPT;
    }
    record->held_until = extended.held_until;
    orders_holds_trim(&state->orders);
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
    stock_roll(&state->stock, state->shop, &state->supply, &state->window, elapsed);
    hours_roll(&state->hours, state->shop, &state->supply, &state->window);
    parcels_roll(&state->parcels, state->shop, &state->supply, &state->window, elapsed);
    cash_roll(&state->cash, state->shop, &state->supply, &state->window, elapsed);
    sessions_index(&state->sessions, state->window.midnights[0]);
    wishes_wake(&state->wishes);
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
    case EVENT_ORIGIN:
        break; /* the engine hands the shop that they make to promise_shop */
    case EVENT_DAY:
        status = day_apply(state, event, stamp);
        break;
    case EVENT_PLACED:
        status = placed_apply(state, event);
        break;
    case EVENT_REVISED:
        status = revised_apply(state, event, stamp);
        wishes_wake(&state->wishes);
        break;
    case EVENT_LOOSENED:
        status = loosened_apply(state, event);
        break;
    case EVENT_EXTENDED:
        status = extended_apply(state, event);
        break;
    case EVENT_CHANGED:
        status = change_apply(state, event);
        wishes_wake(&state->wishes);
        break;
    case EVENT_WISHED:
        status = wished_apply(state, event);
        break;
    case EVENT_WISH_ENDED:
        status = wish_ended_apply(state, event);
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

void promise_apply_all(struct promise_state *state, struct event_buffer *events, int64_t stamp)
{
    struct event event;
    size_t offset = 0;
    enum status status = STATUS_OK;
    struct slice bytes = {(const char *)events->bytes, events->length};
    while (event_next(bytes, &offset, &event, &status)) {
        enum status applied = promise_apply(state, &event, stamp);
        ASSERT(applied == STATUS_OK);
    }
    ASSERT(status == STATUS_OK);
    events->length = 0;
}

void promise_apply_due(struct promise_state *state, struct event_buffer *events, int64_t now)
{
    events->length = 0;
    while (promise_due(state, now, events)) {
        promise_apply_all(state, events, now);
    }
}

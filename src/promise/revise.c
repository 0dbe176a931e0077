/* The re-promise: after something was recorded that differs from the plan, who can keep their place
 * keeps it, and the others are planned again in what is left (docs/promise.md, "When the world
 * slips"; DESIGN section 5).
 *
 *   look    all that has not begun gives its own back: shipped orders and those that have begun
 *           are left, of which each whose carrier does not come goes with the next collection at
 *           once (EVENT_REVISED); then by priority and age those that are still feasible beside
 *           those before them; the rest must move, and take back what they had until then
 *   move    on full tables: EVENT_LOOSENED for those that must move, and for each, in the same
 *           order, its new plan as EVENT_REVISED, applied before the next is planned
 *
 * Looking costs as much as a start: a hundred thousand open orders in about a tenth of a second,
 * once, when a delivery is late. Looking only at orders that the change touches was rejected: who
 * is touched depends on who keeps, and the answer would depend on the way it was found. So was
 * finding the collections of the begun a second time, on full tables: a parcel that waits to be
 * moved, and those that stayed because it would be, fill a day that had room at the look. */
#include "promise/plan_inside.h"

#include "base/assert.h"

struct revision {
    struct promise_state *state;
    int64_t now;
    enum change_kind kind;
    uint16_t index;
    const struct event_sink *sink;
    struct event_buffer buffer; /* of one event */
    uint32_t move_count;        /* in scratch.revise */
    bool failed;
};

/* Hands an event out and applies it, as a replay will. */
static void event_take(struct revision *revision)
{
    size_t offset = 0;
    struct event event;
    enum status status = STATUS_OK;
    struct slice bytes = {(const char *)revision->buffer.bytes, revision->buffer.length};
    if (revision->failed || !revision->sink->take(revision->sink->context, bytes)) {
        revision->failed = true;
        return;
    }
    bool whole = event_next(bytes, &offset, &event, &status);
    ASSERT(whole);
    status = promise_apply(revision->state, &event, revision->now);
    ASSERT(status == STATUS_OK);
    revision->buffer.length = 0;
}

/* ---- who can stay ---- */

/* The part of a run that the horizon knows: beyond it nobody has said who is there. */
static struct slot_run run_known(const struct promise_state *state, struct slot_run run)
{
    int64_t end = window_horizon_end(&state->window) / SLOT_SECONDS;
    int64_t known = end > run.slot ? end - run.slot : 0;
    if (known < run.count) {
        run.count = (uint16_t)known;
    }
    return run;
}

/* Takes runs one by one while the people for the rest of each are there and free: lines of an order
 * may run side by side. Returns how many. */
static uint32_t runs_stay(struct promise_state *state, const struct slot_run *runs, uint32_t count,
                          int64_t now)
{
    uint32_t from = (uint32_t)slot_up(now);
    uint32_t taken = 0;
    for (; taken < count; taken++) {
        struct slot_run known = run_known(state, runs[taken]);
        bool there = known.count == 0 || hours_free_people(&state->hours, known, from);
        if (!there || !hours_take(&state->hours, runs[taken])) {
            break;
        }
    }
    return taken;
}

static void runs_give(struct promise_state *state, const struct slot_run *runs, uint32_t count)
{
    while (count > 0) {
        hours_give(&state->hours, runs[--count]);
    }
}

/* Its own runs, then those of sessions that nobody before it has kept. */
static bool hours_stay(struct promise_state *state, const struct order_record *record,
                       const struct order_parts *parts, int64_t now)
{
    uint32_t own = runs_stay(state, parts->runs, record->run_count, now);
    bool stay = own == record->run_count;
    uint32_t taken[LIMIT_ORDER_LINES];
    uint32_t count = 0;
    for (; count < record->booking_count && stay; count++) {
        const struct session *session =
            session_of(&state->sessions, parts->bookings[count].session);
        uint32_t runs = session->seats_taken == 0 ? session->run_count : 0;
        taken[count] = runs_stay(state, orders_runs(&state->orders, session->block), runs, now);
        stay = taken[count] == runs;
    }
    while (count > 0) {
        const struct session *session =
            session_of(&state->sessions, parts->bookings[--count].session);
        runs_give(state, orders_runs(&state->orders, session->block), taken[count]);
    }
    runs_give(state, parts->runs, own);
    return stay;
}

/* Takes the order's commitments as long as P bears them; returns how many. */
static uint32_t commitments_stay(struct promise_state *state, const struct order_parts *parts,
                                 uint32_t count)
{
    uint32_t taken = 0;
    for (; taken < count; taken++) {
        const struct order_commitment *commitment = &parts->commitments[taken];
        int32_t day = commitment->day - state->window.today;
        bool known = !commitment->left && day < (int32_t)state->stock.horizon_days;
        if (known &&
            stock_low(&state->stock, commitment->item, day) < commitment->quantity_thousandths) {
            break;
        }
        if (!commitment->left) {
            stock_commit(&state->stock, commitment->item, day, commitment->quantity_thousandths);
        }
    }
    return taken;
}

static void commitments_give(struct promise_state *state, const struct order_parts *parts,
                             uint32_t count)
{
    while (count > 0) {
        const struct order_commitment *commitment = &parts->commitments[--count];
        if (!commitment->left) {
            stock_commit(&state->stock, commitment->item, commitment->day - state->window.today,
                         -commitment->quantity_thousandths);
        }
    }
}

/* Is the day of its collection known: not past, and within the horizon? */
static bool collection_is_known(const struct promise_state *state, const struct order_group *group)
{
    int32_t day = group->collection_day - state->window.today;
    return group->carrier != NO_INDEX && day >= 0 && day < state->window.horizon_days;
}

/* Does the carrier still collect then, room or not, and deliver in time? A collection that is past,
 * and what lies beyond the horizon, is no question. */
static bool parcel_drives(const struct promise_state *state, const struct order_group *group)
{
    int32_t day = group->collection_day - state->window.today;
    int32_t promised = group->deliver_by_day - state->window.today;
    if (!collection_is_known(state, group)) {
        return true;
    }
    if (!parcels_drives(&state->parcels, group->carrier, day)) {
        return false;
    }
    int32_t delivery = parcels_delivery(&state->parcels, group->carrier, day);
    return delivery == PARCELS_NO_DAY ? promised >= state->window.horizon_days
                                      : delivery <= promised;
}

/* Has the collection room? */
static bool parcel_has_room(const struct promise_state *state, const struct order_group *group)
{
    return !collection_is_known(state, group) ||
           parcels_collects(&state->parcels, group->carrier,
                            group->collection_day - state->window.today);
}

static bool parcels_stay(struct promise_state *state, const struct order_parts *parts,
                         uint32_t count)
{
    bool stay = true;
    uint32_t taken = 0;
    for (; taken < count && stay; taken++) {
        const struct order_group *group = &parts->groups[taken];
        stay = parcel_drives(state, group) && parcel_has_room(state, group);
        if (group->carrier != NO_INDEX) {
            parcels_add(&state->parcels, &state->window, group->carrier,
                        group->collection_day - state->window.today, 1);
        }
    }
    while (taken > 0) {
        const struct order_group *group = &parts->groups[--taken];
        if (group->carrier != NO_INDEX) {
            parcels_add(&state->parcels, &state->window, group->carrier,
                        group->collection_day - state->window.today, -1);
        }
    }
    return stay;
}

/* Feasible beside those already kept? Changes nothing. */
static bool order_stays(struct promise_state *state, const struct order_record *record, int64_t now)
{
    struct order_parts parts = orders_parts(&state->orders, record);
    if ((record->flags & ORDER_BROKEN) != 0 || !hours_stay(state, record, &parts, now) ||
        !parcels_stay(state, &parts, record->group_count)) {
        return false;
    }
    uint32_t taken = commitments_stay(state, &parts, record->commitment_count);
    commitments_give(state, &parts, taken);
    return taken == record->commitment_count;
}

/* ---- events ---- */

enum { LOOSENED_MOST = 4096 }; /* in one event, which has room for a plan */

/* The order as it is, in an event's words: its parts, with other groups or other reservations. */
static void record_write(struct revision *revision, struct event_placed *placed,
                         const struct order_group *groups, bool keeps_hours)
{
    const struct promise_state *state = revision->state;
    const struct order_record *record = orders_record(&state->orders, placed->number);
    struct order_parts parts = orders_parts(&state->orders, record);
    struct event_buffer *events = &revision->buffer;
    placed->vat_minor = record->vat_minor;
    placed->line_count = record->line_count;
    placed->group_count = record->group_count;
    placed->commitment_count = record->commitment_count;
    placed->run_count = keeps_hours ? record->run_count : 0;
    placed->session_count = keeps_hours ? record->booking_count : 0;
    size_t began = event_begin(events, EVENT_REVISED);
    event_placed_write_head(events, placed);
    for (uint32_t i = 0; i < record->line_count; i++) {
        const struct event_line line = {{parts.lines[i].offer},
                                        parts.lines[i].group,
                                        parts.lines[i].quantity_thousandths,
                                        parts.lines[i].amount_minor};
        event_placed_write_line(events, &line);
    }
    for (uint32_t i = 0; i < record->group_count; i++) {
        bool ships = groups[i].has_ship_by != 0;
        int64_t start = ships ? 0 : groups[i].ship_by;
        const struct event_group group = {
            {groups[i].carrier},
            groups[i].collection_day,
            {ships, ships ? groups[i].ship_by : 0, groups[i].deliver_by_day},
            start,
            start + groups[i].seconds};
        event_placed_write_group(events, &group);
    }
    for (uint32_t i = 0; i < record->commitment_count; i++) {
        const struct event_commitment commitment = {{parts.commitments[i].item},
                                                    parts.commitments[i].group,
                                                    parts.commitments[i].day,
                                                    parts.commitments[i].quantity_thousandths};
        event_placed_write_commitment(events, &commitment);
    }
    for (uint32_t i = 0; i < placed->session_count; i++) {
        const struct session *session = session_of(&state->sessions, parts.bookings[i].session);
        const struct event_session booking = {.number = parts.bookings[i].session,
                                              .offer = {session->offer},
                                              .seats = parts.bookings[i].seats,
                                              .start = session->start,
                                              .end = session->end};
        event_placed_write_session(events, &booking);
    }
    event_placed_write_runs(events, parts.runs, placed->run_count);
    event_end(events, began);
}

static struct event_placed revised_event(const struct revision *revision, uint32_t number)
{
    struct event_placed placed = order_event(revision->state, number);
    struct order_view view;
    order_view_fill(revision->state, number, &view);
    placed.first = view.current;
    placed.reason = revision->kind;
    placed.reason_index = revision->index;
    return placed;
}

/* No date at all: the promise stands, marked broken; its goods stay committed, and the hours of
 * work that has begun. */
static void break_promise(struct revision *revision, uint32_t number)
{
    const struct order_record *record = orders_record(&revision->state->orders, number);
    struct order_parts parts = orders_parts(&revision->state->orders, record);
    struct event_placed placed = revised_event(revision, number);
    placed.broken = true;
    record_write(revision, &placed, parts.groups, order_begun(record));
    event_take(revision);
}

/* ---- who has begun ---- */

static bool group_has_left(const struct order_parts *parts, const struct order_record *record,
                           uint32_t group)
{
    for (uint32_t i = 0; i < record->line_count; i++) {
        if (parts->lines[i].group == group && parts->lines[i].status >= ORDER_SHIPPED) {
            return true;
        }
    }
    return false;
}

/* The next collection that there is; false if there is none. */
static bool group_carry(const struct revision *revision, int64_t ready, struct order_group *group)
{
    const struct promise_state *state = revision->state;
    int64_t from = ready > revision->now ? ready : revision->now;
    int32_t collection = parcels_collection(&state->parcels, &state->window, group->carrier, from);
    int32_t delivery = collection == PARCELS_NO_DAY
                           ? PARCELS_NO_DAY
                           : parcels_delivery(&state->parcels, group->carrier, collection);
    if (delivery == PARCELS_NO_DAY) {
        return false;
    }
    group->collection_day = state->window.today + collection;
    group->ship_by = state->parcels.carriers[group->carrier].cut_off[collection];
    group->deliver_by_day = state->window.today + delivery;
    return true;
}

static void place_change(struct promise_state *state, const struct order_group *group,
                         int32_t difference)
{
    if (group->carrier != NO_INDEX) {
        parcels_add(&state->parcels, &state->window, group->carrier,
                    group->collection_day - state->window.today, difference);
    }
}

/* Must the parcel go with another collection? A broken promise has no place with its carrier, so it
 * looks for one where its own is past or full. */
static bool group_moves(const struct promise_state *state, const struct order_record *record,
                        const struct order_group *group)
{
    bool broken = (record->flags & ORDER_BROKEN) != 0;
    bool past = group->carrier != NO_INDEX && group->collection_day < state->window.today;
    return !parcel_drives(state, group) || (broken && (past || !parcel_has_room(state, group)));
}

/* Finds each parcel of an order that has begun a collection that comes, its own if that will do:
 * its own place is free for it. The tables have the parcels in their new places afterwards. */
enum begun { BEGUN_STAYS, BEGUN_MOVES, BEGUN_BREAKS };
static enum begun begun_groups(const struct revision *revision, uint32_t number,
                               struct order_group *groups)
{
    struct promise_state *state = revision->state;
    const struct order_record *record = orders_record(&state->orders, number);
    struct order_parts parts = orders_parts(&state->orders, record);
    struct order_view view;
    order_view_fill(state, number, &view);
    bool broken = (record->flags & ORDER_BROKEN) != 0;
    enum begun result = broken ? BEGUN_MOVES : BEGUN_STAYS;
    memcpy(groups, parts.groups, record->group_count * sizeof *groups);
    for (uint32_t i = 0; i < record->group_count; i++) {
        bool moves = !group_has_left(&parts, record, i) && group_moves(state, record, &groups[i]);
        place_change(state, &groups[i], moves && !broken ? -1 : 0);
        if (moves) {
            bool found = group_carry(revision, view.current.ready_at, &groups[i]);
            result = !found ? BEGUN_BREAKS : result == BEGUN_STAYS ? BEGUN_MOVES : result;
        }
        place_change(state, &groups[i], moves || broken ? 1 : 0);
    }
    return result;
}

/* Back to the places that it had (none, where its promise is broken). */
static void begun_groups_undo(struct promise_state *state, const struct order_record *record,
                              const struct order_group *groups)
{
    struct order_parts parts = orders_parts(&state->orders, record);
    for (uint32_t i = 0; i < record->group_count; i++) {
        place_change(state, &groups[i], -1);
        place_change(state, &parts.groups[i], (record->flags & ORDER_BROKEN) != 0 ? 0 : 1);
    }
}

/* ---- looking ---- */

/* Calls `visit` for each open order by priority, then number. */
static void orders_visit(struct revision *revision, void (*visit)(struct revision *, uint32_t))
{
    const struct orders *orders = &revision->state->orders;
    for (int32_t priority = PRIORITY_MAX; priority >= 0; priority--) {
        for (uint32_t number = 1; number <= orders->count && !revision->failed; number++) {
            const struct order_record *record = orders_record(orders, number);
            if (record->priority == priority && record->status >= ORDER_HELD &&
                record->status <= ORDER_DONE) {
                visit(revision, number);
            }
        }
    }
}

/* What has begun keeps what it has; all else gives its own back. */
static void open_release(struct revision *revision, uint32_t number)
{
    const struct order_record *record = orders_record(&revision->state->orders, number);
    if (!order_begun(record) && record_reserves(record)) {
        state_release(revision->state, record);
    }
}

/* A parcel that nobody collects any more goes with the next collection, and the others see it
 * there; hours and goods stay. */
static void begun_carry(struct revision *revision, uint32_t number)
{
    struct promise_state *state = revision->state;
    const struct order_record *record = orders_record(&state->orders, number);
    struct order_group groups[LIMIT_ORDER_LINES];
    if (!order_begun(record)) {
        return;
    }
    enum begun begun = begun_groups(revision, number, groups);
    begun_groups_undo(state, record, groups);
    if (begun == BEGUN_BREAKS) {
        break_promise(revision, number);
    } else if (begun == BEGUN_MOVES) {
        struct event_placed placed = revised_event(revision, number);
        struct order_parts moved = {.groups = groups};
        placed.first.dates = order_dates(&moved, record->group_count);
        record_write(revision, &placed, groups, true);
        event_take(revision);
    }
}

static void keep_visit(struct revision *revision, uint32_t number)
{
    struct promise_state *state = revision->state;
    const struct order_record *record = orders_record(&state->orders, number);
    if (order_begun(record)) {
        return;
    }
    if (order_stays(state, record, revision->now)) {
        state_reserve(state, record);
    } else {
        state->scratch.revise[revision->move_count++] = number;
    }
}

static void look(struct revision *revision)
{
    struct promise_state *state = revision->state;
    orders_visit(revision, open_release);
    orders_visit(revision, begun_carry);
    orders_visit(revision, keep_visit);
    if (revision->failed) { /* some have not been asked yet */
        state_build(state, state->window.today);
        return;
    }
    for (uint32_t i = 0; i < revision->move_count; i++) {
        const struct order_record *record = orders_record(&state->orders, state->scratch.revise[i]);
        if (record_reserves(record)) {
            state_reserve(state, record);
        }
    }
    sessions_index(&state->sessions, state->now);
}

/* ---- moving ---- */

static int64_t order_earliest(const struct revision *revision, const struct order_record *record)
{
    bool wished = (record->flags & ORDER_WISHED) != 0;
    int64_t last = hold_last(revision->state->shop, record->made_at, wished);
    bool waits = record->status == ORDER_HELD && last > revision->now;
    return waits ? last : revision->now;
}

static void order_replan(struct revision *revision, uint32_t number)
{
    struct promise_state *state = revision->state;
    const struct order_record *record = orders_record(&state->orders, number);
    struct promise_line lines[LIMIT_ORDER_LINES];
    struct promise_ask ask = order_ask(state, record, lines);
    const struct plan_ask asked = {.ask = &ask,
                                   .now = revision->now,
                                   .earliest = order_earliest(revision, record),
                                   .commits = true,
                                   .sold = true};
    enum promise_result result = plan_make(state, &asked, &state->plan);
    bool planned = result == PROMISE_OK && plan_has_room(state, &state->plan, number);
    if (planned) {
        struct event_placed placed = revised_event(revision, number);
        plan_write(state, &state->plan, EVENT_REVISED, &placed, &revision->buffer);
    }
    plan_undo(state, &state->plan);
    if (planned) {
        event_take(revision);
    } else {
        break_promise(revision, number);
    }
}

static void move(struct revision *revision)
{
    struct promise_state *state = revision->state;
    const uint32_t *numbers = state->scratch.revise;
    for (uint32_t from = 0; from < revision->move_count && !revision->failed;) {
        uint32_t count = revision->move_count - from;
        count = count < LOOSENED_MOST ? count : LOOSENED_MOST;
        event_loosened_write(&revision->buffer, numbers + from, count);
        event_take(revision);
        from += count;
    }
    for (uint32_t i = 0; i < revision->move_count && !revision->failed; i++) {
        order_replan(revision, numbers[i]);
    }
}

static struct revision revision_of(struct promise_state *state, int64_t now, enum change_kind kind,
                                   uint16_t index, const struct event_sink *sink)
{
    return (struct revision){
        .state = state,
        .now = now > state->now ? now : state->now,
        .kind = kind,
        .index = index,
        .sink = sink,
        .buffer = {.bytes = state->scratch.event, .capacity = promise_event_bytes_max()}};
}

bool promise_revise_order(struct promise_state *state, int64_t now, uint32_t number,
                          const struct event_sink *sink)
{
    plan_settle(state);
    struct revision revision = revision_of(state, now, CHANGE_ELSEWHERE, NO_INDEX, sink);
    state->scratch.revise[revision.move_count++] = number;
    move(&revision);
    return !revision.failed;
}

bool promise_revise(struct promise_state *state, int64_t now, enum change_kind kind, uint16_t index,
                    const struct event_sink *sink)
{
    plan_settle(state);
    struct revision revision = revision_of(state, now, kind, index, sink);
    look(&revision);
    move(&revision);
    return !revision.failed;
}

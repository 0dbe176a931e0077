/* Work: each operation takes its slots, a session is shared, a carrier collects (docs/promise.md,
 * "Hours", "Services", "Carriers", "A wanted date").
 *
 * Forward: every line from the group's release on, then the parcel, then the next collection.
 * Backward: the last collection that delivers by the wanted day, then the parcel, then the lines,
 * each in the latest slots that still do. */
#include "promise/plan_inside.h"

#include "base/assert.h"
#include "base/decimal.h"

/* Slots for `quantity` thousandths: (setup + quantity x minutes) x 4 / efficiency, rounded up.
 * Setup and minutes are in thousandths, efficiency too: millionths of minutes over 250 x
 * efficiency (the center's `slot_work`). */
static uint32_t operation_slots(const struct operation *operation, int64_t quantity,
                                const struct hours_center *center)
{
    int64_t work =
        operation->setup_minutes_thousandths * THOUSAND + quantity * operation->minutes_thousandths;
    uint64_t above = (uint64_t)work + center->slot_work - 1;
    if (above <= UINT32_MAX) {
        /* The common case, and exact (hours_center): a multiplication instead of a division. */
        return (uint32_t)((unsigned __int128)above * center->slot_work_inverse >> 64);
    }
    uint64_t slots = above / center->slot_work;
    return slots > INT32_MAX ? INT32_MAX : (uint32_t)slots;
}

static inline struct hours_ask operation_ask(const struct planning *p,
                                             const struct operation *operation, uint32_t slots,
                                             int64_t first_slot)
{
    return (struct hours_ask){.work_center = (uint8_t)operation->work_center.index,
                              .crew = (uint8_t)operation->crew,
                              .whole = operation->whole,
                              .start_every_minutes = operation->start_every_minutes,
                              .slots = slots,
                              .first_slot = first_slot,
                              .zone = &p->state->shop->zone};
}

static enum promise_result operation_never(struct planning *p, enum hours_result result,
                                           const struct operation *operation)
{
    return result == HOURS_TOO_MANY_RUNS ? PROMISE_TOO_LARGE
                                         : plan_never(p, CAUSE_HOURS, operation->work_center.index);
}

/* An operation as it stands in the plan, whose last runs from `run_first` on are its own. */
static inline void operation_fill(const struct promise_plan *plan,
                                  const struct operation *operation, uint32_t slots,
                                  uint32_t run_first, int64_t release, int64_t end,
                                  struct planned_operation *planned)
{
    planned->work_center = operation->work_center.index;
    planned->crew = (uint8_t)operation->crew;
    planned->slot_count = slots;
    planned->run_first = run_first;
    planned->run_count = plan->run_count - run_first;
    planned->release = release;
    planned->end = end;
}

/* The slot after the plan's last. */
static inline int64_t runs_end(const struct promise_plan *plan)
{
    const struct slot_run *last = &plan->runs[plan->run_count - 1];
    return (int64_t)last->slot + last->count;
}

/* Takes the soonest slots of an operation from `*slot` on, which becomes the one after the last. */
static inline enum hours_result operation_place(struct planning *p,
                                                const struct operation *operation, uint32_t slots,
                                                int64_t *slot)
{
    struct promise_plan *plan = p->plan;
    struct hours *hours = &p->state->hours;
    if (!operation->whole) {
        return hours_place_soonest(hours, operation->work_center.index, (uint32_t)operation->crew,
                                   slots, slot, plan->runs, &plan->run_count, LIMIT_PLAN_RUNS);
    }
    struct hours_ask ask = operation_ask(p, operation, slots, *slot);
    enum hours_result result =
        hours_place(hours, &ask, plan->runs, &plan->run_count, LIMIT_PLAN_RUNS);
    *slot = result == HOURS_PLACED ? runs_end(plan) : *slot;
    return result;
}

/* Places one operation as late as it can end by `*until`, which becomes its begin. */
static enum promise_result operation_plan_latest(struct planning *p,
                                                 const struct operation *operation,
                                                 int64_t quantity, int64_t release, int64_t *until,
                                                 struct planned_operation *planned)
{
    struct promise_plan *plan = p->plan;
    uint32_t run_first = plan->run_count;
    const struct hours_center *center = &p->state->hours.centers[operation->work_center.index];
    uint32_t slots = operation_slots(operation, quantity, center);
    operation_fill(plan, operation, slots, run_first, release, *until, planned);
    if (slots == 0) {
        return PROMISE_OK;
    }
    struct hours_ask ask = operation_ask(p, operation, slots, slot_up(release));
    ask.end_slot = *until / SLOT_SECONDS;
    enum hours_result result =
        hours_place_latest(&p->state->hours, &ask, plan->runs, &plan->run_count, LIMIT_PLAN_RUNS);
    if (result != HOURS_PLACED) {
        return operation_never(p, result, operation);
    }
    operation_fill(plan, operation, slots, run_first, release, runs_end(plan) * SLOT_SECONDS,
                   planned);
    *until = (int64_t)plan->runs[run_first].slot * SLOT_SECONDS;
    return PROMISE_OK;
}

/* A routing's operations, one after another; *end becomes the end of the last. */
static enum promise_result routing_plan(struct planning *p, const struct routing *routing,
                                        int64_t quantity, int64_t *end)
{
    struct promise_plan *plan = p->plan;
    const struct operation *operation = routing->operations;
    int64_t release = *end;
    int64_t slot = slot_up(release);
    for (uint32_t left = routing->count; left > 0; left--, operation++) {
        uint32_t run_first = plan->run_count;
        uint32_t slots = operation_slots(operation, quantity,
                                         &p->state->hours.centers[operation->work_center.index]);
        if (slots > 0) {
            enum hours_result result = operation_place(p, operation, slots, &slot);
            if (result != HOURS_PLACED) {
                *end = release;
                return operation_never(p, result, operation);
            }
        }
        int64_t ended = slots > 0 ? slot * SLOT_SECONDS : release;
        operation_fill(plan, operation, slots, run_first, release, ended,
                       &plan->operations[plan->operation_count]);
        plan->operation_count++;
        release = ended;
    }
    *end = release;
    return PROMISE_OK;
}

/* From the last to the first, none before `release`; *begin, at first the latest end, becomes the
 * begin of the first. They stand in the plan in the order in which they are done. */
static enum promise_result routing_plan_latest(struct planning *p, const struct routing *routing,
                                               int64_t quantity, int64_t release, int64_t *begin)
{
    struct planned_operation *operations = &p->plan->operations[p->plan->operation_count];
    p->plan->operation_count += routing->count;
    for (uint32_t i = routing->count; i-- > 0;) {
        enum promise_result result = operation_plan_latest(p, &routing->operations[i], quantity,
                                                           release, begin, &operations[i]);
        if (result != PROMISE_OK) {
            return result;
        }
    }
    return PROMISE_OK;
}

/* The end of the last of some operations that have work; `otherwise` where none has. */
static int64_t work_end(const struct promise_plan *plan, uint32_t first, uint32_t count,
                        int64_t otherwise)
{
    for (uint32_t i = first + count; i-- > first;) {
        if (plan->operations[i].slot_count > 0) {
            return plan->operations[i].end;
        }
    }
    return otherwise;
}

/* ---- sessions ---- */

/* The plan's own session that a line may share, if it suits; NO_SESSION otherwise. `end`: 0, or by
 * when it must end. */
static uint32_t session_of_plan(const struct planning *p, const struct planned_line *line,
                                int64_t release, int64_t end, uint32_t seats, uint32_t seats_most)
{
    uint32_t found = NO_SESSION;
    for (uint32_t i = 0; i < p->plan->session_count; i++) {
        const struct planned_session *session = &p->plan->sessions[i];
        bool suits = session->number == 0 && session->offer.index == line->offer.index &&
                     session->start >= release && (end == 0 || session->end <= end) &&
                     session->seats + seats <= seats_most;
        bool better =
            found == NO_SESSION || (end == 0 ? session->start < p->plan->sessions[found].start
                                             : session->start > p->plan->sessions[found].start);
        found = suits && better ? i : found;
    }
    return found;
}

/* The plan's entry of a session that exists: made, if this is its first booking in the plan. */
static uint32_t session_enter(struct planning *p, uint32_t number)
{
    struct promise_plan *plan = p->plan;
    for (uint32_t i = 0; i < plan->session_count; i++) {
        if (plan->sessions[i].number == number) {
            return i;
        }
    }
    const struct session *session = session_of(&p->state->sessions, number);
    plan->sessions[plan->session_count] = (struct planned_session){
        .number = number, .offer = {session->offer}, .start = session->start, .end = session->end};
    return plan->session_count++;
}

static void session_book(struct planning *p, struct planned_line *line, uint32_t index,
                         uint32_t seats)
{
    struct planned_session *session = &p->plan->sessions[index];
    session->seats += seats;
    line->session = index;
    line->start = session->start;
    line->end = session->end;
    if (session->number != 0) {
        sessions_seats(&p->state->sessions, &p->state->orders, &p->state->hours, session->number,
                       (int32_t)seats);
    }
}

/* Books seats of a session that is there already and begins at `release` or later, which comes
 * before a new one. `end`: 0, or by when it must end: the latest. */
static bool session_share(struct planning *p, struct planned_line *line, int64_t release,
                          int64_t end)
{
    const struct offer *offer = line_offer(p, line);
    uint32_t seats = (uint32_t)(line->quantity_thousandths / THOUSAND);
    uint32_t most = (uint32_t)offer->seats;
    const struct sessions *sessions = &p->state->sessions;
    uint32_t number =
        end == 0 ? sessions_find(sessions, line->offer.index, release, seats, most)
                 : sessions_find_latest(sessions, line->offer.index, release, end, seats, most);
    uint32_t own = session_of_plan(p, line, release, end, seats, most);
    if (number != 0 && own != NO_SESSION) {
        int64_t start = session_of(sessions, number)->start;
        bool later =
            end == 0 ? start > p->plan->sessions[own].start : start < p->plan->sessions[own].start;
        number = later ? 0 : number;
    }
    if (number == 0 && own == NO_SESSION) {
        return false;
    }
    session_book(p, line, number != 0 ? session_enter(p, number) : own, seats);
    return true;
}

/* The line's work is a new session, with these runs. */
static void session_make(struct planning *p, struct planned_line *line, uint32_t run_first)
{
    struct promise_plan *plan = p->plan;
    plan->sessions[plan->session_count] =
        (struct planned_session){.offer = line->offer,
                                 .start = line->start,
                                 .end = line->end,
                                 .run_first = run_first,
                                 .run_count = plan->run_count - run_first};
    session_book(p, line, plan->session_count++, (uint32_t)(line->quantity_thousandths / THOUSAND));
}

/* ---- lines ---- */

static int64_t work_quantity(const struct offer *offer, const struct planned_line *line)
{
    return offer->seats > 0 ? THOUSAND : line->quantity_thousandths;
}

static void line_begin(struct planning *p, struct planned_line *line, int64_t release)
{
    line->session = NO_SESSION;
    line->operation_first = p->plan->operation_count;
    line->operation_count = 0;
    line->start = release;
    line->end = release;
}

/* Where its work begins, if it has any. */
static void line_finish(struct planning *p, struct planned_line *line, uint32_t run_first)
{
    const struct promise_plan *plan = p->plan;
    line->operation_count = plan->operation_count - line->operation_first;
    if (run_first < plan->run_count) {
        line->start = (int64_t)plan->runs[run_first].slot * SLOT_SECONDS;
    }
}

static enum promise_result line_plan(struct planning *p, struct planned_line *line, int64_t release)
{
    const struct offer *offer = line_offer(p, line);
    uint32_t run_first = p->plan->run_count;
    line_begin(p, line, release);
    if (offer->seats == 0 || !session_share(p, line, release, 0)) {
        enum promise_result result =
            routing_plan(p, &offer->routing, work_quantity(offer, line), &line->end);
        line_finish(p, line, run_first);
        if (result != PROMISE_OK) {
            return result;
        }
        if (offer->seats > 0) {
            session_make(p, line, run_first);
        }
    }
    return PROMISE_OK;
}

/* Backward, the runs of a line's last operation come first in the plan. `share_from`: who wants a
 * day does not share the session of an earlier one. */
static enum promise_result line_plan_latest(struct planning *p, struct planned_line *line,
                                            int64_t release, int64_t share_from, int64_t until)
{
    const struct offer *offer = line_offer(p, line);
    uint32_t run_first = p->plan->run_count;
    line_begin(p, line, release);
    if (offer->seats == 0 || !session_share(p, line, share_from, until)) {
        int64_t begin = until;
        enum promise_result result =
            routing_plan_latest(p, &offer->routing, work_quantity(offer, line), release, &begin);
        line->operation_count = p->plan->operation_count - line->operation_first;
        if (result != PROMISE_OK) {
            return result;
        }
        if (run_first < p->plan->run_count) {
            line->start = begin;
            line->end = work_end(p->plan, line->operation_first, line->operation_count, release);
        }
        if (offer->seats > 0) {
            session_make(p, line, run_first);
        }
    }
    return PROMISE_OK;
}

/* ---- groups ---- */

static void dates_set(struct planning *p, struct planned_group *group, int32_t collection,
                      int32_t delivery)
{
    const struct promise_state *state = p->state;
    group->collection_day = state->window.today + collection;
    group->dates = (struct promise_dates){
        .has_ship_by = true,
        .ship_by = state->parcels.carriers[group->carrier].cut_off[collection],
        .deliver_by_day = state->window.today + delivery};
}

/* From the lines' end to the parcel's collection and delivery. */
static enum promise_result parcel_plan(struct planning *p, struct planned_group *group)
{
    struct promise_state *state = p->state;
    const struct carrier *carrier = &state->shop->carriers[group->carrier];
    int64_t work_end = group->lines_end;
    enum promise_result result = routing_plan(p, &carrier->routing, THOUSAND, &work_end);
    group->parcel_operation_count = p->plan->operation_count - group->parcel_operation_first;
    if (result != PROMISE_OK) {
        return result;
    }
    group->ready_at = work_end + state->shop->promise.buffer_seconds;
    int32_t collection =
        parcels_collection(&state->parcels, &state->window, group->carrier, group->ready_at);
    if (collection == PARCELS_NO_DAY) {
        return plan_never(p, CAUSE_CARRIER, group->carrier);
    }
    int32_t delivery = parcels_delivery(&state->parcels, group->carrier, collection);
    if (delivery == PARCELS_NO_DAY) {
        return plan_never(p, CAUSE_CARRIER, group->carrier);
    }
    dates_set(p, group, collection, delivery);
    return PROMISE_OK;
}

/* A service has no ship-by; it is done on the date on which its last operation ends. Work to 24:00
 * ends on that day. */
static void site_finish(struct planning *p, struct planned_group *group)
{
    const struct window *window = &p->state->window;
    group->ready_at = group->lines_end;
    int64_t last = group->lines_end > group->release ? group->lines_end - 1 : group->release;
    group->collection_day = 0;
    group->dates =
        (struct promise_dates){.deliver_by_day = window->today + window_index_of(window, last)};
}

enum promise_result work_forward(struct planning *p, struct planned_group *group,
                                 struct plan_span span)
{
    struct promise_plan *plan = p->plan;
    group->backward = false;
    group->lines_end = group->release;
    for (uint32_t i = span.first; i < span.end; i++) {
        enum promise_result result = line_plan(p, &plan->lines[i], group->release);
        if (result != PROMISE_OK) {
            return result;
        }
        group->lines_end =
            plan->lines[i].end > group->lines_end ? plan->lines[i].end : group->lines_end;
    }
    group->parcel_operation_first = plan->operation_count;
    group->parcel_operation_count = 0;
    if (group->carrier != NO_INDEX) {
        return parcel_plan(p, group);
    }
    site_finish(p, group);
    return PROMISE_OK;
}

/* The lines in reverse, each to end by `until`. */
static enum promise_result lines_plan_latest(struct planning *p, struct planned_group *group,
                                             struct plan_span span, int64_t share_from,
                                             int64_t until)
{
    share_from = share_from > group->release ? share_from : group->release;
    group->lines_end = group->release;
    for (uint32_t i = span.end; i-- > span.first;) {
        struct planned_line *line = &p->plan->lines[i];
        enum promise_result result = line_plan_latest(p, line, group->release, share_from, until);
        if (result != PROMISE_OK) {
            return result;
        }
        group->lines_end = line->end > group->lines_end ? line->end : group->lines_end;
    }
    return PROMISE_OK;
}

enum promise_result work_backward(struct planning *p, struct planned_group *group,
                                  struct plan_span span, int32_t want_index, int64_t ready)
{
    struct promise_state *state = p->state;
    struct promise_plan *plan = p->plan;
    group->backward = true;
    group->parcel_operation_first = plan->operation_count;
    group->parcel_operation_count = 0;
    if (group->carrier == NO_INDEX) {
        enum promise_result result =
            lines_plan_latest(p, group, span, state->window.midnights[want_index],
                              state->window.midnights[want_index + 1]);
        site_finish(p, group);
        return result;
    }
    int32_t collection =
        parcels_collection_latest(&state->parcels, group->carrier, ready, want_index);
    if (collection == PARCELS_NO_DAY) {
        return PROMISE_NEVER;
    }
    const struct carrier *carrier = &state->shop->carriers[group->carrier];
    int64_t buffer = state->shop->promise.buffer_seconds;
    int64_t begin = state->parcels.carriers[group->carrier].cut_off[collection] - buffer;
    enum promise_result result =
        routing_plan_latest(p, &carrier->routing, THOUSAND, group->release, &begin);
    group->parcel_operation_count = plan->operation_count - group->parcel_operation_first;
    int64_t parcel_end = work_end(plan, group->parcel_operation_first,
                                  group->parcel_operation_count, group->release);
    if (result == PROMISE_OK) {
        result = lines_plan_latest(p, group, span, group->release, begin);
    }
    group->ready_at = (parcel_end > group->lines_end ? parcel_end : group->lines_end) + buffer;
    dates_set(p, group, collection, parcels_delivery(&state->parcels, group->carrier, collection));
    return result;
}

/* ---- giving back ---- */

void work_mark_set(const struct planning *p, struct work_mark *mark)
{
    mark->trail_count = p->state->hours.trail_count;
    mark->run_count = p->plan->run_count;
    mark->operation_count = p->plan->operation_count;
    mark->session_count = p->plan->session_count;
    for (uint32_t i = 0; i < mark->session_count; i++) {
        mark->seats[i] = p->plan->sessions[i].seats;
    }
}

void work_undo(struct planning *p, const struct work_mark *mark)
{
    struct promise_plan *plan = p->plan;
    struct promise_state *state = p->state;
    hours_place_undo_since(&state->hours, mark->trail_count, plan->runs + mark->run_count,
                           plan->run_count - mark->run_count);
    for (uint32_t i = 0; i < plan->session_count; i++) {
        struct planned_session *session = &plan->sessions[i];
        uint32_t before = i < mark->session_count ? mark->seats[i] : 0;
        if (session->number != 0) {
            sessions_seats(&state->sessions, &state->orders, &state->hours, session->number,
                           -(int32_t)(session->seats - before));
        }
        session->seats = before;
    }
    plan->run_count = mark->run_count;
    plan->operation_count = mark->operation_count;
    plan->session_count = mark->session_count;
}

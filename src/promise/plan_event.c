/* A plan as an event, and an order as an ask: the way there and back.
 *
 * EVENT_PLACED and EVENT_REVISED have one layout; what differs is their head. An order that is
 * planned again asks for what it asked for the first time. */
#include "promise/plan_inside.h"

#include "base/assert.h"

/* Those of the order itself; a session's stand with the session. */
static bool run_is_session(const struct promise_plan *plan, uint32_t run)
{
    for (uint32_t i = 0; i < plan->session_count; i++) {
        const struct planned_session *session = &plan->sessions[i];
        if (session->number == 0 && run >= session->run_first &&
            run < session->run_first + session->run_count) {
            return true;
        }
    }
    return false;
}

static uint32_t session_run_count(const struct promise_plan *plan)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < plan->session_count; i++) {
        count += plan->sessions[i].number == 0 ? plan->sessions[i].run_count : 0;
    }
    return count;
}

/* The line of a group on site, which stands alone. */
static const struct planned_line *group_line(const struct promise_plan *plan, uint32_t group)
{
    for (uint32_t i = 0; i < plan->line_count; i++) {
        if (plan->lines[i].group == group) {
            return &plan->lines[i];
        }
    }
    UNREACHABLE();
}

static void lines_write(const struct promise_state *state, const struct promise_plan *plan,
                        struct event_buffer *events)
{
    for (uint32_t i = 0; i < plan->line_count; i++) {
        const struct planned_line *line = &plan->lines[state->scratch.place_of[i]];
        struct event_line written = {.offer = line->offer,
                                     .group = line->group,
                                     .quantity_thousandths = line->quantity_thousandths,
                                     .amount_minor = line->amount_minor};
        event_placed_write_line(events, &written);
    }
    for (uint32_t i = 0; i < plan->group_count; i++) {
        const struct planned_group *group = &plan->groups[i];
        struct event_group written = {.carrier = {group->carrier},
                                      .collection_day = group->collection_day,
                                      .dates = group->dates};
        if (group->carrier == NO_INDEX) {
            const struct planned_line *line = group_line(plan, i);
            written.start = line->start;
            written.end = line->end;
        }
        event_placed_write_group(events, &written);
    }
}

static void sessions_write(const struct promise_state *state, const struct promise_plan *plan,
                           struct event_buffer *events)
{
    uint32_t next = state->sessions.count;
    for (uint32_t i = 0; i < plan->session_count; i++) {
        const struct planned_session *session = &plan->sessions[i];
        bool is_new = session->number == 0;
        struct event_session written = {.number = is_new ? ++next : session->number,
                                        .is_new = is_new,
                                        .offer = session->offer,
                                        .run_count = is_new ? (uint16_t)session->run_count : 0,
                                        .seats = session->seats,
                                        .start = session->start,
                                        .end = session->end};
        event_placed_write_session(events, &written);
    }
}

/* The order's own first, then those of its new sessions. */
static void runs_write(const struct promise_plan *plan, struct event_buffer *events)
{
    if (plan->session_count == 0) {
        event_placed_write_runs(events, plan->runs, plan->run_count);
        return;
    }
    for (uint32_t i = 0; i < plan->run_count; i++) {
        if (!run_is_session(plan, i)) {
            event_placed_write_runs(events, &plan->runs[i], 1);
        }
    }
    for (uint32_t i = 0; i < plan->session_count; i++) {
        const struct planned_session *session = &plan->sessions[i];
        if (session->number == 0) {
            event_placed_write_runs(events, &plan->runs[session->run_first], session->run_count);
        }
    }
}

static void purchases_write(const struct promise_plan *plan, struct event_buffer *events)
{
    for (uint32_t i = 0; i < plan->purchase_count; i++) {
        const struct planned_purchase *purchase = &plan->purchases[i];
        struct event_purchase written = {.entry = purchase->entry,
                                         .is_new = purchase->is_new,
                                         .item = purchase->item,
                                         .supplier = purchase->supplier,
                                         .order_day = purchase->order_day,
                                         .arrives_day = purchase->arrives_day,
                                         .due_day = purchase->due_day,
                                         .quantity_thousandths = purchase->quantity_thousandths};
        event_placed_write_purchase(events, &written);
    }
}

void plan_write(const struct promise_state *state, const struct promise_plan *plan,
                enum event_type type, struct event_placed *placed, struct event_buffer *events)
{
    const struct plan_scratch *scratch = &state->scratch;
    placed->first = plan->summary;
    placed->vat_minor = plan->vat_minor;
    placed->line_count = plan->line_count;
    placed->group_count = plan->group_count;
    placed->commitment_count = scratch->commitment_count;
    placed->run_count = plan->run_count - session_run_count(plan);
    placed->session_count = plan->session_count;
    placed->purchase_count = plan->purchase_count;
    /* Only what takes the place of another order leaves anything over. */
    placed->reduction_count = placed->replaced_number != 0 ? scratch->reduction_count : 0;
    size_t began = event_begin(events, type);
    event_placed_write_head(events, placed);
    lines_write(state, plan, events);
    for (uint32_t i = 0; i < scratch->commitment_count; i++) {
        event_placed_write_commitment(events, &scratch->commitments[i]);
    }
    sessions_write(state, plan, events);
    runs_write(plan, events);
    purchases_write(plan, events);
    for (uint32_t i = 0; i < placed->reduction_count; i++) {
        event_write_reduction(events, &scratch->reductions[i]);
    }
    event_end(events, began);
}

bool plan_has_room(const struct promise_state *state, const struct promise_plan *plan,
                   uint32_t revised)
{
    uint32_t session_runs = session_run_count(plan);
    const struct order_shape shape = {.lines = plan->line_count,
                                      .groups = plan->group_count,
                                      .commitments = state->scratch.commitment_count,
                                      .pegs = plan->purchase_count,
                                      .runs = plan->run_count - session_runs,
                                      .bookings = plan->session_count};
    return state_has_room(state, &shape, session_runs, revised);
}

struct promise_ask order_ask(const struct promise_state *state, const struct order_record *record,
                             struct promise_line lines[LIMIT_ORDER_LINES])
{
    struct order_parts parts = orders_parts(&state->orders, record);
    for (uint32_t i = 0; i < record->line_count; i++) {
        lines[i] =
            (struct promise_line){{parts.lines[i].offer}, parts.lines[i].quantity_thousandths};
    }
    return (struct promise_ask){
        .line_count = record->line_count,
        .lines = lines,
        .customer = {record->customer},
        .want = {(enum promise_want_kind)record->want_kind, record->want},
        .split = (record->flags & ORDER_SPLIT) != 0,
        .priority = record->priority,
        .elsewhere = (record->flags & ORDER_ELSEWHERE) != 0,
    };
}

struct event_placed order_event(const struct promise_state *state, uint32_t number)
{
    const struct order_record *record = orders_record(&state->orders, number);
    return (struct event_placed){
        .number = number,
        .key = record->key,
        .made_at = record->made_at,
        .customer = {record->customer},
        .split = (record->flags & ORDER_SPLIT) != 0,
        .want = {(enum promise_want_kind)record->want_kind, record->want},
        .priority = record->priority,
        .reason_index = NO_INDEX,
    };
}

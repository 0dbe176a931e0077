/* Commands in, a rejection or events out; the state is the same before and after.
 *
 * PLACE plans on the real tables. With `replaces`, the old hold's reservations are given back
 * first: the new plan sees them as free. A refusal and a quote give everything back and take the
 * old hold's again; what is promised stays taken, for the event to be applied at once, and is given
 * back by whatever comes instead (plan_settle): nobody sees a difference. The other commands only
 * ask whether the order's status allows them. Repeating CONFIRM or CANCEL is no error and makes no
 * event: a customer who clicks twice has confirmed once. */
#include "promise/state.h"

#include "base/assert.h"
#include "base/decimal.h"

enum { DAYS_OVERDUE_MAX = 3650 };

static int64_t now_of(const struct promise_state *state, int64_t now)
{
    int64_t clamped = now > state->now ? now : state->now;
    ASSERT(clamped < state->window.midnights[1]);
    return clamped;
}

/* ---- the ask ---- */

static enum promise_result ask_refuse(struct promise_answer *answer, enum promise_result result,
                                      struct offer_id offer)
{
    answer->offer = offer;
    return result;
}

/* What a customer has of an offer already, a hold that is being replaced left out. */
static int64_t customer_has(const struct promise_state *state, struct customer_id customer,
                            struct offer_id offer, uint32_t replaced)
{
    int64_t sum = 0;
    uint32_t number = customer.value == 0 ? 0 : orders_of_customer(&state->orders, customer.value);
    while (number != 0) {
        const struct order_record *record = orders_record(&state->orders, number);
        struct order_parts parts = orders_parts(&state->orders, record);
        bool counts = number != replaced && status_bought((enum order_status)record->status);
        for (uint32_t i = 0; counts && i < record->line_count; i++) {
            sum += parts.lines[i].offer == offer.index ? parts.lines[i].quantity_thousandths : 0;
        }
        number = record->customer_previous;
    }
    return sum;
}

static enum promise_result ask_customer_check(const struct promise_state *state,
                                              const struct promise_ask *ask, struct offer_id offer,
                                              uint32_t replaced, struct promise_answer *answer)
{
    int64_t most = state->shop->offers[offer.index].max_per_customer_thousandths;
    int64_t asked = 0;
    for (uint32_t i = 0; i < ask->line_count; i++) {
        asked += ask->lines[i].offer.index == offer.index ? ask->lines[i].quantity_thousandths : 0;
    }
    int64_t has = customer_has(state, ask->customer, offer, replaced);
    if (asked <= most - has) {
        return PROMISE_OK;
    }
    answer->left_thousandths = most > has ? most - has : 0;
    return ask_refuse(answer, PROMISE_OVER_CUSTOMER_LIMIT, offer);
}

/* Planning will read an offer's parts and work: with thousands of offers they are seldom in the
 * nearest cache. */
static void offer_fetch(const struct offer *offer)
{
    __builtin_prefetch(offer->components);
    if (offer->routing.count > 0) {
        __builtin_prefetch(offer->routing.operations);
        __builtin_prefetch((const char *)offer->routing.operations + 64);
    }
}

enum promise_result ask_check(const struct promise_state *state, const struct promise_ask *ask,
                              uint32_t replaced, struct promise_answer *answer)
{
    const struct offer_id none = {NO_INDEX};
    if (ask->line_count > LIMIT_ORDER_LINES) {
        return ask_refuse(answer, PROMISE_TOO_MANY_LINES, none);
    }
    if (ask->line_count == 0 || ask->priority > PRIORITY_MAX) {
        return ask_refuse(answer, PROMISE_BAD_QUANTITY, none);
    }
    for (uint32_t i = 0; i < ask->line_count; i++) {
        const struct promise_line *line = &ask->lines[i];
        if (line->offer.index >= state->shop->offer_count ||
            (state->shop->offers[line->offer.index].retired && !ask->elsewhere)) {
            return ask_refuse(answer, PROMISE_OFFER_RETIRED, line->offer);
        }
        const struct offer *offer = &state->shop->offers[line->offer.index];
        if (line->quantity_thousandths < 1 ||
            line->quantity_thousandths > LIMIT_LINE_QUANTITY_THOUSANDTHS ||
            (!seats_fit(offer, line->quantity_thousandths) && !ask->elsewhere)) {
            return ask_refuse(answer, PROMISE_BAD_QUANTITY, line->offer);
        }
        offer_fetch(offer);
    }
    enum promise_result result = PROMISE_OK;
    bool limited = !ask->for_all && !ask->elsewhere;
    for (uint32_t i = 0; i < ask->line_count && result == PROMISE_OK && limited; i++) {
        struct offer_id offer = ask->lines[i].offer;
        if (state->shop->offers[offer.index].max_per_customer_thousandths >= 0) {
            result = ask_customer_check(state, ask, offer, replaced, answer);
        }
    }
    return result;
}

/* The hold that is to be replaced, if its place is still reserved. */
static enum promise_result replaced_find(const struct promise_state *state,
                                         const struct promise_command *command, uint32_t *replaced,
                                         struct promise_answer *answer)
{
    *replaced = 0;
    if (!command->has_replaces) {
        return PROMISE_OK;
    }
    uint32_t number = orders_find(&state->orders, &command->replaces);
    if (number == 0) {
        return PROMISE_NO_ORDER;
    }
    enum order_status status = (enum order_status)orders_record(&state->orders, number)->status;
    if (status == ORDER_EXPIRED || status == ORDER_CANCELLED) {
        return PROMISE_OK;
    }
    if (!order_gives_way(state, number, command->ask.elsewhere)) {
        order_view_fill(state, number, &answer->order);
        return PROMISE_WRONG_STATUS;
    }
    *replaced = number;
    return PROMISE_OK;
}

/* ---- placing ---- */

/* Plans an ask whose lines are good, and judges its date. Leaves the plan taken. */
static enum promise_result ask_plan(struct promise_state *state,
                                    const struct promise_command *command, int64_t now,
                                    bool commits, struct promise_plan *plan,
                                    struct promise_answer *answer)
{
    const struct promise_rules *rules = &state->shop->promise;
    const struct plan_ask asked = {
        .ask = &command->ask,
        .now = now,
        .earliest = command->hold ? hold_last(state->shop, now, command->wish != 0) : now,
        .commits = commits,
        .explained = plan != &state->plan,
    };
    enum promise_result result = plan_make(state, &asked, plan);
    answer->summary = plan->summary;
    if (result != PROMISE_OK) {
        answer->summary.dates = (struct promise_dates){0};
        return result;
    }
    bool late = command->wish != 0 &&
                plan->earliest_day > wish_of(&state->wishes, command->wish)->latest_day;
    bool far = plan->earliest_day - state->window.today > rules->max_days;
    if (late || (far && !command->ask.elsewhere)) {
        answer->has_possible = true;
        answer->possible_day = plan->earliest_day;
        return PROMISE_SOLD_OUT;
    }
    return PROMISE_OK;
}

/* No order and no wish is meant, yet: they are not cleared whole, which would be most of it. */
static void answer_begin(struct promise_answer *answer)
{
    answer->result = PROMISE_OK;
    answer->summary = (struct promise_summary){.limit = {CAUSE_NONE, NO_INDEX, 0}};
    answer->has_possible = false;
    answer->possible_day = 0;
    answer->offer = (struct offer_id){NO_INDEX};
    answer->left_thousandths = 0;
    answer->order.number = 0;
    answer->order.broken = false;
    answer->wish.number = 0;
}

static void answer_clear_unmeant(struct promise_answer *answer)
{
    if (answer->order.number == 0) {
        answer->order = (struct order_view){0};
    }
    if (answer->wish.number == 0) {
        answer->wish = (struct wish_view){0};
    }
}

void answer_clear(struct promise_answer *answer)
{
    answer_begin(answer);
    answer_clear_unmeant(answer);
}

/* Finds what is replaced, checks the lines, plans. *planned: the plan holds its slots, plan_undo is
 * due; the replaced hold is released then, too. */
static enum promise_result place_plan(struct promise_state *state,
                                      const struct promise_command *command, int64_t now,
                                      bool commits, struct promise_plan *plan,
                                      struct promise_answer *answer, uint32_t *replaced,
                                      bool *planned)
{
    *planned = false;
    enum promise_result result = replaced_find(state, command, replaced, answer);
    if (result == PROMISE_OK) {
        result = ask_check(state, &command->ask, *replaced, answer);
    }
    if (result != PROMISE_OK) {
        return result;
    }
    if (*replaced != 0) {
        state_release(state, orders_record(&state->orders, *replaced));
        state_sale(state, orders_record(&state->orders, *replaced), -1);
    }
    *planned = true;
    return ask_plan(state, command, now, commits, plan, answer);
}

static void place_undo(struct promise_state *state, const struct promise_plan *plan,
                       uint32_t replaced)
{
    plan_undo(state, plan);
    if (replaced != 0) {
        state_reserve(state, orders_record(&state->orders, replaced));
        state_sale(state, orders_record(&state->orders, replaced), 1);
    }
}

void promise_quote(struct promise_state *state, const struct promise_command *command,
                   struct promise_answer *answer, struct promise_plan *plan)
{
    struct promise_plan *used = plan != NULL ? plan : &state->plan;
    uint32_t replaced = 0;
    bool planned = false;
    plan_settle(state);
    answer_begin(answer);
    answer->result = place_plan(state, command, now_of(state, command->now), false, used, answer,
                                &replaced, &planned);
    if (planned) {
        place_undo(state, used, replaced);
    }
}

static int64_t held_until(const struct promise_state *state, const struct promise_command *command,
                          int64_t now)
{
    return command->hold ? now + hold_seconds(state->shop, command->wish != 0) : 0;
}

/* The order as it will be once the event is applied. */
static void placed_view_fill(const struct promise_state *state,
                             const struct promise_command *command, int64_t now,
                             const struct promise_plan *plan, struct promise_answer *answer)
{
    answer->order = (struct order_view){
        .key = command->order,
        .made_at = now,
        .number = state->orders.count + 1,
        .status = command->hold ? ORDER_HELD : ORDER_CONFIRMED,
        .was_held = command->hold,
        .wished = command->wish != 0,
        .elsewhere = command->ask.elsewhere,
        .broken = answer->order.broken,
        .held_until = held_until(state, command, now),
        .customer = command->ask.customer,
        .first = plan->summary,
        .current = plan->summary,
        .vat_minor = plan->vat_minor,
        .split = command->ask.split,
        .priority = command->ask.priority,
        .want = command->ask.want,
        .line_count = plan->line_count,
        .group_count = plan->group_count,
    };
}

/* The plan stays taken until its event, which begins at `offset`, or anything else comes. */
static void pending_set(struct promise_state *state, uint32_t replaced,
                        const struct event_buffer *events, size_t offset)
{
    struct plan_pending *pending = &state->pending;
    struct slice bytes = {(const char *)events->bytes, events->length};
    struct event event;
    enum status status = STATUS_OK;
    bool whole = event_next(bytes, &offset, &event, &status);
    ASSERT(whole);
    pending->taken = true;
    pending->replaced = replaced;
    pending->length = event.length;
    memcpy(pending->payload, event.payload, event.length);
}

/* Writes the event of what is planned, and gives back what an event alone may change. */
static void placed_decide(struct promise_state *state, const struct promise_command *command,
                          int64_t now, uint32_t replaced, struct promise_answer *answer,
                          struct event_buffer *events)
{
    struct promise_plan *plan = &state->plan;
    size_t began = events->length;
    if (replaced != 0) {
        plan_commit(state);
        buy_reduce(state, orders_record(&state->orders, replaced));
    }
    struct event_placed placed = {
        .number = state->orders.count + 1,
        .hold = command->hold,
        .key = command->order,
        .made_at = now,
        .customer = command->ask.customer,
        .held_until = held_until(state, command, now),
        .replaced_number = replaced,
        .wish = command->wish,
        .split = command->ask.split,
        .priority = command->ask.priority,
        .want = command->ask.want,
        .elsewhere = command->ask.elsewhere,
        .broken = answer->order.broken,
        .reason_index = NO_INDEX,
    };
    plan_write(state, plan, EVENT_PLACED, &placed, events);
    placed_view_fill(state, command, now, plan, answer);
    plan_undo_kept(state, plan);
    pending_set(state, replaced, events, began);
}

/* ---- sold elsewhere ---- */

/* By which day it was promised there, within what an event can say. Where nobody said, the longest
 * that the shop promises. */
static int32_t elsewhere_promised(const struct promise_state *state,
                                  const struct promise_command *command)
{
    int32_t today = state->window.today;
    int32_t last = today + state->window.horizon_days - 1;
    int32_t day =
        command->promised_day != 0 ? command->promised_day : today + state->shop->promise.max_days;
    int32_t first = today - DAYS_OVERDUE_MAX;
    return day > last ? last : day < first ? first : day;
}

/* It is taken whatever became of its plan: where that failed, or comes later than was promised
 * there, with a promise that is broken from the beginning. */
static enum promise_result elsewhere_settle(struct promise_state *state,
                                            const struct promise_command *command, int64_t now,
                                            enum promise_result result, struct promise_plan *plan,
                                            struct promise_answer *answer)
{
    int32_t promised = elsewhere_promised(state, command);
    int32_t found = plan->summary.dates.deliver_by_day;
    ASSERT(!command->hold && !command->ask.split);
    ASSERT(command->wish == 0 && command->ask.want.kind == WANT_SOONEST);
    if (result == PROMISE_OK && (command->promised_day == 0 || found <= promised)) {
        return PROMISE_OK;
    }
    const struct plan_ask asked = {
        .ask = &command->ask, .now = now, .earliest = now, .commits = true};
    plan_undo(state, plan);
    answer->has_possible = result == PROMISE_OK;
    answer->possible_day = result == PROMISE_OK ? found : 0;
    result = plan_break(state, &asked, result, promised, plan);
    answer->order.broken = true;
    answer->summary = plan->summary;
    return result;
}

/* A repeated key is looked for after planning, though it goes before all else: its place in the
 * hash is seldom in the cache and comes while the plan is made, and repeats are rare. The key of a
 * wish is that of the order which it becomes, and of no other. */
enum promise_result place_decide(struct promise_state *state, const struct promise_command *command,
                                 int64_t now, struct promise_answer *answer,
                                 struct event_buffer *events)
{
    struct promise_plan *plan = &state->plan;
    uint32_t replaced = 0;
    bool planned = false;
    if (command->wish == 0 && wish_has_key(state, &command->order, answer)) {
        return PROMISE_WRONG_STATUS;
    }
    orders_find_soon(&state->orders, &command->order);
    enum promise_result result =
        place_plan(state, command, now, true, plan, answer, &replaced, &planned);
    uint32_t existing = orders_find(&state->orders, &command->order);
    if (existing == 0 && planned && command->ask.elsewhere) {
        result = elsewhere_settle(state, command, now, result, plan, answer);
    }
    if (existing != 0) {
        answer_clear(answer);
        order_view_fill(state, existing, &answer->order);
        answer->summary = answer->order.first;
        result = PROMISE_REPEATED;
    }
    if (result == PROMISE_OK && !plan_has_room(state, plan, 0)) {
        result = PROMISE_FULL;
    }
    if (result == PROMISE_OK) {
        placed_decide(state, command, now, replaced, answer, events);
    } else if (planned) {
        place_undo(state, plan, replaced);
    }
    return result;
}

/* ---- the steps of an order ---- */

static enum event_type step_event(enum promise_command_kind kind)
{
    switch (kind) {
    case PROMISE_CONFIRM:
        return EVENT_CONFIRMED;
    case PROMISE_CANCEL:
        return EVENT_CANCELLED;
    case PROMISE_START:
        return EVENT_STARTED;
    case PROMISE_DONE:
        return EVENT_DONE;
    case PROMISE_SHIP:
        return EVENT_SHIPPED;
    case PROMISE_DELIVER:
        return EVENT_DELIVERED;
    case PROMISE_PLACE:
    case PROMISE_PAY:
    case PROMISE_EXTEND:
    case PROMISE_WISH:
    case PROMISE_WITHDRAW:
    case PROMISE_COMMANDS:
        break;
    }
    UNREACHABLE();
}

/* Is each part of the order there by the date that was promised for it? */
static bool late_in_time(const struct promise_state *state, const struct order_record *record,
                         const struct promise_plan *plan)
{
    const struct promise_dates promised = {record->has_ship_by, record->ship_by,
                                           record->deliver_by_day};
    struct order_parts parts = orders_parts(&state->orders, record);
    for (uint32_t i = 0; i < record->line_count; i++) {
        const struct order_group *group = &parts.groups[parts.lines[i].group];
        const struct promise_dates part = {group->has_ship_by != 0, group->ship_by,
                                           group->deliver_by_day};
        if (!promise_dates_keep(plan_line_dates(plan, state->scratch.place_of[i]), &part)) {
            return false;
        }
    }
    return promise_dates_keep(&plan->summary.dates, &promised);
}

/* A hold that is over and paid for late: the same again, if it can still be had by the dates that
 * were promised. Two events: what it has reserved anew, and its confirmation. */
static enum promise_result late_decide(struct promise_state *state, uint32_t number, int64_t now,
                                       struct promise_answer *answer, struct event_buffer *events)
{
    struct promise_line lines[LIMIT_ORDER_LINES];
    const struct order_record *record = orders_record(&state->orders, number);
    struct promise_ask ask = order_ask(state, record, lines);
    struct promise_answer refusal;
    answer_clear(&refusal);
    if (ask_check(state, &ask, 0, &refusal) != PROMISE_OK) {
        return PROMISE_HOLD_EXPIRED;
    }
    struct promise_plan *plan = &state->plan;
    const struct plan_ask asked = {.ask = &ask, .now = now, .earliest = now, .commits = true};
    enum promise_result result = plan_make(state, &asked, plan);
    bool kept = result == PROMISE_OK && late_in_time(state, record, plan) &&
                plan_has_room(state, plan, number);
    if (kept) {
        struct event_placed placed = order_event(state, number);
        plan_write(state, plan, EVENT_REVISED, &placed, events);
        struct event_step step = {
            .number = number, .key = record->key, .made_at = record->made_at, .at = now};
        event_step_write(events, EVENT_CONFIRMED, &step, NULL);
        answer->summary = plan->summary;
        answer->order.current = plan->summary;
        answer->order.status = ORDER_CONFIRMED;
    }
    plan_undo(state, plan);
    return kept ? PROMISE_OK : PROMISE_HOLD_EXPIRED;
}

/* A hold lasts longer, but never beyond the last moment at which it could be confirmed. */
static enum promise_result extend_decide(const struct promise_state *state, uint32_t number,
                                         enum promise_command_kind kind, int64_t now,
                                         struct promise_answer *answer, struct event_buffer *events)
{
    const struct promise_rules *rules = &state->shop->promise;
    const struct order_record *record = orders_record(&state->orders, number);
    int64_t until = now + (kind == PROMISE_PAY ? rules->payment_seconds : rules->hold_seconds);
    int64_t last = hold_last(state->shop, record->made_at, (record->flags & ORDER_WISHED) != 0);
    if (record->status != ORDER_HELD) {
        return record->status == ORDER_EXPIRED ? PROMISE_HOLD_EXPIRED : PROMISE_WRONG_STATUS;
    }
    if (now >= record->held_until) {
        return PROMISE_HOLD_EXPIRED;
    }
    until = until < last ? until : last;
    if (until > record->held_until) {
        const struct event_extended extended = {number, record->key, record->made_at, until};
        event_extended_write(events, &extended);
        answer->order.held_until = until;
    }
    return PROMISE_OK;
}

/* What is proposed and not needed any more once an order has gone. */
static void reductions_find(struct promise_state *state, const struct order_record *record)
{
    state->scratch.reduction_count = 0;
    if (state->supply.count > state->supply.opening_count && record->commitment_count > 0) {
        state_release(state, record);
        buy_reduce(state, record);
        state_reserve(state, record);
    }
}

static enum promise_result step_decide(struct promise_state *state,
                                       const struct promise_command *command, int64_t now,
                                       struct promise_answer *answer, struct event_buffer *events)
{
    uint32_t number = orders_find(&state->orders, &command->order);
    if (number == 0) {
        return PROMISE_NO_ORDER;
    }
    const struct order_record *record = orders_record(&state->orders, number);
    enum order_status status = (enum order_status)record->status;
    order_view_fill(state, number, &answer->order);
    answer->summary = answer->order.current;
    bool of_lines = command->kind == PROMISE_START || command->kind == PROMISE_DONE ||
                    command->kind == PROMISE_SHIP || command->kind == PROMISE_DELIVER;
    if (command->line != LINE_ALL && !of_lines) {
        return PROMISE_WRONG_STATUS;
    }
    if (command->kind == PROMISE_PAY || command->kind == PROMISE_EXTEND) {
        return extend_decide(state, number, command->kind, now, answer, events);
    }
    enum event_type type = step_event(command->kind);
    bool repeats = command->kind == PROMISE_CONFIRM || command->kind == PROMISE_CANCEL;
    if (repeats && status == order_status_after(type)) {
        return PROMISE_OK;
    }
    if (command->kind == PROMISE_CONFIRM && status == ORDER_EXPIRED) {
        return late_decide(state, number, now, answer, events);
    }
    if (command->kind == PROMISE_CONFIRM && status == ORDER_HELD && now >= record->held_until) {
        return PROMISE_HOLD_EXPIRED;
    }
    if (!order_allows(state, record, type, command->line)) {
        return PROMISE_WRONG_STATUS;
    }
    state->scratch.reduction_count = 0;
    if (type == EVENT_CANCELLED) {
        reductions_find(state, record);
    }
    struct event_step step = {.number = number,
                              .line = command->line,
                              .key = record->key,
                              .made_at = record->made_at,
                              .at = now,
                              .reduction_count = state->scratch.reduction_count};
    event_step_write(events, type, &step, state->scratch.reductions);
    answer->order.status = order_status_then(state, record, type, command->line);
    return PROMISE_OK;
}

void promise_decide(struct promise_state *state, const struct promise_command *command,
                    struct promise_answer *answer, struct event_buffer *events)
{
    int64_t now = now_of(state, command->now);
    plan_settle(state);
    if (command->kind == PROMISE_PLACE) {
        answer_begin(answer);
        answer->result = place_decide(state, command, now, answer, events);
        if (answer->result != PROMISE_OK) {
            answer_clear_unmeant(answer);
        }
        return;
    }
    answer_clear(answer);
    switch (command->kind) {
    case PROMISE_WISH:
        answer->result = wish_decide(state, command, now, answer, events);
        break;
    case PROMISE_WITHDRAW:
        answer->result = withdraw_decide(state, command, now, answer, events);
        break;
    default:
        answer->result = step_decide(state, command, now, answer, events);
        break;
    }
}

void promise_decide_soon(const struct promise_state *state, const struct promise_command *command)
{
    orders_find_soon(&state->orders, &command->order);
}

size_t promise_event_bytes_max(void)
{
    return EVENT_HEAD_BYTES + EVENT_PLACED_HEAD_BYTES +
           (size_t)LIMIT_ORDER_LINES *
               (EVENT_LINE_BYTES + EVENT_GROUP_BYTES + EVENT_SESSION_BYTES) +
           (size_t)PLAN_COMMITMENTS_MAX * (EVENT_COMMITMENT_BYTES + EVENT_PURCHASE_BYTES) +
           (size_t)LIMIT_PLAN_RUNS * EVENT_RUN_BYTES +
           (size_t)EVENT_REDUCTIONS_MAX * EVENT_REDUCTION_BYTES +
           /* a late payment's confirmation */
           EVENT_HEAD_BYTES + EVENT_STEP_BYTES + 8;
}

/* ---- what time alone has to do ---- */

/* Letting a hold go looks for what is proposed for nobody any more: the state is the same before
 * and after, and was never a const object. */
static void expired_write(struct promise_state *state, uint32_t number, struct event_buffer *events)
{
    const struct order_record *record = orders_record(&state->orders, number);
    reductions_find(state, record);
    struct event_step step = {.number = number,
                              .key = record->key,
                              .made_at = record->made_at,
                              .at = record->held_until,
                              .reduction_count = state->scratch.reduction_count};
    event_step_write(events, EVENT_EXPIRED, &step, state->scratch.reductions);
}

bool promise_due(const struct promise_state *state, int64_t now, struct event_buffer *events)
{
    struct hold_entry hold;
    bool expires = holds_next(&state->orders.holds, &hold) && hold.held_until <= now;
    int64_t until = expires ? hold.held_until : now;
    if (until >= state->window.midnights[1]) {
        /* Days without a hold that ends are passed in one event. A day begins before the holds of
         * its first second end. */
        int32_t day = zone_day(&state->shop->zone, until);
        event_day_write(events, day > state->window.today ? day : state->window.today + 1);
        return true;
    }
    if (expires) {
        plan_settle_look(state);
        expired_write((struct promise_state *)(uintptr_t)state, hold.number, events);
    }
    return expires;
}

int64_t promise_next_due(const struct promise_state *state)
{
    struct hold_entry hold;
    int64_t midnight = state->window.midnights[1];
    return holds_next(&state->orders.holds, &hold) && hold.held_until < midnight ? hold.held_until
                                                                                 : midnight;
}

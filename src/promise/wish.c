/* A wish is decided like an order, kept like an order, and becomes one: when something has become
 * free, the queue is walked from its head and each wish tried as a hold (place_decide, with its own
 * time for the answer and its own latest day). The event is that hold's EVENT_PLACED, which names
 * the wish; so a replay, and whoever reads the journal, sees who was asked when. */
#include "promise/wish.h"

#include "base/assert.h"
#include "promise/state.h"

const char *wish_status_text(enum wish_status status)
{
    static const char *const texts[WISH_STATUSES] = {
        [WISH_NONE] = "none",           [WISH_WAITING] = "waiting", [WISH_OFFERED] = "offered",
        [WISH_WITHDRAWN] = "withdrawn", [WISH_LAPSED] = "lapsed",
    };
    ASSERT(status < WISH_STATUSES);
    return texts[status];
}

/* ---- looks ---- */

static void wish_view_fill(const struct promise_state *state, uint32_t number,
                           struct wish_view *view)
{
    const struct wish_record *record = wish_of(&state->wishes, number);
    *view = (struct wish_view){
        .key = record->key,
        .made_at = record->made_at,
        .number = number,
        .status = (enum wish_status)record->status,
        .offer = {record->offer},
        .quantity_thousandths = record->quantity_thousandths,
        .latest_day = record->latest_day,
        .since = record->since,
        .customer = {record->customer},
        .order = record->order,
    };
}

bool promise_wish_by_number(const struct promise_state *state, uint32_t number,
                            struct wish_view *view)
{
    if (number == 0 || number > state->wishes.count) {
        return false;
    }
    wish_view_fill(state, number, view);
    return true;
}

bool promise_wish(const struct promise_state *state, struct order_key key, struct wish_view *view)
{
    return promise_wish_by_number(state, wishes_find(&state->wishes, &key), view);
}

uint32_t promise_wish_count(const struct promise_state *state)
{
    return state->wishes.count;
}

uint32_t promise_wishes_waiting(const struct promise_state *state)
{
    return state->wishes.waiting;
}

struct wish_demand promise_wish_demand(const struct promise_state *state, struct offer_id offer)
{
    ASSERT(offer.index < LIMIT_OFFERS);
    return state->wishes.demands[offer.index];
}

uint32_t promise_wish_before(const struct promise_state *state, uint32_t number, uint32_t most)
{
    const struct wishes *wishes = &state->wishes;
    ASSERT(number > 0 && number <= wishes->count);
    const struct wish_record *record = wish_of(wishes, number);
    uint32_t before = 0;
    for (uint32_t at = record->previous; at != 0 && before < most;
         at = wish_of(wishes, at)->previous) {
        before += wish_of(wishes, at)->offer == record->offer;
    }
    return before;
}

/* ---- decisions ---- */

bool wish_has_key(const struct promise_state *state, const struct order_key *key,
                  struct promise_answer *answer)
{
    uint32_t number = state->wishes.count == 0 ? 0 : wishes_find(&state->wishes, key);
    if (number != 0) {
        wish_view_fill(state, number, &answer->wish);
    }
    return number != 0;
}

/* The same key with another wish: the door tells that from a retry by what it reads here. */
static enum promise_result wish_repeat(const struct promise_state *state, uint32_t number,
                                       struct promise_answer *answer)
{
    answer_clear(answer);
    wish_view_fill(state, number, &answer->wish);
    return PROMISE_REPEATED;
}

enum promise_result wish_decide(struct promise_state *state, const struct promise_command *command,
                                int64_t now, struct promise_answer *answer,
                                struct event_buffer *events)
{
    const struct promise_ask *ask = &command->ask;
    uint32_t existing = wishes_find(&state->wishes, &command->order);
    if (existing != 0) {
        return wish_repeat(state, existing, answer);
    }
    if (ask->line_count > 1) {
        return PROMISE_TOO_MANY_LINES;
    }
    enum promise_result result = ask_check(state, ask, 0, answer);
    if (result != PROMISE_OK) {
        return result;
    }
    int64_t ahead = ask->want.value - state->window.today;
    if (ask->want.kind != WANT_DAY || ahead < 0 || ahead >= state->window.horizon_days) {
        return PROMISE_WANT_BEYOND;
    }
    uint32_t order = orders_find(&state->orders, &command->order);
    if (order != 0) {
        order_view_fill(state, order, &answer->order);
        return PROMISE_WRONG_STATUS;
    }
    if (state->wishes.count == LIMIT_WISHES) {
        return PROMISE_FULL;
    }
    bool came_before = command->since > 0 && command->since < now;
    const struct event_wished wished = {
        .number = state->wishes.count + 1,
        .key = command->order,
        .offer = ask->lines[0].offer,
        .quantity_thousandths = ask->lines[0].quantity_thousandths,
        .made_at = now,
        .since = came_before ? command->since : now,
        .customer = ask->customer,
        .latest_day = (int32_t)ask->want.value,
    };
    event_wished_write(events, &wished);
    answer->wish = (struct wish_view){
        .key = wished.key,
        .made_at = now,
        .number = wished.number,
        .status = WISH_WAITING,
        .offer = wished.offer,
        .quantity_thousandths = wished.quantity_thousandths,
        .latest_day = wished.latest_day,
        .since = wished.since,
        .customer = wished.customer,
    };
    return PROMISE_OK;
}

static void ended_write(const struct promise_state *state, uint32_t number, bool lapsed, int64_t at,
                        struct event_buffer *events)
{
    const struct event_wish_ended ended = {
        .number = number, .key = wish_of(&state->wishes, number)->key, .lapsed = lapsed, .at = at};
    event_wish_ended_write(events, &ended);
}

enum promise_result withdraw_decide(struct promise_state *state,
                                    const struct promise_command *command, int64_t now,
                                    struct promise_answer *answer, struct event_buffer *events)
{
    uint32_t number = wishes_find(&state->wishes, &command->order);
    if (number == 0) {
        return PROMISE_NO_ORDER;
    }
    wish_view_fill(state, number, &answer->wish);
    if (answer->wish.status == WISH_WITHDRAWN) {
        return PROMISE_OK;
    }
    if (answer->wish.status != WISH_WAITING) {
        return PROMISE_WRONG_STATUS;
    }
    ended_write(state, number, false, now, events);
    answer->wish.status = WISH_WITHDRAWN;
    return PROMISE_OK;
}

/* ---- the walk ---- */

bool promise_wishes_due(const struct promise_state *state)
{
    return state->wishes.walk_at != 0;
}

static bool wish_is_over(const struct promise_state *state, const struct wish_record *record)
{
    return record->latest_day < state->window.today || state->shop->offers[record->offer].retired;
}

/* Before which day what was refused cannot be there. */
static int32_t refused_before(const struct promise_state *state,
                              const struct promise_answer *answer)
{
    int64_t last = (int64_t)state->window.today + state->shop->promise.max_days;
    return answer->has_possible && answer->possible_day <= last ? answer->possible_day : INT32_MAX;
}

/* As a hold; what is taken by it waits for its event. */
static bool wish_place(struct promise_state *state, uint32_t number, int64_t now,
                       struct event_buffer *events)
{
    const struct wish_record *record = wish_of(&state->wishes, number);
    const struct promise_line line = {{record->offer}, record->quantity_thousandths};
    const struct promise_command command = {
        .kind = PROMISE_PLACE,
        .now = now,
        .order = record->key,
        .ask = {.line_count = 1, .lines = &line, .customer = {record->customer}},
        .hold = true,
        .wish = number,
    };
    struct promise_answer answer;
    answer_clear(&answer);
    enum promise_result result = place_decide(state, &command, now, &answer, events);
    if (result == PROMISE_SOLD_OUT || result == PROMISE_NEVER) {
        wishes_refuse(&state->wishes, record, refused_before(state, &answer));
    }
    return result == PROMISE_OK;
}

static uint32_t steps_less(uint32_t steps, uint32_t taken)
{
    return steps > taken ? steps - taken : 0;
}

bool promise_wish_next(struct promise_state *state, int64_t now, uint32_t *steps,
                       struct event_buffer *events)
{
    struct wishes *wishes = &state->wishes;
    now = now > state->now ? now : state->now;
    plan_settle(state);
    while (wishes->walk_at != 0 && *steps > 0) {
        uint32_t number = wishes->walk_at;
        const struct wish_record *record = wish_of(wishes, number);
        if (wish_is_over(state, record)) {
            *steps = steps_less(*steps, 1);
            ended_write(state, number, true, now, events);
            return true;
        }
        bool shares = state->shop->offers[record->offer].seats > 0;
        bool refused = wishes_refused(wishes, record, shares);
        *steps = steps_less(*steps, refused ? 1 : WISH_TRY_STEPS);
        if (!refused && wish_place(state, number, now, events)) {
            return true;
        }
        wishes->walk_at = record->next;
    }
    return false;
}

/* ---- applying ---- */

bool wish_meets(const struct promise_state *state, const struct event_placed *placed)
{
    if (placed->wish > state->wishes.count || !placed->hold || placed->line_count != 1) {
        return false;
    }
    const struct wish_record *record = wish_of(&state->wishes, placed->wish);
    const struct event_line line = event_placed_line(placed, 0);
    return record->status == WISH_WAITING && line.offer.index == record->offer &&
           line.quantity_thousandths == record->quantity_thousandths &&
           memcmp(&record->key, &placed->key, sizeof record->key) == 0;
}

enum status wished_apply(struct promise_state *state, const struct event *event)
{
    struct event_wished wished;
    enum status status = event_wished_read(event, &wished);
    if (status != STATUS_OK) {
        return status;
    }
    if (wished.number != state->wishes.count + 1 ||
        wished.offer.index >= state->shop->offer_count || wished.quantity_thousandths < 1 ||
        wished.quantity_thousandths > LIMIT_LINE_QUANTITY_THOUSANDTHS || wished.made_at < 0 ||
        wished.since < 0 || wished.since > wished.made_at ||
        !day_is_near(state, wished.latest_day) || wishes_find(&state->wishes, &wished.key) != 0) {
        return STATUS_CORRUPT;
    }
    if (state->wishes.count == LIMIT_WISHES) {
        return STATUS_LIMIT;
    }
    wishes_add(&state->wishes, &wished);
    return STATUS_OK;
}

enum status wish_ended_apply(struct promise_state *state, const struct event *event)
{
    struct event_wish_ended ended;
    enum status status = event_wish_ended_read(event, &ended);
    if (status != STATUS_OK) {
        return status;
    }
    if (ended.number == 0 || ended.number > state->wishes.count) {
        return STATUS_CORRUPT;
    }
    const struct wish_record *record = wish_of(&state->wishes, ended.number);
    if (record->status != WISH_WAITING || memcmp(&record->key, &ended.key, sizeof ended.key) != 0) {
        return STATUS_CORRUPT;
    }
    wishes_end(&state->wishes, ended.number, ended.lapsed ? WISH_LAPSED : WISH_WITHDRAWN, 0);
    return STATUS_OK;
}

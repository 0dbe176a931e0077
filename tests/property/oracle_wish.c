/* Wishes in the oracle: a plain list. Who is next is looked for in all of it, every time.
 *
 * The rules (docs/promise.md): the queue is in the order of `since`, then of the making. A walk
 * along it begins whenever something may have become free; each that waits is tried as a hold of
 * wish_minutes with its own latest day. What was refused of an offer, and before which day it
 * cannot be there, spares those behind that ask for no less by no later day (of a
 * class: for as many seats, because more may need a session of their own, which can be sooner). A walk goes so many
 * steps at a time: WISH_TRY_STEPS for one that is tried, one for the others. */
#include "tests/property/oracle_plan.h"

#include "base/assert.h"

#include <stdlib.h>

/* ---- the queue ---- */

static bool stands_before(const struct wish_view *one, int64_t since, uint32_t number)
{
    return one->since < since || (one->since == since && one->number < number);
}

/* The first that waits of those that stand there or behind; NULL: none. */
static struct wish_view *first_from(const struct oracle *oracle, int64_t since, uint32_t number)
{
    struct wish_view *first = NULL;
    for (uint32_t i = 0; i < oracle->wish_count; i++) {
        struct wish_view *wish = &oracle->wishes[i];
        if (wish->status == WISH_WAITING && !stands_before(wish, since, number) &&
            (first == NULL || stands_before(wish, first->since, first->number))) {
            first = wish;
        }
    }
    return first;
}

static struct wish_view *walk_next(const struct oracle *oracle)
{
    const struct oracle_walk *walk = &oracle->walk;
    return walk->begun ? first_from(oracle, walk->since, walk->number) : NULL;
}

bool oracle_wishes_due(const struct oracle *oracle)
{
    return walk_next(oracle) != NULL;
}

void oracle_wake(struct oracle *oracle)
{
    oracle->walk = (struct oracle_walk){.begun = true, .since = INT64_MIN};
}

struct wish_view *oracle_wish_find(struct oracle *oracle, const struct order_key *key)
{
    for (uint32_t i = 0; i < oracle->wish_count; i++) {
        if (memcmp(oracle->wishes[i].key.bytes, key->bytes, sizeof key->bytes) == 0) {
            return &oracle->wishes[i];
        }
    }
    return NULL;
}

struct wish_demand oracle_demand(const struct oracle *oracle, uint16_t offer)
{
    struct wish_demand demand = {0};
    for (uint32_t i = 0; i < oracle->wish_count; i++) {
        const struct wish_view *wish = &oracle->wishes[i];
        if (wish->status == WISH_WAITING && wish->offer.index == offer) {
            demand.waiting++;
            demand.quantity_thousandths += (uint64_t)wish->quantity_thousandths;
        }
    }
    return demand;
}

uint32_t oracle_wish_before(const struct oracle *oracle, uint32_t number)
{
    const struct wish_view *one = &oracle->wishes[number - 1];
    uint32_t before = 0;
    for (uint32_t i = 0; i < oracle->wish_count; i++) {
        const struct wish_view *wish = &oracle->wishes[i];
        before += wish->status == WISH_WAITING && wish->offer.index == one->offer.index &&
                  stands_before(wish, one->since, one->number);
    }
    return before;
}

/* ---- wishing ---- */

static void wish_add(struct oracle *oracle, const struct wish_view *wish)
{
    struct oracle_walk *walk = &oracle->walk;
    if (oracle->wish_count == oracle->wish_capacity) {
        oracle->wish_capacity = oracle->wish_capacity * 2 + 16;
        oracle->wishes = realloc(oracle->wishes, oracle->wish_capacity * sizeof *oracle->wishes);
        ASSERT(oracle->wishes != NULL);
    }
    oracle->wishes[oracle->wish_count++] = *wish;
    if (!walk->begun || stands_before(wish, walk->since, walk->number)) {
        walk->begun = true;
        walk->since = wish->since;
        walk->number = wish->number;
    }
}

static bool day_is_beyond(const struct oracle *oracle, struct promise_want want)
{
    return want.kind != WANT_DAY || want.value < oracle->today ||
           want.value >= oracle->today + oracle->shop->promise.horizon_days;
}

static enum promise_result wish_make(struct oracle *oracle, const struct promise_command *command,
                                     struct promise_answer *answer)
{
    const struct promise_ask *ask = &command->ask;
    enum promise_result result = oracle_ask_refuse(oracle, ask, NULL, answer);
    if (result == PROMISE_OK && day_is_beyond(oracle, ask->want)) {
        result = PROMISE_WANT_BEYOND;
    }
    if (result == PROMISE_OK && oracle_find(oracle, &command->order) != NULL) {
        result = PROMISE_WRONG_STATUS;
    }
    if (result != PROMISE_OK) {
        return result;
    }
    bool before = command->since != 0 && command->since < oracle->now;
    answer->wish = (struct wish_view){
        .key = command->order,
        .made_at = oracle->now,
        .number = oracle->wish_count + 1,
        .status = WISH_WAITING,
        .offer = ask->lines[0].offer,
        .quantity_thousandths = ask->lines[0].quantity_thousandths,
        .latest_day = (int32_t)ask->want.value,
        .since = before ? command->since : oracle->now,
        .customer = ask->customer,
    };
    wish_add(oracle, &answer->wish);
    return PROMISE_OK;
}

enum promise_result oracle_wish(struct oracle *oracle, const struct promise_command *command,
                                struct promise_answer *answer)
{
    struct wish_view *wish = oracle_wish_find(oracle, &command->order);
    if (wish == NULL) {
        return command->kind == PROMISE_WISH ? wish_make(oracle, command, answer)
                                             : PROMISE_NO_ORDER;
    }
    enum promise_result result = PROMISE_REPEATED;
    if (command->kind == PROMISE_WITHDRAW) {
        wish->status = wish->status == WISH_WAITING ? WISH_WITHDRAWN : wish->status;
        result = wish->status == WISH_WITHDRAWN ? PROMISE_OK : PROMISE_WRONG_STATUS;
    }
    answer->wish = *wish;
    return result;
}

/* ---- the walk ---- */

static void steps_take(uint32_t *steps, uint32_t taken)
{
    *steps = *steps > taken ? *steps - taken : 0;
}

static bool was_refused(const struct oracle *oracle, const struct wish_view *wish)
{
    int64_t quantity = oracle->walk.offers[wish->offer.index].quantity;
    bool shares_session = oracle->shop->offers[wish->offer.index].seats > 0;
    return oracle->walk.offers[wish->offer.index].refused &&
           (shares_session ? wish->quantity_thousandths == quantity
                           : wish->quantity_thousandths >= quantity) &&
           wish->latest_day < oracle->walk.offers[wish->offer.index].before_day;
}

static void refusal_keep(struct oracle *oracle, const struct wish_view *wish,
                         const struct promise_answer *answer)
{
    int32_t last = oracle->today + oracle->shop->promise.max_days;
    bool some_day = answer->has_possible && answer->possible_day <= last;
    oracle->walk.offers[wish->offer.index].refused = true;
    oracle->walk.offers[wish->offer.index].quantity = wish->quantity_thousandths;
    oracle->walk.offers[wish->offer.index].before_day = some_day ? answer->possible_day : INT32_MAX;
}

/* As a hold. */
static bool wish_try(struct oracle *oracle, struct wish_view *wish)
{
    const struct promise_line line = {wish->offer, wish->quantity_thousandths};
    const struct promise_command command = {
        .kind = PROMISE_PLACE,
        .order = wish->key,
        .ask = {.line_count = 1, .lines = &line, .customer = wish->customer},
        .hold = true,
        .wish = wish->number,
    };
    struct promise_answer answer = {0};
    enum promise_result result = oracle_place(oracle, &command, true, &answer);
    if (result == PROMISE_SOLD_OUT || result == PROMISE_NEVER) {
        refusal_keep(oracle, wish, &answer);
    }
    if (result == PROMISE_OK) {
        wish->status = WISH_OFFERED;
        wish->order = oracle->order_count;
    }
    return result == PROMISE_OK;
}

enum oracle_wish_event oracle_wish_next(struct oracle *oracle, uint32_t *steps, uint32_t *number)
{
    struct wish_view *wish = walk_next(oracle);
    for (; wish != NULL && *steps > 0; wish = walk_next(oracle)) {
        *number = wish->number;
        oracle->walk.since = wish->since;
        oracle->walk.number = wish->number;
        if (wish->latest_day < oracle->today || oracle->shop->offers[wish->offer.index].retired) {
            steps_take(steps, 1);
            wish->status = WISH_LAPSED;
            return ORACLE_WISH_LAPSED;
        }
        bool refused = was_refused(oracle, wish);
        steps_take(steps, refused ? 1 : WISH_TRY_STEPS);
        if (!refused && wish_try(oracle, wish)) {
            return ORACLE_WISH_MET;
        }
        oracle->walk.number++; /* those behind it */
    }
    return ORACLE_NO_WISH;
}

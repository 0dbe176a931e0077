/* Wishes, told to the core and to the oracle; and the walk along them, which after every step goes
 * on in both by the same number of steps.
 *
 * Beside the oracle stands what no rule of the walk may spoil: once a walk has come to its end,
 * nobody waits who could be promised it at once. */
#include "tests/property/story.h"

#include "base/assert.h"
#include "promise/event.h"
#include "tests/property/tell.h"

#include <inttypes.h>
#include <stdio.h>

enum { CUT_STEPS = 5 * WISH_TRY_STEPS };

static uint64_t statuses_seen[WISH_STATUSES];

uint64_t story_wishes(enum wish_status status)
{
    return statuses_seen[status];
}

/* ---- wishing ---- */

static struct order_key key_mixed(struct story *story, struct order_key key)
{
    uint64_t mixed = 0;
    memcpy(&mixed, key.bytes, sizeof mixed);
    mixed = story_choose(story, mixed);
    memcpy(key.bytes, &mixed, sizeof mixed);
    return key;
}

/* Of a wish, most often; else of an order, or of nothing. */
static struct order_key key_old(struct story *story)
{
    struct random own = story_own_random(story);
    struct order_key key = story_key_new(story);
    const struct oracle *oracle = &story->oracle;
    bool of_wish = random_below(&own, 100) < 90;
    if (of_wish && oracle->wish_count > 0) {
        key = oracle->wishes[random_below(&own, oracle->wish_count)].key;
    } else if (!of_wish && oracle->order_count > 0) {
        key = oracle->orders[random_below(&own, oracle->order_count)].key;
    }
    return key_mixed(story, key);
}

static struct promise_want day_new(struct story *story)
{
    int64_t horizon = story->shop->promise.horizon_days;
    int64_t day = story->oracle.today + random_between(&story->random, -1, horizon);
    bool other = story_chance(story, 3);
    return (struct promise_want){other ? WANT_SOONEST : WANT_DAY,
                                 (int64_t)story_choose(story, (uint64_t)day)};
}

static int64_t since_new(struct story *story)
{
    int64_t since = story->now - random_between(&story->random, -60, 6 * 3600);
    return story_chance(story, 50) ? 0 : (int64_t)story_choose(story, (uint64_t)since);
}

static void command_tell(struct story *story, const struct promise_command *command)
{
    struct promise_answer core;
    struct promise_answer oracle;
    if (story_says(story)) {
        tell_command(&story->oracle, command, false);
    }
    struct event_buffer *events = story_events();
    promise_decide(story->core, command, &core, events);
    oracle_command(&story->oracle, command, &oracle);
    compare_answers(story, &core, &oracle);
    if (story->failure != NULL) {
        return;
    }
    story_result(core.result);
    if (core.wish.number != oracle.wish.number || core.wish.status != oracle.wish.status) {
        story_fail(story, "the answers are of other wishes");
    }
    if (events->length > 0) {
        statuses_seen[core.wish.status]++;
        story_events_apply(story);
    }
    if (story->failure == NULL && core.wish.number != 0) {
        compare_wish(story, core.wish.number);
    }
}

void story_wish(struct story *story)
{
    struct promise_line line = {.offer = {story_offer(story)},
                                .quantity_thousandths = story_quantity(story)};
    struct promise_command command = {
        .kind = PROMISE_WISH,
        .now = story->now,
        .ask = {.line_count = 1, .lines = &line, .customer = story_customer(story)},
    };
    command.ask.want = day_new(story);
    command.since = since_new(story);
    command.order = story_chance(story, 95) ? story_key_new(story) : key_old(story);
    command_tell(story, &command);
}

void story_withdraw(struct story *story)
{
    struct promise_command command = {.kind = PROMISE_WITHDRAW, .now = story->now};
    command.order = key_old(story);
    command_tell(story, &command);
}

/* ---- the walk ---- */

/* What the core says happens next, and to which wish. */
static enum oracle_wish_event event_of(struct story *story, const struct event_buffer *events,
                                       uint32_t *number)
{
    struct slice bytes = {(const char *)events->bytes, events->length};
    struct event_placed placed;
    struct event_wish_ended ended;
    struct event event;
    enum status status = STATUS_OK;
    size_t offset = 0;
    bool one = event_next(bytes, &offset, &event, &status) && offset == bytes.length;
    if (one && event.type == EVENT_PLACED && event_placed_read(&event, &placed) == STATUS_OK) {
        *number = placed.wish;
        return ORACLE_WISH_MET;
    }
    if (one && event.type == EVENT_WISH_ENDED &&
        event_wish_ended_read(&event, &ended) == STATUS_OK && ended.lapsed) {
        *number = ended.number;
        return ORACLE_WISH_LAPSED;
    }
    story_fail(story, "the walk makes an event that is none of its");
    return ORACLE_NO_WISH;
}

/* One event of the walk in both; false once there is none. */
static bool walk_on(struct story *story, uint32_t *core_steps, uint32_t *oracle_steps)
{
    uint32_t number = 0;
    uint32_t expected_number = 0;
    enum oracle_wish_event event = ORACLE_NO_WISH;
    struct event_buffer *events = story_events();
    if (promise_wish_next(story->core, story->now, core_steps, events)) {
        event = event_of(story, events, &number);
    }
    enum oracle_wish_event expected =
        oracle_wish_next(&story->oracle, oracle_steps, &expected_number);
    expected_number = expected == ORACLE_NO_WISH ? 0 : expected_number;
    if (event != expected || number != expected_number || *core_steps != *oracle_steps) {
        fprintf(stderr, "core: %d of wish %u, %u steps left; oracle: %d of wish %u, %u steps\n",
                (int)event, number, *core_steps, (int)expected, expected_number, *oracle_steps);
        story_fail(story, "the walks differ");
        return false;
    }
    if (event == ORACLE_NO_WISH) {
        return false;
    }
    const struct wish_view *wish = &story->oracle.wishes[number - 1];
    if (shrink_says(story->shrink)) {
        tell_wish("both", wish);
    }
    statuses_seen[wish->status]++;
    story_events_apply(story);
    compare_wish(story, number);
    if (event == ORACLE_WISH_MET && story->failure == NULL) {
        compare_order(story, &story->oracle.orders[wish->order - 1]);
        compare_supply(story);
    }
    return story->failure == NULL;
}

/* Nobody waits who could have it. Where cash is short this need not be so: a sale brings money, and
 * more than one asked for in vain may be had. */
static void nobody_waits_in_vain(struct story *story)
{
    const struct oracle *oracle = &story->oracle;
    for (uint32_t i = 0; i < oracle->wish_count && !story->shop->cash.present; i++) {
        const struct wish_view *wish = &oracle->wishes[i];
        const struct promise_line line = {wish->offer, wish->quantity_thousandths};
        const struct promise_command command = {
            .kind = PROMISE_PLACE,
            .now = story->now,
            .ask = {.line_count = 1, .lines = &line, .customer = wish->customer},
            .hold = true,
            .wish = wish->number,
        };
        struct promise_answer answer = {.result = PROMISE_NEVER};
        if (wish->status == WISH_WAITING) {
            promise_quote(story->core, &command, &answer, NULL);
        }
        if (answer.result == PROMISE_OK) {
            fprintf(stderr, "wish %u\n", wish->number);
            story_fail(story, "a wish waits that could be met");
            return;
        }
    }
}

void story_meet(struct story *story)
{
    struct random own = story_own_random(story);
    uint64_t cut = 1 + random_below(&own, CUT_STEPS);
    uint32_t steps = random_below(&own, 100) < 70 ? UINT32_MAX : (uint32_t)cut;
    uint32_t oracle_steps = steps;
    while (walk_on(story, &steps, &oracle_steps)) {
    }
    if (promise_wishes_due(story->core) != oracle_wishes_due(&story->oracle)) {
        story_fail(story, "the walk is at its end for one of them");
    }
    if (!promise_wishes_due(story->core) && story->failure == NULL) {
        nobody_waits_in_vain(story);
    }
}

/* Quotes, holds, orders and their steps, asked of the core and of the oracle. */
#include "tests/property/story.h"

#include "base/assert.h"
#include "tests/property/tell.h"

#include <stdlib.h>

enum { CUSTOMERS = 5 };

static struct event_buffer event_memory;
static uint64_t results_seen[PROMISE_RESULTS];

void story_memory_take(void)
{
    event_memory.capacity = promise_event_bytes_max() + EVENT_TIME_BYTES;
    event_memory.bytes = malloc(event_memory.capacity);
    ASSERT(event_memory.bytes != NULL);
}

void story_memory_free(void)
{
    free(event_memory.bytes);
}

uint64_t story_results(enum promise_result result)
{
    return results_seen[result];
}

void story_result(enum promise_result result)
{
    results_seen[result]++;
}

struct event_buffer *story_events(void)
{
    event_memory.length = 0;
    return &event_memory;
}

void story_events_apply(struct story *story)
{
    story_apply(story, (struct slice){(const char *)event_memory.bytes, event_memory.length});
}

/* ---- what is asked ---- */

static struct order_key key_of(uint64_t mixed)
{
    struct order_key key = {{0}};
    memcpy(key.bytes, &mixed, sizeof mixed);
    return key;
}

struct order_key story_key_new(struct story *story)
{
    return key_of(random_mix(++story->key_count + story->seed * 1000003));
}

static struct order_key key_pick(struct story *story, struct random *random)
{
    uint32_t count = story->oracle.order_count;
    if (count == 0 || random_below(random, 100) < 2) {
        return story_key_new(story);
    }
    uint32_t reach = random_below(random, 100) < 70 && count > 8 ? 8 : count;
    return story->oracle.orders[count - 1 - random_below(random, reach)].key;
}

struct random story_own_random(struct story *story)
{
    struct random own;
    random_seed(&own, random_next(&story->random));
    return own;
}

/* The key of an order that exists, most often a late one; sometimes of none. */
static struct order_key key_old(struct story *story)
{
    struct random own = story_own_random(story);
    struct order_key key = key_pick(story, &own);
    uint64_t mixed = 0;
    memcpy(&mixed, key.bytes, sizeof mixed);
    return key_of(story_choose(story, mixed));
}

int64_t story_quantity(struct story *story)
{
    static const int64_t odd[] = {0,
                                  -1000,
                                  1,
                                  1500,
                                  333,
                                  LIMIT_LINE_QUANTITY_THOUSANDTHS,
                                  LIMIT_LINE_QUANTITY_THOUSANDTHS + 1,
                                  250000};
    if (story_chance(story, 4)) {
        return odd[random_below(&story->random, sizeof odd / sizeof *odd)];
    }
    return 1000 * random_between(&story->random, 1, story_chance(story, 80) ? 3 : 20);
}

static struct promise_want want_new(struct story *story)
{
    int32_t horizon = story->shop->promise.horizon_days;
    int64_t day = story->oracle.today + random_between(&story->random, -1, horizon);
    int64_t at = story->now + random_between(&story->random, -3600, horizon * DAY_SECONDS);
    uint64_t dice = random_below(&story->random, 100);
    if (dice < 60) {
        return (struct promise_want){WANT_SOONEST, 0};
    }
    bool whole_day = dice < 85;
    return (struct promise_want){whole_day ? WANT_DAY : WANT_AT,
                                 (int64_t)story_choose(story, (uint64_t)(whole_day ? day : at))};
}

uint16_t story_offer(struct story *story)
{
    uint32_t offers = story->shop->offer_count;
    uint64_t offer = story_choose(story, random_below(&story->random, offers));
    return (uint16_t)(offer % offers); /* a shop's change may be left out */
}

struct customer_id story_customer(struct story *story)
{
    return (struct customer_id){random_below(&story->random, CUSTOMERS)};
}

/* Some of it the shop behind has sold already, for a day that it said, or for none. */
static void elsewhere_new(struct story *story, struct promise_command *command)
{
    uint64_t dice = random_below(&story->random, 100);
    int64_t away = random_between(&story->random, -4, story->shop->promise.horizon_days + 2);
    int64_t promised = (int64_t)story_choose(story, (uint64_t)(story->oracle.today + away));
    if (dice < 80) {
        return;
    }
    command->ask.elsewhere = true;
    command->ask.split = false;
    command->ask.want = (struct promise_want){WANT_SOONEST, 0};
    command->hold = false;
    command->promised_day = dice < 85 ? 0 : (int32_t)promised;
}

static void ask_new(struct story *story, struct promise_command *command,
                    struct promise_line *lines)
{
    static const uint32_t counts[] = {1, 1, 1, 1, 2, 2, 3, ORACLE_LINES_MAX};
    uint32_t count = counts[random_below(&story->random, sizeof counts / sizeof *counts)];
    for (uint32_t i = 0; i < count; i++) {
        lines[i].offer.index = story_offer(story);
        lines[i].quantity_thousandths = story_quantity(story);
    }
    command->ask = (struct promise_ask){
        .line_count = count,
        .lines = lines,
        .customer = story_customer(story),
        .split = story_chance(story, 30),
        .priority =
            story_chance(story, 80) ? 0 : (uint8_t)random_below(&story->random, PRIORITY_MAX + 1)};
    command->ask.want = want_new(story);
    command->hold = story_chance(story, 50);
    command->has_replaces = story_chance(story, 12);
    command->replaces = key_old(story);
    elsewhere_new(story, command);
}

/* ---- decisions that are dropped ---- */

static uint64_t decision_digest(void)
{
    uint64_t digest = event_memory.length;
    for (size_t i = 0; i < event_memory.length; i++) {
        digest = random_mix(digest ^ event_memory.bytes[i]) + 1;
    }
    return digest;
}

/* Asks for a step of an order that exists, and does not apply it. */
static void step_drop(struct story *story)
{
    struct promise_answer answer;
    struct promise_command command = {
        .kind = PROMISE_CANCEL, .now = story->now, .order = key_old(story), .line = LINE_ALL};
    event_memory.length = 0;
    promise_decide(story->core, &command, &answer, &event_memory);
}

/* A decision whose event is dropped, something else that looks at or asks the core, and the same
 * decision again: the first must have left nothing behind. */
static void decide_and_drop(struct story *story, const struct promise_command *command)
{
    struct promise_answer answer;
    struct load_day load[4];
    struct atp_day days[4];
    event_memory.length = 0;
    promise_decide(story->core, command, &answer, &event_memory);
    uint64_t first = decision_digest();
    const char *wrong = NULL;
    switch (random_below(&story->random, 5)) {
    case 0:
        wrong = promise_check(story->core);
        break;
    case 1:
        promise_quote(story->core, command, &answer, NULL);
        break;
    case 2:
        promise_load(story->core, (struct work_center_id){0}, load, 4);
        promise_atp(story->core, (struct item_id){0}, days, 4);
        break;
    case 3:
        step_drop(story);
        break;
    default:
        break;
    }
    event_memory.length = 0;
    promise_decide(story->core, command, &answer, &event_memory);
    if (wrong != NULL || first != decision_digest()) {
        story_fail(story,
                   wrong != NULL ? wrong : "a decision that was dropped left something behind");
    }
    event_memory.length = 0;
}

/* ---- steps of the story ---- */

/* The times that a page would offer for one on-site line: the first is the one that it gets. */
static const char *times_differ(struct story *story, const struct promise_command *command,
                                const struct promise_plan *plan)
{
    struct offered_time times[4];
    const struct planned_line *line = &plan->lines[0];
    if (plan->line_count != 1 || plan->groups[0].carrier != NO_INDEX ||
        command->ask.want.kind == WANT_DAY) {
        return NULL;
    }
    uint32_t count = promise_times(story->core, command, times, 4);
    if (count == 0 || times[0].start != line->start || times[0].end != line->end) {
        return "the first time that is offered is not the one that an order gets";
    }
    for (uint32_t i = 1; i < count; i++) {
        if (times[i].start <= times[i - 1].start) {
            return "the times that are offered are in no order";
        }
    }
    return NULL;
}

/* The way to the date, before it is taken: can it be gone? */
static void way_check(struct story *story, const struct promise_command *command)
{
    static struct promise_plan plan;
    struct promise_answer answer;
    promise_quote(story->core, command, &answer, &plan);
    const char *wrong = answer.result == PROMISE_OK ? executable_plan(story, command, &plan) : NULL;
    if (answer.result == PROMISE_OK && wrong == NULL) {
        wrong = times_differ(story, command, &plan);
    }
    if (wrong != NULL) {
        story_fail(story, wrong);
    }
}

static void ask_both(struct story *story, const struct promise_command *command, bool place,
                     struct promise_answer *core, struct promise_answer *oracle)
{
    event_memory.length = 0;
    if (place) {
        promise_decide(story->core, command, core, &event_memory);
        oracle_command(&story->oracle, command, oracle);
    } else {
        promise_quote(story->core, command, core, NULL);
        oracle_quote(&story->oracle, command, oracle);
    }
    compare_answers(story, core, oracle);
    if (story->failure != NULL) {
        return;
    }
    story_result(core->result);
    if (core->result == PROMISE_OK || core->result == PROMISE_SOLD_OUT) {
        compare_summaries(story, core, oracle);
    }
    if ((event_memory.length > 0) != (place && core->result == PROMISE_OK)) {
        story_fail(story, "an event without a yes, or a yes without an event");
    }
}

void story_ask(struct story *story, bool place)
{
    struct promise_line lines[ORACLE_LINES_MAX];
    struct promise_command command = {.kind = PROMISE_PLACE, .now = story->now, .line = LINE_ALL};
    struct promise_answer core;
    struct promise_answer oracle;
    ask_new(story, &command, lines);
    command.order = story_chance(story, 98) ? story_key_new(story) : key_old(story);
    if (story_says(story)) {
        tell_command(&story->oracle, &command, !place);
    }
    uint64_t before = story_chance(story, 20) ? promise_digest(story->core) : 0;
    if (place && story_chance(story, 15)) {
        decide_and_drop(story, &command);
    }
    if (story_chance(story, 40)) {
        way_check(story, &command);
    }
    ask_both(story, &command, place, &core, &oracle);
    if (before != 0 && before != promise_digest(story->core)) {
        story_fail(story, "deciding changed the state");
    }
    if (event_memory.length > 0 && story->failure == NULL) {
        story_events_apply(story);
        compare_order(story, oracle_find(&story->oracle, &command.order));
        story_elsewhere(story, &core);
    }
    if (event_memory.length > 0 && story->failure == NULL) {
        compare_order(story, oracle_find(&story->oracle, &command.order));
        compare_supply(story);
    }
}

void story_step(struct story *story)
{
    static const enum promise_command_kind kinds[] = {
        PROMISE_CONFIRM, PROMISE_CONFIRM, PROMISE_CANCEL,  PROMISE_START, PROMISE_DONE,
        PROMISE_SHIP,    PROMISE_DELIVER, PROMISE_DELIVER, PROMISE_PAY,   PROMISE_EXTEND};
    struct promise_command command = {
        .kind = kinds[random_below(&story->random, sizeof kinds / sizeof *kinds)],
        .now = story->now,
        .order = key_old(story),
        .line = LINE_ALL};
    struct promise_answer core;
    struct promise_answer oracle;
    uint64_t line = random_next(&story->random);
    const struct oracle_order *order = oracle_find(&story->oracle, &command.order);
    bool of_a_line = command.kind >= PROMISE_START && command.kind <= PROMISE_DELIVER;
    if (order != NULL && of_a_line && story_chance(story, 40)) {
        command.line = (uint16_t)(1 + line % order->line_count);
    }
    if (story_says(story)) {
        tell_command(&story->oracle, &command, false);
    }
    event_memory.length = 0;
    promise_decide(story->core, &command, &core, &event_memory);
    oracle_command(&story->oracle, &command, &oracle);
    compare_answers(story, &core, &oracle);
    if (event_memory.length > 0 && story->failure == NULL) {
        story_events_apply(story);
        if (command.kind == PROMISE_CANCEL) {
            story_cancelled(story);
        }
    }
    if (story->failure != NULL || order == NULL) {
        return;
    }
    story_result(core.result);
    compare_order(story, order);
    compare_supply(story);
    if (core.result == PROMISE_OK && core.order.status != order->status) {
        story_fail(story, "the answer's status is not the order's");
    }
}

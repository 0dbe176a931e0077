/* Random stories of random shops, told to the core and to the oracle: every answer and every date
 * must be equal.
 *
 *   promise_property [--seed N] [--runs N] [--steps N] [--shrink]
 *
 * Each run has its own seed (printed when it fails: `--seed N --runs 1` tells the same story
 * again), each step a generator of its own, so that `--shrink` can leave steps out (shrink.h). A step is a quote, a hold, an order, a step of an order, time that passes, or a changed
 * shop file. In some runs every step is followed by promise_check; in the middle of some, the state
 * is saved, restored, and goes on from there. At the end the events are replayed into a fresh
 * state, which must reach the same digest. */
#include "base/assert.h"
#include "promise/event.h"
#include "tests/property/oracle.h"
#include "tests/property/random_shop.h"
#include "tests/property/shrink.h"
#include "tests/property/tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    SPAN_DAYS = 64,
    HORIZON_MOST = 20,
    ORDERS_MOST = 2000,
    CUSTOMERS = 5,
    LOG_BYTES = 1 << 22,
    SHOPS_MOST = 64,
    SNAPSHOT_BYTES = 1 << 22
};

/* What happened, for the replay: events with their stamps, and shops between them. */
struct log_entry {
    int64_t stamp;
    size_t offset;
    size_t length;
    const struct shop *shop; /* not NULL: a new shop, no event */
};

struct story {
    uint64_t seed;
    struct random random;
    struct arena arena;
    struct promise_state *core;
    struct oracle oracle;
    const struct shop *first_shop;
    const struct shop *shop;
    int64_t began;
    int64_t now;
    uint64_t key_count;
    uint32_t step;
    uint32_t choice_count; /* of this step, so far */
    struct shrink *shrink; /* NULL: the whole story */
    unsigned char *log;
    size_t log_length;
    struct log_entry *entries;
    uint32_t entry_count;
    const char *failure;
};

static struct event_buffer event_memory;
static unsigned char snapshot_memory[SNAPSHOT_BYTES];
static const struct promise_sizes sizes = {ORDERS_MOST};
static uint64_t results_seen[PROMISE_RESULTS];

static bool chance(struct story *story, uint64_t percent)
{
    return random_below(&story->random, 100) < percent;
}

static void fail(struct story *story, const char *what)
{
    if (story->failure == NULL) {
        story->failure = what;
    }
}

/* What a step takes from what came before it goes through here, so that it means the same when
 * steps before it are left out. */
static uint64_t choose(struct story *story, uint64_t chosen)
{
    return shrink_choice(story->shrink, story->step, story->choice_count++, chosen);
}

static bool says(const struct story *story)
{
    if (shrink_says(story->shrink)) {
        tell_step(story->shop, story->step, story->now);
    }
    return shrink_says(story->shrink);
}

/* ---- events ---- */

static void story_apply(struct story *story)
{
    size_t offset = 0;
    struct event event;
    enum status status = STATUS_OK;
    struct slice bytes = {(const char *)event_memory.bytes, event_memory.length};
    ASSERT(story->log_length + bytes.length <= LOG_BYTES);
    memcpy(story->log + story->log_length, bytes.data, bytes.length);
    story->entries[story->entry_count++] =
        (struct log_entry){story->now, story->log_length, bytes.length, NULL};
    story->log_length += bytes.length;
    while (event_next(bytes, &offset, &event, &status)) {
        if (promise_apply(story->core, &event, story->now) != STATUS_OK) {
            fail(story, "the core refuses its own event");
            return;
        }
    }
}

static void time_pass(struct story *story, int64_t now)
{
    story->now = (int64_t)choose(story, (uint64_t)now);
    now = story->now;
    if (says(story)) {
        printf("it is this late\n");
    }
    for (;;) {
        event_memory.length = 0;
        if (!promise_due(story->core, now, &event_memory)) {
            break;
        }
        story_apply(story);
    }
    oracle_time(&story->oracle, now);
    if (promise_today(story->core) != story->oracle.today) {
        fail(story, "today differs");
    }
}

/* ---- comparing ---- */

static bool dates_equal(const struct promise_dates *a, const struct promise_dates *b)
{
    return a->has_ship_by == b->has_ship_by && (!a->has_ship_by || a->ship_by == b->ship_by) &&
           a->deliver_by_day == b->deliver_by_day;
}

static bool limits_equal(const struct promise_limit *a, const struct promise_limit *b)
{
    return a->cause == b->cause && a->index == b->index && a->until == b->until;
}

static void answers_compare(struct story *story, const struct promise_answer *core,
                            const struct promise_answer *oracle)
{
    if (shrink_says(story->shrink)) {
        tell_answer(story->shop, "core", core);
        tell_answer(story->shop, "oracle", oracle);
    }
    if (core->result != oracle->result) {
        fprintf(stderr, "core %d, oracle %d\n", (int)core->result, (int)oracle->result);
        fail(story, "the results differ");
        return;
    }
    results_seen[core->result]++;
    if (core->result == PROMISE_NEVER &&
        !limits_equal(&core->summary.limit, &oracle->summary.limit)) {
        fail(story, "the blocking limits differ");
    }
    bool refused_line = core->result == PROMISE_OVER_CUSTOMER_LIMIT ||
                        core->result == PROMISE_OFFER_RETIRED ||
                        core->result == PROMISE_BAD_QUANTITY;
    if (refused_line && (core->offer.index != oracle->offer.index ||
                         core->left_thousandths != oracle->left_thousandths)) {
        fail(story, "the refused lines differ");
    }
}

static void summaries_compare(struct story *story, const struct promise_answer *core,
                              const struct promise_answer *oracle)
{
    const struct promise_summary *a = &core->summary;
    const struct promise_summary *b = &oracle->summary;
    if (core->has_possible != oracle->has_possible || core->possible_day != oracle->possible_day) {
        fail(story, "the possible dates differ");
    }
    if (!dates_equal(&a->dates, &b->dates)) {
        fail(story, "the dates differ");
    }
    if (a->material_day != b->material_day) {
        fail(story, "the material days differ");
    }
    if (a->ready_at != b->ready_at) {
        fail(story, "the ready times differ");
    }
    if (!limits_equal(&a->limit, &b->limit)) {
        fprintf(stderr, "core %d %u %" PRId64 ", oracle %d %u %" PRId64 "\n", (int)a->limit.cause,
                a->limit.index, a->limit.until, (int)b->limit.cause, b->limit.index,
                b->limit.until);
        fail(story, "the limits differ");
    }
    if (a->total_minor != b->total_minor || a->shipping_minor != b->shipping_minor) {
        fail(story, "the totals differ");
    }
}

static void order_compare(struct story *story, const struct oracle_order *expected)
{
    static struct slot_run runs[LIMIT_PLAN_RUNS];
    struct order_view view;
    if (!promise_order(story->core, expected->key, &view) || view.status != expected->status ||
        view.line_count != expected->line_count) {
        fail(story, "an order differs");
        return;
    }
    for (uint32_t i = 0; i < view.line_count; i++) {
        struct order_line_view line;
        promise_order_line(story->core, view.number, i, &line);
        if (line.offer.index != expected->lines[i].offer.index ||
            line.amount_minor != expected->line_amounts[i] ||
            line.quantity_thousandths != expected->lines[i].quantity_thousandths ||
            !dates_equal(&line.dates, &expected->line_dates[i])) {
            fail(story, "an order's line differs");
        }
    }
    uint32_t count = promise_order_runs(story->core, view.number, runs, LIMIT_PLAN_RUNS);
    uint32_t take = 0;
    bool equal = true;
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < runs[i].count; k++, take++) {
            const struct oracle_take *expected_take = &expected->takes[take];
            equal = equal && take < expected->take_count &&
                    expected_take->slot == (int64_t)runs[i].slot + k &&
                    expected_take->work_center == runs[i].work_center &&
                    expected_take->crew == runs[i].crew;
        }
    }
    bool ended = view.status >= ORDER_DELIVERED;
    if (ended ? count != 0 : !equal || take != expected->take_count) {
        fail(story, "an order's slots differ");
    }
}

static void looks_compare(struct story *story)
{
    struct atp_day core_days[HORIZON_MOST];
    struct atp_day oracle_days[HORIZON_MOST];
    struct item_id item = {(uint16_t)random_below(&story->random, story->shop->item_count)};
    uint32_t horizon = (uint32_t)story->shop->promise.horizon_days;
    if (says(story)) {
        printf("a look at %s and a load\n", story->shop->items[item.index].name);
    }
    oracle_atp(&story->oracle, item.index, oracle_days);
    if (promise_atp(story->core, item, core_days, HORIZON_MOST) != horizon) {
        fail(story, "atp answers too few days");
    }
    for (uint32_t i = 0; i < horizon; i++) {
        if (core_days[i].day != oracle_days[i].day ||
            core_days[i].projected != oracle_days[i].projected ||
            core_days[i].atp != oracle_days[i].atp) {
            fail(story, "atp differs");
        }
    }
    struct load_day load[HORIZON_MOST];
    struct work_center_id center = {
        (uint16_t)random_below(&story->random, story->shop->work_center_count)};
    int32_t day = (int32_t)random_below(&story->random, horizon);
    promise_load(story->core, center, load, HORIZON_MOST);
    struct load_day expected = oracle_load(&story->oracle, center.index, day);
    if (load[day].day != expected.day || load[day].capacity != expected.capacity ||
        load[day].promisable != expected.promisable || load[day].taken != expected.taken) {
        fail(story, "load differs");
    }
}

/* ---- steps ---- */

static struct order_key key_of(uint64_t mixed)
{
    struct order_key key = {{0}};
    memcpy(key.bytes, &mixed, sizeof mixed);
    return key;
}

static struct order_key key_new(struct story *story)
{
    return key_of(random_mix(++story->key_count + story->seed * 1000003));
}

static struct order_key key_pick(struct story *story, struct random *random)
{
    uint32_t count = story->oracle.order_count;
    if (count == 0 || random_below(random, 100) < 2) {
        return key_new(story);
    }
    uint32_t reach = random_below(random, 100) < 70 && count > 8 ? 8 : count;
    return story->oracle.orders[count - 1 - random_below(random, reach)].key;
}

/* The key of an order that exists, most often a late one; sometimes of none. How many numbers this
 * draws depends on the orders, so it draws from a generator of its own. */
static struct order_key key_old(struct story *story)
{
    struct random own;
    random_seed(&own, random_next(&story->random));
    struct order_key key = key_pick(story, &own);
    uint64_t mixed = 0;
    memcpy(&mixed, key.bytes, sizeof mixed);
    return key_of(choose(story, mixed));
}

static int64_t quantity_new(struct story *story)
{
    static const int64_t odd[] = {0,
                                  -1000,
                                  1,
                                  1500,
                                  333,
                                  LIMIT_LINE_QUANTITY_THOUSANDTHS,
                                  LIMIT_LINE_QUANTITY_THOUSANDTHS + 1,
                                  250000};
    if (chance(story, 4)) {
        return odd[random_below(&story->random, sizeof odd / sizeof *odd)];
    }
    return 1000 * random_between(&story->random, 1, chance(story, 80) ? 3 : 20);
}

static void ask_new(struct story *story, struct promise_command *command,
                    struct promise_line *lines)
{
    static const uint32_t counts[] = {1, 1, 1, 1, 2, 2, 3, ORACLE_LINES_MAX};
    uint32_t count = counts[random_below(&story->random, sizeof counts / sizeof *counts)];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t offers = story->shop->offer_count;
        uint64_t offer = choose(story, random_below(&story->random, offers));
        lines[i].offer.index = (uint16_t)(offer % offers); /* a shop's change may be left out */
        lines[i].quantity_thousandths = quantity_new(story);
    }
    command->ask = (struct promise_ask){count, lines, {random_below(&story->random, CUSTOMERS)}};
    command->hold = chance(story, 50);
    command->has_replaces = chance(story, 12);
    command->replaces = key_old(story);
}

static uint64_t decision_digest(void)
{
    uint64_t digest = event_memory.length;
    for (size_t i = 0; i < event_memory.length; i++) {
        digest = random_mix(digest ^ event_memory.bytes[i]) + 1;
    }
    return digest;
}

/* Asks for a step of an order that exists, and does not apply it. */
static void step_order_ask(struct story *story)
{
    struct promise_answer answer;
    struct promise_command command = {
        .kind = PROMISE_CANCEL, .now = story->now, .order = key_old(story)};
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
        step_order_ask(story);
        break;
    default:
        break;
    }
    event_memory.length = 0;
    promise_decide(story->core, command, &answer, &event_memory);
    if (wrong != NULL || first != decision_digest()) {
        fail(story, wrong != NULL ? wrong : "a decision that was dropped left something behind");
    }
    event_memory.length = 0;
}

static void step_ask(struct story *story, bool place)
{
    struct promise_line lines[ORACLE_LINES_MAX];
    struct promise_command command = {.kind = PROMISE_PLACE, .now = story->now};
    struct promise_answer core;
    struct promise_answer oracle;
    ask_new(story, &command, lines);
    command.order = chance(story, 98) ? key_new(story) : key_old(story);
    if (says(story)) {
        tell_command(&story->oracle, &command, !place);
    }
    uint64_t before = chance(story, 20) ? promise_digest(story->core) : 0;
    if (place && chance(story, 15)) {
        decide_and_drop(story, &command);
    }
    event_memory.length = 0;
    if (place) {
        promise_decide(story->core, &command, &core, &event_memory);
    } else {
        promise_quote(story->core, &command, &core, NULL);
    }
    if (before != 0 && before != promise_digest(story->core)) {
        fail(story, "deciding changed the state");
    }
    if (place) {
        oracle_command(&story->oracle, &command, &oracle);
    } else {
        oracle_quote(&story->oracle, &command, &oracle);
    }
    answers_compare(story, &core, &oracle);
    if (story->failure == NULL && (core.result == PROMISE_OK || core.result == PROMISE_SOLD_OUT)) {
        summaries_compare(story, &core, &oracle);
    }
    if ((event_memory.length > 0) != (place && core.result == PROMISE_OK)) {
        fail(story, "an event without a yes, or a yes without an event");
    }
    if (event_memory.length > 0 && story->failure == NULL) {
        story_apply(story);
        order_compare(story, oracle_find(&story->oracle, &command.order));
    }
}

static void step_order(struct story *story)
{
    static const enum promise_command_kind kinds[] = {
        PROMISE_CONFIRM, PROMISE_CONFIRM, PROMISE_CANCEL, PROMISE_START,
        PROMISE_DONE,    PROMISE_SHIP,    PROMISE_DELIVER};
    struct promise_command command = {
        .kind = kinds[random_below(&story->random, sizeof kinds / sizeof *kinds)],
        .now = story->now,
        .order = key_old(story)};
    struct promise_answer core;
    struct promise_answer oracle;
    if (says(story)) {
        tell_command(&story->oracle, &command, false);
    }
    event_memory.length = 0;
    promise_decide(story->core, &command, &core, &event_memory);
    oracle_command(&story->oracle, &command, &oracle);
    answers_compare(story, &core, &oracle);
    if (event_memory.length > 0 && story->failure == NULL) {
        story_apply(story);
    }
    const struct oracle_order *order = oracle_find(&story->oracle, &command.order);
    if (order != NULL) {
        order_compare(story, order);
        if (core.result == PROMISE_OK && core.order.status != order->status) {
            fail(story, "the answer's status is not the order's");
        }
    }
}

static void step_time(struct story *story)
{
    switch (random_below(&story->random, 5)) {
    case 0:
        time_pass(story, story->now + random_between(&story->random, 0, 30));
        break;
    case 1:
        time_pass(story, story->now + random_between(&story->random, 1, 120) * 60);
        break;
    case 2:
        time_pass(story, story->now + random_between(&story->random, 1, 12) * 3600);
        break;
    case 3: {
        int64_t due = promise_next_due(story->core);
        time_pass(story,
                  due + random_between(&story->random, -1, 1) > story->now ? due : story->now);
        break;
    }
    default:
        time_pass(story, story->now + (chance(story, 20)
                                           ? random_between(&story->random, 1, 3) * DAY_SECONDS
                                           : 900));
        break;
    }
}

static void step_shop(struct story *story, uint32_t *changes)
{
    if (++*changes >= SHOPS_MOST) {
        return;
    }
    story->shop =
        random_shop_change(&story->random, &story->arena, story->shop, story->oracle.today);
    story->entries[story->entry_count++] = (struct log_entry){story->now, 0, 0, story->shop};
    if (says(story)) {
        printf("the shop is from now on\n");
        tell_shop(story->shop);
    }
    promise_shop(story->core, story->shop, story->now);
    oracle_shop(&story->oracle, story->shop);
}

/* ---- save and restore ---- */

struct memory_stream {
    size_t at;
    size_t length;
};

static enum status memory_write(void *context, void *bytes, size_t length)
{
    struct memory_stream *stream = context;
    if (length > SNAPSHOT_BYTES - stream->at) {
        return STATUS_FULL;
    }
    memcpy(snapshot_memory + stream->at, bytes, length);
    stream->at += length;
    stream->length = stream->at;
    return STATUS_OK;
}

static enum status memory_read(void *context, void *bytes, size_t length)
{
    struct memory_stream *stream = context;
    if (length > stream->length - stream->at) {
        return STATUS_CORRUPT;
    }
    memcpy(bytes, snapshot_memory + stream->at, length);
    stream->at += length;
    return STATUS_OK;
}

static void step_restore(struct story *story)
{
    struct memory_stream memory = {0, 0};
    struct promise_stream write = {memory_write, &memory};
    struct promise_stream read = {memory_read, &memory};
    struct promise_state *fresh = NULL;
    if (says(story)) {
        printf("saved and restored\n");
    }
    if (promise_create(story->shop, story->now, &sizes, &fresh, NULL) != STATUS_OK ||
        promise_save(story->core, &write) != STATUS_OK) {
        fail(story, "cannot save");
        promise_free(fresh);
        return;
    }
    memory.at = 0;
    if (promise_restore(fresh, &read) != STATUS_OK ||
        promise_digest(fresh) != promise_digest(story->core)) {
        fail(story, "the restored state differs");
        promise_free(fresh);
        return;
    }
    promise_free(story->core);
    story->core = fresh;
}

/* ---- stories ---- */

static void replay_compare(struct story *story)
{
    struct promise_state *state = NULL;
    ASSERT(promise_create(story->first_shop, story->began, &sizes, &state, NULL) == STATUS_OK);
    for (uint32_t i = 0; i < story->entry_count && story->failure == NULL; i++) {
        const struct log_entry *entry = &story->entries[i];
        if (entry->shop != NULL) {
            promise_shop(state, entry->shop, entry->stamp);
            continue;
        }
        size_t offset = 0;
        struct event event;
        enum status status = STATUS_OK;
        struct slice bytes = {(const char *)story->log + entry->offset, entry->length};
        while (event_next(bytes, &offset, &event, &status)) {
            if (promise_apply(state, &event, entry->stamp) != STATUS_OK) {
                fail(story, "the replay refuses an event");
            }
        }
    }
    if (story->failure == NULL && promise_digest(state) != promise_digest(story->core)) {
        fail(story, "the replay's digest differs");
    }
    promise_free(state);
}

static void story_step(struct story *story, uint32_t *shop_changes)
{
    uint64_t dice = random_below(&story->random, 1000);
    if (dice < 300) {
        step_ask(story, false);
    } else if (dice < 650) {
        step_ask(story, true);
    } else if (dice < 840) {
        step_order(story);
    } else if (dice < 960) {
        step_time(story);
    } else if (dice < 985) {
        looks_compare(story);
    } else if (dice < 995) {
        step_shop(story, shop_changes);
    } else {
        step_restore(story);
    }
}

static void story_tell(struct story *story, uint32_t steps)
{
    bool check_always = random_below(&story->random, 10) == 0;
    uint32_t shop_changes = 0;
    for (story->step = 0; story->step < steps && story->failure == NULL; story->step++) {
        if (shrink_leaves_out(story->shrink, story->step)) {
            continue;
        }
        shrink_step_seed(&story->random, story->seed, story->step);
        story->key_count = (uint64_t)story->step << 8;
        story->choice_count = 0;
        story_step(story, &shop_changes);
        if (check_always || story->step % 64 == 0) {
            const char *wrong = promise_check(story->core);
            if (wrong != NULL) {
                fail(story, wrong);
            }
        }
        if (story->oracle.today - story->oracle.first_day > SPAN_DAYS - HORIZON_MOST - 8) {
            break;
        }
    }
    if (story->failure == NULL) {
        replay_compare(story);
    }
}

/* Returns NULL, or with what it failed; *step: how many steps it took. */
static const char *story_run(uint64_t seed, uint32_t steps, struct shrink *shrink, uint32_t *step)
{
    struct story story = {.seed = seed, .shrink = shrink};
    random_seed(&story.random, seed);
    arena_init(&story.arena, 1 << 24);
    story.first_shop = story.shop = random_shop_make(&story.random, &story.arena, &story.began);
    story.now = story.began;
    story.log = malloc(LOG_BYTES);
    story.entries = calloc((size_t)steps * 64 + 64, sizeof *story.entries);
    ASSERT(story.log != NULL && story.entries != NULL);
    ASSERT(promise_create(story.shop, story.now, &sizes, &story.core, NULL) == STATUS_OK);
    oracle_begin(&story.oracle, story.shop, story.now, SPAN_DAYS);
    if (shrink_says(shrink)) {
        tell_step(story.shop, 0, story.now);
        printf("it begins with the shop\n");
        tell_shop(story.shop);
    }
    story_tell(&story, steps);
    if (story.failure != NULL) {
        fprintf(stderr, "seed %" PRIu64 ", step %u: %s\n", seed, story.step, story.failure);
    }
    promise_free(story.core);
    oracle_end(&story.oracle);
    arena_free(&story.arena);
    free(story.log);
    free(story.entries);
    *step = story.step;
    return story.failure;
}

static uint64_t option(int argc, char **argv, const char *name, uint64_t otherwise)
{
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], name) == 0) {
            return strtoull(argv[i + 1], NULL, 10);
        }
    }
    return otherwise;
}

static bool flag(int argc, char **argv, const char *name)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], name) == 0) {
            return true;
        }
    }
    return false;
}

int main(int argc, char **argv)
{
    uint64_t seed = option(argc, argv, "--seed", 1);
    uint64_t runs = option(argc, argv, "--runs", 700);
    uint32_t steps = (uint32_t)option(argc, argv, "--steps", 300);
    uint64_t total = 0;
    uint64_t failed = 0;
    event_memory.capacity = promise_event_bytes_max() + EVENT_TIME_BYTES;
    event_memory.bytes = malloc(event_memory.capacity);
    ASSERT(event_memory.bytes != NULL);
    if (flag(argc, argv, "--shrink")) {
        setvbuf(stdout, NULL, _IOLBF, BUFSIZ); /* a failed assertion keeps no line back */
        bool fails = shrink_run(argv[0], seed, runs, steps, story_run);
        free(event_memory.bytes);
        return fails ? 1 : 0;
    }
    for (uint64_t i = 0; i < runs && failed < 5; i++) {
        uint32_t taken = 0;
        failed += story_run(seed + i, steps, NULL, &taken) != NULL;
        total += taken;
    }
    printf("%" PRIu64 " steps from seed %" PRIu64 "; answers by result:", total, seed);
    for (int i = 0; i < PROMISE_RESULTS; i++) {
        printf(" %" PRIu64, results_seen[i]);
    }
    printf("\n");
    free(event_memory.bytes);
    return failed == 0 ? 0 : 1;
}

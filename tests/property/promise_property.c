/* Random stories of random shops, told to the core and to the oracle: every answer and every date
 * must be equal.
 *
 *   promise_property [--seed N] [--runs N] [--steps N] [--shrink]
 *
 * Each run has its own seed (printed when it fails: `--seed N --runs 1` tells the same story
 * again), each step a generator of its own, so that `--shrink` can leave steps out (shrink.h). A
 * step is a quote, a hold, an order, a step of an order, a wish, a change and the re-promise after
 * it, time that passes, or a changed shop file; after each the walk along the wishes goes on. In some runs every step is followed by promise_check; in the
 * middle of some, the state is saved, restored, and goes on from there. At the end the events are
 * replayed into a fresh state, which must reach the same digest. */
#include "base/assert.h"
#include "promise/event.h"
#include "tests/property/random_shop.h"
#include "tests/property/story.h"
#include "tests/property/tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { LOG_BYTES = 1 << 24, SHOPS_MOST = 64, SNAPSHOT_BYTES = 1 << 23 };

static unsigned char snapshot_memory[SNAPSHOT_BYTES];
static const struct promise_sizes sizes = {STORY_ORDERS_MOST};

bool story_chance(struct story *story, uint64_t percent)
{
    return random_below(&story->random, 100) < percent;
}

void story_fail(struct story *story, const char *what)
{
    if (story->failure == NULL) {
        story->failure = what;
    }
}

uint64_t story_choose(struct story *story, uint64_t chosen)
{
    return shrink_choice(story->shrink, story->step, story->choice_count++, chosen);
}

bool story_says(const struct story *story)
{
    if (shrink_says(story->shrink)) {
        tell_step(story->shop, story->step, story->now);
    }
    return shrink_says(story->shrink);
}

/* ---- events ---- */

static struct log_entry *log_next(struct story *story)
{
    ASSERT(story->entry_count < story->entry_capacity);
    return &story->entries[story->entry_count++];
}

void story_remember(struct story *story, struct slice bytes)
{
    ASSERT(story->log_length + bytes.length <= LOG_BYTES);
    memcpy(story->log + story->log_length, bytes.data, bytes.length);
    *log_next(story) = (struct log_entry){story->now, story->log_length, bytes.length, NULL};
    story->log_length += bytes.length;
}

void story_apply(struct story *story, struct slice bytes)
{
    size_t offset = 0;
    struct event event;
    enum status status = STATUS_OK;
    story_remember(story, bytes);
    while (event_next(bytes, &offset, &event, &status)) {
        if (promise_apply(story->core, &event, story->now) != STATUS_OK) {
            story_fail(story, "the core refuses its own event");
            return;
        }
    }
}

static void time_pass(struct story *story, int64_t now)
{
    unsigned char bytes[EVENT_TIME_BYTES];
    story->now = (int64_t)story_choose(story, (uint64_t)now);
    now = story->now;
    if (story_says(story)) {
        printf("it is this late\n");
    }
    for (;;) {
        struct event_buffer events = {bytes, 0, sizeof bytes};
        if (!promise_due(story->core, now, &events)) {
            break;
        }
        story_apply(story, (struct slice){(const char *)bytes, events.length});
    }
    oracle_time(&story->oracle, now);
    if (promise_today(story->core) != story->oracle.today) {
        story_fail(story, "today differs");
    }
}

/* ---- steps ---- */

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
        time_pass(story, story->now + (story_chance(story, 20)
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
    *log_next(story) = (struct log_entry){story->now, 0, 0, story->shop};
    if (story_says(story)) {
        printf("the shop is from now on\n");
        tell_shop(story->shop);
    }
    story->overbooked = true;
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
    if (story_says(story)) {
        printf("saved and restored\n");
    }
    if (promise_create(story->shop, story->now, &sizes, &fresh, NULL) != STATUS_OK ||
        promise_save(story->core, &write) != STATUS_OK) {
        story_fail(story, "cannot save");
        promise_free(fresh);
        return;
    }
    memory.at = 0;
    if (promise_restore(fresh, &read) != STATUS_OK ||
        promise_digest(fresh) != promise_digest(story->core)) {
        story_fail(story, "the restored state differs");
        promise_free(fresh);
        return;
    }
    promise_free(story->core);
    story->core = fresh;
    oracle_wake(&story->oracle);
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
                story_fail(story, "the replay refuses an event");
            }
        }
    }
    if (story->failure == NULL && promise_digest(state) != promise_digest(story->core)) {
        story_fail(story, "the replay's digest differs");
    }
    promise_free(state);
}

static void step_tell(struct story *story, uint32_t *shop_changes)
{
    uint64_t dice = random_below(&story->random, 1000);
    if (dice < 200) {
        story_ask(story, false);
    } else if (dice < 480) {
        story_ask(story, true);
    } else if (dice < 550) {
        story_wish(story);
    } else if (dice < 560) {
        story_withdraw(story);
    } else if (dice < 760) {
        story_step(story);
    } else if (dice < 830) {
        story_change(story);
    } else if (dice < 950) {
        step_time(story);
    } else if (dice < 980) {
        compare_looks(story);
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
        step_tell(story, &shop_changes);
        if (story->failure == NULL) {
            story_meet(story);
        }
        if (check_always || story->step % 64 == 0) {
            const char *wrong = promise_check(story->core);
            if (wrong != NULL) {
                story_fail(story, wrong);
            }
        }
        if (story->oracle.today - story->oracle.first_day >
            STORY_SPAN_DAYS - STORY_HORIZON_MOST - 8) {
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
    story.entry_capacity = steps * 64 + 64;
    story.entries = calloc(story.entry_capacity, sizeof *story.entries);
    ASSERT(story.log != NULL && story.entries != NULL);
    ASSERT(promise_create(story.shop, story.now, &sizes, &story.core, NULL) == STATUS_OK);
    oracle_begin(&story.oracle, story.shop, story.now, STORY_SPAN_DAYS);
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

/* Enough steps to meet everything that the stories are made for. */
enum { STEPS_TELLING = 100000 };

/* Stories in which nothing happens prove nothing: every result must have been met, but for those
 * that no story asks for. */
static bool stories_tell(uint64_t total)
{
    static const bool never_asked[PROMISE_RESULTS] = {[PROMISE_TOO_MANY_LINES] = true,
                                                      [PROMISE_TOO_LARGE] = true,
                                                      [PROMISE_FULL] = true,
                                                      [PROMISE_NO_ENTRY] = true,
                                                      [PROMISE_BAD_CHANGE] = true};
    bool tell = total > 0 && (total < STEPS_TELLING || (story_revised() > 0 && story_broken() > 0));
    for (int i = WISH_WAITING; i < WISH_STATUSES && total >= STEPS_TELLING; i++) {
        tell = tell && story_wishes((enum wish_status)i) > 0;
    }
    for (int i = 0; i < PROMISE_RESULTS && total >= STEPS_TELLING; i++) {
        tell = tell && (never_asked[i] || story_results((enum promise_result)i) > 0);
    }
    if (!tell) {
        printf("the stories do not meet all that they are made for\n");
    }
    return tell;
}

int main(int argc, char **argv)
{
    uint64_t seed = option(argc, argv, "--seed", 1);
    uint64_t runs = option(argc, argv, "--runs", 700);
    uint32_t steps = (uint32_t)option(argc, argv, "--steps", 300);
    uint64_t total = 0;
    uint64_t failed = 0;
    story_memory_take();
    if (flag(argc, argv, "--shrink")) {
        setvbuf(stdout, NULL, _IOLBF, BUFSIZ); /* a failed assertion keeps no line back */
        bool fails = shrink_run(argv[0], seed, runs, steps, story_run);
        story_memory_free();
        return fails ? 1 : 0;
    }
    for (uint64_t i = 0; i < runs && failed < 5; i++) {
        uint32_t taken = 0;
        failed += story_run(seed + i, steps, NULL, &taken) != NULL;
        total += taken;
    }
    printf("%" PRIu64 " steps from seed %" PRIu64 "; answers by result:", total, seed);
    for (int i = 0; i < PROMISE_RESULTS; i++) {
        printf(" %" PRIu64, story_results((enum promise_result)i));
    }
    printf("; %" PRIu64 " orders moved, %" PRIu64 " broken; wishes:", story_revised(),
           story_broken());
    for (int i = WISH_WAITING; i < WISH_STATUSES; i++) {
        printf(" %" PRIu64, story_wishes((enum wish_status)i));
    }
    printf("\n");
    bool tell = failed > 0 || stories_tell(total);
    story_memory_free();
    return failed == 0 && tell ? 0 : 1;
}

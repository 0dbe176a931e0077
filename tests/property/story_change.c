/* The world differs from the plan: counts, receipts, people, carriers, purchases, cash; and the
 * re-promises that follow, order by order beside the oracle's. */
#include "tests/property/story.h"

#include "base/assert.h"
#include "promise/event.h"
#include "tests/property/tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOVED_BYTES = 1 << 22 };

static struct {
    unsigned char bytes[MOVED_BYTES];
    size_t length;
} moved;
static uint64_t revised_count;
static uint64_t broken_count;

uint64_t story_revised(void)
{
    return revised_count;
}

uint64_t story_broken(void)
{
    return broken_count;
}

/* ---- what is changed ---- */

/* An entry that is expected, most often; which ones there are depends on the story so far. */
static uint32_t entry_pick(struct story *story)
{
    struct random own = story_own_random(story);
    uint32_t count = story->oracle.entry_count;
    uint32_t entry = (uint32_t)random_below(&own, count + 2);
    for (int i = 0; i < 20 && count > 0; i++) {
        uint32_t other = 1 + (uint32_t)random_below(&own, count);
        const struct supply_entry *one = &story->oracle.entries[other - 1];
        if (one->status == SUPPLY_SENT || one->status == SUPPLY_EXPECTED) {
            entry = other;
            break;
        }
    }
    return (uint32_t)story_choose(story, entry);
}

/* A supplier's purchase that is not sent yet, most often. */
static void purchase_pick(struct story *story, struct promise_change *change)
{
    struct random own = story_own_random(story);
    uint32_t count = story->oracle.entry_count;
    uint16_t supplier = (uint16_t)random_below(&own, story->shop->supplier_count);
    int32_t day = story->oracle.today;
    for (int i = 0; i < 20 && count > 0; i++) {
        const struct supply_entry *one = &story->oracle.entries[random_below(&own, count)];
        if (supply_unsent(one)) {
            supplier = one->supplier;
            day = one->order_day;
            break;
        }
    }
    change->index = (uint16_t)story_choose(story, supplier);
    change->from_day = (int32_t)story_choose(story, (uint64_t)day);
}

static void days_pick(struct story *story, struct promise_change *change)
{
    int32_t from = story->oracle.today + (int32_t)random_between(&story->random, 0, 6);
    change->from_day = (int32_t)story_choose(story, (uint64_t)from);
    change->to_day = change->from_day + (int32_t)random_below(&story->random, 5);
}

static enum change_kind kind_pick(struct story *story)
{
    static const enum change_kind kinds[] = {
        CHANGE_COUNT,    CHANGE_COUNT,    CHANGE_DATE,  CHANGE_DATE,  CHANGE_QUANTITY,
        CHANGE_RECEIVED, CHANGE_RECEIVED, CHANGE_STAFF, CHANGE_STAFF, CHANGE_CARRIER,
        CHANGE_CARRIER,  CHANGE_APPROVED, CHANGE_SENT,  CHANGE_SENT,  CHANGE_SENT,
        CHANGE_BOUGHT,   CHANGE_BALANCE,
    };
    enum change_kind kind = kinds[random_below(&story->random, sizeof kinds / sizeof *kinds)];
    bool supplies = kind == CHANGE_APPROVED || kind == CHANGE_SENT || kind == CHANGE_BOUGHT;
    return supplies && story->shop->supplier_count == 0 ? CHANGE_COUNT : kind;
}

static void things_pick(struct story *story, struct promise_change *change)
{
    struct random *random = &story->random;
    const struct shop *shop = story->shop;
    switch (change->kind) {
    case CHANGE_COUNT:
        change->index = (uint16_t)random_below(random, shop->item_count);
        change->quantity_thousandths = story_chance(story, 40) ? 1000 * random_between(random, 0, 9)
                                                               : random_between(random, 0, 200000);
        break;
    case CHANGE_BOUGHT:
        change->index = (uint16_t)random_below(random, shop->item_count);
        change->quantity_thousandths = random_between(random, 1, 30000);
        change->from_day = (int32_t)story_choose(
            story, (uint64_t)(story->oracle.today + random_between(random, 0, 3)));
        break;
    case CHANGE_DATE:
        change->entry = entry_pick(story);
        change->from_day = (int32_t)story_choose(
            story, (uint64_t)(story->oracle.today + random_between(random, 0, 15)));
        break;
    case CHANGE_QUANTITY:
        change->entry = entry_pick(story);
        change->quantity_thousandths =
            story_chance(story, 30) ? 0 : random_between(random, 1, 30000);
        break;
    case CHANGE_RECEIVED:
        change->entry = entry_pick(story);
        change->quantity_thousandths = random_between(random, 0, 30000);
        change->damaged_thousandths = story_chance(story, 30) ? random_between(random, 0, 3000) : 0;
        change->closes = story_chance(story, 30);
        change->has_amount = story_chance(story, 30);
        change->amount_minor = change->has_amount ? random_between(random, 0, 20000) : 0;
        break;
    case CHANGE_STAFF:
        change->index = (uint16_t)random_below(random, shop->work_center_count);
        change->people = (int32_t)random_between(random, -4, 2);
        days_pick(story, change);
        break;
    case CHANGE_CARRIER:
        change->index = (uint16_t)random_below(random, shop->carrier_count);
        days_pick(story, change);
        break;
    case CHANGE_BALANCE:
        change->has_amount = true;
        change->amount_minor = random_between(random, -20000, 60000);
        break;
    default:
        purchase_pick(story, change);
        break;
    }
}

static void say_change(const struct promise_change *change)
{
    printf("change %s: index %u, entry %u, quantity %" PRId64 ", damaged %" PRId64
           "%s, people %d, days %d to %d, amount %" PRId64 "\n",
           change_kind_text(change->kind), change->index, change->entry,
           change->quantity_thousandths, change->damaged_thousandths,
           change->closes ? ", the last" : "", change->people, change->from_day, change->to_day,
           change->amount_minor);
}

/* ---- the re-promise ---- */

static bool event_take(void *context, struct slice event)
{
    (void)context;
    ASSERT(event.length <= MOVED_BYTES - moved.length);
    memcpy(moved.bytes + moved.length, event.data, event.length);
    moved.length += event.length;
    return true;
}

/* The core's events one after another: who moved, and whether the promise broke. */
static void revisions_compare(struct story *story, const struct oracle_revision *revisions,
                              uint32_t count)
{
    struct slice bytes = {(const char *)moved.bytes, moved.length};
    size_t offset = 0;
    struct event event;
    enum status status = STATUS_OK;
    uint32_t place = 0;
    while (event_next(bytes, &offset, &event, &status)) {
        struct event_placed placed;
        if (event.type == EVENT_LOOSENED) {
            continue; /* all that it names is revised by what follows */
        }
        if (event.type != EVENT_REVISED || event_placed_read(&event, &placed) != STATUS_OK) {
            story_fail(story, "a re-promise makes an event that is none of its");
            return;
        }
        if (shrink_says(story->shrink)) {
            printf("  core: order %u %s\n", placed.number, placed.broken ? "breaks" : "moves");
        }
        if (place < count && (placed.number != revisions[place].order + 1 ||
                              placed.broken != revisions[place].broken)) {
            fprintf(stderr, "revision %u: core order %u%s, oracle order %u%s\n", place,
                    placed.number, placed.broken ? " broken" : "", revisions[place].order + 1,
                    revisions[place].broken ? " broken" : "");
            story_fail(story, "the re-promises differ");
            return;
        }
        revised_count++;
        broken_count += placed.broken;
        place++;
    }
    if (place != count) {
        fprintf(stderr, "core moves %u, oracle %u\n", place, count);
        story_fail(story, "the numbers of moved orders differ");
    }
}

static struct oracle_revision revisions[2 * STORY_ORDERS_MOST];
static const struct event_sink sink = {event_take, NULL};

static void revised_compare(struct story *story, uint32_t count)
{
    for (uint32_t i = 0; shrink_says(story->shrink) && i < count; i++) {
        printf("  oracle: order %u %s\n", revisions[i].order + 1,
               revisions[i].broken ? "breaks" : "moves");
    }
    revisions_compare(story, revisions, count);
    story_remember(story, (struct slice){(const char *)moved.bytes, moved.length});
}

static void revise(struct story *story, const struct promise_change *change)
{
    moved.length = 0;
    if (!promise_revise(story->core, story->now, change->kind, change->index, &sink)) {
        story_fail(story, "a re-promise ends for want of room");
    }
    revised_compare(story, oracle_revise(&story->oracle, revisions, 2 * STORY_ORDERS_MOST));
    story->overbooked = false;
}

void story_elsewhere(struct story *story, const struct promise_answer *answer)
{
    if (!answer->order.broken || !answer->has_possible) {
        return;
    }
    moved.length = 0;
    if (!promise_revise_order(story->core, story->now, answer->order.number, &sink)) {
        story_fail(story, "a late order finds no room");
    }
    struct oracle_order *order = &story->oracle.orders[answer->order.number - 1];
    revised_compare(story,
                    oracle_revise_order(&story->oracle, order, revisions, 2 * STORY_ORDERS_MOST));
}

void story_cancelled(struct story *story)
{
    const struct promise_change cancelled = {.kind = CHANGE_CANCELLED};
    if (promise_any_broken(story->core)) {
        revise(story, &cancelled);
        if (story->failure == NULL) {
            compare_orders(story);
            compare_supply(story);
        }
    }
}

void story_change(struct story *story)
{
    static unsigned char bytes[EVENT_CHANGED_BYTES_MAX];
    struct event_buffer events = {bytes, 0, sizeof bytes};
    struct promise_change change = {.kind = kind_pick(story)};
    things_pick(story, &change);
    if (story_says(story)) {
        say_change(&change);
    }
    enum promise_result core = promise_change(story->core, &change, &events);
    enum promise_result oracle = oracle_change(&story->oracle, &change);
    if (core != oracle) {
        fprintf(stderr, "%s: core %d, oracle %d\n", change_kind_text(change.kind), (int)core,
                (int)oracle);
        story_fail(story, "the results of a change differ");
        return;
    }
    if (core != PROMISE_OK) {
        return;
    }
    story_apply(story, (struct slice){(const char *)bytes, events.length});
    compare_supply(story);
    if (change_moves(change.kind) && story->failure == NULL) {
        revise(story, &change);
    }
    if (story->failure == NULL) {
        compare_orders(story);
        compare_supply(story);
    }
}

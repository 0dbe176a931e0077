/* Payments that fail: what was reserved is kept until `held_until` and then goes back; some try
 * again, and some of those succeed.
 *
 *   checkout -> pays -> order
 *            -> fails -> pending -> pays in time -> order
 *                                -> held_until: goes back -> pays late -> order, if it can be had
 *                                                         -> never: lost
 *
 * What is held for a wish waits in the same way for its customer's yes (wished.c). Each of a
 * customer's tries is a draw of its own, the same on each side. */
#include "rehearse/world.h"

#include "base/assert.h"

#include <stdlib.h>
#include <string.h>

enum { TRIES_MAX = 20 };

bool pay_succeeds(const struct world *world, uint64_t person)
{
    double failure = world->scene->assume.payment_failure;
    return failure <= 0 || draw_uniform(world->key, DRAW_PAY, person, 0) >= failure;
}

/* When a later try succeeds, seconds after the first; -1: the customer gives up. */
static int64_t pays_after(const struct world *world, uint64_t person)
{
    const struct assumptions *assume = &world->scene->assume;
    double seconds = 0;
    for (uint32_t i = 1; i <= TRIES_MAX; i++) {
        if (draw_uniform(world->key, DRAW_PAY, person, 3 * i) >= assume->payment_retry) {
            return -1;
        }
        double uniform = draw_uniform(world->key, DRAW_PAY, person, 3 * i + 1);
        seconds += assume->payment_retry_minutes * 60 * draw_exponential(uniform);
        if (draw_uniform(world->key, DRAW_PAY, person, 3 * i + 2) >= assume->payment_failure) {
            return (int64_t)seconds + 1;
        }
    }
    return -1;
}

static void pending_wait(struct world *world, uint32_t index)
{
    const struct pending *pending = &world->pending[index];
    bool in_time = pending->lapsed || pending->pays_at < pending->held_until;
    world_later(world, in_time ? pending->pays_at : pending->held_until, CALENDAR_PAYMENT, index);
}

static void pending_keep(struct pending *pending, struct slice event)
{
    unsigned char *bytes = realloc(pending->bytes, event.length + 1);
    ASSERT(bytes != NULL);
    memcpy(bytes, event.data, event.length);
    pending->bytes = bytes;
    pending->length = (uint32_t)event.length;
}

void pending_add(struct world *world, const struct pending *pending, struct slice event)
{
    world->pending = rehearse_grow(world->pending, world->pending_count + 1,
                                   &world->pending_capacity, sizeof *world->pending);
    struct pending *added = &world->pending[world->pending_count];
    *added = *pending;
    added->bytes = NULL;
    if (event.length > 0) {
        pending_keep(added, event);
    }
    pending_wait(world, world->pending_count++);
}

void pay_wait(struct world *world, const struct purchase *purchase, int64_t held_until,
              struct slice event)
{
    int64_t after = pays_after(world, purchase->person);
    struct pending pending = {.person = purchase->person,
                              .key = core_key(purchase->person),
                              .pays_at = after < 0 ? INT64_MAX : world->now + after,
                              .held_until = held_until,
                              .line_count = purchase->count,
                              .counted = purchase->counted};
    ASSERT(purchase->count <= WORLD_LINES_MAX);
    memcpy(pending.lines, purchase->lines, purchase->count * sizeof *pending.lines);
    pending_add(world, &pending, event);
}

/* Paid for; false: it went back meanwhile, and cannot be had any more. */
static bool pending_buy(struct world *world, struct pending *pending)
{
    struct purchase purchase = {pending->person, pending->lines, pending->line_count,
                                pending->counted};
    struct slice event = {(const char *)pending->bytes, pending->length};
    if (world->side == SIDE_ECLUSE) {
        bool had = core_confirm(world, pending->key, &event);
        if (had) {
            core_enter(world, event, &purchase);
        }
        return had;
    }
    if (pending->lapsed && !usual_take(world, &purchase, pending->lines)) {
        return false;
    }
    usual_enter(world, &purchase);
    return true;
}

static void pending_lapse(struct world *world, const struct pending *pending)
{
    const struct purchase purchase = {pending->person, pending->lines, pending->line_count,
                                      pending->counted};
    if (world->side == SIDE_ECLUSE) {
        wished_walk(world); /* the core lets its holds expire by itself */
    } else {
        usual_give_back(world, &purchase);
    }
}

static void pending_end(struct world *world, struct pending *pending, bool bought)
{
    struct outcome *outcome = world->outcome;
    if (pending->counted && !pending->wished) {
        outcome->measures[MEASURE_UNPAID] += !bought;
    }
    if (pending->counted && pending->wished) {
        outcome->measures[MEASURE_MET] += bought;
    }
    free(pending->bytes);
    pending->bytes = NULL;
}

void pending_step(struct world *world, uint32_t index)
{
    struct pending *pending = &world->pending[index];
    if (world->now >= pending->pays_at) {
        bool bought = pending_buy(world, pending);
        pending_end(world, pending, bought);
        return;
    }
    pending->lapsed = true;
    struct pending lapsed = *pending; /* others may be added now */
    pending_lapse(world, &lapsed);
    if (lapsed.pays_at < INT64_MAX) {
        pending_wait(world, index);
    } else {
        pending_end(world, &world->pending[index], false);
    }
}

void pending_clear(struct world *world)
{
    for (uint32_t i = 0; i < world->pending_count; i++) {
        free(world->pending[i].bytes);
    }
    world->pending_count = 0;
}

/* entries -> buckets by time -> how many are inside.
 *
 * Invariant: `entered` adds up to `count`. */
#include "gate/inside.h"

#include "base/assert.h"

uint32_t inside_ticks(uint32_t session_seconds)
{
    return session_seconds / INSIDE_TICK_SECONDS + 2;
}

void inside_init(struct inside *inside, uint32_t session_seconds, uint32_t *entered, uint32_t most,
                 int64_t tick)
{
    *inside = (struct inside){.session_ticks = inside_ticks(session_seconds),
                              .entered = entered,
                              .most = most,
                              .tick = tick};
}

/* What began before the clock did has a tick below 0. */
static uint32_t *bucket_of(const struct inside *inside, int64_t tick)
{
    int64_t ticks = inside->session_ticks;
    return &inside->entered[(tick % ticks + ticks) % ticks];
}

void inside_restore(struct inside *inside, uint32_t strangers)
{
    inside->strangers = strangers;
    inside->strangers_until = inside->tick + inside->session_ticks;
}

/* The bucket that comes next holds who came in a whole session ago. */
static void bucket_end(struct inside *inside)
{
    uint32_t *oldest = bucket_of(inside, ++inside->tick);
    ASSERT(*oldest <= inside->count);
    inside->count -= *oldest;
    *oldest = 0;
    inside->left_before = inside->left_now;
    inside->left_now = 0;
}

void inside_advance(struct inside *inside, int64_t tick)
{
    if (tick - inside->tick > inside->session_ticks) {
        inside->tick = tick - inside->session_ticks;
    }
    while (inside->tick < tick) {
        bucket_end(inside);
    }
    if (tick >= inside->strangers_until) {
        inside->strangers = 0;
    }
}

void inside_enter(struct inside *inside)
{
    (*bucket_of(inside, inside->tick))++;
    inside->count++;
}

void inside_recognise(struct inside *inside, int64_t tick)
{
    inside->strangers -= inside->strangers > 0;
    /* What would have ended already ends with the oldest that has not. */
    int64_t oldest = inside->tick - inside->session_ticks + 1;
    (*bucket_of(inside, tick > oldest ? tick : oldest))++;
    inside->count++;
}

void inside_leave(struct inside *inside, int64_t tick)
{
    uint32_t *bucket = bucket_of(inside, tick);
    if (tick > inside->tick - inside->session_ticks && *bucket > 0) {
        (*bucket)--;
        inside->count--;
        inside->left_now++;
    }
}

uint32_t inside_count(const struct inside *inside)
{
    return inside->count + inside->strangers;
}

uint32_t inside_room(const struct inside *inside)
{
    uint32_t count = inside_count(inside);
    if (inside->most == 0) {
        return UINT32_MAX;
    }
    return count < inside->most ? inside->most - count : 0;
}

uint32_t inside_room_soon(const struct inside *inside)
{
    if (inside->most == 0) {
        return UINT32_MAX;
    }
    uint32_t ends = *bucket_of(inside, inside->tick + 1);
    uint32_t leaves =
        inside->left_now > inside->left_before ? inside->left_now : inside->left_before;
    return inside_room(inside) + ends + leaves;
}

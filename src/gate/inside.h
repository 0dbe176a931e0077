/* Who is inside, counted by when they came in, and how many may be there at once.
 *
 *   enter -> a bucket of INSIDE_TICK_SECONDS -> its sessions end together, or one by one before
 *
 * A session counts until its bucket has ended, up to two ticks longer than it lasts: never fewer
 * are counted than are inside. After a start anew nobody knows who is inside; so many as were kept
 * count as strangers, each until it comes again, all of them until a whole session has passed.
 * Ticks are those of a clock that never goes back. */
#ifndef ECLUSE_GATE_INSIDE_H
#define ECLUSE_GATE_INSIDE_H

#include <stdint.h>

enum { INSIDE_TICK_SECONDS = 8 };

struct inside {
    uint32_t session_ticks; /* buckets */
    uint32_t *entered;      /* by tick */
    uint32_t count;
    uint32_t strangers; /* of before the start */
    uint32_t most;      /* 0: no limit */
    int64_t tick;       /* sessions begun a whole session before it have ended */
    int64_t strangers_until;
    uint32_t left_now, left_before; /* ended early in this tick, and in the one before */
};

/* How many buckets a session of so many seconds needs. */
uint32_t inside_ticks(uint32_t session_seconds);
void inside_init(struct inside *inside, uint32_t session_seconds, uint32_t *entered, uint32_t most,
                 int64_t tick);
/* At most so many strangers are there. */
void inside_restore(struct inside *inside, uint32_t strangers);
void inside_advance(struct inside *inside, int64_t tick);
void inside_enter(struct inside *inside);
/* One of the strangers, who came in at `tick`, is known again. */
void inside_recognise(struct inside *inside, int64_t tick);
/* A session that began at `tick` ends early. */
void inside_leave(struct inside *inside, int64_t tick);

uint32_t inside_count(const struct inside *inside);
/* How many more may go in now; UINT32_MAX: no limit. */
uint32_t inside_room(const struct inside *inside);
/* The room that there will be within about a tick, by what ends by itself and what ended early
 * lately; UINT32_MAX: no limit. */
uint32_t inside_room_soon(const struct inside *inside);

#endif

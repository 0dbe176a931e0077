/* A bounded queue of tasks between exactly two threads: one puts, the other takes; neither ever
 * waits.
 *
 * `put` counts what was put, `shown` what of it the reader may see, `taken` what was taken; each is
 * written by one thread only, and each thread's stand on a cache line of their own.
 * Invariant: taken <= shown <= put <= taken + RING_TASKS. */
#ifndef ECLUSE_ENGINE_RING_H
#define ECLUSE_ENGINE_RING_H

#include "base/limits.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct engine_task;

enum { RING_TASKS = LIMIT_ENGINE_TASKS, CACHE_LINE_BYTES = 64 };
_Static_assert((RING_TASKS & (RING_TASKS - 1)) == 0, "a power of two, so that counters may wrap");

struct ring {
    _Alignas(CACHE_LINE_BYTES) _Atomic uint32_t shown;
    uint32_t put; /* the writer's own */
    _Alignas(CACHE_LINE_BYTES) _Atomic uint32_t taken;
    _Alignas(CACHE_LINE_BYTES) struct engine_task *tasks[RING_TASKS];
};

/* Puts a task where nobody sees it before ring_show. False: it is full. */
bool ring_put(struct ring *ring, struct engine_task *task);
/* How many were put and not yet shown. */
uint32_t ring_unshown(const struct ring *ring);
/* Lets the reader see all that was put. */
void ring_show(struct ring *ring);
/* Takes at most `most`; returns how many. */
uint32_t ring_take(struct ring *ring, struct engine_task **tasks, uint32_t most);
bool ring_is_empty(struct ring *ring);

#endif

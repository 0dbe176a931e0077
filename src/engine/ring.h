/* A bounded queue of tasks between exactly two threads: one puts, the other takes; neither ever
 * waits.
 *
 * `put` counts what was put, `taken` what was taken; each is written by one thread only and stands
 * on its own cache line. Invariant: 0 <= put - taken <= RING_TASKS. */
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
    _Alignas(CACHE_LINE_BYTES) _Atomic uint32_t put;
    _Alignas(CACHE_LINE_BYTES) _Atomic uint32_t taken;
    _Alignas(CACHE_LINE_BYTES) struct engine_task *tasks[RING_TASKS];
};

/* False: it is full. */
bool ring_put(struct ring *ring, struct engine_task *task);
/* Takes at most `most`; returns how many. */
uint32_t ring_take(struct ring *ring, struct engine_task **tasks, uint32_t most);
bool ring_is_empty(struct ring *ring);

#endif

/* The writer of a counter reads its own relaxed and the other's with acquire; its release makes the
 * slots that it filled (or emptied) visible with the new count. Rejected: a lock, which would make
 * the door wait for the core's batch. */
#include "engine/ring.h"

bool ring_put(struct ring *ring, struct engine_task *task)
{
    uint32_t put = atomic_load_explicit(&ring->put, memory_order_relaxed);
    uint32_t taken = atomic_load_explicit(&ring->taken, memory_order_acquire);
    if (put - taken == RING_TASKS) {
        return false;
    }
    ring->tasks[put % RING_TASKS] = task;
    atomic_store_explicit(&ring->put, put + 1, memory_order_release);
    return true;
}

uint32_t ring_take(struct ring *ring, struct engine_task **tasks, uint32_t most)
{
    uint32_t taken = atomic_load_explicit(&ring->taken, memory_order_relaxed);
    uint32_t put = atomic_load_explicit(&ring->put, memory_order_acquire);
    uint32_t count = put - taken < most ? put - taken : most;
    for (uint32_t i = 0; i < count; i++) {
        tasks[i] = ring->tasks[(taken + i) % RING_TASKS];
    }
    atomic_store_explicit(&ring->taken, taken + count, memory_order_release);
    return count;
}

bool ring_is_empty(struct ring *ring)
{
    return atomic_load(&ring->put) == atomic_load(&ring->taken);
}

/* The writer of a counter reads its own relaxed and the other's with acquire; its release makes the
 * slots that it filled (or emptied) visible with the new count. Rejected: a lock, which would make
 * the door wait for the core's batch. */
#include "engine/ring.h"

bool ring_put(struct ring *ring, struct engine_task *task)
{
    uint32_t taken = atomic_load_explicit(&ring->taken, memory_order_acquire);
    if (ring->put - taken == RING_TASKS) {
        return false;
    }
    ring->tasks[ring->put++ % RING_TASKS] = task;
    return true;
}

uint32_t ring_unshown(const struct ring *ring)
{
    return ring->put - atomic_load_explicit(&ring->shown, memory_order_relaxed);
}

void ring_show(struct ring *ring)
{
    atomic_store_explicit(&ring->shown, ring->put, memory_order_release);
}

uint32_t ring_take(struct ring *ring, struct engine_task **tasks, uint32_t most)
{
    uint32_t taken = atomic_load_explicit(&ring->taken, memory_order_relaxed);
    uint32_t shown = atomic_load_explicit(&ring->shown, memory_order_acquire);
    uint32_t count = shown - taken < most ? shown - taken : most;
    for (uint32_t i = 0; i < count; i++) {
        tasks[i] = ring->tasks[(taken + i) % RING_TASKS];
    }
    atomic_store_explicit(&ring->taken, taken + count, memory_order_release);
    return count;
}

bool ring_is_empty(struct ring *ring)
{
    return atomic_load(&ring->shown) == atomic_load(&ring->taken);
}

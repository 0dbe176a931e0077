/* A hold that is placed goes to the end of the queue, or into the heap where it ends before that;
 * the next to end is the earlier of the queue's first and the heap's top. The way through the queue
 * is a few loads whatever its length; with a heap alone, finding the next of some thousand holds
 * was a twentieth of the core's time. */
#include "promise/holds.h"

#include "base/assert.h"

#include <string.h>

/* So many places at its beginning may stand empty, and as many as are in use, before the queue
 * moves there: a shop of a million orders does not touch a million places. */
enum { QUEUE_EMPTY_MAX = 4096 };

/* Without branches: which of two holds in a heap is earlier is a toss of a coin. */
static inline uint32_t hold_before(const struct hold_entry *a, const struct hold_entry *b)
{
    uint32_t equal = a->held_until == b->held_until;
    return (uint32_t)(a->held_until < b->held_until) | (equal & (a->number < b->number));
}

/* ---- the heap ---- */

/* To a place that is free, and from there up to where it belongs. */
static void heap_place(struct holds *holds, uint32_t at, struct hold_entry entry)
{
    while (at > 0 && hold_before(&entry, &holds->heap[(at - 1) / 2])) {
        holds->heap[at] = holds->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    holds->heap[at] = entry;
}

static void heap_push(struct holds *holds, struct hold_entry entry)
{
    ASSERT(holds->heap_count < holds->capacity);
    heap_place(holds, holds->heap_count++, entry);
}

/* The free place goes down to the bottom by the earlier child, whose children are on their way from
 * memory meanwhile. The last hold, which fills it, is one of the latest, and seldom goes up again.
 */
static void heap_pop(struct holds *holds)
{
    struct hold_entry *heap = holds->heap;
    uint32_t count = --holds->heap_count;
    uint32_t at = 0;
    for (uint32_t child = 2; child < count; child = 2 * at + 2) {
        __builtin_prefetch(&heap[2 * child - 1]);
        child -= hold_before(&heap[child - 1], &heap[child]);
        heap[at] = heap[child];
        at = child;
    }
    if (2 * at + 1 < count) {
        heap[at] = heap[2 * at + 1];
        at = 2 * at + 1;
    }
    heap_place(holds, at, heap[count]);
}

/* ---- the queue ---- */

static inline bool queue_is_empty(const struct holds *holds)
{
    return holds->queue_first == holds->queue_end;
}

static void queue_pop(struct holds *holds)
{
    holds->queue_first++;
    uint32_t count = holds->queue_end - holds->queue_first;
    if (holds->queue_first >= QUEUE_EMPTY_MAX && holds->queue_first >= count) {
        memmove(holds->queue, holds->queue + holds->queue_first, count * sizeof *holds->queue);
        holds->queue_first = 0;
        holds->queue_end = count;
    }
}

/* ---- both ---- */

void holds_add(struct holds *holds, struct hold_entry entry)
{
    if (!queue_is_empty(holds) && hold_before(&entry, &holds->queue[holds->queue_end - 1])) {
        heap_push(holds, entry);
        return;
    }
    ASSERT(holds->queue_end < holds->capacity);
    holds->queue[holds->queue_end++] = entry;
}

/* Is the next one the heap's? There is one. */
static inline bool next_is_heap(const struct holds *holds)
{
    return holds->heap_count > 0 &&
           (queue_is_empty(holds) ||
            hold_before(&holds->heap[0], &holds->queue[holds->queue_first]));
}

bool holds_next(const struct holds *holds, struct hold_entry *entry)
{
    if (holds_count(holds) == 0) {
        return false;
    }
    *entry = next_is_heap(holds) ? holds->heap[0] : holds->queue[holds->queue_first];
    return true;
}

void holds_drop(struct holds *holds)
{
    ASSERT(holds_count(holds) > 0);
    if (next_is_heap(holds)) {
        heap_pop(holds);
    } else {
        queue_pop(holds);
    }
}

/* Into the heap: through the queue goes each order once, so that it is never longer than they. */
void holds_extend(struct holds *holds, int64_t held_until)
{
    struct hold_entry entry;
    bool there = holds_next(holds, &entry);
    ASSERT(there);
    holds_drop(holds);
    entry.held_until = held_until;
    heap_push(holds, entry);
}

uint32_t holds_number_ahead(const struct holds *holds, uint32_t ahead)
{
    return ahead < holds->queue_end - holds->queue_first
               ? holds->queue[holds->queue_first + ahead].number
               : 0;
}

const char *holds_check(const struct holds *holds)
{
    for (uint32_t i = 1; i < holds->heap_count; i++) {
        if (hold_before(&holds->heap[i], &holds->heap[(i - 1) / 2])) {
            return "the heap of holds is out of order";
        }
    }
    for (uint32_t i = holds->queue_first + 1; i < holds->queue_end; i++) {
        if (hold_before(&holds->queue[i], &holds->queue[i - 1])) {
            return "the queue of holds is out of order";
        }
    }
    return NULL;
}

/* Which hold ends next, by (held_until, number).
 *
 * Nearly all holds are given the same time, and end in the order in which they were placed: these
 * stand in a queue. One that ends before the last of the queue (its rule was another, or its shop
 * file) stands in a heap. Neither is searched: a hold that ended otherwise, or was extended, stays
 * until it is the next. Each order is added once, so neither is longer than the orders. */
#ifndef ECLUSE_PROMISE_HOLDS_H
#define ECLUSE_PROMISE_HOLDS_H

#include <stdbool.h>
#include <stdint.h>

struct hold_entry {
    int64_t held_until;
    uint32_t number;
};

struct holds {
    uint32_t capacity; /* of either */
    uint32_t heap_count;
    uint32_t queue_first;
    uint32_t queue_end;
    struct hold_entry *heap;
    struct hold_entry *queue; /* [queue_first .. queue_end - 1] */
};

/* No order is added twice. */
void holds_add(struct holds *holds, struct hold_entry entry);
/* False if there is none. */
bool holds_next(const struct holds *holds, struct hold_entry *entry);
/* Takes off the next, which there is. */
void holds_drop(struct holds *holds);
/* Gives the next another time, later than it had. */
void holds_extend(struct holds *holds, int64_t held_until);
/* The order that stands `ahead` places behind the queue's first; 0 if none does. */
uint32_t holds_number_ahead(const struct holds *holds, uint32_t ahead);

static inline uint32_t holds_count(const struct holds *holds)
{
    return holds->heap_count + holds->queue_end - holds->queue_first;
}

/* Entry 0 .. holds_count - 1, in no order. */
static inline const struct hold_entry *holds_at(const struct holds *holds, uint32_t index)
{
    return index < holds->heap_count
               ? &holds->heap[index]
               : &holds->queue[holds->queue_first + index - holds->heap_count];
}

/* NULL, or what is wrong with their order. */
const char *holds_check(const struct holds *holds);

#endif

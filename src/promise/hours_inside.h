/* Inside hours, for hours.c (who is there, what is taken) and hours_place.c (the search): the words
 * of a quarter and what is done with them, and a stretch of slots cut into its quarters.
 *
 * Free for c people are the slots that are open and of which at most people - c are taken: a
 * comparison with a constant, done for 60 slots at once from the highest plane down. All of it is
 * inline: a search asks nothing else. */
#ifndef ECLUSE_PROMISE_HOURS_INSIDE_H
#define ECLUSE_PROMISE_HOURS_INSIDE_H

#include "promise/hours.h"

/* The first marked quarter at or after `quarter`, and the last at or before it (which is one of the
 * window's); UINT32_MAX if there is none. */
uint32_t hours_mark_next(const uint64_t *words, uint32_t quarter);
uint32_t hours_mark_previous(const uint64_t *words, uint32_t quarter);
/* Makes a quarter's marks exact. */
void hours_quarter_mark(struct hours *hours, uint32_t work_center, uint32_t quarter);

/* ---- a quarter's words ---- */

static inline uint64_t *quarter_of(const struct hours_center *center, uint32_t quarter)
{
    return center->planes == HOURS_PLANES_MIN
               ? center->quarters + (size_t)quarter * (1 + HOURS_PLANES_MIN)
               : center->quarters + (size_t)quarter * (1 + center->planes);
}

/* The slots whose number of taken people is above `most`: the carry out of adding what `most` lacks
 * to all ones, for 60 slots at once. `most` is under 2^count - 1. Called with the constant 3 where
 * it can be: the loop is then unrolled. */
static inline uint64_t planes_above(const uint64_t *planes, uint32_t count, uint32_t most)
{
    uint32_t lacks = ((1u << count) - 1) - most;
    uint64_t carry = 0;
    for (uint32_t b = 0; b < count; b++) {
        uint64_t digit = -(uint64_t)(lacks >> b & 1);
        carry = (planes[b] & carry) | (digit & (planes[b] | carry));
    }
    return carry;
}

/* The open slots of a quarter in which at least `crew` people are free. */
static inline uint64_t quarter_free(const struct hours_center *center, uint32_t quarter,
                                    uint32_t crew)
{
    const uint64_t *words = quarter_of(center, quarter);
    uint32_t people = center->people[quarter];
    if (people < crew) {
        return 0;
    }
    uint32_t most = people - crew; /* taken, at most, for the crew to find room */
    uint64_t above = center->planes == HOURS_PLANES_MIN
                         ? planes_above(words + 1, HOURS_PLANES_MIN, most)
                         : planes_above(words + 1, center->planes, most);
    return words[0] & ~above;
}

/* Adds to the masked numbers, one binary digit of `crew` after another: for one person, the common
 * case, that is a single carry rippling up. */
static inline uint64_t planes_add(uint64_t *planes, uint32_t count, uint64_t mask, uint32_t crew)
{
    uint64_t over = 0;
    for (uint32_t from = 0; crew >> from != 0; from++) {
        uint64_t carry = crew >> from & 1 ? mask : 0;
        for (uint32_t b = from; b < count; b++) {
            uint64_t plane = planes[b];
            planes[b] = plane ^ carry;
            carry &= plane;
        }
        over |= carry;
    }
    return over;
}

static inline uint64_t planes_subtract(uint64_t *planes, uint32_t count, uint64_t mask,
                                       uint32_t crew)
{
    uint64_t under = 0;
    for (uint32_t from = 0; crew >> from != 0; from++) {
        uint64_t borrow = crew >> from & 1 ? mask : 0;
        for (uint32_t b = from; b < count; b++) {
            uint64_t plane = planes[b];
            planes[b] = plane ^ borrow;
            borrow &= ~plane;
        }
        under |= borrow;
    }
    return under;
}

/* Adds `crew` to the numbers of the masked slots; the slots whose number no longer fits come back.
 */
static inline uint64_t quarter_add(const struct hours_center *center, uint32_t quarter,
                                   uint64_t mask, uint32_t crew)
{
    uint64_t *planes = quarter_of(center, quarter) + 1;
    if (center->planes == HOURS_PLANES_MIN && crew == 1) {
        return planes_add(planes, HOURS_PLANES_MIN, mask, 1);
    }
    return planes_add(planes, center->planes, mask, crew);
}

static inline uint64_t quarter_subtract(const struct hours_center *center, uint32_t quarter,
                                        uint64_t mask, uint32_t crew)
{
    uint64_t *planes = quarter_of(center, quarter) + 1;
    if (center->planes == HOURS_PLANES_MIN && crew == 1) {
        return planes_subtract(planes, HOURS_PLANES_MIN, mask, 1);
    }
    return planes_subtract(planes, center->planes, mask, crew);
}

/* ---- runs ---- */

static inline uint64_t run_bits(uint32_t first, uint32_t count)
{
    return (((uint64_t)1 << count) - 1) << first; /* count is at most 60 */
}

/* A stretch of slots cut into its quarters; relative to the window's first slot, and within the
 * window. */
struct run_walk {
    uint32_t slot;
    uint32_t end;
};

static inline struct run_walk walk_begin(const struct hours *hours, int64_t slot, int64_t end)
{
    int64_t window_slot = hours->first_quarter * SLOTS_PER_QUARTER;
    int64_t most = (int64_t)hours->quarter_count * SLOTS_PER_QUARTER;
    int64_t from = slot - window_slot < 0 ? 0 : slot - window_slot;
    int64_t to = end - window_slot > most ? most : end - window_slot;
    return from < to ? (struct run_walk){(uint32_t)from, (uint32_t)to} : (struct run_walk){0, 0};
}

static inline struct run_walk run_walk_begin(const struct hours *hours, struct slot_run run)
{
    return walk_begin(hours, run.slot, (int64_t)run.slot + run.count);
}

static inline bool run_walk_next(struct run_walk *walk, uint32_t *quarter, uint64_t *mask)
{
    if (walk->slot >= walk->end) {
        return false;
    }
    *quarter = walk->slot / SLOTS_PER_QUARTER;
    uint32_t first = walk->slot % SLOTS_PER_QUARTER;
    uint32_t count = walk->end - walk->slot;
    if (count > SLOTS_PER_QUARTER - first) {
        count = SLOTS_PER_QUARTER - first;
    }
    *mask = run_bits(first, count);
    walk->slot += count;
    return true;
}

#endif

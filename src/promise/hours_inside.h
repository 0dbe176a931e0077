/* Inside hours, for hours.c (who is there, what is taken) and hours_place.c (the search): the words
 * of a quarter and what is done with them, and a stretch of slots cut into its quarters.
 *
 * Free for c people are the slots of which at most people - c are taken. What stands there is the
 * number of people taken and (1 << planes) - people: free are the slots where it is at most
 * (1 << planes) - c, wherever and whenever. For one person that are those that are not in the
 * highest plane; for more it is a comparison with a constant, done for 60 slots at once from the
 * lowest plane up. All of it is inline: a search asks nothing else. */
#ifndef ECLUSE_PROMISE_HOURS_INSIDE_H
#define ECLUSE_PROMISE_HOURS_INSIDE_H

#include "promise/hours.h"

#include <string.h>

/* The first marked quarter at or after `quarter`, and the last at or before it (which is one of the
 * window's); UINT32_MAX if there is none. */
uint32_t hours_mark_next(const uint64_t *words, uint32_t quarter);
uint32_t hours_mark_previous(const uint64_t *words, uint32_t quarter);
/* Sets or clears one mark, and what it is in the summaries and the gap. */
void hours_mark_change(struct hours_class *class, uint32_t quarter, bool on);
/* Makes a quarter's marks exact. */
void hours_quarter_mark(struct hours *hours, uint32_t work_center, uint32_t quarter);

/* ---- a quarter's words ---- */

static inline uint64_t *quarter_of(const struct hours_center *center, uint32_t quarter)
{
    return center->quarters + (size_t)quarter * center->stride;
}

/* The carry out of adding a constant to the numbers, for 60 slots at once: the slots where
 * the sum is no longer one of `count` digits. */
static inline uint64_t planes_carry(const uint64_t *planes, uint32_t count, uint32_t constant)
{
    uint64_t carry = 0;
    for (uint32_t b = 0; b < count; b++) {
        uint64_t digit = -(uint64_t)(constant >> b & 1);
        carry = (planes[b] & carry) | (digit & (planes[b] | carry));
    }
    return carry;
}

/* The open slots of a quarter, by its words, in which at least `crew` people are free. */
static inline uint64_t words_free(const struct hours_center *center, const uint64_t *words,
                                  uint32_t crew)
{
    uint32_t one = 1u << center->planes;
    if (crew == 1) {
        return ~words[center->planes];
    }
    return crew <= one ? ~planes_carry(words, center->stride, one - 1 + crew) : 0;
}

static inline uint64_t quarter_free(const struct hours_center *center, uint32_t quarter,
                                    uint32_t crew)
{
    return words_free(center, quarter_of(center, quarter), crew);
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
            borrow &= plane ^ borrow;
        }
        under |= borrow;
    }
    return under;
}

/* Adds `crew` to the numbers of a quarter's masked slots; the slots whose number no longer fits
 * come back. */
static inline uint64_t words_add(uint64_t *words, uint32_t stride, uint64_t mask, uint32_t crew)
{
    return stride == 1 + HOURS_PLANES_MIN && crew == 1
               ? planes_add(words, 1 + HOURS_PLANES_MIN, mask, 1)
               : planes_add(words, stride, mask, crew);
}

static inline uint64_t words_subtract(uint64_t *words, uint32_t stride, uint64_t mask,
                                      uint32_t crew)
{
    return stride == 1 + HOURS_PLANES_MIN && crew == 1
               ? planes_subtract(words, 1 + HOURS_PLANES_MIN, mask, 1)
               : planes_subtract(words, stride, mask, crew);
}

static inline bool class_marked(const struct hours_class *class, uint32_t quarter)
{
    return (class->words[quarter / 64] >> quarter % 64 & 1) != 0;
}

/* Makes a quarter's marks exact, by its words. */
static inline void quarter_mark(const struct hours *hours, struct hours_center *center,
                                uint32_t quarter, const uint64_t *words)
{
    for (uint32_t i = 0; i < center->class_count; i++) {
        struct hours_class *class = &center->classes[i];
        bool on = (words_free(center, words, class->crew) & hours->load_mask) != 0;
        if (class_marked(class, quarter) != on) {
            hours_mark_change(class, quarter, on);
        }
    }
}

/* The same after somebody was given back: a mark can only have come. */
static inline void quarter_mark_given(const struct hours *hours, struct hours_center *center,
                                      uint32_t quarter, const uint64_t *words)
{
    for (uint32_t i = 0; i < center->class_count; i++) {
        struct hours_class *class = &center->classes[i];
        if (!class_marked(class, quarter) &&
            (words_free(center, words, class->crew) & hours->load_mask) != 0) {
            hours_mark_change(class, quarter, true);
        }
    }
}

/* The numbers of people taken, and nothing else, of a quarter. */
static inline void quarter_taken(const struct hours_center *center, uint32_t quarter,
                                 uint64_t taken[1 + HOURS_PLANES_MAX])
{
    uint64_t open = center->open[quarter];
    uint32_t one = 1u << center->planes;
    memcpy(taken, quarter_of(center, quarter), center->stride * sizeof *taken);
    planes_subtract(taken, center->stride, open, one - center->people[quarter]);
    planes_subtract(taken, center->stride, ~open, one);
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
    int64_t from = slot - hours->first_slot < 0 ? 0 : slot - hours->first_slot;
    int64_t to = end - hours->first_slot;
    to = to > hours->slot_count ? hours->slot_count : to;
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

/* Working hours over time: for each work center which slots are open, how many people are there,
 * how many are taken.
 *
 * A quarter of an hour is one 64-bit word of 60 slots (bit s: slot s of the quarter). The number of
 * people taken in each slot stands in bit planes (bit s of plane b: binary digit b of the number
 * for slot s), so that "where are c people free" and "take c people here" cost a few word
 * operations for 60 slots at once. It is counted up from what the people there lack to a power of
 * two, so that the highest plane alone says where nobody is free, and a closed slot is one where
 * nobody is. Quarters are absolute (unix / 900), the window begins with the quarter of today's
 * midnight. Over the quarters lies, for each crew size in use, a bitset with two
 * summaries that says which quarters may still have a slot for it: full quarters are skipped 64,
 * 4,096 and 262,144 at a time. */
#ifndef ECLUSE_PROMISE_HOURS_H
#define ECLUSE_PROMISE_HOURS_H

#include "promise/promise.h"
#include "promise/supply.h"
#include "promise/window.h"

enum {
    HOURS_QUARTERS_MAX = WINDOW_DAYS_MAX * 96 + 64, /* some days have 25 hours, others 23 */
    HOURS_CLASSES_MAX = 4,
    /* At least 3: with the highest one, a quarter of up to 7 people is then 32 bytes, never cut by
     * a cache line, and walked without a loop. */
    HOURS_PLANES_MIN = 3,
    HOURS_PLANES_MAX = 8, /* LIMIT_PEOPLE is under 256 */
    HOURS_TRAIL_MAX = 256,
    HOURS_SLIDE_MAX = 32 * 96, /* so far the window moves along the tables before they are moved */
    HOURS_LEVEL_0 = (HOURS_QUARTERS_MAX + 63) / 64,
    HOURS_LEVEL_1 = (HOURS_LEVEL_0 + 63) / 64 + 1, /* the last is always 0 */
    HOURS_LEVEL_2 = (HOURS_LEVEL_1 + 63) / 64,
    HOURS_LEVEL_WORDS = HOURS_LEVEL_0 + HOURS_LEVEL_1 + HOURS_LEVEL_2
};

_Static_assert(HOURS_LEVEL_2 == 1, "three levels reach over the longest window");
_Static_assert(HOURS_LEVEL_0 % 64 != 0, "the word behind level 0 has its summary in level 1");

/* Which quarters may have a promisable slot for `crew` people. Exact between decisions; while a
 * plan is tried, a quarter that the plan itself filled stays marked (a mark too many costs a look,
 * one too few would lose hours). */
struct hours_class {
    uint8_t crew;
    uint32_t gap; /* no quarter from here to gap_end - 1 is marked: a search jumps over them */
    uint32_t gap_end;
    uint64_t *words; /* level 0, 1, 2 */
};

/* What a plan took of one quarter, so that it can be given back without cutting runs up again. */
struct hours_touch {
    uint64_t *words; /* the quarter's */
    uint64_t mask;
    uint32_t quarter;
    uint8_t work_center;
    uint8_t crew;
    uint8_t stride; /* the work center's */
};

struct hours_center {
    /* Work that a person does in a slot, in millionths of standard minutes: 250 x efficiency; and
     * 2^64 / slot_work, rounded up: for any number under 2^32, the upper half of their 128-bit
     * product is exactly the number divided by slot_work. */
    uint64_t slot_work;
    uint64_t slot_work_inverse;
    uint32_t planes; /* people there, and people taken, never reach 1 << planes */
    uint32_t planes_least;
    uint32_t stride;    /* words of a quarter: 1 + planes */
    uint64_t *quarters; /* [quarter][1 + planes]: people taken + (1 << planes) - people there; from
                           the window's beginning on, which is not that of the table */
    uint64_t *open;     /* [quarter]: the open slots; in the others nobody is there */
    uint8_t *people;    /* [quarter] */
    uint32_t class_count;
    struct hours_class classes[HOURS_CLASSES_MAX];
};

struct hours {
    int64_t first_quarter;
    int64_t first_slot;
    uint32_t quarter_count;
    uint32_t slot_count;
    uint32_t slid; /* the window begins so many quarters behind the tables' first */
    int64_t horizon_end;
    uint64_t load_mask; /* the slots of each quarter that may be promised */
    uint32_t center_count;
    struct hours_center centers[LIMIT_WORK_CENTERS];
    /* Of placements since the last undo or keep; over the most: not all are there. */
    uint32_t trail_count;
    struct hours_touch trail[HOURS_TRAIL_MAX];
};

/* The first slot that begins at or after an instant (1970 or later: unsigned is the shorter
 * division). */
static inline int64_t slot_up(int64_t at)
{
    return (int64_t)(((uint64_t)at + SLOT_SECONDS - 1) / SLOT_SECONDS);
}

/* Clears the tables and fills in who is there. Reservations are then added with hours_take. Each
 * work center gets the planes that its people need, at least as many as it had and as planes_least
 * says: people who were taken may be gone since. */
void hours_build(struct hours *hours, const struct shop *shop, const struct supply *supply,
                 const struct window *window);
/* The window has moved: keeps what is taken from its new beginning on, fills in who is there. */
void hours_roll(struct hours *hours, const struct shop *shop, const struct supply *supply,
                const struct window *window);

/* Others are at a work center now, on whatever days. False: they need more planes, and all is to be
 * built again. */
bool hours_staff(struct hours *hours, const struct shop *shop, const struct supply *supply,
                 const struct window *window, uint32_t work_center);

/* What an operation needs (DESIGN section 5, "Hours"). As a rule taken and closed slots may
 * interrupt it, and it keeps to the load limit. Whole, it is one unbroken run, which the load limit
 * does not bind, and begins where the clock on the wall shows a multiple of start_every_minutes
 * (counted from midnight). */
struct hours_ask {
    uint8_t work_center;
    uint8_t crew;
    bool whole;
    int32_t start_every_minutes; /* with whole, up to 1440; 0: any slot */
    uint32_t slots;              /* at least 1 */
    int64_t first_slot;          /* none before it */
    int64_t end_slot;            /* of hours_place_latest: none from it on */
    const struct zone *zone;     /* with start_every_minutes: the shop's */
};

/* Finds the earliest slots that do for the ask, takes them, and writes them as runs, in ascending
 * order, into runs[*run_count ...]. A result other than HOURS_PLACED may have taken some: they are
 * among the runs. */
enum hours_result { HOURS_PLACED, HOURS_NONE, HOURS_TOO_MANY_RUNS };
enum hours_result hours_place(struct hours *hours, const struct hours_ask *ask,
                              struct slot_run *runs, uint32_t *run_count, uint32_t run_count_max);
/* The same for the common ask: `slots` slots, interrupted or not, none before `*slot`, which
 * becomes the one after the last. */
enum hours_result hours_place_soonest(struct hours *hours, uint32_t work_center, uint32_t crew,
                                      uint32_t slots, int64_t *slot, struct slot_run *runs,
                                      uint32_t *run_count, uint32_t run_count_max);
/* The same as hours_place with the latest slots that end by ask->end_slot. */
enum hours_result hours_place_latest(struct hours *hours, const struct hours_ask *ask,
                                     struct slot_run *runs, uint32_t *run_count,
                                     uint32_t run_count_max);
/* Gives back what either took, before anything else changes: the marks were left standing. */
void hours_place_undo(struct hours *hours, const struct slot_run *runs, uint32_t run_count);
/* The same for what was taken since the trail had `trail_count` entries: `runs` are those of it. */
void hours_place_undo_since(struct hours *hours, uint32_t trail_count, const struct slot_run *runs,
                            uint32_t run_count);
/* Or keeps it for good: makes the marks exact. */
void hours_place_keep(struct hours *hours, const struct slot_run *runs, uint32_t run_count);

/* Is every slot of the run in the window, promisable and free? */
bool hours_free(const struct hours *hours, struct slot_run run);
/* Is every slot of the run from `from_slot` on in the window, open, and with the run's people free,
 * whatever the load limit? What lies before is gone, and no question any more. */
bool hours_free_people(const struct hours *hours, struct slot_run run, uint32_t from_slot);
/* Takes and gives back for good, and keeps the marks exact. What lies before or after the window is
 * left out; hours_take does not ask whether the slots are free (after a cut of people they may not
 * be), only that the count fits the planes; if it does not, nothing is taken. */
bool hours_take(struct hours *hours, struct slot_run run) MUST_USE;
void hours_give(struct hours *hours, struct slot_run run);

/* Are at least the run's people taken in each of its slots, as far as they lie in the window? */
bool hours_has(const struct hours *hours, struct slot_run run);
/* Over the slots first_slot .. end_slot - 1: person-slots there, promisable, and taken. */
void hours_load(const struct hours *hours, uint32_t work_center, int64_t first_slot,
                int64_t end_slot, struct load_day *load);
/* Is nobody taken anywhere? */
bool hours_untaken(const struct hours *hours);
/* Compares the marks with the quarters: NULL, or what is wrong. */
const char *hours_check(const struct hours *hours);

#endif

/* What would be promised to somebody before whom so many visitors stand, as a ladder: answers for
 * some numbers of visitors, close together where the answer changes.
 *
 *   the crowd (how many units each visitor takes, place_crowd.h) x visitors ahead
 *     -> units and orders before this one -> the core's own quote for them and one piece more,
 *        and what their parcels take of hours and of the carrier (promise/crowd.h)
 *
 * Asked on the core's thread; the state stays as it is. A rung's answer is one that the core
 * gave, never one between two. */
#ifndef ECLUSE_PAGES_PLACE_LADDER_H
#define ECLUSE_PAGES_PLACE_LADDER_H

#include "pages/place_crowd.h"

enum { PLACE_RUNGS_MAX = 32, PLACE_DAYS_MAX = 120, PLACE_CENTERS_MAX = 8 };

/* UNKNOWN: nothing can be said. MADE: material is still to come, or work to be done. */
enum place_kind { PLACE_UNKNOWN, PLACE_IN_STOCK, PLACE_MADE, PLACE_FULL };

struct place_promise {
    enum place_kind kind;
    int32_t leaves_day;  /* IN_STOCK, MADE */
    int32_t arrives_day; /* IN_STOCK, MADE; FULL with has_possible: what it would be */
    bool has_possible;
};

struct place_rung {
    uint32_t ahead;
    struct place_promise promise;
    uint64_t units; /* taken before */
    bool is_beyond; /* the core has no date at all for it: place_supply.h may */
    /* Of the core's answer, where it has a date. */
    bool is_dated;
    bool is_worked; /* work is what it waits for */
    int32_t material_day;
    int64_t ready_at;
};

struct place_ladder {
    uint32_t count;                           /* 0: nothing is known */
    struct place_rung rungs[PLACE_RUNGS_MAX]; /* by rising `ahead` */
};

/* What all of them together need of a work center, and what it has. */
struct place_center {
    uint16_t work_center;
    uint64_t slots;                /* a visitor's, in millionths of a person-slot */
    int64_t freed[PLACE_DAYS_MAX]; /* free slots until the end of each day from today on */
};

struct place_load {
    uint32_t day_count;
    uint32_t center_count;
    struct place_center centers[PLACE_CENTERS_MAX];
};

/* Of the crowd's offers; once for all ladders of that moment. */
void place_load_fill(struct promise_state *state, int64_t now, const struct place_crowd *crowd,
                     struct place_load *load);
/* The ladder of the crowd's offer `index`, from nobody ahead to crowd->ahead_most, with at most
 * `rungs_most` rungs (2 to PLACE_RUNGS_MAX). */
void place_ladder_make(struct promise_state *state, int64_t now, const struct place_crowd *crowd,
                       const struct place_load *load, uint32_t index, uint32_t rungs_most,
                       struct place_ladder *ladder);
/* The first rung with at least as many ahead: what is said is not sooner than what was answered.
 * Beyond the last, the last. NULL: there is none. */
const struct place_rung *place_ladder_find(const struct place_ladder *ladder, uint32_t ahead);

#endif

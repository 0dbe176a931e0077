/* Over which range of prices, demands and hours the advice stays the same.
 *
 * The advice is which activities run, and of each offer whether nothing, a part or all of its
 * demand is sold. One figure at a time is moved, up to RANGE_FURTHEST either way, quantities (and
 * sessions) being continuous and cash aside; what is found is the nearest value, to a thousandth,
 * at which another advice is better, and what then changes first: the quantities, or one activity
 * that stops or starts. The figures that most money hangs on are looked at first. A change within
 * RANGE_SMALL is one that an error of a few percent makes: the answer says so. */
#ifndef ECLUSE_FOCUS_RANGE_H
#define ECLUSE_FOCUS_RANGE_H

#include "focus/mix.h"

#define RANGE_FURTHEST 0.5
#define RANGE_SMALL    0.05

enum range_kind { RANGE_PRICE, RANGE_DEMAND, RANGE_HOURS };

/* What changes at an end of the range: nothing any more, something at last, a smaller or a larger
 * part of the demand than before. */
enum range_change { RANGE_UNCHANGED, RANGE_STOPS, RANGE_STARTS, RANGE_LESS, RANGE_MORE };

struct range_end {
    double share;             /* of the figure: 1.3 is 30 percent more; the furthest if unchanged */
    enum range_change change; /* UNCHANGED: the advice stays as far as was looked */
    bool of_activity;         /* STOPS, STARTS: index in activities; else in offers */
    uint32_t index;
};

struct range {
    enum range_kind kind;
    uint32_t index; /* in figures->offers, or centers */
    struct range_end low, high;
};

struct focus_ranges {
    uint32_t count;       /* the nearest to a change first */
    struct range *ranges; /* of what was looked at */
    bool complete;        /* false: time ran out before all were looked at */
};

enum status ranges_make(const struct mix_ask *ask, const struct mix *best,
                        struct focus_ranges **ranges, struct fault *fault) MUST_USE;
void ranges_free(struct focus_ranges *ranges);

#endif

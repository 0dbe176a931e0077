/* A mix that is being made: whole steps of each offer, and exactly what is left of every bound.
 *
 * The optimizer's doubles end here: what it found is put in step by step, repaired where rounding
 * broke a bound, and filled up where it left room. Rules of thumb (margin first) are fillings, too.
 * Invariant: `left` is what the rows have less what `steps` take; it may be negative until
 * fill_repair has been called. */
#ifndef ECLUSE_FOCUS_FILL_H
#define ECLUSE_FOCUS_FILL_H

#include "focus/bounds.h"
#include "focus/mix.h"

struct fill {
    const struct focus_figures *figures;
    const struct bounds *bounds;
    const bool *never;         /* [activity], or NULL */
    uint32_t most;             /* activities */
    int64_t *steps;            /* [offer] */
    __int128 *left;            /* [row] thousandths of millionths */
    uint32_t *selling;         /* [activity]: offers of it that are sold */
    uint32_t running;          /* activities that sell something */
    int64_t owner_thousandths; /* hours that those take */
};

/* Nothing is sold yet. False: no memory; fill_free is to be called either way. */
bool fill_begin(struct fill *fill, const struct focus_figures *figures, const struct bounds *bounds,
                const bool *never, uint32_t most) MUST_USE;
void fill_free(struct fill *fill);
void fill_clear(struct fill *fill);

void fill_set(struct fill *fill, uint32_t offer, int64_t steps);
/* How many steps of an offer fit, the others as they are; 0 where its activity cannot be begun. */
int64_t fill_most(const struct fill *fill, uint32_t offer);
/* Takes away what breaks a bound: the least throughput for what it takes first. */
void fill_repair(struct fill *fill);
/* Sells more of what fits, the highest throughput for the scarcest row first, in the activities
 * that sell already. */
void fill_up(struct fill *fill);
/* A quick mix where there is no time for a good one: all that fits, the densest first, then without
 * the activities that lose by their fixed costs. */
void fill_greedily(struct fill *fill);
/* Throughput less the activities' fixed costs, in millionths. */
int64_t fill_value(const struct fill *fill);
/* *mix is malloc'd (mix_free). False: no memory. */
bool fill_mix(const struct fill *fill, struct mix **mix) MUST_USE;

#endif

/* What could be done, by when, and what it would change: each lever is tried on the side with
 * Écluse, in the same runs as without it; differences are paired. */
#ifndef ECLUSE_REHEARSE_LEVERS_H
#define ECLUSE_REHEARSE_LEVERS_H

#include "rehearse/crew.h"

/* What the side with Écluse gave in a run without levers. */
struct levers_base {
    uint32_t accepted, kept;
    double profit;
};

/* At most so many runs are made for each lever. */
enum { LEVERS_RUNS_MAX = 6 };

/* Fills answer->levers, the best first. `base`: of answer->runs runs. */
void levers_find(const struct rehearse_plan *plan, const struct crew *crew,
                 const struct levers_base *base, struct rehearse_answer *answer);
uint64_t levers_worlds(const struct crew *crew, uint32_t runs);

#endif

/* What could be done, by when, and what it would change: each lever is tried on the side with
 * Écluse, in the same runs as without it; differences are paired. Its breaking point is that of
 * today's shop. Then the best few together, within the budget. */
#ifndef ECLUSE_REHEARSE_LEVERS_H
#define ECLUSE_REHEARSE_LEVERS_H

#include "rehearse/trial.h"

/* Fills answer->levers, the best first, and answer->together. */
void levers_find(struct crew *crew, const struct trial_base *base, struct rehearse_answer *answer);
/* About how many worlds that are. */
uint64_t levers_worlds(uint32_t runs);
/* The first runs, which choose: half of those there are, all of few. */
uint32_t levers_choosing(const struct trial_base *base);

#endif

/* The best three levers together, within the budget. */
#ifndef ECLUSE_REHEARSE_COMBINE_H
#define ECLUSE_REHEARSE_COMBINE_H

#include "rehearse/trial.h"

/* Fills answer->together. `lived`: the trials of answer->levers, each of one lever. */
void combine_best(struct crew *crew, const struct trial_base *base,
                  const struct trial *const *lived, struct rehearse_answer *answer);

#endif

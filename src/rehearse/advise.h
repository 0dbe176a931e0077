/* buffer_hours and load_limit for a level of service: that SERVICE_LEVEL of the promises are kept
 * with Écluse, in small crowds as in large ones. */
#ifndef ECLUSE_REHEARSE_ADVISE_H
#define ECLUSE_REHEARSE_ADVISE_H

#include "rehearse/trial.h"

/* Fills answer->setting. */
void advise_setting(struct crew *crew, const struct trial_base *base,
                    struct rehearse_answer *answer);

#endif

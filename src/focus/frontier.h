/* The focus frontier: the best profit with at most 1, 2, ... activities. What the second, the fifth
 * really adds, and what it costs in the owner's attention. */
#ifndef ECLUSE_FOCUS_FRONTIER_H
#define ECLUSE_FOCUS_FRONTIER_H

#include "focus/mix.h"

struct frontier_point {
    uint32_t most;             /* activities allowed */
    struct mix *mix;           /* who runs: mix->runs */
    int64_t owner_thousandths; /* hours of the owner that those that run take */
};

struct frontier {
    uint32_t count; /* from 1 activity on; a time that ran out leaves the rest away */
    struct frontier_point *points;
};

/* `ask->most` is not looked at; `ask->seconds` are for all points. A point is never worse than the
 * one before it; where more activities add nothing, it is the same. No points where nothing bounds
 * an offer (MIX_UNBOUNDED). */
enum status frontier_make(const struct mix_ask *ask, struct frontier **frontier,
                          struct fault *fault) MUST_USE;
void frontier_free(struct frontier *frontier);

#endif

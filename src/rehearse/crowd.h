/* The moment's visitors: when each comes, and which of them would buy.
 *
 * A Poisson process whose intensity is the reach times the shape: the gaps of a process of rate 1,
 * read on the clock of the expected number of visitors. Visitor 17 is the same one, with the same
 * wishes, whatever the reach: a larger crowd has further visitors and comes denser. Whoever only
 * looks is but a number in a second. */
#ifndef ECLUSE_REHEARSE_CROWD_H
#define ECLUSE_REHEARSE_CROWD_H

#include "rehearse/scene.h"

/* More are refused: a run's memory is bounded. */
#define REHEARSE_VISITORS_MAX 10000000

struct buyer {
    uint32_t visitor;
    uint32_t second; /* since the moment's beginning */
};

struct crowd {
    uint32_t seconds;
    uint32_t seconds_capacity;
    uint32_t *come; /* [seconds + 1]: visitors who came before that second */
    uint32_t visitors;
    uint32_t buyer_count, buyer_capacity;
    struct buyer *buyers;
};

/* `reach`: how many are expected, at most REHEARSE_VISITORS_MAX. */
void crowd_fill(struct crowd *crowd, const struct scene *scene, uint64_t key, double reach);
void crowd_free(struct crowd *crowd);
/* The run's reach, drawn from the moment's range; `fixed` (0 or more) instead of it. */
double crowd_reach(const struct moment *moment, uint64_t key, int64_t fixed);

#endif

/* How numbers are spread: a histogram of fixed size whose quantiles are right within 1 percent.
 *
 * Each power of two has 128 buckets of the same width, so millions of latencies take 32 KB and no
 * sorting. Numbers under 128 are exact; the largest is kept beside. */
#ifndef ECLUSE_CROWD_SPREAD_H
#define ECLUSE_CROWD_SPREAD_H

#include <stdint.h>

enum { SPREAD_STEPS = 128, SPREAD_OCTAVES = 36, SPREAD_BUCKETS = SPREAD_STEPS * SPREAD_OCTAVES };

struct crowd_spread {
    uint64_t count;
    uint64_t most;
    uint64_t buckets[SPREAD_BUCKETS];
};

/* A number over 2^42 counts as that. */
void crowd_spread_add(struct crowd_spread *spread, uint64_t value);
/* The smallest number that at least `percent` of all are not above; 0 of none. */
uint64_t crowd_spread_at(const struct crowd_spread *spread, uint32_t percent);

#endif

/* When a moment's crowd comes: the share of its visitors that have come, over time.
 *
 * Two kinds. A moment: linear to its peak for `rise_seconds`, from there half as many every
 * `half_life_seconds`, cut after `half_lives` of them. A file: a count for each minute. Both
 * grow from 0 to exactly 1, so that the arrivals of all seconds add up to the number of visitors.
 * `ecluse crowd` sends them, `ecluse rehearse` lives with them. */
#ifndef ECLUSE_BASE_SURGE_H
#define ECLUSE_BASE_SURGE_H

#include <stdint.h>

struct surge {
    double rise_seconds;
    double half_life_seconds;
    double half_lives;
    uint32_t minute_count; /* 0: no file */
    const uint64_t *sums;  /* after each minute, all until then; the last is above 0 */
};

/* From the first visitor to the last. */
double surge_seconds(const struct surge *surge);
/* 0 to 1, never less than before; `seconds` from the first visitor on. */
double surge_share(const struct surge *surge, double seconds);
/* How many of `visitors` have come by then. */
uint32_t surge_arrived(const struct surge *surge, uint32_t visitors, double seconds);

#endif

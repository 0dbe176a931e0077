/* When a crowd comes: the share of its visitors that have arrived, over time.
 *
 * Two shapes. A moment: linear to its peak for `rise_seconds`, from there half as many every
 * `half_life_seconds`, cut after `half_lives` of them. A file: a number for each minute. Both
 * grow from 0 to exactly 1, so that the arrivals of all seconds add up to the number of visitors.
 */
#ifndef ECLUSE_CROWD_SHAPE_H
#define ECLUSE_CROWD_SHAPE_H

#include <stdint.h>

struct crowd_shape {
    double rise_seconds;      /* above 0, without a file */
    double half_life_seconds; /* above 0, without a file */
    uint32_t half_lives;
    uint32_t minute_count; /* 0: no file */
    const uint64_t *sums;  /* after each minute, all until then; the last is above 0 */
};

/* From the first visitor to the last. */
double crowd_shape_seconds(const struct crowd_shape *shape);
/* 0 to 1, never less than before; `seconds` from the first visitor on. */
double crowd_shape_share(const struct crowd_shape *shape, double seconds);
/* How many of `visitors` have come by then. */
uint32_t crowd_shape_arrived(const struct crowd_shape *shape, uint32_t visitors, double seconds);

#endif

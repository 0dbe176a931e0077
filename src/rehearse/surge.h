/* When the moment's crowd comes: the share of its visitors that have come, over time.
 *
 * A moment: linear to its peak for rise_seconds, from there half as many every half_life_seconds,
 * cut after SURGE_HALF_LIVES of them. A file: a count for each minute. Both grow from 0 to exactly
 * 1: what is integrated over the whole is the number of visitors. */
#ifndef ECLUSE_REHEARSE_SURGE_H
#define ECLUSE_REHEARSE_SURGE_H

#include "base/slice.h"
#include "base/status.h"

#include <stdint.h>

enum { SURGE_HALF_LIVES = 10, SURGE_MINUTES_MAX = 20000, SURGE_SECONDS_MAX = 14 * 86400 };

struct surge {
    double rise_seconds;
    double half_life_seconds;
    uint32_t minute_count; /* 0: no file */
    const uint64_t *sums;  /* after each minute, all until then; the last is above 0 */
};

/* From the first visitor to the last, whole seconds; at most SURGE_SECONDS_MAX. */
uint32_t surge_seconds(const struct surge *surge);
/* 0 to 1, never less than before. */
double surge_share(const struct surge *surge, double seconds);

/* Reads "time,count" a row and minute (a head is passed over) into malloc'd *sums. Refused with the
 * line: a row without a count, a negative count, no requests at all, minutes that are missing
 * between two rows whose times can be read (YYYY-MM-DD HH:MM). */
enum status surge_read(struct slice text, const char *file, uint64_t **sums, uint32_t *count,
                       struct fault *fault) MUST_USE;

#endif

#include "base/surge.h"

#include "base/assert.h"

#include <math.h>

enum { MINUTE_SECONDS = 60 };

double surge_seconds(const struct surge *surge)
{
    if (surge->minute_count > 0) {
        return (double)surge->minute_count * MINUTE_SECONDS;
    }
    return surge->rise_seconds + surge->half_lives * surge->half_life_seconds;
}

/* Inside a minute visitors come evenly. */
static double file_share(const struct surge *surge, double seconds)
{
    uint32_t minute = (uint32_t)(seconds / MINUTE_SECONDS);
    ASSERT(minute < surge->minute_count);
    uint64_t before = minute == 0 ? 0 : surge->sums[minute - 1];
    double within = (seconds - (double)minute * MINUTE_SECONDS) / MINUTE_SECONDS;
    double sum = (double)before + (double)(surge->sums[minute] - before) * within;
    return sum / (double)surge->sums[surge->minute_count - 1];
}

/* The integral of the rate, whose peak is 1, over that of all time. */
static double moment_share(const struct surge *surge, double seconds)
{
    double rise = surge->rise_seconds;
    double decay = surge->half_life_seconds / log(2.0);
    double all = rise / 2 + decay * (1 - exp2(-surge->half_lives));
    if (seconds < rise) {
        return seconds * seconds / (2 * rise) / all;
    }
    return (rise / 2 + decay * (1 - exp2(-(seconds - rise) / surge->half_life_seconds))) / all;
}

double surge_share(const struct surge *surge, double seconds)
{
    if (seconds <= 0) {
        return 0;
    }
    if (seconds >= surge_seconds(surge)) {
        return 1;
    }
    double share =
        surge->minute_count > 0 ? file_share(surge, seconds) : moment_share(surge, seconds);
    return share < 1 ? share : 1;
}

uint32_t surge_arrived(const struct surge *surge, uint32_t visitors, double seconds)
{
    return (uint32_t)(surge_share(surge, seconds) * visitors + 0.5);
}

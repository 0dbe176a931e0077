#include "crowd/shape.h"

#include "base/assert.h"

#include <math.h>

enum { MINUTE_SECONDS = 60 };

double crowd_shape_seconds(const struct crowd_shape *shape)
{
    if (shape->minute_count > 0) {
        return (double)shape->minute_count * MINUTE_SECONDS;
    }
    return shape->rise_seconds + shape->half_lives * shape->half_life_seconds;
}

/* Inside a minute visitors come evenly. */
static double file_share(const struct crowd_shape *shape, double seconds)
{
    uint32_t minute = (uint32_t)(seconds / MINUTE_SECONDS);
    ASSERT(minute < shape->minute_count);
    uint64_t before = minute == 0 ? 0 : shape->sums[minute - 1];
    double within = (seconds - (double)minute * MINUTE_SECONDS) / MINUTE_SECONDS;
    double sum = (double)before + (double)(shape->sums[minute] - before) * within;
    return sum / (double)shape->sums[shape->minute_count - 1];
}

/* The integral of the rate, whose peak is 1, over that of all time. */
static double moment_share(const struct crowd_shape *shape, double seconds)
{
    double rise = shape->rise_seconds;
    double decay = shape->half_life_seconds / log(2.0);
    double all = rise / 2 + decay * (1 - exp2(-(double)shape->half_lives));
    if (seconds < rise) {
        return seconds * seconds / (2 * rise) / all;
    }
    return (rise / 2 + decay * (1 - exp2(-(seconds - rise) / shape->half_life_seconds))) / all;
}

double crowd_shape_share(const struct crowd_shape *shape, double seconds)
{
    if (seconds <= 0) {
        return 0;
    }
    if (seconds >= crowd_shape_seconds(shape)) {
        return 1;
    }
    double share =
        shape->minute_count > 0 ? file_share(shape, seconds) : moment_share(shape, seconds);
    return share < 1 ? share : 1;
}

uint32_t crowd_shape_arrived(const struct crowd_shape *shape, uint32_t visitors, double seconds)
{
    return (uint32_t)(crowd_shape_share(shape, seconds) * visitors + 0.5);
}

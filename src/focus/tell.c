/* Indexes -> names; doubles of the program -> millionths, once. */
#include "focus/tell.h"

#include <math.h>

/* A price of more than this for an hour is no price. */
#define HOUR_MICRO_MAX 4e18

const char *focus_offer_name(const struct focus_figures *figures, uint32_t offer)
{
    return figures->shop->offers[figures->offers[offer].offer.index].name;
}

const char *focus_activity_name(const struct focus_figures *figures, uint32_t activity)
{
    return figures->shop->activities[figures->activities[activity].activity.index].name;
}

const struct work_center *focus_center(const struct focus_figures *figures, uint32_t center)
{
    return &figures->shop->work_centers[figures->centers[center].work_center.index];
}

bool focus_found(const struct mix *mix)
{
    return mix != NULL && mix->state == MIX_FOUND;
}

int64_t focus_hour_micro(const struct mix *best, uint32_t center)
{
    if (!focus_found(best) || !(best->per_hour_minor[center] >= 0.5)) {
        return 0;
    }
    return (int64_t)fmin(floor(best->per_hour_minor[center] * 1e6 + 0.5), HOUR_MICRO_MAX);
}

uint32_t focus_bottleneck(const struct focus_figures *figures, const struct mix *best)
{
    uint32_t found = figures->center_count;
    double most = 0;
    for (uint32_t i = 0; i < figures->center_count; i++) {
        double worth =
            (double)focus_hour_micro(best, i) * (double)figures->centers[i].minutes_micro;
        if (worth > most) {
            most = worth;
            found = i;
        }
    }
    return found;
}

bool focus_per_hour(const struct focus_figures *figures, uint32_t offer, uint32_t center,
                    int64_t *micro)
{
    const struct focus_offer *of = &figures->offers[offer];
    for (uint32_t i = 0; i < of->use_count; i++) {
        const struct focus_use *use = &figures->uses[of->use_first + i];
        if (use->center == center && use->minutes_micro > 0) {
            __int128 units = of->seats > 0 ? of->seats : 1;
            __int128 hourly = of->throughput_micro * units * FOCUS_HOUR / use->minutes_micro;
            bool fits = hourly <= INT64_MAX && hourly >= INT64_MIN;
            *micro = fits ? (int64_t)hourly : hourly > 0 ? INT64_MAX : INT64_MIN;
            return true;
        }
    }
    return false;
}

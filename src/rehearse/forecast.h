/* What learned demand says of the days to come, and whether it was right.
 *
 * Each of FORECAST_RUNS futures has a level, its days, and baskets of the past; between the 10th
 * and the 90th percentile of them lies what is stated to come in 80 of 100 times. */
#ifndef ECLUSE_REHEARSE_FORECAST_H
#define ECLUSE_REHEARSE_FORECAST_H

#include "rehearse/learn.h"
#include "rehearse/rehearse.h"

enum { FORECAST_RUNS = 400, FORECAST_DAYS_MAX = LEARN_AHEAD_WEEKS * 7 };

#define FORECAST_STATED 0.8

struct forecast {
    int32_t first_day;
    uint32_t days, weeks;                         /* whole weeks from first_day on */
    struct rehearse_range day[FORECAST_DAYS_MAX]; /* orders */
    struct rehearse_range week[LEARN_AHEAD_WEEKS];
    struct rehearse_range orders;           /* of all days */
    struct rehearse_range units[LEARN_TOP]; /* of learned->top, of all days */
};

/* How often what came lay within. */
struct forecast_share {
    uint32_t covered, of;
};
struct forecast_held {
    struct forecast_share days; /* without the weekdays on which nothing is sold */
    struct forecast_share weeks, offers;
    double came; /* orders */
};

/* `days`: 1 to FORECAST_DAYS_MAX. malloc'd. */
struct forecast *forecast_make(const struct learned *learned, uint64_t seed, int32_t first_day,
                               uint32_t days);
/* Against the orders of the forecast's days. */
void forecast_hold(const struct forecast *forecast, const struct learned *learned,
                   const struct zone *zone, struct forecast_held *held);

/* What was learned as the value of a JSON object's member; `forecast` and `held` may be NULL. */
void learned_json(const struct learned *learned, const struct shop *shop,
                  const struct forecast *forecast, const struct forecast_held *held,
                  struct text *to);
const char *learned_state_name(enum learned_state state); /* "learned", "nothing", ... */

#endif

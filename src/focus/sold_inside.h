/* What the files of sold.c share while they reckon. */
#ifndef ECLUSE_FOCUS_SOLD_INSIDE_H
#define ECLUSE_FOCUS_SOLD_INSIDE_H

#include "focus/sold.h"
#include "focus/sold_rows.h"

#define SOLD_UNIT 1000.0 /* thousandths */

enum { SOLD_WEEK_DAYS = 7, SOLD_YEAR_WEEKS = 52, SOLD_YEAR_DAYS = 364 };

struct sold_making {
    const struct sold_rows *rows;
    const struct shop *shop;
    struct sold *sold;
    int32_t today;
    int32_t *order_days;  /* [rows->order_count] */
    int32_t *return_days; /* [rows->return_count] */
};

/* NO_INDEX: of none. */
static inline uint16_t sold_activity_of(const struct sold_making *making, uint16_t offer)
{
    return offer == NO_INDEX ? (uint16_t)NO_INDEX : making->shop->offers[offer].activity.index;
}

static inline bool sold_in_year(const struct sold_making *making, int32_t day)
{
    return day >= making->today - SOLD_YEAR_DAYS && day < making->today;
}

/* Each fills its part of making->sold. False: no memory. */
bool sold_series_make(const struct sold_making *making) MUST_USE;
bool sold_pairs_make(const struct sold_making *making) MUST_USE;
bool sold_customers_make(const struct sold_making *making) MUST_USE;

/* Theil-Sen: the median of the slopes between each two of `count` values (at most
 * SOLD_TREND_WEEKS), a step. */
double sold_trend_slope(const double *values, uint32_t count);
/* Mann-Kendall: how often values without a trend would be as orderly, two sided, ties and
 * continuity corrected. */
double sold_trend_chance(const double *values, uint32_t count);

#endif

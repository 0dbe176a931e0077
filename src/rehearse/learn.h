/* Ordinary demand, learned from what was sold.
 *
 *   orders of a day ~ negative binomial: Poisson around level x weekday x a gamma of mean 1
 *   log level of a week = that of the week before + trend + a normal step
 *
 * Weekdays and weeks are the two ways of a table: its margins give the maximum of likelihood
 * (iterative proportional fitting; Bishop, Fienberg and Holland, Discrete Multivariate Analysis,
 * 1975, ch. 3). What is left beyond Poisson is the days' own variation (moments; Cameron and
 * Trivedi, Regression Analysis of Count Data, 2013, 3.3). Level and trend are a local level with a
 * drift, its step by maximum likelihood with the Kalman filter (Durbin and Koopman, Time Series
 * Analysis by State Space Methods, 2012, ch. 2, 3.2), so that a forecast is the less certain the
 * further ahead it looks. The drift begins near nothing (LEARN_TREND_SD) and fades ahead
 * (trend_damping).
 *
 * Baskets are drawn from the past itself, four weeks from four weeks, younger ones more often:
 * block bootstrap (Künsch, Annals of Statistics 17, 1989). Their sizes, the offers' shares and
 * what is bought together are those of the past, and as unsteady. */
#ifndef ECLUSE_REHEARSE_LEARN_H
#define ECLUSE_REHEARSE_LEARN_H

#include "rehearse/assume.h"
#include "rehearse/draw.h"
#include "rehearse/past.h"

enum {
    LEARN_DAYS_MIN = 42,
    LEARN_ORDERS_MIN = 100,
    LEARN_ORDERS_PER_WEEK_MIN = 5,
    LEARN_BLOCK_WEEKS = 4,
    LEARN_WEEKS_MAX = LIMIT_PAST_DAYS / 7 + 1,
    LEARN_AHEAD_WEEKS = 26, /* from there on the level stays */
    LEARN_GAPS_MAX = LIMIT_MOMENTS,
    LEARN_PAIRS = 5, /* bought together, that are told */
    LEARN_TOP = 20   /* offers that are told */
};

#define LEARN_TREND_SD  0.02 /* a week, before anything is known */
#define LEARN_LEVEL_MAX 4.0  /* times today's level, at most; its inverse at least */

enum learned_state {
    LEARNED,
    LEARNED_NOTHING, /* there is no history */
    LEARNED_SHORT,   /* of fewer than LEARN_DAYS_MIN days */
    LEARNED_FEW      /* fewer than LEARN_ORDERS_MIN orders, or LEARN_ORDERS_PER_WEEK_MIN a week */
};

/* Days that are not ordinary: of a moment, say. */
struct learn_gap {
    int32_t from_day, to_day; /* both included */
};

struct learn_plan {
    const struct past *past;
    const struct zone *zone;
    uint32_t offer_count;
    int32_t until_day; /* not included */
    uint32_t gap_count;
    struct learn_gap gaps[LEARN_GAPS_MAX];
    double half_life_days, trend_damping;
};

struct learned_pair {
    uint16_t a, b;
    uint32_t orders; /* with both */
    double lift;     /* times as often as chance would have it */
};

struct learned {
    enum learned_state state;
    int32_t from_day, until_day; /* the last is not included */
    uint32_t orders, open_days, closed_days;
    double weekday[WEEKDAYS]; /* mean 1; 0: never any */
    double weekday_error[WEEKDAYS];
    double hour[24];    /* shares */
    double dispersion;  /* squared coefficient of variation of a day beyond Poisson */
    double level;       /* log of the orders of a mean day, at the end */
    double trend;       /* of the log, a week */
    double step;        /* variance of the level's step from week to week */
    double error[2][2]; /* covariance of level and trend */
    double damping;
    double lines_per_order, units_per_order;
    int32_t best_day;
    uint32_t best_day_orders; /* of all days, moments too */
    double *units_per_week;   /* [offer]: as baskets are drawn, at the level of the end */
    uint16_t top[LEARN_TOP];  /* offers by units, the most first */
    uint32_t top_count;
    struct learned_pair pairs[LEARN_PAIRS];
    uint32_t pair_count;
    /* From here on for learned_... only. */
    const struct past *past;
    uint32_t first_order, end_order;
    uint32_t window_count;
    uint32_t window_first[LEARN_WEEKS_MAX + 1]; /* [week from from_day]: its first order */
    double window_sums[LEARN_WEEKS_MAX + 1];    /* [week]: weights of windows up to and with it */
    double hour_sums[24];
    struct draw_work day; /* gamma of mean 1 */
};

/* *learned is malloc'd (learned_free), also where there is too little: its state says so. Reads
 * plan->past as long as it is used. */
struct learned *learn(const struct learn_plan *plan);
void learned_free(struct learned *learned);

/* One future: sums[i] is what is expected of the days from first_day up to and without day i, i to
 * `count`. The same key, the same future. */
void learned_path(const struct learned *learned, uint64_t key, int32_t first_day, uint32_t count,
                  double *sums);
/* When within the day: seconds of the clock from `uniform`. */
double learned_second(const struct learned *learned, double uniform);
/* A basket for somebody who buys on that day. */
const struct past_order *learned_basket(const struct learned *learned, uint64_t key, int32_t day,
                                        double uniform);

#endif

/* futures -> counts by day, week and offer -> their percentiles. */
#include "rehearse/forecast.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "rehearse/sum.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

enum { BASKETS_MAX = 20000, POISSON_MEAN_MAX = 500 };

struct futures {
    const struct learned *learned;
    struct forecast *forecast;
    double *days;   /* [day][run] */
    double *weeks;  /* [week][run] */
    double *orders; /* [run] */
    double *units;  /* [place of learned->top][run] */
    uint8_t *place; /* [offer]: in learned->top, from 1; 0: not there */
    double sums[FORECAST_DAYS_MAX + 1];
};

static double count_draw(double mean, double uniform)
{
    if (mean < POISSON_MEAN_MAX) {
        return draw_poisson(mean, uniform);
    }
    return fmax(0, floor(mean + sqrt(mean) * gsl_cdf_ugaussian_Pinv(uniform) + 0.5));
}

static void basket_add(struct futures *futures, const struct past_order *basket, double times,
                       uint32_t run)
{
    const struct past_line *lines = &futures->learned->past->lines[basket->first];
    for (uint32_t i = 0; i < basket->count; i++) {
        uint32_t place = futures->place[lines[i].offer];
        if (place > 0) {
            futures->units[(place - 1) * FORECAST_RUNS + run] +=
                times * lines[i].quantity_thousandths / THOUSAND;
        }
    }
}

/* Of a day with very many orders only some baskets are drawn, each for several. */
static void baskets_draw(struct futures *futures, uint64_t key, uint32_t run, uint32_t day,
                         double count)
{
    double most = floor((double)BASKETS_MAX / futures->forecast->days);
    double drawn = count < most ? count : most;
    for (uint32_t i = 0; i < drawn; i++) {
        double uniform = draw_uniform(key, DRAW_BASKET, day, i);
        const struct past_order *basket = learned_basket(
            futures->learned, key, futures->forecast->first_day + (int32_t)day, uniform);
        basket_add(futures, basket, count / drawn, run);
    }
}

static void future_make(struct futures *futures, uint64_t seed, uint32_t run)
{
    struct forecast *forecast = futures->forecast;
    uint64_t key = draw_run_key(seed, run);
    learned_path(futures->learned, key, forecast->first_day, forecast->days, futures->sums);
    for (uint32_t day = 0; day < forecast->days; day++) {
        double mean = futures->sums[day + 1] - futures->sums[day];
        double count = count_draw(mean, draw_uniform(key, DRAW_COUNT, day, 0));
        futures->days[day * FORECAST_RUNS + run] = count;
        futures->orders[run] += count;
        if (day / WEEKDAYS < forecast->weeks) {
            futures->weeks[day / WEEKDAYS * FORECAST_RUNS + run] += count;
        }
        baskets_draw(futures, key, run, day, count);
    }
}

static double *runs_of(uint32_t count)
{
    double *runs = calloc((size_t)(count + 1) * FORECAST_RUNS, sizeof *runs);
    ASSERT(runs != NULL);
    return runs;
}

static void ranges_fill(struct rehearse_range *ranges, double *runs, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        ranges[i] = sum_range(runs + (size_t)i * FORECAST_RUNS, FORECAST_RUNS);
    }
}

struct forecast *forecast_make(const struct learned *learned, uint64_t seed, int32_t first_day,
                               uint32_t days)
{
    ASSERT(learned->state == LEARNED);
    ASSERT(days > 0 && days <= FORECAST_DAYS_MAX);
    struct forecast *forecast = calloc(1, sizeof *forecast);
    struct futures *futures = calloc(1, sizeof *futures);
    ASSERT(forecast != NULL && futures != NULL);
    forecast->first_day = first_day;
    forecast->days = days;
    forecast->weeks = days / WEEKDAYS;
    futures->learned = learned;
    futures->forecast = forecast;
    futures->days = runs_of(days);
    futures->weeks = runs_of(forecast->weeks);
    futures->orders = runs_of(1);
    futures->units = runs_of(learned->top_count);
    futures->place = calloc(LIMIT_OFFERS, sizeof *futures->place);
    ASSERT(futures->place != NULL);
    for (uint32_t i = 0; i < learned->top_count; i++) {
        futures->place[learned->top[i]] = (uint8_t)(i + 1);
    }
    for (uint32_t run = 0; run < FORECAST_RUNS; run++) {
        future_make(futures, seed, run);
    }
    ranges_fill(forecast->day, futures->days, days);
    ranges_fill(forecast->week, futures->weeks, forecast->weeks);
    ranges_fill(&forecast->orders, futures->orders, 1);
    ranges_fill(forecast->units, futures->units, learned->top_count);
    free(futures->days);
    free(futures->weeks);
    free(futures->orders);
    free(futures->units);
    free(futures->place);
    free(futures);
    return forecast;
}

/* ---- what came ---- */

static void share_count(struct forecast_share *share, const struct rehearse_range *range,
                        double came)
{
    share->of++;
    share->covered += came >= range->p10 && came <= range->p90;
}

static double units_came(const struct past *past, uint32_t first, uint32_t end, uint16_t offer)
{
    double units = 0;
    for (uint32_t i = first; i < end; i++) {
        for (uint32_t j = 0; j < past->orders[i].count; j++) {
            const struct past_line *line = &past->lines[past->orders[i].first + j];
            units += line->offer == offer ? (double)line->quantity_thousandths / THOUSAND : 0;
        }
    }
    return units;
}

void forecast_hold(const struct forecast *forecast, const struct learned *learned,
                   const struct zone *zone, struct forecast_held *held)
{
    const struct past *past = learned->past;
    double week = 0;
    *held = (struct forecast_held){.came = 0};
    for (uint32_t i = 0; i < forecast->days; i++) {
        int32_t day = forecast->first_day + (int32_t)i;
        double came = past_from(past, zone_instant(zone, day + 1, 0)) -
                      past_from(past, zone_instant(zone, day, 0));
        week = i % WEEKDAYS == 0 ? came : week + came;
        held->came += came;
        if (learned->weekday[weekday_of_day(day)] > 0) {
            share_count(&held->days, &forecast->day[i], came);
        }
        if (i % WEEKDAYS == WEEKDAYS - 1) {
            share_count(&held->weeks, &forecast->week[i / WEEKDAYS], week);
        }
    }
    uint32_t first = past_from(past, zone_instant(zone, forecast->first_day, 0));
    uint32_t end =
        past_from(past, zone_instant(zone, forecast->first_day + (int32_t)forecast->days, 0));
    for (uint32_t i = 0; i < learned->top_count; i++) {
        share_count(&held->offers, &forecast->units[i],
                    units_came(past, first, end, learned->top[i]));
    }
}

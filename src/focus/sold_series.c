/* Units by week and by month -> trend and season, of each offer and activity.
 *
 * Trend: the median of all slopes between two weeks (Theil 1950; Sen, Journal of the American
 * Statistical Association 63, 1968), which a single huge order does not bend, and how often weeks
 * without any trend would be as orderly (Mann, Econometrica 13, 1945; Kendall, Rank Correlation
 * Methods, 1975). Both from the offer's own first week on.
 *
 * Season: the last 104 weeks, in which each month came twice. Growth would make the later months
 * look like high season; so each month is first brought to one level by the growth between the two
 * years, which no season touches. */
#include "focus/sold_inside.h"

#include "base/assert.h"

#include <math.h>
#include <stdlib.h>

enum {
    TREND_WEEKS_MIN = 10, /* the normal distribution of Kendall's sum holds from there on */
    SLOPES_MAX = SOLD_TREND_WEEKS * (SOLD_TREND_WEEKS - 1) / 2,
    SEASON_DAYS = SOLD_SEASON_WEEKS * SOLD_WEEK_DAYS,
    SEASON_BUCKETS = 25, /* months that begin or end within two years */
    MONTHS = 12
};

/* ---- one row of values ---- */

static int doubles_compare(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static double median(double *values, uint32_t count)
{
    qsort(values, count, sizeof *values, doubles_compare);
    return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

double sold_trend_slope(const double *values, uint32_t count)
{
    double slopes[SLOPES_MAX] = {0};
    uint32_t slope_count = 0;
    ASSERT(count >= 2 && count <= SOLD_TREND_WEEKS);
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = i + 1; j < count; j++) {
            slopes[slope_count++] = (values[j] - values[i]) / (j - i);
        }
    }
    return median(slopes, slope_count);
}

/* Of Kendall's sum, if there is no trend; equal values make it smaller. */
static double kendall_variance(const double *values, uint32_t count)
{
    double sorted[SOLD_TREND_WEEKS];
    double n = count;
    double variance = n * (n - 1) * (2 * n + 5);
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, doubles_compare);
    for (uint32_t i = 0; i < count;) {
        uint32_t end = i + 1;
        while (end < count && doubles_compare(&sorted[end], &sorted[i]) == 0) {
            end++;
        }
        double equal = end - i;
        variance -= equal * (equal - 1) * (2 * equal + 5);
        i = end;
    }
    return variance / 18;
}

double sold_trend_chance(const double *values, uint32_t count)
{
    int32_t sum = 0;
    ASSERT(count >= 2 && count <= SOLD_TREND_WEEKS);
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = i + 1; j < count; j++) {
            sum += doubles_compare(&values[j], &values[i]);
        }
    }
    double variance = kendall_variance(values, count);
    double clear = sum > 0 ? sum - 1 : sum < 0 ? -sum - 1 : 0;
    return variance > 0 ? erfc(clear / sqrt(2 * variance)) : 1;
}

/* ---- of all offers and activities ---- */

/* What is known of an offer or an activity before its trend and its season are told. */
struct series {
    int32_t first_day; /* INT32_MAX: never sold */
    uint32_t orders;   /* of the two years */
    double weeks[SOLD_TREND_WEEKS];
    double months[SEASON_BUCKETS];
    double years[2];
};

struct table {
    const struct sold_making *making;
    bool has_season;
    int32_t trend_from, season_from;
    uint8_t buckets[SEASON_DAYS]; /* [day]: which month, from 0 on */
    uint8_t months[SEASON_BUCKETS];
    uint32_t days[SEASON_BUCKETS];
    double middles[SEASON_BUCKETS]; /* in years, from the beginning on */
    uint32_t *marks;                /* [activity]: the last order that had it, from 1 on */
    struct series *offers, *activities;
};

static void buckets_set(struct table *table)
{
    struct civil_date first = civil_of_day(table->season_from);
    for (int32_t i = 0; i < SEASON_DAYS; i++) {
        struct civil_date date = civil_of_day(table->season_from + i);
        uint32_t bucket = (uint32_t)((date.year - first.year) * MONTHS + date.month - first.month);
        ASSERT(bucket < SEASON_BUCKETS);
        table->buckets[i] = (uint8_t)bucket;
        table->months[bucket] = (uint8_t)(date.month - 1);
        table->days[bucket]++;
        table->middles[bucket] += (i + 0.5) / SOLD_YEAR_DAYS;
    }
    for (int i = 0; i < SEASON_BUCKETS; i++) {
        table->middles[i] /= table->days[i] > 0 ? table->days[i] : 1;
    }
}

static void series_add(const struct table *table, struct series *series, int32_t day, double units)
{
    if (day >= table->trend_from && day < table->making->today) {
        series->weeks[(day - table->trend_from) / SOLD_WEEK_DAYS] += units;
    }
    int32_t place = day - table->season_from;
    if (table->has_season && place >= 0 && place < SEASON_DAYS) {
        series->months[table->buckets[place]] += units;
        series->years[place / SOLD_YEAR_DAYS] += units;
    }
}

static void units_add(const struct table *table, uint16_t offer, int32_t day, double units)
{
    uint16_t activity = sold_activity_of(table->making, offer);
    if (offer != NO_INDEX) {
        series_add(table, &table->offers[offer], day, units);
    }
    if (activity != NO_INDEX) {
        series_add(table, &table->activities[activity], day, units);
    }
}

static void order_see(const struct table *table, struct series *series, int32_t day)
{
    series->first_day = day < series->first_day ? day : series->first_day;
    series->orders += day >= table->season_from && day < table->making->today;
}

static void order_add(struct table *table, uint32_t index)
{
    const struct sold_rows *rows = table->making->rows;
    const struct sold_rows_order *order = &rows->orders[index];
    int32_t day = table->making->order_days[index];
    for (uint32_t j = 0; j < order->count; j++) {
        const struct sold_rows_line *line = &rows->lines[order->first + j];
        uint16_t activity = sold_activity_of(table->making, line->offer);
        units_add(table, line->offer, day, (double)line->quantity_thousandths / SOLD_UNIT);
        if (line->offer != NO_INDEX) {
            order_see(table, &table->offers[line->offer], day);
        }
        if (activity != NO_INDEX && table->marks[activity] != index + 1) {
            table->marks[activity] = index + 1;
            order_see(table, &table->activities[activity], day);
        }
    }
}

static void table_fill(struct table *table)
{
    const struct sold_making *making = table->making;
    for (uint32_t i = 0; i < making->rows->order_count; i++) {
        order_add(table, i);
    }
    for (uint32_t i = 0; i < making->rows->return_count; i++) {
        const struct sold_rows_return *back = &making->rows->returns[i];
        units_add(table, back->offer, making->return_days[i],
                  -(double)back->quantity_thousandths / SOLD_UNIT);
    }
}

/* ---- told ---- */

static void trend_tell(const struct table *table, const struct series *series,
                       struct sold_figures *to)
{
    int32_t begun = (table->making->today - series->first_day) / SOLD_WEEK_DAYS;
    uint32_t count = begun < SOLD_TREND_WEEKS ? (uint32_t)begun : SOLD_TREND_WEEKS;
    const double *weeks = series->weeks + SOLD_TREND_WEEKS - count;
    double sum = 0;
    if (count < TREND_WEEKS_MIN) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        sum += weeks[i];
    }
    if (sum > 0) {
        to->trend_per_week = sold_trend_slope(weeks, count) / (sum / count);
        to->trend_chance = sold_trend_chance(weeks, count);
    }
}

static void season_tell(const struct table *table, const struct series *series,
                        struct sold_figures *to)
{
    double units[MONTHS] = {0};
    double days[MONTHS] = {0};
    double mean = 0;
    if (!table->has_season || series->first_day > table->season_from ||
        series->orders < SOLD_ORDERS_MIN || series->years[0] <= 0 || series->years[1] <= 0) {
        return;
    }
    double growth = series->years[1] / series->years[0]; /* from year to year */
    for (int i = 0; i < SEASON_BUCKETS; i++) {
        units[table->months[i]] += series->months[i] / pow(growth, table->middles[i]);
        days[table->months[i]] += table->days[i];
    }
    for (int i = 0; i < MONTHS; i++) {
        mean += units[i] / days[i] / MONTHS;
    }
    for (int i = 0; i < MONTHS && mean > 0; i++) {
        double rate = units[i] / days[i] / mean;
        to->season[i] = rate > 0 ? rate : 0;
    }
}

static void series_tell(const struct table *table, const struct series *series, uint32_t count,
                        struct sold_figures *to)
{
    for (uint32_t i = 0; i < count; i++) {
        if (series[i].first_day < table->making->today) {
            trend_tell(table, &series[i], &to[i]);
            season_tell(table, &series[i], &to[i]);
        }
    }
}

static struct series *series_new(uint32_t count)
{
    struct series *series = calloc(count + 1, sizeof *series);
    for (uint32_t i = 0; series != NULL && i < count; i++) {
        series[i].first_day = INT32_MAX;
    }
    return series;
}

bool sold_series_make(const struct sold_making *making)
{
    struct sold *sold = making->sold;
    if (sold->state != SOLD_ENOUGH) {
        return true;
    }
    struct table table = {.making = making,
                          .trend_from = making->today - SOLD_TREND_WEEKS * SOLD_WEEK_DAYS,
                          .season_from = making->today - SEASON_DAYS,
                          .marks = calloc(making->shop->activity_count + 1, sizeof *table.marks),
                          .offers = series_new(sold->offer_count),
                          .activities = series_new(sold->activity_count)};
    bool made = table.marks != NULL && table.offers != NULL && table.activities != NULL;
    if (made) {
        table.has_season = sold->first_day <= table.season_from;
        buckets_set(&table);
        table_fill(&table);
        series_tell(&table, table.offers, sold->offer_count, sold->offers);
        series_tell(&table, table.activities, sold->activity_count, sold->activities);
    }
    free(table.marks);
    free(table.offers);
    free(table.activities);
    return made;
}

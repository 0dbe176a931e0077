/* orders -> a count for each day -> weekdays x weeks -> level and trend; hours; windows of baskets.
 *
 * Weeks are counted backward from the end, seven days each, so that the last one is whole. A day is
 * left out (closed) where its weekday never sells, in a gap, or in a run of at least three days
 * without an order in which CLOSED_ORDERS would have come: holidays of the shop. */
#include "rehearse/learn.h"

#include "base/assert.h"
#include "base/decimal.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>

enum {
    FIT_ROUNDS = 100,
    CLOSED_DAYS = 3,
    CLOSED_ORDERS = 15,
    STEPS = 45,
    DISPERSION_MAX = 9,
    PAIR_OFFERS = 48
};

struct fit {
    const struct learn_plan *plan;
    struct learned *learned;
    uint32_t days, weeks;
    double *orders;              /* [day] */
    bool *open;                  /* [day] */
    double *weekly;              /* [week, 0 the last]: level */
    double log[LEARN_WEEKS_MAX]; /* of its level, and the variance of that */
    double log_error[LEARN_WEEKS_MAX];
};

static uint32_t week_of(const struct fit *fit, uint32_t day)
{
    return (fit->days - 1 - day) / WEEKDAYS;
}

static enum weekday weekday_of(const struct fit *fit, uint32_t day)
{
    return weekday_of_day(fit->learned->from_day + (int32_t)day);
}

/* ---- which days count ---- */

static void days_count(struct fit *fit)
{
    struct learned *learned = fit->learned;
    const struct past *past = fit->plan->past;
    double most = 0;
    for (uint32_t i = learned->first_order; i < learned->end_order; i++) {
        int32_t day = zone_day(fit->plan->zone, past->orders[i].at);
        uint32_t index = (uint32_t)(day - learned->from_day);
        double second = zone_second_of_day(fit->plan->zone, past->orders[i].at);
        fit->orders[index]++;
        learned->hour[second < DAY_SECONDS ? (int)(second / 3600) : 23]++;
        if (fit->orders[index] > most) {
            most = fit->orders[index];
            learned->best_day = day;
            learned->best_day_orders = (uint32_t)most;
        }
    }
}

static bool in_gap(const struct learn_plan *plan, int32_t day)
{
    for (uint32_t i = 0; i < plan->gap_count; i++) {
        if (day >= plan->gaps[i].from_day && day <= plan->gaps[i].to_day) {
            return true;
        }
    }
    return false;
}

/* Closes the days of a run without orders from `from` on, if chance does not explain it; returns
 * where it ends. */
static uint32_t run_close(struct fit *fit, uint32_t from, const double *means)
{
    uint32_t end = from;
    uint32_t days = 0;
    double expected = 0;
    while (end < fit->days && (!fit->open[end] || fit->orders[end] == 0)) {
        days += fit->open[end];
        expected += fit->open[end] ? means[weekday_of(fit, end)] : 0;
        end++;
    }
    for (uint32_t i = from; i < end && days >= CLOSED_DAYS && expected >= CLOSED_ORDERS; i++) {
        fit->learned->closed_days += fit->open[i];
        fit->open[i] = false;
    }
    return end > from ? end : from + 1;
}

static void days_open(struct fit *fit)
{
    double sums[WEEKDAYS] = {0};
    double days[WEEKDAYS] = {0};
    for (uint32_t i = 0; i < fit->days; i++) {
        fit->open[i] = !in_gap(fit->plan, fit->learned->from_day + (int32_t)i);
        sums[weekday_of(fit, i)] += fit->open[i] ? fit->orders[i] : 0;
        days[weekday_of(fit, i)] += fit->open[i];
    }
    for (int i = 0; i < WEEKDAYS; i++) {
        sums[i] = days[i] > 0 ? sums[i] / days[i] : 0;
    }
    for (uint32_t i = 0; i < fit->days; i++) {
        fit->open[i] = fit->open[i] && sums[weekday_of(fit, i)] > 0;
    }
    uint32_t day = 0;
    while (day < fit->days) {
        day = run_close(fit, day, sums);
    }
    for (uint32_t i = 0; i < fit->days; i++) {
        fit->learned->open_days += fit->open[i];
    }
}

/* ---- weekdays x weeks ---- */

static void levels_fit(struct fit *fit)
{
    double expected[LEARN_WEEKS_MAX] = {0};
    double come[LEARN_WEEKS_MAX] = {0};
    for (uint32_t i = 0; i < fit->days; i++) {
        if (fit->open[i]) {
            come[week_of(fit, i)] += fit->orders[i];
            expected[week_of(fit, i)] += fit->learned->weekday[weekday_of(fit, i)];
        }
    }
    for (uint32_t week = 0; week < fit->weeks; week++) {
        fit->weekly[week] = expected[week] > 0 ? come[week] / expected[week] : 0;
    }
}

static void weekdays_fit(struct fit *fit)
{
    double expected[WEEKDAYS] = {0};
    double come[WEEKDAYS] = {0};
    double whole = 0;
    double *weekday = fit->learned->weekday;
    for (uint32_t i = 0; i < fit->days; i++) {
        if (fit->open[i]) {
            come[weekday_of(fit, i)] += fit->orders[i];
            expected[weekday_of(fit, i)] += fit->weekly[week_of(fit, i)];
        }
    }
    for (int i = 0; i < WEEKDAYS; i++) {
        weekday[i] = expected[i] > 0 ? come[i] / expected[i] : 0;
        whole += weekday[i];
    }
    for (int i = 0; i < WEEKDAYS && whole > 0; i++) {
        weekday[i] *= WEEKDAYS / whole;
    }
}

static double day_mean(const struct fit *fit, uint32_t day)
{
    return fit->weekly[week_of(fit, day)] * fit->learned->weekday[weekday_of(fit, day)];
}

/* Each parameter takes something of the residuals: freedom / days of them is left. */
static void dispersion_fit(struct fit *fit)
{
    double days = fit->learned->open_days;
    double beyond = 0;
    double squares = 0;
    double freedom = days - (WEEKDAYS - 1);
    for (uint32_t week = 0; week < fit->weeks; week++) {
        freedom -= fit->weekly[week] > 0;
    }
    double left = freedom / days;
    for (uint32_t i = 0; i < fit->days && left > 0; i++) {
        if (fit->open[i]) {
            double mean = day_mean(fit, i);
            double residual = fit->orders[i] - mean;
            beyond += residual * residual / left - mean;
            squares += mean * mean;
        }
    }
    fit->learned->dispersion =
        beyond > 0 && squares > 0 ? fmin(beyond / squares, DISPERSION_MAX) : 0;
}

static void weekday_errors(struct fit *fit)
{
    struct learned *learned = fit->learned;
    for (int weekday = 0; weekday < WEEKDAYS; weekday++) {
        double mean = 0;
        double variance = 0;
        for (uint32_t i = 0; i < fit->days; i++) {
            if (fit->open[i] && (int)weekday_of(fit, i) == weekday) {
                mean += day_mean(fit, i);
                variance += day_mean(fit, i) + learned->dispersion * pow(day_mean(fit, i), 2);
            }
        }
        learned->weekday_error[weekday] =
            mean > 0 ? learned->weekday[weekday] * sqrt(variance) / mean : 0;
    }
}

static void pattern_fit(struct fit *fit)
{
    for (int i = 0; i < WEEKDAYS; i++) {
        fit->learned->weekday[i] = 1;
    }
    for (int round = 0; round < FIT_ROUNDS; round++) {
        levels_fit(fit);
        weekdays_fit(fit);
    }
    levels_fit(fit);
    dispersion_fit(fit);
    weekday_errors(fit);
}

/* ---- level and trend ---- */

/* Half an order more keeps a week without any finite. Variance of a log: that of the count over its
 * square. An error below 0: nothing was seen of the week. */
static void logs_fill(struct fit *fit)
{
    double come[LEARN_WEEKS_MAX] = {0};
    double expected[LEARN_WEEKS_MAX] = {0};
    double squares[LEARN_WEEKS_MAX] = {0};
    for (uint32_t i = 0; i < fit->days; i++) {
        if (fit->open[i]) {
            double share = fit->learned->weekday[weekday_of(fit, i)];
            come[week_of(fit, i)] += fit->orders[i];
            expected[week_of(fit, i)] += share;
            squares[week_of(fit, i)] += share * share;
        }
    }
    for (uint32_t week = 0; week < fit->weeks; week++) {
        double share = expected[week];
        fit->log[week] = share > 0 ? log((come[week] + 0.5) / share) : 0;
        fit->log_error[week] = share > 0
                                   ? 1 / (come[week] + 0.5) +
                                         fit->learned->dispersion * squares[week] / (share * share)
                                   : -1;
    }
}

struct filter {
    double level, trend;
    double p00, p01, p11;
    double likelihood; /* its log, less what is constant */
};

static void filter_ahead(struct filter *filter, double step)
{
    filter->level += filter->trend;
    filter->p00 += 2 * filter->p01 + filter->p11 + step;
    filter->p01 += filter->p11;
}

static void filter_see(struct filter *filter, double seen, double error)
{
    double variance = filter->p00 + error;
    double surprise = seen - filter->level;
    double gain = filter->p00 / variance;
    double trend_gain = filter->p01 / variance;
    filter->likelihood -= (log(variance) + surprise * surprise / variance) / 2;
    filter->level += gain * surprise;
    filter->trend += trend_gain * surprise;
    filter->p11 -= trend_gain * filter->p01;
    filter->p01 -= gain * filter->p01;
    filter->p00 -= gain * filter->p00;
}

static struct filter filter_run(const struct fit *fit, double step)
{
    struct filter filter = {.p11 = LEARN_TREND_SD * LEARN_TREND_SD};
    bool begun = false;
    for (uint32_t week = fit->weeks; week-- > 0;) {
        if (begun) {
            filter_ahead(&filter, step);
        }
        if (fit->log_error[week] < 0) {
            continue;
        }
        if (begun) {
            filter_see(&filter, fit->log[week], fit->log_error[week]);
        } else {
            filter.level = fit->log[week];
            filter.p00 = fit->log_error[week];
            begun = true;
        }
    }
    return filter;
}

static void level_fit(struct fit *fit)
{
    struct learned *learned = fit->learned;
    logs_fill(fit);
    struct filter best = filter_run(fit, 0);
    learned->step = 0;
    for (int i = 0; i < STEPS; i++) {
        double step = pow(10, -5 + i / 10.0);
        struct filter filter = filter_run(fit, step);
        if (filter.likelihood > best.likelihood) {
            best = filter;
            learned->step = step;
        }
    }
    learned->level = best.level;
    learned->trend = best.trend;
    learned->error[0][0] = best.p00;
    learned->error[0][1] = learned->error[1][0] = best.p01;
    learned->error[1][1] = best.p11;
}

/* ---- baskets ---- */

/* Window w: the orders of weeks w to w + LEARN_BLOCK_WEEKS - 1, weeks counted from from_day. */
static void windows_fill(struct fit *fit)
{
    struct learned *learned = fit->learned;
    const struct past *past = fit->plan->past;
    uint32_t weeks = (fit->days + WEEKDAYS - 1) / WEEKDAYS;
    for (uint32_t week = 0; week <= weeks; week++) {
        int32_t day = learned->from_day + (int32_t)(week * WEEKDAYS);
        uint32_t first = past_from(past, zone_instant(fit->plan->zone, day, 0));
        learned->window_first[week] = first < learned->end_order ? first : learned->end_order;
    }
    learned->window_count = weeks > LEARN_BLOCK_WEEKS ? weeks - LEARN_BLOCK_WEEKS + 1 : 1;
    double sum = 0;
    for (uint32_t i = 0; i < learned->window_count; i++) {
        uint32_t end = i + LEARN_BLOCK_WEEKS < weeks ? i + LEARN_BLOCK_WEEKS : weeks;
        double age = (double)(weeks - end) * WEEKDAYS;
        bool empty = learned->window_first[end] == learned->window_first[i];
        sum += empty ? 0 : exp2(-age / fit->plan->half_life_days);
        learned->window_sums[i] = sum;
    }
}

static uint32_t window_end(const struct learned *learned, uint32_t window)
{
    uint32_t weeks = learned->window_count + LEARN_BLOCK_WEEKS - 1;
    uint32_t end = window + LEARN_BLOCK_WEEKS;
    return learned->window_count == 1 ? learned->end_order
                                      : learned->window_first[end < weeks ? end : weeks];
}

/* How often each offer and each order is drawn, in the mean over the windows. */
static void units_fit(struct fit *fit)
{
    struct learned *learned = fit->learned;
    const struct past *past = fit->plan->past;
    double whole = learned->window_sums[learned->window_count - 1];
    double lines = 0;
    double units = 0;
    for (uint32_t w = 0; w < learned->window_count; w++) {
        double weight = learned->window_sums[w] - (w == 0 ? 0 : learned->window_sums[w - 1]);
        uint32_t first = learned->window_first[w];
        uint32_t end = window_end(learned, w);
        double each = end > first ? weight / whole / (end - first) : 0;
        for (uint32_t i = first; i < end; i++) {
            const struct past_order *order = &past->orders[i];
            lines += each * order->count;
            for (uint32_t j = 0; j < order->count; j++) {
                const struct past_line *line = &past->lines[order->first + j];
                double quantity = each * line->quantity_thousandths / THOUSAND;
                learned->units_per_week[line->offer] += quantity;
                units += quantity;
            }
        }
    }
    learned->lines_per_order = lines;
    learned->units_per_order = units;
    for (uint32_t i = 0; i < fit->plan->offer_count; i++) {
        learned->units_per_week[i] *= WEEKDAYS * exp(learned->level);
    }
}

static void top_find(struct fit *fit)
{
    struct learned *learned = fit->learned;
    size_t top[LEARN_TOP];
    uint32_t count = fit->plan->offer_count < LEARN_TOP ? fit->plan->offer_count : LEARN_TOP;
    gsl_sort_largest_index(top, count, learned->units_per_week, 1, fit->plan->offer_count);
    for (uint32_t i = 0; i < count && learned->units_per_week[top[i]] > 0; i++) {
        learned->top[learned->top_count++] = (uint16_t)top[i];
    }
}

/* ---- bought together ---- */

struct pairs {
    uint16_t offers[PAIR_OFFERS]; /* in the most orders */
    uint32_t count;
    uint32_t *place;                       /* [offer]: among them, from 1; 0: not */
    double with[PAIR_OFFERS][PAIR_OFFERS]; /* orders with both; with[a][a]: with a */
};

static void pairs_choose(const struct fit *fit, struct pairs *pairs)
{
    uint32_t offers = fit->plan->offer_count;
    const struct past *past = fit->plan->past;
    double *orders = calloc(offers + 1, sizeof *orders);
    size_t top[PAIR_OFFERS];
    ASSERT(orders != NULL);
    for (uint32_t i = fit->learned->first_order; i < fit->learned->end_order; i++) {
        for (uint32_t j = 0; j < past->orders[i].count; j++) {
            orders[past->lines[past->orders[i].first + j].offer]++;
        }
    }
    uint32_t count = offers < PAIR_OFFERS ? offers : PAIR_OFFERS;
    gsl_sort_largest_index(top, count, orders, 1, offers);
    for (uint32_t i = 0; i < count && orders[top[i]] > 0; i++) {
        pairs->offers[pairs->count++] = (uint16_t)top[i];
        pairs->place[top[i]] = pairs->count;
    }
    free(orders);
}

static void order_pairs(const struct past *past, const struct past_order *order,
                        struct pairs *pairs)
{
    bool has[PAIR_OFFERS] = {false};
    for (uint32_t j = 0; j < order->count; j++) {
        uint32_t place = pairs->place[past->lines[order->first + j].offer];
        if (place > 0) {
            has[place - 1] = true;
        }
    }
    for (uint32_t a = 0; a < pairs->count; a++) {
        for (uint32_t b = a; has[a] && b < pairs->count; b++) {
            pairs->with[a][b] += has[b];
        }
    }
}

/* A pair counts where it came at least ten times, and three standard deviations more often than
 * chance; those that came most beyond chance are told. */
static bool pair_of(const struct fit *fit, const struct pairs *pairs, uint32_t a, uint32_t b,
                    struct learned_pair *pair, double *beyond)
{
    double both = pairs->with[a][b];
    double chance = pairs->with[a][a] * pairs->with[b][b] / fit->learned->orders;
    *pair = (struct learned_pair){pairs->offers[a], pairs->offers[b], (uint32_t)both,
                                  chance > 0 ? both / chance : 0};
    *beyond = both - chance;
    return both >= 10 && both - chance > 3 * sqrt(chance);
}

static void pairs_rank(const struct fit *fit, const struct pairs *pairs)
{
    struct learned *learned = fit->learned;
    double ranks[LEARN_PAIRS] = {0};
    for (uint32_t a = 0; a < pairs->count; a++) {
        for (uint32_t b = a + 1; b < pairs->count; b++) {
            struct learned_pair pair;
            double beyond;
            if (!pair_of(fit, pairs, a, b, &pair, &beyond)) {
                continue;
            }
            uint32_t place = learned->pair_count;
            while (place > 0 && ranks[place - 1] < beyond) {
                place--;
            }
            if (place == LEARN_PAIRS) {
                continue;
            }
            uint32_t last =
                learned->pair_count < LEARN_PAIRS ? learned->pair_count++ : LEARN_PAIRS - 1;
            for (uint32_t i = last; i > place; i--) {
                learned->pairs[i] = learned->pairs[i - 1];
                ranks[i] = ranks[i - 1];
            }
            learned->pairs[place] = pair;
            ranks[place] = beyond;
        }
    }
}

static void pairs_find(struct fit *fit)
{
    struct pairs *pairs = calloc(1, sizeof *pairs);
    ASSERT(pairs != NULL);
    pairs->place = calloc(fit->plan->offer_count + 1, sizeof *pairs->place);
    ASSERT(pairs->place != NULL);
    pairs_choose(fit, pairs);
    for (uint32_t i = fit->learned->first_order; i < fit->learned->end_order; i++) {
        order_pairs(fit->plan->past, &fit->plan->past->orders[i], pairs);
    }
    pairs_rank(fit, pairs);
    free(pairs->place);
    free(pairs);
}

/* ---- all of it ---- */

static void hours_fill(struct learned *learned)
{
    double sum = 0;
    for (int i = 0; i < 24; i++) {
        learned->hour[i] /= learned->orders;
        sum += learned->hour[i];
        learned->hour_sums[i] = sum;
    }
}

static void fit_all(struct fit *fit)
{
    days_count(fit);
    days_open(fit);
    hours_fill(fit->learned);
    if (fit->learned->state != LEARNED) {
        return;
    }
    pattern_fit(fit);
    level_fit(fit);
    windows_fill(fit);
    units_fit(fit);
    top_find(fit);
    pairs_find(fit);
    draw_work_init(&fit->learned->day, sqrt(fit->learned->dispersion));
}

static enum learned_state enough(const struct learned *learned, uint32_t days)
{
    if (learned->orders == 0) {
        return LEARNED_NOTHING;
    }
    if (days < LEARN_DAYS_MIN) {
        return LEARNED_SHORT;
    }
    double weekly = (double)learned->orders * WEEKDAYS / days;
    return learned->orders < LEARN_ORDERS_MIN || weekly < LEARN_ORDERS_PER_WEEK_MIN ? LEARNED_FEW
                                                                                    : LEARNED;
}

struct learned *learn(const struct learn_plan *plan)
{
    struct learned *learned = calloc(1, sizeof *learned);
    ASSERT(learned != NULL);
    const struct past *past = plan->past;
    int32_t oldest = plan->until_day - LIMIT_PAST_DAYS;
    learned->past = past;
    learned->damping = plan->trend_damping;
    learned->units_per_week = calloc(plan->offer_count + 1, sizeof *learned->units_per_week);
    ASSERT(learned->units_per_week != NULL);
    learned->first_order = past_from(past, zone_instant(plan->zone, oldest, 0));
    learned->end_order = past_from(past, zone_instant(plan->zone, plan->until_day, 0));
    learned->orders = learned->end_order - learned->first_order;
    if (learned->orders == 0) {
        learned->state = LEARNED_NOTHING;
        return learned;
    }
    learned->from_day = zone_day(plan->zone, past->orders[learned->first_order].at);
    learned->until_day = zone_day(plan->zone, past->orders[learned->end_order - 1].at) + 1;
    struct fit fit = {.plan = plan,
                      .learned = learned,
                      .days = (uint32_t)(learned->until_day - learned->from_day)};
    ASSERT(fit.days <= LIMIT_PAST_DAYS);
    fit.weeks = (fit.days - 1) / WEEKDAYS + 1;
    fit.orders = calloc(fit.days, sizeof *fit.orders);
    fit.open = calloc(fit.days, sizeof *fit.open);
    fit.weekly = calloc(fit.weeks, sizeof *fit.weekly);
    ASSERT(fit.orders != NULL && fit.open != NULL && fit.weekly != NULL);
    learned->state = enough(learned, fit.days);
    fit_all(&fit);
    free(fit.orders);
    free(fit.open);
    free(fit.weekly);
    return learned;
}

void learned_free(struct learned *learned)
{
    if (learned != NULL) {
        free(learned->units_per_week);
        free(learned);
    }
}

/* ---- a future ---- */

static double normal(uint64_t key, uint64_t what)
{
    return gsl_cdf_ugaussian_Pinv(draw_uniform(key, DRAW_LEVEL, what, 0));
}

enum { NORMAL_LEVEL, NORMAL_TREND, NORMAL_WEEKS };

void learned_path(const struct learned *learned, uint64_t key, int32_t first_day, uint32_t count,
                  double *sums)
{
    /* Level and trend together: Cholesky of their covariance. */
    double side = sqrt(learned->error[0][0]);
    double across = side > 0 ? learned->error[0][1] / side : 0;
    double rest = learned->error[1][1] - across * across;
    double z = normal(key, NORMAL_LEVEL);
    double level = learned->level + side * z;
    double trend =
        learned->trend + across * z + sqrt(rest > 0 ? rest : 0) * normal(key, NORMAL_TREND);
    int32_t week = 0;
    sums[0] = 0;
    for (uint32_t i = 0; i < count; i++) {
        int32_t day = first_day + (int32_t)i;
        int32_t ahead = day < learned->until_day ? 0 : (day - learned->until_day) / WEEKDAYS + 1;
        for (; week < ahead && week < LEARN_AHEAD_WEEKS; week++) {
            trend *= learned->damping;
            level += trend + sqrt(learned->step) * normal(key, NORMAL_WEEKS + (uint64_t)week);
        }
        double beyond = level - learned->level;
        beyond = fmax(-log(LEARN_LEVEL_MAX), fmin(log(LEARN_LEVEL_MAX), beyond));
        double mean = exp(learned->level + beyond) * learned->weekday[weekday_of_day(day)];
        double uniform = draw_uniform(key, DRAW_DAY, (uint64_t)(uint32_t)day, 0);
        sums[i + 1] = sums[i] + mean * draw_work_share(&learned->day, uniform);
    }
}

double learned_second(const struct learned *learned, double uniform)
{
    int hour = 0;
    while (hour < 23 && learned->hour_sums[hour] <= uniform) {
        hour++;
    }
    double before = hour == 0 ? 0 : learned->hour_sums[hour - 1];
    double share = learned->hour[hour];
    double within = share > 0 ? (uniform - before) / share : 0;
    return 3600 * (hour + fmax(0, fmin(within, 0.9999)));
}

const struct past_order *learned_basket(const struct learned *learned, uint64_t key, int32_t day,
                                        double uniform)
{
    int32_t ahead = day < learned->until_day ? 0 : day - learned->until_day;
    uint64_t block = (uint64_t)(ahead / (LEARN_BLOCK_WEEKS * WEEKDAYS));
    double wanted =
        draw_uniform(key, DRAW_WINDOW, block, 0) * learned->window_sums[learned->window_count - 1];
    uint32_t window = 0;
    while (window + 1 < learned->window_count && learned->window_sums[window] <= wanted) {
        window++;
    }
    uint32_t first = learned->window_first[window];
    uint32_t end = window_end(learned, window);
    ASSERT(end > first);
    return &learned->past->orders[first + (uint32_t)(uniform * (end - first))];
}

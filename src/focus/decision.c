/* Spans first, then each figure's weeks, then their means and the interval of the difference.
 *
 * Sums are integers; a mean is rounded half away from zero once. A gain is not the difference of
 * two rounded means: before 10.004 and since 10.006 is a gain of 0.00. */
#include "focus/decision.h"

#include "base/assert.h"
#include "focus/figures.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

enum { WEEK = WEEKDAYS };

#define QUANTILE 0.9 /* an interval that holds 80 in 100 leaves 10 on each side */

void decision_past_free(struct decision_past *past)
{
    for (uint32_t i = 0; i < past->cost_count; i++) {
        free(past->costs[i].fixed_micro);
    }
    free(past->costs);
    free(past->runs);
    free(past->sold_minor);
    free(past->sold_from_day);
    free(past->days);
    *past = (struct decision_past){.days = NULL};
}

/* ---- spans ---- */

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* The day after the last one that the records cover: a week in which nothing at all was sold is
 * known only if something was later. */
static int32_t covered_until(const struct decision_past *past, int32_t on)
{
    int32_t last = past->last_day;
    return last < on ? on : on + (last - on) / WEEK * WEEK + WEEK;
}

/* When it is looked at: not before there are weeks enough. 0: no day was said. */
static int32_t due_day(const struct decision *decision)
{
    int32_t least = decision->on_day + DECISION_WEEKS_MIN * WEEK;
    return decision->by_day == 0 || decision->by_day > least ? decision->by_day : least;
}

static struct decision_span before_of(const struct decision_past *past, int32_t on)
{
    int32_t weeks = on > past->first_day ? (on - past->first_day) / WEEK : 0;
    weeks = smaller(weeks, DECISION_WEEKS_BEFORE);
    /* Records that end before the decision say little of the weeks before it. */
    return past->last_day < on - WEEK ? (struct decision_span){on, 0}
                                      : (struct decision_span){on - weeks * WEEK, (uint32_t)weeks};
}

static struct decision_span since_of(const struct decision *decision,
                                     const struct decision_past *past, int32_t today, bool so_far)
{
    int32_t on = decision->on_day;
    int32_t until = smaller(so_far ? today : due_day(decision), covered_until(past, on));
    int32_t all = until > on ? (until - on) / WEEK : 0;
    int32_t weeks = smaller(all, so_far ? DECISION_WEEKS_SO_FAR : DECISION_WEEKS_MAX);
    return (struct decision_span){on + (all - weeks) * WEEK, (uint32_t)weeks};
}

static enum decision_state state_of(const struct decision *decision,
                                    const struct decision_past *past, int32_t today,
                                    const struct decision_answer *answer)
{
    if (past == NULL || past->day_count == 0) {
        return DECISION_NO_RECORDS;
    }
    if (answer->before.weeks < DECISION_WEEKS_MIN && decision->on_day <= today) {
        return DECISION_SHORT_BEFORE;
    }
    if (decision->on_day > today) {
        return DECISION_AHEAD;
    }
    return answer->since.weeks < DECISION_WEEKS_MIN ? DECISION_SHORT_SINCE : DECISION_TOLD;
}

/* ---- weeks ---- */

/* One figure of the weeks of a span. */
struct series {
    uint32_t count;
    int64_t value[DECISION_WEEKS_MAX];
    __int128 sum;
};

static const struct decision_costs *costs_at(const struct decision_past *past, int32_t day)
{
    const struct decision_costs *costs = past->cost_count > 0 ? &past->costs[0] : NULL;
    for (uint32_t i = 1; i < past->cost_count && past->costs[i].from_day <= day; i++) {
        costs = &past->costs[i];
    }
    return costs;
}

static int64_t cost_of_week(const struct decision_past *past, int32_t from)
{
    const struct decision_costs *costs = costs_at(past, from);
    int64_t cost = costs == NULL ? 0 : costs->operating_micro;
    for (uint32_t i = 0; costs != NULL && i < past->activity_count; i++) {
        bool ran = past->runs[i].from_day < from + WEEK && past->runs[i].until_day > from;
        cost += ran ? costs->fixed_micro[i] : 0;
    }
    return cost;
}

static int64_t day_value(const struct decision_day *day, enum decision_measure measure)
{
    switch (measure) {
    case DECISION_PROFIT:
        return day->throughput_micro;
    case DECISION_REVENUE:
        return day->revenue_micro;
    case DECISION_ORDERS:
        return day->orders;
    case DECISION_HOURS:
        return day->minutes_micro;
    default:
        UNREACHABLE();
    }
}

static const struct decision_day *day_at(const struct decision_past *past, int32_t day)
{
    int64_t place = (int64_t)day - past->first_day;
    return place >= 0 && place < past->day_count ? &past->days[place] : NULL;
}

static void series_take(const struct decision_past *past, struct decision_span span,
                        enum decision_measure measure, struct series *series)
{
    ASSERT(span.weeks <= DECISION_WEEKS_MAX);
    *series = (struct series){.count = span.weeks};
    for (uint32_t week = 0; week < span.weeks; week++) {
        int32_t from = span.from_day + (int32_t)week * WEEK;
        int64_t value = measure == DECISION_PROFIT ? -cost_of_week(past, from) : 0;
        for (int32_t day = from; day < from + WEEK; day++) {
            const struct decision_day *found = day_at(past, day);
            value += found != NULL ? day_value(found, measure) : 0;
        }
        series->value[week] = value;
        series->sum += value;
    }
}

/* ---- gains ---- */

/* A measure's unit in those of its weeks: minor units of millionths, thousandths of orders, of
 * hours of millionths of a minute. */
struct scale {
    int64_t times, by;
};

static struct scale scale_of(enum decision_measure measure)
{
    static const struct scale scales[DECISION_MEASURES] = {[DECISION_PROFIT] = {1, 1000000},
                                                           [DECISION_REVENUE] = {1, 1000000},
                                                           [DECISION_ORDERS] = {1000, 1},
                                                           [DECISION_HOURS] = {1, 60000},
                                                           [DECISION_KEPT] = {1, 1}};
    return scales[measure];
}

static int64_t mean_of(const struct series *series, struct scale scale)
{
    return focus_rounded(series->sum * scale.times, series->count * scale.by);
}

/* The variance of the mean, in squared units of the weeks. */
static double mean_variance(const struct series *series)
{
    double mean = (double)series->sum / series->count;
    double squares = 0;
    for (uint32_t i = 0; i < series->count; i++) {
        double off = (double)series->value[i] - mean;
        squares += off * off;
    }
    return squares / (series->count - 1.0) / series->count;
}

/* Half the width of the interval of the difference, in units of the weeks. */
static double welch_half(const struct series *before, const struct series *since)
{
    double a = mean_variance(before);
    double b = mean_variance(since);
    if (a + b <= 0) {
        return 0;
    }
    double freedom =
        (a + b) * (a + b) / (a * a / (before->count - 1.0) + b * b / (since->count - 1.0));
    return gsl_cdf_tdist_Pinv(QUANTILE, freedom) * sqrt(a + b);
}

/* Less work than expected is better, of all else more is. What is shown is rounded, so half a unit
 * beside the interval is within it. */
static enum decision_verdict verdict_of(const struct decision_outcome *outcome,
                                        enum decision_measure measure, int64_t expected)
{
    double wanted = (double)expected;
    if (wanted >= outcome->low - 0.5 && wanted <= outcome->high + 0.5) {
        return DECISION_AS_EXPECTED;
    }
    bool more = (double)outcome->came > wanted;
    return more != (measure == DECISION_HOURS) ? DECISION_BETTER : DECISION_WORSE;
}

static void gain_look(const struct decision_past *past, const struct decision_answer *answer,
                      enum decision_measure measure, struct decision_outcome *outcome)
{
    struct series before;
    struct series since;
    struct scale scale = scale_of(measure);
    series_take(past, answer->before, measure, &before);
    series_take(past, answer->since, measure, &since);
    double half = welch_half(&before, &since) * (double)scale.times / (double)scale.by;
    outcome->told = true;
    outcome->before = mean_of(&before, scale);
    outcome->since = mean_of(&since, scale);
    outcome->came =
        focus_rounded((since.sum * before.count - before.sum * since.count) * scale.times,
                      (int64_t)before.count * since.count * scale.by);
    outcome->low = (double)outcome->came - half;
    outcome->high = (double)outcome->came + half;
}

/* ---- promises kept ---- */

#define WHOLE_RATE 100000 /* thousandths of a percent */

struct kept {
    uint32_t weeks;
    double due[DECISION_WEEKS_MAX], kept[DECISION_WEEKS_MAX];
    int64_t due_sum, kept_sum;
};

static void kept_take(const struct decision_past *past, struct decision_span span,
                      struct kept *kept)
{
    *kept = (struct kept){.weeks = span.weeks};
    for (uint32_t week = 0; week < span.weeks; week++) {
        for (int32_t i = 0; i < WEEK; i++) {
            const struct decision_day *day = day_at(past, span.from_day + (int32_t)week * WEEK + i);
            kept->due[week] += day != NULL ? day->due : 0;
            kept->kept[week] += day != NULL ? day->kept : 0;
            kept->due_sum += day != NULL ? day->due : 0;
            kept->kept_sum += day != NULL ? day->kept : 0;
        }
    }
}

static int64_t kept_rate(const struct kept *kept)
{
    return kept->due_sum == 0 ? DECISION_UNSAID
                              : focus_rounded((__int128)kept->kept_sum * WHOLE_RATE, kept->due_sum);
}

static double kept_error(const struct kept *kept)
{
    double rate = (double)kept->kept_sum / (double)kept->due_sum;
    double squares = 0;
    for (uint32_t i = 0; i < kept->weeks; i++) {
        double off = kept->kept[i] - rate * kept->due[i];
        squares += off * off;
    }
    double weeks = kept->weeks;
    return sqrt(weeks / (weeks - 1) * squares) / (double)kept->due_sum;
}

static void kept_look(const struct decision_past *past, const struct decision_answer *answer,
                      struct decision_outcome *outcome)
{
    struct kept before;
    struct kept since;
    kept_take(past, answer->before, &before);
    kept_take(past, answer->since, &since);
    if (!past->knows_promises || since.due_sum < DECISION_DUE_MIN) {
        return;
    }
    double n = (double)since.due_sum;
    double rate = (double)since.kept_sum / n;
    double z = gsl_cdf_ugaussian_Pinv(QUANTILE);
    double middle = (rate + z * z / (2 * n)) / (1 + z * z / n);
    double wilson = z / (1 + z * z / n) * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n));
    double weekly = gsl_cdf_tdist_Pinv(QUANTILE, since.weeks - 1.0) * kept_error(&since);
    outcome->told = true;
    outcome->before = kept_rate(&before);
    outcome->since = kept_rate(&since);
    outcome->came = outcome->since;
    outcome->low = WHOLE_RATE * fmax(0, fmin(middle - wilson, rate - weekly));
    outcome->high = WHOLE_RATE * fmin(1, fmax(middle + wilson, rate + weekly));
}

/* ---- the answer ---- */

static void outcomes_look(const struct decision *decision, const struct decision_past *past,
                          struct decision_answer *answer)
{
    for (int i = 0; i < DECISION_MEASURES; i++) {
        enum decision_measure measure = (enum decision_measure)i;
        struct decision_outcome *outcome = &answer->outcomes[i];
        int64_t expected = decision->expected[i];
        if (measure == DECISION_KEPT) {
            kept_look(past, answer, outcome);
        } else {
            gain_look(past, answer, measure, outcome);
        }
        outcome->has_verdict = outcome->told && expected != DECISION_UNSAID;
        if (outcome->has_verdict) {
            outcome->verdict = verdict_of(outcome, measure, expected);
            answer->main = answer->main == DECISION_MEASURES ? measure : answer->main;
        }
    }
}

void decision_look(const struct decision *decision, const struct decision_past *past, int32_t today,
                   struct decision_answer *answer)
{
    bool so_far = decision->by_day == 0 || today < due_day(decision);
    *answer = (struct decision_answer){
        .so_far = so_far,
        .main = DECISION_MEASURES,
        .sayable_day = decision->on_day + DECISION_WEEKS_MIN * WEEK,
    };
    if (past != NULL && past->day_count > 0) {
        answer->before = before_of(past, decision->on_day);
        answer->since = since_of(decision, past, today, so_far);
    }
    answer->state = state_of(decision, past, today, answer);
    if (answer->state == DECISION_TOLD) {
        outcomes_look(decision, past, answer);
    }
}

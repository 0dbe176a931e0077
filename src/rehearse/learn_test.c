/* What is learned from histories whose truth is known: each estimate within its own interval (about
 * 1 in 10,000 for a right program; seeds are fixed, so a test that passes goes on passing), and the
 * interval narrow enough to tell a wrong one. */
#include "rehearse/forecast.h"

#include "base/decimal.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FIRST_DAY = 20454, OFFERS = 8 }; /* Thursday, 1 January 2026 */

static const struct zone utc = {.count = 1, .periods = {{INT64_MIN, 0}}};
static const double flat[WEEKDAYS] = {1, 1, 1, 1, 1, 1, 1};
static const double pattern[WEEKDAYS] = {1.2, 1.0, 0.8, 1.3, 1.9, 0.8, 0};

/* A shop's truth. */
struct truth {
    uint64_t seed;
    const double *weekday;
    double mean;      /* orders a day, at first */
    double trend;     /* of the log, a week */
    double step;      /* standard deviation of the log's step, a week */
    double variation; /* of a day */
    uint32_t days;
    uint32_t closed_from, closed_to; /* days without orders */
};

static void order_add(struct past *past, uint32_t day, double uniform, uint16_t offer)
{
    int64_t at = (int64_t)(FIRST_DAY + day) * DAY_SECONDS + (int64_t)(uniform * 8 * 3600) + 28800;
    past_add(past, true, at, (struct offer_id){offer}, THOUSAND);
}

/* Orders from 8 to 16 o'clock, of offers in turn; the level's log on the last day. */
static double past_make(const struct truth *truth, struct past *past)
{
    struct draw_work gamma;
    double level = log(truth->mean);
    *past = (struct past){.orders = NULL};
    draw_work_init(&gamma, truth->variation);
    for (uint32_t day = 0; day < truth->days; day++) {
        double z = gsl_cdf_ugaussian_Pinv(draw_uniform(truth->seed, DRAW_LEVEL, day, 0));
        level += day > 0 && day % WEEKDAYS == 0 ? truth->trend + truth->step * z : 0;
        double mean = exp(level) * truth->weekday[weekday_of_day(FIRST_DAY + (int32_t)day)];
        mean *= draw_work_share(&gamma, draw_uniform(truth->seed, DRAW_DAY, day, 0));
        bool closed = day >= truth->closed_from && day < truth->closed_to;
        uint32_t count =
            closed ? 0 : draw_poisson(mean, draw_uniform(truth->seed, DRAW_COUNT, day, 0));
        for (uint32_t i = 0; i < count; i++) {
            order_add(past, day, draw_uniform(truth->seed, DRAW_PAST, day, i),
                      (uint16_t)(i % OFFERS));
        }
    }
    past_sort(past);
    return level;
}

static struct learn_plan plan_of(const struct past *past, uint32_t days)
{
    return (struct learn_plan){.past = past,
                               .zone = &utc,
                               .offer_count = OFFERS,
                               .until_day = FIRST_DAY + (int32_t)days,
                               .half_life_days = 56,
                               .trend_damping = 0.9};
}

static void within(const char *what, double value, double error, double truth, double error_max)
{
    print_message("%s: %.5f +- %.5f, truth %.5f\n", what, value, 4 * error, truth);
    if (fabs(value - truth) > 4 * error || error > error_max) {
        fail_msg("%s: %.6f +- %.6f, truth %.6f", what, value, error, truth);
    }
}

static void weekdays_check(const struct learned *learned, const double *weekday, double error_max)
{
    for (int i = 0; i < WEEKDAYS; i++) {
        within("weekday", learned->weekday[i], learned->weekday_error[i], weekday[i], error_max);
    }
}

static void test_constant(void **state)
{
    (void)state;
    const struct truth truth = {.seed = 1, .weekday = flat, .mean = 40, .days = 140};
    struct past past;
    past_make(&truth, &past);
    const struct learn_plan plan = plan_of(&past, truth.days);
    struct learned *learned = learn(&plan);
    assert_int_equal(learned->state, LEARNED);
    assert_int_equal(learned->orders, past.order_count);
    assert_int_equal(learned->open_days, 140);
    weekdays_check(learned, flat, 0.05);
    within("level", learned->level, sqrt(learned->error[0][0]), log(40), 0.05);
    within("trend", learned->trend, sqrt(learned->error[1][1]), 0, 0.01);
    assert_true(learned->dispersion < 0.01);
    assert_true(learned->step < 0.002);
    learned_free(learned);
    past_free(&past);
}

static void test_weekly_pattern(void **state)
{
    (void)state;
    const struct truth truth = {
        .seed = 2, .weekday = pattern, .mean = 30, .variation = 0.3, .days = 182};
    struct past past;
    past_make(&truth, &past);
    const struct learn_plan plan = plan_of(&past, truth.days);
    struct learned *learned = learn(&plan);
    assert_int_equal(learned->state, LEARNED);
    weekdays_check(learned, pattern, 0.15);
    assert_true(learned->weekday[SUNDAY] == 0);
    assert_int_equal(learned->open_days, 156);
    within("variation", learned->dispersion, 0.012, 0.09, 0.012);
    learned_free(learned);
    past_free(&past);
}

static void test_trend(void **state)
{
    (void)state;
    for (uint64_t seed = 3; seed < 6; seed++) {
        struct truth truth = {
            .seed = seed, .weekday = pattern, .mean = 20, .trend = 0.02, .days = 280};
        truth.trend = seed == 5 ? -0.02 : 0.02;
        struct past past;
        double level = past_make(&truth, &past);
        const struct learn_plan plan = plan_of(&past, truth.days);
        struct learned *learned = learn(&plan);
        within("trend", learned->trend, sqrt(learned->error[1][1]), truth.trend, 0.005);
        within("level", learned->level, sqrt(learned->error[0][0]), level, 0.06);
        learned_free(learned);
        past_free(&past);
    }
}

/* A level that wanders is not taken for days that vary, nor the other way round. */
static void test_wandering_level(void **state)
{
    (void)state;
    const struct truth truth = {
        .seed = 7, .weekday = pattern, .mean = 60, .step = 0.15, .variation = 0.2, .days = 700};
    struct past past;
    double level = past_make(&truth, &past);
    const struct learn_plan plan = plan_of(&past, truth.days);
    struct learned *learned = learn(&plan);
    /* A variance from 100 steps: a relative error of sqrt(2 / 100), and more for what is seen. */
    within("step", learned->step, 0.0045, 0.0225, 0.0045);
    within("variation", learned->dispersion, 0.004, 0.04, 0.004);
    within("level", learned->level, sqrt(learned->error[0][0]), level, 0.12);
    learned_free(learned);
    past_free(&past);
}

/* Over a hundred histories the level is as far from the truth as its interval says: days that vary
 * are not taken for levels that wander. */
static void test_interval_of_the_level(void **state)
{
    (void)state;
    static const double steps[] = {0, 0.1};
    for (int i = 0; i < 2; i++) {
        double squares = 0;
        for (uint64_t seed = 1000; seed < 1100; seed++) {
            const struct truth truth = {.seed = seed,
                                        .weekday = pattern,
                                        .mean = 40,
                                        .step = steps[i],
                                        .variation = 0.4,
                                        .days = 112};
            struct past past;
            double level = past_make(&truth, &past);
            const struct learn_plan plan = plan_of(&past, truth.days);
            struct learned *learned = learn(&plan);
            squares += pow(learned->level - level, 2) / learned->error[0][0] / 100;
            learned_free(learned);
            past_free(&past);
        }
        print_message("mean square of the level's error in its own units: %.3f\n", squares);
        /* Chi-square of 100: 1 +- 4 x 0.14; the step itself is only estimated. */
        assert_true(squares > 0.45 && squares < 1.75);
    }
}

/* Holidays are no bad weeks. */
static void test_closed(void **state)
{
    (void)state;
    const struct truth truth = {.seed = 28,
                                .weekday = pattern,
                                .mean = 40,
                                .days = 112,
                                .closed_from = 95,
                                .closed_to = 105};
    struct past past;
    past_make(&truth, &past);
    const struct learn_plan plan = plan_of(&past, truth.days);
    struct learned *learned = learn(&plan);
    assert_int_equal(learned->closed_days, 9); /* and a Sunday, on which nothing is ever sold */
    within("level", learned->level, sqrt(learned->error[0][0]), log(40), 0.05);
    weekdays_check(learned, pattern, 0.15);
    learned_free(learned);
    past_free(&past);
}

/* A moment's crowd is not ordinary demand, but the best day. */
static void test_gap(void **state)
{
    (void)state;
    const struct truth truth = {.seed = 9, .weekday = flat, .mean = 20, .days = 84};
    struct past past;
    past_make(&truth, &past);
    for (uint32_t i = 0; i < 5000; i++) {
        order_add(&past, 80, i / 5000.0, 1);
    }
    past_sort(&past);
    struct learn_plan plan = plan_of(&past, truth.days);
    plan.gap_count = 1;
    plan.gaps[0] = (struct learn_gap){FIRST_DAY + 80, FIRST_DAY + 80};
    struct learned *learned = learn(&plan);
    assert_int_equal(learned->open_days, 83);
    within("level", learned->level, sqrt(learned->error[0][0]), log(20), 0.08);
    assert_int_equal(learned->best_day, FIRST_DAY + 80);
    assert_in_range(learned->best_day_orders, 5000, 5050);
    learned_free(learned);
    past_free(&past);
}

static enum learned_state state_of(double mean, uint32_t days)
{
    const struct truth truth = {.seed = 10, .weekday = flat, .mean = mean, .days = days};
    struct past past;
    past_make(&truth, &past);
    const struct learn_plan plan = plan_of(&past, days);
    struct learned *learned = learn(&plan);
    enum learned_state state = learned->state;
    learned_free(learned);
    past_free(&past);
    return state;
}

static void test_thin(void **state)
{
    (void)state;
    assert_int_equal(state_of(40, 41), LEARNED_SHORT);
    assert_int_equal(state_of(40, 42), LEARNED);
    assert_int_equal(state_of(1, 60), LEARNED_FEW);
    assert_int_equal(state_of(0.5, 700), LEARNED_FEW);
    assert_int_equal(state_of(0, 100), LEARNED_NOTHING);
}

static void test_hours(void **state)
{
    (void)state;
    const struct truth truth = {.seed = 11, .weekday = flat, .mean = 40, .days = 84};
    struct past past;
    past_make(&truth, &past);
    const struct learn_plan plan = plan_of(&past, truth.days);
    struct learned *learned = learn(&plan);
    for (int hour = 0; hour < 24; hour++) {
        bool sells = hour >= 8 && hour < 16;
        double share = sells ? 1 / 8.0 : 0;
        double error = sells ? sqrt(share * (1 - share) / learned->orders) : 0;
        within("hour", learned->hour[hour], error, share, 0.01);
    }
    for (int i = 0; i < 1000; i++) {
        double second = learned_second(learned, (i + 0.5) / 1000);
        within("second", second, 300, 28800 + 28.8 * (i + 0.5), 300);
    }
    learned_free(learned);
    past_free(&past);
}

/* Twenty histories of ten months: the intervals of the next eight weeks hold what they state. */
static void test_coverage(void **state)
{
    (void)state;
    struct forecast_share days = {0, 0};
    struct forecast_share weeks = {0, 0};
    for (uint64_t seed = 100; seed < 120; seed++) {
        const struct truth truth = {.seed = seed,
                                    .weekday = pattern,
                                    .mean = 20,
                                    .step = 0.08,
                                    .variation = 0.25,
                                    .days = 300 + 56};
        struct past past;
        struct forecast_held held;
        past_make(&truth, &past);
        const struct learn_plan plan = plan_of(&past, 300);
        struct learned *learned = learn(&plan);
        struct forecast *forecast = forecast_make(learned, seed, FIRST_DAY + 300, 56);
        forecast_hold(forecast, learned, &utc, &held);
        days.covered += held.days.covered;
        days.of += held.days.of;
        weeks.covered += held.weeks.covered;
        weeks.of += held.weeks.of;
        assert_int_equal(forecast->weeks, 8);
        free(forecast);
        learned_free(learned);
        past_free(&past);
    }
    print_message("days %u / %u, weeks %u / %u\n", days.covered, days.of, weeks.covered, weeks.of);
    assert_int_equal(days.of, 960);
    assert_int_equal(weeks.of, 160);
    assert_in_range(days.covered, 960 * 72 / 100, 960 * 90 / 100);
    /* Weeks of one history share its level: about as uncertain as 50 that do not. */
    assert_in_range(weeks.covered, 160 * 63 / 100, 160 * 95 / 100);
}

/* ---- baskets ---- */

/* Offers 1 and 2 together in each third order; 3 to 5 alone; from `turn` on, 6 instead of those. */
static void baskets_make(struct past *past, uint32_t days, uint32_t turn)
{
    *past = (struct past){.orders = NULL};
    for (uint32_t i = 0; i < 30 * days; i++) {
        uint32_t day = i / 30;
        int64_t at = (int64_t)(FIRST_DAY + day) * DAY_SECONDS + 36000 + i % 30 * 60;
        uint16_t alone = day >= turn ? 6 : (uint16_t)(3 + i % 2);
        if (i % 3 == 0) {
            past_add(past, true, at, (struct offer_id){1}, THOUSAND);
            past_add(past, false, at, (struct offer_id){2}, 4 * THOUSAND);
        } else {
            past_add(past, true, at, (struct offer_id){alone}, 2 * THOUSAND);
        }
    }
    past_sort(past);
}

static double share_drawn(const struct learned *learned, uint16_t offer)
{
    double drawn = 0;
    for (uint32_t i = 0; i < 20000; i++) {
        const struct past_order *basket =
            learned_basket(learned, draw_run_key(1, i), learned->until_day + 1,
                           draw_uniform(5, DRAW_BASKET, i, 0));
        drawn += learned->past->lines[basket->first].offer == offer;
    }
    return drawn / 20000;
}

static void test_baskets(void **state)
{
    (void)state;
    struct past past;
    baskets_make(&past, 84, UINT32_MAX);
    const struct learn_plan plan = plan_of(&past, 84);
    struct learned *learned = learn(&plan);
    within("lines", learned->lines_per_order, 0.001, 4 / 3.0, 0.001);
    within("units", learned->units_per_order, 0.001, 3, 0.001);
    within("units of 2", learned->units_per_week[2], 1, 7 * 10 * 4, 1);
    assert_int_equal(learned->top[0], 2);
    assert_int_equal(learned->pair_count, 1);
    assert_int_equal(learned->pairs[0].a + learned->pairs[0].b, 3);
    assert_int_equal(learned->pairs[0].orders, 840);
    within("lift", learned->pairs[0].lift, 0.001, 3, 0.001);
    within("drawn", share_drawn(learned, 1), sqrt(2 / 9.0 / 20000), 1 / 3.0, 0.01);
    learned_free(learned);
    past_free(&past);
}

/* Of a run, the baskets of four weeks come from four weeks; of many, from all. */
static void test_blocks(void **state)
{
    (void)state;
    struct past past;
    baskets_make(&past, 182, UINT32_MAX);
    struct learn_plan plan = plan_of(&past, 182);
    plan.half_life_days = 100000;
    struct learned *learned = learn(&plan);
    uint32_t first = UINT32_MAX;
    uint32_t last = 0;
    for (uint32_t block = 0; block < 40; block++) {
        uint32_t low = UINT32_MAX;
        uint32_t high = 0;
        for (uint32_t i = 0; i < 400; i++) {
            int32_t day = learned->until_day + (int32_t)(block * 28 + i % 28);
            const struct past_order *basket =
                learned_basket(learned, 7, day, draw_uniform(6, DRAW_BASKET, block, i));
            uint32_t index = (uint32_t)(basket - past.orders);
            low = index < low ? index : low;
            high = index > high ? index : high;
        }
        assert_in_range(high - low, 28 * 30 - 60, 28 * 30 - 1);
        first = low < first ? low : first;
        last = high > last ? high : last;
    }
    assert_in_range(first, 0, 500);
    assert_in_range(last, past.order_count - 500, past.order_count - 1);
    learned_free(learned);
    past_free(&past);
}

/* What chance puts together is no pair. */
static void test_no_pairs(void **state)
{
    (void)state;
    struct past past = {.orders = NULL};
    for (uint32_t i = 0; i < 3000; i++) {
        int64_t at = (int64_t)(FIRST_DAY + i / 40) * DAY_SECONDS + 36000 + i % 40 * 60;
        bool is_new = true;
        for (uint16_t offer = 0; offer < OFFERS; offer++) {
            if (draw_uniform(13, DRAW_BASKET, i, offer) < 0.4) {
                past_add(&past, is_new, at, (struct offer_id){offer}, THOUSAND);
                is_new = false;
            }
        }
    }
    past_sort(&past);
    const struct learn_plan plan = plan_of(&past, 75);
    struct learned *learned = learn(&plan);
    assert_int_equal(learned->pair_count, 0);
    learned_free(learned);
    past_free(&past);
}

/* Half a year of other offers, eight weeks of offer 6: what is drawn is mostly of today. */
static void test_younger_baskets(void **state)
{
    (void)state;
    struct past past;
    baskets_make(&past, 182, 126);
    struct learn_plan plan = plan_of(&past, 182);
    struct learned *young = learn(&plan);
    plan.half_life_days = 100000;
    struct learned *even = learn(&plan);
    double of_young = share_drawn(young, 6);
    double of_even = share_drawn(even, 6);
    print_message("young %.3f, even %.3f\n", of_young, of_even);
    /* Weeks 18 to 25 of 26; windows of four weeks that begin in week 0 to 22. */
    within("even", of_even, 0.004, 2 / 3.0 * (5 + 0.75 + 0.5 + 0.25) / 23, 0.004);
    assert_true(of_young > 0.30);
    learned_free(young);
    learned_free(even);
    past_free(&past);
}

/* ---- futures ---- */

/* However much or little a day varies, its gamma has mean 1 and that variation. */
static void test_days(void **state)
{
    (void)state;
    static const double variations[] = {0.001, 0.01, 0.099, 0.11, 0.5, 1.4, 1.6, 2.5, 3};
    for (size_t i = 0; i < sizeof variations / sizeof *variations; i++) {
        struct draw_work work;
        double sum = 0;
        double squares = 0;
        draw_work_init(&work, variations[i]);
        for (int j = 0; j < 100000; j++) {
            double share = draw_work_share(&work, (j + 0.5) / 100000);
            sum += share / 100000;
            squares += share * share / 100000;
        }
        within("mean", sum, 0.002, 1, 0.002);
        within("variation", sqrt(squares - sum * sum) / variations[i], 0.03, 1, 0.03);
    }
}

/* Without chance: the trend goes on, and fades. */
static void test_trend_ahead(void **state)
{
    (void)state;
    struct learned learned = {.until_day = FIRST_DAY, .level = log(10), .trend = 0.1};
    double sums[22];
    double level = learned.level;
    double trend = 0.1;
    learned.damping = 0.8;
    draw_work_init(&learned.day, 0);
    for (int i = 0; i < WEEKDAYS; i++) {
        learned.weekday[i] = 1;
    }
    learned_path(&learned, 1, FIRST_DAY, 21, sums);
    for (int week = 0; week < 3; week++) {
        trend *= 0.8;
        level += trend;
        double come = sums[7 * week + 7] - sums[7 * week];
        within("a week", come, 1e-9, 7 * exp(level), 1e-9);
    }
    /* And with an uncertain level, as uncertain as that. */
    double squares = 0;
    learned.trend = 0;
    learned.error[0][0] = 0.04;
    for (uint32_t run = 0; run < 4000; run++) {
        learned_path(&learned, draw_run_key(3, run), FIRST_DAY, 7, sums);
        squares += pow(log(sums[7] / 70), 2) / 4000;
    }
    within("level", squares, 0.04 * sqrt(2 / 4000.0), 0.04, 0.001);
}

static void test_path(void **state)
{
    (void)state;
    const struct truth truth = {
        .seed = 12, .weekday = pattern, .mean = 50, .variation = 0.3, .days = 140};
    struct past past;
    past_make(&truth, &past);
    const struct learn_plan plan = plan_of(&past, truth.days);
    struct learned *learned = learn(&plan);
    double sums[29];
    double again[29];
    double whole = 0;
    learned->trend = 0;
    for (uint32_t run = 0; run < 2000; run++) {
        learned_path(learned, draw_run_key(1, run), learned->until_day, 28, sums);
        learned_path(learned, draw_run_key(1, run), learned->until_day, 28, again);
        assert_memory_equal(sums, again, sizeof sums);
        whole += sums[28] / 2000;
        for (int day = 0; day < 28; day++) {
            bool sunday = weekday_of_day(learned->until_day + day) == SUNDAY;
            assert_true(sunday ? sums[day + 1] == sums[day] : sums[day + 1] > sums[day]);
            assert_true(sums[day + 1] - sums[day] < 50 * 1.9 * LEARN_LEVEL_MAX * 4);
        }
    }
    within("four weeks", whole, 20, 28 * exp(learned->level), 20);
    learned_free(learned);
    past_free(&past);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constant),
        cmocka_unit_test(test_weekly_pattern),
        cmocka_unit_test(test_trend),
        cmocka_unit_test(test_wandering_level),
        cmocka_unit_test(test_interval_of_the_level),
        cmocka_unit_test(test_closed),
        cmocka_unit_test(test_gap),
        cmocka_unit_test(test_thin),
        cmocka_unit_test(test_hours),
        cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_baskets),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_no_pairs),
        cmocka_unit_test(test_younger_baskets),
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_trend_ahead),
        cmocka_unit_test(test_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

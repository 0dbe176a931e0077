/* What is said of histories whose truth is known: counted, planted, or too thin to say anything. */
#include "focus/sold_inside.h"

#include "base/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Activities 0 to 2; offers 0 to 3 of activity 0, 4 to 7 of 1, 8 and 9 of 2, 10 and 11 of none; 9
 * is given on site. */
enum { ACTIVITIES = 3, OFFERS = 12, LOOSE = 10, ON_SITE = 9, TODAY = 20600 };

static const uint16_t activity_of[OFFERS] = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, NO_INDEX, NO_INDEX};
static struct offer offers[OFFERS];
static struct activity activities[ACTIVITIES];
static struct shop shop;
static struct sold_rows rows;
static struct sold sold;
static struct random dice;

static int set_up(void **state)
{
    (void)state;
    for (int i = 0; i < OFFERS; i++) {
        offers[i] = (struct offer){.activity = {activity_of[i]}, .on_site = i == ON_SITE};
    }
    shop = (struct shop){.offer_count = OFFERS,
                         .offers = offers,
                         .activity_count = ACTIVITIES,
                         .activities = activities,
                         .zone = {.count = 1, .periods = {{INT64_MIN, 0}}}};
    rows = (struct sold_rows){.order_count = 0};
    random_seed(&dice, 20261126);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sold_rows_free(&rows);
    sold_free(&sold);
    return 0;
}

static void make(void)
{
    struct fault fault;
    sold_free(&sold);
    assert_int_equal(
        sold_make(&rows, &shop, (int64_t)TODAY * DAY_SECONDS + 12 * 3600, &sold, &fault),
        STATUS_OK);
}

static void forget(void)
{
    sold_rows_free(&rows);
}

static struct sold_row line(bool is_new, int32_t day, uint16_t offer, int64_t units)
{
    return (struct sold_row){.is_new = is_new,
                             .offer = offer,
                             .at = (int64_t)day * DAY_SECONDS + 36000,
                             .quantity_thousandths = units * 1000,
                             .amount_minor = units * 100};
}

static void sell(bool is_new, int32_t day, uint16_t offer, int64_t units)
{
    const struct sold_row row = line(is_new, day, offer, units);
    sold_rows_add(&rows, &row);
}

static double uniform(void)
{
    return (double)(random_next(&dice) >> 11) * 0x1p-53;
}

static bool chance(double share)
{
    return uniform() < share;
}

static uint16_t any(uint16_t first, uint16_t last)
{
    return (uint16_t)random_between(&dice, first, last);
}

/* ---- counting ---- */

static void test_weeks_and_units(void **state)
{
    (void)state;
    for (int32_t day = TODAY - 140; day <= TODAY; day++) {
        sell(true, day, 0, 3);
        sell(false, day, 4, 1);
        sell(true, day, 0, 1);
        sell(true, day, ON_SITE, 5);
        sell(true, day, NO_INDEX, 9);
    }
    sell(true, TODAY - 3, 0, -5);
    sell(true, TODAY - 92, 0, -7);
    sell(true, TODAY, 0, -7);
    sell(true, TODAY - 1, 8, -2);
    make();
    assert_int_equal(sold.state, SOLD_ENOUGH);
    assert_int_equal(sold.weeks, 13);
    assert_int_equal(sold.from_day, TODAY - 91);
    assert_int_equal(sold.until_day, TODAY);
    assert_int_equal(sold.first_day, TODAY - 140);
    assert_int_equal(sold.last_day, TODAY - 1);
    assert_int_equal(sold.orders, 91 * 3);
    assert_int_equal(sold.offers[0].units_thousandths, (91 * 4 - 5) * 1000);
    assert_int_equal(sold.offers[0].returned_thousandths, 5000);
    assert_int_equal(sold.offers[0].orders, 182);
    assert_int_equal(sold.offers[8].units_thousandths, 0);
    assert_int_equal(sold.offers[8].returned_thousandths, 2000);
    assert_int_equal(sold.activities[0].orders, 182);
    assert_int_equal(sold.activities[0].units_thousandths, (91 * 4 - 5) * 1000);
    assert_int_equal(sold.activities[1].orders, 91);
    assert_true(sold.units_per_line[0] == 2.0);
    assert_true(sold.units_per_line[4] == 1.0);
    assert_true(sold.units_per_line[1] == 0);
    assert_true(sold.units_per_order == 2.5);
}

static void test_a_year_that_is_not_over(void **state)
{
    (void)state;
    for (int32_t day = TODAY - 60; day < TODAY; day++) {
        sell(true, day, 0, 1);
        sell(true, day, 0, 1);
    }
    make();
    assert_int_equal(sold.weeks, 8);
    assert_int_equal(sold.from_day, TODAY - 56);
    assert_int_equal(sold.offers[0].units_thousandths, 112000);
    assert_true(sold.offers[0].trend_chance < 0); /* too few weeks */
}

static void assert_thin(enum sold_enough state)
{
    make();
    assert_int_equal(sold.state, state);
    assert_int_equal(sold.pair_count, 0);
    assert_true(sold.offers[0].trend_chance < 0);
    assert_true(sold.activities[0].season[11] < 0);
}

static void orders_spread(int32_t days, uint32_t count)
{
    forget();
    for (uint32_t i = 0; i < count; i++) {
        sell(true, TODAY - days + (int32_t)((int64_t)i * days / count), 0, 1);
        sell(false, TODAY - days + (int32_t)((int64_t)i * days / count), 4, 1);
    }
}

static void test_too_little(void **state)
{
    (void)state;
    assert_thin(SOLD_NONE);
    sell(true, TODAY - 10, 0, -1);
    assert_thin(SOLD_NONE);
    orders_spread(3, 500);
    assert_thin(SOLD_SHORT);
    assert_int_equal(sold.weeks, 0);
    orders_spread(41, 5000);
    assert_thin(SOLD_SHORT);
    orders_spread(91, 99);
    assert_thin(SOLD_FEW);
    orders_spread(42, 100);
    make();
    assert_int_equal(sold.state, SOLD_ENOUGH);
    forget(); /* it stopped a year ago */
    for (int32_t day = TODAY - 800; day < TODAY - 400; day++) {
        sell(true, day, 0, 1);
    }
    assert_thin(SOLD_NONE);
    assert_int_equal(sold.last_day, TODAY - 401);
}

/* ---- promises ---- */

static void promise(int32_t made, int32_t due, int32_t delivered, bool broken)
{
    struct sold_row row = line(true, made, 0, 1);
    row.promised_day = due;
    row.delivered_day = delivered;
    row.broken = broken;
    sold_rows_add(&rows, &row);
    row.is_new = false;
    row.offer = 1; /* of the same activity: one order, one promise */
    sold_rows_add(&rows, &row);
}

static void test_promises(void **state)
{
    (void)state;
    const int32_t t = TODAY;
    sell(true, t - 200, 0, 1);
    promise(t - 50, t - 40, t - 41, false);   /* kept */
    promise(t - 50, t - 40, t - 40, true);    /* kept, after all */
    promise(t - 50, t - 40, t - 39, false);   /* broken */
    promise(t - 50, t - 1, 0, false);         /* broken: has not come */
    promise(t - 50, t, 0, false);             /* today is not over */
    promise(t - 50, t + 9, 0, false);         /* not due */
    promise(t - 50, t + 9, 0, true);          /* nobody can keep it any more */
    promise(t - 50, t + 9, t - 2, false);     /* kept early */
    promise(t - 150, t - 100, t - 60, false); /* judged before these weeks */
    promise(t - 150, t - 20, t - 20, false);  /* ordered long ago, due now: kept */
    make();
    assert_int_equal(sold.offers[0].promised, 7);
    assert_int_equal(sold.offers[0].broken, 3);
    assert_int_equal(sold.activities[0].promised, 7);
    assert_int_equal(sold.activities[0].broken, 3);
    assert_int_equal(sold.activities[1].promised, 0);
    /* Nobody ever says what was delivered: nothing is known. */
    forget();
    sell(true, t - 200, 0, 1);
    promise(t - 50, t - 40, 0, false);
    make();
    assert_int_equal(sold.offers[0].promised, 0);
}

/* ---- trends ---- */

static void test_slope_and_chance(void **state)
{
    (void)state;
    double line_of[SOLD_TREND_WEEKS];
    for (int i = 0; i < SOLD_TREND_WEEKS; i++) {
        line_of[i] = 10 + 0.5 * i;
    }
    assert_true(fabs(sold_trend_slope(line_of, SOLD_TREND_WEEKS) - 0.5) < 1e-12);
    line_of[25] = 100000; /* one huge order */
    assert_true(fabs(sold_trend_slope(line_of, SOLD_TREND_WEEKS) - 0.5) < 1e-12);
    assert_true(sold_trend_chance(line_of, SOLD_TREND_WEEKS) < 1e-6);
    /* Kendall's sum of these ten is 37: by the normal distribution 0.0013 are beyond it, two sided;
     * 0.0004 if all orders are counted out (it errs to the cautious side). */
    const double ten[] = {1, 3, 2, 5, 4, 6, 8, 7, 10, 9};
    assert_true(fabs(sold_trend_chance(ten, 10) - 0.0013) < 0.0001);
    const double equal[] = {2, 2, 2, 2, 2, 2, 2, 2, 2, 2};
    assert_true(sold_trend_chance(equal, 10) == 1);
    assert_true(sold_trend_slope(equal, 10) == 0);
}

/* Without a trend, a clear one is found 5 times in 100, also where weeks are often equal. */
static void test_false_trends(void **state)
{
    (void)state;
    for (int kinds = 2; kinds <= 1000; kinds *= 20) {
        uint32_t clear = 0;
        for (int i = 0; i < 4000; i++) {
            double values[SOLD_TREND_WEEKS];
            for (int j = 0; j < SOLD_TREND_WEEKS; j++) {
                values[j] = (double)random_below(&dice, (uint64_t)kinds);
            }
            clear += sold_trend_chance(values, SOLD_TREND_WEEKS) < 0.05;
        }
        print_message("%u of 4000 clear\n", clear);
        assert_in_range(clear, 145, 255); /* 200, four standard errors either way */
    }
}

/* Offer 0 grows by 3 percent of its mean a week, offer 4 stays, offer 8 is new since 15 weeks. */
static void test_planted_trend(void **state)
{
    (void)state;
    for (int32_t day = 0; day < 182; day++) {
        double week = floor(day / 7.0) - 12.5;
        sell(true, TODAY - 182 + day, 0, (int64_t)(100 * (1 + 0.03 * week) + 20 * uniform() - 9.5));
        sell(true, TODAY - 182 + day, 4, (int64_t)(90 + 20 * uniform()));
        if (day >= 77) {
            sell(true, TODAY - 182 + day, 8, (int64_t)(90 + 20 * uniform()));
        }
        if (day == 180) {
            sell(true, TODAY - 182 + day, 4, 20000);
        }
        if (day == 181) {
            sell(true, TODAY - 182 + day, 4, -20000); /* and sent back */
        }
    }
    make();
    assert_true(fabs(sold.offers[0].trend_per_week - 0.03) < 0.002);
    assert_true(sold.offers[0].trend_chance < 1e-6);
    assert_true(sold.activities[0].trend_per_week == sold.offers[0].trend_per_week);
    assert_true(sold.offers[4].trend_chance > 0.05);
    assert_true(sold.offers[8].trend_chance > 0.05); /* the weeks before it began are none of it */
    assert_true(sold.offers[1].trend_chance < 0);
}

/* ---- seasons ---- */

static const double season[12] = {0.6, 0.7, 0.9, 1.0, 1.0, 0.9, 0.7, 0.5, 1.0, 1.2, 1.5, 2.0};

static void seasons_sell(int32_t days, double growth)
{
    forget();
    for (int32_t day = TODAY - days; day < TODAY; day++) {
        struct sold_row row = line(true, day, 0, 1);
        double units =
            10 * pow(growth, (day - TODAY) / 365.0) * season[civil_of_day(day).month - 1];
        row.quantity_thousandths = (int64_t)(units * 1000);
        sold_rows_add(&rows, &row);
        sold_rows_add(&rows, &row); /* another order */
    }
}

static void test_season(void **state)
{
    (void)state;
    for (int grows = 0; grows < 2; grows++) {
        seasons_sell(913, grows == 1 ? 1.5 : 1.0); /* two and a half years */
        for (int32_t day = TODAY - 600; day < TODAY; day++) {
            sell(true, day, 4, 1); /* not yet two years */
        }
        make();
        for (int month = 0; month < 12; month++) {
            assert_true(fabs(sold.offers[0].season[month] / season[month] - 1) < 0.03);
            assert_true(sold.activities[0].season[month] == sold.offers[0].season[month]);
            assert_true(sold.offers[4].season[month] < 0);
        }
    }
    seasons_sell(727, 1);
    make();
    assert_true(sold.offers[0].season[0] < 0);
}

/* ---- bought together ---- */

static const struct sold_pair *pair_of(uint16_t offer, uint16_t activity)
{
    for (uint32_t i = 0; i < sold.pair_count; i++) {
        if (sold.pairs[i].offer == offer && sold.pairs[i].activity == activity) {
            return &sold.pairs[i];
        }
    }
    return NULL;
}

static int32_t some_day(void)
{
    return TODAY - 364 + (int32_t)random_below(&dice, 364);
}

/* Orders of one to eight different offers, whichever: large ones hold everything, and nothing is
 * bought because of another. */
static void test_size_is_no_pair(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        uint16_t all[OFFERS];
        int32_t day = some_day();
        uint32_t count = chance(0.7) ? 1 : any(5, 8);
        for (uint32_t j = 0; j < OFFERS; j++) {
            all[j] = (uint16_t)j;
        }
        for (uint32_t j = 0; j < count; j++) {
            uint32_t drawn = any((uint16_t)j, OFFERS - 1);
            uint16_t offer = all[drawn];
            all[drawn] = all[j];
            sell(j == 0, day, offer, 1);
        }
    }
    make();
    assert_int_equal(sold.state, SOLD_ENOUGH);
    assert_int_equal(sold.pair_count, 0);
}

/* Half of the orders with offer 0 have another one with it, always of activity 1; of orders of one
 * line, 40 percent have activity 1. So 0.5 x (1 - 0.4) of it is beyond chance. The loose offer goes
 * with activity 0 in the same way, three units at a time, one when it is alone: 3 x 0.6 of 4. */
static void test_planted_pair(void **state)
{
    (void)state;
    for (int i = 0; i < 40000; i++) {
        int32_t day = some_day();
        double kind = uniform();
        if (kind < 0.1) {
            sell(true, day, 0, 1);
            if (chance(0.5)) {
                sell(false, day, any(4, 7), 1);
            }
        } else if (kind < 0.2) {
            bool together = chance(0.5);
            sell(true, day, LOOSE, together ? 3 : 1);
            if (together) {
                sell(false, day, any(1, 3), 1);
            }
        } else {
            double which = uniform();
            sell(true, day, which < 0.4 ? any(4, 7) : which < 0.8 ? any(1, 3) : 8, 1);
        }
    }
    make();
    assert_non_null(pair_of(0, 1));
    assert_non_null(pair_of(LOOSE, 0));
    /* In orders of one line without offer 0, which has its own share of orders alone: activity 1
     * has 0.8 x 0.4 of 0.85. */
    double share = 0.5 * (1 - 0.32 / 0.85);
    double loose = 1.5 * (1 - 0.37 / 0.85) / 2; /* offer 0 alone is of activity 0, too */
    print_message("%.4f for %.4f, %.4f for %.4f\n", pair_of(0, 1)->share, share,
                  pair_of(LOOSE, 0)->share, loose);
    assert_true(fabs(pair_of(0, 1)->share - share) < 0.025);
    assert_true(fabs(pair_of(LOOSE, 0)->share - loose) < 0.025);
    assert_in_range(pair_of(0, 1)->orders, 1850, 2150);
    assert_null(pair_of(0, 0));
    assert_null(pair_of(0, 2));
    assert_null(pair_of(LOOSE, 1));
    for (uint32_t i = 1; i < sold.pair_count; i++) {
        assert_true(sold.pairs[i - 1].offer <= sold.pairs[i].offer);
    }
}

/* Bought with both others always: it cannot be lost twice. */
static void test_shares_add_up(void **state)
{
    (void)state;
    for (int i = 0; i < 3000; i++) {
        int32_t day = some_day();
        if (chance(0.3)) {
            sell(true, day, 0, 1);
            sell(false, day, 4, 1);
            sell(false, day, 8, 1);
        } else {
            sell(true, day, any(1, 8), 1);
            if (chance(0.5)) {
                sell(false, day, 11, 1);
            }
        }
    }
    make();
    assert_non_null(pair_of(0, 1));
    assert_non_null(pair_of(0, 2));
    assert_true(pair_of(0, 1)->share + pair_of(0, 2)->share <= 1 + 1e-9);
    assert_true(pair_of(0, 1)->share + pair_of(0, 2)->share > 0.95);
}

static void test_few_are_no_pair(void **state)
{
    (void)state;
    for (int i = 0; i < 2000; i++) {
        sell(true, some_day(), any(1, 4), 1);
    }
    for (int i = 0; i < 30; i++) {
        sell(true, TODAY - 50 - i, 0, 1);
        if (i < 9) {
            sell(false, TODAY - 50 - i, 4, 1);
        }
    }
    make();
    assert_null(pair_of(0, 1));
    sell(true, TODAY - 40, 0, 1);
    sell(false, TODAY - 40, 4, 1);
    make();
    assert_non_null(pair_of(0, 1)); /* the tenth */
}

/* ---- customers ---- */

static void buy(int64_t customer, int32_t day, uint16_t offer, int64_t units)
{
    struct sold_row row = line(true, day, offer, units);
    row.customer = customer;
    sold_rows_add(&rows, &row);
}

static void test_customers(void **state)
{
    (void)state;
    buy(7, TODAY - 10, 0, 1);
    buy(7, TODAY - 300, 1, 2); /* only activity 0, twice */
    buy(-9, TODAY - 10, 0, 4);
    buy(-9, TODAY - 20, 5, 8); /* two activities */
    buy(11, TODAY - 10, 4, 16);
    buy(11, TODAY - 12, LOOSE, 32); /* and something of none */
    buy(13, TODAY - 10, 4, 64);
    buy(13, TODAY - 12, NO_INDEX, 128); /* and something that there is no more */
    buy(15, TODAY - 364, 0, 256);
    buy(15, TODAY - 365, 5, 512); /* a year ago: forgotten */
    buy(15, TODAY - 3, 0, -56);   /* some of it came back */
    buy(17, TODAY - 3, 0, -1);    /* came back, bought before the year */
    buy(0, TODAY - 3, 0, 1024);
    buy(19, TODAY, 0, 2048); /* today is not over */
    make();
    const struct sold_customers *them = sold.customers;
    assert_true(sold.knows_customers);
    assert_int_equal(sold.year_orders, 10);
    assert_int_equal(sold.year_known, 9);
    assert_int_equal(them[0].all, 3);
    assert_int_equal(them[0].only, 2);
    assert_int_equal(them[0].revenue_minor, (3 + 12 + 200) * 100);
    assert_int_equal(them[0].only_revenue_minor, (3 + 200) * 100);
    assert_int_equal(them[1].all, 3);
    assert_int_equal(them[1].only, 0);
    assert_int_equal(them[1].revenue_minor, (12 + 48 + 192) * 100);
    assert_int_equal(them[2].all, 0);
    forget();
    sell(true, TODAY - 10, 0, 1);
    make();
    assert_false(sold.knows_customers);
}

/* ---- rows ---- */

static void test_rows(void **state)
{
    (void)state;
    sell(true, TODAY - 5, 0, -1); /* of the same order, sent back: it comes first */
    sell(false, TODAY - 9, 1, 2);
    sell(false, TODAY - 8, 4, 0);
    sell(false, TODAY - 11, 5, 3);
    sell(true, TODAY - 5, 0, -1);
    sell(true, TODAY - 4, 0, 1);
    assert_int_equal(rows.order_count, 2);
    assert_int_equal(rows.line_count, 3);
    assert_int_equal(rows.return_count, 2);
    assert_int_equal(rows.orders[0].count, 2);
    assert_int_equal(rows.orders[0].at, (int64_t)(TODAY - 11) * DAY_SECONDS + 36000);
    assert_int_equal(rows.returns[0].amount_minor, 100);
    assert_int_equal(rows.orders[1].first, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_weeks_and_units, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_year_that_is_not_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_too_little, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_promises, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_slope_and_chance, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_false_trends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_planted_trend, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_season, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_size_is_no_pair, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_planted_pair, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_shares_add_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_few_are_no_pair, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_customers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rows, set_up, tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

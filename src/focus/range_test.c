/* Ranges that can be worked out on paper. P and Q: with 100 P, the rest of B's 2400 minutes makes
 * 30 Q. That stays the advice while an hour of B earns more with P, while B has the minutes of 100
 * P and not those of 50 Q beside them, and while P's demand leaves some for Q, but not all. */
#include "focus/focus.h"

#include "focus/focus_testing.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { P, Q };
enum { A, B, C, D };

static struct testing_shop testing;
static struct mix *best;
static struct focus_ranges *ranges;

static void ranges_open(void)
{
    struct fault fault;
    struct mix_ask ask = testing_ask(testing.figures);
    best = testing_solve(&ask);
    assert_int_equal(ranges_make(&ask, best, &ranges, &fault), STATUS_OK);
    assert_true(ranges->complete);
}

static void ranges_close(void)
{
    ranges_free(ranges);
    mix_free(best);
    testing_close(&testing);
}

static const struct range *range_of(enum range_kind kind, uint32_t index)
{
    for (uint32_t i = 0; i < ranges->count; i++) {
        if (ranges->ranges[i].kind == kind && ranges->ranges[i].index == index) {
            return &ranges->ranges[i];
        }
    }
    fail();
    return NULL;
}

static void assert_end(const struct range_end *end, double share, enum range_change change,
                       bool of_activity, uint32_t index)
{
    if (fabs(end->share - share) > 2e-3 || end->change != change ||
        end->of_activity != of_activity || end->index != index) {
        fail_msg("at %g changes %d of %d %u; expected at %g %d of %d %u", end->share, end->change,
                 end->of_activity, end->index, share, change, of_activity, index);
    }
}

static void test_p_and_q(void **unused)
{
    (void)unused;
    testing_open_file(&testing, "examples/focus-pq/shop.yaml");
    ranges_open();
    /* At 130.00 Q earns 90 in 30 minutes, as much an hour as P. */
    assert_end(&range_of(RANGE_PRICE, Q)->high, 1.3, RANGE_MORE, false, Q);
    /* At 75.00 P earns 30 in 15 minutes, as much as Q. */
    assert_end(&range_of(RANGE_PRICE, P)->low, 75.0 / 90, RANGE_LESS, false, P);
    assert_end(&range_of(RANGE_PRICE, P)->high, 1.5, RANGE_UNCHANGED, false, 0);
    /* 25 hours make 100 P, 50 hours 50 Q, too. */
    assert_end(&range_of(RANGE_HOURS, B)->low, 25.0 / 40, RANGE_STOPS, true, Q);
    assert_end(&range_of(RANGE_HOURS, B)->high, 50.0 / 40, RANGE_MORE, false, Q);
    /* 160 P need all of B; beside 60 P, all 50 Q are made. */
    assert_end(&range_of(RANGE_DEMAND, P)->high, 1.5, RANGE_UNCHANGED, false, 0);
    assert_end(&range_of(RANGE_DEMAND, P)->low, 0.6, RANGE_MORE, false, Q);
    /* Of Q not all is made anyway, until only 30 could be sold. */
    assert_end(&range_of(RANGE_DEMAND, Q)->high, 1.5, RANGE_UNCHANGED, false, 0);
    assert_end(&range_of(RANGE_DEMAND, Q)->low, 0.6, RANGE_MORE, false, Q);
    ranges_close();
}

static void test_nearest_first(void **unused)
{
    (void)unused;
    testing_open_file(&testing, "examples/focus-pq/shop.yaml");
    ranges_open();
    assert_int_equal(ranges->count, 8);
    assert_int_equal(ranges->ranges[0].kind, RANGE_PRICE);
    assert_int_equal(ranges->ranges[0].index, P);
    assert_int_equal(ranges->ranges[1].kind, RANGE_HOURS);
    assert_int_equal(ranges->ranges[1].index, B);
    ranges_close();
}

/* a earns 10 x 10 and costs 80: below a price of 8.00 it stops. b would earn 3 x 4 and cost 16: it
 * starts above 5.33. */
static void test_activities(void **unused)
{
    (void)unused;
    testing_open(&testing, "shop: {name: T, currency: EUR, time_zone: Europe/Paris}\n"
                           "activities: {a: {fixed_cost_per_week: 80}, b: {fixed_cost_per_week: "
                           "16}}\n"
                           "offers:\n"
                           "  p: {name: p, price: 10, vat_rate: 0, on_site: true, activity: a,\n"
                           "      demand_per_week: 10}\n"
                           "  q: {name: q, price: 4, vat_rate: 0, on_site: true, activity: b,\n"
                           "      demand_per_week: 3}\n");
    ranges_open();
    assert_end(&range_of(RANGE_PRICE, 0)->low, 0.8, RANGE_STOPS, true, 0);
    assert_end(&range_of(RANGE_DEMAND, 0)->low, 0.8, RANGE_STOPS, true, 0);
    assert_end(&range_of(RANGE_PRICE, 1)->high, 16.0 / 12, RANGE_STARTS, true, 1);
    assert_end(&range_of(RANGE_DEMAND, 1)->high, 16.0 / 12, RANGE_STARTS, true, 1);
    assert_end(&range_of(RANGE_PRICE, 1)->low, 0.5, RANGE_UNCHANGED, false, 0);
    ranges_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_p_and_q),
        cmocka_unit_test(test_nearest_first),
        cmocka_unit_test(test_activities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

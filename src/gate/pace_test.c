/* No window of a second or a minute gets more than it may, and the shop behind is listened to. */
#include "gate/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MINUTES = 5, MS = MINUTES * 60 * 1000 };

static uint32_t entered[MS];

/* Takes all that it may at each of the looks, `step` milliseconds apart; returns how many. */
static uint32_t greedy(struct pace *pace, int64_t step)
{
    uint32_t total = 0;
    pace->wanted = true;
    for (int64_t ms = 0; ms < MS; ms++) {
        entered[ms] = 0;
        if (ms % step == 0) {
            pace_advance(pace, ms);
            while (pace_take(pace)) {
                entered[ms]++;
                total++;
            }
        }
    }
    return total;
}

static uint32_t most_within(int64_t window)
{
    uint32_t sum = 0;
    uint32_t most = 0;
    for (int64_t ms = 0; ms < MS; ms++) {
        sum += entered[ms];
        sum -= ms >= window ? entered[ms - window] : 0;
        most = sum > most ? sum : most;
    }
    return most;
}

static void rate_check(uint64_t rate, int64_t step)
{
    struct pace pace;
    pace_init(&pace, rate, 0);
    uint32_t total = greedy(&pace, step);
    uint64_t second = (rate + 999) / 1000;
    uint64_t allowed = second + (second / 20 > 1 ? second / 20 : 1);
    assert_in_range(most_within(1000), 0, allowed);
    assert_in_range(most_within(60000), 0, rate * 60 * 101 / 100000 + 1);
    /* And all that it may does go in. */
    assert_in_range(total, rate * MINUTES * 60 * 98 / 100000,
                    rate * MINUTES * 60 / 1000 + 5 + second);
}

static void test_never_more(void **state)
{
    (void)state;
    static const uint64_t rates[] = {17, 500, 1000, 3333, 10000, 99999, 1000000};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        rate_check(rates[i], 1);
        rate_check(rates[i], 20);
        rate_check(rates[i], 33);
    }
}

/* After a pause, or a clock that stood still, nobody floods in. */
static void test_no_flood_after_a_pause(void **state)
{
    struct pace pace;
    (void)state;
    pace_init(&pace, 5000, 0);
    pace.paused = true;
    pace_advance(&pace, 600000);
    assert_false(pace_take(&pace));
    pace.paused = false;
    pace_advance(&pace, 3600000);
    assert_true(pace_take(&pace));
    assert_false(pace_take(&pace));
    pace_advance(&pace, 3600000 - 86400000); /* backwards: nothing */
    assert_false(pace_take(&pace));
}

static void test_the_lowest_counts(void **state)
{
    struct pace pace;
    (void)state;
    pace_init(&pace, 5000, 0);
    assert_int_equal(pace_rate(&pace), 4950);
    pace.cap = 2000;
    assert_int_equal(pace_rate(&pace), 2000);
    pace.learned = 700;
    assert_int_equal(pace_rate(&pace), 700);
    pace.paused = true;
    assert_int_equal(pace_rate(&pace), 0);
}

static void test_another_ceiling(void **state)
{
    struct pace pace;
    (void)state;
    pace_init(&pace, 5000, 0);
    pace_set_ceiling(&pace, 8000);
    assert_int_equal(pace_rate(&pace), 7920);
    pace_set_ceiling(&pace, 2000);
    assert_int_equal(pace_rate(&pace), 1980);
    pace.learned = 700; /* what was learned of a slow shop stays */
    pace_set_ceiling(&pace, 8000);
    assert_int_equal(pace_rate(&pace), 700);
}

/* `answers` a second of `us` each for `seconds`. */
static void answers_come(struct pace *pace, int64_t *now, int seconds, uint64_t us,
                         int failed_of_ten)
{
    for (int second = 0; second < seconds; second++) {
        for (int i = 0; i < 40; i++) {
            pace_answered(pace, us, i % 10 < failed_of_ten);
        }
        *now += 1000;
        pace_advance(pace, *now);
    }
}

static void test_slow_shop_is_spared(void **state)
{
    struct pace pace;
    int64_t now = 0;
    (void)state;
    pace_init(&pace, 10000, 0);
    answers_come(&pace, &now, 10, 50000, 0);
    assert_int_equal(pace_rate(&pace), 9900);
    answers_come(&pace, &now, 3, 2000000, 0);
    assert_in_range(pace_rate(&pace), 4000, 7500);
    answers_come(&pace, &now, 60, 2000000, 0);
    assert_int_equal(pace_rate(&pace), 500); /* a twentieth: so that recovery can be seen */
    answers_come(&pace, &now, 60, 50000, 0);
    assert_int_equal(pace_rate(&pace), 9900);
}

static void test_failing_shop_is_spared(void **state)
{
    struct pace pace;
    int64_t now = 0;
    (void)state;
    pace_init(&pace, 10000, 0);
    answers_come(&pace, &now, 3, 50000, 1);
    assert_in_range(pace_rate(&pace), 4000, 7500);
    answers_come(&pace, &now, 100, 50000, 0);
    assert_int_equal(pace_rate(&pace), 9900);
}

/* Always a little slower than usual is not slow: 120 ms where 50 are usual. */
static void test_a_little_slower_is_fine(void **state)
{
    struct pace pace;
    int64_t now = 0;
    (void)state;
    pace_init(&pace, 10000, 0);
    answers_come(&pace, &now, 10, 50000, 0);
    answers_come(&pace, &now, 60, 120000, 0);
    assert_int_equal(pace_rate(&pace), 9900);
}

/* A shop at its limit: the rate goes up and down, and what may be expected of the next minutes lies
 * between; who is told of a pause or of a cap expects it at once. */
static void test_the_rate_lately(void **state)
{
    struct pace pace;
    int64_t now = 0;
    (void)state;
    pace_init(&pace, 10000, 0);
    answers_come(&pace, &now, 60, 50000, 0);
    assert_int_equal(pace_rate_lately(&pace), 9900);
    for (int i = 0; i < 40; i++) {
        answers_come(&pace, &now, 1, 3000000, 0);
        answers_come(&pace, &now, 3, 50000, 0);
    }
    uint64_t lately = pace_rate_lately(&pace);
    for (int i = 0; i < 4; i++) {
        answers_come(&pace, &now, 1, i == 0 ? 3000000 : 50000, 0);
        assert_in_range(pace_rate_lately(&pace), lately - lately / 20, lately + lately / 20);
    }
    pace.cap = 300;
    assert_int_equal(pace_rate_lately(&pace), 300);
    pace.paused = true;
    assert_int_equal(pace_rate_lately(&pace), 0);
    pace_init(&pace, 10000, 0);
    pace_set_ceiling(&pace, 20000);
    assert_int_equal(pace_rate_lately(&pace), 19800);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_never_more),
        cmocka_unit_test(test_no_flood_after_a_pause),
        cmocka_unit_test(test_the_lowest_counts),
        cmocka_unit_test(test_another_ceiling),
        cmocka_unit_test(test_slow_shop_is_spared),
        cmocka_unit_test(test_failing_shop_is_spared),
        cmocka_unit_test(test_a_little_slower_is_fine),
        cmocka_unit_test(test_the_rate_lately),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

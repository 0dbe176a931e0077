/* A surge: all seconds together are all visitors, and the peak stands where it should. */
#include "base/surge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint32_t second(const struct surge *surge, uint32_t visitors, int at)
{
    return surge_arrived(surge, visitors, at + 1) - surge_arrived(surge, visitors, at);
}

static void seconds_add_up_to_the_visitors(void **state)
{
    static const struct surge surges[] = {
        {.rise_seconds = 60, .half_life_seconds = 720, .half_lives = 8},
        {.rise_seconds = 1, .half_life_seconds = 1, .half_lives = 8},
        {.rise_seconds = 3600, .half_life_seconds = 2, .half_lives = 8},
    };
    static const uint32_t visitors[] = {1, 7, 1000, 60000, 1000000};
    (void)state;
    for (size_t i = 0; i < sizeof surges / sizeof surges[0]; i++) {
        for (size_t k = 0; k < sizeof visitors / sizeof visitors[0]; k++) {
            uint64_t sum = 0;
            double last = 0;
            for (int at = 0; at <= (int)surge_seconds(&surges[i]); at++) {
                double share = surge_share(&surges[i], at);
                assert_true(share >= last && share <= 1);
                last = share;
                sum += second(&surges[i], visitors[k], at);
            }
            assert_int_equal(sum, visitors[k]);
        }
    }
}

/* 60 s to the peak; 12 minutes later half as many, 24 minutes later a quarter. */
static void it_rises_and_halves(void **state)
{
    const struct surge surge = {.rise_seconds = 60, .half_life_seconds = 720, .half_lives = 8};
    const uint32_t visitors = 1000000;
    (void)state;
    uint32_t peak = second(&surge, visitors, 60);
    assert_in_range(second(&surge, visitors, 29), peak * 48 / 100, peak * 51 / 100);
    assert_in_range(second(&surge, visitors, 58), peak * 96 / 100, peak);
    assert_in_range(second(&surge, visitors, 780), peak * 49 / 100, peak * 51 / 100);
    assert_in_range(second(&surge, visitors, 1500), peak * 24 / 100, peak * 26 / 100);
    assert_int_equal(surge_arrived(&surge, visitors, -1), 0);
    assert_int_equal(surge_arrived(&surge, visitors, 1e9), visitors);
}

static void a_file_is_followed_minute_by_minute(void **state)
{
    static const uint64_t sums[] = {0, 30, 30, 90, 100};
    const struct surge surge = {.minute_count = 5, .sums = sums};
    (void)state;
    assert_int_equal(surge_seconds(&surge), 300);
    for (int minute = 0; minute < 5; minute++) {
        assert_int_equal(surge_arrived(&surge, 1000, (minute + 1) * 60), sums[minute] * 10);
    }
    assert_int_equal(surge_arrived(&surge, 1000, 90), 150); /* half of the second minute */
    assert_int_equal(surge_arrived(&surge, 1000, 170), 300);
    assert_int_equal(surge_arrived(&surge, 1000, 299.99), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seconds_add_up_to_the_visitors),
        cmocka_unit_test(it_rises_and_halves),
        cmocka_unit_test(a_file_is_followed_minute_by_minute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

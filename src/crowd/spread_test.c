/* Quantiles against sorting. */
#include "base/random.h"
#include "crowd/spread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 20000 };

static int by_value(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

static void nothing_and_one(void **state)
{
    static struct crowd_spread spread;
    (void)state;
    assert_int_equal(crowd_spread_at(&spread, 50), 0);
    crowd_spread_add(&spread, 5);
    assert_int_equal(crowd_spread_at(&spread, 0), 5);
    assert_int_equal(crowd_spread_at(&spread, 50), 5);
    assert_int_equal(crowd_spread_at(&spread, 100), 5);
    crowd_spread_add(&spread, UINT64_MAX);
    assert_true(crowd_spread_at(&spread, 100) > (uint64_t)1 << 41);
    assert_true(spread.most == UINT64_MAX);
}

static void small_numbers_are_exact(void **state)
{
    static struct crowd_spread spread;
    (void)state;
    for (uint64_t i = 1; i <= 100; i++) {
        crowd_spread_add(&spread, i);
    }
    for (uint32_t percent = 1; percent <= 100; percent++) {
        assert_int_equal(crowd_spread_at(&spread, percent), percent);
    }
}

/* Sizes from 1 to 2^40, each quantile within 1 percent of the sorted one. */
static void within_one_percent(void **state)
{
    static struct crowd_spread spread;
    static uint64_t values[MANY];
    struct random random;
    (void)state;
    random_seed(&random, 3);
    for (uint32_t i = 0; i < MANY; i++) {
        values[i] = random_next(&random) >> (24 + random_below(&random, 40));
        crowd_spread_add(&spread, values[i]);
    }
    qsort(values, MANY, sizeof values[0], by_value);
    for (uint32_t percent = 1; percent <= 100; percent++) {
        uint64_t right = values[(MANY * percent + 99) / 100 - 1];
        uint64_t said = crowd_spread_at(&spread, percent);
        assert_in_range(said, right - right / 100, right + right / 100);
    }
    assert_true(spread.most == values[MANY - 1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_and_one),
        cmocka_unit_test(small_numbers_are_exact),
        cmocka_unit_test(within_one_percent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

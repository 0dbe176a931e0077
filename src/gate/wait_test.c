/* The announced wait follows the line's speed, and its range what announcements were worth. */
#include "gate/wait.h"

#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_speed(void **state)
{
    struct wait wait;
    (void)state;
    wait_init(&wait, 100);
    assert_int_equal(wait_speed(&wait, 100, 3333), 3333);
    for (int64_t second = 101; second < 131; second++) {
        wait_moved(&wait, second);
        wait_moved(&wait, second);
        assert_int_equal(wait_speed(&wait, second, 3333), second <= 110 ? 3333 : 2000);
    }
    /* It stands still: the minute's mean falls, and what is too little is not believed. */
    assert_int_equal(wait_speed(&wait, 160, 3333), 2000 * 30 / 59);
    assert_int_equal(wait_speed(&wait, 185, 3333), 3333);
    assert_int_equal(wait_speed(&wait, 185, 0), 0);
}

static void test_restart(void **state)
{
    struct wait wait;
    (void)state;
    wait_init(&wait, 0);
    for (int64_t second = 1; second < 60; second++) {
        wait_moved(&wait, second);
        wait_moved(&wait, second);
    }
    assert_int_equal(wait_speed(&wait, 60, 9000), 2000);
    wait_restart(&wait, 60);
    assert_int_equal(wait_speed(&wait, 61, 9000), 9000);
}

static void test_range(void **state)
{
    struct wait wait;
    (void)state;
    wait_init(&wait, 0);
    struct wait_range range = wait_range_of(&wait, 0, 600, 2000, 0);
    assert_true(range.known);
    assert_int_equal(range.likely_seconds, 300);
    assert_in_range(range.low_seconds, 150, 250);
    assert_in_range(range.high_seconds, 350, 500);
    range = wait_range_of(&wait, 0, 600, 0, 0);
    assert_false(range.known);
}

/* True waits between 0.7 and 1.4 times what was announced: the range closes in on that, and five of
 * six lie inside. */
static void test_learns(void **state)
{
    struct wait wait;
    struct random random;
    uint32_t inside = 0;
    (void)state;
    random_seed(&random, 5);
    wait_init(&wait, 0);
    for (int i = 0; i < 2000; i++) {
        uint32_t waited = 1000 * (uint32_t)random_between(&random, 700, 1400) / 1000;
        struct wait_range range = wait_range_of(&wait, 0, 1000, 1000, 0);
        inside += i >= 500 && waited >= range.low_seconds && waited <= range.high_seconds;
        wait_learn(&wait, 1000, waited);
    }
    struct wait_range range = wait_range_of(&wait, 0, 1000, 1000, 0);
    assert_in_range(range.low_seconds, 640, 770);
    assert_in_range(range.high_seconds, 1330, 1550);
    assert_in_range(inside, 1500 * 80 / 100, 1500 * 97 / 100);
}

/* Whatever comes, nothing overflows: no wait at all, one of days, one announced as nothing. */
static void test_extremes(void **state)
{
    struct wait wait;
    (void)state;
    wait_init(&wait, 0);
    for (int i = 0; i < 3000; i++) {
        wait_learn(&wait, UINT32_MAX, 0);
        wait_learn(&wait, 10, UINT32_MAX);
        wait_learn(&wait, 0, 5);
    }
    struct wait_range range = wait_range_of(&wait, 0, 1000000, 1, 0);
    assert_true(range.known);
    assert_int_equal(range.likely_seconds, 7 * 86400);
    assert_true(range.low_seconds <= range.high_seconds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_speed),    cmocka_unit_test(test_restart),
        cmocka_unit_test(test_range),    cmocka_unit_test(test_learns),
        cmocka_unit_test(test_extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The likely wait is who comes by the rate; its range is as wide as the error is, and no wider than
 * true waits prove. */
#include "gate/wait.h"

#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { VISITOR = 1000 };

static uint32_t width(const struct wait_range *range)
{
    return range->high_seconds - range->low_seconds;
}

static void test_likely(void **state)
{
    struct wait wait;
    (void)state;
    wait_init(&wait, 0);
    wait_count(&wait, 1000, 1000);
    struct wait_range range = wait_range_of(&wait, 600, 0, 2000);
    assert_true(range.known);
    assert_in_range(range.likely_seconds, 299, 300);
    /* Who stands at the door goes in before. */
    range = wait_range_of(&wait, 600, 100 * VISITOR, 2000);
    assert_in_range(range.likely_seconds, 349, 350);
    /* Of a thousand more, four hundred come: the shares are of all that was counted. */
    wait_count(&wait, 1000, 400);
    range = wait_range_of(&wait, 600, 0, 2000);
    assert_in_range(range.likely_seconds, 209, 212);
    range = wait_range_of(&wait, 0, 0, 2000);
    assert_int_equal(range.likely_seconds, 5);
    range = wait_range_of(&wait, 600, 0, 0);
    assert_false(range.known);
}

/* The table of docs/door.md (tests/docs/check_door_doc.py compares the two): at 20 a second. */
static const struct {
    uint32_t ahead, came, called, likely, low, high;
} examples[] = {
    {400, 0, 0, 13, 5, 20},      {400, 70, 100, 14, 10, 15},    {1600, 0, 0, 53, 20, 80},
    {1600, 70, 100, 56, 45, 60}, {1600, 700, 1000, 56, 55, 60}, {6400, 700, 1000, 224, 210, 240},
};

static void test_the_examples_of_the_document(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        struct wait wait;
        wait_init(&wait, 0);
        wait_count(&wait, examples[i].called, examples[i].came);
        struct wait_range range = wait_range_of(&wait, examples[i].ahead, 0, 20 * VISITOR);
        print_message("%u ahead: %u, %u to %u\n", (unsigned)examples[i].ahead,
                      (unsigned)range.likely_seconds, (unsigned)range.low_seconds,
                      (unsigned)range.high_seconds);
        assert_int_equal(range.likely_seconds, examples[i].likely);
        assert_int_equal(range.low_seconds, examples[i].low);
        assert_int_equal(range.high_seconds, examples[i].high);
    }
}

/* What was long ago counts for little. */
static void test_forgets(void **state)
{
    struct wait wait;
    (void)state;
    wait_init(&wait, 0);
    wait_count(&wait, 2000, 0);
    for (int i = 0; i < 200; i++) {
        wait_count(&wait, 50, 50);
    }
    struct wait_range range = wait_range_of(&wait, 1000, 0, 1000);
    assert_in_range(range.likely_seconds, 990, 1000);
}

/* Nobody knows yet how many come: wide. After a thousand calls it is known, and narrow. */
static void test_error(void **state)
{
    struct wait wait;
    (void)state;
    wait_init(&wait, 0);
    struct wait_range before = wait_range_of(&wait, 1000, 0, 2000);
    assert_in_range(width(&before), 300, 480);
    wait_count(&wait, 1000, 875);
    struct wait_range after = wait_range_of(&wait, 1000, 0, 2000);
    assert_in_range(width(&after), 30, 60);
    assert_true(after.low_seconds <= after.likely_seconds);
    assert_true(after.high_seconds > after.likely_seconds);
}

/* Whether the ends of all ranges are multiples of what can be read; the likely wait lies in each.
 * Returns the share of the narrowest, in percent. */
static uint32_t shown_check(const struct wait *wait)
{
    uint32_t narrowest = 0;
    for (uint32_t ahead = 1; ahead < 30000; ahead++) {
        struct wait_range range = wait_range_of(wait, ahead, 0, VISITOR);
        uint32_t step = range.high_seconds <= 120    ? 5
                        : range.high_seconds <= 1200 ? 30
                        : range.high_seconds <= 3600 ? 60
                                                     : 300;
        assert_int_equal(range.low_seconds % step, 0);
        assert_int_equal(range.high_seconds % step, 0);
        assert_true(range.low_seconds <= range.likely_seconds);
        assert_true(range.high_seconds > range.likely_seconds);
        narrowest += width(&range) == step;
    }
    return narrowest * 100 / 30000;
}

/* Seconds by fives, half minutes, minutes, five of them, and never less than one of these; coarser
 * where nobody knows it better. */
static void test_what_is_shown(void **state)
{
    struct wait wait;
    (void)state;
    wait_init(&wait, 0);
    uint32_t unknown = shown_check(&wait);
    wait_count(&wait, 1000, 700);
    uint32_t learned = shown_check(&wait);
    wait_init(&wait, 0);
    wait_count(&wait, 2000, 2000);
    uint32_t sure = shown_check(&wait);
    assert_int_equal(unknown, 0);
    assert_in_range(learned, 1, 15);
    assert_in_range(sure, 25, 99);
}

/* So little is known that steps of twenty seconds are shown; never one of more than half the wait.
 */
static void test_no_finer_than_the_error(void **state)
{
    struct wait wait;
    (void)state;
    wait_init(&wait, 0);
    for (uint32_t ahead = 60; ahead < 90; ahead++) {
        struct wait_range range = wait_range_of(&wait, ahead, 0, VISITOR);
        assert_int_equal(range.low_seconds % 20, 0);
        assert_int_equal(range.high_seconds % 20, 0);
    }
    struct wait_range range = wait_range_of(&wait, 20, 0, VISITOR);
    assert_in_range(width(&range), 5, 15);
}

/* True waits up to a third shorter and two fifths longer than likely: the range closes in on that,
 * from a guess that was far too narrow, and four of five lie inside what is shown. */
static void test_learns(void **state)
{
    struct wait wait;
    struct random random;
    uint32_t inside = 0;
    (void)state;
    random_seed(&random, 5);
    wait_init(&wait, 0);
    wait_count(&wait, 2000, 2000);
    wait_rate(&wait, 0, VISITOR);
    for (int i = 0; i < 3000; i++) {
        struct wait_range range = wait_range_of(&wait, 1000, 0, VISITOR);
        uint32_t waited = (uint32_t)random_between(&random, 667, 1400);
        inside += i >= 1000 && waited >= range.low_seconds && waited <= range.high_seconds;
        wait_learn(&wait, 10000 + i, range.likely_seconds, waited);
    }
    assert_in_range(inside, 2000 * 75 / 100, 2000 * 90 / 100);
    assert_true(wait.low > wait.high * -1); /* lopsided, as the waits are */
    /* Then all come as likely: it narrows to the step that is shown. */
    for (int i = 0; i < 3000; i++) {
        struct wait_range range = wait_range_of(&wait, 1000, 0, VISITOR);
        wait_learn(&wait, 20000 + i, range.likely_seconds, range.likely_seconds);
    }
    struct wait_range range = wait_range_of(&wait, 1000, 0, VISITOR);
    assert_int_equal(width(&range), 30);
}

/* Who waited through a pause, or while the rate fell to half, teaches nothing; who came after
 * it does. */
static void test_a_change_teaches_nothing(void **state)
{
    struct wait wait;
    (void)state;
    wait_init(&wait, 0);
    wait_count(&wait, 2000, 2000);
    wait_rate(&wait, 0, 2000);
    int32_t high = wait.high;
    wait_rate(&wait, 100, 0);
    wait_rate(&wait, 200, 2000);
    wait_learn(&wait, 260, 60, 160);
    assert_int_equal(wait.high, high);
    wait_rate(&wait, 300, 1800); /* a tenth less is the same rate */
    wait_learn(&wait, 361, 60, 160);
    assert_int_not_equal(wait.high, high);
    high = wait.high;
    for (uint64_t rate = 1800; rate >= 900; rate -= 10) {
        wait_rate(&wait, 400, rate); /* in small steps */
    }
    wait_learn(&wait, 450, 60, 160);
    assert_int_equal(wait.high, high);
}

/* What was announced when nobody knew how many come was a guess. */
static void test_a_guess_teaches_nothing(void **state)
{
    struct wait wait;
    (void)state;
    wait_init(&wait, 0);
    int32_t high = wait.high;
    for (int64_t second = 0; second < 100; second++) {
        wait_rate(&wait, second, 2000);
    }
    wait_count(&wait, 1000, 500);
    wait_rate(&wait, 100, 2000);
    wait_learn(&wait, 150, 40, 120); /* announced at 30 */
    assert_int_equal(wait.high, high);
    wait_learn(&wait, 230, 40, 120); /* at 110 */
    assert_true(wait.high > high);
}

/* Whatever comes, nothing overflows: no wait at all, one of days, one announced as nothing, a line
 * without end. */
static void test_extremes(void **state)
{
    struct wait wait;
    (void)state;
    wait_init(&wait, 0);
    wait_rate(&wait, 0, 1);
    for (int i = 0; i < 30000; i++) {
        wait_learn(&wait, INT64_MAX, UINT32_MAX, 0);
        wait_learn(&wait, INT64_MAX, 20, UINT32_MAX);
        wait_learn(&wait, INT64_MAX, WAIT_SECONDS_MAX, 0);
        wait_learn(&wait, INT64_MAX, 0, 5);
        wait_count(&wait, 0, 1000000);
    }
    struct wait_range range = wait_range_of(&wait, UINT32_MAX, UINT32_MAX, 1);
    assert_true(range.known);
    assert_int_equal(range.likely_seconds, WAIT_SECONDS_MAX);
    assert_true(range.low_seconds < range.high_seconds);
    range = wait_range_of(&wait, UINT32_MAX, UINT32_MAX, UINT64_C(1000000000));
    assert_true(range.low_seconds <= range.likely_seconds);
    wait_init(&wait, 0);
    wait_count(&wait, 1000000, 0);
    range = wait_range_of(&wait, UINT32_MAX, 0, UINT64_C(1000000000));
    assert_true(range.low_seconds < range.high_seconds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_likely),
        cmocka_unit_test(test_the_examples_of_the_document),
        cmocka_unit_test(test_forgets),
        cmocka_unit_test(test_error),
        cmocka_unit_test(test_what_is_shown),
        cmocka_unit_test(test_no_finer_than_the_error),
        cmocka_unit_test(test_learns),
        cmocka_unit_test(test_a_change_teaches_nothing),
        cmocka_unit_test(test_a_guess_teaches_nothing),
        cmocka_unit_test(test_extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

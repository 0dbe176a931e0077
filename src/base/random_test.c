/* The generator's published sequence, bounds that are kept, and evenness that a biased remainder
 * would miss. */
#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* xoshiro256** from the state {1, 2, 3, 4}: the first outputs follow from its definition by hand.
 */
static void the_sequence_is_the_published_one(void **state)
{
    struct random random = {{1, 2, 3, 4}};
    (void)state;
    assert_true(random_next(&random) == 11520);
    assert_true(random_next(&random) == 0);
    assert_true(random_next(&random) == 1509978240);
    assert_true(random_next(&random) == 1215971899390074240u);
}

static void a_seed_gives_one_sequence(void **state)
{
    struct random a;
    struct random b;
    (void)state;
    random_seed(&a, 0);
    random_seed(&b, 0);
    assert_true((a.state[0] | a.state[1] | a.state[2] | a.state[3]) != 0);
    for (int i = 0; i < 100; i++) {
        assert_true(random_next(&a) == random_next(&b));
    }
    random_seed(&b, 1);
    assert_true(random_next(&a) != random_next(&b));
}

static void bounds_are_kept_and_all_values_come(void **state)
{
    struct random random;
    unsigned counts[7] = {0};
    (void)state;
    random_seed(&random, 7);
    for (int i = 0; i < 70000; i++) {
        uint64_t value = random_below(&random, 7);
        assert_true(value < 7);
        counts[value]++;
    }
    for (int i = 0; i < 7; i++) {
        assert_in_range(counts[i], 9600, 10400);
    }
    assert_int_equal(random_below(&random, 1), 0);
}

/* With a bound of 3/4 of the range, a plain remainder would give the lower third half of all draws.
 */
static void large_bounds_are_even(void **state)
{
    struct random random;
    int low = 0;
    const uint64_t bound = UINT64_MAX / 4 * 3;
    (void)state;
    random_seed(&random, 8);
    for (int i = 0; i < 30000; i++) {
        uint64_t value = random_below(&random, bound);
        assert_true(value < bound);
        low += value < bound / 3;
    }
    assert_in_range(low, 9600, 10400);
}

static void ranges_include_both_ends(void **state)
{
    struct random random;
    bool low = false;
    bool high = false;
    (void)state;
    random_seed(&random, 9);
    for (int i = 0; i < 1000; i++) {
        int64_t value = random_between(&random, -2, 2);
        assert_true(value >= -2 && value <= 2);
        low = low || value == -2;
        high = high || value == 2;
    }
    assert_true(low && high);
    assert_int_equal(random_between(&random, 5, 5), 5);
    (void)random_between(&random, INT64_MIN, INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sequence_is_the_published_one),
        cmocka_unit_test(a_seed_gives_one_sequence),
        cmocka_unit_test(bounds_are_kept_and_all_values_come),
        cmocka_unit_test(large_bounds_are_even),
        cmocka_unit_test(ranges_include_both_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

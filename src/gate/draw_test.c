/* The draw is a permutation, can be walked back, and favours nobody. */
#include "gate/draw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void permutation_check(uint64_t seed, uint32_t count)
{
    const struct draw draw = {.seed = seed, .count = count};
    unsigned char *taken = calloc(count, 1);
    for (uint32_t number = 0; number < count; number++) {
        uint32_t place = draw_place(&draw, number);
        assert_true(place < count);
        assert_int_equal(taken[place]++, 0);
        assert_int_equal(draw_number(&draw, place), number);
    }
    free(taken);
}

static void test_permutation(void **state)
{
    (void)state;
    static const uint32_t counts[] = {1,  2,  3,  4,    5,     15,    16,
                                      17, 64, 65, 1000, 65536, 65537, 100000};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        permutation_check(i * 7919, counts[i]);
    }
}

/* Whoever came first, in the middle or last gets each tenth of the line equally often: of 2,000
 * draws 200 each, give or take five standard deviations (13.4). */
static void test_favours_nobody(void **state)
{
    (void)state;
    static const uint32_t numbers[] = {0, 1, 499, 500, 998, 999};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        uint32_t tenths[10] = {0};
        for (uint64_t seed = 1; seed <= 2000; seed++) {
            const struct draw draw = {.seed = seed, .count = 1000};
            tenths[draw_place(&draw, numbers[i]) / 100]++;
        }
        for (size_t k = 0; k < 10; k++) {
            assert_in_range(tenths[k], 200 - 67, 200 + 67);
        }
    }
}

/* What anybody can recompute: these figures stand in docs/door.md. */
static void test_known_answers(void **state)
{
    (void)state;
    const struct draw draw = {.seed = 20261206, .count = 10};
    static const uint32_t places[10] = {2, 0, 4, 6, 8, 7, 3, 1, 5, 9};
    for (uint32_t number = 0; number < 10; number++) {
        assert_int_equal(draw_place(&draw, number), places[number]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_permutation),
        cmocka_unit_test(test_favours_nobody),
        cmocka_unit_test(test_known_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

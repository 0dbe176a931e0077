/* Who is still in the line, from a few looks a turn. */
#include "gate/census.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Nothing was seen yet: all are believed to be there. */
static void test_at_first(void **state)
{
    const struct census census = {.at = 0};
    (void)state;
    assert_int_equal(census_people(&census, 0), 0);
    assert_int_equal(census_people(&census, 1000), 1000);
    assert_int_equal(census_people(&census, UINT32_MAX), UINT32_MAX);
}

/* Looks go everywhere in the line, however long it is, and nowhere beyond. */
static void test_looks_are_spread(void **state)
{
    struct census census = {.at = 0};
    uint32_t tenths[10] = {0};
    (void)state;
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(census_next(&census, 1), 0);
        tenths[census_next(&census, 1000000) / 100000]++;
    }
    for (int i = 0; i < 10; i++) {
        assert_in_range(tenths[i], 80, 120);
    }
}

static void look_at(struct census *census, uint32_t there, uint32_t away)
{
    for (uint32_t i = 0; i < there; i++) {
        census_look(census, CENSUS_THERE);
    }
    for (uint32_t i = 0; i < away; i++) {
        census_look(census, CENSUS_AWAY);
    }
}

/* A third went away; then they come again, and after so many looks nothing else is remembered. */
static void test_share(void **state)
{
    struct census census = {.at = 0};
    (void)state;
    for (int i = 0; i < 300; i++) {
        look_at(&census, 2, 1);
    }
    assert_in_range(census_people(&census, 9000), 6000, 6010);
    for (int i = 0; i < 20; i++) {
        look_at(&census, 1024, 0);
    }
    assert_in_range(census_people(&census, 9000), 8990, 9000);
}

/* Nine of ten numbers are a program's that never comes back: so are nine of ten of the newest. */
static void test_newcomers(void **state)
{
    struct census census = {.at = 0};
    (void)state;
    for (int i = 0; i < 1000; i++) {
        census_newcomer(&census, i % 10 == 0);
    }
    for (int i = 0; i < 1000; i++) {
        census_look(&census, CENSUS_NEW);
    }
    assert_in_range(census_people(&census, 1000), 95, 130);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_at_first),
        cmocka_unit_test(test_looks_are_spread),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_newcomers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

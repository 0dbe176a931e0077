/* Decimal texts and exact scaling, at the edges of 18 digits and 64 bits. */
#include "base/decimal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void check_read(const char *text, int decimals, int64_t expected)
{
    int64_t value = 0;
    assert_int_equal(decimal_read(slice_of(text), decimals, &value), DECIMAL_OK);
    assert_int_equal(value, expected);
}

static void numbers_are_read(void **state)
{
    (void)state;
    check_read("12.5", 3, 12500);
    check_read("0", 3, 0);
    check_read("-0.001", 3, -1);
    check_read("007", 0, 7);
    check_read("1.50", 2, 150);
    check_read("999999999999999999", 0, 999999999999999999);
    check_read("-999999999999999.999", 3, -999999999999999999);
}

static void check_refused(const char *text, int decimals, enum decimal_result expected)
{
    int64_t value = 0;
    assert_int_equal(decimal_read(slice_of(text), decimals, &value), expected);
}

static void what_is_no_number_is_told(void **state)
{
    static const char *const wrong[] = {"",   "-",   ".",    ".5",  "5.", "+5",     "1,5", " 1",
                                        "1 ", "1e3", "0x10", "--1", "1-", "1.5.2 ", "٣",   "1_000"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        check_refused(wrong[i], 3, DECIMAL_NOT_A_NUMBER);
    }
    check_refused("1.2345", 3, DECIMAL_TOO_PRECISE);
    check_refused("1.0000", 3, DECIMAL_TOO_PRECISE);
    check_refused("1.0", 0, DECIMAL_TOO_PRECISE);
    check_refused("1000000000000000000", 0, DECIMAL_TOO_LARGE);
    check_refused("99999999999999999", 3, DECIMAL_TOO_LARGE);
}

static void check_written(int64_t value, int decimals, bool trim, const char *expected)
{
    char text[32];
    assert_int_equal(decimal_write(text, value, decimals, trim), strlen(expected));
    assert_string_equal(text, expected);
}

static void numbers_are_written(void **state)
{
    (void)state;
    check_written(12500, 3, true, "12.5");
    check_written(12500, 3, false, "12.500");
    check_written(12000, 3, true, "12");
    check_written(1, 3, true, "0.001");
    check_written(0, 3, true, "0");
    check_written(0, 2, false, "0.00");
    check_written(-5, 2, false, "-0.05");
    check_written(100, 0, true, "100");
    check_written(INT64_MIN, 3, true, "-9223372036854775.808");
    check_written(INT64_MAX, 0, false, "9223372036854775807");
}

/* What is written reads back, for every value around the changes of length. */
static void written_numbers_read_back(void **state)
{
    (void)state;
    for (int64_t power = 1; power < 1000000000000000; power *= 10) {
        for (int64_t value = power - 2; value <= power + 2; value++) {
            for (int decimals = 0; decimals <= 3; decimals++) {
                char text[32];
                size_t length = decimal_write(text, -value, decimals, value % 2 == 0);
                int64_t back = 0;
                assert_int_equal(decimal_read((struct slice){text, length}, decimals, &back),
                                 DECIMAL_OK);
                assert_int_equal(back, -value);
            }
        }
    }
}

static void scaling_rounds_as_named(void **state)
{
    (void)state;
    assert_int_equal(decimal_scale_half_up(5, 1, 2), 3);
    assert_int_equal(decimal_scale_half_up(1, 1, 3), 0);
    assert_int_equal(decimal_scale_half_up(2, 1, 3), 1);
    assert_int_equal(decimal_scale_up(1, 1, 3), 1);
    assert_int_equal(decimal_scale_up(6, 1, 3), 2);
    assert_int_equal(decimal_scale_up(0, 7, 3), 0);
    assert_int_equal(decimal_scale_down(5, 1, 3), 1);
    assert_int_equal(decimal_scale_half_up(INT64_MAX, INT64_MAX, INT64_MAX), INT64_MAX);
    assert_int_equal(decimal_scale_down(INT64_MAX, 1000, 1001), 9214157878975800006);
}

static void sums_that_do_not_fit_are_told(void **state)
{
    int64_t result = 0;
    (void)state;
    assert_true(decimal_add(INT64_MAX, 0, &result));
    assert_false(decimal_add(INT64_MAX, 1, &result));
    assert_false(decimal_add(INT64_MIN, -1, &result));
    assert_true(decimal_multiply(3037000499, 3037000499, &result));
    assert_false(decimal_multiply(3037000500, 3037000500, &result));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read),        cmocka_unit_test(what_is_no_number_is_told),
        cmocka_unit_test(numbers_are_written),     cmocka_unit_test(written_numbers_read_back),
        cmocka_unit_test(scaling_rounds_as_named), cmocka_unit_test(sums_that_do_not_fit_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

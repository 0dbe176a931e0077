/* Dates, times, money and numbers as each language writes them, and finding messages. */
#include "report/translate.h"

#include "base/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NBSP   "\u00a0"
#define NARROW "\u202f"

static struct text to;

static int setup(void **state)
{
    (void)state;
    text_init(&to, 256);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    text_free(&to);
    return 0;
}

static void expect(const char *expected)
{
    assert_string_equal(to.bytes, expected);
    text_clear(&to);
}

static int32_t day(int32_t year, int32_t month, int32_t day_of_month)
{
    return day_of_civil((struct civil_date){year, month, day_of_month});
}

static void test_dates(void **state)
{
    (void)state;
    translate_date(&to, TRANSLATE_FR, day(2026, 12, 3), false);
    expect("jeudi 3 décembre");
    translate_date(&to, TRANSLATE_EN, day(2026, 12, 3), false);
    expect("Thursday 3 December");
    translate_date(&to, TRANSLATE_FR, day(2026, 12, 1), true);
    expect("mardi 1er décembre 2026");
    translate_date(&to, TRANSLATE_EN, day(2027, 1, 1), true);
    expect("Friday 1 January 2027");
    translate_date(&to, TRANSLATE_FR, day(2028, 2, 29), false);
    expect("mardi 29 février");
}

static void test_times(void **state)
{
    (void)state;
    translate_time(&to, TRANSLATE_EN, 20 * 60 + 58);
    expect("20:58");
    translate_time(&to, TRANSLATE_FR, 20 * 60 + 58);
    expect("20" NBSP "h" NBSP "58");
    translate_time(&to, TRANSLATE_FR, 8 * 60 + 5);
    expect("8" NBSP "h" NBSP "05");
    translate_time(&to, TRANSLATE_EN, 0);
    expect("00:00");
}

static void test_money(void **state)
{
    (void)state;
    translate_money(&to, TRANSLATE_FR, 3680, 2, "EUR");
    expect("36,80" NBSP "€");
    translate_money(&to, TRANSLATE_EN, 3680, 2, "EUR");
    expect("€36.80");
    translate_money(&to, TRANSLATE_FR, 123456789, 2, "EUR");
    expect("1" NARROW "234" NARROW "567,89" NBSP "€");
    translate_money(&to, TRANSLATE_EN, 123456, 2, "GBP");
    expect("£1,234.56");
    translate_money(&to, TRANSLATE_EN, 1200, 2, "CHF");
    expect("CHF" NBSP "12.00");
    translate_money(&to, TRANSLATE_FR, 1200, 0, "JPY");
    expect("1" NARROW "200" NBSP "JPY");
    translate_money(&to, TRANSLATE_FR, 5, 3, "TND");
    expect("0,005" NBSP "TND");
    translate_money(&to, TRANSLATE_FR, -100000, 2, "EUR");
    expect("\u22121" NARROW "000,00" NBSP "€");
    translate_money(&to, TRANSLATE_EN, -100000, 2, "EUR");
    expect("\u2212€1,000.00");
    translate_money(&to, TRANSLATE_EN, -1200, 2, "CHF");
    expect("\u2212CHF" NBSP "12.00");
}

static void test_numbers(void **state)
{
    (void)state;
    translate_number(&to, TRANSLATE_FR, 1500, 3);
    expect("1,5");
    translate_number(&to, TRANSLATE_EN, 1234500, 3);
    expect("1,234.5");
    translate_number(&to, TRANSLATE_FR, 2000, 3);
    expect("2");
    translate_number(&to, TRANSLATE_EN, 0, 3);
    expect("0");
}

static void test_find(void **state)
{
    (void)state;
    static const struct translate_entry entries[] = {{"a", {"fa", "ea"}},
                                                     {"ab", {"fab", "eab"}},
                                                     {"abc", {"fabc", "eabc"}},
                                                     {"b", {"fb", "eb"}}};
    const struct translate_catalog catalog = {4, entries};
    for (size_t i = 0; i < catalog.count; i++) {
        assert_ptr_equal(translate_find(&catalog, TRANSLATE_EN, slice_of(entries[i].key)),
                         entries[i].text[TRANSLATE_EN]);
    }
    assert_null(translate_find(&catalog, TRANSLATE_FR, SLICE("aa")));
    assert_null(translate_find(&catalog, TRANSLATE_FR, SLICE("abcd")));
    assert_null(translate_find(&catalog, TRANSLATE_FR, SLICE("")));
    assert_string_equal(translate_code(TRANSLATE_FR), "fr");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_dates, setup, teardown),
        cmocka_unit_test_setup_teardown(test_times, setup, teardown),
        cmocka_unit_test_setup_teardown(test_money, setup, teardown),
        cmocka_unit_test_setup_teardown(test_numbers, setup, teardown),
        cmocka_unit_test(test_find),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

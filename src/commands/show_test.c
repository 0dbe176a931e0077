/* What people read: weekdays, decimal commas, and that foreign text fits its place. */
#include "commands/show.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static char to[SHOW_BYTES];

static void days_and_times(void **state)
{
    (void)state;
    static const struct shop shop = {
        .zone = {.count = 2, .periods = {{INT64_MIN, 3600}, {1774746000, 7200}}}};
    assert_string_equal(show_day(LANGUAGE_EN, to, 0), "Thu 1970-01-01");
    assert_string_equal(show_day(LANGUAGE_FR, to, 3), "dim. 1970-01-04");
    assert_string_equal(show_day_short(LANGUAGE_EN, to, 0), "Thu 1");
    assert_string_equal(show_instant(LANGUAGE_EN, &shop, to, 0), "Thu 1970-01-01 01:00");
    assert_string_equal(show_time(&shop, to, 15), "01:00:15");
    /* Sunday 29 March 2026: 01:00 UTC is 03:00 in summer time. */
    assert_string_equal(show_instant(LANGUAGE_FR, &shop, to, 1774746000), "dim. 2026-03-29 03:00");
}

static void numbers(void **state)
{
    (void)state;
    static const struct shop euro = {.currency = {"EUR", 2}};
    static const struct shop yen = {.currency = {"JPY", 0}};
    assert_string_equal(show_money(LANGUAGE_EN, &euro, to, 3680), "36.80 EUR");
    assert_string_equal(show_money(LANGUAGE_FR, &euro, to, -5), "-0,05 EUR");
    assert_string_equal(show_money(LANGUAGE_FR, &yen, to, 1200), "1200 JPY");
    assert_string_equal(show_quantity(LANGUAGE_FR, to, 2500), "2,5");
    assert_string_equal(show_quantity(LANGUAGE_EN, to, 2000), "2");
    assert_string_equal(show_count(LANGUAGE_EN, to, 1, "offer", "offre"), "1 offer");
    assert_string_equal(show_count(LANGUAGE_EN, to, 0, "offer", "offre"), "0 offers");
    assert_string_equal(show_count(LANGUAGE_FR, to, 0, "offer", "offre"), "0 offre");
    assert_string_equal(show_count(LANGUAGE_FR, to, 2, "offer", "offre"), "2 offres");
}

static void texts_of_answers(void **state)
{
    (void)state;
    assert_string_equal(show_iso(LANGUAGE_EN, to, "2026-12-01T16:00:00+01:00"),
                        "Tue 2026-12-01 16:00");
    assert_string_equal(show_iso(LANGUAGE_FR, to, "2026-12-03"), "jeu. 2026-12-03");
    assert_string_equal(show_iso(LANGUAGE_EN, to, "soon"), "soon");
    assert_string_equal(show_iso(LANGUAGE_EN, to, "2026-02-30"), "2026-02-30");
    (void)show_iso(
        LANGUAGE_EN, to,
        "a very long text that somebody put where a date should have been, and then more of it");
    assert_true(strlen(to) < SHOW_BYTES);
    (void)show_amount(LANGUAGE_EN, to, "12345678901234567890123456789012345678901234567890",
                      "EURO-EURO-EURO");
    assert_true(strlen(to) < SHOW_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_and_times),
        cmocka_unit_test(numbers),
        cmocka_unit_test(texts_of_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

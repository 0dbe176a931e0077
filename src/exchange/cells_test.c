/* Cells are tested by what real exports hold, and by what they must not be taken for. */
#include "exchange/cells.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

static void number_is(const char *cell, int decimals, enum cell_result result, int64_t value)
{
    int64_t read = 0;
    enum cell_result got = cell_number(slice_of(cell), decimals, &read);
    if (got != result || (result == CELL_OK && read != value))
        fail_msg("\"%s\": result %d value %lld", cell, (int)got, (long long)read);
}

static void test_numbers_of_every_country(void **state)
{
    (void)state;
    number_is("2.55", 2, CELL_OK, 255);
    number_is(" 2,55 ", 2, CELL_OK, 255);
    number_is("1 234,50", 2, CELL_OK, 123450);
    number_is("1\xc2\xa0"
              "234,50 €",
              2, CELL_OK, 123450);
    number_is("1\xe2\x80\xaf"
              "234,50",
              2, CELL_OK, 123450);
    number_is("1,234.50", 2, CELL_OK, 123450);
    number_is("1.234,50", 2, CELL_OK, 123450);
    number_is("1'234.50", 2, CELL_OK, 123450);
    number_is("1,234,567", 2, CELL_OK, 123456700);
    number_is("1.234.567", 2, CELL_OK, 123456700);
    number_is("£4.95", 2, CELL_OK, 495);
    number_is("-11062.06", 2, CELL_OK, -1106206);
    number_is("12.50-", 2, CELL_OK, -1250);
    number_is("+3", 3, CELL_OK, 3000);
    number_is("6.0", 3, CELL_OK, 6000);
    number_is(".5", 2, CELL_OK, 50);
    number_is("5.", 2, CELL_OK, 500);
    number_is("0,125", 3, CELL_OK, 125);
    number_is("1200", 0, CELL_OK, 1200);
}

static void test_numbers_round_half_up(void **state)
{
    (void)state;
    number_is("0.001", 2, CELL_OK, 0);
    number_is("0.005", 2, CELL_OK, 1);
    number_is("1.2349", 2, CELL_OK, 123);
    number_is("-1.235", 2, CELL_OK, -124);
    number_is("9.995", 2, CELL_OK, 1000);
    number_is("17.5", 0, CELL_OK, 18);
}

static void test_numbers_that_are_none(void **state)
{
    (void)state;
    number_is("", 2, CELL_EMPTY, 0);
    number_is("  \t ", 2, CELL_EMPTY, 0);
    number_is("1,234", 2, CELL_AMBIGUOUS, 0);
    number_is("12,500", 3, CELL_AMBIGUOUS, 0);
    const char *const bad[] = {"abc",
                               "1e3",
                               "0x10",
                               "1.2.3,4,5",
                               "1,23,4",
                               "12..5",
                               "--1",
                               "1-2",
                               ".",
                               "-",
                               "€",
                               "1/2",
                               "12345678901234567890",
                               "NaN",
                               "1,2345,678",
                               ",,"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        number_is(bad[i], 2, CELL_BAD, 0);
}

/* Paris in winter, all year. */
static const struct zone plus_one = {1, {{INT64_MIN, 3600}}};

static void instant_is(const char *cell, enum exchange_dates order, int64_t at)
{
    int64_t read = 0;
    enum cell_result got = cell_instant(slice_of(cell), order, &plus_one, &read);
    if (at < 0 ? got == CELL_OK : (got != CELL_OK || read != at))
        fail_msg("\"%s\": result %d at %lld", cell, (int)got, (long long)read);
}

static void test_dates(void **state)
{
    (void)state;
    const int64_t at = 1291188360 - 3600; /* 2010-12-01 08:26, local */
    instant_is("2010-12-01 08:26:00", DATES_ISO, 1291191960 - 3600);
    instant_is("2010-12-01T07:26:00Z", DATES_ISO, 1291191960 - 3600);
    instant_is("2010-12-01T09:26:00.123+02:00", DATES_ISO, 1291191960 - 3600);
    instant_is("2010/12/01 08:26", DATES_DAY_FIRST, 1291191960 - 3600);
    instant_is("12/1/2010 8:26", DATES_MONTH_FIRST, 1291191960 - 3600);
    instant_is("1/12/2010 8:26", DATES_DAY_FIRST, 1291191960 - 3600);
    instant_is("1.12.2010 08:26", DATES_ISO, 1291191960 - 3600);
    instant_is("12/1/10 8:26 AM", DATES_MONTH_FIRST, 1291191960 - 3600);
    instant_is("12/1/2010 8:26 pm", DATES_MONTH_FIRST, 1291191960 - 3600 + 12 * 3600);
    instant_is("12/1/2010 12:26 AM", DATES_MONTH_FIRST, 1291191960 - 3600 - 8 * 3600);
    instant_is("2010-12-01", DATES_ISO, at - at % 86400 - 3600);
    const char *const bad[] = {"2010-02-30",          "2010-13-01",         "12/1/2010",
                               "yesterday",           "2010-12-01 25:00",   "2010-12",
                               "2010-12-01 08:26 XM", "2010-12-01x",        "1969-12-31",
                               "2010-12/01",          "2010-12-01 13:00 PM"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        instant_is(bad[i], DATES_ISO, -1);
}

static void test_dates_tell_their_order(void **state)
{
    (void)state;
    assert_int_equal(cell_dates_order(SLICE("2010-12-01 08:26:00")), DATES_ISO);
    assert_int_equal(cell_dates_order(SLICE("12/13/2010 8:26")), DATES_MONTH_FIRST);
    assert_int_equal(cell_dates_order(SLICE("13/12/2010 8:26")), DATES_DAY_FIRST);
    assert_int_equal(cell_dates_order(SLICE("1.12.2010")), DATES_DAY_FIRST);
    assert_int_equal(cell_dates_order(SLICE("3/4/2011")), DATES_DETECT);
    assert_int_equal(cell_dates_order(SLICE("soon")), DATES_DETECT);
}

static void name_is(const char *cell, bool exact, const char *name)
{
    char got[LIMIT_NAME_BYTES + 1];
    bool same = cell_name(slice_of(cell), got);
    size_t length = strlen(name);
    bool right = exact ? strcmp(got, name) == 0
                       : strncmp(got, name, length) == 0 && strlen(got) == length + 8;
    if (same != exact || !right)
        fail_msg("\"%s\" became \"%s\"", cell, got);
}

static void test_names(void **state)
{
    (void)state;
    name_is("85123A", true, "85123A");
    name_is("85123A ", true, "85123A");
    name_is("gift_0001_40", true, "gift_0001_40");
    name_is("BANK CHARGES", false, "BANK-CHARGES-");
    name_is("ö/x", false, "o-x-");
    name_is("Bœuf bourguignon 500 g", false, "Boeuf-bourguignon-500-g-");
    name_is("Straße", false, "Strasse-");
    name_is("Łódź", false, "Lodz-");
    name_is("抹茶", false, "x-");
    name_is("", false, "x-");
    char a[LIMIT_NAME_BYTES + 1];
    char b[LIMIT_NAME_BYTES + 1];
    (void)cell_name(SLICE("a b"), a);
    (void)cell_name(SLICE("a/b"), b);
    assert_string_not_equal(a, b);
}

static void test_long_names_fit_and_differ(void **state)
{
    (void)state;
    char one[300];
    char two[300];
    memset(one, 'a', sizeof one - 1);
    memset(two, 'a', sizeof two - 1);
    one[299] = two[299] = '\0';
    two[298] = 'b';
    char a[LIMIT_NAME_BYTES + 1];
    char b[LIMIT_NAME_BYTES + 1];
    assert_false(cell_name(slice_of(one), a));
    assert_false(cell_name(slice_of(two), b));
    assert_int_equal(strlen(a), LIMIT_NAME_BYTES);
    assert_string_not_equal(a, b);
}

static void test_labels(void **state)
{
    (void)state;
    char label[LIMIT_LABEL_BYTES + 1];
    assert_true(cell_label(SLICE("  Hoodie with\n\t Pocket  and Logo "), label));
    assert_string_equal(label, "Hoodie with Pocket and Logo");
    /* Control characters, those beyond ASCII too, which a shop file does not hold. */
    assert_true(cell_label(SLICE("\x01 Pot \xc2\x81\xc2\x9f\x7f de\xc2\xa0miel \x02"), label));
    assert_string_equal(label, "Pot de\xc2\xa0miel");
    /* What pasting leaves in names: a line separator, a byte order mark. */
    assert_true(cell_label(SLICE("Pot\xe2\x80\xa8"
                                 "de miel\xef\xbb\xbf"),
                           label));
    assert_string_equal(label, "Pot de miel");
    assert_true(cell_label(SLICE("\x01\xc2\x80"), label));
    assert_string_equal(label, "");
    char text[402];
    for (int i = 0; i < 200; i++)
        memcpy(text + (size_t)i * 2, "é", 2);
    assert_false(cell_label((struct slice){text, 400}, label));
    assert_int_equal(strlen(label), LIMIT_LABEL_BYTES);
    assert_true(cell_label((struct slice){text, 200}, label));
    text[0] = 'x'; /* now the limit falls inside a character */
    memmove(text + 1, text + 2, 398);
    assert_false(cell_label((struct slice){text, 399}, label));
    assert_int_equal(strlen(label), LIMIT_LABEL_BYTES - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_of_every_country),
        cmocka_unit_test(test_numbers_round_half_up),
        cmocka_unit_test(test_numbers_that_are_none),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_dates_tell_their_order),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_long_names_fit_and_differ),
        cmocka_unit_test(test_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The answers of `ecluse setup` as people write them, and what is no answer. */
#include "commands/setup_answers.h"
#include "commands/setup_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct setup_answers answers;
static char why[512];

static bool answered(enum setup_question question, const char *text)
{
    answers.currency_decimals = 2;
    return setup_answer_read(&answers, question, slice_of(text), LANGUAGE_EN, why, sizeof why);
}

static void test_enter_takes_the_default(void **state)
{
    (void)state;
    for (int question = 0; question < SETUP_QUESTIONS; question++) {
        assert_true(answered((enum setup_question)question, ""));
        assert_true(answered((enum setup_question)question,
                             setup_default((enum setup_question)question, LANGUAGE_FR)));
    }
    assert_string_equal(answers.products, "");
    assert_int_equal(answers.people, 2);
    assert_int_equal(answers.group_count, 1);
    assert_int_equal(answers.groups[0].first, MONDAY);
    assert_int_equal(answers.groups[0].last, FRIDAY);
    assert_int_equal(answers.groups[0].hours[1][0], 13 * 60 + 30);
    assert_int_equal(answers.supplier_days, 14);
    assert_false(answers.has_cash);
    assert_int_equal(answers.parcels_thousandths, 20000);
}

/* What a file manager or a shell puts around a path. */
static void test_paths(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{" export.csv ", "export.csv"},
                                           {"'my export.csv'", "my export.csv"},
                                           {"\"my export.csv\"", "my export.csv"},
                                           {"my\\ export.csv", "my export.csv"},
                                           {"/a/l'export.csv", "/a/l'export.csv"},
                                           {"Aucun", ""},
                                           {"none", ""}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_true(answered(SETUP_PRODUCTS, pairs[i][0]));
        assert_string_equal(answers.products, pairs[i][1]);
    }
    assert_false(answered(SETUP_PRODUCTS, "''"));
    assert_false(answered(SETUP_PRODUCTS, "a\x01.csv"));
    assert_false(answered(SETUP_PRODUCTS, "\xff.csv"));
    assert_non_null(strstr(why, "the path of a CSV file"));
}

static void test_people_and_hours(void **state)
{
    (void)state;
    assert_true(answered(SETUP_PEOPLE, "3 lundi-vendredi 9h-12h30 13h30-17, sam 08:00-12"));
    assert_int_equal(answers.people, 3);
    assert_int_equal(answers.group_count, 2);
    assert_int_equal(answers.groups[0].hours_count, 2);
    assert_int_equal(answers.groups[0].hours[0][1], 12 * 60 + 30);
    assert_int_equal(answers.groups[1].first, SATURDAY);
    assert_int_equal(answers.groups[1].last, SATURDAY);
    assert_true(answered(SETUP_PEOPLE, "250 sun-mon 0-24"));
    assert_int_equal(answers.groups[0].hours[0][1], MINUTES_PER_DAY);
    static const char *const bad[] = {"mon-fri 9-17",
                                      "0 mon-fri 9-17",
                                      "251 mon-fri 9-17",
                                      "2.5 mon-fri 9-17",
                                      "2",
                                      "2 mon-fri",
                                      "2 9-17",
                                      "2 mon-xyz 9-17",
                                      "2 mon-fri 17-9",
                                      "2 mon-fri 9-25",
                                      "2 mon-fri 9-24:01",
                                      "2 mon-fri 9:60-12",
                                      "2 mon-fri 9:5-12",
                                      "2 mon-fri 9:-12",
                                      "2 mon-fri 9-12 11-17",
                                      "2 mon-fri 9-10 11-12 13-14 15-16 17-18",
                                      "2 mon-fri 9-12, wed 9-12",
                                      "2 sat-mon 9-12, mon 9-12",
                                      "2 mon 9-12,"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        bool right = answered(SETUP_PEOPLE, bad[i]);
        /* A comma at the end opens no group. */
        assert_int_equal(right, i + 1 == sizeof bad / sizeof bad[0]);
    }
}

static void test_numbers(void **state)
{
    (void)state;
    assert_true(answered(SETUP_SUPPLIER, "0"));
    assert_int_equal(answers.supplier_days, 0);
    assert_true(answered(SETUP_SUPPLIER, "aucun"));
    assert_int_equal(answers.supplier_days, -1);
    assert_false(answered(SETUP_SUPPLIER, "731"));
    assert_false(answered(SETUP_SUPPLIER, "two weeks"));
    assert_int_equal(answers.supplier_days, -1); /* as before */
    assert_true(answered(SETUP_CASH, "-1200,50 3500"));
    assert_int_equal(answers.balance_minor, -120050);
    assert_int_equal(answers.monthly_minor, 350000);
    assert_true(answered(SETUP_CASH, "8000"));
    assert_int_equal(answers.monthly_minor, 0);
    assert_false(answered(SETUP_CASH, "8000 -1"));
    assert_false(answered(SETUP_CASH, "8000 1 2"));
    assert_false(answered(SETUP_CASH, "1,234")); /* can be read two ways */
    assert_true(answered(SETUP_PARCELS, "7,5"));
    assert_int_equal(answers.parcels_thousandths, 7500);
    assert_false(answered(SETUP_PARCELS, "0"));
    assert_false(answered(SETUP_PARCELS, "1001"));
    assert_false(answered(SETUP_PARCELS, "many"));
}

static void test_the_refusal_is_in_the_language(void **state)
{
    (void)state;
    assert_false(
        setup_answer_read(&answers, SETUP_PARCELS, SLICE("x"), LANGUAGE_FR, why, sizeof why));
    assert_non_null(strstr(why, "un nombre de colis"));
}

/* 7 parcels an hour are 8.571 minutes each; a day of two groups is written for each. */
static void test_what_becomes_of_them(void **state)
{
    (void)state;
    static const struct setup_shop shop = {"Chez \"Anne\"", "EUR", "Europe/Paris", LANGUAGE_EN};
    struct text text;
    text_init(&text, 1 << 16);
    assert_true(answered(SETUP_PRODUCTS, "none"));
    assert_true(answered(SETUP_PEOPLE, "1 mon-fri 9-17, sat 9-12"));
    assert_true(answered(SETUP_SUPPLIER, "none"));
    assert_true(answered(SETUP_CASH, "100 20"));
    assert_true(answered(SETUP_PARCELS, "7"));
    setup_shop_write(&shop, &answers, &text);
    assert_non_null(strstr(text.bytes, "name: \"Chez \\\"Anne\\\"\""));
    assert_non_null(strstr(text.bytes, "open: {mon-fri: \"09:00-17:00\", sat: \"09:00-12:00\"}"));
    assert_non_null(strstr(text.bytes, "minutes: 8.571"));
    assert_non_null(strstr(text.bytes, "opening_balance: 100.00, fixed_costs: [{name: "));
    assert_null(strstr(text.bytes, "supplier"));
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_enter_takes_the_default),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_people_and_hours),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_the_refusal_is_in_the_language),
        cmocka_unit_test(test_what_becomes_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

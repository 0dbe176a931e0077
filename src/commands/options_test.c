/* The parser of arguments: every rule of options.h, and that bad usage is told with what would be
 * right. */
#include "commands/nearest.h"
#include "commands/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

static const struct option options[] = {{"days", "N", false, "days"},
                                        {"explain", NULL, false, "why"},
                                        {"stop", "NAME", true, "leave out"}};
static const char *const examples[] = {"ecluse try a", NULL};
static const struct manual manual = {.operands_min = 1,
                                     .operands_max = 2,
                                     .takes_now = true,
                                     .option_count = 3,
                                     .options = options,
                                     .text = "Text.",
                                     .examples = examples};
static const struct command command = {"try", "SHOP [ITEM]", "tries", NULL, &manual};

static struct call call;
static struct fault fault;

static enum status read_words(int count, const char *const *words)
{
    char *argv[16];
    for (int i = 0; i < count; i++) {
        argv[i] = (char *)(uintptr_t)words[i];
    }
    call = (struct call){.command = &command};
    fault = (struct fault){.status = STATUS_OK};
    return options_read(&call, count, argv, &fault);
}

#define READ(...)                                                                                  \
    read_words((int)(sizeof(const char *[]){__VA_ARGS__} / sizeof(char *)),                        \
               (const char *[]){__VA_ARGS__})

static void expect_refusal(enum status status, const char *part)
{
    assert_int_equal(status, STATUS_INVALID);
    if (strstr(fault.text, part) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", fault.text, part);
    }
    options_free(&call);
}

static void options_and_operands(void **state)
{
    (void)state;
    assert_int_equal(READ("--days", "7", "shop.db", "--stop=a=b", "--explain", "item", "--stop",
                          "c", "--json", "--now=2026-12-01"),
                     STATUS_OK);
    assert_int_equal(call.operand_count, 2);
    assert_string_equal(call.operands[1], "item");
    assert_string_equal(call_value(&call, "days"), "7");
    assert_string_equal(call_value_at(&call, "stop", 0), "a=b");
    assert_string_equal(call_value_at(&call, "stop", 1), "c");
    assert_null(call_value_at(&call, "stop", 2));
    assert_true(call_flag(&call, "explain") && call.json);
    assert_string_equal(call.now, "2026-12-01");
    options_free(&call);
}

static void after_two_dashes_all_is_operand(void **state)
{
    (void)state;
    assert_int_equal(READ("--", "--days", "-x"), STATUS_OK);
    assert_int_equal(call.operand_count, 2);
    assert_string_equal(call.operands[0], "--days");
    options_free(&call);
    assert_int_equal(READ("-"), STATUS_OK);
    assert_string_equal(call.operands[0], "-");
    options_free(&call);
}

static void bad_usage_is_told(void **state)
{
    (void)state;
    expect_refusal(READ("a", "--dais", "3"), "did you mean --days");
    expect_refusal(READ("a", "--xyzzyx"), "ecluse try --help");
    expect_refusal(READ("a", "--day"), "--days"); /* never taken for it */
    expect_refusal(READ("a", "--days"), "--days N");
    expect_refusal(READ("a", "--days="), "needs a value");
    expect_refusal(READ("a", "--days", "1", "--days", "2"), "twice");
    expect_refusal(READ("a", "--explain=yes"), "takes no value");
    expect_refusal(READ("a", "-x"), "begin with --");
    expect_refusal(READ("--json"), "SHOP [ITEM]");
    expect_refusal(READ("a", "b", "c"), "\"c\"");
    expect_refusal(READ("a", "--lang", "de"), "fr and en");
    expect_refusal(READ("a\xff"), "UTF-8");
}

static void help_needs_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(READ("--help"), STATUS_OK);
    assert_true(call.help);
    options_free(&call);
    assert_int_equal(READ("-h"), STATUS_OK);
    assert_true(call.help);
    options_free(&call);
}

static void language_of_the_environment(void **state)
{
    (void)state;
    (void)unsetenv("LC_ALL");
    (void)unsetenv("LC_MESSAGES");
    (void)setenv("LANG", "fr_FR.UTF-8", 1);
    assert_int_equal(options_language_default(), LANGUAGE_FR);
    (void)setenv("LC_ALL", "C.UTF-8", 1);
    assert_int_equal(options_language_default(), LANGUAGE_EN);
    assert_int_equal(READ("a", "--lang", "fr"), STATUS_OK);
    assert_string_equal(call_say(&call, "yes", "oui"), "oui");
    options_free(&call);
}

static void numbers(void **state)
{
    (void)state;
    int64_t days = 14;
    assert_int_equal(READ("a"), STATUS_OK);
    assert_int_equal(call_number(&call, "days", 1, 730, &days, &fault), STATUS_OK);
    assert_int_equal(days, 14);
    options_free(&call);
    static const char *const bad[] = {"0", "731", "-1", "1.5", "x", "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(READ("a", "--days", bad[i]), STATUS_OK);
        expect_refusal(call_number(&call, "days", 1, 730, &days, &fault), "from 1 to 730");
    }
    assert_int_equal(days, 14);
}

static void offers(void **state)
{
    (void)state;
    struct offer_operand offer;
    assert_int_equal(options_offer_read("coffret", &offer, &fault), STATUS_OK);
    assert_int_equal(offer.quantity_thousandths, 1000);
    assert_int_equal(options_offer_read("rye=2.125", &offer, &fault), STATUS_OK);
    assert_int_equal(offer.quantity_thousandths, 2125);
    assert_true(slice_is(offer.name, "rye"));
    static const char *const bad[] = {"=2",       "a=",        "a=0",   "a=-1",
                                      "a=1.2345", "a=1000001", "a=two", ""};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(options_offer_read(bad[i], &offer, &fault), STATUS_INVALID);
    }
}

static const char *near_of(const char *typed)
{
    static const char *const names[] = {"init", "apply", "serve", "quote", "deliver", "done"};
    struct nearest nearest;
    nearest_begin(&nearest, slice_of(typed));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        nearest_try(&nearest, names[i]);
    }
    return nearest.best;
}

static void nearest_names(void **state)
{
    (void)state;
    assert_int_equal(nearest_distance(slice_of("kitten"), slice_of("sitting")), 3);
    assert_int_equal(nearest_distance(slice_of("ca"), slice_of("ac")), 1);
    assert_int_equal(nearest_distance(slice_of(""), slice_of("abc")), 3);
    assert_string_equal(near_of("qoute"), "quote");
    assert_string_equal(near_of("deliv"), "deliver");
    assert_string_equal(near_of("serv"), "serve");
    assert_null(near_of("frobnicate"));
    assert_null(near_of(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_operands),
        cmocka_unit_test(after_two_dashes_all_is_operand),
        cmocka_unit_test(bad_usage_is_told),
        cmocka_unit_test(help_needs_nothing_else),
        cmocka_unit_test(language_of_the_environment),
        cmocka_unit_test(numbers),
        cmocka_unit_test(offers),
        cmocka_unit_test(nearest_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

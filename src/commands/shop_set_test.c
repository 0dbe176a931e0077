/* --set: the text with one value changed, in each style that a shop file is written in. */
#include "commands/shop_set.h"

#include "base/slice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char file[] = "shop:\n"
                           "  name: Épicerie   # the name\n"
                           "  zone: \"Europe/\\\"Paris\"\n"
                           "centers:\n"
                           "  packing: {people: 2, hours: \"8-12\"}\n"
                           "staffing:\n"
                           "  - {name: é, people: -1}\n"
                           "  - {name: b, people: 4}\n";

static void check(const char *setting, const char *old, const char *new)
{
    struct fault fault;
    size_t length = strlen(file);
    char *text = strdup(file);
    char wanted[512] = "";
    const char *at = strstr(file, old);
    assert_non_null(at);
    memcpy(wanted, file, (size_t)(at - file));
    memcpy(wanted + (at - file), new, strlen(new));
    memcpy(wanted + (at - file) + strlen(new), at + strlen(old), strlen(at + strlen(old)));
    assert_int_equal(shop_text_set(&text, &length, "x.yaml", setting, &fault), STATUS_OK);
    assert_string_equal(text, wanted);
    assert_int_equal(length, strlen(wanted));
    free(text);
}

static void values(void **state)
{
    (void)state;
    check("shop.name=Chez Ânne", "Épicerie", "Chez Ânne");
    check("shop.zone=UTC", "\"Europe/\\\"Paris\"", "UTC");
    check("centers.packing.people=31", "2, hours", "31, hours");
    check("centers.packing.hours=\"9-10\"", "\"8-12\"", "\"9-10\"");
    check("staffing.1.people=7", "people: -1", "people: 7");
    check("staffing.2.people=7", "4}", "7}");
}

static void keys_that_are_absent(void **state)
{
    (void)state;
    check("centers.packing.efficiency=0.9", "{people: 2", "{efficiency: 0.9, people: 2");
    check("shop.locale=en", "name: Ép", "locale: en\n  name: Ép");
    check("extra={a: 1}", "shop:\n", "extra: {a: 1}\nshop:\n");
    check("focus.together_lost=100", "shop:\n", "focus: {together_lost: 100}\nshop:\n");
}

static void refusals(void **state)
{
    static const char *const bad[] = {
        "shop.name",        "=3",     "shop.name=",       "staffing.3.people=1",
        "shop.name.deep=1", "shop=1", "nobody.is.here=1", "staffing=1",
        "shop.name=a\nb"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct fault fault;
        size_t length = strlen(file);
        char *text = strdup(file);
        assert_int_equal(shop_text_set(&text, &length, "x.yaml", bad[i], &fault), STATUS_INVALID);
        assert_string_equal(text, file);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(values),
                                       cmocka_unit_test(keys_that_are_absent),
                                       cmocka_unit_test(refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

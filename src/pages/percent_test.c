/* Escapes as forms and queries write them, broken ones, and no byte beyond the room. */
#include "pages/percent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void check(const char *text, enum percent_plus plus, const char *plain)
{
    char to[64];
    size_t length = 0;
    assert_true(percent_decode(slice_of(text), plus, to, strlen(plain), &length));
    assert_int_equal(length, strlen(plain));
    assert_memory_equal(to, plain, length);
}

static void test_escapes(void **state)
{
    (void)state;
    check("", PERCENT_PLUS_IS_SPACE, "");
    check("%41%2b%2B%c3%A9", PERCENT_PLUS_IS_SPACE, "A++\xc3\xa9");
    check("a+b", PERCENT_PLUS_IS_SPACE, "a b");
    check("2026-12-05T14%3A00+01:00", PERCENT_PLUS_IS_PLUS, "2026-12-05T14:00+01:00");
    check("%2541", PERCENT_PLUS_IS_PLUS, "%41");
}

static void test_broken(void **state)
{
    static const char *const broken[] = {"%", "a%4", "%4g", "%g4", "%%41", "%+1", "% 1"};
    char to[64];
    size_t length;
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        assert_false(
            percent_decode(slice_of(broken[i]), PERCENT_PLUS_IS_SPACE, to, sizeof to, &length));
    }
}

static void test_room(void **state)
{
    char to[3] = "..!";
    size_t length;
    (void)state;
    assert_true(percent_decode(SLICE("%41b"), PERCENT_PLUS_IS_PLUS, to, 2, &length));
    assert_false(percent_decode(SLICE("%41bc"), PERCENT_PLUS_IS_PLUS, to, 2, &length));
    assert_int_equal(to[2], '!');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

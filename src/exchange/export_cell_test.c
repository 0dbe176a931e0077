/* What is quoted, what is defused, and what must stay as it is. */
#include "exchange/export_cell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void text_is(const char *text, const char *cell)
{
    struct text to;
    text_init(&to, 1000);
    text_append_char(&to, '|');
    export_text_append(&to, slice_of(text));
    assert_string_equal(to.bytes + 1, cell);
    text_free(&to);
}

static void test_texts(void **state)
{
    (void)state;
    text_is("", "");
    text_is("Crêpes", "Crêpes");
    text_is("a, b", "\"a, b\"");
    text_is("7\" plate", "\"7\"\" plate\"");
    text_is("two\nlines", "\"two\nlines\"");
    text_is(" spaced ", "\" spaced \"");
    text_is("it's", "it's");
}

static void test_formulas_are_defused(void **state)
{
    (void)state;
    text_is("=1+1", "'=1+1");
    text_is("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"");
    text_is("+33 6 12", "'+33 6 12");
    text_is("-2", "'-2");
    text_is("@SUM(A1)", "'@SUM(A1)");
    text_is("\tx", "'\tx");
    text_is("a=1", "a=1");
}

static void number_is(char kind, int64_t value, int decimals, const char *cell)
{
    struct text to;
    text_init(&to, 100);
    export_number_append(&to, kind, value, decimals);
    assert_string_equal(to.bytes, cell);
    text_free(&to);
}

static void test_numbers(void **state)
{
    (void)state;
    number_is('q', -2500, 2, "-2.5");
    number_is('q', 3000, 2, "3");
    number_is('m', 3680, 2, "36.80");
    number_is('m', 3680, 0, "3680");
    number_is('p', 5500, 2, "5.5");
    number_is('n', 12, 2, "12");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_formulas_are_defused),
        cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

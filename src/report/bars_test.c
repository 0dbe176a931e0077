/* Bars as SVG: from zero, to either side, as long as their values, with names and words that cannot
 * break out. */
#include "report/bars.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct text drawn(const struct bars *bars)
{
    struct text to;
    text_init(&to, 65536);
    bars_append(&to, bars);
    assert_false(to.overflow);
    return to;
}

static void to_both_sides(void **state)
{
    static const struct bars_row rows[] = {{"gift <boxes>", {{300, "+300 & more"}}},
                                           {"cellar", {{-100, "\u2212100"}}}};
    const struct bars bars = {.title = "Profit <b>", .series_count = 1, .count = 2, .rows = rows};
    (void)state;
    struct text to = drawn(&bars);
    /* From -100 to 300 in 68 percent of the width: zero is at 17, 300 at 68. */
    assert_non_null(strstr(to.bytes, "x=\"17.00%\" y=\"20\" width=\"51.00%\""));
    assert_non_null(strstr(to.bytes, "x=\"68.00%\" dx=\"6\""));
    assert_non_null(strstr(to.bytes, "x=\"0.00%\" y=\"66\" width=\"17.00%\""));
    /* The words of a bar that goes to the left stand right of zero. */
    assert_non_null(strstr(to.bytes, "x=\"17.00%\" dx=\"6\" y=\"77\">\u2212100</text>"));
    assert_non_null(
        strstr(to.bytes, "class=\"zero\" x1=\"17.00%\" x2=\"17.00%\" y1=\"0\" y2=\"92\""));
    assert_non_null(strstr(to.bytes, "gift &lt;boxes&gt;"));
    assert_non_null(strstr(to.bytes, "+300 &amp; more"));
    assert_null(strstr(to.bytes, "<boxes>"));
    assert_null(strstr(to.bytes, "<b>"));
    text_free(&to);
}

static void two_series(void **state)
{
    static const struct bars_row rows[] = {{"a", {{50, "50 h"}, {25, "25 r"}}}};
    const struct bars bars = {.title = "t", .series_count = 2, .count = 1, .rows = rows};
    (void)state;
    struct text to = drawn(&bars);
    assert_non_null(strstr(to.bytes, "bar-0\" x=\"0.00%\" y=\"20\" width=\"68.00%\""));
    assert_non_null(strstr(to.bytes, "bar-1\" x=\"0.00%\" y=\"36\" width=\"34.00%\""));
    assert_non_null(strstr(to.bytes, "<svg style=\"height:62px\""));
    text_free(&to);
}

static void long_names_are_cut(void **state)
{
    static const struct bars_row rows[] = {
        {"a washing machine of 8 kg that two people deliver & connect", {{1, "1"}}}};
    const struct bars bars = {.title = "t", .series_count = 1, .count = 1, .rows = rows};
    (void)state;
    struct text to = drawn(&bars);
    assert_non_null(strstr(to.bytes, ">a washing machine of 8 kg that two pe\u2026</text>"));
    text_free(&to);
}

static void nothing_to_draw(void **state)
{
    static const struct bars_row rows[] = {{"a", {{0, "0"}}}};
    const struct bars bars = {.title = "t", .series_count = 1, .count = 1, .rows = rows};
    (void)state;
    struct text to = drawn(&bars);
    assert_non_null(strstr(to.bytes, "width=\"0.00%\""));
    assert_null(strstr(to.bytes, "nan"));
    text_free(&to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(to_both_sides), cmocka_unit_test(two_series),
        cmocka_unit_test(long_names_are_cut), cmocka_unit_test(nothing_to_draw)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

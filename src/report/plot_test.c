/* A plot's SVG: its scale, its lines where they belong, names that do not lie upon each other, and
 * texts that cannot break out. */
#include "report/plot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const double rising[] = {0, 50, 100};
static const double flat[] = {98, 98, 98};

static struct text drawn(const struct plot *plot)
{
    struct text to;
    text_init(&to, 65536);
    plot_append(&to, plot);
    assert_false(to.overflow);
    return to;
}

static void lines_and_scale(void **state)
{
    const struct plot plot = {.title = "Orders <late>",
                              .language = 1,
                              .first_day = 20788, /* 2026-12-01 */
                              .count = 3,
                              .marked = 1,
                              .mark = "tv & co",
                              .line_count = 2,
                              .lines = {{"up", rising}, {"level", flat}}};
    (void)state;
    struct text to = drawn(&plot);
    /* 100 is at the top (14), 0 at the bottom (222), 50 between; x from 58 to 520. */
    assert_non_null(strstr(to.bytes, "points=\"58.0,222.0 289.0,118.0 520.0,14.0 \""));
    assert_non_null(strstr(to.bytes, ">100</text>"));
    assert_null(strstr(to.bytes, ">200</text>"));
    assert_non_null(strstr(to.bytes, "Orders &lt;late&gt;"));
    assert_null(strstr(to.bytes, "<late>"));
    assert_non_null(strstr(to.bytes, "tv &amp; co"));
    assert_non_null(strstr(to.bytes, "1/12"));
    /* "level" ends at 18.2, but "up" is written there: it moves down by a name's height. */
    assert_non_null(strstr(to.bytes, "<text class=\"name name-0\" x=\"526\" y=\"18.0\">up"));
    assert_non_null(strstr(to.bytes, "<text class=\"name name-1\" x=\"526\" y=\"37.0\">level"));
    text_free(&to);
}

static void nothing_happened(void **state)
{
    static const double none[] = {0, 0};
    const struct plot plot = {
        .title = "t", .count = 2, .marked = 2, .line_count = 1, .lines = {{"a", none}}};
    (void)state;
    struct text to = drawn(&plot);
    assert_non_null(strstr(to.bytes, "points=\"58.0,222.0 520.0,222.0 \""));
    assert_null(strstr(to.bytes, "mark"));
    text_free(&to);
}

/* 60 below and 100 above: the zero stands between; a value a week. */
static void below_zero(void **state)
{
    static const double falling[] = {100, 20, -60};
    const struct plot plot = {.title = "t",
                              .language = 1,
                              .first_day = 20788,
                              .day_step = 7,
                              .count = 3,
                              .marked = 3,
                              .line_count = 1,
                              .lines = {{"a", falling}}};
    (void)state;
    struct text to = drawn(&plot);
    assert_non_null(strstr(to.bytes, "points=\"58.0,14.0 289.0,97.2 520.0,180.4 \""));
    assert_non_null(strstr(to.bytes, ">0</text>"));
    assert_non_null(strstr(to.bytes, "\u221250</text>"));
    assert_non_null(strstr(to.bytes, "8/12"));
    assert_non_null(strstr(to.bytes, "15/12"));
    text_free(&to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines_and_scale),
                                       cmocka_unit_test(nothing_happened),
                                       cmocka_unit_test(below_zero)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

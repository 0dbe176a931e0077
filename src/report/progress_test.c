/* The bar's line at given moments, and that nothing is drawn where nothing should be. */
#include "report/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define SECOND UINT64_C(1000000000)

static void check_line(uint64_t done, uint64_t whole, uint64_t seconds, size_t width,
                       const char *expected)
{
    struct text line;
    text_init(&line, 4096);
    progress_line("orders", false, done, whole, seconds * SECOND, width, &line);
    assert_string_equal(line.bytes, expected);
    assert_true(utf8_columns(text_slice(&line)) <= width);
    text_free(&line);
}

static void lines(void **state)
{
    (void)state;
    check_line(25, 100, 10, 46, "orders  ██▌         25 %  30 s left");
    check_line(0, 100, 10, 46, "orders               0 %");
    check_line(100, 100, 10, 46, "orders  ██████████ 100 %");
    check_line(250, 100, 10, 46, "orders  ██████████ 100 %");
    check_line(1, 3, 100, 30, "orders  33 %  3 min 20 s left");
}

static void in_french(void **state)
{
    (void)state;
    struct text line;
    text_init(&line, 4096);
    progress_line("commandes", true, 25, 100, 10u * SECOND, 46, &line);
    assert_non_null(strstr(line.bytes, " 25 %  encore 30 s"));
    text_free(&line);
}

static void unknown_whole_shows_the_time(void **state)
{
    (void)state;
    check_line(5, 0, 3700, 40, "orders  1 h 01 min");
}

static void draws_rarely_and_wipes(void **state)
{
    (void)state;
    char *bytes = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&bytes, &length);
    struct progress progress;
    progress_begin(&progress, to, "orders", false, 80, 0);
    progress_update(&progress, 1, 10, SECOND / 4); /* short work leaves no trace */
    (void)fflush(to);
    assert_int_equal(length, 0);
    progress_update(&progress, 2, 10, SECOND);
    (void)fflush(to);
    size_t drawn = length;
    assert_true(drawn > 0);
    progress_update(&progress, 3, 10, SECOND + SECOND / 20);
    (void)fflush(to);
    assert_int_equal(length, drawn);
    progress_end(&progress);
    (void)fclose(to);
    assert_string_equal(bytes + length - 4, "\r\x1b[K");
    free(bytes);
}

static void silent_without_terminal(void **state)
{
    (void)state;
    struct progress progress;
    progress_begin(&progress, NULL, "orders", false, 80, 0);
    progress_update(&progress, 2, 10, 5u * SECOND);
    progress_end(&progress);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines),
        cmocka_unit_test(in_french),
        cmocka_unit_test(unknown_whole_shows_the_time),
        cmocka_unit_test(draws_rarely_and_wipes),
        cmocka_unit_test(silent_without_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tables as a person sees them: alignment by columns and not bytes, shrinking, control characters,
 * bars. */
#include "report/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

static const struct table_column columns[] = {
    {"offer", TABLE_LEFT, true}, {"units", TABLE_RIGHT, false}, {"note", TABLE_LEFT, false}};

static void check_table(struct table *table, size_t width, bool colour, const char *expected)
{
    struct text to;
    text_init(&to, 65536);
    assert_true(table_write(table, width, colour, &to));
    assert_string_equal(to.bytes, expected);
    text_free(&to);
}

static void fill(struct table *table)
{
    table_init(table, columns, 3);
    table_cell_string(table, "crêpe");
    table_cell_format(table, "%d", 7);
    table_cell_string(table, "a");
    table_cell_string(table, "Coffret breton long");
    table_cell_format(table, "%d", 1200);
    table_cell_string(table, "");
}

static void aligned_by_columns(void **state)
{
    (void)state;
    struct table table;
    fill(&table);
    assert_int_equal(table_row_count(&table), 2);
    check_table(&table, 0, false,
                "offer                units  note\n"
                "crêpe                    7  a\n"
                "Coffret breton long   1200  \n");
    table_free(&table);
}

static void shrinks_what_may(void **state)
{
    (void)state;
    struct table table;
    fill(&table);
    check_table(&table, 24, false,
                "offer        units  note\n"
                "crêpe            7  a\n"
                "Coffret br…   1200  \n");
    check_table(&table, 3, false, /* never under eight columns */
                "offer     units  note\n"
                "crêpe         7  a\n"
                "Coffret…   1200  \n");
    table_free(&table);
}

static void controls_are_harmless(void **state)
{
    (void)state;
    static const struct table_column one[] = {{"", TABLE_LEFT, false}};
    struct table table;
    table_init(&table, one, 1);
    table_cell(&table, SLICE("a\x1b[31mb\nc\x7f"));
    table_cell(&table, SLICE("x\xc2\x9b"
                             "2Jy"));
    table_cell(&table, SLICE("cut \xe2\x82"));
    struct text to;
    text_init(&to, 4096);
    assert_true(table_write(&table, 0, false, &to));
    assert_null(strchr(to.bytes, '\x1b'));
    assert_null(strstr(to.bytes, "\xc2\x9b"));
    assert_non_null(strstr(to.bytes, "a [31mb c \n"));
    text_free(&to);
    table_free(&table);
}

static void tones_only_with_colour(void **state)
{
    (void)state;
    static const struct table_column one[] = {{"", TABLE_RIGHT, false}};
    struct table table;
    table_init(&table, one, 1);
    table_cell_tone(&table, SLICE("late"), TABLE_BAD);
    check_table(&table, 0, false, "late\n");
    check_table(&table, 0, true, "\x1b[1;31mlate\x1b[0m\n");
    table_free(&table);
}

static void empty_table_is_its_head(void **state)
{
    (void)state;
    struct table table;
    table_init(&table, columns, 3);
    check_table(&table, 80, false, "offer  units  note\n");
    table_free(&table);
}

static void many_rows(void **state)
{
    (void)state;
    static const struct table_column one[] = {{"", TABLE_RIGHT, false}};
    struct table table;
    table_init(&table, one, 1);
    for (int i = 0; i < 5000; i++) {
        table_cell_format(&table, "%d", i);
    }
    struct text to;
    text_init(&to, 65536);
    assert_true(table_write(&table, 0, false, &to));
    assert_int_equal(to.length, 5000 * 5);
    text_free(&to);
    text_init(&to, 100);
    assert_false(
        table_write(&table, 0, false, &to)); /* over the writer's limit: said, not cut in silence */
    text_free(&to);
    table_free(&table);
}

static void check_bar(int64_t done, int64_t whole, const char *expected)
{
    struct text to;
    text_init(&to, 4096);
    table_bar_append(&to, done, whole, 4);
    assert_string_equal(to.bytes, expected);
    text_free(&to);
}

static void bars(void **state)
{
    (void)state;
    check_bar(0, 10, "    ");
    check_bar(10, 10, "████");
    check_bar(5, 10, "██  ");
    check_bar(1, 32, "▏   ");
    check_bar(31, 32, "███▉");
    check_bar(11, 10, "████");
    check_bar(3, 0, "    ");
    check_bar(INT64_MAX - 1, INT64_MAX, "███▉");
    check_bar(-4, 10, "    ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aligned_by_columns),
        cmocka_unit_test(shrinks_what_may),
        cmocka_unit_test(controls_are_harmless),
        cmocka_unit_test(tones_only_with_colour),
        cmocka_unit_test(empty_table_is_its_head),
        cmocka_unit_test(many_rows),
        cmocka_unit_test(bars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

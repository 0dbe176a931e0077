/* The statements that insert a batch's rows: how much SQLite does for each of them. */
#include "journal/sqlite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* How often the statement's program has a step of that name. */
static uint32_t steps_count(sqlite3 *db, const char *sql, const char *name)
{
    char text[2048];
    sqlite3_stmt *steps = NULL;
    uint32_t count = 0;
    (void)snprintf(text, sizeof text, "EXPLAIN %s", sql);
    assert_int_equal(sqlite3_prepare_v2(db, text, -1, &steps, NULL), SQLITE_OK);
    while (sqlite3_step(steps) == SQLITE_ROW) {
        count += strcmp((const char *)sqlite3_column_text(steps, 1), name) == 0;
    }
    assert_int_equal(sqlite3_finalize(steps), SQLITE_OK);
    return count;
}

/* Columns in the order of their table: each value is read to where its record is made from. */
static void test_no_value_is_copied(void **state)
{
    static const enum statement inserts[] = {STATEMENT_ADD_CONTACTS, STATEMENT_ADD_ORDERS,
                                             STATEMENT_ADD_ORDERS_WIDE, STATEMENT_ADD_LINES,
                                             STATEMENT_ADD_LINES_WIDE};
    struct journal *journal = calloc(1, sizeof *journal);
    struct fault fault;
    (void)state;
    assert_non_null(journal);
    assert_int_equal(sqlite3_open(":memory:", &journal->db), SQLITE_OK);
    assert_int_equal(
        sqlite_migrate(journal->db, "test", sqlite_schema_steps, JOURNAL_SCHEMA_VERSION, &fault),
        STATUS_OK);
    assert_int_equal(sqlite_rows_declare(journal->db, &journal->rows), SQLITE_OK);
    for (size_t i = 0; i < sizeof inserts / sizeof inserts[0]; i++) {
        sqlite3_stmt *statement = sqlite_statement(journal, inserts[i]);
        assert_non_null(statement);
        const char *sql = sqlite3_sql(statement);
        assert_true(steps_count(journal->db, sql, "VColumn") >= 5);
        assert_int_equal(steps_count(journal->db, sql, "SCopy"), 0);
    }
    sqlite_finalize_all(journal);
    assert_int_equal(sqlite3_close(journal->db), SQLITE_OK);
    free(journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_no_value_is_copied)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

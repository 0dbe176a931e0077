/* The statements that insert a batch's rows: how little SQLite does for each of them, and that all
 * rows arrive. */
#include "journal/sqlite.h"
#include "journal/staff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct journal *journal;

static int journal_make(void **state)
{
    struct fault fault;
    (void)state;
    journal = calloc(1, sizeof *journal);
    assert_non_null(journal);
    assert_int_equal(sqlite3_open(":memory:", &journal->db), SQLITE_OK);
    /* As sqlite_connect sets every connection. */
    (void)sqlite3_db_config(journal->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    assert_int_equal(sqlite3_exec(journal->db, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(
        sqlite_migrate(journal->db, "test", sqlite_schema_steps, JOURNAL_SCHEMA_VERSION, &fault),
        STATUS_OK);
    assert_int_equal(sqlite_rows_attach(journal->db, "test", &journal->rows, &fault), STATUS_OK);
    return 0;
}

static int journal_drop(void **state)
{
    (void)state;
    sqlite_finalize_all(journal);
    assert_int_equal(sqlite3_close(journal->db), SQLITE_OK);
    free(journal);
    return 0;
}

/* How often the statement's program has a step of that name. */
static uint32_t steps_count(const char *sql, const char *name)
{
    char text[2048];
    sqlite3_stmt *steps = NULL;
    uint32_t count = 0;
    (void)snprintf(text, sizeof text, "EXPLAIN %s", sql);
    assert_int_equal(sqlite3_prepare_v2(journal->db, text, -1, &steps, NULL), SQLITE_OK);
    while (sqlite3_step(steps) == SQLITE_ROW) {
        count += strcmp((const char *)sqlite3_column_text(steps, 1), name) == 0;
    }
    assert_int_equal(sqlite3_finalize(steps), SQLITE_OK);
    return count;
}

static int64_t number_of(const char *sql)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(journal->db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    return number;
}

/* Rows go over whole: no value is looked at, no record is made. */
static void test_rows_are_transferred(void **state)
{
    static const enum statement inserts[] = {STATEMENT_ADD_CONTACTS, STATEMENT_ADD_ORDERS,
                                             STATEMENT_ADD_LINES};
    (void)state;
    for (size_t i = 0; i < sizeof inserts / sizeof inserts[0]; i++) {
        sqlite3_stmt *statement = sqlite_statement(journal, inserts[i]);
        assert_non_null(statement);
        const char *sql = sqlite3_sql(statement);
        assert_int_equal(steps_count(sql, "Column"), 0);
        assert_int_equal(steps_count(sql, "MakeRecord"), 0);
        assert_int_equal(steps_count(sql, "Insert"), 1);
    }
}

static void contact_add(int64_t number, const char *name)
{
    char *text = NULL;
    struct row_cell *row = sqlite_row(journal, ROWS_CONTACTS, &text);
    assert_non_null(row);
    row[0] = row_integer(number);
    row[1] = row_integer(-number);
    for (int i = 2; i < 9; i++) {
        row[i] = row_null();
    }
    row[3] = row_text(name);
    memcpy(text, &number, sizeof number);
    row[9] = row_blob(text, sizeof number);
}

/* Names of three kilobytes: what waits fills several pages. Twice in one transaction: nothing of
 * the first rows is taken for the second ones. */
static void test_all_rows_arrive(void **state)
{
    static char name[3001];
    (void)state;
    memset(name, 'x', sizeof name - 1);
    assert_int_equal(sqlite3_exec(journal->db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    for (int64_t number = 1; number <= 3 * ROWS_MAX; number++) {
        contact_add(number, number <= 2 * ROWS_MAX ? name : "Anne");
        if (number % 50 == 0) {
            assert_int_equal(sqlite_rows_flush(journal), STATUS_OK);
            assert_int_equal(number_of("SELECT count(*) FROM main.customers"), number);
        }
    }
    assert_int_equal(sqlite_rows_flush(journal), STATUS_OK);
    assert_int_equal(sqlite3_exec(journal->db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(number_of("SELECT count(*) FROM main.customers WHERE customer = -number"
                               " AND hex(salt) = printf('%02X00000000000000', number)"),
                     3 * ROWS_MAX);
    assert_int_equal(number_of("SELECT count(*) FROM main.customers WHERE length(name) = 3000"),
                     2 * ROWS_MAX);
    assert_int_equal(number_of("SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
}

/* A number that is there already ends the batch, and nothing follows before the rollback. */
static void test_a_refused_row_ends_the_batch(void **state)
{
    (void)state;
    contact_add(7, "Anne");
    assert_int_equal(sqlite_rows_flush(journal), STATUS_OK);
    assert_int_equal(sqlite3_exec(journal->db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    contact_add(5, "Yann");
    contact_add(7, "Yann");
    contact_add(8, "Yann");
    assert_int_not_equal(sqlite_rows_flush(journal), STATUS_OK);
    assert_null(sqlite_statement(journal, STATEMENT_ADD_ORDERS));
    struct staff_task owner = {
        .ask = STAFF_ADD, .name = SLICE("mallory"), .role = STAFF_OWNER, .until = 1};
    assert_int_not_equal(journal_staff(journal, &owner, 1), STATUS_OK);
    assert_int_equal(number_of("SELECT count(*) FROM staff"), 0);
    assert_int_not_equal(sqlite_rows_flush(journal), STATUS_OK);
    assert_int_equal(sqlite3_get_autocommit(journal->db), 1);
    assert_int_equal(number_of("SELECT count(*) FROM main.customers"), 1);
    sqlite_rows_forget(journal);
    contact_add(9, "Yann");
    assert_int_equal(sqlite_rows_flush(journal), STATUS_OK);
    assert_int_equal(number_of("SELECT sum(number) FROM main.customers"), 16);
}

/* Whoever reads `batch` in a way that keeps its pages, inside a transaction, would hide what comes
 * there later: it is noticed, and the batch is refused. */
static void test_a_page_read_before_is_noticed(void **state)
{
    (void)state;
    assert_int_equal(
        sqlite3_exec(journal->db, "BEGIN IMMEDIATE; PRAGMA integrity_check", NULL, NULL, NULL),
        SQLITE_OK);
    contact_add(1, "Anne");
    assert_int_equal(sqlite_rows_flush(journal), STATUS_CORRUPT);
    assert_int_equal(sqlite3_exec(journal->db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite_rows_forget(journal);
    contact_add(1, "Anne");
    assert_int_equal(sqlite_rows_flush(journal), STATUS_OK);
    assert_int_equal(number_of("SELECT count(*) FROM main.customers"), 1);
}

static enum status attach_after(const char *sql, struct fault *fault)
{
    static struct sqlite_rows rows;
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite_migrate(db, "test", sqlite_schema_steps, JOURNAL_SCHEMA_VERSION, fault),
                     STATUS_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    enum status status = sqlite_rows_attach(db, "test", &rows, fault);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return status;
}

/* A file that somebody changed is refused, and says of which table. */
static void test_changed_tables(void **state)
{
    struct fault fault = {.status = STATUS_OK};
    (void)state;
    assert_int_equal(attach_after("ALTER TABLE order_lines ADD COLUMN note TEXT", &fault),
                     STATUS_INVALID);
    assert_non_null(strstr(fault.text, "order_lines has 10 columns, not the 9"));
    assert_int_equal(attach_after("DROP TABLE order_lines", &fault), STATUS_CORRUPT);
    assert_non_null(strstr(fault.text, "its tables cannot be read"));
}

/* What stands behind a table's own words in a crafted file is not run. */
static void test_only_tables_are_made(void **state)
{
    static const char path[] = "sqlite_rows_test.evil";
    struct fault fault = {.status = STATUS_OK};
    (void)state;
    (void)remove(path);
    assert_int_equal(attach_after("PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = sql ||"
                                  " '; ATTACH ''sqlite_rows_test.evil'' AS evil; CREATE TABLE"
                                  " evil.owned(a)' WHERE name = 'orders'",
                                  &fault),
                     STATUS_CORRUPT);
    FILE *file = fopen(path, "r");
    assert_null(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rows_are_transferred, journal_make, journal_drop),
        cmocka_unit_test_setup_teardown(test_all_rows_arrive, journal_make, journal_drop),
        cmocka_unit_test_setup_teardown(test_a_refused_row_ends_the_batch, journal_make,
                                        journal_drop),
        cmocka_unit_test_setup_teardown(test_a_page_read_before_is_noticed, journal_make,
                                        journal_drop),
        cmocka_unit_test(test_changed_tables),
        cmocka_unit_test(test_only_tables_are_made)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

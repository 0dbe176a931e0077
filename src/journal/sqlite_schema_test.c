/* The steps from version to version: each taken once, whole or not at all; a file from the future
 * refused. */
#include "journal/sqlite.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char *const two_steps[] = {
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL); CREATE TABLE a(x);",
    "ALTER TABLE a ADD COLUMN y; INSERT INTO a VALUES(1, 2);",
};

static int begin(void **state)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    *state = db;
    return 0;
}

static int end(void **state)
{
    return sqlite3_close(*state) == SQLITE_OK ? 0 : -1;
}

static int version_of(sqlite3 *db)
{
    int version = -1;
    struct fault fault;
    assert_int_equal(sqlite_schema_version(db, "test", &version, &fault), STATUS_OK);
    return version;
}

static int integer_of(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int value = sqlite3_column_int(statement, 0);
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    return value;
}

static void test_steps(void **state)
{
    struct fault fault;
    assert_int_equal(sqlite_migrate(*state, "test", two_steps, 1, &fault), STATUS_OK);
    assert_int_equal(version_of(*state), 1);
    assert_int_equal(sqlite_migrate(*state, "test", two_steps, 2, &fault), STATUS_OK);
    assert_int_equal(sqlite_migrate(*state, "test", two_steps, 2, &fault), STATUS_OK);
    assert_int_equal(version_of(*state), 2);
    assert_int_equal(integer_of(*state, "SELECT count(y) FROM a"), 1);
    assert_int_equal(integer_of(*state, "SELECT value FROM meta WHERE name = 'schema'"), 2);
}

static void test_newer(void **state)
{
    struct fault fault;
    assert_int_equal(sqlite_migrate(*state, "test", two_steps, 2, &fault), STATUS_OK);
    assert_int_equal(sqlite_migrate(*state, "test", two_steps, 1, &fault), STATUS_VERSION);
    assert_int_equal(version_of(*state), 2);
}

static void test_half_a_step(void **state)
{
    static const char *const broken[] = {
        "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL); CREATE TABLE a(x);",
        "INSERT INTO a VALUES(1); INSERT INTO nowhere VALUES(1);",
    };
    struct fault fault;
    assert_int_not_equal(sqlite_migrate(*state, "test", broken, 2, &fault), STATUS_OK);
    assert_int_equal(version_of(*state), 1);
    assert_int_equal(integer_of(*state, "SELECT count(*) FROM a"), 0);
    assert_int_equal(sqlite_migrate(*state, "test", two_steps, 2, &fault), STATUS_OK);
}

static void test_ours(void **state)
{
    struct fault fault;
    assert_int_equal(
        sqlite_migrate(*state, "test", sqlite_schema_steps, JOURNAL_SCHEMA_VERSION, &fault),
        STATUS_OK);
    assert_int_equal(version_of(*state), JOURNAL_SCHEMA_VERSION);
    assert_int_equal(integer_of(*state, "SELECT count(*) FROM journal_end"), 1);
    assert_int_equal(
        integer_of(*state, "SELECT length(bytes) FROM secrets WHERE name = 'customer'"), 32);
}

/* What a revision moved from was broken if the order's revision before it was. */
static void test_broken_before(void **state)
{
    struct fault fault;
    assert_int_equal(sqlite_migrate(*state, "test", sqlite_schema_steps, 5, &fault), STATUS_OK);
    assert_int_equal(
        sqlite3_exec(*state,
                     "INSERT INTO revisions(number, order_number, revision, at, reason,"
                     " deliver_by, broken, deliver_by_before) VALUES"
                     " (1, 7, 1, 'now', 'count', 'day', 1, 'day'),"
                     " (2, 8, 1, 'now', 'count', 'day', 0, 'day'),"
                     " (3, 7, 2, 'now', 'count', 'day', 0, 'day'),"
                     " (4, 7, 3, 'now', 'count', 'day', 0, 'day')",
                     NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite_migrate(*state, "test", sqlite_schema_steps, 6, &fault), STATUS_OK);
    assert_int_equal(integer_of(*state, "SELECT sum(broken_before) FROM revisions"), 1);
    assert_int_equal(integer_of(*state, "SELECT number FROM revisions WHERE broken_before"), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_steps, begin, end),
        cmocka_unit_test_setup_teardown(test_newer, begin, end),
        cmocka_unit_test_setup_teardown(test_half_a_step, begin, end),
        cmocka_unit_test_setup_teardown(test_ours, begin, end),
        cmocka_unit_test_setup_teardown(test_broken_before, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The same customer again, and nobody's number under another secret. */
#include "journal/customer_hash.h"

#include "base/limits.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct customer_key key = {.known = true, .bytes = {1, 2, 3}};
static const struct customer_key other = {.known = true, .bytes = {1, 2, 4}};

static void test_the_same_again(void **state)
{
    (void)state;
    int64_t anne = customer_hash(&key, SLICE("anne@example.org"));
    assert_int_not_equal(anne, 0);
    assert_true(anne == customer_hash(&key, SLICE(" Anne@EXAMPLE.org\t")));
    assert_true(anne != customer_hash(&key, SLICE("anna@example.org")));
    assert_true(anne != customer_hash(&other, SLICE("anne@example.org")));
    /* HMAC-SHA256, its first eight bytes as a little-endian integer: as another program has it. */
    assert_true(anne == INT64_C(-243959912994016996));
}

static void test_nobody(void **state)
{
    (void)state;
    const struct customer_key none = {.known = false};
    char text[LIMIT_EMAIL_BYTES + 1];
    memset(text, 'a', sizeof text);
    assert_int_equal(customer_hash(&key, SLICE("")), 0);
    assert_int_equal(customer_hash(&key, SLICE("  ")), 0);
    assert_int_equal(customer_hash(&none, SLICE("anne@example.org")), 0);
    assert_int_equal(customer_hash(&key, (struct slice){text, sizeof text}), 0);
    assert_int_not_equal(customer_hash(&key, (struct slice){text, LIMIT_EMAIL_BYTES}), 0);
}

static void test_key(void **state)
{
    (void)state;
    sqlite3 *db = NULL;
    struct customer_key read;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_false(customer_key_read(db, &read));
    assert_int_equal(
        sqlite3_exec(db, "CREATE TABLE secrets(name TEXT, bytes BLOB)", NULL, NULL, NULL),
        SQLITE_OK);
    assert_true(customer_key_read(db, &read));
    assert_false(read.known);
    assert_int_equal(
        sqlite3_exec(db, "INSERT INTO secrets VALUES('customer', zeroblob(32)), ('token', x'01')",
                     NULL, NULL, NULL),
        SQLITE_OK);
    assert_true(customer_key_read(db, &read));
    assert_true(read.known);
    assert_int_equal(sqlite3_exec(db, "UPDATE secrets SET bytes = x'0102'", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_true(customer_key_read(db, &read));
    assert_false(read.known);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_same_again),
                                       cmocka_unit_test(test_nobody), cmocka_unit_test(test_key)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Pages of random rows, read back by SQLite: each value with its type, and the page's integrity. */
#include "journal/sqlite_leaf.h"

#include "base/random.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { COLUMNS = 12, ROWS = 40, TEXT_MAX = 400, PAGES = 300, TABLE_PAGE = 2 };

static struct random dice;
static struct row_cell cells[ROWS][COLUMNS];
static char texts[ROWS][COLUMNS][TEXT_MAX];

/* Every size of integer, and both of its ends. */
static int64_t integer_make(void)
{
    uint64_t bit = random_below(&dice, 64);
    uint64_t value = ((uint64_t)1 << bit) - random_below(&dice, 3);
    return random_below(&dice, 2) == 0 ? (int64_t)value : (int64_t)(0 - value);
}

static struct row_cell cell_make(char *text)
{
    struct row_cell cell = {.kind = (enum row_cell_kind)random_below(&dice, 4)};
    if (cell.kind == CELL_INTEGER) {
        cell.integer = integer_make();
    } else if (cell.kind != CELL_NULL) {
        /* Around 57 characters, a text's type becomes two bytes. */
        cell.length = (uint32_t)random_below(&dice, random_below(&dice, 2) == 0 ? 64 : TEXT_MAX);
        for (uint32_t i = 0; i < cell.length; i++) {
            text[i] = (char)('a' + random_below(&dice, 26));
        }
        cell.bytes = text;
    }
    return cell;
}

/* A database whose second page is the table `t`. */
static unsigned char *image_make(sqlite3_int64 *bytes)
{
    sqlite3 *made = NULL;
    assert_int_equal(sqlite3_open(":memory:", &made), SQLITE_OK);
    assert_int_equal(sqlite3_exec(made,
                                  "PRAGMA page_size=65536; CREATE TABLE t(id INTEGER PRIMARY KEY,"
                                  " a, b, c, d, e, f, g, h, i, j, k)",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    unsigned char *image = sqlite3_serialize(made, "main", bytes, 0);
    assert_non_null(image);
    assert_int_equal(*bytes, TABLE_PAGE * LEAF_PAGE_BYTES);
    assert_int_equal(sqlite3_close(made), SQLITE_OK);
    return image;
}

static void value_check(sqlite3_stmt *row, int column, const struct row_cell *cell)
{
    static const int types[] = {[CELL_NULL] = SQLITE_NULL,
                                [CELL_INTEGER] = SQLITE_INTEGER,
                                [CELL_TEXT] = SQLITE_TEXT,
                                [CELL_BLOB] = SQLITE_BLOB};
    assert_int_equal(sqlite3_column_type(row, column), types[cell->kind]);
    if (cell->kind == CELL_INTEGER) {
        assert_true(sqlite3_column_int64(row, column) == cell->integer);
    } else if (cell->kind != CELL_NULL) {
        assert_int_equal(sqlite3_column_bytes(row, column), cell->length);
        if (cell->length > 0) {
            assert_memory_equal(sqlite3_column_blob(row, column), cell->bytes, cell->length);
        }
    }
}

static void page_check(unsigned char *image, sqlite3_int64 bytes, uint32_t count)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *row = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_deserialize(db, "main", image, bytes, bytes, SQLITE_DESERIALIZE_READONLY),
        SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT * FROM t ORDER BY id", -1, &row, NULL),
                     SQLITE_OK);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(sqlite3_step(row), SQLITE_ROW);
        for (int column = 0; column < COLUMNS; column++) {
            value_check(row, column, &cells[i][column]);
        }
    }
    assert_int_equal(sqlite3_step(row), SQLITE_DONE);
    assert_int_equal(sqlite3_finalize(row), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &row, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(row, 0), "ok");
    assert_int_equal(sqlite3_finalize(row), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_values_come_back(void **state)
{
    sqlite3_int64 bytes = 0;
    unsigned char *image = image_make(&bytes);
    struct leaf leaf;
    (void)state;
    random_seed(&dice, 7);
    for (uint32_t page = 0; page < PAGES; page++) {
        /* What stood there before must not shine through. */
        memset(image + LEAF_PAGE_BYTES, (int)page, LEAF_PAGE_BYTES);
        uint32_t count = (uint32_t)random_below(&dice, ROWS + 1);
        int64_t number = 0;
        leaf_begin(&leaf, image + LEAF_PAGE_BYTES);
        for (uint32_t i = 0; i < count; i++) {
            number += 1 + (int64_t)random_below(&dice, (uint64_t)1 << random_below(&dice, 48));
            cells[i][0] = (struct row_cell){.kind = CELL_INTEGER, .integer = number};
            for (uint32_t k = 1; k < COLUMNS; k++) {
                cells[i][k] = cell_make(texts[i][k]);
            }
            assert_true(leaf_add(&leaf, cells[i], COLUMNS));
        }
        leaf_end(&leaf);
        page_check(image, bytes, count);
    }
    sqlite3_free(image);
}

/* The last row that fits leaves the page whole; one that does not changes nothing. */
static void test_a_full_page(void **state)
{
    static char large[LEAF_PAYLOAD_MAX];
    sqlite3_int64 bytes = 0;
    unsigned char *image = image_make(&bytes);
    (void)state;
    memset(large, 'x', sizeof large);
    for (uint32_t length = LEAF_PAYLOAD_MAX - 18; length <= LEAF_PAYLOAD_MAX; length++) {
        struct leaf leaf;
        leaf_begin(&leaf, image + LEAF_PAGE_BYTES);
        memset(cells[0], 0, sizeof cells[0]);
        cells[0][0] = (struct row_cell){.kind = CELL_INTEGER, .integer = 1};
        cells[0][1] = (struct row_cell){.kind = CELL_TEXT, .length = length, .bytes = large};
        /* Its head: the length, twelve columns, the text's type in three bytes. */
        bool fits = length + 15 <= LEAF_PAYLOAD_MAX;
        assert_int_equal(leaf_add(&leaf, cells[0], COLUMNS), fits);
        leaf_end(&leaf);
        page_check(image, bytes, fits ? 1 : 0);
    }
    for (uint32_t length = 1; length < 60; length++) {
        struct leaf leaf;
        uint32_t count = 0;
        leaf_begin(&leaf, image + LEAF_PAGE_BYTES);
        struct row_cell row[COLUMNS] = {{.kind = CELL_INTEGER}};
        row[1] = (struct row_cell){.kind = CELL_TEXT, .length = length, .bytes = large};
        do {
            row[0].integer = ++count;
        } while (leaf_add(&leaf, row, COLUMNS));
        leaf_end(&leaf);
        assert_true(leaf.begin >= 8 + 2 * leaf.count);
        assert_true(leaf.begin - (8 + 2 * leaf.count) < length + 24);
        assert_int_equal(leaf.count, count - 1);
    }
    sqlite3_free(image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_values_come_back),
                                       cmocka_unit_test(test_a_full_page)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

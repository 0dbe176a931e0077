/* A row_set as a table that SQLite can read: `batch` is a database in memory with the tables of the
 * same names, each of one page, which is filled anew before each statement. SQLite then copies
 * whole rows (its transfer optimization, https://www.sqlite.org/optoverview.html) instead of
 * taking each value into its hands.
 *
 * The page must be read where it stands, or SQLite would go on with the copy that it had read
 * before: that is what memory-mapped reading means (PRAGMA mmap_size), and whether it is so is
 * looked at once, before anything relies on it. The tables are made by the main schema's own words,
 * because only equal tables are transferred.
 *
 * INSERT OR ROLLBACK, because a row that is refused ends the whole batch: the statement need not be
 * able to undo itself, and others are not transferred. Rejected: VALUES with many rows (each value
 * bound by a call), a virtual table (each value asked for by a call, then checked and put together
 * by SQLite's program), and pages written into the file by ourselves (where they go is SQLite's
 * alone). */
#include "journal/sqlite_rows.h"

#include "base/assert.h"
#include "journal/sqlite.h"

#include <stdio.h>

/* Of as many columns as sqlite_project.c fills. */
static const struct {
    const char *name;
    uint32_t columns;
    enum statement add;
} tables[ROW_TABLES] = {[ROWS_CONTACTS] = {"customers", 10, STATEMENT_ADD_CONTACTS},
                        [ROWS_ORDERS] = {"orders", 22, STATEMENT_ADD_ORDERS},
                        [ROWS_LINES] = {"order_lines", 9, STATEMENT_ADD_LINES}};

/* ---- the schema `batch` ---- */

/* Runs one statement that makes a table, and nothing else: whoever wrote the file may have written
 * more there than SQLite would read of it. */
static int table_make(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *make = NULL;
    const char *rest = NULL;
    int result = sqlite3_prepare_v2(db, sql, -1, &make, &rest);
    if (result == SQLITE_OK) {
        result = *rest == '\0' ? sqlite3_step(make) : SQLITE_CORRUPT;
    }
    (void)sqlite3_finalize(make);
    return result == SQLITE_DONE ? SQLITE_OK : result;
}

/* Makes the table of that name as main has it. */
static int table_copy(sqlite3 *from, const char *name, sqlite3 *to)
{
    static const char sql[] =
        "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?1";
    sqlite3_stmt *find = NULL;
    int result = sqlite3_prepare_v2(from, sql, -1, &find, NULL);
    if (result == SQLITE_OK) {
        (void)sqlite3_bind_text(find, 1, name, -1, SQLITE_STATIC);
        result = sqlite3_step(find);
    }
    if (result == SQLITE_ROW) {
        result = table_make(to, (const char *)sqlite3_column_text(find, 0));
    } else if (result == SQLITE_DONE) {
        result = SQLITE_CORRUPT;
    }
    (void)sqlite3_finalize(find);
    return result;
}

/* A database file with the empty tables, in memory that is SQLite's to free. */
static int image_make(sqlite3 *db, unsigned char **image, sqlite3_int64 *bytes)
{
    char sql[64];
    sqlite3 *made = NULL;
    int result = sqlite3_open(":memory:", &made);
    (void)snprintf(sql, sizeof sql, "PRAGMA page_size=%d", LEAF_PAGE_BYTES);
    if (result == SQLITE_OK) {
        (void)sqlite3_db_config(made, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        (void)sqlite3_db_config(made, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
        (void)sqlite3_limit(made, SQLITE_LIMIT_ATTACHED, 0);
        result = sqlite3_exec(made, sql, NULL, NULL, NULL);
    }
    for (int i = 0; i < ROW_TABLES && result == SQLITE_OK; i++) {
        result = table_copy(db, tables[i].name, made);
    }
    if (result == SQLITE_OK) {
        *image = sqlite3_serialize(made, "main", bytes, 0);
        result = *image == NULL ? SQLITE_NOMEM : SQLITE_OK;
    }
    (void)sqlite3_close(made);
    return result;
}

/* The image belongs to the connection afterwards, or is gone. */
static int image_attach(sqlite3 *db, unsigned char *image, sqlite3_int64 bytes)
{
    char sql[96];
    int result = sqlite3_exec(db, "ATTACH ':memory:' AS batch", NULL, NULL, NULL);
    if (result != SQLITE_OK) {
        sqlite3_free(image);
        return result;
    }
    result = sqlite3_deserialize(db, "batch", image, bytes, bytes, SQLITE_DESERIALIZE_FREEONCLOSE);
    if (result == SQLITE_OK) {
        (void)snprintf(sql, sizeof sql, "PRAGMA batch.mmap_size=%lld", (long long)bytes);
        result = sqlite3_exec(db, sql, NULL, NULL, NULL);
    }
    return result;
}

/* Where the tables stand in the image. */
static int pages_find(sqlite3 *db, unsigned char *image, sqlite3_int64 bytes,
                      struct sqlite_rows *rows)
{
    static const char sql[] = "SELECT rootpage FROM batch.sqlite_schema WHERE name = ?1";
    for (int i = 0; i < ROW_TABLES; i++) {
        int64_t number = 0;
        int result = sqlite_integer(db, sql, tables[i].name, &number);
        /* The first page is the schema's. */
        if (result != SQLITE_ROW || number < 2 || number > bytes / LEAF_PAGE_BYTES) {
            return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_CORRUPT : result;
        }
        rows->sets[i].page = image + (number - 1) * LEAF_PAGE_BYTES;
    }
    return SQLITE_OK;
}

static enum status columns_check(sqlite3 *db, const char *path, struct fault *fault)
{
    static const char sql[] = "SELECT count(*) FROM pragma_table_info(?1, 'batch')";
    for (int i = 0; i < ROW_TABLES; i++) {
        int64_t columns = 0;
        int result = sqlite_integer(db, sql, tables[i].name, &columns);
        if (result != SQLITE_ROW) {
            return sqlite_fault(db, result, path, "cannot be set up", fault);
        }
        if (columns != tables[i].columns) {
            return fault_set(fault, STATUS_INVALID,
                             "%s: the table %s has %lld columns, not the %u that it was made with; "
                             "take out what was added to it",
                             path, tables[i].name, (long long)columns, tables[i].columns);
        }
    }
    return STATUS_OK;
}

/* Does a query show what is in a page now, and not what was there before? */
static int page_try(sqlite3 *db, unsigned char *page, bool *fresh)
{
    int result = SQLITE_ROW;
    *fresh = true;
    for (int64_t count = 2; count >= 0 && result == SQLITE_ROW; count--) {
        struct leaf leaf;
        int64_t seen = -1;
        leaf_begin(&leaf, page);
        for (int64_t number = 1; number <= count; number++) {
            struct row_cell cells[LEAF_COLUMNS_MAX] = {row_integer(number)};
            bool added = leaf_add(&leaf, cells, tables[ROWS_CONTACTS].columns);
            ASSERT(added);
        }
        leaf_end(&leaf);
        result = sqlite_integer(db, "SELECT count(*) FROM batch.customers", NULL, &seen);
        *fresh = *fresh && seen == count;
    }
    return result;
}

enum status sqlite_rows_attach(sqlite3 *db, const char *path, struct sqlite_rows *rows,
                               struct fault *fault)
{
    unsigned char *image = NULL;
    sqlite3_int64 bytes = 0;
    bool fresh = false;
    int result = image_make(db, &image, &bytes);
    enum status status = sqlite_fault(NULL, result, path, "its tables cannot be read", fault);
    if (status == STATUS_OK) {
        result = image_attach(db, image, bytes);
        result = result == SQLITE_OK ? pages_find(db, image, bytes, rows) : result;
        status = sqlite_fault(db, result, path, "cannot be set up", fault);
    }
    if (status == STATUS_OK) {
        status = columns_check(db, path, fault);
    }
    if (status == STATUS_OK) {
        result = page_try(db, rows->sets[ROWS_CONTACTS].page, &fresh);
        status = sqlite_fault(db, result, path, "cannot be set up", fault);
    }
    if (status == STATUS_OK && !fresh) {
        return fault_set(fault, STATUS_UNAVAILABLE,
                         "%s: this SQLite (%s) maps no memory; use one that is built with "
                         "SQLITE_MAX_MMAP_SIZE over 0",
                         path, sqlite3_libversion());
    }
    return status;
}

/* ---- rows ---- */

struct row_cell *sqlite_row(struct journal *journal, enum row_table table, char **text)
{
    struct row_set *set = &journal->rows.sets[table];
    if (set->count == ROWS_MAX && sqlite_rows_flush(journal) != STATUS_OK) {
        return NULL;
    }
    *text = set->texts[set->count];
    return set->cells[set->count++];
}

/* Part of the rows may stand in their table after a failure, or the transaction has ended: the
 * rest must not follow, and no other statement either. A page that was not read anew would be
 * noticed by the count of its rows. */
static enum status page_insert(struct journal *journal, enum statement add, uint32_t count)
{
    sqlite3_stmt *statement = sqlite_statement(journal, add);
    enum status status = statement == NULL ? journal->fault.status
                                           : sqlite_run(journal, statement, "cannot be written");
    if (status == STATUS_OK && sqlite3_changes(journal->db) != (int)count) {
        status = fault_set(&journal->fault, STATUS_CORRUPT, "%s: rows of a batch were lost",
                           sqlite3_db_filename(journal->db, "main"));
    }
    journal->rows.status = status;
    return status;
}

/* As many pages as the rows need: one, as a rule. */
static enum status set_insert(struct journal *journal, enum row_table table)
{
    const struct row_set *set = &journal->rows.sets[table];
    enum status status = STATUS_OK;
    for (uint32_t at = 0; at < set->count && status == STATUS_OK;) {
        struct leaf leaf;
        leaf_begin(&leaf, set->page);
        while (at < set->count && leaf_add(&leaf, set->cells[at], tables[table].columns)) {
            at++;
        }
        ASSERT(leaf.count > 0);
        leaf_end(&leaf);
        status = page_insert(journal, tables[table].add, leaf.count);
    }
    return status;
}

enum status sqlite_rows_flush(struct journal *journal)
{
    for (enum row_table table = 0; table < ROW_TABLES; table++) {
        if (set_insert(journal, table) == STATUS_OK) {
            journal->rows.sets[table].count = 0;
        }
    }
    return journal->rows.status;
}

void sqlite_rows_forget(struct journal *journal)
{
    for (int i = 0; i < ROW_TABLES; i++) {
        journal->rows.sets[i].count = 0;
    }
    journal->rows.status = STATUS_OK;
}

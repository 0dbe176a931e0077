/* A row_set as a table that SQLite can read: an eponymous virtual table, whose cursor counts
 * through the rows and whose columns are their cells. Nothing is copied before SQLite makes its
 * record.
 *
 * INSERT OR FAIL, because a row that is refused ends the whole batch by a rollback: the statement
 * need not be able to undo itself. Rejected: VALUES with many rows (each value still bound by a
 * call), and writing records into the file by ourselves (the format is SQLite's). */
#include "journal/sqlite_rows.h"

#include "base/assert.h"
#include "journal/sqlite.h"

#include <stdio.h>
#include <stdlib.h>

struct rows_table {
    sqlite3_vtab base;
    const struct row_set *set;
};

struct rows_cursor {
    sqlite3_vtab_cursor base;
    const struct row_set *set;
    uint32_t at;
};

static int rows_connect(sqlite3 *db, void *set, int count, const char *const *arguments,
                        sqlite3_vtab **table, char **error)
{
    char sql[320];
    struct rows_table *made = calloc(1, sizeof *made);
    (void)count;
    (void)arguments;
    (void)error;
    if (made == NULL) {
        return SQLITE_NOMEM;
    }
    made->set = set;
    (void)snprintf(sql, sizeof sql, "CREATE TABLE rows(%s)", made->set->columns);
    int result = sqlite3_declare_vtab(db, sql);
    if (result != SQLITE_OK) {
        free(made);
        return result;
    }
    *table = &made->base;
    return SQLITE_OK;
}

static int rows_disconnect(sqlite3_vtab *table)
{
    free(table);
    return SQLITE_OK;
}

static int rows_plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    info->estimatedCost = ROWS_MAX;
    info->estimatedRows = ROWS_MAX;
    return SQLITE_OK;
}

static int rows_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor)
{
    struct rows_cursor *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return SQLITE_NOMEM;
    }
    made->set = ((struct rows_table *)table)->set;
    *cursor = &made->base;
    return SQLITE_OK;
}

static int rows_close(sqlite3_vtab_cursor *cursor)
{
    free(cursor);
    return SQLITE_OK;
}

static int rows_first(sqlite3_vtab_cursor *cursor, int plan, const char *text, int count,
                      sqlite3_value **values)
{
    (void)plan;
    (void)text;
    (void)count;
    (void)values;
    ((struct rows_cursor *)cursor)->at = 0;
    return SQLITE_OK;
}

static int rows_next(sqlite3_vtab_cursor *cursor)
{
    ((struct rows_cursor *)cursor)->at++;
    return SQLITE_OK;
}

static int rows_ended(sqlite3_vtab_cursor *cursor)
{
    const struct rows_cursor *at = (const struct rows_cursor *)cursor;
    return at->at >= at->set->count;
}

static int rows_column(sqlite3_vtab_cursor *cursor, sqlite3_context *to, int column)
{
    const struct rows_cursor *at = (const struct rows_cursor *)cursor;
    const struct row_cell *cell = &at->set->cells[at->at][column];
    switch (cell->kind) {
    case CELL_NULL:
        sqlite3_result_null(to);
        break;
    case CELL_INTEGER:
        sqlite3_result_int64(to, cell->integer);
        break;
    case CELL_TEXT:
        sqlite3_result_text(to, cell->bytes, (int)cell->length, SQLITE_STATIC);
        break;
    case CELL_BLOB:
        sqlite3_result_blob(to, cell->bytes, (int)cell->length, SQLITE_STATIC);
        break;
    }
    return SQLITE_OK;
}

static int rows_number(sqlite3_vtab_cursor *cursor, sqlite3_int64 *number)
{
    *number = ((struct rows_cursor *)cursor)->at;
    return SQLITE_OK;
}

/* Without xCreate the table is there by its name alone. */
static const sqlite3_module module = {
    .xConnect = rows_connect,
    .xBestIndex = rows_plan,
    .xDisconnect = rows_disconnect,
    .xOpen = rows_open,
    .xClose = rows_close,
    .xFilter = rows_first,
    .xNext = rows_next,
    .xEof = rows_ended,
    .xColumn = rows_column,
    .xRowid = rows_number,
};

int sqlite_rows_declare(sqlite3 *db, struct sqlite_rows *rows)
{
    static const struct {
        const char *name;
        const char *columns;
    } tables[ROW_TABLES] = {
        [ROWS_CONTACTS] =
            {"batch_contacts",
             "number, customer, email, name, phone, street, postcode, city, country, salt"},
        [ROWS_ORDERS] =
            {"batch_orders",
             "number, id, status, made_at, held_until, ship_by, deliver_by, first_ship_by,"
             " first_deliver_by, limited_by, total_minor, shipping_minor, contact, vat_minor,"
             " priority, split, wanted, broken"},
        [ROWS_LINES] = {"batch_lines",
                        "id, order_number, offer, quantity_thousandths, amount_minor, parcel,"
                        " ship_by, deliver_by"},
    };
    int result = SQLITE_OK;
    for (int i = 0; i < ROW_TABLES && result == SQLITE_OK; i++) {
        rows->sets[i].columns = tables[i].columns;
        result = sqlite3_create_module_v2(db, tables[i].name, &module, &rows->sets[i], NULL);
    }
    return result;
}

struct row_cell *sqlite_row(struct journal *journal, enum row_table table, char **text)
{
    struct row_set *set = &journal->rows.sets[table];
    if (set->count == ROWS_MAX && sqlite_rows_flush(journal) != STATUS_OK) {
        return NULL;
    }
    *text = set->texts[set->count];
    return set->cells[set->count++];
}

/* Part of the rows may stand in their table after a failure: the rest must not follow, and no
 * other statement either. */
static enum status rows_insert(struct journal *journal, enum statement which)
{
    sqlite3_stmt *statement = sqlite_statement(journal, which);
    enum status status = statement == NULL ? journal->fault.status
                                           : sqlite_run(journal, statement, "cannot be written");
    journal->rows.status = status;
    return status;
}

enum status sqlite_rows_flush(struct journal *journal)
{
    /* Each column costs a call; those that ordinary rows leave at their default are not read. */
    static const enum statement statements[ROW_TABLES][2] = {
        [ROWS_CONTACTS] = {STATEMENT_ADD_CONTACTS, STATEMENT_ADD_CONTACTS},
        [ROWS_ORDERS] = {STATEMENT_ADD_ORDERS, STATEMENT_ADD_ORDERS_WIDE},
        [ROWS_LINES] = {STATEMENT_ADD_LINES, STATEMENT_ADD_LINES_WIDE}};
    for (int i = 0; i < ROW_TABLES; i++) {
        struct row_set *set = &journal->rows.sets[i];
        if (set->count > 0 && rows_insert(journal, statements[i][set->wide]) == STATUS_OK) {
            set->count = 0;
            set->wide = false;
        }
    }
    return journal->rows.status;
}

void sqlite_rows_forget(struct journal *journal)
{
    for (int i = 0; i < ROW_TABLES; i++) {
        journal->rows.sets[i].count = 0;
        journal->rows.sets[i].wide = false;
    }
    journal->rows.status = STATUS_OK;
}

/* The rows of a batch, kept until there are enough of them, and then inserted by one statement a
 * table. Not for other rooms.
 *
 *   sqlite_row --> row_set, cells that point to texts --sqlite_rows_flush--> INSERT ... SELECT
 *
 * A statement of its own for each row would bind each value, begin and end, and walk from the root
 * of the table to its end: together that cost as much as the rows themselves (docs/decisions/0020).
 * Whoever reads or changes what may still wait here flushes first; a commit flushes. */
#ifndef ECLUSE_JOURNAL_SQLITE_ROWS_H
#define ECLUSE_JOURNAL_SQLITE_ROWS_H

#include "journal/journal.h"

#include <sqlite3.h>

enum row_table { ROWS_CONTACTS, ROWS_ORDERS, ROWS_LINES, ROW_TABLES };
enum { ROWS_MAX = 64, ROW_COLUMNS_MAX = 18, ROW_TEXT_BYTES = 256 };

enum row_cell_kind { CELL_NULL, CELL_INTEGER, CELL_TEXT, CELL_BLOB };

struct row_cell {
    enum row_cell_kind kind;
    uint32_t length;
    union {
        int64_t integer;
        const char *bytes; /* stays valid until the flush */
    };
};

struct row_set {
    const char *columns; /* as CREATE TABLE declares them */
    uint32_t count;
    bool wide; /* some row has more than what ordinary ones have; the others' rest is its default */
    struct row_cell cells[ROWS_MAX][ROW_COLUMNS_MAX];
    /* What a row's texts may be written into. */
    _Alignas(8) char texts[ROWS_MAX][ROW_TEXT_BYTES];
};

struct sqlite_rows {
    struct row_set sets[ROW_TABLES];
    enum status status; /* not OK: a flush failed, and nothing more is written until the rollback */
};

/* Makes the sets readable as the tables batch_contacts, batch_orders and batch_lines. */
int sqlite_rows_declare(sqlite3 *db, struct sqlite_rows *rows);
/* A new row, to be filled before the next is asked for; NULL if those that wait could not be
 * written. *text gets its ROW_TEXT_BYTES. */
struct row_cell *sqlite_row(struct journal *journal, enum row_table table, char **text);
/* Writes what waits. */
enum status sqlite_rows_flush(struct journal *journal) MUST_USE;
void sqlite_rows_forget(struct journal *journal);

static inline struct row_cell row_integer(int64_t value)
{
    return (struct row_cell){.kind = CELL_INTEGER, .integer = value};
}

/* An empty text is NULL: not given. */
static inline struct row_cell row_slice(struct slice text)
{
    return (struct row_cell){.kind = text.length == 0 ? CELL_NULL : CELL_TEXT,
                             .length = (uint32_t)text.length,
                             .bytes = text.data};
}

static inline struct row_cell row_text(const char *text)
{
    return row_slice(slice_of(text));
}

static inline struct row_cell row_blob(const void *bytes, uint32_t length)
{
    return (struct row_cell){.kind = CELL_BLOB, .length = length, .bytes = bytes};
}

#endif

/* The rows of a batch, kept until there are enough of them, and then inserted by one statement a
 * table. Not for other rooms.
 *
 *   sqlite_row --> row_set, cells that point to texts
 *     --sqlite_rows_flush--> a page of the schema `batch` --INSERT ... SELECT *--> the table
 *
 * A statement of its own for each row would bind each value, begin and end, and walk from the root
 * of the table to its end: together that cost as much as the rows themselves (docs/decisions/0020).
 * Whoever reads or changes what may still wait here flushes first; a commit flushes. */
#ifndef ECLUSE_JOURNAL_SQLITE_ROWS_H
#define ECLUSE_JOURNAL_SQLITE_ROWS_H

#include "journal/journal.h"
#include "journal/sqlite_leaf.h"

#include <sqlite3.h>

enum row_table { ROWS_CONTACTS, ROWS_ORDERS, ROWS_LINES, ROW_TABLES };
enum { ROWS_MAX = 64, ROW_TEXT_BYTES = 256 };

struct row_set {
    unsigned char *page; /* of `batch`: where SQLite reads the table of that name */
    uint32_t count;
    struct row_cell cells[ROWS_MAX][LEAF_COLUMNS_MAX];
    /* What a row's texts may be written into. */
    _Alignas(8) char texts[ROWS_MAX][ROW_TEXT_BYTES];
};

struct sqlite_rows {
    struct row_set sets[ROW_TABLES];
    enum status status; /* not OK: a flush failed, and nothing more is written until the rollback */
};

/* Attaches the schema `batch` to a connection whose main schema is ours and up to date. */
enum status sqlite_rows_attach(sqlite3 *db, const char *path, struct sqlite_rows *rows,
                               struct fault *fault) MUST_USE;
/* A new row, all of whose columns are to be filled before the next is asked for, the row ids
 * ascending; NULL if those that wait could not be written. *text gets its ROW_TEXT_BYTES. */
struct row_cell *sqlite_row(struct journal *journal, enum row_table table, char **text);
/* Writes what waits. */
enum status sqlite_rows_flush(struct journal *journal) MUST_USE;
void sqlite_rows_forget(struct journal *journal);

static inline struct row_cell row_null(void)
{
    return (struct row_cell){.kind = CELL_NULL};
}

static inline struct row_cell row_integer(int64_t value)
{
    return (struct row_cell){.kind = CELL_INTEGER, .integer = value};
}

/* An empty text is NULL: not given. */
static inline struct row_cell row_slice(struct slice text)
{
    return text.length == 0 ? row_null()
                            : (struct row_cell){.kind = CELL_TEXT,
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

/* Text tables for a terminal: columns as wide as their cells, numbers to the right, no wider than
 * the terminal.
 *
 *   table_init -> table_cell, table_cell, ... (row after row) -> table_write -> table_free
 *
 * Cells are UTF-8 and counted in columns; control characters in them become a space, so that a name
 * from somebody's export cannot move the cursor. Where a table is too wide, the widest of its
 * columns that may shrink are cut with "…". A table piped into a file is written at full width
 * (width 0): nothing is lost to a script. */
#ifndef ECLUSE_REPORT_TABLE_H
#define ECLUSE_REPORT_TABLE_H

#include "base/slice.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum { TABLE_COLUMNS_MAX = 16, TABLE_SHRINK_COLUMNS_MIN = 8 };

enum table_align { TABLE_LEFT, TABLE_RIGHT };

/* How a cell is coloured where colour is wanted; never the only carrier of a meaning. */
enum table_tone { TABLE_PLAIN, TABLE_GOOD, TABLE_WARN, TABLE_BAD, TABLE_DIM, TABLE_TONES };

struct table_column {
    const char *title; /* "" for none; if all are empty, no head is written */
    enum table_align align;
    bool may_shrink;
};

struct table_cell {
    size_t offset; /* in `bytes` */
    size_t length;
    size_t columns;
    enum table_tone tone;
};

struct table {
    const struct table_column *columns; /* stay valid until table_free */
    uint32_t column_count;
    struct text bytes;
    struct table_cell *cells;
    size_t cell_count;
    size_t cell_capacity;
    bool overflow; /* no memory: the writer checks once, at the end */
};

void table_init(struct table *table, const struct table_column *columns, uint32_t column_count);
void table_free(struct table *table);
/* The next cell of the row; after the last column a new row begins. */
void table_cell(struct table *table, struct slice value);
void table_cell_tone(struct table *table, struct slice value, enum table_tone tone);
void table_cell_string(struct table *table, const char *value);
void table_cell_format(struct table *table, const char *format, ...) PRINTF_LIKE(2, 3);
/* Rows that are complete. */
size_t table_row_count(const struct table *table);
/* Writes head, line and rows. `width` 0: as wide as needed. `colour`: ANSI sequences for the tones.
 * False if memory lacked. */
bool table_write(const struct table *table, size_t width, bool colour, struct text *to) MUST_USE;

/* Appends `value` with control characters replaced by spaces, cut with "…" to at most `columns_max`
 * (0: no limit). Returns the columns written. For every text of somebody else that goes to a
 * terminal. */
size_t table_text_append(struct text *to, struct slice value, size_t columns_max);
/* `done` of `whole` as a bar of `columns`: "█████▌    " in eighths of a column. More than whole is
 * a full bar. */
void table_bar_append(struct text *to, int64_t done, int64_t whole, size_t columns);
/* The ANSI sequence that starts a tone ("" for plain) and the one that ends all. */
const char *table_tone_start(enum table_tone tone);
const char *table_tone_end(void);

#endif

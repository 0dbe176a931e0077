/* Rows as a leaf page of a table, in SQLite's own file format, which is public and does not change
 * (https://www.sqlite.org/fileformat2.html, 1.6 "B-tree Pages", 2.1 "Record Format"). Not for other
 * rooms.
 *
 *   u8 13, u16 0, u16 cells, u16 where the lowest begins, u8 0, u16 where each begins ...
 *   ... free ... cells: varint payload's bytes, varint row id, payload
 *   payload: varint head's bytes, varint each column's type, each column's bytes */
#ifndef ECLUSE_JOURNAL_SQLITE_LEAF_H
#define ECLUSE_JOURNAL_SQLITE_LEAF_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

enum row_cell_kind { CELL_NULL, CELL_INTEGER, CELL_TEXT, CELL_BLOB };

struct row_cell {
    enum row_cell_kind kind;
    uint32_t length;
    union {
        int64_t integer;
        const char *bytes; /* stays valid until the row is in a page */
    };
};

enum {
    LEAF_PAGE_BYTES = 65536, /* the largest that there is */
    LEAF_COLUMNS_MAX = 22,
    LEAF_PAYLOAD_MAX = LEAF_PAGE_BYTES - 35 /* more would spill into other pages */
};

struct leaf {
    unsigned char *page; /* LEAF_PAGE_BYTES */
    uint32_t count;
    uint32_t begin; /* the lowest cell's */
    int64_t last;   /* row id */
};

void leaf_begin(struct leaf *leaf, unsigned char *page);
/* Adds a row. cells[0] is its row id, at least 1 and above those of the rows before; `count`
 * columns, as many as the table has. False: there is no room for it. */
bool leaf_add(struct leaf *leaf, const struct row_cell *cells, uint32_t count) MUST_USE;
/* The page is whole. */
void leaf_end(struct leaf *leaf);

#endif

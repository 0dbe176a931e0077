/* --columns: which column of a file whose titles nobody knows holds what, as its owner says it:
 * "from=Client,wants=Demande". */
#ifndef ECLUSE_EXCHANGE_MAPPING_H
#define ECLUSE_EXCHANGE_MAPPING_H

#include "base/limits.h"
#include "exchange/csv_read.h"

enum { MAPPING_COLUMNS_MAX = 8 };

struct mapping {
    uint32_t count; /* at most MAPPING_COLUMNS_MAX */
    const char *const *keys;
    const char *example; /* a whole --columns */
    uint32_t required;   /* bit 1 << i: keys[i] must be said */
    uint32_t may_end;    /* bit 1 << i: a row may end before it */
    char titles[MAPPING_COLUMNS_MAX][LIMIT_LABEL_BYTES + 1]; /* "" where nothing is said */
    uint32_t places[MAPPING_COLUMNS_MAX]; /* in the file; UINT32_MAX: there is no such column */
};

/* Reads what --columns says (NULL: nothing); keys, example and required are set. */
enum status mapping_read(struct mapping *mapping, const char *columns,
                         struct fault *fault) MUST_USE;
/* Finds the columns in the header row, without regard to case; the fault lists what the file has.
 */
enum status mapping_find(struct mapping *mapping, const struct csv_row *header, const char *path,
                         struct fault *fault) MUST_USE;
/* Is there such a column in the file? */
bool mapping_has(const struct mapping *mapping, uint32_t column);
/* The trimmed cell; empty where there is no such column, or the row is shorter. */
struct slice mapping_cell(const struct mapping *mapping, const struct csv_row *row,
                          uint32_t column);
/* Is the row too short for a column that is meant? */
bool mapping_row_is_short(const struct mapping *mapping, const struct csv_row *row);

#endif

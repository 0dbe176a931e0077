/* Which column of a foreign file means what, found by its title.
 *
 * A format is a table: for each of its columns the titles that other programs write, folded (ASCII
 * letters small, question marks, colons and asterisks away, semicolons as commas, no-break spaces
 * and typographic apostrophes plain, digits as #). Reading columns by their place was rejected:
 * order and number differ from version to version and with every extension. */
#ifndef ECLUSE_EXCHANGE_COLUMNS_H
#define ECLUSE_EXCHANGE_COLUMNS_H

#include "exchange/csv_read.h"
#include "exchange/exchange.h"

enum {
    COLUMNS_MAX = 32, /* of one format */
    COLUMN_TITLES_MAX = 12,
    COLUMN_PLACES_MAX = 16, /* of a repeated column */
    COLUMN_ABSENT = UINT32_MAX
};

struct column_titles {
    const char *titles[COLUMN_TITLES_MAX]; /* folded; NULL after the last */
    bool repeated; /* one for each attribute: "Option1 value", "Option2 value"; a format has one */
};

struct columns {
    uint32_t places[COLUMNS_MAX];
    uint32_t repeated_count;
    uint32_t repeated[COLUMN_PLACES_MAX];
};

/* Parts of a row that together tell a variation from its sisters ("Red", "M"). */
struct column_values {
    uint32_t count;
    struct slice values[COLUMN_PLACES_MAX];
};

/* Finds the `count` columns of `known` in the header. Titles that mean nothing go into the report,
 * where there is one. Of two columns of one meaning the first counts. */
void columns_find(struct columns *columns, const struct column_titles *known, uint32_t count,
                  const struct csv_row *header, struct exchange_report *report);
bool columns_has(const struct columns *columns, uint32_t column);
/* The trimmed cell; empty where the file has no such column. */
struct slice columns_cell(const struct columns *columns, const struct csv_row *row,
                          uint32_t column);
/* The cells of the repeated column, without empty ones and without those over LIMIT_LABEL_BYTES. */
void columns_values(const struct columns *columns, const struct csv_row *row,
                    struct column_values *values);

/* `first`, a value, `between`, a value, ...; nothing where there is no value. */
void column_values_append(const struct column_values *values, const char *first,
                          const char *between, struct text *to);

#endif

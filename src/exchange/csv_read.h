/* A CSV file as it comes out of other people's programs, row by row, in constant memory.
 *
 * Takes plain files and gzip (told by their first bytes, not by their names), a byte order mark,
 * CRLF or LF or CR, quoted fields with newlines, comma, semicolon or tab (told by the first line),
 * UTF-8 and, field by field, Windows-1252. Refuses, with the line: NUL bytes (UTF-16, spreadsheets'
 * own formats), fields over LIMIT_CSV_FIELD_BYTES (a quote that is never closed), rows over
 * LIMIT_CSV_ROW_BYTES or LIMIT_CSV_COLUMNS, a gzip file that is cut off or damaged, an empty file.
 */
#ifndef ECLUSE_EXCHANGE_CSV_READ_H
#define ECLUSE_EXCHANGE_CSV_READ_H

#include "base/slice.h"
#include "base/status.h"

#include <stdint.h>

#define LIMIT_CSV_FIELD_BYTES (1024 * 1024)
#define LIMIT_CSV_ROW_BYTES   (4 * 1024 * 1024)
#define LIMIT_CSV_COLUMNS     1000

struct csv_row {
    uint64_t line; /* on which it begins; the first is 1 */
    uint32_t count;
    const struct slice *fields; /* without the white space around unquoted ones; valid UTF-8; valid
                                   during the call */
};

/* The field, or an empty slice if the row is shorter. */
struct slice csv_field(const struct csv_row *row, uint32_t index);

/* What was found out about the file. */
struct csv_facts {
    char delimiter;
    bool byte_order_mark;
    bool compressed;
    uint64_t lines;
    uint64_t transliterated;      /* fields that were Windows-1252 */
    uint64_t transliterated_line; /* the first of their rows */
};

struct csv_reader {
    /* Every row, the header too; empty lines are passed over. False: enough, csv_read returns
     * STATUS_OK. */
    bool (*row)(void *context, const struct csv_row *row);
    /* Now and then; may be NULL. Bytes of the file as it lies on the disk. */
    void (*progress)(void *context, uint64_t done_bytes, uint64_t total_bytes);
    void *context;
};

enum status csv_read(const char *path, const struct csv_reader *reader, struct csv_facts *facts,
                     struct fault *fault) MUST_USE;

#endif

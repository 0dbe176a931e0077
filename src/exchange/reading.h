/* Reading the files of one import, pass by pass, from header to end.
 *
 *   reading_pass(path, header, rows) -> header(first row) -> rows.row(row), row after row
 *
 * The first thing that goes wrong ends all passes: `status` stays, later passes do nothing. */
#ifndef ECLUSE_EXCHANGE_READING_H
#define ECLUSE_EXCHANGE_READING_H

#include "exchange/csv_read.h"
#include "exchange/exchange.h"

/* What a pass does with a file. Both return whether to go on; false without a status in
 * reading->status is "enough". */
struct reading_rows {
    bool (*header)(void *context, const struct csv_row *row);
    bool (*row)(void *context, const struct csv_row *row);
};

struct reading {
    const struct exchange_sink *sink;
    struct exchange_report *report;
    struct fault *fault;
    void *context;
    uint32_t pass_count; /* that read a file whole: for the progress */

    enum status status;
    uint32_t pass; /* the passes before this one */
    const struct reading_rows *rows;
    bool header_read;
    struct csv_facts facts; /* of the last pass */
};

/* One pass over a file; nothing where something went wrong before. */
void reading_pass(struct reading *reading, const char *path, const struct reading_rows *rows);
/* Puts what the last pass found out about its file into the report. */
void reading_report_facts(struct reading *reading);

#endif

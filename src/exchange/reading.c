/* The loop is csv_read's; here is what every import does around it. */
#include "exchange/reading.h"
#include "exchange/report.h"

static void progress(void *context, uint64_t done_bytes, uint64_t total_bytes)
{
    const struct reading *reading = context;
    if (reading->sink->progress != NULL) {
        reading->sink->progress(reading->sink->context, reading->pass * total_bytes + done_bytes,
                                reading->pass_count * total_bytes);
    }
}

static bool row_give(void *context, const struct csv_row *row)
{
    struct reading *reading = context;
    if (reading->header_read) {
        return reading->rows->row(reading->context, row);
    }
    reading->header_read = true;
    return reading->rows->header(reading->context, row);
}

void reading_pass(struct reading *reading, const char *path, const struct reading_rows *rows)
{
    if (reading->status != STATUS_OK) {
        return;
    }
    struct csv_reader reader = {row_give, progress, reading};
    reading->rows = rows;
    reading->header_read = false;
    enum status status = csv_read(path, &reader, &reading->facts, reading->fault);
    if (reading->status == STATUS_OK) {
        reading->status = status;
    }
    if (reading->status == STATUS_OK && !reading->header_read) {
        reading->status = fault_set(reading->fault, STATUS_INVALID,
                                    "%s: the file is empty; a CSV file begins with a header", path);
    }
    reading->pass++;
}

void reading_report_facts(struct reading *reading)
{
    struct exchange_report *report = reading->report;
    report->lines = reading->facts.lines;
    report->delimiter = reading->facts.delimiter;
    if (reading->facts.transliterated > 0) {
        report_add(report, NOTE_TRANSLITERATED, reading->facts.transliterated_line,
                   (struct slice){"", 0});
        report->tallies[NOTE_TRANSLITERATED].count = reading->facts.transliterated;
    }
}

/* What customers ask for, out of a table that somebody keeps: letters, a help desk, a form.
 *
 *   file -> row -> texts of one line each, a value, a count -> chunk -> sink.requests
 *
 * The sink says of each row whether an earlier import brought it: a table that grows is imported
 * again and again. A text that is too long is cut and told, because somebody asked for something
 * all the same; a number that cannot be read is not guessed at. */
#include "base/arena.h"
#include "exchange/cells.h"
#include "exchange/mapping.h"
#include "exchange/reading.h"
#include "exchange/report.h"

#include <stdlib.h>

enum { COLUMN_FROM, COLUMN_WANTS, COLUMN_ACTIVITY, COLUMN_VALUE, COLUMN_COUNT, COLUMNS };
enum { CHUNK_TEXT_BYTES = EXCHANGE_REQUESTS_CHUNK * 3 * (LIMIT_REQUEST_BYTES + 16) };

static const char *const column_keys[COLUMNS] = {"from", "wants", "activity", "value", "count"};

struct requests_import {
    const struct shop *shop;
    const char *path;
    struct exchange_report *report;
    struct fault *fault;
    struct reading reading;
    struct mapping mapping;
    struct exchange_request *chunk;
    uint32_t chunk_count;
    struct arena chunk_text;
};

static bool header_take(void *context, const struct csv_row *row)
{
    struct requests_import *import = context;
    import->reading.status = mapping_find(&import->mapping, row, import->path, import->fault);
    return import->reading.status == STATUS_OK;
}

static bool memory_missing(struct requests_import *import)
{
    import->reading.status = fault_set(import->fault, STATUS_MEMORY, "no memory for an import");
    return false;
}

/* Of the character that this well-formed UTF-8 begins with. */
static size_t character_bytes(struct slice text)
{
    size_t bytes = 1;
    while (bytes < text.length && ((unsigned char)text.data[bytes] & 0xc0u) == 0x80u) {
        bytes++;
    }
    return bytes;
}

/* As one line in the chunk's memory: runs of white space and control characters are one blank.
 * `*cut`: it had more than LIMIT_REQUEST_CHARACTERS. False: no memory. */
static bool line_take(struct requests_import *import, struct slice cell, struct slice *line,
                      bool *cut)
{
    char text[LIMIT_REQUEST_BYTES];
    size_t length = 0;
    size_t characters = 0;
    while (cell.length > 0 && characters < LIMIT_REQUEST_CHARACTERS) {
        size_t blank = text_space(cell);
        blank = blank > 0 ? blank : utf8_lineless_length(cell);
        size_t bytes = blank > 0 ? blank : character_bytes(cell);
        if (blank == 0) {
            memcpy(text + length, cell.data, bytes);
            length += bytes;
            characters++;
        } else if (length > 0 && text[length - 1] != ' ') {
            text[length++] = ' ';
            characters++;
        }
        cell = (struct slice){cell.data + bytes, cell.length - bytes};
    }
    *cut = *cut || text_trim(cell).length > 0;
    length -= length > 0 && text[length - 1] == ' ';
    char *copy = arena_copy(&import->chunk_text, text, length);
    *line = (struct slice){copy, length};
    return copy != NULL;
}

static enum exchange_reason numbers_read(const struct requests_import *import,
                                         const struct csv_row *row, struct exchange_request *to)
{
    struct slice value = mapping_cell(&import->mapping, row, COLUMN_VALUE);
    struct slice count = mapping_cell(&import->mapping, row, COLUMN_COUNT);
    to->count = 1;
    enum cell_result read =
        cell_number(value, import->shop->currency.decimals, &to->value_per_week_minor);
    if ((read != CELL_OK && read != CELL_EMPTY) || to->value_per_week_minor < 0 ||
        to->value_per_week_minor > LIMIT_MONEY_MINOR) {
        return NOT_TAKEN_BAD_NUMBER;
    }
    read = cell_number(count, 0, &to->count);
    if (read == CELL_EMPTY) {
        to->count = 1;
    }
    return (read != CELL_OK && read != CELL_EMPTY) || to->count < 1 ||
                   to->count > LIMIT_REQUEST_COUNT
               ? NOT_TAKEN_BAD_NUMBER
               : TAKEN_REQUEST;
}

/* TAKEN_REQUEST, or why not. */
static enum exchange_reason row_read(const struct requests_import *import,
                                     const struct csv_row *row, struct exchange_request *to)
{
    *to = (struct exchange_request){.count = 1};
    if (mapping_row_is_short(&import->mapping, row)) {
        return NOT_TAKEN_SHORT_ROW;
    }
    struct slice activity = mapping_cell(&import->mapping, row, COLUMN_ACTIVITY);
    struct activity_id known;
    if (activity.length > 0 && !shop_activity_find(import->shop, activity, &known)) {
        return NOT_TAKEN_NO_ACTIVITY;
    }
    if (mapping_cell(&import->mapping, row, COLUMN_WANTS).length == 0) {
        return NOT_TAKEN_NO_WANTS;
    }
    return numbers_read(import, row, to);
}

static bool chunk_give(struct requests_import *import)
{
    const struct exchange_sink *sink = import->reading.sink;
    if (import->chunk_count > 0 && import->reading.status == STATUS_OK) {
        import->reading.status =
            sink->requests(sink->context, import->chunk, import->chunk_count, import->fault);
    }
    for (uint32_t i = 0; i < import->chunk_count && import->reading.status == STATUS_OK; i++) {
        report_add(import->report, import->chunk[i].known ? TAKEN_REQUEST_SAME : TAKEN_REQUEST, 0,
                   SLICE(""));
    }
    import->chunk_count = 0;
    arena_reset(&import->chunk_text);
    return import->reading.status == STATUS_OK;
}

static bool row_take(void *context, const struct csv_row *row)
{
    struct requests_import *import = context;
    struct exchange_request request;
    bool cut = false;
    import->report->rows++;
    enum exchange_reason reason = row_read(import, row, &request);
    if (reason != TAKEN_REQUEST) {
        struct slice example = reason == NOT_TAKEN_NO_ACTIVITY
                                   ? mapping_cell(&import->mapping, row, COLUMN_ACTIVITY)
                                   : SLICE("");
        report_add(import->report, reason, row->line, example);
        return true;
    }
    if (!line_take(import, mapping_cell(&import->mapping, row, COLUMN_FROM), &request.from, &cut) ||
        !line_take(import, mapping_cell(&import->mapping, row, COLUMN_WANTS), &request.wants,
                   &cut) ||
        !line_take(import, mapping_cell(&import->mapping, row, COLUMN_ACTIVITY), &request.activity,
                   &cut)) {
        return memory_missing(import);
    }
    if (cut) {
        report_add(import->report, NOTE_REQUEST_CUT, row->line, SLICE(""));
    }
    import->chunk[import->chunk_count++] = request;
    return import->chunk_count < EXCHANGE_REQUESTS_CHUNK || chunk_give(import);
}

enum status exchange_import_requests(const struct shop *shop, const char *path,
                                     const struct exchange_options *options,
                                     const struct exchange_sink *sink,
                                     struct exchange_report *report, struct fault *fault)
{
    static const struct reading_rows rows = {header_take, row_take};
    memset(report, 0, sizeof *report);
    struct requests_import import = {
        .shop = shop,
        .path = path,
        .report = report,
        .fault = fault,
        .mapping = {.count = COLUMNS,
                    .keys = column_keys,
                    .required = 1u << COLUMN_WANTS,
                    .example = "--columns from=Client,wants=Demande,value=Montant"},
    };
    import.reading = (struct reading){
        .sink = sink, .report = report, .fault = fault, .context = &import, .pass_count = 1};
    arena_init(&import.chunk_text, CHUNK_TEXT_BYTES);
    import.chunk = calloc(EXCHANGE_REQUESTS_CHUNK, sizeof *import.chunk);
    import.reading.status = mapping_read(&import.mapping, options->columns, fault);
    if (import.reading.status == STATUS_OK && import.chunk == NULL) {
        (void)memory_missing(&import);
    }
    reading_pass(&import.reading, path, &rows);
    if (import.reading.status == STATUS_OK) {
        (void)chunk_give(&import);
    }
    reading_report_facts(&import.reading);
    free(import.chunk);
    arena_free(&import.chunk_text);
    return import.reading.status;
}

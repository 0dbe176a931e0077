/* Orders in a file, as another shop's REST API sends them.
 *
 *   bytes -> object after object, as it stands in the file -> a request of many -> sink
 *
 * The file is cut, not read: which bytes are one order is told by its braces alone, and whoever
 * takes it checks that it is JSON. So memory holds one request, whatever the size of the file. An
 * object that begins with "orders", "order", "create", "update" or "data" is a wrapping, and what
 * is in it is looked at in its place. */
#include "exchange/sold_orders.h"
#include "exchange/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    CHUNK_BYTES = 65536,
    ORDER_BYTES_MAX = 1024 * 1024,
    REQUEST_BYTES = 2 * 1024 * 1024,
    KEY_BYTES = 32,
    LABEL_SHOWN = 40, /* bytes of an example, with the dates and the note within its room */
    NOTE_SHOWN = 70
};

/* The way through a file of JSON. */
struct cutting {
    struct sold_sending *sending;
    uint64_t line;
    uint32_t depth; /* 0: between objects */
    bool string;    /* within quotes */
    bool escaped;
};

/* ---- what became of them ---- */

static void result_report(struct sold_sending *sending, uint32_t index)
{
    static const struct {
        const char *outcome;
        enum exchange_reason reason;
    } outcomes[] = {
        {"taken", TAKEN_ORDER},
        {"held", TAKEN_ORDER_HELD},
        {"delivered", TAKEN_ORDER_DELIVERED},
        {"cancelled", TAKEN_ORDER_CANCELLED},
        {"history", TAKEN_ORDER_HISTORY},
        {"same", TAKEN_ORDER_SAME},
        {"nothing", NOT_TAKEN_ORDER_NOTHING},
        {"not_held", NOT_TAKEN_ORDER_NOT_HELD},
        {"left", NOT_TAKEN_ORDER_LEFT},
        {"stale", NOT_TAKEN_ORDER_STALE},
        {"full", NOT_TAKEN_ORDER_FULL},
    };
    const struct exchange_sold *result = &sending->results[index];
    uint64_t line = sending->lines[index];
    char example[EXCHANGE_EXAMPLE_BYTES];
    enum exchange_reason reason = NOT_TAKEN_ORDER_UNREADABLE;
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        reason = strcmp(result->outcome, outcomes[i].outcome) == 0 ? outcomes[i].reason : reason;
    }
    bool unreadable = reason == NOT_TAKEN_ORDER_UNREADABLE;
    report_add(sending->report, reason, line, slice_of(unreadable ? result->note : result->label));
    int label = (int)utf8_cut(slice_of(result->label), LABEL_SHOWN);
    snprintf(example, sizeof example, "%.*s: %.16s", label, result->label, result->promised);
    if (result->broken) {
        report_add(sending->report, NOTE_ORDER_BROKEN, line, slice_of(example));
    }
    snprintf(example, sizeof example, "%.*s: %.16s, %.16s", label, result->label, result->promised,
             result->deliver_by);
    if (result->late) {
        report_add(sending->report, NOTE_ORDER_LATE, line, slice_of(example));
    }
    snprintf(example, sizeof example, "%.*s: %.*s", label, result->label,
             (int)utf8_cut(slice_of(result->note), NOTE_SHOWN), result->note);
    if (!unreadable && result->note[0] != '\0') {
        report_add(sending->report, NOTE_ORDER_UNKNOWN, line, slice_of(example));
    }
}

void sold_request_send(struct sold_sending *sending)
{
    const struct exchange_sink *sink = sending->sink;
    if (sending->count == 0 || sending->status != STATUS_OK) {
        return;
    }
    memset(sending->results, 0, sizeof sending->results);
    sending->status = sink->sold(sink->context, sending->system, text_slice(&sending->request),
                                 sending->results, sending->count, sending->fault);
    for (uint32_t i = 0; i < sending->count && sending->status == STATUS_OK; i++) {
        result_report(sending, i);
    }
    text_clear(&sending->request);
    sending->count = 0;
}

/* ---- cutting ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Is what was cut so far `{"orders":` or the like? The colon has just been read. */
static bool is_wrapping(const struct text *object)
{
    static const char *const keys[] = {"orders", "order", "create", "update", "data"};
    char key[KEY_BYTES];
    size_t length = 0;
    for (size_t i = 0; i < object->length && length < sizeof key; i++) {
        if (!is_space(object->bytes[i])) {
            key[length++] = object->bytes[i];
        }
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        size_t known = strlen(keys[i]);
        if (length == known + 4 && memcmp(key, "{\"", 2) == 0 &&
            memcmp(key + 2, keys[i], known) == 0) {
            return true;
        }
    }
    return false;
}

void sold_object_end(struct sold_sending *sending)
{
    sending->report->rows++;
    if (sending->object.overflow) {
        report_add(sending->report, NOT_TAKEN_ORDER_UNREADABLE, sending->object_line,
                   SLICE("over 1 MB"));
    } else {
        if (sending->count == SOLD_REQUEST_ORDERS ||
            sending->request.length + sending->object.length > REQUEST_BYTES) {
            sold_request_send(sending);
        }
        text_append_string(&sending->request, sending->count > 0 ? "," : "");
        text_append_slice(&sending->request, text_slice(&sending->object));
        sending->lines[sending->count++] = sending->object_line;
    }
    text_clear(&sending->object);
}

/* A character within an object; strings are passed over. */
static void inner_take(struct cutting *cutting, char c)
{
    text_append_char(&cutting->sending->object, c);
    if (cutting->string) {
        cutting->string = cutting->escaped || c != '"';
        cutting->escaped = !cutting->escaped && c == '\\';
        return;
    }
    cutting->string = c == '"';
    cutting->depth += c == '{';
    cutting->depth -= c == '}';
    if (c == ':' && cutting->depth == 1 && is_wrapping(&cutting->sending->object)) {
        cutting->depth = 0;
        text_clear(&cutting->sending->object);
    } else if (cutting->depth == 0) {
        sold_object_end(cutting->sending);
    }
}

static void byte_take(struct cutting *cutting, char c)
{
    cutting->line += c == '\n';
    if (cutting->depth > 0) {
        inner_take(cutting, c);
    } else if (c == '{') {
        cutting->sending->object_line = cutting->line;
        cutting->depth = 1;
        text_append_char(&cutting->sending->object, c);
    } else if (!is_space(c) && strchr("[],}:\"", c) == NULL &&
               cutting->sending->report->rows == 0 && (unsigned char)c < 0x80) {
        cutting->sending->status =
            fault_set(cutting->sending->fault, STATUS_INVALID,
                      "%s, line %llu: no JSON of orders; save what the shop's API answers",
                      cutting->sending->path, (unsigned long long)cutting->line);
    }
}

static void file_cut(struct cutting *cutting, gzFile file)
{
    static char chunk[CHUNK_BYTES];
    int got = 1;
    while (cutting->sending->status == STATUS_OK && got > 0) {
        got = gzread(file, chunk, sizeof chunk);
        for (int i = 0; i < got && cutting->sending->status == STATUS_OK; i++) {
            byte_take(cutting, chunk[i]);
        }
    }
    if (cutting->sending->status == STATUS_OK && (got < 0 || cutting->depth > 0)) {
        cutting->sending->status =
            fault_set(cutting->sending->fault, STATUS_INVALID,
                      "%s, line %llu: the file is cut off here; copy it again, whole",
                      cutting->sending->path, (unsigned long long)cutting->line);
    }
    sold_request_send(cutting->sending);
    cutting->sending->report->lines = cutting->line;
    if (cutting->sending->status == STATUS_OK && cutting->sending->report->rows == 0) {
        cutting->sending->status = fault_set(cutting->sending->fault, STATUS_INVALID,
                                             "%s: no order is in it", cutting->sending->path);
    }
}

/* Is the file of a table, not of JSON? Told by its first byte that is neither white space nor a
 * byte order mark. */
static bool is_table(gzFile file)
{
    int c = gzgetc(file);
    while (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xef || c == 0xbb || c == 0xbf) {
        c = gzgetc(file);
    }
    (void)gzrewind(file);
    return c != '{' && c != '[';
}

static enum status orders_import(const char *system, bool has_table, const char *path,
                                 const struct exchange_sink *sink, struct exchange_report *report,
                                 struct fault *fault)
{
    *report = (struct exchange_report){.rows = 0};
    gzFile file = gzopen(path, "rb");
    struct sold_sending *sending = file == NULL ? NULL : calloc(1, sizeof *sending);
    if (sending == NULL) {
        if (file != NULL) {
            gzclose(file);
            return fault_set(fault, STATUS_MEMORY, "no memory for an import");
        }
        return fault_set(fault, STATUS_NOT_FOUND,
                         "%s: no such file; give the path of a JSON or JSON.gz file", path);
    }
    *sending = (struct sold_sending){.system = system,
                                     .path = path,
                                     .sink = sink,
                                     .report = report,
                                     .fault = fault,
                                     .status = STATUS_OK};
    text_init(&sending->object, ORDER_BYTES_MAX);
    text_init(&sending->request, REQUEST_BYTES + ORDER_BYTES_MAX + SOLD_REQUEST_ORDERS);
    if (has_table && is_table(file)) {
        sold_shopify_csv_read(sending);
    } else {
        struct cutting cutting = {.sending = sending, .line = 1};
        file_cut(&cutting, file);
    }
    enum status status = sending->status;
    text_free(&sending->object);
    text_free(&sending->request);
    free(sending);
    gzclose(file);
    return status;
}

enum status exchange_import_woocommerce_orders(const struct shop *shop, const char *path,
                                               const struct exchange_options *options,
                                               const struct exchange_sink *sink,
                                               struct exchange_report *report, struct fault *fault)
{
    (void)shop;
    (void)options;
    return orders_import("woocommerce", false, path, sink, report, fault);
}

enum status exchange_import_shopify_orders(const struct shop *shop, const char *path,
                                           const struct exchange_options *options,
                                           const struct exchange_sink *sink,
                                           struct exchange_report *report, struct fault *fault)
{
    (void)shop;
    (void)options;
    return orders_import("shopify", true, path, sink, report, fault);
}

/* Orders in a file, as another shop's REST API sends them.
 *
 *   bytes -> object after object, as it stands in the file -> a request of many -> sink
 *
 * The file is cut, not read: which bytes are one order is told by its braces alone, and whoever
 * takes it checks that it is JSON. So memory holds one request, whatever the size of the file. An
 * object that begins with "orders", "order", "create", "update" or "data" is a wrapping, and what
 * is in it is looked at in its place. */
#include "exchange/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    CHUNK_BYTES = 65536,
    ORDER_BYTES_MAX = 1024 * 1024,
    REQUEST_BYTES = 2 * 1024 * 1024,
    REQUEST_ORDERS = 100,
    KEY_BYTES = 32
};

struct cutting {
    const char *system;
    const char *path;
    const struct exchange_sink *sink;
    struct exchange_report *report;
    struct fault *fault;
    enum status status;
    uint64_t line;
    /* Of the object that is being cut. */
    uint32_t depth; /* 0: between objects */
    bool string;    /* within quotes */
    bool escaped;
    struct text object;
    uint64_t object_line;
    /* The request so far. */
    struct text request;
    uint32_t count;
    uint64_t lines[REQUEST_ORDERS];
    struct exchange_sold results[REQUEST_ORDERS];
};

/* ---- what became of them ---- */

static void result_report(struct cutting *cutting, uint32_t index)
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
    const struct exchange_sold *result = &cutting->results[index];
    uint64_t line = cutting->lines[index];
    char example[EXCHANGE_EXAMPLE_BYTES];
    enum exchange_reason reason = NOT_TAKEN_ORDER_UNREADABLE;
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        reason = strcmp(result->outcome, outcomes[i].outcome) == 0 ? outcomes[i].reason : reason;
    }
    bool unreadable = reason == NOT_TAKEN_ORDER_UNREADABLE;
    report_add(cutting->report, reason, line, slice_of(unreadable ? result->note : result->label));
    snprintf(example, sizeof example, "%.50s: %.16s", result->label, result->promised);
    if (result->broken) {
        report_add(cutting->report, NOTE_ORDER_BROKEN, line, slice_of(example));
    }
    snprintf(example, sizeof example, "%.50s: %.16s, %.16s", result->label, result->promised,
             result->deliver_by);
    if (result->late) {
        report_add(cutting->report, NOTE_ORDER_LATE, line, slice_of(example));
    }
    snprintf(example, sizeof example, "%.40s: %.70s", result->label, result->note);
    if (!unreadable && result->note[0] != '\0') {
        report_add(cutting->report, NOTE_ORDER_UNKNOWN, line, slice_of(example));
    }
}

static void request_send(struct cutting *cutting)
{
    const struct exchange_sink *sink = cutting->sink;
    if (cutting->count == 0 || cutting->status != STATUS_OK) {
        return;
    }
    memset(cutting->results, 0, sizeof cutting->results);
    cutting->status = sink->sold(sink->context, cutting->system, text_slice(&cutting->request),
                                 cutting->results, cutting->count, cutting->fault);
    for (uint32_t i = 0; i < cutting->count && cutting->status == STATUS_OK; i++) {
        result_report(cutting, i);
    }
    text_clear(&cutting->request);
    cutting->count = 0;
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

static void object_end(struct cutting *cutting)
{
    cutting->report->rows++;
    if (cutting->object.overflow) {
        report_add(cutting->report, NOT_TAKEN_ORDER_UNREADABLE, cutting->object_line,
                   SLICE("over 1 MB"));
    } else {
        if (cutting->count == REQUEST_ORDERS ||
            cutting->request.length + cutting->object.length > REQUEST_BYTES) {
            request_send(cutting);
        }
        text_append_string(&cutting->request, cutting->count > 0 ? "," : "");
        text_append_slice(&cutting->request, text_slice(&cutting->object));
        cutting->lines[cutting->count++] = cutting->object_line;
    }
    text_clear(&cutting->object);
}

/* A character within an object; strings are passed over. */
static void inner_take(struct cutting *cutting, char c)
{
    text_append_char(&cutting->object, c);
    if (cutting->string) {
        cutting->string = cutting->escaped || c != '"';
        cutting->escaped = !cutting->escaped && c == '\\';
        return;
    }
    cutting->string = c == '"';
    cutting->depth += c == '{';
    cutting->depth -= c == '}';
    if (c == ':' && cutting->depth == 1 && is_wrapping(&cutting->object)) {
        cutting->depth = 0;
        text_clear(&cutting->object);
    } else if (cutting->depth == 0) {
        object_end(cutting);
    }
}

static void byte_take(struct cutting *cutting, char c)
{
    cutting->line += c == '\n';
    if (cutting->depth > 0) {
        inner_take(cutting, c);
    } else if (c == '{') {
        cutting->object_line = cutting->line;
        cutting->depth = 1;
        text_append_char(&cutting->object, c);
    } else if (!is_space(c) && strchr("[],}:\"", c) == NULL && cutting->report->rows == 0 &&
               (unsigned char)c < 0x80) {
        cutting->status =
            fault_set(cutting->fault, STATUS_INVALID,
                      "%s, line %llu: no JSON of orders; save what the shop's API answers",
                      cutting->path, (unsigned long long)cutting->line);
    }
}

static void file_cut(struct cutting *cutting, gzFile file)
{
    static char chunk[CHUNK_BYTES];
    int got = 1;
    while (cutting->status == STATUS_OK && got > 0) {
        got = gzread(file, chunk, sizeof chunk);
        for (int i = 0; i < got && cutting->status == STATUS_OK; i++) {
            byte_take(cutting, chunk[i]);
        }
    }
    if (cutting->status == STATUS_OK && (got < 0 || cutting->depth > 0)) {
        cutting->status = fault_set(cutting->fault, STATUS_INVALID,
                                    "%s, line %llu: the file is cut off here; copy it again, whole",
                                    cutting->path, (unsigned long long)cutting->line);
    }
    request_send(cutting);
    cutting->report->lines = cutting->line;
    if (cutting->status == STATUS_OK && cutting->report->rows == 0) {
        cutting->status =
            fault_set(cutting->fault, STATUS_INVALID, "%s: no order is in it", cutting->path);
    }
}

static enum status orders_import(const char *system, const char *path,
                                 const struct exchange_sink *sink, struct exchange_report *report,
                                 struct fault *fault)
{
    gzFile file = gzopen(path, "rb");
    struct cutting *cutting = file == NULL ? NULL : calloc(1, sizeof *cutting);
    if (cutting == NULL) {
        if (file != NULL) {
            gzclose(file);
            return fault_set(fault, STATUS_MEMORY, "no memory for an import");
        }
        return fault_set(fault, STATUS_NOT_FOUND,
                         "%s: no such file; give the path of a JSON or JSON.gz file", path);
    }
    *cutting = (struct cutting){.system = system,
                                .path = path,
                                .sink = sink,
                                .report = report,
                                .fault = fault,
                                .status = STATUS_OK,
                                .line = 1};
    text_init(&cutting->object, ORDER_BYTES_MAX);
    text_init(&cutting->request, REQUEST_BYTES + ORDER_BYTES_MAX + REQUEST_ORDERS);
    file_cut(cutting, file);
    enum status status = cutting->status;
    text_free(&cutting->object);
    text_free(&cutting->request);
    free(cutting);
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
    return orders_import("woocommerce", path, sink, report, fault);
}

enum status exchange_import_shopify_orders(const struct shop *shop, const char *path,
                                           const struct exchange_options *options,
                                           const struct exchange_sink *sink,
                                           struct exchange_report *report, struct fault *fault)
{
    (void)shop;
    (void)options;
    return orders_import("shopify", path, sink, report, fault);
}

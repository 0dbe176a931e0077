/* A row is the same if all of it is: who, what, activity, value, count. Within a file the same row
 * twice is two who ask alike. */
#include "commands/import_requests.h"

#include "base/decimal.h"
#include "commands/requests_read.h"
#include "journal/requests.h"

#include <inttypes.h>

enum { KEY_BYTES_MAX = 4 * LIMIT_REQUEST_BYTES };

/* Fields with a character between them that none of them can hold. */
static struct slice key_of(struct text *key, const struct exchange_request *row)
{
    text_clear(key);
    text_append_slice(key, row->from);
    text_append_char(key, '\n');
    text_append_slice(key, row->wants);
    text_append_char(key, '\n');
    text_append_slice(key, row->activity);
    text_append_format(key, "\n%" PRId64 "\n%" PRId64, row->value_per_week_minor, row->count);
    return text_slice(key);
}

static void known_row(void *context, const struct requests_row *row)
{
    struct import_requests *requests = context;
    uint32_t value;
    if (strcmp(row->source, request_source_text(REQUEST_IMPORTED)) != 0) {
        return;
    }
    const struct exchange_request known = {.from = slice_of(row->from),
                                           .wants = slice_of(row->wants),
                                           .activity = slice_of(row->activity),
                                           .value_per_week_minor = row->value_per_week_minor,
                                           .count = row->count};
    struct slice key = key_of(&requests->key, &known);
    if (!keys_find(&requests->known, key, &value) && keys_add(&requests->known, key, 0) == NULL) {
        requests->failed = true;
    }
}

enum status import_requests_open(struct import_requests *requests, const char *path,
                                 struct env *env, struct fault *fault)
{
    text_init(&requests->key, KEY_BYTES_MAX);
    enum status status = keys_init(&requests->known, LIMIT_REQUESTS)
                             ? requests_read(path, env, true, known_row, requests, fault)
                             : STATUS_MEMORY;
    if (status == STATUS_MEMORY || (status == STATUS_OK && requests->failed)) {
        return fault_set(fault, STATUS_MEMORY, "no memory for an import");
    }
    return status;
}

void import_requests_close(struct import_requests *requests)
{
    keys_free(&requests->known);
    text_free(&requests->key);
}

static void row_write(const struct shop *shop, const struct exchange_request *row, struct text *to)
{
    char value[32];
    (void)decimal_write(value, row->value_per_week_minor, shop->currency.decimals, false);
    text_append_string(to, "{\"wants\":\"");
    text_append_json(to, row->wants);
    text_append_string(to, "\",\"from\":\"");
    text_append_json(to, row->from);
    text_append_string(to, "\",\"activity\":\"");
    text_append_json(to, row->activity);
    text_append_format(to, "\",\"value\":\"%s\",\"count\":%" PRId64 "}", value, row->count);
}

uint32_t import_requests_write(struct import_requests *requests, const struct shop *shop,
                               struct exchange_request *rows, uint32_t count, struct text *to)
{
    uint32_t fresh = 0;
    text_clear(to);
    text_append_string(to, "{\"command\":\"requests\",\"source\":\"imported\",\"add\":[");
    for (uint32_t i = 0; i < count; i++) {
        uint32_t value;
        rows[i].known = keys_find(&requests->known, key_of(&requests->key, &rows[i]), &value);
        if (!rows[i].known) {
            text_append_string(to, fresh++ == 0 ? "" : ",");
            row_write(shop, &rows[i], to);
        }
    }
    text_append_string(to, "]}");
    return fresh;
}

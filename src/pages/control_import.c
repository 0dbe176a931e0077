/* fields -> lines of history, or the bytes of a picture, in the request's memory. */
#include "pages/control_import.h"

#include "base/assert.h"

#include <openssl/evp.h>

enum { HISTORY_LINE_BYTES_LEAST = 40 };

static bool missing_memory(struct request_reader *reader)
{
    return problem_set(reader->problem, PROBLEM_TOO_LARGE,
                       "the request needs more memory than it may have; send less at once");
}

enum {
    PAST_ORDER,
    PAST_OFFER,
    PAST_QUANTITY,
    PAST_UNIT_PRICE,
    PAST_AT,
    PAST_CUSTOMER,
    PAST_FIELDS
};
static const struct json_field past_fields[PAST_FIELDS] = {
    {"order", JSON_IS_STRING, true},    {"offer", JSON_IS_STRING, true},
    {"quantity", JSON_IS_NUMBER, true}, {"unit_price", JSON_IS_STRING, true},
    {"at", JSON_IS_STRING, true},       {"customer", JSON_IS_STRING, false},
};

static bool read_past_line(struct request_reader *reader, struct json_value element,
                           struct history_line *line)
{
    struct json_value values[PAST_FIELDS];
    struct slice name;
    if (element.kind != JSON_IS_OBJECT) {
        return problem_set(reader->problem, PROBLEM_WRONG_KIND, "a line of history is an object");
    }
    if (json_read_fields(element, past_fields, PAST_FIELDS, values, &name) != JSON_OK) {
        return problem_set(
            reader->problem, PROBLEM_BAD_VALUE,
            "a line of history has order, offer, quantity, unit_price and at, and may have "
            "customer, once each");
    }
    if (!request_read_text(reader, values[PAST_ORDER], "/lines", LIMIT_LABEL_BYTES, &line->order) ||
        !request_read_text(reader, values[PAST_OFFER], "/lines", LIMIT_NAME_BYTES, &line->offer)) {
        return false;
    }
    line->customer = SLICE("");
    if (values[PAST_CUSTOMER].kind == JSON_IS_STRING &&
        !request_read_text(reader, values[PAST_CUSTOMER], "/lines", LIMIT_EMAIL_BYTES,
                           &line->customer)) {
        return false;
    }
    int decimals = reader->shop->currency.decimals;
    if (json_read_decimal(values[PAST_QUANTITY], 3, &line->quantity_thousandths) != DECIMAL_OK ||
        decimal_read(values[PAST_UNIT_PRICE].text, decimals, &line->unit_price_minor) !=
            DECIMAL_OK ||
        !instant_read(&reader->shop->zone, values[PAST_AT].text, &line->at)) {
        return problem_set(
            reader->problem, PROBLEM_BAD_VALUE,
            "a line of history has a quantity of at most three decimals, a unit_price like "
            "\"29.90\" and an instant like \"2026-12-01T10:00\"");
    }
    return true;
}

enum { HISTORY_COMMAND, HISTORY_LINES };
const struct json_field control_history_fields[CONTROL_HISTORY_FIELDS] = {
    {"command", JSON_IS_STRING, true},
    {"lines", JSON_IS_ARRAY, true},
};

bool control_history_read(struct request_reader *reader, const struct json_value *values,
                          struct engine_task *task)
{
    size_t room = values[HISTORY_LINES].text.length / HISTORY_LINE_BYTES_LEAST + 1;
    struct history_line *lines = reader->alloc(reader->context, room * sizeof *lines);
    struct slice rest = json_read_elements(values[HISTORY_LINES]);
    struct json_value element;
    uint32_t count = 0;
    if (lines == NULL) {
        return missing_memory(reader);
    }
    while (json_read_next(&rest, &element)) {
        struct history_line line;
        if (!read_past_line(reader, element, &line)) {
            return false;
        }
        ASSERT(count < room);
        lines[count++] = line;
    }
    task->history = lines;
    task->history_count = count;
    return true;
}

enum { PICTURE_COMMAND, PICTURE_OFFER, PICTURE_MEDIA_TYPE, PICTURE_BYTES };
const struct json_field control_picture_fields[CONTROL_PICTURE_FIELDS] = {
    {"command", JSON_IS_STRING, true},
    {"offer", JSON_IS_STRING, true},
    {"media_type", JSON_IS_STRING, true},
    {"bytes", JSON_IS_STRING, true},
};

/* How many bytes this base64 (RFC 4648, padded, no white space) stands for; -1 if it is none.
 * OpenSSL passes over white space and takes
 * '=' anywhere, so what it must not see is looked for first. */
static int64_t base64_length(struct slice text)
{
    size_t padding = 0;
    if (text.length == 0 || text.length % 4 != 0 || text.length > LIMIT_CONTROL_BODY_BYTES) {
        return -1;
    }
    while (padding < 2 && text.data[text.length - 1 - padding] == '=') {
        padding++;
    }
    for (size_t i = 0; i < text.length - padding; i++) {
        char c = text.data[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!letter && !(c >= '0' && c <= '9') && c != '+' && c != '/') {
            return -1;
        }
    }
    return (int64_t)(text.length / 4 * 3 - padding);
}

static bool read_base64(struct request_reader *reader, struct slice text, struct slice *bytes)
{
    int64_t length = base64_length(text);
    unsigned char *to = reader->alloc(reader->context, text.length + 1);
    if (to == NULL) {
        return missing_memory(reader);
    }
    if (length < 0 || EVP_DecodeBlock(to, (const unsigned char *)text.data, (int)text.length) < 0) {
        return problem_set(reader->problem, PROBLEM_BAD_VALUE,
                           "'bytes' has to be base64 (RFC 4648)");
    }
    *bytes = (struct slice){(const char *)to, (size_t)length};
    return true;
}

bool control_picture_read(struct request_reader *reader, const struct json_value *values,
                          struct engine_task *task)
{
    struct picture picture;
    char *plain = reader->alloc(reader->context, values[PICTURE_BYTES].text.length + 1);
    if (plain == NULL) {
        return missing_memory(reader);
    }
    if (!request_read_text(reader, values[PICTURE_OFFER], "/offer", LIMIT_NAME_BYTES,
                           &picture.offer) ||
        !request_read_text(reader, values[PICTURE_MEDIA_TYPE], "/media_type", LIMIT_LABEL_BYTES,
                           &picture.media_type) ||
        !read_base64(reader, json_read_string(values[PICTURE_BYTES], plain), &picture.bytes)) {
        return false;
    }
    task->picture = picture;
    return true;
}

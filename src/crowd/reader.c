/* Bytes -> lines (head, sizes of chunks, trailer) and counted bytes (bodies).
 *
 * A line ends with LF, a CR before it is dropped. Lenient where servers differ, strict where a
 * mistake would make two readings of one stream: a length twice with two values, a length that is
 * no number, a coding other than chunked are refused. */
#include "crowd/reader.h"

#include "base/decimal.h"
#include "base/limits.h"

#include <strings.h>

enum { CHUNK_DIGITS_MAX = 8, STATUS_DIGITS = 3, RETRY_SECONDS_MAX = 3600 };

void crowd_reader_init(struct crowd_reader *reader)
{
    *reader = (struct crowd_reader){.stage = READER_COMPLETE};
    text_init(&reader->line, LIMIT_CROWD_LINE_BYTES);
    text_init(&reader->body, LIMIT_CROWD_KEPT_BYTES);
}

void crowd_reader_free(struct crowd_reader *reader)
{
    text_free(&reader->line);
    text_free(&reader->body);
}

static void head_begin(struct crowd_reader *reader)
{
    text_clear(&reader->line);
    reader->stage = READER_STATUS;
    reader->retry_after_seconds = -1;
    reader->status = 0;
    reader->door = CROWD_DOOR_NONE;
    reader->left = 0;
    reader->closes = false;
    reader->chunked = false;
    reader->has_length = false;
    reader->version_0 = false;
}

void crowd_reader_next(struct crowd_reader *reader, bool keeps_body)
{
    text_clear(&reader->body);
    reader->keeps_body = keeps_body;
    reader->begun = false;
    reader->head_bytes = 0;
    reader->body_bytes = 0;
    head_begin(reader);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "HTTP/1.1 200 OK" */
static bool status_line(struct crowd_reader *reader, struct slice line)
{
    const size_t begin = sizeof "HTTP/1.x " - 1;
    if (line.length < begin + STATUS_DIGITS || memcmp(line.data, "HTTP/1.", begin - 2) != 0 ||
        (line.data[begin - 2] != '0' && line.data[begin - 2] != '1') ||
        line.data[begin - 1] != ' ') {
        return false;
    }
    int status = 0;
    for (size_t i = begin; i < begin + STATUS_DIGITS; i++) {
        if (!is_digit(line.data[i])) {
            return false;
        }
        status = status * 10 + (line.data[i] - '0');
    }
    if (line.length > begin + STATUS_DIGITS && line.data[begin + STATUS_DIGITS] != ' ') {
        return false;
    }
    reader->status = (uint16_t)status;
    reader->version_0 = line.data[begin - 2] == '0';
    reader->closes = reader->version_0;
    reader->stage = READER_FIELDS;
    return status >= 100 && status != 101;
}

static bool is_word(struct slice slice, const char *word)
{
    return slice.length == strlen(word) && strncasecmp(slice.data, word, slice.length) == 0;
}

static bool length_field(struct crowd_reader *reader, struct slice value)
{
    int64_t length;
    if (value.length == 0 || !is_digit(value.data[0]) ||
        decimal_read(value, 0, &length) != DECIMAL_OK || length > LIMIT_CROWD_BODY_BYTES ||
        (reader->has_length && reader->left != (uint64_t)length)) {
        return false;
    }
    reader->has_length = true;
    reader->left = (uint64_t)length;
    return true;
}

static void connection_field(struct crowd_reader *reader, struct slice value)
{
    while (value.length > 0) {
        struct slice word = slice_trim(slice_cut(value, ',', &value));
        if (is_word(word, "close")) {
            reader->closes = true;
        } else if (is_word(word, "keep-alive") && reader->version_0) {
            reader->closes = false;
        }
    }
}

static void retry_field(struct crowd_reader *reader, struct slice value)
{
    int64_t seconds;
    if (decimal_read(value, 0, &seconds) == DECIMAL_OK && seconds >= 0) {
        reader->retry_after_seconds =
            (int32_t)(seconds < RETRY_SECONDS_MAX ? seconds : RETRY_SECONDS_MAX);
    }
}

static void cookie_field(struct crowd_reader *reader, struct slice value)
{
    struct slice cookie = slice_trim(slice_cut(value, ';', &value));
    const char *equals = cookie.length > 0 ? memchr(cookie.data, '=', cookie.length) : NULL;
    if (equals != NULL && equals != cookie.data && reader->cookie != NULL) {
        reader->cookie(reader->context, cookie);
    }
}

/* False: the answer cannot be read any further. */
static bool field_line(struct crowd_reader *reader, struct slice line)
{
    struct slice value;
    struct slice name = slice_cut(line, ':', &value);
    if (value.data == NULL || name.length == 0) {
        return false;
    }
    value = slice_trim(value);
    if (is_word(name, "content-length")) {
        return length_field(reader, value);
    }
    if (is_word(name, "transfer-encoding")) {
        reader->chunked = is_word(value, "chunked");
        return reader->chunked;
    }
    if (is_word(name, "connection")) {
        connection_field(reader, value);
    } else if (is_word(name, "retry-after")) {
        retry_field(reader, value);
    } else if (is_word(name, "set-cookie")) {
        cookie_field(reader, value);
    } else if (is_word(name, "ecluse-state")) {
        reader->door = is_word(value, "inside")    ? CROWD_DOOR_INSIDE
                       : is_word(value, "waiting") ? CROWD_DOOR_WAITING
                                                   : CROWD_DOOR_NONE;
    }
    return true;
}

static void head_end(struct crowd_reader *reader)
{
    if (reader->status < 200) {
        head_begin(reader); /* 103 and the like: the answer itself is still to come */
    } else if (reader->status == 204 || reader->status == 304) {
        reader->stage = READER_COMPLETE;
    } else if (reader->chunked) {
        reader->stage = READER_SIZE;
    } else if (!reader->has_length) {
        reader->closes = true;
        reader->stage = READER_UNTIL_CLOSE;
    } else {
        reader->stage = reader->left == 0 ? READER_COMPLETE : READER_LENGTH;
    }
}

static bool size_line(struct crowd_reader *reader, struct slice line)
{
    struct slice rest;
    struct slice digits = slice_trim(slice_cut(line, ';', &rest));
    uint64_t size = 0;
    if (digits.length == 0 || digits.length > CHUNK_DIGITS_MAX) {
        return false;
    }
    for (size_t i = 0; i < digits.length; i++) {
        int digit = hex_digit(digits.data[i]);
        if (digit < 0) {
            return false;
        }
        size = size * 16 + (uint64_t)digit;
    }
    reader->left = size;
    reader->stage = size == 0 ? READER_TRAILER : READER_CHUNK;
    return size <= LIMIT_CROWD_BODY_BYTES;
}

static bool line_take(struct crowd_reader *reader)
{
    struct slice line = text_slice(&reader->line);
    if (line.length > 0 && line.data[line.length - 1] == '\r') {
        line.length--;
    }
    switch (reader->stage) {
    case READER_STATUS:
        return status_line(reader, line);
    case READER_FIELDS:
        if (line.length > 0) {
            return field_line(reader, line);
        }
        head_end(reader);
        return true;
    case READER_SIZE:
        return size_line(reader, line);
    case READER_CHUNK_END:
        reader->stage = READER_SIZE;
        return line.length == 0;
    default:
        reader->stage = line.length == 0 ? READER_COMPLETE : READER_TRAILER;
        return true;
    }
}

/* Bytes up to the line's end. Heads, sizes and trailers of one answer share one limit, so that no
 * stream of tiny chunks or of 1xx goes on for ever. */
static size_t line_feed(struct crowd_reader *reader, const char *bytes, size_t length)
{
    const char *end = memchr(bytes, '\n', length);
    size_t taken = end != NULL ? (size_t)(end - bytes) + 1 : length;
    text_append(&reader->line, bytes, end != NULL ? taken - 1 : taken);
    bool is_head = reader->stage != READER_SIZE && reader->stage != READER_CHUNK_END;
    reader->head_bytes += is_head ? (uint32_t)taken : 0;
    bool good = !reader->line.overflow && reader->head_bytes <= LIMIT_CROWD_HEAD_BYTES;
    if (good && end != NULL) {
        good = line_take(reader);
        text_clear(&reader->line);
    }
    if (!good) {
        reader->stage = READER_REFUSED;
    }
    return taken;
}

static size_t body_feed(struct crowd_reader *reader, const char *bytes, size_t length)
{
    bool counted = reader->stage != READER_UNTIL_CLOSE;
    size_t taken = counted && reader->left < length ? (size_t)reader->left : length;
    size_t room = LIMIT_CROWD_KEPT_BYTES - reader->body.length;
    if (reader->keeps_body) {
        text_append(&reader->body, bytes, taken < room ? taken : room);
    }
    reader->body_bytes += taken;
    if (counted) {
        reader->left -= taken;
        if (reader->left == 0) {
            reader->stage = reader->stage == READER_CHUNK ? READER_CHUNK_END : READER_COMPLETE;
        }
    }
    if (reader->body_bytes > LIMIT_CROWD_BODY_BYTES) {
        reader->stage = READER_REFUSED;
    }
    return taken;
}

enum crowd_read crowd_reader_feed(struct crowd_reader *reader, const char *bytes, size_t length,
                                  size_t *used)
{
    size_t at = 0;
    reader->begun = reader->begun || length > 0;
    while (at < length && reader->stage < READER_COMPLETE) {
        bool body = reader->stage == READER_LENGTH || reader->stage == READER_CHUNK ||
                    reader->stage == READER_UNTIL_CLOSE;
        at += body ? body_feed(reader, bytes + at, length - at)
                   : line_feed(reader, bytes + at, length - at);
    }
    *used = at;
    if (reader->stage == READER_COMPLETE) {
        return CROWD_READ_COMPLETE;
    }
    return reader->stage == READER_REFUSED ? CROWD_READ_REFUSED : CROWD_READ_MORE;
}

enum crowd_read crowd_reader_closed(struct crowd_reader *reader)
{
    reader->stage = reader->stage == READER_UNTIL_CLOSE ? READER_COMPLETE : READER_REFUSED;
    return reader->stage == READER_COMPLETE ? CROWD_READ_COMPLETE : CROWD_READ_REFUSED;
}

/* A chunked body, decoded in place (RFC 9112 section 7.1).
 *
 *   CHUNK_SIZE -> CHUNK_DATA -> CHUNK_END -> CHUNK_SIZE ...      size line, data, CR LF
 *              `-> TRAILER -> COMPLETE                           after the chunk of size 0
 *
 *   | head | body decoded so far | (framing already read) | not yet read |
 *           body_at               body_at + body_length    at
 *
 * Data moves left onto the end of the body; the framing between is taken out by http_parse.
 * Extensions are checked against their grammar and dropped; trailers are checked like header fields
 * and dropped. Both are limited over the whole body, because a limit for one chunk is none for a
 * thousand. White space that RFC 9112 only tolerates ("BWS") is refused. */
#include "base/assert.h"
#include "base/text.h"
#include "door/bytes.h"
#include "door/parser.h"

static size_t token_end(const char *bytes, size_t at)
{
    while (http_byte_is(bytes[at], HTTP_TOKEN)) {
        at++;
    }
    return at;
}

/* ";name" or ";name=value", again and again, up to `end`, where a CR stands. */
static bool extensions_valid(const char *bytes, size_t at, size_t end)
{
    while (at < end) {
        if (bytes[at] != ';') {
            return false;
        }
        size_t name = at + 1;
        at = token_end(bytes, name);
        if (at == name) {
            return false;
        }
        if (bytes[at] != '=') {
            continue;
        }
        size_t value = at + 1;
        at = token_end(bytes, value);
        if (at == value) {
            return false;
        }
    }
    return true;
}

static enum http_refusal size_read(struct http_parser *parser, const char *bytes, size_t end)
{
    size_t start = parser->at;
    size_t at = start;
    size_t size = 0;
    while (hex_digit(bytes[at]) >= 0) {
        if (at - start == HTTP_CHUNK_SIZE_DIGITS_MAX) {
            return REFUSAL_CHUNK_SIZE;
        }
        size = size * 16 + (size_t)hex_digit(bytes[at++]);
    }
    if (at == start || (at < end && bytes[at] != ';')) {
        return REFUSAL_CHUNK_SIZE;
    }
    parser->extension_bytes += (uint32_t)(end - at);
    if (parser->extension_bytes > HTTP_CHUNK_EXTENSIONS_BYTES_MAX ||
        !extensions_valid(bytes, at, end)) {
        return REFUSAL_CHUNK_EXTENSION;
    }
    if (size > parser->body_max - parser->body_length) {
        return REFUSAL_BODY_LARGE;
    }
    parser->left = size;
    parser->stage = size > 0 ? STAGE_CHUNK_DATA : STAGE_TRAILER;
    parser->at = end + 2;
    return REFUSAL_NONE;
}

static enum http_refusal size_step(struct http_parser *parser, const char *bytes, size_t length,
                                   bool *stuck)
{
    size_t end = 0;
    switch (
        http_line_find(bytes, length, parser->at, parser->at + HTTP_CHUNK_LINE_BYTES_MAX, &end)) {
    case LINE_MORE:
        *stuck = true;
        return REFUSAL_NONE;
    case LINE_LONG:
        return REFUSAL_CHUNK_EXTENSION;
    case LINE_BARE_LF:
        return REFUSAL_BARE_LF;
    case LINE_FOUND:
        break;
    }
    return size_read(parser, bytes, end);
}

static enum http_refusal data_step(struct http_parser *parser, char *bytes, size_t length,
                                   bool *stuck)
{
    size_t there = length - parser->at;
    size_t part = there < parser->left ? there : parser->left;
    char *body_end = bytes + parser->body_at + parser->body_length;
    memmove(body_end, bytes + parser->at, part);
    parser->body_length += part;
    parser->at += part;
    parser->left -= part;
    if (parser->left > 0) {
        *stuck = true;
    } else {
        parser->stage = STAGE_CHUNK_END;
    }
    return REFUSAL_NONE;
}

static enum http_refusal end_step(struct http_parser *parser, const char *bytes, size_t length,
                                  bool *stuck)
{
    static const char ending[2] = {'\r', '\n'};
    size_t there = length - parser->at < 2 ? length - parser->at : 2;
    for (size_t i = 0; i < there; i++) {
        if (bytes[parser->at + i] != ending[i]) {
            return REFUSAL_CHUNK_END;
        }
    }
    if (there < 2) {
        *stuck = true;
        return REFUSAL_NONE;
    }
    parser->at += 2;
    parser->stage = STAGE_CHUNK_SIZE;
    return REFUSAL_NONE;
}

/* Fields that say how a message is read have no place after its body (RFC 9110 section 6.5.1). */
static bool trailer_allowed(struct slice name)
{
    static const struct slice forbidden[] = {
        SLICE("content-length"), SLICE("transfer-encoding"), SLICE("host"), SLICE("connection"),
        SLICE("expect"),         SLICE("upgrade"),
    };
    for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++) {
        if (http_equal_any_case(name, forbidden[i])) {
            return false;
        }
    }
    return true;
}

static enum http_refusal trailer_step(struct http_parser *parser, const char *bytes, size_t length,
                                      bool *stuck)
{
    size_t end = 0;
    size_t start = parser->at;
    size_t limit = start + HTTP_TRAILER_BYTES_MAX - parser->trailer_bytes;
    switch (http_line_find(bytes, length, start, limit, &end)) {
    case LINE_MORE:
        *stuck = true;
        return REFUSAL_NONE;
    case LINE_LONG:
        return REFUSAL_TRAILER;
    case LINE_BARE_LF:
        return REFUSAL_BARE_LF;
    case LINE_FOUND:
        break;
    }
    parser->at = end + 2;
    parser->trailer_bytes += (uint32_t)(parser->at - start);
    if (end == start) {
        parser->stage = STAGE_COMPLETE;
        return REFUSAL_NONE;
    }
    struct http_field field;
    enum http_refusal refusal = http_field_read(bytes + start, 0, end - start, &field);
    if (refusal != REFUSAL_NONE) {
        return refusal;
    }
    return trailer_allowed(http_span_slice(bytes + start, field.name)) ? REFUSAL_NONE
                                                                       : REFUSAL_TRAILER;
}

enum http_refusal http_chunk_step(struct http_parser *parser, char *bytes, size_t length,
                                  bool *stuck)
{
    switch (parser->stage) {
    case STAGE_CHUNK_SIZE:
        return size_step(parser, bytes, length, stuck);
    case STAGE_CHUNK_DATA:
        return data_step(parser, bytes, length, stuck);
    case STAGE_CHUNK_END:
        return end_step(parser, bytes, length, stuck);
    case STAGE_TRAILER:
        return trailer_step(parser, bytes, length, stuck);
    default:
        UNREACHABLE();
    }
}

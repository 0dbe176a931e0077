/* A reply's head, line by line.
 *
 *   status line -> fields -> complete          any -> refused
 *
 * As in parser.c every decision depends only on the line it is about and on those before it, so the
 * result is the same for every split. What two programs could read differently is refused: a reply
 * that ends elsewhere for us than for its sender would put one customer's page before another. That
 * is Content-Length beside Transfer-Encoding, twice, or malformed; any coding but chunked; folded
 * lines; lines without CR. A missing reason phrase is let pass, with or without its space: many
 * send that, and nobody reads it in two ways. */
#include "door/response.h"

#include "base/assert.h"
#include "door/bytes.h"

void http_response_reset(struct http_response *response)
{
    memset(response, 0, offsetof(struct http_response, headers));
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static enum http_refusal status_line_read(struct http_response *response, struct slice line)
{
    enum { VERSION_BYTES = 8, STATUS_BYTES = 12 }; /* "HTTP/1.1", "HTTP/1.1 200" */
    if (line.length < VERSION_BYTES || memcmp(line.data, "HTTP/", 5) != 0) {
        return REFUSAL_VERSION_FORM;
    }
    if (memcmp(line.data + 5, "1.", 2) != 0 || (line.data[7] != '0' && line.data[7] != '1')) {
        return REFUSAL_VERSION;
    }
    response->version_minor = (uint8_t)(line.data[7] - '0');
    if (line.length < STATUS_BYTES || line.data[8] != ' ' || !is_digit(line.data[9]) ||
        !is_digit(line.data[10]) || !is_digit(line.data[11])) {
        return REFUSAL_STATUS;
    }
    if (line.length > STATUS_BYTES && line.data[STATUS_BYTES] != ' ') {
        return REFUSAL_STATUS;
    }
    int status = (line.data[9] - '0') * 100 + (line.data[10] - '0') * 10 + line.data[11] - '0';
    if (status < 100 || status > 599) {
        return REFUSAL_STATUS;
    }
    response->status = (uint16_t)status;
    struct slice reason = {line.data + STATUS_BYTES, line.length - STATUS_BYTES};
    return http_all_in(reason, HTTP_TEXT) ? REFUSAL_NONE : REFUSAL_CONTROL_BYTE;
}

static enum http_refusal length_obey(struct http_response *response, struct slice value)
{
    if (response->has_length) {
        return REFUSAL_LENGTH_TWICE;
    }
    response->has_length = true;
    enum http_refusal refusal =
        http_length_read(value, HTTP_RESPONSE_BODY_BYTES_MAX, &response->length);
    if (refusal == REFUSAL_NONE && response->length > HTTP_RESPONSE_BODY_BYTES_MAX) {
        return REFUSAL_LENGTH;
    }
    return refusal;
}

static enum http_refusal coding_obey(struct http_response *response, struct slice value)
{
    if (response->has_coding || !http_equal_any_case(value, SLICE("chunked"))) {
        return REFUSAL_CODING;
    }
    response->has_coding = true;
    return REFUSAL_NONE;
}

/* The fields that we obey ourselves; all others are only passed on. */
static enum http_refusal field_obey(struct http_response *response, const char *bytes,
                                    struct http_field field)
{
    struct slice name = http_span_slice(bytes, field.name);
    struct slice value = http_span_slice(bytes, field.value);
    switch (name.length) {
    case 4:
        response->has_date = response->has_date || http_equal_any_case(name, SLICE("date"));
        return REFUSAL_NONE;
    case 10:
        if (http_equal_any_case(name, SLICE("connection"))) {
            response->wants_close = response->wants_close || http_list_has(value, SLICE("close"));
            response->wants_keep =
                response->wants_keep || http_list_has(value, SLICE("keep-alive"));
        }
        return REFUSAL_NONE;
    case 14:
        if (http_equal_any_case(name, SLICE("content-length"))) {
            return http_field_has_tab_beside(bytes, field) ? REFUSAL_LENGTH
                                                           : length_obey(response, value);
        }
        return REFUSAL_NONE;
    case 17:
        if (http_equal_any_case(name, SLICE("transfer-encoding"))) {
            return http_field_has_tab_beside(bytes, field) ? REFUSAL_CODING
                                                           : coding_obey(response, value);
        }
        return REFUSAL_NONE;
    default:
        return REFUSAL_NONE;
    }
}

/* After the empty line: what the whole head means. */
static enum http_refusal head_finish(struct http_response *response)
{
    if (response->has_coding && response->has_length) {
        return REFUSAL_LENGTH_AND_CODING;
    }
    if (response->has_coding && response->version_minor == 0) {
        return REFUSAL_CODING_OLD;
    }
    /* RFC 9110 section 8.6: what has no body must not announce one, and nothing tells whether it
     * follows. */
    if (response->status < 200 && (response->has_coding || response->has_length)) {
        return REFUSAL_LENGTH;
    }
    response->complete = true;
    return REFUSAL_NONE;
}

/* The line from response->at to its CR at `end`. */
static enum http_refusal line_read(struct http_response *response, const char *bytes, size_t end)
{
    size_t start = response->at;
    response->at = end + 2;
    if (!response->in_fields) {
        response->in_fields = true;
        return status_line_read(response, (struct slice){bytes + start, end - start});
    }
    if (end == start) {
        return head_finish(response);
    }
    if (response->header_count == LIMIT_UPSTREAM_HEADERS) {
        return REFUSAL_HEADERS_MANY;
    }
    struct http_field *field = &response->headers[response->header_count];
    enum http_refusal refusal = http_field_read(bytes, start, end, field);
    if (refusal != REFUSAL_NONE) {
        return refusal;
    }
    response->header_count++;
    return field_obey(response, bytes, *field);
}

enum http_result http_response_read(struct http_response *response, const char *bytes,
                                    size_t length)
{
    ASSERT(response->at <= length);
    while (!response->complete && response->refusal == REFUSAL_NONE) {
        size_t end = 0;
        switch (http_line_find(bytes, length, response->at, LIMIT_UPSTREAM_HEAD_BYTES, &end)) {
        case LINE_MORE:
            return HTTP_MORE;
        case LINE_LONG:
            response->refusal = REFUSAL_HEAD_LARGE;
            break;
        case LINE_BARE_LF:
            response->refusal = REFUSAL_BARE_LF;
            break;
        case LINE_FOUND:
            response->refusal = line_read(response, bytes, end);
            break;
        }
    }
    return response->complete ? HTTP_COMPLETE : HTTP_REFUSED;
}

enum http_body http_response_body(const struct http_response *response, bool head)
{
    ASSERT(response->complete);
    if (head || response->status < 200 || response->status == 204 || response->status == 304) {
        return BODY_NONE;
    }
    if (response->has_coding) {
        return BODY_CHUNKED;
    }
    if (response->has_length) {
        return response->length > 0 ? BODY_SIZED : BODY_NONE;
    }
    return BODY_TO_CLOSE;
}

bool http_response_keeps(const struct http_response *response, enum http_body body)
{
    if (body == BODY_TO_CLOSE || response->wants_close) {
        return false;
    }
    /* HEAD, 204, 304: who announces a body may well send it, and it would be read as the next
     * reply. HEAD's and 304's may be announced (RFC 9110 section 8.6), but they are rare. */
    if (body == BODY_NONE && (response->has_coding || response->length > 0)) {
        return false;
    }
    return response->version_minor == 1 || response->wants_keep;
}

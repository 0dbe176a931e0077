/* A request's head, line by line, and the decision how its body is delimited.
 *
 *   START -> REQUEST_LINE -> FIELDS -> COMPLETE                          no body
 *                                  `-> BODY -> COMPLETE                  Content-Length
 *                                  `-> CHUNK_SIZE -> ... -> COMPLETE     chunked (chunk.c)
 *   any   -> REFUSED
 *
 * Invariant: every decision depends only on the bytes up to the end of the line that it is about,
 * and lines are taken in order; so the result is the same for every split of the input. A line is
 * looked at when its line feed is there (memchr, then one pass over its bytes). A state machine
 * over single bytes was rejected: it refuses a few bytes earlier and costs three times as much. */
#include "door/parser.h"

#include "base/assert.h"
#include "door/bytes.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

void http_parser_reset(struct http_parser *parser, size_t body_max)
{
    memset(parser, 0, offsetof(struct http_parser, headers));
    parser->body_max = body_max;
}

enum http_line http_line_find(const char *bytes, size_t length, size_t start, size_t limit,
                              size_t *end)
{
    size_t stop = length < limit ? length : limit;
    const char *feed = start < stop ? memchr(bytes + start, '\n', stop - start) : NULL;
    if (feed == NULL) {
        return length >= limit ? LINE_LONG : LINE_MORE;
    }
    size_t at = (size_t)(feed - bytes);
    if (at == start || bytes[at - 1] != '\r') {
        return LINE_BARE_LF;
    }
    *end = at - 1;
    return LINE_FOUND;
}

/* What a byte that may not stand there is, or `other`. */
static enum http_refusal byte_refusal(char byte, enum http_refusal other)
{
    if (byte == '\r') {
        return REFUSAL_BARE_CR;
    }
    if (byte == '\0') {
        return REFUSAL_NUL_BYTE;
    }
    return (unsigned char)byte < 0x20 || byte == 0x7f ? REFUSAL_CONTROL_BYTE : other;
}

/* The first place in [start, end) that is a control character other than a tab; end if none. */
static size_t control_find(const char *bytes, size_t start, size_t end)
{
    size_t at = start;
#if defined(__SSE2__)
    const __m128i last_control = _mm_set1_epi8(0x1f);
    const __m128i tab = _mm_set1_epi8('\t');
    const __m128i delete = _mm_set1_epi8(0x7f);
    for (; at + 16 <= end; at += 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)(bytes + at));
        __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(block, last_control), block);
        __m128i bad = _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(block, tab), low),
                                   _mm_cmpeq_epi8(block, delete));
        int mask = _mm_movemask_epi8(bad);
        if (mask != 0) {
            return at + (size_t)__builtin_ctz((unsigned)mask);
        }
    }
#endif
    while (at < end && http_byte_is(bytes[at], HTTP_TEXT)) {
        at++;
    }
    return at;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static enum http_refusal field_name_refusal(const char *bytes, size_t at, size_t end)
{
    size_t colon = at;
    while (colon < end && is_blank(bytes[colon])) {
        colon++;
    }
    if (colon > at && bytes[colon] == ':') {
        return REFUSAL_SPACE_BEFORE_COLON;
    }
    return at == end ? REFUSAL_FIELD_NAME : byte_refusal(bytes[at], REFUSAL_FIELD_NAME);
}

enum http_refusal http_field_read(const char *bytes, size_t start, size_t end,
                                  struct http_field *field)
{
    if (is_blank(bytes[start])) {
        return REFUSAL_FOLDED;
    }
    size_t at = start;
    while (http_byte_is(bytes[at], HTTP_TOKEN)) {
        at++;
    }
    if (bytes[at] != ':' || at == start) {
        return field_name_refusal(bytes, at, end);
    }
    field->name = (struct http_span){(uint16_t)start, (uint16_t)(at - start)};
    size_t value = at + 1;
    while (is_blank(bytes[value])) {
        value++;
    }
    size_t bad = control_find(bytes, value, end);
    if (bad < end) {
        return byte_refusal(bytes[bad], REFUSAL_CONTROL_BYTE);
    }
    size_t stop = end;
    while (stop > value && is_blank(bytes[stop - 1])) {
        stop--;
    }
    field->value = (struct http_span){(uint16_t)value, (uint16_t)(stop - value)};
    return REFUSAL_NONE;
}

static enum http_method method_of(struct slice name)
{
    static const struct {
        struct slice name;
        enum http_method method;
    } methods[] = {
        {SLICE("GET"), METHOD_GET},       {SLICE("POST"), METHOD_POST},
        {SLICE("HEAD"), METHOD_HEAD},     {SLICE("PUT"), METHOD_PUT},
        {SLICE("DELETE"), METHOD_DELETE}, {SLICE("OPTIONS"), METHOD_OPTIONS},
        {SLICE("PATCH"), METHOD_PATCH},
    };
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (slice_equal(name, methods[i].name)) {
            return methods[i].method;
        }
    }
    return METHOD_OTHER;
}

static enum http_refusal version_read(struct http_parser *parser, struct slice text)
{
    if (text.length != 8 || memcmp(text.data, "HTTP/", 5) != 0 || text.data[6] != '.' ||
        text.data[5] < '0' || text.data[5] > '9' || text.data[7] < '0' || text.data[7] > '9') {
        return REFUSAL_VERSION_FORM;
    }
    if (text.data[5] != '1' || text.data[7] > '1') {
        return REFUSAL_VERSION;
    }
    parser->version_minor = (uint8_t)(text.data[7] - '0');
    return REFUSAL_NONE;
}

/* Where the target that starts at `start` ends, or why it cannot. */
static enum http_refusal target_end(const char *bytes, size_t start, size_t end, size_t *stop)
{
    size_t at = start;
    while (http_byte_is(bytes[at], HTTP_TARGET)) {
        at++;
    }
    if (at - start > LIMIT_REQUEST_TARGET_BYTES) {
        return REFUSAL_TARGET_LONG;
    }
    *stop = at;
    if (bytes[at] == '#') {
        return REFUSAL_TARGET_FRAGMENT;
    }
    if (at == start) {
        return at == end || bytes[at] == ' ' ? REFUSAL_REQUEST_LINE
                                             : byte_refusal(bytes[at], REFUSAL_TARGET);
    }
    if (at == end) {
        return REFUSAL_VERSION; /* HTTP/0.9: no version at all */
    }
    return bytes[at] == ' ' ? REFUSAL_NONE : byte_refusal(bytes[at], REFUSAL_TARGET);
}

static enum http_refusal request_line_read(struct http_parser *parser, const char *bytes,
                                           size_t start, size_t end)
{
    size_t at = start;
    while (http_byte_is(bytes[at], HTTP_TOKEN)) {
        at++;
    }
    struct slice method = {bytes + start, at - start};
    if (at == start || at == end || bytes[at] != ' ') {
        return at == end ? REFUSAL_REQUEST_LINE : byte_refusal(bytes[at], REFUSAL_METHOD);
    }
    if (method.length > HTTP_METHOD_BYTES_MAX) {
        return REFUSAL_METHOD;
    }
    parser->method = method_of(method);
    size_t target = at + 1;
    size_t target_stop = target;
    enum http_refusal refusal = target_end(bytes, target, end, &target_stop);
    if (refusal != REFUSAL_NONE) {
        return refusal;
    }
    struct slice version = {bytes + target_stop + 1, end - target_stop - 1};
    refusal = version_read(parser, version);
    if (refusal != REFUSAL_NONE) {
        size_t bad = control_find(version.data, 0, version.length);
        return bad < version.length ? byte_refusal(version.data[bad], refusal) : refusal;
    }
    if (slice_is(method, "CONNECT")) {
        return REFUSAL_CONNECT;
    }
    return http_target_read(parser, bytes,
                            (struct http_span){(uint16_t)target, (uint16_t)(target_stop - target)});
}

/* A tab beside the value is legal white space, but there are programs that take it for a part of
 * the value; in the two fields that say where the body ends, that is refused. */
bool http_field_has_tab_beside(const char *bytes, struct http_field field)
{
    size_t at = (size_t)field.name.at + field.name.length + 1;
    for (; at < field.value.at; at++) {
        if (bytes[at] == '\t') {
            return true;
        }
    }
    for (at += field.value.length; bytes[at] != '\r'; at++) {
        if (bytes[at] == '\t') {
            return true;
        }
    }
    return false;
}

enum http_refusal http_length_read(struct slice value, size_t max, size_t *length)
{
    if (value.length == 0 || (value.length > 1 && value.data[0] == '0')) {
        return REFUSAL_LENGTH;
    }
    size_t sum = 0;
    bool large = false;
    for (size_t i = 0; i < value.length; i++) {
        if (value.data[i] < '0' || value.data[i] > '9') {
            return REFUSAL_LENGTH;
        }
        sum = sum * 10 + (size_t)(value.data[i] - '0');
        large = large || sum > max;
        sum = large ? 0 : sum;
    }
    *length = large ? max + 1 : sum;
    return REFUSAL_NONE;
}

static enum http_refusal length_read(struct http_parser *parser, struct slice value)
{
    if (parser->has_length) {
        return REFUSAL_LENGTH_TWICE;
    }
    parser->has_length = true;
    return http_length_read(value, parser->body_max, &parser->left);
}

static enum http_refusal coding_read(struct http_parser *parser, struct slice value)
{
    static const struct slice chunked = SLICE("chunked");
    if (parser->has_coding) {
        return REFUSAL_CODING;
    }
    parser->has_coding = true;
    if (http_equal_any_case(value, chunked)) {
        return REFUSAL_NONE;
    }
    /* "gzip, chunked" is well delimited and only not understood; everything else leaves the body's
     * end open. */
    if (value.length > chunked.length + 1) {
        struct slice last = {value.data + value.length - chunked.length, chunked.length};
        struct slice first = {value.data, 4};
        if (http_equal_any_case(last, chunked) && http_equal_any_case(first, SLICE("gzip"))) {
            return REFUSAL_CODING_UNKNOWN;
        }
    }
    return REFUSAL_CODING;
}

bool http_list_has(struct slice list, struct slice wanted)
{
    size_t at = 0;
    while (at < list.length) {
        size_t start = at;
        while (at < list.length && list.data[at] != ',') {
            at++;
        }
        size_t stop = at++;
        while (start < stop && is_blank(list.data[start])) {
            start++;
        }
        while (stop > start && is_blank(list.data[stop - 1])) {
            stop--;
        }
        if (http_equal_any_case((struct slice){list.data + start, stop - start}, wanted)) {
            return true;
        }
    }
    return false;
}

static enum http_refusal host_read(struct http_parser *parser, struct slice value,
                                   struct http_span span)
{
    if (parser->has_host) {
        return REFUSAL_HOST_TWICE;
    }
    parser->has_host = true;
    parser->host = span;
    return http_host_valid(value) ? REFUSAL_NONE : REFUSAL_HOST;
}

/* The fields that the door itself obeys. The lengths of their names tell them apart. */
static enum http_refusal field_obey(struct http_parser *parser, const char *bytes,
                                    struct http_field field)
{
    struct slice name = http_span_slice(bytes, field.name);
    struct slice value = http_span_slice(bytes, field.value);
    switch (name.length) {
    case 4:
        return http_equal_any_case(name, SLICE("host")) ? host_read(parser, value, field.value)
                                                        : REFUSAL_NONE;
    case 6:
        if (http_equal_any_case(name, SLICE("expect"))) {
            parser->expects_continue = true;
            return http_equal_any_case(value, SLICE("100-continue")) ? REFUSAL_NONE
                                                                     : REFUSAL_EXPECT;
        }
        return REFUSAL_NONE;
    case 10:
        if (http_equal_any_case(name, SLICE("connection"))) {
            parser->wants_close = parser->wants_close || http_list_has(value, SLICE("close"));
            parser->wants_keep = parser->wants_keep || http_list_has(value, SLICE("keep-alive"));
        }
        return REFUSAL_NONE;
    case 14:
        if (http_equal_any_case(name, SLICE("content-length"))) {
            return http_field_has_tab_beside(bytes, field) ? REFUSAL_LENGTH
                                                           : length_read(parser, value);
        }
        return REFUSAL_NONE;
    case 17:
        if (http_equal_any_case(name, SLICE("transfer-encoding"))) {
            return http_field_has_tab_beside(bytes, field) ? REFUSAL_CODING
                                                           : coding_read(parser, value);
        }
        return REFUSAL_NONE;
    default:
        return REFUSAL_NONE;
    }
}

/* After the empty line: what the whole head means. */
static enum http_refusal head_finish(struct http_parser *parser, const char *bytes)
{
    if (!parser->has_host && parser->version_minor == 1) {
        return REFUSAL_HOST_MISSING;
    }
    if (parser->authority.length > 0 && parser->has_host &&
        !http_equal_any_case(http_span_slice(bytes, parser->authority),
                             http_span_slice(bytes, parser->host))) {
        return REFUSAL_HOST_DIFFERS;
    }
    if (parser->has_coding && parser->version_minor == 0) {
        return REFUSAL_CODING_OLD;
    }
    if (parser->has_coding && parser->has_length) {
        return REFUSAL_LENGTH_AND_CODING;
    }
    if (parser->left > parser->body_max) {
        return REFUSAL_BODY_LARGE;
    }
    parser->expects_continue = parser->expects_continue && parser->version_minor == 1;
    parser->body_at = parser->at;
    if (parser->has_coding) {
        parser->stage = STAGE_CHUNK_SIZE;
    } else {
        parser->stage = parser->left > 0 ? STAGE_BODY : STAGE_COMPLETE;
    }
    return REFUSAL_NONE;
}

/* One empty line before the request line is passed over (RFC 9112 section 2.2). */
static enum http_refusal start_step(struct http_parser *parser, const char *bytes, size_t length,
                                    bool *stuck)
{
    if (parser->at == length) {
        *stuck = true;
        return REFUSAL_NONE;
    }
    char first = bytes[parser->at];
    if (first == '\n') {
        return REFUSAL_BARE_LF;
    }
    if (first != '\r' || parser->skipped_line) {
        parser->stage = STAGE_REQUEST_LINE;
        return http_byte_is(first, HTTP_TOKEN) ? REFUSAL_NONE : byte_refusal(first, REFUSAL_METHOD);
    }
    if (length - parser->at < 2) {
        *stuck = true;
        return REFUSAL_NONE;
    }
    if (bytes[parser->at + 1] != '\n') {
        return REFUSAL_BARE_CR;
    }
    parser->at += 2;
    parser->skipped_line = true;
    return REFUSAL_NONE;
}

static enum http_refusal request_line_step(struct http_parser *parser, const char *bytes,
                                           size_t length, bool *stuck)
{
    size_t end = 0;
    switch (
        http_line_find(bytes, length, parser->at, parser->at + HTTP_REQUEST_LINE_BYTES_MAX, &end)) {
    case LINE_MORE:
        *stuck = true;
        return REFUSAL_NONE;
    case LINE_LONG:
        return REFUSAL_TARGET_LONG;
    case LINE_BARE_LF:
        return REFUSAL_BARE_LF;
    case LINE_FOUND:
        break;
    }
    enum http_refusal refusal = request_line_read(parser, bytes, parser->at, end);
    parser->at = end + 2;
    parser->stage = STAGE_FIELDS;
    return refusal;
}

static enum http_refusal field_step(struct http_parser *parser, const char *bytes, size_t length,
                                    bool *stuck)
{
    size_t end = 0;
    switch (http_line_find(bytes, length, parser->at, LIMIT_REQUEST_HEAD_BYTES, &end)) {
    case LINE_MORE:
        *stuck = true;
        return REFUSAL_NONE;
    case LINE_LONG:
        return REFUSAL_HEAD_LARGE;
    case LINE_BARE_LF:
        return REFUSAL_BARE_LF;
    case LINE_FOUND:
        break;
    }
    size_t start = parser->at;
    parser->at = end + 2;
    if (end == start) {
        return head_finish(parser, bytes);
    }
    if (parser->header_count == LIMIT_REQUEST_HEADERS) {
        return REFUSAL_HEADERS_MANY;
    }
    struct http_field *field = &parser->headers[parser->header_count];
    enum http_refusal refusal = http_field_read(bytes, start, end, field);
    if (refusal != REFUSAL_NONE) {
        return refusal;
    }
    parser->header_count++;
    return field_obey(parser, bytes, *field);
}

static enum http_refusal body_step(struct http_parser *parser, size_t length, bool *stuck)
{
    if (length - parser->body_at < parser->left) {
        *stuck = true;
        return REFUSAL_NONE;
    }
    parser->body_length = parser->left;
    parser->at = parser->body_at + parser->left;
    parser->left = 0;
    parser->stage = STAGE_COMPLETE;
    return REFUSAL_NONE;
}

static enum http_refusal step(struct http_parser *parser, char *bytes, size_t length, bool *stuck)
{
    switch (parser->stage) {
    case STAGE_START:
        return start_step(parser, bytes, length, stuck);
    case STAGE_REQUEST_LINE:
        return request_line_step(parser, bytes, length, stuck);
    case STAGE_FIELDS:
        return field_step(parser, bytes, length, stuck);
    case STAGE_BODY:
        return body_step(parser, length, stuck);
    default:
        return http_chunk_step(parser, bytes, length, stuck);
    }
}

/* Takes the framing that was read out of the buffer, so that a body in tiny chunks needs no more
 * room than its data. */
static void compact(struct http_parser *parser, char *bytes, size_t *length)
{
    size_t body_end = parser->body_at + parser->body_length;
    size_t rest = *length - parser->at;
    if (parser->at > body_end) {
        memmove(bytes + body_end, bytes + parser->at, rest);
        parser->at = body_end;
        *length = body_end + rest;
    }
}

enum http_result http_parse(struct http_parser *parser, char *bytes, size_t *length)
{
    ASSERT(parser->at <= *length);
    bool stuck = false;
    while (parser->stage < STAGE_COMPLETE && !stuck) {
        enum http_refusal refusal = step(parser, bytes, *length, &stuck);
        if (refusal != REFUSAL_NONE) {
            parser->refusal = refusal;
            parser->stage = STAGE_REFUSED;
        }
    }
    if (stuck) {
        if (parser->stage >= STAGE_CHUNK_SIZE) {
            compact(parser, bytes, length);
        }
        return HTTP_MORE;
    }
    return parser->stage == STAGE_COMPLETE ? HTTP_COMPLETE : HTTP_REFUSED;
}

size_t http_parser_room(const struct http_parser *parser)
{
    if (http_parser_in_head(parser)) {
        return LIMIT_REQUEST_HEAD_BYTES;
    }
    if (parser->stage == STAGE_BODY) {
        return parser->body_at + parser->left;
    }
    return parser->at + parser->left + HTTP_TRAILER_BYTES_MAX;
}

bool http_parser_keeps(const struct http_parser *parser)
{
    return !parser->wants_close && (parser->version_minor == 1 || parser->wants_keep);
}

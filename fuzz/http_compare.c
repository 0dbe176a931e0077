/* The second opinion on our HTTP parser: llhttp in its strict mode, from Debian's node-llhttp.
 *
 * First our parser against itself: the input whole, and in parts whose cuts are derived from the
 * input, must give the same. Then, if it was accepted, llhttp's reading of the same bytes. Known
 * differences where llhttp is the stricter one, and where that is no danger, are listed in
 * `llhttp_may_refuse`. Without the package only the first half is built (no ECLUSE_LLHTTP). */
#include "fuzz/http_compare.h"

#include "base/assert.h"
#include "base/random.h"
#include "door/parser.h"

#include <stdlib.h>

enum { BODY_BYTES_MAX = 65536 };

struct reading {
    struct http_parser parser;
    enum http_result result;
    char *bytes;
    size_t length;
};

static uint64_t digest(struct slice input)
{
    uint64_t sum = input.length;
    for (size_t i = 0; i < input.length; i++) {
        sum = random_mix(sum + (unsigned char)input.data[i]);
    }
    return sum;
}

/* In parts of 1 to `part_max` bytes, each in fresh memory. */
static void read_parts(struct reading *reading, struct slice input, size_t part_max)
{
    struct random random;
    random_seed(&random, digest(input));
    size_t given = 0;
    http_parser_reset(&reading->parser, BODY_BYTES_MAX);
    reading->result = HTTP_MORE;
    reading->bytes = NULL;
    reading->length = 0;
    while (given < input.length && reading->result == HTTP_MORE) {
        size_t part = (size_t)random_between(&random, 1, (int64_t)part_max);
        part = part < input.length - given ? part : input.length - given;
        char *grown = malloc(reading->length + part);
        ASSERT(grown != NULL);
        if (reading->length > 0) {
            memcpy(grown, reading->bytes, reading->length);
        }
        memcpy(grown + reading->length, input.data + given, part);
        free(reading->bytes);
        reading->bytes = grown;
        reading->length += part;
        given += part;
        reading->result = http_parse(&reading->parser, reading->bytes, &reading->length);
    }
    reading->length += input.length - given; /* what would have come after the message */
}

static struct slice reading_body(const struct reading *reading)
{
    return (struct slice){reading->bytes + reading->parser.body_at, reading->parser.body_length};
}

static void readings_equal(const struct reading *a, const struct reading *b)
{
    ASSERT(a->result == b->result);
    ASSERT(a->parser.refusal == b->parser.refusal);
    if (a->result != HTTP_COMPLETE) {
        return;
    }
    ASSERT(a->length - a->parser.at == b->length - b->parser.at);
    ASSERT(a->parser.method == b->parser.method);
    ASSERT(a->parser.header_count == b->parser.header_count);
    ASSERT(memcmp(a->parser.headers, b->parser.headers,
                  a->parser.header_count * sizeof a->parser.headers[0]) == 0);
    ASSERT(slice_equal(reading_body(a), reading_body(b)));
}

#ifdef ECLUSE_LLHTTP

#include <llhttp.h>

struct second {
    const struct reading *ours;
    struct slice target; /* as we read it */
    size_t target_at;    /* how much of it llhttp has told */
    size_t body_at;
    uint32_t header;
    size_t name_at, value_at;
    bool in_value;
    bool head_done;
    bool complete;
};

static struct http_field ours_header(const struct second *second)
{
    ASSERT(second->header < second->ours->parser.header_count);
    return second->ours->parser.headers[second->header];
}

static int on_url(llhttp_t *parser, const char *at, size_t length)
{
    struct second *second = parser->data;
    ASSERT(length <= second->target.length - second->target_at);
    ASSERT(memcmp(second->target.data + second->target_at, at, length) == 0);
    second->target_at += length;
    return 0;
}

static int on_name(llhttp_t *parser, const char *at, size_t length)
{
    struct second *second = parser->data;
    if (second->head_done) {
        return 0; /* a trailer, which we drop */
    }
    if (second->in_value) {
        second->header++;
        second->in_value = false;
        second->name_at = 0;
        second->value_at = 0;
    }
    struct slice name = http_span_slice(second->ours->bytes, ours_header(second).name);
    ASSERT(length <= name.length - second->name_at);
    ASSERT(memcmp(name.data + second->name_at, at, length) == 0);
    second->name_at += length;
    return 0;
}

/* llhttp leaves the white space at a value's end. */
static int on_value(llhttp_t *parser, const char *at, size_t length)
{
    struct second *second = parser->data;
    if (second->head_done) {
        return 0;
    }
    second->in_value = true;
    struct slice value = http_span_slice(second->ours->bytes, ours_header(second).value);
    for (size_t i = 0; i < length; i++) {
        if (second->value_at < value.length) {
            ASSERT(at[i] == value.data[second->value_at]);
            second->value_at++;
        } else {
            ASSERT(at[i] == ' ' || at[i] == '\t');
        }
    }
    return 0;
}

static int on_value_complete(llhttp_t *parser)
{
    struct second *second = parser->data;
    if (!second->head_done) {
        second->in_value = true;
        ASSERT(second->name_at == ours_header(second).name.length);
        ASSERT(second->value_at == ours_header(second).value.length);
    }
    return 0;
}

static int on_head(llhttp_t *parser)
{
    struct second *second = parser->data;
    ASSERT(second->header + (second->in_value ? 1 : 0) == second->ours->parser.header_count);
    second->head_done = true;
    return 0;
}

static int on_body(llhttp_t *parser, const char *at, size_t length)
{
    struct second *second = parser->data;
    struct slice body = reading_body(second->ours);
    ASSERT(length <= body.length - second->body_at);
    ASSERT(memcmp(body.data + second->body_at, at, length) == 0);
    second->body_at += length;
    return 0;
}

static int on_complete(llhttp_t *parser)
{
    struct second *second = parser->data;
    second->complete = true;
    return HPE_PAUSED;
}

/* Where we accept and llhttp 8.1 does not, on purpose: methods that it does not know (our handler
 * answers 405 or 501), and a chunk extension after one with a value (RFC 9112 section 7.1.1 has
 * it). */
static bool llhttp_may_refuse(const struct reading *ours, const llhttp_t *second,
                              llhttp_errno_t error)
{
    if (error == HPE_INVALID_METHOD) {
        return ours->parser.method == METHOD_OTHER;
    }
    return error == HPE_INVALID_CHUNK_SIZE && ours->parser.extension_bytes > 0 &&
           llhttp_get_error_pos(second)[-1] == ';';
}

static void methods_equal(const struct reading *ours, uint8_t method)
{
    static const uint8_t methods[] = {HTTP_GET,    HTTP_HEAD,    HTTP_POST, HTTP_PUT,
                                      HTTP_DELETE, HTTP_OPTIONS, HTTP_PATCH};
    if (ours->parser.method == METHOD_OTHER) {
        for (size_t i = 0; i < sizeof methods; i++) {
            ASSERT(method != methods[i]);
        }
    } else {
        ASSERT(method == methods[ours->parser.method]);
    }
}

static struct slice target_of(const struct reading *ours)
{
    const char *start = memchr(ours->bytes, ' ', ours->length);
    ASSERT(start != NULL);
    start++;
    const char *end = memchr(start, ' ', ours->length - (size_t)(start - ours->bytes));
    ASSERT(end != NULL);
    return (struct slice){start, (size_t)(end - start)};
}

static void compare_second(const struct reading *ours, struct slice input)
{
    struct second second = {.ours = ours, .target = target_of(ours)};
    llhttp_settings_t settings;
    llhttp_t parser;
    llhttp_settings_init(&settings);
    settings.on_url = on_url;
    settings.on_header_field = on_name;
    settings.on_header_value = on_value;
    settings.on_header_value_complete = on_value_complete;
    settings.on_headers_complete = on_head;
    settings.on_body = on_body;
    settings.on_message_complete = on_complete;
    llhttp_init(&parser, HTTP_REQUEST, &settings);
    parser.data = &second;
    llhttp_errno_t error = llhttp_execute(&parser, input.data, input.length);
    if (llhttp_may_refuse(ours, &parser, error)) {
        return;
    }
    ASSERT(second.complete);
    ASSERT(error == HPE_PAUSED || error == HPE_PAUSED_UPGRADE);
    ASSERT(second.target_at == second.target.length);
    ASSERT(second.body_at == ours->parser.body_length);
    methods_equal(ours, parser.method);
    ASSERT(parser.http_major == 1 && parser.http_minor == ours->parser.version_minor);
    size_t rest = input.length - (size_t)(llhttp_get_error_pos(&parser) - input.data);
    ASSERT(rest == ours->length - ours->parser.at);
}

#else

static void compare_second(const struct reading *ours, struct slice input)
{
    (void)ours;
    (void)input;
}

#endif

bool http_compare(struct slice input)
{
    static struct reading whole;
    static struct reading parts;
    if (input.length == 0) {
        return false;
    }
    http_parser_reset(&whole.parser, BODY_BYTES_MAX);
    whole.bytes = malloc(input.length);
    ASSERT(whole.bytes != NULL);
    memcpy(whole.bytes, input.data, input.length);
    whole.length = input.length;
    whole.result = http_parse(&whole.parser, whole.bytes, &whole.length);
    read_parts(&parts, input, input.length < 64 ? 1 : 64);
    readings_equal(&whole, &parts);
    bool accepted = whole.result == HTTP_COMPLETE;
    if (accepted) {
        compare_second(&whole, input);
    }
    free(whole.bytes);
    free(parts.bytes);
    return accepted;
}

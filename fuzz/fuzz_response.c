/* Any bytes as the shop's replies behind us: the head's parser against itself in every second
 * split, and the chunks of a body as relay.c decodes them, in one buffer that is emptied as it
 * goes. Asserts that the split changes nothing, and that a body's pieces are the same bytes. */
#include "base/assert.h"
#include "base/random.h"
#include "door/response.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BYTES_MAX = 65536, WINDOW_BYTES = LIMIT_UPSTREAM_HEAD_BYTES };

struct reading {
    struct http_response head;
    enum http_result head_result;
    enum http_result body_result;
    size_t body_length;
    size_t rest;
    char body[BYTES_MAX];
};

static struct reading whole, parts;

/* As relay.c does: at most WINDOW_BYTES that are not understood yet. */
static void chunks_read(struct reading *reading, struct slice input, struct random *random)
{
    static struct http_parser chunks;
    static char window[WINDOW_BYTES];
    size_t length = 0;
    http_parser_reset(&chunks, SIZE_MAX);
    chunks.stage = STAGE_CHUNK_SIZE;
    reading->body_result = HTTP_MORE;
    while (input.length > 0 && reading->body_result == HTTP_MORE) {
        size_t room = WINDOW_BYTES - length;
        ASSERT(room > 0);
        size_t part = random != NULL ? (size_t)random_between(random, 1, 40) : room;
        part = part < room ? part : room;
        part = part < input.length ? part : input.length;
        memcpy(window + length, input.data, part);
        length += part;
        input.data += part;
        input.length -= part;
        reading->body_result = http_parse(&chunks, window, &length);
        ASSERT(reading->body_length + chunks.body_length <= BYTES_MAX);
        memcpy(reading->body + reading->body_length, window, chunks.body_length);
        reading->body_length += chunks.body_length;
        if (reading->body_result != HTTP_REFUSED) {
            length -= chunks.at;
            memmove(window, window + chunks.at, length);
            chunks.at = 0;
            chunks.body_length = 0;
        }
    }
    reading->rest = length + input.length;
}

static void reply_read(struct reading *reading, struct slice input, struct random *random)
{
    size_t length = 0;
    reading->body_length = 0;
    reading->rest = 0;
    reading->body_result = HTTP_MORE;
    reading->head_result = HTTP_MORE;
    http_response_reset(&reading->head);
    while (length < input.length && reading->head_result == HTTP_MORE) {
        size_t part = random != NULL ? (size_t)random_between(random, 1, 40) : input.length;
        length += part < input.length - length ? part : input.length - length;
        char *bytes = malloc(length); /* exactly that: the sanitizer sees what is read beyond */
        ASSERT(bytes != NULL);
        memcpy(bytes, input.data, length);
        reading->head_result = http_response_read(&reading->head, bytes, length);
        free(bytes);
    }
    if (reading->head_result == HTTP_COMPLETE &&
        http_response_body(&reading->head, false) == BODY_CHUNKED) {
        size_t at = reading->head.at;
        chunks_read(reading, (struct slice){input.data + at, input.length - at}, random);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > BYTES_MAX) {
        return 0;
    }
    struct slice input = {(const char *)data, size};
    struct random random;
    random_seed(&random, size > 0 ? random_mix(size + data[size / 2]) : 1);
    reply_read(&whole, input, NULL);
    reply_read(&parts, input, &random);
    ASSERT(whole.head_result == parts.head_result);
    ASSERT(whole.head.refusal == parts.head.refusal);
    if (whole.head_result != HTTP_COMPLETE) {
        return 0;
    }
    ASSERT(whole.head.at == parts.head.at);
    ASSERT(whole.head.status == parts.head.status);
    ASSERT(whole.head.header_count == parts.head.header_count);
    ASSERT(memcmp(whole.head.headers, parts.head.headers,
                  whole.head.header_count * sizeof whole.head.headers[0]) == 0);
    ASSERT(whole.body_result == parts.body_result);
    if (whole.body_result == HTTP_REFUSED) {
        return 0; /* how much came before it depends on the split, and is cut off anyway */
    }
    ASSERT(whole.rest == parts.rest);
    ASSERT(whole.body_length == parts.body_length);
    ASSERT(memcmp(whole.body, parts.body, whole.body_length) == 0);
    return 0;
}

/* Any bytes as what the cache reads of heads: Cache-Control, dates, Vary, entity tags, cookies. The
 * first line is the value, the rest a request. Asserts that figures are in range, that what is read
 * lies inside what was given, and that a key begins with its group. */
#include "base/assert.h"
#include "door/cache_ask.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int64_t NOW = 1796000000;

static void figure_check(int64_t figure)
{
    ASSERT(figure >= FRESHNESS_NOT_GIVEN);
    ASSERT(figure <= INT32_MAX);
}

static void value_read(struct slice value)
{
    struct freshness_answer answer = {.status = 200, .date = value, .expires = value, .age = value};
    static const struct freshness_usual usual = {5, 60};
    struct freshness freshness;
    int64_t at = 0;
    freshness_directives_clear(&answer.control);
    freshness_directives_read(&answer.control, value);
    figure_check(answer.control.max_age);
    figure_check(answer.control.s_maxage);
    figure_check(answer.control.max_stale);
    if (freshness_of(&answer, &usual, NOW, 1, &freshness)) {
        ASSERT(freshness.lifetime >= 0);
        ASSERT(freshness.age >= 1);
        enum freshness_state state = freshness_state(&freshness, 0, &answer.control);
        ASSERT(state <= FRESHNESS_STALE);
    }
    if (http_date_read(value, NOW, &at)) {
        ASSERT(at >= 0);
        ASSERT(at < 253402300800 + 1); /* the year 10000 */
    }
    (void)cache_ask_target(SLICE("h"), &value);
}

static void request_read(char *bytes, size_t length, struct slice value)
{
    static struct door door;
    static struct door_request request;
    struct ask ask;
    struct text key;
    request.door = &door;
    request.input = bytes;
    request.start = 0;
    http_parser_reset(&request.parser, 1000);
    if (http_parse(&request.parser, bytes, &length) != HTTP_COMPLETE) {
        return;
    }
    text_init(&key, 2 * LIMIT_REQUEST_HEAD_BYTES);
    cache_ask_read(&request, "h", &ask, &key);
    ASSERT(ask.group_length <= key.length);
    ASSERT(ask.kind != ASK_CACHED || !key.overflow);
    text_clear(&key);
    if (cache_ask_select(&request, value, &key)) {
        ASSERT(!key.overflow);
    }
    (void)cache_ask_is_current(&request, value, value, NOW);
    text_free(&key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice rest;
    struct slice value = slice_cut((struct slice){(const char *)data, size}, '\n', &rest);
    if (size > LIMIT_REQUEST_HEAD_BYTES) {
        return 0;
    }
    value_read(value);
    if (rest.length > 0) {
        char *bytes = malloc(rest.length);
        ASSERT(bytes != NULL);
        memcpy(bytes, rest.data, rest.length);
        request_read(bytes, rest.length, value);
        free(bytes);
    }
    return 0;
}

/* The pages' memory under a door that only writes down what it is given: bounds, order of use,
 * replies under way. */
#include "pages/cache.h"

#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* ---- the door ---- */

struct door_request {
    struct slice accept_encoding;
    struct slice if_none_match;
    struct door_reply reply;
    char headers[4096];
    char memory[4096];
    bool no_memory;
};

struct slice door_header(const struct door_request *request, const char *name)
{
    return strcmp(name, "Accept-Encoding") == 0 ? request->accept_encoding
           : strcmp(name, "If-None-Match") == 0 ? request->if_none_match
                                                : (struct slice){NULL, 0};
}

void *door_alloc(struct door_request *request, size_t bytes)
{
    return request->no_memory || bytes > sizeof request->memory ? NULL : request->memory;
}

void door_reply(struct door_request *request, const struct door_reply *reply)
{
    request->reply = *reply;
    snprintf(request->headers, sizeof request->headers, "%.*s", (int)reply->headers.length,
             reply->headers.data);
}

/* ---- helpers ---- */

enum { BODY_BYTES = 2000 };

static struct cache_entry *put(struct cache *cache, const char *key, char fill)
{
    static char body[BODY_BYTES];
    memset(body, fill, sizeof body);
    struct cache_page page = {.key = slice_of(key),
                              .status = 200,
                              .body = {body, sizeof body},
                              .lasting = SLICE("Cache-Control: no-cache\r\n"),
                              .describing = SLICE("Content-Type: text/html\r\n")};
    return cache_put(cache, &page);
}

static struct cache_entry *find(struct cache *cache, const char *key)
{
    return cache_find(cache, slice_of(key));
}

static void reply(struct cache *cache, const char *key, struct door_request *request,
                  const char *accept_encoding)
{
    request->accept_encoding = slice_of(accept_encoding);
    cache_reply(cache, find(cache, key), request, (struct slice){NULL, 0});
}

static void sent(struct door_request *request)
{
    request->reply.release(request->reply.context);
}

static struct cache_figures figures_of(const struct cache *cache)
{
    struct cache_figures figures;
    cache_figures(cache, &figures);
    return figures;
}

/* ---- tests ---- */

static void test_put_find(void **state)
{
    (void)state;
    struct cache *cache = cache_open(1 << 20, 7);
    assert_null(find(cache, "a"));
    struct cache_entry *a = put(cache, "a", 'a');
    assert_ptr_equal(find(cache, "a"), a);
    assert_null(find(cache, "ab"));
    assert_null(find(cache, ""));
    put(cache, "a", 'b');
    struct door_request request = {0};
    reply(cache, "a", &request, "");
    assert_int_equal(request.reply.status, 200);
    assert_int_equal(request.reply.body.length, BODY_BYTES);
    assert_int_equal(request.reply.body.data[0], 'b');
    assert_non_null(strstr(request.headers, "Content-Type: text/html\r\n"));
    sent(&request);
    assert_int_equal(figures_of(cache).entries, 1);
    cache_close(cache);
}

static void test_codings(void **state)
{
    (void)state;
    struct cache *cache = cache_open(1 << 20, 7);
    put(cache, "a", 'a');
    struct door_request requests[3] = {{.no_memory = false}};
    reply(cache, "a", &requests[0], "");
    reply(cache, "a", &requests[1], "gzip");
    reply(cache, "a", &requests[2], "br");
    assert_null(strstr(requests[0].headers, "Content-Encoding"));
    assert_non_null(strstr(requests[1].headers, "Content-Encoding: gzip\r\n"));
    assert_non_null(strstr(requests[2].headers, "Content-Encoding: br\r\n"));
    assert_string_not_equal(requests[0].headers, requests[1].headers);
    assert_int_equal(figures_of(cache).compressions, 2);
    reply(cache, "a", &requests[1], "gzip");
    assert_int_equal(figures_of(cache).compressions, 2);
    for (int i = 0; i < 3; i++) {
        sent(&requests[i]);
    }
    sent(&requests[1]);
    cache_close(cache);
}

static void test_not_modified(void **state)
{
    (void)state;
    struct cache *cache = cache_open(1 << 20, 7);
    put(cache, "a", 'a');
    struct door_request request = {0};
    reply(cache, "a", &request, "gzip");
    char etag[64] = "";
    const char *at = strstr(request.headers, "ETag: ") + 6;
    memcpy(etag, at, (size_t)(strstr(at, "\r\n") - at));
    sent(&request);

    request.if_none_match = slice_of(etag);
    reply(cache, "a", &request, "gzip");
    assert_int_equal(request.reply.status, 304);
    assert_int_equal(request.reply.body.length, 0);
    assert_non_null(strstr(request.headers, etag));
    assert_non_null(strstr(request.headers, "Cache-Control"));
    assert_null(strstr(request.headers, "Content-Encoding"));
    sent(&request);
    reply(cache, "a", &request, "br");
    assert_int_equal(request.reply.status, 200);
    sent(&request);
    cache_close(cache);

    struct slice tag = SLICE("\"x\"");
    assert_true(cache_etag_matches(SLICE("\"x\""), tag));
    assert_true(cache_etag_matches(SLICE("W/\"x\""), tag));
    assert_true(cache_etag_matches(SLICE("\"y\" , \"x\""), tag));
    assert_true(cache_etag_matches(SLICE("*"), tag));
    assert_false(cache_etag_matches(SLICE("\"y\""), tag));
    assert_false(cache_etag_matches(SLICE("x"), tag));
    assert_false(cache_etag_matches(SLICE("\"x"), tag));
    assert_false(cache_etag_matches(SLICE("\"xx\""), tag));
    assert_false(cache_etag_matches(SLICE("\"*\""), tag));
    assert_false(cache_etag_matches(SLICE(""), tag));
}

/* 1,000 pages through a memory of 64 KB: it never holds more, and what was used last is what stays.
 */
static void test_bound(void **state)
{
    (void)state;
    enum { BYTES_MAX = 64 * 1024 };
    struct cache *cache = cache_open(BYTES_MAX, 7);
    struct door_request request = {0};
    put(cache, "kept", 'k');
    for (int i = 0; i < 1000; i++) {
        char key[16];
        snprintf(key, sizeof key, "page %d", i);
        put(cache, key, (char)('a' + i % 26));
        reply(cache, key, &request, i % 2 == 0 ? "gzip" : "br");
        sent(&request);
        assert_non_null(find(cache, "kept"));
        assert_true(figures_of(cache).bytes <= BYTES_MAX);
    }
    assert_null(find(cache, "page 1"));
    assert_non_null(find(cache, "page 999"));
    assert_true(figures_of(cache).evictions > 900);
    cache_close(cache);
}

static void test_under_way(void **state)
{
    (void)state;
    struct cache *cache = cache_open(1 << 20, 7);
    put(cache, "a", 'a');
    struct door_request first = {0};
    struct door_request second = {0};
    reply(cache, "a", &first, "");
    reply(cache, "a", &second, "");
    put(cache, "a", 'b');
    cache_clear(cache);
    assert_null(find(cache, "a"));
    assert_true(figures_of(cache).bytes >= BODY_BYTES);
    assert_int_equal(first.reply.body.data[BODY_BYTES - 1], 'a');
    sent(&first);
    assert_int_equal(second.reply.body.data[BODY_BYTES - 1], 'a');
    sent(&second);
    assert_int_equal(figures_of(cache).bytes, 0);
    cache_close(cache);
}

static void test_too_large(void **state)
{
    (void)state;
    struct cache *cache = cache_open(8 * BODY_BYTES - 1, 7);
    assert_null(put(cache, "a", 'a'));
    assert_null(find(cache, "a"));
    assert_int_equal(figures_of(cache).bytes, 0);
    cache_close(cache);
}

static void test_more_lines(void **state)
{
    (void)state;
    struct cache *cache = cache_open(1 << 20, 7);
    struct cache_entry *entry = put(cache, "a", 'a');
    struct door_request request = {0};
    cache_reply(cache, entry, &request, SLICE("Set-Cookie: a=b\r\n"));
    assert_non_null(strstr(request.headers, "Content-Type: text/html\r\nSet-Cookie: a=b\r\n"));
    sent(&request);
    request.no_memory = true;
    cache_reply(cache, entry, &request, SLICE("Set-Cookie: a=b\r\n"));
    assert_null(strstr(request.headers, "Set-Cookie"));
    sent(&request);
    cache_close(cache);
}

/* Random puts, finds, replies and releases against a plain list of what must be there. */
static void test_random(void **state)
{
    (void)state;
    enum { KEYS = 12, UNDER_WAY = 8 };
    struct random random;
    random_seed(&random, 20261122);
    struct cache *cache = cache_open(1 << 20, random_next(&random));
    char content[KEYS] = {0};
    static struct door_request requests[UNDER_WAY];
    char expected[UNDER_WAY] = {0};
    for (int step = 0; step < 20000; step++) {
        int which = (int)random_below(&random, KEYS);
        int slot = (int)random_below(&random, UNDER_WAY);
        char key[8];
        snprintf(key, sizeof key, "%d", which);
        if (random_below(&random, 3) == 0) {
            content[which] = (char)('a' + random_below(&random, 26));
            put(cache, key, content[which]);
        } else if (random_below(&random, 200) == 0) {
            cache_clear(cache);
            memset(content, 0, sizeof content);
        } else if (expected[slot] != 0) {
            assert_int_equal(requests[slot].reply.body.data[BODY_BYTES - 1], expected[slot]);
            sent(&requests[slot]);
            expected[slot] = 0;
        } else if (content[which] != 0) {
            reply(cache, key, &requests[slot], "");
            expected[slot] = content[which];
            assert_int_equal(requests[slot].reply.body.data[0], content[which]);
        }
        assert_int_equal(find(cache, key) != NULL, content[which] != 0);
    }
    for (int slot = 0; slot < UNDER_WAY; slot++) {
        if (expected[slot] != 0) {
            sent(&requests[slot]);
        }
    }
    cache_close(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_put_find),     cmocka_unit_test(test_codings),
        cmocka_unit_test(test_not_modified), cmocka_unit_test(test_bound),
        cmocka_unit_test(test_under_way),    cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_more_lines),   cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

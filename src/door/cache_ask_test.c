/* Requests as text: which are answered from the cache, under which key, and what Vary selects. */
#include "door/cache_ask.h"

#include "base/assert.h"
#include "door/cookie_kinds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static struct door door;

static const struct door_origin stranger;

struct asked {
    struct door_request *request;
    struct text key;
    struct ask ask;
};

static void asked_open(struct asked *asked, const char *text, struct door_origin origin)
{
    asked->request = calloc(1, sizeof *asked->request);
    asked->request->door = &door;
    asked->request->input = strdup(text);
    asked->request->input_length = strlen(text);
    asked->request->origin = origin;
    http_parser_reset(&asked->request->parser, 1000);
    size_t length = asked->request->input_length;
    assert_int_equal(http_parse(&asked->request->parser, asked->request->input, &length),
                     HTTP_COMPLETE);
    text_init(&asked->key, 32768);
    cache_ask_read(asked->request, "upstream:80", &asked->ask, &asked->key);
}

static void asked_close(struct asked *asked)
{
    text_free(&asked->key);
    free(asked->request->input);
    free(asked->request);
}

#define GET "GET /a?b HTTP/1.1\r\nHost: h\r\n"

static void keys(void **state)
{
    (void)state;
    static const struct {
        const char *text, *key; /* NULL: passed on */
        bool plain;
    } rows[] = {
        {GET "\r\n", "h\n/a?b\n", true},
        {"HEAD /a?b HTTP/1.1\r\nHost: h\r\n\r\n", "h\n/a?b\n", true},
        {"GET /a? HTTP/1.1\r\nHost: h:80\r\n\r\n", "h:80\n/a?\n", true},
        {"GET http://o.example/a HTTP/1.1\r\nHost: o.example\r\n\r\n", "o.example\n/a\n", true},
        {"GET / HTTP/1.0\r\n\r\n", "upstream:80\n/\n", true},
        {GET "User-Agent: x\r\nAccept: text/html\r\nReferer: x\r\nsec-ch-ua: x\r\nAccept-Language: "
             "fr\r\nSec-Fetch-Dest: x\r\n\r\n",
         "h\n/a?b\n", true},
        {GET "Cookie: _ga=1; ecluse_x=1; ;_gid=2\r\n\r\n", "h\n/a?b\n", true},
        {GET "Cookie: lang = fr; _ga=1;x\r\n\r\n", "h\n/a?b\ncookie:lang = fr\ncookie:x\n", false},
        {GET "X-ODD: Value\r\n\r\n", "h\n/a?b\nx-odd:Value\n", false},
        {GET "Accept: application/json\r\n\r\n", "h\n/a?b\naccept:application/json\n", false},
        {GET "X-Forwarded-Host: evil\r\nX-Real-IP: 1.2.3.4\r\n\r\n", "h\n/a?b\n", true},
        {"GET /a%3fb HTTP/1.1\r\nHost: h\r\n\r\n", "h\n/a%3fb\n", false},
        {"GET /a;b HTTP/1.1\r\nHost: h\r\n\r\n", "h\n/a;b\n", false},
        {"GET /a%20%C3%A9 HTTP/1.1\r\nHost: h\r\n\r\n", "h\n/a%20%C3%A9\n", true},
        {GET "Connection: keep-alive, close\r\n\r\n", "h\n/a?b\n", true},
        {GET "Connection: accept-language\r\n\r\n", NULL, true},
        {GET "Authorization: x\r\n\r\n", NULL, true},
        {GET "Range: bytes=0-\r\n\r\n", NULL, true},
        {GET "If-Match: \"a\"\r\n\r\n", NULL, true},
        {GET "Cache-Control: no-store\r\n\r\n", NULL, true},
        {GET "Cookie: a=1\r\nCookie: PHPSESSID=1\r\n\r\n", NULL, true},
        {GET "Content-Length: 1\r\n\r\nx", NULL, true},
        {GET "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", NULL, true},
        {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", NULL, true},
        {"OPTIONS / HTTP/1.1\r\nHost: h\r\n\r\n", NULL, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct asked asked;
        asked_open(&asked, rows[i].text, stranger);
        bool is = asked.ask.kind == ASK_CACHED;
        if (is != (rows[i].key != NULL) || (is && (!slice_is(text_slice(&asked.key), rows[i].key) ||
                                                   asked.ask.plain != rows[i].plain))) {
            fail_msg("row %zu: %d %d \"%s\"", i, (int)asked.ask.kind, asked.ask.plain,
                     asked.key.bytes);
        }
        asked_close(&asked);
    }
}

/* What a proxy that is believed says of how it was asked is handed on, so it is in the key; whom it
 * saw is not. */
static void believed(void **state)
{
    (void)state;
    static const struct door_origin origins[] = {
        {.loopback = true}, {.local_socket = true}, {.trusted = true}};
    static const struct {
        const char *text, *key;
    } rows[] = {
        {GET "X-Forwarded-Host: evil\r\nX-Forwarded-For: 1.2.3.4\r\nForwarded: a\r\n\r\n",
         "h\n/a?b\nx-forwarded-host:evil\n"},
        {GET "X-Forwarded-Proto: http, wss\r\nX-Real-IP: 1.2.3.4\r\n\r\n",
         "h\n/a?b\nx-forwarded-proto:https\n"},
        {GET "Forwarded: for=1.2.3.4;proto=https;host=o\r\n\r\n",
         "h\n/a?b\nx-forwarded-proto:https\nx-forwarded-host:o\n"},
        {GET "Forwarded: proto=https\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n", "h\n/a?b\n"},
        {GET "X-Forwarded-Prefix: /en\r\n\r\n", "h\n/a?b\nx-forwarded-prefix:/en\n"},
    };
    struct asked asked;
    for (size_t i = 0; i < sizeof origins / sizeof origins[0]; i++) {
        for (size_t j = 0; j < sizeof rows / sizeof rows[0]; j++) {
            asked_open(&asked, rows[j].text, origins[i]);
            assert_int_equal(asked.ask.kind, ASK_CACHED);
            assert_true(asked.ask.plain);
            assert_string_equal(asked.key.bytes, rows[j].key);
            asked_close(&asked);
        }
    }
}

static void unsafe(void **state)
{
    (void)state;
    struct asked asked;
    asked_open(&asked, "DELETE /a HTTP/1.1\r\nHost: h\r\n\r\n", stranger);
    assert_int_equal(asked.ask.kind, ASK_UNSAFE);
    assert_int_equal(asked.ask.group_length, strlen("h\n/a\n"));
    asked_close(&asked);
}

static void selections(void **state)
{
    (void)state;
    static const struct {
        const char *vary, *selection; /* NULL: cannot be kept */
    } rows[] = {
        {"", ""},
        {"accept-language", "accept-language:fr, en:br\n"},
        {"Accept-Encoding , X-None,", "accept-encoding:\nx-none\n"},
        {"cookie", "cookie:_ga=1;a=b;\n"},
        {"X-Forwarded-Proto", "x-forwarded-proto\n"},
        {"accept, *", NULL},
        {"X-Forwarded-For", NULL},
        {"forwarded", NULL},
    };
    struct asked asked;
    asked_open(&asked,
               GET "Accept-Language: fr, en\r\nAccept-Language: br\r\nAccept-Encoding:\r\n"
                   "Cookie: _ga=1; ecluse_x=2;a=b\r\n\r\n",
               stranger);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct text to;
        text_init(&to, 1000);
        text_append_string(&to, "");
        bool can = cache_ask_select(asked.request, slice_of(rows[i].vary), &to);
        if (can != (rows[i].selection != NULL) ||
            (can && !slice_is(text_slice(&to), rows[i].selection))) {
            fail_msg("%s: %d \"%s\"", rows[i].vary, can, to.bytes);
        }
        text_free(&to);
    }
    asked_close(&asked);
}

static void cookies(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum cookie_kind kind;
    } rows[] = {
        {"woocommerce_items_in_cart", COOKIE_PERSON},
        {"wp_woocommerce_session_0123", COOKIE_PERSON},
        {"wordpress_logged_in_0123", COOKIE_PERSON},
        {"PrestaShop-0123", COOKIE_PERSON},
        {"PHPSESSID", COOKIE_PERSON},
        {"phpsessid", COOKIE_PERSON},
        {"connect.sid", COOKIE_PERSON},
        {"my_access_TOKEN_2", COOKIE_PERSON},
        {"sess", COOKIE_PERSON},
        {"_ga", COOKIE_IGNORED},
        {"_ga_AB12", COOKIE_IGNORED},
        {"_hjSessionUser_1", COOKIE_IGNORED},
        {"sbjs_session", COOKIE_IGNORED},
        {"_gax", COOKIE_OTHER},
        {"currency", COOKIE_OTHER},
        {"ses", COOKIE_OTHER},
        {"", COOKIE_OTHER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (cookie_kind(slice_of(rows[i].name)) != rows[i].kind) {
            fail_msg("%s", rows[i].name);
        }
    }
}

static void targets(void **state)
{
    (void)state;
    static const struct {
        const char *location, *target;
    } rows[] = {
        {"/list?a#b", "/list?a"},   {"http://h:1/x", "/x"}, {"HTTPS://h:1/x#y", "/x"},
        {"http://h:1", NULL},       {"http://h/x", NULL},   {"http://h:12/x", NULL},
        {"//h:1/x", NULL},          {"list", NULL},         {"", NULL},
        {"javascript:alert", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct slice location = slice_of(rows[i].location);
        bool here = cache_ask_target(SLICE("h:1"), &location);
        if (here != (rows[i].target != NULL) || (here && !slice_is(location, rows[i].target))) {
            fail_msg("%s: %d", rows[i].location, here);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys),       cmocka_unit_test(believed), cmocka_unit_test(unsafe),
        cmocka_unit_test(selections), cmocka_unit_test(cookies),  cmocka_unit_test(targets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

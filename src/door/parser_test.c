/* The parser against a table of well-formed and malformed requests, each in every split.
 *
 * Every case runs whole, cut in two at every byte, and byte by byte; each time the parser must say
 * the same. The known request-smuggling shapes (CL.TE, TE.CL, TE.TE, bare line feeds, odd lengths
 * and chunk sizes) are among them. */
#include "door/parser.h"

#include "base/assert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { BYTES_MAX = 300000 };

/* What came of a message, as text: easy to compare and to read in a failure. */
struct outcome {
    enum http_result result;
    char text[2048];
};

static char buffer[BYTES_MAX];

static void outcome_write(struct outcome *outcome, const struct http_parser *parser,
                          const char *bytes, size_t length)
{
    if (outcome->result == HTTP_MORE) {
        (void)snprintf(outcome->text, sizeof outcome->text, "more");
        return;
    }
    if (outcome->result == HTTP_REFUSED) {
        const struct http_refusal_answer *answer = http_refusal_answer(parser->refusal);
        (void)snprintf(outcome->text, sizeof outcome->text, "%d %s", answer->status, answer->type);
        return;
    }
    struct slice path = http_span_slice(bytes, parser->path);
    struct slice query = http_span_slice(bytes, parser->query);
    int used = snprintf(outcome->text, sizeof outcome->text, "ok %d 1.%d %.*s?%.*s%s [",
                        (int)parser->method, parser->version_minor, (int)path.length, path.data,
                        (int)query.length, query.data, http_parser_keeps(parser) ? "" : " close");
    for (uint16_t i = 0; i < parser->header_count && used < 1500; i++) {
        struct slice name = http_span_slice(bytes, parser->headers[i].name);
        struct slice value = http_span_slice(bytes, parser->headers[i].value);
        used += snprintf(outcome->text + used, sizeof outcome->text - (size_t)used, "%.*s=%.*s;",
                         (int)name.length, name.data, (int)value.length, value.data);
    }
    if (used < 1500) {
        size_t body = parser->body_length < 100 ? parser->body_length : 100;
        (void)snprintf(outcome->text + used, sizeof outcome->text - (size_t)used, "] %zu:%.*s +%zu",
                       parser->body_length, (int)body, bytes + parser->body_at,
                       length - parser->at);
    }
}

/* Parses `input` in parts of `part` bytes after a first one of `first`. Each part comes in fresh
 * memory, so that a stale pointer into an older buffer is seen by the address sanitizer. */
static struct outcome parse(struct slice input, size_t first, size_t part, size_t body_max)
{
    static struct http_parser parser;
    struct outcome outcome = {.result = HTTP_MORE};
    size_t given = 0;
    size_t length = 0;
    char *bytes = NULL;
    http_parser_reset(&parser, body_max);
    while (given < input.length && outcome.result == HTTP_MORE) {
        size_t next = given == 0 ? first : part;
        next = next < input.length - given ? next : input.length - given;
        char *grown = malloc(length + next);
        assert_non_null(grown);
        if (length > 0) {
            memcpy(grown, bytes, length);
        }
        free(bytes);
        bytes = grown;
        memcpy(bytes + length, input.data + given, next);
        length += next;
        given += next;
        outcome.result = http_parse(&parser, bytes, &length);
        assert_true(parser.at <= length);
    }
    length += input.length - given;
    outcome_write(&outcome, &parser, bytes, length);
    free(bytes);
    return outcome;
}

static void check(struct slice input, size_t body_max, const char *wanted)
{
    struct outcome whole = parse(input, input.length, 1, body_max);
    if (strcmp(whole.text, wanted) != 0) {
        fail_msg("%.*s\n  is     %s\n  wanted %s", (int)(input.length < 300 ? input.length : 300),
                 input.data, whole.text, wanted);
    }
    for (size_t cut = 1; cut<input.length; cut += input.length> 3000 ? 97 : 1) {
        struct outcome split = parse(input, cut, input.length, body_max);
        if (strcmp(split.text, wanted) != 0) {
            fail_msg("%.*s\n  cut at %zu is %s\n  wanted %s", (int)input.length, input.data, cut,
                     split.text, wanted);
        }
    }
    if (input.length < 3000) {
        assert_string_equal(parse(input, 1, 1, body_max).text, wanted);
    }
}

struct request_case {
    struct slice input;
    const char *wanted;
};

static void check_all(const struct request_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check(cases[i].input, 1000, cases[i].wanted);
    }
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define GET          "GET / HTTP/1.1\r\n"
#define POST         "POST / HTTP/1.1\r\nHost: a\r\n"
#define HOST         "Host: a\r\n"
#define END          "\r\n"
#define CHUNKED      POST "Transfer-Encoding: chunked\r\n\r\n"

static void test_well_formed(void **state)
{
    (void)state;
    static const struct request_case cases[] = {
        {SLICE(GET HOST END), "ok 0 1.1 /? [Host=a;] 0: +0"},
        {SLICE(END GET HOST END), "ok 0 1.1 /? [Host=a;] 0: +0"},
        {SLICE(GET HOST END "GET /2"), "ok 0 1.1 /? [Host=a;] 0: +6"},
        {SLICE("HEAD /a/b?c=d&e HTTP/1.1\r\nHost: shop.example:8080\r\nAccept: */*\r\n\r\n"),
         "ok 1 1.1 /a/b?c=d&e [Host=shop.example:8080;Accept=*/*;] 0: +0"},
        {SLICE("PUT /? HTTP/1.1\r\nHost: a\r\n\r\n"), "ok 3 1.1 /? [Host=a;] 0: +0"},
        {SLICE("GET /a??b?c HTTP/1.1\r\nHost: a\r\n\r\n"), "ok 0 1.1 /a??b?c [Host=a;] 0: +0"},
        {SLICE("GET /[a]{b}|^`%C3%A9?q=[1]|{2}\\ HTTP/1.1\r\nHost: a\r\n\r\n"),
         "ok 0 1.1 /[a]{b}|^`%C3%A9?q=[1]|{2}\\ [Host=a;] 0: +0"},
        {SLICE("get / HTTP/1.1\r\nHost: a\r\n\r\n"), "ok 7 1.1 /? [Host=a;] 0: +0"},
        {SLICE("DELETE / HTTP/1.1\r\nHost: a\r\n\r\n"), "ok 4 1.1 /? [Host=a;] 0: +0"},
        {SLICE("PATCH / HTTP/1.1\r\nHost: a\r\n\r\n"), "ok 6 1.1 /? [Host=a;] 0: +0"},
        {SLICE("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), "ok 5 1.1 ? [Host=a;] 0: +0"},
        {SLICE("M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n"), "ok 7 1.1 /? [Host=a;] 0: +0"},
        {SLICE(GET "Host: a\r\nX-Empty:\r\nX-Blank: \t \r\nX: \t b c\t \r\n\r\n"),
         "ok 0 1.1 /? [Host=a;X-Empty=;X-Blank=;X=b c;] 0: +0"},
        {SLICE(GET "Host: a\r\nX: caf\xc3\xa9 \xff\ttab\r\n\r\n"),
         "ok 0 1.1 /? [Host=a;X=caf\xc3\xa9 \xff\ttab;] 0: +0"},
        {SLICE(GET "Host: a\r\n!#$%&'*+-.^_`|~09azAZ: x:y\r\n\r\n"),
         "ok 0 1.1 /? [Host=a;!#$%&'*+-.^_`|~09azAZ=x:y;] 0: +0"},
        {SLICE(POST "Content-Length: 5\r\n\r\nhelloGET"),
         "ok 2 1.1 /? [Host=a;Content-Length=5;] 5:hello +3"},
        {SLICE(POST "CONTENT-LENGTH: 0\r\n\r\n"), "ok 2 1.1 /? [Host=a;CONTENT-LENGTH=0;] 0: +0"},
        {SLICE("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n\r\n"),
         "ok 0 1.1 /? [Host=a;Content-Length=2;] 2:\r\n +0"},
        {SLICE(POST "Content-Length: 5\r\n\r\nhell"), "more"},
        {SLICE(GET), "more"},
        {SLICE(GET HOST), "more"},
        {SLICE(GET HOST "\r"), "more"},
        {SLICE("\r"), "more"},
        {SLICE(GET "Host: a\r\nConnection: close\r\n\r\n"),
         "ok 0 1.1 /? close [Host=a;Connection=close;] 0: +0"},
        {SLICE(GET "Host: a\r\nConnection: x , CLOSE\r\n\r\n"),
         "ok 0 1.1 /? close [Host=a;Connection=x , CLOSE;] 0: +0"},
        {SLICE(GET "Host: a\r\nConnection: closed,enclose\r\n\r\n"),
         "ok 0 1.1 /? [Host=a;Connection=closed,enclose;] 0: +0"},
        {SLICE(GET "Host: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nx"),
         "ok 0 1.1 /? [Host=a;Connection=Upgrade;Upgrade=websocket;] 0: +1"},
        {SLICE("GET / HTTP/1.0\r\n\r\n"), "ok 0 1.0 /? close [] 0: +0"},
        {SLICE("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"),
         "ok 0 1.0 /? [Connection=Keep-Alive;] 0: +0"},
        {SLICE("POST / HTTP/1.0\r\nContent-Length: 1\r\n\r\nx"),
         "ok 2 1.0 /? close [Content-Length=1;] 1:x +0"},
        {SLICE(POST "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\nx"),
         "ok 2 1.1 /? [Host=a;Expect=100-Continue;Content-Length=1;] 1:x +0"},
    };
    check_all(cases, COUNT(cases));
}

static void test_targets(void **state)
{
    (void)state;
    static const struct request_case cases[] = {
        {SLICE("GET http://a/b?c HTTP/1.1\r\nHost: a\r\n\r\n"), "ok 0 1.1 /b?c [Host=a;] 0: +0"},
        {SLICE("GET HTTP://A:80/b HTTP/1.1\r\nHost: a:80\r\n\r\n"),
         "ok 0 1.1 /b? [Host=a:80;] 0: +0"},
        {SLICE("GET http://a HTTP/1.1\r\nHost: a\r\n\r\n"), "ok 0 1.1 ? [Host=a;] 0: +0"},
        {SLICE("GET http://a?x HTTP/1.1\r\nHost: a\r\n\r\n"), "ok 0 1.1 ?x [Host=a;] 0: +0"},
        {SLICE("GET http://a/ HTTP/1.0\r\n\r\n"), "ok 0 1.0 /? close [] 0: +0"},
        {SLICE("GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n"), "400 host-differs"},
        {SLICE("GET http://a/ HTTP/1.1\r\nHost: a:80\r\n\r\n"), "400 host-differs"},
        {SLICE("GET http://a/ HTTP/1.1\r\n\r\n"), "400 host-missing"},
        {SLICE("GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n"), "400 target-invalid"},
        {SLICE("GET http:// HTTP/1.1\r\nHost: a\r\n\r\n"), "400 target-invalid"},
        {SLICE("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"), "400 target-invalid"},
        {SLICE("GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n"), "400 target-invalid"},
        {SLICE("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"), "400 target-invalid"},
        {SLICE("GET a HTTP/1.1\r\nHost: a\r\n\r\n"), "400 target-invalid"},
        {SLICE("GET ?a HTTP/1.1\r\nHost: a\r\n\r\n"), "400 target-invalid"},
        {SLICE("GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n"), "400 target-invalid"},
        {SLICE("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"), "400 target-fragment"},
        {SLICE("GET # HTTP/1.1\r\nHost: a\r\n\r\n"), "400 target-fragment"},
        {SLICE("GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n"), "400 target-invalid"},
        {SLICE("GET /<a> HTTP/1.1\r\nHost: a\r\n\r\n"), "400 target-invalid"},
        {SLICE("GET /\"a\" HTTP/1.1\r\nHost: a\r\n\r\n"), "400 target-invalid"},
        {SLICE("GET /caf\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n"), "400 target-invalid"},
        {SLICE("GET /a\x01 HTTP/1.1\r\nHost: a\r\n\r\n"), "400 control-byte"},
        {SLICE("GET /a\x7f HTTP/1.1\r\nHost: a\r\n\r\n"), "400 control-byte"},
        {SLICE("GET /a\0 HTTP/1.1\r\nHost: a\r\n\r\n"), "400 nul-byte"},
        {SLICE("GET /a\rb HTTP/1.1\r\nHost: a\r\n\r\n"), "400 bare-cr"},
        {SLICE("GET /\tHTTP/1.1\r\nHost: a\r\n\r\n"), "400 control-byte"},
        {SLICE("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), "400 target-asterisk"},
        {SLICE("OPTIONS ** HTTP/1.1\r\nHost: a\r\n\r\n"), "400 target-invalid"},
        {SLICE("OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n"), "ok 5 1.1 /? [Host=a;] 0: +0"},
        {SLICE("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"), "501 connect"},
        {SLICE("CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n"), "501 connect"},
    };
    check_all(cases, COUNT(cases));
}

static void test_request_lines(void **state)
{
    (void)state;
    static const struct request_case cases[] = {
        {SLICE("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), "400 request-line"},
        {SLICE("GET /  HTTP/1.1\r\nHost: a\r\n\r\n"), "400 version-invalid"},
        {SLICE("GET / HTTP/1.1 \r\nHost: a\r\n\r\n"), "400 version-invalid"},
        {SLICE(" GET / HTTP/1.1\r\nHost: a\r\n\r\n"), "400 method-invalid"},
        {SLICE("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), "400 bare-cr"},
        {SLICE("\n"), "400 bare-lf"},
        {SLICE("\r\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), "400 bare-lf"},
        {SLICE("\rGET / HTTP/1.1\r\nHost: a\r\n\r\n"), "400 bare-cr"},
        {SLICE("GET\r\n"), "400 request-line"},
        {SLICE("GET \r\n"), "400 request-line"},
        {SLICE("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"), "400 control-byte"},
        {SLICE("G\0T / HTTP/1.1\r\nHost: a\r\n\r\n"), "400 nul-byte"},
        {SLICE("G(T / HTTP/1.1\r\nHost: a\r\n\r\n"), "400 method-invalid"},
        {SLICE("G\xc3\xa9T / HTTP/1.1\r\nHost: a\r\n\r\n"), "400 method-invalid"},
        {SLICE("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG / HTTP/1.1\r\nHost: a\r\n\r\n"),
         "400 method-invalid"},
        {SLICE("GET /\r\n"), "505 version-unsupported"},
        {SLICE("GET / HTTP/0.9\r\n"), "505 version-unsupported"},
        {SLICE("GET / HTTP/1.2\r\n"), "505 version-unsupported"},
        {SLICE("GET / HTTP/2.0\r\n"), "505 version-unsupported"},
        {SLICE("GET / HTTP/3.0\r\n"), "505 version-unsupported"},
        {SLICE("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "505 version-unsupported"},
        {SLICE("GET / http/1.1\r\n"), "400 version-invalid"},
        {SLICE("GET / HTTP/1.1x\r\n"), "400 version-invalid"},
        {SLICE("GET / HTTP/11\r\n"), "400 version-invalid"},
        {SLICE("GET / HTTP/1,1\r\n"), "400 version-invalid"},
        {SLICE("GET / HTTP/01.1\r\n"), "400 version-invalid"},
        {SLICE("GET / HTTP/1.1\n"), "400 bare-lf"},
        {SLICE("GET / HTTP/1.1\r\r\n"), "400 bare-cr"},
        {SLICE("GET / HTTP/1.\0\r\n"), "400 nul-byte"},
        {SLICE("\x16\x03\x01\x02"), "400 control-byte"},
        {SLICE("\0"), "400 nul-byte"},
        {SLICE("\xff"), "400 method-invalid"},
    };
    check_all(cases, COUNT(cases));
}

static void test_fields(void **state)
{
    (void)state;
    static const struct request_case cases[] = {
        {SLICE(GET HOST "A: b\n\r\n"), "400 bare-lf"},
        {SLICE(GET HOST "A: b\r\n\n"), "400 bare-lf"},
        {SLICE(GET HOST "\n"), "400 bare-lf"},
        {SLICE(GET "Host: a\n\rA: b\r\n\r\n"), "400 bare-lf"},
        {SLICE(GET HOST "A: b\rC: d\r\n\r\n"), "400 bare-cr"},
        {SLICE(GET HOST "A: b\r\r\n\r\n"), "400 bare-cr"},
        {SLICE(GET HOST "\rA: b\r\n\r\n"), "400 bare-cr"},
        {SLICE(GET HOST "A\r: b\r\n\r\n"), "400 bare-cr"},
        {SLICE(GET HOST "A: b\0c\r\n\r\n"), "400 nul-byte"},
        {SLICE(GET HOST "A\0: b\r\n\r\n"), "400 nul-byte"},
        {SLICE(GET HOST "A: b\x01 and so on for more than sixteen bytes\r\n\r\n"),
         "400 control-byte"},
        {SLICE(GET HOST "A: a value that is longer than sixteen bytes\x1f\r\n\r\n"),
         "400 control-byte"},
        {SLICE(GET HOST "A: a value that is longer than sixteen\x7f bytes\r\n\r\n"),
         "400 control-byte"},
        {SLICE(GET HOST "A: \x0b\r\n\r\n"), "400 control-byte"},
        {SLICE(GET HOST "A: b\r\n c\r\n\r\n"), "400 folded-line"},
        {SLICE(GET HOST "A: b\r\n\tc\r\n\r\n"), "400 folded-line"},
        {SLICE(GET HOST "A: b\r\n \r\n\r\n"), "400 folded-line"},
        {SLICE(GET " Host: a\r\n\r\n"), "400 folded-line"},
        {SLICE(GET "Host : a\r\n\r\n"), "400 space-before-colon"},
        {SLICE(GET "Host\t: a\r\n\r\n"), "400 space-before-colon"},
        {SLICE(GET HOST "A b: c\r\n\r\n"), "400 field-name"},
        {SLICE(GET HOST "A\r\n\r\n"), "400 field-name"},
        {SLICE(GET HOST ": b\r\n\r\n"), "400 field-name"},
        {SLICE(GET HOST "A(: b\r\n\r\n"), "400 field-name"},
        {SLICE(GET HOST "\"A\": b\r\n\r\n"), "400 field-name"},
        {SLICE(GET HOST "\xc3\x89: b\r\n\r\n"), "400 field-name"},
        {SLICE(GET HOST "Expect: 200-ok\r\n\r\n"), "417 expectation"},
        {SLICE(GET HOST "Expect:\r\n\r\n"), "417 expectation"},
        {SLICE(GET HOST "Expect: 100-continue, x\r\n\r\n"), "417 expectation"},
    };
    check_all(cases, COUNT(cases));
}

static void test_hosts(void **state)
{
    (void)state;
    static const struct request_case cases[] = {
        {SLICE(GET "\r\n"), "400 host-missing"},
        {SLICE(GET "Host: a\r\nHost: a\r\n\r\n"), "400 host-twice"},
        {SLICE(GET "Host: a\r\nhOST: b\r\n\r\n"), "400 host-twice"},
        {SLICE("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"), "400 host-twice"},
        {SLICE(GET "Host:\r\n\r\n"), "400 host-invalid"},
        {SLICE(GET "Host: a b\r\n\r\n"), "400 host-invalid"},
        {SLICE(GET "Host: a,b\r\n\r\n"), "ok 0 1.1 /? [Host=a,b;] 0: +0"},
        {SLICE(GET "Host: a/b\r\n\r\n"), "400 host-invalid"},
        {SLICE(GET "Host: a@b\r\n\r\n"), "400 host-invalid"},
        {SLICE(GET "Host: a?b\r\n\r\n"), "400 host-invalid"},
        {SLICE(GET "Host: a#b\r\n\r\n"), "400 host-invalid"},
        {SLICE(GET "Host: a\\b\r\n\r\n"), "400 host-invalid"},
        {SLICE(GET "Host: <a>\r\n\r\n"), "400 host-invalid"},
        {SLICE(GET "Host: caf\xc3\xa9\r\n\r\n"), "400 host-invalid"},
        {SLICE(GET "Host: a:\r\n\r\n"), "ok 0 1.1 /? [Host=a:;] 0: +0"},
        {SLICE(GET "Host: a:x\r\n\r\n"), "400 host-invalid"},
        {SLICE(GET "Host: a:80:80\r\n\r\n"), "400 host-invalid"},
        {SLICE(GET "Host: a:123456\r\n\r\n"), "400 host-invalid"},
        {SLICE(GET "Host: :80\r\n\r\n"), "400 host-invalid"},
        {SLICE(GET "Host: a%41\r\n\r\n"), "ok 0 1.1 /? [Host=a%41;] 0: +0"},
        {SLICE(GET "Host: a%4\r\n\r\n"), "400 host-invalid"},
        {SLICE(GET "Host: a%zz\r\n\r\n"), "400 host-invalid"},
        {SLICE(GET "Host: [::1]:8080\r\n\r\n"), "ok 0 1.1 /? [Host=[::1]:8080;] 0: +0"},
        {SLICE(GET "Host: [::1]\r\n\r\n"), "ok 0 1.1 /? [Host=[::1];] 0: +0"},
        {SLICE(GET "Host: [::1\r\n\r\n"), "400 host-invalid"},
        {SLICE(GET "Host: []\r\n\r\n"), "400 host-invalid"},
        {SLICE(GET "Host: [::1]x\r\n\r\n"), "400 host-invalid"},
        {SLICE(GET "Host: [g::1]\r\n\r\n"), "400 host-invalid"},
        {SLICE(GET "Host: ::1\r\n\r\n"), "400 host-invalid"},
    };
    check_all(cases, COUNT(cases));
}

static void test_lengths(void **state)
{
    (void)state;
    static const struct request_case cases[] = {
        {SLICE(POST "Content-Length: +5\r\n\r\nhello"), "400 length-invalid"},
        {SLICE(POST "Content-Length: -5\r\n\r\nhello"), "400 length-invalid"},
        {SLICE(POST "Content-Length: 0x5\r\n\r\nhello"), "400 length-invalid"},
        {SLICE(POST "Content-Length: 5 5\r\n\r\nhello"), "400 length-invalid"},
        {SLICE(POST "Content-Length: 5, 5\r\n\r\nhello"), "400 length-invalid"},
        {SLICE(POST "Content-Length: 5,5\r\n\r\nhello"), "400 length-invalid"},
        {SLICE(POST "Content-Length: 05\r\n\r\nhello"), "400 length-invalid"},
        {SLICE(POST "Content-Length: 00\r\n\r\nhello"), "400 length-invalid"},
        {SLICE(POST "Content-Length: 5.0\r\n\r\nhello"), "400 length-invalid"},
        {SLICE(POST "Content-Length: 5e0\r\n\r\nhello"), "400 length-invalid"},
        {SLICE(POST "Content-Length: 1_0\r\n\r\nhello"), "400 length-invalid"},
        {SLICE(POST "Content-Length: \xd9\xa5\r\n\r\nhello"), "400 length-invalid"},
        {SLICE(POST "Content-Length: \"5\"\r\n\r\nhello"), "400 length-invalid"},
        {SLICE(POST "Content-Length:\r\n\r\nhello"), "400 length-invalid"},
        {SLICE(POST "Content-Length:\t5\r\n\r\nhello"), "400 length-invalid"},
        {SLICE(POST "Content-Length: 5 \t \r\n\r\nhello"), "400 length-invalid"},
        {SLICE(POST "Content-Length:  5  \r\n\r\nhello"),
         "ok 2 1.1 /? [Host=a;Content-Length=5;] 5:hello +0"},
        {SLICE(POST "Content-Length: \x0b"
                    "5\r\n\r\nhello"),
         "400 control-byte"},
        {SLICE(POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"), "400 length-twice"},
        {SLICE(POST "Content-Length: 5\r\ncontent-length: 6\r\n\r\nhello"), "400 length-twice"},
        {SLICE(POST "Content-Length: 0\r\nContent-Length: 0\r\n\r\n"), "400 length-twice"},
        {SLICE(POST "Content-Length : 5\r\n\r\nhello"), "400 space-before-colon"},
        {SLICE(POST "Content-Length: 5\r\n 6\r\n\r\nhello"), "400 folded-line"},
        {SLICE(POST "Content-Length: 1001\r\n\r\n"), "413 body-large"},
        {SLICE(POST "Content-Length: 18446744073709551616\r\n\r\n"), "413 body-large"},
        {SLICE(POST "Content-Length: 18446744073709551621\r\n\r\nhello"), "413 body-large"},
        {SLICE(POST "Content-Length: 99999999999999999999999999999999999999\r\n\r\n"),
         "413 body-large"},
        {SLICE(POST "Content-Length: 9999999999999999999999999x\r\n\r\n"), "400 length-invalid"},
    };
    check_all(cases, COUNT(cases));
}

static void test_codings(void **state)
{
    (void)state;
    static const struct request_case cases[] = {
        {SLICE(POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
         "400 length-and-coding"},
        {SLICE(POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
         "400 length-and-coding"},
        {SLICE(POST "Transfer-Encoding: chunked\r\nContent-Length: 5000\r\n\r\n0\r\n\r\n"),
         "400 length-and-coding"},
        {SLICE(POST "Transfer-Encoding:  chunked\r\n\r\n0\r\n\r\n"),
         "ok 2 1.1 /? [Host=a;Transfer-Encoding=chunked;] 0: +0"},
        {SLICE(POST "Transfer-Encoding: Chunked\r\n\r\n0\r\n\r\n"),
         "ok 2 1.1 /? [Host=a;Transfer-Encoding=Chunked;] 0: +0"},
        {SLICE(POST "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"), "400 coding-invalid"},
        {SLICE(POST "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n"), "400 coding-invalid"},
        {SLICE(POST "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"), "400 coding-invalid"},
        {SLICE(POST "Transfer-Encoding: identity\r\n\r\n"), "400 coding-invalid"},
        {SLICE(POST "Transfer-Encoding: gzip, chunked\r\n\r\n"), "501 coding-unknown"},
        {SLICE(POST "Transfer-Encoding: gzip\r\n\r\n"), "400 coding-invalid"},
        {SLICE(POST "Transfer-Encoding: xchunked\r\n\r\n"), "400 coding-invalid"},
        {SLICE(POST "Transfer-Encoding: chunkedx\r\n\r\n"), "400 coding-invalid"},
        {SLICE(POST "Transfer-Encoding: chunked;q=1\r\n\r\n"), "400 coding-invalid"},
        {SLICE(POST "Transfer-Encoding: \"chunked\"\r\n\r\n"), "400 coding-invalid"},
        {SLICE(POST "Transfer-Encoding: 'chunked'\r\n\r\n"), "400 coding-invalid"},
        {SLICE(POST "Transfer-Encoding: chunked,\r\n\r\n"), "400 coding-invalid"},
        {SLICE(POST "Transfer-Encoding: chunked\t\r\n\r\n0\r\n\r\n"), "400 coding-invalid"},
        {SLICE(POST "Transfer-Encoding: \t chunked\r\n\r\n0\r\n\r\n"), "400 coding-invalid"},
        {SLICE(POST "Transfer-Encoding: ,chunked\r\n\r\n"), "400 coding-invalid"},
        {SLICE(POST "Transfer-Encoding:\r\n\r\n"), "400 coding-invalid"},
        {SLICE(POST "Transfer-Encoding: \x0b"
                    "chunked\r\n\r\n"),
         "400 control-byte"},
        {SLICE(POST "Transfer-Encoding\x0b: chunked\r\n\r\n"), "400 control-byte"},
        {SLICE(POST "Transfer-Encoding : chunked\r\n\r\n"), "400 space-before-colon"},
        {SLICE(POST " Transfer-Encoding: chunked\r\n\r\n"), "400 folded-line"},
        {SLICE(POST "Transfer-Encoding:\r\n chunked\r\n\r\n"), "400 coding-invalid"},
        {SLICE(POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
         "400 coding-invalid"},
        {SLICE(POST "Transfer-Encoding: chunked\r\ntransfer-encoding: x\r\n\r\n"),
         "400 coding-invalid"},
        {SLICE(POST "Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n\r\n"),
         "400 coding-invalid"},
        {SLICE("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), "400 coding-in-1-0"},
        {SLICE(POST "X: x\nTransfer-Encoding: chunked\r\n\r\n"), "400 bare-lf"},
        {SLICE(POST "X: x\rTransfer-Encoding: chunked\r\n\r\n"), "400 bare-cr"},
    };
    check_all(cases, COUNT(cases));
}

#define CHUNKED_OK "ok 2 1.1 /? [Host=a;Transfer-Encoding=chunked;] "

static void test_chunks(void **state)
{
    (void)state;
    static const struct request_case cases[] = {
        {SLICE(CHUNKED "0\r\n\r\n"), CHUNKED_OK "0: +0"},
        {SLICE(CHUNKED "5\r\nhello\r\n0\r\n\r\nGET"), CHUNKED_OK "5:hello +3"},
        {SLICE(CHUNKED "5\r\nhello\r\n6\r\n world\r\n1\r\n!\r\n000\r\n\r\n"),
         CHUNKED_OK "12:hello world! +0"},
        {SLICE(CHUNKED "a\r\n0123456789\r\nA\r\n0123456789\r\n00000000\r\n\r\n"),
         CHUNKED_OK "20:01234567890123456789 +0"},
        {SLICE(CHUNKED "1;a\r\nx\r\n1;a=b;c=d;e\r\ny\r\n0;z\r\n\r\n"), CHUNKED_OK "2:xy +0"},
        {SLICE(CHUNKED "1\r\nx\r\n0\r\nTrailer: a\r\nOther: b\r\n\r\n"), CHUNKED_OK "1:x +0"},
        {SLICE(CHUNKED "4\r\n\r\n\r\n\r\n0\r\n\r\n"), CHUNKED_OK "4:\r\n\r\n +0"},
        {SLICE(CHUNKED "1\r\nx\r\n"), "more"},
        {SLICE(CHUNKED "1\r\nx\r\n0\r\n"), "more"},
        {SLICE(CHUNKED "\r\n"), "400 chunk-size"},
        {SLICE(CHUNKED "g\r\n"), "400 chunk-size"},
        {SLICE(CHUNKED "0x5\r\nhello\r\n0\r\n\r\n"), "400 chunk-size"},
        {SLICE(CHUNKED "-1\r\n"), "400 chunk-size"},
        {SLICE(CHUNKED "+1\r\n"), "400 chunk-size"},
        {SLICE(CHUNKED " 5\r\nhello\r\n0\r\n\r\n"), "400 chunk-size"},
        {SLICE(CHUNKED "5 \r\nhello\r\n0\r\n\r\n"), "400 chunk-size"},
        {SLICE(CHUNKED "5\t\r\nhello\r\n0\r\n\r\n"), "400 chunk-size"},
        {SLICE(CHUNKED "5 ;a\r\nhello\r\n0\r\n\r\n"), "400 chunk-size"},
        {SLICE(CHUNKED "5\n"), "400 bare-lf"},
        {SLICE(CHUNKED "5\r\nhello\n0\r\n\r\n"), "400 chunk-end"},
        {SLICE(CHUNKED "5\r\nhello\r0\r\n\r\n"), "400 chunk-end"},
        {SLICE(CHUNKED "5\r\nhello!\r\n0\r\n\r\n"), "400 chunk-end"},
        {SLICE(CHUNKED "5\r\nhello!\n0\r\n\r\n"), "400 chunk-end"},
        {SLICE(CHUNKED "5\r\nhell\r\n0\r\n\r\n"), "400 chunk-end"},
        {SLICE(CHUNKED "5\rhello\r\n"), "400 chunk-size"},
        {SLICE(CHUNKED "5;\r\nhello"), "400 chunk-extension"},
        {SLICE(CHUNKED "5; a\r\nhello"), "400 chunk-extension"},
        {SLICE(CHUNKED "5;a =b\r\nhello"), "400 chunk-extension"},
        {SLICE(CHUNKED "5;a=\r\nhello"), "400 chunk-extension"},
        {SLICE(CHUNKED "5;a=\"b\"\r\nhello"), "400 chunk-extension"},
        {SLICE(CHUNKED "5;a=\"b\r\nhello"), "400 chunk-extension"},
        {SLICE(CHUNKED "5;a=\"b\\\"\"\r\nhello"), "400 chunk-extension"},
        {SLICE(CHUNKED "5;a\rb\r\nhello"), "400 chunk-extension"},
        {SLICE(CHUNKED "5;a\nb\r\nhello"), "400 bare-lf"},
        {SLICE(CHUNKED "5;a\0\r\nhello"), "400 chunk-extension"},
        {SLICE(CHUNKED "3e9\r\n"), "413 body-large"},
        {SLICE(CHUNKED "3e8\r\n"), "more"},
        {SLICE(CHUNKED "ffffffff\r\n"), "413 body-large"},
        {SLICE(CHUNKED "fffffffff\r\n"), "400 chunk-size"},
        {SLICE(CHUNKED "10000000000000005\r\nhello"), "400 chunk-size"},
        {SLICE(CHUNKED "000000005\r\nhello"), "400 chunk-size"},
        {SLICE(CHUNKED "0\r\nContent-Length: 5\r\n\r\n"), "400 trailer"},
        {SLICE(CHUNKED "0\r\nhost: b\r\n\r\n"), "400 trailer"},
        {SLICE(CHUNKED "0\r\nTransfer-Encoding: x\r\n\r\n"), "400 trailer"},
        {SLICE(CHUNKED "0\r\n a: b\r\n\r\n"), "400 folded-line"},
        {SLICE(CHUNKED "0\r\na : b\r\n\r\n"), "400 space-before-colon"},
        {SLICE(CHUNKED "0\r\na: b\n\r\n"), "400 bare-lf"},
        {SLICE(CHUNKED "0\r\na: b\0\r\n\r\n"), "400 nul-byte"},
        {SLICE(CHUNKED "0\r\nGET / HTTP/1.1\r\n\r\n"), "400 field-name"},
    };
    check_all(cases, COUNT(cases));
}

static struct slice filled(const char *before, char fill, size_t count, const char *after)
{
    size_t length = strlen(before);
    assert_true(length + count + strlen(after) < sizeof buffer);
    memcpy(buffer, before, length);
    memset(buffer + length, fill, count);
    length += count;
    memcpy(buffer + length, after, strlen(after));
    return (struct slice){buffer, length + strlen(after)};
}

static void test_limits(void **state)
{
    (void)state;
    static const char rest[] = " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    struct outcome fits =
        parse(filled("GET /", 'x', LIMIT_REQUEST_TARGET_BYTES - 1, rest), 5000, 5000, 0);
    assert_int_equal(fits.result, HTTP_COMPLETE);
    check(filled("GET /", 'x', LIMIT_REQUEST_TARGET_BYTES, rest), 0, "414 target-long");
    check(filled("GET /", 'x', 100000, ""), 0, "414 target-long");
    check(filled("", 'x', 100000, ""), 0, "414 target-long");
    check(filled(GET "Host: a\r\nA: ", 'x', LIMIT_REQUEST_HEAD_BYTES, "\r\n\r\n"), 0,
          "431 head-large");
    check(filled(GET "Host: a\r\nA: ", 'x', 100000, ""), 0, "431 head-large");
    size_t around = strlen(GET "Host: a\r\nA: \r\n\r\n");
    struct slice exact =
        filled(GET "Host: a\r\nA: ", 'x', LIMIT_REQUEST_HEAD_BYTES - around, "\r\n\r\n");
    assert_int_equal(parse(exact, exact.length, 1, 0).result, HTTP_COMPLETE);
    assert_int_equal(parse(exact, 9999, 1, 0).result, HTTP_COMPLETE);
    check(filled(GET "Host: a\r\nA: ", 'x', LIMIT_REQUEST_HEAD_BYTES - around + 1, "\r\n\r\n"), 0,
          "431 head-large");
    check(filled(CHUNKED "1;", 'x', 600, "\r\n"), 1000, "400 chunk-extension");
    check(filled(CHUNKED "0\r\nA: ", 'x', HTTP_TRAILER_BYTES_MAX, "\r\n\r\n"), 1000, "400 trailer");
}

/* `count` times `part` between `before` and `after`. */
static struct slice repeated(const char *before, const char *part, size_t count, const char *after)
{
    size_t length = strlen(before);
    memcpy(buffer, before, length);
    for (size_t i = 0; i < count; i++) {
        assert_true(length + strlen(part) < sizeof buffer - 1000);
        memcpy(buffer + length, part, strlen(part));
        length += strlen(part);
    }
    memcpy(buffer + length, after, strlen(after));
    return (struct slice){buffer, length + strlen(after)};
}

static void test_repeated(void **state)
{
    (void)state;
    struct slice most = repeated(GET "Host: a\r\n", "B: c\r\n", LIMIT_REQUEST_HEADERS - 1, "\r\n");
    assert_int_equal(parse(most, most.length, 1, 0).result, HTTP_COMPLETE);
    check(repeated(GET "Host: a\r\n", "B: c\r\n", LIMIT_REQUEST_HEADERS, "\r\n"), 0,
          "431 headers-many");
    check(repeated(CHUNKED, "1;extension-of-some-length\r\nx\r\n", 200, "0\r\n\r\n"), 1000,
          "400 chunk-extension");
    check(repeated(CHUNKED "0\r\n", "Trailer: of some length\r\n", 200, "\r\n"), 1000,
          "400 trailer");
    check(repeated(CHUNKED,
                   "64\r\n0123456789012345678901234567890123456789012345678901234567890123456789"
                   "012345678901234567890123456789\r\n",
                   11, "0\r\n\r\n"),
          1000, "413 body-large");
    struct slice tiny = repeated(CHUNKED, "1\r\nx\r\n", 20000, "0\r\n\r\n");
    assert_int_equal(parse(tiny, 1, 7, 20000).result, HTTP_COMPLETE);
}

/* A body in tiny chunks must not need more room than its data: what was read of the framing leaves
 * the buffer. */
static void test_framing_leaves_buffer(void **state)
{
    (void)state;
    static struct http_parser parser;
    static char small[LIMIT_REQUEST_HEAD_BYTES];
    struct slice input = repeated(CHUNKED, "1\r\nx\r\n", 5000, "0\r\n\r\n");
    size_t length = 0;
    enum http_result result = HTTP_MORE;
    http_parser_reset(&parser, 5000);
    for (size_t i = 0; i < input.length; i++) {
        assert_int_equal(result, HTTP_MORE);
        assert_true(length < 5200);
        small[length++] = input.data[i];
        result = http_parse(&parser, small, &length);
    }
    assert_int_equal(result, HTTP_COMPLETE);
    assert_int_equal(parser.body_length, 5000);
}

/* The scan for control characters takes 16 bytes at a time: each bad byte at each place of a value.
 */
static void test_control_anywhere(void **state)
{
    (void)state;
    static const char before[] = GET HOST "A: ";
    for (int byte = 0; byte < 256; byte++) {
        bool bad = (byte < 0x20 && byte != '\t') || byte == 0x7f;
        for (size_t at = 1; at < 49; at++) {
            struct slice input = filled(before, 'x', 50, "\r\n\r\n");
            buffer[strlen(before) + at] = (char)byte;
            enum http_result result = parse(input, input.length, 1, 0).result;
            assert_int_equal(result, bad ? HTTP_REFUSED : HTTP_COMPLETE);
        }
    }
}

/* The parser must not wait for more when the buffer that it asks for is full. */
static void test_full_buffers(void **state)
{
    (void)state;
    struct slice head = filled(GET HOST "A: ", 'x', LIMIT_REQUEST_HEAD_BYTES, "");
    head.length = LIMIT_REQUEST_HEAD_BYTES - 1;
    assert_int_equal(parse(head, head.length, 1, 0).result, HTTP_MORE);
    head.length++;
    assert_int_equal(parse(head, head.length, 1, 0).result, HTTP_REFUSED);
    struct slice line = filled("", 'x', HTTP_REQUEST_LINE_BYTES_MAX, "");
    assert_int_equal(parse(line, line.length, 1, 0).result, HTTP_REFUSED);
    struct slice chunk = filled(CHUNKED "1;", 'x', HTTP_CHUNK_LINE_BYTES_MAX - 2, "");
    assert_int_equal(parse(chunk, chunk.length, 1, 10).result, HTTP_REFUSED);
    struct slice trailer = filled(CHUNKED "0\r\n", 'x', HTTP_TRAILER_BYTES_MAX, "");
    assert_int_equal(parse(trailer, trailer.length, 1, 10).result, HTTP_REFUSED);
}

static void test_every_byte(void **state)
{
    (void)state;
    /* Every byte in every position of a small request: no crash, and the same in one part and in
     * many. */
    static const char request[] =
        "POST /a?b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "2;x=y\r\nab\r\n0\r\nT: u\r\n\r\n";
    char changed[sizeof request];
    for (size_t at = 0; at < sizeof request - 1; at++) {
        for (int byte = 0; byte < 256; byte++) {
            memcpy(changed, request, sizeof request);
            changed[at] = (char)byte;
            struct slice input = {changed, sizeof request - 1};
            struct outcome whole = parse(input, input.length, 1, 100);
            struct outcome split = parse(input, 1, 1, 100);
            assert_string_equal(whole.text, split.text);
        }
    }
}

static void test_refusals_are_told_apart(void **state)
{
    (void)state;
    for (int i = REFUSAL_NONE; i < REFUSAL_COUNT; i++) {
        const struct http_refusal_answer *answer = http_refusal_answer((enum http_refusal)i);
        assert_non_null(answer->type);
        assert_non_null(answer->detail);
        for (int k = REFUSAL_NONE; k < i; k++) {
            assert_string_not_equal(answer->type, http_refusal_answer((enum http_refusal)k)->type);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_well_formed),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_request_lines),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_codings),
        cmocka_unit_test(test_chunks),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_repeated),
        cmocka_unit_test(test_framing_leaves_buffer),
        cmocka_unit_test(test_control_anywhere),
        cmocka_unit_test(test_full_buffers),
        cmocka_unit_test(test_every_byte),
        cmocka_unit_test(test_refusals_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The parser of replies' heads against a table, each case in every split.
 *
 * Every case runs whole, cut in two at every byte, and byte by byte, each part in fresh memory;
 * each time the parser must say the same. What two programs could read differently (a length beside
 * a coding, odd numbers, folded lines, lone line feeds) is among the refused. */
#include "door/response.h"

#include "base/assert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct outcome {
    char text[600];
};

static void outcome_write(struct outcome *outcome, enum http_result result,
                          const struct http_response *response, const char *bytes, size_t length)
{
    static const char bodies[][10] = {"none", "sized", "chunked", "to close"};
    if (result != HTTP_COMPLETE) {
        (void)snprintf(outcome->text, sizeof outcome->text, "%s",
                       result == HTTP_MORE ? "more" : http_refusal_answer(response->refusal)->type);
        return;
    }
    enum http_body body = http_response_body(response, false);
    int used = snprintf(outcome->text, sizeof outcome->text, "1.%d %d %s%s [",
                        response->version_minor, response->status, bodies[body],
                        http_response_keeps(response, body) ? " keeps" : "");
    for (uint16_t i = 0; i < response->header_count && used < 500; i++) {
        struct slice name = http_span_slice(bytes, response->headers[i].name);
        struct slice value = http_span_slice(bytes, response->headers[i].value);
        used += snprintf(outcome->text + used, sizeof outcome->text - (size_t)used, "%.*s=%.*s;",
                         (int)name.length, name.data, (int)value.length, value.data);
    }
    assert_in_range(used, 1, 560);
    (void)snprintf(outcome->text + used, sizeof outcome->text - (size_t)used, "] %zu +%zu",
                   response->length, length - response->at);
}

/* The first part has `first` bytes, the others `part`. */
static struct outcome read_parts(struct slice input, size_t first, size_t part)
{
    struct outcome outcome;
    struct http_response response;
    enum http_result result = HTTP_MORE;
    size_t length = 0;
    char *bytes = NULL;
    http_response_reset(&response);
    while (length < input.length && result == HTTP_MORE) {
        size_t next = length == 0 ? first : part;
        next = next < input.length - length ? next : input.length - length;
        free(bytes);
        bytes = malloc(length + next);
        assert_non_null(bytes);
        memcpy(bytes, input.data, length + next);
        length += next;
        result = http_response_read(&response, bytes, length);
    }
    /* What would have come after the head. */
    outcome_write(&outcome, result, &response, bytes, input.length);
    free(bytes);
    return outcome;
}

static void expect(struct slice input, const char *wanted)
{
    struct outcome whole = read_parts(input, input.length, 1);
    assert_string_equal(whole.text, wanted);
    for (size_t cut = 1; cut < input.length; cut++) {
        assert_string_equal(read_parts(input, cut, input.length).text, wanted);
    }
    assert_string_equal(read_parts(input, 1, 1).text, wanted);
}

struct response_case {
    const char *input;
    const char *wanted;
};

static void expect_all(const struct response_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        expect(slice_of(cases[i].input), cases[i].wanted);
    }
}

static void test_accepted(void **state)
{
    (void)state;
    static const struct response_case cases[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
         "1.1 200 sized keeps [Content-Length=5;] 5 +5"},
        {"HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n",
         "1.1 200 none keeps [content-length=0;] 0 +0"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n",
         "1.1 200 chunked keeps [Transfer-Encoding=Chunked;] 0 +3"},
        {"HTTP/1.1 200 OK\r\n\r\n", "1.1 200 to close [] 0 +0"},
        {"HTTP/1.1 200\r\n\r\n", "1.1 200 to close [] 0 +0"},
        {"HTTP/1.1 200 \r\n\r\n", "1.1 200 to close [] 0 +0"},
        {"HTTP/1.1 404 Pas trouv\xc3\xa9 \t!\r\nA: b \r\n\r\n", "1.1 404 to close [A=b;] 0 +0"},
        {"HTTP/1.1 204 No Content\r\n\r\n", "1.1 204 none keeps [] 0 +0"},
        {"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
         "1.1 204 none keeps [Content-Length=0;] 0 +0"},
        {"HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc",
         "1.1 204 none [Content-Length=3;] 3 +3"},
        {"HTTP/1.1 304 Not Modified\r\nContent-Length: 70\r\n\r\n",
         "1.1 304 none [Content-Length=70;] 70 +0"},
        {"HTTP/1.1 304 Not Modified\r\n\r\n", "1.1 304 none keeps [] 0 +0"},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP", "1.1 100 none keeps [] 0 +4"},
        {"HTTP/1.1 599 x\r\nContent-Length: 1\r\nConnection: a, Close\r\n\r\n",
         "1.1 599 sized [Content-Length=1;Connection=a, Close;] 1 +0"},
        {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", "1.0 200 sized [Content-Length=1;] 1 +0"},
        {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: Keep-Alive\r\n\r\n",
         "1.0 200 sized keeps [Content-Length=1;Connection=Keep-Alive;] 1 +0"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1125899906842624\r\n\r\n",
         "1.1 200 sized keeps [Content-Length=1125899906842624;] 1125899906842624 +0"},
    };
    expect_all(cases, sizeof cases / sizeof cases[0]);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct response_case cases[] = {
        {"\r\nHTTP/1.1 200 OK\r\n\r\n", "version-invalid"},
        {"HTTP/1.12 200 OK\r\n", "status-invalid"},
        {"http/1.1 200 OK\r\n", "version-invalid"},
        {"HTTP/1.2 200 OK\r\n", "version-unsupported"},
        {"HTTP/2 200 OK\r\n", "version-unsupported"},
        {"HTTP/0.9 200 OK\r\n", "version-unsupported"},
        {"HTTP/1.1\r\n", "status-invalid"},
        {"HTTP/1.1  200 OK\r\n", "status-invalid"},
        {"HTTP/1.1\t200 OK\r\n", "status-invalid"},
        {"HTTP/1.1 20 OK\r\n", "status-invalid"},
        {"HTTP/1.1 2000 OK\r\n", "status-invalid"},
        {"HTTP/1.1 099 OK\r\n", "status-invalid"},
        {"HTTP/1.1 600 OK\r\n", "status-invalid"},
        {"HTTP/1.1 -20 OK\r\n", "status-invalid"},
        {"HTTP/1.1 200 a\rb\r\n", "control-byte"},
        {"HTTP/1.1 200 a\x01\r\n", "control-byte"},
        {"HTTP/1.1 200 OK\nA: b\r\n\r\n", "bare-lf"},
        {"HTTP/1.1 200 OK\r\nA: b\n\r\n", "bare-lf"},
        {"HTTP/1.1 200 OK\r\nA: b\r\n\n", "bare-lf"},
        {"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "folded-line"},
        {"HTTP/1.1 200 OK\r\n A: b\r\n\r\n", "folded-line"},
        {"HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "space-before-colon"},
        {"HTTP/1.1 200 OK\r\nA\r\n\r\n", "field-name"},
        {"HTTP/1.1 200 OK\r\n: b\r\n\r\n", "field-name"},
        {"HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n", "bare-cr"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", "length-twice"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n", "length-invalid"},
        {"HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", "length-invalid"},
        {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "length-invalid"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\n", "length-invalid"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 01\r\n\r\n", "length-invalid"},
        {"HTTP/1.1 200 OK\r\nContent-Length:\t1\r\n\r\n", "length-invalid"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1125899906842625\r\n\r\n", "length-invalid"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551617\r\n\r\n", "length-invalid"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
         "length-and-coding"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n",
         "length-and-coding"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "coding-invalid"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n", "coding-invalid"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding:\tchunked\r\n\r\n", "coding-invalid"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
         "coding-invalid"},
        {"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "coding-in-1-0"},
        {"HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n", "length-invalid"},
        {"HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n", "length-invalid"},
    };
    expect_all(cases, sizeof cases / sizeof cases[0]);
    expect(SLICE("HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n"), "nul-byte");
}

static void test_more(void **state)
{
    (void)state;
    static const struct response_case cases[] = {
        {"H", "more"},
        {"HTTP/1.1 200 OK\r\n", "more"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", "more"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r", "more"},
    };
    expect_all(cases, sizeof cases / sizeof cases[0]);
}

/* A head of exactly `bytes` bytes with one long field. */
static struct outcome long_head(size_t bytes)
{
    static char head[LIMIT_UPSTREAM_HEAD_BYTES + 100];
    static const struct slice start = SLICE("HTTP/1.1 200 OK\r\nA: ");
    memset(head, 'a', sizeof head);
    memcpy(head, start.data, start.length);
    memcpy(head + bytes - 4, "\r\n\r\n", 4);
    struct outcome outcome;
    struct http_response response;
    http_response_reset(&response);
    enum http_result result = http_response_read(&response, head, bytes);
    (void)snprintf(outcome.text, sizeof outcome.text, "%s",
                   result == HTTP_COMPLETE ? "ok" : http_refusal_answer(response.refusal)->type);
    return outcome;
}

static void test_limits(void **state)
{
    (void)state;
    assert_string_equal(long_head(LIMIT_UPSTREAM_HEAD_BYTES).text, "ok");
    assert_string_equal(long_head(LIMIT_UPSTREAM_HEAD_BYTES + 1).text, "head-large");
    for (size_t count = LIMIT_UPSTREAM_HEADERS; count <= LIMIT_UPSTREAM_HEADERS + 1; count++) {
        char head[2000];
        size_t used = (size_t)snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\n");
        for (size_t i = 0; i < count; i++) {
            used += (size_t)snprintf(head + used, sizeof head - used, "A: b\r\n");
        }
        used += (size_t)snprintf(head + used, sizeof head - used, "\r\n");
        struct http_response response;
        http_response_reset(&response);
        enum http_result result = http_response_read(&response, head, used);
        assert_int_equal(result, count == LIMIT_UPSTREAM_HEADERS ? HTTP_COMPLETE : HTTP_REFUSED);
    }
}

static void test_head_has_no_body(void **state)
{
    (void)state;
    static const char *const heads[] = {"HTTP/1.1 200 OK\r\n\r\n",
                                        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                                        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
                                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"};
    enum { ANNOUNCES = 2 }; /* from this one on a body that may come all the same */
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        struct http_response response;
        http_response_reset(&response);
        assert_int_equal(http_response_read(&response, heads[i], strlen(heads[i])), HTTP_COMPLETE);
        assert_int_equal(http_response_body(&response, true), BODY_NONE);
        assert_int_equal(http_response_keeps(&response, BODY_NONE), i < ANNOUNCES);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_more),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_head_has_no_body),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

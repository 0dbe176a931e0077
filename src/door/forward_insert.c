/* Which replies get a text put in (insert.h), and what their heads say then.
 *
 *   request with door_forward_insert -> asked for whole and uncompressed
 *   200, text/html, uncompressed, may be changed -> its body through an inserter, its head without
 *   what was said of other bytes; every other reply passes as it came
 *
 * The cache keeps the page as it is sent, with the text.
 *
 * The page comes uncompressed because decompressing here would cost more than the rest of the
 * hand-on together; whoever speaks TLS in front can compress it again. */
#include "base/assert.h"
#include "door/bytes.h"
#include "door/fill.h"

void door_forward_insert(struct door_request *request, const struct door_insert *insert)
{
    ASSERT(request->state == REQUEST_HANDLED);
    enum http_method method = door_method(request);
    bool reads = method == METHOD_GET || method == METHOD_HEAD;
    request->insert = reads ? insert : NULL;
}

/* "text/html", "text/html; charset=utf-8" */
static bool is_html(struct slice value)
{
    struct slice rest;
    return http_equal_any_case(slice_trim(slice_cut(value, ';', &rest)), SLICE("text/html"));
}

/* Would a changed page make this field say what is not true, or does it forbid the change? */
static bool forbids(struct slice name, struct slice value)
{
    if (http_equal_any_case(name, SLICE("content-encoding"))) {
        return !http_equal_any_case(value, SLICE("identity"));
    }
    if (http_equal_any_case(name, SLICE("cache-control"))) {
        return http_list_has(value, SLICE("no-transform"));
    }
    static const struct slice names[] = {SLICE("content-digest"), SLICE("repr-digest"),
                                         SLICE("digest"), SLICE("content-md5"),
                                         SLICE("content-range")};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (http_equal_any_case(name, names[i])) {
            return true;
        }
    }
    return false;
}

/* Is the reply a page that gets it? */
static bool is_for(const struct exchange *exchange, const struct http_response *response,
                   const char *bytes)
{
    if (exchange->request->insert == NULL || response->status != 200) {
        return false;
    }
    bool html = false;
    for (uint16_t i = 0; i < response->header_count; i++) {
        struct slice name = http_span_slice(bytes, response->headers[i].name);
        struct slice value = http_span_slice(bytes, response->headers[i].value);
        if (forbids(name, value)) {
            return false;
        }
        html = html || (http_equal_any_case(name, SLICE("content-type")) && is_html(value));
    }
    return html;
}

/* Bytes of the body as they are kept and sent. */
static void put(void *context, struct slice bytes)
{
    struct exchange *exchange = context;
    micro_piece(exchange, bytes);
    if (!exchange->swallows && exchange->request->connection != NULL) {
        stream_piece(exchange->request, bytes);
    }
}

void insert_begin(struct exchange *exchange, const struct http_response *response,
                  const char *bytes, enum http_body body)
{
    struct door_request *request = exchange->request;
    bool head = door_method(request) == METHOD_HEAD;
    exchange->changed = is_for(exchange, response, bytes) && (head || body != BODY_NONE);
    if (!exchange->changed || head) {
        return;
    }
    exchange->inserter = door_alloc_unset(request, sizeof *exchange->inserter);
    exchange->changed = exchange->inserter != NULL; /* without memory the page stays as it is */
    if (exchange->changed) {
        inserter_begin(exchange->inserter, request->insert, put, exchange);
    }
}

void insert_piece(struct exchange *exchange, struct slice bytes)
{
    if (exchange->inserter != NULL) {
        inserter_take(exchange->inserter, bytes);
    } else {
        put(exchange, bytes);
    }
}

void insert_end(struct exchange *exchange)
{
    if (exchange->inserter != NULL) {
        inserter_end(exchange->inserter);
    }
}

/* Which replies get a text put in (insert.h), and what their heads say then.
 *
 *   a request of which door_forward_insert's `find` says so -> asked for whole and uncompressed
 *   200, text/html, uncompressed, may be changed -> its body through an inserter, its head without
 *   what was said of other bytes; every other reply passes as it came
 *
 * The cache keeps the page as it is sent, with the text.
 *
 * The page comes uncompressed because decompressing here would cost more than the rest of the
 * hand-on together; whoever speaks TLS in front can compress it again. */
#include "door/bytes.h"
#include "door/fill.h"

void door_forward_insert(struct door_upstream *upstream,
                         bool (*find)(void *context, const struct door_request *request,
                                      struct door_insert *insert),
                         void *context)
{
    upstream->insert_find = find;
    upstream->insert_context = context;
}

void insert_find(struct exchange *exchange)
{
    const struct door_upstream *upstream = exchange->upstream;
    enum http_method method = door_method(exchange->request);
    bool reads = method == METHOD_GET || method == METHOD_HEAD;
    exchange->inserts =
        reads && upstream->insert_find != NULL &&
        upstream->insert_find(upstream->insert_context, exchange->request, &exchange->insert);
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
    return HTTP_IS_ONE_OF(name, names);
}

/* Is the reply a page that gets it? */
static bool is_for(const struct exchange *exchange, const struct http_response *response,
                   const char *bytes)
{
    if (!exchange->inserts || response->status != 200) {
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
        inserter_begin(exchange->inserter, &exchange->insert, put, exchange);
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

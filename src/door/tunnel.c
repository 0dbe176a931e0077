/* A WebSocket to the shop behind: a reply without an end, and a request without one.
 *
 *   GET, Connection: upgrade, Upgrade: websocket -> the upstream's 101 -> bytes both ways, until
 *   one side closes. Any other answer is an ordinary reply.
 *
 *   upstream -> link->buffer -> pieces of the reply                    (relay.c, with its pauses)
 *   client   -> the request's input, behind its head -> tunnel_push -> the link
 *
 * What the client sends before the 101 waits in its input; if none comes it is the next request,
 * and is read as one: nobody is told of an upgrade that the upstream has not agreed to. The input
 * is not moved while the loop writes from it, and when it is full the client is not read. A tunnel
 * keeps a link for as long as it stands, so they may have a part of the links only. */
#include "base/assert.h"
#include "door/bytes.h"
#include "door/link.h"

enum { TUNNELS_DIVISOR = 2 }; /* of all links */

static const struct slice websocket = SLICE("websocket");

bool tunnel_is_asked(const struct door_request *request)
{
    const struct http_parser *parser = &request->parser;
    return parser->method == METHOD_GET && parser->version_minor == 1 && parser->body_length == 0 &&
           door_header_count(request, "upgrade") == 1 &&
           door_header_count(request, "connection") == 1 &&
           http_equal_any_case(door_header(request, "upgrade"), websocket) &&
           http_list_has(door_header(request, "connection"), SLICE("upgrade"));
}

bool tunnel_is_free(const struct door_upstream *upstream)
{
    return upstream->tunnels < upstream->options.connections_max / TUNNELS_DIVISOR;
}

/* Does the 101 say what was asked for? */
static bool agrees(const struct link *link)
{
    const struct http_response *response = &link->response;
    bool upgrade = false;
    bool connection = false;
    for (uint16_t i = 0; i < response->header_count; i++) {
        struct slice name = http_span_slice(link->buffer, response->headers[i].name);
        struct slice value = http_span_slice(link->buffer, response->headers[i].value);
        upgrade |=
            http_equal_any_case(name, SLICE("upgrade")) && http_equal_any_case(value, websocket);
        connection |= http_equal_any_case(name, SLICE("connection")) &&
                      http_list_has(value, SLICE("upgrade"));
    }
    return upgrade && connection;
}

static void tunnel_push(struct link *link);

static void on_pushed(uv_write_t *write, int status)
{
    struct link *link = write->data;
    link->writing = false;
    if (status < 0 || link->state == LINK_CLOSING) {
        return; /* reading tells why */
    }
    struct door_request *request = link->exchange->request;
    size_t from = request->start + request->parser.at;
    request->input_length -= link->pushed;
    memmove(request->input + from, request->input + from + link->pushed,
            request->input_length - from);
    tunnel_push(link);
    connection_make_ready(request->connection); /* there is room to read */
    connections_drain_ready(request->door);
}

/* What the client has sent, to the upstream. */
static void tunnel_push(struct link *link)
{
    struct door_request *request = link->exchange->request;
    size_t from = request->start + request->parser.at;
    size_t length = request->input_length - from;
    if (length == 0 || link->writing || link->state == LINK_CLOSING) {
        return;
    }
    uv_buf_t buffer = uv_buf_init(request->input + from, (unsigned)length);
    int sent = uv_try_write(&link->uv.stream, &buffer, 1);
    size_t taken = sent > 0 ? (size_t)sent : 0;
    link->since_ms = uv_now(&request->door->loop);
    link->pushed = length - taken;
    request->input_length = from + link->pushed;
    memmove(request->input + from, request->input + from + taken, link->pushed);
    if (link->pushed > 0) {
        buffer.len = link->pushed;
        link->write.data = link;
        link->writing = uv_write(&link->write, &link->uv.stream, &buffer, 1, on_pushed) == 0;
        if (!link->writing) {
            link_fail(link, OUTCOME_CLOSED);
        }
    }
}

static void tunnel_received(void *context)
{
    struct exchange *exchange = context;
    if (exchange->link != NULL) {
        tunnel_push(exchange->link);
    }
}

bool tunnel_begin(struct link *link)
{
    struct exchange *exchange = link->exchange;
    if (!exchange->tunnel || link->writing || !agrees(link)) {
        return false;
    }
    exchange->request->source.received = tunnel_received;
    link->tunnels = true;
    return true;
}

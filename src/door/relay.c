/* The upstream's reply, from its first byte to its last, and to the client as it comes.
 *
 *   link->buffer --http_response_read--> 1xx: dropped; the head: streaming.c gets ours
 *                --sized, chunked (http_parse, in place), to close--> pieces of the body
 *
 * What is decoded is handed to the client's output at once; the buffer keeps only what is not
 * understood yet: a part of the head, or of a chunk's framing. So a reply of any size costs one
 * buffer here, and at most as much again in the client's output (link.c pauses). */
#include "base/assert.h"
#include "door/fill.h"

void relay_begin(struct link *link)
{
    link->buffered = 0;
    link->interims = 0;
    http_response_reset(&link->response);
}

/* Takes `length` bytes out of the buffer's front. */
static void buffer_drop(struct link *link, size_t length)
{
    ASSERT(length <= link->buffered);
    link->buffered -= length;
    if (link->buffered > 0) {
        memmove(link->buffer, link->buffer + length, link->buffered);
    }
}

void relay_whole(struct link *link, bool keeps)
{
    struct exchange *exchange = link->exchange;
    struct door_upstream *upstream = link->upstream;
    ASSERT(link->state == LINK_BODY);
    insert_end(exchange);
    exchange->outcome = OUTCOME_WHOLE;
    if (link->writing) {
        link_close(
            link); /* replied before it read all; the exchange ends when its memory is free */
        return;
    }
    link->exchange = NULL;
    link->replies++;
    exchange_end(exchange);
    if (keeps && link->buffered == 0 && !upstream->closing) {
        link_become_idle(link);
        exchanges_dispatch(upstream);
    } else {
        link_close(link);
    }
}

static void piece(struct link *link, size_t length)
{
    insert_piece(link->exchange, (struct slice){link->buffer, length});
}

static void sized_read(struct link *link)
{
    size_t part = link->buffered < link->left ? link->buffered : link->left;
    piece(link, part);
    buffer_drop(link, part);
    link->left -= part;
    if (link->left == 0) {
        relay_whole(link, http_response_keeps(&link->response, link->body));
    }
}

static void chunked_read(struct link *link)
{
    struct http_parser *chunks = &link->chunks;
    size_t length = link->buffered;
    enum http_result result = http_parse(chunks, link->buffer, &length);
    link->buffered = length;
    piece(link, chunks->body_length);
    if (result == HTTP_REFUSED) {
        link_fail(link, OUTCOME_MALFORMED);
        return;
    }
    buffer_drop(link, chunks->at);
    chunks->at = 0;
    chunks->body_length = 0;
    if (result == HTTP_COMPLETE) {
        relay_whole(link, http_response_keeps(&link->response, link->body));
    }
}

static void body_read(struct link *link)
{
    switch (link->body) {
    case BODY_NONE:
        relay_whole(link, http_response_keeps(&link->response, link->body));
        break;
    case BODY_SIZED:
        sized_read(link);
        break;
    case BODY_CHUNKED:
        chunked_read(link);
        break;
    case BODY_TO_CLOSE:
        piece(link, link->buffered);
        link->buffered = 0;
        break;
    }
}

static void head_done(struct link *link)
{
    struct exchange *exchange = link->exchange;
    struct http_response *response = &link->response;
    struct env *env = link->upstream->door->options.env;
    bool head = door_method(exchange->request) == METHOD_HEAD;
    link->body = link->tunnels ? BODY_TO_CLOSE : http_response_body(response, head);
    link->left = response->length;
    http_parser_reset(&link->chunks, SIZE_MAX);
    link->chunks.stage = STAGE_CHUNK_SIZE;
    exchange->forwarded.status = response->status;
    exchange->forwarded.head_us = (env->ticks_ns(env) - exchange->started_ns) / 1000;
    insert_begin(exchange, response, link->buffer, link->body);
    if (!micro_head(exchange, response, link->buffer, link->body)) {
        forward_reply_head(exchange, response, link->buffer, link->body);
    }
    buffer_drop(link, response->at);
    link->state = LINK_BODY;
    link->since_ms = uv_now(&link->upstream->door->loop);
    if (link->buffered > 0 || link->body == BODY_NONE) {
        body_read(link);
    }
    if (link->tunnels) {
        exchange->request->source.received(exchange); /* what came before the 101 */
    }
}

/* 1xx: not the reply yet, but for a 101, which ends HTTP here and must have been asked for. */
static void interim_read(struct link *link)
{
    if (link->response.status == 101 && tunnel_begin(link)) {
        head_done(link);
        return;
    }
    if (link->response.status == 101 || link->interims == UPSTREAM_INTERIMS_MAX) {
        link_fail(link, OUTCOME_MALFORMED);
        return;
    }
    link->interims++;
    buffer_drop(link, link->response.at);
    http_response_reset(&link->response);
}

static void head_read(struct link *link)
{
    while (link->state == LINK_HEAD && link->buffered > 0) {
        switch (http_response_read(&link->response, link->buffer, link->buffered)) {
        case HTTP_MORE:
            return;
        case HTTP_REFUSED:
            link->upstream->figures.head_large += link->response.refusal == REFUSAL_HEAD_LARGE ||
                                                  link->response.refusal == REFUSAL_HEADERS_MANY;
            link_fail(link, OUTCOME_MALFORMED);
            return;
        case HTTP_COMPLETE:
            break;
        }
        if (link->response.status >= 200) {
            head_done(link);
            return;
        }
        interim_read(link);
    }
}

void relay_read(struct link *link)
{
    if (link->state == LINK_HEAD) {
        head_read(link);
    } else if (link->state == LINK_BODY) {
        body_read(link);
    }
}

/* A link: one connection to the upstream, from connecting to closing. link.h has the diagram.
 *
 * The request leaves with one try_write in nearly all cases; what the socket does not take follows
 * by a uv_write that borrows the request's memory, so a link that is writing ends its exchange only
 * when its handle is closed. Connecting again (the next address of the name; a kept connection that
 * turns out to be closed) goes by way of CLOSING too: one way in, one way out. */
#include "door/link.h"
#include "base/assert.h"
#include "door/fill.h"

#include <sys/socket.h>

static uint64_t now_ms(const struct link *link)
{
    return uv_now(&link->upstream->door->loop);
}

static void link_enter(struct link *link, enum link_state state)
{
    link->state = state;
    link->since_ms = now_ms(link);
}

struct link *link_take(struct door_upstream *upstream)
{
    struct link *link = upstream->free;
    if (link != NULL) {
        upstream->free = link->next;
    } else if (upstream->links_used < upstream->options.connections_max) {
        link = &upstream->links[upstream->links_used];
        link->buffer = upstream->buffers + (size_t)upstream->links_used * LINK_BUFFER_BYTES;
        link->upstream = upstream;
        upstream->links_used++;
    } else {
        return NULL;
    }
    ASSERT(link->state == LINK_FREE);
    ASSERT(link->exchange == NULL);
    return link;
}

static void idle_remove(struct link *link)
{
    if (link->previous != NULL) {
        link->previous->next = link->next;
    } else {
        link->upstream->idle = link->next;
    }
    if (link->next != NULL) {
        link->next->previous = link->previous;
    }
}

void link_become_idle(struct link *link)
{
    struct door_upstream *upstream = link->upstream;
    ASSERT(link->exchange == NULL);
    ASSERT(!link->writing);
    link->previous = NULL;
    link->next = upstream->idle;
    if (upstream->idle != NULL) {
        upstream->idle->previous = link;
    }
    upstream->idle = link;
    link_enter(link, LINK_IDLE);
}

/* The loop tells such bytes by itself, but perhaps after the turn in which the link is taken again:
 * a reply whose end is also the end of what one read took has its rest still in the kernel. */
bool link_is_quiet(const struct link *link)
{
    int fd = -1;
    char byte;
    ASSERT(link->state == LINK_IDLE);
    return uv_fileno(&link->uv.handle, &fd) == 0 &&
           recv(fd, &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT) < 0;
}

static void on_closed(uv_handle_t *handle)
{
    struct link *link = handle->data;
    struct door_upstream *upstream = link->upstream;
    struct exchange *exchange = link->exchange;
    upstream->figures.connections_now--;
    link->writing = false;
    if (link->again && exchange->outcome == OUTCOME_NONE) {
        link_connect(link);
        return;
    }
    link->again = false;
    link->exchange = NULL;
    link_enter(link, LINK_FREE);
    link->next = upstream->free;
    upstream->free = link;
    if (exchange != NULL) {
        exchange_end(exchange);
    }
    exchanges_dispatch(upstream);
    micro_drain(upstream->cache);
    connections_drain_ready(upstream->door);
}

void link_close(struct link *link)
{
    if (link->state == LINK_CLOSING || link->state == LINK_FREE) {
        return;
    }
    if (link->state == LINK_IDLE) {
        idle_remove(link);
    }
    link_enter(link, LINK_CLOSING);
    uv_close(&link->uv.handle, on_closed);
}

void link_fail(struct link *link, enum outcome outcome)
{
    if (link->exchange != NULL && link->exchange->outcome == OUTCOME_NONE) {
        link->exchange->outcome = outcome;
    }
    link_close(link);
}

/* At every address: nobody else need try for a while. */
static void connect_failed(struct link *link, enum outcome outcome)
{
    struct door_upstream *upstream = link->upstream;
    const struct upstream_place *place = &upstream->place;
    link->tried++;
    if (link->tried < place->address_count) {
        link->address++;
        link->again = true;
        link_close(link);
        return;
    }
    upstream->failing = true;
    upstream->attempt_at_ms = now_ms(link) + UPSTREAM_ATTEMPT_MS;
    place_resolve_again(upstream);
    link_fail(link, outcome);
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    struct link *link = handle->data;
    ASSERT(link->buffered < LINK_BUFFER_BYTES);
    *buffer =
        uv_buf_init(link->buffer + link->buffered, (unsigned)(LINK_BUFFER_BYTES - link->buffered));
}

/* A connection that was kept may have been closed at the other end before the request came there;
 * that is nobody's fault, and the request is sent on a new one; once, since that has read no reply
 * yet. */
static void link_retry(struct link *link)
{
    link->again = true;
    link->tried = 0;
    link_close(link);
}

static void link_broken(struct link *link)
{
    if (link->state == LINK_HEAD && link->replies > 0 && !link->heard &&
        exchange_may_retry(link->exchange)) {
        link_retry(link);
    } else {
        link_fail(link, OUTCOME_CLOSED);
    }
}

/* Who reads what the upstream sends: the client at its pace, or the cache, or nobody. */
static void reader_ask(struct link *link)
{
    struct exchange *exchange = link->exchange;
    if (exchange->request->connection == NULL) {
        if (exchange->fill == NULL) {
            link_fail(link, OUTCOME_GONE);
        }
    } else if (stream_has_room(exchange->request)) {
        micro_resume(exchange);
        connections_drain_ready(link->upstream->door);
    } else if (!micro_lags(exchange)) {
        (void)uv_read_stop(&link->uv.stream);
        link_enter(link, LINK_PAUSED);
    }
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    (void)buffer;
    struct link *link = stream->data;
    struct door *door = link->upstream->door;
    if (count == 0) {
        return;
    }
    if (count == UV_EOF && link->state == LINK_BODY && link->body == BODY_TO_CLOSE) {
        relay_whole(link, false);
    } else if (count < 0) {
        link_broken(link);
    } else if (link->state == LINK_IDLE) {
        link_close(link); /* bytes that nobody asked for must not become the next one's reply */
    } else {
        link->heard = true;
        link->buffered += (size_t)count;
        link->since_ms = link->state == LINK_BODY ? now_ms(link) : link->since_ms;
        relay_read(link);
    }
    micro_drain(link->upstream->cache);
    connections_drain_ready(door);
    if (link->state == LINK_BODY) {
        reader_ask(link);
    }
}

void link_resume(struct link *link)
{
    if (link->state == LINK_PAUSED) {
        link_enter(link, LINK_BODY);
        if (uv_read_start(&link->uv.stream, on_room, on_read) != 0) {
            link_fail(link, OUTCOME_CLOSED);
        }
    }
}

/* If it failed, reading will tell why: the upstream may have replied before it closed. */
static void on_written(uv_write_t *write, int status)
{
    (void)status;
    struct link *link = write->data;
    link->writing = false;
}

static int request_write(struct link *link)
{
    struct exchange *exchange = link->exchange;
    struct slice body = door_body(exchange->request);
    /* libuv wants pointers to non-const and does not write through them. */
    uv_buf_t buffers[2] = {
        uv_buf_init((char *)(uintptr_t)exchange->head.data, (unsigned)exchange->head.length),
        uv_buf_init((char *)(uintptr_t)body.data, (unsigned)body.length)};
    unsigned count = body.length > 0 ? 2 : 1;
    int sent = uv_try_write(&link->uv.stream, buffers, count);
    if (sent < 0 && sent != UV_EAGAIN) {
        return sent;
    }
    size_t taken = sent > 0 ? (size_t)sent : 0;
    if (taken == exchange->head.length + body.length) {
        return 0;
    }
    unsigned first = 0;
    if (taken >= buffers[0].len) {
        taken -= buffers[0].len;
        first = 1;
    }
    buffers[first].base += taken;
    buffers[first].len -= taken;
    link->write.data = link;
    int failed =
        uv_write(&link->write, &link->uv.stream, buffers + first, count - first, on_written);
    link->writing = failed == 0;
    return failed;
}

void link_send(struct link *link)
{
    ASSERT(link->exchange != NULL);
    ASSERT(link->state == LINK_IDLE || link->state == LINK_CONNECTING);
    if (link->state == LINK_IDLE) {
        idle_remove(link);
    }
    link->heard = false;
    link->tunnels = false;
    link_enter(link, LINK_HEAD);
    relay_begin(link);
    if (request_write(link) == 0) {
        return;
    }
    if (link->replies > 0) {
        link_retry(link); /* whatever the method: not a byte has left */
    } else {
        link_fail(link, OUTCOME_CLOSED);
    }
}

static void on_connected(uv_connect_t *connect, int status)
{
    struct link *link = connect->data;
    struct door_upstream *upstream = link->upstream;
    if (link->state == LINK_CLOSING) {
        return;
    }
    if (status != 0) {
        connect_failed(link, OUTCOME_UNREACHABLE);
        return;
    }
    upstream->failing = false;
    if (!upstream->place.local) {
        upstream->place.address_good = link->address % upstream->place.address_count;
        (void)uv_tcp_nodelay(&link->uv.tcp, 1);
    }
    if (uv_read_start(&link->uv.stream, on_room, on_read) != 0) {
        link_fail(link, OUTCOME_CLOSED);
        return;
    }
    link_send(link);
}

void link_connect(struct link *link)
{
    struct door_upstream *upstream = link->upstream;
    struct upstream_place *place = &upstream->place;
    int made = place->local ? uv_pipe_init(&upstream->door->loop, &link->uv.pipe, 0)
                            : uv_tcp_init(&upstream->door->loop, &link->uv.tcp);
    ASSERT(made == 0);
    link->uv.handle.data = link;
    link->connect.data = link;
    link->again = false;
    link->replies = 0;
    link_enter(link, LINK_CONNECTING);
    upstream->figures.connections_now++;
    upstream->figures.connections_total++;
    int failed = 0;
    if (place->local) {
        uv_pipe_connect(&link->connect, &link->uv.pipe, place->path, on_connected);
    } else {
        ASSERT(place->address_count > 0);
        const void *address = &place->addresses[link->address % place->address_count];
        failed = uv_tcp_connect(&link->connect, &link->uv.tcp, address, on_connected);
    }
    if (failed != 0) {
        connect_failed(link, OUTCOME_UNREACHABLE);
    }
}

void link_expire(struct link *link, uint64_t now)
{
    const struct door_upstream_options *options = &link->upstream->options;
    uint64_t waited_ms = now - link->since_ms;
    switch (link->state) {
    case LINK_CONNECTING:
        if (waited_ms >= options->connect_ms) {
            connect_failed(link, OUTCOME_CONNECT_SLOW);
        }
        break;
    case LINK_HEAD:
        if (waited_ms >= options->reply_ms) {
            link_fail(link, OUTCOME_REPLY_SLOW);
        }
        break;
    case LINK_BODY:
        if (waited_ms >= (link->tunnels ? options->tunnel_idle_ms : options->idle_ms)) {
            link_fail(link, OUTCOME_REPLY_SLOW);
        }
        break;
    case LINK_IDLE:
        if (waited_ms >= 1000u * LIMIT_UPSTREAM_KEPT_SECONDS) {
            link_close(link);
        }
        break;
    case LINK_FREE:
    case LINK_PAUSED: /* the client's time runs, not the upstream's */
    case LINK_CLOSING:
        break;
    }
}

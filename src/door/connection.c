/* One connection: bytes in, requests to the handler, replies out. connection.h has the diagram of
 * its phases.
 *
 * Every event (bytes, a late reply, a finished write) ends in connection_advance: it goes as far as
 * it can (parse, handle, parse the next pipelined request), sends what has gathered with one write,
 * and settles the phase. Invariants, which connection_check asserts: the handler has at most one
 * request of a connection; nothing is parsed while a write is under way; an idle connection holds
 * no request. Sending each reply by itself was rejected: pipelined clients would cost a write each.
 */
#include "door/connection.h"
#include "base/assert.h"

#include <sys/socket.h>

static void connection_check(const struct connection *connection)
{
    const struct door_request *request = connection->request;
    ASSERT((request == NULL) ==
           (connection->phase == PHASE_IDLE || connection->phase == PHASE_LINGERING));
    ASSERT((connection->sending != NULL) == (connection->phase == PHASE_WRITING));
    if (request != NULL) {
        ASSERT(request->connection == connection);
        ASSERT(connection->phase != PHASE_WAITING || request_is_open(request));
        ASSERT(connection->phase != PHASE_READING || request->state == REQUEST_READING);
        ASSERT(connection->phase == PHASE_WRITING || request->piece_count == 0);
    }
}

static void on_closed(uv_handle_t *handle)
{
    struct connection *connection = handle->data;
    struct door *door = connection->door;
    if (connection->request != NULL) {
        request_give_back(connection->request);
        connection->request = NULL;
    }
    phase_enter(connection, PHASE_FREE);
    share_give_back(connection);
    if (!connection->crowded) {
        door->figures.connections_now--;
    }
    door->connections_open--;
    connection->next = door->connections_free;
    door->connections_free = connection;
    door_connection_closed(door);
}

void connection_close(struct connection *connection)
{
    if (connection->phase == PHASE_CLOSING) {
        return;
    }
    struct door_request *request = connection->request;
    bool open = request != NULL && request_is_open(request);
    if (open) {
        answered_gone(request);
        request->connection = NULL; /* lives until its reply would be sent */
        connection->request = NULL;
    }
    phase_enter(connection, PHASE_CLOSING);
    uv_close(&connection->uv.handle, on_closed);
    if (open && request->source.cancel != NULL) {
        request->source.cancel(request->source.context);
    }
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer);

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    struct connection *connection = handle->data;
    struct door *door = connection->door;
    if (connection->phase == PHASE_LINGERING) {
        *buffer = uv_buf_init(door->scratch, DOOR_SCRATCH_BYTES);
        return;
    }
    if (connection->request == NULL) {
        connection->request = request_take(door, connection);
    }
    struct door_request *request = connection->request;
    if (request == NULL) {
        *buffer = uv_buf_init(NULL, 0); /* on_read is told UV_ENOBUFS */
        return;
    }
    *buffer = uv_buf_init(request->input + request->input_length,
                          (unsigned)(request->input_capacity - request->input_length));
}

static void reading_set(struct connection *connection, bool wanted)
{
    wanted = wanted && !connection->ended;
    if (wanted == connection->reading) {
        return;
    }
    connection->reading = wanted;
    if (wanted) {
        if (uv_read_start(&connection->uv.stream, on_room, on_read) != 0) {
            connection_close(connection);
        }
    } else {
        (void)uv_read_stop(&connection->uv.stream);
    }
}

/* The last reply is out. Its client may still be sending: closing now would reset the connection,
 * and the client would lose the answer. So only our half is closed, and what comes is read and
 * forgotten, within bounds. */
static void connection_linger(struct connection *connection)
{
    int fd = -1;
    if (connection->request != NULL) {
        request_give_back(connection->request);
        connection->request = NULL;
    }
    if (connection->ended || uv_fileno(&connection->uv.handle, &fd) != 0 ||
        shutdown(fd, SHUT_WR) != 0) {
        connection_close(connection);
        return;
    }
    connection->lingered_bytes = 0;
    phase_enter(connection, PHASE_LINGERING);
    reading_set(connection, true);
}

static void request_handle(struct door_request *request)
{
    struct door *door = request->door;
    door->figures.requests++;
    request->state = REQUEST_HANDLED;
    asker_find(request);
    answered_begin(request);
    request->closes = !http_parser_keeps(&request->parser) || share_is_short(request->connection);
    request->in_handler = true;
    if (request->parser.options_asterisk) {
        struct door_reply reply = {.status = 204,
                                   .headers = SLICE("Allow: GET, HEAD, POST, OPTIONS\r\n")};
        door_reply(request, &reply);
    } else {
        door->options.handle(request, door->options.context);
    }
    request->in_handler = false;
}

static void request_refuse(struct door_request *request, enum http_refusal refusal)
{
    request->door->figures.refusals[refusal]++;
    request->closes = true;
    request->lingers = true;
    request->state = REQUEST_REPLIED;
    answered_refused(request, http_refusal_answer(refusal)->status);
    reply_append_refusal(request, refusal);
}

/* Parses on. True if a reply came of it. */
static bool message_parse(struct door_request *request)
{
    size_t length = request->input_length - request->start;
    if (length == 0) {
        return false;
    }
    enum http_result result =
        http_parse(&request->parser, request->input + request->start, &length);
    request->input_length = request->start + length;
    switch (result) {
    case HTTP_MORE:
        if (request->parser.expects_continue && !request->continued &&
            !http_parser_in_head(&request->parser)) {
            request->continued = true;
            reply_append_continue(request);
        }
        if (!request_make_room(request)) {
            request_refuse(request, REFUSAL_MEMORY);
            return true;
        }
        return false;
    case HTTP_REFUSED:
        request->door->figures.malformed++;
        request_refuse(request, request->parser.refusal);
        return true;
    case HTTP_COMPLETE:
        request_handle(request);
        return request->state == REQUEST_REPLIED;
    }
    UNREACHABLE();
}

/* One step; false when nothing more can be done now. */
static bool connection_step(struct connection *connection)
{
    struct door_request *request = connection->request;
    if (request == NULL || connection->phase == PHASE_WRITING ||
        connection->phase == PHASE_CLOSING || request_is_open(request)) {
        return false;
    }
    if (request->state == REQUEST_READING) {
        return message_parse(request);
    }
    if (request->closes) {
        return false;
    }
    if (request->piece_count > DOOR_PIECES_MAX - 3 || request->output.length > DOOR_SCRATCH_BYTES) {
        connection_flush(connection);
        if (connection->phase == PHASE_WRITING || connection->phase == PHASE_CLOSING) {
            return false;
        }
    }
    request_next(request);
    return true;
}

static void connection_become_idle(struct connection *connection)
{
    request_give_back(connection->request);
    connection->request = NULL;
    if (connection->ended || connection->door->stopping) {
        connection_close(connection);
        return;
    }
    phase_enter(connection, PHASE_IDLE);
    reading_set(connection, true);
}

/* A body that ends with the connection and is cut off must not look whole. */
static void connection_reset(struct connection *connection)
{
    static const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    int fd = -1;
    if (uv_fileno(&connection->uv.handle, &fd) == 0) {
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    connection_close(connection);
}

static void connection_finish(struct connection *connection)
{
    if (connection->request->resets) {
        connection_reset(connection);
    } else if (connection->request->lingers || connection->door->stopping) {
        connection_linger(connection);
    } else {
        connection_close(connection);
    }
}

static void connection_keep_reading(struct connection *connection)
{
    struct door_request *request = connection->request;
    if (connection->ended) {
        connection_close(connection); /* the rest of the request will never come */
        return;
    }
    if (request->first || connection->phase != PHASE_READING) {
        phase_enter(connection, PHASE_READING);
        request->first = false;
    }
    reading_set(connection, true);
}

/* The phase after all was done that can be done now. */
static void connection_settle(struct connection *connection)
{
    struct door_request *request = connection->request;
    if (connection->phase == PHASE_WRITING || request_is_open(request)) {
        if (connection->phase != PHASE_WRITING && connection->phase != PHASE_WAITING) {
            phase_enter(connection, PHASE_WAITING);
        }
        reading_set(connection, request->input_length < request->input_capacity);
    } else if (request->state == REQUEST_REPLIED) {
        connection_finish(connection);
    } else if (request->input_length > request->start) {
        connection_keep_reading(connection);
    } else {
        connection_become_idle(connection);
    }
}

void connection_advance(struct connection *connection)
{
    if (connection->phase == PHASE_CLOSING || connection->request == NULL) {
        return;
    }
    while (connection_step(connection)) {
    }
    if (connection->phase != PHASE_WRITING && connection->phase != PHASE_CLOSING) {
        connection_flush(connection);
    }
    if (connection->phase != PHASE_CLOSING) {
        connection_settle(connection);
    }
    if (connection->phase != PHASE_CLOSING) {
        connection_check(connection);
    }
}

/* The client will send no more (`gone`: and it reads no more either). */
static void connection_end(struct connection *connection, bool gone)
{
    connection->ended = true;
    connection->reading = false;
    (void)uv_read_stop(&connection->uv.stream);
    struct door_request *request = connection->request;
    /* Who waits for a forwarded reply, or for the handler that wants to know, and closes its half
     * has nearly always gone (a closed tab), and would keep what others wait for. */
    gone = gone || (connection->phase == PHASE_WAITING && request->source.cancel != NULL);
    if (gone || request == NULL || connection->phase == PHASE_LINGERING) {
        connection_close(connection);
    } else {
        connection_advance(connection);
    }
}

static void linger_read(struct connection *connection, size_t count)
{
    connection->lingered_bytes += (uint32_t)count;
    if (connection->lingered_bytes > DOOR_LINGER_BYTES_MAX) {
        connection_close(connection);
    }
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    (void)buffer;
    struct connection *connection = stream->data;
    struct door *door = connection->door;
    if (count < 0) {
        connection_end(connection, count != UV_EOF);
    } else if (connection->phase == PHASE_LINGERING) {
        linger_read(connection, (size_t)count);
    } else {
        struct door_request *request = connection->request;
        request->input_length += (size_t)count;
        if (request->source.received != NULL) {
            request->source.received(request->source.context);
        }
        connection_advance(connection);
    }
    connections_drain_ready(door);
}

void connection_start(struct connection *connection)
{
    phase_enter(connection, PHASE_IDLE);
    reading_set(connection, true);
}

static void refusal_write(struct connection *connection, enum http_refusal refusal)
{
    struct door *door = connection->door;
    door->figures.refusals[refusal]++;
    size_t length = reply_write_refusal(door, refusal, door->scratch, sizeof door->scratch);
    uv_buf_t buffer = uv_buf_init(door->scratch, (unsigned)length);
    phase_enter(connection, PHASE_IDLE);
    (void)uv_try_write(&connection->uv.stream, &buffer, 1); /* fresh sockets have room */
}

void connection_refuse_crowded(struct connection *connection)
{
    refusal_write(connection, REFUSAL_CROWDED);
    connection_linger(connection);
}

/* Whoever opens more than its share may well open thousands a second: no place is kept for their
 * leaving, even if some lose the answer. */
void connection_refuse_share(struct connection *connection)
{
    refusal_write(connection, REFUSAL_SHARE);
    connection_close(connection);
}

/* Answers a request that is not complete, and ends the connection. */
void connection_refuse(struct connection *connection, enum http_refusal refusal)
{
    ASSERT(connection->request != NULL && connection->request->state == REQUEST_READING);
    request_refuse(connection->request, refusal);
    connection_advance(connection);
}

void connection_make_ready(struct connection *connection)
{
    struct door *door = connection->door;
    if (!connection->ready) {
        connection->ready = true;
        connection->ready_next = door->ready;
        door->ready = connection;
    }
}

void connections_drain_ready(struct door *door)
{
    while (door->ready != NULL) {
        struct connection *connection = door->ready;
        door->ready = connection->ready_next;
        connection->ready = false;
        connection_advance(connection);
    }
}

void door_on_gone(struct door_request *request, void (*gone)(void *context), void *context)
{
    ASSERT(request->state == REQUEST_HANDLED);
    request->source = (struct reply_source){.cancel = gone, .context = context};
}

void door_reply(struct door_request *request, const struct door_reply *reply)
{
    ASSERT(request->state == REQUEST_HANDLED);
    request->source = (struct reply_source){0};
    request->state = REQUEST_REPLIED;
    struct connection *connection = request->connection;
    if (connection == NULL) {
        if (reply->release != NULL) {
            reply->release(reply->context);
        }
        request_give_back(request);
        return;
    }
    if (request->door->stopping && !request->closes) {
        request->closes = true;
        request->lingers = true;
    }
    answered_reply(request, reply);
    reply_append(request, reply);
    if (!request->in_handler) {
        connection_make_ready(connection);
    }
}

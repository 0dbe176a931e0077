/* Bytes out: what has gathered for a connection goes with one write; what the socket does not take
 * is sent as it drains.
 *
 *   output, pieces --uv_try_write--> all sent: forgotten, the output's memory stays warm
 *                               `--> some left: they become a struct sending, phase WRITING, until
 * on_written
 *
 * Nothing is parsed while a sending is under way, so a client that does not read cannot make
 * replies pile up; the reply to a request that the handler has already is appended to the fresh
 * output and follows. Whether the client reads is asked of the kernel too (its queue), because a
 * socket's buffer hides the progress of slow clients for long. */
#include "base/assert.h"
#include "door/connection.h"

#include <stdlib.h>
#include <sys/ioctl.h>

static void sending_free(struct sending *sending)
{
    pieces_release(sending->pieces, sending->piece_count);
    text_free(&sending->bytes);
    free(sending);
}

static void on_written(uv_write_t *write, int status)
{
    struct sending *sending = write->data;
    struct connection *connection = sending->connection;
    sending_free(sending);
    connection->sending = NULL;
    if (connection->phase == PHASE_CLOSING) {
        return;
    }
    if (status < 0) {
        connection_close(connection);
        return;
    }
    bool waits = request_is_open(connection->request);
    phase_enter(connection, waits ? PHASE_WAITING : PHASE_READING);
    connection_advance(connection);
    struct door_request *request = connection->request;
    if (request != NULL && request->source.resume != NULL && stream_has_room(request)) {
        request->source.resume(request->source.context);
    }
    connections_drain_ready(connection->door);
}

/* What the client has not taken: of libuv's queue and the kernel's. */
static size_t unread_bytes(const struct connection *connection)
{
    int fd = -1;
    int kernel = 0;
    if (uv_fileno(&connection->uv.handle, &fd) != 0 || ioctl(fd, TIOCOUTQ, &kernel) != 0 ||
        kernel < 0) {
        kernel = 0;
    }
    return uv_stream_get_write_queue_size(&connection->uv.stream) + (size_t)kernel;
}

static size_t pieces_as_buffers(const struct door_request *request, uv_buf_t *buffers)
{
    size_t total = 0;
    for (uint32_t i = 0; i < request->piece_count; i++) {
        const struct output_piece *piece = &request->pieces[i];
        const char *bytes = piece->data != NULL ? piece->data : request->output.bytes + piece->at;
        /* libuv wants a pointer to non-const and does not write through it. */
        buffers[i].base = (char *)(uintptr_t)bytes;
        buffers[i].len = piece->length;
        total += piece->length;
    }
    return total;
}

/* Takes output and pieces over from the request, which gets empty ones. NULL without memory. */
static struct sending *sending_take(struct connection *connection)
{
    struct door_request *request = connection->request;
    struct sending *sending = malloc(sizeof *sending);
    if (sending == NULL) {
        return NULL;
    }
    sending->write.data = sending;
    sending->connection = connection;
    sending->bytes = request->output;
    sending->piece_count = request->piece_count;
    memcpy(sending->pieces, request->pieces, sizeof request->pieces);
    text_init(&request->output, DOOR_OUTPUT_BYTES_MAX);
    request->piece_count = 0;
    return sending;
}

static void send_rest(struct connection *connection, uv_buf_t *buffers, size_t sent)
{
    struct sending *sending = sending_take(connection);
    if (sending == NULL) {
        connection_close(connection);
        return;
    }
    uint32_t first = 0;
    while (sent >= buffers[first].len) {
        sent -= buffers[first++].len;
    }
    buffers[first].base += sent;
    buffers[first].len -= sent;
    if (uv_write(&sending->write, &connection->uv.stream, buffers + first,
                 sending->piece_count - first, on_written) != 0) {
        sending_free(sending);
        connection_close(connection);
        return;
    }
    connection->sending = sending;
    connection->unread_bytes = unread_bytes(connection);
    phase_enter(connection, PHASE_WRITING);
}

void connection_flush(struct connection *connection)
{
    struct door_request *request = connection->request;
    uv_buf_t buffers[DOOR_PIECES_MAX];
    ASSERT(connection->sending == NULL);
    if (request->output.overflow) {
        connection_close(connection);
        return;
    }
    if (request->piece_count == 0) {
        return;
    }
    size_t total = pieces_as_buffers(request, buffers);
    int sent = uv_try_write(&connection->uv.stream, buffers, request->piece_count);
    if (sent < 0 && sent != UV_EAGAIN) {
        connection_close(connection);
        return;
    }
    size_t taken = sent > 0 ? (size_t)sent : 0;
    if (taken == total) {
        reply_forget(request);
    } else {
        send_rest(connection, buffers, taken);
    }
}

/* A reader must take some in each period, however large the reply; who does not is cut. */
void connection_cut_if_stuck(struct connection *connection)
{
    size_t unread = unread_bytes(connection);
    if (unread + DOOR_PROGRESS_BYTES_MIN <= connection->unread_bytes) {
        connection->unread_bytes = unread;
        phase_enter(connection, PHASE_WRITING);
        return;
    }
    connection->door->figures.timed_out++;
    connection->door->figures.stuck++;
    connection_close(connection);
}

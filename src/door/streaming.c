/* A reply whose body comes in pieces, as the shop behind us sends it.
 *
 *   HANDLED --stream_begin, stream_head_end--> STREAMING --stream_piece ...--> STREAMING
 *   STREAMING --stream_end--> REPLIED                  the next pipelined request may follow
 *             --stream_cut--> REPLIED, closes          the client sees that some is missing
 *
 * Each piece is appended to the request's output like any reply and leaves with the next flush; so
 * order, slow readers and vanished clients are the connection's business as ever. Nothing here
 * bounds memory: the source does, by asking stream_has_room after each piece. There is room for a
 * usual page, so that a slow reader does not keep the source; more was rejected, because each slow
 * reader of something large would cost it. */
#include "base/assert.h"
#include "door/connection.h"

#include <stdio.h>

size_t stream_begin(struct door_request *request, int status, enum stream_framing framing,
                    size_t length, bool dated)
{
    ASSERT(request->state == REQUEST_HANDLED);
    ASSERT(framing != STREAM_CHUNKED || request->parser.version_minor == 1);
    struct text *output = &request->output;
    size_t from = output->length;
    request->state = REQUEST_STREAMING;
    request->framing = framing;
    request->stream_status = status;
    request->stream_bytes = 0;
    if (framing >= STREAM_TO_CLOSE) {
        request->closes = true;
    } else if (request->door->stopping && !request->closes) {
        request->closes = true;
        request->lingers = true;
    }
    text_append_string(output, "HTTP/1.1 ");
    text_append_integer(output, status);
    text_append_char(output, ' ');
    text_append_string(output, reply_reason(status));
    text_append_string(output, "\r\n");
    if (!dated) {
        text_append(output, request->door->date, request->door->date_length);
    }
    if (framing == STREAM_SIZED) {
        text_append_string(output, "Content-Length: ");
        text_append_integer(output, (int64_t)length);
        text_append_string(output, "\r\n");
    } else if (framing == STREAM_CHUNKED) {
        text_append_string(output, "Transfer-Encoding: chunked\r\n");
    }
    text_append_slice(output, framing == STREAM_UPGRADED
                                  ? SLICE("Connection: Upgrade\r\nUpgrade: websocket\r\n")
                                  : reply_connection_line(request));
    return from;
}

/* The connection sends what there is when the caller's turn ends. */
static void output_ready(struct door_request *request, size_t from)
{
    ASSERT(request->connection != NULL);
    if (!request->output.overflow && request->output.length > from) {
        reply_piece_own(request, from);
    }
    if (!request->in_handler) {
        connection_make_ready(request->connection);
    }
}

void stream_head_end(struct door_request *request, size_t from)
{
    ASSERT(request->state == REQUEST_STREAMING);
    text_append_string(&request->output, "\r\n");
    output_ready(request, from);
}

void stream_piece(struct door_request *request, struct slice bytes)
{
    ASSERT(request->state == REQUEST_STREAMING);
    ASSERT(request->framing != STREAM_BARE);
    if (bytes.length == 0) {
        return; /* a chunk of size 0 would be the last */
    }
    request->stream_bytes += bytes.length;
    struct text *output = &request->output;
    size_t from = output->length;
    bool slow = request->connection->sending != NULL;
    /* What may gather for a slow reader in one size, lest growing leave holes in the heap. */
    if (slow && output->capacity <= DOOR_STREAM_BYTES_MAX + bytes.length &&
        !text_reserve(output, 2 * DOOR_STREAM_BYTES_MAX - output->length)) {
        output_ready(request, from); /* which closes the connection */
        return;
    }
    if (request->framing == STREAM_CHUNKED) {
        char line[20];
        int length = snprintf(line, sizeof line, "%zx\r\n", bytes.length);
        ASSERT(length > 0);
        text_append(output, line, (size_t)length);
    }
    text_append_slice(output, bytes);
    if (request->framing == STREAM_CHUNKED) {
        text_append_string(output, "\r\n");
    }
    output_ready(request, from);
}

void stream_lend(struct door_request *request, struct slice bytes, void (*release)(void *context),
                 void *context)
{
    ASSERT(request->state == REQUEST_STREAMING);
    ASSERT(request->framing != STREAM_BARE);
    ASSERT(request->piece_count + 2 < DOOR_PIECES_MAX);
    struct text *output = &request->output;
    size_t from = output->length;
    if (bytes.length == 0) {
        release(context);
        return;
    }
    request->stream_bytes += bytes.length;
    if (request->framing == STREAM_CHUNKED) {
        text_append_format(output, "%zx\r\n", bytes.length);
    }
    if (!output->overflow && output->length > from) {
        reply_piece_own(request, from);
    }
    request->pieces[request->piece_count++] =
        (struct output_piece){bytes.data, 0, bytes.length, release, context};
    from = output->length;
    if (request->framing == STREAM_CHUNKED) {
        text_append_string(output, "\r\n");
    }
    output_ready(request, from);
}

bool stream_has_room(const struct door_request *request)
{
    if (request->connection == NULL) {
        return false;
    }
    size_t queued = uv_stream_get_write_queue_size(&request->connection->uv.stream);
    return queued + request->output.length < DOOR_STREAM_BYTES_MAX;
}

void stream_end(struct door_request *request)
{
    ASSERT(request->state == REQUEST_STREAMING);
    size_t from = request->output.length;
    if (request->framing == STREAM_CHUNKED) {
        text_append_string(&request->output, "0\r\n\r\n");
    }
    request->state = REQUEST_REPLIED;
    answered_stream(request);
    output_ready(request, from);
}

void stream_cut(struct door_request *request)
{
    ASSERT(request->state == REQUEST_STREAMING);
    request->state = REQUEST_REPLIED;
    answered_stream(request);
    request->closes = true;
    request->lingers = false;
    request->resets = request->framing == STREAM_TO_CLOSE;
    connection_make_ready(request->connection);
}

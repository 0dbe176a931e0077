/* Requests: their pool, their input buffer, and what the handler may read of them.
 *
 * A request is taken when a connection's bytes arrive and given back when the connection is idle.
 * Taken again, it finds buffers, arena and parser warm: the hot path allocates nothing. A body that
 * does not fit makes the input buffer grow to what was announced, within one budget for the whole
 * door; giving back shrinks it. A request whose client has gone stays with its handler until the
 * reply, which is then dropped. Fixed arrays of requests were rejected: their number under way is
 * usually a hundredth of the connections. */
#include "base/assert.h"
#include "door/bytes.h"
#include "door/connection.h"

#include <stdlib.h>

static const char *message_bytes(const struct door_request *request)
{
    return request->input + request->start;
}

static void link_taken(struct door_request *request)
{
    struct door *door = request->door;
    request->previous = NULL;
    request->next = door->requests_taken;
    if (door->requests_taken != NULL) {
        door->requests_taken->previous = request;
    }
    door->requests_taken = request;
}

static void unlink_taken(struct door_request *request)
{
    if (request->previous != NULL) {
        request->previous->next = request->next;
    } else {
        request->door->requests_taken = request->next;
    }
    if (request->next != NULL) {
        request->next->previous = request->previous;
    }
}

static struct door_request *request_new(struct door *door)
{
    struct door_request *request = malloc(sizeof *request);
    if (request == NULL) {
        return NULL;
    }
    memset(request, 0, offsetof(struct door_request, parser));
    request->door = door;
    request->input = malloc(DOOR_INPUT_BYTES);
    if (request->input == NULL) {
        free(request);
        return NULL;
    }
    request->input_capacity = DOOR_INPUT_BYTES;
    text_init(&request->output, DOOR_OUTPUT_BYTES_MAX);
    arena_init(&request->arena, DOOR_ARENA_BYTES_MAX);
    /* The arena keeps its first block: made large enough for an order, it is the only one. */
    if (arena_alloc(&request->arena, DOOR_ARENA_WARM_BYTES) != NULL) {
        arena_reset(&request->arena);
    }
    return request;
}

static void request_free(struct door_request *request)
{
    request->door->grown_bytes -= request->input_capacity - DOOR_INPUT_BYTES;
    text_free(&request->output);
    arena_free(&request->arena);
    free(request->input);
    free(request);
}

static void message_begin(struct door_request *request)
{
    request->state = REQUEST_READING;
    request->continued = false;
    request->first = true;
    request->source = (struct reply_source){0};
    request->uncached = false;
    http_parser_reset(&request->parser, request->origin.local_socket
                                            ? LIMIT_CONTROL_BODY_BYTES
                                            : request->door->options.body_bytes_max);
}

static struct door_request *request_take_from(struct door *door, const struct connection *from)
{
    struct door_request *request = door->requests_free;
    if (request != NULL) {
        door->requests_free = request->next;
        door->requests_free_count--;
    } else {
        request = request_new(door);
        if (request == NULL) {
            return NULL;
        }
    }
    request->connection = NULL;
    request->origin = from->origin;
    request->client = from->client;
    request->input_length = 0;
    request->start = 0;
    request->closes = false;
    request->lingers = false;
    request->resets = false;
    link_taken(request);
    message_begin(request);
    return request;
}

struct door_request *request_take(struct door *door, struct connection *connection)
{
    struct door_request *request = request_take_from(door, connection);
    if (request != NULL) {
        request->connection = connection;
    }
    return request;
}

struct door_request *request_copy(const struct door_request *request)
{
    ASSERT(request->parser.body_at <= DOOR_INPUT_BYTES);
    const struct connection from = {.origin = request->origin, .client = request->client};
    struct door_request *copy = request_take_from(request->door, &from);
    if (copy != NULL) {
        memcpy(copy->input, message_bytes(request), request->parser.body_at);
        copy->input_length = request->parser.body_at;
        copy->parser = request->parser;
        copy->parser.body_length = 0;
        copy->asker = request->asker;
        copy->state = REQUEST_HANDLED;
    }
    return copy;
}

static void arena_clean(struct door_request *request)
{
    if (request->arena_used) {
        arena_reset(&request->arena);
        request->arena_used = false;
    }
}

/* Back to the size that every request has. The new buffer is taken first: without memory the large
 * one stays. */
static void input_shrink(struct door_request *request)
{
    if (request->input_capacity == DOOR_INPUT_BYTES) {
        return;
    }
    char *small = malloc(DOOR_INPUT_BYTES);
    if (small != NULL) {
        free(request->input);
        request->door->grown_bytes -= request->input_capacity - DOOR_INPUT_BYTES;
        request->input = small;
        request->input_capacity = DOOR_INPUT_BYTES;
    }
}

void request_give_back(struct door_request *request)
{
    struct door *door = request->door;
    ASSERT(!request->in_handler);
    reply_forget(request);
    unlink_taken(request);
    request->connection = NULL;
    if (door->requests_free_count == DOOR_REQUESTS_KEPT) {
        request_free(request);
        return;
    }
    arena_clean(request);
    input_shrink(request);
    if (request->output.capacity > DOOR_OUTPUT_BYTES_KEPT) {
        text_free(&request->output);
    }
    request->next = door->requests_free;
    door->requests_free = request;
    door->requests_free_count++;
}

void request_next(struct door_request *request)
{
    ASSERT(request->state == REQUEST_REPLIED);
    request->start += request->parser.at;
    ASSERT(request->start <= request->input_length);
    if (request->start == request->input_length) {
        request->start = 0;
        request->input_length = 0;
    }
    arena_clean(request);
    message_begin(request);
}

/* Moves the message under way to the buffer's front and makes the buffer as large as the parser can
 * use. False: the budget for grown buffers is used up. */
bool request_make_room(struct door_request *request)
{
    ASSERT(request->state == REQUEST_READING);
    if (request->start > 0) {
        request->input_length -= request->start;
        memmove(request->input, request->input + request->start, request->input_length);
        request->start = 0;
    }
    size_t room = http_parser_room(&request->parser);
    if (request->input_length < request->input_capacity || room <= request->input_capacity) {
        ASSERT(request->input_length < request->input_capacity);
        return true;
    }
    size_t doubled = request->input_capacity * 2;
    size_t capacity = room < doubled ? room : doubled;
    size_t growth = capacity - request->input_capacity;
    if (growth > DOOR_GROWN_BYTES_MAX - request->door->grown_bytes) {
        return false;
    }
    char *input = realloc(request->input, capacity);
    if (input == NULL) {
        return false;
    }
    request->door->grown_bytes += growth;
    request->input = input;
    request->input_capacity = capacity;
    return true;
}

void requests_free(struct door *door)
{
    for (struct door_request *request = door->requests_taken; request != NULL;) {
        struct door_request *next = request->next;
        reply_forget(request);
        request_free(request);
        request = next;
    }
    door->requests_taken = NULL;
    while (door->requests_free != NULL) {
        struct door_request *request = door->requests_free;
        door->requests_free = request->next;
        request_free(request);
    }
}

enum http_method door_method(const struct door_request *request)
{
    return request->parser.method;
}

struct slice request_method(const struct door_request *request)
{
    const char *method = message_bytes(request) + (request->parser.skipped_line ? 2 : 0);
    struct slice rest = {method, HTTP_METHOD_BYTES_MAX + 1};
    return slice_cut(rest, ' ', &rest);
}

struct slice door_path(const struct door_request *request)
{
    if (request->parser.path.length == 0) {
        return SLICE("/");
    }
    return http_span_slice(message_bytes(request), request->parser.path);
}

struct slice door_query(const struct door_request *request)
{
    return http_span_slice(message_bytes(request), request->parser.query);
}

struct slice door_body(const struct door_request *request)
{
    return (struct slice){message_bytes(request) + request->parser.body_at,
                          request->parser.body_length};
}

struct slice door_header(const struct door_request *request, const char *name)
{
    struct slice wanted = slice_of(name);
    for (uint16_t i = 0; i < request->parser.header_count; i++) {
        struct http_field field = request->parser.headers[i];
        if (http_equal_any_case(http_span_slice(message_bytes(request), field.name), wanted)) {
            return http_span_slice(message_bytes(request), field.value);
        }
    }
    return (struct slice){NULL, 0};
}

uint32_t door_header_count(const struct door_request *request, const char *name)
{
    struct slice wanted = slice_of(name);
    uint32_t count = 0;
    for (uint16_t i = 0; i < request->parser.header_count; i++) {
        struct http_span span = request->parser.headers[i].name;
        if (http_equal_any_case(http_span_slice(message_bytes(request), span), wanted)) {
            count++;
        }
    }
    return count;
}

const struct door_origin *door_origin(const struct door_request *request)
{
    return &request->origin;
}

void *door_alloc(struct door_request *request, size_t bytes)
{
    request->arena_used = true;
    return arena_alloc(&request->arena, bytes);
}

void *door_alloc_unset(struct door_request *request, size_t bytes)
{
    request->arena_used = true;
    return arena_alloc_unset(&request->arena, bytes);
}

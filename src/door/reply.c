/* Replies as bytes: status line, Date, Content-Length, Connection, the handler's headers, body.
 *
 * They are appended to the request's output; the connection sends what has gathered in one write.
 * Small bodies are copied, large ones that the handler lends are sent from where they lie and
 * released when they are out. HEAD gets the head that GET would get; 204 and 304 have no body and
 * no Content-Length (RFC 9110 section 8.6). The Date line is made once a second. */
#include "base/assert.h"
#include "base/calendar.h"
#include "door/connection.h"

#include <stdio.h>

static const struct {
    int status;
    const char *reason;
} reasons[] = {
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {425, "Too Early"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

const char *reply_reason(int status)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].status == status) {
            return reasons[i].reason;
        }
    }
    return status < 400 ? "Done" : "Error";
}

void reply_update_date(struct door *door)
{
    static const char weekdays[WEEKDAYS][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int64_t now = door->options.env->now(door->options.env);
    if (now == door->date_second && door->date_length > 0) {
        return;
    }
    door->date_second = now;
    int64_t seconds = now % DAY_SECONDS < 0 ? now % DAY_SECONDS + DAY_SECONDS : now % DAY_SECONDS;
    int32_t day = (int32_t)((now - seconds) / DAY_SECONDS);
    int second = (int)seconds;
    struct civil_date date = civil_of_day(day);
    int length =
        snprintf(door->date, sizeof door->date, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
                 weekdays[weekday_of_day(day)], (int)date.day, months[date.month - 1],
                 (int)date.year, second / 3600, second / 60 % 60, second % 60);
    ASSERT(length > 0 && (size_t)length < sizeof door->date);
    door->date_length = (size_t)length;
}

static char *put(char *to, const void *bytes, size_t length)
{
    if (length > 0) {
        memcpy(to, bytes, length);
    }
    return to + length;
}

static char *put_number(char *to, size_t value)
{
    char digits[24];
    char *start = digits + sizeof digits;
    do {
        *--start = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    return put(to, start, (size_t)(digits + sizeof digits - start));
}

static char *put_slice(char *to, struct slice slice)
{
    return put(to, slice.data, slice.length);
}

enum { HEAD_BYTES_MAX = 256 }; /* of everything in a head that is the door's own */

static bool status_has_length(int status)
{
    return status >= 200 && status != 204 && status != 304;
}

/* Writes a reply's head, without the empty line's body; `to` has HEAD_BYTES_MAX + headers.length
 * bytes. */
static char *put_head(char *to, const struct door *door, const struct door_reply *reply,
                      struct slice connection)
{
    ASSERT(reply->status >= 200 && reply->status <= 599);
    to = put_slice(to, SLICE("HTTP/1.1 "));
    to = put_number(to, (size_t)reply->status);
    *to++ = ' ';
    to = put_slice(to, slice_of(reply_reason(reply->status)));
    to = put_slice(to, SLICE("\r\n"));
    to = put(to, door->date, reply->dated ? 0 : door->date_length);
    if (status_has_length(reply->status)) {
        to = put_slice(to, SLICE("Content-Length: "));
        to = put_number(to, reply->body.length);
        to = put_slice(to, SLICE("\r\n"));
    }
    to = put_slice(to, connection);
    to = put_slice(to, reply->headers);
    return put_slice(to, SLICE("\r\n"));
}

struct slice reply_connection_line(const struct door_request *request)
{
    if (request->closes) {
        return SLICE("Connection: close\r\n");
    }
    return request->parser.version_minor == 0 ? SLICE("Connection: keep-alive\r\n") : SLICE("");
}

/* It belongs to the last piece, if that is the output's, or to a new one. */
void reply_piece_own(struct door_request *request, size_t from)
{
    size_t length = request->output.length - from;
    if (request->piece_count > 0 && request->pieces[request->piece_count - 1].data == NULL) {
        request->pieces[request->piece_count - 1].length += length;
        return;
    }
    ASSERT(request->piece_count < DOOR_PIECES_MAX);
    request->pieces[request->piece_count++] = (struct output_piece){.at = from, .length = length};
}

static void piece_lent(struct door_request *request, const struct door_reply *reply)
{
    ASSERT(request->piece_count < DOOR_PIECES_MAX);
    request->pieces[request->piece_count++] = (struct output_piece){
        reply->body.data, 0, reply->body.length, reply->release, reply->context};
}

size_t reply_body_bytes(const struct door_request *request, const struct door_reply *reply)
{
    bool none = request->parser.method == METHOD_HEAD || !status_has_length(reply->status);
    return none ? 0 : reply->body.length;
}

void reply_append(struct door_request *request, const struct door_reply *reply)
{
    struct text *output = &request->output;
    bool body = reply_body_bytes(request, reply) > 0;
    bool lent = body && reply->release != NULL && reply->body.length > DOOR_COPY_BYTES_MAX;
    size_t copied = body && !lent ? reply->body.length : 0;
    size_t from = output->length;
    if (text_reserve(output, HEAD_BYTES_MAX + reply->headers.length + copied)) {
        char *to = output->bytes + from;
        to = put_head(to, request->door, reply, reply_connection_line(request));
        to = put(to, reply->body.data, copied);
        output->length = (size_t)(to - output->bytes);
        reply_piece_own(request, from);
    }
    if (lent && !output->overflow) {
        piece_lent(request, reply);
    } else if (reply->release != NULL) {
        reply->release(reply->context);
    }
}

void reply_append_continue(struct door_request *request)
{
    size_t from = request->output.length;
    text_append_string(&request->output, "HTTP/1.1 100 Continue\r\n\r\n");
    if (!request->output.overflow) {
        reply_piece_own(request, from);
    }
}

void pieces_release(struct output_piece *pieces, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (pieces[i].release != NULL) {
            pieces[i].release(pieces[i].context);
        }
    }
}

void reply_forget(struct door_request *request)
{
    pieces_release(request->pieces, request->piece_count);
    request->piece_count = 0;
    request->output.length = 0;
    request->output.overflow = false;
}

/* The problem's JSON, in the door's own text, which every problem uses anew. */
static struct slice problem_write(struct door *door, int status, const char *type,
                                  const char *detail)
{
    struct text *text = &door->problem;
    text_clear(text);
    text_append_string(text, "{\"type\":\"/ecluse/problems/");
    text_append_json(text, slice_of(type));
    text_append_string(text, "\",\"title\":\"");
    text_append_json(text, slice_of(reply_reason(status)));
    text_append_string(text, "\",\"status\":");
    text_append_integer(text, status);
    text_append_string(text, ",\"detail\":\"");
    text_append_json(text, slice_of(detail));
    text_append_string(text, "\"}\n");
    return text->overflow ? SLICE("{\"type\":\"about:blank\"}\n") : text_slice(text);
}

#define PROBLEM_TYPE_LINE "Content-Type: application/problem+json\r\n"

void door_problem(struct door_request *request, int status, const char *type, const char *detail,
                  struct slice headers)
{
    static const struct slice content_type = SLICE(PROBLEM_TYPE_LINE);
    struct slice all = content_type;
    request->door->figures.refusals[REFUSAL_MEMORY] += strncmp(type, "memory", 6) == 0;
    if (headers.length > 0) {
        char *joined = door_alloc(request, content_type.length + headers.length);
        if (joined != NULL) {
            (void)put_slice(put_slice(joined, content_type), headers);
            all = (struct slice){joined, content_type.length + headers.length};
        }
    }
    struct door_reply reply = {.status = status, .headers = all};
    reply.body = problem_write(request->door, status, type, detail);
    door_reply(request, &reply);
}

static struct door_reply refusal_reply(struct door *door, enum http_refusal refusal)
{
    const struct http_refusal_answer *answer = http_refusal_answer(refusal);
    struct door_reply reply = {.status = answer->status, .headers = SLICE(PROBLEM_TYPE_LINE)};
    if (answer->status == 503 || answer->status == 429) {
        reply.headers = SLICE(PROBLEM_TYPE_LINE "Retry-After: 2\r\nCache-Control: no-store\r\n");
    }
    reply.body = problem_write(door, answer->status, answer->type, answer->detail);
    return reply;
}

void reply_append_refusal(struct door_request *request, enum http_refusal refusal)
{
    struct door_reply reply = refusal_reply(request->door, refusal);
    reply_append(request, &reply);
}

size_t reply_write_refusal(struct door *door, enum http_refusal refusal, char *to, size_t capacity)
{
    struct door_reply reply = refusal_reply(door, refusal);
    ASSERT(capacity >= HEAD_BYTES_MAX + reply.headers.length + reply.body.length);
    char *end = put_head(to, door, &reply, SLICE("Connection: close\r\n"));
    end = put_slice(end, reply.body);
    return (size_t)(end - to);
}

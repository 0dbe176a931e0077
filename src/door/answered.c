/* Whoever keeps a log hears of each request once.
 *
 *   whole -> handled -> door_reply                  the reply
 *                   `-> stream_end, stream_cut      the reply as far as it came
 *                   `-> the client has gone         499, or the reply as far as it came
 *   not whole -> refused                            unreadable
 *
 * Where nobody keeps one, the clock is not asked. Told when the reply is made, not when the client
 * has taken it: a slow reader's line would come minutes late, and its request's bytes would have
 * to be kept for it. */
#include "door/connection.h"

static uint64_t ticks_ns(const struct door_request *request)
{
    struct env *env = request->door->options.env;
    return env->ticks_ns(env);
}

static void tell(const struct door_request *request, struct door_answer answer)
{
    const struct door *door = request->door;
    if (door->answered == NULL) {
        return;
    }
    if (answer.readable) {
        answer.method = request_method(request);
        answer.version_minor = request->parser.version_minor;
        answer.took_us = (ticks_ns(request) - request->whole_ns) / 1000;
    }
    door->answered(door->answered_context, request, &answer);
}

void answered_begin(struct door_request *request)
{
    if (request->door->answered != NULL) {
        request->whole_ns = ticks_ns(request);
    }
}

void answered_reply(const struct door_request *request, const struct door_reply *reply)
{
    tell(request, (struct door_answer){.status = reply->status,
                                       .body_bytes = reply_body_bytes(request, reply),
                                       .readable = true});
}

void answered_stream(const struct door_request *request)
{
    tell(request, (struct door_answer){.status = request->stream_status,
                                       .body_bytes = request->stream_bytes,
                                       .readable = true});
}

void answered_refused(const struct door_request *request, int status)
{
    tell(request, (struct door_answer){.status = status, .readable = false});
}

void answered_gone(const struct door_request *request)
{
    if (request->state == REQUEST_STREAMING) {
        answered_stream(request);
    } else {
        tell(request, (struct door_answer){.status = DOOR_STATUS_GONE, .readable = true});
    }
}

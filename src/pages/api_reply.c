/* How replies leave: a body made in the scratch text, header lines from a few constants, and a
 * count for the metrics.
 *
 * A reply's bytes are copied by the door, so that one scratch text serves all requests. */
#include "pages/api.h"

#include "base/assert.h"

#include <strings.h>

#define JSON_HEADERS "Content-Type: application/json\r\nCache-Control: no-store\r\n"

struct text *api_scratch(struct pages *pages)
{
    text_clear(&pages->scratch);
    return &pages->scratch;
}

/* Sends what stands in the scratch text. */
static void scratch_send(struct pages *pages, struct door_request *request, int status,
                         struct slice headers)
{
    ASSERT(!pages->scratch.overflow);
    ASSERT(status >= 100 && status <= 599);
    pages->replies[status / 100]++;
    struct door_reply reply = {
        .status = status, .headers = headers, .body = text_slice(&pages->scratch)};
    door_reply(request, &reply);
}

void api_reply_problem(struct pages *pages, struct door_request *request,
                       const struct problem *problem)
{
    pages->problems[problem->kind]++;
    problem_render(api_scratch(pages), problem);
    scratch_send(pages, request, problem_status(problem->kind), problem_headers(problem->kind));
}

void api_reply_problem_kind(struct pages *pages, struct door_request *request,
                            enum problem_kind kind, const char *detail)
{
    struct problem problem;
    (void)problem_set(&problem, kind, "%s", detail);
    api_reply_problem(pages, request, &problem);
}

void api_reply(struct pages *pages, struct door_request *request, int status, struct slice headers)
{
    if (pages->scratch.overflow) {
        api_reply_problem_kind(pages, request, PROBLEM_FAULT,
                               "the answer is too large; ask for less at once");
        return;
    }
    scratch_send(pages, request, status, headers);
}

void api_reply_json(struct pages *pages, struct door_request *request, int status)
{
    api_reply(pages, request, status, SLICE(JSON_HEADERS));
}

/* "application/json", with or without ";charset=utf-8". */
static bool is_json(struct slice type)
{
    static const char json[] = "application/json";
    size_t length = sizeof json - 1;
    if (type.length < length || strncasecmp(type.data, json, length) != 0) {
        return false;
    }
    struct slice rest = {type.data + length, type.length - length};
    while (rest.length > 0 && (rest.data[0] == ' ' || rest.data[0] == ';')) {
        rest.data++;
        rest.length--;
    }
    bool separated = rest.length < type.length - length;
    if (rest.length == 0) {
        return true;
    }
    return separated &&
           ((rest.length == 13 && strncasecmp(rest.data, "charset=utf-8", 13) == 0) ||
            (rest.length == 15 && strncasecmp(rest.data, "charset=\"utf-8\"", 15) == 0));
}

bool api_body(struct pages *pages, struct door_request *request, struct slice *body)
{
    if (door_header_count(request, "Content-Type") != 1 ||
        !is_json(door_header(request, "Content-Type"))) {
        api_reply_problem_kind(
            pages, request, PROBLEM_UNSUPPORTED_MEDIA_TYPE,
            "send the body as JSON in UTF-8, with the header Content-Type: application/json");
        return false;
    }
    if (door_header(request, "Content-Encoding").data != NULL) {
        api_reply_problem_kind(pages, request, PROBLEM_UNSUPPORTED_MEDIA_TYPE,
                               "send the body as it is, without Content-Encoding");
        return false;
    }
    *body = door_body(request);
    return true;
}

void api_limit_public(struct promise_limit *limit)
{
    if (limit->cause == CAUSE_CASH) {
        limit->cause = CAUSE_SUPPLY;
    }
}

static void *request_alloc(void *context, size_t bytes)
{
    return door_alloc(context, bytes);
}

struct request_reader api_reader(struct pages *pages, struct door_request *request,
                                 struct problem *problem)
{
    return (struct request_reader){
        .shop = engine_shop(pages->engine),
        .alloc = request_alloc,
        .context = request,
        .problem = problem,
    };
}

struct api_call *api_call_begin(struct pages *pages, struct door_request *request)
{
    struct api_call *call = door_alloc_unset(request, sizeof *call);
    if (call == NULL) {
        api_reply_problem_kind(pages, request, PROBLEM_BUSY,
                               "the server is short of memory; try again in a second");
        return NULL;
    }
    call->pages = pages;
    call->request = request;
    call->began_ns = pages->env->ticks_ns(pages->env);
    return call;
}

void api_call_submit(struct api_call *call, void (*done)(struct engine_task *task))
{
    call->order.task.done = done;
    if (!engine_submit(call->pages->engine, &call->order.task)) {
        api_reply_problem_kind(call->pages, call->request, PROBLEM_BUSY,
                               "too many requests are waiting; try again in a second");
    }
}

/* Where a request goes: the store, the control socket, or a route of the API.
 *
 *   with a shop behind us:
 *   path /ecluse/store...   -> store_handle
 *   path /ecluse/queue      -> waiting_handle_page
 *   path not under /ecluse/ -> waiting_handle
 *   without one:
 *   path not under /ecluse/ -> store_handle
 *   always:
 *   path /ecluse/...        -> router_find -> its handler, or 404 / 405 / 406
 *   path /ecluse/control/v1 -> control, if it came by the local socket
 *
 * Before any of it the allowance is asked: here, or, where a ticket may count, in waiting.c.
 *
 * Invariant: each request gets exactly one reply, from here or from the `done` of its task. */
#include "pages/pages.h"

#include "base/assert.h"
#include "pages/allowance.h"
#include "pages/api.h"
#include "pages/cache.h"
#include "pages/control.h"
#include "pages/router.h"
#include "pages/sold_hooks.h"
#include "pages/staff.h"
#include "pages/staff_pages.h"
#include "pages/store.h"
#include "pages/store_times.h"
#include "pages/waiting.h"
#include "pages/waiting_watch.h"

#include <stdio.h>
#include <stdlib.h>

enum { ALLOW_BYTES = ROUTE_METHODS_BYTES + 16 };

static enum status open_waiting(struct pages *pages, const struct pages_options *options,
                                struct fault *fault)
{
    enum status status = waiting_open(pages->engine, pages->env, pages->store, pages->allowance,
                                      &pages->waiting, fault);
    if (status == STATUS_OK && options->preset != NULL) {
        waiting_set_preset(pages->waiting, *options->preset);
    }
    return status == STATUS_OK && options->watch != NULL
               ? waiting_set_watch(pages->waiting, options->watch, fault)
               : status;
}

static enum status open_parts(struct pages *pages, const struct pages_options *options,
                              struct fault *fault)
{
    enum status status = order_desk_open(pages->engine, pages->env, &pages->desk, fault);
    if (status != STATUS_OK) {
        return status;
    }
    pages->offers = api_offers_open(pages);
    pages->script = api_script_open(pages->env);
    pages->times = store_times_open(pages->engine);
    pages->allowance = allowance_open(pages->env);
    pages->hooks = sold_hooks_open(options->hook_secrets);
    pages->staff = staff_open(pages->engine, pages->env, options->wake, options->wake_context);
    if (pages->offers == NULL || pages->script == NULL || pages->times == NULL ||
        pages->allowance == NULL || pages->hooks == NULL || pages->staff == NULL) {
        return fault_set(fault, STATUS_MEMORY,
                         "no memory for the pages; free some and start again");
    }
    const struct store_options store = {pages->engine, pages->env, options->upstream};
    status = store_open(&store, &pages->store, fault);
    return status == STATUS_OK && options->upstream ? open_waiting(pages, options, fault) : status;
}

enum status pages_open(const struct pages_options *options, struct pages **pages,
                       struct fault *fault)
{
    struct pages *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return fault_set(fault, STATUS_MEMORY,
                         "no memory for the pages; free some and start again");
    }
    made->engine = options->engine;
    made->env = options->env;
    made->door = options->door;
    text_init(&made->scratch, API_REPLY_BYTES_MAX);
    enum status status = open_parts(made, options, fault);
    if (status != STATUS_OK) {
        pages_close(made);
        return status;
    }
    *pages = made;
    return STATUS_OK;
}

void pages_set_door(struct pages *pages, const struct door *door)
{
    pages->door = door;
}

void pages_set_access_log(struct pages *pages, struct line_file *log)
{
    pages->access_log = log;
}

void pages_set_metrics(struct pages *pages, const struct pages_metrics *metrics)
{
    pages->more_metrics = metrics;
}

void pages_close(struct pages *pages)
{
    if (pages != NULL) {
        waiting_close(pages->waiting);
        allowance_close(pages->allowance);
        sold_hooks_close(pages->hooks);
        staff_close(pages->staff);
        store_close(pages->store);
        api_offers_close(pages->offers);
        cache_close(pages->script);
        store_times_close(pages->times);
        order_desk_close(pages->desk);
        text_free(&pages->scratch);
        free(pages);
    }
}

void pages_set_upstream(struct pages *pages, struct door_upstream *upstream)
{
    pages->upstream = upstream;
    waiting_set_upstream(pages->waiting, upstream);
}

void pages_watch_append(const struct pages *pages, struct text *to)
{
    waiting_watch_append(waiting_watched(pages->waiting), to);
}

void pages_collect(struct pages *pages)
{
    staff_collect(pages->staff);
}

void pages_tick(struct pages *pages)
{
    waiting_tick(pages->waiting);
}

/* Is `part` one of the media ranges of an Accept header, with a weight above zero? */
static bool range_wanted(struct slice accept, const char *part)
{
    size_t length = strlen(part);
    const char *found = memmem(accept.data, accept.length, part, length);
    if (found == NULL) {
        return false;
    }
    const char *behind = found + length;
    size_t rest = (size_t)(accept.data + accept.length - behind);
    bool refused = rest >= 4 && memcmp(behind, ";q=0", 4) == 0 &&
                   (rest == 4 || behind[4] == ',' || behind[4] == ' ');
    return !refused;
}

/* Who names nothing, everything, or any JSON gets JSON. */
static bool accepts(struct slice accept, const char *media_type)
{
    return accept.data == NULL || accept.length == 0 || range_wanted(accept, "*/*") ||
           range_wanted(accept, media_type) || range_wanted(accept, "application/*") ||
           range_wanted(accept, "+json");
}

static void reply_not_routed(struct pages *pages, struct door_request *request, const char *allowed)
{
    if (allowed[0] == '\0') {
        api_reply_problem_kind(
            pages, request, PROBLEM_NOT_FOUND,
            "nothing is served here; GET /ecluse/api/openapi.json describes what is");
        return;
    }
    struct problem problem;
    char headers[ALLOW_BYTES + 128];
    struct slice usual = problem_headers(PROBLEM_METHOD_NOT_ALLOWED);
    int length = snprintf(headers, sizeof headers, "%.*sAllow: %s\r\n", (int)usual.length,
                          usual.data, allowed);
    ASSERT(length > 0);
    ASSERT((size_t)length < sizeof headers);
    (void)problem_set(&problem, PROBLEM_METHOD_NOT_ALLOWED, "use %s here", allowed);
    problem_render(api_scratch(pages), &problem);
    api_reply(pages, request, problem_status(problem.kind),
              (struct slice){headers, (size_t)length});
}

static bool is_control(const struct door_request *request)
{
    return door_origin(request)->local_socket && slice_is(door_path(request), CONTROL_PATH);
}

static void handle_api(struct pages *pages, struct door_request *request)
{
    char allowed[ROUTE_METHODS_BYTES];
    struct slice parameter;
    const struct route *route =
        router_find(door_method(request), door_path(request), &parameter, allowed);
    if (route == NULL && is_control(request)) {
        if (door_method(request) == METHOD_POST) {
            api_control_post(pages, request);
        } else {
            reply_not_routed(pages, request, "POST");
        }
    } else if (route == NULL) {
        reply_not_routed(pages, request, allowed);
    } else if (!accepts(door_header(request, "Accept"), strchr(route->response, '/') != NULL
                                                            ? route->response
                                                            : "application/json")) {
        api_reply_problem_kind(pages, request, PROBLEM_NOT_ACCEPTABLE,
                               "the answer is JSON; send Accept: application/json or none");
    } else {
        route->handle(pages, request, parameter);
    }
}

/* Is it answered by who bears which ticket? Then the waiting room asks the allowance. */
static bool is_for_waiting(const struct pages *pages, const struct door_request *request, bool own,
                           bool store)
{
    struct slice path = door_path(request);
    return pages->waiting != NULL &&
           (own ? store || slice_is(path, "/ecluse/queue") ||
                      slice_is(path, "/ecluse/queue/leave") || slice_is(path, API_PATH "queue")
                : !door_origin(request)->local_socket);
}

/* What a shop behind us, or its messages, may bring is more than what our own pages need. */
static bool is_too_large(const struct door_request *request, bool ours)
{
    return ours && !door_origin(request)->local_socket &&
           door_body(request).length > LIMIT_REQUEST_BODY_BYTES;
}

void pages_handle(struct door_request *request, void *context)
{
    struct pages *pages = context;
    struct slice path = door_path(request);
    bool own = slice_starts(path, "/ecluse/");
    struct store_place place = {.waits = false};
    bool store = store_has(pages->store, path);
    bool waiting = is_for_waiting(pages, request, own, store);
    bool hook = slice_starts(path, HOOKS_PATH);
    uint32_t seconds = waiting ? 0
                       : hook  ? allowance_hook(pages->allowance, request)
                               : allowance_stranger(pages->allowance, request);
    if (is_too_large(request, (own || store) && !hook)) {
        door_problem(request, 413, "body-large", "the body is larger than what is taken here",
                     SLICE(""));
    } else if (seconds > 0) {
        allowance_refuse(pages->allowance, pages->store, request, seconds);
    } else if (store) {
        if (!waiting || waiting_stay(pages->waiting, request, &place)) {
            store_handle(pages->store, request, place);
        }
    } else if (waiting && !own) {
        waiting_handle(pages->waiting, request);
    } else if (waiting && slice_is(path, "/ecluse/queue")) {
        waiting_handle_page(pages->waiting, request);
    } else if (waiting && slice_is(path, "/ecluse/queue/leave")) {
        waiting_handle_leave(pages->waiting, request);
    } else if (staff_pages_have(path)) {
        staff_pages_handle(pages, request);
    } else {
        handle_api(pages, request);
    }
}

/* POST /ecluse/control/v1: the command line's commands while `serve` runs (control.h).
 *
 * Reached only over the socket beside the database, whose mode lets in its owner alone; over TCP
 * the path does not exist. The control has its own memory: a shop file is larger than a request may
 * take from the door. */
#include "pages/api.h"
#include "pages/control.h"

struct control_call {
    struct pages *pages;
    struct door_request *request;
};

static void reply_and_close(struct control_call *call, struct control *control)
{
    int status = control_http(control);
    text_append_slice(api_scratch(call->pages), control_body(control));
    control_close(control);
    api_reply_json(call->pages, call->request, status);
}

static void control_done(struct control *control, void *user)
{
    control_render(control);
    reply_and_close(user, control);
}

void api_control_post(struct pages *pages, struct door_request *request)
{
    struct slice body;
    if (!api_body(pages, request, &body)) {
        return;
    }
    struct control_call *call = door_alloc(request, sizeof *call);
    struct control *control = call == NULL ? NULL : control_open(pages->desk, pages->waiting, body);
    if (control == NULL) {
        api_reply_problem_kind(pages, request, PROBLEM_BUSY,
                               "the server is short of memory; try again in a second");
        return;
    }
    *call = (struct control_call){pages, request};
    struct engine_task *task = control_task(control);
    if (task == NULL) {
        reply_and_close(call, control);
        return;
    }
    control_on_done(control, control_done, call);
    if (!engine_submit(pages->engine, task)) {
        control_busy(control);
        reply_and_close(call, control);
    }
}

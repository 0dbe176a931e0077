/* Commands that write, in one place for both ways in: while `serve` runs, the command line sends
 * them as POST /ecluse/control/v1 over the socket beside the database; otherwise it calls
 * control_run on an engine that it opened.
 *
 *   request -> control_open -> control_task -> engine_run or engine_submit -> control_render ->
 * control_body, control_http
 *
 * A request is one JSON object with "command" and that command's fields (unknown ones are refused):
 *
 *   {"command":"order","lines":[{"offer":"coffret","quantity":2}],"email":"a@b.example",
 *    "name":"...","hold":false}
 *   {"command":"quote","lines":[...],"hold":false}       what `ecluse quote` prints
 *   {"command":"show","order":"..."}                     the order as it is now
 *   {"command":"confirm"|"start"|"done"|"ship"|"deliver","order":"..."}
 *   {"command":"cancel","order":"...","dry_run":false}
 *     -> the order as it is now, and "moved":[...] as in control_change.h: whose broken promise it
 *        mends. A dry run needs an engine that only reads, as that of a change does.
 *   {"command":"wish"|"withdraw"|"show_wish",...}        control_wish.h
 *   {"command":"apply","shop":"<shop file>","file":"shop.yaml","dry_run":false}
 *     -> {"changes":"...","dry_run":false}
 *   {"command":"change","kind":"count",...}              what differs from the plan: fields and
 *                                                        answer as control_change.h shows
 *   {"command":"history"|"picture",...}                  control_import.h
 *   {"command":"sold",...}                               control_sold.h
 *   {"command":"gate","paused":true,"rate":"2.5"}        the waiting room: control_gate.h
 *   {"command":"staff","do":"add",...}                   who works here: control_staff.h
 *   {"command":"requests","add":[...],...}               what customers ask for: control_requests.h
 *   {"command":"decide","stop":"cider",...}              what was chosen: control_decide.h
 *   {"command":"ping"}
 *     -> {"ping":"pong","pid":123,"version":"0.1.0"}
 *
 * Answers: quote, order as answer_json.h; everything else as shown; a refusal is problem+json with
 * "type", "title", "status", "detail". */
#ifndef ECLUSE_PAGES_CONTROL_H
#define ECLUSE_PAGES_CONTROL_H

#include "pages/order_task.h"

#define CONTROL_PATH "/ecluse/control/v1"

struct control;
struct problem;
struct waiting;

/* `request` stays valid until control_close; `waiting` NULL: no shop stands behind us. NULL only if
 * the machine gives no memory. */
struct control *control_open(struct order_desk *desk, struct waiting *waiting,
                             struct slice request) MUST_USE;
/* The task to run; NULL if the answer stands already (bad input, ping). */
struct engine_task *control_task(struct control *control);
/* For engine_submit: `done` is called with the control once its task is done (control_render is
 * then the caller's to call). */
void control_on_done(struct control *control, void (*done)(struct control *control, void *user),
                     void *user);
/* Makes the answer of the task that is done. */
void control_render(struct control *control);
/* The engine could not take the task. */
void control_busy(struct control *control);
struct slice control_body(const struct control *control);
int control_http(const struct control *control);
/* What it was refused with, once the answer stands; PROBLEM_NONE: it was not, or there is no date
 * for the lines that were asked for. */
const struct problem *control_problem(const struct control *control);
void control_close(struct control *control);

/* Opens, runs at `now` on the caller's thread and renders. NULL only if the machine gives no
 * memory. */
struct control *control_run(struct order_desk *desk, struct slice request, int64_t now) MUST_USE;

/* The command line's exit code for an answer's HTTP status: 0 done, 1 a no of the domain (409),
 * 2 bad input (other 4xx), 3 fault. */
int control_exit_code(int http_status);

#endif

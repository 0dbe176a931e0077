/* The two levers: GET and POST gate (who goes in, how fast), GET demand (what sells a minute beside
 * what is left). For staff: a session's cookie or a bearer token (staff.h).
 *
 * A lever is moved at once; who moved it is written down before the answer. */
#include "pages/gate_lever.h"
#include "pages/staff.h"
#include "pages/store_visit.h"
#include "pages/waiting.h"

#define PRIVATE_JSON "Content-Type: application/json\r\nCache-Control: no-store\r\n"

struct gate_call {
    struct staff_call staff; /* first */
    struct gate_lever lever;
};

/* NULL after it has replied "busy". */
static struct gate_call *call_begin(struct pages *pages, struct door_request *request)
{
    struct gate_call *call = door_alloc(request, sizeof *call);
    if (call == NULL) {
        api_reply_problem_kind(pages, request, PROBLEM_BUSY,
                               "the server is short of memory; try again in a second");
    }
    return call;
}

/* False after it has replied that they may not. */
static bool allowed(struct staff_call *call, enum staff_right right)
{
    struct problem problem;
    if (call->task.status != STATUS_OK) {
        (void)problem_of_task(&problem, &call->task);
        api_reply_problem(call->pages, call->request, &problem);
        return false;
    }
    if (!call->known) {
        api_reply_problem_kind(call->pages, call->request, PROBLEM_SIGN_IN,
                               "this is for staff: send Authorization: Bearer TOKEN (made by "
                               "ecluse staff SHOP.db token NAME), or sign in at /ecluse/staff");
        return false;
    }
    if (!staff_may(call->person.role, right)) {
        api_reply_problem_kind(call->pages, call->request, PROBLEM_FORBIDDEN,
                               right == STAFF_CHANGE
                                   ? "this is for the roles owner and operations"
                                   : "this is for the roles owner, marketing and operations");
        return false;
    }
    return true;
}

static void gate_reply(struct staff_call *call)
{
    control_gate_append(api_scratch(call->pages), call->pages->waiting);
    api_reply(call->pages, call->request, 200, SLICE(PRIVATE_JSON));
}

/* False after it has replied that there is none. */
static bool gate_there(struct staff_call *call)
{
    if (call->pages->waiting == NULL) {
        api_reply_problem_kind(call->pages, call->request, PROBLEM_NOT_FOUND,
                               "there is no waiting room; `ecluse serve SHOP.db --upstream URL` "
                               "opens one in front of your shop");
    }
    return call->pages->waiting != NULL;
}

static void gate_known(struct staff_call *call)
{
    if (allowed(call, STAFF_LOOK) && gate_there(call)) {
        gate_reply(call);
    }
}

void api_gate_get(struct pages *pages, struct door_request *request, struct slice parameter)
{
    struct gate_call *call = call_begin(pages, request);
    (void)parameter;
    if (call != NULL) {
        staff_know(&call->staff, pages, request, false, gate_known);
    }
}

static void gate_mover_known(struct staff_call *staff)
{
    struct gate_call *call = (struct gate_call *)staff;
    char what[GATE_LEVER_BYTES];
    if (!allowed(staff, STAFF_CHANGE) || !gate_there(staff)) {
        return;
    }
    if (waiting_watched(staff->pages->waiting) != NULL) {
        api_reply_problem_kind(staff->pages, staff->request, PROBLEM_NOT_FOUND,
                               "the server only watches and holds nobody; start it without "
                               "--watch to hold the crowd");
        return;
    }
    gate_lever_move(&call->lever, staff->pages->waiting, what);
    staff_note(staff, what, gate_reply);
}

static bool lever_read(struct request_reader *reader, struct slice body, struct gate_lever *lever)
{
    struct json_value values[GATE_FIELDS];
    if (!request_read_gate(reader, body, values)) {
        return false;
    }
    lever->pauses = values[GATE_PAUSED].kind != JSON_IS_NONE;
    lever->paused = json_read_true(values[GATE_PAUSED]);
    lever->opens = values[GATE_OPEN].kind != JSON_IS_NONE;
    lever->open = json_read_true(values[GATE_OPEN]);
    lever->caps = values[GATE_RATE].kind != JSON_IS_NONE;
    return !lever->caps || control_gate_rate_read(reader, values[GATE_RATE], &lever->cap);
}

void api_gate_post(struct pages *pages, struct door_request *request, struct slice parameter)
{
    struct slice body;
    struct problem problem = {.kind = PROBLEM_NONE};
    struct request_reader reader = api_reader(pages, request, &problem);
    const struct store_visit visit = {.request = request};
    (void)parameter;
    if (!api_body(pages, request, &body)) {
        return;
    }
    struct gate_call *call = call_begin(pages, request);
    if (call == NULL) {
        return;
    }
    if (!lever_read(&reader, body, &call->lever)) {
        api_reply_problem(pages, request, &problem);
    } else if (!store_visit_same_site(&visit)) {
        api_reply_problem_kind(pages, request, PROBLEM_FORBIDDEN,
                               "another site sent this; send it from the shop's own pages");
    } else {
        staff_know(&call->staff, pages, request, true, gate_mover_known);
    }
}

static void demand_reply(struct staff_call *call)
{
    const struct shop *shop = NULL;
    const struct demand *demand = staff_demand_of(call->pages->staff, &shop);
    if (call->task.status != STATUS_OK) {
        api_reply_problem_kind(call->pages, call->request, PROBLEM_BUSY,
                               "too much is waiting in the server; try again in a second");
        return;
    }
    struct text *to = api_scratch(call->pages);
    text_append_format(to, "{\"minutes\":%d,\"offers\":", DEMAND_MINUTES);
    demand_json(to, shop, demand);
    text_append_char(to, '}');
    api_reply(call->pages, call->request, 200, SLICE(PRIVATE_JSON));
}

static void demand_known(struct staff_call *call)
{
    if (allowed(call, STAFF_LOOK)) {
        staff_demand(call, demand_reply);
    }
}

void api_demand_get(struct pages *pages, struct door_request *request, struct slice parameter)
{
    struct gate_call *call = call_begin(pages, request);
    (void)parameter;
    if (call != NULL) {
        staff_know(&call->staff, pages, request, false, demand_known);
    }
}

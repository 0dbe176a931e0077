/* Quotes and orders over HTTP: POST orders, POST quotes, GET orders/{order}, POST
 * orders/{order}/confirm, /cancel, /pay and /extend.
 *
 *   api_order_post: body -> order_request -> order_task -> engine ... order_done: 201 with the
 * answer, or a problem
 *
 * A repeat with the same Idempotency-Key and body takes the same way: its key leads the core to its
 * order, whose first answer is rendered again, byte for byte. Whoever has an order's id could have
 * it only from its answer; reading an order needs its token besides, changing it needs the token to
 * be right if one is sent. */
#include "pages/api.h"

#include "base/assert.h"
#include "pages/answer_json.h"
#include "pages/store_turn.h"

#include <strings.h>

struct answer_lines api_lines(const struct order_task *order)
{
    return (struct answer_lines){order->answer_lines, order->answer_line_count};
}

void api_reply_refusal(struct api_call *call, const struct problem *problem)
{
    struct engine_task *task = &call->order.task;
    api_limit_public(&task->answer.summary.limit);
    if (problem->kind != PROBLEM_SOLD_OUT) {
        api_reply_problem(call->pages, call->request, problem);
        return;
    }
    problem_render_refusal(api_scratch(call->pages), problem, task->shop, &task->answer);
    api_reply(call->pages, call->request, problem_status(problem->kind),
              problem_headers(problem->kind));
}

void api_reply_created(struct pages *pages, struct door_request *request, const char *word,
                       int64_t made_at, struct order_key key)
{
    char headers[] = "Content-Type: application/json\r\nCache-Control: no-store\r\n"
                     "Location: " API_PATH "------/------------------------\r\n";
    char *id = headers + sizeof headers - 1 - 2 - ORDER_ID_LENGTH;
    memcpy(id - 7, word, 6);
    order_id_write(id, made_at, key);
    id[ORDER_ID_LENGTH] = '\r'; /* where order_id_write set its zero */
    api_reply(pages, request, 201, (struct slice){headers, sizeof headers - 1});
}

static void reply_order(struct api_call *call, int status, enum answer_moment moment)
{
    struct pages *pages = call->pages;
    struct order_view *view = &call->order.task.answer.order;
    api_limit_public(&view->first.limit);
    api_limit_public(&view->current.limit);
    char token[ORDER_TOKEN_LENGTH + 1];
    order_token_write(pages->desk, token, view->made_at, view->key);
    answer_json_order(api_scratch(pages), call->order.task.shop, view, api_lines(&call->order),
                      (struct slice){token, ORDER_TOKEN_LENGTH}, moment, &pages->memo);
    if (status != 201) {
        api_reply_json(pages, call->request, status);
        return;
    }
    api_reply_created(pages, call->request, "orders", view->made_at, view->key);
}

/* Does anybody in the store have something in the cart? They may have come before. */
static bool turns_count(const struct pages *pages)
{
    return pages->store != NULL && store_turn_any(pages->store);
}

static struct turn_visitor visitor_of(const struct api_call *call)
{
    const struct store_visit visit = {.store = call->pages->store, .request = call->request};
    return store_here_visitor(&visit);
}

static void order_done(struct engine_task *task)
{
    struct api_call *call = (struct api_call *)task;
    struct pages *pages = call->pages;
    struct problem problem;
    api_latency_count(&pages->order_latency, pages->env->ticks_ns(pages->env) - call->began_ns);
    if (problem_of_task(&problem, task)) {
        api_reply_refusal(call, &problem);
        return;
    }
    if (turns_count(pages)) {
        const struct promise_ask *ask = &task->command.ask;
        store_turn_done(pages->store, visitor_of(call), ask->lines, ask->line_count);
    }
    reply_order(call, 201, ANSWER_FIRST);
}

bool api_read_idempotency_key(struct door_request *request, struct slice *key,
                              struct problem *problem)
{
    *key = door_header(request, "Idempotency-Key");
    if (key->data == NULL) {
        *key = (struct slice){NULL, 0};
        return true;
    }
    bool good = key->length > 0 && key->length <= LIMIT_IDEMPOTENCY_KEY_BYTES &&
                door_header_count(request, "Idempotency-Key") == 1;
    for (size_t i = 0; good && i < key->length; i++) {
        good = key->data[i] >= ' ' && key->data[i] <= '~';
    }
    return good || problem_set(problem, PROBLEM_BAD_IDEMPOTENCY_KEY,
                               "send one Idempotency-Key of 1 to %d printable ASCII characters",
                               LIMIT_IDEMPOTENCY_KEY_BYTES);
}

/* An order while somebody in the store has something in the cart. */
struct order_turn {
    struct store_turn turn; /* first: callbacks get its address */
    struct api_call *call;
};

static void turn_answered(struct store_turn *turn)
{
    struct api_call *call = ((struct order_turn *)turn)->call;
    if (turn->view.may) {
        api_call_submit(call, order_done);
        return;
    }
    api_reply_problem_kind(call->pages, call->request, PROBLEM_NOT_YOUR_TURN,
                           "only a few are left, and others who came before may still take them; "
                           "try again in a few seconds");
}

static void turn_ask(struct api_call *call)
{
    const struct promise_command *command = &call->order.task.command;
    struct order_turn *it = door_alloc_unset(call->request, sizeof *it);
    if (it == NULL) {
        api_reply_problem_kind(call->pages, call->request, PROBLEM_BUSY,
                               "the server is short of memory; try again in a second");
        return;
    }
    it->call = call;
    it->turn.store = call->pages->store;
    it->turn.visitor = visitor_of(call);
    it->turn.order = &command->order;
    it->turn.lines = command->ask.lines;
    it->turn.line_count = command->ask.line_count;
    store_turn_ask(&it->turn, turn_answered);
}

void api_order_post(struct pages *pages, struct door_request *request, struct slice parameter)
{
    (void)parameter;
    struct problem problem;
    struct order_request order;
    struct slice body;
    struct request_reader reader = api_reader(pages, request, &problem);
    if (!api_body(pages, request, &body)) {
        return;
    }
    if (!request_read_order(&reader, body, &order) ||
        !api_read_idempotency_key(request, &order.idempotency_key, &problem)) {
        api_reply_problem(pages, request, &problem);
        return;
    }
    struct api_call *call = api_call_begin(pages, request);
    if (call == NULL) {
        return;
    }
    order_task_place(&call->order, pages->desk, &order);
    if (turns_count(pages)) {
        turn_ask(call);
    } else {
        api_call_submit(call, order_done);
    }
}

static void quote_done(struct engine_task *task)
{
    struct api_call *call = (struct api_call *)task;
    struct problem problem;
    bool refused = problem_of_task(&problem, task);
    if (refused && problem.kind != PROBLEM_SOLD_OUT) {
        api_reply_problem(call->pages, call->request, &problem);
        return;
    }
    api_limit_public(&task->answer.summary.limit);
    answer_json_quote(api_scratch(call->pages), task->shop, &task->answer, api_lines(&call->order));
    api_reply_json(call->pages, call->request, 200);
}

void api_quote_post(struct pages *pages, struct door_request *request, struct slice parameter)
{
    (void)parameter;
    struct problem problem;
    struct order_request quote;
    struct slice body;
    struct request_reader reader = api_reader(pages, request, &problem);
    if (!api_body(pages, request, &body)) {
        return;
    }
    if (!request_read_quote(&reader, body, &quote)) {
        api_reply_problem(pages, request, &problem);
        return;
    }
    struct api_call *call = api_call_begin(pages, request);
    if (call != NULL) {
        order_task_quote(&call->order, pages->desk, &quote);
        api_call_submit(call, quote_done);
    }
}

/* The token of "Authorization: Bearer TOKEN"; empty if there is none such. */
static struct slice bearer_token(struct slice authorization)
{
    static const char scheme[] = "Bearer ";
    size_t length = sizeof scheme - 1;
    if (authorization.data == NULL || authorization.length <= length ||
        strncasecmp(authorization.data, scheme, length) != 0) {
        return (struct slice){NULL, 0};
    }
    return (struct slice){authorization.data + length, authorization.length - length};
}

bool api_read_path(struct pages *pages, struct door_request *request, struct slice parameter,
                   bool token_needed, struct order_key *key)
{
    int64_t made_at = 0;
    if (!order_id_read(parameter, &made_at, key)) {
        api_reply_problem_kind(pages, request, PROBLEM_NOT_FOUND,
                               "there is nothing under this id; check it");
        return false;
    }
    struct slice authorization = door_header(request, "Authorization");
    if (door_origin(request)->local_socket || (authorization.data == NULL && !token_needed)) {
        return true;
    }
    if (order_token_check(pages->desk, made_at, *key, bearer_token(authorization))) {
        return true;
    }
    api_reply_problem_kind(pages, request, PROBLEM_UNAUTHORIZED,
                           "send the token that came with it, as Authorization: Bearer TOKEN");
    return false;
}

static void change_done(struct engine_task *task)
{
    struct api_call *call = (struct api_call *)task;
    struct problem problem;
    if (!order_task_was_done(&call->order) && problem_of_task(&problem, task)) {
        api_reply_refusal(call, &problem);
    } else {
        reply_order(call, 200, ANSWER_NOW);
    }
}

void api_order_get(struct pages *pages, struct door_request *request, struct slice parameter)
{
    struct order_key key;
    if (!api_read_path(pages, request, parameter, true, &key)) {
        return;
    }
    struct api_call *call = api_call_begin(pages, request);
    if (call != NULL) {
        order_task_look(&call->order, pages->desk, key);
        api_call_submit(call, change_done);
    }
}

bool api_read_empty_body(struct pages *pages, struct door_request *request)
{
    struct problem problem;
    struct json_value object;
    struct slice body = door_body(request);
    struct request_reader reader = api_reader(pages, request, &problem);
    if (body.length == 0) {
        return true;
    }
    if (!api_body(pages, request, &body)) {
        return false;
    }
    if (!request_read_object(&reader, body, &object) ||
        !request_read_fields(&reader, object, "", NULL, 0, NULL)) {
        api_reply_problem(pages, request, &problem);
        return false;
    }
    return true;
}

static void change(struct pages *pages, struct door_request *request, struct slice parameter,
                   enum promise_command_kind kind)
{
    struct order_key key;
    if (!api_read_path(pages, request, parameter, false, &key) ||
        !api_read_empty_body(pages, request)) {
        return;
    }
    struct api_call *call = api_call_begin(pages, request);
    if (call != NULL) {
        order_task_change(&call->order, pages->desk, kind, key, LINE_ALL);
        api_call_submit(call, change_done);
    }
}

void api_order_confirm(struct pages *pages, struct door_request *request, struct slice parameter)
{
    change(pages, request, parameter, PROMISE_CONFIRM);
}

void api_order_cancel(struct pages *pages, struct door_request *request, struct slice parameter)
{
    change(pages, request, parameter, PROMISE_CANCEL);
}

void api_order_pay(struct pages *pages, struct door_request *request, struct slice parameter)
{
    change(pages, request, parameter, PROMISE_PAY);
}

void api_order_extend(struct pages *pages, struct door_request *request, struct slice parameter)
{
    change(pages, request, parameter, PROMISE_EXTEND);
}

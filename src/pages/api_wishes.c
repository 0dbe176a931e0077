/* Wishes over HTTP: POST wishes, GET wishes/{wish}, POST wishes/{wish}/withdraw. What a wish became
 * is an order, shown with it and gone on with as any other.
 *
 * Whoever waits in the waiting room wishes with the time of their coming there: the wishes' queue
 * is in the order of the waiting room's. */
#include "pages/api.h"
#include "pages/store_here.h"
#include "pages/wish_answer.h"
#include "promise/order_id.h"

static void wish_reply(struct api_call *call, int status)
{
    struct pages *pages = call->pages;
    struct promise_answer *answer = &call->order.task.answer;
    api_limit_public(&answer->order.first.limit);
    api_limit_public(&answer->order.current.limit);
    wish_answer_append(api_scratch(pages), &call->order);
    if (status == 201) {
        api_reply_created(pages, call->request, "wishes", answer->wish.made_at, answer->wish.key);
    } else {
        api_reply_json(pages, call->request, status);
    }
}

static void wish_made(struct engine_task *task)
{
    struct api_call *call = (struct api_call *)task;
    struct problem problem;
    if (problem_of_task(&problem, task)) {
        api_reply_refusal(call, &problem);
    } else {
        wish_reply(call, 201);
    }
}

static void wish_looked(struct engine_task *task)
{
    struct api_call *call = (struct api_call *)task;
    struct problem problem;
    if (problem_of_task(&problem, task)) {
        api_reply_refusal(call, &problem);
    } else {
        wish_reply(call, 200);
    }
}

void api_wish_post(struct pages *pages, struct door_request *request, struct slice parameter)
{
    (void)parameter;
    struct problem problem;
    struct order_request wish;
    struct slice body;
    struct request_reader reader = api_reader(pages, request, &problem);
    if (!api_body(pages, request, &body)) {
        return;
    }
    if (!request_read_wish(&reader, body, &wish) ||
        !api_read_idempotency_key(request, &wish.idempotency_key, &problem)) {
        api_reply_problem(pages, request, &problem);
        return;
    }
    struct api_call *call = api_call_begin(pages, request);
    if (call != NULL) {
        const struct store_visit visit = {.store = pages->store, .request = request};
        wish.since = store_here_since(&visit);
        order_task_wish(&call->order, pages->desk, &wish);
        api_call_submit(call, wish_made);
    }
}

void api_wish_get(struct pages *pages, struct door_request *request, struct slice parameter)
{
    struct order_key key;
    if (!api_read_path(pages, request, parameter, true, &key)) {
        return;
    }
    struct api_call *call = api_call_begin(pages, request);
    if (call != NULL) {
        order_task_wish_look(&call->order, pages->desk, key);
        api_call_submit(call, wish_looked);
    }
}

void api_wish_withdraw(struct pages *pages, struct door_request *request, struct slice parameter)
{
    struct order_key key;
    if (!api_read_path(pages, request, parameter, true, &key) ||
        !api_read_empty_body(pages, request)) {
        return;
    }
    struct api_call *call = api_call_begin(pages, request);
    if (call != NULL) {
        order_task_wish_withdraw(&call->order, pages->desk, key);
        api_call_submit(call, wish_looked);
    }
}

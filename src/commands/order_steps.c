/* ecluse confirm, start, done, ship, deliver, cancel: one order, one step. They differ in the word
 * that they send. */
#include "commands/commands.h"
#include "commands/order_answer.h"
#include "promise/order_id.h"

enum { REQUEST_BYTES_MAX = 4096 };

#define STEP_MANUAL(name, explanation)                                                             \
    static const char *const name##_examples[] = {"ecluse " #name " shop.db ORDER",                \
                                                  "ecluse " #name " shop.db ORDER --json", NULL};  \
    const struct manual name##_manual = {                                                          \
        .operands_min = 2,                                                                         \
        .operands_max = 2,                                                                         \
        .takes_now = true,                                                                         \
        .text = explanation                                                                        \
        "\nORDER is the id that the order was given (24 characters).\n"                            \
        "Exit codes: 0 done, 1 not in this state, 2 no such order or bad usage, 3 fault.",         \
        .examples = name##_examples}

STEP_MANUAL(confirm, "Makes a held order final. A hold that has expired is refused.");
STEP_MANUAL(start, "Reports that work on a confirmed order has begun.");
STEP_MANUAL(done, "Reports that an order is packed and ready.");
STEP_MANUAL(ship, "Reports that an order has left: its stock leaves the shelves.");
STEP_MANUAL(deliver, "Reports that an order has arrived.");
STEP_MANUAL(cancel,
            "Cancels an order or a hold that has not left: its stock and hours are free again.");

static int step_run(struct call *call, const char *step)
{
    struct text request;
    struct order_key key;
    int64_t made_at;
    if (!order_id_read(slice_of(call->operands[1]), &made_at, &key)) {
        return call_error(
            EXIT_USAGE,
            "%s is no order's id: it has 24 letters and digits; copy it as it was given",
            call->operands[1]);
    }
    text_init(&request, REQUEST_BYTES_MAX);
    text_append_format(&request, "{\"command\":\"%s\",\"order\":\"", step);
    text_append_json(&request, slice_of(call->operands[1]));
    text_append_string(&request, "\"}");
    int code = order_request_run(call, text_slice(&request));
    text_free(&request);
    return code;
}

int confirm_run(struct call *call)
{
    return step_run(call, "confirm");
}

int start_run(struct call *call)
{
    return step_run(call, "start");
}

int done_run(struct call *call)
{
    return step_run(call, "done");
}

int ship_run(struct call *call)
{
    return step_run(call, "ship");
}

int deliver_run(struct call *call)
{
    return step_run(call, "deliver");
}

int cancel_run(struct call *call)
{
    return step_run(call, "cancel");
}

/* ecluse confirm, pay, extend, start, done, ship, deliver, cancel: one order, one step; withdraw:
 * one wish. They differ in the word that they send. */
#include "commands/commands.h"
#include "commands/order_answer.h"
#include "promise/order_id.h"

enum { REQUEST_BYTES_MAX = 4096 };

#define STEP_TAIL                                                                                  \
    "\nORDER is the id that the order was given (24 characters).\n"                                \
    "Exit codes: 0 done, 1 not in this state, 2 no such order or bad usage, 3 fault."

#define STEP_MANUAL(name, explanation)                                                             \
    static const char *const name##_examples[] = {"ecluse " #name " shop.db ORDER",                \
                                                  "ecluse " #name " shop.db ORDER --json", NULL};  \
    const struct manual name##_manual = {.operands_min = 2,                                        \
                                         .operands_max = 2,                                        \
                                         .takes_now = true,                                        \
                                         .text = explanation STEP_TAIL,                            \
                                         .examples = name##_examples}

static const struct option line_options[] = {
    {"line", "N", false, "only line N, the first is 1; shipped and delivered is its whole parcel"},
};

#define LINE_STEP_MANUAL(name, explanation)                                                        \
    static const char *const name##_examples[] = {                                                 \
        "ecluse " #name " shop.db ORDER", "ecluse " #name " shop.db ORDER --line 2 --json", NULL}; \
    const struct manual name##_manual = {.operands_min = 2,                                        \
                                         .operands_max = 2,                                        \
                                         .takes_now = true,                                        \
                                         .option_count =                                           \
                                             sizeof line_options / sizeof line_options[0],         \
                                         .options = line_options,                                  \
                                         .text = explanation STEP_TAIL,                            \
                                         .examples = name##_examples}

STEP_MANUAL(confirm, "Makes a held order final. A hold that has expired is still confirmed if its "
                     "dates can be kept, else refused.");
STEP_MANUAL(pay, "Reports that the payment of a held order has begun: the hold lasts at least "
                 "payment_minutes more.");
STEP_MANUAL(extend,
            "Holds an order hold_minutes longer, at most until the last moment at which its "
            "dates hold.");
LINE_STEP_MANUAL(start, "Reports that work on a confirmed order has begun.");
LINE_STEP_MANUAL(done, "Reports that an order is packed and ready.");
LINE_STEP_MANUAL(ship, "Reports that an order has left: its stock leaves the shelves.");
LINE_STEP_MANUAL(deliver, "Reports that an order has arrived.");
STEP_MANUAL(cancel,
            "Cancels an order or a hold that has not left: its stock and hours are free again.");

static const char *const withdraw_examples[] = {"ecluse withdraw shop.db WISH", NULL};
const struct manual withdraw_manual = {
    .operands_min = 2,
    .operands_max = 2,
    .takes_now = true,
    .text =
        "Takes a wish that waits out of the queue. What is held for it already is an order: "
        "ecluse cancel.\n"
        "WISH is the id that the wish was given (24 characters).\n"
        "Exit codes: 0 done, 1 it does not wait any more, 2 no such wish or bad usage, 3 fault.",
    .examples = withdraw_examples};

/* `what` is meant by the second operand: an order or a wish. */
static int step_run_of(struct call *call, const char *step, const char *what)
{
    struct fault fault;
    struct text request;
    struct order_key key;
    int64_t made_at;
    int64_t line = LINE_ALL;
    if (!order_id_read(slice_of(call->operands[1]), &made_at, &key)) {
        return call_error(EXIT_USAGE,
                          "%s is no id of an order or a wish: it has 24 letters and digits; copy "
                          "it as it was given",
                          call->operands[1]);
    }
    if (call_number(call, "line", 1, LIMIT_ORDER_LINES, &line, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    text_init(&request, REQUEST_BYTES_MAX);
    text_append_format(&request, "{\"command\":\"%s\",", step);
    text_append_json_member(&request, what, call->operands[1]);
    if (line != LINE_ALL) {
        text_append_format(&request, ",\"line\":%d", (int)line);
    }
    text_append_char(&request, '}');
    int code = order_request_run(call, text_slice(&request));
    text_free(&request);
    return code;
}

static int step_run(struct call *call, const char *step)
{
    return step_run_of(call, step, "order");
}

int confirm_run(struct call *call)
{
    return step_run(call, "confirm");
}

int pay_run(struct call *call)
{
    return step_run(call, "pay");
}

int extend_run(struct call *call)
{
    return step_run(call, "extend");
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

int withdraw_run(struct call *call)
{
    return step_run_of(call, "withdraw", "wish");
}

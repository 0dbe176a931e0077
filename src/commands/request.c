/* ecluse request: what a customer asks for, written down: heard at the counter, read in a letter.
 *
 * options -> the control command "requests" (pages/control_requests.h) -> its number. */
#include "commands/change_request.h"
#include "commands/commands.h"
#include "commands/json_text.h"

#include "base/decimal.h"

enum { REQUEST_BYTES_MAX = 16384 };

static const struct option options[] = {
    {"wants", "WHAT", false, "what is asked for, at most 200 characters (required)"},
    {"from", "WHO", false,
     "who asks; with the address of a customer, what they bought counts (required without "
     "--order)"},
    {"activity", "NAME", false, "the activity under which it belongs"},
    {"value", "AMOUNT", false, "what it would bring in a week, without VAT"},
    {"count", "N", false, "how many asked (default 1)"},
    {"order", "ORDER", false, "the order of which they spoke; a second one takes its place"},
};

static const char *const examples[] = {
    "ecluse request shop.db --from \"hen parties\" --wants classes --value 130.00 --count 6",
    "ecluse request shop.db --from anne@example.org --wants \"gluten-free galettes\"",
    NULL,
};

const struct manual request_manual = {
    .operands_min = 1,
    .operands_max = 1,
    .takes_now = true,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text = "Writes down what customers ask for, for `ecluse focus`. It belongs under --activity; "
            "else under the\n"
            "activity or the offer that WHAT names; else it is a new one. While a server runs on "
            "SHOP.db it goes\n"
            "through it; otherwise the command takes the writer's lock.\n"
            "Exit codes: 0 written down, 2 bad input or no room for more, 3 fault.",
    .examples = examples,
};

static void member_append(struct text *to, const struct call *call, const char *option)
{
    const char *value = call_value(call, option);
    if (value != NULL) {
        text_append_char(to, ',');
        text_append_json_member(to, option, value);
    }
}

static enum status request_write(const struct call *call, struct text *to, struct fault *fault)
{
    int64_t count = 1;
    enum status status = call_number(call, "count", 1, LIMIT_REQUEST_COUNT, &count, fault);
    if (status != STATUS_OK) {
        return status;
    }
    text_append_string(to, "{\"command\":\"requests\",\"source\":\"typed\",\"add\":[{");
    text_append_json_member(to, "wants", call_value(call, "wants"));
    member_append(to, call, "from");
    member_append(to, call, "activity");
    member_append(to, call, "value");
    member_append(to, call, "order");
    text_append_format(to, ",\"count\":%lld}]}", (long long)count);
    return to->overflow ? fault_set(fault, STATUS_LIMIT, "the texts are too long; shorten them")
                        : STATUS_OK;
}

static int request_send(struct call *call, struct slice request)
{
    json_t *answer = NULL;
    int code = change_send(call, request, &answer);
    if (code != EXIT_DONE) {
        return code;
    }
    if (call->json) {
        change_json(call, answer);
    } else {
        const json_t *number = json_array_get(json_object_get(answer, "numbers"), 0);
        text_append_format(
            &call->out,
            call_say(call, "request %lld is written down\n", "la demande %lld est notée\n"),
            (long long)json_integer_value(number));
    }
    json_decref(answer);
    return code;
}

int request_command_run(struct call *call)
{
    struct fault fault;
    struct text request;
    if (call_value(call, "wants") == NULL) {
        return call_error(EXIT_USAGE, "request needs what is asked for: --wants WHAT");
    }
    if (call_value(call, "from") == NULL && call_value(call, "order") == NULL) {
        return call_error(EXIT_USAGE, "request needs who asks: --from WHO, or their --order ORDER");
    }
    text_init(&request, REQUEST_BYTES_MAX);
    int code = request_write(call, &request, &fault) == STATUS_OK
                   ? request_send(call, text_slice(&request))
                   : call_fault(&fault);
    text_free(&request);
    return code;
}

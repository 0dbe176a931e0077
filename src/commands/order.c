/* ecluse order: a sale by telephone. The same promise and the same answer as over the API. */
#include "commands/commands.h"
#include "commands/options.h"
#include "commands/order_answer.h"

#include "base/decimal.h"
#include "promise/promise.h"

enum { REQUEST_BYTES_MAX = 65536 };

static const struct option options[] = {
    {"email", "ADDRESS", false, "the customer's address for the confirmation (required)"},
    {"name", "NAME", false, "the customer's name"},
    {"want", "DATE|TIME", false,
     "the day to have it, no earlier than need be; or when work on site is to begin"},
    {"split", NULL, false, "what is there earlier may leave earlier, in a parcel of its own"},
    {"priority", "N", false,
     "0 (ordinary, default) to 9: who keeps the place first when something goes wrong"},
    {"hold", NULL, false, "reserve only, for hold_minutes of the shop file; then: ecluse confirm"},
};

static const char *const examples[] = {
    "ecluse order shop.db coffret=2 --email anne@example.org --name \"Anne Le Goff\"",
    "ecluse order shop.db coffret caramel-jar=3 --email anne@example.org --hold --json",
    "ecluse order shop.db atelier-crepes=2 --email anne@example.org --want 2026-12-05T14:00",
    NULL,
};

const struct manual order_manual = {
    .operands_min = 2,
    .operands_max = 1 + LIMIT_ORDER_LINES,
    .takes_now = true,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text = "Reserves stock and hours and prints the order's id, its dates, total and token. QTY "
            "is in the\n"
            "offer's units (default 1). While a server runs on SHOP.db the order goes through it; "
            "otherwise the\n"
            "command takes the writer's lock.\n"
            "Exit codes: 0 ordered, 1 cannot be promised (sold out), 2 bad input, 3 fault.",
    .examples = examples,
};

/* A member whose value is a string, where the option is given. */
static void string_write(const struct call *call, const char *name, struct text *to)
{
    if (call_value(call, name) != NULL) {
        text_append_char(to, ',');
        text_append_json_member(to, name, call_value(call, name));
    }
}

static enum status lines_write(const struct call *call, struct text *to, struct fault *fault)
{
    for (uint32_t i = 1; i < call->operand_count; i++) {
        struct offer_operand operand;
        char quantity[32];
        enum status status = options_offer_read(call->operands[i], &operand, fault);
        if (status != STATUS_OK) {
            return status;
        }
        (void)decimal_write(quantity, operand.quantity_thousandths, 3, true);
        text_append_string(to, i == 1 ? "{\"offer\":\"" : ",{\"offer\":\"");
        text_append_json(to, operand.name);
        text_append_format(to, "\",\"quantity\":%s}", quantity);
    }
    return STATUS_OK;
}

static enum status request_write(const struct call *call, struct text *to, struct fault *fault)
{
    int64_t priority = 0;
    enum status status = call_number(call, "priority", 0, PRIORITY_MAX, &priority, fault);
    text_append_string(to, "{\"command\":\"order\",\"lines\":[");
    if (status == STATUS_OK) {
        status = lines_write(call, to, fault);
    }
    if (status != STATUS_OK) {
        return status;
    }
    text_append_format(to, "],\"priority\":%d", (int)priority);
    string_write(call, "email", to);
    string_write(call, "name", to);
    string_write(call, "want", to);
    if (call_flag(call, "split")) {
        text_append_string(to, ",\"policy\":\"split\"");
    }
    text_append_format(to, ",\"hold\":%s}", call_flag(call, "hold") ? "true" : "false");
    if (to->overflow) {
        return fault_set(fault, STATUS_LIMIT, "the order is too long; split it");
    }
    return STATUS_OK;
}

int order_run(struct call *call)
{
    struct fault fault;
    struct text request;
    if (call_value(call, "email") == NULL) {
        return call_error(EXIT_USAGE, "order needs the customer's address: --email ADDRESS");
    }
    text_init(&request, REQUEST_BYTES_MAX);
    int code = request_write(call, &request, &fault) == STATUS_OK
                   ? order_request_run(call, text_slice(&request))
                   : call_fault(&fault);
    text_free(&request);
    return code;
}

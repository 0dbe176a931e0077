/* ecluse wish: what cannot be promised now, wished for by telephone. The wish is made, then looked
 * at: what can be had at once is held in the same moment, and the customer still listens. */
#include "commands/commands.h"
#include "commands/json_text.h"
#include "commands/options.h"
#include "commands/order_answer.h"
#include "commands/shop_write.h"

#include "base/decimal.h"

enum {
    REQUEST_BYTES_MAX = 8192,
    ANSWER_BYTES_MAX = 1024 * 1024,
    HTTP_OK = 200,
    HTTP_CREATED = 201
};

static const struct option options[] = {
    {"until", "DATE", false, "the last day on which it may be delivered or done (required)"},
    {"email", "ADDRESS", false, "whom to tell when it can be had (required)"},
    {"name", "NAME", false, "the customer's name"},
};

static const char *const examples[] = {
    "ecluse wish shop.db coffret=2 --until 2026-12-20 --email anne@example.org",
    "ecluse wish shop.db caramel-jar --until 2026-12-20 --email anne@example.org --name \"Anne Le "
    "Goff\" --json",
    NULL,
};

const struct manual wish_manual = {
    .operands_min = 2,
    .operands_max = 2,
    .takes_now = true,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text = "Puts the customer in the queue for one offer. When something becomes free, the first "
            "whose wish can\n"
            "be met gets it held for wish_minutes of the shop file, as an order: ecluse wishes "
            "says who is to be\n"
            "told, ecluse confirm makes it final. What can be had at once is held at once, and the "
            "answer says\n"
            "so. QTY is in the offer's units (default 1). While a server runs on SHOP.db the wish "
            "goes through it;\n"
            "otherwise the command takes the writer's lock.\n"
            "Exit codes: 0 wished for, 1 over the customer's limit, 2 bad input, 3 fault.",
    .examples = examples,
};

static enum status request_write(const struct call *call, struct text *to, struct fault *fault)
{
    struct offer_operand operand;
    char quantity[32];
    enum status status = options_offer_read(call->operands[1], &operand, fault);
    if (status != STATUS_OK) {
        return status;
    }
    (void)decimal_write(quantity, operand.quantity_thousandths, 3, true);
    text_append_string(to, "{\"command\":\"wish\",\"offer\":\"");
    text_append_json(to, operand.name);
    text_append_format(to, "\",\"quantity\":%s,", quantity);
    text_append_json_member(to, "latest", call_value(call, "until"));
    text_append_char(to, ',');
    text_append_json_member(to, "email", call_value(call, "email"));
    if (call_value(call, "name") != NULL) {
        text_append_char(to, ',');
        text_append_json_member(to, "name", call_value(call, "name"));
    }
    text_append_char(to, '}');
    return to->overflow ? fault_set(fault, STATUS_LIMIT, "name or address is too long; shorten it")
                        : STATUS_OK;
}

/* The wish that was just made, as it is by now. If that cannot be told, `answer` stays: the wish is
 * made, and who hears of a fault would make it twice. */
static void look_again(struct shop_write *write, struct text *answer)
{
    struct fault fault;
    struct text request;
    struct text now;
    int http = 0;
    json_t *made = json_loadb(answer->bytes, answer->length, 0, NULL);
    text_init(&request, REQUEST_BYTES_MAX);
    text_init(&now, ANSWER_BYTES_MAX);
    text_append_string(&request, "{\"command\":\"show_wish\",");
    text_append_json_member(&request, "wish", json_text(made, "wish"));
    text_append_char(&request, '}');
    json_decref(made);
    if (shop_write_send(write, text_slice(&request), &now, &http, &fault) == STATUS_OK &&
        http == HTTP_OK) {
        text_clear(answer);
        text_append_slice(answer, text_slice(&now));
    }
    text_free(&now);
    text_free(&request);
}

static int wish_send(struct call *call, struct slice request)
{
    struct fault fault;
    struct shop_write write;
    struct text answer;
    int http = 0;
    if (shop_write_open(call, call->operands[0], &write, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    text_init(&answer, ANSWER_BYTES_MAX);
    enum status status = shop_write_send(&write, request, &answer, &http, &fault);
    if (status == STATUS_OK && http == HTTP_CREATED) {
        look_again(&write, &answer);
    }
    int code = status == STATUS_OK ? order_answer_write(call, text_slice(&answer), http)
                                   : call_fault(&fault);
    text_free(&answer);
    shop_write_close(&write);
    return code;
}

int wish_run(struct call *call)
{
    struct fault fault;
    struct text request;
    if (call_value(call, "until") == NULL) {
        return call_error(EXIT_USAGE, "wish needs the last day that will do: --until DATE");
    }
    if (call_value(call, "email") == NULL) {
        return call_error(EXIT_USAGE, "wish needs the customer's address: --email ADDRESS");
    }
    text_init(&request, REQUEST_BYTES_MAX);
    int code = request_write(call, &request, &fault) == STATUS_OK
                   ? wish_send(call, text_slice(&request))
                   : call_fault(&fault);
    text_free(&request);
    return code;
}

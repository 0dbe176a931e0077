/* ecluse cash: the bank's balance day by day, as far as the horizon sees.
 *
 * The core makes the forecast (promise/cash.h), the same by which it judges a purchase; here it is
 * only shown. What customers have paid for orders that are not delivered stands beside it: it lies
 * in the bank and is not earned yet. */
#include "base/decimal.h"
#include "commands/change_request.h"
#include "commands/commands.h"
#include "commands/shop_open.h"
#include "commands/show.h"
#include "pages/answer_json.h"
#include "report/table.h"

#include <stdio.h>

enum { DAYS_DEFAULT = 28, REQUEST_BYTES_MAX = 1024, SAID_BYTES = 160 };

static const struct option options[] = {
    {"days", "N", false, "how many days from today on, 1 to 730 (default 28, at most the horizon)"},
    {"balance", "AMOUNT", false, "record what is in the bank at the beginning of today"},
};

static const char *const examples[] = {
    "ecluse cash shop.yaml",
    "ecluse cash shop.db --days 60 --json",
    "ecluse cash shop.db --balance 21850.40",
    NULL,
};

const struct manual cash_manual = {
    .operands_min = 1,
    .operands_max = 1,
    .takes_now = true,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text =
        "The forecast by day: sales paid out, expected sales less their materials, fixed costs, "
        "bills (of what came\n"
        "and of what is on its way, unsent purchases too), VAT, and the balance at the day's "
        "end; then the lowest\n"
        "point of the whole horizon and its day, and what customers paid for orders that are "
        "not delivered.\n"
        "--balance needs a database: the forecast goes on from there. Write a balance under "
        "zero as\n"
        "--balance=-120.00.\n"
        "Exit codes: 0 done, 2 no cash section in the shop file or bad usage, 3 fault.",
    .examples = examples,
};

struct question {
    bool has_cash;
    uint32_t count;
    struct cash_day lowest;
    int64_t undelivered_minor;
    struct cash_day days[LIMIT_HORIZON_DAYS];
};

static void ask_core(struct promise_state *state, int64_t now, void *context)
{
    struct question *question = context;
    (void)now;
    question->has_cash = promise_cash(state, question->days, &question->count, &question->lowest);
    question->undelivered_minor = promise_cash_undelivered(state);
}

/* ---- JSON ---- */

static void amount_json(struct text *to, const struct shop *shop, const char *key, int64_t minor)
{
    char digits[32];
    (void)decimal_write(digits, minor, shop->currency.decimals, false);
    text_append_format(to, ",\"%s\":\"%s\"", key, digits);
}

static void cash_json(struct text *to, const struct shop *shop, const struct question *question)
{
    static const char *const keys[CASH_PARTS] = {
        [CASH_SALES] = "sales", [CASH_EXPECTED] = "expected", [CASH_COSTS] = "costs",
        [CASH_BILLS] = "bills", [CASH_VAT] = "vat",
    };
    text_append_format(to, "{\"currency\":\"%s\",\"days\":[", shop->currency.code);
    for (uint32_t i = 0; i < question->count; i++) {
        const struct cash_day *day = &question->days[i];
        text_append_string(to, i == 0 ? "{\"date\":" : ",{\"date\":");
        answer_json_day(to, day->day);
        for (int part = 0; part < CASH_PARTS; part++) {
            amount_json(to, shop, keys[part], day->parts[part]);
        }
        amount_json(to, shop, "balance", day->balance);
        text_append_char(to, '}');
    }
    text_append_string(to, "],\"lowest\":{\"date\":");
    answer_json_day(to, question->lowest.day);
    amount_json(to, shop, "balance", question->lowest.balance);
    text_append_char(to, '}');
    amount_json(to, shop, "minimum", shop->cash.minimum_balance_minor);
    amount_json(to, shop, "undelivered", question->undelivered_minor);
    text_append_string(to, "}\n");
}

/* ---- text ---- */

static void amount_cell(struct call *call, struct table *table, const struct shop *shop,
                        int64_t minor, bool may_be_blank, enum table_tone tone)
{
    char value[SHOW_BYTES];
    if (minor == 0 && may_be_blank) {
        table_cell_string(table, "·");
        return;
    }
    (void)show_money(call->language, shop, value, minor);
    value[strlen(value) - strlen(shop->currency.code) - 1] = '\0'; /* it stands in the title */
    table_cell_tone(table, slice_of(value), tone);
}

static bool days_text(struct call *call, const struct shop *shop, const struct question *question)
{
    char balance[SHOW_BYTES];
    (void)snprintf(balance, sizeof balance, "%s (%s)", call_say(call, "balance", "solde"),
                   shop->currency.code);
    const struct table_column columns[] = {
        {call_say(call, "day", "jour"), TABLE_LEFT, false},
        {call_say(call, "sales", "ventes"), TABLE_RIGHT, false},
        {call_say(call, "expected", "attendues"), TABLE_RIGHT, false},
        {call_say(call, "costs", "charges"), TABLE_RIGHT, false},
        {call_say(call, "bills", "factures"), TABLE_RIGHT, false},
        {call_say(call, "VAT", "TVA"), TABLE_RIGHT, false},
        {balance, TABLE_RIGHT, false},
    };
    struct table table;
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t i = 0; i < question->count; i++) {
        const struct cash_day *day = &question->days[i];
        char date[SHOW_BYTES];
        table_cell_string(&table, show_day(call->language, date, day->day));
        for (int part = 0; part < CASH_PARTS; part++) {
            amount_cell(call, &table, shop, day->parts[part], true, TABLE_PLAIN);
        }
        amount_cell(call, &table, shop, day->balance, false,
                    day->balance < shop->cash.minimum_balance_minor ? TABLE_BAD : TABLE_PLAIN);
    }
    bool written = table_write(&table, call->terminal.width, call->terminal.colour, &call->out);
    table_free(&table);
    return written;
}

static bool cash_text(struct call *call, const struct shop *shop, const struct question *question)
{
    char amount[SHOW_BYTES];
    char minimum[SHOW_BYTES];
    char day[SHOW_BYTES];
    bool written = days_text(call, shop, question);
    text_append_format(&call->out,
                       call_say(call, "\nLowest: %s on %s (minimum %s)\n",
                                "\nAu plus bas : %s le %s (minimum %s)\n"),
                       show_money(call->language, shop, amount, question->lowest.balance),
                       show_day(call->language, day, question->lowest.day),
                       show_money(call->language, shop, minimum, shop->cash.minimum_balance_minor));
    text_append_format(&call->out,
                       call_say(call, "Customers' money for undelivered orders: %s\n",
                                "Argent des clients pour des commandes non livrées : %s\n"),
                       show_money(call->language, shop, amount, question->undelivered_minor));
    return written;
}

static int cash_show(struct call *call, uint32_t days)
{
    struct fault fault;
    struct shop_open open;
    struct question question;
    if (shop_open(call, call->operands[0], &open, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    int code = EXIT_DONE;
    if (shop_ask(&open, ask_core, &question, &fault) != STATUS_OK) {
        code = call_fault(&fault);
    } else if (!question.has_cash) {
        code = call_error(EXIT_USAGE,
                          "the shop file has no cash section, so there is no forecast; add one "
                          "(docs/shop-file.md)");
    } else {
        question.count = days < question.count ? days : question.count;
        if (call->json) {
            cash_json(&call->out, open.shop, &question);
        } else if (!cash_text(call, open.shop, &question)) {
            code = call_error(EXIT_FAULT, "no memory for the table; ask for fewer days");
        }
    }
    shop_close(&open);
    return code;
}

static int balance_record(struct call *call, const char *amount)
{
    struct text request;
    char said[SAID_BYTES];
    text_init(&request, REQUEST_BYTES_MAX);
    change_begin(&request, "balance");
    change_text(&request, "amount", amount);
    change_end(&request);
    (void)snprintf(said, sizeof said, "%s %.64s",
                   call_say(call, "in the bank this morning:", "en banque ce matin :"), amount);
    int code = change_request_run(call, text_slice(&request), said);
    text_free(&request);
    return code;
}

int cash_run(struct call *call)
{
    struct fault fault;
    int64_t days = DAYS_DEFAULT;
    const char *balance = call_value(call, "balance");
    if (call_number(call, "days", 1, LIMIT_HORIZON_DAYS, &days, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    return balance != NULL ? balance_record(call, balance) : cash_show(call, (uint32_t)days);
}

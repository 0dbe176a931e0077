/* ecluse atp: what of an item can still be promised, day by day. */
#include "commands/commands.h"
#include "commands/shop_open.h"
#include "commands/show.h"
#include "pages/answer_json.h"
#include "report/table.h"

enum { DAYS_DEFAULT = 14 };

static const struct option options[] = {
    {"days", "N", false, "how many days from today on, 1 to 730 (default 14, at most the horizon)"},
};

static const char *const examples[] = {
    "ecluse atp shop.db caramel",
    "ecluse atp shop.yaml caramel --days 30 --json",
    NULL,
};

const struct manual atp_manual = {
    .operands_min = 2,
    .operands_max = 2,
    .takes_now = true,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text = "Available-to-promise on a day is the smallest projected stock from that day to the "
            "end of the\n"
            "horizon, less keep_back, never below 0: what can be promised for that day without "
            "hurting anyone\n"
            "already promised. Quantities are in the item's unit.\n"
            "Columns: receipts due, stock committed on the day, projected stock at its end, ATP.\n"
            "Exit codes: 0 done, 2 no such item, 3 fault.",
    .examples = examples,
};

struct question {
    struct item_id item;
    uint32_t count;
    struct atp_day days[LIMIT_HORIZON_DAYS];
};

static void ask_core(struct promise_state *state, int64_t now, void *context)
{
    (void)now;
    struct question *question = context;
    question->count = promise_atp(state, question->item, question->days, question->count);
}

static void quantity_cell(struct table *table, enum language language, int64_t thousandths,
                          enum table_tone tone)
{
    char value[SHOW_BYTES];
    table_cell_tone(table, slice_of(show_quantity(language, value, thousandths)), tone);
}

static bool table_fill(struct call *call, const struct question *question)
{
    const struct table_column columns[] = {
        {call_say(call, "day", "jour"), TABLE_LEFT, false},
        {call_say(call, "receipts", "réceptions"), TABLE_RIGHT, false},
        {call_say(call, "committed", "engagé"), TABLE_RIGHT, false},
        {call_say(call, "projected", "prévu"), TABLE_RIGHT, false},
        {"ATP", TABLE_RIGHT, false},
    };
    struct table table;
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t i = 0; i < question->count; i++) {
        const struct atp_day *day = &question->days[i];
        char value[SHOW_BYTES];
        table_cell_string(&table, show_day(call->language, value, day->day));
        quantity_cell(&table, call->language, day->receipts, TABLE_PLAIN);
        quantity_cell(&table, call->language, day->committed, TABLE_PLAIN);
        quantity_cell(&table, call->language, day->projected,
                      day->projected < 0 ? TABLE_BAD : TABLE_PLAIN);
        quantity_cell(&table, call->language, day->atp, day->atp == 0 ? TABLE_WARN : TABLE_GOOD);
    }
    bool written = table_write(&table, call->terminal.width, call->terminal.colour, &call->out);
    table_free(&table);
    return written;
}

int atp_run(struct call *call)
{
    struct fault fault;
    struct shop_open open;
    struct question question;
    int64_t days = DAYS_DEFAULT;
    if (call_number(call, "days", 1, LIMIT_HORIZON_DAYS, &days, &fault) != STATUS_OK ||
        shop_open(call, call->operands[0], &open, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    int code = EXIT_DONE;
    question.count = (uint32_t)days;
    if (shop_item_named(open.shop, slice_of(call->operands[1]), &question.item, &fault) !=
            STATUS_OK ||
        shop_ask(&open, ask_core, &question, &fault) != STATUS_OK) {
        code = call_fault(&fault);
    } else if (call->json) {
        answer_json_atp(&call->out, open.shop, question.item, question.days, question.count);
        text_append_char(&call->out, '\n');
    } else if (!table_fill(call, &question)) {
        code = call_error(EXIT_FAULT, "no memory for the table; ask for fewer days");
    }
    shop_close(&open);
    return code;
}

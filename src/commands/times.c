/* ecluse times: when an offer on site could begin. Reserves nothing. */
#include "commands/ask.h"
#include "commands/commands.h"
#include "commands/options.h"
#include "commands/shop_open.h"
#include "commands/show.h"
#include "pages/answer_json.h"
#include "pages/store_times.h"
#include "report/table.h"

#include "base/decimal.h"

enum { COUNT_DEFAULT = 10, COUNT_MAX = 200 };

static const struct option options[] = {
    {"from", "TIME", false, "no earlier than this day or time (default: now)"},
    {"count", "N", false, "how many times, 1 to 200 (default 10)"},
};

static const char *const examples[] = {
    "ecluse times shop.db atelier-crepes=2",
    "ecluse times shop.yaml atelier-crepes --from 2026-12-05 --count 3 --json",
    NULL,
};

const struct manual times_manual = {
    .operands_min = 2,
    .operands_max = 2,
    .takes_now = true,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text = "The next times at which an offer on site could begin: for a session, those that have "
            "SEATS seats\n"
            "free, with the seats that are left. Book one with: ecluse order SHOP.db OFFER=SEATS "
            "--want TIME.\n"
            "Nothing is reserved and nothing is written: the next order may take the time.\n"
            "Exit codes: 0 done, 1 no time is free, 2 no such offer or not on site, 3 fault.",
    .examples = examples,
};

struct question {
    struct promise_command command;
    struct promise_line line;
    struct promise_answer answer;
    uint32_t count;
    struct offered_time times[COUNT_MAX];
};

static void ask_core(struct promise_state *state, int64_t now, void *context)
{
    struct question *question = context;
    question->command.now = now;
    promise_quote(state, &question->command, &question->answer, NULL);
    const struct promise_want *want = &question->command.ask.want;
    int64_t from = want->kind == WANT_AT ? want->value : 0;
    question->count =
        store_times_find(state, &question->command, from, question->times, question->count);
}

static enum status question_read(const struct call *call, const struct shop *shop,
                                 struct question *question, struct fault *fault)
{
    struct offer_operand operand;
    struct promise_ask *ask = &question->command.ask;
    const char *from = call_value(call, "from");
    enum status status = options_offer_read(call->operands[1], &operand, fault);
    if (status == STATUS_OK) {
        status = shop_offer_named(shop, operand.name, &question->line.offer, fault);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (!shop->offers[question->line.offer.index].on_site) {
        return fault_set(fault, STATUS_INVALID,
                         "%s is brought by a carrier; only what is on site has times, for this "
                         "one ask: ecluse quote",
                         shop->offers[question->line.offer.index].name);
    }
    question->line.quantity_thousandths = operand.quantity_thousandths;
    ask->lines = &question->line;
    ask->line_count = 1;
    if (from != NULL && !instant_read(&shop->zone, slice_of(from), &ask->want.value)) {
        return fault_set(fault, STATUS_INVALID,
                         "--from %s: give a day like 2026-12-05 or a time like 2026-12-05T14:00",
                         from);
    }
    ask->want.kind = from != NULL ? WANT_AT : WANT_SOONEST;
    return STATUS_OK;
}

static void times_json(struct call *call, const struct shop *shop, const struct question *question)
{
    struct text *to = &call->out;
    const struct offer *offer = &shop->offers[question->line.offer.index];
    text_append_format(to, "{\"offer\":\"%s\",\"quantity\":", offer->name);
    answer_json_quantity(to, question->line.quantity_thousandths);
    text_append_string(to, ",\"times\":[");
    for (uint32_t i = 0; i < question->count; i++) {
        text_append_string(to, i == 0 ? "" : ",");
        answer_json_time(to, shop, offer, &question->times[i]);
    }
    text_append_string(to, "]}\n");
}

static bool times_text(struct call *call, const struct shop *shop, const struct question *question)
{
    const struct table_column columns[] = {
        {call_say(call, "begins", "début"), TABLE_LEFT, false},
        {call_say(call, "ends", "fin"), TABLE_LEFT, false},
        {call_say(call, "seats left", "places libres"), TABLE_RIGHT, false},
    };
    bool seats = shop->offers[question->line.offer.index].seats > 0;
    char value[SHOW_BYTES];
    struct table table;
    table_init(&table, columns, seats ? 3 : 2);
    for (uint32_t i = 0; i < question->count; i++) {
        const struct offered_time *time = &question->times[i];
        int64_t end = instant_minute_up(time->end);
        bool same_day = zone_day(&shop->zone, time->start) == zone_day(&shop->zone, end);
        table_cell_string(&table, show_instant(call->language, shop, value, time->start));
        table_cell_string(&table, same_day ? show_time(shop, value, end)
                                           : show_instant(call->language, shop, value, end));
        if (seats) {
            table_cell_string(
                &table, show_quantity(call->language, value, (int64_t)time->seats * THOUSAND));
        }
    }
    bool written = table_write(&table, call->terminal.width, call->terminal.colour, &call->out);
    table_free(&table);
    return written;
}

static int answer_write(struct call *call, const struct shop *shop, const struct question *question)
{
    enum promise_result result = question->answer.result;
    if (result != PROMISE_OK && result != PROMISE_SOLD_OUT && result != PROMISE_NEVER) {
        return ask_refused(call, shop, &question->answer);
    }
    if (call->json) {
        times_json(call, shop, question);
    } else if (question->count == 0) {
        text_append_format(
            &call->out, "%s\n",
            call_say(call, "No time can be promised within the days that the shop plans.",
                     "Aucune heure ne peut être promise dans les jours que la boutique planifie."));
    } else if (!times_text(call, shop, question)) {
        return call_error(EXIT_FAULT, "no memory for the table; ask for fewer times");
    }
    return question->count > 0 ? EXIT_DONE : EXIT_NO;
}

int times_run(struct call *call)
{
    struct fault fault;
    struct shop_open open;
    struct question question = {.command = {.kind = PROMISE_PLACE}};
    int64_t count = COUNT_DEFAULT;
    if (call_number(call, "count", 1, COUNT_MAX, &count, &fault) != STATUS_OK ||
        shop_open(call, call->operands[0], &open, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    question.count = (uint32_t)count;
    int code = question_read(call, open.shop, &question, &fault) != STATUS_OK ||
                       shop_ask(&open, ask_core, &question, &fault) != STATUS_OK
                   ? call_fault(&fault)
                   : answer_write(call, open.shop, &question);
    shop_close(&open);
    return code;
}

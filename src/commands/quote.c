/* ecluse quote: the date that an order placed now would get, and why. Reserves nothing. */
#include "commands/quote.h"
#include "commands/ask.h"
#include "commands/commands.h"
#include "commands/explain.h"
#include "commands/options.h"
#include "commands/order_answer.h"
#include "commands/show.h"
#include "pages/answer_json.h"

#include <stdlib.h>

enum { PARTS_BYTES_MAX = 1024 * 1024 };

static const struct option options[] = {
    {"want", "DATE|TIME", false,
     "the day to have it, no earlier than need be; or when work on site is to begin"},
    {"split", NULL, false, "what is there earlier may leave earlier, in a parcel of its own"},
    {"explain", NULL, false, "the way to the date, step by step: material, work, parcel, carrier"},
};

static const char *const examples[] = {
    "ecluse quote shop.db coffret",
    "ecluse quote shop.yaml coffret=2 caramel-jar=6 --explain",
    "ecluse quote shop.yaml coffret caramel-jar=12 --want 2026-12-18 --split",
    "ecluse quote shop.yaml coffret --now 2026-12-04T15:59 --lang fr --json",
    NULL,
};

const struct manual quote_manual = {
    .operands_min = 2,
    .operands_max = 1 + LIMIT_ORDER_LINES,
    .takes_now = true,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text = "Answers with the instant by which the order leaves, the day by which it is delivered, "
            "and\n"
            "what limited it. QTY is in the offer's units, above 0, at most three decimals "
            "(default 1).\n"
            "A wanted day later than the earliest is planned backward from it: the work lies as "
            "late as it can.\n"
            "Nothing is reserved and nothing is written: the next order may take the date.\n"
            "Exit codes: 0 promised, 1 cannot be promised (sold out), 2 no such offer, 3 fault.",
    .examples = examples,
};

/* What the core is asked and what it answers; large, so it lives on the heap. */
struct question {
    struct promise_command command;
    struct promise_line lines[LIMIT_ORDER_LINES];
    struct promise_answer answer;
    struct promise_plan plan;
    struct order_line_view views[LIMIT_ORDER_LINES];
    struct explain_facts facts;
    int64_t now;
};

static void ask_core(struct promise_state *state, int64_t now, void *context)
{
    struct question *question = context;
    question->now = now;
    question->command.now = now;
    question->plan.group_count = 0;
    question->plan.line_count = 0;
    promise_quote(state, &question->command, &question->answer, &question->plan);
    if (question->answer.result == PROMISE_OK) {
        answer_lines_of_plan(&question->plan, question->views);
        explain_facts_fill(state, &question->plan, now, &question->facts);
    }
}

static enum status lines_read(const struct call *call, const struct shop *shop,
                              struct promise_line *lines, struct fault *fault)
{
    for (uint32_t i = 1; i < call->operand_count; i++) {
        struct offer_operand operand;
        struct promise_line *line = &lines[i - 1];
        enum status status = options_offer_read(call->operands[i], &operand, fault);
        if (status == STATUS_OK) {
            status = shop_offer_named(shop, operand.name, &line->offer, fault);
        }
        if (status != STATUS_OK) {
            return status;
        }
        line->quantity_thousandths = operand.quantity_thousandths;
    }
    return STATUS_OK;
}

static enum status question_set(const struct call *call, const struct shop *shop,
                                const struct promise_line *lines, uint32_t line_count,
                                struct question *question, struct fault *fault)
{
    struct promise_ask *ask = &question->command.ask;
    memcpy(question->lines, lines, line_count * sizeof *lines);
    ask->lines = question->lines;
    ask->line_count = line_count;
    ask->split = call_flag(call, "split") || shop->promise.policy == POLICY_SPLIT;
    return ask_want_read(call, shop, &ask->want, fault);
}

static struct explain explain_of(const struct call *call, const struct shop *shop,
                                 const struct question *question)
{
    return (struct explain){.shop = shop,
                            .plan = &question->plan,
                            .facts = &question->facts,
                            .want = question->command.ask.want,
                            .now = question->now,
                            .language = call->language};
}

static void answer_json_write(struct call *call, const struct shop *shop,
                              const struct question *question)
{
    bool promised = question->answer.result == PROMISE_OK;
    struct answer_lines lines = {question->views, promised ? question->plan.line_count : 0};
    answer_json_quote(&call->out, shop, &question->answer, lines);
    if (promised && call_flag(call, "explain") && !call->out.overflow) {
        struct explain explain = explain_of(call, shop, question);
        call->out.length--; /* the closing brace: one more key comes */
        text_append_string(&call->out, ",\"explain\":");
        explain_json(&explain, &call->out);
        text_append_char(&call->out, '}');
    }
    text_append_char(&call->out, '\n');
}

/* Hours on site and parcels, from the same answer as --json gives. */
static void parts_write(struct call *call, const struct shop *shop, const struct question *question)
{
    struct text answer;
    text_init(&answer, PARTS_BYTES_MAX);
    answer_json_quote(&answer, shop, &question->answer,
                      (struct answer_lines){question->views, question->plan.line_count});
    order_parts_write(call, text_slice(&answer));
    text_free(&answer);
}

static void promised_write(struct call *call, const struct shop *shop,
                           const struct question *question)
{
    char value[SHOW_BYTES];
    const struct promise_summary *summary = &question->answer.summary;
    if (call_flag(call, "explain")) {
        struct explain explain = explain_of(call, shop, question);
        explain_text(&explain, &call->out);
        text_append_char(&call->out, '\n');
    }
    if (summary->dates.has_ship_by) {
        text_append_format(&call->out, "%s %s\n",
                           call_say(call, "Ships by     ", "Part au plus tard  "),
                           show_instant(call->language, shop, value, summary->dates.ship_by));
    }
    text_append_format(&call->out, "%s %s\n",
                       call_say(call, "Delivered by ", "Livré au plus tard "),
                       show_day(call->language, value, summary->dates.deliver_by_day));
    parts_write(call, shop, question);
    text_append_format(&call->out, "%s %s", call_say(call, "Total        ", "Total              "),
                       show_money(call->language, shop, value, summary->total_minor));
    if (summary->shipping_minor > 0) {
        text_append_format(&call->out, " (%s %s)", call_say(call, "shipping", "port"),
                           show_money(call->language, shop, value, summary->shipping_minor));
    }
    text_append_char(&call->out, '\n');
}

static void refused_write(struct call *call, const struct question *question)
{
    char value[SHOW_BYTES];
    text_append_format(&call->out, "%s\n",
                       call_say(call, "Cannot be promised.", "Ne peut pas être promis."));
    if (question->answer.has_possible) {
        text_append_format(&call->out, "%s %s\n", call_say(call, "Possible on", "Possible le"),
                           show_day(call->language, value, question->answer.possible_day));
    }
}

static int answer_write(struct call *call, const struct shop *shop, const struct question *question)
{
    enum promise_result result = question->answer.result;
    if (result != PROMISE_OK && result != PROMISE_SOLD_OUT && result != PROMISE_NEVER) {
        return ask_refused(call, shop, &question->answer);
    }
    int code = result == PROMISE_OK ? EXIT_DONE : EXIT_NO;
    if (call->json) {
        answer_json_write(call, shop, question);
        return code;
    }
    if (result == PROMISE_OK) {
        promised_write(call, shop, question);
    } else {
        refused_write(call, question);
    }
    promise_reason(shop, &question->answer, call->language, &call->out);
    text_append_char(&call->out, '\n');
    return code;
}

int quote_answer(struct call *call, struct shop_open *open, const struct promise_line *lines,
                 uint32_t line_count)
{
    struct fault fault;
    int code;
    struct question *question = calloc(1, sizeof *question);
    if (question == NULL) {
        (void)fault_set(&fault, STATUS_MEMORY,
                        "no memory for the question; free some and try again");
        code = call_fault(&fault);
    } else if (question_set(call, open->shop, lines, line_count, question, &fault) != STATUS_OK ||
               shop_ask(open, ask_core, question, &fault) != STATUS_OK) {
        code = call_fault(&fault);
    } else {
        code = answer_write(call, open->shop, question);
    }
    free(question);
    return code;
}

int quote_run(struct call *call)
{
    struct fault fault;
    struct shop_open open;
    struct promise_line lines[LIMIT_ORDER_LINES] = {0};
    if (shop_open(call, call->operands[0], &open, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    int code = lines_read(call, open.shop, lines, &fault) == STATUS_OK
                   ? quote_answer(call, &open, lines, call->operand_count - 1)
                   : call_fault(&fault);
    shop_close(&open);
    return code;
}

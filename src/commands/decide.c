/* ecluse decide: what was chosen, why, what is expected of it and by when.
 *
 * options -> the control command "decide" (pages/control_decide.h) -> its answer. Names, days and
 * amounts are checked where the shop is known. */
#include "commands/change_request.h"
#include "commands/commands.h"
#include "commands/json_text.h"
#include "commands/show.h"

#include <inttypes.h>

enum { REQUEST_BYTES_MAX = 16 * 1024 };

static const struct option options[] = {
    {"stop", "ACTIVITY", false, "the activity that ends; it may be gone already"},
    {"start", "ACTIVITY", false, "the activity that begins; it may not be there yet"},
    {"shrink", "ACTIVITY", false, "the activity that gets less"},
    {"keep", "ACTIVITY", false, "the activity that goes on"},
    {"because", "TEXT", false, "why; read again when it is looked at"},
    {"on", "DATE", false, "from when it holds (default: today)"},
    {"by", "DATE", false, "when it is looked at again; a day after --on"},
    {"expect", "KEY=VALUE", true, "what is expected of it, a week; its keys stand above"},
    {"say", "TEXT", false, "what customers are told (default: a sentence)"},
    {"forget", "NUMBER", false, "take a decision away that was written down wrongly"},
};

static const char *const examples[] = {
    "ecluse decide shop.db --stop cellar --because \"38 percent of the packing hours\" --on "
    "2026-12-01 --by 2027-03-01 --expect profit_per_week=210",
    "ecluse decide shop.db --keep classes --expect kept_percent=97 --expect orders_per_week=-4",
    NULL,
};

const struct manual decide_manual = {
    .operands_min = 1,
    .operands_max = 1,
    .takes_now = true,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text =
        "Writes down one decision: one of --stop, --start, --shrink and --keep. What is expected "
        "of it are gains\n"
        "a week against the eight weeks before: profit_per_week and revenue_per_week in money, "
        "orders_per_week and\n"
        "hours_per_week, less where negative (hours_per_week=-6 frees six hours of work); "
        "kept_percent is the level\n"
        "of promises kept. `ecluse decisions` reads the same figures "
        "when the time has\n"
        "come. Nothing in the shop changes by it: what is sold, and by how many people, the shop "
        "file says.\n"
        "Exit codes: 0 done, 1 refused (there are 1000), 2 bad input, 3 fault.",
    .examples = examples,
};

static void member(const struct call *call, struct text *request, const char *name)
{
    const char *value = call_value(call, name);
    if (value != NULL) {
        change_text(request, name, value);
    }
}

static bool measure_known(struct slice name)
{
    for (int i = 0; i < DECISION_MEASURES; i++) {
        if (slice_is(name, decision_measure_name((enum decision_measure)i))) {
            return true;
        }
    }
    return false;
}

/* ,"expected":{...}; a key that is given twice would be two expectations of one thing. */
static enum status expected_write(const struct call *call, struct text *request,
                                  struct fault *fault)
{
    const char *given;
    text_append_string(request, ",\"expected\":{");
    for (uint32_t i = 0; (given = call_value_at(call, "expect", i)) != NULL; i++) {
        const char *equals = strchr(given, '=');
        struct slice key = {given, equals != NULL ? (size_t)(equals - given) : strlen(given)};
        if (equals == NULL || !measure_known(key)) {
            return fault_set(fault, STATUS_INVALID,
                             "--expect %s: write KEY=VALUE; the keys are profit_per_week, "
                             "revenue_per_week, orders_per_week, hours_per_week and kept_percent",
                             given);
        }
        text_append_string(request, i == 0 ? "\"" : ",\"");
        text_append_slice(request, key);
        text_append_string(request, "\":\"");
        text_append_json(request, slice_of(equals + 1));
        text_append_char(request, '"');
    }
    text_append_char(request, '}');
    return STATUS_OK;
}

static enum status request_write(const struct call *call, struct text *request, struct fault *fault)
{
    int64_t number = 0;
    enum status status = call_number(call, "forget", 1, INT32_MAX, &number, fault);
    text_append_string(request, "{\"command\":\"decide\"");
    for (int i = 0; i < DECISION_VERBS; i++) {
        member(call, request, decision_verb_name((enum decision_verb)i));
    }
    member(call, request, "because");
    member(call, request, "on");
    member(call, request, "by");
    member(call, request, "say");
    if (number != 0) {
        text_append_format(request, ",\"forget\":%" PRId64, number);
    }
    if (status == STATUS_OK && call_value(call, "expect") != NULL) {
        status = expected_write(call, request, fault);
    }
    text_append_char(request, '}');
    return status == STATUS_OK && request->overflow
               ? fault_set(fault, STATUS_INVALID, "that is too long; say it in fewer words")
               : status;
}

static void answer_show(struct call *call, const json_t *answer)
{
    int64_t number = (int64_t)json_integer_value(json_object_get(answer, "number"));
    const char *nearest = json_text(answer, "nearest");
    char day[SHOW_BYTES];
    if (call_value(call, "forget") != NULL) {
        text_append_format(&call->out,
                           call_say(call, "Decision %" PRId64 " is forgotten.\n",
                                    "La décision %" PRId64 " est oubliée.\n"),
                           number);
        return;
    }
    text_append_format(&call->out,
                       call_say(call, "Decision %" PRId64 " is written down, from %s on.\n",
                                "La décision %" PRId64 " est notée, à partir du %s.\n"),
                       number, show_iso(call->language, day, json_text(answer, "on")));
    if (json_is_false(json_object_get(answer, "known"))) {
        text_append_string(&call->out, call_say(call, "The shop has no activity of that name.",
                                                "La boutique n’a pas d’activité de ce nom."));
        if (nearest[0] != '\0') {
            text_append_format(&call->out,
                               call_say(call,
                                        " Did you mean %s? Then: ecluse decide SHOP.db --forget "
                                        "%" PRId64,
                                        " S’agit-il de %s\u202f? Alors\u00a0: ecluse decide "
                                        "SHOP.db --forget %" PRId64),
                               nearest, number);
        }
        text_append_char(&call->out, '\n');
    }
}

int decide_run(struct call *call)
{
    struct fault fault;
    struct text request;
    json_t *answer = NULL;
    text_init(&request, REQUEST_BYTES_MAX);
    int code = request_write(call, &request, &fault) == STATUS_OK
                   ? change_send(call, text_slice(&request), &answer)
                   : call_fault(&fault);
    if (code == EXIT_DONE && call->json) {
        change_json(call, answer);
    } else if (code == EXIT_DONE) {
        answer_show(call, answer);
    }
    json_decref(answer);
    text_free(&request);
    return code;
}

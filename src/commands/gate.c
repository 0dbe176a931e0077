/* ecluse gate: who waits before the shop behind us, and the lever of those who run it. */
#include "commands/change_request.h"
#include "commands/commands.h"
#include "report/table.h"

enum { REQUEST_BYTES_MAX = 1024 };

static const struct option options[] = {
    {"pause", NULL, false, "let nobody in until --resume; everybody keeps the place"},
    {"resume", NULL, false, "let visitors in again"},
    {"rate", "R|none", false, "at most R visitors a second; none: what the shop file says"},
};

static const char *const examples[] = {
    "ecluse gate shop.db",
    "ecluse gate shop.db --pause",
    "ecluse gate shop.db --resume --rate 1.5",
    NULL,
};

const struct manual gate_manual = {
    .operands_min = 1,
    .operands_max = 1,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text =
        "Shows the waiting room of the server that runs with --upstream: who waits, stands at the "
        "door, is\n"
        "inside, and how many visitors a second may go in. A pause and a rate last until they are "
        "taken\n"
        "back, or the server is started again; the rate never exceeds what the shop file says.\n"
        "Exit codes: 0 done, 2 no waiting room is open, or bad usage, 3 fault.",
    .examples = examples,
};

static void row(struct table *table, const char *name, const json_t *answer, const char *key)
{
    const json_t *value = json_object_get(answer, key);
    table_cell_string(table, name);
    if (json_is_real(value)) {
        table_cell_format(table, "%.2f", json_real_value(value));
    } else {
        table_cell_format(table, "%lld", (long long)json_integer_value(value));
    }
}

static bool table_show(struct call *call, const json_t *answer)
{
    const struct table_column columns[] = {{"", TABLE_LEFT, false}, {"", TABLE_RIGHT, false}};
    struct table table;
    bool paused = json_is_true(json_object_get(answer, "paused"));
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    row(&table, call_say(call, "waiting", "en attente"), answer, "waiting");
    row(&table, call_say(call, "at the door", "à la porte"), answer, "parked");
    row(&table, call_say(call, "inside", "dans la boutique"), answer, "inside");
    row(&table, call_say(call, "let in so far", "entrés jusqu’ici"), answer, "entries");
    row(&table, call_say(call, "asked too often", "demandes refusées car trop fréquentes"), answer,
        "limited");
    row(&table, call_say(call, "may go in, a second", "peuvent entrer, par seconde"), answer,
        "rate");
    row(&table, call_say(call, "the shop bears", "la boutique supporte"), answer, "learned");
    bool written = table_write(&table, 0, false, &call->out);
    table_free(&table);
    if (paused) {
        text_append_string(&call->out, call_say(call, "Paused: ecluse gate SHOP.db --resume\n",
                                                "En pause : ecluse gate SHOP.db --resume\n"));
    }
    return written;
}

static enum status request_write(const struct call *call, struct text *request, struct fault *fault)
{
    const char *rate = call_value(call, "rate");
    bool pauses = call_flag(call, "pause");
    bool resumes = call_flag(call, "resume");
    if (pauses && resumes) {
        return fault_set(fault, STATUS_INVALID, "--pause and --resume exclude each other");
    }
    text_append_string(request, "{\"command\":\"gate\"");
    if (pauses || resumes) {
        text_append_string(request, pauses ? ",\"paused\":true" : ",\"paused\":false");
    }
    if (rate != NULL) {
        text_append_string(request, ",");
        text_append_json_member(request, "rate", rate);
    }
    text_append_string(request, "}");
    return STATUS_OK;
}

int gate_run(struct call *call)
{
    struct fault fault;
    struct text request;
    json_t *answer = NULL;
    text_init(&request, REQUEST_BYTES_MAX);
    int code = request_write(call, &request, &fault) != STATUS_OK
                   ? call_fault(&fault)
                   : change_send(call, text_slice(&request), &answer);
    if (code == EXIT_DONE && call->json) {
        change_json(call, answer);
    } else if (code == EXIT_DONE && !table_show(call, answer)) {
        code = call_error(EXIT_FAULT, "no memory for the table; free some and try again");
    }
    json_decref(answer);
    text_free(&request);
    return code;
}

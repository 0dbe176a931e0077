/* ecluse apply: a changed shop file into the running shop. */
#include "commands/commands.h"
#include "commands/order_answer.h"
#include "commands/shop_open.h"
#include "commands/shop_write.h"

#include <jansson.h>
#include <stdlib.h>

static const struct option options[] = {
    {"dry-run", NULL, false, "say what would change, change nothing"},
};

static const char *const examples[] = {
    "ecluse apply shop.db shop.yaml --dry-run",
    "ecluse apply shop.db shop.yaml",
    NULL,
};

const struct manual apply_manual = {
    .operands_min = 2,
    .operands_max = 2,
    .takes_now = true,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text = "Compares the file with the one last applied and brings the differences in: new names "
            "come, names\n"
            "that are left out retire, promises already made stay. Opening figures (stock, "
            "receipts, balances)\n"
            "are refused where they differ, with the command that records such a change.\n"
            "Exit codes: 0 applied, 1 refused, 2 bad file, 3 fault.",
    .examples = examples,
};

static int answer_write(struct call *call, struct slice answer, int http)
{
    char sentence[1024];
    int code = control_exit_code(http);
    if (code != EXIT_DONE) {
        problem_sentence(answer, sentence, sizeof sentence);
        return call_error((enum exit_code)code, "%s", sentence);
    }
    json_t *json = json_loadb(answer.data, answer.length, 0, NULL);
    const char *changes = json_string_value(json_object_get(json, "changes"));
    if (call->json) {
        text_append_slice(&call->out, answer);
        text_append_char(&call->out, '\n');
    } else if (changes == NULL || changes[0] == '\0') {
        text_append_format(&call->out, "%s\n",
                           call_say(call, "Nothing changes.", "Rien ne change."));
    } else {
        text_append_string(&call->out, changes);
        text_append_string(&call->out, changes[strlen(changes) - 1] == '\n' ? "" : "\n");
    }
    json_decref(json);
    return code;
}

static int request_run(struct call *call, struct slice shop_text)
{
    struct fault fault;
    struct shop_write write;
    struct text request;
    struct text answer;
    int http = 0;
    if (shop_write_open(call, call->operands[0], &write, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    text_init(&request, LIMIT_CONTROL_BODY_BYTES);
    text_init(&answer, LIMIT_CONTROL_BODY_BYTES);
    text_append_string(&request, "{\"command\":\"apply\",\"shop\":\"");
    text_append_json(&request, shop_text);
    text_append_string(&request, "\",\"file\":\"");
    text_append_json(&request, slice_of(call->operands[1]));
    text_append_format(&request, "\",\"dry_run\":%s}",
                       call_flag(call, "dry-run") ? "true" : "false");
    int code;
    if (request.overflow) {
        code = call_error(EXIT_USAGE, "%s is over %d MB; make it smaller", call->operands[1],
                          LIMIT_CONTROL_BODY_BYTES / 1024 / 1024);
    } else if (shop_write_send(&write, text_slice(&request), &answer, &http, &fault) != STATUS_OK) {
        code = call_fault(&fault);
    } else {
        code = answer_write(call, text_slice(&answer), http);
    }
    text_free(&request);
    text_free(&answer);
    shop_write_close(&write);
    return code;
}

int apply_run(struct call *call)
{
    struct fault fault;
    struct shop *shop;
    char *text = NULL;
    size_t length = 0;
    const char *name = call->operands[1];
    if (strlen(name) > 3 && strcmp(name + strlen(name) - 3, ".db") == 0) {
        return call_error(EXIT_USAGE, "%s is a database; name it first, then the shop file", name);
    }
    /* Read here too: a file that is wrong is told with line and column before any database is
     * touched. */
    if (shop_file_read(call, call->operands[1], &text, &length, &shop, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    shop_free(shop);
    int code = request_run(call, (struct slice){text, length});
    free(text);
    return code;
}

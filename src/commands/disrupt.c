/* ecluse disrupt: something goes wrong; which promises it breaks, and what would keep them.
 *
 *   recorded:  the change to the database (change_request.h), then a look at what it became
 *   --dry-run: the same change to a state in memory, and the same look
 *
 * Each kind is a change that other commands record too; here its consequence is what is asked. */
#include "commands/change_request.h"
#include "commands/commands.h"
#include "commands/disrupt_report.h"

#include <stdio.h>
#include <stdlib.h>

enum { REQUEST_BYTES_MAX = 4096, OPERANDS_OF_KIND_MAX = 4, OPERANDS_BEFORE = 2 };

static const struct option options[] = {
    {"more", NULL, false, "absent: so many people more, not fewer"},
    {"dry-run", NULL, false, "say what would happen, change nothing"},
};

static const char *const examples[] = {
    "ecluse disrupt shop.db late 2 2026-12-09 --dry-run",
    "ecluse disrupt shop.db absent packing 1 2026-12-03 2026-12-04 --dry-run",
    "ecluse disrupt shop.db strike colissimo 2026-12-01 2026-12-02 --dry-run",
    "ecluse disrupt shop.db count caramel 800",
    NULL,
};

const struct manual disrupt_manual = {
    .operands_min = 3,
    .operands_max = OPERANDS_BEFORE + OPERANDS_OF_KIND_MAX,
    .takes_now = true,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text =
        "Records that something went wrong and lists the broken promises: open orders that are due "
        "later than\n"
        "first promised, or have no date, those worth most first, with customer, value and what "
        "would keep each:\n"
        "parts that could still leave in time, a receipt, overtime, another collection.\n"
        "  late ENTRY DATE                      it can be used from that day on (ENTRY: see "
        "purchases)\n"
        "  short ENTRY QUANTITY                 only so much of it comes\n"
        "  absent WORK_CENTER PEOPLE FROM TO    people are away, both days included\n"
        "  strike CARRIER FROM TO               it neither collects nor delivers\n"
        "  count ITEM QUANTITY                  so much is really on the shelf\n"
        "  cancel ORDER                         it is cancelled; what it gives back may bring a "
        "date to\n"
        "                                       orders that have none\n"
        "Each is looked at by itself, as if the others stay; of more than 50 the 50 worth most are "
        "searched.\n"
        "Exit codes: 0 done, 1 an order that cannot be cancelled, 2 bad usage, 3 fault.",
    .examples = examples,
};

struct kind {
    const char *name;
    const char *change; /* NULL: cancel */
    const char *usage;
    uint32_t count;
    const char *fields[OPERANDS_OF_KIND_MAX]; /* of the change, in the order of the operands */
};

static const struct kind kinds[] = {
    {"late", "date", "ENTRY DATE", 2, {"entry", "from"}},
    {"short", "quantity", "ENTRY QUANTITY", 2, {"entry", "quantity"}},
    {"absent", "staff", "WORK_CENTER PEOPLE FROM TO", 4, {"work_center", "people", "from", "to"}},
    {"strike", "carrier", "CARRIER FROM TO", 3, {"carrier", "from", "to"}},
    {"count", "count", "ITEM QUANTITY", 2, {"item", "quantity"}},
    {"cancel", NULL, "ORDER", 1, {"order"}},
};

static const struct kind *kind_find(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}

/* People away are written without a sign: -2 would be an option. */
static enum status people_write(const struct call *call, struct text *request, const char *typed,
                                struct fault *fault)
{
    char signed_people[64];
    if (typed[0] == '-') {
        return fault_set(fault, STATUS_INVALID,
                         "%s: write how many people are away without a sign; --more for more",
                         typed);
    }
    (void)snprintf(signed_people, sizeof signed_people, "%s%.60s",
                   call_flag(call, "more") ? "" : "-", typed);
    return change_number(request, "people", "how many people", 0, signed_people, fault);
}

static enum status field_write(const struct call *call, struct text *request, const char *field,
                               const char *typed, struct fault *fault)
{
    if (strcmp(field, "people") == 0) {
        return people_write(call, request, typed, fault);
    }
    if (strcmp(field, "entry") == 0) {
        return change_number(request, field, "an entry", 0, typed[0] == '#' ? typed + 1 : typed,
                             fault);
    }
    if (strcmp(field, "quantity") == 0) {
        return change_number(request, field, "a quantity", 3, typed, fault);
    }
    change_text(request, field, typed);
    return STATUS_OK;
}

static enum status request_write(const struct call *call, const struct kind *kind,
                                 struct text *request, struct fault *fault)
{
    enum status status = STATUS_OK;
    if (kind->change == NULL) {
        text_append_string(request, "{\"command\":\"cancel\"");
    } else {
        change_begin(request, kind->change);
    }
    for (uint32_t i = 0; i < kind->count && status == STATUS_OK; i++) {
        status =
            field_write(call, request, kind->fields[i], call->operands[OPERANDS_BEFORE + i], fault);
    }
    if (call_flag(call, "dry-run")) {
        change_flag(request, "dry_run");
    }
    change_end(request);
    return status;
}

static void answer_json(struct call *call, const struct kind *kind, const struct shop *shop,
                        const json_t *answer, const struct report *report)
{
    const json_t *moved = json_object_get(answer, "moved");
    char *bytes = moved != NULL ? json_dumps(moved, JSON_COMPACT) : NULL;
    text_append_format(&call->out, "{\"disruption\":\"%s\",\"dry_run\":%s,\"moved\":%s,",
                       kind->name, call_flag(call, "dry-run") ? "true" : "false",
                       bytes != NULL ? bytes : "[]");
    free(bytes);
    report_json(&call->out, shop, report);
    text_append_string(&call->out, "}\n");
}

static void answer_text(struct call *call, const struct shop *shop, const json_t *answer,
                        const struct report *report)
{
    size_t moved = json_array_size(json_object_get(answer, "moved"));
    if (call_flag(call, "dry-run")) {
        text_append_format(
            &call->out, "%s\n",
            call_say(call, "A dry run: nothing is changed.", "Essai à blanc : rien n’est changé."));
    }
    text_append_format(&call->out,
                       call_say(call, "Orders that move: %zu\n", "Commandes qui bougent : %zu\n"),
                       moved);
    report_text(call, shop, report);
}

/* The look, on a state that has the disruption in it. */
static int look_run(struct call *call, const struct kind *kind, struct shop_open *open,
                    const json_t *answer)
{
    struct fault fault;
    struct report report = {.count = 0};
    enum status status =
        report_read(open, call->env, json_object_get(answer, "moved"), &report, &fault);
    int code = EXIT_DONE;
    if (status != STATUS_OK) {
        code = call_fault(&fault);
    } else if (call->json) {
        answer_json(call, kind, open->shop, answer, &report);
    } else {
        answer_text(call, open->shop, answer, &report);
    }
    report_free(&report);
    return code;
}

static int disruption_run(struct call *call, const struct kind *kind, struct slice request)
{
    struct fault fault;
    struct shop_open open;
    json_t *answer = NULL;
    bool dry = call_flag(call, "dry-run");
    int code = dry ? EXIT_DONE : change_send(call, request, &answer);
    if (code != EXIT_DONE) {
        return code;
    }
    if (shop_open(call, call->operands[0], &open, &fault) != STATUS_OK) {
        json_decref(answer);
        return call_fault(&fault);
    }
    if (dry) {
        code = change_try(call, &open, request, &answer);
    }
    if (code == EXIT_DONE) {
        code = look_run(call, kind, &open, answer);
    }
    json_decref(answer);
    shop_close(&open);
    return code;
}

int disrupt_run(struct call *call)
{
    struct fault fault;
    struct text request;
    const struct kind *kind = kind_find(call->operands[1]);
    if (kind == NULL) {
        return call_error(EXIT_USAGE,
                          "there is no disruption \"%s\"; there are late, short, absent, strike, "
                          "count and cancel",
                          call->operands[1]);
    }
    if (call->operand_count != OPERANDS_BEFORE + kind->count) {
        return call_error(EXIT_USAGE, "%s wants: ecluse disrupt SHOP.db %s %s", kind->name,
                          kind->name, kind->usage);
    }
    if (call_flag(call, "more") && strcmp(kind->name, "absent") != 0) {
        return call_error(EXIT_USAGE, "--more belongs to absent; leave it out");
    }
    text_init(&request, REQUEST_BYTES_MAX);
    int code = request_write(call, kind, &request, &fault) != STATUS_OK
                   ? call_fault(&fault)
                   : disruption_run(call, kind, text_slice(&request));
    text_free(&request);
    return code;
}

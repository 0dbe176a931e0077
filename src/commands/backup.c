/* ecluse backup and export: a database out into files. Both only read, beside a running server too.
 */
#include "commands/commands.h"
#include "commands/shop_open.h"
#include "exchange/exchange.h"
#include "journal/journal.h"

static const char *const backup_examples[] = {
    "ecluse backup shop.db shop-monday.db",
    NULL,
};

const struct manual backup_manual = {
    .operands_min = 2,
    .operands_max = 2,
    .text = "Copies a live database into a new file, which is complete and on disk when the "
            "command ends. It\n"
            "holds customers' names and addresses: keep it as you keep those, and let it expire.\n"
            "Exit codes: 0 done, 2 FILE is there or SHOP.db is not, 3 fault.",
    .examples = backup_examples,
};

static const char *const export_examples[] = {
    "ecluse export shop.db out",
    NULL,
};

const struct manual export_manual = {
    .operands_min = 2,
    .operands_max = 2,
    .text =
        "Writes shop.yaml (the shop file as it is now), offers.csv, orders.csv, order_lines.csv,\n"
        "wishes.csv, requests.csv, customers.csv, decisions.csv and history.csv into DIR, which is "
        "made, or is there\n"
        "and empty.\n"
        "Exit codes: 0 done, 2 DIR is not empty or SHOP.db is not there, 3 fault.",
    .examples = export_examples,
};

static int done_tell(struct call *call, enum status status, const struct fault *fault,
                     const char *key)
{
    if (status != STATUS_OK) {
        return call_fault(fault);
    }
    if (call->json) {
        text_append_char(&call->out, '{');
        text_append_json_member(&call->out, key, call->operands[1]);
        text_append_string(&call->out, "}\n");
    } else {
        text_append_format(&call->out, "%s %s\n", call->operands[1],
                           call_say(call, "is written", "est écrit"));
    }
    return EXIT_DONE;
}

int backup_run(struct call *call)
{
    struct fault fault;
    enum status status = shop_database_check(call->operands[0], &fault);
    if (status == STATUS_OK) {
        status = journal_backup(call->operands[0], call->operands[1], call->env, &fault);
    }
    return done_tell(call, status, &fault, "file");
}

int export_run(struct call *call)
{
    struct fault fault;
    enum status status = shop_database_check(call->operands[0], &fault);
    if (status == STATUS_OK) {
        status = exchange_export(call->operands[0], call->operands[1], call->env, &fault);
    }
    return done_tell(call, status, &fault, "directory");
}

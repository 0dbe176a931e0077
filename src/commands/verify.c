/* ecluse verify: replays the journal and holds everything against it. */
#include "commands/commands.h"
#include "commands/shop_open.h"
#include "journal/journal.h"
#include "promise/wish.h"

#include <inttypes.h>

static const char *const examples[] = {
    "ecluse verify shop.db",
    "ecluse verify shop.db --json",
    NULL,
};

const struct manual verify_manual = {
    .operands_min = 1,
    .operands_max = 1,
    .text = "Replays the journal from its first batch and checks: the hash chain, every table "
            "against what the\n"
            "events say, foreign keys, and the core's invariants (no slot over its people, no "
            "stock sold twice).\n"
            "Works beside a running server. The last hash stands for all figures before it: note "
            "it down, and\n"
            "nobody can change them unseen.\n"
            "Exit codes: 0 all agrees, 1 something differs (the first difference is told), 3 "
            "cannot be read.",
    .examples = examples,
};

static void hash_append(struct text *to, const unsigned char hash[JOURNAL_HASH_BYTES])
{
    for (size_t i = 0; i < JOURNAL_HASH_BYTES; i++) {
        text_append_format(to, "%02x", hash[i]);
    }
}

static void report_json(struct text *to, const struct journal_report *report,
                        const char *difference)
{
    text_append_format(to, "{\"verified\":%s,", difference == NULL ? "true" : "false");
    if (difference != NULL) {
        text_append_json_member(to, "difference", difference);
        text_append_char(to, ',');
    }
    text_append_format(to,
                       "\"batches\":%" PRIu64 ",\"events\":%" PRIu64 ",\"orders\":%" PRIu64
                       ",\"history_lines\":%" PRIu64 ",\"by_status\":{",
                       report->batches, report->events, report->order_count, report->history_lines);
    for (int i = ORDER_HELD; i < ORDER_STATUSES; i++) {
        text_append_format(to, "%s\"%s\":%" PRIu64, i == ORDER_HELD ? "" : ",",
                           order_status_text((enum order_status)i), report->orders[i]);
    }
    text_append_format(to, "},\"wishes\":%" PRIu64 ",\"wishes_by_status\":{", report->wish_count);
    for (int i = WISH_WAITING; i < WISH_STATUSES; i++) {
        text_append_format(to, "%s\"%s\":%" PRIu64, i == WISH_WAITING ? "" : ",",
                           wish_status_text((enum wish_status)i), report->wishes[i]);
    }
    text_append_format(
        to, "},\"digest\":\"%016" PRIx64 "\",\"last_sequence\":%" PRIu64 ",\"last_hash\":\"",
        report->digest, report->last.sequence);
    hash_append(to, report->last.hash);
    text_append_string(to, "\"}\n");
}

static void statuses_append(struct text *to, const struct journal_report *report)
{
    const char *gap = " (";
    for (int i = ORDER_HELD; i < ORDER_STATUSES; i++) {
        if (report->orders[i] > 0) {
            text_append_format(to, "%s%" PRIu64 " %s", gap, report->orders[i],
                               order_status_text((enum order_status)i));
            gap = ", ";
        }
    }
    text_append_string(to, gap[0] == ',' ? ")" : "");
}

static void report_text(const struct call *call, struct text *to,
                        const struct journal_report *report)
{
    text_append_format(
        to, "%s\n",
        call_say(call, "Checked: hash chain, tables against events, foreign keys, invariants.",
                 "Vérifié : chaîne de hachage, tables contre événements, clés étrangères, "
                 "invariants."));
    text_append_format(to, "%" PRIu64 " %s, %" PRIu64 " %s, %" PRIu64 " %s", report->batches,
                       call_say(call, "batches", "lots"), report->events,
                       call_say(call, "events", "événements"), report->order_count,
                       report->order_count == 1 ? call_say(call, "order", "commande")
                                                : call_say(call, "orders", "commandes"));
    statuses_append(to, report);
    if (report->wish_count > 0) {
        text_append_format(to, ", %" PRIu64 " %s", report->wish_count,
                           report->wish_count == 1 ? call_say(call, "wish", "souhait")
                                                   : call_say(call, "wishes", "souhaits"));
    }
    if (report->history_lines > 0) {
        text_append_format(to, ", %" PRIu64 " %s", report->history_lines,
                           call_say(call, "lines of history", "lignes d'historique"));
    }
    text_append_format(to, "\n%s ", call_say(call, "Last hash", "Dernier hachage"));
    hash_append(to, report->last.hash);
    text_append_char(to, '\n');
}

int verify_run(struct call *call)
{
    struct fault fault = {.status = STATUS_OK};
    struct journal_report report = {.batches = 0};
    enum status status = shop_database_check(call->operands[0], &fault);
    if (status == STATUS_OK) {
        status = journal_verify(call->operands[0], call->env, &report, &fault);
    }
    if (status != STATUS_OK && status != STATUS_CORRUPT) {
        return call_fault(&fault);
    }
    const char *difference = status == STATUS_CORRUPT ? fault.text : NULL;
    if (call->json) {
        report_json(&call->out, &report, difference);
    } else if (difference == NULL) {
        report_text(call, &call->out, &report);
    }
    if (difference != NULL) {
        return call_error(EXIT_NO, "%s does not verify: %s", call->operands[0], difference);
    }
    return EXIT_DONE;
}

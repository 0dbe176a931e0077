/* ecluse decisions: what was decided, and what came of it.
 *
 *   shop -> decisions and the records around them (decisions_read.h), what else changed
 *   (decisions_changes.h) -> text, JSON, a page (focus_decisions.h), a page for the team
 *   (decisions_team.h) */
#include "commands/commands.h"
#include "commands/decisions_team.h"
#include "commands/focus_decisions.h"
#include "commands/report_page.h"
#include "report/translate.h"

static const struct option options[] = {
    {"html", "FILE", false, "write a page with all of it, beside the answer"},
    {"team", "FILE", false, "write one page for the team, to print (A4), beside the answer"},
};

static const char *const examples[] = {
    "ecluse decisions shop.db",
    "ecluse decisions shop.db --team team.html --lang fr",
    NULL,
};

const struct manual decisions_manual = {
    .operands_min = 1,
    .operands_max = 1,
    .takes_now = true,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text =
        "Lists what was decided, in the shop file and with `ecluse decide`, and what came of it: a "
        "week before it\n"
        "(the eight weeks before) against a week since (until the day on which it is looked at; "
        "before that day,\n"
        "the last eight weeks). As expected: what was expected lies where what came lies 80 times "
        "in 100. Below four\n"
        "weeks on a side nothing is said but when it can be. What else changed in that time stands "
        "beside it, the\n"
        "largest first. Season and trend are not taken out. A shop file has no records: its "
        "decisions are listed.\n"
        "Reads beside a running server. Exit codes: 0 done, 2 bad input, 3 fault.",
    .examples = examples,
};

static void page_html(const struct call *call, const struct shop *shop,
                      const struct focus_decisions *told, struct text *to)
{
    const char *heading = call_say(call, "Decisions", "Décisions");
    report_page_begin(call, heading, heading, to);
    text_append_string(to, "<p class=\"lead\">");
    text_append_html(to, slice_of(shop->name));
    text_append_string(to, ", ");
    translate_date(to, (int)call->language, told->decisions.today, true);
    text_append_string(to, "</p>");
    focus_decisions_html(call, shop, told, to);
    if (told->decisions.count == 0) {
        text_append_format(to, "<p>%s</p>",
                           call_say(call, "Nothing is decided.", "Rien n’est décidé."));
    }
    report_page_end(to);
}

static enum status pages_write(const struct call *call, struct shop_open *open,
                               const struct focus_decisions *told, struct fault *fault)
{
    const char *team = call_value(call, "team");
    enum status status = STATUS_OK;
    struct text page;
    text_init(&page, REPORT_PAGE_BYTES_MAX);
    if (call_value(call, "html") != NULL) {
        page_html(call, open->shop, told, &page);
        status = report_page_save(call, &page, fault);
    }
    if (status == STATUS_OK && team != NULL) {
        text_clear(&page);
        decisions_team(call, open, &told->decisions, &page);
        status = page.overflow ? fault_set(fault, STATUS_LIMIT, "the page is over its limit")
                               : env_file_write(team, page.bytes, page.length, 1, fault);
    }
    text_free(&page);
    return status;
}

static enum status answer_write(struct call *call, const struct shop *shop,
                                const struct focus_decisions *told, struct fault *fault)
{
    if (call->json) {
        text_append_string(&call->out, "{\"shop\":\"");
        text_append_json(&call->out, slice_of(shop->name));
        text_append_char(&call->out, '"');
        focus_decisions_json(call, shop, told, &call->out);
        text_append_string(&call->out, "}\n");
        return STATUS_OK;
    }
    if (told->decisions.count == 0) {
        text_append_format(
            &call->out, "%s\n",
            call_say(call,
                     "Nothing is decided. To write a decision down: ecluse decide "
                     "SHOP.db --help",
                     "Rien n’est décidé. Pour noter une décision\u00a0: ecluse decide "
                     "SHOP.db --help"));
    }
    return focus_decisions_text(call, shop, told)
               ? STATUS_OK
               : fault_set(fault, STATUS_MEMORY,
                           "no memory for the table; free some and try again");
}

int decisions_run(struct call *call)
{
    struct fault fault;
    struct shop_open open;
    struct focus_decisions told;
    if (shop_open(call, call->operands[0], &open, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    enum status status = focus_decisions_open(call, &open, &told, &fault);
    status = status == STATUS_OK ? pages_write(call, &open, &told, &fault) : status;
    status = status == STATUS_OK ? answer_write(call, open.shop, &told, &fault) : status;
    int code = EXIT_DONE;
    if (status != STATUS_OK) {
        text_clear(&call->out);
        code = call_fault(&fault);
    }
    focus_decisions_close(&told);
    shop_close(&open);
    return code;
}

/* ecluse slips: the pick list and the packing slips of a day, as text or as a page to print. */
#include "commands/slips.h"

#include "commands/commands.h"
#include "commands/json_text.h"
#include "commands/shop_open.h"
#include "pages/web_file.h"
#include "report/template.h"

#include <sys/stat.h>

enum { PAGE_BYTES_MAX = 256 * 1024 * 1024 };

static const struct option options[] = {
    {"day", "DATE", false, "the day on which they leave (default today, with what is late)"},
    {"html", "FILE", false, "write a page to print (A4, a sheet each) instead of the text"},
};

static const char *const examples[] = {
    "ecluse slips shop.db",
    "ecluse slips shop.db --day 2026-12-01 --html slips.html --lang fr",
    NULL,
};

const struct manual slips_manual = {
    .operands_min = 1,
    .operands_max = 1,
    .takes_now = true,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text = "What a day needs on paper: a pick list, the items of all parcels of one collection "
            "together, in the\n"
            "order in which they leave; and a packing slip for each parcel and each appointment, "
            "with the\n"
            "customer's address and the checklist of its work. Held, cancelled and shipped orders "
            "have none.\n"
            "Reads beside a running server. The page holds names and addresses: its file is for "
            "its owner only.\n"
            "Exit codes: 0 done, 2 no such database or bad date, 3 fault.",
    .examples = examples,
};

/* ---- text ---- */

/* ", value" of those that are there. */
static void heading_write(struct text *to, const json_t *shown)
{
    static const char *const keys[] = {"when", "then", "place", "count", "late"};
    text_append_string(to, json_text(shown, "where"));
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (json_text(shown, keys[i])[0] != '\0') {
            text_append_format(to, ", %s", json_text(shown, keys[i]));
        }
    }
    text_append_char(to, '\n');
}

static void checks_write(struct text *to, const json_t *checks)
{
    size_t i;
    const json_t *check;
    json_array_foreach(checks, i, check)
    {
        const char *entry = json_text(check, "entry");
        text_append_format(to, "       [ ] %s%s%s\n", json_text(check, "center"),
                           entry[0] != '\0' ? ": " : "", entry);
    }
}

static void pick_write(struct text *to, const json_t *pick)
{
    size_t i;
    const json_t *item;
    text_append_char(to, '\n');
    heading_write(to, pick);
    json_array_foreach(json_object_get(pick, "items"), i, item)
    {
        text_append_format(to, "   [ ] %8s %-3s %s", json_text(item, "quantity"),
                           json_text(item, "unit"), json_text(item, "item"));
        text_append_format(to, "%s%s\n", json_text(item, "barcode")[0] != '\0' ? "  " : "",
                           json_text(item, "barcode"));
    }
}

static void slip_write(struct text *to, const json_t *slip, const char *packing)
{
    size_t i;
    const json_t *part;
    text_append_format(to, "\n%s  ", json_text(slip, "order"));
    heading_write(to, slip);
    json_array_foreach(json_object_get(slip, "person"), i, part)
    {
        text_append_format(to, "%s%s", i == 0 ? "   " : ", ", json_string_value(part));
    }
    text_append_string(to, i > 0 ? "\n" : "");
    json_array_foreach(json_object_get(slip, "lines"), i, part)
    {
        const char *status = json_text(part, "status");
        text_append_format(to, "   %s x %s%s%s%s\n", json_text(part, "quantity"),
                           json_text(part, "label"), status[0] != '\0' ? " (" : "", status,
                           status[0] != '\0' ? ")" : "");
        checks_write(to, json_object_get(part, "checks"));
    }
    if (json_array_size(json_object_get(slip, "checks")) > 0) {
        text_append_format(to, "   %s\n", packing);
        checks_write(to, json_object_get(slip, "checks"));
    }
}

static void text_write(struct text *to, const json_t *view)
{
    size_t i;
    const json_t *part;
    text_append_format(to, "%s, %s, %s\n", json_text(view, "title"), json_text(view, "shop"),
                       json_text(view, "day"));
    json_array_foreach(json_object_get(view, "picks"), i, part)
    {
        pick_write(to, part);
    }
    if (i == 0) {
        text_append_format(to, "%s\n", json_text(view, "nothing"));
    }
    json_array_foreach(json_object_get(view, "slips"), i, part)
    {
        slip_write(to, part, json_text(view, "packing"));
    }
}

/* ---- page ---- */

static enum status page_render(const json_t *view, struct text *page, struct fault *fault)
{
    const struct web_file *file = web_file_find(SLICE("print/slips.html"));
    const struct template_source source = {SLICE("slips"), file->bytes};
    struct template_set *set = NULL;
    enum status status = template_set_open(&source, 1, &set, fault);
    if (status == STATUS_OK) {
        status = template_render(set, "slips", view, NULL, page, fault);
        template_set_close(set);
    }
    return status;
}

static enum status page_write(struct call *call, const json_t *view, const char *path,
                              struct fault *fault)
{
    struct text page;
    text_init(&page, PAGE_BYTES_MAX);
    enum status status = page_render(view, &page, fault);
    if (status == STATUS_OK) {
        mode_t mask = umask(077);
        status = env_file_write(path, page.bytes, page.length, 1, fault);
        (void)umask(mask);
    }
    if (status == STATUS_OK && !call->json) {
        text_append_format(&call->out, "%s%s %zu %s\n", path, call_say(call, ":", "\u00a0:"),
                           json_array_size(json_object_get(view, "slips")),
                           call_say(call, "slips", "bons"));
    }
    text_free(&page);
    return status;
}

/* ---- command ---- */

static enum status answer_write(struct call *call, const struct slips *slips, struct fault *fault)
{
    const char *path = call_value(call, "html");
    enum status status = STATUS_OK;
    if (call->json) {
        slips_json(slips, &call->out);
        text_append_char(&call->out, '\n');
    }
    if (call->json && path == NULL) {
        return STATUS_OK;
    }
    json_t *view = slips_view(slips, call->language);
    if (view == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for the slips; free some");
    }
    if (path != NULL) {
        status = page_write(call, view, path, fault);
    } else {
        text_write(&call->out, view);
    }
    json_decref(view);
    return status;
}

static enum status day_choose(const struct call *call, const struct shop_open *open, int32_t *day,
                              struct fault *fault)
{
    const char *word = call_value(call, "day");
    *day = zone_day(&open->shop->zone, open->now);
    if (word != NULL && !day_read(slice_of(word), day)) {
        return fault_set(fault, STATUS_INVALID, "--day %s: give a day like 2026-12-01", word);
    }
    return STATUS_OK;
}

static void gather(struct promise_state *state, int64_t now, void *context)
{
    slips_gather(state, now, context);
}

static enum status slips_make(struct call *call, struct shop_open *open, struct fault *fault)
{
    struct slips slips = {.day = 0};
    enum status status = day_choose(call, open, &slips.day, fault);
    if (status == STATUS_OK) {
        status = shop_ask(open, gather, &slips, fault);
    }
    if (status == STATUS_OK && slips.full) {
        status = fault_set(fault, STATUS_MEMORY, "no memory for the slips; free some");
    }
    if (status == STATUS_OK) {
        status = slips_persons(open->path, call->env, &slips, fault);
    }
    if (status == STATUS_OK) {
        status = answer_write(call, &slips, fault);
    }
    slips_free(&slips);
    return status;
}

int slips_run(struct call *call)
{
    struct fault fault;
    struct shop_open open;
    if (shop_open(call, call->operands[0], &open, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    enum status status =
        open.is_file
            ? fault_set(&fault, STATUS_INVALID,
                        "%s is a shop file and has no orders; slips are of a database", open.path)
            : slips_make(call, &open, &fault);
    shop_close(&open);
    return status == STATUS_OK ? EXIT_DONE : call_fault(&fault);
}

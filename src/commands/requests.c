/* ecluse requests: what customers ask for, as it was written down; closing what is answered,
 * forgetting what somebody wants forgotten.
 *
 *   rows of the shop file, then of the database (requests_read.h) -> a table, or JSON
 *   --close, --forget -> the control command "requests" -> which numbers */
#include "commands/change_request.h"
#include "commands/commands.h"
#include "commands/requests_read.h"
#include "commands/shop_open.h"
#include "commands/show.h"
#include "report/table.h"

#include "base/decimal.h"

#include <inttypes.h>

enum { REQUEST_BYTES_MAX = 1024 * 1024, MOST_DEFAULT = 50 };

static const struct option options[] = {
    {"all", NULL, false, "those that are closed, too"},
    {"most", "N", false, "at most N rows, the newest, 1 to 40000 (default: 50; with --json all)"},
    {"close", "NUMBER", true, "it is answered, or decided upon: it stays, and counts no more"},
    {"forget", "NUMBER", true, "erase it, as somebody may want it who is named in it"},
};

static const char *const examples[] = {
    "ecluse requests shop.db",
    "ecluse requests shop.db --close 1",
    "ecluse requests shop.db --all --json",
    NULL,
};

const struct manual requests_manual = {
    .operands_min = 1,
    .operands_max = 1,
    .takes_now = true,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text =
        "Lists what customers ask for: written in the shop file, typed (ecluse request), imported "
        "(ecluse\n"
        "import) or said on the page of an order. What they wait for: ecluse wishes. What it is "
        "all worth:\n"
        "ecluse focus. A request is free text and may say who somebody is: it stands outside the "
        "journal, and\n"
        "what is forgotten is overwritten. Backups keep it until they are thrown away.\n"
        "Exit codes: 0 done, 2 no such database or request, or bad usage, 3 fault.",
    .examples = examples,
};

/* ---- close and forget ---- */

static enum status numbers_write(const struct call *call, const char *option, struct text *to,
                                 struct fault *fault)
{
    text_append_format(to, "{\"command\":\"requests\",\"%s\":[", option);
    for (uint32_t i = 0; call_value_at(call, option, i) != NULL; i++) {
        const char *typed = call_value_at(call, option, i);
        int64_t number = 0;
        if (decimal_read(slice_of(typed), 0, &number) != DECIMAL_OK || number < 1 ||
            number > UINT32_MAX) {
            return fault_set(fault, STATUS_INVALID,
                             "--%s %s: give the number of a request; see: ecluse requests SHOP.db",
                             option, typed);
        }
        text_append_format(to, "%s%" PRId64, i == 0 ? "" : ",", number);
    }
    text_append_string(to, "]}");
    return to->overflow ? fault_set(fault, STATUS_LIMIT, "too many at once; give fewer")
                        : STATUS_OK;
}

static int numbers_send(struct call *call, const char *option, const char *english,
                        const char *french)
{
    struct fault fault;
    struct text request;
    json_t *answer = NULL;
    text_init(&request, REQUEST_BYTES_MAX);
    int code = numbers_write(call, option, &request, &fault) == STATUS_OK
                   ? change_send(call, text_slice(&request), &answer)
                   : call_fault(&fault);
    text_free(&request);
    if (code == EXIT_DONE && call->json) {
        change_json(call, answer);
    } else if (code == EXIT_DONE) {
        char count[SHOW_BYTES];
        uint32_t numbers = (uint32_t)json_array_size(json_object_get(answer, "numbers"));
        bool french_many = call->language == LANGUAGE_FR && numbers > 1;
        text_append_format(&call->out, "%s %s%s\n",
                           show_count(call->language, count, numbers, "request", "demande"),
                           call->language == LANGUAGE_FR ? french : english,
                           french_many ? "s" : "");
    }
    json_decref(answer);
    return code;
}

/* ---- the list ---- */

struct listing {
    struct call *call;
    const struct shop *shop;
    struct table table;
    int64_t skip; /* the oldest rows, which are left out */
    int64_t rows; /* seen */
};

static void count_row(void *context, const struct requests_row *row)
{
    struct listing *listing = context;
    (void)row;
    listing->rows++;
}

static void table_row(void *context, const struct requests_row *row)
{
    struct listing *listing = context;
    enum language language = listing->call->language;
    struct table *table = &listing->table;
    char value[SHOW_BYTES];
    if (listing->rows++ < listing->skip) {
        return;
    }
    if (row->number == 0) {
        table_cell_string(table, "");
        table_cell_string(table, call_say(listing->call, "shop file", "fichier"));
    } else {
        table_cell_format(table, "%" PRIu32, row->number);
        table_cell_string(table,
                          show_day(language, value, zone_day(&listing->shop->zone, row->at)));
    }
    table_cell_string(table, row->from);
    table_cell_string(table, row->wants);
    table_cell_string(table, row->activity);
    table_cell_format(table, "%" PRId64, row->count);
    table_cell_string(table,
                      row->value_per_week_minor == 0
                          ? ""
                          : show_money(language, listing->shop, value, row->value_per_week_minor));
    table_cell_string(table, row->order);
    table_cell_string(table, row->closed ? call_say(listing->call, "closed", "close")
                                         : call_say(listing->call, "open", "ouverte"));
}

static void member_append(struct text *to, const char *key, const char *text)
{
    text_append_char(to, ',');
    text_append_json_member(to, key, text[0] != '\0' ? text : NULL);
}

static void instant_append(struct text *to, const struct shop *shop, const char *key, bool known,
                           int64_t at)
{
    char value[32];
    if (!known) {
        text_append_format(to, ",\"%s\":null", key);
        return;
    }
    (void)instant_write(&shop->zone, value, at);
    text_append_format(to, ",\"%s\":\"%s\"", key, value);
}

static void json_row(void *context, const struct requests_row *row)
{
    struct listing *listing = context;
    const struct shop *shop = listing->shop;
    struct text *to = &listing->call->out;
    char amount[32];
    if (listing->rows++ < listing->skip) {
        return;
    }
    (void)decimal_write(amount, row->value_per_week_minor, shop->currency.decimals, false);
    text_append_string(to, listing->rows - 1 == listing->skip ? "{" : ",{");
    if (row->number == 0) {
        text_append_string(to, "\"number\":null");
    } else {
        text_append_format(to, "\"number\":%" PRIu32, row->number);
    }
    instant_append(to, shop, "at", row->number != 0, row->at);
    member_append(to, "source", row->source);
    member_append(to, "from", row->from);
    member_append(to, "wants", row->wants);
    member_append(to, "activity", row->activity);
    text_append_format(
        to, ",\"count\":%" PRId64 ",\"value_per_week\":{\"amount\":\"%s\",\"currency\":\"%s\"}",
        row->count, amount, shop->currency.code);
    member_append(to, "order", row->order);
    instant_append(to, shop, "closed_at", row->closed, row->closed_at);
    text_append_char(to, '}');
}

/* Those of the shop file first: they have no number, and the file is where they are changed. */
static void file_rows(struct listing *listing,
                      void (*visit)(void *context, const struct requests_row *row))
{
    const struct shop *shop = listing->shop;
    for (uint32_t i = 0; i < shop->request_count; i++) {
        const struct request *request = &shop->requests[i];
        const struct requests_row row = {
            .source = "file",
            .from = request->from,
            .wants = request->wants,
            .activity = request->activity.index == NO_INDEX
                            ? ""
                            : shop->activities[request->activity.index].name,
            .value_per_week_minor = request->value_per_week_minor,
            .count = request->count,
            .order = "",
            .email = "",
        };
        visit(listing, &row);
    }
}

static enum status rows_visit(struct listing *listing, const struct shop_open *open,
                              void (*visit)(void *context, const struct requests_row *row),
                              struct fault *fault)
{
    listing->rows = 0;
    file_rows(listing, visit);
    return open->is_file ? STATUS_OK
                         : requests_read(open->path, listing->call->env,
                                         call_flag(listing->call, "all"), visit, listing, fault);
}

static enum status table_show(struct listing *listing, const struct shop_open *open,
                              struct fault *fault)
{
    struct call *call = listing->call;
    const struct table_column columns[] = {
        {call_say(call, "number", "numéro"), TABLE_RIGHT, false},
        {call_say(call, "since", "depuis"), TABLE_LEFT, false},
        {call_say(call, "who asks", "qui demande"), TABLE_LEFT, true},
        {call_say(call, "for what", "quoi"), TABLE_LEFT, true},
        {call_say(call, "activity", "activité"), TABLE_LEFT, true},
        {call_say(call, "count", "nombre"), TABLE_RIGHT, false},
        {call_say(call, "a week", "par semaine"), TABLE_RIGHT, false},
        {call_say(call, "order", "commande"), TABLE_LEFT, false},
        {call_say(call, "status", "état"), TABLE_LEFT, false},
    };
    table_init(&listing->table, columns, sizeof columns / sizeof columns[0]);
    enum status status = rows_visit(listing, open, table_row, fault);
    bool written =
        table_write(&listing->table, call->terminal.width, call->terminal.colour, &call->out);
    table_free(&listing->table);
    if (status == STATUS_OK && listing->skip > 0) {
        text_append_format(&call->out,
                           call_say(call, "and %" PRId64 " older; --most %" PRId64 " shows them\n",
                                    "et %" PRId64 " de plus\u202f; --most %" PRId64
                                    " les montre\n"),
                           listing->skip, listing->rows);
    }
    return status != STATUS_OK || written
               ? status
               : fault_set(fault, STATUS_MEMORY,
                           "no memory for the list; ask for less with --most");
}

static enum status list_show(struct call *call, const struct shop_open *open, int64_t most,
                             struct fault *fault)
{
    struct listing listing = {.call = call, .shop = open->shop};
    enum status status = rows_visit(&listing, open, count_row, fault);
    if (status != STATUS_OK) {
        return status;
    }
    listing.skip = listing.rows > most ? listing.rows - most : 0;
    if (call->json) {
        text_append_string(&call->out, "{\"requests\":[");
        status = rows_visit(&listing, open, json_row, fault);
        text_append_string(&call->out, "]}\n");
    } else if (listing.rows == 0) {
        text_append_string(&call->out, call_say(call, "Nobody asks for anything.\n",
                                                "Personne ne demande rien.\n"));
    } else {
        status = table_show(&listing, open, fault);
    }
    return status;
}

static int list_run(struct call *call)
{
    struct fault fault;
    struct shop_open open;
    int64_t most = call->json ? 2 * LIMIT_REQUESTS : MOST_DEFAULT;
    if (call_number(call, "most", 1, 2 * LIMIT_REQUESTS, &most, &fault) != STATUS_OK ||
        shop_open(call, call->operands[0], &open, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    int code = EXIT_DONE;
    if (list_show(call, &open, most, &fault) != STATUS_OK) {
        text_clear(&call->out);
        code = call_fault(&fault);
    }
    shop_close(&open);
    return code;
}

int requests_run(struct call *call)
{
    bool closes = call_flag(call, "close");
    bool forgets = call_flag(call, "forget");
    if (closes && forgets) {
        return call_error(EXIT_USAGE, "close or forget: give one of --close and --forget");
    }
    if (closes) {
        return numbers_send(call, "close", "closed", "close");
    }
    return forgets ? numbers_send(call, "forget", "forgotten", "effacée") : list_run(call);
}

/* Rows go from the reader into a table, or into JSON, one after another. How many more there are is
 * told by the counts, which are of the same instant. */
#include "commands/wishes_show.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "commands/show.h"
#include "report/table.h"

#include <inttypes.h>

enum { ONE_UNIT = 1000 };

struct writing {
    struct call *call;
    const struct wishes_view *view;
    struct table table;
    enum wishes_list list;
    int64_t rows;
};

static int64_t list_length(const struct wishes_counts *counts, enum wishes_list list)
{
    const int64_t lengths[WISHES_LISTS] = {
        [WISHES_UNANSWERED] = counts->held,
        [WISHES_WAITING] = counts->waiting,
        [WISHES_OFFERED] = counts->held + counts->bought + counts->let_go,
        [WISHES_WITHDRAWN] = counts->withdrawn,
        [WISHES_LAPSED] = counts->lapsed,
    };
    return lengths[list];
}

/* ---- text ---- */

/* What an adjective takes: only French ones do. */
static const char *plural(const struct call *call, int64_t count)
{
    return call->language == LANGUAGE_FR && count > 1 ? "s" : "";
}

void wishes_summary(struct call *call, const struct wishes_counts *counts, bool all)
{
    char units[SHOW_BYTES];
    const struct {
        int64_t count;
        const char *word;
    } others[] = {
        {counts->bought, call_say(call, "bought", "acheté")},
        {counts->let_go, call_say(call, "let go", "laissé")},
        {counts->withdrawn, call_say(call, "withdrawn", "retiré")},
        {counts->lapsed, call_say(call, "lapsed", "périmé")},
    };
    bool one = counts->waiting_thousandths == ONE_UNIT ||
               (call->language == LANGUAGE_FR && counts->waiting_thousandths < 2 * ONE_UNIT);
    text_append_format(&call->out, "%" PRId64 " %s (%s %s), ", counts->waiting,
                       counts->waiting == 1 ? call_say(call, "waits", "en attente")
                                            : call_say(call, "wait", "en attente"),
                       show_quantity(call->language, units, counts->waiting_thousandths),
                       one ? call_say(call, "unit", "unité") : call_say(call, "units", "unités"));
    text_append_format(
        &call->out,
        call_say(call, "%" PRId64 " held%s and unanswered", "%" PRId64 " réservé%s sans réponse"),
        counts->held, plural(call, counts->held));
    for (size_t i = 0; all && i < sizeof others / sizeof others[0]; i++) {
        if (others[i].count > 0) {
            text_append_format(&call->out, ", %" PRId64 " %s%s", others[i].count, others[i].word,
                               plural(call, others[i].count));
        }
    }
}

/* Writes the table under its title, and how many of `all` are left out. */
static bool table_end(struct writing *writing, const char *title, int64_t all)
{
    struct call *call = writing->call;
    bool written = true;
    if (writing->rows > 0) {
        call_title(call, title);
        written =
            table_write(&writing->table, call->terminal.width, call->terminal.colour, &call->out);
    }
    table_free(&writing->table);
    if (all > writing->rows) {
        text_append_format(&call->out,
                           call_say(call, "and %" PRId64 " more; --most %" PRId64 " shows them\n",
                                    "et %" PRId64 " de plus ; --most %" PRId64 " les montre\n"),
                           all - writing->rows, all);
    }
    return written;
}

static void demand_row(void *context, const struct wishes_demand *demand)
{
    struct writing *writing = context;
    enum language language = writing->call->language;
    char value[SHOW_BYTES];
    writing->rows++;
    table_cell_string(&writing->table, demand->offer);
    table_cell_format(&writing->table, "%" PRId64, demand->waiting);
    table_cell_string(&writing->table,
                      show_quantity(language, value, demand->quantity_thousandths));
    table_cell_string(&writing->table, show_day(language, value, demand->first_latest_day));
}

static enum status memory_fault(struct fault *fault)
{
    return fault_set(fault, STATUS_MEMORY, "no memory for the list; ask for less with --most");
}

static enum status demand_text(struct call *call, const struct wishes_view *view,
                               struct fault *fault)
{
    const struct table_column columns[] = {
        {call_say(call, "offer", "offre"), TABLE_LEFT, true},
        {call_say(call, "wait", "en attente"), TABLE_RIGHT, false},
        {call_say(call, "units", "unités"), TABLE_RIGHT, false},
        {call_say(call, "first latest day", "première échéance"), TABLE_LEFT, false},
    };
    struct writing writing = {.call = call, .view = view};
    table_init(&writing.table, columns, sizeof columns / sizeof columns[0]);
    enum status status = wishes_demands(view->reader, view->most, demand_row, &writing, fault);
    bool written = table_end(&writing, call_say(call, "Demand", "Demande"),
                             status == STATUS_OK ? view->counts.waiting_offers : 0);
    return status != STATUS_OK || written ? status : memory_fault(fault);
}

/* What each list says first: the place in the queue, until when the hold lasts, what became. */
static void first_cells(struct writing *writing, const struct wishes_row *row)
{
    struct call *call = writing->call;
    char value[SHOW_BYTES];
    struct table *table = &writing->table;
    switch (writing->list) {
    case WISHES_UNANSWERED:
        table_cell_string(
            table, show_instant(call->language, writing->view->shop, value, row->held_until));
        break;
    case WISHES_WAITING:
        table_cell_format(table, "%" PRId64, writing->rows);
        break;
    default:
        table_cell_string(table, row->order[0] != '\0'
                                     ? show_status(call->language, row->order_status)
                                     : show_wish_status(call->language, row->status));
        break;
    }
}

static void list_row(void *context, const struct wishes_row *row)
{
    struct writing *writing = context;
    enum language language = writing->call->language;
    struct table *table = &writing->table;
    char value[SHOW_BYTES];
    writing->rows++;
    first_cells(writing, row);
    table_cell_string(table, show_instant(language, writing->view->shop, value, row->since));
    table_cell_string(table, row->offer);
    table_cell_string(table, show_quantity(language, value, row->quantity_thousandths));
    table_cell_string(table, show_day(language, value, row->latest_day));
    table_cell_string(table, row->name);
    table_cell_string(table, row->email);
    table_cell_string(table, row->order[0] != '\0' ? row->order : row->wish);
}

static enum status list_text(struct call *call, const struct wishes_view *view,
                             enum wishes_list list, struct fault *fault)
{
    const char *const titles[WISHES_LISTS] = {
        [WISHES_UNANSWERED] =
            call_say(call, "To be told: held and unanswered", "À prévenir : réservés sans réponse"),
        [WISHES_WAITING] =
            call_say(call, "Waiting, in the order of the queue", "En attente, dans l’ordre"),
        [WISHES_OFFERED] = call_say(call, "Offered", "Proposés"),
        [WISHES_WITHDRAWN] = call_say(call, "Withdrawn", "Retirés"),
        [WISHES_LAPSED] = call_say(call, "Lapsed", "Périmés"),
    };
    bool ordered = list == WISHES_UNANSWERED || list == WISHES_OFFERED;
    const struct table_column columns[] = {
        {list == WISHES_UNANSWERED ? call_say(call, "held until", "réservé jusqu’à")
         : list == WISHES_WAITING  ? call_say(call, "place", "place")
                                   : call_say(call, "status", "état"),
         list == WISHES_WAITING ? TABLE_RIGHT : TABLE_LEFT, false},
        {call_say(call, "since", "depuis"), TABLE_LEFT, false},
        {call_say(call, "offer", "offre"), TABLE_LEFT, true},
        {call_say(call, "units", "unités"), TABLE_RIGHT, false},
        {call_say(call, "until", "échéance"), TABLE_LEFT, false},
        {call_say(call, "name", "nom"), TABLE_LEFT, true},
        {call_say(call, "e-mail", "courriel"), TABLE_LEFT, true},
        {ordered ? call_say(call, "order", "commande") : call_say(call, "wish", "souhait"),
         TABLE_LEFT, false},
    };
    struct writing writing = {.call = call, .view = view, .list = list};
    table_init(&writing.table, columns, sizeof columns / sizeof columns[0]);
    enum status status = wishes_rows(view->reader, list, view->most, list_row, &writing, fault);
    bool written = table_end(&writing, titles[list],
                             status == STATUS_OK ? list_length(&view->counts, list) : 0);
    return status != STATUS_OK || written ? status : memory_fault(fault);
}

enum status wishes_text(struct call *call, const struct wishes_view *view, struct fault *fault)
{
    text_append_string(&call->out, call_say(call, "Wishes: ", "Souhaits : "));
    wishes_summary(call, &view->counts, true);
    text_append_char(&call->out, '\n');
    enum status status = demand_text(call, view, fault);
    if (view->has_list) {
        return status == STATUS_OK ? list_text(call, view, view->list, fault) : status;
    }
    if (status == STATUS_OK) {
        status = list_text(call, view, WISHES_UNANSWERED, fault);
    }
    return status == STATUS_OK ? list_text(call, view, WISHES_WAITING, fault) : status;
}

/* ---- JSON ---- */

static void quantity_json(struct text *to, int64_t thousandths)
{
    char value[32];
    (void)decimal_write(value, thousandths, 3, true);
    text_append_string(to, value);
}

static void instant_json(struct text *to, const struct shop *shop, int64_t at)
{
    char value[32];
    (void)instant_write(&shop->zone, value, at);
    text_append_format(to, "\"%s\"", value);
}

void wishes_counts_json(struct text *to, const struct wishes_counts *counts)
{
    text_append_format(to, "{\"waiting\":%" PRId64 ",\"units\":", counts->waiting);
    quantity_json(to, counts->waiting_thousandths);
    text_append_format(to,
                       ",\"held\":%" PRId64 ",\"bought\":%" PRId64 ",\"let_go\":%" PRId64
                       ",\"withdrawn\":%" PRId64 ",\"lapsed\":%" PRId64 "}",
                       counts->held, counts->bought, counts->let_go, counts->withdrawn,
                       counts->lapsed);
}

static void demand_json(void *context, const struct wishes_demand *demand)
{
    struct writing *writing = context;
    struct text *to = &writing->call->out;
    char day[16];
    (void)day_write(day, demand->first_latest_day);
    text_append_string(to, writing->rows++ == 0 ? "{" : ",{");
    text_append_json_member(to, "offer", demand->offer);
    text_append_format(to, ",\"waiting\":%" PRId64 ",\"units\":", demand->waiting);
    quantity_json(to, demand->quantity_thousandths);
    text_append_format(to, ",\"first_latest\":\"%s\"}", day);
}

static void order_json(struct text *to, const struct shop *shop, const struct wishes_row *row)
{
    if (row->order[0] == '\0') {
        text_append_string(to, "null");
        return;
    }
    text_append_format(to, "{\"order\":\"%s\",\"status\":\"%s\"", row->order, row->order_status);
    if (strcmp(row->order_status, "held") == 0) {
        text_append_string(to, ",\"held_until\":");
        instant_json(to, shop, row->held_until);
    }
    text_append_char(to, '}');
}

static void row_json(void *context, const struct wishes_row *row)
{
    struct writing *writing = context;
    struct text *to = &writing->call->out;
    char day[16];
    (void)day_write(day, row->latest_day);
    text_append_string(to, writing->rows++ == 0 ? "{" : ",{");
    text_append_json_member(to, "wish", row->wish);
    text_append_format(to, ",\"status\":\"%s\",", row->status);
    text_append_json_member(to, "offer", row->offer);
    text_append_string(to, ",\"quantity\":");
    quantity_json(to, row->quantity_thousandths);
    text_append_string(to, ",\"since\":");
    instant_json(to, writing->view->shop, row->since);
    text_append_format(to, ",\"latest\":\"%s\",", day);
    text_append_json_member(to, "name", row->name);
    text_append_char(to, ',');
    text_append_json_member(to, "email", row->email);
    text_append_string(to, ",\"order\":");
    order_json(to, writing->view->shop, row);
    text_append_char(to, '}');
}

/* "name":[...]; `*more` grows by what is left out. */
static enum status list_json(struct call *call, const struct wishes_view *view, const char *name,
                             enum wishes_list list, int64_t *more, struct fault *fault)
{
    struct writing writing = {.call = call, .view = view, .list = list};
    text_append_format(&call->out, ",\"%s\":[", name);
    enum status status = wishes_rows(view->reader, list, view->most, row_json, &writing, fault);
    text_append_char(&call->out, ']');
    *more += list_length(&view->counts, list) - writing.rows;
    return status;
}

static enum status lists_json(struct call *call, const struct wishes_view *view,
                              struct fault *fault)
{
    int64_t more = 0;
    enum status status;
    if (view->has_list) {
        status = list_json(call, view, "wishes", view->list, &more, fault);
    } else {
        status = list_json(call, view, "unanswered", WISHES_UNANSWERED, &more, fault);
        if (status == STATUS_OK) {
            status = list_json(call, view, "waiting", WISHES_WAITING, &more, fault);
        }
    }
    text_append_format(&call->out, ",\"more\":%" PRId64 "}\n", more);
    return status;
}

enum status wishes_json(struct call *call, const struct wishes_view *view, struct fault *fault)
{
    struct writing writing = {.call = call, .view = view};
    text_append_string(&call->out, "{\"offer\":");
    if (view->offer != NULL) {
        text_append_format(&call->out, "\"%s\"", view->offer);
    } else {
        text_append_string(&call->out, "null");
    }
    text_append_string(&call->out, ",\"counts\":");
    wishes_counts_json(&call->out, &view->counts);
    text_append_string(&call->out, ",\"demand\":[");
    enum status status = wishes_demands(view->reader, view->most, demand_json, &writing, fault);
    text_append_char(&call->out, ']');
    return status == STATUS_OK ? lists_json(call, view, fault) : status;
}

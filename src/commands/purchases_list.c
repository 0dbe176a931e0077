/* The list is made of entries: all entries of one supplier and order day are one purchase, and
 * stand together because the entries are sorted so. Receipts of the shop file were never ordered
 * here and stand alone, by the day on which they are due. */
#include "commands/purchases_list.h"

#include "base/decimal.h"
#include "commands/show.h"
#include "pages/answer_json.h"
#include "promise/supply.h"
#include "report/table.h"

#include <stdlib.h>

enum { PEGS_OF_ORDER_MAX = LIMIT_ORDER_LINES * LIMIT_ITEMS_PER_OFFER, IDS_SHOWN = 2 };

static int32_t sort_day(const struct supply_entry *entry)
{
    return entry->order_day == SUPPLY_NO_DAY ? entry->due_day : entry->order_day;
}

static int entry_compare(const void *a, const void *b)
{
    const struct purchase_entry *x = a;
    const struct purchase_entry *y = b;
    int32_t day_x = sort_day(&x->entry);
    int32_t day_y = sort_day(&y->entry);
    if (day_x != day_y) {
        return day_x < day_y ? -1 : 1;
    }
    if (x->entry.supplier != y->entry.supplier) {
        return x->entry.supplier < y->entry.supplier ? -1 : 1;
    }
    return x->number < y->number ? -1 : x->number > y->number;
}

static int peg_compare(const void *a, const void *b)
{
    const struct purchase_peg *x = a;
    const struct purchase_peg *y = b;
    if (x->entry != y->entry) {
        return x->entry < y->entry ? -1 : 1;
    }
    return x->made_at < y->made_at ? -1 : x->made_at > y->made_at;
}

static void entries_copy(const struct promise_state *state, struct purchases *purchases)
{
    for (uint32_t number = 1; number <= promise_entry_count(state); number++) {
        const struct supply_entry *entry = promise_entry(state, number);
        if (entry->status != SUPPLY_CLOSED) {
            purchases->entries[purchases->entry_count++] = (struct purchase_entry){number, *entry};
        }
    }
    if (purchases->entry_count > 0) {
        qsort(purchases->entries, purchases->entry_count, sizeof *purchases->entries,
              entry_compare);
    }
}

static bool peg_add(struct purchases *purchases, uint32_t *capacity, const struct purchase_peg *peg)
{
    if (purchases->peg_count == *capacity) {
        uint32_t more = *capacity == 0 ? 256 : 2 * *capacity;
        struct purchase_peg *grown = realloc(purchases->pegs, more * sizeof *grown);
        if (grown == NULL) {
            purchases->overflow = true;
            return false;
        }
        purchases->pegs = grown;
        *capacity = more;
    }
    purchases->pegs[purchases->peg_count++] = *peg;
    return true;
}

static void pegs_copy(const struct promise_state *state, struct purchases *purchases)
{
    struct order_peg pegs[PEGS_OF_ORDER_MAX];
    uint32_t capacity = 0;
    for (uint32_t number = 1; number <= promise_order_count(state); number++) {
        struct order_view view;
        if (!promise_order_by_number(state, number, &view) || view.status < ORDER_HELD ||
            view.status > ORDER_DONE) {
            continue;
        }
        uint32_t count = promise_order_pegs(state, number, pegs, PEGS_OF_ORDER_MAX);
        for (uint32_t i = 0; i < count; i++) {
            const struct purchase_peg peg = {
                .entry = pegs[i].entry,
                .quantity_thousandths = pegs[i].quantity_thousandths,
                .key = view.key,
                .made_at = view.made_at,
                .deliver_by_day = view.current.dates.deliver_by_day,
            };
            if (!peg_add(purchases, &capacity, &peg)) {
                return;
            }
        }
    }
    if (purchases->peg_count > 0) {
        qsort(purchases->pegs, purchases->peg_count, sizeof *purchases->pegs, peg_compare);
    }
}

static void ask_core(struct promise_state *state, int64_t now, void *context)
{
    struct purchases *purchases = context;
    uint32_t items = promise_state_shop(state)->item_count;
    (void)now;
    purchases->today = promise_today(state);
    purchases->entries =
        malloc(((size_t)promise_entry_count(state) + 1) * sizeof *purchases->entries);
    purchases->reorders = malloc(((size_t)items + 1) * sizeof *purchases->reorders);
    if (purchases->entries == NULL || purchases->reorders == NULL) {
        purchases->overflow = true;
        return;
    }
    entries_copy(state, purchases);
    pegs_copy(state, purchases);
    purchases->reorder_count = reorder_list(state, purchases->reorders, items);
    alarms_fill(state, &purchases->alarms);
}

enum status purchases_read(struct shop_open *open, struct purchases *purchases, struct fault *fault)
{
    *purchases = (struct purchases){.today = 0};
    enum status status = shop_ask(open, ask_core, purchases, fault);
    if (status == STATUS_OK && purchases->overflow) {
        status = fault_set(fault, STATUS_MEMORY, "no memory for the list; free some and try again");
    }
    return status;
}

void purchases_free(struct purchases *purchases)
{
    free(purchases->entries);
    free(purchases->pegs);
    free(purchases->reorders);
}

/* What is still expected of it, at the item's cost. */
static int64_t purchase_value(const struct shop *shop, const struct supply_entry *entry)
{
    return supply_value(&shop->items[entry->item], entry->quantity_thousandths);
}

/* ---- JSON ---- */

static void day_json(struct text *to, const char *key, bool has, int32_t day)
{
    text_append_format(to, ",\"%s\":", key);
    if (has) {
        answer_json_day(to, day);
    } else {
        text_append_string(to, "null");
    }
}

static void amounts_json(struct text *to, const char *key, int64_t thousandths)
{
    text_append_format(to, ",\"%s\":", key);
    answer_json_quantity(to, thousandths);
}

static void pegs_json(struct text *to, const struct purchases *purchases, uint32_t entry)
{
    const char *gap = "";
    text_append_string(to, ",\"for\":[");
    for (uint32_t i = 0; i < purchases->peg_count; i++) {
        const struct purchase_peg *peg = &purchases->pegs[i];
        char id[ORDER_ID_LENGTH + 1];
        if (peg->entry != entry) {
            continue;
        }
        order_id_write(id, peg->made_at, peg->key);
        text_append_format(to, "%s{\"order\":\"%s\"", gap, id);
        amounts_json(to, "quantity", peg->quantity_thousandths);
        day_json(to, "deliver_by", true, peg->deliver_by_day);
        text_append_char(to, '}');
        gap = ",";
    }
    text_append_char(to, ']');
}

static void entry_json(struct text *to, const struct shop *shop, const struct purchases *purchases,
                       const struct purchase_entry *at)
{
    const struct supply_entry *entry = &at->entry;
    bool ordered = entry->order_day != SUPPLY_NO_DAY;
    text_append_format(to, "{\"entry\":%u,\"status\":\"%s\",", at->number,
                       supply_status_text((enum supply_status)entry->status));
    text_append_json_member(to, "item", shop->items[entry->item].name);
    text_append_char(to, ',');
    text_append_json_member(
        to, "supplier", entry->supplier == NO_INDEX ? NULL : shop->suppliers[entry->supplier].name);
    amounts_json(to, "quantity", entry->quantity_thousandths);
    amounts_json(to, "received", entry->received_thousandths);
    day_json(to, "order_on", ordered, entry->order_day);
    day_json(to, "arrives_on", true, entry->arrives_day);
    day_json(to, "usable_from", true, entry->due_day);
    text_append_string(to, ",\"value\":");
    answer_json_money(to, shop, purchase_value(shop, entry));
    pegs_json(to, purchases, at->number);
    text_append_char(to, '}');
}

static void reorder_json(struct text *to, const struct shop *shop, const struct reorder *reorder)
{
    text_append_format(to, "{\"item\":\"%s\",", shop->items[reorder->item.index].name);
    text_append_json_member(
        to, "supplier",
        reorder->supplier.index == NO_INDEX ? NULL : shop->suppliers[reorder->supplier.index].name);
    amounts_json(to, "reorder_point", reorder->point_thousandths);
    amounts_json(to, "lowest", reorder->low_thousandths);
    day_json(to, "under_from", true, reorder->low_day);
    amounts_json(to, "quantity", reorder->quantity_thousandths);
    day_json(to, "order_on", reorder->has_order, reorder->order_day);
    day_json(to, "arrives_on", reorder->has_order, reorder->arrives_day);
    day_json(to, "usable_from", reorder->has_order, reorder->due_day);
    text_append_string(to, ",\"value\":");
    answer_json_money(to, shop, reorder->value_minor);
    text_append_char(to, '}');
}

void purchases_json(struct call *call, const struct shop *shop, const struct purchases *purchases)
{
    struct text *to = &call->out;
    text_append_string(to, "{\"expected\":[");
    for (uint32_t i = 0; i < purchases->entry_count; i++) {
        text_append_string(to, i == 0 ? "" : ",");
        entry_json(to, shop, purchases, &purchases->entries[i]);
    }
    text_append_string(to, "],\"reorder\":[");
    for (uint32_t i = 0; i < purchases->reorder_count; i++) {
        text_append_string(to, i == 0 ? "" : ",");
        reorder_json(to, shop, &purchases->reorders[i]);
    }
    text_append_string(to, "],");
    alarms_json(to, shop, &purchases->alarms);
    text_append_string(to, "}\n");
}

/* ---- text ---- */

static const char *status_word(const struct call *call, const struct purchases *purchases,
                               const struct supply_entry *entry)
{
    static const char *const french[SUPPLY_STATUSES] = {
        [SUPPLY_EXPECTED] = "attendu", [SUPPLY_PROPOSED] = "proposé", [SUPPLY_APPROVED] = "accepté",
        [SUPPLY_SENT] = "envoyé",      [SUPPLY_CLOSED] = "clos",
    };
    if (!supply_unsent(entry) && entry->due_day < purchases->today) {
        return call_say(call, "overdue", "en retard");
    }
    return call->language == LANGUAGE_FR ? french[entry->status]
                                         : supply_status_text((enum supply_status)entry->status);
}

/* "01ng... 01nh... +3": whom an entry is for. */
static void orders_cell(struct table *table, const struct purchases *purchases, uint32_t entry)
{
    struct text cell;
    uint32_t count = 0;
    text_init(&cell, 256);
    for (uint32_t i = 0; i < purchases->peg_count; i++) {
        const struct purchase_peg *peg = &purchases->pegs[i];
        char id[ORDER_ID_LENGTH + 1];
        if (peg->entry == entry && count++ < IDS_SHOWN) {
            order_id_write(id, peg->made_at, peg->key);
            text_append_format(&cell, "%s%s", count == 1 ? "" : " ", id);
        }
    }
    if (count > IDS_SHOWN) {
        text_append_format(&cell, " +%u", count - IDS_SHOWN);
    }
    table_cell(table, text_slice(&cell));
    text_free(&cell);
}

static void entry_row(struct call *call, struct table *table, const struct shop *shop,
                      const struct purchases *purchases, const struct purchase_entry *at)
{
    const struct supply_entry *entry = &at->entry;
    char value[SHOW_BYTES];
    bool overdue = !supply_unsent(entry) && entry->due_day < purchases->today;
    table_cell_format(table, "%u", at->number);
    table_cell_string(table, shop->items[entry->item].name);
    table_cell_string(table, show_quantity(call->language, value, entry->quantity_thousandths));
    table_cell_string(table,
                      entry->supplier == NO_INDEX ? "" : shop->suppliers[entry->supplier].name);
    table_cell_tone(table, slice_of(status_word(call, purchases, entry)),
                    overdue ? TABLE_BAD : TABLE_PLAIN);
    table_cell_string(table, entry->order_day == SUPPLY_NO_DAY
                                 ? ""
                                 : show_day(call->language, value, entry->order_day));
    table_cell_string(table, show_day(call->language, value, entry->due_day));
    table_cell_string(table, show_money(call->language, shop, value, purchase_value(shop, entry)));
    orders_cell(table, purchases, at->number);
}

static bool entries_text(struct call *call, const struct shop *shop,
                         const struct purchases *purchases)
{
    const struct table_column columns[] = {
        {call_say(call, "entry", "entrée"), TABLE_RIGHT, false},
        {call_say(call, "item", "article"), TABLE_LEFT, true},
        {call_say(call, "quantity", "quantité"), TABLE_RIGHT, false},
        {call_say(call, "supplier", "fournisseur"), TABLE_LEFT, true},
        {call_say(call, "status", "état"), TABLE_LEFT, false},
        {call_say(call, "order on", "commander le"), TABLE_LEFT, false},
        {call_say(call, "usable from", "utilisable dès"), TABLE_LEFT, false},
        {call_say(call, "value", "valeur"), TABLE_RIGHT, false},
        {call_say(call, "for orders", "pour les commandes"), TABLE_LEFT, true},
    };
    struct table table;
    if (purchases->entry_count == 0) {
        text_append_format(&call->out, "%s\n",
                           call_say(call, "Nothing is expected.", "Rien n’est attendu."));
        return true;
    }
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t i = 0; i < purchases->entry_count; i++) {
        entry_row(call, &table, shop, purchases, &purchases->entries[i]);
    }
    bool written = table_write(&table, call->terminal.width, call->terminal.colour, &call->out);
    table_free(&table);
    return written;
}

static void reorder_row(struct call *call, struct table *table, const struct shop *shop,
                        const struct reorder *reorder)
{
    char value[SHOW_BYTES];
    enum language language = call->language;
    table_cell_string(table, shop->items[reorder->item.index].name);
    table_cell_string(table, show_quantity(language, value, reorder->low_thousandths));
    table_cell_string(table, show_quantity(language, value, reorder->point_thousandths));
    if (!reorder->has_order) {
        table_cell_string(table, "");
        table_cell_tone(table,
                        slice_of(call_say(call, "no supplier takes it", "aucun fournisseur")),
                        TABLE_WARN);
        table_cell_string(table, "");
        table_cell_string(table, "");
        table_cell_string(table, "");
        return;
    }
    table_cell_string(table, show_quantity(language, value, reorder->quantity_thousandths));
    table_cell_string(table, shop->suppliers[reorder->supplier.index].name);
    table_cell_string(table, show_day(language, value, reorder->order_day));
    table_cell_string(table, show_day(language, value, reorder->due_day));
    table_cell_string(table, show_money(language, shop, value, reorder->value_minor));
}

static bool reorders_text(struct call *call, const struct shop *shop,
                          const struct purchases *purchases)
{
    const struct table_column columns[] = {
        {call_say(call, "to reorder", "à recommander"), TABLE_LEFT, true},
        {call_say(call, "lowest", "au plus bas"), TABLE_RIGHT, false},
        {call_say(call, "point", "seuil"), TABLE_RIGHT, false},
        {call_say(call, "quantity", "quantité"), TABLE_RIGHT, false},
        {call_say(call, "supplier", "fournisseur"), TABLE_LEFT, true},
        {call_say(call, "send on", "envoyer le"), TABLE_LEFT, false},
        {call_say(call, "usable from", "utilisable dès"), TABLE_LEFT, false},
        {call_say(call, "value", "valeur"), TABLE_RIGHT, false},
    };
    struct table table;
    if (purchases->reorder_count == 0) {
        return true;
    }
    text_append_char(&call->out, '\n');
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t i = 0; i < purchases->reorder_count; i++) {
        reorder_row(call, &table, shop, &purchases->reorders[i]);
    }
    bool written = table_write(&table, call->terminal.width, call->terminal.colour, &call->out);
    table_free(&table);
    return written;
}

bool purchases_text(struct call *call, const struct shop *shop, const struct purchases *purchases)
{
    bool written = entries_text(call, shop, purchases) && reorders_text(call, shop, purchases);
    if (purchases->alarms.count > 0) {
        text_append_format(&call->out, "\n%s\n", call_say(call, "Alarms", "Alarmes"));
        alarms_text(call, shop, &purchases->alarms, "  ");
    }
    return written;
}

/* ---- the mail ---- */

static bool in_mail(const struct purchase_entry *at, uint16_t supplier, int32_t day)
{
    return supply_unsent(&at->entry) && at->entry.supplier == supplier &&
           at->entry.order_day == day;
}

bool purchases_mail(struct call *call, const struct shop *shop, const struct purchases *purchases,
                    uint16_t supplier, int32_t day)
{
    const struct supplier *to = &shop->suppliers[supplier];
    struct text *out = &call->out;
    char date[SHOW_BYTES];
    bool any = false;
    for (uint32_t i = 0; i < purchases->entry_count; i++) {
        const struct supply_entry *entry = &purchases->entries[i].entry;
        const struct item *item = &shop->items[entry->item];
        char value[SHOW_BYTES];
        if (!in_mail(&purchases->entries[i], supplier, day)) {
            continue;
        }
        if (!any) {
            text_append_format(out, "To: %s\nSubject: %s %s, %s\n\n%s\n\n",
                               to->email != NULL ? to->email : to->name,
                               call_say(call, "Order of", "Commande :"), shop->name,
                               show_day(call->language, date, day),
                               call_say(call, "Please send us:", "Merci de nous envoyer :"));
        }
        any = true;
        text_append_format(
            out, "  %s %s%s%s\n", show_quantity(call->language, value, entry->quantity_thousandths),
            item->unit != NULL ? item->unit : "", item->unit != NULL ? " " : "", item->name);
    }
    if (any) {
        text_append_format(out, "\n%s %s.\n\n%s\n",
                           call_say(call, "We count on it by", "Nous comptons dessus pour le"),
                           show_day(call->language, date, day + to->lead_days), shop->name);
    }
    return any;
}

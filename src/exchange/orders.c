/* A history of order lines, read in passes over the same file, so that memory holds the offers and
 * never the lines:
 *
 *   pass 0   stops at the first date that tells how dates are written, and when the history was
 *   pass 1   sales make one `sold` a sku: its last price and name (by time, not by place)
 *            -> offers that the shop does not know go into the draft -> sink.apply
 *   pass 2   every line that is trade goes into the history, in chunks -> sink.history;
 *            every other one is counted with its reason
 *
 * What the shop knows by that name stays as it is: yesterday's prices do not overwrite its own.
 * Reading the file into memory was rejected (1 GB), and so was writing history in pass 1: its
 * offers would not exist yet. */
#include "exchange/cells.h"
#include "exchange/draft.h"
#include "exchange/orders_rows.h"
#include "exchange/reading.h"
#include "exchange/report.h"
#include "model/foreign_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_TEXT_BYTES = EXCHANGE_HISTORY_CHUNK * (LIMIT_LABEL_BYTES + LIMIT_EMAIL_BYTES + 32) };

static const struct zone utc = {1, {{INT64_MIN, 0}}};

/* What a sku became. */
struct sold {
    int64_t at; /* of the sale that gave the price */
    int64_t unit_price_minor;
    uint64_t line; /* of the first sale */
    const char *sku;
    char name[LIMIT_NAME_BYTES + 1]; /* in the shop */
    char label[LIMIT_LABEL_BYTES + 1];
    bool label_cut;
};

struct orders_import {
    const struct shop *shop;
    const char *path;
    const struct exchange_options *options;
    struct exchange_report *report;
    struct fault *fault;
    struct reading reading;

    struct orders_format format;
    struct zone zone; /* its rules in the years of the history */
    int64_t around;   /* some instant of the history */
    bool undecided;   /* a date was seen that can be read two ways */
    struct keys skus;
    struct keys names; /* of the shop, that skus of this file got */
    struct sold *solds;
    uint32_t sold_count;

    struct history_line *chunk;
    uint32_t chunk_count;
    struct arena chunk_text;
};

/* ---- rows ---- */

/* The header, in every pass; false where the file cannot be used. */
static bool header_take(void *context, const struct csv_row *row)
{
    struct orders_import *import = context;
    import->reading.status =
        mapping_find(&import->format.mapping, row, import->path, import->fault);
    return import->reading.status == STATUS_OK;
}

/* Stops at the first row that says how dates are written and when the history was. */
static bool row_of_dates(void *context, const struct csv_row *row)
{
    struct orders_import *import = context;
    struct slice at = mapping_cell(&import->format.mapping, row, COLUMN_AT);
    if (import->format.dates == DATES_DETECT) {
        import->format.dates = cell_dates_order(at);
    }
    if (import->format.dates == DATES_DETECT) {
        import->undecided |= cell_instant(at, DATES_DAY_FIRST, &utc, &import->around) == CELL_OK;
        return true;
    }
    return cell_instant(at, import->format.dates, &utc, &import->around) != CELL_OK;
}

static void sold_update(struct sold *sold, const struct order_row *row)
{
    if (row->at < sold->at) {
        return;
    }
    sold->at = row->at;
    sold->unit_price_minor = row->unit_price_minor;
    if (row->name.length > 0) {
        sold->label_cut = !cell_label(row->name, sold->label);
    }
}

static struct sold *sold_add(struct orders_import *import, const struct order_row *row,
                             uint64_t line)
{
    const char *sku = keys_add(&import->skus, row->sku, import->sold_count);
    if (sku == NULL) {
        return NULL;
    }
    struct sold *sold = &import->solds[import->sold_count++];
    *sold = (struct sold){.at = INT64_MIN, .line = line, .sku = sku};
    return sold;
}

static bool row_of_offers(void *context, const struct csv_row *row)
{
    struct orders_import *import = context;
    struct order_row order;
    if (orders_row_read(&import->format, row, &order) != TAKEN_SALE) {
        return true;
    }
    uint32_t index = 0;
    struct sold *sold = keys_find(&import->skus, order.sku, &index)
                            ? &import->solds[index]
                            : sold_add(import, &order, row->line);
    if (sold != NULL) {
        sold_update(sold, &order);
    }
    return true;
}

/* ---- offers ---- */

/* Charges and corrections that shops book as if they were goods. */
static bool looks_like_charge(const char *label)
{
    static const char *const words[] = {"postage", "carriage", "shipping",     "discount",
                                        "manual",  "fee",      "bank charges", "adjust",
                                        "samples", "frais",    "livraison",    "remise",
                                        "versand", "rabatt",   "portes",       "verzendkosten"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const char *found = strcasestr(label, words[i]);
        size_t length = strlen(words[i]);
        bool begins = found == label || (found != NULL && found[-1] == ' ');
        if (begins && (found[length] == '\0' || found[length] == ' ')) {
            return true;
        }
    }
    return false;
}

static void sold_notes(struct exchange_report *report, const struct sold *sold, bool exact)
{
    char mapping[EXCHANGE_EXAMPLE_BYTES * 3];
    int length = snprintf(mapping, sizeof mapping, "%s -> %s", sold->sku, sold->name);
    if (!exact) {
        report_add(report, NOTE_NAME_MAPPED, sold->line, (struct slice){mapping, (size_t)length});
    }
    if (sold->label[0] == '\0') {
        report_add(report, NOTE_NO_LABEL, sold->line, slice_of(sold->name));
    }
    if (sold->label_cut) {
        report_add(report, NOTE_LABEL_CUT, sold->line, slice_of(sold->name));
    }
    if (looks_like_charge(sold->label)) {
        report_add(report, NOTE_NOT_GOODS, sold->line, slice_of(sold->name));
    }
}

/* The item of a new offer; true also where its stock is not known and it has none. */
static bool sold_stock(struct orders_import *import, struct draft *draft, struct offer *offer)
{
    if (import->options->stock_thousandths < 0) {
        report_add(import->report, NOTE_STOCK_NOT_MANAGED, 0, (struct slice){"", 0});
        return true;
    }
    struct slice name = slice_of(offer->name);
    struct item *item = draft_item(draft, name);
    if (item == NULL) {
        item = draft_item_add(draft, name, import->options->stock_thousandths);
        if (item == NULL) {
            return false;
        }
        item->unit_cost_minor = draft_unit_cost(draft, offer->price_minor, offer->vat_thousandths);
        import->report->items_new++;
    } else {
        report_add(import->report, NOTE_STOCK_KEPT, 0, name);
    }
    return draft_offer_consumes(draft, offer, item);
}

/* Gives a sku its name. Two skus whose names meet (a hash of 32 bits) are told apart by their order
 * in the file. */
static bool sold_name(struct orders_import *import, struct sold *sold)
{
    bool exact = foreign_name(slice_of(sold->sku), sold->name);
    uint32_t other = 0;
    size_t length =
        strlen(sold->name) < LIMIT_NAME_BYTES - 6 ? strlen(sold->name) : LIMIT_NAME_BYTES - 6;
    for (uint32_t again = 2; keys_find(&import->names, slice_of(sold->name), &other); again++) {
        snprintf(sold->name + length, sizeof sold->name - length, "-%u", again);
        exact = false;
    }
    if (keys_add(&import->names, slice_of(sold->name), 0) == NULL) {
        import->reading.status = fault_set(import->fault, STATUS_MEMORY, "no memory for an import");
    }
    return exact;
}

static bool sold_offer(struct orders_import *import, struct draft *draft, struct sold *sold)
{
    bool exact = sold_name(import, sold);
    if (draft_offer(draft, slice_of(sold->name)) != NULL) {
        report_add(import->report, NOTE_KNOWN_OFFER, sold->line, slice_of(sold->name));
        return true;
    }
    sold_notes(import->report, sold, exact);
    const char *label = sold->label[0] != '\0' ? sold->label : sold->name;
    struct offer *offer = draft_offer_add(draft, slice_of(sold->name), slice_of(label));
    if (offer == NULL) {
        return false;
    }
    offer->price_minor = sold->unit_price_minor;
    report_add(import->report, TAKEN_OFFER_NEW, 0, (struct slice){"", 0});
    if (draft_offer_is_workless(draft, offer)) {
        report_add(import->report, NOTE_NO_ROUTING, 0, (struct slice){"", 0});
    }
    return sold_stock(import, draft, offer);
}

/* Two skus whose names met (a hash of 24 bits): the later one is told apart by its place, which the
 * same file gives again. */
static void offers_draft(struct orders_import *import)
{
    struct draft draft;
    import->reading.status = draft_open(&draft, import->shop, import->fault);
    if (import->reading.status == STATUS_OK) {
        import->reading.status =
            draft_defaults_set(&draft, import->options, import->report, import->fault);
    }
    for (uint32_t i = 0; i < import->sold_count && import->reading.status == STATUS_OK; i++) {
        if (!sold_offer(import, &draft, &import->solds[i])) {
            import->reading.status =
                fault_set(import->fault, STATUS_LIMIT,
                          "with this file the shop would have more than 20,000 offers "
                          "or items; import a file with fewer");
        }
    }
    if (import->reading.status == STATUS_OK) {
        import->reading.status =
            draft_apply(&draft, import->options, import->reading.sink, import->fault);
    }
    draft_close(&draft);
}

/* ---- history ---- */

static bool chunk_give(struct orders_import *import)
{
    if (import->chunk_count > 0 && !import->options->dry_run) {
        import->reading.status = import->reading.sink->history(
            import->reading.sink->context, import->chunk, import->chunk_count, import->fault);
    }
    import->chunk_count = 0;
    arena_reset(&import->chunk_text);
    return import->reading.status == STATUS_OK;
}

static bool history_add(struct orders_import *import, const struct order_row *row, uint32_t sold)
{
    char *order = arena_copy(&import->chunk_text, row->order.data, row->order.length);
    char *customer = arena_copy(&import->chunk_text, row->customer.data, row->customer.length);
    if (order == NULL || customer == NULL) {
        import->reading.status = fault_set(import->fault, STATUS_MEMORY, "no memory for an import");
        return false;
    }
    struct exchange_report *report = import->report;
    if (report->tallies[TAKEN_SALE].count + report->tallies[TAKEN_RETURN].count == 0) {
        report->first_at = report->last_at = row->at;
    }
    report->first_at = row->at < report->first_at ? row->at : report->first_at;
    report->last_at = row->at > report->last_at ? row->at : report->last_at;
    import->chunk[import->chunk_count++] = (struct history_line){
        .order = {order, row->order.length},
        .offer = slice_of(import->solds[sold].name),
        .quantity_thousandths = row->quantity_thousandths,
        .unit_price_minor = row->unit_price_minor,
        .at = row->at,
        .customer = {customer, row->customer.length},
    };
    return import->chunk_count < EXCHANGE_HISTORY_CHUNK || chunk_give(import);
}

static bool row_of_history(void *context, const struct csv_row *row)
{
    struct orders_import *import = context;
    import->report->rows++;
    struct order_row order;
    enum exchange_reason reason = orders_row_read(&import->format, row, &order);
    uint32_t sold = 0;
    if ((reason == TAKEN_SALE || reason == TAKEN_RETURN) &&
        !keys_find(&import->skus, order.sku, &sold)) {
        reason = reason == TAKEN_SALE ? NOT_TAKEN_OVER_LIMIT : NOT_TAKEN_NEVER_SOLD;
    }
    bool more = true;
    if (reason == TAKEN_SALE || reason == TAKEN_RETURN) {
        more = history_add(import, &order, sold);
        if (mapping_has(&import->format.mapping, COLUMN_CUSTOMER) && order.customer.length == 0) {
            report_add(import->report, NOTE_CUSTOMER_UNKNOWN, row->line, (struct slice){"", 0});
        }
    }
    /* What went well needs no examples. */
    report_add(import->report, reason, reason == TAKEN_SALE ? 0 : row->line, (struct slice){"", 0});
    return more;
}

/* ---- the passes ---- */

/* How dates are written, and the zone's rules when they were: a shop that is loaded today knows its
 * zone around today. */
static void dates_decide(struct orders_import *import)
{
    import->format.dates = import->options->dates;
    static const struct reading_rows rows = {header_take, row_of_dates};
    reading_pass(&import->reading, import->path, &rows);
    import->reading.pass = 0; /* it has read a few rows */
    if (import->reading.status != STATUS_OK) {
        return;
    }
    if (import->format.dates == DATES_DETECT && import->undecided) {
        import->reading.status =
            fault_set(import->fault, STATUS_INVALID,
                      "%s: its dates can be read month first or day first; say which: "
                      "--dates mdy or --dates dmy",
                      import->path);
        return;
    }
    import->reading.status =
        env_zone_around(import->shop->zone_name, import->around, &import->zone, import->fault);
}

static void import_run(struct orders_import *import)
{
    static const struct reading_rows offers = {header_take, row_of_offers};
    static const struct reading_rows history = {header_take, row_of_history};
    dates_decide(import);
    reading_pass(&import->reading, import->path, &offers);
    if (import->reading.status == STATUS_OK) {
        offers_draft(import);
    }
    reading_pass(&import->reading, import->path, &history);
    if (import->reading.status == STATUS_OK) {
        (void)chunk_give(import);
    }
    import->report->dates = import->format.dates;
    reading_report_facts(&import->reading);
}

static bool import_open(struct orders_import *import)
{
    arena_init(&import->chunk_text, CHUNK_TEXT_BYTES);
    import->solds = calloc(LIMIT_OFFERS, sizeof *import->solds);
    import->chunk = calloc(EXCHANGE_HISTORY_CHUNK, sizeof *import->chunk);
    import->format.currency_decimals = import->shop->currency.decimals;
    import->format.zone = &import->zone;
    return keys_init(&import->skus, LIMIT_OFFERS) && keys_init(&import->names, LIMIT_OFFERS) &&
           import->solds != NULL && import->chunk != NULL;
}

enum status exchange_import_orders(const struct shop *shop, const char *path,
                                   const struct exchange_options *options,
                                   const struct exchange_sink *sink, struct exchange_report *report,
                                   struct fault *fault)
{
    memset(report, 0, sizeof *report);
    struct orders_import import = {
        .shop = shop, .path = path, .options = options, .report = report, .fault = fault};
    import.reading = (struct reading){
        .sink = sink, .report = report, .fault = fault, .context = &import, .pass_count = 2};
    if (!import_open(&import)) {
        import.reading.status = fault_set(fault, STATUS_MEMORY, "no memory for an import");
    }
    if (import.reading.status == STATUS_OK) {
        import.reading.status = orders_format_read(&import.format, options->columns, fault);
    }
    if (import.reading.status == STATUS_OK) {
        import_run(&import);
    }
    keys_free(&import.skus);
    keys_free(&import.names);
    free(import.solds);
    free(import.chunk);
    arena_free(&import.chunk_text);
    return import.reading.status;
}

/* WooCommerce's product export, in two passes over the file:
 *
 *   pass 1   products: what variations may refer to (by SKU or "id:123"), wherever they stand
 *   pass 2   a row is an offer, or is counted with the reason why it is none:
 *            row -> VAT, price, name, label -> a new offer with its stock, or a new price and label
 *   end      draft_apply: one changed shop file
 *
 * An offer that the shop has keeps everything but its label and its price: carrier, routing, rates
 * and opening stock are the owner's. A blank stock is not zero: WooCommerce never stops selling
 * such a product, so its offer has no item that could run out. Keeping the rows in memory was
 * rejected: a second pass costs less than a limit on the file. */
#include "base/decimal.h"
#include "base/text.h"
#include "exchange/cells.h"
#include "exchange/draft.h"
#include "exchange/options.h"
#include "exchange/report.h"
#include "exchange/woo_columns.h"
#include "model/foreign_name.h"

#include <stdio.h>
#include <stdlib.h>

enum { PERCENT = 100000, VAT_CLASSES_MAX = 32, PASSES = 2 };

/* A product that variations refer to. */
struct woo_parent {
    char name[LIMIT_NAME_BYTES + 1];
    char label[LIMIT_LABEL_BYTES + 1];
    char category[LIMIT_NAME_BYTES + 1];
    char tax_class[LIMIT_NAME_BYTES + 1];
    bool published;
    bool has_stock;
    int64_t stock_thousandths;
};

struct vat_class {
    struct slice name;
    int32_t vat_thousandths;
};

struct woo_import {
    const char *path;
    const struct exchange_options *options;
    const struct exchange_sink *sink;
    struct exchange_report *report;
    struct fault *fault;
    enum status status;
    const struct zone *zone;
    int currency_decimals;
    struct vat_class vat_classes[VAT_CLASSES_MAX];
    uint32_t vat_class_count;

    struct draft draft;
    struct woo_columns columns;
    bool header_read;
    int pass;
    struct keys references; /* SKUs and "id:123" to parents */
    struct keys taken;      /* names of offers from this file */
    struct woo_parent *parents;
    uint32_t parent_count;
};

/* One row on its way to becoming an offer. */
struct woo_row {
    const struct csv_row *row;
    const struct woo_parent *parent; /* of a variation */
    char name[LIMIT_NAME_BYTES + 1];
    char label[LIMIT_LABEL_BYTES + 1];
    bool variation;
    bool virtual_product;
    int32_t vat_thousandths;
    int64_t price_minor;
};

static struct slice cell(const struct woo_import *import, const struct woo_row *row,
                         enum woo_column column)
{
    return woo_cell(&import->columns, row->row, column);
}

static void note(struct woo_import *import, enum exchange_reason reason, const struct woo_row *row,
                 const char *what)
{
    report_add(import->report, reason, row->row->line, slice_of(what));
}

/* ---- types ---- */

/* Is `word` one of the words of a list like "simple, downloadable, virtual"? */
static bool type_has(struct slice type, const char *word)
{
    struct slice key;
    struct slice value;
    while (options_pair_next(&type, &key, &value)) {
        if (cell_is(key, word)) {
            return true;
        }
    }
    return false;
}

/* TAKEN_OFFER_NEW for what becomes an offer. */
static enum exchange_reason type_read(struct woo_import *import, struct woo_row *row)
{
    struct slice type = cell(import, row, WOO_TYPE);
    row->variation = type_has(type, "variation");
    row->virtual_product = type_has(type, "virtual") || type_has(type, "downloadable");
    if (type_has(type, "variable")) {
        return NOT_TAKEN_VARIABLE_PARENT;
    }
    if (type_has(type, "grouped")) {
        return NOT_TAKEN_GROUPED;
    }
    if (type_has(type, "external")) {
        return NOT_TAKEN_EXTERNAL;
    }
    if (type.length > 0 && !row->variation && !type_has(type, "simple") && !row->virtual_product) {
        return NOT_TAKEN_UNKNOWN_TYPE;
    }
    return TAKEN_OFFER_NEW;
}

/* 1 is published, 0 private, -1 a draft; a file without the column holds what is sold. */
static bool is_published(struct slice published)
{
    return published.length == 0 || (published.data[0] != '0' && published.data[0] != '-');
}

/* ---- names ---- */

/* The attributes that make a variation ("Red", "M"), with `between` before each. */
static void attributes_append(const struct woo_import *import, const struct csv_row *row,
                              const char *first, const char *between, struct text *to)
{
    bool any = false;
    for (uint32_t i = 0; i < import->columns.attribute_count; i++) {
        struct slice value = text_trim(csv_field(row, import->columns.attributes[i]));
        if (value.length == 0 || value.length > LIMIT_LABEL_BYTES) {
            continue;
        }
        text_append_string(to, any ? between : first);
        text_append_slice(to, value);
        any = true;
    }
}

/* What identifies a product: its SKU; for a variation without one, its product and attributes; else
 * WooCommerce's own number, which lasts; else what it is called. */
static bool product_name(const struct woo_import *import, const struct csv_row *row,
                         const struct woo_parent *parent, const char *label, char *to)
{
    struct slice sku = woo_cell(&import->columns, row, WOO_SKU);
    struct slice id = woo_cell(&import->columns, row, WOO_ID);
    if (sku.length > 0) {
        return foreign_name(sku, to);
    }
    struct text made;
    text_init(&made, LIMIT_LABEL_BYTES * (WOO_ATTRIBUTES_MAX + 4));
    if (parent != NULL) {
        attributes_append(import, row, "-", "-", &made);
    }
    char front[LIMIT_NAME_BYTES + 8] = "";
    if (made.length > 0) {
        snprintf(front, sizeof front, "%s", parent->name);
    } else if (id.length > 0 && id.length <= 20) {
        snprintf(front, sizeof front, "woo-%.*s", (int)id.length, id.data);
    }
    struct text whole;
    text_init(&whole, LIMIT_LABEL_BYTES * (WOO_ATTRIBUTES_MAX + 4));
    text_append_string(&whole, front[0] != '\0' ? front : label);
    if (made.length > 0) {
        text_append_slice(&whole, text_slice(&made));
    }
    bool exact = foreign_name(whole.length > 0 ? text_slice(&whole) : (struct slice){"", 0}, to);
    text_free(&whole);
    text_free(&made);
    return exact;
}

/* The product's name; a variation without one is called after its product and attributes. */
static void label_set(struct woo_import *import, struct woo_row *row)
{
    struct text called;
    text_init(&called, LIMIT_LABEL_BYTES * (WOO_ATTRIBUTES_MAX + 4));
    struct slice name = cell(import, row, WOO_NAME);
    name.length = name.length < LIMIT_LABEL_BYTES * 4 ? name.length : LIMIT_LABEL_BYTES * 4;
    text_append_slice(&called, name);
    if (row->variation && name.length == 0) {
        text_append_string(&called, row->parent->label);
        attributes_append(import, row->row, " - ", ", ", &called);
    }
    if (called.length > 0 && !cell_label(text_slice(&called), row->label)) {
        note(import, NOTE_LABEL_CUT, row, row->label);
    }
    text_free(&called);
}

static void names_set(struct woo_import *import, struct woo_row *row)
{
    label_set(import, row);
    bool exact = product_name(import, row->row, row->parent, row->label, row->name);
    if (!exact) {
        struct slice sku = cell(import, row, WOO_SKU);
        struct slice from = sku.length > 0 ? sku : slice_of(row->label);
        char mapping[EXCHANGE_EXAMPLE_BYTES * 2];
        snprintf(mapping, sizeof mapping, "%.*s -> %s", (int)(from.length < 60 ? from.length : 60),
                 from.data, row->name);
        note(import, NOTE_NAME_MAPPED, row, mapping);
    }
    if (row->label[0] == '\0') {
        memcpy(row->label, row->name, sizeof row->name);
    }
}

/* ---- VAT and price ---- */

static int32_t vat_of_class(struct woo_import *import, const struct woo_row *row,
                            struct slice class)
{
    for (uint32_t i = 0; i < import->vat_class_count; i++) {
        if (slice_equal(class, import->vat_classes[i].name)) {
            return import->vat_classes[i].vat_thousandths;
        }
    }
    if (slice_is(class, "zero-rate")) {
        return 0;
    }
    if (class.length > 0 && !slice_is(class, "standard")) {
        report_add(import->report, NOTE_TAX_CLASS, row->row->line, class);
    }
    return import->draft.defaults.vat_thousandths;
}

static void vat_set(struct woo_import *import, struct woo_row *row)
{
    struct slice status = cell(import, row, WOO_TAX_STATUS);
    struct slice class = cell(import, row, WOO_TAX_CLASS);
    if (row->variation &&
        (slice_is(class, "parent") || import->columns.places[WOO_TAX_CLASS] == WOO_COLUMN_NONE)) {
        class = slice_of(row->parent->tax_class);
    }
    bool untaxed = slice_is(status, "none") || slice_is(status, "shipping");
    row->vat_thousandths = untaxed ? 0 : vat_of_class(import, row, class);
}

/* A sale without dates is in force; a last day lasts until its end. */
static bool sale_in_force(const struct woo_import *import, const struct woo_row *row)
{
    int64_t from = INT64_MIN;
    int64_t until = INT64_MAX;
    enum cell_result first =
        cell_instant(cell(import, row, WOO_SALE_FROM), DATES_ISO, import->zone, &from);
    enum cell_result last =
        cell_instant(cell(import, row, WOO_SALE_UNTIL), DATES_ISO, import->zone, &until);
    if (last == CELL_OK && zone_second_of_day(import->zone, until) == 0) {
        until += DAY_SECONDS - 1;
    }
    bool readable =
        (first == CELL_OK || first == CELL_EMPTY) && (last == CELL_OK || last == CELL_EMPTY);
    return readable && import->options->now >= from && import->options->now <= until;
}

static enum exchange_reason price_set(struct woo_import *import, struct woo_row *row)
{
    int64_t sale = 0;
    enum cell_result regular = cell_number(cell(import, row, WOO_REGULAR_PRICE),
                                           import->currency_decimals, &row->price_minor);
    enum cell_result reduced =
        cell_number(cell(import, row, WOO_SALE_PRICE), import->currency_decimals, &sale);
    if (reduced == CELL_OK && (regular == CELL_EMPTY || sale_in_force(import, row))) {
        regular = CELL_OK;
        row->price_minor = sale;
    }
    if (regular == CELL_EMPTY) {
        return NOT_TAKEN_NO_PRICE;
    }
    if (regular != CELL_OK || reduced == CELL_BAD || reduced == CELL_AMBIGUOUS ||
        row->price_minor > LIMIT_MONEY_MINOR / 2) {
        return NOT_TAKEN_BAD_NUMBER;
    }
    if (row->price_minor <= 0) {
        return row->price_minor < 0 ? NOT_TAKEN_NEGATIVE_PRICE : NOT_TAKEN_ZERO_PRICE;
    }
    if (import->options->prices_without_vat) {
        row->price_minor =
            decimal_scale_half_up(row->price_minor, PERCENT + row->vat_thousandths, PERCENT);
    }
    return TAKEN_OFFER_NEW;
}

/* ---- stock ---- */

/* What the stock cell says: false where stock is not managed there. */
static bool stock_read(struct slice stock, int64_t *thousandths)
{
    enum cell_result result = cell_number(stock, 3, thousandths);
    return result == CELL_OK && *thousandths <= LIMIT_QUANTITY_THOUSANDTHS &&
           *thousandths >= -LIMIT_QUANTITY_THOUSANDTHS;
}

/* The item with this stock, new or as it is. NULL: over the limit. */
static struct item *stock_item(struct woo_import *import, const struct woo_row *row,
                               const char *name, int64_t thousandths)
{
    struct item *item = draft_item(&import->draft, slice_of(name));
    if (item != NULL) {
        return item;
    }
    if (thousandths < 0) {
        note(import, NOTE_STOCK_NEGATIVE, row, name);
    }
    item = draft_item_add(&import->draft, slice_of(name), thousandths < 0 ? 0 : thousandths);
    if (item == NULL) {
        return NULL;
    }
    item->unit_cost_minor = draft_unit_cost(&import->draft, row->price_minor, row->vat_thousandths);
    import->report->items_new++;
    return item;
}

/* Gives a new offer the item that its stock cell tells of. False: over the limit. */
static bool stock_set(struct woo_import *import, const struct woo_row *row, struct offer *offer)
{
    struct slice stock = cell(import, row, WOO_STOCK);
    struct slice in_stock = cell(import, row, WOO_IN_STOCK);
    struct slice backorders = cell(import, row, WOO_BACKORDERS);
    int64_t thousandths = 0;
    const char *item_name = offer->name;
    bool managed = stock_read(stock, &thousandths);
    bool of_parent = row->variation && !managed && row->parent->has_stock;
    if (backorders.length > 0 && !slice_is(backorders, "0") && !slice_is(backorders, "no")) {
        note(import, NOTE_BACKORDERS, row, offer->name);
    }
    if (of_parent) {
        note(import, NOTE_STOCK_OF_PARENT, row, offer->name);
        thousandths = row->parent->stock_thousandths;
        item_name = row->parent->name;
    } else if (!managed && slice_is(in_stock, "0")) {
        note(import, NOTE_OUT_OF_STOCK, row, offer->name);
    } else if (!managed) {
        note(import, NOTE_STOCK_NOT_MANAGED, row, offer->name);
        return true;
    }
    const struct item *item = stock_item(import, row, item_name, thousandths);
    return item != NULL && draft_offer_consumes(&import->draft, offer, item);
}

/* An item that is there keeps its opening figure; a file that says another one is reported. */
static void stock_compare(struct woo_import *import, const struct woo_row *row)
{
    int64_t thousandths = 0;
    const struct item *item = draft_item(&import->draft, slice_of(row->name));
    if (item != NULL && stock_read(cell(import, row, WOO_STOCK), &thousandths) &&
        thousandths != item->on_hand_thousandths) {
        note(import, NOTE_STOCK_KEPT, row, row->name);
    }
}

/* ---- offers ---- */

/* "Clothing > Shirts, Music": the first category, its outermost level. */
static void category_read(struct slice categories, char *to)
{
    size_t length = 0;
    while (length < categories.length && categories.data[length] != '>' &&
           categories.data[length] != ',') {
        length++;
    }
    foreign_spelling((struct slice){categories.data, length}, to, LIMIT_NAME_BYTES);
}

static enum exchange_reason offer_add(struct woo_import *import, const struct woo_row *row)
{
    struct offer *offer =
        draft_offer_add(&import->draft, slice_of(row->name), slice_of(row->label));
    if (offer == NULL) {
        return NOT_TAKEN_OVER_LIMIT;
    }
    offer->price_minor = row->price_minor;
    offer->vat_thousandths = row->vat_thousandths;
    char category[LIMIT_NAME_BYTES + 1];
    category_read(cell(import, row, WOO_CATEGORIES), category);
    if (row->variation && category[0] == '\0') {
        memcpy(category, row->parent->category, sizeof category);
    }
    if (category[0] != '\0') {
        offer->activity = draft_activity(&import->draft, slice_of(category));
    }
    if (row->virtual_product) {
        note(import, NOTE_VIRTUAL, row, row->name);
        offer->carrier.index = NO_INDEX;
        offer->on_site = true;
        offer->routing.count = 0;
    } else if (offer->routing.count == 0) {
        note(import, NOTE_NO_ROUTING, row, offer->name);
    }
    if (!stock_set(import, row, offer)) {
        import->status = fault_set(import->fault, STATUS_LIMIT,
                                   "with this file the shop would have more than 20,000 items");
    }
    return TAKEN_OFFER_NEW;
}

static enum exchange_reason offer_update(struct woo_import *import, const struct woo_row *row,
                                         struct offer *offer)
{
    bool changed = draft_label(&import->draft, offer, slice_of(row->label));
    if (offer->price_minor != row->price_minor) {
        offer->price_minor = row->price_minor;
        import->draft.changed = true;
        changed = true;
    }
    stock_compare(import, row);
    return changed ? TAKEN_OFFER_CHANGED : TAKEN_OFFER_SAME;
}

static const struct woo_parent *parent_find(const struct woo_import *import,
                                            const struct woo_row *row)
{
    uint32_t index = 0;
    if (!keys_find(&import->references, cell(import, row, WOO_PARENT), &index)) {
        return NULL;
    }
    return &import->parents[index];
}

static enum exchange_reason row_take(struct woo_import *import, struct woo_row *row)
{
    enum exchange_reason reason = type_read(import, row);
    if (reason != TAKEN_OFFER_NEW) {
        return reason;
    }
    row->parent = row->variation ? parent_find(import, row) : NULL;
    if (row->variation && row->parent == NULL) {
        return NOT_TAKEN_NO_PARENT;
    }
    if (!is_published(cell(import, row, WOO_PUBLISHED)) ||
        (row->variation && !row->parent->published)) {
        return NOT_TAKEN_UNPUBLISHED;
    }
    if (cell(import, row, WOO_SKU).length == 0 && cell(import, row, WOO_NAME).length == 0 &&
        !row->variation) {
        return NOT_TAKEN_NO_SKU;
    }
    vat_set(import, row);
    reason = price_set(import, row);
    if (reason != TAKEN_OFFER_NEW) {
        return reason;
    }
    names_set(import, row);
    uint32_t before = 0;
    if (keys_find(&import->taken, slice_of(row->name), &before)) {
        return NOT_TAKEN_TWICE;
    }
    if (keys_add(&import->taken, slice_of(row->name), 0) == NULL) {
        return NOT_TAKEN_OVER_LIMIT;
    }
    struct offer *offer = draft_offer(&import->draft, slice_of(row->name));
    return offer != NULL ? offer_update(import, row, offer) : offer_add(import, row);
}

/* ---- rows ---- */

static bool header_take(struct woo_import *import, const struct csv_row *row)
{
    import->header_read = true;
    import->status = woo_columns_find(&import->columns, row, import->path,
                                      import->pass == 0 ? import->report : NULL, import->fault);
    return import->status == STATUS_OK;
}

static bool row_of_offers(void *context, const struct csv_row *row)
{
    struct woo_import *import = context;
    if (!import->header_read) {
        return header_take(import, row);
    }
    import->report->rows++;
    struct woo_row work = {.row = row};
    enum exchange_reason reason = row_take(import, &work);
    bool taken = reason <= TAKEN_OFFER_SAME;
    char shown[LIMIT_LABEL_BYTES + 1];
    struct slice sku = woo_cell(&import->columns, row, WOO_SKU);
    (void)cell_label(sku.length > 0 ? sku : woo_cell(&import->columns, row, WOO_NAME), shown);
    report_add(import->report, reason, taken ? 0 : row->line, slice_of(taken ? "" : shown));
    return import->status == STATUS_OK;
}

static void reference_add(struct woo_import *import, struct slice key)
{
    uint32_t before = 0;
    /* The first product of a SKU is the one; a full table leaves variations without their product,
     * which is reported. */
    if (key.length > 0 && !keys_find(&import->references, key, &before)) {
        (void)keys_add(&import->references, key, import->parent_count);
    }
}

static bool row_of_products(void *context, const struct csv_row *row)
{
    struct woo_import *import = context;
    if (!import->header_read) {
        return header_take(import, row);
    }
    struct woo_row work = {.row = row};
    bool parent = type_read(import, &work) == NOT_TAKEN_VARIABLE_PARENT;
    if (!parent || import->parent_count == LIMIT_OFFERS) {
        return true;
    }
    struct woo_parent *product = &import->parents[import->parent_count];
    (void)cell_label(cell(import, &work, WOO_NAME), product->label);
    (void)product_name(import, row, NULL, product->label, product->name);
    category_read(cell(import, &work, WOO_CATEGORIES), product->category);
    struct slice class = cell(import, &work, WOO_TAX_CLASS);
    if (class.length <= LIMIT_NAME_BYTES) {
        memcpy(product->tax_class, class.data, class.length);
    }
    product->published = is_published(cell(import, &work, WOO_PUBLISHED));
    product->has_stock = stock_read(cell(import, &work, WOO_STOCK), &product->stock_thousandths);
    struct slice id = cell(import, &work, WOO_ID);
    char reference[32];
    int length = snprintf(reference, sizeof reference, "id:%.*s",
                          (int)(id.length < 20 ? id.length : 20), id.data);
    reference_add(import, cell(import, &work, WOO_SKU));
    reference_add(import, (struct slice){reference, id.length == 0 ? 0 : (size_t)length});
    import->parent_count++;
    return true;
}

/* ---- the passes ---- */

static void pass_progress(void *context, uint64_t done_bytes, uint64_t total_bytes)
{
    struct woo_import *import = context;
    if (import->sink->progress != NULL) {
        import->sink->progress(import->sink->context,
                               (uint64_t)import->pass * total_bytes + done_bytes,
                               PASSES * total_bytes);
    }
}

static void pass_run(struct woo_import *import, int pass,
                     bool (*row)(void *context, const struct csv_row *row))
{
    struct csv_reader reader = {row, pass_progress, import};
    struct csv_facts facts;
    import->header_read = false;
    import->pass = pass;
    enum status status = csv_read(import->path, &reader, &facts, import->fault);
    if (import->status == STATUS_OK) {
        import->status = status;
    }
    import->report->lines = facts.lines;
    import->report->delimiter = facts.delimiter;
    if (pass == 1 && facts.transliterated > 0) {
        report_add(import->report, NOTE_TRANSLITERATED, facts.transliterated_line,
                   (struct slice){"", 0});
        import->report->tallies[NOTE_TRANSLITERATED].count = facts.transliterated;
    }
    if (import->status == STATUS_OK && !import->header_read) {
        import->status =
            fault_set(import->fault, STATUS_INVALID,
                      "%s: the file is empty; a CSV file begins with a header", import->path);
    }
}

static enum status vat_classes_read(struct woo_import *import)
{
    struct slice left =
        slice_of(import->options->vat_classes == NULL ? "" : import->options->vat_classes);
    struct slice class;
    struct slice rate;
    while (options_pair_next(&left, &class, &rate)) {
        int64_t thousandths = 0;
        bool right = class.length > 0 && cell_number(rate, 3, &thousandths) == CELL_OK &&
                     thousandths >= 0 && thousandths <= PERCENT &&
                     import->vat_class_count < VAT_CLASSES_MAX;
        if (!right) {
            return fault_set(import->fault, STATUS_INVALID,
                             "--vat-classes: say CLASS=PERCENT,..., for example reduced-rate=5.5");
        }
        import->vat_classes[import->vat_class_count++] =
            (struct vat_class){class, (int32_t)thousandths};
    }
    return STATUS_OK;
}

static void import_run(struct woo_import *import)
{
    import->status = vat_classes_read(import);
    if (import->status == STATUS_OK) {
        pass_run(import, 0, row_of_products);
    }
    if (import->status == STATUS_OK) {
        pass_run(import, 1, row_of_offers);
    }
    if (import->status == STATUS_OK) {
        import->status = draft_apply(&import->draft, import->options, import->sink, import->fault);
    }
}

enum status exchange_import_woocommerce(const struct shop *shop, const char *path,
                                        const struct exchange_options *options,
                                        const struct exchange_sink *sink,
                                        struct exchange_report *report, struct fault *fault)
{
    memset(report, 0, sizeof *report);
    struct woo_import *import = calloc(1, sizeof *import);
    struct woo_parent *parents = calloc(LIMIT_OFFERS, sizeof *parents);
    if (import == NULL || parents == NULL) {
        free(import);
        free(parents);
        return fault_set(fault, STATUS_MEMORY, "no memory for an import");
    }
    *import = (struct woo_import){.path = path,
                                  .options = options,
                                  .sink = sink,
                                  .report = report,
                                  .fault = fault,
                                  .zone = &shop->zone,
                                  .currency_decimals = shop->currency.decimals,
                                  .parents = parents};
    enum status status = draft_open(&import->draft, shop, options, report, fault);
    if (!keys_init(&import->references, LIMIT_OFFERS * 2) ||
        !keys_init(&import->taken, LIMIT_OFFERS)) {
        status = fault_set(fault, STATUS_MEMORY, "no memory for an import");
    }
    if (status == STATUS_OK) {
        import_run(import);
        status = import->status;
    }
    draft_close(&import->draft);
    keys_free(&import->references);
    keys_free(&import->taken);
    free(parents);
    free(import);
    return status;
}

/* The listing is judged once, here: twice in the file, new, or known to the shop. A blank stock is
 * not zero: the shop program never stops selling such a product, so its offer has no item that
 * could run out. */
#include "exchange/catalogue.h"
#include "base/decimal.h"
#include "exchange/cells.h"
#include "exchange/options.h"
#include "exchange/report.h"

#include <stdio.h>
#include <stdlib.h>

enum { PRICE_FINE_DIGITS = 4, PRICE_FINE = 10000 };

enum { NAME_TEXT_BYTES_MAX = LIMIT_LABEL_BYTES * (COLUMN_PLACES_MAX + 4) };

/* ---- opening ---- */

static enum status vat_classes_read(struct catalogue *catalogue, struct fault *fault)
{
    const char *given = catalogue->options->vat_classes;
    struct slice left = slice_of(given == NULL ? "" : given);
    struct slice class;
    struct slice rate;
    while (options_pair_next(&left, &class, &rate)) {
        int64_t thousandths = 0;
        bool right = class.length > 0 && cell_number(rate, 3, &thousandths) == CELL_OK &&
                     thousandths >= 0 && thousandths <= CATALOGUE_PERCENT &&
                     catalogue->vat_class_count < CATALOGUE_VAT_CLASSES_MAX;
        if (!right) {
            return fault_set(fault, STATUS_INVALID,
                             "--vat-classes: say CLASS=PERCENT,..., for example reduced-rate=5.5");
        }
        uint32_t place = catalogue->vat_class_count++;
        catalogue->vat_classes[place].name = class;
        catalogue->vat_classes[place].vat_thousandths = (int32_t)thousandths;
    }
    return STATUS_OK;
}

static enum status catalogue_open(struct catalogue *catalogue, const struct catalogue_call *call)
{
    *catalogue = (struct catalogue){
        .reading = {.sink = call->sink, .report = call->report, .fault = call->fault},
        .options = call->options,
        .zone = &call->shop->zone,
        .currency_decimals = call->shop->currency.decimals,
    };
    enum status status = draft_open(&catalogue->draft, call->shop, call->fault);
    if (status == STATUS_OK && !call->no_offers) {
        status = draft_defaults_set(&catalogue->draft, call->options, call->report, call->fault);
    }
    catalogue->products = calloc(LIMIT_OFFERS, sizeof *catalogue->products);
    catalogue->compared = calloc(LIMIT_ITEMS, sizeof *catalogue->compared);
    if (catalogue->products == NULL || catalogue->compared == NULL ||
        !keys_init(&catalogue->references, LIMIT_OFFERS * 2) ||
        !keys_init(&catalogue->taken, LIMIT_OFFERS)) {
        status = fault_set(call->fault, STATUS_MEMORY, "no memory for an import");
    }
    return status == STATUS_OK ? vat_classes_read(catalogue, call->fault) : status;
}

static void catalogue_close(struct catalogue *catalogue)
{
    draft_close(&catalogue->draft);
    keys_free(&catalogue->references);
    keys_free(&catalogue->taken);
    free(catalogue->products);
    free(catalogue->compared);
}

enum status catalogue_import(struct catalogue *catalogue, void *context,
                             const struct catalogue_pass *passes, uint32_t pass_count,
                             const struct catalogue_call *call)
{
    struct reading *reading = &catalogue->reading;
    memset(call->report, 0, sizeof *call->report);
    enum status status = catalogue_open(catalogue, call);
    reading->status = status;
    reading->context = context;
    reading->pass_count = pass_count;
    for (uint32_t i = 0; i < pass_count; i++) {
        if (passes[i].path != NULL) {
            reading_pass(reading, passes[i].path, passes[i].rows);
        }
    }
    reading_report_facts(reading);
    if (reading->status == STATUS_OK) {
        reading->status = draft_apply(&catalogue->draft, call->options, call->sink, call->fault);
    }
    status = reading->status;
    catalogue_close(catalogue);
    return status;
}

/* ---- products that rows refer to ---- */

struct product *catalogue_product_add(struct catalogue *catalogue)
{
    if (catalogue->product_count == LIMIT_OFFERS) {
        return NULL;
    }
    struct product *product = &catalogue->products[catalogue->product_count++];
    product->cost_minor = -1;
    product->supplier.index = NO_INDEX;
    return product;
}

void catalogue_product_refer(struct catalogue *catalogue, struct slice reference)
{
    uint32_t before = 0;
    /* A full table leaves variations without their product, which is reported. */
    if (reference.length > 0 && !keys_find(&catalogue->references, reference, &before)) {
        (void)keys_add(&catalogue->references, reference, catalogue->product_count - 1);
    }
}

const struct product *catalogue_product(const struct catalogue *catalogue, struct slice reference)
{
    uint32_t index = 0;
    if (!keys_find(&catalogue->references, reference, &index)) {
        return NULL;
    }
    return &catalogue->products[index];
}

struct listing catalogue_listing(uint64_t line)
{
    return (struct listing){.line = line, .cost_minor = -1, .supplier = {NO_INDEX}};
}

/* ---- names ---- */

void catalogue_note(struct catalogue *catalogue, enum exchange_reason reason, uint64_t line,
                    const char *what)
{
    report_add(catalogue->reading.report, reason, line, slice_of(what));
}

bool catalogue_name(struct slice sku, const char *front, const struct column_values *values,
                    char *to)
{
    if (sku.length > 0) {
        return cell_name(sku, to);
    }
    struct text whole;
    text_init(&whole, NAME_TEXT_BYTES_MAX);
    text_append_string(&whole, front);
    if (values != NULL) {
        column_values_append(values, "-", "-", &whole);
    }
    bool exact = cell_name(text_slice(&whole), to);
    text_free(&whole);
    return exact;
}

/* The first bytes of a text, up to `most`, without a character that is cut in its middle. */
static struct slice text_front(struct slice text, size_t most)
{
    if (text.length > most) {
        text.length = most;
        while (text.length > 0 && ((unsigned char)text.data[text.length] & 0xc0) == 0x80) {
            text.length--;
        }
    }
    return text;
}

void catalogue_label(struct catalogue *catalogue, struct listing *listing, struct slice title,
                     const struct product *product, const struct column_values *values)
{
    struct text called;
    text_init(&called, NAME_TEXT_BYTES_MAX);
    text_append_slice(&called, text_front(title, (size_t)LIMIT_LABEL_BYTES * 4));
    if (title.length == 0 && product != NULL && values != NULL) {
        text_append_string(&called, product->label);
        column_values_append(values, " - ", ", ", &called);
    }
    if (called.length > 0 && !cell_label(text_slice(&called), listing->label)) {
        catalogue_note(catalogue, NOTE_LABEL_CUT, listing->line, listing->label);
    }
    text_free(&called);
}

/* Says what a name was made of where it is not the SKU itself. */
static void name_note(struct catalogue *catalogue, const struct listing *listing)
{
    if (listing->name_exact) {
        return;
    }
    struct slice from =
        text_front(listing->sku.length > 0 ? listing->sku : slice_of(listing->label), 60);
    char mapping[EXCHANGE_EXAMPLE_BYTES * 2];
    snprintf(mapping, sizeof mapping, "%.*s -> %s", (int)from.length, from.data, listing->name);
    catalogue_note(catalogue, NOTE_NAME_MAPPED, listing->line, mapping);
}

void catalogue_category(struct slice categories, char *to)
{
    size_t length = 0;
    while (length < categories.length && categories.data[length] != '>' &&
           categories.data[length] != ',') {
        length++;
    }
    cell_spelling((struct slice){categories.data, length}, to, LIMIT_NAME_BYTES);
}

/* ---- VAT, price, dates ---- */

int32_t catalogue_vat(struct catalogue *catalogue, uint64_t line, struct slice class,
                      const char *zero)
{
    for (uint32_t i = 0; i < catalogue->vat_class_count; i++) {
        if (slice_equal(class, catalogue->vat_classes[i].name)) {
            return catalogue->vat_classes[i].vat_thousandths;
        }
    }
    if (slice_is(class, zero)) {
        return 0;
    }
    if (class.length > 0 && !slice_is(class, "standard")) {
        report_add(catalogue->reading.report, NOTE_TAX_CLASS, line, class);
    }
    return catalogue->draft.defaults.vat_thousandths;
}

int64_t catalogue_money(const struct catalogue *catalogue, struct slice cell)
{
    int64_t minor = 0;
    bool read = cell_number(cell, catalogue->currency_decimals, &minor) == CELL_OK && minor >= 0 &&
                minor <= LIMIT_MONEY_MINOR / 2;
    return read ? minor : -1;
}

enum cell_result catalogue_price_fine(const struct catalogue *catalogue, struct slice cell,
                                      int64_t *fine)
{
    int64_t most = LIMIT_MONEY_MINOR / 2 * PRICE_FINE;
    enum cell_result result =
        cell_number(cell, catalogue->currency_decimals + PRICE_FINE_DIGITS, fine);
    return result == CELL_OK && (*fine > most || *fine < -most) ? CELL_BAD : result;
}

enum exchange_reason catalogue_price(enum cell_result result, int64_t fine, bool net,
                                     int32_t vat_thousandths, int64_t *minor)
{
    if (result != CELL_OK) {
        return result == CELL_EMPTY ? NOT_TAKEN_NO_PRICE : NOT_TAKEN_BAD_NUMBER;
    }
    if (fine < 0) {
        return NOT_TAKEN_NEGATIVE_PRICE;
    }
    *minor = decimal_scale_half_up(fine, CATALOGUE_PERCENT + (net ? vat_thousandths : 0),
                                   (int64_t)CATALOGUE_PERCENT * PRICE_FINE);
    return *minor > 0 ? TAKEN_OFFER_NEW : NOT_TAKEN_ZERO_PRICE;
}

bool catalogue_in_force(const struct catalogue *catalogue, struct slice from, struct slice until)
{
    int64_t first_at = INT64_MIN;
    int64_t last_at = INT64_MAX;
    enum cell_result first = cell_instant(from, DATES_ISO, catalogue->zone, &first_at);
    enum cell_result last = cell_instant(until, DATES_ISO, catalogue->zone, &last_at);
    if (last == CELL_OK && zone_second_of_day(catalogue->zone, last_at) == 0) {
        last_at += DAY_SECONDS - 1;
    }
    bool readable =
        (first == CELL_OK || first == CELL_EMPTY) && (last == CELL_OK || last == CELL_EMPTY);
    return readable && catalogue->options->now >= first_at && catalogue->options->now <= last_at;
}

/* ---- stock ---- */

bool catalogue_stock(struct slice stock, int64_t *thousandths)
{
    enum cell_result result = cell_number(stock, 3, thousandths);
    return result == CELL_OK && *thousandths <= LIMIT_QUANTITY_THOUSANDTHS &&
           *thousandths >= -LIMIT_QUANTITY_THOUSANDTHS;
}

/* The item with this stock, new or as it is. NULL: over the limit. */
static struct item *stock_item(struct catalogue *catalogue, const struct listing *listing,
                               const char *name, int64_t thousandths)
{
    struct item *item = draft_item(&catalogue->draft, slice_of(name));
    if (item != NULL) {
        return item;
    }
    if (thousandths < 0) {
        catalogue_note(catalogue, NOTE_STOCK_NEGATIVE, listing->line, name);
    }
    item = draft_item_add(&catalogue->draft, slice_of(name), thousandths < 0 ? 0 : thousandths);
    if (item == NULL) {
        return NULL;
    }
    item->unit_cost_minor =
        listing->cost_minor >= 0
            ? listing->cost_minor
            : draft_unit_cost(&catalogue->draft, listing->price_minor, listing->vat_thousandths);
    if (listing->supplier.index != NO_INDEX) {
        item->supplier = listing->supplier;
    }
    catalogue->reading.report->items_new++;
    return item;
}

/* Gives a new offer the item that its stock tells of. False: over the limit. */
static bool stock_set(struct catalogue *catalogue, const struct listing *listing,
                      struct offer *offer)
{
    if (listing->backorders) {
        catalogue_note(catalogue, NOTE_BACKORDERS, listing->line, offer->name);
    }
    if (listing->stock == LISTING_NOT_MANAGED) {
        catalogue_note(catalogue, NOTE_STOCK_NOT_MANAGED, listing->line, offer->name);
        return true;
    }
    if (listing->shares != NULL) {
        catalogue_note(catalogue, NOTE_STOCK_OF_PARENT, listing->line, offer->name);
    } else if (listing->stock == LISTING_OUT) {
        catalogue_note(catalogue, NOTE_OUT_OF_STOCK, listing->line, offer->name);
    } else if (listing->stock == LISTING_UNKNOWN) {
        catalogue_note(catalogue, NOTE_STOCK_UNKNOWN, listing->line, offer->name);
    }
    const char *name = listing->shares != NULL ? listing->shares->name : offer->name;
    const struct item *item = stock_item(catalogue, listing, name, listing->stock_thousandths);
    return item != NULL && draft_offer_consumes(&catalogue->draft, offer, item);
}

/* A difference in stock that the import may not write into the shop: with the command that records
 * it. */
static void stock_tell(struct catalogue *catalogue, const char *item, int64_t here, int64_t there)
{
    const struct exchange_sink *sink = catalogue->reading.sink;
    char texts[2][32];
    char arguments[LIMIT_NAME_BYTES + 40];
    (void)decimal_write(texts[0], here, 3, true);
    (void)decimal_write(texts[1], there, 3, true);
    snprintf(arguments, sizeof arguments, "%s %s", item, texts[1]);
    const struct exchange_change change = {EXCHANGE_ITEM, item,    "on_hand", texts[0],
                                           texts[1],      "count", arguments};
    if (sink->change != NULL) {
        sink->change(sink->context, &change);
    }
}

/* The item of an offer that is there, where it is one of one; else NULL. */
static struct item *plain_item(struct draft *draft, const struct offer *offer)
{
    bool plain =
        offer->component_count == 1 && offer->components[0].quantity_thousandths == THOUSAND;
    return plain ? &draft->shop.items[offer->components[0].item.index] : NULL;
}

/* An item that nobody supplied gets the file's supplier. */
static void supplier_update(struct catalogue *catalogue, const struct listing *listing,
                            const struct offer *offer)
{
    struct item *item = plain_item(&catalogue->draft, offer);
    if (item != NULL && item->supplier.index == NO_INDEX && listing->supplier.index != NO_INDEX) {
        item->supplier = listing->supplier;
        catalogue->draft.changed = true;
    }
}

static int64_t promised(const struct catalogue *catalogue, ptrdiff_t place)
{
    const int64_t *all = catalogue->options->promised_thousandths;
    return all != NULL ? all[place] : 0;
}

/* The stock of an offer that is there: a file shop's becomes the file's, a running one's is
 * compared with what is on the shelf, once an item. */
static void stock_compare(struct catalogue *catalogue, const struct listing *listing,
                          const struct offer *offer)
{
    struct draft *draft = &catalogue->draft;
    bool plain =
        offer->component_count == 1 && offer->components[0].quantity_thousandths == THOUSAND;
    if (!plain || listing->stock == LISTING_NOT_MANAGED || listing->stock == LISTING_UNKNOWN) {
        return;
    }
    uint16_t place = offer->components[0].item.index;
    struct item *item = &draft->shop.items[place];
    const int64_t *on_hand = catalogue->options->on_hand_thousandths;
    int64_t there = listing->stock_thousandths < 0 ? 0 : listing->stock_thousandths;
    if (catalogue->compared[place] || place >= (ptrdiff_t)draft->before->item_count) {
        return;
    }
    catalogue->compared[place] = true;
    if (on_hand == NULL) {
        draft->changed |= item->on_hand_thousandths != there;
        item->on_hand_thousandths = there;
    } else if (on_hand[place] != there && on_hand[place] - promised(catalogue, place) != there) {
        catalogue_note(catalogue, NOTE_STOCK_KEPT, listing->line, item->name);
        stock_tell(catalogue, item->name, on_hand[place], there);
    }
}

/* ---- what becomes of a listing ---- */

static enum exchange_reason offer_add(struct catalogue *catalogue, const struct listing *listing)
{
    struct draft *draft = &catalogue->draft;
    struct offer *offer = draft_offer_add(draft, slice_of(listing->name), slice_of(listing->label));
    if (offer == NULL) {
        return NOT_TAKEN_OVER_LIMIT;
    }
    offer->price_minor = listing->price_minor;
    offer->vat_thousandths = listing->vat_thousandths;
    if (listing->category[0] != '\0') {
        offer->activity = draft_activity(draft, slice_of(listing->category));
    }
    if (listing->virtual_product) {
        catalogue_note(catalogue, NOTE_VIRTUAL, listing->line, listing->name);
        offer->carrier.index = NO_INDEX;
        offer->on_site = true;
        offer->routing.count = 0;
    } else if (draft_offer_is_workless(draft, offer)) {
        catalogue_note(catalogue, NOTE_NO_ROUTING, listing->line, offer->name);
    }
    if (!stock_set(catalogue, listing, offer)) {
        catalogue->reading.status =
            fault_set(catalogue->reading.fault, STATUS_LIMIT,
                      "with this file the shop would have more than 20,000 items");
    }
    return TAKEN_OFFER_NEW;
}

static enum exchange_reason offer_update(struct catalogue *catalogue, const struct listing *listing,
                                         struct offer *offer)
{
    bool changed = draft_label(&catalogue->draft, offer, slice_of(listing->label));
    if (offer->price_minor != listing->price_minor) {
        offer->price_minor = listing->price_minor;
        catalogue->draft.changed = true;
        changed = true;
    }
    supplier_update(catalogue, listing, offer);
    stock_compare(catalogue, listing, offer);
    return changed ? TAKEN_OFFER_CHANGED : TAKEN_OFFER_SAME;
}

enum exchange_reason catalogue_take(struct catalogue *catalogue, struct listing *listing)
{
    name_note(catalogue, listing);
    if (listing->label[0] == '\0') {
        memcpy(listing->label, listing->name, sizeof listing->name);
    }
    uint32_t before = 0;
    if (keys_find(&catalogue->taken, slice_of(listing->name), &before)) {
        return NOT_TAKEN_TWICE;
    }
    if (keys_add(&catalogue->taken, slice_of(listing->name), 0) == NULL) {
        return NOT_TAKEN_OVER_LIMIT;
    }
    struct offer *offer = draft_offer(&catalogue->draft, slice_of(listing->name));
    return offer != NULL ? offer_update(catalogue, listing, offer) : offer_add(catalogue, listing);
}

void catalogue_row_count(struct catalogue *catalogue, enum exchange_reason reason, uint64_t line,
                         struct slice shown)
{
    bool taken = reason < NOT_TAKEN_ZERO_PRICE;
    char label[LIMIT_LABEL_BYTES + 1];
    (void)cell_label(shown, label);
    catalogue->reading.report->rows++;
    report_add(catalogue->reading.report, reason, taken ? 0 : line, slice_of(taken ? "" : label));
}

/* The draft's arrays are taken once, as large as the limits allow (a few megabytes), so that ids
 * stay places in an array and nothing moves while an import holds a pointer into it. Everything
 * that an import makes is recognised by its place: at or beyond the shop's count it is new. Editing
 * the shop file's text instead was rejected: only shop_write knows how to spell a shop. */
#include "exchange/draft.h"
#include "base/assert.h"
#include "base/decimal.h"
#include "exchange/draft_tell.h"
#include "exchange/report.h"
#include "model/shop_read.h"

#include <stdlib.h>
#include <string.h>

enum {
    DRAFT_BYTES_MAX = 64 * 1024 * 1024,
    PERCENT_THOUSANDTHS = 100000,
    VAT_FALLBACK = 20000,
    VAT_RATES_MAX = 64
};

/* ---- opening ---- */

static void *array_copy(struct draft *draft, const void *from, size_t count, size_t most,
                        size_t size)
{
    void *array = arena_alloc(&draft->arena, most * size);
    if (array != NULL && count > 0) {
        memcpy(array, from, count * size);
    }
    return array;
}

static bool arrays_copy(struct draft *draft, const struct shop *shop)
{
    struct shop *copy = &draft->shop;
    copy->offers =
        array_copy(draft, shop->offers, shop->offer_count, LIMIT_OFFERS, sizeof *shop->offers);
    copy->items =
        array_copy(draft, shop->items, shop->item_count, LIMIT_ITEMS, sizeof *shop->items);
    copy->activities = array_copy(draft, shop->activities, shop->activity_count, LIMIT_ACTIVITIES,
                                  sizeof *shop->activities);
    copy->suppliers = array_copy(draft, shop->suppliers, shop->supplier_count, LIMIT_SUPPLIERS,
                                 sizeof *shop->suppliers);
    /* The old ones stand before the new ones until receipts_settle. */
    copy->receipts = array_copy(draft, shop->receipts, shop->receipt_count, 2 * LIMIT_RECEIPTS,
                                sizeof *shop->receipts);
    draft->expected_anew = ARENA_ARRAY(&draft->arena, bool, LIMIT_ITEMS);
    return copy->offers != NULL && copy->items != NULL && copy->activities != NULL &&
           copy->suppliers != NULL && copy->receipts != NULL && draft->expected_anew != NULL;
}

static bool names_index(struct draft *draft)
{
    const struct shop *shop = &draft->shop;
    bool done = keys_init(&draft->offers, LIMIT_OFFERS) && keys_init(&draft->items, LIMIT_ITEMS) &&
                keys_init(&draft->activities, LIMIT_ACTIVITIES) &&
                keys_init(&draft->suppliers, LIMIT_SUPPLIERS);
    for (uint32_t i = 0; done && i < shop->offer_count; i++) {
        done = keys_add(&draft->offers, slice_of(shop->offers[i].name), i) != NULL;
    }
    for (uint32_t i = 0; done && i < shop->item_count; i++) {
        done = keys_add(&draft->items, slice_of(shop->items[i].name), i) != NULL;
    }
    for (uint32_t i = 0; done && i < shop->activity_count; i++) {
        done = keys_add(&draft->activities, slice_of(shop->activities[i].name), i) != NULL;
    }
    for (uint32_t i = 0; done && i < shop->supplier_count; i++) {
        done = keys_add(&draft->suppliers, slice_of(shop->suppliers[i].name), i) != NULL;
    }
    return done;
}

/* The rate that most of the shop's offers have; the lowest of those where several do. A shop has
 * few rates: what comes after the first VAT_RATES_MAX different ones is not the most common. */
static int32_t vat_most_common(const struct shop *shop, struct exchange_report *report)
{
    int32_t rates[VAT_RATES_MAX] = {VAT_FALLBACK};
    uint32_t counts[VAT_RATES_MAX] = {0};
    uint32_t known = 0;
    for (uint32_t i = 0; i < shop->offer_count; i++) {
        if (shop->offers[i].retired) {
            continue;
        }
        uint32_t at = 0;
        while (at < known && rates[at] != shop->offers[i].vat_thousandths) {
            at++;
        }
        if (at == VAT_RATES_MAX) {
            continue;
        }
        known += at == known;
        rates[at] = shop->offers[i].vat_thousandths;
        counts[at]++;
    }
    uint32_t best_at = 0;
    for (uint32_t at = 1; at < known; at++) {
        if (counts[at] > counts[best_at] ||
            (counts[at] == counts[best_at] && rates[at] < rates[best_at])) {
            best_at = at;
        }
    }
    int32_t best = rates[best_at];
    char rate[40];
    size_t length = decimal_write(rate, best, 3, true);
    rate[length++] = ' ';
    rate[length++] = '%';
    report_add(report, NOTE_VAT_ASSUMED, 0, (struct slice){rate, length});
    return best;
}

static enum status carrier_find(const struct shop *shop, const char *name,
                                struct carrier_id *carrier, struct fault *fault)
{
    for (uint32_t i = 0; i < shop->carrier_count; i++) {
        const struct carrier *candidate = &shop->carriers[i];
        if (!candidate->retired && (name == NULL || strcmp(candidate->name, name) == 0)) {
            carrier->index = (uint16_t)i;
            return STATUS_OK;
        }
    }
    if (name == NULL) {
        return fault_set(
            fault, STATUS_INVALID,
            "the shop has no carrier, and new offers need one: add one to the shop file "
            "(ecluse apply)");
    }
    return fault_set(fault, STATUS_INVALID,
                     "--carrier: the shop has no carrier \"%s\"; name one of its shop file", name);
}

enum status draft_defaults_set(struct draft *draft, const struct exchange_options *options,
                               struct exchange_report *report, struct fault *fault)
{
    struct draft_defaults *defaults = &draft->defaults;
    defaults->cost_thousandths = options->cost_thousandths;
    defaults->vat_thousandths = options->vat_thousandths;
    if (defaults->vat_thousandths < 0) {
        defaults->vat_thousandths = vat_most_common(&draft->shop, report);
    }
    if (options->routing_like != NULL) {
        const struct offer *like = draft_offer(draft, slice_of(options->routing_like));
        if (like == NULL) {
            return fault_set(
                fault, STATUS_INVALID,
                "--routing-like: the shop has no offer \"%s\"; name one of its shop file",
                options->routing_like);
        }
        defaults->routing = like->routing;
    }
    if (options->supplier != NULL) {
        defaults->supplier = draft_supplier(draft, slice_of(options->supplier));
        if (defaults->supplier.index == NO_INDEX) {
            return fault_set(fault, STATUS_INVALID,
                             "--supplier: the shop has no supplier \"%s\"; name one of its shop "
                             "file",
                             options->supplier);
        }
    }
    return carrier_find(&draft->shop, options->carrier, &defaults->carrier, fault);
}

enum status draft_open(struct draft *draft, const struct shop *shop, struct fault *fault)
{
    memset(draft, 0, sizeof *draft);
    draft->before = shop;
    draft->shop = *shop;
    draft->defaults.supplier.index = NO_INDEX;
    arena_init(&draft->arena, DRAFT_BYTES_MAX);
    if (!arrays_copy(draft, shop) || !names_index(draft)) {
        return fault_set(fault, STATUS_MEMORY, "no memory for an import");
    }
    return STATUS_OK;
}

void draft_close(struct draft *draft)
{
    keys_free(&draft->offers);
    keys_free(&draft->items);
    keys_free(&draft->activities);
    keys_free(&draft->suppliers);
    arena_free(&draft->arena);
}

/* ---- offers, items, activities ---- */

struct offer *draft_offer(struct draft *draft, struct slice name)
{
    uint32_t index = 0;
    if (!keys_find(&draft->offers, name, &index) || draft->shop.offers[index].retired) {
        return NULL;
    }
    return &draft->shop.offers[index];
}

struct item *draft_item(struct draft *draft, struct slice name)
{
    uint32_t index = 0;
    if (!keys_find(&draft->items, name, &index) || draft->shop.items[index].retired) {
        return NULL;
    }
    return &draft->shop.items[index];
}

bool draft_label(struct draft *draft, struct offer *offer, struct slice label)
{
    const char *now = offer->label.text[LANGUAGE_FR];
    /* An owner who has translated a label keeps both texts while one of them is the file's. */
    const char *other = offer->label.text[LANGUAGE_EN];
    if ((now != NULL && slice_is(label, now)) || (other != NULL && slice_is(label, other))) {
        return false;
    }
    const char *copy = arena_copy(&draft->arena, label.data, label.length);
    if (copy == NULL) {
        return false;
    }
    offer->label.text[LANGUAGE_FR] = copy;
    offer->label.text[LANGUAGE_EN] = copy;
    draft->changed = true;
    return true;
}

struct offer *draft_offer_add(struct draft *draft, struct slice name, struct slice label)
{
    struct shop *shop = &draft->shop;
    uint32_t index = shop->offer_count;
    const char *kept = NULL;
    if (keys_find(&draft->offers, name, &index)) {
        ASSERT(shop->offers[index].retired);
        kept = shop->offers[index].name;
    } else if (index < LIMIT_OFFERS) {
        kept = keys_add(&draft->offers, name, index);
        shop->offer_count += kept != NULL;
    }
    if (kept == NULL) {
        return NULL;
    }
    struct offer *offer = &shop->offers[index];
    *offer = (struct offer){
        .name = kept,
        .vat_thousandths = draft->defaults.vat_thousandths,
        .activity = {NO_INDEX},
        .routing = draft->defaults.routing,
        .carrier = draft->defaults.carrier,
        .max_per_customer_thousandths = -1,
        .demand_per_week_thousandths = -1,
    };
    draft->changed = true;
    (void)draft_label(draft, offer, label);
    return offer->label.text[LANGUAGE_FR] == NULL ? NULL : offer;
}

struct item *draft_item_add(struct draft *draft, struct slice name, int64_t on_hand_thousandths)
{
    struct shop *shop = &draft->shop;
    uint32_t index = shop->item_count;
    draft->changed = true;
    if (keys_find(&draft->items, name, &index)) {
        ASSERT(shop->items[index].retired);
        shop->items[index].retired = false;
        return &shop->items[index];
    }
    const char *kept = index < LIMIT_ITEMS ? keys_add(&draft->items, name, index) : NULL;
    if (kept == NULL) {
        return NULL;
    }
    shop->item_count++;
    shop->items[index] = (struct item){
        .name = kept,
        .on_hand_thousandths = on_hand_thousandths,
        .supplier = draft->defaults.supplier,
        .pack_size_thousandths = THOUSAND,
        .max_units_per_week_thousandths = -1,
        .reorder_point_thousandths = -1,
    };
    return &shop->items[index];
}

bool draft_offer_consumes(struct draft *draft, struct offer *offer, const struct item *item)
{
    struct component *component = ARENA_NEW(&draft->arena, struct component);
    if (component == NULL) {
        return false;
    }
    component->item.index = (uint16_t)(item - draft->shop.items);
    component->quantity_thousandths = THOUSAND;
    offer->components = component;
    offer->component_count = 1;
    return true;
}

bool draft_offer_is_workless(const struct draft *draft, const struct offer *offer)
{
    bool carried = offer->carrier.index != NO_INDEX;
    return offer->routing.count == 0 &&
           !(carried && draft->shop.carriers[offer->carrier.index].routing.count > 0);
}

struct activity_id draft_activity(struct draft *draft, struct slice name)
{
    struct shop *shop = &draft->shop;
    uint32_t index = shop->activity_count;
    if (keys_find(&draft->activities, name, &index)) {
        if (shop->activities[index].retired) {
            draft->changed = true;
        }
        shop->activities[index].retired = false;
        return (struct activity_id){(uint16_t)index};
    }
    const char *kept = index < LIMIT_ACTIVITIES ? keys_add(&draft->activities, name, index) : NULL;
    if (kept == NULL) {
        return (struct activity_id){NO_INDEX};
    }
    shop->activities[index] = (struct activity){.name = kept};
    shop->activity_count++;
    draft->changed = true;
    return (struct activity_id){(uint16_t)index};
}

int64_t draft_unit_cost(const struct draft *draft, int64_t price_minor, int32_t vat_thousandths)
{
    int64_t without_vat = decimal_scale_half_up(price_minor, PERCENT_THOUSANDTHS,
                                                PERCENT_THOUSANDTHS + vat_thousandths);
    return decimal_scale_half_up(without_vat, draft->defaults.cost_thousandths,
                                 PERCENT_THOUSANDTHS);
}

/* ---- suppliers and receipts ---- */

struct supplier_id draft_supplier(const struct draft *draft, struct slice name)
{
    uint32_t index = 0;
    if (!keys_find(&draft->suppliers, name, &index) || draft->shop.suppliers[index].retired) {
        return (struct supplier_id){NO_INDEX};
    }
    return (struct supplier_id){(uint16_t)index};
}

bool draft_supplier_add(struct draft *draft, struct slice name, int32_t lead_days)
{
    struct shop *shop = &draft->shop;
    uint32_t index = shop->supplier_count;
    draft->changed = true;
    if (keys_find(&draft->suppliers, name, &index)) {
        ASSERT(shop->suppliers[index].retired);
        shop->suppliers[index].retired = false;
        return true;
    }
    const char *kept = index < LIMIT_SUPPLIERS ? keys_add(&draft->suppliers, name, index) : NULL;
    if (kept == NULL) {
        return false;
    }
    shop->supplier_count++;
    shop->suppliers[index] =
        (struct supplier){.name = kept, .lead_days = lead_days, .orders_on = {(1 << WEEKDAYS) - 1}};
    return true;
}

bool draft_receipt_add(struct draft *draft, struct item_id item, int64_t quantity_thousandths,
                       int32_t due_day)
{
    struct shop *shop = &draft->shop;
    if (shop->receipt_count - draft->before->receipt_count == LIMIT_RECEIPTS) {
        return false;
    }
    draft->expected_anew[item.index] = true;
    shop->receipts[shop->receipt_count++] =
        (struct item_movement){item, quantity_thousandths, due_day};
    return true;
}

bool draft_receipt_known(const struct shop *shop, const struct item_movement *receipt)
{
    for (uint32_t i = 0; i < shop->receipt_count; i++) {
        const struct item_movement *old = &shop->receipts[i];
        if (old->item.index == receipt->item.index && old->due_day == receipt->due_day &&
            old->quantity_thousandths == receipt->quantity_thousandths) {
            return true;
        }
    }
    return false;
}

/* Takes out what the shop file expected of items that are expected anew. */
static void receipts_settle(struct draft *draft)
{
    struct shop *shop = &draft->shop;
    uint32_t old_count = draft->before->receipt_count;
    uint32_t kept = 0;
    uint32_t known = 0;
    uint32_t replaced = 0;
    for (uint32_t i = 0; i < shop->receipt_count; i++) {
        struct item_movement receipt = shop->receipts[i];
        if (i < old_count && draft->expected_anew[receipt.item.index]) {
            replaced++;
            continue;
        }
        known += i >= old_count && draft_receipt_known(draft->before, &receipt);
        shop->receipts[kept++] = receipt;
    }
    draft->changed |= known != replaced || shop->receipt_count - old_count != known;
    shop->receipt_count = kept;
}

/* ---- handing over ---- */

enum status draft_apply(struct draft *draft, const struct exchange_options *options,
                        const struct exchange_sink *sink, struct fault *fault)
{
    receipts_settle(draft);
    if (sink->change != NULL) {
        draft_tell(draft, sink);
    }
    if (!draft->changed || options->dry_run) {
        return STATUS_OK;
    }
    struct text text;
    text_init(&text, LIMIT_SHOP_FILE_BYTES);
    enum status status = shop_write(&draft->shop, &text, fault);
    if (status == STATUS_OK && text.overflow) {
        status =
            fault_set(fault, STATUS_LIMIT,
                      "with this import the shop file would be larger than 32 MB; import fewer "
                      "offers");
    }
    if (status == STATUS_OK) {
        status = sink->apply(sink->context, text_slice(&text), fault);
    }
    text_free(&text);
    return status;
}

/* A shop file in the making: the shop as it is, with offers, items and activities added or changed
 * by an import.
 *
 *   draft_open(shop) -> draft_offer_add, draft_item_add, ... -> draft_apply: shop_write, sink
 *
 * The shop itself is never touched. What the shop has keeps its place; what is added comes last, as
 * shop_merge wants it. A retired name that comes back is the same offer or item again: names are
 * permanent. */
#ifndef ECLUSE_EXCHANGE_DRAFT_H
#define ECLUSE_EXCHANGE_DRAFT_H

#include "exchange/exchange.h"
#include "exchange/keys.h"

/* What new offers get where the file says nothing. */
struct draft_defaults {
    int32_t vat_thousandths;
    int32_t cost_thousandths;
    struct carrier_id carrier;
    struct routing routing;
    struct supplier_id supplier;
};

struct draft {
    const struct shop *before;
    struct shop shop; /* a copy of the shop's head with arrays of its own */
    struct arena arena;
    struct keys offers; /* names to places, the retired ones too */
    struct keys items;
    struct keys activities;
    struct keys suppliers;
    struct draft_defaults defaults;
    bool *expected_anew; /* of each item: draft_receipt_add was called */
    bool changed;
};

/* draft_close is right after a failure too. */
enum status draft_open(struct draft *draft, const struct shop *shop, struct fault *fault) MUST_USE;
/* Before the first offer is added. STATUS_INVALID where an option names what the shop has not, or
 * the shop has no carrier. */
enum status draft_defaults_set(struct draft *draft, const struct exchange_options *options,
                               struct exchange_report *report, struct fault *fault) MUST_USE;
void draft_close(struct draft *draft);

/* The offer of that name that is not retired, or NULL. */
struct offer *draft_offer(struct draft *draft, struct slice name);
struct item *draft_item(struct draft *draft, struct slice name);
/* The same of suppliers, by their place; NO_INDEX if there is none. */
struct supplier_id draft_supplier(const struct draft *draft, struct slice name);

/* A new (or returning) offer with the defaults and this label, without components; NULL:
 * LIMIT_OFFERS are there. */
struct offer *draft_offer_add(struct draft *draft, struct slice name, struct slice label);
/* A new (or returning) item; a returning one keeps its opening stock. NULL: LIMIT_ITEMS are there.
 */
struct item *draft_item_add(struct draft *draft, struct slice name, int64_t on_hand_thousandths);
/* A new (or returning) supplier; false: LIMIT_SUPPLIERS are there. */
bool draft_supplier_add(struct draft *draft, struct slice name, int32_t lead_days) MUST_USE;
/* An expected receipt of an item, in a shop that has not opened. Of what the shop file expected of
 * that item, nothing stays from the first on: a day that moved would count twice. False:
 * LIMIT_RECEIPTS are there. */
bool draft_receipt_add(struct draft *draft, struct item_id item, int64_t quantity_thousandths,
                       int32_t due_day) MUST_USE;
/* Does the shop expect exactly this? */
bool draft_receipt_known(const struct shop *shop, const struct item_movement *receipt);
/* One unit of the item for each of the offer. False: no memory. */
bool draft_offer_consumes(struct draft *draft, struct offer *offer,
                          const struct item *item) MUST_USE;
/* Does an order of it take nobody's time: neither its own routing nor its parcel's? */
bool draft_offer_is_workless(const struct draft *draft, const struct offer *offer);
/* The activity of that name, made if need be; NO_INDEX if LIMIT_ACTIVITIES are there. */
struct activity_id draft_activity(struct draft *draft, struct slice name);
/* Sets the label; true if it was another one. */
bool draft_label(struct draft *draft, struct offer *offer, struct slice label);
/* What a unit costs to buy if it is sold at this price: the stated share of the price without VAT,
 * half up. */
int64_t draft_unit_cost(const struct draft *draft, int64_t price_minor, int32_t vat_thousandths);

/* Tells the sink each change; then hands the shop file over, if anything changed and it is no dry
 * run. */
enum status draft_apply(struct draft *draft, const struct exchange_options *options,
                        const struct exchange_sink *sink, struct fault *fault) MUST_USE;

#endif

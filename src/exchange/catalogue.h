/* Products of a foreign file on their way to offers: what every shop program's export has in
 * common.
 *
 *   catalogue_import -> passes over files: products that rows refer to -> catalogue_product_add
 *                                          rows -> struct listing -> catalogue_take
 *                    -> draft_apply: one changed shop file
 *
 * A format fills a `struct listing` from a row by rules of its own; what becomes of it (new offer,
 * changed offer, twice in the file, stock, notes) is decided here, the same for all.
 *
 * An offer that the shop has keeps everything but its label and its price: carrier, routing, rates
 * and opening stock are the owner's. */
#ifndef ECLUSE_EXCHANGE_CATALOGUE_H
#define ECLUSE_EXCHANGE_CATALOGUE_H

#include "exchange/cells.h"
#include "exchange/columns.h"
#include "exchange/draft.h"
#include "exchange/reading.h"

enum { CATALOGUE_VAT_CLASSES_MAX = 32, CATALOGUE_PERCENT = 100000 };

/* A product that other rows refer to: the variations, variants or combinations are the offers. */
struct product {
    char name[LIMIT_NAME_BYTES + 1];
    char label[LIMIT_LABEL_BYTES + 1];
    char category[LIMIT_NAME_BYTES + 1];
    char tax_class[LIMIT_NAME_BYTES + 1];
    bool published;
    bool has_stock;
    int64_t stock_thousandths;
    int64_t cost_minor; /* -1: unknown */
    struct supplier_id supplier;
    bool backorders;
    bool virtual_product;
};

enum listing_stock {
    LISTING_NOT_MANAGED, /* never runs out there: no item */
    LISTING_COUNTED,
    LISTING_OUT,     /* no figure, but marked as sold out: 0 */
    LISTING_UNKNOWN, /* managed there, but the file does not say how many: 0 until it is counted */
};

/* One thing for sale as the file lists it. */
struct listing {
    uint64_t line;
    struct slice sku; /* as in the file, may be empty; valid during the row */
    char name[LIMIT_NAME_BYTES + 1];
    char label[LIMIT_LABEL_BYTES + 1];
    char category[LIMIT_NAME_BYTES + 1]; /* "": none */
    bool name_exact;                     /* the name is the SKU as it is */
    bool virtual_product;
    bool backorders;
    int32_t vat_thousandths;
    int64_t price_minor; /* VAT included */
    int64_t cost_minor;  /* of a new item, without VAT; -1: a share of the price */
    enum listing_stock stock;
    int64_t stock_thousandths;    /* LISTING_COUNTED */
    struct supplier_id supplier;  /* of its item; NO_INDEX: the file names none that is known */
    const struct product *shares; /* whose stock it is, with its sisters; NULL: its own */
};

struct catalogue {
    struct reading reading;
    struct draft draft;
    const struct exchange_options *options;
    const struct zone *zone;
    int currency_decimals;
    struct {
        struct slice name;
        int32_t vat_thousandths;
    } vat_classes[CATALOGUE_VAT_CLASSES_MAX];
    uint32_t vat_class_count;
    struct keys references; /* what rows call products, to places in `products` */
    struct keys taken;      /* names of offers from this file */
    struct product *products;
    uint32_t product_count;
    bool *compared; /* items whose stock the file has told already */
};

/* A listing at this line, of which nothing is known yet. */
struct listing catalogue_listing(uint64_t line);

/* What every exchange_import_... is given, but for the file. */
struct catalogue_call {
    const struct shop *shop;
    const struct exchange_options *options;
    const struct exchange_sink *sink;
    struct exchange_report *report; /* is emptied first */
    struct fault *fault;
    bool no_offers; /* the shop needs no carrier, and nothing is assumed */
};

struct catalogue_pass {
    const char *path; /* NULL: this pass is left out */
    const struct reading_rows *rows;
};

/* The whole import: opens the catalogue, reads the passes, the rows of which get `context`, hands
 * the shop file over unless something went wrong, closes. */
enum status catalogue_import(struct catalogue *catalogue, void *context,
                             const struct catalogue_pass *passes, uint32_t pass_count,
                             const struct catalogue_call *call) MUST_USE;

/* ---- products that rows refer to ---- */

/* An empty one; NULL: LIMIT_OFFERS are there, and rows that refer to it will miss it. */
struct product *catalogue_product_add(struct catalogue *catalogue);
/* Rows call the last product added this. Of several products of one reference the first counts. */
void catalogue_product_refer(struct catalogue *catalogue, struct slice reference);
/* NULL: there is none. */
const struct product *catalogue_product(const struct catalogue *catalogue, struct slice reference);

/* ---- parts of a listing ---- */

/* The name of an offer: its SKU; without one, `front` (a product, a number of the shop program)
 * with the values that tell it from its sisters. False: it was spelled anew. */
bool catalogue_name(struct slice sku, const char *front, const struct column_values *values,
                    char *to);
/* Sets the label: `title`; a variation that has none is called after its product and its values. */
void catalogue_label(struct catalogue *catalogue, struct listing *listing, struct slice title,
                     const struct product *product, const struct column_values *values);
/* The outermost level of the first category in "Clothing > Shirts, Music", as the name of an
 * activity: `to` holds LIMIT_NAME_BYTES + 1. */
void catalogue_category(struct slice categories, char *to);

/* The rate of a tax class: of --vat-classes; else the default, with a note unless the class is
 * "standard" or none. `zero` is the class that means no VAT. */
int32_t catalogue_vat(struct catalogue *catalogue, uint64_t line, struct slice class,
                      const char *zero);
/* Reads a cell of money, zero or more; -1 where it holds no such thing. */
int64_t catalogue_money(const struct catalogue *catalogue, struct slice cell);
/* A price as shop programs keep it, in ten-thousandths of a minor unit: 8.291667 without VAT must
 * become 9.95, not 9.94. Not more than half of LIMIT_MONEY_MINOR, with a sign. */
enum cell_result catalogue_price_fine(const struct catalogue *catalogue, struct slice cell,
                                      int64_t *fine);
/* The price with VAT in minor units, half up, of one that is without (`net`) or with it.
 * TAKEN_OFFER_NEW, or why it is no price: empty, unreadable, zero, below zero. */
enum exchange_reason catalogue_price(enum cell_result result, int64_t fine, bool net,
                                     int32_t vat_thousandths, int64_t *minor);
/* Is now between these two cells (ISO dates)? An empty one is no bound, a last day lasts until its
 * end; what cannot be read is not in force. */
bool catalogue_in_force(const struct catalogue *catalogue, struct slice from, struct slice until);
/* What a stock cell says: false where it says nothing that can be read. */
bool catalogue_stock(struct slice stock, int64_t *thousandths);

/* ---- what becomes of it ---- */

void catalogue_note(struct catalogue *catalogue, enum exchange_reason reason, uint64_t line,
                    const char *what);
/* Takes the listing into the draft: one of TAKEN_OFFER_..., or why not. Over the shop's limit of
 * items, reading.status says so. */
enum exchange_reason catalogue_take(struct catalogue *catalogue, struct listing *listing);
/* Counts a row and what became of it; `shown` is what a person knows it by. */
void catalogue_row_count(struct catalogue *catalogue, enum exchange_reason reason, uint64_t line,
                         struct slice shown);

#endif

/* Other people's formats: what a company has in files comes in, what Écluse has goes out.
 *
 *   file -> csv_read -> rows -> orders | woocommerce -> sink: a changed shop file, history
 *                     requests              -> sink: what customers ask for
 *                                                    -> struct exchange_report: what became of rows
 *
 * An import never touches the engine: it hands a whole shop file (for TASK_APPLY) and chunks of
 * history (for TASK_HISTORY) to a sink, which the command line connects to the engine directly or
 * over the socket of a running server. Memory does not grow with the file: rows are read one by
 * one, twice; only the offers (at most LIMIT_OFFERS) are kept. Rules: docs/import.md. */
#ifndef ECLUSE_EXCHANGE_EXCHANGE_H
#define ECLUSE_EXCHANGE_EXCHANGE_H

#include "base/status.h"
#include "base/text.h"
#include "engine/engine.h"
#include "model/shop.h"

#include <stdint.h>

/* How dates like 3/4/2011 are written. ISO 8601 is always understood. */
enum exchange_dates { DATES_DETECT, DATES_ISO, DATES_MONTH_FIRST, DATES_DAY_FIRST };

/* A quantity of an item that is on its way, as `ecluse purchases` numbers it. */
struct exchange_expected {
    struct item_id item;
    int64_t quantity_thousandths;
    int32_t due_day;
    uint32_t entry;
};

enum { LEAD_DAYS_DEFAULT = 14 };

struct exchange_options {
    /* orders: which column is what, as "order=InvoiceNo,sku=StockCode,name=...,quantity=...,at=...,
     * unit_price=UnitPrice,customer=CustomerID" */
    const char *columns;
    enum exchange_dates dates;
    int64_t stock_thousandths; /* --stock: on hand of each new item; -1: unknown, the new offers do
                                  not run out */

    /* products */
    const char *vat_classes; /* "reduced-rate=5.5,zero-rate=0"; NULL: every class but zero-rate has
                                vat_thousandths */
    bool prices_without_vat; /* the shop enters prices net; VAT is added */
    int64_t now;             /* decides whether a sale price with dates is in force */

    /* both */
    int32_t vat_thousandths;  /* of a percent; -1: the most common of the shop's offers */
    int32_t cost_thousandths; /* of a percent of the price without VAT: unit_cost of new items;
                                 50000 is half */
    const char *carrier;      /* of new offers; NULL: the shop's first */
    const char *routing_like; /* an offer whose routing new offers get; NULL: none */
    bool dry_run;             /* report only: the sink's apply and history are not called */

    const char *supplier; /* of new items; NULL: none */

    /* prestashop-...: the files beside the one that is imported; NULL: none */
    const char *combinations;
    const char *products;
    const char *details;
    int32_t lead_days; /* of new suppliers; -1: LEAD_DAYS_DEFAULT, which is reported */

    /* What is on the shelf now, by the place of an item in the shop: what a file's stock is
     * compared with. NULL: the shop is a file that has not opened; its opening stock becomes the
     * file's. */
    const int64_t *on_hand_thousandths;
    /* The same of what is promised and has not left: a shop program that knows of these orders has
     * taken them off its stock already. NULL: nothing. */
    const int64_t *promised_thousandths;
    /* What a running shop expects; means nothing without on_hand_thousandths. */
    const struct exchange_expected *expected;
    uint32_t expected_count;
};

/* What is left out of it is as the comments say; set by this. */
void exchange_options_init(struct exchange_options *options);
/* "iso", "mdy", "dmy"; false for anything else. */
bool exchange_dates_read(struct slice text, enum exchange_dates *dates);

/* What a change is of: sections of the shop file. */
enum exchange_thing {
    EXCHANGE_OFFER,
    EXCHANGE_ITEM,
    EXCHANGE_SUPPLIER,
    EXCHANGE_RECEIPT, /* named by its item; key "quantity" */
    EXCHANGE_THINGS
};

/* One thing that an import changes, or, with a command, one that it finds different and may not
 * change: opening figures of a running shop. Values as a shop file writes them. */
struct exchange_change {
    enum exchange_thing thing;
    const char *name;
    const char *key;    /* of the shop file; NULL: all of it, it is new */
    const char *before; /* "" where it is new */
    const char *after;
    const char *command;   /* what records it: "count"; NULL: the import does */
    const char *arguments; /* of the command, after the shop: "miel 38" */
};

/* What became of an order that another shop has sold. Texts are empty where they mean nothing. */
struct exchange_sold {
    char outcome[16]; /* as pages/control_sold.h has them */
    char label[LIMIT_LABEL_BYTES + 1];
    char promised[16]; /* days */
    char deliver_by[16];
    char note[600]; /* what of it is unknown here, or why it cannot be read */
    bool broken;
    bool late;
};

/* What a customer asks for. Texts are of one line and within their limits. */
struct exchange_request {
    struct slice from; /* empty: not said */
    struct slice wants;
    struct slice activity; /* empty: not said */
    int64_t value_per_week_minor;
    int64_t count;
    bool known; /* out: an earlier import brought the same */
};

/* Where an import goes. A status that is not OK ends the import with it. What is pointed to is
 * valid during the call. */
struct exchange_sink {
    /* Each change before it is applied, in a dry run too; may be NULL. */
    void (*change)(void *context, const struct exchange_change *change);
    enum status (*apply)(void *context, struct slice shop_text, struct fault *fault);
    enum status (*history)(void *context, const struct history_line *lines, uint32_t count,
                           struct fault *fault);
    /* `orders`: JSON objects as the system's API sends them, `count` of them with commas between;
     * results[i] gets what became of each. Called in a dry run too. */
    enum status (*sold)(void *context, const char *system, struct slice orders,
                        struct exchange_sold *results, uint32_t count, struct fault *fault);
    /* Each gets `known`. Called in a dry run too. */
    enum status (*requests)(void *context, struct exchange_request *requests, uint32_t count,
                            struct fault *fault);
    void (*progress)(void *context, uint64_t done_bytes, uint64_t total_bytes); /* may be NULL */
    void *context;
};

enum { EXCHANGE_REQUESTS_CHUNK = 500 };
enum { EXCHANGE_HISTORY_CHUNK = 4096, EXCHANGE_EXAMPLES = 5, EXCHANGE_EXAMPLE_BYTES = 120 };

/* What became of a row, or what a person should know about it (report.c has the sentences). */
enum exchange_reason {
    /* taken */
    TAKEN_SALE,
    TAKEN_RETURN,
    TAKEN_OFFER_NEW,
    TAKEN_OFFER_CHANGED,
    TAKEN_OFFER_SAME,
    TAKEN_SUPPLIER_NEW,
    TAKEN_SUPPLIER_SAME,
    TAKEN_RECEIPT,
    TAKEN_ORDER,
    TAKEN_ORDER_HELD,
    TAKEN_ORDER_DELIVERED,
    TAKEN_ORDER_CANCELLED,
    TAKEN_ORDER_HISTORY,
    TAKEN_ORDER_SAME,
    TAKEN_REQUEST,
    TAKEN_REQUEST_SAME,
    /* not taken */
    NOT_TAKEN_ZERO_PRICE,
    NOT_TAKEN_NEGATIVE_PRICE,
    NOT_TAKEN_NO_PRICE,
    NOT_TAKEN_ZERO_QUANTITY,
    NOT_TAKEN_BAD_NUMBER,
    NOT_TAKEN_BAD_DATE,
    NOT_TAKEN_NO_SKU,
    NOT_TAKEN_NO_ORDER,
    NOT_TAKEN_SHORT_ROW,
    NOT_TAKEN_NEVER_SOLD,
    NOT_TAKEN_OVER_LIMIT,
    NOT_TAKEN_VARIABLE_PARENT,
    NOT_TAKEN_NO_PARENT,
    NOT_TAKEN_GROUPED,
    NOT_TAKEN_EXTERNAL,
    NOT_TAKEN_UNKNOWN_TYPE,
    NOT_TAKEN_UNPUBLISHED,
    NOT_TAKEN_TWICE,
    NOT_TAKEN_PICTURE,
    NOT_TAKEN_INACTIVE,
    NOT_TAKEN_NO_SUPPLY_ORDER,
    NOT_TAKEN_NO_ITEM,
    NOT_TAKEN_NO_COMBINATION,
    NOT_TAKEN_PAST,
    NOT_TAKEN_OPEN_ITEM,
    NOT_TAKEN_ORDER_UNREADABLE,
    NOT_TAKEN_ORDER_NOTHING,
    NOT_TAKEN_ORDER_NOT_HELD,
    NOT_TAKEN_ORDER_LEFT,
    NOT_TAKEN_ORDER_STALE,
    NOT_TAKEN_ORDER_FULL,
    NOT_TAKEN_NO_WANTS,
    NOT_TAKEN_NO_ACTIVITY,
    /* to know */
    NOTE_ORDER_BROKEN,
    NOTE_ORDER_LATE,
    NOTE_ORDER_UNKNOWN,
    NOTE_NAME_MAPPED,
    NOTE_NO_LABEL,
    NOTE_LABEL_CUT,
    NOTE_NOT_GOODS,
    NOTE_KNOWN_OFFER,
    NOTE_STOCK_KEPT,
    NOTE_STOCK_NOT_MANAGED,
    NOTE_CUSTOMER_UNKNOWN,
    NOTE_NO_ROUTING,
    NOTE_STOCK_OF_PARENT,
    NOTE_STOCK_NEGATIVE,
    NOTE_OUT_OF_STOCK,
    NOTE_STOCK_UNKNOWN,
    NOTE_BACKORDERS,
    NOTE_VIRTUAL,
    NOTE_TAX_CLASS,
    NOTE_VAT_ASSUMED,
    NOTE_PRICES_WITH_VAT,
    NOTE_SUPPLIER_UNKNOWN,
    NOTE_LEAD_DAYS_ASSUMED,
    NOTE_DAY_UNREADABLE,
    NOTE_COLUMN_IGNORED,
    NOTE_REQUEST_CUT,
    NOTE_TRANSLITERATED,
    EXCHANGE_REASONS
};

struct exchange_tally {
    uint64_t count;
    uint32_t example_count;
    uint64_t lines[EXCHANGE_EXAMPLES]; /* of the file, the first is 1; 0: no line */
    char examples[EXCHANGE_EXAMPLES][EXCHANGE_EXAMPLE_BYTES]; /* may be empty */
};

struct exchange_report {
    uint64_t rows;  /* without the header */
    uint64_t lines; /* of the file */
    char delimiter;
    enum exchange_dates dates;
    int64_t first_at; /* of the history; only with TAKEN_SALE or TAKEN_RETURN */
    int64_t last_at;
    uint64_t items_new;
    struct exchange_tally tallies[EXCHANGE_REASONS];
};

/* Reads a history of order lines (CSV, CSV.gz): new offers for what the shop does not know yet, and
 * the lines as history. What the shop knows by that name stays as it is. */
enum status exchange_import_orders(const struct shop *shop, const char *path,
                                   const struct exchange_options *options,
                                   const struct exchange_sink *sink, struct exchange_report *report,
                                   struct fault *fault) MUST_USE;

/* Reads WooCommerce's product export (CSV, CSV.gz): new offers, and new prices and names for those
 * that the shop has. */
enum status exchange_import_woocommerce(const struct shop *shop, const char *path,
                                        const struct exchange_options *options,
                                        const struct exchange_sink *sink,
                                        struct exchange_report *report,
                                        struct fault *fault) MUST_USE;

/* Reads Shopify's product export (CSV, CSV.gz), with the column titles of before and after 2024:
 * the same for it. */
enum status exchange_import_shopify(const struct shop *shop, const char *path,
                                    const struct exchange_options *options,
                                    const struct exchange_sink *sink,
                                    struct exchange_report *report, struct fault *fault) MUST_USE;

/* Reads PrestaShop's products: the product list of its back office or the columns of its own CSV
 * import, with the combinations in a file of their own (options->combinations). */
enum status exchange_import_prestashop_products(const struct shop *shop, const char *path,
                                                const struct exchange_options *options,
                                                const struct exchange_sink *sink,
                                                struct exchange_report *report,
                                                struct fault *fault) MUST_USE;
/* Reads PrestaShop's suppliers: new suppliers, who need options->lead_days. */
enum status exchange_import_prestashop_suppliers(const struct shop *shop, const char *path,
                                                 const struct exchange_options *options,
                                                 const struct exchange_sink *sink,
                                                 struct exchange_report *report,
                                                 struct fault *fault) MUST_USE;
/* Reads PrestaShop's supply orders and their lines (options->details): what is expected of which
 * item on which day. The items are found through options->products and options->combinations. */
enum status exchange_import_prestashop_supply(const struct shop *shop, const char *path,
                                              const struct exchange_options *options,
                                              const struct exchange_sink *sink,
                                              struct exchange_report *report,
                                              struct fault *fault) MUST_USE;

/* Reads orders as WooCommerce's or Shopify's REST API sends them: one object, an array, an object
 * with "orders" or "order", or several of these one after another; .gz too. Each goes to the sink's
 * `sold`; what is sold there is a fact here. */
enum status exchange_import_woocommerce_orders(const struct shop *shop, const char *path,
                                               const struct exchange_options *options,
                                               const struct exchange_sink *sink,
                                               struct exchange_report *report,
                                               struct fault *fault) MUST_USE;
enum status exchange_import_shopify_orders(const struct shop *shop, const char *path,
                                           const struct exchange_options *options,
                                           const struct exchange_sink *sink,
                                           struct exchange_report *report,
                                           struct fault *fault) MUST_USE;

/* Reads what customers ask for (CSV, CSV.gz) with the columns that options->columns names. */
enum status exchange_import_requests(const struct shop *shop, const char *path,
                                     const struct exchange_options *options,
                                     const struct exchange_sink *sink,
                                     struct exchange_report *report, struct fault *fault) MUST_USE;

/* ---- formats ---- */

enum exchange_content {
    FORMAT_HISTORY,
    FORMAT_PRODUCTS,
    FORMAT_SUPPLY,
    FORMAT_SOLD,
    FORMAT_REQUESTS
};

struct csv_row;

struct exchange_format {
    const char *name; /* as typed */
    enum exchange_content content;
    enum status (*import)(const struct shop *shop, const char *path,
                          const struct exchange_options *options, const struct exchange_sink *sink,
                          struct exchange_report *report, struct fault *fault);
    bool (*fits)(const struct csv_row *header); /* of FORMAT_PRODUCTS */
};

extern const struct exchange_format exchange_formats[];
extern const uint32_t exchange_format_count;

/* Which format of FORMAT_PRODUCTS a file has, told by its header; STATUS_INVALID: none. */
enum status exchange_format_detect(const char *path, const struct exchange_format **format,
                                   struct fault *fault) MUST_USE;

/* ---- reports ---- */

/* The report for a person, and for a program. Dates in the shop's zone. */
void exchange_report_text(const struct exchange_report *report, const struct shop *shop,
                          enum language language, struct text *to);
void exchange_report_json(const struct exchange_report *report, const struct shop *shop,
                          struct text *to);

/* Writes shop.yaml, offers.csv, orders.csv, order_lines.csv, wishes.csv, requests.csv,
 * customers.csv, decisions.csv and history.csv into `directory`, which is made, or is there and
 * empty (else STATUS_EXISTS). CSV as RFC 4180, UTF-8, with a header; a text that a spreadsheet
 * would take for a formula gets an apostrophe in front. */
enum status exchange_export(const char *database, const char *directory, struct env *env,
                            struct fault *fault) MUST_USE;

#endif

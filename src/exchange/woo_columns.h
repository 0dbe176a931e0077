/* The columns of WooCommerce's product export, whatever language the shop's back office has. */
#ifndef ECLUSE_EXCHANGE_WOO_COLUMNS_H
#define ECLUSE_EXCHANGE_WOO_COLUMNS_H

#include "exchange/csv_read.h"
#include "exchange/exchange.h"

enum woo_column {
    WOO_ID,
    WOO_TYPE,
    WOO_SKU,
    WOO_NAME,
    WOO_PUBLISHED,
    WOO_SALE_FROM,
    WOO_SALE_UNTIL,
    WOO_TAX_STATUS,
    WOO_TAX_CLASS,
    WOO_IN_STOCK,
    WOO_STOCK,
    WOO_BACKORDERS,
    WOO_SALE_PRICE,
    WOO_REGULAR_PRICE,
    WOO_CATEGORIES,
    WOO_PARENT,
    WOO_ATTRIBUTE_VALUE, /* one for each attribute: see attributes */
    WOO_COLUMNS
};

enum { WOO_ATTRIBUTES_MAX = 16, WOO_COLUMN_NONE = UINT32_MAX };

struct woo_columns {
    uint32_t places[WOO_COLUMNS];
    uint32_t attribute_count;
    uint32_t attributes[WOO_ATTRIBUTES_MAX]; /* places of "Attribute 1 value(s)", ... */
};

/* Finds what it knows in the header; titles that it does not use go into the report. STATUS_INVALID
 * where a price or anything that names a product is missing. */
enum status woo_columns_find(struct woo_columns *columns, const struct csv_row *header,
                             const char *path, struct exchange_report *report,
                             struct fault *fault) MUST_USE;

/* The trimmed cell; empty where the file has no such column. */
struct slice woo_cell(const struct woo_columns *columns, const struct csv_row *row,
                      enum woo_column column);

#endif

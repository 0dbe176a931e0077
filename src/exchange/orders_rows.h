/* One row of a history of order lines: which columns mean what, and what a row is. */
#ifndef ECLUSE_EXCHANGE_ORDERS_ROWS_H
#define ECLUSE_EXCHANGE_ORDERS_ROWS_H

#include "exchange/csv_read.h"
#include "exchange/exchange.h"
#include "exchange/mapping.h"

enum orders_column {
    COLUMN_ORDER,
    COLUMN_SKU,
    COLUMN_NAME,
    COLUMN_QUANTITY,
    COLUMN_AT,
    COLUMN_UNIT_PRICE,
    COLUMN_CUSTOMER,
    ORDERS_COLUMNS
};

struct orders_format {
    struct mapping mapping;
    enum exchange_dates dates;
    int currency_decimals;
    const struct zone *zone;
};

/* Cells of a row, with their meaning. */
struct order_row {
    struct slice order;
    struct slice sku;
    struct slice name;
    int64_t quantity_thousandths; /* negative: a return */
    int64_t unit_price_minor;
    int64_t at;
    struct slice customer; /* empty: the file does not say, or in more than LIMIT_EMAIL_BYTES */
};

/* Reads "order=InvoiceNo,sku=StockCode,...". Only `name` and `customer` may be left out. */
enum status orders_format_read(struct orders_format *format, const char *columns,
                               struct fault *fault) MUST_USE;
/* TAKEN_SALE, TAKEN_RETURN, or why not. With TAKEN_ all of *out is set; slices point into the row.
 */
enum exchange_reason orders_row_read(const struct orders_format *format, const struct csv_row *row,
                                     struct order_row *out);

#endif

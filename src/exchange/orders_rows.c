/* A row is judged by the same function in both passes, so that what made an offer and what goes
 * into the history cannot differ.
 *
 * A cancellation is a row whose order number is C and a digit (as many shops write it) or whose
 * quantity is negative: it goes into the history as a return. A price of zero or below is not trade
 * (gifts, write-offs, corrections of the books): it does not. */
#include "exchange/orders_rows.h"
#include "base/text.h"
#include "exchange/cells.h"
#include "exchange/options.h"

#include <stdio.h>

static const char *const column_keys[ORDERS_COLUMNS] = {
    "order", "sku", "name", "quantity", "at", "unit_price", "customer"};

/* ---- --columns ---- */

static int column_of_key(struct slice key)
{
    for (int i = 0; i < ORDERS_COLUMNS; i++) {
        if (slice_is(key, column_keys[i])) {
            return i;
        }
    }
    return -1;
}

static enum status pair_take(struct orders_format *format, struct slice key, struct slice title,
                             struct fault *fault)
{
    int column = column_of_key(key);
    if (column < 0) {
        return fault_set(
            fault, STATUS_INVALID,
            "--columns: \"%.*s\" is none of order, sku, name, quantity, at, unit_price, customer",
            (int)(key.length < 80 ? key.length : 80), key.data);
    }
    if (title.length == 0 || title.length > LIMIT_LABEL_BYTES ||
        format->titles[column][0] != '\0') {
        return fault_set(fault, STATUS_INVALID, "--columns: %s needs one title of a column",
                         column_keys[column]);
    }
    memcpy(format->titles[column], title.data, title.length);
    format->titles[column][title.length] = '\0';
    return STATUS_OK;
}

enum status orders_format_read(struct orders_format *format, const char *columns,
                               struct fault *fault)
{
    static const char example[] = "--columns order=InvoiceNo,sku=StockCode,name=Description,"
                                  "quantity=Quantity,at=InvoiceDate,unit_price=UnitPrice";
    struct slice left = slice_of(columns == NULL ? "" : columns);
    struct slice key;
    struct slice title;
    while (options_pair_next(&left, &key, &title)) {
        enum status status = pair_take(format, key, title, fault);
        if (status != STATUS_OK) {
            return status;
        }
    }
    for (int i = 0; i < ORDERS_COLUMNS; i++) {
        if (format->titles[i][0] == '\0' && i != COLUMN_NAME && i != COLUMN_CUSTOMER) {
            return fault_set(fault, STATUS_INVALID,
                             "say which column holds \"%s\", for example: %s", column_keys[i],
                             example);
        }
    }
    return STATUS_OK;
}

/* ---- the header ---- */

static void titles_list(const struct csv_row *header, char *to, size_t size)
{
    size_t length = 0;
    to[0] = '\0';
    for (uint32_t i = 0; i < header->count && length + 1 < size; i++) {
        int wrote = snprintf(to + length, size - length, "%s%.*s", i > 0 ? ", " : "",
                             (int)(header->fields[i].length < 60 ? header->fields[i].length : 60),
                             header->fields[i].data);
        length += wrote > 0 ? (size_t)wrote : 0;
    }
}

enum status orders_format_header(struct orders_format *format, const struct csv_row *header,
                                 const char *path, struct fault *fault)
{
    for (int column = 0; column < ORDERS_COLUMNS; column++) {
        format->places[column] = COLUMN_NONE;
        for (uint32_t i = 0; i < header->count; i++) {
            if (format->places[column] == COLUMN_NONE &&
                cell_is(text_trim(header->fields[i]), format->titles[column])) {
                format->places[column] = i;
            }
        }
        if (format->places[column] != COLUMN_NONE || format->titles[column][0] == '\0') {
            continue;
        }
        char titles[512];
        titles_list(header, titles, sizeof titles);
        return fault_set(fault, STATUS_INVALID, "%s:%llu: no column \"%s\"; the file has: %s", path,
                         (unsigned long long)header->line, format->titles[column], titles);
    }
    return STATUS_OK;
}

/* ---- a row ---- */

static bool is_cancellation(struct slice order)
{
    return order.length >= 2 && (order.data[0] == 'C' || order.data[0] == 'c') &&
           order.data[1] >= '0' && order.data[1] <= '9';
}

static struct slice cell_of(const struct orders_format *format, const struct csv_row *row,
                            enum orders_column column)
{
    if (format->places[column] == COLUMN_NONE) {
        return (struct slice){"", 0};
    }
    return text_trim(csv_field(row, format->places[column]));
}

bool orders_format_has(const struct orders_format *format, enum orders_column column)
{
    return format->places[column] != COLUMN_NONE;
}

static bool row_is_short(const struct orders_format *format, const struct csv_row *row)
{
    for (int column = 0; column < COLUMN_CUSTOMER; column++) {
        if (format->places[column] != COLUMN_NONE && format->places[column] >= row->count) {
            return true;
        }
    }
    return false;
}

static enum exchange_reason numbers_read(const struct orders_format *format,
                                         const struct csv_row *row, struct order_row *out)
{
    enum cell_result price = cell_number(cell_of(format, row, COLUMN_UNIT_PRICE),
                                         format->currency_decimals, &out->unit_price_minor);
    enum cell_result quantity =
        cell_number(cell_of(format, row, COLUMN_QUANTITY), 3, &out->quantity_thousandths);
    if (price == CELL_EMPTY) {
        return NOT_TAKEN_NO_PRICE;
    }
    if (price != CELL_OK || quantity != CELL_OK || out->unit_price_minor > LIMIT_MONEY_MINOR ||
        out->quantity_thousandths > LIMIT_LINE_QUANTITY_THOUSANDTHS ||
        out->quantity_thousandths < -LIMIT_LINE_QUANTITY_THOUSANDTHS) {
        return NOT_TAKEN_BAD_NUMBER;
    }
    if (out->unit_price_minor <= 0) {
        return out->unit_price_minor < 0 ? NOT_TAKEN_NEGATIVE_PRICE : NOT_TAKEN_ZERO_PRICE;
    }
    return out->quantity_thousandths == 0 ? NOT_TAKEN_ZERO_QUANTITY : TAKEN_SALE;
}

enum exchange_reason orders_row_read(const struct orders_format *format, const struct csv_row *row,
                                     struct order_row *out)
{
    if (row_is_short(format, row)) {
        return NOT_TAKEN_SHORT_ROW;
    }
    out->order = cell_of(format, row, COLUMN_ORDER);
    out->sku = cell_of(format, row, COLUMN_SKU);
    out->name = cell_of(format, row, COLUMN_NAME);
    out->customer = cell_of(format, row, COLUMN_CUSTOMER);
    if (out->customer.length > LIMIT_EMAIL_BYTES) {
        out->customer.length = 0;
    }
    if (out->order.length == 0 || out->order.length > LIMIT_LABEL_BYTES) {
        return NOT_TAKEN_NO_ORDER;
    }
    if (out->sku.length == 0 || out->sku.length > LIMIT_LABEL_BYTES) {
        return NOT_TAKEN_NO_SKU;
    }
    enum exchange_reason reason = numbers_read(format, row, out);
    if (reason != TAKEN_SALE) {
        return reason;
    }
    if (cell_instant(cell_of(format, row, COLUMN_AT), format->dates, format->zone, &out->at) !=
        CELL_OK) {
        return NOT_TAKEN_BAD_DATE;
    }
    if (!is_cancellation(out->order) && out->quantity_thousandths > 0) {
        return TAKEN_SALE;
    }
    if (out->quantity_thousandths > 0) {
        out->quantity_thousandths = -out->quantity_thousandths;
    }
    return TAKEN_RETURN;
}

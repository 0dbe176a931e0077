/* A row is judged by the same function in both passes, so that what made an offer and what goes
 * into the history cannot differ.
 *
 * A cancellation is a row whose order number is C and a digit (as many shops write it) or whose
 * quantity is negative: it goes into the history as a return. A price of zero or below is not trade
 * (gifts, write-offs, corrections of the books): it does not. */
#include "exchange/orders_rows.h"
#include "base/text.h"
#include "exchange/cells.h"

static const char *const column_keys[ORDERS_COLUMNS] = {
    "order", "sku", "name", "quantity", "at", "unit_price", "customer"};

enum status orders_format_read(struct orders_format *format, const char *columns,
                               struct fault *fault)
{
    const uint32_t optional = 1u << COLUMN_NAME | 1u << COLUMN_CUSTOMER;
    format->mapping = (struct mapping){
        .count = ORDERS_COLUMNS,
        .keys = column_keys,
        .required = ((1u << ORDERS_COLUMNS) - 1) & ~optional,
        .may_end = 1u << COLUMN_CUSTOMER,
        .example = "--columns order=InvoiceNo,sku=StockCode,name=Description,quantity=Quantity,"
                   "at=InvoiceDate,unit_price=UnitPrice",
    };
    return mapping_read(&format->mapping, columns, fault);
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
    return mapping_cell(&format->mapping, row, column);
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
    if (mapping_row_is_short(&format->mapping, row)) {
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

/* PrestaShop's supply orders: what is expected of which item on which day. Four files say it
 * together:
 *
 *   pass 1   products       number -> the name that it has in the shop
 *   pass 2   combinations   the n-th row is combination n -> the same
 *   pass 3   supply orders  reference -> the day of delivery
 *   pass 4   their lines    reference, product, combination, quantity -> a receipt
 *
 * PrestaShop's files do not number combinations; it numbers those that it imports in the order of
 * the file. A line whose combination is, by that order, of another product is not taken.
 *
 * A shop file expects afterwards what the file says, item by item: what it expected of these items
 * before is left out, so that a day that moved does not count twice. A running shop's receipts are
 * opening figures: each line is compared with what is expected, and told with the command that
 * records it. */
#include "exchange/catalogue.h"
#include "exchange/prestashop.h"
#include "exchange/report.h"

#include "base/decimal.h"

#include <stdio.h>
#include <stdlib.h>

enum order_column { ORDER_REFERENCE, ORDER_DAY, ORDER_COLUMNS };
enum line_column { LINE_ORDER, LINE_PRODUCT, LINE_COMBINATION, LINE_QUANTITY, LINE_COLUMNS };

static const struct column_titles order_titles[ORDER_COLUMNS] = {
    [ORDER_REFERENCE] = {.titles = {"supply order reference", "reference"}},
    [ORDER_DAY] = {.titles = {"delivery date (y-m-d)", "delivery date"}},
};

static const struct column_titles line_titles[LINE_COLUMNS] = {
    [LINE_ORDER] = {.titles = {"supply order reference"}},
    [LINE_PRODUCT] = {.titles = {"product id"}},
    [LINE_COMBINATION] = {.titles = {"product attribute id"}},
    [LINE_QUANTITY] = {.titles = {"quantity expected"}},
};

enum { THINGS_MAX = 2 * LIMIT_OFFERS };

/* A product or a combination, and what it is called in the shop. */
struct supplied {
    char product[24]; /* its product's number */
    char name[LIMIT_NAME_BYTES + 1];
};

struct supply_import {
    struct catalogue catalogue;
    const char *path;
    const struct exchange_options *options;
    struct columns columns; /* of the file that is read */
    int32_t today;
    struct keys things; /* "id:1", "comb:17" to places in `supplied` */
    struct supplied *supplied;
    uint32_t supplied_count;
    uint32_t combination_count;
    struct keys orders; /* references to days */
};

static bool refuse(struct supply_import *import, const char *path, const struct csv_row *header,
                   const char *what)
{
    struct reading *reading = &import->catalogue.reading;
    reading->status = fault_set(reading->fault, STATUS_INVALID, "%s:%llu: %s", path,
                                (unsigned long long)header->line, what);
    return false;
}

/* ---- passes 1 and 2: what numbers mean ---- */

static struct supplied *supplied_add(struct supply_import *import, const char *kind,
                                     struct slice number)
{
    char text[PRESTASHOP_REFERENCE_BYTES];
    struct slice key = prestashop_reference(kind, number, text);
    uint32_t before = 0;
    bool fits = key.length > 0 && number.length < sizeof import->supplied->product &&
                import->supplied_count < THINGS_MAX && !keys_find(&import->things, key, &before) &&
                keys_add(&import->things, key, import->supplied_count) != NULL;
    return fits ? &import->supplied[import->supplied_count++] : NULL;
}

static const struct supplied *supplied_find(const struct supply_import *import, const char *kind,
                                            struct slice number)
{
    char text[PRESTASHOP_REFERENCE_BYTES];
    uint32_t place = 0;
    bool found = keys_find(&import->things, prestashop_reference(kind, number, text), &place);
    return found ? &import->supplied[place] : NULL;
}

static bool header_of_products(void *context, const struct csv_row *row)
{
    struct supply_import *import = context;
    struct reading *reading = &import->catalogue.reading;
    if (!prestashop_products_find(&import->columns, row, NULL)) {
        reading->status =
            prestashop_refuse_products(import->options->products, row, reading->fault);
    }
    return reading->status == STATUS_OK;
}

static bool row_of_products(void *context, const struct csv_row *row)
{
    struct supply_import *import = context;
    struct slice id = columns_cell(&import->columns, row, PRODUCT_ID);
    struct supplied *supplied = supplied_add(import, "id", id);
    if (supplied != NULL) {
        memcpy(supplied->product, id.data, id.length);
        (void)prestashop_product_name(&import->columns, row, supplied->name);
    }
    return true;
}

static bool header_of_combinations(void *context, const struct csv_row *row)
{
    struct supply_import *import = context;
    struct reading *reading = &import->catalogue.reading;
    if (!prestashop_combinations_find(&import->columns, row)) {
        reading->status =
            prestashop_refuse_combinations(import->options->combinations, row, reading->fault);
    }
    return reading->status == STATUS_OK;
}

static bool row_of_combinations(void *context, const struct csv_row *row)
{
    struct supply_import *import = context;
    struct slice id = columns_cell(&import->columns, row, COMBINATION_PRODUCT_ID);
    const struct supplied *product = supplied_find(import, "id", id);
    char number[16];
    (void)snprintf(number, sizeof number, "%u", ++import->combination_count);
    struct supplied *supplied =
        product != NULL ? supplied_add(import, "comb", slice_of(number)) : NULL;
    if (supplied != NULL) {
        memcpy(supplied->product, product->product, sizeof supplied->product);
        (void)prestashop_combination_name(&import->columns, row, product->name, supplied->name);
    }
    return true;
}

/* ---- pass 3: days ---- */

static bool header_of_orders(void *context, const struct csv_row *row)
{
    struct supply_import *import = context;
    columns_find(&import->columns, order_titles, ORDER_COLUMNS, row,
                 import->catalogue.reading.report);
    if (columns_has(&import->columns, ORDER_REFERENCE) &&
        columns_has(&import->columns, ORDER_DAY)) {
        return true;
    }
    return refuse(import, import->path, row,
                  "no columns \"Supply Order Reference\" and \"Delivery Date (Y-M-D)\": this is no "
                  "file of PrestaShop's supply orders");
}

/* An order whose day cannot be read stays unknown: its lines say so. */
static bool row_of_orders(void *context, const struct csv_row *row)
{
    struct supply_import *import = context;
    struct catalogue *catalogue = &import->catalogue;
    struct slice reference = columns_cell(&import->columns, row, ORDER_REFERENCE);
    int64_t at = 0;
    uint32_t before = 0;
    enum cell_result result = cell_instant(columns_cell(&import->columns, row, ORDER_DAY),
                                           DATES_ISO, catalogue->zone, &at);
    if (result != CELL_OK) {
        report_add(catalogue->reading.report, NOTE_DAY_UNREADABLE, row->line, reference);
        return true;
    }
    int32_t day = zone_day(catalogue->zone, at);
    if (reference.length > 0 && day >= 0 && !keys_find(&import->orders, reference, &before)) {
        (void)keys_add(&import->orders, reference, (uint32_t)day);
    }
    return true;
}

/* ---- pass 4: lines ---- */

static bool header_of_lines(void *context, const struct csv_row *row)
{
    struct supply_import *import = context;
    columns_find(&import->columns, line_titles, LINE_COLUMNS, row, NULL);
    for (uint32_t i = 0; i < LINE_COLUMNS; i++) {
        if (i != LINE_COMBINATION && !columns_has(&import->columns, i)) {
            return refuse(import, import->options->details, row,
                          "no columns \"Supply Order Reference\", \"Product ID\" and \"Quantity "
                          "Expected\": these are no lines of PrestaShop's supply orders");
        }
    }
    return true;
}

/* The combination of a line, or its product. */
static enum exchange_reason line_thing(const struct supply_import *import,
                                       const struct csv_row *row, const struct supplied **thing)
{
    struct slice product = columns_cell(&import->columns, row, LINE_PRODUCT);
    struct slice combination = columns_cell(&import->columns, row, LINE_COMBINATION);
    bool combined = combination.length > 0 && !slice_is(combination, "0");
    *thing = combined ? supplied_find(import, "comb", combination)
                      : supplied_find(import, "id", product);
    if (combined && (*thing == NULL || !slice_is(product, (*thing)->product))) {
        return NOT_TAKEN_NO_COMBINATION;
    }
    return *thing == NULL ? NOT_TAKEN_NO_ITEM : TAKEN_RECEIPT;
}

/* The item that the thing's offer consumes one of, else the item of its name. */
static struct item *line_item(struct supply_import *import, const struct supplied *thing)
{
    struct draft *draft = &import->catalogue.draft;
    const struct offer *offer = draft_offer(draft, slice_of(thing->name));
    if (offer != NULL && offer->component_count == 1 &&
        offer->components[0].quantity_thousandths == THOUSAND) {
        return &draft->shop.items[offer->components[0].item.index];
    }
    return draft_item(draft, slice_of(thing->name));
}

static void expected_tell(const struct supply_import *import, const struct item *item,
                          int64_t before, int64_t after, const char *arguments)
{
    const struct exchange_sink *sink = import->catalogue.reading.sink;
    char texts[2][32];
    (void)decimal_write(texts[0], before, 3, true);
    (void)decimal_write(texts[1], after, 3, true);
    const struct exchange_change change = {EXCHANGE_RECEIPT, item->name,  "quantity", texts[0],
                                           texts[1],         "purchases", arguments};
    if (sink->change != NULL) {
        sink->change(sink->context, &change);
    }
}

/* A line of a running shop: expected already, expected otherwise, or not expected. */
static enum exchange_reason expected_compare(const struct supply_import *import,
                                             const struct item *item, int64_t quantity, int32_t day)
{
    const struct exchange_options *options = import->options;
    const struct exchange_expected *same_day = NULL;
    ptrdiff_t place = item - import->catalogue.draft.shop.items;
    char amount[32];
    char arguments[LIMIT_NAME_BYTES + 64];
    for (uint32_t i = 0; i < options->expected_count; i++) {
        const struct exchange_expected *expected = &options->expected[i];
        if (expected->item.index == place && expected->due_day == day) {
            same_day = expected;
            if (expected->quantity_thousandths == quantity) {
                return TAKEN_RECEIPT;
            }
        }
    }
    (void)decimal_write(amount, quantity, 3, true);
    if (same_day != NULL) {
        (void)snprintf(arguments, sizeof arguments, "change %u %s", same_day->entry, amount);
    } else {
        (void)snprintf(arguments, sizeof arguments, "buy %s %s", item->name, amount);
    }
    expected_tell(import, item, same_day != NULL ? same_day->quantity_thousandths : 0, quantity,
                  arguments);
    return NOT_TAKEN_OPEN_ITEM;
}

static enum exchange_reason line_take(struct supply_import *import, const struct csv_row *row)
{
    struct draft *draft = &import->catalogue.draft;
    const struct supplied *thing = NULL;
    uint32_t day = 0;
    int64_t quantity = 0;
    if (!keys_find(&import->orders, columns_cell(&import->columns, row, LINE_ORDER), &day)) {
        return NOT_TAKEN_NO_SUPPLY_ORDER;
    }
    enum exchange_reason reason = line_thing(import, row, &thing);
    if (reason != TAKEN_RECEIPT) {
        return reason;
    }
    if (!catalogue_stock(columns_cell(&import->columns, row, LINE_QUANTITY), &quantity)) {
        return NOT_TAKEN_BAD_NUMBER;
    }
    if (quantity <= 0) {
        return NOT_TAKEN_ZERO_QUANTITY;
    }
    const struct item *item = line_item(import, thing);
    if (item == NULL) {
        return NOT_TAKEN_NO_ITEM;
    }
    if ((int32_t)day < import->today) {
        return NOT_TAKEN_PAST;
    }
    if (import->options->on_hand_thousandths != NULL) {
        return expected_compare(import, item, quantity, (int32_t)day);
    }
    struct item_id id = {(uint16_t)(item - draft->shop.items)};
    return draft_receipt_add(draft, id, quantity, (int32_t)day) ? TAKEN_RECEIPT
                                                                : NOT_TAKEN_OVER_LIMIT;
}

static bool row_of_lines(void *context, const struct csv_row *row)
{
    struct supply_import *import = context;
    enum exchange_reason reason = line_take(import, row);
    catalogue_row_count(&import->catalogue, reason, row->line,
                        columns_cell(&import->columns, row, LINE_ORDER));
    return import->catalogue.reading.status == STATUS_OK;
}

/* ---- the import ---- */

static enum status import_run(struct supply_import *import, const struct catalogue_call *call)
{
    static const struct reading_rows products = {header_of_products, row_of_products};
    static const struct reading_rows combinations = {header_of_combinations, row_of_combinations};
    static const struct reading_rows orders = {header_of_orders, row_of_orders};
    static const struct reading_rows lines = {header_of_lines, row_of_lines};
    const struct catalogue_pass passes[] = {{call->options->products, &products},
                                            {call->options->combinations, &combinations},
                                            {import->path, &orders},
                                            {call->options->details, &lines}};
    import->supplied = calloc(THINGS_MAX, sizeof *import->supplied);
    if (import->supplied == NULL || !keys_init(&import->things, THINGS_MAX) ||
        !keys_init(&import->orders, LIMIT_RECEIPTS)) {
        return fault_set(call->fault, STATUS_MEMORY, "no memory for an import");
    }
    return catalogue_import(&import->catalogue, import, passes, 4, call);
}

enum status exchange_import_prestashop_supply(const struct shop *shop, const char *path,
                                              const struct exchange_options *options,
                                              const struct exchange_sink *sink,
                                              struct exchange_report *report, struct fault *fault)
{
    struct supply_import import = {
        .path = path, .options = options, .today = zone_day(&shop->zone, options->now)};
    const struct catalogue_call call = {shop, options, sink, report, fault, true};
    memset(report, 0, sizeof *report);
    if (options->details == NULL || options->products == NULL) {
        return fault_set(fault, STATUS_INVALID,
                         "supply orders need their lines and the products that these number: "
                         "--details supply_orders_details.csv --products products.csv (and "
                         "--combinations combinations.csv)");
    }
    enum status status = import_run(&import, &call);
    keys_free(&import.things);
    keys_free(&import.orders);
    free(import.supplied);
    return status;
}

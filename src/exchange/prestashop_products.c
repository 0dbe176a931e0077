/* PrestaShop's products and, in a file of their own, their combinations:
 *
 *   pass 1   combinations: which products have some (none without that file)
 *   pass 2   products: with combinations it is kept for them, else it is a listing
 *   pass 3   combinations: each is a listing; its price is its product's and its impact on it
 *
 * PrestaShop keeps prices without VAT, with six decimals, and its import file leaves open which of
 * the two it holds; --net-prices decides there. A discount that is in force is taken off the price
 * with VAT, as PrestaShop does. */
#include "exchange/catalogue.h"
#include "exchange/formats.h"
#include "exchange/prestashop.h"
#include "exchange/report.h"

#include "base/decimal.h"

#include <stdlib.h>

/* What a product and its combinations have in common besides struct product. */
struct prestashop_price {
    int64_t fine; /* catalogue_price_fine */
    enum cell_result result;
    int32_t discount_thousandths; /* of a percent */
    int64_t discount_minor;       /* with VAT */
    bool discount_bad;            /* it cannot be read */
};

struct prestashop_import {
    struct catalogue catalogue;
    const char *path;
    const char *combinations;
    struct columns products;
    struct columns combined; /* of the file of combinations */
    bool net;
    struct keys having; /* references of products that have combinations */
    struct prestashop_price prices[LIMIT_OFFERS]; /* beside catalogue.products */
};

static struct slice cell(const struct prestashop_import *import, const struct csv_row *row,
                         enum prestashop_product_column column)
{
    return columns_cell(&import->products, row, column);
}

/* ---- headers ---- */

static bool header_of_products(void *context, const struct csv_row *row)
{
    struct prestashop_import *import = context;
    struct reading *reading = &import->catalogue.reading;
    struct columns *columns = &import->products;
    if (!prestashop_products_find(columns, row, reading->report)) {
        reading->status = prestashop_refuse_products(import->path, row, reading->fault);
        return false;
    }
    bool undecided = columns_has(columns, PRODUCT_PRICE);
    bool gross = columns_has(columns, PRODUCT_PRICE_GROSS);
    import->net = undecided ? import->catalogue.options->prices_without_vat : !gross;
    if (undecided && !import->net) {
        report_add(reading->report, NOTE_PRICES_WITH_VAT, 0, (struct slice){"", 0});
    }
    return true;
}

static bool header_of_combinations(void *context, const struct csv_row *row)
{
    struct prestashop_import *import = context;
    struct reading *reading = &import->catalogue.reading;
    if (!prestashop_combinations_find(&import->combined, row)) {
        reading->status = prestashop_refuse_combinations(import->combinations, row, reading->fault);
    }
    return reading->status == STATUS_OK;
}

/* ---- pass 1 ---- */

static void having_add(struct prestashop_import *import, struct slice reference)
{
    uint32_t before = 0;
    if (reference.length > 0 && !keys_find(&import->having, reference, &before) &&
        keys_add(&import->having, reference, 0) == NULL) {
        import->catalogue.reading.status =
            fault_set(import->catalogue.reading.fault, STATUS_LIMIT,
                      "%s: combinations of more than 20,000 products", import->combinations);
    }
}

static bool row_of_having(void *context, const struct csv_row *row)
{
    struct prestashop_import *import = context;
    char text[PRESTASHOP_REFERENCE_BYTES];
    having_add(import,
               prestashop_reference(
                   "id", columns_cell(&import->combined, row, COMBINATION_PRODUCT_ID), text));
    having_add(
        import,
        prestashop_reference(
            "ref", columns_cell(&import->combined, row, COMBINATION_PRODUCT_REFERENCE), text));
    return import->catalogue.reading.status == STATUS_OK;
}

/* ---- pass 2 ---- */

static bool is_category_end(char c)
{
    return c == ',' || c == ';' || c == '>' || c == '/';
}

/* The outermost category that says something: "Home, Toys" and "Home > Toys" are Toys. */
static void category_read(struct slice categories, char *to)
{
    static const char *const roots[] = {"Home", "Accueil", "Root"};
    to[0] = '\0';
    while (categories.length > 0 && to[0] == '\0') {
        size_t length = 0;
        while (length < categories.length && !is_category_end(categories.data[length])) {
            length++;
        }
        struct slice part = cell_trim((struct slice){categories.data, length});
        bool root = false;
        for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
            root |= cell_is(part, roots[i]);
        }
        if (!root) {
            cell_spelling(part, to, LIMIT_NAME_BYTES);
        }
        length += length < categories.length;
        categories = (struct slice){categories.data + length, categories.length - length};
    }
}

/* Is the discount's time now? PrestaShop writes 0000-00-00 for no bound. */
static bool discount_in_force(const struct prestashop_import *import, const struct csv_row *row)
{
    struct slice bounds[2] = {cell(import, row, PRODUCT_DISCOUNT_FROM),
                              cell(import, row, PRODUCT_DISCOUNT_UNTIL)};
    for (int i = 0; i < 2; i++) {
        if (bounds[i].length >= 10 && memcmp(bounds[i].data, "0000-00-00", 10) == 0) {
            bounds[i].length = 0;
        }
    }
    return catalogue_in_force(&import->catalogue, bounds[0], bounds[1]);
}

static struct prestashop_price price_read(const struct prestashop_import *import,
                                          const struct csv_row *row)
{
    const struct catalogue *catalogue = &import->catalogue;
    enum prestashop_product_column column =
        columns_has(&import->products, PRODUCT_PRICE)         ? PRODUCT_PRICE
        : columns_has(&import->products, PRODUCT_PRICE_GROSS) ? PRODUCT_PRICE_GROSS
                                                              : PRODUCT_PRICE_NET;
    struct prestashop_price price = {.fine = 0};
    price.result = catalogue_price_fine(catalogue, cell(import, row, column), &price.fine);
    if (!discount_in_force(import, row)) {
        return price;
    }
    int64_t percent = 0;
    enum cell_result parts = cell_number(cell(import, row, PRODUCT_DISCOUNT_PERCENT), 3, &percent);
    struct slice amount = cell(import, row, PRODUCT_DISCOUNT_AMOUNT);
    price.discount_minor = amount.length == 0 ? 0 : catalogue_money(catalogue, amount);
    price.discount_bad = (parts != CELL_OK && parts != CELL_EMPTY) || percent < 0 ||
                         percent > CATALOGUE_PERCENT || price.discount_minor < 0;
    price.discount_thousandths = price.discount_bad ? 0 : (int32_t)percent;
    return price;
}

/* The price with VAT, after the discount. */
static enum exchange_reason price_set(const struct prestashop_import *import,
                                      const struct prestashop_price *price, struct listing *listing)
{
    enum exchange_reason reason = catalogue_price(price->result, price->fine, import->net,
                                                  listing->vat_thousandths, &listing->price_minor);
    if (reason != TAKEN_OFFER_NEW || price->discount_bad) {
        return reason == TAKEN_OFFER_NEW ? NOT_TAKEN_BAD_NUMBER : reason;
    }
    listing->price_minor =
        decimal_scale_half_up(listing->price_minor, CATALOGUE_PERCENT - price->discount_thousandths,
                              CATALOGUE_PERCENT) -
        price->discount_minor;
    return listing->price_minor > 0 ? TAKEN_OFFER_NEW : NOT_TAKEN_ZERO_PRICE;
}

/* What product and combination both take from the product's row. */
static void product_fill(struct prestashop_import *import, const struct csv_row *row,
                         struct product *product)
{
    struct catalogue *catalogue = &import->catalogue;
    struct slice supplier = cell(import, row, PRODUCT_SUPPLIER);
    struct slice class = cell(import, row, PRODUCT_TAX_RULES);
    char spelled[LIMIT_NAME_BYTES + 1];
    (void)cell_label(cell(import, row, PRODUCT_NAME), product->label);
    category_read(cell(import, row, PRODUCT_CATEGORIES), product->category);
    product->published = !cell_is_no(cell(import, row, PRODUCT_ACTIVE)) &&
                         !cell_is_no(cell(import, row, PRODUCT_AVAILABLE));
    product->backorders = slice_is(cell(import, row, PRODUCT_OUT_OF_STOCK), "1");
    product->virtual_product = cell_is_yes(cell(import, row, PRODUCT_VIRTUAL));
    product->cost_minor = catalogue_money(catalogue, cell(import, row, PRODUCT_COST));
    if (class.length <= LIMIT_NAME_BYTES) {
        memcpy(product->tax_class, class.data, class.length);
    }
    cell_spelling(supplier, spelled, LIMIT_NAME_BYTES);
    product->supplier = draft_supplier(&catalogue->draft, slice_of(spelled));
    if (spelled[0] != '\0' && product->supplier.index == NO_INDEX) {
        report_add(catalogue->reading.report, NOTE_SUPPLIER_UNKNOWN, row->line, supplier);
    }
}

/* The parts of a listing that are its product's. */
static void listing_fill(struct prestashop_import *import, const struct product *product,
                         struct listing *listing)
{
    listing->vat_thousandths =
        catalogue_vat(&import->catalogue, listing->line, slice_of(product->tax_class), "0");
    memcpy(listing->category, product->category, sizeof listing->category);
    listing->backorders = product->backorders;
    listing->virtual_product = product->virtual_product;
    listing->cost_minor = product->cost_minor;
    listing->supplier = product->supplier;
}

static void stock_set(struct slice quantity, struct listing *listing)
{
    bool told = catalogue_stock(quantity, &listing->stock_thousandths);
    listing->stock = told ? LISTING_COUNTED : LISTING_UNKNOWN;
    if (!told) {
        listing->stock_thousandths = 0;
    }
}

static enum exchange_reason product_take(struct prestashop_import *import,
                                         const struct csv_row *row, const struct product *product)
{
    struct listing listing = catalogue_listing(row->line);
    struct prestashop_price price = price_read(import, row);
    listing.sku = cell(import, row, PRODUCT_REFERENCE);
    if (!product->published) {
        return NOT_TAKEN_UNPUBLISHED;
    }
    if (listing.sku.length == 0 && cell(import, row, PRODUCT_ID).length == 0 &&
        product->label[0] == '\0') {
        return NOT_TAKEN_NO_SKU;
    }
    listing_fill(import, product, &listing);
    enum exchange_reason reason = price_set(import, &price, &listing);
    if (reason != TAKEN_OFFER_NEW) {
        return reason;
    }
    catalogue_label(&import->catalogue, &listing, cell(import, row, PRODUCT_NAME), NULL, NULL);
    listing.name_exact = prestashop_product_name(&import->products, row, listing.name);
    stock_set(cell(import, row, PRODUCT_QUANTITY), &listing);
    return catalogue_take(&import->catalogue, &listing);
}

/* Keeps a product for its combinations. */
static enum exchange_reason product_keep(struct prestashop_import *import,
                                         const struct csv_row *row, const struct product *from,
                                         struct slice id, struct slice reference)
{
    struct product *product = catalogue_product_add(&import->catalogue);
    if (product == NULL) {
        return NOT_TAKEN_OVER_LIMIT;
    }
    *product = *from;
    (void)prestashop_product_name(&import->products, row, product->name);
    import->prices[product - import->catalogue.products] = price_read(import, row);
    catalogue_product_refer(&import->catalogue, id);
    catalogue_product_refer(&import->catalogue, reference);
    return NOT_TAKEN_VARIABLE_PARENT;
}

static bool row_of_products(void *context, const struct csv_row *row)
{
    struct prestashop_import *import = context;
    char texts[2][PRESTASHOP_REFERENCE_BYTES];
    struct slice sku = cell(import, row, PRODUCT_REFERENCE);
    struct slice id = prestashop_reference("id", cell(import, row, PRODUCT_ID), texts[0]);
    struct slice reference = prestashop_reference("ref", sku, texts[1]);
    struct product product = {.cost_minor = -1};
    uint32_t place = 0;
    product_fill(import, row, &product);
    bool has =
        keys_find(&import->having, id, &place) || keys_find(&import->having, reference, &place);
    enum exchange_reason reason = has ? product_keep(import, row, &product, id, reference)
                                      : product_take(import, row, &product);
    catalogue_row_count(&import->catalogue, reason, row->line,
                        sku.length > 0 ? sku : cell(import, row, PRODUCT_NAME));
    return import->catalogue.reading.status == STATUS_OK;
}

/* ---- pass 3 ---- */

static const struct product *product_of(const struct prestashop_import *import,
                                        const struct csv_row *row)
{
    char text[PRESTASHOP_REFERENCE_BYTES];
    const struct product *product = catalogue_product(
        &import->catalogue,
        prestashop_reference("id", columns_cell(&import->combined, row, COMBINATION_PRODUCT_ID),
                             text));
    if (product != NULL) {
        return product;
    }
    return catalogue_product(
        &import->catalogue,
        prestashop_reference(
            "ref", columns_cell(&import->combined, row, COMBINATION_PRODUCT_REFERENCE), text));
}

static enum exchange_reason combination_price(const struct prestashop_import *import,
                                              const struct csv_row *row,
                                              const struct product *product,
                                              struct listing *listing)
{
    struct prestashop_price price = import->prices[product - import->catalogue.products];
    int64_t impact = 0;
    enum cell_result result = catalogue_price_fine(
        &import->catalogue, columns_cell(&import->combined, row, COMBINATION_IMPACT), &impact);
    if (result != CELL_EMPTY && price.result == CELL_OK) {
        price.fine += impact;
        price.result = result;
    }
    return price_set(import, &price, listing);
}

static enum exchange_reason combination_take(struct prestashop_import *import,
                                             const struct csv_row *row)
{
    const struct columns *columns = &import->combined;
    const struct product *product = product_of(import, row);
    struct listing listing = catalogue_listing(row->line);
    struct column_values values;
    if (product == NULL) {
        return NOT_TAKEN_NO_PARENT;
    }
    if (!product->published) {
        return NOT_TAKEN_UNPUBLISHED;
    }
    listing.sku = columns_cell(columns, row, COMBINATION_REFERENCE);
    listing_fill(import, product, &listing);
    int64_t cost =
        catalogue_money(&import->catalogue, columns_cell(columns, row, COMBINATION_COST));
    listing.cost_minor = cost > 0 ? cost : product->cost_minor;
    enum exchange_reason reason = combination_price(import, row, product, &listing);
    if (reason != TAKEN_OFFER_NEW) {
        return reason;
    }
    prestashop_values(columns, row, &values);
    catalogue_label(&import->catalogue, &listing, (struct slice){"", 0}, product, &values);
    listing.name_exact = prestashop_combination_name(columns, row, product->name, listing.name);
    stock_set(columns_cell(columns, row, COMBINATION_QUANTITY), &listing);
    return catalogue_take(&import->catalogue, &listing);
}

static bool row_of_combinations(void *context, const struct csv_row *row)
{
    struct prestashop_import *import = context;
    enum exchange_reason reason = combination_take(import, row);
    struct slice sku = columns_cell(&import->combined, row, COMBINATION_REFERENCE);
    catalogue_row_count(&import->catalogue, reason, row->line,
                        sku.length > 0 ? sku
                                       : columns_cell(&import->combined, row, COMBINATION_VALUE));
    return import->catalogue.reading.status == STATUS_OK;
}

/* ---- the import ---- */

bool prestashop_fits(const struct csv_row *header)
{
    struct columns columns;
    return prestashop_products_find(&columns, header, NULL);
}

enum status exchange_import_prestashop_products(const struct shop *shop, const char *path,
                                                const struct exchange_options *options,
                                                const struct exchange_sink *sink,
                                                struct exchange_report *report, struct fault *fault)
{
    static const struct reading_rows having = {header_of_combinations, row_of_having};
    static const struct reading_rows products = {header_of_products, row_of_products};
    static const struct reading_rows combinations = {header_of_combinations, row_of_combinations};
    const struct catalogue_pass passes[] = {{options->combinations, &having},
                                            {path, &products},
                                            {options->combinations, &combinations}};
    const struct catalogue_call call = {shop, options, sink, report, fault, false};
    struct prestashop_import *import = calloc(1, sizeof *import);
    memset(report, 0, sizeof *report);
    if (import == NULL || !keys_init(&import->having, LIMIT_OFFERS * 2)) {
        free(import);
        return fault_set(fault, STATUS_MEMORY, "no memory for an import");
    }
    import->path = path;
    import->combinations = options->combinations;
    enum status status = catalogue_import(&import->catalogue, import, passes, 3, &call);
    keys_free(&import->having);
    free(import);
    return status;
}

/* Shopify's product export. A product is several rows of one handle: the first has its title, each
 * row with a price is a variant, the others only add pictures.
 *
 *   pass 1   rows with a title: products, by their handles, wherever they stand
 *   pass 2   rows with a price: variants, each a listing
 *
 * Titles of columns changed in 2024 ("Variant SKU" became "SKU"); a file has one set or the other,
 * and what they mean is the same. Price is what is charged now; the compare-at price is only shown
 * struck through. An export of a shop with several locations has no quantities at all. */
#include "exchange/catalogue.h"
#include "exchange/formats.h"

enum shopify_column {
    SHOPIFY_HANDLE,
    SHOPIFY_TITLE,
    SHOPIFY_TYPE,
    SHOPIFY_CATEGORY,
    SHOPIFY_PUBLISHED,
    SHOPIFY_STATUS,
    SHOPIFY_OPTION_VALUE,
    SHOPIFY_SKU,
    SHOPIFY_PRICE,
    SHOPIFY_COST,
    SHOPIFY_TRACKER,
    SHOPIFY_QUANTITY,
    SHOPIFY_POLICY,
    SHOPIFY_SHIPPING,
    SHOPIFY_TAXABLE,
    SHOPIFY_GIFT_CARD,
    SHOPIFY_COLUMNS
};

static const struct column_titles titles[SHOPIFY_COLUMNS] = {
    [SHOPIFY_HANDLE] = {.titles = {"handle", "url handle"}},
    [SHOPIFY_TITLE] = {.titles = {"title"}},
    [SHOPIFY_TYPE] = {.titles = {"type", "custom product type"}},
    [SHOPIFY_CATEGORY] = {.titles = {"product category", "standard product type"}},
    [SHOPIFY_PUBLISHED] = {.titles = {"published", "published on online store"}},
    [SHOPIFY_STATUS] = {.titles = {"status"}},
    [SHOPIFY_OPTION_VALUE] = {.titles = {"option# value"}, .repeated = true},
    [SHOPIFY_SKU] = {.titles = {"variant sku", "sku"}},
    [SHOPIFY_PRICE] = {.titles = {"variant price", "price"}},
    [SHOPIFY_COST] = {.titles = {"cost per item", "variant cost"}},
    [SHOPIFY_TRACKER] = {.titles = {"variant inventory tracker", "inventory tracker"}},
    [SHOPIFY_QUANTITY] = {.titles = {"variant inventory qty", "inventory quantity"}},
    [SHOPIFY_POLICY] = {.titles = {"variant inventory policy",
                                   "continue selling when out of stock"}},
    [SHOPIFY_SHIPPING] = {.titles = {"variant requires shipping", "requires shipping"}},
    [SHOPIFY_TAXABLE] = {.titles = {"variant taxable", "charge tax"}},
    [SHOPIFY_GIFT_CARD] = {.titles = {"gift card"}},
};

struct shopify_import {
    struct catalogue catalogue;
    const char *path;
    struct columns columns;
};

static struct slice cell(const struct shopify_import *import, const struct csv_row *row,
                         enum shopify_column column)
{
    return columns_cell(&import->columns, row, column);
}

/* What all rows of a product have in common: the handle; a file without handles has one row a
 * product. */
static struct slice product_reference(const struct shopify_import *import,
                                      const struct csv_row *row)
{
    struct slice handle = cell(import, row, SHOPIFY_HANDLE);
    return handle.length > 0 ? handle : cell(import, row, SHOPIFY_TITLE);
}

/* ---- pass 1 ---- */

static bool is_published(const struct shopify_import *import, const struct csv_row *row)
{
    struct slice status = cell(import, row, SHOPIFY_STATUS);
    return !cell_is_no(cell(import, row, SHOPIFY_PUBLISHED)) &&
           (status.length == 0 || cell_is(status, "active"));
}

static bool row_of_products(void *context, const struct csv_row *row)
{
    struct shopify_import *import = context;
    struct slice title = cell(import, row, SHOPIFY_TITLE);
    struct slice reference = product_reference(import, row);
    bool known = catalogue_product(&import->catalogue, reference) != NULL;
    struct product *product =
        title.length > 0 && !known ? catalogue_product_add(&import->catalogue) : NULL;
    if (product == NULL) {
        return true;
    }
    (void)cell_label(title, product->label);
    (void)cell_name(reference, product->name);
    catalogue_category(cell(import, row, SHOPIFY_TYPE), product->category);
    if (product->category[0] == '\0') {
        catalogue_category(cell(import, row, SHOPIFY_CATEGORY), product->category);
    }
    product->published = is_published(import, row);
    catalogue_product_refer(&import->catalogue, reference);
    return true;
}

/* ---- pass 2 ---- */

/* A product without variants has one, whose only value is "Default Title". */
static void values_read(const struct shopify_import *import, const struct csv_row *row,
                        struct column_values *values)
{
    columns_values(&import->columns, row, values);
    if (values->count == 1 && cell_is(values->values[0], "Default Title")) {
        values->count = 0;
    }
}

static enum exchange_reason price_set(const struct shopify_import *import,
                                      const struct csv_row *row, struct listing *listing)
{
    const struct catalogue *catalogue = &import->catalogue;
    bool taxed = !cell_is_no(cell(import, row, SHOPIFY_TAXABLE));
    int64_t price = 0;
    enum cell_result result =
        catalogue_price_fine(catalogue, cell(import, row, SHOPIFY_PRICE), &price);
    listing->vat_thousandths = taxed ? catalogue->draft.defaults.vat_thousandths : 0;
    listing->cost_minor = catalogue_money(catalogue, cell(import, row, SHOPIFY_COST));
    return catalogue_price(result, price, catalogue->options->prices_without_vat,
                           listing->vat_thousandths, &listing->price_minor);
}

static void stock_set(const struct shopify_import *import, const struct csv_row *row,
                      struct listing *listing)
{
    bool told = catalogue_stock(cell(import, row, SHOPIFY_QUANTITY), &listing->stock_thousandths);
    bool tracked = columns_has(&import->columns, SHOPIFY_TRACKER)
                       ? cell(import, row, SHOPIFY_TRACKER).length > 0
                       : told;
    listing->backorders = cell_is_yes(cell(import, row, SHOPIFY_POLICY));
    listing->stock = !tracked ? LISTING_NOT_MANAGED : told ? LISTING_COUNTED : LISTING_UNKNOWN;
    if (!told) {
        listing->stock_thousandths = 0;
    }
}

static enum exchange_reason row_take(struct shopify_import *import, const struct csv_row *row,
                                     struct listing *listing)
{
    struct column_values values;
    const struct product *product =
        catalogue_product(&import->catalogue, product_reference(import, row));
    values_read(import, row, &values);
    listing->sku = cell(import, row, SHOPIFY_SKU);
    if (values.count == 0 && listing->sku.length == 0 &&
        cell(import, row, SHOPIFY_PRICE).length == 0 &&
        cell(import, row, SHOPIFY_TITLE).length == 0) {
        return NOT_TAKEN_PICTURE;
    }
    if (product == NULL) {
        return NOT_TAKEN_NO_PARENT;
    }
    if (!product->published) {
        return NOT_TAKEN_UNPUBLISHED;
    }
    enum exchange_reason reason = price_set(import, row, listing);
    if (reason != TAKEN_OFFER_NEW) {
        return reason;
    }
    catalogue_label(&import->catalogue, listing, (struct slice){"", 0}, product, &values);
    listing->name_exact = catalogue_name(listing->sku, product->name, &values, listing->name);
    memcpy(listing->category, product->category, sizeof listing->category);
    listing->virtual_product = cell_is_no(cell(import, row, SHOPIFY_SHIPPING)) ||
                               cell_is_yes(cell(import, row, SHOPIFY_GIFT_CARD));
    stock_set(import, row, listing);
    return catalogue_take(&import->catalogue, listing);
}

static bool row_of_offers(void *context, const struct csv_row *row)
{
    struct shopify_import *import = context;
    struct listing listing = catalogue_listing(row->line);
    enum exchange_reason reason = row_take(import, row, &listing);
    struct slice sku = cell(import, row, SHOPIFY_SKU);
    catalogue_row_count(&import->catalogue, reason, row->line,
                        sku.length > 0 ? sku : product_reference(import, row));
    return import->catalogue.reading.status == STATUS_OK;
}

/* ---- the import ---- */

static bool columns_right(const struct columns *columns)
{
    return columns_has(columns, SHOPIFY_TITLE) && columns_has(columns, SHOPIFY_PRICE) &&
           (columns_has(columns, SHOPIFY_HANDLE) || columns->repeated_count > 0);
}

static bool header_take(void *context, const struct csv_row *row)
{
    struct shopify_import *import = context;
    struct reading *reading = &import->catalogue.reading;
    columns_find(&import->columns, titles, SHOPIFY_COLUMNS, row,
                 reading->pass == 0 ? reading->report : NULL);
    if (!columns_right(&import->columns)) {
        reading->status =
            fault_set(reading->fault, STATUS_INVALID,
                      "%s:%llu: no columns \"Handle\" (or \"URL handle\"), \"Title\" and "
                      "\"Variant Price\" (or \"Price\"): this is no product export of Shopify "
                      "(Products, Export, CSV for Excel)",
                      import->path, (unsigned long long)row->line);
    }
    return reading->status == STATUS_OK;
}

bool shopify_fits(const struct csv_row *header)
{
    struct columns columns;
    columns_find(&columns, titles, SHOPIFY_COLUMNS, header, NULL);
    return columns_right(&columns);
}

enum status exchange_import_shopify(const struct shop *shop, const char *path,
                                    const struct exchange_options *options,
                                    const struct exchange_sink *sink,
                                    struct exchange_report *report, struct fault *fault)
{
    static const struct reading_rows products = {header_take, row_of_products};
    static const struct reading_rows offers = {header_take, row_of_offers};
    struct shopify_import import = {.path = path};
    const struct catalogue_pass passes[] = {{path, &products}, {path, &offers}};
    const struct catalogue_call call = {shop, options, sink, report, fault, false};
    return catalogue_import(&import.catalogue, &import, passes, 2, &call);
}

/* Separators of values inside a cell are the shop's own choice: comma and semicolon both count. */
#include "exchange/prestashop.h"
#include "exchange/catalogue.h"
#include "exchange/cells.h"

#include <stdio.h>

static const struct column_titles product_titles[PRODUCT_COLUMNS] = {
    [PRODUCT_ID] = {.titles = {"product id", "id", "id produit", "id du produit"}},
    [PRODUCT_ACTIVE] = {.titles = {"active (#/#)", "active", "status", "enabled", "statut", "état",
                                   "actif", "activé"}},
    [PRODUCT_NAME] = {.titles = {"name", "nom"}},
    [PRODUCT_CATEGORIES] = {.titles = {"categories (x,y,z...)", "categories", "category",
                                       "catégories", "catégorie"}},
    [PRODUCT_PRICE] = {.titles = {"price tax excluded or price tax included"}},
    [PRODUCT_PRICE_NET] = {.titles = {"price tax excluded", "price (tax excl.)", "base price",
                                      "prix (ht)", "prix ht", "prix de base"}},
    [PRODUCT_PRICE_GROSS] = {.titles = {"price tax included", "price (tax incl.)", "final price",
                                        "prix (ttc)", "prix ttc", "prix final"}},
    [PRODUCT_TAX_RULES] = {.titles = {"tax rules id"}},
    [PRODUCT_COST] = {.titles = {"wholesale price", "cost price"}},
    [PRODUCT_DISCOUNT_AMOUNT] = {.titles = {"discount amount"}},
    [PRODUCT_DISCOUNT_PERCENT] = {.titles = {"discount percent"}},
    [PRODUCT_DISCOUNT_FROM] = {.titles = {"discount from (yyyy-mm-dd)"}},
    [PRODUCT_DISCOUNT_UNTIL] = {.titles = {"discount to (yyyy-mm-dd)"}},
    [PRODUCT_REFERENCE] = {.titles = {"reference #", "reference", "référence"}},
    [PRODUCT_SUPPLIER] = {.titles = {"supplier", "fournisseur"}},
    [PRODUCT_QUANTITY] = {.titles = {"quantity", "quantité"}},
    [PRODUCT_AVAILABLE] = {.titles = {"available for order (# = no, # = yes)",
                                      "available for order"}},
    [PRODUCT_OUT_OF_STOCK] = {.titles = {"out of stock", "action when out of stock"}},
    [PRODUCT_VIRTUAL] = {.titles = {"virtual product (# = no, # = yes)", "virtual product"}},
};

static const struct column_titles combination_titles[COMBINATION_COLUMNS] = {
    [COMBINATION_PRODUCT_ID] = {.titles = {"product id"}},
    [COMBINATION_PRODUCT_REFERENCE] = {.titles = {"product reference"}},
    [COMBINATION_VALUE] = {.titles = {"value (valueposition)", "value"}},
    [COMBINATION_REFERENCE] = {.titles = {"reference"}},
    [COMBINATION_COST] = {.titles = {"wholesale price", "cost price"}},
    [COMBINATION_IMPACT] = {.titles = {"impact on price"}},
    [COMBINATION_QUANTITY] = {.titles = {"quantity"}},
};

bool prestashop_products_find(struct columns *columns, const struct csv_row *header,
                              struct exchange_report *report)
{
    columns_find(columns, product_titles, PRODUCT_COLUMNS, header, report);
    return (columns_has(columns, PRODUCT_REFERENCE) || columns_has(columns, PRODUCT_ID)) &&
           (columns_has(columns, PRODUCT_PRICE) || columns_has(columns, PRODUCT_PRICE_NET) ||
            columns_has(columns, PRODUCT_PRICE_GROSS));
}

bool prestashop_combinations_find(struct columns *columns, const struct csv_row *header)
{
    columns_find(columns, combination_titles, COMBINATION_COLUMNS, header, NULL);
    return columns_has(columns, COMBINATION_VALUE) &&
           (columns_has(columns, COMBINATION_PRODUCT_ID) ||
            columns_has(columns, COMBINATION_PRODUCT_REFERENCE));
}

enum status prestashop_refuse_products(const char *path, const struct csv_row *header,
                                       struct fault *fault)
{
    return fault_set(fault, STATUS_INVALID,
                     "%s:%llu: no columns \"Reference\" (or \"Product ID\") and \"Price (tax "
                     "excl.)\" or \"Price (tax incl.)\": this is no product export of PrestaShop "
                     "(Catalogue, Products, Export)",
                     path, (unsigned long long)header->line);
}

enum status prestashop_refuse_combinations(const char *path, const struct csv_row *header,
                                           struct fault *fault)
{
    return fault_set(fault, STATUS_INVALID,
                     "%s:%llu: no columns \"Product ID\" (or \"Product Reference\") and \"Value "
                     "(Value:Position)\": this is no file of PrestaShop's combinations",
                     path, (unsigned long long)header->line);
}

/* ---- names ---- */

bool prestashop_product_name(const struct columns *columns, const struct csv_row *row, char *to)
{
    struct slice id = columns_cell(columns, row, PRODUCT_ID);
    char front[LIMIT_LABEL_BYTES + 1];
    (void)cell_label(columns_cell(columns, row, PRODUCT_NAME), front);
    if (id.length > 0 && id.length <= 20) {
        snprintf(front, sizeof front, "ps-%.*s", (int)id.length, id.data);
    }
    return catalogue_name(columns_cell(columns, row, PRODUCT_REFERENCE), front, NULL, to);
}

bool prestashop_combination_name(const struct columns *columns, const struct csv_row *row,
                                 const char *product, char *to)
{
    struct column_values values;
    prestashop_values(columns, row, &values);
    return catalogue_name(columns_cell(columns, row, COMBINATION_REFERENCE), product, &values, to);
}

/* Up to the position that stands behind the last colon. */
static struct slice value_of(struct slice part)
{
    size_t length = part.length;
    while (length > 0 && part.data[length - 1] >= '0' && part.data[length - 1] <= '9') {
        length--;
    }
    if (length > 0 && part.data[length - 1] == ':') {
        part.length = length - 1;
    }
    return cell_trim(part);
}

void prestashop_values(const struct columns *columns, const struct csv_row *row,
                       struct column_values *values)
{
    struct slice left = columns_cell(columns, row, COMBINATION_VALUE);
    values->count = 0;
    while (left.length > 0 && values->count < COLUMN_PLACES_MAX) {
        size_t length = 0;
        while (length < left.length && left.data[length] != ';' && left.data[length] != ',') {
            length++;
        }
        struct slice value = value_of((struct slice){left.data, length});
        if (value.length > 0 && value.length <= LIMIT_LABEL_BYTES) {
            values->values[values->count++] = value;
        }
        length += length < left.length;
        left = (struct slice){left.data + length, left.length - length};
    }
}

struct slice prestashop_reference(const char *kind, struct slice cell,
                                  char to[PRESTASHOP_REFERENCE_BYTES])
{
    if (cell.length == 0 || cell.length > LIMIT_LABEL_BYTES) {
        return (struct slice){"", 0};
    }
    int length =
        snprintf(to, PRESTASHOP_REFERENCE_BYTES, "%.4s:%.*s", kind, (int)cell.length, cell.data);
    return (struct slice){to, (size_t)length};
}

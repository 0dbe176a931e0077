/* PrestaShop's files of products and combinations: their columns, and what a product or a
 * combination is called. Both the import of products and that of supply orders need it, so that a
 * supply order finds the item that the product became.
 *
 * Two kinds of product file are known: the list that the back office exports (in English or
 * French), and the columns of PrestaShop's own CSV import, which export modules write too (and
 * thirty bees, its fork). */
#ifndef ECLUSE_EXCHANGE_PRESTASHOP_H
#define ECLUSE_EXCHANGE_PRESTASHOP_H

#include "exchange/columns.h"

enum prestashop_product_column {
    PRODUCT_ID,
    PRODUCT_ACTIVE,
    PRODUCT_NAME,
    PRODUCT_CATEGORIES,
    PRODUCT_PRICE, /* with or without VAT: the file does not say */
    PRODUCT_PRICE_NET,
    PRODUCT_PRICE_GROSS,
    PRODUCT_TAX_RULES,
    PRODUCT_COST,
    PRODUCT_DISCOUNT_AMOUNT,
    PRODUCT_DISCOUNT_PERCENT,
    PRODUCT_DISCOUNT_FROM,
    PRODUCT_DISCOUNT_UNTIL,
    PRODUCT_REFERENCE,
    PRODUCT_SUPPLIER,
    PRODUCT_QUANTITY,
    PRODUCT_AVAILABLE,
    PRODUCT_OUT_OF_STOCK,
    PRODUCT_VIRTUAL,
    PRODUCT_COLUMNS
};

enum prestashop_combination_column {
    COMBINATION_PRODUCT_ID,
    COMBINATION_PRODUCT_REFERENCE,
    COMBINATION_VALUE,
    COMBINATION_REFERENCE,
    COMBINATION_COST,
    COMBINATION_IMPACT,
    COMBINATION_QUANTITY,
    COMBINATION_COLUMNS
};

/* False: this is no such file. Titles that mean nothing go into the report, where there is one. */
bool prestashop_products_find(struct columns *columns, const struct csv_row *header,
                              struct exchange_report *report) MUST_USE;
bool prestashop_combinations_find(struct columns *columns, const struct csv_row *header) MUST_USE;
/* Refuses a file; returns the status. */
enum status prestashop_refuse_products(const char *path, const struct csv_row *header,
                                       struct fault *fault) MUST_USE;
enum status prestashop_refuse_combinations(const char *path, const struct csv_row *header,
                                           struct fault *fault) MUST_USE;

/* A product's name in the shop: its reference, else "ps-" and its number, else what it is called.
 * `to` holds LIMIT_NAME_BYTES + 1. False: it was spelled anew. */
bool prestashop_product_name(const struct columns *columns, const struct csv_row *row, char *to);
/* A combination's: its reference, else its product's name and its values. */
bool prestashop_combination_name(const struct columns *columns, const struct csv_row *row,
                                 const char *product, char *to);
/* "Blue:0, 16GB:1" as Blue and 16GB. */
void prestashop_values(const struct columns *columns, const struct csv_row *row,
                       struct column_values *values);

/* How files refer to a product: by its number, or by its reference. */
enum { PRESTASHOP_REFERENCE_BYTES = LIMIT_LABEL_BYTES + 8 };
/* "KIND:CELL" in `to`; empty where the cell is, or is over LIMIT_LABEL_BYTES. */
struct slice prestashop_reference(const char *kind, struct slice cell,
                                  char to[PRESTASHOP_REFERENCE_BYTES]);

#endif

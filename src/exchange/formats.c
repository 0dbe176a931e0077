/* The table of formats, and which of them a file is. A file of products fits one format at most:
 * each asks for a column that the others do not have. */
#include "exchange/formats.h"
#include "exchange/exchange.h"

#include <string.h>

const struct exchange_format exchange_formats[] = {
    {"orders", FORMAT_HISTORY, exchange_import_orders, NULL},
    {"prestashop-products", FORMAT_PRODUCTS, exchange_import_prestashop_products, prestashop_fits},
    {"prestashop-suppliers", FORMAT_SUPPLY, exchange_import_prestashop_suppliers, NULL},
    {"prestashop-supply-orders", FORMAT_SUPPLY, exchange_import_prestashop_supply, NULL},
    {"requests", FORMAT_REQUESTS, exchange_import_requests, NULL},
    {"shopify-orders", FORMAT_SOLD, exchange_import_shopify_orders, NULL},
    {"shopify-products", FORMAT_PRODUCTS, exchange_import_shopify, shopify_fits},
    {"woocommerce-orders", FORMAT_SOLD, exchange_import_woocommerce_orders, NULL},
    {"woocommerce-products", FORMAT_PRODUCTS, exchange_import_woocommerce, woocommerce_fits},
};
const uint32_t exchange_format_count = sizeof exchange_formats / sizeof exchange_formats[0];

struct detection {
    const struct exchange_format *found;
};

static bool header_look(void *context, const struct csv_row *row)
{
    struct detection *detection = context;
    for (uint32_t i = 0; i < exchange_format_count && detection->found == NULL; i++) {
        const struct exchange_format *format = &exchange_formats[i];
        if (format->content == FORMAT_PRODUCTS && format->fits(row)) {
            detection->found = format;
        }
    }
    return false;
}

enum status exchange_format_detect(const char *path, const struct exchange_format **format,
                                   struct fault *fault)
{
    struct detection detection = {NULL};
    struct csv_reader reader = {.row = header_look, .context = &detection};
    struct csv_facts facts;
    enum status status = csv_read(path, &reader, &facts, fault);
    if (status == STATUS_OK && detection.found == NULL) {
        status = fault_set(fault, STATUS_INVALID,
                           "%s: its first line is no header of a product export of WooCommerce, "
                           "Shopify or PrestaShop; export the products as CSV there, in English",
                           path);
    }
    *format = detection.found;
    return status;
}

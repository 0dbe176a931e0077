/* How each format knows its own files: by the titles of the header. */
#ifndef ECLUSE_EXCHANGE_FORMATS_H
#define ECLUSE_EXCHANGE_FORMATS_H

#include "exchange/csv_read.h"

bool prestashop_fits(const struct csv_row *header);
bool shopify_fits(const struct csv_row *header);
bool woocommerce_fits(const struct csv_row *header);

#endif

/* Finding offers by what a visitor types. */
#ifndef ECLUSE_PAGES_STORE_SEARCH_H
#define ECLUSE_PAGES_STORE_SEARCH_H

#include "model/shop.h"

enum { STORE_QUERY_BYTES_MAX = 80 };

/* The offers of `only` (NULL: of the shop) whose label (either language) or name holds every word
 * of `query`; all of them where it is empty. Skips `skip` of them, writes at most `most` and
 * returns how many there are in all. */
uint32_t store_search(const struct shop *shop, const struct offer_list *only, struct slice query,
                      uint32_t skip, uint32_t most, uint16_t *offers, uint32_t *written);

#endif

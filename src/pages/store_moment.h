/* What the store sells: all of the shop's offers, or, with a shop behind us, the moment's only
 * (gate: moment_offers), because that shop sells the rest. */
#ifndef ECLUSE_PAGES_STORE_MOMENT_H
#define ECLUSE_PAGES_STORE_MOMENT_H

#include "pages/store_state.h"

enum { STORE_MOMENT_OFFERS_MAX = 6 };

_Static_assert((int)STORE_MOMENT_OFFERS_MAX <= (int)CACHE_OFFERS_MAX, "one page shows them all");

/* The offers to which the store is restricted; NULL: all of them are sold. */
const struct offer_list *store_only(const struct store *store);
/* Is it sold here, by this shop file? Not if it is retired, or no offer at all. */
bool store_sells(const struct store *store, const struct shop *shop, struct offer_id offer);
bool store_sells_anything(const struct store *store);
/* By name among those that are sold here; false if there is none. */
bool store_offer_find(const struct store *store, struct slice name, struct offer_id *offer);
/* Those of the moment page and of the waiting room, at most STORE_MOMENT_OFFERS_MAX: what the shop
 * file names, else the first that it has. Returns how many. */
uint32_t store_moment_offers(const struct store *store, uint16_t *offers);

#endif

/* Offers of the shop -> restricted to the moment's where a shop stands behind us -> without the
 * retired ones.
 *
 * The list is short (a moment has a handful of offers), so it is scanned. */
#include "pages/store_moment.h"

const struct offer_list *store_only(const struct store *store)
{
    return store->moment_only ? &store->shop->gate.moment_offers : NULL;
}

bool store_sells(const struct store *store, const struct shop *shop, struct offer_id offer)
{
    if (offer.index >= shop->offer_count || shop->offers[offer.index].retired) {
        return false;
    }
    const struct offer_list *named = &shop->gate.moment_offers;
    bool sold = !store->moment_only;
    for (uint32_t i = 0; !sold && i < named->count; i++) {
        sold = named->offers[i].index == offer.index;
    }
    return sold;
}

bool store_sells_anything(const struct store *store)
{
    const struct offer_list *named = &store->shop->gate.moment_offers;
    bool any = !store->moment_only;
    for (uint32_t i = 0; !any && i < named->count; i++) {
        any = !store->shop->offers[named->offers[i].index].retired;
    }
    return any;
}

bool store_offer_find(const struct store *store, struct slice name, struct offer_id *offer)
{
    return shop_offer_find(store->shop, name, offer) && store_sells(store, store->shop, *offer);
}

uint32_t store_moment_offers(const struct store *store, uint16_t *offers)
{
    const struct shop *shop = store->shop;
    const struct offer_list *named = &shop->gate.moment_offers;
    bool all = named->count == 0 && !store->moment_only;
    uint32_t most = all ? shop->offer_count : named->count;
    uint32_t count = 0;
    for (uint32_t i = 0; i < most && count < STORE_MOMENT_OFFERS_MAX; i++) {
        uint16_t offer = all ? (uint16_t)i : named->offers[i].index;
        if (!shop->offers[offer].retired) {
            offers[count++] = offer;
        }
    }
    return count;
}

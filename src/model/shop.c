/* What every user of a shop needs: finding by name, and giving it back. The arrays and the index
 * are made by shop_read.c and shop_merge.c; both live in the shop's own arena, so one call gives
 * everything back. */
#include "model/shop.h"

#include "model/field.h"

#include <stdlib.h>

struct ranked {
    const char *name;
    uint16_t index;
};

static bool active_find(const struct shop *shop, enum names names, struct slice name,
                        uint16_t *index)
{
    *index = names_find(shop, names, name);
    return *index != NO_INDEX && !names_head(shop, names, *index).retired;
}

bool shop_offer_find(const struct shop *shop, struct slice name, struct offer_id *offer)
{
    return active_find(shop, NAMES_OFFERS, name, &offer->index);
}

bool shop_item_find(const struct shop *shop, struct slice name, struct item_id *item)
{
    return active_find(shop, NAMES_ITEMS, name, &item->index);
}

bool shop_activity_find(const struct shop *shop, struct slice name, struct activity_id *activity)
{
    return active_find(shop, NAMES_ACTIVITIES, name, &activity->index);
}

static int heads_compare(const void *a, const void *b)
{
    const struct ranked *left = a;
    const struct ranked *right = b;
    return strcmp(left->name, right->name);
}

/* The indexes of one kind in the order of their names. */
static struct ranked *names_sorted(struct shop *shop, enum names names)
{
    uint32_t count = names_count(shop, names);
    struct ranked *sorted = ARENA_ARRAY(&shop->arena, struct ranked, count);
    for (uint32_t i = 0; sorted != NULL && i < count; i++) {
        sorted[i] = (struct ranked){names_head(shop, names, i).name, (uint16_t)i};
    }
    if (sorted != NULL) {
        qsort(sorted, count, sizeof sorted[0], heads_compare);
    }
    return sorted;
}

bool shop_complete(struct shop *shop)
{
    const struct ranked *offers = names_sorted(shop, NAMES_OFFERS);
    const struct ranked *carriers = names_sorted(shop, NAMES_CARRIERS);
    if (offers == NULL || carriers == NULL) {
        return false;
    }
    for (uint32_t rank = 0; rank < shop->offer_count; rank++) {
        shop->offers[offers[rank].index].rank = (uint16_t)rank;
    }
    for (uint32_t rank = 0; rank < shop->carrier_count; rank++) {
        shop->carriers[carriers[rank].index].rank = (uint16_t)rank;
    }
    return true;
}

void shop_free(struct shop *shop)
{
    if (shop != NULL) {
        struct arena arena = shop->arena;
        arena_free(&arena);
        free(shop);
    }
}

/* Which pages get the date, and what is written into them.
 *
 * The SKU goes into an attribute, and web/promise.js asks for its date as on pages whose theme has
 * the element: so a page may be kept by the shop's page cache, or by the browser, and the date is
 * asked for anew. */
#include "pages/page_insert.h"

/* The shop file's word, or else the preset's; false: none. */
static bool place_find(const struct rules *rules, struct door_insert *place)
{
    const struct injection *injection = &rules->site->inject;
    if (injection->pages.count > 0) {
        place->before = injection->before;
        place->values = injection->sku.texts;
        place->value_count = injection->sku.count;
        return true;
    }
    if (rules->preset == NULL || !rules->site->product_dates) {
        return false;
    }
    place->before = rules->preset->date_before;
    place->values = rules->preset->date_skus;
    place->value_count = rules->preset->date_sku_count;
    return true;
}

bool page_insert(const struct rules *rules, const struct door_request *request,
                 struct door_insert *insert)
{
    *insert = (struct door_insert){
        .unless = "data-ecluse-offer",
        .open = SLICE("<script async src=\"/ecluse/promise.js\"></script>"
                      "<p data-ecluse-offer=\""),
        .close = SLICE("\"></p>"),
    };
    return place_find(rules, insert) && rules_is_product(rules, door_path(request));
}

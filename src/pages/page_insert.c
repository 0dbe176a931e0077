/* Which pages get the date, and what is written into them.
 *
 * The SKU goes into an attribute, and web/promise.js asks for its date as on pages whose theme has
 * the element: so a page may be kept by the shop's page cache, or by the browser, and the date is
 * asked for anew. */
#include "pages/page_insert.h"

enum { PATH_BYTES_MAX = 1024 }; /* of a product page; the comparison takes the square of it */

bool page_path_fits(const char *pattern, struct slice path)
{
    const char *star = NULL; /* behind the last * */
    size_t star_at = 0;      /* from where on the rest is tried */
    size_t at = 0;
    while (at < path.length || *pattern == '*') {
        if (*pattern == '*') {
            star = ++pattern;
            star_at = at;
        } else if (*pattern == path.data[at]) {
            pattern++;
            at++;
        } else if (star != NULL) {
            pattern = star;
            at = ++star_at;
        } else {
            return false;
        }
    }
    return *pattern == '\0';
}

static bool is_wanted(const struct injection *injection, struct slice path)
{
    for (uint32_t i = 0; path.length <= PATH_BYTES_MAX && i < injection->pages.count; i++) {
        if (page_path_fits(injection->pages.paths[i], path)) {
            return true;
        }
    }
    return false;
}

/* The shop file's word, or else the preset's; false: no product page. */
static bool place_find(const struct rules *rules, struct slice path, struct door_insert *place)
{
    const struct injection *injection = &rules->site->inject;
    if (injection->pages.count > 0) {
        place->before = injection->before;
        place->values = injection->sku.texts;
        place->value_count = injection->sku.count;
        return is_wanted(injection, path);
    }
    if (!rules->site->product_dates || !rules_is_product(rules, path)) {
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
    return place_find(rules, door_path(request), insert);
}

/* What the store's files share; nobody else includes it. */
#ifndef ECLUSE_PAGES_STORE_STATE_H
#define ECLUSE_PAGES_STORE_STATE_H

#include "pages/cache.h"
#include "pages/hmac.h"
#include "pages/order_task.h"
#include "pages/store_dates.h"
#include "pages/web_file.h"
#include "report/template.h"

#include <jansson.h>

/* Marks the key of a message in C, so that tools/embed.py can check that it is there. */
#define MESSAGE(key) (key)

#define STORE_CART_COOKIE     "ecluse_cart"
#define STORE_LANGUAGE_COOKIE "ecluse_lang"
#define STORE_ORDER_COOKIE    "ecluse_order"
#define STORE_HOLD_COOKIE     "ecluse_hold"

enum { STORE_CACHE_BYTES = 64 * 1024 * 1024, STORE_PAGE_BYTES = 1024 * 1024 };

struct store_pictures;
struct store_times;

struct store {
    struct engine *engine;
    struct env *env;
    struct order_desk *desk;
    struct template_set *templates;
    const struct shop *shop; /* the one that the cache was filled by */
    struct cache *cache;
    struct store_dates *dates;
    struct store_times *times;
    struct store_pictures *pictures;
    struct hmac_key cart_key;
    struct text page; /* scratch: the page being rendered */
    struct slice style_path;
    char style_bytes[64];
};

#endif

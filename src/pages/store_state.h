/* What the store's files share; nobody else includes it. */
#ifndef ECLUSE_PAGES_STORE_STATE_H
#define ECLUSE_PAGES_STORE_STATE_H

#include "gate/turn.h"
#include "pages/cache.h"
#include "pages/gate_ticket.h"
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
    /* In front of each of the store's addresses; no '/' at its end. Paths in here, of visits as of
     * pages, are without it: it is cut off in store_visit_begin and put on in the templates, in
     * Location and in the paths of cookies. */
    const char *root;
    bool moment_only; /* a shop stands in front of us: here only the moment's offers are sold */
    uint64_t busy;    /* pages that said so */
    struct order_desk *desk;
    struct template_set *templates;
    const struct shop *shop; /* the one that the cache was filled by */
    struct cache *cache;
    struct store_dates *dates;
    struct store_times *times;
    struct store_pictures *pictures;
    struct hmac_key cart_key;
    struct gate_keys here_keys; /* of tickets: store_here.h */
    uint32_t here_next;         /* the next visitor's number */
    struct turns turns;
    struct text page;     /* scratch: the page being rendered */
    char style[64];       /* the path of the style sheet: it names its content */
    char staff_style[64]; /* of what the staff's pages have besides */
};

#endif

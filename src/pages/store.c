/* A visitor's request and the file that answers it:
 *
 *   store_handle -> store_input (the store's root cut off; language, cookies, forms)
 *     /, /offers, /offers/NAME, /about   store_catalog    shared pages, from memory
 *     /offers/NAME/times                 store_pick       the times of a class
 *     /pictures/..., /assets/...         store_picture    never change under their address
 *     /cart                              store_cart       a signed cookie
 *     /checkout                          store_checkout   a form, then a hold
 *     /orders/ID...                      store_order      the order's page, confirm, cancel
 *     anything else                      here             a 404 page that leads on
 *
 * What is sold there, and whether anything is: store_moment.
 *
 * Invariant: the cache, the dates and the pictures belong to store->shop; when the engine has
 * another shop, all three are begun anew before anything is looked up. */
#include "pages/store.h"

#include "base/assert.h"
#include "pages/store_cart.h"
#include "pages/store_catalog.h"
#include "pages/store_checkout.h"
#include "pages/store_moment.h"
#include "pages/store_order.h"
#include "pages/store_page.h"
#include "pages/store_pick.h"
#include "pages/store_picture.h"
#include "pages/store_times.h"
#include "pages/store_wish.h"

#include <stdio.h>
#include <stdlib.h>

#define ASSET_LASTING                                                                              \
    "Cache-Control: public, max-age=31536000, immutable\r\nVary: Accept-Encoding\r\n"              \
    "X-Content-Type-Options: nosniff\r\n"

/* ---- opening ---- */

static enum status templates_open(struct store *store, struct fault *fault)
{
    struct template_source sources[64];
    size_t count = 0;
    for (size_t i = 0; i < web_file_count; i++) {
        struct slice name = slice_of(web_files[i].name);
        bool ours = name.length > 11 && memcmp(name.data, "store/", 6) == 0 &&
                    memcmp(name.data + name.length - 5, ".html", 5) == 0;
        if (ours) {
            ASSERT(count < sizeof sources / sizeof sources[0]);
            sources[count++] =
                (struct template_source){{name.data + 6, name.length - 11}, web_files[i].bytes};
        }
    }
    return template_set_open(sources, count, &store->templates, fault);
}

static enum status memory_refuse(struct fault *fault)
{
    return fault_set(fault, STATUS_MEMORY,
                     "no memory for the store's pages; free some and start again");
}

/* Begins the shop's own things anew. False if the machine gives no memory: the old shop's pages go
 * on. */
static bool store_shop_take(struct store *store, const struct shop *shop)
{
    struct store_pictures *pictures = store_pictures_open(shop);
    if (pictures == NULL || !store_dates_reset(store->dates, shop)) {
        store_pictures_close(pictures);
        return false;
    }
    store_pictures_close(store->pictures);
    store->pictures = pictures;
    store->shop = shop;
    cache_clear(store->cache);
    return true;
}

static enum status store_memory_take(struct store *store, struct fault *fault)
{
    uint64_t seed;
    store->env->entropy(store->env, &seed, sizeof seed);
    store->cache = cache_open(STORE_CACHE_BYTES, seed);
    store->dates = store_dates_open(store->engine, store->env);
    store->times = store_times_open(store->engine);
    const struct web_file *style = web_file_find(SLICE("store/store.css"));
    const struct web_file *staff_style = web_file_find(SLICE("store/staff.css"));
    ASSERT(style != NULL && staff_style != NULL);
    (void)snprintf(store->style, sizeof store->style, "/assets/store-%s.css", style->digest);
    (void)snprintf(store->staff_style, sizeof store->staff_style, "/assets/staff-%s.css",
                   staff_style->digest);
    if (store->cache == NULL || store->dates == NULL || store->times == NULL ||
        !store_shop_take(store, engine_shop(store->engine))) {
        return memory_refuse(fault);
    }
    return STATUS_OK;
}

enum status store_open(const struct store_options *options, struct store **store_out,
                       struct fault *fault)
{
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        return memory_refuse(fault);
    }
    store->engine = options->engine;
    store->env = options->env;
    store->root = options->upstream ? STORE_ROOT : "";
    store->moment_only = options->upstream;
    text_init(&store->page, STORE_PAGE_BYTES);
    hmac_key_init(&store->cart_key,
                  (struct slice){(const char *)engine_secret(store->engine, SECRET_TOKEN), 32});
    gate_keys_init(&store->here_keys, engine_secret(store->engine, SECRET_TOKEN));
    store->env->entropy(store->env, &store->here_next, sizeof store->here_next);
    turns_init(&store->turns);
    enum status status = order_desk_open(store->engine, store->env, &store->desk, fault);
    if (status == STATUS_OK) {
        status = templates_open(store, fault);
    }
    if (status == STATUS_OK) {
        status = store_memory_take(store, fault);
    }
    if (status != STATUS_OK) {
        store_close(store);
        return status;
    }
    *store_out = store;
    return STATUS_OK;
}

void store_close(struct store *store)
{
    if (store == NULL) {
        return;
    }
    cache_close(store->cache);
    store_dates_close(store->dates);
    store_times_close(store->times);
    store_pictures_close(store->pictures);
    template_set_close(store->templates);
    order_desk_close(store->desk);
    text_free(&store->page);
    free(store);
}

/* ---- files ---- */

static void file_send(const struct store_visit *visit, const char *name, const char *type)
{
    struct store *store = visit->store;
    struct cache_entry *entry = cache_find(store->cache, visit->path);
    if (entry == NULL) {
        const struct web_file *file = web_file_find(slice_of(name));
        ASSERT(file != NULL);
        entry = cache_put(store->cache, &(struct cache_page){.key = visit->path,
                                                             .status = 200,
                                                             .body = file->bytes,
                                                             .lasting = SLICE(ASSET_LASTING),
                                                             .describing = slice_of(type)});
    }
    if (entry == NULL) {
        store_visit_busy(visit);
    } else {
        cache_reply(store->cache, entry, visit->request, (struct slice){NULL, 0});
    }
}

static void robots_send(const struct store_visit *visit)
{
    const char *root = visit->store->root;
    char body[512];
    int length = snprintf(body, sizeof body,
                          "User-agent: *\nDisallow: %s/cart\nDisallow: %s/checkout\n"
                          "Disallow: %s/orders/\nDisallow: %s/wish\nDisallow: /ecluse/\n",
                          root, root, root, root);
    ASSERT(length > 0 && (size_t)length < sizeof body);
    struct door_reply reply = {
        .status = 200,
        .headers =
            SLICE("Content-Type: text/plain; charset=utf-8\r\nCache-Control: max-age=3600\r\n"),
        .body = {body, (size_t)length}};
    door_reply(visit->request, &reply);
}

/* ---- routing ---- */

/* GET-only paths besides the catalogue's; false if the path is none of them. */
static bool files_serve(const struct store_visit *visit)
{
    struct slice path = visit->path;
    bool staff_style = slice_is(path, visit->store->staff_style);
    bool style = staff_style || slice_is(path, visit->store->style);
    bool icon = slice_is(path, "/favicon.ico") || slice_is(path, "/assets/icon.svg");
    bool robots = slice_is(path, "/robots.txt");
    bool picture = slice_starts(path, "/pictures/");
    if (!style && !icon && !robots && !picture) {
        return false;
    }
    enum http_method method = door_method(visit->request);
    if (method != METHOD_GET && method != METHOD_HEAD) {
        store_visit_method(visit, "GET, HEAD");
    } else if (style) {
        file_send(visit, staff_style ? "store/staff.css" : "store/store.css",
                  "Content-Type: text/css; charset=utf-8\r\n");
    } else if (icon) {
        file_send(visit, "store/icon.svg", "Content-Type: image/svg+xml\r\n");
    } else if (robots) {
        robots_send(visit);
    } else {
        store_picture_serve(visit);
    }
    return true;
}

uint64_t store_busy(const struct store *store)
{
    return store->busy;
}

bool store_visit_open(struct store_visit *visit, struct store *store, struct door_request *request)
{
    const struct shop *shop = engine_shop(store->engine);
    if (shop != store->shop && !store_shop_take(store, shop)) {
        door_problem(request, 503, "memory", "The machine has no memory left; try again later.",
                     (struct slice){NULL, 0});
        return false;
    }
    store_visit_begin(visit, store, request);
    return true;
}

/* `path` is `root` or under it. */
static bool path_under(struct slice path, const char *root)
{
    size_t length = strlen(root);
    return slice_starts(path, root) && (path.length == length || path.data[length] == '/');
}

bool store_has(const struct store *store, struct slice path)
{
    return path_under(path, store->root) && (*store->root != '\0' || !path_under(path, "/ecluse"));
}

void store_handle(struct store *store, struct door_request *request, struct store_place place)
{
    struct store_visit visit;
    if (!store_visit_open(&visit, store, request)) {
        return;
    }
    visit.place = place;
    if (files_serve(&visit)) {
        return;
    }
    if (slice_starts(visit.path, "/orders/")) {
        store_order_serve(&visit);
    } else if (slice_starts(visit.path, "/wishes/")) {
        store_wish_serve(&visit);
    } else if (!store_sells_anything(store)) {
        store_visit_nothing_sold(&visit);
    } else if (store_pick_serve(&visit) || store_catalog_serve(&visit)) {
        return;
    } else if (slice_is(visit.path, "/cart")) {
        store_cart_serve(&visit);
    } else if (slice_is(visit.path, "/checkout")) {
        store_checkout_serve(&visit);
    } else if (slice_is(visit.path, "/wish")) {
        store_wish_form_serve(&visit);
    } else {
        store_visit_not_found(&visit);
    }
}

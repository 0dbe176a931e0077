/* The way of a shared page:
 *
 *   key -> in memory and not due                                -> sent              (the hot path)
 *       -> in memory, due, dates fresh, versions as rendered    -> due again in a second, sent
 *       -> in memory, due, dates stale                          -> sent, and one question to the
 * core
 *       -> dates fresh or stale, but another version, or absent -> rendered, kept, sent
 *       -> dates old                                            -> waits for the core's answer,
 * then as above
 *
 * A key is the language, the path, and what of the query says which page it is; everything else in
 * an address makes no new page, so that nobody fills the memory with ?x=1, ?x=2.
 *
 * Invariant: a kept page is a function of its key, the shop and its offers' dates; nothing of a
 * visitor is in it. */
#include "pages/store_catalog.h"

#include "base/assert.h"
#include "pages/store_here.h"
#include "pages/store_moment.h"
#include "pages/store_page.h"
#include "pages/store_search.h"

#include <stdio.h>
#include <stdlib.h>

/* `no-cache`: kept by browsers, but asked for again each time, which a 304 answers for a few bytes;
 * a date is never shown from a drawer. `private`: the first page brings the visitor's cookie. */
#define SHARED_LINES                                                                               \
    "Cache-Control: private, no-cache\r\nVary: Accept-Encoding, Accept-Language, "                 \
    "Cookie\r\n" STORE_SECURITY_LINES

enum { OFFERS_PER_PAGE = CACHE_OFFERS_MAX, PAGE_NUMBER_MAX = 1000 };
enum { LOOK_AGAIN_NS = 20000000 }; /* while the core is asked */

enum catalog_kind { CATALOG_MOMENT, CATALOG_OFFERS, CATALOG_OFFER, CATALOG_ABOUT };

/* What is asked for; in the request's memory once it is not in the cache. */
struct catalog_want {
    struct dates_waiter waiter; /* first */
    struct store_visit visit;
    enum catalog_kind kind;
    uint32_t number; /* CATALOG_OFFERS: the page, from 1 */
    struct slice search;
    uint32_t found; /* CATALOG_OFFERS: how many offers match in all */
    struct cache_origin origin;
    size_t key_length;
    char key[CACHE_KEY_BYTES_MAX];
};

_Static_assert(CACHE_KEY_BYTES_MAX > 3 * STORE_QUERY_BYTES_MAX + 64, "a key holds a search");

/* ---- keys ---- */

/* Percent-encodes a search for an address and for the key, so that spellings of one search share a
 * page. */
static size_t search_encode(struct slice search, char *to)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t n = 0;
    for (size_t i = 0; i < search.length; i++) {
        unsigned char c = (unsigned char)search.data[i];
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            to[n++] = (char)c;
        } else {
            to[n++] = '%';
            to[n++] = digits[c >> 4];
            to[n++] = digits[c & 15];
        }
    }
    return n;
}

/* "page=2&q=caramel": the canonical query of a list of offers; empty for its first page without a
 * search. */
static size_t list_query(struct slice search, uint32_t number, char *to)
{
    size_t n = 0;
    if (number > 1) {
        n = (size_t)snprintf(to, 16, "page=%u", number);
    }
    if (search.length > 0) {
        if (n > 0) {
            to[n++] = '&';
        }
        to[n++] = 'q';
        to[n++] = '=';
        n += search_encode(search, to + n);
    }
    return n;
}

static void list_read(struct catalog_want *want)
{
    const struct store_visit *visit = &want->visit;
    struct slice value;
    want->number = 1;
    if (store_visit_field(visit, visit->query, "page", 4, &value)) {
        char digits[8] = "";
        memcpy(digits, value.data, value.length);
        long number = strtol(digits, NULL, 10);
        want->number = number < 1 || number > PAGE_NUMBER_MAX ? 1 : (uint32_t)number;
    }
    if (store_visit_field(visit, visit->query, "q", STORE_QUERY_BYTES_MAX, &value)) {
        want->search = value;
    }
}

/* Which page is this? False if it is none of the catalogue's. Fills kind and key. */
static bool want_read(struct catalog_want *want)
{
    struct slice path = want->visit.path;
    size_t length = path.length;
    want->key[0] = want->visit.language == LANGUAGE_FR ? 'f' : 'e';
    if (slice_is(path, "/")) {
        want->kind = CATALOG_MOMENT;
    } else if (slice_is(path, "/about")) {
        want->kind = CATALOG_ABOUT;
    } else if (slice_is(path, "/offers")) {
        want->kind = CATALOG_OFFERS;
    } else if (length > 8 && length <= 8 + LIMIT_NAME_BYTES &&
               memcmp(path.data, "/offers/", 8) == 0) {
        want->kind = CATALOG_OFFER;
    } else {
        return false;
    }
    memcpy(want->key + 1, path.data, length);
    want->key_length = 1 + length;
    if (want->kind == CATALOG_OFFERS && want->visit.query.length > 0) {
        list_read(want);
        want->key[want->key_length++] = '?';
        want->key_length += list_query(want->search, want->number, want->key + want->key_length);
    }
    return true;
}

/* ---- what it shows ---- */

/* The offers that the page shows; false if there is no such page. */
static bool want_resolve(struct catalog_want *want)
{
    const struct shop *shop = want->visit.store->shop;
    struct cache_origin *origin = &want->origin;
    *origin = (struct cache_origin){0};
    if (want->kind == CATALOG_MOMENT) {
        origin->offer_count = store_moment_offers(want->visit.store, origin->offers);
    } else if (want->kind == CATALOG_OFFERS) {
        want->number = want->number == 0 ? 1 : want->number;
        uint32_t skip = (want->number - 1) * OFFERS_PER_PAGE;
        want->found = store_search(shop, store_only(want->visit.store), want->search, skip,
                                   OFFERS_PER_PAGE, origin->offers, &origin->offer_count);
        return want->number == 1 || origin->offer_count > 0;
    } else if (want->kind == CATALOG_OFFER) {
        struct slice name = {want->visit.path.data + 8, want->visit.path.length - 8};
        struct offer_id offer;
        if (!store_offer_find(want->visit.store, name, &offer)) {
            return false;
        }
        origin->offers[origin->offer_count++] = offer.index;
    }
    return true;
}

/* ---- rendering ---- */

static json_t *cards(const struct store_view *view, const struct cache_origin *origin)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < origin->offer_count; i++) {
        json_array_append_new(list, store_view_offer(view, (struct offer_id){origin->offers[i]}));
    }
    return list;
}

static json_t *page_link(const struct catalog_want *want, uint32_t number)
{
    char query[CACHE_KEY_BYTES_MAX];
    size_t length = list_query(want->search, number, query);
    return json_sprintf("/offers%s%.*s", length > 0 ? "?" : "", (int)length, query);
}

static void values_of_list(const struct catalog_want *want, json_t *values)
{
    uint32_t pages = (want->found + OFFERS_PER_PAGE - 1) / OFFERS_PER_PAGE;
    json_object_set_new(
        values, "search",
        json_stringn(want->search.length > 0 ? want->search.data : "", want->search.length));
    json_object_set_new(values, "brief",
                        json_true()); /* dates without their reasons: two dozen of them */
    json_object_set_new(values, "found", json_integer(want->found));
    json_object_set_new(values, "some", json_boolean(want->found > 0));
    json_object_set_new(values, "number", json_integer(want->number));
    json_object_set_new(values, "pages", json_integer(pages));
    json_object_set_new(values, "several", json_boolean(pages > 1));
    if (want->number > 1) {
        json_object_set_new(values, "before", page_link(want, want->number - 1));
    }
    if (want->number < pages) {
        json_object_set_new(values, "after", page_link(want, want->number + 1));
    }
}

static const char *const template_names[] = {
    [CATALOG_MOMENT] = "moment",
    [CATALOG_OFFERS] = "offers",
    [CATALOG_OFFER] = "offer",
    [CATALOG_ABOUT] = "about",
};

static json_t *want_values(const struct catalog_want *want)
{
    const struct store *store = want->visit.store;
    enum language language = want->visit.language;
    struct store_view view = store_view_of(store, store->shop, language);
    const char *title = store->shop->name;
    if (want->kind == CATALOG_OFFERS) {
        title = store_page_message(language, MESSAGE("offers-title"));
    } else if (want->kind == CATALOG_ABOUT) {
        title = store_page_message(language, MESSAGE("about-title"));
    } else if (want->kind == CATALOG_OFFER) {
        title = store_view_label(&view, (struct offer_id){want->origin.offers[0]});
    }
    json_t *values = store_page_values(store, language, title);
    char query[CACHE_KEY_BYTES_MAX];
    size_t length =
        want->kind == CATALOG_OFFERS ? list_query(want->search, want->number, query) : 0;
    store_page_address(values, language, want->visit.path, (struct slice){query, length});
    if (want->kind == CATALOG_MOMENT) {
        json_object_set_new(values, "home", json_true());
    }
    if (want->kind == CATALOG_OFFERS) {
        values_of_list(want, values);
    }
    if (want->kind == CATALOG_OFFER) {
        json_object_set_new(values, "offer",
                            store_view_offer(&view, (struct offer_id){want->origin.offers[0]}));
        store_view_days(&view, values);
    } else {
        json_object_set_new(values, "offers", cards(&view, &want->origin));
    }
    return values;
}

static struct cache_entry *want_render(struct catalog_want *want, struct fault *fault)
{
    struct store *store = want->visit.store;
    struct slice body;
    if (store_page_render(store, want->visit.language, template_names[want->kind],
                          want_values(want), &body, fault) != STATUS_OK) {
        return NULL;
    }
    char lasting[1024];
    int length = snprintf(lasting, sizeof lasting, SHARED_LINES "Content-Language: %s\r\n",
                          translate_code((int)want->visit.language));
    ASSERT(length > 0 && (size_t)length < sizeof lasting);
    struct cache_page page = {.key = {want->key, want->key_length},
                              .status = 200,
                              .body = body,
                              .lasting = {lasting, (size_t)length},
                              .describing = SLICE("Content-Type: text/html; charset=utf-8\r\n"),
                              .origin = want->origin};
    fault_set(fault, STATUS_MEMORY, "no memory for the page");
    return cache_put(store->cache, &page);
}

static void entry_send(const struct store_visit *visit, struct cache_entry *entry)
{
    char lines[STORE_HERE_LINE_BYTES + 128];
    struct slice here = store_here_line(visit, lines);
    struct slice language = store_visit_language_line(visit);
    ASSERT(here.length + language.length <= sizeof lines);
    memcpy(lines + here.length, language.length > 0 ? language.data : "", language.length);
    cache_reply(visit->store->cache, entry, visit->request,
                (struct slice){lines, here.length + language.length});
}

static void want_render_send(struct catalog_want *want)
{
    struct fault fault;
    struct cache_entry *entry = want_render(want, &fault);
    if (entry != NULL) {
        entry_send(&want->visit, entry);
    } else {
        door_problem(want->visit.request, 500, "page", fault.text, (struct slice){NULL, 0});
    }
}

/* ---- dates ---- */

static void want_ready(struct dates_waiter *waiter, bool ok)
{
    struct catalog_want *want = (struct catalog_want *)waiter;
    struct store *store = want->visit.store;
    /* Others who waited for the same answer may have rendered it, and the shop may have changed
     * meanwhile. */
    struct cache_entry *entry =
        cache_find(store->cache, (struct slice){want->key, want->key_length});
    uint64_t now_ns = store->env->ticks_ns(store->env);
    if (entry != NULL && now_ns < cache_origin(entry)->due_ns) {
        entry_send(&want->visit, entry);
        return;
    }
    if (!ok) {
        store_visit_busy(&want->visit);
        return;
    }
    if (!want_resolve(want)) {
        store_visit_not_found(&want->visit);
        return;
    }
    uint64_t asked_ns;
    enum dates_age age =
        store_dates_look(store->dates, want->origin.offers, want->origin.offer_count, now_ns,
                         &want->origin.versions, &asked_ns);
    if (age == DATES_OLD) {
        /* The shop has changed: its offers are other ones, and have not been asked for. */
        if (!store_dates_ask(store->dates, want->origin.offers, want->origin.offer_count, now_ns,
                             waiter)) {
            store_visit_busy(&want->visit);
        }
        return;
    }
    want->origin.due_ns = now_ns + DATES_FRESH_NS;
    want_render_send(want);
}

static void want_wait(struct catalog_want *want, uint64_t now_ns)
{
    struct catalog_want *waiting = door_alloc(want->visit.request, sizeof *waiting);
    if (waiting == NULL) {
        store_visit_busy(&want->visit);
        return;
    }
    *waiting = *want;
    waiting->waiter.ready = want_ready;
    if (!store_dates_ask(waiting->visit.store->dates, waiting->origin.offers,
                         waiting->origin.offer_count, now_ns, &waiting->waiter)) {
        store_visit_busy(&waiting->visit);
    }
}

/* Its dates are not old: is the page in memory still what would be rendered? Renders it if not, and
 * sends it. */
static void want_refresh(struct catalog_want *want, struct cache_entry *entry, enum dates_age age,
                         uint64_t now_ns, uint64_t asked_ns)
{
    struct store_dates *dates = want->visit.store->dates;
    want->origin.due_ns = asked_ns + DATES_FRESH_NS;
    if (age == DATES_STALE) {
        /* Where the engine is full, the date of before is shown a little longer. */
        (void)store_dates_ask(dates, want->origin.offers, want->origin.offer_count, now_ns, NULL);
        want->origin.due_ns = now_ns + LOOK_AGAIN_NS;
    }
    if (entry != NULL && cache_origin(entry)->versions == want->origin.versions) {
        cache_origin(entry)->due_ns = want->origin.due_ns;
        entry_send(&want->visit, entry);
        return;
    }
    want_render_send(want);
}

/* Not in memory, or due. */
static void want_look(struct catalog_want *want, struct cache_entry *entry, uint64_t now_ns)
{
    if (entry != NULL) {
        want->origin = *cache_origin(entry);
    } else if (!want_resolve(want)) {
        store_visit_not_found(&want->visit);
        return;
    }
    uint64_t asked_ns;
    enum dates_age age =
        store_dates_look(want->visit.store->dates, want->origin.offers, want->origin.offer_count,
                         now_ns, &want->origin.versions, &asked_ns);
    if (age == DATES_OLD) {
        want_wait(want, now_ns);
    } else {
        want_refresh(want, entry, age, now_ns, asked_ns);
    }
}

bool store_catalog_serve(const struct store_visit *visit)
{
    struct catalog_want want;
    want.visit = *visit;
    want.number = 0;
    want.search = (struct slice){NULL, 0};
    if (!want_read(&want)) {
        return false;
    }
    enum http_method method = door_method(visit->request);
    if (method != METHOD_GET && method != METHOD_HEAD) {
        store_visit_method(visit, "GET, HEAD");
        return true;
    }
    struct store *store = visit->store;
    struct cache_entry *entry = cache_find(store->cache, (struct slice){want.key, want.key_length});
    uint64_t now_ns = store->env->ticks_ns(store->env);
    if (entry != NULL && now_ns < cache_origin(entry)->due_ns) {
        entry_send(visit, entry);
    } else {
        want_look(&want, entry, now_ns);
    }
    return true;
}

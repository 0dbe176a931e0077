/* A visitor's words -> the dates of the moment's offers
 *   fresh, or stale while asked for again -> mould of the shape -> filled -> sent
 *   old                                   -> waits for the core, then the same
 *   the core is full                      -> the page without offers: a place is always told
 *
 * Invariant: a mould is used only while its stamp is the page's; the stamp moves on with the shop
 * and with each date that changed. */
#include "pages/waiting_page.h"

#include "base/assert.h"
#include "pages/gate_ticket.h"
#include "pages/page_mould.h"
#include "pages/store_moment.h"
#include "pages/store_page.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { SHAPES_MAX = 32, HEADERS_BYTES_MAX = 4096 };
enum { SETS = 2 * LANGUAGES };     /* of shapes: with offers or without */
enum { LOOK_AGAIN_NS = 20000000 }; /* while the core is asked */
enum { MINUTE = 60, COOKIE_LINE_BYTES = 256 };

struct shaped {
    uint64_t stamp;
    struct page_mould mould;
};

struct waiting_page {
    struct store *store;
    /* What the moulds were made from. */
    const struct shop *shop;
    uint64_t versions;
    uint64_t stamp;
    uint64_t due_ns; /* until then the dates need no look */
    uint32_t offer_count;
    uint16_t offers[STORE_MOMENT_OFFERS_MAX];
    struct page_words words; /* of the visitor who is answered */
    struct text headers;     /* the same visitor's */
    struct shaped shaped[SETS][SHAPES_MAX];
    uint32_t replaced; /* the next to make room */
};

/* In its request's memory. */
struct page_wait {
    struct dates_waiter waiter; /* first */
    struct waiting_page *page;
    struct store_visit visit;
    struct page_words words;
    struct slice lines;
};

struct waiting_page *waiting_page_open(struct store *store)
{
    struct waiting_page *page = calloc(1, sizeof *page);
    if (page == NULL) {
        return NULL;
    }
    page->store = store;
    page_words_init(&page->words);
    text_init(&page->headers, HEADERS_BYTES_MAX);
    for (int set = 0; set < SETS; set++) {
        for (int i = 0; i < SHAPES_MAX; i++) {
            page_mould_init(&page->shaped[set][i].mould, STORE_PAGE_BYTES);
        }
    }
    return page;
}

void waiting_page_close(struct waiting_page *page)
{
    if (page == NULL) {
        return;
    }
    page_words_free(&page->words);
    text_free(&page->headers);
    for (int set = 0; set < SETS; set++) {
        for (int i = 0; i < SHAPES_MAX; i++) {
            page_mould_free(&page->shaped[set][i].mould);
        }
    }
    free(page);
}

/* ---- moulds ---- */

/* With the visitor's words, or marks, of what would be promised from the place. */
static json_t *cards(const struct waiting_page *page, const struct store_view *view,
                     const json_t *marked)
{
    char name[16];
    json_t *list = json_array();
    for (uint32_t i = 0; i < page->offer_count; i++) {
        json_t *card = store_view_offer(view, (struct offer_id){page->offers[i]});
        (void)snprintf(name, sizeof name, "offer%u", (unsigned)i);
        json_t *from_place = json_object_get(marked, name);
        if (from_place != NULL) {
            json_object_set(card, "from_place", from_place);
        }
        json_array_append_new(list, card);
    }
    return list;
}

/* Renders the page of such words, with marks in their place. */
static enum status mould_make(struct waiting_page *page, enum language language, bool selling,
                              struct shaped *shaped, struct fault *fault)
{
    struct store *store = page->store;
    struct slice body;
    struct store_view view = store_view_of(store, store->shop, language);
    const char *title = store_page_message(language, MESSAGE("waiting-title"));
    json_t *values = store_page_values(store, language, title);
    json_object_set_new(values, "selling", json_boolean(selling));
    json_object_set_new(values, "brief", json_true());
    json_t *marked = page_mould_marked(&page->words);
    if (selling) {
        json_object_set_new(values, "offers", cards(page, &view, marked));
    }
    json_object_update(values, marked);
    json_decref(marked);
    shaped->stamp = page->stamp;
    enum status status = store_page_render(store, language, "waiting", values, &body, fault);
    if (status == STATUS_OK && !page_mould_cut(&shaped->mould, body, &page->words.shape)) {
        status = fault_set(fault, STATUS_MEMORY, "no memory for the page of the waiting room");
    }
    return status;
}

/* The mould that the words fit; NULL if it cannot be made. */
static const struct page_mould *mould_find(struct waiting_page *page, enum language language,
                                           bool selling, struct fault *fault)
{
    struct shaped *shaped = page->shaped[2 * language + selling];
    uint32_t i = 0;
    while (i < SHAPES_MAX && !page_mould_fits(&shaped[i].mould, &page->words)) {
        i++;
    }
    if (i < SHAPES_MAX && shaped[i].stamp == page->stamp) {
        return &shaped[i].mould;
    }
    i = i < SHAPES_MAX ? i : page->replaced++ % SHAPES_MAX;
    enum status status = mould_make(page, language, selling, &shaped[i], fault);
    return status == STATUS_OK ? &shaped[i].mould : NULL;
}

/* ---- sending ---- */

static void nothing_to_release(void *context)
{
    (void)context;
}

static void filled_send(struct waiting_page *page, const struct store_visit *visit,
                        const struct page_mould *mould, struct slice lines)
{
    struct text *headers = &page->headers;
    text_clear(headers);
    text_append_slice(headers, SLICE(STORE_PRIVATE_LINES "Content-Language: "));
    text_append_string(headers, translate_code((int)visit->language));
    text_append_slice(headers, SLICE("\r\n"));
    text_append_slice(headers, lines);
    text_append_slice(headers, store_visit_language_line(visit));
    size_t size = page_mould_length(mould, &page->words);
    char *body = door_alloc_unset(visit->request, size);
    if (body == NULL || headers->overflow) {
        store_visit_busy(visit);
        return;
    }
    page_mould_fill(mould, &page->words, body);
    door_reply(visit->request, &(struct door_reply){.status = 200,
                                                    .headers = text_slice(headers),
                                                    .body = {body, size},
                                                    .release = nothing_to_release});
}

static void page_send(struct waiting_page *page, const struct store_visit *visit, bool selling,
                      struct slice lines)
{
    struct fault fault = {.text = "no memory for a visitor's words"};
    const struct page_mould *mould = NULL;
    if (page_words_whole(&page->words)) {
        mould = mould_find(page, visit->language, selling, &fault);
    }
    if (mould == NULL) {
        door_problem(visit->request, 500, "page", fault.text, (struct slice){NULL, 0});
    } else {
        filled_send(page, visit, mould, lines);
    }
}

/* ---- dates ---- */

static void page_move_on(struct waiting_page *page, uint64_t versions)
{
    page->stamp += page->versions != versions || page->shop != page->store->shop;
    page->shop = page->store->shop;
    page->versions = versions;
}

/* False: the dates are too old to be shown. */
static bool dates_settle(struct waiting_page *page, uint64_t now_ns)
{
    struct store *store = page->store;
    if (page->shop == store->shop && now_ns < page->due_ns) {
        return true;
    }
    uint64_t versions = 0;
    uint64_t asked_ns = now_ns;
    page->offer_count = store_moment_offers(store, page->offers);
    enum dates_age age = page->offer_count == 0
                             ? DATES_FRESH
                             : store_dates_look(store->dates, page->offers, page->offer_count,
                                                now_ns, &versions, &asked_ns);
    if (age == DATES_OLD) {
        return false;
    }
    page_move_on(page, versions);
    page->due_ns = asked_ns + DATES_FRESH_NS;
    if (age == DATES_STALE) {
        (void)store_dates_ask(store->dates, page->offers, page->offer_count, now_ns, NULL);
        page->due_ns = now_ns + LOOK_AGAIN_NS;
    }
    return true;
}

static void dates_ready(struct dates_waiter *waiter, bool ok)
{
    struct page_wait *wait = (struct page_wait *)waiter;
    struct store *store = wait->page->store;
    bool settled = ok && dates_settle(wait->page, store->env->ticks_ns(store->env));
    page_words_free(&wait->page->words);
    wait->page->words = wait->words;
    page_send(wait->page, &wait->visit, settled && wait->page->offer_count > 0, wait->lines);
}

/* The words go with it. False: it cannot be waited for the core. */
static bool dates_wait(struct waiting_page *page, const struct store_visit *visit,
                       struct slice lines, uint64_t now_ns)
{
    struct page_wait *wait = door_alloc(visit->request, sizeof *wait);
    char *copy = door_alloc(visit->request, lines.length + 1);
    if (wait == NULL || copy == NULL) {
        return false;
    }
    memcpy(copy, lines.data, lines.length);
    *wait = (struct page_wait){.waiter.ready = dates_ready,
                               .page = page,
                               .visit = *visit,
                               .words = page->words,
                               .lines = {copy, lines.length}};
    bool waits =
        store_dates_ask(page->store->dates, page->offers, page->offer_count, now_ns, &wait->waiter);
    if (waits) {
        page_words_init(&page->words);
    }
    return waits;
}

/* Whole and half minutes. */
static void minutes(struct text *to, uint32_t seconds)
{
    uint32_t whole = seconds / MINUTE;
    bool half = seconds % MINUTE != 0;
    if (whole > 0 || !half) {
        text_append_integer(to, whole);
    }
    text_append_string(to, half ? "½" : "");
}

struct page_words *waiting_page_words(struct waiting_page *page, enum language language)
{
    page_words_begin(&page->words, (int)language);
    return &page->words;
}

void waiting_page_wait(const struct gate_view *view, struct page_words *words)
{
    const struct wait_range *wait = &view->wait;
    if (!wait->known) {
        page_words_flag(words, "stands", true);
    } else if (wait->high_seconds > 2 * MINUTE) {
        page_words_open(words, "minutes");
        minutes(page_words_add(words, "low"), wait->low_seconds);
        minutes(page_words_add(words, "high"), wait->high_seconds);
        page_words_close(words);
    } else {
        page_words_open(words, "moments");
        page_words_integer(words, "low", wait->low_seconds);
        page_words_integer(words, "high", wait->high_seconds);
        page_words_close(words);
    }
}

void waiting_page_send(struct waiting_page *page, const struct store_visit *visit,
                       struct slice lines)
{
    uint64_t now_ns = page->store->env->ticks_ns(page->store->env);
    bool settled = dates_settle(page, now_ns);
    if (!settled && dates_wait(page, visit, lines, now_ns)) {
        return;
    }
    page_send(page, visit, settled && page->offer_count > 0, lines);
}

bool waiting_page_fits(const struct door_request *request)
{
    struct slice accept = door_header(request, "Accept");
    struct slice agent = door_header(request, "User-Agent");
    enum http_method method = door_method(request);
    bool reads = (method == METHOD_GET || method == METHOD_HEAD) && accept.length > 0 &&
                 memmem(accept.data, accept.length, "text/html", 9) != NULL;
    bool crawls = agent.length > 0 && (memmem(agent.data, agent.length, "bot", 3) != NULL ||
                                       memmem(agent.data, agent.length, "Bot", 3) != NULL ||
                                       memmem(agent.data, agent.length, "crawl", 5) != NULL ||
                                       memmem(agent.data, agent.length, "spider", 6) != NULL);
    return reads && !crawls;
}

void waiting_page_left(const struct store_visit *visit)
{
    char line[COOKIE_LINE_BYTES];
    const char *title = store_page_message(visit->language, MESSAGE("waiting-left-title"));
    json_t *values = store_page_values(visit->store, visit->language, title);
    json_object_set_new(values, "left", json_true());
    (void)snprintf(line, sizeof line,
                   "Set-Cookie: " GATE_TICKET_COOKIE
                   "=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax%s\r\n",
                   store_visit_secure(visit));
    store_visit_page(visit, 200, "waiting", values, slice_of(line));
}

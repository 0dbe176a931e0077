/* Fills, and who waits for them. fill.h has the way of one.
 *
 * The first of identical requests is answered as its answer comes, and a copy is kept. If that
 * client reads more slowly than the answer comes, nobody waits for it: it is sent from the copy
 * (fill->lags, and the exchange swallows what comes), piece by piece while it grows, and what is
 * left in the end is lent to it. So a slow reader holds up neither a link nor those who wait. */
#include "door/fill.h"

#include "base/assert.h"
#include "door/bytes.h"

#include <stdlib.h>

enum {
    PASS_MS = 60000,       /* how long it is remembered that an answer was not to be kept */
    FAILED_PAUSE_MS = 1000 /* after a failure, what is stale is not fetched anew */
};

/* ---- lists ---- */

static void list_append(struct waiter_list *list, struct waiter *waiter)
{
    waiter->list = list;
    waiter->previous = list->tail;
    waiter->next = NULL;
    *(list->tail != NULL ? &list->tail->next : &list->head) = waiter;
    list->tail = waiter;
    list->count++;
}

static void list_remove(struct waiter *waiter)
{
    struct waiter_list *list = waiter->list;
    *(waiter->previous != NULL ? &waiter->previous->next : &list->head) = waiter->next;
    *(waiter->next != NULL ? &waiter->next->previous : &list->tail) = waiter->previous;
    list->count--;
}

static struct fill **place_of(struct micro_cache *cache, uint64_t key_hash)
{
    return &cache->fills[key_hash % CACHE_FILL_PLACES];
}

struct fill *fill_find(const struct micro_cache *cache, uint64_t key_hash, struct slice key)
{
    struct fill *fill = cache->fills[key_hash % CACHE_FILL_PLACES];
    while (fill != NULL &&
           (fill->key_hash != key_hash || fill->unshared || !slice_equal(fill->kept->key, key))) {
        fill = fill->next;
    }
    return fill;
}

/* ---- what was not to be kept ---- */

bool micro_passes(const struct micro_cache *cache, uint64_t key_hash)
{
    const struct pass *pass = &cache->passes[key_hash % CACHE_PASSES];
    return pass->key_hash == key_hash && micro_now_ms(cache) < pass->until_ms;
}

static void pass_set(struct micro_cache *cache, uint64_t key_hash)
{
    cache->passes[key_hash % CACHE_PASSES] =
        (struct pass){.key_hash = key_hash, .until_ms = micro_now_ms(cache) + PASS_MS};
}

static void pass_clear(struct micro_cache *cache, uint64_t key_hash)
{
    struct pass *pass = &cache->passes[key_hash % CACHE_PASSES];
    pass->until_ms = pass->key_hash == key_hash ? 0 : pass->until_ms;
}

/* ---- a fill ---- */

struct fill *fill_lead(struct micro_cache *cache, uint64_t hash, uint64_t key_hash,
                       const struct ask *ask)
{
    struct fill *fill = calloc(1, sizeof *fill);
    struct kept *kept =
        fill != NULL ? shelf_new(cache->shelf, hash, text_slice(&cache->key), ask->group_length)
                     : NULL;
    if (kept == NULL) {
        free(fill);
        return NULL;
    }
    *fill = (struct fill){.cache = cache, .key_hash = key_hash, .kept = kept, .plain = ask->plain};
    struct fill **place = place_of(cache, key_hash);
    fill->next = *place;
    *place = fill;
    return fill;
}

static void waiters_release(struct fill *fill, bool alone)
{
    struct waiter *waiter;
    while ((waiter = fill->waiters.head) != NULL) {
        list_remove(waiter);
        waiter->alone = alone;
        list_append(&fill->cache->released, waiter);
    }
}

/* The copy grows no more: its client gets the rest of it. */
static void fill_catch_up(struct fill *fill)
{
    struct door_request *request = fill->exchange->request;
    struct kept *kept = fill->kept;
    fill->lags = false;
    fill->exchange->swallows = false;
    if (request->connection != NULL) {
        struct slice rest = {kept->body + fill->shown, kept->body_length - fill->shown};
        stream_lend(request, rest, shelf_give_back, shelf_take(kept));
    }
}

static void fill_free(struct fill *fill)
{
    if (fill->lags) {
        fill_catch_up(fill);
    }
    struct fill **at = place_of(fill->cache, fill->key_hash);
    while (*at != fill) {
        at = &(*at)->next;
    }
    *at = fill->next;
    if (fill->refreshes) {
        fill->cache->refreshes_now--;
    }
    if (fill->exchange != NULL) {
        fill->exchange->fill = NULL;
    }
    shelf_give_back(fill->kept);
    free(fill);
}

void fill_abandon(struct fill *fill, bool alone)
{
    waiters_release(fill, alone);
    fill_free(fill);
}

/* ---- those who wait ---- */

static void waiter_gone(void *context)
{
    struct waiter *waiter = context;
    static const struct door_forwarded nothing = {.status = 0};
    list_remove(waiter);
    waiter->cache->waiting_now--;
    if (waiter->ask.done != NULL) {
        waiter->ask.done(waiter->ask.context, &nothing);
    }
    struct door_request *request = waiter->ask.request;
    request->source = (struct reply_source){0};
    request_give_back(request);
}

bool fill_wait(struct fill *fill, const struct exchange_ask *ask, uint64_t since_ms)
{
    struct micro_cache *cache = fill->cache;
    uint64_t now_ms = micro_now_ms(cache);
    bool first = since_ms == 0;
    if (cache->waiting_now >= LIMIT_CACHE_WAITERS ||
        (!first && now_ms - since_ms >= LIMIT_CACHE_WAIT_MS)) {
        return false;
    }
    struct waiter *waiter = door_alloc(ask->request, sizeof *waiter);
    char *headers = door_alloc_unset(ask->request, ask->headers.length + 1);
    if (waiter == NULL || headers == NULL) {
        return false;
    }
    if (ask->headers.length > 0) {
        memcpy(headers, ask->headers.data, ask->headers.length);
    }
    *waiter = (struct waiter){.cache = cache, .ask = *ask, .since_ms = first ? now_ms : since_ms};
    waiter->ask.headers = (struct slice){headers, ask->headers.length};
    ask->request->source = (struct reply_source){.cancel = waiter_gone, .context = waiter};
    list_append(&fill->waiters, waiter);
    cache->waiting_now++;
    cache->figures.waits += first ? 1 : 0;
    return true;
}

static void waiter_go(struct waiter *waiter)
{
    struct micro_cache *cache = waiter->cache;
    struct exchange_ask ask = waiter->ask;
    list_remove(waiter);
    cache->waiting_now--;
    ask.request->source = (struct reply_source){0};
    if (waiter->alone || !micro_take(cache, &ask, waiter->since_ms)) {
        exchange_begin(cache->upstream, &ask);
    }
}

void micro_drain(struct micro_cache *cache)
{
    while (cache != NULL && cache->released.head != NULL) {
        waiter_go(cache->released.head);
    }
}

static void waiters_expire(struct fill *fill, uint64_t now_ms)
{
    struct waiter *next;
    for (struct waiter *at = fill->waiters.head; at != NULL; at = next) {
        next = at->next;
        if (now_ms - at->since_ms >= LIMIT_CACHE_WAIT_MS) {
            list_remove(at);
            at->alone = true;
            list_append(&fill->cache->released, at);
        }
    }
}

void micro_expire(struct micro_cache *cache)
{
    if (cache == NULL) {
        return;
    }
    uint64_t now_ms = micro_now_ms(cache);
    for (size_t i = 0; i < CACHE_FILL_PLACES; i++) {
        for (struct fill *fill = cache->fills[i]; fill != NULL; fill = fill->next) {
            waiters_expire(fill, now_ms);
        }
    }
    micro_drain(cache);
}

/* ---- an exchange goes on ---- */

const struct slice *micro_conditions(const struct exchange_ask *ask, struct slice *lines)
{
    *lines = (struct slice){NULL, 0};
    if (ask->fill == NULL) {
        return NULL;
    }
    if (ask->stale == NULL) {
        return lines;
    }
    struct text *text = &ask->fill->cache->lines;
    struct slice etag = kept_head_field(ask->stale->lines, SLICE("etag"));
    struct slice modified = kept_head_field(ask->stale->lines, SLICE("last-modified"));
    text_clear(text);
    if (etag.length > 0) {
        text_append_string(text, "If-None-Match: ");
        text_append_slice(text, etag);
        text_append_string(text, "\r\n");
    }
    if (modified.length > 0) {
        text_append_string(text, "If-Modified-Since: ");
        text_append_slice(text, modified);
        text_append_string(text, "\r\n");
    }
    *lines = text->overflow ? *lines : text_slice(text);
    return lines;
}

/* What Location and Content-Location name on the same host. */
static void locations_forget(struct micro_cache *cache, const struct http_response *response,
                             const char *bytes)
{
    struct slice rest;
    struct slice host = slice_cut(text_slice(&cache->key), '\n', &rest);
    for (uint16_t i = 0; i < response->header_count; i++) {
        struct slice name = http_span_slice(bytes, response->headers[i].name);
        struct slice value = http_span_slice(bytes, response->headers[i].value);
        bool names = http_equal_any_case(name, SLICE("location")) ||
                     http_equal_any_case(name, SLICE("content-location"));
        if (names && cache_ask_target(host, &value)) {
            text_clear(&cache->lines);
            cache_ask_group(host, value, &cache->lines);
            (void)shelf_drop_group(cache->shelf, text_slice(&cache->lines));
        }
    }
}

/* What was asked before the target changed is not kept either. */
static void fills_forget(struct micro_cache *cache, struct slice group)
{
    for (size_t i = 0; i < CACHE_FILL_PLACES; i++) {
        struct fill *next;
        for (struct fill *fill = cache->fills[i]; fill != NULL; fill = next) {
            next = fill->next;
            struct slice key = {fill->kept->key.data, fill->kept->group_length};
            if (slice_equal(key, group)) {
                fill_abandon(fill, false);
            }
        }
    }
}

/* RFC 9111 section 4.4. */
static void unsafe_done(struct exchange *exchange, const struct http_response *response,
                        const char *bytes)
{
    struct micro_cache *cache = exchange->upstream->cache;
    if (response->status < 200 || response->status >= 400) {
        return;
    }
    struct ask ask;
    cache_ask_read(exchange->request, exchange->upstream->place.authority, &ask, &cache->key);
    struct slice group = {cache->key.bytes, ask.group_length};
    (void)shelf_drop_group(cache->shelf, group);
    fills_forget(cache, group);
    locations_forget(cache, response, bytes);
}

static bool is_error(int status)
{
    return status == 500 || status == 502 || status == 503 || status == 504;
}

/* May it be shown because nothing newer can be had? */
static bool may_stand_in(const struct micro_cache *cache, const struct kept *kept)
{
    return freshness_state(&kept->freshness, micro_here_ms(cache, kept), NULL) != FRESHNESS_STALE;
}

static void failed(struct micro_cache *cache, struct kept *kept)
{
    kept->refresh_after_ms = (int64_t)micro_now_ms(cache) + FAILED_PAUSE_MS;
}

static bool validated(struct exchange *exchange, const struct http_response *response,
                      const char *bytes)
{
    struct micro_cache *cache = exchange->upstream->cache;
    cache->figures.validated++;
    if (!kept_head_update(cache, exchange->stale, exchange, response, bytes)) {
        shelf_drop(exchange->stale); /* right for this once */
    }
    exchange->swallows = true;
    return true;
}

/* The head of an answer that is not kept. */
static void not_kept(struct fill *fill, struct kept *stale, int status)
{
    bool error = status >= 500 || status == 429;
    if (stale != NULL && !error) {
        shelf_drop(stale); /* it has changed into something that is not to be kept */
    }
    if (!error) {
        pass_set(fill->cache, fill->key_hash);
    }
    fill_abandon(fill, true);
}

static bool body_can_be_kept(const struct exchange *exchange, const struct http_response *response,
                             enum http_body body)
{
    /* What ends with the connection may have been cut, and looks whole. */
    return body != BODY_TO_CLOSE && (body != BODY_SIZED || exchange->changed ||
                                     shelf_body_room(exchange->fill->kept, response->length));
}

bool micro_head(struct exchange *exchange, const struct http_response *response, const char *bytes,
                enum http_body body)
{
    struct micro_cache *cache = exchange->upstream->cache;
    struct fill *fill = exchange->fill;
    struct kept *stale = exchange->stale;
    if (exchange->unsafe) {
        unsafe_done(exchange, response, bytes);
    }
    if (fill != NULL && stale != NULL && response->status == 304) {
        return validated(exchange, response, bytes);
    }
    if (stale != NULL && is_error(response->status) && may_stand_in(cache, stale)) {
        failed(cache, stale);
        exchange->swallows = true;
        if (fill != NULL) {
            fill_abandon(fill, false);
        }
        return true;
    }
    bool keeps = fill != NULL && kept_head_take(fill, exchange, response, bytes) &&
                 body_can_be_kept(exchange, response, body);
    if (keeps) {
        fill->headed = true;
    } else if (fill != NULL) {
        not_kept(fill, stale, response->status);
    }
    return exchange->request->connection == NULL;
}

void micro_piece(struct exchange *exchange, struct slice bytes)
{
    struct fill *fill = exchange->fill;
    if (fill != NULL && fill->headed && !shelf_body_append(fill->kept, bytes)) {
        pass_set(fill->cache, fill->key_hash); /* larger than what is kept */
        fill_abandon(fill, true);
    }
}

bool micro_lags(struct exchange *exchange)
{
    struct fill *fill = exchange->fill;
    if (fill == NULL || !fill->headed) {
        return false;
    }
    if (!fill->lags) {
        fill->lags = true;
        fill->shown = fill->kept->body_length;
        exchange->swallows = true;
    }
    return true;
}

void micro_resume(struct exchange *exchange)
{
    struct fill *fill = exchange->fill;
    if (fill == NULL || !fill->lags) {
        return;
    }
    const struct kept *kept = fill->kept;
    size_t left = kept->body_length - fill->shown;
    size_t part = left < DOOR_STREAM_BYTES_MAX ? left : DOOR_STREAM_BYTES_MAX;
    stream_piece(exchange->request, (struct slice){kept->body + fill->shown, part});
    fill->shown += part;
    fill->lags = fill->shown < kept->body_length;
    exchange->swallows = fill->lags;
}

bool micro_goes_on(struct exchange *exchange)
{
    const struct fill *fill = exchange->fill;
    return fill != NULL && exchange->link != NULL && (fill->headed || fill->waiters.count > 0);
}

void micro_end(struct exchange *exchange)
{
    struct fill *fill = exchange->fill;
    bool whole = exchange->outcome == OUTCOME_WHOLE;
    bool broken = !whole && exchange->outcome != OUTCOME_GONE;
    if (broken && exchange->stale != NULL) {
        failed(exchange->upstream->cache, exchange->stale);
    }
    if (fill == NULL) {
        return;
    }
    if (whole && fill->headed) {
        shelf_put(fill->kept);
        pass_clear(fill->cache, fill->key_hash);
        fill->cache->figures.kept++;
    }
    bool shown = exchange->stale != NULL && may_stand_in(fill->cache, exchange->stale);
    fill_abandon(fill, broken && !shown);
}

bool micro_replied(struct exchange *exchange)
{
    struct kept *stale = exchange->stale;
    struct micro_cache *cache = exchange->upstream->cache;
    bool whole = exchange->outcome == OUTCOME_WHOLE;
    if (stale == NULL || (whole && !exchange->swallows) ||
        (!whole && !may_stand_in(cache, stale))) {
        return false;
    }
    bool is_right = whole && exchange->forwarded.status == 304;
    cache->figures.stale += is_right ? 0 : 1;
    micro_reply(cache, exchange->request, stale, exchange->headers);
    return true;
}

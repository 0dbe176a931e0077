/* A request comes to the cache: what is kept answers it, it waits for the answer to another one, or
 * it is handed on.
 *
 *   cache_ask_read -> key -> shelf -> fresh: the reply
 *                                     stale, may be used: the reply, and it is fetched anew
 *                        -> a fill of the same key: waits
 *                        -> leads a fill */
#include "door/micro_cache.h"

#include "base/assert.h"
#include "door/bytes.h"
#include "door/fill.h"

#include <stdlib.h>

enum { LINE_BYTES = 64, SECOND_MS = 1000 };

uint64_t micro_now_ms(const struct micro_cache *cache)
{
    return uv_now(&cache->upstream->door->loop);
}

int64_t micro_here_ms(const struct micro_cache *cache, const struct kept *kept)
{
    return (int64_t)micro_now_ms(cache) - kept->since_ms;
}

/* ---- the reply ---- */

void micro_reply(struct micro_cache *cache, struct door_request *request, struct kept *kept,
                 struct slice headers)
{
    struct env *env = request->door->options.env;
    struct text *lines = &cache->lines;
    struct slice etag = {NULL, 0};
    struct slice modified = {NULL, 0};
    bool current = false;
    if (kept->status == 200 && (door_header(request, "if-none-match").data != NULL ||
                                door_header(request, "if-modified-since").data != NULL)) {
        etag = kept_head_field(kept->lines, SLICE("etag"));
        modified = kept_head_field(kept->lines, SLICE("last-modified"));
        current = cache_ask_is_current(request, etag, modified, env->now(env));
    }
    text_clear(lines);
    if (current) {
        kept_head_current(kept->lines, lines);
    } else {
        text_append_slice(lines, kept->lines);
    }
    text_append_string(lines, "Age: ");
    text_append_integer(lines, freshness_age(&kept->freshness, micro_here_ms(cache, kept)));
    text_append_string(lines, "\r\n");
    text_append_slice(lines, headers);
    if (lines->overflow) {
        door_problem(request, 503, "memory-full",
                     "No memory is left for this request; try again in a moment.",
                     SLICE("Retry-After: 2\r\n"));
        return;
    }
    const struct door_reply reply = {.status = current ? 304 : kept->status,
                                     .headers = text_slice(lines),
                                     .body = {kept->body, kept->body_length},
                                     .release = shelf_give_back,
                                     .context = shelf_take(kept),
                                     .dated = true};
    door_reply(request, &reply);
}

/* From memory, with what whoever handed it on is told. */
static void hit(struct micro_cache *cache, const struct exchange_ask *ask, struct kept *kept,
                bool fresh)
{
    const struct door_forwarded forwarded = {.status = kept->status};
    *(fresh ? &cache->figures.hits : &cache->figures.stale) += 1;
    if (kept->listed) {
        shelf_use(kept);
    }
    if (ask->done != NULL) {
        ask->done(ask->context, &forwarded);
    }
    micro_reply(cache, ask->request, kept, ask->headers);
}

static void not_cached(const struct exchange_ask *ask)
{
    static const struct door_forwarded nothing = {.status = 0};
    if (ask->done != NULL) {
        ask->done(ask->context, &nothing);
    }
    door_problem(ask->request, 504, "not-cached",
                 "This is not in the cache; ask without Cache-Control: only-if-cached.", SLICE(""));
}

/* ---- looking ---- */

struct look {
    struct ask ask;
    uint64_t hash, key_hash;
    struct kept *kept; /* NULL: nothing that fits */
    enum freshness_state state;
};

static struct kept *kept_find(struct micro_cache *cache, const struct door_request *request,
                              uint64_t hash)
{
    struct kept *kept = NULL;
    struct slice key = text_slice(&cache->key);
    while ((kept = shelf_find(cache->shelf, hash, key, kept)) != NULL) {
        text_clear(&cache->selection);
        if (kept->vary.length == 0 ||
            (cache_ask_select(request, kept->vary, &cache->selection) &&
             slice_equal(text_slice(&cache->selection), kept->selection))) {
            break;
        }
    }
    return kept;
}

/* `heeds`: what the request says of how fresh it must be counts. */
static void look(struct micro_cache *cache, const struct door_request *request, bool heeds,
                 struct look *found)
{
    *found = (struct look){.state = FRESHNESS_STALE};
    cache_ask_read(request, cache->upstream->place.authority, &found->ask, &cache->key);
    if (found->ask.kind != ASK_CACHED) {
        return;
    }
    struct slice group = {cache->key.bytes, found->ask.group_length};
    found->hash = shelf_hash(cache->shelf, group);
    found->kept = kept_find(cache, request, found->hash);
    if (found->kept == NULL) {
        return;
    }
    found->state = freshness_state(&found->kept->freshness, micro_here_ms(cache, found->kept),
                                   heeds ? &found->ask.control : NULL);
    if (heeds && found->ask.control.no_cache && found->state < FRESHNESS_STALE_ERROR) {
        found->state = FRESHNESS_STALE_ERROR;
    }
}

/* The shop behind has just failed: it is not asked again at once. */
static bool just_failed(const struct micro_cache *cache, const struct kept *kept)
{
    return (int64_t)micro_now_ms(cache) < kept->refresh_after_ms;
}

/* ---- fetching anew ---- */

/* May the shop behind be asked for something that nobody waits for? */
static bool refresh_allowed(struct micro_cache *cache)
{
    const struct door_upstream *upstream = cache->upstream;
    uint64_t rate = cache->settings.refreshes_per_second_thousandths;
    uint64_t now_ms = micro_now_ms(cache);
    if (cache->refreshes_now >= LIMIT_CACHE_REFRESHES || upstream->waiting.count > 0 ||
        upstream->closing || now_ms < cache->refresh_next_ms) {
        return false;
    }
    cache->refresh_next_ms = now_ms + (rate > 0 ? 1000 * (uint64_t)SECOND_MS / rate : 0);
    return true;
}

/* With a copy of the request that showed that it is wanted. */
static void refresh(struct micro_cache *cache, const struct door_request *request,
                    const struct look *found)
{
    struct kept *kept = found->kept;
    if (just_failed(cache, kept) || door_method(request) != METHOD_GET ||
        fill_find(cache, found->key_hash, text_slice(&cache->key)) != NULL ||
        !refresh_allowed(cache)) {
        return;
    }
    struct door_request *copy = request_copy(request);
    struct fill *fill =
        copy != NULL ? fill_lead(cache, found->hash, found->key_hash, &found->ask) : NULL;
    if (fill == NULL) {
        if (copy != NULL) {
            request_give_back(copy);
        }
        return;
    }
    fill->refreshes = true;
    cache->refreshes_now++;
    cache->figures.refreshes++;
    exchange_begin(cache->upstream,
                   &(struct exchange_ask){
                       .request = copy, .fill = fill, .stale = shelf_take(kept), .detached = true});
}

/* Replies with what may be used although it is stale. */
static void stale_hit(struct micro_cache *cache, const struct exchange_ask *ask, struct look *found)
{
    /* Before the reply, which gives the request back. */
    shelf_take(found->kept);
    refresh(cache, ask->request, found);
    hit(cache, ask, found->kept, false);
    shelf_give_back(found->kept);
}

/* ---- a request ---- */

/* Answers of this key may not have been kept lately; then nobody waits for this one, and what the
 * client has itself is handed on, so that a 304 is possible. */
static void lead(struct micro_cache *cache, struct exchange_ask *ask, const struct look *found)
{
    bool passes = micro_passes(cache, found->key_hash);
    bool conditional = door_header(ask->request, "if-none-match").data != NULL ||
                       door_header(ask->request, "if-modified-since").data != NULL;
    if (passes && conditional) {
        return;
    }
    ask->fill = fill_lead(cache, found->hash, found->key_hash, &found->ask);
    if (ask->fill != NULL) {
        ask->fill->unshared = passes;
    }
}

/* Of a request that nothing kept answers. True: it waits. */
static bool miss(struct micro_cache *cache, struct exchange_ask *ask, struct look *found,
                 uint64_t since_ms)
{
    ask->stale = found->kept != NULL ? shelf_take(found->kept) : NULL;
    struct fill *fill = fill_find(cache, found->key_hash, text_slice(&cache->key));
    if (fill != NULL) {
        struct kept *stale = ask->stale;
        ask->stale = NULL;
        if (fill_wait(fill, ask, since_ms)) {
            if (stale != NULL) {
                shelf_give_back(stale);
            }
            return true;
        }
        ask->stale = stale;
    } else {
        lead(cache, ask, found);
    }
    *(ask->fill != NULL ? &cache->figures.misses : &cache->figures.passes) += 1;
    return false;
}

bool micro_take(struct micro_cache *cache, struct exchange_ask *ask, uint64_t since_ms)
{
    struct look found;
    if (cache->settings.bytes_max == 0) {
        return false;
    }
    /* Who has waited has what came after the request, whatever it said. */
    look(cache, ask->request, since_ms == 0, &found);
    ask->unsafe = found.ask.kind == ASK_UNSAFE;
    if (found.ask.kind != ASK_CACHED || ask->request->uncached) {
        cache->figures.passes++;
        return false;
    }
    if (found.state == FRESHNESS_FRESH) {
        hit(cache, ask, found.kept, true);
        return true;
    }
    found.key_hash = shelf_hash(cache->shelf, text_slice(&cache->key));
    bool stands_in = found.state == FRESHNESS_STALE_ERROR && just_failed(cache, found.kept);
    if (found.state == FRESHNESS_STALE_WHILE || stands_in) {
        stale_hit(cache, ask, &found);
    } else if (found.ask.control.only_if_cached) {
        not_cached(ask);
    } else if (door_method(ask->request) == METHOD_HEAD) {
        cache->figures.passes++;
        return false;
    } else {
        return miss(cache, ask, &found, since_ms);
    }
    return true;
}

static bool is_empty(const struct micro_cache *cache)
{
    struct shelf_figures figures;
    shelf_figures(cache->shelf, &figures);
    return figures.count == 0;
}

bool door_cached(struct door_request *request, struct door_upstream *upstream, struct slice headers)
{
    struct micro_cache *cache = upstream->cache;
    const struct exchange_ask ask = {.request = request, .headers = headers};
    struct look found;
    if (cache == NULL || cache->settings.bytes_max == 0 || request->uncached || is_empty(cache)) {
        return false;
    }
    look(cache, request, false, &found);
    if (found.state == FRESHNESS_FRESH) {
        hit(cache, &ask, found.kept, true);
        return true;
    }
    if (found.kept == NULL) {
        return false;
    }
    bool fails = upstream->failing || just_failed(cache, found.kept);
    if (found.state == FRESHNESS_STALE_WHILE || (found.state == FRESHNESS_STALE_ERROR && fails)) {
        found.key_hash = shelf_hash(cache->shelf, text_slice(&cache->key));
        stale_hit(cache, &ask, &found);
        return true;
    }
    return false;
}

void door_uncached(struct door_request *request)
{
    ASSERT(request->state == REQUEST_HANDLED);
    request->uncached = true;
}

/* ---- the cache as a whole ---- */

static struct micro_cache *micro_make(struct door_upstream *upstream, size_t bytes_max)
{
    struct env *env = upstream->door->options.env;
    uint64_t seed[2];
    struct micro_cache *cache = calloc(1, sizeof *cache);
    if (cache == NULL) {
        return NULL;
    }
    env->entropy(env, seed, sizeof seed);
    cache->shelf = shelf_open(bytes_max, seed);
    if (cache->shelf == NULL) {
        free(cache);
        return NULL;
    }
    cache->upstream = upstream;
    /* A head's size each, and what we add. */
    text_init(&cache->key, 2 * LIMIT_REQUEST_HEAD_BYTES);
    text_init(&cache->selection, 2 * LIMIT_UPSTREAM_HEAD_BYTES);
    text_init(&cache->lines, 2 * LIMIT_UPSTREAM_HEAD_BYTES);
    text_init(&cache->vary, LIMIT_CACHE_VARY_BYTES);
    return cache;
}

void door_cache_set(struct door_upstream *upstream, const struct door_cache_settings *settings)
{
    if (upstream->cache == NULL && settings->bytes_max > 0) {
        upstream->cache = micro_make(upstream, settings->bytes_max);
    }
    if (upstream->cache != NULL) {
        upstream->cache->settings = *settings;
        shelf_resize(upstream->cache->shelf, settings->bytes_max);
    }
}

/* What is being fetched now is of before the purge. */
static void fills_purge(struct micro_cache *cache, struct slice path, bool prefix)
{
    for (size_t i = 0; i < CACHE_FILL_PLACES; i++) {
        struct fill *next;
        for (struct fill *fill = cache->fills[i]; fill != NULL; fill = next) {
            next = fill->next;
            if (shelf_path_fits(fill->kept->key, path, prefix)) {
                fill_abandon(fill, false);
            }
        }
    }
}

int64_t door_cache_purge(struct door_upstream *upstream, struct slice what)
{
    bool prefix = what.length > 0 && what.data[what.length - 1] == '*';
    struct slice path = prefix ? (struct slice){what.data, what.length - 1} : what;
    struct micro_cache *cache = upstream->cache;
    if (slice_is(what, "all")) {
        prefix = true;
        path = SLICE("");
    } else if (path.length == 0 || path.data[0] != '/') {
        return -1;
    }
    if (cache == NULL) {
        return 0;
    }
    fills_purge(cache, path, prefix);
    int64_t purged = (int64_t)shelf_purge(cache->shelf, path, prefix);
    micro_drain(cache);
    return purged;
}

void door_cache_figures(const struct door_upstream *upstream, struct door_cache_figures *figures)
{
    struct shelf_figures shelf = {.bytes = 0};
    *figures = (struct door_cache_figures){.hits = 0};
    if (upstream->cache == NULL) {
        return;
    }
    shelf_figures(upstream->cache->shelf, &shelf);
    *figures = upstream->cache->figures;
    figures->evictions = shelf.evicted;
    figures->dropped = shelf.dropped;
    figures->bytes = shelf.bytes;
    figures->bytes_max = upstream->cache->settings.bytes_max;
    figures->answers = shelf.count;
}

void micro_close(struct micro_cache *cache)
{
    if (cache == NULL) {
        return;
    }
    micro_drain(cache);
    for (size_t i = 0; i < CACHE_FILL_PLACES; i++) {
        ASSERT(cache->fills[i] == NULL);
    }
    shelf_close(cache->shelf);
    text_free(&cache->key);
    text_free(&cache->lines);
    text_free(&cache->vary);
    text_free(&cache->selection);
    free(cache);
}

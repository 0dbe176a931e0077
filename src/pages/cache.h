/* Pages in memory: rendered once, sent often, never more than a given number of bytes.
 *
 * An entry holds one page of one language: its plain bytes, and gzip and brotli once somebody asked
 * for them, each with its own strong ETag and header lines, ready to be handed to the door without
 * a copy. The least recently sent entries go when the limit is reached; one that is being sent is
 * taken out at once and freed when it is sent.
 *
 * Sending a page that is here allocates nothing: one lookup, one negotiation, one reply. One thread
 * (the door's). */
#ifndef ECLUSE_PAGES_CACHE_H
#define ECLUSE_PAGES_CACHE_H

#include "base/slice.h"
#include "door/door.h"
#include "pages/encoding.h"

#include <stdint.h>

enum { CACHE_KEY_BYTES_MAX = 640, CACHE_OFFERS_MAX = 24 };

struct cache;

/* What a page was made from, for the owner of the cache: when to look again, and at what. */
struct cache_origin {
    uint64_t due_ns;   /* not to be sent after this without a look at its offers */
    uint64_t versions; /* sum of its offers' versions when it was rendered */
    uint32_t offer_count;
    uint16_t offers[CACHE_OFFERS_MAX];
};

struct cache_page {
    struct slice key;  /* at most CACHE_KEY_BYTES_MAX bytes */
    int status;        /* 200; other statuses are sent without If-None-Match being looked at */
    struct slice body; /* copied */
    /* Complete header lines. `lasting` go with a 304 too (Cache-Control, Vary, Content-Language,
     * ...). */
    struct slice lasting;
    struct slice describing; /* Content-Type, ... */
    struct cache_origin origin;
};

struct cache_entry;

/* `seed` is entropy: it keeps visitors from choosing addresses that collide. NULL if the machine
 * gives no memory. */
struct cache *cache_open(size_t bytes_max, uint64_t seed);
void cache_close(struct cache *cache); /* once nothing is being sent */
/* Forgets everything. */
void cache_clear(struct cache *cache);

/* NULL if it is not here. */
struct cache_entry *cache_find(struct cache *cache, struct slice key);
/* Keeps the page in the place of one with the same key. NULL if it is larger than an eighth of the
 * limit or the machine gives no memory: then send it otherwise. */
struct cache_entry *cache_put(struct cache *cache, const struct cache_page *page);
struct cache_origin *cache_origin(struct cache_entry *entry);

/* Replies with the page in the coding that the request wants, or 304. `more` are further header
 * lines (copied); empty on the hot path. */
void cache_reply(struct cache *cache, struct cache_entry *entry, struct door_request *request,
                 struct slice more);

/* Does If-None-Match name this ETag (quotes included)? Weak comparison, lists, "*". */
bool cache_etag_matches(struct slice if_none_match, struct slice etag);

struct cache_figures {
    size_t bytes;
    uint64_t entries, renders, compressions, evictions;
};
void cache_figures(const struct cache *cache, struct cache_figures *figures);

#endif

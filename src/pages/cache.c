/* A hash table of entries, threaded by a list in the order of use.
 *
 *   cache_put -> [entry: key, origin, variant plain] -> table, front of the list
 *   cache_reply -> variant of the coding (compressed on its first use) -> door_reply, references +
 * 1 -> released, - 1 over the limit -> the last of the list leaves the table; freed when references
 * are 0
 *
 * A variant is one block: its header lines, then its bytes; it never changes once made, so the door
 * may send it while a newer entry already stands in the table. Header lines that a 304 needs come
 * first, so that one block serves both answers.
 *
 * Invariant: `bytes` counts every block not yet freed, those still being sent included. */
#include "pages/cache.h"

#include "base/assert.h"
#include "base/random.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUCKETS = 16384, ETAG_BYTES = 48, HEADERS_BYTES_MAX = 2048 };

struct cache_variant {
    char *block; /* NULL: not made */
    size_t block_bytes;
    size_t lasting_bytes; /* of the header lines, those for a 304 */
    size_t headers_bytes;
    struct slice body;
    char etag[ETAG_BYTES];
};

struct cache_entry {
    struct cache *cache;
    struct cache_entry *bucket_next;
    struct cache_entry *newer;
    struct cache_entry *older;
    uint64_t hash;
    uint32_t references; /* replies under way */
    bool present;        /* in the table */
    bool incompressible[ENCODINGS];
    int status;
    struct slice key;
    struct slice lasting;
    struct slice describing;
    char digest[33];
    struct cache_origin origin;
    struct cache_variant variants[ENCODINGS];
    size_t own_bytes;
    char bytes[]; /* key, lasting, describing */
};

struct cache {
    size_t bytes_max;
    uint64_t seed;
    struct cache_entry *newest;
    struct cache_entry *oldest;
    struct cache_figures figures;
    struct cache_entry *buckets[BUCKETS];
};

struct cache *cache_open(size_t bytes_max, uint64_t seed)
{
    struct cache *cache = calloc(1, sizeof *cache);
    if (cache != NULL) {
        cache->bytes_max = bytes_max;
        cache->seed = seed;
    }
    return cache;
}

static uint64_t hash_of(const struct cache *cache, struct slice key)
{
    uint64_t hash = cache->seed;
    size_t i = 0;
    for (; i + 8 <= key.length; i += 8) {
        uint64_t word;
        memcpy(&word, key.data + i, sizeof word);
        hash = random_mix(hash ^ word) + cache->seed;
    }
    uint64_t tail = key.length;
    for (; i < key.length; i++) {
        tail = tail << 8 | (unsigned char)key.data[i];
    }
    return random_mix(hash ^ tail);
}

static void list_remove(struct cache *cache, struct cache_entry *entry)
{
    *(entry->newer != NULL ? &entry->newer->older : &cache->newest) = entry->older;
    *(entry->older != NULL ? &entry->older->newer : &cache->oldest) = entry->newer;
    entry->newer = NULL;
    entry->older = NULL;
}

static void list_add(struct cache *cache, struct cache_entry *entry)
{
    entry->older = cache->newest;
    *(cache->newest != NULL ? &cache->newest->newer : &cache->oldest) = entry;
    cache->newest = entry;
}

static void entry_free(struct cache *cache, struct cache_entry *entry)
{
    ASSERT(entry->references == 0);
    ASSERT(!entry->present);
    for (int i = 0; i < ENCODINGS; i++) {
        cache->figures.bytes -= entry->variants[i].block_bytes;
        free(entry->variants[i].block);
    }
    cache->figures.bytes -= entry->own_bytes;
    free(entry);
}

/* Takes an entry out of the table; it lives on while it is being sent. */
static void entry_remove(struct cache *cache, struct cache_entry *entry)
{
    struct cache_entry **link = &cache->buckets[entry->hash % BUCKETS];
    while (*link != entry) {
        link = &(*link)->bucket_next;
    }
    *link = entry->bucket_next;
    list_remove(cache, entry);
    entry->present = false;
    cache->figures.entries--;
    if (entry->references == 0) {
        entry_free(cache, entry);
    }
}

void cache_clear(struct cache *cache)
{
    while (cache->oldest != NULL) {
        entry_remove(cache, cache->oldest);
    }
}

void cache_close(struct cache *cache)
{
    if (cache != NULL) {
        cache_clear(cache);
        ASSERT(cache->figures.bytes == 0);
        free(cache);
    }
}

struct cache_entry *cache_find(struct cache *cache, struct slice key)
{
    uint64_t hash = hash_of(cache, key);
    struct cache_entry *entry = cache->buckets[hash % BUCKETS];
    while (entry != NULL && (entry->hash != hash || !slice_equal(entry->key, key))) {
        entry = entry->bucket_next;
    }
    if (entry != NULL && entry != cache->newest) {
        list_remove(cache, entry);
        list_add(cache, entry);
    }
    return entry;
}

/* Makes room by the least recently used; never touches `keep`. */
static void cache_shrink(struct cache *cache, const struct cache_entry *keep)
{
    while (cache->figures.bytes > cache->bytes_max && cache->oldest != NULL &&
           cache->oldest != keep) {
        cache->figures.evictions++;
        entry_remove(cache, cache->oldest);
    }
}

static struct slice copy_to(char **to, struct slice from)
{
    struct slice copy = {*to, from.length};
    if (from.length > 0) {
        memcpy(*to, from.data, from.length);
    }
    *to += from.length;
    return copy;
}

static void digest_write(char to[33], struct slice body)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    ASSERT(EVP_Digest(body.data, body.length, digest, NULL, EVP_sha256(), NULL) == 1);
    for (int i = 0; i < 16; i++) {
        snprintf(to + 2 * i, 3, "%02x", digest[i]);
    }
}

/* Puts header lines and `body` into one block. */
static bool variant_make(struct cache_entry *entry, enum encoding encoding, struct slice body)
{
    struct cache_variant *variant = &entry->variants[encoding];
    const char *name = encoding_name(encoding);
    char headers[HEADERS_BYTES_MAX];
    snprintf(variant->etag, sizeof variant->etag, "\"%s%s%s\"", entry->digest,
             *name == '\0' ? "" : "-", name);
    int lasting = snprintf(headers, sizeof headers, "ETag: %s\r\n%.*s", variant->etag,
                           (int)entry->lasting.length, entry->lasting.data);
    ASSERT(lasting > 0 && (size_t)lasting < sizeof headers);
    size_t room = sizeof headers - (size_t)lasting;
    int describing =
        snprintf(headers + lasting, room, "%.*s%s%s%s", (int)entry->describing.length,
                 entry->describing.data, *name == '\0' ? "" : "Content-Encoding: ", name,
                 *name == '\0' ? "" : "\r\n");
    ASSERT(describing >= 0 && (size_t)describing < room);
    size_t length = (size_t)lasting + (size_t)describing;
    char *block = malloc(length + body.length + 1);
    if (block == NULL) {
        return false;
    }
    memcpy(block, headers, length);
    char *at = block + length;
    variant->body = copy_to(&at, body);
    variant->block = block;
    variant->block_bytes = length + body.length + 1;
    variant->lasting_bytes = (size_t)lasting;
    variant->headers_bytes = length;
    entry->cache->figures.bytes += variant->block_bytes;
    return true;
}

static struct cache_entry *entry_make(struct cache *cache, const struct cache_page *page)
{
    size_t own = sizeof(struct cache_entry) + page->key.length + page->lasting.length +
                 page->describing.length;
    struct cache_entry *entry = calloc(1, own);
    if (entry == NULL) {
        return NULL;
    }
    char *at = entry->bytes;
    entry->cache = cache;
    entry->key = copy_to(&at, page->key);
    entry->lasting = copy_to(&at, page->lasting);
    entry->describing = copy_to(&at, page->describing);
    entry->status = page->status;
    entry->origin = page->origin;
    entry->own_bytes = own;
    entry->hash = hash_of(cache, entry->key);
    digest_write(entry->digest, page->body);
    if (!variant_make(entry, ENCODING_PLAIN, page->body)) {
        free(entry);
        return NULL;
    }
    cache->figures.bytes += own;
    return entry;
}

struct cache_entry *cache_put(struct cache *cache, const struct cache_page *page)
{
    ASSERT(page->key.length <= CACHE_KEY_BYTES_MAX);
    if (page->body.length > cache->bytes_max / 8) {
        return NULL;
    }
    struct cache_entry *before = cache_find(cache, page->key);
    if (before != NULL) {
        entry_remove(cache, before);
    }
    struct cache_entry *entry = entry_make(cache, page);
    if (entry == NULL) {
        return NULL;
    }
    struct cache_entry **bucket = &cache->buckets[entry->hash % BUCKETS];
    entry->bucket_next = *bucket;
    *bucket = entry;
    list_add(cache, entry);
    entry->present = true;
    cache->figures.entries++;
    cache->figures.renders++;
    cache_shrink(cache, entry);
    return entry;
}

struct cache_origin *cache_origin(struct cache_entry *entry)
{
    return &entry->origin;
}

/* The variant of the coding, made on its first use; plain where it does not get smaller. */
static const struct cache_variant *variant_of(struct cache_entry *entry, enum encoding encoding)
{
    struct cache_variant *variant = &entry->variants[encoding];
    if (variant->block != NULL) {
        return variant;
    }
    const struct cache_variant *plain = &entry->variants[ENCODING_PLAIN];
    char *bytes = NULL;
    size_t length = 0;
    if (entry->incompressible[encoding] ||
        !encoding_compress(encoding, plain->body, &bytes, &length)) {
        entry->incompressible[encoding] = true;
        return plain;
    }
    bool made = variant_make(entry, encoding, (struct slice){bytes, length});
    free(bytes);
    entry->cache->figures.compressions++;
    cache_shrink(entry->cache, entry);
    return made ? variant : plain;
}

bool cache_etag_matches(struct slice if_none_match, struct slice etag)
{
    size_t i = 0;
    while (i < if_none_match.length) {
        char c = if_none_match.data[i];
        if (c == '*' && if_none_match.length == 1) {
            return true;
        }
        if (c != '"') {
            i++;
            continue;
        }
        const char *open = if_none_match.data + i;
        const char *close = memchr(open + 1, '"', if_none_match.length - i - 1);
        if (close == NULL) {
            return false;
        }
        struct slice tag = {open, (size_t)(close - open) + 1};
        if (slice_equal(tag, etag)) {
            return true;
        }
        i += tag.length;
    }
    return false;
}

static void release(void *context)
{
    struct cache_entry *entry = context;
    ASSERT(entry->references > 0);
    entry->references--;
    if (entry->references == 0 && !entry->present) {
        entry_free(entry->cache, entry);
    }
}

/* The lines of `headers` and then `more` in the request's memory; only off the hot path. */
static struct slice headers_join(struct door_request *request, struct slice headers,
                                 struct slice more)
{
    char *both = more.length == 0 ? NULL : door_alloc(request, headers.length + more.length);
    if (both == NULL) {
        return headers;
    }
    memcpy(both, headers.data, headers.length);
    memcpy(both + headers.length, more.data, more.length);
    return (struct slice){both, headers.length + more.length};
}

void cache_reply(struct cache *cache, struct cache_entry *entry, struct door_request *request,
                 struct slice more)
{
    ASSERT(entry->cache == cache);
    const struct cache_variant *variant =
        variant_of(entry, encoding_choose(door_header(request, "Accept-Encoding")));
    struct slice condition = door_header(request, "If-None-Match");
    bool same = entry->status == 200 && condition.length > 0 &&
                cache_etag_matches(condition, slice_of(variant->etag));
    struct slice headers = {variant->block, same ? variant->lasting_bytes : variant->headers_bytes};
    struct door_reply reply = {.status = same ? 304 : entry->status,
                               .headers = headers_join(request, headers, more),
                               .release = release,
                               .context = entry};
    if (!same) {
        reply.body = variant->body;
    }
    entry->references++;
    door_reply(request, &reply);
}

void cache_figures(const struct cache *cache, struct cache_figures *figures)
{
    *figures = cache->figures;
}

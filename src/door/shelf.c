/* A table of lists, and one list in the order of use. The place in the table is that of host and
 * target, so that all answers of an address are found together when one of them changes; their
 * number is bounded, since what tells them apart is in the visitors' hands.
 *
 * The hash is SipHash-2-4 (Aumasson and Bernstein) with a key of each start. */
#include "door/shelf.h"

#include "base/assert.h"

#include <stdlib.h>

enum { PLACES = 16384, BODY_FIRST_BYTES = 16 * 1024, BODY_BYTES_MAX = LIMIT_CACHE_ANSWER_BYTES };

struct shelf {
    size_t bytes_max;
    bool closed; /* goes with the last reference */
    uint64_t seed[2];
    struct kept *newest, *oldest;
    struct shelf_figures figures;
    struct kept *places[PLACES];
};

/* ---- hash ---- */

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

static uint64_t bytes_little_endian(const char *bytes, size_t count)
{
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++) {
        word |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
    }
    return word;
}

static void sip_word(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    sip_round(v);
    sip_round(v);
    v[0] ^= word;
}

uint64_t shelf_hash(const struct shelf *shelf, struct slice group)
{
    uint64_t v[4] = {shelf->seed[0] ^ 0x736f6d6570736575, shelf->seed[1] ^ 0x646f72616e646f6d,
                     shelf->seed[0] ^ 0x6c7967656e657261, shelf->seed[1] ^ 0x7465646279746573};
    size_t at = 0;
    for (; at + 8 <= group.length; at += 8) {
        sip_word(v, bytes_little_endian(group.data + at, 8));
    }
    sip_word(v, bytes_little_endian(group.data + at, group.length - at) | (uint64_t)group.length
                                                                              << 56);
    v[2] ^= 0xff;
    for (int i = 0; i < 4; i++) {
        sip_round(v);
    }
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* ---- opening ---- */

struct shelf *shelf_open(size_t bytes_max, const uint64_t seed[2])
{
    struct shelf *shelf = calloc(1, sizeof *shelf);
    if (shelf != NULL) {
        shelf->bytes_max = bytes_max;
        memcpy(shelf->seed, seed, sizeof shelf->seed);
    }
    return shelf;
}

void shelf_figures(const struct shelf *shelf, struct shelf_figures *figures)
{
    *figures = shelf->figures;
}

static struct kept **place_of(struct shelf *shelf, uint64_t hash)
{
    return &shelf->places[hash % PLACES];
}

/* ---- the lists ---- */

static void order_remove(struct kept *kept)
{
    struct shelf *shelf = kept->shelf;
    if (kept->newer != NULL) {
        kept->newer->older = kept->older;
    } else {
        shelf->newest = kept->older;
    }
    if (kept->older != NULL) {
        kept->older->newer = kept->newer;
    } else {
        shelf->oldest = kept->newer;
    }
}

static void order_insert(struct kept *kept)
{
    struct shelf *shelf = kept->shelf;
    kept->newer = NULL;
    kept->older = shelf->newest;
    *(shelf->newest != NULL ? &shelf->newest->newer : &shelf->oldest) = kept;
    shelf->newest = kept;
}

void shelf_use(struct kept *kept)
{
    ASSERT(kept->listed);
    if (kept->shelf->newest != kept) {
        order_remove(kept);
        order_insert(kept);
    }
}

static void list_remove(struct kept *kept)
{
    struct kept **at = place_of(kept->shelf, kept->hash);
    while (*at != kept) {
        at = &(*at)->next;
    }
    *at = kept->next;
    order_remove(kept);
    kept->listed = false;
    kept->shelf->figures.count--;
}

struct kept *shelf_take(struct kept *kept)
{
    ASSERT(kept->references > 0);
    kept->references++;
    return kept;
}

static void slice_free(struct slice slice)
{
    free((char *)(uintptr_t)slice.data);
}

static void free_if_done(struct shelf *shelf)
{
    if (shelf->closed && shelf->figures.bytes == 0) {
        free(shelf);
    }
}

/* One reference less. */
static void release(struct kept *kept)
{
    ASSERT(kept->references > 0);
    kept->references--;
    if (kept->references > 0) {
        return;
    }
    ASSERT(!kept->listed);
    kept->shelf->figures.bytes -= kept->bytes;
    slice_free(kept->key);
    slice_free(kept->vary);
    slice_free(kept->selection);
    slice_free(kept->lines);
    free(kept->body);
    free(kept);
}

void shelf_give_back(void *context)
{
    struct kept *kept = context;
    struct shelf *shelf = kept->shelf;
    release(kept);
    free_if_done(shelf);
}

static void off(struct kept *kept)
{
    list_remove(kept);
    release(kept);
}

/* The least recently used one. */
static void oldest_off(struct shelf *shelf)
{
    struct kept *kept = shelf->oldest;
    list_remove(kept);
    ASSERT(shelf->oldest != kept);
    release(kept);
}

void shelf_drop(struct kept *kept)
{
    if (kept->listed) {
        kept->shelf->figures.dropped++;
        off(kept);
    }
}

/* So many bytes more: the least recently used ones go. False: what is being sent takes them all. */
static bool room_make(struct shelf *shelf, size_t bytes)
{
    if (bytes > shelf->bytes_max) {
        return false;
    }
    while (shelf->figures.bytes > shelf->bytes_max - bytes && shelf->oldest != NULL) {
        shelf->figures.evicted++;
        oldest_off(shelf);
    }
    return shelf->figures.bytes <= shelf->bytes_max - bytes;
}

static void count(struct kept *kept, size_t bytes)
{
    kept->bytes += bytes;
    kept->shelf->figures.bytes += bytes;
}

static void uncount(struct kept *kept, size_t bytes)
{
    ASSERT(bytes <= kept->bytes);
    kept->bytes -= bytes;
    kept->shelf->figures.bytes -= bytes;
}

void shelf_resize(struct shelf *shelf, size_t bytes_max)
{
    shelf->bytes_max = bytes_max;
    (void)room_make(shelf, 0);
}

void shelf_close(struct shelf *shelf)
{
    if (shelf != NULL) {
        while (shelf->oldest != NULL) {
            oldest_off(shelf);
        }
        shelf->closed = true;
        free_if_done(shelf);
    }
}

/* ---- finding ---- */

struct kept *shelf_find(const struct shelf *shelf, uint64_t hash, struct slice key,
                        const struct kept *after)
{
    struct kept *kept = after != NULL ? after->next : shelf->places[hash % PLACES];
    while (kept != NULL && (kept->hash != hash || !slice_equal(kept->key, key))) {
        kept = kept->next;
    }
    return kept;
}

/* ---- filling ---- */

/* False without memory. */
static bool slice_copy(struct slice from, struct slice *to)
{
    char *bytes = malloc(from.length + 1);
    if (bytes != NULL && from.length > 0) {
        memcpy(bytes, from.data, from.length);
    }
    to->data = bytes;
    to->length = from.length;
    return bytes != NULL;
}

struct kept *shelf_new(struct shelf *shelf, uint64_t hash, struct slice key, size_t group_length)
{
    ASSERT(group_length <= key.length);
    size_t bytes = sizeof(struct kept) + key.length;
    struct kept *kept = room_make(shelf, bytes) ? calloc(1, sizeof *kept) : NULL;
    if (kept == NULL || !slice_copy(key, &kept->key)) {
        free(kept);
        return NULL;
    }
    kept->shelf = shelf;
    kept->hash = hash;
    kept->references = 1;
    kept->group_length = group_length;
    count(kept, bytes);
    return kept;
}

bool shelf_head_set(struct kept *kept, struct slice lines, struct slice vary,
                    struct slice selection)
{
    struct slice copies[3] = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    size_t bytes = lines.length + vary.length + selection.length;
    size_t before = kept->lines.length + kept->vary.length + kept->selection.length;
    bool copied = room_make(kept->shelf, bytes) && slice_copy(lines, &copies[0]) &&
                  slice_copy(vary, &copies[1]) && slice_copy(selection, &copies[2]);
    if (!copied) {
        for (size_t i = 0; i < 3; i++) {
            slice_free(copies[i]);
        }
        return false;
    }
    slice_free(kept->lines);
    slice_free(kept->vary);
    slice_free(kept->selection);
    kept->lines = copies[0];
    kept->vary = copies[1];
    kept->selection = copies[2];
    uncount(kept, before);
    count(kept, bytes);
    return true;
}

/* The body's memory becomes `room` bytes. */
static bool body_resize(struct kept *kept, size_t room)
{
    if (room > kept->body_room && !room_make(kept->shelf, room - kept->body_room)) {
        return false;
    }
    char *body = realloc(kept->body, room > 0 ? room : 1);
    if (body == NULL) {
        return false;
    }
    kept->body = body;
    uncount(kept, kept->body_room);
    count(kept, room);
    kept->body_room = room;
    return true;
}

bool shelf_body_room(struct kept *kept, size_t length)
{
    ASSERT(!kept->listed);
    ASSERT(kept->body_length == 0);
    kept->body_fixed = true;
    return length <= BODY_BYTES_MAX && body_resize(kept, length);
}

bool shelf_body_append(struct kept *kept, struct slice bytes)
{
    ASSERT(!kept->listed);
    size_t length = kept->body_length + bytes.length;
    if (length > BODY_BYTES_MAX) {
        return false;
    }
    if (length > kept->body_room) {
        ASSERT(!kept->body_fixed);
        size_t room = kept->body_room > 0 ? 2 * kept->body_room : (size_t)BODY_FIRST_BYTES;
        if (!body_resize(kept, room < length ? length : room)) {
            return false;
        }
    }
    if (bytes.length > 0) {
        memcpy(kept->body + kept->body_length, bytes.data, bytes.length);
    }
    kept->body_length = length;
    return true;
}

static struct slice group_of(const struct kept *kept)
{
    return (struct slice){kept->key.data, kept->group_length};
}

/* Room among the answers of this address: the one that came first goes. */
static void group_bound(struct shelf *shelf, const struct kept *kept)
{
    uint32_t others = 0;
    struct kept *first = NULL;
    for (struct kept *at = *place_of(shelf, kept->hash); at != NULL; at = at->next) {
        if (at->hash == kept->hash && slice_equal(group_of(at), group_of(kept))) {
            others++;
            bool older = first == NULL || at->since_ms < first->since_ms;
            first = older ? at : first;
        }
    }
    if (others >= LIMIT_CACHE_VARIANTS) {
        shelf->figures.evicted++;
        off(first);
    }
}

void shelf_put(struct kept *kept)
{
    struct shelf *shelf = kept->shelf;
    ASSERT(!kept->listed);
    if (kept->body_room > kept->body_length) {
        (void)body_resize(kept, kept->body_length);
    }
    struct kept *same = NULL;
    do {
        same = shelf_find(shelf, kept->hash, kept->key, same);
    } while (same != NULL && !(slice_equal(same->vary, kept->vary) &&
                               slice_equal(same->selection, kept->selection)));
    if (same != NULL) {
        off(same);
    }
    group_bound(shelf, kept);
    struct kept **place = place_of(shelf, kept->hash);
    kept->next = *place;
    *place = shelf_take(kept);
    kept->listed = true;
    order_insert(kept);
    shelf->figures.count++;
}

/* ---- forgetting ---- */

uint32_t shelf_drop_group(struct shelf *shelf, struct slice group)
{
    uint32_t dropped = 0;
    uint64_t hash = shelf_hash(shelf, group);
    struct kept *next;
    for (struct kept *at = *place_of(shelf, hash); at != NULL; at = next) {
        next = at->next;
        if (at->hash == hash && slice_equal(group_of(at), group)) {
            shelf_drop(at);
            dropped++;
        }
    }
    return dropped;
}

bool shelf_path_fits(struct slice group, struct slice path, bool prefix)
{
    struct slice target;
    struct slice rest;
    (void)slice_cut(group, '\n', &target);
    target = slice_cut(target, '\n', &rest);
    if (!prefix) {
        target = slice_cut(target, '?', &rest);
    } else if (target.length > path.length) {
        target.length = path.length;
    }
    return slice_equal(target, path);
}

uint32_t shelf_purge(struct shelf *shelf, struct slice path, bool prefix)
{
    uint32_t purged = 0;
    struct kept *older;
    for (struct kept *at = shelf->newest; at != NULL; at = older) {
        older = at->older;
        if (shelf_path_fits(group_of(at), path, prefix)) {
            shelf_drop(at);
            purged++;
        }
    }
    return purged;
}

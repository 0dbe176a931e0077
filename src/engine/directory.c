/* A growing array of entries, and a table of their places by hash (open addressing, linear probing,
 * never removed from). Places are small so that a million customers take 64 MB and not 100.
 *
 * A contact is reused only when address and details both agree: 128 bits under two keys, so that
 * nobody's parcel goes to another because of a collision. */
#include "engine/directory.h"

#include "base/assert.h"
#include "base/bytes.h"
#include "base/memory.h"

#include <stdlib.h>

enum { PLACES_MIN = 1024, FIELD_BYTES_MAX = 1024 };

struct sip {
    uint64_t v[4];
};

static uint64_t rotate(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static void sip_round(struct sip *s)
{
    s->v[0] += s->v[1];
    s->v[1] = rotate(s->v[1], 13) ^ s->v[0];
    s->v[0] = rotate(s->v[0], 32);
    s->v[2] += s->v[3];
    s->v[3] = rotate(s->v[3], 16) ^ s->v[2];
    s->v[0] += s->v[3];
    s->v[3] = rotate(s->v[3], 21) ^ s->v[0];
    s->v[2] += s->v[1];
    s->v[1] = rotate(s->v[1], 17) ^ s->v[2];
    s->v[2] = rotate(s->v[2], 32);
}

static void sip_add(struct sip *s, uint64_t word)
{
    s->v[3] ^= word;
    sip_round(s);
    sip_round(s);
    s->v[0] ^= word;
}

static struct sip sip_begin(const uint64_t key[2])
{
    return (struct sip){{key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du,
                         key[0] ^ 0x6c7967656e657261u, key[1] ^ 0x7465646279746573u}};
}

static uint64_t sip_end(struct sip *s)
{
    s->v[2] ^= 0xff;
    for (int i = 0; i < 4; i++) {
        sip_round(s);
    }
    return s->v[0] ^ s->v[1] ^ s->v[2] ^ s->v[3];
}

/* The last word of some bytes, fewer than eight: zeros fill it up. */
static uint64_t word_of(const unsigned char *bytes, size_t count)
{
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++) {
        word |= (uint64_t)bytes[i] << (8 * i);
    }
    return word;
}

/* Takes the whole words and moves on to what is left, under eight bytes. */
static void sip_add_words(struct sip *s, const unsigned char **at, size_t *rest)
{
    for (; *rest >= 8; *rest -= 8, *at += 8) {
        sip_add(s, bytes_get_u64(*at));
    }
}

uint64_t directory_siphash(const uint64_t key[2], const void *bytes, size_t length)
{
    struct sip s = sip_begin(key);
    const unsigned char *at = bytes;
    size_t rest = length;
    sip_add_words(&s, &at, &rest);
    sip_add(&s, word_of(at, rest) | (uint64_t)length << 56);
    return sip_end(&s);
}

enum status directory_init(struct directory *directory, struct env *env)
{
    *directory = (struct directory){.place_count = PLACES_MIN};
    env->entropy(env, directory->keys, sizeof directory->keys);
    directory->places = calloc(PLACES_MIN, sizeof *directory->places);
    return directory->places == NULL ? STATUS_MEMORY : STATUS_OK;
}

void directory_free(struct directory *directory)
{
    free(directory->entries);
    free(directory->places);
    *directory = (struct directory){.entries = NULL};
}

/* ASCII only: what upper case means beyond it depends on who handles the mail. */
static size_t lower_write(unsigned char *to, struct slice text)
{
    size_t length = text.length < FIELD_BYTES_MAX ? text.length : FIELD_BYTES_MAX;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        to[i] = c >= 'A' && c <= 'Z' ? (unsigned char)(c - 'A' + 'a') : c;
    }
    return length;
}

/* The fields' lengths first, then each from a new word on: no byte can move from one field into the
 * next unseen. */
static uint64_t details_hash(const uint64_t key[2], const struct slice fields[PERSON_FIELDS])
{
    struct sip s = sip_begin(key);
    for (int i = 0; i < PERSON_FIELDS; i += 2) {
        uint64_t next = i + 1 < PERSON_FIELDS ? fields[i + 1].length : 0;
        sip_add(&s, fields[i].length | next << 32);
    }
    for (int i = 0; i < PERSON_FIELDS; i++) {
        const unsigned char *at = (const unsigned char *)fields[i].data;
        size_t rest = fields[i].length;
        sip_add_words(&s, &at, &rest);
        if (rest > 0) {
            sip_add(&s, word_of(at, rest));
        }
    }
    return sip_end(&s);
}

struct directory_hash directory_hash(const struct directory *directory,
                                     const struct slice fields[PERSON_FIELDS])
{
    unsigned char email[FIELD_BYTES_MAX];
    size_t length = lower_write(email, slice_trim(fields[PERSON_EMAIL]));
    return (struct directory_hash){
        .address = directory_siphash(directory->keys, email, length),
        .details = details_hash(directory->keys + 2, fields),
        .has_address = length > 0,
    };
}

/* The place where the address stands, or the free one where it would. */
static uint32_t place_of(const struct directory *directory, uint64_t address)
{
    uint32_t mask = directory->place_count - 1;
    uint32_t tag = (uint32_t)(address >> 32);
    uint32_t place = (uint32_t)address & mask;
    for (; directory->places[place].entry != 0; place = (place + 1) & mask) {
        if (directory->places[place].tag == tag &&
            directory->entries[directory->places[place].entry - 1].address == address) {
            break;
        }
    }
    return place;
}

void directory_fetch(const struct directory *directory, uint64_t address)
{
    __builtin_prefetch(&directory->places[(uint32_t)address & (directory->place_count - 1)]);
}

const struct directory_entry *directory_find(const struct directory *directory, uint64_t address)
{
    uint32_t entry = directory->places[place_of(directory, address)].entry;
    return entry == 0 ? NULL : &directory->entries[entry - 1];
}

static void place_set(struct directory *directory, uint32_t place, uint32_t entry, uint64_t address)
{
    directory->places[place] = (struct directory_place){entry, (uint32_t)(address >> 32)};
}

/* Free places; a large table on large pages. */
static struct directory_place *places_new(uint32_t count)
{
    size_t bytes = count * sizeof(struct directory_place);
    if (bytes < 2 * MEMORY_LARGE_PAGE_BYTES) {
        return calloc(count, sizeof(struct directory_place));
    }
    struct directory_place *places = aligned_alloc(MEMORY_LARGE_PAGE_BYTES, bytes);
    if (places != NULL) {
        memory_ask_large(places, bytes, false);
        memset(places, 0, bytes);
    }
    return places;
}

/* A table of `count` places, with all that is known. */
static bool places_make(struct directory *directory, uint32_t count)
{
    struct directory_place *places = places_new(count);
    if (places == NULL) {
        return false;
    }
    free(directory->places);
    directory->places = places;
    directory->place_count = count;
    for (uint32_t i = 0; i < directory->count; i++) {
        uint64_t address = directory->entries[i].address;
        place_set(directory, place_of(directory, address), i + 1, address);
    }
    return true;
}

static bool entries_grow(struct directory *directory, uint32_t capacity)
{
    struct directory_entry *entries =
        realloc(directory->entries, capacity * sizeof *directory->entries);
    if (entries == NULL) {
        return false;
    }
    directory->entries = entries;
    directory->capacity = capacity;
    return true;
}

static bool room_make(struct directory *directory)
{
    uint32_t capacity = directory->capacity == 0 ? PLACES_MIN / 2 : directory->capacity * 2;
    if (directory->count == directory->capacity && !entries_grow(directory, capacity)) {
        return false;
    }
    return directory->count < directory->place_count / 2 ||
           places_make(directory, directory->place_count * 2);
}

enum status directory_clear(struct directory *directory, uint32_t count)
{
    uint32_t places = PLACES_MIN;
    while (places / 2 <= count) {
        places *= 2;
    }
    directory->count = 0;
    bool made = places_make(directory, places) &&
                (count <= directory->capacity || entries_grow(directory, count));
    return made ? STATUS_OK : STATUS_MEMORY;
}

enum status directory_put(struct directory *directory, const struct directory_hash *hash,
                          const struct journal_contact *contact)
{
    ASSERT(hash->has_address);
    uint32_t place = place_of(directory, hash->address);
    if (directory->places[place].entry == 0) {
        if (!room_make(directory)) {
            return STATUS_MEMORY;
        }
        place = place_of(directory, hash->address);
        place_set(directory, place, ++directory->count, hash->address);
    }
    struct directory_entry *entry = &directory->entries[directory->places[place].entry - 1];
    *entry = (struct directory_entry){.address = hash->address,
                                      .details = hash->details,
                                      .customer = contact->customer,
                                      .contact = contact->number};
    memcpy(entry->salt, contact->salt, sizeof entry->salt);
    return STATUS_OK;
}

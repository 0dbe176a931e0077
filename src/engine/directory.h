/* Who is known: from an e-mail address to its customer and to the contact under which that customer
 * ordered last.
 *
 * Held in memory by the core thread, filled from the table `customers` at start, so that an order
 * costs no search in the database and the table needs no index. No name and no address stands in
 * it: hashes under a key of this process (SipHash-2-4, against addresses chosen to collide), the
 * customer's random id, the contact's number and its salt. */
#ifndef ECLUSE_ENGINE_DIRECTORY_H
#define ECLUSE_ENGINE_DIRECTORY_H

#include "journal/journal.h"

#include <stdint.h>

struct directory_entry {
    uint64_t address; /* hash of the normalized e-mail address */
    uint64_t details; /* hash of all fields, under another key */
    struct customer_id customer;
    uint32_t contact;
    unsigned char salt[JOURNAL_SALT_BYTES];
};

/* Where an entry with this hash stands: most other hashes are told apart without a look at their
 * entries. */
struct directory_place {
    uint32_t entry; /* its index + 1; 0: free */
    uint32_t tag;   /* the upper half of the hash */
};

struct directory {
    uint64_t keys[4]; /* two for each hash */
    struct directory_entry *entries;
    uint32_t count;
    uint32_t capacity;
    struct directory_place *places; /* by hash; a power of two of them, at most half in use */
    uint32_t place_count;
};

enum status directory_init(struct directory *directory, struct env *env) MUST_USE;
void directory_free(struct directory *directory);
/* Forgets everybody, and makes room for `count`. */
enum status directory_clear(struct directory *directory, uint32_t count) MUST_USE;

/* The hashes of a contact's fields: trimmed, the e-mail address in lower-case ASCII. `has_address`
 * is false without e-mail. */
struct directory_hash {
    uint64_t address;
    uint64_t details;
    bool has_address;
};
struct directory_hash directory_hash(const struct directory *directory,
                                     const struct slice fields[PERSON_FIELDS]);
/* Brings the place of an address near, for a directory_find that comes soon. */
void directory_fetch(const struct directory *directory, uint64_t address);
/* NULL: nobody with this address. Valid until the next directory_put. */
const struct directory_entry *directory_find(const struct directory *directory, uint64_t address);
/* Adds or replaces; STATUS_MEMORY. */
enum status directory_put(struct directory *directory, const struct directory_hash *hash,
                          const struct journal_contact *contact) MUST_USE;

/* The keyed hash itself (SipHash-2-4, Aumasson and Bernstein 2012), for its test. */
uint64_t directory_siphash(const uint64_t key[2], const void *bytes, size_t length);

#endif

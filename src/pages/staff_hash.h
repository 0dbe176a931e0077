/* Hashing passwords (libsodium's crypto_pwhash_str, Argon2id), on a thread of its own: one costs a
 * tenth of a second and 64 MB, which neither the door's thread nor the core's has.
 *
 *   staff_hash_submit -> the thread, one job at a time -> wake -> staff_hash_collect: job->done
 *
 * So whatever comes, one processor at most and 64 MB are busy with it, and no more than
 * LIMIT_STAFF_HASHES wait. A job lives in its request's memory. */
#ifndef ECLUSE_PAGES_STAFF_HASH_H
#define ECLUSE_PAGES_STAFF_HASH_H

#include "base/slice.h"
#include "journal/staff.h"

struct staff_hasher;

struct staff_hashing {
    struct slice password;           /* valid until done */
    char hash[STAFF_PASSWORD_BYTES]; /* to be checked against; empty: to be made */
    bool ok;                         /* the answer: it is that password; the hash was made */
    void (*done)(struct staff_hashing *job);
    struct staff_hashing *next;
};

/* NULL: no memory, or no thread. `wake` is called from the thread. */
struct staff_hasher *staff_hash_open(void (*wake)(void *context), void *context);
/* Jobs that are not done are dropped. NULL is allowed. */
void staff_hash_close(struct staff_hasher *hasher);

/* False: too many wait. */
bool staff_hash_submit(struct staff_hasher *hasher, struct staff_hashing *job) MUST_USE;
/* Calls `done` of each that is done. */
void staff_hash_collect(struct staff_hasher *hasher);

/* A hash of no password: to be checked where there is no such person, so that both take as long. */
void staff_hash_of_nobody(char hash[STAFF_PASSWORD_BYTES]);

#endif

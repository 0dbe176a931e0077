/* Who bought what was sold before Écluse: the same customer is to be recognised, and nobody read.
 *
 * A number of 64 bits: HMAC-SHA256 under a secret of the database (`customer`, made once with its
 * table), cut off. Without the secret it says nothing; who holds the database, the secret in it and
 * another program's list of customers can tell who of that list it is: so it is personal data, of
 * the kind that European law calls pseudonymous. It stands outside the journal's hash chain and may
 * be set to NULL at any time, as the customers' table may (docs/decisions/0081). */
#ifndef ECLUSE_JOURNAL_CUSTOMER_HASH_H
#define ECLUSE_JOURNAL_CUSTOMER_HASH_H

#include "base/slice.h"
#include "base/status.h"

#include <stdint.h>

struct sqlite3;

enum { CUSTOMER_KEY_BYTES = 32 };

struct customer_key {
    bool known; /* false: the database has none; all are unknown */
    unsigned char bytes[CUSTOMER_KEY_BYTES];
};

/* False: it cannot be read; sqlite3_errmsg says why. */
bool customer_key_read(struct sqlite3 *db, struct customer_key *key) MUST_USE;

/* Of an e-mail address or another program's number; letters A to Z count as a to z, white space
 * around it does not. 0: nobody, or a text of more than LIMIT_EMAIL_BYTES. */
int64_t customer_hash(const struct customer_key *key, struct slice text);

#endif

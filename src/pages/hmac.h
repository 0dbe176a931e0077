/* HMAC-SHA256 (RFC 2104) under a key that is used for every request.
 *
 * The key's two padded blocks are hashed once; each use copies the two states. OpenSSL's one-shot
 * HMAC() fetches its algorithm, allocates and hashes the key again each time: measured at several
 * times the cost (docs/decisions/0040), and two of them stand on the path of every order. */
#ifndef ECLUSE_PAGES_HMAC_H
#define ECLUSE_PAGES_HMAC_H

#define OPENSSL_API_COMPAT                                                                         \
    0x10100000L /* SHA256_CTX by value: deprecated in OpenSSL 3 in favour of what costs more */

#include "base/slice.h"

#include <openssl/sha.h>

enum { HMAC_BYTES = SHA256_DIGEST_LENGTH };

struct hmac_key {
    SHA256_CTX inner;
    SHA256_CTX outer;
};

/* `secret` of at most SHA256_CBLOCK (64) bytes. */
void hmac_key_init(struct hmac_key *key, struct slice secret);
void hmac_compute(const struct hmac_key *key, struct slice message, unsigned char mac[HMAC_BYTES]);

#endif

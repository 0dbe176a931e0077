/* SHA-256 and HMAC-SHA256 of short byte strings, without an allocation: the journal's hash chain
 * and the digests of request bodies. (OpenSSL's EVP interface fetches its algorithm at each call,
 * which costs more than hashing a small batch does; the figures stand in docs/decisions/0020.) */
#ifndef ECLUSE_JOURNAL_DIGEST_H
#define ECLUSE_JOURNAL_DIGEST_H

#include "base/slice.h"

#include <stddef.h>

enum { DIGEST_BYTES = 32 };

struct digest {
    _Alignas(8) unsigned char state[128]; /* OpenSSL's SHA256_CTX */
};

void digest_begin(struct digest *digest);
void digest_add(struct digest *digest, const void *bytes, size_t length);
void digest_end(struct digest *digest, unsigned char to[DIGEST_BYTES]);

/* HMAC-SHA256 (RFC 2104). */
void digest_hmac(struct slice key, struct slice bytes, unsigned char to[DIGEST_BYTES]);

#endif

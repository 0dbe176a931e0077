/* The low-level SHA-256 of OpenSSL (SHA-NI where the machine has it), and HMAC by its definition:
 * H(K^opad, H(K^ipad, m)).
 *
 * Rejected: HMAC() and EVP_Digest() of OpenSSL 3, which look their algorithm up at each call (about
 * a microsecond). */
#define OPENSSL_API_COMPAT 0x10100000L
#define OPENSSL_SUPPRESS_DEPRECATED

#include "journal/digest.h"

#include "base/assert.h"

#include <openssl/sha.h>

#include <string.h>

enum { BLOCK_BYTES = 64 };

_Static_assert(sizeof(SHA256_CTX) <= sizeof(struct digest), "struct digest holds OpenSSL's state");
_Static_assert((int)DIGEST_BYTES == (int)SHA256_DIGEST_LENGTH, "SHA-256");

static SHA256_CTX *context_of(struct digest *digest)
{
    return (SHA256_CTX *)(void *)digest->state;
}

void digest_begin(struct digest *digest)
{
    ASSERT(SHA256_Init(context_of(digest)) == 1);
}

void digest_add(struct digest *digest, const void *bytes, size_t length)
{
    ASSERT(SHA256_Update(context_of(digest), bytes, length) == 1);
}

void digest_end(struct digest *digest, unsigned char to[DIGEST_BYTES])
{
    ASSERT(SHA256_Final(to, context_of(digest)) == 1);
}

static void hmac_pad(struct digest *digest, const unsigned char key[BLOCK_BYTES],
                     unsigned char with)
{
    unsigned char pad[BLOCK_BYTES];
    for (size_t i = 0; i < BLOCK_BYTES; i++) {
        pad[i] = (unsigned char)(key[i] ^ with);
    }
    digest_begin(digest);
    digest_add(digest, pad, sizeof pad);
}

void digest_hmac(struct slice key, struct slice bytes, unsigned char to[DIGEST_BYTES])
{
    unsigned char block[BLOCK_BYTES] = {0};
    struct digest digest;
    if (key.length > BLOCK_BYTES) {
        digest_begin(&digest);
        digest_add(&digest, key.data, key.length);
        digest_end(&digest, block);
    } else if (key.length > 0) {
        memcpy(block, key.data, key.length);
    }
    hmac_pad(&digest, block, 0x36);
    digest_add(&digest, bytes.data, bytes.length);
    digest_end(&digest, to);
    hmac_pad(&digest, block, 0x5c);
    digest_add(&digest, to, DIGEST_BYTES);
    digest_end(&digest, to);
}

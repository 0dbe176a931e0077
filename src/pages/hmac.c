/* HMAC(K, m) = H((K xor opad) || H((K xor ipad) || m)); the two states after their first block are
 * kept in the key. */
#include "pages/hmac.h"

#include "base/assert.h"

static void state_init(SHA256_CTX *state, struct slice secret, unsigned char pad)
{
    unsigned char block[SHA256_CBLOCK];
    memset(block, pad, sizeof block);
    for (size_t i = 0; i < secret.length; i++) {
        block[i] ^= (unsigned char)secret.data[i];
    }
    SHA256_Init(state);
    SHA256_Update(state, block, sizeof block);
}

void hmac_key_init(struct hmac_key *key, struct slice secret)
{
    ASSERT(secret.length > 0);
    ASSERT(secret.length <= SHA256_CBLOCK);
    state_init(&key->inner, secret, 0x36);
    state_init(&key->outer, secret, 0x5c);
}

void hmac_compute(const struct hmac_key *key, struct slice message, unsigned char mac[HMAC_BYTES])
{
    unsigned char digest[HMAC_BYTES];
    SHA256_CTX state = key->inner;
    SHA256_Update(&state, message.data, message.length);
    SHA256_Final(digest, &state);
    state = key->outer;
    SHA256_Update(&state, digest, sizeof digest);
    SHA256_Final(mac, &state);
}

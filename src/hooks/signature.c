/* libcrypto's HMAC, taken in pieces: the body is not copied behind its head. */
#include "hooks/signature.h"

#include "base/assert.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdio.h>

enum { DIGEST_LENGTH = 32 };

void hook_secret_write(char to[HOOK_SECRET_TEXT_BYTES],
                       const unsigned char secret[HOOK_SECRET_BYTES])
{
    unsigned char base64[HOOK_SIGNATURE_BYTES];
    (void)EVP_EncodeBlock(base64, secret, HOOK_SECRET_BYTES);
    (void)snprintf(to, HOOK_SECRET_TEXT_BYTES, "whsec_%s", (const char *)base64);
}

void hook_signature_append(struct text *to, const unsigned char *secret, size_t length,
                           const char *id, int64_t timestamp, struct slice body)
{
    char head[128];
    char name[] = "SHA256";
    unsigned char digest[DIGEST_LENGTH];
    unsigned char base64[HOOK_SIGNATURE_BYTES];
    size_t written = 0;
    int head_length = snprintf(head, sizeof head, "%s.%lld.", id, (long long)timestamp);
    ASSERT(head_length > 0 && (size_t)head_length < sizeof head);
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
        OSSL_PARAM_construct_end()};
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);
    int done = context != NULL && EVP_MAC_init(context, secret, length, parameters) == 1 &&
               EVP_MAC_update(context, (const unsigned char *)head, (size_t)head_length) == 1 &&
               EVP_MAC_update(context, (const unsigned char *)body.data, body.length) == 1 &&
               EVP_MAC_final(context, digest, &written, sizeof digest) == 1;
    EVP_MAC_CTX_free(context);
    EVP_MAC_free(mac);
    ASSERT(done && written == DIGEST_LENGTH);
    (void)EVP_EncodeBlock(base64, digest, DIGEST_LENGTH);
    text_append_format(to, "v1,%s", (const char *)base64);
}

/* random -> HMAC of "kind random" -> both in hexadecimal -> SHA-256 of that text. */
#include "pages/staff_secret.h"

#include "base/text.h"
#include "pages/hmac.h"

#include <openssl/crypto.h>
#include <string.h>

enum { HALF_BYTES = 16, KIND_BYTES = 16, SECRET_BYTES = 32 };

/* The first half of HMAC(secret, word and bytes), in hexadecimal. */
static void proof_write(const struct engine *engine, const char *word, const unsigned char *bytes,
                        size_t count, char to[2 * HALF_BYTES + 1])
{
    struct hmac_key key;
    unsigned char mac[HMAC_BYTES];
    unsigned char message[KIND_BYTES + STAFF_HASH_BYTES] = {0};
    hmac_key_init(&key,
                  (struct slice){(const char *)engine_secret(engine, SECRET_TOKEN), SECRET_BYTES});
    for (size_t i = 0; word[i] != '\0'; i++) {
        message[i] = (unsigned char)word[i];
    }
    memcpy(message + KIND_BYTES, bytes, count);
    hmac_compute(&key, (struct slice){(const char *)message, KIND_BYTES + count}, mac);
    hex_write(to, mac, HALF_BYTES);
}

static const char *word_of(enum staff_secret_kind kind)
{
    return kind == STAFF_SECRET_SESSION ? "staff session"
           : kind == STAFF_SECRET_LINK  ? "staff link"
                                        : "staff token";
}

static void text_hash(const char text[STAFF_SECRET_LENGTH], struct staff_hash *hash)
{
    (void)SHA256((const unsigned char *)text, STAFF_SECRET_LENGTH, hash->bytes);
}

void staff_secret_make(const struct engine *engine, struct env *env, enum staff_secret_kind kind,
                       char text[STAFF_SECRET_LENGTH + 1], struct staff_hash *hash)
{
    unsigned char random[HALF_BYTES];
    env->entropy(env, random, sizeof random);
    hex_write(text, random, sizeof random);
    proof_write(engine, word_of(kind), random, sizeof random, text + 2 * HALF_BYTES);
    text_hash(text, hash);
}

bool staff_secret_read(const struct engine *engine, enum staff_secret_kind kind, struct slice text,
                       struct staff_hash *hash)
{
    unsigned char random[HALF_BYTES];
    char wanted[STAFF_SECRET_LENGTH + 1];
    if (text.length != STAFF_SECRET_LENGTH ||
        !hex_read((struct slice){text.data, STAFF_SECRET_LENGTH / 2}, random, HALF_BYTES)) {
        return false;
    }
    hex_write(wanted, random, HALF_BYTES); /* in this case of letters, and no other */
    proof_write(engine, word_of(kind), random, sizeof random, wanted + STAFF_SECRET_LENGTH / 2);
    text_hash(text.data, hash);
    return CRYPTO_memcmp(wanted, text.data, STAFF_SECRET_LENGTH) == 0;
}

void staff_secret_form(const struct engine *engine, const struct staff_hash *session,
                       char text[STAFF_FORM_LENGTH + 1])
{
    proof_write(engine, "staff form", session->bytes, STAFF_HASH_BYTES, text);
}

bool staff_secret_form_is(const struct engine *engine, const struct staff_hash *session,
                          struct slice text)
{
    char wanted[STAFF_FORM_LENGTH + 1];
    staff_secret_form(engine, session, wanted);
    return text.length == STAFF_FORM_LENGTH &&
           CRYPTO_memcmp(wanted, text.data, STAFF_FORM_LENGTH) == 0;
}

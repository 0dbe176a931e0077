/* RFC 4231's vectors with keys of at most 64 bytes, and OpenSSL's own HMAC as a second opinion over
 * lengths. */
#include "pages/hmac.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

static void test_rfc_4231_case_2(void **state)
{
    (void)state;
    static const unsigned char want[HMAC_BYTES] = {0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e,
                                                   0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
                                                   0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83,
                                                   0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43};
    struct hmac_key key;
    unsigned char mac[HMAC_BYTES];
    hmac_key_init(&key, SLICE("Jefe"));
    hmac_compute(&key, SLICE("what do ya want for nothing?"), mac);
    assert_memory_equal(mac, want, HMAC_BYTES);
}

static void test_every_length_agrees_with_openssl(void **state)
{
    (void)state;
    char bytes[300];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)(i * 7 + 3);
    }
    for (size_t secret = 1; secret <= SHA256_CBLOCK; secret++) {
        struct hmac_key key;
        hmac_key_init(&key, (struct slice){bytes, secret});
        for (size_t length = 0; length < sizeof bytes; length += 1 + length / 8) {
            unsigned char mac[HMAC_BYTES];
            unsigned char want[HMAC_BYTES];
            hmac_compute(&key, (struct slice){bytes, length}, mac);
            assert_non_null(
                HMAC(EVP_sha256(), bytes, (int)secret, (unsigned char *)bytes, length, want, NULL));
            assert_memory_equal(mac, want, HMAC_BYTES);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rfc_4231_case_2),
        cmocka_unit_test(test_every_length_agrees_with_openssl),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

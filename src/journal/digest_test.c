/* Against the published vectors: FIPS 180-2, RFC 4231. */
#include "journal/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_hex(const unsigned char bytes[DIGEST_BYTES], const char *hex)
{
    static const char digits[] = "0123456789abcdef";
    char found[DIGEST_BYTES * 2 + 1] = "";
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        found[2 * i] = digits[bytes[i] >> 4];
        found[2 * i + 1] = digits[bytes[i] & 15];
    }
    assert_string_equal(found, hex);
}

static void test_sha256(void **state)
{
    struct digest digest;
    unsigned char sum[DIGEST_BYTES];
    (void)state;
    digest_begin(&digest);
    digest_add(&digest, "a", 1);
    digest_add(&digest, "bc", 2);
    digest_end(&digest, sum);
    assert_hex(sum, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void test_hmac(void **state)
{
    unsigned char sum[DIGEST_BYTES];
    char long_key[131];
    (void)state;
    digest_hmac(SLICE("Jefe"), SLICE("what do ya want for nothing?"), sum);
    assert_hex(sum, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(long_key, 0xaa, sizeof long_key);
    digest_hmac((struct slice){long_key, sizeof long_key},
                SLICE("Test Using Larger Than Block-Size Key - Hash Key First"), sum);
    assert_hex(sum, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sha256), cmocka_unit_test(test_hmac)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

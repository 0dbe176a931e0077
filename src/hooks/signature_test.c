/* The example of the Standard Webhooks specification, which its libraries test with, too. */
#include "hooks/signature.h"

#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void known_vector(void **state)
{
    unsigned char secret[64];
    struct text signature;
    (void)state;
    int length =
        EVP_DecodeBlock(secret, (const unsigned char *)"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 32);
    assert_int_equal(length, 24);
    text_init(&signature, 256);
    hook_signature_append(&signature, secret, 24, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                          SLICE("{\"test\": 2432232314}"));
    assert_string_equal(signature.bytes, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    text_free(&signature);
}

static void every_part_is_signed(void **state)
{
    static const unsigned char secret[HOOK_SECRET_BYTES] = {1};
    static const struct {
        const char *id;
        int64_t at;
        const char *body;
    } cases[] = {{"msg_1", 7, "{}"}, {"msg_2", 7, "{}"}, {"msg_1", 8, "{}"}, {"msg_1", 7, "{} "}};
    struct text signatures[4];
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        text_init(&signatures[i], 256);
        hook_signature_append(&signatures[i], secret, sizeof secret, cases[i].id, cases[i].at,
                              slice_of(cases[i].body));
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(signatures[i].bytes, signatures[j].bytes);
        }
    }
    for (size_t i = 0; i < 4; i++) {
        text_free(&signatures[i]);
    }
}

static void secret_as_text(void **state)
{
    unsigned char secret[HOOK_SECRET_BYTES] = {0};
    char text[HOOK_SECRET_TEXT_BYTES];
    (void)state;
    hook_secret_write(text, secret);
    assert_string_equal(text, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_vector),
        cmocka_unit_test(every_part_is_signed),
        cmocka_unit_test(secret_as_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Accept-Encoding as clients write it, and bytes that come back the same. */
#include "pages/encoding.h"

#include <brotli/decode.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

#include <cmocka.h>

static void test_choose(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        enum encoding expected;
    } cases[] = {
        {"", ENCODING_PLAIN},
        {"gzip", ENCODING_GZIP},
        {"br", ENCODING_BROTLI},
        {"gzip, deflate, br, zstd", ENCODING_BROTLI},
        {"GZIP", ENCODING_GZIP},
        {"gzip;q=1.0, br;q=0.9", ENCODING_GZIP},
        {"gzip;q=0.5 , br ; q=0.501", ENCODING_BROTLI},
        {"br;q=0, gzip;q=0", ENCODING_PLAIN},
        {"br;q=0.000, gzip", ENCODING_GZIP},
        {"*", ENCODING_BROTLI},
        {"*;q=0", ENCODING_PLAIN},
        {"br;q=0, *", ENCODING_GZIP},
        {"identity", ENCODING_PLAIN},
        {"identity;q=0.5, gzip;q=0.4", ENCODING_PLAIN},
        {"identity;q=0.5, gzip;q=0.5", ENCODING_GZIP},
        {"identity;q=0", ENCODING_PLAIN},
        {"gzip;q=abc", ENCODING_PLAIN},
        {"gzip;q=1.5", ENCODING_PLAIN},
        {"gzip;q=", ENCODING_PLAIN},
        {"gzipp, brr", ENCODING_PLAIN},
        {",,;;,gzip", ENCODING_GZIP},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum encoding chosen = encoding_choose(slice_of(cases[i].header));
        if (chosen != cases[i].expected) {
            fail_msg("'%s' gives '%s'", cases[i].header, encoding_name(chosen));
        }
    }
}

static void fill(char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bytes[i] = (char)('a' + i * i % 7);
    }
}

static void test_round_trip(void **state)
{
    (void)state;
    char plain[5000];
    char back[sizeof plain];
    fill(plain, sizeof plain);
    struct slice text = {plain, sizeof plain};
    char *packed = NULL;
    size_t length = 0;
    assert_true(encoding_compress(ENCODING_GZIP, text, &packed, &length));
    assert_true(length < sizeof plain);
    z_stream stream = {.next_in = (Bytef *)packed,
                       .avail_in = (uInt)length,
                       .next_out = (Bytef *)back,
                       .avail_out = sizeof back};
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    inflateEnd(&stream);
    assert_memory_equal(plain, back, sizeof plain);
    free(packed);

    assert_true(encoding_compress(ENCODING_BROTLI, text, &packed, &length));
    size_t back_length = sizeof back;
    memset(back, 0, sizeof back);
    assert_int_equal(
        BrotliDecoderDecompress(length, (const uint8_t *)packed, &back_length, (uint8_t *)back),
        BROTLI_DECODER_RESULT_SUCCESS);
    assert_int_equal(back_length, sizeof plain);
    assert_memory_equal(plain, back, sizeof plain);
    free(packed);
}

static void test_not_worth_it(void **state)
{
    (void)state;
    unsigned char noise[1000];
    uint32_t seed = 1;
    for (size_t i = 0; i < sizeof noise; i++) {
        seed = seed * 1664525u + 1013904223u;
        noise[i] = (unsigned char)(seed >> 24);
    }
    char *packed = NULL;
    size_t length = 0;
    struct slice text = {(const char *)noise, sizeof noise};
    assert_false(encoding_compress(ENCODING_GZIP, text, &packed, &length));
    assert_false(encoding_compress(ENCODING_BROTLI, text, &packed, &length));
    assert_false(encoding_compress(ENCODING_GZIP, SLICE("short"), &packed, &length));
    assert_false(encoding_compress(ENCODING_PLAIN, text, &packed, &length));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choose),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_not_worth_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

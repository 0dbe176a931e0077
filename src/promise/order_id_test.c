/* An id reads back as it was written, sorts by its second, and nothing else is taken for an id. */
#include "base/random.h"
#include "promise/order_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_known_ids(void **unused)
{
    (void)unused;
    char id[ORDER_ID_LENGTH + 1];
    struct order_key zeros = {{0}};
    order_id_write(id, 0, zeros);
    assert_string_equal(id, "000000000000000000000000");
    struct order_key ones = {{255, 255, 255, 255, 255, 255, 255, 255, 255, 255}};
    order_id_write(id, ((int64_t)1 << 40) - 1, ones);
    assert_string_equal(id, "zzzzzzzzzzzzzzzzzzzzzzzz");
    /* 1 << 35 is the first digit's lowest bit; 0x08 at the head of the key its first digit's. */
    struct order_key key = {{0x08, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
    order_id_write(id, (int64_t)1 << 35, key);
    assert_string_equal(id, "100000001000000000000001");
}

static void test_round_trip_and_order(void **unused)
{
    (void)unused;
    struct random random;
    random_seed(&random, 7);
    char before[ORDER_ID_LENGTH + 1] = "";
    for (int64_t i = 0; i < 2000; i++) {
        struct order_key key;
        struct order_key read;
        for (size_t b = 0; b < sizeof key.bytes; b++) {
            key.bytes[b] = (unsigned char)random_below(&random, 256);
        }
        int64_t made_at = 1800000000 + i * 977;
        int64_t read_at = 0;
        char id[ORDER_ID_LENGTH + 1];
        order_id_write(id, made_at, key);
        assert_true(strcmp(before, id) < 0);
        assert_true(order_id_read(slice_of(id), &read_at, &read));
        assert_int_equal(read_at, made_at);
        assert_memory_equal(read.bytes, key.bytes, sizeof key.bytes);
        memcpy(before, id, sizeof id);
    }
}

static void test_nothing_else_is_an_id(void **unused)
{
    (void)unused;
    static const char *const wrong[] = {"",
                                        "0",
                                        "00000000000000000000000",
                                        "0000000000000000000000000",
                                        "00000000000000000000000i",
                                        "00000000000000000000000l",
                                        "00000000000000000000000o",
                                        "00000000000000000000000u",
                                        "00000000000000000000000A",
                                        "-00000000000000000000000",
                                        " 0000000000000000000000 "};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        int64_t made_at = 0;
        struct order_key key;
        assert_false(order_id_read(slice_of(wrong[i]), &made_at, &key));
    }
    int64_t made_at = 0;
    struct order_key key;
    assert_false(order_id_read((struct slice){"00000000000\0000000000000", 24}, &made_at, &key));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_ids),
        cmocka_unit_test(test_round_trip_and_order),
        cmocka_unit_test(test_nothing_else_is_an_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

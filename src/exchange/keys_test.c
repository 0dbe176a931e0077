/* The table against what it promises: every key once, no more than `most`, and a hash that never
 * changes. */
#include "exchange/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

static struct slice numbered(char *to, size_t size, uint32_t number)
{
    int length = snprintf(to, size, "key %u", number);
    return (struct slice){to, (size_t)length};
}

static void test_finds_what_was_added(void **state)
{
    (void)state;
    enum { MOST = 5000 };
    struct keys keys;
    char text[32];
    uint32_t value = 0;
    assert_true(keys_init(&keys, MOST));
    for (uint32_t i = 0; i < MOST; i++) {
        struct slice key = numbered(text, sizeof text, i);
        assert_false(keys_find(&keys, key, &value));
        assert_string_equal(keys_add(&keys, key, i), text);
    }
    for (uint32_t i = 0; i < MOST; i++) {
        assert_true(keys_find(&keys, numbered(text, sizeof text, i), &value));
        assert_int_equal(value, i);
    }
    keys_free(&keys);
}

static void test_takes_no_more_than_most(void **state)
{
    (void)state;
    struct keys keys;
    uint32_t value = 0;
    assert_true(keys_init(&keys, 2));
    assert_non_null(keys_add(&keys, SLICE("a"), 1));
    assert_non_null(keys_add(&keys, SLICE(""), 2)); /* the empty key is a key */
    assert_null(keys_add(&keys, SLICE("b"), 3));
    assert_false(keys_find(&keys, SLICE("b"), &value));
    assert_true(keys_find(&keys, SLICE(""), &value));
    assert_int_equal(value, 2);
    keys_free(&keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_what_was_added),
        cmocka_unit_test(test_takes_no_more_than_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

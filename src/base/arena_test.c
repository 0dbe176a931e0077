/* Memory that is zeroed, aligned, bounded, and given back at once. */
#include "base/arena.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void memory_is_zeroed_aligned_and_apart(void **state)
{
    struct arena arena;
    unsigned char *blocks[500];
    (void)state;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < 500; i++) {
        blocks[i] = arena_alloc(&arena, i);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % alignof(max_align_t), 0);
        for (size_t k = 0; k < i; k++) {
            assert_int_equal(blocks[i][k], 0);
        }
        memset(blocks[i], (int)(i & 0xff), i);
    }
    for (size_t i = 0; i < 500; i++) {
        for (size_t k = 0; k < i; k++) {
            assert_int_equal(blocks[i][k], i & 0xff);
        }
    }
    arena_free(&arena);
    assert_null(arena.newest);
}

static void the_limit_holds(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 1024);
    assert_non_null(arena_alloc(&arena, 1000));
    assert_null(arena_alloc(&arena, 32));
    assert_non_null(arena_alloc(&arena, 16));
    assert_null(arena_alloc(&arena, SIZE_MAX));
    assert_null(arena_alloc(&arena, SIZE_MAX - 8));
    arena_free(&arena);
}

static void a_reset_arena_is_as_new(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 20);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 100; i++) {
            char *bytes = arena_alloc(&arena, 5000);
            assert_non_null(bytes);
            assert_int_equal(bytes[4999], 0);
            memset(bytes, 0xff, 5000);
        }
        arena_reset(&arena);
        assert_int_equal(arena.bytes_used, 0);
    }
    char *small = arena_alloc(&arena, 64);
    assert_int_equal(small[63], 0);
    arena_free(&arena);
}

static void copies_are_terminated(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 64);
    assert_string_equal(arena_copy(&arena, "caramel!", 7), "caramel");
    assert_string_equal(arena_copy(&arena, NULL, 0), "");
    assert_null(arena_copy(&arena, "0123456789012345678901234567890123456789", 40));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_aligned_and_apart),
        cmocka_unit_test(the_limit_holds),
        cmocka_unit_test(a_reset_arena_is_as_new),
        cmocka_unit_test(copies_are_terminated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

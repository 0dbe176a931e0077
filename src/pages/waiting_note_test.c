/* What outlives the process reads as it was written, at its largest and from an older program. */
#include "pages/waiting_note.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct waiting_note largest = {
    .line = UINT32_MAX,
    .gate = {.next = UINT32_MAX,
             .head = UINT32_MAX,
             .inside = UINT32_MAX,
             .draw = {.seed = OPENING_SEED_MOST, .count = UINT32_MAX}},
    .opening = {.closed = true,
                .by_hand = true,
                .drawn = true,
                .opens_at = INT64_C(253402300799),
                .since = INT64_C(253402300799),
                .seed = OPENING_SEED_MOST,
                .count = UINT32_MAX},
};

static void test_there_and_back(void **state)
{
    (void)state;
    char text[ENGINE_NOTE_BYTES];
    struct waiting_note read;
    waiting_note_write(&largest, text);
    assert_true(waiting_note_read(slice_of(text), &read));
    assert_int_equal(read.line, largest.line);
    assert_memory_equal(&read.gate, &largest.gate, sizeof read.gate);
    assert_int_equal(read.opening.closed + read.opening.by_hand + read.opening.drawn, 3);
    assert_int_equal(read.opening.opens_at, largest.opening.opens_at);
    assert_int_equal(read.opening.since, largest.opening.since);
    assert_int_equal(read.opening.seed, OPENING_SEED_MOST);
    assert_int_equal(read.opening.count, UINT32_MAX);
}

static void test_an_older_program(void **state)
{
    (void)state;
    struct waiting_note read;
    assert_true(waiting_note_read(SLICE("line 7 given 400 front 120 drawn 0 seed 0"), &read));
    assert_int_equal(read.line, 7);
    assert_int_equal(read.gate.next, 400);
    assert_int_equal(read.gate.head, 120);
    assert_false(read.opening.closed);
    assert_int_equal(read.opening.seed, 0);
}

static void test_nonsense(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "line",
        "line 7 given 400",
        "line 7 given 400 front 401 drawn 0 seed 0",
        "line 7 given 400 front 0 drawn 401 seed 0",
        "line -7 given 400 front 0 drawn 0 seed 0",
        "given 400 line 7 front 0 drawn 0 seed 0",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct waiting_note read;
        assert_false(waiting_note_read(slice_of(texts[i]), &read));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_an_older_program),
        cmocka_unit_test(test_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

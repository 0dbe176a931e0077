/* Holds come out by (time, number), however they went in, against a plain list of them. */
#include "promise/holds.h"

#include "base/random.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <setjmp.h>

#include <cmocka.h>

enum { ORDERS = 60000 };

struct bench {
    struct holds holds;
    struct random random;
    uint32_t number;           /* of the last order */
    int64_t until[ORDERS + 1]; /* by number; 0: not among them */
    struct hold_entry heap[ORDERS];
    struct hold_entry queue[ORDERS];
};

static struct bench *bench_open(uint64_t seed)
{
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    bench->holds = (struct holds){.capacity = ORDERS, .heap = bench->heap, .queue = bench->queue};
    random_seed(&bench->random, seed);
    return bench;
}

static void add(struct bench *bench, int64_t held_until)
{
    uint32_t number = ++bench->number;
    bench->until[number] = held_until;
    holds_add(&bench->holds, (struct hold_entry){.held_until = held_until, .number = number});
}

/* The earliest by looking at all since `from`; 0: there is none. */
static uint32_t earliest(const struct bench *bench, uint32_t from)
{
    uint32_t found = 0;
    for (uint32_t number = from; number <= bench->number; number++) {
        bool there = bench->until[number] != 0;
        if (there && (found == 0 || bench->until[number] < bench->until[found])) {
            found = number;
        }
    }
    return found;
}

static void expect_next(struct bench *bench, uint32_t from)
{
    struct hold_entry next = {0};
    uint32_t expected = earliest(bench, from);
    assert_int_equal(holds_next(&bench->holds, &next), expected != 0);
    assert_int_equal(next.number, expected);
    assert_int_equal(next.held_until, expected != 0 ? bench->until[expected] : 0);
}

static void drop_next(struct bench *bench)
{
    struct hold_entry next;
    assert_true(holds_next(&bench->holds, &next));
    holds_drop(&bench->holds);
    bench->until[next.number] = 0;
}

static void test_as_a_list_says(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct bench *bench = bench_open(seed);
        int64_t now = 1;
        uint64_t hasty = random_below(&bench->random, 50); /* so many of 100 end out of turn */
        for (uint32_t step = 0; step < 600; step++) {
            uint64_t dice = random_below(&bench->random, 100);
            now += (int64_t)random_below(&bench->random, 3);
            if (dice < 55) {
                bool turn = random_below(&bench->random, 100) >= hasty;
                add(bench, now + (turn ? 100 : 1 + (int64_t)random_below(&bench->random, 200)));
            } else if (dice < 90 && holds_count(&bench->holds) > 0) {
                drop_next(bench);
            } else if (holds_count(&bench->holds) > 0) {
                struct hold_entry next;
                assert_true(holds_next(&bench->holds, &next));
                bench->until[next.number] += 1 + (int64_t)random_below(&bench->random, 150);
                holds_extend(&bench->holds, bench->until[next.number]);
            }
            expect_next(bench, 1);
            assert_null(holds_check(&bench->holds));
        }
        uint32_t there = 0;
        for (uint32_t number = 1; number <= bench->number; number++) {
            there += bench->until[number] != 0;
        }
        assert_int_equal(holds_count(&bench->holds), there);
        for (uint32_t i = 0; i < there; i++) {
            const struct hold_entry *entry = holds_at(&bench->holds, i);
            assert_int_equal(entry->held_until, bench->until[entry->number]);
        }
        free(bench);
    }
}

/* The queue goes on for as many orders as the store has, and touches no more memory than those that
 * are held at once ask for. */
static void test_a_long_evening(void **unused)
{
    (void)unused;
    enum { HELD = 3000, TOUCHED = 3 * HELD + 4096 };
    struct bench *bench = bench_open(7);
    for (int64_t now = 1; bench->number < ORDERS; now++) {
        add(bench, now + 900);
        if (bench->number > HELD) {
            expect_next(bench, bench->number - HELD);
            assert_int_equal(holds_number_ahead(&bench->holds, 12), bench->number - HELD + 12);
            drop_next(bench);
        }
        assert_true(bench->holds.queue_end <= TOUCHED);
    }
    assert_int_equal(bench->holds.heap_count, 0);
    assert_int_equal(holds_number_ahead(&bench->holds, HELD), 0);
    assert_null(holds_check(&bench->holds));
    free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_a_list_says),
        cmocka_unit_test(test_a_long_evening),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

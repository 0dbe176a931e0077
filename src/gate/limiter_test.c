/* A rule is kept to the microsecond; who keeps to it is never refused, whatever the others do; who
 * does not is not forgotten. */
#include "gate/limiter.h"

#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MS = 1000, SECOND = 1000 * MS };

static const struct limiter_rule rule = {.interval_us = 100 * MS, .burst = 5};

static struct limiter *limiter_new(uint32_t slots, uint64_t seed)
{
    void *memory = malloc(limiter_bytes(slots));
    assert_non_null(memory);
    return limiter_place(memory, slots, seed);
}

static void test_a_burst_then_one_each_interval(void **state)
{
    (void)state;
    struct limiter *limiter = limiter_new(64, 1);
    uint64_t key = limiter_key(limiter, 0, 1, 2);
    int64_t now = 7 * (int64_t)SECOND;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(limiter_take(limiter, key, &rule, now), 0);
    }
    assert_int_equal(limiter_take(limiter, key, &rule, now), 100 * MS);
    assert_int_equal(limiter_take(limiter, key, &rule, now + 99 * MS), 1 * MS);
    assert_int_equal(limiter_take(limiter, key, &rule, now + 100 * MS), 0);
    assert_int_equal(limiter_take(limiter, key, &rule, now + 100 * MS), 100 * MS);
    /* Idle, it has its whole burst again, and no more. */
    now += 60 * (int64_t)SECOND;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(limiter_take(limiter, key, &rule, now), 0);
    }
    assert_true(limiter_take(limiter, key, &rule, now) > 0);
    /* Others are not concerned, nor is the same address of another kind. */
    assert_int_equal(limiter_take(limiter, limiter_key(limiter, 0, 1, 3), &rule, now), 0);
    assert_int_equal(limiter_take(limiter, limiter_key(limiter, 1, 1, 2), &rule, now), 0);
    free(limiter);
}

/* Who was told to come each minute, and is now told each second, is not held to the old debt. */
static void test_a_milder_rule_counts_at_once(void **state)
{
    (void)state;
    struct limiter *limiter = limiter_new(64, 1);
    const struct limiter_rule strict = {.interval_us = 10 * SECOND, .burst = 8};
    uint64_t key = limiter_key(limiter, 0, 1, 1);
    while (limiter_take(limiter, key, &strict, 0) == 0) {
    }
    assert_int_equal(limiter_take(limiter, key, &rule, 0), 100 * MS);
    assert_int_equal(limiter_take(limiter, key, &rule, 100 * MS), 100 * MS);
    free(limiter);
}

/* A bucket of tokens, counted in the time that they take to come: one for each key. */
struct bucket {
    int64_t tokens_us, at;
};

static int bucket_take(struct bucket *bucket, int64_t now)
{
    int64_t full = (int64_t)rule.interval_us * rule.burst;
    bucket->tokens_us += now - bucket->at;
    bucket->tokens_us = bucket->tokens_us < full ? bucket->tokens_us : full;
    bucket->at = now;
    if (bucket->tokens_us < (int64_t)rule.interval_us) {
        return 0;
    }
    bucket->tokens_us -= rule.interval_us;
    return 1;
}

static void test_as_a_bucket_for_each_key(void **state)
{
    (void)state;
    enum { KEYS = 200, ASKED = 200000 };
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct random random;
        struct bucket buckets[KEYS];
        struct limiter *limiter = limiter_new(1 << 16, seed);
        int64_t now = 0;
        random_seed(&random, seed);
        for (int i = 0; i < KEYS; i++) {
            buckets[i] = (struct bucket){(int64_t)rule.interval_us * rule.burst, 0};
        }
        for (int i = 0; i < ASKED; i++) {
            now += random_between(&random, 0, MS);
            uint64_t who = random_below(&random, KEYS);
            /* A few ask much more often than the others. */
            who = random_below(&random, 4) == 0 ? who : who % 8;
            int64_t wait = limiter_take(limiter, limiter_key(limiter, 0, 0, who), &rule, now);
            if (bucket_take(&buckets[who], now) != (wait == 0)) {
                fail_msg("seed %d: asked %d times, key %d", (int)seed, i, (int)who);
            }
        }
        assert_int_equal(limiter->forgotten, 0);
        free(limiter);
    }
}

/* The table holds a hundredth of what asks. One key keeps to the rule, at its very edge; one does
 * not. */
static void test_in_a_flood_of_keys(void **state)
{
    (void)state;
    enum { SLOTS = 1024, SECONDS = 20, PER_MS = 50 };
    struct random random;
    struct limiter *limiter = limiter_new(SLOTS, 3);
    uint64_t honest = limiter_key(limiter, 0, 1, 0), greedy = limiter_key(limiter, 0, 2, 0);
    uint32_t got = 0;
    random_seed(&random, 3);
    for (int64_t now = 0; now < (int64_t)SECONDS * SECOND; now += MS) {
        for (int i = 0; i < PER_MS; i++) {
            uint64_t key = limiter_key(limiter, 0, 3, random_below(&random, 100 * SLOTS));
            (void)limiter_take(limiter, key, &rule, now);
        }
        if (now % (100 * MS) == 0) {
            assert_int_equal(limiter_take(limiter, honest, &rule, now), 0);
        }
        for (int i = 0; i < 10; i++) {
            got += limiter_take(limiter, greedy, &rule, now) == 0;
        }
    }
    assert_true(limiter->forgotten > 0);
    print_message(
        "flood: the greedy one got %u of the %u that the rule allows, %u debts forgotten\n", got,
        5 + SECONDS * 10, (unsigned)limiter->forgotten);
    assert_true(got <= 5 + SECONDS * 10);
    free(limiter);
}

static void test_memory_is_fixed(void **state)
{
    (void)state;
    assert_int_equal(sizeof(struct limiter_slot), 16);
    assert_true(limiter_bytes(1 << 16) <= (1 << 20) + 64);
}

/* Whatever bits of an address differ, the sets fill evenly. */
static void test_sets_fill_evenly(void **state)
{
    (void)state;
    enum { SLOTS = 1 << 12, ADDRESSES = SLOTS / 4 };
    for (uint32_t shift = 0; shift <= 48; shift += 8) {
        struct limiter *limiter = limiter_new(SLOTS, shift);
        for (uint64_t i = 1; i <= ADDRESSES; i++) {
            uint64_t bits = i << shift;
            (void)limiter_take(limiter, limiter_key(limiter, 0, 0, bits), &rule, 0);
            (void)limiter_take(limiter, limiter_key(limiter, 0, bits, 0), &rule, 0);
        }
        /* Half full: hardly a set has more than it holds. */
        assert_true(limiter->forgotten < ADDRESSES / 10);
        free(limiter);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_burst_then_one_each_interval),
        cmocka_unit_test(test_a_milder_rule_counts_at_once),
        cmocka_unit_test(test_as_a_bucket_for_each_key),
        cmocka_unit_test(test_in_a_flood_of_keys),
        cmocka_unit_test(test_memory_is_fixed),
        cmocka_unit_test(test_sets_fill_evenly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Never too low, exact for a crowd of a server's size, empty when all have gone. */
#include "gate/tally.h"

#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_beside_plain_counters(void **state)
{
    (void)state;
    enum { KEYS = 5000, CHANGES = 400000, MOST = 20000 };
    static struct tally tally;
    static uint32_t counters[KEYS];
    struct random random;
    uint32_t total = 0;
    tally.seed = 7;
    random_seed(&random, 7);
    for (int i = 0; i < CHANGES; i++) {
        uint64_t key = random_below(&random, KEYS);
        key = random_below(&random, 2) == 0 ? key : key % 3; /* three have most of them */
        if (counters[key] > 0 && (total == MOST || random_below(&random, 2) == 0)) {
            tally_drop(&tally, key, ~key);
            counters[key]--;
            total--;
        } else if (total < MOST) {
            tally_add(&tally, key, ~key);
            counters[key]++;
            total++;
        }
        assert_true(tally_count(&tally, key, ~key) >= counters[key]);
    }
    uint32_t wrong = 0;
    for (uint64_t key = 0; key < KEYS; key++) {
        wrong += tally_count(&tally, key, ~key) != counters[key];
    }
    assert_true(wrong < KEYS / 100);
    for (uint64_t key = 0; key < KEYS; key++) {
        for (; counters[key] > 0; counters[key]--) {
            tally_drop(&tally, key, ~key);
        }
    }
    for (uint64_t key = 0; key < KEYS; key++) {
        assert_int_equal(tally_count(&tally, key, ~key), 0);
    }
}

static void test_one_key_has_many(void **state)
{
    (void)state;
    static struct tally tally;
    tally.seed = 1;
    for (int i = 0; i < 20000; i++) {
        tally_add(&tally, 1, 1);
    }
    assert_int_equal(tally_count(&tally, 1, 1), 20000);
    assert_int_equal(tally_count(&tally, 1, 2), 0);
    assert_int_equal(tally_count(&tally, 2, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_beside_plain_counters),
        cmocka_unit_test(test_one_key_has_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "hooks/backoff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void the_schedule(void **state)
{
    static const int64_t delays[] = {5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400};
    int64_t seconds = 0;
    (void)state;
    for (uint32_t tries = 1; tries < HOOK_TRIES_MAX; tries++) {
        int64_t delay = delays[tries - 1];
        int64_t least = INT64_MAX;
        int64_t most = 0;
        for (uint32_t chance = 0; chance < 100000; chance++) {
            assert_true(hook_backoff(tries, chance, 0, &seconds));
            least = seconds < least ? seconds : least;
            most = seconds > most ? seconds : most;
        }
        assert_int_equal(least, delay - delay / 5);
        assert_int_equal(most, delay + delay / 5);
    }
    assert_false(hook_backoff(HOOK_TRIES_MAX, 0, 60, &seconds));
}

static void what_the_receiver_asks_for(void **state)
{
    int64_t seconds = 0;
    (void)state;
    assert_true(hook_backoff(1, 0, 120, &seconds));
    assert_int_equal(seconds, 120);
    assert_true(hook_backoff(3, 0, 120, &seconds));
    assert_int_equal(seconds, 1440);
    assert_true(hook_backoff(1, 0, INT64_MAX, &seconds));
    assert_int_equal(seconds, 86400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_schedule),
        cmocka_unit_test(what_the_receiver_asks_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

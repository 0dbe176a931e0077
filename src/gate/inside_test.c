/* Sessions by when they began: against a list of them, and the bound. */
#include "gate/inside.h"

#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SESSION_SECONDS = 100, TICKS_MAX = 64, SESSIONS_MAX = 2000, STEPS = 5000 };

static void test_against_a_list(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        static int64_t began[SESSIONS_MAX]; /* -1: over */
        uint32_t entered[TICKS_MAX] = {0};
        struct inside inside;
        struct random random;
        uint32_t sessions = 0;
        int64_t tick = 0;
        random_seed(&random, seed);
        inside_init(&inside, SESSION_SECONDS, entered, 0, tick);
        for (int step = 0; step < STEPS && sessions < SESSIONS_MAX; step++) {
            uint64_t dice = random_below(&random, 10);
            uint32_t which = sessions > 0 ? (uint32_t)random_below(&random, sessions) : 0;
            if (dice < 4) {
                inside_enter(&inside);
                began[sessions++] = tick;
            } else if (dice < 7 && sessions > 0 && began[which] >= 0) {
                inside_leave(&inside, began[which]);
                began[which] = -1;
            } else if (dice >= 7) {
                tick += random_between(&random, 0, dice == 9 ? 30 : 2);
                inside_advance(&inside, tick);
            }
            uint32_t expected = 0;
            for (uint32_t i = 0; i < sessions; i++) {
                bool over = began[i] < 0 || tick - began[i] >= inside_ticks(SESSION_SECONDS);
                began[i] = over ? -1 : began[i];
                expected += !over;
            }
            assert_int_equal(inside_count(&inside), expected);
        }
    }
}

static void test_a_session_counts_as_long_as_it_lasts(void **state)
{
    (void)state;
    uint32_t entered[TICKS_MAX] = {0};
    struct inside inside;
    inside_init(&inside, SESSION_SECONDS, entered, 0, 5);
    inside_enter(&inside);
    inside_advance(&inside, 5 + (SESSION_SECONDS + INSIDE_TICK_SECONDS - 1) / INSIDE_TICK_SECONDS);
    assert_int_equal(inside_count(&inside), 1);
    inside_advance(&inside, 5 + inside_ticks(SESSION_SECONDS));
    assert_int_equal(inside_count(&inside), 0);
}

static void test_room(void **state)
{
    (void)state;
    uint32_t entered[TICKS_MAX] = {0};
    struct inside inside;
    inside_init(&inside, SESSION_SECONDS, entered, 2, 0);
    assert_int_equal(inside_room(&inside), 2);
    inside_enter(&inside);
    inside_enter(&inside);
    assert_int_equal(inside_room(&inside), 0);
    assert_int_equal(inside_room_soon(&inside), 0);
    inside_advance(&inside, inside_ticks(SESSION_SECONDS) - 1);
    assert_int_equal(inside_room(&inside), 0);
    assert_int_equal(inside_room_soon(&inside), 2); /* both end with the next tick */
    inside.most = 0;
    assert_int_equal(inside_room(&inside), UINT32_MAX);
    inside.most = 1; /* the figure fell: nobody is sent away, nobody comes in */
    assert_int_equal(inside_room(&inside), 0);
}

static void test_strangers(void **state)
{
    (void)state;
    uint32_t entered[TICKS_MAX] = {0};
    struct inside inside;
    inside_init(&inside, SESSION_SECONDS, entered, 10, 3);
    inside_restore(&inside, 4);
    assert_int_equal(inside_count(&inside), 4);
    inside_recognise(&inside, -7); /* began before this clock did */
    assert_int_equal(inside_count(&inside), 4);
    inside_leave(&inside, -7);
    assert_int_equal(inside_count(&inside), 3);
    inside_recognise(&inside, -1000); /* over already, by this clock: it ends with the next tick */
    inside_advance(&inside, 4);
    assert_int_equal(inside_count(&inside), 2);
    inside_advance(&inside, 3 + inside_ticks(SESSION_SECONDS));
    assert_int_equal(inside_count(&inside), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_a_list),
        cmocka_unit_test(test_a_session_counts_as_long_as_it_lasts),
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_strangers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

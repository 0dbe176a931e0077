/* The inversion counter against two loops, and the windows against counting. */
#include "base/random.h"
#include "crowd/fairness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MARGIN = 10, TURNS = 60, WORLDS = 400 };

static bool is_inversion(const struct crowd_turn *a, const struct crowd_turn *b)
{
    if (a->place == 0 || b->place == 0 || a->place >= b->place || b->came_us < 0) {
        return false;
    }
    bool told = a->told_us >= 0 && b->came_us < a->told_us;
    bool stood =
        a->asked_us >= 0 && b->came_us > a->asked_us + MARGIN && b->came_us < a->until_us - MARGIN;
    return told || stood;
}

static uint64_t counted(const struct crowd_turn *turns, uint32_t count)
{
    uint64_t pairs = 99;
    assert_int_equal(crowd_inversions(turns, count, MARGIN, &pairs), STATUS_OK);
    return pairs;
}

static void what_counts(void **state)
{
    /* place, told, asked, until, came */
    struct crowd_turn told[] = {{2, 100, 200, 210, 210}, {4, -1, 80, 90, 90}};
    struct crowd_turn stood[] = {{2, 50, 100, 200, 200}, {4, 50, 140, 150, 150}};
    (void)state;
    assert_int_equal(counted(told, 2), 1);
    told[0].told_us = 90; /* asked when b came in: b need not have been in */
    assert_int_equal(counted(told, 2), 0);
    assert_int_equal(counted(stood, 2), 1);
    stood[0].until_us = stood[0].came_us = 160; /* within what a slow page explains */
    assert_int_equal(counted(stood, 2), 0);
    stood[0].came_us = -1; /* left after it had stood there for long */
    stood[0].until_us = 500;
    assert_int_equal(counted(stood, 2), 1);
    stood[0].place = 4; /* the same place is no earlier one */
    assert_int_equal(counted(stood, 2), 0);
    stood[0].place = 0; /* unknown */
    assert_int_equal(counted(stood, 2), 0);
}

static void none_in_order(void **state)
{
    static struct crowd_turn turns[1000];
    (void)state;
    for (int64_t i = 0; i < 1000; i++) {
        turns[i] =
            (struct crowd_turn){(uint64_t)i + 1, i * 50, i * 50 + 20, i * 50 + 40, i * 50 + 40};
    }
    assert_int_equal(counted(turns, 1000), 0);
    assert_int_equal(counted(turns, 0), 0);
}

/* Backwards, all waiting until the end: every pair. */
static void all_backwards(void **state)
{
    static struct crowd_turn turns[1000];
    (void)state;
    for (int64_t i = 0; i < 1000; i++) {
        int64_t came = (1000 - i) * 50;
        turns[i] = (struct crowd_turn){(uint64_t)i + 1, came - 1, came, came, came};
    }
    assert_int_equal(counted(turns, 1000), 1000 * 999 / 2);
}

static void the_same_as_two_loops(void **state)
{
    struct random random;
    struct crowd_turn turns[TURNS];
    (void)state;
    random_seed(&random, 11);
    for (int world = 0; world < WORLDS; world++) {
        uint64_t pairs = 0;
        for (uint32_t i = 0; i < TURNS; i++) {
            int64_t told = random_between(&random, -50, 300);
            int64_t asked = random_between(&random, told > 0 ? told : 0, 350);
            int64_t until = random_between(&random, asked, 400);
            bool came = random_below(&random, 4) > 0;
            turns[i] = (struct crowd_turn){random_below(&random, 40), told < 0 ? -1 : told,
                                           random_below(&random, 3) > 0 ? asked : -1, until,
                                           came ? until : -1};
        }
        for (uint32_t a = 0; a < TURNS; a++) {
            for (uint32_t b = 0; b < TURNS; b++) {
                pairs += is_inversion(&turns[a], &turns[b]) ? 1 : 0;
            }
        }
        assert_int_equal(counted(turns, TURNS), pairs);
    }
}

static void the_most_in_any_stretch(void **state)
{
    static const int64_t times[] = {0, 400, 999, 1000, 1399, 1400, 5000};
    struct crowd_entry entries[7];
    (void)state;
    for (int i = 0; i < 7; i++) {
        entries[i] = (struct crowd_entry){times[i], times[i]};
    }
    assert_int_equal(crowd_most_within(entries, 0, 1000), 0);
    assert_int_equal(crowd_most_within(entries, 1, 1000), 1);
    assert_int_equal(crowd_most_within(entries, 7, 1000), 4); /* 400 .. 1399, 999 .. 1400 */
    assert_int_equal(crowd_most_within(entries, 7, 1), 1);
    assert_int_equal(crowd_most_within(entries, 7, 10000), 7);
    /* Held up from 300 to 1400: the five that were read then may lie 1100 apart. */
    for (int i = 1; i < 6; i++) {
        entries[i] = (struct crowd_entry){300, 1400};
    }
    assert_int_equal(crowd_most_within(entries, 7, 1000), 1);
    assert_int_equal(crowd_most_within(entries, 7, 1101), 5);
}

static void bounds(void **state)
{
    (void)state;
    assert_int_equal(crowd_second_bound(3), 4);
    assert_int_equal(crowd_second_bound(3.3), 4);
    assert_int_equal(crowd_second_bound(100), 105);
    assert_int_equal(crowd_minute_bound(3), 181);
    assert_int_equal(crowd_minute_bound(100), 6060);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_counts),
        cmocka_unit_test(none_in_order),
        cmocka_unit_test(all_backwards),
        cmocka_unit_test(the_same_as_two_loops),
        cmocka_unit_test(the_most_in_any_stretch),
        cmocka_unit_test(bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* An announced opening, staff's hand, clocks that jump. The times are minutes of one evening. */
#include "gate/opening.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define AT(minute) (INT64_C(1796580000) + (minute)*INT64_C(60))

/* A television moment at minute 50, which closes nothing, and openings. */
struct evening {
    struct shop shop;
    struct moment moments[3];
    struct opening_state opening;
};

static void evening_begin(struct evening *evening, int64_t opens, int32_t minutes_before)
{
    *evening = (struct evening){.shop = {.moment_count = 2, .gate = {.order = GATE_DRAW}}};
    evening->moments[0] = (struct moment){.at = AT(50)};
    evening->moments[1] =
        (struct moment){.at = AT(opens), .closes_before_seconds = minutes_before * 60};
    evening->shop.moments = evening->moments;
}

/* Does what is to be done at that time; the numbers given are 100. */
static enum opening_step at(struct evening *evening, int64_t now)
{
    enum opening_step step = opening_step(&evening->opening, &evening->shop, now);
    if (step == OPENING_CLOSES) {
        opening_close(&evening->opening, opening_announced(&evening->shop, now), 42, now);
    } else if (step == OPENING_OPENS) {
        opening_open(&evening->opening, &evening->shop, 100, now);
    }
    return step;
}

static void test_closes_and_opens(void **state)
{
    (void)state;
    struct evening evening;
    evening_begin(&evening, 100, 30);
    for (int64_t now = AT(0); now < AT(200); now++) {
        enum opening_step expected = now == AT(70)    ? OPENING_CLOSES
                                     : now == AT(100) ? OPENING_OPENS
                                                      : OPENING_STAYS;
        assert_int_equal(at(&evening, now), expected);
        assert_int_equal(evening.opening.closed, now >= AT(70) && now < AT(100));
    }
    assert_true(evening.opening.drawn);
    assert_int_equal(evening.opening.seed, 42);
    assert_int_equal(evening.opening.count, 100);
    assert_int_equal(evening.opening.since, AT(100));
}

static void test_in_order_nothing_is_drawn(void **state)
{
    (void)state;
    struct evening evening;
    evening_begin(&evening, 100, 30);
    evening.shop.gate.order = GATE_FIFO;
    (void)at(&evening, AT(70));
    (void)at(&evening, AT(100));
    assert_false(evening.opening.drawn);
    assert_int_equal(evening.opening.count, 0);
}

static void test_the_seed_has_59_bits(void **state)
{
    (void)state;
    struct opening_state opening = {.closed = false};
    opening_close(&opening, 0, UINT64_MAX, AT(1));
    assert_int_equal(opening.seed, OPENING_SEED_MOST);
    opening = (struct opening_state){.closed = false};
    opening_close(&opening, 0, 0, AT(1));
    assert_int_equal(opening.seed, 1);
}

/* The server slept over both, or only over the opening. */
static void test_late(void **state)
{
    (void)state;
    struct evening evening;
    evening_begin(&evening, 100, 30);
    assert_int_equal(at(&evening, AT(150)), OPENING_STAYS);
    evening_begin(&evening, 100, 30);
    assert_int_equal(at(&evening, AT(80)), OPENING_CLOSES);
    assert_int_equal(at(&evening, AT(150)), OPENING_OPENS);
    assert_int_equal(evening.opening.seed, 42);
}

static void test_a_clock_that_jumps(void **state)
{
    (void)state;
    struct evening evening;
    evening_begin(&evening, 100, 30);
    (void)at(&evening, AT(80));
    assert_int_equal(at(&evening, AT(10)), OPENING_STAYS); /* back before the closing */
    assert_true(evening.opening.closed);
    assert_int_equal(at(&evening, AT(99)), OPENING_STAYS);
    assert_int_equal(at(&evening, AT(100)), OPENING_OPENS);
    struct opening_state opened = evening.opening;
    for (int64_t now = AT(60); now < AT(110); now += 7) { /* back again: it is not closed twice */
        assert_int_equal(at(&evening, now), OPENING_STAYS);
    }
    assert_memory_equal(&opened, &evening.opening, sizeof opened);
    assert_int_equal(at(&evening, AT(1000000)), OPENING_STAYS);
}

/* Of two openings that were carried out, neither comes again; two that overlap are one. */
static void test_two_openings(void **state)
{
    (void)state;
    struct evening evening;
    evening_begin(&evening, 100, 30);
    evening.shop.moment_count = 3;
    evening.moments[2] = (struct moment){.at = AT(110), .closes_before_seconds = 20 * 60};
    assert_int_equal(at(&evening, AT(95)), OPENING_CLOSES);
    assert_int_equal(evening.opening.opens_at, AT(100));
    assert_int_equal(at(&evening, AT(100)), OPENING_STAYS);
    assert_int_equal(evening.opening.opens_at, AT(110));
    assert_int_equal(at(&evening, AT(110)), OPENING_OPENS);
    assert_int_equal(at(&evening, AT(95)), OPENING_STAYS);
    evening.moments[2].at = AT(300);
    assert_int_equal(at(&evening, AT(285)), OPENING_CLOSES);
    assert_int_equal(evening.opening.seed, 42);
}

/* The shop file changes while the door is closed. */
static void test_the_announcement_moves(void **state)
{
    (void)state;
    struct evening evening;
    evening_begin(&evening, 100, 30);
    (void)at(&evening, AT(80));
    evening.moments[1].at = AT(105);
    assert_int_equal(at(&evening, AT(90)), OPENING_STAYS);
    assert_int_equal(evening.opening.opens_at, AT(105));
    evening.moments[1].at = AT(92);
    assert_int_equal(at(&evening, AT(91)), OPENING_STAYS);
    assert_int_equal(at(&evening, AT(92)), OPENING_OPENS);
    evening_begin(&evening, 100, 30);
    (void)at(&evening, AT(80));
    evening.moments[1].retired = true; /* taken back */
    assert_int_equal(at(&evening, AT(81)), OPENING_OPENS);
}

static void test_by_hand(void **state)
{
    (void)state;
    struct evening evening;
    evening_begin(&evening, 100, 30);
    opening_close(&evening.opening, 0, 42, AT(60));
    assert_int_equal(at(&evening, AT(75)), OPENING_STAYS);
    assert_int_equal(at(&evening, AT(130)), OPENING_STAYS); /* only staff opens */
    opening_open(&evening.opening, &evening.shop, 9, AT(131));
    assert_int_equal(evening.opening.count, 9);
    /* Opened before its time: it is not closed again. */
    evening_begin(&evening, 100, 30);
    (void)at(&evening, AT(80));
    opening_open(&evening.opening, &evening.shop, 9, AT(81));
    assert_int_equal(at(&evening, AT(82)), OPENING_STAYS);
    assert_false(evening.opening.closed);
    /* Closed by the plan, then kept closed by hand: the seed stays, its hash is out. */
    evening_begin(&evening, 100, 30);
    (void)at(&evening, AT(80));
    opening_close(&evening.opening, 0, 1000, AT(90));
    assert_int_equal(evening.opening.seed, 42);
    assert_int_equal(at(&evening, AT(100)), OPENING_STAYS);
    assert_true(evening.opening.closed);
}

/* Everybody who looks again when told is there soon after the opening, nobody before it, and no
 * second has more than its share; the times between never exceed the most. */
static void test_looks_are_spread(void **state)
{
    (void)state;
    static uint32_t looks[OPENING_SPREAD + 1];
    for (uint32_t line = 1; line < 200000; line = line * 3 + 1) {
        memset(looks, 0, sizeof looks);
        for (uint32_t lot = 0; lot < line; lot++) {
            uint32_t left = 1 + lot % 1000;
            uint32_t seconds = opening_look_seconds(left, lot, line, 60);
            while (seconds < left) {
                assert_in_range(seconds, 15, 60);
                left -= seconds;
                seconds = opening_look_seconds(left, lot, line, 60);
            }
            assert_in_range(seconds - left, 0, OPENING_SPREAD - 1);
            assert_true(seconds <= 60);
            looks[seconds - left]++;
        }
        for (uint32_t i = 0; i <= OPENING_SPREAD; i++) {
            uint32_t share = line / OPENING_SPREAD + 1;
            assert_true(looks[i] <= (share > OPENING_LOOKS ? share : (uint32_t)OPENING_LOOKS));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closes_and_opens),
        cmocka_unit_test(test_in_order_nothing_is_drawn),
        cmocka_unit_test(test_the_seed_has_59_bits),
        cmocka_unit_test(test_late),
        cmocka_unit_test(test_a_clock_that_jumps),
        cmocka_unit_test(test_two_openings),
        cmocka_unit_test(test_the_announcement_moves),
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_looks_are_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Who may hold the last units: whoever came first, within bounds that nobody can stretch. */
#include "gate/turn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { JAR = 7, BOX = 8 };

static struct turns turns;

static struct turn_visitor visitor(int64_t since, uint64_t number)
{
    return (struct turn_visitor){since, number};
}

static struct turn_view ask(int64_t now, struct turn_visitor who, uint32_t units, uint32_t left)
{
    struct turn_view view;
    turns_ask(&turns, now, who, JAR, units, left, &view);
    return view;
}

static int begin(void **state)
{
    (void)state;
    turns_init(&turns);
    return 0;
}

static void test_with_enough_nobody_waits(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= 50; i++) {
        turns_claim(&turns, 1000, visitor(100, i), JAR, 2);
    }
    assert_true(ask(1001, visitor(900, 99), 1, 101).may);
    assert_int_equal(turns.waited, 0);
    /* One less, and it is short. */
    assert_false(ask(1001, visitor(900, 99), 1, 100).may);
}

static void test_who_came_first_holds_first(void **state)
{
    (void)state;
    turns_claim(&turns, 1000, visitor(100, 5), JAR, 2);
    turns_claim(&turns, 1000, visitor(200, 4), JAR, 1);
    struct turn_view view = ask(1010, visitor(300, 1), 1, 3);
    assert_false(view.may);
    assert_int_equal(view.units_before, 3);
    assert_int_equal(view.people_before, 2);
    assert_int_equal(view.seconds_most, TURN_SECONDS);
    assert_false(ask(1011, visitor(200, 6), 1, 3).may); /* came at once with 4, and after it */
    assert_true(ask(1012, visitor(200, 4), 1, 3).may);
    turns_done(&turns, visitor(200, 4), JAR);
    assert_true(ask(1013, visitor(100, 5), 2, 2).may);
    turns_done(&turns, visitor(100, 5), JAR);
    assert_true(ask(1014, visitor(200, 6), 1, 1).may == true);
}

/* Nothing is left, or less than is asked for: the core says it, nobody waits for it. */
static void test_sold_out_needs_no_turn(void **state)
{
    (void)state;
    turns_claim(&turns, 1000, visitor(100, 5), JAR, 2);
    assert_true(ask(1001, visitor(300, 1), 1, 0).may);
    assert_true(ask(1001, visitor(300, 2), 3, 2).may);
}

static void test_another_offer_is_another_matter(void **state)
{
    (void)state;
    turns_claim(&turns, 1000, visitor(100, 5), BOX, 20);
    assert_true(ask(1001, visitor(300, 1), 1, 1).may);
}

static void test_a_chance_ends(void **state)
{
    (void)state;
    turns_claim(&turns, 1000, visitor(100, 5), JAR, 1);
    assert_false(ask(1100, visitor(300, 1), 1, 1).may); /* short since 1100 */
    turns_claim(&turns, 1170, visitor(100, 5), JAR, 1); /* still here */
    turns_claim(&turns, 1250, visitor(100, 5), JAR, 1);
    struct turn_view view = ask(1100 + TURN_SECONDS - 1, visitor(300, 1), 1, 1);
    assert_false(view.may);
    assert_int_equal(view.seconds_most, 1);
    assert_true(ask(1100 + TURN_SECONDS, visitor(300, 1), 1, 1).may);
}

/* Who decides while it is short has their whole time for it, but once. */
static void test_a_claim_made_later_has_its_time(void **state)
{
    (void)state;
    turns_claim(&turns, 1000, visitor(300, 2), JAR, 1);
    assert_false(ask(1000, visitor(300, 3), 1, 1).may);
    turns_claim(&turns, 1100, visitor(100, 1), JAR, 1);
    turns_claim(&turns, 1150, visitor(100, 1), JAR, 1);
    assert_false(ask(1100 + TURN_SECONDS - 1, visitor(300, 3), 1, 1).may);
    assert_true(ask(1100 + TURN_SECONDS, visitor(300, 3), 1, 1).may);
}

static void test_who_has_gone_holds_nobody_up(void **state)
{
    (void)state;
    turns_claim(&turns, 1000, visitor(100, 5), JAR, 1);
    assert_false(ask(1000 + TURN_HERE_SECONDS, visitor(300, 1), 1, 1).may);
    assert_true(ask(1001 + TURN_HERE_SECONDS, visitor(300, 1), 1, 1).may);
}

static void test_what_is_given_up_is_free(void **state)
{
    (void)state;
    turns_claim(&turns, 1000, visitor(100, 5), JAR, 1);
    turns_done(&turns, visitor(100, 6), JAR); /* of somebody else */
    assert_false(ask(1001, visitor(300, 1), 1, 1).may);
    turns_done(&turns, visitor(100, 5), JAR);
    assert_true(ask(1002, visitor(300, 1), 1, 1).may);
}

/* Carts of early comers that come one after another hold nobody up for ever. */
static void test_nobody_waits_longer_than_the_bound(void **state)
{
    (void)state;
    int64_t now = 1000;
    turns_claim(&turns, now, visitor(0, 1), JAR, 1);
    int64_t began = now;
    struct turn_view view = ask(now, visitor(300, 999999), 1, 1);
    while (!view.may && now < began + 10 * TURN_WAIT_SECONDS) {
        now += 5;
        turns_claim(&turns, now, visitor(0, (uint64_t)now), JAR, 1);
        view = ask(now, visitor(300, 999999), 1, 1);
    }
    assert_int_equal(now - began, TURN_WAIT_SECONDS);
}

/* Who asked once and went away has not waited meanwhile. */
static void test_only_who_asks_again_waits(void **state)
{
    (void)state;
    struct turn_visitor late = visitor(300, 1);
    int64_t end = 1000 + TURN_WAIT_SECONDS;
    turns_claim(&turns, 1000, visitor(100, 5), JAR, 1);
    assert_false(ask(1000, late, 1, 1).may);
    for (int64_t now = 1000; now <= end; now += 60) {
        turns_claim(&turns, now, late, JAR, 1); /* reads on in the store */
    }
    turns_claim(&turns, end, visitor(100, 6), JAR, 1);
    assert_false(ask(end, late, 1, 1).may);
}

/* A claim that has lived out its time is a new one when the visitor comes back. */
static void test_who_comes_back_claims_anew(void **state)
{
    (void)state;
    turns_claim(&turns, 1000, visitor(100, 5), JAR, 1);
    assert_false(ask(1000, visitor(300, 1), 1, 1).may);
    int64_t back = 1001 + TURN_HERE_SECONDS;
    turns_claim(&turns, back, visitor(100, 5), JAR, 1);
    assert_int_equal(turns.claim_count, 2);
    struct turn_view view = ask(back, visitor(300, 1), 1, 1);
    assert_false(view.may);
    assert_int_equal(view.seconds_most, TURN_SECONDS);
}

/* Even where early comers take all places, and take them again and again. */
static void test_who_has_no_place_waits_no_longer(void **state)
{
    (void)state;
    for (int64_t at = 1000; at <= 1000 + TURN_WAIT_SECONDS; at += TURN_SECONDS / 2) {
        for (uint64_t i = 0; i < TURN_CLAIMS_MAX; i++) {
            turns_done(&turns, visitor(0, 1 + i), JAR);
            turns_claim(&turns, at, visitor(0, 1 + i), JAR, 1);
        }
        struct turn_view view = ask(at, visitor(300, 99999), 1, 10);
        assert_true(view.may == (at == 1000 + TURN_WAIT_SECONDS));
        assert_int_equal(turns.claim_count, TURN_CLAIMS_MAX);
    }
    assert_false(ask(1000 + TURN_WAIT_SECONDS, visitor(INT64_MAX, 0), 1, 10).may);
}

/* A program that nobody knows makes no claim, and comes after everybody who does. */
static void test_nobody_known(void **state)
{
    (void)state;
    struct turn_visitor nobody = {INT64_MAX, 0};
    uint32_t before = 0;
    assert_true(ask(1000, nobody, 3, 3).may);
    turns_claim(&turns, 1000, visitor(100, 5), JAR, 2);
    assert_int_equal(turns_claimed(&turns, 1001, nobody, JAR, &before), 2);
    assert_int_equal(before, 2);
    assert_int_equal(turns_claimed(&turns, 1001, visitor(100, 5), JAR, &before), 2);
    assert_int_equal(before, 0);
    assert_true(ask(1001, nobody, 1, 3).may);
    assert_false(ask(1001, nobody, 2, 3).may);
    assert_int_equal(turns.claim_count, 1);
}

static void test_a_full_table_keeps_the_first(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 2 * TURN_CLAIMS_MAX; i++) {
        turns_claim(&turns, 1000, visitor(500, 1000 + i), JAR, 1);
    }
    assert_int_equal(turns.claim_count, TURN_CLAIMS_MAX);
    for (uint64_t i = 0; i < 100; i++) {
        turns_claim(&turns, 1001, visitor(100, 1 + i), JAR, 1);
    }
    assert_int_equal(turns.claim_count, TURN_CLAIMS_MAX);
    assert_true(ask(1002, visitor(100, 100), 1, 100).may);
    struct turn_view view = ask(1002, visitor(400, 1), 1, 100);
    assert_false(view.may);
    /* Their places are free again once nobody has heard of them. */
    turns_claim(&turns, 1002 + TURN_HERE_SECONDS, visitor(600, 1), JAR, 1);
    assert_true(ask(1002 + TURN_HERE_SECONDS, visitor(600, 1), 1, 200).may);
}

/* ---- an evening ---- */

enum { PEOPLE = 300, SCRIPTS = 500, UNITS = 150, ENOUGH = 2000 };

struct shopper {
    struct turn_visitor who;
    int64_t cart_at, checkout_at; /* then every five seconds */
    bool is_script, bought;
};

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

/* People came first and take their time: half a minute to look, up to two minutes for the form. A
 * script comes after them with five hundred cookies, and asks in the same second. */
static void test_a_fast_script_gains_nothing(void **state)
{
    (void)state;
    static struct shopper shoppers[PEOPLE + SCRIPTS];
    uint32_t random = 7;
    for (uint32_t i = 0; i < PEOPLE; i++) {
        int64_t cart = 30 + next_random(&random) % 10;
        int64_t form = 20 + next_random(&random) % 100;
        shoppers[i] =
            (struct shopper){visitor(i / 30, i + 1), cart, cart + form, .is_script = false};
    }
    for (uint32_t i = 0; i < SCRIPTS; i++) {
        shoppers[PEOPLE + i] = (struct shopper){visitor(20, 10000 + i), 41, 41, .is_script = true};
    }
    uint32_t left = UNITS;
    uint32_t scripts = 0;
    uint32_t latest = 0;
    for (int64_t now = 0; now < ENOUGH && left > 0; now++) {
        for (uint32_t i = 0; i < PEOPLE + SCRIPTS && left > 0; i++) {
            struct shopper *shopper = &shoppers[i];
            struct turn_view view;
            if (shopper->bought) {
                continue;
            }
            if (now == shopper->cart_at) {
                turns_claim(&turns, now, shopper->who, JAR, 1);
            }
            if (now >= shopper->checkout_at && (now - shopper->checkout_at) % 5 == 0) {
                turns_ask(&turns, now, shopper->who, JAR, 1, left, &view);
                if (view.may) {
                    shopper->bought = true;
                    left--;
                    turns_done(&turns, shopper->who, JAR);
                    scripts += shopper->is_script;
                    latest = shopper->is_script || i < latest ? latest : i;
                }
            }
        }
    }
    assert_int_equal(left, 0);
    assert_int_equal(scripts, 0);
    assert_in_range(latest, UNITS - 1, UNITS - 1); /* the first 150, and nobody else */
}

/* The same, but every second person leaves without a word: all is sold, and to people first. */
static void test_those_who_leave_keep_nothing_back(void **state)
{
    (void)state;
    uint32_t left = UNITS;
    uint32_t people = 0;
    for (uint32_t i = 0; i < PEOPLE; i++) {
        turns_claim(&turns, 0, visitor(i / 30, i + 1), JAR, 1);
    }
    for (int64_t now = 1; now < ENOUGH && left > 0; now++) {
        for (uint32_t i = 0; i < PEOPLE + SCRIPTS && left > 0; i++) {
            struct turn_view view;
            bool person = i < PEOPLE;
            struct turn_visitor who = person ? visitor(i / 30, i + 1) : visitor(20, 10000 + i);
            if (person && (i % 2 == 1 || now != 20 + i % 90)) {
                continue;
            }
            turns_ask(&turns, now, who, JAR, 1, left, &view);
            if (view.may) {
                left--;
                turns_done(&turns, who, JAR);
                people += person;
            }
        }
    }
    assert_int_equal(left, 0);
    /* Every person who came to the checkout while it was their turn. */
    assert_in_range(people, UNITS / 2, UNITS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_with_enough_nobody_waits, begin),
        cmocka_unit_test_setup(test_who_came_first_holds_first, begin),
        cmocka_unit_test_setup(test_sold_out_needs_no_turn, begin),
        cmocka_unit_test_setup(test_another_offer_is_another_matter, begin),
        cmocka_unit_test_setup(test_a_chance_ends, begin),
        cmocka_unit_test_setup(test_a_claim_made_later_has_its_time, begin),
        cmocka_unit_test_setup(test_who_has_gone_holds_nobody_up, begin),
        cmocka_unit_test_setup(test_what_is_given_up_is_free, begin),
        cmocka_unit_test_setup(test_nobody_waits_longer_than_the_bound, begin),
        cmocka_unit_test_setup(test_only_who_asks_again_waits, begin),
        cmocka_unit_test_setup(test_who_comes_back_claims_anew, begin),
        cmocka_unit_test_setup(test_who_has_no_place_waits_no_longer, begin),
        cmocka_unit_test_setup(test_nobody_known, begin),
        cmocka_unit_test_setup(test_a_full_table_keeps_the_first, begin),
        cmocka_unit_test_setup(test_a_fast_script_gains_nothing, begin),
        cmocka_unit_test_setup(test_those_who_leave_keep_nothing_back, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

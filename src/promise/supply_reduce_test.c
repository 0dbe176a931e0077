/* What was bought goes again when nobody needs it any more: by whole packs, down to nothing or to
 * the supplier's minimum, and only what nobody has looked at yet. Worked out by hand from
 * docs/promise.md, "Supply"; 1 December 2026 is a Tuesday. */
#include "tests/support/world_look.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* What is sold needs no work and is fetched: its day is its material's. */
#define SHOP(mill, items)                                                                          \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "promise: {horizon_days: 60, hold_minutes: 15, payment_minutes: 35}\n"                         \
    "suppliers: {mill: {lead_days: 2, receiving_days: 1" mill "}}\n"                               \
    "items: {" items "}\n"
#define OFFER(name, items)                                                                         \
    name ": {name: " name ", price: 5.00, vat_rate: 0, items: {" items "}, on_site: true}"
#define BOX(keys) "box: {unit_cost: 1.00, supplier: mill, " keys "}"
#define TEN_BOXES BOX("on_hand: 10, pack_size: 12")
#define JARS      "offers: {" OFFER("jar", "box: 1") "}\n"
#define POTS      "offers: {" OFFER("jar", "box: 1") ", " OFFER("pot", "tin: 1") "}\n"

static void deliver_check(struct world *world, uint32_t key, const char *ask, const char *day)
{
    char expected[32];
    snprintf(expected, sizeof expected, "ok deliver %s", day);
    assert_memory_equal(world_order(world, key, ask), expected, strlen(expected));
}

static void test_reduced_when_cancelled(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP("", TEN_BOXES) JARS, "2026-12-01T09:00");
    deliver_check(&world, 1, "jar=11", "2026-12-04");
    world_step(&world, PROMISE_CANCEL, 1);
    assert_string_equal(world_entries(&world), "");
    assert_string_equal(world_atp(&world, "box", 4), "10 10 10 10");
    /* Of 24, twelve are still needed. */
    deliver_check(&world, 2, "jar=11", "2026-12-04");
    deliver_check(&world, 3, "jar=20", "2026-12-04");
    assert_string_equal(world_entries(&world), "2 box 24 of 2026-12-01 due 2026-12-04 proposed");
    world_step(&world, PROMISE_CANCEL, 2);
    assert_string_equal(world_entries(&world), "2 box 12 of 2026-12-01 due 2026-12-04 proposed");
    assert_string_equal(world_atp(&world, "box", 4), "2 2 2 2");
    world_close_replayed(&world);
}

/* Only what nobody has looked at yet goes by itself. */
static void test_only_what_is_proposed_is_reduced(void **unused)
{
    (void)unused;
    static const char *const steps[] = {"approved mill 2026-12-01", "sent mill 2026-12-01"};
    static const char *const left[] = {"1 box 12 of 2026-12-01 due 2026-12-04 approved",
                                       "1 box 12 of 2026-12-01 due 2026-12-04 sent"};
    for (size_t i = 0; i < 2; i++) {
        struct world world;
        world_open(&world, SHOP("", TEN_BOXES) JARS, "2026-12-01T09:00");
        deliver_check(&world, 1, "jar=11", "2026-12-04");
        assert_string_equal(world_change(&world, steps[i]), "ok");
        world_step(&world, PROMISE_CANCEL, 1);
        assert_string_equal(world_entries(&world), left[i]);
        world_close_replayed(&world);
    }
}

/* Nor what was put off until after the horizon, where nobody knows who will need it, nor what was
 * due on a day that is past, which is no supply: what takes its place goes, and it is left to
 * people. */
static void test_what_was_put_off_is_not_reduced(void **unused)
{
    (void)unused;
    static const char *const changes[] = {"date 1 2027-01-30", "date 1 2026-11-30"};
    static const char *const left[] = {"1 box 12 of 2026-12-01 due 2027-01-30 proposed",
                                       "1 box 12 of 2026-12-01 due 2026-11-30 proposed"};
    for (size_t i = 0; i < 2; i++) {
        struct world world;
        char both[128];
        snprintf(both, sizeof both, "%s, 2 box 12 of 2026-12-01 due 2026-12-04 proposed", left[i]);
        world_open(&world, SHOP("", TEN_BOXES) JARS, "2026-12-01T09:00");
        deliver_check(&world, 1, "jar=11", "2026-12-04");
        assert_string_equal(world_change(&world, changes[i]), "ok moved 1");
        assert_string_equal(world_entries(&world), both);
        world_step(&world, PROMISE_CANCEL, 1);
        assert_string_equal(world_entries(&world), left[i]);
        world_close_replayed(&world);
    }
}

static void test_reduced_when_a_hold_expires(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP("", TEN_BOXES) JARS, "2026-12-01T09:00");
    world_hold(&world, 1, "jar=11");
    assert_string_equal(world_entries(&world), "1 box 12 of 2026-12-01 due 2026-12-04 proposed");
    world_at(&world, "2026-12-01T09:14:59");
    assert_string_equal(world_entries(&world), "1 box 12 of 2026-12-01 due 2026-12-04 proposed");
    world_at(&world, "2026-12-01T09:15");
    assert_string_equal(world_status(&world, 1), "expired");
    assert_string_equal(world_entries(&world), "");
    /* On the next day it is too late to shrink what was to be sent on this one. */
    world_at(&world, "2026-12-01T23:50");
    world_hold(&world, 2, "jar=11");
    world_at(&world, "2026-12-02T00:05");
    assert_string_equal(world_status(&world, 2), "expired");
    assert_string_equal(world_entries(&world), "2 box 12 of 2026-12-01 due 2026-12-04 proposed");
    world_close_replayed(&world);
}

/* Paid for late, it is bought again where it still comes in time. */
static void test_a_late_payment_buys_again(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP("", TEN_BOXES) JARS, "2026-12-01T09:00");
    world_hold(&world, 1, "jar=11");
    world_hold(&world, 2, "jar=11");
    world_at(&world, "2026-12-01T09:15");
    assert_string_equal(world_entries(&world), "");
    assert_string_equal(world_step(&world, PROMISE_CONFIRM, 1), "ok confirmed");
    assert_string_equal(world_entries(&world), "2 box 12 of 2026-12-01 due 2026-12-04 proposed");
    assert_string_equal(world_pegs(&world, 1), "2=12");
    /* Tomorrow it would come a day too late. */
    world_at(&world, "2026-12-02T09:00");
    assert_string_equal(world_step(&world, PROMISE_CONFIRM, 2), "hold-expired expired");
    assert_string_equal(world_entries(&world), "2 box 12 of 2026-12-01 due 2026-12-04 proposed");
    world_close_replayed(&world);
}

/* The new order takes its reservations first: what it needs itself stays. */
static void test_reduced_when_replaced(void **unused)
{
    (void)unused;
    static const struct {
        const char *ask;
        const char *entries;
    } cases[] = {{"jar=10", ""},
                 {"jar=11", "1 box 12 of 2026-12-01 due 2026-12-04 proposed"},
                 {"jar=22", "1 box 12 of 2026-12-01 due 2026-12-04 proposed"},
                 {"jar=23", "1 box 24 of 2026-12-01 due 2026-12-04 proposed"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world world;
        world_open(&world, SHOP("", TEN_BOXES) JARS, "2026-12-01T09:00");
        world_hold(&world, 1, "jar=11");
        world_replace(&world, 2, 1, cases[i].ask);
        assert_string_equal(world_status(&world, 1), "replaced");
        assert_string_equal(world_status(&world, 2), "held");
        assert_string_equal(world_entries(&world), cases[i].entries);
        world_close_replayed(&world);
    }
}

/* What is left must still be an order that the supplier takes, or nothing at all. */
static void test_reduced_down_to_the_minimum(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world,
               SHOP(", minimum_order_value: 30.00",
                    TEN_BOXES ", tin: {unit_cost: 5.00, supplier: mill, on_hand: 0}") POTS,
               "2026-12-01T09:00");
    deliver_check(&world, 1, "jar=11", "2026-12-04");
    deliver_check(&world, 2, "jar=30", "2026-12-04");
    assert_string_equal(world_entries(&world), "1 box 36 of 2026-12-01 due 2026-12-04 proposed");
    world_step(&world, PROMISE_CANCEL, 2);
    assert_string_equal(world_entries(&world), "1 box 36 of 2026-12-01 due 2026-12-04 proposed");
    /* Four tins are 20.00: with them, 24 boxes may go, and with one tin none. */
    deliver_check(&world, 3, "pot=4", "2026-12-04");
    deliver_check(&world, 4, "jar", "2026-12-01");
    world_step(&world, PROMISE_CANCEL, 4);
    assert_string_equal(world_entries(&world), "1 box 12 of 2026-12-01 due 2026-12-04 proposed, "
                                               "2 tin 4 of 2026-12-01 due 2026-12-04 proposed");
    world_step(&world, PROMISE_CANCEL, 1);
    assert_string_equal(world_entries(&world), "1 box 12 of 2026-12-01 due 2026-12-04 proposed, "
                                               "2 tin 4 of 2026-12-01 due 2026-12-04 proposed");
    world_close_replayed(&world);
}

/* Of what costs a cent as much goes as the minimum lets go; of what costs nothing, all that nobody
 * needs. */
static void test_reduced_of_what_is_cheap(void **unused)
{
    (void)unused;
#define CHEAP(mill, cost, pack)                                                                    \
    SHOP(mill, "box: {on_hand: 10, unit_cost: " cost ", supplier: mill, pack_size: " pack "}")     \
    JARS
    static const struct {
        const char *shop_file, *second, *with, *without;
    } rows[] = {{CHEAP(", minimum_order_value: 0.30", "0.01", "1"), "jar=39",
                 "1 box 40 of 2026-12-01 due 2026-12-04 proposed",
                 "1 box 30 of 2026-12-01 due 2026-12-04 proposed"},
                {CHEAP(", minimum_order_value: 0.30", "0.01", "1"), "jar=20",
                 "1 box 30 of 2026-12-01 due 2026-12-04 proposed",
                 "1 box 30 of 2026-12-01 due 2026-12-04 proposed"},
                {CHEAP("", "0.00", "12"), "jar=20",
                 "1 box 24 of 2026-12-01 due 2026-12-04 proposed",
                 "1 box 12 of 2026-12-01 due 2026-12-04 proposed"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world world;
        world_open(&world, rows[i].shop_file, "2026-12-01T09:00");
        world_order(&world, 1, "jar=11");
        world_order(&world, 2, rows[i].second);
        assert_string_equal(world_entries(&world), rows[i].with);
        world_step(&world, PROMISE_CANCEL, 2);
        assert_string_equal(world_entries(&world), rows[i].without);
        world_close_replayed(&world);
    }
}

/* All of the purchase goes at once, if nobody needs any of it. */
static void test_reduced_to_nothing(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP(", minimum_order_value: 30.00", TEN_BOXES) JARS, "2026-12-01T09:00");
    deliver_check(&world, 1, "jar=11", "2026-12-04");
    assert_string_equal(world_entries(&world), "1 box 36 of 2026-12-01 due 2026-12-04 proposed");
    world_step(&world, PROMISE_CANCEL, 1);
    assert_string_equal(world_entries(&world), "");
    world_close_replayed(&world);
}

/* Twelve a week: the second twelve are ordered on the Monday after, and go first. */
static void test_the_latest_is_reduced_first(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP("", BOX("on_hand: 10, pack_size: 12, max_units_per_week: 12")) JARS,
               "2026-12-01T09:00");
    deliver_check(&world, 1, "jar=11", "2026-12-04");
    deliver_check(&world, 2, "jar=12", "2026-12-10");
    assert_string_equal(world_entries(&world), "1 box 12 of 2026-12-01 due 2026-12-04 proposed, "
                                               "2 box 12 of 2026-12-07 due 2026-12-10 proposed");
    world_step(&world, PROMISE_CANCEL, 1);
    assert_string_equal(world_entries(&world), "1 box 12 of 2026-12-01 due 2026-12-04 proposed");
    assert_string_equal(world_atp(&world, "box", 10), "10 10 10 10 10 10 10 10 10 10");
    world_step(&world, PROMISE_CANCEL, 2);
    assert_string_equal(world_entries(&world), "");
    world_close_replayed(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reduced_when_cancelled),
        cmocka_unit_test(test_only_what_is_proposed_is_reduced),
        cmocka_unit_test(test_what_was_put_off_is_not_reduced),
        cmocka_unit_test(test_reduced_when_a_hold_expires),
        cmocka_unit_test(test_a_late_payment_buys_again),
        cmocka_unit_test(test_reduced_when_replaced),
        cmocka_unit_test(test_reduced_down_to_the_minimum),
        cmocka_unit_test(test_reduced_of_what_is_cheap),
        cmocka_unit_test(test_reduced_to_nothing),
        cmocka_unit_test(test_the_latest_is_reduced_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The steps of an order's lines: work by line, shipping by parcel, on-site lines by themselves;
 * what the order's status is meanwhile, and what each step takes from the shelf and gives back.
 * 1 December 2026 is a Tuesday. */
#include "tests/support/world_look.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* Jars and mugs go by post, urns by van, a visit goes nowhere, and a tour has seats. */
#define SHOP(post)                                                                                 \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "promise: {horizon_days: 30, hold_minutes: 15, payment_minutes: 35}\n"                         \
    "calendars: {week: {open: {mon-fri: \"08:00-12:00 13:00-16:00\"}}}\n"                          \
    "work_centers: {packing: {people: 1, calendar: week}, guide: {people: 1, calendar: week}}\n"   \
    "items: {box: {on_hand: 20, unit_cost: 1.00}, tin: {on_hand: 20, unit_cost: 1.00}}\n"          \
    "carriers:\n"                                                                                  \
    "  post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: mon-fri" post "}"  \
    "\n"                                                                                           \
    "  van: {cut_off: \"15:00\", collects: mon-fri, transit_days: 0, delivers: mon-fri}\n"         \
    "offers:\n"                                                                                    \
    "  jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post, routing: "      \
    "[{work_center: packing, minutes: 10}]}\n"                                                     \
    "  mug: {name: Mug, price: 5.00, vat_rate: 20, items: {box: 2}, carrier: post}\n"              \
    "  urn: {name: Urn, price: 5.00, vat_rate: 20, items: {tin: 1}, carrier: van, routing: "       \
    "[{work_center: packing, minutes: 10}]}\n"                                                     \
    "  visit: {name: Visit, price: 9.00, vat_rate: 20, items: {tin: 4}, on_site: true, routing: "  \
    "[{work_center: packing, minutes: 30}]}\n"                                                     \
    "  tour: {name: Tour, price: 9.00, vat_rate: 20, seats: 4, on_site: true, routing: "           \
    "[{work_center: guide, minutes: 60, whole: true}]}\n"

#define BY_POST "parcel 0 ship 2026-12-01T16:00 deliver 2026-12-02"
#define BY_VAN  "parcel 1 ship 2026-12-01T15:00 deliver 2026-12-01"
#define ON_SITE "site 2 from 2026-12-01T09:20 to 2026-12-01T09:50 deliver 2026-12-01"

static int64_t on_hand(const struct world *world, const char *item)
{
    struct item_id id;
    assert_true(shop_item_find(world->shop, slice_of(item), &id));
    return promise_on_hand(world->state, id) / 1000;
}

static int64_t taken_today(const struct world *world, uint16_t center)
{
    struct load_day today;
    assert_int_equal(promise_load(world->state, (struct work_center_id){center}, &today, 1), 1);
    return today.taken;
}

static void lines_are(struct world *world, const char *jar, const char *mug, const char *urn,
                      const char *visit)
{
    char expected[512];
    snprintf(expected, sizeof expected,
             "jar %s " BY_POST ", mug %s " BY_POST ", urn %s " BY_VAN ", visit %s " ON_SITE, jar,
             mug, urn, visit);
    assert_string_equal(world_lines(world, 1), expected);
}

/* One order with two parcels and a visit, from its first start to its last delivery. */
static void test_the_life_of_a_mixed_order(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP(""), "2026-12-01T09:00");
    world_order(&world, 1, "jar mug urn visit");
    lines_are(&world, "confirmed", "confirmed", "confirmed", "confirmed");
    assert_string_equal(world_step_line(&world, PROMISE_START, 1, 1), "ok started");
    lines_are(&world, "started", "confirmed", "confirmed", "confirmed");
    assert_string_equal(world_step_line(&world, PROMISE_START, 1, 1), "wrong-status started");
    assert_string_equal(world_step_line(&world, PROMISE_DONE, 1, 2), "ok started");
    lines_are(&world, "started", "done", "confirmed", "confirmed");
    /* The whole order: those of its lines that can. */
    assert_string_equal(world_step(&world, PROMISE_START, 1), "ok started");
    lines_are(&world, "started", "done", "started", "started");
    assert_string_equal(world_step(&world, PROMISE_START, 1), "wrong-status started");
    assert_string_equal(world_step(&world, PROMISE_DONE, 1), "ok done");
    lines_are(&world, "done", "done", "done", "done");
    /* A parcel ships as a whole, whichever of its lines is named. */
    assert_string_equal(world_step_line(&world, PROMISE_SHIP, 1, 2), "ok done");
    lines_are(&world, "shipped", "shipped", "done", "done");
    assert_string_equal(world_step_line(&world, PROMISE_SHIP, 1, 1), "wrong-status done");
    assert_string_equal(world_step(&world, PROMISE_CANCEL, 1), "wrong-status done");
    assert_string_equal(world_step(&world, PROMISE_DELIVER, 1), "wrong-status done");
    assert_string_equal(world_step_line(&world, PROMISE_DELIVER, 1, 3), "wrong-status done");
    assert_string_equal(world_step_line(&world, PROMISE_DELIVER, 1, 1), "ok done");
    lines_are(&world, "delivered", "delivered", "done", "done");
    assert_string_equal(world_step(&world, PROMISE_SHIP, 1), "ok done");
    lines_are(&world, "delivered", "delivered", "shipped", "done");
    assert_string_equal(world_step(&world, PROMISE_SHIP, 1), "wrong-status done");
    assert_string_equal(world_step(&world, PROMISE_DELIVER, 1), "ok delivered");
    lines_are(&world, "delivered", "delivered", "delivered", "delivered");
    assert_string_equal(world_step(&world, PROMISE_DELIVER, 1), "wrong-status delivered");
    world_close_replayed(&world);
}

/* Goods leave with their parcel, or with the visit; hours stay taken until all is delivered. */
static void test_what_leaves_and_what_stays(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP(""), "2026-12-01T09:00");
    world_order(&world, 1, "jar mug urn visit");
    assert_string_equal(world_atp(&world, "box", 1), "17");
    assert_string_equal(world_atp(&world, "tin", 1), "15");
    world_step(&world, PROMISE_DONE, 1);
    assert_int_equal(on_hand(&world, "box"), 20);
    world_step_line(&world, PROMISE_SHIP, 1, 1);
    assert_int_equal(on_hand(&world, "box"), 17);
    assert_int_equal(on_hand(&world, "tin"), 20);
    world_step_line(&world, PROMISE_DELIVER, 1, 1);
    world_step_line(&world, PROMISE_DELIVER, 1, 4);
    assert_int_equal(on_hand(&world, "tin"), 16);
    assert_int_equal(taken_today(&world, 0), 50 * 4);
    assert_string_equal(world_atp(&world, "box", 1), "17");
    assert_string_equal(world_atp(&world, "tin", 1), "15");
    world_step(&world, PROMISE_SHIP, 1);
    assert_int_equal(on_hand(&world, "tin"), 15);
    assert_int_equal(taken_today(&world, 0), 50 * 4);
    world_step(&world, PROMISE_DELIVER, 1);
    assert_int_equal(taken_today(&world, 0), 0);
    assert_string_equal(world_atp(&world, "box", 1), "17");
    assert_string_equal(world_atp(&world, "tin", 1), "15");
    world_close_replayed(&world);
}

/* A place with the carrier is the order's until it is delivered. */
static void test_a_place_with_the_carrier(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP(", max_parcels: 1"), "2026-12-01T09:00");
    world_order(&world, 1, "mug");
    world_step(&world, PROMISE_SHIP, 1);
    assert_non_null(strstr(world_quote(&world, "mug"), "ship 2026-12-02T16:00"));
    world_step(&world, PROMISE_DELIVER, 1);
    assert_non_null(strstr(world_quote(&world, "mug"), "ship 2026-12-01T16:00"));
    world_close_replayed(&world);
}

/* Some of it is further than the rest: started. */
static void test_a_parcel_and_a_visit(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP(""), "2026-12-01T09:00");
    world_order(&world, 1, "jar visit");
    assert_string_equal(world_step(&world, PROMISE_SHIP, 1), "ok started");
    assert_string_equal(world_step(&world, PROMISE_CANCEL, 1), "wrong-status started");
    assert_string_equal(world_step(&world, PROMISE_DELIVER, 1), "ok delivered");
    world_order(&world, 2, "jar visit");
    /* A visit is over without ever having been started; the jar has still to be shipped. */
    assert_string_equal(world_step_line(&world, PROMISE_SHIP, 2, 2), "wrong-status confirmed");
    assert_string_equal(world_step_line(&world, PROMISE_DELIVER, 2, 2), "ok started");
    assert_string_equal(world_step_line(&world, PROMISE_DELIVER, 2, 2), "wrong-status started");
    assert_string_equal(world_step(&world, PROMISE_CANCEL, 2), "wrong-status started");
    assert_string_equal(world_step(&world, PROMISE_DELIVER, 2), "wrong-status started");
    assert_string_equal(world_step(&world, PROMISE_SHIP, 2), "ok shipped");
    assert_string_equal(world_step(&world, PROMISE_DELIVER, 2), "ok delivered");
    world_close_replayed(&world);
}

static void test_lines_that_there_are_not(void **unused)
{
    (void)unused;
    static const enum promise_command_kind kinds[] = {PROMISE_START, PROMISE_DONE, PROMISE_SHIP,
                                                      PROMISE_DELIVER};
    struct world world;
    world_open(&world, SHOP(""), "2026-12-01T09:00");
    world_order(&world, 1, "jar mug");
    world_hold(&world, 2, "jar");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        assert_string_equal(world_step_line(&world, kinds[i], 1, 3), "wrong-status confirmed");
        assert_string_equal(world_step_line(&world, kinds[i], 1, UINT16_MAX),
                            "wrong-status confirmed");
        assert_string_equal(world_step_line(&world, kinds[i], 2, 1), "wrong-status held");
        assert_string_equal(world_step(&world, kinds[i], 2), "wrong-status held");
        assert_string_equal(world_step_line(&world, kinds[i], 9, 1), "no-order none");
        assert_int_equal(world.events.length, 0);
    }
    /* These are of the whole order. */
    assert_string_equal(world_step_line(&world, PROMISE_CONFIRM, 2, 1), "wrong-status held");
    assert_string_equal(world_step_line(&world, PROMISE_PAY, 2, 1), "wrong-status held");
    assert_string_equal(world_step_line(&world, PROMISE_CANCEL, 1, 1), "wrong-status confirmed");
    world_close_replayed(&world);
}

/* Seats are given back with the last delivery, and their hours with the last seat. */
static void test_a_tour_and_a_parcel(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP(""), "2026-12-01T09:00");
    world_order(&world, 1, "tour=2 mug");
    world_order(&world, 2, "tour");
    assert_int_equal(taken_today(&world, 1), 240);
    world_at(&world, "2026-12-01T10:00");
    assert_string_equal(world_step_line(&world, PROMISE_DELIVER, 1, 1), "ok started");
    assert_int_equal(taken_today(&world, 1), 240);
    assert_string_equal(world_step(&world, PROMISE_DELIVER, 2), "ok delivered");
    assert_int_equal(taken_today(&world, 1), 240);
    world_step(&world, PROMISE_SHIP, 1);
    assert_string_equal(world_step(&world, PROMISE_DELIVER, 1), "ok delivered");
    assert_int_equal(taken_today(&world, 1), 0);
    world_close_replayed(&world);
}

/* One parcel is on its way: a strike moves only the other one, and not what has left. */
static void test_what_has_shipped_does_not_move(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP(""), "2026-12-01T09:00");
    world_order(&world, 1, "jar urn");
    assert_string_equal(world_step_line(&world, PROMISE_SHIP, 1, 1), "ok started");
    assert_string_equal(world_change(&world, "carrier post 2026-12-01 2026-12-04"), "ok");
    assert_string_equal(world_change(&world, "carrier van 2026-12-01 2026-12-01"), "ok moved 1");
    assert_string_equal(world_lines(&world, 1),
                        "jar shipped parcel 0 ship 2026-12-01T16:00 deliver 2026-12-02, "
                        "urn confirmed parcel 1 ship 2026-12-02T15:00 deliver 2026-12-02");
    assert_string_equal(world_promise(&world, 1), "first 2026-12-02 now 2026-12-02 revisions 1");
    assert_int_equal(on_hand(&world, "box"), 19);
    assert_string_equal(world_atp(&world, "box", 1), "19");
    assert_string_equal(world_atp(&world, "tin", 1), "19");
    /* A count of the shelf now knows that the jar's box has gone. */
    assert_string_equal(world_change(&world, "count box 0"), "ok");
    assert_string_equal(world_change(&world, "count tin 0"), "ok");
    assert_string_equal(world_step(&world, PROMISE_SHIP, 1), "ok shipped");
    world_close_replayed(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_life_of_a_mixed_order),
        cmocka_unit_test(test_what_leaves_and_what_stays),
        cmocka_unit_test(test_a_place_with_the_carrier),
        cmocka_unit_test(test_a_parcel_and_a_visit),
        cmocka_unit_test(test_lines_that_there_are_not),
        cmocka_unit_test(test_a_tour_and_a_parcel),
        cmocka_unit_test(test_what_has_shipped_does_not_move),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

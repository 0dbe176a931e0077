/* What a crowd would use: free hours from now on, the instant at which so many have passed, and the
 * parcel behind so many others. */
#include "promise/crowd.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char shop_text[] =
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
    "promise: {horizon_days: 20, max_days: 15}\n"
    "calendars: {week: {open: {mon-fri: \"08:00-12:00\"}}}\n"
    "work_centers: {packing: {people: 2, calendar: week}}\n"
    "items: {box: {on_hand: 1000, unit_cost: 1.00}}\n"
    "carriers:\n"
    "  post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: mon-fri, "
    "max_parcels: 3}\n"
    "  van: {cut_off: \"16:00\", collects: mon-fri, transit_days: 0, delivers: mon-fri}\n"
    "  bike: {cut_off: \"16:00\", collects: mon-fri, transit_days: 0, delivers: mon-sun, "
    "max_parcels: 3}\n"
    "offers:\n"
    "  box: {name: Box, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post}\n"
    "  work: {name: Work, price: 9.00, vat_rate: 20, carrier: van, "
    "routing: [{work_center: packing, minutes: 60}]}\n";

static const struct work_center_id packing = {0};
enum { HOUR_SLOTS = 240, DAY_SLOTS = 2 * 4 * HOUR_SLOTS };

static void test_free_slots(void **state)
{
    (void)state;
    struct world world;
    int64_t slots[30];
    world_open(&world, shop_text, "2026-12-01T10:00"); /* a Tuesday */
    assert_int_equal(promise_free_slots(world.state, packing, world.now, slots, 30), 20);
    assert_int_equal(slots[0], DAY_SLOTS / 2); /* of today, from now on */
    assert_int_equal(slots[1], DAY_SLOTS);
    assert_int_equal(slots[4], 0); /* Saturday */
    world_order(&world, 1, "work=1");
    (void)promise_free_slots(world.state, packing, world.now, slots, 2);
    assert_int_equal(slots[0], DAY_SLOTS / 2 - HOUR_SLOTS);
    world_close(&world);
}

static void test_free_until(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T10:00");
    int64_t now = world.now;
    assert_int_equal(promise_free_until(world.state, packing, now, 0, 0), now);
    assert_int_equal(promise_free_until(world.state, packing, now, 0, 2 * HOUR_SLOTS), now + 3600);
    assert_int_equal(promise_free_until(world.state, packing, now, 1, HOUR_SLOTS),
                     now + 22 * 3600 + 1800);
    /* More than the day has: its end. */
    assert_int_equal(promise_free_until(world.state, packing, now, 0, 10 * DAY_SLOTS),
                     now + 14 * 3600);
    world_close(&world);
}

static int32_t collected(const struct world *world, const char *carrier, uint64_t parcels)
{
    struct crowd_parcel parcel;
    uint16_t index = 0;
    while (strcmp(carrier, world->shop->carriers[index].name) != 0) {
        index++;
    }
    bool found =
        promise_last_parcel(world->state, (struct carrier_id){index}, world->now, parcels, &parcel);
    return found ? parcel.collection_day - promise_today(world->state) : -1;
}

static void test_last_parcel(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T10:00");
    assert_int_equal(collected(&world, "post", 1), 0);
    assert_int_equal(collected(&world, "post", 3), 0);
    assert_int_equal(collected(&world, "post", 4), 1);
    assert_int_equal(collected(&world, "post", 13), 6); /* over the week-end */
    assert_int_equal(collected(&world, "post", 39), 16);
    assert_int_equal(collected(&world, "post", 40), -1); /* collected in time, delivered too late */
    assert_int_equal(collected(&world, "bike", 42), 17);
    assert_int_equal(collected(&world, "bike", 43), -1);
    assert_int_equal(collected(&world, "van", 1000), 0);
    world_order(&world, 1, "box=1");
    assert_int_equal(collected(&world, "post", 3), 1);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_free_slots),
        cmocka_unit_test(test_free_until),
        cmocka_unit_test(test_last_parcel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What is left, beside the core's own answers to each quantity. */
#include "pages/left_task.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char shop_text[] =
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
    "promise: {horizon_days: 20, max_days: 3}\n"
    "calendars: {week: {open: {mon-fri: \"08:00-12:00\"}}}\n"
    "work_centers: {packing: {people: 1, calendar: week}, kitchen: {people: 3, calendar: week}, "
    "room: {people: 1, calendar: week}}\n"
    "items: {box: {on_hand: 100, unit_cost: 1.00}}\n"
    "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, "
    "delivers: mon-fri}}\n"
    "offers:\n"
    "  box: {name: Box, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post}\n"
    "  pair: {name: Pair, price: 9.00, vat_rate: 20, items: {box: 2}, carrier: post}\n"
    "  work: {name: Work, price: 9.00, vat_rate: 20, carrier: post, "
    "routing: [{work_center: packing, minutes: 7}]}\n"
    "  jam: {name: Jam, price: 9.00, vat_rate: 20, carrier: post, "
    "routing: [{work_center: kitchen, minutes: 10}]}\n"
    "  class: {name: Class, price: 9.00, vat_rate: 20, on_site: true, seats: 4, "
    "routing: [{work_center: room, minutes: 60, whole: true}]}\n"
    "  few: {name: Few, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post, "
    "max_per_customer: 3}\n"
    "  air: {name: Air, price: 1.00, vat_rate: 20, carrier: post}\n";

static uint32_t left_of(struct world *world, const char *name, uint32_t most)
{
    struct offer_id offer;
    assert_true(shop_offer_find(world->shop, slice_of(name), &offer));
    return left_find(world->state, world->now, offer.index, most);
}

static void test_stock(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    assert_int_equal(left_of(&world, "box", 1000), 100);
    assert_int_equal(left_of(&world, "pair", 1000), 50);
    assert_int_equal(left_of(&world, "box", 99), 99);
    assert_int_equal(left_of(&world, "box", 0), 0);
    world_order(&world, 1, "pair=20");
    assert_int_equal(left_of(&world, "box", 1000), 60);
    assert_int_equal(left_of(&world, "pair", 1000), 30);
    world_order(&world, 2, "box=60");
    assert_int_equal(left_of(&world, "box", 1000), 0);
    assert_int_equal(left_of(&world, "air", 1000), 1000);
    assert_int_equal(left_of(&world, "air", 2 * LEFT_UNITS_MAX), LEFT_UNITS_MAX);
    world_close(&world);
}

/* As many as the core says yes to, and not one more. */
static void test_hours(void **state)
{
    (void)state;
    struct world world;
    char ask[32];
    world_open(&world, shop_text, "2026-12-01T09:00");
    uint32_t left = left_of(&world, "work", 1000);
    assert_in_range(left, 20, 200);
    snprintf(ask, sizeof ask, "work=%u", left);
    assert_non_null(strstr(world_quote_hold(&world, ask), "ok "));
    snprintf(ask, sizeof ask, "work=%u", left + 1);
    assert_non_null(strstr(world_quote_hold(&world, ask), "sold-out"));
    world_close(&world);
}

/* How many orders of one unit could be had, one after another. */
static uint32_t orders_of_one(struct world *world, const char *name)
{
    uint32_t count = 0;
    while (strncmp(world_quote_hold(world, name), "ok ", 3) == 0) {
        (void)world_hold(world, ++count, name);
        assert_in_range(count, 0, 1000);
    }
    return count;
}

/* What three people make, or a class takes by and by, is more than one line of an order gets. */
static void test_many_hands_and_many_sessions(void **state)
{
    (void)state;
    static const char *const names[] = {"jam", "class"};
    static const uint32_t least[] = {183, 40};
    for (int i = 0; i < 2; i++) {
        struct world world;
        world_open(&world, shop_text, "2026-12-01T09:00");
        uint32_t left = left_of(&world, names[i], 1000);
        assert_int_equal(left, orders_of_one(&world, names[i]));
        assert_in_range(left, least[i], 1000);
        assert_int_equal(left_of(&world, names[i], 1000), 0);
        world_close(&world);
    }
}

/* Others may have what one customer may not. */
static void test_a_customers_limit_is_no_shortage(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    assert_int_equal(left_of(&world, "few", 1000), 100);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stock),
        cmocka_unit_test(test_hours),
        cmocka_unit_test(test_many_hands_and_many_sessions),
        cmocka_unit_test(test_a_customers_limit_is_no_shortage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

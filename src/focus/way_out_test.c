/* What only the stopped offers use, what comes of it, and who still waits for it. */
#include "focus/way_out.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Bottles are the cider's alone; boxes are also the gift's; honey is of an offer that goes on. The
 * press takes three days. 1 December 2026 is a Tuesday. */
static const char shop_text[] =
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
    "suppliers: {press: {lead_days: 3}}\n"
    "items:\n"
    "  bottle: {on_hand: 10, unit_cost: 2.50, supplier: press, pack_size: 6}\n"
    "  label: {on_hand: 500, unit_cost: 0.10}\n"
    "  box: {on_hand: 20, unit_cost: 1.00}\n"
    "  honey: {on_hand: 30, unit_cost: 4.00}\n"
    "receipts:\n  - {item: bottle, quantity: 4, due: 2026-12-09}\n"
    "  - {item: honey, quantity: 4, due: 2026-12-09}\n"
    "commitments:\n  - {item: label, quantity: 100, due: 2026-12-02}\n"
    "offers:\n"
    "  cider: {name: Cider, price: 6.00, vat_rate: 20, items: {bottle: 1, label: 1, box: 1}, "
    "on_site: true}\n"
    "  gift: {name: Gift, price: 9.00, vat_rate: 20, items: {honey: 1, box: 1}, on_site: true}\n";

static struct way_out way_of(const struct world *world)
{
    struct way_out way;
    struct fault fault;
    static const bool stops[] = {true, false};
    assert_int_equal(way_out_make(world->state, stops, &way, &fault), STATUS_OK);
    return way;
}

static const char *name_of(const struct world *world, struct item_id item)
{
    return world->shop->items[item.index].name;
}

static void test_stock_and_receipts(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    struct way_out way = way_of(&world);
    assert_int_equal(way.item_count, 2);
    assert_string_equal(name_of(&world, way.items[0].item), "label");
    assert_int_equal(way.items[0].on_hand_thousandths, 500000);
    assert_int_equal(way.items[0].committed_thousandths, 100000);
    assert_int_equal(way.items[0].left_thousandths, 400000);
    assert_int_equal(way.items[0].left_minor, 4000);
    assert_string_equal(name_of(&world, way.items[1].item), "bottle");
    assert_int_equal(way.items[1].left_minor, 2500);
    assert_int_equal(way.stock_minor, 6500);
    assert_int_equal(way.entry_count, 1);
    assert_int_equal(way.entries[0].quantity_thousandths, 4000);
    assert_false(way.entries[0].unsent);
    assert_int_equal(way.coming_minor, 1000);
    assert_int_equal(way.unsent_minor, 0);
    assert_int_equal(way.order_count, 0);
    way_out_free(&way);
    world_close(&world);
}

/* 12 ciders: 10 are there and 4 come on the 9th, but a purchase of today is there on the 4th, and
 * two of its six are needed. Once it is sent it comes. What has left is no open order. */
static void test_open_orders_and_purchases(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_order(&world, 1, "cider=3");
    world_order(&world, 2, "gift=1");
    world_order(&world, 3, "cider=8 gift=1");
    world_order(&world, 4, "cider=1");
    world_step(&world, PROMISE_CANCEL, 4);
    world_order(&world, 5, "cider=1");
    struct way_out way = way_of(&world);
    assert_int_equal(way.order_count, 3);
    assert_int_equal(way.order_minor, 12 * 600);
    assert_int_equal(way.last_day, promise_today(world.state) + 3);
    assert_string_equal(name_of(&world, way.items[1].item), "bottle");
    assert_int_equal(way.items[1].on_hand_thousandths, 10000);
    assert_int_equal(way.items[1].committed_thousandths, 12000);
    assert_int_equal(way.items[1].left_thousandths, 0);
    assert_int_equal(way.entry_count, 2);
    assert_true(way.entries[1].unsent);
    assert_int_equal(way.entries[1].quantity_thousandths, 6000);
    assert_int_equal(way.entries[1].needed_thousandths, 2000);
    assert_int_equal(way.unsent_minor, 1000);
    assert_int_equal(way.coming_minor, 1000);
    way_out_free(&way);
    world_change(&world, "approved press 2026-12-01");
    world_change(&world, "sent press 2026-12-01");
    world_step(&world, PROMISE_START, 1);
    world_step(&world, PROMISE_DONE, 1);
    way = way_of(&world);
    assert_int_equal(way.unsent_minor, 0);
    assert_int_equal(way.coming_minor, 2000);
    way_out_free(&way);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stock_and_receipts),
        cmocka_unit_test(test_open_orders_and_purchases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

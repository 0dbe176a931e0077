/* Damaged events of a whole story: purchases, a shared class, a payment that begins, deliveries
 * late and short, people who are away, steps of lines. What cannot have been decided is refused. */
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const char shop_text[] =
    "shop: {name: Test, currency: EUR, time_zone: UTC}\n"
    "promise: {horizon_days: 20}\n"
    "calendars: {week: {open: {mon-sun: \"08:00-12:00\"}}}\n"
    "work_centers: {packing: {people: 2, calendar: week}}\n"
    "suppliers: {mill: {lead_days: 2, minimum_order_value: 20.00, payment_days: 10}}\n"
    "items: {box: {on_hand: 4, unit_cost: 1.00, supplier: mill, pack_size: 6}}\n"
    "receipts: [{item: box, quantity: 6, due: 2026-12-02}]\n"
    "carriers: {post: {cut_off: \"16:00\", collects: mon-sun, transit_days: 1, delivers: "
    "mon-sun}}\n"
    "offers:\n"
    "  jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post, routing: "
    "[{work_center: packing, minutes: 3}]}\n"
    "  class: {name: Class, price: 9.00, vat_rate: 20, on_site: true, seats: 4, routing: "
    "[{work_center: packing, minutes: 60, whole: true, start_every: 30}]}\n"
    "cash: {opening_balance: 500.00, vat: {every: month, day: 20}}\n";

static void story_tell(struct world *world)
{
    world_order(world, 1, "jar=3");
    world_hold(world, 2, "jar=5");
    world_order(world, 3, "jar=9 class=1 priority=2");
    world_order(world, 4, "class=2");
    world_hold(world, 5, "class");
    assert_string_equal(world_step(world, PROMISE_PAY, 2), "ok held");
    assert_string_equal(world_step(world, PROMISE_START, 1), "ok started");
    world_change(world, "date 1 2026-12-06");
    world_change(world, "staff packing -2 2026-12-01 2026-12-02");
    world_change(world, "received 1 6 damaged 1");
    world_change(world, "bought box 12 2026-12-02");
    world_change(world, "sent mill 2026-12-02");
    world_change(world, "balance 100.00");
    world_replace(world, 6, 5, "class=2");
    assert_string_equal(world_step(world, PROMISE_CANCEL, 3), "ok cancelled");
    assert_string_equal(world_step_line(world, PROMISE_SHIP, 1, 1), "ok shipped");
    assert_string_equal(world_step(world, PROMISE_DELIVER, 1), "ok delivered");
}

static void test_damaged_events_never_harm(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T08:00");
    story_tell(&world);
    assert_true(world_damage(&world) > 1000);
    world_close_replayed(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_damaged_events_never_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

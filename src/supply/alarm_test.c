/* Each alarm rings when its reason comes, and is silent before and after. */
#include "supply/alarm.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char shop_text[] =
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
    "promise: {horizon_days: 60}\n"
    "suppliers: {armor: {lead_days: 2, orders_on: [thu]}}\n"
    "items:\n"
    "  jar: {on_hand: 5, unit_cost: 2, supplier: armor}\n"
    "  box: {on_hand: 5, unit_cost: 2}\n"
    "receipts:\n  - {item: box, quantity: 10, due: 2026-12-03}\n"
    "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, "
    "delivers: mon-fri}}\n"
    "offers:\n"
    "  jar: {name: Jar, price: 5.00, vat_rate: 20, items: {jar: 1}, carrier: post}\n"
    "  box: {name: Box, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post}\n";

static const char with_cash[] = "cash:\n  opening_balance: 100\n  minimum_balance: 50\n"
                                "  vat: {every: month, day: 19}\n  fixed_costs:\n"
                                "    - {name: rent, amount: 60, every: month, day: 5}\n";

static struct alarm only(const struct world *world)
{
    struct alarm alarms[4];
    assert_int_equal(alarm_list(world->state, alarms, 4), 1);
    return alarms[0];
}

static void test_what_does_not_come(void **unused)
{
    (void)unused;
    struct world world;
    struct alarm alarms[4];
    world_open(&world, shop_text, "2026-12-01T09:00");
    int32_t today = promise_today(world.state);
    assert_int_equal(alarm_list(world.state, alarms, 4), 0);
    world_at(&world, "2026-12-03T09:00");
    assert_int_equal(alarm_list(world.state, alarms, 4), 0);
    world_at(&world, "2026-12-04T09:00");
    struct alarm overdue = only(&world);
    assert_int_equal(overdue.kind, ALARM_OVERDUE);
    assert_int_equal(overdue.entry, 1);
    assert_int_equal(overdue.day, today + 2);
    world_record(&world,
                 (struct promise_change){.kind = CHANGE_DATE, .entry = 1, .from_day = today + 7});
    assert_int_equal(alarm_list(world.state, alarms, 4), 0);
    world_close(&world);
}

static void test_what_is_to_be_sent(void **unused)
{
    (void)unused;
    struct world world;
    struct alarm alarms[4];
    world_open(&world, shop_text, "2026-12-01T09:00");
    int32_t thursday = promise_today(world.state) + 2;
    assert_int_equal(strncmp(world_order(&world, 1, "jar=6"), "ok ", 3), 0);
    assert_int_equal(alarm_list(world.state, alarms, 4), 0);
    world_at(&world, "2026-12-03T09:00");
    struct alarm unsent = only(&world);
    assert_int_equal(unsent.kind, ALARM_UNSENT);
    assert_int_equal(unsent.day, thursday);
    world_record(&world,
                 (struct promise_change){.kind = CHANGE_SENT, .index = 0, .from_day = thursday});
    assert_int_equal(alarm_list(world.state, alarms, 4), 0);
    world_close(&world);
}

/* Four boxes of five break: the order waits for the receipt; without the receipt it has no date. */
static void test_orders_that_slip(void **unused)
{
    (void)unused;
    struct world world;
    struct alarm alarms[4];
    world_open(&world, shop_text, "2026-12-01T09:00");
    int32_t today = promise_today(world.state);
    world_order(&world, 1, "box=4");
    uint16_t box = 1;
    assert_string_equal(world.shop->items[box].name, "box");
    world_record(&world, (struct promise_change){
                             .kind = CHANGE_COUNT, .index = box, .quantity_thousandths = 1000});
    struct alarm late = only(&world);
    assert_int_equal(late.kind, ALARM_LATE);
    assert_int_equal(late.order, 1);
    assert_int_equal(late.day, today + 3);
    world_record(&world, (struct promise_change){.kind = CHANGE_QUANTITY, .entry = 1});
    assert_int_equal(alarm_list(world.state, alarms, 4), 2);
    assert_int_equal(alarms[0].kind, ALARM_BROKEN);
    assert_int_equal(alarms[0].day, today + 1);
    assert_int_equal(alarms[1].kind, ALARM_SHORT);
    assert_int_equal(alarms[1].quantity_thousandths, 3000);
    world_close(&world);
}

static void test_cash_under_its_minimum(void **unused)
{
    (void)unused;
    char text[4096];
    struct world world;
    (void)snprintf(text, sizeof text, "%s%s", shop_text, with_cash);
    world_open(&world, text, "2026-12-01T09:00");
    struct alarm cash = only(&world);
    assert_int_equal(cash.kind, ALARM_CASH);
    assert_int_equal(cash.amount_minor, -2000);
    world_record(&world, (struct promise_change){
                             .kind = CHANGE_BALANCE, .has_amount = true, .amount_minor = 1000000});
    struct alarm alarms[1];
    assert_int_equal(alarm_list(world.state, alarms, 1), 0);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_does_not_come),
        cmocka_unit_test(test_what_is_to_be_sent),
        cmocka_unit_test(test_orders_that_slip),
        cmocka_unit_test(test_cash_under_its_minimum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* As much as the limits allow: the longest horizon, and the order with the most lines. */
#include "base/text.h"
#include "promise/crowd.h"
#include "promise/state.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* A day that passes takes the slots of one work center only: those of the next lie behind them. */
static void test_the_longest_horizon_rolls(void **unused)
{
    static const char shop_text[] =
        "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
        "promise: {horizon_days: 730, max_days: 700}\n"
        "calendars: {week: {open: {mon-fri: \"08:00-12:00\"}}}\n"
        "work_centers:\n"
        "  baking: {people: 1, calendar: week}\n"
        "  packing: {people: 1, calendar: week}\n"
        "offers: {visit: {name: Visit, price: 5.00, vat_rate: 20, on_site: true, "
        "routing: [{work_center: packing, minutes: 60}]}}\n";
    (void)unused;
    struct world world;
    int64_t before[20];
    int64_t after[19];
    world_open(&world, shop_text, "2026-12-01T09:00");
    assert_int_equal(world.shop->promise.horizon_days, LIMIT_HORIZON_DAYS);
    assert_non_null(strstr(world_order(&world, 1, "visit want=2026-12-10T10:00"), "ok "));
    const struct work_center_id packing = {1};
    assert_int_equal(promise_free_slots(world.state, packing, world.now, before, 20), 20);
    world_at(&world, "2026-12-02T00:00");
    assert_int_equal(promise_free_slots(world.state, packing, world.now, after, 19), 19);
    assert_memory_equal(after, before + 1, sizeof after);
    assert_null(promise_check(world.state));
    world_close_replayed(&world);
}

static const char classes_head[] = "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
                                   "promise: {horizon_days: 60, max_days: 50}\n"
                                   "calendars: {week: {open: {mon-fri: \"08:00-16:00\"}}}\n"
                                   "work_centers: {room: {people: 2, calendar: week}}\n"
                                   "offers:\n";

/* So many classes of a quarter of an hour, and an ask for a seat in each. */
static void classes_write(struct text *shop, struct text *ask)
{
    text_append_string(shop, classes_head);
    for (uint32_t i = 0; i < LIMIT_ORDER_LINES; i++) {
        text_append_format(shop,
                           "  c%u: {name: Class, price: 9.00, vat_rate: 20, on_site: true, "
                           "seats: 2, routing: [{work_center: room, minutes: 15, whole: true}]}\n",
                           i);
        text_append_format(ask, "%sc%u", i > 0 ? " " : "", i);
    }
}

static void test_the_order_of_most_lines(void **unused)
{
    (void)unused;
    struct world world;
    struct text shop;
    struct text ask;
    struct order_view view;
    text_init(&shop, 1 << 16);
    text_init(&ask, 1 << 12);
    classes_write(&shop, &ask);
    world_open(&world, shop.bytes, "2026-12-01T09:00");
    assert_non_null(strstr(world_order(&world, 1, ask.bytes), "ok "));
    assert_non_null(strstr(world_order(&world, 2, ask.bytes), "ok "));
    assert_int_equal(world.state->sessions.count, LIMIT_ORDER_LINES);
    assert_string_equal(world_change(&world, "staff room -2 2026-12-01 2026-12-08"),
                        "ok moved 1 moved 2");
    assert_true(promise_order(world.state, world_key(1), &view));
    assert_int_equal(view.line_count, LIMIT_ORDER_LINES);
    assert_int_equal(view.revisions, 1);
    assert_null(promise_check(world.state));
    assert_string_equal(world_step(&world, PROMISE_CANCEL, 1), "ok cancelled");
    assert_string_equal(world_step(&world, PROMISE_CANCEL, 2), "ok cancelled");
    assert_null(promise_check(world.state));
    text_free(&shop);
    text_free(&ask);
    world_close_replayed(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_longest_horizon_rolls),
        cmocka_unit_test(test_the_order_of_most_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

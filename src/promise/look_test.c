/* What boards and pages see: orders by number, runs as many as fit, and figures that are this
 * item's alone. */
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SHOP                                                                                       \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "promise: {horizon_days: 4}\n"                                                                 \
    "calendars: {week: {open: {mon-fri: \"08:00-09:00 10:00-11:00\"}}}\n"                          \
    "work_centers: {packing: {people: 1, calendar: week}}\n"                                       \
    "items: {box: {on_hand: 9, unit_cost: 1.00, keep_back: 2}, "                                   \
    "tin: {on_hand: 9, unit_cost: 1.00}}\n"                                                        \
    "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: "         \
    "mon-fri}}\n"                                                                                  \
    "offers:\n"                                                                                    \
    "  jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post, routing: "      \
    "[{work_center: packing, minutes: 90}]}\n"                                                     \
    "  class: {name: Class, price: 5.00, vat_rate: 20, seats: 2, on_site: true, routing: "         \
    "[{work_center: packing, minutes: 90}]}\n"                                                     \
    "commitments: [{item: tin, quantity: 5, due: 2026-12-01}]\n"

static void test_orders_by_number(void **unused)
{
    (void)unused;
    struct world world;
    struct order_view view = {.number = 99};
    world_open(&world, SHOP, "2026-12-01T07:00");
    assert_false(promise_order_by_number(world.state, 1, &view));
    world_order(&world, 7, "jar");
    world_order(&world, 8, "jar");
    assert_int_equal(promise_order_count(world.state), 2);
    assert_false(promise_order_by_number(world.state, 0, &view));
    assert_false(promise_order_by_number(world.state, 3, &view));
    assert_int_equal(view.number, 99);
    for (uint32_t number = 1; number <= 2; number++) {
        struct order_key key = world_key(6 + number);
        assert_true(promise_order_by_number(world.state, number, &view));
        assert_int_equal(view.number, number);
        assert_memory_equal(&view.key, &key, sizeof key);
    }
    world_close(&world);
}

/* An hour and a half over two ranges of opening hours: two runs, or as many as fit. */
static void test_runs_as_many_as_fit(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP, "2026-12-01T07:00");
    world_order(&world, 1, "jar");
    assert_int_equal(world.answer.result, PROMISE_OK);
    for (uint32_t most = 0; most <= 3; most++) {
        struct slot_run runs[4] = {{0}};
        uint32_t expected = most < 2 ? most : 2;
        assert_int_equal(promise_order_runs(world.state, 1, runs, most), expected);
        for (uint32_t i = 0; i < 4; i++) {
            assert_int_equal(runs[i].count, i < expected ? (i == 0 ? 240 : 120) : 0);
        }
    }
    world_close(&world);
}

/* What a session has taken is each of its bookings' own. */
static void test_runs_of_a_session(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP, "2026-12-01T07:00");
    world_order(&world, 1, "class");
    world_order(&world, 2, "class");
    for (uint32_t number = 1; number <= 2; number++) {
        for (uint32_t most = 0; most <= 3; most++) {
            struct slot_run runs[4] = {{0}};
            uint32_t expected = most < 2 ? most : 2;
            assert_int_equal(promise_order_runs(world.state, number, runs, most), expected);
            for (uint32_t i = 0; i < 4; i++) {
                assert_int_equal(runs[i].count, i < expected ? (i == 0 ? 240 : 120) : 0);
            }
        }
    }
    world_close(&world);
}

/* What was promised first is what is promised now, until it is revised. */
static void test_promise_that_was_not_revised(void **unused)
{
    (void)unused;
    struct world world;
    struct order_view view;
    world_open(&world, SHOP, "2026-12-01T07:00");
    world_order(&world, 1, "jar");
    const struct promise_summary promised = world.answer.summary;
    assert_true(promise_order_by_number(world.state, 1, &view));
    const struct promise_summary *summaries[] = {&view.first, &view.current};
    for (size_t i = 0; i < 2; i++) {
        assert_true(summaries[i]->dates.has_ship_by);
        assert_int_equal(summaries[i]->dates.ship_by, promised.dates.ship_by);
        assert_int_equal(summaries[i]->dates.deliver_by_day, promised.dates.deliver_by_day);
        assert_int_equal(summaries[i]->material_day, promised.material_day);
        assert_int_equal(summaries[i]->ready_at, promised.ready_at);
        assert_int_equal(summaries[i]->limit.cause, promised.limit.cause);
        assert_int_equal(summaries[i]->limit.index, promised.limit.index);
        assert_int_equal(summaries[i]->limit.until, promised.limit.until);
    }
    world_close(&world);
}

/* Delivered no later and, where both are shipped, shipped no later: then it keeps the other. */
static void test_dates_that_keep(void **unused)
{
    (void)unused;
    static const struct promise_dates promised = {true, 1000, 50};
    static const struct promise_dates on_site = {false, 0, 50};
    static const struct {
        struct promise_dates dates;
        bool keeps, keeps_on_site;
    } rows[] = {{{true, 1000, 50}, true, true},   {{true, 999, 49}, true, true},
                {{true, 1001, 50}, false, true},  {{true, 1001, 49}, false, true},
                {{true, 1000, 51}, false, false}, {{false, 0, 50}, true, true},
                {{false, 2000, 50}, true, true},  {{false, 0, 51}, false, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(promise_dates_keep(&rows[i].dates, &promised), rows[i].keeps);
        assert_int_equal(promise_dates_keep(&rows[i].dates, &on_site), rows[i].keeps_on_site);
    }
}

/* When a parcel of a day would be delivered; of days outside the horizon nothing is said. */
static void test_delivery_of_a_day(void **unused)
{
    (void)unused;
    static const struct {
        int32_t day; /* from today, a Tuesday; the horizon has four */
        bool known;
        int32_t delivery;
    } rows[] = {{-1, false, 0}, {0, true, 1},  {1, true, 2},
                {2, true, 3},   {3, false, 0}, {4, false, 0}};
    struct world world;
    world_open(&world, SHOP, "2026-12-01T07:00");
    int32_t today = promise_today(world.state);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int32_t delivery = 0;
        assert_int_equal(
            promise_delivery(world.state, (struct carrier_id){0}, today + rows[i].day, &delivery),
            rows[i].known);
        assert_true(!rows[i].known || delivery == today + rows[i].delivery);
    }
    world_close(&world);
}

/* The tin's commitment of today lies in memory right behind the box's last day. */
static void test_atp_is_of_this_item_alone(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP, "2026-12-01T07:00");
    assert_string_equal(world_atp(&world, "box", 4), "7 7 7 7");
    assert_string_equal(world_atp(&world, "box", 9), "7 7 7 7");
    assert_string_equal(world_atp(&world, "tin", 4), "4 4 4 4");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders_by_number),
        cmocka_unit_test(test_runs_as_many_as_fit),
        cmocka_unit_test(test_runs_of_a_session),
        cmocka_unit_test(test_promise_that_was_not_revised),
        cmocka_unit_test(test_dates_that_keep),
        cmocka_unit_test(test_delivery_of_a_day),
        cmocka_unit_test(test_atp_is_of_this_item_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

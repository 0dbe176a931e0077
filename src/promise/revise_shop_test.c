/* What the re-promise does after a later shop file: it knows fewer days, or gives a carrier less
 * room. 1 December 2026 is a Tuesday. */
#include "tests/support/world_look.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* What a shorter horizon of a later shop file does not know any more is no question: from its first
 * day on. */
static void test_beyond_a_shorter_horizon(void **unused)
{
    (void)unused;
#define VISITS(horizon)                                                                            \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "promise: {horizon_days: " horizon "}\n"                                                       \
    "calendars: {week: {open: {mon-sun: \"08:00-12:00\"}}}\n"                                      \
    "work_centers: {packing: {people: 1, calendar: week}}\n"                                       \
    "items: {box: {on_hand: 5, unit_cost: 1.00}}\n"                                                \
    "offers: {visit: {name: Visit, price: 5.00, vat_rate: 20, items: {box: 1}, on_site: true, "    \
    "routing: [{work_center: packing, minutes: 20}]}}\n"
    static const struct {
        const char *shop_file, *answer;
    } rows[] = {{VISITS("11"), "ok broken 1"},
                {VISITS("10"), "ok broken 1"},
                {VISITS("9"), "ok"},
                {VISITS("8"), "ok"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world world;
        struct world later;
        world_open(&world, VISITS("20"), "2026-12-01T07:00");
        world_order(&world, 1, "visit want=2026-12-10");
        assert_string_equal(world_runs(&world, 1), "packing 2026-12-10T11:40 80");
        world_open(&later, rows[i].shop_file, "2026-12-01T07:00");
        promise_shop(world.state, later.shop, world.now);
        assert_string_equal(world_change(&world, "count box 0"), rows[i].answer);
        world_close(&world);
        world_close(&later);
    }
}

/* Of work that goes on over the last midnight of a shorter horizon, the first half is asked for. */
static void test_over_the_end_of_a_shorter_horizon(void **unused)
{
    (void)unused;
#define NIGHTS(horizon)                                                                            \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "promise: {horizon_days: " horizon "}\n"                                                       \
    "calendars: {night: {open: {wed: \"23:50-24:00\", thu: \"00:00-00:10\"}}}\n"                   \
    "work_centers: {oven: {people: 1, calendar: night}}\n"                                         \
    "offers: {bread: {name: Bread, price: 5.00, vat_rate: 20, on_site: true, routing: "            \
    "[{work_center: oven, minutes: 20}]}}\n"
    static const struct {
        const char *shop_file, *change, *answer;
    } rows[] = {{NIGHTS("2"), "staff oven -1 2026-12-01 2026-12-01", "ok"},
                {NIGHTS("2"), "staff oven -1 2026-12-03 2026-12-03", "ok"},
                {NIGHTS("3"), "staff oven -1 2026-12-03 2026-12-03", "ok broken 1"},
                {NIGHTS("2"), "staff oven -1 2026-12-02 2026-12-02", "ok broken 1"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world world;
        struct world later;
        world_open(&world, NIGHTS("20"), "2026-12-01T07:00");
        world_order(&world, 1, "bread");
        assert_string_equal(world_runs(&world, 1), "oven 2026-12-02T23:50 80");
        world_open(&later, rows[i].shop_file, "2026-12-01T07:00");
        promise_shop(world.state, later.shop, world.now);
        assert_string_equal(world_change(&world, rows[i].change), rows[i].answer);
        world_close(&world);
        world_close(&later);
    }
}

/* A later shop file gives the carrier less room: who came last goes with the next collection, also
 * of today. Of a day behind the horizon, and of one that is past, nobody asks. */
static void test_a_carrier_has_less_room(void **unused)
{
    (void)unused;
#define PARCELS(horizon, most)                                                                     \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "promise: {horizon_days: " horizon "}\n"                                                       \
    "items: {box: {on_hand: 5, unit_cost: 1.00}}\n"                                                \
    "carriers: {post: {cut_off: \"16:00\", collects: mon-sun, transit_days: 0, delivers: "         \
    "mon-sun, max_parcels: " most "}}\n"                                                           \
    "offers: {jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post}}\n"
    static const struct {
        const char *ask, *shop_file, *at, *answer;
    } rows[] = {{"jar", PARCELS("20", "1"), "2026-12-01T09:00", "ok moved 2"},
                {"jar", PARCELS("20", "1"), "2026-12-02T09:00", "ok"},
                {"jar want=2026-12-09", PARCELS("9", "1"), "2026-12-01T09:00", "ok moved 2"},
                {"jar want=2026-12-09", PARCELS("8", "1"), "2026-12-01T09:00", "ok"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world world;
        struct world later;
        world_open(&world, PARCELS("20", "2"), "2026-12-01T09:00");
        world_order(&world, 1, rows[i].ask);
        world_order(&world, 2, rows[i].ask);
        world_at(&world, rows[i].at);
        world_open(&later, rows[i].shop_file, rows[i].at);
        promise_shop(world.state, later.shop, world.now);
        assert_string_equal(world_change(&world, "count box 3"), rows[i].answer);
        world_close(&world);
        world_close(&later);
    }
}

/* A later shop file has the post collect four hours earlier and deliver a day later. The first
 * order's collection does not come: it takes a place beside the second's, whose parcel will not be
 * ready by then and goes a day later - so that the third, which nobody has begun, can stay. */
static void test_the_begun_move_before_the_others_stay(void **unused)
{
    (void)unused;
#define TIMES(cut_off, transit)                                                                    \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "promise: {horizon_days: 20}\n"                                                                \
    "carriers: {post: {cut_off: \"" cut_off "\", collects: mon-sun, transit_days: " transit        \
    ", delivers: mon-sun, max_parcels: 2}}\n"                                                      \
    "calendars: {week: {open: {mon-sun: \"08:00-16:00\"}}}\n"                                      \
    "work_centers: {packing: {people: 1, calendar: week}}\n"                                       \
    "offers: {jar: {name: Jar, price: 5.00, vat_rate: 20, carrier: post, routing: "                \
    "[{work_center: packing, minutes: 20}]}}\n"
    struct world world;
    struct world later;
    world_open(&world, TIMES("16:00", "1"), "2026-12-01T09:00");
    world_order(&world, 1, "jar");
    world_order(&world, 2, "jar want=2026-12-03");
    world_step(&world, PROMISE_START, 1);
    world_step(&world, PROMISE_START, 2);
    world_open(&later, TIMES("12:00", "2"), "2026-12-01T09:00");
    promise_shop(world.state, later.shop, world.now);
    world_order(&world, 3, "jar want=2026-12-04");
    assert_string_equal(world_change(&world, "carrier post 2026-12-01 2026-12-01"),
                        "ok moved 1 moved 2");
    assert_string_equal(world_lines(&world, 1),
                        "jar started parcel 0 ship 2026-12-02T12:00 deliver 2026-12-04");
    assert_string_equal(world_lines(&world, 2),
                        "jar started parcel 0 ship 2026-12-03T12:00 deliver 2026-12-05");
    assert_string_equal(world_lines(&world, 3),
                        "jar confirmed parcel 0 ship 2026-12-02T12:00 deliver 2026-12-04");
    world_close(&world);
    world_close(&later);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_beyond_a_shorter_horizon),
        cmocka_unit_test(test_over_the_end_of_a_shorter_horizon),
        cmocka_unit_test(test_a_carrier_has_less_room),
        cmocka_unit_test(test_the_begun_move_before_the_others_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

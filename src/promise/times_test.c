/* When on-site work takes place: the times that are offered, and the time that an order has. */
#include "tests/support/world.h"

#include "promise/change.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* A class of two hours with three seats, Tuesdays and Thursdays; a fitting of half an hour, on the
 * half hour; a repair, whenever there is time; and something for the post. */
static const char shop_text[] =
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
    "promise: {horizon_days: 30, max_days: 30, hold_minutes: 15, payment_minutes: 35}\n"
    "calendars:\n"
    "  evening: {open: {tue: \"18:00-20:00\", thu: \"18:00-20:00\"}}\n"
    "  week: {open: {mon-fri: \"09:00-12:00\"}}\n"
    "work_centers: {school: {people: 1, calendar: evening}, shop: {people: 1, calendar: week}}\n"
    "items: {box: {on_hand: 10, unit_cost: 1.00}}\n"
    "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, "
    "delivers: mon-fri, routing: [{work_center: shop, minutes: 7}]}}\n"
    "offers:\n"
    "  class: {name: Class, price: 40.00, vat_rate: 20, on_site: true, seats: 3, "
    "routing: [{work_center: school, minutes: 120, whole: true}]}\n"
    "  fitting: {name: Fitting, price: 9.00, vat_rate: 20, on_site: true, "
    "routing: [{work_center: shop, minutes: 30, whole: true, start_every: 30}]}\n"
    "  repair: {name: Repair, price: 9.00, vat_rate: 20, on_site: true, "
    "routing: [{work_center: shop, minutes: 10}]}\n"
    "  jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post, "
    "routing: [{work_center: shop, minutes: 3}]}\n";

static int64_t at(const struct world *world, const char *local)
{
    int64_t instant = 0;
    assert_true(instant_read(&world->shop->zone, slice_of(local), &instant));
    return instant;
}

static uint32_t times_of(struct world *world, const char *offer, int64_t seats, int64_t from,
                         struct offered_time *times, uint32_t most)
{
    struct promise_line line = {.quantity_thousandths = seats * 1000};
    assert_true(shop_offer_find(world->shop, slice_of(offer), &line.offer));
    struct promise_command command = {
        .kind = PROMISE_PLACE, .now = world->now, .ask = {.line_count = 1, .lines = &line}};
    if (from != 0) {
        command.ask.want = (struct promise_want){WANT_AT, from};
    }
    return promise_times(world->state, &command, times, most);
}

static void test_a_class_is_offered_on_its_evenings(void **unused)
{
    (void)unused;
    struct world world;
    struct offered_time times[12];
    world_open(&world, shop_text, "2026-12-01T09:00"); /* a Tuesday */
    assert_int_equal(times_of(&world, "class", 1, 0, times, 3), 3);
    assert_int_equal(times[0].start, at(&world, "2026-12-01T18:00"));
    assert_int_equal(times[0].end, at(&world, "2026-12-01T20:00"));
    assert_int_equal(times[0].seats, 0);
    assert_int_equal(times[1].start, at(&world, "2026-12-03T18:00"));
    assert_int_equal(times[2].start, at(&world, "2026-12-08T18:00"));
    world_order(&world, 1, "class=2");
    assert_int_equal(times_of(&world, "class", 1, 0, times, 2), 2);
    assert_int_equal(times[0].start, at(&world, "2026-12-01T18:00"));
    assert_int_equal(times[0].seats, 1);
    /* For two there is only another evening. */
    assert_int_equal(times_of(&world, "class", 2, 0, times, 1), 1);
    assert_int_equal(times[0].start, at(&world, "2026-12-03T18:00"));
    /* All that the horizon has, and nothing behind it. */
    assert_int_equal(times_of(&world, "class", 1, at(&world, "2026-12-10T00:00"), times, 12), 6);
    assert_int_equal(times[0].start, at(&world, "2026-12-10T18:00"));
    world_close(&world);
}

static void test_a_fitting_is_offered_on_the_half_hour(void **unused)
{
    (void)unused;
    struct world world;
    struct offered_time times[3];
    world_open(&world, shop_text, "2026-12-01T09:05");
    assert_int_equal(times_of(&world, "fitting", 1, 0, times, 3), 3);
    assert_int_equal(times[0].start, at(&world, "2026-12-01T09:30"));
    assert_int_equal(times[1].start, at(&world, "2026-12-01T10:00"));
    world_order(&world, 1, "fitting");
    assert_int_equal(times_of(&world, "fitting", 1, 0, times, 3), 3);
    assert_int_equal(times[0].start, at(&world, "2026-12-01T10:00"));
    world_close(&world);
}

/* The line `index` of order 1 has this time; an empty one: none. */
static void line_at(struct world *world, uint32_t index, const char *start, const char *end)
{
    struct order_line_view line;
    promise_order_line(world->state, 1, index, &line);
    assert_int_equal(line.start, *start == '\0' ? 0 : at(world, start));
    assert_int_equal(line.end, *end == '\0' ? 0 : at(world, end));
}

static void test_an_order_knows_when_its_lines_take_place(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    /* The jar's parcel works until 09:10; then what is on site, by its names. */
    world_order(&world, 1, "repair jar class fitting=2");
    line_at(&world, 0, "2026-12-01T09:10", "2026-12-01T09:20");
    line_at(&world, 1, "", "");
    line_at(&world, 2, "2026-12-01T18:00", "2026-12-01T20:00");
    line_at(&world, 3, "2026-12-01T09:30", "2026-12-01T10:30");
    /* What took place stays known when its hours are free again. */
    world_step(&world, PROMISE_CANCEL, 1);
    line_at(&world, 2, "2026-12-01T18:00", "2026-12-01T20:00");
    world_close(&world);
}

/* What may begin at any time is offered by the quarter. */
static void test_a_repair_is_offered_by_the_quarter(void **unused)
{
    (void)unused;
    struct world world;
    struct offered_time times[5];
    world_open(&world, shop_text, "2026-12-01T09:00");
    assert_int_equal(times_of(&world, "repair", 1, 0, times, 5), 5);
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(times[i].start, world.now + (int64_t)i * 900);
        assert_int_equal(times[i].end, times[i].start + 600);
        assert_int_equal(times[i].seats, 0);
    }
    world_close(&world);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_class_is_offered_on_its_evenings),
        cmocka_unit_test(test_a_repair_is_offered_by_the_quarter),
        cmocka_unit_test(test_a_fitting_is_offered_on_the_half_hour),
        cmocka_unit_test(test_an_order_knows_when_its_lines_take_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The picture of a small shop, reckoned by hand. */
#include "focus/picture.h"

#include "focus/focus_testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A cup takes 6 minutes of the wheel, a vase 30 and the kiln an hour; a class of six an hour of the
 * room. Nothing is full, so all that is asked for is sold today. */
static const char text[] =
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
    "calendars: {week: {open: {mon-fri: \"08:00-12:00\"}}}\n"
    "work_centers:\n"
    "  room: {people: 1, calendar: week}\n"
    "  wheel: {people: 1, calendar: week}\n"
    "  kiln: {people: 2, calendar: week}\n"
    "activities:\n"
    "  idle: {fixed_cost_per_week: 7}\n"
    "  cups: {fixed_cost_per_week: 20, owner_hours_per_week: 2}\n"
    "  vases: {}\n"
    "offers:\n"
    "  cup: {name: Cup, price: 12.00, vat_rate: 20, on_site: true, activity: cups,\n"
    "        routing: [{work_center: wheel, minutes: 6}], demand_per_week: 20}\n"
    "  saucer: {name: Saucer, price: 6.00, vat_rate: 20, on_site: true, activity: cups,\n"
    "           demand_per_week: 50}\n"
    "  vase: {name: Vase, price: 120.00, vat_rate: 20, on_site: true, activity: vases,\n"
    "         routing: [{work_center: wheel, minutes: 30}, {work_center: kiln, minutes: 60}],\n"
    "         demand_per_week: 8}\n"
    "  class: {name: Class, price: 36.00, vat_rate: 20, on_site: true, seats: 6,\n"
    "          routing: [{work_center: room, minutes: 60, whole: true}], demand_per_week: 9}\n";

static void test_groups(void **state)
{
    (void)state;
    struct testing_shop testing;
    struct picture picture;
    testing_open(&testing, text);
    assert_true(picture_make(testing.figures, &picture));
    assert_int_equal(picture.group_count, 4);
    const struct picture_group *vases = &picture.groups[0];
    const struct picture_group *cups = &picture.groups[1];
    assert_int_equal(vases->activity, 2);
    assert_int_equal(cups->activity, 1);
    assert_int_equal(picture.groups[2].activity, 0); /* has only its costs */
    assert_int_equal(picture.groups[2].count, 0);
    assert_int_equal(picture.groups[3].activity, 3); /* the class is of none */
    assert_int_equal(focus_minor(vases->throughput_micro), 80000);
    assert_int_equal(focus_minor(cups->throughput_micro), 45000);
    assert_int_equal(focus_minor(picture.groups[3].throughput_micro), 27000);
    /* The saucers bring more than the cups. */
    assert_int_equal(cups->count, 2);
    assert_int_equal(picture.offers[cups->first], 1);
    assert_int_equal(picture.offers[cups->first + 1], 0);
    assert_int_equal(cups->units_thousandths, 70000);
    /* Minutes: room, wheel, kiln. */
    assert_int_equal(cups->used_micro[1], 120 * FOCUS_MICRO);
    assert_int_equal(vases->used_micro[1], 240 * FOCUS_MICRO);
    assert_int_equal(vases->used_micro[2], 480 * FOCUS_MICRO);
    /* Nine seats of six are two classes, as in the mix of today. */
    assert_int_equal(picture.groups[3].used_micro[0], 120 * FOCUS_MICRO);
    /* 480 of the kiln's 2,400 are less of it than 360 of the wheel's 1,200. */
    assert_int_equal(picture.fullest, 1);
    picture_free(&picture);
    testing_close(&testing);
}

static void test_an_hour(void **state)
{
    (void)state;
    int64_t micro = 0;
    assert_true(picture_per_hour(100 * FOCUS_MICRO, 6 * FOCUS_MICRO, &micro));
    assert_int_equal(micro, 1000 * FOCUS_MICRO);
    assert_true(picture_per_hour(-FOCUS_MICRO, 7 * FOCUS_MICRO, &micro));
    assert_int_equal(micro, -8571429);
    assert_false(picture_per_hour(FOCUS_MICRO, 0, &micro));
}

static void test_what_is_told(void **state)
{
    (void)state;
    int most;
    int least;
    struct sold_figures sold = {.trend_per_week = 0.02, .trend_chance = 0.049};
    assert_true(picture_trend_is_clear(&sold));
    sold.trend_chance = 0.05;
    assert_false(picture_trend_is_clear(&sold));
    sold.trend_chance = -1; /* not known */
    assert_false(picture_trend_is_clear(&sold));
    sold = (struct sold_figures){.trend_chance = 0.001}; /* orderly, but nothing */
    assert_false(picture_trend_is_clear(&sold));
    assert_true(picture_returned(&sold) < 0);
    sold.units_thousandths = 9000;
    sold.returned_thousandths = 1000;
    assert_true(picture_returned(&sold) > 0.0999 && picture_returned(&sold) < 0.1001);
    for (int i = 0; i < 12; i++) {
        sold.season[i] = i == 11 ? 2 : i == 7 ? 0.5 : 1;
    }
    assert_true(picture_season(&sold, &most, &least));
    assert_int_equal(most, 11);
    assert_int_equal(least, 7);
    sold.season[3] = -1;
    assert_false(picture_season(&sold, &most, &least));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_groups),
                                       cmocka_unit_test(test_an_hour),
                                       cmocka_unit_test(test_what_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

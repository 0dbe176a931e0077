/* The stretch without a mark that searches jump over: who finds it, who ends it, and that it moves
 * with the window. One team of one person, taken but for the quarters that a test gives back. */
#include "promise/hours.h"
#include "promise/hours_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { DAYS = 200, QUARTERS = DAYS * 96 };

static const struct supply nothing;
static struct opening openings[WEEKDAYS];
static struct calendar calendar = {.opening_count = WEEKDAYS, .openings = openings};
static struct work_center team = {.people = 1, .efficiency_thousandths = 1000};
static struct operation operation = {.crew = 1};
static struct offer offer = {.routing = {1, &operation}};
static struct shop shop = {.zone = {.count = 1, .periods = {{INT64_MIN, 0}}},
                           .promise = {.load_slots = 60},
                           .work_center_count = 1,
                           .work_centers = &team,
                           .calendar_count = 1,
                           .calendars = &calendar,
                           .offer_count = 1,
                           .offers = &offer};
static struct window window;
static struct hours hours;
static uint64_t quarters[HOURS_QUARTERS_MAX * (1 + HOURS_PLANES_MIN)];
static uint64_t open_slots[HOURS_QUARTERS_MAX];
static uint8_t people[HOURS_QUARTERS_MAX];
static uint64_t marks[HOURS_CLASSES_MAX][HOURS_LEVEL_WORDS];

static struct slot_run quarter_run(uint32_t quarter)
{
    return (struct slot_run){(uint32_t)hours.first_slot + quarter * SLOTS_PER_QUARTER,
                             SLOTS_PER_QUARTER, 0, 1};
}

static void give(uint32_t quarter)
{
    hours_give(&hours, quarter_run(quarter));
}

static void take(uint32_t quarter)
{
    assert_true(hours_take(&hours, quarter_run(quarter)));
}

/* All is taken, and no search has been made. */
static void team_begin(void)
{
    for (enum weekday day = MONDAY; day < WEEKDAYS; day++) {
        openings[day] = (struct opening){day, 0, 1440};
    }
    hours = (struct hours){0};
    struct hours_center *center = &hours.centers[0];
    center->quarters = quarters;
    center->open = open_slots;
    center->people = people;
    for (uint32_t i = 0; i < HOURS_CLASSES_MAX; i++) {
        center->classes[i].words = marks[i];
    }
    window_set(&window, &shop.zone, 20000, DAYS, DAYS);
    hours_build(&hours, &shop, &nothing, &window);
    for (uint32_t quarter = 0; quarter < QUARTERS; quarter++) {
        take(quarter);
    }
}

/* The quarter of the next free slot at or after a slot of a quarter; UINT32_MAX: there is none. */
static uint32_t found_from(uint32_t quarter, uint32_t slot)
{
    struct slot_run run;
    uint32_t count = 0;
    int64_t at = hours.first_slot + quarter * SLOTS_PER_QUARTER + slot;
    enum hours_result result = hours_place_soonest(&hours, 0, 1, 1, &at, &run, &count, 1);
    hours_place_undo(&hours, &run, count);
    assert_null(hours_check(&hours));
    if (result != HOURS_PLACED) {
        return UINT32_MAX;
    }
    assert_int_equal(at, (int64_t)run.slot + 1);
    return (run.slot - (uint32_t)hours.first_slot) / SLOTS_PER_QUARTER;
}

static uint32_t found(uint32_t quarter)
{
    return found_from(quarter, 0);
}

static void gap_is(uint32_t gap, uint32_t gap_end)
{
    assert_int_equal(hours.centers[0].classes[0].gap, gap);
    assert_int_equal(hours.centers[0].classes[0].gap_end, gap_end);
}

static void test_a_search_finds_it(void **unused)
{
    (void)unused;
    team_begin();
    gap_is(0, 0);
    assert_int_equal(found(0), UINT32_MAX);
    gap_is(0, HOURS_QUARTERS_MAX - 1);
    assert_int_equal(found(QUARTERS - 1), UINT32_MAX);
    give(10);
    gap_is(0, 10);
    give(2000);
    give(3100);
    assert_int_equal(found(3000), 3100);
    gap_is(3000, 3100);
    assert_int_equal(found(100), 2000);
    gap_is(100, 2000); /* the longer one, though quarters that are past lie before it */
    assert_int_equal(found(0), 10);
    gap_is(100, 2000);
    assert_int_equal(found(1999), 2000);
    assert_int_equal(found(2000), 2000);
    assert_int_equal(found_from(2000, 59), 2000);
    gap_is(100, 2000);
}

static void test_it_grows(void **unused)
{
    (void)unused;
    team_begin();
    give(2000);
    give(2001);
    give(2300);
    assert_int_equal(found(100), 2000);
    take(2000);
    gap_is(100, 2000);
    assert_int_equal(found(2000), 2001); /* from its end it goes on */
    gap_is(100, 2001);
    take(2001);
    assert_int_equal(found(500), 2300);
    gap_is(100, 2300);
    take(2300);
    assert_int_equal(found(2301), UINT32_MAX); /* the rest of the window is longer still */
    gap_is(2301, HOURS_QUARTERS_MAX - 1);
}

static void test_who_is_given_back_ends_it(void **unused)
{
    (void)unused;
    team_begin();
    give(2300);
    assert_int_equal(found(100), 2300);
    give(99);
    give(2301);
    gap_is(100, 2300);
    give(150);
    gap_is(100, 150);
    assert_int_equal(found(120), 150);
    assert_int_equal(found(151), 2300);
    gap_is(151, 2300);
    give(151);
    gap_is(151, 151);
    assert_int_equal(found(151), 151);
    assert_int_equal(found(152), 2300);
    gap_is(152, 2300);
    give(2299);
    gap_is(152, 2299);
}

/* What a plan fills itself stays marked: it is looked at, and is no gap once the plan is undone. */
static void test_a_plan_makes_none(void **unused)
{
    (void)unused;
    team_begin();
    give(50);
    give(60);
    struct slot_run runs[3];
    uint32_t count = 0;
    int64_t at = hours.first_slot;
    assert_int_equal(hours_place_soonest(&hours, 0, 1, SLOTS_PER_QUARTER, &at, runs, &count, 3),
                     HOURS_PLACED);
    at = hours.first_slot;
    assert_int_equal(hours_place_soonest(&hours, 0, 1, 1, &at, runs, &count, 3), HOURS_PLACED);
    assert_int_equal(runs[1].slot, quarter_run(60).slot);
    gap_is(0, 50);
    hours_place_undo(&hours, runs, count);
    assert_int_equal(found(0), 50);
}

static void test_it_moves_with_the_window(void **unused)
{
    (void)unused;
    team_begin();
    give(2300);
    give(9000);
    assert_int_equal(found(100), 2300);
    window_set(&window, &shop.zone, 20001, DAYS, DAYS);
    hours_roll(&hours, &shop, &nothing, &window);
    gap_is(4, 2204);
    window_set(&window, &shop.zone, 20002, DAYS, DAYS);
    hours_roll(&hours, &shop, &nothing, &window);
    gap_is(0, 2108);
    assert_int_equal(found(0), 2108);
    take(2108);
    take(9000 - 192);
    assert_int_equal(found(0), QUARTERS - 192); /* the days that came */
    gap_is(0, QUARTERS - 192);
    window_set(&window, &shop.zone, 20002 + DAYS, DAYS, DAYS);
    hours_roll(&hours, &shop, &nothing, &window);
    gap_is(0, 0);
    assert_int_equal(found(0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_search_finds_it),         cmocka_unit_test(test_it_grows),
        cmocka_unit_test(test_who_is_given_back_ends_it), cmocka_unit_test(test_a_plan_makes_none),
        cmocka_unit_test(test_it_moves_with_the_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

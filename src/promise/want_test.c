/* A wanted date: planned backward from it, in the latest slots that still do, and forward where
 * that cannot be; on site by a day, or at an instant. Worked out by hand; 1 December 2026 is a
 * Tuesday. */
#include "tests/support/world_look.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* A jar takes 3 minutes, its parcel 6 more, and the post two of its days; a visit takes 30. */
#define SHOP(rules, post, stock)                                                                   \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "promise: {horizon_days: 60, hold_minutes: 15, payment_minutes: 35" rules "}\n"                \
    "calendars: {week: {open: {mon-fri: \"08:00-12:00 13:00-16:00\"}}}\n"                          \
    "work_centers: {packing: {people: 1, calendar: week}}\n"                                       \
    "items: {box: {on_hand: " stock ", unit_cost: 1.00}}\n"                                        \
    "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 2, "                   \
    "delivers: mon-sat, routing: [{work_center: packing, minutes: 6}]" post "}}\n"                 \
    "offers:\n"                                                                                    \
    "  jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post, "               \
    "routing: [{work_center: packing, minutes: 3}]}\n"                                             \
    "  visit: {name: Visit, price: 9.00, vat_rate: 20, items: {box: 1}, on_site: true, "           \
    "routing: [{work_center: packing, minutes: 30}]}\n"
#define PLAIN SHOP("", "", "500")

static void check(const char *shop_file, const char *ask, const char *answer, const char *runs)
{
    struct world world;
    world_open(&world, shop_file, "2026-12-01T09:00");
    assert_string_equal(world_order(&world, 1, ask), answer);
    assert_string_equal(world_runs(&world, 1), runs);
    world_close_replayed(&world);
}

/* ---- by a day ---- */

/* The post that comes on Thursday is collected on Tuesday at 16:00: until then the parcel, before
 * it the jar. It waits for nobody. */
static void test_backward_from_a_day(void **unused)
{
    (void)unused;
    check(PLAIN, "jar want=2026-12-10",
          "ok ship 2026-12-08T16:00 deliver 2026-12-10 material 2026-12-01 ready 2026-12-08T16:00 "
          "none until 2026-12-08T16:00",
          "packing 2026-12-08T15:51 12, packing 2026-12-08T15:54 24");
    check(PLAIN, "jar want=2026-12-04",
          "ok ship 2026-12-02T16:00 deliver 2026-12-04 material 2026-12-01 ready 2026-12-02T16:00 "
          "none until 2026-12-02T16:00",
          "packing 2026-12-02T15:51 12, packing 2026-12-02T15:54 24");
    /* Nothing is delivered on a Sunday: Saturday does, and Friday's collection would come on
     * Monday. */
    check(PLAIN, "jar want=2026-12-13",
          "ok ship 2026-12-10T16:00 deliver 2026-12-12 material 2026-12-01 ready 2026-12-10T16:00 "
          "none until 2026-12-10T16:00",
          "packing 2026-12-10T15:51 12, packing 2026-12-10T15:54 24");
}

/* As early as it is wanted, or not so early: forward. */
static void test_no_later_than_the_soonest(void **unused)
{
    (void)unused;
    static const char *const asks[] = {"jar", "jar want=2026-12-03", "jar want=2026-12-02",
                                       "jar want=2026-12-01", "jar want=2026-11-01"};
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        check(PLAIN, asks[i],
              "ok ship 2026-12-01T16:00 deliver 2026-12-03 material 2026-12-01 ready "
              "2026-12-01T09:09 carrier post until 2026-12-01T16:00",
              "packing 2026-12-01T09:00 12, packing 2026-12-01T09:03 24");
    }
}

/* Two hours of buffer before the post. */
static void test_the_buffer(void **unused)
{
    (void)unused;
    check(SHOP(", buffer_hours: 2", "", "500"), "jar want=2026-12-10",
          "ok ship 2026-12-08T16:00 deliver 2026-12-10 material 2026-12-01 ready 2026-12-08T16:00 "
          "none until 2026-12-08T16:00",
          "packing 2026-12-08T13:51 12, packing 2026-12-08T13:54 24");
}

/* 160 jars are 480 minutes: 174 before the parcel on Tuesday, 240 before noon, and 66 on Monday. */
static void test_the_latest_slots(void **unused)
{
    (void)unused;
    check(PLAIN, "jar=160 want=2026-12-10",
          "ok ship 2026-12-08T16:00 deliver 2026-12-10 material 2026-12-01 ready 2026-12-08T16:00 "
          "none until 2026-12-08T16:00",
          "packing 2026-12-07T14:54 264, packing 2026-12-08T08:00 960, "
          "packing 2026-12-08T13:00 696, packing 2026-12-08T15:54 24");
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    world_order(&world, 1, "jar want=2026-12-10");
    world_order(&world, 2, "jar want=2026-12-10");
    assert_string_equal(world_runs(&world, 2),
                        "packing 2026-12-08T15:42 12, packing 2026-12-08T15:45 24");
    /* Stock is committed on the day on which its work begins. */
    struct atp_day days[8];
    promise_atp(world.state, (struct item_id){0}, days, 8);
    assert_int_equal(days[0].committed, 0);
    assert_int_equal(days[7].committed, 2000);
    world_close_replayed(&world);
}

/* The collection is full: the one before, a day too early. */
static void test_a_full_collection(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP("", ", max_parcels: 1", "500"), "2026-12-01T09:00");
    world_order(&world, 1, "jar want=2026-12-10");
    assert_string_equal(world_order(&world, 2, "jar want=2026-12-10"),
                        "ok ship 2026-12-07T16:00 deliver 2026-12-09 material 2026-12-01 ready "
                        "2026-12-07T16:00 none until 2026-12-07T16:00");
    world_close_replayed(&world);
}

/* A strike on Tuesday: Monday's parcel misses a day of delivery, and comes on Thursday. */
static void test_a_strike(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    assert_string_equal(world_change(&world, "carrier post 2026-12-08 2026-12-08"), "ok");
    assert_string_equal(world_order(&world, 1, "jar want=2026-12-10"),
                        "ok ship 2026-12-07T16:00 deliver 2026-12-10 material 2026-12-01 ready "
                        "2026-12-07T16:00 none until 2026-12-07T16:00");
    world_close_replayed(&world);
}

/* Boxes come on the 8th: what is as soon as it can be is planned forward, what is wanted later is
 * worked on no earlier. */
static void test_none_before_the_material(void **unused)
{
    (void)unused;
    const char *shop_file = SHOP("", "", "0") "receipts: [{item: box, quantity: 200, due: "
                                              "2026-12-08}]\n";
    check(shop_file, "jar want=2026-12-10",
          "ok ship 2026-12-08T16:00 deliver 2026-12-10 material 2026-12-08 ready 2026-12-08T08:09 "
          "stock box until 2026-12-08T00:00",
          "packing 2026-12-08T08:00 12, packing 2026-12-08T08:03 24");
    check(shop_file, "jar want=2026-12-11",
          "ok ship 2026-12-09T16:00 deliver 2026-12-11 material 2026-12-08 ready 2026-12-09T16:00 "
          "none until 2026-12-09T16:00",
          "packing 2026-12-09T15:51 12, packing 2026-12-09T15:54 24");
    /* 160 jars for Friday: until Wednesday's collection 414 minutes of Wednesday, 66 of Tuesday. */
    check(shop_file, "jar=160 want=2026-12-12",
          "ok ship 2026-12-10T16:00 deliver 2026-12-12 material 2026-12-08 ready 2026-12-10T16:00 "
          "none until 2026-12-10T16:00",
          "packing 2026-12-09T14:54 264, packing 2026-12-10T08:00 960, "
          "packing 2026-12-10T13:00 696, packing 2026-12-10T15:54 24");
}

/* Open from 8 to 11, boxes on Tuesday, and a post that collects then. Forward: a from 8:00 to 9:10,
 * b on the hour from 10:00 to 10:30, c between them. Backward c would end at 11:00 and b begin at
 * 9:00, and then a has no place: so it is forward after all. */
static void test_forward_where_backward_fails(void **unused)
{
    (void)unused;
#define WHOLE(name, minutes)                                                                       \
    "  " name ": {name: " name ", price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post, "     \
    "routing: [{work_center: bench, whole: true, minutes: " minutes "}]}\n"
    check("shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
          "promise: {horizon_days: 60}\n"
          "calendars: {mornings: {open: {mon-fri: \"08:00-11:00\"}}}\n"
          "work_centers: {bench: {people: 1, calendar: mornings}}\n"
          "items: {box: {on_hand: 0, unit_cost: 1.00}}\n"
          "receipts: [{item: box, quantity: 9, due: 2026-12-08}]\n"
          "carriers: {post: {cut_off: \"11:00\", collects: tue, transit_days: 1, delivers: "
          "mon-sat}}\n"
          "offers:\n" WHOLE("a", "70") WHOLE("b", "30, start_every: 60") WHOLE("c", "50"),
          "a b c want=2026-12-10",
          "ok ship 2026-12-08T11:00 deliver 2026-12-09 material 2026-12-08 ready 2026-12-08T10:30 "
          "stock box until 2026-12-08T00:00",
          "bench 2026-12-08T08:00 280, bench 2026-12-08T09:10 200, bench 2026-12-08T10:00 120");
#undef WHOLE
}

/* ---- the horizon, and how long is too long ---- */

static void test_beyond_the_horizon(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    /* The last of sixty days is 29 January, a Friday. */
    assert_string_equal(world_quote(&world, "jar want=2027-01-29"),
                        "ok ship 2027-01-27T16:00 deliver 2027-01-29 material 2026-12-01 ready "
                        "2027-01-27T16:00 none until 2027-01-27T16:00");
    assert_string_equal(world_quote(&world, "jar want=2027-01-30"), "want-beyond");
    assert_string_equal(world_order(&world, 1, "visit want=2027-01-30"), "want-beyond");
    world_quote(&world, "jar want=2027-01-29T23:59:59");
    assert_int_equal(world.answer.result, PROMISE_OK);
    assert_string_equal(world_quote(&world, "jar want=2027-01-30T00:00"), "want-beyond");
    assert_string_equal(world_quote(&world, "visit want=2027-01-30T00:00"), "want-beyond");
    world_close_replayed(&world);
}

/* max_days judges the soonest date, not the wanted one. */
static void test_max_days(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP(", max_days: 2", "", "500"), "2026-12-01T09:00");
    world_quote(&world, "jar want=2027-01-29");
    assert_int_equal(world.answer.result, PROMISE_OK);
    world_close_replayed(&world);
    world_open(&world, SHOP(", max_days: 1", "", "500"), "2026-12-01T09:00");
    world_quote(&world, "jar want=2027-01-29");
    assert_int_equal(world.answer.result, PROMISE_SOLD_OUT);
    assert_true(world.answer.has_possible);
    assert_int_equal(world.answer.possible_day, promise_today(world.state) + 2);
    world_close_replayed(&world);
}

/* ---- on site ---- */

static void test_on_site_by_a_day(void **unused)
{
    (void)unused;
    check(PLAIN, "visit want=2026-12-10",
          "ok deliver 2026-12-10 material 2026-12-01 ready 2026-12-10T16:00 none until "
          "2026-12-10T16:00",
          "packing 2026-12-10T15:30 120");
    /* A Sunday: Friday's last half hour. */
    check(PLAIN, "visit want=2026-12-13",
          "ok deliver 2026-12-11 material 2026-12-01 ready 2026-12-11T16:00 none until "
          "2026-12-11T16:00",
          "packing 2026-12-11T15:30 120");
    check(PLAIN, "visit want=2026-12-01",
          "ok deliver 2026-12-01 material 2026-12-01 ready 2026-12-01T09:30 none until "
          "2026-12-01T09:30",
          "packing 2026-12-01T09:00 120");
}

/* On site there is no parcel to pack, whichever way it is planned. */
static void test_no_parcel_on_site(void **unused)
{
    (void)unused;
    static struct promise_plan plan;
    struct promise_line line = {{1}, 1000};
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    for (int32_t days = 0; days < 4; days += 3) {
        struct promise_command command = {
            .kind = PROMISE_PLACE, .now = world.now, .ask = {.line_count = 1, .lines = &line}};
        command.ask.want = (struct promise_want){WANT_DAY, promise_today(world.state) + days};
        promise_quote(world.state, &command, &world.answer, &plan);
        assert_int_equal(world.answer.result, PROMISE_OK);
        assert_int_equal(plan.groups[0].backward, days > 0);
        assert_int_equal(plan.groups[0].parcel_operation_count, 0);
        assert_int_equal(plan.operation_count, 1);
    }
    world_close(&world);
}

/* From the instant on, and what keeps it from beginning then is a wait. */
static void test_on_site_at_an_instant(void **unused)
{
    (void)unused;
    check(PLAIN, "visit want=2026-12-10T10:10",
          "ok deliver 2026-12-10 material 2026-12-01 ready 2026-12-10T10:40 none until "
          "2026-12-10T10:40",
          "packing 2026-12-10T10:10 120");
    check(PLAIN, "visit want=2026-12-10T11:45",
          "ok deliver 2026-12-10 material 2026-12-01 ready 2026-12-10T13:15 hours packing until "
          "2026-12-10T13:15",
          "packing 2026-12-10T11:45 60, packing 2026-12-10T13:00 60");
    check(PLAIN, "visit want=2026-12-01T07:00",
          "ok deliver 2026-12-01 material 2026-12-01 ready 2026-12-01T09:30 none until "
          "2026-12-01T09:30",
          "packing 2026-12-01T09:00 120");
    check(PLAIN, "visit want=2026-12-11T15:59:50",
          "ok deliver 2026-12-14 material 2026-12-01 ready 2026-12-14T08:30 hours packing until "
          "2026-12-14T08:30",
          "packing 2026-12-14T08:00 120");
}

/* What is carried is wanted on the instant's day, by the clock of the shop. */
static void test_an_instant_for_what_is_carried(void **unused)
{
    (void)unused;
    check(PLAIN, "jar want=2026-12-10T00:00",
          "ok ship 2026-12-08T16:00 deliver 2026-12-10 material 2026-12-01 ready 2026-12-08T16:00 "
          "none until 2026-12-08T16:00",
          "packing 2026-12-08T15:51 12, packing 2026-12-08T15:54 24");
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    world_order(&world, 1, "jar visit want=2026-12-10T10:00");
    assert_string_equal(world_lines(&world, 1),
                        "jar confirmed parcel 0 ship 2026-12-08T16:00 deliver 2026-12-10, "
                        "visit confirmed site 1 from 2026-12-10T10:00 to 2026-12-10T10:30 deliver "
                        "2026-12-10");
    world_close_replayed(&world);
}

/* ---- holds ---- */

/* A late payment plans the same wish again, and finds it even where the last collection is full: a
 * day earlier is no later. */
static void test_a_late_payment_keeps_its_wish(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP("", ", max_parcels: 1", "500"), "2026-12-01T09:00");
    world_hold(&world, 1, "jar want=2026-12-10");
    assert_string_equal(world_lines(&world, 1),
                        "jar held parcel 0 ship 2026-12-08T16:00 deliver 2026-12-10");
    world_at(&world, "2026-12-01T09:15");
    assert_string_equal(world_status(&world, 1), "expired");
    world_order(&world, 2, "jar want=2026-12-10");
    assert_string_equal(world_lines(&world, 2),
                        "jar confirmed parcel 0 ship 2026-12-08T16:00 deliver 2026-12-10");
    assert_string_equal(world_step(&world, PROMISE_CONFIRM, 1), "ok confirmed");
    assert_string_equal(world_lines(&world, 1),
                        "jar confirmed parcel 0 ship 2026-12-07T16:00 deliver 2026-12-09");
    world_close_replayed(&world);
}

/* ---- clocks ---- */

#define NIGHT(cut_off)                                                                             \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "promise: {horizon_days: 60}\n"                                                                \
    "calendars: {nights: {open: {mon-sun: \"00:00-06:00\"}}}\n"                                    \
    "work_centers: {tower: {people: 1, calendar: nights}}\n"                                       \
    "items: {box: {on_hand: 9, unit_cost: 1.00}}\n"                                                \
    "carriers: {post: {cut_off: \"" cut_off "\", collects: mon-sun, transit_days: 0, delivers: "   \
    "mon-sun}}\n"                                                                                  \
    "offers:\n"                                                                                    \
    "  stars: {name: Stars, price: 9.00, vat_rate: 20, on_site: true, routing: "                   \
    "[{work_center: tower, minutes: 60, whole: true, start_every: 120}]}\n"                        \
    "  jar: {name: Jar, price: 9.00, vat_rate: 20, items: {box: 1}, carrier: post, routing: "      \
    "[{work_center: tower, minutes: 30}]}\n"

static int64_t midnight_of(const struct world *world, const char *date)
{
    int32_t day = 0;
    assert_true(day_read(slice_of(date), &day));
    return zone_instant(&world->shop->zone, day, 0);
}

/* The latest even hours of a day of 24, of 23 and of 25 hours, one order after another; the next is
 * of the night before. */
static void test_backward_on_the_clock_of_the_wall(void **unused)
{
    (void)unused;
    static const struct {
        const char *at;
        const char *ask;
        uint32_t count;
        int32_t hours[4];
    } days[] = {{"2026-03-10T09:00", "stars want=2026-03-22", 3, {4, 2, 0}},
                {"2026-03-10T09:00", "stars want=2026-03-29", 2, {3, 0}},
                {"2026-10-10T09:00", "stars want=2026-10-25", 4, {5, 3, 2, 0}},
                {"2028-02-10T09:00", "stars want=2028-02-29", 3, {4, 2, 0}}};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        struct world world;
        world_open(&world, NIGHT("02:30"), days[i].at);
        int64_t midnight = midnight_of(&world, strchr(days[i].ask, '=') + 1);
        for (uint32_t k = 0; k <= days[i].count; k++) {
            world_order(&world, k + 1, days[i].ask);
            assert_int_equal(world.answer.result, PROMISE_OK);
            int64_t start = world.answer.summary.ready_at - 3600;
            assert_int_equal(start, k < days[i].count ? midnight + days[i].hours[k] * 3600
                                                      : midnight - 20 * 3600);
        }
        world_close_replayed(&world);
    }
}

/* A cut-off at 2:30: on 29 March there is no such time, it is the next instant, which is two hours
 * after midnight; on 25 October it is the first of the two. */
static void test_backward_from_a_cut_off(void **unused)
{
    (void)unused;
    static const struct {
        const char *at;
        const char *ask;
        int32_t minutes;
    } days[] = {{"2026-03-10T09:00", "jar want=2026-03-28", 150},
                {"2026-03-10T09:00", "jar want=2026-03-29", 120},
                {"2026-10-10T09:00", "jar want=2026-10-25", 150}};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        struct world world;
        struct slot_run run;
        world_open(&world, NIGHT("02:30"), days[i].at);
        int64_t until = midnight_of(&world, strchr(days[i].ask, '=') + 1) + days[i].minutes * 60;
        world_order(&world, 1, days[i].ask);
        assert_int_equal(world.answer.summary.dates.ship_by, until);
        assert_int_equal(world.answer.summary.ready_at, until);
        assert_int_equal(promise_order_runs(world.state, 1, &run, 1), 1);
        assert_int_equal(run.slot + run.count, until / SLOT_SECONDS);
        assert_int_equal(run.count, 120);
        world_close_replayed(&world);
    }
}

/* A date that is past, however long: as soon as may be. */
static void test_what_is_past(void **unused)
{
    (void)unused;
    static const struct promise_want wants[] = {{WANT_DAY, 0},
                                                {WANT_DAY, -1},
                                                {WANT_DAY, INT32_MIN},
                                                {WANT_DAY, INT64_MIN},
                                                {WANT_AT, 0},
                                                {WANT_AT, INT32_MIN},
                                                {WANT_AT, INT64_MIN},
                                                /* Its day's lower half is 30,000,000. */
                                                {WANT_AT, (30000000 - ((int64_t)1 << 32)) * 86400}};
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    for (size_t i = 0; i < 2 * sizeof wants / sizeof *wants; i++) {
        struct promise_line line = {{(uint16_t)(i % 2)}, 1000};
        struct promise_command command = {
            .kind = PROMISE_PLACE, .now = world.now, .ask = {.line_count = 1, .lines = &line}};
        struct promise_answer soonest;
        struct promise_answer answer;
        promise_quote(world.state, &command, &soonest, NULL);
        command.ask.want = wants[i / 2];
        promise_quote(world.state, &command, &answer, NULL);
        assert_int_equal(answer.result, PROMISE_OK);
        assert_int_equal(answer.summary.dates.deliver_by_day, soonest.summary.dates.deliver_by_day);
        assert_int_equal(answer.summary.ready_at, soonest.summary.ready_at);
    }
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_backward_from_a_day),
        cmocka_unit_test(test_no_later_than_the_soonest),
        cmocka_unit_test(test_the_buffer),
        cmocka_unit_test(test_the_latest_slots),
        cmocka_unit_test(test_a_full_collection),
        cmocka_unit_test(test_a_strike),
        cmocka_unit_test(test_none_before_the_material),
        cmocka_unit_test(test_forward_where_backward_fails),
        cmocka_unit_test(test_beyond_the_horizon),
        cmocka_unit_test(test_max_days),
        cmocka_unit_test(test_on_site_by_a_day),
        cmocka_unit_test(test_no_parcel_on_site),
        cmocka_unit_test(test_on_site_at_an_instant),
        cmocka_unit_test(test_an_instant_for_what_is_carried),
        cmocka_unit_test(test_a_late_payment_keeps_its_wish),
        cmocka_unit_test(test_backward_on_the_clock_of_the_wall),
        cmocka_unit_test(test_backward_from_a_cut_off),
        cmocka_unit_test(test_what_is_past),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

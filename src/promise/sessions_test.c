/* What several bookings share: which session is found, how its seats and its hours come and go, and
 * when it begins - also on days of 23 and 25 hours and in a zone of 45 minutes.
 *
 * 1 December 2026 is a Tuesday. */
#include "promise/state.h"
#include "tests/support/world_look.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* ---- finding ---- */

static void test_finding(void **unused)
{
    (void)unused;
    struct session all[] = {{.start = 400, .end = 490, .seats_taken = 3},
                            {.start = 100, .end = 190, .seats_taken = 8},
                            {.start = 200, .end = 290, .seats_taken = 6},
                            {.start = 200, .end = 290, .seats_taken = 5},
                            {.start = 300, .end = 390, .seats_taken = 0},
                            {.offer = 1, .start = 250, .end = 340, .seats_taken = 1}};
    static uint32_t latest[LIMIT_OFFERS];
    struct sessions sessions = {.count = 6, .all = all, .latest = latest};
    sessions_index(&sessions, 0);
    assert_int_equal(latest[0], 4);
    assert_int_equal(latest[1], 6);
    /* The earliest with room; of equal ones the older. */
    assert_int_equal(sessions_find(&sessions, 0, 0, 1, 8), 3);
    assert_int_equal(sessions_find(&sessions, 0, 0, 2, 8), 3);
    assert_int_equal(sessions_find(&sessions, 0, 0, 3, 8), 4);
    assert_int_equal(sessions_find(&sessions, 0, 0, 4, 8), 1);
    assert_int_equal(sessions_find(&sessions, 0, 0, 6, 8), 0);
    assert_int_equal(sessions_find(&sessions, 0, 200, 1, 8), 3);
    assert_int_equal(sessions_find(&sessions, 0, 201, 1, 8), 1);
    assert_int_equal(sessions_find(&sessions, 0, 401, 1, 8), 0);
    assert_int_equal(sessions_find(&sessions, 1, 0, 1, 8), 6);
    /* Fewer seats than are taken: a shop file may say so. */
    assert_int_equal(sessions_find(&sessions, 0, 0, 1, 4), 1);
    assert_int_equal(sessions_find(&sessions, 0, 0, 1, 2), 0);
    /* The latest that also ends in time. */
    assert_int_equal(sessions_find_latest(&sessions, 0, 0, 490, 1, 8), 1);
    assert_int_equal(sessions_find_latest(&sessions, 0, 0, 489, 3, 8), 4);
    assert_int_equal(sessions_find_latest(&sessions, 0, 0, 290, 1, 8), 3);
    assert_int_equal(sessions_find_latest(&sessions, 0, 0, 289, 1, 8), 0);
    assert_int_equal(sessions_find_latest(&sessions, 0, 201, 489, 1, 8), 0);
    /* What is over is found no more. */
    sessions_index(&sessions, 291);
    assert_int_equal(latest[0], 1);
    assert_int_equal(sessions_find(&sessions, 0, 0, 1, 8), 1);
}

/* ---- in a shop ---- */

/* One kitchen, a class of an hour and a half for up to eight on Tuesdays and Thursdays, from 18:00,
 * on the half hour. */
#define CLASS                                                                                      \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "promise: {horizon_days: 30, hold_minutes: 15, payment_minutes: 35}\n"                         \
    "calendars: {evenings: {open: {tue: \"18:00-21:00\", thu: \"18:00-21:00\"}}}\n"                \
    "work_centers: {kitchen: {people: 1, calendar: evenings}}\n"                                   \
    "items: {flour: {on_hand: 20, unit_cost: 1.00}}\n"                                             \
    "offers:\n"                                                                                    \
    "  class: {name: Class, price: 55.00, vat_rate: 20, items: {flour: 0.5}, seats: 8, on_site: "  \
    "true, routing: [{work_center: kitchen, minutes: 90, whole: true, start_every: 30}]}\n"        \
    "  talk: {name: Talk, price: 5.00, vat_rate: 20, seats: 3, on_site: true}\n"

#define TUESDAY_AT_6                                                                               \
    "class confirmed site 0 from 2026-12-01T18:00 to 2026-12-01T19:30 deliver 2026-12-01"
#define TUESDAY_LATE                                                                               \
    "class confirmed site 0 from 2026-12-01T19:30 to 2026-12-01T21:00 deliver 2026-12-01"
#define THURSDAY_AT_6                                                                              \
    "class confirmed site 0 from 2026-12-03T18:00 to 2026-12-03T19:30 deliver 2026-12-03"

static void book(struct world *world, uint32_t key, const char *ask, const char *lines)
{
    world_order(world, key, ask);
    assert_int_equal(world->answer.result, PROMISE_OK);
    assert_string_equal(world_lines(world, key), lines);
}

static int64_t taken_on(struct world *world, uint32_t day)
{
    struct load_day days[30];
    promise_load(world->state, (struct work_center_id){0}, days, 30);
    return days[day].taken;
}

static void test_seats_are_shared(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, CLASS, "2026-12-01T09:00");
    assert_string_equal(world_order(&world, 1, "class=2"),
                        "ok deliver 2026-12-01 material 2026-12-01 ready 2026-12-01T19:30 hours "
                        "kitchen until 2026-12-01T19:30");
    assert_string_equal(world_order(&world, 2, "class=6"),
                        "ok deliver 2026-12-01 material 2026-12-01 ready 2026-12-01T19:30 hours "
                        "kitchen until 2026-12-01T19:30");
    assert_string_equal(world_runs(&world, 1), "kitchen 2026-12-01T18:00 360");
    assert_string_equal(world_runs(&world, 2), "kitchen 2026-12-01T18:00 360");
    assert_int_equal(taken_on(&world, 0), 360);
    book(&world, 3, "class", TUESDAY_LATE);
    book(&world, 4, "class=8", THURSDAY_AT_6);
    book(&world, 5, "class=7", TUESDAY_LATE);
    assert_int_equal(taken_on(&world, 0), 720);
    assert_int_equal(taken_on(&world, 2), 360);
    world_close_replayed(&world);
}

static void test_whole_seats_and_no_more_than_there_are(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, CLASS, "2026-12-01T09:00");
    assert_string_equal(world_quote(&world, "class=9"), "bad-quantity");
    assert_string_equal(world_quote(&world, "class=1.5"), "bad-quantity");
    assert_string_equal(world_quote(&world, "class=0.5"), "bad-quantity");
    world_quote(&world, "class=8");
    assert_int_equal(world.answer.result, PROMISE_OK);
    world_close_replayed(&world);
}

/* Seats that come back are sold again; with the last one the hours are free. */
static void test_a_session_ends_with_its_last_booking(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, CLASS, "2026-12-01T09:00");
    book(&world, 1, "class=2", TUESDAY_AT_6);
    book(&world, 2, "class=6", TUESDAY_AT_6);
    assert_string_equal(world_step(&world, PROMISE_CANCEL, 1), "ok cancelled");
    assert_int_equal(taken_on(&world, 0), 360);
    book(&world, 3, "class=3", TUESDAY_LATE);
    book(&world, 4, "class=2", TUESDAY_AT_6);
    world_step(&world, PROMISE_CANCEL, 2);
    world_step(&world, PROMISE_CANCEL, 4);
    assert_int_equal(taken_on(&world, 0), 360);
    world_step(&world, PROMISE_CANCEL, 3);
    assert_int_equal(taken_on(&world, 0), 0);
    assert_string_equal(world_atp(&world, "flour", 3), "20 20 20");
    book(&world, 5, "class=8", TUESDAY_AT_6);
    world_close_replayed(&world);
}

/* Where no seat is taken and none is asked for, nothing begins and nothing ends. */
static void test_no_seat_of_none(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, CLASS, "2026-12-01T09:00");
    book(&world, 1, "class", TUESDAY_AT_6);
    struct promise_state *state = world.state;
    static const int32_t seats[] = {0, -1, 0, 0, 1, 0};
    static const int64_t slots[] = {360, 0, 0, 0, 360, 360};
    for (size_t i = 0; i < sizeof seats / sizeof *seats; i++) {
        sessions_seats(&state->sessions, &state->orders, &state->hours, 1, seats[i]);
        assert_int_equal(taken_on(&world, 0), slots[i]);
    }
    world_close_replayed(&world);
}

/* When there is no room for one session more, classes are full and everything else is not. */
static void test_no_room_for_sessions(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world,
               CLASS "  bag: {name: Bag, price: 5.00, vat_rate: 20, items: {flour: 1}, "
                     "on_site: true}\n",
               "2026-12-01T09:00");
    book(&world, 1, "class=2", TUESDAY_AT_6);
    world.state->sessions.count = LIMIT_SESSIONS;
    assert_string_equal(world_order(&world, 2, "class=8"), "full");
    world_order(&world, 3, "bag");
    assert_int_equal(world.answer.result, PROMISE_OK);
    world.state->sessions.count = 1;
    world_order(&world, 4, "class=8");
    assert_int_equal(world.answer.result, PROMISE_OK);
    world_close(&world);
}

/* A hold begins no earlier than it can last be confirmed: at 17:10 that is 18:00, at 17:11 too
 * late. It gives its seats back when it expires. */
static void test_holds_of_seats(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, CLASS, "2026-12-01T09:00");
    book(&world, 1, "class", TUESDAY_AT_6);
    world_at(&world, "2026-12-01T17:10");
    world_hold(&world, 2, "class=7");
    assert_string_equal(
        world_lines(&world, 2),
        "class held site 0 from 2026-12-01T18:00 to 2026-12-01T19:30 deliver 2026-12-01");
    world_at(&world, "2026-12-01T17:11");
    world_hold(&world, 3, "class");
    assert_string_equal(
        world_lines(&world, 3),
        "class held site 0 from 2026-12-01T19:30 to 2026-12-01T21:00 deliver 2026-12-01");
    /* A hold that takes its own place may have its own seats. */
    world_replace(&world, 4, 3, "class=8");
    assert_string_equal(
        world_lines(&world, 4),
        "class held site 0 from 2026-12-01T19:30 to 2026-12-01T21:00 deliver 2026-12-01");
    world_at(&world, "2026-12-01T17:26");
    assert_string_equal(world_status(&world, 4), "expired");
    assert_int_equal(taken_on(&world, 0), 360);
    book(&world, 5, "class=7", TUESDAY_AT_6);
    world_close_replayed(&world);
}

/* A session that has begun takes nobody in, and one that is over stays in its order's lines. */
static void test_sessions_of_the_past(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, CLASS, "2026-12-01T09:00");
    book(&world, 1, "class", TUESDAY_AT_6);
    world_at(&world, "2026-12-01T18:00");
    book(&world, 2, "class", TUESDAY_AT_6);
    world_at(&world, "2026-12-01T18:01");
    book(&world, 3, "class", TUESDAY_LATE);
    world_at(&world, "2026-12-02T10:00");
    book(&world, 4, "class", THURSDAY_AT_6);
    assert_string_equal(world_lines(&world, 1), TUESDAY_AT_6);
    assert_string_equal(world_step(&world, PROMISE_CANCEL, 1), "ok cancelled");
    assert_string_equal(world_step(&world, PROMISE_DELIVER, 2), "ok delivered");
    world_close_replayed(&world);
}

/* Lines of one order see what its earlier lines booked; an own session is shared like another. */
static void test_lines_of_one_order(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, CLASS, "2026-12-01T09:00");
    world_order(&world, 1, "class=2 class=3");
    assert_string_equal(
        world_lines(&world, 1), TUESDAY_AT_6
        ", class confirmed site 1 from 2026-12-01T18:00 to 2026-12-01T19:30 deliver 2026-12-01");
    assert_string_equal(world_runs(&world, 1), "kitchen 2026-12-01T18:00 360");
    world_order(&world, 2, "class=3 class=5");
    assert_string_equal(
        world_lines(&world, 2), TUESDAY_AT_6
        ", class confirmed site 1 from 2026-12-01T19:30 to 2026-12-01T21:00 deliver 2026-12-01");
    world_step(&world, PROMISE_CANCEL, 1);
    world_step(&world, PROMISE_CANCEL, 2);
    assert_int_equal(taken_on(&world, 0), 0);
    /* A new one, to its last seat. */
    world_order(&world, 3, "class=2 class=6");
    assert_string_equal(world_runs(&world, 3), "kitchen 2026-12-01T18:00 360");
    world_close_replayed(&world);
}

/* Of two new ones that a third line may join it joins the earlier; by a day, the later. */
static void test_lines_of_one_order_choose(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, CLASS, "2026-12-01T09:00");
    world_order(&world, 1, "class=5 class=5 class");
    assert_string_equal(
        world_lines(&world, 1), TUESDAY_AT_6
        ", class confirmed site 1 from 2026-12-01T19:30 to 2026-12-01T21:00 deliver 2026-12-01"
        ", class confirmed site 2 from 2026-12-01T18:00 to 2026-12-01T19:30 deliver 2026-12-01");
    world_order(&world, 2, "class=5 class=5 class want=2026-12-08");
    assert_string_equal(
        world_lines(&world, 2),
        "class confirmed site 0 from 2026-12-08T19:30 to 2026-12-08T21:00 deliver 2026-12-08"
        ", class confirmed site 1 from 2026-12-08T18:00 to 2026-12-08T19:30 deliver 2026-12-08"
        ", class confirmed site 2 from 2026-12-08T19:30 to 2026-12-08T21:00 deliver 2026-12-08");
    world_close_replayed(&world);
}

/* One that is there already comes before a new one of the order that begins at the same time; also
 * by a day, before which there would be seats. */
static void test_one_that_is_there_comes_first(void **unused)
{
    (void)unused;
    static const char *const wishes[] = {"", " want=2026-12-08"};
    for (uint32_t i = 0; i < 2; i++) {
        struct world world;
        char ask[64];
        world_open(&world, CLASS, "2026-12-01T09:00");
        world_change(&world, "staff kitchen 1 2026-12-01 2026-12-30"); /* two cooks */
        if (i == 1) {
            book(&world, 3, "class", TUESDAY_AT_6);
        }
        snprintf(ask, sizeof ask, "class=5%s", wishes[i]);
        world_order(&world, 1, ask);
        snprintf(ask, sizeof ask, "class=5 class%s", wishes[i]);
        world_order(&world, 2, ask);
        const struct sessions *sessions = &world.state->sessions;
        assert_int_equal(sessions->count, i + 2);
        assert_int_equal(session_of(sessions, i + 1)->start, session_of(sessions, i + 2)->start);
        assert_int_equal(session_of(sessions, i + 1)->seats_taken, 6);
        assert_int_equal(session_of(sessions, i + 2)->seats_taken, 5);
        world_close_replayed(&world);
    }
}

/* By a day: the latest that ends in time, or one that is there and does. At an instant: none before
 * it. As soon as can be: one that is there before a new one, wherever that would lie. */
static void test_wanted_sessions(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, CLASS, "2026-12-01T09:00");
    book(&world, 1, "class=2 want=2026-12-02", TUESDAY_LATE);
    book(&world, 2, "class=2", TUESDAY_LATE);
    book(&world, 3, "class=2 want=2026-12-03T17:00", THURSDAY_AT_6);
    book(&world, 4, "class=2 want=2026-12-03", THURSDAY_AT_6);
    book(&world, 5, "class=5 want=2026-12-02",
         "class confirmed site 0 from 2026-12-01T18:00 to 2026-12-01T19:30 deliver 2026-12-01");
    book(&world, 6, "class=5 want=2026-12-03T18:15",
         "class confirmed site 0 from 2026-12-03T19:30 to 2026-12-03T21:00 deliver 2026-12-03");
    world_close_replayed(&world);
}

/* Flour is committed on the session's day, half a kilogram a seat. */
static void test_goods_are_committed_on_its_day(void **unused)
{
    (void)unused;
    struct world world;
    struct atp_day days[4];
    world_open(&world, CLASS, "2026-12-01T19:31");
    book(&world, 1, "class=3", THURSDAY_AT_6);
    assert_int_equal(promise_atp(world.state, (struct item_id){0}, days, 4), 4);
    assert_int_equal(days[0].committed, 0);
    assert_int_equal(days[2].committed, 1500);
    assert_int_equal(days[3].committed, 0);
    assert_string_equal(world_atp(&world, "flour", 2), "18.5 18.5");
    world_close_replayed(&world);
}

/* No work: it begins when it is asked for, and whoever asks in that second joins. */
static void test_without_work(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, CLASS, "2026-12-01T09:00");
    assert_string_equal(world_order(&world, 1, "talk=2"),
                        "ok deliver 2026-12-01 material 2026-12-01 ready 2026-12-01T09:00 none "
                        "until 2026-12-01T09:00");
    book(&world, 2, "talk",
         "talk confirmed site 0 from 2026-12-01T09:00 to 2026-12-01T09:00 deliver 2026-12-01");
    book(&world, 3, "talk want=2026-12-02T10:00",
         "talk confirmed site 0 from 2026-12-02T10:00 to 2026-12-02T10:00 deliver 2026-12-02");
    world_at(&world, "2026-12-01T09:30");
    /* The one that is there comes before a new one. */
    book(&world, 4, "talk=2",
         "talk confirmed site 0 from 2026-12-02T10:00 to 2026-12-02T10:00 deliver 2026-12-02");
    book(&world, 5, "talk",
         "talk confirmed site 0 from 2026-12-01T09:30 to 2026-12-01T09:30 deliver 2026-12-01");
    world_step(&world, PROMISE_CANCEL, 1);
    world_step(&world, PROMISE_CANCEL, 2);
    world_close_replayed(&world);
}

/* The times that a page offers: a session with its seats that are left, then where a new one could
 * begin. */
static void test_times(void **unused)
{
    (void)unused;
    static const char *const starts[] = {"2026-12-01T18:00", "2026-12-01T19:30", "2026-12-03T18:00",
                                         "2026-12-03T18:30", "2026-12-03T19:00", "2026-12-03T19:30",
                                         "2026-12-08T18:00"};
    struct world world;
    struct offered_time times[7];
    world_open(&world, CLASS, "2026-12-01T09:00");
    book(&world, 1, "class=2", TUESDAY_AT_6);
    struct promise_line line = {{NO_INDEX}, 2 * 1000};
    assert_true(shop_offer_find(world.shop, SLICE("class"), &line.offer));
    const struct promise_command command = {
        .kind = PROMISE_PLACE, .now = world.now, .ask = {.line_count = 1, .lines = &line}};
    assert_int_equal(promise_times(world.state, &command, times, 7), 7);
    for (size_t i = 0; i < 7; i++) {
        char written[32];
        instant_write(&world.shop->zone, written, times[i].start);
        written[16] = '\0';
        assert_string_equal(written, starts[i]);
        assert_int_equal(times[i].end - times[i].start, 90 * 60);
        assert_int_equal(times[i].seats, i == 0 ? 6 : 0);
    }
    world_close_replayed(&world);
}

/* ---- clocks ---- */

/* Nights: an hour for two, begun on even hours of the clock on the wall. */
#define NIGHT(zone)                                                                                \
    "shop: {name: Test, currency: EUR, time_zone: " zone "}\n"                                     \
    "promise: {horizon_days: 5}\n"                                                                 \
    "calendars: {nights: {open: {sun: \"00:00-06:00\"}}}\n"                                        \
    "work_centers: {tower: {people: 1, calendar: nights}}\n"                                       \
    "items: {box: {on_hand: 1, unit_cost: 1.00}}\n"                                                \
    "offers: {stars: {name: Stars, price: 9.00, vat_rate: 20, seats: 2, on_site: true, routing: "  \
    "[{work_center: tower, minutes: 60, whole: true, start_every: 120}]}}\n"

static int64_t start_of(struct world *world, uint32_t key)
{
    struct order_view view;
    struct order_line_view line;
    assert_true(promise_order(world->state, world_key(key), &view));
    promise_order_line(world->state, view.number, 0, &line);
    return line.start;
}

static void nights_check(const char *shop_file, const char *at, uint32_t count,
                         const int32_t *hours_after_midnight)
{
    struct world world;
    world_open(&world, shop_file, at);
    int64_t midnight = zone_instant(&world.shop->zone, promise_today(world.state) + 1, 0);
    for (uint32_t key = 1; key <= count; key++) {
        world_order(&world, key, "stars=2");
        assert_int_equal(world.answer.result, PROMISE_OK);
        assert_int_equal(start_of(&world, key), midnight + hours_after_midnight[key - 1] * 3600);
    }
    world_quote(&world, "stars");
    assert_int_equal(world.answer.result, PROMISE_NEVER);
    world_close_replayed(&world);
}

/* On 29 March the hour from 2 to 3 is left out: no even hour between 0 and 4, which is the third of
 * the day. On 25 October it comes twice, and so does its beginning. */
static void test_days_of_23_and_25_hours(void **unused)
{
    (void)unused;
    static const int32_t plain[] = {0, 2, 4};
    static const int32_t spring[] = {0, 3};
    static const int32_t autumn[] = {0, 2, 3, 5};
    nights_check(NIGHT("Europe/Paris"), "2026-03-21T09:00", 3, plain);
    nights_check(NIGHT("Europe/Paris"), "2026-03-28T09:00", 2, spring);
    nights_check(NIGHT("Europe/Paris"), "2026-10-24T09:00", 4, autumn);
    nights_check(NIGHT("Asia/Kathmandu"), "2026-03-28T09:00", 3, plain);
    nights_check(NIGHT("Asia/Kolkata"), "2028-02-26T09:00", 3, plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finding),
        cmocka_unit_test(test_seats_are_shared),
        cmocka_unit_test(test_whole_seats_and_no_more_than_there_are),
        cmocka_unit_test(test_a_session_ends_with_its_last_booking),
        cmocka_unit_test(test_no_seat_of_none),
        cmocka_unit_test(test_no_room_for_sessions),
        cmocka_unit_test(test_holds_of_seats),
        cmocka_unit_test(test_sessions_of_the_past),
        cmocka_unit_test(test_lines_of_one_order),
        cmocka_unit_test(test_lines_of_one_order_choose),
        cmocka_unit_test(test_one_that_is_there_comes_first),
        cmocka_unit_test(test_wanted_sessions),
        cmocka_unit_test(test_goods_are_committed_on_its_day),
        cmocka_unit_test(test_without_work),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_days_of_23_and_25_hours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

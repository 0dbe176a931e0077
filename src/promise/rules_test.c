/* The rules of a promise, one by one, on cases that a person can work out on paper. Each expected
 * line was worked out by hand; 1 December 2026 is a Tuesday. docs/promise.md tells the rules in
 * words. */
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define SHOP(rules)                                                                                \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "promise: {" rules "}\n"                                                                       \
    "calendars: {week: {open: {mon-fri: \"08:00-12:00 13:00-16:00\"}}}\n"
#define POST                                                                                       \
    "post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 2, "                              \
    "delivers: mon-sat"
#define NAMED(name) name ": {name: \"" name "\", price: 10.00, vat_rate: 20, "
#define TEAM        "work_centers: {packing: {people: 1, calendar: week}}\n"
#define STOCK       "items: {box: {on_hand: 10, unit_cost: 1.00}}\n"

/* A box that needs no work, by post. */
#define PLAIN                                                                                      \
    SHOP("horizon_days: 60")                                                                       \
    TEAM STOCK "carriers: {" POST "}}\n"                                                           \
               "offers: {" NAMED("jar") "items: {box: 1}, carrier: post}}\n"

static void check(const char *shop_file, const char *at, const char *ask, const char *expected)
{
    struct world world;
    world_open(&world, shop_file, at);
    assert_string_equal(world_quote(&world, ask), expected);
    world_close(&world);
}

/* ---- stock ---- */

static void test_in_stock(void **unused)
{
    (void)unused;
    check(PLAIN, "2026-12-01T09:00", "jar",
          "ok ship 2026-12-01T16:00 deliver 2026-12-03 material 2026-12-01 ready 2026-12-01T09:00 "
          "carrier post until "
          "2026-12-01T16:00");
    check(PLAIN, "2026-12-01T09:00", "jar=11", "never stock box until 2027-01-30T00:00");
}

static void test_waits_for_a_receipt(void **unused)
{
    (void)unused;
    check(PLAIN "receipts: [{item: box, quantity: 5, due: 2026-12-04}]\n", "2026-12-01T09:00",
          "jar=11",
          "ok ship 2026-12-04T16:00 deliver 2026-12-07 material 2026-12-04 ready 2026-12-04T00:00 "
          "stock box until "
          "2026-12-04T00:00");
    /* A receipt that is overdue is not supply. */
    check(PLAIN "receipts: [{item: box, quantity: 5, due: 2026-11-30}]\n", "2026-12-01T09:00",
          "jar=11", "never stock box until 2027-01-30T00:00");
}

static void test_looks_ahead(void **unused)
{
    (void)unused;
    const char *shop_file = PLAIN "commitments: [{item: box, quantity: 6, due: 2026-12-10}]\n";
    check(shop_file, "2026-12-01T09:00", "jar=5", "never stock box until 2027-01-30T00:00");
    struct world world;
    world_open(&world, shop_file, "2026-12-01T09:00");
    assert_string_equal(world_atp(&world, "box", 3), "4 4 4");
    world_close(&world);
    /* A commitment that is past and not shipped still counts. */
    check(PLAIN "commitments: [{item: box, quantity: 6, due: 2026-11-01}]\n", "2026-12-01T09:00",
          "jar=5", "never stock box until 2027-01-30T00:00");
}

static void test_keep_back(void **unused)
{
    (void)unused;
    const char *shop_file = SHOP("horizon_days: 60") TEAM
        "items: {box: {on_hand: 10, unit_cost: 1.00, keep_back: 3}}\ncarriers: {" POST
        "}}\noffers: {" NAMED("jar") "items: {box: 1}, carrier: post}}\n";
    struct world world;
    world_open(&world, shop_file, "2026-12-01T09:00");
    assert_string_equal(world_atp(&world, "box", 2), "7 7");
    world_quote(&world, "jar=7");
    assert_int_equal(world.answer.result, PROMISE_OK);
    world_quote(&world, "jar=8");
    assert_int_equal(world.answer.result, PROMISE_NEVER);
    world_close(&world);
}

/* Stevenson's table: discrete ATP 11, 56, 68, 70, 70; the look-ahead ATP is its running sum. Weeks
 * stand for days here. */
static void test_stevenson(void **unused)
{
    (void)unused;
    const char *shop_file = SHOP("horizon_days: 8") TEAM
        "items: {box: {on_hand: 64, unit_cost: 1.00}}\ncarriers: {" POST
        "}}\noffers: {" NAMED("jar") "items: {box: 1}, carrier: post}}\n"
                                     "receipts:\n"
                                     "  - {item: box, quantity: 70, due: 2026-12-03}\n  - {item: "
                                     "box, quantity: 70, due: 2026-12-05}\n"
                                     "  - {item: box, quantity: 70, due: 2026-12-07}\n  - {item: "
                                     "box, quantity: 70, due: 2026-12-08}\n"
                                     "commitments:\n"
                                     "  - {item: box, quantity: 33, due: 2026-12-01}\n  - {item: "
                                     "box, quantity: 20, due: 2026-12-02}\n"
                                     "  - {item: box, quantity: 10, due: 2026-12-03}\n  - {item: "
                                     "box, quantity: 4, due: 2026-12-04}\n"
                                     "  - {item: box, quantity: 2, due: 2026-12-05}\n";
    struct world world;
    world_open(&world, shop_file, "2026-12-01T09:00");
    assert_string_equal(world_atp(&world, "box", 8), "11 11 67 67 135 135 205 275");
    world_order(&world, 1, "jar=11");
    assert_int_equal(world.answer.result, PROMISE_OK);
    assert_string_equal(world_atp(&world, "box", 8), "0 0 56 56 124 124 194 264");
    world_close(&world);
}

/* ---- carriers ---- */

static void test_cut_off(void **unused)
{
    (void)unused;
    check(PLAIN, "2026-12-01T16:00", "jar",
          "ok ship 2026-12-01T16:00 deliver 2026-12-03 material 2026-12-01 ready 2026-12-01T16:00 "
          "none until "
          "2026-12-01T16:00");
    check(PLAIN, "2026-12-01T16:00:01", "jar",
          "ok ship 2026-12-02T16:00 deliver 2026-12-04 material 2026-12-01 ready 2026-12-01T16:01 "
          "carrier post until "
          "2026-12-02T16:00");
    /* From Friday evening to Monday; delivered on the second day of delivery after it. */
    check(PLAIN, "2026-12-04T16:00:01", "jar",
          "ok ship 2026-12-07T16:00 deliver 2026-12-09 material 2026-12-04 ready 2026-12-04T16:01 "
          "carrier post until "
          "2026-12-07T16:00");
}

static void carrier_check(const char *carrier, const char *at, const char *expected)
{
    char shop_file[2048];
    snprintf(shop_file, sizeof shop_file,
             "%scarriers: {post: {%s}}\noffers: {%sitems: {box: 1}, carrier: post}}\n",
             SHOP("horizon_days: 60") TEAM STOCK, carrier, NAMED("jar"));
    struct world world;
    world_open(&world, shop_file, at);
    assert_string_equal(world_quote(&world, "jar"), expected);
    world_close(&world);
}

static void test_transit(void **unused)
{
    (void)unused;
    carrier_check("cut_off: \"18:00\", collects: mon-fri, transit_days: 0, delivers: mon-fri",
                  "2026-12-01T09:00",
                  "ok ship 2026-12-01T18:00 deliver 2026-12-01 material 2026-12-01 ready "
                  "2026-12-01T09:00 carrier post "
                  "until 2026-12-01T18:00");
    /* Transit 0 on a day on which it does not deliver: the next on which it does. */
    carrier_check("cut_off: \"18:00\", collects: mon-sat, transit_days: 0, delivers: mon-fri",
                  "2026-12-05T09:00",
                  "ok ship 2026-12-05T18:00 deliver 2026-12-07 material 2026-12-05 ready "
                  "2026-12-05T09:00 carrier post "
                  "until 2026-12-05T18:00");
    /* Closed days neither collect nor deliver: from Thursday 24 December over Christmas and the
     * weekend. */
    carrier_check("cut_off: \"08:00\", collects: mon-fri, transit_days: 2, delivers: mon-sat, "
                  "closed: [2026-12-25]",
                  "2026-12-24T09:00",
                  "ok ship 2026-12-28T08:00 deliver 2026-12-30 material 2026-12-24 ready "
                  "2026-12-24T09:00 carrier post "
                  "until 2026-12-28T08:00");
    /* Over the end of the year. */
    carrier_check("cut_off: \"16:00\", collects: mon-fri, transit_days: 2, delivers: mon-sat, "
                  "closed: [2027-01-01]",
                  "2026-12-31T09:00",
                  "ok ship 2026-12-31T16:00 deliver 2027-01-04 material 2026-12-31 ready "
                  "2026-12-31T09:00 carrier post "
                  "until 2026-12-31T16:00");
    /* A cut-off at 24:00 is that day's last instant. */
    carrier_check("cut_off: \"24:00\", collects: mon-fri, transit_days: 1, delivers: mon-sat",
                  "2026-12-01T23:59:59",
                  "ok ship 2026-12-02T00:00 deliver 2026-12-02 material 2026-12-01 ready "
                  "2026-12-02T00:00 carrier post "
                  "until 2026-12-02T00:00");
}

static void test_max_parcels(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world,
               SHOP("horizon_days: 60") TEAM STOCK
               "carriers: {" POST
               ", max_parcels: 1}}\noffers: {" NAMED("jar") "items: {box: 1}, carrier: post}}\n",
               "2026-12-03T09:00");
    assert_non_null(
        strstr(world_order(&world, 1, "jar"), "ship 2026-12-03T16:00 deliver 2026-12-05"));
    assert_non_null(
        strstr(world_order(&world, 2, "jar"), "ship 2026-12-04T16:00 deliver 2026-12-07"));
    assert_non_null(
        strstr(world_order(&world, 3, "jar"), "ship 2026-12-07T16:00 deliver 2026-12-09"));
    world_step(&world, PROMISE_CANCEL, 2);
    assert_non_null(strstr(world_quote(&world, "jar"), "ship 2026-12-04T16:00"));
    world_close(&world);
}

/* ---- hours ---- */

#define WORK(rules, team, more, minutes)                                                           \
    SHOP(rules)                                                                                    \
    "work_centers: {packing: {" team ", calendar: week}}\n" STOCK more                             \
    "carriers: {post: {cut_off: \"15:00\", collects: mon-fri, transit_days: 1, delivers: "         \
    "mon-fri}}\noffers: {" NAMED("jar") "carrier: post, routing: [{work_center: packing, "         \
                                        "minutes: " minutes "}]}}\n"

static void test_work_over_the_lunch_break(void **unused)
{
    (void)unused;
    check(WORK("horizon_days: 60", "people: 1", "", "30"), "2026-12-01T11:45", "jar",
          "ok ship 2026-12-01T15:00 deliver 2026-12-02 material 2026-12-01 ready 2026-12-01T13:15 "
          "carrier post until "
          "2026-12-01T15:00");
    /* Three times as much: 15 minutes before, 75 after the break; the break is the longest wait
     * now. */
    check(WORK("horizon_days: 60", "people: 1", "", "30"), "2026-12-01T11:45", "jar=3",
          "ok ship 2026-12-01T15:00 deliver 2026-12-02 material 2026-12-01 ready 2026-12-01T14:15 "
          "hours packing until "
          "2026-12-01T14:15");
    /* A wait as long as the carrier's: hours come first. 11:45 to 12:00, 13:00 to 14:00, then an
     * hour to the cut-off. */
    check(WORK("horizon_days: 60", "people: 1", "", "75"), "2026-12-01T11:45", "jar",
          "ok ship 2026-12-01T15:00 deliver 2026-12-02 material 2026-12-01 ready 2026-12-01T14:00 "
          "hours packing until "
          "2026-12-01T14:00");
}

static void test_efficiency_rounds_up(void **unused)
{
    (void)unused;
    /* 3 minutes x 4 / 0.9 = 13.33 slots, so 14: 3 minutes 30 seconds, shown as 4. */
    check(WORK("horizon_days: 60", "people: 1, efficiency: 0.9", "", "3"), "2026-12-01T09:00",
          "jar",
          "ok ship 2026-12-01T15:00 deliver 2026-12-02 material 2026-12-01 ready 2026-12-01T09:04 "
          "carrier post until "
          "2026-12-01T15:00");
    /* Slots that have begun are gone: from 09:00:07 it starts at 09:00:15. */
    check(WORK("horizon_days: 60", "people: 1", "", "0.5"), "2026-12-01T09:00:07", "jar",
          "ok ship 2026-12-01T15:00 deliver 2026-12-02 material 2026-12-01 ready 2026-12-01T09:01 "
          "carrier post until "
          "2026-12-01T15:00");
}

static void test_load_limit(void **unused)
{
    (void)unused;
    /* Half of each quarter: 10 minutes are 7:30 from 9:00 on and 2:30 from 9:15 on. */
    check(WORK("horizon_days: 60, load_limit: 0.5", "people: 1", "", "10"), "2026-12-01T09:00",
          "jar",
          "ok ship 2026-12-01T15:00 deliver 2026-12-02 material 2026-12-01 ready 2026-12-01T09:18 "
          "carrier post until "
          "2026-12-01T15:00");
}

static void test_buffer(void **unused)
{
    (void)unused;
    check(WORK("horizon_days: 60, buffer_hours: 2", "people: 1", "", "30"), "2026-12-01T13:00",
          "jar",
          "ok ship 2026-12-02T15:00 deliver 2026-12-03 material 2026-12-01 ready 2026-12-01T15:30 "
          "carrier post until "
          "2026-12-02T15:00");
}

static void test_staffing(void **unused)
{
    (void)unused;
    check(WORK("horizon_days: 60", "people: 1",
               "staffing: [{work_center: packing, people: -1, from: 2026-12-01, to: 2026-12-02}]\n",
               "30"),
          "2026-12-01T09:00", "jar",
          "ok ship 2026-12-03T15:00 deliver 2026-12-04 material 2026-12-01 ready 2026-12-03T08:30 "
          "hours packing until "
          "2026-12-03T08:30");
    check(WORK("horizon_days: 3", "people: 1",
               "staffing: [{work_center: packing, people: -9, from: 2026-12-01, to: 2026-12-09}]\n",
               "30"),
          "2026-12-01T09:00", "jar", "never hours packing until 2026-12-04T00:00");
}

/* A team that is away for months: every level of the marks is climbed and come down from. */
static void test_a_long_absence(void **unused)
{
    (void)unused;
    check(WORK("horizon_days: 365, max_days: 365", "people: 1",
               "staffing: [{work_center: packing, people: -1, from: 2026-12-01, to: 2027-08-31}]\n",
               "30"),
          "2026-12-01T09:00", "jar",
          "ok ship 2027-09-01T15:00 deliver 2027-09-02 material 2026-12-01 ready 2027-09-01T08:30 "
          "hours packing until "
          "2027-09-01T08:30");
}

static void test_people_share_the_hours(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, WORK("horizon_days: 60", "people: 2", "", "60"), "2026-12-01T09:00");
    assert_non_null(strstr(world_order(&world, 1, "jar"), "ready 2026-12-01T10:00"));
    assert_non_null(strstr(world_order(&world, 2, "jar"), "ready 2026-12-01T10:00"));
    assert_non_null(strstr(world_order(&world, 3, "jar"), "ready 2026-12-01T11:00"));
    world_step(&world, PROMISE_CANCEL, 1);
    assert_non_null(strstr(world_order(&world, 4, "jar"), "ready 2026-12-01T10:00"));
    world_close(&world);
}

static void test_crew(void **unused)
{
    (void)unused;
    struct world world;
    world_open(
        &world,
        SHOP("horizon_days: 60") "work_centers: {lifting: {people: 2, calendar: week}}\n" STOCK
                                 "offers: {" NAMED(
                                     "alone") "on_site: true, routing: [{work_center: lifting, "
                                              "minutes: 30}]}, " NAMED(
                                                  "heavy") "on_site: true, routing: [{work_center: "
                                                           "lifting, minutes: 60, crew: 2}]}}\n",
        "2026-12-01T11:00");
    assert_non_null(strstr(world_order(&world, 1, "alone"), "ready 2026-12-01T11:30"));
    /* Two people together: 11:30 to 12:00 and 13:00 to 13:30. */
    assert_string_equal(
        world_order(&world, 2, "heavy"),
        "ok deliver 2026-12-01 material 2026-12-01 ready 2026-12-01T13:30 hours lifting until "
        "2026-12-01T13:30");
    assert_non_null(strstr(world_order(&world, 3, "alone"), "ready 2026-12-01T11:30"));
    world_close(&world);
}

/* As many people as a team can have: eight binary digits. */
static void test_large_teams(void **unused)
{
    (void)unused;
    struct world world;
    world_open(
        &world,
        SHOP("horizon_days: 60") "work_centers: {hall: {people: 250, calendar: week}}\noffers: "
                                 "{" NAMED("many") "on_site: true, routing: [{work_center: hall, "
                                                   "minutes: 60, crew: 200}]}, " NAMED(
                                                       "few") "on_site: true, routing: "
                                                              "[{work_center: hall, minutes: 60, "
                                                              "crew: 50}]}, " NAMED("one") "on_"
                                                                                           "site: "
                                                                                           "true, "
                                                                                           "routing"
                                                                                           ": "
                                                                                           "[{work_"
                                                                                           "center:"
                                                                                           " hall, "
                                                                                           "minutes"
                                                                                           ": "
                                                                                           "60}]}}"
                                                                                           "\n",
        "2026-12-01T09:00");
    assert_non_null(strstr(world_order(&world, 1, "many"), "ready 2026-12-01T10:00"));
    assert_non_null(strstr(world_order(&world, 2, "many"), "ready 2026-12-01T11:00"));
    assert_non_null(strstr(world_order(&world, 3, "few"), "ready 2026-12-01T10:00"));
    assert_non_null(strstr(world_order(&world, 4, "one"), "ready 2026-12-01T11:00"));
    assert_non_null(strstr(world_order(&world, 5, "few"), "ready 2026-12-01T12:00"));
    world_step(&world, PROMISE_CANCEL, 1);
    assert_non_null(strstr(world_order(&world, 6, "many"), "ready 2026-12-01T10:00"));
    world_close(&world);
}

/* ---- orders ---- */

#define CART                                                                                       \
    SHOP("horizon_days: 60")                                                                       \
    "work_centers: {picking: {people: 1, calendar: week}, packing: {people: 1, calendar: week}}\n" \
    "items: {box: {on_hand: 10, unit_cost: 1.00}, tin: {on_hand: 1, unit_cost: 1.00}}\n"           \
    "receipts: [{item: tin, quantity: 9, due: 2026-12-03}]\n"                                      \
    "carriers:\n"                                                                                  \
    "  post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: mon-fri, charge: " \
    "5.00, routing: "                                                                              \
    "[{work_center: packing, minutes: 10}]}\n"                                                     \
    "  bike: {cut_off: \"11:00\", collects: mon-fri, transit_days: 0, delivers: mon-fri, charge: " \
    "3.50}\n"                                                                                      \
    "offers:\n"                                                                                    \
    "  " NAMED(                                                                                    \
        "big") "items: {box: 1}, carrier: post, routing: [{work_center: picking, minutes: 30}]}\n" \
               "  " NAMED(                                                                         \
                   "apple") "items: {box: 1}, carrier: post, routing: [{work_center: picking, "    \
                            "minutes: 60}]}\n"                                                     \
                            "  " NAMED(                                                            \
                                "tinned") "items: {tin: 1}, carrier: bike}\n"                      \
                                          "  " NAMED(                                              \
                                              "class") "on_site: true, routing: [{work_center: "   \
                                                       "picking, minutes: 45}]}\n"

static void test_lines_and_parcel(void **unused)
{
    (void)unused;
    /* Picking: apple (by name first) 08:00 to 09:00, big to 09:30; then the parcel is packed to
     * 09:40. */
    const char *expected =
        "ok ship 2026-12-01T16:00 deliver 2026-12-02 material 2026-12-01 ready 2026-12-01T09:40 "
        "carrier post until 2026-12-01T16:00";
    check(CART, "2026-12-01T08:00", "big apple", expected);
    check(CART, "2026-12-01T08:00", "apple big", expected);
}

static void test_several_groups(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, CART, "2026-12-01T08:00");
    /* bike: the second tin comes on 3 December; post: packed on the first; class after the picking
     * of the parcel's lines. */
    assert_string_equal(world_quote(&world, "class tinned=2 big"),
                        "ok ship 2026-12-03T11:00 deliver 2026-12-03 material 2026-12-03 ready "
                        "2026-12-03T00:00 stock "
                        "tin until 2026-12-03T00:00");
    assert_int_equal(world.answer.summary.shipping_minor, 850);
    assert_int_equal(world.answer.summary.total_minor, 4000 + 850);
    world_order(&world, 1, "class tinned=2 big");
    struct order_line_view line;
    promise_order_line(world.state, 1, 0, &line);
    assert_int_equal(line.offer.index, 3);
    assert_false(line.dates.has_ship_by);
    assert_int_equal(line.start, world.now + 1800);
    assert_int_equal(line.end, world.now + 1800 + 45 * 60);
    struct slot_run runs[8];
    assert_int_equal(promise_order_runs(world.state, 1, runs, 8), 3);
    /* big 08:00 to 08:30 at picking, its parcel, then the class 08:30 to 09:15 at picking. */
    assert_int_equal(runs[2].work_center, 0);
    assert_int_equal((int64_t)runs[2].slot * SLOT_SECONDS, world.now + 1800);
    assert_int_equal(runs[2].count, 180);
    world_close(&world);
}

static void test_lines_share_an_item(void **unused)
{
    (void)unused;
    /* Six and five boxes in two lines of one parcel are eleven of ten. */
    check(CART, "2026-12-01T08:00", "big=6 apple=5", "never stock box until 2027-01-30T00:00");
    check(CART, "2026-12-01T08:00", "big=3 apple=3 big=4",
          "ok ship 2026-12-01T16:00 deliver 2026-12-02 material 2026-12-01 ready 2026-12-01T15:40 "
          "hours picking until "
          "2026-12-01T15:40");
}

static void test_service(void **unused)
{
    (void)unused;
    check(CART, "2026-12-01T15:30", "class",
          "ok deliver 2026-12-02 material 2026-12-01 ready 2026-12-02T08:15 hours picking until "
          "2026-12-02T08:15");
    /* On time at once: nothing made it wait. */
    check(CART, "2026-12-01T09:00", "class",
          "ok deliver 2026-12-01 material 2026-12-01 ready 2026-12-01T09:45 none until "
          "2026-12-01T09:45");
}

static void test_money(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world,
               SHOP("horizon_days: 60") TEAM STOCK
               "carriers: {" POST
               ", charge: 4.90}}\noffers: {flour: {name: Flour, price: 3.33, vat_rate: 5.5, "
               "carrier: post}, seed: {name: Seed, price: 0.01, vat_rate: 5.5, carrier: post}}\n",
               "2026-12-01T09:00");
    /* 3.33 x 1.5 = 4.995, half up 5.00; 0.01 x 0.5 = 0.005, half up 0.01; 0.01 x 0.499 = 0. */
    world_quote(&world, "flour=1.5 seed=0.5 seed=0.499");
    assert_int_equal(world.answer.summary.total_minor, 500 + 1 + 0 + 490);
    assert_int_equal(world.answer.summary.shipping_minor, 490);
    world_close(&world);
}

static void test_fractions_need_whole_thousandths(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world,
               SHOP("horizon_days: 60") TEAM
               "items: {flour: {on_hand: 1, unit_cost: 1.00}}\ncarriers: {" POST
               "}}\noffers: {" NAMED("bag") "items: {flour: 0.333}, carrier: post}}\n",
               "2026-12-01T09:00");
    /* 0.001 of a bag needs 0.000333 of flour, which is a thousandth. */
    world_order(&world, 1, "bag=0.001");
    assert_string_equal(world_atp(&world, "flour", 1), "0.999");
    world_close(&world);
}

/* ---- refusals ---- */

static void test_sold_out(void **unused)
{
    (void)unused;
    check(SHOP("horizon_days: 60, max_days: 5") TEAM STOCK
          "receipts: [{item: box, quantity: 5, due: 2026-12-07}]\ncarriers: {" POST
          "}}\noffers: {" NAMED("jar") "items: {box: 1}, carrier: post}}\n",
          "2026-12-01T09:00", "jar=11",
          "sold-out ship 2026-12-07T16:00 possible 2026-12-09 material 2026-12-07 ready "
          "2026-12-07T00:00 stock box "
          "until 2026-12-07T00:00");
    /* max_days counts to the delivery: 2 days from now are allowed with 2, not with 1. */
    check(SHOP("horizon_days: 60, max_days: 2") TEAM STOCK
          "carriers: {" POST "}}\noffers: {" NAMED("jar") "carrier: post}}\n",
          "2026-12-01T09:00", "jar",
          "ok ship 2026-12-01T16:00 deliver 2026-12-03 material 2026-12-01 ready 2026-12-01T09:00 "
          "carrier post until "
          "2026-12-01T16:00");
    check(SHOP("horizon_days: 60, max_days: 1") TEAM STOCK
          "carriers: {" POST "}}\noffers: {" NAMED("jar") "carrier: post}}\n",
          "2026-12-01T09:00", "jar",
          "sold-out ship 2026-12-01T16:00 possible 2026-12-03 material 2026-12-01 ready "
          "2026-12-01T09:00 carrier post "
          "until 2026-12-01T16:00");
    /* Delivered after the horizon's last day: never. */
    check(SHOP("horizon_days: 2") TEAM STOCK "carriers: {" POST
                                             "}}\noffers: {" NAMED("jar") "carrier: post}}\n",
          "2026-12-01T09:00", "jar", "never carrier post until 2026-12-03T00:00");
}

static void test_bad_asks(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    assert_string_equal(world_quote(&world, "jar=0"), "bad-quantity");
    assert_string_equal(world_quote(&world, "jar=-1"), "bad-quantity");
    assert_string_equal(world_quote(&world, "jar=1000000.001"), "bad-quantity");
    assert_string_equal(world_quote(&world, ""), "bad-quantity");
    assert_string_equal(world_quote(&world, "jar=1000000"),
                        "never stock box until 2027-01-30T00:00");
    struct promise_line lines[LIMIT_ORDER_LINES + 1];
    for (uint32_t i = 0; i <= LIMIT_ORDER_LINES; i++) {
        lines[i] = (struct promise_line){{0}, 1};
    }
    struct promise_command command = {.kind = PROMISE_PLACE, .now = world.now};
    command.ask = (struct promise_ask){.line_count = LIMIT_ORDER_LINES + 1, .lines = lines};
    promise_quote(world.state, &command, &world.answer, NULL);
    assert_int_equal(world.answer.result, PROMISE_TOO_MANY_LINES);
    command.ask.line_count = LIMIT_ORDER_LINES;
    promise_quote(world.state, &command, &world.answer, NULL);
    assert_int_equal(world.answer.result, PROMISE_OK);
    lines[5].offer.index = 1;
    promise_quote(world.state, &command, &world.answer, NULL);
    assert_int_equal(world.answer.result, PROMISE_OFFER_RETIRED);
    world_close(&world);
}

static void test_max_per_customer(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world,
               SHOP("horizon_days: 60") TEAM STOCK
               "carriers: {" POST
               "}}\noffers: {" NAMED("jar") "carrier: post, max_per_customer: 3}}\n",
               "2026-12-01T09:00");
    assert_string_equal(world_quote(&world, "jar=2 jar=2"), "over-limit");
    assert_int_equal(world.answer.left_thousandths, 3000);
    world_customer.value = 7;
    world_hold(&world, 1, "jar=2");
    assert_string_equal(world_quote(&world, "jar=2"), "over-limit");
    assert_int_equal(world.answer.left_thousandths, 1000);
    /* The hold that is replaced does not count against its owner. */
    world_replace(&world, 2, 1, "jar=3");
    assert_int_equal(world.answer.result, PROMISE_OK);
    assert_string_equal(world_quote(&world, "jar"), "over-limit");
    world_customer.value = 8;
    world_quote(&world, "jar=3");
    assert_int_equal(world.answer.result, PROMISE_OK);
    world_customer.value = 7;
    world_step(&world, PROMISE_CANCEL, 2);
    world_quote(&world, "jar=3");
    assert_int_equal(world.answer.result, PROMISE_OK);
    world_close(&world);
}

/* A line that has no limit does not count against one that has. */
static void test_max_per_customer_beside_other_lines(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world,
               SHOP("horizon_days: 60") TEAM STOCK "carriers: {" POST "}}\noffers: {" NAMED(
                   "jar") "carrier: post, max_per_customer: 3}, " NAMED("lid") "carrier: post}}\n",
               "2026-12-01T09:00");
    world_customer.value = 7;
    world_order(&world, 1, "jar lid=5");
    world_quote(&world, "lid=9 jar=2 lid");
    assert_int_equal(world.answer.result, PROMISE_OK);
    assert_string_equal(world_quote(&world, "lid jar=2.001"), "over-limit");
    assert_int_equal(world.answer.left_thousandths, 2000);
    world_close(&world);
}

/* Numbers at their limits: needs and amounts that do not fit 64 bits on the way are computed
 * exactly. */
static void test_large_numbers(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world,
               SHOP("horizon_days: 60") TEAM
               "items: {dust: {on_hand: 1000000000, unit_cost: 0.01}}\ncarriers: {" POST
               "}}\noffers: {cloud: {name: Cloud, price: 9999999999.99, vat_rate: 20, "
               "items: {dust: 999.999}, carrier: post}, storm: {name: Storm, price: "
               "1.00, vat_rate: 20, items: {dust: 900000}, carrier: post}}\n",
               "2026-12-01T09:00");
    world_quote(&world, "cloud=1000000");
    assert_int_equal(world.answer.result, PROMISE_OK);
    assert_int_equal(world.answer.summary.total_minor, 999999999999000000);
    assert_string_equal(world_quote(&world, "cloud=1000000 cloud=2"),
                        "never stock dust until 2027-01-30T00:00");
    assert_string_equal(world_quote(&world, "storm=1000000"),
                        "never stock dust until 2027-01-30T00:00");
    assert_string_equal(world_quote(&world, "storm=1111.112"),
                        "never stock dust until 2027-01-30T00:00");
    world_quote(&world, "storm=1111.111");
    assert_int_equal(world.answer.result, PROMISE_OK);
    world_close(&world);
}

/* Two lines that end together: the reason is that of the first by name. */
static void test_lines_that_end_together(void **unused)
{
    (void)unused;
    const char *shop_file = SHOP(
        "horizon_days: 60") "work_centers: {early: {people: 1, calendar: week}, late: {people: 1, "
                            "calendar: "
                            "always}}\n"
                            "carriers: {" POST "}}\noffers: {" NAMED(
                                "alpha") "carrier: post, routing: [{work_center: early, minutes: "
                                         "240}]}, " NAMED("beta") "carrier: post, routing: "
                                                                  "[{work_center: late, minutes: "
                                                                  "300}]}}\n";
    char with_calendar[4096];
    snprintf(with_calendar, sizeof with_calendar, "%s", shop_file);
    char *calendars = strstr(with_calendar, "calendars: {");
    assert_non_null(calendars);
    size_t at = (size_t)(calendars - with_calendar) + strlen("calendars: {");
    snprintf(with_calendar + at, sizeof with_calendar - at,
             "always: {open: {mon-sun: \"00:00-24:00\"}}, %s", shop_file + at);
    struct world world;
    world_open(&world, with_calendar, "2026-12-01T10:45");
    assert_non_null(strstr(world_quote(&world, "alpha beta"),
                           "ready 2026-12-01T15:45 hours early until 2026-12-01T15:45"));
    assert_non_null(strstr(world_quote(&world, "beta"), "ready 2026-12-01T15:45 carrier post"));
    world_close(&world);
}

static void test_too_many_runs(void **unused)
{
    (void)unused;
    struct world world;
    /* One slot in each quarter: 1.2 minutes of load limit 1/60... a day of 7 hours has 28 runs; 730
     * days are not enough. */
    world_open(
        &world,
        "shop: {name: T, currency: EUR, time_zone: UTC}\npromise: {horizon_days: 730, load_limit: "
        "0.02}\n"
        "calendars: {always: {open: {mon-sun: \"00:00-24:00\"}}}\n"
        "work_centers: {packing: {people: 1, calendar: always}}\n"
        "offers: {" NAMED("jar") "on_site: true, routing: [{work_center: packing, minutes: 1}]}}\n",
        "2026-12-01T00:00");
    world_quote(&world, "jar=4096"); /* 16,384 slots, each a run of its own */
    assert_int_equal(world.answer.result, PROMISE_SOLD_OUT);
    world_quote(&world, "jar=4096.25");
    assert_int_equal(world.answer.result, PROMISE_TOO_LARGE);
    world_quote(&world, "jar");
    assert_int_equal(world.answer.result, PROMISE_OK);
    world_close(&world);
}

/* ---- days of other lengths ---- */

#define ALWAYS(zone)                                                                               \
    "shop: {name: T, currency: EUR, time_zone: " zone "}\npromise: {horizon_days: 60}\n"           \
    "calendars: {sundays: {open: {sun: \"00:00-24:00\"}}, nights: {open: {mon-sun: "               \
    "\"00:00-00:30\"}}}\n"                                                                         \
    "work_centers: {guards: {people: 1, calendar: sundays}, owls: {people: 1, calendar: "          \
    "nights}}\n"                                                                                   \
    "offers: {" NAMED("watch") "on_site: true, routing: [{work_center: guards, minutes: "          \
                               "60}]}, " NAMED("hoot") "on_site: true, routing: [{work_center: "   \
                                                       "owls, minutes: 60}]}}\n"

static void test_days_of_23_and_25_hours(void **unused)
{
    (void)unused;
    /* Sunday 29 March 2026 has 23 hours: the 24th is worked a week later. */
    check(ALWAYS("Europe/Paris"), "2026-03-28T12:00", "watch=23",
          "ok deliver 2026-03-29 material 2026-03-28 ready 2026-03-30T00:00 hours guards until "
          "2026-03-30T00:00");
    check(ALWAYS("Europe/Paris"), "2026-03-28T12:00", "watch=24",
          "ok deliver 2026-04-05 material 2026-03-28 ready 2026-04-05T01:00 hours guards until "
          "2026-04-05T01:00");
    /* Sunday 25 October 2026 has 25. */
    check(ALWAYS("Europe/Paris"), "2026-10-24T12:00", "watch=25",
          "ok deliver 2026-10-25 material 2026-10-24 ready 2026-10-26T00:00 hours guards until "
          "2026-10-26T00:00");
    check(ALWAYS("Europe/Paris"), "2026-10-24T12:00", "watch=26",
          "ok deliver 2026-11-01 material 2026-10-24 ready 2026-11-01T01:00 hours guards until "
          "2026-11-01T01:00");
}

static void test_zones_of_30_and_45_minutes(void **unused)
{
    (void)unused;
    check(ALWAYS("Asia/Kathmandu"), "2026-12-01T12:00", "hoot",
          "ok deliver 2026-12-03 material 2026-12-01 ready 2026-12-03T00:30 hours owls until "
          "2026-12-03T00:30");
    check(ALWAYS("Asia/Kolkata"), "2026-12-01T00:00", "hoot",
          "ok deliver 2026-12-02 material 2026-12-01 ready 2026-12-02T00:30 hours owls until "
          "2026-12-02T00:30");
    check(ALWAYS("Asia/Kolkata"), "2028-02-28T00:00", "hoot=2",
          "ok deliver 2028-03-02 material 2028-02-28 ready 2028-03-02T00:30 hours owls until "
          "2028-03-02T00:30");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_stock),
        cmocka_unit_test(test_waits_for_a_receipt),
        cmocka_unit_test(test_looks_ahead),
        cmocka_unit_test(test_keep_back),
        cmocka_unit_test(test_stevenson),
        cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_transit),
        cmocka_unit_test(test_max_parcels),
        cmocka_unit_test(test_work_over_the_lunch_break),
        cmocka_unit_test(test_efficiency_rounds_up),
        cmocka_unit_test(test_load_limit),
        cmocka_unit_test(test_buffer),
        cmocka_unit_test(test_staffing),
        cmocka_unit_test(test_a_long_absence),
        cmocka_unit_test(test_people_share_the_hours),
        cmocka_unit_test(test_crew),
        cmocka_unit_test(test_large_teams),
        cmocka_unit_test(test_lines_and_parcel),
        cmocka_unit_test(test_several_groups),
        cmocka_unit_test(test_lines_share_an_item),
        cmocka_unit_test(test_service),
        cmocka_unit_test(test_money),
        cmocka_unit_test(test_fractions_need_whole_thousandths),
        cmocka_unit_test(test_sold_out),
        cmocka_unit_test(test_bad_asks),
        cmocka_unit_test(test_max_per_customer),
        cmocka_unit_test(test_max_per_customer_beside_other_lines),
        cmocka_unit_test(test_large_numbers),
        cmocka_unit_test(test_lines_that_end_together),
        cmocka_unit_test(test_too_many_runs),
        cmocka_unit_test(test_days_of_23_and_25_hours),
        cmocka_unit_test(test_zones_of_30_and_45_minutes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

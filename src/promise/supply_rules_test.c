/* The rules of what is bought, one by one: what stock cannot cover, on which day, how much, and
 * whether cash bears it. Worked out by hand from docs/promise.md, "Supply"; 1 December 2026 is a
 * Tuesday. */
#include "tests/support/world_look.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* What is sold needs no work and is fetched: its day is its material's. */
#define SHOP(zone, days, mill, items)                                                              \
    "shop: {name: Test, currency: EUR, time_zone: " zone "}\n"                                     \
    "promise: {horizon_days: " days ", hold_minutes: 15, payment_minutes: 35}\n"                   \
    "suppliers: {mill: {lead_days: 2, receiving_days: 1" mill "}}\n"                               \
    "items: {" items "}\n"
#define OFFER(name, items)                                                                         \
    name ": {name: " name ", price: 5.00, vat_rate: 0, items: {" items "}, on_site: true}"
#define BOX(keys) "box: {unit_cost: 1.00, supplier: mill, " keys "}"
#define TEN_BOXES BOX("on_hand: 10, pack_size: 12")
#define JARS      "offers: {" OFFER("jar", "box: 1") "}\n"
#define KITS                                                                                       \
    "offers: {" OFFER("jar", "box: 1") ", " OFFER("kit", "box: 1, tin: 1") ", " OFFER(             \
        "tik", "tin: 1, box: 1") ", " OFFER("pot", "tin: 1") "}\n"
#define WORKDAYS ", orders_on: mon-fri"

/* An order at a time: its answer, and what is expected after it. */
static void check(const char *shop_file, const char *at, const char *ask, const char *answer,
                  const char *entries)
{
    struct world world;
    world_open(&world, shop_file, at);
    assert_string_equal(world_order(&world, 1, ask), answer);
    assert_string_equal(world_entries(&world), entries);
    world_close_replayed(&world);
}

static void deliver_check(struct world *world, uint32_t key, const char *ask, const char *day)
{
    char expected[32];
    snprintf(expected, sizeof expected, "ok deliver %s", day);
    assert_memory_equal(world_order(world, key, ask), expected, strlen(expected));
}

/* ---- how much ---- */

static void test_only_what_stock_cannot_cover(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP("Europe/Paris", "60", WORKDAYS, TEN_BOXES) JARS, "2026-12-01T09:00");
    assert_string_equal(world_quote(&world, "jar=10"),
                        "ok deliver 2026-12-01 material 2026-12-01 ready 2026-12-01T09:00 none "
                        "until 2026-12-01T09:00");
    assert_string_equal(world_quote(&world, "jar=11"),
                        "ok deliver 2026-12-04 material 2026-12-04 ready 2026-12-04T00:00 supply "
                        "box until 2026-12-04T00:00");
    assert_string_equal(world_entries(&world), ""); /* a quote buys nothing */
    world_order(&world, 1, "jar=11");
    assert_string_equal(world_entries(&world), "1 box 12 of 2026-12-01 due 2026-12-04 proposed");
    assert_string_equal(world_pegs(&world, 1), "1=12");
    assert_string_equal(world_atp(&world, "box", 4), "10 10 10 11");
    deliver_check(&world, 2, "jar=10", "2026-12-01");
    assert_string_equal(world_pegs(&world, 2), "");
    assert_string_equal(world_atp(&world, "box", 4), "0 0 0 1");
    /* What is proposed already grows. */
    deliver_check(&world, 3, "jar=2", "2026-12-04");
    assert_string_equal(world_entries(&world), "1 box 24 of 2026-12-01 due 2026-12-04 proposed");
    assert_string_equal(world_pegs(&world, 3), "1=12");
    assert_string_equal(world_pegs(&world, 1), "1=12");
    world_close_replayed(&world);
}

/* What is kept back is short, too. */
static void test_keep_back(void **unused)
{
    (void)unused;
    check(SHOP("Europe/Paris", "60", "", BOX("on_hand: 10, keep_back: 3")) JARS, "2026-12-01T09:00",
          "jar=9",
          "ok deliver 2026-12-04 material 2026-12-04 ready 2026-12-04T00:00 supply box until "
          "2026-12-04T00:00",
          "1 box 2 of 2026-12-01 due 2026-12-04 proposed");
}

/* No purchase is of more than 10^9 units, or worth more than 10^10.00: at most just these are
 * bought, and what is short beyond them on another day. */
static void test_the_largest_purchases(void **unused)
{
    (void)unused;
#define GRAINS(cost, mill)                                                                         \
    SHOP("Europe/Paris", "60", mill, "grain: {unit_cost: " cost ", supplier: mill, on_hand: 0}")   \
    "offers: {" OFFER("jar", "grain: 1") ", " OFFER("ship", "grain: 1000000") "}\n"
    struct world world;
    world_open(&world, GRAINS("1.00", ""), "2026-12-01T09:00");
    deliver_check(&world, 1, "ship=999.999", "2026-12-04");
    deliver_check(&world, 2, "jar=1", "2026-12-04");
    assert_string_equal(world_entries(&world),
                        "1 grain 999999001 of 2026-12-01 due 2026-12-04 proposed");
    deliver_check(&world, 3, "jar=999", "2026-12-04");
    assert_string_equal(world_entries(&world),
                        "1 grain 1000000000 of 2026-12-01 due 2026-12-04 proposed");
    /* What came of it counts as well. */
    assert_string_equal(world_change(&world, "received 1 999000000"), "ok");
    deliver_check(&world, 4, "jar=1", "2026-12-05");
    world_close_replayed(&world);
    /* In whole packs, too. */
    world_open(&world, GRAINS("1.00, pack_size: 1000000000", ""), "2026-12-01T09:00");
    deliver_check(&world, 1, "jar", "2026-12-04");
    assert_string_equal(world_entries(&world),
                        "1 grain 1000000000 of 2026-12-01 due 2026-12-04 proposed");
    world_close_replayed(&world);
    /* By their worth. */
    world_open(&world, GRAINS("10.00", ""), "2026-12-01T09:00");
    deliver_check(&world, 1, "ship=1000", "2026-12-04");
    world_close_replayed(&world);
    world_open(&world, GRAINS("10.01", ""), "2026-12-01T09:00");
    assert_memory_equal(world_quote(&world, "ship=1000"), "never", 5);
    world_close_replayed(&world);
    /* More is short than can be bought at once: nothing is, whatever the supplier would take. */
    world_open(&world, GRAINS("0.01", ", minimum_order_value: 20.00"), "2026-12-01T09:00");
    deliver_check(&world, 1, "ship=1000", "2026-12-04");
    assert_memory_equal(world_quote(&world, "ship=1000.001"), "never", 5);
    world_close_replayed(&world);
    /* Filled up until the supplier takes the order. */
    world_open(&world, GRAINS("0.01", ", minimum_order_value: 10000000.00"), "2026-12-01T09:00");
    deliver_check(&world, 1, "jar", "2026-12-04");
    world_close_replayed(&world);
    world_open(&world, GRAINS("0.01", ", minimum_order_value: 10000000.01"), "2026-12-01T09:00");
    assert_memory_equal(world_quote(&world, "jar"), "never", 5);
    world_close_replayed(&world);
}

/* 30.00 at least: one is short, 12 and 24 are not enough. */
static void test_minimum_order(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world,
               SHOP("Europe/Paris", "60", ", minimum_order_value: 30.00",
                    TEN_BOXES ", tin: {unit_cost: 5.00, supplier: mill, on_hand: 0}") KITS,
               "2026-12-01T09:00");
    deliver_check(&world, 1, "jar=11", "2026-12-04");
    assert_string_equal(world_entries(&world), "1 box 36 of 2026-12-01 due 2026-12-04 proposed");
    /* The supplier's purchase of that day is worth enough already. */
    deliver_check(&world, 2, "pot", "2026-12-04");
    assert_string_equal(world_entries(&world), "1 box 36 of 2026-12-01 due 2026-12-04 proposed, "
                                               "2 tin 1 of 2026-12-01 due 2026-12-04 proposed");
    /* 35 are left of the boxes: one more pack is worth what it is worth. */
    deliver_check(&world, 3, "jar=36", "2026-12-04");
    assert_string_equal(world_entries(&world), "1 box 48 of 2026-12-01 due 2026-12-04 proposed, "
                                               "2 tin 1 of 2026-12-01 due 2026-12-04 proposed");
    world_close_replayed(&world);
}

/* Of one order the item that is named first fills the purchase up. */
static void test_minimum_order_of_two_items(void **unused)
{
    (void)unused;
    const char *shop_file =
        SHOP("Europe/Paris", "60", ", minimum_order_value: 30.00",
             TEN_BOXES ", tin: {unit_cost: 5.00, supplier: mill, on_hand: 0}") KITS;
    check(shop_file, "2026-12-01T09:00", "kit=11",
          "ok deliver 2026-12-04 material 2026-12-04 ready 2026-12-04T00:00 supply box until "
          "2026-12-04T00:00",
          "1 box 36 of 2026-12-01 due 2026-12-04 proposed, "
          "2 tin 11 of 2026-12-01 due 2026-12-04 proposed");
    check(shop_file, "2026-12-01T09:00", "tik=11",
          "ok deliver 2026-12-04 material 2026-12-04 ready 2026-12-04T00:00 supply tin until "
          "2026-12-04T00:00",
          "1 tin 11 of 2026-12-01 due 2026-12-04 proposed, "
          "2 box 12 of 2026-12-01 due 2026-12-04 proposed");
}

/* Values are half up: of 0.33 a kilogram, 1.5 are worth 0.50 (0.495), and 1.4 are not. What is
 * worth the minimum is bought as it is, though 9.9 of 10 would be worth it too. What costs nothing
 * is never filled up. */
#define BREAD(cost, kilograms)                                                                     \
    SHOP("Europe/Paris", "60", ", minimum_order_value: 0.50",                                      \
         "flour: {unit_cost: " cost ", supplier: mill, on_hand: 0, pack_size: 0.1}")               \
    "offers: {" OFFER("bread", "flour: " kilograms) "}\n"

static void test_minimum_order_half_up(void **unused)
{
    (void)unused;
    const char *answer = "ok deliver 2026-12-04 material 2026-12-04 ready 2026-12-04T00:00 supply "
                         "flour until 2026-12-04T00:00";
    check(BREAD("0.33", "0.1"), "2026-12-01T09:00", "bread", answer,
          "1 flour 1.5 of 2026-12-01 due 2026-12-04 proposed");
    check(BREAD("0.05", "10"), "2026-12-01T09:00", "bread", answer,
          "1 flour 10 of 2026-12-01 due 2026-12-04 proposed");
    check(BREAD("0", "0.25"), "2026-12-01T09:00", "bread", answer,
          "1 flour 0.3 of 2026-12-01 due 2026-12-04 proposed");
}

/* ---- on which day ---- */

static void test_days_on_which_the_supplier_takes_orders(void **unused)
{
    (void)unused;
    const char *weekdays = SHOP("Europe/Paris", "60", WORKDAYS, TEN_BOXES) JARS;
    check(weekdays, "2026-12-04T23:59", "jar=11",
          "ok deliver 2026-12-07 material 2026-12-07 ready 2026-12-07T00:00 supply box until "
          "2026-12-07T00:00",
          "1 box 12 of 2026-12-04 due 2026-12-07 proposed");
    check(weekdays, "2026-12-05T00:00", "jar=11",
          "ok deliver 2026-12-10 material 2026-12-10 ready 2026-12-10T00:00 supply box until "
          "2026-12-10T00:00",
          "1 box 12 of 2026-12-07 due 2026-12-10 proposed");
    const char *tuesdays = SHOP("Europe/Paris", "60", ", orders_on: tue", TEN_BOXES) JARS;
    check(tuesdays, "2026-12-01T09:00", "jar=11",
          "ok deliver 2026-12-04 material 2026-12-04 ready 2026-12-04T00:00 supply box until "
          "2026-12-04T00:00",
          "1 box 12 of 2026-12-01 due 2026-12-04 proposed");
    check(tuesdays, "2026-12-02T09:00", "jar=11",
          "ok deliver 2026-12-11 material 2026-12-11 ready 2026-12-11T00:00 supply box until "
          "2026-12-11T00:00",
          "1 box 12 of 2026-12-08 due 2026-12-11 proposed");
}

/* Days are the calendar's, whatever the clock does: over the changes of the clock, a leap day, the
 * end of a year, and from midnight in a zone of 45 minutes on. */
static void test_days_are_the_calendars(void **unused)
{
    (void)unused;
    static const char *const days[][3] = {{"2026-03-26T09:00", "2026-03-26", "2026-03-29"},
                                          {"2026-03-28T23:59", "2026-03-28", "2026-03-31"},
                                          {"2026-10-22T09:00", "2026-10-22", "2026-10-25"},
                                          {"2026-10-25T23:59", "2026-10-25", "2026-10-28"},
                                          {"2028-02-26T09:00", "2028-02-26", "2028-02-29"},
                                          {"2028-02-29T09:00", "2028-02-29", "2028-03-03"},
                                          {"2026-12-31T09:00", "2026-12-31", "2027-01-03"},
                                          {"2026-12-31T00:00", "2026-12-31", "2027-01-03"}};
    static const char *const shops[] = {SHOP("Europe/Paris", "60", "", TEN_BOXES) JARS,
                                        SHOP("Asia/Kathmandu", "60", "", TEN_BOXES) JARS,
                                        SHOP("Asia/Kolkata", "60", "", TEN_BOXES) JARS};
    for (size_t i = 0; i < sizeof shops / sizeof *shops; i++) {
        for (size_t k = 0; k < sizeof days / sizeof *days; k++) {
            char answer[256];
            char entries[128];
            snprintf(answer, sizeof answer,
                     "ok deliver %s material %s ready %sT00:00 supply box until %sT00:00",
                     days[k][2], days[k][2], days[k][2], days[k][2]);
            snprintf(entries, sizeof entries, "1 box 12 of %s due %s proposed", days[k][1],
                     days[k][2]);
            check(shops[i], days[k][0], "jar=11", answer, entries);
        }
    }
}

/* The last day of the horizon can be had; what comes a day later cannot, and then it is stock that
 * is not there. */
static void test_the_horizons_end(void **unused)
{
    (void)unused;
    check(SHOP("Europe/Paris", "4", "", TEN_BOXES) JARS, "2026-12-01T09:00", "jar=11",
          "ok deliver 2026-12-04 material 2026-12-04 ready 2026-12-04T00:00 supply box until "
          "2026-12-04T00:00",
          "1 box 12 of 2026-12-01 due 2026-12-04 proposed");
    check(SHOP("Europe/Paris", "3", "", TEN_BOXES) JARS, "2026-12-01T09:00", "jar=11",
          "never stock box until 2026-12-04T00:00", "");
    check(SHOP("Europe/Paris", "4", ", orders_on: wed", TEN_BOXES) JARS, "2026-12-01T09:00",
          "jar=11", "never stock box until 2026-12-05T00:00", "");
}

/* A receipt that comes no later than a purchase would is waited for; one that comes later is not,
 * and what is bought is short on the days before it. */
static void test_a_receipt_that_comes_sooner(void **unused)
{
    (void)unused;
    const char *by_supply = "ok deliver 2026-12-04 material 2026-12-04 ready 2026-12-04T00:00 "
                            "supply box until 2026-12-04T00:00";
    check(SHOP("Europe/Paris", "60", "", BOX("on_hand: 10")) JARS
          "receipts: [{item: box, quantity: 5, due: 2026-12-03}]\n",
          "2026-12-01T09:00", "jar=15",
          "ok deliver 2026-12-03 material 2026-12-03 ready 2026-12-03T00:00 stock box until "
          "2026-12-03T00:00",
          "1 box 5 due 2026-12-03 expected");
    check(SHOP("Europe/Paris", "60", "", BOX("on_hand: 10")) JARS
          "receipts: [{item: box, quantity: 5, due: 2026-12-04}]\n",
          "2026-12-01T09:00", "jar=15",
          "ok deliver 2026-12-04 material 2026-12-04 ready 2026-12-04T00:00 stock box until "
          "2026-12-04T00:00",
          "1 box 5 due 2026-12-04 expected");
    check(SHOP("Europe/Paris", "60", "", BOX("on_hand: 10")) JARS
          "receipts: [{item: box, quantity: 5, due: 2026-12-05}]\n",
          "2026-12-01T09:00", "jar=15", by_supply,
          "1 box 5 due 2026-12-05 expected, 2 box 5 of 2026-12-01 due 2026-12-04 proposed");
    /* It is not enough: what it brings by then is not bought. */
    check(SHOP("Europe/Paris", "60", "", BOX("on_hand: 10")) JARS
          "receipts: [{item: box, quantity: 5, due: 2026-12-04}]\n",
          "2026-12-01T09:00", "jar=17", by_supply,
          "1 box 5 due 2026-12-04 expected, 2 box 2 of 2026-12-01 due 2026-12-04 proposed");
}

/* Nor is an order filled up for what comes on the same day. */
static void test_a_receipt_of_the_same_day(void **unused)
{
    (void)unused;
    check(SHOP("Europe/Paris", "60", ", minimum_order_value: 30.00", BOX("on_hand: 10")) JARS
          "receipts: [{item: box, quantity: 5, due: 2026-12-04}]\n",
          "2026-12-01T09:00", "jar=15",
          "ok deliver 2026-12-04 material 2026-12-04 ready 2026-12-04T00:00 stock box until "
          "2026-12-04T00:00",
          "1 box 5 due 2026-12-04 expected");
}

/* Who delivers at once: nobody waits. */
static void test_bought_for_today(void **unused)
{
    (void)unused;
    check("shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
          "suppliers: {mill: {lead_days: 0}}\n"
          "items: {" TEN_BOXES "}\n" JARS,
          "2026-12-01T23:59", "jar=11",
          "ok deliver 2026-12-01 material 2026-12-01 ready 2026-12-01T23:59 none until "
          "2026-12-01T23:59",
          "1 box 12 of 2026-12-01 due 2026-12-01 proposed");
}

/* Also for lines that may be split, and though a delivery comes tomorrow. */
static void test_bought_for_today_and_split(void **unused)
{
    (void)unused;
    struct world world;
    world_open(
        &world,
        "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
        "suppliers: {mill: {lead_days: 0}}\n"
        "items: {" BOX("on_hand: 0") "}\n"
                                     "receipts: [{item: box, quantity: 50, due: 2026-12-02}]\n"
                                     "carriers: {post: {cut_off: \"16:00\", collects: mon-sun, "
                                     "transit_days: 1, "
                                     "delivers: mon-sun}}\n"
                                     "offers: {jar: {name: Jar, price: 5.00, vat_rate: 0, items: "
                                     "{box: 1}, carrier: "
                                     "post}}\n",
        "2026-12-01T09:00");
    world_order(&world, 1, "jar=2 jar=3 split");
    assert_string_equal(world_entries(&world), "1 box 50 due 2026-12-02 expected, "
                                               "2 box 5 of 2026-12-01 due 2026-12-01 proposed");
    world_close_replayed(&world);
}

/* 24 a week, counted from Monday to Sunday over the end of the year: Wednesday 30 December 2026 to
 * Sunday 3 January 2027 are of one week. */
static void test_the_week_of_an_item(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world,
               SHOP("Europe/Paris", "60", "",
                    BOX("on_hand: 0, pack_size: 12, max_units_per_week: 24")) JARS,
               "2026-12-30T09:00");
    deliver_check(&world, 1, "jar=20", "2027-01-02");
    deliver_check(&world, 2, "jar=4", "2027-01-02");
    assert_string_equal(world_order(&world, 3, "jar"),
                        "ok deliver 2027-01-07 material 2027-01-07 ready 2027-01-07T00:00 supply "
                        "box until 2027-01-07T00:00");
    assert_string_equal(world_entries(&world), "1 box 24 of 2026-12-30 due 2027-01-02 proposed, "
                                               "2 box 12 of 2027-01-04 due 2027-01-07 proposed");
    /* More than any week gives. */
    assert_string_equal(world_quote(&world, "jar=36"), "never supply box until 2027-02-28T00:00");
    /* What is bought by hand counts as well. */
    assert_string_equal(world_change(&world, "bought box 12 2027-01-10"), "ok");
    deliver_check(&world, 4, "jar=24", "2027-01-14");
    assert_string_equal(world_entries(&world), "1 box 24 of 2026-12-30 due 2027-01-02 proposed, "
                                               "2 box 12 of 2027-01-04 due 2027-01-07 proposed, "
                                               "3 box 12 of 2027-01-10 due 2027-01-13 approved, "
                                               "4 box 12 of 2027-01-11 due 2027-01-14 proposed");
    world_close_replayed(&world);
}

/* What was not sent on its day is no supply any more; sent late, it comes later. */
static void test_what_was_not_sent(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP("Europe/Paris", "60", "", TEN_BOXES) JARS, "2026-12-01T09:00");
    deliver_check(&world, 1, "jar=11", "2026-12-04");
    world_at(&world, "2026-12-02T09:00");
    assert_false(promise_entry_counts(world.state, 1));
    /* Eleven are promised of ten: two are short for one more. */
    deliver_check(&world, 2, "jar", "2026-12-05");
    assert_string_equal(world_entries(&world), "1 box 12 of 2026-12-01 due 2026-12-04 proposed, "
                                               "2 box 12 of 2026-12-02 due 2026-12-05 proposed");
    assert_string_equal(world_change(&world, "sent mill 2026-12-03"), "no-entry");
    assert_string_equal(world_change(&world, "sent mill 2026-12-01"), "ok moved 1");
    assert_string_equal(world_entries(&world), "1 box 12 of 2026-12-02 due 2026-12-05 sent, "
                                               "2 box 12 of 2026-12-02 due 2026-12-05 proposed");
    assert_string_equal(world_promise(&world, 1), "first 2026-12-04 now 2026-12-05 revisions 1");
    world_close_replayed(&world);
}

/* A proposal that was put off to the 10th: what is bought on the same day for the 4th must be there
 * then. */
static void test_a_proposal_that_was_put_off(void **unused)
{
    (void)unused;
    struct world world;
    struct atp_day days[12];
    world_open(&world, SHOP("Europe/Paris", "60", "", TEN_BOXES) JARS, "2026-12-01T09:00");
    deliver_check(&world, 1, "jar=11", "2026-12-04");
    assert_string_equal(world_change(&world, "date 1 2026-12-10"), "ok moved 1");
    assert_string_equal(world_promise(&world, 1), "first 2026-12-04 now 2026-12-04 revisions 1");
    assert_int_equal(promise_atp(world.state, (struct item_id){0}, days, 12), 12);
    for (uint32_t i = 0; i < 12; i++) {
        assert_true(days[i].projected >= 0);
    }
    world_close_replayed(&world);
}

/* ---- groups ---- */

/* Boxes could be bought for the 4th, and tins come later: what comes of the boxes until then is not
 * bought. */
static void test_another_item_is_later(void **unused)
{
    (void)unused;
    const char *shop_file =
        SHOP("Europe/Paris", "60", "", BOX("on_hand: 0") ", tin: {unit_cost: 1.00, on_hand: 0}")
            KITS "receipts:\n"
                 "  - {item: box, quantity: 5, due: 2026-12-07}\n"
                 "  - {item: tin, quantity: 20, due: 2026-12-08}\n";
    const char *answer = "ok deliver 2026-12-08 material 2026-12-08 ready 2026-12-08T00:00 stock "
                         "tin until 2026-12-08T00:00";
    check(shop_file, "2026-12-01T09:00", "kit=5", answer,
          "1 box 5 due 2026-12-07 expected, 2 tin 20 due 2026-12-08 expected");
    check(shop_file, "2026-12-01T09:00", "kit=8", answer,
          "1 box 5 due 2026-12-07 expected, 2 tin 20 due 2026-12-08 expected, "
          "3 box 3 of 2026-12-01 due 2026-12-04 proposed");
    check(shop_file, "2026-12-01T09:00", "jar=5",
          "ok deliver 2026-12-04 material 2026-12-04 ready 2026-12-04T00:00 supply box until "
          "2026-12-04T00:00",
          "1 box 5 due 2026-12-07 expected, 2 tin 20 due 2026-12-08 expected, "
          "3 box 5 of 2026-12-01 due 2026-12-04 proposed");
}

/* ---- cash ---- */

/* 50.00 in the bank, of which 20.00 must stay; boxes cost 10.00, paid as they arrive; what is sold
 * is paid out after ten days. */
#define CASH(balance, price) CASH_AFTER("10", balance, price)
#define CASH_AFTER(payout_days, balance, price)                                                    \
    SHOP("Europe/Paris", "60", "",                                                                 \
         "box: {on_hand: 0, unit_cost: 10.00, supplier: mill}, tin: "                              \
         "{on_hand: 0, unit_cost: 10.00, supplier: mill}")                                         \
    "offers: {jar: {name: Jar, price: " price ", vat_rate: 0, items: {box: 1}, on_site: true}, "   \
    "kit: {name: Kit, price: " price ", vat_rate: 0, items: {box: 1, tin: 1}, on_site: true}}\n"   \
    "cash: {opening_balance: " balance ", minimum_balance: 20.00, payout_days: " payout_days "}\n"

/* Three are borne. Four would leave 10.00 on 3 December; once they are paid out, on 11 December,
 * 30.00: ordered on the 9th. Eight of the eleven days are cash's. */
static void test_cash_makes_it_wait(void **unused)
{
    (void)unused;
    check(CASH("50.00", "5.00"), "2026-12-01T09:00", "jar=3",
          "ok deliver 2026-12-04 material 2026-12-04 ready 2026-12-04T00:00 supply box until "
          "2026-12-04T00:00",
          "1 box 3 of 2026-12-01 due 2026-12-04 proposed");
    check(CASH("50.00", "5.00"), "2026-12-01T09:00", "jar=4",
          "ok deliver 2026-12-12 material 2026-12-12 ready 2026-12-12T00:00 cash box until "
          "2026-12-12T00:00",
          "1 box 4 of 2026-12-09 due 2026-12-12 proposed");
    struct world world;
    world_open(&world, CASH("50.00", "5.00"), "2026-12-01T09:00");
    world_order(&world, 1, "jar=4");
    assert_string_equal(world_cash(&world, "2026-12-01", "2027-01-29"),
                        "2026-12-11 sales 2000 bills -4000 is 3000");
    world_close_replayed(&world);
}

/* From midnight on, three days are supply's and three are cash's: supply is named before cash. */
static void test_cash_and_supply_are_equal(void **unused)
{
    (void)unused;
    check(CASH_AFTER("5", "50.00", "5.00"), "2026-12-01T00:00", "jar=4",
          "ok deliver 2026-12-07 material 2026-12-07 ready 2026-12-07T00:00 supply box until "
          "2026-12-07T00:00",
          "1 box 4 of 2026-12-04 due 2026-12-07 proposed");
    check(CASH_AFTER("5", "50.00", "5.00"), "2026-12-01T00:01", "jar=4",
          "ok deliver 2026-12-07 material 2026-12-07 ready 2026-12-07T00:00 cash box until "
          "2026-12-07T00:00",
          "1 box 4 of 2026-12-04 due 2026-12-07 proposed");
}

/* Sold for less than they cost: never. */
static void test_cash_never_bears_it(void **unused)
{
    (void)unused;
    check(CASH("50.00", "1.00"), "2026-12-01T09:00", "jar=4",
          "never cash box until 2027-01-30T00:00", "");
}

/* What is sold brings its shipping with it, once for each carrier: 6.00, with the jars' 20.00, or
 * twice that with two carriers. Four boxes of 10.00 are bought when 40.00 stay in the bank. */
static void test_cash_counts_the_shipping(void **unused)
{
    (void)unused;
#define POST                                                                                       \
    "{cut_off: \"16:00\", collects: mon-sun, transit_days: 1, delivers: mon-sun, charge: 6.00}"
#define PARCELS(balance)                                                                           \
    SHOP("Europe/Paris", "60", "", "box: {on_hand: 0, unit_cost: 10.00, supplier: mill}")          \
    "carriers: {post: " POST ", van: " POST "}\n"                                                  \
    "offers: {jar: {name: Jar, price: 5.00, vat_rate: 0, items: {box: 1}, carrier: post}, "        \
    "pot: {name: Pot, price: 5.00, vat_rate: 0, items: {box: 1}, carrier: van}}\n"                 \
    "cash: {opening_balance: " balance ", minimum_balance: 40.00, payout_days: 10}\n"
    static const struct {
        const char *shop_file, *ask, *entries;
    } rows[] = {
        {PARCELS("50.00"), "jar=2 jar=2", ""},
        {PARCELS("53.99"), "jar=2 jar=2", ""},
        {PARCELS("54.00"), "jar=2 jar=2", "1 box 4 of 2026-12-09 due 2026-12-12 proposed"},
        {PARCELS("54.00"), "jar jar jar jar", "1 box 4 of 2026-12-09 due 2026-12-12 proposed"},
        {PARCELS("47.99"), "jar=2 pot=2", ""},
        {PARCELS("48.00"), "jar=2 pot=2", "1 box 4 of 2026-12-09 due 2026-12-12 proposed"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world world;
        world_open(&world, rows[i].shop_file, "2026-12-01T09:00");
        world_order(&world, 1, rows[i].ask);
        assert_string_equal(world_entries(&world), rows[i].entries);
        world_close_replayed(&world);
    }
}

/* The account is under its minimum anyway: a purchase that takes it no lower is borne. */
static void test_cash_that_is_low_already(void **unused)
{
    (void)unused;
    check(CASH("-10.00", "20.00"), "2026-12-01T09:00", "jar=4",
          "ok deliver 2026-12-12 material 2026-12-12 ready 2026-12-12T00:00 cash box until "
          "2026-12-12T00:00",
          "1 box 4 of 2026-12-09 due 2026-12-12 proposed");
    check(CASH("-10.00", "10.00"), "2026-12-01T09:00", "jar=4",
          "ok deliver 2026-12-12 material 2026-12-12 ready 2026-12-12T00:00 cash box until "
          "2026-12-12T00:00",
          "1 box 4 of 2026-12-09 due 2026-12-12 proposed");
    check(CASH("-10.00", "9.99"), "2026-12-01T09:00", "jar=4",
          "never cash box until 2027-01-30T00:00", "");
}

/* Two boxes and two tins: each is borne alone, both are not. The tins wait for the money; boxes are
 * bought on the day that was found for them. */
static void test_cash_counts_the_orders_other_purchases(void **unused)
{
    (void)unused;
    check(CASH("50.00", "10.00"), "2026-12-01T09:00", "kit=2",
          "ok deliver 2026-12-12 material 2026-12-12 ready 2026-12-12T00:00 cash tin until "
          "2026-12-12T00:00",
          "1 box 2 of 2026-12-01 due 2026-12-04 proposed, "
          "2 tin 2 of 2026-12-09 due 2026-12-12 proposed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_what_stock_cannot_cover),
        cmocka_unit_test(test_keep_back),
        cmocka_unit_test(test_the_largest_purchases),
        cmocka_unit_test(test_minimum_order),
        cmocka_unit_test(test_minimum_order_of_two_items),
        cmocka_unit_test(test_minimum_order_half_up),
        cmocka_unit_test(test_days_on_which_the_supplier_takes_orders),
        cmocka_unit_test(test_days_are_the_calendars),
        cmocka_unit_test(test_the_horizons_end),
        cmocka_unit_test(test_a_receipt_that_comes_sooner),
        cmocka_unit_test(test_a_receipt_of_the_same_day),
        cmocka_unit_test(test_bought_for_today),
        cmocka_unit_test(test_bought_for_today_and_split),
        cmocka_unit_test(test_the_week_of_an_item),
        cmocka_unit_test(test_what_was_not_sent),
        cmocka_unit_test(test_a_proposal_that_was_put_off),
        cmocka_unit_test(test_another_item_is_later),
        cmocka_unit_test(test_cash_makes_it_wait),
        cmocka_unit_test(test_cash_and_supply_are_equal),
        cmocka_unit_test(test_cash_never_bears_it),
        cmocka_unit_test(test_cash_counts_the_shipping),
        cmocka_unit_test(test_cash_that_is_low_already),
        cmocka_unit_test(test_cash_counts_the_orders_other_purchases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* An order whose lines need not wait for each other: a parcel for each day on which material is
 * there. Worked out by hand; 1 December 2026 is a Tuesday. */
#include "tests/support/world_look.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Each line takes 3 minutes, a parcel 6, one person. The post, and a van, charge 4.00 and 3.00. */
#define OFFER(name, items, goes)                                                                   \
    "  " name ": {name: " name ", price: 5.00, vat_rate: 20, items: {" items "}, " goes            \
    ", routing: [{work_center: packing, minutes: 3}]}\n"
#define SHOP(post, rest)                                                                           \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "promise: {horizon_days: 60}\n"                                                                \
    "calendars: {week: {open: {mon-fri: \"08:00-12:00 13:00-16:00\"}}}\n"                          \
    "work_centers: {packing: {people: 1, calendar: week}}\n"                                       \
    "suppliers: {mill: {lead_days: 2, receiving_days: 1}}\n"                                       \
    "items: {box: {on_hand: 10, unit_cost: 1.00, supplier: mill}, tin: {on_hand: 0, unit_cost: "   \
    "1.00}, lid: {on_hand: 9, unit_cost: 1.00}}\n"                                                 \
    "carriers:\n"                                                                                  \
    "  post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: mon-fri, charge: " \
    "4.00, routing: [{work_center: packing, minutes: 6}]" post "}\n"                               \
    "  van: {cut_off: \"15:00\", collects: mon-fri, transit_days: 0, delivers: mon-fri, charge: "  \
    "3.00}\n"                                                                                      \
    "offers:\n" OFFER("big", "tin: 6", "carrier: post") OFFER("cup", "tin: 3", "carrier: post")    \
        OFFER("jar", "box: 1", "carrier: post") OFFER("mat", "box: 1", "carrier: post")            \
            OFFER("mug", "tin: 1", "carrier: post") OFFER("top", "lid: 1", "carrier: post")        \
                OFFER("urn", "tin: 1", "carrier: van") OFFER("vat", "lid: 1", "carrier: van")      \
                    OFFER("visit", "tin: 1", "on_site: true") rest
#define TINS                                                                                       \
    "receipts:\n"                                                                                  \
    "  - {item: tin, quantity: 5, due: 2026-12-04}\n"                                              \
    "  - {item: tin, quantity: 5, due: 2026-12-08}\n"
#define PLAIN SHOP("", TINS)

static void check(const char *shop_file, const char *at, const char *ask, const char *lines)
{
    struct world world;
    world_open(&world, shop_file, at);
    world_order(&world, 1, ask);
    assert_int_equal(world.answer.result, PROMISE_OK);
    assert_string_equal(world_lines(&world, 1), lines);
    world_close_replayed(&world);
}

static void test_complete_and_split(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    assert_string_equal(world_order(&world, 1, "jar mug"),
                        "ok ship 2026-12-04T16:00 deliver 2026-12-07 material 2026-12-04 ready "
                        "2026-12-04T08:12 stock tin until 2026-12-04T00:00");
    assert_int_equal(world.answer.summary.shipping_minor, 400);
    assert_int_equal(world.answer.order.group_count, 1);
    assert_string_equal(world_order(&world, 2, "jar mug split"),
                        "ok ship 2026-12-04T16:00 deliver 2026-12-07 material 2026-12-04 ready "
                        "2026-12-04T08:21 stock tin until 2026-12-04T00:00");
    assert_int_equal(world.answer.summary.shipping_minor, 800);
    assert_int_equal(world.answer.summary.total_minor, 1800);
    assert_int_equal(world.answer.order.group_count, 2);
    assert_string_equal(world_lines(&world, 2),
                        "jar confirmed parcel 0 ship 2026-12-01T16:00 deliver 2026-12-02, "
                        "mug confirmed parcel 1 ship 2026-12-04T16:00 deliver 2026-12-07");
    assert_string_equal(world_runs(&world, 2),
                        "packing 2026-12-01T09:00 12, packing 2026-12-01T09:03 24, "
                        "packing 2026-12-04T08:12 12, packing 2026-12-04T08:15 24");
    world_close_replayed(&world);
}

/* Lines of one day go together, the soonest first, whatever their names and the ask's order. */
static void test_lines_of_a_day_go_together(void **unused)
{
    (void)unused;
    /* Tomorrow is another day than today. */
    check(SHOP("", "receipts: [{item: tin, quantity: 5, due: 2026-12-02}]\n"), "2026-12-01T09:00",
          "jar mug split",
          "jar confirmed parcel 0 ship 2026-12-01T16:00 deliver 2026-12-02, "
          "mug confirmed parcel 1 ship 2026-12-02T16:00 deliver 2026-12-03");
    check(PLAIN, "2026-12-01T09:00", "top jar split",
          "top confirmed parcel 0 ship 2026-12-01T16:00 deliver 2026-12-02, "
          "jar confirmed parcel 0 ship 2026-12-01T16:00 deliver 2026-12-02");
    check(PLAIN, "2026-12-01T09:00", "big top mug jar split",
          "big confirmed parcel 1 ship 2026-12-08T16:00 deliver 2026-12-09, "
          "top confirmed parcel 0 ship 2026-12-01T16:00 deliver 2026-12-02, "
          "mug confirmed parcel 1 ship 2026-12-08T16:00 deliver 2026-12-09, "
          "jar confirmed parcel 0 ship 2026-12-01T16:00 deliver 2026-12-02");
}

/* They are worked on in the order of their names: two jars, then the top, then the parcel. */
static void test_lines_of_a_day_keep_their_order(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    world_order(&world, 1, "top jar=2 split");
    assert_string_equal(world_runs(&world, 1),
                        "packing 2026-12-01T09:00 24, packing 2026-12-01T09:06 12, "
                        "packing 2026-12-01T09:09 24");
    world_close_replayed(&world);
}

/* A line's day is that of what all lines up to it need, in the order of their names: three tins for
 * the cup are there on the 4th, three more for mugs on the 8th. */
static void test_lines_need_together(void **unused)
{
    (void)unused;
    static const char *const asks[] = {"mug=3 cup split", "cup mug=3 split"};
    for (size_t i = 0; i < 2; i++) {
        struct world world;
        world_open(&world, PLAIN, "2026-12-01T09:00");
        world_order(&world, 1, asks[i]);
        assert_string_equal(
            world_lines(&world, 1),
            i == 0 ? "mug confirmed parcel 1 ship 2026-12-08T16:00 deliver 2026-12-09, "
                     "cup confirmed parcel 0 ship 2026-12-04T16:00 deliver 2026-12-07"
                   : "cup confirmed parcel 0 ship 2026-12-04T16:00 deliver 2026-12-07, "
                     "mug confirmed parcel 1 ship 2026-12-08T16:00 deliver 2026-12-09");
        world_close_replayed(&world);
    }
    check(PLAIN, "2026-12-01T09:00", "mug=2 cup split",
          "mug confirmed parcel 0 ship 2026-12-04T16:00 deliver 2026-12-07, "
          "cup confirmed parcel 0 ship 2026-12-04T16:00 deliver 2026-12-07");
}

/* Boxes on Saturday and tins on Sunday: both could go on Monday, and a post that takes one parcel a
 * day takes the second on Tuesday. */
static void test_parcels_see_each_other(void **unused)
{
    (void)unused;
#define WEEKEND                                                                                    \
    "receipts:\n"                                                                                  \
    "  - {item: box, quantity: 5, due: 2026-12-05}\n"                                              \
    "  - {item: tin, quantity: 5, due: 2026-12-06}\n"
    check(SHOP("", WEEKEND), "2026-12-04T17:00", "jar=12 mug split",
          "jar confirmed parcel 0 ship 2026-12-07T16:00 deliver 2026-12-08, "
          "mug confirmed parcel 1 ship 2026-12-07T16:00 deliver 2026-12-08");
    check(SHOP(", max_parcels: 1", WEEKEND), "2026-12-04T17:00", "jar=12 mug split",
          "jar confirmed parcel 0 ship 2026-12-07T16:00 deliver 2026-12-08, "
          "mug confirmed parcel 1 ship 2026-12-08T16:00 deliver 2026-12-09");
#undef WEEKEND
}

/* Each carrier's lines are split by themselves, in the order of the carriers' names; on-site lines
 * come last and alone. */
static void test_carriers_and_on_site_lines(void **unused)
{
    (void)unused;
    check(PLAIN, "2026-12-01T09:00", "visit urn vat mug top split",
          "visit confirmed site 4 from 2026-12-04T08:12 to 2026-12-04T08:15 deliver 2026-12-04, "
          "urn confirmed parcel 3 ship 2026-12-04T15:00 deliver 2026-12-04, "
          "vat confirmed parcel 2 ship 2026-12-01T15:00 deliver 2026-12-01, "
          "mug confirmed parcel 1 ship 2026-12-04T16:00 deliver 2026-12-07, "
          "top confirmed parcel 0 ship 2026-12-01T16:00 deliver 2026-12-02");
}

/* Six jars of ten boxes today; of six mats two boxes are short, bought for the 4th. */
static void test_what_is_bought(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    assert_string_equal(world_order(&world, 1, "mat=6 jar=6 split"),
                        "ok ship 2026-12-04T16:00 deliver 2026-12-07 material 2026-12-04 ready "
                        "2026-12-04T08:24 supply box until 2026-12-04T00:00");
    assert_string_equal(world_lines(&world, 1),
                        "mat confirmed parcel 1 ship 2026-12-04T16:00 deliver 2026-12-07, "
                        "jar confirmed parcel 0 ship 2026-12-01T16:00 deliver 2026-12-02");
    assert_string_equal(world_pegs(&world, 1), "3=2");
    assert_string_equal(world_entries(&world),
                        "1 tin 5 due 2026-12-04 expected, 2 tin 5 due 2026-12-08 expected, "
                        "3 box 2 of 2026-12-01 due 2026-12-04 proposed");
    assert_string_equal(world_atp(&world, "box", 4), "0 0 0 0");
    world_step(&world, PROMISE_CANCEL, 1);
    assert_string_equal(world_entries(&world),
                        "1 tin 5 due 2026-12-04 expected, 2 tin 5 due 2026-12-08 expected");
    world_close_replayed(&world);
}

/* Each parcel backward from the wanted day: the last that comes by Wednesday is Tuesday's, and both
 * share its last minutes. */
static void test_split_and_wanted(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    world_order(&world, 1, "jar mug split want=2026-12-09");
    assert_string_equal(world_lines(&world, 1),
                        "jar confirmed parcel 0 ship 2026-12-08T16:00 deliver 2026-12-09, "
                        "mug confirmed parcel 1 ship 2026-12-08T16:00 deliver 2026-12-09");
    assert_string_equal(world_runs(&world, 1),
                        "packing 2026-12-08T15:42 12, packing 2026-12-08T15:45 24, "
                        "packing 2026-12-08T15:51 12, packing 2026-12-08T15:54 24");
    world_close_replayed(&world);
}

/* A re-promise keeps the policy: only the parcel whose tins are late moves to the 10th. */
static void test_a_late_receipt_moves_one_parcel(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP("", "receipts: [{item: tin, quantity: 5, due: 2026-12-04}]\n"),
               "2026-12-01T09:00");
    world_order(&world, 1, "jar mug split");
    assert_string_equal(world_change(&world, "date 1 2026-12-10"), "ok moved 1");
    assert_string_equal(world_lines(&world, 1),
                        "jar confirmed parcel 0 ship 2026-12-01T16:00 deliver 2026-12-02, "
                        "mug confirmed parcel 1 ship 2026-12-10T16:00 deliver 2026-12-11");
    assert_string_equal(world_promise(&world, 1), "first 2026-12-07 now 2026-12-11 revisions 1");
    world_close_replayed(&world);
}

/* Paid for late: the first parcel, too, must come by the date that was said for it. */
static void test_a_late_payment_keeps_each_date(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP("", TINS "  - {item: lid, quantity: 9, due: 2026-12-04}\n"),
               "2026-12-01T09:00");
    world_hold(&world, 1, "big top split");
    assert_string_equal(world_lines(&world, 1),
                        "big held parcel 1 ship 2026-12-08T16:00 deliver 2026-12-09, "
                        "top held parcel 0 ship 2026-12-01T16:00 deliver 2026-12-02");
    world_at(&world, "2026-12-01T10:00");
    assert_string_equal(world_step(&world, PROMISE_CONFIRM, 1), "ok confirmed");
    assert_string_equal(world_step(&world, PROMISE_CANCEL, 1), "ok cancelled");
    world_hold(&world, 2, "big top split");
    world_at(&world, "2026-12-01T11:00");
    world_order(&world, 3,
                "top=9"); /* the next come on the 4th: later than that, sooner than tins */
    assert_string_equal(world_step(&world, PROMISE_CONFIRM, 2), "hold-expired expired");
    world_close_replayed(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_complete_and_split),
        cmocka_unit_test(test_lines_of_a_day_go_together),
        cmocka_unit_test(test_lines_of_a_day_keep_their_order),
        cmocka_unit_test(test_lines_need_together),
        cmocka_unit_test(test_parcels_see_each_other),
        cmocka_unit_test(test_carriers_and_on_site_lines),
        cmocka_unit_test(test_what_is_bought),
        cmocka_unit_test(test_split_and_wanted),
        cmocka_unit_test(test_a_late_receipt_moves_one_parcel),
        cmocka_unit_test(test_a_late_payment_keeps_each_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* When the world slips: who keeps the place, who moves where, and what is left of a promise that
 * cannot be kept. Worked out by hand from docs/promise.md; 1 December 2026 is a Tuesday. */
#include "promise/state.h"
#include "tests/support/world_look.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* A jar takes a box and an hour of one person; the post collects at 16:00 and delivers a day later.
 * A class of an hour and a half on Tuesdays and Thursdays. */
#define SHOP(rules, box, post, rest)                                                               \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "promise: {horizon_days: 30, hold_minutes: 15, payment_minutes: 35" rules "}\n"                \
    "calendars: {week: {open: {mon-fri: \"08:00-12:00 13:00-16:00\"}}, evenings: {open: {tue: "    \
    "\"18:00-21:00\", thu: \"18:00-21:00\"}}}\n"                                                   \
    "work_centers: {packing: {people: 1, calendar: week}, kitchen: {people: 1, calendar: "         \
    "evenings}}\n"                                                                                 \
    "suppliers: {mill: {lead_days: 2, receiving_days: 1}}\n"                                       \
    "items: {box: {unit_cost: 1.00, " box "}}\n"                                                   \
    "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: "         \
    "mon-fri" post "}}\n"                                                                          \
    "offers:\n"                                                                                    \
    "  jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post, routing: "      \
    "[{work_center: packing, minutes: 60}]}\n"                                                     \
    "  card: {name: Card, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post}\n"            \
    "  class: {name: Class, price: 55.00, vat_rate: 20, seats: 8, on_site: true, routing: "        \
    "[{work_center: kitchen, minutes: 90, whole: true, start_every: 30}]}\n" rest
#define TEN_ON_THE_4TH "receipts: [{item: box, quantity: 10, due: 2026-12-04}]\n"
#define PLAIN          SHOP("", "on_hand: 50", "", "")
#define RECEIPT        SHOP("", "on_hand: 5", "", TEN_ON_THE_4TH)

static void promise_is(struct world *world, uint32_t key, const char *expected)
{
    assert_string_equal(world_promise(world, key), expected);
}

static int64_t taken_on(struct world *world, uint16_t center, uint32_t day)
{
    struct load_day days[30];
    promise_load(world->state, (struct work_center_id){center}, days, 30);
    return days[day].taken;
}

/* ---- receipts ---- */

static void test_a_receipt_is_late(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, RECEIPT, "2026-12-01T09:00");
    world_order(&world, 1, "jar=5");
    world_order(&world, 2, "jar=2");
    assert_string_equal(world_change(&world, "date 1 2026-12-08"), "ok moved 2");
    promise_is(&world, 1, "first 2026-12-02 now 2026-12-02 revisions 0");
    promise_is(&world, 2, "first 2026-12-07 now 2026-12-09 revisions 1");
    assert_string_equal(world_runs(&world, 2), "packing 2026-12-08T08:00 480");
    /* Sooner again: nobody is pulled in. */
    assert_string_equal(world_change(&world, "date 1 2026-12-03"), "ok");
    promise_is(&world, 2, "first 2026-12-07 now 2026-12-09 revisions 1");
    /* The first promise stays, however often it moves. */
    assert_string_equal(world_change(&world, "date 1 2026-12-09"), "ok moved 2");
    promise_is(&world, 2, "first 2026-12-07 now 2026-12-10 revisions 2");
    struct order_view view;
    assert_true(promise_order(world.state, world_key(2), &view));
    assert_int_equal(view.first.material_day, promise_today(world.state) + 3);
    assert_int_equal(view.current.material_day, promise_today(world.state) + 8);
    assert_int_equal(view.first.limit.cause, CAUSE_STOCK);
    assert_false(view.broken);
    world_close_replayed(&world);
}

/* Days are the calendar's: over the changes of the clock, a leap day, the end of the year. */
static void test_a_receipt_is_late_over_other_days(void **unused)
{
    (void)unused;
    static const char *const days[][5] = {
        {"2026-10-20T09:00", "2026-10-22", "date 1 2026-10-25",
         "first 2026-10-23 now 2026-10-27 revisions 1", "packing 2026-10-26T08:00 480"},
        {"2026-03-24T09:00", "2026-03-26", "date 1 2026-03-29",
         "first 2026-03-27 now 2026-03-31 revisions 1", "packing 2026-03-30T08:00 480"},
        {"2028-02-24T09:00", "2028-02-25", "date 1 2028-02-29",
         "first 2028-02-28 now 2028-03-01 revisions 1", "packing 2028-02-29T08:00 480"},
        {"2026-12-28T09:00", "2026-12-30", "date 1 2026-12-31",
         "first 2026-12-31 now 2027-01-01 revisions 1", "packing 2026-12-31T08:00 480"}};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        char shop_file[4096];
        struct world world;
        snprintf(shop_file, sizeof shop_file, "%sreceipts: [{item: box, quantity: 10, due: %s}]\n",
                 SHOP("", "on_hand: 0", "", ""), days[i][1]);
        world_open(&world, shop_file, days[i][0]);
        world_order(&world, 1, "jar=2");
        assert_string_equal(world_change(&world, days[i][2]), "ok moved 1");
        promise_is(&world, 1, days[i][3]);
        assert_string_equal(world_runs(&world, 1), days[i][4]);
        world_close_replayed(&world);
    }
}

/* Two and four of the ten are promised; three come. The older order keeps them; the other's promise
 * is broken: its date and its stock stay, its hours and its parcel do not. When more comes it is
 * mended. */
static void test_a_receipt_is_short(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, RECEIPT, "2026-12-01T09:00");
    world_order(&world, 1, "jar=5");
    world_order(&world, 2, "jar=2");
    world_order(&world, 3, "jar=4");
    promise_is(&world, 3, "first 2026-12-07 now 2026-12-07 revisions 0");
    assert_int_equal(taken_on(&world, 0, 3), 6 * 240);
    assert_string_equal(world_change(&world, "quantity 1 3"), "ok broken 3");
    promise_is(&world, 2, "first 2026-12-07 now 2026-12-07 revisions 0");
    assert_memory_equal(world_promise(&world, 3), "first 2026-12-07 now 2026-12-07 ", 32);
    struct order_view view;
    assert_true(promise_order(world.state, world_key(3), &view));
    assert_true(view.broken);
    assert_int_equal(view.status, ORDER_CONFIRMED);
    assert_string_equal(world_runs(&world, 3), "");
    assert_int_equal(taken_on(&world, 0, 3), 2 * 240);
    struct atp_day days[4];
    promise_atp(world.state, (struct item_id){0}, days, 4);
    assert_int_equal(days[3].committed, 6000);
    assert_int_equal(days[3].projected, -3000);
    /* As long as nothing better is known it stays broken; then it finds its place. */
    assert_string_equal(world_change(&world, "quantity 1 5"), "ok broken 3");
    assert_string_equal(world_change(&world, "quantity 1 6"), "ok moved 3");
    assert_true(promise_order(world.state, world_key(3), &view));
    assert_false(view.broken);
    assert_memory_equal(world_promise(&world, 3), "first 2026-12-07 now 2026-12-07 ", 32);
    assert_string_equal(world_runs(&world, 3),
                        "packing 2026-12-04T10:00 480, packing 2026-12-04T13:00 480");
    world_close_replayed(&world);
}

/* A broken promise can be cancelled, and lets its goods go. */
static void test_a_broken_promise_is_cancelled(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, RECEIPT, "2026-12-01T09:00");
    world_order(&world, 1, "jar=5");
    world_order(&world, 2, "jar=4");
    assert_string_equal(world_change(&world, "quantity 1 3"), "ok broken 2");
    assert_string_equal(world_atp(&world, "box", 4), "0 0 0 0");
    assert_string_equal(world_step(&world, PROMISE_CANCEL, 2), "ok cancelled");
    assert_string_equal(world_atp(&world, "box", 4), "0 0 0 3");
    world_close_replayed(&world);
}

/* A broken hold that expires is no broken promise any more, nor is it one less when a late payment
 * revives it: the other is still looked at. */
static void test_a_broken_hold_expires(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    world_order(&world, 1, "class");
    world_hold(&world, 2, "card");
    assert_string_equal(world_change(&world, "staff kitchen -1 2026-12-01 2026-12-31"),
                        "ok broken 1");
    assert_string_equal(world_change(&world, "count box 0"), "ok broken 1 broken 2");
    assert_int_equal(world.state->broken, 2);
    world_at(&world, "2026-12-01T09:20");
    assert_string_equal(world_status(&world, 2), "expired");
    assert_int_equal(world.state->broken, 1);
    assert_string_equal(world_change(&world, "count box 50"), "ok broken 1");
    world_step(&world, PROMISE_CONFIRM, 2);
    assert_string_equal(world_status(&world, 2), "confirmed");
    assert_int_equal(world.state->broken, 1);
    assert_true(promise_any_broken(world.state));
    assert_null(promise_check(world.state));
    world_step(&world, PROMISE_CANCEL, 1);
    assert_false(promise_any_broken(world.state));
    world_close_replayed(&world);
}

/* It does not come at all: broken; where somebody sells boxes, they are bought. */
static void test_a_receipt_does_not_come(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, RECEIPT, "2026-12-01T09:00");
    world_order(&world, 1, "jar=7");
    assert_string_equal(world_change(&world, "quantity 1 0"), "ok broken 1");
    assert_string_equal(world_entries(&world), "");
    assert_string_equal(world_change(&world, "quantity 1 10"), "no-entry");
    world_close_replayed(&world);
    world_open(&world, SHOP("", "on_hand: 5, supplier: mill, pack_size: 4", "", TEN_ON_THE_4TH),
               "2026-12-01T09:00");
    world_order(&world, 1, "jar=7");
    assert_string_equal(world_change(&world, "quantity 1 0"), "ok moved 1");
    promise_is(&world, 1, "first 2026-12-07 now 2026-12-07 revisions 1");
    assert_string_equal(world_entries(&world), "2 box 4 of 2026-12-01 due 2026-12-04 proposed");
    assert_string_equal(world_pegs(&world, 1), "2=4");
    world_close_replayed(&world);
}

/* Four boxes are bought anew for 40.00 of 50.00, of which 20.00 must stay. The sale stands in the
 * forecast already: at 2.50 each it makes up for it once it is paid out, at 2.00 it does not. */
static void test_cash_knows_the_sale(void **unused)
{
    (void)unused;
#define SOLD_FOR(price)                                                                            \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "suppliers: {mill: {lead_days: 2}}\n"                                                          \
    "items: {box: {on_hand: 0, unit_cost: 10.00, supplier: mill}}\n"                               \
    "offers: {pick: {name: Pick, price: " price ", vat_rate: 0, items: {box: 1}, on_site: "        \
    "true}}\n"                                                                                     \
    "receipts: [{item: box, quantity: 4, due: 2026-12-02}]\n"                                      \
    "cash: {opening_balance: 50.00, minimum_balance: 20.00, payout_days: 10}\n"
    struct world world;
    world_open(&world, SOLD_FOR("2.50"), "2026-12-01T09:00");
    world_order(&world, 1, "pick=4");
    assert_string_equal(world_change(&world, "quantity 1 0"), "ok moved 1");
    promise_is(&world, 1, "first 2026-12-02 now 2026-12-11 revisions 1");
    world_close_replayed(&world);
    world_open(&world, SOLD_FOR("2.00"), "2026-12-01T09:00");
    world_order(&world, 1, "pick=4");
    assert_string_equal(world_change(&world, "quantity 1 0"), "ok broken 1");
    world_close_replayed(&world);
#undef SOLD_FOR
}

/* What came is on the shelf, what came broken is not, and the rest is not expected any more. */
static void test_what_came(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, RECEIPT, "2026-12-01T09:00");
    world_order(&world, 1, "jar=5");
    world_order(&world, 2, "jar=2");
    world_order(&world, 3, "jar=4");
    world_at(&world, "2026-12-03T09:00");
    assert_string_equal(world_change(&world, "received 1 3 damaged 2"), "ok");
    assert_int_equal(promise_on_hand(world.state, (struct item_id){0}), 8000);
    assert_string_equal(world_entries(&world), "1 box 5 due 2026-12-04 expected");
    assert_string_equal(world_change(&world, "received 1 2 closes"), "ok broken 3");
    assert_int_equal(promise_on_hand(world.state, (struct item_id){0}), 10000);
    assert_string_equal(world_entries(&world), "");
    assert_int_equal(promise_bill_count(world.state), 0);
    assert_string_equal(world_change(&world, "received 1 2"), "no-entry");
    world_close_replayed(&world);
}

/* More came than was expected: all of it is there, and nothing more is expected. */
static void test_more_came(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, RECEIPT, "2026-12-01T09:00");
    assert_string_equal(world_change(&world, "received 1 12"), "ok");
    assert_int_equal(promise_on_hand(world.state, (struct item_id){0}), 17000);
    assert_string_equal(world_entries(&world), "");
    assert_string_equal(world_atp(&world, "box", 5), "17 17 17 17 17");
    world_close_replayed(&world);
}

/* ---- people ---- */

/* Nobody is there today: in the order of age, after the one whose day is tomorrow already. */
static void test_people_are_absent(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    world_order(&world, 1, "jar=2");
    world_order(&world, 2, "jar=2");
    world_order(&world, 3, "jar=2");
    world_order(&world, 4, "jar=5");
    assert_string_equal(world_runs(&world, 4),
                        "packing 2026-12-02T08:00 960, packing 2026-12-02T13:00 240");
    assert_string_equal(world_change(&world, "staff packing -1 2026-12-01 2026-12-01"),
                        "ok moved 1 moved 2 moved 3");
    assert_string_equal(world_runs(&world, 1), "packing 2026-12-02T14:00 480");
    assert_string_equal(world_runs(&world, 2), "packing 2026-12-03T08:00 480");
    assert_string_equal(world_runs(&world, 3), "packing 2026-12-03T10:00 480");
    promise_is(&world, 1, "first 2026-12-02 now 2026-12-03 revisions 1");
    promise_is(&world, 2, "first 2026-12-02 now 2026-12-04 revisions 1");
    promise_is(&world, 3, "first 2026-12-02 now 2026-12-04 revisions 1");
    promise_is(&world, 4, "first 2026-12-03 now 2026-12-03 revisions 0");
    world_close_replayed(&world);
}

/* A higher priority is served first. */
static void test_priorities_move_first(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    world_order(&world, 1, "jar=2");
    world_order(&world, 2, "jar=2 priority=5");
    world_order(&world, 3, "jar=2 priority=9");
    assert_string_equal(world_change(&world, "staff packing -1 2026-12-01 2026-12-01"),
                        "ok moved 3 moved 2 moved 1");
    assert_string_equal(world_runs(&world, 3), "packing 2026-12-02T08:00 480");
    assert_string_equal(world_runs(&world, 2), "packing 2026-12-02T10:00 480");
    assert_string_equal(world_runs(&world, 1), "packing 2026-12-02T13:00 480");
    world_close_replayed(&world);
}

/* The same when there is not enough for all: the younger keeps its four, the older has to go. */
static void test_priorities_keep_first(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, RECEIPT, "2026-12-01T09:00");
    world_order(&world, 1, "jar=5");
    world_order(&world, 2, "jar=2");
    world_order(&world, 3, "jar=4 priority=1");
    assert_string_equal(world_change(&world, "quantity 1 4"), "ok broken 2");
    /* Of eight it takes four, and the five of the oldest are not there any more. */
    assert_string_equal(world_change(&world, "quantity 1 3"), "ok broken 1 broken 2");
    promise_is(&world, 3, "first 2026-12-07 now 2026-12-07 revisions 0");
    world_close_replayed(&world);
}

/* Work that is half done by the clock, but reported by nobody, moves as a whole; one that has begun
 * stays whatever comes. */
static void test_who_has_begun_stays(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    world_order(&world, 1, "jar=2");
    world_order(&world, 2, "jar=2");
    world_at(&world, "2026-12-01T10:00");
    assert_string_equal(world_step(&world, PROMISE_START, 2), "ok started");
    assert_string_equal(world_change(&world, "staff packing -1 2026-12-01 2026-12-01"),
                        "ok moved 1");
    assert_string_equal(world_runs(&world, 1), "packing 2026-12-02T08:00 480");
    assert_string_equal(world_runs(&world, 2),
                        "packing 2026-12-01T11:00 240, packing 2026-12-01T13:00 240");
    promise_is(&world, 2, "first 2026-12-02 now 2026-12-02 revisions 0");
    world_close_replayed(&world);
}

/* A parcel that left early keeps its hours, whoever was promised last: of two people who pack side
 * by side one goes, and it is the other order that moves. */
static void test_what_has_left_stays(void **unused)
{
    (void)unused;
    static const char shop_file[] =
        "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
        "calendars: {week: {open: {mon-fri: \"08:00-12:00\"}}}\n"
        "work_centers: {packing: {people: 2, calendar: week}}\n"
        "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: "
        "mon-fri}}\n"
        "offers: {jar: {name: Jar, price: 5.00, vat_rate: 20, carrier: post, routing: "
        "[{work_center: packing, minutes: 60}]}}\n";
    struct world world;
    world_open(&world, shop_file, "2026-12-01T09:00");
    world_order(&world, 1, "jar");
    world_order(&world, 2, "jar");
    assert_string_equal(world_runs(&world, 1), "packing 2026-12-01T09:00 240");
    assert_string_equal(world_runs(&world, 2), "packing 2026-12-01T09:00 240");
    assert_string_equal(world_step(&world, PROMISE_SHIP, 2), "ok shipped");
    assert_string_equal(world_change(&world, "staff packing -1 2026-12-01 2026-12-01"),
                        "ok moved 1");
    assert_string_equal(world_runs(&world, 1), "packing 2026-12-01T10:00 240");
    world_close_replayed(&world);
}

/* What lies before now is past: people who are absent from tomorrow on move nobody of today, and
 * work that is over by the clock needs nobody any more. */
static void test_what_is_past_is_no_question(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    world_order(&world, 1, "jar=2");
    assert_string_equal(world_change(&world, "staff packing -1 2026-12-02 2026-12-02"), "ok");
    world_at(&world, "2026-12-01T11:00");
    assert_string_equal(world_change(&world, "staff packing -1 2026-12-01 2026-12-01"), "ok");
    assert_string_equal(world_runs(&world, 1), "packing 2026-12-01T09:00 480");
    world_close_replayed(&world);
    /* The last slot of its work has begun: it is gone as well; the slot before, it was not. */
    world_open(&world, PLAIN, "2026-12-01T09:00");
    world_order(&world, 1, "jar=2");
    world_at(&world, "2026-12-01T11:00");
    world.now -= 3;
    assert_string_equal(world_change(&world, "staff packing -1 2026-12-01 2026-12-01"), "ok");
    world_close_replayed(&world);
    world_open(&world, PLAIN, "2026-12-01T09:00");
    world_order(&world, 1, "jar=2");
    world_at(&world, "2026-12-01T11:00");
    world.now -= 15;
    assert_string_equal(world_change(&world, "staff packing -1 2026-12-01 2026-12-01"),
                        "ok moved 1");
    world_close_replayed(&world);
}

/* Two bookings of one session move together, into one session. */
static void test_a_session_moves(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    world_order(&world, 1, "class=2");
    world_order(&world, 2, "class=3");
    assert_string_equal(world_change(&world, "staff kitchen -1 2026-12-01 2026-12-01"),
                        "ok moved 1 moved 2");
    for (uint32_t key = 1; key <= 2; key++) {
        assert_string_equal(world_lines(&world, key),
                            "class confirmed site 0 from 2026-12-03T18:00 to 2026-12-03T19:30 "
                            "deliver 2026-12-03");
    }
    assert_int_equal(taken_on(&world, 1, 0), 0);
    assert_int_equal(taken_on(&world, 1, 2), 360);
    /* Nobody in the kitchen for a month. */
    assert_string_equal(world_change(&world, "staff kitchen -1 2026-12-01 2026-12-31"),
                        "ok broken 1 broken 2");
    assert_int_equal(taken_on(&world, 1, 2), 0);
    assert_string_equal(world_change(&world, "staff kitchen 1 2026-12-08 2026-12-08"),
                        "ok moved 1 moved 2");
    world_close_replayed(&world);
}

/* Whoever has seats of a session that can be keeps them, and the session its hours once. */
static void test_a_session_stays(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    world_order(&world, 1, "class=2");
    world_order(&world, 2, "class=3");
    assert_string_equal(world_change(&world, "staff kitchen -1 2026-12-03 2026-12-03"), "ok");
    assert_string_equal(world_change(&world, "count box 9"), "ok");
    assert_int_equal(taken_on(&world, 1, 0), 360);
    world_close_replayed(&world);
}

/* ---- counts ---- */

static void test_a_count_is_corrected(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, RECEIPT, "2026-12-01T09:00");
    world_order(&world, 1, "jar=3");
    world_order(&world, 2, "jar=2");
    assert_string_equal(world_change(&world, "count box 4"), "ok moved 2");
    promise_is(&world, 1, "first 2026-12-02 now 2026-12-02 revisions 0");
    promise_is(&world, 2, "first 2026-12-02 now 2026-12-07 revisions 1");
    /* More than was thought: nobody moves. */
    assert_string_equal(world_change(&world, "count box 50"), "ok");
    world_close_replayed(&world);
    /* What is kept back is for this. */
    world_open(&world, SHOP("", "on_hand: 5, keep_back: 2", "", ""), "2026-12-01T09:00");
    world_order(&world, 1, "jar=3");
    assert_string_equal(world_change(&world, "count box 3"), "ok");
    assert_string_equal(world_change(&world, "count box 2"), "ok broken 1");
    world_close_replayed(&world);
}

/* ---- carriers ---- */

static void test_a_carrier_strikes(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    world_order(&world, 1, "card");
    world_order(&world, 2, "card");
    world_order(&world, 3, "card want=2026-12-08");
    world_step(&world, PROMISE_SHIP, 1);
    assert_string_equal(world_change(&world, "carrier post 2026-12-01 2026-12-02"), "ok moved 2");
    assert_string_equal(world_lines(&world, 2),
                        "card confirmed parcel 0 ship 2026-12-03T16:00 deliver 2026-12-04");
    promise_is(&world, 1, "first 2026-12-02 now 2026-12-02 revisions 0");
    promise_is(&world, 3, "first 2026-12-08 now 2026-12-08 revisions 0");
    world_close_replayed(&world);
    /* It collects and does not deliver: the same collection, a day later. */
    world_open(&world, PLAIN, "2026-12-01T09:00");
    world_order(&world, 1, "card");
    assert_string_equal(world_change(&world, "carrier post 2026-12-02 2026-12-02"), "ok moved 1");
    assert_string_equal(world_lines(&world, 1),
                        "card confirmed parcel 0 ship 2026-12-01T16:00 deliver 2026-12-03");
    world_close_replayed(&world);
}

/* A begun order that no carrier can take any more gives up the place that its other parcel would
 * have found: nobody has to move for it. */
static void test_what_breaks_takes_no_place(void **unused)
{
    (void)unused;
    static const char shop_file[] =
        "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
        "promise: {horizon_days: 10}\n"
        "carriers:\n"
        "  post: {cut_off: \"16:00\", collects: mon-sun, transit_days: 1, delivers: mon-sun, "
        "max_parcels: 1}\n"
        "  van: {cut_off: \"16:00\", collects: mon-sun, transit_days: 1, delivers: mon-sun}\n"
        "offers:\n"
        "  jar: {name: Jar, price: 5.00, vat_rate: 20, carrier: post}\n"
        "  pot: {name: Pot, price: 5.00, vat_rate: 20, carrier: van}\n";
    struct world world;
    world_open(&world, shop_file, "2026-12-01T09:00");
    world_order(&world, 1, "jar pot");
    world_order(&world, 2, "jar");
    assert_string_equal(world_step(&world, PROMISE_START, 1), "ok started");
    assert_string_equal(world_change(&world, "carrier van 2026-12-01 2026-12-31"), "ok broken 1");
    assert_string_equal(world_change(&world, "carrier post 2026-12-01 2026-12-01"), "ok broken 1");
    promise_is(&world, 2, "first 2026-12-03 now 2026-12-03 revisions 0");
    world_close_replayed(&world);
}

static bool revised_keep(void *context, struct slice bytes)
{
    struct event_placed *kept = context;
    struct event event;
    enum status status = STATUS_OK;
    size_t offset = 0;
    assert_true(event_next(bytes, &offset, &event, &status));
    if (event.type == EVENT_REVISED) {
        assert_int_equal(event_placed_read(&event, kept), STATUS_OK);
    }
    return true;
}

/* A revision says again who the order is and how it was asked for. */
static void test_a_revision_repeats_the_order(void **unused)
{
    (void)unused;
    static const char *const asks[] = {"jar=2", "jar=2 split", "jar=2 priority=4 want=2026-12-03"};
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        struct world world;
        struct event_placed kept = {0};
        const struct event_sink sink = {revised_keep, &kept};
        const struct promise_change late = {.kind = CHANGE_COUNT, .quantity_thousandths = 0};
        world_open(&world, RECEIPT, "2026-12-01T09:00");
        world_customer.value = 77;
        world_order(&world, 1, asks[i]);
        int64_t made_at = world.now;
        struct order_key key = world_key(1);
        world_at(&world, "2026-12-01T09:01");
        world.events.length = 0;
        assert_int_equal(promise_change(world.state, &late, &world.events), PROMISE_OK);
        struct event event;
        enum status status = STATUS_OK;
        size_t offset = 0;
        struct slice bytes = {(const char *)world.events.bytes, world.events.length};
        assert_true(event_next(bytes, &offset, &event, &status));
        assert_int_equal(promise_apply(world.state, &event, world.now), STATUS_OK);
        assert_true(promise_revise(world.state, world.now, late.kind, late.index, &sink));
        assert_int_equal(kept.number, 1);
        assert_memory_equal(&kept.key, &key, sizeof key);
        assert_int_equal(kept.made_at, made_at);
        assert_int_equal(kept.customer.value, 77);
        assert_int_equal(kept.split, i == 1);
        assert_int_equal(kept.priority, i == 2 ? 4 : 0);
        assert_int_equal(kept.want.kind, i == 2 ? WANT_DAY : WANT_SOONEST);
        assert_int_equal(kept.reason, CHANGE_COUNT);
        assert_int_equal(kept.reason_index, 0);
        assert_false(kept.hold);
        world_close(&world);
    }
}

/* Who has begun keeps hours and goods and takes the next collection - before all others, who have
 * to look for another. */
static void test_a_strike_moves_who_has_begun(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP("", "on_hand: 50", ", max_parcels: 1", ""), "2026-12-01T09:00");
    world_order(&world, 1, "jar");
    world_order(&world, 2, "card");
    assert_string_equal(world_lines(&world, 2),
                        "card confirmed parcel 0 ship 2026-12-02T16:00 deliver 2026-12-03");
    world_step(&world, PROMISE_START, 1);
    assert_string_equal(world_change(&world, "carrier post 2026-12-01 2026-12-01"),
                        "ok moved 1 moved 2");
    assert_string_equal(world_lines(&world, 1),
                        "jar started parcel 0 ship 2026-12-02T16:00 deliver 2026-12-03");
    assert_string_equal(world_runs(&world, 1), "packing 2026-12-01T09:00 240");
    assert_string_equal(world_lines(&world, 2),
                        "card confirmed parcel 0 ship 2026-12-03T16:00 deliver 2026-12-04");
    promise_is(&world, 1, "first 2026-12-02 now 2026-12-03 revisions 1");
    /* No post for the whole horizon. */
    assert_string_equal(world_change(&world, "carrier post 2026-12-01 2026-12-31"),
                        "ok broken 1 broken 2");
    assert_string_equal(world_runs(&world, 1), "packing 2026-12-01T09:00 240");
    world_close_replayed(&world);
}

/* The day after its collection nobody delivers: a begun order goes with the collection that it has,
 * and arrives a day later, though its own parcel fills it. */
static void test_its_own_place_is_free_for_it(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP("", "on_hand: 50", ", max_parcels: 1", ""), "2026-12-01T09:00");
    world_order(&world, 1, "card");
    world_step(&world, PROMISE_START, 1);
    assert_string_equal(world_change(&world, "carrier post 2026-12-02 2026-12-02"), "ok moved 1");
    assert_string_equal(world_lines(&world, 1),
                        "card started parcel 0 ship 2026-12-01T16:00 deliver 2026-12-03");
    world_close_replayed(&world);
}

/* ---- what is kept of the ask ---- */

/* The wish: as late as it can be, a day before. */
static void test_the_wish_is_kept(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    world_order(&world, 1, "jar want=2026-12-10");
    assert_string_equal(world_runs(&world, 1), "packing 2026-12-09T15:00 240");
    assert_string_equal(world_change(&world, "staff packing -1 2026-12-09 2026-12-09"),
                        "ok moved 1");
    assert_string_equal(world_runs(&world, 1), "packing 2026-12-08T15:00 240");
    assert_string_equal(world_lines(&world, 1),
                        "jar confirmed parcel 0 ship 2026-12-09T16:00 deliver 2026-12-10");
    promise_is(&world, 1, "first 2026-12-10 now 2026-12-10 revisions 1");
    world_close_replayed(&world);
}

/* Too late to be sold is not too late to be kept. */
static void test_without_max_days(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP(", max_days: 6", "on_hand: 5", "", TEN_ON_THE_4TH), "2026-12-01T09:00");
    world_order(&world, 1, "jar=7");
    assert_string_equal(world_change(&world, "date 1 2026-12-21"), "ok moved 1");
    promise_is(&world, 1, "first 2026-12-07 now 2026-12-22 revisions 1");
    world_quote(&world, "jar=7");
    assert_int_equal(world.answer.result, PROMISE_SOLD_OUT);
    world_close_replayed(&world);
}

/* A hold's work begins no earlier than it can last be confirmed, also when it moves. */
static void test_a_hold_moves(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP("", "on_hand: 5", "", TEN_ON_THE_4TH), "2026-12-04T07:20");
    world_hold(&world, 1, "jar=6");
    assert_string_equal(world_runs(&world, 1),
                        "packing 2026-12-04T08:10 920, packing 2026-12-04T13:00 520");
    assert_string_equal(world_change(&world, "date 1 2026-12-05"), "ok moved 1");
    assert_string_equal(world_status(&world, 1), "held");
    assert_string_equal(world_change(&world, "date 1 2026-12-04"), "ok");
    assert_string_equal(world_change(&world, "staff packing -1 2026-12-07 2026-12-07"),
                        "ok moved 1");
    assert_string_equal(world_runs(&world, 1),
                        "packing 2026-12-04T08:10 920, packing 2026-12-04T13:00 520");
    assert_string_equal(world_step(&world, PROMISE_CONFIRM, 1), "ok confirmed");
    world_close_replayed(&world);
}

/* ---- changes that cannot be ---- */

static void test_changes_that_cannot_be(void **unused)
{
    (void)unused;
    static const char *const changes[][2] = {
        {"date 9 2026-12-08", "no-entry"},
        {"quantity 2 5", "no-entry"},
        {"received 0 5", "no-entry"},
        {"received 1 0", "bad-change"},
        {"count box -1", "bad-change"},
        {"quantity 1 -1", "bad-change"},
        {"received 1 1 damaged -1", "bad-change"},
        {"received 1 1 bill -0.01", "bad-change"},
        {"date 1 2036-12-08", "bad-change"},
        {"staff packing 0 2026-12-01 2026-12-02", "bad-change"},
        {"staff packing 251 2026-12-01 2026-12-02", "bad-change"},
        {"staff packing -1 2026-12-02 2026-12-01", "bad-change"},
        {"carrier post 2026-12-02 2026-12-01", "bad-change"},
        {"approved mill 2026-12-01", "no-entry"},
        {"sent mill 2026-12-01", "no-entry"},
        {"bought box 1 2026-12-01", "bad-change"}, /* it has no supplier */
        {"balance 5.00", "bad-change"},            /* there is no cash section */
    };
    struct world world;
    world_open(&world, RECEIPT, "2026-12-01T09:00");
    uint64_t digest = promise_digest(world.state);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        assert_string_equal(world_change(&world, changes[i][0]), changes[i][1]);
    }
    assert_int_equal(promise_digest(world.state), digest);
    world_close_replayed(&world);
    world_open(&world, SHOP("", "on_hand: 5, supplier: mill", "", ""), "2026-12-01T09:00");
    assert_string_equal(world_change(&world, "bought box 1 2026-11-30"), "bad-change");
    assert_string_equal(world_change(&world, "bought box 0 2026-12-01"), "bad-change");
    assert_string_equal(world_change(&world, "bought box 1 2026-12-01"), "ok");
    world_close_replayed(&world);
}

/* No room for another order, neither in the records nor for what it would reserve: those that stand
 * move and are broken all the same, and what moved needs no room again. */
static void test_a_full_core_still_moves(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, RECEIPT, "2026-12-01T09:00");
    struct orders *orders = &world.state->orders;
    world_order(&world, 1, "jar=5");
    world_order(&world, 2, "jar=2");
    world_order(&world, 3, "jar=4");
    uint32_t capacity = orders->capacity;
    uint32_t used = orders->block_units_used;
    orders->capacity = orders->count;
    assert_string_equal(world_order(&world, 4, "jar"), "full");
    assert_string_equal(world_change(&world, "date 1 2026-12-08"), "ok moved 2 moved 3");
    orders->capacity = capacity;
    orders->block_units_used = orders->block_units_new;
    assert_string_equal(world_order(&world, 4, "jar=2 card=1"), "full");
    assert_string_equal(world_change(&world, "quantity 1 3"), "ok broken 3");
    orders->block_units_used = used;
    world_close(&world);
}

/* A core full of orders of one size, whatever the size, has room to revise them all. */
static void test_the_reserve_is_enough(void **unused)
{
    (void)unused;
    const struct promise_sizes largest = {LIMIT_ORDERS};
    struct promise_state *state = NULL;
    struct world world;
    world_open(&world, PLAIN, "2026-12-01T09:00");
    assert_int_equal(promise_create(world.shop, world.now, &largest, &state, NULL), STATUS_OK);
    const struct orders *orders = &state->orders;
    for (uint32_t lines = 1; lines <= LIMIT_ORDER_LINES; lines++) {
        struct order_shape shape = {.lines = lines, .groups = 1, .runs = lines};
        uint64_t placed = orders_block_units(&shape);
        shape.revisions = 1;
        uint64_t revised = orders_block_units(&shape);
        uint64_t count = orders->block_units_new / placed;
        count = count < orders->capacity ? count : orders->capacity;
        assert_true(count * (placed + revised) <= orders->block_units);
    }
    promise_free(state);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_receipt_is_late),
        cmocka_unit_test(test_a_receipt_is_late_over_other_days),
        cmocka_unit_test(test_a_receipt_is_short),
        cmocka_unit_test(test_a_broken_promise_is_cancelled),
        cmocka_unit_test(test_a_broken_hold_expires),
        cmocka_unit_test(test_a_receipt_does_not_come),
        cmocka_unit_test(test_cash_knows_the_sale),
        cmocka_unit_test(test_what_came),
        cmocka_unit_test(test_more_came),
        cmocka_unit_test(test_people_are_absent),
        cmocka_unit_test(test_priorities_move_first),
        cmocka_unit_test(test_priorities_keep_first),
        cmocka_unit_test(test_who_has_begun_stays),
        cmocka_unit_test(test_what_has_left_stays),
        cmocka_unit_test(test_what_is_past_is_no_question),
        cmocka_unit_test(test_a_session_moves),
        cmocka_unit_test(test_a_session_stays),
        cmocka_unit_test(test_a_count_is_corrected),
        cmocka_unit_test(test_a_carrier_strikes),
        cmocka_unit_test(test_a_revision_repeats_the_order),
        cmocka_unit_test(test_a_strike_moves_who_has_begun),
        cmocka_unit_test(test_its_own_place_is_free_for_it),
        cmocka_unit_test(test_what_breaks_takes_no_place),
        cmocka_unit_test(test_the_wish_is_kept),
        cmocka_unit_test(test_without_max_days),
        cmocka_unit_test(test_a_hold_moves),
        cmocka_unit_test(test_changes_that_cannot_be),
        cmocka_unit_test(test_a_full_core_still_moves),
        cmocka_unit_test(test_the_reserve_is_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The life of holds and orders: statuses, expiry to the second, replacing, retries, the last units
 * and the last minutes. */
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* One team of one person, ten boxes; a jar takes a box and 3 minutes; a visit takes 3 minutes and
 * goes nowhere. */
static const char shop_text[] =
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
    "promise: {horizon_days: 30, hold_minutes: 15, payment_minutes: 35}\n"
    "calendars: {week: {open: {mon-fri: \"08:00-12:00 13:00-16:00\"}}}\n"
    "work_centers: {packing: {people: 1, calendar: week}}\n"
    "items: {box: {on_hand: 10, unit_cost: 1.00}}\n"
    "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, "
    "delivers: mon-fri}}\n"
    "offers:\n"
    "  jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post, "
    "routing: [{work_center: packing, minutes: 3}]}\n"
    "  visit: {name: Visit, price: 9.00, vat_rate: 20, items: {box: 1}, on_site: true, "
    "routing: [{work_center: packing, minutes: 3}]}\n";

static void test_hold_starts_after_its_last_confirmation(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    assert_non_null(strstr(world_quote(&world, "jar"), "ready 2026-12-01T09:03"));
    assert_non_null(strstr(world_quote_hold(&world, "jar"), "ready 2026-12-01T09:53"));
    world_hold(&world, 1, "jar");
    struct order_view view;
    assert_true(promise_order(world.state, world_key(1), &view));
    assert_int_equal(view.status, ORDER_HELD);
    assert_int_equal(view.held_until, world.now + 900);
    assert_true(view.was_held);
    assert_string_equal(world_atp(&world, "box", 1), "9");
    assert_string_equal(world_step(&world, PROMISE_CONFIRM, 1), "ok confirmed");
    assert_true(promise_order(world.state, world_key(1), &view));
    assert_int_equal(view.first.ready_at, world.answer.order.first.ready_at);
    world_close(&world);
}

static void test_hold_expires_at_its_second(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_hold(&world, 1, "jar=4");
    world_hold(&world, 2, "jar=6");
    assert_int_equal(promise_next_due(world.state), world.now + 900);
    assert_string_equal(world_order(&world, 3, "jar"), "never stock box until 2026-12-31T00:00");
    world_at(&world, "2026-12-01T09:14:59");
    assert_string_equal(world_step(&world, PROMISE_CONFIRM, 2), "ok confirmed");
    world_at(&world, "2026-12-01T09:15:00");
    assert_string_equal(world_status(&world, 1), "expired");
    assert_string_equal(world_status(&world, 2), "confirmed");
    assert_string_equal(world_atp(&world, "box", 1), "4");
    assert_string_equal(world_step(&world, PROMISE_CANCEL, 1), "wrong-status expired");
    world_order(&world, 3, "jar=4");
    assert_int_equal(world.answer.result, PROMISE_OK);
    assert_string_equal(world_step(&world, PROMISE_CONFIRM, 1), "hold-expired expired");
    world_close(&world);
}

/* A late payment finds its reservation again where the same dates can still be had. */
static void test_late_payment_finds_its_place_again(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_hold(&world, 1, "jar=2");
    world_at(&world, "2026-12-01T09:20:00");
    assert_string_equal(world_status(&world, 1), "expired");
    assert_string_equal(world_step(&world, PROMISE_CONFIRM, 1), "ok confirmed");
    assert_string_equal(world_step(&world, PROMISE_CONFIRM, 1), "ok confirmed");
    assert_string_equal(world_step(&world, PROMISE_SHIP, 1), "ok shipped");
    world_close(&world);
}

/* Two minutes are left of the day, the jar takes three: a day later is not what was promised. */
static void test_late_payment_for_a_later_date_is_refused(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T15:00");
    assert_non_null(strstr(world_hold(&world, 1, "jar"), "deliver 2026-12-02"));
    world_at(&world, "2026-12-01T15:58");
    assert_non_null(strstr(world_quote(&world, "jar"), "deliver 2026-12-03"));
    assert_string_equal(world_step(&world, PROMISE_CONFIRM, 1), "hold-expired expired");
    assert_int_equal(world.events.length, 0);
    world_close(&world);
}

/* Payment that has begun holds on, up to the last moment before the work that was planned. */
static void test_payment_extends_a_hold(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_hold(&world, 1, "jar=2");
    int64_t made = world.now;
    world_at(&world, "2026-12-01T09:10:00");
    assert_string_equal(world_step(&world, PROMISE_PAY, 1), "ok held");
    assert_int_equal(world.answer.order.held_until, world.now + 35 * 60);
    assert_string_equal(world_step(&world, PROMISE_EXTEND, 1), "ok held");
    world_at(&world, "2026-12-01T09:40:00");
    assert_string_equal(world_step(&world, PROMISE_PAY, 1), "ok held");
    assert_int_equal(world.answer.order.held_until, made + 50 * 60);
    world_at(&world, "2026-12-01T09:49:59");
    assert_string_equal(world_status(&world, 1), "held");
    world_at(&world, "2026-12-01T09:50:00");
    assert_string_equal(world_status(&world, 1), "expired");
    assert_string_equal(world_step(&world, PROMISE_PAY, 1), "hold-expired expired");
    world_close(&world);
}

/* A confirmation that comes at the second of the expiry, before the expiry was applied, is late all
 * the same. */
static void test_late_confirmation_is_refused(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_hold(&world, 1, "jar");
    world.now += 900;
    assert_string_equal(world_step(&world, PROMISE_CONFIRM, 1), "hold-expired held");
    assert_int_equal(world.events.length, 0);
    world_close(&world);
}

/* The clock may go back: what counts is the latest stamp that was applied. */
static void test_an_earlier_now_is_the_states(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_order(&world, 1, "jar");
    world.now -= 3600;
    assert_non_null(strstr(world_quote(&world, "jar"), "ready 2026-12-01T09:06"));
    world_close(&world);
}

static void test_statuses(void **unused)
{
    (void)unused;
    static const enum promise_command_kind kinds[] = {PROMISE_CONFIRM, PROMISE_START,
                                                      PROMISE_DONE,    PROMISE_SHIP,
                                                      PROMISE_DELIVER, PROMISE_CANCEL};
    /* Rows: the status an order is brought to; columns: is the step above allowed then? */
    static const struct {
        const char *name;
        uint32_t step_count;
        enum promise_command_kind steps[3];
        const char *allowed;
    } rows[] = {
        {"held", 0, {0}, "+----+"},
        {"confirmed", 1, {PROMISE_CONFIRM}, "+++++"},
        {"started", 2, {PROMISE_CONFIRM, PROMISE_START}, "--++-+"},
        {"done", 2, {PROMISE_CONFIRM, PROMISE_DONE}, "---+-+"},
        {"shipped", 2, {PROMISE_CONFIRM, PROMISE_SHIP}, "----+-"},
        {"delivered", 3, {PROMISE_CONFIRM, PROMISE_SHIP, PROMISE_DELIVER}, "------"},
        {"cancelled", 1, {PROMISE_CANCEL}, "-----+"},
    };
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        /* A confirmed parcel cannot be delivered before it ships. */
        const char *allowed = row == 1 ? "++++-+" : rows[row].allowed;
        for (size_t column = 0; column < sizeof kinds / sizeof *kinds; column++) {
            struct world world;
            world_open(&world, shop_text, "2026-12-01T09:00");
            world_hold(&world, 1, "jar");
            for (uint32_t i = 0; i < rows[row].step_count; i++) {
                world_step(&world, rows[row].steps[i], 1);
            }
            assert_string_equal(world_status(&world, 1), rows[row].name);
            world_step(&world, kinds[column], 1);
            assert_int_equal(world.answer.result == PROMISE_OK, allowed[column] == '+');
            world_close(&world);
        }
    }
}

static void test_repeats_make_no_event(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_hold(&world, 1, "jar");
    world_step(&world, PROMISE_CONFIRM, 1);
    assert_true(world.events.length > 0);
    assert_string_equal(world_step(&world, PROMISE_CONFIRM, 1), "ok confirmed");
    assert_int_equal(world.events.length, 0);
    world_step(&world, PROMISE_CANCEL, 1);
    assert_string_equal(world_step(&world, PROMISE_CANCEL, 1), "ok cancelled");
    assert_int_equal(world.events.length, 0);
    assert_string_equal(world_step(&world, PROMISE_CONFIRM, 2), "no-order none");
    /* The same key is the same order, whatever is asked for; a cancelled one too. */
    assert_non_null(strstr(world_hold(&world, 1, "jar=5"), "repeated"));
    assert_int_equal(world.answer.order.number, 1);
    assert_int_equal(world.answer.order.status, ORDER_CANCELLED);
    assert_int_equal(promise_order_count(world.state), 1);
    world_close(&world);
}

static void test_shipping_takes_stock(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T15:58");
    /* 3 minutes do not fit today: the box is committed tomorrow, and lies here today. */
    world_order(&world, 1, "jar=2");
    struct atp_day days[2];
    promise_atp(world.state, (struct item_id){0}, days, 2);
    assert_int_equal(days[0].committed, 2000);
    assert_int_equal(days[0].projected, 8000);
    world_at(&world, "2026-12-01T16:30");
    world_order(&world, 2, "jar=3");
    promise_atp(world.state, (struct item_id){0}, days, 2);
    assert_int_equal(days[0].projected, 8000);
    assert_int_equal(days[1].committed, 3000);
    assert_int_equal(days[1].projected, 5000);
    /* Shipped a day early: the shelf is emptier today, tomorrow is as promised. */
    world_step(&world, PROMISE_SHIP, 2);
    promise_atp(world.state, (struct item_id){0}, days, 2);
    assert_int_equal(days[0].projected, 5000);
    assert_int_equal(days[1].committed, 0);
    assert_int_equal(days[1].projected, 5000);
    /* What nobody ships stays committed when its day is past. */
    world_at(&world, "2026-12-05T09:00");
    assert_string_equal(world_atp(&world, "box", 1), "5");
    world_step(&world, PROMISE_CANCEL, 1);
    assert_string_equal(world_atp(&world, "box", 1), "7");
    world_close(&world);
}

static void test_service_is_delivered_without_shipping(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_order(&world, 1, "visit");
    assert_string_equal(world_step(&world, PROMISE_SHIP, 1), "wrong-status confirmed");
    assert_string_equal(world_step(&world, PROMISE_DELIVER, 1), "ok delivered");
    assert_string_equal(world_atp(&world, "box", 1), "9");
    struct slot_run runs[4];
    assert_int_equal(promise_order_runs(world.state, 1, runs, 4), 0);
    struct order_line_view line;
    promise_order_line(world.state, 1, 0, &line);
    assert_int_equal(line.amount_minor, 900);
    world_close(&world);
}

/* ---- replacing ---- */

static void test_a_hold_never_blocks_its_owner(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_hold(&world, 1, "jar=8");
    assert_int_equal((world_hold(&world, 2, "jar=9"), world.answer.result), PROMISE_NEVER);
    /* All ten with the eight that it has: the same slots from 09:50 on are free to it. */
    assert_non_null(strstr(world_replace(&world, 3, 1, "jar=9"), "ready 2026-12-01T10:17"));
    assert_string_equal(world_status(&world, 1), "replaced");
    assert_string_equal(world_status(&world, 3), "held");
    assert_string_equal(world_atp(&world, "box", 1), "1");
    /* A place is taken once. */
    assert_string_equal(world_replace(&world, 4, 1, "jar"), "wrong-status");
    assert_string_equal(world_step(&world, PROMISE_CONFIRM, 1), "wrong-status replaced");
    world_step(&world, PROMISE_CONFIRM, 3);
    assert_string_equal(world_replace(&world, 4, 3, "jar"), "wrong-status");
    assert_string_equal(world_replace(&world, 4, 99, "jar"), "no-order");
    world_close(&world);
}

static void test_a_refused_replacement_keeps_the_hold(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_hold(&world, 1, "jar=8");
    uint64_t digest = promise_digest(world.state);
    world_replace(&world, 2, 1, "jar=11");
    assert_int_equal(world.answer.result, PROMISE_NEVER);
    assert_string_equal(world_status(&world, 1), "held");
    assert_int_equal(promise_digest(world.state), digest);
    assert_string_equal(world_atp(&world, "box", 1), "2");
    /* An expired hold has nothing to give; naming it is a new order. */
    world_at(&world, "2026-12-01T09:20");
    world_replace(&world, 3, 1, "jar");
    assert_int_equal(world.answer.result, PROMISE_OK);
    assert_string_equal(world_status(&world, 1), "expired");
    world_close(&world);
}

/* ---- the last ones ---- */

static void test_400_buyers_for_100_units(void **unused)
{
    (void)unused;
    struct world world;
    world_open(
        &world,
        "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
        "items: {box: {on_hand: 100, unit_cost: 1.00}}\n"
        "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: "
        "mon-fri}}\n"
        "offers: {jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post}}\n",
        "2026-12-01T09:00");
    uint32_t sold = 0;
    for (uint32_t buyer = 1; buyer <= 400; buyer++) {
        if (buyer % 2 == 0) {
            world_order(&world, buyer, "jar");
        } else {
            world_hold(&world, buyer, "jar");
        }
        sold += world.answer.result == PROMISE_OK;
        assert_true(world.answer.result == PROMISE_OK || world.answer.result == PROMISE_NEVER);
    }
    assert_int_equal(sold, 100);
    /* The fifty holds come free, and are sold again. */
    world_at(&world, "2026-12-01T10:00");
    for (uint32_t buyer = 401; buyer <= 800; buyer++) {
        world_order(&world, buyer, "jar");
        sold += world.answer.result == PROMISE_OK;
    }
    assert_int_equal(sold, 150);
    assert_string_equal(world_atp(&world, "box", 1), "0");
    world_close(&world);
}

static void test_the_last_30_minutes_of_a_team(void **unused)
{
    (void)unused;
    struct world world;
    world_open(
        &world,
        "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\npromise: {horizon_days: 1}\n"
        "calendars: {week: {open: {mon-fri: \"08:00-12:00 13:00-16:00\"}}}\n"
        "work_centers: {packing: {people: 2, calendar: week}}\n"
        "offers: {visit: {name: Visit, price: 9.00, vat_rate: 20, on_site: true, routing: "
        "[{work_center: "
        "packing, minutes: 3}]}}\n",
        "2026-12-01T15:30");
    uint32_t sold = 0;
    for (uint32_t buyer = 1; buyer <= 400; buyer++) {
        world_order(&world, buyer, "visit");
        sold += world.answer.result == PROMISE_OK;
    }
    assert_int_equal(sold, 20); /* two people, ten visits each */
    struct load_day load;
    assert_int_equal(promise_load(world.state, (struct work_center_id){0}, &load, 1), 1);
    assert_int_equal(load.capacity, 2 * 7 * 240);
    assert_int_equal(load.taken, 2 * 120);
    world_close(&world);
}

/* ---- days pass ---- */

static void test_days_pass_in_one_event(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T23:50");
    world_hold(&world, 1, "jar");
    world.now += 20 * DAY_SECONDS;
    struct event event;
    enum status status;
    static const uint16_t expected[] = {EVENT_DAY, EVENT_EXPIRED, EVENT_DAY};
    for (size_t i = 0; i < 3; i++) {
        size_t offset = 0;
        world.events.length = 0;
        assert_true(promise_due(world.state, world.now, &world.events));
        assert_true(world.events.length <= EVENT_TIME_BYTES);
        struct slice bytes = {(const char *)world.events.bytes, world.events.length};
        assert_true(event_next(bytes, &offset, &event, &status));
        assert_int_equal(event.type, expected[i]);
        assert_int_equal(promise_apply(world.state, &event, world.now), STATUS_OK);
    }
    assert_false(promise_due(world.state, world.now, &world.events));
    assert_int_equal(promise_today(world.state), zone_day(&world.shop->zone, world.now));
    assert_null(promise_check(world.state));
    world_close(&world);
}

/* Whatever the answer was before: a refusal means no order and no wish, an order no wish. */
static void test_an_answer_means_what_it_says(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    memset(&world.answer, 0x01, sizeof world.answer);
    assert_string_equal(world_order(&world, 1, "jar=11"), "never stock box until 2026-12-31T00:00");
    assert_int_equal(world.answer.order.number, 0);
    assert_int_equal(world.answer.order.status, 0);
    assert_int_equal(world.answer.order.made_at, 0);
    assert_int_equal(world.answer.wish.number, 0);
    assert_int_equal(world.answer.wish.made_at, 0);
    memset(&world.answer, 0x01, sizeof world.answer);
    world_order(&world, 2, "jar");
    assert_int_equal(world.answer.order.number, 1);
    assert_false(world.answer.order.broken);
    assert_int_equal(world.answer.wish.number, 0);
    world_close(&world);
}

/* A pool that is full refuses; nothing grows. */
static void test_a_full_pool_refuses(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    struct promise_sizes sizes = {2};
    promise_free(world.state);
    assert_int_equal(promise_create(world.shop, world.now, &sizes, &world.state, NULL), STATUS_OK);
    world_order(&world, 1, "jar");
    world_order(&world, 2, "jar");
    assert_string_equal(world_order(&world, 3, "jar"), "full");
    assert_int_equal(world.events.length, 0);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hold_starts_after_its_last_confirmation),
        cmocka_unit_test(test_hold_expires_at_its_second),
        cmocka_unit_test(test_late_payment_finds_its_place_again),
        cmocka_unit_test(test_late_payment_for_a_later_date_is_refused),
        cmocka_unit_test(test_payment_extends_a_hold),
        cmocka_unit_test(test_late_confirmation_is_refused),
        cmocka_unit_test(test_an_earlier_now_is_the_states),
        cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_repeats_make_no_event),
        cmocka_unit_test(test_shipping_takes_stock),
        cmocka_unit_test(test_service_is_delivered_without_shipping),
        cmocka_unit_test(test_a_hold_never_blocks_its_owner),
        cmocka_unit_test(test_a_refused_replacement_keeps_the_hold),
        cmocka_unit_test(test_400_buyers_for_100_units),
        cmocka_unit_test(test_the_last_30_minutes_of_a_team),
        cmocka_unit_test(test_days_pass_in_one_event),
        cmocka_unit_test(test_an_answer_means_what_it_says),
        cmocka_unit_test(test_a_full_pool_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

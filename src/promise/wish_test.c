/* Wishes: who gets what becomes free, in what order, for how long; what becomes of the others. */
#include "base/random.h"
#include "tests/support/world.h"
#include "tests/support/world_look.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PLENTY = 1 << 20, CROWD = 3000 };

/* One team of one person; a jar takes one of ten boxes and three minutes; a card needs no box, and
 * has a limit; a class has four seats. */
static const char shop_text[] =
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
    "promise: {horizon_days: 30, max_days: 10, hold_minutes: 15, payment_minutes: 35, "
    "wish_minutes: 120}\n"
    "calendars: {week: {open: {mon-fri: \"08:00-12:00 13:00-16:00\"}}}\n"
    "work_centers: {packing: {people: 1, calendar: week}}\n"
    "items: {box: {on_hand: 10, unit_cost: 1.00}, sheet: {on_hand: 5, unit_cost: 1.00}}\n"
    "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, "
    "delivers: mon-fri}}\n"
    "offers:\n"
    "  jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post, "
    "routing: [{work_center: packing, minutes: 3}]}\n"
    "  card: {name: Card, price: 2.00, vat_rate: 20, items: {sheet: 1}, carrier: post, "
    "max_per_customer: 2}\n"
    "  class: {name: Class, price: 9.00, vat_rate: 20, on_site: true, seats: 4, "
    "routing: [{work_center: packing, minutes: 60, whole: true}]}\n";

static void world_sell_out(struct world *world)
{
    world_open(world, shop_text, "2026-12-01T09:00");
    assert_non_null(strstr(world_hold(world, 1, "jar=4"), "ok "));
    assert_non_null(strstr(world_order(world, 2, "jar=6"), "ok "));
    assert_non_null(strstr(world_quote(world, "jar"), "never"));
}

static void test_a_wish_is_met_when_a_hold_ends(void **unused)
{
    (void)unused;
    struct world world;
    struct order_view order;
    struct wish_view wish;
    world_sell_out(&world);
    assert_string_equal(world_wish(&world, 11, "jar=3 want=2026-12-20", ""), "ok waiting");
    assert_string_equal(world_meet(&world, PLENTY), "");
    assert_false(promise_wishes_due(world.state));
    world_at(&world, "2026-12-01T09:15:00");
    assert_true(promise_wishes_due(world.state));
    assert_string_equal(world_meet(&world, PLENTY), "11");
    assert_true(promise_wish(world.state, world_key(11), &wish));
    assert_int_equal(wish.status, WISH_OFFERED);
    assert_true(promise_order_by_number(world.state, wish.order, &order));
    assert_true(order.wished && order.was_held);
    assert_int_equal(order.status, ORDER_HELD);
    assert_int_equal(order.held_until, world.now + 120 * 60);
    /* Work begins when the last moment for the yes has passed: 11:15 and 35 minutes for payment. */
    assert_int_equal(order.first.ready_at, world.now + (120 + 35 + 9) * 60);
    assert_string_equal(world_atp(&world, "box", 1), "1");
    assert_string_equal(world_step(&world, PROMISE_CONFIRM, 11), "ok confirmed");
    assert_string_equal(world_wish_status(&world, 11), "offered");
    world_close_replayed(&world);
}

/* No yes in time: it goes to the next, and the wish is over. */
static void test_without_a_yes_it_goes_to_the_next(void **unused)
{
    (void)unused;
    struct world world;
    world_sell_out(&world);
    world_wish(&world, 11, "jar=4 want=2026-12-20", "");
    world_wish(&world, 12, "jar=2 want=2026-12-20", "");
    world_at(&world, "2026-12-01T09:15:00");
    assert_string_equal(world_meet(&world, PLENTY), "11");
    world_at(&world, "2026-12-01T11:14:59");
    assert_string_equal(world_meet(&world, PLENTY), "");
    world_at(&world, "2026-12-01T11:15:00");
    assert_string_equal(world_status(&world, 11), "expired");
    assert_string_equal(world_meet(&world, PLENTY), "12");
    assert_string_equal(world_wish_status(&world, 11), "offered");
    assert_int_equal(promise_wishes_waiting(world.state), 0);
    world_close_replayed(&world);
}

/* Payment gives a wish's hold its minutes too, and ends with them. */
static void test_payment_lasts_beyond_the_answer(void **unused)
{
    (void)unused;
    struct world world;
    struct order_view order;
    world_sell_out(&world);
    world_wish(&world, 11, "jar=4 want=2026-12-20", "");
    world_at(&world, "2026-12-01T09:15:00");
    world_meet(&world, PLENTY);
    int64_t made = world.now;
    world_at(&world, "2026-12-01T11:14:00");
    assert_string_equal(world_step(&world, PROMISE_PAY, 11), "ok held");
    assert_int_equal(world.answer.order.held_until, world.now + 35 * 60);
    world_at(&world, "2026-12-01T11:40:00");
    assert_string_equal(world_step(&world, PROMISE_PAY, 11), "ok held");
    assert_int_equal(world.answer.order.held_until, made + (120 + 35) * 60);
    assert_true(promise_order(world.state, world_key(11), &order));
    assert_int_equal(promise_hold_last(world.shop, &order), order.held_until);
    world_close_replayed(&world);
}

/* Who came first is asked first, whoever wished first. */
static void test_the_queue_is_in_the_order_of_coming(void **unused)
{
    (void)unused;
    struct world world;
    world_sell_out(&world);
    world_wish(&world, 11, "jar=2 want=2026-12-20", "");
    world_wish(&world, 12, "jar=1 want=2026-12-20", "2026-12-01T08:59");
    world_wish(&world, 13, "jar=1 want=2026-12-20", "2026-12-01T08:58");
    world_wish(&world, 14, "jar=1 want=2026-12-20", "2026-12-01T09:30"); /* not yet: now */
    assert_int_equal(promise_wish_before(world.state, 1, 100), 2);
    assert_int_equal(promise_wish_before(world.state, 1, 1), 1);
    assert_int_equal(promise_wish_before(world.state, 3, 100), 0);
    assert_int_equal(promise_wish_before(world.state, 4, 100), 3);
    assert_int_equal(promise_wish_demand(world.state, (struct offer_id){0}).waiting, 4);
    assert_int_equal(promise_wish_demand(world.state, (struct offer_id){0}).quantity_thousandths,
                     5000);
    world_at(&world, "2026-12-01T09:15:00");
    assert_string_equal(world_meet(&world, PLENTY), "13 12 11");
    assert_int_equal(promise_wish_demand(world.state, (struct offer_id){0}).waiting, 1);
    world_close_replayed(&world);
}

/* What cannot be met as a whole is passed over, and stays where it is. */
static void test_a_large_wish_is_passed_over(void **unused)
{
    (void)unused;
    struct world world;
    world_sell_out(&world);
    world_wish(&world, 11, "jar=9 want=2026-12-20", "");
    world_wish(&world, 12, "jar=10 want=2026-12-20", "");
    world_wish(&world, 13, "jar=3 want=2026-12-20", "");
    world_at(&world, "2026-12-01T09:15:00");
    assert_string_equal(world_meet(&world, PLENTY), "13");
    assert_string_equal(world_wish_status(&world, 11), "waiting");
    world_change(&world, "count box 40");
    assert_true(promise_wishes_due(world.state));
    assert_string_equal(world_meet(&world, PLENTY), "11 12");
    world_close_replayed(&world);
}

/* The day by which it is to be there decides, and it lapses after it. */
static void test_a_wish_lapses_after_its_day(void **unused)
{
    (void)unused;
    struct world world;
    world_sell_out(&world);
    world_wish(&world, 11, "jar=1 want=2026-12-02", "");
    world_wish(&world, 12, "jar=1 want=2026-12-04", "");
    world_at(&world, "2026-12-01T15:59:00");
    /* The hold of the morning has ended: a jar packed tomorrow is there on Thursday. */
    assert_string_equal(world_meet(&world, PLENTY), "12");
    world_at(&world, "2026-12-02T10:00:00");
    assert_string_equal(world_meet(&world, PLENTY), "");
    assert_string_equal(world_wish_status(&world, 11), "waiting");
    world_at(&world, "2026-12-03T00:00:00");
    assert_string_equal(world_meet(&world, PLENTY), "");
    assert_string_equal(world_wish_status(&world, 11), "lapsed");
    assert_int_equal(promise_wishes_waiting(world.state), 0);
    world_close_replayed(&world);
}

/* As time passes, days beyond max_days come within it: nothing has to become free. */
static void test_a_new_day_meets_wishes(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_change(&world, "staff packing -1 2026-12-01 2026-12-13");
    assert_non_null(strstr(world_quote(&world, "jar"), "possible 2026-12-15"));
    world_wish(&world, 11, "jar want=2026-12-18", "");
    assert_string_equal(world_meet(&world, PLENTY), "");
    world_at(&world, "2026-12-04T10:00");
    assert_string_equal(world_meet(&world, PLENTY), "");
    world_at(&world, "2026-12-05T00:00");
    assert_string_equal(world_meet(&world, PLENTY), "11");
    world_close_replayed(&world);
}

static void test_withdrawn_and_repeated(void **unused)
{
    (void)unused;
    struct world world;
    world_sell_out(&world);
    world_wish(&world, 11, "jar=1 want=2026-12-20", "");
    assert_string_equal(world_wish(&world, 11, "jar=1 want=2026-12-20", ""), "repeated waiting");
    assert_int_equal(world.events.length, 0);
    assert_int_equal(promise_wish_count(world.state), 1);
    assert_string_equal(world_withdraw(&world, 11), "ok withdrawn");
    assert_string_equal(world_withdraw(&world, 11), "ok withdrawn");
    assert_int_equal(world.events.length, 0);
    assert_string_equal(world_withdraw(&world, 12), "no-order none");
    assert_string_equal(world_wish(&world, 11, "jar=1 want=2026-12-20", ""), "repeated withdrawn");
    world_at(&world, "2026-12-01T09:15:00");
    assert_string_equal(world_meet(&world, PLENTY), "");
    world_wish(&world, 12, "jar=1 want=2026-12-20", "");
    assert_string_equal(world_meet(&world, PLENTY), "12");
    assert_string_equal(world_withdraw(&world, 12), "wrong-status offered");
    world_close_replayed(&world);
}

static void test_what_cannot_be_wished(void **unused)
{
    (void)unused;
    struct world world;
    world_sell_out(&world);
    assert_string_equal(world_wish(&world, 11, "jar=1", ""), "want-beyond none");
    assert_string_equal(world_wish(&world, 11, "jar=1 want=2026-11-30", ""), "want-beyond none");
    assert_string_equal(world_wish(&world, 11, "jar=1 want=2026-12-31", ""), "want-beyond none");
    assert_string_equal(world_wish(&world, 11, "jar=1 want=2026-12-20T10:00", ""),
                        "want-beyond none");
    assert_string_equal(world_wish(&world, 11, "jar=0 want=2026-12-20", ""), "bad-quantity none");
    assert_string_equal(world_wish(&world, 11, "class=5 want=2026-12-20", ""), "bad-quantity none");
    assert_string_equal(world_wish(&world, 11, "jar card want=2026-12-20", ""),
                        "too-many-lines none");
    assert_string_equal(world_wish(&world, 1, "jar=1 want=2026-12-20", ""), "wrong-status none");
    assert_int_equal(world.events.length, 0);
    assert_int_equal(promise_wish_count(world.state), 0);
    assert_string_equal(world_wish(&world, 11, "jar=1 want=2026-12-30", ""), "ok waiting");
    assert_string_equal(world_wish(&world, 12, "jar=1 want=2026-12-01", ""), "ok waiting");
    world_close_replayed(&world);
}

/* max_per_customer holds, for wishes as for orders. */
static void test_a_customers_limit(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_customer = (struct customer_id){77};
    assert_non_null(strstr(world_order(&world, 2, "card=1"), "ok "));
    assert_string_equal(world_wish(&world, 11, "card=2 want=2026-12-20", ""), "over-limit none");
    assert_string_equal(world_wish(&world, 12, "card=1 want=2026-12-20", ""), "ok waiting");
    assert_string_equal(world_wish(&world, 13, "card=1 want=2026-12-20", ""), "ok waiting");
    assert_string_equal(world_meet(&world, PLENTY), "12");
    assert_string_equal(world_wish_status(&world, 13), "waiting");
    assert_string_equal(world_step(&world, PROMISE_CANCEL, 12), "ok cancelled");
    assert_string_equal(world_meet(&world, PLENTY), "13");
    world_customer = (struct customer_id){0};
    world_close_replayed(&world);
}

/* A walk that is cut goes on where it stopped; a refusal spares those who ask for no less. */
static void test_a_walk_goes_on_where_it_stopped(void **unused)
{
    (void)unused;
    struct world world;
    world_sell_out(&world);
    for (uint32_t i = 0; i < CROWD; i++) {
        assert_string_equal(world_wish(&world, 100 + i, "jar=5 want=2026-12-20", ""), "ok waiting");
    }
    world_wish(&world, 11, "jar=1 want=2026-12-20", "");
    world_at(&world, "2026-12-01T09:15:00");
    assert_string_equal(world_meet(&world, WISH_TRY_STEPS + CROWD / 2), "");
    assert_true(promise_wishes_due(world.state));
    assert_string_equal(world_meet(&world, CROWD / 2 + WISH_TRY_STEPS), "11");
    assert_false(promise_wishes_due(world.state));
    world_close_replayed(&world);
}

/* What became free while the walk was cut goes to the first, not to who comes next in the walk. */
static void test_what_becomes_free_begins_the_walk_anew(void **unused)
{
    (void)unused;
    struct world world;
    world_sell_out(&world);
    world_wish(&world, 11, "jar=6 want=2026-12-20", "");
    world_wish(&world, 12, "jar=6 want=2026-12-20", "");
    world_at(&world, "2026-12-01T09:15:00");
    assert_string_equal(world_meet(&world, 1), "");
    assert_true(promise_wishes_due(world.state));
    world_step(&world, PROMISE_CANCEL, 2);
    assert_string_equal(world_meet(&world, PLENTY), "11");
    assert_string_equal(world_wish_status(&world, 12), "waiting");
    world_close_replayed(&world);
}

static void test_seats_of_a_class(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_wish(&world, 11, "class=4 want=2026-12-02", "");
    world_wish(&world, 12, "class=2 want=2026-12-01", "");
    assert_string_equal(world_meet(&world, PLENTY), "11 12");
    world_close_replayed(&world);
}

/* A crowd that wishes in another order than it came: each has its place, whoever leaves. */
static void test_a_crowd_in_another_order(void **unused)
{
    (void)unused;
    struct world world;
    struct random random;
    char since[32];
    random_seed(&random, 1);
    world_sell_out(&world);
    for (uint32_t i = 0; i < CROWD; i++) {
        uint32_t minute = (uint32_t)random_below(&random, 8 * 60);
        snprintf(since, sizeof since, "2026-12-01T%02u:%02u", minute / 60, minute % 60);
        world_wish(&world, 100 + i, "jar=1 want=2026-12-20", since);
    }
    assert_null(promise_check(world.state));
    for (uint32_t i = 0; i < CROWD; i += 2) {
        assert_string_equal(world_withdraw(&world, 100 + i), "ok withdrawn");
    }
    assert_null(promise_check(world.state));
    assert_int_equal(promise_wishes_waiting(world.state), CROWD / 2);
    world_at(&world, "2026-12-01T09:15:00");
    world_meet(&world, PLENTY);
    assert_int_equal(promise_wishes_waiting(world.state), CROWD / 2 - 4);
    assert_null(promise_check(world.state));
    world_close_replayed(&world);
}

/* What is delivered early leaves its slots. */
static void test_an_early_delivery_meets_wishes(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    assert_non_null(strstr(world_order(&world, 1, "class=4 want=2026-12-01T13:00"), "ok "));
    assert_non_null(strstr(world_order(&world, 2, "class=4 want=2026-12-01T14:00"), "ok "));
    assert_non_null(strstr(world_order(&world, 3, "class=4 want=2026-12-01T15:00"), "ok "));
    world_wish(&world, 11, "class=4 want=2026-12-01", "");
    assert_string_equal(world_meet(&world, PLENTY), "");
    assert_string_equal(world_step(&world, PROMISE_DELIVER, 2), "ok delivered");
    assert_string_equal(world_meet(&world, PLENTY), "11");
    world_close_replayed(&world);
}

/* A class that has begun to fill stands before a new one, for whom it has seats: one seat is
 * refused where two are not, and once it is full a new one is opened. */
static void test_a_class_that_fills_meets_wishes(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    assert_non_null(strstr(world_order(&world, 1, "class=3 want=2026-12-10"), "ok "));
    world_wish(&world, 11, "class=1 want=2026-12-02", "");
    assert_string_equal(world_meet(&world, PLENTY), "");
    assert_non_null(strstr(world_order(&world, 2, "class=1 want=2026-12-10"), "ok "));
    assert_string_equal(world_meet(&world, PLENTY), "11");
    world_close_replayed(&world);

    world_open(&world, shop_text, "2026-12-01T09:00");
    assert_non_null(strstr(world_order(&world, 1, "class=3 want=2026-12-10"), "ok "));
    world_wish(&world, 11, "class=1 want=2026-12-02", "");
    world_wish(&world, 12, "class=2 want=2026-12-02", "");
    assert_string_equal(world_meet(&world, PLENTY), "12 11");
    world_close_replayed(&world);
}

/* Stock of today is kept for a later order until packs are bought that serve it. */
static void test_a_purchase_meets_wishes(void **unused)
{
    static const char text[] =
        "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
        "promise: {horizon_days: 20, max_days: 10, hold_minutes: 15, payment_minutes: 35}\n"
        "suppliers: {mill: {lead_days: 3}}\n"
        "items: {cup: {on_hand: 5, unit_cost: 1.00, supplier: mill, pack_size: 12}}\n"
        "offers: {tea: {name: Tea, price: 2.00, vat_rate: 20, items: {cup: 1}, on_site: true}}\n";
    (void)unused;
    struct world world;
    world_open(&world, text, "2026-12-01T09:00");
    assert_non_null(strstr(world_order(&world, 1, "tea=3 want=2026-12-09T10:00"), "ok "));
    world_wish(&world, 11, "tea=3 want=2026-12-01", "");
    assert_string_equal(world_meet(&world, PLENTY), "");
    assert_non_null(strstr(world_order(&world, 2, "tea=4"), "ok "));
    assert_string_equal(world_meet(&world, PLENTY), "11");
    world_close_replayed(&world);
}

/* A refusal says from which day on it could be had: it spares those before that day, whatever was
 * asked first. */
static void test_a_refusal_spares_what_is_as_early(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_change(&world, "staff packing -1 2026-12-01 2026-12-08");
    assert_non_null(strstr(world_quote(&world, "jar"), "2026-12-10"));
    world_wish(&world, 11, "jar want=2026-12-02", "");
    world_wish(&world, 12, "jar want=2026-12-09", "");
    world_wish(&world, 13, "jar=2 want=2026-12-08", "");
    world_wish(&world, 14, "jar want=2026-12-10", "");
    assert_string_equal(world_meet(&world, WISH_TRY_STEPS + 2), "");
    assert_true(promise_wishes_due(world.state));
    assert_string_equal(world_meet(&world, 1), "14");
    world_close_replayed(&world);
}

/* The key of a wish is that of the order which it becomes, and of no other. */
static void test_a_key_is_of_one_thing(void **unused)
{
    (void)unused;
    struct world world;
    world_sell_out(&world);
    assert_string_equal(world_wish(&world, 1, "jar=1 want=2026-12-20", ""), "wrong-status none");
    assert_int_equal(world.answer.order.number, 1);
    world_wish(&world, 11, "jar=3 want=2026-12-20", "");
    assert_non_null(strstr(world_order(&world, 11, "card=1"), "wrong-status"));
    assert_int_equal(world.answer.wish.number, 1);
    assert_int_equal(world.events.length, 0);
    world_at(&world, "2026-12-01T09:15:00");
    assert_string_equal(world_meet(&world, PLENTY), "11");
    assert_non_null(strstr(world_order(&world, 11, "card=1"), "wrong-status"));
    assert_int_equal(world.answer.wish.status, WISH_OFFERED);
    assert_non_null(strstr(world_order(&world, 12, "card=1"), "ok "));
    world_close_replayed(&world);
}

/* The event with one byte of it changed for as long as it is applied. */
static enum status changed_applied(struct world *world, const struct event *event,
                                   unsigned char *at, unsigned char byte)
{
    unsigned char before = *at;
    *at = byte;
    enum status status = promise_apply(world->state, event, world->now);
    *at = before;
    return status;
}

/* What was wished for meets a wish: that offer, that quantity, under that key, and while it
 * waits. */
static void meets(bool withdrawn)
{
    struct world world;
    struct event event;
    struct event_placed placed;
    static unsigned char bytes[4096];
    enum status status = STATUS_OK;
    size_t offset = 0;
    uint32_t steps = PLENTY;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_wish(&world, 11, "jar=3 want=2026-12-20", "");
    world.events.length = 0;
    assert_true(promise_wish_next(world.state, world.now, &steps, &world.events));
    const struct slice events = {(const char *)bytes, world.events.length};
    assert_true(events.length <= sizeof bytes);
    memcpy(bytes, world.events.bytes, events.length);
    assert_true(event_next(events, &offset, &event, &status));
    assert_int_equal(event_placed_read(&event, &placed), STATUS_OK);
    unsigned char *line = bytes + (placed.lines - bytes);
    unsigned char *key = bytes + EVENT_HEAD_BYTES + 16;
    assert_int_equal(*key, 11);
    assert_int_equal(changed_applied(&world, &event, line, 1), STATUS_CORRUPT);
    assert_int_equal(changed_applied(&world, &event, line + 4, 1), STATUS_CORRUPT);
    assert_int_equal(changed_applied(&world, &event, key, 12), STATUS_CORRUPT);
    if (withdrawn) {
        assert_string_equal(world_withdraw(&world, 11), "ok withdrawn");
    }
    assert_int_equal(promise_apply(world.state, &event, world.now),
                     withdrawn ? STATUS_CORRUPT : STATUS_OK);
    assert_string_equal(world_wish_status(&world, 11), withdrawn ? "withdrawn" : "offered");
    world_close(&world);
}

static void test_what_meets_a_wish(void **unused)
{
    (void)unused;
    meets(false);
    meets(true);
}

/* Bytes that are no wish, or not this one, change nothing. */
static void test_damaged_events(void **unused)
{
    (void)unused;
    struct world world;
    world_sell_out(&world);
    world_wish(&world, 11, "jar=3 want=2026-12-20", "");
    world_wish(&world, 12, "jar=1 want=2026-12-20", "");
    world_withdraw(&world, 12);
    world_at(&world, "2026-12-01T09:15:00");
    assert_string_equal(world_meet(&world, PLENTY), "11");
    assert_true(world_damage(&world) > 1000);
    world_close_replayed(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_wish_is_met_when_a_hold_ends),
        cmocka_unit_test(test_without_a_yes_it_goes_to_the_next),
        cmocka_unit_test(test_payment_lasts_beyond_the_answer),
        cmocka_unit_test(test_the_queue_is_in_the_order_of_coming),
        cmocka_unit_test(test_a_large_wish_is_passed_over),
        cmocka_unit_test(test_a_wish_lapses_after_its_day),
        cmocka_unit_test(test_a_new_day_meets_wishes),
        cmocka_unit_test(test_withdrawn_and_repeated),
        cmocka_unit_test(test_what_cannot_be_wished),
        cmocka_unit_test(test_a_customers_limit),
        cmocka_unit_test(test_a_walk_goes_on_where_it_stopped),
        cmocka_unit_test(test_what_becomes_free_begins_the_walk_anew),
        cmocka_unit_test(test_seats_of_a_class),
        cmocka_unit_test(test_a_crowd_in_another_order),
        cmocka_unit_test(test_an_early_delivery_meets_wishes),
        cmocka_unit_test(test_a_class_that_fills_meets_wishes),
        cmocka_unit_test(test_a_purchase_meets_wishes),
        cmocka_unit_test(test_a_refusal_spares_what_is_as_early),
        cmocka_unit_test(test_a_key_is_of_one_thing),
        cmocka_unit_test(test_what_meets_a_wish),
        cmocka_unit_test(test_damaged_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

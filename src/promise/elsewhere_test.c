/* What the shop behind has sold: the limits that do not bind it, what is broken from the beginning,
 * what only takes the place of another order. */
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const char shop[] =
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
    "promise: {horizon_days: 20, max_days: 3, hold_minutes: 15}\n"
    "calendars: {week: {open: {mon-fri: \"08:00-12:00\"}}}\n"
    "work_centers: {team: {people: 1, calendar: week}}\n"
    "items: {box: {on_hand: 10, unit_cost: 1.00, keep_back: 4}}\n"
    "receipts: [{item: box, quantity: 6, due: 2026-12-10}]\n"
    "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 2, delivers: "
    "mon-sat}}\n"
    "offers:\n"
    "  jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post, "
    "max_per_customer: 2}\n"
    "  class: {name: Class, price: 9.00, vat_rate: 20, on_site: true, seats: 4, routing: "
    "[{work_center: team, minutes: 60, whole: true, start_every: 60}]}\n";

static struct world world;

enum { JAR, CLASS };

static struct promise_answer sell(uint32_t key, uint16_t offer, int64_t units, int32_t promised,
                                  uint32_t replaced)
{
    struct promise_line line = {{offer}, 1000 * units};
    const struct promise_command command = {
        .kind = PROMISE_PLACE,
        .now = world.now,
        .order = world_key(key),
        .ask = {.line_count = 1, .lines = &line, .customer = {7}, .elsewhere = true},
        .promised_day = promised,
        .has_replaces = replaced != 0,
        .replaces = world_key(replaced)};
    struct promise_answer answer;
    struct event event;
    size_t offset = 0;
    enum status status = STATUS_OK;
    world.events.length = 0;
    promise_decide(world.state, &command, &answer, &world.events);
    struct slice bytes = {(const char *)world.events.bytes, world.events.length};
    while (event_next(bytes, &offset, &event, &status)) {
        assert_int_equal(promise_apply(world.state, &event, world.now), STATUS_OK);
    }
    assert_null(promise_check(world.state));
    return answer;
}

static int32_t day_of(const char *text)
{
    int32_t day = 0;
    assert_true(day_read(slice_of(text), &day));
    return day;
}

static struct order_view view_of(uint32_t key)
{
    struct order_view view;
    assert_true(promise_order(world.state, world_key(key), &view));
    return view;
}

/* Ten boxes, four of them kept back; two a customer; three days at most: none of it binds. */
static void test_no_limit_binds(void **state)
{
    (void)state;
    world_open(&world, shop, "2026-12-01T09:00");
    struct promise_answer answer = sell(1, JAR, 9, 0, 0);
    assert_int_equal(answer.result, PROMISE_OK);
    assert_false(answer.order.broken);
    assert_true(answer.order.elsewhere);
    assert_true(view_of(1).elsewhere);
    assert_int_equal(answer.summary.dates.deliver_by_day, day_of("2026-12-03"));
    /* The tenth and the receipt: later than max_days. */
    answer = sell(2, JAR, 7, 0, 0);
    assert_int_equal(answer.result, PROMISE_OK);
    assert_false(answer.order.broken);
    assert_int_equal(answer.summary.dates.deliver_by_day, day_of("2026-12-12"));
    assert_string_equal(world_atp(&world, "box", 10), "0 0 0 0 0 0 0 0 0 0");
    world_close(&world);
}

/* Nobody said by when, and there is no day: max_days from today, its goods from today on. */
static void test_never(void **state)
{
    (void)state;
    world_open(&world, shop, "2026-12-01T09:00");
    struct promise_answer answer = sell(1, JAR, 17, 0, 0);
    assert_int_equal(answer.result, PROMISE_OK);
    assert_true(answer.order.broken);
    assert_false(answer.has_possible);
    assert_int_equal(answer.summary.limit.cause, CAUSE_STOCK);
    assert_int_equal(view_of(1).first.dates.deliver_by_day, day_of("2026-12-04"));
    assert_int_equal(view_of(1).first.total_minor, 8500);
    assert_true(promise_any_broken(world.state));
    struct atp_day day;
    (void)promise_atp(world.state, (struct item_id){0}, &day, 1);
    assert_int_equal(day.projected, -7000);
    /* Counted again: there is enough. */
    assert_string_equal(world_change(&world, "count box 20"), "ok moved 1");
    assert_false(view_of(1).broken);
    assert_false(promise_any_broken(world.state));
    world_close(&world);
}

/* Later than was promised there: broken, with the day that there is, which it is given. */
static void test_late(void **state)
{
    (void)state;
    world_open(&world, shop, "2026-12-01T09:00");
    struct promise_answer answer = sell(1, JAR, 1, day_of("2026-12-02"), 0);
    assert_true(answer.order.broken);
    assert_true(answer.has_possible);
    assert_int_equal(answer.possible_day, day_of("2026-12-03"));
    assert_int_equal(view_of(1).first.dates.deliver_by_day, day_of("2026-12-02"));
    answer = sell(2, JAR, 1, day_of("2026-12-03"), 0);
    assert_false(answer.order.broken);
    /* Promised for a day that is past. */
    answer = sell(3, JAR, 1, day_of("2026-11-20"), 0);
    assert_true(answer.order.broken);
    assert_int_equal(view_of(3).first.dates.deliver_by_day, day_of("2026-11-20"));
    world_close(&world);
}

/* More seats than a class has; and what is no quantity at all. */
static void test_seats(void **state)
{
    (void)state;
    world_open(&world, shop, "2026-12-01T09:00");
    struct promise_answer answer = sell(1, CLASS, 5, 0, 0);
    assert_int_equal(answer.result, PROMISE_OK);
    assert_true(answer.order.broken);
    assert_string_equal(world_change(&world, "count box 20"), "ok broken 1");
    assert_int_equal(view_of(1).revisions, 0);
    answer = sell(2, CLASS, 4, 0, 0);
    assert_false(answer.order.broken);
    answer = sell(3, CLASS, 0, 0, 0);
    assert_int_equal(answer.result, PROMISE_BAD_QUANTITY);
    world_close(&world);
}

/* A confirmed order gives way while nothing of it has left; a sale here takes a hold's place only.
 */
static void test_replaces(void **state)
{
    (void)state;
    world_open(&world, shop, "2026-12-01T09:00");
    (void)sell(1, JAR, 9, 0, 0);
    struct promise_answer answer = sell(2, JAR, 10, day_of("2026-12-03"), 1);
    assert_int_equal(answer.result, PROMISE_OK);
    assert_false(answer.order.broken);
    assert_string_equal(world_status(&world, 1), "replaced");
    (void)world_step(&world, PROMISE_START, 2);
    answer = sell(3, JAR, 8, day_of("2026-12-03"), 2);
    assert_int_equal(answer.result, PROMISE_OK);
    assert_string_equal(world_status(&world, 2), "replaced");
    (void)world_step(&world, PROMISE_SHIP, 3);
    answer = sell(4, JAR, 1, 0, 3);
    assert_int_equal(answer.result, PROMISE_WRONG_STATUS);
    assert_string_equal(world_status(&world, 3), "shipped");
    answer = sell(3, JAR, 1, 0, 0);
    assert_int_equal(answer.result, PROMISE_REPEATED);
    (void)sell(5, JAR, 1, 0, 0);
    assert_string_equal(world_replace(&world, 6, 5, "class"), "wrong-status");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_limit_binds), cmocka_unit_test(test_never),
        cmocka_unit_test(test_late),           cmocka_unit_test(test_seats),
        cmocka_unit_test(test_replaces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

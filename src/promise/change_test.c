/* What may be recorded, to the last unit and the last day: a change is taken at its limits and
 * refused one step beyond; an event that says otherwise is none. */
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const char shop_text[] =
    "shop: {name: Test, currency: EUR, time_zone: UTC}\n"
    "promise: {horizon_days: 20}\n"
    "calendars: {week: {open: {mon-sun: \"08:00-12:00\"}}}\n"
    "work_centers: {packing: {people: 2, calendar: week}}\n"
    "suppliers: {mill: {lead_days: 2}}\n"
    "items: {box: {on_hand: 4, unit_cost: 1.00, supplier: mill}, lid: {on_hand: 1, unit_cost: "
    "1.00}}\n"
    "receipts: [{item: box, quantity: 6, due: 2026-12-02}]\n"
    "carriers: {post: {cut_off: \"16:00\", collects: mon-sun, transit_days: 1, delivers: "
    "mon-sun}}\n"
    "offers: {jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post}}\n"
    "cash: {opening_balance: 500.00, vat: {every: month, day: 20}}\n";

static struct world world;
static int32_t today;

static int begin(void **unused)
{
    (void)unused;
    world_open(&world, shop_text, "2026-12-01T08:00");
    today = promise_today(world.state);
    return 0;
}

static int end(void **unused)
{
    (void)unused;
    world_close(&world);
    return 0;
}

/* What the core says to a change, without applying it. */
static enum promise_result asked(struct promise_change change)
{
    world.events.length = 0;
    return promise_change(world.state, &change, &world.events);
}

static void test_quantities(void **unused)
{
    (void)unused;
    struct promise_change count = {.kind = CHANGE_COUNT,
                                   .quantity_thousandths = LIMIT_QUANTITY_THOUSANDTHS};
    assert_int_equal(asked(count), PROMISE_OK);
    count.quantity_thousandths++;
    assert_int_equal(asked(count), PROMISE_BAD_CHANGE);
    count.quantity_thousandths = -1;
    assert_int_equal(asked(count), PROMISE_BAD_CHANGE);
    count.quantity_thousandths = 0;
    assert_int_equal(asked(count), PROMISE_OK);
    count.index = 2;
    assert_int_equal(asked(count), PROMISE_BAD_CHANGE);
    /* Four are on the shelf: no more may come than may lie there. */
    struct promise_change came = {.kind = CHANGE_RECEIVED,
                                  .entry = 1,
                                  .quantity_thousandths = LIMIT_QUANTITY_THOUSANDTHS - 4000};
    assert_int_equal(asked(came), PROMISE_OK);
    came.quantity_thousandths++;
    assert_int_equal(asked(came), PROMISE_BAD_CHANGE);
    came.quantity_thousandths = 0;
    assert_int_equal(asked(came), PROMISE_BAD_CHANGE);
    came.damaged_thousandths = 1;
    assert_int_equal(asked(came), PROMISE_OK);
    came.entry = 2;
    assert_int_equal(asked(came), PROMISE_NO_ENTRY);
    came.entry = 0;
    assert_int_equal(asked(came), PROMISE_NO_ENTRY);
}

static void test_days(void **unused)
{
    (void)unused;
    struct promise_change late = {
        .kind = CHANGE_DATE, .entry = 1, .from_day = today + LIMIT_HORIZON_DAYS};
    assert_int_equal(asked(late), PROMISE_OK);
    late.from_day++;
    assert_int_equal(asked(late), PROMISE_BAD_CHANGE);
    late.from_day = today - LIMIT_HORIZON_DAYS;
    assert_int_equal(asked(late), PROMISE_OK);
    late.from_day--;
    assert_int_equal(asked(late), PROMISE_BAD_CHANGE);
    struct promise_change strike = {.kind = CHANGE_CARRIER, .from_day = today, .to_day = today};
    assert_int_equal(asked(strike), PROMISE_OK);
    strike.to_day--;
    assert_int_equal(asked(strike), PROMISE_BAD_CHANGE);
    struct promise_change bought = {
        .kind = CHANGE_BOUGHT, .quantity_thousandths = 1, .from_day = today};
    assert_int_equal(asked(bought), PROMISE_OK);
    bought.from_day--;
    assert_int_equal(asked(bought), PROMISE_BAD_CHANGE);
    bought.from_day++;
    bought.quantity_thousandths = 0;
    assert_int_equal(asked(bought), PROMISE_BAD_CHANGE);
    bought.quantity_thousandths = 1;
    bought.index = 1; /* nobody supplies lids */
    assert_int_equal(asked(bought), PROMISE_BAD_CHANGE);
}

static void test_people(void **unused)
{
    (void)unused;
    struct promise_change staff = {
        .kind = CHANGE_STAFF, .people = LIMIT_PEOPLE, .from_day = today, .to_day = today};
    assert_int_equal(asked(staff), PROMISE_OK);
    staff.people++;
    assert_int_equal(asked(staff), PROMISE_BAD_CHANGE);
    staff.people = -LIMIT_PEOPLE;
    assert_int_equal(asked(staff), PROMISE_OK);
    staff.people--;
    assert_int_equal(asked(staff), PROMISE_BAD_CHANGE);
    staff.people = 0;
    assert_int_equal(asked(staff), PROMISE_BAD_CHANGE);
}

static void test_money(void **unused)
{
    (void)unused;
    struct promise_change balance = {
        .kind = CHANGE_BALANCE, .has_amount = true, .amount_minor = LIMIT_MONEY_MINOR};
    assert_int_equal(asked(balance), PROMISE_OK);
    balance.amount_minor++;
    assert_int_equal(asked(balance), PROMISE_BAD_CHANGE);
    balance.amount_minor = -LIMIT_MONEY_MINOR;
    assert_int_equal(asked(balance), PROMISE_OK);
    balance.amount_minor--;
    assert_int_equal(asked(balance), PROMISE_BAD_CHANGE);
    struct promise_change came = {.kind = CHANGE_RECEIVED,
                                  .entry = 1,
                                  .quantity_thousandths = 1000,
                                  .has_amount = true,
                                  .amount_minor = LIMIT_MONEY_MINOR};
    assert_int_equal(asked(came), PROMISE_OK);
    came.amount_minor = -1;
    assert_int_equal(asked(came), PROMISE_BAD_CHANGE);
    came.amount_minor = 0;
    assert_int_equal(asked(came), PROMISE_OK);
}

/* An event of these figures, applied at once. */
static enum status applied(struct event_changed changed)
{
    struct event event;
    enum status status = STATUS_OK;
    size_t offset = 0;
    world.events.length = 0;
    event_changed_write(&world.events, &changed);
    struct slice bytes = {(const char *)world.events.bytes, world.events.length};
    assert_true(event_next(bytes, &offset, &event, &status));
    return promise_apply(world.state, &event, world.now);
}

static void test_events(void **unused)
{
    (void)unused;
    struct event_changed balance = {
        .kind = CHANGE_BALANCE, .amount_minor = LIMIT_MONEY_MINOR + 1, .from_day = today};
    assert_int_equal(applied(balance), STATUS_CORRUPT);
    balance.amount_minor = -LIMIT_MONEY_MINOR - 1;
    assert_int_equal(applied(balance), STATUS_CORRUPT);
    balance.amount_minor = -LIMIT_MONEY_MINOR;
    balance.from_day = today + 1;
    assert_int_equal(applied(balance), STATUS_CORRUPT);
    balance.from_day = today;
    assert_int_equal(applied(balance), STATUS_OK);
    balance.amount_minor = LIMIT_MONEY_MINOR;
    assert_int_equal(applied(balance), STATUS_OK);
    struct event_changed staff = {
        .kind = CHANGE_STAFF, .people = LIMIT_PEOPLE + 1, .from_day = today, .to_day = today};
    assert_int_equal(applied(staff), STATUS_CORRUPT);
    staff.people = 1;
    staff.index = 1;
    assert_int_equal(applied(staff), STATUS_CORRUPT);
    staff.index = 0;
    assert_int_equal(applied(staff), STATUS_OK);
    struct event_changed bought = {.kind = CHANGE_BOUGHT,
                                   .entry = 3,
                                   .from_day = today,
                                   .arrives_day = today + 2,
                                   .due_day = today + 2,
                                   .quantity_thousandths = 1000};
    assert_int_equal(applied(bought), STATUS_CORRUPT); /* the next is the second */
    bought.entry = 2;
    bought.supplier = 1;
    assert_int_equal(applied(bought), STATUS_CORRUPT);
    bought.supplier = 0;
    bought.due_day = today + 4000;
    assert_int_equal(applied(bought), STATUS_CORRUPT);
    bought.due_day = today + 2;
    assert_int_equal(applied(bought), STATUS_OK);
    assert_int_equal(promise_entry_count(world.state), 2);
    assert_int_equal(applied((struct event_changed){.kind = CHANGE_CANCELLED}), STATUS_CORRUPT);
    assert_null(promise_check(world.state));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_quantities, begin, end),
        cmocka_unit_test_setup_teardown(test_days, begin, end),
        cmocka_unit_test_setup_teardown(test_people, begin, end),
        cmocka_unit_test_setup_teardown(test_money, begin, end),
        cmocka_unit_test_setup_teardown(test_events, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

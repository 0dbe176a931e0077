/* What may be recorded, to the last unit and the last day: a change is taken at its limits and
 * refused one step beyond; an event that says otherwise is none. */
#include "promise/state.h"
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

/* Of each list the last one may be meant, and nothing behind it. */
static void test_subjects(void **unused)
{
    (void)unused;
    static const struct promise_change last[] = {
        {.kind = CHANGE_COUNT, .index = 1},
        {.kind = CHANGE_STAFF, .index = 0, .people = 1},
        {.kind = CHANGE_CARRIER, .index = 0},
        {.kind = CHANGE_BOUGHT, .index = 0, .quantity_thousandths = 1}};
    for (size_t i = 0; i < sizeof last / sizeof *last; i++) {
        struct promise_change change = last[i];
        change.from_day = today;
        change.to_day = today;
        assert_int_equal(asked(change), PROMISE_OK);
        change.index = change.kind == CHANGE_COUNT || change.kind == CHANGE_BOUGHT ? 2 : 1;
        assert_int_equal(asked(change), PROMISE_BAD_CHANGE);
    }
    /* Nothing was bought of the mill yet, and there is no other supplier. */
    struct promise_change sent = {.kind = CHANGE_SENT, .from_day = today};
    assert_int_equal(asked(sent), PROMISE_NO_ENTRY);
    world_record(&world, (struct promise_change){.kind = CHANGE_BOUGHT,
                                                 .quantity_thousandths = 1000,
                                                 .from_day = today});
    assert_int_equal(asked(sent), PROMISE_OK);
    sent.index = 1;
    assert_int_equal(asked(sent), PROMISE_NO_ENTRY);
    sent.index = 0;
    sent.from_day++;
    assert_int_equal(asked(sent), PROMISE_NO_ENTRY);
}

/* Both days of a span lie within two years of today, on either side. */
static void test_spans(void **unused)
{
    (void)unused;
    struct promise_change strike = {.kind = CHANGE_CARRIER,
                                    .from_day = today - LIMIT_HORIZON_DAYS,
                                    .to_day = today + LIMIT_HORIZON_DAYS};
    assert_int_equal(asked(strike), PROMISE_OK);
    strike.to_day++;
    assert_int_equal(asked(strike), PROMISE_BAD_CHANGE);
    strike.to_day--;
    strike.from_day--;
    assert_int_equal(asked(strike), PROMISE_BAD_CHANGE);
    struct promise_change bought = {.kind = CHANGE_BOUGHT,
                                    .quantity_thousandths = LIMIT_QUANTITY_THOUSANDTHS,
                                    .from_day = today + LIMIT_HORIZON_DAYS};
    assert_int_equal(asked(bought), PROMISE_OK);
    bought.from_day++;
    assert_int_equal(asked(bought), PROMISE_BAD_CHANGE);
    bought.from_day--;
    bought.quantity_thousandths++;
    assert_int_equal(asked(bought), PROMISE_BAD_CHANGE);
}

/* An expected quantity has its limits too, and what is over can not be changed any more. */
static void test_entries(void **unused)
{
    (void)unused;
    struct promise_change change = {
        .kind = CHANGE_QUANTITY, .entry = 1, .quantity_thousandths = LIMIT_QUANTITY_THOUSANDTHS};
    assert_int_equal(asked(change), PROMISE_OK);
    change.quantity_thousandths++;
    assert_int_equal(asked(change), PROMISE_BAD_CHANGE);
    change.quantity_thousandths = -1;
    assert_int_equal(asked(change), PROMISE_BAD_CHANGE);
    struct promise_change came = {
        .kind = CHANGE_RECEIVED, .entry = 1, .damaged_thousandths = LIMIT_QUANTITY_THOUSANDTHS};
    assert_int_equal(asked(came), PROMISE_OK);
    came.damaged_thousandths++;
    assert_int_equal(asked(came), PROMISE_BAD_CHANGE);
    came.damaged_thousandths = -1;
    came.quantity_thousandths = 2;
    assert_int_equal(asked(came), PROMISE_BAD_CHANGE);
    change.quantity_thousandths = 0;
    world_record(&world, change);
    assert_int_equal(asked(change), PROMISE_NO_ENTRY);
}

/* What is taken can be applied: as much may be expected as may lie on a shelf, whatever lies there
 * already. */
static void test_much_is_expected(void **unused)
{
    (void)unused;
    world_record(&world,
                 (struct promise_change){.kind = CHANGE_QUANTITY,
                                         .entry = 1,
                                         .quantity_thousandths = LIMIT_QUANTITY_THOUSANDTHS});
    assert_int_equal(promise_entry(world.state, 1)->quantity_thousandths,
                     LIMIT_QUANTITY_THOUSANDTHS);
}

/* A list that is full to its last place takes nothing more. */
static void test_full_lists(void **unused)
{
    (void)unused;
    struct supply *supply = &world.state->supply;
    const struct {
        struct promise_change change;
        uint32_t *count;
        uint32_t most;
    } rows[] = {{{.kind = CHANGE_STAFF, .people = 1, .from_day = today, .to_day = today},
                 &supply->staff_count,
                 LIMIT_LIST_ENTRIES},
                {{.kind = CHANGE_CARRIER, .from_day = today, .to_day = today},
                 &supply->closure_count,
                 LIMIT_LIST_ENTRIES},
                {{.kind = CHANGE_RECEIVED, .entry = 1, .quantity_thousandths = 1000},
                 &supply->bill_count,
                 LIMIT_BILLS},
                {{.kind = CHANGE_BOUGHT, .quantity_thousandths = 1, .from_day = today},
                 &supply->count,
                 LIMIT_SUPPLY_ENTRIES}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t before = *rows[i].count;
        *rows[i].count = rows[i].most - 1;
        assert_int_equal(asked(rows[i].change), PROMISE_OK);
        *rows[i].count = rows[i].most;
        assert_int_equal(asked(rows[i].change), PROMISE_FULL);
        *rows[i].count = before;
    }
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
    came.amount_minor = LIMIT_MONEY_MINOR + 1;
    assert_int_equal(asked(came), PROMISE_BAD_CHANGE);
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

/* On a world of its own: what is taken has changed it. */
static void event_check(struct event_changed changed, enum status status)
{
    world_close(&world);
    begin(NULL);
    uint64_t before = promise_digest(world.state);
    assert_int_equal(applied(changed), status);
    assert_true(status == STATUS_OK || promise_digest(world.state) == before);
    assert_null(promise_check(world.state));
}

static void test_events_of_entries(void **unused)
{
    (void)unused;
    enum { LEFT = 4000 }; /* boxes lie there already */
    const struct event_changed came = {.kind = CHANGE_RECEIVED,
                                       .entry = 1,
                                       .to_day = today,
                                       .due_day = today,
                                       .quantity_thousandths = 1000};
    event_check(came, STATUS_OK);
    const struct {
        uint32_t entry;
        int64_t quantity, damaged, amount, vat;
        enum status status;
    } rows[] = {{1, 0, 0, 0, 0, STATUS_OK},
                {0, 1, 0, 0, 0, STATUS_CORRUPT},
                {2, 1, 0, 0, 0, STATUS_CORRUPT},
                {1, -1, 0, 0, 0, STATUS_CORRUPT},
                {1, LIMIT_QUANTITY_THOUSANDTHS - LEFT, 0, 0, 0, STATUS_OK},
                {1, LIMIT_QUANTITY_THOUSANDTHS - LEFT + 1, 0, 0, 0, STATUS_CORRUPT},
                {1, 1, -1, 0, 0, STATUS_CORRUPT},
                {1, 1, LIMIT_QUANTITY_THOUSANDTHS, 0, 0, STATUS_OK},
                {1, 1, LIMIT_QUANTITY_THOUSANDTHS + 1, 0, 0, STATUS_CORRUPT},
                {1, 1, 0, -1, -1, STATUS_CORRUPT},
                {1, 1, 0, 1, 1, STATUS_OK},
                {1, 1, 0, 1, 2, STATUS_CORRUPT},
                {1, 1, 0, 1, -1, STATUS_CORRUPT},
                {1, 1, 0, 2 * LIMIT_MONEY_MINOR, 0, STATUS_OK},
                {1, 1, 0, 2 * LIMIT_MONEY_MINOR + 1, 0, STATUS_CORRUPT}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct event_changed changed = came;
        changed.entry = rows[i].entry;
        changed.quantity_thousandths = rows[i].quantity;
        changed.damaged_thousandths = rows[i].damaged;
        changed.amount_minor = rows[i].amount;
        changed.vat_minor = rows[i].vat;
        event_check(changed, rows[i].status);
    }
}

static void test_events_of_subjects(void **unused)
{
    (void)unused;
    const struct event_changed bought = {.kind = CHANGE_BOUGHT,
                                         .entry = 2,
                                         .from_day = today,
                                         .arrives_day = today,
                                         .due_day = today,
                                         .quantity_thousandths = 1};
    const struct {
        struct event_changed changed;
        uint16_t last; /* index */
    } rows[] = {{{.kind = CHANGE_COUNT}, 1},
                {{.kind = CHANGE_STAFF, .people = 1, .from_day = today, .to_day = today}, 0},
                {{.kind = CHANGE_CARRIER, .from_day = today, .to_day = today}, 0},
                {{.kind = CHANGE_APPROVED, .from_day = today}, 0},
                {{.kind = CHANGE_SENT, .from_day = today, .to_day = today}, 0},
                {bought, 1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct event_changed changed = rows[i].changed;
        changed.index = rows[i].last;
        event_check(changed, STATUS_OK);
        changed.index++;
        event_check(changed, STATUS_CORRUPT);
    }
    const struct {
        int64_t quantity;
        enum status status;
    } quantities[] = {{0, STATUS_OK},
                      {-1, STATUS_CORRUPT},
                      {LIMIT_QUANTITY_THOUSANDTHS, STATUS_OK},
                      {LIMIT_QUANTITY_THOUSANDTHS + 1, STATUS_CORRUPT}};
    for (size_t i = 0; i < sizeof quantities / sizeof *quantities; i++) {
        struct event_changed changed = bought;
        changed.quantity_thousandths = quantities[i].quantity;
        event_check(changed, quantities[i].status);
        event_check((struct event_changed){.kind = CHANGE_COUNT,
                                           .quantity_thousandths = quantities[i].quantity},
                    quantities[i].status);
    }
    for (int32_t people = LIMIT_PEOPLE; people <= LIMIT_PEOPLE + 1; people++) {
        struct event_changed staff = {
            .kind = CHANGE_STAFF, .people = people, .from_day = today, .to_day = today};
        event_check(staff, people == LIMIT_PEOPLE ? STATUS_OK : STATUS_CORRUPT);
        staff.people = -people;
        event_check(staff, people == LIMIT_PEOPLE ? STATUS_OK : STATUS_CORRUPT);
    }
}

/* Ten years away is the furthest, of each of its days. */
static void test_events_of_days(void **unused)
{
    (void)unused;
    enum { FURTHEST = 3653 };
    for (int which = 0; which < 4; which++) {
        for (int32_t away = FURTHEST; away <= FURTHEST + 1; away++) {
            struct event_changed bought = {.kind = CHANGE_BOUGHT,
                                           .entry = 2,
                                           .from_day = today,
                                           .arrives_day = today,
                                           .due_day = today,
                                           .quantity_thousandths = 1};
            int32_t *days[] = {&bought.from_day, &bought.to_day, &bought.arrives_day,
                               &bought.due_day};
            bool beyond = away > FURTHEST;
            *days[which] = today + away;
            event_check(bought, beyond ? STATUS_CORRUPT : STATUS_OK);
            *days[which] = today - away;
            event_check(bought, beyond ? STATUS_CORRUPT : STATUS_OK);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_quantities, begin, end),
        cmocka_unit_test_setup_teardown(test_days, begin, end),
        cmocka_unit_test_setup_teardown(test_subjects, begin, end),
        cmocka_unit_test_setup_teardown(test_spans, begin, end),
        cmocka_unit_test_setup_teardown(test_entries, begin, end),
        cmocka_unit_test_setup_teardown(test_much_is_expected, begin, end),
        cmocka_unit_test_setup_teardown(test_full_lists, begin, end),
        cmocka_unit_test_setup_teardown(test_people, begin, end),
        cmocka_unit_test_setup_teardown(test_money, begin, end),
        cmocka_unit_test_setup_teardown(test_events, begin, end),
        cmocka_unit_test_setup_teardown(test_events_of_entries, begin, end),
        cmocka_unit_test_setup_teardown(test_events_of_subjects, begin, end),
        cmocka_unit_test_setup_teardown(test_events_of_days, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

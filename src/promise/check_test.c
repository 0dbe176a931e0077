/* Does the alarm ring? Each case makes one thing wrong in the state, hears the sentence that says
 * so, and puts it right again: then all must be well, or the check itself had changed the state. */
#include "promise/state.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Two teams, two items, two carriers: what is wrong is tried on the first and on the last. */
static const char shop_file[] =
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
    "promise: {horizon_days: 6, hold_minutes: 30}\n"
    "calendars: {week: {open: {mon-sun: \"08:00-12:00\"}}}\n"
    "work_centers: {packing: {people: 3, calendar: week}, cooking: {people: 3, calendar: week}}\n"
    "items: {box: {on_hand: 90, unit_cost: 1.00}, tin: {on_hand: 90, unit_cost: 1.00}}\n"
    "carriers:\n"
    "  post: {cut_off: \"16:00\", collects: mon-sun, transit_days: 1, delivers: mon-sun, "
    "max_parcels: 9}\n"
    "  van: {cut_off: \"16:00\", collects: mon-sun, transit_days: 1, delivers: mon-sun, "
    "max_parcels: 9}\n"
    "offers:\n"
    "  jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post, routing: "
    "[{work_center: packing, minutes: 20}]}\n"
    "  pot: {name: Pot, price: 5.00, vat_rate: 20, items: {tin: 1}, carrier: van, routing: "
    "[{work_center: cooking, minutes: 20, crew: 2}]}\n"
    "  visit: {name: Visit, price: 5.00, vat_rate: 20, on_site: true, routing: "
    "[{work_center: cooking, minutes: 10}]}\n"
    "commitments: [{item: box, quantity: 5, due: 2026-12-02}]\n";

/* Orders 1 to 3 in three states of their lives, 4 and 5 are held, 6 has ended. */
static void world_fill(struct world *world)
{
    world_open(world, shop_file, "2026-12-01T07:00");
    world_order(world, 1, "jar pot");
    world_step(world, PROMISE_DONE, 1);
    world_step(world, PROMISE_SHIP, 1);
    world_order(world, 2, "jar=2 pot=2 visit");
    world_hold(world, 3, "pot");
    world_step(world, PROMISE_CONFIRM, 3);
    world_hold(world, 4, "jar");
    world_at(world, "2026-12-01T07:01");
    world_hold(world, 5, "pot jar");
    world_order(world, 6, "jar");
    world_step(world, PROMISE_CANCEL, 6);
    world_order(world, 7, "jar pot visit");
    assert_int_equal(promise_order_count(world->state), 7);
}

static void says(const struct world *world, const char *sentence)
{
    const char *wrong = promise_check(world->state);
    assert_non_null(wrong);
    assert_string_equal(wrong, sentence);
}

/* Writes `value` over an integer of `size` bytes. */
static void breaks(const struct world *world, void *place, size_t size, int64_t value,
                   const char *sentence)
{
    unsigned char before[8];
    memcpy(before, place, size);
    memcpy(place, &value, size);
    says(world, sentence);
    memcpy(place, before, size);
    assert_null(promise_check(world->state));
}

#define BREAKS(world, place, value, sentence)                                                      \
    breaks((world), &(place), sizeof(place), (value), (sentence))

static void test_orders(void **unused)
{
    (void)unused;
    static const char parts[] = "an order's line has no group or no quantity";
    static const char nothing[] = "an order's commitment is of nothing";
    static const char ended[] = "an order that has ended still reserves something";
    struct world world;
    world_fill(&world);
    struct orders *orders = &world.state->orders;
    assert_null(promise_check(world.state));
    for (uint32_t number = 1; number <= 7; number++) {
        struct order_record *record = orders_record(orders, number);
        struct order_parts own = orders_parts(orders, record);
        BREAKS(&world, record->status, ORDER_NONE, "an order has no status");
        BREAKS(&world, record->status, ORDER_STATUSES, "an order has no status");
        BREAKS(&world, record->key.bytes[9], 1, "an order is not found by its key");
        for (uint32_t i = 0; i < record->line_count; i++) {
            BREAKS(&world, own.lines[i].group, record->group_count, parts);
            BREAKS(&world, own.lines[i].quantity_thousandths, 0, parts);
        }
        for (uint32_t i = 0; i < record->commitment_count; i++) {
            BREAKS(&world, own.commitments[i].quantity_thousandths, 0, nothing);
            BREAKS(&world, own.commitments[i].quantity_thousandths, -1, nothing);
            BREAKS(&world, own.commitments[i].item, world.state->stock.item_count, nothing);
        }
    }
    BREAKS(&world, orders_record(orders, 6)->run_count, 1, ended);
    BREAKS(&world, orders_record(orders, 6)->commitment_count, 1, ended);
    world_close(&world);
}

/* From its confirmation to its delivery an order is as far as its lines are. */
static void test_lines(void **unused)
{
    (void)unused;
    static const char differs[] = "an order's status is not that of its lines";
    struct world world;
    world_fill(&world);
    world_step(&world, PROMISE_DELIVER, 1);
    assert_string_equal(world_status(&world, 1), "delivered");
    static const uint32_t numbers[] = {1, 3};
    for (size_t i = 0; i < 2; i++) {
        struct order_record *record = orders_record(&world.state->orders, numbers[i]);
        struct order_parts own = orders_parts(&world.state->orders, record);
        uint8_t other = record->status == ORDER_CONFIRMED ? ORDER_DONE : ORDER_CONFIRMED;
        for (uint32_t k = 0; k < record->line_count; k++) {
            BREAKS(&world, own.lines[k].status, other, differs);
        }
    }
    world_close(&world);
}

static void test_holds(void **unused)
{
    (void)unused;
    struct world world;
    world_fill(&world);
    struct orders *orders = &world.state->orders;
    const char *missing = "a hold is not among those that end";
    BREAKS(&world, orders->holds.queue_end, orders->holds.queue_first, missing);
    BREAKS(&world, orders_record(orders, 4)->held_until, 1, missing);
    struct hold_entry *first = &orders->holds.queue[orders->holds.queue_first];
    BREAKS(&world, first->held_until, INT64_MAX, missing);
    holds_add(&orders->holds, (struct hold_entry){.held_until = 1, .number = 1});
    holds_add(&orders->holds, (struct hold_entry){.held_until = 2, .number = 1});
    assert_int_equal(orders->holds.heap_count, 2);
    BREAKS(&world, orders->holds.heap[0].held_until, 3, "the heap of holds is out of order");
    int64_t far = first->held_until + 1;
    holds_add(&orders->holds, (struct hold_entry){.held_until = far, .number = 1});
    BREAKS(&world, orders->holds.queue[orders->holds.queue_end - 1].held_until, 1,
           "the queue of holds is out of order");
    world_close(&world);
}

/* ---- what is reserved ---- */

static void test_slots_that_an_order_has_not(void **unused)
{
    (void)unused;
    struct world world;
    world_fill(&world);
    struct promise_state *state = world.state;
    uint32_t tried = 0;
    for (uint32_t number = 1; number <= 7; number++) {
        struct order_record *record = orders_record(&state->orders, number);
        struct order_parts own = orders_parts(&state->orders, record);
        for (uint32_t i = 0; i < record->run_count; i++, tried++) {
            hours_give(&state->hours, own.runs[i]);
            says(&world, "an order's slots or its place with a carrier are not taken");
            assert_true(hours_take(&state->hours, own.runs[i]));
            assert_null(promise_check(state));
        }
    }
    assert_true(tried >= 6);
    world_close(&world);
}

static void test_places_that_an_order_has_not(void **unused)
{
    (void)unused;
    struct world world;
    world_fill(&world);
    struct promise_state *state = world.state;
    for (uint32_t carrier = 0; carrier < state->parcels.carrier_count; carrier++) {
        int32_t *count = &state->parcels.carriers[carrier].count[0];
        assert_true(*count > 0);
        BREAKS(&world, *count, 0, "an order's slots or its place with a carrier are not taken");
        BREAKS(&world, *count, *count - 1,
               "an order's slots or its place with a carrier are not taken");
    }
    world_close(&world);
}

static void test_slots_of_no_order(void **unused)
{
    (void)unused;
    struct world world;
    world_fill(&world);
    struct hours *hours = &world.state->hours;
    for (uint8_t center = 0; center < hours->center_count; center++) {
        for (uint8_t crew = 1; crew <= 2; crew++) {
            uint32_t last = hours->quarter_count - 1;
            for (uint32_t quarter = 0; quarter <= last; quarter += quarter == 0 ? last : 1) {
                uint32_t slot = ((uint32_t)hours->first_quarter + quarter) * SLOTS_PER_QUARTER;
                struct slot_run run = {slot, 1, center, crew};
                assert_true(hours_take(hours, run));
                says(&world, "a slot is taken by no order");
                hours_give(hours, run);
                assert_null(promise_check(world.state));
            }
        }
    }
    world_close(&world);
}

static void test_broken_promises(void **unused)
{
    (void)unused;
    static const char wrong[] = "the count of broken promises is wrong";
    struct world world;
    world_fill(&world);
    struct orders *orders = &world.state->orders;
    BREAKS(&world, world.state->broken, 1, wrong);
    BREAKS(&world, orders_record(orders, 7)->flags, ORDER_BROKEN, wrong);
    BREAKS(&world, orders_record(orders, 2)->flags, ORDER_BROKEN, wrong);
    /* What has ended keeps no promise any more. */
    orders_record(orders, 6)->flags = ORDER_BROKEN;
    assert_null(promise_check(world.state));
    world_close(&world);
}

static void test_places_of_no_order(void **unused)
{
    (void)unused;
    struct world world;
    world_fill(&world);
    struct promise_state *state = world.state;
    for (uint32_t carrier = 0; carrier < state->parcels.carrier_count; carrier++) {
        for (int32_t day = 0; day < state->window.days; day++) {
            int32_t *count = &state->parcels.carriers[carrier].count[day];
            BREAKS(&world, *count, *count + 1, "a carrier's place is taken by no order");
        }
    }
    world_close(&world);
}

static void commitment_breaks(struct world *world, uint32_t item, int32_t day, int64_t quantity)
{
    stock_commit(&world->state->stock, item, day, quantity);
    says(world, "an item's commitments differ from those of the orders");
    stock_commit(&world->state->stock, item, day, -quantity);
    assert_null(promise_check(world->state));
}

static void test_commitments(void **unused)
{
    (void)unused;
    static const char differ[] = "an item's commitments differ from those of the orders";
    struct world world;
    world_fill(&world);
    struct stock *stock = &world.state->stock;
    for (uint32_t item = 0; item < stock->item_count; item++) {
        BREAKS(&world, stock->on_hand[item], stock->on_hand[item] + 1, differ);
        for (int32_t day = -1; day < (int32_t)stock->horizon_days; day++) {
            commitment_breaks(&world, item, day, 500);
        }
        /* Given back on another day than it was committed: the sum is right, the days are not. */
        stock_commit(stock, item, 3, 1000);
        stock_commit(stock, item, 4, -1000);
        says(&world, differ);
        stock_commit(stock, item, 4, 1000);
        stock_commit(stock, item, 3, -1000);
        assert_null(promise_check(world.state));
    }
    world_close(&world);
}

/* A class of two hours over a break: two runs of slots, which are all its own. */
static void test_sessions(void **unused)
{
    (void)unused;
    static const char class_file[] =
        "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
        "calendars: {week: {open: {mon-sun: \"08:00-09:00 10:00-12:00\"}}}\n"
        "work_centers: {kitchen: {people: 2, calendar: week}}\n"
        "offers: {class: {name: Class, price: 5.00, vat_rate: 20, seats: 4, on_site: true, "
        "routing: [{work_center: kitchen, minutes: 120}]}}\n";
    struct world world;
    world_open(&world, class_file, "2026-12-01T07:00");
    world_order(&world, 1, "class=2");
    world_order(&world, 2, "class=3");
    struct promise_state *state = world.state;
    assert_int_equal(state->sessions.count, 2);
    for (uint32_t number = 1; number <= 2; number++) {
        struct session *session = session_of(&state->sessions, number);
        const struct slot_run *runs = orders_runs(&state->orders, session->block);
        assert_int_equal(session->run_count, 2);
        for (uint32_t i = 0; i < 2; i++) {
            hours_give(&state->hours, runs[i]);
            hours_give(&state->hours, runs[i]);
            says(&world, "a session's slots are not taken");
            assert_true(hours_take(&state->hours, runs[i]));
            assert_true(hours_take(&state->hours, runs[i]));
            assert_null(promise_check(state));
        }
        BREAKS(&world, session->seats_taken, session->seats_taken + 1,
               "a session's seats differ from what is booked");
    }
    world_close(&world);
}

/* ---- what is derived from it ---- */

static void test_trees_and_marks(void **unused)
{
    (void)unused;
    struct world world;
    world_fill(&world);
    struct promise_state *state = world.state;
    BREAKS(&world, state->stock.heads[1].least, INT64_MAX / 2,
           "an item's stock falls under its bound");
    for (uint32_t i = 0; i < state->hours.center_count; i++) {
        for (uint32_t k = 0; k < state->hours.centers[i].class_count; k++) {
            struct hours_class *class = &state->hours.centers[i].classes[k];
            BREAKS(&world, class->words[0], 0, "a quarter's mark differs from its slots");
            BREAKS(&world, class->gap_end, state->hours.quarter_count,
                   "a quarter is marked in the gap that a search jumps over");
        }
    }
    world_close(&world);
}

/* Days go by; what was shipped on days that are past is still on its way. */
static void test_all_is_well_later(void **unused)
{
    (void)unused;
    struct world world;
    world_fill(&world);
    world_at(&world, "2026-12-02T00:00");
    assert_null(promise_check(world.state));
    world_at(&world, "2026-12-04T09:00");
    assert_null(promise_check(world.state));
    world_at(&world, "2026-12-20T09:00");
    assert_null(promise_check(world.state));
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_holds),
        cmocka_unit_test(test_slots_that_an_order_has_not),
        cmocka_unit_test(test_places_that_an_order_has_not),
        cmocka_unit_test(test_slots_of_no_order),
        cmocka_unit_test(test_broken_promises),
        cmocka_unit_test(test_places_of_no_order),
        cmocka_unit_test(test_commitments),
        cmocka_unit_test(test_sessions),
        cmocka_unit_test(test_trees_and_marks),
        cmocka_unit_test(test_all_is_well_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The orders' memory: classes of blocks fit what they hold, what ends gives its block back, holds
 * come out in order. */
#include "base/random.h"
#include "promise/state.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const char shop_text[] =
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\npromise: {horizon_days: 60, "
    "max_days: 60}\n"
    "calendars: {week: {open: {mon-fri: \"08:00-12:00 13:00-16:00\"}}}\n"
    "work_centers: {packing: {people: 2, calendar: week}}\nitems: {box: {on_hand: 100000, "
    "unit_cost: 1.00}}\n"
    "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: "
    "mon-fri}}\n"
    "offers: {jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post, routing: "
    "[{work_center: "
    "packing, minutes: 20}]}}\n";

/* Orders of all sizes come and go; the region does not grow over what the most at one time needed.
 */
static void test_blocks_are_used_again(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    static const char *const asks[] = {"jar", "jar=30", "jar jar jar jar jar", "jar=400",
                                       "jar=2 jar=3"};
    uint32_t used = 0;
    for (uint32_t round = 0; round < 40; round++) {
        for (uint32_t i = 0; i < 5; i++) {
            world_order(&world, 1 + round * 5 + i, asks[(i + round) % 5]);
            assert_int_equal(world.answer.result, PROMISE_OK);
        }
        for (uint32_t i = 0; i < 5; i++) {
            world_step(&world, PROMISE_CANCEL, 1 + round * 5 + i);
            assert_int_equal(world.answer.result, PROMISE_OK);
        }
        if (round == 4) {
            used = world.state->orders.block_units_used;
        }
    }
    /* What stays of each later order is its lines: at most 24 + 5 x 16 bytes, seven units. */
    uint32_t more = world.state->orders.block_units_used - used;
    assert_true(more <= 35 * 5 * 7);
    for (uint32_t key = 1; key <= 200; key++) {
        struct order_line_view line;
        promise_order_line(world.state, key, 0, &line);
        assert_int_equal(line.offer.index, 0);
        assert_true(line.quantity_thousandths > 0);
    }
    world_close(&world);
}

/* New orders may use so many units, revisions all that there are; what is used is used. */
static void test_room_to_the_last_unit(void **unused)
{
    (void)unused;
    struct orders orders = {.block_units = 20, .block_units_new = 10, .block_units_used = 7};
    for (uint32_t units = ORDER_REVISION_UNITS + 1; units <= 14; units++) {
        /* Runs of eight bytes, two a unit. */
        struct order_shape shape = {.runs = 2 * units};
        assert_int_equal(orders_block_units(&shape), units);
        assert_int_equal(orders_block_room(&orders, &shape), units <= 3);
        shape.runs = 2 * (units - ORDER_REVISION_UNITS);
        shape.revisions = 1;
        assert_int_equal(orders_block_units(&shape), units);
        assert_int_equal(orders_block_room(&orders, &shape), units <= 13);
    }
    const struct order_shape three = {.runs = 6};
    const struct order_shape four = {.runs = 7};
    assert_true(orders_block_room(&orders, &three));
    assert_false(orders_block_room(&orders, &four));
    orders.block_units_used = 10;
    const struct order_shape least = {.runs = 1};
    assert_false(orders_block_room(&orders, &least));
    orders.block_units_used = 11; /* revisions have taken what new orders left */
    assert_false(orders_block_room(&orders, &least));
}

/* Room for several blocks together, whatever their classes: a quarter more than they hold. */
static void test_room_for_several_blocks(void **unused)
{
    (void)unused;
    const struct order_shape eight = {.runs = 16};
    const struct order_shape revised = {.runs = 2 * (8 - ORDER_REVISION_UNITS), .revisions = 1};
    struct orders orders = {.block_units = 40, .block_units_new = 20, .block_units_used = 10};
    assert_true(orders_block_fresh(&orders, &eight));
    orders.block_units_used = 11;
    assert_false(orders_block_fresh(&orders, &eight));
    orders.block_units_used = 30;
    assert_true(orders_block_fresh(&orders, &revised));
    orders.block_units_used = 31;
    assert_false(orders_block_fresh(&orders, &revised));
    /* Up to 64 units each size is a class; then a class is a quarter of the power of two under it
     * larger than the one before. */
    for (uint32_t units = 1; units < 5000; units++) {
        const struct order_shape shape = {.runs = 2 * units};
        uint32_t step = 1;
        while (units > 64 && 8 * step < units) {
            step *= 2;
        }
        assert_int_equal(orders_block_units(&shape), (units + step - 1) / step * step);
        assert_true(orders_block_units(&shape) <= units + units / 4);
    }
}

/* An order that books seats of a session needs its own block and one for the session's runs, of
 * which each is rounded up to a unit, two runs. */
static void test_room_for_a_session(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    struct orders *orders = &world.state->orders;
    const struct order_shape shape = {.runs = 5, .bookings = 1}; /* eight bytes each */
    orders->block_units_used = orders->block_units_new - 10;
    assert_true(state_has_room(world.state, &shape, 8, 0));
    assert_false(state_has_room(world.state, &shape, 9, 0));
    orders->block_units_used++;
    assert_false(state_has_room(world.state, &shape, 8, 0));
    world_close(&world);
}

/* A core holds one order at least, and no more than there is memory for. Its hashes have a power of
 * two of slots, at least two for each order, and no more than that. */
static void test_sizes(void **unused)
{
    (void)unused;
    static const struct {
        uint32_t orders;
        enum status status;
        uint32_t slots;
    } rows[] = {{0, STATUS_LIMIT, 0}, {1, STATUS_OK, 64},   {32, STATUS_OK, 64},
                {33, STATUS_OK, 128}, {64, STATUS_OK, 128}, {LIMIT_ORDERS + 1, STATUS_LIMIT, 0}};
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct promise_sizes sizes = {rows[i].orders};
        struct promise_state *state = NULL;
        assert_int_equal(promise_create(world.shop, world.now, &sizes, &state, NULL),
                         rows[i].status);
        assert_int_equal(state == NULL ? 0 : state->orders.slot_mask + 1, rows[i].slots);
        promise_free(state);
    }
    world_close(&world);
}

/* Holds of many lengths, some of them ended otherwise, expire in the order of time and then number.
 */
static void test_holds_come_out_in_order(void **unused)
{
    (void)unused;
    struct world world;
    struct random random;
    world_open(&world, shop_text, "2026-12-01T09:00");
    random_seed(&random, 3);
    for (uint32_t key = 1; key <= 300; key++) {
        world.shop->promise.hold_seconds = (int32_t)random_between(&random, 1, 100);
        world_hold(&world, key, "jar");
        assert_int_equal(world.answer.result, PROMISE_OK);
    }
    for (uint32_t key = 1; key <= 300; key += 3) {
        world_step(&world, PROMISE_CONFIRM, key);
    }
    int64_t before = 0;
    uint32_t number_before = 0;
    uint32_t expired = 0;
    for (world.events.length = 0; promise_due(world.state, world.now + 100, &world.events);
         world.events.length = 0) {
        struct event event;
        struct event_step step;
        enum status status;
        size_t offset = 0;
        assert_true(
            event_next((struct slice){(const char *)world.events.bytes, world.events.length},
                       &offset, &event, &status));
        assert_int_equal(event.type, EVENT_EXPIRED);
        assert_int_equal(event_step_read(&event, &step), STATUS_OK);
        assert_true(step.at > before || (step.at == before && step.number > number_before));
        assert_int_equal(promise_apply(world.state, &event, world.now + 100), STATUS_OK);
        before = step.at;
        number_before = step.number;
        expired++;
    }
    assert_int_equal(expired, 200);
    assert_int_equal(holds_count(&world.state->orders.holds), 0);
    assert_null(promise_check(world.state));
    world_close(&world);
}

/* An alarm that cannot ring is none: each kind of damage must be found by promise_check. */
static void test_check_finds_damage(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_order(&world, 1, "jar=2");
    world_hold(&world, 2, "jar");
    struct promise_state *state = world.state;
    assert_null(promise_check(state));
    state->stock.on_hand[0] += 1;
    assert_non_null(promise_check(state));
    state->stock.on_hand[0] -= 1;
    state->stock.heads[0].least += 1000000;
    assert_non_null(promise_check(state));
    state->stock.heads[0].least -= 1000000;
    (void)stock_search(&state->stock, 0, 1000000000); /* the tree is up to date after it */
    state->stock.nodes[1].lowest += 1;
    assert_non_null(promise_check(state));
    state->stock.nodes[1].lowest -= 1;
    uint64_t *quarter =
        state->hours.centers[0].quarters + (1 + state->hours.centers[0].planes) * 40;
    quarter[1] ^= 1;
    assert_non_null(promise_check(state));
    quarter[1] ^= 1;
    state->hours.centers[0].classes[0].words[0] ^= 1;
    assert_non_null(promise_check(state));
    state->hours.centers[0].classes[0].words[0] ^= 1;
    state->parcels.carriers[0].count[3] += 1;
    assert_non_null(promise_check(state));
    state->parcels.carriers[0].count[3] -= 1;
    state->orders.holds.queue[0].held_until += 1;
    assert_non_null(promise_check(state));
    state->orders.holds.queue[0].held_until -= 1;
    orders_record(&state->orders, 2)->status = ORDER_NONE;
    assert_non_null(promise_check(state));
    orders_record(&state->orders, 2)->status = ORDER_HELD;
    orders_record(&state->orders, 1)->key.bytes[0] ^= 1;
    assert_non_null(promise_check(state));
    orders_record(&state->orders, 1)->key.bytes[0] ^= 1;
    assert_null(promise_check(state));
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_are_used_again),
        cmocka_unit_test(test_room_to_the_last_unit),
        cmocka_unit_test(test_room_for_several_blocks),
        cmocka_unit_test(test_room_for_a_session),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_holds_come_out_in_order),
        cmocka_unit_test(test_check_finds_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

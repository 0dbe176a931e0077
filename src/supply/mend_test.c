/* What would keep a first promise, worked by hand for each kind. */
#include "supply/mend.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* Tuesday 2026-12-01, 09:00. A jar takes an hour of one person, who is there from 9 to 12. */
static const char shop_text[] =
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
    "promise: {horizon_days: 60, max_days: 40}\n"
    "calendars: {mornings: {open: {mon-fri: \"09:00-12:00\"}}}\n"
    "work_centers: {packing: {people: 1, calendar: mornings}}\n"
    "items:\n"
    "  jar: {on_hand: 10, unit_cost: 2}\n"
    "  box: {on_hand: 10, unit_cost: 2, keep_back: 1}\n"
    "receipts:\n  - {item: box, quantity: 10, due: 2026-12-07}\n"
    "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, "
    "delivers: mon-fri}}\n"
    "offers:\n"
    "  jar: {name: Jar, price: 5.00, vat_rate: 20, items: {jar: 1}, carrier: post, "
    "routing: [{work_center: packing, minutes: 60}]}\n"
    "  box: {name: Box, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post}\n";

enum { JAR, BOX };

static struct mend_space space;
static struct mend mends[MENDS_MAX];

static uint32_t find(struct world *world)
{
    if (space.events.bytes == NULL) {
        space.events.capacity = promise_event_bytes_max();
        space.events.bytes = malloc(space.events.capacity);
        assert_non_null(space.events.bytes);
    }
    return mend_find(world->state, world->now, 1, &space, mends, MENDS_MAX);
}

static struct promise_change count(uint16_t item, int64_t units)
{
    return (struct promise_change){
        .kind = CHANGE_COUNT, .index = item, .quantity_thousandths = units * 1000};
}

/* Six boxes, three there, one of them kept back: four are missing until the receipt of the 7th.
 * The jar beside them could leave today. */
static void test_material(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    int32_t today = promise_today(world.state);
    world_order(&world, 1, "jar box=6");
    world_record(&world, count(BOX, 3));
    assert_int_equal(find(&world), 2);
    assert_int_equal(mends[0].kind, MEND_SPLIT);
    assert_int_equal(mends[0].line, 1);
    assert_int_equal(mends[1].kind, MEND_RECEIPT);
    assert_int_equal(mends[1].index, BOX);
    assert_int_equal(mends[1].quantity_thousandths, 4000);
    assert_int_equal(mends[1].day, today);
    world_close(&world);
}

/* A receipt of as much as it says, by the day that it says, brings the promise back. */
static void test_the_receipt_suffices(void **unused)
{
    (void)unused;
    struct world world;
    struct order_view view;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_order(&world, 1, "box=6");
    world_record(&world, count(BOX, 3));
    assert_int_equal(find(&world), 1);
    assert_string_equal(world_status(&world, 1), "cancelled"); /* it was taken out */
    world_record(&world, count(BOX, 3 + mends[0].quantity_thousandths / 1000));
    world_order(&world, 2, "box=6");
    assert_true(promise_order_by_number(world.state, 2, &view));
    assert_int_equal(view.first.dates.deliver_by_day, promise_today(world.state) + 1);
    world_close(&world);
}

/* Three hours of work, nobody there today: they lie behind today's collection. */
static void test_hours(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    int32_t today = promise_today(world.state);
    world_order(&world, 1, "jar=3");
    world_record(&world,
                 (struct promise_change){
                     .kind = CHANGE_STAFF, .people = -1, .from_day = today, .to_day = today});
    assert_int_equal(find(&world), 1);
    assert_int_equal(mends[0].kind, MEND_OVERTIME);
    assert_int_equal(mends[0].index, 0);
    assert_int_equal(mends[0].day, today);
    assert_int_equal(mends[0].seconds, 3 * 3600);
    world_close(&world);
}

static void test_a_strike(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    int32_t today = promise_today(world.state);
    world_order(&world, 1, "jar=2");
    world_record(&world, (struct promise_change){
                             .kind = CHANGE_CARRIER, .from_day = today, .to_day = today});
    assert_int_equal(find(&world), 1);
    assert_int_equal(mends[0].kind, MEND_COLLECTION);
    assert_int_equal(mends[0].day, today);
    assert_int_equal(mends[0].at, world.now + 2 * 3600);
    world_close(&world);
}

/* Who had to move and could come back is not moved by itself. */
static void test_asked_for_again(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_order(&world, 1, "box=6");
    world_record(&world, count(BOX, 3));
    world_record(&world, count(BOX, 10));
    assert_int_equal(find(&world), 1);
    assert_int_equal(mends[0].kind, MEND_AGAIN);
    world_close(&world);
}

/* What has begun keeps its place: only its van can be another. */
static void test_begun(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    int32_t today = promise_today(world.state);
    world_order(&world, 1, "jar=2");
    assert_string_equal(world_step(&world, PROMISE_START, 1), "ok started");
    world_record(&world, (struct promise_change){
                             .kind = CHANGE_CARRIER, .from_day = today, .to_day = today});
    assert_int_equal(find(&world), 1);
    assert_int_equal(mends[0].kind, MEND_COLLECTION);
    assert_string_equal(world_status(&world, 1), "started");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_material),        cmocka_unit_test(test_the_receipt_suffices),
        cmocka_unit_test(test_hours),           cmocka_unit_test(test_a_strike),
        cmocka_unit_test(test_asked_for_again), cmocka_unit_test(test_begun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

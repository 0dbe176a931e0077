/* Events read back as they were written, and an event that cannot be is refused and changes
 * nothing. */
#include "base/bytes.h"
#include "base/random.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const char shop_text[] =
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\npromise: {horizon_days: 10}\n"
    "calendars: {week: {open: {mon-fri: \"08:00-12:00 13:00-16:00\"}}}\n"
    "work_centers: {picking: {people: 1, calendar: week}, packing: {people: 2, calendar: week}}\n"
    "items: {box: {on_hand: 40, unit_cost: 1.00}, tin: {on_hand: 30, unit_cost: 1.00}}\n"
    "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: mon-fri, "
    "charge: 4.00, "
    "max_parcels: 3, routing: [{work_center: packing, minutes: 3}]}}\n"
    "offers:\n"
    "  jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1, tin: 2}, carrier: post, "
    "routing: "
    "[{work_center: picking, minutes: 20}, {work_center: packing, minutes: 5, crew: 2}]}\n"
    "  visit: {name: Visit, price: 9.00, vat_rate: 20, on_site: true, routing: [{work_center: "
    "picking, minutes: 3}]}\n";

static struct event first_event(const struct world *world)
{
    struct event event;
    enum status status;
    size_t offset = 0;
    struct slice bytes = {(const char *)world->events.bytes, world->events.length};
    assert_true(event_next(bytes, &offset, &event, &status));
    assert_int_equal(offset, world->events.length);
    return event;
}

static void test_placed_reads_back(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T11:50");
    world_customer.value = 77;
    world_hold(&world, 5, "visit jar=2 jar");
    struct event event = first_event(&world);
    struct event_placed placed;
    assert_int_equal(event.type, EVENT_PLACED);
    assert_int_equal(event_placed_read(&event, &placed), STATUS_OK);
    assert_int_equal(placed.number, 1);
    assert_true(placed.hold);
    assert_int_equal(placed.customer.value, 77);
    assert_int_equal(placed.made_at, world.now);
    assert_int_equal(placed.held_until, world.now + 900);
    assert_int_equal(placed.replaced_number, 0);
    assert_int_equal(placed.line_count, 3);
    assert_int_equal(placed.group_count, 2);
    assert_int_equal(placed.commitment_count, 2); /* both lines of jars begin on the same day */
    assert_memory_equal(placed.key.bytes, world_key(5).bytes, sizeof placed.key.bytes);
    assert_int_equal(placed.first.total_minor, 900 + 1500 + 400);
    assert_int_equal(event_placed_line(&placed, 0).offer.index, 1);
    assert_int_equal(event_placed_line(&placed, 1).quantity_thousandths, 2000);
    assert_int_equal(event_placed_line(&placed, 1).amount_minor, 1000);
    assert_int_equal(event_placed_group(&placed, event_placed_line(&placed, 0).group).carrier.index,
                     NO_INDEX);
    struct event_group parcel = event_placed_group(&placed, event_placed_line(&placed, 2).group);
    assert_int_equal(parcel.carrier.index, 0);
    assert_true(parcel.dates.has_ship_by);
    assert_int_equal(parcel.collection_day, zone_day(&world.shop->zone, parcel.dates.ship_by));
    assert_int_equal(event_placed_commitment(&placed, 0).quantity_thousandths, 3000);
    assert_int_equal(event_placed_commitment(&placed, 1).quantity_thousandths, 6000);
    uint32_t slots = 0;
    for (uint32_t i = 0; i < placed.run_count; i++) {
        slots += event_placed_run(&placed, i).count;
    }
    assert_int_equal(slots, 3 * 4 + 3 * 20 * 4 + 3 * 5 * 4 + 3 * 4);
    world_close(&world);
}

static void test_steps_read_back(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_order(&world, 5, "jar");
    int64_t made_at = world.now;
    world_at(&world, "2026-12-01T10:00");
    world_step(&world, PROMISE_START, 5);
    struct event event = first_event(&world);
    struct event_step step;
    assert_int_equal(event.type, EVENT_STARTED);
    assert_int_equal(event_step_read(&event, &step), STATUS_OK);
    assert_int_equal(step.number, 1);
    assert_int_equal(step.made_at, made_at);
    assert_int_equal(step.at, world.now);
    assert_memory_equal(step.key.bytes, world_key(5).bytes, sizeof step.key.bytes);
    event.version = EVENT_VERSION + 1;
    assert_int_equal(event_step_read(&event, &step), STATUS_VERSION);
    assert_int_equal(promise_apply(world.state, &event, world.now), STATUS_VERSION);
    event.version = EVENT_VERSION;
    event.length--;
    assert_int_equal(event_step_read(&event, &step), STATUS_CORRUPT);
    world_close(&world);
}

static void test_cut_off_events_are_corrupt(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_order(&world, 5, "jar");
    for (size_t length = 0; length < world.events.length; length++) {
        struct event event;
        enum status status = STATUS_OK;
        size_t offset = 0;
        struct slice bytes = {(const char *)world.events.bytes, length};
        assert_false(event_next(bytes, &offset, &event, &status));
        assert_int_equal(status, length == 0 ? STATUS_OK : STATUS_CORRUPT);
    }
    world_close(&world);
}

static void apply_garbage(struct world *world, const unsigned char *bytes, size_t length)
{
    struct event event;
    enum status status;
    size_t offset = 0;
    uint64_t before = promise_digest(world->state);
    if (!event_next((struct slice){(const char *)bytes, length}, &offset, &event, &status)) {
        return;
    }
    status = promise_apply(world->state, &event, world->now);
    assert_true(status == STATUS_OK || status == STATUS_CORRUPT || status == STATUS_VERSION ||
                status == STATUS_LIMIT);
    if (status != STATUS_OK) {
        assert_int_equal(promise_digest(world->state), before);
    }
    const char *wrong = promise_check(world->state);
    if (wrong != NULL) {
        fail_msg("%s", wrong);
    }
}

/* Each byte of a real event changed in several ways, applied to the state that could have decided
 * it. */
static void test_changed_bytes_never_harm(void **unused)
{
    (void)unused;
    static const unsigned char masks[] = {0x01, 0x02, 0x03, 0x80, 0xff, 0x10};
    struct world world;
    world_open(&world, shop_text, "2026-12-01T11:50");
    unsigned char bytes[4096];
    struct promise_line lines[] = {{{0}, 1000}, {{1}, 2000}};
    for (size_t at = 0;; at++) {
        struct promise_command command = {
            .kind = PROMISE_PLACE,
            .now = world.now,
            .order = world_key(100 + (uint32_t)at),
            .ask = {.line_count = 2, .lines = lines, .customer = {3}}};
        command.has_replaces = at % 2 == 0;
        command.replaces = world_key(2);
        struct promise_answer answer;
        /* A fresh state each time: some changes are events that could have been. */
        world_close(&world);
        world_open(&world, shop_text, "2026-12-01T11:50");
        world_order(&world, 1, "jar");
        world_hold(&world, 2, "jar=2 visit");
        world.events.length = 0;
        promise_decide(world.state, &command, &answer, &world.events);
        assert_int_equal(answer.result, PROMISE_OK);
        assert_true(world.events.length <= sizeof bytes);
        memcpy(bytes, world.events.bytes, world.events.length);
        if (at >= world.events.length) {
            break;
        }
        for (size_t i = 0; i < sizeof masks; i++) {
            bytes[at] ^= masks[i];
            apply_garbage(&world, bytes, world.events.length);
            bytes[at] ^= masks[i];
        }
    }
    world_close(&world);
}

/* Kinds that there are none of: how it is wanted, whom it comes before, why it was revised. */
static void test_kinds_out_of_range_are_corrupt(void **unused)
{
    (void)unused;
    static const struct {
        size_t at;
        unsigned char most;
    } kinds[] = {{128, WANT_AT}, {129, PRIORITY_MAX}, {130, CHANGE_KINDS - 1}};
    struct world world;
    struct event_placed placed;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_order(&world, 1, "jar");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct event event = first_event(&world);
        unsigned char *kind = world.events.bytes + EVENT_HEAD_BYTES + kinds[i].at;
        *kind = kinds[i].most;
        assert_int_equal(event_placed_read(&event, &placed), STATUS_OK);
        *kind = (unsigned char)(kinds[i].most + 1);
        assert_int_equal(event_placed_read(&event, &placed), STATUS_CORRUPT);
        *kind = 0;
    }
    world_close(&world);
}

/* A head alone is a whole event, if it says so. */
static void test_an_event_without_payload(void **unused)
{
    (void)unused;
    static const unsigned char head[EVENT_HEAD_BYTES] = {EVENT_HISTORY, 0, EVENT_VERSION};
    struct event event;
    enum status status = STATUS_OK;
    size_t offset = 0;
    assert_true(
        event_next((struct slice){(const char *)head, sizeof head}, &offset, &event, &status));
    assert_int_equal(event.type, EVENT_HISTORY);
    assert_int_equal(event.length, 0);
    assert_int_equal(offset, EVENT_HEAD_BYTES);
    offset = 0;
    assert_false(
        event_next((struct slice){(const char *)head, sizeof head - 1}, &offset, &event, &status));
    assert_int_equal(status, STATUS_CORRUPT);
}

static void test_events_out_of_place_are_corrupt(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    world_order(&world, 1, "jar");
    struct event event = first_event(&world);
    assert_int_equal(promise_apply(world.state, &event, world.now), STATUS_CORRUPT);
    unsigned char bytes[64];
    struct event_buffer buffer = {bytes, 0, sizeof bytes};
    event_day_write(&buffer, promise_today(world.state) + 1);
    struct event day = {EVENT_DAY, EVENT_VERSION, bytes + EVENT_HEAD_BYTES, EVENT_DAY_BYTES};
    assert_int_equal(promise_apply(world.state, &day, world.now), STATUS_CORRUPT);
    assert_int_equal(promise_apply(world.state, &day, world.now + DAY_SECONDS), STATUS_OK);
    assert_int_equal(promise_apply(world.state, &day, world.now + DAY_SECONDS), STATUS_CORRUPT);
    struct event unknown = {0, EVENT_VERSION, bytes, 0};
    assert_int_equal(promise_apply(world.state, &unknown, world.now), STATUS_CORRUPT);
    unknown.type = EVENT_TYPES;
    assert_int_equal(promise_apply(world.state, &unknown, world.now), STATUS_VERSION);
    static const uint16_t ignored[] = {EVENT_SHOP, EVENT_HISTORY, EVENT_ZONE};
    for (size_t i = 0; i < 3; i++) {
        unknown.type = ignored[i];
        assert_int_equal(promise_apply(world.state, &unknown, world.now), STATUS_OK);
    }
    world_close(&world);
}

/* Clocks go back over midnight: the day that has begun at the first one does not end again, and who
 * looks at the clock only when it is the day before once more hears that it has begun. */
static void test_a_midnight_that_comes_twice(void **unused)
{
    (void)unused;
    static const char visits[] =
        "shop: {name: Test, currency: CAD, time_zone: America/St_Johns}\n"
        "offers: {visit: {name: Visit, price: 9.00, vat_rate: 20, on_site: true}}\n";
    struct world world;
    world_open(&world, visits, "2011-11-05T20:00");
    int32_t saturday = promise_today(world.state);
    world_at(&world, "2011-11-05T23:59");
    assert_int_equal(promise_today(world.state), saturday);
    world.now += 60 + 60 + 600; /* 23:11 of the second time */
    assert_int_equal(zone_day(&world.shop->zone, world.now), saturday);
    world.events.length = 0;
    assert_true(promise_due(world.state, world.now, &world.events));
    struct event event = first_event(&world);
    assert_int_equal(event.type, EVENT_DAY);
    assert_int_equal(promise_apply(world.state, &event, world.now), STATUS_OK);
    assert_int_equal(promise_today(world.state), saturday + 1);
    world.events.length = 0;
    assert_false(promise_due(world.state, world.now, &world.events));
    world_order(&world, 1, "visit");
    assert_int_equal(world.answer.result, PROMISE_OK);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_placed_reads_back),
        cmocka_unit_test(test_steps_read_back),
        cmocka_unit_test(test_cut_off_events_are_corrupt),
        cmocka_unit_test(test_changed_bytes_never_harm),
        cmocka_unit_test(test_kinds_out_of_range_are_corrupt),
        cmocka_unit_test(test_an_event_without_payload),
        cmocka_unit_test(test_events_out_of_place_are_corrupt),
        cmocka_unit_test(test_a_midnight_that_comes_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

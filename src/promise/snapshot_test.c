/* A saved state comes back as it was; anything else than what was saved, for the same shop, is
 * refused. */
#include "promise/state.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define SHOP(items)                                                                                \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "calendars: {week: {open: {mon-fri: \"08:00-12:00 13:00-16:00\"}}}\n"                          \
    "work_centers: {packing: {people: 2, calendar: week}}\nitems: {" items "}\n"                   \
    "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: "         \
    "mon-fri}}\n"                                                                                  \
    "offers: {jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post, "        \
    "routing: "                                                                                    \
    "[{work_center: packing, minutes: 20}]}}\n"

/* Where the head has what: it is the layout of snapshot.c, and a changed one is a new number. */
enum {
    HEAD_LAYOUT = 16,
    HEAD_RECORD_BYTES = 20,
    HEAD_ITEM_COUNT = 44,
    HEAD_ORDER_COUNT = 48,
    HEAD_BLOCK_UNITS_USED = 52,
    HEAD_ENTRY_COUNT = 56 + 4 * BLOCK_CLASSES + LIMIT_WORK_CENTERS,
    HEAD_OPENING_COUNT = HEAD_ENTRY_COUNT + 4,
    HEAD_BILL_COUNT = HEAD_ENTRY_COUNT + 8,
    HEAD_STAFF_COUNT = HEAD_ENTRY_COUNT + 12,
    HEAD_CLOSURE_COUNT = HEAD_ENTRY_COUNT + 16,
    HEAD_SESSION_COUNT = HEAD_ENTRY_COUNT + 20
};

static unsigned char memory[4 << 20];

struct stream {
    size_t at;
    size_t length;
};

static enum status write_piece(void *context, void *bytes, size_t length)
{
    struct stream *stream = context;
    assert_true(length <= sizeof memory - stream->at);
    memcpy(memory + stream->at, bytes, length);
    stream->at += length;
    return STATUS_OK;
}

static enum status read_piece(void *context, void *bytes, size_t length)
{
    struct stream *stream = context;
    if (length > stream->length - stream->at) {
        return STATUS_CORRUPT;
    }
    memcpy(bytes, memory + stream->at, length);
    stream->at += length;
    return STATUS_OK;
}

static size_t world_save(struct world *world)
{
    struct stream stream = {0, 0};
    struct promise_stream write = {write_piece, &stream};
    assert_int_equal(promise_save(world->state, &write), STATUS_OK);
    return stream.at;
}

static enum status world_restore(struct world *world, size_t length)
{
    struct stream stream = {0, length};
    struct promise_stream read = {read_piece, &stream};
    return promise_restore(world->state, &read);
}

static void world_fill(struct world *world)
{
    world_open(world, SHOP("box: {on_hand: 100, unit_cost: 1.00}"), "2026-12-01T09:00");
    world_order(world, 1, "jar=3");
    world_hold(world, 2, "jar=2");
    world_order(world, 3, "jar=4");
    world_step(world, PROMISE_CANCEL, 1);
    world_step(world, PROMISE_SHIP, 3);
    world_order(world, 4, "jar jar");
}

static void test_comes_back(void **unused)
{
    (void)unused;
    struct world world;
    struct world fresh;
    world_fill(&world);
    size_t length = world_save(&world);
    world_open(&fresh, SHOP("box: {on_hand: 100, unit_cost: 1.00}"), "2026-12-01T07:00");
    assert_int_equal(world_restore(&fresh, length), STATUS_OK);
    assert_int_equal(promise_digest(fresh.state), promise_digest(world.state));
    assert_null(promise_check(fresh.state));
    fresh.now = world.now;
    char expected[sizeof world.text];
    memcpy(expected, world_quote(&world, "jar=5"), sizeof expected);
    assert_string_equal(world_quote(&fresh, "jar=5"), expected);
    /* The hold still expires, the free blocks are used again. */
    world_at(&world, "2026-12-01T10:00");
    world_at(&fresh, "2026-12-01T10:00");
    assert_string_equal(world_status(&fresh, 2), "expired");
    world_order(&fresh, 9, "jar");
    world_order(&world, 9, "jar");
    assert_int_equal(promise_digest(fresh.state), promise_digest(world.state));
    world_close(&fresh);
    world_close(&world);
}

/* Purchases, bills, people who are absent, a strike, a balance, sessions, revisions, a promise that
 * is broken and one that is wanted later. */
#define SUPPLIED                                                                                   \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "promise: {horizon_days: 40}\n"                                                                \
    "calendars: {week: {open: {mon-fri: \"08:00-12:00 13:00-16:00\"}}}\n"                          \
    "work_centers: {packing: {people: 2, calendar: week}}\n"                                       \
    "suppliers: {mill: {lead_days: 2, payment_days: 5}}\n"                                         \
    "items: {box: {on_hand: 5, unit_cost: 1.00, supplier: mill}, tin: {on_hand: 0, unit_cost: "    \
    "1.00}}\n"                                                                                     \
    "receipts: [{item: tin, quantity: 9, due: 2026-12-04}]\n"                                      \
    "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: "         \
    "mon-fri}}\n"                                                                                  \
    "offers:\n"                                                                                    \
    "  jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post, routing: "      \
    "[{work_center: packing, minutes: 20}]}\n"                                                     \
    "  mug: {name: Mug, price: 5.00, vat_rate: 20, items: {tin: 1}, carrier: post}\n"              \
    "  tour: {name: Tour, price: 5.00, vat_rate: 20, seats: 4, on_site: true, routing: "           \
    "[{work_center: packing, minutes: 60, whole: true}]}\n"                                        \
    "cash: {opening_balance: 500.00}\n"

static void supplied_fill(struct world *world)
{
    static const char *const changes[] = {"received 2 3",
                                          "staff packing -1 2026-12-02 2026-12-08",
                                          "carrier post 2026-12-03 2026-12-03",
                                          "quantity 1 4",
                                          "bought box 2 2026-12-09",
                                          "balance 123.45"};
    world_open(world, SUPPLIED, "2026-12-01T09:00");
    world_order(world, 1, "jar=9");
    world_order(world, 2, "jar mug=2 split priority=3");
    world_order(world, 3, "mug=5");
    world_order(world, 4, "tour=2 want=2026-12-03T10:00");
    world_order(world, 5, "tour");
    world_order(world, 6, "jar want=2026-12-17");
    world_hold(world, 7, "tour=3 jar");
    world_change(world, "sent mill 2026-12-01");
    world_at(world, "2026-12-02T09:00");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        assert_memory_equal(world_change(world, changes[i]), "ok", 2);
    }
    world_step_line(world, PROMISE_START, 2, 1);
}

static void test_all_that_was_recorded_comes_back(void **unused)
{
    (void)unused;
    struct world world;
    struct world fresh;
    struct order_view view;
    supplied_fill(&world);
    assert_true(promise_order(world.state, world_key(3), &view));
    assert_true(view.broken);
    size_t length = world_save(&world);
    world_open(&fresh, SUPPLIED, "2026-12-01T07:00");
    assert_int_equal(world_restore(&fresh, length), STATUS_OK);
    fresh.now = world.now;
    assert_int_equal(promise_digest(fresh.state), promise_digest(world.state));
    assert_null(promise_check(fresh.state));
    /* What follows is the same in both. */
    static const char *const changes[] = {"received 2 1 damaged 1", "quantity 1 9",
                                          "staff packing -1 2026-12-03 2026-12-03",
                                          "date 1 2026-12-09"};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char expected[sizeof world.text];
        memcpy(expected, world_change(&world, changes[i]), sizeof expected);
        assert_string_equal(world_change(&fresh, changes[i]), expected);
        memcpy(expected, world_order(&world, 20 + (uint32_t)i, "tour jar=3"), sizeof expected);
        assert_string_equal(world_order(&fresh, 20 + (uint32_t)i, "tour jar=3"), expected);
        world_step(&world, PROMISE_CANCEL, (uint32_t)i + 4);
        world_step(&fresh, PROMISE_CANCEL, (uint32_t)i + 4);
        assert_int_equal(promise_digest(fresh.state), promise_digest(world.state));
    }
    world_close(&fresh);
    world_close(&world);
}

static void test_every_changed_byte_is_found(void **unused)
{
    (void)unused;
    struct world world;
    struct world fresh;
    world_fill(&world);
    size_t length = world_save(&world);
    world_open(&fresh, SHOP("box: {on_hand: 100, unit_cost: 1.00}"), "2026-12-01T07:00");
    uint64_t opening = promise_digest(fresh.state);
    for (size_t at = 0; at < length; at++) {
        memory[at] ^= 0x40;
        assert_int_not_equal(world_restore(&fresh, length), STATUS_OK);
        memory[at] ^= 0x40;
        assert_int_equal(promise_digest(fresh.state), opening);
        assert_null(promise_check(fresh.state));
    }
    for (size_t cut = 0; cut < length; cut += 7) {
        assert_int_not_equal(world_restore(&fresh, cut), STATUS_OK);
    }
    /* After all that, the true one is taken still. */
    assert_int_equal(world_restore(&fresh, length), STATUS_OK);
    assert_null(promise_check(fresh.state));
    world_close(&fresh);
    world_close(&world);
}

static void test_another_shop_is_refused(void **unused)
{
    (void)unused;
    struct world world;
    struct world other;
    world_fill(&world);
    size_t length = world_save(&world);
    world_open(&other,
               SHOP("box: {on_hand: 100, unit_cost: 1.00}, tin: {on_hand: 1, unit_cost: 1.00}"),
               "2026-12-01T09:00");
    assert_int_equal(world_restore(&other, length), STATUS_VERSION);
    world_close(&other);
    world_close(&world);
}

/* Whatever a restore left half read, the state goes on from its opening as if nothing had been. */
static void test_goes_on_after_a_refused_one(void **unused)
{
    (void)unused;
    struct world world;
    struct world fresh;
    struct world untouched;
    world_fill(&world);
    size_t length = world_save(&world);
    world_open(&fresh, SHOP("box: {on_hand: 100, unit_cost: 1.00}"), "2026-12-01T07:00");
    world_open(&untouched, SHOP("box: {on_hand: 100, unit_cost: 1.00}"), "2026-12-01T07:00");
    memory[length - 1] ^= 1;
    assert_int_equal(world_restore(&fresh, length), STATUS_CORRUPT);
    for (uint32_t key = 1; key <= 3; key++) {
        world_hold(&fresh, key, "jar=2");
        world_hold(&untouched, key, "jar=2");
        assert_string_equal(fresh.text, untouched.text);
    }
    world_step(&fresh, PROMISE_CANCEL, 2);
    world_step(&untouched, PROMISE_CANCEL, 2);
    world_at(&fresh, "2026-12-01T12:00");
    world_at(&untouched, "2026-12-01T12:00");
    assert_string_equal(world_status(&fresh, 3), "expired");
    assert_int_equal(promise_digest(fresh.state), promise_digest(untouched.state));
    world_close(&untouched);
    world_close(&fresh);
    world_close(&world);
}

/* Every name counts, the first of each kind too, and its first letter. */
static void test_one_other_name_is_another_shop(void **unused)
{
    (void)unused;
    static const char format[] =
        "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
        "calendars: {week: {open: {mon-fri: \"08:00-12:00\"}}}\n"
        "work_centers: {%s: {people: 2, calendar: week}, loading: {people: 2, calendar: week}}\n"
        "items: {%s: {on_hand: 10, unit_cost: 1.00}, tin: {on_hand: 10, unit_cost: 1.00}}\n"
        "carriers:\n"
        "  %s: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: mon-fri}\n"
        "  van: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: mon-fri}\n"
        "offers:\n"
        "  %s: {name: Jar, price: 5.00, vat_rate: 20, carrier: van}\n"
        "  pot: {name: Pot, price: 5.00, vat_rate: 20, carrier: van}\n";
    static const char *const names[][4] = {
        {"packing", "box", "post", "jar"}, {"packind", "box", "post", "jar"},
        {"packing", "fox", "post", "jar"}, {"packing", "box", "host", "jar"},
        {"packing", "box", "post", "bar"}, {"packing", "boxes", "post", "jar"}};
    char text[2048];
    size_t length = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct world world;
        snprintf(text, sizeof text, format, names[i][0], names[i][1], names[i][2], names[i][3]);
        world_open(&world, text, "2026-12-01T09:00");
        length = i == 0 ? world_save(&world) : length;
        assert_int_equal(world_restore(&world, length), i == 0 ? STATUS_OK : STATUS_VERSION);
        world_close(&world);
    }
}

/* Writes a number into the head; returns how many bytes were read before the refusal. */
static size_t head_refused(struct world *fresh, size_t length, size_t at, uint32_t value,
                           enum status status)
{
    struct stream stream = {0, length};
    struct promise_stream read = {read_piece, &stream};
    uint32_t before = 0;
    memcpy(&before, memory + at, sizeof before);
    memcpy(memory + at, &value, sizeof value);
    assert_int_equal(promise_restore(fresh->state, &read), status);
    memcpy(memory + at, &before, sizeof before);
    return stream.at;
}

/* What a head says that cannot be is refused before anything is read by it. */
static void test_heads_that_cannot_be(void **unused)
{
    (void)unused;
    struct world world;
    struct world fresh;
    world_fill(&world);
    size_t length = world_save(&world);
    world_open(&fresh, SHOP("box: {on_hand: 100, unit_cost: 1.00}"), "2026-12-01T07:00");
    uint32_t orders = fresh.state->orders.capacity;
    uint32_t units = fresh.state->orders.block_units;
    const struct {
        size_t at;
        uint32_t value;
        enum status status;
    } rows[] = {{0, 0, STATUS_CORRUPT},
                {HEAD_LAYOUT, 1, STATUS_VERSION},
                {HEAD_RECORD_BYTES, 96, STATUS_VERSION},
                {HEAD_ITEM_COUNT, 0, STATUS_CORRUPT},
                {HEAD_ITEM_COUNT, 2, STATUS_CORRUPT},
                {HEAD_ORDER_COUNT, orders + 1, STATUS_LIMIT},
                {HEAD_BLOCK_UNITS_USED, units + 1, STATUS_LIMIT},
                {HEAD_ENTRY_COUNT, LIMIT_SUPPLY_ENTRIES + 1, STATUS_LIMIT},
                {HEAD_BILL_COUNT, LIMIT_BILLS + 1, STATUS_LIMIT},
                {HEAD_STAFF_COUNT, LIMIT_LIST_ENTRIES + 1, STATUS_LIMIT},
                {HEAD_CLOSURE_COUNT, LIMIT_LIST_ENTRIES + 1, STATUS_LIMIT},
                {HEAD_SESSION_COUNT, LIMIT_SESSIONS + 1, STATUS_LIMIT},
                {HEAD_BLOCK_UNITS_USED, 0, STATUS_CORRUPT}};
    size_t head_bytes = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t taken = head_refused(&fresh, length, rows[i].at, rows[i].value, rows[i].status);
        head_bytes = i == 0 ? taken : head_bytes;
        assert_int_equal(taken, head_bytes);
    }
    /* At its most it may be, and then it is the bytes that are missing. */
    head_refused(&fresh, length, HEAD_ORDER_COUNT, orders, STATUS_CORRUPT);
    head_refused(&fresh, length, HEAD_BLOCK_UNITS_USED, units, STATUS_CORRUPT);
    head_refused(&fresh, length, HEAD_ENTRY_COUNT, LIMIT_SUPPLY_ENTRIES, STATUS_CORRUPT);
    head_refused(&fresh, length, HEAD_BILL_COUNT, LIMIT_BILLS, STATUS_CORRUPT);
    head_refused(&fresh, length, HEAD_STAFF_COUNT, LIMIT_LIST_ENTRIES, STATUS_CORRUPT);
    head_refused(&fresh, length, HEAD_CLOSURE_COUNT, LIMIT_LIST_ENTRIES, STATUS_CORRUPT);
    head_refused(&fresh, length, HEAD_SESSION_COUNT, LIMIT_SESSIONS, STATUS_CORRUPT);
    assert_int_equal(world_restore(&fresh, length), STATUS_OK);
    world_close(&fresh);
    world_close(&world);
}

/* The digest sees every order, the last one too, and each step of it. */
static void test_digest_sees_the_last_order(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP("box: {on_hand: 100, unit_cost: 1.00}"), "2026-12-01T09:00");
    uint64_t digests[4] = {promise_digest(world.state)};
    world_hold(&world, 1, "jar");
    digests[1] = promise_digest(world.state);
    world_step(&world, PROMISE_CONFIRM, 1);
    digests[2] = promise_digest(world.state);
    world_hold(&world, 2, "jar");
    digests[3] = promise_digest(world.state);
    for (size_t i = 0; i < 4; i++) {
        for (size_t k = 0; k < i; k++) {
            assert_true(digests[i] != digests[k]);
        }
    }
    world_close(&world);
}

/* The digest sees what slots a session owns, in whichever block they lie. */
static void test_digest_sees_a_sessions_slots(void **unused)
{
    (void)unused;
    struct world world;
    supplied_fill(&world);
    struct session *session = session_of(&world.state->sessions, 1);
    assert_true(session->run_count > 0);
    const struct session before = *session;
    for (uint32_t block = 1; block <= before.block; block += before.block - 1) {
        session->block = block;
        session->run_count = 1;
        uint64_t digest = promise_digest(world.state);
        session->run_count = 2;
        assert_true(promise_digest(world.state) != digest);
    }
    *session = before;
    orders_runs(&world.state->orders, before.block)[0].slot++;
    uint64_t digest = promise_digest(world.state);
    orders_runs(&world.state->orders, before.block)[0].slot--;
    assert_true(promise_digest(world.state) != digest);
    world_close(&world);
}

/* Tables longer than a piece are written and read in several. */
static void test_a_large_state(void **unused)
{
    (void)unused;
    static const char shop_file[] =
        "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
        "items: {box: {on_hand: 90000, unit_cost: 1.00}}\n"
        "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: "
        "mon-fri}}\n"
        "offers: {jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post}}\n";
    struct promise_sizes large = {21000};
    struct world world;
    world_open(&world, shop_file, "2026-12-01T09:00");
    promise_free(world.state);
    assert_int_equal(promise_create(world.shop, world.now, &large, &world.state, NULL), STATUS_OK);
    struct promise_line line = {{0}, 1000};
    struct promise_command command = {
        .kind = PROMISE_PLACE, .now = world.now, .ask = {.line_count = 1, .lines = &line}};
    for (uint32_t key = 1; key <= large.orders; key++) {
        size_t offset = 0;
        struct event event;
        enum status status = STATUS_OK;
        command.order = world_key(key);
        world.events.length = 0;
        promise_decide(world.state, &command, &world.answer, &world.events);
        struct slice bytes = {(const char *)world.events.bytes, world.events.length};
        assert_true(event_next(bytes, &offset, &event, &status));
        assert_int_equal(promise_apply(world.state, &event, world.now), STATUS_OK);
    }
    uint64_t digest = promise_digest(world.state);
    size_t length = world_save(&world);
    assert_true(length > (size_t)3 << 20);
    promise_free(world.state);
    assert_int_equal(promise_create(world.shop, world.now, &large, &world.state, NULL), STATUS_OK);
    assert_int_equal(world_restore(&world, length), STATUS_OK);
    assert_int_equal(promise_digest(world.state), digest);
    assert_null(promise_check(world.state));
    world_close(&world);
}

#define TEAM(people)                                                                               \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "calendars: {week: {open: {mon-fri: \"08:00-12:00\"}}}\n"                                      \
    "work_centers: {packing: {people: " people ", calendar: week}}\n"                              \
    "offers: {visit: {name: Visit, price: 5.00, vat_rate: 20, on_site: true, routing: "            \
    "[{work_center: packing, minutes: 20, crew: 9}]}}\n"

/* Nine people are reserved where the shop file has two by now: they come back all the same. */
static void test_more_people_than_are_left(void **unused)
{
    (void)unused;
    struct world world;
    struct world later;
    world_open(&world, TEAM("9"), "2026-12-01T07:00");
    world_order(&world, 1, "visit");
    assert_int_equal(world.answer.result, PROMISE_OK);
    world_open(&later, TEAM("2"), "2026-12-01T07:00");
    promise_shop(world.state, later.shop, world.now);
    size_t length = world_save(&world);
    assert_int_equal(world_restore(&later, length), STATUS_OK);
    assert_int_equal(promise_digest(later.state), promise_digest(world.state));
    assert_null(promise_check(later.state));
    world_close(&world);
    world_close(&later);
}

#define FAR(horizon)                                                                               \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "promise: {horizon_days: " horizon "}\n"                                                       \
    "calendars: {week: {open: {mon-sun: \"08:00-12:00\"}}}\n"                                      \
    "work_centers: {packing: {people: 1, calendar: week}}\n"                                       \
    "offers: {visit: {name: Visit, price: 5.00, vat_rate: 20, on_site: true, routing: "            \
    "[{work_center: packing, minutes: 20}]}}\n"

/* What was promised beyond the horizon of a later shop file stays reserved, the last order too. */
static void test_beyond_a_shorter_horizon(void **unused)
{
    (void)unused;
    struct world world;
    struct world later;
    world_open(&world, FAR("60"), "2026-12-01T07:00");
    world_order(&world, 1, "visit");
    world_order(&world, 2, "visit want=2027-01-04");
    assert_int_equal(world.answer.result, PROMISE_OK);
    int32_t day = world.answer.summary.dates.deliver_by_day - promise_today(world.state);
    assert_int_equal(day, 34);
    world_open(&later, FAR("10"), "2026-12-01T07:00");
    promise_shop(world.state, later.shop, world.now);
    assert_int_equal(world.state->window.horizon_days, 10);
    assert_true(world.state->window.days > day);
    assert_null(promise_check(world.state));
    assert_int_equal(world_restore(&later, world_save(&world)), STATUS_OK);
    assert_int_equal(promise_digest(later.state), promise_digest(world.state));
    assert_null(promise_check(later.state));
    world_close(&world);
    world_close(&later);
}

/* More orders than the smaller core can hold: refused, not cut. */
static void test_a_smaller_core_refuses(void **unused)
{
    (void)unused;
    struct world world;
    world_fill(&world);
    size_t length = world_save(&world);
    struct promise_sizes small = {3};
    promise_free(world.state);
    assert_int_equal(promise_create(world.shop, world.now, &small, &world.state, NULL), STATUS_OK);
    assert_int_equal(world_restore(&world, length), STATUS_LIMIT);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comes_back),
        cmocka_unit_test(test_all_that_was_recorded_comes_back),
        cmocka_unit_test(test_every_changed_byte_is_found),
        cmocka_unit_test(test_another_shop_is_refused),
        cmocka_unit_test(test_a_smaller_core_refuses),
        cmocka_unit_test(test_goes_on_after_a_refused_one),
        cmocka_unit_test(test_one_other_name_is_another_shop),
        cmocka_unit_test(test_heads_that_cannot_be),
        cmocka_unit_test(test_digest_sees_the_last_order),
        cmocka_unit_test(test_digest_sees_a_sessions_slots),
        cmocka_unit_test(test_a_large_state),
        cmocka_unit_test(test_more_people_than_are_left),
        cmocka_unit_test(test_beyond_a_shorter_horizon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A saved state comes back as it was; anything else than what was saved, for the same shop, is
 * refused. */
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
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

static unsigned char memory[1 << 20];

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
        cmocka_unit_test(test_every_changed_byte_is_found),
        cmocka_unit_test(test_another_shop_is_refused),
        cmocka_unit_test(test_a_smaller_core_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Orders of the shop behind as a task of the engine: what becomes of each message, what is kept of
 * it, that a replay leads to the same, and that `verify` finds what is changed by hand. */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SQL_BYTES = 300 };

/* What the shop behind says of one of its orders. */
struct said {
    const char *reference;
    enum sold_state state;
    int64_t units;        /* of the offer `crate`; 0: of nothing known */
    int64_t modified_at;  /* minutes after WORLD_NOW */
    int32_t promised_day; /* of December 2026 */
    const char *deleted_by;
};

static struct engine_sold tell(struct world *world, struct said said, int64_t now)
{
    struct promise_line line = {.quantity_thousandths = 1000 * said.units};
    assert_true(shop_offer_find(engine_shop(world->engine), SLICE("crate"), &line.offer));
    const struct history_line history = {SLICE("7"), SLICE("crate"),    1000 * said.units,
                                         1250,       WORLD_NOW - 86400, SLICE("")};
    struct engine_sold sold = {
        .reference = slice_of(said.reference),
        .label = SLICE("7"),
        .status = SLICE("processing"),
        .unknown = said.units == 0 ? SLICE("1 x Mug") : SLICE(""),
        .deleted_by = slice_of(said.deleted_by == NULL ? "" : said.deleted_by),
        .modified_at = said.modified_at == 0 ? 0 : WORLD_NOW + 60 * said.modified_at,
        .state = said.state,
        .lines = &line,
        .line_count = said.units > 0,
        .promised_day = said.promised_day == 0 ? 0 : world_day(said.promised_day),
        .person = {.email = SLICE("a@example.org"), .name = SLICE("Ann")},
        .history = &history,
        .history_count = 1,
    };
    struct engine_task task = {.kind = TASK_SOLD, .sold = &sold, .sold_count = 1};
    engine_run(world->engine, &task, now);
    assert_int_equal(task.status, STATUS_OK);
    return sold;
}

static int64_t left(struct world *world)
{
    struct atp_day day;
    const struct shop *shop = engine_shop(world->engine);
    struct offer_id offer;
    assert_true(shop_offer_find(shop, SLICE("crate"), &offer));
    (void)promise_atp(engine_state(world->engine), shop->offers[offer.index].components[0].item,
                      &day, 1);
    return day.atp / 1000;
}

static void test_outcomes(void **state)
{
    struct world *world = *state;
    static const struct {
        struct said said;
        enum sold_outcome outcome;
        int64_t left;
    } steps[] = {
        {{"woocommerce:7", SOLD_WAITING, 2, 1, 0, NULL}, SOLD_HELD, 98},
        {{"woocommerce:7", SOLD_WAITING, 3, 2, 0, NULL}, SOLD_HELD, 97},
        {{"woocommerce:7", SOLD_OPEN, 3, 3, 0, NULL}, SOLD_TAKEN, 97},
        {{"woocommerce:7", SOLD_OPEN, 3, 3, 0, NULL}, SOLD_SAME, 97},
        {{"woocommerce:7", SOLD_OPEN, 9, 2, 0, NULL}, SOLD_STALE, 97},
        {{"woocommerce:7", SOLD_OPEN, 4, 4, 0, NULL}, SOLD_TAKEN, 96},
        {{"woocommerce:7", SOLD_ENDED, 4, 5, 0, NULL}, SOLD_CANCELLED, 100},
        {{"woocommerce:7", SOLD_OPEN, 4, 6, 0, NULL}, SOLD_TAKEN, 96},
        {{"woocommerce:7", SOLD_ENDED, 0, 0, 0, "m1"}, SOLD_CANCELLED, 100},
        {{"woocommerce:7", SOLD_OPEN, 4, 7, 0, NULL}, SOLD_TAKEN, 96},
        {{"woocommerce:7", SOLD_ENDED, 0, 0, 0, "m1"}, SOLD_STALE, 96},
        {{"woocommerce:7", SOLD_COMPLETE, 4, 8, 0, NULL}, SOLD_DELIVERED, 96},
        {{"woocommerce:7", SOLD_COMPLETE, 4, 8, 0, NULL}, SOLD_SAME, 96},
        {{"woocommerce:7", SOLD_OPEN, 5, 9, 0, NULL}, SOLD_LEFT, 96},
        {{"woocommerce:8", SOLD_COMPLETE, 5, 1, 0, NULL}, SOLD_HISTORY, 96},
        {{"woocommerce:8", SOLD_COMPLETE, 5, 2, 0, NULL}, SOLD_SAME, 96},
        {{"woocommerce:9", SOLD_OPEN, 0, 1, 0, NULL}, SOLD_NOTHING, 96},
        {{"woocommerce:10", SOLD_WAITING, 400, 1, 0, NULL}, SOLD_NOT_HELD, 96},
        {{"woocommerce:10", SOLD_COMPLETE, 6, 2, 0, NULL}, SOLD_DELIVERED, 90},
        {{"woocommerce:11", SOLD_ENDED, 6, 1, 0, NULL}, SOLD_SAME, 90},
        {{"woocommerce:11", SOLD_OPEN, 6, 0, 0, NULL}, SOLD_SAME, 90}, /* when? */
        {{"woocommerce:12", SOLD_OPEN, 6, 60 * 24 * 365, 0, NULL},
         SOLD_TAKEN,
         84}, /* a clock ahead */
        {{"woocommerce:12", SOLD_OPEN, 5, 11, 0, NULL}, SOLD_TAKEN, 85},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct engine_sold sold = tell(world, steps[i].said, WORLD_NOW + 600 + (int64_t)i);
        if (sold.outcome != steps[i].outcome || left(world) != steps[i].left) {
            fail_msg("step %zu: outcome %d, left %d", i, (int)sold.outcome, (int)left(world));
        }
    }
    uint64_t digest = world_digest(world);
    world_close(world);
    world_assert_verified(world);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM origins"), 6);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM history"), 1);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM customers"), 1);
    world_open(world);
    assert_int_equal(world_digest(world), digest);
}

static struct engine_sold tell_lines(struct world *world, const struct promise_line *lines,
                                     int64_t now)
{
    struct engine_sold sold = {.reference = SLICE("woocommerce:7"),
                               .label = SLICE("7"),
                               .status = SLICE("processing"),
                               .modified_at = now,
                               .state = SOLD_OPEN,
                               .lines = lines,
                               .line_count = 2,
                               .person = {.email = SLICE("a@example.org")}};
    struct engine_task task = {.kind = TASK_SOLD, .sold = &sold, .sold_count = 1};
    engine_run(world->engine, &task, now);
    assert_int_equal(task.status, STATUS_OK);
    return sold;
}

/* Lines that changed their places are the same; what is cancelled here alone is taken anew. */
static void test_the_same_lines(void **state)
{
    struct world *world = *state;
    const struct shop *shop = engine_shop(world->engine);
    struct offer_id crate;
    struct offer_id cake;
    assert_true(shop_offer_find(shop, SLICE("crate"), &crate));
    assert_true(shop_offer_find(shop, SLICE("cake"), &cake));
    const struct promise_line first[] = {{crate, 2000}, {cake, 1000}};
    const struct promise_line turned[] = {{cake, 1000}, {crate, 2000}};
    const struct promise_line other[] = {{cake, 2000}, {crate, 1000}};
    assert_int_equal(tell_lines(world, first, WORLD_NOW + 60).outcome, SOLD_TAKEN);
    assert_int_equal(tell_lines(world, turned, WORLD_NOW + 61).outcome, SOLD_SAME);
    struct engine_sold changed = tell_lines(world, other, WORLD_NOW + 62);
    assert_int_equal(changed.outcome, SOLD_TAKEN);
    assert_int_equal(left(world), 99);
    struct engine_task cancel = {
        .kind = TASK_COMMAND,
        .command = {.kind = PROMISE_CANCEL, .order = changed.order.key, .line = LINE_ALL}};
    engine_run(world->engine, &cancel, WORLD_NOW + 63);
    assert_int_equal(cancel.answer.result, PROMISE_OK);
    assert_int_equal(left(world), 100);
    assert_int_equal(tell_lines(world, other, WORLD_NOW + 64).outcome, SOLD_TAKEN);
    assert_int_equal(left(world), 99);
}

/* What cannot be kept is broken at once; what another gives back mends it. */
static void test_broken_and_mended(void **state)
{
    struct world *world = *state;
    int64_t now = WORLD_NOW + 60;
    struct engine_sold first =
        tell(world, (struct said){"shopify:1", SOLD_OPEN, 80, 1, 0, NULL}, now);
    assert_int_equal(first.outcome, SOLD_TAKEN);
    struct engine_sold second =
        tell(world, (struct said){"shopify:2", SOLD_OPEN, 50, 1, 20, NULL}, now);
    assert_int_equal(second.outcome, SOLD_TAKEN);
    assert_true(second.order.broken);
    assert_true(second.order.elsewhere);
    assert_int_equal(second.order.first.dates.deliver_by_day, world_day(20));
    assert_int_equal(left(world), 0);
    struct world_order order = {.key = 1, .offer = "crate", .units = 1};
    assert_int_equal(world_place(world, order, now + 1).answer.result, PROMISE_NEVER);
    /* Fewer of the first: its new order stands in its place, and the rest is the second's. */
    struct engine_sold fewer =
        tell(world, (struct said){"shopify:1", SOLD_OPEN, 40, 2, 0, NULL}, now + 2);
    assert_int_equal(fewer.outcome, SOLD_TAKEN);
    struct order_view mended;
    assert_true(promise_order_by_number(engine_state(world->engine), second.order.number, &mended));
    assert_false(mended.broken);
    assert_int_equal(mended.revisions, 1);
    assert_int_equal(left(world), 10);
    world_close(world);
    world_assert_verified(world);
    world_open(world);
}

/* Promised there for a day that it cannot reach: it gets the next, and its first promise stays. */
static void test_late(void **state)
{
    struct world *world = *state;
    struct engine_sold sold =
        tell(world, (struct said){"shopify:3", SOLD_OPEN, 1, 1, 6, NULL}, WORLD_NOW + 60);
    assert_int_equal(sold.outcome, SOLD_TAKEN);
    struct order_view view;
    assert_true(promise_order_by_number(engine_state(world->engine), sold.order.number, &view));
    assert_false(view.broken);
    assert_int_equal(view.first.dates.deliver_by_day, world_day(6));
    assert_true(view.current.dates.deliver_by_day > world_day(6));
    assert_int_equal(view.revisions, 1);
    world_close(world);
    assert_int_equal(
        world_integer(world, "SELECT count(*) FROM revisions WHERE reason = 'elsewhere'"), 1);
    world_assert_verified(world);
    world_open(world);
}

/* By an engine that only reads: its state goes on, the file does not. */
static void test_dry_run(void **state)
{
    struct world *world = *state;
    struct engine *reader = NULL;
    world_close(world);
    assert_int_equal(engine_open(world->path, ENGINE_READ, world->env, &reader, &world->fault),
                     STATUS_OK);
    world->engine = reader;
    struct promise_line line = {.quantity_thousandths = 100000};
    assert_true(shop_offer_find(engine_shop(reader), SLICE("crate"), &line.offer));
    struct engine_sold sold[2] = {{.reference = SLICE("woocommerce:1"),
                                   .label = SLICE("1"),
                                   .status = SLICE("processing"),
                                   .state = SOLD_OPEN,
                                   .lines = &line,
                                   .line_count = 1,
                                   .person = {.email = SLICE("a@example.org")}}};
    sold[1] = sold[0];
    sold[1].reference = SLICE("woocommerce:2");
    struct engine_task task = {.kind = TASK_SOLD, .sold = sold, .sold_count = 2, .dry_run = true};
    engine_run(reader, &task, WORLD_NOW + 60);
    assert_int_equal(task.status, STATUS_OK);
    assert_int_equal(sold[0].outcome, SOLD_TAKEN);
    assert_false(sold[0].order.broken);
    assert_true(sold[1].order.broken);
    task.dry_run = false;
    engine_run(reader, &task, WORLD_NOW + 60);
    assert_int_equal(task.status, STATUS_INVALID);
    world_close(world);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM origins"), 0);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM orders"), 0);
    world_open(world);
}

/* Each column changed, a row taken away, a row too many: verify finds it. */
static void test_damage(void **state)
{
    struct world *world = *state;
    static const char *const damages[] = {
        "UPDATE origins SET label = 'x' WHERE reference = 'woocommerce:1'",
        "UPDATE origins SET status = 'x' WHERE reference = 'woocommerce:1'",
        "UPDATE origins SET unknown = 'x' WHERE reference = 'woocommerce:1'",
        "UPDATE origins SET deleted_by = 'x' WHERE reference = 'woocommerce:1'",
        "UPDATE origins SET order_number = NULL WHERE reference = 'woocommerce:1'",
        "UPDATE origins SET modified_at = NULL WHERE reference = 'woocommerce:1'",
        "UPDATE origins SET past = 1 WHERE reference = 'woocommerce:1'",
        "UPDATE origins SET reference = 'woocommerce:9' WHERE reference = 'woocommerce:1'",
        "DELETE FROM origins WHERE reference = 'woocommerce:2'",
        "INSERT INTO origins VALUES('woocommerce:3', '3', 'x', NULL, NULL, NULL, NULL, 0)",
        "UPDATE orders SET broken = 1 - broken WHERE number = 1",
    };
    (void)tell(world, (struct said){"woocommerce:1", SOLD_OPEN, 200, 1, 0, NULL}, WORLD_NOW + 60);
    (void)tell(world, (struct said){"woocommerce:2", SOLD_OPEN, 0, 1, 0, NULL}, WORLD_NOW + 61);
    world_close(world);
    world_assert_verified(world);
    char *bytes = NULL;
    size_t length = 0;
    assert_int_equal(env_file_read(world->path, 1 << 22, &bytes, &length, &world->fault),
                     STATUS_OK);
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        world_sql(world, damages[i]);
        if (world_verify(world, NULL) == STATUS_OK) {
            fail_msg("verify did not find: %s", damages[i]);
        }
        assert_int_equal(env_file_write(world->path, bytes, length, 1, &world->fault), STATUS_OK);
    }
    free(bytes);
    world_assert_verified(world);
    world_open(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_outcomes, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_the_same_lines, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_broken_and_mended, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_late, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_dry_run, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_damage, world_set_up, world_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

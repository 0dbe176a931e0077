/* Changes through the engine: who moves and what the rows say of it, a dry run, a full disk in the
 * middle of a re-promise, a payment that comes late; replay and verify after each. */
#include "world.h"

#include "engine/zones.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FAULTS_MAX = 100 };

static int begin(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    world_begin(world, 11);
    world_create_shop(world, world_busy_shop);
    *state = world;
    return 0;
}

/* The same state after a restart, and tables that agree with it. */
static void assert_replays(struct world *world)
{
    uint64_t digest = world_digest(world);
    world_close(world);
    world_open(world);
    assert_true(digest == world_digest(world));
    world_assert_verified(world);
}

static void place(struct world *world, uint64_t key, const char *offer, int64_t units)
{
    struct engine_task task = world_cart_place(
        world, (struct world_cart){.key = key, .offers = {offer}, .units = {units}},
        WORLD_NOW + (int64_t)key);
    assert_int_equal(task.status, STATUS_OK);
    assert_int_equal(task.answer.result, PROMISE_OK);
}

static struct promise_change late_receipt(void)
{
    return (struct promise_change){.kind = CHANGE_DATE, .entry = 1, .from_day = world_day(14)};
}

/* The boxes of order 1 are on the shelf; those of order 2 come on Monday instead of Thursday. */
static void test_late_receipt(void **state)
{
    struct world *world = *state;
    place(world, 1, "box", 10);
    place(world, 2, "box", 20);
    struct engine_task task = world_change(world, late_receipt(), false, WORLD_NOW + 60);
    assert_int_equal(task.status, STATUS_OK);
    assert_int_equal(task.change_result, PROMISE_OK);
    assert_int_equal(task.revised.count, 1);
    const struct engine_revision *moved = &task.revised.orders[0];
    assert_int_equal(moved->number, 2);
    assert_memory_equal(moved->key.bytes, world_key(2).bytes, sizeof moved->key.bytes);
    assert_int_equal(moved->status, ORDER_CONFIRMED);
    assert_int_equal(moved->before.deliver_by_day, world_day(12));
    assert_int_equal(moved->after.deliver_by_day, world_day(16));
    assert_int_equal(moved->after.ship_by - moved->before.ship_by, 4 * DAY_SECONDS);
    assert_false(moved->broken);
    assert_int_equal(moved->total_minor, 20 * 1250 + 500);
    engine_revised_free(&task.revised);
    assert_int_equal(
        world_integer(world, "SELECT count(*) FROM revisions WHERE number = 1 AND order_number = 2"
                             " AND revision = 1 AND at = '2026-12-07T07:01:00Z'"
                             " AND reason = 'date' AND reason_name = 'box' AND broken = 0"
                             " AND ship_by_before = '2026-12-10T15:00:00Z'"
                             " AND deliver_by_before = '2026-12-12'"
                             " AND ship_by = '2026-12-14T15:00:00Z' AND deliver_by = '2026-12-16'"),
        1);
    assert_int_equal(
        world_integer(world, "SELECT count(*) FROM orders WHERE number = 2 AND revisions = 1"
                             " AND ship_by = '2026-12-14T15:00:00Z' AND deliver_by = '2026-12-16'"
                             " AND first_deliver_by = '2026-12-12' AND broken = 0"),
        1);
    assert_int_equal(world_integer(world,
                                   "SELECT count(*) FROM changes WHERE number = 1 AND kind = 'date'"
                                   " AND what = 'box' AND entry = 1 AND due_day = '2026-12-14'"
                                   " AND at = '2026-12-07T07:01:00Z' AND people IS NULL"),
                     1);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM supply WHERE number = 1"
                                          " AND item = 'box' AND supplier IS NULL"
                                          " AND status = 'expected' AND order_day IS NULL"
                                          " AND due_day = '2026-12-14'"
                                          " AND quantity_thousandths = 50000"),
                     1);
    assert_replays(world);
}

/* Nothing that could come: the promise stands, and is broken. */
static void test_broken(void **state)
{
    struct world *world = *state;
    struct engine_figures figures;
    place(world, 1, "box", 20);
    const struct promise_change nothing = {.kind = CHANGE_QUANTITY, .entry = 1};
    struct engine_task task = world_change(world, nothing, false, WORLD_NOW + 60);
    assert_int_equal(task.status, STATUS_OK);
    assert_int_equal(task.revised.count, 1);
    assert_true(task.revised.orders[0].broken);
    assert_int_equal(task.revised.orders[0].after.deliver_by_day, world_day(12));
    engine_revised_free(&task.revised);
    engine_figures(world->engine, &figures);
    assert_int_equal(figures.changes, 1);
    assert_int_equal(figures.promises_broken, 1);
    assert_int_equal(figures.orders_revised, 0);
    assert_int_equal(world_integer(world, "SELECT broken FROM orders WHERE number = 1"), 1);
    assert_int_equal(
        world_integer(world, "SELECT count(*) FROM supply WHERE number = 1 AND status = 'closed'"),
        1);
    assert_replays(world);
}

static struct engine_task cancel(struct world *world, bool dry_run)
{
    struct engine_task task = {.kind = TASK_COMMAND,
                               .command = {.kind = PROMISE_CANCEL, .order = world_key(1)},
                               .dry_run = dry_run,
                               .wants_revised = true};
    engine_run(world->engine, &task, WORLD_NOW + 120);
    return task;
}

static void assert_second_mended(struct engine_task *task)
{
    assert_int_equal(task->status, STATUS_OK);
    assert_int_equal(task->answer.result, PROMISE_OK);
    assert_int_equal(task->revised.count, 1);
    assert_int_equal(task->revised.orders[0].number, 2);
    assert_false(task->revised.orders[0].broken);
    engine_revised_free(&task->revised);
}

/* What a cancelled order gives back mends the promise of another; a dry run says so before. */
static void test_cancelled_mends(void **state)
{
    struct world *world = *state;
    struct engine *writer = world->engine;
    place(world, 1, "box", 10);
    place(world, 2, "box", 10);
    const struct promise_change nothing = {.kind = CHANGE_QUANTITY, .entry = 1};
    struct engine_task task = world_change(world, nothing, false, WORLD_NOW + 60);
    assert_int_equal(task.revised.count, 1);
    assert_true(task.revised.orders[0].broken);
    engine_revised_free(&task.revised);
    uint64_t digest = world_digest(world);
    task = cancel(world, true);
    assert_int_equal(task.status, STATUS_INVALID);
    assert_int_equal(
        engine_open(world->path, ENGINE_READ, world->env, &world->engine, &world->fault),
        STATUS_OK);
    task = cancel(world, true);
    assert_second_mended(&task);
    uint64_t tried = world_digest(world);
    world_close(world);
    world->engine = writer;
    assert_true(digest == world_digest(world));
    task = cancel(world, false);
    assert_second_mended(&task);
    assert_true(tried == world_digest(world));
    assert_int_equal(
        world_integer(world, "SELECT broken = 0 AND revisions = 2 FROM orders WHERE number = 2"),
        1);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM revisions WHERE order_number = 2"
                                          " AND reason = 'cancelled'"),
                     1);
    assert_replays(world);
}

/* Who does not ask whom a cancelling moved has nothing to free. */
static void test_cancelled_unasked(void **state)
{
    struct world *world = *state;
    place(world, 1, "box", 10);
    place(world, 2, "box", 10);
    const struct promise_change nothing = {.kind = CHANGE_QUANTITY, .entry = 1};
    struct engine_task task = world_change(world, nothing, false, WORLD_NOW + 60);
    engine_revised_free(&task.revised);
    task = world_step(world, PROMISE_CANCEL, 1, WORLD_NOW + 120);
    assert_int_equal(task.answer.result, PROMISE_OK);
    assert_null(task.revised.orders);
    assert_int_equal(world_integer(world, "SELECT broken FROM orders WHERE number = 2"), 0);
}

/* What is not expected cannot come late: nothing is journalled. */
static void test_refused(void **state)
{
    struct world *world = *state;
    struct promise_change change = late_receipt();
    int64_t rows = world_integer(world, "SELECT count(*) FROM journal");
    change.entry = 7;
    struct engine_task task = world_change(world, change, false, WORLD_NOW + 60);
    assert_int_equal(task.status, STATUS_OK);
    assert_int_equal(task.change_result, PROMISE_NO_ENTRY);
    assert_int_equal(task.revised.count, 0);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM journal"), rows);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM changes"), 0);
}

static void test_dry_run(void **state)
{
    struct world *world = *state;
    struct engine *writer = world->engine;
    struct engine *reader = NULL;
    place(world, 1, "box", 20);
    uint64_t digest = world_digest(world);
    struct engine_task task = world_change(world, late_receipt(), true, WORLD_NOW + 60);
    assert_int_equal(task.status, STATUS_INVALID);
    assert_int_equal(engine_open(world->path, ENGINE_READ, world->env, &reader, &world->fault),
                     STATUS_OK);
    world->engine = reader;
    task = world_change(world, late_receipt(), false, WORLD_NOW + 60);
    assert_int_equal(task.status, STATUS_INVALID);
    assert_true(digest == world_digest(world));
    task = world_change(world, late_receipt(), true, WORLD_NOW + 60);
    assert_int_equal(task.status, STATUS_OK);
    assert_int_equal(task.revised.count, 1);
    assert_int_equal(task.revised.orders[0].after.deliver_by_day, world_day(16));
    engine_revised_free(&task.revised);
    assert_true(digest != world_digest(world));
    world_close(world);
    world->engine = writer;
    assert_true(digest == world_digest(world));
    assert_int_equal(world_integer(world, "SELECT count(*) FROM changes"), 0);
    assert_int_equal(world_integer(world, "SELECT revisions FROM orders WHERE number = 1"), 0);
    assert_replays(world);
}

/* Without a journal a shop file can be asked "what if" as well. */
static void test_in_memory(void **state)
{
    struct world *world = *state;
    struct shop *shop = NULL;
    assert_int_equal(
        shop_read(slice_of(world_busy_shop), "w", engine_zones(), WORLD_NOW, &shop, &world->fault),
        STATUS_OK);
    world_close(world);
    assert_int_equal(engine_open_memory(shop, world->env, WORLD_NOW, &world->engine, &world->fault),
                     STATUS_OK);
    place(world, 1, "box", 20);
    struct engine_task task = world_change(world, late_receipt(), true, WORLD_NOW + 60);
    assert_int_equal(task.status, STATUS_OK);
    assert_int_equal(task.revised.count, 1);
    engine_revised_free(&task.revised);
}

/* A write that changes nothing, after which the engine knows that there is room again. */
static void room_find(struct world *world)
{
    struct engine_task task = {.kind = TASK_PICTURE,
                               .picture = {SLICE("box"), SLICE("image/svg+xml"), SLICE("<svg/>")}};
    env_sim_room(world->env);
    env_sim_pass(world->env, 2000000000u);
    engine_run(world->engine, &task, WORLD_NOW + 60);
    assert_int_equal(task.status, STATUS_OK);
}

/* The disk fills up at each write of a re-promise in turn: the change is not there, nor any order
 * that it moved; with room again it is taken. */
static void test_disk_full(void **state)
{
    struct world *world = *state;
    for (uint64_t key = 1; key <= 12; key++) {
        place(world, key, "box", 4);
    }
    uint64_t digest = world_digest(world);
    int64_t now = WORLD_NOW + 60;
    uint64_t full = 0;
    struct engine_task task;
    for (uint64_t n = 1; n < FAULTS_MAX; n++) {
        env_sim_fault(world->env, SIM_FULL, n);
        task = world_change(world, late_receipt(), false, now);
        room_find(world);
        if (task.status == STATUS_OK) {
            break;
        }
        engine_revised_free(&task.revised);
        full++;
        assert_int_equal(task.status, STATUS_FULL);
        assert_true(digest == world_digest(world));
        assert_int_equal(world_integer(world, "SELECT count(*) FROM changes"), 0);
    }
    assert_int_equal(task.status, STATUS_OK);
    assert_true(full > 0);
    assert_int_equal(task.revised.count, 10); /* two had their boxes from the shelf */
    engine_revised_free(&task.revised);
    assert_replays(world);
}

/* A hold that is paid when it has expired is planned again, and confirmed if it keeps its dates. */
static void test_late_payment(void **state)
{
    struct world *world = *state;
    const struct world_cart cart = {.key = 1, .offers = {"class"}, .units = {2}, .hold = true};
    const struct world_cart crowd = {.key = 2, .offers = {"class"}, .units = {2}, .hold = true};
    struct engine_task task = world_cart_place(world, cart, WORLD_NOW);
    assert_int_equal(task.answer.result, PROMISE_OK);
    task = world_cart_place(world, crowd, WORLD_NOW);
    assert_int_equal(task.answer.result, PROMISE_OK);
    task = world_step(world, PROMISE_CONFIRM, 1, WORLD_NOW + 2000);
    assert_int_equal(task.status, STATUS_OK);
    assert_int_equal(task.answer.result, PROMISE_OK);
    assert_int_equal(task.answer.order.status, ORDER_CONFIRMED);
    assert_int_equal(world_integer(world,
                                   "SELECT count(*) FROM orders WHERE number = 1"
                                   " AND status = 'confirmed' AND deliver_by <= first_deliver_by"),
                     1);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM revisions WHERE order_number = 1"
                                          " AND reason = 'late payment' AND reason_name IS NULL"),
                     1);
    assert_int_equal(world_integer(world, "SELECT sum(seats_taken) FROM sessions"), 2);
    assert_int_equal(
        world_integer(world, "SELECT count(*) FROM order_sessions WHERE order_number = 1"), 1);
    assert_replays(world);
}

/* Lines that are ahead of their order say so, until it has come as far. */
static void test_lines(void **state)
{
    struct world *world = *state;
    const struct world_cart cart = {.key = 1, .offers = {"box", "gift"}, .units = {1, 1}};
    static const char apart[] = "SELECT count(*) FROM order_lines WHERE status IS NOT NULL";
    struct engine_task task = world_cart_place(world, cart, WORLD_NOW);
    assert_int_equal(task.answer.result, PROMISE_OK);
    assert_int_equal(world_integer(world, "SELECT count(DISTINCT parcel) FROM order_lines"
                                          " WHERE deliver_by IS NOT NULL AND ship_by IS NOT NULL"),
                     2);
    assert_int_equal(world_integer(world, apart), 0);
    task = world_line_step(world, PROMISE_SHIP, 1, 2, WORLD_NOW + 60);
    assert_int_equal(task.answer.result, PROMISE_OK);
    world_assert_verified(world);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM orders WHERE status = 'shipped'"
                                          " OR shipped_at IS NOT NULL"),
                     0);
    assert_true(world_integer(world, apart) > 0);
    task = world_line_step(world, PROMISE_SHIP, 1, 1, WORLD_NOW + 120);
    assert_int_equal(task.answer.result, PROMISE_OK);
    assert_int_equal(world_integer(world, apart), 0);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM orders WHERE status = 'shipped'"
                                          " AND shipped_at = '2026-12-07T07:02:00Z'"),
                     1);
    assert_replays(world);
}

/* Every table has rows, and a replay says the same. */
static void test_busy(void **state)
{
    static const char *const tables[] = {"changes",  "revisions",       "supply",         "bills",
                                         "sessions", "order_purchases", "order_sessions", "wishes"};
    struct world *world = *state;
    char sql[80];
    world_busy_scene(world);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", tables[i]);
        if (world_integer(world, sql) == 0) {
            fail_msg("table %s is empty", tables[i]);
        }
    }
    assert_int_equal(world_integer(world, "SELECT count(*) FROM changes"), 10);
    assert_int_equal(world_integer(world, "SELECT seats_taken FROM sessions WHERE number = 1"), 2);
    assert_int_equal(world_integer(world,
                                   "SELECT count(*) FROM orders WHERE number = 8 AND split = 1"
                                   " AND wanted = '2026-12-18'"),
                     1);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM orders WHERE number = 9"
                                          " AND wanted = '2026-12-10T07:00:00Z'"),
                     1);
    assert_int_equal(world_integer(world, "SELECT priority FROM orders WHERE number = 2"), 2);
    assert_int_equal(world_integer(world, "SELECT vat_minor > 0 FROM orders WHERE number = 1"), 1);
    assert_int_equal(world_integer(world,
                                   "SELECT count(*) FROM supply WHERE number = 2 AND item = 'flour'"
                                   " AND supplier = 'mill' AND status = 'closed'"
                                   " AND order_day = '2026-12-07' AND received_thousandths = 2000"),
                     1);
    assert_replays(world);
    struct engine_task task = world_step(world, PROMISE_CANCEL, 4, WORLD_NOW + 900);
    assert_int_equal(task.answer.result, PROMISE_OK);
    assert_int_equal(world_integer(world, "SELECT seats_taken FROM sessions WHERE number = 1"), 0);
    assert_replays(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_late_receipt, begin, world_tear_down),
        cmocka_unit_test_setup_teardown(test_broken, begin, world_tear_down),
        cmocka_unit_test_setup_teardown(test_cancelled_mends, begin, world_tear_down),
        cmocka_unit_test_setup_teardown(test_cancelled_unasked, begin, world_tear_down),
        cmocka_unit_test_setup_teardown(test_refused, begin, world_tear_down),
        cmocka_unit_test_setup_teardown(test_dry_run, begin, world_tear_down),
        cmocka_unit_test_setup_teardown(test_in_memory, begin, world_tear_down),
        cmocka_unit_test_setup_teardown(test_disk_full, begin, world_tear_down),
        cmocka_unit_test_setup_teardown(test_late_payment, begin, world_tear_down),
        cmocka_unit_test_setup_teardown(test_lines, begin, world_tear_down),
        cmocka_unit_test_setup_teardown(test_busy, begin, world_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The engine on a real database: what it makes, keeps, refuses and finds again. */
#include "world.h"

#include "engine/inside.h"
#include "engine/zones.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct engine_task place(struct world *world, uint64_t key, const char *offer, int64_t units,
                                const char *email)
{
    return world_place(
        world, (struct world_order){.key = key, .offer = offer, .units = units, .email = email},
        WORLD_NOW + 60);
}

static void assert_placed(const struct engine_task *task)
{
    assert_int_equal(task->status, STATUS_OK);
    assert_int_equal(task->answer.result, PROMISE_OK);
}

/* What was answered is there after the next start, and the state is the same to the bit. */
static void test_replay(void **state)
{
    struct world *world = *state;
    struct journal_report report;
    for (uint64_t key = 1; key <= 40; key++) {
        struct engine_task task = place(world, key,
                                        key % 3 == 0   ? "class"
                                        : key % 2 == 0 ? "cake"
                                                       : "box",
                                        1, NULL);
        assert_placed(&task);
    }
    struct engine_task task = world_step(world, PROMISE_CANCEL, 7, WORLD_NOW + 70);
    assert_placed(&task);
    task = world_step(world, PROMISE_SHIP, 1, WORLD_NOW + 80);
    assert_placed(&task);
    uint64_t digest = world_digest(world);
    world_close(world);
    world_open(world);
    assert_true(digest == world_digest(world));
    assert_true(world_knows(world, 40));
    assert_int_equal(engine_last_stamp(world->engine), WORLD_NOW + 80);
    world_assert_verified(world);
    assert_int_equal(world_verify(world, &report), STATUS_OK);
    assert_int_equal(report.order_count, 40);
    assert_int_equal(report.orders[ORDER_CANCELLED], 1);
    assert_int_equal(report.orders[ORDER_SHIPPED], 1);
    assert_true(report.digest == digest);
    assert_int_equal(report.batches, 43);
}

static uint64_t digest_before(const struct world *world, int64_t before)
{
    struct fault fault;
    struct engine *engine = NULL;
    assert_int_equal(engine_open_before(world->path, world->env, before, &engine, &fault),
                     STATUS_OK);
    assert_true(engine_last_stamp(engine) < before);
    uint64_t digest = promise_digest(engine_state(engine));
    engine_close(engine);
    return digest;
}

/* A reader of the past finds the state as it was then, to the bit, whatever snapshot there is. */
static void test_before(void **state)
{
    struct world *world = *state;
    uint64_t digests[4];
    for (uint64_t key = 1; key <= 4; key++) {
        const struct world_order order = {.key = key, .offer = "box", .units = 1};
        struct engine_task task = world_place(world, order, WORLD_NOW + 100 * (int64_t)key);
        assert_placed(&task);
        digests[key - 1] = promise_digest(engine_state(world->engine));
    }
    world_close(world);
    for (int64_t key = 1; key <= 4; key++) {
        assert_true(digest_before(world, WORLD_NOW + 100 * key + 1) == digests[key - 1]);
    }
    assert_true(digest_before(world, WORLD_NOW + 200) == digests[0]);
    assert_true(digest_before(world, INT64_MAX) == digests[3]);
    struct fault fault;
    struct engine *engine = NULL;
    assert_int_equal(
        engine_open_before(world->path, world->env, WORLD_NOW - DAY_SECONDS, &engine, &fault),
        STATUS_NOT_FOUND);
    assert_null(engine);
    world_open(world);
}

static void test_rows_are_readable(void **state)
{
    struct world *world = *state;
    struct engine_task task = place(world, 1, "box", 2, "anne@example.org");
    assert_placed(&task);
    task = world_step(world, PROMISE_SHIP, 1, WORLD_NOW + 3600);
    assert_placed(&task);
    assert_int_equal(
        world_integer(world,
                      "SELECT count(*) FROM orders JOIN customers ON customers.number = contact"
                      " WHERE orders.number = 1 AND length(id) = 24 AND status = 'shipped'"
                      " AND made_at = '2026-12-07T07:01:00Z' AND total_minor = 3000"
                      " AND shipped_at = '2026-12-07T08:00:00Z' AND held_until IS NULL"
                      " AND ship_by = '2026-12-07T15:00:00Z' AND deliver_by = '2026-12-09'"
                      " AND first_deliver_by = deliver_by AND email = 'anne@example.org'"),
        1);
    assert_int_equal(
        world_integer(world, "SELECT count(*) FROM order_lines WHERE id = 1001 AND order_number = 1"
                             " AND offer = 'box' AND quantity_thousandths = 2000"
                             " AND amount_minor = 2500"),
        1);
}

static void test_one_writer(void **state)
{
    struct world *world = *state;
    struct engine *other = NULL;
    struct fault fault;
    char pid[32];
    (void)snprintf(pid, sizeof pid, "process %ld,", (long)getpid());
    assert_int_equal(engine_open(world->path, ENGINE_WRITE, world->env, &other, &fault),
                     STATUS_BUSY);
    assert_non_null(strstr(fault.text, pid));
    assert_non_null(strstr(fault.text, world->path));
    assert_int_equal(engine_open(world->path, ENGINE_READ, world->env, &other, &fault), STATUS_OK);
    struct engine_task task = {.kind = TASK_COMMAND,
                               .command = {.kind = PROMISE_CANCEL, .order = world_key(1)}};
    struct engine_task placed = place(world, 1, "box", 1, NULL);
    assert_placed(&placed);
    engine_close(other);
    assert_int_equal(engine_open(world->path, ENGINE_READ, world->env, &other, &fault), STATUS_OK);
    engine_run(other, &task, WORLD_NOW + 60);
    assert_int_equal(task.status, STATUS_INVALID);
    engine_close(other);
    assert_int_equal(
        engine_create(world->path, world->env, slice_of(world_shop), "x", WORLD_NOW, &fault),
        STATUS_EXISTS);
    world_assert_verified(world);
}

static void test_nothing_there(void **state)
{
    struct world *world = *state;
    struct engine *other = NULL;
    struct fault fault;
    char path[WORLD_PATH_BYTES + 8];
    (void)snprintf(path, sizeof path, "%s/copy.db", world->folder);
    assert_int_equal(engine_open(path, ENGINE_WRITE, world->env, &other, &fault), STATUS_NOT_FOUND);
    assert_int_equal(
        engine_create(path, world->env, SLICE("shop: nonsense"), "bad.yaml", WORLD_NOW, &fault),
        STATUS_INVALID);
    assert_int_not_equal(access(path, F_OK), 0);
}

/* The database holds names and addresses: it is its owner's alone. */
static void test_private(void **state)
{
    struct world *world = *state;
    struct stat file;
    assert_int_equal(stat(world->path, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
}

static void test_repeats(void **state)
{
    struct world *world = *state;
    struct world_order order = {
        .key = 5, .offer = "box", .units = 1, .email = "a@example.org", .body = "{1}"};
    struct engine_task first = world_place(world, order, WORLD_NOW);
    assert_placed(&first);
    struct engine_task again = world_place(world, order, WORLD_NOW + 100);
    assert_int_equal(again.status, STATUS_OK);
    assert_int_equal(again.answer.result, PROMISE_REPEATED);
    assert_int_equal(again.answer.order.number, first.answer.order.number);
    order.body = "{2}";
    again = world_place(world, order, WORLD_NOW + 100);
    assert_int_equal(again.status, STATUS_EXISTS);
    world_close(world);
    world_open(world);
    again = world_place(world, order, WORLD_NOW + 100);
    assert_int_equal(again.status, STATUS_EXISTS);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM orders"), 1);
    /* Forgotten after 30 days; the order is still the same order. */
    (void)world_place(world, order, WORLD_NOW + 31 * DAY_SECONDS);
    (void)place(world, 6, "class", 1, NULL);
    (void)world_place(world, order, WORLD_NOW + 31 * DAY_SECONDS);
    world_close(world);
    world_open(world);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM idempotency"), 0);
    again = world_place(world, order, WORLD_NOW + 31 * DAY_SECONDS);
    assert_int_equal(again.status, STATUS_OK);
    assert_int_equal(again.answer.result, PROMISE_REPEATED);
    world_assert_verified(world);
}

/* What waits in the log is counted from its beginning, also where it has become as long as it was. */
static void test_a_log_begins_anew(void **state)
{
    struct world *world = *state;
    struct journal *journal = world->engine->journal;
    for (uint64_t key = 1; key <= 12; key++) {
        (void)place(world, key, "class", 1, NULL);
        assert_true(journal_waiting_bytes(journal) > 0);
        assert_int_equal(journal_checkpoint(journal), STATUS_OK);
        assert_int_equal(journal_waiting_bytes(journal), 0);
    }
}

/* One person is one person however the address is written, also after a restart; another one is
 * not. */
static void test_customer_limit(void **state)
{
    struct world *world = *state;
    struct engine_task task = place(world, 1, "box", 3, "Anne@Example.org");
    assert_placed(&task);
    task = place(world, 2, "box", 3, " anne@example.org ");
    assert_int_equal(task.answer.result, PROMISE_OVER_CUSTOMER_LIMIT);
    assert_int_equal(task.answer.left_thousandths, 2000);
    world_close(world);
    world_open(world);
    task = place(world, 3, "box", 3, "anne@example.org");
    assert_int_equal(task.answer.result, PROMISE_OVER_CUSTOMER_LIMIT);
    task = place(world, 4, "box", 3, "bob@example.org");
    assert_placed(&task);
    task = place(world, 5, "box", 2, "anne@example.org");
    assert_placed(&task);
    task = place(world, 6, "class", 1, "anne@example.org");
    assert_placed(&task);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM customers"), 3);
    assert_int_equal(world_integer(world, "SELECT count(DISTINCT customer) FROM customers"), 2);
    world_assert_verified(world);
}

static void test_clock_goes_back(void **state)
{
    struct world *world = *state;
    struct engine_task task = place(world, 1, "box", 1, NULL);
    assert_placed(&task);
    int64_t last = engine_last_stamp(world->engine);
    task = world_place(world, (struct world_order){.key = 2, .offer = "box", .units = 1},
                       WORLD_NOW - 86400 * 400);
    assert_placed(&task);
    assert_int_equal(engine_last_stamp(world->engine), last);
    assert_int_equal(task.answer.order.made_at, last);
    world_assert_verified(world);
}

static void test_holds_expire(void **state)
{
    struct world *world = *state;
    struct world_order order = {.key = 1, .offer = "crate", .units = 100, .hold = true};
    struct engine_task task = world_place(world, order, WORLD_NOW);
    assert_placed(&task);
    order = (struct world_order){.key = 2, .offer = "box", .units = 1};
    task = world_place(world, order, WORLD_NOW + 600);
    assert_int_equal(task.answer.result, PROMISE_NEVER);
    task = world_place(world, order, WORLD_NOW + 3 * 86400);
    assert_placed(&task);
    task = world_step(world, PROMISE_CONFIRM, 1, WORLD_NOW + 3 * 86400);
    assert_int_equal(task.answer.result, PROMISE_HOLD_EXPIRED);
    uint64_t digest = world_digest(world);
    world_close(world);
    world_open(world);
    assert_true(digest == world_digest(world));
    assert_int_equal(
        world_integer(world, "SELECT count(*) FROM orders WHERE number = 1 AND status = 'expired'"
                             " AND changed_at = held_until"),
        1);
    world_assert_verified(world);
}

static void state_ask(struct promise_state *state, int64_t now, void *context)
{
    (void)now;
    *(uint32_t *)context = promise_order_count(state);
}

/* A full disk refuses what must be written and nothing else; with room again it goes on, and
 * nothing is lost or half done. */
static void test_disk_full(void **state)
{
    struct world *world = *state;
    struct engine_task task = place(world, 1, "box", 1, "a@example.org");
    assert_placed(&task);
    uint64_t digest = world_digest(world);
    env_sim_fault(world->env, SIM_FULL, 1);
    task = place(world, 2, "box", 1, "b@example.org");
    assert_int_equal(task.status, STATUS_FULL);
    assert_true(digest == world_digest(world));
    uint32_t count = 0;
    struct engine_task question = {.kind = TASK_QUESTION, .question = state_ask, .context = &count};
    engine_run(world->engine, &question, WORLD_NOW + 61);
    assert_int_equal(question.status, STATUS_OK);
    assert_int_equal(count, 1);
    env_sim_pass(world->env, 2000000000u);
    task = place(world, 2, "box", 1, "b@example.org");
    assert_int_equal(task.status, STATUS_FULL);
    task = place(world, 3, "crate", 1000, NULL);
    assert_int_equal(task.answer.result, PROMISE_NEVER);
    assert_int_equal(task.status, STATUS_OK);
    assert_false(engine_failed(world->engine));
    env_sim_room(world->env);
    env_sim_pass(world->env, 2000000000u);
    task = place(world, 2, "box", 1, "b@example.org");
    assert_placed(&task);
    assert_int_equal(task.answer.order.number, 2);
    world_assert_verified(world);
    world_close(world);
    world_open(world);
    assert_true(world_knows(world, 1) && world_knows(world, 2));
    world_assert_verified(world);
}

static void test_disk_error_is_final(void **state)
{
    struct world *world = *state;
    struct engine_task task = place(world, 1, "box", 1, NULL);
    assert_placed(&task);
    env_sim_fault(world->env, SIM_SYNC, 1);
    task = place(world, 2, "box", 1, NULL);
    assert_int_equal(task.status, STATUS_IO);
    assert_true(engine_failed(world->engine));
    task = place(world, 3, "box", 1, NULL);
    assert_int_equal(task.status, STATUS_IO);
    world_close(world);
    env_sim_restart(world->env);
    world_open(world);
    assert_true(world_knows(world, 1));
    assert_false(world_knows(world, 3));
    world_assert_verified(world);
}

static struct engine_task shop_apply(struct world *world, const char *text, bool dry_run)
{
    struct engine_task task = {.kind = TASK_APPLY,
                               .shop_text = slice_of(text),
                               .shop_file = "next.yaml",
                               .dry_run = dry_run};
    text_init(&task.changes, 10000);
    engine_run(world->engine, &task, WORLD_NOW + 100);
    return task;
}

static void hold_minutes_apply(struct world *world, const char *minutes)
{
    char next[4096];
    const char *at = strstr(world_shop, "hold_minutes: 15");
    assert_non_null(at);
    (void)snprintf(next, sizeof next, "%.*shold_minutes: %s%s", (int)(at - world_shop), world_shop,
                   minutes, at + strlen("hold_minutes: 15"));
    struct engine_task task = shop_apply(world, next, false);
    assert_int_equal(task.status, STATUS_OK);
    text_free(&task.changes);
}

static void assert_held_at_first(struct world *world, struct world_order order, int64_t until)
{
    struct engine_task again = world_place(world, order, WORLD_NOW + 200);
    assert_int_equal(again.status, STATUS_OK);
    assert_int_equal(again.answer.result, PROMISE_REPEATED);
    assert_int_equal(again.answer.order.held_until, until);
}

/* A repeat of a hold says until when it was held at first: after another hold_minutes, shorter or
 * longer, after an extension, and after a restart. */
static void test_repeats_of_a_hold(void **state)
{
    struct world *world = *state;
    const int64_t until = WORLD_NOW + 15 * 60;
    const struct world_order order = {
        .key = 5, .offer = "box", .units = 1, .body = "{1}", .hold = true};
    const struct world_order other = {
        .key = 6, .offer = "box", .units = 1, .body = "{2}", .hold = true};
    const struct world_order firm = {.key = 7, .offer = "box", .units = 1, .body = "{3}"};
    struct engine_task task = world_place(world, order, WORLD_NOW);
    assert_placed(&task);
    assert_int_equal(task.answer.order.held_until, until);
    task = world_place(world, firm, WORLD_NOW);
    assert_placed(&task);
    hold_minutes_apply(world, "20");
    assert_held_at_first(world, order, until);
    assert_held_at_first(world, firm, 0);
    hold_minutes_apply(world, "5");
    assert_held_at_first(world, order, until);
    world_close(world);
    world_open(world);
    assert_held_at_first(world, order, until);
    task = world_place(world, other, WORLD_NOW + 210);
    assert_placed(&task);
    assert_int_equal(task.answer.order.held_until, WORLD_NOW + 210 + 300);
    task = world_step(world, PROMISE_EXTEND, 6, WORLD_NOW + 300);
    assert_int_equal(task.answer.result, PROMISE_OK);
    assert_int_equal(task.answer.order.held_until, WORLD_NOW + 300 + 300);
    task = world_place(world, other, WORLD_NOW + 310);
    assert_int_equal(task.answer.result, PROMISE_REPEATED);
    assert_int_equal(task.answer.order.held_until, WORLD_NOW + 210 + 300);
    world_assert_verified(world);
}

static void test_apply(void **state)
{
    struct world *world = *state;
    char next[4096];
    (void)snprintf(next, sizeof next,
                   "%s  tart: {name: Tart, price: 9.00, vat_rate: 5.5, carrier: post}\n",
                   world_shop);
    struct engine_task task = shop_apply(world, next, true);
    assert_int_equal(task.status, STATUS_OK);
    assert_non_null(strstr(task.changes.bytes, "tart"));
    text_free(&task.changes);
    assert_int_equal(engine_shop(world->engine)->offer_count, 4);
    task = shop_apply(world, next, false);
    assert_int_equal(task.status, STATUS_OK);
    text_free(&task.changes);
    assert_int_equal(engine_shop(world->engine)->offer_count, 5);
    task = place(world, 1, "tart", 1, NULL);
    assert_placed(&task);
    int64_t rows = world_integer(world, "SELECT count(*) FROM journal");
    task = shop_apply(world, next, false); /* nothing new: nothing journalled */
    assert_int_equal(task.status, STATUS_OK);
    text_free(&task.changes);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM journal"), rows);
    task = shop_apply(world, "offers: 3", false);
    assert_int_equal(task.status, STATUS_INVALID);
    text_free(&task.changes);
    uint64_t digest = world_digest(world);
    world_close(world);
    world_open(world);
    assert_true(digest == world_digest(world));
    assert_int_equal(world_integer(world, "SELECT count(*) FROM offers WHERE name = 'tart'"), 1);
    world_assert_verified(world);
}

/* A shop file that found no room is undone too. */
static void test_apply_on_a_full_disk(void **state)
{
    struct world *world = *state;
    char next[4096];
    (void)snprintf(next, sizeof next,
                   "%s  tart: {name: Tart, price: 9.00, vat_rate: 5.5, carrier: post}\n",
                   world_shop);
    env_sim_fault(world->env, SIM_FULL, 1);
    struct engine_task task = shop_apply(world, next, false);
    assert_int_equal(task.status, STATUS_FULL);
    text_free(&task.changes);
    assert_int_equal(engine_shop(world->engine)->offer_count, 4);
    env_sim_room(world->env);
    env_sim_pass(world->env, 2000000000u);
    task = shop_apply(world, next, false);
    assert_int_equal(task.status, STATUS_OK);
    text_free(&task.changes);
    assert_int_equal(engine_shop(world->engine)->offer_count, 5);
    world_assert_verified(world);
}

static void test_history_and_pictures(void **state)
{
    struct world *world = *state;
    const struct history_line lines[] = {
        {SLICE("536365"), SLICE("box"), 6000, 1250, INT64_C(1291190760), SLICE("Anne@Example.org")},
        {SLICE("C536379"), SLICE("gone"), -1000, 0, INT64_C(1291191000), SLICE("")},
    };
    struct engine_task task = {.kind = TASK_HISTORY, .history = lines, .history_count = 2};
    engine_run(world->engine, &task, WORLD_NOW + 1);
    assert_int_equal(task.status, STATUS_OK);
    engine_run(world->engine, &task, WORLD_NOW + 2);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM history"), 4);
    task = (struct engine_task){.kind = TASK_PICTURE,
                                .picture = {SLICE("box"), SLICE("image/svg+xml"), SLICE("<svg/>")}};
    engine_run(world->engine, &task, WORLD_NOW + 3);
    assert_int_equal(task.status, STATUS_OK);
    struct picture picture;
    struct picture same;
    assert_true(engine_picture(world->engine, SLICE("box"), &picture));
    assert_true(slice_is(picture.bytes, "<svg/>"));
    assert_true(engine_picture(world->engine, SLICE("box"), &same));
    assert_ptr_equal(picture.bytes.data, same.bytes.data);
    task.picture.bytes = SLICE("<svg>2</svg>");
    engine_run(world->engine, &task, WORLD_NOW + 4);
    assert_true(engine_picture(world->engine, SLICE("box"), &same));
    assert_true(slice_is(same.bytes, "<svg>2</svg>"));
    assert_true(slice_is(picture.bytes, "<svg/>"));
    assert_false(engine_picture(world->engine, SLICE("cake"), &same));
    world_assert_verified(world);
}

static void test_backup(void **state)
{
    struct world *world = *state;
    struct journal_report report;
    struct fault fault;
    char copy[WORLD_PATH_BYTES + 8];
    (void)snprintf(copy, sizeof copy, "%s/copy.db", world->folder);
    struct engine_task task = place(world, 1, "box", 1, "a@example.org");
    assert_placed(&task);
    assert_int_equal(journal_backup(world->path, copy, world->env, &fault), STATUS_OK);
    task = place(world, 2, "box", 1, "a@example.org");
    assert_placed(&task);
    assert_int_equal(journal_backup(world->path, copy, world->env, &fault), STATUS_EXISTS);
    assert_int_equal(journal_verify(copy, world->env, &report, &fault), STATUS_OK);
    assert_int_equal(report.order_count, 1);
}

static void test_secrets(void **state)
{
    struct world *world = *state;
    unsigned char before[32];
    memcpy(before, engine_secret(world->engine, SECRET_TOKEN), sizeof before);
    assert_memory_not_equal(before, engine_secret(world->engine, SECRET_ORDER_KEY), sizeof before);
    world_close(world);
    world_open(world);
    assert_memory_equal(before, engine_secret(world->engine, SECRET_TOKEN), sizeof before);
}

static void test_in_memory(void **state)
{
    struct world *world = *state;
    struct engine *writer = world->engine;
    struct shop *shop = NULL;
    (void)writer;
    assert_int_equal(
        shop_read(slice_of(world_shop), "w", engine_zones(), WORLD_NOW, &shop, &world->fault),
        STATUS_OK);
    world_close(world);
    assert_int_equal(engine_open_memory(shop, world->env, WORLD_NOW, &world->engine, &world->fault),
                     STATUS_OK);
    struct engine_task task = place(world, 1, "box", 3, "a@example.org");
    assert_placed(&task);
    task = (struct engine_task){.kind = TASK_HISTORY};
    engine_run(world->engine, &task, WORLD_NOW);
    assert_int_equal(task.status, STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_replay, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_before, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_rows_are_readable, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_one_writer, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_there, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_private, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_repeats, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_a_log_begins_anew, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_customer_limit, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_clock_goes_back, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_holds_expire, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_disk_full, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_disk_error_is_final, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_repeats_of_a_hold, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_apply, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_apply_on_a_full_disk, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_history_and_pictures, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_backup, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_secrets, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_in_memory, world_set_up, world_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

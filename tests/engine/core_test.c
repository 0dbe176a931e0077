/* The core thread: many tasks at once, their order, the end; and the snapshot that a close leaves
 * behind. */
#include "world.h"

#include "base/bytes.h"
#include "engine/inside.h"
#include "engine/zones.h"
#include "journal/shop_event.h"

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { BUYERS = 400 };

struct crowd {
    struct world world;
    sem_t waiting;
    struct promise_line lines[BUYERS];
    struct engine_task tasks[BUYERS];
    uint32_t answered;
    uint32_t placed;
    uint32_t never;
};

static int begin(void **state)
{
    struct crowd *crowd = calloc(1, sizeof *crowd);
    world_begin(&crowd->world, 7);
    world_create(&crowd->world);
    assert_int_equal(sem_init(&crowd->waiting, 0, 0), 0);
    *state = crowd;
    return 0;
}

static int end(void **state)
{
    struct crowd *crowd = *state;
    world_end(&crowd->world);
    free(crowd);
    return 0;
}

static void notified(void *context)
{
    struct crowd *crowd = context;
    (void)sem_post(&crowd->waiting);
}

static void answered(struct engine_task *task)
{
    struct crowd *crowd = task->context;
    crowd->answered++;
    crowd->placed += task->status == STATUS_OK && task->answer.result == PROMISE_OK;
    crowd->never += task->status == STATUS_OK && task->answer.result == PROMISE_NEVER;
}

static void crowd_submit(struct crowd *crowd, uint32_t i)
{
    struct offer_id crate = {0};
    assert_true(shop_offer_find(engine_shop(crowd->world.engine), SLICE("crate"), &crate));
    crowd->lines[i] = (struct promise_line){crate, 1000};
    crowd->tasks[i] =
        (struct engine_task){.kind = TASK_COMMAND, .done = answered, .context = crowd};
    crowd->tasks[i].command =
        (struct promise_command){.kind = PROMISE_PLACE,
                                 .order = world_key(i + 1),
                                 .ask = {.line_count = 1, .lines = &crowd->lines[i]}};
    assert_true(engine_submit(crowd->world.engine, &crowd->tasks[i]));
}

static void crowd_start(struct crowd *crowd)
{
    assert_int_equal(engine_start(crowd->world.engine, notified, crowd, &crowd->world.fault),
                     STATUS_OK);
}

/* Syncs of commits are the settler's where the log is gathered; opened anew on such a disk. */
static void crowd_powersafe(struct crowd *crowd)
{
    world_close(&crowd->world);
    env_sim_powersafe(crowd->world.env);
    world_open(&crowd->world);
}

/* 400 buyers at once for 100 boxes: 100 orders, in memory, in the tables and after a restart. */
static void test_crowd(void **state)
{
    struct crowd *crowd = *state;
    crowd_powersafe(crowd);
    crowd_start(crowd);
    for (uint32_t i = 0; i < BUYERS; i++) {
        crowd_submit(crowd, i);
    }
    while (crowd->answered < BUYERS) {
        (void)sem_wait(&crowd->waiting);
        (void)engine_collect(crowd->world.engine);
    }
    assert_int_equal(crowd->placed, 100);
    assert_int_equal(crowd->never, BUYERS - 100);
    world_close(&crowd->world);
    assert_int_equal(world_integer(&crowd->world, "SELECT count(*) FROM orders"), 100);
    world_open(&crowd->world);
    assert_int_equal(promise_order_count(engine_state(crowd->world.engine)), 100);
    assert_int_equal(world_verify(&crowd->world, NULL), STATUS_OK);
}

/* The disk refuses to make safe what was written: whoever was decided in those batches hears so, and
 * everybody after them; who was told "yes" before is there at the next start. */
static void test_crowd_meets_a_failed_sync(void **state)
{
    struct crowd *crowd = *state;
    crowd_powersafe(crowd);
    crowd_start(crowd);
    for (uint32_t i = 0; i < BUYERS; i++) {
        if (i == 50) {
            env_sim_fault(crowd->world.env, SIM_SYNC, 1);
        }
        crowd_submit(crowd, i);
        (void)engine_collect(crowd->world.engine);
    }
    while (crowd->answered < BUYERS) {
        (void)sem_wait(&crowd->waiting);
        (void)engine_collect(crowd->world.engine);
    }
    assert_true(engine_failed(crowd->world.engine));
    assert_true(crowd->placed < 100);
    for (uint32_t i = 0; i < BUYERS; i++) {
        const struct engine_task *task = &crowd->tasks[i];
        assert_true(task->status == STATUS_OK || task->status == STATUS_IO);
    }
    world_close(&crowd->world);
    env_sim_restart(crowd->world.env);
    world_open(&crowd->world);
    for (uint32_t i = 0; i < BUYERS; i++) {
        const struct engine_task *task = &crowd->tasks[i];
        assert_true(task->status != STATUS_OK || task->answer.result != PROMISE_OK ||
                    world_knows(&crowd->world, i + 1));
    }
    assert_int_equal(world_verify(&crowd->world, NULL), STATUS_OK);
}

/* A close answers what was asked before it. */
static void test_close_answers(void **state)
{
    struct crowd *crowd = *state;
    crowd_start(crowd);
    for (uint32_t i = 0; i < 50; i++) {
        crowd_submit(crowd, i);
    }
    world_close(&crowd->world);
    assert_int_equal(crowd->answered, 50);
    assert_int_equal(crowd->placed, 50);
}

/* What is gathered is one batch, and none of it before the gatherer says so. */
static void test_gathered(void **state)
{
    struct crowd *crowd = *state;
    struct engine_figures figures;
    crowd_start(crowd);
    engine_gather(crowd->world.engine);
    for (uint32_t i = 0; i < 50; i++) {
        crowd_submit(crowd, i);
    }
    (void)usleep(20000);
    engine_figures(crowd->world.engine, &figures);
    assert_int_equal(figures.tasks, 0);
    engine_gathered(crowd->world.engine);
    while (crowd->answered < 50) {
        (void)sem_wait(&crowd->waiting);
        (void)engine_collect(crowd->world.engine);
    }
    engine_figures(crowd->world.engine, &figures);
    assert_int_equal(figures.batch_tasks_max, 50);
    crowd_submit(crowd, 50);
    world_close(&crowd->world); /* answers what is still being gathered */
    assert_int_equal(crowd->answered, 51);
}

/* Of many under way some are left for the next batch: it is decided while the disk has the first. */
static void test_gathered_in_parts(void **state)
{
    struct crowd *crowd = *state;
    struct engine_figures figures;
    crowd_start(crowd);
    engine_gather(crowd->world.engine);
    for (uint32_t i = 0; i < 200; i++) {
        crowd_submit(crowd, i);
    }
    engine_gathered(crowd->world.engine);
    while (crowd->answered < 200) {
        (void)sem_wait(&crowd->waiting);
        (void)engine_collect(crowd->world.engine);
    }
    engine_figures(crowd->world.engine, &figures);
    assert_int_equal(figures.batch_tasks_max, 200 - 64);
}

/* Who never says so is not left waiting for ever: the core begins with as many as a batch wants. */
static void test_gathered_by_number(void **state)
{
    struct crowd *crowd = *state;
    crowd_start(crowd);
    engine_gather(crowd->world.engine);
    for (uint32_t i = 0; i < 300; i++) {
        crowd_submit(crowd, i);
    }
    while (crowd->answered < 256) {
        (void)sem_wait(&crowd->waiting);
        (void)engine_collect(crowd->world.engine);
    }
    assert_int_equal(crowd->answered, 256);
}

static void answered_and_asks_again(struct engine_task *task)
{
    struct crowd *crowd = task->context;
    crowd->answered++;
    assert_false(engine_submit(crowd->world.engine, task));
}

/* Whoever asks again in the answer that a close gives is refused: a form whose client has gone. */
static void test_close_refuses_more(void **state)
{
    struct crowd *crowd = *state;
    crowd_start(crowd);
    crowd_submit(crowd, 0);
    crowd->tasks[0].done = answered_and_asks_again;
    world_close(&crowd->world);
    assert_int_equal(crowd->answered, 1);
}

/* More than the ring holds is refused at once, and goes on when there is room. */
static void test_ring_full(void **state)
{
    struct crowd *crowd = *state;
    struct engine_task *tasks = calloc(RING_TASKS + 1, sizeof *tasks);
    uint32_t taken = 0;
    crowd_start(crowd);
    for (uint32_t i = 0; i <= RING_TASKS; i++) {
        tasks[i] = (struct engine_task){.kind = TASK_COMMAND,
                                        .done = answered,
                                        .context = crowd,
                                        .command = {.kind = PROMISE_CANCEL, .order = world_key(9)}};
        taken += engine_submit(crowd->world.engine, &tasks[i]);
    }
    assert_int_equal(taken, RING_TASKS);
    while (crowd->answered < taken) {
        (void)sem_wait(&crowd->waiting);
        (void)engine_collect(crowd->world.engine);
    }
    assert_true(engine_submit(crowd->world.engine, &tasks[RING_TASKS]));
    struct engine_figures figures;
    engine_figures(crowd->world.engine, &figures);
    assert_int_equal(figures.queue_full, 1);
    world_close(&crowd->world);
    assert_int_equal(crowd->answered, RING_TASKS + 1);
    free(tasks);
}

/* ---- snapshots ---- */

static void orders_place(struct world *world, uint64_t first, uint64_t last)
{
    for (uint64_t key = first; key <= last; key++) {
        struct engine_task task = world_place(
            world,
            (struct world_order){.key = key, .offer = key % 2 == 0 ? "cake" : "crate", .units = 1},
            WORLD_NOW + 5);
        assert_int_equal(task.answer.result, PROMISE_OK);
    }
}

/* Closes with a snapshot whatever little happened; returns the state's digest. */
static uint64_t close_with_snapshot(struct world *world)
{
    uint64_t digest = world_digest(world);
    world->engine->snapshot_events_min = 0;
    world_close(world);
    return digest;
}

static void snapshot_path(const struct world *world, char path[WORLD_PATH_BYTES + 16])
{
    (void)snprintf(path, WORLD_PATH_BYTES + 16, "%s.snapshot", world->path);
}

/* Opens; true if the state came from the snapshot (the replay then took only what followed it). */
static bool opened_from_snapshot(struct world *world, uint64_t rows_in_all)
{
    world_open(world);
    return world->engine->replay.events < rows_in_all;
}

static void test_snapshot(void **state)
{
    struct world *world = &((struct crowd *)*state)->world;
    orders_place(world, 1, 20);
    uint64_t digest = close_with_snapshot(world);
    assert_true(opened_from_snapshot(world, 21));
    assert_true(digest == world_digest(world));
    orders_place(world, 21, 30);
    digest = world_digest(world);
    world->engine->snapshot_events_min = 1000;
    world_close(world);
    assert_true(opened_from_snapshot(world, 31)); /* and ten rows replayed */
    assert_true(digest == world_digest(world));
    assert_int_equal(promise_order_count(engine_state(world->engine)), 30);
    assert_int_equal(world_verify(world, NULL), STATUS_OK);
}

/* Each truncation and each changed byte of the file makes it worthless, never wrong. */
static void test_snapshot_damaged(void **state)
{
    struct world *world = &((struct crowd *)*state)->world;
    char path[WORLD_PATH_BYTES + 16];
    char *bytes = NULL;
    size_t length = 0;
    orders_place(world, 1, 5);
    uint64_t digest = close_with_snapshot(world);
    snapshot_path(world, path);
    assert_int_equal(env_file_read(path, (size_t)1 << 28, &bytes, &length, &world->fault),
                     STATUS_OK);
    for (size_t i = 0; i < 12; i++) {
        size_t place = i < 8 ? i * 9 : (length - 1) * (i - 8) / 3;
        bytes[place] = (char)(bytes[place] ^ 1);
        size_t kept = i % 2 == 0 ? length : place;
        assert_int_equal(env_file_write(path, bytes, kept, 1, &world->fault), STATUS_OK);
        bytes[place] = (char)(bytes[place] ^ 1);
        assert_false(opened_from_snapshot(world, 6));
        assert_true(digest == world_digest(world));
        world->engine->snapshot_events_min = 1000;
        world_close(world);
    }
    assert_int_equal(env_file_write(path, bytes, length, 1, &world->fault), STATUS_OK);
    assert_true(opened_from_snapshot(world, 6));
    free(bytes);
}

/* A snapshot of a journal that this one is not: as after a backup was put back. */
static void test_snapshot_of_another(void **state)
{
    struct world *world = &((struct crowd *)*state)->world;
    struct world other = {.env = world->env};
    char from[WORLD_PATH_BYTES + 16];
    char to[WORLD_PATH_BYTES + 16];
    (void)snprintf(other.path, sizeof other.path, "%.200s/other.db", world->folder);
    world_create(&other);
    orders_place(&other, 100, 110);
    orders_place(world, 1, 11);
    (void)close_with_snapshot(&other);
    uint64_t digest = world_digest(world);
    world_close(world);
    snapshot_path(&other, from);
    snapshot_path(world, to);
    assert_int_equal(rename(from, to), 0);
    assert_false(opened_from_snapshot(world, 12));
    assert_true(digest == world_digest(world));
    (void)unlink(other.path);
}

/* ---- zone rules ---- */

/* A journal whose rules are not the machine's: the next start journals the machine's, once, and a
 * replay follows both. */
static void test_zone_rules_change(void **state)
{
    struct world *world = &((struct crowd *)*state)->world;
    const struct zone wrong = {.count = 1, .periods = {{INT64_MIN, -18000}}};
    orders_place(world, 1, 2);
    text_clear(&world->engine->scratch);
    zone_event_write(&world->engine->scratch, &wrong);
    assert_int_equal(batch_run_scratch(world->engine, &world->fault), STATUS_OK);
    assert_int_equal(zone_offset(&engine_shop(world->engine)->zone, WORLD_NOW), -18000);
    assert_int_equal(engine_shop(world->engine)->offer_count, 4);
    world_close(world);
    int64_t rows = world_integer(world, "SELECT count(*) FROM journal");
    world_open(world);
    assert_int_equal(zone_offset(&engine_shop(world->engine)->zone, WORLD_NOW), 3600);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM journal"), rows + 1);
    orders_place(world, 3, 4);
    uint64_t digest = close_with_snapshot(world);
    assert_true(opened_from_snapshot(world, 7));
    assert_true(digest == world_digest(world));
    assert_int_equal(world_integer(world, "SELECT count(*) FROM journal"), rows + 3);
    assert_int_equal(world_verify(world, NULL), STATUS_OK);
}

static void test_zones_agree(void **state)
{
    const struct zone a = {.count = 3, .periods = {{INT64_MIN, 0}, {1000, 3600}, {5000, 7200}}};
    struct zone b = a;
    (void)state;
    assert_true(engine_zones_agree(&a, &b, 0));
    b.periods[2].since = 5001;
    assert_false(engine_zones_agree(&a, &b, 0));
    assert_false(engine_zones_agree(&a, &b, 4000));
    assert_true(engine_zones_agree(&a, &b, 6000)); /* the past is past */
    b = a;
    b.count = 2;
    assert_false(engine_zones_agree(&a, &b, 0));
    assert_false(engine_zones_agree(&b, &a, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_crowd, begin, end),
        cmocka_unit_test_setup_teardown(test_crowd_meets_a_failed_sync, begin, end),
        cmocka_unit_test_setup_teardown(test_close_answers, begin, end),
        cmocka_unit_test_setup_teardown(test_close_refuses_more, begin, end),
        cmocka_unit_test_setup_teardown(test_gathered, begin, end),
        cmocka_unit_test_setup_teardown(test_gathered_in_parts, begin, end),
        cmocka_unit_test_setup_teardown(test_gathered_by_number, begin, end),
        cmocka_unit_test_setup_teardown(test_ring_full, begin, end),
        cmocka_unit_test_setup_teardown(test_snapshot, begin, end),
        cmocka_unit_test_setup_teardown(test_snapshot_damaged, begin, end),
        cmocka_unit_test_setup_teardown(test_snapshot_of_another, begin, end),
        cmocka_unit_test_setup_teardown(test_zone_rules_change, begin, end),
        cmocka_unit_test(test_zones_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

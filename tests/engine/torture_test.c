/* Every storage operation fails in turn (after curl's torture tests): full, I/O error, failed
 * fsync, torn write, power cut.
 *
 * A scene of orders, holds, steps, days, a change that moves orders and a wish that a cancellation meets runs on a simulated machine; for each kind of fault and
 * each n its n-th operation brings the fault, with syncs at the commit and with syncs that one call
 * makes for several batches (journal_settle), before which nothing is told. Then: what was answered as done is there, each order
 * whole; what was refused for want of room is not there; after the machine is back, verify finds
 * nothing and the shop goes on selling. */
#include "world.h"

#include "engine/inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* From one operation that is struck to the next; a build with sanitizers sets another. */
#ifndef STEP
#define STEP 1
#endif

/* When order 11 is made 95 of the 100 boxes are free; with order 10 cancelled, as many as are wished
 * for. */
enum { ORDERS = 12, SETTLED_ORDERS = 3, OPERATIONS_MAX = 400, WISH = 50, WISHED_CRATES = 96 };
_Static_assert(ORDERS % SETTLED_ORDERS == 0, "the last ones are settled, too");

/* What the outside was told. */
struct told {
    bool placed[ORDERS + 1];
    bool refused[ORDERS + 1]; /* for want of room: surely not there */
    bool cancelled;
    uint32_t
        moved; /* orders that a change moved; 0: none, or the change was not answered as done */
    bool change_refused;
    bool wished;
    bool wish_refused;
    bool wish_met; /* what frees its crates was answered as done */
    bool sold;     /* what the shop behind said of an order was answered as done */
    bool sold_refused;
};

static void told_place(struct world *world, struct told *told, uint64_t key, int64_t now)
{
    char email[40];
    (void)snprintf(email, sizeof email, "buyer-%d@example.org", (int)key % 5);
    struct world_order order = {.key = key,
                                .offer = key % 3 == 0 ? "cake" : "crate",
                                .units = 1,
                                .email = email,
                                .body = key % 2 == 0 ? "{}" : NULL,
                                .hold = key % 4 == 0};
    struct engine_task task = world_place(world, order, now);
    told->placed[key] = task.status == STATUS_OK && task.answer.result == PROMISE_OK;
    told->refused[key] = task.status == STATUS_FULL;
}

/* The bakers are away for two days: what they had to do moves. */
static void told_change(struct world *world, struct told *told, int64_t now)
{
    const struct promise_change away = {
        .kind = CHANGE_STAFF, .people = -2, .from_day = world_day(7), .to_day = world_day(8)};
    struct engine_task task = world_change(world, away, false, now);
    told->moved = task.status == STATUS_OK ? task.revised.count : 0;
    told->change_refused = task.status == STATUS_FULL;
    engine_revised_free(&task.revised);
}

static void told_wish(struct world *world, struct told *told, int64_t now)
{
    const struct world_wish wish = {.key = WISH,
                                    .offer = "crate",
                                    .units = WISHED_CRATES,
                                    .latest = 30,
                                    .email = "wisher@example.org",
                                    .keyed = true};
    struct engine_task task = world_wish(world, wish, now);
    told->wished = task.status == STATUS_OK && task.answer.result == PROMISE_OK;
    told->wish_refused = task.status == STATUS_FULL;
}

/* The shop behind has sold a cake: its order and what was heard of it are there, or neither. */
static void told_sold(struct world *world, struct told *told, int64_t now)
{
    struct promise_line line = {.quantity_thousandths = 1000};
    bool known = shop_offer_find(engine_shop(world->engine), SLICE("cake"), &line.offer);
    assert_true(known);
    struct engine_sold sold = {.reference = SLICE("woocommerce:1"),
                               .label = SLICE("1"),
                               .status = SLICE("processing"),
                               .state = SOLD_OPEN,
                               .modified_at = now,
                               .lines = &line,
                               .line_count = 1,
                               .person = {.email = SLICE("elsewhere@example.org")}};
    struct engine_task task = {.kind = TASK_SOLD, .sold = &sold, .sold_count = 1};
    engine_run(world->engine, &task, now);
    told->sold = task.status == STATUS_OK && sold.outcome == SOLD_TAKEN;
    told->sold_refused = task.status == STATUS_FULL;
}

/* The wish is met in the batch that frees its crates: both are there, or neither. */
static void told_cancel(struct world *world, struct told *told, uint64_t key, int64_t now)
{
    struct engine_task task = world_step(world, PROMISE_CANCEL, key, now);
    bool cancelled = task.status == STATUS_OK && task.answer.result == PROMISE_OK;
    told->cancelled = told->cancelled || (key == 2 && cancelled);
    told->wish_met = told->wished && key == 10 && cancelled;
}

/* `late`: answers wait for a sync that is made for several orders at once. */
static void scene_run(struct world *world, bool late, struct told *told)
{
    struct told heard = {.cancelled = false};
    struct fault fault;
    *told = heard;
    journal_owe(world->engine->journal, late);
    for (uint64_t key = 1; key <= ORDERS; key++) {
        int64_t now = WORLD_NOW + (int64_t)key * (key > 8 ? 40000 : 60);
        env_sim_pass(world->env, 2000000000u);
        told_place(world, &heard, key, now);
        if (key == 5) {
            told_cancel(world, &heard, 2, now);
        }
        if (key == 7) {
            told_change(world, &heard, now);
        }
        if (key == 9) {
            told_sold(world, &heard, now);
        }
        if (key == 11) {
            told_wish(world, &heard, now);
            told_cancel(world, &heard, 10, now);
        }
        if (!late || (key % SETTLED_ORDERS == 0 &&
                      journal_settle(world->engine->journal, &fault) == STATUS_OK)) {
            *told = heard;
        }
    }
}

static enum order_status status_of(struct world *world, uint64_t key)
{
    struct order_view view;
    return promise_order(engine_state(world->engine), world_key(key), &view) ? view.status
                                                                             : ORDER_NONE;
}

static uint32_t moved_count(struct world *world)
{
    struct order_view view;
    uint32_t moved = 0;
    for (uint64_t key = 1; key <= ORDERS; key++) {
        bool known = promise_order(engine_state(world->engine), world_key(key), &view);
        moved += known && view.revisions > 0;
    }
    return moved;
}

static void told_wish_check(struct world *world, const struct told *told, const char *what,
                            uint64_t at)
{
    enum wish_status status = world_wish_view(world, WISH).status;
    bool cancelled = status_of(world, 10) == ORDER_CANCELLED;
    if (told->wished ? status == WISH_NONE : told->wish_refused && status != WISH_NONE) {
        fail_msg("%s at operation %d: the wish is %s", what, (int)at, wish_status_text(status));
    }
    if (told->wish_met ? status != WISH_OFFERED : status == WISH_OFFERED && !cancelled) {
        fail_msg("%s at operation %d: the wish is %s, and its crates %s", what, (int)at,
                 wish_status_text(status), cancelled ? "free" : "taken");
    }
    if ((status == WISH_OFFERED) != world_knows(world, WISH)) {
        fail_msg("%s at operation %d: a wish and its order are not one", what, (int)at);
    }
}

static void told_sold_check(struct world *world, const struct told *told, const char *what,
                            uint64_t at)
{
    struct order_view view;
    struct promise_state *state = engine_state(world->engine);
    int sold = 0;
    for (uint32_t number = 1; promise_order_by_number(state, number, &view); number++) {
        sold += view.elsewhere;
    }
    if (sold > 1 || (told->sold && sold == 0) || (told->sold_refused && sold != 0)) {
        fail_msg("%s at operation %d: what was sold elsewhere is there %d times", what, (int)at,
                 sold);
    }
}

static void told_check(struct world *world, const struct told *told, const char *what, uint64_t at)
{
    for (uint64_t key = 1; key <= ORDERS; key++) {
        if ((told->placed[key] && !world_knows(world, key)) ||
            (told->refused[key] && world_knows(world, key))) {
            fail_msg("%s at operation %d: order %d is %s", what, (int)at, (int)key,
                     told->placed[key] ? "lost" : "there, but was refused");
        }
    }
    if (told->cancelled && status_of(world, 2) != ORDER_CANCELLED) {
        fail_msg("%s at operation %d: the cancellation is lost", what, (int)at);
    }
    told_wish_check(world, told, what, at);
    told_sold_check(world, told, what, at);
    uint32_t moved = moved_count(world);
    if ((told->moved > 0 && moved != told->moved) || (told->change_refused && moved != 0)) {
        fail_msg("%s at operation %d: %d orders moved, told %d", what, (int)at, (int)moved,
                 (int)told->moved);
    }
    if (world_verify(world, NULL) != STATUS_OK) {
        fail_msg("%s at operation %d: %s", what, (int)at, world->fault.text);
    }
}

/* Each frame of the log is a write; a commit is one (sqlite_log.c); that, and synced late. */
enum disk { DISK_PLAIN, DISK_POWERSAFE, DISK_LATE, DISKS };

/* Runs the scene with the fault at operation `at`; false once the scene has fewer operations. */
static bool scene_torture(enum env_sim_fault fault, enum disk disk, const char *what, uint64_t at)
{
    struct world world;
    struct told told;
    world_begin(&world, at);
    if (disk != DISK_PLAIN) {
        env_sim_powersafe(world.env);
    }
    world_create(&world);
    env_sim_fault(world.env, fault, at);
    scene_run(&world, disk == DISK_LATE, &told);
    bool struck = env_sim_struck(world.env);
    if (fault == SIM_FULL) {
        told_check(&world, &told, what, at);
    }
    world_close(&world);
    env_sim_restart(world.env);
    world_open(&world);
    told_check(&world, &told, what, at);
    struct engine_task task =
        world_place(&world, (struct world_order){.key = 99, .offer = "cake", .units = 1}, 0);
    assert_int_equal(task.status, STATUS_OK);
    assert_int_equal(task.answer.result, PROMISE_OK);
    world_end(&world);
    return struck;
}

static void torture(enum env_sim_fault fault, const char *what)
{
    for (int disk = 0; disk < DISKS; disk++) {
        uint64_t at = 1 + (uint64_t)disk % STEP;
        while (at < OPERATIONS_MAX && scene_torture(fault, (enum disk)disk, what, at)) {
            at += STEP;
        }
        print_message("%s: %d operations\n", what, (int)at - 1);
        /* A write for each order at least, and its sync; else the fault never came. */
        assert_true(at > (disk == DISK_LATE ? ORDERS : ORDERS * 2));
    }
}

static void test_full(void **state)
{
    (void)state;
    torture(SIM_FULL, "full");
}

static void test_write_error(void **state)
{
    (void)state;
    torture(SIM_WRITE, "write error");
}

static void test_sync_error(void **state)
{
    (void)state;
    torture(SIM_SYNC, "failed fsync");
}

static void test_torn_write(void **state)
{
    (void)state;
    torture(SIM_TORN, "torn write");
}

static void test_power_cut(void **state)
{
    (void)state;
    torture(SIM_CRASH, "power cut");
}

/* A machine that forgets acknowledged writes must be caught, or the tests above prove nothing. */
static void test_the_alarm_rings(void **state)
{
    struct world world;
    struct told told;
    (void)state;
    world_begin(&world, 1);
    world_create(&world);
    scene_run(&world, false, &told);
    assert_int_equal(told.moved, 2);
    assert_true(told.wish_met);
    assert_true(told.sold);
    assert_int_equal(world_wish_view(&world, WISH).status, WISH_OFFERED);
    world_close(&world);
    world_sql(&world, "DELETE FROM orders WHERE number = 12");
    world_open(&world);
    assert_int_equal(world_verify(&world, NULL), STATUS_CORRUPT);
    world_end(&world);
}

/* Is an order there that was committed, and settled or not, when the power went? */
static bool survives(uint64_t seed, bool settled)
{
    struct world world;
    struct told told = {.cancelled = false};
    struct fault fault;
    world_begin(&world, seed);
    env_sim_powersafe(world.env);
    world_create(&world);
    journal_owe(world.engine->journal, true);
    told_place(&world, &told, 1, WORLD_NOW);
    assert_true(told.placed[1]);
    if (settled) {
        assert_int_equal(journal_settle(world.engine->journal, &fault), STATUS_OK);
    }
    env_sim_fault(world.env, SIM_CRASH, 1);
    told_place(&world, &told, 2, WORLD_NOW + 1);
    world_close(&world);
    env_sim_restart(world.env);
    world_open(&world);
    assert_int_equal(world_verify(&world, NULL), STATUS_OK);
    bool known = world_knows(&world, 1);
    world_end(&world);
    return known;
}

static void test_only_what_is_settled_is_safe(void **state)
{
    uint32_t lost = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        assert_true(survives(seed, true));
        lost += !survives(seed, false);
    }
    assert_true(lost > 0);
}

/* After a failed sync nothing is settled any more, whatever the disk says later. */
static void test_a_failed_sync_stays_failed(void **state)
{
    struct world world;
    struct told told = {.cancelled = false};
    struct fault fault;
    (void)state;
    world_begin(&world, 1);
    env_sim_powersafe(world.env);
    world_create(&world);
    told_place(&world, &told, 1, WORLD_NOW);
    journal_owe(world.engine->journal, true);
    told_place(&world, &told, 2, WORLD_NOW);
    assert_true(told.placed[2]);
    env_sim_fault(world.env, SIM_SYNC, 1);
    assert_int_equal(journal_settle(world.engine->journal, &fault), STATUS_IO);
    assert_non_null(strstr(fault.text, "cannot be synced"));
    assert_int_equal(journal_settle(world.engine->journal, &fault), STATUS_IO);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_write_error),
        cmocka_unit_test(test_sync_error),
        cmocka_unit_test(test_torn_write),
        cmocka_unit_test(test_power_cut),
        cmocka_unit_test(test_the_alarm_rings),
        cmocka_unit_test(test_only_what_is_settled_is_safe),
        cmocka_unit_test(test_a_failed_sync_stays_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Wishes in the engine: kept with who made them, met in the batch that frees something, before
 * anybody else; the same after a restart. */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* Waiting now; since the start: made, offered, withdrawn, lapsed. */
static void assert_figures(struct world *world, const uint64_t want[5])
{
    struct engine_figures figures;
    engine_figures(world->engine, &figures);
    assert_int_equal(figures.wishes_waiting, want[0]);
    assert_int_equal(figures.wishes_made, want[1]);
    assert_int_equal(figures.wishes_offered, want[2]);
    assert_int_equal(figures.wishes_withdrawn, want[3]);
    assert_int_equal(figures.wishes_lapsed, want[4]);
}

static void assert_replays(struct world *world)
{
    uint64_t digest = world_digest(world);
    world_close(world);
    world_open(world);
    assert_true(digest == world_digest(world));
    world_assert_verified(world);
}

static struct engine_task place(struct world *world, uint64_t key, const char *offer, int64_t units,
                                bool hold, int64_t now)
{
    const struct world_order order = {
        .key = key, .offer = offer, .units = units, .hold = hold, .email = "b@example.org"};
    return world_place(world, order, now);
}

/* 100 crates: all held, then wished for by two. */
static void sell_out(struct world *world)
{
    assert_int_equal(place(world, 1, "crate", 60, true, WORLD_NOW).answer.result, PROMISE_OK);
    assert_int_equal(place(world, 2, "crate", 40, false, WORLD_NOW).answer.result, PROMISE_OK);
    const struct world_wish first = {
        .key = 11, .offer = "crate", .units = 50, .latest = 30, .email = "a@example.org"};
    const struct world_wish second = {.key = 12, .offer = "crate", .units = 20, .latest = 30};
    struct engine_task task = world_wish(world, first, WORLD_NOW + 1);
    assert_int_equal(task.status, STATUS_OK);
    assert_int_equal(task.answer.result, PROMISE_OK);
    assert_int_equal(task.answer.wish.status, WISH_WAITING);
    assert_int_equal(world_wish(world, second, WORLD_NOW + 2).answer.result, PROMISE_OK);
}

/* The hold ends, and in the same batch a stranger asks for what it frees: it is held for the wish. */
static void test_a_wish_comes_before_a_newcomer(void **state)
{
    struct world *world = *state;
    sell_out(world);
    struct engine_task late = place(world, 3, "crate", 20, false, WORLD_NOW + 900);
    assert_int_equal(late.answer.result, PROMISE_NEVER);
    assert_int_equal(world_wish_view(world, 11).status, WISH_OFFERED);
    assert_int_equal(world_wish_view(world, 12).status, WISH_WAITING);
    assert_int_equal(place(world, 4, "crate", 10, false, WORLD_NOW + 901).answer.result,
                     PROMISE_OK);
    assert_int_equal(world_step(world, PROMISE_CONFIRM, 11, WORLD_NOW + 902).answer.result,
                     PROMISE_OK);
    assert_int_equal(world_integer(world,
                                   "SELECT count(*) FROM wishes JOIN orders"
                                   " ON orders.number = wishes.order_number JOIN customers"
                                   " ON customers.number = orders.contact AND"
                                   " customers.number = wishes.contact WHERE wishes.number = 1 AND"
                                   " wishes.status = 'offered' AND orders.status = 'confirmed' AND"
                                   " customers.email = 'a@example.org'"),
                     1);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM wishes WHERE status = 'waiting'"
                                          " AND contact IS NULL AND order_number IS NULL"),
                     1);
    assert_figures(world, (const uint64_t[]){1, 2, 1, 0, 0});
    assert_replays(world);
    assert_int_equal(world_wish_view(world, 12).status, WISH_WAITING);
    assert_figures(world, (const uint64_t[]){1, 0, 0, 0, 0});
    assert_int_equal(world_step(world, PROMISE_WITHDRAW, 12, WORLD_NOW + 903).answer.result,
                     PROMISE_OK);
    assert_figures(world, (const uint64_t[]){0, 0, 0, 1, 0});
}

/* What a restart finds free goes to those who wait; nothing has to happen first. */
static void test_a_restart_meets_wishes(void **state)
{
    struct world *world = *state;
    sell_out(world);
    world_close(world);
    world_open(world);
    struct engine_task other = place(world, 5, "cake", 1, false, WORLD_NOW + 2000);
    assert_int_equal(other.answer.result, PROMISE_OK);
    assert_int_equal(world_wish_view(world, 11).status, WISH_OFFERED);
    assert_replays(world);
}

static void test_a_cancellation_and_a_change_meet_wishes(void **state)
{
    struct world *world = *state;
    sell_out(world);
    assert_int_equal(world_step(world, PROMISE_CANCEL, 2, WORLD_NOW + 10).answer.result,
                     PROMISE_OK);
    assert_int_equal(world_wish_view(world, 11).status, WISH_WAITING);
    assert_int_equal(world_wish_view(world, 12).status, WISH_OFFERED);
    struct engine_task counted = world_change(
        world,
        (struct promise_change){
            .kind = CHANGE_COUNT, .index = 0, .quantity_thousandths = 200 * INT64_C(1000)},
        false, WORLD_NOW + 20);
    assert_int_equal(counted.change_result, PROMISE_OK);
    engine_revised_free(&counted.revised);
    assert_int_equal(world_wish_view(world, 11).status, WISH_OFFERED);
    assert_replays(world);
}

/* The same request twice is one wish; another one under its key is refused. */
static void test_repeats(void **state)
{
    struct world *world = *state;
    const struct world_wish wish = {.key = 11,
                                    .offer = "crate",
                                    .units = 500,
                                    .latest = 30,
                                    .email = "a@example.org",
                                    .keyed = true};
    struct world_wish other = wish;
    struct engine_task first = world_wish(world, wish, WORLD_NOW);
    struct engine_task again = world_wish(world, wish, WORLD_NOW + 60);
    assert_int_equal(first.answer.result, PROMISE_OK);
    assert_int_equal(again.status, STATUS_OK);
    assert_int_equal(again.answer.result, PROMISE_REPEATED);
    assert_int_equal(again.answer.wish.made_at, WORLD_NOW);
    other.units = 400;
    assert_int_equal(world_wish(world, other, WORLD_NOW + 61).status, STATUS_EXISTS);
    other = wish;
    other.latest = 29;
    assert_int_equal(world_wish(world, other, WORLD_NOW + 62).status, STATUS_EXISTS);
    other = wish;
    other.email = "c@example.org";
    assert_int_equal(world_wish(world, other, WORLD_NOW + 63).status, STATUS_EXISTS);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM wishes"), 1);
    assert_replays(world);
}

/* An Idempotency-Key of a wish is no order's, before it is met nor after; nor the other way round. */
static void test_a_key_of_the_other_kind(void **state)
{
    struct world *world = *state;
    struct world_order order = {.key = 12, .offer = "cake", .units = 1, .body = "{}"};
    sell_out(world);
    assert_int_equal(world_place(world, order, WORLD_NOW + 3).status, STATUS_EXISTS);
    assert_int_equal(world_step(world, PROMISE_CANCEL, 1, WORLD_NOW + 4).answer.result, PROMISE_OK);
    order.key = 11;
    assert_int_equal(world_wish_view(world, 11).status, WISH_OFFERED);
    assert_int_equal(world_place(world, order, WORLD_NOW + 5).status, STATUS_EXISTS);
    const struct world_wish wish = {
        .key = 2, .offer = "crate", .units = 1, .latest = 30, .keyed = true};
    assert_int_equal(world_wish(world, wish, WORLD_NOW + 6).status, STATUS_EXISTS);
    assert_replays(world);
}

static void test_the_day_passes(void **state)
{
    struct world *world = *state;
    sell_out(world);
    assert_int_equal(world_step(world, PROMISE_CONFIRM, 1, WORLD_NOW + 10).answer.result,
                     PROMISE_OK);
    (void)place(world, 5, "cake", 1, false, WORLD_NOW + 24 * DAY_SECONDS);
    assert_int_equal(world_wish_view(world, 11).status, WISH_LAPSED);
    assert_figures(world, (const uint64_t[]){0, 2, 0, 0, 2});
    assert_int_equal(world_integer(world, "SELECT count(*) FROM wishes WHERE status = 'lapsed'"),
                     2);
    assert_replays(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_wish_comes_before_a_newcomer, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(test_a_restart_meets_wishes, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_a_cancellation_and_a_change_meet_wishes, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(test_repeats, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_a_key_of_the_other_kind, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(test_the_day_passes, world_set_up, world_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

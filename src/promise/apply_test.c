/* Damaged events of a whole story: purchases, a shared class, a payment that begins, deliveries
 * late and short, people who are away, steps of lines. What cannot have been decided is refused. */
#include "tests/support/story_shop.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void story_tell(struct world *world)
{
    world_order(world, 1, "jar=3");
    world_hold(world, 2, "jar=5");
    world_order(world, 3, "jar=9 class=1 priority=2");
    world_order(world, 4, "class=2");
    world_hold(world, 5, "class");
    assert_string_equal(world_step(world, PROMISE_PAY, 2), "ok held");
    assert_string_equal(world_step(world, PROMISE_START, 1), "ok started");
    world_change(world, "date 1 2026-12-06");
    world_change(world, "staff packing -2 2026-12-01 2026-12-02");
    world_change(world, "received 1 6 damaged 1");
    world_change(world, "bought box 12 2026-12-02");
    world_change(world, "sent mill 2026-12-02");
    world_change(world, "balance 100.00");
    world_replace(world, 6, 5, "class=2");
    assert_string_equal(world_step(world, PROMISE_CANCEL, 3), "ok cancelled");
    assert_string_equal(world_step_line(world, PROMISE_SHIP, 1, 1), "ok shipped");
    assert_string_equal(world_step(world, PROMISE_DELIVER, 1), "ok delivered");
}

static void test_damaged_events_never_harm(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, story_shop, "2026-12-01T08:00");
    story_tell(&world);
    assert_true(world_damage(&world) > 1000);
    world_close_replayed(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_damaged_events_never_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

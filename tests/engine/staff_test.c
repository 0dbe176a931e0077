/* Staff in the engine: links open once and in time, sessions end by themselves and by what ends
 * them, tokens replace each other; all of it the same after a restart, and none of it in the
 * journal. */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { HOUR = 3600 };

static struct staff_hash secret(int number)
{
    struct staff_hash hash;
    memset(hash.bytes, number, sizeof hash.bytes);
    return hash;
}

static enum staff_result ask(struct world *world, struct staff_task *staff, int64_t now)
{
    struct engine_task task = {.kind = TASK_STAFF, .staff = staff};
    engine_run(world->engine, &task, now);
    assert_int_equal(task.status, STATUS_OK);
    return staff->result;
}

static void add(struct world *world, const char *name, enum staff_role role, int link, int64_t now)
{
    struct staff_task task = {.ask = STAFF_ADD,
                              .name = slice_of(name),
                              .role = role,
                              .secret = secret(link),
                              .until = now + 24 * HOUR};
    assert_int_equal(ask(world, &task, now), STAFF_OK);
}

static enum staff_result follow(struct world *world, int link, int session, int64_t now)
{
    struct staff_task task = {
        .ask = STAFF_FOLLOW, .secret = secret(link), .session = secret(session)};
    return ask(world, &task, now);
}

static enum staff_result look(struct world *world, int session, bool touch, int64_t now)
{
    struct staff_task task = {.ask = STAFF_SESSION, .secret = secret(session), .touch = touch};
    return ask(world, &task, now);
}

static void test_links(void **state)
{
    struct world *world = *state;
    add(world, "Lou", STAFF_OWNER, 1, WORLD_NOW);
    assert_int_equal(follow(world, 2, 10, WORLD_NOW), STAFF_NOBODY);
    assert_int_equal(follow(world, 1, 10, WORLD_NOW + 24 * HOUR), STAFF_NOBODY); /* too late */
    struct staff_task link = {.ask = STAFF_LINK,
                              .name = SLICE("Lou"),
                              .secret = secret(3),
                              .until = WORLD_NOW + 30 * HOUR};
    assert_int_equal(ask(world, &link, WORLD_NOW + 24 * HOUR), STAFF_OK);
    assert_int_equal(follow(world, 1, 10, WORLD_NOW + 25 * HOUR), STAFF_NOBODY); /* replaced */
    assert_int_equal(follow(world, 3, 10, WORLD_NOW + 25 * HOUR), STAFF_OK);
    assert_int_equal(follow(world, 3, 11, WORLD_NOW + 25 * HOUR), STAFF_NOBODY); /* used */
    assert_int_equal(look(world, 10, false, WORLD_NOW + 25 * HOUR), STAFF_OK);
    assert_int_equal(look(world, 11, false, WORLD_NOW + 25 * HOUR), STAFF_NOBODY);
}

static void test_a_session_ends_when_it_is_not_used(void **state)
{
    struct world *world = *state;
    const int64_t idle = STAFF_IDLE_SECONDS;
    add(world, "Lou", STAFF_OWNER, 1, WORLD_NOW);
    assert_int_equal(follow(world, 1, 10, WORLD_NOW), STAFF_OK);
    /* Looks that are no use, such as a page that renews itself, keep nothing alive. */
    assert_int_equal(look(world, 10, false, WORLD_NOW + idle - 1), STAFF_OK);
    assert_int_equal(look(world, 10, false, WORLD_NOW + idle), STAFF_NOBODY);
}

static void test_use_keeps_a_session_for_a_day_at_most(void **state)
{
    struct world *world = *state;
    add(world, "Lou", STAFF_OWNER, 1, WORLD_NOW);
    assert_int_equal(follow(world, 1, 10, WORLD_NOW), STAFF_OK);
    int64_t now = WORLD_NOW;
    for (; now < WORLD_NOW + STAFF_SESSION_SECONDS; now += 3 * HOUR) {
        assert_int_equal(look(world, 10, true, now), STAFF_OK);
    }
    world_close(world);
    world_open(world);
    assert_int_equal(look(world, 10, true, now - 1), STAFF_OK);
    assert_int_equal(look(world, 10, true, now), STAFF_NOBODY);
}

static void test_what_ends_sessions(void **state)
{
    struct world *world = *state;
    add(world, "Lou", STAFF_OWNER, 1, WORLD_NOW);
    assert_int_equal(follow(world, 1, 10, WORLD_NOW), STAFF_OK);
    struct staff_task task = {
        .ask = STAFF_PASSWORD, .name = SLICE("Lou"), .password = SLICE("h"), .secret = secret(10)};
    assert_int_equal(ask(world, &task, WORLD_NOW), STAFF_OK);
    for (int i = 0; i < 2; i++) {
        task = (struct staff_task){.ask = STAFF_ENTER,
                                   .name = SLICE("Lou"),
                                   .password = SLICE("h"),
                                   .session = secret(11 + i)};
        assert_int_equal(ask(world, &task, WORLD_NOW), STAFF_OK);
    }
    task = (struct staff_task){.ask = STAFF_LEAVE, .secret = secret(11)};
    assert_int_equal(ask(world, &task, WORLD_NOW), STAFF_OK);
    assert_int_equal(look(world, 11, false, WORLD_NOW), STAFF_NOBODY);
    assert_int_equal(look(world, 12, false, WORLD_NOW), STAFF_OK);
    /* Another password: the session that sets it stays. */
    task = (struct staff_task){
        .ask = STAFF_PASSWORD, .name = SLICE("Lou"), .password = SLICE("i"), .secret = secret(12)};
    assert_int_equal(ask(world, &task, WORLD_NOW), STAFF_OK);
    assert_int_equal(look(world, 10, false, WORLD_NOW), STAFF_NOBODY);
    assert_int_equal(look(world, 12, false, WORLD_NOW), STAFF_OK);
    task = (struct staff_task){
        .ask = STAFF_ENTER, .name = SLICE("Lou"), .password = SLICE("h"), .session = secret(13)};
    assert_int_equal(ask(world, &task, WORLD_NOW), STAFF_NOBODY);
    /* The last owner stays; with another, the first can go, and is out at once. */
    task = (struct staff_task){.ask = STAFF_REMOVE, .name = SLICE("Lou")};
    assert_int_equal(ask(world, &task, WORLD_NOW), STAFF_LAST);
    add(world, "Noe", STAFF_OWNER, 2, WORLD_NOW);
    assert_int_equal(ask(world, &task, WORLD_NOW), STAFF_OK);
    assert_int_equal(look(world, 12, false, WORLD_NOW), STAFF_NOBODY);
}

/* Of one person no more than so many sessions: the oldest ends. */
static void test_sessions_are_bounded(void **state)
{
    struct world *world = *state;
    add(world, "Lou", STAFF_OWNER, 1, WORLD_NOW);
    struct staff_task task = {.ask = STAFF_PASSWORD, .name = SLICE("Lou"), .password = SLICE("h")};
    assert_int_equal(ask(world, &task, WORLD_NOW), STAFF_OK);
    for (int i = 0; i <= LIMIT_STAFF_SESSIONS; i++) {
        task = (struct staff_task){.ask = STAFF_ENTER,
                                   .name = SLICE("Lou"),
                                   .password = SLICE("h"),
                                   .session = secret(100 + i)};
        assert_int_equal(ask(world, &task, WORLD_NOW + i), STAFF_OK);
    }
    assert_int_equal(look(world, 100, false, WORLD_NOW + 60), STAFF_NOBODY);
    assert_int_equal(look(world, 101, false, WORLD_NOW + 60), STAFF_OK);
    assert_int_equal(look(world, 100 + LIMIT_STAFF_SESSIONS, false, WORLD_NOW + 60), STAFF_OK);
}

static void test_people_and_tokens(void **state)
{
    struct world *world = *state;
    char name[16];
    struct staff_person people[LIMIT_STAFF];
    for (int i = 0; i < LIMIT_STAFF; i++) {
        (void)snprintf(name, sizeof name, "p%02d", i);
        add(world, name, STAFF_PACKER, 100 + i, WORLD_NOW);
    }
    struct staff_task task = {.ask = STAFF_ADD, .name = SLICE("p00"), .secret = secret(1)};
    assert_int_equal(ask(world, &task, WORLD_NOW), STAFF_EXISTS);
    task.name = SLICE("one more");
    assert_int_equal(ask(world, &task, WORLD_NOW), STAFF_FULL);
    for (int i = 1; i <= 2; i++) {
        task = (struct staff_task){.ask = STAFF_TOKEN, .name = SLICE("p07"), .secret = secret(i)};
        assert_int_equal(ask(world, &task, WORLD_NOW), STAFF_OK);
    }
    task = (struct staff_task){.ask = STAFF_BEARER, .secret = secret(1)};
    assert_int_equal(ask(world, &task, WORLD_NOW), STAFF_NOBODY);
    task = (struct staff_task){.ask = STAFF_BEARER, .secret = secret(2)};
    assert_int_equal(ask(world, &task, WORLD_NOW), STAFF_OK);
    assert_string_equal(task.person.name, "p07");
    task = (struct staff_task){.ask = STAFF_LIST, .people = people};
    assert_int_equal(ask(world, &task, WORLD_NOW), STAFF_OK);
    assert_int_equal(task.count, LIMIT_STAFF);
    assert_true(people[7].has_token);
    assert_false(people[8].has_token);
    /* No event tells of any of it. */
    assert_int_equal(world_integer(world, "SELECT count(*) FROM journal"), 1);
    world_close(world);
    world_open(world);
    assert_int_equal(ask(world, &task, WORLD_NOW), STAFF_OK);
    assert_int_equal(task.count, LIMIT_STAFF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_links, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_a_session_ends_when_it_is_not_used, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(test_use_keeps_a_session_for_a_day_at_most, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(test_what_ends_sessions, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_sessions_are_bounded, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(test_people_and_tokens, world_set_up, world_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

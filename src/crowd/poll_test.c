/* The queue's status as it should be, and as it should not. */
#include "crowd/poll.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_whole_one(void **state)
{
    struct crowd_poll poll;
    (void)state;
    assert_true(crowd_poll_read(SLICE("{\"state\":\"waiting\",\"place\":1234,\"ahead\":1200,"
                                      "\"front\":30,"
                                      "\"wait_seconds\":{\"low\":300,\"high\":420.9},"
                                      "\"poll_seconds\":1.5}"),
                                &poll));
    assert_int_equal(poll.state, CROWD_POLL_WAITING);
    assert_true(poll.has_place && poll.has_wait);
    assert_int_equal(poll.place, 1234);
    assert_true(poll.has_front);
    assert_int_equal(poll.front, 30);
    assert_int_equal(poll.wait_low_seconds, 300);
    assert_int_equal(poll.wait_high_seconds, 420);
    assert_int_equal(poll.poll_ms, 1500);
}

static void what_may_be_missing(void **state)
{
    struct crowd_poll poll;
    (void)state;
    assert_true(crowd_poll_read(
        SLICE("{\"state\":\"called\",\"place\":null,\"wait_seconds\":null}"), &poll));
    assert_int_equal(poll.state, CROWD_POLL_CALLED);
    assert_false(poll.has_place || poll.has_wait || poll.has_front);
    assert_int_equal(poll.poll_ms, 0);
}

static void figures_are_bounded(void **state)
{
    struct crowd_poll poll;
    (void)state;
    assert_true(
        crowd_poll_read(SLICE("{\"state\":\"gone\",\"place\":-1,\"front\":-1,\"poll_seconds\":0,"
                              "\"wait_seconds\":{\"low\":-5,\"high\":1e300}}"),
                        &poll));
    assert_false(poll.has_place || poll.has_front);
    assert_int_equal(poll.poll_ms, 100);
    assert_int_equal(poll.wait_low_seconds, 0);
    assert_int_equal(poll.wait_high_seconds, 86400);
}

static void what_is_none(void **state)
{
    static const char *const bodies[] = {"",
                                         "null",
                                         "[]",
                                         "{}",
                                         "{\"state\":1}",
                                         "{\"state\":\"lost\"}",
                                         "{\"state\":\"waiting\"",
                                         "<html>"};
    struct crowd_poll poll;
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        assert_false(crowd_poll_read(slice_of(bodies[i]), &poll));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_one),
        cmocka_unit_test(what_may_be_missing),
        cmocka_unit_test(figures_are_bounded),
        cmocka_unit_test(what_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

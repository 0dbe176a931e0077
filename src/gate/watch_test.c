/* The gate beside a shop that holds nobody: what it says of a crowd is what a plain queue gives. */
#include "gate/watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PLACES = 1 << 16, TICK_MS = 10, SECOND = 1000, SESSION = 600 };

static struct watch watch;
static int64_t now;

static int begin(void **state)
{
    static const struct gate_settings settings = {
        .rate = 2000, .session_seconds = SESSION, .places_max = PLACES};
    void *memory = malloc(gate_bytes(&settings));
    uint32_t *arrived = calloc(PLACES, sizeof *arrived);
    (void)state;
    now = 5 * SECOND;
    watch_init(&watch, gate_place(memory, &settings, now), arrived, now);
    return 0;
}

static int end(void **state)
{
    (void)state;
    free(watch.gate);
    free(watch.arrived);
    return 0;
}

static void run(int64_t milliseconds)
{
    for (int64_t until = now + milliseconds; now < until; now += TICK_MS) {
        watch_turn(&watch, now);
    }
}

static void nobody_waits(void **state)
{
    (void)state;
    struct watch_count minute;
    uint32_t number = 0;
    for (int i = 0; i < 60; i++) {
        assert_true(watch_arrive(&watch, now, &number));
        watch_request(&watch, SITE_BROWSING, false);
        run(SECOND);
    }
    watch_minute_end(&watch, now, &minute);
    assert_int_equal(minute.visitors, 60);
    assert_int_equal(watch_requests(&minute), 60);
    assert_int_equal(minute.waited + minute.held + minute.over + minute.turned_away, 0);
    assert_int_equal(minute.wait_seconds_most, 0);
    assert_int_equal(watch_oldest_seconds(&watch, now), 0);
    assert_int_equal(watch.minutes_over, 0);
}

/* Ten a second for a minute, where two may go in: 480 are left, and the last waits 240 s. */
static void a_crowd(void **state)
{
    (void)state;
    struct watch_count minute;
    uint32_t number = 0;
    for (int i = 0; i < 600; i++) {
        (void)watch_arrive(&watch, now, &number);
        run(SECOND / 10);
    }
    watch_minute_end(&watch, now, &minute);
    assert_int_equal(minute.visitors, 600);
    assert_int_equal(minute.over, 480);
    assert_int_equal(watch.minutes_over, 1);
    assert_int_equal(watch.over_most, 480);
    assert_in_range(minute.line_most, 475, 490);
    assert_in_range(minute.wait_seconds_most, 236, 246);
    /* But for those who stood at the door at once. */
    assert_in_range(minute.waited, 560, 600);
    run(260 * SECOND);
    watch_minute_end(&watch, now, &minute);
    assert_int_equal(watch.gate->entries, 600);
    assert_int_equal(watch_oldest_seconds(&watch, now), 0);
    assert_in_range(minute.wait_seconds_most, 236, 250);
    assert_in_range(watch.all.wait_seconds_most, 236, 250);
    assert_int_equal(watch.all.visitors, 600);
}

/* Who has stood there for hours without the tick of a minute is still believed in. */
static void a_long_line_lasts(void **state)
{
    (void)state;
    uint32_t number = 0;
    for (int i = 0; i < 2000; i++) {
        (void)watch_arrive(&watch, now, &number);
    }
    run(1100 * SECOND);
    assert_int_equal(watch.gate->entries, 2000);
    assert_int_equal(watch.gate->skipped, 0);
}

static void programs_are_turned_away(void **state)
{
    (void)state;
    struct watch_count minute;
    uint32_t number = 0;
    assert_true(watch_arrive_program(&watch, now, &number));
    for (int i = 0; i < 20; i++) {
        (void)watch_arrive(&watch, now, &number);
    }
    assert_false(watch_arrive_program(&watch, now, &number));
    assert_int_equal(number, UINT32_MAX);
    run(30 * SECOND);
    assert_true(watch_arrive_program(&watch, now, &number));
    /* A moment later it may not be its turn yet: it gets no place. */
    assert_false(watch_arrive_program(&watch, now, &number));
    run(10 * SECOND);
    assert_true(gate_is_quiet(watch.gate));
    watch_minute_end(&watch, now, &minute);
    assert_int_equal(minute.turned_away, 2);
    assert_int_equal(minute.visitors, 22);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nobody_waits, begin, end),
        cmocka_unit_test_setup_teardown(a_crowd, begin, end),
        cmocka_unit_test_setup_teardown(a_long_line_lasts, begin, end),
        cmocka_unit_test_setup_teardown(programs_are_turned_away, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

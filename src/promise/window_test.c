/* The day of an instant, at every midnight of a window and beside it, over the changes of the
 * clock; and what a list of days holds. */
#include "promise/window.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void window_of(struct window *window, const char *date, int32_t horizon_days, int32_t days)
{
    struct zone zone;
    int32_t today = 0;
    assert_int_equal(world_zone_load(NULL, "Europe/Paris", 0, &zone, NULL), STATUS_OK);
    assert_true(day_read(slice_of(date), &today));
    window_set(window, &zone, today, horizon_days, days);
    assert_int_equal(window->today, today);
    for (int32_t i = 0; i <= days; i++) {
        assert_int_equal(window->midnights[i], zone_instant(&zone, today + i, 0));
    }
}

static void midnights_check(const struct window *window)
{
    for (int32_t i = 0; i < window->days; i++) {
        assert_int_equal(window_index_of(window, window->midnights[i]), i);
        assert_int_equal(window_index_of(window, window->midnights[i] + 1), i);
        assert_int_equal(window_index_of(window, window->midnights[i] + DAY_SECONDS / 2), i);
        assert_int_equal(window_index_of(window, window->midnights[i + 1] - 1), i);
    }
}

/* The day of 25 hours, the day of 23 and many days after them: the guess by 86,400 seconds is one
 * too high, then one too low. */
static void test_index_over_clock_changes(void **unused)
{
    (void)unused;
    static struct window window;
    window_of(&window, "2026-10-25", 20, 20);
    midnights_check(&window);
    window_of(&window, "2026-03-29", 20, 20);
    midnights_check(&window);
    window_of(&window, "2026-10-24", LIMIT_HORIZON_DAYS, WINDOW_DAYS_MAX);
    midnights_check(&window);
    window_of(&window, "2026-10-25", 1, 1);
    midnights_check(&window);
}

/* What lies outside counts as the first or the last day. */
static void test_index_outside(void **unused)
{
    (void)unused;
    static struct window window;
    window_of(&window, "2026-12-01", 5, 8);
    assert_int_equal(window_index_of(&window, window.midnights[0] - 1), 0);
    assert_int_equal(window_index_of(&window, window.midnights[0] - 3 * DAY_SECONDS), 0);
    assert_int_equal(window_index_of(&window, window.midnights[8]), 7);
    assert_int_equal(window_index_of(&window, window.midnights[8] + 3 * DAY_SECONDS), 7);
    assert_int_equal(window_horizon_end(&window), window.midnights[5]);
    window_of(&window, "2026-10-25", 1, 1);
    assert_int_equal(window_index_of(&window, window.midnights[1] + DAY_SECONDS), 0);
}

static void test_day_list(void **unused)
{
    (void)unused;
    int32_t days[] = {3, 5, 6, 9, 20};
    for (uint32_t count = 0; count <= 5; count++) {
        struct day_list list = {count, days};
        for (int32_t day = 2; day <= 21; day++) {
            bool expected = false;
            for (uint32_t i = 0; i < count; i++) {
                expected = expected || days[i] == day;
            }
            assert_int_equal(day_list_has(&list, day), expected);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_index_over_clock_changes),
        cmocka_unit_test(test_index_outside),
        cmocka_unit_test(test_day_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

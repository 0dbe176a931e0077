/* The demo's pure parts: dates moved by whole weeks, the law of arrivals, latency percentiles. */
#include "commands/demo_crowd.h"
#include "commands/demo_shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

static int32_t day_of(const char *iso)
{
    int32_t day = 0;
    assert_true(day_read(slice_of(iso), &day));
    return day;
}

static void check_shift(const char *text, const char *today, const char *expected)
{
    struct text to;
    text_init(&to, 4096);
    demo_dates_shift(slice_of(text), day_of(today), &to);
    assert_string_equal(to.bytes != NULL ? to.bytes : "", expected);
    text_free(&to);
}

static void dates_move_by_whole_weeks(void **state)
{
    (void)state;
    /* Monday 23 November; the nearest week wins, so at most three days lie between. */
    static const char text[] = "opened: 2026-11-23T08:00 due: 2026-12-01, [2026-12-25]";
    check_shift(text, "2026-11-23", text);
    check_shift(text, "2026-11-26", text);
    check_shift(text, "2026-11-20", text);
    check_shift(text, "2026-11-27", "opened: 2026-11-30T08:00 due: 2026-12-08, [2027-01-01]");
    check_shift(text, "2026-11-19", "opened: 2026-11-16T08:00 due: 2026-11-24, [2026-12-18]");
    check_shift(text, "2028-02-29", "opened: 2028-02-28T08:00 due: 2028-03-07, [2028-03-31]");
}

static void what_is_no_date_stays(void **state)
{
    (void)state;
    check_shift("opened: \"2026-11-23\" 12026-11-23 2026-11-234 2026-13-01 2026-11 x2026-11-23",
                "2026-11-30",
                "opened: \"2026-11-30\" 12026-11-23 2026-11-234 2026-13-01 2026-11 x2026-11-30");
    check_shift("due: 2026-12-01", "2030-01-01",
                "due: 2026-12-01"); /* no `opened`: nothing to go by */
    check_shift("", "2030-01-01", "");
}

static void every_weekday_of_a_year(void **state)
{
    (void)state;
    for (int32_t day = day_of("2026-01-01"); day < day_of("2027-01-01"); day++) {
        struct text to;
        int32_t opened;
        text_init(&to, 4096);
        demo_dates_shift(SLICE("opened: 2026-11-23"), day, &to);
        opened = day_of(to.bytes + 8);
        assert_int_equal(weekday_of_day(opened), MONDAY);
        assert_true(abs(opened - day) <= 3);
        text_free(&to);
    }
}

static void the_embedded_shop_is_whole(void **state)
{
    (void)state;
    bool has_shop = false;
    for (size_t i = 0; i < demo_file_count; i++) {
        has_shop = has_shop || strcmp(demo_files[i].name, "shop.yaml") == 0;
        assert_true(demo_files[i].bytes.length > 100);
    }
    assert_true(has_shop);
    assert_true(demo_file_count > 10);
}

static void arrivals_rise_and_halve(void **state)
{
    (void)state;
    const double rise = 60;
    const double half_life = 720;
    double evening = rise + 5 * half_life;
    double before = -1;
    assert_true(fabs(crowd_arrived_share(0, rise, half_life)) < 1e-9);
    assert_true(fabs(crowd_arrived_share(1, rise, half_life) - 1) < 1e-9);
    assert_true(fabs(crowd_arrived_share(0.999999, rise, half_life) - 1) < 1e-4);
    for (int i = 0; i <= 1000; i++) {
        double share = crowd_arrived_share(i / 1000.0, rise, half_life);
        assert_true(share >= before && share <= 1);
        before = share;
    }
    /* Each half-life brings half of what the one before brought. */
    for (int k = 0; k < 4; k++) {
        double at[3];
        for (int i = 0; i < 3; i++) {
            at[i] = crowd_arrived_share((rise + (k + i) * half_life) / evening, rise, half_life);
        }
        assert_true(fabs((at[2] - at[1]) / (at[1] - at[0]) - 0.5) < 1e-3);
    }
}

static void latency_percentiles(void **state)
{
    (void)state;
    struct crowd_figures *figures = calloc(1, sizeof *figures);
    assert_non_null(figures);
    assert_int_equal(crowd_latency(figures, 50), 0);
    figures->latency[3] = 98;
    figures->latency[40] = 2;
    assert_int_equal(crowd_latency(figures, 50), 4);
    assert_int_equal(crowd_latency(figures, 98), 4);
    assert_int_equal(crowd_latency(figures, 99), 41);
    free(figures);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_move_by_whole_weeks), cmocka_unit_test(what_is_no_date_stays),
        cmocka_unit_test(every_weekday_of_a_year),   cmocka_unit_test(the_embedded_shop_is_whole),
        cmocka_unit_test(arrivals_rise_and_halve),   cmocka_unit_test(latency_percentiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

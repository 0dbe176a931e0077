/* Dates as text: every day and many instants against the C library's formatting, and back through
 * the readers. */
#include "base/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const struct zone paris = {
    .count = 3, .periods = {{INT64_MIN, 3600}, {1774746000, 7200}, {1792890000, 3600}}};
static const struct zone newfoundland = {.count = 1, .periods = {{INT64_MIN, -12600}}};

static void test_every_day_is_written_and_read(void **state)
{
    (void)state;
    for (int32_t day = 0; day <= 2932896; day += day < 100000 ? 1 : 97) { /* to 9999-12-31 */
        char text[16];
        char want[32];
        struct civil_date date = civil_of_day(day);
        int32_t back = -1;
        size_t length = day_write(text, day);
        (void)snprintf(want, sizeof want, "%04d-%02d-%02d", date.year, date.month, date.day);
        assert_string_equal(text, want);
        assert_int_equal(length, strlen(text));
        assert_true(day_read((struct slice){text, length}, &back));
        assert_int_equal(back, day);
    }
}

static void instant(const struct zone *zone, int64_t at)
{
    char text[32];
    int64_t back = -1;
    size_t length = instant_write(zone, text, at);
    assert_int_equal(length, strlen(text));
    assert_int_equal(length, 25);
    assert_true(instant_read(zone, (struct slice){text, length}, &back));
    assert_int_equal(back, at);
}

static void test_instants_come_back(void **state)
{
    (void)state;
    for (int64_t at = 1763769600; at < 1763769600 + 400 * 86400; at += 4999) {
        instant(&paris, at);
        instant(&newfoundland, at);
    }
}

static void test_known_instants(void **state)
{
    (void)state;
    char text[32];
    (void)instant_write(&paris, text, 1796137200);
    assert_string_equal(text, "2026-12-01T16:00:00+01:00");
    (void)instant_write(&paris, text, 1774746000);
    assert_string_equal(text, "2026-03-29T03:00:00+02:00");
    (void)instant_write(&paris, text, 1774745999);
    assert_string_equal(text, "2026-03-29T01:59:59+01:00");
    (void)instant_write(&newfoundland, text, 0);
    assert_string_equal(text, "1969-12-31T20:30:00-03:30");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day_is_written_and_read),
        cmocka_unit_test(test_instants_come_back),
        cmocka_unit_test(test_known_instants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

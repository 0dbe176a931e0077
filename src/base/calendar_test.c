/* Civil dates against a day-by-day walk, zones at their gaps and overlaps, and the texts of dates
 * and instants. */
#include "base/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* Europe/Paris: 29 March 2026 02:00 -> 03:00, 25 October 2026 03:00 -> 02:00. */
static const struct zone paris = {
    .count = 3, .periods = {{INT64_MIN, 3600}, {1774746000, 7200}, {1792890000, 3600}}};
/* Australia/Lord_Howe: +11:00 in summer, +10:30 in winter: half an hour either way. */
static const struct zone lord_howe = {
    .count = 3, .periods = {{INT64_MIN, 39600}, {1775314800, 37800}, {1791041400, 39600}}};
/* Asia/Kathmandu: +05:45 all year. */
static const struct zone kathmandu = {.count = 1, .periods = {{INT64_MIN, 20700}}};
/* America/St_Johns in winter, west of Greenwich and off the hour. */
static const struct zone st_johns = {.count = 1, .periods = {{INT64_MIN, -12600}}};

static int32_t day(int32_t year, int32_t month, int32_t day_of_month)
{
    return day_of_civil((struct civil_date){year, month, day_of_month});
}

static int32_t days_in_month(int32_t year, int32_t month)
{
    if (month == 2) {
        return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
    }
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* Walks 700 years day by day with the schoolbook rule. */
static void civil_dates_follow_the_calendar(void **state)
{
    struct civil_date date = {1600, 1, 1};
    int32_t weekday = SATURDAY;
    (void)state;
    for (int32_t at = day(1600, 1, 1); date.year < 2300; at++) {
        assert_int_equal(day_of_civil(date), at);
        struct civil_date back = civil_of_day(at);
        assert_int_equal(back.year, date.year);
        assert_int_equal(back.month, date.month);
        assert_int_equal(back.day, date.day);
        assert_int_equal(weekday_of_day(at), weekday);
        weekday = (weekday + 1) % WEEKDAYS;
        if (++date.day > days_in_month(date.year, date.month)) {
            date.day = 1;
            date.year += date.month == 12;
            date.month = date.month % 12 + 1;
        }
    }
}

static void known_days(void **state)
{
    (void)state;
    assert_int_equal(day(1970, 1, 1), 0);
    assert_int_equal(weekday_of_day(0), THURSDAY);
    assert_int_equal(day(1969, 12, 31), -1);
    assert_int_equal(weekday_of_day(-1), WEDNESDAY);
    assert_int_equal(day(2000, 3, 1) - day(2000, 2, 28), 2);
    assert_int_equal(day(2100, 3, 1) - day(2100, 2, 28), 1);
    assert_int_equal(weekday_of_day(day(2026, 11, 22)), SUNDAY);
}

static void iso_weeks_begin_on_monday(void **state)
{
    (void)state;
    int32_t monday = day(2026, 12, 28);
    for (int32_t i = 0; i < WEEKDAYS; i++) {
        assert_int_equal(iso_week_index(monday + i), iso_week_index(monday));
    }
    assert_int_equal(iso_week_index(monday - 1), iso_week_index(monday) - 1);
    assert_int_equal(iso_week_index(monday + 7), iso_week_index(monday) + 1);
    assert_int_equal(iso_week_index(-4), iso_week_index(-3) - 1);
}

static void a_missing_time_is_the_next_that_exists(void **state)
{
    (void)state;
    int32_t sunday = day(2026, 3, 29);
    assert_int_equal(zone_instant(&paris, sunday, 119), 1774746000 - 60);
    assert_int_equal(zone_instant(&paris, sunday, 120), 1774746000);
    assert_int_equal(zone_instant(&paris, sunday, 150), 1774746000);
    assert_int_equal(zone_instant(&paris, sunday, 179), 1774746000);
    assert_int_equal(zone_instant(&paris, sunday, 180), 1774746000);
    assert_int_equal(zone_instant(&paris, sunday, 181), 1774746060);
    assert_int_equal(zone_instant(&paris, sunday + 1, 0) - zone_instant(&paris, sunday, 0),
                     23 * 3600);
    assert_int_equal(zone_instant(&lord_howe, day(2026, 10, 4), 135), 1791041400);
}

static void an_ambiguous_time_is_the_first(void **state)
{
    (void)state;
    int32_t sunday = day(2026, 10, 25);
    assert_int_equal(zone_instant(&paris, sunday, 120), 1792890000 - 3600);
    assert_int_equal(zone_instant(&paris, sunday, 179), 1792890000 - 60);
    assert_int_equal(zone_instant(&paris, sunday, 180), 1792890000 + 3600);
    assert_int_equal(zone_instant(&paris, sunday, 1440) - zone_instant(&paris, sunday, 0),
                     25 * 3600);
    /* Lord Howe turns back by half an hour at 02:00 on 5 April 2026. */
    assert_int_equal(zone_instant(&lord_howe, day(2026, 4, 5), 105), 1775314800 - 900);
    assert_int_equal(zone_instant(&lord_howe, day(2026, 4, 5), 120), 1775314800 + 1800);
}

/* Every quarter of an hour of two years: from the instant to local time and back to it, or to its
 * earlier double. */
static void instants_and_local_times_agree(void **state)
{
    static const struct zone *const zones[] = {&paris, &lord_howe, &kathmandu, &st_johns};
    (void)state;
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        for (int64_t at = 1767225600; at < 1767225600 + 700LL * DAY_SECONDS; at += 900) {
            int32_t local_day = zone_day(zones[i], at);
            int32_t second = zone_second_of_day(zones[i], at);
            int64_t back = zone_instant_second(zones[i], local_day, second);
            assert_true(second >= 0 && second < DAY_SECONDS);
            assert_true(back == at || (back < at && at - back <= 3600));
            assert_int_equal(zone_day(zones[i], back), local_day);
            assert_int_equal(zone_second_of_day(zones[i], back), second);
        }
    }
}

static void offsets_change_at_their_instant(void **state)
{
    (void)state;
    assert_int_equal(zone_offset(&paris, 1774745999), 3600);
    assert_int_equal(zone_offset(&paris, 1774746000), 7200);
    assert_int_equal(zone_offset(&paris, INT64_MIN), 3600);
    assert_int_equal(zone_offset(&paris, INT64_MAX), 3600);
    assert_int_equal(zone_second_of_day(&kathmandu, 0), 20700);
    assert_int_equal(zone_day(&st_johns, 0), -1);
    assert_int_equal(zone_second_of_day(&st_johns, 0), DAY_SECONDS - 12600);
}

static void dates_are_read_strictly(void **state)
{
    static const char *const wrong[] = {
        "",           "2026-12-1",   "2026-12-01 ", " 2026-12-01", "2026-13-01", "2026-00-10",
        "2026-11-31", "2026-02-29",  "2100-02-29",  "2026-12-00",  "26-12-01",   "2026/12/01",
        "1969-12-31", "+026-12-01",  "2026-12-01T", "２026-12-01", "2026-1a-01", "20261201",
        "2026-12-32", "2026-12-01Z",
    };
    int32_t found = 0;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (day_read(slice_of(wrong[i]), &found)) {
            fail_msg("accepted: %s", wrong[i]);
        }
    }
    assert_true(day_read(SLICE("2028-02-29"), &found));
    assert_int_equal(found, day(2028, 2, 29));
    assert_true(day_read(SLICE("1970-01-01"), &found));
    assert_int_equal(found, 0);
    assert_true(day_read(SLICE("9999-12-31"), &found));
}

static void check_instant(const char *text, int64_t expected)
{
    int64_t at = 0;
    assert_true(instant_read(&paris, slice_of(text), &at));
    assert_int_equal(at, expected);
}

static void instants_are_read_in_the_zone_or_with_an_offset(void **state)
{
    (void)state;
    check_instant("2026-12-01", 1796079600);
    check_instant("2026-12-01T16:00", 1796137200);
    check_instant("2026-12-01T16:00:30", 1796137230);
    check_instant("2026-12-01T16:00Z", 1796140800);
    check_instant("2026-12-01T16:00:00+01:00", 1796137200);
    check_instant("2026-12-01T16:00-03:30", 1796153400);
    check_instant("2026-07-01T00:00", 1782856800);
    check_instant("2026-03-29T02:30", 1774746000);
    check_instant("2026-10-25T02:30", 1792888200);
    check_instant("2026-10-25T02:30+01:00", 1792891800);
}

static void instants_are_read_strictly(void **state)
{
    static const char *const wrong[] = {
        "",
        "2026-12-01T",
        "2026-12-01T24:00",
        "2026-12-01T16",
        "2026-12-01T16:60",
        "2026-12-01T16:00:60",
        "2026-12-01T16:00:",
        "2026-12-01 16:00",
        "2026-12-01t16:00",
        "2026-12-01T16:00z",
        "2026-12-01T16:00+1:00",
        "2026-12-01T16:00+0100",
        "2026-12-01T16:00+",
        "2026-12-01T16:00ZZ",
        "2026-12-01T-1:00",
        "2026-12-01T16:00.5",
    };
    int64_t at = 0;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (instant_read(&paris, slice_of(wrong[i]), &at)) {
            fail_msg("accepted: %s", wrong[i]);
        }
    }
}

static void check_written(const struct zone *zone, int64_t at, const char *expected)
{
    char text[32];
    assert_int_equal(instant_write(zone, text, at), strlen(expected));
    assert_string_equal(text, expected);
}

static void texts_are_written(void **state)
{
    char text[16];
    (void)state;
    assert_int_equal(day_write(text, day(2026, 2, 3)), 10);
    assert_string_equal(text, "2026-02-03");
    check_written(&paris, 1796137200, "2026-12-01T16:00:00+01:00");
    check_written(&paris, 1774746000, "2026-03-29T03:00:00+02:00");
    check_written(&paris, 1774745999, "2026-03-29T01:59:59+01:00");
    check_written(&kathmandu, 0, "1970-01-01T05:45:00+05:45");
    check_written(&st_johns, 0, "1969-12-31T20:30:00-03:30");
}

static void every_day_is_written_and_read(void **state)
{
    (void)state;
    for (int32_t at = 0; at <= 2932896; at += at < 100000 ? 1 : 97) { /* to 9999-12-31 */
        char text[16];
        char want[32];
        struct civil_date date = civil_of_day(at);
        int32_t back = -1;
        size_t length = day_write(text, at);
        (void)snprintf(want, sizeof want, "%04d-%02d-%02d", date.year, date.month, date.day);
        assert_string_equal(text, want);
        assert_int_equal(length, strlen(text));
        assert_true(day_read((struct slice){text, length}, &back));
        assert_int_equal(back, at);
    }
}

static void check_back(const struct zone *zone, int64_t at)
{
    char text[32];
    int64_t back = -1;
    size_t length = instant_write(zone, text, at);
    assert_int_equal(length, strlen(text));
    assert_int_equal(length, 25);
    assert_true(instant_read(zone, (struct slice){text, length}, &back));
    assert_int_equal(back, at);
}

static void instants_come_back(void **state)
{
    (void)state;
    for (int64_t at = 1763769600; at < 1763769600 + 400 * 86400; at += 4999) {
        check_back(&paris, at);
        check_back(&st_johns, at);
    }
}

static void test_utc(void **state)
{
    char text[24];
    (void)state;
    (void)instant_write_utc(text, 0);
    assert_string_equal(text, "1970-01-01T00:00:00Z");
    (void)instant_write_utc(text, -1);
    assert_string_equal(text, "1969-12-31T23:59:59Z");
    (void)instant_write_utc(text, INT64_C(1796626861));
    assert_string_equal(text, "2026-12-07T07:01:01Z");
    (void)instant_write_utc(text, INT64_C(253402300799));
    assert_string_equal(text, "9999-12-31T23:59:59Z");
    (void)day_write(text, 20789);
    assert_string_equal(text, "2026-12-02");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utc),
        cmocka_unit_test(civil_dates_follow_the_calendar),
        cmocka_unit_test(known_days),
        cmocka_unit_test(iso_weeks_begin_on_monday),
        cmocka_unit_test(a_missing_time_is_the_next_that_exists),
        cmocka_unit_test(an_ambiguous_time_is_the_first),
        cmocka_unit_test(instants_and_local_times_agree),
        cmocka_unit_test(offsets_change_at_their_instant),
        cmocka_unit_test(dates_are_read_strictly),
        cmocka_unit_test(instants_are_read_in_the_zone_or_with_an_offset),
        cmocka_unit_test(instants_are_read_strictly),
        cmocka_unit_test(texts_are_written),
        cmocka_unit_test(every_day_is_written_and_read),
        cmocka_unit_test(instants_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

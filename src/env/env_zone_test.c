/* Time zones against libc's own reading of the same database, and names that are none. */
#include "env/env.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW 1795000000LL

/* Whole hours, half hours and quarters, summer in either half of the year, no summer, negative
 * summer, Ramadan. */
static const char *const zones[] = {
    "Europe/Paris",   "Europe/Dublin",       "America/New_York", "America/St_Johns",
    "Asia/Kathmandu", "Asia/Kolkata",        "Pacific/Chatham",  "America/Nuuk",
    "Africa/Cairo",   "Australia/Lord_Howe", "Asia/Tehran",      "Africa/Casablanca",
    "Asia/Gaza",      "America/Santiago",    "Etc/GMT+5",        "UTC",
};

static void check_against_libc(const char *name)
{
    struct zone zone;
    struct fault fault = {.text = ""};
    if (env_zone_around(name, NOW, &zone, &fault) != STATUS_OK) {
        fail_msg("%s: %s", name, fault.text);
    }
    assert_in_range(zone.count, 1, ZONE_PERIODS_MAX);
    assert_true(zone.periods[0].since == INT64_MIN);
    assert_int_equal(setenv("TZ", name, 1), 0);
    tzset();
    for (int64_t at = NOW - 365LL * DAY_SECONDS; at < NOW + 9 * 365LL * DAY_SECONDS; at += 3600) {
        time_t instant = (time_t)at;
        struct tm local;
        assert_non_null(localtime_r(&instant, &local));
        if (local.tm_gmtoff != zone_offset(&zone, at)) {
            fail_msg("%s at %lld: libc has %ld, we have %d", name, (long long)at, local.tm_gmtoff,
                     zone_offset(&zone, at));
        }
    }
}

static void zones_agree_with_libc(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        check_against_libc(zones[i]);
    }
}

/* Beyond the last change that the file lists, the rule in its footer goes on. */
static void far_years_follow_the_rule(void **state)
{
    struct zone zone;
    (void)state;
    int64_t from = (int64_t)day_of_civil((struct civil_date){2090, 1, 1}) * DAY_SECONDS;
    assert_int_equal(env_zone_load("Europe/Paris", from, from + 400LL * DAY_SECONDS, &zone, NULL),
                     STATUS_OK);
    assert_int_equal(zone.count, 3);
    int32_t march = day_of_civil((struct civil_date){2090, 3, 26});
    assert_true(zone.periods[1].since == (int64_t)march * DAY_SECONDS + 3600);
    assert_int_equal(zone.periods[1].offset_seconds, 7200);
    assert_int_equal(zone.periods[0].offset_seconds, 3600);
}

static void periods_cover_what_was_asked(void **state)
{
    struct zone zone;
    (void)state;
    assert_int_equal(env_zone_load("Europe/Paris", 1774746000, 1774746000, &zone, NULL), STATUS_OK);
    assert_int_equal(zone.count, 1);
    assert_int_equal(zone.periods[0].offset_seconds, 7200);
    assert_int_equal(env_zone_load("Europe/Paris", 0, NOW * 2, &zone, NULL), STATUS_LIMIT);
}

static void names_that_are_none_are_refused(void **state)
{
    static const char *const names[] = {
        "",
        "Europe",
        "Europe/Pari",
        "europe/paris/",
        "/etc/passwd",
        "../passwd",
        "Europe/../UTC",
        "../../../etc/passwd",
        "Europe//../Paris",
        "leapseconds",
        "zone.tab",
        "Europe/Paris ",
        "Europe/Paris\n",
        "posixrules.x",
        "%s",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    };
    struct zone zone;
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct fault fault = {.text = ""};
        assert_int_equal(env_zone_load(names[i], 0, 1, &zone, &fault), STATUS_INVALID);
        assert_non_null(strstr(fault.text, "such as Europe/Paris"));
    }
}

/* Every beginning of a real file, and every byte of it changed: a fault or a zone, never a wild
 * read. */
static void damaged_files_are_faults(void **state)
{
    char folder[] = "/tmp/env_zone_XXXXXX";
    char path[64];
    char *bytes = NULL;
    size_t length = 0;
    struct zone zone;
    (void)state;
    assert_int_equal(
        env_file_read("/usr/share/zoneinfo/Europe/Paris", 65536, &bytes, &length, NULL), STATUS_OK);
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/Damaged", folder);
    assert_int_equal(setenv("TZDIR", folder, 1), 0);
    for (size_t cut = 0; cut < length; cut += 7) {
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(bytes, 1, cut, file), cut);
        assert_int_equal(fclose(file), 0);
        enum status status = env_zone_load("Damaged", 0, NOW, &zone, NULL);
        assert_true(status == STATUS_CORRUPT || (status == STATUS_INVALID && cut < 4));
    }
    for (size_t at = 0; at < length; at++) {
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        bytes[at] = (char)(bytes[at] ^ 0x81);
        assert_int_equal(fwrite(bytes, 1, length, file), length);
        assert_int_equal(fclose(file), 0);
        bytes[at] = (char)(bytes[at] ^ 0x81);
        enum status status = env_zone_load("Damaged", NOW, NOW + DAY_SECONDS, &zone, NULL);
        assert_true(status != STATUS_OK || zone.count <= ZONE_PERIODS_MAX);
    }
    assert_int_equal(unsetenv("TZDIR"), 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zones_agree_with_libc),
        cmocka_unit_test(far_years_follow_the_rule),
        cmocka_unit_test(periods_cover_what_was_asked),
        cmocka_unit_test(names_that_are_none_are_refused),
        cmocka_unit_test(damaged_files_are_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The rules of RFC 9111 as tables: what an answer says, how old it is, what may be done with it. */
#include "door/freshness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Sun, 06 Nov 1994 08:49:37 GMT, the date of RFC 9110. */
static const int64_t NOW = 784111777;
#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"

static void dates(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t at; /* -1: no date */
    } rows[] = {
        {DATE, NOW},
        {"Sunday, 06-Nov-94 08:49:37 GMT", NOW},
        {"Sun Nov  6 08:49:37 1994", NOW},
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Mon, 29 Feb 2016 23:59:60 GMT", 1456790400},
        {"Sunday, 06-Nov-44 08:49:37 GMT", 2362034977}, /* 50 years ahead is ahead */
        {"Monday, 06-Nov-45 08:49:37 GMT", -1},         /* 1945 */
        {"0", -1},
        {"", -1},
        {"-1", -1},
        {"Sun, 06 Nov 1994 08:49:37", -1},
        {"Sun, 06 Nov 1994 08:49:37 UTC", -1},
        {"Sun, 06 Nov 1994 24:49:37 GMT", -1},
        {"Sun, 06 Nov 1994 08:60:37 GMT", -1},
        {"Sun, 00 Nov 1994 08:49:37 GMT", -1},
        {"Sun, 06 nov 1994 08:49:37 GMT", -1},
        {"Sun, 06 Nov 1994 08-49-37 GMT", -1},
        {"Sun, 06 Nov 1969 08:49:37 GMT", -1},
        {"Sun,06 Nov 1994 08:49:37 GMT", -1},
        {"Sun Nov  6 08:49:37 1994 GMT", -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t at = -1;
        bool is = http_date_read(slice_of(rows[i].text), NOW, &at);
        if (is != (rows[i].at >= 0) || (is && at != rows[i].at)) {
            fail_msg("\"%s\": %d %lld", rows[i].text, is, (long long)at);
        }
    }
}

static void directives(void **state)
{
    (void)state;
    struct freshness_directives read;
    freshness_directives_clear(&read);
    assert_int_equal(read.max_age, FRESHNESS_NOT_GIVEN);
    freshness_directives_read(&read,
                              SLICE("Public , MAX-AGE=60,x=\"no-store, private\", s-maxage=\"7\""));
    assert_true(read.is_public);
    assert_false(read.no_store);
    assert_false(read.is_private);
    assert_int_equal(read.max_age, 60);
    assert_int_equal(read.s_maxage, 7);
    freshness_directives_read(&read, SLICE("max-age=70, no-cache=\"set-cookie\", ,max-stale"));
    assert_int_equal(read.max_age, 60);
    assert_true(read.no_cache);
    assert_int_equal(read.max_stale, INT32_MAX);
    freshness_directives_read(&read, SLICE("max-stale=5, s-maxage=ten, min-fresh=\"\\\",no-store"));
    assert_int_equal(read.max_stale, 5);
    assert_int_equal(read.s_maxage, 0);
    assert_int_equal(read.min_fresh, 0);
    assert_false(read.no_store); /* inside quotes that never close */
    freshness_directives_clear(&read);
    freshness_directives_read(&read, SLICE("max-age=99999999999999999999999999"));
    assert_int_equal(read.max_age, INT32_MAX);
}

struct said {
    const char *control, *expires, *date, *age, *pragma;
    int status;
    bool twice;
};

static bool judge(const struct said *said, const struct freshness_usual *usual,
                  struct freshness *freshness)
{
    struct freshness_answer answer = {.status = said->status != 0 ? said->status : 200,
                                      .expires_twice = said->twice};
    freshness_directives_clear(&answer.control);
    if (said->control != NULL) {
        freshness_directives_read(&answer.control, slice_of(said->control));
    }
    answer.expires = said->expires != NULL ? slice_of(said->expires) : answer.expires;
    answer.date = said->date != NULL ? slice_of(said->date) : answer.date;
    answer.age = said->age != NULL ? slice_of(said->age) : answer.age;
    answer.pragma = said->pragma != NULL ? slice_of(said->pragma) : answer.pragma;
    return freshness_of(&answer, usual, NOW, 2, freshness);
}

static void answers(void **state)
{
    (void)state;
    static const struct {
        struct said said;
        int64_t lifetime, age, while_seconds, error_seconds; /* lifetime -1: not kept */
        bool strict;
    } rows[] = {
        {{.control = "max-age=60", .date = DATE}, 60, 2, 0, 0, false},
        {{.control = "max-age=60", .date = "Sun, 06 Nov 1994 08:49:27 GMT"}, 60, 10, 0, 0, false},
        {{.control = "max-age=60", .date = "Sun, 06 Nov 1994 08:59:27 GMT"}, 60, 2, 0, 0, false},
        {{.control = "max-age=60", .age = "30"}, 60, 32, 0, 0, false},
        {{.control = "max-age=60", .age = "58"}, -1, 0, 0, 0, false},
        {{.control = "max-age=60", .age = "odd"}, -1, 0, 0, 0, false},
        {{.control = "max-age=60, s-maxage=90"}, 90, 2, 0, 0, true},
        {{.control = "max-age=60, s-maxage=0"}, -1, 0, 0, 0, false},
        {{.expires = "Sun, 06 Nov 1994 08:50:37 GMT", .date = DATE}, 60, 2, 0, 0, false},
        {{.expires = "Sun, 06 Nov 1994 08:50:37 GMT"}, 60, 2, 0, 0, false},
        {{.expires = DATE, .date = DATE}, -1, 0, 0, 0, false},
        {{.expires = "0"}, -1, 0, 0, 0, false},
        {{.expires = "Sun, 06 Nov 1994 08:50:37 GMT", .twice = true}, -1, 0, 0, 0, false},
        {{.control = "max-age=60", .expires = "0"}, 60, 2, 0, 0, false},
        {{.control = "max-age=0, stale-while-revalidate=9"}, 0, 2, 9, 0, false},
        {{.control = "max-age=5, stale-while-revalidate=9, stale-if-error=20"}, 5, 2, 9, 20, false},
        {{.control = "max-age=5, stale-if-error=20, must-revalidate"}, 5, 2, 0, 0, true},
        {{.control = "max-age=5, stale-if-error=20, proxy-revalidate"}, 5, 2, 0, 0, true},
        {{.control = "s-maxage=5, stale-if-error=20"}, 5, 2, 0, 20, true},
        {{.control = "no-store, max-age=5"}, -1, 0, 0, 0, false},
        {{.control = "no-cache, max-age=5"}, -1, 0, 0, 0, false},
        {{.control = "private, max-age=5"}, -1, 0, 0, 0, false},
        {{.control = "public"}, -1, 0, 0, 0, false},
        {{.control = "max-age=60", .status = 206}, -1, 0, 0, 0, false},
        {{.control = "max-age=60", .status = 304}, -1, 0, 0, 0, false},
        {{.control = "max-age=60", .status = 404}, 60, 2, 0, 0, false},
        {{.control = "max-age=60", .status = 503}, -1, 0, 0, 0, false},
        {{.status = 200}, -1, 0, 0, 0, false},
    };
    static const struct freshness_usual none = {0, 0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct freshness got = {0};
        bool kept = judge(&rows[i].said, &none, &got);
        if (kept != (rows[i].lifetime >= 0) ||
            (kept &&
             (got.lifetime != rows[i].lifetime || got.age != rows[i].age ||
              got.while_seconds != rows[i].while_seconds ||
              got.error_seconds != rows[i].error_seconds || got.strict != rows[i].strict))) {
            fail_msg("row %zu: kept %d, lifetime %lld, age %lld, stale %lld %lld, strict %d", i,
                     kept, (long long)got.lifetime, (long long)got.age,
                     (long long)got.while_seconds, (long long)got.error_seconds, got.strict);
        }
    }
}

/* The shop file speaks where the answer is silent, and only there. */
static void usual(void **state)
{
    (void)state;
    static const struct freshness_usual usual = {5, 60};
    struct freshness got;
    assert_true(judge(&(struct said){0}, &usual, &got));
    assert_int_equal(got.lifetime, 5);
    assert_int_equal(got.while_seconds, 60);
    assert_int_equal(got.error_seconds, 60);
    assert_true(judge(&(struct said){.control = "max-age=9"}, &usual, &got));
    assert_int_equal(got.lifetime, 9);
    assert_int_equal(got.while_seconds, 60);
    assert_true(
        judge(&(struct said){.control = "max-age=9, stale-while-revalidate=1"}, &usual, &got));
    assert_int_equal(got.while_seconds, 1);
    assert_int_equal(got.error_seconds, 60);
    assert_true(judge(&(struct said){.control = "s-maxage=9"}, &usual, &got));
    assert_int_equal(got.error_seconds, 0);
    assert_true(judge(&(struct said){.control = "max-age=9, must-revalidate"}, &usual, &got));
    assert_int_equal(got.error_seconds, 0);
    assert_false(judge(&(struct said){.status = 404}, &usual, &got));
    assert_false(judge(&(struct said){.pragma = "no-cache"}, &usual, &got));
    assert_false(judge(&(struct said){.control = "no-store"}, &usual, &got));
}

static void states(void **state)
{
    (void)state;
    static const struct freshness loose = {
        .lifetime = 10, .age = 2, .while_seconds = 5, .error_seconds = 20};
    static const struct freshness strict = {.lifetime = 10, .age = 2, .strict = true};
    static const struct {
        const struct freshness *freshness;
        int64_t here_ms;
        const char *asked;
        enum freshness_state state;
    } rows[] = {
        {&loose, 0, NULL, FRESHNESS_FRESH},
        {&loose, 7999, NULL, FRESHNESS_FRESH},
        {&loose, 8000, NULL, FRESHNESS_STALE_WHILE},
        {&loose, 12999, "", FRESHNESS_STALE_WHILE},
        {&loose, 13000, "", FRESHNESS_STALE_ERROR},
        {&loose, 27999, "", FRESHNESS_STALE_ERROR},
        {&loose, 28000, "", FRESHNESS_STALE},
        {&loose, 0, "max-age=2", FRESHNESS_FRESH},
        {&loose, 1, "max-age=2", FRESHNESS_STALE_ERROR},
        {&loose, 0, "max-age=0", FRESHNESS_STALE_ERROR},
        {&loose, 2999, "min-fresh=5", FRESHNESS_FRESH},
        {&loose, 3000, "min-fresh=5", FRESHNESS_STALE_ERROR},
        {&loose, 8000, "max-stale", FRESHNESS_FRESH},
        {&loose, 9999, "max-stale=2", FRESHNESS_FRESH},
        {&loose, 10000, "max-stale=2", FRESHNESS_STALE_WHILE},
        {&strict, 7999, "max-stale=2", FRESHNESS_FRESH},
        {&strict, 8000, "max-stale=2", FRESHNESS_STALE},
        {&strict, 8000, NULL, FRESHNESS_STALE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct freshness_directives asked;
        freshness_directives_clear(&asked);
        if (rows[i].asked != NULL) {
            freshness_directives_read(&asked, slice_of(rows[i].asked));
        }
        enum freshness_state got = freshness_state(rows[i].freshness, rows[i].here_ms,
                                                   rows[i].asked != NULL ? &asked : NULL);
        if (got != rows[i].state) {
            fail_msg("row %zu: %d", i, (int)got);
        }
    }
    assert_int_equal(freshness_age(&loose, 2999), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates), cmocka_unit_test(directives), cmocka_unit_test(answers),
        cmocka_unit_test(usual), cmocka_unit_test(states),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

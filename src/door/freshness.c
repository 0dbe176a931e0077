/* Cache-Control is a list: name, or name=value, the value a token or a quoted string, in which
 * commas do not part. What is malformed is read to the side of caution: a figure that is none is 0,
 * an Expires that is no date has passed. */
#include "door/freshness.h"

#include "base/assert.h"
#include "base/calendar.h"
#include "door/bytes.h"

static const int64_t SECONDS_MAX = INT32_MAX; /* RFC 9111 section 1.2.2 wants at least 2^31 - 1 */

void freshness_directives_clear(struct freshness_directives *directives)
{
    *directives = (struct freshness_directives){.max_age = FRESHNESS_NOT_GIVEN,
                                                .s_maxage = FRESHNESS_NOT_GIVEN,
                                                .stale_while_revalidate = FRESHNESS_NOT_GIVEN,
                                                .stale_if_error = FRESHNESS_NOT_GIVEN,
                                                .max_stale = FRESHNESS_NOT_GIVEN,
                                                .min_fresh = FRESHNESS_NOT_GIVEN};
}

static struct slice unquoted(struct slice value)
{
    bool quoted = value.length >= 2 && value.data[0] == '"' && value.data[value.length - 1] == '"';
    return quoted ? (struct slice){value.data + 1, value.length - 2} : value;
}

/* At most SECONDS_MAX; false if it is no number. */
static bool seconds_read(struct slice text, int64_t *seconds)
{
    int64_t value = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        value = value * 10 + (text.data[i] - '0');
        value = value < SECONDS_MAX ? value : SECONDS_MAX;
    }
    *seconds = value;
    return text.length > 0;
}

static void seconds_take(int64_t *seconds, struct slice value)
{
    int64_t read = 0;
    if (!seconds_read(unquoted(value), &read)) {
        read = 0;
    }
    *seconds = *seconds == FRESHNESS_NOT_GIVEN || read < *seconds ? read : *seconds;
}

static void directive_take(struct freshness_directives *to, struct slice name, struct slice value)
{
    const struct {
        struct slice name;
        bool *flag;
        int64_t *seconds;
    } all[] = {
        {SLICE("no-store"), &to->no_store, NULL},
        {SLICE("no-cache"), &to->no_cache, NULL},
        {SLICE("private"), &to->is_private, NULL},
        {SLICE("public"), &to->is_public, NULL},
        {SLICE("must-revalidate"), &to->must_revalidate, NULL},
        {SLICE("proxy-revalidate"), &to->proxy_revalidate, NULL},
        {SLICE("only-if-cached"), &to->only_if_cached, NULL},
        {SLICE("max-age"), NULL, &to->max_age},
        {SLICE("s-maxage"), NULL, &to->s_maxage},
        {SLICE("stale-while-revalidate"), NULL, &to->stale_while_revalidate},
        {SLICE("stale-if-error"), NULL, &to->stale_if_error},
        {SLICE("min-fresh"), NULL, &to->min_fresh},
    };
    if (http_equal_any_case(name, SLICE("max-stale")) && value.length == 0) {
        to->max_stale = SECONDS_MAX;
    } else if (http_equal_any_case(name, SLICE("max-stale"))) {
        seconds_take(&to->max_stale, value);
    }
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (!http_equal_any_case(name, all[i].name)) {
            continue;
        }
        if (all[i].flag != NULL) {
            *all[i].flag = true;
        } else if (all[i].seconds != NULL) {
            seconds_take(all[i].seconds, value);
        }
    }
}

/* The length of the list's first element: up to a comma that is not inside quotes. */
static size_t element_length(struct slice list)
{
    bool quoted = false;
    for (size_t i = 0; i < list.length; i++) {
        if (quoted && list.data[i] == '\\') {
            i++;
        } else if (list.data[i] == '"') {
            quoted = !quoted;
        } else if (list.data[i] == ',' && !quoted) {
            return i;
        }
    }
    return list.length;
}

void freshness_directives_read(struct freshness_directives *directives, struct slice value)
{
    while (value.length > 0) {
        size_t length = element_length(value);
        struct slice argument;
        struct slice name = slice_cut((struct slice){value.data, length}, '=', &argument);
        directive_take(directives, slice_trim(name), slice_trim(argument));
        value = slice_from(value, length < value.length ? length + 1 : length);
    }
}

/* ---- dates ---- */

static bool digits_read(struct slice text, size_t at, size_t count, int32_t *number)
{
    *number = 0;
    for (size_t i = at; i < at + count; i++) {
        char byte = i < text.length ? text.data[i] : '\0';
        if (byte == ' ' && i == at) {
            byte = '0'; /* asctime's day */
        }
        if (byte < '0' || byte > '9') {
            return false;
        }
        *number = *number * 10 + (byte - '0');
    }
    return true;
}

static bool month_read(struct slice text, size_t at, int32_t *month)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int32_t i = 0; i < 12 && at + 3 <= text.length; i++) {
        if (memcmp(text.data + at, names + 3 * i, 3) == 0) {
            *month = i + 1;
            return true;
        }
    }
    return false;
}

/* "08:49:37" at `at`. */
static bool clock_read(struct slice text, size_t at, int32_t *seconds)
{
    int32_t hour, minute, second;
    if (!digits_read(text, at, 2, &hour) || !digits_read(text, at + 3, 2, &minute) ||
        !digits_read(text, at + 6, 2, &second) || text.data[at + 2] != ':' ||
        text.data[at + 5] != ':' || hour > 23 || minute > 59 || second > 60) {
        return false;
    }
    *seconds = hour * 3600 + minute * 60 + second;
    return true;
}

/* Where the parts of a form stand, counted from after its name of the day. */
struct date_form {
    size_t length, day, month, year, year_digits, clock;
};

static bool form_read(struct slice rest, const struct date_form *form, int64_t now_utc, int64_t *at)
{
    struct civil_date date;
    int32_t seconds;
    if (rest.length != form->length || !digits_read(rest, form->day, 2, &date.day) ||
        !month_read(rest, form->month, &date.month) ||
        !digits_read(rest, form->year, form->year_digits, &date.year) ||
        !clock_read(rest, form->clock, &seconds)) {
        return false;
    }
    if (form->year_digits == 2) { /* more than 50 years ahead is in the past */
        int32_t year = civil_of_day((int32_t)(now_utc / DAY_SECONDS)).year;
        date.year += year - year % 100;
        date.year += date.year + 100 <= year + 50 ? 100 : 0;
        date.year -= date.year > year + 50 ? 100 : 0;
    }
    if (date.year < 1970 || date.day < 1 || date.day > 31) {
        return false;
    }
    *at = (int64_t)day_of_civil(date) * DAY_SECONDS + seconds;
    return true;
}

bool http_date_read(struct slice text, int64_t now_utc, int64_t *at)
{
    /* "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"
     */
    static const struct date_form now = {25, 1, 4, 8, 4, 13};
    static const struct date_form old = {23, 1, 4, 8, 2, 11};
    static const struct date_form asctime = {21, 5, 1, 17, 4, 8};
    struct slice rest;
    (void)slice_cut(text, ',', &rest);
    if (rest.data == NULL) {
        return text.length > 3 && form_read(slice_from(text, 3), &asctime, now_utc, at);
    }
    bool zone = rest.length > 4 && memcmp(rest.data + rest.length - 4, " GMT", 4) == 0;
    return zone && (form_read(rest, &now, now_utc, at) || form_read(rest, &old, now_utc, at));
}

/* ---- answers ---- */

/* Final answers whose meaning we know; what is only a part (206) or answers a condition is none. */
static bool status_may_be_kept(int status)
{
    static const int known[] = {200, 203, 300, 301, 302, 307, 308, 404, 410};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (status == known[i]) {
            return true;
        }
    }
    return false;
}

/* RFC 9111 section 4.2.1. FRESHNESS_NOT_GIVEN: it does not say. */
static int64_t lifetime_of(const struct freshness_answer *answer, int64_t now_utc)
{
    const struct freshness_directives *control = &answer->control;
    int64_t expires;
    int64_t date;
    if (control->s_maxage != FRESHNESS_NOT_GIVEN) {
        return control->s_maxage;
    }
    if (control->max_age != FRESHNESS_NOT_GIVEN) {
        return control->max_age;
    }
    if (answer->expires.data == NULL) {
        return FRESHNESS_NOT_GIVEN;
    }
    if (answer->expires_twice || !http_date_read(answer->expires, now_utc, &expires)) {
        return 0;
    }
    if (answer->date.data == NULL || !http_date_read(answer->date, now_utc, &date)) {
        date = now_utc;
    }
    return expires > date ? expires - date : 0;
}

/* RFC 9111 section 4.2.3. */
static int64_t age_of(const struct freshness_answer *answer, int64_t now_utc, int64_t delay)
{
    int64_t date;
    int64_t age = 0;
    int64_t apparent = 0;
    if (answer->date.data != NULL && http_date_read(answer->date, now_utc, &date)) {
        apparent = now_utc > date ? now_utc - date : 0;
    }
    if (answer->age.data != NULL && !seconds_read(answer->age, &age)) {
        age = SECONDS_MAX;
    }
    return apparent > age + delay ? apparent : age + delay;
}

static int64_t stale_of(int64_t said, const struct freshness_usual *usual, bool shared)
{
    /* s-maxage means proxy-revalidate too, unless the same answer says what may be stale. */
    return said != FRESHNESS_NOT_GIVEN ? said : shared ? 0 : (int64_t)usual->stale_seconds;
}

bool freshness_of(const struct freshness_answer *answer, const struct freshness_usual *usual,
                  int64_t now_utc, int64_t delay_seconds, struct freshness *freshness)
{
    const struct freshness_directives *control = &answer->control;
    if (!status_may_be_kept(answer->status) || control->no_store || control->no_cache ||
        control->is_private) {
        return false;
    }
    int64_t lifetime = lifetime_of(answer, now_utc);
    bool reloads = answer->pragma.length > 0; /* HTTP/1.0's no-cache; nothing else is in use */
    if (lifetime == FRESHNESS_NOT_GIVEN && answer->status == 200 && !reloads) {
        lifetime = usual->seconds > 0 ? (int64_t)usual->seconds : FRESHNESS_NOT_GIVEN;
    }
    if (lifetime == FRESHNESS_NOT_GIVEN) {
        return false;
    }
    bool strict = control->must_revalidate || control->proxy_revalidate;
    bool shared = control->s_maxage != FRESHNESS_NOT_GIVEN;
    *freshness = (struct freshness){
        .lifetime = lifetime,
        .age = age_of(answer, now_utc, delay_seconds),
        .while_seconds = strict ? 0 : stale_of(control->stale_while_revalidate, usual, shared),
        .error_seconds = strict ? 0 : stale_of(control->stale_if_error, usual, shared),
        .strict = strict || shared};
    int64_t stale = freshness->while_seconds > freshness->error_seconds ? freshness->while_seconds
                                                                        : freshness->error_seconds;
    return freshness->age < lifetime + stale;
}

int64_t freshness_age(const struct freshness *freshness, int64_t here_ms)
{
    ASSERT(here_ms >= 0);
    return freshness->age + here_ms / 1000;
}

enum freshness_state freshness_state(const struct freshness *freshness, int64_t here_ms,
                                     const struct freshness_directives *asked)
{
    int64_t age_ms = freshness->age * 1000 + here_ms;
    int64_t over_ms = age_ms - freshness->lifetime * 1000; /* negative: fresh */
    int64_t wanted_ms = over_ms;
    int64_t stale = 0;
    if (asked != NULL) {
        wanted_ms += asked->min_fresh > 0 ? asked->min_fresh * 1000 : 0;
        stale = asked->max_stale > 0 && !freshness->strict ? asked->max_stale : 0;
        bool old = asked->max_age != FRESHNESS_NOT_GIVEN && age_ms > asked->max_age * 1000;
        wanted_ms = old && wanted_ms < 0 && stale == 0 ? 0 : wanted_ms;
    }
    if (wanted_ms < stale * 1000) {
        return FRESHNESS_FRESH;
    }
    /* Whoever asked for something fresher does not get something stale instead. */
    bool plain = asked == NULL || wanted_ms == over_ms;
    if (plain && over_ms < freshness->while_seconds * 1000) {
        return FRESHNESS_STALE_WHILE;
    }
    return over_ms < freshness->error_seconds * 1000 ? FRESHNESS_STALE_ERROR : FRESHNESS_STALE;
}

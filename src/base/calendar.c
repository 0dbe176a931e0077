/* Days and instants: the civil calendar by arithmetic, the zone by a short table that is searched.
 *
 * Nothing here asks the system: the zone's rules are data, so that a replay years later, on a
 * machine with newer rules, reaches the same days and slots. libc's localtime was rejected for that
 * reason (and for its hidden state). */
#include "base/calendar.h"

#include "base/assert.h"

enum { ERA_DAYS = 146097, EPOCH_SHIFT_DAYS = 719468, EPOCH_WEEKDAY = THURSDAY };

static int64_t floor_divide(int64_t a, int64_t b)
{
    int64_t quotient = a / b;
    return quotient - (a % b != 0 && (a < 0) != (b < 0));
}

int32_t day_of_civil(struct civil_date date)
{
    int32_t year = date.month <= 2 ? date.year - 1 : date.year;
    int32_t era = (year >= 0 ? year : year - 399) / 400;
    int32_t year_of_era = year - era * 400;
    int32_t month_from_march = (date.month + 9) % 12;
    int32_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
    int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * ERA_DAYS + day_of_era - EPOCH_SHIFT_DAYS;
}

/* Neri and Schneider, "Euclidean affine functions and their application to calendar algorithms"
 * (2022): a reply holds a dozen dates, and multiplications with a shift cost a quarter of the
 * divisions that the formula of days_from_civil needs when it is turned round. The test compares
 * each day of the years that a shop can have. */
struct civil_date civil_of_day(int32_t day)
{
    int32_t era = day >= -EPOCH_SHIFT_DAYS ? 0 : (int32_t)floor_divide(day, ERA_DAYS) - 5;
    uint32_t shifted = (uint32_t)(day - era * ERA_DAYS + EPOCH_SHIFT_DAYS);
    uint32_t quarters = 4 * shifted + 3;
    uint32_t century = quarters / ERA_DAYS;
    uint64_t years = UINT64_C(2939745) * (quarters % ERA_DAYS | 3);
    uint32_t of_year = (uint32_t)years / 2939745 / 4;
    uint32_t months = 2141 * of_year + 197913;
    bool next_year = of_year >= 306; /* years begin in March here */
    struct civil_date date;
    date.day = (int32_t)((months & 0xffff) / 2141) + 1;
    date.month = (int32_t)(months >> 16) - (next_year ? 12 : 0);
    date.year = (int32_t)(100 * century + (uint32_t)(years >> 32)) + era * 400 + next_year;
    return date;
}

enum weekday weekday_of_day(int32_t day)
{
    int64_t shifted = (int64_t)day + EPOCH_WEEKDAY;
    return (enum weekday)(shifted - floor_divide(shifted, WEEKDAYS) * WEEKDAYS);
}

int32_t iso_week_index(int32_t day)
{
    return (int32_t)floor_divide((int64_t)day + EPOCH_WEEKDAY, WEEKDAYS);
}

uint32_t zone_period_at(const struct zone *zone, int64_t at)
{
    ASSERT(zone->count > 0);
    uint32_t low = 0;
    uint32_t high = zone->count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (zone->periods[middle].since <= at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

int32_t zone_offset(const struct zone *zone, int64_t at)
{
    return zone->periods[zone_period_at(zone, at)].offset_seconds;
}

int32_t zone_day(const struct zone *zone, int64_t at)
{
    return (int32_t)floor_divide(at + zone_offset(zone, at), DAY_SECONDS);
}

int32_t zone_second_of_day(const struct zone *zone, int64_t at)
{
    int64_t local = at + zone_offset(zone, at);
    return (int32_t)(local - floor_divide(local, DAY_SECONDS) * DAY_SECONDS);
}

/* Walks the periods in order: in each, the local time would be at local - offset. The first period
 * that reaches that instant before it ends has it; if the instant lies before the period began, the
 * local time was skipped, and the period's beginning is the next instant that exists. */
int64_t zone_instant_second(const struct zone *zone, int32_t day, int32_t second)
{
    ASSERT(zone->count > 0);
    int64_t local = (int64_t)day * DAY_SECONDS + second;
    uint32_t i = zone_period_at(zone, local - 2 * DAY_SECONDS);
    for (; i + 1 < zone->count; i++) {
        int64_t at = local - zone->periods[i].offset_seconds;
        if (at < zone->periods[i].since) {
            return zone->periods[i].since;
        }
        if (at < zone->periods[i + 1].since) {
            return at;
        }
    }
    int64_t at = local - zone->periods[i].offset_seconds;
    return at < zone->periods[i].since ? zone->periods[i].since : at;
}

int64_t zone_instant(const struct zone *zone, int32_t day, int32_t minute)
{
    return zone_instant_second(zone, day, minute * 60);
}

static bool digits_read(struct slice *text, int count, int32_t *value)
{
    if (text->length < (size_t)count) {
        return false;
    }
    int32_t sum = 0;
    for (int i = 0; i < count; i++) {
        char c = text->data[i];
        if (c < '0' || c > '9') {
            return false;
        }
        sum = sum * 10 + (c - '0');
    }
    text->data += count;
    text->length -= (size_t)count;
    *value = sum;
    return true;
}

static bool char_read(struct slice *text, char expected)
{
    if (text->length == 0 || text->data[0] != expected) {
        return false;
    }
    text->data++;
    text->length--;
    return true;
}

static int32_t month_days(int32_t year, int32_t month)
{
    static const int32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : days[month - 1];
}

static bool date_take(struct slice *text, int32_t *day)
{
    struct civil_date date;
    if (!digits_read(text, 4, &date.year) || !char_read(text, '-') ||
        !digits_read(text, 2, &date.month) || !char_read(text, '-') ||
        !digits_read(text, 2, &date.day)) {
        return false;
    }
    if (date.year < 1970 || date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > month_days(date.year, date.month)) {
        return false;
    }
    *day = day_of_civil(date);
    return true;
}

bool day_read(struct slice text, int32_t *day)
{
    return date_take(&text, day) && text.length == 0;
}

/* "HH:MM[:SS]" as seconds of the day. */
static bool clock_take(struct slice *text, int32_t *second)
{
    int32_t hours = 0;
    int32_t minutes = 0;
    int32_t seconds = 0;
    if (!digits_read(text, 2, &hours) || !char_read(text, ':') || !digits_read(text, 2, &minutes)) {
        return false;
    }
    if (char_read(text, ':') && !digits_read(text, 2, &seconds)) {
        return false;
    }
    if (hours > 23 || minutes > 59 || seconds > 59) {
        return false;
    }
    *second = hours * 3600 + minutes * 60 + seconds;
    return true;
}

/* "Z" or "+HH:MM" as seconds east of UTC. */
static bool offset_take(struct slice *text, int32_t *offset)
{
    if (char_read(text, 'Z')) {
        *offset = 0;
        return true;
    }
    bool west = char_read(text, '-');
    if (!west && !char_read(text, '+')) {
        return false;
    }
    if (!clock_take(text, offset)) {
        return false;
    }
    *offset = west ? -*offset : *offset;
    return true;
}

bool instant_read(const struct zone *zone, struct slice text, int64_t *at)
{
    int32_t day = 0;
    int32_t second = 0;
    int32_t offset = 0;
    if (!date_take(&text, &day)) {
        return false;
    }
    if (text.length == 0) {
        *at = zone_instant(zone, day, 0);
        return true;
    }
    if (!char_read(&text, 'T') || !clock_take(&text, &second)) {
        return false;
    }
    if (text.length == 0) {
        *at = zone_instant_second(zone, day, second);
        return true;
    }
    if (!offset_take(&text, &offset) || text.length != 0) {
        return false;
    }
    *at = (int64_t)day * DAY_SECONDS + second - offset;
    return true;
}

/* Two decimal digits of a number under 100. By hand, as dates stand in every reply and snprintf
 * costs ten times as much. */
static char *pair_put(char *to, int32_t value)
{
    to[0] = (char)('0' + value / 10);
    to[1] = (char)('0' + value % 10);
    return to + 2;
}

static char *date_put(char *to, int32_t day)
{
    struct civil_date date = civil_of_day(day);
    ASSERT(date.year >= 0 && date.year <= 9999);
    to = pair_put(pair_put(to, date.year / 100), date.year % 100);
    *to++ = '-';
    to = pair_put(to, date.month);
    *to++ = '-';
    return pair_put(to, date.day);
}

static char *clock_put(char *to, int32_t second)
{
    to = pair_put(to, second / 3600);
    *to++ = ':';
    return pair_put(to, second / 60 % 60);
}

size_t day_write(char *to, int32_t day)
{
    char *end = date_put(to, day);
    *end = '\0';
    return (size_t)(end - to);
}

/* "2026-12-01T16:00:00": seconds since 1970 by the clock that is meant. */
static char *moment_put(char *to, int64_t local)
{
    int32_t day = (int32_t)floor_divide(local, DAY_SECONDS);
    int32_t second = (int32_t)(local - (int64_t)day * DAY_SECONDS);
    to = date_put(to, day);
    *to++ = 'T';
    to = clock_put(to, second);
    *to++ = ':';
    return pair_put(to, second % 60);
}

size_t instant_write(const struct zone *zone, char *to, int64_t at)
{
    int32_t offset = zone_offset(zone, at);
    char *end = moment_put(to, at + offset);
    *end++ = offset < 0 ? '-' : '+';
    end = clock_put(end, offset < 0 ? -offset : offset);
    *end = '\0';
    return (size_t)(end - to);
}

size_t instant_write_utc(char *to, int64_t at)
{
    char *end = moment_put(to, at);
    *end++ = 'Z';
    *end = '\0';
    return (size_t)(end - to);
}

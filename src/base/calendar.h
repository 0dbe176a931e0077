/* Days, instants and zones. Pure arithmetic; the rules of a zone are data (env/ loads them).
 *
 *   day   int32_t, days since 1970-01-01 in the shop's zone
 *   at    int64_t, seconds UTC since 1970-01-01 00:00:00
 *   slot  uint32_t, 15 seconds of working time: at / 15; a quarter of an hour is 60 slots: at / 900
 *
 * An ambiguous local time is the first of the two instants, a missing one the next instant that
 * exists (DESIGN section 2). Civil dates follow Howard Hinnant's days_from_civil. */
#ifndef ECLUSE_BASE_CALENDAR_H
#define ECLUSE_BASE_CALENDAR_H

#include "base/slice.h"

#include <stdint.h>

enum {
    SLOT_SECONDS = 15,
    QUARTER_SECONDS = 900,
    SLOTS_PER_QUARTER = 60,
    DAY_SECONDS = 86400,
    MINUTES_PER_DAY = 1440
};

enum weekday { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY, WEEKDAYS };

struct civil_date {
    int32_t year;  /* 1970 to 9999 for what is read */
    int32_t month; /* 1 to 12 */
    int32_t day;   /* 1 to 31 */
};

/* From `since` on, local time is UTC + offset_seconds. */
struct zone_period {
    int64_t since;
    int32_t offset_seconds;
};

enum { ZONE_PERIODS_MAX = 64 };

/* periods[0].since is INT64_MIN; sorted; the last goes on for ever. All integers, so that it can
 * stand in an event. */
struct zone {
    uint32_t count;
    struct zone_period periods[ZONE_PERIODS_MAX];
};

int32_t day_of_civil(struct civil_date date);
struct civil_date civil_of_day(int32_t day);
enum weekday weekday_of_day(int32_t day);

/* The ISO 8601 week: weeks start on Monday; a number that grows by one each week, for counting by
 * week. */
int32_t iso_week_index(int32_t day);

/* The place of the period that holds at `at`: the last whose `since` is not after it. */
uint32_t zone_period_at(const struct zone *zone, int64_t at);
int32_t zone_offset(const struct zone *zone, int64_t at);
int32_t zone_day(const struct zone *zone, int64_t at);
/* Seconds since local midnight by the clock on the wall, 0 to 86399. */
int32_t zone_second_of_day(const struct zone *zone, int64_t at);
/* The instant of `minute` (0 to 1440) of a local day. */
int64_t zone_instant(const struct zone *zone, int32_t day, int32_t minute);
/* The same with seconds of the day, 0 to 86400. */
int64_t zone_instant_second(const struct zone *zone, int32_t day, int32_t second);

/* "2026-12-01"; length 10. False for anything else, an impossible date included. */
bool day_read(struct slice text, int32_t *day);
/* "2026-12-01T16:00", with optional seconds and optional "Z" or "+01:00"; without offset it is
 * local to `zone`. A bare date is its midnight. */
bool instant_read(const struct zone *zone, struct slice text, int64_t *at);
/* Writes "2026-12-01"; `to` holds 16 bytes. Returns the length. */
size_t day_write(char *to, int32_t day);
/* Writes "2026-12-01T16:00:00+01:00"; `to` holds 32 bytes. Returns the length. */
size_t instant_write(const struct zone *zone, char *to, int64_t at);
/* Writes "2026-12-01T15:00:00Z", without a zone; `to` holds 24 bytes. Returns the length. */
size_t instant_write_utc(char *to, int64_t at);

/* Shown times are rounded up to the minute (DESIGN section 5, "Hours"); 1970 or later. */
static inline int64_t instant_minute_up(int64_t at)
{
    return (int64_t)(((uint64_t)at + 59) / 60 * 60);
}

#endif

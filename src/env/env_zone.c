/* The rules of a time zone from the system's database: a TZif file (RFC 8536) and the rule in its
 * footer.
 *
 * name -> checked path under the database's folder -> the file's 64-bit block: when which offset
 * began -> after the last of these the footer's rule ("CET-1CEST,M3.5.0,M10.5.0/3"), year by year
 * -> the periods between `from` and `to`. Every number in the file is checked against its length: a
 * damaged database is a fault, never a wild read. libc's localtime_r with TZ was rejected: it
 * changes the whole process, while other threads may run. */
#include "env/env.h"

#include "base/assert.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

enum { FILE_BYTES_MAX = 65536, HEAD_BYTES = 44, NAME_BYTES_MAX = 64 };

/* The block of a TZif file that is used: counts, and where each part begins. */
struct block {
    const unsigned char *times;
    const unsigned char *kinds;
    const unsigned char *types;
    uint32_t time_count;
    uint32_t type_count;
};

/* The day on which a rule changes the offset: weekday `weekday` (0 Sunday) of week `week` (5: the
 * last) of a month. */
struct rule_date {
    int32_t month;
    int32_t week;
    int32_t weekday;
    int32_t second;
};

struct rule {
    int32_t standard_offset;
    int32_t summer_offset;
    bool has_summer;
    struct rule_date start;
    struct rule_date end;
};

static uint32_t big_endian_32(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t big_endian_64(const unsigned char *at)
{
    return (int64_t)((uint64_t)big_endian_32(at) << 32 | big_endian_32(at + 4));
}

/* Area/City with letters, digits, - + _: no dots, so no way out of the database's folder. */
static bool zone_name_valid(const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || length > NAME_BYTES_MAX || name[0] == '/' || name[length - 1] == '/') {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        char c = name[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && strchr("-+_/", c) == NULL) {
            return false;
        }
    }
    return true;
}

static bool head_read(struct slice file, size_t at, uint32_t counts[6])
{
    if (file.length < at + HEAD_BYTES || memcmp(file.data + at, "TZif", 4) != 0) {
        return false;
    }
    for (size_t i = 0; i < 6; i++) {
        counts[i] = big_endian_32((const unsigned char *)file.data + at + 20 + 4 * i);
        if (counts[i] > FILE_BYTES_MAX) {
            return false;
        }
    }
    return true;
}

/* How long a block's parts are; the order of counts is the file's: isut, isstd, leap, time, type,
 * char. */
static size_t block_bytes(const uint32_t counts[6], size_t time_bytes)
{
    return counts[3] * (time_bytes + 1) + counts[4] * 6 + counts[5] + counts[2] * (time_bytes + 4) +
           counts[1] + counts[0];
}

/* Finds the 64-bit block and the footer after it. */
static bool file_parse(struct slice file, struct block *block, struct slice *footer)
{
    uint32_t counts[6];
    if (!head_read(file, 0, counts) || file.data[4] < '2') {
        return false;
    }
    size_t second = HEAD_BYTES + block_bytes(counts, 4);
    if (!head_read(file, second, counts)) {
        return false;
    }
    size_t start = second + HEAD_BYTES;
    size_t end = start + block_bytes(counts, 8);
    if (end >= file.length || file.data[end] != '\n' || counts[4] == 0) {
        return false;
    }
    const unsigned char *data = (const unsigned char *)file.data + start;
    *block = (struct block){.times = data,
                            .kinds = data + (size_t)counts[3] * 8,
                            .types = data + (size_t)counts[3] * 9,
                            .time_count = counts[3],
                            .type_count = counts[4]};
    for (uint32_t i = 0; i < block->time_count; i++) {
        if (block->kinds[i] >= block->type_count) {
            return false;
        }
    }
    const char *rule = file.data + end + 1;
    const char *line_end = memchr(rule, '\n', file.length - end - 1);
    *footer = (struct slice){rule, line_end == NULL ? 0 : (size_t)(line_end - rule)};
    return line_end != NULL;
}

static bool char_take(struct slice *text, char c)
{
    if (text->length == 0 || text->data[0] != c) {
        return false;
    }
    text->data++;
    text->length--;
    return true;
}

static bool number_take(struct slice *text, int32_t most, int32_t *number)
{
    int32_t value = 0;
    size_t digits = 0;
    while (digits < text->length && digits < 4 && text->data[digits] >= '0' &&
           text->data[digits] <= '9') {
        value = value * 10 + (text->data[digits] - '0');
        digits++;
    }
    text->data += digits;
    text->length -= digits;
    *number = value;
    return digits > 0 && value <= most;
}

/* "[+-]hh[:mm[:ss]]" as seconds. */
static bool time_take(struct slice *text, int32_t *seconds)
{
    int32_t hours = 0;
    int32_t minutes = 0;
    int32_t rest = 0;
    bool minus = char_take(text, '-');
    if (!minus) {
        (void)char_take(text, '+');
    }
    if (!number_take(text, 167, &hours) ||
        (char_take(text, ':') && !number_take(text, 59, &minutes)) ||
        (char_take(text, ':') && !number_take(text, 59, &rest))) {
        return false;
    }
    *seconds = (hours * 3600 + minutes * 60 + rest) * (minus ? -1 : 1);
    return true;
}

/* "CET" or "<+0545>": skipped, the offset follows. */
static bool abbreviation_take(struct slice *text)
{
    const bool angled = char_take(text, '<');
    size_t length = 0;
    while (length < text->length &&
           (angled ? text->data[length] != '>'
                   : strchr("+-,0123456789", text->data[length]) == NULL)) {
        length++;
    }
    text->data += length;
    text->length -= length;
    return length > 0 && (!angled || char_take(text, '>'));
}

/* ",M3.5.0/2": the only form that the zone database uses. */
static bool rule_date_take(struct slice *text, struct rule_date *date)
{
    date->second = 2 * 3600;
    return char_take(text, ',') && char_take(text, 'M') && number_take(text, 12, &date->month) &&
           date->month > 0 && char_take(text, '.') && number_take(text, 5, &date->week) &&
           date->week > 0 && char_take(text, '.') && number_take(text, 6, &date->weekday) &&
           (!char_take(text, '/') || time_take(text, &date->second));
}

/* "CET-1CEST,M3.5.0,M10.5.0/3": offsets count west of UTC, so their signs turn. */
static bool rule_parse(struct slice text, struct rule *rule)
{
    int32_t west = 0;
    *rule = (struct rule){.has_summer = false};
    if (!abbreviation_take(&text) || !time_take(&text, &west)) {
        return false;
    }
    rule->standard_offset = -west;
    rule->summer_offset = 3600 - west;
    if (text.length == 0) {
        return true;
    }
    rule->has_summer = true;
    if (!abbreviation_take(&text)) {
        return false;
    }
    if (text.length > 0 && text.data[0] != ',') {
        if (!time_take(&text, &west)) {
            return false;
        }
        rule->summer_offset = -west;
    }
    return rule_date_take(&text, &rule->start) && rule_date_take(&text, &rule->end) &&
           text.length == 0;
}

/* The day of a rule in a year. */
static int32_t rule_day(const struct rule_date *date, int32_t year)
{
    int32_t first = day_of_civil((struct civil_date){year, date->month, 1});
    int32_t first_weekday = ((int32_t)weekday_of_day(first) + 1) % WEEKDAYS;
    int32_t day =
        first + (date->weekday - first_weekday + WEEKDAYS) % WEEKDAYS + (date->week - 1) * WEEKDAYS;
    struct civil_date next = {date->month == 12 ? year + 1 : year, date->month % 12 + 1, 1};
    return day < day_of_civil(next) ? day : day - WEEKDAYS;
}

/* Takes the changes in the order of time. The first period is what holds at `from`. */
struct collector {
    struct zone *zone;
    int64_t from;
    int64_t to;
    bool full;
};

static void change_add(struct collector *collector, int64_t at, int32_t offset)
{
    struct zone *zone = collector->zone;
    struct zone_period *last = &zone->periods[zone->count - 1];
    if (at > collector->to || offset == last->offset_seconds) {
        return;
    }
    if (at <= collector->from) {
        ASSERT(zone->count == 1);
        last->offset_seconds = offset;
        return;
    }
    if (zone->count == ZONE_PERIODS_MAX) {
        collector->full = true;
        return;
    }
    zone->periods[zone->count++] = (struct zone_period){at, offset};
}

static int32_t type_offset(const struct block *block, uint32_t type)
{
    return (int32_t)big_endian_32(block->types + (size_t)type * 6);
}

static void block_collect(const struct block *block, struct collector *collector)
{
    for (uint32_t i = 0; i < block->time_count; i++) {
        change_add(collector, big_endian_64(block->times + (size_t)i * 8),
                   type_offset(block, block->kinds[i]));
    }
}

/* The years of [after, to] by the rule; changes at or before `after` are in the block already. */
static void rule_collect(const struct rule *rule, int64_t after, struct collector *collector)
{
    if (!rule->has_summer || after >= collector->to) {
        return;
    }
    int64_t begin = after > collector->from ? after : collector->from;
    int32_t first = civil_of_day((int32_t)(begin / DAY_SECONDS)).year - 1;
    int32_t last = civil_of_day((int32_t)(collector->to / DAY_SECONDS)).year + 1;
    for (int32_t year = first; year <= last && !collector->full; year++) {
        int64_t start = (int64_t)rule_day(&rule->start, year) * DAY_SECONDS + rule->start.second -
                        rule->standard_offset;
        int64_t end = (int64_t)rule_day(&rule->end, year) * DAY_SECONDS + rule->end.second -
                      rule->summer_offset;
        bool start_first = start < end;
        int64_t times[2] = {start_first ? start : end, start_first ? end : start};
        for (int i = 0; i < 2; i++) {
            if (times[i] > after) {
                change_add(collector, times[i],
                           (i == 0) == start_first ? rule->summer_offset : rule->standard_offset);
            }
        }
    }
}

static bool file_collect(struct slice file, struct collector *collector)
{
    struct block block;
    struct slice footer;
    struct rule rule;
    if (!file_parse(file, &block, &footer)) {
        return false;
    }
    collector->zone->count = 1;
    collector->zone->periods[0] = (struct zone_period){INT64_MIN, type_offset(&block, 0)};
    block_collect(&block, collector);
    if (footer.length == 0) {
        return true;
    }
    if (!rule_parse(footer, &rule)) {
        return false;
    }
    int64_t after = block.time_count == 0
                        ? INT64_MIN
                        : big_endian_64(block.times + (size_t)(block.time_count - 1) * 8);
    rule_collect(&rule, after, collector);
    return true;
}

static const char *database_folder(void)
{
    const char *folder = getenv("TZDIR");
    return folder != NULL && folder[0] != '\0' ? folder : "/usr/share/zoneinfo";
}

static enum status unknown_zone(const char *name, struct fault *fault)
{
    return fault_set(fault, STATUS_INVALID,
                     "there is no time zone '%.64s'; write a name of the IANA database, such as "
                     "Europe/Paris",
                     name);
}

enum status env_zone_load(const char *name, int64_t from, int64_t to, struct zone *zone,
                          struct fault *fault)
{
    char path[512];
    char *bytes = NULL;
    size_t length = 0;
    ASSERT(from <= to);
    if (!zone_name_valid(name)) {
        return unknown_zone(name, fault);
    }
    int used = snprintf(path, sizeof path, "%s/%s", database_folder(), name);
    if (used < 0 || (size_t)used >= sizeof path) {
        return unknown_zone(name, fault);
    }
    enum status status = env_file_read(path, FILE_BYTES_MAX, &bytes, &length, fault);
    if (status == STATUS_NOT_FOUND || status == STATUS_INVALID || status == STATUS_LIMIT) {
        return unknown_zone(name, fault);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (length < 4 || memcmp(bytes, "TZif", 4) != 0) {
        free(bytes);
        return unknown_zone(name, fault);
    }
    struct collector collector = {.zone = zone, .from = from, .to = to};
    bool read = file_collect((struct slice){bytes, length}, &collector);
    free(bytes);
    if (!read) {
        return fault_set(fault, STATUS_CORRUPT,
                         "%s is no readable time zone file; install the package tzdata again",
                         path);
    }
    return collector.full ? fault_set(fault, STATUS_LIMIT,
                                      "the time zone '%s' changes more than %d times between "
                                      "these years",
                                      name, ZONE_PERIODS_MAX - 1)
                          : STATUS_OK;
}

enum status env_zone_around(const char *name, int64_t around, struct zone *zone,
                            struct fault *fault)
{
    const int64_t year = 366 * (int64_t)DAY_SECONDS;
    enum status status = env_zone_load(name, around - 10 * year, around + 19 * year, zone, fault);
    if (status == STATUS_LIMIT) {
        /* A zone that changes four times a year, as Asia/Gaza does. */
        status = env_zone_load(name, around - 2 * year, around + 10 * year, zone, fault);
    }
    return status;
}

/* Dates of foreign files. A text becomes parts (three numbers, a time of day, perhaps an offset) by
 * one small scanner; which of the first two numbers is the month is said by the caller, who asked
 * cell_dates_order about the whole file or its user.
 *
 * 3/4/2011 alone is never decided here. A point between the numbers (3.4.2011) is written day first
 * everywhere. */
#include "base/text.h"
#include "exchange/cells.h"

struct scanner {
    struct slice left;
};

struct date_parts {
    int32_t numbers[3];
    size_t digits[3];
    char mark;
    int32_t second_of_day;
    bool has_offset;
    int32_t offset_seconds;
};

static bool take_number(struct scanner *scanner, size_t digits_max, int32_t *value, size_t *digits)
{
    *value = 0;
    size_t count = 0;
    while (count < scanner->left.length && count < digits_max) {
        char c = scanner->left.data[count];
        if (c < '0' || c > '9') {
            break;
        }
        *value = *value * 10 + (c - '0');
        count++;
    }
    scanner->left.data += count;
    scanner->left.length -= count;
    if (digits != NULL) {
        *digits = count;
    }
    return count > 0;
}

/* Takes one of `marks`; '\0' if none is next. */
static char take_mark(struct scanner *scanner, const char *marks)
{
    if (scanner->left.length == 0 || strchr(marks, scanner->left.data[0]) == NULL) {
        return '\0';
    }
    char mark = scanner->left.data[0];
    scanner->left.data++;
    scanner->left.length--;
    return mark;
}

static bool take_date(struct scanner *scanner, struct date_parts *parts)
{
    if (!take_number(scanner, 4, &parts->numbers[0], &parts->digits[0])) {
        return false;
    }
    parts->mark = take_mark(scanner, "-/.");
    char mark[2] = {parts->mark, '\0'};
    return parts->mark != '\0' && take_number(scanner, 2, &parts->numbers[1], &parts->digits[1]) &&
           take_mark(scanner, mark) != '\0' &&
           take_number(scanner, 4, &parts->numbers[2], &parts->digits[2]);
}

/* " AM" and " PM" after a time of the clock with twelve hours. */
static bool take_half(struct scanner *scanner, int32_t *hour)
{
    scanner->left = text_trim(scanner->left);
    struct slice half = {scanner->left.data, scanner->left.length < 2 ? 0 : 2};
    bool pm = cell_is(half, "pm");
    if (!pm && !cell_is(half, "am")) {
        return true;
    }
    scanner->left.data += 2;
    scanner->left.length -= 2;
    if (*hour < 1 || *hour > 12) {
        return false;
    }
    *hour = *hour % 12 + (pm ? 12 : 0);
    return true;
}

static bool take_offset(struct scanner *scanner, struct date_parts *parts)
{
    if (take_mark(scanner, "Zz") != '\0') {
        parts->has_offset = true;
        return true;
    }
    char sign = take_mark(scanner, "+-");
    if (sign == '\0') {
        return true;
    }
    int32_t hours = 0;
    int32_t minutes = 0;
    if (!take_number(scanner, 2, &hours, NULL)) {
        return false;
    }
    (void)take_mark(scanner, ":");
    if (scanner->left.length > 0 && !take_number(scanner, 2, &minutes, NULL)) {
        return false;
    }
    parts->has_offset = true;
    parts->offset_seconds = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
    return hours <= 14 && minutes <= 59;
}

static bool take_time(struct scanner *scanner, struct date_parts *parts)
{
    int32_t hour = 0;
    int32_t minute = 0;
    int32_t second = 0;
    if (scanner->left.length == 0) {
        return true;
    }
    if (take_mark(scanner, "Tt ,") == '\0') {
        return false;
    }
    scanner->left = text_trim(scanner->left);
    if (!take_number(scanner, 2, &hour, NULL) || take_mark(scanner, ":h") == '\0' ||
        !take_number(scanner, 2, &minute, NULL)) {
        return false;
    }
    if (take_mark(scanner, ":") != '\0' && !take_number(scanner, 2, &second, NULL)) {
        return false;
    }
    int32_t fraction = 0;
    if (take_mark(scanner, ".") != '\0' && !take_number(scanner, 9, &fraction, NULL)) {
        return false;
    }
    if (!take_half(scanner, &hour) || hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    parts->second_of_day = hour * 3600 + minute * 60 + second;
    return take_offset(scanner, parts);
}

static bool parts_read(struct slice cell, struct date_parts *parts)
{
    struct scanner scanner = {text_trim(cell)};
    *parts = (struct date_parts){0};
    return take_date(&scanner, parts) && take_time(&scanner, parts) && scanner.left.length == 0;
}

enum exchange_dates cell_dates_order(struct slice cell)
{
    struct date_parts parts;
    if (!parts_read(cell, &parts)) {
        return DATES_DETECT;
    }
    if (parts.digits[0] == 4) {
        return DATES_ISO;
    }
    if (parts.mark == '.' || parts.numbers[0] > 12) {
        return DATES_DAY_FIRST;
    }
    return parts.numbers[1] > 12 ? DATES_MONTH_FIRST : DATES_DETECT;
}

/* False for an impossible date, and for one whose order is not known. */
static bool parts_day(const struct date_parts *parts, enum exchange_dates order, int32_t *day)
{
    struct civil_date date = {parts->numbers[0], parts->numbers[1], parts->numbers[2]};
    if (parts->digits[0] != 4) {
        bool day_first = parts->mark == '.' || order == DATES_DAY_FIRST;
        if (!day_first && order != DATES_MONTH_FIRST) {
            return false;
        }
        date.year = parts->numbers[2] + (parts->digits[2] == 2 ? 2000 : 0);
        date.month = parts->numbers[day_first ? 1 : 0];
        date.day = parts->numbers[day_first ? 0 : 1];
    }
    if (date.year < 1970 || date.year > 9999 || date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > 31) {
        return false;
    }
    *day = day_of_civil(date);
    struct civil_date back = civil_of_day(*day);
    return back.month == date.month && back.day == date.day;
}

enum cell_result cell_instant(struct slice cell, enum exchange_dates order, const struct zone *zone,
                              int64_t *at)
{
    if (text_trim(cell).length == 0) {
        return CELL_EMPTY;
    }
    struct date_parts parts;
    int32_t day = 0;
    if (!parts_read(cell, &parts) || !parts_day(&parts, order, &day)) {
        return CELL_BAD;
    }
    if (parts.has_offset) {
        *at = (int64_t)day * DAY_SECONDS + parts.second_of_day - parts.offset_seconds;
    } else {
        *at = zone_instant_second(zone, day, parts.second_of_day);
    }
    return CELL_OK;
}

/* The example's dates are of one autumn; the demo runs on any day, and its server goes by the
 * machine's clock.
 *
 *   weeks = (today - opened) / 7, rounded to the nearest
 *   each date in the file + 7 x weeks
 *
 * Rejected: to pretend another clock. What a visitor buys in the demo should be dated by the day
 * that it is. */
#include "commands/demo_shop.h"

#include "base/calendar.h"
#include "env/env.h"

#include <stdio.h>
#include <sys/stat.h>

enum { DATE_LENGTH = 10, WEEK_DAYS = 7, SHOP_BYTES_MAX = 4 * 1024 * 1024 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A date stands at `at`, and no longer number around it. */
static bool date_at(struct slice text, size_t at, int32_t *day)
{
    if (text.length - at < DATE_LENGTH || (at > 0 && is_digit(text.data[at - 1])) ||
        (text.length - at > DATE_LENGTH && is_digit(text.data[at + DATE_LENGTH]))) {
        return false;
    }
    return day_read((struct slice){text.data + at, DATE_LENGTH}, day);
}

static bool opened_day(struct slice text, int32_t *day)
{
    static const struct slice key = SLICE("opened:");
    const char *found = memmem(text.data, text.length, key.data, key.length);
    if (found == NULL) {
        return false;
    }
    size_t at = (size_t)(found - text.data) + key.length;
    while (at < text.length && (text.data[at] == ' ' || text.data[at] == '"')) {
        at++;
    }
    return at < text.length && date_at(text, at, day);
}

void demo_dates_shift(struct slice text, int32_t today, struct text *to)
{
    int32_t opened;
    int32_t weeks = 0;
    if (opened_day(text, &opened)) {
        int32_t days = today - opened;
        weeks = (days >= 0 ? days + WEEK_DAYS / 2 : days - WEEK_DAYS / 2) / WEEK_DAYS;
    }
    for (size_t at = 0; at < text.length;) {
        int32_t day;
        char moved[16];
        if (is_digit(text.data[at]) && date_at(text, at, &day)) {
            (void)day_write(moved, day + weeks * WEEK_DAYS);
            text_append(to, moved, DATE_LENGTH);
            at += DATE_LENGTH;
        } else {
            text_append_char(to, text.data[at++]);
        }
    }
}

static enum status file_write(const char *folder, const struct demo_file *file, int32_t today,
                              struct fault *fault)
{
    char path[4096];
    struct text shifted;
    struct slice bytes = file->bytes;
    text_init(&shifted, SHOP_BYTES_MAX);
    if (strcmp(file->name, "shop.yaml") == 0) {
        demo_dates_shift(file->bytes, today, &shifted);
        bytes = text_slice(&shifted);
    }
    (void)snprintf(path, sizeof path, "%s/%s", folder, file->name);
    enum status status =
        shifted.overflow
            ? fault_set(fault, STATUS_MEMORY, "no memory for the example shop; free some")
            : env_file_write(path, bytes.data, bytes.length, 1, fault);
    text_free(&shifted);
    return status;
}

enum status demo_shop_write(const char *folder, int32_t today, struct fault *fault)
{
    char pictures[4096];
    (void)snprintf(pictures, sizeof pictures, "%s/pictures", folder);
    if (mkdir(pictures, 0700) != 0) {
        return fault_set(fault, STATUS_IO, "cannot make %s; is there room and permission?",
                         pictures);
    }
    for (size_t i = 0; i < demo_file_count; i++) {
        enum status status = file_write(folder, &demo_files[i], today, fault);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}

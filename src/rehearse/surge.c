/* The moment's integral in closed form, the file's by sums. A minute's visitors come evenly. */
#include "rehearse/surge.h"

#include "base/calendar.h"
#include "base/decimal.h"

#include <math.h>
#include <stdlib.h>

uint32_t surge_seconds(const struct surge *surge)
{
    double seconds = surge->minute_count > 0
                         ? 60.0 * surge->minute_count
                         : surge->rise_seconds + SURGE_HALF_LIVES * surge->half_life_seconds;
    seconds = ceil(seconds);
    return seconds < 1                   ? 1
           : seconds > SURGE_SECONDS_MAX ? (uint32_t)SURGE_SECONDS_MAX
                                         : (uint32_t)seconds;
}

static double file_share(const struct surge *surge, double seconds)
{
    double minutes = seconds / 60;
    if (minutes >= surge->minute_count) {
        return 1;
    }
    uint32_t minute = (uint32_t)minutes;
    double before = minute == 0 ? 0 : (double)surge->sums[minute - 1];
    double within = (double)surge->sums[minute] - before;
    return (before + within * (minutes - minute)) / (double)surge->sums[surge->minute_count - 1];
}

double surge_share(const struct surge *surge, double seconds)
{
    if (seconds <= 0) {
        return 0;
    }
    if (seconds >= surge_seconds(surge)) {
        return 1;
    }
    if (surge->minute_count > 0) {
        return file_share(surge, seconds);
    }
    /* The peak's rate is 1: the rise is a triangle, the fall an exponential. */
    double fall = surge->half_life_seconds / M_LN2;
    double rise = surge->rise_seconds / 2;
    double whole = rise + fall * (1 - exp2(-SURGE_HALF_LIVES));
    double t = seconds - surge->rise_seconds;
    double come = t < 0 ? seconds * seconds / (2 * surge->rise_seconds)
                        : rise + fall * (1 - exp2(-t / surge->half_life_seconds));
    return come < whole ? come / whole : 1;
}

/* Minutes since 1970 of "YYYY-MM-DD HH:MM..."; false if it is something else. */
static bool minute_read(struct slice text, int64_t *minute)
{
    static const struct zone utc = {.count = 1, .periods = {{INT64_MIN, 0}}};
    char local[17];
    int64_t at;
    if (text.length < 16) {
        return false;
    }
    memcpy(local, text.data, 16);
    local[10] = local[10] == ' ' ? 'T' : local[10];
    local[16] = '\0';
    if (!instant_read(&utc, slice_of(local), &at)) {
        return false;
    }
    *minute = at / 60;
    return true;
}

struct surge_reading {
    const char *file;
    uint32_t line;
    uint32_t count;
    bool dated;
    int64_t minute; /* of the row before */
    uint64_t *sums;
};

static enum status row_read(struct surge_reading *reading, struct slice row, struct fault *fault)
{
    int64_t requests;
    int64_t minute = 0;
    struct slice second;
    struct slice first = slice_cut(row, ',', &second);
    if (decimal_read(slice_trim(second), 0, &requests) != DECIMAL_OK || requests < 0) {
        return reading->line == 1
                   ? STATUS_OK
                   : fault_set(fault, STATUS_INVALID,
                               "%s:%u: a row is a time and a whole number of requests, 0 or more, "
                               "as 1998-06-25 15:58:00,213235",
                               reading->file, reading->line);
    }
    bool dated = minute_read(first, &minute);
    if (dated && reading->dated && minute != reading->minute + 1) {
        return fault_set(fault, STATUS_INVALID,
                         "%s:%u: a minute does not follow the one before; each minute is a row, "
                         "those without requests with 0",
                         reading->file, reading->line);
    }
    reading->dated = dated;
    reading->minute = minute;
    if (reading->count == SURGE_MINUTES_MAX) {
        return fault_set(fault, STATUS_LIMIT, "%s:%u: more than %d minutes; cut the surge out",
                         reading->file, reading->line, SURGE_MINUTES_MAX);
    }
    uint64_t before = reading->count == 0 ? 0 : reading->sums[reading->count - 1];
    reading->sums[reading->count++] = before + (uint64_t)requests;
    return STATUS_OK;
}

enum status surge_read(struct slice text, const char *file, uint64_t **sums, uint32_t *count,
                       struct fault *fault)
{
    struct surge_reading reading = {.file = file, .sums = calloc(SURGE_MINUTES_MAX, sizeof **sums)};
    if (reading.sums == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for %s", file);
    }
    enum status status = STATUS_OK;
    while (text.length > 0 && status == STATUS_OK) {
        struct slice rest;
        struct slice row = slice_cut(text, '\n', &rest);
        reading.line++;
        text = rest;
        if (row.length > 0 && row.data[row.length - 1] == '\r') {
            row.length--;
        }
        status = slice_trim(row).length > 0 ? row_read(&reading, row, fault) : STATUS_OK;
    }
    if (status == STATUS_OK && (reading.count == 0 || reading.sums[reading.count - 1] == 0)) {
        status = fault_set(fault, STATUS_INVALID, "%s: there are no requests in it", file);
    }
    if (status != STATUS_OK) {
        free(reading.sums);
        return status;
    }
    *sums = reading.sums;
    *count = reading.count;
    return STATUS_OK;
}

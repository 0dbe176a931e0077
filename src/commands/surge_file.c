/* csv_read -> a row, a minute -> sums.
 *
 * Whatever its first column says a row is a minute: files that leave out quiet minutes are a little
 * denser than what they recorded, unless they are to be gapless. */
#include "commands/surge_file.h"

#include "base/decimal.h"
#include "commands/nearest.h"
#include "exchange/csv_read.h"

#include <stdlib.h>

struct reading {
    const struct surge_file *file;
    struct fault *fault;
    enum status status;
    uint64_t *sums;
    uint32_t count;
    bool begun;
    bool dated;
    int64_t minute; /* of the row before, if it was dated; since 1970 */
};

/* "YYYY-MM-DD HH:MM..." as minutes since 1970; false if it is something else. */
static bool minute_read(struct slice text, int64_t *minute)
{
    static const struct zone utc = {.count = 1, .periods = {{INT64_MIN, 0}}};
    char local[] = "YYYY-MM-DDTHH:MM";
    int64_t at;
    if (text.length < sizeof local - 1) {
        return false;
    }
    memcpy(local, text.data, sizeof local - 1);
    local[10] = local[10] == ' ' ? 'T' : local[10];
    if (!instant_read(&utc, slice_of(local), &at)) {
        return false;
    }
    *minute = at / 60;
    return true;
}

static bool refuse(struct reading *reading, enum status status, uint64_t line, const char *why)
{
    reading->status = fault_set(reading->fault, status, "%s:%llu: %s", reading->file->path,
                                (unsigned long long)line, why);
    return false;
}

/* False: enough, or a row that cannot be read. */
static bool minute_add(struct reading *reading, const struct csv_row *row, int64_t requests)
{
    int64_t minute = 0;
    bool dated = minute_read(csv_field(row, 0), &minute);
    if (reading->file->gapless && dated && reading->dated && minute != reading->minute + 1) {
        return refuse(reading, STATUS_INVALID, row->line,
                      "a minute does not follow the one before; each minute is a row, those "
                      "without requests with 0");
    }
    if (reading->count == reading->file->minutes_most) {
        return refuse(reading, STATUS_LIMIT, row->line, "too many minutes; cut the surge out");
    }
    uint64_t before = reading->count == 0 ? 0 : reading->sums[reading->count - 1];
    reading->dated = dated;
    reading->minute = minute;
    reading->sums[reading->count++] = before + (uint64_t)requests;
    return reading->count != reading->file->wanted;
}

static bool row_read(void *context, const struct csv_row *row)
{
    struct reading *reading = context;
    const char *from = reading->file->from;
    struct slice at = csv_field(row, 0);
    int64_t requests;
    if (decimal_read(csv_field(row, 1), 0, &requests) != DECIMAL_OK || requests < 0 ||
        requests > UINT32_MAX) {
        return row->line == 1 || /* a head */
               refuse(reading, STATUS_INVALID, row->line,
                      "a row is a time and a whole number of requests, 0 or more, as 1998-06-25 "
                      "15:58:00,213235");
    }
    reading->begun = reading->begun || from == NULL ||
                     (at.length >= strlen(from) && memcmp(at.data, from, strlen(from)) == 0);
    return !reading->begun || minute_add(reading, row, requests);
}

static enum status counts_check(const struct reading *reading)
{
    const struct surge_file *file = reading->file;
    if (reading->count == 0 && file->from != NULL) {
        return fault_set(reading->fault, STATUS_INVALID, "%s: no row begins with %s; see --from",
                         file->path, file->from);
    }
    if (reading->count == 0 || reading->sums[reading->count - 1] == 0) {
        return fault_set(reading->fault, STATUS_INVALID, "%s: there are no requests in it",
                         file->path);
    }
    return STATUS_OK;
}

enum status surge_file_read(const struct surge_file *file, uint64_t **sums, uint32_t *count,
                            struct fault *fault)
{
    struct csv_facts facts;
    struct reading reading = {
        .file = file, .fault = fault, .sums = calloc(file->minutes_most, sizeof *reading.sums)};
    const struct csv_reader reader = {.row = row_read, .context = &reading};
    if (reading.sums == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for %s", file->path);
    }
    enum status status = csv_read(file->path, &reader, &facts, fault);
    status = status == STATUS_OK ? reading.status : status;
    status = status == STATUS_OK ? counts_check(&reading) : status;
    if (status != STATUS_OK) {
        free(reading.sums);
        return status;
    }
    *sums = reading.sums;
    *count = reading.count;
    return STATUS_OK;
}

const struct moment *moment_named(const struct shop *shop, const char *name, struct fault *fault)
{
    struct nearest nearest;
    nearest_begin(&nearest, slice_of(name));
    for (uint32_t i = 0; i < shop->moment_count; i++) {
        if (shop->moments[i].retired) {
            continue;
        }
        if (strcmp(shop->moments[i].name, name) == 0) {
            return &shop->moments[i];
        }
        nearest_try(&nearest, shop->moments[i].name);
    }
    (void)fault_set(fault, STATUS_INVALID, "there is no moment %s in the shop file%s%s", name,
                    nearest.best != NULL ? "; did you mean " : "",
                    nearest.best != NULL ? nearest.best : "");
    return NULL;
}

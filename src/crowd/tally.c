#include "crowd/tally.h"

#include "base/assert.h"
#include "base/limits.h"

#include <stdlib.h>

enum { ENTRIES_FIRST = 4096, MEDIAN = 50 };

enum status crowd_tally_entry(struct crowd_tally *tally, struct crowd_entry entry)
{
    ASSERT(tally->entry_count == 0 || tally->entries[tally->entry_count - 1].at_us <= entry.at_us);
    if (tally->entry_count == tally->entry_capacity) {
        uint32_t capacity = tally->entry_capacity == 0 ? ENTRIES_FIRST : tally->entry_capacity * 2;
        if (capacity > LIMIT_CROWD_ENTRIES * 2) {
            return STATUS_LIMIT;
        }
        struct crowd_entry *grown = realloc(tally->entries, capacity * sizeof *grown);
        if (grown == NULL) {
            return STATUS_MEMORY;
        }
        tally->entries = grown;
        tally->entry_capacity = capacity;
    }
    tally->entries[tally->entry_count++] = entry;
    return STATUS_OK;
}

bool crowd_tally_overshoots(const struct crowd_tally *tally)
{
    return tally->rate > 0 && (tally->most_in_second > crowd_second_bound(tally->rate) ||
                               tally->most_in_minute > crowd_minute_bound(tally->rate));
}

bool crowd_tally_holds(const struct crowd_tally *tally)
{
    return !crowd_tally_overshoots(tally) && tally->inversions == 0 &&
           tally->errors[CROWD_ERROR_5XX] == 0;
}

int64_t crowd_tally_used_thousandths(const struct crowd_tally *tally)
{
    if (tally->rate <= 0 || tally->busy_seconds == 0) {
        return -1;
    }
    return (int64_t)((double)tally->busy_entries * 1000 / (tally->rate * tally->busy_seconds) +
                     0.5);
}

double crowd_tally_error_ratio(const struct crowd_tally *tally)
{
    uint64_t fixed_ms = crowd_spread_at(&tally->fixed_off_ms, MEDIAN);
    return fixed_ms == 0
               ? -1
               : (double)crowd_spread_at(&tally->announced_off_ms, MEDIAN) / (double)fixed_ms;
}

#include "crowd/spread.h"

#include "base/assert.h"

enum { STEP_BITS = 7 };

_Static_assert(1 << STEP_BITS == SPREAD_STEPS, "the buckets of an octave");

static uint32_t bucket_of(uint64_t value)
{
    if (value < SPREAD_STEPS) {
        return (uint32_t)value;
    }
    uint32_t shift = 63 - STEP_BITS - (uint32_t)__builtin_clzll(value);
    uint32_t bucket = (shift + 1) * SPREAD_STEPS + (uint32_t)(value >> shift) - SPREAD_STEPS;
    return bucket < SPREAD_BUCKETS ? bucket : SPREAD_BUCKETS - 1;
}

/* The middle of a bucket. */
static uint64_t value_of(uint32_t bucket)
{
    if (bucket < SPREAD_STEPS) {
        return bucket;
    }
    uint32_t shift = bucket / SPREAD_STEPS - 1;
    uint64_t low = (uint64_t)(bucket % SPREAD_STEPS + SPREAD_STEPS) << shift;
    return low + (((uint64_t)1 << shift) >> 1);
}

void crowd_spread_add(struct crowd_spread *spread, uint64_t value)
{
    spread->buckets[bucket_of(value)]++;
    spread->count++;
    spread->most = value > spread->most ? value : spread->most;
}

uint64_t crowd_spread_at(const struct crowd_spread *spread, uint32_t percent)
{
    ASSERT(percent <= 100);
    uint64_t below = 0;
    for (uint32_t i = 0; i < SPREAD_BUCKETS; i++) {
        below += spread->buckets[i];
        if (below > 0 && below * 100 >= spread->count * percent) {
            uint64_t value = value_of(i);
            return value < spread->most ? value : spread->most;
        }
    }
    return 0;
}

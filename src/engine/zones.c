/* Rules are compared over the next three years (the longest horizon is two), where both must change
 * at the same instants to the same offsets; so rules that merely know more years do not count as
 * other ones, and rules that are about to run out do. */
#include "engine/zones.h"

#include "env/env.h"

static const int64_t YEAR_SECONDS = 31557600;
enum { COMPARED_YEARS = 3 };

static enum status system_load(void *context, const char *name, int64_t around, struct zone *zone,
                               struct fault *fault)
{
    (void)context;
    return env_zone_around(name, around, zone, fault);
}

const struct zone_source *engine_zones(void)
{
    static const struct zone_source source = {system_load, NULL};
    return &source;
}

/* Every change of `a` in the compared time is a change of `b` to the same offset. */
static bool changes_agree(const struct zone *a, const struct zone *b, int64_t now)
{
    for (uint32_t i = 0; i < a->count; i++) {
        int64_t since = a->periods[i].since;
        bool compared = since > now && since <= now + COMPARED_YEARS * YEAR_SECONDS;
        if (compared && (zone_offset(b, since) != a->periods[i].offset_seconds ||
                         zone_offset(b, since - 1) != zone_offset(a, since - 1))) {
            return false;
        }
    }
    return true;
}

bool engine_zones_agree(const struct zone *a, const struct zone *b, int64_t now)
{
    return zone_offset(a, now) == zone_offset(b, now) && changes_agree(a, b, now) &&
           changes_agree(b, a, now);
}

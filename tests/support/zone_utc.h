/* A source of zones for what does not care about them: all are UTC. */
#ifndef ECLUSE_TESTS_SUPPORT_ZONE_UTC_H
#define ECLUSE_TESTS_SUPPORT_ZONE_UTC_H

#include "model/shop_read.h"

static inline enum status zone_utc_load(void *context, const char *name, int64_t around,
                                        struct zone *zone, struct fault *fault)
{
    (void)context;
    (void)name;
    (void)around;
    (void)fault;
    *zone = (struct zone){.count = 1, .periods = {{INT64_MIN, 0}}};
    return STATUS_OK;
}

static const struct zone_source zones_utc = {.load = zone_utc_load};

#endif

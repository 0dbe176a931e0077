/* The zone rules of the machine, as shop files are read with; and whether rules of the past still
 * hold. */
#ifndef ECLUSE_ENGINE_ZONES_H
#define ECLUSE_ENGINE_ZONES_H

#include "model/shop_read.h"

/* The rules around an instant (env_zone_around), from the system's database. */
const struct zone_source *engine_zones(void);

/* Do both give the same local time from `now` to the end of what a promise may need? */
bool engine_zones_agree(const struct zone *a, const struct zone *b, int64_t now);

#endif

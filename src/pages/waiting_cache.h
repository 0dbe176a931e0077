/* What the shop file says of the micro-cache (door/micro_cache.h). */
#ifndef ECLUSE_PAGES_WAITING_CACHE_H
#define ECLUSE_PAGES_WAITING_CACHE_H

#include "door/upstream.h"
#include "model/shop.h"

/* At the start, and when a shop file was applied. Not `used`: nothing is kept, whatever it says. */
void waiting_cache_set(struct door_upstream *upstream, const struct site *site, bool used);

#endif

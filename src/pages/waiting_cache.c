/* Whole seconds and megabytes become the cache's settings.
 *
 * What is fetched anew for nobody in particular takes a quarter of what the shop behind bears, at
 * most: the visitors inside come first. */
#include "pages/waiting_cache.h"

#include "door/micro_cache.h"

void waiting_cache_set(struct door_upstream *upstream, const struct site *site, bool used)
{
    enum { MEGABYTE = 1024 * 1024, SHARE = 4 };
    int64_t rate = site->requests_per_second_thousandths / SHARE;
    const struct door_cache_settings settings = {
        .bytes_max = used ? (size_t)site->cache_megabytes * MEGABYTE : 0,
        .seconds = (uint32_t)site->cache_seconds,
        .stale_seconds = (uint32_t)site->cache_stale_seconds,
        .refreshes_per_second_thousandths = (uint64_t)(rate > 0 ? rate : 1)};
    door_cache_set(upstream, &settings);
}

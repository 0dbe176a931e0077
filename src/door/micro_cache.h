/* The micro-cache in front of the shop behind us (RFC 9111; docs/decisions/0043-micro-cache.md): a
 * page that is the same for everybody is asked for once, whoever wants it meanwhile gets that.
 *
 * It stands inside door_forward: what is fresh is answered from memory, of identical requests one
 * is handed on and the others wait for its answer, and what may be kept is kept while it is handed
 * back. All on the door's thread. */
#ifndef ECLUSE_DOOR_MICRO_CACHE_H
#define ECLUSE_DOOR_MICRO_CACHE_H

#include "door/upstream.h"

struct door_cache_settings {
    size_t bytes_max;       /* 0: nothing is kept */
    uint32_t seconds;       /* that an answer is fresh which does not say so; 0: it is not kept */
    uint32_t stale_seconds; /* and then used while it is fetched anew, or if that fails */
    /* At most so many thousandths of an answer a second are fetched anew for nobody in particular;
     * 0: no limit but LIMIT_CACHE_REFRESHES at once. */
    uint64_t refreshes_per_second_thousandths;
};

/* Makes the cache, or changes how it works. Without memory there is none. */
void door_cache_set(struct door_upstream *upstream, const struct door_cache_settings *settings);

/* Replies if that costs the shop behind nothing: with what is fresh, or may be used although it is
 * not (then it is fetched anew by itself). False: nothing was replied. The request's wish for
 * something newer does not count here: whoever is asked this could only wait instead. `headers` as
 * in door_forward. */
bool door_cached(struct door_request *request, struct door_upstream *upstream,
                 struct slice headers) MUST_USE;

/* Before door_forward: the shop behind itself answers this one, and its answer is not kept. */
void door_uncached(struct door_request *request);

/* Forgets "all", the answers of a path ("/shop", with any query), or of all that begin so
 * ("/shop*"). Returns how many; -1: it is none of these. */
int64_t door_cache_purge(struct door_upstream *upstream, struct slice what);

struct door_cache_figures {
    uint64_t hits;      /* answered from memory, fresh */
    uint64_t stale;     /* the same, while it was fetched anew, or because that failed */
    uint64_t misses;    /* handed on, to be kept if the answer allows it */
    uint64_t passes;    /* handed on: a person's, not to be kept, no GET */
    uint64_t waits;     /* waited for the answer to another request */
    uint64_t kept;      /* answers that were kept */
    uint64_t validated; /* answers that the shop behind said are still right (304) */
    uint64_t refreshes; /* fetched anew for nobody in particular */
    uint64_t evictions; /* forgotten for want of memory */
    uint64_t dropped;   /* forgotten because they changed, or were purged */
    uint64_t bytes, bytes_max;
    uint32_t answers; /* that are kept now */
};
/* All 0 where there is none. */
void door_cache_figures(const struct door_upstream *upstream, struct door_cache_figures *figures);

#endif

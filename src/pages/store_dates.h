/* Today's date of each offer, asked of the core at most once a second and offer.
 *
 *   FRESH  under a second old: used
 *   STALE  used, while one question goes to the core
 *   OLD    over ten seconds, or never asked: whoever shows it waits for the answer
 *
 * A date that changed gets a new version; pages are made again when the sum of their offers'
 * versions differs. So a page is rendered once for each change, and a crowd on one page costs the
 * core one question a second. */
#ifndef ECLUSE_PAGES_STORE_DATES_H
#define ECLUSE_PAGES_STORE_DATES_H

#include "engine/engine.h"
#include "pages/cache.h"

#include <stdint.h>

#define DATES_FRESH_NS  1000000000ull
#define DATES_USABLE_NS 10000000000ull

enum dates_age { DATES_FRESH, DATES_STALE, DATES_OLD };

enum { OFFER_TIMES_MAX = 6 };

/* What the core said for one piece, held as a checkout would hold it; and the next times of what
 * has a time to choose (store_times_has). */
struct offer_date {
    enum promise_result result;
    bool has_possible;
    int32_t possible_day;
    struct promise_summary summary;
    uint32_t time_count;
    struct offered_time times[OFFER_TIMES_MAX];
};

struct store_dates;

/* Waits for an answer; in the waiting request's memory. `ready` is called once, on the door's
 * thread; ok false: the core could not answer. */
struct dates_waiter {
    void (*ready)(struct dates_waiter *waiter, bool ok);
    struct dates_waiter *next;
};

struct store_dates *store_dates_open(struct engine *engine, struct env *env);
void store_dates_close(struct store_dates *dates);
/* The shop has changed: every date is old. False if the machine gives no memory. */
bool store_dates_reset(struct store_dates *dates, const struct shop *shop) MUST_USE;

/* How old the oldest of these is; *versions gets their sum, *asked_ns when the oldest was asked
 * for. */
enum dates_age store_dates_look(const struct store_dates *dates, const uint16_t *offers,
                                uint32_t count, uint64_t now_ns, uint64_t *versions,
                                uint64_t *asked_ns);
const struct offer_date *store_dates_of(const struct store_dates *dates, uint16_t offer);

/* Asks the core for these (at most CACHE_OFFERS_MAX), unless the same question is under way;
 * `waiter` may be NULL. False: the engine is full and `waiter` will not be called. */
bool store_dates_ask(struct store_dates *dates, const uint16_t *offers, uint32_t count,
                     uint64_t now_ns, struct dates_waiter *waiter);

#endif

/* The next set bit from a day on answers both questions. Days are at most 736, so twelve words: a
 * list of collection days a carrier would be as fast to walk but would have to be cut and filled as
 * parcels come and go. */
#include "promise/parcels.h"

#include "base/assert.h"

#include <string.h>

/* The first set bit at or after `index`. */
static int32_t day_next(const uint64_t *words, int32_t index)
{
    if (index >= WINDOW_DAYS_MAX) {
        return PARCELS_NO_DAY;
    }
    int32_t word = index / 64;
    uint64_t rest = words[word] >> index % 64 << index % 64;
    while (rest == 0) {
        if (++word == PARCELS_DAY_WORDS) {
            return PARCELS_NO_DAY;
        }
        rest = words[word];
    }
    return word * 64 + __builtin_ctzll(rest);
}

static void day_put(uint64_t *words, int32_t index, bool on)
{
    uint64_t bit = (uint64_t)1 << index % 64;
    words[index / 64] = on ? words[index / 64] | bit : words[index / 64] & ~bit;
}

static bool goes_on(const struct carrier *carrier, struct weekday_set set, int32_t day)
{
    return (set.bits >> weekday_of_day(day) & 1) != 0 && !day_list_has(&carrier->closed, day);
}

static bool day_has(const uint64_t *words, int32_t index)
{
    return (words[index / 64] >> index % 64 & 1) != 0;
}

static void collection_put(struct parcels_carrier *own, int32_t index)
{
    bool room = own->max_parcels < 0 || own->count[index] < own->max_parcels;
    day_put(own->collects, index, room && day_has(own->drives, index));
}

/* What was recorded of strikes and the like. */
static void closures_put(struct parcels *parcels, const struct supply *supply,
                         const struct window *window)
{
    for (uint32_t i = 0; i < supply->closure_count; i++) {
        const struct supply_closure *closure = &supply->closures[i];
        struct parcels_carrier *own = &parcels->carriers[closure->carrier];
        int64_t from = (int64_t)closure->from_day - window->today;
        int64_t to = (int64_t)closure->to_day - window->today;
        for (int64_t day = from < 0 ? 0 : from; day <= to && day < window->horizon_days; day++) {
            day_put(own->drives, (int32_t)day, false);
            day_put(own->collects, (int32_t)day, false);
            day_put(own->delivers, (int32_t)day, false);
        }
    }
}

static void days_fill(struct parcels *parcels, const struct shop *shop, const struct supply *supply,
                      const struct window *window)
{
    for (uint32_t i = 0; i < parcels->carrier_count; i++) {
        const struct carrier *carrier = &shop->carriers[i];
        struct parcels_carrier *own = &parcels->carriers[i];
        own->max_parcels = carrier->max_parcels;
        own->transit_days = carrier->transit_days;
        memset(own->collects, 0, sizeof own->collects);
        memset(own->delivers, 0, sizeof own->delivers);
        memset(own->drives, 0, sizeof own->drives);
        for (int32_t day = 0; day < window->horizon_days; day++) {
            own->cut_off[day] =
                zone_instant(&shop->zone, window->today + day, carrier->cut_off_minute);
            day_put(own->drives, day, goes_on(carrier, carrier->collects, window->today + day));
            collection_put(own, day);
            day_put(own->delivers, day, goes_on(carrier, carrier->delivers, window->today + day));
        }
    }
    closures_put(parcels, supply, window);
}

void parcels_build(struct parcels *parcels, const struct shop *shop, const struct supply *supply,
                   const struct window *window)
{
    parcels->carrier_count = shop->carrier_count;
    for (uint32_t i = 0; i < parcels->carrier_count; i++) {
        memset(parcels->carriers[i].count, 0, sizeof parcels->carriers[i].count);
    }
    days_fill(parcels, shop, supply, window);
}

void parcels_roll(struct parcels *parcels, const struct shop *shop, const struct supply *supply,
                  const struct window *window, uint32_t elapsed)
{
    uint32_t gone = elapsed < WINDOW_DAYS_MAX ? elapsed : WINDOW_DAYS_MAX;
    for (uint32_t i = 0; i < parcels->carrier_count; i++) {
        int32_t *count = parcels->carriers[i].count;
        memmove(count, count + gone, (WINDOW_DAYS_MAX - gone) * sizeof *count);
        memset(count + WINDOW_DAYS_MAX - gone, 0, gone * sizeof *count);
    }
    days_fill(parcels, shop, supply, window);
}

void parcels_add(struct parcels *parcels, const struct window *window, uint32_t carrier,
                 int32_t day_index, int32_t difference)
{
    ASSERT(carrier < parcels->carrier_count);
    if (day_index < 0 || day_index >= window->days) {
        return;
    }
    struct parcels_carrier *own = &parcels->carriers[carrier];
    own->count[day_index] += difference;
    ASSERT(own->count[day_index] >= 0);
    if (own->max_parcels >= 0) {
        collection_put(own, day_index);
    }
}

int32_t parcels_collection(const struct parcels *parcels, const struct window *window,
                           uint32_t carrier, int64_t ready)
{
    const struct parcels_carrier *own = &parcels->carriers[carrier];
    if (ready > window_horizon_end(window)) {
        return PARCELS_NO_DAY;
    }
    /* A cut-off of 24:00 is the next day's midnight and still this day's collection: begin with the
     * day that ends there. */
    int32_t day = day_next(own->collects, window_index_of(window, ready - 1));
    while (day != PARCELS_NO_DAY && own->cut_off[day] < ready) {
        day = day_next(own->collects, day + 1);
    }
    return day;
}

int32_t parcels_delivery(const struct parcels *parcels, uint32_t carrier, int32_t collection_index)
{
    const struct parcels_carrier *own = &parcels->carriers[carrier];
    if (own->transit_days == 0) {
        return day_next(own->delivers, collection_index);
    }
    int32_t day = collection_index;
    for (int32_t i = 0; i < own->transit_days && day != PARCELS_NO_DAY; i++) {
        day = day_next(own->delivers, day + 1);
    }
    return day;
}

/* The last set bit at or before `index`. */
static int32_t day_previous(const uint64_t *words, int32_t index)
{
    while (index >= 0 && !day_has(words, index)) {
        index--;
    }
    return index;
}

int32_t parcels_collection_latest(const struct parcels *parcels, uint32_t carrier, int64_t ready,
                                  int32_t deliver_by)
{
    const struct parcels_carrier *own = &parcels->carriers[carrier];
    int32_t day = deliver_by < WINDOW_DAYS_MAX ? deliver_by : WINDOW_DAYS_MAX - 1;
    for (day = day_previous(own->collects, day); day >= 0;
         day = day_previous(own->collects, day - 1)) {
        int32_t delivery = parcels_delivery(parcels, carrier, day);
        if (delivery != PARCELS_NO_DAY && delivery <= deliver_by) {
            break;
        }
    }
    return day >= 0 && own->cut_off[day] >= ready ? day : PARCELS_NO_DAY;
}

bool parcels_collects(const struct parcels *parcels, uint32_t carrier, int32_t day_index)
{
    return day_has(parcels->carriers[carrier].collects, day_index);
}

bool parcels_drives(const struct parcels *parcels, uint32_t carrier, int32_t day_index)
{
    return day_has(parcels->carriers[carrier].drives, day_index);
}

/* Carriers over time: on which days each collects and still has room, on which it delivers, and
 * when its cut-off falls.
 *
 * A bit a day of the window. A carrier's bit of collection is cleared when its parcels of that day
 * reach max_parcels and set again when one is given back, so that the next collection is the next
 * set bit. */
#ifndef ECLUSE_PROMISE_PARCELS_H
#define ECLUSE_PROMISE_PARCELS_H

#include "promise/supply.h"
#include "promise/window.h"

enum { PARCELS_DAY_WORDS = (WINDOW_DAYS_MAX + 63) / 64, PARCELS_NO_DAY = -1 };

struct parcels_carrier {
    int32_t max_parcels;
    int32_t transit_days;
    uint64_t
        collects[PARCELS_DAY_WORDS];    /* collects, is not closed, has room; within the horizon */
    uint64_t drives[PARCELS_DAY_WORDS]; /* the same, room or not */
    uint64_t delivers[PARCELS_DAY_WORDS];
    int64_t cut_off[WINDOW_DAYS_MAX];
    int32_t count[WINDOW_DAYS_MAX]; /* reserved parcels */
};

struct parcels {
    uint32_t carrier_count;
    struct parcels_carrier *carriers;
};

/* Forgets every reservation and fills in the days; the orders' parcels are then added. */
void parcels_build(struct parcels *parcels, const struct shop *shop, const struct supply *supply,
                   const struct window *window);
void parcels_roll(struct parcels *parcels, const struct shop *shop, const struct supply *supply,
                  const struct window *window, uint32_t elapsed);

/* Reserves (1) or gives back (-1) a place on a day (index); days outside the window are left out.
 */
void parcels_add(struct parcels *parcels, const struct window *window, uint32_t carrier,
                 int32_t day_index, int32_t difference);

/* The day (index) of the first collection at or after `ready`, PARCELS_NO_DAY if there is none in
 * the horizon. */
int32_t parcels_collection(const struct parcels *parcels, const struct window *window,
                           uint32_t carrier, int64_t ready);
/* The last collection (index) whose parcel is delivered by a day (index); PARCELS_NO_DAY if there
 * is none, or if its cut-off is before `ready`. */
int32_t parcels_collection_latest(const struct parcels *parcels, uint32_t carrier, int64_t ready,
                                  int32_t deliver_by);
/* Does it collect on that day of the window; and has it room? */
bool parcels_drives(const struct parcels *parcels, uint32_t carrier, int32_t day_index);
bool parcels_collects(const struct parcels *parcels, uint32_t carrier, int32_t day_index);
/* The day on which a parcel collected on that day is delivered: transit_days days of delivery
 * later; with 0 on the same day if the carrier delivers then, else on its next day of delivery. */
int32_t parcels_delivery(const struct parcels *parcels, uint32_t carrier, int32_t collection_index);

#endif

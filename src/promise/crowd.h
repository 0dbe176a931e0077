/* What a crowd would use of hours and carriers: looks for whoever has to say what would be left
 * after many orders, without placing them. One order's parcel takes time and room of its own; a
 * single question for a large quantity counts that once. */
#ifndef ECLUSE_PROMISE_CROWD_H
#define ECLUSE_PROMISE_CROWD_H

#include "promise/promise.h"

/* The person-slots of each day from today on that are promisable and free, of today those from
 * `now` on. Returns how many days it wrote: at most `count`, at most the horizon. */
uint32_t promise_free_slots(const struct promise_state *state, struct work_center_id work_center,
                            int64_t now, int64_t *slots, uint32_t count);
/* The instant of a day of the horizon (from 0) by which so many of its free slots have passed, of
 * today counted from `now` on; to the quarter of an hour. The day's end if it has not so many. */
int64_t promise_free_until(const struct promise_state *state, struct work_center_id work_center,
                           int64_t now, uint32_t day, int64_t slots);

/* A parcel's way. */
struct crowd_parcel {
    int32_t collection_day;
    int64_t cut_off;
    int32_t delivery_day;
};
/* That of the last of so many parcels more (at least 1), all ready at that instant; false: the
 * carrier does not take so many within the horizon. */
bool promise_last_parcel(const struct promise_state *state, struct carrier_id carrier,
                         int64_t ready, uint64_t parcels, struct crowd_parcel *parcel);

#endif

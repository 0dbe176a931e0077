/* Plain walks over days, as in look.c: nothing here decides. */
#include "promise/crowd.h"

#include "base/assert.h"
#include "promise/state.h"

static int64_t free_between(const struct promise_state *state, uint32_t work_center, int64_t from,
                            int64_t to)
{
    struct load_day load = {.taken = 0};
    if (from >= to) {
        return 0;
    }
    hours_load(&state->hours, work_center, from / SLOT_SECONDS, to / SLOT_SECONDS, &load);
    return load.promisable > load.taken ? load.promisable - load.taken : 0;
}

static int64_t begin_of(const struct promise_state *state, int64_t now, uint32_t day)
{
    int64_t midnight = state->window.midnights[day];
    return day == 0 && now > midnight ? now : midnight;
}

uint32_t promise_free_slots(const struct promise_state *state, struct work_center_id work_center,
                            int64_t now, int64_t *slots, uint32_t count)
{
    const struct window *window = &state->window;
    ASSERT(work_center.index < state->hours.center_count);
    plan_settle_look(state);
    count = count < (uint32_t)window->horizon_days ? count : (uint32_t)window->horizon_days;
    for (uint32_t i = 0; i < count; i++) {
        slots[i] = free_between(state, work_center.index, begin_of(state, now, i),
                                window->midnights[i + 1]);
    }
    return count;
}

int64_t promise_free_until(const struct promise_state *state, struct work_center_id work_center,
                           int64_t now, uint32_t day, int64_t slots)
{
    const struct window *window = &state->window;
    ASSERT(work_center.index < state->hours.center_count);
    ASSERT(day < (uint32_t)window->horizon_days);
    plan_settle_look(state);
    int64_t end = window->midnights[day + 1];
    int64_t at = begin_of(state, now, day);
    while (at < end && slots > 0) {
        int64_t next = at - at % QUARTER_SECONDS + QUARTER_SECONDS;
        next = next < end ? next : end;
        slots -= free_between(state, work_center.index, at, next);
        at = next;
    }
    return at;
}

/* How many parcels more the carrier takes on that day of the horizon. */
static uint64_t room_on(const struct parcels_carrier *own, const struct parcels *parcels,
                        uint32_t carrier, int32_t day)
{
    if (!parcels_collects(parcels, carrier, day)) {
        return 0;
    }
    return own->max_parcels < 0 ? UINT64_MAX : (uint64_t)(own->max_parcels - own->count[day]);
}

bool promise_last_parcel(const struct promise_state *state, struct carrier_id carrier,
                         int64_t ready, uint64_t parcels, struct crowd_parcel *parcel)
{
    const struct window *window = &state->window;
    ASSERT(carrier.index < state->parcels.carrier_count);
    ASSERT(parcels > 0);
    plan_settle_look(state);
    const struct parcels_carrier *own = &state->parcels.carriers[carrier.index];
    int32_t day = parcels_collection(&state->parcels, window, carrier.index, ready);
    if (day == PARCELS_NO_DAY) {
        return false;
    }
    uint64_t room = room_on(own, &state->parcels, carrier.index, day);
    while (room < parcels && day + 1 < window->horizon_days) {
        parcels -= room;
        day++;
        room = room_on(own, &state->parcels, carrier.index, day);
    }
    int32_t delivery = parcels_delivery(&state->parcels, carrier.index, day);
    *parcel = (struct crowd_parcel){.collection_day = window->today + day,
                                    .cut_off = own->cut_off[day],
                                    .delivery_day = window->today + delivery};
    return room >= parcels && delivery != PARCELS_NO_DAY;
}

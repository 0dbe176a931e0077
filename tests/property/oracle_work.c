/* Hours, sessions and collections, by looking at every slot and every day. What is taken is marked
 * in `taken` at once, so that what follows sees it. */
#include "tests/property/oracle_plan.h"

#include "base/assert.h"

#include <stdlib.h>

void oracle_take_add(struct oracle *oracle, struct oracle_takes *takes, uint16_t work_center,
                     int32_t crew, int64_t slot)
{
    if (takes->count == takes->capacity) {
        takes->capacity = takes->capacity * 2 + 16;
        takes->list = realloc(takes->list, takes->capacity * sizeof *takes->list);
        ASSERT(takes->list != NULL);
    }
    takes->list[takes->count++] = (struct oracle_take){(uint8_t)work_center, (uint8_t)crew, slot};
    unsigned char *taken = &oracle->taken[work_center][slot - oracle->first_slot];
    *taken = (unsigned char)(*taken + crew);
}

/* ceil((setup + quantity x minutes) x 4 / efficiency), in exact integers. */
static int64_t slots_needed(const struct oracle *oracle, const struct operation *operation,
                            int64_t quantity)
{
    int64_t efficiency =
        oracle->shop->work_centers[operation->work_center.index].efficiency_thousandths;
    __int128 millionths = (__int128)operation->setup_minutes_thousandths * 1000 +
                          (__int128)quantity * operation->minutes_thousandths;
    __int128 above = millionths * 4 * 1000;
    __int128 below = (__int128)1000000 * efficiency;
    return (int64_t)(above / below + (above % below != 0));
}

static bool slot_free(const struct oracle *oracle, const struct operation *operation, int64_t slot)
{
    uint16_t center = operation->work_center.index;
    int people = oracle->people[center][slot - oracle->first_slot];
    int taken = oracle->taken[center][slot - oracle->first_slot];
    return people - taken >= operation->crew &&
           (operation->whole || slot % SLOTS_PER_QUARTER < oracle->shop->promise.load_slots);
}

/* How many free slots follow each other from `first` on; at most `most`. */
static int64_t free_from(const struct oracle *oracle, const struct operation *operation,
                         int64_t first, int64_t most)
{
    int64_t count = 0;
    while (count < most && slot_free(oracle, operation, first + count)) {
        count++;
    }
    return count;
}

/* May what is done in one go begin at this slot? */
static bool run_begins(const struct oracle *oracle, const struct operation *operation, int64_t slot)
{
    return operation->start_every_minutes == 0 ||
           zone_second_of_day(&oracle->shop->zone, slot * SLOT_SECONDS) %
                   (operation->start_every_minutes * 60) ==
               0;
}

/* The first slot that begins no earlier. */
static int64_t slot_from(int64_t at)
{
    return at / SLOT_SECONDS + (at % SLOT_SECONDS != 0);
}

/* Steps over slots in which nobody is there, which are most of a week: so many at a time, and none
 * of them could be free. */
static int64_t skip_closed(const struct oracle *oracle, const struct operation *operation,
                           int64_t slot)
{
    static const unsigned char nobody[256];
    const unsigned char *people = oracle->people[operation->work_center.index];
    ASSERT(operation->crew > 0);
    int64_t place = slot - oracle->first_slot;
    while (place + (int64_t)sizeof nobody < oracle->slot_count && people[place] == 0 &&
           memcmp(&people[place], nobody, sizeof nobody) == 0) {
        place += (int64_t)sizeof nobody;
    }
    return oracle->first_slot + place;
}

/* The slots of one operation, the earliest from `slot` on that end by `end`; false if there are too
 * few. *next: behind the last. */
static bool operation_forward(struct oracle *oracle, struct oracle_takes *takes,
                              const struct operation *operation, int64_t needed, int64_t slot,
                              int64_t end, int64_t *next)
{
    int64_t done = 0;
    for (; operation->whole && done == 0; slot++) {
        slot = skip_closed(oracle, operation, slot);
        if ((slot + needed) * SLOT_SECONDS > end) {
            return false;
        }
        int64_t free = free_from(oracle, operation, slot, needed);
        if (free < needed) {
            slot += free; /* whoever begins before it comes to the slot that is not free, too */
        } else if (run_begins(oracle, operation, slot)) {
            *next = slot + needed;
            done = needed;
        }
    }
    for (int64_t i = 0; operation->whole && i < needed; i++) {
        oracle_take_add(oracle, takes, operation->work_center.index, operation->crew,
                        *next - needed + i);
    }
    for (; done < needed; slot++) {
        slot = skip_closed(oracle, operation, slot);
        if ((slot + 1) * SLOT_SECONDS > end) {
            return false;
        }
        if (slot_free(oracle, operation, slot)) {
            oracle_take_add(oracle, takes, operation->work_center.index, operation->crew, slot);
            *next = slot + 1;
            done++;
        }
    }
    return true;
}

bool oracle_work_forward(struct oracle *oracle, struct oracle_takes *takes,
                         const struct routing *routing, int64_t quantity,
                         struct oracle_chain *chain)
{
    for (uint32_t i = 0; i < routing->count; i++) {
        const struct operation *operation = &routing->operations[i];
        int64_t needed = slots_needed(oracle, operation, quantity);
        int64_t began = slot_from(chain->end);
        int64_t next = began;
        uint32_t before = takes->count;
        if (needed == 0) {
            continue;
        }
        chain->blocked_by = operation->work_center.index;
        if (!operation_forward(oracle, takes, operation, needed, began, oracle_horizon_end(oracle),
                               &next)) {
            return false;
        }
        int64_t wait = (next - began - needed) * SLOT_SECONDS;
        if (chain->first_slot < 0) {
            chain->first_slot = takes->list[before].slot;
            chain->start = chain->first_slot * SLOT_SECONDS;
        }
        chain->end = next * SLOT_SECONDS;
        chain->wait += wait;
        if (wait > chain->wait_largest) {
            chain->wait_largest = wait;
            chain->wait_center = operation->work_center.index;
        }
    }
    return true;
}

/* The latest slots that end by `limit`; *first: the earliest of them. */
static bool operation_backward(struct oracle *oracle, struct oracle_takes *takes,
                               const struct operation *operation, int64_t needed, int64_t release,
                               int64_t limit, int64_t *first)
{
    int64_t lowest = slot_from(release);
    int64_t slot = limit / SLOT_SECONDS - (operation->whole ? needed : 1);
    int64_t done = 0;
    for (; done < needed; slot--) {
        if (slot < lowest) {
            return false;
        }
        if (operation->whole && run_begins(oracle, operation, slot) &&
            free_from(oracle, operation, slot, needed) == needed) {
            for (; done < needed; done++) {
                oracle_take_add(oracle, takes, operation->work_center.index, operation->crew,
                                slot + done);
            }
            *first = slot;
        } else if (!operation->whole && slot_free(oracle, operation, slot)) {
            oracle_take_add(oracle, takes, operation->work_center.index, operation->crew, slot);
            *first = slot;
            done++;
        }
    }
    return true;
}

bool oracle_work_backward(struct oracle *oracle, struct oracle_takes *takes,
                          const struct routing *routing, int64_t quantity, int64_t release,
                          int64_t *limit)
{
    for (uint32_t i = routing->count; i-- > 0;) {
        const struct operation *operation = &routing->operations[i];
        int64_t needed = slots_needed(oracle, operation, quantity);
        int64_t first = 0;
        if (needed == 0) {
            continue;
        }
        if (!operation_backward(oracle, takes, operation, needed, release, *limit, &first)) {
            return false;
        }
        *limit = first * SLOT_SECONDS;
    }
    return true;
}

/* ---- sessions ---- */

static int64_t booked_by(const struct oracle_order *order, uint32_t session)
{
    int64_t seats = 0;
    for (uint32_t i = 0; i < order->reserved.booking_count; i++) {
        const struct oracle_booking *booking = &order->reserved.bookings[i];
        seats += booking->session == session ? booking->seats : 0;
    }
    return seats;
}

static int64_t seats_booked(const struct oracle *oracle, const struct oracle_order *tentative,
                            uint32_t session)
{
    int64_t seats = booked_by(tentative, session);
    for (uint32_t i = 0; i < oracle->order_count; i++) {
        const struct oracle_order *order = &oracle->orders[i];
        if (order != tentative && oracle_reserves(order->status) && !order->aside) {
            seats += booked_by(order, session);
        }
    }
    return seats;
}

static uint32_t session_new(struct oracle *oracle, uint16_t offer)
{
    if (oracle->session_count == oracle->session_capacity) {
        oracle->session_capacity = oracle->session_capacity * 2 + 16;
        oracle->sessions =
            realloc(oracle->sessions, oracle->session_capacity * sizeof *oracle->sessions);
        ASSERT(oracle->sessions != NULL);
    }
    oracle->sessions[oracle->session_count] = (struct oracle_session){.offer = offer};
    return oracle->session_count++;
}

/* Seats in a session that exists: what is waited for is its start. */
static void chain_join(const struct oracle *oracle, const struct oracle_session *session,
                       struct oracle_chain *chain)
{
    const struct routing *routing = &oracle->shop->offers[session->offer].routing;
    if (routing->count > 0) {
        chain->wait = chain->wait_largest = session->start - chain->end;
        chain->wait_center = routing->operations[0].work_center.index;
    }
    chain->start = session->start;
    chain->end = session->end;
}

static bool session_fits(const struct oracle *oracle, const struct oracle_order *order,
                         uint32_t session, uint16_t offer, int64_t seats)
{
    return !oracle->sessions[session].ended && oracle->sessions[session].offer == offer &&
           seats_booked(oracle, order, session) + seats <= oracle->shop->offers[offer].seats;
}

bool oracle_session_book(struct oracle *oracle, const struct oracle_order *order, uint16_t offer,
                         int64_t seats, int64_t release, uint32_t *session,
                         struct oracle_chain *chain)
{
    bool found = false;
    for (uint32_t i = 0; i < oracle->session_count; i++) {
        if (session_fits(oracle, order, i, offer, seats) && oracle->sessions[i].start >= release &&
            (!found || oracle->sessions[i].start < oracle->sessions[*session].start)) {
            *session = i;
            found = true;
        }
    }
    if (found) {
        chain_join(oracle, &oracle->sessions[*session], chain);
        return true;
    }
    *session = session_new(oracle, offer);
    struct oracle_session *made = &oracle->sessions[*session];
    if (!oracle_work_forward(oracle, &made->takes, &oracle->shop->offers[offer].routing, 1000,
                             chain)) {
        return false;
    }
    made->start = chain->first_slot < 0 ? release : chain->first_slot * SLOT_SECONDS;
    made->end = chain->end;
    chain->start = made->start;
    return true;
}

bool oracle_session_book_backward(struct oracle *oracle, const struct oracle_order *order,
                                  uint16_t offer, int64_t seats, int64_t share_from,
                                  int64_t release, int64_t limit, uint32_t *session)
{
    bool found = false;
    for (uint32_t i = 0; i < oracle->session_count; i++) {
        const struct oracle_session *one = &oracle->sessions[i];
        if (session_fits(oracle, order, i, offer, seats) && one->start >= release &&
            one->start >= share_from && one->end <= limit &&
            (!found || one->start > oracle->sessions[*session].start)) {
            *session = i;
            found = true;
        }
    }
    if (found) {
        return true;
    }
    *session = session_new(oracle, offer);
    struct oracle_session *made = &oracle->sessions[*session];
    int64_t begin = limit;
    if (!oracle_work_backward(oracle, &made->takes, &oracle->shop->offers[offer].routing, 1000,
                              release, &begin)) {
        return false;
    }
    made->start = made->takes.count > 0 ? begin : release;
    made->end = oracle_takes_end(&made->takes, 0, release);
    return true;
}

/* The end of the latest slot taken since; `otherwise` if there is none. */
int64_t oracle_takes_end(const struct oracle_takes *takes, uint32_t since, int64_t otherwise)
{
    int64_t end = otherwise;
    for (uint32_t i = since; i < takes->count; i++) {
        int64_t behind = (takes->list[i].slot + 1) * SLOT_SECONDS;
        end = i == since || behind > end ? behind : end;
    }
    return end;
}

/* ---- carriers ---- */

bool oracle_carrier_goes(const struct oracle *oracle, uint16_t index, bool collects, int32_t day)
{
    const struct carrier *carrier = &oracle->shop->carriers[index];
    struct weekday_set set = collects ? carrier->collects : carrier->delivers;
    for (uint32_t i = 0; i < carrier->closed.count; i++) {
        if (carrier->closed.days[i] == day) {
            return false;
        }
    }
    for (uint32_t i = 0; i < oracle->closure_count; i++) {
        const struct oracle_closure *closure = &oracle->closures[i];
        if (closure->carrier == index && day >= closure->from_day && day <= closure->to_day) {
            return false;
        }
    }
    return (set.bits & 1 << weekday_of_day(day)) != 0;
}

static int32_t parcels_of(const struct oracle_order *order, uint16_t carrier, int32_t day)
{
    int32_t count = 0;
    for (uint32_t i = 0; i < order->reserved.group_count; i++) {
        const struct oracle_group *group = &order->reserved.groups[i];
        count += group->carrier == carrier && group->collection_day == day;
    }
    return count;
}

bool oracle_carrier_room(const struct oracle *oracle, const struct oracle_order *tentative,
                         uint16_t carrier, int32_t day)
{
    int32_t most = oracle->shop->carriers[carrier].max_parcels;
    int32_t count = tentative == NULL ? 0 : parcels_of(tentative, carrier, day);
    for (uint32_t i = 0; i < oracle->order_count; i++) {
        const struct oracle_order *order = &oracle->orders[i];
        bool there =
            order != tentative && oracle_reserves(order->status) && !order->aside && !order->broken;
        count += there ? parcels_of(order, carrier, day) : 0;
    }
    return most < 0 || count < most;
}

bool oracle_delivery(const struct oracle *oracle, uint16_t carrier, int32_t collection, int32_t end,
                     int32_t *delivery)
{
    int32_t transit = oracle->shop->carriers[carrier].transit_days;
    int32_t day = collection;
    if (transit == 0) {
        while (day < end && !oracle_carrier_goes(oracle, carrier, false, day)) {
            day++;
        }
    }
    while (transit > 0 && day < end) {
        day++;
        transit -= oracle_carrier_goes(oracle, carrier, false, day);
    }
    *delivery = day;
    return day < end;
}

/* Two rungs, nobody ahead and the whole line -> another between those two neighbours whose answers
 * differ most -> until there is no room, or neighbours that differ stand close together.
 *
 * The rung between is the geometric mean, so that ten in stock are found as fast in a line of a
 * hundred thousand as in one of a hundred. */
#include "pages/place_ladder.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "pages/place_supply.h"
#include "promise/crowd.h"

enum {
    LINES_OF_WORK = 12, /* as in left_task.c: one line keeps one person busy at a time */
    SLOTS_A_MINUTE = 4,
    UNITS_MAX = (int)(LIMIT_LINE_QUANTITY_THOUSANDTHS / THOUSAND) - 1,
    CLOSE_PARTS = 64,       /* neighbours that are closer than this part of their place */
    OTHER_KIND_DAYS = 10000 /* weighs more than any days between two dates */
};

/* Of one visitor, in millionths: more than a line of a million needs no number for. */
static const uint64_t SLOTS_EACH_MAX = UINT64_C(10000000000000);

/* ---- what the crowd needs of the hours ---- */

static struct place_center *center_find(struct place_load *load, uint16_t work_center)
{
    for (uint32_t i = 0; i < load->center_count; i++) {
        if (load->centers[i].work_center == work_center) {
            return &load->centers[i];
        }
    }
    if (load->center_count == PLACE_CENTERS_MAX) {
        return NULL;
    }
    struct place_center *center = &load->centers[load->center_count++];
    *center = (struct place_center){.work_center = work_center};
    return center;
}

/* Each visitor has so many units made, and so many times the setup. */
static void routing_add(const struct shop *shop, const struct routing *routing, uint64_t units,
                        uint64_t orders, struct place_load *load)
{
    for (uint32_t i = 0; i < routing->count; i++) {
        const struct operation *operation = &routing->operations[i];
        struct place_center *center = center_find(load, operation->work_center.index);
        uint64_t minutes = units * (uint64_t)operation->minutes_thousandths +
                           orders * (uint64_t)operation->setup_minutes_thousandths;
        if (center != NULL) {
            center->slots +=
                minutes / (uint64_t)shop->work_centers[center->work_center].efficiency_thousandths *
                SLOTS_A_MINUTE * (uint64_t)operation->crew;
            center->slots = center->slots < SLOTS_EACH_MAX ? center->slots : SLOTS_EACH_MAX;
        }
    }
}

/* Is it made or sent by this shop, so that a place says something about it? */
static bool is_sent(const struct shop *shop, uint16_t offer)
{
    return offer < shop->offer_count && !shop->offers[offer].retired &&
           !shop->offers[offer].on_site;
}

/* One parcel for each order, by the carrier of the first offer that is sent: the others' are that
 * order's, too. */
static void parcels_add_load(const struct shop *shop, const struct place_crowd *crowd,
                             struct place_load *load)
{
    for (uint32_t i = 0; i < crowd->offer_count; i++) {
        if (is_sent(shop, crowd->offers[i])) {
            const struct offer *offer = &shop->offers[crowd->offers[i]];
            routing_add(shop, &shop->carriers[offer->carrier.index].routing, crowd->orders,
                        crowd->orders, load);
            return;
        }
    }
}

void place_load_fill(struct promise_state *state, int64_t now, const struct place_crowd *crowd,
                     struct place_load *load)
{
    const struct shop *shop = promise_state_shop(state);
    load->center_count = 0;
    load->day_count = 0;
    for (uint32_t i = 0; i < crowd->offer_count; i++) {
        if (is_sent(shop, crowd->offers[i])) {
            routing_add(shop, &shop->offers[crowd->offers[i]].routing, crowd->units[i],
                        crowd->units[i], load);
        }
    }
    parcels_add_load(shop, crowd, load);
    for (uint32_t i = 0; i < load->center_count; i++) {
        struct place_center *center = &load->centers[i];
        load->day_count = promise_free_slots(state, (struct work_center_id){center->work_center},
                                             now, center->freed, PLACE_DAYS_MAX);
        for (uint32_t day = 1; day < load->day_count; day++) {
            center->freed[day] += center->freed[day - 1];
        }
    }
}

/* So many slots of a day, the first being today. */
struct reach {
    uint32_t day; /* day_count: not within the days */
    int64_t slots;
};

/* How far so many visitors' work reaches if it begins on that day. */
static struct reach reach_of(const struct place_load *load, const struct place_center *center,
                             uint32_t first_day, uint32_t visitors)
{
    int64_t slots = (int64_t)place_crowd_of(center->slots, visitors);
    slots += first_day > 0 ? center->freed[first_day - 1] : 0;
    uint32_t day = first_day;
    while (day < load->day_count && center->freed[day] < slots) {
        day++;
    }
    return (struct reach){day, slots - (day > 0 ? center->freed[day - 1] : 0)};
}

static struct reach reach_later(struct reach a, struct reach b)
{
    bool later = b.day > a.day || (b.day == a.day && b.slots > a.slots);
    return later ? b : a;
}

/* The work of those for whom material must come cannot begin before it has: of the rung `at`, each
 * step of the material day below is where such a part of the crowd begins. */
static struct reach reach_at(const struct place_load *load, const struct place_center *center,
                             int32_t today, const struct place_ladder *ladder, uint32_t at)
{
    uint32_t ahead = ladder->rungs[at].ahead;
    struct reach reach = reach_of(load, center, 0, ahead);
    for (uint32_t i = 1; i <= at; i++) {
        const struct place_rung *below = &ladder->rungs[i - 1];
        int32_t material_day = ladder->rungs[i].material_day;
        if (ladder->rungs[i].is_dated && material_day > below->material_day &&
            material_day - today < (int32_t)load->day_count) {
            reach = reach_later(reach, reach_of(load, center, (uint32_t)(material_day - today),
                                                ahead - below->ahead));
        }
    }
    return reach;
}

static bool routing_uses(const struct routing *routing, uint16_t work_center)
{
    bool uses = false;
    for (uint32_t i = 0; i < routing->count; i++) {
        uses = uses || routing->operations[i].work_center.index == work_center;
    }
    return uses;
}

/* When the centers that this offer needs have done the work of those before the rung; INT64_MAX:
 * not within the days. */
static int64_t work_done_at(struct promise_state *state, int64_t now, const struct place_load *load,
                            const struct offer *offer, const struct place_ladder *ladder,
                            uint32_t at)
{
    const struct shop *shop = promise_state_shop(state);
    int64_t latest = now;
    for (uint32_t i = 0; i < load->center_count; i++) {
        const struct place_center *center = &load->centers[i];
        if (!routing_uses(&offer->routing, center->work_center) &&
            !routing_uses(&shop->carriers[offer->carrier.index].routing, center->work_center)) {
            continue;
        }
        struct reach reach = reach_at(load, center, promise_today(state), ladder, at);
        if (reach.day == load->day_count) {
            return INT64_MAX;
        }
        int64_t done = promise_free_until(state, (struct work_center_id){center->work_center}, now,
                                          reach.day, reach.slots);
        latest = done > latest ? done : latest;
    }
    return latest;
}

/* ---- one answer ---- */

static void quote(struct promise_state *state, int64_t now, uint16_t offer, uint64_t units,
                  struct promise_answer *answer)
{
    struct promise_line lines[LINES_OF_WORK];
    bool works = promise_state_shop(state)->offers[offer].routing.count > 0;
    uint32_t most = works ? LINES_OF_WORK : 1;
    uint32_t count = units < most ? (uint32_t)units : most;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t part = units / count + (i < units % count);
        lines[i] = (struct promise_line){{offer}, (int64_t)part * THOUSAND};
    }
    const struct promise_command command = {
        .kind = PROMISE_PLACE,
        .now = now,
        .hold = true,
        .ask = {.line_count = count, .lines = lines, .for_all = true}};
    promise_quote(state, &command, answer, NULL);
}

static struct place_promise full_of(bool has_possible, int32_t day)
{
    return (struct place_promise){
        .kind = PLACE_FULL, .arrives_day = has_possible ? day : 0, .has_possible = has_possible};
}

/* Takes the later of the two ways; false: the carrier does not take so many. */
static bool parcel_later(struct promise_state *state, struct carrier_id carrier, int64_t ready,
                         uint64_t parcels, struct crowd_parcel *parcel)
{
    struct crowd_parcel other;
    if (!promise_last_parcel(state, carrier, ready, parcels, &other)) {
        return false;
    }
    *parcel = other.collection_day > parcel->collection_day ? other : *parcel;
    return true;
}

/* The way of the parcel of the rung `at`, which is ready then: behind those of everybody before, of
 * whom some have to wait for material. */
static bool parcel_find(struct promise_state *state, const struct place_crowd *crowd,
                        struct carrier_id carrier, const struct place_ladder *ladder, uint32_t at,
                        int64_t ready, struct crowd_parcel *parcel)
{
    uint32_t ahead = ladder->rungs[at].ahead;
    *parcel = (struct crowd_parcel){.collection_day = INT32_MIN};
    bool found = parcel_later(state, carrier, ready, 1, parcel) &&
                 parcel_later(state, carrier, ladder->rungs[0].ready_at,
                              place_crowd_of(crowd->orders, ahead) + 1, parcel);
    for (uint32_t i = 1; i <= at && found; i++) {
        const struct place_rung *below = &ladder->rungs[i - 1];
        if (ladder->rungs[i].is_dated && ladder->rungs[i].material_day > below->material_day) {
            uint64_t parcels = place_crowd_of(crowd->orders, ahead - below->ahead);
            found = parcel_later(state, carrier, ladder->rungs[i].ready_at,
                                 parcels > 0 ? parcels : 1, parcel);
        }
    }
    return found;
}

/* The core's dates, no sooner than the crowd's work and parcels leave time and room. */
static struct place_promise promise_of(struct promise_state *state, int64_t now,
                                       const struct place_crowd *crowd,
                                       const struct place_load *load, uint16_t offer_index,
                                       const struct place_ladder *ladder, uint32_t at)
{
    const struct shop *shop = promise_state_shop(state);
    const struct offer *offer = &shop->offers[offer_index];
    const struct place_rung *rung = &ladder->rungs[at];
    struct crowd_parcel parcel;
    int64_t work = work_done_at(state, now, load, offer, ladder, at);
    if (work == INT64_MAX) {
        return full_of(false, 0);
    }
    int64_t ready = work + shop->promise.buffer_seconds;
    ready = ready > rung->ready_at ? ready : rung->ready_at;
    if (!parcel_find(state, crowd, offer->carrier, ladder, at, ready, &parcel)) {
        return full_of(false, 0);
    }
    if (parcel.delivery_day > promise_today(state) + shop->promise.max_days) {
        return full_of(true, parcel.delivery_day);
    }
    bool is_there = rung->material_day <= promise_today(state) && !rung->is_worked;
    return (struct place_promise){.kind = is_there ? PLACE_IN_STOCK : PLACE_MADE,
                                  .leaves_day = parcel.collection_day,
                                  .arrives_day = parcel.delivery_day};
}

/* What the core says of the units before and one more. Of a quantity that cannot be planned in one
 * piece it says nothing: then the crowd's work alone does. */
static void rung_ask(struct promise_state *state, int64_t now, const struct place_crowd *crowd,
                     uint32_t index, struct place_rung *rung)
{
    struct promise_answer answer;
    uint16_t offer = crowd->offers[index];
    rung->units = place_crowd_of(crowd->units[index], rung->ahead);
    quote(state, now, offer, (rung->units < UNITS_MAX ? rung->units : (uint64_t)UNITS_MAX) + 1,
          &answer);
    if (answer.result == PROMISE_TOO_LARGE) {
        quote(state, now, offer, 1, &answer);
    }
    if (answer.result == PROMISE_OK) {
        bool works = promise_state_shop(state)->offers[offer].routing.count > 0;
        rung->is_dated = true;
        rung->is_worked = works && answer.summary.limit.cause == CAUSE_HOURS;
        rung->material_day = answer.summary.material_day;
        rung->ready_at = answer.summary.ready_at;
    } else if (answer.result == PROMISE_SOLD_OUT || answer.result == PROMISE_NEVER) {
        rung->is_beyond = !answer.has_possible;
        rung->promise = full_of(answer.has_possible, answer.possible_day);
    }
}

/* A quantity for which material comes over weeks: as the last below that the core dates, so many
 * days later. */
static void rung_extend(const struct promise_state *state, uint16_t offer,
                        struct place_ladder *ladder, uint32_t at)
{
    const struct shop *shop = promise_state_shop(state);
    struct place_rung *rung = &ladder->rungs[at];
    uint32_t i = at;
    while (i > 0 && (ladder->rungs[i].is_beyond || !ladder->rungs[i].is_dated)) {
        i--;
    }
    const struct place_rung *last = &ladder->rungs[i];
    rung->is_dated = last->is_dated && !last->is_beyond &&
                     place_supply_day(shop, (struct offer_id){offer}, last->material_day,
                                      rung->units - last->units, &rung->material_day);
    if (rung->is_dated) {
        rung->ready_at = last->ready_at + zone_instant(&shop->zone, rung->material_day, 0) -
                         zone_instant(&shop->zone, last->material_day, 0);
    }
}

static void rung_promise(struct promise_state *state, int64_t now, const struct place_crowd *crowd,
                         const struct place_load *load, uint32_t index, struct place_ladder *ladder,
                         uint32_t at)
{
    struct place_rung *rung = &ladder->rungs[at];
    if (rung->is_beyond) {
        rung_extend(state, crowd->offers[index], ladder, at);
    }
    if (rung->is_dated) {
        rung->promise = promise_of(state, now, crowd, load, crowd->offers[index], ladder, at);
    }
}

/* ---- the ladder ---- */

static uint32_t root_of(uint64_t square)
{
    uint64_t root = 0;
    for (uint64_t bit = UINT64_C(1) << 31; bit > 0; bit >>= 1) {
        uint64_t higher = root | bit;
        root = higher * higher <= square ? higher : root;
    }
    return (uint32_t)root;
}

/* The place between; that of the lower if there is none. */
static uint32_t between(uint32_t low, uint32_t high)
{
    uint32_t mean = root_of(((uint64_t)low + 1) * ((uint64_t)high + 1)) - 1;
    mean = mean > low ? mean : low + 1;
    return mean < high ? mean : low;
}

static int64_t days_apart(const struct place_promise *a, const struct place_promise *b)
{
    if (a->kind != b->kind) {
        return OTHER_KIND_DAYS;
    }
    return a->arrives_day > b->arrives_day ? a->arrives_day - b->arrives_day
                                           : b->arrives_day - a->arrives_day;
}

static bool are_close(uint32_t low, uint32_t high)
{
    return high - low <= 1 || high - low <= low / CLOSE_PARTS;
}

/* The rung after which another one says most; `count` if none does. */
static uint32_t gap_find(const struct place_ladder *ladder)
{
    uint32_t widest = ladder->count;
    int64_t most = 0;
    for (uint32_t i = 0; i + 1 < ladder->count; i++) {
        const struct place_rung *low = &ladder->rungs[i];
        const struct place_rung *high = &ladder->rungs[i + 1];
        int64_t days = days_apart(&low->promise, &high->promise);
        if (days > most && !are_close(low->ahead, high->ahead)) {
            most = days;
            widest = i;
        }
    }
    return widest;
}

static void rung_add(struct promise_state *state, int64_t now, const struct place_crowd *crowd,
                     const struct place_load *load, uint32_t index, struct place_ladder *ladder,
                     uint32_t at, uint32_t ahead)
{
    ASSERT(ladder->count < PLACE_RUNGS_MAX);
    ASSERT(at <= ladder->count);
    memmove(&ladder->rungs[at + 1], &ladder->rungs[at],
            (ladder->count - at) * sizeof ladder->rungs[0]);
    ladder->count++;
    ladder->rungs[at] = (struct place_rung){.ahead = ahead};
    rung_ask(state, now, crowd, index, &ladder->rungs[at]);
    rung_promise(state, now, crowd, load, index, ladder, at);
}

void place_ladder_make(struct promise_state *state, int64_t now, const struct place_crowd *crowd,
                       const struct place_load *load, uint32_t index, uint32_t rungs_most,
                       struct place_ladder *ladder)
{
    ASSERT(rungs_most >= 2 && rungs_most <= PLACE_RUNGS_MAX);
    ladder->count = 0;
    if (!is_sent(promise_state_shop(state), crowd->offers[index])) {
        return;
    }
    rung_add(state, now, crowd, load, index, ladder, 0, 0);
    if (crowd->ahead_most > 0) {
        rung_add(state, now, crowd, load, index, ladder, 1, crowd->ahead_most);
    }
    uint32_t gap = gap_find(ladder);
    while (gap < ladder->count && ladder->count < rungs_most) {
        uint32_t ahead = between(ladder->rungs[gap].ahead, ladder->rungs[gap + 1].ahead);
        rung_add(state, now, crowd, load, index, ladder, gap + 1, ahead);
        gap = gap_find(ladder);
    }
    /* Now it is known for whom material must come. */
    for (uint32_t at = 0; at < ladder->count; at++) {
        rung_promise(state, now, crowd, load, index, ladder, at);
    }
}

const struct place_rung *place_ladder_find(const struct place_ladder *ladder, uint32_t ahead)
{
    uint32_t low = 0;
    uint32_t high = ladder->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ladder->rungs[middle].ahead < ahead) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (ladder->count == 0) {
        return NULL;
    }
    return &ladder->rungs[low < ladder->count ? low : ladder->count - 1];
}

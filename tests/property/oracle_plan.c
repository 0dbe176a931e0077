/* One ask, planned by the rules as they are written: group by group, day by day, slot by slot.
 *
 * The order in which lines are planned is found by comparing names, not ranks; material by looking
 * at every day; hours by looking at every slot; the collection by looking at every day. What the
 * plan takes is marked in `taken` while it goes on, so that what follows sees it, and unmarked at
 * the end: the caller decides whether it stays. */
#include "tests/property/oracle_plan.h"

#include "base/assert.h"

#include <stdlib.h>

struct trial {
    struct oracle *oracle;
    const struct promise_command *command;
    struct oracle_order *order;
    struct promise_answer *answer;
    int64_t earliest;
    uint32_t planned[ORACLE_LINES_MAX]; /* ask indexes in planning order */
    /* of the group at hand */
    int64_t release;
    int32_t material_day;
    uint16_t material_item;
    int64_t wait_hours;
    int64_t wait_largest;
    uint16_t wait_center;
    /* of the order so far */
    bool has_group;
    struct promise_dates latest;
};

static const struct offer *asked_offer(const struct trial *trial, uint32_t ask_index)
{
    return &trial->oracle->shop->offers[trial->command->ask.lines[ask_index].offer.index];
}

static const struct carrier *offer_carrier(const struct trial *trial, const struct offer *offer)
{
    return offer->on_site ? NULL : &trial->oracle->shop->carriers[offer->carrier.index];
}

/* Does line a come before line b? Carriers by name, on-site lines last, offers by name, then as
 * asked. */
static bool line_before(const struct trial *trial, uint32_t a, uint32_t b)
{
    const struct offer *offer_a = asked_offer(trial, a);
    const struct offer *offer_b = asked_offer(trial, b);
    const struct carrier *carrier_a = offer_carrier(trial, offer_a);
    const struct carrier *carrier_b = offer_carrier(trial, offer_b);
    if (offer_a->on_site != offer_b->on_site) {
        return offer_b->on_site;
    }
    if (carrier_a != carrier_b) {
        return strcmp(carrier_a->name, carrier_b->name) < 0;
    }
    int order = strcmp(offer_a->name, offer_b->name);
    return order != 0 ? order < 0 : a < b;
}

/* ---- stock ---- */

/* P(d): what is projected to lie in stock on a day. */
static int64_t projected(const struct oracle *oracle, const struct oracle_order *tentative,
                         uint16_t item, int32_t day)
{
    int64_t sum = oracle->on_hand[item];
    for (uint32_t i = 0; i < oracle->shop->receipt_count; i++) {
        const struct item_movement *receipt = &oracle->shop->receipts[i];
        bool counts = receipt->item.index == item && receipt->due_day >= oracle->today &&
                      receipt->due_day <= day;
        sum += counts ? receipt->quantity_thousandths : 0;
    }
    for (uint32_t i = 0; i < oracle->shop->commitment_count; i++) {
        const struct item_movement *commitment = &oracle->shop->commitments[i];
        sum -= commitment->item.index == item && commitment->due_day <= day
                   ? commitment->quantity_thousandths
                   : 0;
    }
    for (uint32_t i = 0; i <= oracle->order_count; i++) {
        const struct oracle_order *order = i < oracle->order_count ? &oracle->orders[i] : tentative;
        for (uint32_t k = 0;
             order != NULL && oracle_unshipped(order->status) && k < order->commitment_count; k++) {
            const struct oracle_commitment *commitment = &order->commitments[k];
            sum -= commitment->item == item && commitment->day <= day ? commitment->quantity : 0;
        }
    }
    return sum;
}

/* The first day from which on `need` can be promised beside keep_back; -1 if there is none in the
 * horizon. */
static int32_t earliest_day(const struct trial *trial, uint16_t item, int64_t need)
{
    const struct oracle *oracle = trial->oracle;
    int64_t keep_back = oracle->shop->items[item].keep_back_thousandths;
    int32_t found = -1;
    for (int32_t i = oracle->shop->promise.horizon_days - 1; i >= 0; i--) {
        if (projected(oracle, trial->order, item, oracle->today + i) - keep_back < need) {
            return found;
        }
        found = oracle->today + i;
    }
    return found;
}

static int64_t line_need(const struct trial *trial, uint32_t ask_index, uint16_t item)
{
    const struct offer *offer = asked_offer(trial, ask_index);
    int64_t sum = 0;
    for (uint32_t i = 0; i < offer->component_count; i++) {
        if (offer->components[i].item.index == item) {
            int64_t product = trial->command->ask.lines[ask_index].quantity_thousandths *
                              offer->components[i].quantity_thousandths;
            sum += product / 1000 + (product % 1000 != 0);
        }
    }
    return sum;
}

static enum promise_result blocked(struct trial *trial, enum promise_cause cause, uint16_t index)
{
    const struct oracle *oracle = trial->oracle;
    int64_t end =
        zone_instant(&oracle->shop->zone, oracle->today + oracle->shop->promise.horizon_days, 0);
    trial->answer->summary.limit = (struct promise_limit){cause, index, end};
    return PROMISE_NEVER;
}

/* The items of a group in the order in which its lines name them; each looked at once. */
static enum promise_result group_material(struct trial *trial, const uint32_t *lines,
                                          uint32_t count)
{
    struct oracle *oracle = trial->oracle;
    bool seen[ORACLE_ITEMS_MAX] = {false};
    trial->material_day = oracle->today;
    trial->material_item = NO_INDEX;
    for (uint32_t i = 0; i < count; i++) {
        const struct offer *offer = asked_offer(trial, lines[i]);
        for (uint32_t k = 0; k < offer->component_count; k++) {
            uint16_t item = offer->components[k].item.index;
            int64_t need = 0;
            for (uint32_t n = 0; n < count; n++) {
                need += line_need(trial, lines[n], item);
            }
            int32_t day = seen[item] ? oracle->today : earliest_day(trial, item, need);
            seen[item] = true;
            if (day < 0) {
                return blocked(trial, CAUSE_STOCK, item);
            }
            if (day > trial->material_day) {
                trial->material_day = day;
                trial->material_item = item;
            }
        }
    }
    int64_t midnight = zone_instant(&oracle->shop->zone, trial->material_day, 0);
    trial->release = midnight > trial->earliest ? midnight : trial->earliest;
    return PROMISE_OK;
}

/* ---- hours ---- */

static void take_add(struct trial *trial, uint8_t work_center, uint8_t crew, int64_t slot)
{
    struct oracle_order *order = trial->order;
    if ((order->take_count & (order->take_count - 1)) == 0) {
        size_t capacity = order->take_count == 0 ? 1 : (size_t)order->take_count * 2;
        order->takes = realloc(order->takes, capacity * sizeof *order->takes);
        ASSERT(order->takes != NULL);
    }
    order->takes[order->take_count++] = (struct oracle_take){work_center, crew, slot};
    trial->oracle->taken[work_center][slot - trial->oracle->first_slot] += crew;
}

/* ceil((setup + quantity x minutes) x 4 / efficiency), in exact integers. */
static int64_t slots_needed(const struct operation *operation, int64_t quantity, int64_t efficiency)
{
    __int128 millionths = (__int128)operation->setup_minutes_thousandths * 1000 +
                          (__int128)quantity * operation->minutes_thousandths;
    __int128 above = millionths * 4 * 1000;
    __int128 below = (__int128)1000000 * efficiency;
    return (int64_t)(above / below + (above % below != 0));
}

/* Takes the earliest slots for one operation; *end moves to the end of its last. *first_slot: where
 * it began, if it works at all. */
static bool operation_do(struct trial *trial, const struct operation *operation, int64_t quantity,
                         int64_t *end, int64_t *wait, int64_t *first_slot)
{
    struct oracle *oracle = trial->oracle;
    uint16_t center = operation->work_center.index;
    int64_t needed = slots_needed(operation, quantity,
                                  oracle->shop->work_centers[center].efficiency_thousandths);
    int64_t horizon =
        zone_instant(&oracle->shop->zone, oracle->today + oracle->shop->promise.horizon_days, 0);
    int64_t slot = *end / SLOT_SECONDS + (*end % SLOT_SECONDS != 0);
    int64_t began = slot;
    int64_t done = 0;
    for (; done < needed; slot++) {
        if ((slot + 1) * SLOT_SECONDS > horizon) {
            return false;
        }
        int people = oracle->people[center][slot - oracle->first_slot];
        int taken = oracle->taken[center][slot - oracle->first_slot];
        if (slot % SLOTS_PER_QUARTER < oracle->shop->promise.load_slots &&
            people - taken >= operation->crew) {
            take_add(trial, (uint8_t)center, (uint8_t)operation->crew, slot);
            *first_slot = *first_slot < 0 ? slot : *first_slot;
            done++;
        }
    }
    *wait = needed > 0 ? (slot - began - needed) * SLOT_SECONDS : 0;
    *end = needed > 0 ? slot * SLOT_SECONDS : *end;
    return true;
}

struct chain {
    int64_t end;
    int64_t first_slot;
    int64_t wait;
    int64_t wait_largest;
    uint16_t wait_center;
};

static enum promise_result routing_do(struct trial *trial, const struct routing *routing,
                                      int64_t quantity, struct chain *chain)
{
    for (uint32_t i = 0; i < routing->count; i++) {
        int64_t wait = 0;
        uint16_t center = routing->operations[i].work_center.index;
        if (!operation_do(trial, &routing->operations[i], quantity, &chain->end, &wait,
                          &chain->first_slot)) {
            return blocked(trial, CAUSE_HOURS, center);
        }
        chain->wait += wait;
        if (wait > chain->wait_largest) {
            chain->wait_largest = wait;
            chain->wait_center = center;
        }
    }
    return PROMISE_OK;
}

/* ---- carriers ---- */

static bool goes(const struct carrier *carrier, struct weekday_set set, int32_t day)
{
    for (uint32_t i = 0; i < carrier->closed.count; i++) {
        if (carrier->closed.days[i] == day) {
            return false;
        }
    }
    return (set.bits & 1 << weekday_of_day(day)) != 0;
}

static int32_t parcels_on(const struct oracle *oracle, uint16_t carrier, int32_t day)
{
    int32_t count = 0;
    for (uint32_t i = 0; i < oracle->order_count; i++) {
        const struct oracle_order *order = &oracle->orders[i];
        for (uint32_t k = 0; oracle_reserves(order->status) && k < order->parcel_count; k++) {
            count += order->parcels[k].carrier == carrier && order->parcels[k].day == day;
        }
    }
    return count;
}

/* From ready to the dates; false if no collection or no delivery lies within the horizon. */
static bool carry(struct trial *trial, uint16_t index, int64_t ready, struct promise_dates *dates,
                  int32_t *collection)
{
    const struct oracle *oracle = trial->oracle;
    const struct carrier *carrier = &oracle->shop->carriers[index];
    int32_t end = oracle->today + oracle->shop->promise.horizon_days;
    int32_t day = oracle->today;
    for (; day < end; day++) {
        bool room =
            carrier->max_parcels < 0 || parcels_on(oracle, index, day) < carrier->max_parcels;
        if (goes(carrier, carrier->collects, day) && room &&
            zone_instant(&oracle->shop->zone, day, carrier->cut_off_minute) >= ready) {
            break;
        }
    }
    if (day >= end) {
        return false;
    }
    *collection = day;
    dates->has_ship_by = true;
    dates->ship_by = zone_instant(&oracle->shop->zone, day, carrier->cut_off_minute);
    int32_t transit = carrier->transit_days;
    if (transit == 0) {
        while (day < end && !goes(carrier, carrier->delivers, day)) {
            day++;
        }
    }
    while (transit > 0 && day < end) {
        day++;
        transit -= goes(carrier, carrier->delivers, day);
    }
    dates->deliver_by_day = day;
    return day < end;
}

/* ---- groups ---- */

static void commit_lines(struct trial *trial, const uint32_t *lines, const int32_t *days,
                         uint32_t count)
{
    struct oracle_order *order = trial->order;
    for (uint32_t i = 0; i < count; i++) {
        for (uint16_t item = 0; item < trial->oracle->shop->item_count; item++) {
            int64_t need = line_need(trial, lines[i], item);
            if (need > 0) {
                order->commitments[order->commitment_count++] =
                    (struct oracle_commitment){item, days[i], need};
            }
        }
    }
}

static int64_t minute_after(int64_t at)
{
    return at % 60 == 0 ? at : at + 60 - at % 60;
}

static void limit_fill(const struct trial *trial, const struct chain *chain, uint16_t carrier,
                       int64_t ready, const struct promise_dates *dates,
                       struct promise_limit *limit)
{
    const struct oracle *oracle = trial->oracle;
    int64_t midnight = zone_instant(&oracle->shop->zone, trial->material_day, 0);
    int64_t stock = trial->material_day > oracle->today ? midnight - oracle->now : 0;
    int64_t carriage = dates->has_ship_by ? dates->ship_by - ready : 0;
    if (stock > 0 && stock >= chain->wait && stock >= carriage) {
        *limit = (struct promise_limit){CAUSE_STOCK, trial->material_item, midnight};
    } else if (chain->wait > 0 && chain->wait >= carriage) {
        *limit = (struct promise_limit){CAUSE_HOURS, chain->wait_center, minute_after(chain->end)};
    } else if (carriage > 0) {
        *limit = (struct promise_limit){CAUSE_CARRIER, carrier, dates->ship_by};
    } else {
        *limit = (struct promise_limit){CAUSE_NONE, NO_INDEX, minute_after(ready)};
    }
}

/* The order's dates are the latest of its groups; what limited the latest group limited the order.
 */
static void summary_add(struct trial *trial, const struct promise_dates *dates, int64_t ready,
                        const struct promise_limit *limit)
{
    struct promise_summary *summary = &trial->answer->summary;
    bool later = !trial->has_group || dates->deliver_by_day > trial->latest.deliver_by_day ||
                 (dates->deliver_by_day == trial->latest.deliver_by_day && dates->has_ship_by &&
                  (!trial->latest.has_ship_by || dates->ship_by > trial->latest.ship_by));
    if (later) {
        trial->latest = *dates;
        summary->limit = *limit;
        summary->dates.deliver_by_day = dates->deliver_by_day;
    }
    if (dates->has_ship_by &&
        (!summary->dates.has_ship_by || dates->ship_by > summary->dates.ship_by)) {
        summary->dates.has_ship_by = true;
        summary->dates.ship_by = dates->ship_by;
    }
    if (!trial->has_group || trial->material_day > summary->material_day) {
        summary->material_day = trial->material_day;
    }
    if (!trial->has_group || minute_after(ready) > summary->ready_at) {
        summary->ready_at = minute_after(ready);
    }
    trial->has_group = true;
}

static enum promise_result lines_do(struct trial *trial, const uint32_t *lines, uint32_t count,
                                    struct chain *last)
{
    const struct oracle *oracle = trial->oracle;
    int32_t days[ORACLE_LINES_MAX];
    for (uint32_t i = 0; i < count; i++) {
        struct chain chain = {.end = trial->release, .first_slot = -1};
        enum promise_result result =
            routing_do(trial, &asked_offer(trial, lines[i])->routing,
                       trial->command->ask.lines[lines[i]].quantity_thousandths, &chain);
        if (result != PROMISE_OK) {
            return result;
        }
        int64_t starts = chain.first_slot < 0 ? trial->release : chain.first_slot * SLOT_SECONDS;
        int32_t day = oracle->today;
        while (zone_instant(&oracle->shop->zone, day + 1, 0) <= starts) {
            day++;
        }
        days[i] = day;
        if (i == 0 || chain.end > last->end) {
            *last = chain;
        }
    }
    commit_lines(trial, lines, days, count);
    return PROMISE_OK;
}

static enum promise_result group_do(struct trial *trial, const uint32_t *lines, uint32_t count)
{
    const struct oracle *oracle = trial->oracle;
    const struct offer *offer = asked_offer(trial, lines[0]);
    enum promise_result result = group_material(trial, lines, count);
    if (result != PROMISE_OK) {
        return result;
    }
    if (trial->release >=
        zone_instant(&oracle->shop->zone, oracle->today + oracle->shop->promise.horizon_days, 0)) {
        return blocked(trial, CAUSE_NONE, NO_INDEX);
    }
    struct chain chain = {0};
    result = lines_do(trial, lines, count, &chain);
    if (result != PROMISE_OK) {
        return result;
    }
    struct promise_dates dates = {0};
    int64_t ready = chain.end;
    if (offer->on_site) {
        int64_t last = chain.end > trial->release ? chain.end - 1 : chain.end;
        dates.deliver_by_day = oracle->today;
        while (zone_instant(&oracle->shop->zone, dates.deliver_by_day + 1, 0) <= last) {
            dates.deliver_by_day++;
        }
    } else {
        const struct carrier *carrier = &oracle->shop->carriers[offer->carrier.index];
        result = routing_do(trial, &carrier->routing, 1000, &chain);
        if (result != PROMISE_OK) {
            return result;
        }
        ready = chain.end + oracle->shop->promise.buffer_seconds;
        int32_t collection = 0;
        if (!carry(trial, offer->carrier.index, ready, &dates, &collection)) {
            return blocked(trial, CAUSE_CARRIER, offer->carrier.index);
        }
        trial->answer->summary.shipping_minor += carrier->charge_minor;
        trial->order->parcels[trial->order->parcel_count++] =
            (struct oracle_parcel){offer->carrier.index, collection};
    }
    struct promise_limit limit;
    limit_fill(trial, &chain, offer->carrier.index, ready, &dates, &limit);
    summary_add(trial, &dates, ready, &limit);
    for (uint32_t i = 0; i < count; i++) {
        trial->order->line_dates[lines[i]] = dates;
    }
    return PROMISE_OK;
}

/* ---- the ask ---- */

static void lines_prepare(struct trial *trial)
{
    const struct promise_ask *ask = &trial->command->ask;
    struct oracle_order *order = trial->order;
    ASSERT(ask->line_count <= ORACLE_LINES_MAX);
    order->line_count = ask->line_count;
    for (uint32_t i = 0; i < ask->line_count; i++) {
        order->lines[i] = ask->lines[i];
        __int128 twice =
            (__int128)asked_offer(trial, i)->price_minor * ask->lines[i].quantity_thousandths * 2;
        order->line_amounts[i] = (int64_t)((twice + 1000) / 2000);
        trial->answer->summary.total_minor += order->line_amounts[i];
        uint32_t at = i;
        for (; at > 0 && line_before(trial, i, trial->planned[at - 1]); at--) {
            trial->planned[at] = trial->planned[at - 1];
        }
        trial->planned[at] = i;
    }
    order->commitments =
        calloc((size_t)ask->line_count * ORACLE_ITEMS_MAX, sizeof *order->commitments);
    order->parcels = calloc(ask->line_count, sizeof *order->parcels);
    ASSERT(order->commitments != NULL && order->parcels != NULL);
}

static enum promise_result groups_do(struct trial *trial)
{
    uint32_t count = trial->command->ask.line_count;
    uint32_t first = 0;
    enum promise_result result = PROMISE_OK;
    while (first < count && result == PROMISE_OK) {
        const struct offer *offer = asked_offer(trial, trial->planned[first]);
        uint32_t end = first + 1;
        while (end < count && !offer->on_site &&
               !asked_offer(trial, trial->planned[end])->on_site &&
               asked_offer(trial, trial->planned[end])->carrier.index == offer->carrier.index) {
            end++;
        }
        result = group_do(trial, trial->planned + first, end - first);
        first = end;
    }
    return result;
}

enum promise_result oracle_plan(struct oracle *oracle, const struct promise_command *command,
                                struct oracle_order *order, struct promise_answer *answer)
{
    const struct promise_rules *rules = &oracle->shop->promise;
    struct trial trial = {.oracle = oracle, .command = command, .order = order, .answer = answer};
    trial.earliest =
        oracle->now + (command->hold ? (int64_t)rules->hold_seconds + rules->payment_seconds : 0);
    lines_prepare(&trial);
    enum promise_result result = groups_do(&trial);
    oracle_slots_change(oracle, order, -1);
    if (result != PROMISE_OK) {
        return result;
    }
    struct promise_summary *summary = &answer->summary;
    summary->total_minor += summary->shipping_minor;
    if (summary->dates.deliver_by_day - oracle->today > rules->max_days) {
        answer->has_possible = true;
        answer->possible_day = summary->dates.deliver_by_day;
        return PROMISE_SOLD_OUT;
    }
    return PROMISE_OK;
}

void oracle_atp(const struct oracle *oracle, uint16_t item, struct atp_day *days)
{
    int32_t horizon = oracle->shop->promise.horizon_days;
    for (int32_t i = 0; i < horizon; i++) {
        int64_t lowest = INT64_MAX;
        for (int32_t t = i; t < horizon; t++) {
            int64_t p = projected(oracle, NULL, item, oracle->today + t);
            lowest = p < lowest ? p : lowest;
        }
        lowest -= oracle->shop->items[item].keep_back_thousandths;
        days[i] = (struct atp_day){.day = oracle->today + i,
                                   .projected = projected(oracle, NULL, item, oracle->today + i),
                                   .atp = lowest > 0 ? lowest : 0};
    }
}

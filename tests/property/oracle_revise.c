/* A re-promise in plain steps: everything that has not shipped is put aside; who can keep their
 * place takes it back, in turn; the others are planned again as new orders. */
#include "tests/property/oracle_plan.h"

#include "base/assert.h"

#include <stdlib.h>

struct revising {
    struct oracle *oracle;
    struct oracle_revision *revisions;
    uint32_t count;
    uint32_t most;
};

static void revision_add(struct revising *revising, const struct oracle_order *order)
{
    ASSERT(revising->count < revising->most);
    revising->revisions[revising->count++] =
        (struct oracle_revision){(uint32_t)(order - revising->oracle->orders), order->broken};
}

static bool is_open(const struct oracle_order *order)
{
    return oracle_reserves(order->status) && order->status != ORDER_SHIPPED;
}

static bool stays_whatever(const struct oracle_order *order)
{
    return order->status == ORDER_STARTED || order->status == ORDER_DONE;
}

/* ---- feasible? ---- */

/* Slot by slot, each with those before it taken; then all are given back. */
static bool takes_feasible(struct oracle *oracle, const struct oracle_takes *takes)
{
    bool feasible = true;
    uint32_t done = 0;
    for (; done < takes->count && feasible; done++) {
        const struct oracle_take *take = &takes->list[done];
        int64_t place = take->slot - oracle->first_slot;
        unsigned char *taken = &oracle->taken[take->work_center][place];
        bool past = take->slot * SLOT_SECONDS < oracle->now;
        feasible = past || oracle->people[take->work_center][place] - *taken >= take->crew;
        *taken = (unsigned char)(*taken + take->crew);
    }
    oracle_takes_count(oracle, &(struct oracle_takes){.count = done, .list = takes->list}, -1);
    return feasible;
}

/* One commitment after another: those before it are on the list when it is looked at. */
static bool stock_feasible(struct oracle *oracle, const struct oracle_order *order)
{
    struct oracle_order so_far = {.status = order->status};
    for (uint32_t i = 0; i < order->reserved.commitment_count; i++) {
        struct oracle_commitment commitment = order->reserved.commitments[i];
        int32_t day = commitment.day < oracle->today ? oracle->today : commitment.day;
        if (oracle_lowest(oracle, &so_far, commitment.item, day) < commitment.quantity) {
            return false;
        }
        so_far.reserved.commitments[so_far.reserved.commitment_count++] = commitment;
    }
    return true;
}

static bool parcels_feasible(const struct oracle *oracle, const struct oracle_order *order)
{
    struct oracle_order so_far = {.status = order->status};
    for (uint32_t i = 0; i < order->reserved.group_count; i++) {
        const struct oracle_group *group = &order->reserved.groups[i];
        int32_t delivery = 0;
        if (group->carrier == NO_INDEX || group->collection_day < oracle->today) {
            continue;
        }
        if (!oracle_carrier_goes(oracle, group->carrier, true, group->collection_day) ||
            !oracle_carrier_room(oracle, &so_far, group->carrier, group->collection_day) ||
            !oracle_delivery(oracle, group->carrier, group->collection_day,
                             group->dates.deliver_by_day + 1, &delivery)) {
            return false;
        }
        so_far.reserved.groups[so_far.reserved.group_count++] = *group;
    }
    return true;
}

/* Runs of its own and of its sessions that nobody has kept yet, each looked at with those before it
 * taken. */
static bool hours_feasible(struct oracle *oracle, const struct oracle_order *order)
{
    struct oracle_takes taken[ORACLE_LINES_MAX + 1];
    uint32_t count = 0;
    bool feasible = takes_feasible(oracle, &order->reserved.takes);
    taken[count++] = order->reserved.takes;
    oracle_takes_count(oracle, &order->reserved.takes, 1);
    for (uint32_t i = 0; i < order->reserved.booking_count; i++) {
        const struct oracle_session *session =
            &oracle->sessions[order->reserved.bookings[i].session];
        if (session->ended) {
            feasible = feasible && takes_feasible(oracle, &session->takes);
            oracle_takes_count(oracle, &session->takes, 1);
            taken[count++] = session->takes;
        }
    }
    while (count > 0) {
        oracle_takes_count(oracle, &taken[--count], -1);
    }
    return feasible;
}

static bool feasible(struct oracle *oracle, const struct oracle_order *order)
{
    return !order->broken && hours_feasible(oracle, order) && stock_feasible(oracle, order) &&
           parcels_feasible(oracle, order);
}

/* ---- what has begun ---- */

/* The next collection of a parcel whose own is no more, or too late; the order is put back by the
 * caller if there is none. */
static bool collection_move(const struct oracle *oracle, const struct oracle_order *order,
                            const struct oracle_order *tentative, struct oracle_group *group)
{
    int16_t cut_off = oracle->shop->carriers[group->carrier].cut_off_minute;
    int64_t ready = order->current.ready_at; /* of all that it is: nothing else is kept of it */
    int64_t from = ready > oracle->now ? ready : oracle->now;
    int32_t end = oracle->today + oracle->shop->promise.horizon_days;
    group->collection_day = 0; /* its own place is free for it */
    for (int32_t day = oracle->today; day < end; day++) {
        int64_t at = zone_instant(&oracle->shop->zone, day, cut_off);
        int32_t delivery = 0;
        if (at >= from && oracle_carrier_goes(oracle, group->carrier, true, day) &&
            oracle_carrier_room(oracle, tentative, group->carrier, day)) {
            if (!oracle_delivery(oracle, group->carrier, day, end, &delivery)) {
                return false;
            }
            group->collection_day = day;
            group->dates = (struct promise_dates){true, at, delivery};
            return true;
        }
    }
    return false;
}

static void summary_move(struct oracle_order *order)
{
    struct promise_dates *dates = &order->current.dates;
    *dates = (struct promise_dates){0};
    for (uint32_t i = 0; i < order->reserved.group_count; i++) {
        const struct promise_dates *group = &order->reserved.groups[i].dates;
        if (group->deliver_by_day > dates->deliver_by_day) {
            dates->deliver_by_day = group->deliver_by_day;
        }
        if (group->has_ship_by && (!dates->has_ship_by || group->ship_by > dates->ship_by)) {
            dates->has_ship_by = true;
            dates->ship_by = group->ship_by;
        }
    }
}

static bool group_shipped(const struct oracle_order *order, uint32_t group)
{
    for (uint32_t i = 0; i < order->line_count; i++) {
        if (order->reserved.line_groups[i] == group && order->line_status[i] >= ORDER_SHIPPED) {
            return true;
        }
    }
    return false;
}

/* Is it still waited for, and will it not come in time? */
static bool collection_gone(const struct oracle *oracle, const struct oracle_order *order,
                            const struct oracle_order *tentative, uint32_t index)
{
    const struct oracle_group *group = &order->reserved.groups[index];
    int32_t delivery = 0;
    bool past = group->collection_day < oracle->today;
    bool comes =
        past ? !order->broken
             : group->carrier != NO_INDEX &&
                   oracle_carrier_goes(oracle, group->carrier, true, group->collection_day) &&
                   oracle_delivery(oracle, group->carrier, group->collection_day,
                                   group->dates.deliver_by_day + 1, &delivery) &&
                   (!order->broken ||
                    oracle_carrier_room(oracle, tentative, group->carrier, group->collection_day));
    return group->carrier != NO_INDEX && !group_shipped(order, index) && !comes;
}

/* Its hours and collections are not reserved any more; its stock is. */
static void order_break(struct revising *revising, struct oracle_order *order)
{
    order->reserved.takes.count = 0;
    order->reserved.booking_count = 0;
    order->aside = false;
    order->revisions += !order->broken;
    order->broken = true;
    revision_add(revising, order);
}

static void begun_keep(struct revising *revising, struct oracle_order *order)
{
    struct oracle *oracle = revising->oracle;
    struct oracle_reserved before = order->reserved;
    bool moves = order->broken;
    bool found = true;
    /* A broken promise has no places with carriers but those that it has just found. */
    struct oracle_order so_far = {.status = order->status};
    const struct oracle_order *tentative = order->broken ? &so_far : order;
    for (uint32_t i = 0; i < order->reserved.group_count; i++) {
        struct oracle_group *group = &order->reserved.groups[i];
        if (collection_gone(oracle, order, tentative, i)) {
            moves = true;
            found = collection_move(oracle, order, tentative, group) && found;
        }
        if (group->carrier != NO_INDEX) {
            so_far.reserved.groups[so_far.reserved.group_count++] = *group;
        }
    }
    if (!found) { /* the work goes on; only the carrier's place is gone */
        order->reserved = before;
        order->revisions += !order->broken;
        order->broken = true;
        revision_add(revising, order);
    } else if (moves) {
        order->broken = false;
        order->revisions++;
        summary_move(order);
        revision_add(revising, order);
    }
}

/* ---- the others ---- */

static void replan(struct revising *revising, struct oracle_order *order)
{
    static struct oracle_mark mark;
    struct oracle *oracle = revising->oracle;
    struct oracle_order trial = {.key = order->key, .status = order->status, .ask = order->ask};
    struct promise_answer answer = {0};
    struct promise_ask ask = order->ask;
    struct oracle_way way = {.earliest = oracle->now, .sold = true, .any_day = true};
    ask.lines = order->lines;
    if (order->status == ORDER_HELD) {
        int64_t last = oracle_hold_last(oracle, order->made_at, order->wished);
        way.earliest = last > way.earliest ? last : way.earliest;
    }
    oracle_mark(oracle, &mark);
    if (oracle_plan(oracle, &ask, way, &trial, &answer) == PROMISE_OK) {
        free(order->reserved.takes.list);
        order->reserved = trial.reserved;
        order->current = answer.summary;
        order->aside = false;
        order->broken = false;
        order->revisions++;
        revision_add(revising, order);
        return;
    }
    oracle_undo(oracle, &mark, &trial);
    free(trial.reserved.takes.list);
    order_break(revising, order);
}

/* ---- all of them ---- */

static bool order_before(const struct oracle *oracle, uint32_t a, uint32_t b)
{
    uint8_t priority_a = oracle->orders[a].ask.priority;
    uint8_t priority_b = oracle->orders[b].ask.priority;
    return priority_a != priority_b ? priority_a > priority_b : a < b;
}

/* The open orders by priority, then age. */
static uint32_t orders_sort(const struct oracle *oracle, uint32_t *sorted)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < oracle->order_count; i++) {
        if (!is_open(&oracle->orders[i])) {
            continue;
        }
        uint32_t at = count++;
        for (; at > 0 && order_before(oracle, i, sorted[at - 1]); at--) {
            sorted[at] = sorted[at - 1];
        }
        sorted[at] = i;
    }
    return count;
}

uint32_t oracle_revise_order(struct oracle *oracle, struct oracle_order *order,
                             struct oracle_revision *revisions, uint32_t most)
{
    struct revising revising = {oracle, revisions, 0, most};
    oracle_release(oracle, order);
    replan(&revising, order);
    oracle_wake(oracle);
    return revising.count;
}

uint32_t oracle_revise(struct oracle *oracle, struct oracle_revision *revisions, uint32_t most)
{
    struct revising revising = {oracle, revisions, 0, most};
    uint32_t *sorted = calloc((size_t)oracle->order_count + 1, sizeof *sorted);
    ASSERT(sorted != NULL);
    uint32_t count = orders_sort(oracle, sorted);
    for (uint32_t i = 0; i < count; i++) {
        oracle_release(oracle, &oracle->orders[sorted[i]]);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (stays_whatever(&oracle->orders[sorted[i]])) {
            oracle_reserve(oracle, &oracle->orders[sorted[i]]);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (stays_whatever(&oracle->orders[sorted[i]])) {
            begun_keep(&revising, &oracle->orders[sorted[i]]);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        struct oracle_order *order = &oracle->orders[sorted[i]];
        if (!stays_whatever(order) && feasible(oracle, order)) {
            oracle_reserve(oracle, order);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        struct oracle_order *order = &oracle->orders[sorted[i]];
        if (order->aside && !stays_whatever(order)) {
            replan(&revising, order);
        }
    }
    free(sorted);
    if (revising.count > 0) {
        oracle_wake(oracle);
    }
    return revising.count;
}

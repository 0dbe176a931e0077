/* What happens to orders, in the oracle's plain words. Planning stands in oracle_plan.c.
 *
 * Nothing is kept that can be counted: stock and places with carriers are summed over all orders
 * whenever they are asked for. Only the people taken are counted slot by slot, one array a work
 * center, because every plan walks over thousands of slots. */
#include "tests/property/oracle_plan.h"

#include "base/assert.h"

#include <stdlib.h>

bool oracle_reserves(enum order_status status)
{
    return status == ORDER_HELD || status == ORDER_CONFIRMED || status == ORDER_STARTED ||
           status == ORDER_DONE || status == ORDER_SHIPPED;
}

bool oracle_unshipped(enum order_status status)
{
    return oracle_reserves(status) && status != ORDER_SHIPPED;
}

/* ---- who is there ---- */

static int32_t people_on(const struct shop *shop, uint32_t work_center, int32_t day)
{
    int32_t people = shop->work_centers[work_center].people;
    for (uint32_t i = 0; i < shop->staffing_count; i++) {
        const struct staffing *staffing = &shop->staffing[i];
        if (staffing->work_center.index == work_center && day >= staffing->from_day &&
            day <= staffing->to_day) {
            people += staffing->people;
        }
    }
    return people < 0 ? 0 : people > LIMIT_PEOPLE ? LIMIT_PEOPLE : people;
}

static bool is_closed(const struct day_list *closed, int32_t day)
{
    for (uint32_t i = 0; i < closed->count; i++) {
        if (closed->days[i] == day) {
            return true;
        }
    }
    return false;
}

static void day_fill(struct oracle *oracle, uint32_t work_center, int32_t day)
{
    const struct shop *shop = oracle->shop;
    const struct calendar *calendar =
        &shop->calendars[shop->work_centers[work_center].calendar.index];
    if (is_closed(&calendar->closed, day)) {
        return;
    }
    for (uint32_t i = 0; i < calendar->opening_count; i++) {
        const struct opening *opening = &calendar->openings[i];
        if (opening->weekday != weekday_of_day(day)) {
            continue;
        }
        int64_t from = zone_instant(&shop->zone, day, opening->from_minute);
        int64_t to = zone_instant(&shop->zone, day, opening->to_minute);
        for (int64_t slot = 0; slot < oracle->slot_count && from < to; from += SLOT_SECONDS) {
            slot = from / SLOT_SECONDS - oracle->first_slot;
            if (slot >= 0 && slot < oracle->slot_count) {
                oracle->people[work_center][slot] =
                    (unsigned char)people_on(shop, work_center, day);
            }
        }
    }
}

void oracle_shop(struct oracle *oracle, const struct shop *shop)
{
    oracle->shop = shop;
    for (; oracle->item_count < shop->item_count; oracle->item_count++) {
        oracle->on_hand[oracle->item_count] = shop->items[oracle->item_count].on_hand_thousandths;
    }
    for (uint32_t i = 0; i < shop->work_center_count; i++) {
        memset(oracle->people[i], 0, (size_t)oracle->slot_count);
        for (int32_t day = 0; day < oracle->day_count; day++) {
            day_fill(oracle, i, oracle->first_day + day);
        }
    }
}

void oracle_begin(struct oracle *oracle, const struct shop *shop, int64_t now, int32_t day_count)
{
    *oracle =
        (struct oracle){.now = now, .today = zone_day(&shop->zone, now), .day_count = day_count};
    oracle->first_day = oracle->today;
    oracle->first_slot = zone_instant(&shop->zone, oracle->today, 0) / SLOT_SECONDS;
    oracle->slot_count =
        zone_instant(&shop->zone, oracle->today + day_count, 0) / SLOT_SECONDS - oracle->first_slot;
    for (uint32_t i = 0; i < shop->work_center_count; i++) {
        oracle->people[i] = calloc(1, (size_t)oracle->slot_count);
        oracle->taken[i] = calloc(1, (size_t)oracle->slot_count);
        ASSERT(oracle->people[i] != NULL && oracle->taken[i] != NULL);
    }
    oracle_shop(oracle, shop);
}

static void order_free(struct oracle_order *order)
{
    free(order->takes);
    free(order->commitments);
    free(order->parcels);
}

void oracle_end(struct oracle *oracle)
{
    for (uint32_t i = 0; i < oracle->order_count; i++) {
        order_free(&oracle->orders[i]);
    }
    free(oracle->orders);
    for (uint32_t i = 0; i < ORACLE_CENTERS_MAX; i++) {
        free(oracle->people[i]);
        free(oracle->taken[i]);
    }
}

/* ---- orders ---- */

struct oracle_order *oracle_find(struct oracle *oracle, const struct order_key *key)
{
    for (uint32_t i = 0; i < oracle->order_count; i++) {
        if (memcmp(oracle->orders[i].key.bytes, key->bytes, sizeof key->bytes) == 0) {
            return &oracle->orders[i];
        }
    }
    return NULL;
}

void oracle_slots_change(struct oracle *oracle, const struct oracle_order *order, int sign)
{
    for (uint32_t i = 0; i < order->take_count; i++) {
        unsigned char *taken =
            &oracle->taken[order->takes[i].work_center][order->takes[i].slot - oracle->first_slot];
        *taken = (unsigned char)(*taken + sign * order->takes[i].crew);
    }
}

static void order_end(struct oracle *oracle, struct oracle_order *order, enum order_status status)
{
#ifdef ORACLE_FORGETS_SLOTS /* a planted bug, for shrink_test.py to find */
    order->take_count = 0;
#endif
    oracle_slots_change(oracle, order, -1);
    order->status = status;
}

void oracle_time(struct oracle *oracle, int64_t now)
{
    for (uint32_t i = 0; i < oracle->order_count; i++) {
        struct oracle_order *order = &oracle->orders[i];
        if (order->status == ORDER_HELD && order->held_until <= now) {
            order_end(oracle, order, ORDER_EXPIRED);
        }
    }
    oracle->now = now;
    /* A day that has begun does not end because the clock is set back over midnight. */
    int32_t day = zone_day(&oracle->shop->zone, now);
    while (zone_instant(&oracle->shop->zone, day + 1, 0) <= now) {
        day++;
    }
    oracle->today = day > oracle->today ? day : oracle->today;
}

static bool has_parcels(const struct oracle_order *order)
{
    return order->parcel_count > 0;
}

static bool step_allowed(const struct oracle_order *order, enum promise_command_kind kind)
{
    enum order_status status = order->status;
    bool confirmed_to_done =
        status == ORDER_CONFIRMED || status == ORDER_STARTED || status == ORDER_DONE;
    switch (kind) {
    case PROMISE_CONFIRM:
        return status == ORDER_HELD;
    case PROMISE_CANCEL:
        return status == ORDER_HELD || confirmed_to_done;
    case PROMISE_START:
        return status == ORDER_CONFIRMED;
    case PROMISE_DONE:
        return status == ORDER_CONFIRMED || status == ORDER_STARTED;
    case PROMISE_SHIP:
        return confirmed_to_done && has_parcels(order);
    case PROMISE_DELIVER:
        return status == ORDER_SHIPPED || (confirmed_to_done && !has_parcels(order));
    default:
        return false;
    }
}

static void goods_leave(struct oracle *oracle, const struct oracle_order *order)
{
    for (uint32_t i = 0; i < order->commitment_count; i++) {
        oracle->on_hand[order->commitments[i].item] -= order->commitments[i].quantity;
    }
}

static void step_take(struct oracle *oracle, struct oracle_order *order,
                      enum promise_command_kind kind)
{
    static const enum order_status after[PROMISE_COMMANDS] = {
        [PROMISE_CONFIRM] = ORDER_CONFIRMED, [PROMISE_CANCEL] = ORDER_CANCELLED,
        [PROMISE_START] = ORDER_STARTED,     [PROMISE_DONE] = ORDER_DONE,
        [PROMISE_SHIP] = ORDER_SHIPPED,      [PROMISE_DELIVER] = ORDER_DELIVERED};
    if (kind == PROMISE_SHIP || (kind == PROMISE_DELIVER && order->status != ORDER_SHIPPED)) {
        goods_leave(oracle, order);
    }
    if (kind == PROMISE_CANCEL || kind == PROMISE_DELIVER) {
        order_end(oracle, order, after[kind]);
    }
    order->status = after[kind];
}

static enum promise_result step(struct oracle *oracle, const struct promise_command *command)
{
    struct oracle_order *order = oracle_find(oracle, &command->order);
    if (order == NULL) {
        return PROMISE_NO_ORDER;
    }
    if ((command->kind == PROMISE_CONFIRM && order->status == ORDER_CONFIRMED) ||
        (command->kind == PROMISE_CANCEL && order->status == ORDER_CANCELLED)) {
        return PROMISE_OK;
    }
    if (command->kind == PROMISE_CONFIRM && order->status == ORDER_EXPIRED) {
        return PROMISE_HOLD_EXPIRED;
    }
    if (!step_allowed(order, command->kind)) {
        return PROMISE_WRONG_STATUS;
    }
    step_take(oracle, order, command->kind);
    return PROMISE_OK;
}

/* ---- placing ---- */

/* Refusals that need no plan. *replaced: the hold whose place may be used again. */
static enum promise_result place_refuse(struct oracle *oracle,
                                        const struct promise_command *command,
                                        struct oracle_order **replaced,
                                        struct promise_answer *answer)
{
    *replaced = NULL;
    if (command->has_replaces) {
        struct oracle_order *order = oracle_find(oracle, &command->replaces);
        if (order == NULL) {
            return PROMISE_NO_ORDER;
        }
        bool over = order->status == ORDER_EXPIRED || order->status == ORDER_CANCELLED;
        if (!over && order->status != ORDER_HELD) {
            return PROMISE_WRONG_STATUS;
        }
        *replaced = over ? NULL : order;
    }
    for (uint32_t i = 0; i < command->ask.line_count; i++) {
        const struct promise_line *line = &command->ask.lines[i];
        answer->offer = line->offer;
        if (line->offer.index >= oracle->shop->offer_count ||
            oracle->shop->offers[line->offer.index].retired) {
            return PROMISE_OFFER_RETIRED;
        }
        if (line->quantity_thousandths <= 0 ||
            line->quantity_thousandths > LIMIT_LINE_QUANTITY_THOUSANDTHS) {
            return PROMISE_BAD_QUANTITY;
        }
    }
    return PROMISE_OK;
}

static int64_t bought_before(const struct oracle *oracle, uint64_t customer, uint16_t offer,
                             const struct oracle_order *replaced)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < oracle->order_count; i++) {
        const struct oracle_order *order = &oracle->orders[i];
        bool live = oracle_reserves(order->status) || order->status == ORDER_DELIVERED;
        if (customer == 0 || order->customer != customer || !live || order == replaced) {
            continue;
        }
        for (uint32_t k = 0; k < order->line_count; k++) {
            sum += order->lines[k].offer.index == offer ? order->lines[k].quantity_thousandths : 0;
        }
    }
    return sum;
}

static enum promise_result customer_refuse(const struct oracle *oracle,
                                           const struct promise_command *command,
                                           const struct oracle_order *replaced,
                                           struct promise_answer *answer)
{
    for (uint32_t i = 0; i < command->ask.line_count; i++) {
        uint16_t offer = command->ask.lines[i].offer.index;
        int64_t most = oracle->shop->offers[offer].max_per_customer_thousandths;
        int64_t before = bought_before(oracle, command->ask.customer.value, offer, replaced);
        int64_t asked = 0;
        for (uint32_t k = 0; k < command->ask.line_count; k++) {
            asked += command->ask.lines[k].offer.index == offer
                         ? command->ask.lines[k].quantity_thousandths
                         : 0;
        }
        if (most >= 0 && before + asked > most) {
            answer->offer.index = offer;
            answer->left_thousandths = most - before < 0 ? 0 : most - before;
            return PROMISE_OVER_CUSTOMER_LIMIT;
        }
    }
    return PROMISE_OK;
}

static void order_keep(struct oracle *oracle, struct oracle_order *order)
{
    if (oracle->order_count == oracle->order_capacity) {
        oracle->order_capacity = oracle->order_capacity * 2 + 16;
        oracle->orders = realloc(oracle->orders, oracle->order_capacity * sizeof *oracle->orders);
        ASSERT(oracle->orders != NULL);
    }
    oracle->orders[oracle->order_count++] = *order;
    oracle_slots_change(oracle, order, 1);
}

static enum promise_result place(struct oracle *oracle, const struct promise_command *command,
                                 bool keep, struct promise_answer *answer)
{
    struct oracle_order *replaced = NULL;
    enum promise_result result = place_refuse(oracle, command, &replaced, answer);
    if (result == PROMISE_OK) {
        result = customer_refuse(oracle, command, replaced, answer);
    }
    if (result != PROMISE_OK) {
        return result;
    }
    if (replaced != NULL) {
        order_end(oracle, replaced, ORDER_REPLACED);
    }
    struct oracle_order order = {
        .key = command->order,
        .status = command->hold ? ORDER_HELD : ORDER_CONFIRMED,
        .customer = command->ask.customer.value,
        .held_until = command->hold ? oracle->now + oracle->shop->promise.hold_seconds : 0};
    result = oracle_plan(oracle, command, &order, answer);
    if (result != PROMISE_OK || !keep) {
        order_free(&order);
        if (replaced != NULL) {
            replaced->status = ORDER_HELD;
            oracle_slots_change(oracle, replaced, 1);
        }
        return result;
    }
    order_keep(oracle, &order);
    return result;
}

void oracle_quote(struct oracle *oracle, const struct promise_command *command,
                  struct promise_answer *answer)
{
    *answer = (struct promise_answer){0};
    answer->result = place(oracle, command, false, answer);
}

void oracle_command(struct oracle *oracle, const struct promise_command *command,
                    struct promise_answer *answer)
{
    *answer = (struct promise_answer){0};
    if (command->kind != PROMISE_PLACE) {
        answer->result = step(oracle, command);
    } else if (oracle_find(oracle, &command->order) != NULL) {
        answer->result = PROMISE_REPEATED;
    } else {
        answer->result = place(oracle, command, true, answer);
    }
}

/* ---- looks ---- */

struct load_day oracle_load(const struct oracle *oracle, uint32_t work_center, int32_t day_index)
{
    struct load_day load = {.day = oracle->today + day_index};
    int64_t from = zone_instant(&oracle->shop->zone, load.day, 0) / SLOT_SECONDS;
    int64_t to = zone_instant(&oracle->shop->zone, load.day + 1, 0) / SLOT_SECONDS;
    for (int64_t slot = from; slot < to; slot++) {
        int64_t people = oracle->people[work_center][slot - oracle->first_slot];
        load.capacity += people;
        load.promisable += slot % SLOTS_PER_QUARTER < oracle->shop->promise.load_slots ? people : 0;
        load.taken += oracle->taken[work_center][slot - oracle->first_slot];
    }
    return load;
}

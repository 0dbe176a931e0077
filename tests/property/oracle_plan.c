/* One ask, planned by the rules as they are written: group by group, line by line.
 *
 * The order in which lines are planned is found by comparing names, not ranks; a group that is to
 * be later is planned forward first, taken back, and planned again from its end. What the plan
 * takes, buys and opens stands in the oracle at once, so that what follows sees it; a mark says how
 * it was before. */
#include "tests/property/oracle_plan.h"

#include "base/assert.h"

#include <stdlib.h>

struct trial {
    struct oracle *oracle;
    const struct promise_ask *ask;
    struct oracle_way way;
    struct oracle_order *order;
    struct promise_answer *answer;
    struct oracle_money money;
    uint32_t planned[ORACLE_LINES_MAX]; /* ask indexes in planning order */
    int32_t earliest_day;               /* the latest forward deliver-by */
    bool has_group;
    struct promise_dates latest;
};

/* A group at hand. */
struct group {
    uint32_t count;
    uint32_t lines[ORACLE_LINES_MAX]; /* ask indexes in planning order */
    uint16_t carrier;                 /* NO_INDEX: on site */
    int64_t release;
    int32_t material_day;
    uint16_t material_item;
    bool bought;
    int32_t cash_days;
    struct oracle_chain chain; /* of the line that ends last, then of the parcel */
    int32_t starts[ORACLE_LINES_MAX];
    int64_t ready;
    int32_t collection_day;
    struct promise_dates dates;
    bool backward;
};

int64_t oracle_horizon_end(const struct oracle *oracle)
{
    return zone_instant(&oracle->shop->zone, oracle->today + oracle->shop->promise.horizon_days, 0);
}

int32_t oracle_day_of(const struct oracle *oracle, int64_t at)
{
    int32_t day = oracle->today;
    while (zone_instant(&oracle->shop->zone, day + 1, 0) <= at) {
        day++;
    }
    return day;
}

static int64_t minute_after(int64_t at)
{
    return at % 60 == 0 ? at : at + 60 - at % 60;
}

static const struct offer *asked_offer(const struct trial *trial, uint32_t ask_index)
{
    return &trial->oracle->shop->offers[trial->ask->lines[ask_index].offer.index];
}

static const char *carrier_name(const struct trial *trial, const struct offer *offer)
{
    return trial->oracle->shop->carriers[offer->carrier.index].name;
}

/* Does line a come before line b? Carriers by name, on-site lines last, offers by name, then as
 * asked. */
static bool line_before(const struct trial *trial, uint32_t a, uint32_t b)
{
    const struct offer *offer_a = asked_offer(trial, a);
    const struct offer *offer_b = asked_offer(trial, b);
    if (offer_a->on_site != offer_b->on_site) {
        return offer_b->on_site;
    }
    if (!offer_a->on_site && offer_a->carrier.index != offer_b->carrier.index) {
        return strcmp(carrier_name(trial, offer_a), carrier_name(trial, offer_b)) < 0;
    }
    int order = strcmp(offer_a->name, offer_b->name);
    return order != 0 ? order < 0 : a < b;
}

static enum promise_result blocked(struct trial *trial, enum promise_cause cause, uint16_t index)
{
    trial->answer->summary.limit =
        (struct promise_limit){cause, index, oracle_horizon_end(trial->oracle)};
    return PROMISE_NEVER;
}

/* ---- material ---- */

int64_t oracle_line_need(const struct shop *shop, const struct promise_line *line, uint16_t item)
{
    const struct offer *offer = &shop->offers[line->offer.index];
    int64_t sum = 0;
    for (uint32_t i = 0; i < offer->component_count; i++) {
        if (offer->components[i].item.index == item) {
            int64_t product =
                line->quantity_thousandths * offer->components[i].quantity_thousandths;
            sum += product / 1000 + (product % 1000 != 0);
        }
    }
    return sum;
}

static int64_t lines_need(const struct trial *trial, const uint32_t *lines, uint32_t count,
                          uint16_t item)
{
    int64_t need = 0;
    for (uint32_t i = 0; i < count; i++) {
        need += oracle_line_need(trial->oracle->shop, &trial->ask->lines[lines[i]], item);
    }
    return need;
}

/* The items of lines in the order in which they name them; each once. */
static uint32_t lines_items(const struct trial *trial, const uint32_t *lines, uint32_t count,
                            uint16_t *items)
{
    bool seen[ORACLE_ITEMS_MAX] = {false};
    uint32_t item_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct offer *offer = asked_offer(trial, lines[i]);
        for (uint32_t k = 0; k < offer->component_count; k++) {
            uint16_t item = offer->components[k].item.index;
            if (!seen[item]) {
                items[item_count++] = item;
                seen[item] = true;
            }
        }
    }
    return item_count;
}

/* Each item's day is found with the purchases found before it on the list; then these are taken
 * off, and what is still needed on the material day is bought. */
static enum promise_result group_material(struct trial *trial, struct group *group)
{
    struct oracle *oracle = trial->oracle;
    static struct supply_entry kept[ORACLE_ENTRIES_MAX];
    uint16_t items[ORACLE_ITEMS_MAX];
    uint32_t count = lines_items(trial, group->lines, group->count, items);
    struct oracle_reserved *reserved = &trial->order->reserved;
    uint32_t kept_count = oracle->entry_count;
    uint32_t kept_pegs = reserved->peg_count;
    memcpy(kept, oracle->entries, sizeof kept);
    int32_t first_days[ORACLE_ITEMS_MAX];
    int32_t cash_days[ORACLE_ITEMS_MAX] = {0};
    for (uint32_t i = 0; i < count; i++) {
        first_days[i] = oracle->today;
    }
    group->material_day = oracle->today;
    group->material_item = NO_INDEX;
    for (;;) {
        int32_t floor = group->material_day;
        for (uint32_t i = 0; i < count; i++) {
            int64_t need = lines_need(trial, group->lines, group->count, items[i]);
            struct oracle_found found = oracle_item_find(oracle, trial->order, &trial->money,
                                                         items[i], need, floor, first_days[i]);
            if (found.day < 0) {
                return blocked(trial, found.cause, items[i]);
            }
            if (found.bought) {
                first_days[i] = found.order_day;
                cash_days[i] += found.cash_days;
                reserved->pegs[reserved->peg_count++] =
                    oracle_buy(oracle, trial->order, &found, items[i], need,
                               found.due_day > floor ? found.due_day : floor);
            }
            if (found.day > group->material_day) {
                group->material_day = found.day;
                group->material_item = items[i];
                group->bought = found.bought;
                group->cash_days = found.bought ? cash_days[i] : 0;
            }
        }
        if (group->material_day == floor) {
            return PROMISE_OK;
        }
        reserved->peg_count = kept_pegs;
        memcpy(oracle->entries, kept, sizeof kept);
        oracle->entry_count = kept_count;
    }
}

/* ---- a group, forward ---- */

static void booking_add(struct trial *trial, uint32_t session, int64_t seats)
{
    struct oracle_reserved *reserved = &trial->order->reserved;
    for (uint32_t i = 0; i < reserved->booking_count; i++) {
        if (reserved->bookings[i].session == session) {
            reserved->bookings[i].seats += seats;
            return;
        }
    }
    reserved->bookings[reserved->booking_count++] = (struct oracle_booking){session, seats};
}

static bool line_do(struct trial *trial, uint32_t ask_index, struct oracle_chain *chain)
{
    struct oracle *oracle = trial->oracle;
    struct oracle_reserved *reserved = &trial->order->reserved;
    const struct promise_line *line = &trial->ask->lines[ask_index];
    const struct offer *offer = asked_offer(trial, ask_index);
    if (offer->seats == 0) {
        return oracle_work_forward(oracle, &reserved->takes, &offer->routing,
                                   line->quantity_thousandths, chain);
    }
    uint32_t session = 0;
    int64_t seats = line->quantity_thousandths / 1000;
    if (!oracle_session_book(oracle, trial->order, line->offer.index, seats, chain->end, &session,
                             chain)) {
        return false;
    }
    booking_add(trial, session, seats);
    return true;
}

static enum promise_result lines_forward(struct trial *trial, struct group *group)
{
    for (uint32_t i = 0; i < group->count; i++) {
        struct oracle_chain chain = {
            .start = group->release, .end = group->release, .first_slot = -1};
        if (!line_do(trial, group->lines[i], &chain)) {
            return blocked(trial, CAUSE_HOURS, chain.blocked_by);
        }
        group->starts[i] = oracle_day_of(trial->oracle, chain.start);
        if (i == 0 || chain.end > group->chain.end) {
            group->chain = chain;
        }
    }
    return PROMISE_OK;
}

static bool collection_next(const struct trial *trial, struct group *group)
{
    const struct oracle *oracle = trial->oracle;
    int32_t end = oracle->today + oracle->shop->promise.horizon_days;
    int16_t cut_off = oracle->shop->carriers[group->carrier].cut_off_minute;
    for (int32_t day = oracle->today; day < end; day++) {
        int64_t at = zone_instant(&oracle->shop->zone, day, cut_off);
        if (at >= group->ready && oracle_carrier_goes(oracle, group->carrier, true, day) &&
            oracle_carrier_room(oracle, trial->order, group->carrier, day)) {
            group->collection_day = day;
            group->dates = (struct promise_dates){.has_ship_by = true, .ship_by = at};
            return oracle_delivery(oracle, group->carrier, day, end, &group->dates.deliver_by_day);
        }
    }
    return false;
}

/* Work that ends at midnight is done on the day before. */
static int32_t done_day(const struct trial *trial, const struct group *group, int64_t end)
{
    return oracle_day_of(trial->oracle, end > group->release ? end - 1 : end);
}

static enum promise_result group_forward(struct trial *trial, struct group *group)
{
    struct oracle *oracle = trial->oracle;
    enum promise_result result = lines_forward(trial, group);
    if (result != PROMISE_OK) {
        return result;
    }
    group->ready = group->chain.end;
    if (group->carrier == NO_INDEX) {
        group->dates =
            (struct promise_dates){.deliver_by_day = done_day(trial, group, group->ready)};
        return PROMISE_OK;
    }
    const struct carrier *carrier = &oracle->shop->carriers[group->carrier];
    if (!oracle_work_forward(oracle, &trial->order->reserved.takes, &carrier->routing, 1000,
                             &group->chain)) {
        return blocked(trial, CAUSE_HOURS, group->chain.blocked_by);
    }
    group->ready = group->chain.end + oracle->shop->promise.buffer_seconds;
    return collection_next(trial, group) ? PROMISE_OK
                                         : blocked(trial, CAUSE_CARRIER, group->carrier);
}

/* ---- a group, backward ---- */

/* The day by which all is to be there; -1: as soon as can be. */
static int32_t wanted_day(const struct trial *trial, const struct group *group)
{
    struct promise_want want = trial->ask->want;
    if (want.kind == WANT_DAY) {
        return (int32_t)want.value;
    }
    return want.kind == WANT_AT && group->carrier != NO_INDEX
               ? zone_day(&trial->oracle->shop->zone, want.value)
               : -1;
}

static bool collection_last(const struct trial *trial, struct group *group, int32_t wanted)
{
    const struct oracle *oracle = trial->oracle;
    int16_t cut_off = oracle->shop->carriers[group->carrier].cut_off_minute;
    for (int32_t day = wanted; day >= oracle->today; day--) {
        int64_t at = zone_instant(&oracle->shop->zone, day, cut_off);
        int32_t delivery = 0;
        if (oracle_carrier_goes(oracle, group->carrier, true, day) &&
            oracle_carrier_room(oracle, trial->order, group->carrier, day) && at >= group->ready &&
            oracle_delivery(oracle, group->carrier, day, wanted + 1, &delivery)) {
            group->collection_day = day;
            group->dates = (struct promise_dates){true, at, delivery};
            return true;
        }
    }
    return false;
}

/* One line in the latest time before `limit`; *begin and *end: of its work, or its release. */
/* `share_from`: a session that exists is shared only if it begins no earlier. */
static bool line_backward(struct trial *trial, const struct group *group, uint32_t ask_index,
                          int64_t share_from, int64_t limit, int64_t *begin, int64_t *end)
{
    struct oracle *oracle = trial->oracle;
    struct oracle_takes *takes = &trial->order->reserved.takes;
    const struct promise_line *line = &trial->ask->lines[ask_index];
    const struct offer *offer = asked_offer(trial, ask_index);
    uint32_t before = takes->count;
    if (offer->seats > 0) {
        uint32_t session = 0;
        int64_t seats = line->quantity_thousandths / 1000;
        if (!oracle_session_book_backward(oracle, trial->order, line->offer.index, seats,
                                          share_from, group->release, limit, &session)) {
            return false;
        }
        booking_add(trial, session, seats);
        *begin = oracle->sessions[session].start;
        *end = oracle->sessions[session].end;
        return true;
    }
    if (!oracle_work_backward(oracle, takes, &offer->routing, line->quantity_thousandths,
                              group->release, &limit)) {
        return false;
    }
    *begin = takes->count > before ? limit : group->release;
    *end = oracle_takes_end(takes, before, group->release);
    return true;
}

static bool group_backward(struct trial *trial, struct group *group, int32_t wanted)
{
    struct oracle *oracle = trial->oracle;
    struct oracle_takes *takes = &trial->order->reserved.takes;
    int64_t limit = zone_instant(&oracle->shop->zone, wanted + 1, 0);
    int64_t share_from = zone_instant(&oracle->shop->zone, wanted, 0);
    uint32_t before = takes->count;
    if (group->carrier != NO_INDEX) {
        share_from = group->release;
        if (!collection_last(trial, group, wanted)) {
            return false;
        }
        limit = group->dates.ship_by - oracle->shop->promise.buffer_seconds;
        if (!oracle_work_backward(oracle, takes, &oracle->shop->carriers[group->carrier].routing,
                                  1000, group->release, &limit)) {
            return false;
        }
    }
    int64_t parcel_end = oracle_takes_end(takes, before, -1);
    int64_t lines_end = group->release;
    for (uint32_t i = group->count; i-- > 0;) {
        int64_t begin = 0;
        int64_t end = 0;
        if (!line_backward(trial, group, group->lines[i], share_from, limit, &begin, &end)) {
            return false;
        }
        group->starts[i] = oracle_day_of(oracle, begin);
        lines_end = end > lines_end ? end : lines_end;
    }
    group->ready = parcel_end < 0 ? lines_end : parcel_end;
    if (group->carrier == NO_INDEX) {
        group->dates.deliver_by_day = done_day(trial, group, group->ready);
    } else {
        group->ready += oracle->shop->promise.buffer_seconds;
    }
    group->backward = true;
    return true;
}

/* Gives back what the lines and the parcel of the group at hand took. */
static void group_undo(struct trial *trial, const struct oracle_reserved *before, uint32_t sessions)
{
    struct oracle *oracle = trial->oracle;
    struct oracle_reserved *reserved = &trial->order->reserved;
    struct oracle_takes takes = reserved->takes;
    if (takes.count > before->takes.count) {
        struct oracle_takes late = {.count = takes.count - before->takes.count,
                                    .list = takes.list + before->takes.count};
        oracle_takes_count(oracle, &late, -1);
    }
    takes.count = before->takes.count;
    *reserved = *before;
    reserved->takes = takes;
    while (oracle->session_count > sessions) {
        struct oracle_session *session = &oracle->sessions[--oracle->session_count];
        oracle_takes_count(oracle, &session->takes, -1);
        free(session->takes.list);
    }
}

/* ---- dates and limits ---- */

static void limit_fill(const struct trial *trial, const struct group *group,
                       struct promise_limit *limit)
{
    const struct oracle *oracle = trial->oracle;
    const struct zone *zone = &oracle->shop->zone;
    const struct oracle_chain *chain = &group->chain;
    int64_t midnight = zone_instant(zone, group->material_day, 0);
    int64_t without_cash = zone_instant(zone, group->material_day - group->cash_days, 0);
    int64_t stock = 0;
    int64_t cash = 0;
    if (group->material_day > oracle->today) {
        stock = without_cash > oracle->now ? without_cash - oracle->now : 0;
        cash = midnight - oracle->now - stock;
    }
    int64_t carriage = group->dates.has_ship_by ? group->dates.ship_by - group->ready : 0;
    if (group->backward) {
        *limit = (struct promise_limit){CAUSE_NONE, NO_INDEX, minute_after(group->ready)};
    } else if (stock > 0 && stock >= cash && stock >= chain->wait && stock >= carriage) {
        *limit = (struct promise_limit){group->bought ? CAUSE_SUPPLY : CAUSE_STOCK,
                                        group->material_item, midnight};
    } else if (cash > 0 && cash >= chain->wait && cash >= carriage) {
        *limit = (struct promise_limit){CAUSE_CASH, group->material_item, midnight};
    } else if (chain->wait > 0 && chain->wait >= carriage) {
        *limit = (struct promise_limit){CAUSE_HOURS, chain->wait_center, minute_after(chain->end)};
    } else if (carriage > 0) {
        *limit = (struct promise_limit){CAUSE_CARRIER, group->carrier, group->dates.ship_by};
    } else {
        *limit = (struct promise_limit){CAUSE_NONE, NO_INDEX, minute_after(group->ready)};
    }
}

/* The order's dates are the latest of its groups; what limited the latest group limited the order.
 */
static void summary_add(struct trial *trial, const struct group *group)
{
    struct promise_summary *summary = &trial->answer->summary;
    const struct promise_dates *dates = &group->dates;
    bool later = !trial->has_group || dates->deliver_by_day > trial->latest.deliver_by_day ||
                 (dates->deliver_by_day == trial->latest.deliver_by_day && dates->has_ship_by &&
                  (!trial->latest.has_ship_by || dates->ship_by > trial->latest.ship_by));
    if (later) {
        trial->latest = *dates;
        limit_fill(trial, group, &summary->limit);
        summary->dates.deliver_by_day = dates->deliver_by_day;
    }
    if (dates->has_ship_by &&
        (!summary->dates.has_ship_by || dates->ship_by > summary->dates.ship_by)) {
        summary->dates.has_ship_by = true;
        summary->dates.ship_by = dates->ship_by;
    }
    if (!trial->has_group || group->material_day > summary->material_day) {
        summary->material_day = group->material_day;
    }
    if (!trial->has_group || minute_after(group->ready) > summary->ready_at) {
        summary->ready_at = minute_after(group->ready);
    }
    trial->has_group = true;
}

static void group_keep(struct trial *trial, const struct group *group)
{
    const struct shop *shop = trial->oracle->shop;
    struct oracle_reserved *reserved = &trial->order->reserved;
    uint16_t place = (uint16_t)reserved->group_count;
    reserved->groups[reserved->group_count++] =
        (struct oracle_group){group->carrier, group->collection_day, group->dates};
    for (uint32_t i = 0; i < group->count; i++) {
        reserved->line_groups[group->lines[i]] = place;
        for (uint16_t item = 0; item < shop->item_count; item++) {
            int64_t need = oracle_line_need(shop, &trial->ask->lines[group->lines[i]], item);
            if (need > 0) {
                reserved->commitments[reserved->commitment_count++] =
                    (struct oracle_commitment){item, place, group->starts[i], need};
            }
        }
    }
    if (group->carrier != NO_INDEX) {
        trial->answer->summary.shipping_minor += shop->carriers[group->carrier].charge_minor;
    }
    summary_add(trial, group);
}

static enum promise_result group_do(struct trial *trial, struct group *group)
{
    struct oracle *oracle = trial->oracle;
    enum promise_result result = group_material(trial, group);
    if (result != PROMISE_OK) {
        return result;
    }
    group->release = zone_instant(&oracle->shop->zone, group->material_day, 0);
    if (group->release < trial->way.earliest) {
        group->release = trial->way.earliest;
    }
    if (group->release >= oracle_horizon_end(oracle)) {
        return blocked(trial, CAUSE_NONE, NO_INDEX);
    }
    struct oracle_reserved before = trial->order->reserved;
    uint32_t sessions = oracle->session_count;
    struct group forward = *group;
    result = group_forward(trial, &forward);
    if (result != PROMISE_OK) {
        return result;
    }
    if (forward.dates.deliver_by_day > trial->earliest_day) {
        trial->earliest_day = forward.dates.deliver_by_day;
    }
    int32_t wanted = wanted_day(trial, group);
    if (group->carrier == NO_INDEX && trial->ask->want.kind == WANT_AT &&
        group->release < trial->ask->want.value) {
        /* It could begin sooner, but is wanted then or later. */
        group_undo(trial, &before, sessions);
        group->release = trial->ask->want.value;
        forward = *group;
        result = group_forward(trial, &forward);
        if (result != PROMISE_OK) {
            return result;
        }
    }
    if (forward.dates.deliver_by_day < wanted) {
        group->ready = forward.ready;
        group_undo(trial, &before, sessions);
        if (group_backward(trial, group, wanted)) {
            group_keep(trial, group);
            return PROMISE_OK;
        }
        group_undo(trial, &before, sessions);
        forward = *group;
        forward.dates = (struct promise_dates){0};
        ASSERT(group_forward(trial, &forward) == PROMISE_OK);
    }
    group_keep(trial, &forward);
    return PROMISE_OK;
}

/* ---- the ask ---- */

static void lines_prepare(struct trial *trial)
{
    const struct promise_ask *ask = trial->ask;
    struct oracle_order *order = trial->order;
    ASSERT(ask->line_count <= ORACLE_LINES_MAX);
    order->line_count = ask->line_count;
    for (uint32_t i = 0; i < ask->line_count; i++) {
        order->lines[i] = ask->lines[i];
        order->line_amounts[i] = oracle_half_up(asked_offer(trial, i)->price_minor,
                                                ask->lines[i].quantity_thousandths, 1000);
        trial->answer->summary.total_minor += order->line_amounts[i];
        uint32_t at = i;
        for (; at > 0 && line_before(trial, i, trial->planned[at - 1]); at--) {
            trial->planned[at] = trial->planned[at - 1];
        }
        trial->planned[at] = i;
    }
}

/* What the sale brings, as far as it is known before it is planned. */
static void money_prepare(struct trial *trial)
{
    uint16_t carriers[ORACLE_LINES_MAX];
    uint32_t count = 0;
    trial->money.total = trial->answer->summary.total_minor;
    for (uint32_t i = 0; i < trial->ask->line_count; i++) {
        const struct offer *offer = asked_offer(trial, trial->planned[i]);
        bool known = count > 0 && carriers[count - 1] == offer->carrier.index;
        if (!offer->on_site && !known) {
            carriers[count++] = offer->carrier.index;
            trial->money.total += trial->oracle->shop->carriers[offer->carrier.index].charge_minor;
        }
    }
    trial->money.sold = trial->way.sold;
    trial->money.vat = oracle_vat(trial->oracle->shop, trial->order, carriers, count);
    trial->money.lowest_before =
        trial->oracle->shop->cash.present ? oracle_cash_lowest(trial->oracle, NULL) : 0;
}

/* The day on which the material of the last of these lines comes; -1: never. What is found for one
 * item is on the list while the next is looked for; nothing is bought yet. */
static enum promise_result line_material(struct trial *trial, const uint32_t *lines, uint32_t count,
                                         int32_t *day)
{
    static struct oracle_mark mark;
    struct oracle *oracle = trial->oracle;
    uint16_t items[ORACLE_ITEMS_MAX];
    uint32_t item_count = lines_items(trial, lines + count - 1, 1, items);
    enum promise_result result = PROMISE_OK;
    oracle_mark(oracle, &mark);
    *day = oracle->today;
    for (uint32_t i = 0; i < item_count && result == PROMISE_OK; i++) {
        int64_t need = lines_need(trial, lines, count, items[i]);
        struct oracle_found found = oracle_item_find(oracle, trial->order, &trial->money, items[i],
                                                     need, oracle->today, oracle->today);
        if (found.day < 0) {
            result = blocked(trial, found.cause, items[i]);
        } else if (found.bought) {
            oracle_buy(oracle, trial->order, &found, items[i], need, found.due_day);
        }
        *day = found.day > *day ? found.day : *day;
    }
    oracle->entry_count = mark.entry_count;
    memcpy(oracle->entries, mark.entries, sizeof mark.entries);
    return result;
}

/* The lines of one carrier, those whose material comes on one day together. */
static enum promise_result split_do(struct trial *trial, const uint32_t *lines, uint32_t count)
{
    int32_t days[ORACLE_LINES_MAX];
    for (uint32_t i = 0; i < count; i++) {
        enum promise_result result = line_material(trial, lines, i + 1, &days[i]);
        if (result != PROMISE_OK) {
            return result;
        }
    }
    int32_t end = trial->oracle->today + trial->oracle->shop->promise.horizon_days;
    for (int32_t day = trial->oracle->today; day < end; day++) {
        struct group group = {.carrier = asked_offer(trial, lines[0])->carrier.index};
        for (uint32_t i = 0; i < count; i++) {
            if (days[i] == day) {
                group.lines[group.count++] = lines[i];
            }
        }
        enum promise_result result = group.count > 0 ? group_do(trial, &group) : PROMISE_OK;
        if (result != PROMISE_OK) {
            return result;
        }
    }
    return PROMISE_OK;
}

static enum promise_result groups_do(struct trial *trial)
{
    uint32_t count = trial->ask->line_count;
    uint32_t first = 0;
    enum promise_result result = PROMISE_OK;
    while (first < count && result == PROMISE_OK) {
        const struct offer *offer = asked_offer(trial, trial->planned[first]);
        struct group group = {.carrier = offer->on_site ? NO_INDEX : offer->carrier.index};
        for (uint32_t i = first; i < count; i++) {
            const struct offer *other = asked_offer(trial, trial->planned[i]);
            if (i > first && (offer->on_site || other->on_site ||
                              other->carrier.index != offer->carrier.index)) {
                break;
            }
            group.lines[group.count++] = trial->planned[i];
        }
        result = trial->ask->split && !offer->on_site ? split_do(trial, group.lines, group.count)
                                                      : group_do(trial, &group);
        first += group.count;
    }
    return result;
}

/* More seats than a class has, or parts of one: sold elsewhere. */
static bool seats_lack(const struct trial *trial)
{
    bool lack = false;
    for (uint32_t i = 0; i < trial->ask->line_count; i++) {
        int64_t seats = asked_offer(trial, i)->seats;
        int64_t quantity = trial->ask->lines[i].quantity_thousandths;
        lack = lack || (seats > 0 && (quantity % 1000 != 0 || quantity / 1000 > seats));
    }
    return lack;
}

static void group_break(struct trial *trial, struct group *group, int32_t promised_day)
{
    struct oracle *oracle = trial->oracle;
    int64_t midnight = zone_instant(&oracle->shop->zone, promised_day, 0);
    group->material_day = oracle->today;
    for (uint32_t i = 0; i < group->count; i++) {
        group->starts[i] = oracle->today;
    }
    if (group->carrier != NO_INDEX) {
        if (!collection_last(trial, group, promised_day)) {
            group->collection_day = promised_day < oracle->today ? oracle->today : promised_day;
            group->dates.ship_by = midnight;
        }
        group->dates.has_ship_by = true;
    }
    group->dates.deliver_by_day = promised_day;
    group->ready = oracle->now;
    group_keep(trial, group);
}

void oracle_break(struct oracle *oracle, const struct promise_ask *ask, int32_t promised_day,
                  struct oracle_order *order, struct promise_answer *answer)
{
    struct trial trial = {.oracle = oracle, .ask = ask, .order = order, .answer = answer};
    struct promise_limit limit = answer->summary.limit;
    uint16_t carriers[ORACLE_LINES_MAX];
    uint32_t carrier_count = 0;
    answer->summary = (struct promise_summary){0};
    lines_prepare(&trial);
    for (uint32_t first = 0; first < ask->line_count;) {
        const struct offer *offer = asked_offer(&trial, trial.planned[first]);
        struct group group = {.carrier = offer->on_site ? NO_INDEX : offer->carrier.index};
        for (uint32_t i = first; i < ask->line_count; i++) {
            const struct offer *other = asked_offer(&trial, trial.planned[i]);
            bool together =
                !offer->on_site && !other->on_site && other->carrier.index == offer->carrier.index;
            if (i == first || together) {
                group.lines[group.count++] = trial.planned[i];
            }
        }
        group_break(&trial, &group, promised_day);
        first += group.count;
        if (group.carrier != NO_INDEX) {
            carriers[carrier_count++] = group.carrier;
        }
    }
    order->vat = oracle_vat(oracle->shop, order, carriers, carrier_count);
    order->broken = true;
    answer->summary.total_minor += answer->summary.shipping_minor;
    answer->summary.limit = limit;
}

void oracle_mark(const struct oracle *oracle, struct oracle_mark *mark)
{
    mark->entry_count = oracle->entry_count;
    mark->session_count = oracle->session_count;
    memcpy(mark->entries, oracle->entries, mark->entry_count * sizeof *mark->entries);
}

void oracle_undo(struct oracle *oracle, const struct oracle_mark *mark, struct oracle_order *order)
{
    static const struct oracle_reserved nothing;
    struct trial trial = {.oracle = oracle, .order = order};
    group_undo(&trial, &nothing, mark->session_count);
    oracle->entry_count = mark->entry_count;
    memcpy(oracle->entries, mark->entries, mark->entry_count * sizeof *mark->entries);
}

enum promise_result oracle_plan(struct oracle *oracle, const struct promise_ask *ask,
                                struct oracle_way way, struct oracle_order *order,
                                struct promise_answer *answer)
{
    struct trial trial = {
        .oracle = oracle, .ask = ask, .way = way, .order = order, .answer = answer};
    uint16_t carriers[ORACLE_LINES_MAX];
    uint32_t carrier_count = 0;
    lines_prepare(&trial);
    if (seats_lack(&trial)) {
        answer->summary.limit = (struct promise_limit){CAUSE_NONE, NO_INDEX, 0};
        answer->offer.index = NO_INDEX;
        return PROMISE_BAD_QUANTITY;
    }
    money_prepare(&trial);
    enum promise_result result = groups_do(&trial);
    if (result != PROMISE_OK) {
        return result;
    }
    for (uint32_t i = 0; i < order->reserved.group_count; i++) {
        if (order->reserved.groups[i].carrier != NO_INDEX) {
            carriers[carrier_count++] = order->reserved.groups[i].carrier;
        }
    }
    order->vat = oracle_vat(oracle->shop, order, carriers, carrier_count);
    answer->summary.total_minor += answer->summary.shipping_minor;
    bool late = way.by_day != 0 && trial.earliest_day > way.by_day;
    if (late ||
        (!way.any_day && trial.earliest_day - oracle->today > oracle->shop->promise.max_days)) {
        answer->has_possible = true;
        answer->possible_day = trial.earliest_day;
        return PROMISE_SOLD_OUT;
    }
    return PROMISE_OK;
}

/* ---- looks ---- */

void oracle_atp(const struct oracle *oracle, uint16_t item, struct atp_day *days)
{
    for (int32_t i = 0; i < oracle->shop->promise.horizon_days; i++) {
        int32_t day = oracle->today + i;
        int64_t lowest = oracle_lowest(oracle, NULL, item, day) -
                         oracle->shop->items[item].keep_back_thousandths;
        days[i] = (struct atp_day){.day = day,
                                   .projected = oracle_projected(oracle, NULL, item, day),
                                   .atp = lowest > 0 ? lowest : 0};
    }
}

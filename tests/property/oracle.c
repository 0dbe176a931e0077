/* What happens to orders, in the oracle's plain words; oracle.h says what stands where.
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

static int32_t people_on(const struct oracle *oracle, uint32_t work_center, int32_t day)
{
    const struct shop *shop = oracle->shop;
    int32_t people = shop->work_centers[work_center].people;
    for (uint32_t i = 0; i < shop->staffing_count; i++) {
        const struct staffing *staffing = &shop->staffing[i];
        if (staffing->work_center.index == work_center && day >= staffing->from_day &&
            day <= staffing->to_day) {
            people += staffing->people;
        }
    }
    for (uint32_t i = 0; i < oracle->staffing_count; i++) {
        const struct staffing *staffing = &oracle->staffing[i];
        bool applies = staffing->work_center.index == work_center && day >= staffing->from_day &&
                       day <= staffing->to_day;
        people += applies ? staffing->people : 0;
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
    int32_t people = people_on(oracle, work_center, day);
    for (uint32_t i = 0; i < calendar->opening_count; i++) {
        const struct opening *opening = &calendar->openings[i];
        if (opening->weekday != weekday_of_day(day)) {
            continue;
        }
        int64_t from = zone_instant(&shop->zone, day, opening->from_minute);
        int64_t to = zone_instant(&shop->zone, day, opening->to_minute);
        int64_t first = from / SLOT_SECONDS - oracle->first_slot;
        int64_t last = first + (to - from + SLOT_SECONDS - 1) / SLOT_SECONDS;
        first = first < 0 ? 0 : first;
        last = last > oracle->slot_count ? oracle->slot_count : last;
        if (first < last) {
            memset(&oracle->people[work_center][first], people, (size_t)(last - first));
        }
    }
}

void oracle_shop(struct oracle *oracle, const struct shop *shop)
{
    oracle->shop = shop;
    oracle_wake(oracle);
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
    for (uint32_t i = 0; i < shop->receipt_count; i++) {
        const struct item_movement *receipt = &shop->receipts[i];
        oracle->entries[oracle->entry_count++] = (struct supply_entry){
            .quantity_thousandths = receipt->quantity_thousandths,
            .arrives_day = receipt->due_day,
            .due_day = receipt->due_day,
            .item = receipt->item.index,
            .supplier = shop->items[receipt->item.index].supplier.index,
            .status = SUPPLY_EXPECTED,
        };
    }
    oracle->balance = shop->cash.opening_balance_minor;
    oracle->balance_day = oracle->today;
    oracle_shop(oracle, shop);
}

void oracle_end(struct oracle *oracle)
{
    for (uint32_t i = 0; i < oracle->order_count; i++) {
        free(oracle->orders[i].reserved.takes.list);
    }
    for (uint32_t i = 0; i < oracle->session_count; i++) {
        free(oracle->sessions[i].takes.list);
    }
    free(oracle->orders);
    free(oracle->sessions);
    free(oracle->wishes);
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

void oracle_takes_count(struct oracle *oracle, const struct oracle_takes *takes, int sign)
{
    for (uint32_t i = 0; i < takes->count; i++) {
        const struct oracle_take *take = &takes->list[i];
        unsigned char *taken = &oracle->taken[take->work_center][take->slot - oracle->first_slot];
        *taken = (unsigned char)(*taken + sign * take->crew);
    }
}

/* Does any order that has its reservations have a seat in it? */
static bool session_lives(const struct oracle *oracle, uint32_t session)
{
    for (uint32_t i = 0; i < oracle->order_count; i++) {
        const struct oracle_order *order = &oracle->orders[i];
        for (uint32_t k = 0; k < order->reserved.booking_count; k++) {
            if (!order->aside && order->reserved.bookings[k].session == session) {
                return true;
            }
        }
    }
    return false;
}

void oracle_reserve(struct oracle *oracle, struct oracle_order *order)
{
    order->aside = false;
    oracle_takes_count(oracle, &order->reserved.takes, 1);
    for (uint32_t i = 0; i < order->reserved.booking_count; i++) {
        struct oracle_session *session = &oracle->sessions[order->reserved.bookings[i].session];
        if (session->ended) {
            session->ended = false;
            oracle_takes_count(oracle, &session->takes, 1);
        }
    }
}

void oracle_release(struct oracle *oracle, struct oracle_order *order)
{
    order->aside = true;
#ifdef ORACLE_FORGETS_SLOTS /* a planted bug, for shrink_test.py to find */
    order->reserved.takes.count = 0;
#endif
    oracle_takes_count(oracle, &order->reserved.takes, -1);
    for (uint32_t i = 0; i < order->reserved.booking_count; i++) {
        uint32_t session = order->reserved.bookings[i].session;
        if (!oracle->sessions[session].ended && !session_lives(oracle, session)) {
            oracle->sessions[session].ended = true;
            oracle_takes_count(oracle, &oracle->sessions[session].takes, -1);
        }
    }
}

/* An order that ends early: what it no longer needs is not bought. */
static void order_end(struct oracle *oracle, struct oracle_order *order, enum order_status status)
{
    oracle_release(oracle, order);
    order->status = status;
    oracle_reduce(oracle, order);
    oracle_wake(oracle);
}

/* ---- time ---- */

/* The hold that ends first of those that end by `now`; NULL: none. */
static struct oracle_order *hold_due(struct oracle *oracle, int64_t now)
{
    struct oracle_order *first = NULL;
    for (uint32_t i = 0; i < oracle->order_count; i++) {
        struct oracle_order *order = &oracle->orders[i];
        if (order->status == ORDER_HELD && order->held_until <= now &&
            (first == NULL || order->held_until < first->held_until)) {
            first = order;
        }
    }
    return first;
}

/* A day that has begun does not end because the clock is set back over midnight. */
static void day_begin(struct oracle *oracle, int64_t now)
{
    while (zone_instant(&oracle->shop->zone, oracle->today + 1, 0) <= now) {
        oracle->today++;
        oracle_wake(oracle);
    }
}

void oracle_time(struct oracle *oracle, int64_t now)
{
    struct oracle_order *hold = hold_due(oracle, now);
    for (; hold != NULL; hold = hold_due(oracle, now)) {
        day_begin(oracle, hold->held_until);
        order_end(oracle, hold, ORDER_EXPIRED);
    }
    day_begin(oracle, now);
    oracle->now = now;
}

/* ---- the steps of lines ---- */

static bool open_status(enum order_status status)
{
    return status == ORDER_CONFIRMED || status == ORDER_STARTED || status == ORDER_DONE;
}

static bool line_on_site(const struct oracle_order *order, uint32_t line)
{
    return order->reserved.groups[order->reserved.line_groups[line]].carrier == NO_INDEX;
}

static bool line_allows(const struct oracle_order *order, uint32_t line,
                        enum promise_command_kind kind)
{
    enum order_status status = order->line_status[line];
    switch (kind) {
    case PROMISE_START:
        return status == ORDER_CONFIRMED;
    case PROMISE_DONE:
        return status == ORDER_CONFIRMED || status == ORDER_STARTED;
    case PROMISE_SHIP:
        return open_status(status) && !line_on_site(order, line);
    case PROMISE_DELIVER:
        return line_on_site(order, line) ? open_status(status) : status == ORDER_SHIPPED;
    default:
        return false;
    }
}

/* Is the line meant: alone, with its parcel, or with all of the order? */
static bool line_meant(const struct oracle_order *order, uint32_t line,
                       const struct promise_command *command)
{
    bool alone = command->kind == PROMISE_START || command->kind == PROMISE_DONE;
    if (command->line == LINE_ALL) {
        return true;
    }
    uint32_t named = command->line - 1u;
    return alone ? line == named
                 : order->reserved.line_groups[line] == order->reserved.line_groups[named];
}

static void goods_leave(struct oracle *oracle, struct oracle_order *order, uint32_t line)
{
    struct oracle_reserved *reserved = &order->reserved;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < reserved->commitment_count; i++) {
        struct oracle_commitment commitment = reserved->commitments[i];
        if (commitment.group == reserved->line_groups[line]) {
            oracle->on_hand[commitment.item] -= commitment.quantity;
        } else {
            reserved->commitments[kept++] = commitment;
        }
    }
    reserved->commitment_count = kept;
}

static enum order_status status_of_lines(const struct oracle_order *order)
{
    enum order_status least = ORDER_DELIVERED;
    enum order_status most = ORDER_CONFIRMED;
    for (uint32_t i = 0; i < order->line_count; i++) {
        least = order->line_status[i] < least ? order->line_status[i] : least;
        most = order->line_status[i] > most ? order->line_status[i] : most;
    }
    return least == ORDER_CONFIRMED && most > ORDER_CONFIRMED ? ORDER_STARTED : least;
}

static bool any_shipped(const struct oracle_order *order)
{
    bool any = false;
    for (uint32_t i = 0; i < order->line_count; i++) {
        any = any || order->line_status[i] >= ORDER_SHIPPED;
    }
    return any;
}

static enum promise_result step_lines(struct oracle *oracle, struct oracle_order *order,
                                      const struct promise_command *command)
{
    static const enum order_status after[PROMISE_COMMANDS] = {[PROMISE_START] = ORDER_STARTED,
                                                              [PROMISE_DONE] = ORDER_DONE,
                                                              [PROMISE_SHIP] = ORDER_SHIPPED,
                                                              [PROMISE_DELIVER] = ORDER_DELIVERED};
    bool any = false;
    for (uint32_t i = 0; i < order->line_count; i++) {
        bool meant = line_meant(order, i, command);
        bool allowed = line_allows(order, i, command->kind);
        any = any || (meant && allowed);
        /* What has not shipped is not delivered with the rest. */
        if (meant && command->kind == PROMISE_DELIVER && !allowed &&
            order->line_status[i] != ORDER_DELIVERED) {
            return PROMISE_WRONG_STATUS;
        }
    }
    if (!any) {
        return PROMISE_WRONG_STATUS;
    }
    for (uint32_t i = 0; i < order->line_count; i++) {
        if (!line_meant(order, i, command) || !line_allows(order, i, command->kind)) {
            continue;
        }
        if (command->kind == PROMISE_SHIP || command->kind == PROMISE_DELIVER) {
            goods_leave(oracle, order, i);
        }
        order->line_status[i] = after[command->kind];
    }
    order->status = status_of_lines(order);
    if (order->status == ORDER_DELIVERED) {
        oracle_release(oracle, order);
        oracle_wake(oracle);
    }
    return PROMISE_OK;
}

/* ---- what may be asked for ---- */

static bool quantity_bad(const struct shop *shop, const struct promise_line *line, bool elsewhere)
{
    int64_t quantity = line->quantity_thousandths;
    int64_t seats = shop->offers[line->offer.index].seats;
    return quantity <= 0 || quantity > LIMIT_LINE_QUANTITY_THOUSANDTHS ||
           (seats > 0 && !elsewhere && (quantity % 1000 != 0 || quantity / 1000 > seats));
}

static enum promise_result lines_refuse(const struct oracle *oracle, const struct promise_ask *ask,
                                        struct promise_answer *answer)
{
    for (uint32_t i = 0; i < ask->line_count; i++) {
        const struct promise_line *line = &ask->lines[i];
        answer->offer = line->offer;
        if (line->offer.index >= oracle->shop->offer_count ||
            (oracle->shop->offers[line->offer.index].retired && !ask->elsewhere)) {
            return PROMISE_OFFER_RETIRED;
        }
        if (quantity_bad(oracle->shop, line, ask->elsewhere)) {
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
                                           const struct promise_ask *ask,
                                           const struct oracle_order *replaced,
                                           struct promise_answer *answer)
{
    for (uint32_t i = 0; i < ask->line_count; i++) {
        uint16_t offer = ask->lines[i].offer.index;
        int64_t most = oracle->shop->offers[offer].max_per_customer_thousandths;
        int64_t before = bought_before(oracle, ask->customer.value, offer, replaced);
        int64_t asked = 0;
        for (uint32_t k = 0; k < ask->line_count; k++) {
            asked += ask->lines[k].offer.index == offer ? ask->lines[k].quantity_thousandths : 0;
        }
        if (most >= 0 && before + asked > most) {
            answer->offer.index = offer;
            answer->left_thousandths = most - before < 0 ? 0 : most - before;
            return PROMISE_OVER_CUSTOMER_LIMIT;
        }
    }
    return PROMISE_OK;
}

enum promise_result oracle_ask_refuse(const struct oracle *oracle, const struct promise_ask *ask,
                                      const struct oracle_order *replaced,
                                      struct promise_answer *answer)
{
    enum promise_result result = lines_refuse(oracle, ask, answer);
    return result == PROMISE_OK && !ask->elsewhere ? customer_refuse(oracle, ask, replaced, answer)
                                                   : result;
}

/* ---- holds ---- */

static int64_t hold_lasts(const struct oracle *oracle, bool wished)
{
    const struct promise_rules *rules = &oracle->shop->promise;
    return wished ? rules->wish_seconds : rules->hold_seconds;
}

int64_t oracle_hold_last(const struct oracle *oracle, int64_t made_at, bool wished)
{
    return made_at + hold_lasts(oracle, wished) + oracle->shop->promise.payment_seconds;
}

static bool no_later(const struct promise_dates *dates, const struct promise_dates *promised)
{
    return dates->deliver_by_day <= promised->deliver_by_day &&
           (!dates->has_ship_by || dates->ship_by <= promised->ship_by);
}

/* A payment that comes too late: is the promise still there, as an order without hold? */
static enum promise_result confirm_late(struct oracle *oracle, struct oracle_order *order)
{
    static struct oracle_mark mark;
    struct oracle_order trial = {.key = order->key, .status = ORDER_CONFIRMED};
    struct promise_answer answer = {0};
    struct promise_ask ask = order->ask;
    ask.lines = order->lines;
    if (oracle_ask_refuse(oracle, &ask, NULL, &answer) != PROMISE_OK) {
        return PROMISE_HOLD_EXPIRED;
    }
    oracle_mark(oracle, &mark);
    enum promise_result result =
        oracle_plan(oracle, &ask, (struct oracle_way){.earliest = oracle->now, .any_day = true},
                    &trial, &answer);
    bool in_time = result == PROMISE_OK && no_later(&answer.summary.dates, &order->first.dates);
    for (uint32_t i = 0; i < order->line_count && in_time; i++) {
        uint32_t promised = order->reserved.line_groups[i];
        in_time = no_later(&trial.reserved.groups[trial.reserved.line_groups[i]].dates,
                           &order->reserved.groups[promised].dates);
    }
    if (!in_time) {
        oracle_undo(oracle, &mark, &trial);
        free(trial.reserved.takes.list);
        return PROMISE_HOLD_EXPIRED;
    }
    free(order->reserved.takes.list);
    order->reserved = trial.reserved;
    order->current = answer.summary;
    order->revisions++;
    order->broken = false;
    order->status = ORDER_CONFIRMED;
    order->aside = false;
    oracle_wake(oracle);
    return PROMISE_OK;
}

static enum promise_result confirm(struct oracle *oracle, struct oracle_order *order)
{
    switch (order->status) {
    case ORDER_HELD:
        order->status = ORDER_CONFIRMED;
        return PROMISE_OK;
    case ORDER_CONFIRMED:
        return PROMISE_OK;
    case ORDER_EXPIRED:
        return confirm_late(oracle, order);
    default:
        return PROMISE_WRONG_STATUS;
    }
}

static enum promise_result hold_longer(struct oracle *oracle, struct oracle_order *order,
                                       enum promise_command_kind kind)
{
    const struct promise_rules *rules = &oracle->shop->promise;
    int64_t last = oracle_hold_last(oracle, order->made_at, order->wished);
    int64_t until =
        oracle->now + (kind == PROMISE_PAY ? rules->payment_seconds : rules->hold_seconds);
    if (order->status != ORDER_HELD) {
        return order->status == ORDER_EXPIRED ? PROMISE_HOLD_EXPIRED : PROMISE_WRONG_STATUS;
    }
    until = until < last ? until : last;
    order->held_until = until > order->held_until ? until : order->held_until;
    return PROMISE_OK;
}

static enum promise_result step(struct oracle *oracle, const struct promise_command *command)
{
    struct oracle_order *order = oracle_find(oracle, &command->order);
    if (order == NULL) {
        return PROMISE_NO_ORDER;
    }
    switch (command->kind) {
    case PROMISE_CONFIRM:
        return confirm(oracle, order);
    case PROMISE_CANCEL:
        if (order->status == ORDER_HELD || (open_status(order->status) && !any_shipped(order))) {
            order_end(oracle, order, ORDER_CANCELLED);
        }
        return order->status == ORDER_CANCELLED ? PROMISE_OK : PROMISE_WRONG_STATUS;
    case PROMISE_PAY:
    case PROMISE_EXTEND:
        return hold_longer(oracle, order, command->kind);
    default:
        return open_status(order->status) || order->status == ORDER_SHIPPED
                   ? step_lines(oracle, order, command)
                   : PROMISE_WRONG_STATUS;
    }
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
        bool may = order->status == ORDER_HELD ||
                   (command->ask.elsewhere && open_status(order->status) && !any_shipped(order));
        if (!over && !may) {
            return PROMISE_WRONG_STATUS;
        }
        *replaced = over ? NULL : order;
    }
    return oracle_ask_refuse(oracle, &command->ask, *replaced, answer);
}

static enum promise_result want_refuse(const struct oracle *oracle, struct promise_want want)
{
    int32_t end = oracle->today + oracle->shop->promise.horizon_days;
    bool beyond = (want.kind == WANT_DAY && want.value >= end) ||
                  (want.kind == WANT_AT && want.value >= oracle_horizon_end(oracle));
    return beyond ? PROMISE_WANT_BEYOND : PROMISE_OK;
}

static void order_keep(struct oracle *oracle, const struct promise_summary *summary,
                       struct oracle_order *order)
{
    if (oracle->order_count == oracle->order_capacity) {
        oracle->order_capacity = oracle->order_capacity * 2 + 16;
        oracle->orders = realloc(oracle->orders, oracle->order_capacity * sizeof *oracle->orders);
        ASSERT(oracle->orders != NULL);
    }
    for (uint32_t i = 0; i < order->line_count; i++) {
        order->line_status[i] = ORDER_CONFIRMED;
    }
    order->first = order->current = *summary;
    oracle->orders[oracle->order_count++] = *order;
}

/* What was sold elsewhere is taken: with its plan where that is in time, else with its goods
 * alone, on its list today, and its promise broken. */
static enum promise_result
elsewhere_settle(struct oracle *oracle, const struct promise_command *command,
                 enum promise_result result, const struct oracle_mark *mark,
                 struct oracle_order *order, struct promise_answer *answer)
{
    int32_t last = oracle->today + oracle->shop->promise.horizon_days - 1;
    int32_t promised = command->promised_day;
    if (result == PROMISE_OK &&
        (promised == 0 || answer->summary.dates.deliver_by_day <= promised)) {
        return PROMISE_OK;
    }
    if (promised == 0) {
        promised = oracle->today + oracle->shop->promise.max_days;
    }
    promised = promised > last ? last : promised;
    answer->has_possible = result == PROMISE_OK;
    answer->possible_day = result == PROMISE_OK ? answer->summary.dates.deliver_by_day : 0;
    oracle_undo(oracle, mark, order);
    oracle_break(oracle, &command->ask, promised, order, answer);
    return PROMISE_OK;
}

/* Plans it as if the hold that it replaces were not there; what that one had bought goes on being
 * expected until the new order has its own. */
enum promise_result oracle_place(struct oracle *oracle, const struct promise_command *command,
                                 bool keep, struct promise_answer *answer)
{
    static struct oracle_mark mark;
    struct oracle_order *replaced = NULL;
    enum promise_result result = place_refuse(oracle, command, &replaced, answer);
    if (result == PROMISE_OK) {
        result = want_refuse(oracle, command->ask.want);
    }
    if (result != PROMISE_OK) {
        return result;
    }
    enum order_status replaced_was = replaced == NULL ? ORDER_NONE : replaced->status;
    if (replaced != NULL) {
        oracle_release(oracle, replaced);
        replaced->status = ORDER_REPLACED;
    }
    bool wished = command->wish != 0;
    struct oracle_order order = {.key = command->order,
                                 .status = command->hold ? ORDER_HELD : ORDER_CONFIRMED,
                                 .customer = command->ask.customer.value,
                                 .made_at = oracle->now,
                                 .held_until =
                                     command->hold ? oracle->now + hold_lasts(oracle, wished) : 0,
                                 .wished = wished,
                                 .ask = command->ask};
    struct oracle_way way = {
        .earliest = command->hold ? oracle_hold_last(oracle, oracle->now, wished) : oracle->now,
        .any_day = command->ask.elsewhere,
        .by_day = wished ? oracle->wishes[command->wish - 1].latest_day : 0};
    oracle_mark(oracle, &mark);
    result = oracle_plan(oracle, &command->ask, way, &order, answer);
    if (keep && command->ask.elsewhere) {
        result = elsewhere_settle(oracle, command, result, &mark, &order, answer);
    }
    if (result != PROMISE_OK || !keep) {
        oracle_undo(oracle, &mark, &order);
        free(order.reserved.takes.list);
        if (replaced != NULL) {
            replaced->status = replaced_was;
            oracle_reserve(oracle, replaced);
        }
        return result;
    }
    size_t place = replaced == NULL ? 0 : (size_t)(replaced - oracle->orders);
    order_keep(oracle, &answer->summary, &order);
    if (replaced != NULL) {
        oracle_reduce(oracle, &oracle->orders[place]);
    }
    /* Of what is bought something may be left over, and what is full is no longer joined. */
    if (replaced != NULL || order.reserved.peg_count > 0 || order.reserved.booking_count > 0) {
        oracle_wake(oracle);
    }
    return result;
}

void oracle_quote(struct oracle *oracle, const struct promise_command *command,
                  struct promise_answer *answer)
{
    *answer = (struct promise_answer){0};
    answer->result = oracle_place(oracle, command, false, answer);
}

void oracle_command(struct oracle *oracle, const struct promise_command *command,
                    struct promise_answer *answer)
{
    *answer = (struct promise_answer){0};
    if (command->kind == PROMISE_WISH || command->kind == PROMISE_WITHDRAW) {
        answer->result = oracle_wish(oracle, command, answer);
    } else if (command->kind != PROMISE_PLACE) {
        answer->result = step(oracle, command);
    } else if (oracle_wish_find(oracle, &command->order) != NULL) {
        answer->result = PROMISE_WRONG_STATUS; /* the key of a wish is no order's but its own */
    } else if (oracle_find(oracle, &command->order) != NULL) {
        answer->result = PROMISE_REPEATED;
    } else {
        answer->result = oracle_place(oracle, command, true, answer);
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

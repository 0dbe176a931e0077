/* What boards, pages and commands may see of the state. Nothing here decides: the sums are plain
 * walks over a day, so that a board's figures do not depend on the trees that the planner uses. */
#include "promise/state.h"

#include "base/assert.h"

const char *order_status_text(enum order_status status)
{
    static const char *const texts[ORDER_STATUSES] = {
        [ORDER_NONE] = "none",           [ORDER_HELD] = "held",
        [ORDER_CONFIRMED] = "confirmed", [ORDER_STARTED] = "started",
        [ORDER_DONE] = "done",           [ORDER_SHIPPED] = "shipped",
        [ORDER_DELIVERED] = "delivered", [ORDER_CANCELLED] = "cancelled",
        [ORDER_EXPIRED] = "expired",     [ORDER_REPLACED] = "replaced",
    };
    ASSERT(status < ORDER_STATUSES);
    return texts[status];
}

void order_view_fill(const struct promise_state *state, uint32_t number, struct order_view *view)
{
    const struct order_record *record = orders_record(&state->orders, number);
    struct promise_summary first = {
        .dates = {.has_ship_by = record->has_ship_by,
                  .ship_by = record->ship_by,
                  .deliver_by_day = record->deliver_by_day},
        .material_day = record->material_day,
        .ready_at = record->ready_at,
        .limit = {(enum promise_cause)record->limit_cause, record->limit_index,
                  record->limit_until},
        .total_minor = record->total_minor,
        .shipping_minor = record->shipping_minor,
    };
    struct order_parts parts = orders_parts(&state->orders, record);
    struct promise_summary current = first;
    if (parts.revision != NULL) {
        current.dates = order_dates(&parts, record->group_count);
        current.material_day = parts.revision->material_day;
        current.ready_at = parts.revision->ready_at;
        current.limit =
            (struct promise_limit){(enum promise_cause)parts.revision->limit_cause,
                                   parts.revision->limit_index, parts.revision->limit_until};
    }
    *view = (struct order_view){
        .key = record->key,
        .made_at = record->made_at,
        .number = number,
        .status = (enum order_status)record->status,
        .was_held = record->was_held,
        .wished = (record->flags & ORDER_WISHED) != 0,
        .elsewhere = (record->flags & ORDER_ELSEWHERE) != 0,
        .held_until = record->held_until,
        .customer = {record->customer},
        .first = first,
        .current = current,
        .vat_minor = record->vat_minor,
        .revisions = record->revisions,
        .broken = (record->flags & ORDER_BROKEN) != 0,
        .split = (record->flags & ORDER_SPLIT) != 0,
        .priority = record->priority,
        .want = {(enum promise_want_kind)record->want_kind, record->want},
        .line_count = record->line_count,
        .group_count = record->group_count,
    };
}

int64_t promise_hold_last(const struct shop *shop, const struct order_view *order)
{
    return hold_last(shop, order->made_at, order->wished);
}

bool promise_order(const struct promise_state *state, struct order_key key, struct order_view *view)
{
    uint32_t number = orders_find(&state->orders, &key);
    if (number != 0) {
        order_view_fill(state, number, view);
    }
    return number != 0;
}

bool promise_order_by_number(const struct promise_state *state, uint32_t number,
                             struct order_view *view)
{
    if (number == 0 || number > state->orders.count) {
        return false;
    }
    order_view_fill(state, number, view);
    return true;
}

void promise_order_line(const struct promise_state *state, uint32_t number, uint32_t index,
                        struct order_line_view *line)
{
    ASSERT(number > 0 && number <= state->orders.count);
    const struct order_record *record = orders_record(&state->orders, number);
    ASSERT(index < record->line_count);
    struct order_parts parts = orders_parts(&state->orders, record);
    const struct order_line *own = &parts.lines[index];
    const struct order_group *group = &parts.groups[own->group];
    bool ships = group->has_ship_by != 0;
    *line = (struct order_line_view){
        .offer = {own->offer},
        .quantity_thousandths = own->quantity_thousandths,
        .amount_minor = own->amount_minor,
        .group = own->group,
        .carrier = {group->carrier},
        .status = record->status >= ORDER_CONFIRMED && record->status <= ORDER_DELIVERED
                      ? (enum order_status)own->status
                      : (enum order_status)record->status,
        .dates = {.has_ship_by = ships,
                  .ship_by = ships ? group->ship_by : 0,
                  .deliver_by_day = group->deliver_by_day},
        .start = ships ? 0 : group->ship_by,
        .end = ships ? 0 : group->ship_by + group->seconds,
    };
}

uint32_t promise_order_count(const struct promise_state *state)
{
    return state->orders.count;
}

uint32_t promise_order_runs(const struct promise_state *state, uint32_t number,
                            struct slot_run *runs, uint32_t most)
{
    ASSERT(number > 0 && number <= state->orders.count);
    const struct order_record *record = orders_record(&state->orders, number);
    struct order_parts parts = orders_parts(&state->orders, record);
    uint32_t count = 0;
    for (uint32_t i = 0; i < record->run_count && count < most; i++) {
        runs[count++] = parts.runs[i];
    }
    for (uint32_t i = 0; i < record->booking_count; i++) {
        const struct session *session = session_of(&state->sessions, parts.bookings[i].session);
        for (uint32_t k = 0; k < session->run_count && count < most; k++) {
            runs[count++] = orders_runs(&state->orders, session->block)[k];
        }
    }
    return count;
}

uint32_t promise_order_pegs(const struct promise_state *state, uint32_t number,
                            struct order_peg *pegs, uint32_t most)
{
    ASSERT(number > 0 && number <= state->orders.count);
    const struct order_record *record = orders_record(&state->orders, number);
    struct order_parts parts = orders_parts(&state->orders, record);
    uint32_t count = record->peg_count < most ? record->peg_count : most;
    memcpy(pegs, parts.pegs, count * sizeof *pegs);
    return count;
}

/* ---- supply ---- */

uint32_t promise_entry_count(const struct promise_state *state)
{
    return state->supply.count;
}

const struct supply_entry *promise_entry(const struct promise_state *state, uint32_t number)
{
    ASSERT(number > 0 && number <= state->supply.count);
    return supply_entry_of(&state->supply, number);
}

int64_t promise_day_value(const struct promise_state *state, struct supplier_id supplier,
                          int32_t order_day)
{
    return supply_day_value(&state->supply, state->shop, supplier.index, order_day);
}

int64_t promise_week_quantity(const struct promise_state *state, struct item_id item,
                              int32_t order_day)
{
    return supply_week_quantity(&state->supply, item.index, order_day);
}

bool promise_entry_counts(const struct promise_state *state, uint32_t number)
{
    return supply_counts(promise_entry(state, number), state->window.today);
}

uint32_t promise_bill_count(const struct promise_state *state)
{
    return state->supply.bill_count;
}

const struct supply_bill *promise_bill(const struct promise_state *state, uint32_t number)
{
    ASSERT(number > 0 && number <= state->supply.bill_count);
    return &state->supply.bills[number - 1];
}

int64_t promise_on_hand(const struct promise_state *state, struct item_id item)
{
    ASSERT(item.index < state->stock.item_count);
    return state->stock.on_hand[item.index];
}

static int64_t receipts_on(const struct promise_state *state, uint16_t item, int32_t day)
{
    int64_t sum = 0;
    for (uint32_t number = state->supply.latest[item]; number != 0;
         number = supply_entry_of(&state->supply, number)->previous) {
        const struct supply_entry *entry = supply_entry_of(&state->supply, number);
        bool counts = entry->due_day == day && supply_counts(entry, state->window.today);
        sum += counts ? entry->quantity_thousandths : 0;
    }
    return sum;
}

uint32_t promise_atp(const struct promise_state *state, struct item_id item, struct atp_day *days,
                     uint32_t count)
{
    const struct stock *stock = &state->stock;
    ASSERT(item.index < stock->item_count);
    plan_settle_look(state);
    uint32_t horizon = stock->horizon_days;
    count = count < horizon ? count : horizon;
    int64_t keep_back = state->shop->items[item.index].keep_back_thousandths;
    int64_t projected = stock->heads[item.index].base;
    int64_t lowest = INT64_MAX; /* of the days that are not asked for, then of those from i on */
    for (uint32_t i = 0; i < horizon; i++) {
        int32_t day = state->window.today + (int32_t)i;
        int64_t receipts = receipts_on(state, item.index, day);
        int64_t committed = stock_day_of(stock, item.index, i)->committed;
        projected += receipts - committed;
        if (i < count) {
            days[i] = (struct atp_day){
                .day = day, .receipts = receipts, .committed = committed, .projected = projected};
        } else {
            lowest = projected < lowest ? projected : lowest;
        }
    }
    for (uint32_t i = count; i-- > 0;) {
        lowest = days[i].projected < lowest ? days[i].projected : lowest;
        days[i].atp = lowest > keep_back ? lowest - keep_back : 0;
    }
    return count;
}

uint32_t promise_load(const struct promise_state *state, struct work_center_id work_center,
                      struct load_day *days, uint32_t count)
{
    const struct window *window = &state->window;
    ASSERT(work_center.index < state->hours.center_count);
    plan_settle_look(state);
    count = count < (uint32_t)window->horizon_days ? count : (uint32_t)window->horizon_days;
    for (uint32_t i = 0; i < count; i++) {
        days[i] = (struct load_day){.day = window->today + (int32_t)i};
        hours_load(&state->hours, work_center.index, window->midnights[i] / SLOT_SECONDS,
                   window->midnights[i + 1] / SLOT_SECONDS, &days[i]);
    }
    return count;
}

int32_t promise_today(const struct promise_state *state)
{
    return state->window.today;
}

const struct shop *promise_state_shop(const struct promise_state *state)
{
    return state->shop;
}

/* ---- carriers ---- */

bool promise_delivery(const struct promise_state *state, struct carrier_id carrier, int32_t day,
                      int32_t *delivery)
{
    ASSERT(carrier.index < state->parcels.carrier_count);
    int32_t collection = day - state->window.today;
    int32_t index = collection < 0 || collection >= state->window.horizon_days
                        ? PARCELS_NO_DAY
                        : parcels_delivery(&state->parcels, carrier.index, collection);
    *delivery = state->window.today + index;
    return index != PARCELS_NO_DAY;
}

/* ---- cash ---- */

/* The flows of everything, one after another, to whoever adds them up. */
struct flow_sum {
    const struct promise_state *state;
    struct cash_day *days; /* of the horizon */
    int64_t before;        /* of days before today */
};

static void flows_sum(struct flow_sum *sum, const struct cash_flow *flows, uint32_t count,
                      bool late)
{
    const struct cash_state *cash = &sum->state->cash;
    for (uint32_t i = 0; i < count; i++) {
        int32_t day = late && flows[i].day < cash->today ? cash->today : flows[i].day;
        int32_t index = day - cash->today;
        if (day < cash->since_day || index >= sum->state->window.horizon_days) {
            continue;
        }
        if (index < 0) {
            sum->before += flows[i].amount_minor;
        } else {
            sum->days[index].parts[flows[i].part] += flows[i].amount_minor;
        }
    }
}

static void orders_sum(struct flow_sum *sum)
{
    const struct promise_state *state = sum->state;
    struct cash_flow flows[CASH_FLOWS_MAX];
    for (uint32_t number = 1; number <= state->orders.count; number++) {
        const struct order_record *record = orders_record(&state->orders, number);
        if (status_bought((enum order_status)record->status)) {
            int32_t day = zone_day(&state->shop->zone, record->made_at);
            flows_sum(
                sum, flows,
                cash_sale_flows(state->shop, day, record->total_minor, record->vat_minor, flows),
                false);
        }
    }
}

static void supply_sum(struct flow_sum *sum)
{
    const struct promise_state *state = sum->state;
    const struct shop *shop = state->shop;
    struct cash_flow flows[CASH_FLOWS_MAX];
    for (uint32_t i = 0; i < state->supply.count; i++) {
        const struct supply_entry *entry = &state->supply.entries[i];
        uint32_t count = cash_entry_flows(shop, entry, flows);
        flows_sum(sum, flows, count, true);
    }
    for (uint32_t i = 0; i < state->supply.bill_count; i++) {
        flows_sum(sum, flows, cash_bill_flows(shop, &state->supply.bills[i], flows), false);
    }
    for (uint32_t i = 0; i < shop->cash.bill_count; i++) {
        flows[0] = (struct cash_flow){shop->cash.bills[i].due_day, CASH_BILLS,
                                      -shop->cash.bills[i].amount_minor};
        flows_sum(sum, flows, 1, false);
    }
}

static void days_sum(struct flow_sum *sum)
{
    const struct promise_state *state = sum->state;
    struct cash_flow flows[2];
    for (int32_t day = state->cash.since_day;
         day < state->window.today + state->window.horizon_days; day++) {
        uint32_t count = cash_day_flows(state->shop, day, flows);
        for (uint32_t i = 0; i < count; i++) {
            bool past = flows[i].part == CASH_EXPECTED && day < state->window.today;
            flows_sum(sum, &flows[i], past ? 0 : 1, false);
        }
    }
}

bool promise_cash(const struct promise_state *state, struct cash_day *days, uint32_t *count,
                  struct cash_day *lowest)
{
    static const struct cash_day nothing;
    uint32_t horizon = (uint32_t)state->window.horizon_days;
    *count = 0;
    if (!state->cash.present) {
        return false;
    }
    for (uint32_t i = 0; i < horizon; i++) {
        days[i] = nothing;
        days[i].day = state->window.today + (int32_t)i;
    }
    struct flow_sum sum = {state, days, 0};
    orders_sum(&sum);
    supply_sum(&sum);
    days_sum(&sum);
    int64_t balance = state->cash.opening_minor + sum.before;
    for (uint32_t i = 0; i < horizon; i++) {
        for (int part = 0; part < CASH_PARTS; part++) {
            balance += days[i].parts[part];
        }
        days[i].balance = balance;
        if (i == 0 || balance < lowest->balance) {
            *lowest = days[i];
        }
    }
    *count = horizon;
    return true;
}

int64_t promise_cash_undelivered(const struct promise_state *state)
{
    int64_t sum = 0;
    for (uint32_t number = 1; number <= state->orders.count; number++) {
        const struct order_record *record = orders_record(&state->orders, number);
        bool open = record->status >= ORDER_CONFIRMED && record->status <= ORDER_SHIPPED;
        sum += open ? record->total_minor : 0;
    }
    return sum;
}

/* ---- services ---- */

uint32_t promise_times(struct promise_state *state, const struct promise_command *command,
                       struct offered_time *times, uint32_t most)
{
    struct promise_command asked = *command;
    uint32_t count = 0;
    int64_t from = command->ask.want.kind == WANT_AT ? command->ask.want.value : command->now;
    while (count < most) {
        struct promise_answer answer;
        asked.ask.want = (struct promise_want){WANT_AT, from};
        promise_quote(state, &asked, &answer, &state->plan);
        if (answer.result != PROMISE_OK && answer.result != PROMISE_SOLD_OUT) {
            break;
        }
        const struct planned_line *line = &state->plan.lines[0];
        const struct offer *offer = &state->shop->offers[line->offer.index];
        uint32_t taken = 0;
        if (line->session != NO_SESSION && state->plan.sessions[line->session].number != 0) {
            taken = session_of(&state->sessions, state->plan.sessions[line->session].number)
                        ->seats_taken;
        }
        times[count++] = (struct offered_time){line->start, line->end,
                                               taken > 0 ? (uint32_t)offer->seats - taken : 0};
        int64_t step =
            offer->routing.count > 0 && offer->routing.operations[0].start_every_minutes > 0
                ? offer->routing.operations[0].start_every_minutes * (int64_t)60
                : QUARTER_SECONDS;
        from = taken > 0 ? line->start + SLOT_SECONDS : line->start + step;
    }
    return count;
}

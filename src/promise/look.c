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
    *view = (struct order_view){
        .key = record->key,
        .made_at = record->made_at,
        .number = number,
        .status = (enum order_status)record->status,
        .was_held = record->was_held,
        .held_until = record->held_until,
        .customer = {record->customer},
        .first = first,
        .current = first,
        .line_count = record->line_count,
    };
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
    *line = (struct order_line_view){
        .offer = {own->offer},
        .quantity_thousandths = own->quantity_thousandths,
        .amount_minor = own->amount_minor,
        .dates = {.has_ship_by = group->has_ship_by != 0,
                  .ship_by = group->ship_by,
                  .deliver_by_day = group->deliver_by_day},
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
    uint32_t count = record->run_count < most ? record->run_count : most;
    for (uint32_t i = 0; i < count; i++) {
        runs[i] = parts.runs[i];
    }
    return count;
}

static int64_t receipts_on(const struct shop *shop, uint16_t item, int32_t day)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < shop->receipt_count; i++) {
        const struct item_movement *receipt = &shop->receipts[i];
        sum += receipt->item.index == item && receipt->due_day == day
                   ? receipt->quantity_thousandths
                   : 0;
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
    const struct stock_day *own = stock->days + (size_t)item.index * stock->day_count;
    int64_t keep_back = state->shop->items[item.index].keep_back_thousandths;
    int64_t projected = stock->heads[item.index].base;
    int64_t lowest = INT64_MAX; /* of the days that are not asked for, then of those from i on */
    for (uint32_t i = 0; i < horizon; i++) {
        int32_t day = state->window.today + (int32_t)i;
        int64_t receipts = receipts_on(state->shop, item.index, day);
        projected += receipts - own[i].committed;
        if (i < count) {
            days[i] = (struct atp_day){.day = day,
                                       .receipts = receipts,
                                       .committed = own[i].committed,
                                       .projected = projected};
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

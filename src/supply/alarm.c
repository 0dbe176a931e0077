/* Each kind goes through its own table once: entries, orders, items, days. */
#include "supply/alarm.h"

#include "base/assert.h"

const char *alarm_kind_text(enum alarm_kind kind)
{
    static const char *const texts[ALARM_KINDS] = {
        [ALARM_UNSENT] = "unsent", [ALARM_OVERDUE] = "overdue", [ALARM_BROKEN] = "broken",
        [ALARM_LATE] = "late",     [ALARM_SHORT] = "short",     [ALARM_CASH] = "cash",
    };
    ASSERT(kind < ALARM_KINDS);
    return texts[kind];
}

struct list {
    struct alarm *alarms;
    uint32_t count;
    uint32_t most;
};

static void list_add(struct list *list, struct alarm alarm)
{
    if (list->count < list->most) {
        list->alarms[list->count] = alarm;
    }
    list->count++;
}

/* Entries of one supplier and order day are one purchase: the first of them speaks for all. */
static bool first_unsent(const struct promise_state *state, uint32_t number)
{
    const struct supply_entry *entry = promise_entry(state, number);
    uint32_t before = entry->previous_of_supplier;
    while (before != 0) {
        const struct supply_entry *other = promise_entry(state, before);
        if (supply_unsent(other) && other->order_day == entry->order_day &&
            other->quantity_thousandths > 0) {
            return false;
        }
        before = other->previous_of_supplier;
    }
    return true;
}

static void entries_list(const struct promise_state *state, enum alarm_kind kind, struct list *list)
{
    int32_t today = promise_today(state);
    for (uint32_t number = 1; number <= promise_entry_count(state); number++) {
        const struct supply_entry *entry = promise_entry(state, number);
        struct alarm alarm = {.kind = kind, .entry = number, .item = {entry->item}};
        if (entry->status == SUPPLY_CLOSED || entry->quantity_thousandths == 0) {
            continue;
        }
        if (kind == ALARM_UNSENT && supply_unsent(entry) && entry->order_day <= today &&
            first_unsent(state, number)) {
            alarm.day = entry->order_day;
            list_add(list, alarm);
        }
        if (kind == ALARM_OVERDUE && !supply_unsent(entry) && entry->due_day < today) {
            alarm.day = entry->due_day;
            list_add(list, alarm);
        }
    }
}

bool alarm_order_late(const struct order_view *view)
{
    if (view->status < ORDER_HELD || view->status > ORDER_DONE) {
        return false;
    }
    return view->broken || !promise_dates_keep(&view->current.dates, &view->first.dates);
}

static void orders_list(const struct promise_state *state, enum alarm_kind kind, struct list *list)
{
    for (uint32_t number = 1; number <= promise_order_count(state); number++) {
        struct order_view view;
        if (promise_order_by_number(state, number, &view) && alarm_order_late(&view) &&
            view.broken == (kind == ALARM_BROKEN)) {
            list_add(list, (struct alarm){.kind = kind,
                                          .order = number,
                                          .item = {NO_INDEX},
                                          .day = view.broken ? view.first.dates.deliver_by_day
                                                             : view.current.dates.deliver_by_day});
        }
    }
}

static void items_list(const struct promise_state *state, struct list *list)
{
    struct atp_day days[LIMIT_HORIZON_DAYS];
    uint32_t items = promise_state_shop(state)->item_count;
    for (uint32_t i = 0; i < items; i++) {
        struct alarm alarm = {.kind = ALARM_SHORT, .item = {(uint16_t)i}};
        uint32_t count = promise_atp(state, alarm.item, days, LIMIT_HORIZON_DAYS);
        for (uint32_t d = 0; d < count; d++) {
            if (days[d].projected < 0 && alarm.quantity_thousandths == 0) {
                alarm.day = days[d].day;
            }
            if (-days[d].projected > alarm.quantity_thousandths) {
                alarm.quantity_thousandths = -days[d].projected;
            }
        }
        if (alarm.quantity_thousandths > 0) {
            list_add(list, alarm);
        }
    }
}

static void cash_list(const struct promise_state *state, struct list *list)
{
    struct cash_day days[LIMIT_HORIZON_DAYS];
    struct cash_day lowest;
    uint32_t count;
    if (promise_cash(state, days, &count, &lowest) &&
        lowest.balance < promise_state_shop(state)->cash.minimum_balance_minor) {
        list_add(list, (struct alarm){.kind = ALARM_CASH,
                                      .item = {NO_INDEX},
                                      .day = lowest.day,
                                      .amount_minor = lowest.balance});
    }
}

uint32_t alarm_list(const struct promise_state *state, struct alarm *alarms, uint32_t most)
{
    struct list list = {alarms, 0, most};
    entries_list(state, ALARM_UNSENT, &list);
    entries_list(state, ALARM_OVERDUE, &list);
    orders_list(state, ALARM_BROKEN, &list);
    orders_list(state, ALARM_LATE, &list);
    items_list(state, &list);
    cash_list(state, &list);
    return list.count;
}

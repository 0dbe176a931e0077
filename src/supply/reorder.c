/* Two passes: each item for itself, then each supplier's day is filled up to its minimum, because
 * what several items need may reach it together. */
#include "supply/reorder.h"

#include "base/decimal.h"
#include "promise/supply.h"

enum { ORDER_WEEKS_MAX = 53 };

int32_t reorder_order_day(const struct supplier *supplier, int32_t from)
{
    int32_t day = from;
    while (day < from + WEEKDAYS && ((supplier->orders_on.bits >> weekday_of_day(day)) & 1) == 0) {
        day++;
    }
    return day;
}

/* A bit for each item that is on its way: one pass, whatever the items. */
struct expected {
    uint64_t bits[(LIMIT_ITEMS + 63) / 64];
};

static void expected_fill(const struct promise_state *state, struct expected *expected)
{
    *expected = (struct expected){.bits = {0}};
    for (uint32_t number = 1; number <= promise_entry_count(state); number++) {
        const struct supply_entry *entry = promise_entry(state, number);
        if (supply_comes(entry, promise_today(state))) {
            expected->bits[entry->item / 64] |= UINT64_C(1) << (entry->item % 64);
        }
    }
}

static bool expected_has(const struct expected *expected, uint32_t item)
{
    return ((expected->bits[item / 64] >> (item % 64)) & 1) != 0;
}

/* The lowest projected stock, and the first day under the point; false if it is never under it. */
static bool stock_falls(const struct promise_state *state, struct reorder *reorder)
{
    struct atp_day days[LIMIT_HORIZON_DAYS];
    uint32_t count = promise_atp(state, reorder->item, days, LIMIT_HORIZON_DAYS);
    bool falls = false;
    reorder->low_thousandths = INT64_MAX;
    for (uint32_t i = 0; i < count; i++) {
        if (!falls && days[i].projected < reorder->point_thousandths) {
            falls = true;
            reorder->low_day = days[i].day;
        }
        if (days[i].projected < reorder->low_thousandths) {
            reorder->low_thousandths = days[i].projected;
        }
    }
    return falls;
}

/* What may still be ordered of an item in the week of a day; INT64_MAX without a limit. */
static int64_t week_room(const struct promise_state *state, uint16_t item, int32_t day)
{
    int64_t room = promise_state_shop(state)->items[item].max_units_per_week_thousandths;
    return room < 0 ? INT64_MAX : room - promise_week_quantity(state, (struct item_id){item}, day);
}

static int64_t packs_up(int64_t quantity, int64_t pack)
{
    return (quantity + pack - 1) / pack * pack;
}

static void order_plan(const struct promise_state *state, struct reorder *reorder)
{
    const struct shop *shop = promise_state_shop(state);
    const struct item *item = &shop->items[reorder->item.index];
    int64_t pack = item->pack_size_thousandths;
    if (reorder->supplier.index == NO_INDEX || shop->suppliers[reorder->supplier.index].retired) {
        return;
    }
    const struct supplier *supplier = &shop->suppliers[reorder->supplier.index];
    int32_t day = promise_today(state);
    for (int week = 0; week < ORDER_WEEKS_MAX && !reorder->has_order; week++) {
        day = reorder_order_day(supplier, day);
        int64_t room = week_room(state, reorder->item.index, day) / pack * pack;
        if (room >= pack) {
            int64_t wanted = packs_up(reorder->point_thousandths - reorder->low_thousandths, pack);
            reorder->has_order = true;
            reorder->order_day = day;
            reorder->quantity_thousandths = wanted < room ? wanted : room;
        }
        day += WEEKDAYS - (int32_t)weekday_of_day(day); /* the Monday after */
    }
    reorder->arrives_day = reorder->order_day + supplier->lead_days;
    reorder->due_day = reorder->arrives_day + supplier->receiving_days;
    reorder->value_minor = supply_value(item, reorder->quantity_thousandths);
}

/* What the supplier's purchase of a day is worth with what is proposed here. */
static int64_t day_value(const struct promise_state *state, const struct reorder *reorders,
                         uint32_t count, const struct reorder *of)
{
    int64_t sum = promise_day_value(state, of->supplier, of->order_day);
    for (uint32_t i = 0; i < count; i++) {
        bool same = reorders[i].has_order && reorders[i].supplier.index == of->supplier.index &&
                    reorders[i].order_day == of->order_day;
        sum += same ? reorders[i].value_minor : 0;
    }
    return sum;
}

/* Once a day's minimum is reached, later items of the day find nothing missing. */
static void minimum_fill(const struct promise_state *state, struct reorder *reorders,
                         uint32_t count, struct reorder *reorder)
{
    const struct shop *shop = promise_state_shop(state);
    const struct item *item = &shop->items[reorder->item.index];
    int64_t pack = item->pack_size_thousandths;
    int64_t missing = shop->suppliers[reorder->supplier.index].minimum_order_value_minor -
                      day_value(state, reorders, count, reorder);
    if (missing <= 0 || item->unit_cost_minor == 0) {
        return;
    }
    int64_t more = packs_up(decimal_scale_up(missing, THOUSAND, item->unit_cost_minor), pack);
    int64_t room = week_room(state, reorder->item.index, reorder->order_day) / pack * pack -
                   reorder->quantity_thousandths;
    reorder->quantity_thousandths += more < room ? more : room;
    reorder->value_minor = supply_value(item, reorder->quantity_thousandths);
}

uint32_t reorder_list(const struct promise_state *state, struct reorder *reorders, uint32_t most)
{
    const struct shop *shop = promise_state_shop(state);
    struct expected expected;
    uint32_t count = 0;
    expected_fill(state, &expected);
    for (uint16_t i = 0; i < shop->item_count && count < most; i++) {
        const struct item *item = &shop->items[i];
        struct reorder reorder = {
            .item = {i},
            .supplier = item->supplier,
            .point_thousandths = item->reorder_point_thousandths + item->safety_stock_thousandths,
        };
        if (item->retired || item->reorder_point_thousandths < 0 || expected_has(&expected, i) ||
            !stock_falls(state, &reorder)) {
            continue;
        }
        order_plan(state, &reorder);
        reorders[count++] = reorder;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (reorders[i].has_order) {
            minimum_fill(state, reorders, count, &reorders[i]);
        }
    }
    return count;
}

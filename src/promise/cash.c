/* Every flow is made by one function from what is kept, so that the forecast can be built anew at
 * any time and a look can show its parts. Past flows count as having come as planned (DESIGN: what
 * nobody has reported went as planned); a recorded balance replaces them all. */
#include "promise/cash.h"

#include "base/assert.h"
#include "base/decimal.h"

enum { RATE_WHOLE = 100000 }; /* thousandths of a percent */

int64_t cash_share(int64_t amount_minor, int32_t rate_thousandths)
{
    int64_t share = decimal_scale_half_up(amount_minor < 0 ? -amount_minor : amount_minor,
                                          rate_thousandths, RATE_WHOLE);
    return amount_minor < 0 ? -share : share;
}

int64_t cash_vat_within(int64_t gross_minor, int32_t rate_thousandths)
{
    return decimal_scale_half_up(gross_minor, rate_thousandths,
                                 (int64_t)RATE_WHOLE + rate_thousandths);
}

/* ---- days of the calendar ---- */

static int32_t month_days(int32_t year, int32_t month)
{
    int32_t first = day_of_civil((struct civil_date){year, month, 1});
    int32_t next = month == 12 ? day_of_civil((struct civil_date){year + 1, 1, 1})
                               : day_of_civil((struct civil_date){year, month + 1, 1});
    return next - first;
}

static int32_t day_of_month(int32_t year, int32_t month, int32_t day)
{
    int32_t most = month_days(year, month);
    return day_of_civil((struct civil_date){year, month, day < most ? day : most});
}

static bool period_falls_on(const struct period *period, int32_t day)
{
    if (period->every == PERIOD_WEEK) {
        return (int32_t)weekday_of_day(day) == period->day;
    }
    struct civil_date date = civil_of_day(day);
    return day_of_month(date.year, date.month, period->day) == day;
}

/* The day on which the net VAT of a day's period leaves: in the period that follows. */
static int32_t vat_day(const struct shop *shop, int32_t day)
{
    const struct period *period = &shop->cash.vat;
    if (period->every == PERIOD_WEEK) {
        return day - (int32_t)weekday_of_day(day) + WEEKDAYS + period->day;
    }
    struct civil_date date = civil_of_day(day);
    return date.month == 12 ? day_of_month(date.year + 1, 1, period->day)
                            : day_of_month(date.year, date.month + 1, period->day);
}

int32_t supply_bill_due(const struct shop *shop, struct supplier_id supplier, int32_t day)
{
    if (supplier.index == NO_INDEX) {
        return day;
    }
    const struct supplier *from = &shop->suppliers[supplier.index];
    int32_t due = day + from->payment_days;
    if (from->end_of_month) {
        struct civil_date date = civil_of_day(due);
        due = day_of_month(date.year, date.month, 31);
    }
    return due;
}

/* ---- flows ---- */

static uint32_t flow_put(struct cash_flow *flows, uint32_t count, int32_t day, enum cash_part part,
                         int64_t amount_minor)
{
    flows[count] = (struct cash_flow){day, part, amount_minor};
    return count + (amount_minor != 0);
}

/* So that no sum over all orders overflows: nobody pays more at once. */
static int64_t money_clip(int64_t minor)
{
    return minor > LIMIT_MONEY_MINOR    ? LIMIT_MONEY_MINOR
           : minor < -LIMIT_MONEY_MINOR ? -LIMIT_MONEY_MINOR
                                        : minor;
}

uint32_t cash_sale_flows(const struct shop *shop, int32_t day, int64_t total_minor,
                         int64_t vat_minor, struct cash_flow flows[CASH_FLOWS_MAX])
{
    const struct cash *cash = &shop->cash;
    total_minor = money_clip(total_minor);
    vat_minor = money_clip(vat_minor);
    int64_t paid = total_minor - cash_share(total_minor, cash->payment_fee_thousandths);
    int64_t reserve = cash_share(paid, cash->payout_reserve_thousandths);
    int32_t payout = day + cash->payout_days;
    uint32_t count = flow_put(flows, 0, payout, CASH_SALES, paid - reserve);
    count = flow_put(flows, count, payout + cash->payout_reserve_days, CASH_SALES, reserve);
    return flow_put(flows, count, vat_day(shop, day), CASH_VAT, -vat_minor);
}

uint32_t cash_entry_flows(const struct shop *shop, const struct supply_entry *entry,
                          struct cash_flow flows[CASH_FLOWS_MAX])
{
    if (entry->order_day == SUPPLY_NO_DAY || entry->status == SUPPLY_CLOSED) {
        return 0;
    }
    const struct item *item = &shop->items[entry->item];
    int64_t cost = supply_value(item, entry->quantity_thousandths);
    int64_t vat = cash_share(cost, item->purchase_vat_thousandths);
    int32_t due = supply_bill_due(shop, (struct supplier_id){entry->supplier}, entry->arrives_day);
    uint32_t count = flow_put(flows, 0, due, CASH_BILLS, -(cost + vat));
    return flow_put(flows, count, vat_day(shop, entry->arrives_day), CASH_VAT, vat);
}

uint32_t cash_bill_flows(const struct shop *shop, const struct supply_bill *bill,
                         struct cash_flow flows[CASH_FLOWS_MAX])
{
    uint32_t count = flow_put(flows, 0, bill->due_day, CASH_BILLS, -bill->amount_minor);
    return flow_put(flows, count, vat_day(shop, bill->received_day), CASH_VAT, bill->vat_minor);
}

uint32_t cash_day_flows(const struct shop *shop, int32_t day, struct cash_flow flows[2])
{
    const struct cash *cash = &shop->cash;
    int64_t costs = 0;
    for (uint32_t i = 0; i < cash->fixed_cost_count; i++) {
        costs +=
            period_falls_on(&cash->fixed_costs[i].due, day) ? cash->fixed_costs[i].amount_minor : 0;
    }
    int64_t week = cash->expected_sales_per_week_minor;
    int64_t gross = week * (day + 1) / WEEKDAYS - week * day / WEEKDAYS;
    int64_t net = gross - cash_share(gross, cash->payment_fee_thousandths) -
                  cash_share(gross, cash->expected_materials_thousandths);
    uint32_t count = flow_put(flows, 0, day, CASH_COSTS, -costs);
    return flow_put(flows, count, day, CASH_EXPECTED, net);
}

/* ---- the row ---- */

/* Money is counted two years ahead, whatever the horizon: a short one must not forget what falls
 * due behind it. */
static struct window cash_window(const struct window *window)
{
    return (struct window){
        .today = window->today, .horizon_days = window->horizon_days, .days = WINDOW_DAYS_MAX};
}

void cash_add(struct cash_state *cash, const struct cash_flow *flows, uint32_t count, int sign,
              bool late)
{
    for (uint32_t i = 0; cash->present && i < count; i++) {
        int32_t day = late && flows[i].day < cash->today ? cash->today : flows[i].day;
        if (day >= cash->since_day && day - cash->today < WINDOW_DAYS_MAX) {
            stock_commit(&cash->series, 0, day - cash->today, -sign * flows[i].amount_minor);
        }
    }
}

static void days_add(struct cash_state *cash, const struct shop *shop, int32_t from, int32_t to)
{
    struct cash_flow flows[2];
    for (int32_t day = from; day < to; day++) {
        cash_add(cash, flows, cash_day_flows(shop, day, flows), 1, false);
    }
}

/* Sales are expected only on days to come: what was sold stands in the orders. */
static void expected_drop(struct cash_state *cash, const struct shop *shop, int32_t from,
                          int32_t to)
{
    struct cash_flow flows[2];
    for (int32_t day = from; day < to; day++) {
        uint32_t count = cash_day_flows(shop, day, flows);
        if (count > 0 && flows[count - 1].part == CASH_EXPECTED) {
            cash_add(cash, &flows[count - 1], 1, -1, false);
        }
    }
}

static void bills_add(struct cash_state *cash, const struct shop *shop, const struct supply *supply)
{
    struct cash_flow flows[CASH_FLOWS_MAX];
    for (uint32_t i = 0; i < shop->cash.bill_count; i++) {
        flows[0] = (struct cash_flow){shop->cash.bills[i].due_day, CASH_BILLS,
                                      -shop->cash.bills[i].amount_minor};
        cash_add(cash, flows, 1, 1, false);
    }
    for (uint32_t i = 0; i < supply->bill_count; i++) {
        cash_add(cash, flows, cash_bill_flows(shop, &supply->bills[i], flows), 1, false);
    }
}

static void entries_add(struct cash_state *cash, const struct shop *shop,
                        const struct supply *supply, int sign)
{
    struct cash_flow flows[CASH_FLOWS_MAX];
    for (uint32_t i = 0; i < supply->count; i++) {
        const struct supply_entry *entry = &supply->entries[i];
        uint32_t count = cash_entry_flows(shop, entry, flows);
        cash_add(cash, flows, count, sign, true);
    }
}

void cash_build(struct cash_state *cash, const struct shop *shop, const struct supply *supply,
                const struct window *window)
{
    struct window own = cash_window(window);
    stock_clear(&cash->series, 1, &own);
    cash->today = window->today;
    cash->present = shop->cash.present;
    if (!cash->present) {
        return;
    }
    cash->series.heads[0].base = cash->series.heads[0].least = cash->opening_minor;
    days_add(cash, shop, cash->since_day, window->today + window->horizon_days);
    expected_drop(cash, shop, cash->since_day, window->today);
    bills_add(cash, shop, supply);
    entries_add(cash, shop, supply, 1);
}

void cash_roll(struct cash_state *cash, const struct shop *shop, const struct supply *supply,
               const struct window *window, uint32_t elapsed)
{
    if (!cash->present) {
        cash->today = window->today;
        return;
    }
    struct window own = cash_window(window);
    int32_t known = cash->today + window->horizon_days;
    int32_t from = cash->today;
    entries_add(cash, shop, supply, -1);
    cash->today = window->today;
    stock_roll_committed(&cash->series, &own, elapsed);
    days_add(cash, shop, known, window->today + window->horizon_days);
    expected_drop(cash, shop, from, window->today);
    entries_add(cash, shop, supply, 1);
}

int64_t cash_low(struct cash_state *cash)
{
    return stock_low(&cash->series, 0, 0);
}

/* The forecast, day by day: every flow is put on its day, and the days are added up. */
#include "tests/property/oracle_plan.h"

#include "base/assert.h"

int64_t oracle_half_up(int64_t value, int64_t by, int64_t per)
{
    return (int64_t)(((__int128)value * by * 2 + per) / ((__int128)per * 2));
}

int64_t oracle_cost(const struct shop *shop, uint16_t item, int64_t quantity)
{
    return oracle_half_up(quantity, shop->items[item].unit_cost_minor, 1000);
}

/* ---- days ---- */

static int32_t month_length(struct civil_date date)
{
    struct civil_date next = {date.year, date.month + 1, 1};
    if (date.month == 12) {
        next = (struct civil_date){date.year + 1, 1, 1};
    }
    return day_of_civil(next) - day_of_civil((struct civil_date){date.year, date.month, 1});
}

/* The `day`-th of a month, or its last. */
static int32_t day_of_month(int32_t year, int32_t month, int32_t day)
{
    int32_t length = month_length((struct civil_date){year, month, 1});
    return day_of_civil((struct civil_date){year, month, day < length ? day : length});
}

static int32_t vat_day(const struct shop *shop, int32_t day)
{
    struct period due = shop->cash.vat;
    if (due.every == PERIOD_WEEK) {
        int32_t monday = day - (int32_t)weekday_of_day(day);
        return monday + WEEKDAYS + due.day;
    }
    struct civil_date date = civil_of_day(day);
    return date.month == 12 ? day_of_month(date.year + 1, 1, due.day)
                            : day_of_month(date.year, date.month + 1, due.day);
}

int32_t oracle_bill_due(const struct shop *shop, uint16_t supplier, int32_t day)
{
    if (supplier == NO_INDEX) {
        return day;
    }
    int32_t due = day + shop->suppliers[supplier].payment_days;
    struct civil_date date = civil_of_day(due);
    return shop->suppliers[supplier].end_of_month ? day_of_month(date.year, date.month, 31) : due;
}

static bool falls_on(struct period due, int32_t day)
{
    struct civil_date date = civil_of_day(day);
    return due.every == PERIOD_WEEK ? (int32_t)weekday_of_day(day) == due.day
                                    : day_of_month(date.year, date.month, due.day) == day;
}

/* ---- flows ---- */

struct forecast {
    const struct oracle *oracle;
    int64_t before; /* flows from the balance's day to yesterday */
    int64_t parts[ORACLE_HORIZON_MAX][CASH_PARTS];
};

static void flow(struct forecast *forecast, enum cash_part part, int32_t day, int64_t amount)
{
    const struct oracle *oracle = forecast->oracle;
    int32_t place = day - oracle->today;
    if (place >= 0 && place < oracle->shop->promise.horizon_days) {
        forecast->parts[place][part] += amount;
    } else if (place < 0 && day >= oracle->balance_day) {
        forecast->before += amount;
    }
}

static void sale_flow(struct forecast *forecast, int64_t total, int64_t vat, int64_t made_at)
{
    const struct oracle *oracle = forecast->oracle;
    const struct cash *cash = &oracle->shop->cash;
    int32_t made = zone_day(&oracle->shop->zone, made_at);
    int64_t fee = oracle_half_up(total, cash->payment_fee_thousandths, 100000);
    int64_t reserve = oracle_half_up(total - fee, cash->payout_reserve_thousandths, 100000);
    int32_t payout = made + cash->payout_days;
    flow(forecast, CASH_SALES, payout, total - fee - reserve);
    flow(forecast, CASH_SALES, payout + cash->payout_reserve_days, reserve);
    flow(forecast, CASH_VAT, vat_day(oracle->shop, made), -vat);
}

static bool sold(enum order_status status)
{
    return oracle_reserves(status) || status == ORDER_DELIVERED;
}

static void purchases_flow(struct forecast *forecast)
{
    const struct oracle *oracle = forecast->oracle;
    for (uint32_t i = 0; i < oracle->entry_count; i++) {
        const struct supply_entry *entry = &oracle->entries[i];
        if (entry->status == SUPPLY_CLOSED || entry->status == SUPPLY_EXPECTED ||
            entry->quantity_thousandths == 0) {
            continue;
        }
        int64_t cost = oracle_cost(oracle->shop, entry->item, entry->quantity_thousandths);
        int64_t vat =
            oracle_half_up(cost, oracle->shop->items[entry->item].purchase_vat_thousandths, 100000);
        int32_t due = oracle_bill_due(oracle->shop, entry->supplier, entry->arrives_day);
        int32_t back = vat_day(oracle->shop, entry->arrives_day);
        flow(forecast, CASH_BILLS, due < oracle->today ? oracle->today : due, -(cost + vat));
        flow(forecast, CASH_VAT, back < oracle->today ? oracle->today : back, vat);
    }
    for (uint32_t i = 0; i < oracle->bill_count; i++) {
        const struct supply_bill *bill = &oracle->bills[i];
        flow(forecast, CASH_BILLS, bill->due_day, -bill->amount_minor);
        flow(forecast, CASH_VAT, vat_day(oracle->shop, bill->received_day), bill->vat_minor);
    }
    for (uint32_t i = 0; i < oracle->shop->cash.bill_count; i++) {
        const struct opening_bill *bill = &oracle->shop->cash.bills[i];
        flow(forecast, CASH_BILLS, bill->due_day, -bill->amount_minor);
    }
}

/* Expected sales of a day: the week's, so spread that any seven days make a week. */
static int64_t expected_on(const struct cash *cash, int32_t day)
{
    int64_t week = cash->expected_sales_per_week_minor;
    int64_t gross = week * (day + 1) / 7 - week * day / 7;
    return gross - oracle_half_up(gross, cash->payment_fee_thousandths, 100000) -
           oracle_half_up(gross, cash->expected_materials_thousandths, 100000);
}

static void days_flow(struct forecast *forecast)
{
    const struct oracle *oracle = forecast->oracle;
    const struct cash *cash = &oracle->shop->cash;
    for (int32_t i = 0; i < oracle->shop->promise.horizon_days; i++) {
        int32_t day = oracle->today + i;
        flow(forecast, CASH_EXPECTED, day, expected_on(cash, day));
    }
    /* What fell due since the balance was known has been paid. */
    for (int32_t day = oracle->balance_day;
         day < oracle->today + oracle->shop->promise.horizon_days; day++) {
        for (uint32_t k = 0; k < cash->fixed_cost_count; k++) {
            if (falls_on(cash->fixed_costs[k].due, day)) {
                flow(forecast, CASH_COSTS, day, -cash->fixed_costs[k].amount_minor);
            }
        }
    }
}

static void forecast_make(struct forecast *forecast, const struct oracle *oracle,
                          const struct oracle_money *money)
{
    ASSERT(oracle->shop->promise.horizon_days <= ORACLE_HORIZON_MAX);
    memset(forecast, 0, sizeof *forecast);
    forecast->oracle = oracle;
    for (uint32_t i = 0; i < oracle->order_count; i++) {
        const struct oracle_order *order = &oracle->orders[i];
        if (sold(order->status)) {
            sale_flow(forecast, order->first.total_minor, order->vat, order->made_at);
        }
    }
    if (money != NULL && !money->sold) {
        sale_flow(forecast, money->total, money->vat, oracle->now);
    }
    purchases_flow(forecast);
    days_flow(forecast);
}

void oracle_cash(const struct oracle *oracle, struct cash_day *days, struct cash_day *lowest)
{
    static struct forecast forecast;
    forecast_make(&forecast, oracle, NULL);
    int64_t balance = oracle->balance + forecast.before;
    for (int32_t i = 0; i < oracle->shop->promise.horizon_days; i++) {
        days[i].day = oracle->today + i;
        for (int part = 0; part < CASH_PARTS; part++) {
            days[i].parts[part] = forecast.parts[i][part];
            balance += forecast.parts[i][part];
        }
        days[i].balance = balance;
        if (i == 0 || balance < lowest->balance) {
            *lowest = days[i];
        }
    }
}

int64_t oracle_cash_lowest(const struct oracle *oracle, const struct oracle_money *money)
{
    static struct forecast forecast;
    forecast_make(&forecast, oracle, money);
    int64_t balance = oracle->balance + forecast.before;
    int64_t lowest = INT64_MAX;
    for (int32_t i = 0; i < oracle->shop->promise.horizon_days; i++) {
        for (int part = 0; part < CASH_PARTS; part++) {
            balance += forecast.parts[i][part];
        }
        lowest = balance < lowest ? balance : lowest;
    }
    return lowest;
}

int64_t oracle_cash_undelivered(const struct oracle *oracle)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < oracle->order_count; i++) {
        const struct oracle_order *order = &oracle->orders[i];
        bool paid = oracle_reserves(order->status) && order->status != ORDER_HELD;
        sum += paid ? order->first.total_minor : 0;
    }
    return sum;
}

/* ---- VAT of a sale ---- */

static int64_t vat_within(int64_t gross, int64_t rate)
{
    return oracle_half_up(gross, rate, 100000 + rate);
}

/* Per rate, on the sum of what has it. */
int64_t oracle_vat(const struct shop *shop, const struct oracle_order *order,
                   const uint16_t *carriers, uint32_t carrier_count)
{
    int64_t gross[2 * ORACLE_LINES_MAX];
    int64_t rates[2 * ORACLE_LINES_MAX];
    uint32_t count = 0;
    int64_t highest = 0;
    int64_t vat = 0;
    for (uint32_t i = 0; i < order->line_count; i++) {
        rates[count] = shop->offers[order->lines[i].offer.index].vat_thousandths;
        gross[count] = order->line_amounts[i];
        highest = rates[count] > highest ? rates[count] : highest;
        count++;
    }
    for (uint32_t i = 0; i < carrier_count; i++) {
        const struct carrier *carrier = &shop->carriers[carriers[i]];
        rates[count] = carrier->vat_thousandths < 0 ? highest : carrier->vat_thousandths;
        gross[count++] = carrier->charge_minor;
    }
    for (uint32_t i = 0; i < count; i++) {
        bool again = false;
        int64_t sum = 0;
        for (uint32_t k = 0; k < count; k++) {
            again = again || (k < i && rates[k] == rates[i]);
            sum += rates[k] == rates[i] ? gross[k] : 0;
        }
        vat += again ? 0 : vat_within(sum, rates[i]);
    }
    return vat;
}

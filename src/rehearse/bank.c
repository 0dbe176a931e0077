/* The balance at each day's end: payouts, refunds, carriers, bills, fixed costs, VAT.
 *
 * The same rules as promise/cash.h has them, on what really happens here. Net VAT of a month (or
 * week) leaves on its day of the next. Refunds to whom a late order was cancelled leave as soon as
 * the balance bears them; more than REFUND_DAYS after it is due, the law adds to them. */
#include "rehearse/world.h"

#include "base/decimal.h"

enum { REFUND_DAYS = 14 }; /* Code de la consommation, L216-7; the surcharges: L241-4 */

static bool period_has(const struct period *period, int32_t day)
{
    if (period->every == PERIOD_WEEK) {
        return (int32_t)weekday_of_day(day) == period->day;
    }
    struct civil_date date = civil_of_day(day);
    bool last = civil_of_day(day + 1).day == 1;
    return date.day == period->day || (last && date.day < period->day);
}

void bank_flow(struct world *world, int64_t day, int64_t minor)
{
    if (day < (int64_t)world->scene->day_count) {
        world->flows[day < (int64_t)world->day ? world->day : day] += minor;
    }
}

static int64_t percent_of(int64_t minor, int32_t thousandths)
{
    return decimal_scale_half_up(minor, thousandths, 100000);
}

void bank_sale(struct world *world, const struct world_order *order, int64_t vat_minor)
{
    const struct cash *cash = &world->scene->shop->cash;
    int64_t fee = percent_of(order->total_minor, cash->payment_fee_thousandths);
    int64_t reserve = percent_of(order->total_minor, cash->payout_reserve_thousandths);
    int64_t payout = (int64_t)world->day + cash->payout_days;
    bank_flow(world, payout, order->total_minor - fee - reserve);
    bank_flow(world, payout + cash->payout_reserve_days, reserve);
    world->vat_minor += vat_minor;
}

void bank_bill(struct world *world, uint16_t item_index, uint16_t supplier, int64_t quantity)
{
    const struct shop *shop = world->scene->shop;
    const struct item *item = &shop->items[item_index];
    int64_t net = decimal_scale_half_up(item->unit_cost_minor, quantity, THOUSAND);
    int64_t vat = percent_of(net, item->purchase_vat_thousandths);
    if (supplier == NO_INDEX) {
        return; /* nobody sends a bill */
    }
    int32_t today = world->scene->today + (int32_t)world->day;
    int32_t due = supply_bill_due(shop, (struct supplier_id){supplier}, today);
    bank_flow(world, due - world->scene->today, -(net + vat));
    world->vat_minor -= vat;
}

void bank_begin(struct world *world)
{
    const struct shop *shop = world->scene->shop;
    const struct cash *cash = &shop->cash;
    bool expects = scene_orders_per_week(world->scene) <= 0;
    int64_t daily = cash->expected_sales_per_week_minor / WEEKDAYS;
    daily -= percent_of(daily, cash->expected_materials_thousandths);
    world->balance_minor = world->opening->balance_minor;
    world->vat_minor = 0;
    world->vat_before_minor = 0;
    world->refund_first = 0;
    world->refund_count = 0;
    for (uint32_t day = 0; day < world->scene->day_count; day++) {
        world->flows[day] = expects ? daily : 0;
        for (uint32_t i = 0; i < cash->fixed_cost_count; i++) {
            if (period_has(&cash->fixed_costs[i].due, world->scene->today + (int32_t)day)) {
                world->flows[day] -= cash->fixed_costs[i].amount_minor;
            }
        }
    }
    for (uint32_t i = 0; i < cash->bill_count; i++) {
        bank_flow(world, cash->bills[i].due_day - world->scene->today,
                  -cash->bills[i].amount_minor);
    }
}

static void vat_day(struct world *world, int32_t day)
{
    const struct period *period = &world->scene->shop->cash.vat;
    bool begins =
        period->every == PERIOD_WEEK ? weekday_of_day(day) == MONDAY : civil_of_day(day).day == 1;
    if (begins) {
        world->vat_before_minor += world->vat_minor;
        world->vat_minor = 0;
    }
    if (period_has(period, day)) {
        world->balance_minor -= world->vat_before_minor;
        world->vat_before_minor = 0;
    }
}

/* What the law adds to a refund that is so many days late, in percent. */
static int64_t surcharge_percent(int64_t days_late)
{
    return days_late <= 0 ? 0 : days_late <= 30 ? 10 : days_late <= 60 ? 20 : 50;
}

static void refunds_pay(struct world *world)
{
    while (world->refund_count > 0) {
        uint32_t first = world->refund_first % SCENE_DAYS_MAX;
        int64_t amount = world->refunds[first].amount_minor;
        int64_t late = (int64_t)world->day - world->refunds[first].day - REFUND_DAYS;
        int64_t more = amount * surcharge_percent(late) / 100;
        bool bears =
            world->balance_minor - amount - more >= world->scene->shop->cash.minimum_balance_minor;
        if (!bears && world->day + 1 < world->scene->day_count &&
            world->scene->shop->cash.present) {
            return;
        }
        world->balance_minor -= amount + more;
        world->outcome->measures[MEASURE_REFUNDS] += (double)(amount + more);
        world->outcome->measures[MEASURE_PROFIT] -= (double)more;
        world->refund_first++;
        world->refund_count--;
    }
}

static void refund_add(struct world *world, int64_t amount)
{
    uint32_t last = (world->refund_first + world->refund_count - 1) % SCENE_DAYS_MAX;
    if (world->refund_count > 0 && world->refunds[last].day == world->day) {
        world->refunds[last].amount_minor += amount;
        return;
    }
    last = (world->refund_first + world->refund_count++) % SCENE_DAYS_MAX;
    world->refunds[last].day = world->day;
    world->refunds[last].amount_minor = amount;
}

/* A late order's customer has waited long enough: what has not left does not leave any more. */
static void order_cancel(struct world *world, uint32_t index)
{
    struct world_order *order = &world->orders[index];
    double uniform = draw_uniform(world->key, DRAW_CANCEL, order->person, 0);
    bool last = world->day + 1 >= world->scene->day_count;
    if (order->delivered != NO_DAY || order->cancelled ||
        (!last && uniform >= world->scene->assume.cancel_share)) {
        return;
    }
    order->cancelled = true;
    world->open_orders--;
    for (uint32_t i = 0; i < order->job_count; i++) {
        struct job *job = &world->floor.jobs[order->job_first + i];
        job->skipped = true;
        shelf_return(world, job);
    }
    if (world->side == SIDE_ECLUSE) {
        core_step(world, index, PROMISE_CANCEL);
    }
    refund_add(world, order->total_minor);
    if (order->counted) {
        world->outcome->measures[MEASURE_PROFIT] -= (double)order->contribution_minor;
    }
}

static void cancellations(struct world *world)
{
    uint32_t after = (uint32_t)world->scene->assume.cancel_after_days;
    uint32_t index = world->day >= after ? world->promised_first[world->day - after] : NO_LINK;
    for (; index != NO_LINK; index = world->orders[index].next_promised) {
        order_cancel(world, index);
    }
    bool last = world->day + 1 >= world->scene->day_count;
    for (uint32_t i = 0; last && i < world->order_count; i++) {
        order_cancel(world, i); /* it will never come */
    }
}

void bank_day(struct world *world)
{
    cancellations(world);
    world->balance_minor += world->flows[world->day];
    vat_day(world, world->scene->today + (int32_t)world->day);
    refunds_pay(world);
    struct outcome *outcome = world->outcome;
    bool after = world->day >= world->scene->moment_day;
    double balance = (double)world->balance_minor;
    outcome->balance_on[world->day] = world->balance_minor;
    bool lowest =
        world->day == world->scene->moment_day || balance < outcome->measures[MEASURE_CASH_LOW];
    if (after && lowest) {
        outcome->measures[MEASURE_CASH_LOW] = balance;
    }
    const struct cash *cash = &world->scene->shop->cash;
    if (after && cash->present && world->balance_minor < cash->minimum_balance_minor &&
        !world->repairs->cash) {
        failure_note(&outcome->cash, world->scene->midnights[world->day + 1] - 1);
    }
}

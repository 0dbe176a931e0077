/* The balance at each day's end: payouts, refunds, carriers, bills, fixed costs, VAT.
 *
 * Flows are made by promise/cash.h, of what really happens here. Refunds to whom a late order was
 * cancelled leave as soon as the balance bears them; more than REFUND_DAYS after it is due, the law
 * adds to them. */
#include "rehearse/world.h"

#include "promise/cash.h"

#include <string.h>

enum { REFUND_DAYS = 14 }; /* Code de la consommation, L216-7; the surcharges: L241-4 */

void bank_flow(struct world *world, int64_t day, int64_t minor)
{
    if (day < (int64_t)world->scene->day_count) {
        world->flows[day < (int64_t)world->day ? world->day : day] += minor;
    }
}

static void flows_add(struct world *world, const struct cash_flow *flows, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        bank_flow(world, flows[i].day - world->scene->today, flows[i].amount_minor);
    }
}

static int32_t day_today(const struct world *world)
{
    return world->scene->today + (int32_t)world->day;
}

void bank_sale(struct world *world, const struct world_order *order, int64_t vat_minor)
{
    struct cash_flow flows[CASH_FLOWS_MAX];
    uint32_t count =
        cash_sale_flows(world->scene->shop, day_today(world), order->total_minor, vat_minor, flows);
    flows_add(world, flows, count);
}

void bank_bill(struct world *world, const struct inbound *inbound, int64_t quantity)
{
    struct cash_flow flows[CASH_FLOWS_MAX];
    int32_t today = day_today(world);
    const struct supply_entry bought = {.quantity_thousandths = quantity,
                                        .order_day = today,
                                        .arrives_day = today,
                                        .item = inbound->item,
                                        .supplier = inbound->supplier,
                                        .status = SUPPLY_SENT};
    if (inbound->billed) {
        uint32_t count = cash_entry_flows(world->scene->shop, &bought, flows);
        flows_add(world, flows, count);
    }
}

void bank_begin(struct world *world)
{
    world->balance_minor = world->opening->balance_minor;
    world->refund_first = 0;
    world->refund_count = 0;
    memcpy(world->flows, world->opening->flows, world->scene->day_count * sizeof *world->flows);
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
        shelves_return(world, job);
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
        failure_note(&outcome->cash, world->scene->window.midnights[world->day + 1] - 1);
    }
}

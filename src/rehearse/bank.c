/* The balance at each day's end: payouts, refunds, carriers, bills, fixed costs, VAT.
 *
 * Flows are made by promise/cash.h, of what really happens here. Refunds leave as soon as the
 * balance bears them; more than REFUND_DAYS after they are due, the law adds to them. */
#include "rehearse/world.h"

#include "base/assert.h"
#include "promise/cash.h"

#include <string.h>

/* Code de la consommation: L216-7, and L221-24 for who thinks better of it. */
enum { REFUND_DAYS = 14, REFUND_RUNGS = 5 };

/* From so many days of lateness on, so much more, in percent. */
struct surcharge {
    int64_t days;
    int64_t percent;
};

enum { REFUNDS_MAX = SCENE_DAYS_MAX * REFUND_LAWS };

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

void bank_sale(struct world *world, const struct world_order *order)
{
    struct cash_flow flows[CASH_FLOWS_MAX];
    uint32_t count = cash_sale_flows(world->scene->shop, day_today(world), order->total_minor,
                                     order->vat_minor, flows);
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
static int64_t surcharge_percent(enum refund_law law, int64_t days_late)
{
    static const struct surcharge surcharges[REFUND_LAWS][REFUND_RUNGS] = {
        [REFUND_LATE] = {{1, 10}, {31, 20}, {61, 50}, {61, 50}, {61, 50}},      /* L241-4 */
        [REFUND_WITHDRAWN] = {{11, 5}, {21, 10}, {31, 20}, {61, 50}, {61, 50}}, /* L242-4 */
    };
    int64_t percent = 0;
    for (uint32_t i = 0; i < REFUND_RUNGS && days_late >= surcharges[law][i].days; i++) {
        percent = surcharges[law][i].percent;
    }
    return percent;
}

static void refunds_pay(struct world *world)
{
    while (world->refund_count > 0) {
        const struct refund *refund = &world->refunds[world->refund_first % REFUNDS_MAX];
        int64_t amount = refund->amount_minor;
        int64_t late = (int64_t)world->day - refund->day - REFUND_DAYS;
        int64_t more = amount * surcharge_percent(refund->law, late) / 100;
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

static void refund_add(struct world *world, int64_t amount, enum refund_law law)
{
    for (uint32_t i = world->refund_count; i > 0; i--) {
        struct refund *refund = &world->refunds[(world->refund_first + i - 1) % REFUNDS_MAX];
        if (refund->day != world->day) {
            break;
        }
        if (refund->law == law) {
            refund->amount_minor += amount;
            return;
        }
    }
    ASSERT(world->refund_count < REFUNDS_MAX);
    world->refunds[(world->refund_first + world->refund_count++) % REFUNDS_MAX] =
        (struct refund){world->day, law, amount};
}

void bank_refund(struct world *world, const struct world_order *order, enum refund_law law)
{
    struct cash_flow flows[CASH_FLOWS_MAX];
    uint32_t count =
        cash_sale_flows(world->scene->shop, day_today(world), 0, -order->vat_minor, flows);
    flows_add(world, flows, count);
    refund_add(world, order->total_minor, law);
    world->outcome->measures[MEASURE_REFUNDED] += order->counted;
}

/* A late order's customer has waited long enough: what has not left does not leave any more. */
static void late_cancel(struct world *world, uint32_t index)
{
    const struct world_order *order = &world->orders[index];
    double uniform = draw_uniform(world->key, DRAW_CANCEL, order->person, 0);
    bool last = world->day + 1 >= world->scene->day_count;
    bool waits = order->groups_left == order->group_count;
    bool never = last && (order->groups_left > 0 || order->delivered == NO_DAY);
    if (!order->cancelled && (never || (waits && uniform < world->scene->assume.cancel_share))) {
        order_cancel(world, index, REFUND_LATE);
    }
}

static void cancellations(struct world *world)
{
    uint32_t after = (uint32_t)world->scene->assume.cancel_after_days;
    uint32_t index = world->day >= after ? world->promised_first[world->day - after] : NO_LINK;
    for (; index != NO_LINK; index = world->orders[index].next_promised) {
        late_cancel(world, index);
    }
    bool last = world->day + 1 >= world->scene->day_count;
    for (uint32_t i = 0; last && i < world->order_count; i++) {
        late_cancel(world, i); /* it will never come */
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

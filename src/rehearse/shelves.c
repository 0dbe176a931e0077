/* What lies there, what leaves, what comes and what is bought again.
 *
 * Deliveries vary: late with a chance, by days (geometric), or short. On today's sides a person
 * looks in the morning, on days on which the supplier takes orders, and buys what has fallen under
 * its reorder point, by the rule of supply/reorder.h; with Écluse the core and that very rule buy
 * (core.c). */
#include "rehearse/world.h"

#include "base/decimal.h"

#include <math.h>
#include <string.h>

static void inbound_link(struct world *world, uint32_t index)
{
    struct inbound *inbound = &world->inbounds[index];
    int32_t last = (int32_t)world->scene->day_count;
    uint32_t due = (uint32_t)(inbound->due < 0 ? 0 : inbound->due < last ? inbound->due : last);
    uint32_t usable = (uint32_t)(inbound->usable < last ? inbound->usable : last);
    inbound->next_due = world->due_first[due];
    world->due_first[due] = index;
    inbound->next_usable = world->usable_first[usable];
    world->usable_first[usable] = index;
}

static bool supplier_repaired(const struct world *world, uint16_t supplier)
{
    return supplier != NO_INDEX && world->repairs->suppliers != NULL &&
           world->repairs->suppliers[supplier];
}

/* So many days late, the same on each side for an item's order of a day. */
static int32_t lead_delay(const struct world *world, uint16_t item, uint16_t supplier, int32_t due)
{
    const struct assumptions *assume = &world->scene->assume;
    double uniform = draw_uniform(world->key, DRAW_LEAD, item, (uint64_t)(uint32_t)due);
    if (uniform >= assume->supplier_late || supplier_repaired(world, supplier)) {
        return 0;
    }
    double stay = 1 - 1 / assume->supplier_late_days; /* geometric, at least 1 */
    double left = uniform / assume->supplier_late;
    double more = stay > 0 ? floor(log(left) / log(stay)) : 0;
    return 1 + (int32_t)(more < 30 ? more : 30);
}

void shelves_expect(struct world *world, struct inbound inbound)
{
    world->inbounds = rehearse_grow(world->inbounds, world->inbound_count + 1,
                                    &world->inbound_capacity, sizeof *world->inbounds);
    inbound.supplier = world->scene->shop->items[inbound.item].supplier.index;
    int32_t usable = inbound.due + lead_delay(world, inbound.item, inbound.supplier, inbound.due);
    inbound.usable = usable < 0 ? 0 : usable;
    world->on_order[inbound.item] += inbound.quantity_thousandths;
    world->inbounds[world->inbound_count] = inbound;
    inbound_link(world, world->inbound_count++);
}

void shelves_begin(struct world *world)
{
    const struct opening_stock *opening = world->opening;
    size_t bytes = world->scene->shop->item_count * sizeof *world->on_hand;
    memcpy(world->on_hand, opening->on_hand, bytes);
    memcpy(world->free, opening->free, bytes);
    memset(world->on_order, 0, bytes);
    memset(world->due_first, 0xff, sizeof world->due_first);
    memset(world->usable_first, 0xff, sizeof world->usable_first);
    world->inbound_count = 0;
    world->came_back = false;
    for (uint32_t i = 0; i < opening->entry_count; i++) {
        const struct opening_entry *entry = &opening->entries[i];
        shelves_expect(world, (struct inbound){.quantity_thousandths = entry->quantity_thousandths,
                                               .entry = entry->number,
                                               .due = entry->due,
                                               .item = entry->item,
                                               .billed = entry->billed});
    }
}

bool shelves_pick(void *context, uint32_t index, int64_t now)
{
    struct world *world = context;
    struct job *job = &world->floor.jobs[index];
    const struct offer *offer = &world->scene->shop->offers[job->offer];
    (void)now;
    for (uint32_t i = 0; i < offer->component_count; i++) {
        const struct component *component = &offer->components[i];
        uint16_t item = component->item.index;
        int64_t need = component_need(component, job->quantity_thousandths);
        bool endless = world->repairs->items != NULL && world->repairs->items[item];
        if (world->on_hand[item] < need && !endless) {
            job->late_item = item;
            return false;
        }
    }
    for (uint32_t i = 0; i < offer->component_count; i++) {
        const struct component *component = &offer->components[i];
        world->on_hand[component->item.index] -=
            component_need(component, job->quantity_thousandths);
    }
    return true;
}

/* What a line consists of can be sold again; `lies`: it lies on the shelf again, too. */
static void line_give_back(struct world *world, const struct job *job, bool lies, bool found)
{
    const struct offer *offer = &world->scene->shop->offers[job->offer];
    for (uint32_t i = 0; i < offer->component_count; i++) {
        const struct component *component = &offer->components[i];
        uint16_t item = component->item.index;
        int64_t quantity = component_need(component, job->quantity_thousandths);
        world->free[item] += quantity;
        world->on_hand[item] += lies ? quantity : 0;
        if (found && world->side == SIDE_ECLUSE) {
            core_found(world, item, quantity);
        }
    }
    world->came_back = world->came_back || lies;
}

void shelves_return(struct world *world, const struct job *job)
{
    line_give_back(world, job, job->has_material, false);
}

void shelves_return_sold(struct world *world, const struct job *job)
{
    line_give_back(world, job, true, true);
}

/* ---- goods that come ---- */

static int64_t good_of(const struct world *world, const struct inbound *inbound)
{
    const struct assumptions *assume = &world->scene->assume;
    double uniform =
        draw_uniform(world->key, DRAW_SHORT, inbound->item, (uint64_t)(uint32_t)inbound->due);
    if (uniform >= assume->supplier_short || supplier_repaired(world, inbound->supplier)) {
        return inbound->quantity_thousandths;
    }
    double good = (double)inbound->quantity_thousandths * (1 - assume->supplier_short_part);
    return (int64_t)(good / THOUSAND) * THOUSAND;
}

static void goods_come(struct world *world)
{
    bool came = world->came_back;
    world->came_back = false;
    uint32_t index = world->usable_first[world->day];
    while (index != NO_LINK) {
        struct inbound inbound = world->inbounds[index];
        int64_t good = good_of(world, &inbound);
        world->on_hand[inbound.item] += good;
        world->free[inbound.item] += good;
        world->on_order[inbound.item] -= inbound.quantity_thousandths;
        bank_bill(world, &inbound, good);
        if (world_asks_core(world)) {
            core_received(world, &inbound, good);
        }
        came = true;
        index = inbound.next_usable;
    }
    if (came) {
        floor_material(&world->floor, world->now);
    }
}

static void goods_late(struct world *world)
{
    uint32_t index = world->due_first[world->day];
    while (index != NO_LINK && world_asks_core(world)) {
        struct inbound inbound = world->inbounds[index];
        if (inbound.usable > inbound.due) {
            core_late(world, &inbound);
        }
        index = inbound.next_due;
    }
}

static void goods_leave(struct world *world)
{
    const struct opening_stock *opening = world->opening;
    for (uint32_t i = 0; i < opening->leaves_count; i++) {
        const struct opening_leaves *leaves = &opening->leaves[i];
        if (leaves->day == world->day) {
            world->on_hand[leaves->item] -= leaves->quantity_thousandths;
        }
    }
}

/* ---- what is bought again, today ---- */

static int64_t packs_up(int64_t quantity, int64_t pack)
{
    return (quantity + pack - 1) / pack * pack;
}

static int64_t reorder_quantity(const struct world *world, uint16_t index)
{
    const struct item *item = &world->scene->shop->items[index];
    int64_t point = item->reorder_point_thousandths < 0
                        ? 0
                        : item->reorder_point_thousandths + item->safety_stock_thousandths;
    if (item->retired || world->on_order[index] > 0 || world->free[index] >= point) {
        return 0;
    }
    int64_t wanted = packs_up(point - world->free[index], item->pack_size_thousandths);
    int64_t most = item->max_units_per_week_thousandths;
    return most >= 0 && wanted > most
               ? most / item->pack_size_thousandths * item->pack_size_thousandths
               : wanted;
}

/* All that is wanted of a supplier; the first item is filled up to the least that is delivered. */
static void supplier_order(struct world *world, uint16_t supplier_index)
{
    const struct shop *shop = world->scene->shop;
    const struct supplier *supplier = &shop->suppliers[supplier_index];
    int32_t due = (int32_t)world->day + supplier->lead_days + supplier->receiving_days;
    int64_t value = 0;
    for (uint32_t i = 0; i < shop->item_count; i++) {
        if (shop->items[i].supplier.index == supplier_index) {
            value += supply_value(&shop->items[i], reorder_quantity(world, (uint16_t)i));
        }
    }
    int64_t missing = value > 0 ? supplier->minimum_order_value_minor - value : 0;
    for (uint32_t i = 0; i < shop->item_count; i++) {
        const struct item *item = &shop->items[i];
        int64_t quantity =
            item->supplier.index == supplier_index ? reorder_quantity(world, (uint16_t)i) : 0;
        if (quantity > 0 && missing > 0 && item->unit_cost_minor > 0) {
            int64_t more = decimal_scale_up(missing, THOUSAND, item->unit_cost_minor);
            quantity += packs_up(more, item->pack_size_thousandths);
            missing = 0;
        }
        if (quantity > 0) {
            shelves_expect(world, (struct inbound){.quantity_thousandths = quantity,
                                                   .due = due,
                                                   .item = (uint16_t)i,
                                                   .billed = true});
        }
    }
}

/* What a lever buys, without Écluse; there the core has it (core.c). */
static void extras_order(struct world *world, int32_t day)
{
    const struct scene *scene = world->scene;
    for (uint32_t i = 0; i < scene->extra_count; i++) {
        const struct scene_extra *extra = &scene->extras[i];
        if (extra->order_day == day) {
            shelves_expect(world,
                           (struct inbound){.quantity_thousandths = extra->quantity_thousandths,
                                            .due = extra->usable_day - scene->today,
                                            .item = extra->item,
                                            .billed = true});
        }
    }
}

void shelves_day(struct world *world)
{
    const struct shop *shop = world->scene->shop;
    goods_leave(world);
    goods_late(world);
    goods_come(world);
    int32_t day = world->scene->today + (int32_t)world->day;
    if (world->side != SIDE_ECLUSE) {
        extras_order(world, day);
    }
    for (uint32_t i = 0; i < shop->supplier_count && world->side != SIDE_ECLUSE; i++) {
        bool takes = ((shop->suppliers[i].orders_on.bits >> weekday_of_day(day)) & 1) != 0;
        if (takes && !shop->suppliers[i].retired) {
            supplier_order(world, (uint16_t)i);
        }
    }
}

/* Per item with such a limit: whole weeks more, counted from the week of the last order day. */
#include "pages/place_supply.h"

enum { WEEKS_MAX = 520 };

/* The supplier's first order day, from that day on. */
static int32_t order_day_from(const struct supplier *supplier, int32_t day)
{
    for (int i = 0; i < WEEKDAYS; i++) {
        if ((supplier->orders_on.bits & (1u << weekday_of_day(day + i))) != 0) {
            return day + i;
        }
    }
    return day;
}

static bool item_day(const struct shop *shop, const struct component *component,
                     int32_t material_day, uint64_t units, int32_t *day)
{
    const struct item *item = &shop->items[component->item.index];
    if (item->supplier.index == NO_INDEX ||
        item->max_units_per_week_thousandths < component->quantity_thousandths) {
        return false;
    }
    const struct supplier *supplier = &shop->suppliers[item->supplier.index];
    uint64_t weekly =
        (uint64_t)(item->max_units_per_week_thousandths / component->quantity_thousandths);
    uint64_t weeks = (units + weekly - 1) / weekly;
    int32_t wait = supplier->lead_days + supplier->receiving_days;
    int32_t ordered = material_day - wait;
    int32_t monday = ordered - (int32_t)weekday_of_day(ordered);
    if (weeks > WEEKS_MAX) {
        return false;
    }
    *day = order_day_from(supplier, monday + WEEKDAYS * (int32_t)weeks) + wait;
    return true;
}

bool place_supply_day(const struct shop *shop, struct offer_id offer, int32_t material_day,
                      uint64_t units, int32_t *day)
{
    const struct offer *it = &shop->offers[offer.index];
    bool limited = false;
    int32_t latest = material_day;
    for (uint32_t i = 0; i < it->component_count; i++) {
        int32_t comes = 0;
        if (item_day(shop, &it->components[i], material_day, units, &comes)) {
            limited = true;
            latest = comes > latest ? comes : latest;
        }
    }
    *day = latest;
    return limited;
}

/* When material comes for more than a supplier sends in a week.
 *
 * One order is bought for in one go, so of a quantity above an item's max_units_per_week the core
 * says that it is never there. A crowd's orders are bought for one after another, week by week. */
#ifndef ECLUSE_PAGES_PLACE_SUPPLY_H
#define ECLUSE_PAGES_PLACE_SUPPLY_H

#include "model/shop.h"

/* `material_day` is that of the largest quantity that the core has a date for: on which day is
 * material for `units` more there? False: no limit of a week's stands against them. */
bool place_supply_day(const struct shop *shop, struct offer_id offer, int32_t material_day,
                      uint64_t units, int32_t *day);

#endif

/* What stock alone asks for: items that fall under their reorder point.
 *
 *   point    = reorder_point + safety_stock (DESIGN section 5: safety_stock only moves it); items
 *              without a reorder_point are never listed
 *   low      = the lowest projected stock from today to the horizon's end, expected receipts
 *              included
 *   listed   if low < point and nothing of the item is on its way: no entry of which something is
 *              expected, an overdue one included (that is an alarm), but for purchases that were
 *              not sent in time
 *   order    on the supplier's first orders_on day, today included, whose ISO week has room for a
 *              pack under max_units_per_week; it must be sent on that day
 *   quantity = point - low in packs, not over what the week has left; then the first listed item
 *              of a supplier's day is filled up by packs until the day's purchase (entries that are
 *              there included) reaches minimum_order_value, as far as its week allows
 *
 * What promises need is bought by the core itself (PROPOSED entries); this proposes the rest.
 * Nothing is written: who agrees records a purchase by hand (CHANGE_BOUGHT). */
#ifndef ECLUSE_SUPPLY_REORDER_H
#define ECLUSE_SUPPLY_REORDER_H

#include "promise/change.h"

struct reorder {
    struct item_id item;
    struct supplier_id supplier; /* NO_INDEX: none, so nothing can be ordered */
    int64_t point_thousandths;
    int64_t low_thousandths;
    int32_t low_day; /* the first day under the point */
    bool has_order;  /* false: no supplier, or no order day with room within a year */
    int64_t quantity_thousandths;
    int32_t order_day;
    int32_t arrives_day;
    int32_t due_day; /* usable from it on */
    int64_t value_minor;
};

/* In the order of the shop file's items; returns how many (at most `most`) it wrote. */
uint32_t reorder_list(const struct promise_state *state, struct reorder *reorders, uint32_t most);

/* The first day from `from` on on which the supplier takes orders. */
int32_t reorder_order_day(const struct supplier *supplier, int32_t from);

#endif

/* What was sold, order by order: what ordinary demand is learned from (rehearse/learn.h).
 *
 * Filled by who can read it (commands/past_read.h), then sorted; afterwards only read. */
#ifndef ECLUSE_REHEARSE_PAST_H
#define ECLUSE_REHEARSE_PAST_H

#include "model/shop.h"

struct past_line {
    int32_t quantity_thousandths; /* above 0 */
    uint16_t offer;
    uint16_t zero;
};

struct past_order {
    int64_t at;
    uint32_t first; /* of its lines */
    uint32_t count; /* at least 1 */
};

struct past {
    struct past_order *orders; /* in the order of time */
    uint32_t order_count, order_capacity;
    struct past_line *lines;
    uint32_t line_count, line_capacity;
};

/* A line of an order; lines of one order come one after another, `is_new` says that another begins.
 * Begins with zeros; a quantity of 0 or less, or of more than a line may have, is passed over; at
 * most LIMIT_PAST_LINES. */
void past_add(struct past *past, bool is_new, int64_t at, struct offer_id offer,
              int64_t quantity_thousandths);
void past_sort(struct past *past);
void past_free(struct past *past);
/* Where the orders of an instant or later begin. */
uint32_t past_from(const struct past *past, int64_t at);

#endif

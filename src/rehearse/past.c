/* lines -> orders -> in the order of time. Orders of the same second stay as they came. */
#include "rehearse/past.h"

#include "base/assert.h"
#include "rehearse/agenda.h"

#include <stdlib.h>

void past_add(struct past *past, bool is_new, int64_t at, struct offer_id offer,
              int64_t quantity_thousandths)
{
    if (quantity_thousandths <= 0 || quantity_thousandths > LIMIT_LINE_QUANTITY_THOUSANDTHS) {
        return;
    }
    ASSERT(past->line_count < LIMIT_PAST_LINES);
    if (is_new || past->order_count == 0) {
        past->orders = rehearse_grow(past->orders, past->order_count + 1, &past->order_capacity,
                                     sizeof *past->orders);
        past->orders[past->order_count++] = (struct past_order){at, past->line_count, 0};
    }
    past->lines =
        rehearse_grow(past->lines, past->line_count + 1, &past->line_capacity, sizeof *past->lines);
    past->lines[past->line_count++] =
        (struct past_line){(int32_t)quantity_thousandths, offer.index, 0};
    past->orders[past->order_count - 1].count++;
}

static int orders_compare(const void *a, const void *b)
{
    const struct past_order *left = a;
    const struct past_order *right = b;
    if (left->at != right->at) {
        return left->at < right->at ? -1 : 1;
    }
    return left->first < right->first ? -1 : left->first > right->first;
}

void past_sort(struct past *past)
{
    if (past->order_count > 0) {
        qsort(past->orders, past->order_count, sizeof *past->orders, orders_compare);
    }
}

void past_free(struct past *past)
{
    free(past->orders);
    free(past->lines);
    *past = (struct past){.orders = NULL};
}

uint32_t past_from(const struct past *past, int64_t at)
{
    uint32_t low = 0;
    uint32_t high = past->order_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (past->orders[middle].at < at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

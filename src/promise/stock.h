/* Stock over time: for each item P(d), what is projected to lie in stock on day d, and from when on
 * it suffices.
 *
 *   P(d) = base + sum of (receipts - committed) over today .. d
 *   base = physical on hand - unshipped commitments of days before today
 *
 * The differences of each day are the leaves of a tree whose nodes keep (sum, lowest prefix sum),
 * so that a commitment changes one path and "the last day on which P is under what is needed" is
 * found by one way down. All in thousandths. */
#ifndef ECLUSE_PROMISE_STOCK_H
#define ECLUSE_PROMISE_STOCK_H

#include "promise/window.h"

/* Of the days below a node: their sum, and the lowest of the sums of their first 1, 2, ... days. */
struct stock_node {
    int64_t sum;
    int64_t lowest;
};

struct stock {
    uint32_t item_count;
    uint32_t day_count;  /* of the window: the stride of `committed` */
    uint32_t leaf_count; /* a power of two, at least the horizon's days */
    uint32_t horizon_days;
    int64_t *on_hand;         /* physical; the state's own: all else is derived */
    int64_t *base;            /* P before today */
    unsigned char *touched;   /* has anything in `committed` or in its tree */
    int64_t *committed;       /* [item][day] */
    struct stock_node *nodes; /* [item][leaf_count], the root is 1 */
    int64_t *leaves;          /* [item][leaf_count] */
};

/* Bytes of the tables at their largest. */
enum { STOCK_LEAVES_MAX = 1024 };

/* Sets the tables' shape for this window and fills them from on_hand, receipts and opening
 * commitments; what orders have committed is then added with stock_commit. The tables must be zero
 * where they were never used. */
void stock_build(struct stock *stock, const struct shop *shop, const struct window *window);
/* `window` has moved on by `elapsed` days, what was committed on them is past. */
void stock_roll(struct stock *stock, const struct shop *shop, const struct window *window,
                uint32_t elapsed);

/* Commits (or with a negative quantity gives back) on a day; days before today count as past. The
 * day is within the window. */
void stock_commit(struct stock *stock, uint32_t item, int32_t day_index, int64_t quantity);

/* The first day (index) from which on `quantity` can be promised beside keep_back; horizon_days if
 * there is none. */
uint32_t stock_earliest(const struct stock *stock, uint32_t item, int64_t quantity,
                        int64_t keep_back);

/* Compares every tree with its leaves: NULL, or what is wrong. */
const char *stock_check(const struct stock *stock);

#endif

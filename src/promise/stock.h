/* Stock over time: for each item P(d), what is projected to lie in stock on day d, and from when on
 * it suffices.
 *
 *   P(d) = base + sum of (expected - committed) over today .. d
 *   base = physical on hand - unshipped commitments of days before today
 *
 * What is expected are receipts and purchases (promise/supply.h). Money over time has the same
 * shape, and cash.h uses a table of one row.
 *
 * The differences of each day are the leaves of a tree whose nodes keep (sum, lowest prefix sum),
 * so that "the last day on which P is under what is needed" is found by one way down. The tree is
 * brought up to date only when that question is asked: before it stands a bound, `least`, that P
 * never falls under. While it suffices, the answer is "today", and a commitment touches nothing but
 * its day and the item's head. All in thousandths. */
#ifndef ECLUSE_PROMISE_STOCK_H
#define ECLUSE_PROMISE_STOCK_H

#include "promise/supply.h"
#include "promise/window.h"

/* Of the days below a node: their sum, and the lowest of the sums of their first 1, 2, ... days. */
struct stock_node {
    int64_t sum;
    int64_t lowest;
};

enum {
    STOCK_LEAVES_MAX = 1024, /* the longest horizon, as a power of two */
    STOCK_TILE = 16, /* items whose days lie together: 256 bytes a day. Orders of one evening commit
                        on the same few days of any items; item by item, each of these days would be
                        on a page of its own */
    STOCK_STALE_WORDS = (LIMIT_HORIZON_DAYS + 63) / 64
};

/* A day: what is committed on it, and what it adds to P (the tree's leaf). Side by side, because
 * they change together. */
struct stock_day {
    int64_t committed;
    int64_t change;
};

/* Two cache lines an item; the first suffices for a horizon of 256 days. */
struct stock_head {
    int64_t base;      /* P before today */
    int64_t least;     /* P is not under it on any day of the horizon; it may be higher */
    int64_t keep_back; /* not promised */
    /* Planning's own: where the item stands in the list that it merges, if the epoch is its own
     * (plan_need.c). Here, because what is merged is then looked for. */
    uint32_t epoch;
    uint16_t place;
    uint16_t touched;                  /* has anything in its days or in its tree */
    uint64_t stale[STOCK_STALE_WORDS]; /* days whose change is not in the nodes above it yet */
};

_Static_assert(sizeof(struct stock_head) == 128, "an item's head is two cache lines");

struct stock {
    uint32_t item_count;
    uint32_t day_count;  /* of each item's days: at least the window's and leaf_count */
    uint32_t leaf_count; /* a power of two, at least the horizon's days */
    uint32_t horizon_days;
    int64_t *on_hand;         /* physical; the state's own: all else is derived */
    struct stock_head *heads; /* [item] */
    struct stock_day *days;   /* [item / STOCK_TILE][day_count][item % STOCK_TILE] */
    struct stock_node *nodes; /* [item][leaf_count], the root is 1 */
};

/* Sets the tables' shape for this window, with every row empty and nothing before today. The tables
 * must be zero where they were never used. */
void stock_clear(struct stock *stock, uint32_t item_count, const struct window *window);
/* Fills them from on_hand, what is expected and opening commitments; what orders have committed is
 * then added with stock_commit. */
void stock_build(struct stock *stock, const struct shop *shop, const struct supply *supply,
                 const struct window *window);
/* `window` has moved on by `elapsed` days, what was committed on them is past. */
void stock_roll(struct stock *stock, const struct shop *shop, const struct supply *supply,
                const struct window *window, uint32_t elapsed);
/* The same for a table of which nothing is expected. */
void stock_roll_committed(struct stock *stock, const struct window *window, uint32_t elapsed);

/* Commits (or with a negative quantity gives back) on a day; days before today count as past. The
 * day is within the window. */
void stock_commit(struct stock *stock, uint32_t item, int32_t day_index, int64_t quantity);

/* More (or less) is expected on a day; days outside the horizon are left out. */
void stock_expect(struct stock *stock, uint32_t item, int32_t day_index, int64_t quantity);
/* min P(t) over t >= the day (index; at least today) to the horizon's end. */
int64_t stock_low(struct stock *stock, uint32_t item, int32_t day_index);

static inline struct stock_day *stock_day_of(const struct stock *stock, uint32_t item, uint32_t day)
{
    size_t row = (size_t)(item / STOCK_TILE) * stock->day_count + day;
    return &stock->days[row * STOCK_TILE + item % STOCK_TILE];
}

/* Brings an item's day into the cache before stock_commit. */
static inline void stock_commit_soon(const struct stock *stock, uint32_t item, int32_t day_index)
{
    if (day_index >= 0) {
        __builtin_prefetch(stock_day_of(stock, item, (uint32_t)day_index), 1);
    }
}

/* `quantity` of an item has left the shelf, committed or not. */
void stock_leave(struct stock *stock, uint32_t item, int64_t quantity);

/* The slow way of stock_earliest. */
uint32_t stock_search(struct stock *stock, uint32_t item, int64_t need);

/* The first day (index) from which on `quantity` can be promised beside what is kept back;
 * horizon_days if there is none. */
static inline uint32_t stock_earliest(struct stock *stock, uint32_t item, int64_t quantity)
{
    const struct stock_head *head = &stock->heads[item];
    int64_t need = quantity + head->keep_back;
    return head->least >= need ? 0 : stock_search(stock, item, need);
}

/* Compares every tree with its leaves: NULL, or what is wrong. */
const char *stock_check(const struct stock *stock);

#endif

/* The way out of what stops: the stock that only it uses, what of it is still to come and what of
 * that could be called off, and the orders that have to be kept first. */
#ifndef ECLUSE_FOCUS_WAY_OUT_H
#define ECLUSE_FOCUS_WAY_OUT_H

#include "promise/change.h"

/* An item that nothing else uses. */
struct way_item {
    struct item_id item;
    int64_t on_hand_thousandths;
    int64_t committed_thousandths; /* to orders, open or of the shop file */
    int64_t left_thousandths;      /* on hand beyond them: to be sold */
    int64_t left_minor;            /* at cost */
};

/* What is expected of such an item. */
struct way_entry {
    uint32_t number; /* as `purchases` and `board` name it */
    struct item_id item;
    int64_t quantity_thousandths;
    int64_t needed_thousandths; /* of it, for what is promised */
    int32_t due_day;
    bool unsent; /* the rest of it needs only to be dropped; else the supplier is to be asked */
    int64_t rest_minor; /* what is not needed, at cost */
};

struct way_out {
    uint32_t item_count;
    struct way_item *items; /* the largest value first */
    uint32_t entry_count;
    struct way_entry *entries;
    int64_t stock_minor;  /* what is left of the items, at cost */
    int64_t unsent_minor; /* at cost: what need not be bought */
    int64_t coming_minor; /* and what comes although nobody needs it, unless the supplier agrees */
    uint32_t order_count; /* open orders with any of what stops */
    int64_t order_minor;  /* what customers pay for it in them */
    int32_t last_day;     /* the latest deliver-by of these; without orders it means nothing */
};

/* `stops` is by the offers of the state's shop. *way gets memory of its own (way_out_free). */
enum status way_out_make(const struct promise_state *state, const bool *stops, struct way_out *way,
                         struct fault *fault) MUST_USE;
void way_out_free(struct way_out *way);

#endif

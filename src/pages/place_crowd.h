/* How much the visitors of a moment take: for each who goes in, so many units of each of its
 * offers, and so many orders.
 *
 * Before anything is known it is what the shop file says of the moment (conversion_rate, baskets),
 * as if a hundred visitors had been seen to do so; then what was really ordered while visitors went
 * in moves it. */
#ifndef ECLUSE_PAGES_PLACE_CROWD_H
#define ECLUSE_PAGES_PLACE_CROWD_H

#include "pages/store_moment.h"

enum {
    PLACE_MILLION = 1000000,
    PLACE_PRIOR_VISITORS = 100, /* so much the shop file's figures weigh */
    PLACE_VISITORS_LEAST = 30,  /* of fewer, nothing is learned */
    PLACE_ORDERS_MAX = 20000    /* looked at, latest first */
};

struct place_crowd {
    /* In. */
    uint32_t offer_count;
    uint16_t offers[STORE_MOMENT_OFFERS_MAX];
    uint32_t ahead_most;
    uint64_t visitors; /* who went in since */
    int64_t since;     /* this second */
    /* Out: for each visitor, in millionths. */
    uint64_t units[STORE_MOMENT_OFFERS_MAX];
    uint64_t orders;
};

/* On the core's thread. Orders that were cancelled, replaced or not confirmed in time count as not
 * made. Offers that the shop does not sell any more get 0. */
void place_crowd_learn(struct promise_state *state, int64_t now, struct place_crowd *crowd);
/* Of a figure for each visitor: what so many take, rounded up. */
uint64_t place_crowd_of(uint64_t millionths, uint32_t visitors);

#endif

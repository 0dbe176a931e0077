/* The crowd of the demo: visitors over real HTTP, arriving as after a television programme.
 *
 *   arrives -> moment page -> an offer -> asks for its date -> holds it -> confirms, cancels,
 *                  |             |              |                |         or walks away
 *                leaves        leaves         leaves       refused (sold out)
 *
 * Every order carries an Idempotency-Key: whoever got no answer asks again with the same key, and
 * must get the same order. */
#ifndef ECLUSE_COMMANDS_DEMO_CROWD_H
#define ECLUSE_COMMANDS_DEMO_CROWD_H

#include "base/status.h"
#include "env/env.h"
#include "promise/order_id.h"

#include <stdint.h>

enum {
    CROWD_OFFERS_MAX = 16,
    CROWD_NAME_BYTES = 72,
    CROWD_TOKEN_BYTES = 72,
    CROWD_LATENCY_BUCKETS = 4096
};

struct crowd_offer {
    char name[CROWD_NAME_BYTES];
    int64_t weight; /* how often it is chosen, relative to the others */
};

struct crowd_options {
    struct env *env;
    uint32_t visitors;
    uint64_t seed;
    uint64_t evening_ns;   /* real time from the first visitor to the last */
    uint32_t rise_seconds; /* of the moment's shape ... */
    uint32_t half_life_seconds;
    uint32_t offer_count;
    struct crowd_offer offers[CROWD_OFFERS_MAX];
};

/* An order that was answered 201, as the customer knows it. */
struct crowd_order {
    char id[ORDER_ID_LENGTH + 1];
    char token[CROWD_TOKEN_BYTES];
    uint8_t offer;
    uint16_t quantity;
    bool confirmed; /* answered 200 */
    bool cancelled;
    bool changing; /* a confirm or cancel was sent and not answered: either is true */
    int32_t deliver_by_day;
    int64_t total_cents;
};

struct crowd_figures {
    uint64_t arrived, left_early, requests, quotes;
    uint64_t promised, confirmed, cancelled, walked_away;
    uint64_t refused;    /* 409: sold out */
    uint64_t busy;       /* 503 with Retry-After */
    uint64_t unanswered; /* the connection failed: while the server is dead, or not */
    uint64_t asked_again;
    uint64_t unexpected; /* any other status, or an answer that is no answer */
    char first_unexpected[200];
    uint64_t
        latency[CROWD_LATENCY_BUCKETS]; /* in tenths of a millisecond; the last takes the rest */
};

struct crowd;

enum status crowd_open(const struct crowd_options *options, struct crowd **crowd,
                       struct fault *fault) MUST_USE;
/* Where the server is; NULL while there is none: visitors wait and ask again. */
void crowd_server(struct crowd *crowd, const char *url);
/* Lets arrive who is due at `elapsed_ns` of the evening and moves every visitor on; waits at most
 * `milliseconds`. */
void crowd_step(struct crowd *crowd, uint64_t elapsed_ns, int milliseconds);
/* Everybody has come and gone. */
bool crowd_over(const struct crowd *crowd);
/* Orders, confirmations and cancellations that are sent and not answered yet. */
uint32_t crowd_orders_under_way(const struct crowd *crowd);
/* Visitors that are inside now. */
uint32_t crowd_inside(const struct crowd *crowd);
const struct crowd_figures *crowd_figures(const struct crowd *crowd);
uint32_t crowd_order_count(const struct crowd *crowd);
const struct crowd_order *crowd_order(const struct crowd *crowd, uint32_t index);
void crowd_close(struct crowd *crowd);

/* The share (0 to 1) of all visitors who have come after `share` of the evening: rises to the peak,
 * then halves again and again. */
double crowd_arrived_share(double share, double rise_seconds, double half_life_seconds);
/* The latency below which `percent` of the answers were, in tenths of a millisecond. */
uint32_t crowd_latency(const struct crowd_figures *figures, uint32_t percent);

#endif

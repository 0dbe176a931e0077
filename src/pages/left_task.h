/* How many more of an offer could be promised: a question to the core, for whoever has to tell
 * whether promises run short.
 *
 * Counted as one large order could get them, held as a checkout would, its work spread over several
 * lines, whatever one customer may have at most. So it is right to the unit where stock is what
 * limits, and close where an offer's own hours or seats do; it is too much where each order takes
 * time of its own (a parcel to pack), because that is counted once. */
#ifndef ECLUSE_PAGES_LEFT_TASK_H
#define ECLUSE_PAGES_LEFT_TASK_H

#include "engine/engine.h"

enum { LEFT_UNITS_MAX = 20000 };

struct left_offer {
    uint16_t offer;
    uint32_t most; /* nobody needs to know of more than that; at most LEFT_UNITS_MAX */
    uint32_t left; /* the answer: at most `most` */
};

/* In a request's memory; set task.done and submit. */
struct left_task {
    struct engine_task task;       /* first: `done` gets its address */
    const struct order_key *order; /* that it is asked for; NULL: none yet */
    bool placed; /* the answer: that order is there already, so nothing else was looked at */
    uint32_t count;
    struct left_offer offers[LIMIT_ORDER_LINES];
};

/* `order`, `offers` and `count` are set. */
void left_task_begin(struct left_task *left);
/* On the core's thread: of one offer, right now. */
uint32_t left_find(struct promise_state *state, int64_t now, uint16_t offer, uint32_t most);

#endif

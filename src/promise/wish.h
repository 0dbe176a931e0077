/* Wishes: what cannot be promised now becomes an offer to buy by itself, as soon as it can.
 *
 *   PROMISE_WISH      so much of an offer, there by a day at the latest: waits in the queue
 *   promise_wish_next something became free (a hold that ended, a receipt, a shift, a new day): the
 *                     first in the queue whose wish can be met gets a hold, of wish_minutes, for
 *                     which EVENT_PLACED stands; who says yes confirms that order, as any other
 *   PROMISE_WITHDRAW  not wanted any more
 *
 * The queue is in the order of `since` (when the customer came), then of their making. Nothing is
 * kept back for a wish that cannot be met as a whole: it is passed over and stays where it is. */
#ifndef ECLUSE_PROMISE_WISH_H
#define ECLUSE_PROMISE_WISH_H

#include "promise/promise.h"

const char *wish_status_text(enum wish_status status); /* "waiting", "offered", ... */

/* How many wait for an offer, and for how much of it together. */
struct wish_demand {
    uint32_t waiting;
    uint64_t quantity_thousandths;
};

bool promise_wish(const struct promise_state *state, struct order_key key, struct wish_view *view);
bool promise_wish_by_number(const struct promise_state *state, uint32_t number,
                            struct wish_view *view);
uint32_t promise_wish_count(const struct promise_state *state);
uint32_t promise_wishes_waiting(const struct promise_state *state);
struct wish_demand promise_wish_demand(const struct promise_state *state, struct offer_id offer);
/* How many wait for the same offer before this one, counted up to `most`. */
uint32_t promise_wish_before(const struct promise_state *state, uint32_t number, uint32_t most);

/* Is there one that may be met now? */
bool promise_wishes_due(const struct promise_state *state);
/* Goes along the queue, at most *steps far (a wish that has to be planned counts WISH_TRY_STEPS).
 * True: `events` has got an event to apply (it holds at least promise_event_bytes_max()); to be
 * asked again. False: nothing more now; promise_wishes_due says whether the way goes on. All that
 * is due before `now` must have been applied. */
enum { WISH_TRY_STEPS = 64 };
bool promise_wish_next(struct promise_state *state, int64_t now, uint32_t *steps,
                       struct event_buffer *events);

#endif

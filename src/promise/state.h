/* The core's state, for the files of this room only.
 *
 *   kept     on_hand of each item, the orders with their reservations, the time:
 *            saved, digested, changed by apply alone
 *   derived  window, stock trees, hours, parcels:
 *            built again from what is kept and the shop (state_build)
 *   scratch  the plan that is being tried:
 *            never cleared, means nothing between two calls
 *
 * All of it lies in one mapping that is taken at creation and touched only as it is used. */
#ifndef ECLUSE_PROMISE_STATE_H
#define ECLUSE_PROMISE_STATE_H

#include "promise/hours.h"
#include "promise/orders.h"
#include "promise/parcels.h"
#include "promise/stock.h"

enum { PLAN_COMMITMENTS_MAX = LIMIT_ORDER_LINES * LIMIT_ITEMS_PER_OFFER };

/* What the lines of a group need of an item together. */
struct plan_need {
    uint16_t item;
    int64_t quantity;
};

/* Where an item stands in the list that is being merged; meaningful while `epoch` is the scratch's.
 */
struct plan_mark {
    uint32_t epoch;
    uint32_t place;
};

struct plan_scratch {
    uint64_t order[LIMIT_ORDER_LINES];    /* lines in planning order, as sortable numbers */
    uint32_t place_of[LIMIT_ORDER_LINES]; /* ask index -> place in plan.lines */
    uint32_t epoch;
    struct plan_mark *marks; /* [item] */
    uint32_t need_count;
    struct plan_need needs[PLAN_COMMITMENTS_MAX];
    uint32_t commitment_count;
    uint32_t commitments_taken; /* so many of them are in the stock trees while the plan is tried */
    struct event_commitment commitments[PLAN_COMMITMENTS_MAX];
};

/* What was decided last and is still taken: the event that says so is expected next, and applying
 * exactly that one keeps what is taken instead of giving it back and taking it again. Whoever else
 * looks at what a plan takes, or changes anything, calls plan_settle first. */
struct plan_pending {
    bool taken;
    uint32_t replaced;      /* the hold that is released meanwhile; 0: none */
    uint32_t length;        /* of the event's payload */
    unsigned char *payload; /* [promise_event_bytes_max()] */
};

struct promise_state {
    const struct shop *shop;
    size_t mapped_bytes;
    int64_t now; /* the latest stamp applied */
    struct window window;
    struct stock stock;
    struct hours hours;
    struct parcels parcels;
    struct orders orders;
    struct plan_scratch scratch;
    struct plan_pending pending; /* of `plan` */
    struct promise_plan plan;
};

/* Builds everything derived from the shop and the orders, for today. */
void state_build(struct promise_state *state, int32_t today);

/* Reserves (or gives back) all that an order has reserved: runs, commitments unless its goods have
 * left, places with carriers. */
void state_reserve(struct promise_state *state, const struct order_record *record);
void state_release(struct promise_state *state, const struct order_record *record);

/* Does the order's status mean that its commitments (its runs and parcels) are reserved? */
bool status_commits(enum order_status status);
bool status_reserves(enum order_status status);
/* Counts for max_per_customer: bought or about to be. */
bool status_bought(enum order_status status);
/* May the event happen to an order of this status? */
bool order_allows(const struct promise_state *state, const struct order_record *record,
                  enum event_type type);

/* ---- plan.c ---- */

/* Plans an ask as of `now`; operations start no earlier than `earliest`. PROMISE_OK (without
 * looking at max_days), PROMISE_NEVER (plan->summary.limit says what blocked), PROMISE_TOO_LARGE
 * or, for sums that do not fit, PROMISE_BAD_QUANTITY. Takes hours and stock as it goes: plan_undo
 * gives them back, always. `commits`: the commitments are wanted in the scratch; a quote has no use
 * for those of its last group. */
enum promise_result plan_make(struct promise_state *state, const struct promise_ask *ask,
                              int64_t now, int64_t earliest, bool commits,
                              struct promise_plan *plan);
void plan_undo(struct promise_state *state, const struct promise_plan *plan);
/* Keeps it for good, the last group's stock too. */
void plan_keep(struct promise_state *state, const struct promise_plan *plan);

/* Gives back what the last decision left taken, if it was not applied. The state that callers see
 * is the same before and after. */
void plan_settle(struct promise_state *state);
/* For looks, which take a const state: it was never a const object. */
static inline void plan_settle_look(const struct promise_state *state)
{
    plan_settle((struct promise_state *)(uintptr_t)state);
}

/* ---- look.c ---- */

void order_view_fill(const struct promise_state *state, uint32_t number, struct order_view *view);

#endif

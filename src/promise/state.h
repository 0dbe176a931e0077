/* The core's state, for the files of this room only.
 *
 *   kept     on_hand of each item, what is expected, bills, absences, the orders with their
 *            reservations, sessions, the bank's balance, the time:
 *            saved, digested, changed by apply alone
 *   derived  window, stock trees, hours, parcels, the cash forecast:
 *            built again from what is kept and the shop (state_build)
 *   scratch  the plan that is being tried:
 *            never cleared, means nothing between two calls
 *
 * All of it lies in one mapping that is taken at creation and touched only as it is used. */
#ifndef ECLUSE_PROMISE_STATE_H
#define ECLUSE_PROMISE_STATE_H

#include "promise/cash.h"
#include "promise/parcels.h"
#include "promise/sessions.h"

enum { PLAN_COMMITMENTS_MAX = LIMIT_ORDER_LINES * LIMIT_ITEMS_PER_OFFER };

/* What the lines of a group need of an item together, and how it is to be had. */
struct plan_need {
    uint16_t item;
    bool buys;           /* `purchase` is wanted unless stock comes by the material day */
    int64_t quantity;
    uint32_t stock_day;  /* index from which on stock covers it; the horizon: never */
    struct planned_purchase purchase; /* tried: for its own due day */
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
    uint32_t purchases_taken; /* so many of the plan's purchases are in the stock trees and cash */
    uint32_t sessions_taken;  /* so many of the plan's bookings of sessions that exist are taken */
    uint32_t reduction_count;
    struct event_reduction reductions[EVENT_REDUCTIONS_MAX];
    uint32_t *revise; /* [order]: numbers of those that are to be planned again */
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
    struct supply supply;
    struct cash_state cash;
    struct orders orders;
    struct sessions sessions;
    struct plan_scratch scratch;
    struct plan_pending pending; /* of `plan` */
    struct promise_plan plan;
};

/* Builds everything derived from the shop and the orders, for today. */
void state_build(struct promise_state *state, int32_t today);

/* Reserves (or gives back) all that an order has reserved: runs, seats, commitments unless their
 * goods have left, places with carriers. */
void state_reserve(struct promise_state *state, const struct order_record *record);
void state_release(struct promise_state *state, const struct order_record *record);
/* The order's sale enters (1) or leaves (-1) the cash forecast: it stays there after delivery. */
void state_sale(struct promise_state *state, const struct order_record *record, int sign);
/* What is expected of an entry enters (1) or leaves (-1) stock and cash. */
void state_expect(struct promise_state *state, uint32_t number, int sign);
/* Builds all tables as if nothing were reserved. */
void state_build_empty(struct promise_state *state);

/* Does the order's status mean that its runs and parcels are reserved? */
bool status_reserves(enum order_status status);
/* Counts for max_per_customer and for cash: bought or about to be. */
bool status_bought(enum order_status status);
/* May the event happen to an order, or to one of its lines (LINE_ALL: to all that it can)? */
bool order_allows(const struct promise_state *state, const struct order_record *record,
                  enum event_type type, uint16_t line);

/* ---- plan.c ---- */

/* What is to be planned. */
struct plan_ask {
    const struct promise_ask *ask;
    int64_t now;
    int64_t earliest; /* operations start no earlier */
    bool commits;     /* the commitments are wanted in the scratch; a quote has no use for those of
                         its last group */
    bool sold;        /* the order's sale is in the forecast already */
};

/* PROMISE_OK (without looking at max_days), PROMISE_NEVER (plan->summary.limit says what blocked),
 * PROMISE_TOO_LARGE, PROMISE_BAD_QUANTITY (sums that do not fit, seats that there are not), or
 * PROMISE_WANT_BEYOND. Takes hours, stock, seats and supply as it goes: plan_undo gives them back,
 * always. */
enum promise_result plan_make(struct promise_state *state, const struct plan_ask *asked,
                              struct promise_plan *plan);
void plan_undo(struct promise_state *state, struct promise_plan *plan);
/* Keeps it for good, the last group's stock too; bookings and purchases, which the event brings,
 * are given back. */
void plan_keep(struct promise_state *state, struct promise_plan *plan);

/* ---- plan_buy.c ---- */

/* What stock cannot cover of scratch.needs[index], to be bought as soon as may be: fills the need's
 * purchase. `sale` are the order's flows, for the test of cash. */
struct buy_sale {
    uint32_t count;
    struct cash_flow flows[CASH_FLOWS_MAX];
};
enum buy_result { BUY_FOUND, BUY_NONE, BUY_NO_DAY, BUY_NO_CASH };
enum buy_result buy_find(struct promise_state *state, struct promise_plan *plan, uint32_t index,
                         const struct buy_sale *sale);
/* The need is bought for the group's material day (index): adds it to the plan, and takes it. */
void buy_take(struct promise_state *state, struct promise_plan *plan, const struct plan_need *need,
              int32_t day_index);
void buy_undo(struct promise_state *state, const struct promise_plan *plan, uint32_t from);
/* Nobody may need any more what was proposed of the items that an order gave back: fills
 * scratch.reductions. The order's commitments have been given back; the tables stay as they are. */
void buy_reduce(struct promise_state *state, const struct order_record *record);
/* Less, or more again (sign -1), of the entries named in reductions. */
void buy_reductions_apply(struct promise_state *state, const unsigned char *reductions,
                          uint32_t count);

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

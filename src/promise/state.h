/* The core's state, for the files of this room only.
 *
 *   kept     on_hand of each item, what is expected, bills, absences, the orders with their
 *            reservations, sessions, wishes, the bank's balance, the time:
 *            saved, digested, changed by apply alone
 *   derived  window, stock trees, hours, parcels, the cash forecast:
 *            built again from what is kept and the shop (state_build)
 *   scratch  the plan that is being tried, the walk along the wishes:
 *            never cleared, means nothing between two calls
 *
 * All of it lies in one mapping that is taken at creation and touched only as it is used. */
#ifndef ECLUSE_PROMISE_STATE_H
#define ECLUSE_PROMISE_STATE_H

#include "base/decimal.h"
#include "promise/cash.h"
#include "promise/parcels.h"
#include "promise/sessions.h"
#include "promise/wishes.h"

enum { PLAN_COMMITMENTS_MAX = LIMIT_ORDER_LINES * LIMIT_ITEMS_PER_OFFER };

/* What the lines of a group need of an item together, and how it is to be had. */
struct plan_need {
    uint16_t item;
    bool buys; /* from its supplier, unless stock comes by the material day */
    int64_t quantity;
    uint32_t stock_day; /* index from which on stock covers it; the horizon: never */
    uint32_t due_day;   /* index on which what is bought is usable */
    int32_t order_day;
    int32_t cash_days;
    int32_t first_day; /* index: order days before it have been refused already */
};

struct plan_scratch {
    uint64_t order[LIMIT_ORDER_LINES];    /* lines in planning order, as sortable numbers */
    uint32_t place_of[LIMIT_ORDER_LINES]; /* ask index -> place in plan.lines */
    uint32_t
        epoch; /* of the list of needs, or of commitments: of the heads of its items (stock.h) */
    uint32_t need_count;
    struct plan_need needs[PLAN_COMMITMENTS_MAX];
    uint32_t commitment_count;
    uint32_t commitments_taken; /* so many of them are in the stock trees while the plan is tried */
    struct event_commitment commitments[PLAN_COMMITMENTS_MAX];
    uint32_t parcels_taken;   /* so many of the plan's groups have their places with carriers */
    uint32_t purchases_taken; /* so many of the plan's purchases stand in supply, stock and cash */
    bool seats_given;         /* the plan's bookings of sessions that exist are given back */
    bool sale_taken;          /* the order's sale stands in the forecast */
    int64_t cash_low;         /* the forecast's lowest point without anything of the order */
    struct cash_flow sale[CASH_FLOWS_MAX];
    uint32_t sale_count;
    uint32_t reduction_count;
    struct event_reduction reductions[EVENT_REDUCTIONS_MAX];
    uint32_t *revise;     /* [order]: numbers of those that are to be planned again */
    unsigned char *event; /* [promise_event_bytes_max()] of a re-promise */
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
    struct wishes wishes;
    uint32_t broken; /* derived: how many are record_broken */
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
/* The same of an order; one that is loose has nothing until its revision. */
bool record_reserves(const struct order_record *record);
/* Its promise is broken, and it has not ended. A hold that expires takes its flag with it: a late
 * payment that revives it mends no promise that was counted. */
bool record_broken(const struct order_record *record);
/* Counts for max_per_customer and for cash: bought or about to be. */
bool status_bought(enum order_status status);
/* May the event happen to an order, or to one of its lines (LINE_ALL: to all that it can)? */
bool order_allows(const struct promise_state *state, const struct order_record *record,
                  enum event_type type, uint16_t line);
/* May a new order take its place? A hold's; `elsewhere`: also that of one that can be cancelled. */
bool order_gives_way(const struct promise_state *state, uint32_t number, bool elsewhere);
/* Does a step of that type, of this line or of all, touch line `index`? */
bool line_touched(const struct order_parts *parts, uint32_t index, enum event_type type,
                  uint16_t line);
/* The order's status once the event has happened. */
enum order_status order_status_then(const struct promise_state *state,
                                    const struct order_record *record, enum event_type type,
                                    uint16_t line);

/* ---- plan.c ---- */

/* What is to be planned. */
struct plan_ask {
    const struct promise_ask *ask;
    int64_t now;
    int64_t earliest; /* operations start no earlier */
    bool commits;     /* the commitments are wanted in the scratch; a quote has no use for those of
                         its last group */
    bool explained;   /* the plan is the caller's, who wants all of it */
    bool sold;        /* the order's sale is in the forecast already */
};

/* PROMISE_OK (without looking at max_days), PROMISE_NEVER (plan->summary.limit says what blocked),
 * PROMISE_TOO_LARGE, PROMISE_BAD_QUANTITY (sums that do not fit, seats that there are not), or
 * PROMISE_WANT_BEYOND. Takes hours, stock, seats and supply as it goes: plan_undo gives them back,
 * always. */
enum promise_result plan_make(struct promise_state *state, const struct plan_ask *asked,
                              struct promise_plan *plan);
void plan_undo(struct promise_state *state, const struct promise_plan *plan);
/* The last group's stock, too, is committed in the tables. */
void plan_commit(struct promise_state *state);
/* Turns a plan that failed, or came too late, into what is reserved of an order that was sold
 * elsewhere for `promised_day` and cannot be kept: its goods, today. All of the plan has been given
 * back. `result`: what became of the plan. PROMISE_BAD_QUANTITY: its total is no number. */
enum promise_result plan_break(struct promise_state *state, const struct plan_ask *asked,
                               enum promise_result result, int32_t promised_day,
                               struct promise_plan *plan);
/* Gives back purchases, seats, places with carriers and the sale alone: what is kept must not
 * change before an event. */
void plan_undo_kept(struct promise_state *state, const struct promise_plan *plan);
/* Keeps hours and stock for good, the last group's stock too. */
void plan_keep(struct promise_state *state, const struct promise_plan *plan);

/* How long a hold lasts at first; whoever wished is not waiting in front of the screen. */
static inline int64_t hold_seconds(const struct shop *shop, bool wished)
{
    return wished ? shop->promise.wish_seconds : shop->promise.hold_seconds;
}

/* The last moment at which a hold made at `made_at` can be confirmed. */
static inline int64_t hold_last(const struct shop *shop, int64_t made_at, bool wished)
{
    return made_at + hold_seconds(shop, wished) + shop->promise.payment_seconds;
}

/* Is there room for an order's block, for its new sessions' blocks with so many runs together,
 * and for its record? `revised`: the number of an order that gets other reservations and may keep
 * what was bought for it; 0 for a new one. */
bool state_has_room(const struct promise_state *state, const struct order_shape *shape,
                    uint32_t session_runs, uint32_t revised);

/* A session has whole seats, and not more than there are. */
static inline bool seats_fit(const struct offer *offer, int64_t quantity_thousandths)
{
    return offer->seats == 0 || (quantity_thousandths % THOUSAND == 0 &&
                                 quantity_thousandths / THOUSAND <= offer->seats);
}

/* ---- plan_event.c ---- */

/* The plan as an event: its head is `placed`, whose identity is set; the reductions are those of
 * the scratch. */
void plan_write(const struct promise_state *state, const struct promise_plan *plan,
                enum event_type type, struct event_placed *placed, struct event_buffer *events);
/* Is there room for what the plan reserves, for a new order or (`revised`: its number) for one that
 * stands? */
bool plan_has_room(const struct promise_state *state, const struct promise_plan *plan,
                   uint32_t revised);
/* What an order asked for; its lines are written into `lines`. */
struct promise_ask order_ask(const struct promise_state *state, const struct order_record *record,
                             struct promise_line lines[LIMIT_ORDER_LINES]);
/* The head of an event that revises an order: who it is. */
struct event_placed order_event(const struct promise_state *state, uint32_t number);

/* ---- plan_buy.c ---- */

/* Nobody may need any more what was proposed of the items that an order gave back: fills
 * scratch.reductions. The order's commitments have been given back; the tables stay as they are. */
void buy_reduce(struct promise_state *state, const struct order_record *record);
bool buy_reductions_fit(const struct promise_state *state, const unsigned char *reductions,
                        uint32_t count);
void buy_reductions_apply(struct promise_state *state, const unsigned char *reductions,
                          uint32_t count);
/* An event's purchases enter the tables, each if it can be; returns how many did. */
uint32_t buy_event_take(struct promise_state *state, const struct event_placed *placed);
void buy_event_give(struct promise_state *state, const struct event_placed *placed, uint32_t taken);

/* Gives back what the last decision left taken, if it was not applied. The state that callers see
 * is the same before and after. */
void plan_settle(struct promise_state *state);
/* For looks, which take a const state: it was never a const object. */
static inline void plan_settle_look(const struct promise_state *state)
{
    plan_settle((struct promise_state *)(uintptr_t)state);
}

/* ---- decide.c ---- */

/* Are the ask's offers sold, its quantities such as can be, its customer within the limits? An
 * order that is being replaced (0: none) does not count. */
enum promise_result ask_check(const struct promise_state *state, const struct promise_ask *ask,
                              uint32_t replaced, struct promise_answer *answer);
enum promise_result place_decide(struct promise_state *state, const struct promise_command *command,
                                 int64_t now, struct promise_answer *answer,
                                 struct event_buffer *events);
void answer_clear(struct promise_answer *answer);

/* ---- wish.c ---- */

enum promise_result wish_decide(struct promise_state *state, const struct promise_command *command,
                                int64_t now, struct promise_answer *answer,
                                struct event_buffer *events);
enum promise_result withdraw_decide(struct promise_state *state,
                                    const struct promise_command *command, int64_t now,
                                    struct promise_answer *answer, struct event_buffer *events);
/* Is it a wish's? Then the answer says whose. */
bool wish_has_key(const struct promise_state *state, const struct order_key *key,
                  struct promise_answer *answer);
/* Can the event's order be that of its wish? */
bool wish_meets(const struct promise_state *state, const struct event_placed *placed);
enum status wished_apply(struct promise_state *state, const struct event *event) MUST_USE;
enum status wish_ended_apply(struct promise_state *state, const struct event *event) MUST_USE;

/* ---- change.c ---- */

/* Within ten years of today: beyond, an event's day is none. */
static inline bool day_is_near(const struct promise_state *state, int32_t day)
{
    int64_t away = (int64_t)day - state->window.today;
    return away >= -3653 && away <= 3653;
}

enum status change_apply(struct promise_state *state, const struct event *event) MUST_USE;

/* ---- look.c ---- */

void order_view_fill(const struct promise_state *state, uint32_t number, struct order_view *view);

#endif

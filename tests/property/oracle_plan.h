/* Inside the oracle: what its files need of each other. */
#ifndef ECLUSE_TESTS_PROPERTY_ORACLE_PLAN_H
#define ECLUSE_TESTS_PROPERTY_ORACLE_PLAN_H

#include "tests/property/oracle.h"

/* ---- oracle.c ---- */

bool oracle_reserves(enum order_status status);
bool oracle_unshipped(enum order_status status);
/* Takes or gives back an order's slots and, with its last booking, its sessions'. */
void oracle_reserve(struct oracle *oracle, struct oracle_order *order);
void oracle_release(struct oracle *oracle, struct oracle_order *order);
void oracle_takes_count(struct oracle *oracle, const struct oracle_takes *takes, int sign);
int64_t oracle_half_up(int64_t value, int64_t by, int64_t per);
/* May it be asked for at all, and by that customer? */
enum promise_result oracle_ask_refuse(const struct oracle *oracle, const struct promise_ask *ask,
                                      const struct oracle_order *replaced,
                                      struct promise_answer *answer);
/* Plans an order that is new; `keep`: it is placed then. */
enum promise_result oracle_place(struct oracle *oracle, const struct promise_command *command,
                                 bool keep, struct promise_answer *answer);
/* The last moment for the yes to a hold. */
int64_t oracle_hold_last(const struct oracle *oracle, int64_t made_at, bool wished);

/* ---- oracle_wish.c ---- */

/* WISH and WITHDRAW. */
enum promise_result oracle_wish(struct oracle *oracle, const struct promise_command *command,
                                struct promise_answer *answer);

/* ---- oracle_plan.c ---- */

/* How an ask is planned. */
struct oracle_way {
    int64_t earliest; /* no work before it */
    bool sold;        /* its sale is in the forecast already */
    bool any_day;     /* max_days does not bind */
    int32_t by_day;   /* a wish's; 0: none */
};

/* How it was before an ask was planned. */
struct oracle_mark {
    uint32_t entry_count;
    uint32_t session_count;
    struct supply_entry entries[ORACLE_ENTRIES_MAX];
};

void oracle_mark(const struct oracle *oracle, struct oracle_mark *mark);
/* Takes back what was planned for an order, bought and opened since. */
void oracle_undo(struct oracle *oracle, const struct oracle_mark *mark, struct oracle_order *order);

/* Plans the ask into *order (amounts, reservations) with the entries and sessions that it needs,
 * and fills the answer's summary. All of it stands in the oracle then, whatever the result:
 * oracle_undo takes it back. */
enum promise_result oracle_plan(struct oracle *oracle, const struct promise_ask *ask,
                                struct oracle_way way, struct oracle_order *order,
                                struct promise_answer *answer);
/* An order that was sold elsewhere and cannot be kept: its goods are its own from today on, and it
 * has nothing else. The answer says what limited its plan. */
void oracle_break(struct oracle *oracle, const struct promise_ask *ask, int32_t promised_day,
                  struct oracle_order *order, struct promise_answer *answer);
int32_t oracle_day_of(const struct oracle *oracle, int64_t at);
int64_t oracle_horizon_end(const struct oracle *oracle); /* the instant */
int64_t oracle_line_need(const struct shop *shop, const struct promise_line *line, uint16_t item);

/* ---- oracle_work.c ---- */

/* A line's or parcel's operations one after another. */
struct oracle_chain {
    int64_t start; /* of the first slot; where nothing works, as it was */
    int64_t end;
    int64_t first_slot; /* -1: none yet */
    int64_t wait;
    int64_t wait_largest;
    uint16_t wait_center;
    uint16_t blocked_by; /* the work center without room, when it fails */
};

void oracle_take_add(struct oracle *oracle, struct oracle_takes *takes, uint16_t work_center,
                     int32_t crew, int64_t slot);
bool oracle_work_forward(struct oracle *oracle, struct oracle_takes *takes,
                         const struct routing *routing, int64_t quantity,
                         struct oracle_chain *chain);
/* In the latest slots before *limit, which moves to where the work begins; none before release. */
bool oracle_work_backward(struct oracle *oracle, struct oracle_takes *takes,
                          const struct routing *routing, int64_t quantity, int64_t release,
                          int64_t *limit);
/* Books seats; *session: its place. `order` sees what it has booked itself. */
bool oracle_session_book(struct oracle *oracle, const struct oracle_order *order, uint16_t offer,
                         int64_t seats, int64_t release, uint32_t *session,
                         struct oracle_chain *chain);
/* The latest that ends by `limit`. */
bool oracle_session_book_backward(struct oracle *oracle, const struct oracle_order *order,
                                  uint16_t offer, int64_t seats, int64_t share_from,
                                  int64_t release, int64_t limit, uint32_t *session);
int64_t oracle_takes_end(const struct oracle_takes *takes, uint32_t since, int64_t otherwise);
bool oracle_carrier_goes(const struct oracle *oracle, uint16_t carrier, bool collects, int32_t day);
bool oracle_carrier_room(const struct oracle *oracle, const struct oracle_order *tentative,
                         uint16_t carrier, int32_t day);
/* The delivery of what is collected on a day; false if it is not before `end`. */
bool oracle_delivery(const struct oracle *oracle, uint16_t carrier, int32_t collection, int32_t end,
                     int32_t *delivery);

/* ---- oracle_supply.c ---- */

struct oracle_found {
    int32_t day;   /* -1: never */
    int32_t stock; /* the day from which stock alone covers it; -1: none */
    bool bought;
    int32_t order_day;
    int32_t arrives_day;
    int32_t due_day;
    int32_t cash_days;
    enum promise_cause cause; /* of a never */
};

/* What the planning of an order knows of its money. */
struct oracle_money {
    bool sold;
    int64_t total;
    int64_t vat;
    int64_t lowest_before; /* the forecast's without anything of this order */
};

int64_t oracle_projected(const struct oracle *oracle, const struct oracle_order *tentative,
                         uint16_t item, int32_t day);
/* The lowest P from a day on. */
int64_t oracle_lowest(const struct oracle *oracle, const struct oracle_order *tentative,
                      uint16_t item, int32_t from_day);
/* On which day an item is there, if it is not needed before `floor` and not ordered before
 * `first_day`. */
struct oracle_found oracle_item_find(struct oracle *oracle, const struct oracle_order *tentative,
                                     const struct oracle_money *money, uint16_t item, int64_t need,
                                     int32_t floor, int32_t first_day);
/* Makes the purchase that was found; its shortage is that of `day`. */
struct order_peg oracle_buy(struct oracle *oracle, const struct oracle_order *tentative,
                            const struct oracle_found *found, uint16_t item, int64_t need,
                            int32_t day);
/* What the order no longer needs is no longer proposed. */
void oracle_reduce(struct oracle *oracle, const struct oracle_order *order);

/* ---- oracle_cash.c ---- */

/* The forecast's lowest balance, with a sale that is no order yet where `money` is not NULL and not
 * sold. */
int64_t oracle_cash_lowest(const struct oracle *oracle, const struct oracle_money *money);
int64_t oracle_vat(const struct shop *shop, const struct oracle_order *order,
                   const uint16_t *carriers, uint32_t carrier_count);
int32_t oracle_bill_due(const struct shop *shop, uint16_t supplier, int32_t day);
int64_t oracle_cost(const struct shop *shop, uint16_t item, int64_t quantity);

#endif

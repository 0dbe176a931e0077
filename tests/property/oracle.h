/* The slow oracle: the rules of a promise as plain sums and loops over days and slots.
 *
 * It is written from the rules alone (docs/promise.md) and shares no code with src/promise: no
 * tree, no bit, no cache. Where the core and the oracle differ, one of them misreads the rules.
 * Only the words of promise.h and change.h (asks, changes, answers) are common.
 *
 *   oracle.c         what happens to orders: steps, holds, time
 *   oracle_plan.c    one ask: groups, lines, dates
 *   oracle_work.c    slots of people, forward and backward; sessions; collections
 *   oracle_supply.c  what lies in stock, what is bought, what is not bought any more; changes
 *   oracle_cash.c    the forecast
 *   oracle_revise.c  who stays and who moves after a change
 *   oracle_wish.c    who waits, and who is asked next */
#ifndef ECLUSE_TESTS_PROPERTY_ORACLE_H
#define ECLUSE_TESTS_PROPERTY_ORACLE_H

#include "promise/change.h"
#include "promise/wish.h"

enum {
    ORACLE_LINES_MAX = 8,
    ORACLE_CENTERS_MAX = 4,
    ORACLE_ITEMS_MAX = 8,
    ORACLE_OFFERS_MAX = 64,
    ORACLE_ENTRIES_MAX = 1024,
    ORACLE_RECORDS_MAX = 512, /* of each kind of change that is remembered */
    ORACLE_HORIZON_MAX = 64
};

struct oracle_take {
    uint8_t work_center;
    uint8_t crew;
    int64_t slot;
};

struct oracle_takes {
    uint32_t count;
    uint32_t capacity;
    struct oracle_take *list;
};

struct oracle_commitment {
    uint16_t item;
    uint16_t group;
    int32_t day;
    int64_t quantity;
};

/* A parcel or an on-site line. */
struct oracle_group {
    uint16_t carrier; /* NO_INDEX: on site */
    int32_t collection_day;
    struct promise_dates dates;
};

struct oracle_booking {
    uint32_t session; /* its place among the oracle's */
    int64_t seats;
};

/* What an order has reserved. */
struct oracle_reserved {
    struct oracle_takes takes;
    uint32_t commitment_count;
    struct oracle_commitment commitments[ORACLE_LINES_MAX * ORACLE_ITEMS_MAX];
    uint32_t group_count;
    struct oracle_group groups[ORACLE_LINES_MAX];
    uint32_t booking_count;
    struct oracle_booking bookings[ORACLE_LINES_MAX];
    uint32_t line_groups[ORACLE_LINES_MAX]; /* in the ask's order */
    uint32_t peg_count;
    struct order_peg pegs[ORACLE_LINES_MAX * ORACLE_ITEMS_MAX]; /* what was bought for it */
};

struct oracle_order {
    struct order_key key;
    enum order_status status;
    uint64_t customer;
    int64_t made_at;
    int64_t held_until;
    bool wished; /* a wish became it */
    bool broken;
    bool aside; /* during a re-promise: nothing of it is reserved yet */
    uint32_t revisions;
    struct promise_ask ask; /* its lines point to `lines` only while it is planned */
    uint32_t line_count;
    struct promise_line lines[ORACLE_LINES_MAX];
    int64_t line_amounts[ORACLE_LINES_MAX];
    enum order_status line_status[ORACLE_LINES_MAX]; /* confirmed to delivered */
    struct promise_summary first;
    struct promise_summary current;
    int64_t vat;
    struct oracle_reserved reserved;
};

struct oracle_session {
    uint16_t offer;
    bool ended;
    int64_t start;
    int64_t end;
    struct oracle_takes takes;
};

struct oracle_closure {
    uint16_t carrier;
    int32_t from_day;
    int32_t to_day;
};

/* The walk along the wishes: it goes on with the first that waits of those that stand here or
 * behind. */
struct oracle_walk {
    bool begun;
    int64_t since;
    uint32_t number;
    struct {
        bool refused;
        int64_t quantity;
        int32_t before_day; /* INT32_MAX: on no day */
    } offers[ORACLE_OFFERS_MAX];
};

enum oracle_wish_event { ORACLE_NO_WISH, ORACLE_WISH_MET, ORACLE_WISH_LAPSED };

struct oracle {
    const struct shop *shop;
    int64_t now;
    int32_t today;
    int32_t first_day; /* of the tables of slots */
    int32_t day_count;
    int64_t first_slot;
    int64_t slot_count;
    unsigned char *people[ORACLE_CENTERS_MAX]; /* there in each slot; 0 where closed */
    unsigned char *taken[ORACLE_CENTERS_MAX];
    int64_t on_hand[ORACLE_ITEMS_MAX];
    uint32_t item_count;
    uint32_t order_count;
    uint32_t order_capacity;
    struct oracle_order *orders;
    uint32_t session_count;
    uint32_t session_capacity;
    struct oracle_session *sessions;
    uint32_t entry_count;
    struct supply_entry entries[ORACLE_ENTRIES_MAX];
    uint32_t bill_count;
    struct supply_bill bills[ORACLE_RECORDS_MAX];
    uint32_t staffing_count;
    struct staffing staffing[ORACLE_RECORDS_MAX];
    uint32_t closure_count;
    struct oracle_closure closures[ORACLE_RECORDS_MAX];
    int64_t balance;
    int32_t balance_day;
    uint32_t wish_count;
    uint32_t wish_capacity;
    struct wish_view *wishes; /* [number - 1] */
    struct oracle_walk walk;
};

/* What a re-promise did to an order. */
struct oracle_revision {
    uint32_t order; /* its place */
    bool broken;
};

void oracle_begin(struct oracle *oracle, const struct shop *shop, int64_t now, int32_t day_count);
void oracle_end(struct oracle *oracle);
void oracle_shop(struct oracle *oracle, const struct shop *shop);
/* Time passes: days begin, holds that end by then end. */
void oracle_time(struct oracle *oracle, int64_t now);
/* What the core must answer. A PROMISE_OK of a command takes its effect, that of a quote none. */
void oracle_quote(struct oracle *oracle, const struct promise_command *command,
                  struct promise_answer *answer);
void oracle_command(struct oracle *oracle, const struct promise_command *command,
                    struct promise_answer *answer);
void oracle_atp(const struct oracle *oracle, uint16_t item, struct atp_day *days);
/* The load of a work center on a day (its index from today on). */
struct load_day oracle_load(const struct oracle *oracle, uint32_t work_center, int32_t day_index);
/* Something may have become free: the walk along the wishes begins anew. */
void oracle_wake(struct oracle *oracle);
/* The walk goes on, at most *steps far, to what happens next: to the wish of that number. */
enum oracle_wish_event oracle_wish_next(struct oracle *oracle, uint32_t *steps, uint32_t *number);
bool oracle_wishes_due(const struct oracle *oracle);
struct wish_demand oracle_demand(const struct oracle *oracle, uint16_t offer);
/* How many wait for the same before it does. */
uint32_t oracle_wish_before(const struct oracle *oracle, uint32_t number);
struct wish_view *oracle_wish_find(struct oracle *oracle, const struct order_key *key);
struct oracle_order *oracle_find(struct oracle *oracle, const struct order_key *key);
/* Records it, unless it is refused. */
enum promise_result oracle_change(struct oracle *oracle, const struct promise_change *change);
/* Re-promises, and lists who moved in the order in which they did; returns how many. */
uint32_t oracle_revise(struct oracle *oracle, struct oracle_revision *revisions, uint32_t most);
/* The same of one order that is broken. */
uint32_t oracle_revise_order(struct oracle *oracle, struct oracle_order *order,
                             struct oracle_revision *revisions, uint32_t most);
bool oracle_entry_counts(const struct oracle *oracle, const struct supply_entry *entry);
/* `days`: the horizon's, from today on. */
void oracle_cash(const struct oracle *oracle, struct cash_day *days, struct cash_day *lowest);
int64_t oracle_cash_undelivered(const struct oracle *oracle);

#endif

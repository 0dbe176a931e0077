/* THE CORE: stock and hours over time. A promise is a reservation of stock and of slots.
 *
 *   promise_decide(state, command) -> a rejection, or a plan and its events      (changes nothing)
 *   promise_apply(state, event)    -> the state after it                         (never refuses)
 *
 * An event holds outcomes (days, slots, prices), never something to be decided again: live, replay
 * and simulation run the same apply over the same events and reach the same digest. Pure: no clock,
 * no randomness, no allocation after promise_create, no floating point, nothing ordered by pointer
 * or hash. One thread at a time.
 *
 * The rules and their words: docs/promise.md (DESIGN section 5). */
#ifndef ECLUSE_PROMISE_PROMISE_H
#define ECLUSE_PROMISE_PROMISE_H

#include "base/slice.h"
#include "base/status.h"
#include "base/text.h"
#include "model/shop.h"

#include <stdint.h>

/* An order's identity: 80 bits that nobody can guess, behind the second of its making (so that the
 * store appends). The door makes it: from entropy, or as HMAC of the Idempotency-Key under the
 * shop's secret, so that a repeat finds its order. */
struct order_key {
    unsigned char bytes[10];
};

/* A customer: random, maps to a person only in the customers table. 0: nobody known (no
 * max_per_customer applies). */
struct customer_id {
    uint64_t value;
};

enum order_status {
    ORDER_NONE,
    ORDER_HELD,
    ORDER_CONFIRMED,
    ORDER_STARTED,
    ORDER_DONE,
    ORDER_SHIPPED,
    ORDER_DELIVERED,
    ORDER_CANCELLED,
    ORDER_EXPIRED,
    ORDER_REPLACED, /* a hold whose place another took */
    ORDER_STATUSES
};

const char *order_status_text(enum order_status status); /* "held", "confirmed", ... */
static inline bool order_status_begun(enum order_status status)
{
    return status == ORDER_STARTED || status == ORDER_DONE;
}

/* ---- what is asked ---- */

struct promise_line {
    struct offer_id offer;
    int64_t quantity_thousandths; /* 1 to LIMIT_LINE_QUANTITY_THOUSANDTHS */
};

/* A wish for later: a day on which all is to be delivered or done, or the instant at which on-site
 * work is to begin (to what is carried, its day). */
enum promise_want_kind { WANT_SOONEST, WANT_DAY, WANT_AT };
struct promise_want {
    enum promise_want_kind kind;
    int64_t value; /* WANT_DAY: a day; WANT_AT: an instant */
};

enum { PRIORITY_MAX = 9 };

struct promise_ask {
    uint32_t line_count; /* 1 to LIMIT_ORDER_LINES */
    const struct promise_line *lines;
    struct customer_id customer;
    struct promise_want want;
    bool split;       /* lines whose material comes earlier need not wait for the others */
    uint8_t priority; /* 0 (ordinary) to PRIORITY_MAX: who is served first in a re-promise */
    bool
        elsewhere; /* the shop behind has sold it already: a fact, which is taken whatever is there.
                       max_days, keep_back, max_per_customer and what is sold no more do not bind
                       it; it comes with neither hold, wish, wanted date nor split */
    bool for_all;  /* of questions only: what all customers together could get, so what one of them
                     may have at most does not count */
};

enum promise_command_kind {
    PROMISE_PLACE, /* a hold, or an order at once */
    PROMISE_CONFIRM,
    PROMISE_CANCEL,
    PROMISE_START,
    PROMISE_DONE,
    PROMISE_SHIP,
    PROMISE_DELIVER,
    PROMISE_PAY,      /* payment of a hold has begun: it lasts payment_minutes more */
    PROMISE_EXTEND,   /* a hold lasts hold_minutes more */
    PROMISE_WISH,     /* one line of the ask, by the day that is wanted: to be held for the customer
                         as soon as it can be promised (wish.h) */
    PROMISE_WITHDRAW, /* a wish that waits */
    PROMISE_COMMANDS
};

/* All of an order, not one line of it. */
enum { LINE_ALL = 0 };

struct promise_command {
    enum promise_command_kind kind;
    int64_t now; /* seconds UTC; an earlier one than the state's is taken as the state's */
    struct order_key order; /* PLACE, WISH: the new one's key; else which one is meant */
    uint16_t line; /* LINE_ALL, or START, DONE: the line of this number (the first asked for is 1);
                      SHIP, DELIVER: the parcel that it is in, or the line on site */
    struct promise_ask ask; /* PLACE, WISH */
    bool hold;              /* PLACE */
    uint32_t wish;          /* PLACE: the wish that is met; the core's own, 0 from elsewhere */
    int64_t since;          /* WISH: since when the customer is in the queue; 0: since now */
    int32_t promised_day; /* PLACE, elsewhere: by which day it was promised there; 0: nobody said */
    bool has_replaces;    /* PLACE: `replaces` is a hold whose reservations may be used again, and
                               which ends with success; elsewhere: or an order of which nothing
                               has left */
    struct order_key replaces;
};

/* ---- what is answered ---- */

enum promise_result {
    PROMISE_OK,
    PROMISE_REPEATED, /* PLACE with a key that has an order already: `order` is that order; nothing
                         changes */
    PROMISE_SOLD_OUT, /* no date within max_days; `possible` says the date it would have, if any */
    PROMISE_NEVER,    /* no date within the horizon at all */
    PROMISE_OFFER_RETIRED,
    PROMISE_BAD_QUANTITY, /* zero, negative, over the limit, or a fraction of an offer that has
                             parts or hours in wholes */
    PROMISE_TOO_MANY_LINES,
    PROMISE_OVER_CUSTOMER_LIMIT, /* max_per_customer; detail: offer, and what is left */
    PROMISE_TOO_LARGE,           /* the plan needs more runs of slots than LIMIT_PLAN_RUNS */
    PROMISE_NO_ORDER,            /* unknown key, of an order or of a wish */
    PROMISE_WRONG_STATUS, /* the order's status does not allow it; `order.status` says which it has.
                             WISH: the key is an order's, `order`; PLACE: a wish's, `wish` */
    PROMISE_HOLD_EXPIRED,
    PROMISE_FULL,        /* a pool of the core is full: 503 */
    PROMISE_WANT_BEYOND, /* the wanted date lies beyond the horizon; a wish's, also before today */
    PROMISE_NO_ENTRY,    /* a change names what is not expected, or not any more */
    PROMISE_BAD_CHANGE,  /* a change's figures are out of range */
    PROMISE_RESULTS
};

/* What limited a promise: the cause with the longest wait; ties in the order of this list (DESIGN
 * section 5). */
enum promise_cause {
    CAUSE_STOCK,
    CAUSE_SUPPLY,
    CAUSE_CASH,
    CAUSE_HOURS,
    CAUSE_CARRIER,
    CAUSE_NONE
};

struct promise_limit {
    enum promise_cause cause;
    uint16_t
        index;     /* the item (stock, supply), work center (hours) or carrier; NO_INDEX for none */
    int64_t until; /* the instant until which it made the order wait */
};

/* The dates of an order or of a line. */
struct promise_dates {
    bool has_ship_by; /* false for what is on site */
    int64_t ship_by;
    int32_t deliver_by_day;
};

/* Are these dates no later than those that were promised? */
static inline bool promise_dates_keep(const struct promise_dates *dates,
                                      const struct promise_dates *promised)
{
    return dates->deliver_by_day <= promised->deliver_by_day &&
           (!dates->has_ship_by || !promised->has_ship_by || dates->ship_by <= promised->ship_by);
}

struct promise_summary {
    struct promise_dates dates;
    int32_t material_day;
    int64_t ready_at; /* rounded up to the minute */
    struct promise_limit limit;
    int64_t total_minor; /* lines half up, then shipping */
    int64_t shipping_minor;
};

/* A run of `count` slots from `slot` on, at one work center, with `crew` people in each. */
struct slot_run {
    uint32_t slot;
    uint16_t count;
    uint8_t work_center;
    uint8_t crew;
};

/* How a date came about, step by step: what `quote --explain` shows and what an event stores. Lines
 * in planning order; `ask_index` leads back to the ask. */
struct planned_operation {
    uint16_t work_center;
    uint8_t crew;
    uint32_t slot_count; /* working time */
    uint32_t run_first;  /* its runs in plan.runs */
    uint32_t run_count;
    int64_t release; /* no earlier than this; planned backward: no earlier than the material */
    int64_t end;     /* end of its last slot */
};

enum { NO_SESSION = 0xffffffff };

/* Seats in a session (a class): one that exists, or one that the plan places. */
struct planned_session {
    uint32_t number; /* of an existing one; 0: a new one */
    struct offer_id offer;
    uint32_t seats; /* taken by this order */
    int64_t start;
    int64_t end;
    uint32_t run_first; /* a new one's runs in plan.runs */
    uint32_t run_count;
};

/* What stock cannot cover is bought: an addition to the supplier's purchase of a day. */
struct planned_purchase {
    struct item_id item;
    struct supplier_id supplier;
    uint32_t entry; /* one that grows, or the next number */
    bool is_new;
    int32_t order_day;
    int32_t arrives_day;
    int32_t due_day; /* usable from it on */
    int64_t quantity_thousandths;
    int32_t cash_days; /* so many days later because of cash */
};

struct planned_line {
    uint32_t ask_index;
    struct offer_id offer;
    int64_t quantity_thousandths;
    int64_t amount_minor;
    uint16_t group;
    uint32_t operation_first;
    uint32_t operation_count;
    int32_t commit_day; /* the day on which its stock is committed */
    uint32_t session;   /* its place in plan.sessions; NO_SESSION: none */
    int64_t start;      /* its work begins; its release where there is none */
    int64_t end;
};

struct planned_group {
    uint16_t carrier; /* NO_INDEX: on site */
    int64_t earliest; /* now, or the last moment at which a hold can be confirmed */
    int32_t material_day;
    uint16_t material_item; /* if material_day is after today: the item that set it */
    bool bought;            /* that item is bought from its supplier */
    bool backward;          /* planned backward from the wanted day */
    int32_t cash_days;      /* so many days of the wait for it are cash's */
    int64_t release;        /* max(earliest, material day's midnight, the wanted instant) */
    int64_t lines_end;
    uint32_t parcel_operation_first;
    uint32_t parcel_operation_count;
    int64_t ready_at;       /* with buffer_hours */
    int32_t collection_day; /* of the parcel */
    struct promise_dates dates;
    struct promise_limit limit;
};

enum {
    PLAN_OPERATIONS_MAX = 2 * LIMIT_ORDER_LINES * LIMIT_OPERATIONS_PER_ROUTING,
    PLAN_PURCHASES_MAX = LIMIT_ORDER_LINES * LIMIT_ITEMS_PER_OFFER
};

struct promise_plan {
    struct promise_summary summary;
    int32_t earliest_day; /* the deliver-by that it could have; the wanted one may be later */
    int64_t vat_minor;    /* of the total */
    uint32_t group_count;
    struct planned_group groups[LIMIT_ORDER_LINES];
    uint32_t line_count;
    struct planned_line lines[LIMIT_ORDER_LINES];
    uint32_t operation_count;
    struct planned_operation operations[PLAN_OPERATIONS_MAX];
    uint32_t run_count;
    struct slot_run runs[LIMIT_PLAN_RUNS];
    uint32_t session_count;
    struct planned_session sessions[LIMIT_ORDER_LINES];
    uint32_t purchase_count;
    struct planned_purchase purchases[PLAN_PURCHASES_MAX];
};

/* A line comes with its group. */
static inline const struct promise_dates *plan_line_dates(const struct promise_plan *plan,
                                                          uint32_t line)
{
    return &plan->groups[plan->lines[line].group].dates;
}

/* An order as the core knows it. */
struct order_view {
    struct order_key key;
    int64_t made_at; /* stands in its id */
    uint32_t number; /* 1, 2, ...: its place in the store */
    enum order_status status;
    bool was_held;      /* it began as a hold */
    bool wished;        /* a wish became it */
    bool elsewhere;     /* the shop behind sold it */
    int64_t held_until; /* while ORDER_HELD, and the first answer's */
    struct customer_id customer;
    struct promise_summary first; /* the first promise: never changes */
    struct promise_summary current;
    int64_t vat_minor;  /* of the total */
    uint32_t revisions; /* how often its promise moved */
    bool broken;        /* no date could be found for it: its promise stands, and cannot be kept */
    bool split;
    uint8_t priority;
    struct promise_want want;
    uint32_t line_count;
    uint32_t group_count; /* its parcels and on-site lines */
};

/* The last moment at which a hold can be confirmed, however often it is extended. */
int64_t promise_hold_last(const struct shop *shop, const struct order_view *order);

struct order_line_view {
    struct offer_id offer;
    int64_t quantity_thousandths;
    int64_t amount_minor;
    uint32_t group;             /* its parcel, among the order's; on-site lines stand alone */
    struct carrier_id carrier;  /* NO_INDEX: on site */
    enum order_status status;   /* of the line: confirmed to delivered; of an order that ended
                                 otherwise, the order's */
    struct promise_dates dates; /* current */
    int64_t start;              /* on site: its work, or its session, begins; 0: not known */
    int64_t end;
};

/* OFFERED: held for the customer, who may confirm; what became of it says the order. LAPSED: its
 * day has passed, or what it wants is sold no more. */
enum wish_status {
    WISH_NONE,
    WISH_WAITING,
    WISH_OFFERED,
    WISH_WITHDRAWN,
    WISH_LAPSED,
    WISH_STATUSES
};

/* A wish as the core knows it. */
struct wish_view {
    struct order_key key;
    int64_t made_at;
    uint32_t number; /* 1, 2, ... */
    enum wish_status status;
    struct offer_id offer;
    int64_t quantity_thousandths;
    int32_t latest_day; /* on which it is to be there */
    int64_t since;      /* its place in the queue */
    struct customer_id customer;
    uint32_t order; /* OFFERED: the number of the order that it became */
};

struct promise_answer {
    enum promise_result result;
    struct promise_summary summary; /* PROMISE_OK of PLACE and quotes; SOLD_OUT: what it would be */
    bool has_possible;
    int32_t possible_day;     /* SOLD_OUT: the deliver-by that it would have. OK of what was sold
                                 elsewhere: its promise there cannot be kept, this day could */
    struct offer_id offer;    /* OFFER_RETIRED, BAD_QUANTITY, OVER_CUSTOMER_LIMIT */
    int64_t left_thousandths; /* OVER_CUSTOMER_LIMIT */
    struct order_view order;  /* whenever an order is meant; a quote's else has number 0 alone */
    struct wish_view wish;    /* whenever a wish is meant; that of a quote, and of an order that was
                                 placed, else has number 0 alone */
};

/* ---- events ---- */

/* {type, version, length, payload}: type u16, version u16, length u32, then a fixed little-endian
 * payload (event.h). */
enum event_type {
    EVENT_SHOP = 1, /* the shop file from now on (text, zone rules): decoded by the engine, applied
                       by promise_shop */
    EVENT_DAY = 2,  /* a day of the shop's zone begins: the window moves */
    EVENT_PLACED = 3,
    EVENT_CONFIRMED = 4,
    EVENT_CANCELLED = 5,
    EVENT_EXPIRED = 6,
    EVENT_STARTED = 7,
    EVENT_DONE = 8,
    EVENT_SHIPPED = 9,
    EVENT_DELIVERED = 10,
    EVENT_HISTORY = 11, /* order lines of the past came in (digest, count): no effect on the core */
    EVENT_ZONE = 12,    /* new time-zone rules */
    EVENT_CHANGED = 13, /* the world differs from the plan: a count, a receipt, people, cash */
    EVENT_REVISED = 14, /* an order has other reservations, and maybe other dates */
    EVENT_EXTENDED = 15, /* a hold lasts longer */
    EVENT_LOOSENED = 16, /* orders give back what they have; each is revised in the same batch */
    EVENT_WISHED = 17,
    EVENT_WISH_ENDED = 18, /* withdrawn or lapsed; one that is met ends with EVENT_PLACED */
    EVENT_ORIGIN = 19, /* where an order that was sold elsewhere came from, and what was heard of it
                          last: no effect on the core */
    EVENT_TYPES
};

/* The events of one decision or batch, one after another; the caller owns the memory. */
struct event_buffer {
    unsigned char *bytes;
    size_t length;
    size_t capacity;
};

struct event {
    uint16_t type;
    uint16_t version;
    const unsigned char *payload;
    uint32_t length;
};

enum { EVENT_HEAD_BYTES = 8 };

/* Takes the next event of `bytes` from *offset on; false at the end. STATUS_CORRUPT through *status
 * if it is cut off. */
bool event_next(struct slice bytes, size_t *offset, struct event *event, enum status *status);

/* ---- the state ---- */

struct promise_state;

struct promise_sizes {
    uint32_t orders; /* at most LIMIT_ORDERS; memory is touched only as it is used */
};

/* The state of a shop that begins at `now` (its opening figures counted). Keeps a pointer to `shop`
 * until promise_shop gives another. STATUS_MEMORY if the machine gives no memory. */
enum status promise_create(const struct shop *shop, int64_t now, const struct promise_sizes *sizes,
                           struct promise_state **state, struct fault *fault) MUST_USE;
void promise_free(struct promise_state *state);

/* From now on the shop is `shop` (made by shop_merge from the one before). Reservations stay as
 * they are, even beyond new capacities: only a re-promise moves them. `now` is the event's stamp.
 */
void promise_shop(struct promise_state *state, const struct shop *shop, int64_t now);

/* What time alone has to do before `now`: events DAY and EXPIRED, in order, each to be applied
 * before the next is asked for. Returns false if nothing is due. `events` holds at least
 * EVENT_TIME_BYTES. */
enum { EVENT_TIME_BYTES = 64 + 256 * 16 };
bool promise_due(const struct promise_state *state, int64_t now, struct event_buffer *events);
/* The next instant at which something is due; INT64_MAX never. */
int64_t promise_next_due(const struct promise_state *state);

/* Answers without reserving (`hold`: as a checkout would, else as an order at once). `plan` may be
 * NULL; not NULL gets the way to the date. All that is due before command->now must have been
 * applied. */
void promise_quote(struct promise_state *state, const struct promise_command *command,
                   struct promise_answer *answer, struct promise_plan *plan);

/* Decides; on PROMISE_OK, `events` has got the event to apply (it holds at least
 * promise_event_bytes_max()). The state is the same before and after, whether the event is then
 * applied or dropped; applying it as the very next call is what it is fastest for. */
void promise_decide(struct promise_state *state, const struct promise_command *command,
                    struct promise_answer *answer, struct event_buffer *events);
/* Brings near what promise_decide will look up by the command's key: it does not wait for it if
 * something else is decided meanwhile. */
void promise_decide_soon(const struct promise_state *state, const struct promise_command *command);
size_t promise_event_bytes_max(void);

/* Applies one event of `stamp`. STATUS_CORRUPT if it cannot be one that this state decided,
 * STATUS_VERSION if newer. */
enum status promise_apply(struct promise_state *state, const struct event *event,
                          int64_t stamp) MUST_USE;
/* For who keeps no journal: applies what this state decided itself and empties the buffer; lets the
 * time that has come do what it has to do. */
void promise_apply_all(struct promise_state *state, struct event_buffer *events, int64_t stamp);
void promise_apply_due(struct promise_state *state, struct event_buffer *events, int64_t now);

/* Looks. */
bool promise_order(const struct promise_state *state, struct order_key key,
                   struct order_view *view);
/* Line `index` of an order, in the order in which the lines were asked for. */
void promise_order_line(const struct promise_state *state, uint32_t number, uint32_t index,
                        struct order_line_view *line);
bool promise_order_by_number(const struct promise_state *state, uint32_t number,
                             struct order_view *view);
uint32_t promise_order_count(const struct promise_state *state);
/* The reserved runs of an open order, for boards and checks; returns how many (at most `most`) it
 * wrote. */
uint32_t promise_order_runs(const struct promise_state *state, uint32_t number,
                            struct slot_run *runs, uint32_t most);

/* One day of `ecluse atp`. Thousandths. atp is never shown below 0. */
struct atp_day {
    int32_t day;
    int64_t receipts;
    int64_t committed;
    int64_t projected;
    int64_t atp;
};
/* Writes `count` days from today on (count at most the horizon); returns how many. */
uint32_t promise_atp(const struct promise_state *state, struct item_id item, struct atp_day *days,
                     uint32_t count);

/* Load of a work center on a day: slots that people could work (promisable ones) and slots taken,
 * in person-slots. */
struct load_day {
    int32_t day;
    int64_t capacity;
    int64_t promisable;
    int64_t taken;
};
uint32_t promise_load(const struct promise_state *state, struct work_center_id work_center,
                      struct load_day *days, uint32_t count);

int32_t promise_today(const struct promise_state *state);
const struct shop *promise_state_shop(const struct promise_state *state);

/* A digest of everything that later answers depend on: equal for live, replay and snapshot. */
uint64_t promise_digest(const struct promise_state *state);

/* Checks every invariant (no slot over its people, commitments belong to live orders, trees equal
 * their sums, ...); returns NULL or a sentence. Slow; for verify and tests. */
const char *promise_check(const struct promise_state *state);

/* Saves and restores the whole state as bytes: a disposable cache, refused (STATUS_VERSION,
 * STATUS_CORRUPT) unless made by the same layout for the same shop. `write` is called with
 * consecutive pieces; `read` fills exactly what it is asked for. */
struct promise_stream {
    enum status (*move)(void *context, void *bytes, size_t length);
    void *context;
};
enum status promise_save(const struct promise_state *state,
                         const struct promise_stream *write) MUST_USE;
enum status promise_restore(struct promise_state *state,
                            const struct promise_stream *read) MUST_USE;
/* The same in memory: appends to `bytes`, whose maximum bounds it (STATUS_MEMORY); restores as
 * often as wanted. No state of LIMIT_ORDERS is larger. */
#define PROMISE_SAVED_BYTES_MAX ((size_t)4 << 30)
enum status promise_save_bytes(const struct promise_state *state, struct text *bytes) MUST_USE;
enum status promise_restore_bytes(struct promise_state *state, struct slice bytes) MUST_USE;

/* The word for a cause as tables and answers have it: "stock", "hours", ..., "none". */
const char *promise_cause_text(enum promise_cause cause);
/* The shop's name for what a limit points at: item, work center or carrier; NULL where it points
 * at nothing. */
const char *promise_limit_name(const struct shop *shop, const struct promise_limit *limit);

/* The sentence that a customer reads ("why this date"), in one language, ending with a full stop.
 */
struct text;
void promise_reason(const struct shop *shop, const struct promise_answer *answer,
                    enum language language, struct text *to);

#endif

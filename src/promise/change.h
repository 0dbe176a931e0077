/* What makes the world differ from the plan, and what is done about it.
 *
 *   promise_change   a count, a late or short receipt, goods that came, people who are absent, a
 *                    carrier's strike, a purchase that is sent: decides EVENT_CHANGED
 *   promise_revise   after it has been applied: who can keep their place keeps it, the others are
 *                    planned again in what is left (EVENT_REVISED, one for each order that moves)
 *
 * Time alone moves nobody, and a shop file that changes does not either: only what is recorded here
 * does. The rules: docs/promise.md, "Supply" and "When the world slips" (DESIGN section 5). */
#ifndef ECLUSE_PROMISE_CHANGE_H
#define ECLUSE_PROMISE_CHANGE_H

#include "promise/promise.h"

/* ---- what is expected ---- */

/* EXPECTED: a receipt of the shop file. PROPOSED and APPROVED are not sent yet. */
enum supply_status {
    SUPPLY_EXPECTED,
    SUPPLY_PROPOSED,
    SUPPLY_APPROVED,
    SUPPLY_SENT,
    SUPPLY_CLOSED, /* nothing more comes of it */
    SUPPLY_STATUSES
};

/* "expected", "proposed", ... */
const char *supply_status_text(enum supply_status status);

/* A quantity of an item that is expected: an opening receipt, or a line of a purchase (all entries
 * of one supplier and order day are one purchase). Entries are numbered 1, 2, ... */
struct supply_entry {
    int64_t quantity_thousandths; /* still expected */
    int64_t received_thousandths;
    int32_t order_day; /* on which it is to be, or was, sent; means nothing for a receipt */
    int32_t arrives_day;
    int32_t due_day;               /* usable from it on */
    uint32_t previous;             /* the entry of the same item before; 0: none */
    uint32_t previous_of_supplier; /* the same of its supplier */
    uint16_t item;
    uint16_t supplier; /* NO_INDEX: none known */
    uint8_t status;
    uint8_t zero[7];
};

static inline bool supply_unsent(const struct supply_entry *entry)
{
    return entry->status == SUPPLY_PROPOSED || entry->status == SUPPLY_APPROVED;
}

uint32_t promise_entry_count(const struct promise_state *state);
/* Entry `number`, 1 to promise_entry_count. Valid until the next event. */
const struct supply_entry *promise_entry(const struct promise_state *state, uint32_t number);
/* What a supplier's purchase of an order day is worth without VAT, what came of it included; minor
 * units. */
int64_t promise_day_value(const struct promise_state *state, struct supplier_id supplier,
                          int32_t order_day);
/* How much of an item was, or will be, ordered in the ISO week of a day; thousandths. */
int64_t promise_week_quantity(const struct promise_state *state, struct item_id item,
                              int32_t order_day);
/* Does it count as supply today? Overdue ones and those that were not sent in time do not. */
bool promise_entry_counts(const struct promise_state *state, uint32_t number);

/* What is on the shelf, promised or not. */
int64_t promise_on_hand(const struct promise_state *state, struct item_id item);

/* What an open order has bought: entry and quantity; returns how many (at most `most`) it wrote. */
struct order_peg {
    int64_t quantity_thousandths;
    uint32_t entry;
    uint32_t zero;
};
uint32_t promise_order_pegs(const struct promise_state *state, uint32_t number,
                            struct order_peg *pegs, uint32_t most);

/* A bill of a supplier for goods that came. The shop file's own are not among them. */
struct supply_bill {
    int64_t amount_minor; /* with VAT */
    int64_t vat_minor;
    int32_t due_day;
    int32_t received_day;
    uint32_t entry;
    uint16_t supplier; /* NO_INDEX: none known */
    uint16_t zero;
};
uint32_t promise_bill_count(const struct promise_state *state);
const struct supply_bill *promise_bill(const struct promise_state *state, uint32_t number);
/* The day on which a bill for goods that arrive on `day` is due. */
int32_t supply_bill_due(const struct shop *shop, struct supplier_id supplier, int32_t day);

/* ---- changes ---- */

enum change_kind {
    CHANGE_NONE,
    CHANGE_COUNT,     /* index: item; quantity: what is on the shelf */
    CHANGE_DATE,      /* entry; from_day: usable from it on */
    CHANGE_QUANTITY,  /* entry; quantity: still expected, 0: it does not come */
    CHANGE_RECEIVED,  /* entry; quantity: good; damaged; closes: the rest does not come */
    CHANGE_STAFF,     /* index: work center; people more or fewer; from_day, to_day */
    CHANGE_CARRIER,   /* index: carrier; neither collects nor delivers; from_day, to_day */
    CHANGE_APPROVED,  /* index: supplier; from_day: the order day of its purchase */
    CHANGE_SENT,      /* the same: sent today */
    CHANGE_BOUGHT,    /* index: item; quantity; from_day: the order day. An approved purchase */
    CHANGE_BALANCE,   /* amount: in the bank at the beginning of today */
    CHANGE_CANCELLED, /* an order was: no change of its own, only a reason to promise again */
    CHANGE_ELSEWHERE, /* the same: the shop behind sold, or changed, an order */
    CHANGE_KINDS
};

/* "count", "date", ...: what a revision says as its reason. */
const char *change_kind_text(enum change_kind kind);
/* May orders have to move after it? */
bool change_moves(enum change_kind kind);
/* Is there an open order whose promise is broken? Then a cancellation, too, is followed by a
 * re-promise: what it gives back may mend one. */
bool promise_any_broken(const struct promise_state *state);

struct promise_change {
    enum change_kind kind;
    uint16_t index;
    uint32_t entry;
    int64_t quantity_thousandths; /* 0 to LIMIT_QUANTITY_THOUSANDTHS */
    int64_t damaged_thousandths;
    bool closes;
    int32_t from_day; /* both days included */
    int32_t to_day;
    int32_t people;
    bool has_amount;
    int64_t amount_minor; /* BALANCE; RECEIVED: the bill with VAT, else counted from the cost */
};

/* PROMISE_OK: `events` has got EVENT_CHANGED (it holds at least EVENT_CHANGED_BYTES_MAX). Else
 * PROMISE_NO_ENTRY, PROMISE_BAD_CHANGE or PROMISE_FULL, and nothing. The state is the same before
 * and after. */
enum { EVENT_CHANGED_BYTES_MAX = 128 };
enum promise_result promise_change(struct promise_state *state, const struct promise_change *change,
                                   struct event_buffer *events) MUST_USE;

/* Who takes the events of a re-promise, one after another; false: no room. */
struct event_sink {
    bool (*take)(void *context, struct slice event);
    void *context;
};

/* Who stays and who moves, as of `now`: decides and applies. `sink` is given each event before it
 * is applied, in this order: EVENT_LOOSENED, and EVENT_REVISED for each order that moves or breaks;
 * they are to be journalled, not to be applied again. `kind` and `index` are the reason. False if
 * the sink had no room: the state is then between two states, and must be built again. */
bool promise_revise(struct promise_state *state, int64_t now, enum change_kind kind, uint16_t index,
                    const struct event_sink *sink) MUST_USE;

/* The same of one order, which was sold elsewhere and is broken although there is a day for it
 * (promise_answer.has_possible): it gets that day, and nobody else moves. */
bool promise_revise_order(struct promise_state *state, int64_t now, uint32_t number,
                          const struct event_sink *sink) MUST_USE;

/* ---- carriers ---- */

/* The day on which a parcel that the carrier takes on `day` is delivered; false if the horizon has
 * none. */
bool promise_delivery(const struct promise_state *state, struct carrier_id carrier, int32_t day,
                      int32_t *delivery);

/* ---- cash ---- */

enum cash_part { CASH_SALES, CASH_EXPECTED, CASH_COSTS, CASH_BILLS, CASH_VAT, CASH_PARTS };

/* One day of the forecast. Minor units; what leaves is negative. */
struct cash_day {
    int32_t day;
    int64_t parts[CASH_PARTS];
    int64_t balance; /* at its end */
};

/* False without a cash section. Writes all days of the horizon from today on (LIMIT_HORIZON_DAYS at
 * most); *count how many. *lowest: the first of those with the lowest balance. */
bool promise_cash(const struct promise_state *state, struct cash_day *days, uint32_t *count,
                  struct cash_day *lowest);
/* What customers have paid or will, for orders that are not delivered. */
int64_t promise_cash_undelivered(const struct promise_state *state);

/* ---- services ---- */

/* A time at which an on-site offer could begin. */
struct offered_time {
    int64_t start;
    int64_t end;
    uint32_t seats; /* left in a session that exists; 0: a new one, or no session */
};

/* The next times for `command` (PLACE of one on-site offer) from its wanted instant, or now, on;
 * returns how many (at most `most`) it wrote. */
uint32_t promise_times(struct promise_state *state, const struct promise_command *command,
                       struct offered_time *times, uint32_t most);

#endif

/* What stands in an event's payload: for those who write it (decide), apply it, and project it into
 * tables (journal/).
 *
 *   EVENT_PLACED    struct event_placed below: head, lines, parcels, commitments, sessions, runs,
 *   EVENT_REVISED   purchases, reductions, each an array of entries of a fixed size
 *   EVENT_DAY       i32 day, u32 0
 *   EVENT_EXTENDED  struct event_extended
 *   EVENT_LOOSENED  u32 count, u32 0, numbers u32
 *   EVENT_CHANGED   struct event_changed
 *   EVENT_WISHED    struct event_wished
 *   EVENT_WISH_ENDED  struct event_wish_ended
 *   the others      struct event_step below: which order, and since when
 *
 * All little-endian, no padding but the zeros named here. Reading copies nothing: event_placed
 * keeps slices of the payload, whose entries the functions below take out one by one. The readers
 * check lengths and counts, so that what they return can be walked safely; whether it fits the
 * state is apply's to check. A later version adds a new `version`, never changes this one. */
#ifndef ECLUSE_PROMISE_EVENT_H
#define ECLUSE_PROMISE_EVENT_H

#include "promise/change.h"

/* 1: before supply, sessions, wanted dates and the steps of single lines. */
enum { EVENT_VERSION = 2 };

/* The head of EVENT_PLACED and EVENT_REVISED, then the arrays. `groups` are the parcels and on-site
 * lines of the order, in planning order. REVISED repeats what the order is (its lines with their
 * groups) and says what it has reserved from now on; hold, held_until, replaced and reductions mean
 * nothing in it. */
struct event_placed {
    uint32_t number; /* PLACED: the new order's; numbers count up by one */
    bool hold;
    bool split;
    struct order_key key;
    int64_t made_at;
    struct customer_id customer;
    int64_t held_until;           /* 0 without hold */
    uint32_t replaced_number;     /* the hold that ends with this event; 0: none */
    uint32_t wish;                /* PLACED: the wish that is met by it; 0: none */
    struct promise_summary first; /* REVISED: from now on */
    struct promise_want want;
    uint8_t priority;
    bool elsewhere; /* PLACED: the shop behind had sold it already */
    bool broken;    /* REVISED: no date was found; the one before stands. PLACED, elsewhere:
                                what was promised there cannot be kept */
    enum change_kind reason; /* REVISED */
    uint16_t reason_index;   /* REVISED: of the item, work center or carrier; else NO_INDEX */
    int64_t vat_minor;
    uint32_t line_count;
    uint32_t group_count;
    uint32_t commitment_count;
    uint32_t run_count; /* of the order itself; those of its new sessions follow them */
    uint32_t session_count;
    uint32_t purchase_count;
    uint32_t reduction_count;
    uint32_t session_run_count; /* found when it is read */
    const unsigned char *lines;
    const unsigned char *groups;
    const unsigned char *commitments;
    const unsigned char *runs;
    const unsigned char *sessions;
    const unsigned char *purchases;
    const unsigned char *reductions;
};

/* A line as it was asked for, in the ask's order. Its dates are those of its group. */
struct event_line {
    struct offer_id offer;
    uint16_t group;
    int64_t quantity_thousandths;
    int64_t amount_minor;
};

struct event_group {
    struct carrier_id carrier; /* NO_INDEX: on site */
    int32_t collection_day;    /* of the parcel; 0 on site */
    struct promise_dates dates;
    int64_t start; /* on site: the work's or the session's; 0: an event of version 1 */
    int64_t end;
};

/* Stock of an item reserved on a day, for one of the order's groups. */
struct event_commitment {
    struct item_id item;
    uint16_t group;
    int32_t day;
    int64_t quantity_thousandths;
};

/* Seats of a session. A new one has the next number and brings its runs. */
struct event_session {
    uint32_t number;
    bool is_new;
    struct offer_id offer;
    uint16_t run_count; /* of a new one */
    uint32_t seats;
    int64_t start;
    int64_t end;
};

/* More of an item expected: a new entry has the next number. */
struct event_purchase {
    uint32_t entry;
    bool is_new;
    struct item_id item;
    struct supplier_id supplier;
    int32_t order_day;
    int32_t arrives_day;
    int32_t due_day;
    int64_t quantity_thousandths;
};

/* So much less of an entry is proposed, because nobody needs it any more. */
struct event_reduction {
    uint32_t entry;
    int64_t quantity_thousandths;
};

enum {
    EVENT_PLACED_HEAD_BYTES_1 = 128, /* of version 1 */
    EVENT_PLACED_HEAD_BYTES = 160,
    EVENT_LINE_BYTES = 16,
    EVENT_GROUP_BYTES = 24,
    EVENT_COMMITMENT_BYTES = 16,
    EVENT_RUN_BYTES = 8,
    EVENT_SESSION_BYTES = 32,
    EVENT_PURCHASE_BYTES = 32,
    EVENT_REDUCTION_BYTES = 16,
    EVENT_STEP_BYTES = 40, /* then, since version 2: u32 count, u32 0, the reductions */
    EVENT_EXTENDED_BYTES = 48,
    EVENT_CHANGED_BYTES = 72,
    EVENT_WISHED_BYTES = 56,
    EVENT_WISH_ENDED_BYTES = 32,
    EVENT_DAY_BYTES = 8,
    EVENT_REDUCTIONS_MAX = 256
};

/* CONFIRMED, CANCELLED, EXPIRED, STARTED, DONE, SHIPPED, DELIVERED. */
struct event_step {
    uint32_t number;
    uint16_t line; /* LINE_ALL (0): the whole order; the first is 1 */
    struct order_key key;
    int64_t made_at; /* the order's, so that its id can be written */
    int64_t at;      /* when it took effect: EXPIRED at held_until, the others at the stamp */
    uint32_t reduction_count; /* CANCELLED, EXPIRED */
    const unsigned char *reductions;
};

struct event_extended {
    uint32_t number;
    struct order_key key;
    int64_t made_at;
    int64_t held_until;
};

/* Outcomes: the days are those that count from now on. */
struct event_changed {
    enum change_kind kind;
    uint16_t index;    /* item, work center, carrier or supplier, as change.h says */
    uint16_t supplier; /* BOUGHT */
    uint32_t entry;    /* BOUGHT: the new one's number */
    bool closes;
    int32_t people;
    int32_t from_day;
    int32_t to_day;      /* STAFF, CARRIER; SENT and RECEIVED: the day on which it was */
    int32_t arrives_day; /* SENT, BOUGHT, DATE */
    int32_t due_day;     /* SENT, BOUGHT, DATE; RECEIVED: of the bill */
    int64_t quantity_thousandths;
    int64_t damaged_thousandths;
    int64_t amount_minor; /* BALANCE; RECEIVED: of the bill, 0: none */
    int64_t vat_minor;    /* RECEIVED: of the bill */
};

struct event_wished {
    uint32_t number; /* numbers count up by one */
    struct order_key key;
    struct offer_id offer;
    int64_t quantity_thousandths;
    int64_t made_at;
    int64_t since; /* at most made_at */
    struct customer_id customer;
    int32_t latest_day;
};

struct event_wish_ended {
    uint32_t number;
    struct order_key key;
    bool lapsed; /* else withdrawn */
    int64_t at;
};

/* STATUS_CORRUPT if the payload cannot be one, STATUS_VERSION if it is newer than this program. */
enum status event_placed_read(const struct event *event, struct event_placed *placed) MUST_USE;
enum status event_step_read(const struct event *event, struct event_step *step) MUST_USE;
enum status event_day_read(const struct event *event, int32_t *day) MUST_USE;
enum status event_extended_read(const struct event *event,
                                struct event_extended *extended) MUST_USE;
enum status event_changed_read(const struct event *event, struct event_changed *changed) MUST_USE;
enum status event_wished_read(const struct event *event, struct event_wished *wished) MUST_USE;
enum status event_wish_ended_read(const struct event *event,
                                  struct event_wish_ended *ended) MUST_USE;
/* *numbers: count times u32. */
enum status event_loosened_read(const struct event *event, const unsigned char **numbers,
                                uint32_t *count) MUST_USE;
uint32_t event_loosened_number(const unsigned char *numbers, uint32_t index);

/* Entry `index` (below its count) of each array. */
struct event_line event_placed_line(const struct event_placed *placed, uint32_t index);
struct event_group event_placed_group(const struct event_placed *placed, uint32_t index);
struct event_commitment event_placed_commitment(const struct event_placed *placed, uint32_t index);
/* An index from run_count on is one of the new sessions' runs. */
struct slot_run event_placed_run(const struct event_placed *placed, uint32_t index);
struct event_session event_placed_session(const struct event_placed *placed, uint32_t index);
struct event_purchase event_placed_purchase(const struct event_placed *placed, uint32_t index);
/* Of PLACED and of steps. */
struct event_reduction event_reduction_at(const unsigned char *reductions, uint32_t index);

/* Writing: event_begin, the parts in the order of the layout, event_end. The buffer has room
 * (promise_event_bytes_max). */
size_t event_begin(struct event_buffer *buffer, enum event_type type);
void event_end(struct event_buffer *buffer, size_t began);
void event_placed_write_head(struct event_buffer *buffer, const struct event_placed *placed);
void event_placed_write_line(struct event_buffer *buffer, const struct event_line *line);
void event_placed_write_group(struct event_buffer *buffer, const struct event_group *group);
void event_placed_write_commitment(struct event_buffer *buffer,
                                   const struct event_commitment *commitment);
void event_placed_write_runs(struct event_buffer *buffer, const struct slot_run *runs,
                             uint32_t count);
/* `reductions`: step->reduction_count of them. */
void event_step_write(struct event_buffer *buffer, enum event_type type,
                      const struct event_step *step, const struct event_reduction *reductions);
void event_placed_write_session(struct event_buffer *buffer, const struct event_session *session);
void event_placed_write_purchase(struct event_buffer *buffer,
                                 const struct event_purchase *purchase);
void event_write_reduction(struct event_buffer *buffer, const struct event_reduction *reduction);
void event_day_write(struct event_buffer *buffer, int32_t day);
void event_extended_write(struct event_buffer *buffer, const struct event_extended *extended);
void event_changed_write(struct event_buffer *buffer, const struct event_changed *changed);
void event_loosened_write(struct event_buffer *buffer, const uint32_t *numbers, uint32_t count);
void event_wished_write(struct event_buffer *buffer, const struct event_wished *wished);
void event_wish_ended_write(struct event_buffer *buffer, const struct event_wish_ended *ended);

/* The status that a step gives its order; ORDER_NONE for types of events that are no steps. */
enum order_status order_status_after(enum event_type type);

#endif

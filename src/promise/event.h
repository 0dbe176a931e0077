/* What stands in an event's payload: for those who write it (decide), apply it, and project it into
 * tables (journal/).
 *
 *   EVENT_PLACED   struct event_placed below: head, lines, parcels, commitments, runs, each an
 *                  array of entries of a fixed size
 *   EVENT_DAY      i32 day, u32 0
 *   the others     struct event_step below: which order, and since when
 *
 * All little-endian, no padding but the zeros named here. Reading copies nothing: event_placed
 * keeps slices of the payload, whose entries the functions below take out one by one. The readers
 * check lengths and counts, so that what they return can be walked safely; whether it fits the
 * state is apply's to check. A later version adds a new `version`, never changes this one. */
#ifndef ECLUSE_PROMISE_EVENT_H
#define ECLUSE_PROMISE_EVENT_H

#include "promise/promise.h"

enum { EVENT_VERSION = 1 };

/* The head of EVENT_PLACED, then its arrays. `groups` are the parcels and on-site lines of the
 * order, in planning order. */
struct event_placed {
    uint32_t number; /* the new order's; numbers count up by one */
    bool hold;
    struct order_key key;
    int64_t made_at;
    struct customer_id customer;
    int64_t held_until;       /* 0 without hold */
    uint32_t replaced_number; /* the hold that ends with this event; 0: none */
    struct promise_summary first;
    uint32_t line_count;
    uint32_t group_count;
    uint32_t commitment_count;
    uint32_t run_count;
    const unsigned char *lines;
    const unsigned char *groups;
    const unsigned char *commitments;
    const unsigned char *runs;
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
};

/* Stock of an item reserved on a day. */
struct event_commitment {
    struct item_id item;
    int32_t day;
    int64_t quantity_thousandths;
};

enum {
    EVENT_PLACED_HEAD_BYTES = 128,
    EVENT_LINE_BYTES = 16,
    EVENT_GROUP_BYTES = 24,
    EVENT_COMMITMENT_BYTES = 16,
    EVENT_RUN_BYTES = 8,
    EVENT_STEP_BYTES = 40,
    EVENT_DAY_BYTES = 8
};

/* CONFIRMED, CANCELLED, EXPIRED, STARTED, DONE, SHIPPED, DELIVERED. */
struct event_step {
    uint32_t number;
    struct order_key key;
    int64_t made_at; /* the order's, so that its id can be written */
    int64_t at;      /* when it took effect: EXPIRED at held_until, the others at the stamp */
};

/* STATUS_CORRUPT if the payload cannot be one, STATUS_VERSION if it is newer than this program. */
enum status event_placed_read(const struct event *event, struct event_placed *placed) MUST_USE;
enum status event_step_read(const struct event *event, struct event_step *step) MUST_USE;
enum status event_day_read(const struct event *event, int32_t *day) MUST_USE;

/* Entry `index` (below its count) of each array. */
struct event_line event_placed_line(const struct event_placed *placed, uint32_t index);
struct event_group event_placed_group(const struct event_placed *placed, uint32_t index);
struct event_commitment event_placed_commitment(const struct event_placed *placed, uint32_t index);
struct slot_run event_placed_run(const struct event_placed *placed, uint32_t index);

/* Writing: event_begin, the parts in the order of the layout, event_end. The buffer has room
 * (promise_event_bytes_max). */
size_t event_begin(struct event_buffer *buffer, enum event_type type);
void event_end(struct event_buffer *buffer, size_t began);
void event_placed_write_head(struct event_buffer *buffer, const struct event_placed *placed);
void event_placed_write_line(struct event_buffer *buffer, const struct event_line *line);
void event_placed_write_group(struct event_buffer *buffer, const struct event_group *group);
void event_placed_write_commitment(struct event_buffer *buffer,
                                   const struct event_commitment *commitment);
void event_placed_write_run(struct event_buffer *buffer, struct slot_run run);
void event_step_write(struct event_buffer *buffer, enum event_type type,
                      const struct event_step *step);
void event_day_write(struct event_buffer *buffer, int32_t day);

/* The status that a step gives its order; ORDER_NONE for types of events that are no steps. */
enum order_status order_status_after(enum event_type type);

#endif

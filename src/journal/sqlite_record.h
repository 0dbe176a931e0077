/* Rows of the tables that grow slowly (changes, revisions, supply, bills, ...), made in one way for
 * those who write them and for those who compare them. Not for other rooms. */
#ifndef ECLUSE_JOURNAL_SQLITE_RECORD_H
#define ECLUSE_JOURNAL_SQLITE_RECORD_H

#include "journal/sqlite.h"
#include "promise/event.h"

enum {
    LINES_PER_ORDER = 1000, /* ids of lines and of seats: order_number * 1000 + n */
    RECORD_COLUMNS_MAX = 15,
    RECORD_TEXTS_MAX = 5,
    RECORD_TEXT_BYTES = 32 /* an instant's, a day's, or an id's */
};

struct record {
    uint32_t count;
    struct row_cell cells[RECORD_COLUMNS_MAX]; /* the key first, 0 where the table counts it up */
    uint32_t text_count;
    char texts[RECORD_TEXTS_MAX][RECORD_TEXT_BYTES]; /* what some of the cells point to */
};

/* Columns in the order of their table. `state` is the one right after the event. */
void change_record(struct record *record, const struct promise_state *state,
                   const struct event_changed *changed, int64_t at);
/* Up to and with `broken`; `view` is the order after the event. */
void revision_record(struct record *record, const struct shop *shop,
                     const struct event_placed *placed, const struct order_view *view, int64_t at);
/* Adds the columns behind `broken`. */
void revision_record_before(struct record *record, const struct order_view *before);
void supply_record(struct record *record, const struct promise_state *state, uint32_t number);
void bill_record(struct record *record, const struct promise_state *state, uint32_t number);
void purchase_record(struct record *record, uint32_t order_number,
                     const struct event_purchase *purchase);
void session_record(struct record *record, const struct shop *shop,
                    const struct event_session *session);
/* All but the contact. */
void wish_record(struct record *record, const struct promise_state *state, uint32_t number);
/* Seats that an order has taken, the `index`-th of its sessions. */
void seats_record(struct record *record, uint32_t order_number, uint32_t index,
                  const struct event_session *session);

/* Does this step, after which the order has `status`, say when its last parcel left, or when all of
 * it was delivered? */
static inline bool order_step_ships(enum event_type type, enum order_status status)
{
    return type == EVENT_SHIPPED && (status == ORDER_SHIPPED || status == ORDER_DELIVERED);
}

static inline bool order_step_delivers(enum event_type type, enum order_status status)
{
    return type == EVENT_DELIVERED && status == ORDER_DELIVERED;
}

/* What a line has of its own; NULL or empty: its order's. */
struct line_own {
    const char *status;
    struct order_dates_text dates;
};
void line_own_write(struct line_own *own, const struct order_view *order,
                    const struct order_line_view *line);

/* Binds the cells from ?1 on; the first is NULL where it is 0. */
void record_bind(sqlite3_stmt *statement, const struct record *record);

#endif

/* `ecluse verify`: changes, revisions and purchases for orders stream along with their events;
 * supply and bills are held against the state; sessions and their seats, which the state does not
 * show, against what the events add up to. */
#include "journal/verify.h"

#include "base/assert.h"
#include "promise/wish.h"

#include <stdlib.h>

enum { SESSIONS_MIN = 64 };

/* The next row of a table must be this record under `key`. */
static enum status record_compare(struct verify *verify, sqlite3_stmt *row, const char *table,
                                  int64_t key, struct record *record)
{
    struct expected expected[RECORD_COLUMNS_MAX];
    bool found = false;
    enum status status = verify_next(verify, row, &found);
    if (status == STATUS_OK) {
        status = verify_key(verify, row, found, table, key);
    }
    record->cells[0] = row_integer(key);
    for (uint32_t i = 0; i < record->count && status == STATUS_OK; i++) {
        const struct row_cell *cell = &record->cells[i];
        bool is_number = cell->kind == CELL_INTEGER;
        expected[i] = (struct expected){sqlite3_column_name(row, (int)i), is_number,
                                        is_number ? cell->integer : 0,
                                        cell->kind == CELL_TEXT ? cell->bytes : NULL};
    }
    return status == STATUS_OK ? verify_row(verify, row, table, key, expected, (int)record->count)
                               : status;
}

/* ---- streams ---- */

enum status verify_streams_open(struct verify *verify)
{
    static const struct {
        const char *table;
        const char *sql;
    } tables[STREAMS] = {
        [STREAM_CHANGES] = {"changes", "SELECT * FROM changes ORDER BY number"},
        [STREAM_REVISIONS] = {"revisions", "SELECT * FROM revisions ORDER BY number"},
        [STREAM_PURCHASES] = {"order_purchases", "SELECT * FROM order_purchases ORDER BY number"},
    };
    enum status status = STATUS_OK;
    for (int i = 0; i < STREAMS && status == STATUS_OK; i++) {
        verify->streams[i].table = tables[i].table;
        status = verify_open(verify, tables[i].sql, &verify->streams[i].rows);
    }
    return status;
}

static enum status stream_compare(struct verify *verify, enum verify_streamed which,
                                  struct record *record)
{
    struct verify_stream *stream = &verify->streams[which];
    return record_compare(verify, stream->rows, stream->table, ++stream->count, record);
}

static enum status streams_end(struct verify *verify)
{
    enum status status = STATUS_OK;
    for (int i = 0; i < STREAMS && status == STATUS_OK; i++) {
        status = verify_end(verify, verify->streams[i].rows, verify->streams[i].table);
    }
    return status;
}

void verify_moves_free(struct verify *verify)
{
    for (int i = 0; i < STREAMS; i++) {
        (void)sqlite3_finalize(verify->streams[i].rows);
    }
    free(verify->sessions);
    free(verify->seats);
}

/* ---- seats ---- */

static enum status session_push(struct event_session **all, uint32_t *count, uint32_t *capacity,
                                const struct event_session *session)
{
    if (*count == *capacity) {
        uint32_t more = *capacity == 0 ? SESSIONS_MIN : 2 * *capacity;
        struct event_session *grown = realloc(*all, more * sizeof *grown);
        if (grown == NULL) {
            return STATUS_MEMORY;
        }
        *all = grown;
        *capacity = more;
    }
    (*all)[(*count)++] = *session;
    return STATUS_OK;
}

/* The session that an order takes seats in, new or not. */
static enum status session_take(struct verify *verify, const struct event_session *session)
{
    if (session->is_new && session->number == verify->session_count + 1) {
        return session_push(&verify->sessions, &verify->session_count, &verify->session_capacity,
                            session);
    }
    if (session->is_new || session->number == 0 || session->number > verify->session_count) {
        return STATUS_CORRUPT;
    }
    verify->sessions[session->number - 1].seats += session->seats;
    return STATUS_OK;
}

static enum status seats_take(struct verify *verify, const struct event_placed *placed)
{
    struct order_times *times = verify_times(verify, placed->number);
    enum status status = times == NULL ? STATUS_MEMORY : STATUS_OK;
    if (status == STATUS_OK && placed->session_count > 0) {
        times->seats_first = verify->seat_count;
        times->seats_count = placed->session_count;
    }
    for (uint32_t i = 0; i < placed->session_count && status == STATUS_OK; i++) {
        struct event_session session = event_placed_session(placed, i);
        status = session_take(verify, &session);
        if (status == STATUS_OK) {
            status =
                session_push(&verify->seats, &verify->seat_count, &verify->seat_capacity, &session);
        }
    }
    return status == STATUS_OK ? status
                               : fault_set(verify->fault, status, "seats cannot be followed: %s",
                                           status_text(status));
}

static void seats_free(struct verify *verify, uint32_t number)
{
    struct order_times *times = verify_times(verify, number);
    if (times == NULL) {
        return; /* nor has it seats */
    }
    for (uint32_t i = 0; i < times->seats_count; i++) {
        const struct event_session *seats = &verify->seats[times->seats_first + i];
        verify->sessions[seats->number - 1].seats -= seats->seats;
    }
    times->seats_count = 0;
}

/* ---- events ---- */

static enum status purchases_look(struct verify *verify, const struct event_placed *placed)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < placed->purchase_count && status == STATUS_OK; i++) {
        struct record record;
        struct event_purchase purchase = event_placed_purchase(placed, i);
        purchase_record(&record, placed->number, &purchase);
        status = stream_compare(verify, STREAM_PURCHASES, &record);
    }
    return status;
}

static enum status placed_look(struct verify *verify, const struct event *event)
{
    struct event_placed placed;
    enum status status = event_placed_read(event, &placed);
    if (status != STATUS_OK) {
        return fault_set(verify->fault, status, "an order's event cannot be read");
    }
    seats_free(verify, event->type == EVENT_REVISED ? placed.number : placed.replaced_number);
    status = purchases_look(verify, &placed);
    return status == STATUS_OK ? seats_take(verify, &placed) : status;
}

static enum status revised_look(struct verify *verify, const struct event *event, int64_t stamp,
                                const struct order_view *before)
{
    struct event_placed placed;
    struct order_view view;
    struct record record;
    enum status status = event_placed_read(event, &placed);
    if (status != STATUS_OK) {
        return fault_set(verify->fault, status, "a revision's event cannot be read");
    }
    bool known = promise_order_by_number(verify->replay.state, placed.number, &view);
    ASSERT(known);
    if (view.revisions != before->revisions) {
        revision_record(&record, promise_state_shop(verify->replay.state), &placed, &view, stamp);
        revision_record_before(&record, before);
        status = stream_compare(verify, STREAM_REVISIONS, &record);
    }
    return status == STATUS_OK ? placed_look(verify, event) : status;
}

static enum status changed_look(struct verify *verify, const struct event *event, int64_t stamp)
{
    struct event_changed changed;
    struct record record;
    enum status status = event_changed_read(event, &changed);
    if (status != STATUS_OK) {
        return fault_set(verify->fault, status, "a change's event cannot be read");
    }
    change_record(&record, verify->replay.state, &changed, stamp);
    return stream_compare(verify, STREAM_CHANGES, &record);
}

static enum status ended_look(struct verify *verify, const struct event *event)
{
    struct event_step step;
    enum status status = event_step_read(event, &step);
    if (status != STATUS_OK) {
        return fault_set(verify->fault, status, "a step's event cannot be read");
    }
    seats_free(verify, step.number);
    return STATUS_OK;
}

enum status verify_moves_look(struct verify *verify, const struct event *event, int64_t stamp,
                              const struct order_view *before)
{
    switch (event->type) {
    case EVENT_PLACED:
        return placed_look(verify, event);
    case EVENT_REVISED:
        return revised_look(verify, event, stamp, before);
    case EVENT_CHANGED:
        return changed_look(verify, event, stamp);
    case EVENT_CANCELLED:
    case EVENT_EXPIRED:
        return ended_look(verify, event);
    default:
        return STATUS_OK;
    }
}

/* ---- at the end ---- */

static enum status numbered_compare(
    struct verify *verify, const char *sql, const char *table, uint32_t count,
    void (*make)(struct record *record, const struct promise_state *state, uint32_t number))
{
    sqlite3_stmt *row = NULL;
    enum status status = verify_open(verify, sql, &row);
    for (uint32_t number = 1; number <= count && status == STATUS_OK; number++) {
        struct record record;
        make(&record, verify->replay.state, number);
        status = record_compare(verify, row, table, number, &record);
    }
    status = status == STATUS_OK ? verify_end(verify, row, table) : status;
    (void)sqlite3_finalize(row);
    return status;
}

static enum status sessions_compare(struct verify *verify)
{
    const struct shop *shop = promise_state_shop(verify->replay.state);
    sqlite3_stmt *row = NULL;
    enum status status = verify_open(verify, "SELECT * FROM sessions ORDER BY number", &row);
    for (uint32_t i = 0; i < verify->session_count && status == STATUS_OK; i++) {
        struct record record;
        session_record(&record, shop, &verify->sessions[i]);
        status = record_compare(verify, row, "sessions", i + 1, &record);
    }
    status = status == STATUS_OK ? verify_end(verify, row, "sessions") : status;
    (void)sqlite3_finalize(row);
    return status;
}

static enum status order_seats_compare(struct verify *verify, sqlite3_stmt *row, uint32_t number)
{
    const struct order_times *times = verify_times(verify, number);
    enum status status = STATUS_OK;
    ASSERT(times != NULL);
    for (uint32_t i = 0; i < times->seats_count && status == STATUS_OK; i++) {
        struct record record;
        seats_record(&record, number, i, &verify->seats[times->seats_first + i]);
        status = record_compare(verify, row, "order_sessions", record.cells[0].integer, &record);
    }
    return status;
}

static enum status seats_compare(struct verify *verify)
{
    sqlite3_stmt *row = NULL;
    uint32_t count = promise_order_count(verify->replay.state);
    enum status status = verify_open(verify, "SELECT * FROM order_sessions ORDER BY id", &row);
    for (uint32_t number = 1; number <= count && status == STATUS_OK; number++) {
        status = order_seats_compare(verify, row, number);
    }
    status = status == STATUS_OK ? verify_end(verify, row, "order_sessions") : status;
    (void)sqlite3_finalize(row);
    return status;
}

static enum status wishes_compare(struct verify *verify)
{
    const struct promise_state *state = verify->replay.state;
    struct journal_report *report = verify->report;
    struct wish_view wish;
    report->wish_count = promise_wish_count(state);
    for (uint32_t number = 1; promise_wish_by_number(state, number, &wish); number++) {
        report->wishes[wish.status]++;
    }
    return numbered_compare(verify, "SELECT * FROM wishes ORDER BY number", "wishes",
                            (uint32_t)report->wish_count, wish_record);
}

enum status verify_moves_end(struct verify *verify)
{
    const struct promise_state *state = verify->replay.state;
    enum status status = streams_end(verify);
    if (status == STATUS_OK) {
        status = numbered_compare(verify, "SELECT * FROM supply ORDER BY number", "supply",
                                  promise_entry_count(state), supply_record);
    }
    if (status == STATUS_OK) {
        status = numbered_compare(verify, "SELECT * FROM bills ORDER BY number", "bills",
                                  promise_bill_count(state), bill_record);
    }
    if (status == STATUS_OK) {
        status = wishes_compare(verify);
    }
    if (status == STATUS_OK) {
        status = sessions_compare(verify);
    }
    return status == STATUS_OK ? seats_compare(verify) : status;
}

/* What the verify*.c files share: one walk over the journal, and each table beside it. Not for
 * other rooms. */
#ifndef ECLUSE_JOURNAL_VERIFY_H
#define ECLUSE_JOURNAL_VERIFY_H

#include "journal/replay.h"
#include "journal/sqlite_record.h"

/* What the state does not keep of an order. */
struct order_times {
    int64_t changed; /* 0: not yet */
    int64_t shipped;
    int64_t delivered;
    uint32_t seats_first; /* in verify.seats */
    uint32_t seats_count;
};

/* A table whose rows stand in the order of their events. */
struct verify_stream {
    const char *table;
    sqlite3_stmt *rows; /* before the first that no event has claimed */
    int64_t count;      /* of those that were claimed */
};
enum verify_streamed { STREAM_CHANGES, STREAM_REVISIONS, STREAM_PURCHASES, STREAMS };

struct verify {
    struct journal *journal;
    struct journal_report *report;
    struct replay replay;
    struct order_times *times; /* by order number */
    uint32_t times_capacity;
    sqlite3_stmt *history; /* stands before the first line that no event has claimed */
    struct verify_stream streams[STREAMS];
    struct event_session *sessions; /* by number, from 1 on; seats: all that are taken */
    uint32_t session_count;
    uint32_t session_capacity;
    struct event_session *seats; /* as orders took them */
    uint32_t seat_count;
    uint32_t seat_capacity;
    sqlite3_stmt *told; /* puts what was heard of another shop's order; NULL: of none yet */
    struct fault *fault;
};

/* What a column should hold. `text` NULL: SQL's NULL. */
struct expected {
    const char *column;
    bool is_number;
    int64_t number;
    const char *text;
};

#define EXPECT_NUMBER(column, value)                                                               \
    {                                                                                              \
        column, true, value, NULL                                                                  \
    }
#define EXPECT_TEXT(column, value)                                                                 \
    {                                                                                              \
        column, false, 0, value                                                                    \
    }

/* ---- verify.c: walks ---- */

enum status verify_open(struct verify *verify, const char *sql, sqlite3_stmt **statement) MUST_USE;
/* Steps to the next row; *found false at the table's end. */
enum status verify_next(struct verify *verify, sqlite3_stmt *statement, bool *found) MUST_USE;
/* The row that the walk stands on must be number `key`. */
enum status verify_key(struct verify *verify, sqlite3_stmt *row, bool found, const char *table,
                       int64_t key) MUST_USE;
enum status verify_row(struct verify *verify, sqlite3_stmt *row, const char *table, int64_t number,
                       const struct expected *expected, int count) MUST_USE;
/* No row may follow. */
enum status verify_end(struct verify *verify, sqlite3_stmt *statement, const char *table) MUST_USE;
/* What is kept of an order, made at its first use; NULL without memory. */
struct order_times *verify_times(struct verify *verify, uint32_t number);

/* ---- verify_origins.c: orders of the shop behind ---- */

enum status verify_origins_look(struct verify *verify, const struct event *event) MUST_USE;
enum status verify_origins_end(struct verify *verify) MUST_USE;
void verify_origins_free(struct verify *verify);

/* ---- verify_moves.c: what moves ---- */

enum status verify_streams_open(struct verify *verify) MUST_USE;
void verify_moves_free(struct verify *verify);
/* An event that the replay has just taken. `before`: of EVENT_REVISED, the order until then. */
enum status verify_moves_look(struct verify *verify, const struct event *event, int64_t stamp,
                              const struct order_view *before) MUST_USE;
/* At the end: the streams have no more rows; supply, bills, sessions and seats are as the events
 * left them. */
enum status verify_moves_end(struct verify *verify) MUST_USE;

#endif

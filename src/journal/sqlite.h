/* What the sqlite*.c files of this room share: the connection, its prepared statements, its errors.
 * Not for other rooms. */
#ifndef ECLUSE_JOURNAL_SQLITE_H
#define ECLUSE_JOURNAL_SQLITE_H

#include "journal/customer_hash.h"
#include "journal/journal.h"
#include "journal/sqlite_log.h"
#include "journal/sqlite_rows.h"

#include <sqlite3.h>

/* Every statement of the hot path, prepared once, at its first use (their texts:
 * sqlite_statement.c). */
enum statement {
    STATEMENT_BEGIN,
    STATEMENT_COMMIT,
    STATEMENT_ADD_ROW,
    STATEMENT_PUT_END,
    STATEMENT_ADD_CONTACTS,
    STATEMENT_ADD_ORDERS,
    STATEMENT_ADD_LINES,
    STATEMENT_UPDATE_ORDER,
    STATEMENT_EXTEND_ORDER,
    STATEMENT_REVISE_ORDER,
    STATEMENT_FILL_ORDER,
    STATEMENT_CLEAR_LINES,
    STATEMENT_UPDATE_LINE,
    STATEMENT_PLACE_LINE,
    STATEMENT_ADD_REVISION,
    STATEMENT_ADD_CHANGE,
    STATEMENT_PUT_SUPPLY,
    STATEMENT_ADD_PURCHASE,
    STATEMENT_ADD_BILL,
    STATEMENT_ADD_SESSION,
    STATEMENT_TAKE_SEATS,
    STATEMENT_ADD_SEATS,
    STATEMENT_FREE_SEATS,
    STATEMENT_DROP_SEATS,
    STATEMENT_ADD_WISH,
    STATEMENT_UPDATE_WISH,
    STATEMENT_FIND_WISHER,
    STATEMENT_PUT_ORIGIN,
    STATEMENT_FIND_ORIGIN,
    STATEMENT_ADD_BODY,
    STATEMENT_FIND_BODY,
    STATEMENT_FIRST_FRESH_BODY,
    STATEMENT_FORGET_BODIES,
    STATEMENT_ADD_SHOP_ROW,
    STATEMENT_ADD_OFFER,
    STATEMENT_ADD_ITEM,
    STATEMENT_ADD_HISTORY,
    STATEMENT_PUT_PICTURE,
    STATEMENT_FIND_PICTURE,
    STATEMENT_PUT_NOTE,
    STATEMENT_FIND_NOTE,
    STATEMENT_PUT_SECRET,
    STATEMENT_FIND_SECRET,
    STATEMENT_ROW_HASH,
    STATEMENT_PROBE,
    STATEMENTS
};

struct journal {
    sqlite3 *db;
    enum journal_mode mode;
    struct env *env;
    sqlite3_stmt *statements[STATEMENTS];
    struct journal_end end;
    uint32_t contact_count;        /* the number of the newest contact */
    uint32_t contact_count_before; /* this batch */
    struct customer_key customer_key;
    bool has_customer_key; /* it was read */
    bool writing;
    bool owes;           /* a commit's sync is made by journal_settle */
    _Atomic bool broken; /* the disk failed: nothing is written any more, not even at the close */
    bool has_shop_row;   /* the batch under way holds a shop file or zone rules */
    bool has_sessions;   /* there is, or was, a row in `sessions` */
    int wal_frames;      /* in the log */
    int wal_home;        /* of these, brought home */
    int page_bytes;
    struct fault fault;
    struct sqlite_log log;
    struct sqlite_rows rows; /* of the batch under way, not yet given to SQLite */
    struct text packed;      /* its events as they are kept (journal/event_pack.h) */
};

/* Translates a result code of SQLite: STATUS_OK, FULL, BUSY, CORRUPT, MEMORY, else IO; `doing` goes
 * into the sentence. */
enum status sqlite_status(struct journal *journal, int result, const char *doing);
/* The same for a connection alone. */
enum status sqlite_fault(sqlite3 *db, int result, const char *path, const char *doing,
                         struct fault *fault);

/* The statement; NULL if it cannot be prepared (journal->fault says why). Whoever steps it resets
 * it before it is asked for again. */
sqlite3_stmt *sqlite_statement(struct journal *journal, enum statement which);
/* The same for one task alone: whoever asked finalizes it. `doing` as above. */
sqlite3_stmt *sqlite_prepare(struct journal *journal, const char *sql, const char *doing);
/* One integer of a query, whose only parameter, where it has one, is `name`; 0 if it gives no row.
 * SQLITE_ROW, SQLITE_DONE, or what went wrong. */
int sqlite_integer(sqlite3 *db, const char *sql, const char *name, int64_t *value);
/* Steps a statement that returns no row and resets it. */
enum status sqlite_run(struct journal *journal, sqlite3_stmt *statement, const char *doing);
void sqlite_finalize_all(struct journal *journal);

void sqlite_bind_slice(sqlite3_stmt *statement, int index, struct slice text);
struct slice sqlite_text(sqlite3_stmt *statement, int column);
struct slice sqlite_blob(sqlite3_stmt *statement, int column);

/* Opens a connection with everything that each connection of ours is set to. `flags`:
 * SQLITE_OPEN_READONLY, ... */
enum status sqlite_connect(const char *path, struct env *env, int flags, sqlite3 **db,
                           struct fault *fault) MUST_USE;

/* A step brings a file of schema version `step + 1`'s predecessor to the next: steps[0] makes
 * version 1 of an empty file. */
enum status sqlite_migrate(sqlite3 *db, const char *path, const char *const *steps, int step_count,
                           struct fault *fault) MUST_USE;
/* Somebody else's database gets neither our log mode nor our tables: STATUS_INVALID where `meta`
 * does not say that the file is Écluse's. What is no SQLite file at all is told by what comes
 * next. */
enum status sqlite_ours_check(sqlite3 *db, const char *path, struct fault *fault) MUST_USE;
enum status sqlite_schema_version(sqlite3 *db, const char *path, int *version,
                                  struct fault *fault) MUST_USE;
/* Ours; JOURNAL_SCHEMA_VERSION of them. */
extern const char *const sqlite_schema_steps[];

/* The hash that a journal row has. */
void row_hash(const unsigned char previous[JOURNAL_HASH_BYTES], uint64_t sequence, int64_t stamp,
              struct slice events, unsigned char to[JOURNAL_HASH_BYTES]);

/* The texts of an order's row: one way to make them for those who write it and for those who
 * compare it. An empty one is NULL in the table. */
enum { INSTANT_BYTES = 24 };
struct order_dates_text {
    char ship_by[INSTANT_BYTES];
    char deliver_by[INSTANT_BYTES];
};
struct order_texts {
    char id[32];
    char made_at[INSTANT_BYTES];
    char held_until[INSTANT_BYTES];
    struct order_dates_text first;
    char limited_by[80];
    char wanted[INSTANT_BYTES];
};
void order_texts_write(struct order_texts *texts, const struct shop *shop, struct order_key key,
                       int64_t made_at, int64_t held_until, const struct promise_summary *first);
void order_want_write(char wanted[INSTANT_BYTES], struct promise_want want);
void order_dates_write(struct order_dates_text *texts, const struct promise_dates *dates);
/* NULL where there is none. */
const char *offer_carrier_name(const struct shop *shop, const struct offer *offer);
const char *item_supplier_name(const struct shop *shop, const struct item *item);

#endif

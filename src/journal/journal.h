/* The durable log and the tables beside it, in one SQLite file (sqlite*.c; other engines would
 * stand beside it).
 *
 *   journal(sequence, stamp, events, previous, hash)   one row a batch; events: as they are, or
 *                                                      packed (journal/event_pack.h)
 *   hash = SHA-256(previous hash, sequence u64, stamp i64, events), little-endian
 *
 * A batch: journal_begin, then for each event the rows that a person reads (journal_project), then
 * journal_commit: the journal row and every table row in one transaction, WAL, synchronous=FULL
 * (or owed: journal_owe).
 * Exactly one connection writes and checkpoints; readers are read-only and never checkpoint. Tables
 * are what a person with `sqlite3` reads; the journal decides (journal_verify compares). A function
 * that returns a status leaves its sentence in journal_fault. */
#ifndef ECLUSE_JOURNAL_JOURNAL_H
#define ECLUSE_JOURNAL_JOURNAL_H

#include "base/slice.h"
#include "base/status.h"
#include "base/text.h"
#include "env/env.h"
#include "promise/change.h"

struct journal;
struct sqlite3;

enum { JOURNAL_HASH_BYTES = 32, JOURNAL_SCHEMA_VERSION = 8, JOURNAL_SALT_BYTES = 16 };

enum journal_mode { JOURNAL_READ, JOURNAL_WRITE };

struct journal_row {
    uint64_t sequence; /* 1, 2, ... without gaps */
    int64_t stamp;
    struct slice events;
    unsigned char previous[JOURNAL_HASH_BYTES];
    unsigned char hash[JOURNAL_HASH_BYTES];
};

/* Where the log ends: sequence 0 and a hash of zeros before the first row. */
struct journal_end {
    uint64_t sequence;
    int64_t stamp;
    unsigned char hash[JOURNAL_HASH_BYTES];
};

/* STATUS_NOT_FOUND if there is no file of this name. */
enum status journal_find(const char *path, struct fault *fault) MUST_USE;
/* Makes the file with its tables (STATUS_EXISTS if it is there) and opens it for writing. */
enum status journal_create(const char *path, struct env *env, struct journal **journal,
                           struct fault *fault) MUST_USE;
/* Opens it; JOURNAL_WRITE brings an older schema up to date first. STATUS_VERSION: made by a newer
 * program. The caller has the writer's lock. */
enum status journal_open(const char *path, enum journal_mode mode, struct env *env,
                         struct journal **journal, struct fault *fault) MUST_USE;
/* The writer brings the write-ahead log home first. NULL is allowed. */
void journal_close(struct journal *journal);
/* The sentence of the last status that was not OK. */
const char *journal_fault(const struct journal *journal);
const struct journal_end *journal_last(const struct journal *journal);

/* ---- reading ---- */

/* One snapshot of the file for several reads. */
enum status journal_read_begin(struct journal *journal) MUST_USE;
void journal_read_end(struct journal *journal);

/* Visits the rows after `from`, in order, checking sequence, previous and hash of each
 * (STATUS_CORRUPT names the first that is wrong), and moves *from to the last one that was visited.
 * Slices are valid during the visit. Stops when `visit` does not return STATUS_OK and returns that.
 */
enum status journal_rows(struct journal *journal, struct journal_end *from,
                         enum status (*visit)(void *context, const struct journal_row *row,
                                              struct fault *fault),
                         void *context, struct fault *fault) MUST_USE;
/* The same for the rows up to `until` that hold a shop file or zone rules: each checked by its own
 * hash alone. For snapshots. */
enum status journal_shop_rows(struct journal *journal, uint64_t until,
                              enum status (*visit)(void *context, const struct journal_row *row,
                                                   struct fault *fault),
                              void *context, struct fault *fault) MUST_USE;
/* The hash of row `sequence`; false if there is no such row. */
bool journal_row_hash(struct journal *journal, uint64_t sequence,
                      unsigned char hash[JOURNAL_HASH_BYTES]);

/* ---- personal data: outside the journal, to be erased without touching it ---- */

enum journal_person_field {
    PERSON_EMAIL,
    PERSON_NAME,
    PERSON_PHONE,
    PERSON_STREET,
    PERSON_POSTCODE,
    PERSON_CITY,
    PERSON_COUNTRY,
    PERSON_FIELDS
};

/* A contact: how a customer was to be reached when an order was placed. Empty fields are not given.
 */
struct journal_contact {
    uint32_t number; /* 1, 2, ... */
    struct customer_id customer;
    struct slice fields[PERSON_FIELDS];
    unsigned char salt[JOURNAL_SALT_BYTES];
};

/* How many contacts there are (at least as many as journal_contacts visits). */
uint32_t journal_contact_count(const struct journal *journal);
enum status journal_contacts(struct journal *journal,
                             void (*visit)(void *context, const struct journal_contact *contact),
                             void *context) MUST_USE;
/* Numbers the contact. */
enum status journal_add_contact(struct journal *journal, struct journal_contact *contact) MUST_USE;

/* The digest of an order's request body under its customer's salt, forgotten after 30 days. */
enum status journal_add_body(struct journal *journal, uint32_t order_number,
                             const unsigned char salt[JOURNAL_SALT_BYTES], struct slice body,
                             int64_t at) MUST_USE;
/* False only if the order's body is known to be another one. */
bool journal_body_agrees(struct journal *journal, uint32_t order_number, struct slice body);
/* Forgets at most `most` digests made before `before`, in a transaction of its own; *count gets how
 * many. */
enum status journal_forget_bodies(struct journal *journal, int64_t before, uint32_t most,
                                  uint32_t *count) MUST_USE;

/* ---- orders of the shop behind ---- */

/* What was last heard of one of them: a row of `origins`, whose key is the reference, so that none
 * comes twice. */
struct journal_origin {
    struct slice
        reference;        /* "woocommerce:1234": the system, and the number by which it knows it */
    struct slice label;   /* as people there call it: "#1001" */
    struct slice status;  /* there, in its words */
    struct slice unknown; /* what of it is none of our offers; empty: nothing */
    struct slice deleted_by; /* the message that deleted it last; empty: none did */
    uint32_t order;          /* its number here; 0: it has none */
    bool past;               /* its lines are history */
    int64_t modified_at;     /* there; 0: not known */
};
enum { JOURNAL_ORIGIN_BYTES = 4096 }; /* its texts together are at most so long */
/* *found is false: nothing was heard of it yet. The texts are kept in `bytes`. A row that cannot be
 * read is a fault: what is taken for new would come twice. */
enum status journal_origin_find(struct journal *journal, struct slice reference,
                                struct journal_origin *origin, char bytes[JOURNAL_ORIGIN_BYTES],
                                bool *found) MUST_USE;

/* ---- writing: one transaction a batch ---- */

/* STATUS_BUSY: somebody else holds the file; nothing began. */
enum status journal_begin(struct journal *journal) MUST_USE;
bool journal_writing(const struct journal *journal);
/* The rows that an event of the core makes or changes (EVENT_PLACED, EVENT_CONFIRMED, ...; the
 * others make none). `state` is the one right after the event; `contact`: of EVENT_PLACED, 0 for
 * none. */
enum status journal_project(struct journal *journal, const struct event *event,
                            const struct promise_state *state, uint32_t contact,
                            int64_t stamp) MUST_USE;
/* The tables offers, items and supply from the state that has just taken a shop file or zone rules;
 * the batch that is under way holds them. */
enum status journal_put_shop(struct journal *journal, const struct promise_state *state) MUST_USE;
/* A file of an older schema has rows that only a replay can complete. To be asked after it; the
 * rows are completed in the transaction under way. */
bool journal_needs_fill(struct journal *journal);
enum status journal_fill(struct journal *journal, const struct promise_state *state) MUST_USE;

/* A line of the past. */
struct journal_history {
    struct slice order;
    struct slice offer;
    int64_t quantity_thousandths;
    int64_t unit_price_minor;
    int64_t at;
    struct slice customer; /* only its hash is kept (journal/customer_hash.h); empty: not known */
};
enum status journal_add_history(struct journal *journal,
                                const struct journal_history *line) MUST_USE;
/* When the first batch with exactly these lines came in; *count gets in how many batches they did,
 * 0: never. The digest is that of EVENT_HISTORY (journal/shop_event.h). */
enum status journal_history_seen(const char *path, struct env *env,
                                 const unsigned char digest[JOURNAL_HASH_BYTES], int64_t *stamp,
                                 uint32_t *count, struct fault *fault) MUST_USE;
enum status journal_put_picture(struct journal *journal, struct slice offer,
                                struct slice media_type, struct slice bytes) MUST_USE;
/* Appends the row of the batch and commits. After any failure of the functions above, or of this
 * one, journal_rollback; then nothing of the batch is there. STATUS_FULL: the disk has no room.
 * STATUS_IO: never try again. */
enum status journal_commit(struct journal *journal, int64_t stamp, struct slice events) MUST_USE;
void journal_rollback(struct journal *journal);
/* True: a commit from now on is written, and readers see it, but only journal_settle makes it
 * durable; whoever answers for it calls that first. What is lost when the power goes before is the
 * end of the log, whole batches of it. */
void journal_owe(struct journal *journal, bool owes);
/* What was committed before the call is on the disk. May be called by one thread while another
 * writes, and may take as long as the disk does. STATUS_IO, then always: never answer. */
enum status journal_settle(struct journal *journal, struct fault *fault) MUST_USE;

/* Bytes that wait in the write-ahead log, and their bringing home (between batches; readers may
 * make it stop early). */
uint64_t journal_waiting_bytes(const struct journal *journal);
enum status journal_checkpoint(struct journal *journal) MUST_USE;
/* Tries to write `bytes` and takes them away again: is there room on the disk again? */
enum status journal_probe(struct journal *journal, uint32_t bytes) MUST_USE;

/* ---- small things ---- */

enum status journal_put_secret(struct journal *journal, const char *name,
                               struct slice bytes) MUST_USE;
bool journal_secret(struct journal *journal, const char *name, unsigned char *bytes, size_t length);
/* A text in `meta` that no event tells of: what the waiting room must know after a start. False:
 * there is none, or it is longer than `size` - 1 bytes. */
enum status journal_put_note(struct journal *journal, const char *name, const char *text) MUST_USE;
bool journal_note(struct journal *journal, const char *name, char *text, size_t size);
/* The picture of an offer; false if there is none. Valid until journal_picture_end. */
bool journal_picture(struct journal *journal, struct slice offer, struct slice *media_type,
                     struct slice *bytes);
void journal_picture_end(struct journal *journal);

/* A read-only connection for lists and reports, which never checkpoints; to be closed with
 * sqlite3_close. */
enum status journal_reader_open(const char *path, struct env *env, struct sqlite3 **reader,
                                struct fault *fault) MUST_USE;

/* ---- whole files ---- */

/* What `ecluse verify` prints. */
struct journal_report {
    uint64_t batches;
    uint64_t events;
    uint64_t orders[ORDER_STATUSES];
    uint64_t order_count;
    uint64_t wishes[WISH_STATUSES];
    uint64_t wish_count;
    uint64_t history_lines;
    uint64_t digest; /* of the state that the journal leads to */
    struct journal_end last;
};

/* Replays a journal and compares: hash chain, every table with what the events say, foreign keys,
 * the core's invariants. Works beside a running writer. STATUS_CORRUPT: `fault` says what differs
 * first; the report holds what was counted so far. */
enum status journal_verify(const char *path, struct env *env, struct journal_report *report,
                           struct fault *fault) MUST_USE;

/* Copies a live database into a new file, which is complete and on disk when this returns.
 * STATUS_EXISTS. */
enum status journal_backup(const char *path, const char *to, struct env *env,
                           struct fault *fault) MUST_USE;

#endif

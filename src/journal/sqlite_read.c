/* What is read back: the log row by row, checked as it streams by, and the tables beside it.
 *
 * A row is right if its sequence follows its predecessor's, its `previous` is that one's hash, and
 * its own hash is that of its bytes. So one changed byte in any column of any row is found at that
 * row or at the next; that rows were cut off at the end is found by the table journal_end
 * (journal_verify). Blobs stay in SQLite's memory: no row is copied but one that is unpacked. */
#include "journal/sqlite.h"

#include "base/assert.h"
#include "base/bytes.h"
#include "journal/digest.h"
#include "journal/event_pack.h"

#include <inttypes.h>

void row_hash(const unsigned char previous[JOURNAL_HASH_BYTES], uint64_t sequence, int64_t stamp,
              struct slice events, unsigned char to[JOURNAL_HASH_BYTES])
{
    unsigned char numbers[16];
    struct digest digest;
    bytes_put_u64(numbers, sequence);
    bytes_put_i64(numbers + 8, stamp);
    digest_begin(&digest);
    digest_add(&digest, previous, JOURNAL_HASH_BYTES);
    digest_add(&digest, numbers, sizeof numbers);
    digest_add(&digest, events.data, events.length);
    digest_end(&digest, to);
}

enum status journal_read_begin(struct journal *journal)
{
    int result =
        sqlite3_exec(journal->db, "BEGIN; SELECT sequence FROM journal_end", NULL, NULL, NULL);
    return sqlite_status(journal, result, "cannot be read");
}

void journal_read_end(struct journal *journal)
{
    if (sqlite3_get_autocommit(journal->db) == 0) {
        (void)sqlite3_exec(journal->db, "COMMIT", NULL, NULL, NULL);
    }
}

static bool integer_column(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_type(statement, column) == SQLITE_INTEGER;
}

static bool hash_column(sqlite3_stmt *statement, int column, unsigned char to[JOURNAL_HASH_BYTES])
{
    struct slice bytes = sqlite_blob(statement, column);
    if (bytes.length != JOURNAL_HASH_BYTES) {
        return false;
    }
    memcpy(to, bytes.data, JOURNAL_HASH_BYTES);
    return true;
}

/* The row that the statement stands on, if its own hash is right; what is packed goes to
 * `unpacked`. */
static enum status row_read(sqlite3_stmt *statement, struct text *unpacked, struct journal_row *row,
                            struct fault *fault)
{
    unsigned char hash[JOURNAL_HASH_BYTES];
    row->sequence = (uint64_t)sqlite3_column_int64(statement, 0);
    row->stamp = sqlite3_column_int64(statement, 1);
    row->events = sqlite_blob(statement, 2);
    bool whole = integer_column(statement, 1) && hash_column(statement, 3, row->previous) &&
                 hash_column(statement, 4, row->hash);
    if (whole) {
        row_hash(row->previous, row->sequence, row->stamp, row->events, hash);
    }
    if (!whole || memcmp(hash, row->hash, sizeof hash) != 0) {
        return fault_set(fault, STATUS_CORRUPT,
                         "journal row %" PRIu64 ": its hash does not match its contents",
                         row->sequence);
    }
    enum status status = events_unpack(row->events, unpacked, &row->events);
    return status == STATUS_OK
               ? status
               : fault_set(fault, status,
                           "journal row %" PRIu64 ": its events cannot be unpacked%s",
                           row->sequence, status == STATUS_MEMORY ? ": no memory" : "");
}

static enum status row_follows(const struct journal_row *row, const struct journal_end *from,
                               struct fault *fault)
{
    if (row->sequence != from->sequence + 1) {
        return fault_set(fault, STATUS_CORRUPT,
                         "journal row %" PRIu64 " is missing: row %" PRIu64 " follows row %" PRIu64,
                         from->sequence + 1, row->sequence, from->sequence);
    }
    if (memcmp(row->previous, from->hash, JOURNAL_HASH_BYTES) != 0) {
        return fault_set(fault, STATUS_CORRUPT,
                         "journal row %" PRIu64 " does not continue row %" PRIu64
                         ": its previous hash is another",
                         row->sequence, from->sequence);
    }
    if (from->sequence > 0 && row->stamp < from->stamp) {
        return fault_set(fault, STATUS_CORRUPT,
                         "journal row %" PRIu64 ": its stamp lies before that of row %" PRIu64,
                         row->sequence, from->sequence);
    }
    return STATUS_OK;
}

static enum status rows_visit(struct journal *journal, sqlite3_stmt *statement,
                              struct text *unpacked, struct journal_end *from,
                              enum status (*visit)(void *context, const struct journal_row *row,
                                                   struct fault *fault),
                              void *context, struct fault *fault)
{
    struct journal_row row;
    int result = sqlite3_step(statement);
    for (; result == SQLITE_ROW; result = sqlite3_step(statement)) {
        enum status status = row_read(statement, unpacked, &row, fault);
        if (status == STATUS_OK && from != NULL) {
            status = row_follows(&row, from, fault);
        }
        if (status == STATUS_OK) {
            status = visit(context, &row, fault);
        }
        if (status != STATUS_OK) {
            return status;
        }
        if (from != NULL) {
            *from = (struct journal_end){.sequence = row.sequence, .stamp = row.stamp};
            memcpy(from->hash, row.hash, JOURNAL_HASH_BYTES);
        }
    }
    enum status status = sqlite_status(journal, result, "the journal cannot be read");
    if (status != STATUS_OK && fault != NULL) {
        *fault = journal->fault;
    }
    return status;
}

static enum status
rows_query(struct journal *journal, const char *sql, uint64_t parameter, struct journal_end *from,
           enum status (*visit)(void *context, const struct journal_row *row, struct fault *fault),
           void *context, struct fault *fault)
{
    struct text unpacked;
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(journal->db, sql, -1, &statement, NULL);
    if (result != SQLITE_OK) {
        enum status status = sqlite_status(journal, result, "the journal cannot be read");
        *fault = journal->fault;
        return status;
    }
    text_init(&unpacked, EVENTS_BYTES_MAX);
    (void)sqlite3_bind_int64(statement, 1, (int64_t)parameter);
    enum status status = rows_visit(journal, statement, &unpacked, from, visit, context, fault);
    text_free(&unpacked);
    (void)sqlite3_finalize(statement);
    return status;
}

enum status journal_rows(struct journal *journal, struct journal_end *from,
                         enum status (*visit)(void *context, const struct journal_row *row,
                                              struct fault *fault),
                         void *context, struct fault *fault)
{
    return rows_query(journal,
                      "SELECT sequence, stamp, events, previous, hash FROM journal"
                      " WHERE sequence > ?1 ORDER BY sequence",
                      from->sequence, from, visit, context, fault);
}

enum status journal_shop_rows(struct journal *journal, uint64_t until,
                              enum status (*visit)(void *context, const struct journal_row *row,
                                                   struct fault *fault),
                              void *context, struct fault *fault)
{
    return rows_query(journal,
                      "SELECT journal.sequence, stamp, events, previous, hash FROM shop_files"
                      " JOIN journal ON journal.sequence = shop_files.sequence"
                      " WHERE shop_files.sequence <= ?1 ORDER BY shop_files.sequence",
                      until, NULL, visit, context, fault);
}

bool journal_row_hash(struct journal *journal, uint64_t sequence,
                      unsigned char hash[JOURNAL_HASH_BYTES])
{
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_ROW_HASH);
    if (statement == NULL) {
        return false;
    }
    (void)sqlite3_bind_int64(statement, 1, (int64_t)sequence);
    bool found = sqlite3_step(statement) == SQLITE_ROW && hash_column(statement, 0, hash);
    (void)sqlite3_reset(statement);
    return found;
}

/* Columns: number, customer, email, ..., country, salt. */
static void contact_read(sqlite3_stmt *statement, struct journal_contact *contact)
{
    contact->number = (uint32_t)sqlite3_column_int64(statement, 0);
    contact->customer.value = (uint64_t)sqlite3_column_int64(statement, 1);
    for (int i = 0; i < PERSON_FIELDS; i++) {
        contact->fields[i] = sqlite_text(statement, 2 + i);
    }
    struct slice salt = sqlite_blob(statement, 2 + PERSON_FIELDS);
    memset(contact->salt, 0, sizeof contact->salt);
    if (salt.length == sizeof contact->salt) {
        memcpy(contact->salt, salt.data, sizeof contact->salt);
    }
}

uint32_t journal_contact_count(const struct journal *journal)
{
    return journal->contact_count;
}

enum status journal_contacts(struct journal *journal,
                             void (*visit)(void *context, const struct journal_contact *contact),
                             void *context)
{
    static const char sql[] =
        "SELECT number, customer, email, name, phone, street, postcode, city, country,"
        " salt FROM customers ORDER BY number";
    struct journal_contact contact;
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(journal->db, sql, -1, &statement, NULL);
    if (result == SQLITE_OK) {
        result = sqlite3_step(statement);
    }
    for (; result == SQLITE_ROW; result = sqlite3_step(statement)) {
        contact_read(statement, &contact);
        visit(context, &contact);
    }
    enum status status = sqlite_status(journal, result, "the customers cannot be read");
    (void)sqlite3_finalize(statement);
    return status;
}

/* Whether the statement's row (digest, salt) is of this body. */
static bool body_row_agrees(sqlite3_stmt *statement, struct slice body)
{
    unsigned char digest[DIGEST_BYTES];
    struct slice stored = sqlite_blob(statement, 0);
    digest_hmac(sqlite_blob(statement, 1), body, digest);
    return stored.length == DIGEST_BYTES && memcmp(stored.data, digest, DIGEST_BYTES) == 0;
}

bool journal_body_agrees(struct journal *journal, uint32_t order_number, struct slice body)
{
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_FIND_BODY);
    if (statement == NULL || sqlite_rows_flush(journal) != STATUS_OK) {
        return true;
    }
    (void)sqlite3_bind_int64(statement, 1, order_number);
    bool agrees = sqlite3_step(statement) != SQLITE_ROW || body_row_agrees(statement, body);
    (void)sqlite3_reset(statement);
    return agrees;
}

/* Digests stand in the order of their making, so those to forget are the first. */
enum status journal_forget_bodies(struct journal *journal, int64_t before, uint32_t most,
                                  uint32_t *count)
{
    *count = 0;
    sqlite3_stmt *first = sqlite_statement(journal, STATEMENT_FIRST_FRESH_BODY);
    sqlite3_stmt *forget = sqlite_statement(journal, STATEMENT_FORGET_BODIES);
    if (first == NULL || forget == NULL) {
        return journal->fault.status;
    }
    (void)sqlite3_bind_int64(first, 1, before);
    int result = sqlite3_step(first);
    int64_t bound = result == SQLITE_ROW ? sqlite3_column_int64(first, 0) : INT64_MAX;
    enum status status = sqlite_status(journal, result, "the digests cannot be read");
    (void)sqlite3_reset(first);
    if (status != STATUS_OK) {
        return status;
    }
    (void)sqlite3_bind_int64(forget, 1, bound);
    (void)sqlite3_bind_int64(forget, 2, most);
    status = sqlite_run(journal, forget, "old digests cannot be forgotten");
    if (status == STATUS_OK) {
        *count = (uint32_t)sqlite3_changes(journal->db);
    }
    return status;
}

enum status journal_put_picture(struct journal *journal, struct slice offer,
                                struct slice media_type, struct slice bytes)
{
    ASSERT(journal->writing);
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_PUT_PICTURE);
    if (statement == NULL) {
        return journal->fault.status;
    }
    (void)sqlite3_bind_text(statement, 1, offer.data, (int)offer.length, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 2, media_type.data, (int)media_type.length, SQLITE_STATIC);
    (void)sqlite3_bind_blob64(statement, 3, bytes.data, bytes.length, SQLITE_STATIC);
    return sqlite_run(journal, statement, "the picture cannot be written");
}

bool journal_picture(struct journal *journal, struct slice offer, struct slice *media_type,
                     struct slice *bytes)
{
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_FIND_PICTURE);
    if (statement == NULL) {
        return false;
    }
    (void)sqlite3_bind_text(statement, 1, offer.data, (int)offer.length, SQLITE_STATIC);
    if (sqlite3_step(statement) != SQLITE_ROW) {
        (void)sqlite3_reset(statement);
        return false;
    }
    *media_type = sqlite_text(statement, 0);
    *bytes = sqlite_blob(statement, 1);
    return true;
}

/* An open statement would keep the log from beginning anew. */
void journal_picture_end(struct journal *journal)
{
    (void)sqlite3_reset(journal->statements[STATEMENT_FIND_PICTURE]);
}

enum status journal_put_note(struct journal *journal, const char *name, const char *text)
{
    ASSERT(journal->writing);
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_PUT_NOTE);
    if (statement == NULL) {
        return journal->fault.status;
    }
    (void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 2, text, -1, SQLITE_STATIC);
    return sqlite_run(journal, statement, "a note cannot be written");
}

bool journal_note(struct journal *journal, const char *name, char *text, size_t size)
{
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_FIND_NOTE);
    bool found = false;
    if (statement != NULL) {
        (void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
        if (sqlite3_step(statement) == SQLITE_ROW) {
            struct slice kept = sqlite_text(statement, 0);
            found = kept.length < size;
            memcpy(text, kept.data, found ? kept.length : 0);
            text[found ? kept.length : 0] = '\0';
        }
        (void)sqlite3_reset(statement);
    }
    return found;
}

enum status journal_put_secret(struct journal *journal, const char *name, struct slice bytes)
{
    ASSERT(journal->writing);
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_PUT_SECRET);
    if (statement == NULL) {
        return journal->fault.status;
    }
    (void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    (void)sqlite3_bind_blob(statement, 2, bytes.data, (int)bytes.length, SQLITE_STATIC);
    return sqlite_run(journal, statement, "the secret cannot be written");
}

bool journal_secret(struct journal *journal, const char *name, unsigned char *bytes, size_t length)
{
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_FIND_SECRET);
    if (statement == NULL) {
        return false;
    }
    (void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    bool found = false;
    if (sqlite3_step(statement) == SQLITE_ROW) {
        struct slice stored = sqlite_blob(statement, 0);
        found = stored.length == length;
        memcpy(bytes, stored.data, found ? length : 0);
    }
    (void)sqlite3_reset(statement);
    return found;
}

/* A digest is 32 bytes that stand nowhere else, in a row that is never packed: no need to read the
 * events. */
enum status journal_history_seen(const char *path, struct env *env,
                                 const unsigned char digest[JOURNAL_HASH_BYTES], int64_t *stamp,
                                 uint32_t *count, struct fault *fault)
{
    sqlite3 *reader = NULL;
    sqlite3_stmt *statement = NULL;
    enum status status = sqlite_connect(path, env, SQLITE_OPEN_READONLY, &reader, fault);
    if (status != STATUS_OK) {
        return status;
    }
    int result = sqlite3_prepare_v2(
        reader, "SELECT count(*), min(stamp) FROM journal WHERE instr(events, ?1) > 0", -1,
        &statement, NULL);
    if (result == SQLITE_OK) {
        (void)sqlite3_bind_blob(statement, 1, digest, JOURNAL_HASH_BYTES, SQLITE_STATIC);
        result = sqlite3_step(statement);
    }
    *count = 0;
    if (result == SQLITE_ROW) {
        *count = (uint32_t)sqlite3_column_int64(statement, 0);
        *stamp = sqlite3_column_int64(statement, 1);
    }
    status = sqlite_fault(reader, result, path, "cannot be read", fault);
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(reader);
    return status;
}

/* One connection to the file: how it is set, its errors as statuses, the batch's transaction, the
 * write-ahead log.
 *
 *   idle --journal_begin--> writing --journal_commit----> idle   (the batch is on disk, fsync'd;
 *                              |                                  or will be: journal_settle)
 *                              \-----journal_rollback--> idle   (nothing of the batch is there)
 *
 * The log is brought home (checkpointed) by journal_checkpoint only, which the engine calls between
 * batches: SQLite's automatic checkpoint would run inside somebody's commit. PASSIVE never waits
 * for readers; when it got everything home, the next commit starts the log file again from its
 * beginning, so that fsync has no growing file to record.
 *
 * Disk full is told apart from other I/O errors, because only it may be tried again: SQLITE_FULL,
 * and those other errors behind which the system said "no space" - but never a failed fsync, after
 * which nobody knows what the disk holds. */
#include "journal/sqlite.h"

#include "base/assert.h"
#include "env/env_disk.h"
#include "journal/digest.h"
#include "journal/event_pack.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The tables grow at their end, so few pages are asked for twice: a cache that fits the processor's
 * own is quicker than one of 32 MB, which brings each new page from memory. */
enum { BUSY_MS = 5000, CACHE_KIB = 4096 };

static enum status status_of(sqlite3 *db, int result)
{
    switch (result & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return STATUS_OK;
    case SQLITE_FULL:
        return STATUS_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return STATUS_BUSY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT:
        return STATUS_CORRUPT;
    case SQLITE_NOMEM:
        return STATUS_MEMORY;
    default:
        break;
    }
    int extended = db == NULL ? result : sqlite3_extended_errcode(db);
    bool sync = extended == SQLITE_IOERR_FSYNC || extended == SQLITE_IOERR_DIR_FSYNC;
    if (db != NULL && !sync && env_disk_full(sqlite3_system_errno(db))) {
        return STATUS_FULL;
    }
    return STATUS_IO;
}

enum status sqlite_fault(sqlite3 *db, int result, const char *path, const char *doing,
                         struct fault *fault)
{
    enum status status = status_of(db, result);
    if (status == STATUS_OK) {
        return status;
    }
    const char *why = db == NULL ? sqlite3_errstr(result) : sqlite3_errmsg(db);
    return fault_set(fault, status, "%s: %s: %s (SQLite result %d)", path, doing, why,
                     db == NULL ? result : sqlite3_extended_errcode(db));
}

enum status sqlite_status(struct journal *journal, int result, const char *doing)
{
    enum status status = sqlite_fault(journal->db, result, sqlite3_db_filename(journal->db, "main"),
                                      doing, &journal->fault);
    if (status == STATUS_IO) {
        journal->broken = true;
    }
    return status;
}

static enum status connection_run(sqlite3 *db, const char *path, const char *sql,
                                  struct fault *fault)
{
    return sqlite_fault(db, sqlite3_exec(db, sql, NULL, NULL, NULL), path, "cannot be set up",
                        fault);
}

/* SQLite counts each allocation under a lock unless told otherwise before its first use; nobody
 * reads the count. */
static void library_set(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

enum status sqlite_connect(const char *path, struct env *env, int flags, sqlite3 **db,
                           struct fault *fault)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, library_set);
    *db = NULL;
    int result = sqlite3_open_v2(path, db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
                                 env->vfs_name);
    enum status status = sqlite_fault(*db, result, path, "cannot be opened", fault);
    if (status != STATUS_OK) {
        goto err_after_open;
    }
    (void)sqlite3_extended_result_codes(*db, 1);
    (void)sqlite3_busy_timeout(*db, BUSY_MS);
    (void)sqlite3_db_config(*db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    (void)sqlite3_db_config(*db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(*db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    status = connection_run(*db, path,
                            "PRAGMA mmap_size=0; PRAGMA cell_size_check=ON;"
                            "PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=OFF;",
                            fault);
    if (status == STATUS_OK) {
        return status;
    }
err_after_open:
    (void)sqlite3_close(*db);
    *db = NULL;
    return status;
}

/* SQLite calls it after each commit with the length of the log. */
static int log_grew(void *context, sqlite3 *db, const char *schema, int frames)
{
    struct journal *journal = context;
    (void)db;
    (void)schema;
    if (frames <= journal->wal_frames) {
        journal->wal_home = 0; /* it began anew */
    }
    journal->wal_frames = frames;
    return SQLITE_OK;
}

static enum status writer_set(struct journal *journal, const char *path, struct fault *fault)
{
    char sql[256];
    (void)snprintf(sql, sizeof sql,
                   "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
                   "PRAGMA secure_delete=ON; PRAGMA cache_size=-%d;",
                   CACHE_KIB);
    enum status status = connection_run(journal->db, path, sql, fault);
    (void)sqlite3_wal_hook(journal->db, log_grew, journal);
    return status;
}

/* One integer of a query without parameters; 0 if it gives none. */
static enum status integer_get(struct journal *journal, const char *sql, int64_t *value)
{
    return sqlite_status(journal, sqlite_integer(journal->db, sql, NULL, value), "cannot be read");
}

static enum status end_read(struct journal *journal)
{
    static const char sql[] =
        "SELECT sequence, stamp, hash FROM journal ORDER BY sequence DESC LIMIT 1";
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(journal->db, sql, -1, &statement, NULL);
    if (result == SQLITE_OK) {
        result = sqlite3_step(statement);
    }
    if (result == SQLITE_ROW) {
        struct slice hash = sqlite_blob(statement, 2);
        journal->end.sequence = (uint64_t)sqlite3_column_int64(statement, 0);
        journal->end.stamp = sqlite3_column_int64(statement, 1);
        memcpy(journal->end.hash, hash.data,
               hash.length < JOURNAL_HASH_BYTES ? hash.length : JOURNAL_HASH_BYTES);
    }
    enum status status = sqlite_status(journal, result, "cannot be read");
    (void)sqlite3_finalize(statement);
    return status;
}

/* Reads where the log and the contacts end. */
static enum status ends_read(struct journal *journal, struct fault *fault)
{
    int64_t contacts = 0;
    int64_t page_bytes = 0;
    int64_t sessions = 0;
    enum status status = end_read(journal);
    if (status == STATUS_OK) {
        status = integer_get(journal, "SELECT max(number) FROM customers", &contacts);
    }
    if (status == STATUS_OK) {
        status = integer_get(journal, "PRAGMA page_size", &page_bytes);
    }
    if (status == STATUS_OK) {
        status = integer_get(journal, "SELECT max(number) FROM sessions", &sessions);
    }
    if (status != STATUS_OK) {
        *fault = journal->fault;
    }
    journal->contact_count = (uint32_t)contacts;
    journal->page_bytes = (int)page_bytes;
    journal->has_sessions = sessions > 0;
    return status;
}

static enum status version_check(struct journal *journal, const char *path, struct fault *fault)
{
    int version = 0;
    if (journal->mode == JOURNAL_WRITE) {
        return sqlite_migrate(journal->db, path, sqlite_schema_steps, JOURNAL_SCHEMA_VERSION,
                              fault);
    }
    enum status status = sqlite_schema_version(journal->db, path, &version, fault);
    if (status == STATUS_OK && version > JOURNAL_SCHEMA_VERSION) {
        return fault_set(fault, STATUS_VERSION, "%s: made by a newer Écluse (schema %d); update it",
                         path, version);
    }
    if (status == STATUS_OK && version < JOURNAL_SCHEMA_VERSION) {
        return fault_set(
            fault, STATUS_VERSION,
            "%s: made by an older Écluse (schema %d); open it once with `ecluse serve`", path,
            version);
    }
    return status;
}

enum status journal_find(const char *path, struct fault *fault)
{
    return access(path, F_OK) == 0
               ? STATUS_OK
               : fault_set(fault, STATUS_NOT_FOUND,
                           "%s: there is no such database; make one with `ecluse init`", path);
}

static enum status open_with(const char *path, enum journal_mode mode, struct env *env, bool is_new,
                             struct journal **journal, struct fault *fault)
{
    *journal = NULL;
    enum status status = journal_find(path, fault);
    if (status != STATUS_OK) {
        return status;
    }
    *journal = calloc(1, sizeof **journal);
    if (*journal == NULL) {
        return fault_set(fault, STATUS_MEMORY, "%s: no memory to open it", path);
    }
    (*journal)->mode = mode;
    text_init(&(*journal)->packed, EVENTS_BYTES_MAX);
    (*journal)->env = env;
    int flags = mode == JOURNAL_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    status = sqlite_connect(path, env, flags, &(*journal)->db, fault);
    if (status == STATUS_OK && !is_new) {
        status = sqlite_ours_check((*journal)->db, path, fault);
    }
    if (status == STATUS_OK && mode == JOURNAL_WRITE) {
        status = writer_set(*journal, path, fault);
    }
    if (status == STATUS_OK) {
        status = version_check(*journal, path, fault);
    }
    if (status == STATUS_OK) {
        status = ends_read(*journal, fault);
    }
    if (status == STATUS_OK && mode == JOURNAL_WRITE) {
        status = sqlite_rows_attach((*journal)->db, path, &(*journal)->rows, fault);
    }
    if (status == STATUS_OK && mode == JOURNAL_WRITE) {
        status = sqlite_fault((*journal)->db, sqlite_log_gather((*journal)->db, &(*journal)->log),
                              path, "cannot be set up", fault);
    }
    if (status != STATUS_OK) {
        (void)sqlite3_close((*journal)->db);
        sqlite_log_free(&(*journal)->log);
        free(*journal);
        *journal = NULL;
    }
    return status;
}

enum status journal_create(const char *path, struct env *env, struct journal **journal,
                           struct fault *fault)
{
    enum status status = env_disk_reserve(path, fault);
    if (status != STATUS_OK) {
        return status;
    }
    return open_with(path, JOURNAL_WRITE, env, true, journal, fault);
}

enum status journal_open(const char *path, enum journal_mode mode, struct env *env,
                         struct journal **journal, struct fault *fault)
{
    return open_with(path, mode, env, false, journal, fault);
}

/* The writer brings the log home and lets SQLite remove it; if the disk refuses, the log stays and
 * is read at the next start. */
void journal_close(struct journal *journal)
{
    if (journal == NULL) {
        return;
    }
    if (journal->writing) {
        journal_rollback(journal);
    }
    sqlite_finalize_all(journal);
    if (journal->mode == JOURNAL_WRITE && !journal->broken) {
        (void)sqlite3_wal_checkpoint_v2(journal->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL,
                                        NULL);
        (void)sqlite3_db_config(journal->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    }
    ASSERT(sqlite3_close(journal->db) == SQLITE_OK);
    sqlite_log_free(&journal->log);
    text_free(&journal->packed);
    free(journal);
}

const char *journal_fault(const struct journal *journal)
{
    return journal->fault.text;
}

const struct journal_end *journal_last(const struct journal *journal)
{
    return &journal->end;
}

enum status journal_reader_open(const char *path, struct env *env, struct sqlite3 **reader,
                                struct fault *fault)
{
    enum status status = sqlite_connect(path, env, SQLITE_OPEN_READONLY, reader, fault);
    if (status == STATUS_OK) {
        status = sqlite_ours_check(*reader, path, fault);
    }
    if (status != STATUS_OK) {
        (void)sqlite3_close(*reader);
        *reader = NULL;
    }
    return status;
}

enum status journal_begin(struct journal *journal)
{
    ASSERT(journal->mode == JOURNAL_WRITE);
    ASSERT(!journal->writing);
    sqlite3_stmt *begin = sqlite_statement(journal, STATEMENT_BEGIN);
    if (begin == NULL) {
        return journal->fault.status;
    }
    enum status status = sqlite_run(journal, begin, "cannot be written");
    journal->writing = status == STATUS_OK;
    journal->has_shop_row = false;
    journal->contact_count_before = journal->contact_count;
    return status;
}

bool journal_writing(const struct journal *journal)
{
    return journal->writing;
}

/* A commit that found no room may still have written all its frames, the one that says "committed"
 * included, and have failed at what follows them: then the batch would come alive at the next
 * start, although it was refused. A commit of something else goes to the same place in the log and
 * breaks the chain of those frames; it needs no more room than they have. */
static void frames_overwrite(struct journal *journal)
{
    int result = sqlite3_exec(journal->db, "INSERT OR REPLACE INTO room VALUES(1, randomblob(8))",
                              NULL, NULL, NULL);
    (void)sqlite_status(journal, result, "cannot be written");
}

/* SQLite has rolled back by itself after some errors. */
void journal_rollback(struct journal *journal)
{
    ASSERT(journal->writing);
    for (int i = 0; i < STATEMENTS; i++) {
        (void)sqlite3_reset(journal->statements[i]);
    }
    if (sqlite3_get_autocommit(journal->db) == 0) {
        (void)sqlite3_exec(journal->db, "ROLLBACK", NULL, NULL, NULL);
    }
    sqlite_rows_forget(journal);
    journal->contact_count = journal->contact_count_before;
    journal->writing = false;
    if (!journal->broken) {
        frames_overwrite(journal);
    }
}

void journal_owe(struct journal *journal, bool owes)
{
    journal->owes = owes;
}

enum status journal_settle(struct journal *journal, struct fault *fault)
{
    int result = journal->broken ? SQLITE_IOERR_FSYNC : sqlite_log_settle(&journal->log);
    if (result == SQLITE_OK) {
        return STATUS_OK;
    }
    journal->broken = true;
    return fault_set(fault, STATUS_IO, "%s: cannot be synced: %s (SQLite result %d)",
                     sqlite3_db_filename(journal->db, "main"), sqlite3_errstr(result), result);
}

uint64_t journal_waiting_bytes(const struct journal *journal)
{
    return (uint64_t)(journal->wal_frames - journal->wal_home) * (uint64_t)journal->page_bytes;
}

/* PASSIVE: brings home what no reader still needs. When that is all, the next commit begins the log
 * anew. */
enum status journal_checkpoint(struct journal *journal)
{
    int in_log = 0;
    int home = 0;
    int result =
        sqlite3_wal_checkpoint_v2(journal->db, "main", SQLITE_CHECKPOINT_PASSIVE, &in_log, &home);
    if (result == SQLITE_OK) {
        journal->wal_frames = in_log;
        journal->wal_home = home;
    }
    return sqlite_status(journal, result, "its log cannot be brought home");
}

/* Commits a blob of zeros and then its absence. */
enum status journal_probe(struct journal *journal, uint32_t bytes)
{
    const uint32_t sizes[] = {bytes, 0};
    for (size_t i = 0; i < 2; i++) {
        sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_PROBE);
        if (statement == NULL) {
            return journal->fault.status;
        }
        (void)sqlite3_bind_int64(statement, 1, sizes[i]);
        enum status status = sqlite_run(journal, statement, "has no room");
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}

/* SQLite writes a frame of its log with two calls, 24 bytes and a page, one after another to the
 * end of the commit, and then syncs: forty system calls a batch. Here bytes that follow each other
 * are gathered, and leave as one write before anything else is done with the file.
 *
 *   write that goes on where the last one ended -> gathered
 *   sync, read, truncate, size, close, control, any other write, no more room -> written first
 *
 * So whoever could see the difference sees none: a commit is published to readers after its write,
 * and an error of the write is the sync's (or the read's), which fails the commit as the write
 * would have. What could not be written is forgotten: SQLite rolls back and writes other frames
 * there. Where a torn write may harm its neighbours, SQLite fills the sector behind a commit after
 * the sync, and tells nobody: such a file (none of Linux's) is left as it is.
 *
 * The file's methods are replaced by ours, which know those below; no VFS is registered, so the
 * simulated disk lies under it too. Rejected: the same for the database's file, where a checkpoint
 * that stops at a reader publishes its pages without a sync, so an error would find nobody. */
#include "journal/sqlite_log.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* SQLite's own VFS writes no more than 131,071 bytes at once. */
enum { GATHERED_BYTES_MAX = 120 * 1024 };

/* The methods are the first member of our struct. */
static struct sqlite_log *log_of(sqlite3_file *file)
{
    return (struct sqlite_log *)(void *)(uintptr_t)file->pMethods;
}

static int log_flush(sqlite3_file *file)
{
    struct sqlite_log *log = log_of(file);
    size_t length = log->length;
    log->length = 0;
    return length == 0 ? SQLITE_OK : log->below->xWrite(file, log->bytes, (int)length, log->at);
}

static int log_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at)
{
    struct sqlite_log *log = log_of(file);
    size_t length = (size_t)count;
    if (log->length > 0 &&
        (at != log->at + (sqlite3_int64)log->length || length > GATHERED_BYTES_MAX - log->length)) {
        int result = log_flush(file);
        if (result != SQLITE_OK) {
            return result;
        }
    }
    if (length > GATHERED_BYTES_MAX) {
        return log->below->xWrite(file, bytes, count, at);
    }
    if (log->length == 0) {
        log->at = at;
    }
    memcpy(log->bytes + log->length, bytes, length);
    log->length += length;
    return SQLITE_OK;
}

static int log_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 at)
{
    int result = log_flush(file);
    return result == SQLITE_OK ? log_of(file)->below->xRead(file, bytes, count, at) : result;
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    int result = log_flush(file);
    return result == SQLITE_OK ? log_of(file)->below->xTruncate(file, size) : result;
}

/* The log's head, which a log that begins anew has first, is always safe before the frames behind
 * it are written: an old head before new frames would bring back pages of long ago. */
static int log_sync(sqlite3_file *file, int flags)
{
    struct sqlite_log *log = log_of(file);
    bool is_head = log->length > 0 && log->at == 0;
    int result = log_flush(file);
    if (result == SQLITE_OK && log->owes && !is_head) {
        atomic_fetch_add_explicit(&log->owed, 1, memory_order_release);
        return result;
    }
    return result == SQLITE_OK ? log->below->xSync(file, flags) : result;
}

int sqlite_log_settle(struct sqlite_log *log)
{
    uint64_t owed = atomic_load_explicit(&log->owed, memory_order_acquire);
    int result =
        log->settled == owed ? SQLITE_OK : log->below->xSync(log->file, SQLITE_SYNC_NORMAL);
    if (result == SQLITE_OK) {
        log->settled = owed;
    }
    return result;
}

static int log_size(sqlite3_file *file, sqlite3_int64 *size)
{
    int result = log_flush(file);
    return result == SQLITE_OK ? log_of(file)->below->xFileSize(file, size) : result;
}

static int log_control(sqlite3_file *file, int operation, void *argument)
{
    int result = log_flush(file);
    return result == SQLITE_OK ? log_of(file)->below->xFileControl(file, operation, argument)
                               : result;
}

static int log_close(sqlite3_file *file)
{
    int result = log_flush(file);
    file->pMethods = log_of(file)->below;
    int closed = file->pMethods->xClose(file);
    return result == SQLITE_OK ? closed : result;
}

int sqlite_log_gather(sqlite3 *db, struct sqlite_log *log)
{
    sqlite3_file *file = NULL;
    int result = sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
    /* No methods: the file system has no shared memory, and the journal is another that is opened
     * for each commit. */
    if (result != SQLITE_OK || file->pMethods == NULL ||
        (file->pMethods->xDeviceCharacteristics(file) & SQLITE_IOCAP_POWERSAFE_OVERWRITE) == 0) {
        return result;
    }
    log->bytes = malloc(GATHERED_BYTES_MAX);
    if (log->bytes == NULL) {
        return SQLITE_NOMEM;
    }
    log->file = file;
    log->below = file->pMethods;
    log->methods = *log->below;
    log->methods.xWrite = log_write;
    log->methods.xRead = log_read;
    log->methods.xTruncate = log_truncate;
    log->methods.xSync = log_sync;
    log->methods.xFileSize = log_size;
    log->methods.xFileControl = log_control;
    log->methods.xClose = log_close;
    file->pMethods = &log->methods;
    return SQLITE_OK;
}

void sqlite_log_free(struct sqlite_log *log)
{
    free(log->bytes);
    log->bytes = NULL;
}

/* The log's file as its writer sees it: what SQLite writes there frame by frame leaves in few
 * writes, and a commit's sync can be made later, by another thread. For the files of journal/
 * only. */
#ifndef ECLUSE_JOURNAL_SQLITE_LOG_H
#define ECLUSE_JOURNAL_SQLITE_LOG_H

#include <sqlite3.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sqlite_log {
    sqlite3_io_methods methods;      /* first: what the file's method pointer leads to */
    const sqlite3_io_methods *below; /* the VFS's own */
    sqlite3_int64 at;                /* where the gathered bytes belong */
    size_t length;
    unsigned char *bytes; /* NULL: nothing is gathered */
    sqlite3_file *file;
    bool owes;             /* now: the next sync may be made later */
    _Atomic uint64_t owed; /* syncs that were left for later */
    uint64_t settled;      /* of these, made; whoever settles */
};

/* Takes the open log of a connection in WAL mode, where that is safe. SQLITE_NOMEM. */
int sqlite_log_gather(sqlite3 *db, struct sqlite_log *log);
/* Makes the syncs that were owed before the call. One thread at a time, beside the one that writes:
 * nothing but the file's sync is called, which in SQLite's own VFS is an fsync of a descriptor that
 * stays the same until the close. */
int sqlite_log_settle(struct sqlite_log *log);
/* After the connection was closed. */
void sqlite_log_free(struct sqlite_log *log);

#endif

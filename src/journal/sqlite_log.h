/* The log's file as its writer sees it: what SQLite writes there frame by frame leaves in few
 * writes. For the files of journal/ only. */
#ifndef ECLUSE_JOURNAL_SQLITE_LOG_H
#define ECLUSE_JOURNAL_SQLITE_LOG_H

#include <sqlite3.h>

#include <stddef.h>

struct sqlite_log {
    sqlite3_io_methods methods;      /* first: what the file's method pointer leads to */
    const sqlite3_io_methods *below; /* the VFS's own */
    sqlite3_int64 at;                /* where the gathered bytes belong */
    size_t length;
    unsigned char *bytes; /* NULL: nothing is gathered */
};

/* Takes the open log of a connection in WAL mode, where that is safe. SQLITE_NOMEM. */
int sqlite_log_gather(sqlite3 *db, struct sqlite_log *log);
/* After the connection was closed. */
void sqlite_log_free(struct sqlite_log *log);

#endif

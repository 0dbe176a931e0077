/* A file that lines are appended to, by a thread of its own: whoever appends never waits for the
 * disk or for who reads a pipe.
 *
 * Lines gather in memory and are written when half of it is full, and at least once a second. What
 * cannot be written (disk full, reader gone) or does not fit (reader too slow) is dropped and
 * counted: a log must never stop what it tells of. */
#ifndef ECLUSE_ENV_LINE_FILE_H
#define ECLUSE_ENV_LINE_FILE_H

#include "base/slice.h"
#include "base/status.h"

#include <stdint.h>

struct line_file;

enum {
    LINE_FILE_BYTES_MAX = 2 * 1024 * 1024, /* that wait to be written */
    LINE_FILE_FLUSH_MS = 1000,
    LINE_FILE_CLOSE_MS = 2000 /* what is not written by then, at the end, never will be */
};

/* "-" is stdout. A new file is readable by its owner and group. STATUS_NOT_FOUND, STATUS_INVALID
 * and the like say what is wrong with the path. */
enum status line_file_open(const char *path, struct line_file **opened,
                           struct fault *fault) MUST_USE;
/* A line with its newline. From one thread. */
void line_file_append(struct line_file *file, struct slice line);
/* Opens the path anew, within LINE_FILE_FLUSH_MS: somebody has renamed the file. What waits goes to
 * the old one. May be called by a signal handler. "-" stays what it is. */
void line_file_reopen(struct line_file *file);

struct line_file_figures {
    uint64_t written, dropped; /* lines */
    uint64_t reopen_failed;    /* the old file was kept */
};
/* From any thread. */
void line_file_figures(struct line_file *file, struct line_file_figures *figures);

/* Writes what waits. NULL is allowed. */
void line_file_close(struct line_file *file);

#endif

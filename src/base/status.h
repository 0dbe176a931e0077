/* Faults: the world failed (disk full, peer gone, bad file). Every status has a text, an HTTP
 * status and an exit code.
 *
 * The two other kinds of wrong are not here: a *rejection* is an answer of the domain
 * (promise/promise.h), a *bug* is an ASSERT. A function that can fault returns `enum status`
 * (never ignored) and, where a sentence helps the reader, fills a `struct fault` with it. */
#ifndef ECLUSE_BASE_STATUS_H
#define ECLUSE_BASE_STATUS_H

#include <stddef.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_index, first_index)                                                     \
    __attribute__((format(printf, format_index, first_index)))

enum status {
    STATUS_OK = 0,
    STATUS_INVALID,   /* input that cannot be used as it is; the text says what would be right */
    STATUS_NOT_FOUND, /* no such file, order, offer */
    STATUS_EXISTS,    /* would overwrite */
    STATUS_LIMIT,     /* over a limit of base/limits.h */
    STATUS_BUSY,      /* another writer has the lock, or a ring is full: try again later */
    STATUS_FULL,   /* no space left on the device: nothing was written, try again when there is room
                    */
    STATUS_MEMORY, /* the machine gave no memory at start */
    STATUS_IO,     /* an I/O or fsync error: never retried, stop and replay */
    STATUS_CORRUPT,     /* stored bytes are not what was written */
    STATUS_VERSION,     /* written by a newer Écluse */
    STATUS_UNAVAILABLE, /* a peer or the server does not answer */
    STATUS_COUNT
};

/* A fault with the sentence that a person reads. `text` never holds a newline at its end. */
struct fault {
    enum status status;
    char text[1024];
};

const char *status_text(enum status status);
int status_http(enum status status);
/* 0 done, 2 usage or bad input, 3 fault of the world. (1, a no of the domain, is no fault.) */
int status_exit_code(enum status status);

/* Fills *fault (which may be NULL) and returns `status`, so that a caller can `return
 * fault_set(...)`. */
enum status fault_set(struct fault *fault, enum status status, const char *format, ...)
    PRINTF_LIKE(3, 4);

#endif

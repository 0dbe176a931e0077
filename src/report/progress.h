/* A bar of progress with the time that is left, for work of more than a second on a terminal;
 * silent otherwise.
 *
 *   progress_begin -> progress_update ... -> progress_end
 *
 * The clock is the caller's (nanoseconds that never go back): this room knows none. It draws at
 * most ten times a second, on stderr, so that stdout stays the answer alone. */
#ifndef ECLUSE_REPORT_PROGRESS_H
#define ECLUSE_REPORT_PROGRESS_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct progress {
    FILE *to; /* NULL: silent */
    const char *label;
    bool french;
    size_t width; /* columns of the terminal */
    uint64_t begun_ns;
    uint64_t drawn_ns;
    bool drawn;
};

/* `to` is the terminal, or NULL to stay silent. */
void progress_begin(struct progress *progress, FILE *to, const char *label, bool french,
                    size_t width, uint64_t now_ns);
/* `done` of `whole` (any unit; whole 0: unknown, only the elapsed time is shown). */
void progress_update(struct progress *progress, uint64_t done, uint64_t whole, uint64_t now_ns);
/* Wipes the bar: what follows begins on a clean line. */
void progress_end(struct progress *progress);

/* The line as it is drawn, without control characters; for tests and for who draws elsewhere. */
void progress_line(const char *label, bool french, uint64_t done, uint64_t whole,
                   uint64_t elapsed_ns, size_t width, struct text *to);
/* "8 s", "3 min 20 s", "2 h 05 min". */
void progress_duration_append(struct text *to, uint64_t seconds);

#endif

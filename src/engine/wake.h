/* How the reader of a ring sleeps, and is woken, without losing a wake:
 *
 *   writer   ring_show, then wake_up: a system call only if somebody sleeps
 *   reader   `sleeping` = true, look at the ring once more, poll
 *
 * Both sides are sequentially consistent, so that either the writer sees the reader asleep and
 * wakes it, or the reader sees the task. */
#ifndef ECLUSE_ENGINE_WAKE_H
#define ECLUSE_ENGINE_WAKE_H

#include "base/status.h"
#include "engine/ring.h"

struct wake {
    int event; /* an eventfd */
    _Atomic bool sleeping;
    _Atomic bool stopping;
};

/* False: no descriptor is left; errno says why. */
bool wake_open(struct wake *wake) MUST_USE;
void wake_close(struct wake *wake);
void wake_up(struct wake *wake);
/* The reader's wake_sleep returns at once from now on. */
void wake_stop(struct wake *wake);
/* Until something is in the ring, or for `most_ms` (negative: without end). False if nobody
 * came. */
bool wake_sleep(struct wake *wake, struct ring *ring, int most_ms);

#endif

/* What the waiting room's status says: GET CROWD_POLL_PATH. */
#ifndef ECLUSE_CROWD_POLL_H
#define ECLUSE_CROWD_POLL_H

#include "base/slice.h"

#include <stdint.h>

#define CROWD_POLL_PATH "/ecluse/api/v1/queue"

enum crowd_poll_state {
    CROWD_POLL_WAITING,
    CROWD_POLL_CALLED,
    CROWD_POLL_INSIDE,
    CROWD_POLL_GONE,
    CROWD_POLL_STATES
};

struct crowd_poll {
    enum crowd_poll_state state;
    bool has_place;
    bool has_front;
    bool has_wait;
    uint64_t place;
    uint64_t front; /* places up to this one have been called */
    uint32_t wait_low_seconds;
    uint32_t wait_high_seconds;
    uint32_t poll_ms; /* 0: not said; else 100 to an hour */
};

/* False: it is no JSON, or has no state that is known. Other members may be missing. */
bool crowd_poll_read(struct slice body, struct crowd_poll *poll);

#endif

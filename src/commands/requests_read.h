/* The table `requests` as lists and focus read it, on a read-only connection and as of one instant:
 * with who asks, as far as it or its order says it. */
#ifndef ECLUSE_COMMANDS_REQUESTS_READ_H
#define ECLUSE_COMMANDS_REQUESTS_READ_H

#include "base/status.h"
#include "env/env.h"

#include <stdbool.h>

/* Texts are never NULL. */
struct requests_row {
    uint32_t number;
    int64_t at;
    const char *source; /* journal/requests.h */
    const char *from;   /* as typed; else the name or the address of the order's customer */
    const char *wants;
    const char *activity; /* its name, maybe of one that is no more; "": not said */
    int64_t value_per_week_minor;
    int64_t count;
    const char *order; /* its id; "": of none */
    const char *email; /* of the order's customer, or `from` where it is an address; "": neither */
    bool closed;
    int64_t closed_at;
};

/* Visits them in the order of their numbers; what is visited is valid during the visit. `all`:
 * closed ones, too. */
enum status requests_read(const char *path, struct env *env, bool all,
                          void (*visit)(void *context, const struct requests_row *row),
                          void *context, struct fault *fault) MUST_USE;

#endif

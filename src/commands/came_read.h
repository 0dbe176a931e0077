/* What came of a moment, from the tables: orders, deliveries, the balance. Read on a read-only
 * connection and as of one instant.
 *
 * Nobody writes down visitors, waits and minutes of work: they count as measured where the owner
 * gives them (--came). */
#ifndef ECLUSE_COMMANDS_CAME_READ_H
#define ECLUSE_COMMANDS_CAME_READ_H

#include "base/status.h"
#include "env/env.h"
#include "rehearse/against.h"
#include "rehearse/past.h"

struct came_window {
    int64_t from, until; /* of the moment, orders are made within */
    int64_t now;
};

/* What was expected before the moment: by number, from 1 on. */
struct came_entry {
    int64_t quantity_thousandths;
    int32_t arrives_day;
    bool counts; /* expected or sent */
};
struct came_entries {
    uint32_t count;
    struct came_entry *entries; /* [count + 1] */
};

/* Fills what the tables know; came->units has room for the shop's offers. `past` is all that was
 * sold until `now`. */
enum status came_read(const char *path, struct env *env, const struct shop *shop,
                      const struct came_window *window, const struct past *past,
                      const struct came_entries *entries, struct against_came *came,
                      struct fault *fault) MUST_USE;

#endif

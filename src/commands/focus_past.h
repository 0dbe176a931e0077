/* What was sold, as focus needs it, from a database. */
#ifndef ECLUSE_COMMANDS_FOCUS_PAST_H
#define ECLUSE_COMMANDS_FOCUS_PAST_H

#include "env/env.h"
#include "focus/sold.h"

/* As of `now`, whose own day does not count yet. *sold is the caller's: sold_free. */
enum status focus_past_read(const char *path, struct env *env, const struct shop *shop, int64_t now,
                            struct sold *sold, struct fault *fault) MUST_USE;

#endif

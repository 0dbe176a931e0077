/* Days of the shop from its tables: what was sold and earned, how much work it was, which promises
 * were kept (focus/decision.h). The rules of what counts stand in decisions_read.h. */
#ifndef ECLUSE_COMMANDS_DECISIONS_PAST_H
#define ECLUSE_COMMANDS_DECISIONS_PAST_H

#include "env/env.h"
#include "focus/decision.h"

struct decision_entry;

/* *past begins with zeros; decision_past_free, also after a fault. `now`: nothing later is read.
 * The entries say when an activity was begun or stopped. */
enum status decisions_past_read(const char *path, struct env *env, const struct shop *shop,
                                int64_t now, const struct decision_entry *entries, uint32_t count,
                                struct decision_past *past, struct fault *fault) MUST_USE;

#endif

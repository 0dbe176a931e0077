/* What a database's shop has sold: its history and the orders made with Écluse, read on a
 * read-only connection and as of one instant.
 *
 * An order counts when it is made, whatever follows but a cancellation; holds do not. Lines of
 * offers that the shop does not sell any more are left out, and orders that have no other. */
#ifndef ECLUSE_COMMANDS_PAST_READ_H
#define ECLUSE_COMMANDS_PAST_READ_H

#include "base/status.h"
#include "env/env.h"
#include "rehearse/past.h"

/* *past begins with zeros, and is sorted; past_free. `now`: nothing later is read. */
enum status past_read(const char *path, struct env *env, const struct shop *shop, int64_t now,
                      struct past *past, struct fault *fault) MUST_USE;

#endif

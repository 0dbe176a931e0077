/* Outgoing webhooks: what happens to orders and offers, told to the endpoints that asked for it
 * (docs/hooks.md; `ecluse hooks` adds them).
 *
 *   journal --gather.h--> messages --worker.c--> waiting --sender.h--> endpoint
 *                         (store.h)              (store.h)
 *
 * All on a thread of its own: it reads the database on a read-only connection, like anybody, and
 * writes its own small file. The core and the door know nothing of it; only the question whether an
 * offer is sold out goes to the core, a few offers at a time.
 *
 * Invariants: a message is taken off only after its receiver answered 2xx, or put among the dead
 * letters; of one order, no later message begins while an earlier one waits; what one endpoint does
 * never holds another up. */
#ifndef ECLUSE_HOOKS_HOOKS_H
#define ECLUSE_HOOKS_HOOKS_H

#include "engine/engine.h"

struct hooks;

/* `path` of the database, which outlives it; the engine has started. Starts the thread. */
enum status hooks_open(const char *path, struct engine *engine, struct env *env,
                       struct hooks **opened, struct fault *fault) MUST_USE;
/* On the door's thread, some ten times a second. */
void hooks_tick(struct hooks *hooks);
/* Ends the thread, before the engine closes; what is under way is sent again at the next start.
 * NULL is allowed. */
void hooks_stop(struct hooks *hooks);
/* After the engine has closed: it gives back the last question. NULL is allowed. */
void hooks_close(struct hooks *hooks);

/* Prometheus' lines, from any thread; `context` is the struct hooks. */
void hooks_metrics(struct text *to, void *context);
/* Samples of ecluse_limit_hits_total, without its head. */
void hooks_limits(struct text *to, void *context);

#endif

/* Messages of the shop behind about its orders: POST /ecluse/hooks/woocommerce and
 * /ecluse/hooks/shopify.
 *
 *   signature over the raw body -> topic -> the order (sold_read.h) -> TASK_SOLD -> 200
 *
 * 200 leaves after the commit, so that the shop repeats what was lost. The signature covers the
 * body alone: topic and delivery id are believed only as far as the body agrees. What each message
 * does, and how it is set up: docs/connect.md. */
#ifndef ECLUSE_PAGES_SOLD_HOOKS_H
#define ECLUSE_PAGES_SOLD_HOOKS_H

#include "pages/sold_read.h"

#define HOOKS_PATH "/ecluse/hooks/"

struct sold_hooks;

/* Since the start, for /ecluse/metrics. */
struct sold_hooks_figures {
    uint64_t outcomes[SOLD_OUTCOMES]; /* of messages about orders */
    uint64_t unsigned_ones;           /* refused: 401 */
    uint64_t unreadable;              /* refused: 400, 422 */
    uint64_t broken;                  /* taken, and cannot be kept or is late */
    uint64_t unknown;                 /* something of it is no offer here */
};

/* `secrets[system]`: what its messages are signed with; empty: none are taken. NULL: no memory. */
struct sold_hooks *sold_hooks_open(const struct slice secrets[SOLD_SYSTEMS]);
void sold_hooks_close(struct sold_hooks *hooks); /* NULL is allowed */
const struct sold_hooks_figures *sold_hooks_figures(const struct sold_hooks *hooks);

#endif

/* Asks for the date of the star offer again and again, as its page does, and tells when it slips.
 */
#ifndef ECLUSE_COMMANDS_DEMO_WATCH_H
#define ECLUSE_COMMANDS_DEMO_WATCH_H

#include "base/status.h"
#include "commands/show.h"
#include "env/env.h"

struct demo_date {
    bool known;
    bool promised; /* else sold out */
    char deliver_by[16];
    char ship_by[32];
    char limit[SHOW_BYTES]; /* "hours: packing" */
    char reason[LANGUAGES][256];
};

struct demo_watch;

enum status demo_watch_open(struct env *env, const char *offer, struct demo_watch **watch,
                            struct fault *fault) MUST_USE;
void demo_watch_close(struct demo_watch *watch);
/* Moves on without waiting; true if the delivery day changed since the last time it was true
 * (`before` is unknown at first). */
bool demo_watch_step(struct demo_watch *watch, const char *url, struct demo_date *before,
                     struct demo_date *now);

#endif

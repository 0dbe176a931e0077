/* The bar on stderr that shows how far a rehearsal's runs are. */
#ifndef ECLUSE_COMMANDS_REHEARSE_WATCH_H
#define ECLUSE_COMMANDS_REHEARSE_WATCH_H

#include "commands/command.h"
#include "rehearse/rehearse.h"
#include "report/progress.h"

struct rehearse_watch {
    struct progress progress;
    struct env *env;
};

/* The plan tells `watch` until rehearse_watch_end. */
void rehearse_watch_begin(struct rehearse_watch *watch, const struct call *call,
                          struct rehearse_plan *plan);
void rehearse_watch_end(struct rehearse_watch *watch);

#endif

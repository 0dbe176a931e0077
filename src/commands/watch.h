/* The bar on stderr that shows how far a long answer is. */
#ifndef ECLUSE_COMMANDS_WATCH_H
#define ECLUSE_COMMANDS_WATCH_H

#include "commands/command.h"
#include "report/progress.h"

struct watch {
    struct progress progress;
    struct env *env;
};

/* `label` says what is counted. */
void watch_begin(struct watch *watch, const struct call *call, const char *label);
/* `done` of `whole`; a room calls it with the watch as its context, until watch_end. */
void watch_told(void *context, uint64_t done, uint64_t whole);
void watch_end(struct watch *watch);

#endif

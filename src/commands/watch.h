/* What a long answer needs: the bar on stderr that shows how far it is, and Ctrl-C that ends it
 * with what it has. */
#ifndef ECLUSE_COMMANDS_WATCH_H
#define ECLUSE_COMMANDS_WATCH_H

#include "commands/command.h"
#include "report/progress.h"

#include <stdatomic.h>

struct watch {
    struct progress progress;
    struct env *env;
};

/* `label` says what is counted. */
void watch_begin(struct watch *watch, const struct call *call, const char *label);
/* `done` of `whole`; a room calls it with the watch as its context, until watch_end. */
void watch_told(void *context, uint64_t done, uint64_t whole);
void watch_end(struct watch *watch);

/* From now on SIGINT ends nothing but makes the flag true; rooms look at it. */
const atomic_bool *watch_interrupts(void);

#endif

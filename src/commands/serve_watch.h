/* serve --watch: nobody is held, and what the waiting room would have done is recorded
 * (pages/waiting_watch.h). Here are its options, its file and what is printed of it. */
#ifndef ECLUSE_COMMANDS_SERVE_WATCH_H
#define ECLUSE_COMMANDS_SERVE_WATCH_H

#include "commands/command.h"
#include "pages/waiting_watch.h"

#include <jansson.h>

enum { SERVE_WATCH_PATH_BYTES = 4096 };

struct serve_watch {
    bool wanted;
    char path[SERVE_WATCH_PATH_BYTES];
    struct watch_record record;
};

/* Reads --watch and --watch-file; opens the file, SHOP.db.watch.csv beside the database unless it
 * is named. */
enum status serve_watch_open(const struct call *call, const char *database,
                             struct serve_watch *watch, struct fault *fault) MUST_USE;
/* After the pages are closed: writes what waits. */
void serve_watch_close(struct serve_watch *watch);
/* What was seen, as a person reads it; `watch` is the member of that name (control_gate.h). */
void serve_watch_tell(struct call *call, const json_t *watch);

#endif

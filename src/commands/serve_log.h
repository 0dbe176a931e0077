/* The access log of `ecluse serve`: its options, and what happens for each request.
 *
 *   door (door_on_answered) -> a line (door/access_line.h) -> env/line_file.h
 *
 * The commands of the machine's own staff, which come by the socket beside the database, are not in
 * it: what they change is in the journal. */
#ifndef ECLUSE_COMMANDS_SERVE_LOG_H
#define ECLUSE_COMMANDS_SERVE_LOG_H

#include "commands/command.h"
#include "door/access_line.h"
#include "env/line_file.h"

struct serve_log {
    struct line_file *file; /* NULL: no log is wanted */
    enum access_format format;
    struct env *env;
};

/* Reads --access-log and --access-log-format. STATUS_INVALID and the like: they cannot be used. */
enum status serve_log_open(const struct call *call, struct serve_log *log,
                           struct fault *fault) MUST_USE;
/* From now on each request of the door is a line; a file is opened anew on SIGHUP. Before door_run.
 * Nothing where no log is wanted. */
void serve_log_attach(struct serve_log *log, struct door *door);
/* Writes what waits. After door_close. */
void serve_log_close(struct serve_log *log);

#endif

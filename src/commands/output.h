/* What leaves the program: the answer on stdout, errors on stderr, and what the terminal can show.
 */
#ifndef ECLUSE_COMMANDS_OUTPUT_H
#define ECLUSE_COMMANDS_OUTPUT_H

#include "base/slice.h"
#include "base/status.h"
#include "commands/command.h"

/* Writes all of it. STATUS_UNAVAILABLE: the reader has closed the pipe (no error: it has seen
 * enough); STATUS_FULL or STATUS_IO otherwise. */
enum status output_write(int descriptor, struct slice bytes, struct fault *fault) MUST_USE;

/* What `descriptor` is. Colour only on a terminal, and not with NO_COLOR set or TERM=dumb. */
struct terminal output_terminal(int descriptor);

#endif

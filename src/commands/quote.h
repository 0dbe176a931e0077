/* What `ecluse quote` answers, for commands that end with a date. */
#ifndef ECLUSE_COMMANDS_QUOTE_H
#define ECLUSE_COMMANDS_QUOTE_H

#include "commands/shop_open.h"
#include "promise/promise.h"

/* Asks for a promise of these lines at open->now, by the options of the call that quote has, and
 * writes the answer to call->out: text or one line of JSON. Returns quote's exit code. */
int quote_answer(struct call *call, struct shop_open *open, const struct promise_line *lines,
                 uint32_t line_count);

#endif

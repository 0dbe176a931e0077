/* Commands about orders: the request to pages/control.h and its answer as a person reads it. */
#ifndef ECLUSE_COMMANDS_ORDER_ANSWER_H
#define ECLUSE_COMMANDS_ORDER_ANSWER_H

#include "commands/command.h"

/* Sends `request` (JSON) to the database in the call's first operand and writes the answer: an
 * order, a wish, or why not. Returns the exit code. */
int order_request_run(struct call *call, struct slice request);

/* Writes an answer of the control socket that has this HTTP status: an order, a wish, or why not.
 * Returns the exit code. */
int order_answer_write(struct call *call, struct slice answer, int http);

/* What a promise's answer (JSON) says besides its dates, as lines of text: when what is on site
 * begins and ends, and which parcels there are if it is split. */
void order_parts_write(struct call *call, struct slice answer);

/* The answer's sentence of a problem: its detail, else its title. `answer` is JSON; "" if it has
 * neither. Valid until the next call. */
void problem_sentence(struct slice answer, char *to, size_t size);

#endif

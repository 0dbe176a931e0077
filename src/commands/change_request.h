/* What differs from the plan, as it is typed, to the control command `change` (control_change.h)
 * and its answer: who moves from when to when. Used by count, purchases, cash and disrupt.
 *
 *   change_begin -> change_text, change_number, change_flag ... -> change_end -> change_send
 *
 * Names, days and amounts are checked where the shop is known; here a number only becomes JSON. */
#ifndef ECLUSE_COMMANDS_CHANGE_REQUEST_H
#define ECLUSE_COMMANDS_CHANGE_REQUEST_H

#include "commands/command.h"

#include <jansson.h>

void change_begin(struct text *request, const char *kind);
void change_text(struct text *request, const char *field, const char *value);
/* STATUS_INVALID: `typed` is no number with at most `decimals`; `what` names it in the sentence. */
enum status change_number(struct text *request, const char *field, const char *what, int decimals,
                          const char *typed, struct fault *fault) MUST_USE;
void change_flag(struct text *request, const char *field);
void change_end(struct text *request);

/* Sends the request to the database in the call's first operand. EXIT_DONE: *answer is the
 * caller's (json_decref). With --dry-run the database is read, and nothing is changed. */
int change_send(const struct call *call, struct slice request, json_t **answer);
/* The answer as --json gives it: its text. */
void change_json(struct call *call, const json_t *answer);
/* Who moves, as a person reads it. False if memory lacked. */
bool change_moved(struct call *call, const json_t *answer) MUST_USE;
/* Sends and writes: `said` (one sentence, a line) and who moves. */
int change_request_run(struct call *call, struct slice request, const char *said);

#endif

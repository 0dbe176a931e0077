/* What quote and times have in common: the words of an ask, and a no that is neither a date nor
 * "sold out". */
#ifndef ECLUSE_COMMANDS_ASK_H
#define ECLUSE_COMMANDS_ASK_H

#include "commands/command.h"
#include "promise/promise.h"

/* --want of the call: a day, or an instant of the shop's zone. Not given: WANT_SOONEST. */
enum status ask_want_read(const struct call *call, const struct shop *shop,
                          struct promise_want *want, struct fault *fault) MUST_USE;
/* Writes the same sentence as the API's; returns the exit code. */
int ask_refused(struct call *call, const struct shop *shop, const struct promise_answer *answer);

#endif

/* The rehearsal's answer for a person at a terminal. */
#ifndef ECLUSE_COMMANDS_REHEARSE_TEXT_H
#define ECLUSE_COMMANDS_REHEARSE_TEXT_H

#include "commands/command.h"
#include "rehearse/rehearse.h"

/* False: no memory for the table. */
bool rehearse_text(struct call *call, const struct shop *shop, const struct rehearse_plan *plan,
                   const struct rehearse_answer *answer) MUST_USE;

#endif

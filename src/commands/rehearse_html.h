/* The rehearsal as one page without outside assets: the same evening twice. */
#ifndef ECLUSE_COMMANDS_REHEARSE_HTML_H
#define ECLUSE_COMMANDS_REHEARSE_HTML_H

#include "commands/command.h"
#include "commands/rehearse_learning.h"

void rehearse_html(struct call *call, const struct shop *shop, const struct rehearse_plan *plan,
                   const struct rehearse_answer *answer, const struct learning *learning,
                   struct text *to);

#endif

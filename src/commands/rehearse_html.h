/* The rehearsal as one page without outside assets: the same evening twice. */
#ifndef ECLUSE_COMMANDS_REHEARSE_HTML_H
#define ECLUSE_COMMANDS_REHEARSE_HTML_H

#include "commands/command.h"
#include "rehearse/rehearse.h"

enum { REHEARSE_HTML_BYTES_MAX = 4 * 1024 * 1024 };

void rehearse_html(struct call *call, const struct shop *shop, const struct rehearse_plan *plan,
                   const struct rehearse_answer *answer, struct text *to);

#endif

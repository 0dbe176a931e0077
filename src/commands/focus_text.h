/* The answer of `ecluse focus` in a terminal: one minute to read. */
#ifndef ECLUSE_COMMANDS_FOCUS_TEXT_H
#define ECLUSE_COMMANDS_FOCUS_TEXT_H

#include "commands/focus_words.h"

/* The direction, its money, the bottlenecks, then tables: activities, offers, hours, how focused,
 * how sure. False: no memory. */
bool focus_text(const struct focus_told *told) MUST_USE;
/* What is not known, at the end of everything. */
void focus_text_not_known(const struct focus_told *told);

#endif

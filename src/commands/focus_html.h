/* The answer of `ecluse focus` as one page without outside assets. */
#ifndef ECLUSE_COMMANDS_FOCUS_HTML_H
#define ECLUSE_COMMANDS_FOCUS_HTML_H

#include "commands/focus_words.h"

/* Sections of other parts: `first` stands before everything (who asks about plans wants them),
 * `more` before what is not known. */
void focus_html(const struct focus_told *told, struct slice first, struct slice more,
                struct text *to);

#endif

/* The answer of `ecluse focus` as one page without outside assets. */
#ifndef ECLUSE_COMMANDS_FOCUS_HTML_H
#define ECLUSE_COMMANDS_FOCUS_HTML_H

#include "commands/focus_words.h"

/* `more`: sections of other parts, put before what is not known. */
void focus_html(const struct focus_told *told, struct slice more, struct text *to);

#endif

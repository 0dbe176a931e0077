/* The frame of a report's page: one file with its style inside, no script, no outside asset. */
#ifndef ECLUSE_COMMANDS_REPORT_PAGE_H
#define ECLUSE_COMMANDS_REPORT_PAGE_H

#include "commands/command.h"

enum { REPORT_PAGE_BYTES_MAX = 4 * 1024 * 1024 };

/* Everything to the heading. `title` is any text; `heading` is HTML. */
void report_page_begin(const struct call *call, const char *title, const char *heading,
                       struct text *to);
void report_page_end(struct text *to);
/* Into the file that --html names. */
enum status report_page_save(const struct call *call, const struct text *page,
                             struct fault *fault) MUST_USE;

#endif

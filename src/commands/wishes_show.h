/* Wishes as text and as JSON. */
#ifndef ECLUSE_COMMANDS_WISHES_SHOW_H
#define ECLUSE_COMMANDS_WISHES_SHOW_H

#include "commands/command.h"
#include "commands/wishes_read.h"

/* What is asked for. */
struct wishes_view {
    const struct shop *shop;
    struct wishes_reader *reader;
    struct wishes_counts counts;
    const char *offer; /* NULL: all */
    bool has_list;     /* only `list`; else who is to be told, then who waits */
    enum wishes_list list;
    int64_t most; /* rows of each list */
};

/* "12 wait (40 units), 3 held and unanswered", without line end. `all`: and what became of the
 * others. */
void wishes_summary(struct call *call, const struct wishes_counts *counts, bool all);

/* {"waiting":...,"units":...,"held":...,"bought":...,"let_go":...,"withdrawn":...,"lapsed":...} */
void wishes_counts_json(struct text *to, const struct wishes_counts *counts);

/* Appends to call->out. STATUS_MEMORY, or what the reader says. */
enum status wishes_text(struct call *call, const struct wishes_view *view,
                        struct fault *fault) MUST_USE;
enum status wishes_json(struct call *call, const struct wishes_view *view,
                        struct fault *fault) MUST_USE;

#endif

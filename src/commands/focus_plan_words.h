/* Sentences about plans: whom they concern, the way out, and what the figures do not say. Plain
 * text: a page escapes it. */
#ifndef ECLUSE_COMMANDS_FOCUS_PLAN_WORDS_H
#define ECLUSE_COMMANDS_FOCUS_PLAN_WORDS_H

#include "commands/focus_plans.h"

/* The `index`-th sentence about a plan, then about all of them (column 0). False past the last; a
 * sentence may be empty: it does not apply. */
bool focus_plan_note(const struct focus_told *told, const struct focus_plans *plans,
                     uint32_t column, uint32_t index, struct text *to);

#endif

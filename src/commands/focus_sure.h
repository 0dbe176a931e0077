/* How sure an answer is: what flips it, and what it does not know; in words that the text and the
 * page share. Plain text: a page escapes it. */
#ifndef ECLUSE_COMMANDS_FOCUS_SURE_H
#define ECLUSE_COMMANDS_FOCUS_SURE_H

#include "commands/focus_words.h"

enum { FOCUS_RANGES_SHOWN = 8 };

/* One sentence: which error in one figure is the smallest that changes the advice. Nothing where
 * it was not asked. */
void focus_sure_append(const struct focus_told *told, struct text *to);
/* Is that error small enough to be made? */
bool focus_is_unsure(const struct focus_told *told);
/* Those that have an end at which the advice changes, the nearest first: `most` of them at most,
 * into `found`; returns how many. */
uint32_t focus_ranges_nearest(const struct focus_told *told, const struct range **found,
                              uint32_t most);
/* "hours of packing", "price of Cider". */
void focus_figure_append(const struct focus_told *told, const struct range *range, struct text *to);
/* "−3%: stop cellar", "as far as −50%: the same". */
void focus_end_append(const struct focus_told *told, const struct range *range, bool high,
                      struct text *to);

/* Sentences about what is not known, one a call: false when there is none left. `index` from 0. */
bool focus_not_known_append(const struct focus_told *told, uint32_t index, struct text *to);

#endif

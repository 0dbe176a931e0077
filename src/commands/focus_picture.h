/* The picture as a part of the answer of `ecluse focus`: what each activity and its offers bring a
 * week of today, for which hours, with which trend, kept or late, sent back, to whom; and how sure
 * that is. */
#ifndef ECLUSE_COMMANDS_FOCUS_PICTURE_H
#define ECLUSE_COMMANDS_FOCUS_PICTURE_H

#include "commands/focus_words.h"

/* Offers of each activity, on the page and in the text. */
enum { FOCUS_PICTURE_OFFERS = 10, FOCUS_PICTURE_LINES = 3 };

/* Each false: no memory. Tables of the terminal. */
bool focus_picture_text(const struct focus_told *told) MUST_USE;
/* A section of the page. */
bool focus_picture_html(const struct focus_told *told, struct text *to) MUST_USE;
/* ,"picture":{...} with every offer. */
bool focus_picture_json(const struct focus_figures *figures, struct text *to) MUST_USE;

#endif

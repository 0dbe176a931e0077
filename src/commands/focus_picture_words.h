/* Words that the picture's text and page share. Plain text: a page escapes it. */
#ifndef ECLUSE_COMMANDS_FOCUS_PICTURE_WORDS_H
#define ECLUSE_COMMANDS_FOCUS_PICTURE_WORDS_H

#include "commands/focus_words.h"
#include "focus/picture.h"

/* What is told of the orders of a group or an offer; NULL: nothing is known of any. */
const struct sold_figures *picture_sold_of_group(const struct picture *picture,
                                                 const struct picture_group *group);
const struct sold_figures *picture_sold_of_offer(const struct picture *picture, uint32_t offer);
/* NULL: nobody's. */
const struct sold_customers *picture_customers(const struct picture *picture,
                                               const struct picture_group *group);
const char *picture_group_name(const struct focus_told *told, const struct picture *picture,
                               const struct picture_group *group);

/* Is there any of it to show at all? */
bool picture_knows_promises(const struct picture *picture);
bool picture_knows_returns(const struct picture *picture);
bool picture_knows_trends(const struct picture *picture);
bool picture_knows_seasons(const struct picture *picture);
bool picture_knows_customers(const struct picture *picture);

/* "2,486". */
void picture_count_append(const struct focus_told *told, int64_t count, struct text *to);
/* "7%". */
void picture_share_append(const struct focus_told *told, double share, struct text *to);
/* "+2.1%" where it is clear, "=" where none is, nothing where it is not known. */
void picture_trend_append(const struct focus_told *told, const struct sold_figures *sold,
                          struct text *to);
/* "December ×2, August ×0.5"; nothing where it is not known. */
void picture_season_append(const struct focus_told *told, const struct sold_figures *sold,
                           struct text *to);

/* One sentence: from which orders, or why nothing is concluded from them. */
void picture_sure_append(const struct focus_told *told, struct text *to);
/* Sentences about what is not known and what would tell it, one a call: false when there is none
 * left. `index` from 0. */
bool picture_lack_append(const struct focus_told *told, const struct picture *picture,
                         uint32_t index, struct text *to);
/* "Bought together beyond chance: 30% of Honey with candles, ..."; nothing where nothing is. */
void picture_pairs_append(const struct focus_told *told, struct text *to);

#endif

/* What the tables of `ecluse focus` show, chosen once for the text and the page. */
#ifndef ECLUSE_COMMANDS_FOCUS_ROWS_H
#define ECLUSE_COMMANDS_FOCUS_ROWS_H

#include "commands/focus_words.h"

enum { FOCUS_OFFERS_SHOWN = 15, FOCUS_FRONTIER_SHOWN = 12 };

/* Offers whose quantity changes (by a unit or a twentieth at least) from today to the best mix, the
 * largest change of money first. */
struct focus_changes {
    uint32_t count;     /* that change */
    uint32_t shown;     /* so many of them have a row */
    uint32_t unchanged; /* that are sold as they are today */
    uint32_t *offers;   /* [count] in the figures; malloc'd */
};
/* False: no memory. */
bool focus_changes_make(const struct focus_told *told, struct focus_changes *changes) MUST_USE;
void focus_changes_free(struct focus_changes *changes);

/* Does an offer belong to no activity? */
bool focus_has_rest(const struct focus_told *told);
/* What belongs to no activity brings so much: the profit that is left when all activities' and the
 * operating expense are taken off. */
int64_t focus_rest_micro(const struct focus_told *told, bool today);

/* What the mix of today, or the best one, takes in: without VAT. */
int64_t focus_revenue_micro(const struct focus_told *told, bool today);
/* Who runs: how many activities, and how many of the owner's hours they take. */
uint32_t focus_running(const struct focus_told *told, bool today, int64_t *owner_thousandths);

/* Hours of all work centers together. */
int64_t focus_hours_of(const struct focus_told *told, const int64_t *used_micro);

/* So many points are worth a row: those at the end that add nothing are not. 0: there is no choice
 * of how many activities. */
uint32_t focus_frontier_count(const struct focus_told *told);
/* A sentence on what the rows leave out: that more activities add nothing, or that time ended
 * before they were looked at; else nothing. */
void focus_frontier_append(const struct focus_told *told, struct text *to);
/* Who runs at a point of the frontier and did not at the one before it, and the other way round:
 * "+ cellar", "− school + creperie". */
void focus_step_append(const struct focus_told *told, uint32_t point, struct text *to);
/* What it adds to the point before it (the first: its profit without operating expense). */
int64_t focus_step_micro(const struct focus_told *told, uint32_t point);

#endif

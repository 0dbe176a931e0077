/* Words that the text and the page of the requests share; plain text, a page escapes it. */
#ifndef ECLUSE_COMMANDS_FOCUS_REQUESTS_WORDS_H
#define ECLUSE_COMMANDS_FOCUS_REQUESTS_WORDS_H

#include "commands/focus_requests.h"

/* The activity's name, or that it is a new one. */
const char *request_under(const struct focus_told *told, const struct request_group *group);
/* Its hours at all work centers together; "?" where none are known, "1.2 + ?" where of some. */
void request_hours_append(const struct focus_told *told, const struct request_group *group,
                          struct text *to);
/* "€310 × 54% − 0.52 packing h × €41.30 = €146; × 1 = €146" */
void request_formula_append(const struct focus_told *told, const struct request_group *group,
                            struct text *to);
/* What the formula is made of, in one sentence. */
void requests_rule_append(const struct focus_told *told, struct text *to);
/* "Effective number of activities: 4.9 by hours, 5.1 by revenue, 3.8 by requests. The company and
 * its customers pull apart by 63%, most at ..." */
void requests_apart_append(const struct focus_told *told, const struct requests *made,
                           struct text *to);
/* "The hours that are free today could serve 42 of 90 who ask: ..." */
void requests_served_append(const struct focus_told *told, const struct requests *made,
                            struct text *to);
/* "7 who ask are customers: they bought €1,240 in 52 weeks." Nothing where none is known. */
void requests_who_append(const struct focus_told *told, const struct focus_requests *requests,
                         struct text *to);

#endif

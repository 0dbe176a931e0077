/* Words that the rehearsal's text and page share. */
#ifndef ECLUSE_COMMANDS_REHEARSE_WORDS_H
#define ECLUSE_COMMANDS_REHEARSE_WORDS_H

#include "commands/command.h"
#include "rehearse/rehearse.h"

/* All of them, in the order in which a reader wants to know: what customers live, then what the
 * shop has of it. */
enum { REHEARSE_OF_CUSTOMERS = REHEARSE_MEASURES - 4 };
extern const enum rehearse_measure rehearse_measures_shown[REHEARSE_MEASURES];
/* Those of customers that stand for the rest. */
enum { REHEARSE_CUSTOMERS_VIEW = 6 };
extern const enum rehearse_measure rehearse_customers_view[REHEARSE_CUSTOMERS_VIEW];
/* "What customers live", over the first of them; "What the shop has of it", over the first of the
 * others; else NULL. `place`: in rehearse_measures_shown. */
const char *rehearse_group_title(const struct call *call, int place);
/* "orders accepted", ... */
const char *rehearse_measure_title(const struct call *call, enum rehearse_measure measure);
/* A measure's value; of money whole units without their currency: cents say nothing here. */
void rehearse_value_append(const struct call *call, const struct shop *shop,
                           enum rehearse_measure measure, double value, struct text *to);
/* Whole units with their currency. */
void rehearse_money_append(const struct call *call, const struct shop *shop, double minor,
                           struct text *to);
/* What today's shop keeps without the moment, and why; a share in percent as `percent` has it. */
void rehearse_calm_append(const struct call *call, const struct rehearse_answer *answer,
                          const char *percent, struct text *to);

/* "the team", ... */
const char *rehearse_defence_title(const struct call *call, enum rehearse_defence defence);
/* Has it a name beside its kind? The site and the bank have none. */
bool rehearse_defence_has_name(enum rehearse_defence defence);

/* "Order 384 palets more"; not escaped: names are letters, digits, - and _. */
void rehearse_lever_words(const struct call *call, const struct rehearse_lever *lever,
                          struct text *to);
/* The levers of the best combination: "a; b; c", each with its words. */
void rehearse_together_words(const struct call *call, const struct rehearse_answer *answer,
                             struct text *to);
/* Beside what may be worth nothing, after all. */
const char *rehearse_unsure(const struct call *call);
/* Which buffer_hours and load_limit keep SERVICE_LEVEL of the promises, at what cost, or that none
 * was found; with `percent` after a share. */
void rehearse_setting_append(const struct call *call, const struct shop *shop,
                             const struct rehearse_answer *answer, const char *percent,
                             struct text *to);
/* "+1,200", of visitors. */
void rehearse_more_append(const struct call *call, double more, struct text *to);
/* The levers that are worth a line: which surely keep more promises, by how much, then those that
 * surely earn more, by how much; returns how many (at most `most`) it wrote. */
uint32_t rehearse_levers_best(const struct rehearse_answer *answer,
                              const struct rehearse_lever **best, uint32_t most);
/* "+6.2 points", from a share. */
void rehearse_points_append(const struct call *call, double share, struct text *to);

#endif

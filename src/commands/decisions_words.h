/* What is said of decisions, in French and English: verbs, figures, verdicts, why nothing can be
 * said yet. Used by the text, the pages and the list of what else changed. */
#ifndef ECLUSE_COMMANDS_DECISIONS_WORDS_H
#define ECLUSE_COMMANDS_DECISIONS_WORDS_H

#include "commands/decisions_read.h"

const char *decision_verb_word(enum language language, enum decision_verb verb); /* "stop" */
/* "profit a week", ... */
const char *decision_measure_word(enum language language, enum decision_measure measure);
const char *decision_verdict_word(enum language language, enum decision_verdict verdict);
const char *decision_verdict_name(enum decision_verdict verdict); /* as JSON has it */
const char *decision_state_name(enum decision_state state);

/* A value of a measure: "210.00 EUR", "-6.5 h", "97.5 %"; `gain`: with its sign, and of KEPT the
 * level all the same. */
void decision_value_append(struct text *to, enum language language, const struct shop *shop,
                           enum decision_measure measure, int64_t value, bool gain);
/* A sentence that says why nothing is said, or from what weeks it is; not of TOLD with nothing to
 * say. */
void decision_state_append(struct text *to, const struct call *call,
                           const struct decisions *decisions, const struct decision *decision,
                           const struct decision_answer *answer);
/* What customers are told: the decision's `say`, or a sentence that is polite and true. */
void decision_say_append(struct text *to, enum language language, const struct decision *decision);

#endif

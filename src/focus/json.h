/* The answer as JSON: the contract of DESIGN.md, section 7, and more keys beside it. */
#ifndef ECLUSE_FOCUS_JSON_H
#define ECLUSE_FOCUS_JSON_H

#include "base/text.h"
#include "focus/focus.h"

/* `effective_requests`: of activities that are asked for; 0: nothing is. `more`: ,"key":... of
 * other parts, put at the end. */
void focus_json(const struct focus_figures *figures, const struct focus_answer *answer,
                double effective_requests, struct slice more, struct text *to);

/* {"amount":"300.00","currency":"EUR"}, rounded half up once. */
void focus_json_money(struct text *to, const struct shop *shop, int64_t micro);
/* Hours, with four decimals at most. */
void focus_json_hours(struct text *to, int64_t minutes_micro);
/* Four decimals at most; null where there is no such number. */
void focus_json_number(struct text *to, double value);

#endif

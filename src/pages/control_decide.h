/* The control command "decide": what was chosen, and what is expected of it.
 *
 *   {"command":"decide","stop":"cider","because":"38 percent of the hours","on":"2026-12-01",
 *    "by":"2027-03-01","expected":{"profit_per_week":"210"},"say":"No more cider."}
 *     one of stop, start, shrink and keep; `on` is today if it is left out; the keys of `expected`
 *     are those of the shop file, their values decimal strings
 *     -> {"number":1,"on":"2026-12-01","known":true}
 *        known: the shop has, or had, an activity of that name; else maybe "nearest":"..."
 *   {"command":"decide","forget":1}                      one that was written down wrongly
 *     -> {"number":1} */
#ifndef ECLUSE_PAGES_CONTROL_DECIDE_H
#define ECLUSE_PAGES_CONTROL_DECIDE_H

#include "journal/decisions.h"
#include "pages/request.h"

struct control_decide {
    struct decision_task task;
    const char *nearest; /* that is known, to one that is not; NULL: none is near */
    bool known;
};

enum { CONTROL_DECIDE_FIELDS = 11 };
extern const struct json_field control_decide_fields[CONTROL_DECIDE_FIELDS];

/* Fills `decide` and the task. False: reader->problem says why. */
bool control_decide_read(struct request_reader *reader, const struct json_value *values,
                         struct control_decide *decide, struct engine_task *task) MUST_USE;
/* True: it was refused, and the problem says why. */
bool control_decide_problem(struct problem *problem, const struct control_decide *decide) MUST_USE;
void control_decide_render(struct text *to, const struct control_decide *decide);

#endif

/* Decisions as they are told: what was chosen, what came of it, what else changed meanwhile. For
 * `ecluse decisions`, and as a part of the answer of `ecluse focus`. */
#ifndef ECLUSE_COMMANDS_FOCUS_DECISIONS_H
#define ECLUSE_COMMANDS_FOCUS_DECISIONS_H

#include "commands/decisions_changes.h"

enum { DECISIONS_BRIEF = 5 };

struct focus_decisions {
    struct decisions decisions;
    struct decision_changes changes;
};

/* *told is to be given to focus_decisions_close, also after a fault. */
enum status focus_decisions_open(const struct call *call, const struct shop_open *open,
                                 struct focus_decisions *told, struct fault *fault) MUST_USE;
void focus_decisions_close(struct focus_decisions *told);

/* Nothing where nothing was decided. False: no memory. */
bool focus_decisions_text(struct call *call, const struct shop *shop,
                          const struct focus_decisions *told) MUST_USE;
/* The same in a line each, for a report that tells other things: the latest DECISIONS_BRIEF. */
void focus_decisions_brief(struct call *call, const struct shop *shop,
                           const struct focus_decisions *told);
/* ,"decisions":[...]; the latest last, [] where nothing was decided. */
void focus_decisions_json(const struct call *call, const struct shop *shop,
                          const struct focus_decisions *told, struct text *to);
/* <section>...</section>; nothing where nothing was decided. */
void focus_decisions_html(const struct call *call, const struct shop *shop,
                          const struct focus_decisions *told, struct text *to);

#endif

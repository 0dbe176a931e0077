/* Forecast against what came: as a table, as a page and as JSON. */
#ifndef ECLUSE_COMMANDS_AGAINST_SHOW_H
#define ECLUSE_COMMANDS_AGAINST_SHOW_H

#include "commands/rehearse_learning.h"
#include "rehearse/against.h"

struct against_told {
    const struct shop *shop; /* as it was */
    const struct rehearse_plan *plan;
    const struct learning *learning;
    const struct against *answer;
};

/* How many suggestions there are. */
uint32_t against_hints(const struct against *answer);
/* False: no memory for the table. */
bool against_text(struct call *call, const struct against_told *told) MUST_USE;
void against_html(const struct call *call, const struct against_told *told, struct text *to);
void against_json(const struct against_told *told, struct text *to);

#endif

/* Two rehearsals side by side, and what differs: for an owner who has edited a copy of the file. */
#ifndef ECLUSE_COMMANDS_REHEARSE_COMPARE_H
#define ECLUSE_COMMANDS_REHEARSE_COMPARE_H

#include "commands/command.h"
#include "rehearse/compare.h"

struct comparison {
    struct call *call;
    const struct rehearse_plan *plan; /* of the one */
    struct rehearse_compared both[2];
    struct rehearse_comparison found;
};

/* --json, --html, or a table; returns the exit code. */
int comparison_show(const struct comparison *comparison, struct fault *fault);

#endif

/* What the command line says of plans: --stop, --start, --set, and --plan NAME, which begins
 * another one. Options before the first --plan are a plan of their own, named after what it
 * does. */
#ifndef ECLUSE_COMMANDS_FOCUS_PLAN_READ_H
#define ECLUSE_COMMANDS_FOCUS_PLAN_READ_H

#include "commands/command.h"
#include "focus/figures.h"

enum { FOCUS_PLANS_MAX = 8, FOCUS_PLAN_NAME_BYTES = 64 };

/* Its options, as they stand in call->given from `first` to before `end`. */
struct focus_said {
    const char *name; /* of --plan; NULL: none */
    uint32_t first, end;
};

struct focus_said_list {
    uint32_t count;
    struct focus_said plans[FOCUS_PLANS_MAX];
};

/* STATUS_INVALID: too many, two of a name, one that says nothing. None is none. */
enum status focus_said_read(const struct call *call, struct focus_said_list *list,
                            struct fault *fault) MUST_USE;
/* The `index`-th value of an option in a plan; NULL past the last. */
const char *focus_said_value(const struct call *call, const struct focus_said *said,
                             const char *option, uint32_t index);
/* "stop cider, work_centers.packing.people=1"; plain text. */
void focus_said_what_append(const struct call *call, const struct focus_said *said,
                            enum language language, struct text *to);
/* The name of --plan, else the same. */
void focus_said_append(const struct call *call, const struct focus_said *said,
                       enum language language, struct text *to);

/* What it means by the plan's figures. */
struct focus_meant {
    bool *stop;            /* [figures->offers] */
    bool *never, *always;  /* [figures->activities] */
    bool has_offers_alone; /* an offer is stopped whose activity goes on */
};

/* STATUS_INVALID: an unknown name (the nearest is suggested), what both stops and starts, nothing
 * left to sell. *meant is to be given to focus_meant_free either way. */
enum status focus_said_mean(const struct call *call, const struct focus_said *said,
                            const struct focus_figures *figures, struct focus_meant *meant,
                            struct fault *fault) MUST_USE;
void focus_meant_free(struct focus_meant *meant);

#endif

/* Where a crowd's surge comes from: options, a shop file's moment, or a file of requests per
 * minute. */
#ifndef ECLUSE_COMMANDS_CROWD_SHAPE_H
#define ECLUSE_COMMANDS_CROWD_SHAPE_H

#include "commands/command.h"
#include "crowd/run.h"

/* Sets plan->surge, visitors and pages; speed and seconds are set already. `sums` (malloc'd, or
 * NULL) holds what the surge points to. */
enum status crowd_shape_choose(const struct call *call, struct crowd_plan *plan, uint64_t **sums,
                               struct fault *fault) MUST_USE;

#endif

/* "Did you mean ...?": the known name that is nearest to what somebody typed. */
#ifndef ECLUSE_COMMANDS_NEAREST_H
#define ECLUSE_COMMANDS_NEAREST_H

#include "base/slice.h"

#include <stdint.h>

/* How many letters to insert, delete, change or swap with their neighbour to come from a to b; both
 * at most 64 bytes, longer is SIZE_MAX. */
size_t nearest_distance(struct slice a, struct slice b);

/* Keeps the best of the names that it is shown. */
struct nearest {
    struct slice typed;
    const char *best; /* NULL: none is near enough (a third of the letters, at most three) */
    size_t distance;
};
void nearest_begin(struct nearest *nearest, struct slice typed);
void nearest_try(struct nearest *nearest, const char *name);

#endif

/* What a rehearsal assumes about the world, beyond what it sells and who works: the rows of
 * model/assumptions.h as numbers. A shop file has its own (`assumptions`), --assume another. */
#ifndef ECLUSE_REHEARSE_ASSUME_H
#define ECLUSE_REHEARSE_ASSUME_H

#include "base/status.h"
#include "model/assumptions.h"

#define ASSUMPTION_MEMBER(name, initial, lowest, highest, unit, meaning, source) double name;
struct assumptions {
    ASSUMPTIONS(ASSUMPTION_MEMBER)
};
#undef ASSUMPTION_MEMBER

void assumptions_default(struct assumptions *assumptions);
/* What the shop file says. */
void assumptions_of(struct assumptions *assumptions, const struct shop_assumptions *said);
/* "name=value". STATUS_INVALID says what would be right. */
enum status assumption_set(struct assumptions *assumptions, const char *text,
                           struct fault *fault) MUST_USE;

#endif

/* Assertions for bugs, always on (docs/decisions/0002). Never for input: input gets a rejection or
 * a fault.
 *
 * A failed assertion stops the process; what was acknowledged is on disk, a restart replays it. */
#ifndef ECLUSE_BASE_ASSERT_H
#define ECLUSE_BASE_ASSERT_H

#include <stdnoreturn.h>

noreturn void assert_failed(const char *condition, const char *file, int line);

#define ASSERT(condition) ((condition) ? (void)0 : assert_failed(#condition, __FILE__, __LINE__))

/* Marks a branch that no input can reach. */
#define UNREACHABLE() assert_failed("unreachable", __FILE__, __LINE__)

#endif

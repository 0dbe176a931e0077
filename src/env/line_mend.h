/* A file of lines that a program was killed over: its last line may be half. */
#ifndef ECLUSE_ENV_LINE_MEND_H
#define ECLUSE_ENV_LINE_MEND_H

#include "base/status.h"

#include <stdint.h>

/* Cuts off what stands behind the last newline, and says how long the file is then; 0 for one that
 * is not there. STATUS_INVALID: it is no plain file, or cannot be written. */
enum status line_mend(const char *path, uint64_t *length, struct fault *fault) MUST_USE;

#endif

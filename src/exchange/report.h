/* Counting what became of rows, with a few examples of each kind. */
#ifndef ECLUSE_EXCHANGE_REPORT_H
#define ECLUSE_EXCHANGE_REPORT_H

#include "exchange/exchange.h"

/* Counts one; the first EXCHANGE_EXAMPLES keep their line (0: none) and their example (cut to fit,
 * may be empty). */
void report_add(struct exchange_report *report, enum exchange_reason reason, uint64_t line,
                struct slice example);

#endif

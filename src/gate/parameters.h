/* The parameters of a query against a rule's "name" or "name=value".
 *
 * PHP, which most shops are written in, reads a name decoded, up to a bracket, with dots and spaces
 * as underscores; of a name that stands twice the last counts; and it stops after a thousand. So
 * what lets pass wants the parameter once, written plainly, with a value; what is strict is content
 * with less. */
#ifndef ECLUSE_GATE_PARAMETERS_H
#define ECLUSE_GATE_PARAMETERS_H

#include "base/slice.h"

#include <stdint.h>

enum { PARAMETERS_MOST = 100 };

/* The first letters and digits of a query's names, a bit each: what is not among them is not there.
 */
uint64_t parameters_first(struct slice query);
bool parameters_lack(uint64_t first, struct slice wanted);

/* It stands there once, letter for letter, with that value; without one in the rule, with a value
 * of letters, digits, - and _ that is not empty and not 0 (which PHP calls empty). */
bool parameters_have(struct slice query, struct slice wanted);
/* It might stand there: any spelling; with a value, one that is not written plainly counts too. */
bool parameters_may_have(struct slice query, struct slice wanted);

#endif

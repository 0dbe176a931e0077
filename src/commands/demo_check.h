/* What must hold in the demo, asked from outside: over HTTP as a customer, and in the SQL tables as
 * an accountant. */
#ifndef ECLUSE_COMMANDS_DEMO_CHECK_H
#define ECLUSE_COMMANDS_DEMO_CHECK_H

#include "commands/demo_crowd.h"
#include "model/shop.h"

struct demo_found {
    uint32_t asked;
    uint32_t found;
    uint32_t missing; /* not there, or not in the state that was acknowledged */
    char first_missing[160];
};

/* Asks the server for every order that it acknowledged so far, with its customer's token. */
enum status demo_orders_check(const struct crowd *crowd, const char *url, struct demo_found *found,
                              struct fault *fault) MUST_USE;

/* For each item: what live orders take, against what was there and is still to come. True if
 * nothing is oversold; else `sentence` names the first that is. Independent of the core: plain sums
 * over the tables. */
enum status demo_oversold_check(const char *database, const struct shop *shop, struct env *env,
                                bool *oversold, char *sentence, size_t size,
                                struct fault *fault) MUST_USE;

#endif

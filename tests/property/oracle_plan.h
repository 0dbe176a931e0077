/* Inside the oracle: what its two files need of each other. */
#ifndef ECLUSE_TESTS_PROPERTY_ORACLE_PLAN_H
#define ECLUSE_TESTS_PROPERTY_ORACLE_PLAN_H

#include "tests/property/oracle.h"

bool oracle_reserves(enum order_status status);
bool oracle_unshipped(enum order_status status);
void oracle_slots_change(struct oracle *oracle, const struct oracle_order *order, int sign);

/* Plans the ask into *order (lines, takes, commitments, parcels) and fills the answer's summary. */
enum promise_result oracle_plan(struct oracle *oracle, const struct promise_command *command,
                                struct oracle_order *order, struct promise_answer *answer);

#endif

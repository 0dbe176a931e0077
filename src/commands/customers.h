/* Who an order is for, read from the SQL tables on a read-only connection: the core knows no names.
 */
#ifndef ECLUSE_COMMANDS_CUSTOMERS_H
#define ECLUSE_COMMANDS_CUSTOMERS_H

#include "base/status.h"
#include "env/env.h"

#include <stdint.h>

enum { CUSTOMER_BYTES = 256 };

struct customer {
    char name[CUSTOMER_BYTES]; /* both empty: not known, or erased */
    char email[CUSTOMER_BYTES];
};

struct customers;

enum status customers_open(const char *path, struct env *env, struct customers **customers,
                           struct fault *fault) MUST_USE;
/* Of the order of this number. */
enum status customers_find(struct customers *customers, uint32_t number, struct customer *customer,
                           struct fault *fault) MUST_USE;
void customers_close(struct customers *customers);

#endif

/* Who an order is for, read from the SQL tables on a read-only connection: the core knows no names.
 */
#ifndef ECLUSE_COMMANDS_CUSTOMERS_H
#define ECLUSE_COMMANDS_CUSTOMERS_H

#include "base/arena.h"
#include "base/status.h"
#include "env/env.h"

#include <stdint.h>

enum { CUSTOMER_BYTES = 256 };

struct customer {
    char name[CUSTOMER_BYTES]; /* both empty: not known, or erased */
    char email[CUSTOMER_BYTES];
};

/* All that is known of one; NULL: not known. */
struct customer_person {
    const char *name;
    const char *email;
    const char *phone;
    const char *street;
    const char *postcode;
    const char *city;
    const char *country;
};

struct customers;

enum status customers_open(const char *path, struct env *env, struct customers **customers,
                           struct fault *fault) MUST_USE;
/* Of the order of this number. */
enum status customers_find(struct customers *customers, uint32_t number, struct customer *customer,
                           struct fault *fault) MUST_USE;
/* The whole of it, in the arena's memory. */
enum status customers_person(struct customers *customers, uint32_t number, struct arena *arena,
                             struct customer_person *person, struct fault *fault) MUST_USE;
void customers_close(struct customers *customers);

#endif

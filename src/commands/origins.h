/* What the shop behind calls an order, read from the table `origins` on a read-only connection, and
 * what of its orders nobody here knows. */
#ifndef ECLUSE_COMMANDS_ORIGINS_H
#define ECLUSE_COMMANDS_ORIGINS_H

#include "base/status.h"
#include "base/text.h"
#include "env/env.h"
#include "journal/journal.h"

enum { ORIGIN_NAME_BYTES = 160, ORIGINS_UNKNOWN_MAX = 20 };

struct origin_name {
    uint32_t order;
    char name[ORIGIN_NAME_BYTES]; /* "woocommerce 1234" */
};

struct origin_unknown {
    char name[ORIGIN_NAME_BYTES];
    char what[JOURNAL_ORIGIN_BYTES];
};

struct origins {
    uint32_t count;
    struct origin_name *names; /* of open orders, by their numbers */
    uint32_t unknown_count;    /* all of them */
    struct origin_unknown unknown[ORIGINS_UNKNOWN_MAX];
};

/* Of a database; origins_close in every case. NULL is no database: there are none then. */
enum status origins_open(const char *path, struct env *env, struct origins **origins,
                         struct fault *fault) MUST_USE;
void origins_close(struct origins *origins);
/* What the order of this number is called there; "" if it came from nowhere else. */
const char *origins_name(const struct origins *origins, uint32_t number);

/* "unknown":[{"origin":"woocommerce 1234","unknown":"2 x Mug (MUG)"}],"unknown_count":1 */
void origins_unknown_json(struct text *to, const struct origins *origins);

#endif

/* All that is asked for in a shop: in its file, in its database, and what customers wait for; and
 * what those bought who ask, as far as they are known. */
#ifndef ECLUSE_COMMANDS_FOCUS_REQUESTS_READ_H
#define ECLUSE_COMMANDS_FOCUS_REQUESTS_READ_H

#include "base/arena.h"
#include "commands/shop_open.h"
#include "focus/request.h"

struct requests_gathered {
    uint32_t said_count, said_capacity;
    struct request_said *said;
    uint32_t wished; /* of them */
    uint32_t customer_count;
    struct request_customer *customers;
    struct arena texts;
};

/* requests_gathered_free is right in any case. A wish of the last 52 weeks that waits or has
 * lapsed is a request for its offer's activity, worth its price spread over these weeks. */
enum status requests_gather(const struct call *call, const struct shop_open *open,
                            const struct focus_figures *figures, struct requests_gathered *gathered,
                            struct fault *fault) MUST_USE;
void requests_gathered_free(struct requests_gathered *gathered);

#endif

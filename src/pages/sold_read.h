/* Orders of other shop programs, as their REST APIs and webhooks send them, as what the engine
 * takes (struct engine_sold).
 *
 *   JSON of the order -> sold_read -> reference, state, lines of our offers, person, the past
 *
 * Lenient where it does not matter (a telephone number of 400 characters is cut), strict where it
 * does: an order whose number, status or lines cannot be read is not taken, and the sentence says
 * why. A line that is none of our offers is told in `unknown`, never dropped. The table of what
 * each status becomes stands in docs/import.md. */
#ifndef ECLUSE_PAGES_SOLD_READ_H
#define ECLUSE_PAGES_SOLD_READ_H

#include "pages/request.h"

enum sold_system { SOLD_WOOCOMMERCE, SOLD_SHOPIFY, SOLD_SYSTEMS };

const char *sold_system_text(enum sold_system system); /* "woocommerce" */
bool sold_system_read(struct slice text, enum sold_system *system);

/* One order; false: reader->problem says why. What is read lies in the order's bytes or in the
 * reader's memory. */
bool sold_read(struct request_reader *reader, enum sold_system system, struct json_value order,
               struct engine_sold *sold) MUST_USE;
/* A message that says only which order was deleted; `delivery` names the message. False: it says
 * more than that, or less. */
bool sold_read_deleted(struct request_reader *reader, enum sold_system system,
                       struct json_value order, struct slice delivery,
                       struct engine_sold *sold) MUST_USE;

#endif

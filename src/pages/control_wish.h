/* The control commands of wishes: by telephone, and at the counter.
 *
 *   {"command":"wish","offer":"coffret","quantity":2,"latest":"2026-12-20","email":"a@b.example",
 *    "name":"..."}
 *   {"command":"withdraw","wish":"..."}      one that waits
 *   {"command":"show_wish","wish":"..."}     as it is now
 *   -> wish_answer.h
 *
 * A wish is answered as it was made. What could be had at once is held right after that: who asks
 * again sees it. */
#ifndef ECLUSE_PAGES_CONTROL_WISH_H
#define ECLUSE_PAGES_CONTROL_WISH_H

#include "pages/request.h"

enum { CONTROL_WISH_FIELDS = 6, CONTROL_WISHED_FIELDS = 2 };
extern const struct json_field control_wish_fields[CONTROL_WISH_FIELDS];     /* wish */
extern const struct json_field control_wished_fields[CONTROL_WISHED_FIELDS]; /* the others */

/* False: reader->problem says why. */
bool control_wish_read(struct request_reader *reader, const struct json_value *values,
                       struct order_request *request) MUST_USE;
bool control_wished_read(struct request_reader *reader, const struct json_value *values,
                         struct order_key *key) MUST_USE;

#endif

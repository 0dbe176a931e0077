/* An order's id as people and tables see it: 24 characters of Crockford's base 32 in lower case: 8
 * for the second of its making (so that ids grow and the store appends), 16 for the 80 bits of its
 * key (so that nobody guesses it). */
#ifndef ECLUSE_PROMISE_ORDER_ID_H
#define ECLUSE_PROMISE_ORDER_ID_H

#include "promise/promise.h"

enum { ORDER_ID_LENGTH = 24 };

/* Writes the id and a terminating zero. */
void order_id_write(char to[ORDER_ID_LENGTH + 1], int64_t made_at, struct order_key key);
/* False unless the text is exactly such an id. */
bool order_id_read(struct slice text, int64_t *made_at, struct order_key *key);

#endif

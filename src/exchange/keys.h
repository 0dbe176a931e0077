/* A table from texts (skus, ids, names) to small numbers, which only grows: what an import
 * remembers of a file.
 *
 * Invariant: a key stands in it once; its bytes belong to the table. Open addressing over at most
 * `most` keys, at most half full, so that looking up ends; the table's size does not depend on the
 * file. */
#ifndef ECLUSE_EXCHANGE_KEYS_H
#define ECLUSE_EXCHANGE_KEYS_H

#include "base/arena.h"
#include "base/slice.h"
#include "base/status.h"

#include <stdint.h>

struct keys_slot {
    const char *key; /* NULL: free */
    uint32_t length;
    uint32_t value;
};

struct keys {
    struct arena arena;
    struct keys_slot *slots;
    uint32_t mask;
    uint32_t count;
    uint32_t most;
};

/* False: no memory. keys_free is right in both cases. */
bool keys_init(struct keys *keys, uint32_t most) MUST_USE;
void keys_free(struct keys *keys);
bool keys_find(const struct keys *keys, struct slice key, uint32_t *value);
/* The key must not be there yet. NULL: `most` keys are there, or no memory. Else the table's own,
 * terminated copy of the key. */
const char *keys_add(struct keys *keys, struct slice key, uint32_t value);

#endif

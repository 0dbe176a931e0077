/* Linear probing from a mixed FNV-1a hash; nothing is ever taken out, so that a search ends at the
 * first free slot. */
#include "exchange/keys.h"
#include "base/assert.h"
#include "model/foreign_name.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES_MAX = 1024 }; /* on average; longer ones only fill the arena sooner */

bool keys_init(struct keys *keys, uint32_t most)
{
    memset(keys, 0, sizeof *keys);
    uint32_t slots = 16;
    while (slots < most * 2) {
        slots *= 2;
    }
    keys->slots = calloc(slots, sizeof *keys->slots);
    keys->mask = slots - 1;
    keys->most = most;
    arena_init(&keys->arena, (size_t)most * KEY_BYTES_MAX + 4096);
    return keys->slots != NULL;
}

void keys_free(struct keys *keys)
{
    free(keys->slots);
    keys->slots = NULL;
    arena_free(&keys->arena);
}

/* The slot that has the key, or the free one where it would go. */
static struct keys_slot *slot_of(const struct keys *keys, struct slice key)
{
    uint32_t at = (uint32_t)foreign_hash(key) & keys->mask;
    for (;;) {
        struct keys_slot *slot = &keys->slots[at];
        if (slot->key == NULL || slice_equal(key, (struct slice){slot->key, slot->length})) {
            return slot;
        }
        at = (at + 1) & keys->mask;
    }
}

bool keys_find(const struct keys *keys, struct slice key, uint32_t *value)
{
    const struct keys_slot *slot = slot_of(keys, key);
    if (slot->key == NULL) {
        return false;
    }
    *value = slot->value;
    return true;
}

const char *keys_add(struct keys *keys, struct slice key, uint32_t value)
{
    if (keys->count == keys->most || key.length > UINT32_MAX) {
        return NULL;
    }
    struct keys_slot *slot = slot_of(keys, key);
    ASSERT(slot->key == NULL);
    const char *copy = arena_copy(&keys->arena, key.data, key.length);
    if (copy == NULL) {
        return NULL;
    }
    *slot = (struct keys_slot){copy, (uint32_t)key.length, value};
    keys->count++;
    return copy;
}

/* Memory that lives as long as one thing (a request, a batch, a shop) and is given back at once.
 *
 * Blocks are chained and grow up to `bytes_max`; over it, arena_alloc returns NULL and the caller
 * answers with a fault. Memory is zeroed. Alignment is that of max_align_t. */
#ifndef ECLUSE_BASE_ARENA_H
#define ECLUSE_BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *newest;
    size_t bytes_used;
    size_t bytes_max;
};

void arena_init(struct arena *arena, size_t bytes_max);
/* NULL if the arena would grow over bytes_max or the machine gives no memory. */
void *arena_alloc(struct arena *arena, size_t bytes);
/* The same without zeros, for whoever sets each field: kilobytes that are not touched stay out of
 * the cache. */
void *arena_alloc_unset(struct arena *arena, size_t bytes);
/* A terminated copy; NULL as arena_alloc. */
char *arena_copy(struct arena *arena, const char *bytes, size_t length);
/* Gives everything back but the first block, which the next user finds warm. */
void arena_reset(struct arena *arena);
void arena_free(struct arena *arena);

#define ARENA_NEW(arena, type)          ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc((arena), sizeof(type) * (count)))

#endif

/* An arena: a chain of blocks, each twice the one before, newest first; allocation moves a mark in
 * the newest.
 *
 * arena_reset keeps the first block, so that a request's arena costs no malloc once it is warm. A
 * single big block would be simpler, but a shop's size is not known before its file is read. */
#include "base/arena.h"

#include "base/assert.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES_MIN = 4096, ALIGNMENT = alignof(max_align_t) };

struct arena_block {
    struct arena_block *older;
    size_t capacity;
    size_t used;
    alignas(max_align_t) unsigned char bytes[];
};

void arena_init(struct arena *arena, size_t bytes_max)
{
    ASSERT(bytes_max > 0);
    *arena = (struct arena){.bytes_max = bytes_max};
}

static struct arena_block *block_add(struct arena *arena, size_t bytes)
{
    size_t capacity = arena->newest != NULL ? arena->newest->capacity * 2 : BLOCK_BYTES_MIN;
    if (capacity < bytes) {
        capacity = bytes;
    }
    struct arena_block *block = malloc(sizeof *block + capacity);
    if (block == NULL) {
        return NULL;
    }
    block->older = arena->newest;
    block->capacity = capacity;
    block->used = 0;
    arena->newest = block;
    return block;
}

void *arena_alloc_unset(struct arena *arena, size_t bytes)
{
    if (bytes > SIZE_MAX - ALIGNMENT) {
        return NULL;
    }
    size_t rounded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (rounded > arena->bytes_max - arena->bytes_used) {
        return NULL;
    }
    struct arena_block *block = arena->newest;
    if (block == NULL || block->capacity - block->used < rounded) {
        block = block_add(arena, rounded);
        if (block == NULL) {
            return NULL;
        }
    }
    void *start = block->bytes + block->used;
    block->used += rounded;
    arena->bytes_used += rounded;
    return start;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    void *start = arena_alloc_unset(arena, bytes);
    return start == NULL ? NULL : memset(start, 0, bytes);
}

char *arena_copy(struct arena *arena, const char *bytes, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);
    if (copy != NULL && length > 0) {
        memcpy(copy, bytes, length);
    }
    return copy;
}

void arena_reset(struct arena *arena)
{
    struct arena_block *block = arena->newest;
    while (block != NULL && block->older != NULL) {
        struct arena_block *older = block->older;
        free(block);
        block = older;
    }
    if (block != NULL) {
        block->used = 0;
    }
    arena->newest = block;
    arena->bytes_used = 0;
}

void arena_free(struct arena *arena)
{
    arena_reset(arena);
    free(arena->newest);
    arena->newest = NULL;
}

/* What happens next in virtual time: a heap of instants. Of two at the same instant, the one that
 * was entered first is the first, so that a run is always the same. */
#ifndef ECLUSE_REHEARSE_AGENDA_H
#define ECLUSE_REHEARSE_AGENDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An instant, or any key: the smallest comes first. */
enum { AGENDA_ORDER_BITS = 30 };
#define AGENDA_AT_MAX ((INT64_C(1) << (64 - AGENDA_ORDER_BITS)) - 1)

struct agenda_entry {
    uint64_t rank; /* the instant, then the order in which entries came */
    uint32_t what; /* its meaning is the owner's */
};

static inline int64_t agenda_at(const struct agenda_entry *entry)
{
    return (int64_t)(entry->rank >> AGENDA_ORDER_BITS);
}

struct agenda {
    uint32_t count;
    uint32_t capacity;
    uint32_t entered;
    struct agenda_entry *entries;
};

void agenda_free(struct agenda *agenda);
/* Empties it and keeps its memory. */
void agenda_clear(struct agenda *agenda);
/* `at`: 0 to AGENDA_AT_MAX. Memory that the machine does not give ends the program: a rehearsal's
 * worlds are small. */
void agenda_add(struct agenda *agenda, int64_t at, uint32_t what);
static inline bool agenda_is_empty(const struct agenda *agenda)
{
    return agenda->count == 0;
}
/* The first one; not from an empty agenda. */
struct agenda_entry agenda_take(struct agenda *agenda);
/* When that is; INT64_MAX: never. */
static inline int64_t agenda_next(const struct agenda *agenda)
{
    return agenda->count == 0 ? INT64_MAX : agenda_at(agenda->entries);
}

/* An array that grows to hold `needed` entries of `bytes` each. */
void *rehearse_grow(void *entries, uint32_t needed, uint32_t *capacity, size_t bytes);

#endif

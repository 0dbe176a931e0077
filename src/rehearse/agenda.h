/* What happens next in virtual time: a heap of instants. Of two at the same instant, the one that
 * was entered first is the first, so that a run is always the same. */
#ifndef ECLUSE_REHEARSE_AGENDA_H
#define ECLUSE_REHEARSE_AGENDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct agenda_entry {
    int64_t at; /* or any key: the smallest comes first */
    uint32_t order;
    uint32_t what; /* its meaning is the owner's */
};

struct agenda {
    uint32_t count;
    uint32_t capacity;
    uint32_t entered;
    struct agenda_entry *entries;
};

void agenda_free(struct agenda *agenda);
/* Empties it and keeps its memory. */
void agenda_clear(struct agenda *agenda);
/* Memory that the machine does not give ends the program: a rehearsal's worlds are small. */
void agenda_add(struct agenda *agenda, int64_t at, uint32_t what);
static inline bool agenda_is_empty(const struct agenda *agenda)
{
    return agenda->count == 0;
}
/* The first one; not from an empty agenda. */
struct agenda_entry agenda_take(struct agenda *agenda);
static inline const struct agenda_entry *agenda_first(const struct agenda *agenda)
{
    return agenda->entries;
}

/* An array that grows to hold `needed` entries of `bytes` each. */
void *rehearse_grow(void *entries, uint32_t needed, uint32_t *capacity, size_t bytes);

#endif

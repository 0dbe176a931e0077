/* A binary heap in one growing array: an entry sifts up when it comes, the last one down when the
 * first is taken.
 *
 * Entries are compared by one number; which of two children comes first is a toss, so it is found
 * without a branch. A calendar queue was rejected: an agenda holds tens of entries as a rule, and
 * its top is in the first cache lines. */
#include "rehearse/agenda.h"

#include "base/assert.h"

#include <stdlib.h>

enum { CAPACITY_MIN = 256 };

void *rehearse_grow(void *entries, uint32_t needed, uint32_t *capacity, size_t bytes)
{
    if (needed <= *capacity) {
        return entries;
    }
    uint32_t wanted = *capacity == 0 ? CAPACITY_MIN : *capacity;
    while (wanted < needed) {
        wanted *= 2;
    }
    void *grown = realloc(entries, wanted * bytes);
    ASSERT(grown != NULL);
    *capacity = wanted;
    return grown;
}

void agenda_free(struct agenda *agenda)
{
    free(agenda->entries);
    *agenda = (struct agenda){.count = 0};
}

void agenda_clear(struct agenda *agenda)
{
    agenda->count = 0;
    agenda->entered = 0;
}

/* Apart and rare, so that agenda_add needs no registers for it. */
__attribute__((noinline, cold)) static void agenda_grow(struct agenda *agenda)
{
    agenda->entries = rehearse_grow(agenda->entries, agenda->count + 1, &agenda->capacity,
                                    sizeof *agenda->entries);
}

void agenda_add(struct agenda *agenda, int64_t at, uint32_t what)
{
    ASSERT(at >= 0 && at <= AGENDA_AT_MAX);
    ASSERT(agenda->entered >> AGENDA_ORDER_BITS == 0);
    if (agenda->count == agenda->capacity) {
        agenda_grow(agenda);
    }
    const uint64_t rank = (uint64_t)at << AGENDA_ORDER_BITS | agenda->entered++;
    struct agenda_entry *heap = agenda->entries;
    uint32_t place = agenda->count++;
    while (place > 0 && rank < heap[(place - 1) / 2].rank) {
        heap[place] = heap[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    heap[place] = (struct agenda_entry){rank, what};
}

struct agenda_entry agenda_take(struct agenda *agenda)
{
    ASSERT(agenda->count > 0);
    struct agenda_entry *heap = agenda->entries;
    struct agenda_entry first = heap[0];
    uint32_t count = --agenda->count;
    struct agenda_entry last = heap[count];
    uint32_t place = 0;
    uint32_t child = 1;
    while (child < count) {
        /* Behind the last child lies the one that was last: it is not before any. */
        child += heap[child + 1].rank < heap[child].rank;
        if (heap[child].rank >= last.rank) {
            break;
        }
        heap[place] = heap[child];
        place = child;
        child = 2 * place + 1;
    }
    heap[place] = last;
    return first;
}

/* A binary heap in one growing array: an entry sifts up when it comes, the last one down when the
 * first is taken. */
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

static bool is_before(const struct agenda_entry *a, const struct agenda_entry *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

void agenda_add(struct agenda *agenda, int64_t at, uint32_t what)
{
    agenda->entries = rehearse_grow(agenda->entries, agenda->count + 1, &agenda->capacity,
                                    sizeof *agenda->entries);
    const struct agenda_entry entry = {at, agenda->entered++, what};
    struct agenda_entry *heap = agenda->entries;
    uint32_t place = agenda->count++;
    while (place > 0 && is_before(&entry, &heap[(place - 1) / 2])) {
        heap[place] = heap[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    heap[place] = entry;
}

struct agenda_entry agenda_take(struct agenda *agenda)
{
    ASSERT(agenda->count > 0);
    struct agenda_entry *heap = agenda->entries;
    struct agenda_entry first = heap[0];
    struct agenda_entry last = heap[--agenda->count];
    uint32_t place = 0;
    uint32_t child = 1;
    while (child < agenda->count) {
        child += child + 1 < agenda->count && is_before(&heap[child + 1], &heap[child]);
        if (!is_before(&heap[child], &last)) {
            break;
        }
        heap[place] = heap[child];
        place = child;
        child = 2 * place + 1;
    }
    heap[place] = last;
    return first;
}

/* A binary heap with a way back: `at` says where a number stands, so that who leaves early is taken
 * out in O(log n). A wheel of slots was rejected: at most two numbers a visitor stand in it, and a
 * heap of 120,000 costs less than the system call that follows. */
#include "crowd/agenda.h"

#include "base/assert.h"

#include <stdlib.h>

enum status crowd_agenda_open(struct crowd_agenda *agenda, uint32_t numbers)
{
    *agenda = (struct crowd_agenda){.heap = calloc((size_t)numbers + 1, sizeof(uint32_t)),
                                    .at = calloc((size_t)numbers + 1, sizeof(uint32_t)),
                                    .due_us = calloc((size_t)numbers + 1, sizeof(int64_t))};
    bool whole = agenda->heap != NULL && agenda->at != NULL && agenda->due_us != NULL;
    return whole ? STATUS_OK : STATUS_MEMORY;
}

void crowd_agenda_close(struct crowd_agenda *agenda)
{
    free(agenda->heap);
    free(agenda->at);
    free(agenda->due_us);
    *agenda = (struct crowd_agenda){.count = 0};
}

static void place(struct crowd_agenda *agenda, uint32_t at, uint32_t number)
{
    agenda->heap[at] = number;
    agenda->at[number] = at + 1;
}

static void sift_up(struct crowd_agenda *agenda, uint32_t at, uint32_t number)
{
    while (at > 0) {
        uint32_t parent = (at - 1) / 2;
        if (agenda->due_us[agenda->heap[parent]] <= agenda->due_us[number]) {
            break;
        }
        place(agenda, at, agenda->heap[parent]);
        at = parent;
    }
    place(agenda, at, number);
}

static void sift_down(struct crowd_agenda *agenda, uint32_t at, uint32_t number)
{
    uint32_t child;
    while ((child = 2 * at + 1) < agenda->count) {
        if (child + 1 < agenda->count &&
            agenda->due_us[agenda->heap[child + 1]] < agenda->due_us[agenda->heap[child]]) {
            child++;
        }
        if (agenda->due_us[number] <= agenda->due_us[agenda->heap[child]]) {
            break;
        }
        place(agenda, at, agenda->heap[child]);
        at = child;
    }
    place(agenda, at, number);
}

void crowd_agenda_add(struct crowd_agenda *agenda, uint32_t number, int64_t due_us)
{
    ASSERT(agenda->at[number] == 0);
    agenda->due_us[number] = due_us;
    sift_up(agenda, agenda->count++, number);
}

void crowd_agenda_remove(struct crowd_agenda *agenda, uint32_t number)
{
    if (agenda->at[number] == 0) {
        return;
    }
    uint32_t at = agenda->at[number] - 1;
    uint32_t last = agenda->heap[--agenda->count];
    agenda->at[number] = 0;
    if (last != number) {
        sift_up(agenda, at, last);
        sift_down(agenda, agenda->at[last] - 1, last);
    }
}

bool crowd_agenda_take(struct crowd_agenda *agenda, int64_t now_us, uint32_t *number)
{
    if (agenda->count == 0 || agenda->due_us[agenda->heap[0]] > now_us) {
        return false;
    }
    *number = agenda->heap[0];
    crowd_agenda_remove(agenda, *number);
    return true;
}

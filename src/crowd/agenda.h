/* Who is due next: a binary heap of numbers (tabs) by time. Each number stands in it once at most.
 */
#ifndef ECLUSE_CROWD_AGENDA_H
#define ECLUSE_CROWD_AGENDA_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

struct crowd_agenda {
    uint32_t count;
    uint32_t *heap;
    uint32_t *at;    /* of each number: its place in the heap + 1; 0: not in it */
    int64_t *due_us; /* of each number */
};

enum status crowd_agenda_open(struct crowd_agenda *agenda, uint32_t numbers) MUST_USE;
void crowd_agenda_close(struct crowd_agenda *agenda);
void crowd_agenda_add(struct crowd_agenda *agenda, uint32_t number, int64_t due_us);
/* Nothing happens if it is not in it. */
void crowd_agenda_remove(struct crowd_agenda *agenda, uint32_t number);
/* Takes the earliest that is due by `now_us`; false if none is. Of equal times any. */
bool crowd_agenda_take(struct crowd_agenda *agenda, int64_t now_us, uint32_t *number);

#endif

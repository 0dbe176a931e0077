/* What of the waiting room must outlive the process, as the text that is kept beside the journal
 * (TASK_NOTE): "line 7 given 400 front 120 ...", names and whole numbers in a fixed order. */
#ifndef ECLUSE_PAGES_WAITING_NOTE_H
#define ECLUSE_PAGES_WAITING_NOTE_H

#include "engine/engine.h"
#include "gate/gate.h"
#include "gate/opening.h"

struct waiting_note {
    uint32_t line;
    struct gate_kept gate;
    struct opening_state opening;
};

void waiting_note_write(const struct waiting_note *note, char text[ENGINE_NOTE_BYTES]);
/* False: it is no such text. What an older program did not write yet is 0. */
bool waiting_note_read(struct slice text, struct waiting_note *note);

#endif

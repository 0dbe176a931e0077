/* What of the waiting room must outlive the process, kept beside the journal: at most once a second
 * while something changes, at once where numbers run out or the door closes or opens.
 *
 *   tick -> a note (waiting_note.h) -> TASK_NOTE -> on the disk: numbers below `kept` may be given
 *
 * Numbers are reserved ahead, so that a start anew gives none twice. Where nothing reaches the disk
 * for seconds, no more are to be given (waiting_keep_fails).
 *
 * Invariant: one note is under way at a time. */
#ifndef ECLUSE_PAGES_WAITING_KEEP_H
#define ECLUSE_PAGES_WAITING_KEEP_H

#include "pages/waiting_door.h"
#include "pages/waiting_note.h"

struct waiting_keep {
    struct engine *engine;
    struct waiting_door *door;
    struct engine_task task;
    char note[ENGINE_NOTE_BYTES];
    bool busy;
    int64_t noted_at;
    uint32_t reserved;    /* numbers below it may have been given, as far as the note says */
    uint32_t kept;        /* the same, of the newest note on the disk */
    int64_t unkept_since; /* a number beyond those was given; INT64_MIN: none */
    uint32_t noted_head, noted_next, noted_inside;
};

void waiting_keep_init(struct waiting_keep *keep, struct engine *engine, struct waiting_door *door);
/* A new line: nothing of it is kept. */
void waiting_keep_begin(struct waiting_keep *keep);
/* The note of before the start. False: there is none. */
bool waiting_keep_restore(struct waiting_keep *keep, struct waiting_note *note) MUST_USE;
void waiting_keep_tick(struct waiting_keep *keep, const struct gate *gate, uint32_t line,
                       int64_t now);
/* Has nothing reached the disk for so long that a newcomer should get no number? */
bool waiting_keep_fails(struct waiting_keep *keep, const struct gate *gate, int64_t now);

#endif

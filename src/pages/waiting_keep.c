/* The gate's figures -> text -> the engine; its answer says how many numbers are safe to give. */
#include "pages/waiting_keep.h"

enum {
    NOTE_PAUSE_MS = 1000,
    NOTE_PAUSE_MS_LEAST = 20,
    NOTE_HOLDS_SECONDS = 2, /* what a note says of who is inside */
    RESERVE_LEAST = 256,
    UNKEPT_MS_MOST = 5000 /* so long numbers are given that are not on the disk yet */
};

void waiting_keep_init(struct waiting_keep *keep, struct engine *engine, struct waiting_door *door)
{
    *keep = (struct waiting_keep){.engine = engine, .door = door, .unkept_since = INT64_MIN};
}

void waiting_keep_begin(struct waiting_keep *keep)
{
    keep->reserved = 0;
    keep->kept = 0;
    keep->unkept_since = INT64_MIN;
    keep->noted_head = 0;
    keep->noted_next = 0;
}

bool waiting_keep_restore(struct waiting_keep *keep, struct waiting_note *note)
{
    char text[ENGINE_NOTE_BYTES];
    if (!engine_note(keep->engine, text) || !waiting_note_read(slice_of(text), note)) {
        return false;
    }
    keep->reserved = note->gate.next;
    keep->kept = note->gate.next;
    keep->noted_next = note->gate.next;
    keep->noted_head = note->gate.head;
    return true;
}

static void note_done(struct engine_task *task)
{
    struct waiting_keep *keep = task->context;
    bool kept = task->status == STATUS_OK;
    keep->busy = false;
    if (kept) {
        keep->kept = keep->reserved;
        keep->unkept_since = INT64_MIN;
    }
    keep->reserved = keep->kept;
    waiting_door_settled(keep->door, kept);
}

static void note_write(struct waiting_keep *keep, const struct gate *gate, uint32_t line)
{
    struct waiting_note note = {.line = line, .opening = keep->door->opening};
    uint32_t given = gate->next - keep->noted_next; /* since the last note */
    uint32_t more = given < RESERVE_LEAST / 4 ? (uint32_t)RESERVE_LEAST : 4 * given;
    gate_keep(gate, NOTE_HOLDS_SECONDS, &note.gate);
    note.gate.next = gate->next > UINT32_MAX - more ? UINT32_MAX : gate->next + more;
    waiting_note_write(&note, keep->note);
    keep->task = (struct engine_task){
        .kind = TASK_NOTE, .note = keep->note, .done = note_done, .context = keep};
    if (engine_submit(keep->engine, &keep->task)) {
        keep->busy = true;
        keep->reserved = note.gate.next;
        keep->noted_head = gate->head;
        keep->noted_next = gate->next;
        keep->noted_inside = inside_count(&gate->inside);
        waiting_door_written(keep->door);
    }
}

void waiting_keep_tick(struct waiting_keep *keep, const struct gate *gate, uint32_t line,
                       int64_t now)
{
    bool paused = now - keep->noted_at < NOTE_PAUSE_MS;
    bool failed = keep->unkept_since != INT64_MIN; /* then not with each tick */
    bool urgent = gate->next + RESERVE_LEAST / 4 > keep->reserved && (!failed || !paused);
    bool door = waiting_door_is_due(keep->door) && now - keep->noted_at >= NOTE_PAUSE_MS_LEAST;
    bool inside =
        gate->settings.inside_most > 0 && inside_count(&gate->inside) != keep->noted_inside;
    bool moved = gate->head != keep->noted_head || gate->next != keep->noted_next || inside;
    if (!keep->busy && (urgent || door || (moved && !paused))) {
        keep->noted_at = now;
        note_write(keep, gate, line);
    }
}

bool waiting_keep_fails(struct waiting_keep *keep, const struct gate *gate, int64_t now)
{
    if (gate->next < keep->kept) {
        return false;
    }
    keep->unkept_since = keep->unkept_since == INT64_MIN ? now : keep->unkept_since;
    return now - keep->unkept_since > UNKEPT_MS_MOST;
}

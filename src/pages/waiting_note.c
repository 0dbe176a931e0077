/* note -> names and numbers -> note. A text is read as far as it says something: fields were added
 * at its end. */
#include "pages/waiting_note.h"

#include "base/assert.h"
#include "base/decimal.h"

#include <inttypes.h>
#include <stdio.h>

void waiting_note_write(const struct waiting_note *note, char text[ENGINE_NOTE_BYTES])
{
    const struct gate_kept *gate = &note->gate;
    const struct opening_state *opening = &note->opening;
    int length =
        snprintf(text, ENGINE_NOTE_BYTES,
                 "line %" PRIu32 " given %" PRIu32 " front %" PRIu32 " drawn %" PRIu32
                 " seed %" PRIu64 " inside %" PRIu32 " closed %d hand %d draw %d at %" PRId64
                 " since %" PRId64 " pledge %" PRIu64 " count %" PRIu32,
                 note->line, gate->next, gate->head, gate->draw.count, gate->draw.seed,
                 gate->inside, opening->closed, opening->by_hand, opening->drawn, opening->opens_at,
                 opening->since, opening->seed, opening->count);
    ASSERT(length > 0 && length < ENGINE_NOTE_BYTES);
}

/* "name value" at the beginning of the rest. */
static bool field_read(struct slice *rest, const char *name, int64_t most, int64_t *value)
{
    struct slice word = slice_cut(*rest, ' ', rest);
    struct slice number = slice_cut(*rest, ' ', rest);
    return slice_is(word, name) && decimal_read(number, 0, value) == DECIMAL_OK && *value >= 0 &&
           *value <= most;
}

static bool gate_read(struct slice *rest, struct waiting_note *note)
{
    int64_t line, given, front, drawn, seed;
    if (!field_read(rest, "line", UINT32_MAX, &line) ||
        !field_read(rest, "given", UINT32_MAX, &given) ||
        !field_read(rest, "front", given, &front) || !field_read(rest, "drawn", given, &drawn) ||
        !field_read(rest, "seed", OPENING_SEED_MOST, &seed)) {
        return false;
    }
    note->line = (uint32_t)line;
    note->gate = (struct gate_kept){.next = (uint32_t)given,
                                    .head = (uint32_t)front,
                                    .draw = {.seed = (uint64_t)seed, .count = (uint32_t)drawn}};
    return true;
}

bool waiting_note_read(struct slice text, struct waiting_note *note)
{
    int64_t inside, closed, hand, draw, at, since, pledge, count;
    *note = (struct waiting_note){.line = 0};
    if (!gate_read(&text, note)) {
        return false;
    }
    if (!field_read(&text, "inside", UINT32_MAX, &inside) ||
        !field_read(&text, "closed", 1, &closed) || !field_read(&text, "hand", 1, &hand) ||
        !field_read(&text, "draw", 1, &draw) || !field_read(&text, "at", INT64_MAX, &at) ||
        !field_read(&text, "since", INT64_MAX, &since) ||
        !field_read(&text, "pledge", OPENING_SEED_MOST, &pledge) ||
        !field_read(&text, "count", UINT32_MAX, &count)) {
        return true;
    }
    note->gate.inside = (uint32_t)inside;
    note->opening = (struct opening_state){.closed = closed != 0,
                                           .by_hand = hand != 0,
                                           .drawn = draw != 0,
                                           .opens_at = at,
                                           .since = since,
                                           .seed = (uint64_t)pledge,
                                           .count = (uint32_t)count};
    return true;
}

/* Every tenth of a second the gate has its turn, and whoever may go in does. */
#include "gate/gate_test_room.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

struct room room_make(uint64_t rate, uint32_t places)
{
    const struct gate_settings settings = {
        .rate = rate, .session_seconds = SESSION_SECONDS, .places_max = places};
    struct room room = {.memory = malloc(gate_bytes(&settings))};
    room.gate = gate_place(room.memory, &settings, 0);
    return room;
}

void room_restart(struct room *room)
{
    struct gate_kept kept;
    const struct gate_settings settings = room->gate->settings;
    gate_keep(room->gate, 1, &kept);
    room->gate = gate_place(room->memory, &settings, room->now);
    gate_restore(room->gate, &kept, room->now);
}

uint32_t comes(struct room *room, enum gate_arrival expected)
{
    uint32_t number = UINT32_MAX;
    assert_int_equal(gate_arrive(room->gate, room->now, &number), expected);
    return number;
}

enum gate_state state_of(struct room *room, uint32_t number)
{
    struct gate_view view;
    gate_poll(room->gate, number, room->now, &view);
    return view.state;
}

void passes(struct room *room, int64_t seconds, uint32_t polling)
{
    uint32_t number = 0;
    for (int64_t step = 0; step < seconds * SECOND / 100; step++) {
        room->now += 100;
        gate_turn(room->gate, room->now);
        while (gate_release(room->gate, room->now, &number)) {
        }
        if (polling != UINT32_MAX && step % 20 == 0) {
            (void)state_of(room, polling);
        }
    }
}

bool is_inside(struct room *room, uint32_t number)
{
    return gate_session(room->gate, number, room->now) == GATE_SESSION_OPEN;
}

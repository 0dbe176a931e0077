/* For the gate's tests: a gate with a clock, and what one visitor does at it. */
#ifndef ECLUSE_GATE_GATE_TEST_ROOM_H
#define ECLUSE_GATE_GATE_TEST_ROOM_H

#include "gate/gate.h"

enum { SECOND = 1000, SESSION_SECONDS = 600 };

struct room {
    struct gate *gate;
    void *memory; /* free it */
    int64_t now;
};

struct room room_make(uint64_t rate, uint32_t places);
/* The server is killed and started again. */
void room_restart(struct room *room);
/* A newcomer, whose number it returns; the arrival is as expected. */
uint32_t comes(struct room *room, enum gate_arrival expected);
enum gate_state state_of(struct room *room, uint32_t number);
/* Time passes; `polling` (UINT32_MAX: nobody) says "still here" every 2 seconds. */
void passes(struct room *room, int64_t seconds, uint32_t polling);
bool is_inside(struct room *room, uint32_t number);

#endif

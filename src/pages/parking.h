/* Requests that wait at the door for seconds (gate/gate.h: the lock chamber), until the gate lets
 * their visitor in, or too long. Each lives in its request's memory. A visitor with several tabs
 * may have several here, and one place in the chamber. */
#ifndef ECLUSE_PAGES_PARKING_H
#define ECLUSE_PAGES_PARKING_H

#include "door/door.h"
#include "gate/gate.h"
#include "pages/gate_ticket.h"

struct parked;

struct parking {
    struct gate *gate;
    struct parked *first; /* the newest */
};

/* Its visitor was parked by the gate. False: no memory. Whose client goes away is taken out, and
 * out of the chamber. */
bool parking_add(struct parking *parking, struct door_request *request,
                 const struct gate_ticket *ticket, int64_t now) MUST_USE;
/* Takes out a request of this number, which the caller answers; NULL: there is none. */
struct door_request *parking_take(struct parking *parking, uint32_t number,
                                  struct gate_ticket *ticket);
/* The same for one that was parked before `since`, with the place in the chamber. */
struct door_request *parking_take_before(struct parking *parking, int64_t since,
                                         struct gate_ticket *ticket);
/* Forgets them all: the door is about to close their connections. */
void parking_close(struct parking *parking);

#endif

/* Who of the staff asks, and what they may do.
 *
 *   staff_know: cookie or bearer token -> is it one of ours (staff_secret.h)? -> the core's thread
 *     looks whose it is (journal/staff.h) -> known
 *   staff_try: how often one may try to sign in, by address and by name
 *
 * All on the door's thread. */
#ifndef ECLUSE_PAGES_STAFF_H
#define ECLUSE_PAGES_STAFF_H

#include "pages/api.h"
#include "pages/demand.h"
#include "pages/staff_hash.h"
#include "pages/staff_secret.h"

#define STAFF_COOKIE "ecluse_staff"

struct staff;

/* What a role may do. */
enum staff_right {
    STAFF_LOOK,  /* the gate, demand beside promises left: owner, marketing, operations */
    STAFF_CHANGE /* pause and pace, shifts, counts, deliveries: owner, operations */
};
bool staff_may(enum staff_role role, enum staff_right right);

/* `wake` is called from another thread: staff_collect is to be called on this one then. NULL: no
 * memory. */
struct staff *staff_open(struct engine *engine, struct env *env, void (*wake)(void *context),
                         void *context);
void staff_close(struct staff *staff);
void staff_collect(struct staff *staff);
struct staff_hasher *staff_hasher(struct staff *staff);

/* Seconds to wait before another try with this name from that address; 0: go on. `name` empty: with
 * a link. */
uint32_t staff_try(struct staff *staff, const struct door_request *request, struct slice name);

/* A request of the staff's, in its memory. */
struct staff_call {
    struct engine_task task; /* first: the engine gives its address back */
    struct staff_task ask;
    struct pages *pages;
    struct door_request *request;
    struct staff_hash session; /* of the cookie */
    bool by_token;
    bool known; /* somebody, `person` */
    struct staff_person person;
    void (*known_then)(struct staff_call *call);
    void (*then)(struct staff_call *call);
};

/* Fills the call and calls `then`, now or later: call->known says whether it is somebody,
 * call->task.status whether it could be asked. `touch`: it counts as use of the session. */
void staff_know(struct staff_call *call, struct pages *pages, struct door_request *request,
                bool touch, void (*then)(struct staff_call *call));
/* Asks another question of journal/staff.h: call->ask is filled in. */
void staff_ask(struct staff_call *call, void (*then)(struct staff_call *call));
/* Writes down that the caller did it; the sentence is copied. */
void staff_note(struct staff_call *call, const char *what, void (*then)(struct staff_call *call));

/* What sells and what is left, at most two seconds old: *demand stays valid until the next turn of
 * the loop. Calls `then`, now or later; call->task.status says whether it is known. */
void staff_demand(struct staff_call *call, void (*then)(struct staff_call *call));
const struct demand *staff_demand_of(const struct staff *staff, const struct shop **shop);

#endif

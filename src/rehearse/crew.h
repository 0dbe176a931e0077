/* Threads that make runs: each has a world of its own, takes the next number, and leaves its result
 * in that number's place. */
#ifndef ECLUSE_REHEARSE_CREW_H
#define ECLUSE_REHEARSE_CREW_H

#include "rehearse/rehearse.h"
#include "rehearse/world.h"

struct crew {
    const struct rehearse_plan *plan;
    struct scene scene;
    struct opening_stock opening;
    uint32_t orders_max;
    atomic_uint_fast64_t done; /* worlds run, for the progress */
    uint64_t whole;            /* a guess */
};

/* One thread's own. */
struct crew_member {
    struct crew *crew;
    struct world *world;
    struct promise_state *state;
    struct outcome *outcome, *calm; /* `calm`: of the world without the moment */
};

/* A run: `index` is its number; what it finds goes to context. */
typedef void crew_task(struct crew_member *member, uint32_t index, void *context);

/* `shop`: that of plan->state, or a copy of it with other figures and the same names. */
enum status crew_open(struct crew *crew, const struct rehearse_plan *plan, const struct shop *shop,
                      struct fault *fault) MUST_USE;
void crew_close(struct crew *crew);
/* Makes runs first .. first + count - 1; the caller's thread and plan->threads - 1 others. Returns
 * how many from `first` on were made, all before one that was stopped. */
uint32_t crew_work(struct crew *crew, crew_task *task, void *context, uint32_t first,
                   uint32_t count);
/* One world: its crowd must have been made (world_crowd). */
void crew_world(struct crew_member *member, const struct repairs *repairs, enum rehearse_side side,
                uint64_t key, struct outcome *outcome);
/* The same in the scene of another crew: of a shop with other figures and the same names. */
void crew_world_in(struct crew_member *member, const struct crew *of, const struct repairs *repairs,
                   enum rehearse_side side, uint64_t key, struct outcome *outcome);

#endif

/* The next times at which an on-site offer could begin, asked of the core at most once a second for
 * each question (offer, quantity, from when).
 *
 *   asked under a second ago   answered at once
 *   being asked                waits for the same answer
 *   else                       one question to the core
 *
 * A crowd that looks at one class costs the core one question a second. Who asks for ever different
 * moments is bounded by the number of questions under way: beyond it the answer is "busy". */
#ifndef ECLUSE_PAGES_STORE_TIMES_H
#define ECLUSE_PAGES_STORE_TIMES_H

#include "engine/engine.h"

#include <stdint.h>

#define TIMES_FRESH_NS 1000000000ull

/* One more is asked for than is shown: where the next page begins. */
enum { TIMES_SHOWN_MAX = 24, TIMES_MAX = TIMES_SHOWN_MAX + 1 };

struct times_key {
    int64_t from; /* an instant; 0: now */
    int64_t quantity_thousandths;
    uint16_t offer;
};

/* As a checkout would hold them. */
struct offer_times {
    enum promise_result result; /* of the plain question; not PROMISE_OK: no times */
    uint32_t count;
    struct offered_time times[TIMES_MAX]; /* `seats` are those left, 0 without seats */
};

struct store_times;

/* Waits for an answer; in the waiting request's memory. `ready` is called once, on the door's
 * thread; times NULL: the core could not answer. */
struct times_waiter {
    void (*ready)(struct times_waiter *waiter, const struct offer_times *times);
    struct times_waiter *next;
};

/* NULL if the machine gives no memory. */
struct store_times *store_times_open(struct engine *engine);
void store_times_close(struct store_times *times);

/* False: too many questions are under way, and `ready` is not called. */
bool store_times_ask(struct store_times *times, const struct times_key *key, uint64_t now_ns,
                     struct times_waiter *waiter) MUST_USE;

/* On the core's thread: the times for `command` (PLACE of one on-site offer) from an instant on (0:
 * now), without those that would be refused, `seats` being those left. Changes command->ask.want.
 * Returns how many (at most `most`) it wrote. */
uint32_t store_times_find(struct promise_state *state, struct promise_command *command,
                          int64_t from, struct offered_time *times, uint32_t most);

/* Has this offer a time to choose? A class or an appointment: not work that is done whenever there
 * are hours for it. */
bool store_times_has(const struct offer *offer);

#endif

/* A shop's small world for tests of the core: a shop file's text, a clock that only the test moves,
 * and answers as texts. */
#ifndef ECLUSE_TESTS_SUPPORT_WORLD_H
#define ECLUSE_TESTS_SUPPORT_WORLD_H

#include "promise/change.h"
#include "promise/event.h"
#include "promise/wish.h"

struct world {
    struct shop *shop;
    struct promise_state *state;
    int64_t now;
    int64_t opened_at;
    struct event_buffer events;   /* of the last decision */
    struct promise_answer answer; /* of the last decision or quote */
    char text[2048];              /* of the last answer */
};

/* The zones that tests know: Europe/Paris (2025 to 2029), America/St_Johns (autumn 2011),
 * Asia/Kathmandu, Asia/Kolkata, UTC. */
enum status world_zone_load(void *context, const char *name, int64_t around, struct zone *zone,
                            struct fault *fault);

/* Opens the core on a shop file's text at a local time ("2026-12-01T09:00"); a fault fails the
 * test. */
void world_open(struct world *world, const char *shop_file, const char *at);
void world_close(struct world *world);
/* The same; before, all events since world_open are replayed on a new state, which must be equal.
 * For one world at a time, and only if nothing but the functions below changed it. */
void world_close_replayed(struct world *world);
/* Each byte of each of those events changed in several ways, on the state that could have decided
 * it: refused, and nothing has changed, or taken, and every invariant holds. Returns how many were
 * refused. */
uint32_t world_damage(const struct world *world);
/* Moves the clock; what is due happens. */
void world_at(struct world *world, const char *at);

/* Asks for "offer=2 other-offer", with "want=2026-12-10" (or "want=2026-12-10T18:00"), "split" and
 * "priority=5" where that is wanted, and returns the answer as one line, for instance
 * "ok ship 2026-12-01T16:00 deliver 2026-12-03 material 2026-12-01 ready 2026-12-01T09:10 carrier
 * post until 2026-12-01T16:00". */
const char *world_quote(struct world *world, const char *ask);
const char *world_quote_hold(struct world *world, const char *ask);
/* Places an order (or a hold) under a key that the number stands for, and applies it. */
const char *world_order(struct world *world, uint32_t key, const char *ask);
const char *world_hold(struct world *world, uint32_t key, const char *ask);
const char *world_replace(struct world *world, uint32_t key, uint32_t replaced, const char *ask);
/* An order's step; the answer's text is "ok confirmed", "wrong-status done", ... */
const char *world_step(struct world *world, enum promise_command_kind kind, uint32_t key);
/* The same of its line of that number, or of the parcel that the line is in. */
const char *world_step_line(struct world *world, enum promise_command_kind kind, uint32_t key,
                            uint16_t line);
/* A wish for "offer=2 want=2026-12-20", of somebody who came at `since` ("": now): "ok waiting",
 * "repeated offered", "want-beyond none", ... Nothing is tried before world_meet. */
const char *world_wish(struct world *world, uint32_t key, const char *ask, const char *since);
const char *world_withdraw(struct world *world, uint32_t key);
/* Wishes that can be met are, as far as `steps` go; those that got something, in that order: "2 5". */
const char *world_meet(struct world *world, uint32_t steps);
/* "waiting", ...; "none" if there is no such wish. */
const char *world_wish_status(const struct world *world, uint32_t key);
/* Records a change, written "count box 5", "date 1 2026-12-08" (an entry), "quantity 1 3",
 * "received 1 10" ("... damaged 2", "... closes", "... bill 12.00"), "staff packing -1 2026-12-02
 * 2026-12-03", "carrier post 2026-12-02 2026-12-03", "approved mill 2026-12-01", "sent mill
 * 2026-12-01", "bought box 10 2026-12-02" or "balance 100.00"; and lets the orders move that must.
 * The answer's text is "ok", "no-entry", ..., then each order of a revision by its number: "ok
 * moved 2 broken 3". */
const char *world_change(struct world *world, const char *change);
/* The same, given as it is; who has to move moves. A change that is refused fails the
 * test. */
void world_record(struct world *world, struct promise_change change);
struct order_key world_key(uint32_t key);
/* "confirmed", ...; "none" if there is no such order. */
const char *world_status(const struct world *world, uint32_t key);
/* An item's ATP in whole units over some days: "12 12 40". */
const char *world_atp(struct world *world, const char *item, uint32_t days);

/* The customer of the asks that follow; 0 at first. */
extern struct customer_id world_customer;

#endif

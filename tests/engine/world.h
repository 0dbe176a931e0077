/* A small shop in a temporary folder on a simulated machine, for the tests of engine/ and journal/.
 */
#ifndef ECLUSE_TESTS_ENGINE_WORLD_H
#define ECLUSE_TESTS_ENGINE_WORLD_H

#include "engine/engine.h"
#include "env/env_sim.h"
#include "journal/journal.h"
#include "promise/wish.h"

#include <sqlite3.h>

enum { WORLD_PATH_BYTES = 256 };

/* Monday, 7 December 2026, 08:00 in Paris. */
#define WORLD_NOW INT64_C(1796626800)

struct world {
    struct env *env;
    struct engine *engine;
    char folder[WORLD_PATH_BYTES];
    char path[WORLD_PATH_BYTES];
    struct fault fault;
};

/* The shop file: offers `box` (100 in stock, at most 5 a customer), `crate` (the same box without
 * that limit), `cake` (10,000 in stock, hours of a baker) and `class` (on site). */
extern const char world_shop[];

/* A shop whose stock runs out: `box` (10 in stock, 50 due on Thursday, 10 December), `gift` (the same
 * box with another carrier), `bread` (of flour that a supplier delivers in three days) and `class`
 * (four seats); with cash. */
extern const char world_busy_shop[];

void world_begin(struct world *world, uint64_t seed);
/* Removes the folder with all that is in it. */
void world_end(struct world *world);
/* For cmocka: a world of its own for each test, with a database of world_shop. */
int world_set_up(void **state);
int world_tear_down(void **state);
/* Makes the database and opens it for writing; both must succeed. */
void world_create(struct world *world);
void world_create_shop(struct world *world, const char *shop_text);
void world_open(struct world *world);
void world_close(struct world *world);

/* An order of `units` of an offer; key 1, 2, ... makes the order's key. Returns the task by value:
 * look at status and answer. */
struct world_order {
    uint64_t key;
    const char *offer;
    int64_t units;
    const char *email; /* NULL: nobody */
    const char *body;  /* NULL: without Idempotency-Key */
    bool hold;
};
struct order_key world_key(uint64_t key);
struct engine_task world_place(struct world *world, struct world_order order, int64_t now);
struct engine_task world_step(struct world *world, enum promise_command_kind kind, uint64_t key,
                              int64_t now);
/* An order of up to two offers. */
struct world_cart {
    uint64_t key;
    const char *offers[2]; /* NULL: none */
    int64_t units[2];
    struct promise_want want;
    uint8_t priority;
    bool split;
    bool hold;
};
struct engine_task world_cart_place(struct world *world, struct world_cart cart, int64_t now);
/* A wish of `units` of an offer, there by a day of December 2026. */
struct world_wish {
    uint64_t key;
    const char *offer;
    int64_t units;
    int latest;
    const char *email; /* NULL: nobody */
    bool keyed;        /* with an Idempotency-Key */
};
struct engine_task world_wish(struct world *world, struct world_wish wish, int64_t now);
/* WISH_NONE if there is no such wish. */
struct wish_view world_wish_view(struct world *world, uint64_t key);
/* One line of an order (the first is 1), or LINE_ALL. */
struct engine_task world_line_step(struct world *world, enum promise_command_kind kind,
                                   uint64_t key, uint16_t line, int64_t now);
/* The caller frees task.revised. */
struct engine_task world_change(struct world *world, struct promise_change change, bool dry_run,
                                int64_t now);
/* The days of December 2026. */
int32_t world_day(int day);
/* Orders, steps and changes of every kind in the busy shop, each of which must be accepted; at
 * least one row in every table. */
void world_busy_scene(struct world *world);

/* True if the engine knows the order. */
bool world_knows(struct world *world, uint64_t key);
uint64_t world_digest(struct world *world);

/* STATUS_OK, or what is wrong in world->fault. The database may be open. */
enum status world_verify(struct world *world, struct journal_report *report);
/* verify finds nothing; its sentence is printed if it does. */
void world_assert_verified(struct world *world);
/* Runs SQL on the closed database as a person with `sqlite3` would. */
void world_sql(struct world *world, const char *sql);
int64_t world_integer(struct world *world, const char *sql);

#endif

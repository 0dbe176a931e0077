/* The visitor's side: moment page, store, cart, checkout, order page.
 *
 * Without a shop behind us the store has every address that is not under /ecluse/, and sells all
 * that the shop file offers. With one, that shop has those addresses: the store stands under
 * STORE_ROOT and sells the moment's offers (gate: moment_offers) to whoever waits; where none are
 * named it sells nothing, and says so.
 *
 * Pages that are the same for everybody are rendered once per change and language and sent from
 * memory (cache.h); what belongs to one visitor (cart, checkout, order) is rendered for each
 * request. The door's thread calls everything here; what needs the core goes there as an engine
 * task. The way of a request through these files: store.c. */
#ifndef ECLUSE_PAGES_STORE_H
#define ECLUSE_PAGES_STORE_H

#include "base/status.h"
#include "door/door.h"
#include "engine/engine.h"
#include "env/env.h"

struct store;

#define STORE_ROOT "/ecluse/store"

struct store_options {
    struct engine *engine; /* outlives the store */
    struct env *env;
    bool upstream; /* a shop stands behind us */
};

/* Parses the embedded templates and takes what memory it needs. */
enum status store_open(const struct store_options *options, struct store **store,
                       struct fault *fault) MUST_USE;

/* Is this an address of the store? */
bool store_has(const struct store *store, struct slice path);

/* Where the visitor stands in the line for the shop behind us. */
struct store_place {
    bool waits;
    bool called;    /* it is their turn */
    uint32_t ahead; /* visitors before them */
};

/* Replies, now or later, to a request whose path it has. Pages that are one visitor's show the
 * place; those that are everybody's only where to see it. */
void store_handle(struct store *store, struct door_request *request, struct store_place place);

/* How often a page said that too much is under way. */
uint64_t store_busy(const struct store *store);

/* Once no task of the store is under way in the engine (after engine_close has answered all). */
void store_close(struct store *store);

#endif

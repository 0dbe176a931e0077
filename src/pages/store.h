/* The visitor's side: moment page, store, cart, checkout, order page. Everything that is not under
 * /ecluse/.
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

/* Parses the embedded templates and takes what memory it needs. `engine` must outlive the store. */
enum status store_open(struct engine *engine, struct env *env, struct store **store,
                       struct fault *fault) MUST_USE;

/* True: the request is the store's, which has replied or will. False: the path is /ecluse or under
 * it, so somebody else's. */
bool store_handle(struct store *store, struct door_request *request);

/* The same for the style sheet alone, which the waiting room's page needs in front of another
 * shop. */
bool store_handle_file(struct store *store, struct door_request *request);

/* Once no task of the store is under way in the engine (after engine_close has answered all). */
void store_close(struct store *store);

#endif

/* What a visitor of the waiting room would be promised when their turn comes: for each of the
 * moment's offers that are sent, by how many stand before them.
 *
 *   place_promise_say      the visitor's sentences, beside the cards of the page
 *   place_promise_append   the same for the API
 *   whoever looks, and what is kept is a second old -> one question to the core (place_ladder.h)
 *
 * A look costs a search in a short ladder; the sentences are made when the ladder is. The core
 * spends at most a fiftieth of its time on it. It is no promise, and the page says "probably".
 *
 * All on the door's thread, but for the question. */
#ifndef ECLUSE_PAGES_PLACE_PROMISE_H
#define ECLUSE_PAGES_PLACE_PROMISE_H

#include "gate/gate.h"
#include "pages/page_mould.h"
#include "pages/store_page.h"

struct place_promises;

/* NULL if the machine gives no memory. */
struct place_promises *place_promise_open(struct store *store);
/* After the engine has answered all. NULL is allowed. */
void place_promise_close(struct place_promises *places);

/* Counts who goes in; to be called several times a second. */
void place_promise_tick(struct place_promises *places, const struct gate *gate);

/* Adds {"says","full"} for the moment's offers "offer0", "offer1", ... to a page's words, in their
 * language, where something can be said. */
void place_promise_say(struct place_promises *places, const struct gate *gate, uint32_t ahead,
                       struct page_words *words);
/* "offers":[...], as openapi.json's Place has them; nothing where nothing is known. */
void place_promise_append(struct place_promises *places, const struct gate *gate, uint32_t ahead,
                          struct text *to);

#endif

/* Turns at checkout (gate/turn.h) for the store and the API: who came before may hold first, where
 * promises run short. Only where somebody who came before has a claim is the core asked what is
 * left. */
#ifndef ECLUSE_PAGES_STORE_TURN_H
#define ECLUSE_PAGES_STORE_TURN_H

#include "pages/left_task.h"
#include "pages/store_cart.h"
#include "pages/store_here.h"

/* In a request's memory. */
struct store_turn {
    struct left_task left; /* first: callbacks get its address */
    struct store *store;
    struct turn_visitor visitor;
    const struct order_key *order; /* what would be placed; NULL: nothing yet */
    uint32_t line_count;
    const struct promise_line *lines; /* valid until it is answered */
    void (*answered)(struct store_turn *turn);
    enum status status; /* STATUS_OK, or why the core could not be asked: nobody waits for that */
    struct turn_view view;
};

/* Does anybody have a claim? Else nobody has to ask. */
bool store_turn_any(const struct store *store);
/* The visitor is here and wants what is in the cart. */
void store_turn_claim(const struct store_visit *visit, const struct store_cart *cart);
/* They do not want it any more. */
void store_turn_give_up(const struct store_visit *visit, uint16_t offer);
/* `store`, `visitor`, `order` and the lines are set. Calls `answered`, now or later. `turn->view`
 * says whether all of the lines may be held, and if not, what stands before the one that is waited
 * for longest. Of an order that is there already it is always the turn: that it is sent again, by a
 * second click or after a lost answer, takes nothing from anybody. */
void store_turn_ask(struct store_turn *turn, void (*answered)(struct store_turn *turn));
/* They are held. */
void store_turn_done(struct store *store, struct turn_visitor visitor,
                     const struct promise_line *lines, uint32_t line_count);

#endif

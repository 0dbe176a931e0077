/* Turns at checkout: when promises run short, whoever came first may hold first. Pure rules; time
 * comes in as seconds of a clock that never goes back.
 *
 *   turns_claim  a visitor has put something into the cart, and is still here
 *   turns_ask    the visitor wants to hold it now: may they?
 *   turns_done   it is held, or given up
 *
 * Who came is what the caller says: since when a visitor is here, the visitor's number where two
 * came at once. An offer is short while what is left of it is less than all living claims want.
 * Until then everybody may hold at once; from then on a visitor may if what is left is enough for
 * them and for everybody with a claim who came before, and still has a chance: TURN_SECONDS from
 * when it ran short (or from the claim, if that was later), as long as they are here. So the first
 * need not be the fastest, nobody's speed or number of connections gains anything, and a claim that
 * is not used holds nobody up for longer than that. Whoever has waited TURN_WAIT_SECONDS at the
 * checkout, asking again and again, waits no longer, whatever is claimed. Of a visitor for whom
 * there was no place among the claims nobody knows that: such a visitor waits until it has been
 * short for so long; a program that nobody knows, as long as there are claims. */
#ifndef ECLUSE_GATE_TURN_H
#define ECLUSE_GATE_TURN_H

#include <stdbool.h>
#include <stdint.h>

enum {
    TURN_CLAIMS_MAX = 4096,
    TURN_OFFERS_MAX = 64,    /* that are short at a time; of more, nobody's turn is kept */
    TURN_SECONDS = 180,      /* to fill in a checkout */
    TURN_HERE_SECONDS = 180, /* a claim lives so long after the last sign of life */
    TURN_WAIT_SECONDS = 360,
    TURN_SHORT_SECONDS = 600 /* so long nobody asks, and the shortage is forgotten */
};

struct turn_visitor {
    int64_t since;   /* seconds: when they came, by whatever clock, the same for all */
    uint64_t number; /* who; 0: nobody knows, so there is no claim, and `since` should be late */
};

struct turn_claim {
    struct turn_visitor visitor; /* number 0: free */
    uint32_t offer;
    uint32_t units;
    int64_t made, seen;
    int64_t asked;      /* at the checkout while it was not their turn, first; -1: not yet */
    int64_t asked_last; /* the same, last: after TURN_HERE_SECONDS they begin anew */
};

struct turn_short {
    uint32_t offer;
    bool used;
    int64_t since, asked;
};

struct turns {
    uint32_t claim_count; /* used ones are among the first */
    struct turn_claim claims[TURN_CLAIMS_MAX];
    struct turn_short shorts[TURN_OFFERS_MAX];
    uint64_t asked, waited; /* how often it was asked, how often the answer was to wait */
};

/* What the visitor hears. */
struct turn_view {
    bool may;
    uint32_t units_before; /* that those who came before may still take */
    uint32_t people_before;
    uint32_t seconds_most; /* then it is the visitor's turn, if something is left */
};

void turns_init(struct turns *turns);
/* Says that they are here, too. Where all places are taken, whoever came last has none. */
void turns_claim(struct turns *turns, int64_t now, struct turn_visitor visitor, uint32_t offer,
                 uint32_t units);
/* `left`: how many more units could be promised. Claims what is asked for. */
void turns_ask(struct turns *turns, int64_t now, struct turn_visitor visitor, uint32_t offer,
               uint32_t units, uint32_t left, struct turn_view *view);
/* Units that all living claims on an offer want; *before: of these, those that came before the
 * visitor. Where that is 0 it is their turn, whatever is left. */
uint32_t turns_claimed(const struct turns *turns, int64_t now, struct turn_visitor visitor,
                       uint32_t offer, uint32_t *before);
void turns_done(struct turns *turns, struct turn_visitor visitor, uint32_t offer);

#endif

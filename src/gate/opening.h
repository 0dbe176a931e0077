/* When the door to the shop behind is closed: before an announced opening, or by staff's hand.
 *
 *             now in [at - closes_before, at) of a moment          staff: --close
 *   OPEN -----------------------------------------------> CLOSED <--------------- OPEN
 *    ^                                                      |
 *    `------------------------------------------------------'
 *      the announced time has come, or is announced no more; closed by hand: staff's --open
 *
 * The clock (seconds UTC) may jump. What was opened is never closed again for the same opening or
 * an earlier one (`opens_at`), and what is closed stays so until its time, whatever the clock said
 * before. Who closes draws a seed, whose hash is shown at once; the seed itself is shown after the
 * opening, with the count of the numbers that it drew (gate/draw.h). Pure: the caller keeps this
 * struct beside the journal, and acts only on what is kept. */
#ifndef ECLUSE_GATE_OPENING_H
#define ECLUSE_GATE_OPENING_H

#include "model/shop.h"

/* 59 bits: it is written as a decimal number, of which base/decimal.h reads 18 digits. */
#define OPENING_SEED_MOST (UINT64_MAX >> 5)

struct opening_state {
    bool closed;
    bool by_hand;     /* closed until staff opens */
    bool drawn;       /* open, and chance decided: by `seed` among `count` numbers */
    int64_t opens_at; /* closed, not by hand: announced; else the last one carried out, or 0 */
    int64_t since;    /* closed or opened at that time; 0: never */
    uint64_t seed;    /* 1 to OPENING_SEED_MOST; 0: none was drawn */
    uint32_t count;
};

enum opening_step { OPENING_STAYS, OPENING_CLOSES, OPENING_OPENS };

/* What is to be done now. OPENING_STAYS may have moved opens_at, where the shop file announces
 * another time. */
enum opening_step opening_step(struct opening_state *opening, const struct shop *shop, int64_t now);

/* `opens_at` 0: by hand, unless it was closed for an announced opening. `entropy` becomes the
 * seed; one that was drawn before stays while the door is closed. */
void opening_close(struct opening_state *opening, int64_t opens_at, uint64_t entropy, int64_t now);
/* `count`: the numbers that take part in the draw, where the shop's order is a draw; else 0. */
void opening_open(struct opening_state *opening, const struct shop *shop, uint32_t count,
                  int64_t now);
/* The announced opening for which the door is to be closed now; 0: none. */
int64_t opening_announced(const struct shop *shop, int64_t now);

/* When to look again, in seconds (at most `most`, above 2 * OPENING_SPREAD), so that everybody's
 * page is there soon after the opening and no second gets more than OPENING_LOOKS of them, as far
 * as OPENING_SPREAD seconds are enough. `left`: seconds until it opens, above 0. `lot`: this
 * visitor's own number, below `line`, in the order in which they are to come. */
enum { OPENING_LOOKS = 4000, OPENING_SPREAD = 15 };
uint32_t opening_look_seconds(uint32_t left, uint32_t lot, uint32_t line, uint32_t most);

#endif

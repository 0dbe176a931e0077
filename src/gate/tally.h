/* How many of each key there are now (connections of an address), in fixed memory and without a
 * list of keys. Pure.
 *
 * A counting sketch (Cormode and Muthukrishnan 2005, count-min, with what is added also taken
 * away): each key has one counter in each of TALLY_ROWS rows, and the lowest of them is the answer.
 * It is never too low; it is too high only where other keys share all of the key's counters: one
 * in 4,294,967,296 shares those of a given key. */
#ifndef ECLUSE_GATE_TALLY_H
#define ECLUSE_GATE_TALLY_H

#include <stdint.h>

enum { TALLY_ROWS = 2, TALLY_CELLS = 1 << 16, TALLY_MOST = UINT16_MAX };

struct tally {
    uint64_t seed; /* that nobody outside knows */
    uint16_t cells[TALLY_ROWS][TALLY_CELLS];
};

/* All that is in it at a time is at most TALLY_MOST. */
void tally_add(struct tally *tally, uint64_t high, uint64_t low);
/* Of a key that was added. */
void tally_drop(struct tally *tally, uint64_t high, uint64_t low);
uint32_t tally_count(const struct tally *tally, uint64_t high, uint64_t low);

#endif

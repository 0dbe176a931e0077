/* How many of the places in a line are a visitor's who is still there.
 *
 * A line holds visitors, numbers that programs without cookies took with each request, and places
 * of people who went away. Counting them all at each look would take as long as the line; so at
 * each turn some places are looked at, spread evenly by the golden ratio, and what was seen of the
 * last two thousand stands for all. Whether a number of the last seconds is a visitor's is not
 * known yet: so many of a thousand are as of those a little older came back with their ticket. */
#ifndef ECLUSE_GATE_CENSUS_H
#define ECLUSE_GATE_CENSUS_H

#include <stdbool.h>
#include <stdint.h>

enum { CENSUS_LOOKS = 32 }; /* a turn */

enum census_place { CENSUS_THERE, CENSUS_AWAY, CENSUS_NEW };

struct census {
    uint32_t at;              /* where the next look goes, in 2^32ths of the line */
    uint64_t there, looked;   /* thousandths of a place, forgetting */
    uint32_t given, returned; /* numbers, and with how many somebody came back; forgetting */
};

/* The next place to look at, from 0; `line` places are in the line, at least one. */
uint32_t census_next(struct census *census, uint32_t line);
void census_look(struct census *census, enum census_place seen);
/* A number is so old that its visitor has come back once, or never will. */
void census_newcomer(struct census *census, bool returned);
/* Of so many places, those of visitors who are there. */
uint32_t census_people(const struct census *census, uint32_t places);

#endif

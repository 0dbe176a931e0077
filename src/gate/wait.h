/* How long a wait will be, as a range that is learned while it happens.
 *
 * Two things are learned: how fast the front moves (places of the last minute, whether
 * who held them came, did not, or had left), and how wrong what
 * was announced turned out: for each visitor who comes in, the ratio of the true wait to the
 * announced one goes into a histogram that forgets. The range shown is the announced wait times two
 * of its quantiles, and never narrower than ten percent either way, so that at least three of four
 * true waits lie inside. */
#ifndef ECLUSE_GATE_WAIT_H
#define ECLUSE_GATE_WAIT_H

#include <stdbool.h>
#include <stdint.h>

enum { WAIT_SPEED_SECONDS = 60, WAIT_RATIOS = 48, WAIT_LENGTHS = 4 };

struct wait_range {
    uint32_t likely_seconds, low_seconds, high_seconds;
    bool known; /* false: the line does not move */
};

/* True wait by announced one: steps of an eighth of an octave. */
struct wait_ratios {
    uint32_t weights[WAIT_RATIOS];
    uint32_t weight;
};

struct wait {
    uint32_t moves[WAIT_SPEED_SECONDS];      /* places that the front passed, by second */
    int64_t second;                          /* the newest of them */
    int64_t since;                           /* the line has moved since this second */
    struct wait_ratios ratios[WAIT_LENGTHS]; /* short announcements err otherwise than long ones */
};

void wait_init(struct wait *wait, int64_t second);
/* The line begins: what was measured before says nothing of it. */
void wait_restart(struct wait *wait, int64_t second);
/* The front passed a place. */
void wait_moved(struct wait *wait, int64_t second);
/* Somebody went in who had been told `announced` seconds and waited `waited`. */
void wait_learn(struct wait *wait, uint32_t announced, uint32_t waited);
/* Thousandths of a place a second; `rate` is believed until enough has been seen. */
uint64_t wait_speed(const struct wait *wait, int64_t second, uint64_t rate);
/* `ahead` places are to be passed, and from the call to the entry it takes `behind_seconds`. */
struct wait_range wait_range_of(const struct wait *wait, int64_t second, uint32_t ahead,
                                uint64_t rate, uint64_t behind_seconds);

#endif

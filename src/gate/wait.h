/* How long a wait will be, as a range that people can read, and that is as wide as it need be.
 *
 *   reckoned  visitors at the door and on the way, and of those ahead in the line so many as
 *             come when called, by the rate at which they may go in
 *   error     the standard error of that: how many of those ahead come is drawn, and so was how
 *             many of those came who were counted; the crowd changes meanwhile; and each visitor
 *             hears the call at a poll
 *   range     the reckoned wait and so many errors either way, rounded to what is shown
 *
 * What is shown has steps of nearly three errors, so that where in its step the likely wait lies,
 * which is each visitor's own, decides as much as the luck that the whole crowd shares: with finer
 * steps 54 percent of the waits of one crowd lay inside, and 97 of another's.
 *
 * How many errors is learned: each true wait moves the ends by a small step, out where it lay
 * outside of what would be shown now, in where it lay inside, so that in the long run ten in a
 * hundred lie below and as many above (stochastic quantile tracking, Robbins and Monro 1951;
 * ranges that hold for what is shown, whatever comes: Gibbs and Candes 2021). A histogram of true
 * by announced waits did the same by 48 numbers for each length of wait, forgot its first guess
 * too slowly, and knew nothing of long waits until somebody had waited so long; the error is known
 * beforehand.
 *
 * A wait in which the rate changed (a pause, a shop behind that slows down), or that was announced
 * before it was known how many come when called, says nothing of the ends and is not learned from.
 */
#ifndef ECLUSE_GATE_WAIT_H
#define ECLUSE_GATE_WAIT_H

#include <stdbool.h>
#include <stdint.h>

enum { WAIT_SECONDS_MAX = 7 * 86400 };

/* In seconds. Low and high are what is shown, low < high: multiples of a step that is at least 5
 * seconds up to two minutes, half a minute up to twenty minutes, a minute up to an hour, five
 * beyond, and as much more as the error asks for. */
struct wait_range {
    uint32_t likely_seconds; /* to be learned from */
    uint32_t low_seconds, high_seconds;
    bool known; /* false: the line does not move */
};

struct wait {
    uint32_t called, came; /* of those who were called, how many came; forgetting */
    int64_t since;         /* the second since which the share is known, the rate `steady` */
    uint64_t rate, steady; /* thousandths of a visitor a second */
    int32_t low, high;     /* the ends, in thousandths of the error: low <= 0 <= high */
};

void wait_init(struct wait *wait, int64_t second);
/* So many were called some seconds ago, and so many came; who came later is counted alone. */
void wait_count(struct wait *wait, uint32_t called, uint32_t came);
/* Of a thousand who are called so many come. */
uint64_t wait_share(const struct wait *wait);
/* To be told at each turn: thousandths of a visitor a second. */
void wait_rate(struct wait *wait, int64_t second, uint64_t rate);
/* Somebody went in who was told that `likely` seconds are likely, and waited `waited`. */
void wait_learn(struct wait *wait, int64_t second, uint32_t likely, uint32_t waited);
/* `ahead` visitors are to be called before, `coming` thousandths of visitors stand at the door or
 * are on the way to it; at `rate` thousandths a second, 0: nobody goes in. */
struct wait_range wait_range_of(const struct wait *wait, uint32_t ahead, uint64_t coming,
                                uint64_t rate);

#endif

/* Was it fair, and was it held back? Judged from what visitors saw, after the run.
 *
 * An *inversion* is a pair of visitors: `a` with the earlier place, who was there, and `b` with
 * the later place, who came in first. Who is called hears it only at the next poll, so b may well
 * come in before a has heard. A pair counts where the server itself is the witness:
 *
 *   1. a asked after b had come in, and was told to wait (told_us: when a sent the last question
 *      that was answered so); or
 *   2. a had been called and stood at the door (asked_us: when a's request to come in was sent),
 *      and b's answer came more than a margin after that and more than a margin before a's own.
 *
 *        a: told_us ... | called, asked_us ... margin |=== b came in: counts ===| margin .. came_us
 *        b came in before told_us: counts
 *
 * The margin is what a slow page explains. Without it the upstream's own spread would look unfair.
 */
#ifndef ECLUSE_CROWD_FAIRNESS_H
#define ECLUSE_CROWD_FAIRNESS_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

/* Times in microseconds from the run's begin; -1 is never. */
struct crowd_turn {
    uint64_t place;   /* the earlier, the smaller; 0: unknown, takes part in no pair */
    int64_t told_us;  /* sent the last question that was answered "wait", while it kept its polls */
    int64_t asked_us; /* sent the request to come in, after it was called */
    int64_t until_us; /* stood at the door until then: came in, or left */
    int64_t came_us;  /* the first answer from inside */
};

/* The number of pairs. O(n log n). STATUS_MEMORY. */
enum status crowd_inversions(const struct crowd_turn *turns, uint32_t count, int64_t margin_us,
                             uint64_t *pairs) MUST_USE;

/* Somebody came in: the answer was not there yet at from_us, when the sockets were looked at last,
 * and was read at at_us. */
struct crowd_entry {
    int64_t from_us;
    int64_t at_us;
};

/* The most entries that surely lie within `span_us`, its end not included. Both times ascend. A
 * program that is held up reads in one go what came in long apart; that must not look like a rush.
 */
uint32_t crowd_most_within(const struct crowd_entry *entries, uint32_t count, int64_t span_us);
/* So many may come in within a second, within a minute, at `rate` a second: one more than the
 * rate's own, or 5 and 1 percent more. */
uint32_t crowd_second_bound(double rate);
uint32_t crowd_minute_bound(double rate);

#endif

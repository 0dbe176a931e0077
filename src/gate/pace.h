/* How fast visitors may go in: never faster than the shop behind bears.
 *
 *   rate = min(ceiling: the shop file's figure, cap: staff's, learned: from the shop's answers)
 *
 * A bucket of credit fills at the rate and holds one visitor and a little: so in any second at most
 * the rate and one go in, or five percent more, in any minute one percent more, or one visitor.
 * Learning is additive increase, multiplicative decrease (Chiu and Jain 1989), a window of a second
 * each. Times are milliseconds of a clock that never goes back. */
#ifndef ECLUSE_GATE_PACE_H
#define ECLUSE_GATE_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
    /* Thousandths of a visitor a second. */
    uint64_t ceiling, cap, learned;
    uint64_t learned_sum; /* what was learned lately, added up */
    uint64_t credit;      /* millionths of a visitor */
    int64_t at;
    bool paused;
    bool wanted; /* somebody waits to take what comes; set by who takes */
    /* The window of answers under way. */
    int64_t window_at;
    uint32_t answers, failures;
    uint64_t answer_us;
    uint64_t usual_us; /* a quiet answer's time; 0: none seen yet */
    int64_t slowed_at;
};

void pace_init(struct pace *pace, uint64_t ceiling, int64_t now);
/* The shop file's figure has changed. */
void pace_set_ceiling(struct pace *pace, uint64_t ceiling);
/* The rate now; 0 while paused. */
uint64_t pace_rate(const struct pace *pace);
/* The same, with what was learned in the last half a minute averaged: under a shop that is at its
 * limit the rate goes up and down. */
uint64_t pace_rate_lately(const struct pace *pace);
void pace_advance(struct pace *pace, int64_t now);
/* May one go in? Takes the credit for it. To be called after pace_advance. */
bool pace_take(struct pace *pace);
/* The shop behind answered after `us` microseconds, or failed (no answer, 5xx, 429). */
void pace_answered(struct pace *pace, uint64_t us, bool failed);

#endif

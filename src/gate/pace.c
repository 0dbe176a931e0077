/* answers of the shop -> a window of a second -> the learned rate; time -> credit -> entries.
 *
 * Invariant: FLOOR_PART of the ceiling always goes in, so that a recovery can be seen. */
#include "gate/pace.h"

enum {
    VISITOR = 1000000, /* of credit */
    THOUSANDTH = VISITOR / 1000,
    LATE_MS = 40,        /* what a turn of the server may come late without a loss */
    OVERSHOOT_PART = 20, /* five percent of the rate */
    WINDOW_MS = 1000,
    ANSWERS_MIN = 5,  /* fewer say nothing */
    FAILED_PART = 20, /* one in so many is too much */
    SLOW_TIMES = 4,   /* slower than usual, and */
    SLOW_MORE_US = 300000,
    SLOWED_PAUSE_MS = 2000, /* what was let in before must show first */
    KEPT_PART = 100, /* a hundredth is kept back: the way to the shop bunches what went in evenly */
    FLOOR_PART = 20, /* a twentieth of the ceiling always goes in */
    STEP_PART = 50,
    MEAN_WINDOWS = 32,     /* over so many the learned rate is averaged */
    USUAL_DRIFT_PART = 500 /* the usual time forgets how fast it once was */
};

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

void pace_init(struct pace *pace, uint64_t ceiling, int64_t now)
{
    *pace = (struct pace){.ceiling = ceiling,
                          .cap = UINT64_MAX,
                          .learned = ceiling,
                          .learned_sum = ceiling * MEAN_WINDOWS,
                          .credit = VISITOR,
                          .at = now,
                          .window_at = now,
                          .slowed_at = now - SLOWED_PAUSE_MS};
}

void pace_set_ceiling(struct pace *pace, uint64_t ceiling)
{
    bool slowed = pace->learned < pace->ceiling;
    pace->learned = slowed ? smaller(pace->learned, ceiling) : ceiling;
    pace->learned_sum = slowed ? pace->learned_sum : ceiling * MEAN_WINDOWS;
    pace->ceiling = ceiling;
}

static uint64_t rate_of(const struct pace *pace, uint64_t learned)
{
    uint64_t most = pace->ceiling - pace->ceiling / KEPT_PART;
    return pace->paused ? 0 : smaller(most, smaller(pace->cap, learned));
}

uint64_t pace_rate(const struct pace *pace)
{
    return rate_of(pace, pace->learned);
}

uint64_t pace_rate_lately(const struct pace *pace)
{
    return rate_of(pace, larger(1, pace->learned_sum / MEAN_WINDOWS));
}

static bool window_is_bad(const struct pace *pace, uint64_t mean_us)
{
    bool slow = pace->usual_us > 0 && mean_us > SLOW_TIMES * pace->usual_us &&
                mean_us > pace->usual_us + SLOW_MORE_US;
    return slow || pace->failures * FAILED_PART > pace->answers;
}

static void window_end(struct pace *pace, int64_t now)
{
    uint64_t mean_us = pace->answers > 0 ? pace->answer_us / pace->answers : 0;
    bool tells = pace->answers >= ANSWERS_MIN;
    if (tells && window_is_bad(pace, mean_us)) {
        if (now - pace->slowed_at >= SLOWED_PAUSE_MS) {
            pace->learned = larger(pace->learned * 7 / 10, larger(1, pace->ceiling / FLOOR_PART));
            pace->slowed_at = now;
        }
    } else if (tells) {
        pace->learned =
            smaller(pace->ceiling, pace->learned + larger(1, pace->ceiling / STEP_PART));
        uint64_t drifted = pace->usual_us + pace->usual_us / USUAL_DRIFT_PART + 1;
        pace->usual_us = pace->usual_us == 0 ? mean_us : smaller(mean_us, drifted);
    }
    pace->learned_sum += pace->learned - pace->learned_sum / MEAN_WINDOWS;
    pace->window_at = now;
    pace->answers = 0;
    pace->failures = 0;
    pace->answer_us = 0;
}

/* While somebody waits, the bucket holds beyond one visitor what a late turn would lose, as far as
 * no second gets more than the ceiling and one, or five percent: in a second come rate + 1 + this,
 * whole visitors. */
static uint64_t slack(const struct pace *pace, uint64_t rate)
{
    uint64_t ceiling = pace->ceiling * THOUSANDTH;
    uint64_t bound = ceiling + larger(VISITOR, ceiling / OVERSHOOT_PART);
    uint64_t below = (bound / VISITOR + 1) * VISITOR;
    return smaller(rate * LATE_MS, (below - rate * THOUSANDTH - VISITOR) / 4 * 3);
}

void pace_advance(struct pace *pace, int64_t now)
{
    if (now <= pace->at) {
        return;
    }
    uint64_t rate = pace_rate(pace);
    uint64_t most = VISITOR + (pace->wanted ? slack(pace, rate) : 0);
    uint64_t passed = smaller((uint64_t)(now - pace->at), WINDOW_MS * 1000);
    pace->credit = smaller(pace->credit + rate * passed, most);
    pace->at = now;
    if (now - pace->window_at >= WINDOW_MS) {
        window_end(pace, now);
    }
}

bool pace_take(struct pace *pace)
{
    if (pace->paused || pace->credit < VISITOR || pace_rate(pace) == 0) {
        return false;
    }
    pace->credit -= VISITOR;
    return true;
}

void pace_answered(struct pace *pace, uint64_t us, bool failed)
{
    pace->answers++;
    pace->failures += failed;
    pace->answer_us += us;
}

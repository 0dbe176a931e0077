/* calls and who came -> the share that comes -> the likely wait and its error -> what is shown;
 * true waits -> how many errors the ends are away.
 *
 * Invariants: low <= 0 <= high; came and called were halved together. */
#include "gate/wait.h"

#include "base/assert.h"

#include <stddef.h>

enum {
    THOUSAND = 1000,
    CALLED_MOST = 2048, /* then what was counted counts half */
    CALLED_PRIOR = 3,   /* before anything was counted, as if so many had been called, */
    CAME_PRIOR = 2,     /* and so many come: from half to all of them may */
    CALLED_KNOWN = 200, /* until so many were counted, the error is the guess's */
    SHARE_LEAST = 20,
    LIKELY_MIN = 5,     /* seconds: the first poll, and the page that follows the call */
    LEARNED_LEAST = 10, /* seconds: shorter waits are all polls, and teach nothing */
    OWN_MS = 700,       /* of the error is the visitor's own: when it polls, how its page loads */
    DRIFT_PART = 100,   /* of the wait: patience, bots, the shop behind change meanwhile */
    ERROR_MS_MOST = 1000000000,
    PLACES_MOST = 1 << 22,
    OUT_PERCENT = 10, /* so many true waits are to lie below the range, so many above */
    END_STEP = 20,    /* thousandths of an error, */
    END_PART = 40,    /* and so great a part of the end */
    END_FIRST = 1350, /* of a normal error, nine in a hundred lie beyond */
    END_MOST = 40000, /* a tab that hears nothing for a minute must not widen everybody's range */
    SHOWN_PERCENT = 275, /* of an error is the least step that is shown */
    CHANGED_PART = 4     /* a rate that differs by more is another */
};

void wait_init(struct wait *wait, int64_t second)
{
    *wait = (struct wait){.called = CALLED_PRIOR,
                          .came = CAME_PRIOR,
                          .since = second,
                          .low = -END_FIRST,
                          .high = END_FIRST};
}

void wait_count(struct wait *wait, uint32_t called, uint32_t came)
{
    wait->called += called;
    wait->came += came;
    while (wait->called > CALLED_MOST) {
        wait->called /= 2;
        wait->came /= 2;
    }
}

void wait_rate(struct wait *wait, int64_t second, uint64_t rate)
{
    uint64_t part = wait->steady / CHANGED_PART;
    bool stands = rate == 0;
    bool guessed = wait->called < CALLED_KNOWN;
    if (guessed || stands != (wait->rate == 0) || rate > wait->steady + part ||
        rate + part < wait->steady) {
        wait->steady = rate;
        wait->since = second;
    }
    wait->rate = rate;
}

uint64_t wait_share(const struct wait *wait)
{
    uint64_t share = wait->came * UINT64_C(1000) / wait->called;
    return share > THOUSAND ? THOUSAND : share < SHARE_LEAST ? SHARE_LEAST : share;
}

static uint64_t root(uint64_t square)
{
    uint64_t root = 0;
    for (uint64_t bit = UINT64_C(1) << 31; bit > 0; bit /= 2) {
        uint64_t larger = root + bit;
        root = larger * larger <= square ? larger : root;
    }
    return root;
}

/* The standard error of a likely wait. Of n places each is a visitor's who comes with the chance
 * s, which is known from m calls: the variance of who comes is n s (1 - s) (1 + n / m). */
static uint64_t error_ms(const struct wait *wait, uint64_t likely, uint64_t rate)
{
    uint64_t share = wait_share(wait);
    uint64_t places = likely * rate / share;
    places = places < PLACES_MOST ? places : PLACES_MOST;
    uint64_t variance = places * share * (THOUSAND - share) / THOUSAND; /* thousandths */
    variance = variance * (wait->called + places) / wait->called;
    uint64_t drawn = root(variance * THOUSAND) * THOUSAND / rate;
    drawn = drawn < ERROR_MS_MOST ? drawn : ERROR_MS_MOST;
    uint64_t drift = likely * THOUSAND / DRIFT_PART;
    return root(drawn * drawn + drift * drift + (uint64_t)OWN_MS * OWN_MS);
}

/* ---- what is shown ---- */

/* The finest that can be read and is not finer than the error; half of the wait at most. Those
 * below a minute divide two minutes, from which on minutes are shown. */
static uint32_t step_of(uint32_t seconds, uint32_t likely, uint64_t error_ms)
{
    static const uint32_t steps[] = {5, 10, 15, 20, 30, 60, 120, 300, 600};
    uint32_t least = seconds <= 120 ? 5 : seconds <= 1200 ? 30 : seconds <= 3600 ? 60 : 300;
    uint64_t wanted_ms = error_ms * SHOWN_PERCENT / 100;
    size_t i = 0;
    while (i + 1 < sizeof steps / sizeof steps[0] &&
           (steps[i] < least ||
            (steps[i] * UINT64_C(1000) < wanted_ms && steps[i + 1] <= likely / 2))) {
        i++;
    }
    return steps[i];
}

static uint32_t rounded(uint32_t seconds, uint32_t step)
{
    return (seconds + step / 2) / step * step;
}

static uint32_t end_of(uint64_t likely, uint64_t error_ms, int32_t end)
{
    int64_t seconds = (int64_t)likely + (int64_t)error_ms * end / THOUSAND / THOUSAND;
    return seconds < 0 ? 0 : seconds < WAIT_SECONDS_MAX ? (uint32_t)seconds : WAIT_SECONDS_MAX;
}

/* Rounded to the nearest, so that the rounding makes it no wider; never narrower than the step in
 * which the likely wait lies. */
static struct wait_range range_of(const struct wait *wait, uint32_t likely, uint64_t rate)
{
    uint64_t error = error_ms(wait, likely, rate);
    uint32_t high = end_of(likely, error, wait->high);
    uint32_t step = step_of(high > likely ? high : likely + 1, likely, error);
    uint32_t from = likely / step * step;
    uint32_t low = rounded(end_of(likely, error, wait->low), step);
    high = rounded(high, step);
    return (struct wait_range){.likely_seconds = likely,
                               .low_seconds = low < from ? low : from,
                               .high_seconds = high > from + step ? high : from + step,
                               .known = true};
}

struct wait_range wait_range_of(const struct wait *wait, uint32_t ahead, uint64_t coming,
                                uint64_t rate)
{
    if (rate == 0) {
        return (struct wait_range){.known = false};
    }
    uint64_t likely = (ahead * wait_share(wait) + coming + rate / 2) / rate;
    likely = likely > LIKELY_MIN ? likely : LIKELY_MIN;
    likely = likely < WAIT_SECONDS_MAX ? likely : WAIT_SECONDS_MAX;
    return range_of(wait, (uint32_t)likely, rate);
}

/* ---- what it was worth ---- */

/* How far out an end goes: where the true wait lay beyond it, and where not. An end that is far out
 * moves faster: a crowd that is unlike the reckoning is learned within a hundred visitors. */
static int32_t step_out(int32_t end, bool beyond)
{
    int32_t step = END_STEP + end / END_PART;
    return beyond ? step * (100 - OUT_PERCENT) / 100 : -step * OUT_PERCENT / 100;
}

static int32_t kept(int32_t end)
{
    return end < 0 ? 0 : end > END_MOST ? END_MOST : end;
}

void wait_learn(struct wait *wait, int64_t second, uint32_t likely, uint32_t waited)
{
    ASSERT(wait->low <= 0);
    ASSERT(wait->high >= 0);
    if (likely < LEARNED_LEAST || likely > WAIT_SECONDS_MAX || wait->rate == 0 ||
        second - (int64_t)waited < wait->since) {
        return;
    }
    struct wait_range shown = range_of(wait, likely, wait->rate);
    wait->low = -kept(-wait->low + step_out(-wait->low, waited < shown.low_seconds));
    wait->high = kept(wait->high + step_out(wait->high, waited > shown.high_seconds));
}

/* Changed shops, lived in the same runs as the shop without changes: paired differences. */
#ifndef ECLUSE_REHEARSE_TRIAL_H
#define ECLUSE_REHEARSE_TRIAL_H

#include "rehearse/breaks.h"
#include "rehearse/variant.h"

/* However many runs are made: of so many, what came is kept for the levers. The first half (or all
 * of few) chooses; what was chosen is lived in the others. */
enum { TRIAL_BASE_MAX = 128, TRIAL_RUNS_MAX = 64 };

struct trial_run {
    uint32_t accepted, kept;
    double turned; /* refused, or the date was too late */
    double profit;
};

/* What came without changes. */
struct trial_base {
    uint32_t runs; /* of these, at most TRIAL_BASE_MAX */
    struct trial_run ecluse[TRIAL_BASE_MAX];
    double reach[TRIAL_BASE_MAX];
    uint32_t point_runs; /* 0: the breaking point is not known */
    struct breaks_bracket brackets[BREAKS_RUNS_MAX];
    struct outcome *const *calm; /* [point_runs] */
};

struct trial {
    const struct candidate *parts[SCENE_EXTRAS_MAX];
    uint32_t part_count;
    bool open; /* its variant, while it is lived */
    bool dead; /* it cannot be lived */
    uint32_t wanted, lived;
    uint32_t runs[TRIAL_RUNS_MAX]; /* which; filled up to `wanted` by whoever wants */
    struct trial_run came[TRIAL_RUNS_MAX];
    uint32_t points_wanted, points_lived; /* of the first runs */
    double borne[BREAKS_RUNS_MAX];
};

/* Lives what is wanted and not lived yet; false: it was stopped, and nothing new counts. */
bool trials_live(struct crew *crew, const struct trial_base *base, struct trial *const *trials,
                 uint32_t count);
/* The paired differences, looked at `looks` times at most. */
struct rehearse_gains trial_gains(const struct crew *crew, const struct trial_base *base,
                                  const struct trial *trial, uint32_t looks);
/* Of its orders, the share whose promise was kept; 1 without any. */
double trial_rate(const struct trial_run *run);
int64_t trial_cost(const struct trial *trial);
/* Runs first .. first + count - 1 are wanted, too. */
void trial_want(struct trial *trial, uint32_t first, uint32_t count);

#endif

/* The moment, lived many times before it happens: what comes of today's shop, of the same behind an
 * ordinary waiting room, and of Écluse; what breaks first, then next; how large a crowd today's
 * shop can take.
 *
 * Same plan, same answer, bit by bit, whatever the threads: run r draws from its own key, results
 * are kept by run and added up in the order of the runs. The model, its sources and its limits:
 * docs/rehearsal.md; the answer's figures: DESIGN section 7. */
#ifndef ECLUSE_REHEARSE_REHEARSE_H
#define ECLUSE_REHEARSE_REHEARSE_H

#include "base/surge.h"
#include "promise/promise.h"
#include "rehearse/assume.h"
#include "rehearse/outcome.h"

#include <stdatomic.h>

enum {
    REHEARSE_RUNS_MAX = 100000,
    REHEARSE_THREADS_MAX = 64,
    REHEARSE_RUNGS_MAX = 6,
    REHEARSE_LEVERS_MAX = 24
};

struct rehearse_plan {
    struct promise_state *state; /* as it is at `now`; read, never changed */
    const struct shop *shop; /* NULL: the state's; or a copy of it, with what is not sold retired */
    int64_t now;
    const struct moment *moment;
    const struct surge *surge; /* NULL: the moment's own */
    const struct assumptions *assume;
    const struct learned *learned; /* NULL: ordinary demand is the shop file's */
    int64_t visitors;              /* -1: drawn from the moment's range in each run */
    uint32_t runs;
    uint64_t seed;
    uint32_t threads;
    double precision;        /* of `kept`: half its interval; 0: all runs are made */
    int64_t budget_minor;    /* of what is done together; -1: none */
    bool brief;              /* the breaking point, without ladder and levers */
    bool sides_only;         /* nothing of what breaks, and nothing to do */
    const atomic_bool *stop; /* true: answer with what is there */
    void (*progress)(void *context, uint64_t done, uint64_t whole);
    void *context;
};

struct rehearse_range {
    double p10, p50, p90, mean;
};

struct rehearse_rate {
    double rate, low, high; /* 95 percent */
};

struct rehearse_side_answer {
    struct rehearse_range measures[REHEARSE_MEASURES];
    struct rehearse_rate kept;
    /* A mean run, by day from today on. */
    double made_on[OUTCOME_DAYS_MAX], delivered_on[OUTCOME_DAYS_MAX], late_on[OUTCOME_DAYS_MAX];
};

struct rehearse_break {
    enum rehearse_defence defence;
    const char *name; /* the shop's, "site" or "cash" */
    double probability;
    int64_t first, first_p10, first_p90; /* where it breaks: median, ... */
};

struct rehearse_point {
    bool found;
    uint32_t visitors;
    double times_best_day;
    bool breaks_something;        /* just beyond it: */
    struct rehearse_break breaks; /* what */
};

struct rehearse_gain {
    double gain, low, high; /* 95 percent */
};

enum rehearse_lever_kind {
    LEVER_PEOPLE,
    LEVER_UNITS,
    LEVER_PARCELS,
    LEVER_COLLECTS,
    LEVER_PRICE,
    LEVER_BUFFER,
    LEVER_LOAD,
    LEVER_LATER
};

/* What doing something changes: with Écluse, and the breaking point of today's shop. */
struct rehearse_gains {
    uint32_t runs;      /* in which it was lived */
    uint32_t differing; /* of these, in which promises kept or profit differ */
    struct rehearse_gain kept;
    struct rehearse_gain profit; /* minor units */
    struct rehearse_gain worth;  /* the same, less its expense, and what promises are worth */
    struct rehearse_gain point;  /* visitors */
    bool has_point;
};

/* What one run said, to be held against the same run of another shop. */
struct rehearse_sample {
    uint32_t accepted[REHEARSE_SIDES], kept[REHEARSE_SIDES];
    double profit[REHEARSE_SIDES], cash_low[REHEARSE_SIDES]; /* minor units */
    double borne; /* the largest reach with which today's shop broke nothing */
};

/* Something to do. */
struct rehearse_lever {
    enum rehearse_lever_kind kind;
    const char *name; /* of the work center, item, carrier or moment; "promise" */
    char change[24];
    int32_t do_by;
    struct rehearse_gains gains;
    int64_t cost_minor;   /* 0: none that is known */
    double gain_per_cost; /* means something only with a cost */
};

enum { COMBINATION_LEVERS_MAX = 3 };

/* The best few things to do together, lived together. */
struct rehearse_combination {
    uint32_t lever_count;                    /* 0: nothing was found that is worth its cost */
    uint32_t levers[COMBINATION_LEVERS_MAX]; /* of the answer */
    bool fresh;                              /* its gains are of runs that did not choose it */
    struct rehearse_gains gains;
    int64_t cost_minor;
};

/* How promises are to be made so that SERVICE_LEVEL of them are kept, in small crowds and large. */
struct rehearse_setting {
    bool found;   /* something was looked for */
    bool reached; /* the level, in each third of the runs by their crowd */
    bool fresh;   /* its figures are of runs that did not choose it */
    int32_t buffer_seconds, load_limit_thousandths;
    struct rehearse_rate kept;
    double kept_worst;           /* in the worst third */
    struct rehearse_gain turned; /* more buyers refused or to whom the date was too late */
    struct rehearse_gain profit;
};

#define SERVICE_LEVEL 0.95

struct rehearse_answer {
    uint32_t runs; /* that were made */
    bool stopped;
    double visitors; /* the median reach */
    int64_t now;
    int32_t today;
    uint32_t days, moment_day;
    int32_t usual_days; /* which today's shop promises */
    struct rehearse_side_answer sides[REHEARSE_SIDES];
    struct rehearse_rate calm_kept; /* of today's shop without the moment */
    uint32_t break_count;
    struct rehearse_break breaks[REHEARSE_RUNGS_MAX];
    struct rehearse_point point;
    uint32_t lever_count; /* the best first */
    struct rehearse_lever levers[REHEARSE_LEVERS_MAX];
    struct rehearse_combination together;
    struct rehearse_setting setting;
    uint32_t borne_count;             /* of the first so many samples, `borne` is known */
    struct rehearse_sample samples[]; /* [runs] */
};

static inline const struct shop *rehearse_shop(const struct rehearse_plan *plan)
{
    return plan->shop != NULL ? plan->shop : promise_state_shop(plan->state);
}

/* STATUS_INVALID: what cannot be rehearsed, and what would do. *answer is malloc'd. */
enum status rehearse(const struct rehearse_plan *plan, struct rehearse_answer **answer,
                     struct fault *fault) MUST_USE;

const char *rehearse_side_name(enum rehearse_side side);          /* "today", ... */
const char *rehearse_measure_name(enum rehearse_measure measure); /* "served", ... */
bool rehearse_measure_is_money(enum rehearse_measure measure);
const char *rehearse_defence_name(enum rehearse_defence defence); /* "site", ... */
const char *rehearse_lever_name(enum rehearse_lever_kind kind);   /* "people", ... */

/* A number with four decimals; money in quotes, with its currency's. */
void rehearse_value_json(struct text *to, const struct shop *shop, bool is_money, double value);

/* The answer as one JSON document (DESIGN section 7); `more`: further members, each begins with a
 * comma. */
void rehearse_json(const struct rehearse_answer *answer, const struct shop *shop,
                   const struct rehearse_plan *plan, struct slice more, struct text *to);

#endif

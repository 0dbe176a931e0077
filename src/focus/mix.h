/* The best mix: how much of what to sell in a week, and which activities to run at all.
 *
 *   most    sum of throughput x units - fixed costs of the activities that run - operating expense
 *   with    0 <= units <= demand, less what stopped activities take with them; nothing of a stopped
 *           activity; hours of each work center; the owner's hours; max_units_per_week of items;
 *           sessions x seats >= units; at most `most` activities; the bank's balance never below
 *           its minimum in the next 26 weeks (focus/cash.h)
 *
 * An activity runs where any of it is sold, and only there: what is bought together with it is lost
 * otherwise, and its fixed costs are saved.
 *
 * A mixed-integer program (Dantzig; here by GLPK's branch and cut): the one bottleneck's ranking is
 * wrong as soon as two resources are full, and greedy is wrong with whole units and fixed costs.
 * GLPK reckons in doubles; what it found is rounded to whole steps (figures.h), checked against
 * every bound (fill.h) and added up again in integers (mix_value): no shown money went through a
 * double but the shadow prices. */
#ifndef ECLUSE_FOCUS_MIX_H
#define ECLUSE_FOCUS_MIX_H

#include "focus/figures.h"

struct focus_cash; /* focus/cash.h */

#include <stdatomic.h>

enum mix_state {
    MIX_FOUND,      /* `gap` says how good it is */
    MIX_UNBOUNDED,  /* an offer has neither demand nor a bound: `unbounded` */
    MIX_INFEASIBLE, /* whatever is sold, cash falls below its minimum; what is told then is the best
                       mix if cash were no bound */
    MIX_NONE_YET    /* no whole mix within the time; not an error of the question */
};

struct mix_ask {
    const struct focus_figures *figures;
    uint32_t most;                 /* activities; figures->activity_count: as many as there are */
    const struct focus_cash *cash; /* NULL: cash bounds nothing */
    const bool *never;             /* [activity]: does not run; NULL: any may */
    double seconds;                /* at most; then the best so far with its gap */
    double gap;                    /* relative, at which it is good enough; 0: proved optimum */
    const atomic_bool *stop;       /* ends it early; may be NULL */
    uint64_t (*clock_ns)(void *context); /* never goes back; NULL: no limit of time */
    void *clock_context;
    /* How far it is, of `whole`; called by frontier_make and ranges_make. May be NULL. */
    void (*progress)(void *context, uint64_t done, uint64_t whole);
    void *progress_context;
    const int64_t *start_steps; /* [offer]: of a mix that is known to hold; NULL: none */
};

struct mix {
    enum mix_state state;
    bool optimal; /* proved, gap 0 */
    /* (bound - found) / |found|, of throughput less activities' costs; INFINITY: not known. */
    double gap;
    int64_t *steps; /* [figures->offers] what is sold (focus_quantity); 0 in mix_today */
    int64_t *units_thousandths; /* [figures->offers] a week */
    int64_t *sessions;          /* [figures->offers] 0 where there are no seats */
    bool *runs;                 /* [figures->activities] */
    int64_t profit_micro;       /* a week, all costs taken off */
    int64_t *used_micro;        /* [figures->centers] minutes */
    double *per_hour_minor; /* [figures->centers]: shadow price of an hour, activities as they are
                               and quantities continuous; 0: hours are left */
    uint32_t unbounded;     /* MIX_UNBOUNDED: in figures->offers */
    bool bound_by_cash;     /* without the minimum of the balance, another mix would be better */
    bool cash_known;        /* the next two say something */
    int64_t cash_low_minor; /* the lowest balance of the next 26 weeks with this mix */
    int32_t cash_low_day;
};

/* By the ask's clock: when its seconds are over; how many of them are left until then (below 0: it
 * has no clock); whether there are none, or it was stopped. */
uint64_t mix_until(const struct mix_ask *ask);
double mix_seconds_left(const struct mix_ask *ask, uint64_t until_ns);
bool mix_time_is_up(const struct mix_ask *ask, uint64_t until_ns);

/* *mix is malloc'd (mix_free); NULL unless STATUS_OK. */
enum status mix_solve(const struct mix_ask *ask, struct mix **mix, struct fault *fault) MUST_USE;
/* A mix that sells nothing; NULL: no memory. */
struct mix *mix_new(const struct focus_figures *figures);
void mix_free(struct mix *mix);
/* NULL: no memory. */
struct mix *mix_copy(const struct focus_figures *figures, const struct mix *mix);

/* Profit a week of any units (thousandths, so that what is sold today fits too) and of the
 * activities that run; exact. */
int64_t mix_value(const struct focus_figures *figures, const int64_t *units_thousandths,
                  const bool *runs);
/* Hours of the owner that the activities that run take, thousandths. */
int64_t mix_owner(const struct focus_figures *figures, const bool *runs);
/* Their avoidable fixed costs of a week, in millionths. */
int64_t mix_fixed(const struct focus_figures *figures, const bool *runs);
/* What is sold today as a mix: quantities may be broken. The caller frees it. */
enum status mix_today(const struct focus_figures *figures, struct mix **mix,
                      struct fault *fault) MUST_USE;
/* The work of what is sold today of an offer at one work center, as mix_today has it; thousandths
 * of a millionth of a minute. */
__int128 mix_today_work(const struct focus_figures *figures, const struct focus_offer *offer,
                        const struct focus_use *use);
/* What many shops do: the highest throughput a unit first, until hours or demand end. */
enum status mix_margin_first(const struct focus_figures *figures, struct mix **mix,
                             struct fault *fault) MUST_USE;

#endif

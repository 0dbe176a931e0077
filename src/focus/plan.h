/* Stop, shrink, start: what a plan would make of a week, beside a week of today.
 *
 *   today          what is sold now
 *   as it is       today's sales without what stops, less what is lost with it, cut where the
 *                  plan's hours do not suffice; what starts sells its demand; nothing else changes
 *   best use       the best mix of the plan's shop: what the freed hours can earn elsewhere
 *
 * Sales follow a demand that the plan changes, in proportion. Hours that today needs beyond what
 * its people are reckoned to have (they managed, somehow) are there in the plan as it is, too, in
 * the same proportion: else every plan would look worse than today for it. The best use fits in.
 *
 * Standing wages and rent are operating expense: they go only where the plan's shop says so. Hours
 * that are added cost their work center's cost_per_hour; fewer people save what the plan's
 * cash.fixed_costs say, and nothing else. */
#ifndef ECLUSE_FOCUS_PLAN_H
#define ECLUSE_FOCUS_PLAN_H

#include "focus/mix.h"

struct focus_plan_ask {
    const struct focus_figures *today;
    const struct mix *today_mix;         /* mix_today's */
    const struct focus_figures *figures; /* of the plan's shop; what of it stops is in `stop` */
    const bool *stop;   /* [figures->offers]: not sold; all of an activity, or an offer alone */
    const bool *never;  /* [figures->activities]: stops as a whole */
    const bool *always; /* [figures->activities]: starts: runs whatever it earns */
    const struct mix_ask *like;        /* most, seconds, gap, stop, clock of the best mix */
    const struct promise_state *state; /* its cash bounds the best mix, if it allows any at all;
                                          NULL: cash bounds nothing */
};

/* Minutes a week, in millionths. */
struct focus_plan_center {
    struct work_center_id work_center;              /* of the plan's shop */
    int64_t today_capacity_micro, today_used_micro; /* 0: today has no such work center */
    int64_t capacity_micro, used_micro, best_used_micro;
    int64_t paid_more_micro; /* people's minutes in the calendar, more than today or fewer */
    int64_t wage_micro;      /* of these at cost_per_hour, in millionths of a minor unit */
};

/* Money of a week, in millionths of a minor unit; what is lost or gone is positive. */
struct focus_plan {
    int64_t *today_thousandths; /* [figures->offers] sold today */
    struct mix *as_is; /* units, runs and used; its profit is without hours that are added */
    struct mix *best;  /* the same, and without the fixed costs of what starts */
    bool cash_breaks;  /* cash allows no mix: `best` is as if it were no bound */
    int64_t today_profit_micro, profit_micro;
    int64_t best_profit_micro; /* means something only if best->state is MIX_FOUND */

    /* Without VAT. Their sum is today's revenue less the plan's as it is. */
    int64_t revenue_stopped_micro;  /* of what stops */
    int64_t revenue_together_micro; /* bought together with it */
    int64_t revenue_hours_micro;    /* for which hours do not suffice */
    int64_t revenue_other_micro;    /* prices and demand that the plan changes, what starts */
    int64_t throughput_lost_micro;

    /* The plan's profit is today's less the throughput lost, and more by these. */
    int64_t fixed_gone_micro;     /* avoidable fixed costs of activities */
    int64_t operating_gone_micro; /* of cash.fixed_costs */
    int64_t hours_added_micro;    /* cost of added hours, negative or 0 */

    int64_t owner_today_thousandths, owner_thousandths, owner_best_thousandths; /* hours */
    uint32_t center_count;
    struct focus_plan_center *centers; /* [figures->centers] */
};

/* *plan is malloc'd (focus_plan_free). */
enum status focus_plan_make(const struct focus_plan_ask *ask, struct focus_plan **plan,
                            struct fault *fault) MUST_USE;
void focus_plan_free(struct focus_plan *plan);

/* More hours are free at a work center than today, or fewer. */
static inline int64_t focus_plan_freed(const struct focus_plan_center *center)
{
    return center->capacity_micro - center->used_micro -
           (center->today_capacity_micro - center->today_used_micro);
}

static inline int64_t focus_plan_revenue_lost(const struct focus_plan *plan)
{
    return plan->revenue_stopped_micro + plan->revenue_together_micro + plan->revenue_hours_micro +
           plan->revenue_other_micro;
}

#endif

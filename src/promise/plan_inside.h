/* Inside planning, for its files only.
 *
 *   plan.c       an ask's lines in planning order, its groups, the summary, giving back
 *   plan_need.c  what a group needs of each item, and from which day on it is there
 *   plan_buy.c   what stock cannot cover is bought
 *   plan_work.c  operations, sessions, forward and backward; carriers
 *   plan_why.c   what made it wait
 *   plan_break.c what was sold elsewhere and cannot be kept */
#ifndef ECLUSE_PROMISE_PLAN_INSIDE_H
#define ECLUSE_PROMISE_PLAN_INSIDE_H

#include "promise/state.h"

struct planning {
    struct promise_state *state;
    const struct plan_ask *asked;
    struct promise_plan *plan;
    bool elsewhere; /* the ask's: asked for each item that is needed */
};

static inline struct planning
planning_begin(struct promise_state *state, const struct plan_ask *asked, struct promise_plan *plan)
{
    plan->group_count = 0;
    plan->operation_count = 0;
    plan->run_count = 0;
    plan->session_count = 0;
    plan->purchase_count = 0;
    state->scratch.commitment_count = 0;
    return (struct planning){
        .state = state, .asked = asked, .plan = plan, .elsewhere = asked->ask->elsewhere};
}

/* Lines `first` to `end - 1` of the plan, which ship together. */
struct plan_span {
    uint32_t first;
    uint32_t end;
};

static inline const struct offer *line_offer(const struct planning *p,
                                             const struct planned_line *line)
{
    return &p->state->shop->offers[line->offer.index];
}

static inline enum promise_result plan_never(struct planning *p, enum promise_cause cause,
                                             uint16_t index)
{
    p->plan->summary.limit =
        (struct promise_limit){cause, index, window_horizon_end(&p->state->window)};
    return PROMISE_NEVER;
}

/* ---- plan.c ---- */

/* The order's total and its VAT before it is planned: all lines, and each carrier's charge once. */
int64_t plan_sale(const struct planning *p, int64_t *vat_minor);
/* The VAT of the lines and of the groups' parcels. */
void plan_vat(struct planning *p);

/* ---- plan_need.c ---- */

/* The group's material: its day, what made it wait, and what is bought for it (taken). */
enum promise_result need_group(struct planning *p, struct planned_group *group,
                               struct plan_span span);
/* The day (index) on which each line of a carrier could begin, if those before it had theirs; into
 * days[0 ...]. */
enum promise_result need_lines(struct planning *p, struct plan_span span, uint32_t *days);
/* The day on which each line commits what it needs: that on which its work starts. */
void need_commit_days(struct planning *p, struct plan_span span);
/* What the group's lines commit, each on its day. */
void need_commit(struct planning *p, struct plan_span span, uint16_t group);
/* The same where nothing is planned: all of it today. */
void need_commit_today(struct planning *p, struct plan_span span, uint16_t group);
/* How much of an item the ask may not touch. */
static inline int64_t need_kept_back(const struct planning *p, uint16_t item)
{
    return p->elsewhere ? 0 : p->state->stock.heads[item].keep_back;
}

/* ---- plan_buy.c ---- */

/* Finds the soonest purchase of what stock cannot cover of a need that is not there before `floor`
 * (index): fills its order day, due day and the days that cash made it later. Looks only. */
enum buy_result { BUY_FOUND, BUY_NONE, BUY_NO_DAY, BUY_NO_CASH };
enum buy_result buy_find(struct planning *p, struct plan_need *need, uint32_t floor);
/* Buys what was found, as the plan's next purchase. */
void buy_take(struct planning *p, const struct plan_need *need, uint32_t floor);
/* Gives back the plan's purchases from `from` on. */
void buy_undo(struct promise_state *state, const struct promise_plan *plan, uint32_t from);

/* ---- plan_work.c ---- */

/* The group's work and its collection, as soon as may be. */
enum promise_result work_forward(struct planning *p, struct planned_group *group,
                                 struct plan_span span);
/* As late as delivers by the wanted day (index); `ready`: as found forward. */
enum promise_result work_backward(struct planning *p, struct planned_group *group,
                                  struct plan_span span, int32_t want_index, int64_t ready);

/* What was taken when a group began, to be given back to. */
struct work_mark {
    uint32_t trail_count;
    uint32_t run_count;
    uint32_t operation_count;
    uint32_t session_count;
    uint32_t seats[LIMIT_ORDER_LINES]; /* of the plan's sessions; only the first session_count */
};
void work_mark_set(const struct planning *p, struct work_mark *mark);
void work_undo(struct planning *p, const struct work_mark *mark);

/* ---- plan_why.c ---- */

/* The cause with the longest wait. */
void why_group(struct planning *p, struct planned_group *group, struct plan_span span);

#endif

/* Two shops' figures -> what of today goes on in the plan (matched by name) -> what its hours let
 * through -> the best mix; then the differences.
 *
 * The plan's figures are never changed: what stops has no demand in a copy of them, and what starts
 * costs nothing more there. */
#include "focus/plan.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "focus/cash.h"
#include "focus/tell.h"
#include "focus/today.h"

#include <stdlib.h>
#include <string.h>

#define MILLION INT64_C(1000000)

enum { NOWHERE = -1, HOUR_MINUTES = 60 };

struct planning {
    const struct focus_plan_ask *ask;
    struct focus_plan *plan;
    struct focus_figures copy;             /* of ask->figures, with offers and centers of its own */
    int64_t *today_of;                     /* [figures->offers] in today->offers, or NOWHERE */
    int64_t center_of[LIMIT_WORK_CENTERS]; /* in today->centers, or NOWHERE */
    int64_t activity_of[LIMIT_ACTIVITIES]; /* in today->activities, or NOWHERE */
    struct fault *fault;
};

/* ---- what of today is what of the plan ---- */

static bool offers_match(struct planning *planning)
{
    const struct focus_figures *today = planning->ask->today;
    const struct focus_figures *figures = planning->ask->figures;
    int64_t *places = calloc(today->shop->offer_count + 1u, sizeof *places);
    if (places == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < today->offer_count; i++) {
        places[today->offers[i].offer.index] = i;
    }
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        struct offer_id found;
        bool known = shop_offer_find(today->shop, slice_of(focus_offer_name(figures, i)), &found);
        planning->today_of[i] = known ? places[found.index] : NOWHERE;
    }
    free(places);
    return true;
}

static void names_match(struct planning *planning)
{
    const struct focus_figures *today = planning->ask->today;
    const struct focus_figures *figures = planning->ask->figures;
    for (uint32_t i = 0; i < figures->center_count; i++) {
        planning->center_of[i] = NOWHERE;
        for (uint32_t j = 0; j < today->center_count; j++) {
            bool same = strcmp(focus_center(figures, i)->name, focus_center(today, j)->name) == 0;
            planning->center_of[i] = same ? j : planning->center_of[i];
        }
    }
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        planning->activity_of[i] = NOWHERE;
        for (uint32_t j = 0; j < today->activity_count; j++) {
            bool same = strcmp(focus_activity_name(figures, i), focus_activity_name(today, j)) == 0;
            planning->activity_of[i] = same ? j : planning->activity_of[i];
        }
    }
}

static const struct focus_offer *offer_today(const struct planning *planning, uint32_t offer)
{
    int64_t place = planning->today_of[offer];
    return place == NOWHERE ? NULL : &planning->ask->today->offers[place];
}

/* ---- what is sold as it is ---- */

/* Millionths of an offer's sales that go with the activities that stop. */
static int64_t lost_share(const struct planning *planning, uint32_t offer)
{
    const struct focus_figures *figures = planning->ask->figures;
    int64_t lost = 0;
    for (uint32_t i = 0; i < figures->loss_count; i++) {
        const struct focus_loss *loss = &figures->losses[i];
        bool counts = loss->offer == offer && planning->ask->never[loss->with];
        lost += counts ? loss->share_millionths : 0;
    }
    return lost < MILLION ? lost : MILLION;
}

static bool activity_is(const bool *flags, const struct focus_offer *offer)
{
    return offer->activity != NO_INDEX && flags[offer->activity];
}

/* Before baskets and hours: today's sales, in proportion to a demand that the plan changes. */
static int64_t quantity_wanted(const struct planning *planning, uint32_t offer)
{
    const struct focus_offer *planned = &planning->ask->figures->offers[offer];
    const struct focus_offer *today = offer_today(planning, offer);
    int64_t sold = today != NULL ? today->today_thousandths : 0;
    bool demand = planned->demand_thousandths != FOCUS_NO_LIMIT;
    if (planning->ask->stop[offer]) {
        return 0;
    }
    if (sold == 0 && activity_is(planning->ask->always, planned)) {
        return demand ? planned->demand_thousandths : 0;
    }
    if (today == NULL || !demand || planned->demand_from != FOCUS_FROM_FILE ||
        today->demand_thousandths <= 0 ||
        today->demand_thousandths == planned->demand_thousandths) {
        return sold;
    }
    /* Where more was sold than the file says is wanted, no more than that goes with it. */
    int64_t most = sold > planned->demand_thousandths ? sold : planned->demand_thousandths;
    int64_t follows =
        decimal_scale_half_up(sold, planned->demand_thousandths, today->demand_thousandths);
    return follows < most ? follows : most;
}

/* A work center that today is used beyond its hours is so in the plan. */
static int64_t capacity_stretched(const struct planning *planning, uint32_t center)
{
    int64_t capacity = planning->ask->figures->centers[center].minutes_micro;
    int64_t place = planning->center_of[center];
    if (place == NOWHERE) {
        return capacity;
    }
    int64_t had = planning->ask->today->centers[place].minutes_micro;
    int64_t used = planning->ask->today_mix->used_micro[place];
    return had > 0 && used > had ? decimal_scale_up(capacity, used, had) : capacity;
}

static enum status quantities_make(struct planning *planning)
{
    const struct focus_figures *figures = planning->ask->figures;
    struct focus_figures *copy = &planning->copy;
    struct focus_plan *plan = planning->plan;
    for (uint32_t i = 0; i < figures->center_count; i++) {
        copy->centers[i].minutes_micro = capacity_stretched(planning, i);
    }
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        int64_t wanted = quantity_wanted(planning, i);
        const struct focus_offer *today = offer_today(planning, i);
        plan->today_thousandths[i] = today != NULL ? today->today_thousandths : 0;
        copy->offers[i].demand_thousandths =
            wanted - decimal_scale_down(wanted, lost_share(planning, i), MILLION);
    }
    if (!today_fill(copy)) {
        return fault_set(planning->fault, STATUS_MEMORY, "no memory for a plan");
    }
    return mix_today(copy, &plan->as_is, planning->fault);
}

/* What runs today goes on unless it stops; a new one runs if it is to, or something of it is sold.
 */
static void runs_make(const struct planning *planning)
{
    const struct focus_plan_ask *ask = planning->ask;
    bool *runs = planning->plan->as_is->runs;
    for (uint32_t i = 0; i < ask->figures->activity_count; i++) {
        int64_t place = planning->activity_of[i];
        bool today = place != NOWHERE && ask->today_mix->runs[place];
        runs[i] = (runs[i] || today || ask->always[i]) && !ask->never[i];
    }
}

/* ---- the best use of what is free ---- */

/* What starts runs whatever it earns: its fixed costs and its owner's hours are spent, and nothing
 * is lost for want of it. */
static void starts_spend(struct planning *planning)
{
    const struct focus_plan_ask *ask = planning->ask;
    struct focus_figures *copy = &planning->copy;
    for (uint32_t i = 0; i < copy->activity_count; i++) {
        if (ask->always[i]) {
            int64_t left = copy->owner_thousandths - copy->activities[i].owner_thousandths;
            bool bounded = copy->owner_thousandths != FOCUS_NO_LIMIT;
            copy->owner_thousandths = !bounded ? FOCUS_NO_LIMIT : left > 0 ? left : 0;
            copy->activities[i].fixed_micro = 0;
            copy->activities[i].owner_thousandths = 0;
        }
    }
    for (uint32_t i = 0; i < copy->loss_count; i++) {
        bool runs = ask->always[copy->losses[i].with];
        copy->losses[i].share_millionths = runs ? 0 : copy->losses[i].share_millionths;
    }
}

/* What starts is spent there as far as it sells. */
static enum status cash_make(struct planning *planning, struct focus_cash **cash)
{
    const struct focus_plan_ask *ask = planning->ask;
    return ask->state == NULL ? STATUS_OK
                              : focus_cash_make(&planning->copy, ask->today, ask->today_mix,
                                                ask->state, cash, planning->fault);
}

static enum status best_make(struct planning *planning)
{
    const struct focus_plan_ask *ask = planning->ask;
    struct focus_figures *copy = &planning->copy;
    struct mix_ask best = *ask->like;
    struct focus_cash *cash = NULL;
    memcpy(copy->offers, ask->figures->offers, ask->figures->offer_count * sizeof *copy->offers);
    memcpy(copy->centers, ask->figures->centers,
           ask->figures->center_count * sizeof *copy->centers);
    for (uint32_t i = 0; i < copy->offer_count; i++) {
        if (ask->stop[i]) {
            copy->offers[i].demand_thousandths = 0;
            copy->offers[i].steps = 0;
        }
    }
    starts_spend(planning);
    best.figures = copy;
    best.never = ask->never;
    best.most = best.most < copy->activity_count ? best.most : copy->activity_count;
    best.start_steps = NULL;
    enum status status = cash_make(planning, &cash);
    if (status == STATUS_OK) {
        best.cash = cash;
        status = mix_solve(&best, &planning->plan->best, planning->fault);
    }
    if (status == STATUS_OK && planning->plan->best->state == MIX_INFEASIBLE) {
        mix_free(planning->plan->best);
        planning->plan->best = NULL;
        planning->plan->cash_breaks = true;
        best.cash = NULL;
        status = mix_solve(&best, &planning->plan->best, planning->fault);
    }
    free(cash);
    for (uint32_t i = 0; i < copy->activity_count && status == STATUS_OK; i++) {
        bool *runs = &planning->plan->best->runs[i];
        *runs = *runs || ask->always[i];
    }
    return status;
}

/* ---- hours ---- */

/* People's minutes of a plain week: what the calendar has for them, whatever they get done. */
static int64_t paid_minutes(const struct focus_figures *figures, uint32_t center)
{
    const struct focus_center *own = &figures->centers[center];
    const struct work_center *of = &figures->shop->work_centers[own->work_center.index];
    int64_t share =
        (int64_t)of->efficiency_thousandths * figures->shop->promise.load_limit_thousandths;
    return share > 0 ? own->minutes_micro / share : 0;
}

static void center_make(struct planning *planning, uint32_t index)
{
    const struct focus_plan_ask *ask = planning->ask;
    struct focus_plan *plan = planning->plan;
    struct focus_plan_center *center = &plan->centers[index];
    int64_t place = planning->center_of[index];
    int64_t paid = paid_minutes(ask->figures, index);
    center->work_center = ask->figures->centers[index].work_center;
    center->capacity_micro = ask->figures->centers[index].minutes_micro;
    center->used_micro = plan->as_is->used_micro[index];
    center->best_used_micro = plan->best->state == MIX_FOUND ? plan->best->used_micro[index] : 0;
    if (place != NOWHERE) {
        center->today_capacity_micro = ask->today->centers[place].minutes_micro;
        center->today_used_micro = ask->today_mix->used_micro[place];
        paid -= paid_minutes(ask->today, (uint32_t)place);
    }
    const struct work_center *of = &ask->figures->shop->work_centers[center->work_center.index];
    __int128 wage = (__int128)paid * of->cost_per_hour_minor * MILLION / HOUR_MINUTES;
    center->paid_more_micro = paid * MILLION;
    center->wage_micro = (int64_t)wage;
    plan->hours_added_micro -= paid > 0 ? center->wage_micro : 0;
}

/* ---- money ---- */

/* Of a quantity in thousandths, at so much a unit. */
static __int128 amount_of(int64_t quantity_thousandths, int64_t each_micro)
{
    return (__int128)quantity_thousandths * each_micro;
}

/* Sums in thousandths of what is kept. */
struct sums {
    __int128 stopped, together, hours, whole, throughput;
};

static void offer_sum(const struct planning *planning, uint32_t index, struct sums *sums)
{
    const struct focus_plan *plan = planning->plan;
    const struct focus_offer *planned = &planning->ask->figures->offers[index];
    const struct focus_offer *today = offer_today(planning, index);
    int64_t quantity = plan->as_is->units_thousandths[index];
    int64_t sold = plan->today_thousandths[index];
    sums->whole -= amount_of(quantity, planned->net_micro);
    sums->throughput -= amount_of(quantity, planned->throughput_micro);
    if (today != NULL) {
        sums->whole += amount_of(sold, today->net_micro);
        sums->throughput += amount_of(sold, today->throughput_micro);
    }
    if (planning->ask->stop[index]) {
        sums->stopped += today != NULL ? amount_of(sold, today->net_micro) : 0;
        return;
    }
    int64_t wanted = quantity_wanted(planning, index);
    int64_t together = decimal_scale_down(wanted, lost_share(planning, index), MILLION);
    sums->together += amount_of(together, planned->net_micro);
    sums->hours += amount_of(wanted - together - quantity, planned->net_micro);
}

/* Offers of today that the plan's shop has no more. */
static void gone_sum(const struct planning *planning, struct sums *sums)
{
    const struct focus_figures *today = planning->ask->today;
    for (uint32_t i = 0; i < today->offer_count; i++) {
        const struct focus_offer *offer = &today->offers[i];
        struct offer_id found;
        if (!shop_offer_find(planning->ask->figures->shop, slice_of(focus_offer_name(today, i)),
                             &found)) {
            __int128 revenue = amount_of(offer->today_thousandths, offer->net_micro);
            sums->stopped += revenue;
            sums->whole += revenue;
            sums->throughput += amount_of(offer->today_thousandths, offer->throughput_micro);
        }
    }
}

static void money_make(struct planning *planning)
{
    const struct focus_plan_ask *ask = planning->ask;
    struct focus_plan *plan = planning->plan;
    struct sums sums = {0};
    for (uint32_t i = 0; i < ask->figures->offer_count; i++) {
        offer_sum(planning, i, &sums);
    }
    gone_sum(planning, &sums);
    plan->revenue_stopped_micro = (int64_t)(sums.stopped / THOUSAND);
    plan->revenue_together_micro = (int64_t)(sums.together / THOUSAND);
    plan->revenue_hours_micro = (int64_t)(sums.hours / THOUSAND);
    plan->revenue_other_micro = (int64_t)(sums.whole / THOUSAND) - plan->revenue_stopped_micro -
                                plan->revenue_together_micro - plan->revenue_hours_micro;
    plan->throughput_lost_micro = (int64_t)(sums.throughput / THOUSAND);
    plan->fixed_gone_micro =
        mix_fixed(ask->today, ask->today_mix->runs) - mix_fixed(ask->figures, plan->as_is->runs);
    plan->operating_gone_micro = ask->today->operating_micro - ask->figures->operating_micro;
    plan->today_profit_micro = ask->today_mix->profit_micro;
    plan->profit_micro =
        mix_value(ask->figures, plan->as_is->units_thousandths, plan->as_is->runs) +
        plan->hours_added_micro;
    plan->best_profit_micro =
        plan->best->profit_micro + plan->hours_added_micro - mix_fixed(ask->figures, ask->always);
    plan->owner_today_thousandths = mix_owner(ask->today, ask->today_mix->runs);
    plan->owner_thousandths = mix_owner(ask->figures, plan->as_is->runs);
    plan->owner_best_thousandths =
        plan->best->state == MIX_FOUND ? mix_owner(ask->figures, plan->best->runs) : 0;
}

/* ---- all of it ---- */

static bool memory_take(struct planning *planning)
{
    const struct focus_figures *figures = planning->ask->figures;
    struct focus_plan *plan = planning->plan;
    planning->copy = *figures;
    planning->copy.offers = calloc(figures->offer_count + 1u, sizeof *figures->offers);
    planning->copy.centers = calloc(figures->center_count + 1u, sizeof *figures->centers);
    planning->copy.activities = calloc(figures->activity_count + 1u, sizeof *figures->activities);
    planning->copy.losses = calloc(figures->loss_count + 1u, sizeof *figures->losses);
    planning->today_of = calloc(figures->offer_count + 1u, sizeof *planning->today_of);
    plan->today_thousandths = calloc(figures->offer_count + 1u, sizeof(int64_t));
    plan->center_count = figures->center_count;
    plan->centers = calloc(figures->center_count + 1u, sizeof *plan->centers);
    if (planning->copy.offers == NULL || planning->copy.centers == NULL ||
        planning->copy.activities == NULL || planning->copy.losses == NULL ||
        planning->today_of == NULL || plan->today_thousandths == NULL || plan->centers == NULL) {
        return false;
    }
    memcpy(planning->copy.offers, figures->offers, figures->offer_count * sizeof *figures->offers);
    memcpy(planning->copy.centers, figures->centers,
           figures->center_count * sizeof *figures->centers);
    memcpy(planning->copy.activities, figures->activities,
           figures->activity_count * sizeof *figures->activities);
    memcpy(planning->copy.losses, figures->losses, figures->loss_count * sizeof *figures->losses);
    return true;
}

static enum status all_make(struct planning *planning)
{
    if (!memory_take(planning) || !offers_match(planning)) {
        return fault_set(planning->fault, STATUS_MEMORY, "no memory for a plan");
    }
    names_match(planning);
    enum status status = quantities_make(planning);
    if (status == STATUS_OK) {
        runs_make(planning);
        status = best_make(planning);
    }
    if (status != STATUS_OK) {
        return status;
    }
    for (uint32_t i = 0; i < planning->ask->figures->center_count; i++) {
        center_make(planning, i);
    }
    money_make(planning);
    return STATUS_OK;
}

enum status focus_plan_make(const struct focus_plan_ask *ask, struct focus_plan **plan,
                            struct fault *fault)
{
    struct planning planning = {.ask = ask, .fault = fault};
    *plan = NULL;
    planning.plan = calloc(1, sizeof *planning.plan);
    if (planning.plan == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for a plan");
    }
    enum status status = all_make(&planning);
    free(planning.copy.offers);
    free(planning.copy.centers);
    free(planning.copy.activities);
    free(planning.copy.losses);
    free(planning.today_of);
    if (status != STATUS_OK) {
        focus_plan_free(planning.plan);
        return status;
    }
    *plan = planning.plan;
    return STATUS_OK;
}

void focus_plan_free(struct focus_plan *plan)
{
    if (plan != NULL) {
        free(plan->today_thousandths);
        free(plan->centers);
        mix_free(plan->as_is);
        mix_free(plan->best);
        free(plan);
    }
}

/* Today, the rule of thumb and the best mix; then, where asked, the frontier and the ranges; then
 * what each activity is in them. */
#include "focus/focus.h"

#include "base/assert.h"
#include "base/decimal.h"

#include <stdlib.h>

static const char *const verdict_names[FOCUS_VERDICTS] = {
    [VERDICT_KEEP] = "keep", [VERDICT_GROW] = "grow",   [VERDICT_SHRINK] = "shrink",
    [VERDICT_STOP] = "stop", [VERDICT_START] = "start",
};

const char *focus_verdict_name(enum focus_verdict verdict)
{
    return verdict_names[verdict];
}

/* ---- shares ---- */

static int64_t of_quantity(int64_t each_micro, int64_t quantity_thousandths)
{
    return focus_rounded((__int128)each_micro * quantity_thousandths, THOUSAND);
}

static int64_t work_of(const struct focus_figures *figures, const struct focus_offer *offer,
                       const struct focus_use *use, int64_t quantity_thousandths, bool today)
{
    __int128 work =
        today ? mix_today_work(figures, offer, use) : focus_work(offer, use, quantity_thousandths);
    return focus_rounded(work, THOUSAND);
}

static bool share_fill(const struct focus_figures *figures, const struct mix *mix,
                       uint32_t activity, bool today, struct focus_share *share)
{
    share->used_micro = calloc(figures->center_count + 1u, sizeof *share->used_micro);
    if (share->used_micro == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        const struct focus_offer *offer = &figures->offers[i];
        if (offer->activity != activity) {
            continue;
        }
        share->throughput_micro += of_quantity(offer->throughput_micro, mix->units_thousandths[i]);
        share->revenue_micro += of_quantity(offer->net_micro, mix->units_thousandths[i]);
        for (uint32_t j = 0; j < offer->use_count; j++) {
            const struct focus_use *use = &figures->uses[offer->use_first + j];
            share->used_micro[use->center] +=
                work_of(figures, offer, use, mix->units_thousandths[i], today);
        }
    }
    share->profit_micro = share->throughput_micro;
    if (activity != NO_INDEX && mix->runs[activity]) {
        share->profit_micro -= figures->activities[activity].fixed_micro;
    }
    return true;
}

/* By throughput; within 5 percent of today's is the same. */
static enum focus_verdict verdict_of(const struct focus_activity_answer *answer, bool runs_today,
                                     bool runs_best)
{
    if (runs_today != runs_best) {
        return runs_today ? VERDICT_STOP : VERDICT_START;
    }
    int64_t today = answer->today.throughput_micro;
    int64_t change = answer->best.throughput_micro - today;
    int64_t small = (today < 0 ? -today : today) / 20;
    return change > small ? VERDICT_GROW : change < -small ? VERDICT_SHRINK : VERDICT_KEEP;
}

static bool activities_answer(const struct focus_figures *figures, struct focus_answer *answer)
{
    answer->activities = calloc(figures->activity_count + 1u, sizeof *answer->activities);
    answer->activity_count = figures->activity_count;
    for (uint32_t i = 0; answer->activities != NULL && i < figures->activity_count; i++) {
        struct focus_activity_answer *made = &answer->activities[i];
        if (!share_fill(figures, answer->today, i, true, &made->today) ||
            !share_fill(figures, answer->best, i, false, &made->best)) {
            return false;
        }
        made->verdict = verdict_of(made, answer->today->runs[i], answer->best->runs[i]);
    }
    return answer->activities != NULL;
}

/* ---- effective numbers ---- */

struct squares {
    double sum, of_squares;
};

static void squares_add(struct squares *squares, int64_t part)
{
    double value = part > 0 ? (double)part : 0;
    squares->sum += value;
    squares->of_squares += value * value;
}

static double effective(const struct squares *squares)
{
    return squares->sum > 0 ? squares->sum * squares->sum / squares->of_squares : 0;
}

/* Offers of no activity count as one together. */
static bool effective_fill(const struct focus_figures *figures, struct focus_answer *answer)
{
    struct squares hours = {0, 0};
    struct squares revenue = {0, 0};
    struct focus_share none = {0};
    if (!share_fill(figures, answer->today, NO_INDEX, true, &none)) {
        return false;
    }
    for (uint32_t i = 0; i <= figures->activity_count; i++) {
        bool is_none = i == figures->activity_count;
        const struct focus_share *share = is_none ? &none : &answer->activities[i].today;
        int64_t minutes = 0;
        for (uint32_t j = 0; j < figures->center_count; j++) {
            minutes += share->used_micro[j];
        }
        squares_add(&hours, minutes);
        squares_add(&revenue, share->revenue_micro);
    }
    free(none.used_micro);
    answer->effective_hours = effective(&hours);
    answer->effective_revenue = effective(&revenue);
    return true;
}

/* ---- all of it ---- */

/* Of the time for all of it: the best mix, then the frontier of what is left, then the ranges. */
#define BEST_TIME     0.25
#define FRONTIER_TIME 0.75

static struct mix_ask ask_with(const struct focus_ask *ask, const struct focus_answer *answer,
                               uint64_t until_ns, double share)
{
    struct mix_ask made = ask->mix;
    made.seconds = share * mix_seconds_left(&ask->mix, until_ns);
    made.cash = answer->cash;
    made.progress = ask->progress;
    made.progress_context = ask->progress_context;
    return made;
}

static enum status further_fill(const struct focus_ask *ask, uint64_t until_ns,
                                struct focus_answer *answer, struct fault *fault)
{
    enum status status = STATUS_OK;
    if (answer->best->state != MIX_FOUND) {
        return STATUS_OK;
    }
    if (ask->wants_frontier) {
        struct mix_ask frontier = ask_with(ask, answer, until_ns, FRONTIER_TIME);
        frontier.start_steps =
            ask->mix.most >= ask->figures->activity_count ? answer->best->steps : NULL;
        status = frontier_make(&frontier, &answer->frontier, fault);
    }
    if (status == STATUS_OK && ask->wants_ranges) {
        struct mix_ask ranges = ask_with(ask, answer, until_ns, 1);
        status = ranges_make(&ranges, answer->best, &answer->ranges, fault);
    }
    return status;
}

/* Where cash bounds the best mix, today's may break the minimum. */
static enum status today_cash(struct focus_answer *answer, struct fault *fault)
{
    struct outlook outlook;
    bool asks = answer->cash != NULL && answer->best->bound_by_cash;
    return asks ? focus_cash_look(answer->cash, answer->today, &outlook, fault) : STATUS_OK;
}

static enum status answer_fill(const struct focus_ask *ask, struct focus_answer *answer,
                               struct fault *fault)
{
    const struct focus_figures *figures = ask->figures;
    ASSERT(ask->mix.figures == figures);
    enum status status = mix_today(figures, &answer->today, fault);
    if (status == STATUS_OK && ask->state != NULL) {
        status = focus_cash_make(figures, figures, answer->today, ask->state, &answer->cash, fault);
    }
    uint64_t until_ns = mix_until(&ask->mix);
    struct mix_ask best = ask_with(ask, answer, until_ns, BEST_TIME);
    status = status == STATUS_OK ? mix_margin_first(figures, &answer->margin_first, fault) : status;
    status = status == STATUS_OK ? mix_solve(&best, &answer->best, fault) : status;
    status = status == STATUS_OK ? today_cash(answer, fault) : status;
    if (status != STATUS_OK) {
        return status;
    }
    if (!activities_answer(figures, answer) || !effective_fill(figures, answer)) {
        return fault_set(fault, STATUS_MEMORY, "no memory for the answer of focus");
    }
    return further_fill(ask, until_ns, answer, fault);
}

enum status focus(const struct focus_ask *ask, struct focus_answer **answer, struct fault *fault)
{
    *answer = NULL;
    struct focus_answer *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for the answer of focus");
    }
    enum status status = answer_fill(ask, made, fault);
    if (status != STATUS_OK) {
        focus_free(made);
        return status;
    }
    *answer = made;
    return STATUS_OK;
}

void focus_free(struct focus_answer *answer)
{
    if (answer == NULL) {
        return;
    }
    for (uint32_t i = 0; i < answer->activity_count && answer->activities != NULL; i++) {
        free(answer->activities[i].today.used_micro);
        free(answer->activities[i].best.used_micro);
    }
    free(answer->activities);
    frontier_free(answer->frontier);
    ranges_free(answer->ranges);
    mix_free(answer->best);
    mix_free(answer->today);
    mix_free(answer->margin_first);
    free(answer->cash);
    free(answer);
}

/* Mixes that need no optimizer: what is sold today, what a rule of thumb would sell, and what any
 * mix is worth. */
#include "focus/fill.h"

#include "base/decimal.h"

#include <stdlib.h>

int64_t mix_value(const struct focus_figures *figures, const int64_t *units_thousandths,
                  const bool *runs)
{
    __int128 sum = 0;
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        sum += (__int128)figures->offers[i].throughput_micro * units_thousandths[i];
    }
    return focus_rounded(sum, THOUSAND) - mix_fixed(figures, runs) - figures->operating_micro;
}

int64_t mix_owner(const struct focus_figures *figures, const bool *runs)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        sum += runs[i] ? figures->activities[i].owner_thousandths : 0;
    }
    return sum;
}

int64_t mix_fixed(const struct focus_figures *figures, const bool *runs)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        sum += runs[i] ? figures->activities[i].fixed_micro : 0;
    }
    return sum;
}

/* ---- today ---- */

/* What was sold is a mean of weeks: its sessions are whole, but not each is held every week, so
 * their work is taken as that of the seats sold. */
__int128 mix_today_work(const struct focus_figures *figures, const struct focus_offer *offer,
                        const struct focus_use *use)
{
    __int128 work = (__int128)use->minutes_micro * offer->today_thousandths;
    bool of_seats = offer->seats > 0 && figures->today_from == FOCUS_FROM_PAST;
    return of_seats ? work / offer->seats : focus_work(offer, use, offer->today_thousandths);
}

static void today_work(const struct focus_figures *figures, const struct focus_offer *offer,
                       __int128 *used)
{
    for (uint32_t i = 0; i < offer->use_count; i++) {
        const struct focus_use *use = &figures->uses[offer->use_first + i];
        used[use->center] += mix_today_work(figures, offer, use);
    }
}

enum status mix_today(const struct focus_figures *figures, struct mix **mix, struct fault *fault)
{
    struct mix *made = *mix = mix_new(figures);
    __int128 *used = calloc(figures->center_count + 1u, sizeof *used);
    if (made == NULL || used == NULL) {
        free(used);
        mix_free(made);
        *mix = NULL;
        return fault_set(fault, STATUS_MEMORY, "no memory for the mix of today");
    }
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        made->runs[i] = figures->activities[i].offer_count == 0; /* it costs, and sells nothing */
    }
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        const struct focus_offer *offer = &figures->offers[i];
        made->units_thousandths[i] = offer->today_thousandths;
        made->sessions[i] = focus_sessions(offer, offer->today_thousandths);
        if (offer->activity != NO_INDEX && offer->today_thousandths > 0) {
            made->runs[offer->activity] = true;
        }
        today_work(figures, offer, used);
    }
    for (uint32_t i = 0; i < figures->center_count; i++) {
        made->used_micro[i] = focus_rounded(used[i], THOUSAND);
    }
    made->profit_micro = mix_value(figures, made->units_thousandths, made->runs);
    free(used);
    return STATUS_OK;
}

/* ---- margin first ---- */

struct margin {
    int64_t throughput_micro;
    uint32_t offer;
};

static int highest_first(const void *a, const void *b)
{
    const struct margin *left = a;
    const struct margin *right = b;
    if (left->throughput_micro != right->throughput_micro) {
        return left->throughput_micro > right->throughput_micro ? -1 : 1;
    }
    return left->offer < right->offer ? -1 : 1;
}

static bool margins_fill(struct fill *fill)
{
    const struct focus_figures *figures = fill->figures;
    struct margin *margins = calloc(figures->offer_count + 1u, sizeof *margins);
    if (margins == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        margins[i] = (struct margin){figures->offers[i].throughput_micro, i};
    }
    qsort(margins, figures->offer_count, sizeof *margins, highest_first);
    for (uint32_t i = 0; i < figures->offer_count && margins[i].throughput_micro > 0; i++) {
        uint32_t offer = margins[i].offer;
        if (bounds_steps(fill->bounds, figures, offer) != FOCUS_NO_LIMIT) {
            fill_set(fill, offer, fill_most(fill, offer));
        }
    }
    fill_repair(fill);
    free(margins);
    return true;
}

enum status mix_margin_first(const struct focus_figures *figures, struct mix **mix,
                             struct fault *fault)
{
    struct bounds *bounds = bounds_make(figures);
    struct fill fill = {0};
    *mix = NULL;
    bool made = bounds != NULL &&
                fill_begin(&fill, figures, bounds, NULL, figures->activity_count) &&
                margins_fill(&fill) && fill_mix(&fill, mix);
    fill_free(&fill);
    bounds_free(bounds);
    return made ? STATUS_OK : fault_set(fault, STATUS_MEMORY, "no memory for a mix by margin");
}

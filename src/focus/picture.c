/* Figures -> offers by activity, each week's money and work added up in integers. */
#include "focus/picture.h"

#include "base/decimal.h"
#include "focus/mix.h"

#include <stdlib.h>

#define CLEAR_CHANCE 0.05

int64_t picture_throughput(const struct focus_offer *offer)
{
    return focus_rounded((__int128)offer->throughput_micro * offer->today_thousandths, THOUSAND);
}

int64_t picture_work(const struct focus_figures *figures, const struct focus_offer *offer,
                     const struct focus_use *use)
{
    return focus_rounded(mix_today_work(figures, offer, use), THOUSAND);
}

bool picture_per_hour(int64_t throughput_micro, int64_t minutes_micro, int64_t *micro)
{
    *micro = minutes_micro > 0
                 ? focus_rounded((__int128)throughput_micro * FOCUS_HOUR, minutes_micro)
                 : 0;
    return minutes_micro > 0;
}

/* ---- sold ---- */

bool picture_trend_is_clear(const struct sold_figures *sold)
{
    return sold->trend_chance >= 0 && sold->trend_chance < CLEAR_CHANCE &&
           (sold->trend_per_week > 0 || sold->trend_per_week < 0);
}

bool picture_season(const struct sold_figures *sold, int *most, int *least)
{
    *most = *least = 0;
    for (int i = 1; i < 12; i++) {
        *most = sold->season[i] > sold->season[*most] ? i : *most;
        *least = sold->season[i] < sold->season[*least] ? i : *least;
    }
    return sold->season[*least] >= 0;
}

double picture_returned(const struct sold_figures *sold)
{
    int64_t all = sold->units_thousandths + sold->returned_thousandths;
    return all > 0 ? (double)sold->returned_thousandths / (double)all : -1;
}

/* ---- the groups ---- */

static int offers_compare(const void *a, const void *b, void *context)
{
    const struct focus_figures *figures = context;
    const struct focus_offer *left = &figures->offers[*(const uint32_t *)a];
    const struct focus_offer *right = &figures->offers[*(const uint32_t *)b];
    if (left->activity != right->activity) {
        return left->activity < right->activity ? -1 : 1; /* NO_INDEX comes last */
    }
    int64_t difference = picture_throughput(right) - picture_throughput(left);
    difference = difference != 0 ? difference : right->throughput_micro - left->throughput_micro;
    return difference != 0 ? (difference < 0 ? -1 : 1) : left < right ? -1 : left > right;
}

static int groups_compare(const void *a, const void *b, void *context)
{
    const struct focus_figures *figures = context;
    const struct picture_group *left = a;
    const struct picture_group *right = b;
    uint32_t none = figures->activity_count;
    if ((left->activity == none) != (right->activity == none)) {
        return left->activity == none ? 1 : -1;
    }
    if (left->throughput_micro != right->throughput_micro) {
        return left->throughput_micro > right->throughput_micro ? -1 : 1;
    }
    return left->activity < right->activity ? -1 : left->activity > right->activity;
}

static void offer_add(struct picture *picture, struct picture_group *group, uint32_t index)
{
    const struct focus_figures *figures = picture->figures;
    const struct focus_offer *offer = &figures->offers[index];
    group->count++;
    group->units_thousandths += offer->today_thousandths;
    group->throughput_micro += picture_throughput(offer);
    if (figures->sold != NULL) {
        group->returned_thousandths +=
            figures->sold->offers[offer->offer.index].returned_thousandths;
    }
    for (uint32_t i = 0; i < offer->use_count; i++) {
        const struct focus_use *use = &figures->uses[offer->use_first + i];
        int64_t work = picture_work(figures, offer, use);
        group->used_micro[use->center] += work;
        picture->used_micro[use->center] += work;
    }
}

/* Activities without offers are groups, too: they have their costs. */
static void groups_fill(struct picture *picture)
{
    const struct focus_figures *figures = picture->figures;
    uint32_t next = 0;
    for (uint32_t i = 0; i <= figures->activity_count; i++) {
        struct picture_group *group = &picture->groups[picture->group_count];
        uint16_t activity = i < figures->activity_count ? (uint16_t)i : (uint16_t)NO_INDEX;
        *group = (struct picture_group){.activity = i,
                                        .first = next,
                                        .used_micro = picture->used_micro +
                                                      (i + 1) * (size_t)figures->center_count};
        while (next < figures->offer_count &&
               figures->offers[picture->offers[next]].activity == activity) {
            offer_add(picture, group, picture->offers[next++]);
        }
        picture->group_count += group->count > 0 || activity != NO_INDEX;
    }
}

static uint32_t fullest_of(const struct picture *picture)
{
    const struct focus_figures *figures = picture->figures;
    uint32_t fullest = figures->center_count;
    for (uint32_t i = 0; i < figures->center_count; i++) {
        __int128 used = picture->used_micro[i];
        int64_t has = figures->centers[i].minutes_micro;
        if (used > 0 && (fullest == figures->center_count ||
                         used * figures->centers[fullest].minutes_micro >
                             (__int128)picture->used_micro[fullest] * has)) {
            fullest = i;
        }
    }
    return fullest;
}

bool picture_make(const struct focus_figures *figures, struct picture *picture)
{
    size_t groups = figures->activity_count + 1;
    *picture = (struct picture){.figures = figures,
                                .groups = calloc(groups, sizeof *picture->groups),
                                .offers = calloc(figures->offer_count + 1, sizeof *picture->offers),
                                .used_micro = calloc((groups + 1) * figures->center_count + 1,
                                                     sizeof *picture->used_micro)};
    if (picture->groups == NULL || picture->offers == NULL || picture->used_micro == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        picture->offers[i] = i;
    }
    void *context = (void *)(uintptr_t)figures; /* which is only read */
    qsort_r(picture->offers, figures->offer_count, sizeof *picture->offers, offers_compare,
            context);
    groups_fill(picture);
    qsort_r(picture->groups, picture->group_count, sizeof *picture->groups, groups_compare,
            context);
    picture->fullest = fullest_of(picture);
    return true;
}

void picture_free(struct picture *picture)
{
    free(picture->groups);
    free(picture->offers);
    free(picture->used_micro);
    *picture = (struct picture){.groups = NULL};
}

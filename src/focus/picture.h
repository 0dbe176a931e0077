/* The picture: what each activity and offer brings in a week of today, and what it takes of each
 * work center. Activities with what brings the most first, each with its offers in the same order;
 * offers of no activity are a group of their own, the last.
 *
 * Money is in millionths of a minor unit and work in millionths of a minute, as in figures.h. */
#ifndef ECLUSE_FOCUS_PICTURE_H
#define ECLUSE_FOCUS_PICTURE_H

#include "focus/figures.h"

struct picture_group {
    uint32_t activity;     /* in figures->activities; activity_count: of none */
    uint32_t first, count; /* in picture->offers */
    int64_t units_thousandths, throughput_micro; /* a week */
    int64_t returned_thousandths;                /* in the weeks of today */
    int64_t *used_micro;                         /* [figures->centers] a week */
};

struct picture {
    const struct focus_figures *figures;
    uint32_t group_count;
    struct picture_group *groups;
    uint32_t *offers; /* [figures->offer_count] indices in figures->offers, by group */
    uint32_t fullest; /* the work center of which the most of its hours is taken; center_count: none
                         is used */
    int64_t *used_micro; /* [figures->centers] of all; the groups' stand behind */
};

/* False: no memory. *picture ends with picture_free in both cases. */
bool picture_make(const struct focus_figures *figures, struct picture *picture) MUST_USE;
void picture_free(struct picture *picture);

/* Of a week of today; its work as mix_today has it. */
int64_t picture_throughput(const struct focus_offer *offer);
int64_t picture_work(const struct focus_figures *figures, const struct focus_offer *offer,
                     const struct focus_use *use);
/* Money for an hour of work. False: there is no work. */
bool picture_per_hour(int64_t throughput_micro, int64_t minutes_micro, int64_t *micro) MUST_USE;

/* A trend that is clear: so orderly by chance less than once in twenty, and not nothing. */
bool picture_trend_is_clear(const struct sold_figures *sold);
/* The months with most and least, 0 to 11. False: no season is known. */
bool picture_season(const struct sold_figures *sold, int *most, int *least) MUST_USE;
/* Sent back, of all that was sold in the weeks of today; negative: nothing was. */
double picture_returned(const struct sold_figures *sold);

#endif

/* What one unit of each offer earns and takes, and what a plain week has to give: the figures that
 * every other file of this room reckons with.
 *
 *   throughput = price without VAT - materials - payment fee - carriage not charged
 *
 * (Goldratt, The Haystack Syndrome, 1990: what a sale adds to the money of the shop.) Wages and
 * rent are operating expense: the same whatever is sold. A week's hours of a work center are its
 * calendar's plain week x people x efficiency x load_limit, without closures and staffing; a month
 * is 52/12 weeks.
 *
 * Money is in millionths of a minor unit (FOCUS_MICRO) and integer: a price without its VAT has no
 * end in cents, and a week of many units is to be right to the cent. What is shown is rounded half
 * up once, at the end (focus_minor). Work is in millionths of a standard minute.
 *
 * Quantities are thousandths of a unit. The mix sells whole units a week, counted in steps; where
 * the demand is no whole number (a heat pump every second week, 7.4 jars), it is sold in equal
 * parts of at most a unit, so that all of it can be sold: 0.5 in one step, 7.5 in ten of 0.75.
 * Where it has no such parts, they are a thousandth longer. Rounding such a demand to whole units
 * was rejected: half a heat pump a week more or less is what the shop earns.
 *
 * The work of a parcel and of setting up is shared by the units of an order (struct sold, or
 * assumptions.ordinary_units). An item whose supplier is not known is taken as always to be had;
 * one with max_units_per_week bounds the mix. */
#ifndef ECLUSE_FOCUS_FIGURES_H
#define ECLUSE_FOCUS_FIGURES_H

#include "base/status.h"
#include "focus/sold.h"
#include "model/shop.h"

#define FOCUS_MICRO     INT64_C(1000000)
#define FOCUS_HOUR      (60 * FOCUS_MICRO) /* in millionths of a minute */
#define FOCUS_NO_LIMIT  INT64_C(-1)        /* demand, hours, owner's hours: nothing bounds them */
#define FOCUS_UNITS_MAX INT64_C(1000000)   /* of an offer in a week, at most */

/* Standard work at a work center for one unit (of a session: for the session). */
struct focus_use {
    uint16_t center; /* in figures->centers */
    int64_t minutes_micro;
};

/* Where a figure comes from; said in the answer. */
enum focus_source { FOCUS_FROM_FILE, FOCUS_FROM_PAST, FOCUS_UNKNOWN };

struct focus_offer {
    struct offer_id offer;
    uint16_t activity; /* in figures->activities; NO_INDEX: of none */
    /* Of one unit, in millionths of a minor unit. */
    int64_t net_micro; /* the price without VAT */
    int64_t materials_micro;
    int64_t fee_micro;
    int64_t carriage_micro;     /* what the carrier costs beyond what is charged, never below 0 */
    int64_t throughput_micro;   /* may be negative */
    uint32_t use_first;         /* in figures->uses */
    uint32_t use_count;         /* one a work center, in the order of the centers */
    int64_t seats;              /* 0: none; else its uses are of a session of so many units */
    int64_t demand_thousandths; /* a week, that could be sold; FOCUS_NO_LIMIT */
    int64_t steps;              /* in so many equal parts; FOCUS_NO_LIMIT: no limit */
    int64_t step_thousandths;   /* of a unit; 1000 where the demand is whole or has no limit */
    enum focus_source demand_from;
    int64_t today_thousandths; /* sold in a week of today */
};

struct focus_activity {
    struct activity_id activity;
    int64_t fixed_micro;       /* a week; avoidable: gone with the activity */
    int64_t owner_thousandths; /* hours a week */
    uint32_t offer_count;
};

struct focus_center {
    struct work_center_id work_center;
    int64_t minutes_micro; /* a week has so much standard work to give */
};

/* Stopping activity `with` loses so much of the demand for `offer`, of another activity. */
struct focus_loss {
    uint32_t offer; /* in figures->offers */
    uint16_t with;  /* in figures->activities */
    int32_t share_millionths;
};

/* Only what is not retired is in it. */
struct focus_figures {
    const struct shop *shop;
    const struct sold *sold; /* NULL: of a shop file */
    uint32_t offer_count;
    struct focus_offer *offers; /* in the order of the shop file */
    uint32_t use_count;
    struct focus_use *uses;
    uint32_t activity_count;
    struct focus_activity *activities;
    uint32_t center_count;
    struct focus_center *centers;
    uint32_t loss_count;
    struct focus_loss *losses;    /* by offer; those of one offer add up to a million at most */
    int64_t owner_thousandths;    /* hours a week that the owner has; FOCUS_NO_LIMIT */
    int64_t operating_micro;      /* cash.fixed_costs, a week: a month is 52/12 of them */
    enum focus_source today_from; /* FOCUS_FROM_PAST; FOCUS_FROM_FILE: demand as it comes, until the
                                     hours are full */
};

/* *figures is malloc'd (focus_figures_free). `sold` may be NULL; it and `shop` are read as long as
 * the figures are used. STATUS_INVALID: there is nothing to sell; STATUS_LIMIT: sums that do not
 * fit, the sentence says of which offer. */
enum status focus_figures_make(const struct shop *shop, const struct sold *sold,
                               struct focus_figures **figures, struct fault *fault) MUST_USE;
void focus_figures_free(struct focus_figures *figures);

/* So much are `steps` of an offer, in thousandths of a unit. */
int64_t focus_quantity(const struct focus_offer *offer, int64_t steps);
/* Sessions that a quantity needs; 0: the offer has no seats. */
int64_t focus_sessions(const struct focus_offer *offer, int64_t quantity_thousandths);
/* The place of an offer's first loss; loss_count or another offer's if it has none. */
uint32_t focus_losses_first(const struct focus_figures *figures, uint32_t offer);
/* Work at a work center of `figures` for a quantity, in thousandths of a millionth of a minute. */
__int128 focus_work(const struct focus_offer *offer, const struct focus_use *use,
                    int64_t quantity_thousandths);

/* cash.fixed_costs of a week; false: they are more than can be reckoned with. */
bool focus_operating(const struct shop *shop, int64_t *micro);

/* Thousandths of a unit that share one setting up or one parcel: `known` units (of struct sold; 0:
 * not known), else what is ordinary. At least one unit. */
int64_t focus_units_shared(const struct shop *shop, double known, bool on_site);

/* sum / unit, half away from zero. */
int64_t focus_rounded(__int128 sum, int64_t unit);
/* Minor units to millionths; what does not fit stays at the end of what does. */
int64_t focus_micro(int64_t minor);
/* Millionths to minor units, half up (away from zero at a half below it). */
int64_t focus_minor(int64_t micro);

#endif

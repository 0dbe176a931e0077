/* What was sold, as focus needs it: how much of what in a week of today, in which baskets, with
 * which trend, kept or broken, sent back, and to whom.
 *
 * Made from the orders of a database (commands/focus_past.h reads them); a shop file has none. What
 * is said of too little says so (enum sold_enough): nobody is to conclude from five orders. */
#ifndef ECLUSE_FOCUS_SOLD_H
#define ECLUSE_FOCUS_SOLD_H

#include "base/status.h"
#include "model/shop.h"

enum {
    SOLD_WEEKS = 13,       /* of today: the last quarter of a year, or what there is of it */
    SOLD_WEEKS_MIN = 6,    /* below that, nothing is concluded */
    SOLD_ORDERS_MIN = 100, /* the same */
    SOLD_TREND_WEEKS = 26,
    SOLD_SEASON_WEEKS = 104 /* a month is compared with others only when it came twice */
};

enum sold_enough { SOLD_ENOUGH, SOLD_NONE, SOLD_SHORT, SOLD_FEW };

/* Of an offer or an activity. Rates that cannot be told are negative. */
struct sold_figures {
    int64_t units_thousandths;    /* in the weeks of today, sent back ones taken off; not below 0 */
    int64_t returned_thousandths; /* in them */
    uint32_t orders;              /* in them, with any of it */
    /* Orders whose promise fell due in these weeks or since, or was kept before it did; delivered
     * late, or late by now. Both 0 in a shop that never tells what was delivered. */
    uint32_t promised, broken;
    double trend_per_week; /* of the units a week, as a share of their mean: Theil-Sen */
    double trend_chance;   /* of so clear a trend if there were none: Mann-Kendall, two sided */
    double season[12];     /* month against the mean of all; negative: not known */
};

/* Orders in which an offer and an activity came together, beyond chance. */
struct sold_pair {
    uint16_t offer, activity; /* the offer is of another activity, or of none */
    uint32_t orders;          /* with both */
    double share; /* of the offer's units: in such orders, beyond what chance would have */
};

struct sold_customers {
    uint32_t all;               /* who bought any of the activity in the last 52 weeks */
    uint32_t only;              /* and nothing else */
    int64_t revenue_minor;      /* of all: what they bought of everything, VAT included */
    int64_t only_revenue_minor; /* of those who bought only that */
};

struct sold {
    enum sold_enough state;
    int32_t first_day, last_day; /* of all orders, the last included; 0: there is none */
    int32_t from_day, until_day; /* of the weeks of today; the last is not included */
    uint32_t weeks;              /* SOLD_WEEKS at most */
    uint32_t orders;
    double units_per_order;      /* of all that is shipped; 0: not known */
    uint32_t offer_count;        /* of the shop */
    struct sold_figures *offers; /* [offer] */
    double *units_per_line;      /* [offer]; 0: not known */
    uint32_t activity_count;
    struct sold_figures *activities;  /* [activity] */
    struct sold_customers *customers; /* [activity] */
    bool knows_customers;             /* false: no order says who bought */
    uint32_t year_orders;             /* in the last 52 weeks */
    uint32_t year_known;              /* and of these, that say who bought */
    uint32_t pair_count;
    struct sold_pair *pairs; /* by offer, then activity */
};

struct sold_rows;

/* What all of the above says of the orders of `rows` (focus/sold_rows.h) at an instant: its own day
 * does not count yet. Rules and sources: docs/decisions/0081. STATUS_MEMORY. */
enum status sold_make(const struct sold_rows *rows, const struct shop *shop, int64_t now,
                      struct sold *sold, struct fault *fault) MUST_USE;
void sold_free(struct sold *sold);

#endif

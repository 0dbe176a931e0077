/* The bank's balance over the next months, if a week's mix is sold week after week.
 *
 *   what is known   the balance, payouts and VAT of orders, bills, purchases: the core's forecast
 *   and each week   sales, paid out as the shop is paid; materials for what was sold, billed as
 *                   their suppliers bill; carriage beyond what is charged; VAT on its day
 *   and on its day  cash.fixed_costs; activities' fixed costs, evenly
 *
 * Sales and purchases are the mix's, not cash.expected_sales_per_week. What is on its way is used
 * before more is bought; the stock stays as large as it is. Where nobody knows what was sold before
 * (a shop file, a database that is new): today's mix, so that the first weeks are not without
 * payouts. */
#ifndef ECLUSE_FOCUS_OUTLOOK_H
#define ECLUSE_FOCUS_OUTLOOK_H

#include "focus/figures.h"
#include "promise/change.h"

enum { OUTLOOK_WEEKS = 26, OUTLOOK_DAYS = OUTLOOK_WEEKS * 7 };

struct outlook_mix {
    const struct focus_figures *figures;
    const int64_t *units_thousandths; /* [figures->offers] a week */
    const bool *runs;                 /* [figures->activities] */
    int64_t hours_micro;              /* what added hours cost a week */
};

struct outlook_ask {
    struct outlook_mix mix, today;
    const struct promise_state *state; /* of today's shop */
};

struct outlook {
    bool present; /* false: the shop file has no cash section, and there is nothing else */
    int32_t first_day;
    int64_t day_minor[OUTLOOK_DAYS];   /* at the end of each day */
    int64_t week_minor[OUTLOOK_WEEKS]; /* at the end of each */
    int64_t low_minor;                 /* on any day */
    int32_t low_day;                   /* the first such */
};

/* STATUS_MEMORY only. */
enum status outlook_make(const struct outlook_ask *ask, struct outlook *outlook,
                         struct fault *fault) MUST_USE;

#endif

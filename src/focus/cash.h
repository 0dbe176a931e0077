/* Cash as a bound of the mix: the balance of the outlook (focus/outlook.h) must not fall below
 * cash.minimum_balance on any day of the next 26 weeks.
 *
 * The outlook says exactly how low a mix gets; the optimizer needs it as a linear row. Of a day D,
 * the balance is that without any mix, and for every unit a week what its sales have brought and
 * its purchases have cost by D. Goods on their way, which the outlook uses before more is bought,
 * are left out of the rows: they make a mix cheaper, so a mix that keeps the rows keeps the
 * minimum. Rows are made for days that a mix has broken, not for all. */
#ifndef ECLUSE_FOCUS_CASH_H
#define ECLUSE_FOCUS_CASH_H

#include "focus/mix.h"
#include "focus/outlook.h"

struct focus_cash {
    const struct focus_figures *figures, *today_figures;
    const struct mix *today;
    const struct promise_state *state; /* of today's shop */
    struct outlook without;            /* of no mix at all */
    int64_t minimum_minor;
};

/* *cash is malloc'd (free); NULL: the shop has no cash section, nothing is bounded. The figures may
 * be a plan's; `today` is of `today_figures`. All are read as long as cash is used. */
enum status focus_cash_make(const struct focus_figures *figures,
                            const struct focus_figures *today_figures, const struct mix *today,
                            const struct promise_state *state, struct focus_cash **cash,
                            struct fault *fault) MUST_USE;

/* The outlook of a mix, whose cash_* it fills. */
enum status focus_cash_look(const struct focus_cash *cash, struct mix *mix, struct outlook *outlook,
                            struct fault *fault) MUST_USE;

/* By a day of the outlook (0 to OUTLOOK_DAYS - 1), in minor units: what a unit a week of each
 * offer, and each activity that runs, has brought. False: no memory. */
bool focus_cash_row(const struct focus_cash *cash, int32_t day, double *offers,
                    double *activities) MUST_USE;

#endif

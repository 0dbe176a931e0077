/* What a mix does to promise dates, asked of the very core that makes promises.
 *
 * The week's sales are given to a state of their own as orders, evenly over the hours of some weeks
 * from now on; time passes, what is due comes in, what the reorder rule proposes is bought and
 * sent; of an item without a supplier there is enough, as figures.h has it. Nobody is absent,
 * nothing is late, and every order is of one offer: only the mix and the shop make the difference.
 * The answer is what the orders of the second half were promised, when what the mix asks for has
 * had its time to pile up. Same input, same answer. */
#ifndef ECLUSE_FOCUS_DATES_H
#define ECLUSE_FOCUS_DATES_H

#include "promise/promise.h"

enum {
    DATES_WEEKS = 4,
    DATES_ORDERS_MAX = 60000 /* in all weeks: a shop that sells more is looked at for fewer */
};

struct dates_ask {
    const struct shop *shop; /* the plan's */
    int64_t now;
    /* The core as it is, of a shop from which `shop` was made by shop_merge; NULL: `shop` begins
     * now. */
    const struct promise_state *state;
    /* Of each of shop->offers, in thousandths: */
    const int64_t *weekly;    /* units that are sold in a week; nothing of what is retired */
    const int64_t *per_order; /* units in one order of it, at least one */
};

struct dates_figures {
    uint32_t orders;  /* asked for in the second half */
    uint32_t refused; /* of them */
    /* From the day of the order to the day by which it is promised: half of those that were
     * promised have to wait so long at most, and nine of ten. -1: none was. */
    int32_t median_days, ninth_days;
};

struct dates {
    uint32_t weeks; /* so many were lived, 0: even one has too many orders */
    uint32_t activity_count;
    struct dates_figures all;
    struct dates_figures *activities; /* [shop->activity_count + 1]; the last: of none */
};

/* `dates` gets memory of its own (dates_free). */
enum status dates_make(const struct dates_ask *ask, struct dates *dates,
                       struct fault *fault) MUST_USE;
void dates_free(struct dates *dates);

#endif

/* Two levers for two teams: what customers take a minute, beside what can still be promised.
 *
 * Marketing reads from it whether the basin may be filled further; operations see what a shift or a
 * receipt more would change, because it is counted from the core's state of now. */
#ifndef ECLUSE_PAGES_DEMAND_H
#define ECLUSE_PAGES_DEMAND_H

#include "base/text.h"
#include "promise/wish.h"

enum {
    DEMAND_OFFERS_MAX = 12,
    DEMAND_MINUTES = 5,        /* over which a minute is averaged */
    DEMAND_ORDERS_MAX = 200000 /* looked at, latest first */
};

struct demand_offer {
    struct offer_id offer;
    uint32_t orders;              /* of the last minutes; those that ended otherwise left out */
    int64_t quantity_thousandths; /* in them */
    uint32_t left; /* how many more could be promised (left_task.h); at most LEFT_UNITS_MAX */
    bool dated;    /* one unit could be promised: for that day */
    int32_t deliver_by_day;
    struct wish_demand wishes;
};

struct demand {
    uint32_t count;
    struct demand_offer offers[DEMAND_OFFERS_MAX];
};

/* The moment's offers (gate: moment_offers), then those of which most units were taken in
 * the last minutes. On the core's state; the state stays as it is. `lines_most` as for left_find:
 * LIMIT_ORDER_LINES where nobody else waits for the core. */
void demand_fill(struct promise_state *state, int64_t now, uint32_t lines_most,
                 struct demand *demand);

/* Of what was taken in the last minutes, thousandths or not: of one minute. */
static inline int64_t demand_a_minute(int64_t of_minutes)
{
    return of_minutes / DEMAND_MINUTES;
}
/* At the pace of the last minutes what is left is gone in so many; -1: it is not. */
int64_t demand_minutes_left(const struct demand_offer *row);
/* [{"offer","orders_per_minute","units_per_minute","left","minutes_left","wishes","units_wished",
 * "deliver_by"}] */
void demand_json(struct text *to, const struct shop *shop, const struct demand *demand);

#endif

/* Two levers for two teams: what customers take a minute, beside what can still be promised.
 *
 * Marketing reads from it whether the basin may be filled further; operations see what a shift or a
 * receipt more would change, because it is counted from the core's state of now. */
#ifndef ECLUSE_COMMANDS_DEMAND_H
#define ECLUSE_COMMANDS_DEMAND_H

#include "commands/command.h"
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
 * the last minutes. On the core's state; the state stays as it is. */
void demand_fill(struct promise_state *state, int64_t now, struct demand *demand);

/* A table with its title; nothing where there is no offer to show. False: no memory. */
bool demand_text(struct call *call, const struct shop *shop, const struct demand *demand);
/* [{"offer","orders_per_minute","units_per_minute","left","minutes_left","wishes","units_wished",
 * "deliver_by"}] */
void demand_json(struct text *to, const struct shop *shop, const struct demand *demand);

#endif

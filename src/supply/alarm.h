/* What somebody has to see to, as of now. Time alone raises alarms and moves nobody (DESIGN
 * section 5, "Time passes"): they are read off the state, never stored, so what is put right is
 * gone from the list at once. */
#ifndef ECLUSE_SUPPLY_ALARM_H
#define ECLUSE_SUPPLY_ALARM_H

#include "promise/change.h"

enum alarm_kind {
    ALARM_UNSENT,  /* a purchase that is to be sent today, or should have been: entry, day */
    ALARM_OVERDUE, /* what should have come: entry, day */
    ALARM_BROKEN,  /* an order without a date: order, day of its first promise */
    ALARM_LATE,    /* an order that is due later than first promised: order, day now */
    ALARM_SHORT,   /* more is promised of an item than there will be: item, day, quantity */
    ALARM_CASH,    /* the forecast falls under the minimum: its lowest, day */
    ALARM_KINDS
};

/* "unsent", "overdue", ... */
const char *alarm_kind_text(enum alarm_kind kind);

struct alarm {
    enum alarm_kind kind;
    uint32_t entry; /* UNSENT: the first of the purchase */
    uint32_t order;
    struct item_id item; /* NO_INDEX: none */
    int32_t day;
    int64_t quantity_thousandths; /* SHORT: how much is missing */
    int64_t amount_minor;         /* CASH: the lowest balance */
};

/* Is an open order later than it was first promised, or without a date? */
bool alarm_order_late(const struct order_view *view);

/* In the order of the kinds; returns how many there are, of which the first `most` are written. */
uint32_t alarm_list(const struct promise_state *state, struct alarm *alarms, uint32_t most);

#endif

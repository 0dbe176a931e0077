/* What came of one run on one side. Orders count that were made from the moment's beginning to the
 * end of the demand that is looked at. */
#ifndef ECLUSE_REHEARSE_OUTCOME_H
#define ECLUSE_REHEARSE_OUTCOME_H

#include "base/limits.h"

#include <stdbool.h>
#include <stdint.h>

enum rehearse_side { SIDE_TODAY, SIDE_ORDINARY, SIDE_ECLUSE, REHEARSE_SIDES };

enum rehearse_measure {
    MEASURE_SERVED,  /* visitors */
    MEASURE_ORDERS,  /* accepted */
    MEASURE_REFUSED, /* would-be buyers to whom the shop sold nothing */
    MEASURE_LATE,    /* orders delivered after their first promise, or never */
    MEASURE_REFUNDS, /* minor units */
    MEASURE_PROFIT,  /* minor units: what the orders leave, before fixed costs */
    MEASURE_CASH_LOW,
    MEASURE_WAIT_MINUTES, /* of buyers, mean */
    MEASURE_GAVE_UP,      /* would-be buyers lost at the entrance */
    MEASURE_DECLINED,     /* to whom the date was too late */
    MEASURE_WAITED,       /* buyers who waited for more than a minute */
    MEASURE_UNPAID,       /* would-be buyers whose payment failed for good */
    MEASURE_CANCELLED,    /* orders that their customers cancelled */
    MEASURE_WRONG,        /* delivered orders with something else in a parcel */
    MEASURE_RETURNED,     /* delivered orders that came back */
    MEASURE_REFUNDED,     /* orders whose money went back, for whatever reason */
    MEASURE_WISHED,       /* wishes left by who was refused, with Écluse */
    MEASURE_MET,          /* of these that became orders */
    REHEARSE_MEASURES
};

enum rehearse_defence {
    DEFENCE_SITE,
    DEFENCE_STOCK,
    DEFENCE_TEAM,
    DEFENCE_SUPPLIERS,
    DEFENCE_CASH,
    REHEARSE_DEFENCES
};

/* How often something failed those it is for, and when first. */
struct failure {
    uint32_t count;
    int64_t first; /* INT64_MAX */
};

enum { OUTCOME_DAYS_MAX = LIMIT_HORIZON_DAYS };

struct outcome {
    double measures[REHEARSE_MEASURES];
    uint32_t visitors;
    uint32_t buyers;    /* counted: who wanted to buy, the moment's and the ordinary */
    uint32_t accepted;  /* less those of `withdrawn` */
    uint32_t withdrawn; /* cancelled by their customers before they were due */
    uint32_t kept;
    double wait_seconds;
    uint32_t waited;
    struct failure site, cash;
    struct failure *stock;     /* [item]: buyers who did not get it */
    struct failure *team;      /* [work center]: late orders that waited longest there */
    struct failure *suppliers; /* [supplier], then [carrier]: late orders that waited for them */
    uint32_t items, centers, suppliers_count;
    /* By day, counted orders or not: for the plots. */
    uint32_t days;
    uint32_t made_on[OUTCOME_DAYS_MAX], delivered_on[OUTCOME_DAYS_MAX], late_on[OUTCOME_DAYS_MAX];
    int64_t balance_on[OUTCOME_DAYS_MAX]; /* minor units, at its end */
};

struct shop;
struct outcome *outcome_create(const struct shop *shop);
void outcome_free(struct outcome *outcome);
void outcome_clear(struct outcome *outcome);

static inline void failure_note(struct failure *failure, int64_t at)
{
    failure->count++;
    failure->first = at < failure->first ? at : failure->first;
}

#endif

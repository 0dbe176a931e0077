/* After the moment: the forecast, made for the shop as it was before, against what came.
 *
 * Orders made from the moment's beginning to `until_day` count, on both sides. A forecast is the
 * 2.5 and the 97.5 percentile of its runs, on the side with Écluse; of deliveries and parcels,
 * which are few and counted one by one, the same of a binomial. What lies outside says that
 * something was assumed wrongly; where one figure of the shop file or one assumption stands for
 * it, it gets the value that would have fitted. */
#ifndef ECLUSE_REHEARSE_AGAINST_H
#define ECLUSE_REHEARSE_AGAINST_H

#include "rehearse/rehearse.h"

enum { AGAINST_OFFERS_MAX = 40, AGAINST_KEY_BYTES = 2 * LIMIT_NAME_BYTES + 40 };

enum against_measure {
    AGAINST_VISITORS,
    AGAINST_ORDERS,
    AGAINST_CONVERSION, /* orders, the ordinary ones too, for a visitor */
    AGAINST_UNITS_PER_ORDER,
    AGAINST_KEPT, /* of promises that are due */
    AGAINST_WAIT_MINUTES,
    AGAINST_WORK_MINUTES,  /* for an order */
    AGAINST_SUPPLIER_LATE, /* of deliveries that were due */
    AGAINST_SUPPLIER_LATE_DAYS,
    AGAINST_SUPPLIER_SHORT,
    AGAINST_CARRIER_LATE, /* of parcels */
    AGAINST_BALANCE,      /* minor units; on the day on which it was recorded last */
    AGAINST_MEASURES
};

/* So many of so many. */
struct against_count {
    uint32_t count, of;
};

/* What came; a measure that is not `measured` means nothing. */
struct against_came {
    bool measured[AGAINST_MEASURES];
    double value[AGAINST_MEASURES];
    struct against_count supplier_late, supplier_short, carrier_late;
    double late_days; /* of the late deliveries that have come, added up */
    uint32_t late_come;
    int32_t balance_day; /* at whose beginning the balance was recorded */
    double *units;       /* [offer] */
};

struct against_range {
    bool known;
    double low, median, high;
};

struct against_hint {
    bool given;
    bool is_assumption; /* a name of --assume; else a key of the shop file */
    char key[AGAINST_KEY_BYTES];
    double assumed, suggested;
};

struct against_row {
    struct against_range forecast;
    bool measured, outside;
    double came;
    struct against_hint hint;
};

struct against_offer {
    uint16_t offer;
    struct against_row row; /* units */
};

struct against {
    uint32_t runs;
    int32_t until_day; /* not included */
    struct against_row rows[AGAINST_MEASURES];
    uint32_t offer_count; /* those of the moment's baskets, then those that sold most */
    struct against_offer offers[AGAINST_OFFERS_MAX];
};

/* `plan`: as of just before the moment; its assumptions' demand_days are the whole days after the
 * moment's that have passed, 0 or more. *against is malloc'd. */
enum status against(const struct rehearse_plan *plan, const struct against_came *came,
                    struct against **against, struct fault *fault) MUST_USE;

const char *against_measure_name(enum against_measure measure); /* "visitors", ... */
bool against_is_money(enum against_measure measure);

#endif

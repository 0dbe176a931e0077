/* What a rehearsal assumes about the world, beyond the shop file: one table of names, defaults,
 * bounds and where each default comes from. docs/rehearsal.md shows the same table; a test
 * compares them. */
#ifndef ECLUSE_REHEARSE_ASSUME_H
#define ECLUSE_REHEARSE_ASSUME_H

#include "base/slice.h"
#include "base/status.h"

#include <stdint.h>

struct assumptions {
    double browse_seconds;      /* from the first page to the checkout, mean */
    double pages_per_visit;     /* whose answers a visitor waits for */
    double patience_minutes;    /* in a line, mean */
    double page_patience;       /* seconds for a page beyond site_slow_seconds, mean */
    double site_slow_seconds;   /* nobody leaves for a page that is quicker */
    double site_timeout;        /* seconds after which a request fails */
    double site_collapse;       /* share of its capacity that a failing site still serves */
    double ordinary_units;      /* of an ordinary order that is shipped, mean */
    double work_variation;      /* coefficient of variation of minutes around the standard */
    double absence;             /* chance of a person to be away on a day */
    double supplier_late;       /* chance of a delivery to be late */
    double supplier_late_days;  /* by so many days, mean, at least one */
    double supplier_short;      /* chance of a delivery to be short */
    double supplier_short_part; /* what is missing of it then */
    double carrier_late;        /* chance of a parcel to come a day later */
    double cancel_after_days;   /* days late after which a customer may cancel */
    double cancel_share;        /* and does, with this chance */
    double demand_days;         /* ordinary demand after the moment that is looked at */
    double history_half_life;   /* days after which a basket of the past counts half */
    double trend_damping;       /* what is left of a learned trend from week to week */
};

struct assumption {
    const char *name;
    uint32_t offset; /* in struct assumptions */
    double fallback;
    double low, high;
    const char *unit;
    const char *source;
};

extern const struct assumption assumption_table[];
extern const uint32_t assumption_count;

void assumptions_default(struct assumptions *assumptions);
/* "name=value". STATUS_INVALID says what would be right. */
enum status assumption_set(struct assumptions *assumptions, const char *text,
                           struct fault *fault) MUST_USE;

#endif

/* Statistics over runs; GSL's quantiles. */
#ifndef ECLUSE_REHEARSE_SUM_H
#define ECLUSE_REHEARSE_SUM_H

#include "rehearse/rehearse.h"

/* Sorts `values`. 0s without any. */
struct rehearse_range sum_range(double *values, uint32_t count);

/* A rate over all runs, a / b, with an interval that knows that a run's orders share their fate:
 * the runs are the independent ones (ratio estimator; Cochran, Sampling Techniques, 6.3). */
struct sum_ratio {
    uint32_t count;
    double a, b, aa, bb, ab;
};
void sum_ratio_add(struct sum_ratio *ratio, double a, double b);
/* 95 percent, within 0 and 1; 1 where there was nothing to count. */
struct rehearse_rate sum_ratio_rate(const struct sum_ratio *ratio);

/* The same, looked at up to `looks` times before it is told: each look has its share of the 5
 * percent (Bonferroni), so that the interval holds whenever the looking ends. */
struct rehearse_rate sum_ratio_rate_looked(const struct sum_ratio *ratio, uint32_t looks);

/* The mean of paired differences and its interval of 95 percent, with `looks` as above.
 *
 * Where few runs differ from the rest, those few are all that is known: they are the degrees of
 * freedom. Where none does, or there is one run only, it is known that fewer than 1 - 0.05^(1/n)
 * of all runs would differ, each by at most `most` (the rule of three). */
struct rehearse_gain sum_gain(const double *differences, uint32_t count, uint32_t looks,
                              double most);

#endif

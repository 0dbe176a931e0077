/* Quantiles and the t distribution are GSL's. */
#include "rehearse/sum.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

struct rehearse_range sum_range(double *values, uint32_t count)
{
    if (count == 0) {
        return (struct rehearse_range){0, 0, 0, 0};
    }
    double mean = gsl_stats_mean(values, 1, count);
    gsl_sort(values, 1, count);
    return (struct rehearse_range){gsl_stats_quantile_from_sorted_data(values, 1, count, 0.1),
                                   gsl_stats_quantile_from_sorted_data(values, 1, count, 0.5),
                                   gsl_stats_quantile_from_sorted_data(values, 1, count, 0.9),
                                   mean};
}

void sum_ratio_add(struct sum_ratio *ratio, double a, double b)
{
    ratio->count++;
    ratio->a += a;
    ratio->b += b;
    ratio->aa += a * a;
    ratio->bb += b * b;
    ratio->ab += a * b;
}

static double quantile_of(uint32_t looks)
{
    return 1 - 0.025 / looks;
}

struct rehearse_rate sum_ratio_rate(const struct sum_ratio *ratio)
{
    return sum_ratio_rate_looked(ratio, 1);
}

struct rehearse_rate sum_ratio_rate_looked(const struct sum_ratio *ratio, uint32_t looks)
{
    if (ratio->b <= 0) {
        return (struct rehearse_rate){1, 1, 1};
    }
    double n = ratio->count;
    double rate = ratio->a / ratio->b;
    if (ratio->count < 2) {
        return (struct rehearse_rate){rate, 0, 1};
    }
    double squares = ratio->aa - 2 * rate * ratio->ab + rate * rate * ratio->bb;
    double error = sqrt((squares > 0 ? squares : 0) / (n * (n - 1))) / (ratio->b / n);
    double half = gsl_cdf_tdist_Pinv(quantile_of(looks), n - 1) * error;
    double low = rate - half;
    double high = rate + half;
    return (struct rehearse_rate){rate, low < 0 ? 0 : low, high > 1 ? 1 : high};
}

/* How many are not what most are. */
static uint32_t unlike_most(const double *differences, uint32_t count)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t same = 0;
        for (uint32_t j = 0; j < count; j++) {
            same += !(differences[j] < differences[i]) && !(differences[j] > differences[i]);
        }
        most = same > most ? same : most;
    }
    return most > 1 ? count - most : count - 1;
}

struct rehearse_gain sum_gain(const double *differences, uint32_t count, uint32_t looks,
                              double most)
{
    double mean = gsl_stats_mean(differences, 1, count);
    uint32_t freedom = unlike_most(differences, count);
    double half = freedom == 0 ? (1 - pow(0.05 / looks, 1.0 / count)) * most
                               : gsl_cdf_tdist_Pinv(quantile_of(looks), freedom) *
                                     gsl_stats_sd_m(differences, 1, count, mean) / sqrt(count);
    return (struct rehearse_gain){mean, mean - half, mean + half};
}

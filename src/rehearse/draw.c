/* uniform -> variate, always by inversion: a larger uniform never gives a smaller variate, so that
 * what is common to two runs stays in the same order.
 *
 * The gamma's quantiles are GSL's, taken once into a table and read between its points: an
 * iteration for each operation would cost more than the operation's whole simulation. */
#include "rehearse/draw.h"

#include "base/assert.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double draw_exponential(double uniform)
{
    return -log(1 - uniform); /* exact there: no log1p, which takes twice as long */
}

uint32_t draw_poisson(double mean, double uniform)
{
    ASSERT(mean >= 0 && mean <= 500);
    double probability = exp(-mean);
    double sum = probability;
    uint32_t count = 0;
    while (sum < uniform && count < 2000) {
        count++;
        probability *= mean / count;
        sum += probability;
    }
    return count;
}

double draw_triangular(double low, double likely, double high, double uniform)
{
    if (high <= low) {
        return low;
    }
    double rising = (likely - low) / (high - low);
    return uniform < rising ? low + sqrt(uniform * (high - low) * (likely - low))
                            : high - sqrt((1 - uniform) * (high - low) * (high - likely));
}

/* Of the exponential the last sixteenth is reckoned; before, a straight line is within 0.00001. */
enum { HALVINGS = 60, WORK_STEPS_EXPONENTIAL = WORK_STEPS / 16 * 15 };

/* By halving the logarithm. */
static double gamma_halved(double shape, double at)
{
    double low = -700;
    double high = log(1000);
    for (int i = 0; i < HALVINGS; i++) {
        double middle = (low + high) / 2;
        if (gsl_cdf_gamma_P(exp(middle), shape, 1 / shape) < at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return exp(low);
}

/* Of a gamma of mean 1. Where it varies little, Wilson and Hilferty's cube is as good; there, and
 * where it varies much, GSL's iteration does not always end. */
static double gamma_quantile(double variation, double at)
{
    if (variation < 0.1) {
        double squared = variation * variation / 9;
        return pow(1 - squared + gsl_cdf_ugaussian_Pinv(at) * variation / 3, 3);
    }
    double shape = 1 / (variation * variation);
    if (variation > 1.5) {
        return gamma_halved(shape, at);
    }
    return gsl_cdf_gamma_Pinv(at, shape, 1 / shape);
}

void draw_work_init(struct draw_work *work, double variation)
{
    ASSERT(variation >= 0);
    work->variation = variation;
    if (variation == 0) {
        return;
    }
    if (variation == 1) {
        for (int i = 0; i < WORK_STEPS; i++) {
            work->quantiles[i] = draw_exponential((double)i / WORK_STEPS);
        }
        return;
    }
    double sum = 0;
    for (int i = 0; i <= WORK_STEPS; i++) {
        double edge = 0.5 / WORK_STEPS;
        double at = i == 0 ? edge / 4 : i == WORK_STEPS ? 1 - edge / 4 : (double)i / WORK_STEPS;
        work->quantiles[i] = gamma_quantile(variation, at);
        sum += i == 0 || i == WORK_STEPS ? work->quantiles[i] / 2 : work->quantiles[i];
    }
    double mean = sum / WORK_STEPS; /* of the straight lines between the points */
    for (int i = 0; i <= WORK_STEPS; i++) {
        work->quantiles[i] /= mean;
    }
}

double draw_work_share(const struct draw_work *work, double uniform)
{
    if (work->variation == 0) {
        return 1;
    }
    double place = uniform * WORK_STEPS;
    if (work->variation == 1 && place >= WORK_STEPS_EXPONENTIAL) {
        return draw_exponential(uniform);
    }
    int below = (int)place;
    double low = work->quantiles[below];
    return low + (place - below) * (work->quantiles[below + 1] - low);
}

/* Random numbers that belong to somebody, not to a place in a sequence.
 *
 * A draw is named: the run's key, a stream (what is drawn), and up to two numbers (for whom). The
 * same visitor has the same patience on each side and with each lever, whatever was drawn before:
 * common random numbers, so that differences between sides are paired (Law, Simulation Modeling and
 * Analysis, 11.2). Numbers become variates by inversion; distributions are GSL's. */
#ifndef ECLUSE_REHEARSE_DRAW_H
#define ECLUSE_REHEARSE_DRAW_H

#include "base/random.h"

#include <stdint.h>

enum draw_stream {
    DRAW_REACH,
    DRAW_ARRIVAL,
    DRAW_BUYS,
    DRAW_BASKET,
    DRAW_PATIENCE,
    DRAW_BROWSE,
    DRAW_SITE,
    DRAW_DELAY, /* would this customer take a later date? */
    DRAW_ORDINARY,
    DRAW_ON_SITE,
    DRAW_WORK,
    DRAW_ABSENCE,
    DRAW_LEAD,
    DRAW_SHORT,
    DRAW_CARRIER,
    DRAW_CANCEL,
    DRAW_LEVEL,  /* of learned demand: how it moves from week to week */
    DRAW_DAY,    /* a day better or worse than its weekday */
    DRAW_PAST,   /* learned orders: when the next one comes */
    DRAW_WINDOW, /* weeks of the past from which baskets are drawn */
    DRAW_COUNT,
    DRAW_PAY,
    DRAW_MIND, /* does this customer think better of it? */
    DRAW_WRONG,
    DRAW_RETURN,
    DRAW_WISH
};

/* The key of a run: runs of one seed are independent of each other. */
static inline uint64_t draw_run_key(uint64_t seed, uint32_t run)
{
    return random_mix(random_mix(seed + 0x9e3779b97f4a7c15u) ^ ((uint64_t)run + 1));
}

static inline uint64_t draw_bits(uint64_t key, enum draw_stream stream, uint64_t first,
                                 uint64_t second)
{
    uint64_t x = key ^ ((uint64_t)stream + 1) * 0xd1342543de82ef95u;
    x = random_mix(x + first * 0x9e3779b97f4a7c15u);
    return random_mix(x + second * 0xbf58476d1ce4e5b9u + 1);
}

/* Uniform, 0 and 1 excluded: 52 bits and a half, so that it and 1 less it are exact. */
static inline double draw_uniform(uint64_t key, enum draw_stream stream, uint64_t first,
                                  uint64_t second)
{
    return ((double)(draw_bits(key, stream, first, second) >> 12) + 0.5) * 0x1p-52;
}

/* Mean 1. */
double draw_exponential(double uniform);
/* Poisson by inversion from below; `mean` at most 500. */
uint32_t draw_poisson(double mean, double uniform);
/* Between low and high, most often `likely`. */
double draw_triangular(double low, double likely, double high, double uniform);

/* How long work takes in relation to its standard: mean 1, gamma with a coefficient of variation.
 * 1 is exponential, 0 is exactly the standard. */
enum { WORK_STEPS = 2048 };
struct draw_work {
    double variation;
    double quantiles[WORK_STEPS + 1];
};
void draw_work_init(struct draw_work *work, double variation);
double draw_work_share(const struct draw_work *work, double uniform);

#endif

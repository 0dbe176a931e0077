/* A seeded generator for simulations and tests (xoshiro256**, Blackman and Vigna 2018; seeded by
 * splitmix64). Not for secrets: those come from env/ entropy. */
#ifndef ECLUSE_BASE_RANDOM_H
#define ECLUSE_BASE_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t state[4];
};

void random_seed(struct random *random, uint64_t seed);
uint64_t random_next(struct random *random);
/* Uniform in 0 .. bound-1 without bias; bound > 0. */
uint64_t random_below(struct random *random, uint64_t bound);
/* Uniform in low .. high, both included. */
int64_t random_between(struct random *random, int64_t low, int64_t high);

/* Mixes 64 bits (splitmix64's finalizer): for hash tables and for deriving seeds. */
static inline uint64_t random_mix(uint64_t x)
{
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9u;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

#endif

/* The draw among those who came before an announced opening: a permutation of their numbers that
 * anybody can recompute from the seed, which is published afterwards.
 *
 * place = draw_place(number): a Feistel network of 4 rounds over the least even number of bits that
 * holds `count` numbers, walked until it falls below `count` (Black and Rogaway 2002). A half of h
 * bits; round r: (left, right) = (right, left xor (mix(mix(seed + r) xor right) mod 2^h)), mix is
 * splitmix64's finalizer (base/random.h). No memory for each visitor, and it can be walked back.
 * The seed must be drawn before anybody can know their number and its hash shown until then. */
#ifndef ECLUSE_GATE_DRAW_H
#define ECLUSE_GATE_DRAW_H

#include <stdint.h>

struct draw {
    uint64_t seed;
    uint32_t count; /* numbers from 0 to count - 1 take part */
};

/* `number` and `place` below draw->count. */
uint32_t draw_place(const struct draw *draw, uint32_t number);
uint32_t draw_number(const struct draw *draw, uint32_t place);

#endif

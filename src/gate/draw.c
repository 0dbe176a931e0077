/* number -> (left, right) -> four rounds -> place, and back. Each round can be undone, so the whole
 * is a permutation whatever its function is. */
#include "gate/draw.h"

#include "base/assert.h"
#include "base/random.h"

enum { ROUNDS = 4 };

static uint32_t half_bits(uint32_t count)
{
    uint32_t bits = 1;
    while (bits < 16 && (UINT64_C(1) << 2 * bits) < count) {
        bits++;
    }
    return bits;
}

static uint32_t round_of(const struct draw *draw, uint32_t round, uint32_t half, uint32_t bits)
{
    return (uint32_t)random_mix(random_mix(draw->seed + round) ^ half) & ((1u << bits) - 1);
}

static uint32_t forward(const struct draw *draw, uint32_t bits, uint32_t value)
{
    uint32_t left = value >> bits;
    uint32_t right = value & ((1u << bits) - 1);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t mixed = left ^ round_of(draw, round, right, bits);
        left = right;
        right = mixed;
    }
    return left << bits | right;
}

static uint32_t backward(const struct draw *draw, uint32_t bits, uint32_t value)
{
    uint32_t left = value >> bits;
    uint32_t right = value & ((1u << bits) - 1);
    for (uint32_t round = ROUNDS; round-- > 0;) {
        uint32_t mixed = right ^ round_of(draw, round, left, bits);
        right = left;
        left = mixed;
    }
    return left << bits | right;
}

uint32_t draw_place(const struct draw *draw, uint32_t number)
{
    ASSERT(number < draw->count);
    uint32_t bits = half_bits(draw->count);
    do {
        number = forward(draw, bits, number);
    } while (number >= draw->count);
    return number;
}

uint32_t draw_number(const struct draw *draw, uint32_t place)
{
    ASSERT(place < draw->count);
    uint32_t bits = half_bits(draw->count);
    do {
        place = backward(draw, bits, place);
    } while (place >= draw->count);
    return place;
}

/* key -> one mixed word -> a cell in each row.
 *
 * Invariant: each row adds up to what was added and not dropped. An exact table was weighed: it
 * needs deletion in a hash table, for an error that nobody meets. */
#include "gate/tally.h"

#include "base/assert.h"
#include "base/random.h"

static uint64_t mixed(const struct tally *tally, uint64_t high, uint64_t low)
{
    return random_mix((random_mix(tally->seed ^ high) + tally->seed) ^ low);
}

static uint32_t cell_of(uint64_t word, uint32_t row)
{
    return (uint32_t)(word >> 32 * row) % TALLY_CELLS;
}

void tally_add(struct tally *tally, uint64_t high, uint64_t low)
{
    uint64_t word = mixed(tally, high, low);
    for (uint32_t row = 0; row < TALLY_ROWS; row++) {
        uint16_t *cell = &tally->cells[row][cell_of(word, row)];
        ASSERT(*cell < TALLY_MOST);
        (*cell)++;
    }
}

void tally_drop(struct tally *tally, uint64_t high, uint64_t low)
{
    uint64_t word = mixed(tally, high, low);
    for (uint32_t row = 0; row < TALLY_ROWS; row++) {
        uint16_t *cell = &tally->cells[row][cell_of(word, row)];
        ASSERT(*cell > 0);
        (*cell)--;
    }
}

uint32_t tally_count(const struct tally *tally, uint64_t high, uint64_t low)
{
    uint64_t word = mixed(tally, high, low);
    uint32_t least = TALLY_MOST;
    for (uint32_t row = 0; row < TALLY_ROWS; row++) {
        uint32_t cell = tally->cells[row][cell_of(word, row)];
        least = cell < least ? cell : least;
    }
    return least;
}

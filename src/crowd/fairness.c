/* Pairs are counted, not looked at: a server that lets everybody in backwards makes 2 * 10^9 of
 * them.
 *
 *   turns -> sorted by place into ranks -> the questions of each a ("how many b of a later place
 *   came in before this time?") and the entries of each b, sorted by time -> one sweep over them
 *   with a Fenwick tree over the ranks
 *
 * The witness of kind 2 is an interval, so it is two questions, one of them subtracted. */
#include "crowd/fairness.h"

#include "base/assert.h"

#include <math.h>
#include <stdlib.h>

/* One step of the sweep: somebody came in (sign 0), or a question. */
struct sweep {
    int64_t at_us;
    uint32_t rank;
    int32_t sign;
};

struct ranked {
    uint64_t place;
    uint32_t turn;
};

static int by_place(const void *left, const void *right)
{
    const struct ranked *a = left;
    const struct ranked *b = right;
    return a->place < b->place ? -1 : a->place > b->place;
}

/* Questions before entries of the same time: who came in at that very time was not before it. */
static int by_time(const void *left, const void *right)
{
    const struct sweep *a = left;
    const struct sweep *b = right;
    if (a->at_us != b->at_us) {
        return a->at_us < b->at_us ? -1 : 1;
    }
    return (a->sign == 0) - (b->sign == 0);
}

static void tree_add(uint32_t *tree, uint32_t size, uint32_t rank)
{
    for (uint32_t i = rank + 1; i <= size; i += i & -i) {
        tree[i]++;
    }
}

/* How many ranks up to and with this one. */
static uint32_t tree_sum(const uint32_t *tree, uint32_t rank)
{
    uint32_t sum = 0;
    for (uint32_t i = rank + 1; i > 0; i -= i & -i) {
        sum += tree[i];
    }
    return sum;
}

static uint32_t sweep_fill(const struct crowd_turn *turn, uint32_t rank, int64_t margin_us,
                           struct sweep *to)
{
    uint32_t count = 0;
    if (turn->came_us >= 0) {
        to[count++] = (struct sweep){turn->came_us, rank, 0};
    }
    if (turn->told_us >= 0) {
        to[count++] = (struct sweep){turn->told_us, rank, 1};
    }
    if (turn->asked_us >= 0 && turn->until_us - margin_us > turn->asked_us + margin_us) {
        to[count++] = (struct sweep){turn->until_us - margin_us, rank, 1};
        to[count++] = (struct sweep){turn->asked_us + margin_us + 1, rank, -1};
    }
    return count;
}

static uint64_t sweep_count(const struct sweep *steps, uint32_t count, uint32_t *tree,
                            uint32_t ranks)
{
    int64_t pairs = 0;
    uint32_t inside = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (steps[i].sign == 0) {
            tree_add(tree, ranks, steps[i].rank);
            inside++;
        } else {
            pairs += (int64_t)(inside - tree_sum(tree, steps[i].rank)) * steps[i].sign;
        }
    }
    ASSERT(pairs >= 0);
    return (uint64_t)pairs;
}

static uint32_t ranks_fill(const struct crowd_turn *turns, uint32_t count, struct ranked *ranked)
{
    uint32_t known = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (turns[i].place != 0) {
            ranked[known++] = (struct ranked){turns[i].place, i};
        }
    }
    qsort(ranked, known, sizeof *ranked, by_place);
    return known;
}

enum status crowd_inversions(const struct crowd_turn *turns, uint32_t count, int64_t margin_us,
                             uint64_t *pairs)
{
    struct ranked *ranked = calloc((size_t)count + 1, sizeof *ranked);
    struct sweep *steps = calloc((size_t)count * 4 + 1, sizeof *steps);
    uint32_t *tree = calloc((size_t)count + 2, sizeof *tree);
    enum status status = STATUS_MEMORY;
    if (ranked != NULL && steps != NULL && tree != NULL) {
        uint32_t known = ranks_fill(turns, count, ranked);
        uint32_t step_count = 0;
        uint32_t rank = 0;
        /* Equal places (a server that numbers two visitors alike) share a rank: no pair. */
        for (uint32_t i = 0; i < known; i++) {
            rank = i > 0 && ranked[i].place != ranked[i - 1].place ? i : rank;
            step_count += sweep_fill(&turns[ranked[i].turn], rank, margin_us, &steps[step_count]);
        }
        qsort(steps, step_count, sizeof *steps, by_time);
        *pairs = sweep_count(steps, step_count, tree, known);
        status = STATUS_OK;
    }
    free(ranked);
    free(steps);
    free(tree);
    return status;
}

uint32_t crowd_most_within(const struct crowd_entry *entries, uint32_t count, int64_t span_us)
{
    uint32_t most = 0;
    uint32_t first = 0;
    for (uint32_t i = 0; i < count; i++) {
        while (first < i && entries[i].at_us - entries[first].from_us >= span_us) {
            first++;
        }
        most = i - first + 1 > most ? i - first + 1 : most;
    }
    return most;
}

static uint32_t larger_down(double one, double other)
{
    return (uint32_t)floor((one > other ? one : other) + 1e-9);
}

uint32_t crowd_second_bound(double rate)
{
    return larger_down(rate + 1, rate * 1.05);
}

uint32_t crowd_minute_bound(double rate)
{
    return larger_down(rate * 60 + 1, rate * 60 * 1.01);
}

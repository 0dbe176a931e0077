/* What could be done (lever_list.c) -> a few runs of each -> more of those that seem worth most, or
 * are not known precisely enough -> the order in which they are told -> the best together
 * (combine.c).
 *
 * How many worlds that may cost is LEVERS_WORLDS for each run that was made of the sides. The last
 * look at a lever is after its last run; an interval takes account of all looks that there could
 * have been. */
#include "rehearse/levers.h"

#include "base/assert.h"
#include "rehearse/combine.h"

#include <stdlib.h>

/* Worlds with Écluse, for each run of the sides. */
#define LEVERS_WORLDS 1.8
#define FIRST_WORLDS  1.3

enum {
    FIRST_RUNS_MIN = 3,
    FIRST_RUNS_MAX = 16,
    MORE_RUNS_MIN = 4,
    ROUNDS_MAX = 4, /* of doubling, with --precision */
    POINT_RUNS_MAX = 6,
    FEW_RUNS = 12, /* then each lever is looked at once, in as many as these: */
    RUNS_OF_FEW = 6
};

struct field {
    struct crew *crew;
    const struct trial_base *base;
    struct candidates candidates;
    struct trial trials[REHEARSE_LEVERS_MAX];
    uint32_t looks;
};

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

uint32_t levers_choosing(const struct trial_base *base)
{
    uint32_t half = base->runs < FEW_RUNS ? base->runs : base->runs / 2;
    return smaller(half, TRIAL_RUNS_MAX);
}

uint64_t levers_worlds(uint32_t runs)
{
    return 4 * (uint64_t)smaller(runs, TRIAL_BASE_MAX);
}

/* Can it change what today's shop bears? How promises are made with Écluse cannot. */
static bool moves_point(const struct candidate *candidate)
{
    return candidate->lever.kind != LEVER_BUFFER && candidate->lever.kind != LEVER_LOAD;
}

static bool all_live(struct field *field)
{
    struct trial *all[REHEARSE_LEVERS_MAX];
    for (uint32_t i = 0; i < field->candidates.count; i++) {
        all[i] = &field->trials[i];
    }
    return trials_live(field->crew, field->base, all, field->candidates.count);
}

static uint32_t first_runs(const struct field *field)
{
    if (field->base->runs < FEW_RUNS) {
        return smaller(field->base->runs, RUNS_OF_FEW);
    }
    double share = FIRST_WORLDS * field->base->runs / field->candidates.count;
    uint32_t runs = share > FIRST_RUNS_MAX ? FIRST_RUNS_MAX : (uint32_t)share;
    runs = runs < FIRST_RUNS_MIN ? FIRST_RUNS_MIN : runs;
    return smaller(runs, levers_choosing(field->base));
}

static bool first_round(struct field *field)
{
    uint32_t runs = first_runs(field);
    for (uint32_t i = 0; i < field->candidates.count; i++) {
        struct trial *trial = &field->trials[i];
        trial->parts[0] = &field->candidates.list[i];
        trial->part_count = 1;
        trial_want(trial, 0, runs);
        trial->points_wanted =
            moves_point(trial->parts[0]) ? smaller(field->base->point_runs, POINT_RUNS_MAX) : 0;
    }
    return all_live(field);
}

static struct rehearse_gains gains_of(const struct field *field, uint32_t index)
{
    return trial_gains(field->crew, field->base, &field->trials[index], field->looks);
}

/* Does this one want more runs? All that are not precise enough; without --precision, once, what
 * could be worth something. */
static bool wants_more(const struct field *field, uint32_t index, double *value)
{
    const struct trial *trial = &field->trials[index];
    struct rehearse_gains gains = gains_of(field, index);
    double precision = field->crew->plan->precision;
    *value = gains.worth.gain;
    bool full = trial->lived >= levers_choosing(field->base);
    if (trial->dead || full || trial->lived < trial->wanted) {
        return false;
    }
    return precision > 0 ? (gains.kept.high - gains.kept.low) / 2 > precision
                         : gains.differing > 0 && gains.worth.gain > 0;
}

/* The one that seems worth most, of those that were not given more runs in this round; -1. */
static int32_t best_wanting(const struct field *field)
{
    int32_t best = -1;
    double most = 0;
    for (uint32_t i = 0; i < field->candidates.count; i++) {
        double value;
        if (wants_more(field, i, &value) && (best < 0 || value > most)) {
            best = (int32_t)i;
            most = value;
        }
    }
    return best;
}

/* Twice as many runs for whoever wants them, the best first, as far as `*left` reaches. */
static bool next_round(struct field *field, double *left)
{
    uint32_t most = levers_choosing(field->base);
    bool any = false;
    for (int32_t best; (best = best_wanting(field)) >= 0;) {
        struct trial *trial = &field->trials[best];
        uint32_t more = trial->lived < MORE_RUNS_MIN ? MORE_RUNS_MIN : trial->lived;
        more = smaller(more, most - trial->lived);
        if (*left < more) {
            break;
        }
        *left -= more;
        trial_want(trial, trial->lived, more);
        any = true;
    }
    return any && all_live(field);
}

static void rounds(struct field *field)
{
    double left = LEVERS_WORLDS * field->base->runs;
    bool precise = field->crew->plan->precision > 0;
    uint32_t rounds = precise ? ROUNDS_MAX : field->base->runs < FEW_RUNS ? 0 : 1;
    field->looks = rounds + 1;
    if (!first_round(field)) {
        return;
    }
    left -= (double)field->candidates.count * field->trials[0].lived;
    for (uint32_t i = 0; i < rounds && next_round(field, &left); i++) {
    }
}

/* ---- which are best ---- */

struct ranked {
    struct rehearse_lever lever;
    const struct trial *trial;
    uint32_t place; /* where nothing else tells them apart, as in the list */
};

static int class_of(const struct rehearse_lever *lever)
{
    const struct rehearse_gains *gains = &lever->gains;
    return gains->worth.low > 0 ? 0 : gains->kept.low > 0 || gains->profit.low > 0 ? 1 : 2;
}

static int ranked_compare(const void *first, const void *second)
{
    const struct ranked *a = first;
    const struct ranked *b = second;
    int difference = class_of(&a->lever) - class_of(&b->lever);
    bool costs_a = a->lever.cost_minor > 0;
    bool costs_b = b->lever.cost_minor > 0;
    if (difference != 0 || costs_a != costs_b) {
        return difference != 0 ? difference : (int)costs_a - (int)costs_b;
    }
    double value_a = costs_a ? a->lever.gain_per_cost : a->lever.gains.worth.gain;
    double value_b = costs_b ? b->lever.gain_per_cost : b->lever.gains.worth.gain;
    if (value_a > value_b || value_a < value_b) {
        return value_a > value_b ? -1 : 1;
    }
    return a->place < b->place ? -1 : 1;
}

static void levers_rank(const struct field *field, struct rehearse_answer *answer,
                        const struct trial **order)
{
    struct ranked ranked[REHEARSE_LEVERS_MAX] = {{.trial = NULL}};
    uint32_t count = 0;
    for (uint32_t i = 0; i < field->candidates.count; i++) {
        if (field->trials[i].dead || field->trials[i].lived == 0) {
            continue;
        }
        struct rehearse_lever lever = field->candidates.list[i].lever;
        lever.gains = gains_of(field, i);
        lever.gains.has_point = field->base->point_runs > 0;
        lever.gain_per_cost =
            lever.cost_minor > 0 ? lever.gains.profit.gain / (double)lever.cost_minor : 0;
        ranked[count++] = (struct ranked){lever, &field->trials[i], i};
    }
    qsort(ranked, count, sizeof *ranked, ranked_compare);
    for (uint32_t i = 0; i < count; i++) {
        answer->levers[i] = ranked[i].lever;
        order[i] = ranked[i].trial;
    }
    answer->lever_count = count;
}

void levers_find(struct crew *crew, const struct trial_base *base, struct rehearse_answer *answer)
{
    struct field *field = calloc(1, sizeof *field);
    const struct trial *order[REHEARSE_LEVERS_MAX];
    ASSERT(field != NULL);
    field->crew = crew;
    field->base = base;
    candidates_fill(&field->candidates, crew, answer->visitors);
    if (field->candidates.count > 0) {
        rounds(field);
    }
    levers_rank(field, answer, order);
    combine_best(crew, base, order, answer);
    free(field);
}

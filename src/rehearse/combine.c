/* levers and what each is worth -> which few to live together -> the best of those, lived again.
 *
 * Gains do not add up: a second packer is worth little beside a later date. So the sets whose
 * levers are worth most one by one, and what an offer's items are short of (one item alone is of no
 * use), are lived as they are; the best is then lived in runs that chose nothing, and only those
 * are told. Whoever is chosen for a good figure has been lucky with it: fresh runs know nothing of
 * that. */
#include "rehearse/combine.h"

#include "base/assert.h"
#include "rehearse/levers.h"

#include <stdlib.h>

enum {
    SETS_MAX = 3,
    SETS_OF_OFFERS_MAX = 1,
    SET_RUNS_MIN = 3,
    SET_RUNS_MAX = 16,
    FRESH_RUNS_MIN = 6,
    FRESH_RUNS_MAX = 24,
    POINT_RUNS = 6
};

struct set {
    uint32_t count;
    uint32_t levers[COMBINATION_LEVERS_MAX]; /* of the answer, rising */
    double worth;                            /* added up; once lived, together */
};

struct choice {
    struct crew *crew;
    const struct trial_base *base;
    const struct trial *const *lived;
    struct rehearse_answer *answer;
    uint32_t count;
    struct set sets[SETS_MAX]; /* the best first */
};

static const struct candidate *part_of(const struct choice *choice, uint32_t lever)
{
    return choice->lived[lever]->parts[0];
}

/* Within the budget; what costs something that nobody knows is in none. */
static bool affordable(const struct choice *choice, const struct set *set)
{
    int64_t budget = choice->crew->plan->budget_minor;
    int64_t cost = 0;
    for (uint32_t i = 0; i < set->count; i++) {
        const struct rehearse_lever *lever = &choice->answer->levers[set->levers[i]];
        if (budget >= 0 && lever->cost_minor == 0 && lever->kind == LEVER_PEOPLE) {
            return false;
        }
        cost += lever->cost_minor;
    }
    return budget < 0 || cost <= budget;
}

static bool agree(const struct choice *choice, const struct set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            if (!candidates_agree(part_of(choice, set->levers[i]),
                                  part_of(choice, set->levers[j]))) {
                return false;
            }
        }
    }
    return true;
}

static bool same_set(const struct set *a, const struct set *b)
{
    bool same = a->count == b->count;
    for (uint32_t i = 0; i < a->count && same; i++) {
        same = a->levers[i] == b->levers[i];
    }
    return same;
}

/* Keeps the `most` best. */
static void set_offer(struct choice *choice, const struct set *set, uint32_t most)
{
    if (choice->count == most && choice->sets[most - 1].worth >= set->worth) {
        return;
    }
    uint32_t place = choice->count < most ? choice->count++ : most - 1;
    while (place > 0 && choice->sets[place - 1].worth < set->worth) {
        choice->sets[place] = choice->sets[place - 1];
        place--;
    }
    choice->sets[place] = *set;
}

/* Worth something by what its own runs say? */
static bool is_of_use(const struct choice *choice, uint32_t lever)
{
    const struct rehearse_gains *gains = &choice->answer->levers[lever].gains;
    return gains->differing > 0 && gains->worth.gain > 0;
}

static void set_try(struct choice *choice, const uint32_t *levers, uint32_t count)
{
    struct set set = {.count = 0};
    for (uint32_t i = 0; i < count; i++) {
        if (!is_of_use(choice, levers[i])) {
            return;
        }
        set.worth += choice->answer->levers[levers[i]].gains.worth.gain;
        set.levers[set.count++] = levers[i];
    }
    if (affordable(choice, &set) && agree(choice, &set)) {
        set_offer(choice, &set, SETS_MAX - SETS_OF_OFFERS_MAX);
    }
}

/* One, two or three of those that are of use. */
static void sets_of_use(struct choice *choice)
{
    uint32_t count = choice->answer->lever_count;
    for (uint32_t i = 0; i < count; i++) {
        set_try(choice, (const uint32_t[]){i}, 1);
        for (uint32_t j = i + 1; j < count; j++) {
            set_try(choice, (const uint32_t[]){i, j}, 2);
            for (uint32_t k = j + 1; k < count; k++) {
                set_try(choice, (const uint32_t[]){i, j, k}, 3);
            }
        }
    }
}

/* The items of an offer that are short, if two or three are. */
static void set_of_offer(struct choice *choice, const struct offer *offer)
{
    struct set set = {.count = 0};
    for (uint32_t i = 0; i < choice->answer->lever_count; i++) {
        if (!candidate_supplies(part_of(choice, i), offer)) {
            continue;
        }
        if (set.count == COMBINATION_LEVERS_MAX) {
            return;
        }
        set.levers[set.count++] = i;
    }
    for (uint32_t i = 0; i < choice->count; i++) {
        if (same_set(&set, &choice->sets[i])) {
            return;
        }
    }
    if (set.count > 1 && affordable(choice, &set) && choice->count < SETS_MAX) {
        choice->sets[choice->count++] = set;
    }
}

static void sets_of_offers(struct choice *choice)
{
    const struct scene *scene = &choice->crew->scene;
    uint32_t had = choice->count;
    for (uint32_t i = 0; i < scene->moment_mix.count && choice->count < had + SETS_OF_OFFERS_MAX;
         i++) {
        set_of_offer(choice, &scene->shop->offers[scene->moment_mix.offers[i].index]);
    }
}

/* ---- lived ---- */

static void trial_make(const struct choice *choice, const struct set *set, struct trial *trial)
{
    for (uint32_t i = 0; i < set->count; i++) {
        trial->parts[trial->part_count++] = part_of(choice, set->levers[i]);
    }
}

static uint32_t share_of_runs(const struct choice *choice, uint32_t part, uint32_t least,
                              uint32_t most)
{
    uint32_t runs = choice->base->runs / part;
    return runs < least ? least : runs > most ? most : runs;
}

/* Of a single lever its own runs are taken; the others are lived in the first ones. */
static void sets_live(struct choice *choice)
{
    struct trial *trials = calloc(SETS_MAX, sizeof *trials);
    struct trial *several[SETS_MAX];
    uint32_t count = 0;
    uint32_t most = levers_choosing(choice->base);
    uint32_t runs = share_of_runs(choice, 10, SET_RUNS_MIN, SET_RUNS_MAX);
    ASSERT(trials != NULL);
    for (uint32_t i = 0; i < choice->count; i++) {
        if (choice->sets[i].count > 1) {
            trial_make(choice, &choice->sets[i], &trials[i]);
            trial_want(&trials[i], 0, runs < most ? runs : most);
            several[count++] = &trials[i];
        }
    }
    (void)trials_live(choice->crew, choice->base, several, count);
    for (uint32_t i = 0; i < choice->count; i++) {
        struct rehearse_gains gains = trial_gains(choice->crew, choice->base, &trials[i], 1);
        bool single = choice->sets[i].count == 1;
        choice->sets[i].worth =
            single ? choice->answer->levers[choice->sets[i].levers[0]].gains.worth.gain
                   : gains.worth.gain;
    }
    free(trials);
}

static const struct set *best_of(const struct choice *choice)
{
    const struct set *best = NULL;
    for (uint32_t i = 0; i < choice->count; i++) {
        const struct set *set = &choice->sets[i];
        best = set->worth > 0 && (best == NULL || set->worth > best->worth) ? set : best;
    }
    return best;
}

/* In runs that did not choose; where there are too few, in those that did. */
static void best_live(struct choice *choice, const struct set *set)
{
    const struct trial_base *base = choice->base;
    struct trial *trial = calloc(1, sizeof *trial);
    uint32_t chose = levers_choosing(base);
    uint32_t left = base->runs - chose;
    uint32_t runs = share_of_runs(choice, 5, FRESH_RUNS_MIN, FRESH_RUNS_MAX);
    bool fresh = left >= FRESH_RUNS_MIN;
    ASSERT(trial != NULL);
    trial_make(choice, set, trial);
    trial_want(trial, fresh ? chose : 0, fresh ? (runs < left ? runs : left) : chose);
    trial->points_wanted = base->point_runs < POINT_RUNS ? base->point_runs : POINT_RUNS;
    struct trial *one = trial;
    if (trials_live(choice->crew, base, &one, 1) && trial->lived > 0) {
        struct rehearse_combination *together = &choice->answer->together;
        struct rehearse_gains gains = trial_gains(choice->crew, base, trial, 1);
        bool good = fresh ? gains.worth.gain > 0 : gains.worth.low > 0; /* chosen by luck? */
        together->lever_count = good ? set->count : 0;
        for (uint32_t i = 0; i < together->lever_count; i++) {
            together->levers[i] = set->levers[i];
        }
        together->gains = gains;
        together->fresh = fresh;
        together->cost_minor = trial_cost(trial);
    }
    free(trial);
}

void combine_best(struct crew *crew, const struct trial_base *base,
                  const struct trial *const *lived, struct rehearse_answer *answer)
{
    struct choice choice = {.crew = crew, .base = base, .lived = lived, .answer = answer};
    sets_of_use(&choice);
    sets_of_offers(&choice);
    sets_live(&choice);
    const struct set *best = best_of(&choice);
    if (best != NULL) {
        best_live(&choice, best);
    }
}

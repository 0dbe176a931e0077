/* Rung by rung: of what breaks in at least half of the runs, what breaks first (by the median); if
 * nothing does so often, what breaks most often. That is repaired - the site endless, an item never
 * short, a team without queue, a supplier punctual, the bank generous - and all is run again.
 *
 * The breaking point is found run by run: common random numbers make a larger crowd the same crowd
 * and more, so each run has one reach from which on something breaks, and what 95 percent of the
 * runs bear is the 5 percent quantile of those. */
#include "rehearse/breaks.h"

#include "base/assert.h"
#include "rehearse/sum.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

#define RUNG_PROBABILITY_MIN 0.05
#define POINT_BREAKS_MOST    0.05 /* of the runs, with a crowd that is borne */

/* A factor of POINT_GROWTH, halved POINT_STEPS times: 4^(1/128). */
#define POINT_CLOSE 1.011

enum { POINT_STEPS = 7, POINT_REACH_MIN = 50, POINT_GROWTH = 4 };

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

uint64_t breaks_worlds(uint32_t runs)
{
    return (uint64_t)smaller(runs, BREAKS_RUNS_MAX) * (REHEARSE_RUNGS_MAX - 1) +
           (uint64_t)smaller(runs, BREAKS_RUNS_MAX) * (POINT_STEPS + 4);
}

void breaks_calm(struct crew_member *member, const struct repairs *repairs, uint64_t key)
{
    world_crowd(member->world, &member->crew->scene, key, 0, repairs->site);
    crew_world(member, repairs, SIDE_TODAY, key, member->calm);
}

/* ---- of one run ---- */

static void failing_add(struct failing *failing, enum rehearse_defence defence, uint32_t index,
                        int64_t first)
{
    if (failing->count < FAILING_MAX) {
        failing->entries[failing->count++] =
            (struct failing_entry){defence, (uint16_t)index, first};
    }
}

static double share_of(uint32_t count, uint32_t whole)
{
    return whole > 0 ? (double)count / whole : 0;
}

static void list_find(struct failing *failing, enum rehearse_defence defence,
                      const struct failure *list, uint32_t whole, const struct failure *calm,
                      uint32_t calm_whole, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        double more = share_of(list[i].count, whole) - share_of(calm[i].count, calm_whole);
        if (more > BREAKS_SHARE) {
            failing_add(failing, defence, i, list[i].first);
        }
    }
}

void breaks_find(const struct outcome *outcome, const struct outcome *calm, struct failing *failing)
{
    failing->count = 0;
    if (share_of(outcome->site.count, outcome->visitors) > BREAKS_SHARE) {
        failing_add(failing, DEFENCE_SITE, 0, outcome->site.first);
    }
    if (outcome->cash.count > 0 && calm->cash.count == 0) {
        failing_add(failing, DEFENCE_CASH, 0, outcome->cash.first);
    }
    list_find(failing, DEFENCE_TEAM, outcome->team, outcome->accepted, calm->team, calm->accepted,
              outcome->centers);
    list_find(failing, DEFENCE_SUPPLIERS, outcome->suppliers, outcome->accepted, calm->suppliers,
              calm->accepted, outcome->suppliers_count);
    list_find(failing, DEFENCE_STOCK, outcome->stock, outcome->buyers, calm->stock, calm->buyers,
              outcome->items);
}

/* ---- the ladder ---- */

static const char *name_of(const struct shop *shop, enum rehearse_defence defence, uint32_t index)
{
    switch (defence) {
    case DEFENCE_STOCK:
        return shop->items[index].name;
    case DEFENCE_TEAM:
        return shop->work_centers[index].name;
    case DEFENCE_SUPPLIERS:
        return index < shop->supplier_count ? shop->suppliers[index].name
                                            : shop->carriers[index - shop->supplier_count].name;
    default:
        return rehearse_defence_name(defence);
    }
}

/* What the runs say about one thing; `firsts` has room for all. */
static struct rehearse_break break_of(const struct failing *failing, uint32_t runs,
                                      const struct failing_entry *wanted, double *firsts)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < runs; i++) {
        for (uint32_t j = 0; j < failing[i].count; j++) {
            const struct failing_entry *entry = &failing[i].entries[j];
            if (entry->defence == wanted->defence && entry->index == wanted->index) {
                firsts[count++] = (double)entry->first;
            }
        }
    }
    struct rehearse_range range = sum_range(firsts, count);
    return (struct rehearse_break){.defence = wanted->defence,
                                   .probability = (double)count / runs,
                                   .first = (int64_t)range.p50,
                                   .first_p10 = (int64_t)range.p10,
                                   .first_p90 = (int64_t)range.p90};
}

static bool comes_before(const struct rehearse_break *a, const struct rehearse_break *b)
{
    bool often_a = a->probability >= 0.5;
    bool often_b = b->probability >= 0.5;
    if (often_a != often_b) {
        return often_a;
    }
    return often_a ? a->first < b->first : a->probability > b->probability;
}

/* The next rung; false: nothing breaks in more than a twentieth of the runs. */
static bool rung_find(const struct failing *failing, uint32_t runs, struct rehearse_break *rung,
                      uint32_t *index)
{
    double *firsts = calloc(runs + 1, sizeof *firsts);
    bool found = false;
    ASSERT(firsts != NULL);
    for (uint32_t i = 0; i < runs; i++) {
        for (uint32_t j = 0; j < failing[i].count; j++) {
            struct rehearse_break candidate =
                break_of(failing, runs, &failing[i].entries[j], firsts);
            bool better = candidate.probability > RUNG_PROBABILITY_MIN &&
                          (!found || comes_before(&candidate, rung));
            if (better) {
                *rung = candidate;
                *index = failing[i].entries[j].index;
                found = true;
            }
        }
    }
    free(firsts);
    return found;
}

struct ladder {
    struct outcome *const *calm; /* [run] */
    struct repairs repairs;
    struct failing *failing;
};

static void ladder_run(struct crew_member *member, uint32_t index, void *context)
{
    struct ladder *ladder = context;
    const struct rehearse_plan *plan = member->crew->plan;
    uint64_t key = draw_run_key(plan->seed, index);
    world_crowd(member->world, &member->crew->scene, key,
                crowd_reach(plan->moment, key, plan->visitors), ladder->repairs.site);
    crew_world(member, &ladder->repairs, SIDE_TODAY, key, member->outcome);
    breaks_find(member->outcome, ladder->calm[index], &ladder->failing[index]);
}

static void repair(struct repairs *repairs, enum rehearse_defence defence, uint32_t index)
{
    switch (defence) {
    case DEFENCE_SITE:
        repairs->site = true;
        break;
    case DEFENCE_STOCK:
        repairs->items[index] = true;
        break;
    case DEFENCE_TEAM:
        repairs->centers |= UINT64_C(1) << index;
        break;
    case DEFENCE_SUPPLIERS:
        repairs->suppliers[index] = true;
        break;
    case DEFENCE_CASH:
    case REHEARSE_DEFENCES:
        repairs->cash = true;
        break;
    }
}

void breaks_ladder(struct crew *crew, const struct failing *failing, struct outcome *const *calm,
                   struct rehearse_answer *answer)
{
    const struct shop *shop = crew->scene.shop;
    uint32_t runs = smaller(answer->runs, BREAKS_RUNS_MAX);
    struct ladder ladder = {
        .calm = calm,
        .repairs = {.items = calloc(shop->item_count + 1, sizeof(bool)),
                    .suppliers = calloc((size_t)shop->supplier_count + shop->carrier_count + 1,
                                        sizeof(bool))},
        .failing = calloc(runs, sizeof *ladder.failing)};
    uint32_t index = 0;
    ASSERT(ladder.repairs.items != NULL && ladder.repairs.suppliers != NULL);
    ASSERT(ladder.failing != NULL);
    uint32_t made = answer->runs;
    while (answer->break_count < REHEARSE_RUNGS_MAX && made > 0 &&
           rung_find(failing, made, &answer->breaks[answer->break_count], &index)) {
        struct rehearse_break *rung = &answer->breaks[answer->break_count++];
        rung->name = name_of(shop, rung->defence, index);
        repair(&ladder.repairs, rung->defence, index);
        if (answer->break_count < REHEARSE_RUNGS_MAX) {
            made = crew_work(crew, ladder_run, &ladder, 0, runs);
            failing = ladder.failing;
            made = made < runs ? 0 : made; /* stopped: a rung of half the runs says nothing */
        }
    }
    free(ladder.repairs.items);
    free(ladder.repairs.suppliers);
    free(ladder.failing);
}

/* ---- the breaking point ---- */

struct point_run {
    double reach;          /* the largest that was borne */
    double broken;         /* the smallest that was not; 0: all were */
    struct failing beyond; /* what broke with the smallest that was not; count 0: nothing did */
};

struct points {
    struct outcome *const *calm; /* [run] */
    struct point_run *runs;
    double reach_max;
};

/* Larger crowds are not looked at. */
static double reach_most(const struct rehearse_plan *plan)
{
    double most = plan->visitors >= 0 ? (double)plan->visitors : 0;
    most = most > (double)plan->moment->visitors_high ? most : (double)plan->moment->visitors_high;
    most = most < 10000 ? 10000 : most;
    return 2 * most > REHEARSE_VISITORS_MAX ? REHEARSE_VISITORS_MAX : 2 * most;
}

/* Today's shop with so many; what fails. */
static void reach_live(struct crew_member *member, const struct crew *of, uint64_t key,
                       const struct outcome *calm, struct failing *failing)
{
    static const struct repairs none = {.site = false};
    crew_world_in(member, of, &none, SIDE_TODAY, key, member->outcome);
    breaks_find(member->outcome, calm, failing);
}

/* A crowd that the site loses is not lived to its end. */
static bool bears_in(struct crew_member *member, const struct crew *of, uint64_t key, double reach,
                     const struct outcome *calm)
{
    struct failing failing;
    world_crowd(member->world, &of->scene, key, reach, false);
    if (world_lost(member->world) > BREAKS_SHARE * member->world->crowd.visitors + 1) {
        return false;
    }
    reach_live(member, of, key, calm, &failing);
    return failing.count == 0;
}

static void point_work(struct crew_member *member, uint32_t index, void *context)
{
    struct points *points = context;
    struct point_run *run = &points->runs[index];
    uint64_t key = draw_run_key(member->crew->plan->seed, index);
    const struct outcome *calm = points->calm[index];
    double low = 0;
    double high = POINT_REACH_MIN;
    run->beyond.count = 0;
    while (bears_in(member, member->crew, key, high, calm)) { /* a small crowd is soon lived */
        low = high;
        if (high >= points->reach_max) {
            run->reach = high;
            return;
        }
        high = high * POINT_GROWTH < points->reach_max ? high * POINT_GROWTH : points->reach_max;
    }
    for (int step = 0; step < POINT_STEPS; step++) {
        double middle = sqrt((low > 0 ? low : 1) * high);
        if (bears_in(member, member->crew, key, middle, calm)) {
            low = middle;
        } else {
            high = middle;
        }
    }
    run->reach = low;
    run->broken = high;
    world_crowd(member->world, &member->crew->scene, key, high, false);
    reach_live(member, member->crew, key, calm, &run->beyond);
}

/* ---- the breaking point of a changed shop ---- */

/* Halves between a crowd that is borne and one that is not, as finely as point_work does. */
static double borne_between(struct crew_member *member, const struct crew *of, uint64_t key,
                            const struct outcome *calm, double low, double high)
{
    for (int step = 0; step < POINT_STEPS && high > low * POINT_CLOSE; step++) {
        double middle = sqrt((low > 0 ? low : 1) * high);
        if (bears_in(member, of, key, middle, calm)) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

double breaks_borne(struct crew_member *member, const struct crew *of, uint32_t run,
                    const struct outcome *calm, const struct breaks_bracket *bracket)
{
    double most = reach_most(member->crew->plan);
    uint64_t key = draw_run_key(member->crew->plan->seed, run);
    double low = bracket->borne;
    double high = bracket->broken > 0 ? bracket->broken : most;
    double growth = POINT_CLOSE;
    if (bears_in(member, of, key, high, calm)) {
        while (high < most) {
            growth *= growth;
            low = high;
            high = high * growth < most ? high * growth : most;
            if (!bears_in(member, of, key, high, calm)) {
                return borne_between(member, of, key, calm, low, high);
            }
        }
        return high;
    }
    while (low >= 1 && !bears_in(member, of, key, low, calm)) {
        growth *= growth;
        high = low;
        low = low / growth;
    }
    bool fell = low < bracket->borne || bracket->broken <= 0;
    return fell ? borne_between(member, of, key, calm, low < 1 ? 0 : low, high) : low;
}

/* What breaks most often just beyond. */
static void point_breaks(const struct crew *crew, const struct points *points, uint32_t runs,
                         struct rehearse_point *point)
{
    struct failing *beyond = calloc(runs, sizeof *beyond);
    double *firsts = calloc(runs + 1, sizeof *firsts);
    ASSERT(beyond != NULL && firsts != NULL);
    for (uint32_t i = 0; i < runs; i++) {
        beyond[i] = points->runs[i].beyond;
    }
    for (uint32_t i = 0; i < runs; i++) {
        for (uint32_t j = 0; j < beyond[i].count; j++) {
            struct rehearse_break found = break_of(beyond, runs, &beyond[i].entries[j], firsts);
            found.name = name_of(crew->scene.shop, found.defence, beyond[i].entries[j].index);
            if (!point->breaks_something || found.probability > point->breaks.probability) {
                point->breaks = found;
                point->breaks_something = true;
            }
        }
    }
    free(beyond);
    free(firsts);
}

/* Visitors on the best day of the history; without one, on the best of four ordinary weeks' days:
 * the mean and two standard deviations. */
static double best_day(const struct scene *scene)
{
    double orders = scene_orders_per_week(scene) / WEEKDAYS;
    double best =
        scene->learned != NULL ? scene->learned->best_day_orders : orders + 2 * sqrt(orders);
    double buys = scene->moment->conversion_thousandths / 100000.0;
    return buys > 0 ? best / buys : 0;
}

void breaks_point(struct crew *crew, struct outcome *const *calm, struct breaks_bracket *brackets,
                  struct rehearse_answer *answer)
{
    const struct rehearse_plan *plan = crew->plan;
    uint32_t runs = smaller(answer->runs, BREAKS_RUNS_MAX);
    struct points points = {
        .calm = calm, .runs = calloc(runs, sizeof *points.runs), .reach_max = reach_most(plan)};
    double *reach = calloc(runs, sizeof *reach);
    ASSERT(points.runs != NULL && reach != NULL);
    if (crew_work(crew, point_work, &points, 0, runs) == runs) {
        for (uint32_t i = 0; i < runs; i++) {
            reach[i] = points.runs[i].reach;
            answer->samples[i].borne = points.runs[i].reach;
            brackets[i] = (struct breaks_bracket){reach[i], points.runs[i].broken};
        }
        answer->borne_count = runs;
        gsl_sort(reach, 1, runs);
        double borne = reach[(uint32_t)(POINT_BREAKS_MOST * runs)];
        answer->point.found = true;
        answer->point.visitors = (uint32_t)borne;
        double best = best_day(&crew->scene);
        answer->point.times_best_day = best > 0 ? borne / best : 0;
        point_breaks(crew, &points, runs, &answer->point);
    }
    free(reach);
    free(points.runs);
}

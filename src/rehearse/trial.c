/* trials -> a few variants at a time are open -> every run of each is a task of the crew -> what
 * came of it, in its place.
 *
 * Only TRIALS_OPEN variants are open at once: each has tables of every second of the surge. */
#include "rehearse/trial.h"

#include "base/assert.h"
#include "rehearse/sum.h"

#include <stdlib.h>

enum { TRIALS_OPEN = 6 };

struct task {
    struct trial *trial;
    struct variant *variant;
    uint32_t place;
    bool point; /* a breaking point, or a run */
};

struct tasks {
    const struct trial_base *base;
    uint32_t count;
    struct task list[TRIALS_OPEN * (TRIAL_RUNS_MAX + BREAKS_RUNS_MAX)];
};

static void run_live(struct crew_member *member, const struct task *task)
{
    static const struct repairs none = {.site = false};
    const struct crew *of = &task->variant->crew;
    const struct rehearse_plan *plan = of->plan;
    uint64_t key = draw_run_key(plan->seed, task->trial->runs[task->place]);
    world_crowd(member->world, &of->scene, key, crowd_reach(plan->moment, key, plan->visitors),
                false);
    crew_world_in(member, of, &none, SIDE_ECLUSE, key, member->outcome);
    const double *measures = member->outcome->measures;
    task->trial->came[task->place] = (struct trial_run){
        member->outcome->accepted, member->outcome->kept,
        measures[MEASURE_REFUSED] + measures[MEASURE_DECLINED], measures[MEASURE_PROFIT]};
}

static void task_work(struct crew_member *member, uint32_t index, void *context)
{
    const struct tasks *tasks = context;
    const struct task *task = &tasks->list[index];
    if (task->point) {
        task->trial->borne[task->place] =
            breaks_borne(member, &task->variant->crew, task->place, tasks->base->calm[task->place],
                         &tasks->base->brackets[task->place]);
    } else {
        run_live(member, task);
    }
}

static void tasks_add(struct tasks *tasks, struct trial *trial, struct variant *variant)
{
    for (uint32_t i = trial->lived; i < trial->wanted; i++) {
        tasks->list[tasks->count++] = (struct task){trial, variant, i, false};
    }
    for (uint32_t i = trial->points_lived; i < trial->points_wanted; i++) {
        tasks->list[tasks->count++] = (struct task){trial, variant, i, true};
    }
}

static bool wave_live(struct crew *crew, struct tasks *tasks, struct variant *variants,
                      struct trial *const *trials, uint32_t count)
{
    tasks->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct trial *trial = trials[i];
        bool more = trial->lived < trial->wanted || trial->points_lived < trial->points_wanted;
        trial->open = more && variant_open(&variants[i], crew, trial->parts, trial->part_count);
        trial->dead = trial->dead || (more && !trial->open);
        if (trial->open) {
            tasks_add(tasks, trial, &variants[i]);
        }
    }
    bool whole = crew_work(crew, task_work, tasks, 0, tasks->count) == tasks->count;
    for (uint32_t i = 0; i < count; i++) {
        struct trial *trial = trials[i];
        if (trial->open) {
            variant_close(&variants[i]);
            trial->open = false;
            trial->lived = whole ? trial->wanted : trial->lived;
            trial->points_lived = whole ? trial->points_wanted : trial->points_lived;
        }
    }
    return whole;
}

bool trials_live(struct crew *crew, const struct trial_base *base, struct trial *const *trials,
                 uint32_t count)
{
    struct tasks *tasks = malloc(sizeof *tasks);
    struct variant *variants = calloc(TRIALS_OPEN, sizeof *variants);
    bool whole = true;
    ASSERT(tasks != NULL && variants != NULL);
    tasks->base = base;
    for (uint32_t first = 0; first < count && whole; first += TRIALS_OPEN) {
        uint32_t left = count - first < TRIALS_OPEN ? count - first : TRIALS_OPEN;
        whole = wave_live(crew, tasks, variants, trials + first, left);
    }
    free(tasks);
    free(variants);
    return whole;
}

void trial_want(struct trial *trial, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count && trial->wanted < TRIAL_RUNS_MAX; i++) {
        trial->runs[trial->wanted++] = first + i;
    }
}

int64_t trial_cost(const struct trial *trial)
{
    int64_t cost = 0;
    for (uint32_t i = 0; i < trial->part_count; i++) {
        cost += trial->parts[i]->lever.cost_minor;
    }
    return cost;
}

/* ---- differences ---- */

double trial_rate(const struct trial_run *run)
{
    return run->accepted > 0 ? (double)run->kept / run->accepted : 1;
}

/* What a run's orders leave, in the mean of the runs without changes. */
static double mean_profit(const struct trial_base *base)
{
    double profit = 0;
    for (uint32_t i = 0; i < base->runs; i++) {
        profit += base->ecluse[i].profit / base->runs;
    }
    return profit > 0 ? profit : 0;
}

static double mean_orders(const struct trial_base *base)
{
    double orders = 0;
    for (uint32_t i = 0; i < base->runs; i++) {
        orders += (double)base->ecluse[i].accepted / base->runs;
    }
    return orders;
}

static void points_gain(const struct trial_base *base, const struct trial *trial,
                        struct rehearse_gains *gains)
{
    double points[BREAKS_RUNS_MAX];
    double borne = 0;
    for (uint32_t i = 0; i < trial->points_lived; i++) {
        borne += base->brackets[i].borne / trial->points_lived;
        points[i] = trial->borne[i] - base->brackets[i].borne;
    }
    gains->has_point = trial->points_lived > 0;
    gains->point =
        gains->has_point ? sum_gain(points, trial->points_lived, 1, borne) : gains->point;
}

struct rehearse_gains trial_gains(const struct crew *crew, const struct trial_base *base,
                                  const struct trial *trial, uint32_t looks)
{
    double kept[TRIAL_RUNS_MAX];
    double profit[TRIAL_RUNS_MAX];
    double worth[TRIAL_RUNS_MAX];
    struct rehearse_gains gains = {.runs = trial->lived};
    double most = mean_profit(base);
    double orders = mean_orders(base);
    double promise = orders > 0 ? most / orders * crew->scene.assume.broken_promise : 0;
    double expense = 0;
    for (uint32_t i = 0; i < trial->part_count; i++) {
        expense += (double)trial->parts[i]->expense_minor;
    }
    for (uint32_t i = 0; i < trial->lived; i++) {
        const struct trial_run *then = &trial->came[i];
        const struct trial_run *now = &base->ecluse[trial->runs[i]];
        double late = ((double)now->accepted - now->kept) - ((double)then->accepted - then->kept);
        kept[i] = trial_rate(then) - trial_rate(now);
        profit[i] = then->profit - now->profit;
        worth[i] = profit[i] + late * promise - expense;
        gains.differing += kept[i] < 0 || kept[i] > 0 || profit[i] < 0 || profit[i] > 0;
    }
    if (trial->lived > 0) {
        gains.kept = sum_gain(kept, trial->lived, looks, 1);
        gains.profit = sum_gain(profit, trial->lived, looks, most);
        gains.worth = sum_gain(worth, trial->lived, looks, most);
    }
    points_gain(base, trial, &gains);
    return gains;
}

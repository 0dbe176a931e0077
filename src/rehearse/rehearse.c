/* runs of the three sides -> their measures -> ranges and the rate of promises kept; then the
 * ladder and the breaking point (breaks.c). */
#include "rehearse/rehearse.h"

#include "base/assert.h"
#include "rehearse/advise.h"
#include "rehearse/breaks.h"
#include "rehearse/crew.h"
#include "rehearse/levers.h"
#include "rehearse/sum.h"

#include <stdlib.h>
#include <string.h>

enum { RUNS_BLOCK = 20 };

const char *rehearse_side_name(enum rehearse_side side)
{
    static const char *const names[REHEARSE_SIDES] = {"today", "ordinary", "ecluse"};
    return names[side];
}

const char *rehearse_measure_name(enum rehearse_measure measure)
{
    static const char *const names[REHEARSE_MEASURES] = {
        [MEASURE_SERVED] = "served",       [MEASURE_ORDERS] = "orders",
        [MEASURE_REFUSED] = "refused",     [MEASURE_LATE] = "late",
        [MEASURE_REFUNDS] = "refunds",     [MEASURE_PROFIT] = "profit",
        [MEASURE_CASH_LOW] = "cash_low",   [MEASURE_WAIT_MINUTES] = "wait_minutes",
        [MEASURE_GAVE_UP] = "gave_up",     [MEASURE_DECLINED] = "declined",
        [MEASURE_WAITED] = "waited",       [MEASURE_UNPAID] = "unpaid",
        [MEASURE_CANCELLED] = "cancelled", [MEASURE_WRONG] = "wrong",
        [MEASURE_RETURNED] = "returned",   [MEASURE_REFUNDED] = "refunded",
        [MEASURE_WISHED] = "wished",       [MEASURE_MET] = "wishes_met"};
    return names[measure];
}

bool rehearse_measure_is_money(enum rehearse_measure measure)
{
    return measure == MEASURE_REFUNDS || measure == MEASURE_PROFIT || measure == MEASURE_CASH_LOW;
}

const char *rehearse_defence_name(enum rehearse_defence defence)
{
    static const char *const names[REHEARSE_DEFENCES] = {"site", "stock", "team", "suppliers",
                                                         "cash"};
    return names[defence];
}

const char *rehearse_lever_name(enum rehearse_lever_kind kind)
{
    static const char *const names[] = {"people", "units",        "max_parcels", "collects",
                                        "price",  "buffer_hours", "load_limit",  "later"};
    return names[kind];
}

/* ---- the runs ---- */

struct side_run {
    double measures[REHEARSE_MEASURES];
    uint32_t accepted, kept;
};

struct days_sum {
    uint64_t made[OUTCOME_DAYS_MAX], delivered[OUTCOME_DAYS_MAX], late[OUTCOME_DAYS_MAX];
};

struct main_runs {
    struct side_run *runs[REHEARSE_SIDES];
    struct side_run *calm; /* today's, without the moment */
    double *reach;
    struct failing *failing; /* [run]: today's, for the first rung */
    struct outcome *calm_outcomes[BREAKS_RUNS_MAX];
    struct days_sum days[REHEARSE_SIDES];
    atomic_flag lock; /* of `days`: sums of whole numbers, the same in any order */
};

static void days_add(struct main_runs *main, enum rehearse_side side, const struct outcome *outcome)
{
    while (atomic_flag_test_and_set(&main->lock)) {
    }
    struct days_sum *sum = &main->days[side];
    for (uint32_t i = 0; i < outcome->days; i++) {
        sum->made[i] += outcome->made_on[i];
        sum->delivered[i] += outcome->delivered_on[i];
        sum->late[i] += outcome->late_on[i];
    }
    atomic_flag_clear(&main->lock);
}

static void main_run(struct crew_member *member, uint32_t index, void *context)
{
    static const struct repairs none = {.site = false};
    struct main_runs *main = context;
    const struct rehearse_plan *plan = member->crew->plan;
    uint64_t key = draw_run_key(plan->seed, index);
    breaks_calm(member, &none, key);
    main->calm[index].accepted = member->calm->accepted;
    main->calm[index].kept = member->calm->kept;
    double reach = crowd_reach(plan->moment, key, plan->visitors);
    main->reach[index] = reach;
    world_crowd(member->world, &member->crew->scene, key, reach, false);
    for (enum rehearse_side side = 0; side < REHEARSE_SIDES; side++) {
        crew_world(member, &none, side, key, member->outcome);
        struct side_run *run = &main->runs[side][index];
        memcpy(run->measures, member->outcome->measures, sizeof run->measures);
        run->accepted = member->outcome->accepted;
        run->kept = member->outcome->kept;
        days_add(main, side, member->outcome);
        if (side == SIDE_TODAY) {
            breaks_find(member->outcome, member->calm, &main->failing[index]);
        }
    }
    if (index < BREAKS_RUNS_MAX) {
        main->calm_outcomes[index] = member->calm;
        member->calm = outcome_create(member->crew->scene.shop);
    }
}

static void main_free(struct main_runs *main)
{
    for (int side = 0; side < REHEARSE_SIDES; side++) {
        free(main->runs[side]);
    }
    for (int i = 0; i < BREAKS_RUNS_MAX; i++) {
        outcome_free(main->calm_outcomes[i]);
    }
    free(main->calm);
    free(main->reach);
    free(main->failing);
    free(main);
}

static struct main_runs *main_create(uint32_t runs)
{
    struct main_runs *main = calloc(1, sizeof *main);
    ASSERT(main != NULL);
    for (int side = 0; side < REHEARSE_SIDES; side++) {
        main->runs[side] = calloc(runs, sizeof *main->runs[side]);
        ASSERT(main->runs[side] != NULL);
    }
    main->calm = calloc(runs, sizeof *main->calm);
    main->reach = calloc(runs, sizeof *main->reach);
    main->failing = calloc(runs, sizeof *main->failing);
    ASSERT(main->calm != NULL && main->reach != NULL && main->failing != NULL);
    atomic_flag_clear(&main->lock);
    return main;
}

/* How often `precise` may look within the plan's runs: after a block, twice as many, ... */
static uint32_t looks_of(const struct rehearse_plan *plan)
{
    uint32_t looks = 1;
    for (uint64_t runs = RUNS_BLOCK; plan->precision > 0 && runs < plan->runs; runs *= 2) {
        looks++;
    }
    return looks;
}

static struct rehearse_rate kept_of(const struct side_run *runs, uint32_t count, uint32_t looks)
{
    struct sum_ratio ratio = {.count = 0};
    for (uint32_t i = 0; i < count; i++) {
        sum_ratio_add(&ratio, runs[i].kept, runs[i].accepted);
    }
    return sum_ratio_rate_looked(&ratio, looks);
}

/* Enough for the precision that is wanted, on every side? */
static bool precise(const struct rehearse_plan *plan, const struct main_runs *main, uint32_t count)
{
    double precision = plan->precision;
    for (int side = 0; side < REHEARSE_SIDES && precision > 0; side++) {
        struct rehearse_rate rate = kept_of(main->runs[side], count, looks_of(plan));
        if ((rate.high - rate.low) / 2 > precision) {
            return false;
        }
    }
    return precision > 0;
}

static uint32_t main_work(struct crew *crew, struct main_runs *main)
{
    const struct rehearse_plan *plan = crew->plan;
    uint32_t made = 0;
    while (made < plan->runs && !(made >= RUNS_BLOCK && precise(plan, main, made))) {
        uint32_t left = plan->runs - made;
        uint32_t block = made > 0 ? made : RUNS_BLOCK; /* twice as many, at each look */
        block = plan->precision > 0 && left > block ? block : left;
        uint32_t done = crew_work(crew, main_run, main, made, block);
        made += done;
        if (done < block) {
            break;
        }
    }
    return made;
}

static void side_answer(const struct main_runs *main, enum rehearse_side side, uint32_t runs,
                        uint32_t looks, uint32_t days, struct rehearse_side_answer *answer)
{
    double *values = calloc(runs + 1, sizeof *values);
    ASSERT(values != NULL);
    for (int measure = 0; measure < REHEARSE_MEASURES; measure++) {
        for (uint32_t i = 0; i < runs; i++) {
            values[i] = main->runs[side][i].measures[measure];
        }
        answer->measures[measure] = sum_range(values, runs);
    }
    answer->kept = kept_of(main->runs[side], runs, looks);
    for (uint32_t day = 0; day < days; day++) {
        answer->made_on[day] = (double)main->days[side].made[day] / runs;
        answer->delivered_on[day] = (double)main->days[side].delivered[day] / runs;
        answer->late_on[day] = (double)main->days[side].late[day] / runs;
    }
    free(values);
}

static void samples_fill(const struct main_runs *main, struct rehearse_answer *answer)
{
    for (uint32_t i = 0; i < answer->runs; i++) {
        struct rehearse_sample *sample = &answer->samples[i];
        for (int side = 0; side < REHEARSE_SIDES; side++) {
            const struct side_run *run = &main->runs[side][i];
            sample->accepted[side] = run->accepted;
            sample->kept[side] = run->kept;
            sample->profit[side] = run->measures[MEASURE_PROFIT];
            sample->cash_low[side] = run->measures[MEASURE_CASH_LOW];
        }
    }
}

/* What breaks, how large a crowd is borne, what to do. */
static void answer_more(struct crew *crew, const struct main_runs *main,
                        struct rehearse_answer *answer)
{
    struct trial_base *base = calloc(1, sizeof *base);
    ASSERT(base != NULL);
    if (!crew->plan->brief) {
        breaks_ladder(crew, main->failing, main->calm_outcomes, answer);
    }
    breaks_point(crew, main->calm_outcomes, base->brackets, answer);
    if (crew->plan->brief) {
        free(base);
        return;
    }
    base->runs = answer->runs < TRIAL_BASE_MAX ? answer->runs : TRIAL_BASE_MAX;
    base->calm = main->calm_outcomes;
    if (answer->point.found) {
        base->point_runs = answer->runs < BREAKS_RUNS_MAX ? answer->runs : BREAKS_RUNS_MAX;
    }
    for (uint32_t i = 0; i < base->runs; i++) {
        const struct side_run *run = &main->runs[SIDE_ECLUSE][i];
        base->ecluse[i] =
            (struct trial_run){run->accepted, run->kept,
                               run->measures[MEASURE_REFUSED] + run->measures[MEASURE_DECLINED],
                               run->measures[MEASURE_PROFIT]};
        base->reach[i] = main->reach[i];
    }
    levers_find(crew, base, answer);
    advise_setting(crew, base, answer);
    free(base);
}

static enum status plan_check(const struct rehearse_plan *plan, struct fault *fault)
{
    int64_t most = plan->visitors >= 0 ? plan->visitors : plan->moment->visitors_high;
    ASSERT(plan->runs > 0 && plan->runs <= REHEARSE_RUNS_MAX);
    ASSERT(plan->threads > 0 && plan->threads <= REHEARSE_THREADS_MAX);
    if (most > REHEARSE_VISITORS_MAX) {
        return fault_set(fault, STATUS_LIMIT,
                         "%lld visitors are more than can be rehearsed; at most %d",
                         (long long)most, REHEARSE_VISITORS_MAX);
    }
    return STATUS_OK;
}

enum status rehearse(const struct rehearse_plan *plan, struct rehearse_answer **answer,
                     struct fault *fault)
{
    struct crew crew;
    enum status status = plan_check(plan, fault);
    if (status == STATUS_OK) {
        status = crew_open(&crew, plan, rehearse_shop(plan), fault);
    }
    if (status != STATUS_OK) {
        return status;
    }
    crew.whole = (uint64_t)plan->runs * (REHEARSE_SIDES + 1);
    crew.whole += plan->sides_only ? 0 : breaks_worlds(plan->runs);
    crew.whole += plan->sides_only || plan->brief ? 0 : levers_worlds(plan->runs);
    struct main_runs *main = main_create(plan->runs);
    struct rehearse_answer *made = calloc(1, sizeof *made + plan->runs * sizeof *made->samples);
    ASSERT(made != NULL);
    made->runs = main_work(&crew, main);
    made->stopped = plan->stop != NULL && atomic_load(plan->stop);
    made->now = plan->now;
    made->today = crew.scene.today;
    made->days = crew.scene.day_count;
    made->moment_day = crew.scene.moment_day;
    made->usual_days = crew.scene.usual_days;
    if (made->runs == 0) {
        status = fault_set(fault, STATUS_UNAVAILABLE, "stopped before the first run was done");
        free(made);
    } else {
        made->visitors = sum_range(main->reach, made->runs).p50;
        for (enum rehearse_side side = 0; side < REHEARSE_SIDES; side++) {
            side_answer(main, side, made->runs, looks_of(plan), made->days, &made->sides[side]);
        }
        made->calm_kept = kept_of(main->calm, made->runs, looks_of(plan));
        samples_fill(main, made);
        if (!plan->sides_only) {
            answer_more(&crew, main, made);
        }
        *answer = made;
    }
    main_free(main);
    crew_close(&crew);
    return status;
}

/* the runs in thirds by their crowd, the worst of them -> the smallest buffer that keeps enough
 * there, then the largest load limit beside it -> lived in every third of runs that chose nothing.
 *
 * More buffer, or less load, keeps more promises: both are searched by halving. Where no buffer is
 * enough, less load is tried with the largest one; where that is not enough either, the best that
 * was seen is told, and that it does not reach the level. */
#include "rehearse/advise.h"

#include "base/assert.h"
#include "rehearse/levers.h"
#include "rehearse/sum.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

enum {
    BUFFERS_MAX = 10,
    LOADS_MAX = 10,
    THIRDS = 3,
    LOOK_RUNS_MIN = 3,
    LOOK_RUNS_MAX = 16,
    FRESH_RUNS_MIN = 2, /* of a third */
    FRESH_RUNS_MAX = 8,
    STEPS_ON_MAX = 1 /* of a buffer that fresh runs find too small */
};

struct setting_list {
    uint32_t count;
    int32_t values[BUFFERS_MAX];
};

struct advice {
    struct crew *crew;
    const struct trial_base *base;
    struct setting_list buffers; /* seconds, rising */
    struct setting_list loads;   /* thousandths, falling: more careful to the end, as buffers are */
    uint32_t thirds;             /* 1 where all crowds are as large */
    uint8_t third_of[TRIAL_BASE_MAX];
    double kept[THIRDS]; /* as the shop promises now, over all runs */
    uint32_t worst;
    bool stopped;
};

_Static_assert(BUFFERS_MAX == LOADS_MAX, "one list for both");

/* Enters a value at its place; those that are there already are not doubled. */
static void list_add(struct setting_list *list, int32_t value, bool falls)
{
    uint32_t place = list->count;
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->values[i] == value) {
            return;
        }
    }
    while (place > 0 &&
           (falls ? list->values[place - 1] < value : list->values[place - 1] > value)) {
        list->values[place] = list->values[place - 1];
        place--;
    }
    list->values[place] = value;
    list->count++;
}

static uint32_t list_find(const struct setting_list *list, int32_t value)
{
    uint32_t place = 0;
    while (list->values[place] != value) {
        place++;
        ASSERT(place < list->count);
    }
    return place;
}

static void lists_fill(struct advice *advice)
{
    static const int32_t hours[] = {0, 4, 8, 12, 24, 48, 96};
    static const int32_t loads[] = {1000, 850, 700, 500};
    const struct promise_rules *promise = &advice->crew->scene.shop->promise;
    for (uint32_t i = 0; i < sizeof hours / sizeof hours[0]; i++) {
        list_add(&advice->buffers, hours[i] * 3600, false);
    }
    for (uint32_t i = 0; i < sizeof loads / sizeof loads[0]; i++) {
        list_add(&advice->loads, loads[i], true);
    }
    list_add(&advice->buffers, promise->buffer_seconds, false);
    list_add(&advice->loads, promise->load_limit_thousandths, true);
}

/* ---- thirds ---- */

static void thirds_fill(struct advice *advice)
{
    const struct trial_base *base = advice->base;
    const struct moment *moment = advice->crew->plan->moment;
    bool one_size =
        advice->crew->plan->visitors >= 0 || moment->visitors_low == moment->visitors_high;
    advice->thirds = one_size ? 1 : THIRDS;
    for (uint32_t i = 0; i < base->runs; i++) {
        uint32_t smaller = 0;
        for (uint32_t j = 0; j < base->runs; j++) {
            smaller +=
                base->reach[j] < base->reach[i] || (j < i && base->reach[j] <= base->reach[i]);
        }
        advice->third_of[i] = (uint8_t)(smaller * advice->thirds / base->runs);
    }
}

static void thirds_sum(const struct advice *advice, const struct trial_run *came,
                       const uint32_t *runs, uint32_t count, double rates[THIRDS])
{
    double kept[THIRDS] = {0};
    double accepted[THIRDS] = {0};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t third = advice->third_of[runs == NULL ? i : runs[i]];
        kept[third] += came[i].kept;
        accepted[third] += came[i].accepted;
    }
    for (uint32_t i = 0; i < THIRDS; i++) {
        rates[i] = accepted[i] > 0 ? kept[i] / accepted[i] : 1;
    }
}

static void worst_find(struct advice *advice)
{
    thirds_sum(advice, advice->base->ecluse, NULL, advice->base->runs, advice->kept);
    advice->worst = 0;
    for (uint32_t i = 1; i < advice->thirds; i++) {
        advice->worst = advice->kept[i] < advice->kept[advice->worst] ? i : advice->worst;
    }
}

/* Do the runs' own rates vary less than what they differ by from the shop as it is? */
static bool varies_less(const struct advice *advice, const struct trial *trial)
{
    double rates[TRIAL_RUNS_MAX];
    double differences[TRIAL_RUNS_MAX];
    for (uint32_t i = 0; i < trial->lived; i++) {
        rates[i] = trial_rate(&trial->came[i]);
        differences[i] = rates[i] - trial_rate(&advice->base->ecluse[trial->runs[i]]);
    }
    return trial->lived > 1 && gsl_stats_variance(rates, 1, trial->lived) <
                                   gsl_stats_variance(differences, 1, trial->lived);
}

/* What a few runs say of each third: what all runs keep there as the shop promises now, and by what
 * the same few differ from that (a control variate); or what they say themselves, where that is
 * surer. */
static void thirds_rate(const struct advice *advice, const struct trial *trial,
                        double rates[THIRDS])
{
    struct trial_run now[TRIAL_RUNS_MAX] = {{.accepted = 0}};
    double before[THIRDS];
    bool direct = varies_less(advice, trial);
    for (uint32_t i = 0; i < trial->lived; i++) {
        now[i] = advice->base->ecluse[trial->runs[i]];
    }
    thirds_sum(advice, trial->came, trial->runs, trial->lived, rates);
    thirds_sum(advice, now, trial->runs, trial->lived, before);
    for (uint32_t i = 0; i < THIRDS; i++) {
        double rate = direct ? rates[i] : advice->kept[i] + rates[i] - before[i];
        rates[i] = rate > 1 ? 1 : rate < 0 ? 0 : rate;
    }
}

/* ---- a setting, lived ---- */

static struct candidate candidate_of(const struct advice *advice, uint32_t buffer, uint32_t load)
{
    const struct promise_rules *promise = &advice->crew->scene.shop->promise;
    struct candidate made = candidate_none();
    made.buffer_more_seconds = advice->buffers.values[buffer] - promise->buffer_seconds;
    made.load_more_thousandths = advice->loads.values[load] - promise->load_limit_thousandths;
    return made;
}

/* So many runs of a third, from the first to the one before the last; says how many there were. */
static uint32_t third_want(const struct advice *advice, struct trial *trial, uint32_t third,
                           uint32_t first, uint32_t last, uint32_t count)
{
    uint32_t wanted = 0;
    for (uint32_t run = first; run < last && wanted < count; run++) {
        if (advice->third_of[run] == third) {
            trial_want(trial, run, 1);
            wanted++;
        }
    }
    return wanted;
}

static uint32_t share_of_runs(const struct advice *advice, uint32_t part, uint32_t least,
                              uint32_t most)
{
    uint32_t runs = advice->base->runs / part;
    return runs < least ? least : runs > most ? most : runs;
}

/* Does it keep enough where it is hardest? `*rate` says how many. */
static bool reaches(struct advice *advice, uint32_t buffer, uint32_t load, double *rate)
{
    struct candidate candidate = candidate_of(advice, buffer, load);
    struct trial *trial = calloc(1, sizeof *trial);
    double rates[THIRDS] = {0};
    ASSERT(trial != NULL);
    trial->parts[trial->part_count++] = &candidate;
    uint32_t count = share_of_runs(advice, 8, LOOK_RUNS_MIN, LOOK_RUNS_MAX);
    if (third_want(advice, trial, advice->worst, 0, levers_choosing(advice->base), count) == 0) {
        (void)third_want(advice, trial, advice->worst, 0, advice->base->runs, count);
    }
    advice->stopped = !trials_live(advice->crew, advice->base, &trial, 1) || trial->dead;
    thirds_rate(advice, trial, rates);
    free(trial);
    *rate = rates[advice->worst];
    return !advice->stopped && *rate >= SERVICE_LEVEL;
}

/* The first, most daring buffer from `low` to `high` that reaches the level with this load; `high`
 * does. */
static uint32_t buffer_find(struct advice *advice, uint32_t low, uint32_t high, uint32_t load)
{
    double rate;
    while (low < high && !advice->stopped) {
        uint32_t middle = (low + high) / 2;
        if (reaches(advice, middle, load, &rate)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return high;
}

static uint32_t load_find(struct advice *advice, uint32_t buffer, uint32_t high)
{
    uint32_t low = 0;
    double rate;
    while (low < high && !advice->stopped) {
        uint32_t middle = (low + high) / 2;
        if (reaches(advice, buffer, middle, &rate)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return high;
}

/* The least careful load, from the shop's own on, with which the largest buffer is enough; where
 * there is none, the best, and false. */
static bool load_enough(struct advice *advice, uint32_t *load)
{
    uint32_t last = advice->loads.count - 1;
    uint32_t own =
        list_find(&advice->loads, advice->crew->scene.shop->promise.load_limit_thousandths);
    double best = -1;
    *load = own;
    for (uint32_t try = own; !advice->stopped; try = (try + last + 1) / 2) {
        double rate;
        if (reaches(advice, advice->buffers.count - 1, try, &rate)) {
            *load = try;
            return true;
        }
        if (rate > best) {
            best = rate;
            *load = try;
        }
        if (try == last) {
            break;
        }
    }
    return false;
}

/* ---- in runs that chose nothing ---- */

/* All runs' rate and what differs from it, with both intervals: their halves as the sides of a
 * right angle. */
static struct rehearse_rate kept_together(const struct advice *advice, struct rehearse_gain gain)
{
    struct sum_ratio ratio = {.count = 0};
    for (uint32_t i = 0; i < advice->base->runs; i++) {
        sum_ratio_add(&ratio, advice->base->ecluse[i].kept, advice->base->ecluse[i].accepted);
    }
    struct rehearse_rate now = sum_ratio_rate(&ratio);
    double half = hypot((now.high - now.low) / 2, gain.high - gain.gain);
    double rate = now.rate + gain.gain;
    rate = rate > 1 ? 1 : rate < 0 ? 0 : rate;
    double low = rate - half;
    double high = rate + half;
    return (struct rehearse_rate){rate, low < 0 ? 0 : low, high > 1 ? 1 : high};
}

/* What the runs leave in the mean, or how many orders they have. */
static double mean_of(const struct trial *trial, bool profit)
{
    double sum = 0;
    for (uint32_t i = 0; i < trial->lived; i++) {
        sum += profit ? fabs(trial->came[i].profit) : (double)trial->came[i].accepted;
    }
    return sum / trial->lived;
}

static void differences_fill(const struct advice *advice, const struct trial *trial,
                             struct rehearse_setting *setting)
{
    double turned[TRIAL_RUNS_MAX];
    double profit[TRIAL_RUNS_MAX];
    double kept[TRIAL_RUNS_MAX];
    double rates[THIRDS];
    struct sum_ratio ratio = {.count = 0};
    for (uint32_t i = 0; i < trial->lived; i++) {
        const struct trial_run *base = &advice->base->ecluse[trial->runs[i]];
        turned[i] = trial->came[i].turned - base->turned;
        profit[i] = trial->came[i].profit - base->profit;
        kept[i] = trial_rate(&trial->came[i]) - trial_rate(base);
        sum_ratio_add(&ratio, trial->came[i].kept, trial->came[i].accepted);
    }
    thirds_rate(advice, trial, rates);
    setting->turned = sum_gain(turned, trial->lived, 1, mean_of(trial, false));
    setting->profit = sum_gain(profit, trial->lived, 1, mean_of(trial, true));
    setting->kept = varies_less(advice, trial)
                        ? sum_ratio_rate(&ratio)
                        : kept_together(advice, sum_gain(kept, trial->lived, 1, 1));
    setting->kept_worst = 1;
    for (uint32_t i = 0; i < advice->thirds; i++) {
        setting->kept_worst = rates[i] < setting->kept_worst ? rates[i] : setting->kept_worst;
    }
    setting->reached = setting->kept_worst >= SERVICE_LEVEL;
    setting->found = true;
}

/* False: it was stopped. */
static bool setting_live(struct advice *advice, uint32_t buffer, uint32_t load,
                         struct rehearse_setting *setting)
{
    struct candidate candidate = candidate_of(advice, buffer, load);
    struct trial *trial = calloc(1, sizeof *trial);
    uint32_t chose = levers_choosing(advice->base);
    uint32_t count = share_of_runs(advice, 5 * advice->thirds, FRESH_RUNS_MIN, FRESH_RUNS_MAX);
    setting->fresh = chose < advice->base->runs;
    ASSERT(trial != NULL);
    trial->parts[trial->part_count++] = &candidate;
    for (uint32_t i = 0; i < advice->thirds; i++) {
        if (third_want(advice, trial, i, setting->fresh ? chose : 0, advice->base->runs, count) ==
            0) {
            (void)third_want(advice, trial, i, 0, advice->base->runs, count);
        }
    }
    bool whole = trials_live(advice->crew, advice->base, &trial, 1) && trial->lived > 0;
    if (whole) {
        setting->buffer_seconds = advice->buffers.values[buffer];
        setting->load_limit_thousandths = advice->loads.values[load];
        differences_fill(advice, trial, setting);
    }
    free(trial);
    return whole;
}

void advise_setting(struct crew *crew, const struct trial_base *base,
                    struct rehearse_answer *answer)
{
    struct advice advice = {.crew = crew, .base = base};
    uint32_t load;
    if (base->runs < THIRDS) {
        return;
    }
    lists_fill(&advice);
    thirds_fill(&advice);
    worst_find(&advice);
    uint32_t last = advice.buffers.count - 1;
    uint32_t buffer = last;
    bool enough = load_enough(&advice, &load);
    if (enough) {
        buffer = buffer_find(&advice, 0, last, load);
        load = load_find(&advice, buffer, load);
    }
    bool lived = !advice.stopped && setting_live(&advice, buffer, load, &answer->setting);
    for (uint32_t i = 0; i < STEPS_ON_MAX && lived && !answer->setting.reached && buffer < last;
         i++) {
        struct rehearse_setting next = answer->setting;
        lived = setting_live(&advice, ++buffer, load, &next);
        bool better = lived && next.kept_worst > answer->setting.kept_worst;
        answer->setting = better ? next : answer->setting;
    }
}

/* Ask -> is it bounded at all -> rows (mix_rows.h) -> branch and cut (program.h) -> whole steps,
 * checked and repaired (fill.h) -> what an hour would bring.
 *
 * On its way GLPK is offered what rounding a relaxation gives (mix_round): activities by their
 * switches, whole steps below, then filled up (unless cash bounds the mix: what fits into the hours
 * may cost too much too early). Mostly that is within a percent at the first node.
 */
#include "focus/mix.h"

#include "focus/cash.h"
#include "focus/fill.h"
#include "focus/mix_rows.h"

#include "base/assert.h"
#include "base/decimal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PRICE_SECONDS 1.0 /* for the prices of hours, if the search has taken all of the time */

enum {
    MINUTES_PER_HOUR = 60,
    CASH_ROUNDS = 16 /* each adds the lowest day of every week that is below the minimum */
};

struct solving {
    const struct mix_ask *ask;
    struct bounds *bounds;
    struct mix_rows rows;
    struct fill fill;
    int64_t *start_steps; /* [offer] that hold, cash aside: the ask's, or what a quick rule fills */
    bool has_cash_rows;
    double *cash_offers, *cash_activities; /* coefficients of one row */
    uint64_t until_ns;                     /* by the ask's clock */
    struct fault *fault;
};

static enum status no_memory(struct fault *fault)
{
    return fault_set(fault, STATUS_MEMORY, "no memory for the best mix");
}

uint64_t mix_until(const struct mix_ask *ask)
{
    return ask->clock_ns == NULL
               ? 0
               : ask->clock_ns(ask->clock_context) + (uint64_t)(ask->seconds * 1e9);
}

double mix_seconds_left(const struct mix_ask *ask, uint64_t until_ns)
{
    if (ask->clock_ns == NULL) {
        return -1;
    }
    uint64_t now = ask->clock_ns(ask->clock_context);
    return now >= until_ns ? 0 : (double)(until_ns - now) / 1e9;
}

bool mix_time_is_up(const struct mix_ask *ask, uint64_t until_ns)
{
    return (ask->stop != NULL && atomic_load(ask->stop)) ||
           (ask->clock_ns != NULL && mix_seconds_left(ask, until_ns) <= 0);
}

/* An offer that earns something, that may be sold, and that nothing bounds. */
static bool unbounded_find(const struct solving *solving, uint32_t *found)
{
    const struct mix_ask *ask = solving->ask;
    for (uint32_t i = 0; i < ask->figures->offer_count; i++) {
        const struct focus_offer *offer = &ask->figures->offers[i];
        bool never =
            offer->activity != NO_INDEX && ask->never != NULL && ask->never[offer->activity];
        if (!never && offer->throughput_micro > 0 &&
            bounds_steps(solving->bounds, ask->figures, i) == FOCUS_NO_LIMIT) {
            *found = i;
            return true;
        }
    }
    return false;
}

/* Whole steps below the values; the sum of what is cut off is filled up afterwards. */
static void steps_take(struct solving *solving, const double *values, double least_switch)
{
    const struct focus_figures *figures = solving->ask->figures;
    fill_clear(&solving->fill);
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        uint16_t activity = figures->offers[i].activity;
        bool runs = activity == NO_INDEX || values[solving->rows.runs[activity]] >= least_switch;
        int64_t steps = (int64_t)floor(values[solving->rows.steps[i]] + 1e-6);
        if (runs && steps > 0) {
            fill_set(&solving->fill, i,
                     steps < solving->rows.most[i] ? steps : solving->rows.most[i]);
        }
    }
}

/* Does what sells keep to what may run? Rounding switches up can break it. */
static bool switches_hold(const struct fill *fill)
{
    for (uint32_t i = 0; fill->never != NULL && i < fill->figures->activity_count; i++) {
        if (fill->never[i] && fill->selling[i] > 0) {
            return false;
        }
    }
    return fill->running <= fill->most &&
           (fill->figures->owner_thousandths == FOCUS_NO_LIMIT ||
            fill->owner_thousandths <= fill->figures->owner_thousandths);
}

static bool mix_round(void *context, const double *relaxed, double *whole)
{
    struct solving *solving = context;
    steps_take(solving, relaxed, 0.5);
    if (!switches_hold(&solving->fill)) {
        return false;
    }
    fill_repair(&solving->fill);
    if (!solving->has_cash_rows) {
        fill_up(&solving->fill);
    }
    mix_rows_values(&solving->rows, solving->fill.steps, whole);
    return !solving->has_cash_rows || program_keeps(solving->rows.program, whole);
}

/* ---- the answer ---- */

static double gap_of(double bound_minor, int64_t value_micro)
{
    double value = (double)value_micro / 1e6;
    double beyond = bound_minor - value;
    double gap = value_micro == 0 ? INFINITY : beyond / fabs(value);
    /* Below what doubles can tell of the sum, there is none. */
    return gap > 1e-9 && beyond > 1e-3 ? gap : 0;
}

/* What was found, in whole steps; where nothing was, nothing at all. */
static void best_take(struct solving *solving, const struct program_result *result)
{
    struct fill *fill = &solving->fill;
    const struct focus_figures *figures = solving->ask->figures;
    fill_clear(fill);
    if (result->end == PROGRAM_OPTIMAL || result->end == PROGRAM_FOUND) {
        double *values = calloc(solving->rows.column_count + 1u, sizeof *values);
        ASSERT(values != NULL);
        for (uint32_t i = 0; i < solving->rows.column_count; i++) {
            values[i] = program_value(solving->rows.program, i);
        }
        for (uint32_t i = 0; i < figures->offer_count; i++) {
            values[solving->rows.steps[i]] = round(values[solving->rows.steps[i]]);
        }
        steps_take(solving, values, 0.5);
        fill_repair(fill);
        if (!solving->has_cash_rows) {
            fill_up(fill);
        }
        free(values);
    }
}

static int64_t *steps_copy(const struct solving *solving, const int64_t *steps)
{
    uint32_t count = solving->ask->figures->offer_count;
    int64_t *copy = calloc(count + 1u, sizeof *copy);
    if (copy != NULL) {
        memcpy(copy, steps, count * sizeof *copy);
    }
    return copy;
}

static void steps_put(struct solving *solving, const int64_t *steps)
{
    fill_clear(&solving->fill);
    for (uint32_t i = 0; i < solving->ask->figures->offer_count; i++) {
        fill_set(&solving->fill, i, steps[i]);
    }
}

/* The start instead, unless what is there is better. */
static void start_compare(struct solving *solving)
{
    struct fill *fill = &solving->fill;
    int64_t found = fill_value(fill);
    int64_t *steps = steps_copy(solving, fill->steps);
    ASSERT(steps != NULL);
    steps_put(solving, solving->start_steps);
    if (fill_value(fill) < found) {
        steps_put(solving, steps);
    }
    free(steps);
}

/* What one more minute of each work center would bring: switches as they are, quantities
 * continuous. */
static void prices_take(struct solving *solving, struct mix *mix)
{
    const struct mix_rows *rows = &solving->rows;
    const struct focus_figures *figures = solving->ask->figures;
    mix_rows_fix(&solving->rows, mix->runs);
    struct program_result result;
    double seconds = mix_seconds_left(solving->ask, solving->until_ns);
    program_relax(rows->program, seconds < 0 ? -1 : fmax(seconds, PRICE_SECONDS), &result);
    for (uint32_t i = 0; i < figures->center_count && result.end == PROGRAM_OPTIMAL; i++) {
        double price = program_dual(rows->program, rows->rows[i]) * MINUTES_PER_HOUR;
        mix->per_hour_minor[i] = price > 1e-6 ? price : 0;
    }
}

/* One search by the rows that there are; `start` is start_steps, NULL where cash may not allow
 * them. */
static enum status search(struct solving *solving, const double *start,
                          struct program_result *result, struct mix **mix)
{
    const struct mix_ask *ask = solving->ask;
    struct program_ask program = {.gap = ask->gap,
                                  .seconds = mix_seconds_left(ask, solving->until_ns),
                                  .stop = ask->stop,
                                  .start = start,
                                  .round = mix_round,
                                  .round_context = solving};
    program_solve(solving->rows.program, &program, result);
    best_take(solving, result);
    if (start != NULL) {
        start_compare(solving);
    }
    if (!fill_mix(&solving->fill, mix)) {
        return no_memory(solving->fault);
    }
    bool bounded = result->end != PROGRAM_NOTHING;
    (*mix)->gap = bounded ? gap_of(result->bound, fill_value(&solving->fill)) : INFINITY;
    (*mix)->optimal = (*mix)->gap == 0;
    return STATUS_OK;
}

/* ---- cash ---- */

/* The balance at the end of a day stays above the minimum. */
static bool cash_row(struct solving *solving, int32_t day)
{
    const struct mix_rows *rows = &solving->rows;
    const struct focus_figures *figures = solving->ask->figures;
    const struct focus_cash *cash = solving->ask->cash;
    if (!focus_cash_row(cash, day, solving->cash_offers, solving->cash_activities)) {
        return false;
    }
    program_row_begin(rows->program);
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        program_row_add(rows->program, rows->steps[i],
                        solving->cash_offers[i] * mix_rows_step(&figures->offers[i]));
    }
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        program_row_add(rows->program, rows->runs[i], solving->cash_activities[i]);
    }
    /* Half a minor unit for what the outlook rounds. */
    double least = (double)cash->minimum_minor - (double)cash->without.day_minor[day] + 0.5;
    (void)program_row_end(rows->program, least, HUGE_VAL);
    return true;
}

/* Rows for the lowest day of every week that falls below the minimum. */
static bool cash_rows(struct solving *solving, const struct outlook *outlook)
{
    int64_t minimum = solving->ask->cash->minimum_minor;
    for (int32_t week = 0; week < OUTLOOK_WEEKS; week++) {
        int32_t low = week * WEEKDAYS;
        for (int32_t day = low + 1; day < (week + 1) * WEEKDAYS; day++) {
            low = outlook->day_minor[day] < outlook->day_minor[low] ? day : low;
        }
        if (outlook->day_minor[low] < minimum && !cash_row(solving, low)) {
            return false;
        }
    }
    solving->has_cash_rows = true;
    return true;
}

/* Until the balance of what is found stays above the minimum, or nothing can be found; then *mix
 * stays what would be best without it. A search that the time ended says neither. */
static enum status cash_keep(struct solving *solving, const double *start, struct mix **mix)
{
    struct outlook outlook;
    struct mix *found = *mix;
    int64_t minimum = solving->ask->cash->minimum_minor;
    enum status status = focus_cash_look(solving->ask->cash, found, &outlook, solving->fault);
    for (int round = 0; status == STATUS_OK && outlook.low_minor < minimum; round++) {
        struct program_result result = {.end = PROGRAM_NOTHING};
        struct mix *next = NULL;
        if (round == CASH_ROUNDS || !cash_rows(solving, &outlook)) {
            status = round == CASH_ROUNDS ? STATUS_OK : no_memory(solving->fault);
            (*mix)->state = MIX_NONE_YET;
            break;
        }
        status = search(solving, start, &result, &next);
        bool holds = status == STATUS_OK && result.end != PROGRAM_INFEASIBLE &&
                     (result.end != PROGRAM_NOTHING || start != NULL);
        if (!holds) {
            (*mix)->state = result.end == PROGRAM_INFEASIBLE ? MIX_INFEASIBLE : MIX_NONE_YET;
            mix_free(next);
            break;
        }
        status = focus_cash_look(solving->ask->cash, next, &outlook, solving->fault);
        if (found != *mix) {
            mix_free(found);
        }
        found = next;
    }
    if (found != *mix && (status != STATUS_OK || (*mix)->state != MIX_FOUND)) {
        mix_free(found);
    } else if (found != *mix) {
        mix_free(*mix);
        *mix = found;
    }
    (*mix)->bound_by_cash = solving->has_cash_rows;
    return status;
}

static enum status optimum_find(struct solving *solving, struct mix **mix)
{
    const struct mix_ask *ask = solving->ask;
    struct program_result result;
    double *start = calloc(solving->rows.column_count + 1u, sizeof *start);
    if (ask->start_steps == NULL) {
        fill_greedily(&solving->fill);
    }
    solving->start_steps =
        steps_copy(solving, ask->start_steps != NULL ? ask->start_steps : solving->fill.steps);
    if (start == NULL || solving->start_steps == NULL) {
        free(start);
        return no_memory(solving->fault);
    }
    mix_rows_values(&solving->rows, solving->start_steps, start);
    enum status status = search(solving, start, &result, mix);
    if (status == STATUS_OK && ask->cash != NULL) {
        solving->cash_offers = calloc(ask->figures->offer_count + 1u, sizeof *solving->cash_offers);
        solving->cash_activities =
            calloc(ask->figures->activity_count + 1u, sizeof *solving->cash_activities);
        status = solving->cash_offers != NULL && solving->cash_activities != NULL
                     ? cash_keep(solving, ask->start_steps != NULL ? start : NULL, mix)
                     : no_memory(solving->fault);
    }
    free(start);
    if (status == STATUS_OK) {
        prices_take(solving, *mix);
    }
    return status;
}

enum status mix_solve(const struct mix_ask *ask, struct mix **mix, struct fault *fault)
{
    struct solving solving = {.ask = ask, .until_ns = mix_until(ask), .fault = fault};
    *mix = NULL;
    solving.bounds = bounds_make(ask->figures);
    uint32_t unbounded = 0;
    enum status status = STATUS_OK;
    if (solving.bounds == NULL) {
        return no_memory(fault);
    }
    if (unbounded_find(&solving, &unbounded)) {
        *mix = mix_new(ask->figures);
        if (*mix != NULL) {
            (*mix)->state = MIX_UNBOUNDED;
            (*mix)->unbounded = unbounded;
        }
        status = *mix != NULL ? STATUS_OK : no_memory(fault);
    } else if (!fill_begin(&solving.fill, ask->figures, solving.bounds, ask->never, ask->most) ||
               !mix_rows_make(&solving.rows, ask, solving.bounds)) {
        status = no_memory(fault);
    } else {
        status = optimum_find(&solving, mix);
    }
    if (status != STATUS_OK) {
        mix_free(*mix);
        *mix = NULL;
    }
    free(solving.start_steps);
    free(solving.cash_offers);
    free(solving.cash_activities);
    fill_free(&solving.fill);
    mix_rows_free(&solving.rows);
    bounds_free(solving.bounds);
    return status;
}

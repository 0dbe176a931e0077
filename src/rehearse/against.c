/* runs -> a value a run and measure -> percentiles; beside them what came; what lies outside. */
#include "rehearse/against.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "rehearse/crew.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LATE_COME_MIN = 3 };

#define TAIL 0.025

const char *against_measure_name(enum against_measure measure)
{
    static const char *const names[AGAINST_MEASURES] = {
        "visitors",     "orders",       "conversion",    "units_per_order",    "kept",
        "wait_minutes", "work_minutes", "supplier_late", "supplier_late_days", "supplier_short",
        "carrier_late", "balance"};
    return names[measure];
}

bool against_is_money(enum against_measure measure)
{
    return measure == AGAINST_BALANCE;
}

struct runs {
    const struct against_came *came;
    double *values[AGAINST_MEASURES]; /* [run] */
    double *shares;                   /* the same, for an order */
    double *units;                    /* [offer's place, 0 for all others][run] */
    uint8_t *place;                   /* [offer]: in against->offers, from 1 */
    uint32_t count, offers;
};

/* ---- a run ---- */

static double routing_minutes(const struct routing *routing, double units)
{
    double minutes = 0;
    for (uint32_t i = 0; i < routing->count; i++) {
        const struct operation *operation = &routing->operations[i];
        minutes += (double)operation->setup_minutes_thousandths +
                   units * (double)operation->minutes_thousandths;
    }
    return minutes / THOUSAND;
}

/* Units and work, job by job: the forecast begins with the moment, so that all orders count. */
static void jobs_sum(const struct world *world, struct runs *runs, uint32_t run)
{
    double units = 0;
    double minutes = 0;
    for (uint32_t i = 0; i < world->floor.job_count; i++) {
        const struct job *job = &world->floor.jobs[i];
        double quantity = (double)job->quantity_thousandths / THOUSAND;
        minutes += routing_minutes(job->routing, job->units);
        if (job->offer != NO_INDEX) {
            uint8_t place = runs->place[job->offer];
            units += quantity;
            runs->units[place * runs->count + run] += quantity;
        }
    }
    double orders = world->outcome->accepted;
    for (uint32_t place = 1; place <= runs->offers; place++) {
        size_t cell = (size_t)place * runs->count + run;
        runs->shares[cell] = orders > 0 ? runs->units[cell] / orders : 0;
    }
    runs->values[AGAINST_UNITS_PER_ORDER][run] = orders > 0 ? units / orders : 0;
    runs->values[AGAINST_WORK_MINUTES][run] = orders > 0 ? minutes / orders : 0;
}

static void run_make(struct crew_member *member, uint32_t index, void *context)
{
    static const struct repairs none = {.site = false};
    struct runs *runs = context;
    const struct rehearse_plan *plan = member->crew->plan;
    const struct scene *scene = &member->crew->scene;
    struct outcome *outcome = member->outcome;
    uint64_t key = draw_run_key(plan->seed, index);
    world_crowd(member->world, scene, key, crowd_reach(plan->moment, key, plan->visitors), false);
    crew_world(member, &none, SIDE_ECLUSE, key, outcome);
    double accepted = outcome->accepted;
    int32_t balance_day = runs->came->balance_day - scene->today - 1;
    runs->values[AGAINST_VISITORS][index] = outcome->visitors;
    runs->values[AGAINST_ORDERS][index] = accepted;
    runs->values[AGAINST_CONVERSION][index] =
        outcome->visitors > 0 ? accepted / outcome->visitors : 0;
    runs->values[AGAINST_KEPT][index] = accepted > 0 ? outcome->kept / accepted : 1;
    runs->values[AGAINST_WAIT_MINUTES][index] = outcome->measures[MEASURE_WAIT_MINUTES];
    if (balance_day >= 0 && balance_day < (int32_t)scene->day_count) {
        runs->values[AGAINST_BALANCE][index] = (double)outcome->balance_on[balance_day];
    }
    jobs_sum(member->world, runs, index);
}

/* ---- ranges ---- */

static struct against_range range_of(double *values, uint32_t count)
{
    gsl_sort(values, 1, count);
    return (struct against_range){true, gsl_stats_quantile_from_sorted_data(values, 1, count, TAIL),
                                  gsl_stats_quantile_from_sorted_data(values, 1, count, 0.5),
                                  gsl_stats_quantile_from_sorted_data(values, 1, count, 1 - TAIL)};
}

static double binomial_quantile(double p, uint32_t of, double share)
{
    uint32_t count = 0;
    while (count < of && gsl_cdf_binomial_P(count, p, of) < share) {
        count++;
    }
    return (double)count / of;
}

/* How many of `of` fail that each do with chance p. */
static void count_row(struct against_row *row, const struct against_count *came, double p,
                      const char *assumption)
{
    row->measured = came->of > 0;
    if (!row->measured) {
        return;
    }
    row->forecast = (struct against_range){true, binomial_quantile(p, came->of, TAIL),
                                           binomial_quantile(p, came->of, 0.5),
                                           binomial_quantile(p, came->of, 1 - TAIL)};
    row->came = (double)came->count / came->of;
    row->hint = (struct against_hint){
        .is_assumption = true, .assumed = p, .suggested = row->came, .given = true};
    (void)snprintf(row->hint.key, sizeof row->hint.key, "%s", assumption);
}

/* Days late are geometric from 1 on, of the mean that is assumed; their mean is nearly normal. */
static void late_days_row(struct against_row *row, const struct against_came *came, double mean)
{
    row->measured = came->late_come >= LATE_COME_MIN;
    if (!row->measured) {
        return;
    }
    double error = sqrt(mean * (mean - 1) / came->late_come);
    row->forecast =
        (struct against_range){true, fmax(1, mean - 1.96 * error), mean, mean + 1.96 * error};
    row->came = came->late_days / came->late_come;
    row->hint = (struct against_hint){.given = true,
                                      .is_assumption = true,
                                      .key = "supplier_late_days",
                                      .assumed = mean,
                                      .suggested = row->came};
}

static bool lies_outside(const struct against_range *range, double came)
{
    double slack = 1e-9 * (1 + fabs(came));
    return range->known && (came < range->low - slack || came > range->high + slack);
}

static void outside_mark(struct against_row *row)
{
    row->outside = row->measured && lies_outside(&row->forecast, row->came);
    row->hint.given = row->hint.given && row->outside;
}

/* ---- what would have fitted ---- */

static void hint_set(struct against_row *row, double assumed, double suggested, const char *first,
                     const char *name, const char *last)
{
    row->hint = (struct against_hint){.given = true, .assumed = assumed, .suggested = suggested};
    (void)snprintf(row->hint.key, sizeof row->hint.key, "%s%s%s", first, name, last);
}

/* Orders beyond the ordinary ones are the moment's. Where nobody counted visitors, it is taken that
 * as many came as were planned. */
static void conversion_hint(struct against *against, const struct scene *scene)
{
    const struct moment *moment = scene->moment;
    struct against_row *visitors = &against->rows[AGAINST_VISITORS];
    struct against_row *orders = &against->rows[AGAINST_ORDERS];
    struct against_row *conversion = &against->rows[AGAINST_CONVERSION];
    uint32_t days = scene->demand_end - scene->moment_day;
    double ordinary = scene_orders_per_week(scene) / WEEKDAYS * days;
    double planned = orders->forecast.median - ordinary;
    double came = orders->came - ordinary;
    double more = visitors->measured && visitors->forecast.median > 0
                      ? visitors->came / visitors->forecast.median
                      : 1;
    double assumed = moment->conversion_thousandths / (double)THOUSAND;
    struct against_row *row = visitors->measured ? conversion : orders;
    if (planned > 0 && came > 0 && more > 0 && row->measured) {
        hint_set(row, assumed, fmin(100, assumed * came / planned / more), "moments.", moment->name,
                 ".conversion_rate");
    }
    if (visitors->measured) {
        hint_set(visitors, (double)moment->visitors_likely, visitors->came, "moments.",
                 moment->name, ".visitors");
    }
}

/* Minutes are of all routings together: one work center can answer for them, several cannot. */
static void work_hint(struct against *against, const struct shop *shop)
{
    struct against_row *row = &against->rows[AGAINST_WORK_MINUTES];
    if (row->measured && row->came > 0 && row->forecast.median > 0 &&
        shop->work_center_count == 1) {
        double assumed = shop->work_centers[0].efficiency_thousandths / (double)THOUSAND;
        hint_set(row, assumed, assumed * row->forecast.median / row->came, "work_centers.",
                 shop->work_centers[0].name, ".efficiency");
    }
}

/* Of an offer of the moment's baskets, where the units in an order, and not only their sum, are
 * other than forecast: more orders are no other baskets. */
static void basket_hint(struct against_offer *offer, const struct against_range *share,
                        const struct against *against, const struct scene *scene)
{
    const struct moment *moment = scene->moment;
    double orders = against->rows[AGAINST_ORDERS].came;
    double came = orders > 0 ? offer->row.came / orders : 0;
    bool other = orders > 0 && share->median > 0 && lies_outside(share, came);
    for (uint32_t i = 0; i < moment->basket_count && other; i++) {
        if (moment->baskets[i].offer.index == offer->offer) {
            double assumed = (double)moment->baskets[i].mean_units_thousandths / THOUSAND;
            hint_set(&offer->row, assumed, assumed * came / share->median, "moments.", moment->name,
                     ".baskets.");
            size_t length = strlen(offer->row.hint.key);
            (void)snprintf(offer->row.hint.key + length, sizeof offer->row.hint.key - length, "%s",
                           scene->shop->offers[offer->offer].name);
        }
    }
}

/* ---- all of it ---- */

static void offer_add(struct against *against, uint16_t offer)
{
    for (uint32_t i = 0; i < against->offer_count; i++) {
        if (against->offers[i].offer == offer) {
            return;
        }
    }
    if (against->offer_count < AGAINST_OFFERS_MAX) {
        against->offers[against->offer_count++].offer = offer;
    }
}

static void offers_choose(struct against *against, const struct scene *scene,
                          const struct against_came *came)
{
    size_t top[AGAINST_OFFERS_MAX];
    uint32_t offers = scene->shop->offer_count;
    uint32_t count = offers < AGAINST_OFFERS_MAX / 2 ? offers : AGAINST_OFFERS_MAX / 2;
    for (uint32_t i = 0; i < scene->moment->basket_count; i++) {
        offer_add(against, scene->moment->baskets[i].offer.index);
    }
    gsl_sort_largest_index(top, count, came->units, 1, offers);
    for (uint32_t i = 0; i < count && came->units[top[i]] > 0; i++) {
        offer_add(against, (uint16_t)top[i]);
    }
}

static void rows_fill(struct against *against, struct runs *runs, const struct scene *scene)
{
    const struct against_came *came = runs->came;
    for (enum against_measure measure = 0; measure < AGAINST_MEASURES; measure++) {
        struct against_row *row = &against->rows[measure];
        bool day_known = measure != AGAINST_BALANCE || came->measured[measure];
        row->measured = came->measured[measure];
        row->came = row->measured ? came->value[measure] : 0;
        if (day_known && (measure < AGAINST_SUPPLIER_LATE || measure == AGAINST_BALANCE)) {
            row->forecast = range_of(runs->values[measure], against->runs);
        }
    }
    for (uint32_t i = 0; i < against->offer_count; i++) {
        struct against_row *row = &against->offers[i].row;
        row->forecast = range_of(runs->units + (size_t)(i + 1) * runs->count, against->runs);
        row->measured = true;
        row->came = came->units[against->offers[i].offer];
        const struct against_range share =
            range_of(runs->shares + (size_t)(i + 1) * runs->count, against->runs);
        outside_mark(row);
        basket_hint(&against->offers[i], &share, against, scene);
    }
    const struct assumptions *assume = &scene->assume;
    struct against_row *rows = against->rows;
    count_row(&rows[AGAINST_SUPPLIER_LATE], &came->supplier_late, assume->supplier_late,
              "supplier_late");
    count_row(&rows[AGAINST_SUPPLIER_SHORT], &came->supplier_short, assume->supplier_short,
              "supplier_short");
    count_row(&rows[AGAINST_CARRIER_LATE], &came->carrier_late, assume->carrier_late,
              "carrier_late");
    late_days_row(&rows[AGAINST_SUPPLIER_LATE_DAYS], came, assume->supplier_late_days);
    conversion_hint(against, scene);
    work_hint(against, scene->shop);
    for (enum against_measure measure = 0; measure < AGAINST_MEASURES; measure++) {
        outside_mark(&rows[measure]);
    }
}

static void runs_open(struct runs *runs, const struct against *against, uint32_t count,
                      uint32_t offers)
{
    runs->count = count;
    for (int i = 0; i < AGAINST_MEASURES; i++) {
        runs->values[i] = calloc(count, sizeof *runs->values[i]);
        ASSERT(runs->values[i] != NULL);
    }
    runs->units = calloc((size_t)(against->offer_count + 1) * count, sizeof *runs->units);
    runs->place = calloc(offers + 1, sizeof *runs->place);
    runs->shares = calloc((size_t)(against->offer_count + 1) * count, sizeof *runs->shares);
    ASSERT(runs->units != NULL && runs->place != NULL && runs->shares != NULL);
    runs->offers = against->offer_count;
    for (uint32_t i = 0; i < against->offer_count; i++) {
        runs->place[against->offers[i].offer] = (uint8_t)(i + 1);
    }
}

static void runs_close(struct runs *runs)
{
    for (int i = 0; i < AGAINST_MEASURES; i++) {
        free(runs->values[i]);
    }
    free(runs->units);
    free(runs->shares);
    free(runs->place);
}

enum status against(const struct rehearse_plan *plan, const struct against_came *came,
                    struct against **against, struct fault *fault)
{
    struct crew crew;
    const struct shop *shop = rehearse_shop(plan);
    struct against *made = calloc(1, sizeof *made);
    ASSERT(made != NULL);
    enum status status = crew_open(&crew, plan, shop, fault);
    if (status != STATUS_OK) {
        free(made);
        return status;
    }
    struct runs runs = {.came = came};
    crew.whole = plan->runs;
    offers_choose(made, &crew.scene, came);
    runs_open(&runs, made, plan->runs, shop->offer_count);
    made->until_day = crew.scene.today + (int32_t)crew.scene.demand_end;
    made->runs = crew_work(&crew, run_make, &runs, 0, plan->runs);
    if (made->runs == 0) {
        status = fault_set(fault, STATUS_UNAVAILABLE, "stopped before the first run was done");
        free(made);
    } else {
        rows_fill(made, &runs, &crew.scene);
        *against = made;
    }
    runs_close(&runs);
    crew_close(&crew);
    return status;
}

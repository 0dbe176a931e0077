/* The shop -> what could be changed -> the same runs with each change -> paired differences.
 *
 *   people   one more at each work center that the moment's orders need, for the week after it
 *   units    more of each item that they take, as many as are short, ordered in time to be there
 *   buffer_hours, load_limit   promises with more slack
 *   later    the moment a week later, the same weekday and hour
 *
 * A lever is the shop with one thing changed: a copy whose tables are the same but for that one.
 * First come those that surely keep more promises or surely earn more, and of these what costs
 * nothing; then by euros gained for a euro spent. */
#include "rehearse/levers.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "rehearse/sum.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUFFER_MORE_HOURS = 24, LOAD_LESS_THOUSANDTHS = 150, WEEK = WEEKDAYS };

struct candidate {
    struct rehearse_lever lever;
    int32_t center; /* people; -1 */
    struct scene_extra extra;
    int32_t buffer_seconds;   /* more */
    int32_t load_thousandths; /* less */
    int32_t days_later;
};

struct candidates {
    const struct crew *crew;
    uint32_t count;
    struct candidate list[REHEARSE_LEVERS_MAX];
};

static struct candidate *candidate_add(struct candidates *to, enum rehearse_lever_kind kind,
                                       const char *name)
{
    if (to->count == REHEARSE_LEVERS_MAX) {
        return NULL;
    }
    struct candidate *made = &to->list[to->count++];
    const struct scene *scene = &to->crew->scene;
    *made = (struct candidate){.center = -1};
    made->lever.kind = kind;
    made->lever.name = name;
    made->lever.do_by = scene->today + (int32_t)scene->moment_day;
    return made;
}

/* ---- what could be done ---- */

static void routing_note(const struct routing *routing, bool *needed)
{
    for (uint32_t i = 0; i < routing->count; i++) {
        needed[routing->operations[i].work_center.index] = true;
    }
}

/* Open hours of the week after the moment. */
static double week_hours(const struct scene *scene, uint32_t center)
{
    const struct scene_center *table = &scene->centers[center];
    int64_t seconds = 0;
    uint32_t end = scene->moment_day + 1 + WEEK;
    for (uint32_t i = table->first[scene->moment_day + 1]; i < table->first[end]; i++) {
        seconds += table->openings[i].to - table->openings[i].from;
    }
    return (double)seconds / 3600;
}

/* The last day before the week on which the center is open: by then the person is known. */
static int32_t people_do_by(const struct scene *scene, uint32_t center)
{
    const struct scene_center *table = &scene->centers[center];
    uint32_t day = scene->moment_day;
    while (day > 0 && table->first[day] == table->first[day + 1]) {
        day--;
    }
    return scene->today + (int32_t)day;
}

static void people_add(struct candidates *to)
{
    const struct scene *scene = &to->crew->scene;
    const struct shop *shop = scene->shop;
    bool needed[LIMIT_WORK_CENTERS] = {false};
    for (uint32_t i = 0; i < scene->moment_mix.count; i++) {
        const struct offer *offer = &shop->offers[scene->moment_mix.offers[i].index];
        routing_note(&offer->routing, needed);
        if (!offer->on_site) {
            routing_note(&shop->carriers[offer->carrier.index].routing, needed);
        }
    }
    for (uint32_t i = 0; i < shop->work_center_count; i++) {
        struct candidate *made =
            needed[i] ? candidate_add(to, LEVER_PEOPLE, shop->work_centers[i].name) : NULL;
        if (made != NULL) {
            double cost = week_hours(scene, i) * (double)shop->work_centers[i].cost_per_hour_minor;
            made->center = (int32_t)i;
            made->lever.cost_minor = (int64_t)(cost + 0.5);
            made->lever.do_by = people_do_by(scene, i);
            (void)snprintf(made->lever.change, sizeof made->lever.change, "+1");
        }
    }
}

/* Units of an item that an order of the moment takes, in the mean. */
static double units_per_order(const struct scene *scene, uint16_t item)
{
    const struct scene_mix *mix = &scene->moment_mix;
    double units = 0;
    for (uint32_t i = 0; i < mix->count; i++) {
        const struct offer *offer = &scene->shop->offers[mix->offers[i].index];
        double share = (mix->sums[i] - (i > 0 ? mix->sums[i - 1] : 0)) / mix->sums[mix->count - 1];
        for (uint32_t j = 0; j < offer->component_count; j++) {
            units += offer->components[j].item.index == item
                         ? share * mix->units * (double)offer->components[j].quantity_thousandths /
                               THOUSAND
                         : 0;
        }
    }
    return units;
}

/* The last day, from today on, whose order is there before the moment; -1: it is too late. */
static int32_t order_day(const struct scene *scene, const struct supplier *supplier)
{
    int32_t last = (int32_t)scene->moment_day - supplier->lead_days - supplier->receiving_days;
    while (last >= 0 &&
           ((supplier->orders_on.bits >> weekday_of_day(scene->today + last)) & 1) == 0) {
        last--;
    }
    return last;
}

static void units_add(struct candidates *to, double buyers)
{
    const struct scene *scene = &to->crew->scene;
    const struct shop *shop = scene->shop;
    for (uint32_t i = 0; i < shop->item_count; i++) {
        const struct item *item = &shop->items[i];
        double needs = units_per_order(scene, (uint16_t)i) * buyers * THOUSAND;
        double missing = needs - (double)to->crew->opening.free[i];
        if (missing < 1 || item->supplier.index == NO_INDEX || item->retired) {
            continue;
        }
        int32_t day = order_day(scene, &shop->suppliers[item->supplier.index]);
        int64_t packs = (int64_t)ceil(missing / (double)item->pack_size_thousandths);
        int64_t quantity = packs * item->pack_size_thousandths;
        int64_t most = item->max_units_per_week_thousandths;
        quantity = most >= 0 && quantity > most
                       ? most / item->pack_size_thousandths * item->pack_size_thousandths
                       : quantity;
        struct candidate *made = day >= 0 && quantity > 0 && quantity <= LIMIT_QUANTITY_THOUSANDTHS
                                     ? candidate_add(to, LEVER_UNITS, item->name)
                                     : NULL;
        if (made != NULL) {
            made->extra = (struct scene_extra){quantity, scene->today + day, (uint16_t)i};
            made->lever.cost_minor =
                decimal_scale_half_up(item->unit_cost_minor, quantity, THOUSAND);
            made->lever.do_by = scene->today + day;
            (void)snprintf(made->lever.change, sizeof made->lever.change, "+%lld",
                           (long long)(quantity / THOUSAND));
        }
    }
}

static void settings_add(struct candidates *to)
{
    const struct shop *shop = to->crew->scene.shop;
    struct candidate *buffer = candidate_add(to, LEVER_BUFFER, "promise");
    if (buffer != NULL) {
        buffer->buffer_seconds = BUFFER_MORE_HOURS * 3600;
        (void)snprintf(buffer->lever.change, sizeof buffer->lever.change, "+%d", BUFFER_MORE_HOURS);
    }
    struct candidate *load = shop->promise.load_limit_thousandths > 2 * LOAD_LESS_THOUSANDTHS
                                 ? candidate_add(to, LEVER_LOAD, "promise")
                                 : NULL;
    if (load != NULL) {
        load->load_thousandths = LOAD_LESS_THOUSANDTHS;
        (void)snprintf(load->lever.change, sizeof load->lever.change, "-0.%02d",
                       LOAD_LESS_THOUSANDTHS / 10);
    }
    struct candidate *later = candidate_add(to, LEVER_LATER, to->crew->scene.moment->name);
    if (later != NULL) {
        later->days_later = WEEK;
        (void)snprintf(later->lever.change, sizeof later->lever.change, "+%d days", WEEK);
    }
}

/* ---- one of them, lived ---- */

struct variant {
    struct shop shop;
    struct moment moment;
    struct rehearse_plan plan;
    struct staffing *staffing;
};

/* The shop's copy with the one change. */
static void variant_make(struct variant *variant, const struct rehearse_plan *plan,
                         const struct candidate *candidate)
{
    const struct shop *shop = rehearse_shop(plan);
    int32_t moment_day = zone_day(&shop->zone, plan->moment->at);
    *variant = (struct variant){.shop = *shop, .moment = *plan->moment, .plan = *plan};
    variant->plan.moment = &variant->moment;
    variant->plan.progress = NULL;
    variant->shop.promise.buffer_seconds += candidate->buffer_seconds;
    if (candidate->load_thousandths > 0) {
        variant->shop.promise.load_limit_thousandths -= candidate->load_thousandths;
        int32_t slots = variant->shop.promise.load_limit_thousandths * SLOTS_PER_QUARTER / THOUSAND;
        variant->shop.promise.load_slots = slots < 1 ? 1 : slots;
    }
    if (candidate->days_later > 0) {
        int32_t minute = zone_second_of_day(&shop->zone, plan->moment->at) / 60;
        variant->moment.at = zone_instant(&shop->zone, moment_day + candidate->days_later, minute);
    }
    if (candidate->center >= 0) {
        uint32_t count = shop->staffing_count;
        variant->staffing = calloc((size_t)count + 1, sizeof *variant->staffing);
        ASSERT(variant->staffing != NULL);
        for (uint32_t i = 0; i < count; i++) {
            variant->staffing[i] = shop->staffing[i];
        }
        variant->staffing[count] = (struct staffing){.work_center = {(uint16_t)candidate->center},
                                                     .people = 1,
                                                     .from_day = moment_day + 1,
                                                     .to_day = moment_day + WEEK};
        variant->shop.staffing = variant->staffing;
        variant->shop.staffing_count = count + 1;
    }
}

struct lever_runs {
    uint32_t accepted[LEVERS_RUNS_MAX], kept[LEVERS_RUNS_MAX];
    double profit[LEVERS_RUNS_MAX];
};

static void lever_run(struct crew_member *member, uint32_t index, void *context)
{
    static const struct repairs none = {.site = false};
    struct lever_runs *runs = context;
    const struct rehearse_plan *plan = member->crew->plan;
    uint64_t key = draw_run_key(plan->seed, index);
    world_crowd(member->world, &member->crew->scene, key,
                crowd_reach(plan->moment, key, plan->visitors), false);
    crew_world(member, &none, SIDE_ECLUSE, key, member->outcome);
    runs->accepted[index] = member->outcome->accepted;
    runs->kept[index] = member->outcome->kept;
    runs->profit[index] = member->outcome->measures[MEASURE_PROFIT];
}

static double rate_of(uint32_t kept, uint32_t accepted)
{
    return accepted > 0 ? (double)kept / accepted : 1;
}

/* False: it could not be lived to its end. */
static bool lever_try(const struct rehearse_plan *plan, const struct levers_base *base,
                      struct candidate *candidate, uint32_t runs)
{
    struct variant variant;
    struct crew crew;
    struct fault fault;
    struct lever_runs lived;
    double kept[LEVERS_RUNS_MAX];
    double profit[LEVERS_RUNS_MAX];
    variant_make(&variant, plan, candidate);
    bool made = crew_open(&crew, &variant.plan, &variant.shop, &fault) == STATUS_OK;
    if (made) {
        crew.scene.extra = candidate->extra;
        made = crew_work(&crew, lever_run, &lived, 0, runs) == runs;
        crew_close(&crew);
    }
    free(variant.staffing);
    for (uint32_t i = 0; i < runs && made; i++) {
        kept[i] =
            rate_of(lived.kept[i], lived.accepted[i]) - rate_of(base[i].kept, base[i].accepted);
        profit[i] = lived.profit[i] - base[i].profit;
    }
    if (made) {
        struct rehearse_lever *lever = &candidate->lever;
        lever->kept = sum_gain(kept, runs);
        lever->profit = sum_gain(profit, runs);
        lever->gain_per_cost =
            lever->cost_minor > 0 ? lever->profit.gain / (double)lever->cost_minor : 0;
    }
    return made;
}

/* ---- which are best ---- */

static bool surely_good(const struct rehearse_lever *lever)
{
    return lever->kept.low > 0 || lever->profit.low > 0;
}

static int lever_compare(const void *first, const void *second)
{
    const struct rehearse_lever *a = first;
    const struct rehearse_lever *b = second;
    if (surely_good(a) != surely_good(b)) {
        return surely_good(a) ? -1 : 1;
    }
    if ((a->cost_minor == 0) != (b->cost_minor == 0)) {
        return a->cost_minor == 0 ? -1 : 1;
    }
    double value_a = a->cost_minor > 0 ? a->gain_per_cost : a->kept.gain;
    double value_b = b->cost_minor > 0 ? b->gain_per_cost : b->kept.gain;
    return value_a > value_b ? -1 : value_a < value_b;
}

static void candidates_fill(struct candidates *candidates, const struct crew *crew, double visitors)
{
    double buys = crew->scene.moment->conversion_thousandths / 100000.0;
    candidates->crew = crew;
    candidates->count = 0;
    settings_add(candidates);
    people_add(candidates);
    units_add(candidates, visitors * buys);
}

void levers_find(const struct rehearse_plan *plan, const struct crew *crew,
                 const struct levers_base *base, struct rehearse_answer *answer)
{
    struct candidates candidates;
    uint32_t runs = answer->runs < LEVERS_RUNS_MAX ? answer->runs : LEVERS_RUNS_MAX;
    candidates_fill(&candidates, crew, answer->visitors);
    for (uint32_t i = 0; i < candidates.count; i++) {
        if (lever_try(plan, base, &candidates.list[i], runs)) {
            answer->levers[answer->lever_count++] = candidates.list[i].lever;
        }
        if (plan->progress != NULL) {
            plan->progress(plan->context, crew->whole - (candidates.count - i - 1) * runs,
                           crew->whole);
        }
    }
    qsort(answer->levers, answer->lever_count, sizeof *answer->levers, lever_compare);
}

uint64_t levers_worlds(const struct crew *crew, uint32_t runs)
{
    struct candidates candidates;
    candidates_fill(&candidates, crew, (double)crew->plan->moment->visitors_likely);
    return (uint64_t)candidates.count * (runs < LEVERS_RUNS_MAX ? runs : LEVERS_RUNS_MAX);
}

/* The shop and the crowd -> the changes that are worth a try.
 *
 *   people      one more where the moment's orders bring work, for the week after it
 *   units       more of each item that they take, as many as are short, ordered in time to be there
 *   max_parcels a second van: twice what a carrier takes at each collection
 *   collects    one more weekday on which a carrier collects
 *   price       what the moment's orders take, dearer or cheaper; demand answers (price_elasticity)
 *   buffer_hours, load_limit   promises with more slack
 *   later       the moment a week later, the same weekday and hour
 *
 * People and carriers that the moment hardly concerns (WORK_SHARE_MIN) are left out: each lever is
 * lived, and that is what costs time. */
#include "rehearse/lever_list.h"

#include "base/decimal.h"

#include <math.h>
#include <stdio.h>

#define WORK_SHARE_MIN   0.05 /* of a center's hours in the week after the moment */
#define PARCEL_SHARE_MIN 0.05 /* of the moment's orders */

enum {
    BUFFER_MORE_HOURS = 24,
    LOAD_LESS_THOUSANDTHS = 150,
    PRICE_PERCENT = 10,
    WEEK = WEEKDAYS,
    PERCENT = 100
};

struct candidate candidate_none(void)
{
    return (struct candidate){.center = -1, .carrier = -1};
}

static struct candidate *candidate_add(struct candidates *to, enum rehearse_lever_kind kind,
                                       const char *name)
{
    if (to->count == REHEARSE_LEVERS_MAX) {
        return NULL;
    }
    struct candidate *made = &to->list[to->count++];
    const struct scene *scene = &to->crew->scene;
    *made = candidate_none();
    made->lever.kind = kind;
    made->lever.name = name;
    made->lever.do_by = scene->today + (int32_t)scene->moment_day;
    return made;
}

static void candidate_costs(struct candidate *candidate, double minor)
{
    candidate->lever.cost_minor = (int64_t)(minor + 0.5);
    candidate->expense_minor = candidate->lever.cost_minor;
}

/* ---- what a mean order of the moment takes ---- */

/* The share of its units that are of a mix's offer. */
static double share_in(const struct scene_mix *mix, uint32_t place)
{
    double before = place > 0 ? mix->sums[place - 1] : 0;
    return (mix->sums[place] - before) / mix->sums[mix->count - 1];
}

static double routing_minutes(const struct routing *routing, uint32_t center, double units)
{
    double minutes = 0;
    for (uint32_t i = 0; i < routing->count; i++) {
        const struct operation *operation = &routing->operations[i];
        bool here = operation->work_center.index == center;
        minutes += here ? ((double)operation->setup_minutes_thousandths +
                           (double)operation->minutes_thousandths * units) *
                              operation->crew / THOUSAND
                        : 0;
    }
    return minutes;
}

/* How often, of orders of the moment, one has a parcel of this carrier: 1 - (1 - share)^units. */
static double parcel_share(const struct scene *scene, uint32_t carrier)
{
    const struct scene_mix *mix = &scene->moment_mix;
    double share = 0;
    for (uint32_t i = 0; i < mix->count; i++) {
        const struct offer *offer = &scene->shop->offers[mix->offers[i].index];
        bool by_it = !offer->on_site && offer->carrier.index == carrier;
        share += by_it ? share_in(mix, i) : 0;
    }
    return share >= 1 ? 1 : 1 - pow(1 - share, mix->units);
}

static double minutes_per_order(const struct scene *scene, uint32_t center)
{
    const struct scene_mix *mix = &scene->moment_mix;
    double minutes = 0;
    for (uint32_t i = 0; i < mix->count; i++) {
        double units = share_in(mix, i) * mix->units;
        minutes +=
            routing_minutes(&scene->shop->offers[mix->offers[i].index].routing, center, units);
    }
    for (uint32_t i = 0; i < scene->shop->carrier_count; i++) {
        minutes +=
            parcel_share(scene, i) * routing_minutes(&scene->shop->carriers[i].routing, center, 1);
    }
    return minutes;
}

static double units_per_order(const struct scene *scene, uint16_t item)
{
    const struct scene_mix *mix = &scene->moment_mix;
    double units = 0;
    for (uint32_t i = 0; i < mix->count; i++) {
        const struct offer *offer = &scene->shop->offers[mix->offers[i].index];
        for (uint32_t j = 0; j < offer->component_count; j++) {
            units += offer->components[j].item.index == item
                         ? share_in(mix, i) * mix->units *
                               (double)offer->components[j].quantity_thousandths / THOUSAND
                         : 0;
        }
    }
    return units;
}

/* ---- people ---- */

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

static void people_add(struct candidates *to, double buyers)
{
    const struct scene *scene = &to->crew->scene;
    for (uint32_t i = 0; i < scene->shop->work_center_count; i++) {
        const struct work_center *center = &scene->shop->work_centers[i];
        double hours = week_hours(scene, i);
        double work = minutes_per_order(scene, i) * buyers *
                      scene->centers[i].seconds_of_thousandth * THOUSAND / 3600;
        double people = scene->centers[i].people[scene->moment_day + 1];
        bool concerned = hours > 0 && work > WORK_SHARE_MIN * hours * (people < 1 ? 1 : people);
        struct candidate *made = concerned ? candidate_add(to, LEVER_PEOPLE, center->name) : NULL;
        if (made != NULL) {
            made->center = (int32_t)i;
            candidate_costs(made, hours * (double)center->cost_per_hour_minor);
            made->lever.do_by = people_do_by(scene, i);
            (void)snprintf(made->lever.change, sizeof made->lever.change, "+1");
        }
    }
}

/* ---- units ---- */

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

/* In whole packs, at most a week's; thousandths. */
static int64_t units_wanted(const struct item *item, double missing)
{
    int64_t pack = item->pack_size_thousandths;
    int64_t most = item->max_units_per_week_thousandths;
    int64_t quantity = (int64_t)ceil(missing / (double)pack) * pack;
    return most >= 0 && quantity > most ? most / pack * pack : quantity;
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
        const struct supplier *supplier = &shop->suppliers[item->supplier.index];
        int32_t day = order_day(scene, supplier);
        int64_t quantity = units_wanted(item, missing);
        struct candidate *made = day >= 0 && quantity > 0 && quantity <= LIMIT_QUANTITY_THOUSANDTHS
                                     ? candidate_add(to, LEVER_UNITS, item->name)
                                     : NULL;
        if (made != NULL) {
            made->extra = (struct scene_extra){
                quantity, scene->today + day,
                scene->today + day + supplier->lead_days + supplier->receiving_days, (uint16_t)i};
            candidate_costs(
                made, (double)decimal_scale_half_up(item->unit_cost_minor, quantity, THOUSAND));
            made->expense_minor =
                (int64_t)((double)made->lever.cost_minor * scene->assume.stock_charge + 0.5);
            made->lever.do_by = scene->today + day;
            (void)snprintf(made->lever.change, sizeof made->lever.change, "+%lld",
                           (long long)(quantity / THOUSAND));
        }
    }
}

/* ---- carriers ---- */

/* Collections on these weekdays, from the moment's day on while orders are counted. */
static double collections_on(const struct scene *scene, const struct carrier *carrier,
                             uint8_t weekdays)
{
    double count = 0;
    for (uint32_t i = scene->moment_day; i < scene->demand_end; i++) {
        int32_t day = scene->today + (int32_t)i;
        bool collects = ((weekdays >> weekday_of_day(day)) & 1) != 0;
        count += collects && !day_list_has(&carrier->closed, day);
    }
    return count;
}

static double collection_cost(const struct scene *scene)
{
    return scene->assume.collection_cost * pow(10, scene->shop->currency.decimals);
}

/* The first weekday, Sundays left out, on which it does not collect and did the day before;
 * -1. */
static int weekday_missing(const struct carrier *carrier)
{
    for (int weekday = MONDAY + 1; weekday < SUNDAY; weekday++) {
        bool collects = ((carrier->collects.bits >> weekday) & 1) != 0;
        bool before = ((carrier->collects.bits >> (weekday - 1)) & 1) != 0;
        if (before && !collects) {
            return weekday;
        }
    }
    return -1;
}

static void carrier_add(struct candidates *to, uint32_t index)
{
    static const char *const days[WEEKDAYS] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const struct scene *scene = &to->crew->scene;
    const struct carrier *carrier = &scene->shop->carriers[index];
    int weekday = weekday_missing(carrier);
    struct candidate *van =
        carrier->max_parcels > 0 ? candidate_add(to, LEVER_PARCELS, carrier->name) : NULL;
    if (van != NULL) {
        van->carrier = (int32_t)index;
        van->parcels_more = carrier->max_parcels;
        candidate_costs(van, collections_on(scene, carrier, carrier->collects.bits) *
                                 collection_cost(scene));
        (void)snprintf(van->lever.change, sizeof van->lever.change, "+%d", carrier->max_parcels);
    }
    struct candidate *day = weekday >= 0 ? candidate_add(to, LEVER_COLLECTS, carrier->name) : NULL;
    if (day != NULL) {
        day->carrier = (int32_t)index;
        day->collects_too = (uint8_t)(1U << weekday);
        candidate_costs(day,
                        collections_on(scene, carrier, day->collects_too) * collection_cost(scene));
        (void)snprintf(day->lever.change, sizeof day->lever.change, "+%s", days[weekday]);
    }
}

static void carriers_add(struct candidates *to)
{
    const struct scene *scene = &to->crew->scene;
    for (uint32_t i = 0; i < scene->shop->carrier_count; i++) {
        if (!scene->shop->carriers[i].retired && parcel_share(scene, i) > PARCEL_SHARE_MIN) {
            carrier_add(to, i);
        }
    }
}

/* ---- what costs nothing ---- */

static void prices_add(struct candidates *to)
{
    for (int percent = PRICE_PERCENT; percent >= -PRICE_PERCENT; percent -= 2 * PRICE_PERCENT) {
        struct candidate *price = candidate_add(to, LEVER_PRICE, to->crew->scene.moment->name);
        if (price != NULL) {
            price->price_percent = percent;
            (void)snprintf(price->lever.change, sizeof price->lever.change, "%+d%%", percent);
        }
    }
}

static void settings_add(struct candidates *to)
{
    const struct shop *shop = to->crew->scene.shop;
    struct candidate *buffer = candidate_add(to, LEVER_BUFFER, "promise");
    if (buffer != NULL) {
        buffer->buffer_more_seconds = BUFFER_MORE_HOURS * 3600;
        (void)snprintf(buffer->lever.change, sizeof buffer->lever.change, "+%d", BUFFER_MORE_HOURS);
    }
    struct candidate *load = shop->promise.load_limit_thousandths > 2 * LOAD_LESS_THOUSANDTHS
                                 ? candidate_add(to, LEVER_LOAD, "promise")
                                 : NULL;
    if (load != NULL) {
        load->load_more_thousandths = -LOAD_LESS_THOUSANDTHS;
        (void)snprintf(load->lever.change, sizeof load->lever.change, "-0.%02d",
                       LOAD_LESS_THOUSANDTHS / 10);
    }
    struct candidate *later = candidate_add(to, LEVER_LATER, to->crew->scene.moment->name);
    if (later != NULL) {
        later->days_later = WEEK;
        (void)snprintf(later->lever.change, sizeof later->lever.change, "+%d days", WEEK);
    }
}

void candidates_fill(struct candidates *candidates, const struct crew *crew, double visitors)
{
    double buyers = visitors * crew->scene.moment->conversion_thousandths / 100000.0;
    candidates->crew = crew;
    candidates->count = 0;
    settings_add(candidates);
    prices_add(candidates);
    carriers_add(candidates);
    people_add(candidates, buyers);
    units_add(candidates, buyers);
}

/* ---- together ---- */

bool candidates_agree(const struct candidate *a, const struct candidate *b)
{
    bool same_kind = a->lever.kind == b->lever.kind;
    bool one_of_a_kind = a->center < 0 && a->carrier < 0 && a->extra.quantity_thousandths == 0;
    return !same_kind || !one_of_a_kind;
}

bool candidate_supplies(const struct candidate *candidate, const struct offer *offer)
{
    for (uint32_t i = 0; i < offer->component_count; i++) {
        if (candidate->extra.quantity_thousandths > 0 &&
            offer->components[i].item.index == candidate->extra.item) {
            return true;
        }
    }
    return false;
}

/* shop -> tables by day. Taken once for all runs of a shop; runs only read it.
 *
 * Days run from today to SCENE_DRAIN_DAYS after the last day with demand, so that what was promised
 * up to then can still be delivered or missed. */
#include "rehearse/scene.h"

#include "base/assert.h"
#include "base/decimal.h"

#include <math.h>
#include <stdlib.h>

int64_t scene_work_end(const struct scene *scene, uint32_t center, int64_t at, int64_t seconds)
{
    const struct scene_center *table = &scene->centers[center];
    uint32_t end = table->first[scene->day_count];
    for (uint32_t i = table->first[scene_day(scene, at)]; i < end; i++) {
        const struct scene_opening *opening = &table->openings[i];
        int64_t from = at > opening->from ? at : opening->from;
        if (from >= opening->to) {
            continue;
        }
        if (seconds <= opening->to - from) {
            return from + seconds;
        }
        seconds -= opening->to - from;
    }
    return INT64_MAX;
}

struct offer_id scene_mix_offer(const struct scene_mix *mix, double uniform)
{
    double wanted = uniform * mix->sums[mix->count - 1];
    uint32_t low = 0;
    uint32_t high = mix->count - 1;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (mix->sums[middle] > wanted) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return mix->offers[low];
}

/* ---- opening hours and people ---- */

static int16_t people_on(const struct shop *shop, uint32_t center, int32_t day)
{
    int32_t people = shop->work_centers[center].people;
    for (uint32_t i = 0; i < shop->staffing_count; i++) {
        const struct staffing *staffing = &shop->staffing[i];
        bool counts = staffing->work_center.index == center && day >= staffing->from_day &&
                      day <= staffing->to_day;
        people += counts ? staffing->people : 0;
    }
    return (int16_t)(people < 0 ? 0 : people > LIMIT_PEOPLE ? LIMIT_PEOPLE : people);
}

static void center_fill(struct scene *scene, uint32_t index)
{
    const struct work_center *from = &scene->shop->work_centers[index];
    const struct calendar *calendar = &scene->shop->calendars[from->calendar.index];
    struct scene_center *to = &scene->centers[index];
    uint32_t count = 0;
    to->seconds_of_thousandth = 60.0 / (double)from->efficiency_thousandths;
    to->first = calloc(scene->day_count + 1, sizeof *to->first);
    to->people = calloc(scene->day_count, sizeof *to->people);
    to->openings =
        calloc((size_t)scene->day_count * calendar->opening_count + 1, sizeof *to->openings);
    ASSERT(to->first != NULL && to->people != NULL && to->openings != NULL);
    for (uint32_t i = 0; i < scene->day_count; i++) {
        int32_t day = scene->today + (int32_t)i;
        bool closed = day_list_has(&calendar->closed, day) || from->retired;
        to->first[i] = count;
        to->people[i] = people_on(scene->shop, index, day);
        for (uint32_t j = 0; j < calendar->opening_count && !closed; j++) {
            const struct opening *opening = &calendar->openings[j];
            if (opening->weekday == weekday_of_day(day)) {
                to->openings[count++] = (struct scene_opening){
                    zone_instant(&scene->shop->zone, day, opening->from_minute),
                    zone_instant(&scene->shop->zone, day, opening->to_minute)};
            }
        }
    }
    to->first[scene->day_count] = count;
}

/* ---- what is bought ---- */

static void mix_open(struct scene_mix *mix, uint32_t offers)
{
    *mix = (struct scene_mix){.units = 1};
    mix->offers = calloc(offers + 1, sizeof *mix->offers);
    mix->sums = calloc(offers + 1, sizeof *mix->sums);
    ASSERT(mix->offers != NULL && mix->sums != NULL);
}

static void mix_add(struct scene_mix *mix, struct offer_id offer, double weight)
{
    double before = mix->count == 0 ? 0 : mix->sums[mix->count - 1];
    if (weight > 0) {
        mix->offers[mix->count] = offer;
        mix->sums[mix->count++] = before + weight;
    }
}

static double mix_whole(const struct scene_mix *mix)
{
    return mix->count == 0 ? 0 : mix->sums[mix->count - 1];
}

/* What ordinarily sells of an offer in a week: learned, else the shop file's. */
static double weekly_units(const struct scene *scene, uint32_t offer)
{
    const struct offer *of = &scene->shop->offers[offer];
    double learned = scene->learned != NULL ? scene->learned->units_per_week[offer] : 0;
    double told = of->demand_per_week_thousandths > 0
                      ? (double)of->demand_per_week_thousandths / THOUSAND
                      : 0;
    return of->retired ? 0 : learned > 0 ? learned : told;
}

double scene_orders_per_week(const struct scene *scene)
{
    double learned = scene->learned != NULL ? WEEKDAYS * exp(scene->learned->level) : 0;
    return scene->shipped.orders_per_week + scene->on_site.orders_per_week + learned;
}

/* An order of the moment has as many units as its baskets add up to; without baskets, what
 * ordinarily sells, else anything. */
static void moment_mix_fill(struct scene *scene)
{
    const struct shop *shop = scene->shop;
    struct scene_mix *mix = &scene->moment_mix;
    mix_open(mix, shop->offer_count);
    for (uint32_t i = 0; i < scene->moment->basket_count; i++) {
        const struct basket_share *share = &scene->moment->baskets[i];
        if (!shop->offers[share->offer.index].retired) {
            mix_add(mix, share->offer, (double)share->mean_units_thousandths / THOUSAND);
        }
    }
    mix->units = mix_whole(mix);
    for (uint32_t i = 0; i < shop->offer_count && scene->moment->basket_count == 0; i++) {
        mix_add(mix, (struct offer_id){(uint16_t)i}, weekly_units(scene, i));
        mix->units = scene->assume.ordinary_units;
    }
    for (uint32_t i = 0; i < shop->offer_count && mix->count == 0; i++) {
        double weight = shop->offers[i].retired ? 0 : 1;
        mix_add(mix, (struct offer_id){(uint16_t)i}, weight);
        mix->units = scene->assume.ordinary_units;
    }
    mix->units = mix->units < 1 ? 1 : mix->units;
}

enum { ON_SITE_PEOPLE_THOUSANDTHS = 1500 }; /* who books on-site work books for 1.5, on average */

static void ordinary_fill(struct scene *scene)
{
    const struct shop *shop = scene->shop;
    mix_open(&scene->shipped, shop->offer_count);
    mix_open(&scene->on_site, shop->offer_count);
    for (uint32_t i = 0; i < shop->offer_count; i++) {
        const struct offer *offer = &shop->offers[i];
        if (scene->learned == NULL || scene->learned->units_per_week[i] <= 0) {
            mix_add(offer->on_site ? &scene->on_site : &scene->shipped,
                    (struct offer_id){(uint16_t)i}, weekly_units(scene, i));
        }
    }
    scene->shipped.units = scene->assume.ordinary_units;
    scene->on_site.units = ON_SITE_PEOPLE_THOUSANDTHS / (double)THOUSAND;
    scene->shipped.orders_per_week = mix_whole(&scene->shipped) / scene->shipped.units;
    scene->on_site.orders_per_week = mix_whole(&scene->on_site) / scene->on_site.units;
}

static void door_fill(struct scene *scene)
{
    const struct offer_list *list = &scene->shop->gate.moment_offers;
    scene->sold_at_the_door = calloc(scene->shop->offer_count + 1, sizeof(bool));
    ASSERT(scene->sold_at_the_door != NULL);
    for (uint32_t i = 0; i < list->count; i++) {
        scene->sold_at_the_door[list->offers[i].index] = true;
    }
}

/* Its visitors are those of the whole surge, wherever it is cut. */
static enum status surge_fill(struct scene *scene, const struct surge *asked, struct fault *fault)
{
    const struct moment *moment = scene->moment;
    struct surge surge = {.rise_seconds = moment->rise_seconds,
                          .half_life_seconds = moment->half_life_seconds,
                          .half_lives = SURGE_HALF_LIVES};
    surge = asked != NULL ? *asked : surge;
    double left = LIMIT_REHEARSE_SURGE_SECONDS - surge.rise_seconds;
    if (surge.minute_count == 0 && surge.half_lives * surge.half_life_seconds > left) {
        surge.half_lives = left / surge.half_life_seconds;
    }
    double seconds = ceil(surge_seconds(&surge));
    if (left < 0 || seconds > LIMIT_REHEARSE_SURGE_SECONDS) {
        return fault_set(fault, STATUS_INVALID,
                         "the moment %s takes over %d days to its peak; a rehearsal looks at those "
                         "that pass sooner",
                         moment->name, LIMIT_REHEARSE_SURGE_SECONDS / DAY_SECONDS);
    }
    scene->surge_seconds = seconds < 1 ? 1 : (uint32_t)seconds;
    scene->shares = calloc((size_t)scene->surge_seconds + 1, sizeof *scene->shares);
    ASSERT(scene->shares != NULL);
    for (uint32_t i = 0; i <= scene->surge_seconds; i++) {
        scene->shares[i] = surge_share(&surge, i);
    }
    return STATUS_OK;
}

static void visitors_fill(struct scene *scene)
{
    double buys = scene->moment->conversion_thousandths / 100000.0;
    double orders = scene_orders_per_week(scene);
    scene->visitors_per_second = buys > 0 ? orders / buys / (WEEKDAYS * AWAKE_HOURS * 3600.0) : 0;
}

/* ---- all of it ---- */

static enum status days_check(struct scene *scene, struct fault *fault)
{
    const struct shop *shop = scene->shop;
    const struct moment *moment = scene->moment;
    char at[32];
    (void)instant_write(&shop->zone, at, moment->at);
    if (moment->at < scene->now) {
        return fault_set(fault, STATUS_INVALID,
                         "the moment %s (%s) is in the past; give it another time, or an earlier "
                         "--now",
                         moment->name, at);
    }
    int64_t ahead = zone_day(&shop->zone, moment->at) - scene->today;
    int64_t demand = ahead + 1 + (int64_t)scene->assume.demand_days;
    if (demand + SCENE_DRAIN_DAYS > SCENE_DAYS_MAX) {
        return fault_set(fault, STATUS_INVALID,
                         "the moment %s (%s) is too far away; rehearse it from %d days before on, "
                         "with --now",
                         moment->name, at,
                         SCENE_DAYS_MAX - SCENE_DRAIN_DAYS - (int)scene->assume.demand_days - 1);
    }
    scene->moment_day = (uint32_t)ahead;
    scene->demand_end = (uint32_t)demand;
    scene->day_count = (uint32_t)demand + SCENE_DRAIN_DAYS;
    return STATUS_OK;
}

static void carriers_fill(struct scene *scene)
{
    static const struct supply nothing_recorded = {.count = 0};
    scene->parcels.carriers =
        calloc((size_t)scene->shop->carrier_count + 1, sizeof *scene->parcels.carriers);
    ASSERT(scene->parcels.carriers != NULL);
    parcels_build(&scene->parcels, scene->shop, &nothing_recorded, &scene->window);
}

enum status scene_open(struct scene *scene, const struct shop *shop, int64_t now,
                       const struct moment *moment, const struct surge *surge,
                       const struct assumptions *assume, const struct learned *learned,
                       struct fault *fault)
{
    *scene = (struct scene){.shop = shop,
                            .assume = *assume,
                            .now = now,
                            .today = zone_day(&shop->zone, now),
                            .usual_days = shop->promise.usual_days >= 0 ? shop->promise.usual_days
                                                                        : USUAL_DAYS_DEFAULT,
                            .moment = moment,
                            .learned = learned};
    enum status status = days_check(scene, fault);
    status = status == STATUS_OK ? surge_fill(scene, surge, fault) : status;
    if (status != STATUS_OK) {
        return status;
    }
    window_set(&scene->window, &shop->zone, scene->today, (int32_t)scene->day_count,
               (int32_t)scene->day_count);
    scene->centers = calloc(shop->work_center_count + 1, sizeof *scene->centers);
    ASSERT(scene->centers != NULL);
    for (uint32_t i = 0; i < shop->work_center_count; i++) {
        center_fill(scene, i);
    }
    carriers_fill(scene);
    moment_mix_fill(scene);
    ordinary_fill(scene);
    visitors_fill(scene);
    door_fill(scene);
    draw_work_init(&scene->work, assume->work_variation);
    if (scene->moment_mix.count == 0) {
        scene_close(scene);
        return fault_set(fault, STATUS_INVALID,
                         "the shop sells nothing; a shop file needs an offer to be rehearsed");
    }
    return STATUS_OK;
}

static void mix_close(struct scene_mix *mix)
{
    free(mix->offers);
    free(mix->sums);
}

void scene_close(struct scene *scene)
{
    for (uint32_t i = 0; scene->centers != NULL && i < scene->shop->work_center_count; i++) {
        free(scene->centers[i].first);
        free(scene->centers[i].people);
        free(scene->centers[i].openings);
    }
    free(scene->centers);
    free(scene->parcels.carriers);
    free(scene->sold_at_the_door);
    free(scene->shares);
    mix_close(&scene->moment_mix);
    mix_close(&scene->shipped);
    mix_close(&scene->on_site);
    *scene = (struct scene){.shop = NULL};
}

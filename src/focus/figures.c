/* Shop -> figures: work centers and activities first, since offers name them; then each offer's
 * money and work; then what of its demand is known; then what is sold today. Sums are made in 128
 * bits and refused where a week of the shop would not fit into what is shown. */
#include "focus/figures.h"

#include "focus/bounds.h"
#include "focus/today.h"

#include "base/assert.h"
#include "base/decimal.h"

#include <stdlib.h>

#define RATE_WHOLE    INT64_C(100000) /* thousandths of a percent */
#define MILLION       INT64_C(1000000)
#define WEEK_MICRO    INT64_C(4000000000000000000) /* all money of a week is below it */
#define DEMAND_MOST   (FOCUS_UNITS_MAX * THOUSAND)
#define WEEKS_OF_YEAR 52

enum {
    MONTHS_OF_YEAR = 12,
    ON_SITE_UNITS_THOUSANDTHS = 1500 /* who books on site books for 1.5 (docs/rehearsal.md) */
};

struct making {
    const struct shop *shop;
    const struct sold *sold;   /* NULL: there is not enough of it */
    uint16_t *center_places;   /* [work center] */
    uint16_t *activity_places; /* [activity] */
    uint32_t *offer_places;    /* [offer] */
    struct focus_figures *figures;
    struct fault *fault;
};

int64_t focus_micro(int64_t minor)
{
    int64_t micro;
    return __builtin_mul_overflow(minor, MILLION, &micro) ? (minor < 0 ? INT64_MIN : INT64_MAX)
                                                          : micro;
}

int64_t focus_rounded(__int128 sum, int64_t unit)
{
    return (int64_t)((sum < 0 ? sum - unit / 2 : sum + unit / 2) / unit);
}

int64_t focus_minor(int64_t micro)
{
    return focus_rounded(micro, MILLION);
}

int64_t focus_quantity(const struct focus_offer *offer, int64_t steps)
{
    return steps * offer->step_thousandths;
}

int64_t focus_sessions(const struct focus_offer *offer, int64_t quantity_thousandths)
{
    int64_t seats = offer->seats * THOUSAND;
    return offer->seats == 0 ? 0 : (quantity_thousandths + seats - 1) / seats;
}

__int128 focus_work(const struct focus_offer *offer, const struct focus_use *use,
                    int64_t quantity_thousandths)
{
    int64_t times = offer->seats > 0 ? focus_sessions(offer, quantity_thousandths) * THOUSAND
                                     : quantity_thousandths;
    return (__int128)use->minutes_micro * times;
}

uint32_t focus_losses_first(const struct focus_figures *figures, uint32_t offer)
{
    uint32_t low = 0;
    uint32_t high = figures->loss_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (figures->losses[middle].offer < offer) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* ---- what there is ---- */

static int64_t week_minutes(const struct calendar *calendar)
{
    int64_t minutes = 0;
    for (uint32_t i = 0; i < calendar->opening_count; i++) {
        minutes += calendar->openings[i].to_minute - calendar->openings[i].from_minute;
    }
    return minutes;
}

/* People x efficiency x load limit: two times thousandths, so millionths of a minute. */
static void centers_make(struct making *making)
{
    const struct shop *shop = making->shop;
    for (uint32_t i = 0; i < shop->work_center_count; i++) {
        const struct work_center *center = &shop->work_centers[i];
        making->center_places[i] = NO_INDEX;
        if (center->retired) {
            continue;
        }
        uint32_t place = making->figures->center_count++;
        making->center_places[i] = (uint16_t)place;
        making->figures->centers[place] = (struct focus_center){
            {(uint16_t)i},
            week_minutes(&shop->calendars[center->calendar.index]) * center->people *
                center->efficiency_thousandths * shop->promise.load_limit_thousandths};
    }
}

static void activities_make(struct making *making)
{
    const struct shop *shop = making->shop;
    for (uint32_t i = 0; i < shop->activity_count; i++) {
        const struct activity *activity = &shop->activities[i];
        making->activity_places[i] = NO_INDEX;
        if (activity->retired) {
            continue;
        }
        uint32_t place = making->figures->activity_count++;
        making->activity_places[i] = (uint16_t)place;
        making->figures->activities[place] = (struct focus_activity){
            .activity = {(uint16_t)i},
            .fixed_micro = activity->fixed_cost_per_week_minor * MILLION,
            .owner_thousandths = activity->owner_hours_per_week_thousandths};
    }
}

bool focus_operating(const struct shop *shop, int64_t *micro)
{
    __int128 month = 0;
    __int128 week = 0;
    const struct cash *cash = &shop->cash;
    for (uint32_t i = 0; i < cash->fixed_cost_count; i++) {
        bool monthly = cash->fixed_costs[i].due.every == PERIOD_MONTH;
        *(monthly ? &month : &week) += cash->fixed_costs[i].amount_minor;
    }
    __int128 of_months = month * MONTHS_OF_YEAR * MILLION;
    __int128 sum = (of_months + WEEKS_OF_YEAR / 2) / WEEKS_OF_YEAR + week * MILLION;
    *micro = sum > WEEK_MICRO ? 0 : (int64_t)sum;
    return sum <= WEEK_MICRO;
}

static enum status operating_sum(struct making *making)
{
    return focus_operating(making->shop, &making->figures->operating_micro)
               ? STATUS_OK
               : fault_set(making->fault, STATUS_LIMIT,
                           "cash.fixed_costs: in a week they are more than can be reckoned with");
}

/* ---- an offer's work ---- */

int64_t focus_units_shared(const struct shop *shop, double known, bool on_site)
{
    if (known > 0) {
        return known < 1 ? THOUSAND : (int64_t)(known * THOUSAND + 0.5);
    }
    return on_site ? ON_SITE_UNITS_THOUSANDTHS : shop->assumptions.ordinary_units;
}

static void work_add(const struct making *making, struct focus_offer *offer,
                     const struct operation *operation, int64_t once_units, int64_t shared_units)
{
    uint16_t place = making->center_places[operation->work_center.index];
    if (place == NO_INDEX) {
        return;
    }
    int64_t each = operation->minutes_thousandths * operation->crew * THOUSAND;
    int64_t setup = operation->setup_minutes_thousandths * operation->crew * THOUSAND;
    /* Down: three setups of a third are one, and fit where one fits. */
    int64_t minutes = decimal_scale_down(each, THOUSAND, once_units) +
                      decimal_scale_down(setup, THOUSAND, shared_units);
    struct focus_use *uses = making->figures->uses + offer->use_first;
    uint32_t at = 0;
    while (at < offer->use_count && uses[at].center < place) {
        at++;
    }
    if (at < offer->use_count && uses[at].center == place) {
        uses[at].minutes_micro += minutes;
        return;
    }
    for (uint32_t i = offer->use_count++; i > at; i--) {
        uses[i] = uses[i - 1];
    }
    uses[at] = (struct focus_use){place, minutes};
}

/* Of a session all of it is done once, for all seats; what is shipped in parcels is work of each
 * seat. */
static void work_make(const struct making *making, struct focus_offer *made)
{
    const struct shop *shop = making->shop;
    const struct offer *offer = &shop->offers[made->offer.index];
    const struct sold *sold = making->sold;
    double a_line = sold != NULL ? sold->units_per_line[made->offer.index] : 0;
    int64_t line =
        made->seats > 0 ? THOUSAND : focus_units_shared(making->shop, a_line, offer->on_site);
    made->use_first = making->figures->use_count;
    for (uint32_t i = 0; i < offer->routing.count; i++) {
        work_add(making, made, &offer->routing.operations[i], THOUSAND, line);
    }
    if (offer->carrier.index != NO_INDEX) {
        const struct routing *routing = &shop->carriers[offer->carrier.index].routing;
        int64_t parcel =
            focus_units_shared(making->shop, sold != NULL ? sold->units_per_order : 0, false);
        parcel = made->seats > 0 ? (parcel + made->seats - 1) / made->seats : parcel;
        for (uint32_t i = 0; i < routing->count; i++) {
            work_add(making, made, &routing->operations[i], parcel, parcel);
        }
    }
    making->figures->use_count += made->use_count;
}

/* ---- an offer's money ---- */

/* Without VAT, in millionths. */
static int64_t net_of(int64_t gross_minor, int32_t vat_thousandths)
{
    return decimal_scale_half_up(gross_minor, RATE_WHOLE * MILLION, RATE_WHOLE + vat_thousandths);
}

static int64_t carriage_of(const struct making *making, const struct offer *offer)
{
    if (offer->carrier.index == NO_INDEX) {
        return 0;
    }
    const struct carrier *carrier = &making->shop->carriers[offer->carrier.index];
    int32_t vat = carrier->vat_thousandths >= 0 ? carrier->vat_thousandths : offer->vat_thousandths;
    int64_t beyond = carrier->cost_minor * MILLION - net_of(carrier->charge_minor, vat);
    const struct sold *sold = making->sold;
    int64_t units =
        focus_units_shared(making->shop, sold != NULL ? sold->units_per_order : 0, false);
    return beyond <= 0 ? 0 : decimal_scale_half_up(beyond, THOUSAND, units);
}

static enum status money_make(const struct making *making, struct focus_offer *made)
{
    const struct shop *shop = making->shop;
    const struct offer *offer = &shop->offers[made->offer.index];
    __int128 materials = 0;
    for (uint32_t i = 0; i < offer->component_count; i++) {
        const struct component *component = &offer->components[i];
        materials += (__int128)component->quantity_thousandths * THOUSAND *
                     shop->items[component->item.index].unit_cost_minor;
    }
    if (materials > WEEK_MICRO) {
        return fault_set(making->fault, STATUS_LIMIT,
                         "offer %s: its materials cost more than can be reckoned with; check "
                         "`items` and their unit_cost",
                         offer->name);
    }
    made->net_micro = net_of(offer->price_minor, offer->vat_thousandths);
    made->materials_micro = (int64_t)materials;
    made->fee_micro = decimal_scale_half_up(
        offer->price_minor, shop->cash.payment_fee_thousandths * MILLION, RATE_WHOLE);
    made->carriage_micro = carriage_of(making, offer);
    made->throughput_micro =
        made->net_micro - made->materials_micro - made->fee_micro - made->carriage_micro;
    return STATUS_OK;
}

/* ---- what of it could be sold ---- */

static int64_t sold_a_week(const struct making *making, uint16_t offer)
{
    int64_t units = making->sold->offers[offer].units_thousandths;
    return units <= 0 ? 0 : decimal_scale_half_up(units, 1, making->sold->weeks);
}

/* The fewest equal parts of at most a unit; twice as many are looked at for parts without a rest.
 */
static void steps_make(struct focus_offer *made)
{
    int64_t demand = made->demand_thousandths;
    made->steps = demand;
    made->step_thousandths = THOUSAND;
    if (demand == FOCUS_NO_LIMIT || demand == 0) {
        return;
    }
    int64_t fewest = (demand + THOUSAND - 1) / THOUSAND;
    made->steps = fewest;
    for (int64_t parts = fewest; parts <= 2 * fewest && parts <= fewest + THOUSAND; parts++) {
        if (demand % parts == 0) {
            made->steps = parts;
            break;
        }
    }
    made->step_thousandths = (demand + made->steps - 1) / made->steps;
}

static void demand_make(const struct making *making, struct focus_offer *made)
{
    int64_t stated = making->shop->offers[made->offer.index].demand_per_week_thousandths;
    made->demand_thousandths = FOCUS_NO_LIMIT;
    made->demand_from = FOCUS_UNKNOWN;
    if (making->sold != NULL) {
        made->today_thousandths = sold_a_week(making, made->offer.index);
        made->demand_thousandths = made->today_thousandths;
        made->demand_from = FOCUS_FROM_PAST;
    }
    if (stated >= 0) {
        made->demand_thousandths = stated;
        made->demand_from = FOCUS_FROM_FILE;
    }
    if (made->demand_thousandths > DEMAND_MOST) {
        made->demand_thousandths = DEMAND_MOST;
    }
    steps_make(made);
}

static enum status offers_make(struct making *making)
{
    const struct shop *shop = making->shop;
    struct focus_figures *figures = making->figures;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < shop->offer_count && status == STATUS_OK; i++) {
        const struct offer *offer = &shop->offers[i];
        making->offer_places[i] = UINT32_MAX;
        if (offer->retired) {
            continue;
        }
        making->offer_places[i] = figures->offer_count;
        struct focus_offer *made = &figures->offers[figures->offer_count++];
        made->offer = (struct offer_id){(uint16_t)i};
        made->activity = offer->activity.index == NO_INDEX
                             ? NO_INDEX
                             : making->activity_places[offer->activity.index];
        made->seats = offer->seats;
        if (made->activity != NO_INDEX) {
            figures->activities[made->activity].offer_count++;
        }
        work_make(making, made);
        demand_make(making, made);
        status = money_make(making, made);
    }
    if (status == STATUS_OK && figures->offer_count == 0) {
        return fault_set(making->fault, STATUS_INVALID,
                         "the shop sells nothing; write `offers` into the shop file");
    }
    return status;
}

/* ---- what goes with an activity that stops ---- */

static void losses_scale(struct focus_loss *losses, uint32_t count, int64_t sum)
{
    for (uint32_t i = 0; i < count && sum > MILLION; i++) {
        losses[i].share_millionths = (int32_t)(losses[i].share_millionths * MILLION / sum);
    }
}

static void losses_make(struct making *making)
{
    struct focus_figures *figures = making->figures;
    double lost = making->shop->focus.together_lost_thousandths / (double)RATE_WHOLE;
    uint32_t first = 0;
    int64_t sum = 0;
    for (uint32_t i = 0; making->sold != NULL && i < making->sold->pair_count; i++) {
        const struct sold_pair *pair = &making->sold->pairs[i];
        uint32_t offer = making->offer_places[pair->offer];
        uint16_t with = making->activity_places[pair->activity];
        double share = pair->share * lost;
        if (offer == UINT32_MAX || with == NO_INDEX || share < 1e-6 ||
            figures->offers[offer].activity == with) {
            continue;
        }
        if (figures->loss_count > 0 && figures->losses[figures->loss_count - 1].offer != offer) {
            losses_scale(figures->losses + first, figures->loss_count - first, sum);
            first = figures->loss_count;
            sum = 0;
        }
        int32_t part = (int32_t)((share < 1 ? share : 1) * MILLION);
        figures->losses[figures->loss_count++] = (struct focus_loss){offer, with, part};
        sum += part;
    }
    losses_scale(figures->losses + first, figures->loss_count - first, sum);
}

/* ---- all of it ---- */

/* The most that an offer could bring in a week, in millionths: more than a sum of it is. */
static __int128 money_most(const struct focus_offer *offer, int64_t steps)
{
    __int128 each = (__int128)offer->net_micro + offer->materials_micro + offer->fee_micro +
                    offer->carriage_micro;
    int64_t most = steps == FOCUS_NO_LIMIT ? 0 : focus_quantity(offer, steps);
    most = most > offer->today_thousandths ? most : offer->today_thousandths;
    return each * (most / THOUSAND + 1);
}

static enum status sums_check(const struct making *making)
{
    const struct focus_figures *figures = making->figures;
    struct bounds *bounds = bounds_make(figures);
    if (bounds == NULL) {
        return fault_set(making->fault, STATUS_MEMORY, "no memory for the figures of focus");
    }
    __int128 sum = figures->operating_micro;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        sum += figures->activities[i].fixed_micro;
    }
    for (uint32_t i = 0; i < figures->offer_count && status == STATUS_OK; i++) {
        sum += money_most(&figures->offers[i], bounds_steps(bounds, figures, i));
        if (sum > WEEK_MICRO) {
            status = fault_set(making->fault, STATUS_LIMIT,
                               "offer %s: with it, a week's money is more than can be reckoned "
                               "with; check its price, demand_per_week and the fixed costs",
                               making->shop->offers[figures->offers[i].offer.index].name);
        }
    }
    bounds_free(bounds);
    return status;
}

static bool memory_take(struct making *making)
{
    const struct shop *shop = making->shop;
    struct focus_figures *figures = making->figures;
    size_t uses = 1;
    for (uint32_t i = 0; i < shop->offer_count; i++) {
        const struct offer *offer = &shop->offers[i];
        uses += offer->routing.count;
        uses += offer->carrier.index == NO_INDEX
                    ? 0
                    : shop->carriers[offer->carrier.index].routing.count;
    }
    size_t pairs = making->sold != NULL ? making->sold->pair_count : 0;
    figures->offers = calloc(shop->offer_count + 1u, sizeof *figures->offers);
    figures->uses = calloc(uses, sizeof *figures->uses);
    figures->activities = calloc(shop->activity_count + 1u, sizeof *figures->activities);
    figures->centers = calloc(shop->work_center_count + 1u, sizeof *figures->centers);
    figures->losses = calloc(pairs + 1, sizeof *figures->losses);
    making->center_places = calloc(shop->work_center_count + 1u, sizeof(uint16_t));
    making->activity_places = calloc(shop->activity_count + 1u, sizeof(uint16_t));
    making->offer_places = calloc(shop->offer_count + 1u, sizeof(uint32_t));
    return figures->offers != NULL && figures->uses != NULL && figures->activities != NULL &&
           figures->centers != NULL && figures->losses != NULL && making->center_places != NULL &&
           making->activity_places != NULL && making->offer_places != NULL;
}

static enum status all_make(struct making *making)
{
    struct focus_figures *figures = making->figures;
    if (!memory_take(making)) {
        return fault_set(making->fault, STATUS_MEMORY, "no memory for the figures of focus");
    }
    figures->owner_thousandths = making->shop->focus.owner_hours_per_week_thousandths;
    centers_make(making);
    activities_make(making);
    enum status status = operating_sum(making);
    status = status == STATUS_OK ? offers_make(making) : status;
    if (status != STATUS_OK) {
        return status;
    }
    losses_make(making);
    figures->today_from = making->sold != NULL ? FOCUS_FROM_PAST : FOCUS_FROM_FILE;
    if (making->sold == NULL && !today_fill(figures)) {
        return fault_set(making->fault, STATUS_MEMORY, "no memory for the figures of focus");
    }
    return sums_check(making);
}

enum status focus_figures_make(const struct shop *shop, const struct sold *sold,
                               struct focus_figures **figures, struct fault *fault)
{
    struct making making = {.shop = shop, .fault = fault};
    making.sold = sold != NULL && sold->state == SOLD_ENOUGH ? sold : NULL;
    making.figures = calloc(1, sizeof *making.figures);
    *figures = NULL;
    if (making.figures == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for the figures of focus");
    }
    making.figures->shop = shop;
    making.figures->sold = sold;
    enum status status = all_make(&making);
    free(making.center_places);
    free(making.activity_places);
    free(making.offer_places);
    if (status != STATUS_OK) {
        focus_figures_free(making.figures);
        return status;
    }
    *figures = making.figures;
    return STATUS_OK;
}

void focus_figures_free(struct focus_figures *figures)
{
    if (figures != NULL) {
        free(figures->offers);
        free(figures->uses);
        free(figures->activities);
        free(figures->centers);
        free(figures->losses);
        free(figures);
    }
}

/* Sums in 128 bits; every loop goes over offers and their few rows. */
#include "focus/fill.h"

#include "base/assert.h"
#include "base/decimal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MILLION INT64_C(1000000)

bool fill_begin(struct fill *fill, const struct focus_figures *figures, const struct bounds *bounds,
                const bool *never, uint32_t most)
{
    *fill = (struct fill){.figures = figures, .bounds = bounds, .never = never, .most = most};
    fill->steps = calloc(figures->offer_count + 1u, sizeof *fill->steps);
    fill->left = calloc(bounds->count + 1u, sizeof *fill->left);
    fill->selling = calloc(figures->activity_count + 1u, sizeof *fill->selling);
    bool made = fill->steps != NULL && fill->left != NULL && fill->selling != NULL;
    if (made) {
        fill_clear(fill);
    }
    return made;
}

void fill_free(struct fill *fill)
{
    free(fill->steps);
    free(fill->left);
    free(fill->selling);
    *fill = (struct fill){0};
}

void fill_clear(struct fill *fill)
{
    memset(fill->steps, 0, fill->figures->offer_count * sizeof *fill->steps);
    memset(fill->selling, 0, fill->figures->activity_count * sizeof *fill->selling);
    for (uint32_t i = 0; i < fill->bounds->count; i++) {
        fill->left[i] = (__int128)fill->bounds->capacity_micro[i] * THOUSAND;
    }
    fill->running = 0;
    fill->owner_thousandths = 0;
}

static void activity_count(struct fill *fill, uint16_t activity, bool sells)
{
    if (activity == NO_INDEX) {
        return;
    }
    int64_t owner = fill->figures->activities[activity].owner_thousandths;
    if (sells && fill->selling[activity]++ == 0) {
        fill->running++;
        fill->owner_thousandths += owner;
    } else if (!sells && --fill->selling[activity] == 0) {
        fill->running--;
        fill->owner_thousandths -= owner;
    }
}

void fill_set(struct fill *fill, uint32_t offer, int64_t steps)
{
    const struct focus_offer *of = &fill->figures->offers[offer];
    int64_t before = focus_quantity(of, fill->steps[offer]);
    int64_t after = focus_quantity(of, steps);
    for (uint32_t i = fill->bounds->first[offer]; i < fill->bounds->first[offer + 1]; i++) {
        const struct bound_entry *entry = &fill->bounds->entries[i];
        fill->left[entry->row] += bounds_take(of, entry, before) - bounds_take(of, entry, after);
    }
    if ((steps > 0) != (fill->steps[offer] > 0)) {
        activity_count(fill, of->activity, steps > 0);
    }
    fill->steps[offer] = steps;
}

/* ---- what fits ---- */

static bool may_begin(const struct fill *fill, uint16_t activity)
{
    if (activity == NO_INDEX || fill->selling[activity] > 0) {
        return true;
    }
    const struct focus_figures *figures = fill->figures;
    bool owner = figures->owner_thousandths == FOCUS_NO_LIMIT ||
                 fill->owner_thousandths + figures->activities[activity].owner_thousandths <=
                     figures->owner_thousandths;
    return owner && fill->running < fill->most && (fill->never == NULL || !fill->never[activity]);
}

static int64_t lost_millionths(const struct fill *fill, uint32_t offer)
{
    const struct focus_figures *figures = fill->figures;
    int64_t lost = 0;
    for (uint32_t i = focus_losses_first(figures, offer);
         i < figures->loss_count && figures->losses[i].offer == offer; i++) {
        const struct focus_loss *loss = &figures->losses[i];
        lost += fill->selling[loss->with] == 0 ? loss->share_millionths : 0;
    }
    return lost;
}

/* Steps of an offer that the demand allows, with what the activities that sell nothing take. */
static int64_t fill_demand(const struct fill *fill, uint32_t offer)
{
    const struct focus_offer *of = &fill->figures->offers[offer];
    if (of->steps == FOCUS_NO_LIMIT) {
        return FOCUS_UNITS_MAX;
    }
    return decimal_scale_down(of->steps, MILLION - lost_millionths(fill, offer), MILLION);
}

int64_t fill_most(const struct fill *fill, uint32_t offer)
{
    const struct focus_offer *of = &fill->figures->offers[offer];
    if (!may_begin(fill, of->activity)) {
        return 0;
    }
    int64_t most = fill_demand(fill, offer);
    int64_t now = focus_quantity(of, fill->steps[offer]);
    for (uint32_t i = fill->bounds->first[offer]; i < fill->bounds->first[offer + 1]; i++) {
        const struct bound_entry *entry = &fill->bounds->entries[i];
        __int128 room = fill->left[entry->row] + bounds_take(of, entry, now);
        int64_t low = 0;
        while (low < most) {
            int64_t middle = low + (most - low + 1) / 2;
            if (bounds_take(of, entry, focus_quantity(of, middle)) <= room) {
                low = middle;
            } else {
                most = middle - 1;
            }
        }
    }
    return most;
}

/* ---- what does not fit, and what still does ---- */

/* Throughput for what one step takes of a row: what is given up first has little of it. Doubles
 * only choose here. */
static double worth(const struct fill *fill, uint32_t offer, const struct bound_entry *entry)
{
    const struct focus_offer *of = &fill->figures->offers[offer];
    double take = (double)entry->amount_micro / (entry->of_session ? (double)of->seats : 1);
    return take <= 0 ? HUGE_VAL : (double)of->throughput_micro / take;
}

static uint32_t cheapest_user(const struct fill *fill, uint32_t row)
{
    uint32_t found = UINT32_MAX;
    double least = 0;
    for (uint32_t i = 0; i < fill->figures->offer_count; i++) {
        for (uint32_t j = fill->bounds->first[i]; j < fill->bounds->first[i + 1]; j++) {
            const struct bound_entry *entry = &fill->bounds->entries[j];
            if (entry->row != row || entry->amount_micro == 0 || fill->steps[i] == 0) {
                continue;
            }
            double value = worth(fill, i, entry);
            if (found == UINT32_MAX || value < least) {
                found = i;
                least = value;
            }
        }
    }
    return found;
}

/* An offer's most steps, taken as far down as its own row asks. */
static void row_repair(struct fill *fill, uint32_t row)
{
    for (uint32_t i = 0; i < fill->figures->offer_count && fill->left[row] < 0; i++) {
        uint32_t offer = cheapest_user(fill, row);
        ASSERT(offer != UINT32_MAX);
        int64_t most = fill_most(fill, offer);
        fill_set(fill, offer, most < fill->steps[offer] ? most : fill->steps[offer]);
    }
    ASSERT(fill->left[row] >= 0);
}

static bool demand_repair(struct fill *fill)
{
    bool changed = false;
    for (uint32_t i = 0; i < fill->figures->offer_count; i++) {
        int64_t most = fill_demand(fill, i);
        if (fill->steps[i] > most) {
            fill_set(fill, i, most);
            changed = true;
        }
    }
    return changed;
}

void fill_repair(struct fill *fill)
{
    for (uint32_t i = 0; i < fill->bounds->count; i++) {
        if (fill->left[i] < 0) {
            row_repair(fill, i);
        }
    }
    /* What stops for lack of demand may take the demand of others with it; each round stops an
     * activity, or is the last but one. */
    for (uint32_t i = 0; i < fill->figures->activity_count + 2; i++) {
        if (!demand_repair(fill)) {
            return;
        }
    }
}

struct ranked {
    double value;
    uint32_t offer;
};

static int better_first(const void *a, const void *b)
{
    const struct ranked *left = a;
    const struct ranked *right = b;
    if (left->value != right->value) {
        return left->value > right->value ? -1 : 1;
    }
    return left->offer < right->offer ? -1 : 1;
}

/* Throughput of all that an offer takes, each row counted by the share of it that is taken. */
static double density(const struct fill *fill, uint32_t offer)
{
    const struct focus_offer *of = &fill->figures->offers[offer];
    double share = 1e-12;
    for (uint32_t i = fill->bounds->first[offer]; i < fill->bounds->first[offer + 1]; i++) {
        const struct bound_entry *entry = &fill->bounds->entries[i];
        double seats = entry->of_session ? (double)of->seats : 1;
        share += (double)entry->amount_micro / seats /
                 ((double)fill->bounds->capacity_micro[entry->row] + 1);
    }
    return (double)of->throughput_micro / share;
}

/* All that fits, the densest first; `begins`: in activities that sell nothing yet, too. */
static void sell_densest(struct fill *fill, bool begins)
{
    uint32_t count = 0;
    struct ranked *order = calloc(fill->figures->offer_count + 1u, sizeof *order);
    for (uint32_t i = 0; order != NULL && i < fill->figures->offer_count; i++) {
        const struct focus_offer *offer = &fill->figures->offers[i];
        bool runs = offer->activity == NO_INDEX || fill->selling[offer->activity] > 0;
        if ((runs || begins) && offer->throughput_micro > 0) {
            order[count++] = (struct ranked){density(fill, i), i};
        }
    }
    if (count > 0) {
        qsort(order, count, sizeof *order, better_first);
    }
    for (uint32_t i = 0; i < count; i++) {
        int64_t most = fill_most(fill, order[i].offer);
        if (most > fill->steps[order[i].offer]) {
            fill_set(fill, order[i].offer, most);
        }
    }
    free(order);
}

void fill_up(struct fill *fill)
{
    sell_densest(fill, false);
}

/* The activity that costs most beyond what it brings; activity_count: none does. */
static uint32_t worst_loser(const struct fill *fill, double *brings)
{
    const struct focus_figures *figures = fill->figures;
    uint32_t found = figures->activity_count;
    double least = 0;
    memset(brings, 0, figures->activity_count * sizeof *brings);
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        const struct focus_offer *offer = &figures->offers[i];
        if (offer->activity != NO_INDEX) {
            brings[offer->activity] += (double)offer->throughput_micro *
                                       (double)focus_quantity(offer, fill->steps[i]) / THOUSAND;
        }
    }
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        double left = brings[i] - (double)figures->activities[i].fixed_micro;
        if (fill->selling[i] > 0 && left < least) {
            least = left;
            found = i;
        }
    }
    return found;
}

void fill_greedily(struct fill *fill)
{
    double *brings = calloc(fill->figures->activity_count + 1u, sizeof *brings);
    fill_clear(fill);
    sell_densest(fill, true);
    for (uint32_t round = 0; brings != NULL && round < fill->figures->activity_count; round++) {
        uint32_t loser = worst_loser(fill, brings);
        if (loser == fill->figures->activity_count) {
            break;
        }
        for (uint32_t i = 0; i < fill->figures->offer_count; i++) {
            if (fill->figures->offers[i].activity == loser) {
                fill_set(fill, i, 0);
            }
        }
        fill_up(fill);
    }
    fill_repair(fill);
    free(brings);
}

/* ---- the mix ---- */

int64_t fill_value(const struct fill *fill)
{
    const struct focus_figures *figures = fill->figures;
    __int128 sum = 0;
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        const struct focus_offer *offer = &figures->offers[i];
        sum += (__int128)offer->throughput_micro * focus_quantity(offer, fill->steps[i]);
    }
    int64_t value = focus_rounded(sum, THOUSAND);
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        value -= fill->selling[i] > 0 ? figures->activities[i].fixed_micro : 0;
    }
    return value;
}

struct mix *mix_new(const struct focus_figures *figures)
{
    struct mix *mix = calloc(1, sizeof *mix);
    if (mix == NULL) {
        return NULL;
    }
    mix->steps = calloc(figures->offer_count + 1u, sizeof *mix->steps);
    mix->units_thousandths = calloc(figures->offer_count + 1u, sizeof *mix->units_thousandths);
    mix->sessions = calloc(figures->offer_count + 1u, sizeof *mix->sessions);
    mix->runs = calloc(figures->activity_count + 1u, sizeof *mix->runs);
    mix->used_micro = calloc(figures->center_count + 1u, sizeof *mix->used_micro);
    mix->per_hour_minor = calloc(figures->center_count + 1u, sizeof *mix->per_hour_minor);
    if (mix->steps == NULL || mix->units_thousandths == NULL || mix->sessions == NULL ||
        mix->runs == NULL || mix->used_micro == NULL || mix->per_hour_minor == NULL) {
        mix_free(mix);
        return NULL;
    }
    return mix;
}

void mix_free(struct mix *mix)
{
    if (mix != NULL) {
        free(mix->steps);
        free(mix->units_thousandths);
        free(mix->sessions);
        free(mix->runs);
        free(mix->used_micro);
        free(mix->per_hour_minor);
        free(mix);
    }
}

#define COPY(member, count) memcpy(made->member, mix->member, (count) * sizeof *made->member)

struct mix *mix_copy(const struct focus_figures *figures, const struct mix *mix)
{
    struct mix *made = mix_new(figures);
    if (made == NULL) {
        return NULL;
    }
    COPY(steps, figures->offer_count);
    COPY(units_thousandths, figures->offer_count);
    COPY(sessions, figures->offer_count);
    COPY(runs, figures->activity_count);
    COPY(used_micro, figures->center_count);
    COPY(per_hour_minor, figures->center_count);
    made->state = mix->state;
    made->optimal = mix->optimal;
    made->gap = mix->gap;
    made->profit_micro = mix->profit_micro;
    made->unbounded = mix->unbounded;
    made->bound_by_cash = mix->bound_by_cash;
    made->cash_known = mix->cash_known;
    made->cash_low_minor = mix->cash_low_minor;
    made->cash_low_day = mix->cash_low_day;
    return made;
}

bool fill_mix(const struct fill *fill, struct mix **mix)
{
    const struct focus_figures *figures = fill->figures;
    struct mix *made = *mix = mix_new(figures);
    if (made == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        const struct focus_offer *offer = &figures->offers[i];
        made->steps[i] = fill->steps[i];
        made->units_thousandths[i] = focus_quantity(offer, fill->steps[i]);
        made->sessions[i] = focus_sessions(offer, made->units_thousandths[i]);
    }
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        made->runs[i] = fill->selling[i] > 0;
    }
    for (uint32_t i = 0; i < figures->center_count; i++) {
        __int128 used = (__int128)fill->bounds->capacity_micro[i] * THOUSAND - fill->left[i];
        made->used_micro[i] = focus_rounded(used, THOUSAND);
    }
    made->profit_micro = mix_value(figures, made->units_thousandths, made->runs);
    return true;
}

/* A proportion is a whole number of 10^-12, so that 80 percent is 80 percent. Sessions are filled
 * seat by seat; where whole ones then do not fit, those that are not full are not held. */
#include "focus/today.h"

#include "focus/bounds.h"

#include "base/assert.h"
#include "base/decimal.h"

#include <stdlib.h>

#define WHOLE INT64_C(1000000000000)

struct filling {
    struct focus_figures *figures;
    const struct bounds *bounds;
    bool *stopped;  /* [offer] */
    __int128 *left; /* [row] in thousandths of millionths */
    __int128 *rate; /* [row] what all of the demand of those that go on takes */
};

/* What all of an offer's demand takes of a row. */
static __int128 demand_take(const struct focus_offer *offer, const struct bound_entry *entry)
{
    __int128 take = (__int128)entry->amount_micro * offer->demand_thousandths;
    return entry->of_session ? take / offer->seats : take;
}

static void rates_sum(struct filling *filling)
{
    for (uint32_t i = 0; i < filling->bounds->count; i++) {
        filling->rate[i] = 0;
    }
    for (uint32_t i = 0; i < filling->figures->offer_count; i++) {
        const uint32_t *first = filling->bounds->first;
        for (uint32_t j = first[i]; j < first[i + 1] && !filling->stopped[i]; j++) {
            const struct bound_entry *entry = &filling->bounds->entries[j];
            filling->rate[entry->row] += demand_take(&filling->figures->offers[i], entry);
        }
    }
}

/* How much further all can go, at most `most`. `full` is the row that ends it, or count. */
static int64_t advance(const struct filling *filling, int64_t most, uint32_t *full)
{
    *full = filling->bounds->count;
    for (uint32_t i = 0; i < filling->bounds->count; i++) {
        /* left x WHOLE could pass 128 bits; a row that all of it does not fill ends nothing. */
        if (filling->rate[i] == 0 || filling->left[i] >= filling->rate[i]) {
            continue;
        }
        __int128 part = filling->left[i];
        __int128 rate = filling->rate[i];
        while (rate > INT64_MAX) {
            rate /= 2;
            part /= 2;
        }
        int64_t share = (int64_t)(part * WHOLE / rate);
        if (share <= most) {
            most = share;
            *full = i;
        }
    }
    return most;
}

static void stop_users(struct filling *filling, uint32_t row)
{
    for (uint32_t i = 0; i < filling->figures->offer_count; i++) {
        for (uint32_t j = filling->bounds->first[i]; j < filling->bounds->first[i + 1]; j++) {
            const struct bound_entry *entry = &filling->bounds->entries[j];
            bool uses = entry->row == row && entry->amount_micro > 0;
            filling->stopped[i] = filling->stopped[i] || uses;
        }
    }
}

/* The share of a row that a part of all takes; exact enough: the rest is below a thousandth. */
static __int128 share_of(__int128 whole, int64_t share)
{
    return whole / WHOLE * share + whole % WHOLE * share / WHOLE;
}

static void fill(struct filling *filling)
{
    int64_t served = 0;
    for (uint32_t round = 0; round <= filling->bounds->count && served < WHOLE; round++) {
        uint32_t full;
        rates_sum(filling);
        int64_t more = advance(filling, WHOLE - served, &full);
        served += more;
        for (uint32_t i = 0; i < filling->figures->offer_count; i++) {
            struct focus_offer *offer = &filling->figures->offers[i];
            if (!filling->stopped[i]) {
                offer->today_thousandths =
                    decimal_scale_down(offer->demand_thousandths, served, WHOLE);
            }
        }
        for (uint32_t i = 0; i < filling->bounds->count; i++) {
            filling->left[i] -= share_of(filling->rate[i], more);
        }
        if (full < filling->bounds->count) {
            stop_users(filling, full);
        }
    }
}

/* What whole sessions take beyond what the row has; 0 or less: they fit. */
static __int128 row_excess(const struct filling *filling, uint32_t row)
{
    __int128 sum = -(__int128)filling->bounds->capacity_micro[row] * THOUSAND;
    for (uint32_t i = 0; i < filling->figures->offer_count; i++) {
        const struct focus_offer *offer = &filling->figures->offers[i];
        for (uint32_t j = filling->bounds->first[i]; j < filling->bounds->first[i + 1]; j++) {
            const struct bound_entry *entry = &filling->bounds->entries[j];
            sum += entry->row == row ? bounds_take(offer, entry, offer->today_thousandths) : 0;
        }
    }
    return sum;
}

/* The emptiest of the sessions at a row that are not full; offer_count: all are full. */
static uint32_t emptiest(const struct filling *filling, uint32_t row)
{
    uint32_t found = filling->figures->offer_count;
    double least = 1;
    for (uint32_t i = 0; i < filling->figures->offer_count; i++) {
        const struct focus_offer *offer = &filling->figures->offers[i];
        for (uint32_t j = filling->bounds->first[i]; j < filling->bounds->first[i + 1]; j++) {
            const struct bound_entry *entry = &filling->bounds->entries[j];
            if (entry->row != row || !entry->of_session || entry->amount_micro == 0) {
                continue;
            }
            int64_t rest = offer->today_thousandths % (offer->seats * THOUSAND);
            double part = (double)rest / (double)(offer->seats * THOUSAND);
            if (rest > 0 && part < least) {
                least = part;
                found = i;
            }
        }
    }
    return found;
}

/* Full sessions take no more than their seats did, so it ends with all that are left full. */
static void sessions_whole(struct filling *filling)
{
    for (uint32_t row = 0; row < filling->figures->center_count; row++) {
        while (row_excess(filling, row) > 0) {
            uint32_t offer = emptiest(filling, row);
            if (offer == filling->figures->offer_count) {
                break;
            }
            struct focus_offer *of = &filling->figures->offers[offer];
            of->today_thousandths -= of->today_thousandths % (of->seats * THOUSAND);
        }
    }
}

bool today_fill(struct focus_figures *figures)
{
    struct bounds *bounds = bounds_make(figures);
    size_t rows = bounds != NULL ? bounds->count : 1;
    struct filling filling = {.figures = figures,
                              .bounds = bounds,
                              .stopped = calloc(figures->offer_count + 1u, sizeof(bool)),
                              .left = calloc(rows, sizeof(__int128)),
                              .rate = calloc(rows, sizeof(__int128))};
    bool made =
        bounds != NULL && filling.stopped != NULL && filling.left != NULL && filling.rate != NULL;
    if (made) {
        for (uint32_t i = 0; i < bounds->count; i++) {
            filling.left[i] = (__int128)bounds->capacity_micro[i] * THOUSAND;
        }
        for (uint32_t i = 0; i < figures->offer_count; i++) {
            filling.stopped[i] = figures->offers[i].demand_thousandths == FOCUS_NO_LIMIT;
        }
        fill(&filling);
        sessions_whole(&filling);
    }
    free(filling.stopped);
    free(filling.left);
    free(filling.rate);
    bounds_free(bounds);
    return made;
}

/* samples of two answers -> differences of each run -> their means with intervals of 95 percent. */
#include "rehearse/compare.h"

#include "base/assert.h"
#include "rehearse/json.h"
#include "rehearse/sum.h"

#include <math.h>
#include <stdlib.h>

static double kept_rate(const struct rehearse_sample *sample, enum rehearse_side side)
{
    return sample->accepted[side] > 0 ? (double)sample->kept[side] / sample->accepted[side] : 1;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Where no run differs, the shops do not; one run has no interval. */
static struct rehearse_gain difference_of(const double *values, uint32_t runs)
{
    return runs > 1 ? sum_gain(values, runs, 1, 0)
                    : (struct rehearse_gain){values[0], -(double)INFINITY, (double)INFINITY};
}

void rehearse_compare(const struct rehearse_answer *one, const struct rehearse_answer *other,
                      struct rehearse_comparison *comparison)
{
    uint32_t runs = smaller(one->runs, other->runs);
    uint32_t borne = smaller(one->borne_count, other->borne_count);
    ASSERT(runs > 0);
    double *values = calloc(runs, sizeof *values);
    ASSERT(values != NULL);
    *comparison = (struct rehearse_comparison){.runs = runs, .has_point = borne > 0};
    for (enum rehearse_side side = 0; side < REHEARSE_SIDES; side++) {
        struct rehearse_difference *difference = &comparison->sides[side];
        for (uint32_t i = 0; i < runs; i++) {
            values[i] = kept_rate(&other->samples[i], side) - kept_rate(&one->samples[i], side);
        }
        difference->kept = difference_of(values, runs);
        for (uint32_t i = 0; i < runs; i++) {
            values[i] = other->samples[i].profit[side] - one->samples[i].profit[side];
        }
        difference->profit = difference_of(values, runs);
        for (uint32_t i = 0; i < runs; i++) {
            values[i] = other->samples[i].cash_low[side] - one->samples[i].cash_low[side];
        }
        difference->cash_low = difference_of(values, runs);
    }
    for (uint32_t i = 0; i < borne; i++) {
        values[i] = other->samples[i].borne - one->samples[i].borne;
    }
    if (borne > 0) {
        comparison->point = difference_of(values, borne);
    }
    free(values);
}

static void compared_json(struct text *to, const struct rehearse_compared *compared)
{
    text_append_string(to, "{\"file\":");
    text_append_json_string(to, compared->file);
    text_append_string(to, ",\"visitors\":");
    number_json(to, compared->answer->visitors);
    for (enum rehearse_side side = 0; side < REHEARSE_SIDES; side++) {
        text_append_format(to, ",\"%s\":", rehearse_side_name(side));
        side_json(to, compared->shop, &compared->answer->sides[side]);
    }
    text_append_string(to, ",\"breaking_point\":");
    point_json(to, &compared->answer->point);
    text_append_char(to, '}');
}

void rehearse_compare_json(const struct rehearse_compared both[2], const struct rehearse_plan *plan,
                           const struct rehearse_comparison *comparison, struct text *to)
{
    const struct shop *shop = both[0].shop;
    text_append_string(to, "{\"moment\":");
    text_append_json_string(to, plan->moment->name);
    text_append_format(to, ",\"runs\":%u,\"seed\":%llu,\"currency\":\"%s\",\"shops\":[",
                       comparison->runs, (unsigned long long)plan->seed, shop->currency.code);
    compared_json(to, &both[0]);
    text_append_char(to, ',');
    compared_json(to, &both[1]);
    text_append_string(to, "],\"differences\":{");
    for (enum rehearse_side side = 0; side < REHEARSE_SIDES; side++) {
        const struct rehearse_difference *difference = &comparison->sides[side];
        text_append_format(to, "%s\"%s\":{\"runs\":%u", side > 0 ? "," : "",
                           rehearse_side_name(side), comparison->runs);
        gain_json(to, shop, "kept", false, &difference->kept);
        gain_json(to, shop, "profit", true, &difference->profit);
        gain_json(to, shop, "cash_low", true, &difference->cash_low);
        text_append_char(to, '}');
    }
    if (comparison->has_point) {
        gain_json(to, shop, "breaking_point", false, &comparison->point);
    }
    text_append_string(to, "}}\n");
}

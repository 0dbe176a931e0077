/* Numbers with four decimals, money as its decimals want it, times in the shop's zone: no clock and
 * no thread count, so that the same plan gives the same bytes. */
#include "rehearse/rehearse.h"

#include "base/decimal.h"
#include "base/text.h"

#include <math.h>

static void number_json(struct text *to, double value)
{
    double rounded = floor(value * 10000 + 0.5) / 10000;
    text_append_format(to, "%.10g", rounded == 0 ? 0 : rounded);
}

static void money_json(struct text *to, const struct shop *shop, double minor)
{
    char digits[32];
    (void)decimal_write(digits, (int64_t)floor(minor + 0.5), shop->currency.decimals, false);
    text_append_format(to, "\"%s\"", digits);
}

static void value_json(struct text *to, const struct shop *shop, bool is_money, double value)
{
    if (is_money) {
        money_json(to, shop, value);
    } else {
        number_json(to, value);
    }
}

static void range_json(struct text *to, const struct shop *shop, enum rehearse_measure measure,
                       const struct rehearse_range *range)
{
    bool is_money = rehearse_measure_is_money(measure);
    text_append_format(to, ",\"%s\":{\"p10\":", rehearse_measure_name(measure));
    value_json(to, shop, is_money, range->p10);
    text_append_string(to, ",\"p50\":");
    value_json(to, shop, is_money, range->p50);
    text_append_string(to, ",\"p90\":");
    value_json(to, shop, is_money, range->p90);
    text_append_string(to, ",\"mean\":");
    value_json(to, shop, is_money, range->mean);
    text_append_char(to, '}');
}

static void kept_json(struct text *to, const struct rehearse_rate *kept)
{
    text_append_string(to, "{\"kept\":{\"rate\":");
    number_json(to, kept->rate);
    text_append_string(to, ",\"low\":");
    number_json(to, kept->low);
    text_append_string(to, ",\"high\":");
    number_json(to, kept->high);
    text_append_char(to, '}');
}

static void side_json(struct text *to, const struct shop *shop,
                      const struct rehearse_side_answer *side)
{
    kept_json(to, &side->kept);
    for (enum rehearse_measure measure = 0; measure < REHEARSE_MEASURES; measure++) {
        range_json(to, shop, measure, &side->measures[measure]);
    }
    text_append_char(to, '}');
}

static void instant_json(struct text *to, const struct shop *shop, int64_t at)
{
    char digits[32];
    (void)instant_write(&shop->zone, digits, at);
    text_append_format(to, "\"%s\"", digits);
}

static void break_json(struct text *to, const struct shop *shop, const struct rehearse_break *rung)
{
    text_append_format(to, "{\"defence\":\"%s\",\"name\":", rehearse_defence_name(rung->defence));
    text_append_json_string(to, rung->name);
    text_append_string(to, ",\"probability\":");
    number_json(to, rung->probability);
    text_append_string(to, ",\"first\":");
    instant_json(to, shop, rung->first);
    text_append_string(to, ",\"first_p10\":");
    instant_json(to, shop, rung->first_p10);
    text_append_string(to, ",\"first_p90\":");
    instant_json(to, shop, rung->first_p90);
    text_append_char(to, '}');
}

static void point_json(struct text *to, const struct rehearse_point *point)
{
    if (!point->found) {
        text_append_string(to, "null");
        return;
    }
    text_append_format(to, "{\"visitors\":%u,\"times_best_day\":", point->visitors);
    number_json(to, point->times_best_day);
    text_append_string(to, ",\"breaks\":");
    if (point->breaks_something) {
        text_append_format(
            to, "{\"defence\":\"%s\",\"name\":", rehearse_defence_name(point->breaks.defence));
        text_append_json_string(to, point->breaks.name);
        text_append_char(to, '}');
    } else {
        text_append_string(to, "null");
    }
    text_append_char(to, '}');
}

static void gain_json(struct text *to, const struct shop *shop, const char *key, bool is_money,
                      const struct rehearse_gain *gain)
{
    text_append_format(to, ",\"%s\":{\"gain\":", key);
    value_json(to, shop, is_money, gain->gain);
    text_append_string(to, ",\"low\":");
    value_json(to, shop, is_money, gain->low);
    text_append_string(to, ",\"high\":");
    value_json(to, shop, is_money, gain->high);
    text_append_char(to, '}');
}

static void lever_json(struct text *to, const struct shop *shop, const struct rehearse_lever *lever)
{
    char day[16];
    (void)day_write(day, lever->do_by);
    text_append_format(to, "{\"lever\":\"%s\",\"name\":", rehearse_lever_name(lever->kind));
    text_append_json_string(to, lever->name);
    text_append_format(to, ",\"change\":\"%s\",\"do_by\":\"%s\"", lever->change, day);
    gain_json(to, shop, "kept", false, &lever->kept);
    gain_json(to, shop, "profit", true, &lever->profit);
    text_append_string(to, ",\"cost\":");
    money_json(to, shop, (double)lever->cost_minor);
    text_append_string(to, ",\"gain_per_cost\":");
    if (lever->cost_minor > 0) {
        number_json(to, lever->gain_per_cost);
    } else {
        text_append_string(to, "null");
    }
    text_append_char(to, '}');
}

void rehearse_json(const struct rehearse_answer *answer, const struct shop *shop,
                   const struct rehearse_plan *plan, struct slice more, struct text *to)
{
    text_append_string(to, "{\"moment\":");
    text_append_json_string(to, plan->moment->name);
    text_append_format(to, ",\"visitors\":%.0f,\"runs\":%u,\"seed\":%llu,\"currency\":\"%s\"",
                       answer->visitors, answer->runs, (unsigned long long)plan->seed,
                       shop->currency.code);
    for (enum rehearse_side side = 0; side < REHEARSE_SIDES; side++) {
        text_append_format(to, ",\"%s\":", rehearse_side_name(side));
        side_json(to, shop, &answer->sides[side]);
    }
    text_append_string(to, ",\"without_moment\":");
    kept_json(to, &answer->calm_kept);
    text_append_string(to, "},\"breaks\":[");
    for (uint32_t i = 0; i < answer->break_count; i++) {
        text_append_string(to, i > 0 ? "," : "");
        break_json(to, shop, &answer->breaks[i]);
    }
    text_append_string(to, "],\"breaking_point\":");
    point_json(to, &answer->point);
    text_append_string(to, ",\"levers\":[");
    for (uint32_t i = 0; i < answer->lever_count; i++) {
        text_append_string(to, i > 0 ? "," : "");
        lever_json(to, shop, &answer->levers[i]);
    }
    text_append_char(to, ']');
    text_append_slice(to, more);
    text_append_string(to, "}\n");
}

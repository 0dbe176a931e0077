/* Numbers with four decimals, money as its decimals want it, times in the shop's zone: no clock and
 * no thread count, so that the same plan gives the same bytes. */
#include "rehearse/json.h"

#include "base/decimal.h"
#include "base/text.h"

#include <math.h>

void number_json(struct text *to, double value)
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

void rehearse_value_json(struct text *to, const struct shop *shop, bool is_money, double value)
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
    rehearse_value_json(to, shop, is_money, range->p10);
    text_append_string(to, ",\"p50\":");
    rehearse_value_json(to, shop, is_money, range->p50);
    text_append_string(to, ",\"p90\":");
    rehearse_value_json(to, shop, is_money, range->p90);
    text_append_string(to, ",\"mean\":");
    rehearse_value_json(to, shop, is_money, range->mean);
    text_append_char(to, '}');
}

static void rate_json(struct text *to, const struct rehearse_rate *kept)
{
    text_append_string(to, "\"kept\":{\"rate\":");
    number_json(to, kept->rate);
    text_append_string(to, ",\"low\":");
    number_json(to, kept->low);
    text_append_string(to, ",\"high\":");
    number_json(to, kept->high);
    text_append_char(to, '}');
}

static void kept_json(struct text *to, const struct rehearse_rate *kept)
{
    text_append_char(to, '{');
    rate_json(to, kept);
}

void side_json(struct text *to, const struct shop *shop, const struct rehearse_side_answer *side)
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

void point_json(struct text *to, const struct rehearse_point *point)
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

/* The end of an interval; null where it is endless. */
static void end_json(struct text *to, const struct shop *shop, bool is_money, double value)
{
    if (isfinite(value)) {
        rehearse_value_json(to, shop, is_money, value);
    } else {
        text_append_string(to, "null");
    }
}

void gain_json(struct text *to, const struct shop *shop, const char *key, bool is_money,
               const struct rehearse_gain *gain)
{
    text_append_format(to, ",\"%s\":{\"gain\":", key);
    rehearse_value_json(to, shop, is_money, gain->gain);
    text_append_string(to, ",\"low\":");
    end_json(to, shop, is_money, gain->low);
    text_append_string(to, ",\"high\":");
    end_json(to, shop, is_money, gain->high);
    text_append_char(to, '}');
}

static void gains_json(struct text *to, const struct shop *shop, const struct rehearse_gains *gains)
{
    gain_json(to, shop, "kept", false, &gains->kept);
    gain_json(to, shop, "profit", true, &gains->profit);
    if (gains->has_point) {
        gain_json(to, shop, "breaking_point", false, &gains->point);
    } else {
        text_append_string(to, ",\"breaking_point\":null");
    }
    gain_json(to, shop, "worth", true, &gains->worth);
    text_append_format(to, ",\"runs\":%u,\"differing\":%u", gains->runs, gains->differing);
}

static void lever_json(struct text *to, const struct shop *shop, const struct rehearse_lever *lever)
{
    char day[16];
    (void)day_write(day, lever->do_by);
    text_append_format(to, "{\"lever\":\"%s\",\"name\":", rehearse_lever_name(lever->kind));
    text_append_json_string(to, lever->name);
    text_append_format(to, ",\"change\":\"%s\",\"do_by\":\"%s\"", lever->change, day);
    gains_json(to, shop, &lever->gains);
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

static void together_json(struct text *to, const struct shop *shop,
                          const struct rehearse_answer *answer, int64_t budget_minor)
{
    const struct rehearse_combination *together = &answer->together;
    if (together->lever_count == 0) {
        text_append_string(to, "null");
        return;
    }
    text_append_string(to, "{\"budget\":");
    if (budget_minor >= 0) {
        money_json(to, shop, (double)budget_minor);
    } else {
        text_append_string(to, "null");
    }
    text_append_string(to, ",\"levers\":[");
    for (uint32_t i = 0; i < together->lever_count; i++) {
        const struct rehearse_lever *lever = &answer->levers[together->levers[i]];
        text_append_format(to, "%s{\"lever\":\"%s\",\"name\":", i > 0 ? "," : "",
                           rehearse_lever_name(lever->kind));
        text_append_json_string(to, lever->name);
        text_append_format(to, ",\"change\":\"%s\"}", lever->change);
    }
    text_append_char(to, ']');
    gains_json(to, shop, &together->gains);
    text_append_format(to, ",\"fresh\":%s,\"cost\":", together->fresh ? "true" : "false");
    money_json(to, shop, (double)together->cost_minor);
    text_append_char(to, '}');
}

static void setting_json(struct text *to, const struct shop *shop,
                         const struct rehearse_setting *setting)
{
    if (!setting->found) {
        text_append_string(to, "null");
        return;
    }
    text_append_string(to, "{\"level\":");
    number_json(to, SERVICE_LEVEL);
    text_append_format(to,
                       ",\"reached\":%s,\"buffer_hours\":", setting->reached ? "true" : "false");
    number_json(to, setting->buffer_seconds / 3600.0);
    text_append_string(to, ",\"load_limit\":");
    number_json(to, setting->load_limit_thousandths / 1000.0);
    text_append_char(to, ',');
    rate_json(to, &setting->kept);
    text_append_string(to, ",\"kept_worst\":");
    number_json(to, setting->kept_worst);
    gain_json(to, shop, "turned_away", false, &setting->turned);
    gain_json(to, shop, "profit", true, &setting->profit);
    text_append_format(to, ",\"fresh\":%s}", setting->fresh ? "true" : "false");
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
    text_append_string(to, "],\"together\":");
    together_json(to, shop, answer, plan->budget_minor);
    text_append_string(to, ",\"recommended\":");
    setting_json(to, shop, &answer->setting);
    text_append_slice(to, more);
    text_append_string(to, "}\n");
}

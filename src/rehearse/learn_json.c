/* What was learned, as the rehearsal's answer tells it. Intervals of 95 percent, unless they are
 * percentiles. */
#include "rehearse/forecast.h"
#include "rehearse/json.h"

#include "base/text.h"

#include <math.h>

const char *learned_state_name(enum learned_state state)
{
    static const char *const names[] = {[LEARNED] = "learned",
                                        [LEARNED_NOTHING] = "nothing",
                                        [LEARNED_SHORT] = "short",
                                        [LEARNED_FEW] = "few"};
    return names[state];
}

static void number(struct text *to, const char *key, double value)
{
    text_append_format(to, "\"%s\":", key);
    number_json(to, value);
}

static void day(struct text *to, const char *key, int32_t value)
{
    char digits[16];
    (void)day_write(digits, value);
    text_append_format(to, "\"%s\":\"%s\"", key, digits);
}

/* `value` with its interval; all of them through `of`. */
static void interval(struct text *to, const char *key, double value, double error,
                     double (*of)(double))
{
    text_append_format(to, ",\"%s\":{", key);
    number(to, "value", of(value));
    text_append_char(to, ',');
    number(to, "low", of(value - 1.96 * error));
    text_append_char(to, ',');
    number(to, "high", of(value + 1.96 * error));
    text_append_char(to, '}');
}

static double weekly(double log_level)
{
    return WEEKDAYS * exp(log_level);
}

static void range(struct text *to, const char *key, const struct rehearse_range *range)
{
    text_append_format(to, "\"%s\":{", key);
    number(to, "p10", range->p10);
    text_append_char(to, ',');
    number(to, "p50", range->p50);
    text_append_char(to, ',');
    number(to, "p90", range->p90);
    text_append_char(to, '}');
}

static void pattern_json(const struct learned *learned, struct text *to)
{
    static const char *const names[WEEKDAYS] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    text_append_string(to, ",\"weekdays\":{");
    for (int i = 0; i < WEEKDAYS; i++) {
        text_append_string(to, i > 0 ? "," : "");
        number(to, names[i], learned->weekday[i]);
    }
    text_append_string(to, "},\"hours\":[");
    for (int i = 0; i < 24; i++) {
        text_append_format(to, "%s%.4g", i > 0 ? "," : "", learned->hour[i]);
    }
    text_append_char(to, ']');
}

static void baskets_json(const struct learned *learned, const struct shop *shop, struct text *to)
{
    double whole = learned->units_per_order * weekly(learned->level);
    text_append_char(to, ',');
    number(to, "lines_per_order", learned->lines_per_order);
    text_append_char(to, ',');
    number(to, "units_per_order", learned->units_per_order);
    text_append_string(to, ",\"offers\":[");
    for (uint32_t i = 0; i < learned->top_count; i++) {
        double units = learned->units_per_week[learned->top[i]];
        text_append_format(to, "%s{\"offer\":\"%s\",", i > 0 ? "," : "",
                           shop->offers[learned->top[i]].name);
        number(to, "units_per_week", units);
        text_append_char(to, ',');
        number(to, "share", units / whole);
        text_append_char(to, '}');
    }
    text_append_string(to, "],\"together\":[");
    for (uint32_t i = 0; i < learned->pair_count; i++) {
        const struct learned_pair *pair = &learned->pairs[i];
        text_append_format(to, "%s{\"offers\":[\"%s\",\"%s\"],\"orders\":%u,", i > 0 ? "," : "",
                           shop->offers[pair->a].name, shop->offers[pair->b].name, pair->orders);
        number(to, "lift", pair->lift);
        text_append_char(to, '}');
    }
    text_append_char(to, ']');
}

static void share_json(struct text *to, const char *key, const struct forecast_share *share)
{
    text_append_format(to, ",\"%s\":{\"covered\":%u,\"of\":%u}", key, share->covered, share->of);
}

static void forecast_json(const struct learned *learned, const struct shop *shop,
                          const struct forecast *forecast, const struct forecast_held *held,
                          struct text *to)
{
    text_append_string(to, ",\"forecast\":{");
    day(to, "from", forecast->first_day);
    text_append_format(to, ",\"days\":%u,\"stated\":%g,", forecast->days, FORECAST_STATED);
    range(to, "orders", &forecast->orders);
    text_append_string(to, ",\"weeks\":[");
    for (uint32_t i = 0; i < forecast->weeks; i++) {
        text_append_string(to, i > 0 ? ",{" : "{");
        day(to, "from", forecast->first_day + (int32_t)i * WEEKDAYS);
        text_append_char(to, ',');
        range(to, "orders", &forecast->week[i]);
        text_append_char(to, '}');
    }
    text_append_string(to, "],\"offers\":[");
    for (uint32_t i = 0; i < learned->top_count; i++) {
        text_append_format(to, "%s{\"offer\":\"%s\",", i > 0 ? "," : "",
                           shop->offers[learned->top[i]].name);
        range(to, "units", &forecast->units[i]);
        text_append_char(to, '}');
    }
    text_append_char(to, ']');
    if (held != NULL) {
        text_append_string(to, ",\"held_out\":{");
        number(to, "orders", held->came);
        share_json(to, "days", &held->days);
        share_json(to, "weeks", &held->weeks);
        share_json(to, "offers", &held->offers);
        text_append_char(to, '}');
    }
    text_append_char(to, '}');
}

void learned_json(const struct learned *learned, const struct shop *shop,
                  const struct forecast *forecast, const struct forecast_held *held,
                  struct text *to)
{
    text_append_format(to, "{\"state\":\"%s\",\"orders\":%u", learned_state_name(learned->state),
                       learned->orders);
    if (learned->state != LEARNED_NOTHING) {
        text_append_char(to, ',');
        day(to, "from", learned->from_day);
        text_append_char(to, ',');
        day(to, "until", learned->until_day);
        text_append_format(to, ",\"open_days\":%u,\"closed_days\":%u,\"best_day\":{",
                           learned->open_days, learned->closed_days);
        day(to, "date", learned->best_day);
        text_append_format(to, ",\"orders\":%u}", learned->best_day_orders);
    }
    if (learned->state == LEARNED) {
        interval(to, "orders_per_week", learned->level, sqrt(learned->error[0][0]), weekly);
        interval(to, "trend_per_week", learned->trend, sqrt(learned->error[1][1]), expm1);
        text_append_char(to, ',');
        number(to, "step", sqrt(learned->step));
        text_append_char(to, ',');
        number(to, "day_variation", sqrt(learned->dispersion));
        pattern_json(learned, to);
        baskets_json(learned, shop, to);
    }
    if (forecast != NULL) {
        forecast_json(learned, shop, forecast, held, to);
    }
    text_append_char(to, '}');
}

/* Names as the shop file has them, money as decimal strings with its currency, everything else as
 * numbers; no clock in it: the same question gives the same bytes, as long as time did not end the
 * search. */
#include "focus/json.h"

#include "base/decimal.h"
#include "focus/known.h"
#include "focus/tell.h"

#include <math.h>

void focus_json_money(struct text *to, const struct shop *shop, int64_t micro)
{
    char digits[32];
    (void)decimal_write(digits, focus_minor(micro), shop->currency.decimals, false);
    text_append_format(to, "{\"amount\":\"%s\",\"currency\":\"%s\"}", digits, shop->currency.code);
}

static void decimal_json(struct text *to, int64_t value, int decimals)
{
    char digits[32];
    (void)decimal_write(digits, value, decimals, true);
    text_append_string(to, digits);
}

void focus_json_hours(struct text *to, int64_t minutes_micro)
{
    int64_t part = FOCUS_HOUR / 10000;
    decimal_json(to, focus_rounded(minutes_micro, part), 4);
}

void focus_json_number(struct text *to, double value)
{
    double rounded = floor(value * 10000 + 0.5) / 10000;
    if (isfinite(value)) {
        text_append_format(to, "%.10g", rounded == 0 ? 0 : rounded);
    } else {
        text_append_string(to, "null");
    }
}

/* Before each entry but the first. */
static void comma(struct text *to, bool *first)
{
    text_append_string(to, *first ? "" : ",");
    *first = false;
}

/* "mix":[...],"profit":{...} */
static void mix_json(const struct focus_figures *figures, const struct mix *mix, struct text *to)
{
    bool first = true;
    text_append_string(to, "\"mix\":[");
    for (uint32_t i = 0; focus_found(mix) && i < figures->offer_count; i++) {
        if (mix->units_thousandths[i] > 0) {
            comma(to, &first);
            text_append_string(to, "{\"offer\":");
            text_append_json_string(to, focus_offer_name(figures, i));
            text_append_string(to, ",\"quantity\":");
            decimal_json(to, mix->units_thousandths[i], 3);
            text_append_char(to, '}');
        }
    }
    text_append_string(to, "],\"profit\":");
    if (focus_found(mix)) {
        focus_json_money(to, figures->shop, mix->profit_micro);
    } else {
        text_append_string(to, "null");
    }
}

static const char *state_name(enum mix_state state)
{
    static const char *const names[] = {[MIX_FOUND] = "found",
                                        [MIX_UNBOUNDED] = "unbounded",
                                        [MIX_INFEASIBLE] = "infeasible",
                                        [MIX_NONE_YET] = "none_yet"};
    return names[state];
}

static void best_json(const struct focus_figures *figures, const struct mix *best, struct text *to)
{
    mix_json(figures, best, to);
    text_append_format(to, ",\"state\":\"%s\"", state_name(best->state));
    if (best->state == MIX_UNBOUNDED) {
        text_append_string(to, ",\"unbounded\":");
        text_append_json_string(to, focus_offer_name(figures, best->unbounded));
    }
    text_append_format(
        to, ",\"optimal\":%s,\"gap\":", focus_found(best) && best->optimal ? "true" : "false");
    focus_json_number(to, focus_found(best) ? best->gap : NAN);
    text_append_format(to, ",\"bound_by_cash\":%s", best->bound_by_cash ? "true" : "false");
}

static void bottlenecks_json(const struct focus_figures *figures, const struct mix *best,
                             struct text *to)
{
    bool first = true;
    text_append_string(to, ",\"bottlenecks\":[");
    for (uint32_t i = 0; i < figures->center_count; i++) {
        if (focus_hour_micro(best, i) > 0) {
            comma(to, &first);
            text_append_json_string(to, focus_center(figures, i)->name);
        }
    }
    text_append_string(to, "],\"shadow_prices\":[");
    first = true;
    for (uint32_t i = 0; i < figures->center_count; i++) {
        if (focus_hour_micro(best, i) > 0) {
            const struct work_center *center = focus_center(figures, i);
            comma(to, &first);
            text_append_string(to, "{\"work_center\":");
            text_append_json_string(to, center->name);
            text_append_string(to, ",\"per_hour\":");
            focus_json_money(to, figures->shop, focus_hour_micro(best, i));
            text_append_string(to, ",\"cost_per_hour\":");
            focus_json_money(to, figures->shop, center->cost_per_hour_minor * FOCUS_MICRO);
            text_append_char(to, '}');
        }
    }
    text_append_char(to, ']');
}

static void hours_json(const struct focus_figures *figures, const int64_t *used_micro,
                       struct text *to)
{
    bool first = true;
    text_append_char(to, '{');
    for (uint32_t i = 0; i < figures->center_count; i++) {
        if (used_micro[i] > 0) {
            comma(to, &first);
            text_append_json_string(to, focus_center(figures, i)->name);
            text_append_char(to, ':');
            focus_json_hours(to, used_micro[i]);
        }
    }
    text_append_char(to, '}');
}

/* "profit":{...},"revenue":{...},"hours":{...} */
static void share_json(const struct focus_figures *figures, const struct focus_share *share,
                       struct text *to)
{
    text_append_string(to, "\"profit\":");
    focus_json_money(to, figures->shop, share->profit_micro);
    text_append_string(to, ",\"throughput\":");
    focus_json_money(to, figures->shop, share->throughput_micro);
    text_append_string(to, ",\"revenue\":");
    focus_json_money(to, figures->shop, share->revenue_micro);
    text_append_string(to, ",\"hours\":");
    hours_json(figures, share->used_micro, to);
}

static void activities_json(const struct focus_figures *figures, const struct focus_answer *answer,
                            struct text *to)
{
    text_append_string(to, ",\"activities\":[");
    for (uint32_t i = 0; i < figures->activity_count && focus_found(answer->best); i++) {
        const struct focus_activity_answer *activity = &answer->activities[i];
        text_append_string(to, i > 0 ? ",{\"activity\":" : "{\"activity\":");
        text_append_json_string(to, focus_activity_name(figures, i));
        text_append_char(to, ',');
        share_json(figures, &activity->best, to);
        text_append_format(
            to, ",\"verdict\":\"%s\",\"owner_hours\":", focus_verdict_name(activity->verdict));
        decimal_json(to, figures->activities[i].owner_thousandths, 3);
        text_append_string(to, ",\"today\":{");
        share_json(figures, &activity->today, to);
        text_append_string(to, "}}");
    }
    text_append_char(to, ']');
}

static void frontier_json(const struct focus_figures *figures, const struct frontier *frontier,
                          struct text *to)
{
    text_append_string(to, ",\"frontier\":[");
    for (uint32_t i = 0; frontier != NULL && i < frontier->count; i++) {
        const struct frontier_point *point = &frontier->points[i];
        bool first = true;
        text_append_format(to, "%s{\"activities\":%u,\"keep\":[", i > 0 ? "," : "", point->most);
        for (uint32_t j = 0; j < figures->activity_count; j++) {
            if (point->mix->runs[j]) {
                comma(to, &first);
                text_append_json_string(to, focus_activity_name(figures, j));
            }
        }
        text_append_string(to, "],\"profit\":");
        focus_json_money(to, figures->shop, point->mix->profit_micro);
        text_append_string(to, ",\"owner_hours\":");
        decimal_json(to, point->owner_thousandths, 3);
        text_append_string(to, ",\"gap\":");
        focus_json_number(to, point->mix->gap);
        text_append_char(to, '}');
    }
    text_append_char(to, ']');
}

static void end_json(const struct focus_figures *figures, const struct range_end *end,
                     struct text *to)
{
    static const char *const changes[] = {[RANGE_UNCHANGED] = "unchanged",
                                          [RANGE_STOPS] = "stops",
                                          [RANGE_STARTS] = "starts",
                                          [RANGE_LESS] = "less",
                                          [RANGE_MORE] = "more"};
    text_append_string(to, "{\"share\":");
    focus_json_number(to, end->share);
    text_append_format(to, ",\"change\":\"%s\"", changes[end->change]);
    if (end->change != RANGE_UNCHANGED) {
        text_append_string(to, end->of_activity ? ",\"activity\":" : ",\"offer\":");
        text_append_json_string(to, end->of_activity ? focus_activity_name(figures, end->index)
                                                     : focus_offer_name(figures, end->index));
    }
    text_append_char(to, '}');
}

static void ranges_json(const struct focus_figures *figures, const struct focus_ranges *ranges,
                        struct text *to)
{
    static const char *const kinds[] = {
        [RANGE_PRICE] = "price", [RANGE_DEMAND] = "demand", [RANGE_HOURS] = "hours"};
    text_append_format(to, ",\"ranges\":{\"complete\":%s,\"figures\":[",
                       ranges != NULL && ranges->complete ? "true" : "false");
    for (uint32_t i = 0; ranges != NULL && i < ranges->count; i++) {
        const struct range *range = &ranges->ranges[i];
        bool of_center = range->kind == RANGE_HOURS;
        text_append_format(to, "%s{\"figure\":\"%s\",\"%s\":", i > 0 ? "," : "", kinds[range->kind],
                           of_center ? "work_center" : "offer");
        text_append_json_string(to, of_center ? focus_center(figures, range->index)->name
                                              : focus_offer_name(figures, range->index));
        text_append_string(to, ",\"low\":");
        end_json(figures, &range->low, to);
        text_append_string(to, ",\"high\":");
        end_json(figures, &range->high, to);
        text_append_char(to, '}');
    }
    text_append_string(to, "]}");
}

static void known_json(const struct focus_figures *figures, struct text *to)
{
    struct focus_known known;
    focus_known_fill(figures, &known);
    text_append_string(to, ",\"not_known\":{");
    for (enum focus_lack lack = 0; lack < FOCUS_LACKS; lack++) {
        const struct focus_lacking *lacking = &known.lacking[lack];
        text_append_format(to, "\"%s\":{\"count\":%u,\"first\":[", focus_lack_name(lack),
                           lacking->count);
        for (uint32_t i = 0; i < lacking->count && i < FOCUS_LACKING_NAMED; i++) {
            text_append_string(to, i > 0 ? "," : "");
            text_append_json_string(to, focus_lacking_name(figures, lack, lacking->first[i]));
        }
        text_append_string(to, "]},");
    }
    text_append_format(to, "\"owner_hours\":%s,\"history\":%s}", known.owner ? "false" : "true",
                       figures->today_from == FOCUS_FROM_PAST ? "false" : "true");
}

static void today_json(const struct focus_figures *figures, const struct focus_answer *answer,
                       struct text *to)
{
    text_append_string(to, ",\"today\":{");
    mix_json(figures, answer->today, to);
    text_append_format(to, ",\"from\":\"%s\"},\"margin_first\":{",
                       figures->today_from == FOCUS_FROM_PAST ? "past" : "file");
    mix_json(figures, answer->margin_first, to);
    text_append_char(to, '}');
}

void focus_json(const struct focus_figures *figures, const struct focus_answer *answer,
                double effective_requests, struct slice more, struct text *to)
{
    text_append_char(to, '{');
    best_json(figures, answer->best, to);
    today_json(figures, answer, to);
    bottlenecks_json(figures, answer->best, to);
    frontier_json(figures, answer->frontier, to);
    activities_json(figures, answer, to);
    ranges_json(figures, answer->ranges, to);
    text_append_string(to, ",\"effective_activities\":");
    focus_json_number(to, answer->effective_hours > 0 ? answer->effective_hours
                                                      : answer->effective_revenue);
    text_append_string(to, ",\"effective\":{\"hours\":");
    focus_json_number(to, answer->effective_hours);
    text_append_string(to, ",\"revenue\":");
    focus_json_number(to, answer->effective_revenue);
    text_append_string(to, ",\"requests\":");
    focus_json_number(to, effective_requests);
    text_append_string(to, "},\"operating_expense\":");
    focus_json_money(to, figures->shop, figures->operating_micro);
    known_json(figures, to);
    text_append_slice(to, more);
    text_append_string(to, "}\n");
}

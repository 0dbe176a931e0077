/* The picture for programs: every offer, rates between 0 and 1, null where nothing is known. */
#include "commands/focus_picture.h"

#include "base/decimal.h"
#include "commands/focus_picture_words.h"
#include "focus/json.h"
#include "focus/tell.h"

static void key(struct text *to, const char *name)
{
    text_append_format(to, ",\"%s\":", name);
}

static void money(struct text *to, const struct picture *picture, const char *name, int64_t micro)
{
    key(to, name);
    focus_json_money(to, picture->figures->shop, micro);
}

static void units(struct text *to, const char *name, int64_t thousandths)
{
    char digits[32];
    (void)decimal_write(digits, thousandths, 3, true);
    text_append_format(to, ",\"%s\":%s", name, digits);
}

static void day(struct text *to, const char *name, int32_t value)
{
    char digits[32];
    (void)day_write(digits, value);
    text_append_format(to, ",\"%s\":\"%s\"", name, digits);
}

/* ---- orders ---- */

static void trend_json(struct text *to, const struct sold_figures *sold)
{
    key(to, "trend");
    if (sold->trend_chance < 0) {
        text_append_string(to, "null");
        return;
    }
    text_append_string(to, "{\"per_week\":");
    focus_json_number(to, sold->trend_per_week);
    text_append_string(to, ",\"chance\":");
    focus_json_number(to, sold->trend_chance);
    text_append_format(to, ",\"clear\":%s}", picture_trend_is_clear(sold) ? "true" : "false");
}

static void season_json(struct text *to, const struct sold_figures *sold)
{
    int most;
    int least;
    key(to, "season");
    if (!picture_season(sold, &most, &least)) {
        text_append_string(to, "null");
        return;
    }
    for (int i = 0; i < 12; i++) {
        text_append_char(to, i == 0 ? '[' : ',');
        focus_json_number(to, sold->season[i]);
    }
    text_append_char(to, ']');
}

static void sold_json(struct text *to, const struct sold_figures *sold)
{
    double returned;
    if (sold == NULL) {
        return;
    }
    text_append_format(to, ",\"orders\":%u", sold->orders);
    trend_json(to, sold);
    season_json(to, sold);
    text_append_format(to, ",\"promises\":{\"due\":%u,\"broken\":%u},\"returned\":", sold->promised,
                       sold->broken);
    returned = picture_returned(sold);
    if (returned >= 0) {
        focus_json_number(to, returned);
    } else {
        text_append_string(to, "null");
    }
}

static void customers_json(struct text *to, const struct picture *picture,
                           const struct picture_group *group)
{
    const struct sold_customers *customers = picture_customers(picture, group);
    if (customers == NULL) {
        return;
    }
    text_append_format(to, ",\"customers\":{\"all\":%u,\"only\":%u", customers->all,
                       customers->only);
    money(to, picture, "revenue", focus_micro(customers->revenue_minor));
    money(to, picture, "only_revenue", focus_micro(customers->only_revenue_minor));
    text_append_char(to, '}');
}

/* ---- offers and activities ---- */

static void hour_json(struct text *to, const struct picture *picture, bool *first, uint32_t center,
                      int64_t micro)
{
    text_append_string(to, *first ? "" : ",");
    *first = false;
    text_append_json_string(to, focus_center(picture->figures, center)->name);
    text_append_char(to, ':');
    focus_json_money(to, picture->figures->shop, micro);
}

static void offer_hours_json(struct text *to, const struct picture *picture,
                             const struct focus_offer *offer)
{
    const struct focus_figures *figures = picture->figures;
    bool first = true;
    text_append_string(to, ",\"hours\":{");
    for (uint32_t i = 0; i < offer->use_count; i++) {
        const struct focus_use *use = &figures->uses[offer->use_first + i];
        text_append_string(to, i > 0 ? "," : "");
        text_append_json_string(to, focus_center(figures, use->center)->name);
        text_append_char(to, ':');
        focus_json_hours(to, picture_work(figures, offer, use));
    }
    text_append_string(to, "},\"per_hour\":{");
    for (uint32_t i = 0; i < offer->use_count; i++) {
        const struct focus_use *use = &figures->uses[offer->use_first + i];
        int64_t seats = offer->seats > 0 ? offer->seats : 1;
        int64_t hourly;
        if (picture_per_hour(offer->throughput_micro, use->minutes_micro / seats, &hourly)) {
            hour_json(to, picture, &first, use->center, hourly);
        }
    }
    text_append_char(to, '}');
}

static void offer_json(struct text *to, const struct picture *picture, uint32_t index)
{
    const struct focus_offer *offer = &picture->figures->offers[index];
    text_append_string(to, "{\"offer\":");
    text_append_json_string(to, focus_offer_name(picture->figures, index));
    units(to, "units", offer->today_thousandths);
    money(to, picture, "each", offer->throughput_micro);
    money(to, picture, "throughput", picture_throughput(offer));
    offer_hours_json(to, picture, offer);
    sold_json(to, picture_sold_of_offer(picture, index));
    text_append_char(to, '}');
}

static void group_hours_json(struct text *to, const struct picture *picture,
                             const struct picture_group *group)
{
    const struct focus_figures *figures = picture->figures;
    bool first = true;
    text_append_string(to, ",\"hours\":{");
    for (uint32_t i = 0; i < figures->center_count; i++) {
        if (group->used_micro[i] > 0) {
            text_append_string(to, first ? "" : ",");
            first = false;
            text_append_json_string(to, focus_center(figures, i)->name);
            text_append_char(to, ':');
            focus_json_hours(to, group->used_micro[i]);
        }
    }
    text_append_string(to, "},\"per_hour\":{");
    first = true;
    for (uint32_t i = 0; i < figures->center_count; i++) {
        int64_t hourly;
        if (picture_per_hour(group->throughput_micro, group->used_micro[i], &hourly)) {
            hour_json(to, picture, &first, i, hourly);
        }
    }
    text_append_char(to, '}');
}

static void group_json(struct text *to, const struct picture *picture,
                       const struct picture_group *group)
{
    const struct focus_figures *figures = picture->figures;
    bool named = group->activity < figures->activity_count;
    text_append_string(to, "{\"activity\":");
    if (named) {
        text_append_json_string(to, focus_activity_name(figures, group->activity));
    } else {
        text_append_string(to, "null");
    }
    units(to, "units", group->units_thousandths);
    money(to, picture, "throughput", group->throughput_micro);
    if (named) {
        money(to, picture, "fixed_costs", figures->activities[group->activity].fixed_micro);
        units(to, "owner_hours", figures->activities[group->activity].owner_thousandths);
    }
    group_hours_json(to, picture, group);
    sold_json(to, picture_sold_of_group(picture, group));
    customers_json(to, picture, group);
    text_append_string(to, ",\"offers\":[");
    for (uint32_t i = 0; i < group->count; i++) {
        text_append_string(to, i > 0 ? "," : "");
        offer_json(to, picture, picture->offers[group->first + i]);
    }
    text_append_string(to, "]}");
}

/* ---- all of it ---- */

static void pairs_json(struct text *to, const struct picture *picture)
{
    const struct sold *sold = picture->figures->sold;
    const struct shop *shop = picture->figures->shop;
    text_append_string(to, ",\"bought_together\":[");
    for (uint32_t i = 0; i < sold->pair_count; i++) {
        const struct sold_pair *pair = &sold->pairs[i];
        text_append_string(to, i > 0 ? "," : "");
        text_append_string(to, "{\"offer\":");
        text_append_json_string(to, shop->offers[pair->offer].name);
        text_append_string(to, ",\"activity\":");
        text_append_json_string(to, shop->activities[pair->activity].name);
        text_append_format(to, ",\"orders\":%u,\"share\":", pair->orders);
        focus_json_number(to, pair->share);
        text_append_char(to, '}');
    }
    text_append_char(to, ']');
}

/* "orders":{...}: from what it is known, and how much of that there is. */
static void known_json(struct text *to, const struct sold *sold)
{
    static const char *const states[] = {
        [SOLD_ENOUGH] = "enough", [SOLD_NONE] = "none", [SOLD_SHORT] = "short", [SOLD_FEW] = "few"};
    text_append_string(to, "\"orders\":");
    if (sold == NULL) {
        text_append_string(to, "null");
        return;
    }
    text_append_format(to, "{\"state\":\"%s\",\"orders\":%u,\"weeks\":%u", states[sold->state],
                       sold->orders, sold->weeks);
    if (sold->last_day != 0) {
        day(to, "from", sold->from_day);
        day(to, "until", sold->until_day - 1);
        day(to, "first", sold->first_day);
        day(to, "last", sold->last_day);
    }
    text_append_string(to, ",\"units_per_order\":");
    focus_json_number(to, sold->units_per_order);
    text_append_format(to, ",\"of_year\":%u,\"of_known_customers\":%u}", sold->year_orders,
                       sold->year_known);
}

bool focus_picture_json(const struct focus_figures *figures, struct text *to)
{
    struct picture picture;
    bool made = picture_make(figures, &picture);
    if (made) {
        text_append_string(to, ",\"picture\":{");
        known_json(to, figures->sold);
        text_append_string(to, ",\"fullest\":");
        if (picture.fullest < figures->center_count) {
            text_append_json_string(to, focus_center(figures, picture.fullest)->name);
        } else {
            text_append_string(to, "null");
        }
        text_append_string(to, ",\"activities\":[");
        for (uint32_t i = 0; i < picture.group_count; i++) {
            text_append_string(to, i > 0 ? "," : "");
            group_json(to, &picture, &picture.groups[i]);
        }
        text_append_char(to, ']');
        if (figures->sold != NULL) {
            pairs_json(to, &picture);
        }
        text_append_char(to, '}');
    }
    picture_free(&picture);
    return made;
}

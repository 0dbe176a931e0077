/* ,"plans":[...] in the order of the command line, and today's cash and dates beside them. Names
 * are in English whatever the language: scripts read them. */
#include "commands/focus_plan_rows.h"
#include "focus/json.h"
#include "focus/tell.h"
#include "pages/answer_json.h"

static void comma(struct text *to, bool *first)
{
    text_append_string(to, *first ? "" : ",");
    *first = false;
}

static void minor_json(struct text *to, const struct shop *shop, int64_t minor)
{
    answer_json_money(to, shop, minor);
}

static void money_key(const struct focus_column *column, const char *key, int64_t micro,
                      struct text *to)
{
    text_append_format(to, ",\"%s\":", key);
    focus_json_money(to, column->figures->shop, micro);
}

/* ---- what was said ---- */

static void said_json(const struct call *call, const struct focus_said *said, const char *option,
                      struct text *to)
{
    const char *value;
    text_append_format(to, ",\"%s\":[", option);
    for (uint32_t i = 0; (value = focus_said_value(call, said, option, i)) != NULL; i++) {
        text_append_string(to, i > 0 ? "," : "");
        text_append_json_string(to, value);
    }
    text_append_char(to, ']');
}

static void name_json(const struct call *call, const struct focus_said *said, struct text *to)
{
    struct text name;
    text_init(&name, FOCUS_WORDS_BYTES_MAX);
    focus_said_append(call, said, LANGUAGE_EN, &name);
    text_append_string(to, "{\"name\":");
    text_append_json_string(to, name.bytes);
    text_free(&name);
    said_json(call, said, "stop", to);
    said_json(call, said, "start", to);
    said_json(call, said, "set", to);
}

/* ---- money ---- */

static void mix_json(const struct focus_column *column, const struct mix *mix, struct text *to)
{
    bool first = true;
    text_append_char(to, '[');
    for (uint32_t i = 0; i < column->figures->offer_count; i++) {
        if (mix->units_thousandths[i] > 0) {
            comma(to, &first);
            text_append_string(to, "{\"offer\":");
            text_append_json_string(to, focus_offer_name(column->figures, i));
            text_append_string(to, ",\"quantity\":");
            answer_json_quantity(to, mix->units_thousandths[i]);
            text_append_char(to, '}');
        }
    }
    text_append_char(to, ']');
}

static void best_json(const struct focus_column *column, struct text *to)
{
    const struct focus_plan *plan = column->plan;
    if (!focus_found(plan->best)) {
        text_append_string(to, ",\"best\":null");
        return;
    }
    text_append_string(to, ",\"best\":{\"profit\":");
    focus_json_money(to, column->figures->shop, plan->best_profit_micro);
    money_key(column, "more", plan->best_profit_micro - plan->profit_micro, to);
    text_append_format(to, ",\"optimal\":%s,\"gap\":", plan->best->optimal ? "true" : "false");
    focus_json_number(to, plan->best->gap);
    text_append_string(to, ",\"mix\":");
    mix_json(column, plan->best, to);
    text_append_char(to, '}');
}

static void money_json(const struct focus_column *column, struct text *to)
{
    const struct focus_plan *plan = column->plan;
    const struct shop *shop = column->figures->shop;
    money_key(column, "profit", plan->profit_micro, to);
    text_append_string(to, ",\"mix\":");
    mix_json(column, plan->as_is, to);
    best_json(column, to);
    money_key(column, "revenue_lost", focus_plan_revenue_lost(plan), to);
    text_append_string(to, ",\"revenue_lost_of\":{\"stopped\":");
    focus_json_money(to, shop, plan->revenue_stopped_micro);
    money_key(column, "together", plan->revenue_together_micro, to);
    money_key(column, "hours", plan->revenue_hours_micro, to);
    money_key(column, "other", plan->revenue_other_micro, to);
    text_append_char(to, '}');
    money_key(column, "throughput_lost", plan->throughput_lost_micro, to);
    text_append_string(to, ",\"costs_gone\":{\"activities\":");
    focus_json_money(to, shop, plan->fixed_gone_micro);
    money_key(column, "fixed", plan->operating_gone_micro, to);
    money_key(column, "added_hours", plan->hours_added_micro, to);
    text_append_char(to, '}');
}

/* ---- hours ---- */

static void centers_json(const struct focus_column *column, const char *key, bool freed,
                         struct text *to)
{
    text_append_format(to, ",\"%s\":{", key);
    for (uint32_t i = 0; i < column->plan->center_count; i++) {
        const struct focus_plan_center *center = &column->plan->centers[i];
        text_append_string(to, i > 0 ? "," : "");
        text_append_json_string(to, focus_center(column->figures, i)->name);
        text_append_char(to, ':');
        focus_json_hours(to, freed ? focus_plan_freed(center)
                                   : center->capacity_micro - center->used_micro);
    }
    text_append_char(to, '}');
}

static void hours_of_plan_json(const struct focus_column *column, struct text *to)
{
    const struct focus_plan *plan = column->plan;
    centers_json(column, "hours_freed", true, to);
    centers_json(column, "hours_left", false, to);
    text_append_string(to, ",\"owner_hours\":{\"today\":");
    answer_json_quantity(to, plan->owner_today_thousandths);
    text_append_string(to, ",\"plan\":");
    answer_json_quantity(to, plan->owner_thousandths);
    text_append_string(to, ",\"best\":");
    answer_json_quantity(to, plan->owner_best_thousandths);
    text_append_char(to, '}');
}

/* ---- cash, dates ---- */

static void cash_json(const struct focus_column *column, struct text *to)
{
    const struct outlook *outlook = &column->outlook;
    text_append_string(to, "\"cash\":[");
    for (int32_t i = 0; i < OUTLOOK_WEEKS && outlook->present; i++) {
        text_append_string(to, i > 0 ? ",{\"until\":" : "{\"until\":");
        answer_json_day(to, outlook->first_day + 7 * i + 6);
        text_append_string(to, ",\"balance\":");
        minor_json(to, column->figures->shop, outlook->week_minor[i]);
        text_append_char(to, '}');
    }
    text_append_string(to, "],\"cash_low\":");
    if (!outlook->present) {
        text_append_string(to, "null");
        return;
    }
    text_append_string(to, "{\"on\":");
    answer_json_day(to, outlook->low_day);
    text_append_string(to, ",\"balance\":");
    minor_json(to, column->figures->shop, outlook->low_minor);
    text_append_char(to, '}');
}

static void date_json(const char *activity, const struct dates_figures *dates, bool *first,
                      struct text *to)
{
    comma(to, first);
    text_append_string(to, "{\"activity\":");
    if (activity != NULL) {
        text_append_json_string(to, activity);
    } else {
        text_append_string(to, "null");
    }
    text_append_format(to, ",\"orders\":%u,\"refused\":%u", dates->orders, dates->refused);
    if (dates->median_days < 0) {
        text_append_string(to, ",\"median_days\":null,\"ninth_decile_days\":null}");
    } else {
        text_append_format(to, ",\"median_days\":%d,\"ninth_decile_days\":%d}", dates->median_days,
                           dates->ninth_days);
    }
}

/* All orders first, of no activity's name. */
static void dates_json(const struct focus_told *told, const struct focus_column *column,
                       struct text *to)
{
    bool first = true;
    text_append_format(to, ",\"dates_weeks\":%u,\"dates\":[", column->dates.weeks);
    if (column->dates.weeks > 0) {
        date_json(NULL, &column->dates.all, &first, to);
    }
    for (uint32_t i = 0; i < told->figures->activity_count; i++) {
        const struct dates_figures *dates = focus_plan_dates(told, column, i);
        if (dates != NULL && dates->orders > 0) {
            date_json(focus_activity_name(told->figures, i), dates, &first, to);
        }
    }
    text_append_char(to, ']');
}

/* ---- whom it concerns, the way out ---- */

static void customers_json(const struct focus_plans *plans, const struct focus_column *column,
                           struct text *to)
{
    bool known = plans->sold != NULL && plans->sold->knows_customers;
    bool first = true;
    text_append_format(to, ",\"customers\":{\"known\":%s,\"activities\":[",
                       known ? "true" : "false");
    for (uint32_t i = 0; i < column->figures->activity_count && known; i++) {
        uint16_t id = column->figures->activities[i].activity.index;
        if (!column->meant.never[i] || id >= plans->sold->activity_count) {
            continue;
        }
        const struct sold_customers *customers = &plans->sold->customers[id];
        comma(to, &first);
        text_append_string(to, "{\"activity\":");
        text_append_json_string(to, focus_activity_name(column->figures, i));
        text_append_format(to, ",\"all\":%u,\"only\":%u,\"revenue\":", customers->all,
                           customers->only);
        minor_json(to, column->figures->shop, customers->revenue_minor);
        text_append_string(to, ",\"only_revenue\":");
        minor_json(to, column->figures->shop, customers->only_revenue_minor);
        text_append_char(to, '}');
    }
    text_append_string(to, "]}");
}

static void item_json(const struct shop *shop, const struct way_item *item, struct text *to)
{
    text_append_string(to, "{\"item\":");
    text_append_json_string(to, shop->items[item->item.index].name);
    text_append_string(to, ",\"on_hand\":");
    answer_json_quantity(to, item->on_hand_thousandths);
    text_append_string(to, ",\"committed\":");
    answer_json_quantity(to, item->committed_thousandths);
    text_append_string(to, ",\"left\":");
    answer_json_quantity(to, item->left_thousandths);
    text_append_string(to, ",\"value\":");
    minor_json(to, shop, item->left_minor);
    text_append_char(to, '}');
}

static void entry_json(const struct shop *shop, const struct way_entry *entry, struct text *to)
{
    text_append_format(to, "{\"entry\":%u,\"item\":", entry->number);
    text_append_json_string(to, shop->items[entry->item.index].name);
    text_append_string(to, ",\"quantity\":");
    answer_json_quantity(to, entry->quantity_thousandths);
    text_append_string(to, ",\"needed\":");
    answer_json_quantity(to, entry->needed_thousandths);
    text_append_string(to, ",\"due\":");
    answer_json_day(to, entry->due_day);
    text_append_format(to, ",\"unsent\":%s,\"value\":", entry->unsent ? "true" : "false");
    minor_json(to, shop, entry->rest_minor);
    text_append_char(to, '}');
}

static void way_json(const struct focus_plans *plans, const struct way_out *way, struct text *to)
{
    const struct shop *shop = plans->open->shop;
    text_append_string(to, ",\"way_out\":{\"stock\":[");
    for (uint32_t i = 0; i < way->item_count; i++) {
        text_append_string(to, i > 0 ? "," : "");
        item_json(shop, &way->items[i], to);
    }
    text_append_string(to, "],\"stock_value\":");
    minor_json(to, shop, way->stock_minor);
    text_append_string(to, ",\"purchases\":[");
    for (uint32_t i = 0; i < way->entry_count; i++) {
        text_append_string(to, i > 0 ? "," : "");
        entry_json(shop, &way->entries[i], to);
    }
    text_append_string(to, "],\"unsent_value\":");
    minor_json(to, shop, way->unsent_minor);
    text_append_string(to, ",\"coming_value\":");
    minor_json(to, shop, way->coming_minor);
    text_append_format(to, ",\"orders\":{\"count\":%u,\"value\":", way->order_count);
    minor_json(to, shop, way->order_minor);
    text_append_string(to, ",\"last\":");
    if (way->order_count > 0) {
        answer_json_day(to, way->last_day);
    } else {
        text_append_string(to, "null");
    }
    text_append_string(to, "}}");
}

static void plan_json(const struct focus_told *told, const struct focus_plans *plans,
                      const struct focus_column *column, struct text *to)
{
    name_json(told->call, column->said, to);
    money_json(column, to);
    hours_of_plan_json(column, to);
    text_append_char(to, ',');
    cash_json(column, to);
    dates_json(told, column, to);
    customers_json(plans, column, to);
    way_json(plans, &column->way, to);
    text_append_char(to, '}');
}

void focus_plans_json(const struct focus_told *told, const struct focus_plans *plans,
                      struct text *to)
{
    if (plans->count == 0) {
        return;
    }
    text_append_string(to, ",\"plans\":[");
    for (uint32_t i = 1; i < plans->count; i++) {
        text_append_string(to, i > 1 ? "," : "");
        plan_json(told, plans, &plans->columns[i], to);
    }
    text_append_string(to, "],\"plans_today\":{");
    cash_json(&plans->columns[0], to);
    dates_json(told, &plans->columns[0], to);
    text_append_char(to, '}');
}

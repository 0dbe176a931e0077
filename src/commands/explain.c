/* The way to a date:
 *
 *   group   material: need, what is available, from which day  -> material day
 *           each line's operations: standard minutes / efficiency = slots, and which slots
 *           the parcel's operations; buffer -> ready; collection; transit -> deliver by
 *
 * Every number stands in the plan or in the shop; nothing is decided here. Adjoining runs of slots
 * are joined, so that a range is what a person would write down. */
#include "commands/explain.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "commands/show.h"

enum { ATP_DAYS_MAX = LIMIT_HORIZON_DAYS, RANGES_IN_LINE = 4 };

/* ---- material ---- */

static struct explain_item *item_of(struct explain_material *material, uint32_t group,
                                    struct item_id item)
{
    uint32_t first = material->first[group];
    for (uint32_t i = first; i < first + material->count[group]; i++) {
        if (material->items[i].item.index == item.index) {
            return &material->items[i];
        }
    }
    ASSERT(first + material->count[group] < EXPLAIN_ITEMS_MAX);
    struct explain_item *made = &material->items[first + material->count[group]++];
    *made = (struct explain_item){.item = item};
    return made;
}

static void group_needs(const struct shop *shop, const struct promise_plan *plan, uint32_t group,
                        struct explain_material *material)
{
    for (uint32_t i = 0; i < plan->line_count; i++) {
        const struct planned_line *line = &plan->lines[i];
        const struct offer *offer = &shop->offers[line->offer.index];
        for (uint32_t k = 0; line->group == group && k < offer->component_count; k++) {
            struct explain_item *item = item_of(material, group, offer->components[k].item);
            item->needed_thousandths += decimal_scale_up(
                line->quantity_thousandths, offer->components[k].quantity_thousandths, THOUSAND);
        }
    }
}

/* What earlier groups of the same order take of the item. */
static int64_t taken_before(const struct explain_material *material, uint32_t group,
                            struct item_id item)
{
    int64_t taken = 0;
    for (uint32_t i = 0; i < material->first[group]; i++) {
        if (material->items[i].item.index == item.index) {
            taken += material->items[i].needed_thousandths;
        }
    }
    return taken;
}

static void item_availability(const struct promise_state *state, int64_t taken,
                              struct explain_item *item)
{
    struct atp_day days[ATP_DAYS_MAX];
    uint32_t count = promise_atp(state, item->item, days, ATP_DAYS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        int64_t left = days[i].atp > taken ? days[i].atp - taken : 0;
        item->day = days[i].day;
        item->atp_thousandths = left;
        if (left >= item->needed_thousandths) {
            item->has_day = true;
            return;
        }
    }
}

void explain_material_fill(const struct promise_state *state, const struct promise_plan *plan,
                           struct explain_material *material)
{
    const struct shop *shop = promise_state_shop(state);
    uint32_t first = 0;
    for (uint32_t group = 0; group < plan->group_count; group++) {
        material->first[group] = first;
        material->count[group] = 0;
        group_needs(shop, plan, group, material);
        for (uint32_t i = first; i < first + material->count[group]; i++) {
            int64_t taken = taken_before(material, group, material->items[i].item);
            item_availability(state, taken, &material->items[i]);
        }
        first += material->count[group];
    }
}

/* ---- shared by text and JSON ---- */

static const char *say(const struct explain *explain, const char *english, const char *french)
{
    return explain->language == LANGUAGE_FR ? french : english;
}

/* The routing's operation behind the k-th planned one of a line or parcel. */
static const struct operation *operation_of(const struct routing *routing, uint32_t k)
{
    ASSERT(k < routing->count);
    return &routing->operations[k];
}

/* Standard minutes of an operation for a quantity; a parcel's is done once: a quantity of one. */
static int64_t standard_minutes(const struct operation *operation, int64_t quantity_thousandths)
{
    return operation->setup_minutes_thousandths +
           decimal_scale_half_up(operation->minutes_thousandths, quantity_thousandths, THOUSAND);
}

/* Joins run `*at` with those that follow it without a gap; moves *at past them. */
static void run_joined(const struct promise_plan *plan, const struct planned_operation *planned,
                       uint32_t *at, int64_t *from, int64_t *to)
{
    const struct slot_run *run = &plan->runs[planned->run_first + *at];
    *from = (int64_t)run->slot * SLOT_SECONDS;
    *to = *from;
    while (*at < planned->run_count) {
        run = &plan->runs[planned->run_first + *at];
        if ((int64_t)run->slot * SLOT_SECONDS != *to) {
            return;
        }
        *to += (int64_t)run->count * SLOT_SECONDS;
        (*at)++;
    }
}

/* Shown times are rounded up to the minute; slots stay as they are, so that they can be added up.
 */
static int64_t minute_up(int64_t at)
{
    return (at + 59) / 60 * 60;
}

/* ---- text ---- */

static void slots_text(const struct explain *explain, const struct planned_operation *planned,
                       struct text *to)
{
    char value[SHOW_BYTES];
    int32_t day_shown = INT32_MIN;
    uint32_t in_line = 0;
    for (uint32_t at = 0; at < planned->run_count;) {
        int64_t from;
        int64_t until;
        run_joined(explain->plan, planned, &at, &from, &until);
        int32_t day = zone_day(&explain->shop->zone, from);
        if (day != day_shown) {
            text_append_format(to, "%s         %s  ", day_shown == INT32_MIN ? "" : "\n",
                               show_day(explain->language, value, day));
            day_shown = day;
            in_line = 0;
        } else {
            text_append_string(to, in_line % RANGES_IN_LINE == 0 ? ",\n                         "
                                                                 : ", ");
        }
        in_line++;
        text_append_string(to, show_time(explain->shop, value, from));
        text_append_format(to, "-%s", show_time(explain->shop, value, until));
    }
    text_append_string(to, planned->run_count > 0 ? "\n" : "");
}

static void operation_text(const struct explain *explain, const struct planned_operation *planned,
                           int64_t minutes_thousandths, struct text *to)
{
    char minutes[SHOW_BYTES];
    char efficiency[SHOW_BYTES];
    char duration[SHOW_BYTES];
    const struct work_center *center = &explain->shop->work_centers[planned->work_center];
    (void)show_quantity(explain->language, minutes, minutes_thousandths);
    (void)show_quantity(explain->language, efficiency, center->efficiency_thousandths);
    (void)show_quantity(explain->language, duration, (int64_t)planned->slot_count * THOUSAND / 4);
    text_append_format(to, "       %s%s %s min", center->name, say(explain, ":", "\u00a0:"),
                       minutes);
    if (center->efficiency_thousandths != THOUSAND) {
        text_append_format(to, " / %s", efficiency);
    }
    text_append_format(to, " = %u %s = %s min", planned->slot_count,
                       say(explain, "slots of 15 s", "créneaux de 15 s"), duration);
    if (planned->crew > 1) {
        text_append_format(to, ", %d %s", planned->crew,
                           say(explain, "people together", "personnes ensemble"));
    }
    text_append_char(to, '\n');
    slots_text(explain, planned, to);
}

static void material_text(const struct explain *explain, uint32_t g, struct text *to)
{
    char value[SHOW_BYTES];
    const struct explain_material *material = explain->material;
    const struct planned_group *group = &explain->plan->groups[g];
    text_append_format(to, "   %s\n", say(explain, "Material", "Matière"));
    for (uint32_t i = material->first[g]; i < material->first[g] + material->count[g]; i++) {
        const struct explain_item *item = &material->items[i];
        text_append_format(to, "       %s%s %s %s", explain->shop->items[item->item.index].name,
                           say(explain, ":", "\u00a0:"), say(explain, "needs", "il faut"),
                           show_quantity(explain->language, value, item->needed_thousandths));
        text_append_format(to, ", %s %s", say(explain, "available", "disponible"),
                           show_quantity(explain->language, value, item->atp_thousandths));
        text_append_format(to, " %s %s\n",
                           item->has_day
                               ? say(explain, "from", "à partir du")
                               : say(explain, "and no more until", "et pas plus jusqu’au"),
                           show_day(explain->language, value, item->day));
    }
    if (material->count[g] == 0) {
        text_append_format(to, "       %s\n", say(explain, "none needed", "aucune"));
    }
    text_append_format(to, "   %s %s\n", say(explain, "Material day:", "Jour de la matière\u00a0:"),
                       show_day(explain->language, value, group->material_day));
}

static void lines_text(const struct explain *explain, uint32_t g, struct text *to)
{
    char value[SHOW_BYTES];
    const struct promise_plan *plan = explain->plan;
    for (uint32_t i = 0; i < plan->line_count; i++) {
        const struct planned_line *line = &plan->lines[i];
        const struct offer *offer = &explain->shop->offers[line->offer.index];
        if (line->group != g) {
            continue;
        }
        text_append_format(to, "   %s x %s\n", offer->name,
                           show_quantity(explain->language, value, line->quantity_thousandths));
        for (uint32_t k = 0; k < line->operation_count; k++) {
            operation_text(
                explain, &plan->operations[line->operation_first + k],
                standard_minutes(operation_of(&offer->routing, k), line->quantity_thousandths), to);
        }
        if (line->operation_count == 0) {
            text_append_format(to, "       %s\n", say(explain, "no work", "pas de travail"));
        }
    }
}

static void instant_text(const struct explain *explain, const char *label, int64_t at,
                         struct text *to)
{
    char value[SHOW_BYTES];
    text_append_format(to, "   %s %s\n", label,
                       show_instant(explain->language, explain->shop, value, at));
}

static void carrier_text(const struct explain *explain, const struct planned_group *group,
                         struct text *to)
{
    char value[SHOW_BYTES];
    const struct carrier *carrier = &explain->shop->carriers[group->carrier];
    text_append_format(to, "   %s %s\n", say(explain, "Parcel with", "Colis par"), carrier->name);
    for (uint32_t k = 0; k < group->parcel_operation_count; k++) {
        operation_text(explain, &explain->plan->operations[group->parcel_operation_first + k],
                       standard_minutes(operation_of(&carrier->routing, k), THOUSAND), to);
    }
    if (explain->shop->promise.buffer_seconds > 0) {
        (void)show_quantity(explain->language, value,
                            (int64_t)explain->shop->promise.buffer_seconds * THOUSAND / 3600);
        text_append_format(to, "   %s %s h\n", say(explain, "Buffer:", "Marge\u00a0:"), value);
    }
    instant_text(explain, say(explain, "Ready:", "Prêt\u00a0:"), minute_up(group->ready_at), to);
    text_append_format(to, "   %s %02d:%02d\n",
                       say(explain, "The carrier's cut-off is", "Le transporteur passe jusqu’à"),
                       carrier->cut_off_minute / 60, carrier->cut_off_minute % 60);
    if (group->dates.has_ship_by) {
        instant_text(explain, say(explain, "Ships by:", "Part au plus tard\u00a0:"),
                     group->dates.ship_by, to);
    }
    text_append_format(to, "   %s %d\n",
                       say(explain, "Transit, in days on which it delivers:",
                           "Acheminement, en jours de livraison\u00a0:"),
                       carrier->transit_days);
}

static void group_text(const struct explain *explain, uint32_t g, struct text *to)
{
    char value[SHOW_BYTES];
    const struct planned_group *group = &explain->plan->groups[g];
    text_append_format(to, "%u. %s\n", g + 1,
                       group->carrier == NO_INDEX ? say(explain, "On site", "Sur place")
                                                  : explain->shop->carriers[group->carrier].name);
    material_text(explain, g, to);
    instant_text(
        explain,
        say(explain, "Work begins no earlier than:", "Le travail commence au plus tôt\u00a0:"),
        group->release, to);
    lines_text(explain, g, to);
    instant_text(explain, say(explain, "Lines done:", "Lignes terminées\u00a0:"), group->lines_end,
                 to);
    if (group->carrier != NO_INDEX) {
        carrier_text(explain, group, to);
    }
    text_append_format(to, "   %s %s\n", say(explain, "Delivered by:", "Livré au plus tard\u00a0:"),
                       show_day(explain->language, value, group->dates.deliver_by_day));
}

void explain_text(const struct explain *explain, struct text *to)
{
    char value[SHOW_BYTES];
    text_append_format(to, "%s %s (%s)\n", say(explain, "Reckoned from", "Calculé à partir de"),
                       show_instant(explain->language, explain->shop, value, explain->now),
                       explain->shop->zone_name);
    if (explain->shop->promise.load_slots < SLOTS_PER_QUARTER) {
        text_append_format(to, "%s %d / %d\n",
                           say(explain, "Slots of each quarter of an hour that may be promised:",
                               "Créneaux de chaque quart d’heure qui peuvent être promis\u00a0:"),
                           explain->shop->promise.load_slots, SLOTS_PER_QUARTER);
    }
    for (uint32_t g = 0; g < explain->plan->group_count; g++) {
        group_text(explain, g, to);
    }
}

/* ---- JSON ---- */

static void key_text(struct text *to, const char *key, const char *value)
{
    text_append_format(to, "\"%s\":\"", key);
    text_append_json(to, slice_of(value));
    text_append_char(to, '"');
}

static void key_instant(const struct explain *explain, struct text *to, const char *key, int64_t at)
{
    char value[32];
    (void)instant_write(&explain->shop->zone, value, at);
    key_text(to, key, value);
}

static void key_day(struct text *to, const char *key, int32_t day)
{
    char value[16];
    (void)day_write(value, day);
    key_text(to, key, value);
}

static void key_number(struct text *to, const char *key, int64_t thousandths)
{
    char value[32];
    (void)decimal_write(value, thousandths, 3, true);
    text_append_format(to, "\"%s\":%s", key, value);
}

static void operation_json(const struct explain *explain, const struct planned_operation *planned,
                           int64_t minutes_thousandths, struct text *to)
{
    text_append_char(to, '{');
    key_text(to, "work_center", explain->shop->work_centers[planned->work_center].name);
    text_append_format(to, ",\"crew\":%d,\"slots\":%u,", planned->crew, planned->slot_count);
    key_number(to, "standard_minutes", minutes_thousandths);
    text_append_char(to, ',');
    key_number(to, "minutes", (int64_t)planned->slot_count * THOUSAND / 4);
    text_append_string(to, ",\"runs\":[");
    for (uint32_t at = 0, shown = 0; at < planned->run_count; shown++) {
        int64_t from;
        int64_t until;
        run_joined(explain->plan, planned, &at, &from, &until);
        text_append_string(to, shown == 0 ? "{" : ",{");
        key_instant(explain, to, "from", from);
        text_append_char(to, ',');
        key_instant(explain, to, "to", until);
        text_append_char(to, '}');
    }
    text_append_string(to, "]}");
}

static void material_json(const struct explain *explain, uint32_t g, struct text *to)
{
    const struct explain_material *material = explain->material;
    text_append_string(to, "\"material\":[");
    for (uint32_t i = 0; i < material->count[g]; i++) {
        const struct explain_item *item = &material->items[material->first[g] + i];
        text_append_string(to, i == 0 ? "{" : ",{");
        key_text(to, "item", explain->shop->items[item->item.index].name);
        text_append_char(to, ',');
        key_number(to, "needs", item->needed_thousandths);
        text_append_char(to, ',');
        key_number(to, "available", item->atp_thousandths);
        text_append_char(to, ',');
        key_day(to, item->has_day ? "from" : "until", item->day);
        text_append_char(to, '}');
    }
    text_append_string(to, "],");
}

static void lines_json(const struct explain *explain, uint32_t g, struct text *to)
{
    const struct promise_plan *plan = explain->plan;
    text_append_string(to, "\"lines\":[");
    bool first = true;
    for (uint32_t i = 0; i < plan->line_count; i++) {
        const struct planned_line *line = &plan->lines[i];
        const struct offer *offer = &explain->shop->offers[line->offer.index];
        if (line->group != g) {
            continue;
        }
        text_append_string(to, first ? "{" : ",{");
        first = false;
        key_text(to, "offer", offer->name);
        text_append_char(to, ',');
        key_number(to, "quantity", line->quantity_thousandths);
        text_append_string(to, ",\"operations\":[");
        for (uint32_t k = 0; k < line->operation_count; k++) {
            text_append_string(to, k == 0 ? "" : ",");
            operation_json(
                explain, &plan->operations[line->operation_first + k],
                standard_minutes(operation_of(&offer->routing, k), line->quantity_thousandths), to);
        }
        text_append_string(to, "]}");
    }
    text_append_string(to, "],");
}

static void parcel_json(const struct explain *explain, const struct planned_group *group,
                        struct text *to)
{
    const struct carrier *carrier = &explain->shop->carriers[group->carrier];
    key_text(to, "carrier", carrier->name);
    text_append_string(to, ",\"parcel\":[");
    for (uint32_t k = 0; k < group->parcel_operation_count; k++) {
        text_append_string(to, k == 0 ? "" : ",");
        operation_json(explain, &explain->plan->operations[group->parcel_operation_first + k],
                       standard_minutes(operation_of(&carrier->routing, k), THOUSAND), to);
    }
    text_append_string(to, "],");
    key_number(to, "buffer_hours",
               (int64_t)explain->shop->promise.buffer_seconds * THOUSAND / 3600);
    text_append_char(to, ',');
    if (group->dates.has_ship_by) {
        key_instant(explain, to, "ship_by", group->dates.ship_by);
        text_append_char(to, ',');
    }
    text_append_format(to, "\"transit_days\":%d,", carrier->transit_days);
}

void explain_json(const struct explain *explain, struct text *to)
{
    text_append_char(to, '[');
    for (uint32_t g = 0; g < explain->plan->group_count; g++) {
        const struct planned_group *group = &explain->plan->groups[g];
        text_append_string(to, g == 0 ? "{" : ",{");
        material_json(explain, g, to);
        key_day(to, "material_on", group->material_day);
        text_append_char(to, ',');
        key_instant(explain, to, "release", group->release);
        text_append_char(to, ',');
        lines_json(explain, g, to);
        key_instant(explain, to, "lines_end", group->lines_end);
        text_append_char(to, ',');
        if (group->carrier != NO_INDEX) {
            parcel_json(explain, group, to);
        }
        key_instant(explain, to, "ready_at", minute_up(group->ready_at));
        text_append_char(to, ',');
        key_day(to, "deliver_by", group->dates.deliver_by_day);
        text_append_char(to, '}');
    }
    text_append_char(to, ']');
}

/* Slips and picks twice: as a reader sees them (labels and dates in one language, an address as
 * lines), for text and pages; and as a script reads them (names, ISO dates, quantities as numbers),
 * for --json.
 *
 * An operation without a checklist is one box with its work center; else each entry of the list is
 * a box. */
#include "commands/slips.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "commands/show.h"
#include "pages/answer_json.h"

#include <stdio.h>
#include <stdlib.h>

struct view {
    const struct slips *slips;
    enum language language;
};

static const char *say(const struct view *view, const char *english, const char *french)
{
    return view->language == LANGUAGE_FR ? french : english;
}

static void put(json_t *object, const char *key, const char *value)
{
    (void)json_object_set_new(object, key, json_string(value));
}

/* ---- checks ---- */

static void check_add(json_t *checks, const char *center, const char *entry)
{
    json_t *check = json_object();
    put(check, "center", center);
    if (entry != NULL) {
        put(check, "entry", entry);
    }
    (void)json_array_append_new(checks, check);
}

static json_t *checks_of(const struct view *view, const struct routing *routing)
{
    json_t *checks = json_array();
    for (uint32_t i = 0; i < routing->count; i++) {
        const struct operation *operation = &routing->operations[i];
        const char *center = view->slips->shop->work_centers[operation->work_center.index].name;
        for (uint32_t k = 0; k < operation->checklist_count; k++) {
            check_add(checks, center, operation->checklist[k].text[view->language]);
        }
        if (operation->checklist_count == 0) {
            check_add(checks, center, NULL);
        }
    }
    return checks;
}

/* ---- slips ---- */

static json_t *lines_view(const struct view *view, const struct slip *slip)
{
    json_t *lines = json_array();
    for (uint32_t i = 0; i < slip->line_count; i++) {
        char quantity[SHOW_BYTES];
        const struct slip_line *line = &slip->lines[i];
        const struct offer *offer = &view->slips->shop->offers[line->offer.index];
        json_t *shown = json_object();
        put(shown, "quantity", show_quantity(view->language, quantity, line->quantity_thousandths));
        put(shown, "label", offer->label.text[view->language]);
        put(shown, "offer", offer->name);
        if (line->status > ORDER_CONFIRMED) {
            put(shown, "status", show_status(view->language, order_status_text(line->status)));
        }
        (void)json_object_set_new(shown, "checks", checks_of(view, &offer->routing));
        (void)json_array_append_new(lines, shown);
    }
    return lines;
}

/* Who it is for: the lines of an address, or at least how to reach them. */
static json_t *person_view(const struct slip *slip)
{
    char city[512];
    const struct customer_person *person = slip->person;
    bool placed = person->postcode != NULL && person->city != NULL;
    (void)snprintf(city, sizeof city, "%s %s", placed ? person->postcode : "",
                   placed ? person->city : "");
    const char *const shown[] = {
        person->name,
        person->street,
        placed ? city : NULL,
        person->country,
        slip->carrier.index == NO_INDEX || person->street == NULL ? person->email : NULL,
        person->phone};
    json_t *lines = json_array();
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        if (shown[i] != NULL) {
            (void)json_array_append_new(lines, json_string(shown[i]));
        }
    }
    return lines;
}

/* The carrier and its collection, or on site and from when to when. */
static void where_view(const struct view *view, const struct slip *slip, json_t *shown)
{
    char at[SHOW_BYTES];
    char end[SHOW_BYTES];
    char when[3 * SHOW_BYTES];
    const struct shop *shop = view->slips->shop;
    bool on_site = slip->carrier.index == NO_INDEX;
    put(shown, "where",
        on_site ? say(view, "On site", "Sur place") : shop->carriers[slip->carrier.index].name);
    (void)snprintf(when, sizeof when, "%s%s%s%s",
                   on_site ? "" : say(view, "leaves by ", "part avant "),
                   show_instant(view->language, shop, at, slip->due), on_site ? "-" : "",
                   on_site ? show_time(shop, end, instant_minute_up(slip->end)) : "");
    put(shown, "when", when);
}

/* When it arrives, and which of the order's parcels it is. */
static void parcel_view(const struct view *view, const struct slip *slip, json_t *shown)
{
    char day[SHOW_BYTES];
    char value[2 * SHOW_BYTES];
    (void)snprintf(value, sizeof value, "%s %s", say(view, "delivered by", "livré le"),
                   show_day(view->language, day, slip->dates.deliver_by_day));
    put(shown, "then", value);
    if (slip->places > 1) {
        (void)snprintf(value, sizeof value, "%s %u / %u", say(view, "parcel", "colis"), slip->place,
                       slip->places);
        put(shown, "place", value);
    }
    json_t *checks = checks_of(view, &view->slips->shop->carriers[slip->carrier.index].routing);
    (void)json_object_set_new(shown, "has_checks", json_boolean(json_array_size(checks) > 0));
    (void)json_object_set_new(shown, "checks", checks);
}

static void late_view(const struct view *view, const struct slip *slip, json_t *shown)
{
    if (slip->late) {
        put(shown, "late", say(view, "late", "en retard"));
    }
}

static json_t *slip_view(const struct view *view, const struct slip *slip)
{
    json_t *shown = json_object();
    put(shown, "order", slip->order);
    put(shown, "origin", slip->origin);
    where_view(view, slip, shown);
    late_view(view, slip, shown);
    (void)json_object_set_new(shown, "person", person_view(slip));
    (void)json_object_set_new(shown, "lines", lines_view(view, slip));
    if (slip->carrier.index != NO_INDEX) {
        parcel_view(view, slip, shown);
    }
    return shown;
}

/* ---- picks ---- */

static json_t *items_view(const struct view *view, const int64_t items[LIMIT_ITEMS])
{
    const struct shop *shop = view->slips->shop;
    json_t *shown = json_array();
    for (uint32_t i = 0; i < shop->item_count; i++) {
        char quantity[SHOW_BYTES];
        if (items[i] == 0) {
            continue;
        }
        json_t *item = json_object();
        put(item, "item", shop->items[i].name);
        put(item, "quantity", show_quantity(view->language, quantity, items[i]));
        put(item, "unit", shop->items[i].unit != NULL ? shop->items[i].unit : "");
        put(item, "barcode", shop->items[i].barcode != NULL ? shop->items[i].barcode : "");
        (void)json_array_append_new(shown, item);
    }
    return shown;
}

static json_t *pick_view(const struct view *view, uint32_t first, uint32_t end, int64_t *items)
{
    char count[SHOW_BYTES];
    const struct slip *slip = &view->slips->all[first];
    json_t *pick = json_object();
    bool on_site = slip->carrier.index == NO_INDEX;
    if (on_site) {
        put(pick, "where", say(view, "On site", "Sur place"));
    } else {
        where_view(view, slip, pick);
        late_view(view, slip, pick);
    }
    (void)snprintf(count, sizeof count, "%u %s", end - first,
                   on_site            ? end - first == 1 ? say(view, "appointment", "rendez-vous")
                                                         : say(view, "appointments", "rendez-vous")
                              : end - first == 1 ? say(view, "parcel", "colis")
                                      : say(view, "parcels", "colis"));
    put(pick, "count", count);
    slips_pick_items(view->slips, first, end, items);
    (void)json_object_set_new(pick, "items", items_view(view, items));
    return pick;
}

json_t *slips_view(const struct slips *slips, enum language language)
{
    char day[SHOW_BYTES];
    const struct view view = {slips, language};
    int64_t *items = calloc(LIMIT_ITEMS, sizeof *items);
    json_t *shown = json_object();
    json_t *picks = json_array();
    json_t *all = json_array();
    for (uint32_t i = 0, end; items != NULL && i < slips->count; i = end) {
        end = slips_pick_end(slips, i);
        (void)json_array_append_new(picks, pick_view(&view, i, end, items));
    }
    for (uint32_t i = 0; i < slips->count; i++) {
        (void)json_array_append_new(all, slip_view(&view, &slips->all[i]));
    }
    put(shown, "lang", language == LANGUAGE_FR ? "fr" : "en");
    put(shown, "shop", slips->shop->name);
    put(shown, "day", show_day(language, day, slips->day));
    put(shown, "title", say(&view, "Pick list", "Liste de prélèvement"));
    put(shown, "slip", say(&view, "Packing slip", "Bon de préparation"));
    put(shown, "nothing", say(&view, "Nothing is due.", "Rien n’est à faire."));
    put(shown, "packing", say(&view, "The parcel", "Le colis"));
    (void)json_object_set_new(shown, "picks", picks);
    (void)json_object_set_new(shown, "slips", all);
    free(items);
    return items != NULL ? shown : (json_decref(shown), NULL);
}

/* ---- JSON ---- */

static void routing_json(const struct shop *shop, const struct routing *routing, struct text *to)
{
    text_append_string(to, "\"operations\":[");
    for (uint32_t i = 0; i < routing->count; i++) {
        const struct operation *operation = &routing->operations[i];
        text_append_string(to, i == 0 ? "{" : ",{");
        text_append_json_member(to, "work_center",
                                shop->work_centers[operation->work_center.index].name);
        text_append_string(to, ",\"checklist\":[");
        for (uint32_t k = 0; k < operation->checklist_count; k++) {
            text_append_string(to, k == 0 ? "{" : ",{");
            text_append_json_member(to, "fr", operation->checklist[k].text[LANGUAGE_FR]);
            text_append_char(to, ',');
            text_append_json_member(to, "en", operation->checklist[k].text[LANGUAGE_EN]);
            text_append_char(to, '}');
        }
        text_append_string(to, "]}");
    }
    text_append_char(to, ']');
}

static void where_json(const struct shop *shop, const struct slip *slip, struct text *to)
{
    bool on_site = slip->carrier.index == NO_INDEX;
    text_append_json_member(to, "carrier",
                            on_site ? NULL : shop->carriers[slip->carrier.index].name);
    text_append_char(to, ',');
    answer_json_dates(to, shop, &slip->dates);
    if (on_site) {
        text_append_char(to, ',');
        answer_json_times(to, shop, slip->start, slip->end);
    }
}

static void person_json(const struct customer_person *person, struct text *to)
{
    const struct {
        const char *key;
        const char *value;
    } fields[] = {{"name", person->name},         {"email", person->email},
                  {"phone", person->phone},       {"street", person->street},
                  {"postcode", person->postcode}, {"city", person->city},
                  {"country", person->country}};
    text_append_string(to, "\"customer\":{");
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        text_append_string(to, i == 0 ? "" : ",");
        text_append_json_member(to, fields[i].key, fields[i].value);
    }
    text_append_char(to, '}');
}

static void slip_json(const struct slips *slips, const struct slip *slip, struct text *to)
{
    const struct shop *shop = slips->shop;
    text_append_json_member(to, "order", slip->order);
    if (slip->origin[0] != '\0') {
        text_append_char(to, ',');
        text_append_json_member(to, "origin", slip->origin);
    }
    text_append_format(to, ",\"late\":%s,\"parcel\":%u,\"parcels\":%u,",
                       slip->late ? "true" : "false", slip->place, slip->places);
    where_json(shop, slip, to);
    text_append_char(to, ',');
    person_json(slip->person, to);
    text_append_string(to, ",\"lines\":[");
    for (uint32_t i = 0; i < slip->line_count; i++) {
        const struct slip_line *line = &slip->lines[i];
        const struct offer *offer = &shop->offers[line->offer.index];
        text_append_format(to, "%s{\"line\":%u,", i == 0 ? "" : ",", line->number);
        text_append_json_member(to, "offer", offer->name);
        text_append_string(to, ",\"quantity\":");
        answer_json_quantity(to, line->quantity_thousandths);
        text_append_format(to, ",\"status\":\"%s\",", order_status_text(line->status));
        routing_json(shop, &offer->routing, to);
        text_append_char(to, '}');
    }
    text_append_char(to, ']');
    if (slip->carrier.index != NO_INDEX) {
        text_append_char(to, ',');
        routing_json(shop, &shop->carriers[slip->carrier.index].routing, to);
    }
}

static void pick_json(const struct slips *slips, uint32_t first, uint32_t end, int64_t *items,
                      struct text *to)
{
    const struct slip *slip = &slips->all[first];
    const char *separator = "";
    bool on_site = slip->carrier.index == NO_INDEX;
    text_append_json_member(to, "carrier",
                            on_site ? NULL : slips->shop->carriers[slip->carrier.index].name);
    text_append_string(to, ",\"ship_by\":");
    if (on_site) {
        text_append_string(to, "null");
    } else {
        answer_json_instant(to, slips->shop, slip->due);
    }
    text_append_format(to, ",\"slips\":%u,\"items\":[", end - first);
    slips_pick_items(slips, first, end, items);
    for (uint32_t i = 0; i < slips->shop->item_count; i++) {
        if (items[i] == 0) {
            continue;
        }
        text_append_format(to, "%s{", separator);
        separator = ",";
        text_append_json_member(to, "item", slips->shop->items[i].name);
        text_append_string(to, ",\"quantity\":");
        answer_json_quantity(to, items[i]);
        text_append_char(to, '}');
    }
    text_append_char(to, ']');
}

void slips_json(const struct slips *slips, struct text *to)
{
    int64_t items[LIMIT_ITEMS];
    text_append_string(to, "{\"day\":");
    answer_json_day(to, slips->day);
    text_append_string(to, ",\"picks\":[");
    for (uint32_t i = 0, end; i < slips->count; i = end) {
        end = slips_pick_end(slips, i);
        text_append_string(to, i == 0 ? "{" : ",{");
        pick_json(slips, i, end, items, to);
        text_append_char(to, '}');
    }
    text_append_string(to, "],\"slips\":[");
    for (uint32_t i = 0; i < slips->count; i++) {
        text_append_string(to, i == 0 ? "{" : ",{");
        slip_json(slips, &slips->all[i], to);
        text_append_char(to, '}');
    }
    text_append_string(to, "]}");
}

/* Values for the templates that say when: the times of a class to choose from, the parts of an
 * order that each have a date of their own, and the wanted day.
 *
 * Times stand by days, in the shop's zone. A day that can still be chosen lies between today and
 * the end of the horizon. */
#include "pages/store_page.h"

#include "base/assert.h"
#include "pages/store_times.h"

json_t *store_view_times(const struct store_view *view, const struct offered_time *times,
                         uint32_t count, int64_t chosen)
{
    json_t *days = json_array();
    json_t *list = NULL;
    int32_t last = INT32_MIN;
    uint32_t checked = 0;
    for (uint32_t i = 0; i < count; i++) {
        checked = times[i].start == chosen ? i : checked;
    }
    for (uint32_t i = 0; i < count; i++) {
        int32_t day = zone_day(&view->shop->zone, times[i].start);
        if (day != last) {
            list = json_array();
            json_array_append_new(
                days, json_pack("{s:o,s:o}", "day", store_view_day(view, day), "times", list));
            last = day;
        }
        json_t *time = json_pack("{s:I,s:o,s:o,s:b}", "at", (json_int_t)times[i].start, "from",
                                 store_view_time(view, times[i].start), "to",
                                 store_view_time(view, instant_minute_up(times[i].end)), "checked",
                                 i == checked);
        if (times[i].seats > 0) {
            json_object_set_new(time, "left", json_integer(times[i].seats));
            json_object_set_new(time, "one_left", json_boolean(times[i].seats == 1));
        }
        json_array_append_new(list, time);
    }
    return days;
}

static json_t *iso_day(int32_t day)
{
    char text[16];
    size_t length = day_write(text, day);
    return json_stringn(text, length);
}

void store_view_days(const struct store_view *view, json_t *values)
{
    json_object_set_new(values, "least", iso_day(view->today));
    json_object_set_new(values, "most",
                        iso_day(view->today + view->shop->promise.horizon_days - 1));
}

json_t *store_view_want(const struct store_view *view, const struct promise_want *want)
{
    bool later = want->kind == WANT_DAY;
    json_t *values = json_pack("{s:b,s:o}", "later", later, "on",
                               later ? iso_day((int32_t)want->value) : json_string(""));
    store_view_days(view, values);
    return values;
}

/* ---- the parts of an order ---- */

/* The labels of a group's lines. */
static json_t *group_label(const struct store_view *view, const struct order_line_view *lines,
                           uint32_t count, uint32_t first)
{
    struct text text;
    text_init(&text, 4096);
    for (uint32_t i = first; i < count; i++) {
        if (lines[i].group == lines[first].group) {
            text_append_string(&text, i == first ? "" : ", ");
            text_append_string(&text, store_view_label(view, lines[i].offer));
        }
    }
    json_t *label = json_stringn(text.length == 0 ? "" : text.bytes, text.length);
    text_free(&text);
    return label != NULL ? label : json_string(store_view_label(view, lines[first].offer));
}

static bool line_has_time(const struct store_view *view, const struct order_line_view *line)
{
    return line->start > 0 && store_times_has(&view->shop->offers[line->offer.index]);
}

bool store_view_taken(const struct store_view *view, const struct promise_want *want,
                      const struct order_line_view *lines, uint32_t count)
{
    bool timed = false;
    bool kept = false;
    for (uint32_t i = 0; i < count && want->kind == WANT_AT; i++) {
        bool has_time = line_has_time(view, &lines[i]);
        timed = timed || has_time;
        kept = kept || (has_time && lines[i].start == want->value);
    }
    return timed && !kept;
}

static json_t *part_of(const struct store_view *view, const struct order_line_view *line)
{
    json_t *part = json_object();
    if (line_has_time(view, line)) {
        int32_t day = zone_day(&view->shop->zone, line->start);
        json_object_set_new(part, "time",
                            json_pack("{s:o,s:o,s:o}", "day", store_view_day(view, day), "from",
                                      store_view_time(view, line->start), "to",
                                      store_view_time(view, line->end)));
    } else if (line->dates.has_ship_by) {
        int32_t day = zone_day(&view->shop->zone, line->dates.ship_by);
        json_object_set_new(part, "parcel",
                            json_pack("{s:o,s:o}", "arrives_on",
                                      store_view_day(view, line->dates.deliver_by_day), "leaves_on",
                                      store_view_day(view, day)));
    } else {
        json_object_set_new(part, "done_on", store_view_day(view, line->dates.deliver_by_day));
    }
    return part;
}

/* One date says it all unless something has an hour or two groups differ. */
static bool parts_differ(const struct store_view *view, const struct order_line_view *lines,
                         uint32_t count)
{
    bool differ = false;
    for (uint32_t i = 0; i < count; i++) {
        differ = differ || line_has_time(view, &lines[i]) ||
                 lines[i].dates.deliver_by_day != lines[0].dates.deliver_by_day ||
                 lines[i].dates.has_ship_by != lines[0].dates.has_ship_by;
    }
    return differ;
}

void store_view_parts(const struct store_view *view, const struct order_line_view *lines,
                      uint32_t count, json_t *promised)
{
    bool seen[LIMIT_ORDER_LINES] = {false};
    if (!parts_differ(view, lines, count)) {
        return;
    }
    json_t *parts = json_array();
    for (uint32_t i = 0; i < count; i++) {
        ASSERT(lines[i].group < LIMIT_ORDER_LINES);
        if (!seen[lines[i].group]) {
            seen[lines[i].group] = true;
            json_t *part = part_of(view, &lines[i]);
            json_object_set_new(part, "what", group_label(view, lines, count, i));
            json_array_append_new(parts, part);
        }
    }
    json_object_set_new(promised, "parts", parts);
}

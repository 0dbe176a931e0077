/* Days, hours and instants of the shop file.
 *
 * Days of the week are a range that may wrap (sat-mon), a single day, or a list of these; opening
 * hours are a map from such days to ranges of time. Everything lands sorted and free of overlaps,
 * so that those who search it need not check. Dates and instants are those of base/calendar.h. */
#include "model/field.h"

#include "base/assert.h"

#include <stdlib.h>

enum { OPENINGS_MAX = 48 * WEEKDAYS /* half an hour each, all week */ };

static const char *const weekday_names[WEEKDAYS] = {"mon", "tue", "wed", "thu",
                                                    "fri", "sat", "sun"};

static bool weekday_find(struct slice text, enum weekday *weekday)
{
    for (int i = 0; i < WEEKDAYS; i++) {
        if (slice_is(text, weekday_names[i])) {
            *weekday = (enum weekday)i;
            return true;
        }
    }
    return false;
}

/* Adds "mon" or "fri-mon" to the set. */
static bool weekday_range_add(struct slice text, struct weekday_set *set)
{
    enum weekday first;
    enum weekday last;
    if (text.length == 3) {
        if (!weekday_find(text, &first)) {
            return false;
        }
        last = first;
    } else if (text.length != 7 || text.data[3] != '-' ||
               !weekday_find((struct slice){text.data, 3}, &first) ||
               !weekday_find((struct slice){text.data + 4, 3}, &last)) {
        return false;
    }
    for (int day = (int)first;; day = (day + 1) % WEEKDAYS) {
        set->bits = (uint8_t)(set->bits | 1u << day);
        if (day == (int)last) {
            return true;
        }
    }
}

/* "mon-wed, fri": ranges with commas between, so that a key of `open` can name days that are not
 * neighbours. */
static bool weekday_ranges_add(struct slice text, struct weekday_set *set)
{
    while (true) {
        const char *comma = memchr(text.data, ',', text.length);
        size_t length = comma != NULL ? (size_t)(comma - text.data) : text.length;
        if (!weekday_range_add((struct slice){text.data, length}, set)) {
            return false;
        }
        if (comma == NULL) {
            return true;
        }
        text = (struct slice){comma + 1, text.length - length - 1};
        while (text.length > 0 && text.data[0] == ' ') {
            text.data++;
            text.length--;
        }
    }
}

static bool weekdays_refuse(struct reader *reader, const struct field *field,
                            const struct tree_node *node)
{
    return reader_refuse(reader, node,
                         "%s: '%.*s' is no day of the week; write mon, tue, wed, thu, fri, sat or "
                         "sun, a range such as mon-fri, or a list such as [mon, wed]",
                         field->key, tree_shown(node->text),
                         node->text.data != NULL ? node->text.data : "");
}

static bool weekdays_add(struct reader *reader, const struct field *field,
                         const struct tree_node *node, struct weekday_set *set)
{
    return (node->kind == TREE_SCALAR && weekday_ranges_add(node->text, set)) ||
           weekdays_refuse(reader, field, node);
}

static bool weekdays_read(struct reader *reader, const struct field *field,
                          const struct tree_node *node, void *record)
{
    struct weekday_set set = {0};
    if (node->kind != TREE_LIST && !weekdays_add(reader, field, node, &set)) {
        return false;
    }
    for (const struct tree_node *entry = node->first; entry != NULL; entry = entry->next) {
        if (!weekdays_add(reader, field, entry, &set)) {
            return false;
        }
    }
    if (set.bits == 0) {
        return reader_refuse(reader, node, "%s: no day; write at least one, such as mon-fri",
                             field->key);
    }
    memcpy(field_in(field, record), &set, sizeof set);
    return true;
}

static void weekdays_append(struct text *text, struct weekday_set set)
{
    const char *between = "[";
    for (int day = 0; day < WEEKDAYS; day++) {
        if (set.bits & 1u << day) {
            text_append_string(text, between);
            text_append_string(text, weekday_names[day]);
            between = ", ";
        }
    }
    text_append_char(text, ']');
}

static void weekdays_write(struct writer *writer, const struct field *field, const void *record)
{
    const struct weekday_set *set = field_of(field, record);
    weekdays_append(writer->text, *set);
}

const struct field_kind field_weekdays = {sizeof(struct weekday_set), weekdays_read, weekdays_write,
                                          NULL};

/* "HH:MM" from 00:00 to 24:00. */
static bool clock_read_slice(struct slice text, int16_t *minute)
{
    if (text.length != 5 || text.data[2] != ':') {
        return false;
    }
    int digits[5];
    for (int i = 0; i < 5; i++) {
        digits[i] = text.data[i] - '0';
        if (i != 2 && (digits[i] < 0 || digits[i] > 9)) {
            return false;
        }
    }
    int hours = digits[0] * 10 + digits[1];
    int minutes = digits[3] * 10 + digits[4];
    *minute = (int16_t)(hours * 60 + minutes);
    return minutes < 60 && *minute <= MINUTES_PER_DAY;
}

static bool clock_read(struct reader *reader, const struct field *field,
                       const struct tree_node *node, void *record)
{
    int16_t minute = 0;
    if (node->kind != TREE_SCALAR || !clock_read_slice(node->text, &minute)) {
        return reader_refuse(reader, node,
                             "%s: this is no time of the day; write it as \"16:00\", from "
                             "\"00:00\" to \"24:00\"",
                             field->key);
    }
    memcpy(field_in(field, record), &minute, sizeof minute);
    return true;
}

static void clock_append(struct text *text, int minute)
{
    text_append_format(text, "%02d:%02d", minute / 60, minute % 60);
}

static void clock_write(struct writer *writer, const struct field *field, const void *record)
{
    int16_t minute;
    memcpy(&minute, field_of(field, record), sizeof minute);
    text_append_char(writer->text, '"');
    clock_append(writer->text, minute);
    text_append_char(writer->text, '"');
}

const struct field_kind field_clock = {sizeof(int16_t), clock_read, clock_write, NULL};

static bool day_read_node(struct reader *reader, const struct field *field,
                          const struct tree_node *node, int32_t *day)
{
    if (node->kind == TREE_SCALAR && day_read(node->text, day)) {
        return true;
    }
    return reader_refuse(reader, node, "%s: this is no date; write a day that exists as YYYY-MM-DD",
                         field->key);
}

static bool day_field_read(struct reader *reader, const struct field *field,
                           const struct tree_node *node, void *record)
{
    return day_read_node(reader, field, node, field_in(field, record));
}

static void day_append(struct text *text, int32_t day)
{
    char date[16];
    text_append(text, date, day_write(date, day));
}

static void day_field_write(struct writer *writer, const struct field *field, const void *record)
{
    const int32_t *day = field_of(field, record);
    day_append(writer->text, *day);
}

const struct field_kind field_day = {sizeof(int32_t), day_field_read, day_field_write, NULL};

static int day_compare(const void *a, const void *b)
{
    int32_t left = *(const int32_t *)a;
    int32_t right = *(const int32_t *)b;
    return (left > right) - (left < right);
}

/* A day that is named twice is closed once. */
static bool days_read(struct reader *reader, const struct field *field,
                      const struct tree_node *node, void *record)
{
    struct day_list *list = field_in(field, record);
    if (!list_require(reader, field, node, LIMIT_LIST_ENTRIES)) {
        return false;
    }
    list->days = ARENA_ARRAY(&reader->shop->arena, int32_t, node->count);
    if (list->days == NULL) {
        return reader_refuse_memory(reader);
    }
    uint32_t count = 0;
    for (const struct tree_node *entry = node->first; entry != NULL; entry = entry->next) {
        if (!day_read_node(reader, field, entry, &list->days[count++])) {
            return false;
        }
    }
    qsort(list->days, count, sizeof list->days[0], day_compare);
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || list->days[i] != list->days[list->count - 1]) {
            list->days[list->count++] = list->days[i];
        }
    }
    return true;
}

static void days_write(struct writer *writer, const struct field *field, const void *record)
{
    const struct day_list *list = field_of(field, record);
    text_append_char(writer->text, '[');
    for (uint32_t i = 0; i < list->count; i++) {
        text_append_string(writer->text, i > 0 ? ", " : "");
        day_append(writer->text, list->days[i]);
    }
    text_append_char(writer->text, ']');
}

static bool days_copy(struct copier *copier, const struct field *field, const void *from, void *to)
{
    const struct day_list *source = field_of(field, from);
    struct day_list *copy = field_in(field, to);
    copy->count = source->count;
    copy->days = ARENA_ARRAY(&copier->to->arena, int32_t, source->count);
    if (copy->days != NULL && source->count > 0) {
        memcpy(copy->days, source->days, source->count * sizeof copy->days[0]);
    }
    return copy->days != NULL;
}

const struct field_kind field_days = {0, days_read, days_write, days_copy};

struct opening_buffer {
    uint32_t count;
    struct opening openings[OPENINGS_MAX];
};

static bool openings_refuse(struct reader *reader, const struct field *field,
                            const struct tree_node *node)
{
    return reader_refuse(reader, node,
                         "%s: hours are ranges such as \"08:00-12:00 13:00-16:00\", each from an "
                         "earlier to a later time, \"24:00\" at the latest",
                         field->key);
}

/* Takes "08:00-12:00" from the front of the text, and the blanks after it. */
static bool range_take(struct slice *text, struct opening *range)
{
    if (text->length < 11 || text->data[5] != '-' ||
        !clock_read_slice((struct slice){text->data, 5}, &range->from_minute) ||
        !clock_read_slice((struct slice){text->data + 6, 5}, &range->to_minute) ||
        range->from_minute >= range->to_minute) {
        return false;
    }
    size_t taken = 11;
    while (taken < text->length && text->data[taken] == ' ') {
        taken++;
    }
    if (taken == 11 && taken < text->length) {
        return false;
    }
    *text = (struct slice){text->data + taken, text->length - taken};
    return true;
}

static bool openings_add(struct reader *reader, const struct field *field,
                         const struct tree_node *node, struct weekday_set days,
                         struct opening_buffer *buffer)
{
    struct slice rest = node->text;
    if (node->kind != TREE_SCALAR || rest.length == 0) {
        return openings_refuse(reader, field, node);
    }
    while (rest.length > 0) {
        struct opening range = {.weekday = MONDAY};
        if (!range_take(&rest, &range)) {
            return openings_refuse(reader, field, node);
        }
        for (int day = 0; day < WEEKDAYS; day++) {
            if (!(days.bits & 1u << day)) {
                continue;
            }
            if (buffer->count == OPENINGS_MAX) {
                return reader_refuse(reader, node, "%s: more than %d ranges in a week; join some",
                                     field->key, OPENINGS_MAX);
            }
            range.weekday = (enum weekday)day;
            buffer->openings[buffer->count++] = range;
        }
    }
    return true;
}

static int opening_compare(const void *a, const void *b)
{
    const struct opening *left = a;
    const struct opening *right = b;
    int x = (int)left->weekday * MINUTES_PER_DAY + left->from_minute;
    int y = (int)right->weekday * MINUTES_PER_DAY + right->from_minute;
    return (x > y) - (x < y);
}

static bool overlaps_check(struct reader *reader, const struct field *field,
                           const struct tree_node *node, const struct opening_buffer *buffer)
{
    for (uint32_t i = 1; i < buffer->count; i++) {
        const struct opening *earlier = &buffer->openings[i - 1];
        const struct opening *later = &buffer->openings[i];
        if (earlier->weekday == later->weekday && later->from_minute < earlier->to_minute) {
            return reader_refuse(
                reader, node, "%s: two ranges of %s overlap at %02d:%02d; join them", field->key,
                weekday_names[later->weekday], later->from_minute / 60, later->from_minute % 60);
        }
    }
    return true;
}

static bool openings_read(struct reader *reader, const struct field *field,
                          const struct tree_node *node, void *record)
{
    struct opening_buffer buffer = {.count = 0};
    if (!map_require(reader, field, node, OPENINGS_MAX)) {
        return false;
    }
    for (const struct tree_node *value = node->first; value != NULL; value = value->next) {
        struct weekday_set days = {0};
        if (!weekdays_add(reader, field, value->key, &days) ||
            !openings_add(reader, field, value, days, &buffer)) {
            return false;
        }
    }
    qsort(buffer.openings, buffer.count, sizeof buffer.openings[0], opening_compare);
    if (!overlaps_check(reader, field, node, &buffer)) {
        return false;
    }
    struct opening *openings = ARENA_ARRAY(&reader->shop->arena, struct opening, buffer.count);
    if (openings == NULL) {
        return reader_refuse_memory(reader);
    }
    memcpy(openings, buffer.openings, buffer.count * sizeof openings[0]);
    field_entries_set(field, record, openings);
    field_count_set(field, record, buffer.count);
    return true;
}

/* One key a day: the ranges are sorted by weekday, so a day's ranges stand together. */
static void openings_write(struct writer *writer, const struct field *field, const void *record)
{
    const struct opening *openings = field_entries_of(field, record);
    uint32_t count = field_count_of(field, record);
    text_append_char(writer->text, '{');
    for (uint32_t i = 0; i < count; i++) {
        bool same_day = i > 0 && openings[i].weekday == openings[i - 1].weekday;
        if (same_day) {
            text_append_char(writer->text, ' ');
        } else {
            text_append_format(writer->text, "%s%s: \"", i > 0 ? "\", " : "",
                               weekday_names[openings[i].weekday]);
        }
        clock_append(writer->text, openings[i].from_minute);
        text_append_char(writer->text, '-');
        clock_append(writer->text, openings[i].to_minute);
    }
    text_append_string(writer->text, count > 0 ? "\"}" : "}");
}

static bool openings_copy(struct copier *copier, const struct field *field, const void *from,
                          void *to)
{
    uint32_t count = field_count_of(field, from);
    struct opening *copy = ARENA_ARRAY(&copier->to->arena, struct opening, count);
    if (copy == NULL) {
        return false;
    }
    if (count > 0) {
        memcpy(copy, field_entries_of(field, from), count * sizeof copy[0]);
    }
    field_entries_set(field, to, copy);
    field_count_set(field, to, count);
    return true;
}

const struct field_kind field_openings = {0, openings_read, openings_write, openings_copy};

static bool instant_field_read(struct reader *reader, const struct field *field,
                               const struct tree_node *node, void *record)
{
    if (node->kind == TREE_SCALAR &&
        instant_read(&reader->shop->zone, node->text, field_in(field, record))) {
        return true;
    }
    return reader_refuse(reader, node,
                         "%s: this is no moment in time; write it as YYYY-MM-DDTHH:MM, in the "
                         "shop's time zone, or with an offset such as +01:00",
                         field->key);
}

static void instant_field_write(struct writer *writer, const struct field *field,
                                const void *record)
{
    char instant[32];
    const int64_t *at = field_of(field, record);
    text_append(writer->text, instant, instant_write(&writer->shop->zone, instant, *at));
}

const struct field_kind field_instant = {sizeof(int64_t), instant_field_read, instant_field_write,
                                         NULL};

/* `every` stands before `day` in the tables, so that it is read when this is. */
static bool period_day_read(struct reader *reader, const struct field *field,
                            const struct tree_node *node, void *record)
{
    struct period *period = field_in(field, record);
    enum weekday weekday = MONDAY;
    int64_t day = 0;
    if (!scalar_require(reader, field, node)) {
        return false;
    }
    if (period->every == PERIOD_MONTH) {
        if (!number_read(reader, field, node, 0, &day)) {
            return false;
        }
        period->day = (int32_t)day;
        return true;
    }
    if (!weekday_find(node->text, &weekday)) {
        return reader_refuse(reader, node,
                             "%s: every week needs a day of the week; write mon, tue, wed, thu, "
                             "fri, sat or sun",
                             field->key);
    }
    period->day = (int32_t)weekday;
    return true;
}

static void period_day_write(struct writer *writer, const struct field *field, const void *record)
{
    const struct period *period = field_of(field, record);
    if (period->every == PERIOD_MONTH) {
        text_append_integer(writer->text, period->day);
    } else {
        text_append_string(writer->text, weekday_names[period->day]);
    }
}

const struct field_kind field_period_day = {sizeof(struct period), period_day_read,
                                            period_day_write, NULL};

/* Four sources into one array, sorted once by weight; a pick walks it and keeps what lies in a
 * decision's time.
 *
 * Lines of `apply` are shown as they were printed, in English: they are the words that the owner
 * has read before. */
#include "commands/decisions_changes.h"

#include "commands/decisions_words.h"
#include "commands/reader.h"
#include "commands/shop_files.h"
#include "commands/show.h"
#include "journal/journal.h"
#include "model/names.h"

#include <inttypes.h>
#include <math.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* So many days lie around a decision: eight weeks on each side. */
#define AROUND_DAYS (2.0 * DECISION_WEEKS_BEFORE * WEEKDAYS)

/* What a change that cannot be reckoned weighs: small, and by how far it reaches. */
#define WEIGHT_DECISION 1000.0
#define WEIGHT_FAR      0.2
#define WEIGHT_NEAR     0.05
#define WEIGHT_LITTLE   0.001

/* More lines of a file than ALIKE_LINES that differ in their names alone are told in one. */
enum { ALIKE_LINES = 3, ALIKES_MAX = 64 };

struct gathering {
    const struct call *call;
    const struct shop_open *open;
    const struct decisions *decisions;
    struct decision_changes *changes;
    bool lacks_memory;
};

static void change_add(struct gathering *gathering, int32_t day, double weight, const char *format,
                       ...) PRINTF_LIKE(4, 5);

static void change_add(struct gathering *gathering, int32_t day, double weight, const char *format,
                       ...)
{
    struct decision_changes *changes = gathering->changes;
    if (changes->count == changes->capacity) {
        uint32_t capacity = changes->capacity == 0 ? 64 : 2 * changes->capacity;
        struct decision_change *all = realloc(changes->all, capacity * sizeof *all);
        gathering->lacks_memory = gathering->lacks_memory || all == NULL;
        if (all == NULL) {
            return;
        }
        changes->all = all;
        changes->capacity = capacity;
    }
    if (changes->count < CHANGES_MAX) {
        struct decision_change *change = &changes->all[changes->count++];
        *change = (struct decision_change){.day = day, .weight = weight};
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(change->text, sizeof change->text, format, arguments);
        va_end(arguments);
        change->text[utf8_cut(slice_of(change->text), sizeof change->text - 1)] = '\0';
    }
}

/* ---- shares of what is sold ---- */

/* Of all that was sold: of the offers for which `is_meant` is true. */
static double share_of(const struct gathering *gathering,
                       bool (*is_meant)(const struct offer *offer, uint32_t at, uint16_t index),
                       uint16_t index)
{
    const struct shop *shop = gathering->open->shop;
    const int64_t *sold = gathering->decisions->past.sold_minor;
    double all = 0;
    double meant = 0;
    for (uint32_t i = 0; sold != NULL && i < shop->offer_count; i++) {
        all += fmax(0, (double)sold[i]);
        meant += is_meant(&shop->offers[i], i, index) ? fmax(0, (double)sold[i]) : 0;
    }
    return all > 0 ? meant / all : 0;
}

static bool is_the_offer(const struct offer *offer, uint32_t at, uint16_t index)
{
    (void)offer;
    return at == index;
}

static bool is_of_activity(const struct offer *offer, uint32_t at, uint16_t index)
{
    (void)at;
    return offer->activity.index == index;
}

static bool is_of_carrier(const struct offer *offer, uint32_t at, uint16_t index)
{
    (void)at;
    return offer->carrier.index == index;
}

static bool is_of_item(const struct offer *offer, uint32_t at, uint16_t index)
{
    (void)at;
    for (uint32_t i = 0; i < offer->component_count; i++) {
        if (offer->components[i].item.index == index) {
            return true;
        }
    }
    return false;
}

/* ---- shop files ---- */

static double moved_by(int64_t before, int64_t after)
{
    return fabs((double)(after - before)) / fmax(1, fmin((double)llabs(before), 1e15));
}

/* A line of `apply` taken apart: "offers.box: price 24.00 -> 26.00". */
struct line {
    struct slice section, name, key;
};

static struct slice until(struct slice *rest, char mark)
{
    const char *found = rest->length > 0 ? memchr(rest->data, mark, rest->length) : NULL;
    size_t length = found != NULL ? (size_t)(found - rest->data) : rest->length;
    struct slice part = {rest->data, length};
    size_t past = found != NULL ? length + 1 : length;
    *rest = (struct slice){rest->data + past, rest->length - past};
    return part;
}

static struct line line_read(struct slice text)
{
    struct slice owner = until(&text, ':');
    struct line line = {.section = until(&owner, '.'), .name = owner};
    if (text.length > 0) {
        text = (struct slice){text.data + 1, text.length - 1};
    }
    line.key = until(&text, ' ');
    return line;
}

/* 0: not of this kind, or not a name of both. Else 1 + the index. */
static uint32_t place_in(const struct shop_file_applied *applied, const struct line *line,
                         enum names names)
{
    uint16_t index = slice_is(line->section, names_kinds[names].section)
                         ? names_find(applied->after, names, line->name)
                         : NO_INDEX;
    return index == NO_INDEX ? 0 : (uint32_t)index + 1;
}

static bool is_whole(const struct line *line)
{
    return slice_is(line->key, "added") || slice_is(line->key, "retired") ||
           slice_is(line->key, "back");
}

static double offer_weight(const struct gathering *gathering,
                           const struct shop_file_applied *applied, const struct line *line,
                           uint16_t index)
{
    double share = share_of(gathering, is_the_offer, index);
    if (is_whole(line)) {
        return share + WEIGHT_LITTLE;
    }
    if (slice_is(line->key, "price")) {
        return WEIGHT_LITTLE + share * moved_by(applied->before->offers[index].price_minor,
                                                applied->after->offers[index].price_minor);
    }
    return slice_is(line->key, "name") ? 0 : share * WEIGHT_FAR;
}

static double item_weight(const struct gathering *gathering,
                          const struct shop_file_applied *applied, const struct line *line,
                          uint16_t index)
{
    double share = share_of(gathering, is_of_item, index);
    return slice_is(line->key, "unit_cost")
               ? WEIGHT_LITTLE + share * WEIGHT_FAR *
                                     moved_by(applied->before->items[index].unit_cost_minor,
                                              applied->after->items[index].unit_cost_minor)
               : share * WEIGHT_NEAR;
}

static double line_weight(const struct gathering *gathering,
                          const struct shop_file_applied *applied, const struct line *line)
{
    uint32_t place;
    if ((place = place_in(applied, line, NAMES_OFFERS)) > 0) {
        return offer_weight(gathering, applied, line, (uint16_t)(place - 1));
    }
    if ((place = place_in(applied, line, NAMES_ACTIVITIES)) > 0) {
        double share = share_of(gathering, is_of_activity, (uint16_t)(place - 1));
        return is_whole(line) ? share + WEIGHT_LITTLE : WEIGHT_NEAR;
    }
    if ((place = place_in(applied, line, NAMES_WORK_CENTERS)) > 0) {
        return slice_is(line->key, "people")
                   ? moved_by(applied->before->work_centers[place - 1].people,
                              applied->after->work_centers[place - 1].people)
                   : WEIGHT_FAR;
    }
    if ((place = place_in(applied, line, NAMES_CARRIERS)) > 0) {
        return WEIGHT_FAR * share_of(gathering, is_of_carrier, (uint16_t)(place - 1));
    }
    if ((place = place_in(applied, line, NAMES_ITEMS)) > 0) {
        return item_weight(gathering, applied, line, (uint16_t)(place - 1));
    }
    return slice_is(line->section, "staffing") || slice_is(line->section, "calendars") ||
                   slice_is(line->section, "cash")
               ? WEIGHT_FAR
               : WEIGHT_LITTLE;
}

/* Requests, decisions and moments are named for themselves; an item comes and goes with its offers.
 * An offer that was sold before it came into the file (it was imported with its past) is no change
 * of what is sold. */
static bool is_passed_over(const struct gathering *gathering,
                           const struct shop_file_applied *applied, const struct line *line,
                           int32_t day)
{
    const int32_t *sold_from_day = gathering->decisions->past.sold_from_day;
    uint32_t offer = place_in(applied, line, NAMES_OFFERS);
    return slice_is(line->section, "requests") || slice_is(line->section, "decisions") ||
           slice_is(line->section, "moments") ||
           (slice_is(line->section, "items") && is_whole(line)) ||
           (offer > 0 && slice_is(line->key, "added") && sold_from_day != NULL &&
            sold_from_day[offer - 1] < day);
}

/* Lines of one file that say the same of many: all prices, all routings. */
struct alike {
    struct slice section, key;
    struct slice first; /* the name in the first of them */
    uint32_t count;
    double weight;
};

struct alikes {
    uint32_t count;
    struct alike all[ALIKES_MAX];
};

/* The kind of a line; NULL: there are so many kinds that it stands for itself. */
static struct alike *alike_of(struct alikes *alikes, const struct line *line)
{
    for (uint32_t i = 0; i < alikes->count; i++) {
        if (slice_equal(alikes->all[i].section, line->section) &&
            slice_equal(alikes->all[i].key, line->key)) {
            return &alikes->all[i];
        }
    }
    if (alikes->count == ALIKES_MAX) {
        return NULL;
    }
    struct alike *alike = &alikes->all[alikes->count++];
    *alike = (struct alike){line->section, line->key, line->name, 0, 0};
    return alike;
}

static void line_add(struct gathering *gathering, int32_t day, double weight, struct slice text)
{
    size_t length = utf8_cut(text, CHANGE_BYTES - sizeof "…");
    change_add(gathering, day, weight, "%.*s%s", (int)length, text.data,
               length < text.length ? "…" : "");
}

static void alike_add(struct gathering *gathering, int32_t day, const struct alike *alike)
{
    change_add(gathering, day, alike->weight,
               call_say(gathering->call, "%.*s, %u of them: %.*s (%.*s, …)",
                        "%.*s, %u d’entre eux\u00a0: %.*s (%.*s, …)"),
               (int)alike->section.length, alike->section.data, alike->count,
               (int)alike->key.length, alike->key.data, (int)alike->first.length,
               alike->first.data);
}

/* Twice through the lines: how many say the same, then those that few say. */
static bool file_take(void *context, const struct shop_file_applied *applied)
{
    struct gathering *gathering = context;
    struct alikes alikes = {.count = 0};
    int32_t day = zone_day(&gathering->open->shop->zone, applied->at);
    for (int pass = 0; pass < 2 && applied->before != NULL; pass++) {
        struct slice rest = applied->changes;
        while (rest.length > 0) {
            struct slice text = until(&rest, '\n');
            struct line line = line_read(text);
            if (text.length == 0 || is_passed_over(gathering, applied, &line, day)) {
                continue;
            }
            double weight = line_weight(gathering, applied, &line);
            struct alike *alike = alike_of(&alikes, &line);
            if (pass == 0 && alike != NULL) {
                alike->count++;
                alike->weight += weight;
            } else if (pass == 1 && (alike == NULL || alike->count <= ALIKE_LINES)) {
                line_add(gathering, day, weight, text);
            }
        }
    }
    for (uint32_t i = 0; i < alikes.count; i++) {
        if (alikes.all[i].count > ALIKE_LINES) {
            alike_add(gathering, day, &alikes.all[i]);
        }
    }
    return !gathering->lacks_memory;
}

/* ---- recorded changes ---- */

static int32_t day_of(sqlite3_stmt *statement, int column, int32_t otherwise)
{
    int32_t day;
    return reader_day(statement, column, &day) ? day : otherwise;
}

static void staff_add(struct gathering *gathering, sqlite3_stmt *row, int32_t day)
{
    const struct call *call = gathering->call;
    const struct shop *shop = gathering->open->shop;
    const char *name = reader_text(row, 1);
    int32_t people = sqlite3_column_int(row, 3);
    int32_t from = day_of(row, 4, day);
    int32_t to = day_of(row, 5, from);
    uint16_t index = names_find(shop, NAMES_WORK_CENTERS, slice_of(name));
    int32_t all = index == NO_INDEX ? 1 : shop->work_centers[index].people;
    char first[SHOW_BYTES];
    char last[SHOW_BYTES];
    (void)show_day(call->language, first, from);
    (void)show_day(call->language, last, to);
    double weight = fabs((double)people) / fmax(1, all) * (to - from + 1) / AROUND_DAYS;
    if (people < 0) {
        change_add(gathering, from, weight,
                   call_say(call, "%s: %d away, %s to %s", "%s\u00a0: %d absents, du %s au %s"),
                   name, -people, first, last);
    } else {
        change_add(gathering, from, weight,
                   call_say(call, "%s: %d more, %s to %s", "%s\u00a0: %d de plus, du %s au %s"),
                   name, people, first, last);
    }
}

static void carrier_add(struct gathering *gathering, sqlite3_stmt *row, int32_t day)
{
    const struct call *call = gathering->call;
    const char *name = reader_text(row, 1);
    int32_t from = day_of(row, 4, day);
    int32_t to = day_of(row, 5, from);
    uint16_t index = names_find(gathering->open->shop, NAMES_CARRIERS, slice_of(name));
    char first[SHOW_BYTES];
    char last[SHOW_BYTES];
    change_add(
        gathering, from, share_of(gathering, is_of_carrier, index) * (to - from + 1) / AROUND_DAYS,
        call_say(call, "%s collected nothing, %s to %s", "%s\u00a0: aucun enlèvement, du %s au %s"),
        name, show_day(call->language, first, from), show_day(call->language, last, to));
}

static void receipt_add(struct gathering *gathering, sqlite3_stmt *row, int32_t day,
                        const char *kind)
{
    const struct call *call = gathering->call;
    const char *item = reader_text(row, 1);
    uint16_t index = names_find(gathering->open->shop, NAMES_ITEMS, slice_of(item));
    double weight = WEIGHT_NEAR * share_of(gathering, is_of_item, index);
    char value[SHOW_BYTES];
    if (strcmp(kind, "date") == 0) {
        change_add(gathering, day, 2 * weight,
                   call_say(call, "receipt of %s moved to %s", "réception de %s reportée au %s"),
                   item, show_day(call->language, value, day_of(row, 6, day)));
        return;
    }
    (void)show_quantity(call->language, value, sqlite3_column_int64(row, 2));
    if (strcmp(kind, "quantity") == 0) {
        change_add(gathering, day, weight,
                   call_say(call, "receipt of %s: %s to come", "réception de %s\u00a0: %s à venir"),
                   item, value);
    } else {
        change_add(gathering, day, weight, call_say(call, "%s counted: %s", "%s compté\u00a0: %s"),
                   item, value);
    }
}

static enum status recorded_read(struct gathering *gathering, struct fault *fault)
{
    static const char sql[] =
        "SELECT kind, what, quantity_thousandths, people, from_day, to_day, arrives_day,"
        " unixepoch(at) FROM changes WHERE kind IN ('count','date','quantity','staff','carrier')"
        " AND unixepoch(at) <= ?1 ORDER BY number";
    const struct shop_open *open = gathering->open;
    sqlite3 *connection = NULL;
    sqlite3_stmt *row = NULL;
    enum status status = journal_reader_open(open->path, gathering->call->env, &connection, fault);
    if (status != STATUS_OK) {
        return status;
    }
    int result = sqlite3_prepare_v2(connection, sql, -1, &row, NULL);
    if (result == SQLITE_OK) {
        (void)sqlite3_bind_int64(row, 1, open->now);
        while ((result = sqlite3_step(row)) == SQLITE_ROW) {
            const char *kind = reader_text(row, 0);
            int32_t day = zone_day(&open->shop->zone, sqlite3_column_int64(row, 7));
            if (strcmp(kind, "staff") == 0) {
                staff_add(gathering, row, day);
            } else if (strcmp(kind, "carrier") == 0) {
                carrier_add(gathering, row, day);
            } else {
                receipt_add(gathering, row, day, kind);
            }
        }
    }
    if (result != SQLITE_DONE) {
        status = reader_fault(connection, open->path, fault);
    }
    (void)sqlite3_finalize(row);
    (void)sqlite3_close(connection);
    return status;
}

/* ---- moments, other decisions ---- */

/* Orders of the time around a decision, by the mean of all days that are known. */
static double orders_around(const struct decision_past *past)
{
    double orders = 0;
    for (uint32_t i = 0; i < past->day_count; i++) {
        orders += past->days[i].orders;
    }
    return past->day_count > 0 ? orders / (past->last_day - past->first_day + 1) * AROUND_DAYS : 0;
}

static void moments_add(struct gathering *gathering)
{
    const struct call *call = gathering->call;
    const struct shop *shop = gathering->open->shop;
    double orders = orders_around(&gathering->decisions->past);
    for (uint32_t i = 0; i < shop->moment_count; i++) {
        const struct moment *moment = &shop->moments[i];
        double buyers = (double)moment->visitors_likely * moment->conversion_thousandths / 100000;
        if (!moment->retired) {
            change_add(gathering, zone_day(&shop->zone, moment->at),
                       orders > 0 ? buyers / orders : 1,
                       call_say(call, "moment %s, %" PRId64 " visitors expected",
                                "moment %s, %" PRId64 " visiteurs attendus"),
                       moment->name, moment->visitors_likely);
        }
    }
}

static void decisions_add(struct gathering *gathering)
{
    const struct call *call = gathering->call;
    struct decision_changes *changes = gathering->changes;
    for (uint32_t i = 0; i < gathering->decisions->count; i++) {
        const struct decision *decision = &gathering->decisions->entries[i].decision;
        uint32_t count = changes->count;
        change_add(gathering, decision->on_day, WEIGHT_DECISION,
                   call_say(call, "decided: %s %s", "décidé\u00a0: %s %s"),
                   decision_verb_word(call->language, decision_verb(decision)),
                   decision_activity(decision));
        if (changes->count > count) {
            changes->all[count].decision = (int64_t)i + 1;
        }
    }
}

static int weight_compare(const void *a, const void *b)
{
    const struct decision_change *left = a;
    const struct decision_change *right = b;
    if (left->weight > right->weight || left->weight < right->weight) {
        return left->weight > right->weight ? -1 : 1;
    }
    return left->day != right->day ? (left->day < right->day ? -1 : 1)
                                   : strcmp(left->text, right->text);
}

enum status decisions_changes_open(const struct call *call, const struct shop_open *open,
                                   const struct decisions *decisions,
                                   struct decision_changes *changes, struct fault *fault)
{
    struct gathering gathering = {
        .call = call, .open = open, .decisions = decisions, .changes = changes};
    enum status status = STATUS_OK;
    *changes = (struct decision_changes){.count = 0};
    decisions_add(&gathering);
    moments_add(&gathering);
    if (!open->is_file && decisions->count > 0) {
        status = recorded_read(&gathering, fault);
        status = status == STATUS_OK
                     ? shop_files_each(open->path, call->env, file_take, &gathering, fault)
                     : status;
    }
    if (status == STATUS_OK && gathering.lacks_memory) {
        status = fault_set(fault, STATUS_MEMORY, "no memory for changes; free some and try again");
    }
    if (changes->count > 0) {
        qsort(changes->all, changes->count, sizeof *changes->all, weight_compare);
    }
    return status;
}

void decisions_changes_close(struct decision_changes *changes)
{
    free(changes->all);
}

uint32_t decisions_changes_pick(const struct decision_changes *changes,
                                const struct decisions *decisions, uint32_t index,
                                const struct decision_change *picked[CHANGES_SHOWN], uint32_t *more)
{
    const struct decision *decision = &decisions->entries[index].decision;
    int32_t from = decision->on_day - DECISION_WEEKS_BEFORE * WEEKDAYS;
    int32_t end = decision->by_day == 0 || decision->by_day > decisions->today ? decisions->today
                                                                               : decision->by_day;
    uint32_t count = 0;
    *more = 0;
    for (uint32_t i = 0; i < changes->count; i++) {
        const struct decision_change *change = &changes->all[i];
        if (change->day < from || change->day > end || change->decision == (int64_t)index + 1) {
            continue;
        }
        if (count < CHANGES_SHOWN) {
            picked[count++] = change;
        } else {
            ++*more;
        }
    }
    return count;
}

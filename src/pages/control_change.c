/* One table says which fields a kind of change has and which it must have; reading goes through
 * all fields once, in the table's order.
 *
 * Names of retired things are found too: what is not sold any more can still be counted, received
 * and paid. */
#include "pages/control_change.h"

#include "base/assert.h"
#include "model/names.h"
#include "pages/answer_json.h"

#include <stdio.h>

enum { NAME_ESCAPED_BYTES = 6 * LIMIT_NAME_BYTES };

const struct json_field control_change_fields[CHANGED_FIELDS] = {
    {"command", JSON_IS_STRING, true},      {"kind", JSON_IS_STRING, true},
    {"dry_run", JSON_IS_BOOLEAN, false},    {"item", JSON_IS_STRING, false},
    {"work_center", JSON_IS_STRING, false}, {"carrier", JSON_IS_STRING, false},
    {"supplier", JSON_IS_STRING, false},    {"entry", JSON_IS_NUMBER, false},
    {"quantity", JSON_IS_NUMBER, false},    {"damaged", JSON_IS_NUMBER, false},
    {"closes", JSON_IS_BOOLEAN, false},     {"from", JSON_IS_STRING, false},
    {"to", JSON_IS_STRING, false},          {"people", JSON_IS_NUMBER, false},
    {"amount", JSON_IS_STRING, false},
};

#define FIELD(name)   (1u << CHANGED_##name)
#define FIELDS_COMMON (FIELD(COMMAND) | FIELD(KIND) | FIELD(DRY_RUN))

/* What each kind must have, and what it may have besides. */
static const struct {
    uint32_t needs;
    uint32_t takes;
} shapes[CHANGE_KINDS] = {
    [CHANGE_COUNT] = {FIELD(ITEM) | FIELD(QUANTITY), 0},
    [CHANGE_DATE] = {FIELD(ENTRY) | FIELD(FROM), 0},
    [CHANGE_QUANTITY] = {FIELD(ENTRY) | FIELD(QUANTITY), 0},
    [CHANGE_RECEIVED] = {FIELD(ENTRY) | FIELD(QUANTITY),
                         FIELD(DAMAGED) | FIELD(CLOSES) | FIELD(AMOUNT)},
    [CHANGE_STAFF] = {FIELD(WORK_CENTER) | FIELD(PEOPLE) | FIELD(FROM) | FIELD(TO), 0},
    [CHANGE_CARRIER] = {FIELD(CARRIER) | FIELD(FROM) | FIELD(TO), 0},
    [CHANGE_APPROVED] = {FIELD(SUPPLIER) | FIELD(FROM), 0},
    [CHANGE_SENT] = {FIELD(SUPPLIER) | FIELD(FROM), 0},
    [CHANGE_BOUGHT] = {FIELD(ITEM) | FIELD(QUANTITY) | FIELD(FROM), 0},
    [CHANGE_BALANCE] = {FIELD(AMOUNT), 0},
};

static bool refuse(struct request_reader *reader, const char *field, const char *sentence)
{
    (void)problem_set(reader->problem, PROBLEM_BAD_VALUE, "'%s' %s", field, sentence);
    (void)snprintf(reader->problem->pointer, sizeof reader->problem->pointer, "/%s", field);
    return false;
}

static bool read_kind(struct request_reader *reader, struct json_value value,
                      enum change_kind *kind)
{
    for (int i = CHANGE_NONE + 1; i < CHANGE_KINDS; i++) {
        if (slice_is(value.text, change_kind_text((enum change_kind)i))) {
            *kind = (enum change_kind)i;
            return true;
        }
    }
    return refuse(reader, "kind",
                  "is count, date, quantity, received, staff, carrier, approved, sent, bought or "
                  "balance");
}

static bool check_shape(struct request_reader *reader, const struct json_value *values,
                        enum change_kind kind)
{
    for (uint32_t i = 0; i < CHANGED_FIELDS; i++) {
        bool given = values[i].kind != JSON_IS_NONE;
        if (!given && ((shapes[kind].needs >> i) & 1) != 0) {
            return refuse(reader, control_change_fields[i].name, "is missing; add it");
        }
        if (given && (((shapes[kind].needs | shapes[kind].takes | FIELDS_COMMON) >> i) & 1) == 0) {
            return refuse(reader, control_change_fields[i].name,
                          "does not belong to this kind of change; leave it out");
        }
    }
    return true;
}

static bool read_name(struct request_reader *reader, struct json_value value, enum names names,
                      const char *field, uint16_t *index)
{
    char plain[NAME_ESCAPED_BYTES];
    struct slice name = value.text;
    if (value.kind == JSON_IS_NONE) {
        return true;
    }
    if (name.length <= sizeof plain) {
        name = json_read_string(value, plain);
    }
    *index = names_find(reader->shop, names, name);
    if (*index != NO_INDEX) {
        return true;
    }
    const struct names_kind *kind = &names_kinds[names];
    const char *nearest = NULL;
    if (name_valid(name)) {
        nearest = names_nearest(reader->shop, names, name);
    } else {
        name = SLICE("?");
    }
    (void)problem_set(reader->problem, PROBLEM_BAD_VALUE, "there is no %s \"%.*s\"; %s%s%s",
                      kind->noun, (int)name.length, name.data,
                      nearest != NULL ? "did you mean " : "the shop file lists them under ",
                      nearest != NULL ? nearest : kind->section, nearest != NULL ? "?" : "");
    (void)snprintf(reader->problem->pointer, sizeof reader->problem->pointer, "/%s", field);
    return false;
}

static bool read_quantity(struct request_reader *reader, struct json_value value, const char *field,
                          int64_t *thousandths)
{
    if (value.kind == JSON_IS_NONE) {
        return true;
    }
    if (json_read_decimal(value, 3, thousandths) != DECIMAL_OK || *thousandths < 0 ||
        *thousandths > LIMIT_QUANTITY_THOUSANDTHS) {
        return refuse(reader, field,
                      "is a number from 0 to 1000000000 with at most three decimals");
    }
    return true;
}

static bool read_day(struct request_reader *reader, struct json_value value, const char *field,
                     int32_t *day)
{
    return value.kind == JSON_IS_NONE || day_read(value.text, day) ||
           refuse(reader, field, "is a day like 2026-12-01");
}

static bool read_amount(struct request_reader *reader, struct json_value value,
                        struct promise_change *change)
{
    change->has_amount = value.kind != JSON_IS_NONE;
    if (!change->has_amount) {
        return true;
    }
    if (decimal_read(value.text, reader->shop->currency.decimals, &change->amount_minor) !=
            DECIMAL_OK ||
        change->amount_minor < -LIMIT_MONEY_MINOR || change->amount_minor > LIMIT_MONEY_MINOR ||
        (change->kind == CHANGE_RECEIVED && change->amount_minor < 0)) {
        return refuse(reader, "amount",
                      "is an amount like 168.00, with no more decimals than the currency has");
    }
    return true;
}

static bool read_names(struct request_reader *reader, const struct json_value *values,
                       uint16_t *index)
{
    return read_name(reader, values[CHANGED_ITEM], NAMES_ITEMS, "item", index) &&
           read_name(reader, values[CHANGED_WORK_CENTER], NAMES_WORK_CENTERS, "work_center",
                     index) &&
           read_name(reader, values[CHANGED_CARRIER], NAMES_CARRIERS, "carrier", index) &&
           read_name(reader, values[CHANGED_SUPPLIER], NAMES_SUPPLIERS, "supplier", index);
}

static bool read_numbers(struct request_reader *reader, const struct json_value *values,
                         struct promise_change *change)
{
    int64_t entry = 0;
    int64_t people = 0;
    if (!request_read_whole(reader, values[CHANGED_ENTRY], "/entry", 1, LIMIT_SUPPLY_ENTRIES,
                            &entry) ||
        !request_read_whole(reader, values[CHANGED_PEOPLE], "/people", -LIMIT_PEOPLE, LIMIT_PEOPLE,
                            &people) ||
        !read_quantity(reader, values[CHANGED_QUANTITY], "quantity",
                       &change->quantity_thousandths) ||
        !read_quantity(reader, values[CHANGED_DAMAGED], "damaged", &change->damaged_thousandths)) {
        return false;
    }
    change->entry = (uint32_t)entry;
    change->people = (int32_t)people;
    return true;
}

/* On the core's thread, once it is applied: the entry that a purchase by hand became. */
static void entry_note(struct promise_state *state, int64_t now, void *context)
{
    (void)now;
    struct engine_task *task = context;
    if (task->change.kind == CHANGE_BOUGHT && task->change_result == PROMISE_OK) {
        task->change.entry = promise_entry_count(state);
    }
}

bool control_change_read(struct request_reader *reader, const struct json_value *values,
                         struct engine_task *task)
{
    struct promise_change *change = &task->change;
    change->index = NO_INDEX;
    if (!read_kind(reader, values[CHANGED_KIND], &change->kind) ||
        !check_shape(reader, values, change->kind) || !read_names(reader, values, &change->index) ||
        !read_numbers(reader, values, change) ||
        !read_day(reader, values[CHANGED_FROM], "from", &change->from_day) ||
        !read_day(reader, values[CHANGED_TO], "to", &change->to_day) ||
        !read_amount(reader, values[CHANGED_AMOUNT], change)) {
        return false;
    }
    change->closes = json_read_true(values[CHANGED_CLOSES]);
    task->dry_run = json_read_true(values[CHANGED_DRY_RUN]);
    task->question = entry_note;
    task->context = task;
    return true;
}

/* What would have been right: the figures were read, so the core's no is about the shop. */
static const char *advice(const struct engine_task *task)
{
    switch (task->change.kind) {
    case CHANGE_DATE:
        return "the day is more than two years away; give the day on which the goods can be used";
    case CHANGE_RECEIVED:
        return "nothing came; give how much is good, or how much is damaged";
    case CHANGE_STAFF:
        return "people are more or fewer by at least one, from a day to the same or a later one, "
               "within two years";
    case CHANGE_CARRIER:
        return "the days go from one to the same or a later one, within two years";
    case CHANGE_BOUGHT:
        return "a purchase by hand is of an item with a supplier, of more than 0, on a day from "
               "today on, within two years";
    case CHANGE_BALANCE:
        return "the shop file has no cash section, so nothing is reckoned with a balance; add one "
               "with: ecluse apply";
    default:
        return "the figures are out of range; give what was counted";
    }
}

static const char *missing(const struct engine_task *task)
{
    return task->change.kind == CHANGE_APPROVED || task->change.kind == CHANGE_SENT
               ? "nothing unsent is planned for this supplier on this day; see: ecluse purchases"
               : "nothing is expected under this number (any more); see: ecluse purchases";
}

bool control_change_problem(struct problem *problem, const struct engine_task *task)
{
    ASSERT(task->status == STATUS_OK);
    switch (task->change_result) {
    case PROMISE_OK:
        return false;
    case PROMISE_NO_ENTRY:
        return !problem_set(problem, PROBLEM_NOT_FOUND, "%s", missing(task));
    case PROMISE_FULL:
        return !problem_set(problem, PROBLEM_BUSY,
                            "no more changes of this kind can be kept; correct what is recorded");
    default:
        return !problem_set(problem, PROBLEM_BAD_VALUE, "%s", advice(task));
    }
}

static void append_dates(struct text *to, const char *name, const struct shop *shop,
                         const struct promise_dates *dates)
{
    text_append_string(to, name);
    answer_json_dates(to, shop, dates);
    text_append_char(to, '}');
}

static void append_moved(struct text *to, const struct shop *shop,
                         const struct engine_revision *revision)
{
    char id[ORDER_ID_LENGTH + 1];
    order_id_write(id, revision->made_at, revision->key);
    text_append_format(to, "{\"order\":\"%s\",\"number\":%u,\"status\":\"%s\",", id,
                       revision->number, order_status_text(revision->status));
    append_dates(to, "\"before\":{", shop, &revision->before);
    if (revision->broken) {
        text_append_string(to, ",\"after\":null");
    } else {
        append_dates(to, ",\"after\":{", shop, &revision->after);
    }
    text_append_format(to, ",\"broken\":%s,\"total\":", revision->broken ? "true" : "false");
    answer_json_money(to, shop, revision->total_minor);
    text_append_char(to, '}');
}

void control_change_render(struct text *to, const struct engine_task *task)
{
    text_append_format(to, "{\"change\":\"%s\",\"dry_run\":%s,\"entry\":",
                       change_kind_text(task->change.kind), task->dry_run ? "true" : "false");
    if (task->change.entry == 0) {
        text_append_string(to, "null");
    } else {
        text_append_integer(to, task->change.entry);
    }
    control_moved_render(to, task);
    text_append_char(to, '}');
}

void control_moved_render(struct text *to, const struct engine_task *task)
{
    text_append_string(to, ",\"moved\":[");
    for (uint32_t i = 0; i < task->revised.count; i++) {
        text_append_string(to, i == 0 ? "" : ",");
        append_moved(to, task->shop, &task->revised.orders[i]);
    }
    text_append_char(to, ']');
}

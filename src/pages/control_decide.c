/* fields -> one task of journal/decisions.h.
 *
 * What is kept or shrunk has to be an activity of the shop. One that is stopped may be gone, one
 * that starts is not there yet: their names are taken as they are, and the answer says whether the
 * shop knows them. */
#include "pages/control_decide.h"

#include "base/assert.h"
#include "model/names.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    FIELD_COMMAND,
    FIELD_STOP, /* the verbs, in their order */
    FIELD_START,
    FIELD_SHRINK,
    FIELD_KEEP,
    FIELD_BECAUSE,
    FIELD_ON,
    FIELD_BY,
    FIELD_EXPECTED,
    FIELD_SAY,
    FIELD_FORGET
};

const struct json_field control_decide_fields[CONTROL_DECIDE_FIELDS] = {
    [FIELD_COMMAND] = {"command", JSON_IS_STRING, true},
    [FIELD_STOP] = {"stop", JSON_IS_STRING, false},
    [FIELD_START] = {"start", JSON_IS_STRING, false},
    [FIELD_SHRINK] = {"shrink", JSON_IS_STRING, false},
    [FIELD_KEEP] = {"keep", JSON_IS_STRING, false},
    [FIELD_BECAUSE] = {"because", JSON_IS_STRING, false},
    [FIELD_ON] = {"on", JSON_IS_STRING, false},
    [FIELD_BY] = {"by", JSON_IS_STRING, false},
    [FIELD_EXPECTED] = {"expected", JSON_IS_OBJECT, false},
    [FIELD_SAY] = {"say", JSON_IS_STRING, false},
    [FIELD_FORGET] = {"forget", JSON_IS_NUMBER, false},
};
_Static_assert(FIELD_STOP + (int)DECISION_VERBS == FIELD_BECAUSE, "a field for each verb");

static bool refuse(struct request_reader *reader, const char *pointer, const char *sentence)
{
    (void)problem_set(reader->problem, PROBLEM_BAD_VALUE, "%s %s", pointer + 1, sentence);
    (void)snprintf(reader->problem->pointer, sizeof reader->problem->pointer, "%s", pointer);
    return false;
}

static bool day_field(struct request_reader *reader, struct json_value value, const char *pointer,
                      int32_t *day)
{
    return value.kind == JSON_IS_NONE || (day_read(value.text, day) && *day > 0) ||
           refuse(reader, pointer, "is a day like 2026-12-01");
}

/* Which of the four it is, and of what. */
static bool verb_read(struct request_reader *reader, const struct json_value *values,
                      struct decision_task *task)
{
    char pointer[16];
    int given = 0;
    for (int i = 0; i < DECISION_VERBS; i++) {
        if (values[FIELD_STOP + i].kind != JSON_IS_NONE) {
            task->verb = (enum decision_verb)i;
            given++;
        }
    }
    if (given != 1) {
        return problem_set(reader->problem, PROBLEM_MISSING_FIELD,
                           given == 0 ? "say what is decided: one of stop, start, shrink and keep, "
                                        "with an activity's name"
                                      : "one decision says one thing: one of stop, start, shrink "
                                        "and keep");
    }
    (void)snprintf(pointer, sizeof pointer, "/%s", decision_verb_name(task->verb));
    return request_read_text(reader, values[FIELD_STOP + task->verb], pointer, LIMIT_NAME_BYTES,
                             &task->activity) &&
           (name_valid(task->activity) ||
            refuse(reader, pointer, "is an activity's name: letters, digits, - and _, at most 64"));
}

static bool activity_look(struct request_reader *reader, struct control_decide *decide)
{
    struct decision_task *task = &decide->task;
    uint16_t index = names_find(reader->shop, NAMES_ACTIVITIES, task->activity);
    bool there = index != NO_INDEX && !names_head(reader->shop, NAMES_ACTIVITIES, index).retired;
    decide->known = index != NO_INDEX;
    if (!decide->known) {
        decide->nearest = names_nearest(reader->shop, NAMES_ACTIVITIES, task->activity);
    }
    if (there || task->verb == DECISION_STOP || task->verb == DECISION_START) {
        return true;
    }
    return problem_set(
        reader->problem, PROBLEM_BAD_VALUE, "there is no activity \"%.*s\" to %s; %s%s%s",
        (int)task->activity.length, task->activity.data, decision_verb_name(task->verb),
        decide->nearest != NULL ? "did you mean " : "the shop file lists them under activities",
        decide->nearest != NULL ? decide->nearest : "", decide->nearest != NULL ? "?" : "");
}

static bool measure_read(struct request_reader *reader, struct json_value value,
                         enum decision_measure measure, int64_t *expected)
{
    const struct currency *currency = &reader->shop->currency;
    int decimals = decision_measure_decimals(measure, currency);
    char pointer[64];
    if (value.kind == JSON_IS_NONE) {
        return true;
    }
    if (decimal_read(value.text, decimals, expected) == DECIMAL_OK &&
        *expected >= decision_measure_low(measure) && *expected <= decision_measure_high(measure)) {
        return true;
    }
    (void)snprintf(pointer, sizeof pointer, "/expected/%s", decision_measure_name(measure));
    if (measure == DECISION_KEPT) {
        return refuse(reader, pointer,
                      "is percent from 0 to 100, with at most three decimals, such as 97.5");
    }
    return refuse(reader, pointer,
                  measure <= DECISION_REVENUE
                      ? "is an amount such as 210 or -35.50, with no more decimals than the "
                        "currency has"
                      : "is a number such as 12 or -2.5, with at most three decimals");
}

static bool expected_read(struct request_reader *reader, struct json_value object,
                          struct decision_task *task)
{
    struct json_field fields[DECISION_MEASURES];
    struct json_value values[DECISION_MEASURES];
    for (int i = 0; i < DECISION_MEASURES; i++) {
        task->expected[i] = DECISION_UNSAID;
        fields[i] = (struct json_field){decision_measure_name((enum decision_measure)i),
                                        JSON_IS_STRING, false};
    }
    if (object.kind == JSON_IS_NONE) {
        return true;
    }
    bool read = request_read_fields(reader, object, "/expected", fields, DECISION_MEASURES, values);
    for (int i = 0; i < DECISION_MEASURES && read; i++) {
        read = measure_read(reader, values[i], (enum decision_measure)i, &task->expected[i]);
    }
    return read;
}

static bool decision_read(struct request_reader *reader, const struct json_value *values,
                          struct control_decide *decide)
{
    struct decision_task *task = &decide->task;
    task->zone = &reader->shop->zone;
    return verb_read(reader, values, task) && activity_look(reader, decide) &&
           request_read_text(reader, values[FIELD_BECAUSE], "/because", LIMIT_DECISION_BYTES,
                             &task->because) &&
           request_read_text(reader, values[FIELD_SAY], "/say", LIMIT_DECISION_BYTES, &task->say) &&
           day_field(reader, values[FIELD_ON], "/on", &task->on_day) &&
           day_field(reader, values[FIELD_BY], "/by", &task->by_day) &&
           expected_read(reader, values[FIELD_EXPECTED], task);
}

bool control_decide_read(struct request_reader *reader, const struct json_value *values,
                         struct control_decide *decide, struct engine_task *task)
{
    *decide = (struct control_decide){.task.ask = DECISION_WRITE};
    task->decision = &decide->task;
    if (values[FIELD_FORGET].kind == JSON_IS_NONE) {
        return decision_read(reader, values, decide);
    }
    decide->task.ask = DECISION_FORGET;
    for (int i = FIELD_STOP; i < FIELD_FORGET; i++) {
        if (values[i].kind != JSON_IS_NONE) {
            return problem_set(reader->problem, PROBLEM_BAD_VALUE,
                               "a decision is forgotten by its number alone");
        }
    }
    return request_read_whole(reader, values[FIELD_FORGET], "/forget", 1, INT32_MAX,
                              &decide->task.number);
}

bool control_decide_problem(struct problem *problem, const struct control_decide *decide)
{
    switch (decide->task.result) {
    case DECISION_OK:
        return false;
    case DECISION_FULL:
        return !problem_set(problem, PROBLEM_REFUSED,
                            "at most %d decisions are kept; forget one: ecluse decide SHOP.db "
                            "--forget NUMBER",
                            LIMIT_DECISIONS);
    case DECISION_TOO_EARLY:
        return !problem_set(problem, PROBLEM_BAD_VALUE,
                            "by is the day on which it is looked at again: a day after the one "
                            "from which it holds");
    case DECISION_UNKNOWN:
        return !problem_set(problem, PROBLEM_NOT_FOUND,
                            "there is no decision %" PRId64
                            " in the database; see: ecluse decisions SHOP.db",
                            decide->task.number);
    }
    UNREACHABLE();
}

void control_decide_render(struct text *to, const struct control_decide *decide)
{
    const struct decision_task *task = &decide->task;
    char day[16];
    text_append_format(to, "{\"number\":%" PRId64, task->number);
    if (task->ask == DECISION_WRITE) {
        (void)day_write(day, task->on_day);
        text_append_format(to, ",\"on\":\"%s\",\"known\":%s", day,
                           decide->known ? "true" : "false");
        if (decide->nearest != NULL) {
            text_append_char(to, ',');
            text_append_json_member(to, "nearest", decide->nearest);
        }
    }
    text_append_char(to, '}');
}

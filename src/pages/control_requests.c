/* fields -> rows or numbers in the request's memory -> one task of journal/requests.h.
 *
 * An activity has to be one of the shop's: a name with a slip would else make a group of its own in
 * every report. A new one has no name yet; what customers want of it groups it. */
#include "pages/control_requests.h"

#include "base/assert.h"

#include <inttypes.h>

enum { FIELD_COMMAND, FIELD_SOURCE, FIELD_ADD, FIELD_CLOSE, FIELD_FORGET };
const struct json_field control_requests_fields[CONTROL_REQUESTS_FIELDS] = {
    [FIELD_COMMAND] = {"command", JSON_IS_STRING, true},
    [FIELD_SOURCE] = {"source", JSON_IS_STRING, false},
    [FIELD_ADD] = {"add", JSON_IS_ARRAY, false},
    [FIELD_CLOSE] = {"close", JSON_IS_ARRAY, false},
    [FIELD_FORGET] = {"forget", JSON_IS_ARRAY, false},
};

enum { ROW_FROM, ROW_WANTS, ROW_ACTIVITY, ROW_VALUE, ROW_COUNT, ROW_ORDER, ROW_FIELDS };
static const struct json_field row_fields[ROW_FIELDS] = {
    [ROW_FROM] = {"from", JSON_IS_STRING, false},
    [ROW_WANTS] = {"wants", JSON_IS_STRING, true},
    [ROW_ACTIVITY] = {"activity", JSON_IS_STRING, false},
    [ROW_VALUE] = {"value", JSON_IS_STRING, false},
    [ROW_COUNT] = {"count", JSON_IS_NUMBER, false},
    [ROW_ORDER] = {"order", JSON_IS_STRING, false},
};

static bool missing_memory(struct request_reader *reader)
{
    return problem_set(reader->problem, PROBLEM_TOO_LARGE,
                       "the request needs more memory than it may have; send less at once");
}

static bool text_read(struct request_reader *reader, struct json_value value, const char *key,
                      struct slice *text)
{
    if (!request_read_text(reader, value, "/add", LIMIT_REQUEST_BYTES, text)) {
        return false;
    }
    *text = text_trim(*text);
    return utf8_characters(*text) <= LIMIT_REQUEST_CHARACTERS ||
           problem_set(reader->problem, PROBLEM_BAD_VALUE,
                       "'%s' has more than %d characters; say it in fewer", key,
                       LIMIT_REQUEST_CHARACTERS);
}

static bool activity_check(struct request_reader *reader, struct slice name)
{
    struct activity_id activity;
    return name.length == 0 || shop_activity_find(reader->shop, name, &activity) ||
           problem_set(reader->problem, PROBLEM_BAD_VALUE,
                       "the shop has no activity \"%.*s\"; name one of the shop file's, or none: "
                       "what is wanted then says where it belongs",
                       (int)utf8_cut(name, 80), name.data);
}

static bool row_read(struct request_reader *reader, struct json_value element,
                     struct request_row *row, struct control_requests *requests,
                     struct engine_task *task)
{
    struct json_value values[ROW_FIELDS];
    struct slice name;
    *row = (struct request_row){.count = 1};
    if (element.kind != JSON_IS_OBJECT ||
        json_read_fields(element, row_fields, ROW_FIELDS, values, &name) != JSON_OK) {
        return problem_set(reader->problem, PROBLEM_BAD_VALUE,
                           "a request has wants, and may have from, activity, value, count and "
                           "order, once each");
    }
    if (!text_read(reader, values[ROW_FROM], "from", &row->from) ||
        !text_read(reader, values[ROW_WANTS], "wants", &row->wants) ||
        !request_read_text(reader, values[ROW_ACTIVITY], "/add", LIMIT_NAME_BYTES,
                           &row->activity) ||
        !activity_check(reader, row->activity) ||
        !request_read_whole(reader, values[ROW_COUNT], "/add", 1, LIMIT_REQUEST_COUNT,
                            &row->count)) {
        return false;
    }
    if (row->wants.length == 0) {
        return problem_set(reader->problem, PROBLEM_MISSING_FIELD, "say what is wanted");
    }
    if (values[ROW_VALUE].kind == JSON_IS_STRING &&
        (decimal_read(values[ROW_VALUE].text, reader->shop->currency.decimals,
                      &row->value_per_week_minor) != DECIMAL_OK ||
         row->value_per_week_minor < 0 || row->value_per_week_minor > LIMIT_MONEY_MINOR)) {
        return problem_set(reader->problem, PROBLEM_BAD_VALUE,
                           "what it would bring in a week is an amount of money such as 12.50");
    }
    if (values[ROW_ORDER].kind == JSON_IS_STRING) {
        task->requests_order = &requests->order;
        return request_read_order_key(reader, values[ROW_ORDER], "/add", &requests->order);
    }
    return true;
}

/* So many elements an array has, for the room that they need. */
static uint32_t elements_count(struct json_value array)
{
    struct slice rest = json_read_elements(array);
    struct json_value element;
    uint32_t count = 0;
    while (json_read_next(&rest, &element)) {
        count++;
    }
    return count;
}

static bool rows_read(struct request_reader *reader, struct json_value array,
                      struct control_requests *requests, struct engine_task *task)
{
    uint32_t count = elements_count(array);
    if (count == 0 || count > LIMIT_REQUESTS) {
        return problem_set(reader->problem, PROBLEM_BAD_VALUE, "add 1 to %d requests at once",
                           LIMIT_REQUESTS);
    }
    struct request_row *rows = reader->alloc(reader->context, count * sizeof *rows);
    struct slice rest = json_read_elements(array);
    struct json_value element;
    if (rows == NULL) {
        return missing_memory(reader);
    }
    for (uint32_t i = 0; i < count && json_read_next(&rest, &element); i++) {
        if (!row_read(reader, element, &rows[i], requests, task)) {
            return false;
        }
    }
    requests->task.rows = rows;
    requests->task.count = count;
    return task->requests_order == NULL || count == 1 ||
           problem_set(reader->problem, PROBLEM_BAD_VALUE, "a request of an order is added alone");
}

static bool numbers_read(struct request_reader *reader, struct json_value array,
                         struct control_requests *requests)
{
    uint32_t count = elements_count(array);
    if (count == 0 || count > LIMIT_REQUESTS) {
        return problem_set(reader->problem, PROBLEM_BAD_VALUE, "name 1 to %d requests at once",
                           LIMIT_REQUESTS);
    }
    uint32_t *numbers = reader->alloc(reader->context, count * sizeof *numbers);
    struct slice rest = json_read_elements(array);
    struct json_value element;
    if (numbers == NULL) {
        return missing_memory(reader);
    }
    for (uint32_t i = 0; i < count && json_read_next(&rest, &element); i++) {
        int64_t number = 0;
        if (element.kind != JSON_IS_NUMBER ||
            !request_read_whole(reader, element, "/numbers", 1, UINT32_MAX, &number)) {
            return problem_set(reader->problem, PROBLEM_BAD_VALUE,
                               "a request is named by its number; see: ecluse requests SHOP.db");
        }
        numbers[i] = (uint32_t)number;
    }
    requests->task.numbers = numbers;
    requests->task.count = count;
    return true;
}

bool control_requests_read(struct request_reader *reader, const struct json_value *values,
                           struct control_requests *requests, struct engine_task *task)
{
    static const enum request_ask asks[] = {
        [FIELD_ADD] = REQUEST_ADD, [FIELD_CLOSE] = REQUEST_CLOSE, [FIELD_FORGET] = REQUEST_FORGET};
    int given = 0;
    int which = FIELD_ADD;
    for (int i = FIELD_ADD; i <= FIELD_FORGET; i++) {
        given += values[i].kind == JSON_IS_ARRAY;
        which = values[i].kind == JSON_IS_ARRAY ? i : which;
    }
    *requests = (struct control_requests){.task.ask = asks[which]};
    task->requests = &requests->task;
    if (given != 1) {
        return problem_set(reader->problem, PROBLEM_MISSING_FIELD,
                           "requests: say one of add, close and forget");
    }
    if (values[FIELD_SOURCE].kind == JSON_IS_STRING &&
        (!request_source_read(values[FIELD_SOURCE].text, &requests->task.source) ||
         requests->task.source == REQUEST_ORDERED)) {
        return problem_set(reader->problem, PROBLEM_BAD_VALUE, "a source is typed or imported");
    }
    return which == FIELD_ADD ? rows_read(reader, values[FIELD_ADD], requests, task)
                              : numbers_read(reader, values[which], requests);
}

bool control_requests_problem(struct problem *problem, const struct control_requests *requests)
{
    switch (requests->task.result) {
    case REQUEST_OK:
        return false;
    case REQUEST_FULL:
        return !problem_set(problem, PROBLEM_REFUSED,
                            "at most %d requests are kept, closed ones too; forget some first: "
                            "ecluse requests SHOP.db --forget NUMBER",
                            LIMIT_REQUESTS);
    case REQUEST_NOBODY:
        return !problem_set(problem, PROBLEM_NOT_FOUND,
                            "there is no request %" PRIu32 "; see: ecluse requests SHOP.db",
                            requests->task.missing);
    case REQUEST_NO_ORDER:
        return !problem_set(problem, PROBLEM_UNKNOWN_ORDER,
                            "there is no such order, or it is not confirmed; leave --order out");
    }
    UNREACHABLE();
}

void control_requests_render(struct text *to, const struct control_requests *requests)
{
    const struct request_task *task = &requests->task;
    text_append_string(to, "{\"numbers\":[");
    for (uint32_t i = 0; i < task->count; i++) {
        uint32_t number = task->ask == REQUEST_ADD ? task->rows[i].number : task->numbers[i];
        text_append_format(to, "%s%" PRIu32, i == 0 ? "" : ",", number);
    }
    text_append_string(to, "]}");
}

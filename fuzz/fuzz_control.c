/* Commands over the socket beside the database that carry what people say: requests and decisions.
 * What is read holds what the tables rely on; what is refused has a sentence. */
#include "base/assert.h"
#include "fuzz/stranger.h"
#include "pages/control_decide.h"
#include "pages/control_requests.h"

enum { FIELDS_MAX = CONTROL_DECIDE_FIELDS };
_Static_assert((int)CONTROL_REQUESTS_FIELDS <= (int)FIELDS_MAX, "room for both");

static void check_text(struct slice text, size_t most)
{
    ASSERT(text.length <= most);
    ASSERT(utf8_valid(text));
}

static void check_requests(const struct control_requests *requests)
{
    const struct request_task *task = &requests->task;
    ASSERT(task->count >= 1 && task->count <= LIMIT_REQUESTS);
    ASSERT(task->source != REQUEST_ORDERED);
    for (uint32_t i = 0; i < task->count; i++) {
        if (task->ask != REQUEST_ADD) {
            ASSERT(task->numbers[i] >= 1);
            continue;
        }
        const struct request_row *row = &task->rows[i];
        check_text(row->from, LIMIT_REQUEST_BYTES);
        check_text(row->wants, LIMIT_REQUEST_BYTES);
        ASSERT(row->wants.length > 0);
        ASSERT(row->activity.length == 0 || slice_equal(row->activity, SLICE("jars")));
        ASSERT(row->count >= 1 && row->count <= LIMIT_REQUEST_COUNT);
        ASSERT(row->value_per_week_minor >= 0 && row->value_per_week_minor <= LIMIT_MONEY_MINOR);
    }
}

static void check_decision(const struct control_decide *decide)
{
    const struct decision_task *task = &decide->task;
    if (task->ask == DECISION_FORGET) {
        ASSERT(task->number >= 1 && task->number <= INT32_MAX);
        return;
    }
    ASSERT(task->verb < DECISION_VERBS);
    ASSERT(task->activity.length >= 1 && task->activity.length <= LIMIT_NAME_BYTES);
    check_text(task->because, LIMIT_DECISION_BYTES);
    check_text(task->say, LIMIT_DECISION_BYTES);
    ASSERT(task->on_day >= 0 && task->by_day >= 0);
    for (int i = 0; i < DECISION_MEASURES; i++) {
        enum decision_measure measure = (enum decision_measure)i;
        ASSERT(task->expected[i] == DECISION_UNSAID ||
               (task->expected[i] >= decision_measure_low(measure) &&
                task->expected[i] <= decision_measure_high(measure)));
    }
}

static void check_problem(const struct problem *problem)
{
    ASSERT(problem->kind != PROBLEM_NONE);
    ASSERT(utf8_valid(slice_of(problem->detail)));
    ASSERT(utf8_valid(slice_of(problem->pointer)));
}

/* The command's fields; false: refused. */
static bool fields_read(struct request_reader *reader, struct slice body,
                        const struct json_field *fields, size_t count, struct json_value *values)
{
    struct json_value object;
    return request_read_object(reader, body, &object) &&
           request_read_fields(reader, object, "", fields, count, values);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice body = {(const char *)data, size};
    struct json_value values[FIELDS_MAX];
    struct control_requests requests;
    struct control_decide decide;
    struct engine_task task = {.requests = NULL};
    struct problem problem = {.kind = PROBLEM_NONE};
    struct request_reader reader = stranger_reader(&problem);
    if (fields_read(&reader, body, control_requests_fields, CONTROL_REQUESTS_FIELDS, values) &&
        control_requests_read(&reader, values, &requests, &task)) {
        check_requests(&requests);
    } else {
        check_problem(&problem);
    }
    problem = (struct problem){.kind = PROBLEM_NONE};
    reader = stranger_reader(&problem);
    if (fields_read(&reader, body, control_decide_fields, CONTROL_DECIDE_FIELDS, values) &&
        control_decide_read(&reader, values, &decide, &task)) {
        check_decision(&decide);
    } else {
        check_problem(&problem);
    }
    return 0;
}

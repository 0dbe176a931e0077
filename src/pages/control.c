/* One table of commands: its name, its fields, what prepares its task. The answer is rendered by
 * what the task was.
 *
 *   control_open: JSON -> command -> fields -> prepare_x -> task
 *   control_render: task -> a refusal (problem.h) or the command's document
 *
 * Invariant: everything that the task points to lies in the arena or in the request's bytes, and
 * both outlive it. A control has its own memory instead of a door request's, because a shop file or
 * a history is larger than any order and because the command line uses it without a door. */
#include "pages/control.h"

#include "base/arena.h"
#include "base/assert.h"
#include "pages/answer_json.h"
#include "pages/control_change.h"
#include "pages/control_decide.h"
#include "pages/control_gate.h"
#include "pages/control_import.h"
#include "pages/control_requests.h"
#include "pages/control_sold.h"
#include "pages/control_staff.h"
#include "pages/control_wish.h"
#include "pages/request.h"
#include "pages/wish_answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    CONTROL_ARENA_BYTES_MAX = 4 * LIMIT_CONTROL_BODY_BYTES,
    CONTROL_ANSWER_BYTES_MAX = 16 * 1024 * 1024,
    FIELD_COMMAND = 0 /* of every command's table */
};

struct control_command;

struct control {
    struct order_desk *desk;
    struct waiting *waiting; /* NULL: there is none */
    const struct control_command *command;
    struct arena arena;
    struct problem problem;
    struct order_task order;
    struct control_sold sold;
    struct control_staff staff;
    struct control_requests requests;
    struct control_decide decide;
    bool has_task;
    struct text body;
    int http;
    void (*done)(struct control *control, void *user);
    void *user;
};

struct control_command {
    const char *name;
    const struct json_field *fields;
    size_t count;
    /* False: control->problem says why. Sets has_task unless there is nothing to run. */
    bool (*prepare)(struct control *control, struct request_reader *reader,
                    const struct json_value *values);
    enum promise_command_kind kind; /* of prepare_change, prepare_cancel and prepare_step */
};

static void *alloc(void *context, size_t bytes)
{
    return arena_alloc(context, bytes);
}

static bool missing_memory(struct control *control)
{
    return problem_set(&control->problem, PROBLEM_TOO_LARGE,
                       "the request needs more memory than it may have; send less at once");
}

enum {
    ORDER_COMMAND,
    ORDER_LINES,
    ORDER_WANT,
    ORDER_POLICY,
    ORDER_PRIORITY,
    ORDER_EMAIL,
    ORDER_NAME,
    ORDER_HOLD,
    ORDER_FIELDS
};
static const struct json_field order_fields[ORDER_FIELDS] = {
    {"command", JSON_IS_STRING, true},   {"lines", JSON_IS_ARRAY, true},
    {"want", JSON_IS_STRING, false},     {"policy", JSON_IS_STRING, false},
    {"priority", JSON_IS_NUMBER, false}, {"email", JSON_IS_STRING, true},
    {"name", JSON_IS_STRING, false},     {"hold", JSON_IS_BOOLEAN, false},
};

static bool prepare_order(struct control *control, struct request_reader *reader,
                          const struct json_value *values)
{
    struct order_request request = {.hold = json_read_true(values[ORDER_HOLD])};
    int64_t priority = 0;
    control->has_task =
        request_read_lines(reader, values[ORDER_LINES], &request) &&
        request_read_terms(reader, values[ORDER_WANT], values[ORDER_POLICY], &request) &&
        request_read_whole(reader, values[ORDER_PRIORITY], "/priority", 0, PRIORITY_MAX,
                           &priority) &&
        request_read_email(reader, values[ORDER_EMAIL], "/email", &request.person.email) &&
        request_read_text(reader, values[ORDER_NAME], "/name", LIMIT_PERSON_FIELD_BYTES,
                          &request.person.name);
    request.priority = (uint8_t)priority;
    if (control->has_task) {
        order_task_place(&control->order, control->desk, &request);
    }
    return control->has_task;
}

enum { QUOTE_COMMAND, QUOTE_LINES, QUOTE_WANT, QUOTE_POLICY, QUOTE_HOLD, QUOTE_FIELDS };
static const struct json_field quote_fields[QUOTE_FIELDS] = {
    {"command", JSON_IS_STRING, true}, {"lines", JSON_IS_ARRAY, true},
    {"want", JSON_IS_STRING, false},   {"policy", JSON_IS_STRING, false},
    {"hold", JSON_IS_BOOLEAN, false},
};

static bool prepare_quote(struct control *control, struct request_reader *reader,
                          const struct json_value *values)
{
    struct order_request request = {.hold = json_read_true(values[QUOTE_HOLD])};
    control->has_task =
        request_read_lines(reader, values[QUOTE_LINES], &request) &&
        request_read_terms(reader, values[QUOTE_WANT], values[QUOTE_POLICY], &request);
    if (control->has_task) {
        order_task_quote(&control->order, control->desk, &request);
    }
    return control->has_task;
}

enum { CHANGE_COMMAND, CHANGE_ORDER, CHANGE_FIELDS };
static const struct json_field change_fields[CHANGE_FIELDS] = {
    {"command", JSON_IS_STRING, true},
    {"order", JSON_IS_STRING, true},
};

static bool prepare_change(struct control *control, struct request_reader *reader,
                           const struct json_value *values)
{
    struct order_key key;
    control->has_task = request_read_order_key(reader, values[CHANGE_ORDER], "/order", &key);
    if (control->has_task) {
        order_task_change(&control->order, control->desk, control->command->kind, key, LINE_ALL);
    }
    return control->has_task;
}

/* Start, done, ship, deliver: of the whole order or of one line. */
enum { STEP_COMMAND, STEP_ORDER, STEP_LINE, STEP_FIELDS };
static const struct json_field step_fields[STEP_FIELDS] = {
    {"command", JSON_IS_STRING, true},
    {"order", JSON_IS_STRING, true},
    {"line", JSON_IS_NUMBER, false},
};

static bool prepare_step(struct control *control, struct request_reader *reader,
                         const struct json_value *values)
{
    struct order_key key;
    int64_t line = LINE_ALL;
    control->has_task =
        request_read_order_key(reader, values[STEP_ORDER], "/order", &key) &&
        request_read_whole(reader, values[STEP_LINE], "/line", 1, LIMIT_ORDER_LINES, &line);
    if (control->has_task) {
        order_task_change(&control->order, control->desk, control->command->kind, key,
                          (uint16_t)line);
    }
    return control->has_task;
}

enum { CANCEL_COMMAND, CANCEL_ORDER, CANCEL_DRY_RUN, CANCEL_FIELDS };
static const struct json_field cancel_fields[CANCEL_FIELDS] = {
    {"command", JSON_IS_STRING, true},
    {"order", JSON_IS_STRING, true},
    {"dry_run", JSON_IS_BOOLEAN, false},
};

static bool prepare_cancel(struct control *control, struct request_reader *reader,
                           const struct json_value *values)
{
    if (prepare_change(control, reader, values)) {
        control->order.task.dry_run = json_read_true(values[CANCEL_DRY_RUN]);
        control->order.task.wants_revised = true;
    }
    return control->has_task;
}

static bool prepare_show(struct control *control, struct request_reader *reader,
                         const struct json_value *values)
{
    struct order_key key;
    control->has_task = request_read_order_key(reader, values[CHANGE_ORDER], "/order", &key);
    if (control->has_task) {
        order_task_look(&control->order, control->desk, key);
    }
    return control->has_task;
}

static bool prepare_wish(struct control *control, struct request_reader *reader,
                         const struct json_value *values)
{
    struct order_request request;
    control->has_task = control_wish_read(reader, values, &request);
    if (control->has_task) {
        order_task_wish(&control->order, control->desk, &request);
    }
    return control->has_task;
}

static bool prepare_withdraw(struct control *control, struct request_reader *reader,
                             const struct json_value *values)
{
    struct order_key key;
    control->has_task = control_wished_read(reader, values, &key);
    if (control->has_task) {
        order_task_wish_withdraw(&control->order, control->desk, key);
    }
    return control->has_task;
}

static bool prepare_show_wish(struct control *control, struct request_reader *reader,
                              const struct json_value *values)
{
    struct order_key key;
    control->has_task = control_wished_read(reader, values, &key);
    if (control->has_task) {
        order_task_wish_look(&control->order, control->desk, key);
    }
    return control->has_task;
}

/* A task of the engine's own kinds, for what is no order. */
static struct engine_task *task_begin(struct control *control, enum engine_task_kind kind)
{
    memset(&control->order.task, 0, sizeof control->order.task);
    control->order.task.kind = kind;
    control->has_task = true;
    return &control->order.task;
}

enum { APPLY_COMMAND, APPLY_SHOP, APPLY_FILE, APPLY_DRY_RUN, APPLY_FIELDS };
static const struct json_field apply_fields[APPLY_FIELDS] = {
    {"command", JSON_IS_STRING, true},
    {"shop", JSON_IS_STRING, true},
    {"file", JSON_IS_STRING, false},
    {"dry_run", JSON_IS_BOOLEAN, false},
};

static bool prepare_apply(struct control *control, struct request_reader *reader,
                          const struct json_value *values)
{
    struct slice file;
    char *plain = arena_alloc(&control->arena, values[APPLY_SHOP].text.length + 1);
    if (plain == NULL) {
        return missing_memory(control);
    }
    if (!request_read_text(reader, values[APPLY_FILE], "/file", LIMIT_CONTROL_BODY_BYTES, &file)) {
        return false;
    }
    const char *name =
        file.length == 0 ? "shop.yaml" : arena_copy(&control->arena, file.data, file.length);
    if (name == NULL) {
        return missing_memory(control);
    }
    struct engine_task *task = task_begin(control, TASK_APPLY);
    task->shop_text = json_read_string(values[APPLY_SHOP], plain);
    task->shop_file = name;
    task->dry_run = json_read_true(values[APPLY_DRY_RUN]);
    text_init(&task->changes, CONTROL_ANSWER_BYTES_MAX / 2);
    return true;
}

static bool prepare_history(struct control *control, struct request_reader *reader,
                            const struct json_value *values)
{
    struct engine_task *task = task_begin(control, TASK_HISTORY);
    control->has_task = control_history_read(reader, values, task);
    return control->has_task;
}

static bool prepare_picture(struct control *control, struct request_reader *reader,
                            const struct json_value *values)
{
    struct engine_task *task = task_begin(control, TASK_PICTURE);
    control->has_task = control_picture_read(reader, values, task);
    return control->has_task;
}

static bool prepare_sold(struct control *control, struct request_reader *reader,
                         const struct json_value *values)
{
    struct engine_task *task = task_begin(control, TASK_SOLD);
    control->has_task = control_sold_read(reader, values, task, &control->sold);
    return control->has_task;
}

static bool prepare_world_change(struct control *control, struct request_reader *reader,
                                 const struct json_value *values)
{
    struct engine_task *task = task_begin(control, TASK_CHANGE);
    return control_change_read(reader, values, task);
}

static bool prepare_staff(struct control *control, struct request_reader *reader,
                          const struct json_value *values)
{
    struct engine_task *task = task_begin(control, TASK_STAFF);
    return control_staff_read(reader, values, control->desk, &control->staff, task);
}

static bool prepare_requests(struct control *control, struct request_reader *reader,
                             const struct json_value *values)
{
    struct engine_task *task = task_begin(control, TASK_ROWS);
    return control_requests_read(reader, values, &control->requests, task);
}

static bool prepare_decide(struct control *control, struct request_reader *reader,
                           const struct json_value *values)
{
    struct engine_task *task = task_begin(control, TASK_ROWS);
    return control_decide_read(reader, values, &control->decide, task);
}

static const struct json_field ping_fields[] = {{"command", JSON_IS_STRING, true}};

static bool prepare_ping(struct control *control, struct request_reader *reader,
                         const struct json_value *values)
{
    (void)reader;
    (void)values;
    text_append_string(&control->body, "{\"ping\":\"pong\",\"pid\":");
    text_append_integer(&control->body, getpid());
    text_append_string(&control->body, ",\"version\":\"" ECLUSE_VERSION "\"}");
    control->http = 200;
    return true;
}

static bool prepare_gate(struct control *control, struct request_reader *reader,
                         const struct json_value *values)
{
    control->http = 200;
    return control_gate_do(reader, values, control->waiting, &control->body);
}

#define FIELDS(table) (table), sizeof(table) / sizeof *(table)

static const struct control_command commands[] = {
    {"order", FIELDS(order_fields), prepare_order, PROMISE_PLACE},
    {"quote", FIELDS(quote_fields), prepare_quote, PROMISE_PLACE},
    {"show", FIELDS(change_fields), prepare_show, PROMISE_PLACE},
    {"confirm", FIELDS(change_fields), prepare_change, PROMISE_CONFIRM},
    {"cancel", FIELDS(cancel_fields), prepare_cancel, PROMISE_CANCEL},
    {"pay", FIELDS(change_fields), prepare_change, PROMISE_PAY},
    {"extend", FIELDS(change_fields), prepare_change, PROMISE_EXTEND},
    {"start", FIELDS(step_fields), prepare_step, PROMISE_START},
    {"done", FIELDS(step_fields), prepare_step, PROMISE_DONE},
    {"ship", FIELDS(step_fields), prepare_step, PROMISE_SHIP},
    {"deliver", FIELDS(step_fields), prepare_step, PROMISE_DELIVER},
    {"wish", FIELDS(control_wish_fields), prepare_wish, PROMISE_WISH},
    {"withdraw", FIELDS(control_wished_fields), prepare_withdraw, PROMISE_WITHDRAW},
    {"show_wish", FIELDS(control_wished_fields), prepare_show_wish, PROMISE_WISH},
    {"change", FIELDS(control_change_fields), prepare_world_change, PROMISE_PLACE},
    {"apply", FIELDS(apply_fields), prepare_apply, PROMISE_PLACE},
    {"history", FIELDS(control_history_fields), prepare_history, PROMISE_PLACE},
    {"picture", FIELDS(control_picture_fields), prepare_picture, PROMISE_PLACE},
    {"sold", FIELDS(control_sold_fields), prepare_sold, PROMISE_PLACE},
    {"gate", FIELDS(control_gate_fields), prepare_gate, PROMISE_PLACE},
    {"staff", FIELDS(control_staff_fields), prepare_staff, PROMISE_PLACE},
    {"requests", FIELDS(control_requests_fields), prepare_requests, PROMISE_PLACE},
    {"decide", FIELDS(control_decide_fields), prepare_decide, PROMISE_PLACE},
    {"ping", FIELDS(ping_fields), prepare_ping, PROMISE_PLACE},
};

/* The command that an object names: its value is looked up before the fields, which depend on it.
 */
static bool find_command(struct control *control, struct json_value object)
{
    struct json_value name;
    if (!json_read_member(object, "command", &name) || name.kind != JSON_IS_STRING) {
        return problem_set(&control->problem, PROBLEM_MISSING_FIELD,
                           "'command' is missing; it names what to do");
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (slice_is(name.text, commands[i].name)) {
            control->command = &commands[i];
            return true;
        }
    }
    return problem_set(&control->problem, PROBLEM_UNKNOWN_COMMAND,
                       "this server does not know the command; is it of another version?");
}

static void render_problem(struct control *control)
{
    problem_render(&control->body, &control->problem);
    control->http = problem_status(control->problem.kind);
}

static bool prepare(struct control *control, struct slice bytes)
{
    struct json_value object;
    struct json_value values[JSON_FIELDS_MAX];
    struct request_reader reader = {
        .shop = engine_shop(order_desk_engine(control->desk)),
        .alloc = alloc,
        .context = &control->arena,
        .problem = &control->problem,
    };
    return request_read_object(&reader, bytes, &object) && find_command(control, object) &&
           request_read_fields(&reader, object, "", control->command->fields,
                               control->command->count, values) &&
           control->command->prepare(control, &reader, values);
}

struct control *control_open(struct order_desk *desk, struct waiting *waiting, struct slice request)
{
    struct control *control = calloc(1, sizeof *control);
    if (control == NULL) {
        return NULL;
    }
    control->desk = desk;
    control->waiting = waiting;
    arena_init(&control->arena, CONTROL_ARENA_BYTES_MAX);
    text_init(&control->body, CONTROL_ANSWER_BYTES_MAX);
    if (!prepare(control, request)) {
        control->has_task = false;
        render_problem(control);
    }
    return control;
}

struct engine_task *control_task(struct control *control)
{
    return control->has_task ? &control->order.task : NULL;
}

static void task_done(struct engine_task *task)
{
    struct control *control = ((struct order_task *)task)->user;
    control->done(control, control->user);
}

void control_on_done(struct control *control, void (*done)(struct control *control, void *user),
                     void *user)
{
    ASSERT(control->has_task);
    control->done = done;
    control->user = user;
    control->order.user = control;
    control->order.task.done = task_done;
}

static void render_order(struct control *control, enum answer_moment moment)
{
    char token[ORDER_TOKEN_LENGTH + 1];
    struct order_task *order = &control->order;
    const struct order_view *view = &order->task.answer.order;
    order_token_write(control->desk, token, view->made_at, view->key);
    struct answer_lines lines = {order->answer_lines, order->answer_line_count};
    answer_json_order(&control->body, order->task.shop, view, lines,
                      (struct slice){token, ORDER_TOKEN_LENGTH}, moment, NULL);
}

/* The order as it is now, and who moves: before the brace that ends it. */
static void render_cancelled(struct control *control)
{
    struct text *to = &control->body;
    render_order(control, ANSWER_NOW);
    if (!to->overflow) {
        ASSERT(to->bytes[to->length - 1] == '}');
        to->length--;
        control_moved_render(to, &control->order.task);
        text_append_char(to, '}');
    }
}

static void render_apply(struct control *control)
{
    text_append_string(&control->body, "{\"changes\":\"");
    text_append_json(&control->body, text_slice(&control->order.task.changes));
    text_append_string(&control->body, "\",\"dry_run\":");
    text_append_string(&control->body, control->order.task.dry_run ? "true}" : "false}");
}

/* What is made is answered with 201. */
static void render_command(struct control *control)
{
    enum promise_command_kind kind = control->order.task.command.kind;
    control->http = kind == PROMISE_PLACE || kind == PROMISE_WISH ? 201 : 200;
    if (kind == PROMISE_WISH || kind == PROMISE_WITHDRAW) {
        wish_answer_append(&control->body, &control->order);
    } else if (kind == PROMISE_CANCEL) {
        render_cancelled(control);
    } else {
        render_order(control, kind == PROMISE_PLACE ? ANSWER_FIRST : ANSWER_NOW);
    }
}

/* What a task that was not refused answers. */
static void render_done(struct control *control)
{
    struct order_task *order = &control->order;
    struct answer_lines lines = {order->answer_lines, order->answer_line_count};
    control->http = 200;
    switch (order->task.kind) {
    case TASK_COMMAND:
        render_command(control);
        break;
    case TASK_QUESTION:
        if (order->task.answer.wish.number != 0) {
            wish_answer_append(&control->body, order);
        } else if (order->found) {
            render_order(control, ANSWER_NOW);
        } else {
            answer_json_quote(&control->body, order->task.shop, &order->task.answer, lines);
        }
        break;
    case TASK_CHANGE:
        control_change_render(&control->body, &order->task);
        break;
    case TASK_APPLY:
        render_apply(control);
        break;
    case TASK_NOTE: /* no command of the socket */
        break;
    case TASK_SOLD:
        control_sold_render(&control->body, &control->sold, &order->task);
        break;
    case TASK_STAFF:
        control_staff_render(&control->body, &control->staff);
        break;
    case TASK_ROWS:
        if (order->task.requests != NULL) {
            control_requests_render(&control->body, &control->requests);
        } else {
            control_decide_render(&control->body, &control->decide);
        }
        break;
    case TASK_HISTORY:
        text_append_string(&control->body, "{\"lines\":");
        text_append_integer(&control->body, order->task.history_count);
        text_append_char(&control->body, '}');
        break;
    case TASK_PICTURE:
        text_append_string(&control->body, "{\"bytes\":");
        text_append_integer(&control->body, (int64_t)order->task.picture.bytes.length);
        text_append_char(&control->body, '}');
        break;
    }
}

/* The domain's no to lines that were asked for is an answer of `quote` and `order` (DESIGN section
 * 7), with exit code 1. */
static bool render_refusal(struct control *control)
{
    struct order_task *order = &control->order;
    enum promise_result result = order->task.answer.result;
    if (order->task.status != STATUS_OK ||
        (result != PROMISE_SOLD_OUT && result != PROMISE_NEVER)) {
        return false;
    }
    answer_json_quote(&control->body, order->task.shop, &order->task.answer,
                      (struct answer_lines){NULL, 0});
    control->http = 409;
    return true;
}

void control_render(struct control *control)
{
    struct engine_task *task = &control->order.task;
    bool promise = task->kind == TASK_COMMAND || task->kind == TASK_QUESTION;
    ASSERT(control->has_task);
    if (promise && render_refusal(control)) {
        return;
    }
    bool refused =
        task->kind == TASK_CHANGE && task->status == STATUS_OK
            ? control_change_problem(&control->problem, task)
        : task->kind == TASK_STAFF && task->status == STATUS_OK
            ? control_staff_problem(&control->problem, &control->staff)
        : task->kind == TASK_ROWS && task->status == STATUS_OK
            ? (task->requests != NULL
                   ? control_requests_problem(&control->problem, &control->requests)
                   : control_decide_problem(&control->problem, &control->decide))
            : !order_task_was_done(&control->order) && problem_of_task(&control->problem, task);
    if (refused) {
        render_problem(control);
    } else {
        render_done(control);
    }
    if (task->kind == TASK_APPLY) {
        text_free(&task->changes);
    }
}

void control_busy(struct control *control)
{
    (void)problem_set(&control->problem, PROBLEM_BUSY,
                      "too much is waiting in the server; try again in a second");
    render_problem(control);
    if (control->order.task.kind == TASK_APPLY) {
        text_free(&control->order.task.changes);
    }
}

struct slice control_body(const struct control *control)
{
    return text_slice(&control->body);
}

int control_http(const struct control *control)
{
    return control->http;
}

const struct problem *control_problem(const struct control *control)
{
    return &control->problem;
}

void control_close(struct control *control)
{
    if (control != NULL) {
        engine_revised_free(&control->order.task.revised);
        arena_free(&control->arena);
        text_free(&control->body);
        free(control);
    }
}

struct control *control_run(struct order_desk *desk, struct slice request, int64_t now)
{
    struct control *control = control_open(desk, NULL, request);
    if (control != NULL && control->has_task) {
        engine_run(order_desk_engine(desk), &control->order.task, now);
        control_render(control);
    }
    return control;
}

int control_exit_code(int http_status)
{
    if (http_status < 400) {
        return 0;
    }
    if (http_status == 409) {
        return 1;
    }
    return http_status < 500 ? 2 : 3;
}

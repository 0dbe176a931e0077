/* fields -> a question of journal/staff.h, with a fresh secret where one is to be made -> what it
 * answered. */
#include "pages/control_staff.h"

#include "base/assert.h"

#include <inttypes.h>

enum { FIELD_DO = 1, FIELD_NAME, FIELD_ROLE };

const struct json_field control_staff_fields[CONTROL_STAFF_FIELDS] = {
    {"command", JSON_IS_STRING, true},
    {"do", JSON_IS_STRING, true},
    {"name", JSON_IS_STRING, false},
    {"role", JSON_IS_STRING, false},
};

static const struct {
    const char *word;
    enum staff_ask ask;
} words[] = {{"list", STAFF_LIST},
             {"add", STAFF_ADD},
             {"link", STAFF_LINK},
             {"token", STAFF_TOKEN},
             {"remove", STAFF_REMOVE}};

static bool ask_read(struct request_reader *reader, struct slice word, enum staff_ask *ask)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (slice_is(word, words[i].word)) {
            *ask = words[i].ask;
            return true;
        }
    }
    return problem_set(reader->problem, PROBLEM_BAD_VALUE,
                       "staff: what to do is add, list, remove, link or token");
}

static void secret_make(struct engine *engine, struct env *env, struct control_staff *staff)
{
    enum staff_secret_kind kind =
        staff->task.ask == STAFF_TOKEN ? STAFF_SECRET_TOKEN : STAFF_SECRET_LINK;
    staff_secret_make(engine, env, kind, staff->secret, &staff->task.secret);
    staff->task.until = env->now(env) + LIMIT_STAFF_LINK_SECONDS;
}

bool control_staff_read(struct request_reader *reader, const struct json_value *values,
                        struct order_desk *desk, struct control_staff *staff,
                        struct engine_task *task)
{
    struct slice word;
    struct slice role;
    *staff = (struct control_staff){.task.people = staff->people};
    if (!request_read_text(reader, values[FIELD_DO], "/do", LIMIT_NAME_BYTES, &word) ||
        !ask_read(reader, word, &staff->task.ask) ||
        !request_read_text(reader, values[FIELD_NAME], "/name", LIMIT_STAFF_NAME_BYTES,
                           &staff->task.name) ||
        !request_read_text(reader, values[FIELD_ROLE], "/role", LIMIT_NAME_BYTES, &role)) {
        return false;
    }
    bool adds = staff->task.ask == STAFF_ADD;
    if (staff->task.ask != STAFF_LIST && staff->task.name.length == 0) {
        return problem_set(reader->problem, PROBLEM_MISSING_FIELD, "say whose name it is");
    }
    if (adds && !staff_role_read(role, &staff->task.role)) {
        return problem_set(reader->problem, PROBLEM_BAD_VALUE,
                           "a role is owner, marketing, operations, packer or accountant");
    }
    if (adds || staff->task.ask == STAFF_LINK || staff->task.ask == STAFF_TOKEN) {
        secret_make(order_desk_engine(desk), order_desk_env(desk), staff);
    }
    task->staff = &staff->task;
    return true;
}

bool control_staff_problem(struct problem *problem, const struct control_staff *staff)
{
    switch (staff->task.result) {
    case STAFF_OK:
        return false;
    case STAFF_NOBODY:
        return !problem_set(problem, PROBLEM_NOT_FOUND,
                            "nobody of that name works here; see: ecluse staff SHOP.db list");
    case STAFF_EXISTS:
        return !problem_set(problem, PROBLEM_REFUSED,
                            "somebody of that name works here; a new link gives: ecluse staff "
                            "SHOP.db link NAME");
    case STAFF_FULL:
        return !problem_set(problem, PROBLEM_REFUSED, "at most %d people; remove one first",
                            LIMIT_STAFF);
    case STAFF_LAST:
        return !problem_set(problem, PROBLEM_REFUSED,
                            "the last owner stays; add another one first");
    }
    UNREACHABLE();
}

static void person_append(struct text *to, const struct staff_person *person)
{
    text_append_char(to, '{');
    text_append_json_member(to, "name", person->name);
    text_append_format(
        to, ",\"role\":\"%s\",\"password\":%s,\"link\":%s,\"token\":%s,\"sessions\":%" PRIu32 "}",
        staff_role_text(person->role), person->password[0] != '\0' ? "true" : "false",
        person->link_until > 0 ? "true" : "false", person->has_token ? "true" : "false",
        person->sessions);
}

void control_staff_render(struct text *to, const struct control_staff *staff)
{
    const struct staff_task *task = &staff->task;
    if (task->ask == STAFF_LIST) {
        text_append_string(to, "{\"staff\":[");
        for (uint32_t i = 0; i < task->count; i++) {
            text_append_string(to, i == 0 ? "" : ",");
            person_append(to, &staff->people[i]);
        }
        text_append_string(to, "]}");
        return;
    }
    text_append_string(to, "{\"name\":\"");
    text_append_json(to, task->name);
    text_append_char(to, '"');
    if (task->ask == STAFF_TOKEN) {
        text_append_format(to, ",\"token\":\"%s\"", staff->secret);
    } else if (staff->secret[0] != '\0') {
        text_append_format(to, ",\"link\":\"" STAFF_ENTER_PATH "?token=%s\"", staff->secret);
    }
    text_append_char(to, '}');
}

enum status control_staff_first(struct engine *engine, struct env *env,
                                char secret[STAFF_SECRET_LENGTH + 1], struct fault *fault)
{
    struct staff_person people[LIMIT_STAFF];
    struct staff_task ask = {.ask = STAFF_LIST, .people = people};
    struct engine_task task = {.kind = TASK_STAFF, .staff = &ask};
    secret[0] = '\0';
    engine_run(engine, &task, env->now(env));
    if (task.status == STATUS_OK && ask.count == 0) {
        ask = (struct staff_task){.ask = STAFF_ADD,
                                  .name = SLICE("owner"),
                                  .role = STAFF_OWNER,
                                  .until = env->now(env) + LIMIT_STAFF_LINK_SECONDS};
        staff_secret_make(engine, env, STAFF_SECRET_LINK, secret, &ask.secret);
        task = (struct engine_task){.kind = TASK_STAFF, .staff = &ask};
        engine_run(engine, &task, env->now(env));
    }
    return task.status == STATUS_OK ? STATUS_OK
                                    : fault_set(fault, task.status, "%s", task.fault.text);
}

/* A wanted day and a wanted instant are told apart by their form alone, as everywhere: what has a
 * time of day is an instant. */
#include "commands/ask.h"

#include "base/assert.h"
#include "pages/control.h"
#include "pages/problem.h"

enum status ask_want_read(const struct call *call, const struct shop *shop,
                          struct promise_want *want, struct fault *fault)
{
    const char *word = call_value(call, "want");
    int32_t day;
    int64_t at;
    *want = (struct promise_want){WANT_SOONEST, 0};
    if (word == NULL) {
        return STATUS_OK;
    }
    if (day_read(slice_of(word), &day)) {
        *want = (struct promise_want){WANT_DAY, day};
    } else if (instant_read(&shop->zone, slice_of(word), &at)) {
        *want = (struct promise_want){WANT_AT, at};
    } else {
        return fault_set(fault, STATUS_INVALID,
                         "--want %s: give a day like 2026-12-05 or a time like 2026-12-05T14:00",
                         word);
    }
    return STATUS_OK;
}

int ask_refused(struct call *call, const struct shop *shop, const struct promise_answer *answer)
{
    struct problem problem;
    const struct engine_task task = {.kind = TASK_COMMAND, .answer = *answer, .shop = shop};
    if (!problem_of_task(&problem, &task)) {
        UNREACHABLE();
    }
    int code = control_exit_code(problem_status(problem.kind));
    if (call->json && code == EXIT_NO) {
        problem_render(&call->out, &problem);
        text_append_char(&call->out, '\n');
    }
    return call_error((enum exit_code)code, "%s", problem.detail);
}

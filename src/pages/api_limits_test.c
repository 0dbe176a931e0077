/* Each answer that tells a client of a limit is counted under a name of its own. */
#include "pages/api.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* What these statuses say is always a limit. */
static bool is_of_a_limit(int status)
{
    return status == 408 || status == 413 || status == 414 || status == 429 || status == 431 ||
           status == 503;
}

static void every_refusal_of_the_door(void **state)
{
    uint32_t named = 0;
    (void)state;
    for (enum http_refusal refusal = 0; refusal < REFUSAL_COUNT; refusal++) {
        const struct http_refusal_answer *answer = http_refusal_answer(refusal);
        bool has = api_limit_of_refusal(refusal) != NULL;
        if (has != is_of_a_limit(answer->status)) {
            fail_msg("%s: %d, and %s", answer->type, answer->status,
                     has ? "counted" : "not counted");
        }
        named += has;
    }
    assert_int_equal(named, 8);
}

static void every_problem_of_the_api(void **state)
{
    (void)state;
    for (enum problem_kind kind = PROBLEM_NONE + 1; kind < PROBLEM_KINDS; kind++) {
        /* The first is counted by its rule (allowance.c); the second is a turn, no limit. */
        bool elsewhere = kind == PROBLEM_TOO_MANY_REQUESTS || kind == PROBLEM_NOT_YOUR_TURN;
        if (is_of_a_limit(problem_status(kind)) && !elsewhere) {
            if (api_limit_of_problem(kind) == NULL) {
                fail_msg("%s is not counted", problem_type(kind));
            }
        }
    }
    assert_non_null(api_limit_of_problem(PROBLEM_TOO_DEEP));
    assert_non_null(api_limit_of_problem(PROBLEM_TOO_MANY_LINES));
    assert_non_null(api_limit_of_problem(PROBLEM_TOO_LARGE));
    assert_null(api_limit_of_problem(PROBLEM_SOLD_OUT));
}

static void every_rate(void **state)
{
    (void)state;
    for (enum allowance_rule rule = 0; rule < ALLOWANCE_RULES; rule++) {
        if (api_limit_of_rule(rule) == NULL) {
            fail_msg("%s has no name among the limits", allowance_name(rule));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_refusal_of_the_door),
        cmocka_unit_test(every_problem_of_the_api),
        cmocka_unit_test(every_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

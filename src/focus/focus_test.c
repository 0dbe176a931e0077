/* Goldratt's P and Q and its variations: the answers are known and worked out on paper. */
#include "focus/focus.h"

#include "focus/focus_testing.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define EURO INT64_C(100000000) /* in millionths of a cent */

enum { P, Q };
enum { A, B, C, D };

static struct testing_shop testing;

static struct focus_answer *ask_all(void)
{
    struct fault fault;
    struct focus_answer *answer = NULL;
    struct focus_ask ask = {.figures = testing.figures, .mix = testing_ask(testing.figures)};
    assert_int_equal(focus(&ask, &answer, &fault), STATUS_OK);
    return answer;
}

static void test_p_and_q(void **unused)
{
    (void)unused;
    testing_open_file(&testing, "examples/focus-pq/shop.yaml");
    struct focus_answer *answer = ask_all();
    assert_int_equal(answer->best->state, MIX_FOUND);
    assert_true(answer->best->optimal);
    assert_int_equal(answer->best->units_thousandths[P], 100000);
    assert_int_equal(answer->best->units_thousandths[Q], 30000);
    assert_int_equal(answer->best->profit_micro, 300 * EURO);
    assert_int_equal(answer->best->used_micro[B], INT64_C(2400000000));
    assert_int_equal(answer->margin_first->profit_micro, -300 * EURO);
    assert_int_equal(answer->margin_first->units_thousandths[P], 60000);
    assert_int_equal(answer->today->units_thousandths[P], 80000);
    assert_int_equal(answer->today->units_thousandths[Q], 40000);
    assert_int_equal(answer->today->profit_micro, 0);
    assert_int_equal(answer->activities[P].verdict, VERDICT_GROW);
    assert_int_equal(answer->activities[Q].verdict, VERDICT_SHRINK);
    focus_free(answer);
    testing_close(&testing);
}

static void test_an_hour_of_b(void **unused)
{
    (void)unused;
    testing_open_file(&testing, "examples/focus-pq/shop.yaml");
    struct focus_answer *answer = ask_all();
    const double *price = answer->best->per_hour_minor;
    assert_true(fabs(price[B] - 12000) < 1e-6);
    assert_true(price[A] == 0);
    assert_true(price[C] == 0);
    assert_true(price[D] == 0);
    focus_free(answer);
    testing_close(&testing);
}

/* Each activity's share adds up to the whole; hours and revenue say how spread out it is. */
static void test_shares(void **unused)
{
    (void)unused;
    testing_open_file(&testing, "examples/focus-pq/shop.yaml");
    struct focus_answer *answer = ask_all();
    assert_int_equal(answer->activities[P].best.throughput_micro, 4500 * EURO);
    assert_int_equal(answer->activities[P].best.used_micro[B], INT64_C(1500000000));
    assert_int_equal(answer->activities[Q].best.throughput_micro, 1800 * EURO);
    assert_int_equal(answer->activities[Q].today.revenue_micro, 4000 * EURO);
    /* Today: 80 P of 60 minutes, 40 Q of 50: 4800 and 2000. Revenue 7200 and 4000. */
    assert_true(fabs(answer->effective_hours - 6800.0 * 6800 / (4800.0 * 4800 + 2000.0 * 2000)) <
                1e-9);
    assert_true(
        fabs(answer->effective_revenue - 11200.0 * 11200 / (7200.0 * 7200 + 4000.0 * 4000)) < 1e-9);
    focus_free(answer);
    testing_close(&testing);
}

/* Only P, or only Q: what an activity adds. */
static void test_one_activity(void **unused)
{
    (void)unused;
    testing_open_file(&testing, "examples/focus-pq/shop.yaml");
    struct mix_ask ask = testing_ask(testing.figures);
    ask.most = 1;
    struct mix *mix = testing_solve(&ask);
    assert_int_equal(mix->profit_micro, -1500 * EURO);
    assert_true(mix->runs[P]);
    assert_false(mix->runs[Q]);
    mix_free(mix);
    bool never[] = {true, false};
    ask.most = 2;
    ask.never = never;
    mix = testing_solve(&ask);
    assert_int_equal(mix->profit_micro, -3000 * EURO);
    assert_false(mix->runs[P]);
    mix_free(mix);
    testing_close(&testing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_p_and_q),
        cmocka_unit_test(test_an_hour_of_b),
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_one_activity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

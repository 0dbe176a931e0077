/* Histories whose truth is planted: a gain that is as expected, better, worse, too noisy or too
 * short; costs that begin and end; hours, where less is better; promises kept. */
#include "focus/decision.h"

#include "base/calendar.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <stdlib.h>

#define MICRO INT64_C(1000000)

enum { ON = 20000, BEFORE_DAYS = 70, SINCE_DAYS = 70 };

static struct decision decision_of(void)
{
    struct decision decision = {.on_day = ON, .activity = {[DECISION_STOP] = "cider"}};
    for (int i = 0; i < DECISION_MEASURES; i++) {
        decision.expected[i] = DECISION_UNSAID;
    }
    return decision;
}

/* Each day the same before, each day the same since; `noise` is added to and taken from the first
 * day of every other week. */
static struct decision_past past_of(int64_t before, int64_t since, int64_t noise)
{
    struct decision_past past = {.first_day = ON - BEFORE_DAYS,
                                 .last_day = ON + SINCE_DAYS - 1,
                                 .day_count = BEFORE_DAYS + SINCE_DAYS,
                                 .knows_promises = true};
    past.days = calloc(past.day_count, sizeof *past.days);
    assert_non_null(past.days);
    for (uint32_t i = 0; i < past.day_count; i++) {
        int32_t day = past.first_day + (int32_t)i;
        int64_t value = day < ON ? before : since;
        if (i % 7 == 0) {
            value += i / 7 % 2 == 0 ? noise : -noise;
        }
        past.days[i] = (struct decision_day){.revenue_micro = 2 * value * MICRO,
                                             .throughput_micro = value * MICRO,
                                             .minutes_micro = value * 60 * MICRO,
                                             .orders = (uint32_t)value};
    }
    return past;
}

static struct decision_answer answer_of(const struct decision *decision, struct decision_past *past,
                                        int32_t today)
{
    struct decision_answer answer;
    decision_look(decision, past, today, &answer);
    decision_past_free(past);
    return answer;
}

static void a_gain_that_came(void **state)
{
    (void)state;
    struct decision decision = decision_of();
    struct decision_past past = past_of(100, 130, 7);
    decision.by_day = ON + SINCE_DAYS;
    decision.expected[DECISION_PROFIT] = 210;
    struct decision_answer answer = answer_of(&decision, &past, ON + SINCE_DAYS);
    assert_int_equal(answer.state, DECISION_TOLD);
    assert_false(answer.so_far);
    assert_int_equal(answer.before.from_day, ON - 56);
    assert_int_equal(answer.before.weeks, 8);
    assert_int_equal(answer.since.from_day, ON);
    assert_int_equal(answer.since.weeks, 10);
    const struct decision_outcome *profit = &answer.outcomes[DECISION_PROFIT];
    assert_int_equal(profit->before, 700);
    assert_int_equal(profit->since, 910);
    assert_int_equal(profit->came, 210);
    assert_true(profit->has_verdict);
    assert_int_equal(profit->verdict, DECISION_AS_EXPECTED);
    assert_int_equal(answer.main, DECISION_PROFIT);
    /* Weeks of +-7: variances of the means 8*49/7/8 and 10*49/9/10, their root 3.528; 15.04
       degrees of freedom, t = 1.3405. */
    assert_true(fabs(profit->high - 210 - 4.73) < 0.02);
    assert_true(fabs(210 - profit->low - 4.73) < 0.02);
    /* The others came as well, without a verdict. */
    assert_int_equal(answer.outcomes[DECISION_REVENUE].came, 420);
    assert_int_equal(answer.outcomes[DECISION_ORDERS].came, 210 * 1000);
    assert_int_equal(answer.outcomes[DECISION_HOURS].came, 210 * 1000);
    assert_false(answer.outcomes[DECISION_REVENUE].has_verdict);
    assert_false(answer.outcomes[DECISION_KEPT].told);
}

static enum decision_verdict verdict_for(enum decision_measure measure, int64_t expected)
{
    struct decision decision = decision_of();
    struct decision_past past = past_of(100, 130, 7);
    decision.expected[measure] = expected;
    struct decision_answer answer = answer_of(&decision, &past, ON + SINCE_DAYS);
    assert_int_equal(answer.main, measure);
    return answer.outcomes[measure].verdict;
}

static void better_and_worse(void **state)
{
    (void)state;
    assert_int_equal(verdict_for(DECISION_PROFIT, 205), DECISION_AS_EXPECTED);
    assert_int_equal(verdict_for(DECISION_PROFIT, 215), DECISION_AS_EXPECTED);
    assert_int_equal(verdict_for(DECISION_PROFIT, 203), DECISION_BETTER);
    assert_int_equal(verdict_for(DECISION_PROFIT, 217), DECISION_WORSE);
    assert_int_equal(verdict_for(DECISION_REVENUE, -100), DECISION_BETTER);
    assert_int_equal(verdict_for(DECISION_ORDERS, 300000), DECISION_WORSE);
    /* More work than expected is worse. */
    assert_int_equal(verdict_for(DECISION_HOURS, 100000), DECISION_WORSE);
    assert_int_equal(verdict_for(DECISION_HOURS, 300000), DECISION_BETTER);
}

/* The same gain under noise: 150 was expected, and 210 is not clearly more. */
static void noise_is_not_a_verdict(void **state)
{
    (void)state;
    struct decision decision = decision_of();
    struct decision_past past = past_of(100, 130, 95);
    decision.expected[DECISION_PROFIT] = 150;
    struct decision_answer answer = answer_of(&decision, &past, ON + SINCE_DAYS);
    assert_int_equal(answer.outcomes[DECISION_PROFIT].came, 210);
    assert_int_equal(answer.outcomes[DECISION_PROFIT].verdict, DECISION_AS_EXPECTED);
}

static void without_noise_it_is_exact(void **state)
{
    (void)state;
    struct decision decision = decision_of();
    struct decision_past past = past_of(100, 130, 0);
    decision.expected[DECISION_PROFIT] = 211;
    struct decision_answer answer = answer_of(&decision, &past, ON + SINCE_DAYS);
    assert_int_equal(answer.outcomes[DECISION_PROFIT].verdict, DECISION_WORSE);
    assert_true(answer.outcomes[DECISION_PROFIT].low == 210);
}

/* A third of a cent a day, seven days: rounded once, at the end. */
static void cents_are_exact(void **state)
{
    (void)state;
    struct decision decision = decision_of();
    struct decision_past past = past_of(0, 0, 0);
    for (uint32_t i = 0; i < past.day_count; i++) {
        past.days[i].throughput_micro = i < BEFORE_DAYS ? -333333 : 333333;
    }
    struct decision_answer answer = answer_of(&decision, &past, ON + SINCE_DAYS);
    assert_int_equal(answer.outcomes[DECISION_PROFIT].before, -2);
    assert_int_equal(answer.outcomes[DECISION_PROFIT].since, 2);
    assert_int_equal(answer.outcomes[DECISION_PROFIT].came, 5);
}

static void so_far(void **state)
{
    (void)state;
    struct decision decision = decision_of();
    struct decision_past past = past_of(100, 130, 7);
    decision.by_day = ON + SINCE_DAYS;
    /* 66 days: nine full weeks, of which the last eight count. */
    struct decision_answer answer = answer_of(&decision, &past, ON + 66);
    assert_true(answer.so_far);
    assert_int_equal(answer.since.from_day, ON + 7);
    assert_int_equal(answer.since.weeks, 8);
    /* A `by` of three days is looked at after four weeks. */
    decision.by_day = ON + 3;
    past = past_of(100, 130, 7);
    answer = answer_of(&decision, &past, ON + 27);
    assert_true(answer.so_far);
    assert_int_equal(answer.state, DECISION_SHORT_SINCE);
    past = past_of(100, 130, 7);
    answer = answer_of(&decision, &past, ON + 60);
    assert_false(answer.so_far);
    assert_int_equal(answer.since.weeks, 4);
}

static void too_little_to_say(void **state)
{
    (void)state;
    struct decision decision = decision_of();
    struct decision_past past = past_of(100, 130, 7);
    decision.expected[DECISION_PROFIT] = 210;
    struct decision_answer answer = answer_of(&decision, &past, ON + 27);
    assert_int_equal(answer.state, DECISION_SHORT_SINCE);
    assert_int_equal(answer.sayable_day, ON + 28);
    assert_int_equal(answer.main, DECISION_MEASURES);
    assert_false(answer.outcomes[DECISION_PROFIT].told);

    past = past_of(100, 130, 7);
    assert_int_equal(answer_of(&decision, &past, ON + 28).state, DECISION_TOLD);

    past = past_of(100, 130, 7);
    assert_int_equal(answer_of(&decision, &past, ON - 1).state, DECISION_AHEAD);

    /* Records begin 27 days before it, or ended long before it. */
    past = past_of(100, 130, 7);
    past.first_day = ON - 27;
    assert_int_equal(answer_of(&decision, &past, ON + 60).state, DECISION_SHORT_BEFORE);
    past = past_of(100, 130, 7);
    past.last_day = ON - 9;
    assert_int_equal(answer_of(&decision, &past, ON + 60).state, DECISION_SHORT_BEFORE);

    /* The last sale is of the third week since: nothing is known of the fourth. */
    past = past_of(100, 130, 7);
    past.last_day = ON + 15;
    answer = answer_of(&decision, &past, ON + 60);
    assert_int_equal(answer.state, DECISION_SHORT_SINCE);
    assert_int_equal(answer.since.weeks, 3);

    struct decision_answer none;
    decision_look(&decision, NULL, ON, &none);
    assert_int_equal(none.state, DECISION_NO_RECORDS);
}

/* An activity of 35 a week ends with the decision; rent falls by 10 with the shop file of its 14th
 * day. */
static void costs_are_those_of_their_time(void **state)
{
    (void)state;
    struct decision decision = decision_of();
    struct decision_past past = past_of(100, 95, 0);
    past.activity_count = 1;
    past.runs = calloc(1, sizeof *past.runs);
    past.costs = calloc(2, sizeof *past.costs);
    past.cost_count = 2;
    past.runs[0] = (struct decision_run){ON - 1000, ON};
    for (int i = 0; i < 2; i++) {
        past.costs[i].fixed_micro = calloc(1, sizeof(int64_t));
        past.costs[i].fixed_micro[0] = 35 * MICRO;
    }
    past.costs[0].from_day = ON - 30;
    past.costs[0].operating_micro = 60 * MICRO;
    past.costs[1].from_day = ON + 14;
    past.costs[1].operating_micro = 50 * MICRO;
    struct decision_answer answer = answer_of(&decision, &past, ON + 28);
    const struct decision_outcome *profit = &answer.outcomes[DECISION_PROFIT];
    assert_int_equal(profit->before, 700 - 60 - 35);
    assert_int_equal(profit->since, 665 - 55);
    assert_int_equal(profit->came, 5);
}

static struct decision_answer kept_of(uint32_t due, uint32_t kept, int64_t expected)
{
    struct decision decision = decision_of();
    struct decision_past past = past_of(100, 100, 0);
    decision.expected[DECISION_KEPT] = expected;
    for (uint32_t i = 0; i < past.day_count; i++) {
        past.days[i].due = due;
        past.days[i].kept = i < BEFORE_DAYS ? due / 2 : kept;
    }
    return answer_of(&decision, &past, ON + SINCE_DAYS);
}

static void promises_kept(void **state)
{
    (void)state;
    struct decision_answer answer = kept_of(20, 19, 95000);
    const struct decision_outcome *kept = &answer.outcomes[DECISION_KEPT];
    assert_int_equal(kept->before, 50000);
    assert_int_equal(kept->came, 95000);
    assert_int_equal(kept->verdict, DECISION_AS_EXPECTED);
    assert_true(kept->low > 94000 && kept->low < 95000);
    assert_int_equal(kept_of(20, 19, 98000).outcomes[DECISION_KEPT].verdict, DECISION_WORSE);
    assert_int_equal(kept_of(20, 19, 90000).outcomes[DECISION_KEPT].verdict, DECISION_BETTER);
    /* All of 56 kept is no proof of more than 98 percent. */
    answer = kept_of(1, 1, 98000);
    assert_int_equal(answer.outcomes[DECISION_KEPT].came, 100000);
    assert_int_equal(answer.outcomes[DECISION_KEPT].verdict, DECISION_AS_EXPECTED);
    assert_false(kept_of(0, 0, 98000).outcomes[DECISION_KEPT].told);
}

/* Normal weeks without any gain: an interval that says 80 holds the truth about 80 times in 100. */
static void intervals_hold(void **state)
{
    (void)state;
    enum { RUNS = 2000 };
    uint64_t seed = 7;
    int held = 0;
    for (int run = 0; run < RUNS; run++) {
        struct decision decision = decision_of();
        struct decision_past past = past_of(1000, 1000, 0);
        for (uint32_t i = 0; i < past.day_count; i++) {
            double sum = 0;
            for (int j = 0; j < 12; j++) {
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                sum += (double)(seed >> 11) / 9007199254740992.0;
            }
            past.days[i].throughput_micro = (int64_t)(1e9 + 2e8 * (sum - 6));
        }
        decision.expected[DECISION_PROFIT] = 0;
        struct decision_answer answer = answer_of(&decision, &past, ON + SINCE_DAYS);
        held += answer.outcomes[DECISION_PROFIT].verdict == DECISION_AS_EXPECTED;
    }
    assert_in_range(held, RUNS * 77 / 100, RUNS * 83 / 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gain_that_came),       cmocka_unit_test(better_and_worse),
        cmocka_unit_test(noise_is_not_a_verdict), cmocka_unit_test(without_noise_it_is_exact),
        cmocka_unit_test(cents_are_exact),        cmocka_unit_test(so_far),
        cmocka_unit_test(too_little_to_say),      cmocka_unit_test(costs_are_those_of_their_time),
        cmocka_unit_test(promises_kept),          cmocka_unit_test(intervals_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

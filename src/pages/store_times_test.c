/* Times are asked for once a second and question, whatever the crowd; what could be had but not
 * promised is left out; and more different questions than there is room for are refused.
 *
 * The engine here is a list of submitted questions that the test answers when it wants to; the core
 * is a session every hour, promised up to an instant that the test sets. */
#include "pages/store_times.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { HOUR = 3600, SECOND_NS = 1000000000 };

static struct engine_task *waiting[256];
static uint32_t waiting_count;
static uint32_t submitted;
static int64_t promised_until;
static struct offer offers[2] = {{.on_site = true, .seats = 5}, {.on_site = true, .retired = true}};
static struct shop shop = {.offer_count = 2, .offers = offers};

bool engine_submit(struct engine *engine, struct engine_task *task)
{
    (void)engine;
    waiting[waiting_count++] = task;
    submitted++;
    return true;
}

const struct shop *promise_state_shop(const struct promise_state *state)
{
    (void)state;
    return &shop;
}

void promise_quote(struct promise_state *state, const struct promise_command *command,
                   struct promise_answer *answer, struct promise_plan *plan)
{
    (void)state;
    (void)plan;
    assert_true(command->hold);
    bool late = command->ask.want.kind == WANT_AT && command->ask.want.value > promised_until;
    bool retired = offers[command->ask.lines[0].offer.index].retired;
    *answer = (struct promise_answer){.result = retired ? PROMISE_OFFER_RETIRED
                                                : late  ? PROMISE_SOLD_OUT
                                                        : PROMISE_OK};
}

/* The second session has two seats left; the others are new. */
uint32_t promise_times(struct promise_state *state, const struct promise_command *command,
                       struct offered_time *times, uint32_t most)
{
    (void)state;
    int64_t from = command->ask.want.kind == WANT_AT ? command->ask.want.value : command->now;
    for (uint32_t i = 0; i < most; i++) {
        int64_t start = from + (int64_t)i * HOUR;
        times[i] = (struct offered_time){start, start + HOUR, i == 1 ? 2 : 0};
    }
    return most;
}

static void answer_all(enum status status)
{
    uint32_t count = waiting_count;
    waiting_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        waiting[i]->status = status;
        if (status == STATUS_OK) {
            waiting[i]->question(NULL, HOUR, waiting[i]->context);
        }
        waiting[i]->done(waiting[i]);
    }
}

static struct store_times *times;
static uint32_t woken;
static struct offer_times seen;
static bool seen_any;

static void ready(struct times_waiter *waiter, const struct offer_times *found)
{
    (void)waiter;
    woken++;
    seen_any = found != NULL;
    if (seen_any) {
        seen = *found;
    }
}

static bool ask(struct times_waiter *waiter, uint16_t offer, int64_t from, uint64_t now_ns)
{
    waiter->ready = ready;
    struct times_key key = {.from = from, .quantity_thousandths = 1000, .offer = offer};
    return store_times_ask(times, &key, now_ns, waiter);
}

static int setup(void **state)
{
    (void)state;
    times = store_times_open(NULL);
    waiting_count = 0;
    submitted = 0;
    woken = 0;
    promised_until = INT64_MAX;
    return times == NULL;
}

static int teardown(void **state)
{
    (void)state;
    store_times_close(times);
    return 0;
}

static void test_a_crowd_is_one_question_a_second(void **state)
{
    (void)state;
    static struct times_waiter crowd[100];
    for (uint32_t i = 0; i < 100; i++) {
        assert_true(ask(&crowd[i], 0, 0, SECOND_NS));
    }
    assert_int_equal(submitted, 1);
    assert_int_equal(woken, 0);
    answer_all(STATUS_OK);
    assert_int_equal(woken, 100);
    assert_int_equal(seen.count, TIMES_MAX);
    assert_int_equal(seen.times[0].start, HOUR);
    assert_int_equal(seen.times[0].seats, 5);
    assert_int_equal(seen.times[1].seats, 2);
    assert_true(ask(&crowd[0], 0, 0, 2 * (uint64_t)SECOND_NS - 1));
    assert_int_equal(woken, 101);
    assert_int_equal(submitted, 1);
    assert_true(ask(&crowd[0], 0, 0, 2 * (uint64_t)SECOND_NS));
    assert_int_equal(submitted, 2);
    answer_all(STATUS_OK);
}

static void test_what_is_not_promised_is_not_offered(void **state)
{
    (void)state;
    struct times_waiter waiter;
    promised_until = 13 * HOUR;
    assert_true(ask(&waiter, 0, 10 * HOUR, SECOND_NS));
    answer_all(STATUS_OK);
    assert_int_equal(seen.count, 4);
    assert_int_equal(seen.times[3].start, 13 * HOUR);
    assert_true(ask(&waiter, 1, 0, SECOND_NS));
    answer_all(STATUS_OK);
    assert_int_equal(seen.result, PROMISE_OFFER_RETIRED);
    assert_int_equal(seen.count, 0);
}

static void test_a_core_that_cannot_answer_is_asked_again(void **state)
{
    (void)state;
    struct times_waiter waiter;
    assert_true(ask(&waiter, 0, 0, SECOND_NS));
    answer_all(STATUS_BUSY);
    assert_false(seen_any);
    assert_true(ask(&waiter, 0, 0, SECOND_NS));
    assert_int_equal(submitted, 2);
    answer_all(STATUS_OK);
    assert_true(seen_any);
}

static void test_questions_under_way_are_bounded(void **state)
{
    (void)state;
    static struct times_waiter many[200];
    uint32_t taken = 0;
    while (taken < 200 && ask(&many[taken], 0, 1000 + taken, SECOND_NS)) {
        taken++;
    }
    assert_int_equal(taken, 64);
    assert_true(ask(&many[64], 0, 1000, SECOND_NS));
    assert_int_equal(submitted, 64);
    answer_all(STATUS_OK);
    assert_int_equal(woken, 65);
    assert_true(ask(&many[0], 0, 5000, SECOND_NS));
    answer_all(STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_crowd_is_one_question_a_second, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_not_promised_is_not_offered, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_core_that_cannot_answer_is_asked_again, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_questions_under_way_are_bounded, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Dates are asked for once a second and offer, whatever the crowd, and a version changes only with
 * what a page would show.
 *
 * The engine here is a list of submitted questions that the test answers when it wants to; the core
 * is a day that the test sets. */
#include "pages/store_dates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* ---- the engine and the core ---- */

static struct engine_task *waiting[256];
static uint32_t waiting_count;
static uint32_t submitted;
static bool full;
static int32_t core_day;
static uint32_t quotes;

/* The last one is a class, with two evenings. */
static struct offer offers[8] = {[7] = {.on_site = true, .seats = 4, .routing = {.count = 1}}};
static uint32_t core_seats = 4;
static struct shop shop = {.offer_count = 8, .offers = offers};

bool engine_submit(struct engine *engine, struct engine_task *task)
{
    (void)engine;
    if (full) {
        return false;
    }
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
    assert_int_equal(command->ask.line_count, 1);
    assert_true(command->hold);
    *answer = (struct promise_answer){.result = PROMISE_OK};
    answer->summary.dates.deliver_by_day = core_day + command->ask.lines[0].offer.index;
    quotes++;
}

uint32_t promise_times(struct promise_state *state, const struct promise_command *command,
                       struct offered_time *times, uint32_t most)
{
    (void)state;
    (void)command;
    assert_true(most >= 2);
    times[0] = (struct offered_time){1000, 2000, core_seats};
    times[1] = (struct offered_time){3000, 4000, 0};
    return 2;
}

static void answer_all(enum status status)
{
    uint32_t count = waiting_count;
    waiting_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        waiting[i]->status = status;
        if (status == STATUS_OK) {
            waiting[i]->question(NULL, 0, waiting[i]->context);
        }
        waiting[i]->done(waiting[i]);
    }
}

/* ---- helpers ---- */

static struct store_dates *dates;
static uint32_t woken;
static bool woken_ok;

static void ready(struct dates_waiter *waiter, bool ok)
{
    (void)waiter;
    woken++;
    woken_ok = ok;
}

static int setup(void **state)
{
    (void)state;
    waiting_count = 0;
    submitted = 0;
    quotes = 0;
    woken = 0;
    full = false;
    core_day = 100;
    dates = store_dates_open(NULL, NULL);
    return dates != NULL && store_dates_reset(dates, &shop) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    store_dates_close(dates);
    return 0;
}

static const uint16_t three[] = {1, 2, 3};
static const uint64_t second = 1000000000;
static const uint64_t start = 50000000000;

static void ready_and_ask(struct dates_waiter *waiter, bool ok)
{
    ready(waiter, ok);
    waiter->ready = ready;
    assert_true(store_dates_ask(dates, three, 3, start, waiter));
}

static uint64_t versions_of(const uint16_t *list, uint32_t count)
{
    uint64_t versions;
    uint64_t asked_ns;
    store_dates_look(dates, list, count, start, &versions, &asked_ns);
    return versions;
}

static enum dates_age age_at(uint64_t now_ns)
{
    uint64_t versions;
    uint64_t asked_ns;
    return store_dates_look(dates, three, 3, now_ns, &versions, &asked_ns);
}

/* ---- tests ---- */

/* A seat that is taken changes the page; nothing else has times. */
static void test_times(void **state)
{
    (void)state;
    static const uint16_t class[] = {7};
    core_seats = 3;
    store_dates_ask(dates, class, 1, start, NULL);
    answer_all(STATUS_OK);
    const struct offer_date *date = store_dates_of(dates, 7);
    assert_int_equal(date->time_count, 2);
    assert_int_equal(date->times[0].seats, 3);
    assert_int_equal(date->times[1].seats, 4);
    uint64_t before = versions_of(class, 1);
    core_seats = 2;
    store_dates_ask(dates, class, 1, start + second, NULL);
    answer_all(STATUS_OK);
    assert_int_equal(versions_of(class, 1), before + 1);
    store_dates_ask(dates, three, 3, start, NULL);
    answer_all(STATUS_OK);
    assert_int_equal(store_dates_of(dates, 1)->time_count, 0);
}

static void test_ages(void **state)
{
    (void)state;
    assert_int_equal(age_at(start), DATES_OLD);
    struct dates_waiter waiter = {.ready = ready};
    assert_true(store_dates_ask(dates, three, 3, start, &waiter));
    assert_int_equal(woken, 0);
    answer_all(STATUS_OK);
    assert_int_equal(woken, 1);
    assert_true(woken_ok);
    assert_int_equal(store_dates_of(dates, 2)->summary.dates.deliver_by_day, 102);
    assert_int_equal(age_at(start), DATES_FRESH);
    assert_int_equal(age_at(start + second - 1), DATES_FRESH);
    assert_int_equal(age_at(start + second), DATES_STALE);
    assert_int_equal(age_at(start + 10 * second - 1), DATES_STALE);
    assert_int_equal(age_at(start + 10 * second), DATES_OLD);
}

/* A crowd of 100,000 views in ten seconds costs one question a second. */
static void test_once_a_second(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 100000; i++) {
        uint64_t now_ns = start + i * 100000;
        if (age_at(now_ns) != DATES_FRESH) {
            assert_true(store_dates_ask(dates, three, 3, now_ns, NULL));
        }
        if (i % 50 == 49) {
            answer_all(STATUS_OK);
        }
    }
    assert_in_range(submitted, 9, 10);
    assert_int_equal(quotes, 3 * submitted);
}

static void test_versions(void **state)
{
    (void)state;
    uint64_t before = versions_of(three, 3);
    store_dates_ask(dates, three, 3, start, NULL);
    answer_all(STATUS_OK);
    uint64_t first = versions_of(three, 3);
    assert_int_not_equal(before, first);
    store_dates_ask(dates, three, 3, start + second, NULL);
    answer_all(STATUS_OK);
    assert_int_equal(versions_of(three, 3), first);
    core_day = 101;
    store_dates_ask(dates, three, 3, start + 2 * second, NULL);
    answer_all(STATUS_OK);
    assert_int_equal(versions_of(three, 3), first + 3);
}

static void test_joins(void **state)
{
    (void)state;
    struct dates_waiter waiters[5];
    for (int i = 0; i < 5; i++) {
        waiters[i] = (struct dates_waiter){.ready = ready};
        assert_true(store_dates_ask(dates, three, 3, start, &waiters[i]));
    }
    assert_int_equal(submitted, 1);
    assert_true(store_dates_ask(dates, three, 3, start, NULL));
    assert_int_equal(submitted, 1);
    answer_all(STATUS_OK);
    assert_int_equal(woken, 5);
    /* Only what is stale, and not asked for by another page, is asked for again. */
    const uint16_t four[] = {1, 2, 3, 4};
    quotes = 0;
    store_dates_ask(dates, four, 4, start + 1, NULL);
    answer_all(STATUS_OK);
    assert_int_equal(quotes, 1);
}

static void test_failures(void **state)
{
    (void)state;
    full = true;
    struct dates_waiter waiter = {.ready = ready};
    assert_false(store_dates_ask(dates, three, 3, start, &waiter));
    full = false;
    assert_true(store_dates_ask(dates, three, 3, start, &waiter));
    answer_all(STATUS_IO);
    assert_int_equal(woken, 1);
    assert_false(woken_ok);
    assert_int_equal(age_at(start), DATES_OLD);
    assert_true(store_dates_ask(dates, three, 3, start, NULL));
    assert_int_equal(submitted, 2);
    answer_all(STATUS_OK);
    assert_int_equal(age_at(start), DATES_FRESH);
}

/* One who asks again at once takes nobody's answer away. */
static void test_asks_again(void **state)
{
    (void)state;
    struct dates_waiter waiters[2] = {{.ready = ready}, {.ready = ready_and_ask}};
    store_dates_ask(dates, three, 3, start, &waiters[0]);
    store_dates_ask(dates, three, 3, start, &waiters[1]); /* woken first */
    answer_all(STATUS_IO);
    assert_int_equal(woken, 2);
    assert_false(woken_ok);
    answer_all(STATUS_OK);
    assert_int_equal(woken, 3);
    assert_true(woken_ok);
}

/* An answer of the shop of before is not taken for the new one's, and its questions are not joined.
 */
static void test_reset(void **state)
{
    (void)state;
    struct dates_waiter waiters[2] = {{.ready = ready}, {.ready = ready}};
    store_dates_ask(dates, three, 3, start, &waiters[0]);
    uint64_t before = versions_of(three, 3);
    assert_true(store_dates_reset(dates, &shop));
    assert_int_not_equal(versions_of(three, 3), before);
    store_dates_ask(dates, three, 3, start, &waiters[1]);
    assert_int_equal(submitted, 2);
    answer_all(STATUS_OK);
    assert_int_equal(woken, 2);
    assert_int_equal(age_at(start), DATES_FRESH);

    store_dates_ask(dates, three, 3, start + second, NULL);
    assert_true(store_dates_reset(dates, &shop));
    answer_all(STATUS_OK);
    assert_int_equal(age_at(start + second), DATES_OLD);
}

/* More questions at once than there is room for are refused, not forgotten. */
static void test_bound(void **state)
{
    (void)state;
    static struct dates_waiter waiters[200];
    uint32_t taken = 0;
    for (uint16_t i = 0; i < 200; i++) {
        uint16_t pair[] = {(uint16_t)(i % 8), (uint16_t)(i / 8 % 8), (uint16_t)(i / 64)};
        waiters[i] = (struct dates_waiter){.ready = ready};
        taken += store_dates_ask(dates, pair, 3, start, &waiters[i]);
    }
    assert_in_range(taken, 1, 199);
    answer_all(STATUS_OK);
    assert_int_equal(woken, taken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_ages, setup, teardown),
        cmocka_unit_test_setup_teardown(test_once_a_second, setup, teardown),
        cmocka_unit_test_setup_teardown(test_versions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_times, setup, teardown),
        cmocka_unit_test_setup_teardown(test_joins, setup, teardown),
        cmocka_unit_test_setup_teardown(test_failures, setup, teardown),
        cmocka_unit_test_setup_teardown(test_asks_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reset, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bound, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

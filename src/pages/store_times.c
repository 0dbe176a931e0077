/* A few questions with their answers; the one that was asked longest ago makes room.
 *
 * The core's thread fills `found` between submit and done (it touches nothing else here); all else
 * is the door's thread's alone. Times that could be had but not promised (beyond max_days) are left
 * out by asking for the last ones until one is promised: later ones are never promised sooner. */
#include "pages/store_times.h"

#include "base/assert.h"

#include <stdlib.h>

enum { QUESTIONS_MAX = 64 };

struct question {
    struct engine_task task; /* first: `done` gets its address */
    struct times_key key;
    uint64_t asked_ns; /* 0: nothing is known */
    bool under_way;
    struct offer_times found;
    struct times_waiter *waiters;
};

struct store_times {
    struct engine *engine;
    struct question questions[QUESTIONS_MAX];
};

struct store_times *store_times_open(struct engine *engine)
{
    struct store_times *times = calloc(1, sizeof *times);
    if (times != NULL) {
        times->engine = engine;
    }
    return times;
}

void store_times_close(struct store_times *times)
{
    free(times);
}

bool store_times_has(const struct offer *offer)
{
    return offer->on_site && offer->routing.count > 0 &&
           (offer->seats > 0 || offer->routing.operations[0].whole);
}

/* ---- on the core's thread ---- */

static enum promise_result asked_at(struct promise_state *state, struct promise_command *command,
                                    int64_t at)
{
    struct promise_answer answer;
    command->ask.want = (struct promise_want){at == 0 ? WANT_SOONEST : WANT_AT, at};
    promise_quote(state, command, &answer, NULL);
    return answer.result;
}

uint32_t store_times_find(struct promise_state *state, struct promise_command *command,
                          int64_t from, struct offered_time *times, uint32_t most)
{
    const struct offer *offer =
        &promise_state_shop(state)->offers[command->ask.lines[0].offer.index];
    command->ask.want = (struct promise_want){from == 0 ? WANT_SOONEST : WANT_AT, from};
    uint32_t count = promise_times(state, command, times, most);
    while (count > 0 && asked_at(state, command, times[count - 1].start) != PROMISE_OK) {
        count--;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (times[i].seats == 0) {
            times[i].seats = (uint32_t)offer->seats;
        }
    }
    return count;
}

static void question_answer(struct promise_state *state, int64_t now, void *context)
{
    struct question *question = context;
    struct promise_line line = {{question->key.offer}, question->key.quantity_thousandths};
    struct promise_command command = {
        .kind = PROMISE_PLACE, .now = now, .hold = true, .ask = {.line_count = 1, .lines = &line}};
    struct offer_times *found = &question->found;
    *found = (struct offer_times){.result = PROMISE_OFFER_RETIRED};
    if (question->key.offer < promise_state_shop(state)->offer_count) {
        found->result = asked_at(state, &command, 0);
    }
    if (found->result == PROMISE_OK) {
        int64_t from = question->key.from > now ? question->key.from : 0;
        found->count = store_times_find(state, &command, from, found->times, TIMES_MAX);
    }
}

/* ---- on the door's thread ---- */

static void question_done(struct engine_task *task)
{
    struct question *question = (struct question *)task;
    bool good = task->status == STATUS_OK;
    struct times_waiter *waiter = question->waiters;
    struct offer_times found = question->found; /* whoever is woken may ask anew */
    question->waiters = NULL;
    question->under_way = false;
    question->asked_ns = good ? question->asked_ns : 0;
    while (waiter != NULL) {
        struct times_waiter *next = waiter->next;
        waiter->ready(waiter, good ? &found : NULL);
        waiter = next;
    }
}

static bool key_same(const struct times_key *a, const struct times_key *b)
{
    return a->offer == b->offer && a->quantity_thousandths == b->quantity_thousandths &&
           a->from == b->from;
}

/* The question with this key, else the oldest that is not under way; NULL if all are. */
static struct question *question_find(struct store_times *times, const struct times_key *key)
{
    struct question *oldest = NULL;
    for (int i = 0; i < QUESTIONS_MAX; i++) {
        struct question *question = &times->questions[i];
        bool known = question->under_way || question->asked_ns != 0;
        if (known && key_same(&question->key, key)) {
            return question;
        }
        if (!question->under_way && (oldest == NULL || question->asked_ns < oldest->asked_ns)) {
            oldest = question;
        }
    }
    return oldest;
}

static bool question_submit(struct store_times *times, struct question *question,
                            const struct times_key *key, uint64_t now_ns)
{
    *question = (struct question){.key = *key, .asked_ns = now_ns};
    question->task.kind = TASK_QUESTION;
    question->task.question = question_answer;
    question->task.context = question;
    question->task.done = question_done;
    question->under_way = engine_submit(times->engine, &question->task);
    if (!question->under_way) {
        question->asked_ns = 0;
    }
    return question->under_way;
}

bool store_times_ask(struct store_times *times, const struct times_key *key, uint64_t now_ns,
                     struct times_waiter *waiter)
{
    struct question *question = question_find(times, key);
    if (question == NULL) {
        return false;
    }
    bool same = key_same(&question->key, key);
    if (same && !question->under_way && question->asked_ns != 0 &&
        now_ns - question->asked_ns < TIMES_FRESH_NS) {
        waiter->ready(waiter, &question->found);
        return true;
    }
    if (!question->under_way && !question_submit(times, question, key, now_ns)) {
        return false;
    }
    ASSERT(key_same(&question->key, key));
    waiter->next = question->waiters;
    question->waiters = waiter;
    return true;
}

/* A row for each offer and a few questions under way.
 *
 * store_dates_ask takes a free question, writes down the offers that want an answer and submits it;
 * the core's thread fills `answers` (it touches nothing else here); `question_done` runs on the
 * door's thread, brings the answers into the rows and wakes who waits. A question asked for the
 * same offers meanwhile is joined instead of asked again.
 *
 * Invariant: a question is the core's from submit to done; rows are the door's thread's alone.
 * Rejected: refreshing every offer on a timer, which costs the core a question for each offer that
 * nobody looks at. */
#include "pages/store_dates.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "pages/store_times.h"

#include <stdlib.h>

enum { QUESTIONS_MAX = 64 };

struct date_row {
    uint64_t asked_ns; /* 0: never */
    uint64_t version;
    bool asking;
    struct offer_date date;
};

struct question {
    struct engine_task task; /* first: `done` gets its address */
    struct store_dates *dates;
    bool under_way;
    uint32_t generation; /* of the shop that it was asked by */
    uint64_t asked_ns;
    uint32_t count;
    uint16_t offers[CACHE_OFFERS_MAX];
    struct offer_date answers[CACHE_OFFERS_MAX];
    struct dates_waiter *waiters;
};

struct store_dates {
    struct engine *engine;
    struct env *env;
    uint32_t generation;
    uint32_t row_count;
    struct date_row *rows;
    struct question questions[QUESTIONS_MAX];
};

struct store_dates *store_dates_open(struct engine *engine, struct env *env)
{
    struct store_dates *dates = calloc(1, sizeof *dates);
    if (dates != NULL) {
        dates->engine = engine;
        dates->env = env;
    }
    return dates;
}

void store_dates_close(struct store_dates *dates)
{
    if (dates != NULL) {
        free(dates->rows);
        free(dates);
    }
}

bool store_dates_reset(struct store_dates *dates, const struct shop *shop)
{
    struct date_row *rows = calloc(shop->offer_count + 1u, sizeof *rows);
    if (rows == NULL) {
        return false;
    }
    /* Versions go on from the old ones, so that a page made before can never look unchanged. */
    for (uint32_t i = 0; i < shop->offer_count; i++) {
        rows[i].version = (i < dates->row_count ? dates->rows[i].version : 0) + 1;
    }
    free(dates->rows);
    dates->rows = rows;
    dates->row_count = shop->offer_count;
    dates->generation++;
    return true;
}

enum dates_age store_dates_look(const struct store_dates *dates, const uint16_t *offers,
                                uint32_t count, uint64_t now_ns, uint64_t *versions,
                                uint64_t *asked_ns)
{
    uint64_t sum = 0;
    uint64_t oldest = now_ns;
    for (uint32_t i = 0; i < count; i++) {
        ASSERT(offers[i] < dates->row_count);
        const struct date_row *row = &dates->rows[offers[i]];
        sum += row->version;
        if (row->asked_ns < oldest) {
            oldest = row->asked_ns;
        }
    }
    *versions = sum;
    *asked_ns = oldest;
    if (now_ns - oldest < DATES_FRESH_NS) {
        return DATES_FRESH;
    }
    return oldest != 0 && now_ns - oldest < DATES_USABLE_NS ? DATES_STALE : DATES_OLD;
}

const struct offer_date *store_dates_of(const struct store_dates *dates, uint16_t offer)
{
    ASSERT(offer < dates->row_count);
    return &dates->rows[offer].date;
}

/* On the core's thread. */
static void question_answer(struct promise_state *state, int64_t now, void *context)
{
    struct question *question = context;
    const struct shop *shop = promise_state_shop(state);
    for (uint32_t i = 0; i < question->count; i++) {
        struct offer_date *date = &question->answers[i];
        struct promise_line line = {{question->offers[i]}, THOUSAND};
        struct promise_command command = {.kind = PROMISE_PLACE,
                                          .now = now,
                                          .hold = true,
                                          .ask = {.line_count = 1, .lines = &line}};
        struct promise_answer answer = {.result = PROMISE_OFFER_RETIRED};
        if (question->offers[i] < shop->offer_count) {
            promise_quote(state, &command, &answer, NULL);
        }
        *date = (struct offer_date){.result = answer.result,
                                    .has_possible = answer.has_possible,
                                    .possible_day = answer.possible_day,
                                    .summary = answer.summary};
        if (answer.result == PROMISE_OK && store_times_has(&shop->offers[question->offers[i]])) {
            date->time_count = store_times_find(state, &command, 0, date->times, OFFER_TIMES_MAX);
        }
    }
}

static bool times_same(const struct offer_date *a, const struct offer_date *b)
{
    bool same = a->time_count == b->time_count;
    for (uint32_t i = 0; same && i < a->time_count; i++) {
        same = a->times[i].start == b->times[i].start && a->times[i].end == b->times[i].end &&
               a->times[i].seats == b->times[i].seats;
    }
    return same;
}

/* Would a page that shows these say the same? */
static bool date_same(const struct offer_date *a, const struct offer_date *b)
{
    const struct promise_summary *x = &a->summary;
    const struct promise_summary *y = &b->summary;
    return a->result == b->result && a->has_possible == b->has_possible &&
           a->possible_day == b->possible_day && x->dates.has_ship_by == y->dates.has_ship_by &&
           x->dates.ship_by == y->dates.ship_by &&
           x->dates.deliver_by_day == y->dates.deliver_by_day && x->limit.cause == y->limit.cause &&
           x->limit.index == y->limit.index && x->limit.until == y->limit.until && times_same(a, b);
}

static void question_keep(struct question *question)
{
    struct store_dates *dates = question->dates;
    bool good = question->task.status == STATUS_OK && question->generation == dates->generation;
    for (uint32_t i = 0; i < question->count; i++) {
        if (question->offers[i] >= dates->row_count) {
            continue;
        }
        struct date_row *row = &dates->rows[question->offers[i]];
        row->asking = false;
        if (good && row->asked_ns <= question->asked_ns) {
            row->version += !date_same(&row->date, &question->answers[i]);
            row->date = question->answers[i];
            row->asked_ns = question->asked_ns;
        }
    }
}

static void question_done(struct engine_task *task)
{
    struct question *question = (struct question *)task;
    question_keep(question);
    struct dates_waiter *waiter = question->waiters;
    bool ok = task->status == STATUS_OK; /* `ready` may ask again, and take this question for it */
    question->waiters = NULL;
    question->under_way = false;
    while (waiter != NULL) {
        struct dates_waiter *next = waiter->next;
        waiter->ready(waiter, ok);
        waiter = next;
    }
}

/* The question under way that has all of these offers; NULL if there is none. */
static struct question *question_find(struct store_dates *dates, const uint16_t *offers,
                                      uint32_t count)
{
    for (int i = 0; i < QUESTIONS_MAX; i++) {
        struct question *question = &dates->questions[i];
        if (question->under_way && question->generation == dates->generation &&
            question->count == count &&
            memcmp(question->offers, offers, count * sizeof *offers) == 0) {
            return question;
        }
    }
    return NULL;
}

static struct question *question_free(struct store_dates *dates)
{
    for (int i = 0; i < QUESTIONS_MAX; i++) {
        if (!dates->questions[i].under_way) {
            return &dates->questions[i];
        }
    }
    return NULL;
}

/* The offers to ask for: all of them for one who waits, else those that are stale and that nobody
 * asks for yet. */
static uint32_t offers_choose(const struct store_dates *dates, const uint16_t *offers,
                              uint32_t count, uint64_t now_ns, bool all, uint16_t *chosen)
{
    uint32_t chosen_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct date_row *row = &dates->rows[offers[i]];
        if (all || (!row->asking && now_ns - row->asked_ns >= DATES_FRESH_NS)) {
            chosen[chosen_count++] = offers[i];
        }
    }
    return chosen_count;
}

bool store_dates_ask(struct store_dates *dates, const uint16_t *offers, uint32_t count,
                     uint64_t now_ns, struct dates_waiter *waiter)
{
    ASSERT(count > 0 && count <= CACHE_OFFERS_MAX);
    uint16_t chosen[CACHE_OFFERS_MAX];
    uint32_t chosen_count = offers_choose(dates, offers, count, now_ns, waiter != NULL, chosen);
    if (chosen_count == 0) {
        return true;
    }
    struct question *question = question_find(dates, chosen, chosen_count);
    if (question == NULL) {
        question = question_free(dates);
        if (question == NULL) {
            return false;
        }
        *question = (struct question){.dates = dates,
                                      .generation = dates->generation,
                                      .asked_ns = now_ns,
                                      .count = chosen_count};
        memcpy(question->offers, chosen, chosen_count * sizeof *chosen);
        question->task.kind = TASK_QUESTION;
        question->task.question = question_answer;
        question->task.context = question;
        question->task.done = question_done;
        if (!engine_submit(dates->engine, &question->task)) {
            return false;
        }
        question->under_way = true;
        for (uint32_t i = 0; i < chosen_count; i++) {
            dates->rows[chosen[i]].asking = true;
        }
    }
    if (waiter != NULL) {
        waiter->next = question->waiters;
        question->waiters = waiter;
    }
    return true;
}

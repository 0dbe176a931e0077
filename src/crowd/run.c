/* The loop of a run.
 *
 *   timer (TICK_MS): who arrives by now, the second that has passed, is it over?
 *   prepare (each turn of the loop, before it waits): the time, for entries
 *   check (each turn, after it has read): questions that are due, or that wait for a connection
 *   signals: it is over
 *
 * Over: all have come and left, or `seconds` are over, or a signal, or no memory. Then the links
 * are closed, the loop runs out, and the tally is judged. */
#include "crowd/run.h"

#include "base/assert.h"
#include "crowd/visit.h"

#include <signal.h>
#include <stdlib.h>

enum { TICK_MS = 5, US_PER_SECOND = 1000000, MARGIN_US = US_PER_SECOND, P99 = 99 };

struct sending {
    struct crowd_run run;
    uv_loop_t loop;
    uv_timer_t timer;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_signal_t signals[2];
    int64_t second_us;       /* when the next one begins */
    uint32_t second_entries; /* entries when the present one began */
    bool second_busy;
    bool over;
};

static void over(struct sending *sending)
{
    if (sending->over) {
        return;
    }
    sending->over = true;
    sending->run.tally->seconds =
        (double)crowd_links_now(sending->run.links) / (double)US_PER_SECOND;
    crowd_links_stop(sending->run.links);
    uv_close((uv_handle_t *)&sending->timer, NULL);
    uv_close((uv_handle_t *)&sending->prepare, NULL);
    uv_close((uv_handle_t *)&sending->check, NULL);
    uv_close((uv_handle_t *)&sending->signals[0], NULL);
    uv_close((uv_handle_t *)&sending->signals[1], NULL);
}

static void arrivals(struct sending *sending, int64_t now_us)
{
    const struct crowd_plan *plan = sending->run.plan;
    double seconds = (double)now_us / US_PER_SECOND * plan->speed;
    uint32_t due = surge_arrived(&plan->surge, plan->visitors, seconds);
    while (sending->run.tally->came < due) {
        crowd_visitor_arrive(&sending->run, sending->run.tally->came, now_us);
    }
}

/* A second counts for the used capacity if, when it began, more waited than come in within one
 * interval of polls: of fewer, all may have been called and not have heard it yet. */
static void second_pass(struct sending *sending, int64_t now_us)
{
    struct crowd_run *run = &sending->run;
    if (now_us < sending->second_us) {
        return;
    }
    sending->second_us += US_PER_SECOND;
    if (sending->second_busy) {
        run->tally->busy_seconds++;
        run->tally->busy_entries += run->tally->entry_count - sending->second_entries;
    }
    double called_most = run->plan->rate * 1.1 * (double)run->poll_ms / 1000;
    sending->second_busy = run->plan->rate > 0 && run->waiting > called_most + 1;
    sending->second_entries = run->tally->entry_count;
    if (run->plan->progress != NULL) {
        run->plan->progress(run->plan->context, run->tally);
    }
}

static void on_tick(uv_timer_t *timer)
{
    struct sending *sending = timer->data;
    struct crowd_run *run = &sending->run;
    int64_t now_us = crowd_links_now(run->links);
    arrivals(sending, now_us);
    second_pass(sending, now_us);
    bool all = run->tally->came == run->plan->visitors && run->live == 0;
    bool late = run->plan->seconds > 0 && now_us >= (int64_t)run->plan->seconds * US_PER_SECOND;
    if (all || late || run->status != STATUS_OK) {
        over(sending);
    }
}

static void on_prepare(uv_prepare_t *prepare)
{
    struct crowd_run *run = &((struct sending *)prepare->data)->run;
    run->looked_before_us = run->looked_us;
    run->looked_us = crowd_links_now(run->links);
}

static void on_check(uv_check_t *check)
{
    struct sending *sending = check->data;
    crowd_visitors_turn(&sending->run, crowd_links_now(sending->run.links));
    crowd_links_turn(sending->run.links);
}

static void on_signal(uv_signal_t *handle, int number)
{
    (void)number;
    over(handle->data);
}

static void loop_fill(struct sending *sending)
{
    static const int numbers[2] = {SIGINT, SIGTERM};
    ASSERT(uv_timer_init(&sending->loop, &sending->timer) == 0);
    ASSERT(uv_check_init(&sending->loop, &sending->check) == 0);
    ASSERT(uv_prepare_init(&sending->loop, &sending->prepare) == 0);
    sending->timer.data = sending;
    sending->prepare.data = sending;
    sending->check.data = sending;
    ASSERT(uv_timer_start(&sending->timer, on_tick, 0, TICK_MS) == 0);
    ASSERT(uv_prepare_start(&sending->prepare, on_prepare) == 0);
    ASSERT(uv_check_start(&sending->check, on_check) == 0);
    for (int i = 0; i < 2; i++) {
        ASSERT(uv_signal_init(&sending->loop, &sending->signals[i]) == 0);
        sending->signals[i].data = sending;
        (void)uv_signal_start(&sending->signals[i], on_signal, numbers[i]);
    }
}

/* ---- the end ---- */

/* Who has not left yet: at the door, or waiting. */
static void visitors_end(struct crowd_run *run)
{
    int64_t end_us = (int64_t)(run->tally->seconds * US_PER_SECOND);
    for (uint32_t i = 0; i < run->tally->came; i++) {
        struct crowd_visitor *visitor = &run->visitors[i];
        if (visitor->outcome == OUTCOME_OPEN && !visitor->is_bot) {
            visitor->outcome = OUTCOME_OUT;
            visitor->turn.until_us = end_us;
            run->tally->left_waiting++;
        }
    }
}

static enum status judge(struct crowd_run *run)
{
    struct crowd_tally *tally = run->tally;
    uint64_t slow_us = crowd_spread_at(&tally->page_us, P99);
    int64_t margin_us = slow_us > MARGIN_US ? (int64_t)slow_us : MARGIN_US;
    struct crowd_turn *turns = calloc((size_t)tally->came + 1, sizeof *turns);
    if (turns == NULL) {
        return STATUS_MEMORY;
    }
    for (uint32_t i = 0; i < tally->came; i++) {
        turns[i] = run->visitors[i].turn;
    }
    enum status status = crowd_inversions(turns, tally->came, margin_us, &tally->inversions);
    free(turns);
    tally->most_in_second = crowd_most_within(tally->entries, tally->entry_count, US_PER_SECOND);
    tally->most_in_minute =
        crowd_most_within(tally->entries, tally->entry_count, 60LL * US_PER_SECOND);
    tally->connections_most = crowd_links_most(run->links);
    return status;
}

static bool run_open(struct crowd_run *run, const struct crowd_plan *plan)
{
    size_t count = plan->visitors;
    run->plan = plan;
    run->visitors = calloc(count, sizeof *run->visitors);
    run->tabs = calloc(count * 2, sizeof *run->tabs);
    run->tally = calloc(1, sizeof *run->tally);
    random_seed(&run->random, plan->seed);
    return crowd_agenda_open(&run->agenda, plan->visitors * 2) == STATUS_OK &&
           run->visitors != NULL && run->tabs != NULL && run->tally != NULL;
}

static void run_close(struct crowd_run *run)
{
    for (uint32_t i = 0; run->tally != NULL && run->visitors != NULL && i < run->tally->came; i++) {
        free(run->visitors[i].cookies);
    }
    crowd_links_free(run->links);
    crowd_agenda_close(&run->agenda);
    free(run->visitors);
    free(run->tabs);
}

static enum status sending_run(struct sending *sending, struct fault *fault)
{
    struct crowd_run *run = &sending->run;
    const struct crowd_links_options options = {.loop = &sending->loop,
                                                .env = run->plan->env,
                                                .site = run->plan->site,
                                                .askers = run->plan->visitors * 2,
                                                .connections = run->plan->connections,
                                                .compose = crowd_tab_compose,
                                                .cookie = crowd_tab_cookie,
                                                .answered = crowd_tab_answered,
                                                .context = run};
    if (uv_loop_init(&sending->loop) != 0) {
        return fault_set(fault, STATUS_MEMORY, "no event loop: too many open files?");
    }
    enum status status = crowd_links_open(&options, &run->links, fault);
    if (status == STATUS_OK) {
        loop_fill(sending);
        (void)uv_run(&sending->loop, UV_RUN_DEFAULT);
        visitors_end(run);
        status = run->status != STATUS_OK ? run->status : judge(run);
        if (status != STATUS_OK) {
            (void)fault_set(fault, status,
                            "more came in than can be counted (limit %d, or no memory); send fewer",
                            LIMIT_CROWD_ENTRIES);
        }
    }
    ASSERT(uv_loop_close(&sending->loop) == 0);
    return status;
}

enum status crowd_send(const struct crowd_plan *plan, struct crowd_tally **tally,
                       struct fault *fault)
{
    struct sending sending = {.second_us = US_PER_SECOND};
    ASSERT(plan->visitors > 0 && plan->visitors <= LIMIT_CROWD_VISITORS);
    ASSERT(plan->speed > 0 && plan->pages > 0);
    enum status status = STATUS_OK;
    if (run_open(&sending.run, plan)) {
        sending.run.tally->planned = plan->visitors;
        sending.run.tally->rate = plan->rate;
        status = sending_run(&sending, fault);
    } else {
        status = fault_set(fault, STATUS_MEMORY, "no memory for %u visitors; send fewer",
                           (unsigned)plan->visitors);
    }
    struct crowd_tally *made = sending.run.tally;
    run_close(&sending.run);
    if (status == STATUS_OK) {
        *tally = made;
    } else {
        crowd_tally_free(made);
    }
    return status;
}

void crowd_tally_free(struct crowd_tally *tally)
{
    if (tally != NULL) {
        free(tally->entries);
        free(tally);
    }
}

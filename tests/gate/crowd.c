/* plan -> visitors, by the step in which each acts next -> the gate's answers -> entries, waits. */
#include "crowd.h"

#include "gate/opening.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    STEP_MS = 20,
    SECOND = 1000,
    PLACES = 1 << 17,
    SESSION_SECONDS = 600,
    BUSY_SECONDS = 20,
    REQUESTS = 10,       /* of a visit */
    LATELY = 3,          /* seconds */
    ANNOUNCED_LEAST = 10 /* seconds: shorter waits are no announcement */
};

static void step_add(struct crowd *crowd, uint32_t index, int64_t at)
{
    int64_t step = at / STEP_MS + 1;
    int64_t current = crowd->now / STEP_MS;
    step = step > current ? step : current + 1;
    if (step < crowd->step_count) {
        crowd->visitors[index].next = crowd->steps[step];
        crowd->steps[step] = index;
    }
}

static int64_t arrival_by_minutes(struct crowd *crowd)
{
    const struct crowd_plan *plan = &crowd->plan;
    uint64_t all = 0;
    for (uint32_t i = 0; i < plan->minute_count; i++) {
        all += plan->minutes[i];
    }
    uint64_t drawn = random_below(&crowd->random, all);
    int64_t minute = 0;
    while (drawn >= plan->minutes[minute]) {
        drawn -= plan->minutes[minute++];
    }
    return minute * 60 * SECOND + random_between(&crowd->random, 0, 60 * SECOND - 1);
}

/* A linear rise (the later of two even draws), then halvings, cut into stretches of even density;
 * there is no jump between the two. */
static int64_t arrival(struct crowd *crowd)
{
    const struct crowd_plan *plan = &crowd->plan;
    if (plan->minutes != NULL) {
        return arrival_by_minutes(crowd);
    }
    int64_t rise_ms = plan->rise_seconds * SECOND;
    int64_t one = random_between(&crowd->random, 0, rise_ms);
    if (plan->half_life_seconds == 0) {
        return one;
    }
    /* The peak lasts for 1 / ln 2 half lives. */
    int64_t rise = plan->rise_seconds * 693;
    int64_t all = rise + plan->half_life_seconds * 2000;
    if (random_between(&crowd->random, 0, all - 1) < rise) {
        int64_t other = random_between(&crowd->random, 0, rise_ms);
        return one > other ? one : other;
    }
    int64_t halves = 0;
    while (random_below(&crowd->random, 2) == 0 && halves < 10) {
        halves++;
    }
    return (plan->rise_seconds + halves * plan->half_life_seconds) * SECOND +
           random_between(&crowd->random, 0, plan->half_life_seconds * SECOND);
}

static enum crowd_kind kind_draw(struct crowd *crowd)
{
    uint64_t dice = random_below(&crowd->random, 100);
    const struct crowd_plan *plan = &crowd->plan;
    if (random_below(&crowd->random, 100) < plan->bot_percent) {
        return BOT; /* keeps no cookie: each of its requests is a newcomer */
    }
    if (dice < plan->no_show_percent) {
        return NO_SHOW;
    }
    if (dice < plan->no_show_percent + plan->impatient_percent) {
        return IMPATIENT;
    }
    return dice < plan->no_show_percent + plan->impatient_percent + plan->hidden_percent ? HIDDEN
                                                                                         : HONEST;
}

static struct gate_settings settings_of(const struct crowd_plan *plan)
{
    return (struct gate_settings){.rate = plan->rate,
                                  .session_seconds = SESSION_SECONDS,
                                  .places_max = PLACES,
                                  .inside_most = plan->inside_most};
}

static struct crowd *crowd_create(const struct crowd_plan *plan)
{
    struct crowd *crowd = calloc(1, sizeof *crowd);
    crowd->plan = *plan;
    random_seed(&crowd->random, plan->seed);
    const struct gate_settings settings = settings_of(plan);
    crowd->memory = malloc(gate_bytes(&settings));
    crowd->gate = gate_place(crowd->memory, &settings, 0);
    if (plan->opens_at > 0) {
        gate_close(crowd->gate);
    }
    crowd->visitors = calloc(plan->visitors, sizeof *crowd->visitors);
    crowd->of_number = calloc(plan->visitors, sizeof *crowd->of_number);
    crowd->ahead = calloc(plan->visitors, sizeof *crowd->ahead);
    crowd->step_count = plan->seconds * SECOND / STEP_MS;
    size_t steps = (size_t)crowd->step_count;
    crowd->steps = malloc(steps * sizeof *crowd->steps);
    crowd->entries = calloc(steps, sizeof *crowd->entries);
    memset(crowd->steps, 0xff, steps * sizeof *crowd->steps);
    for (uint32_t i = 0; i < plan->visitors; i++) {
        crowd->visitors[i].kind = kind_draw(crowd);
        crowd->visitors[i].arrived = arrival(crowd);
        step_add(crowd, i, crowd->visitors[i].arrived);
    }
    return crowd;
}

void crowd_free(struct crowd *crowd)
{
    free(crowd->memory);
    free(crowd->visitors);
    free(crowd->of_number);
    free(crowd->ahead);
    free(crowd->steps);
    free(crowd->entries);
    free(crowd);
}

static bool is_standing(const struct crowd_visitor *visitor)
{
    bool waits = visitor->stage == LINE || visitor->stage == CALLED || visitor->stage == PARKED;
    return waits && visitor->kind != BOT && visitor->kind != NO_SHOW;
}

/* Nobody behind may come in before. */
static bool is_ahead(const struct crowd_visitor *visitor)
{
    return visitor->stage == PARKED || (visitor->stage == CALLED && visitor->kind == HONEST);
}

static void stage_set(struct crowd *crowd, struct crowd_visitor *visitor, enum crowd_stage stage)
{
    bool was_ahead = is_ahead(visitor);
    crowd->standing -= is_standing(visitor);
    visitor->stage = stage;
    crowd->standing += is_standing(visitor);
    if (was_ahead && !is_ahead(visitor)) {
        uint32_t last = crowd->ahead[--crowd->ahead_count];
        crowd->ahead[visitor->ahead_at] = last;
        crowd->visitors[last].ahead_at = visitor->ahead_at;
    } else if (!was_ahead && is_ahead(visitor)) {
        visitor->ahead_at = crowd->ahead_count;
        crowd->ahead[crowd->ahead_count++] = (uint32_t)(visitor - crowd->visitors);
    }
}

static uint32_t waited_of(const struct crowd_visitor *visitor)
{
    return (uint32_t)((visitor->entered - visitor->arrived) / SECOND);
}

/* A visit's answers: slow where more came in within the last seconds than the shop bears. */
static void shop_answers(struct crowd *crowd)
{
    int64_t step = crowd->now / STEP_MS;
    uint64_t lately = 0;
    for (int64_t i = step; i > step - LATELY * SECOND / STEP_MS && i >= 0; i--) {
        lately += crowd->entries[i];
    }
    bool half = crowd->plan.change == CROWD_SLOW && crowd->now >= crowd->plan.change_at * SECOND;
    bool slow = half && lately * 1000 > crowd->plan.rate * LATELY / 2;
    for (int i = 0; i < REQUESTS; i++) {
        pace_answered(&crowd->gate->pace, slow ? 900000 : 20000, false);
    }
}

static void enters(struct crowd *crowd, struct crowd_visitor *visitor)
{
    stage_set(crowd, visitor, INSIDE);
    visitor->entered = crowd->now;
    crowd->inside++;
    crowd->entries[crowd->now / STEP_MS]++;
    shop_answers(crowd);
    if (visitor->told.known) {
        wait_learn(&crowd->gate->wait, crowd->now / SECOND, visitor->told.likely_seconds,
                   waited_of(visitor));
    }
    if (crowd->plan.stays_seconds > 0) {
        step_add(crowd, (uint32_t)(visitor - crowd->visitors),
                 crowd->now + random_between(&crowd->random, SECOND,
                                             2 * crowd->plan.stays_seconds * SECOND));
    }
    /* Who is there, with a place before, is not yet in? */
    for (uint32_t i = 0; i < crowd->ahead_count; i++) {
        const struct crowd_visitor *other = &crowd->visitors[crowd->ahead[i]];
        if (other->place < visitor->place && other->number < crowd->gate->next) {
            crowd->inversions += other->stage == PARKED;
            crowd->overtaken += other->stage == CALLED;
        }
    }
}

static void knocks(struct crowd *crowd, uint32_t index)
{
    struct crowd_visitor *visitor = &crowd->visitors[index];
    switch (gate_knock(crowd->gate, visitor->number, crowd->now)) {
    case GATE_KNOCK_INSIDE:
        enters(crowd, visitor);
        break;
    case GATE_KNOCK_PARKED:
        stage_set(crowd, visitor, PARKED);
        break;
    case GATE_KNOCK_WAIT:
        step_add(crowd, index, crowd->now + 2 * SECOND);
        break;
    case GATE_KNOCK_GONE:
        stage_set(crowd, visitor, AWAY);
        break;
    }
}

/* When to look again, as the pages tell it. */
static uint32_t look_seconds(const struct crowd *crowd, const struct crowd_visitor *visitor,
                             const struct gate_view *view)
{
    int64_t left = crowd->plan.opens_at - crowd->now / SECOND;
    uint32_t line = gate_waiting(crowd->gate);
    bool soon = view->is_new && left > 2 * GATE_POLL_SECONDS_MIN;
    if (!crowd->gate->closed || soon) {
        return view->poll_seconds;
    }
    uint32_t lot = (uint32_t)(random_mix(visitor->number) % line);
    return opening_look_seconds((uint32_t)left, lot, line, GATE_POLL_SECONDS_MAX);
}

static void polls(struct crowd *crowd, uint32_t index)
{
    struct crowd_visitor *visitor = &crowd->visitors[index];
    struct gate_view view;
    bool tired = visitor->kind == IMPATIENT && ++visitor->polls > 12;
    if (tired) {
        stage_set(crowd, visitor, AWAY);
        return;
    }
    crowd->polls++;
    gate_poll(crowd->gate, visitor->number, crowd->now, &view);
    if (view.state == GATE_CALLED) {
        stage_set(crowd, visitor, visitor->kind == NO_SHOW ? AWAY : CALLED);
        step_add(crowd, index, crowd->now + random_between(&crowd->random, 100, 900));
        return;
    }
    assert_int_equal(view.state, GATE_WAITING);
    uint32_t seconds = visitor->kind == HIDDEN ? (uint32_t)GATE_POLL_SECONDS_MAX
                                               : look_seconds(crowd, visitor, &view);
    step_add(crowd, index,
             crowd->now + seconds * SECOND +
                 random_between(&crowd->random, 0, crowd->gate->closed ? 500 : seconds * 100));
}

static void arrives(struct crowd *crowd, uint32_t index)
{
    struct crowd_visitor *visitor = &crowd->visitors[index];
    struct gate_view view;
    enum gate_arrival arrival = gate_arrive(crowd->gate, crowd->now, &visitor->number);
    visitor->arrived = crowd->now;
    visitor->place = visitor->number;
    crowd->of_number[visitor->number] = index;
    assert_int_not_equal(arrival, GATE_ARRIVED_FULL);
    if (arrival == GATE_ARRIVED_INSIDE) {
        enters(crowd, visitor);
        return;
    }
    gate_look(crowd->gate, visitor->number, crowd->now, &view);
    visitor->told = view.state == GATE_WAITING ? view.wait : (struct wait_range){.known = false};
    uint64_t before = visitor->place - crowd->gate->head;
    visitor->fixed_seconds =
        view.state == GATE_CALLED ? 0 : (uint32_t)(before * 1000 / crowd->plan.rate);
    stage_set(crowd, visitor, LINE);
    if (view.state == GATE_CALLED) {
        knocks(crowd, index); /* the same request */
    } else {
        stage_set(crowd, visitor, visitor->kind == BOT ? AWAY : LINE);
        step_add(crowd, index, crowd->now + look_seconds(crowd, visitor, &view) * SECOND);
    }
}

static void restart(struct crowd *crowd)
{
    const struct gate_settings settings = settings_of(&crowd->plan);
    struct gate_kept kept;
    gate_keep(crowd->gate, 1, &kept);
    crowd->gate = gate_place(crowd->memory, &settings, crowd->now);
    gate_restore(crowd->gate, &kept, crowd->now);
    for (uint32_t i = 0; i < crowd->plan.visitors; i++) {
        /* The parked lost their connection; browsers ask again. */
        if (crowd->visitors[i].stage == PARKED) {
            stage_set(crowd, &crowd->visitors[i], CALLED);
            step_add(crowd, i, crowd->now + random_between(&crowd->random, 100, 3000));
        }
    }
}

static void releases(struct crowd *crowd)
{
    uint32_t number = 0;
    gate_turn(crowd->gate, crowd->now);
    while (gate_release(crowd->gate, crowd->now, &number)) {
        struct crowd_visitor *visitor = &crowd->visitors[crowd->of_number[number]];
        assert_int_equal(visitor->stage, PARKED);
        enters(crowd, visitor);
    }
}

static void visitors_act(struct crowd *crowd)
{
    uint32_t index = crowd->steps[crowd->now / STEP_MS];
    while (index != UINT32_MAX) {
        struct crowd_visitor *visitor = &crowd->visitors[index];
        uint32_t next = visitor->next;
        if (visitor->stage == COMING) {
            arrives(crowd, index);
        } else if (visitor->stage == LINE) {
            polls(crowd, index);
        } else if (visitor->stage == CALLED) {
            knocks(crowd, index);
        } else if (visitor->stage == INSIDE) {
            gate_leave(crowd->gate, visitor->number);
            stage_set(crowd, visitor, AWAY);
        }
        index = next;
    }
}

static void opens(struct crowd *crowd)
{
    gate_draw(crowd->gate, crowd->plan.seed);
    gate_open(crowd->gate);
    for (uint32_t number = 0; number < crowd->gate->draw.count; number++) {
        crowd->visitors[crowd->of_number[number]].place = draw_place(&crowd->gate->draw, number);
    }
}

/* What is done to the gate at this time. */
static void events(struct crowd *crowd)
{
    const struct crowd_plan *plan = &crowd->plan;
    if (plan->restart_at > 0 && crowd->now == plan->restart_at * SECOND) {
        restart(crowd);
    }
    if (crowd->gate->closed && crowd->now >= plan->opens_at * SECOND) {
        opens(crowd);
    }
    if (plan->change == CROWD_PAUSE) {
        bool paused = crowd->now >= plan->change_at * SECOND &&
                      crowd->now < (plan->change_at + plan->change_seconds) * SECOND;
        gate_pause(crowd->gate, paused);
    }
}

struct crowd *crowd_run(const struct crowd_plan *plan)
{
    struct crowd *crowd = crowd_create(plan);
    for (crowd->now = STEP_MS; crowd->now < plan->seconds * SECOND; crowd->now += STEP_MS) {
        events(crowd);
        releases(crowd);
        visitors_act(crowd);
        uint32_t inside = inside_count(&crowd->gate->inside);
        crowd->inside_most = inside > crowd->inside_most ? inside : crowd->inside_most;
        if (!crowd->gate->closed && crowd->standing > plan->rate * BUSY_SECONDS / 1000) {
            crowd->busy_steps++;
            crowd->busy_inside += inside;
            crowd->busy_parked += crowd->gate->chamber_count;
            crowd->busy_entries += crowd->entries[crowd->now / STEP_MS];
        }
    }
    return crowd;
}

/* ---- what came of it ---- */

uint32_t crowd_most_within(const struct crowd *crowd, int64_t window_ms)
{
    uint32_t sum = 0;
    uint32_t most = 0;
    int64_t window = window_ms / STEP_MS;
    for (int64_t step = 0; step < crowd->step_count; step++) {
        sum += crowd->entries[step];
        sum -= step >= window ? crowd->entries[step - window] : 0;
        most = sum > most ? sum : most;
    }
    return most;
}

uint32_t crowd_used_percent(const struct crowd *crowd)
{
    uint64_t possible = crowd->busy_steps * STEP_MS * crowd->plan.rate / 1000; /* thousandths */
    return possible == 0 ? 100 : (uint32_t)(crowd->busy_entries * 100000 / possible);
}

static int by_size(const void *left, const void *right)
{
    const uint32_t *a = left;
    const uint32_t *b = right;
    return *a < *b ? -1 : *a > *b;
}

static uint32_t median(uint32_t *values, uint32_t count)
{
    qsort(values, count, sizeof *values, by_size);
    return count == 0 ? 0 : values[count / 2];
}

static uint32_t apart(uint32_t a, uint32_t b)
{
    return a < b ? b - a : a - b;
}

static bool saw_change(const struct crowd_plan *plan, const struct crowd_visitor *visitor)
{
    return plan->change != CROWD_STEADY && visitor->entered > plan->change_at * SECOND &&
           visitor->arrived < (plan->change_at + plan->change_seconds) * SECOND;
}

struct crowd_waits crowd_waits_of(const struct crowd *crowd)
{
    struct crowd_waits waits = {.count = 0};
    enum { LIKELY, FIXED, WAITED, WIDTH, SERIES };
    uint32_t *of[SERIES];
    for (int i = 0; i < SERIES; i++) {
        of[i] = calloc(crowd->plan.visitors, sizeof **of);
    }
    for (uint32_t i = 0; i < crowd->plan.visitors; i++) {
        const struct crowd_visitor *visitor = &crowd->visitors[i];
        const struct wait_range *told = &visitor->told;
        if (visitor->stage != INSIDE || !told->known || told->likely_seconds < ANNOUNCED_LEAST ||
            saw_change(&crowd->plan, visitor)) {
            continue;
        }
        uint32_t waited = waited_of(visitor);
        uint32_t at = waits.count++;
        int64_t exactly = visitor->entered - visitor->arrived;
        waits.within += exactly >= (int64_t)told->low_seconds * SECOND &&
                        exactly <= (int64_t)told->high_seconds * SECOND;
        of[LIKELY][at] = apart(told->likely_seconds, waited);
        of[FIXED][at] = apart(visitor->fixed_seconds, waited);
        of[WAITED][at] = waited;
        of[WIDTH][at] = told->high_seconds - told->low_seconds;
    }
    waits.error_median = median(of[LIKELY], waits.count);
    waits.fixed_median = median(of[FIXED], waits.count);
    waits.wait_median = median(of[WAITED], waits.count);
    waits.width_median = median(of[WIDTH], waits.count);
    for (int i = 0; i < SERIES; i++) {
        free(of[i]);
    }
    return waits;
}

/* A crowd at the gate, in virtual time: who goes in when, and what that does to the shop behind.
 *
 * Visitors come, poll as often as they are told, are called, come after the time that a page needs
 * to load; some never come when called, some lose patience, some sleep in a hidden tab. Every 20 ms
 * the gate has its turn, as in a server. What is asserted is what DESIGN promises of the gate. */
#include "gate/gate_test_room.h"

#include "base/random.h"
#include "gate/opening.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STEP_MS = 20, PLACES = 1 << 17, SECONDS_MAX = 12000, BUSY_SECONDS = 20 };

enum kind { HONEST, NO_SHOW, IMPATIENT, HIDDEN, BOT };
enum stage { COMING, LINE, CALLED, PARKED, INSIDE, AWAY };

struct visitor {
    enum kind kind;
    enum stage stage;
    uint32_t number, place;
    uint32_t next; /* in the list of its step; UINT32_MAX: none */
    int64_t arrived, entered;
    uint32_t polls;
    struct wait_range told;
};

struct plan {
    uint32_t visitors;
    uint64_t rate;
    int64_t rise_seconds, half_life_seconds; /* of the arrivals */
    uint32_t no_show_percent, impatient_percent, hidden_percent, bot_percent;
    uint32_t overtaken_percent; /* so many may see a later number go in while they come: 0 */
    uint64_t seed;
    int64_t restart_at; /* seconds; 0: never */
    int64_t opens_at;   /* seconds: the door is closed before, then a draw; 0: it is open */
    uint32_t inside_most;
    uint32_t stays_seconds; /* then the session ends early; 0: it lasts */
};

struct crowd {
    struct plan plan;
    struct random random;
    struct gate *gate;
    void *memory;
    struct visitor *visitors;
    uint32_t *of_number; /* the visitor of a number */
    uint32_t *steps;     /* first visitor of each step's list */
    int64_t now;
    uint32_t *entries; /* by step */
    uint32_t inside, inversions, overtaken;
    uint32_t standing; /* who waits and will come in when called */
    uint64_t busy_steps, busy_entries, busy_parked, busy_inside;
    uint32_t ranged, in_range;
    uint64_t polls;
};

static int64_t steps_count(void)
{
    return (int64_t)SECONDS_MAX * SECOND / STEP_MS;
}

static void step_add(struct crowd *crowd, uint32_t index, int64_t at)
{
    int64_t step = at / STEP_MS + 1;
    int64_t current = crowd->now / STEP_MS;
    step = step > current ? step : current + 1;
    if (step < steps_count()) {
        crowd->visitors[index].next = crowd->steps[step];
        crowd->steps[step] = index;
    }
}

/* A linear rise, then halvings, cut into minutes of even density. */
static int64_t arrival(struct crowd *crowd)
{
    const struct plan *plan = &crowd->plan;
    if (random_below(&crowd->random, 20) == 0) {
        return random_between(&crowd->random, 0, plan->rise_seconds * SECOND);
    }
    int64_t halves = 0;
    while (random_below(&crowd->random, 2) == 0 && halves < 10) {
        halves++;
    }
    return (plan->rise_seconds + halves * plan->half_life_seconds) * SECOND +
           random_between(&crowd->random, 0, plan->half_life_seconds * SECOND);
}

static enum kind kind_draw(struct crowd *crowd)
{
    uint64_t dice = random_below(&crowd->random, 100);
    const struct plan *plan = &crowd->plan;
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

static struct gate_settings settings_of(const struct plan *plan)
{
    return (struct gate_settings){.rate = plan->rate,
                                  .session_seconds = SESSION_SECONDS,
                                  .places_max = PLACES,
                                  .inside_most = plan->inside_most};
}

static struct crowd *crowd_create(const struct plan *plan)
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
    crowd->steps = malloc((size_t)steps_count() * sizeof *crowd->steps);
    crowd->entries = calloc((size_t)steps_count(), sizeof *crowd->entries);
    memset(crowd->steps, 0xff, (size_t)steps_count() * sizeof *crowd->steps);
    for (uint32_t i = 0; i < plan->visitors; i++) {
        crowd->visitors[i].kind = kind_draw(crowd);
        crowd->visitors[i].arrived = arrival(crowd);
        step_add(crowd, i, crowd->visitors[i].arrived);
    }
    return crowd;
}

static void crowd_free(struct crowd *crowd)
{
    free(crowd->memory);
    free(crowd->visitors);
    free(crowd->of_number);
    free(crowd->steps);
    free(crowd->entries);
    free(crowd);
}

static bool is_standing(const struct visitor *visitor)
{
    bool waits = visitor->stage == LINE || visitor->stage == CALLED || visitor->stage == PARKED;
    return waits && visitor->kind != BOT && visitor->kind != NO_SHOW;
}

static void stage_set(struct crowd *crowd, struct visitor *visitor, enum stage stage)
{
    crowd->standing -= is_standing(visitor);
    visitor->stage = stage;
    crowd->standing += is_standing(visitor);
}

static void enters(struct crowd *crowd, struct visitor *visitor)
{
    stage_set(crowd, visitor, INSIDE);
    visitor->entered = crowd->now;
    crowd->inside++;
    crowd->entries[crowd->now / STEP_MS]++;
    if (crowd->plan.stays_seconds > 0) {
        step_add(crowd, (uint32_t)(visitor - crowd->visitors),
                 crowd->now + random_between(&crowd->random, SECOND,
                                             2 * crowd->plan.stays_seconds * SECOND));
    }
    uint32_t waited = (uint32_t)((crowd->now - visitor->arrived) / SECOND);
    if (visitor->told.known && visitor->told.likely_seconds >= 10) {
        crowd->ranged++;
        crowd->in_range +=
            waited >= visitor->told.low_seconds && waited <= visitor->told.high_seconds;
        wait_learn(&crowd->gate->wait, visitor->told.likely_seconds, waited);
    }
    /* Who is there, with a place before, is not yet in? */
    for (uint32_t i = 0; i < crowd->plan.visitors; i++) {
        const struct visitor *other = &crowd->visitors[i];
        if (other->place < visitor->place && other->number < crowd->gate->next) {
            crowd->inversions += other->stage == PARKED;
            crowd->overtaken += other->stage == CALLED && other->kind == HONEST;
        }
    }
}

static void knocks(struct crowd *crowd, uint32_t index)
{
    struct visitor *visitor = &crowd->visitors[index];
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
static uint32_t look_seconds(const struct crowd *crowd, const struct visitor *visitor,
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
    struct visitor *visitor = &crowd->visitors[index];
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
    struct visitor *visitor = &crowd->visitors[index];
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
    visitor->told = view.wait;
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

static void opens(struct crowd *crowd)
{
    gate_draw(crowd->gate, crowd->plan.seed);
    gate_open(crowd->gate, crowd->now);
    for (uint32_t number = 0; number < crowd->gate->draw.count; number++) {
        crowd->visitors[crowd->of_number[number]].place = draw_place(&crowd->gate->draw, number);
    }
}

static void crowd_step(struct crowd *crowd)
{
    uint32_t number = 0;
    if (crowd->gate->closed && crowd->now >= crowd->plan.opens_at * SECOND) {
        opens(crowd);
    }
    gate_turn(crowd->gate, crowd->now);
    while (gate_release(crowd->gate, crowd->now, &number)) {
        struct visitor *visitor = &crowd->visitors[crowd->of_number[number]];
        assert_int_equal(visitor->stage, PARKED);
        enters(crowd, visitor);
    }
    uint32_t index = crowd->steps[crowd->now / STEP_MS];
    while (index != UINT32_MAX) {
        struct visitor *visitor = &crowd->visitors[index];
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

/* Until everybody who wanted to is in, or `seconds` have passed. */
static void crowd_run(struct crowd *crowd, int64_t seconds)
{
    for (crowd->now = STEP_MS; crowd->now < seconds * SECOND; crowd->now += STEP_MS) {
        if (crowd->plan.restart_at > 0 && crowd->now == crowd->plan.restart_at * SECOND) {
            restart(crowd);
        }
        crowd_step(crowd);
        if (!crowd->gate->closed && crowd->standing > crowd->plan.rate * BUSY_SECONDS / 1000) {
            crowd->busy_steps++;
            crowd->busy_parked += crowd->gate->chamber_count;
            crowd->busy_entries += crowd->entries[crowd->now / STEP_MS];
        }
    }
}

static uint32_t most_within(const struct crowd *crowd, int64_t window_ms)
{
    uint32_t sum = 0;
    uint32_t most = 0;
    int64_t window = window_ms / STEP_MS;
    for (int64_t step = 0; step < steps_count(); step++) {
        sum += crowd->entries[step];
        sum -= step >= window ? crowd->entries[step - window] : 0;
        most = sum > most ? sum : most;
    }
    return most;
}

static uint64_t used_percent(const struct crowd *crowd)
{
    uint64_t possible = crowd->busy_steps * STEP_MS * crowd->plan.rate / 1000; /* thousandths */
    return possible == 0 ? 100 : crowd->busy_entries * 100000 / possible;
}

static void crowd_check(const struct crowd *crowd, const char *what)
{
    uint64_t rate = crowd->plan.rate;
    print_message("%s: %u in, used %u %%, parked %u, overtaken %u, range %u of %u, polls %u\n",
                  what, (unsigned)crowd->inside, (unsigned)used_percent(crowd),
                  (unsigned)(crowd->busy_parked / (crowd->busy_steps + 1)),
                  (unsigned)crowd->overtaken, (unsigned)crowd->in_range, (unsigned)crowd->ranged,
                  (unsigned)crowd->polls);
    uint64_t second = (rate + 999) / 1000;
    assert_in_range(most_within(crowd, SECOND), 0, second + (second > 20 ? second / 20 : 1));
    assert_in_range(most_within(crowd, 60 * SECOND), 0, rate * 60 * 101 / 100000 + 1);
    assert_int_equal(crowd->inversions, 0);
    assert_in_range(crowd->overtaken, 0, crowd->inside * crowd->plan.overtaken_percent / 100);
    assert_true(used_percent(crowd) >= 97);
    assert_true(crowd->in_range * 100 >= crowd->ranged * 75);
}

static void plan_run(const struct plan *plan, int64_t seconds, const char *what)
{
    struct crowd *crowd = crowd_create(plan);
    crowd_run(crowd, seconds);
    crowd_check(crowd, what);
    crowd_free(crowd);
}

static void test_everybody_comes(void **state)
{
    (void)state;
    struct plan plan = {
        .visitors = 6000, .rate = 3333, .rise_seconds = 60, .half_life_seconds = 200, .seed = 1};
    struct crowd *crowd = crowd_create(&plan);
    crowd_run(crowd, 2600);
    crowd_check(crowd, "all come");
    assert_int_equal(crowd->inside, 6000);
    assert_true(gate_is_quiet(crowd->gate));
    crowd_free(crowd);
}

static void test_no_shows(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        plan_run(&(struct plan){.visitors = 6000,
                                .rate = 3333,
                                .rise_seconds = 60,
                                .half_life_seconds = 200,
                                .no_show_percent = 30,
                                .seed = seed},
                 2000, "30 percent no-shows");
        plan_run(&(struct plan){.visitors = 20000,
                                .rate = 25000,
                                .rise_seconds = 60,
                                .half_life_seconds = 150,
                                .no_show_percent = 30,
                                .impatient_percent = 20,
                                .hidden_percent = 10,
                                .seed = seed},
                 1500, "a mixed crowd at 25 a second");
    }
}

/* Of the requests 30, 60 and 90 percent are programs that keep no cookie: the capacity is used all
 * the same, by those who wait. Where nine of ten numbers are nobody's, the front moves in jumps,
 * and who waits may hear of it late. */
static void test_bots(void **state)
{
    (void)state;
    for (uint32_t percent = 30; percent <= 90; percent += 30) {
        plan_run(&(struct plan){.visitors = 700000 / (100 - percent),
                                .rate = 10000,
                                .rise_seconds = 60,
                                .half_life_seconds = 150,
                                .no_show_percent = 20,
                                .bot_percent = percent,
                                .overtaken_percent = percent == 90 ? 4 : 0,
                                .seed = percent},
                 1500, "bots without cookies");
    }
}

/* Most come before the opening, and chance decides: nobody goes in before it, the capacity is used
 * from its first seconds on, and no later place goes in before an earlier one that is there. */
static void test_opening_with_a_draw(void **state)
{
    (void)state;
    struct plan plan = {.visitors = 6000,
                        .rate = 10000,
                        .rise_seconds = 200,
                        .half_life_seconds = 100,
                        .no_show_percent = 20,
                        .hidden_percent = 10,
                        .bot_percent = 20,
                        .overtaken_percent = 1,
                        .seed = 11,
                        .opens_at = 400};
    struct crowd *crowd = crowd_create(&plan);
    crowd_run(crowd, 1500);
    crowd_check(crowd, "an opening");
    uint32_t first = 0; /* in the five seconds after the opening, of 50 at most */
    for (int64_t step = 0; step < 405 * SECOND / STEP_MS; step++) {
        assert_true(crowd->entries[step] == 0 || step >= plan.opens_at * SECOND / STEP_MS);
        first += crowd->entries[step];
    }
    assert_in_range(first, 25, 52);
    crowd_free(crowd);
}

/* The server is killed and started again while thousands wait: nobody loses the place. */
static void test_restart(void **state)
{
    (void)state;
    struct plan plan = {.visitors = 6000,
                        .rate = 3333,
                        .rise_seconds = 60,
                        .half_life_seconds = 200,
                        .seed = 4,
                        .restart_at = 700};
    struct crowd *crowd = crowd_create(&plan);
    crowd_run(crowd, 2700);
    crowd_check(crowd, "a restart");
    assert_int_equal(crowd->inside, 6000);
    crowd_free(crowd);
}

/* The shop bears 100 at once, who stay for a minute and say when they go: never one more, and
 * nearly always as many, though the rate would let in ten times as many. */
static void test_bounded_crowd(void **state)
{
    (void)state;
    const struct plan plan = {.visitors = 3000,
                              .rate = 15000,
                              .rise_seconds = 60,
                              .half_life_seconds = 100,
                              .no_show_percent = 20,
                              .seed = 9,
                              .inside_most = 100,
                              .stays_seconds = 60};
    struct crowd *crowd = crowd_create(&plan);
    for (crowd->now = STEP_MS; crowd->now < 1500 * SECOND; crowd->now += STEP_MS) {
        crowd_step(crowd);
        assert_in_range(inside_count(&crowd->gate->inside), 0, plan.inside_most);
        if (crowd->standing > 100) {
            crowd->busy_steps++;
            crowd->busy_inside += inside_count(&crowd->gate->inside);
        }
    }
    print_message("100 at once: %u in, %u inside on the mean while people waited\n",
                  (unsigned)crowd->inside, (unsigned)(crowd->busy_inside / crowd->busy_steps));
    assert_int_equal(crowd->inversions, 0);
    assert_in_range(most_within(crowd, SECOND), 0, 16);
    assert_true(crowd->busy_inside / crowd->busy_steps >= 95);
    crowd_free(crowd);
}

/* ---- one visitor at a time ---- */

static void test_nobody_waits_in_an_empty_shop(void **state)
{
    (void)state;
    struct room room = room_make(2000, 1024);
    for (int i = 0; i < 20; i++) {
        uint32_t number = comes(&room, GATE_ARRIVED_INSIDE);
        assert_true(is_inside(&room, number));
        passes(&room, 1, UINT32_MAX);
    }
    assert_int_equal(inside_count(&room.gate->inside), 20);
    free(room.memory);
}

/* Two at once, and the shop bears one a second: the other is parked and in after a second. */
static void test_the_second_is_parked(void **state)
{
    (void)state;
    struct room room = room_make(1000, 1024);
    (void)comes(&room, GATE_ARRIVED_INSIDE);
    uint32_t second = comes(&room, GATE_ARRIVED_WAITING);
    assert_int_equal(gate_knock(room.gate, second, room.now), GATE_KNOCK_PARKED);
    assert_int_equal(gate_knock(room.gate, second, room.now), GATE_KNOCK_PARKED); /* a reload */
    assert_int_equal(room.gate->chamber_count, 1);
    passes(&room, 2, UINT32_MAX);
    assert_int_equal(state_of(&room, second), GATE_INSIDE);
    assert_int_equal(gate_knock(room.gate, second, room.now), GATE_KNOCK_INSIDE);
    free(room.memory);
}

/* Fills the line so that `count` wait; returns the last one's number. */
static uint32_t line_make(struct room *room, uint32_t count)
{
    uint32_t last = 0;
    for (uint32_t i = 0; i <= count; i++) {
        (void)gate_arrive(room->gate, room->now, &last);
    }
    return last;
}

static void test_who_returns_within_the_grace_keeps_the_place(void **state)
{
    (void)state;
    struct room room = room_make(10000, 4096);
    uint32_t away = line_make(&room, 1000);
    assert_int_equal(state_of(&room, away), GATE_WAITING);
    /* Everybody is gone; the front passes over them all and stands behind. */
    passes(&room, 3600, UINT32_MAX);
    uint32_t late = comes(&room, GATE_ARRIVED_INSIDE);
    assert_true(is_inside(&room, late));
    assert_int_equal(state_of(&room, away), GATE_CALLED);
    assert_int_equal(gate_knock(room.gate, away, room.now), GATE_KNOCK_PARKED);
    passes(&room, 1, UINT32_MAX);
    assert_true(is_inside(&room, away));
    free(room.memory);
}

static void test_who_returns_after_the_grace_is_gone(void **state)
{
    (void)state;
    struct room room = room_make(10000, 4096);
    uint32_t away = line_make(&room, 1000);
    passes(&room, GATE_GRACE_SECONDS + 300, UINT32_MAX);
    assert_int_equal(state_of(&room, away), GATE_GONE);
    assert_int_equal(gate_knock(room.gate, away, room.now), GATE_KNOCK_GONE);
    free(room.memory);
}

/* An hour in a hidden tab, polled once a minute, in a line that is longer than that. */
static void test_a_hidden_tab_keeps_the_place(void **state)
{
    (void)state;
    struct room room = room_make(100, 4096);
    uint32_t hidden = line_make(&room, 2000);
    struct gate_view before;
    gate_poll(room.gate, hidden, room.now, &before);
    for (int minute = 0; minute < 60; minute++) {
        passes(&room, 60, UINT32_MAX);
        enum gate_state now = state_of(&room, hidden);
        assert_true(now == GATE_WAITING || now == GATE_CALLED);
    }
    struct gate_view after;
    gate_poll(room.gate, hidden, room.now, &after);
    assert_int_equal(after.place, before.place);
    free(room.memory);
}

static void test_leaving(void **state)
{
    (void)state;
    struct room room = room_make(1000, 1024);
    uint32_t inside = comes(&room, GATE_ARRIVED_INSIDE);
    uint32_t parked = comes(&room, GATE_ARRIVED_WAITING);
    uint32_t next = comes(&room, GATE_ARRIVED_WAITING);
    assert_int_equal(gate_knock(room.gate, parked, room.now), GATE_KNOCK_PARKED);
    assert_int_equal(gate_knock(room.gate, next, room.now), GATE_KNOCK_PARKED);
    gate_leave(room.gate, parked);
    assert_int_equal(room.gate->chamber_count, 1);
    gate_leave(room.gate, inside);
    assert_int_equal(inside_count(&room.gate->inside), 0);
    assert_false(is_inside(&room, inside));
    passes(&room, 2, UINT32_MAX);
    assert_true(is_inside(&room, next));
    assert_int_equal(state_of(&room, parked), GATE_GONE);
    gate_leave(room.gate, parked); /* twice does nothing */
    assert_int_equal(inside_count(&room.gate->inside), 1);
    free(room.memory);
}

static void test_sessions_end_by_themselves(void **state)
{
    (void)state;
    struct room room = room_make(5000, 1024);
    for (int i = 0; i < 50; i++) {
        (void)comes(&room, GATE_ARRIVED_INSIDE);
        passes(&room, 1, UINT32_MAX);
    }
    assert_int_equal(inside_count(&room.gate->inside), 50);
    passes(&room, SESSION_SECONDS - 60, UINT32_MAX);
    assert_int_equal(inside_count(&room.gate->inside), 50);
    passes(&room, 80, UINT32_MAX);
    assert_int_equal(inside_count(&room.gate->inside), 0);
    assert_false(is_inside(&room, 0));
    free(room.memory);
}

/* So many may wait, and not one more; whoever is turned away costs nothing. */
static void test_full(void **state)
{
    (void)state;
    struct room room = room_make(1000, 256);
    gate_pause(room.gate, true);
    for (int i = 0; i < 256; i++) {
        (void)comes(&room, GATE_ARRIVED_WAITING);
    }
    for (int i = 0; i < 1000; i++) {
        (void)comes(&room, GATE_ARRIVED_FULL);
    }
    assert_int_equal(room.gate->refused, 1000);
    gate_pause(room.gate, false);
    passes(&room, 120, UINT32_MAX);
    (void)comes(&room, GATE_ARRIVED_INSIDE);
    free(room.memory);
}

static void test_a_pause_says_so(void **state)
{
    (void)state;
    struct room room = room_make(1000, 1024);
    uint32_t last = line_make(&room, 100);
    struct gate_view view;
    gate_pause(room.gate, true);
    gate_poll(room.gate, last, room.now, &view);
    assert_false(view.wait.known);
    assert_int_equal(view.state, GATE_WAITING);
    passes(&room, 60, last);
    assert_int_equal(room.gate->entries, 1);
    gate_pause(room.gate, false);
    gate_poll(room.gate, last, room.now, &view);
    assert_true(view.wait.known);
    free(room.memory);
}

/* What a clock that jumps may not do, and numbers that nobody was given. */
static void test_nonsense(void **state)
{
    (void)state;
    struct room room = room_make(1000, 1024);
    uint32_t inside = comes(&room, GATE_ARRIVED_INSIDE);
    assert_int_equal(state_of(&room, inside + 1), GATE_GONE);
    assert_int_equal(gate_knock(room.gate, UINT32_MAX, room.now), GATE_KNOCK_GONE);
    gate_leave(room.gate, 77);
    room.now = 5000000;
    gate_turn(room.gate, room.now);
    gate_turn(room.gate, 0);
    uint32_t number = comes(&room, GATE_ARRIVED_INSIDE);
    assert_true(is_inside(&room, number));
    free(room.memory);
}

static void test_two_bytes_a_visitor(void **state)
{
    (void)state;
    const struct gate_settings few = {.rate = 1, .session_seconds = 600, .places_max = 1024};
    const struct gate_settings many = {.rate = 1, .session_seconds = 600, .places_max = 1 << 20};
    assert_int_equal(gate_bytes(&many) - gate_bytes(&few), 2 * ((1 << 20) - 1024));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everybody_comes),
        cmocka_unit_test(test_no_shows),
        cmocka_unit_test(test_bots),
        cmocka_unit_test(test_opening_with_a_draw),
        cmocka_unit_test(test_restart),
        cmocka_unit_test(test_nobody_waits_in_an_empty_shop),
        cmocka_unit_test(test_the_second_is_parked),
        cmocka_unit_test(test_who_returns_within_the_grace_keeps_the_place),
        cmocka_unit_test(test_who_returns_after_the_grace_is_gone),
        cmocka_unit_test(test_a_hidden_tab_keeps_the_place),
        cmocka_unit_test(test_leaving),
        cmocka_unit_test(test_sessions_end_by_themselves),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_a_pause_says_so),
        cmocka_unit_test(test_bounded_crowd),
        cmocka_unit_test(test_nonsense),
        cmocka_unit_test(test_two_bytes_a_visitor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Placements of all four kinds in random shops against a loop over slots that is obviously right,
 * and cases worked by hand.
 *
 *   hours_test [FIRST-SEED [SHOPS]]
 *
 * Each random shop has its own seed, which is printed when it fails: `hours_test SEED 1` builds the
 * same one again. Placements are tried in plans of one to three, as an order's operations are, then
 * given back or kept; after each plan every slot's count is compared, and the marks with it. */
#include "promise/hours_inside.h"

#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    CENTERS = 2,
    DAYS_MOST = 64,
    SLOTS_PER_DAY = DAY_SECONDS / SLOT_SECONDS,
    SLOTS_MOST = (DAYS_MOST + 1) * SLOTS_PER_DAY,
    RUNS_MOST = SLOTS_MOST,
    PLANS_PER_SHOP = 40,
    STAFFINGS_MOST = 3,
    CREWS_MOST = 6
};

/* A shop without a shop file, as far as hours_build looks at it. */
struct small_shop {
    struct shop shop;
    struct calendar calendars[CENTERS];
    struct opening openings[CENTERS][2 * WEEKDAYS];
    int32_t closed[CENTERS][DAYS_MOST];
    struct work_center work_centers[CENTERS];
    struct staffing staffing[STAFFINGS_MOST];
    struct offer offer;
    struct operation operations[CREWS_MOST];
    int32_t today;
    int32_t days;
};

/* The oracle: a number for each slot. */
struct slow {
    int64_t first_slot;
    uint32_t count;
    uint8_t open[CENTERS][SLOTS_MOST];
    uint8_t people[CENTERS][SLOTS_MOST];
    uint8_t taken[CENTERS][SLOTS_MOST];
};

static struct small_shop small;
static struct window window;
static struct supply supply; /* nothing recorded */
static struct hours hours;
static struct slow slow;
static struct slot_run runs[RUNS_MOST];
static struct slot_run expected[RUNS_MOST];
static uint64_t memory_quarters[CENTERS][HOURS_QUARTERS_MAX * (1 + HOURS_PLANES_MAX)];
static uint64_t memory_open[CENTERS][HOURS_QUARTERS_MAX];
static uint8_t memory_people[CENTERS][HOURS_QUARTERS_MAX];
static uint64_t memory_words[CENTERS][HOURS_CLASSES_MAX][HOURS_LEVEL_WORDS];
static uint64_t seed_now;
static uint64_t first_seed = 1;
static uint64_t shops_to_try = 120;

static int64_t utc(int32_t year, int32_t month, int32_t day, int32_t hour)
{
    return (int64_t)day_of_civil((struct civil_date){year, month, day}) * DAY_SECONDS + hour * 3600;
}

static void check(bool holds, const char *what)
{
    if (!holds) {
        fail_msg("shop of seed %llu: %s", (unsigned long long)seed_now, what);
    }
}

/* ---- zones ---- */

enum { PARIS, KATHMANDU, KOLKATA, LORD_HOWE, ZONES };

/* Days of 23 and 25 hours in Paris, of 23.5 and 24.5 on Lord Howe Island. */
static struct zone zone_of(uint64_t which)
{
    switch (which) {
    case PARIS:
        return (struct zone){
            3, {{INT64_MIN, 3600}, {utc(2026, 3, 29, 1), 7200}, {utc(2026, 10, 25, 1), 3600}}};
    case KATHMANDU:
        return (struct zone){1, {{INT64_MIN, 20700}}};
    case KOLKATA:
        return (struct zone){1, {{INT64_MIN, 19800}}};
    default:
        return (struct zone){3,
                             {{INT64_MIN, 39600},
                              {utc(2026, 4, 4, 15), 37800},
                              {utc(2026, 10, 3, 15) + 1800, 39600}}};
    }
}

/* ---- the oracle ---- */

static bool slow_is_open(const struct small_shop *s, const struct calendar *calendar, int64_t at)
{
    const struct zone *zone = &s->shop.zone;
    int32_t day = zone_day(zone, at);
    if (day >= s->today + s->days || day_list_has(&calendar->closed, day)) {
        return false;
    }
    for (uint32_t i = 0; i < calendar->opening_count; i++) {
        const struct opening *opening = &calendar->openings[i];
        if (opening->weekday == weekday_of_day(day) &&
            at >= zone_instant(zone, day, opening->from_minute) &&
            at + SLOT_SECONDS <= zone_instant(zone, day, opening->to_minute)) {
            return true;
        }
    }
    return false;
}

static uint8_t slow_people(const struct small_shop *s, uint32_t work_center, int64_t at)
{
    int32_t day = zone_day(&s->shop.zone, at);
    int32_t people = s->work_centers[work_center].people;
    for (uint32_t i = 0; i < s->shop.staffing_count; i++) {
        const struct staffing *staffing = &s->staffing[i];
        if (staffing->work_center.index == work_center && staffing->from_day <= day &&
            day <= staffing->to_day) {
            people += staffing->people;
        }
    }
    return (uint8_t)(people < 0 ? 0 : people);
}

static void slow_build(const struct small_shop *s)
{
    slow.first_slot = window.midnights[0] / SLOT_SECONDS;
    slow.count = (uint32_t)(window.midnights[s->days] / SLOT_SECONDS - slow.first_slot);
    for (uint32_t c = 0; c < CENTERS; c++) {
        for (uint32_t i = 0; i < slow.count; i++) {
            int64_t at = (slow.first_slot + i) * SLOT_SECONDS;
            slow.open[c][i] = slow_is_open(s, &s->calendars[c], at);
            slow.people[c][i] = slow_people(s, c, at);
            slow.taken[c][i] = 0;
        }
    }
}

static bool slow_free(uint32_t work_center, uint32_t crew, int64_t slot)
{
    int64_t i = slot - slow.first_slot;
    return i >= 0 && i < slow.count && slow.open[work_center][i] &&
           slow.taken[work_center][i] + crew <= slow.people[work_center][i];
}

static bool slow_promisable(const struct hours_ask *ask, int64_t slot)
{
    return slot % SLOTS_PER_QUARTER < small.shop.promise.load_slots &&
           slow_free(ask->work_center, ask->crew, slot);
}

static bool slow_starts(const struct hours_ask *ask, int64_t slot)
{
    int32_t every = ask->start_every_minutes * 60;
    if (every != 0 && zone_second_of_day(ask->zone, slot * SLOT_SECONDS) % every != 0) {
        return false;
    }
    for (uint32_t i = 0; i < ask->slots; i++) {
        if (!slow_free(ask->work_center, ask->crew, slot + i)) {
            return false;
        }
    }
    return true;
}

/* Marks the slots that the ask should get; false if there are not enough. */
static bool slow_choose(const struct hours_ask *ask, bool latest, bool *chosen)
{
    int64_t first = ask->first_slot > slow.first_slot ? ask->first_slot : slow.first_slot;
    int64_t end = slow.first_slot + slow.count;
    end = latest && ask->end_slot < end ? ask->end_slot : end;
    end = ask->whole ? end - ask->slots + 1 : end;
    uint32_t left = ask->slots;
    for (int64_t i = first; i < end && left > 0; i++) {
        int64_t slot = latest ? end - 1 - (i - first) : i;
        if (ask->whole && slow_starts(ask, slot)) {
            memset(chosen + (slot - slow.first_slot), 1, ask->slots);
            left = 0;
        } else if (!ask->whole && slow_promisable(ask, slot)) {
            chosen[slot - slow.first_slot] = true;
            left--;
        }
    }
    return left == 0;
}

/* As runs, appended to `expected`; none of the random asks has more slots than a run may have. */
static uint32_t slow_runs(const struct hours_ask *ask, const bool *chosen, uint32_t count)
{
    for (uint32_t i = 0; i < slow.count; i++) {
        if (chosen[i] && i > 0 && chosen[i - 1]) {
            expected[count - 1].count++;
        } else if (chosen[i]) {
            expected[count++] =
                (struct slot_run){(uint32_t)slow.first_slot + i, 1, ask->work_center, ask->crew};
        }
    }
    return count;
}

static void slow_take(struct slot_run run, int32_t sign)
{
    for (uint32_t k = 0; k < run.count; k++) {
        uint8_t *taken = &slow.taken[run.work_center][run.slot + k - slow.first_slot];
        *taken = (uint8_t)(*taken + sign * run.crew);
    }
}

/* ---- what is compared ---- */

static uint32_t hours_taken(uint32_t work_center, uint32_t slot)
{
    const struct hours_center *center = &hours.centers[work_center];
    uint64_t digits[1 + HOURS_PLANES_MAX];
    uint32_t taken = 0;
    quarter_taken(center, slot / SLOTS_PER_QUARTER, digits);
    for (uint32_t b = 0; b < center->stride; b++) {
        taken |= (uint32_t)(digits[b] >> slot % SLOTS_PER_QUARTER & 1) << b;
    }
    return taken;
}

static void check_tables(void)
{
    for (uint32_t c = 0; c < CENTERS; c++) {
        for (uint32_t i = 0; i < slow.count; i++) {
            check(hours_taken(c, i) == slow.taken[c][i], "a slot's count of people taken");
        }
    }
    const char *wrong = hours_check(&hours);
    check(wrong == NULL, wrong);
}

static void check_runs(uint32_t count, uint32_t expected_count)
{
    check(count == expected_count, "the number of runs");
    for (uint32_t i = 0; i < count; i++) {
        check(runs[i].slot == expected[i].slot, "where a run begins");
        check(runs[i].count == expected[i].count, "how long a run is");
        check(runs[i].work_center == expected[i].work_center, "a run's work center");
        check(runs[i].crew == expected[i].crew, "a run's crew");
    }
}

/* ---- shops ---- */

static void small_set(struct small_shop *s, uint64_t zone, int32_t today, int32_t days)
{
    memset(s, 0, sizeof *s);
    s->today = today;
    s->days = days;
    s->shop.zone = zone_of(zone);
    s->shop.promise.load_slots = 60;
    s->shop.work_center_count = CENTERS;
    s->shop.work_centers = s->work_centers;
    s->shop.calendar_count = CENTERS;
    s->shop.calendars = s->calendars;
    s->shop.staffing = s->staffing;
    s->shop.offer_count = 1;
    s->shop.offers = &s->offer;
    s->offer.routing.operations = s->operations;
    for (uint16_t c = 0; c < CENTERS; c++) {
        s->work_centers[c] =
            (struct work_center){.people = 1, .calendar = {c}, .efficiency_thousandths = 1000};
        s->calendars[c].openings = s->openings[c];
        s->calendars[c].closed.days = s->closed[c];
    }
}

static void small_crew(struct small_shop *s, uint16_t work_center, int32_t crew)
{
    s->operations[s->offer.routing.count++] =
        (struct operation){.work_center = {work_center}, .crew = crew};
}

static void small_open(struct small_shop *s, uint32_t work_center, enum weekday weekday,
                       int64_t from, int64_t to)
{
    struct calendar *calendar = &s->calendars[work_center];
    s->openings[work_center][calendar->opening_count++] =
        (struct opening){weekday, (int16_t)from, (int16_t)to};
}

static void hours_open(struct small_shop *s)
{
    memset(&hours, 0, sizeof hours);
    memset(memory_quarters, 0, sizeof memory_quarters);
    for (uint32_t c = 0; c < CENTERS; c++) {
        hours.centers[c].quarters = memory_quarters[c];
        hours.centers[c].open = memory_open[c];
        hours.centers[c].people = memory_people[c];
        for (uint32_t k = 0; k < HOURS_CLASSES_MAX; k++) {
            hours.centers[c].classes[k].words = memory_words[c][k];
        }
    }
    window_set(&window, &s->shop.zone, s->today, s->days, s->days);
    hours_build(&hours, &s->shop, &supply, &window);
    slow_build(s);
    check_tables();
}

/* ---- random shops ---- */

static void random_calendar(struct random *random, struct small_shop *s, uint32_t work_center)
{
    bool always = random_below(random, 4) == 0;
    for (int day = MONDAY; day < WEEKDAYS; day++) {
        enum weekday weekday = (enum weekday)day;
        if (always) {
            small_open(s, work_center, weekday, 0, MINUTES_PER_DAY);
            continue;
        }
        if (random_below(random, 5) == 0) {
            continue;
        }
        int64_t from = random_between(random, 0, 12 * 60);
        int64_t to = random_between(random, from + 1, 13 * 60);
        small_open(s, work_center, weekday, from, to);
        if (random_below(random, 3) > 0) {
            from = random_between(random, to + 1, 20 * 60);
            to = random_below(random, 2) == 0 ? random_between(random, from + 1, MINUTES_PER_DAY)
                                              : MINUTES_PER_DAY;
            small_open(s, work_center, weekday, from, to);
        }
    }
    struct day_list *closed = &s->calendars[work_center].closed;
    if (random_below(random, 3) == 0) {
        closed->days[closed->count++] = s->today + (int32_t)random_below(random, 3);
    }
}

static void random_small(struct random *random, struct small_shop *s)
{
    static const struct civil_date days[] = {
        {2026, 3, 27}, {2026, 10, 23}, {2026, 4, 3}, {2026, 10, 2}, {2026, 7, 13}};
    int32_t today = day_of_civil(days[random_below(random, 5)]) + (int32_t)random_below(random, 3);
    small_set(s, random_below(random, ZONES), today, (int32_t)random_between(random, 1, 5));
    s->shop.promise.load_slots = (int32_t)random_between(random, 30, 60);
    for (uint16_t c = 0; c < CENTERS; c++) {
        s->work_centers[c].people = (int32_t)random_between(random, 1, 5);
        random_calendar(random, s, c);
        uint32_t crews = (uint32_t)random_between(random, 1, CREWS_MOST / CENTERS);
        for (uint32_t i = 0; i < crews; i++) {
            small_crew(s, c, (int32_t)random_between(random, 1, s->work_centers[c].people));
        }
    }
    s->shop.staffing_count = (uint32_t)random_below(random, STAFFINGS_MOST + 1);
    for (uint32_t i = 0; i < s->shop.staffing_count; i++) {
        int32_t from = today + (int32_t)random_between(random, -1, 4);
        s->staffing[i] = (struct staffing){{(uint16_t)random_below(random, CENTERS)},
                                           (int32_t)random_between(random, -2, 2),
                                           from,
                                           from + (int32_t)random_below(random, 3)};
    }
}

static int64_t random_slot(struct random *random)
{
    return slow.first_slot + random_between(random, -100, (int64_t)slow.count + 100);
}

static struct slot_run random_run(struct random *random, uint32_t count_most)
{
    return (struct slot_run){
        (uint32_t)random_slot(random), (uint16_t)random_between(random, 1, count_most),
        (uint8_t)random_below(random, CENTERS), (uint8_t)random_between(random, 1, 5)};
}

/* Reservations, some of them in slots that are closed or have not the people (any more). */
static void random_reserve(struct random *random)
{
    uint64_t count = random_below(random, 200);
    for (uint64_t i = 0; i < count; i++) {
        struct slot_run run = random_run(random, 300);
        bool fits =
            run.slot >= slow.first_slot && run.slot + run.count <= slow.first_slot + slow.count;
        for (uint32_t k = 0; fits && k < run.count; k++) {
            fits = slow.taken[run.work_center][run.slot + k - slow.first_slot] + run.crew < 8;
        }
        if (fits) {
            check(hours_take(&hours, run), "what fits is taken");
            slow_take(run, 1);
        }
    }
}

/* A slot around a change of the clock, if the window has one. */
static int64_t random_slot_at_change(struct random *random)
{
    const struct zone *zone = &small.shop.zone;
    for (uint32_t i = 1; i < zone->count; i++) {
        int64_t slot = zone->periods[i].since / SLOT_SECONDS;
        if (slot > slow.first_slot && slot < slow.first_slot + slow.count) {
            return slot + random_between(random, -800, 800);
        }
    }
    return random_slot(random);
}

static struct hours_ask random_ask(struct random *random)
{
    static const int32_t every[] = {0, 0, 5, 7, 15, 30, 45, 50, 60, 120, 1440};
    static const uint32_t slots_most[] = {4, 60, 400, 2500};
    const struct routing *routing = &small.offer.routing;
    const struct operation *operation = &routing->operations[random_below(random, routing->count)];
    struct hours_ask ask = {
        .work_center = (uint8_t)operation->work_center.index,
        .crew = (uint8_t)operation->crew,
        .whole = random_below(random, 2) == 0,
        .slots = (uint32_t)random_between(random, 1, slots_most[random_below(random, 4)]),
        .first_slot = random_slot(random),
        .end_slot = random_slot(random),
        .zone = &small.shop.zone};
    if (random_below(random, 2) == 0) {
        ask.first_slot = slow.first_slot + (int64_t)random_below(random, SLOTS_PER_DAY);
    }
    if (random_below(random, 4) == 0) {
        ask.first_slot = random_slot_at_change(random);
        ask.end_slot = ask.first_slot + random_between(random, 0, 2000);
    }
    ask.start_every_minutes = ask.whole ? every[random_below(random, 11)] : 0;
    return ask;
}

/* ---- placements against the oracle ---- */

static uint32_t seen[2][2][3]; /* [whole][latest][result] */

/* One placement: its result, and if it was placed its runs and all before it. */
static enum hours_result place_and_compare(struct random *random, uint32_t *count)
{
    static bool chosen[SLOTS_MOST];
    struct hours_ask ask = random_ask(random);
    bool latest = random_below(random, 2) == 0;
    memset(chosen, 0, slow.count);
    bool found = slow_choose(&ask, latest, chosen);
    uint32_t before = *count;
    uint32_t wanted = found ? slow_runs(&ask, chosen, before) : before;
    uint32_t most =
        random_below(random, 4) == 0 ? before + (uint32_t)random_below(random, 4) : RUNS_MOST;
    enum hours_result result = latest ? hours_place_latest(&hours, &ask, runs, count, most)
                                      : hours_place(&hours, &ask, runs, count, most);
    seen[ask.whole][latest][result]++;
    check(*count <= most, "no more runs than there is room for");
    if (found && wanted <= most) {
        check(result == HOURS_PLACED, "found where the slots are");
        check_runs(*count, wanted);
        for (uint32_t i = before; i < wanted; i++) {
            slow_take(expected[i], 1);
        }
    } else {
        check(found ? result == HOURS_TOO_MANY_RUNS : result != HOURS_PLACED,
              "not found where they are not");
    }
    return result;
}

static void plan_and_compare(struct random *random)
{
    uint32_t count = 0;
    uint32_t placed = 0;
    enum hours_result result = HOURS_PLACED;
    for (uint64_t left = 1 + random_below(random, 3); left > 0 && result == HOURS_PLACED; left--) {
        result = place_and_compare(random, &count);
        placed = result == HOURS_PLACED ? count : placed;
    }
    if (result == HOURS_PLACED && random_below(random, 2) == 0) {
        hours_place_keep(&hours, runs, count);
    } else {
        hours_place_undo(&hours, runs, count);
        for (uint32_t i = 0; i < placed; i++) {
            slow_take(expected[i], -1);
        }
    }
    check_tables();
}

static void free_and_compare(struct random *random)
{
    struct slot_run run = random_run(random, random_below(random, 2) == 0 ? 5 : 400);
    int64_t from = random_slot(random);
    if (random_below(random, 2) == 0) {
        from = run.slot + random_between(random, -2, (int64_t)run.count + 2);
    }
    bool people = true;
    bool promisable = true;
    struct hours_ask ask = {.work_center = run.work_center, .crew = run.crew};
    for (int64_t slot = run.slot; slot < run.slot + run.count; slot++) {
        people = people && (slot < from || slow_free(run.work_center, run.crew, slot));
        promisable = promisable && slow_promisable(&ask, slot);
    }
    check(hours_free_people(&hours, run, (uint32_t)from) == people, "free people");
    check(hours_free(&hours, run) == promisable, "free within the load limit");
}

static void test_like_a_loop_over_slots(void **unused)
{
    (void)unused;
    for (uint64_t i = 0; i < shops_to_try; i++) {
        struct random random;
        seed_now = first_seed + i;
        random_seed(&random, seed_now);
        random_small(&random, &small);
        hours_open(&small);
        random_reserve(&random);
        check_tables();
        for (uint32_t plan = 0; plan < PLANS_PER_SHOP; plan++) {
            plan_and_compare(&random);
            free_and_compare(&random);
            free_and_compare(&random);
        }
    }
    for (uint32_t i = 0; shops_to_try > 100 && i < 12; i++) {
        assert_true(seen[i / 6][i / 3 % 2][i % 3] > 20);
    }
}

/* ---- by hand ---- */

/* Two people, Monday 2026-03-23 to Monday 2026-04-06 in Paris, 08:00-12:00 and 13:00-16:00. */
static void by_hand_open(int32_t days, bool always)
{
    seed_now = 0;
    small_set(&small, PARIS, day_of_civil((struct civil_date){2026, 3, 23}), days);
    small.work_centers[0].people = 2;
    small_crew(&small, 0, 1);
    for (int day = MONDAY; day < WEEKDAYS; day++) {
        if (always) {
            small_open(&small, 0, (enum weekday)day, 0, MINUTES_PER_DAY);
        } else {
            small_open(&small, 0, (enum weekday)day, 8 * 60, 12 * 60);
            small_open(&small, 0, (enum weekday)day, 13 * 60, 16 * 60);
        }
    }
}

/* The slot of a day of the window and a time such as 0810. */
static int64_t slot_at(int32_t day, int32_t clock)
{
    return zone_instant(&small.shop.zone, small.today + day, clock / 100 * 60 + clock % 100) /
           SLOT_SECONDS;
}

static void assert_run(const struct slot_run *run, int64_t first, int64_t end)
{
    assert_int_equal(run->slot, first);
    assert_int_equal(run->slot + run->count, end);
}

static void test_whole_starts_on_the_clock(void **unused)
{
    (void)unused;
    by_hand_open(7, false);
    hours_open(&small);
    struct hours_ask ask = {.crew = 2,
                            .whole = true,
                            .start_every_minutes = 30,
                            .slots = 240,
                            .first_slot = slot_at(0, 810),
                            .end_slot = slot_at(0, 1550),
                            .zone = &small.shop.zone};
    uint32_t count = 0;
    assert_int_equal(hours_place(&hours, &ask, runs, &count, 8), HOURS_PLACED);
    assert_int_equal(count, 1);
    assert_run(&runs[0], slot_at(0, 830), slot_at(0, 930));
    assert_int_equal(hours_place_latest(&hours, &ask, runs, &count, 8), HOURS_PLACED);
    assert_run(&runs[1], slot_at(0, 1430), slot_at(0, 1530));
    /* Between 09:30 and 14:30, from 10:50 on: 11:00 before lunch. */
    ask.first_slot = slot_at(0, 1050);
    assert_int_equal(hours_place(&hours, &ask, runs, &count, 8), HOURS_PLACED);
    assert_run(&runs[2], slot_at(0, 1100), slot_at(0, 1200));
    /* The clock goes from 02:00 to 03:00 on Sunday the 29th: 08:00 is 08:00 of the new time. */
    ask.first_slot = slot_at(6, 0);
    assert_int_equal(hours_place(&hours, &ask, runs, &count, 8), HOURS_PLACED);
    assert_run(&runs[3], utc(2026, 3, 29, 6) / SLOT_SECONDS, utc(2026, 3, 29, 7) / SLOT_SECONDS);
}

static void assert_start(struct hours_ask ask, bool latest, int64_t at)
{
    uint32_t count = 0;
    assert_int_equal(latest ? hours_place_latest(&hours, &ask, runs, &count, 8)
                            : hours_place(&hours, &ask, runs, &count, 8),
                     HOURS_PLACED);
    assert_int_equal((int64_t)runs[0].slot * SLOT_SECONDS, at);
    hours_place_undo(&hours, runs, count);
}

/* Every two hours, when on the 29th 02:00 does not come and on October 25th comes twice. */
static void test_whole_when_the_clock_is_changed(void **unused)
{
    (void)unused;
    by_hand_open(7, true);
    hours_open(&small);
    struct hours_ask ask = {.crew = 1,
                            .whole = true,
                            .start_every_minutes = 120,
                            .slots = 4,
                            .first_slot = slot_at(6, 1),
                            .end_slot = slot_at(6, 359),
                            .zone = &small.shop.zone};
    assert_start(ask, false, utc(2026, 3, 29, 2));
    ask.first_slot = slot_at(5, 0);
    assert_start(ask, true, utc(2026, 3, 28, 23));

    by_hand_open(7, true);
    small.today = day_of_civil((struct civil_date){2026, 10, 24});
    hours_open(&small);
    ask.first_slot = utc(2026, 10, 25, 0) / SLOT_SECONDS;
    ask.end_slot = utc(2026, 10, 25, 2) / SLOT_SECONDS;
    assert_start(ask, false, utc(2026, 10, 25, 0));
    assert_start(ask, true, utc(2026, 10, 25, 1));
    ask.first_slot++;
    assert_start(ask, false, utc(2026, 10, 25, 1));
    ask.first_slot = slot_at(0, 0);
    ask.end_slot = utc(2026, 10, 25, 1) / SLOT_SECONDS + 3;
    assert_start(ask, true, utc(2026, 10, 25, 0));
}

static void test_whole_does_not_cross_lunch(void **unused)
{
    (void)unused;
    by_hand_open(2, false);
    hours_open(&small);
    struct hours_ask ask = {.crew = 1,
                            .whole = true,
                            .slots = 4 * 240 + 1,
                            .first_slot = slot_at(0, 0),
                            .end_slot = slot_at(2, 0)};
    uint32_t count = 0;
    assert_int_equal(hours_place(&hours, &ask, runs, &count, 8), HOURS_NONE);
    assert_int_equal(hours_place_latest(&hours, &ask, runs, &count, 8), HOURS_NONE);
    ask.slots--;
    ask.first_slot++;
    assert_int_equal(hours_place_latest(&hours, &ask, runs, &count, 8), HOURS_PLACED);
    assert_run(&runs[0], slot_at(1, 800), slot_at(1, 1200));
}

static void test_latest_goes_back_over_lunch(void **unused)
{
    (void)unused;
    by_hand_open(2, false);
    hours_open(&small);
    struct hours_ask ask = {
        .crew = 2, .slots = 360, .first_slot = slot_at(0, 0), .end_slot = slot_at(0, 1400)};
    uint32_t count = 0;
    assert_int_equal(hours_place_latest(&hours, &ask, runs, &count, 8), HOURS_PLACED);
    assert_int_equal(count, 2);
    assert_run(&runs[0], slot_at(0, 1130), slot_at(0, 1200));
    assert_run(&runs[1], slot_at(0, 1300), slot_at(0, 1400));
    /* None before the floor: 08:00 to 11:30 is 840 slots. */
    ask.slots = 841;
    assert_int_equal(hours_place_latest(&hours, &ask, runs, &count, 8), HOURS_NONE);
    ask.slots = 840;
    assert_int_equal(hours_place_latest(&hours, &ask, runs, &count, 8), HOURS_PLACED);
    assert_run(&runs[2], slot_at(0, 800), slot_at(0, 1130));
    /* Nothing ends before the window begins. */
    ask.end_slot = slot_at(0, 0);
    assert_int_equal(hours_place_latest(&hours, &ask, runs, &count, 8), HOURS_NONE);
    ask.end_slot--;
    assert_int_equal(hours_place_latest(&hours, &ask, runs, &count, 8), HOURS_NONE);
}

static void test_whole_uses_what_the_load_limit_leaves(void **unused)
{
    (void)unused;
    by_hand_open(1, false);
    small.shop.promise.load_slots = 51;
    hours_open(&small);
    struct hours_ask whole = {.crew = 1, .whole = true, .slots = 60, .first_slot = slot_at(0, 800)};
    struct hours_ask parts = {.crew = 1, .slots = 60, .first_slot = slot_at(0, 800)};
    uint32_t count = 0;
    assert_int_equal(hours_place(&hours, &whole, runs, &count, 8), HOURS_PLACED);
    assert_run(&runs[0], slot_at(0, 800), slot_at(0, 815));
    assert_int_equal(hours_place(&hours, &parts, runs, &count, 8), HOURS_PLACED);
    assert_int_equal(count, 3);
    assert_run(&runs[1], slot_at(0, 800), slot_at(0, 800) + 51);
    assert_run(&runs[2], slot_at(0, 815), slot_at(0, 815) + 9);
    hours_place_keep(&hours, runs, count);
    /* All that may be promised until 08:15 is taken; the nine slots left are still there for whole
     * work. */
    whole.slots = 9;
    count = 0;
    assert_int_equal(hours_place(&hours, &whole, runs, &count, 8), HOURS_PLACED);
    assert_run(&runs[0], slot_at(0, 800) + 51, slot_at(0, 815));
    hours_place_undo(&hours, runs, count);
    struct slot_run run = {(uint32_t)slot_at(0, 800) + 51, 9, 0, 1};
    assert_false(hours_free(&hours, run));
    assert_true(hours_free_people(&hours, run, 0));
}

/* Two months closed between two open days: the search crosses them by the highest marks, both ways.
 */
static void test_over_two_closed_months(void **unused)
{
    (void)unused;
    by_hand_open(60, false);
    struct day_list *closed = &small.calendars[0].closed;
    for (int32_t day = 1; day < 59; day++) {
        closed->days[closed->count++] = small.today + day;
    }
    hours_open(&small);
    struct hours_ask ask = {
        .crew = 2, .slots = 60, .first_slot = slot_at(0, 1555), .end_slot = slot_at(59, 810)};
    uint32_t count = 0;
    assert_int_equal(hours_place_latest(&hours, &ask, runs, &count, 8), HOURS_PLACED);
    assert_int_equal(count, 2);
    assert_run(&runs[0], slot_at(0, 1555), slot_at(0, 1600));
    assert_run(&runs[1], slot_at(59, 800), slot_at(59, 810));
    hours_place_undo(&hours, runs, count);
    count = 0;
    assert_int_equal(hours_place(&hours, &ask, runs, &count, 8), HOURS_PLACED);
    assert_run(&runs[1], slot_at(59, 800), slot_at(59, 810));
    hours_place_undo(&hours, runs, count);
    /* From a day without any mark before it in its own 64 x 64 quarters. */
    ask.end_slot = slot_at(58, 1200);
    ask.slots = 20;
    count = 0;
    assert_int_equal(hours_place_latest(&hours, &ask, runs, &count, 8), HOURS_PLACED);
    assert_run(&runs[0], slot_at(0, 1555), slot_at(0, 1600));
}

/* Twelve days and nights without a break: more than a run can count, and more quarters than the
 * trail holds. */
static void test_whole_of_many_days(void **unused)
{
    (void)unused;
    by_hand_open(14, true);
    hours_open(&small);
    struct hours_ask ask = {.crew = 2,
                            .whole = true,
                            .start_every_minutes = 1440,
                            .slots = 70000,
                            .first_slot = slot_at(0, 1),
                            .end_slot = slot_at(14, 0),
                            .zone = &small.shop.zone};
    for (uint32_t latest = 0; latest < 2; latest++) {
        uint32_t count = 0;
        assert_int_equal(latest ? hours_place_latest(&hours, &ask, runs, &count, 8)
                                : hours_place(&hours, &ask, runs, &count, 8),
                         HOURS_PLACED);
        assert_int_equal(count, 2);
        assert_int_equal(runs[0].slot, slot_at(1, 0));
        assert_int_equal(runs[0].slot + runs[0].count, runs[1].slot);
        assert_int_equal(runs[0].count + runs[1].count, 70000);
        hours_place_undo(&hours, runs, count);
        check_tables();
        count = 0;
        assert_int_equal(hours_place(&hours, &ask, runs, &count, 1), HOURS_TOO_MANY_RUNS);
        hours_place_undo(&hours, runs, count);
        check_tables();
    }
    uint32_t count = 0;
    assert_int_equal(hours_place(&hours, &ask, runs, &count, 8), HOURS_PLACED);
    hours_place_keep(&hours, runs, count);
    slow_take(runs[0], 1);
    slow_take(runs[1], 1);
    check_tables();
}

int main(int argument_count, char **arguments)
{
    first_seed = argument_count > 1 ? strtoull(arguments[1], NULL, 10) : first_seed;
    shops_to_try = argument_count > 2 ? strtoull(arguments[2], NULL, 10) : shops_to_try;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_like_a_loop_over_slots),
        cmocka_unit_test(test_whole_starts_on_the_clock),
        cmocka_unit_test(test_whole_when_the_clock_is_changed),
        cmocka_unit_test(test_whole_does_not_cross_lunch),
        cmocka_unit_test(test_latest_goes_back_over_lunch),
        cmocka_unit_test(test_whole_uses_what_the_load_limit_leaves),
        cmocka_unit_test(test_over_two_closed_months),
        cmocka_unit_test(test_whole_of_many_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Hours over time against a count of people slot by slot: placing, keeping, giving back, windows
 * that move, horizons so long that the marks skip whole summaries, and teams so full that they
 * must. */
#include "base/random.h"
#include "promise/hours.h"
#include "promise/hours_inside.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    CENTERS = 3, /* the last one has no operation: nothing can be placed there */
    SPAN_DAYS = 260,
    SPAN_SLOTS = SPAN_DAYS * 5760 + 240,
    RUNS_MAX = 60000,
    KEPT_MAX = 400
};

struct kept {
    uint32_t count;
    struct slot_run *runs;
};

struct trial {
    struct random random;
    struct shop shop;
    struct work_center centers[CENTERS];
    struct calendar calendars[2];
    struct offer offers[2];
    struct staffing staffing[2];
    int32_t closed[2];
    struct window window;
    int64_t first_slot; /* of the tables below */
    uint32_t kept_count;
    struct kept kept[KEPT_MAX];
};

static struct opening whole_days[7];
static struct opening mornings[] = {{MONDAY, 480, 495}, {MONDAY, 600, 721}, {THURSDAY, 0, 1440}};
/* More sizes of crew than there are marks for; the largest are served by those of a smaller one. */
static struct operation first_team[] = {{.crew = 1}, {.crew = 7}, {.crew = 2},
                                        {.crew = 2}, {.crew = 5}, {.crew = 3}};
static struct operation second_team[] = {{.work_center = {1}, .crew = 2},
                                         {.work_center = {1}, .crew = 9}};
/* Nothing is recorded beside the shop file. */
static const struct supply nothing;
static struct trial trial;
static struct hours hours;
static uint64_t *quarters_taken[CENTERS]; /* the window moves along them */
static uint64_t *open_taken[CENTERS];
static uint8_t *people_taken[CENTERS];
static uint8_t people[CENTERS][SPAN_SLOTS];
static uint8_t taken[CENTERS][SPAN_SLOTS];
static struct slot_run runs[RUNS_MAX + 1];
static struct slot_run found[RUNS_MAX];

/* ---- the same slot by slot ---- */

static bool promisable(int64_t slot)
{
    return slot % SLOTS_PER_QUARTER < trial.shop.promise.load_slots;
}

static int32_t people_on(uint32_t center, int32_t day)
{
    int32_t sum = trial.centers[center].people;
    for (uint32_t i = 0; i < trial.shop.staffing_count; i++) {
        const struct staffing *staffing = &trial.staffing[i];
        bool counts = staffing->work_center.index == center && day >= staffing->from_day &&
                      day <= staffing->to_day;
        sum += counts ? staffing->people : 0;
    }
    return sum < 0 ? 0 : sum > LIMIT_PEOPLE ? LIMIT_PEOPLE : sum;
}

static void day_open(uint32_t center, int32_t day)
{
    const struct calendar *calendar = &trial.calendars[trial.centers[center].calendar.index];
    for (uint32_t i = 0; i < calendar->closed.count; i++) {
        if (calendar->closed.days[i] == day) {
            return;
        }
    }
    for (uint32_t i = 0; i < calendar->opening_count; i++) {
        const struct opening *opening = &calendar->openings[i];
        int64_t from = zone_instant(&trial.shop.zone, day, opening->from_minute) / SLOT_SECONDS;
        int64_t to = zone_instant(&trial.shop.zone, day, opening->to_minute) / SLOT_SECONDS;
        for (int64_t slot = from; opening->weekday == weekday_of_day(day) && slot < to; slot++) {
            people[center][slot - trial.first_slot] = (uint8_t)people_on(center, day);
        }
    }
}

static void people_count(void)
{
    memset(people, 0, sizeof people);
    for (uint32_t center = 0; center < CENTERS; center++) {
        for (int32_t day = 0; day < trial.window.horizon_days; day++) {
            day_open(center, trial.window.today + day);
        }
    }
}

static int64_t window_slot(void)
{
    return trial.window.midnights[0] / SLOT_SECONDS;
}

static int64_t window_end(void)
{
    return trial.window.midnights[trial.window.days] / SLOT_SECONDS;
}

static bool has_room(uint32_t center, int64_t slot, uint32_t crew)
{
    int64_t at = slot - trial.first_slot;
    return promisable(slot) && people[center][at] >= taken[center][at] + crew;
}

static void count_runs(const struct slot_run *list, uint32_t count, int sign)
{
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < list[i].count; k++) {
            uint8_t *own = &taken[list[i].work_center][list[i].slot + k - trial.first_slot];
            *own = (uint8_t)(*own + sign * list[i].crew);
        }
    }
}

/* The same slots, and runs cut only where they must be. */
static void runs_compare(const struct hours_ask *ask, const struct slot_run *list, uint32_t count)
{
    int64_t slot = ask->first_slot > window_slot() ? ask->first_slot : window_slot();
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(list[i].work_center, ask->work_center);
        assert_int_equal(list[i].crew, ask->crew);
        assert_true(list[i].count > 0);
        if (i > 0 && list[i - 1].slot + list[i - 1].count == list[i].slot) {
            uint32_t piece = list[i].count < SLOTS_PER_QUARTER ? list[i].count : SLOTS_PER_QUARTER;
            assert_true(list[i - 1].count + piece > UINT16_MAX);
        }
        for (uint32_t k = 0; k < list[i].count; k++, slot++) {
            while (!has_room(ask->work_center, slot, ask->crew)) {
                slot++;
            }
            assert_int_equal(slot, list[i].slot + k);
        }
    }
}

static uint32_t room_count(const struct hours_ask *ask)
{
    uint32_t room = 0;
    int64_t slot = ask->first_slot > window_slot() ? ask->first_slot : window_slot();
    for (; slot < window_end() && room < ask->slots; slot++) {
        room += has_room(ask->work_center, slot, ask->crew);
    }
    return room;
}

static void looks_compare(void)
{
    assert_null(hours_check(&hours));
    for (uint32_t k = 0; k < 20; k++) {
        uint8_t center = (uint8_t)random_below(&trial.random, CENTERS);
        int64_t most = window_end() - window_slot() < 9000 ? window_end() - window_slot() : 9000;
        int64_t length = random_between(&trial.random, 1, k % 2 == 0 ? 130 : most);
        int64_t slot = random_between(&trial.random, window_slot(), window_end() - length);
        struct slot_run run = {(uint32_t)slot, (uint16_t)length, center,
                               (uint8_t)random_between(&trial.random, 1, 3)};
        bool all_free = true;
        bool all_taken = true;
        struct load_day expected = {0};
        for (int64_t at = slot - trial.first_slot; at < slot - trial.first_slot + length; at++) {
            all_free = all_free && has_room(center, at + trial.first_slot, run.crew);
            all_taken = all_taken && taken[center][at] >= run.crew;
            expected.capacity += people[center][at];
            expected.promisable += promisable(at + trial.first_slot) ? people[center][at] : 0;
            expected.taken += taken[center][at];
        }
        struct load_day load = {0};
        hours_load(&hours, center, slot, slot + length, &load);
        assert_memory_equal(&load, &expected, sizeof load);
        assert_int_equal(hours_free(&hours, run), all_free);
        assert_int_equal(hours_has(&hours, run), all_taken);
    }
}

/* ---- what happens ---- */

static void place_random(uint32_t slots_most)
{
    struct hours_ask ask = {.work_center = (uint8_t)random_below(&trial.random, 2)};
    int64_t reach = random_below(&trial.random, 2) == 0 ? 1 : window_end() - window_slot();
    ask.first_slot = window_slot() + random_between(&trial.random, -70, reach);
    ask.crew = (uint8_t)(ask.work_center == 1 ? random_between(&trial.random, 2, 10)
                                              : random_between(&trial.random, 1, 7));
    ask.slots = (uint32_t)random_between(&trial.random, 1, slots_most);
    uint32_t room = room_count(&ask);
    uint32_t first = (uint32_t)random_below(&trial.random, 3);
    uint32_t count = first;
    memset(runs, 0xff, sizeof runs);
    enum hours_result result = hours_place(&hours, &ask, runs, &count, RUNS_MAX);
    assert_int_equal(result, room == ask.slots ? HOURS_PLACED : HOURS_NONE);
    runs_compare(&ask, runs + first, count - first);
    uint32_t slots = 0;
    for (uint32_t i = first; i < count; i++) {
        slots += runs[i].count;
    }
    assert_int_equal(slots, room);
    if (result == HOURS_NONE || random_below(&trial.random, 3) == 0 ||
        trial.kept_count == KEPT_MAX) {
        hours_place_undo(&hours, runs + first, count - first);
        return;
    }
    hours_place_keep(&hours, runs + first, count - first);
    count_runs(runs + first, count - first, 1);
    struct kept *kept = &trial.kept[trial.kept_count++];
    kept->count = count - first;
    kept->runs = malloc((kept->count + 1) * sizeof *kept->runs);
    assert_non_null(kept->runs);
    memcpy(kept->runs, runs + first, kept->count * sizeof *kept->runs);
}

/* Gives back one that was kept; what lies before the window is past. */
static void give_random(void)
{
    if (trial.kept_count == 0) {
        return;
    }
    uint32_t which = (uint32_t)random_below(&trial.random, trial.kept_count);
    struct kept kept = trial.kept[which];
    trial.kept[which] = trial.kept[--trial.kept_count];
    for (uint32_t i = 0; i < kept.count; i++) {
        assert_true(hours_has(&hours, kept.runs[i]));
        hours_give(&hours, kept.runs[i]);
    }
    count_runs(kept.runs, kept.count, -1);
    free(kept.runs);
}

static void past_forget(void)
{
    for (uint32_t center = 0; center < CENTERS; center++) {
        memset(taken[center], 0, (size_t)(window_slot() - trial.first_slot));
    }
    for (uint32_t i = 0; i < trial.kept_count; i++) {
        struct kept *kept = &trial.kept[i];
        uint32_t count = 0;
        for (uint32_t k = 0; k < kept->count; k++) {
            if (kept->runs[k].slot >= window_slot()) {
                kept->runs[count++] = kept->runs[k];
            } else if (kept->runs[k].slot + kept->runs[k].count > window_slot()) {
                uint32_t gone = (uint32_t)(window_slot() - kept->runs[k].slot);
                struct slot_run rest = kept->runs[k];
                rest.slot += gone;
                rest.count = (uint16_t)(rest.count - gone);
                kept->runs[count++] = rest;
            }
        }
        kept->count = count;
    }
}

static void roll_random(void)
{
    int32_t today = trial.window.today + (int32_t)random_between(&trial.random, 1, 3);
    window_set(&trial.window, &trial.shop.zone, today, trial.window.horizon_days,
               trial.window.days);
    hours_roll(&hours, &trial.shop, &nothing, &trial.window);
    past_forget();
    people_count();
}

static void rebuild(void)
{
    hours_build(&hours, &trial.shop, &nothing, &trial.window);
    for (uint32_t i = 0; i < trial.kept_count; i++) {
        for (uint32_t k = 0; k < trial.kept[i].count; k++) {
            assert_true(hours_take(&hours, trial.kept[i].runs[k]));
        }
    }
    people_count();
}

/* ---- trials ---- */

static void tables_take(void)
{
    for (uint32_t i = 0; i < CENTERS; i++) {
        struct hours_center *center = &hours.centers[i];
        center->quarters = calloc(HOURS_QUARTERS_MAX, (1 + HOURS_PLANES_MAX) * sizeof(uint64_t));
        center->open = calloc(HOURS_QUARTERS_MAX, sizeof *center->open);
        center->people = calloc(HOURS_QUARTERS_MAX, 1);
        assert_true(center->quarters != NULL && center->open != NULL && center->people != NULL);
        quarters_taken[i] = center->quarters;
        open_taken[i] = center->open;
        people_taken[i] = center->people;
        for (uint32_t k = 0; k < HOURS_CLASSES_MAX; k++) {
            center->classes[k].words = calloc(HOURS_LEVEL_WORDS, sizeof(uint64_t));
            assert_non_null(center->classes[k].words);
        }
    }
}

static void trial_end(void)
{
    for (uint32_t i = 0; i < CENTERS; i++) {
        free(quarters_taken[i]);
        free(open_taken[i]);
        free(people_taken[i]);
        for (uint32_t k = 0; k < HOURS_CLASSES_MAX; k++) {
            free(hours.centers[i].classes[k].words);
        }
    }
    for (uint32_t i = 0; i < trial.kept_count; i++) {
        free(trial.kept[i].runs);
    }
}

static void shop_make(int32_t load_slots)
{
    for (int i = 0; i < 7; i++) {
        whole_days[i] = (struct opening){(enum weekday)i, 0, 1440};
    }
    trial.shop = (struct shop){.promise = {.load_slots = load_slots},
                               .work_center_count = CENTERS,
                               .work_centers = trial.centers,
                               .calendars = trial.calendars,
                               .staffing_count = 2,
                               .staffing = trial.staffing,
                               .offer_count = 2,
                               .offers = trial.offers};
    for (uint32_t i = 0; i < CENTERS; i++) {
        trial.centers[i] = (struct work_center){.people = i == 1 ? 10 : 7,
                                                .calendar = {(uint16_t)(i % 2)},
                                                .efficiency_thousandths = 1000};
    }
    trial.calendars[0] = (struct calendar){.opening_count = 7, .openings = whole_days};
    trial.calendars[1] =
        (struct calendar){.opening_count = 3, .openings = mornings, .closed = {2, trial.closed}};
    trial.offers[0].routing = (struct routing){6, first_team};
    trial.offers[1].routing = (struct routing){2, second_team};
    assert_int_equal(world_zone_load(NULL, "Europe/Paris", 0, &trial.shop.zone, NULL), STATUS_OK);
}

static void trial_begin(uint64_t seed, int32_t load_slots, int32_t horizon_days, int32_t days)
{
    int32_t today = 0;
    assert_true(day_read(SLICE("2026-10-22"), &today));
    trial = (struct trial){0};
    hours = (struct hours){0};
    memset(taken, 0, sizeof taken);
    random_seed(&trial.random, seed);
    shop_make(load_slots);
    trial.closed[0] = today + 4;
    trial.closed[1] = today + 14;
    trial.staffing[0] = (struct staffing){{0}, -2, today + 2, today + 6};
    trial.staffing[1] = (struct staffing){{1}, 3, today - 3, today + 8};
    tables_take();
    window_set(&trial.window, &trial.shop.zone, today, horizon_days, days);
    trial.first_slot = window_slot();
    rebuild();
}

static void test_like_counting(void **unused)
{
    (void)unused;
    static const int32_t shapes[][3] = {{60, 1, 1}, {51, 9, 12}, {1, 20, 20}, {60, 40, 40}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        trial_begin(i + 1, shapes[i][0], shapes[i][1], shapes[i][2]);
        looks_compare();
        for (uint32_t step = 0; step < 120; step++) {
            uint64_t dice = random_below(&trial.random, 40);
            if (dice == 0) {
                roll_random();
            } else if (dice == 1) {
                rebuild();
            } else if (dice < 12) {
                give_random();
            } else {
                place_random(dice < 20 ? 3000 : 200);
            }
            if (step % 6 == 0) {
                looks_compare();
            }
        }
        looks_compare();
        trial_end();
    }
}

/* Day after day, further than the window moves along its tables; and people who come and go. */
static void test_many_mornings(void **unused)
{
    (void)unused;
    trial_begin(21, 51, 20, 25);
    for (uint32_t morning = 0; morning < 200; morning++) {
        window_set(&trial.window, &trial.shop.zone, trial.window.today + 1, 20, 25);
        hours_roll(&hours, &trial.shop, &nothing, &trial.window);
        past_forget();
        uint32_t center = morning % 2;
        int32_t more = (int32_t)random_between(&trial.random, -9, center == 0 ? 0 : 3);
        int32_t first = trial.window.today + (int32_t)random_between(&trial.random, -2, 22);
        trial.staffing[center] = (struct staffing){{(uint16_t)center}, more, first, first + 3};
        assert_true(hours_staff(&hours, &trial.shop, &nothing, &trial.window, center));
        people_count();
        place_random(3000);
        looks_compare();
    }
    trial.staffing[0] = (struct staffing){{0}, 1, trial.window.today, trial.window.today};
    assert_false(hours_staff(&hours, &trial.shop, &nothing, &trial.window, 0)); /* 8 are 4 digits */
    trial_end();
}

static enum hours_result place(struct hours_ask ask, uint32_t runs_most, uint32_t *count)
{
    *count = 0;
    return hours_place(&hours, &ask, found, count, runs_most);
}

/* From every day on: the next free quarter, or none. */
static void days_search(void)
{
    assert_null(hours_check(&hours));
    for (uint32_t day = 0; day < 200; day++) {
        struct hours_ask ask = {
            .crew = 2, .slots = 30, .first_slot = window_slot() + (int64_t)day * 5760 + 60};
        uint32_t count = 0;
        enum hours_result expected = room_count(&ask) == 30 ? HOURS_PLACED : HOURS_NONE;
        assert_int_equal(place(ask, RUNS_MAX, &count), expected);
        runs_compare(&ask, found, count);
        hours_place_undo(&hours, found, count);
    }
}

/* The first team is taken for 200 days but for a quarter here and there: the way to the next free
 * one leads over whole words, and over whole summaries of words. */
static void test_skips_what_is_full(void **unused)
{
    (void)unused;
    /* Day 86 lies in the second word of a word of the first summary. */
    static const uint32_t free_days[] = {0, 1, 40, 41, 86, 87, 139, 199};
    trial_begin(9, 60, 200, 200);
    trial.shop.staffing_count = 0;
    rebuild();
    uint32_t count = 0;
    uint32_t slots = (uint32_t)(window_end() - window_slot());
    assert_int_equal(
        place((struct hours_ask){.crew = 7, .slots = slots, .first_slot = window_slot()}, RUNS_MAX,
              &count),
        HOURS_PLACED);
    hours_place_keep(&hours, found, count);
    count_runs(found, count, 1);
    assert_null(hours_check(&hours));
    assert_int_equal(place((struct hours_ask){.crew = 1, .slots = 1, .first_slot = window_slot()},
                           RUNS_MAX, &count),
                     HOURS_NONE);
    hours_place_undo(&hours, found, count);
    for (size_t i = 0; i < sizeof free_days / sizeof *free_days; i++) {
        struct slot_run run = {(uint32_t)window_slot() + free_days[i] * 5760 + 700, 20, 0, 7};
        hours_give(&hours, run);
        count_runs(&run, 1, -1);
    }
    days_search();
    struct slot_run again = {(uint32_t)window_slot() + 86 * 5760 + 700, 20, 0, 7};
    assert_true(hours_take(&hours, again));
    count_runs(&again, 1, 1);
    days_search();
    trial_end();
}

/* A run's length is 16 bits: at its most it is one run, with one slot more it is two. */
static void test_the_longest_run(void **unused)
{
    (void)unused;
    trial_begin(9, 60, 40, 40);
    uint32_t count = 0;
    for (uint32_t more = 0; more <= 2; more++) {
        struct hours_ask ask = {
            .crew = 1, .slots = UINT16_MAX - 1 + more, .first_slot = window_slot()};
        assert_int_equal(place(ask, RUNS_MAX, &count), HOURS_PLACED);
        assert_int_equal(count, more < 2 ? 1 : 2);
        runs_compare(&ask, found, count);
        hours_place_undo(&hours, found, count);
    }
    looks_compare();
    trial_end();
}

static void test_no_room_for_runs(void **unused)
{
    (void)unused;
    trial_begin(9, 51, 20, 20);
    struct hours_ask ask = {.crew = 1, .slots = 200, .first_slot = window_slot()};
    uint32_t count = 0;
    for (uint32_t most = 0; most <= 4; most++) {
        enum hours_result expected = most < 4 ? HOURS_TOO_MANY_RUNS : HOURS_PLACED;
        assert_int_equal(place(ask, most, &count), expected);
        assert_int_equal(count, most);
        runs_compare(&ask, found, count);
        hours_place_undo(&hours, found, count);
        looks_compare();
    }
    trial_end();
}

/* The four smallest crews of each team have marks, in their order, whatever the shop's order. */
static void test_crews_with_marks(void **unused)
{
    (void)unused;
    static const uint8_t first[] = {1, 2, 3, 5};
    trial_begin(9, 60, 20, 20);
    assert_int_equal(hours.centers[0].class_count, 4);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(hours.centers[0].classes[i].crew, first[i]);
    }
    assert_int_equal(hours.centers[1].class_count, 2);
    assert_int_equal(hours.centers[1].classes[0].crew, 2);
    assert_int_equal(hours.centers[1].classes[1].crew, 9);
    assert_int_equal(hours.centers[2].class_count, 0);
    trial_end();
}

/* Crews for whom there are no marks, and times at which there is no slot. */
static void test_nothing_to_place(void **unused)
{
    (void)unused;
    trial_begin(9, 60, 20, 20);
    uint32_t count = 0;
    const struct hours_ask asks[] = {
        {.work_center = 1, .crew = 1, .slots = 1, .first_slot = window_slot()},
        {.work_center = 2, .crew = 1, .slots = 1, .first_slot = window_slot()},
        {.crew = 8, .slots = 1, .first_slot = window_slot()},
        {.crew = 1, .slots = 1, .first_slot = window_end()},
        {.crew = 1, .slots = 1, .first_slot = window_end() + 1},
        {.crew = 1, .slots = 2, .first_slot = window_end() - 1}};
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        assert_int_equal(place(asks[i], RUNS_MAX, &count), HOURS_NONE);
        hours_place_undo(&hours, found, count);
        struct hours_ask latest = asks[i];
        latest.end_slot = window_end();
        count = 0;
        assert_int_equal(hours_place_latest(&hours, &latest, found, &count, RUNS_MAX), HOURS_NONE);
        hours_place_undo(&hours, found, count);
        assert_null(hours_check(&hours));
    }
    assert_int_equal(
        place((struct hours_ask){.crew = 1, .slots = 1, .first_slot = window_end() - 1}, RUNS_MAX,
              &count),
        HOURS_PLACED);
    hours_place_undo(&hours, found, count);
    trial_end();
}

static void test_free_is_within_the_window(void **unused)
{
    (void)unused;
    trial_begin(9, 60, 20, 20);
    uint32_t first = (uint32_t)window_slot();
    uint32_t end = (uint32_t)window_end();
    assert_true(hours_free(&hours, (struct slot_run){first, 70, 0, 5}));
    assert_true(hours_free(&hours, (struct slot_run){end - 70, 70, 0, 7}));
    assert_false(hours_free(&hours, (struct slot_run){end - 70, 71, 0, 7}));
    assert_false(hours_free(&hours, (struct slot_run){first - 1, 70, 0, 5}));
    assert_false(hours_free(&hours, (struct slot_run){end, 1, 0, 1}));
    assert_false(hours_free(&hours, (struct slot_run){first, 70, 0, 8}));
    assert_false(hours_free(&hours, (struct slot_run){first, 70, 0, 0}));
    assert_false(hours_free(&hours, (struct slot_run){first, 0, 0, 1}));
    assert_false(hours_free(&hours, (struct slot_run){first, 70, CENTERS, 1}));
    trial_end();
}

/* More people than the planes can count: said, and nothing taken, not wrapped around. */
static void test_too_many_people_to_count(void **unused)
{
    (void)unused;
    trial_begin(9, 60, 20, 20);
    /* The last quarter of a Thursday: in the next one the second team is not there. */
    struct slot_run run = {(uint32_t)window_slot() + 5760 - 60, 60, 1, 9};
    assert_true(hours_take(&hours, run));
    assert_false(hours_take(&hours, run));
    hours_give(&hours, run);
    struct slot_run far_too_many = run;
    far_too_many.crew = UINT8_MAX;
    run.slot -= 30; /* over into the quarter before */
    far_too_many.slot -= 30;
    assert_true(hours_take(&hours, run));
    assert_false(hours_take(&hours, far_too_many));
    hours_give(&hours, run);
    assert_true(hours_untaken(&hours));
    trial_end();
}

/* Eight people only by a person more for some days: they must be counted as well. */
static void test_one_person_more(void **unused)
{
    (void)unused;
    trial_begin(9, 60, 20, 20);
    trial.staffing[0] = (struct staffing){{0}, 1, trial.window.today + 1, trial.window.today + 1};
    rebuild();
    struct hours_ask ask = {.crew = 8, .slots = 5761, .first_slot = window_slot()};
    uint32_t count = 0;
    assert_int_equal(place(ask, RUNS_MAX, &count), HOURS_NONE);
    hours_place_undo(&hours, found, count);
    ask.slots = 5760;
    assert_int_equal(place(ask, RUNS_MAX, &count), HOURS_PLACED);
    runs_compare(&ask, found, count);
    hours_place_keep(&hours, found, count);
    count_runs(found, count, 1);
    looks_compare();
    trial_end();
}

/* People who are away for some days are counted on the others. */
static void test_some_people_fewer(void **unused)
{
    (void)unused;
    trial_begin(9, 60, 20, 20);
    trial.shop.staffing_count = 1;
    trial.staffing[0] = (struct staffing){{1}, -4, trial.window.today + 1, trial.window.today + 1};
    hours.center_count = 0; /* as at the beginning: no digits are kept from before */
    rebuild();
    uint32_t count = 0;
    struct hours_ask ask = {.work_center = 1, .crew = 10, .slots = 60, .first_slot = window_slot()};
    assert_int_equal(place(ask, RUNS_MAX, &count), HOURS_PLACED);
    hours_place_keep(&hours, found, count);
    count_runs(found, count, 1);
    looks_compare();
    trial_end();
}

/* What is taken stays taken whoever goes, and only it; those who are left are free beside it. */
static void test_people_who_go_and_come(void **unused)
{
    (void)unused;
    trial_begin(9, 60, 20, 20);
    int32_t tomorrow = trial.window.today + 1;
    struct slot_run run = {(uint32_t)window_slot() + 5760 + 90, 60, 0, 7};
    struct slot_run beside = {run.slot + 60, 90, 0, 1};
    trial.shop.staffing_count = 1;
    trial.staffing[0] = (struct staffing){{0}, 0, tomorrow, tomorrow};
    rebuild();
    assert_true(hours_take(&hours, run));
    for (int32_t away = 0; away <= 9; away++) {
        trial.staffing[0].people = -away;
        assert_true(hours_staff(&hours, &trial.shop, &nothing, &trial.window, 0));
        assert_true(hours_has(&hours, run));
        for (uint8_t crew = 1; crew <= 8; crew++) {
            beside.crew = crew;
            assert_int_equal(hours_free(&hours, beside), crew + away <= 7);
            run.crew = crew;
            assert_false(hours_free(&hours, run));
        }
        run.crew = 7;
        assert_null(hours_check(&hours));
        assert_false(hours_untaken(&hours));
    }
    hours_give(&hours, run);
    assert_true(hours_untaken(&hours));
    trial_end();
}

/* The upper half of the product is the number divided, at each multiple and beside it. */
static void test_division_by_an_inverse(void **unused)
{
    (void)unused;
    static const int32_t efficiencies[] = {1, 3, 333, 850, 900, 1000, 1333, 10000};
    trial_begin(9, 60, 1, 1);
    for (size_t i = 0; i < sizeof efficiencies / sizeof *efficiencies; i++) {
        trial.centers[0].efficiency_thousandths = efficiencies[i];
        hours_build(&hours, &trial.shop, &nothing, &trial.window);
        uint64_t by = hours.centers[0].slot_work;
        assert_int_equal(by, 250 * efficiencies[i]);
        for (uint64_t multiple = by; multiple + 1 < (uint64_t)1 << 32; multiple += 977 * by) {
            for (uint64_t n = multiple - 1; n <= multiple + 1; n++) {
                unsigned __int128 product =
                    (unsigned __int128)n * hours.centers[0].slot_work_inverse;
                assert_int_equal((uint64_t)(product >> 64), n / by);
            }
        }
    }
    trial_end();
}

/* Over a part of the window, all of it, more than all of it. */
static void test_jumps(void **unused)
{
    (void)unused;
    static const int32_t jumps[] = {1, 19, 20, 21, 300};
    for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++) {
        trial_begin(9, 60, 20, 20);
        uint32_t count = 0;
        struct hours_ask ask = {.crew = 3, .slots = 20 * 5760 - 1, .first_slot = window_slot()};
        assert_int_equal(place(ask, RUNS_MAX, &count), HOURS_PLACED);
        hours_place_keep(&hours, found, count);
        window_set(&trial.window, &trial.shop.zone, trial.window.today + jumps[i], 20, 20);
        hours_roll(&hours, &trial.shop, &nothing, &trial.window);
        assert_null(hours_check(&hours));
        int64_t left = (int64_t)ask.slots - (window_slot() - trial.first_slot);
        struct load_day load = {0};
        hours_load(&hours, 0, window_slot(), window_end(), &load);
        assert_int_equal(load.taken, left < 0 ? 0 : 3 * left);
        trial_end();
    }
}

/* One open day behind today, sought from before it: within the 64 quarters that are looked at
 * first, within the next 4,096 wherever these begin in their summary, and beyond both. */
static void test_a_far_day_is_found(void **unused)
{
    (void)unused;
    static const uint32_t before[] = {1, 63, 64, 65, 127, 128, 1000, 4032, 4095, 4096, 4159, 4160};
    trial_begin(9, 60, 1, 1);
    trial.centers[0].people = 0;
    trial.staffing[1] = (struct staffing){{0}, 7, trial.window.today, trial.window.today};
    for (int32_t day = 2; day < LIMIT_HORIZON_DAYS; day += 3) {
        trial.staffing[0] =
            (struct staffing){{0}, 7, trial.window.today + day, trial.window.today + day};
        window_set(&trial.window, &trial.shop.zone, trial.window.today, LIMIT_HORIZON_DAYS,
                   LIMIT_HORIZON_DAYS);
        hours_build(&hours, &trial.shop, &nothing, &trial.window);
        int64_t begin = trial.window.midnights[day] / SLOT_SECONDS;
        for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
            uint32_t count = 0;
            struct hours_ask ask = {
                .crew = 1, .slots = 1, .first_slot = begin - before[i] * SLOTS_PER_QUARTER};
            if (ask.first_slot >= trial.window.midnights[1] / SLOT_SECONDS) {
                assert_int_equal(place(ask, RUNS_MAX, &count), HOURS_PLACED);
                assert_int_equal(found[0].slot, begin);
                hours_place_undo(&hours, found, count);
            }
        }
    }
    trial_end();
}

/* The longest horizon, to its last slot. */
static void test_the_longest_horizon(void **unused)
{
    (void)unused;
    trial_begin(9, 60, 1, 1);
    trial.shop.staffing_count = 0;
    window_set(&trial.window, &trial.shop.zone, trial.window.today, LIMIT_HORIZON_DAYS,
               WINDOW_DAYS_MAX);
    hours_build(&hours, &trial.shop, &nothing, &trial.window);
    assert_null(hours_check(&hours));
    int64_t end = window_horizon_end(&trial.window) / SLOT_SECONDS;
    struct load_day load = {0};
    hours_load(&hours, 0, window_slot(), window_end(), &load);
    assert_int_equal(load.capacity, 7 * (end - window_slot()));
    uint32_t count = 0;
    assert_int_equal(
        place((struct hours_ask){.crew = 7, .slots = 2, .first_slot = end - 2}, RUNS_MAX, &count),
        HOURS_PLACED);
    assert_int_equal(found[0].slot, end - 2);
    hours_place_keep(&hours, found, count);
    assert_int_equal(
        place((struct hours_ask){.crew = 1, .slots = 1, .first_slot = end - 2}, RUNS_MAX, &count),
        HOURS_NONE);
    assert_null(hours_check(&hours));
    trial_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_like_counting),
        cmocka_unit_test(test_many_mornings),
        cmocka_unit_test(test_skips_what_is_full),
        cmocka_unit_test(test_the_longest_run),
        cmocka_unit_test(test_no_room_for_runs),
        cmocka_unit_test(test_crews_with_marks),
        cmocka_unit_test(test_nothing_to_place),
        cmocka_unit_test(test_free_is_within_the_window),
        cmocka_unit_test(test_too_many_people_to_count),
        cmocka_unit_test(test_one_person_more),
        cmocka_unit_test(test_some_people_fewer),
        cmocka_unit_test(test_people_who_go_and_come),
        cmocka_unit_test(test_division_by_an_inverse),
        cmocka_unit_test(test_jumps),
        cmocka_unit_test(test_a_far_day_is_found),
        cmocka_unit_test(test_the_longest_horizon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Requests: which are for the same, what they are worth in a shop that can be reckoned by hand, and
 * the largest set against trying all of them. */
#include "focus/request.h"

#include "base/random.h"
#include "focus/focus_testing.h"
#include "focus/request_group.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define EURO INT64_C(100000000) /* in millionths of a cent */

enum { SAID_MAX = 16 };

/* P and Q, its answer, and what is asked for. */
struct room {
    struct testing_shop testing;
    struct focus_answer *answer;
    struct request_said said[SAID_MAX];
    struct requests_ask ask;
    struct requests *requests;
};

static struct request_said *say(struct room *room, const char *wants, int64_t euros, int64_t count)
{
    struct request_said *said = &room->said[room->ask.said_count++];
    *said = (struct request_said){.wants = slice_of(wants),
                                  .activity = {NO_INDEX},
                                  .value_minor = euros * 100,
                                  .count = count};
    return said;
}

static void room_open(struct room *room)
{
    struct fault fault = {.text = ""};
    *room = (struct room){.answer = NULL};
    testing_open_file(&room->testing, "examples/focus-pq/shop.yaml");
    const struct focus_figures *figures = room->testing.figures;
    struct focus_ask ask = {.figures = figures, .mix = testing_ask(figures)};
    assert_int_equal(focus(&ask, &room->answer, &fault), STATUS_OK);
    room->ask = (struct requests_ask){
        .figures = figures, .answer = room->answer, .said = room->said, .seconds = 10};
}

static void room_make(struct room *room)
{
    struct fault fault = {.text = ""};
    if (focus_requests_make(&room->ask, &room->requests, &fault) != STATUS_OK) {
        fail_msg("%s", fault.text);
    }
}

static void room_close(struct room *room)
{
    focus_requests_free(room->requests);
    focus_free(room->answer);
    testing_close(&room->testing);
}

static const struct request_group *group_of(const struct room *room, const char *wants)
{
    for (uint32_t i = 0; i < room->requests->group_count; i++) {
        if (slice_is(room->requests->groups[i].wants, wants)) {
            return &room->requests->groups[i];
        }
    }
    fail_msg("no group of %s", wants);
    return NULL;
}

/* ---- the same ---- */

static void test_key(void **unused)
{
    static const struct {
        const char *text;
        const char *key;
    } cases[] = {
        {"Gift-Boxes", "gift boxes"},
        {"  gift__boxes ", "gift boxes"},
        {"Galettes\u00a0au  Blé", "galettes au ble"},
        {"Ble\u0301", "ble"},
        {"ŒUFS\tfrais", "oeufs frais"},
        {"---", ""},
        {"日本", "日本"},
        {"", ""},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char key[256];
        size_t length = request_key(slice_of(cases[i].text), key);
        assert_string_equal(key, cases[i].key);
        assert_int_equal(length, strlen(key));
    }
}

static void test_groups(void **unused)
{
    (void)unused;
    struct room room;
    room_open(&room);
    (void)say(&room, "P line", 0, 2); /* the activity P-line */
    (void)say(&room, "p", 0, 3);      /* the offer P, of the same */
    say(&room, "something for Q", 0, 1)->activity = (struct activity_id){1};
    (void)say(&room, "R-Machine", 0, 1);
    (void)say(&room, "r  machine", 0, 5);
    (void)say(&room, "r machines", 0, 1);
    room_make(&room);
    assert_int_equal(room.requests->group_count, 4);
    assert_int_equal(room.requests->count, 13);
    const struct request_group *p = group_of(&room, "p");
    assert_int_equal(p->activity, 0);
    assert_int_equal(p->count, 5);
    assert_int_equal(p->said_count, 2);
    assert_int_equal(group_of(&room, "something for Q")->activity, 1);
    const struct request_group *machine = group_of(&room, "R-Machine");
    assert_int_equal(machine->activity, NO_INDEX);
    assert_int_equal(machine->count, 6);
    assert_int_equal(group_of(&room, "r machines")->count, 1);
    room_close(&room);
}

/* ---- worth ---- */

/* Today 80 P and 40 Q. P keeps 45 of 90, and takes 1200 of B's minutes for 7200 of revenue; an hour
 * of B is worth 120. So 450 more of P: 225 - 1.25 x 120 = 75. */
static void test_score(void **unused)
{
    (void)unused;
    struct room room;
    room_open(&room);
    (void)say(&room, "P", 450, 4);
    (void)say(&room, "p", 0, 7);
    (void)say(&room, "a wish", 0, 1);
    (void)say(&room, "Q", 1000, 9); /* 600 - 5 x 120 = 0 */
    (void)say(&room, "a third machine", 112, 1);
    const struct center_hours quarter = {.work_center = {1}, .hours_thousandths = 250};
    struct request_said *costly = say(&room, "a fourth machine", 112, 1);
    costly->hours = &quarter;
    costly->hours_count = 1;
    struct request_said *loss = say(&room, "advice", 0, 1);
    loss->hours = &quarter;
    loss->hours_count = 1;
    room_make(&room);
    const struct request_group *p = group_of(&room, "P");
    assert_int_equal(p->share_millionths, 500000);
    assert_int_equal(p->throughput_micro, 225 * EURO);
    assert_int_equal(p->minutes_micro[1], INT64_C(75000000));
    assert_int_equal(p->hours_cost_micro, 150 * EURO);
    assert_int_equal(p->gain_micro, 75 * EURO);
    assert_int_equal(p->fit_percent, 100);
    assert_int_equal(p->score_micro, 75 * EURO);
    assert_int_equal(p->hours_from, REQUEST_HOURS_RECKONED);
    assert_int_equal(group_of(&room, "Q")->gain_micro, 0);
    /* The whole shop keeps 6000 of 11200: of 112 that is 60. A new one counts half. */
    const struct request_group *third = group_of(&room, "a third machine");
    assert_int_equal(third->throughput_micro, 60 * EURO);
    assert_int_equal(third->hours_from, REQUEST_HOURS_UNKNOWN);
    assert_int_equal(third->score_micro, 30 * EURO);
    const struct request_group *fourth = group_of(&room, "a fourth machine");
    assert_int_equal(fourth->hours_from, REQUEST_HOURS_SAID);
    assert_int_equal(fourth->gain_micro, 30 * EURO);
    assert_int_equal(fourth->score_micro, 15 * EURO);
    /* Who says nothing of it adds to the count alone; where nobody does, hours are not known. */
    assert_int_equal(group_of(&room, "a wish")->hours_from, REQUEST_HOURS_UNKNOWN);
    assert_int_equal(p->count, 11);
    /* What costs more than it brings is not made to look smaller by its fit. */
    assert_int_equal(group_of(&room, "advice")->score_micro, -30 * EURO);
    static const char *const ranked[] = {"P", "a third machine", "a fourth machine",
                                         "Q", "a wish",          "advice"};
    for (size_t i = 0; i < sizeof ranked / sizeof *ranked; i++) {
        assert_true(slice_is(room.requests->groups[i].wants, ranked[i]));
    }
    room_close(&room);
}

static void test_fit_of_what_stops(void **unused)
{
    (void)unused;
    struct room room;
    room_open(&room);
    room.answer->best->runs[0] = false;
    (void)say(&room, "P", 450, 4);
    room_make(&room);
    assert_int_equal(group_of(&room, "P")->fit_percent, 25);
    assert_int_equal(group_of(&room, "P")->score_micro, 75 * EURO / 4);
    room_close(&room);
}

static void test_who_asks(void **unused)
{
    (void)unused;
    struct room room;
    static const struct request_customer customers[] = {{-7, 3000}, {5, 1200}, {9, 50}};
    static const int64_t askers[] = {5, 0, -7, 5, 42};
    room_open(&room);
    for (size_t i = 0; i < sizeof askers / sizeof *askers; i++) {
        say(&room, "P", 0, 1)->customer = askers[i];
    }
    room.ask.customers = customers;
    room.ask.customer_count = 3;
    room_make(&room);
    assert_int_equal(room.requests->groups[0].customers, 3);
    assert_int_equal(room.requests->groups[0].customers_minor, 4200);
    room_close(&room);
}

/* ---- apart ---- */

/* Hours of today: P 4800 of 6800, Q 2000. Requests: P 1, Q 1, a new one 2. */
static void test_apart(void **unused)
{
    (void)unused;
    struct room room;
    room_open(&room);
    (void)say(&room, "P", 0, 1);
    (void)say(&room, "Q", 0, 1);
    (void)say(&room, "R", 0, 2);
    room_make(&room);
    double p = 4800.0 / 6800;
    double q = 2000.0 / 6800;
    assert_true(fabs(room.requests->effective - 1 / (0.25 * 0.25 * 2 + 0.5 * 0.5)) < 1e-9);
    assert_true(fabs(room.requests->apart - (fabs(p - 0.25) + fabs(q - 0.25) + 0.5) / 2) < 1e-9);
    assert_int_equal(room.requests->pull_count, 3);
    assert_int_equal(room.requests->pulls[0].activity, NO_INDEX);
    assert_true(slice_is(room.requests->groups[room.requests->pulls[0].group].wants, "R"));
    assert_int_equal(room.requests->pulls[1].activity, 0);
    room_close(&room);
}

/* Without its activity Q still takes its 2000 of the 6800. */
static void test_apart_of_no_activity(void **unused)
{
    (void)unused;
    struct room room;
    room_open(&room);
    room.testing.figures->offers[1].activity = NO_INDEX;
    (void)say(&room, "P", 0, 1);
    room_make(&room);
    double p = 4800.0 / 6800;
    assert_true(fabs(room.requests->apart - (1 - p)) < 1e-9);
    assert_int_equal(room.requests->pull_count, 1);
    assert_int_equal(room.requests->pulls[0].activity, 0);
    assert_true(fabs(room.requests->pulls[0].hours - p) < 1e-9);
    room_close(&room);
}

static void test_nobody_asks(void **unused)
{
    (void)unused;
    struct room room;
    room_open(&room);
    room_make(&room);
    assert_int_equal(room.requests->group_count, 0);
    assert_true(room.requests->apart < 0);
    assert_int_equal(room.requests->pull_count, 0);
    assert_true(room.requests->effective == 0);
    assert_int_equal(room.requests->served_count, 0);
    room_close(&room);
}

static void test_too_large(void **unused)
{
    (void)unused;
    struct room room;
    struct fault fault;
    room_open(&room);
    for (int i = 0; i < 12; i++) {
        say(&room, "P", 0, 1)->value_minor = LIMIT_MONEY_MINOR;
    }
    assert_int_equal(focus_requests_make(&room.ask, &room.requests, &fault), STATUS_LIMIT);
    room_close(&room);
}

/* ---- the largest set ---- */

enum { CENTERS = 3, CASES = 50, GROUPS_MAX = 12 };

/* A shop of which nothing is known but its free hours: half of a value stays. */
struct bare {
    struct shop shop;
    struct focus_center centers[CENTERS];
    struct focus_offer offer;
    struct focus_figures figures;
    double per_hour[CENTERS];
    int64_t used[CENTERS];
    struct mix best, today;
    struct focus_answer answer;
    struct request_said said[GROUPS_MAX];
    struct center_hours hours[GROUPS_MAX][CENTERS];
    char wants[GROUPS_MAX][8];
};

static void bare_make(struct bare *bare, struct random *random, uint32_t count)
{
    *bare = (struct bare){.offer = {.activity = NO_INDEX,
                                    .net_micro = 2 * EURO,
                                    .throughput_micro = EURO,
                                    .today_thousandths = 1000}};
    for (uint32_t c = 0; c < CENTERS; c++) {
        bare->centers[c] =
            (struct focus_center){.work_center = {(uint16_t)c},
                                  .minutes_micro = random_between(random, 0, 600) * FOCUS_MICRO};
        bare->per_hour[c] = (double)random_below(random, 3000);
    }
    for (uint32_t i = 0; i < count; i++) {
        snprintf(bare->wants[i], sizeof bare->wants[i], "r%u", i);
        bare->said[i] = (struct request_said){.wants = slice_of(bare->wants[i]),
                                              .activity = {NO_INDEX},
                                              .value_minor = random_between(random, 0, 20000),
                                              .count = random_between(random, 1, 6),
                                              .hours_count = CENTERS,
                                              .hours = bare->hours[i]};
        for (int c = 0; c < CENTERS; c++) {
            bare->hours[i][c] =
                (struct center_hours){{(uint16_t)c}, random_between(random, 0, 5000)};
        }
    }
    bare->best = (struct mix){.state = MIX_FOUND, .per_hour_minor = bare->per_hour};
    bare->today = (struct mix){.state = MIX_FOUND, .used_micro = bare->used};
    bare->figures = (struct focus_figures){.shop = &bare->shop,
                                           .offer_count = 1,
                                           .offers = &bare->offer,
                                           .center_count = CENTERS,
                                           .centers = bare->centers};
    bare->answer = (struct focus_answer){.best = &bare->best, .today = &bare->today};
}

/* Every subset of the groups. */
static void try_all(const struct requests *requests, int64_t *count, int64_t *gain_micro)
{
    *count = 0;
    *gain_micro = INT64_MIN;
    for (uint32_t set = 0; set < 1u << requests->group_count; set++) {
        int64_t left[CENTERS];
        int64_t its_count = 0;
        int64_t its_gain = 0;
        bool fits = true;
        memcpy(left, requests->free_micro, sizeof left);
        for (uint32_t i = 0; i < requests->group_count; i++) {
            const struct request_group *group = &requests->groups[i];
            for (uint32_t c = 0; (set & 1u << i) != 0 && c < CENTERS; c++) {
                left[c] -= group->minutes_micro[c];
                fits = fits && left[c] >= 0;
            }
            its_count += (set & 1u << i) != 0 ? group->count : 0;
            its_gain += (set & 1u << i) != 0 ? group->gain_micro : 0;
        }
        if (fits && (its_count > *count || (its_count == *count && its_gain > *gain_micro))) {
            *count = its_count;
            *gain_micro = its_gain;
        }
    }
}

static void test_largest_set(void **unused)
{
    (void)unused;
    struct random random;
    random_seed(&random, 20261126);
    uint32_t partly = 0;
    for (int run = 0; run < CASES; run++) {
        static struct bare bare;
        struct requests *requests = NULL;
        struct fault fault;
        int64_t count;
        int64_t gain_micro;
        uint32_t groups = 2 + (uint32_t)random_below(&random, GROUPS_MAX - 1);
        bare_make(&bare, &random, groups);
        const struct requests_ask ask = {.figures = &bare.figures,
                                         .answer = &bare.answer,
                                         .said_count = groups,
                                         .said = bare.said,
                                         .seconds = 10};
        assert_int_equal(focus_requests_make(&ask, &requests, &fault), STATUS_OK);
        try_all(requests, &count, &gain_micro);
        assert_true(requests->served_proved);
        assert_int_equal(requests->served_count, count);
        assert_int_equal(requests->served_gain_micro, count == 0 ? 0 : gain_micro);
        partly += count > 0 && count < requests->count;
        focus_requests_free(requests);
    }
    assert_true(partly > CASES / 2); /* or the cases ask nothing */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_score),
        cmocka_unit_test(test_fit_of_what_stops),
        cmocka_unit_test(test_who_asks),
        cmocka_unit_test(test_apart),
        cmocka_unit_test(test_apart_of_no_activity),
        cmocka_unit_test(test_nobody_asks),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_largest_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

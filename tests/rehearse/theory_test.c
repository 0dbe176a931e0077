/* The floor and the crowd against theory: queues, a line of machines, Little's law, integrals.
 *
 * Each figure is an estimate from independent replications; the test asks whether what theory says
 * lies within its interval of 99.9 percent (and that the interval is narrow enough to tell a wrong
 * program). Seeds are fixed: a test that passes goes on passing. */
#include "model/shop_read.h"
#include "rehearse/crowd.h"
#include "rehearse/floor.h"
#include "rehearse/sum.h"
#include "tests/support/world.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { REPLICATIONS = 24, CUSTOMERS = 20000, WARM_UP = 2000, HOUR = 3600 };

/* ---- estimates ---- */

struct estimate {
    uint32_t count;
    double sum, squares;
};

static void estimate_add(struct estimate *estimate, double value)
{
    estimate->count++;
    estimate->sum += value;
    estimate->squares += value * value;
}

/* Is `truth` within the interval, and the interval within `tolerance` of the truth? */
static void estimate_check(const char *what, const struct estimate *estimate, double truth,
                           double tolerance)
{
    double n = estimate->count;
    double mean = estimate->sum / n;
    double variance = (estimate->squares - n * mean * mean) / (n - 1);
    double half = gsl_cdf_tdist_Pinv(0.9995, n - 1) * sqrt(variance / n);
    print_message("%s: %.5f +- %.5f, theory %.5f\n", what, mean, half, truth);
    if (fabs(mean - truth) > half || half > tolerance * truth) {
        fail_msg("%s: %.6f +- %.6f, theory says %.6f", what, mean, half, truth);
    }
}

/* ---- a floor with stations that never close ---- */

struct station {
    struct shop *shop;
    struct scene scene;
    struct floor floor;
    uint32_t stations; /* operations of each job */
    int64_t *entered;  /* [job] */
    struct estimate *in_system;
    double time_in_system; /* added up */
    uint32_t done;
    bool feeds; /* whoever leaves is followed by the next: a constant number of jobs */
};

static const char factory[] =
    "shop: {name: Theory, currency: EUR, time_zone: UTC}\n"
    "promise: {horizon_days: 600}\n"
    "calendars: {always: {open: {mon-sun: \"00:00-24:00\"}}}\n"
    "work_centers:\n"
    "  a: {people: %d, calendar: always}\n  b: {people: 1, calendar: always}\n"
    "  c: {people: 1, calendar: always}\n  d: {people: 1, calendar: always}\n"
    "offers:\n"
    "  one: {name: One, price: 1, vat_rate: 20, on_site: true, routing: [{work_center: a, minutes: "
    "%d}]}\n"
    "  four: {name: Four, price: 1, vat_rate: 20, on_site: true, routing: [{work_center: a, "
    "minutes: "
    "120}, {work_center: b, minutes: 120}, {work_center: c, minutes: 120}, {work_center: d, "
    "minutes: 120}]}\n"
    "moments: {m: {at: 2026-12-01T00:00, visitors: 0}}\n";

static void station_open(struct station *station, int people, int minutes, double variation)
{
    struct fault fault = {0};
    char text[2048];
    const struct zone_source zones = {world_zone_load, NULL};
    struct assumptions assume;
    *station = (struct station){.stations = 1};
    (void)snprintf(text, sizeof text, factory, people, minutes);
    if (shop_read(slice_of(text), "test.yaml", &zones, 1764547200, &station->shop, &fault) !=
        STATUS_OK) {
        fail_msg("%s", fault.text);
    }
    assumptions_default(&assume);
    assume.work_variation = variation;
    assume.absence = 0;
    assume.demand_days = 90;
    struct moment *moment = &station->shop->moments[0];
    moment->at += (int64_t)500 * DAY_SECONDS; /* a long time to look at */
    if (scene_open(&station->scene, station->shop, moment->at - (int64_t)500 * DAY_SECONDS, moment,
                   NULL, &assume, NULL, &fault) != STATUS_OK) {
        fail_msg("%s", fault.text);
    }
}

static void station_close(struct station *station)
{
    floor_free(&station->floor);
    scene_close(&station->scene);
    shop_free(station->shop);
    free(station->entered);
}

static bool take(void *context, uint32_t job, int64_t now)
{
    (void)context;
    (void)job;
    (void)now;
    return true;
}

static void job_enter(struct station *station, int64_t now)
{
    uint32_t index = floor_add(&station->floor);
    struct job *job = &station->floor.jobs[index];
    job->routing = &station->shop->offers[station->stations == 1 ? 0 : 1].routing;
    job->units = 1;
    job->person = index;
    job->offer = 0;
    job->key = now;
    station->entered[index] = now;
    floor_release(&station->floor, index, now);
}

static void done(void *context, uint32_t job, int64_t now)
{
    struct station *station = context;
    station->time_in_system += (double)(now - station->entered[job]);
    station->done++;
    if (station->feeds && station->floor.job_count < CUSTOMERS) {
        job_enter(station, now);
    }
}

static void station_begin(struct station *station, uint32_t replication)
{
    const struct floor_owner owner = {take, done, station};
    floor_begin(&station->floor, &station->scene, &owner, draw_run_key(7, replication));
    station->entered = realloc(station->entered, CUSTOMERS * sizeof *station->entered);
    station->done = 0;
    station->time_in_system = 0;
    for (uint32_t day = 0; day < station->scene.day_count; day++) {
        floor_day(&station->floor, day);
    }
}

/* Mean wait in the queue and the share that waits, in service times, of Poisson arrivals. */
static void queue_measure(struct station *station, double arrivals_per_service, double service,
                          struct estimate *waits, struct estimate *waited)
{
    for (uint32_t r = 0; r < REPLICATIONS; r++) {
        uint64_t key = draw_run_key(11, r);
        double at = (double)station->scene.now;
        double sum = 0;
        uint32_t later = 0;
        station_begin(station, r);
        for (uint32_t i = 0; i < CUSTOMERS; i++) {
            at += service / arrivals_per_service *
                  draw_exponential(draw_uniform(key, DRAW_ARRIVAL, i, 0));
            while (floor_next(&station->floor) <= (int64_t)at) {
                floor_step(&station->floor);
            }
            job_enter(station, (int64_t)at);
        }
        while (floor_next(&station->floor) < INT64_MAX) {
            floor_step(&station->floor);
        }
        for (uint32_t i = WARM_UP; i < CUSTOMERS; i++) {
            sum += (double)station->floor.jobs[i].late_waited;
            later += station->floor.jobs[i].late_waited > 0;
        }
        estimate_add(waits, sum / (CUSTOMERS - WARM_UP) / service);
        estimate_add(waited, (double)later / (CUSTOMERS - WARM_UP));
        assert_int_equal(station->done, CUSTOMERS);
    }
}

static void queue_check(const char *what, int people, double arrivals_per_service, double variation,
                        double wait, double share)
{
    struct station station;
    struct estimate waits = {0};
    struct estimate waited = {0};
    char title[64];
    station_open(&station, people, 20, variation);
    queue_measure(&station, arrivals_per_service, 20 * 60, &waits, &waited);
    (void)snprintf(title, sizeof title, "%s wait", what);
    estimate_check(title, &waits, wait, 0.1);
    (void)snprintf(title, sizeof title, "%s P(wait)", what);
    estimate_check(title, &waited, share, 0.1);
    station_close(&station);
}

/* M/M/1, arrivals 2, service 3: P(wait) 2/3, mean wait 2/3, in units where a service is 1/3. */
static void mm1(void **state)
{
    (void)state;
    queue_check("M/M/1", 1, 2.0 / 3, 1, 2, 2.0 / 3);
}

/* M/M/2, arrivals 2, service 3: P(wait) 1/6, mean wait 1/24 = 0.125 services. */
static void mm2(void **state)
{
    (void)state;
    queue_check("M/M/2", 2, 2.0 / 3, 1, 0.125, 1.0 / 6);
}

/* M/D/1 and M/G/1 at half load: mean wait 0.5 (constant); (1 + v^2) / 2 by Pollaczek-Khinchine. */
static void mg1(void **state)
{
    (void)state;
    queue_check("M/D/1", 1, 0.5, 0, 0.5, 0.5);
    queue_check("M/G/1", 1, 0.5, 0.5, 0.625, 0.5);
}

/* Who finds all three servers busy goes away: Erlang B of 3 servers and 2 erlangs is 4/19. */
static void erlang_b(void **state)
{
    struct station station;
    struct estimate lost = {0};
    (void)state;
    station_open(&station, 3, 20, 1);
    for (uint32_t r = 0; r < REPLICATIONS; r++) {
        uint64_t key = draw_run_key(13, r);
        double at = (double)station.scene.now;
        uint32_t refused = 0;
        station_begin(&station, r);
        for (uint32_t i = 0; i < CUSTOMERS; i++) {
            at += 600 * draw_exponential(draw_uniform(key, DRAW_ARRIVAL, i, 0));
            while (floor_next(&station.floor) <= (int64_t)at) {
                floor_step(&station.floor);
            }
            if (station.floor.centers[0].busy == 3) {
                refused++;
            } else {
                job_enter(&station, (int64_t)at);
            }
        }
        estimate_add(&lost, (double)refused / CUSTOMERS);
    }
    estimate_check("Erlang B", &lost, 4.0 / 19, 0.05);
    station_close(&station);
}

/* Penny Fab One: four machines, two hours each, a constant number of jobs. */
static double cycle_hours(uint32_t jobs, double variation, uint32_t replication)
{
    struct station station;
    station_open(&station, 1, 20, variation);
    station.stations = 4;
    station.feeds = true;
    station_begin(&station, replication);
    for (uint32_t i = 0; i < jobs; i++) {
        job_enter(&station, station.scene.now);
    }
    while (floor_next(&station.floor) < station.scene.now + (int64_t)400 * DAY_SECONDS) {
        floor_step(&station.floor);
    }
    double throughput = station.done / (400.0 * 24);
    station_close(&station);
    return jobs / throughput; /* Little's law */
}

static void penny_fab(void **state)
{
    static const struct {
        uint32_t jobs;
        double best, practical;
    } known[] = {{1, 8, 8}, {4, 8, 14}, {8, 16, 22}, {20, 40, 46}};
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct estimate cycle = {0};
        double best = cycle_hours(known[i].jobs, 0, 0);
        assert_true(fabs(best - known[i].best) < 0.01 * known[i].best);
        for (uint32_t r = 0; r < 10; r++) {
            estimate_add(&cycle, cycle_hours(known[i].jobs, 1, r));
        }
        estimate_check("penny fab", &cycle, known[i].practical, 0.05);
    }
}

/* ---- crowds ---- */

/* The scene of another moment. */
static void surge_replace(struct station *station, int32_t rise_seconds, int32_t half_life_seconds)
{
    struct fault fault;
    struct moment *moment = &station->shop->moments[0];
    const struct assumptions assume = station->scene.assume;
    int64_t now = station->scene.now;
    moment->rise_seconds = rise_seconds;
    moment->half_life_seconds = half_life_seconds;
    scene_close(&station->scene);
    enum status status =
        scene_open(&station->scene, station->shop, now, moment, NULL, &assume, NULL, &fault);
    assert_int_equal(status, STATUS_OK);
}

static void crowds(void **state)
{
    struct station station;
    struct crowd crowd = {0};
    struct estimate come = {0};
    struct estimate early = {0};
    struct estimate buyers = {0};
    (void)state;
    station_open(&station, 1, 20, 1);
    surge_replace(&station, 60, 660);
    /* By hand: a rise of 30 peak seconds, a fall of 660 / ln 2, cut after ten half-lives. */
    double fall = 660 / M_LN2;
    double whole = 30 + fall * (1 - exp2(-10));
    assert_int_equal(station.scene.surge_seconds, 6660);
    assert_true(fabs(station.scene.shares[60] - 30 / whole) < 1e-12);
    assert_true(fabs(station.scene.shares[720] - (30 + fall / 2) / whole) < 1e-12);
    assert_true(station.scene.shares[6660] == 1);
    for (uint32_t r = 0; r < 200; r++) {
        crowd_fill(&crowd, &station.scene, draw_run_key(3, r), 5000);
        estimate_add(&come, crowd.visitors);
        estimate_add(&early, crowd.come[720]);
        estimate_add(&buyers, crowd.buyer_count);
    }
    estimate_check("visitors", &come, 5000, 0.01);
    estimate_check("of the first twelve minutes", &early, 5000 * (30 + fall / 2) / whole, 0.01);
    estimate_check("buyers", &buyers, 100, 0.1);
    double variance = (come.squares - come.sum * come.sum / come.count) / (come.count - 1) / 5000;
    assert_true(variance > 0.7 && variance < 1.4); /* Poisson: the mean */
    crowd_free(&crowd);
    station_close(&station);
}

/* A larger crowd is the same crowd, and more. */
static void crowds_are_common(void **state)
{
    struct station station;
    struct crowd small = {0};
    struct crowd large = {0};
    (void)state;
    station_open(&station, 1, 20, 1);
    crowd_fill(&small, &station.scene, 99, 3000);
    crowd_fill(&large, &station.scene, 99, 9000);
    assert_true(large.visitors > small.visitors && large.buyer_count > small.buyer_count);
    for (uint32_t i = 0; i < small.buyer_count; i++) {
        assert_int_equal(small.buyers[i].visitor, large.buyers[i].visitor);
        assert_true(large.buyers[i].second <= small.buyers[i].second);
    }
    crowd_free(&small);
    crowd_free(&large);
    station_close(&station);
}

/* Half as many every two days: after fourteen days the last have come, evenly as they thin out. */
static void a_long_surge_is_cut(void **state)
{
    struct station station;
    (void)state;
    station_open(&station, 1, 20, 1);
    surge_replace(&station, 60, 2 * DAY_SECONDS);
    uint32_t seconds = station.scene.surge_seconds;
    const double *shares = station.scene.shares;
    assert_int_equal(seconds, 14 * DAY_SECONDS);
    assert_true(shares[seconds] == 1);
    double second = shares[seconds] - shares[seconds - 1];
    double before = shares[seconds - 1] - shares[seconds - 2];
    assert_true(second > 0.99 * before && second < 1.01 * before);
    station_close(&station);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mm1),
        cmocka_unit_test(mm2),
        cmocka_unit_test(mg1),
        cmocka_unit_test(erlang_b),
        cmocka_unit_test(penny_fab),
        cmocka_unit_test(crowds),
        cmocka_unit_test(crowds_are_common),
        cmocka_unit_test(a_long_surge_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

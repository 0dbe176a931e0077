/* The rehearsal's floor on a small model that its peer (peer_simpy.py) runs too: two people, Poisson
 * arrivals at two thirds of what they can do, exponential minutes. Prints jobs a second of the
 * processor and the mean wait in services, which theory knows: 0.8 (M/M/2 at a load of 2/3).
 *
 *   bench_rehearse [JOBS [SEED]] */
#include "base/assert.h"
#include "model/shop_read.h"
#include "rehearse/floor.h"
#include "tests/support/zone_utc.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SERVICE_SECONDS = 600, JOBS_DEFAULT = 100000, JOBS_MOST = 130000, ROUNDS = 10 };

static const char file[] =
    "shop: {name: Bench, currency: EUR, time_zone: UTC}\n"
    "promise: {horizon_days: 600}\n"
    "calendars: {always: {open: {mon-sun: \"00:00-24:00\"}}}\n"
    "work_centers: {packing: {people: 2, calendar: always}}\n"
    "offers: {one: {name: One, price: 1, vat_rate: 20, on_site: true, routing: [{work_center: "
    "packing, minutes: 10}]}}\n"
    "moments: {m: {at: 2028-05-01T00:00, visitors: 0}}\n";

static bool take(void *context, uint32_t job, int64_t now)
{
    (void)context;
    (void)job;
    (void)now;
    return true;
}

static void done(void *context, uint32_t job, int64_t now)
{
    (void)job;
    (void)now;
    ++*(uint32_t *)context;
}

static double seconds_now(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + (double)at.tv_nsec * 1e-9;
}

/* What happens up to an instant; a day begins at its midnight, as in a world. */
static void floor_until(struct floor *floor, uint32_t *day, int64_t at)
{
    const struct scene *scene = floor->scene;
    for (;;) {
        int64_t midnight = *day < scene->day_count ? scene->window.midnights[*day] : INT64_MAX;
        bool begins = midnight <= at;
        int64_t until = begins ? midnight - 1 : at;
        while (floor_next(floor) <= until) {
            floor_step(floor);
        }
        if (!begins) {
            return;
        }
        floor_day(floor, (*day)++);
    }
}

static void jobs_run(struct floor *floor, const struct scene *scene, uint32_t jobs, uint64_t key)
{
    double at = (double)scene->now;
    uint32_t day = 0;
    for (uint32_t i = 0; i < jobs; i++) {
        double uniform = draw_uniform(key, DRAW_ARRIVAL, i, 0);
        at += SERVICE_SECONDS * 0.75 * draw_work_share(&scene->work, uniform);
        floor_until(floor, &day, (int64_t)at);
        uint32_t index = floor_add(floor);
        struct job *job = &floor->jobs[index];
        job->routing = &scene->shop->offers[0].routing;
        job->units = 1;
        job->person = index;
        job->offer = 0;
        job->key = (int64_t)at;
        floor_release(floor, index, (int64_t)at);
    }
    floor_until(floor, &day, INT64_MAX - 1);
}

int main(int argc, char **argv)
{
    static struct floor floor;
    struct fault fault;
    struct shop *shop;
    struct scene scene;
    struct assumptions assume;
    uint32_t finished = 0;
    long asked = argc > 1 ? strtol(argv[1], NULL, 10) : JOBS_DEFAULT;
    uint32_t jobs = asked > 0 && asked <= JOBS_MOST ? (uint32_t)asked : JOBS_DEFAULT;
    uint64_t key = draw_run_key(argc > 2 ? strtoull(argv[2], NULL, 10) : 1, 0);
    enum status status = shop_read(slice_of(file), "bench", &zones_utc, 1790000000, &shop, &fault);
    ASSERT(status == STATUS_OK);
    assumptions_default(&assume);
    assume.work_variation = 1;
    assume.absence = 0;
    status = scene_open(&scene, shop, shop->moments[0].at - (int64_t)638 * DAY_SECONDS,
                        &shop->moments[0], NULL, &assume, NULL, &fault);
    ASSERT(status == STATUS_OK);
    const struct floor_owner owner = {take, done, &finished};
    double took = 0;
    for (int round = 0; round <= ROUNDS; round++) {
        finished = 0;
        double begun = seconds_now();
        floor_begin(&floor, &scene, &owner, key);
        jobs_run(&floor, &scene, jobs, key);
        /* Not of the first: one rehearsal is many runs, whose memory is there. */
        took += round > 0 ? seconds_now() - begun : 0;
    }
    double waited = 0;
    for (uint32_t i = 0; i < jobs; i++) {
        waited += (double)floor.jobs[i].late_waited;
    }
    ASSERT(finished == jobs);
    printf("jobs: %.0f a second, mean wait %.4f services\n", (double)jobs * ROUNDS / took,
           waited / jobs / SERVICE_SECONDS);
    floor_free(&floor);
    scene_close(&scene);
    shop_free(shop);
    return 0;
}

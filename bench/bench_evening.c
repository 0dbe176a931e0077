/* A shop file's next moment, many times: what one side's runs cost, and what the questions around
 * them cost beside the main run.
 *
 *   bench_evening SHOP side today|ordinary|ecluse VISITORS RUNS THREADS
 *       prints seconds of the clock and of the processor; each run makes its crowd, lets it in
 *       through the gate, fills the baskets, asks the side, and lives the weeks after it
 *   bench_evening SHOP answer RUNS
 *       the whole answer on one thread: seconds of the main run (three sides, and today's without
 *       the moment), of all that follows (ladder, breaking point, levers), and the most memory */
#include "base/assert.h"
#include "env/env.h"
#include "model/shop_read.h"
#include "rehearse/crew.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct evening {
    struct shop *shop;
    struct promise_state *state;
    struct assumptions assume;
    struct rehearse_plan plan;
};

static double seconds_of(clockid_t clock)
{
    struct timespec at;
    (void)clock_gettime(clock, &at);
    return (double)at.tv_sec + (double)at.tv_nsec * 1e-9;
}

static enum status zone_load(void *context, const char *name, int64_t around, struct zone *zone,
                             struct fault *fault)
{
    (void)context;
    return env_zone_around(name, around, zone, fault);
}

static void fault_end(const struct fault *fault)
{
    (void)fprintf(stderr, "bench_evening: %s\n", fault->text);
    exit(2);
}

/* The moment that comes next. */
static const struct moment *moment_next(const struct shop *shop)
{
    const struct moment *next = NULL;
    for (uint32_t i = 0; i < shop->moment_count; i++) {
        const struct moment *moment = &shop->moments[i];
        bool sooner = next == NULL || moment->at < next->at;
        next = moment->at >= shop->opened && sooner ? moment : next;
    }
    ASSERT(next != NULL);
    return next;
}

static void evening_open(struct evening *evening, const char *path)
{
    struct fault fault;
    char *bytes;
    size_t length;
    const struct zone_source zones = {zone_load, NULL};
    const struct promise_sizes sizes = {.orders = 1000};
    if (env_file_read(path, LIMIT_SHOP_FILE_BYTES, &bytes, &length, &fault) != STATUS_OK ||
        shop_read((struct slice){bytes, length}, path, &zones, 0, &evening->shop, &fault) !=
            STATUS_OK ||
        promise_create(evening->shop, evening->shop->opened, &sizes, &evening->state, &fault) !=
            STATUS_OK) {
        fault_end(&fault);
    }
    free(bytes);
    ASSERT(evening->shop->has_opened);
    assumptions_default(&evening->assume);
    evening->plan = (struct rehearse_plan){.state = evening->state,
                                           .now = evening->shop->opened,
                                           .moment = moment_next(evening->shop),
                                           .assume = &evening->assume,
                                           .visitors = -1,
                                           .seed = 1,
                                           .threads = 1};
}

static void evening_close(struct evening *evening)
{
    promise_free(evening->state);
    shop_free(evening->shop);
}

/* ---- one side ---- */

struct side_totals {
    enum rehearse_side side;
    atomic_uint_fast64_t buyers, accepted;
};

static void side_run(struct crew_member *member, uint32_t index, void *context)
{
    static const struct repairs none = {.site = false};
    struct side_totals *totals = context;
    const struct rehearse_plan *plan = member->crew->plan;
    uint64_t key = draw_run_key(plan->seed, index);
    world_crowd(member->world, &member->crew->scene, key, (double)plan->visitors, false);
    entrance_line(&member->world->entrance, &member->crew->scene, &member->world->crowd, key);
    member->world->has_line = true;
    crew_world(member, &none, totals->side, key, member->outcome);
    atomic_fetch_add(&totals->buyers, member->outcome->buyers);
    atomic_fetch_add(&totals->accepted, member->outcome->accepted);
}

static int side_measure(struct evening *evening, char **arguments)
{
    struct crew crew;
    struct fault fault;
    struct side_totals totals = {.side = SIDE_TODAY};
    while (totals.side < REHEARSE_SIDES &&
           strcmp(arguments[0], rehearse_side_name(totals.side)) != 0) {
        totals.side++;
    }
    evening->plan.visitors = strtol(arguments[1], NULL, 10);
    evening->plan.runs = (uint32_t)strtoul(arguments[2], NULL, 10);
    evening->plan.threads = (uint32_t)strtoul(arguments[3], NULL, 10);
    if (totals.side == REHEARSE_SIDES || evening->plan.runs == 0 || evening->plan.threads == 0 ||
        evening->plan.threads > REHEARSE_THREADS_MAX) {
        return 2;
    }
    if (crew_open(&crew, &evening->plan, evening->shop, &fault) != STATUS_OK) {
        fault_end(&fault);
    }
    double begun = seconds_of(CLOCK_MONOTONIC);
    double worked = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    uint32_t made = crew_work(&crew, side_run, &totals, 0, evening->plan.runs);
    ASSERT(made == evening->plan.runs);
    printf("side: %.4f s, %.4f s of processors; %.1f orders of %.1f buyers a run\n",
           seconds_of(CLOCK_MONOTONIC) - begun, seconds_of(CLOCK_PROCESS_CPUTIME_ID) - worked,
           (double)totals.accepted / made, (double)totals.buyers / made);
    crew_close(&crew);
    return 0;
}

/* ---- the whole answer ---- */

struct answer_times {
    uint64_t main_worlds;
    double main_done; /* the processor's time when the last of them was lived */
};

static void answer_progress(void *context, uint64_t done, uint64_t whole)
{
    struct answer_times *times = context;
    (void)whole;
    if (done == times->main_worlds) {
        times->main_done = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    }
}

/* Not getrusage's, which counts what the parent had before this program began. */
static double memory_most_kb(void)
{
    char line[256];
    long kb = 0;
    FILE *status = fopen("/proc/self/status", "r");
    ASSERT(status != NULL);
    while (fgets(line, sizeof line, status) != NULL) {
        kb = strncmp(line, "VmHWM:", 6) == 0 ? strtol(line + 6, NULL, 10) : kb;
    }
    (void)fclose(status);
    return (double)kb;
}

static int answer_measure(struct evening *evening, uint32_t runs)
{
    struct fault fault;
    struct rehearse_answer *answer;
    struct answer_times times = {.main_worlds = (uint64_t)runs * (REHEARSE_SIDES + 1)};
    if (runs == 0 || runs > REHEARSE_RUNS_MAX) {
        return 2;
    }
    evening->plan.runs = runs;
    evening->plan.progress = answer_progress;
    evening->plan.context = &times;
    double begun = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    if (rehearse(&evening->plan, &answer, &fault) != STATUS_OK) {
        fault_end(&fault);
    }
    double end = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    ASSERT(times.main_done > begun);
    printf("answer: %.4f s the main run, %.4f s what follows, %.1f MB at most\n",
           times.main_done - begun, end - times.main_done, memory_most_kb() / 1024);
    free(answer);
    return 0;
}

int main(int argc, char **argv)
{
    struct evening evening;
    int code = 2;
    if (argc == 7 && strcmp(argv[2], "side") == 0) {
        evening_open(&evening, argv[1]);
        code = side_measure(&evening, argv + 3);
        evening_close(&evening);
    } else if (argc == 4 && strcmp(argv[2], "answer") == 0) {
        evening_open(&evening, argv[1]);
        code = answer_measure(&evening, (uint32_t)strtoul(argv[3], NULL, 10));
        evening_close(&evening);
    }
    if (code == 2) {
        (void)fprintf(stderr, "usage: bench_evening SHOP side SIDE VISITORS RUNS THREADS\n"
                              "       bench_evening SHOP answer RUNS\n");
    }
    return code;
}

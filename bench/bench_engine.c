/* Durable orders through the engine: what a second of the core, its journal and its tables can
 * take.
 *
 *   bench_engine [--orders N] [--in-flight N] [--inline BATCH] [--offers N] [--customers N]
 *                [--keys] [--replay] [--work N] [--dir DIR]
 *
 * A shop of `offers` offers, each with stock for everybody and work at one work center, in a new
 * database in DIR (default /tmp). Orders of one line, each of another customer (or of --customers N
 * in turn), `in-flight` of them waiting at any time; with --inline the caller's thread runs batches
 * of that size itself, without a core thread. --keys: with an Idempotency-Key's body digest. Prints
 * orders a second, wall and CPU microseconds an order, and the share of the time that commits took,
 * and their syncs (with --inline a sync is in its commit); with --replay also the time and memory of
 * the next start. */
#include "base/assert.h"
#include "base/random.h"
#include "engine/engine.h"

#include <inttypes.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { TASKS_MAX = LIMIT_BATCH_TASKS * 2, EMAIL_BYTES = 40, ONE_UNIT = 1000 };

struct options {
    uint64_t orders;
    uint32_t in_flight;
    uint32_t inline_batch; /* 0: a core thread */
    uint32_t offers;
    uint64_t customers; /* 0: each order another one */
    bool keys;
    bool replay;
    uint64_t work; /* random numbers drawn for each order: stands for the door's own work (about a
                      nanosecond each) */
    const char *dir;
};

struct buyer {
    struct engine_task task;
    struct promise_line line;
    char email[EMAIL_BYTES];
};

struct bench {
    struct options options;
    struct engine *engine;
    struct random random;
    uint64_t begun;
    uint64_t answered;
    uint64_t refused;
    sem_t waiting;
    struct buyer buyers[TASKS_MAX];
};

static uint64_t number_read(const char *text)
{
    return strtoull(text, NULL, 10);
}

static bool options_read(struct options *options, int count, char **arguments)
{
    *options = (struct options){.orders = 200000, .in_flight = 256, .offers = 1, .dir = "/tmp"};
    for (int i = 1; i < count; i++) {
        const char *name = arguments[i];
        const char *value = i + 1 < count ? arguments[i + 1] : "0";
        if (strcmp(name, "--keys") == 0) {
            options->keys = true;
            continue;
        }
        if (strcmp(name, "--replay") == 0) {
            options->replay = true;
            continue;
        }
        i++;
        if (strcmp(name, "--orders") == 0) {
            options->orders = number_read(value);
        } else if (strcmp(name, "--in-flight") == 0) {
            options->in_flight = (uint32_t)number_read(value);
        } else if (strcmp(name, "--inline") == 0) {
            options->inline_batch = (uint32_t)number_read(value);
        } else if (strcmp(name, "--offers") == 0) {
            options->offers = (uint32_t)number_read(value);
        } else if (strcmp(name, "--customers") == 0) {
            options->customers = number_read(value);
        } else if (strcmp(name, "--work") == 0) {
            options->work = number_read(value);
        } else if (strcmp(name, "--dir") == 0) {
            options->dir = value;
        } else {
            return false;
        }
    }
    return options->in_flight >= 1 && options->in_flight <= TASKS_MAX &&
           options->inline_batch <= LIMIT_BATCH_TASKS && options->offers >= 1;
}

/* People enough that the hours last for all orders within the horizon. */
static void shop_write_yaml(struct text *to, const struct options *options)
{
    text_append_format(to, "shop: {name: Bench, currency: EUR, time_zone: Europe/Paris}\n"
                           "promise: {horizon_days: 730, max_days: 700}\n"
                           "calendars:\n  always: {open: {mon-sun: \"00:00-24:00\"}}\n"
                           "work_centers:\n  packing: {people: 100, calendar: always}\n"
                           "carriers:\n  post: {cut_off: \"16:00\", collects: mon-sat, "
                           "transit_days: 2, delivers: mon-sat}\n"
                           "items:\n");
    for (uint32_t i = 0; i < options->offers; i++) {
        text_append_format(to, "  item-%" PRIu32 ": {on_hand: 900000000, unit_cost: 1.00}\n", i);
    }
    text_append_string(to, "offers:\n");
    for (uint32_t i = 0; i < options->offers; i++) {
        text_append_format(to,
                           "  offer-%" PRIu32
                           ": {name: Offer, price: 29.90, vat_rate: 20, items: {item-%" PRIu32
                           ": 1},"
                           " carrier: post, routing: [{work_center: packing, minutes: 0.25}]}\n",
                           i, i);
    }
}

static void buyer_prepare(struct bench *bench, struct buyer *buyer)
{
    uint64_t number = bench->begun++;
    uint64_t customer = bench->options.customers == 0 ? number : number % bench->options.customers;
    for (uint64_t i = 0; i < bench->options.work; i++) {
        (void)random_next(&bench->random);
    }
    uint64_t key[2] = {random_next(&bench->random), random_next(&bench->random)};
    int length =
        snprintf(buyer->email, sizeof buyer->email, "buyer-%" PRIu64 "@example.org", customer);
    buyer->line = (struct promise_line){{(uint16_t)(number % bench->options.offers)}, ONE_UNIT};
    struct engine_task *task = &buyer->task;
    task->kind = TASK_COMMAND;
    task->command = (struct promise_command){.kind = PROMISE_PLACE,
                                             .ask = {.line_count = 1, .lines = &buyer->line}};
    memcpy(task->command.order.bytes, key, sizeof task->command.order.bytes);
    task->person = (struct person){.name = SLICE("Anne Le Goff"),
                                   .email = {buyer->email, (size_t)length},
                                   .street = SLICE("12 rue du Port"),
                                   .postcode = SLICE("29200"),
                                   .city = SLICE("Brest"),
                                   .country = SLICE("FR")};
    task->has_idempotency_key = bench->options.keys;
    task->body = SLICE("{\"lines\":[{\"offer\":\"offer-0\",\"quantity\":1}],\"customer\":{\"name\":"
                       "\"Anne Le Goff\","
                       "\"email\":\"buyer@example.org\",\"address\":{\"street\":\"12 rue du "
                       "Port\",\"postcode\":\"29200\"}}}");
    task->context = bench;
}

static void buyer_submit(struct bench *bench, struct buyer *buyer)
{
    buyer_prepare(bench, buyer);
    bool taken = engine_submit(bench->engine, &buyer->task);
    ASSERT(taken);
}

static void answer_count(struct bench *bench, const struct engine_task *task)
{
    bench->answered++;
    bench->refused += task->status != STATUS_OK || task->answer.result != PROMISE_OK;
}

static void buyer_done(struct engine_task *task)
{
    struct bench *bench = task->context;
    answer_count(bench, task);
    if (bench->begun < bench->options.orders) {
        buyer_submit(bench, (struct buyer *)(void *)task);
    }
}

static void notified(void *context)
{
    struct bench *bench = context;
    int result = sem_post(&bench->waiting);
    ASSERT(result == 0);
}

static void threaded_run(struct bench *bench)
{
    struct fault fault;
    enum status status = engine_start(bench->engine, notified, bench, &fault);
    ASSERT(status == STATUS_OK);
    for (uint32_t i = 0; i < bench->options.in_flight && bench->begun < bench->options.orders;
         i++) {
        bench->buyers[i].task.done = buyer_done;
        buyer_submit(bench, &bench->buyers[i]);
    }
    while (bench->answered < bench->options.orders) {
        (void)sem_wait(&bench->waiting);
        (void)engine_collect(bench->engine);
    }
}

static void inline_run(struct bench *bench)
{
    struct engine_task *tasks[LIMIT_BATCH_TASKS];
    struct env *env = env_os();
    while (bench->begun < bench->options.orders) {
        uint32_t count = 0;
        for (; count < bench->options.inline_batch && bench->begun < bench->options.orders;
             count++) {
            buyer_prepare(bench, &bench->buyers[count]);
            tasks[count] = &bench->buyers[count].task;
        }
        engine_run_batch(bench->engine, tasks, count, env->now(env));
        for (uint32_t i = 0; i < count; i++) {
            answer_count(bench, tasks[i]);
        }
    }
}

static int64_t cpu_us(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
           usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static void figures_print(const struct bench *bench, uint64_t wall_ns, int64_t cpu)
{
    struct engine_figures figures;
    engine_figures(bench->engine, &figures);
    uint64_t orders = bench->options.orders;
    printf("%" PRIu64 " orders/s, %" PRIu64 ".%02" PRIu64 " us wall and %" PRIu64 ".%02" PRIu64
           " us CPU an order, "
           "%" PRIu64 " a commit, commits %" PRIu64 " %% of the time (mean %" PRIu64
           " us, longest %" PRIu64 " us), their syncs beside %" PRIu64 " %% (longest %" PRIu64
           " us), refused %" PRIu64 "\n",
           orders * 1000000000u / wall_ns, wall_ns / orders / 1000, wall_ns / orders % 1000 / 10,
           (uint64_t)cpu / orders, (uint64_t)cpu * 100 / orders % 100, orders / figures.commits,
           figures.commit_ns_total * 100 / wall_ns,
           figures.commit_ns_total / figures.commits / 1000, figures.commit_ns_max / 1000,
           figures.sync_ns_total * 100 / wall_ns, figures.sync_ns_max / 1000, bench->refused);
}

static long memory_mb(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

/* How long the next start takes, and the most memory that this process ever had. */
static void replay_measure(struct bench *bench, const char *path, const char *how)
{
    struct env *env = env_os();
    struct fault fault;
    uint64_t began = env->ticks_ns(env);
    int64_t cpu = cpu_us();
    enum status status = engine_open(path, ENGINE_WRITE, env, &bench->engine, &fault);
    ASSERT(status == STATUS_OK);
    printf("start with %u orders %s: %" PRIu64 " ms (CPU %" PRId64 " ms), at most %ld MB in all\n",
           promise_order_count(engine_state(bench->engine)), how,
           (env->ticks_ns(env) - began) / 1000000, (cpu_us() - cpu) / 1000, memory_mb());
    engine_close(bench->engine);
}

static void files_remove(const char *path)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", ".lock", ".snapshot"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        char name[4200];
        (void)snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
        (void)unlink(name);
    }
}

static enum status bench_open(struct bench *bench, const char *path, struct fault *fault)
{
    struct text yaml;
    struct env *env = env_os();
    files_remove(path);
    text_init(&yaml, LIMIT_SHOP_FILE_BYTES);
    shop_write_yaml(&yaml, &bench->options);
    enum status status =
        engine_create(path, env, text_slice(&yaml), "bench.yaml", env->now(env), fault);
    text_free(&yaml);
    return status == STATUS_OK ? engine_open(path, ENGINE_WRITE, env, &bench->engine, fault)
                               : status;
}

int main(int count, char **arguments)
{
    static struct bench bench;
    struct env *env = env_os();
    struct fault fault;
    char path[4096];
    if (!options_read(&bench.options, count, arguments)) {
        (void)fputs("usage: bench_engine [--orders N] [--in-flight N] [--inline BATCH] [--offers "
                    "N] [--customers N]"
                    " [--keys] [--replay] [--work N] [--dir DIR]\n",
                    stderr);
        return 2;
    }
    random_seed(&bench.random, 1);
    (void)sem_init(&bench.waiting, 0, 0);
    (void)snprintf(path, sizeof path, "%s/bench-engine-%ld.db", bench.options.dir, (long)getpid());
    if (bench_open(&bench, path, &fault) != STATUS_OK) {
        (void)fprintf(stderr, "bench_engine: %s\n", fault.text);
        return 3;
    }
    uint64_t began = env->ticks_ns(env);
    int64_t cpu = cpu_us();
    if (bench.options.inline_batch > 0) {
        inline_run(&bench);
    } else {
        threaded_run(&bench);
    }
    figures_print(&bench, env->ticks_ns(env) - began, cpu_us() - cpu);
    engine_close(bench.engine);
    if (bench.options.replay) {
        char snapshot[4200];
        (void)snprintf(snapshot, sizeof snapshot, "%s.snapshot", path);
        replay_measure(&bench, path, "from the snapshot");
        (void)unlink(snapshot);
        replay_measure(&bench, path, "from the journal alone");
    }
    files_remove(path);
    return bench.refused == 0 ? 0 : 1;
}

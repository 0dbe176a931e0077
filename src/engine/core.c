/* The two threads behind the door, each in a loop of its own, and the rings between:
 *
 *   door    engine_submit, engine_gathered    asked -->    core: decide, write the commit
 *   core    batch_run                         decided -->  settler: fsync what was written
 *   settler journal_settle                    answered --> door: engine_collect
 *
 * While the disk is busy with a batch the core decides and writes the next one; the fsync after
 * that covers all that was written meanwhile. Nothing is answered that is not on the disk, and
 * answers keep their order: a question, too, waits until what it has seen is safe. Why threads of
 * their own, and what they gain, with figures: docs/decisions/0021 and 0022; how they share one
 * processor: 0024. */
#include "engine/inside.h"

#include "base/assert.h"

#include <sched.h>

/* The clock may be set while the core sleeps: it never sleeps longer than this. More than so many
 * tasks are not gathered: the core begins. So many small batches in a row are a quiet time. So many
 * tasks are left for the next batch. */
enum {
    SLEEP_MS_MAX = 1000,
    BATCH_TASKS_QUIET = 16,
    GATHERED_TASKS_MAX = 256,
    QUIET_BATCHES = 8,
    BATCH_TASKS_LEFT = 64
};

static int64_t due_at(struct engine *engine)
{
    if (atomic_load(&engine->failed) || engine->full) {
        return INT64_MAX;
    }
    return promise_wishes_due(engine->replay.state) ? 0 : promise_next_due(engine->replay.state);
}

static int sleep_ms(struct engine *engine)
{
    int64_t due = due_at(engine);
    int64_t now = engine->env->now(engine->env);
    if (due <= now) {
        return 0;
    }
    return due - now >= SLEEP_MS_MAX / 1000 ? SLEEP_MS_MAX : (int)((due - now) * 1000);
}

static void answers_put(struct engine *engine, struct engine_task *const *tasks, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        bool put = ring_put(&engine->answered, tasks[i]);
        ASSERT(put); /* engine_submit lets no more out than a ring holds */
    }
    ring_show(&engine->answered);
    engine->notify(engine->notify_context);
}

static void settle(struct engine *engine, struct engine_task *const *tasks, uint32_t count)
{
    struct fault fault;
    uint64_t began = engine->env->ticks_ns(engine->env);
    if (engine->journal == NULL || journal_settle(engine->journal, &fault) == STATUS_OK) {
        counts_settled(engine, engine->env->ticks_ns(engine->env) - began);
        return;
    }
    atomic_store(&engine->failed, true);
    for (uint32_t i = 0; i < count; i++) {
        if (tasks[i]->status == STATUS_OK) {
            tasks[i]->status = fault.status;
            tasks[i]->fault = fault;
        }
    }
}

static void *settler_main(void *context)
{
    struct engine *engine = context;
    struct engine_task *tasks[LIMIT_BATCH_TASKS];
    for (;;) {
        bool stopping = atomic_load(&engine->settler_wake.stopping);
        uint32_t count = ring_take(&engine->decided, tasks, LIMIT_BATCH_TASKS);
        if (count > 0) {
            settle(engine, tasks, count);
            answers_put(engine, tasks, count);
        } else if (stopping) {
            return NULL;
        } else {
            (void)wake_sleep(&engine->settler_wake, &engine->decided, -1);
        }
    }
}

static void decided_put(struct engine *engine, struct engine_task *const *tasks, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        bool put = ring_put(&engine->decided, tasks[i]);
        ASSERT(put);
    }
    ring_show(&engine->decided);
    wake_up(&engine->settler_wake);
}

/* How many small batches came one after another; an empty ring after a large one means nothing: the
 * door has not had its turn yet. */
static uint32_t quiet_count(uint32_t quiet, uint32_t tasks)
{
    if (tasks > BATCH_TASKS_QUIET) {
        return 0;
    }
    return tasks > 0 && quiet < QUIET_BATCHES ? quiet + 1 : quiet;
}

/* A batch of all that is under way leaves nothing to do while the disk has it, and what comes late
 * is a batch of two with a sync of its own, again and again. Some are left for the next batch: the
 * processor and the disk are both busy, and batches stay large. */
static uint32_t batch_most(const struct engine *engine)
{
    uint32_t under_way = atomic_load_explicit(&engine->outstanding, memory_order_relaxed);
    if (under_way < 2 * BATCH_TASKS_LEFT) {
        return BATCH_TASKS_LEFT;
    }
    uint32_t most = under_way - BATCH_TASKS_LEFT;
    return most < LIMIT_BATCH_TASKS ? most : LIMIT_BATCH_TASKS;
}

static void core_batch(struct engine *engine, struct engine_task *const *tasks, uint32_t count,
                       int64_t now)
{
    atomic_store_explicit(&engine->deciding_on, sched_getcpu(), memory_order_relaxed);
    batch_run(engine, tasks, count, now);
    atomic_store_explicit(&engine->deciding_on, -1, memory_order_relaxed);
    decided_put(engine, tasks, count);
}

/* What comes after a batch. Where the threads share a processor the settler goes before the next
 * one: it only starts the disk. Whether nobody waits is looked at before: a client that waits for
 * each answer has the next task in the ring afterwards. */
static void core_rest(struct engine *engine, uint32_t count, uint32_t *quiet)
{
    *quiet = quiet_count(*quiet, count);
    bool idle = *quiet == QUIET_BATCHES && ring_is_empty(&engine->asked);
    if (batch_rest(engine, idle)) {
        return;
    }
    if (count > 0) {
        (void)sched_yield();
    } else if (!wake_sleep(&engine->core_wake, &engine->asked, sleep_ms(engine))) {
        *quiet = QUIET_BATCHES;
    }
}

static void *core_main(void *context)
{
    struct engine *engine = context;
    struct engine_task *tasks[LIMIT_BATCH_TASKS];
    uint32_t quiet = QUIET_BATCHES;
    for (;;) {
        uint32_t count = ring_take(&engine->asked, tasks, batch_most(engine));
        int64_t now = engine->env->now(engine->env);
        if (count > 0 || due_at(engine) <= now) {
            core_batch(engine, tasks, count, now);
        } else if (atomic_load(&engine->core_wake.stopping)) {
            return NULL;
        }
        core_rest(engine, count, &quiet);
    }
}

static enum status thread_start(struct engine *engine, struct wake *wake, pthread_t *thread,
                                void *(*run)(void *context), struct fault *fault)
{
    if (!wake_open(wake)) {
        return fault_set(fault, STATUS_MEMORY, "a thread cannot start: %m");
    }
    if (pthread_create(thread, NULL, run, engine) != 0) {
        wake_close(wake);
        return fault_set(fault, STATUS_MEMORY, "a thread cannot start: too many, or no memory");
    }
    return STATUS_OK;
}

static void thread_stop(struct wake *wake, pthread_t thread)
{
    wake_stop(wake);
    ASSERT(pthread_join(thread, NULL) == 0);
    wake_close(wake);
}

static void syncs_owe(struct engine *engine, bool owe)
{
    if (engine->journal != NULL) {
        journal_owe(engine->journal, owe);
    }
}

/* From now on a commit is durable when it returns. */
static void settler_stop(struct engine *engine)
{
    thread_stop(&engine->settler_wake, engine->settler);
    syncs_owe(engine, false);
}

enum status engine_start(struct engine *engine, void (*notify)(void *context), void *context,
                         struct fault *fault)
{
    ASSERT(!engine->started);
    engine->notify = notify;
    engine->notify_context = context;
    atomic_store(&engine->deciding_on, -1);
    enum status status =
        thread_start(engine, &engine->settler_wake, &engine->settler, settler_main, fault);
    if (status != STATUS_OK) {
        return status;
    }
    syncs_owe(engine, true);
    status = thread_start(engine, &engine->core_wake, &engine->core, core_main, fault);
    if (status != STATUS_OK) {
        settler_stop(engine);
        return status;
    }
    engine->started = true;
    return STATUS_OK;
}

static void gathered_show(struct engine *engine)
{
    if (ring_unshown(&engine->asked) > 0) {
        ring_show(&engine->asked);
        wake_up(&engine->core_wake);
    }
}

static void outstanding_set(struct engine *engine, uint32_t count)
{
    atomic_store_explicit(&engine->outstanding, count, memory_order_relaxed);
}

bool engine_submit(struct engine *engine, struct engine_task *task)
{
    uint32_t outstanding = atomic_load_explicit(&engine->outstanding, memory_order_relaxed);
    if (!engine->started || outstanding == RING_TASKS) {
        atomic_fetch_add_explicit(&engine->counts.queue_full, 1, memory_order_relaxed);
        return false;
    }
    outstanding_set(engine, outstanding + 1);
    task->stamp = engine->env->now(engine->env);
    bool put = ring_put(&engine->asked, task);
    ASSERT(put);
    if (!engine->gathers || ring_unshown(&engine->asked) == GATHERED_TASKS_MAX) {
        gathered_show(engine);
    }
    return true;
}

void engine_gather(struct engine *engine)
{
    engine->gathers = true;
}

/* Each packet would wake the door in the middle of a batch if both have one processor: for a turn
 * of one request. The batch goes on first; what comes meanwhile is one turn. */
void engine_gathered(struct engine *engine)
{
    gathered_show(engine);
    int deciding_on = atomic_load_explicit(&engine->deciding_on, memory_order_relaxed);
    if (deciding_on >= 0 && deciding_on == sched_getcpu()) {
        (void)sched_yield();
    }
}

uint32_t engine_collect(struct engine *engine)
{
    struct engine_task *tasks[64];
    uint32_t total = 0;
    for (;;) {
        uint32_t count = ring_take(&engine->answered, tasks, sizeof tasks / sizeof *tasks);
        if (count == 0) {
            return total;
        }
        total += count;
        outstanding_set(engine,
                        atomic_load_explicit(&engine->outstanding, memory_order_relaxed) - count);
        for (uint32_t i = 0; i < count; i++) {
            tasks[i]->done(tasks[i]);
        }
    }
}

/* What waits is still answered. A `done` that submits another task during the last collect finds no
 * thread and a full ring: its client has gone, and the door is closed. */
void core_stop(struct engine *engine)
{
    gathered_show(engine);
    thread_stop(&engine->core_wake, engine->core);
    settler_stop(engine);
    engine->started = false;
    (void)engine_collect(engine);
}

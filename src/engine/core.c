/* The core thread: sleeps until a task comes or time is due, takes all that waits, runs the batch,
 * hands the answers back.
 *
 *   door thread    ring_put ... ring_show, then wake the core if `sleeping`
 *   core thread    `sleeping` = true, look at the ring once more, poll
 *
 * Both sides are sequentially consistent, so that either the door sees the core asleep and wakes
 * it, or the core sees the task. A wake costs a system call only when somebody sleeps; under load
 * nobody does. Why a thread of its own, and what it gains, with figures: docs/decisions/0021. */
#include "engine/inside.h"

#include "base/assert.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* The clock may be set while the core sleeps: it never sleeps longer than this. More than so many
 * tasks are not gathered: the core begins. */
enum { SLEEP_MS_MAX = 1000, BATCH_TASKS_QUIET = 16, GATHERED_TASKS_MAX = 256 };

static void core_wake(struct engine *engine)
{
    const uint64_t one = 1;
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load_explicit(&engine->sleeping, memory_order_relaxed) &&
        atomic_exchange(&engine->sleeping, false)) {
        ssize_t written = write(engine->wake, &one, sizeof one);
        ASSERT(written == (ssize_t)sizeof one);
    }
}

static int64_t due_at(struct engine *engine)
{
    return atomic_load(&engine->failed) || engine->full ? INT64_MAX
                                                        : promise_next_due(engine->replay.state);
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

/* False if nobody came all the while. */
static bool core_sleep(struct engine *engine)
{
    struct pollfd wake = {.fd = engine->wake, .events = POLLIN};
    uint64_t count = 0;
    bool woken = true;
    atomic_store(&engine->sleeping, true);
    if (ring_is_empty(&engine->asked) && !atomic_load(&engine->stopping)) {
        woken = poll(&wake, 1, sleep_ms(engine)) > 0;
        if (woken) {
            (void)!read(engine->wake, &count, sizeof count);
        }
    }
    atomic_store(&engine->sleeping, false);
    return woken;
}

static void answers_put(struct engine *engine, struct engine_task *const *tasks, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        bool put = ring_put(&engine->answered, tasks[i]);
        ASSERT(put); /* engine_submit lets no more out than the ring holds */
    }
    ring_show(&engine->answered);
    if (count > 0) {
        engine->notify(engine->notify_context);
    }
}

static void *core_main(void *context)
{
    struct engine *engine = context;
    struct engine_task *tasks[LIMIT_BATCH_TASKS];
    bool busy = false;
    for (;;) {
        uint32_t count = ring_take(&engine->asked, tasks, LIMIT_BATCH_TASKS);
        int64_t now = engine->env->now(engine->env);
        if (count > 0 || due_at(engine) <= now) {
            batch_run(engine, tasks, count, now);
            answers_put(engine, tasks, count);
        } else if (atomic_load(&engine->stopping)) {
            return NULL;
        }
        /* An empty ring after a large batch means nothing: the door has not had its turn yet. */
        busy = count > 0 ? count > BATCH_TASKS_QUIET : busy;
        if (!batch_rest(engine, !busy && ring_is_empty(&engine->asked)) && count == 0) {
            busy = core_sleep(engine) && busy;
        }
    }
}

enum status engine_start(struct engine *engine, void (*notify)(void *context), void *context,
                         struct fault *fault)
{
    ASSERT(!engine->started);
    engine->notify = notify;
    engine->notify_context = context;
    engine->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (engine->wake < 0) {
        return fault_set(fault, STATUS_MEMORY, "the core thread cannot start: %m");
    }
    if (pthread_create(&engine->thread, NULL, core_main, engine) != 0) {
        (void)close(engine->wake);
        return fault_set(fault, STATUS_MEMORY, "the core thread cannot start");
    }
    engine->started = true;
    return STATUS_OK;
}

bool engine_submit(struct engine *engine, struct engine_task *task)
{
    if (!engine->started || engine->outstanding == RING_TASKS) {
        atomic_fetch_add_explicit(&engine->counts.queue_full, 1, memory_order_relaxed);
        return false;
    }
    engine->outstanding++;
    task->stamp = engine->env->now(engine->env);
    bool put = ring_put(&engine->asked, task);
    ASSERT(put);
    if (!engine->gathers || ring_unshown(&engine->asked) == GATHERED_TASKS_MAX) {
        engine_gathered(engine);
    }
    return true;
}

void engine_gather(struct engine *engine)
{
    engine->gathers = true;
}

void engine_gathered(struct engine *engine)
{
    if (ring_unshown(&engine->asked) > 0) {
        ring_show(&engine->asked);
        core_wake(engine);
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
        engine->outstanding -= count;
        for (uint32_t i = 0; i < count; i++) {
            tasks[i]->done(tasks[i]);
        }
    }
}

/* What waits is still answered. A `done` that submits another task during the last collect finds no
 * thread and a full ring: its client has gone, and the door is closed. */
void core_stop(struct engine *engine)
{
    const uint64_t one = 1;
    engine_gathered(engine);
    atomic_store(&engine->stopping, true);
    ssize_t written = write(engine->wake, &one, sizeof one);
    ASSERT(written == (ssize_t)sizeof one);
    ASSERT(pthread_join(engine->thread, NULL) == 0);
    (void)close(engine->wake);
    engine->started = false;
    (void)engine_collect(engine);
}

/* The batch: everything that waits, decided in turn on the state, one transaction, one fsync.
 *
 *   batch_run    what time alone has to do (holds that expire, a day that begins), wishes that can
 *                be met, then each task, wishes again, then the commit; then the questions, on the
 *                committed state
 *   begins late  a batch that changes nothing has no transaction
 *   undone       when a row or the commit fails: roll back, take the journal again (batch_undo);
 *                every task that is not a question gets the status. Nothing that was answered is
 *                lost: nothing was answered.
 *
 * While the disk is full, a batch first tries whether there is room again, at most once a second,
 * with nothing applied yet; so a full disk costs one rebuild when it fills up and none while it
 * stays full. Refusals and questions are answered all the while.
 *
 * Rejected: undoing decisions in memory (each event would need an inverse, tested for a case that a
 * replay already covers). */
#include "engine/inside.h"

#include "base/assert.h"
#include "promise/event.h"

#include <stdlib.h>

enum {
    PROBE_BYTES = 1 << 20,
    EVENTS_BYTES_MAX = 900000000,
    FORGET_STEP = 5000,
    WISH_STEPS_MAX = 64 * WISH_TRY_STEPS,
    FORGET_AFTER_SECONDS = 30 * DAY_SECONDS
};
static const uint64_t PROBE_PAUSE_NS = 1000000000u;
static const uint64_t LOG_BYTES_IDLE = 1 << 20; /* brought home when nobody waits */
static const uint64_t LOG_BYTES_MAX = 16 << 20; /* brought home between two batches */

static uint64_t count_get(const _Atomic uint64_t *count)
{
    return atomic_load_explicit(count, memory_order_relaxed);
}

/* Each count has one writer, so it need not be added to atomically: that would wait until all that
 * the order has written is in the cache. */
static void count_add(_Atomic uint64_t *count, uint64_t more)
{
    atomic_store_explicit(count, count_get(count) + more, memory_order_relaxed);
}

static void count_max(_Atomic uint64_t *count, uint64_t value)
{
    if (value > count_get(count)) {
        atomic_store_explicit(count, value, memory_order_relaxed);
    }
}

void counts_settled(struct engine *engine, uint64_t took_ns)
{
    count_add(&engine->counts.sync_ns_total, took_ns);
    count_max(&engine->counts.sync_ns_max, took_ns);
}

static bool journalled(const struct engine *engine)
{
    return engine->journal != NULL && engine->mode == ENGINE_WRITE;
}

bool batch_journalled(const struct batch *batch)
{
    return journalled(batch->engine);
}

void batch_fail(struct batch *batch, enum status status, const char *sentence)
{
    ASSERT(status != STATUS_OK);
    batch->status = fault_set(&batch->fault, status, "%s", sentence);
}

/* While the disk is full: is it time to try, and is there room? */
static bool room_again(struct batch *batch)
{
    struct engine *engine = batch->engine;
    uint64_t now = engine->env->ticks_ns(engine->env);
    if (now < engine->full_until_ns) {
        return false;
    }
    engine->full_until_ns = now + PROBE_PAUSE_NS;
    enum status status = journal_probe(engine->journal, PROBE_BYTES);
    if (status == STATUS_IO) {
        batch_fail(batch, status, journal_fault(engine->journal));
    }
    engine->full = status != STATUS_OK;
    return !engine->full;
}

bool batch_begin(struct batch *batch)
{
    struct engine *engine = batch->engine;
    if (batch->status != STATUS_OK || batch->refused) {
        return false;
    }
    if (!journalled(engine) || journal_writing(engine->journal)) {
        return true;
    }
    if (engine->full && !room_again(batch)) {
        batch->refused = true;
        (void)fault_set(&batch->fault, STATUS_FULL,
                        "%s: no space left on the disk; make room, it goes on by itself",
                        engine->path);
        return false;
    }
    enum status status = journal_begin(engine->journal);
    if (status == STATUS_IO) {
        batch_fail(batch, status, journal_fault(engine->journal));
    } else if (status != STATUS_OK) {
        batch->refused = true;
        (void)fault_set(&batch->fault, status, "%s", journal_fault(engine->journal));
    }
    return status == STATUS_OK;
}

bool batch_reserve(struct batch *batch, size_t bytes)
{
    struct event_buffer *events = &batch->engine->events;
    if (events->capacity - events->length >= bytes) {
        return true;
    }
    size_t capacity = events->capacity * 2 > events->length + bytes ? events->capacity * 2
                                                                    : events->length + bytes;
    /* No row of SQLite can be longer than a thousand million bytes. */
    unsigned char *grown =
        events->length + bytes > EVENTS_BYTES_MAX ? NULL : realloc(events->bytes, capacity);
    if (grown == NULL) {
        batch_fail(batch, STATUS_MEMORY, "no memory for the events of a batch");
        return false;
    }
    events->bytes = grown;
    events->capacity = capacity;
    return true;
}

void counts_wishes(struct engine *engine)
{
    atomic_store_explicit(&engine->counts.wishes_waiting,
                          promise_wishes_waiting(engine->replay.state), memory_order_relaxed);
}

static void wish_ended_count(struct engine *engine, const struct event *event)
{
    struct event_wish_ended ended;
    enum status status = event_wish_ended_read(event, &ended);
    ASSERT(status == STATUS_OK);
    count_add(ended.lapsed ? &engine->counts.wishes_lapsed : &engine->counts.wishes_withdrawn, 1);
}

static void event_count(struct engine *engine, const struct event *event)
{
    if (event->type == EVENT_PLACED) {
        count_add(&engine->counts.orders_placed, 1);
    } else if (event->type == EVENT_WISHED) {
        count_add(&engine->counts.wishes_made, 1);
    } else if (event->type == EVENT_WISH_ENDED) {
        wish_ended_count(engine, event);
    } else if (event->type == EVENT_CHANGED) {
        count_add(&engine->counts.changes, 1);
    } else if (event->type == EVENT_DAY) {
        engine->forget_bodies = true;
    }
}

/* The rows of an event that has been applied. */
static void event_project(struct batch *batch, const struct event *event, uint32_t contact)
{
    struct engine *engine = batch->engine;
    event_count(engine, event);
    if (!journalled(engine)) {
        return;
    }
    const struct promise_state *state = engine->replay.state;
    enum status status =
        event->type == EVENT_SHOP || event->type == EVENT_ZONE
            ? journal_put_shop(engine->journal, state)
            : journal_project(engine->journal, event, state, contact, batch->stamp);
    if (status != STATUS_OK) {
        batch_fail(batch, status, journal_fault(engine->journal));
    }
}

static void event_take(struct batch *batch, const struct event *event, uint32_t contact)
{
    batch->changed = true;
    enum status status = replay_event(&batch->engine->replay, event, batch->stamp, &batch->fault);
    /* What was just decided can be applied; only memory may be short. */
    ASSERT(status == STATUS_OK || status == STATUS_MEMORY);
    if (status != STATUS_OK) {
        batch->status = status;
        return;
    }
    event_project(batch, event, contact);
}

/* Visits what stands in engine->events behind batch->taken. */
static void events_visit(struct batch *batch, uint32_t contact,
                         void (*visit)(struct batch *batch, const struct event *event,
                                       uint32_t contact))
{
    struct event event;
    enum status status = STATUS_OK;
    const struct slice events = {(const char *)batch->engine->events.bytes,
                                 batch->engine->events.length};
    while (batch->status == STATUS_OK && event_next(events, &batch->taken, &event, &status)) {
        visit(batch, &event, contact);
    }
    ASSERT(status == STATUS_OK);
}

void batch_take_events(struct batch *batch, uint32_t contact)
{
    events_visit(batch, contact, event_take);
}

static void event_adopt(struct batch *batch, const struct event *event, uint32_t contact)
{
    batch->engine->replay.events++;
    event_project(batch, event, contact);
}

void batch_adopt_events(struct batch *batch)
{
    events_visit(batch, 0, event_adopt);
}

void batch_take_scratch(struct batch *batch)
{
    struct engine *engine = batch->engine;
    if (engine->scratch.overflow) {
        batch_fail(batch, STATUS_MEMORY, "no memory for an event");
        return;
    }
    if (batch_reserve(batch, engine->scratch.length)) {
        memcpy(engine->events.bytes + engine->events.length, engine->scratch.bytes,
               engine->scratch.length);
        engine->events.length += engine->scratch.length;
        batch_take_events(batch, 0);
    }
}

/* Holds that have expired, days that have begun. If nothing may be written now, the batch stays at
 * the last stamp, where nothing is due. */
static void batch_advance(struct batch *batch)
{
    struct engine *engine = batch->engine;
    if (promise_next_due(engine->replay.state) > batch->stamp) {
        return;
    }
    if (!batch_begin(batch)) {
        batch->stamp = engine->last_stamp;
        return;
    }
    while (batch->status == STATUS_OK && batch_reserve(batch, EVENT_TIME_BYTES) &&
           promise_due(engine->replay.state, batch->stamp, &engine->events)) {
        batch_take_events(batch, 0);
    }
}

/* What may have become free goes to those who wished for it, before anybody else is asked. The
 * way along the queue is cut into batches: nobody's answer waits for it. */
static void wishes_meet(struct batch *batch)
{
    struct engine *engine = batch->engine;
    uint32_t steps = WISH_STEPS_MAX;
    uint64_t placed = count_get(&engine->counts.orders_placed);
    while (batch->status == STATUS_OK && promise_wishes_due(engine->replay.state) &&
           batch_reserve(batch, promise_event_bytes_max()) &&
           promise_wish_next(engine->replay.state, batch->stamp, &steps, &engine->events)) {
        if (!batch_begin(batch)) {
            engine->events.length = batch->taken;
            break;
        }
        batch_take_events(batch, 0);
    }
    count_add(&engine->counts.wishes_offered, count_get(&engine->counts.orders_placed) - placed);
}

static void batch_commit(struct batch *batch)
{
    struct engine *engine = batch->engine;
    uint64_t began = engine->env->ticks_ns(engine->env);
    struct slice events = {(const char *)engine->events.bytes, engine->events.length};
    enum status status = journal_commit(engine->journal, batch->stamp, events);
    uint64_t took = engine->env->ticks_ns(engine->env) - began;
    if (status != STATUS_OK) {
        batch_fail(batch, status, journal_fault(engine->journal));
        return;
    }
    replay_committed(&engine->replay);
    count_add(&engine->counts.commits, 1);
    count_add(&engine->counts.commit_ns_total, took);
    count_max(&engine->counts.commit_ns_max, took);
}

static void engine_fail(struct batch *batch)
{
    atomic_store(&batch->engine->failed, true);
    if (batch->status != STATUS_IO) {
        (void)fault_set(&batch->fault, STATUS_IO, "the journal could not be taken again; restart");
        batch->status = STATUS_IO;
    }
}

/* Back to what the journal says. An I/O error is final: who knows what the disk holds. */
static void batch_undo(struct batch *batch)
{
    struct engine *engine = batch->engine;
    struct fault fault;
    bool writing = journalled(engine) && journal_writing(engine->journal);
    if (writing) {
        journal_rollback(engine->journal);
    }
    if (batch->status == STATUS_IO || batch->status == STATUS_CORRUPT) {
        engine_fail(batch);
        return;
    }
    if (batch->status == STATUS_FULL) {
        count_add(&engine->counts.disk_full, 1);
        engine->full = true;
        engine->full_until_ns = engine->env->ticks_ns(engine->env) + PROBE_PAUSE_NS;
    }
    if (batch->changed && (!journalled(engine) || engine_load(engine, &fault) != STATUS_OK)) {
        engine_fail(batch);
    }
}

static void tasks_fault(struct batch *batch, struct engine_task *const *tasks, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (tasks[i]->kind != TASK_QUESTION || atomic_load(&batch->engine->failed)) {
            tasks[i]->status = batch->status;
            tasks[i]->fault = batch->fault;
        }
    }
}

static void questions_answer(struct batch *batch, struct engine_task *const *tasks, uint32_t count)
{
    struct engine *engine = batch->engine;
    for (uint32_t i = 0; i < count; i++) {
        if (tasks[i]->kind == TASK_QUESTION && !atomic_load(&engine->failed)) {
            tasks[i]->status = STATUS_OK;
            tasks[i]->shop = engine_shop(engine);
            tasks[i]->question(engine->replay.state, engine->last_stamp, tasks[i]->context);
        }
    }
}

static int64_t batch_stamp(const struct engine *engine, struct engine_task *const *tasks,
                           uint32_t count, int64_t now)
{
    int64_t stamp = now > engine->last_stamp ? now : engine->last_stamp;
    for (uint32_t i = 0; i < count; i++) {
        stamp = tasks[i]->stamp > stamp ? tasks[i]->stamp : stamp;
    }
    return stamp;
}

static void batch_decide(struct batch *batch, struct engine_task *const *tasks, uint32_t count)
{
    batch_advance(batch);
    wishes_meet(batch);
    if (count > 0) {
        task_fetch(batch, tasks[0]);
    }
    for (uint32_t i = 0; i < count && batch->status == STATUS_OK; i++) {
        task_run(batch, tasks[i], i + 1 < count ? tasks[i + 1] : NULL);
    }
    wishes_meet(batch);
    struct engine *engine = batch->engine;
    if (batch->status == STATUS_OK && journalled(engine) && journal_writing(engine->journal)) {
        batch_commit(batch);
    }
}

void batch_run(struct engine *engine, struct engine_task *const *tasks, uint32_t count, int64_t now)
{
    struct batch batch = {.engine = engine, .stamp = batch_stamp(engine, tasks, count, now)};
    engine->events.length = 0;
    if (atomic_load(&engine->failed)) {
        batch_fail(&batch, STATUS_IO, "the disk failed; restart");
    } else {
        batch_decide(&batch, tasks, count);
    }
    if (batch.status != STATUS_OK) {
        batch_undo(&batch);
        tasks_fault(&batch, tasks, count);
    } else {
        engine->last_stamp = batch.stamp;
    }
    questions_answer(&batch, tasks, count);
    if (!atomic_load(&engine->failed)) {
        counts_wishes(engine);
    }
    count_add(&engine->counts.batches, 1);
    count_add(&engine->counts.tasks, count);
    count_max(&engine->counts.batch_tasks_max, count);
}

enum status batch_run_scratch(struct engine *engine, struct fault *fault)
{
    struct batch batch = {.engine = engine, .stamp = engine->last_stamp};
    engine->events.length = 0;
    if (!batch_begin(&batch)) {
        *fault = batch.fault;
        return fault->status;
    }
    batch_take_scratch(&batch);
    if (batch.status == STATUS_OK) {
        batch_commit(&batch);
    }
    if (batch.status != STATUS_OK) {
        batch_undo(&batch);
        *fault = batch.fault;
    }
    return batch.status;
}

/* A failure here is met again, and handled, by the next batch; only a broken disk is final at once.
 */
static bool rest_status(struct engine *engine, enum status status)
{
    if (status == STATUS_IO || status == STATUS_CORRUPT) {
        atomic_store(&engine->failed, true);
    }
    return status == STATUS_OK;
}

static bool bodies_forget(struct engine *engine)
{
    uint32_t count = 0;
    enum status status = journal_forget_bodies(
        engine->journal, engine->last_stamp - FORGET_AFTER_SECONDS, FORGET_STEP, &count);
    engine->forget_bodies = rest_status(engine, status) && count == FORGET_STEP;
    return engine->forget_bodies;
}

bool batch_rest(struct engine *engine, bool idle)
{
    if (!journalled(engine) || atomic_load(&engine->failed) || engine->full) {
        return false;
    }
    if (engine->forget_bodies && idle) {
        return bodies_forget(engine);
    }
    if (journal_waiting_bytes(engine->journal) > (idle ? LOG_BYTES_IDLE : LOG_BYTES_MAX)) {
        (void)rest_status(engine, journal_checkpoint(engine->journal));
    }
    return false;
}

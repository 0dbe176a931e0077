/* A change and the re-promise after it: EVENT_CHANGED, then an EVENT_REVISED for each order that
 * moves, in one transaction. So nobody ever sees a late receipt without the orders that it moved,
 * and a full disk takes all of it back.
 *
 * The core applies each event of a re-promise before it plans the next order, so that each finds
 * what the one before has left. The engine notes who moves while it is handed the events, and
 * projects them afterwards: an order is revised once at most, so its rows are the same.
 */
#include "engine/inside.h"

#include "base/assert.h"
#include "promise/event.h"

#include <stdlib.h>

enum { REVISED_MIN = 64 };

void engine_revised_free(struct engine_revised *revised)
{
    free(revised->orders);
    *revised = (struct engine_revised){.orders = NULL};
}

static bool revised_add(struct engine_revised *revised, const struct engine_revision *revision)
{
    if (revised->count == revised->capacity) {
        uint32_t capacity = revised->capacity == 0 ? REVISED_MIN : 2 * revised->capacity;
        struct engine_revision *grown = realloc(revised->orders, capacity * sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        revised->orders = grown;
        revised->capacity = capacity;
    }
    revised->orders[revised->count++] = *revision;
    return true;
}

/* What the event is about to do to its order. One that was broken before and still is has not
 * moved. */
static bool revision_note(const struct promise_state *state, const struct event *event,
                          struct engine_revised *revised)
{
    struct event_placed placed;
    struct order_view view;
    enum status status = event_placed_read(event, &placed);
    ASSERT(status == STATUS_OK);
    bool known = promise_order_by_number(state, placed.number, &view);
    ASSERT(known);
    const struct engine_revision revision = {
        .number = placed.number,
        .key = view.key,
        .made_at = view.made_at,
        .status = view.status,
        .customer = view.customer,
        .before = view.current.dates,
        .after = placed.first.dates,
        .broken = placed.broken,
        .total_minor = view.first.total_minor,
    };
    return (placed.broken && view.broken) || revised_add(revised, &revision);
}

struct revising {
    struct batch *batch;
    struct engine_revised *revised;
};

static bool revision_take(void *context, struct slice bytes)
{
    struct revising *revising = context;
    struct batch *batch = revising->batch;
    struct event_buffer *events = &batch->engine->events;
    struct event event;
    size_t offset = 0;
    enum status status = STATUS_OK;
    bool whole = event_next(bytes, &offset, &event, &status);
    ASSERT(whole);
    if (!batch_reserve(batch, bytes.length)) {
        return false;
    }
    memcpy(events->bytes + events->length, bytes.data, bytes.length);
    events->length += bytes.length;
    if (event.type == EVENT_REVISED &&
        !revision_note(batch->engine->replay.state, &event, revising->revised)) {
        batch_fail(batch, STATUS_MEMORY, "no memory for the orders that moved");
        return false;
    }
    return true;
}

static void revised_count(struct engine *engine, const struct engine_revised *revised)
{
    uint64_t broken = 0;
    for (uint32_t i = 0; i < revised->count; i++) {
        broken += revised->orders[i].broken;
    }
    atomic_fetch_add_explicit(&engine->counts.orders_revised, revised->count - broken,
                              memory_order_relaxed);
    atomic_fetch_add_explicit(&engine->counts.promises_broken, broken, memory_order_relaxed);
}

/* What a revision points at as its reason: the item, work center or carrier. */
static uint16_t reason_index(const struct promise_state *state, const struct promise_change *change)
{
    switch (change->kind) {
    case CHANGE_COUNT:
    case CHANGE_STAFF:
    case CHANGE_CARRIER:
        return change->index;
    case CHANGE_DATE:
    case CHANGE_QUANTITY:
    case CHANGE_RECEIVED:
        return promise_entry(state, change->entry)->item;
    default:
        return NO_INDEX;
    }
}

/* What a re-promise left in the batch, if it found room for it. */
static void revised_adopt(struct batch *batch, bool whole, const struct engine_revised *revised)
{
    if (!whole) {
        ASSERT(batch->status != STATUS_OK);
        return;
    }
    batch_adopt_events(batch);
    if (batch->status == STATUS_OK) {
        revised_count(batch->engine, revised);
    }
}

static void orders_revise(struct batch *batch, const struct promise_change *change,
                          struct engine_revised *revised)
{
    struct promise_state *state = batch->engine->replay.state;
    struct revising revising = {batch, revised};
    const struct event_sink sink = {revision_take, &revising};
    uint16_t reason = reason_index(state, change);
    revised_adopt(batch, promise_revise(state, batch->stamp, change->kind, reason, &sink), revised);
}

void change_elsewhere(struct batch *batch, struct engine_task *task)
{
    const struct promise_change elsewhere = {.kind = CHANGE_ELSEWHERE};
    struct promise_state *state = batch->engine->replay.state;
    struct revising revising = {batch, &task->revised};
    const struct event_sink sink = {revision_take, &revising};
    const struct promise_answer *answer = &task->answer;
    if (task->command.has_replaces && promise_any_broken(state)) {
        orders_revise(batch, &elsewhere, &task->revised);
    } else if (answer->order.broken && answer->has_possible) {
        bool whole = promise_revise_order(state, batch->stamp, answer->order.number, &sink);
        revised_adopt(batch, whole, &task->revised);
    }
    if (!task->wants_revised) {
        engine_revised_free(&task->revised);
    }
}

void change_cancelled(struct batch *batch, struct engine_task *task)
{
    const struct promise_change cancelled = {.kind = CHANGE_CANCELLED};
    if (!promise_any_broken(batch->engine->replay.state)) {
        return;
    }
    orders_revise(batch, &cancelled, &task->revised);
    if (!task->wants_revised) {
        engine_revised_free(&task->revised);
    }
}

static void change_decide(struct batch *batch, struct engine_task *task)
{
    struct engine *engine = batch->engine;
    if (!batch_reserve(batch, EVENT_CHANGED_BYTES_MAX)) {
        return;
    }
    task->change_result = promise_change(engine->replay.state, &task->change, &engine->events);
    if (task->change_result != PROMISE_OK) {
        return;
    }
    if (!task_begin(batch, task)) {
        engine->events.length = batch->taken;
        return;
    }
    batch_take_events(batch, 0);
    if (batch->status == STATUS_OK && change_moves(task->change.kind)) {
        orders_revise(batch, &task->change, &task->revised);
    }
}

/* Who of the staff did it: part of the same transaction. */
static void change_note(struct batch *batch, const struct engine_task *task)
{
    struct engine *engine = batch->engine;
    bool changed = batch->status == STATUS_OK && task->status == STATUS_OK &&
                   task->change_result == PROMISE_OK && !task->dry_run;
    if (!changed || task->by.length == 0 || engine->journal == NULL) {
        return;
    }
    enum status status = journal_staff_note(engine->journal, task->by, task->by_what, batch->stamp);
    if (status != STATUS_OK) {
        batch_fail(batch, status, journal_fault(engine->journal));
    }
}

void change_run(struct batch *batch, struct engine_task *task)
{
    struct engine *engine = batch->engine;
    task->revised.count = 0;
    change_decide(batch, task);
    change_note(batch, task);
    if (batch->status != STATUS_OK || task->status != STATUS_OK) {
        return;
    }
    task->shop = engine_shop(engine);
    if (task->question != NULL) {
        task->question(engine->replay.state, batch->stamp, task->context);
    }
}

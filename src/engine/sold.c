/* Orders that the shop behind has sold: what it says of them becomes commands, decided at one place
 * in the batch, and one event that says what was heard.
 *
 *   reference -> what was heard before (the table origins) -> older: nothing
 *     waiting   a hold, if there can be one
 *     open      PLACE elsewhere, in the place of what stands here with other lines, or of its hold
 *     complete  SHIP and DELIVER; never heard of: history, because its goods have left the shelf
 *     ended     CANCEL
 *   -> EVENT_ORIGIN, if anything of it is new
 *
 * The same message twice finds everything done: it needs no memory of messages but that of the last
 * deletion, which says nothing of when it was. Where the core is full, nothing of it is kept, and
 * who sent it is told to send it again. */
#include "engine/inside.h"

#include "base/assert.h"
#include "journal/origin_event.h"

struct selling {
    struct batch *batch;
    struct engine_task *task; /* TASK_SOLD */
    struct engine_sold *sold;
    struct journal_origin before;
    bool heard;
    char bytes[JOURNAL_ORIGIN_BYTES]; /* of the texts before */
};

/* ---- the order that stands here ---- */

static bool order_lives(const struct order_view *order)
{
    return order->number != 0 && order->status >= ORDER_HELD && order->status <= ORDER_DELIVERED;
}

/* How much of an offer is sold; 0: nothing. */
static int64_t quantity_of(const struct engine_sold *sold, struct offer_id offer)
{
    uint32_t i = 0;
    while (i < sold->line_count && sold->lines[i].offer.index != offer.index) {
        i++;
    }
    return i < sold->line_count ? sold->lines[i].quantity_thousandths : 0;
}

/* In whatever order: a line that only stands elsewhere must not cost its order the place. */
static bool lines_same(const struct selling *selling)
{
    const struct engine_sold *sold = selling->sold;
    bool same = sold->order.line_count == sold->line_count;
    for (uint32_t i = 0; same && i < sold->line_count; i++) {
        struct order_line_view line;
        promise_order_line(selling->batch->engine->replay.state, sold->order.number, i, &line);
        same = line.quantity_thousandths == quantity_of(sold, line.offer);
    }
    return same;
}

static void order_look(struct selling *selling, uint32_t number)
{
    struct engine_sold *sold = selling->sold;
    sold->order = (struct order_view){.number = 0};
    if (number != 0) {
        (void)promise_order_by_number(selling->batch->engine->replay.state, number, &sold->order);
    }
}

/* ---- commands ---- */

/* Decides it; the order that it names or makes is in sold->order then. False: refused, or the batch
 * failed. */
static bool command_do(struct selling *selling, struct engine_task *inner)
{
    inner->kind = TASK_COMMAND;
    inner->dry_run = selling->task->dry_run;
    task_command(selling->batch, inner);
    if (inner->status != STATUS_OK && selling->task->status == STATUS_OK) {
        selling->task->status = inner->status;
        selling->task->fault = inner->fault;
    }
    if (inner->status != STATUS_OK || selling->batch->status != STATUS_OK ||
        inner->answer.result != PROMISE_OK) {
        return false;
    }
    order_look(selling, inner->answer.order.number);
    return true;
}

/* As a hold it is asked for as anybody asks; else it is a fact. */
static enum promise_result place(struct selling *selling, bool hold)
{
    struct engine_sold *sold = selling->sold;
    struct engine_task inner = {
        .person = sold->person,
        .command = {
            .kind = PROMISE_PLACE,
            .ask = {.line_count = sold->line_count, .lines = sold->lines, .elsewhere = !hold},
            .hold = hold,
            .promised_day = hold ? 0 : sold->promised_day,
            .has_replaces = order_lives(&sold->order),
            .replaces = sold->order.key}};
    engine_entropy(selling->batch->engine, inner.command.order.bytes,
                   sizeof inner.command.order.bytes);
    (void)command_do(selling, &inner);
    return inner.answer.result;
}

static bool step(struct selling *selling, enum promise_command_kind kind)
{
    struct engine_task inner = {
        .command = {.kind = kind, .order = selling->sold->order.key, .line = LINE_ALL}};
    return command_do(selling, &inner);
}

/* ---- what it is there ---- */

static enum sold_outcome open_run(struct selling *selling)
{
    struct engine_sold *sold = selling->sold;
    bool lives = order_lives(&sold->order);
    bool held = sold->order.status == ORDER_HELD;
    if (lives && !held && lines_same(selling)) {
        return SOLD_SAME;
    }
    if (sold->line_count == 0) {
        bool cancelled = lives && step(selling, PROMISE_CANCEL);
        return cancelled ? SOLD_CANCELLED : lives ? SOLD_LEFT : SOLD_NOTHING;
    }
    enum promise_result result = place(selling, false);
    return result == PROMISE_OK             ? SOLD_TAKEN
           : result == PROMISE_WRONG_STATUS ? SOLD_LEFT
                                            : SOLD_FULL;
}

static enum sold_outcome waiting_run(struct selling *selling)
{
    struct engine_sold *sold = selling->sold;
    bool held = sold->order.number != 0 && sold->order.status == ORDER_HELD;
    if (order_lives(&sold->order) && (!held || lines_same(selling))) {
        return SOLD_SAME;
    }
    return sold->line_count > 0 && place(selling, true) == PROMISE_OK ? SOLD_HELD : SOLD_NOT_HELD;
}

static enum sold_outcome complete_run(struct selling *selling)
{
    struct engine_sold *sold = selling->sold;
    if (!selling->heard && sold->line_count > 0) {
        if (!selling->task->dry_run) {
            task_history(selling->batch, sold->history, sold->history_count);
        }
        return SOLD_HISTORY;
    }
    if (selling->before.past && sold->order.number == 0) {
        return SOLD_SAME;
    }
    if (!order_lives(&sold->order) || sold->order.status == ORDER_HELD) {
        enum sold_outcome outcome = open_run(selling);
        if (outcome != SOLD_TAKEN) {
            return outcome;
        }
    }
    if (sold->order.status == ORDER_DELIVERED) {
        return SOLD_SAME;
    }
    (void)step(selling, PROMISE_SHIP); /* refused where all is on site, or has been shipped */
    return step(selling, PROMISE_DELIVER) ? SOLD_DELIVERED : SOLD_LEFT;
}

static enum sold_outcome ended_run(struct selling *selling)
{
    if (!order_lives(&selling->sold->order)) {
        return SOLD_SAME;
    }
    return step(selling, PROMISE_CANCEL) ? SOLD_CANCELLED : SOLD_LEFT;
}

/* A clock there that runs ahead must not make all that comes later look old. */
static void modified_bound(struct selling *selling)
{
    struct engine_sold *sold = selling->sold;
    if (sold->modified_at > selling->batch->stamp + DAY_SECONDS) {
        sold->modified_at = selling->batch->stamp;
    }
}

static bool is_stale(const struct selling *selling)
{
    const struct engine_sold *sold = selling->sold;
    const struct journal_origin *before = &selling->before;
    bool deletes = sold->deleted_by.length > 0;
    bool stale = deletes ? slice_equal(sold->deleted_by, before->deleted_by)
                         : sold->modified_at == 0 || sold->modified_at < before->modified_at;
    return selling->heard && stale;
}

/* ---- what was heard ---- */

/* What a message leaves out stays as it was heard before: one that deletes says nothing else. */
static struct journal_origin origin_of(const struct selling *selling)
{
    const struct engine_sold *sold = selling->sold;
    const struct journal_origin *before = &selling->before;
    bool deletes = sold->deleted_by.length > 0;
    return (struct journal_origin){
        .reference = sold->reference,
        .label = deletes && selling->heard ? before->label : sold->label,
        .status = sold->status,
        .unknown = deletes ? before->unknown : sold->unknown,
        .deleted_by = deletes ? sold->deleted_by : before->deleted_by,
        .order = sold->order.number,
        .past = sold->order.number == 0 && (before->past || sold->outcome == SOLD_HISTORY),
        .modified_at = sold->modified_at != 0 ? sold->modified_at : before->modified_at,
    };
}

static bool origin_same(const struct journal_origin *a, const struct journal_origin *b)
{
    return slice_equal(a->label, b->label) && slice_equal(a->status, b->status) &&
           slice_equal(a->unknown, b->unknown) && slice_equal(a->deleted_by, b->deleted_by) &&
           a->order == b->order && a->past == b->past && a->modified_at == b->modified_at;
}

static void origin_keep(struct selling *selling)
{
    struct batch *batch = selling->batch;
    const struct journal_origin now = origin_of(selling);
    if ((selling->heard && origin_same(&now, &selling->before)) || selling->task->dry_run ||
        !task_begin(batch, selling->task)) {
        return;
    }
    text_clear(&batch->engine->scratch);
    origin_event_write(&batch->engine->scratch, &now);
    batch_take_scratch(batch);
}

static void one_run(struct selling *selling)
{
    static enum sold_outcome (*const runs[])(struct selling *) = {
        [SOLD_WAITING] = waiting_run,
        [SOLD_OPEN] = open_run,
        [SOLD_COMPLETE] = complete_run,
        [SOLD_ENDED] = ended_run,
    };
    struct engine_sold *sold = selling->sold;
    struct journal *journal = selling->batch->engine->journal;
    enum status status = journal_origin_find(journal, sold->reference, &selling->before,
                                             selling->bytes, &selling->heard);
    if (status != STATUS_OK) {
        (void)task_fault(selling->task, status, journal_fault(journal));
        return;
    }
    order_look(selling, selling->before.order);
    bool undated = sold->modified_at == 0 && sold->deleted_by.length == 0;
    sold->outcome = undated ? SOLD_SAME : SOLD_STALE;
    modified_bound(selling);
    if (is_stale(selling)) {
        return;
    }
    sold->outcome = runs[sold->state](selling);
    if (sold->outcome != SOLD_FULL && selling->batch->status == STATUS_OK &&
        selling->task->status == STATUS_OK) {
        origin_keep(selling);
    }
}

void sold_run(struct batch *batch, struct engine_task *task)
{
    struct selling selling = {.batch = batch, .task = task};
    if (batch->engine->journal == NULL) {
        (void)task_fault(task, STATUS_INVALID,
                         "a shop file cannot take orders; make a database of it first");
        return;
    }
    if (!task_begin(batch, task)) {
        return;
    }
    for (uint32_t i = 0;
         i < task->sold_count && batch->status == STATUS_OK && task->status == STATUS_OK; i++) {
        selling.sold = &task->sold[i];
        one_run(&selling);
    }
    task->shop = engine_shop(batch->engine);
}

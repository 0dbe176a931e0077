/* What each kind of task does inside a batch. A task's own no (a rejection, a bad shop file, a
 * reused Idempotency-Key) stands in the task and changes nothing; a disk's no ends the batch
 * (batch_fail).
 *
 * A command: who buys -> customer (directory) -> promise_decide -> event -> applied and projected
 * -> the state's look, if asked for. */
#include "engine/inside.h"

#include "base/assert.h"
#include "engine/zones.h"
#include "journal/shop_event.h"

enum status task_fault(struct engine_task *task, enum status status, const char *sentence)
{
    task->status = fault_set(&task->fault, status, "%s", sentence);
    return task->status;
}

bool task_begin(struct batch *batch, struct engine_task *task)
{
    if (task->dry_run) {
        if (batch_journalled(batch)) {
            (void)task_fault(task, STATUS_INVALID,
                             "a dry run needs a database that is open for reading only");
        }
        return task->status == STATUS_OK;
    }
    if (batch->engine->mode == ENGINE_READ) {
        (void)task_fault(task, STATUS_INVALID, "the database is open for reading only");
        return false;
    }
    if (!batch_begin(batch)) {
        task->status = batch->fault.status;
        task->fault = batch->fault;
        return false;
    }
    return true;
}

static void person_fields(const struct person *person, struct slice fields[PERSON_FIELDS])
{
    fields[PERSON_EMAIL] = person->email;
    fields[PERSON_NAME] = person->name;
    fields[PERSON_PHONE] = person->phone;
    fields[PERSON_STREET] = person->street;
    fields[PERSON_POSTCODE] = person->postcode;
    fields[PERSON_CITY] = person->city;
    fields[PERSON_COUNTRY] = person->country;
}

/* Who buys, as far as it is known before the decision. */
struct buyer {
    struct journal_contact contact; /* number 0: not yet in the table */
    struct directory_hash hash;
    bool given; /* at least one field, or a body to be kept under the salt */
};

static void buyer_find(struct engine *engine, const struct engine_task *task,
                       struct directory_hash hash, struct buyer *buyer)
{
    *buyer = (struct buyer){.given = task->has_idempotency_key};
    person_fields(&task->person, buyer->contact.fields);
    for (int i = 0; i < PERSON_FIELDS; i++) {
        buyer->given = buyer->given || buyer->contact.fields[i].length > 0;
    }
    if (!buyer->given) {
        return;
    }
    buyer->hash = hash;
    const struct directory_entry *known =
        buyer->hash.has_address ? directory_find(&engine->directory, buyer->hash.address) : NULL;
    if (known != NULL) {
        buyer->contact.customer = known->customer;
        if (known->details == buyer->hash.details) {
            buyer->contact.number = known->contact;
            memcpy(buyer->contact.salt, known->salt, sizeof buyer->contact.salt);
        }
    } else if (buyer->hash.has_address) {
        while (buyer->contact.customer.value == 0) {
            engine_entropy(engine, &buyer->contact.customer.value, sizeof(uint64_t));
        }
    }
}

/* Gives a new buyer their row; false if that fails. */
static bool buyer_keep(struct batch *batch, struct buyer *buyer)
{
    struct engine *engine = batch->engine;
    if (!buyer->given || buyer->contact.number != 0 || engine->journal == NULL) {
        return true;
    }
    engine_entropy(engine, buyer->contact.salt, sizeof buyer->contact.salt);
    enum status status = journal_add_contact(engine->journal, &buyer->contact);
    if (status != STATUS_OK) {
        batch_fail(batch, status, journal_fault(engine->journal));
        return false;
    }
    if (buyer->hash.has_address &&
        directory_put(&engine->directory, &buyer->hash, &buyer->contact) != STATUS_OK) {
        batch_fail(batch, STATUS_MEMORY, "no memory for another customer");
        return false;
    }
    return true;
}

/* Until when a hold was to last at first, for a repeat of its placing: an order knows only how long
 * it lasts now, and its record has no room for both. All shop files that ever ran are at hand. A
 * hold that lasts as long as one of them says was never extended; another was, and began with what
 * the shop says now. That is not so only if hold_minutes changed as well after the placing, or if
 * the extension ends, to the second, where another shop file's hold would have. */
static void hold_as_placed(const struct engine *engine, struct order_view *order)
{
    int64_t lasts = order->held_until - order->made_at;
    const struct replay_shop *at = engine->replay.shops;
    while (at != NULL && at->shop->promise.hold_seconds != lasts) {
        at = at->before;
    }
    if (order->was_held && at == NULL) {
        order->held_until = order->made_at + engine_shop(engine)->promise.hold_seconds;
    }
}

/* A wish stands for its body: all that it says is known. */
static bool wish_agrees(const struct engine_task *task)
{
    const struct promise_ask *ask = &task->command.ask;
    const struct wish_view *wish = &task->answer.wish;
    return ask->line_count == 1 && ask->lines[0].offer.index == wish->offer.index &&
           ask->lines[0].quantity_thousandths == wish->quantity_thousandths &&
           ask->want.value == wish->latest_day && ask->customer.value == wish->customer.value;
}

static void key_fault(struct engine_task *task)
{
    (void)task_fault(
        task, STATUS_EXISTS,
        "this Idempotency-Key was used with another body; use a new key for a new order");
}

/* A repeat is one only with the same body. */
static void repeat_check(struct engine *engine, struct engine_task *task)
{
    bool wish = task->command.kind == PROMISE_WISH;
    if (!wish) {
        hold_as_placed(engine, &task->answer.order);
    }
    bool agrees =
        wish ? wish_agrees(task)
             : engine->journal == NULL ||
                   journal_body_agrees(engine->journal, task->answer.order.number, task->body);
    if (task->has_idempotency_key && !agrees) {
        key_fault(task);
    }
}

/* A wish with the key of an order, or the other way round. */
static bool key_of_another(const struct engine_task *task)
{
    const struct promise_answer *answer = &task->answer;
    bool wish = task->command.kind == PROMISE_WISH;
    bool taken = wish || (task->command.kind == PROMISE_PLACE && answer->wish.number != 0);
    return task->has_idempotency_key && taken && answer->result == PROMISE_WRONG_STATUS;
}

static void body_keep(struct batch *batch, struct engine_task *task, const struct buyer *buyer)
{
    struct engine *engine = batch->engine;
    if (!task->has_idempotency_key || engine->journal == NULL || batch->status != STATUS_OK ||
        task->command.kind == PROMISE_WISH) {
        return;
    }
    enum status status = journal_add_body(engine->journal, task->answer.order.number,
                                          buyer->contact.salt, task->body, batch->stamp);
    if (status != STATUS_OK) {
        batch_fail(batch, status, journal_fault(engine->journal));
    }
}

/* Decides, and applies if there is something to apply. `buyer` is NULL where nobody buys. */
static void command_decide(struct batch *batch, struct engine_task *task, struct buyer *buyer)
{
    struct engine *engine = batch->engine;
    if (!batch_reserve(batch, promise_event_bytes_max())) {
        return;
    }
    promise_decide(engine->replay.state, &task->command, &task->answer, &engine->events);
    if (engine->events.length == batch->taken) {
        return;
    }
    if (!task_begin(batch, task)) {
        engine->events.length = batch->taken;
        return;
    }
    if (buyer == NULL) {
        batch_take_events(batch, 0);
        if (task->command.kind == PROMISE_CANCEL && batch->status == STATUS_OK) {
            change_cancelled(batch, task);
        }
    } else if (buyer_keep(batch, buyer)) {
        batch_take_events(batch, buyer->contact.number);
        body_keep(batch, task, buyer);
    }
    if (task->command.ask.elsewhere && batch->status == STATUS_OK) {
        change_elsewhere(batch, task);
    }
}

/* Somebody orders, or wishes. */
static bool has_buyer(const struct engine_task *task)
{
    return task->kind == TASK_COMMAND &&
           (task->command.kind == PROMISE_PLACE || task->command.kind == PROMISE_WISH);
}

static void command_run(struct batch *batch, struct engine_task *task, struct directory_hash hash)
{
    struct engine *engine = batch->engine;
    struct buyer buyer;
    bool buys = has_buyer(task);
    ASSERT(!buys || !task->dry_run || task->command.ask.customer.value == 0);
    buys = buys && !task->dry_run; /* who buys would have to be kept */
    task->command.now = batch->stamp;
    task->revised.count = 0;
    if (buys) {
        buyer_find(engine, task, hash, &buyer);
        task->command.ask.customer = buyer.contact.customer;
    }
    command_decide(batch, task, buys ? &buyer : NULL);
    if (batch->status != STATUS_OK || task->status != STATUS_OK) {
        return;
    }
    if (task->answer.result == PROMISE_REPEATED) {
        repeat_check(engine, task);
    } else if (key_of_another(task)) {
        key_fault(task);
    } else if (task->command.kind == PROMISE_PLACE && task->answer.result != PROMISE_OK) {
        atomic_fetch_add_explicit(&engine->counts.orders_refused, 1, memory_order_relaxed);
    }
    task->shop = engine_shop(engine);
    if (task->question != NULL) {
        task->question(engine->replay.state, batch->stamp, task->context);
    }
}

void task_command(struct batch *batch, struct engine_task *task)
{
    struct slice fields[PERSON_FIELDS];
    task->status = STATUS_OK;
    person_fields(&task->person, fields);
    command_run(batch, task, directory_hash(&batch->engine->directory, fields));
}

static void shop_take(struct batch *batch, struct engine_task *task, const struct shop *next)
{
    struct engine *engine = batch->engine;
    const struct shop_event event = {.file = slice_of(task->shop_file),
                                     .zone = next->zone,
                                     .around = batch->stamp,
                                     .text = task->shop_text};
    if (!task_begin(batch, task)) {
        return;
    }
    text_clear(&engine->scratch);
    shop_event_write(&engine->scratch, &event);
    batch_take_scratch(batch);
}

/* Reads and merges to see what changes and whether it may; the event then does the same again as a
 * replay will. */
static void apply_run(struct batch *batch, struct engine_task *task)
{
    struct shop *next = NULL;
    struct shop *merged = NULL;
    task->status = shop_read(task->shop_text, task->shop_file, engine_zones(), batch->stamp, &next,
                             &task->fault);
    if (task->status != STATUS_OK) {
        return;
    }
    task->status =
        shop_merge(engine_shop(batch->engine), next, &merged, &task->changes, &task->fault);
    if (task->status == STATUS_OK) {
        shop_free(merged);
        if (!task->dry_run && task->changes.length > 0) {
            shop_take(batch, task, next);
        }
    }
    shop_free(next);
    task->shop = engine_shop(batch->engine);
}

void task_history(struct batch *batch, const struct history_line *lines, uint32_t count)
{
    struct engine *engine = batch->engine;
    struct history_event event = {.line_count = count};
    struct digest digest;
    digest_begin(&digest);
    for (uint32_t i = 0; i < count; i++) {
        const struct history_line *line = &lines[i];
        const struct journal_history row = {
            line->order, line->offer,   line->quantity_thousandths, line->unit_price_minor,
            line->at,    line->customer};
        history_digest(&digest, &row);
        enum status status = journal_add_history(engine->journal, &row);
        if (status != STATUS_OK) {
            batch_fail(batch, status, journal_fault(engine->journal));
            return;
        }
    }
    digest_end(&digest, event.digest);
    text_clear(&engine->scratch);
    history_event_write(&engine->scratch, &event);
    batch_take_scratch(batch);
}

static void history_run(struct batch *batch, struct engine_task *task)
{
    if (batch->engine->journal == NULL) {
        (void)task_fault(task, STATUS_INVALID,
                         "a shop file cannot take a history; make a database of it first");
    } else if (task_begin(batch, task)) {
        task_history(batch, task->history, task->history_count);
    }
}

static void picture_run(struct batch *batch, struct engine_task *task)
{
    struct engine *engine = batch->engine;
    if (engine->journal == NULL) {
        (void)task_fault(task, STATUS_INVALID,
                         "a shop file cannot take pictures; make a database of it first");
        return;
    }
    if (!task_begin(batch, task)) {
        return;
    }
    enum status status = journal_put_picture(engine->journal, task->picture.offer,
                                             task->picture.media_type, task->picture.bytes);
    if (status != STATUS_OK) {
        batch_fail(batch, status, journal_fault(engine->journal));
    }
}

static void note_run(struct batch *batch, struct engine_task *task)
{
    struct engine *engine = batch->engine;
    if (engine->journal != NULL && task_begin(batch, task)) {
        enum status status = journal_put_note(engine->journal, ENGINE_NOTE, task->note);
        if (status != STATUS_OK) {
            batch_fail(batch, status, journal_fault(engine->journal));
        }
    }
}

static void staff_run(struct batch *batch, struct engine_task *task)
{
    struct engine *engine = batch->engine;
    if (engine->journal == NULL) {
        (void)task_fault(task, STATUS_INVALID, "a shop file has no staff; name a database");
        return;
    }
    bool writes = journal_staff_writes(engine->journal, task->staff, batch->stamp);
    if (writes && !task_begin(batch, task)) {
        return;
    }
    enum status status = journal_staff(engine->journal, task->staff, batch->stamp);
    if (status != STATUS_OK && writes) {
        batch_fail(batch, status, journal_fault(engine->journal));
    } else if (status != STATUS_OK) {
        (void)task_fault(task, status, journal_fault(engine->journal));
    }
}

/* Of a hold that is no order, or none any more, nobody says what was missing. */
static bool asks_for_order(const struct engine *engine, struct order_key key, uint32_t *number)
{
    struct order_view order;
    if (!promise_order(engine->replay.state, key, &order) || order.status == ORDER_HELD ||
        order.status == ORDER_EXPIRED || order.status == ORDER_REPLACED) {
        return false;
    }
    *number = order.number;
    return true;
}

static void rows_run(struct batch *batch, struct engine_task *task)
{
    struct engine *engine = batch->engine;
    struct request_task *requests = task->requests;
    if (engine->journal == NULL) {
        (void)task_fault(task, STATUS_INVALID,
                         "a shop file takes requests and decisions under its keys of these names; "
                         "name a database");
        return;
    }
    if (task->requests_order != NULL) {
        ASSERT(requests->ask == REQUEST_ADD && requests->count == 1);
        if (!asks_for_order(engine, *task->requests_order, &requests->rows[0].order)) {
            requests->result = REQUEST_NO_ORDER;
            return;
        }
    }
    if (task_begin(batch, task)) {
        enum status status = requests != NULL
                                 ? journal_requests(engine->journal, requests, batch->stamp)
                                 : journal_decision(engine->journal, task->decision, batch->stamp);
        if (status != STATUS_OK) {
            batch_fail(batch, status, journal_fault(engine->journal));
        }
    }
}

void task_fetch(struct batch *batch, const struct engine_task *task)
{
    struct slice fields[PERSON_FIELDS];
    if (has_buyer(task)) {
        person_fields(&task->person, fields);
        batch->buyer = directory_hash(&batch->engine->directory, fields);
        directory_fetch(&batch->engine->directory, batch->buyer.address);
        promise_decide_soon(batch->engine->replay.state, &task->command);
    }
}

void task_run(struct batch *batch, struct engine_task *task, const struct engine_task *next)
{
    struct directory_hash hash = batch->buyer;
    if (next != NULL) {
        task_fetch(batch, next);
    }
    task->status = STATUS_OK;
    task->shop = NULL;
    switch (task->kind) {
    case TASK_COMMAND:
        command_run(batch, task, hash);
        break;
    case TASK_APPLY:
        apply_run(batch, task);
        break;
    case TASK_HISTORY:
        history_run(batch, task);
        break;
    case TASK_SOLD:
        sold_run(batch, task);
        break;
    case TASK_PICTURE:
        picture_run(batch, task);
        break;
    case TASK_NOTE:
        note_run(batch, task);
        break;
    case TASK_STAFF:
        staff_run(batch, task);
        break;
    case TASK_ROWS:
        rows_run(batch, task);
        break;
    case TASK_CHANGE:
        change_run(batch, task);
        break;
    case TASK_QUESTION:
        break; /* answered after the commit */
    }
}

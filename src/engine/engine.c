/* Making, opening and closing. Opening for writing: the writer's lock, the file, the replay (or a
 * snapshot and the rest), the directory of customers, and, if the machine knows other zone rules
 * than the journal, an event that says so.
 *
 *   SHOP.db            the database (and SQLite's SHOP.db-wal, SHOP.db-shm while it is open)
 *   SHOP.db.lock       held by the one writer
 *   SHOP.db.snapshot   a cache of the state
 *   SHOP.db.new        a database that is being made: it gets its name when it is complete */
#include "engine/inside.h"

#include "base/assert.h"
#include "engine/zones.h"
#include "env/env_disk.h"
#include "journal/shop_event.h"

#include <stdio.h>
#include <stdlib.h>

enum { EVENTS_BYTES = 1 << 20, PATH_BYTES = 4096, SNAPSHOT_EVENTS = 20000 };
static const char *const secret_names[ENGINE_SECRETS] = {"order_key", "token"};

void engine_entropy(struct engine *engine, void *bytes, size_t length)
{
    ASSERT(length <= ENTROPY_BYTES);
    if (engine->entropy_left < length) {
        engine->env->entropy(engine->env, engine->entropy, ENTROPY_BYTES);
        engine->entropy_left = ENTROPY_BYTES;
    }
    engine->entropy_left -= length;
    memcpy(bytes, engine->entropy + engine->entropy_left, length);
    memset(engine->entropy + engine->entropy_left, 0, length);
}

static void engine_free(struct engine *engine)
{
    while (engine->pictures != NULL) {
        struct engine_picture_kept *newest = engine->pictures;
        engine->pictures = newest->before;
        free(newest);
    }
    journal_close(engine->reader);
    journal_close(engine->journal);
    replay_free(&engine->replay);
    directory_free(&engine->directory);
    text_free(&engine->scratch);
    free(engine->events.bytes);
    env_disk_unlock(engine->lock);
    free(engine->path);
    free(engine);
}

/* An engine without a shop; NULL without memory. */
static struct engine *engine_new(const char *path, enum engine_mode mode, struct env *env)
{
    struct engine *engine = aligned_alloc(_Alignof(struct engine), sizeof *engine);
    if (engine == NULL) {
        return NULL;
    }
    memset(engine, 0, sizeof *engine);
    engine->env = env;
    engine->mode = mode;
    engine->lock = -1;
    engine->before = INT64_MAX;
    engine->snapshot_events_min = SNAPSHOT_EVENTS;
    replay_init(&engine->replay);
    text_init(&engine->scratch, (size_t)LIMIT_SHOP_FILE_BYTES + PATH_BYTES);
    engine->events.bytes = malloc(EVENTS_BYTES);
    engine->events.capacity = EVENTS_BYTES;
    engine->path = path == NULL ? NULL : strdup(path);
    if (engine->events.bytes == NULL || (path != NULL && engine->path == NULL) ||
        directory_init(&engine->directory, env) != STATUS_OK) {
        engine_free(engine);
        return NULL;
    }
    return engine;
}

/* There is room: directory_fill made it. */
static void contact_put(void *context, const struct journal_contact *contact)
{
    struct directory *directory = context;
    struct directory_hash hash = directory_hash(directory, contact->fields);
    if (hash.has_address) {
        enum status status = directory_put(directory, &hash, contact);
        ASSERT(status == STATUS_OK);
    }
}

static enum status directory_fill(struct engine *engine, struct fault *fault)
{
    uint32_t count = journal_contact_count(engine->journal);
    if (directory_clear(&engine->directory, count) != STATUS_OK) {
        return fault_set(fault, STATUS_MEMORY, "no memory for %u customers", count);
    }
    enum status status = journal_contacts(engine->journal, contact_put, &engine->directory);
    return status == STATUS_OK ? status
                               : fault_set(fault, status, "%s", journal_fault(engine->journal));
}

/* Takes a row, or ends the reading at the first that is too late. */
static enum status row_take(void *context, const struct journal_row *row, struct fault *fault)
{
    struct engine *engine = context;
    return row->stamp < engine->before ? replay_row(&engine->replay, row, fault)
                                       : STATUS_UNAVAILABLE;
}

/* A snapshot is of the end: a reader that stops before it replays from the beginning. */
static enum status rows_load(struct engine *engine, struct journal_end *end, struct fault *fault)
{
    bool whole = engine->before == INT64_MAX;
    if (!whole || !snapshot_load(engine, end)) {
        *end = (struct journal_end){.sequence = 0};
    }
    enum status status = journal_rows(engine->journal, end, row_take, engine, fault);
    status = status == STATUS_UNAVAILABLE && !whole ? STATUS_OK : status;
    if (status == STATUS_OK && engine->replay.state == NULL && !whole) {
        return fault_set(fault, STATUS_NOT_FOUND, "%s: its journal begins later", engine->path);
    }
    if (status == STATUS_OK && engine->replay.state == NULL) {
        return fault_set(fault, STATUS_CORRUPT, "%s: its journal holds no shop", engine->path);
    }
    if (status == STATUS_OK && engine->mode == ENGINE_WRITE) {
        status = directory_fill(engine, fault);
    }
    return status;
}

enum status engine_load(struct engine *engine, struct fault *fault)
{
    struct journal_end end;
    replay_forget(&engine->replay);
    enum status status = journal_read_begin(engine->journal);
    if (status != STATUS_OK) {
        return fault_set(fault, status, "%s", journal_fault(engine->journal));
    }
    status = rows_load(engine, &end, fault);
    journal_read_end(engine->journal);
    if (status == STATUS_OK) {
        replay_committed(&engine->replay);
        engine->last_stamp = end.stamp;
        counts_wishes(engine);
    }
    return status;
}

static enum status secrets_read(struct engine *engine, struct fault *fault)
{
    for (int i = 0; i < ENGINE_SECRETS; i++) {
        if (!journal_secret(engine->journal, secret_names[i], engine->secrets[i], SECRET_BYTES)) {
            return fault_set(fault, STATUS_CORRUPT, "%s: its secret %s is missing", engine->path,
                             secret_names[i]);
        }
    }
    return STATUS_OK;
}

static enum status lock_take(struct engine *engine, struct fault *fault)
{
    char path[PATH_BYTES];
    int length = snprintf(path, sizeof path, "%s.lock", engine->path);
    if (length < 0 || (size_t)length >= sizeof path) {
        return fault_set(fault, STATUS_INVALID, "%s: the path is too long", engine->path);
    }
    return env_disk_lock(path, &engine->lock, fault);
}

/* Journals the machine's zone rules where they will give other times than those that run. */
static enum status zone_refresh(struct engine *engine, struct fault *fault)
{
    struct zone zone;
    const struct shop *shop = engine_shop(engine);
    int64_t now = engine->env->now(engine->env);
    now = now > engine->last_stamp ? now : engine->last_stamp;
    enum status status = engine_zones()->load(NULL, shop->zone_name, now, &zone, fault);
    if (status != STATUS_OK) {
        return STATUS_OK; /* a machine without this zone goes on with the rules that it has */
    }
    if (engine_zones_agree(&shop->zone, &zone, now)) {
        return STATUS_OK;
    }
    text_clear(&engine->scratch);
    zone_event_write(&engine->scratch, &zone);
    status = batch_run_scratch(engine, fault);
    return status == STATUS_FULL || status == STATUS_BUSY ? STATUS_OK
                                                          : status; /* at the next start */
}

/* Completes the rows of a file that was of an older schema. */
static enum status tables_fill(struct engine *engine, struct fault *fault)
{
    if (!journal_needs_fill(engine->journal)) {
        return STATUS_OK;
    }
    enum status status = journal_begin(engine->journal);
    if (status == STATUS_OK) {
        status = journal_fill(engine->journal, engine->replay.state);
    }
    if (status == STATUS_OK) {
        status = journal_commit(engine->journal, engine->last_stamp, SLICE(""));
    }
    if (status != STATUS_OK) {
        (void)fault_set(fault, status, "%s", journal_fault(engine->journal));
        if (journal_writing(engine->journal)) {
            journal_rollback(engine->journal);
        }
    }
    return status == STATUS_FULL || status == STATUS_BUSY ? STATUS_OK
                                                          : status; /* at the next start */
}

static enum status open_parts(struct engine *engine, struct fault *fault)
{
    bool writes = engine->mode == ENGINE_WRITE;
    /* Looked for before the lock is taken, which would leave a file beside nothing. */
    enum status status = journal_find(engine->path, fault);
    if (status == STATUS_OK && writes) {
        status = lock_take(engine, fault);
    }
    if (status == STATUS_OK) {
        status = journal_open(engine->path, writes ? JOURNAL_WRITE : JOURNAL_READ, engine->env,
                              &engine->journal, fault);
    }
    if (status == STATUS_OK) {
        status = engine_load(engine, fault);
    }
    if (status == STATUS_OK) {
        status = secrets_read(engine, fault);
    }
    if (status == STATUS_OK && writes) {
        status = tables_fill(engine, fault);
    }
    return status == STATUS_OK && writes ? zone_refresh(engine, fault) : status;
}

static enum status open_until(const char *path, enum engine_mode mode, struct env *env,
                              int64_t before, struct engine **engine, struct fault *fault)
{
    *engine = engine_new(path, mode, env);
    if (*engine == NULL) {
        return fault_set(fault, STATUS_MEMORY, "%s: no memory to open it", path);
    }
    (*engine)->forget_bodies = true;
    (*engine)->before = before;
    enum status status = open_parts(*engine, fault);
    if (status != STATUS_OK) {
        engine_free(*engine);
        *engine = NULL;
    }
    return status;
}

enum status engine_open(const char *path, enum engine_mode mode, struct env *env,
                        struct engine **engine, struct fault *fault)
{
    return open_until(path, mode, env, INT64_MAX, engine, fault);
}

enum status engine_open_before(const char *path, struct env *env, int64_t before,
                               struct engine **engine, struct fault *fault)
{
    return open_until(path, ENGINE_READ, env, before, engine, fault);
}

enum status engine_open_memory(struct shop *shop, struct env *env, int64_t now,
                               struct engine **engine, struct fault *fault)
{
    *engine = engine_new(NULL, ENGINE_WRITE, env);
    if (*engine == NULL) {
        shop_free(shop);
        return fault_set(fault, STATUS_MEMORY, "no memory for the shop");
    }
    enum status status = replay_shop_put(&(*engine)->replay, shop, fault);
    if (status == STATUS_OK) {
        status = replay_state_create(&(*engine)->replay, now, fault);
    }
    if (status != STATUS_OK) {
        engine_free(*engine);
        *engine = NULL;
        return status;
    }
    (*engine)->last_stamp = now;
    env->entropy(env, (*engine)->secrets, sizeof(*engine)->secrets);
    return STATUS_OK;
}

void engine_run(struct engine *engine, struct engine_task *task, int64_t now)
{
    struct engine_task *const tasks[] = {task};
    ASSERT(!engine->started);
    task->stamp = now;
    batch_run(engine, tasks, 1, now);
    (void)batch_rest(engine, true);
}

void engine_run_batch(struct engine *engine, struct engine_task *const *tasks, uint32_t count,
                      int64_t now)
{
    ASSERT(!engine->started);
    ASSERT(count <= LIMIT_BATCH_TASKS);
    batch_run(engine, tasks, count, now);
    (void)batch_rest(engine, false);
}

void engine_close(struct engine *engine)
{
    if (engine == NULL) {
        return;
    }
    if (engine->started) {
        core_stop(engine);
    }
    if (engine->journal != NULL && engine->mode == ENGINE_WRITE && !atomic_load(&engine->failed)) {
        snapshot_save(engine);
    }
    engine_free(engine);
}

bool engine_failed(const struct engine *engine)
{
    return atomic_load(&engine->failed);
}

int64_t engine_last_stamp(const struct engine *engine)
{
    return engine->last_stamp;
}

const struct shop *engine_shop(const struct engine *engine)
{
    return atomic_load(&engine->replay.shop);
}

struct promise_state *engine_state(struct engine *engine)
{
    ASSERT(!engine->started);
    return engine->replay.state;
}

const unsigned char *engine_secret(const struct engine *engine, enum engine_secret which)
{
    ASSERT(which < ENGINE_SECRETS);
    return engine->secrets[which];
}

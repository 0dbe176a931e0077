/* One prepared statement a question; a step that fails leaves SQLite's sentence. The file is small:
 * what waits is bounded by the limits, and messages are pruned as they arrive everywhere. */
#include "hooks/store.h"

#include "base/assert.h"
#include "base/decimal.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { BUSY_MS = 10000, PATH_BYTES = 4096, FILE_MODE = 0600, SALT_BYTES = 8, SCHEMA = 1 };

enum statement {
    BEGIN,
    COMMIT,
    ROLLBACK,
    DATA_VERSION,
    PLACE,
    PUT_PLACE,
    ENDPOINTS,
    ADD_ENDPOINT,
    REMOVE_ENDPOINT,
    REMOVE_WAITING,
    PUT_ENDPOINT,
    STANDING,
    BEHIND,
    ADD_MESSAGE,
    LAST_MESSAGE,
    MESSAGES,
    BODY,
    PRUNE,
    WAIT,
    BLOCKED,
    DUE,
    ARRIVED,
    PUT_WAITING,
    HASTEN,
    BURY,
    FORGET_DEAD,
    DEAD,
    REVIVE,
    OFFERS,
    PUT_OFFER,
    STATEMENTS
};

_Static_assert((int)STATEMENTS <= (int)HOOK_STATEMENTS, "each statement has its place");

static const char schema[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS about("
    " one INTEGER PRIMARY KEY, salt TEXT NOT NULL, sequence INTEGER NOT NULL, hash BLOB NOT NULL)"
    " STRICT;"
    "CREATE TABLE IF NOT EXISTS endpoints("
    " number INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, kinds INTEGER NOT NULL,"
    " nearby INTEGER NOT NULL, disabled TEXT NOT NULL, secret BLOB NOT NULL,"
    " old_secret BLOB NOT NULL, old_until INTEGER NOT NULL, cursor INTEGER NOT NULL,"
    " from_sequence INTEGER NOT NULL, error TEXT NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS messages("
    " number INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL, order_number INTEGER NOT"
    " NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS waiting("
    " endpoint INTEGER NOT NULL, message INTEGER NOT NULL, order_number INTEGER NOT NULL,"
    " tries INTEGER NOT NULL, due INTEGER NOT NULL, dead INTEGER NOT NULL, error TEXT NOT NULL,"
    " PRIMARY KEY(endpoint, message)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS waiting_orders ON waiting(endpoint, order_number, message);"
    "CREATE INDEX IF NOT EXISTS waiting_messages ON waiting(message);"
    "CREATE TABLE IF NOT EXISTS offers(name TEXT PRIMARY KEY, sold_out INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "PRAGMA user_version=1;";

#define MESSAGE_COLUMNS "m.number, m.kind, m.order_number, m.sequence, m.at"
#define WAITING_COLUMNS "w.endpoint, " MESSAGE_COLUMNS ", w.tries, w.due, w.dead, w.error"

static const char *const sql[STATEMENTS] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
    [DATA_VERSION] = "PRAGMA data_version",
    [PLACE] = "SELECT sequence, hash FROM about",
    [PUT_PLACE] = "UPDATE about SET sequence = ?1, hash = ?2",
    [ENDPOINTS] = "SELECT number, url, kinds, nearby, disabled, secret, old_secret, old_until,"
                  " cursor, from_sequence, error FROM endpoints ORDER BY number",
    [ADD_ENDPOINT] = "INSERT INTO endpoints VALUES(NULL, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    [REMOVE_ENDPOINT] = "DELETE FROM endpoints WHERE number = ?1",
    [REMOVE_WAITING] = "DELETE FROM waiting WHERE endpoint = ?1",
    [PUT_ENDPOINT] = "UPDATE endpoints SET url = ?2, kinds = ?3, nearby = ?4, disabled = ?5,"
                     " secret = ?6, old_secret = ?7, old_until = ?8, cursor = ?9,"
                     " from_sequence = ?10, error = ?11 WHERE number = ?1",
    [STANDING] = "SELECT count(*) FILTER (WHERE w.dead = 0), count(*) FILTER (WHERE w.dead <> 0),"
                 " min(m.at) FILTER (WHERE w.dead = 0)"
                 " FROM waiting w JOIN messages m ON m.number = w.message WHERE w.endpoint = ?1",
    [BEHIND] = "SELECT count(*), min(at) FROM messages WHERE number > ?1 AND sequence > ?2"
               " AND (?3 >> kind & 1)",
    [ADD_MESSAGE] = "INSERT INTO messages VALUES(NULL, ?1, ?2, ?3, ?4, ?5)",
    [LAST_MESSAGE] =
        "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'messages'), 0)",
    [MESSAGES] = "SELECT " MESSAGE_COLUMNS " FROM messages m WHERE number > ?1 ORDER BY number"
                 " LIMIT ?2",
    [BODY] = "SELECT body FROM messages WHERE number = ?1",
    [PRUNE] = "DELETE FROM messages WHERE number <= ?1"
              " AND NOT EXISTS (SELECT 1 FROM waiting WHERE message = messages.number)",
    [WAIT] = "INSERT INTO waiting VALUES(?1, ?2, ?3, 0, 0, 0, '')",
    [BLOCKED] = "SELECT 1 FROM waiting WHERE endpoint = ?1 AND order_number = ?2 AND ?2 > 0"
                " AND message < ?3 AND dead = 0 LIMIT 1",
    [DUE] = "SELECT " WAITING_COLUMNS " FROM waiting w JOIN messages m ON m.number = w.message"
            " WHERE w.endpoint = ?1 AND w.dead = 0 AND w.due <= ?2 AND NOT EXISTS (SELECT 1 FROM"
            " waiting b WHERE b.endpoint = ?1 AND b.order_number = w.order_number AND"
            " w.order_number > 0 AND b.message < w.message AND b.dead = 0)"
            " ORDER BY w.message LIMIT ?3",
    [ARRIVED] = "DELETE FROM waiting WHERE endpoint = ?1 AND message = ?2",
    [PUT_WAITING] = "UPDATE waiting SET tries = ?3, due = ?4, dead = ?5, error = ?6"
                    " WHERE endpoint = ?1 AND message = ?2",
    [HASTEN] = "UPDATE waiting SET due = ?2 WHERE endpoint = ?1 AND dead = 0 AND due > ?2",
    [BURY] = "UPDATE waiting SET dead = 1, error = ?2 WHERE endpoint = ?1 AND dead = 0",
    [FORGET_DEAD] = "DELETE FROM waiting WHERE endpoint = ?1 AND dead <> 0 AND message <="
                    " (SELECT message FROM waiting WHERE endpoint = ?1 AND dead <> 0"
                    " ORDER BY message DESC LIMIT 1 OFFSET ?2)",
    [DEAD] = "SELECT " WAITING_COLUMNS " FROM waiting w JOIN messages m ON m.number = w.message"
             " WHERE w.dead <> 0 ORDER BY w.endpoint, w.message",
    [REVIVE] = "UPDATE waiting SET dead = 0, tries = 0, due = ?2 WHERE dead <> 0"
               " AND (?1 = 0 OR message = ?1)",
    [OFFERS] = "SELECT name, sold_out FROM offers",
    [PUT_OFFER] = "INSERT OR REPLACE INTO offers VALUES(?1, ?2)",
};

/* ---- the file ---- */

static enum status store_fault(struct hook_store *store, int result)
{
    enum status status = STATUS_IO;
    if (result == SQLITE_OK || result == SQLITE_ROW || result == SQLITE_DONE) {
        return STATUS_OK;
    }
    if ((result & 0xff) == SQLITE_FULL) {
        status = STATUS_FULL;
    } else if ((result & 0xff) == SQLITE_BUSY) {
        status = STATUS_BUSY;
    }
    return fault_set(&store->fault, status, "%s: %s", sqlite3_db_filename(store->db, "main"),
                     sqlite3_errmsg(store->db));
}

static sqlite3_stmt *prepared(struct hook_store *store, enum statement which)
{
    sqlite3_stmt **statement = &store->statements[which];
    if (*statement == NULL) {
        (void)store_fault(store, sqlite3_prepare_v3(store->db, sql[which], -1,
                                                    SQLITE_PREPARE_PERSISTENT, statement, NULL));
    }
    return *statement;
}

/* One step; `row` (may be NULL) reads it where there is one. STATUS_NOT_FOUND: no row though one is
 * read. The statement is reset. */
static enum status step(struct hook_store *store, sqlite3_stmt *statement,
                        void (*row)(sqlite3_stmt *statement, void *context), void *context)
{
    if (statement == NULL) {
        return store->fault.status;
    }
    int result = sqlite3_step(statement);
    enum status status = store_fault(store, result);
    if (status == STATUS_OK && row != NULL) {
        if (result == SQLITE_ROW) {
            row(statement, context);
        } else {
            status = fault_set(&store->fault, STATUS_NOT_FOUND, "there is no such row");
        }
    }
    (void)sqlite3_reset(statement);
    return status;
}

/* Steps a query to its end, and calls `row` for each. */
static enum status query(struct hook_store *store, sqlite3_stmt *statement,
                         void (*row)(sqlite3_stmt *statement, void *context), void *context)
{
    if (statement == NULL) {
        return store->fault.status;
    }
    int result = sqlite3_step(statement);
    while (result == SQLITE_ROW) {
        row(statement, context);
        result = sqlite3_step(statement);
    }
    enum status status = store_fault(store, result);
    (void)sqlite3_reset(statement);
    return status;
}

static void bind_text(sqlite3_stmt *statement, int index, struct slice text)
{
    (void)sqlite3_bind_text(statement, index, text.data, (int)text.length, SQLITE_STATIC);
}

static void column_text(sqlite3_stmt *statement, int column, char *to, size_t size)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    (void)snprintf(to, size, "%s", text == NULL ? "" : (const char *)text);
}

static void column_bytes(sqlite3_stmt *statement, int column, unsigned char *to, size_t size)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    memset(to, 0, size);
    if (bytes != NULL && (size_t)sqlite3_column_bytes(statement, column) == size) {
        memcpy(to, bytes, size);
    }
}

static void row_integer(sqlite3_stmt *statement, void *context)
{
    *(int64_t *)context = sqlite3_column_int64(statement, 0);
}

/* The tables, and the salt of a new file. */
static enum status store_make(struct hook_store *store, struct env *env)
{
    unsigned char random[SALT_BYTES];
    char salt[2 * SALT_BYTES + 1];
    char about[160];
    env->entropy(env, random, sizeof random);
    for (size_t i = 0; i < SALT_BYTES; i++) {
        (void)snprintf(salt + 2 * i, 3, "%02x", random[i]);
    }
    (void)snprintf(about, sizeof about,
                   "INSERT OR IGNORE INTO about VALUES(1, '%s', 0, zeroblob(32)); COMMIT", salt);
    int result = sqlite3_exec(store->db, schema, NULL, NULL, NULL);
    if (result == SQLITE_OK) {
        result = sqlite3_exec(store->db, about, NULL, NULL, NULL);
    }
    return store_fault(store, result);
}

static void row_salt(sqlite3_stmt *statement, void *context)
{
    struct hook_store *store = context;
    column_text(statement, 0, store->salt, sizeof store->salt);
}

static enum status store_ready(struct hook_store *store, struct env *env)
{
    int64_t version = 0;
    sqlite3_stmt *statement = NULL;
    (void)sqlite3_busy_timeout(store->db, BUSY_MS);
    int result = sqlite3_prepare_v2(store->db, "PRAGMA user_version", -1, &statement, NULL);
    enum status status = result == SQLITE_OK ? step(store, statement, row_integer, &version)
                                             : store_fault(store, result);
    (void)sqlite3_finalize(statement);
    if (status == STATUS_OK && version > SCHEMA) {
        return fault_set(&store->fault, STATUS_VERSION, "%s: made by a newer Écluse; update it",
                         sqlite3_db_filename(store->db, "main"));
    }
    if (status == STATUS_OK && version == 0) {
        status = store_make(store, env);
    }
    if (status != STATUS_OK) {
        return status;
    }
    /* Cheaper than deleting the journal's file each time, whose folder must be synced then. */
    status = store_fault(store,
                         sqlite3_exec(store->db, "PRAGMA journal_mode=TRUNCATE", NULL, NULL, NULL));
    if (status != STATUS_OK) {
        return status;
    }
    statement = NULL;
    result = sqlite3_prepare_v2(store->db, "SELECT salt FROM about", -1, &statement, NULL);
    status =
        result == SQLITE_OK ? step(store, statement, row_salt, store) : store_fault(store, result);
    (void)sqlite3_finalize(statement);
    return status;
}

static bool store_path(const char *database, char path[PATH_BYTES])
{
    int length = snprintf(path, PATH_BYTES, "%s.hooks", database);
    return length >= 0 && length < PATH_BYTES;
}

bool hook_store_is_there(const char *database)
{
    char path[PATH_BYTES];
    return store_path(database, path) && access(path, F_OK) == 0;
}

enum status hook_store_open(const char *database, bool make, struct env *env,
                            struct hook_store *store, struct fault *fault)
{
    char path[PATH_BYTES];
    *store = (struct hook_store){.version = -1};
    if (!store_path(database, path)) {
        return fault_set(fault, STATUS_INVALID, "%s: the path is too long", database);
    }
    int file = open(path, O_RDWR | O_CLOEXEC | (make ? O_CREAT : 0), FILE_MODE);
    if (file < 0) {
        return fault_set(fault, make ? STATUS_IO : STATUS_NOT_FOUND, "%s: cannot be opened: %m",
                         path);
    }
    (void)close(file);
    int result = sqlite3_open_v2(path, &store->db, SQLITE_OPEN_READWRITE, env->vfs_name);
    enum status status = store_fault(store, result);
    if (status == STATUS_OK) {
        status = store_ready(store, env);
    }
    if (status != STATUS_OK) {
        (void)fault_set(fault, status, "%s", store->fault.text);
        hook_store_close(store);
    }
    return status;
}

void hook_store_close(struct hook_store *store)
{
    for (uint32_t i = 0; i < HOOK_STATEMENTS; i++) {
        (void)sqlite3_finalize(store->statements[i]);
        store->statements[i] = NULL;
    }
    (void)sqlite3_close(store->db);
    store->db = NULL;
}

bool hook_store_changed(struct hook_store *store)
{
    int64_t version = store->version;
    (void)step(store, prepared(store, DATA_VERSION), row_integer, &version);
    bool changed = version != store->version;
    store->version = version;
    return changed;
}

enum status hook_store_begin(struct hook_store *store)
{
    return step(store, prepared(store, BEGIN), NULL, NULL);
}

enum status hook_store_commit(struct hook_store *store)
{
    return step(store, prepared(store, COMMIT), NULL, NULL);
}

void hook_store_rollback(struct hook_store *store)
{
    if (sqlite3_get_autocommit(store->db) == 0) {
        (void)step(store, prepared(store, ROLLBACK), NULL, NULL);
    }
}

void hook_message_id(const struct hook_store *store, int64_t number, char id[HOOK_ID_BYTES])
{
    (void)snprintf(id, HOOK_ID_BYTES, "msg_%s_%lld", store->salt, (long long)number);
}

bool hook_message_number(const struct hook_store *store, struct slice id, int64_t *number)
{
    char exact[HOOK_ID_BYTES];
    size_t head = sizeof "msg_" + strlen(store->salt);
    if (id.length <= head || decimal_read(slice_from(id, head), 0, number) != DECIMAL_OK) {
        return false;
    }
    hook_message_id(store, *number, exact);
    return slice_is(id, exact);
}

/* ---- where the journal was read to ---- */

static void row_place(sqlite3_stmt *statement, void *context)
{
    struct hook_place *place = context;
    place->sequence = sqlite3_column_int64(statement, 0);
    column_bytes(statement, 1, place->hash, sizeof place->hash);
}

enum status hook_store_place(struct hook_store *store, struct hook_place *place)
{
    return step(store, prepared(store, PLACE), row_place, place);
}

enum status hook_store_put_place(struct hook_store *store, const struct hook_place *place)
{
    sqlite3_stmt *statement = prepared(store, PUT_PLACE);
    (void)sqlite3_bind_int64(statement, 1, place->sequence);
    (void)sqlite3_bind_blob(statement, 2, place->hash, sizeof place->hash, SQLITE_STATIC);
    return step(store, statement, NULL, NULL);
}

/* ---- endpoints ---- */

struct endpoints {
    struct hook_endpoint *endpoints;
    uint32_t count;
};

static void row_endpoint(sqlite3_stmt *statement, void *context)
{
    struct endpoints *read = context;
    if (read->count == LIMIT_HOOK_ENDPOINTS) {
        return;
    }
    struct hook_endpoint *endpoint = &read->endpoints[read->count++];
    endpoint->number = sqlite3_column_int64(statement, 0);
    column_text(statement, 1, endpoint->url, sizeof endpoint->url);
    endpoint->kinds = (uint32_t)sqlite3_column_int64(statement, 2);
    endpoint->nearby = sqlite3_column_int(statement, 3) != 0;
    column_text(statement, 4, endpoint->disabled, sizeof endpoint->disabled);
    column_bytes(statement, 5, endpoint->secret, sizeof endpoint->secret);
    column_bytes(statement, 6, endpoint->old_secret, sizeof endpoint->old_secret);
    endpoint->old_until = sqlite3_column_int64(statement, 7);
    endpoint->cursor = sqlite3_column_int64(statement, 8);
    endpoint->from_sequence = sqlite3_column_int64(statement, 9);
    column_text(statement, 10, endpoint->error, sizeof endpoint->error);
}

enum status hook_store_endpoints(struct hook_store *store,
                                 struct hook_endpoint endpoints[LIMIT_HOOK_ENDPOINTS],
                                 uint32_t *count)
{
    struct endpoints read = {.endpoints = endpoints};
    enum status status = query(store, prepared(store, ENDPOINTS), row_endpoint, &read);
    *count = read.count;
    return status;
}

static enum status endpoint_write(struct hook_store *store, enum statement which,
                                  const struct hook_endpoint *endpoint)
{
    sqlite3_stmt *statement = prepared(store, which);
    (void)sqlite3_bind_int64(statement, 1, endpoint->number);
    bind_text(statement, 2, slice_of(endpoint->url));
    (void)sqlite3_bind_int64(statement, 3, endpoint->kinds);
    (void)sqlite3_bind_int(statement, 4, endpoint->nearby);
    bind_text(statement, 5, slice_of(endpoint->disabled));
    (void)sqlite3_bind_blob(statement, 6, endpoint->secret, HOOK_SECRET_BYTES, SQLITE_STATIC);
    (void)sqlite3_bind_blob(statement, 7, endpoint->old_secret, HOOK_SECRET_BYTES, SQLITE_STATIC);
    (void)sqlite3_bind_int64(statement, 8, endpoint->old_until);
    (void)sqlite3_bind_int64(statement, 9, endpoint->cursor);
    (void)sqlite3_bind_int64(statement, 10, endpoint->from_sequence);
    bind_text(statement, 11, slice_of(endpoint->error));
    return step(store, statement, NULL, NULL);
}

enum status hook_store_add(struct hook_store *store, struct hook_endpoint *endpoint)
{
    enum status status = endpoint_write(store, ADD_ENDPOINT, endpoint);
    endpoint->number = sqlite3_last_insert_rowid(store->db);
    return status;
}

enum status hook_store_put(struct hook_store *store, const struct hook_endpoint *endpoint)
{
    return endpoint_write(store, PUT_ENDPOINT, endpoint);
}

static enum status run_number(struct hook_store *store, enum statement which, int64_t number)
{
    sqlite3_stmt *statement = prepared(store, which);
    (void)sqlite3_bind_int64(statement, 1, number);
    return step(store, statement, NULL, NULL);
}

enum status hook_store_remove(struct hook_store *store, int64_t number)
{
    enum status status = run_number(store, REMOVE_ENDPOINT, number);
    return status == STATUS_OK ? run_number(store, REMOVE_WAITING, number) : status;
}

static void row_standing(sqlite3_stmt *statement, void *context)
{
    struct hook_standing *standing = context;
    standing->waiting = sqlite3_column_int64(statement, 0);
    standing->dead = sqlite3_column_int64(statement, 1);
    standing->oldest_at = sqlite3_column_int64(statement, 2);
}

static void row_behind(sqlite3_stmt *statement, void *context)
{
    struct hook_standing *standing = context;
    int64_t at = sqlite3_column_int64(statement, 1);
    standing->behind = sqlite3_column_int64(statement, 0);
    if (at != 0 && (standing->oldest_at == 0 || at < standing->oldest_at)) {
        standing->oldest_at = at;
    }
}

enum status hook_store_standing(struct hook_store *store, const struct hook_endpoint *endpoint,
                                struct hook_standing *standing)
{
    sqlite3_stmt *statement = prepared(store, STANDING);
    (void)sqlite3_bind_int64(statement, 1, endpoint->number);
    enum status status = step(store, statement, row_standing, standing);
    if (status == STATUS_OK) {
        statement = prepared(store, BEHIND);
        (void)sqlite3_bind_int64(statement, 1, endpoint->cursor);
        (void)sqlite3_bind_int64(statement, 2, endpoint->from_sequence);
        (void)sqlite3_bind_int64(statement, 3, endpoint->kinds);
        status = step(store, statement, row_behind, standing);
    }
    return status;
}

/* ---- messages ---- */

enum status hook_store_message_add(struct hook_store *store, const struct hook_message *message,
                                   struct slice body)
{
    sqlite3_stmt *statement = prepared(store, ADD_MESSAGE);
    (void)sqlite3_bind_int64(statement, 1, message->kind);
    (void)sqlite3_bind_int64(statement, 2, message->order);
    (void)sqlite3_bind_int64(statement, 3, message->sequence);
    (void)sqlite3_bind_int64(statement, 4, message->at);
    bind_text(statement, 5, body);
    return step(store, statement, NULL, NULL);
}

enum status hook_store_message_last(struct hook_store *store, int64_t *number)
{
    return step(store, prepared(store, LAST_MESSAGE), row_integer, number);
}

static void message_read(sqlite3_stmt *statement, int column, struct hook_message *message)
{
    int kind = sqlite3_column_int(statement, column + 1);
    message->number = sqlite3_column_int64(statement, column);
    message->kind = kind >= 0 && kind < HOOK_KINDS ? (enum hook_kind)kind : HOOK_TEST;
    message->order = sqlite3_column_int64(statement, column + 2);
    message->sequence = sqlite3_column_int64(statement, column + 3);
    message->at = sqlite3_column_int64(statement, column + 4);
}

struct messages {
    struct hook_message *messages;
    uint32_t count;
};

static void row_message(sqlite3_stmt *statement, void *context)
{
    struct messages *read = context;
    message_read(statement, 0, &read->messages[read->count++]);
}

enum status hook_store_messages(struct hook_store *store, int64_t number,
                                struct hook_message *messages, uint32_t most, uint32_t *count)
{
    struct messages read = {.messages = messages};
    sqlite3_stmt *statement = prepared(store, MESSAGES);
    (void)sqlite3_bind_int64(statement, 1, number);
    (void)sqlite3_bind_int64(statement, 2, most);
    enum status status = query(store, statement, row_message, &read);
    *count = read.count;
    return status;
}

static void row_body(sqlite3_stmt *statement, void *context)
{
    const unsigned char *body = sqlite3_column_text(statement, 0);
    text_append(context, body, (size_t)sqlite3_column_bytes(statement, 0));
}

enum status hook_store_body(struct hook_store *store, int64_t number, struct text *body)
{
    sqlite3_stmt *statement = prepared(store, BODY);
    (void)sqlite3_bind_int64(statement, 1, number);
    return step(store, statement, row_body, body);
}

enum status hook_store_prune(struct hook_store *store, int64_t number)
{
    return run_number(store, PRUNE, number);
}

/* ---- deliveries ---- */

static void bind_three(sqlite3_stmt *statement, int64_t first, int64_t second, int64_t third)
{
    (void)sqlite3_bind_int64(statement, 1, first);
    (void)sqlite3_bind_int64(statement, 2, second);
    (void)sqlite3_bind_int64(statement, 3, third);
}

enum status hook_store_wait(struct hook_store *store, int64_t endpoint,
                            const struct hook_message *message)
{
    sqlite3_stmt *statement = prepared(store, WAIT);
    bind_three(statement, endpoint, message->number, message->order);
    return step(store, statement, NULL, NULL);
}

enum status hook_store_blocked(struct hook_store *store, int64_t endpoint,
                               const struct hook_message *message, bool *blocked)
{
    int64_t found = 0;
    sqlite3_stmt *statement = prepared(store, BLOCKED);
    bind_three(statement, endpoint, message->order, message->number);
    enum status status = query(store, statement, row_integer, &found);
    *blocked = found != 0;
    return status;
}

static void waiting_read(sqlite3_stmt *statement, struct hook_waiting *waiting)
{
    waiting->endpoint = sqlite3_column_int64(statement, 0);
    message_read(statement, 1, &waiting->message);
    waiting->tries = (uint32_t)sqlite3_column_int64(statement, 6);
    waiting->due = sqlite3_column_int64(statement, 7);
    waiting->dead = sqlite3_column_int(statement, 8) != 0;
    column_text(statement, 9, waiting->error, sizeof waiting->error);
}

struct waitings {
    struct hook_waiting *waiting;
    uint32_t count;
};

static void row_waiting(sqlite3_stmt *statement, void *context)
{
    struct waitings *read = context;
    waiting_read(statement, &read->waiting[read->count++]);
}

enum status hook_store_due(struct hook_store *store, int64_t endpoint, int64_t now,
                           struct hook_waiting *waiting, uint32_t most, uint32_t *count)
{
    struct waitings read = {.waiting = waiting};
    sqlite3_stmt *statement = prepared(store, DUE);
    bind_three(statement, endpoint, now, most);
    enum status status = query(store, statement, row_waiting, &read);
    *count = read.count;
    return status;
}

enum status hook_store_arrived(struct hook_store *store, int64_t endpoint, int64_t message)
{
    sqlite3_stmt *statement = prepared(store, ARRIVED);
    (void)sqlite3_bind_int64(statement, 1, endpoint);
    (void)sqlite3_bind_int64(statement, 2, message);
    return step(store, statement, NULL, NULL);
}

static enum status dead_forget(struct hook_store *store, int64_t endpoint)
{
    sqlite3_stmt *statement = prepared(store, FORGET_DEAD);
    (void)sqlite3_bind_int64(statement, 1, endpoint);
    (void)sqlite3_bind_int64(statement, 2, LIMIT_HOOK_DEAD);
    return step(store, statement, NULL, NULL);
}

enum status hook_store_put_waiting(struct hook_store *store, const struct hook_waiting *waiting)
{
    sqlite3_stmt *statement = prepared(store, PUT_WAITING);
    bind_three(statement, waiting->endpoint, waiting->message.number, waiting->tries);
    (void)sqlite3_bind_int64(statement, 4, waiting->due);
    (void)sqlite3_bind_int(statement, 5, waiting->dead);
    bind_text(statement, 6, slice_of(waiting->error));
    enum status status = step(store, statement, NULL, NULL);
    return status == STATUS_OK && waiting->dead ? dead_forget(store, waiting->endpoint) : status;
}

enum status hook_store_hasten(struct hook_store *store, int64_t endpoint, int64_t now)
{
    sqlite3_stmt *statement = prepared(store, HASTEN);
    (void)sqlite3_bind_int64(statement, 1, endpoint);
    (void)sqlite3_bind_int64(statement, 2, now);
    return step(store, statement, NULL, NULL);
}

enum status hook_store_bury(struct hook_store *store, int64_t endpoint, const char *why)
{
    sqlite3_stmt *statement = prepared(store, BURY);
    (void)sqlite3_bind_int64(statement, 1, endpoint);
    bind_text(statement, 2, slice_of(why));
    enum status status = step(store, statement, NULL, NULL);
    return status == STATUS_OK ? dead_forget(store, endpoint) : status;
}

struct dead_visit {
    void (*visit)(void *context, const struct hook_waiting *waiting);
    void *context;
};

static void row_dead(sqlite3_stmt *statement, void *context)
{
    const struct dead_visit *visit = context;
    struct hook_waiting waiting;
    waiting_read(statement, &waiting);
    visit->visit(visit->context, &waiting);
}

enum status hook_store_dead(struct hook_store *store,
                            void (*visit)(void *context, const struct hook_waiting *waiting),
                            void *context)
{
    struct dead_visit dead = {visit, context};
    return query(store, prepared(store, DEAD), row_dead, &dead);
}

enum status hook_store_revive(struct hook_store *store, int64_t message, int64_t now,
                              int64_t *count)
{
    sqlite3_stmt *statement = prepared(store, REVIVE);
    (void)sqlite3_bind_int64(statement, 1, message);
    (void)sqlite3_bind_int64(statement, 2, now);
    enum status status = step(store, statement, NULL, NULL);
    *count = sqlite3_changes(store->db);
    return status;
}

/* ---- offers ---- */

struct offer_visit {
    void (*visit)(void *context, struct slice name, bool sold_out);
    void *context;
};

static void row_offer(sqlite3_stmt *statement, void *context)
{
    const struct offer_visit *visit = context;
    const struct slice name = {(const char *)sqlite3_column_text(statement, 0),
                               (size_t)sqlite3_column_bytes(statement, 0)};
    visit->visit(visit->context, name, sqlite3_column_int(statement, 1) != 0);
}

enum status hook_store_offers(struct hook_store *store,
                              void (*visit)(void *context, struct slice name, bool sold_out),
                              void *context)
{
    struct offer_visit offers = {visit, context};
    return query(store, prepared(store, OFFERS), row_offer, &offers);
}

enum status hook_store_put_offer(struct hook_store *store, const char *name, bool sold_out)
{
    sqlite3_stmt *statement = prepared(store, PUT_OFFER);
    bind_text(statement, 1, slice_of(name));
    (void)sqlite3_bind_int(statement, 2, sold_out);
    return step(store, statement, NULL, NULL);
}

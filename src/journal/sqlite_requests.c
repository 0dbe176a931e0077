/* One statement for each row, prepared once a task: an import brings hundreds of rows, the page of
 * an order one.
 *
 * Invariant: what can be refused is looked at before the first row is written, so a refusal leaves
 * the batch as it was. */
#include "journal/requests.h"
#include "journal/sqlite.h"

#include "base/assert.h"

static const char *const source_texts[REQUEST_SOURCES] = {
    [REQUEST_TYPED] = "typed", [REQUEST_IMPORTED] = "imported", [REQUEST_ORDERED] = "order"};

const char *request_source_text(enum request_source source)
{
    ASSERT(source < REQUEST_SOURCES);
    return source_texts[source];
}

bool request_source_read(struct slice text, enum request_source *source)
{
    for (int i = 0; i < REQUEST_SOURCES; i++) {
        if (slice_is(text, source_texts[i])) {
            *source = (enum request_source)i;
            return true;
        }
    }
    return false;
}

static sqlite3_stmt *prepare(struct journal *journal, const char *sql)
{
    return sqlite_prepare(journal, sql, "requests cannot be read");
}

/* Steps a statement that returns no row, and makes it ready for the next. */
static enum status run(struct journal *journal, sqlite3_stmt *statement)
{
    int result = sqlite3_step(statement);
    enum status status = result == SQLITE_DONE
                             ? STATUS_OK
                             : sqlite_status(journal, result, "requests cannot be written");
    (void)sqlite3_reset(statement);
    return status;
}

/* How many rows would be added: those that take another's place are counted, too. That errs by a
 * few where the table is full to the brim, and never over the limit. Rows are counted only once
 * their numbers have passed the limit: customers write here, and a full table takes a
 * millisecond. */
static enum status room_look(struct journal *journal, struct request_task *task)
{
    static const char sql[] =
        "SELECT iif(coalesce((SELECT max(number) FROM requests), 0) + ?1 <= ?2, 0,"
        " (SELECT count(*) FROM requests))";
    sqlite3_stmt *statement = prepare(journal, sql);
    if (statement == NULL) {
        return journal->fault.status;
    }
    (void)sqlite3_bind_int64(statement, 1, task->count);
    (void)sqlite3_bind_int64(statement, 2, LIMIT_REQUESTS);
    int result = sqlite3_step(statement);
    int64_t count = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    (void)sqlite3_finalize(statement);
    if (count + task->count > LIMIT_REQUESTS) {
        task->result = REQUEST_FULL;
    }
    return result == SQLITE_ROW ? STATUS_OK
                                : sqlite_status(journal, result, "requests cannot be read");
}

static enum status row_add(struct journal *journal, sqlite3_stmt *statement,
                           enum request_source source, struct request_row *row,
                           const char at[INSTANT_BYTES])
{
    sqlite_bind_slice(statement, 1, slice_of(at));
    sqlite_bind_slice(statement, 2, slice_of(request_source_text(source)));
    sqlite_bind_slice(statement, 3, row->from);
    sqlite_bind_slice(statement, 4, row->wants);
    sqlite_bind_slice(statement, 5, row->activity);
    (void)sqlite3_bind_int64(statement, 6, row->value_per_week_minor);
    (void)sqlite3_bind_int64(statement, 7, row->count);
    (void)(row->order == 0 ? sqlite3_bind_null(statement, 8)
                           : sqlite3_bind_int64(statement, 8, row->order));
    enum status status = run(journal, statement);
    row->number = (uint32_t)sqlite3_last_insert_rowid(journal->db);
    return status;
}

/* An order's request that was there before is replaced whole, under a new number: what was closed
 * is open again, because it says something else now. */
static enum status add(struct journal *journal, struct request_task *task, int64_t now)
{
    static const char sql[] =
        "INSERT OR REPLACE INTO requests(at, source, asks, wants, activity, value_per_week_minor,"
        " count, order_number) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    enum status status = room_look(journal, task);
    if (status != STATUS_OK || task->result != REQUEST_OK) {
        return status;
    }
    sqlite3_stmt *statement = prepare(journal, sql);
    if (statement == NULL) {
        return journal->fault.status;
    }
    char at[INSTANT_BYTES];
    (void)instant_write_utc(at, now);
    for (uint32_t i = 0; i < task->count && status == STATUS_OK; i++) {
        ASSERT(task->rows[i].wants.length > 0);
        ASSERT(task->rows[i].wants.length <= LIMIT_REQUEST_BYTES);
        status = row_add(journal, statement, task->source, &task->rows[i], at);
    }
    (void)sqlite3_finalize(statement);
    return status;
}

static enum status numbers_look(struct journal *journal, struct request_task *task)
{
    sqlite3_stmt *statement = prepare(journal, "SELECT 1 FROM requests WHERE number = ?1");
    if (statement == NULL) {
        return journal->fault.status;
    }
    int result = SQLITE_ROW;
    for (uint32_t i = 0; i < task->count && result == SQLITE_ROW; i++) {
        (void)sqlite3_bind_int64(statement, 1, task->numbers[i]);
        result = sqlite3_step(statement);
        if (result == SQLITE_DONE) {
            task->result = REQUEST_NOBODY;
            task->missing = task->numbers[i];
        }
        (void)sqlite3_reset(statement);
    }
    (void)sqlite3_finalize(statement);
    return result == SQLITE_ROW || result == SQLITE_DONE
               ? STATUS_OK
               : sqlite_status(journal, result, "requests cannot be read");
}

/* `sql` takes the number as ?1, and may take the time as ?2. */
static enum status change(struct journal *journal, struct request_task *task, const char *sql,
                          int64_t now)
{
    enum status status = numbers_look(journal, task);
    if (status != STATUS_OK || task->result != REQUEST_OK) {
        return status;
    }
    sqlite3_stmt *statement = prepare(journal, sql);
    if (statement == NULL) {
        return journal->fault.status;
    }
    char at[INSTANT_BYTES];
    (void)instant_write_utc(at, now);
    if (sqlite3_bind_parameter_count(statement) > 1) {
        sqlite_bind_slice(statement, 2, slice_of(at));
    }
    for (uint32_t i = 0; i < task->count && status == STATUS_OK; i++) {
        (void)sqlite3_bind_int64(statement, 1, task->numbers[i]);
        status = run(journal, statement);
    }
    (void)sqlite3_finalize(statement);
    return status;
}

enum status journal_requests(struct journal *journal, struct request_task *task, int64_t now)
{
    task->result = REQUEST_OK;
    task->missing = 0;
    switch (task->ask) {
    case REQUEST_ADD:
        return add(journal, task, now);
    case REQUEST_CLOSE:
        return change(journal, task,
                      "UPDATE requests SET closed_at = coalesce(closed_at, ?2) WHERE number = ?1",
                      now);
    case REQUEST_FORGET:
        return change(journal, task, "DELETE FROM requests WHERE number = ?1", now);
    }
    UNREACHABLE();
}

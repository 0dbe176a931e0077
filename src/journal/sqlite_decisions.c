/* A statement or two, prepared as they are asked: an owner decides some dozens of times a year. */
#include "journal/decisions.h"
#include "journal/sqlite.h"

#include "base/assert.h"
#include "base/calendar.h"

static const char failed[] = "decisions cannot be written";

static sqlite3_stmt *prepare(struct journal *journal, const char *sql)
{
    return sqlite_prepare(journal, sql, failed);
}

/* Steps one that returns no row, and ends it. */
static enum status done(struct journal *journal, sqlite3_stmt *statement)
{
    int result = sqlite3_step(statement);
    (void)sqlite3_finalize(statement);
    return result == SQLITE_DONE ? STATUS_OK : sqlite_status(journal, result, failed);
}

static enum status room_look(struct journal *journal, struct decision_task *task)
{
    sqlite3_stmt *statement = prepare(journal, "SELECT count(*) FROM decisions");
    if (statement == NULL) {
        return journal->fault.status;
    }
    int result = sqlite3_step(statement);
    bool full = result == SQLITE_ROW && sqlite3_column_int64(statement, 0) >= LIMIT_DECISIONS;
    (void)sqlite3_finalize(statement);
    task->result = full ? DECISION_FULL : task->result;
    return result == SQLITE_ROW ? STATUS_OK : sqlite_status(journal, result, failed);
}

static void text_bind(sqlite3_stmt *statement, int index, struct slice text)
{
    if (text.length > 0) {
        sqlite_bind_slice(statement, index, text);
    }
}

static enum status row_write(struct journal *journal, struct decision_task *task, int64_t now)
{
    static const char sql[] =
        "INSERT INTO decisions(at, on_day, by_day, verb, activity, because, say, profit_minor,"
        " revenue_minor, orders_thousandths, hours_thousandths, kept_thousandths)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    enum { FIRST_EXPECTED = 8 };
    char at[INSTANT_BYTES];
    char on[INSTANT_BYTES];
    char by[INSTANT_BYTES] = "";
    sqlite3_stmt *statement = prepare(journal, sql);
    if (statement == NULL) {
        return journal->fault.status;
    }
    (void)instant_write_utc(at, now);
    (void)day_write(on, task->on_day);
    if (task->by_day != 0) {
        (void)day_write(by, task->by_day);
    }
    text_bind(statement, 1, slice_of(at));
    text_bind(statement, 2, slice_of(on));
    text_bind(statement, 3, slice_of(by));
    text_bind(statement, 4, slice_of(decision_verb_name(task->verb)));
    text_bind(statement, 5, task->activity);
    text_bind(statement, 6, task->because);
    text_bind(statement, 7, task->say);
    for (int i = 0; i < DECISION_MEASURES; i++) {
        if (task->expected[i] != DECISION_UNSAID) {
            (void)sqlite3_bind_int64(statement, FIRST_EXPECTED + i, task->expected[i]);
        }
    }
    enum status status = done(journal, statement);
    task->number = sqlite3_last_insert_rowid(journal->db);
    return status;
}

static enum status row_forget(struct journal *journal, struct decision_task *task)
{
    sqlite3_stmt *statement = prepare(journal, "DELETE FROM decisions WHERE number = ?1");
    if (statement == NULL) {
        return journal->fault.status;
    }
    (void)sqlite3_bind_int64(statement, 1, task->number);
    enum status status = done(journal, statement);
    task->result = sqlite3_changes(journal->db) == 1 ? DECISION_OK : DECISION_UNKNOWN;
    return status;
}

enum status journal_decision(struct journal *journal, struct decision_task *task, int64_t now)
{
    ASSERT(journal->writing);
    task->result = DECISION_OK;
    if (task->ask == DECISION_FORGET) {
        return row_forget(journal, task);
    }
    ASSERT(task->activity.length > 0);
    task->on_day = task->on_day != 0 ? task->on_day : zone_day(task->zone, now);
    if (task->by_day != 0 && task->by_day <= task->on_day) {
        task->result = DECISION_TOO_EARLY;
        return STATUS_OK;
    }
    enum status status = room_look(journal, task);
    return status == STATUS_OK && task->result == DECISION_OK ? row_write(journal, task, now)
                                                              : status;
}

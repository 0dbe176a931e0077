/* One function a question, each a statement or two; prepared as they are asked, because people sign
 * in some dozens of times a day. A look (SESSION, BEARER) comes with each page of staff.
 *
 * A session is there as long as neither of its times has passed; rows that are over go when the
 * next session begins. */
#include "journal/sqlite.h"
#include "journal/staff.h"

#include "base/assert.h"
#include "base/calendar.h"

#include <stdarg.h>
#include <stdio.h>

enum { TOUCH_SECONDS = 300 /* a session's last use is kept no finer */ };

static const char *const role_texts[STAFF_ROLES] = {[STAFF_OWNER] = "owner",
                                                    [STAFF_MARKETING] = "marketing",
                                                    [STAFF_OPERATIONS] = "operations",
                                                    [STAFF_PACKER] = "packer",
                                                    [STAFF_ACCOUNTANT] = "accountant"};

const char *staff_role_text(enum staff_role role)
{
    ASSERT(role < STAFF_ROLES);
    return role_texts[role];
}

bool staff_role_read(struct slice text, enum staff_role *role)
{
    for (int i = 0; i < STAFF_ROLES; i++) {
        if (slice_is(text, role_texts[i])) {
            *role = (enum staff_role)i;
            return true;
        }
    }
    return false;
}

/* ---- statements ---- */

/* A statement of this text with its values bound, in order: 't' a struct slice, 'h' a const struct
 * staff_hash *, 'i' an int64_t. NULL: journal->fault says why. */
static sqlite3_stmt *asked(struct journal *journal, const char *sql, const char *kinds, ...)
{
    sqlite3_stmt *statement = sqlite_prepare(journal, sql, "staff cannot be read");
    va_list values;
    if (statement == NULL) {
        return NULL;
    }
    va_start(values, kinds);
    for (int i = 0; kinds[i] != '\0'; i++) {
        if (kinds[i] == 't') {
            sqlite_bind_slice(statement, i + 1, va_arg(values, struct slice));
        } else if (kinds[i] == 'h') {
            (void)sqlite3_bind_blob(statement, i + 1,
                                    va_arg(values, const struct staff_hash *)->bytes,
                                    STAFF_HASH_BYTES, SQLITE_STATIC);
        } else {
            (void)sqlite3_bind_int64(statement, i + 1, va_arg(values, int64_t));
        }
    }
    va_end(values);
    return statement;
}

/* Steps one that returns no row, and ends it. */
static enum status done(struct journal *journal, sqlite3_stmt *statement)
{
    if (statement == NULL) {
        return journal->fault.status;
    }
    int result = sqlite3_step(statement);
    (void)sqlite3_finalize(statement);
    return result == SQLITE_DONE ? STATUS_OK
                                 : sqlite_status(journal, result, "staff cannot be written");
}

#define PERSON_COLUMNS                                                                             \
    "SELECT name, role, ifnull(password, ''), ifnull(link_until, 0), token IS NOT NULL,"           \
    " (SELECT count(*) FROM staff_sessions WHERE staff_sessions.name = staff.name) FROM staff "

static void person_read(sqlite3_stmt *row, struct staff_person *person)
{
    struct slice name = sqlite_text(row, 0);
    struct slice password = sqlite_text(row, 2);
    *person = (struct staff_person){.link_until = sqlite3_column_int64(row, 3),
                                    .has_token = sqlite3_column_int(row, 4) != 0,
                                    .sessions = (uint32_t)sqlite3_column_int(row, 5)};
    (void)snprintf(person->name, sizeof person->name, "%.*s", (int)name.length, name.data);
    (void)snprintf(person->password, sizeof person->password, "%.*s", (int)password.length,
                   password.length == 0 ? "" : password.data);
    if (!staff_role_read(sqlite_text(row, 1), &person->role)) {
        person->role = STAFF_PACKER; /* the least: a role that only a later program knows */
    }
}

/* The one person that the statement finds: NOBODY if it finds none. Ends it. */
static enum status person_find(struct journal *journal, sqlite3_stmt *statement,
                               struct staff_task *task)
{
    if (statement == NULL) {
        return journal->fault.status;
    }
    int result = sqlite3_step(statement);
    task->result = result == SQLITE_ROW ? STAFF_OK : STAFF_NOBODY;
    if (result == SQLITE_ROW) {
        person_read(statement, &task->person);
    }
    (void)sqlite3_finalize(statement);
    return result == SQLITE_ROW || result == SQLITE_DONE
               ? STATUS_OK
               : sqlite_status(journal, result, "staff cannot be read");
}

static enum status find_name(struct journal *journal, struct staff_task *task)
{
    return person_find(journal, asked(journal, PERSON_COLUMNS "WHERE name = ?1", "t", task->name),
                       task);
}

static enum status count_of(struct journal *journal, const char *sql, int64_t *count)
{
    sqlite3_stmt *statement = asked(journal, sql, "");
    if (statement == NULL) {
        return journal->fault.status;
    }
    int result = sqlite3_step(statement);
    *count = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    (void)sqlite3_finalize(statement);
    return result == SQLITE_ROW ? STATUS_OK
                                : sqlite_status(journal, result, "staff cannot be read");
}

/* ---- people ---- */

static enum status add(struct journal *journal, struct staff_task *task, int64_t now)
{
    int64_t count = 0;
    enum status status = find_name(journal, task);
    if (status == STATUS_OK && task->result == STAFF_OK) {
        task->result = STAFF_EXISTS;
        return STATUS_OK;
    }
    status = status == STATUS_OK ? count_of(journal, "SELECT count(*) FROM staff", &count) : status;
    if (status != STATUS_OK || count >= LIMIT_STAFF) {
        task->result = STAFF_FULL;
        return status;
    }
    task->result = STAFF_OK;
    return done(journal, asked(journal,
                               "INSERT INTO staff(name, role, added_at, link, link_until)"
                               " VALUES(?1, ?2, ?3, ?4, ?5)",
                               "ttihi", task->name, slice_of(staff_role_text(task->role)), now,
                               &task->secret, task->until));
}

static enum status sessions_end(struct journal *journal, struct slice name)
{
    return done(journal, asked(journal, "DELETE FROM staff_sessions WHERE name = ?1", "t", name));
}

static enum status person_remove(struct journal *journal, struct staff_task *task)
{
    int64_t owners = 0;
    enum status status = find_name(journal, task);
    if (status != STATUS_OK || task->result != STAFF_OK) {
        return status;
    }
    status = count_of(journal, "SELECT count(*) FROM staff WHERE role = 'owner'", &owners);
    if (status == STATUS_OK && task->person.role == STAFF_OWNER && owners == 1) {
        task->result = STAFF_LAST;
        return STATUS_OK;
    }
    status = status == STATUS_OK ? sessions_end(journal, task->name) : status;
    return status == STATUS_OK
               ? done(journal, asked(journal, "DELETE FROM staff WHERE name = ?1", "t", task->name))
               : status;
}

/* A statement that changes the named person's row. */
static enum status named_change(struct journal *journal, struct staff_task *task,
                                sqlite3_stmt *statement)
{
    enum status status = done(journal, statement);
    if (status == STATUS_OK) {
        task->result = sqlite3_changes(journal->db) == 1 ? STAFF_OK : STAFF_NOBODY;
    }
    return status;
}

static enum status password_put(struct journal *journal, struct staff_task *task)
{
    enum status status =
        named_change(journal, task,
                     asked(journal,
                           "UPDATE staff SET password = ?2, link = NULL, link_until = NULL"
                           " WHERE name = ?1",
                           "tt", task->name, task->password));
    if (status != STATUS_OK || task->result != STAFF_OK) {
        return status;
    }
    return done(journal, asked(journal, "DELETE FROM staff_sessions WHERE name = ?1 AND hash <> ?2",
                               "th", task->name, &task->secret));
}

static enum status list(struct journal *journal, struct staff_task *task, int64_t now)
{
    sqlite3_stmt *statement = asked(journal, PERSON_COLUMNS "ORDER BY name", "");
    int result = SQLITE_DONE;
    task->count = 0;
    if (statement == NULL) {
        return journal->fault.status;
    }
    while (task->count < LIMIT_STAFF && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        struct staff_person *person = &task->people[task->count++];
        person_read(statement, person);
        person->link_until = person->link_until > now ? person->link_until : 0;
    }
    (void)sqlite3_finalize(statement);
    return result == SQLITE_ROW || result == SQLITE_DONE
               ? STATUS_OK
               : sqlite_status(journal, result, "staff cannot be read");
}

/* ---- sessions ---- */

/* Those that are over make room first. */
static enum status session_begin(struct journal *journal, const struct staff_task *task,
                                 int64_t now)
{
    enum status status = done(
        journal, asked(journal, "DELETE FROM staff_sessions WHERE seen_at <= ?1 OR began_at <= ?2",
                       "ii", now - STAFF_IDLE_SECONDS, now - STAFF_SESSION_SECONDS));
    /* Of one person no more than the latest: who signs in a hundred times has not forgotten to sign
     * out on a hundred machines. */
    if (status == STATUS_OK) {
        status = done(journal,
                      asked(journal,
                            "DELETE FROM staff_sessions WHERE name = ?1 AND hash NOT IN (SELECT"
                            " hash FROM staff_sessions WHERE name = ?1 ORDER BY began_at DESC"
                            " LIMIT ?2)",
                            "ti", slice_of(task->person.name), (int64_t)LIMIT_STAFF_SESSIONS - 1));
    }
    return status == STATUS_OK
               ? done(journal, asked(journal, "INSERT INTO staff_sessions VALUES(?1, ?2, ?3, ?3)",
                                     "hti", &task->session, slice_of(task->person.name), now))
               : status;
}

static enum status follow(struct journal *journal, struct staff_task *task, int64_t now)
{
    enum status status =
        person_find(journal,
                    asked(journal, PERSON_COLUMNS "WHERE link = ?1 AND link_until > ?2", "hi",
                          &task->secret, now),
                    task);
    if (status != STATUS_OK || task->result != STAFF_OK) {
        return status;
    }
    status = done(journal,
                  asked(journal, "UPDATE staff SET link = NULL, link_until = NULL WHERE name = ?1",
                        "t", slice_of(task->person.name)));
    return status == STATUS_OK ? session_begin(journal, task, now) : status;
}

static enum status enter(struct journal *journal, struct staff_task *task, int64_t now)
{
    enum status status =
        person_find(journal,
                    asked(journal, PERSON_COLUMNS "WHERE name = ?1 AND password = ?2", "tt",
                          task->name, task->password),
                    task);
    return status == STATUS_OK && task->result == STAFF_OK ? session_begin(journal, task, now)
                                                           : status;
}

static enum status session_find(struct journal *journal, struct staff_task *task, int64_t now)
{
    return person_find(
        journal,
        asked(journal,
              PERSON_COLUMNS "WHERE name = (SELECT name FROM staff_sessions WHERE hash = ?1"
                             " AND seen_at > ?2 AND began_at > ?3)",
              "hii", &task->secret, now - STAFF_IDLE_SECONDS, now - STAFF_SESSION_SECONDS),
        task);
}

static enum status session_look(struct journal *journal, struct staff_task *task, int64_t now)
{
    enum status status = session_find(journal, task, now);
    if (status != STATUS_OK || task->result != STAFF_OK || !task->touch || !journal->writing) {
        return status;
    }
    return done(journal, asked(journal, "UPDATE staff_sessions SET seen_at = ?2 WHERE hash = ?1",
                               "hi", &task->secret, now));
}

bool journal_staff_writes(struct journal *journal, const struct staff_task *task, int64_t now)
{
    if (task->ask == STAFF_FIND || task->ask == STAFF_LIST || task->ask == STAFF_BEARER) {
        return false;
    }
    if (task->ask != STAFF_SESSION) {
        return true;
    }
    sqlite3_stmt *statement =
        task->touch
            ? asked(journal, "SELECT 1 FROM staff_sessions WHERE hash = ?1 AND seen_at < ?2", "hi",
                    &task->secret, now - TOUCH_SECONDS)
            : NULL;
    bool old = statement != NULL && sqlite3_step(statement) == SQLITE_ROW;
    (void)sqlite3_finalize(statement);
    return old;
}

enum status journal_staff_note(struct journal *journal, struct slice name, struct slice what,
                               int64_t now)
{
    char at[INSTANT_BYTES];
    (void)instant_write_utc(at, now);
    return done(journal, asked(journal, "INSERT INTO staff_log(at, name, what) VALUES(?1, ?2, ?3)",
                               "ttt", slice_of(at), name, what));
}

enum status journal_staff(struct journal *journal, struct staff_task *task, int64_t now)
{
    task->result = STAFF_OK;
    switch (task->ask) {
    case STAFF_ADD:
        return add(journal, task, now);
    case STAFF_REMOVE:
        return person_remove(journal, task);
    case STAFF_LINK:
        return named_change(journal, task,
                            asked(journal,
                                  "UPDATE staff SET link = ?2, link_until = ?3 WHERE name = ?1",
                                  "thi", task->name, &task->secret, task->until));
    case STAFF_TOKEN:
        return named_change(journal, task,
                            asked(journal, "UPDATE staff SET token = ?2 WHERE name = ?1", "th",
                                  task->name, &task->secret));
    case STAFF_PASSWORD:
        return password_put(journal, task);
    case STAFF_FIND:
        return find_name(journal, task);
    case STAFF_LIST:
        return list(journal, task, now);
    case STAFF_FOLLOW:
        return follow(journal, task, now);
    case STAFF_ENTER:
        return enter(journal, task, now);
    case STAFF_SESSION:
        return session_look(journal, task, now);
    case STAFF_BEARER:
        return person_find(
            journal, asked(journal, PERSON_COLUMNS "WHERE token = ?1", "h", &task->secret), task);
    case STAFF_LEAVE:
        return done(journal, asked(journal, "DELETE FROM staff_sessions WHERE hash = ?1", "h",
                                   &task->secret));
    case STAFF_NOTE:
        return journal_staff_note(journal, task->name, task->what, now);
    }
    UNREACHABLE();
}
